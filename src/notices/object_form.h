/* What a registered object is made of: stolen and lost travel documents, vehicles, firearms, works of art, vessels. One
 * table of fields (object_form.c) says which kind has which, which it must have and how it is written; a JSON object, a line
 * of a file (notices/object_file.h) and the pages that ask for one all come from it.
 *
 * Numbers are kept as they were written and compared without case, spaces and hyphens (document_normalise). No field is
 * for a person: who holds a document is not the register's to say, so an object is never personal data. */
#ifndef JISR_NOTICES_OBJECT_FORM_H
#define JISR_NOTICES_OBJECT_FORM_H

#include "notices/codes.h"
#include "notices/findings.h"
#include "watch/entity.h"

#define OBJECT_MAX_NUMBER 64    /* bytes of a number as written */
#define OBJECT_MAX_TEXT   400   /* bytes of a name, a make, a place */
#define OBJECT_MAX_NOTES  2000  /* bytes */
#define OBJECT_MAX_CRIMES 10    /* crime areas of one object */
#define OBJECT_MAX_RANGE  10000 /* documents of one range of stolen blanks */
#define OBJECT_ID_MAX     160   /* bytes of an id in the watch index */
#define OBJECT_KEY_MAX    96    /* bytes of object_key */

enum object_kind { OBJECT_DOCUMENT, OBJECT_VEHICLE, OBJECT_FIREARM, OBJECT_ARTWORK, OBJECT_VESSEL, OBJECT_KINDS };

enum object_field {
	OBJECT_KIND,
	OBJECT_TYPE,
	OBJECT_STATUS,
	OBJECT_COUNTRY, /* that issued, registered or misses it */
	OBJECT_NUMBER,  /* of a document */
	OBJECT_TO,      /* last number of a range of blanks */
	OBJECT_ISSUED,
	OBJECT_EXPIRES,
	OBJECT_VIN,
	OBJECT_PLATE,
	OBJECT_PLATE_COUNTRY,
	OBJECT_SERIAL,
	OBJECT_ENGINE,
	OBJECT_MAKE,
	OBJECT_MODEL,
	OBJECT_CALIBRE,
	OBJECT_COLOUR,
	OBJECT_YEAR,
	OBJECT_TITLE,
	OBJECT_ARTIST,
	OBJECT_MATERIAL,
	OBJECT_PERIOD,
	OBJECT_DIMENSIONS,
	OBJECT_INVENTORY,
	OBJECT_NAME,
	OBJECT_IMO,
	OBJECT_MMSI,
	OBJECT_CALL_SIGN,
	OBJECT_HULL,
	OBJECT_REGISTRATION,
	OBJECT_LENGTH,
	OBJECT_DATE, /* of the theft or loss */
	OBJECT_PLACE,
	OBJECT_REFERENCE, /* the owner's own */
	OBJECT_CRIMES,    /* codes of crime areas, a space between */
	OBJECT_NOTES,
	OBJECT_FIELDS
};

/* The texts of an object, NULL for what it does not say; they live where whoever filled it says. */
struct object {
	enum object_kind kind;
	const char *values[OBJECT_FIELDS];
};

extern const struct codes codes_object;                  /* kinds */
extern const struct codes codes_object_status;           /* of all kinds */
extern const struct codes codes_object_end;              /* why one is withdrawn */
const struct codes *object_types(enum object_kind kind); /* what types a kind has */

/* "plate_country"; and how a person calls it. */
const char *object_field_name(enum object_field field);
bool object_field_read(const char *name, size_t length, enum object_field *ret_field);
/* Whether a kind has the field; whether it must. */
bool object_has(enum object_kind kind, enum object_field field);
bool object_must(enum object_kind kind, enum object_field field);
/* False when there is no such kind. */
bool object_kind_read(const char *code, enum object_kind *ret_kind);
const char *object_kind_name(enum object_kind kind);
/* How a field is written: "number", "text", "code", "country", "day", "year", "crimes"; and its most bytes. */
const char *object_field_form(enum object_field field);
size_t object_field_most(enum object_field field);
/* Whether a thing of that kind can be in that status. */
bool object_status_fits(enum object_kind kind, const char *status);

/* Reads {"kind":"vehicle","vin":"...","crime_areas":["VEH"]}; texts stay the tree's, or are in the arena. What is wrong is
 * found: unknown members, members that are no text. JISR_NO_MEMORY. */
int object_read(const cJSON *json, struct arena *arena, struct object *ret_object, struct findings *findings);

/* Looks at every field and brings it into its form: codes of countries as two capitals, days as 2026-03-31. `today` bounds
 * what can have happened. What is wrong is found; *ret_warning (may be NULL) is a sentence about what is odd and can be
 * right (a VIN's check digit, which only some makers keep), else NULL. New texts are in the arena. JISR_NO_MEMORY. */
int object_check(struct object *object, const char *today, struct arena *arena, struct findings *findings,
                 const char **ret_warning);

/* The object as JSON, fields in the order of the enum; NULL without memory. */
cJSON *object_json(const struct object *object);

/* What makes two lines the same object: "passport-ab123456", "vin-1m8gdm9axkp042788", of small letters, digits and '-'. A
 * checked object's. */
void object_key(const struct object *object, char out[OBJECT_KEY_MAX]);

/* "Passport AB123456 of Morocco, stolen": in English, for lists and hits. NULL without memory. */
char *object_caption(const struct object *object, struct arena *arena);

/* The object as the check finds it. `id` is unique in the index. JISR_NO_MEMORY. */
int object_entity(const struct object *object, const char *id, const char *owner, struct arena *arena,
                  struct entity **ret_entity);

/* What "objectKind" of a found entity says. */
#define OBJECT_PROPERTY_KIND "objectKind"

/* The number that a firearm is found by: serial number and make, for makers give the same numbers. */
char *object_firearm_number(const char *serial, const char *make, struct arena *arena);

#endif
