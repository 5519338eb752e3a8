/* One thing on a list: a person, company, organisation, vessel, vehicle, aircraft, in the FollowTheMoney vocabulary.
 *
 * An entity is a bag of properties, each a name and a text; a property may stand several times. Whoever builds one
 * keeps it in an arena; nothing here allocates elsewhere. Readers (src/lists) build entities, segments
 * (watch/segment.h) store them. Records that belong to another (Sanction, Passport, Identification, Address) are joined
 * to their holder by the reader: the holder gets their documents and countries as properties, and the records
 * themselves as `attached`. */
#ifndef JISR_WATCH_ENTITY_H
#define JISR_WATCH_ENTITY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits; what is over them is a bad record, reported and skipped. */
#define ENTITY_MAX_ID         255
#define ENTITY_MAX_VALUE      (64 * 1024)
#define ENTITY_MAX_PROPERTIES 20000

struct entity_property {
	const char *name;  /* FollowTheMoney property: "name", "alias", "birthDate", "passportNumber", ... */
	const char *value; /* UTF-8, not empty, trimmed */
};

struct entity {
	const char *id;      /* stable within its list: "NK-2Gd...", "ofac-36", "2022/46614" */
	const char *schema;  /* "Person", "Company", "Vessel", ... */
	const char *caption; /* the name to show; never NULL in a complete entity */
	struct entity_property *properties;
	size_t count;
	size_t capacity;
	const char *attached; /* JSON array of attached records (FollowTheMoney objects), or NULL */
	const char *meta; /* JSON object of datasets, referents, first_seen, last_seen, last_change, target; or NULL */
	uint32_t *seen;   /* entity_add's own: finds repeats in entities of many properties, NULL in small ones */
	size_t seen_size;
};

/* An empty entity in the arena. id and schema are copied. JISR_BAD_INPUT when one is empty, JISR_TOO_LARGE,
 * JISR_NO_MEMORY. */
int entity_new(const char *id, const char *schema, struct arena *arena, struct entity **ret_entity);

/* Adds one property, both copied into the arena; leading and trailing white space goes, an empty value and an exact
 * duplicate are ignored. JISR_TOO_LARGE over the limits, JISR_BAD_INPUT when the value is not UTF-8 or has a 0 byte,
 * JISR_NO_MEMORY. On failure the entity is as before. */
int entity_add(struct entity *entity, struct arena *arena, const char *property, const char *value, size_t length);

/* A document number: stored as property (passportNumber, idNumber, ...) with the value "CC:NUMBER" when the country is
 * known (two lower-case letters) and "NUMBER" when not. */
int entity_add_document(struct entity *entity, struct arena *arena, const char *property, const char *country,
                        const char *number, size_t length);

/* First value of a property, NULL when there is none. */
const char *entity_get(const struct entity *entity, const char *property);

/* Chooses the caption when none was given: the first name, else alias, else id. Sorts the properties by name, keeping
 * the order of values within one name. To be called once, before storing. */
int entity_complete(struct entity *entity, struct arena *arena);

/* What a property's value is used for. */
enum property_use {
	USE_NOTHING = 0, /* stored and shown */
	USE_NAME,        /* name, alias, previousName, ... : compared */
	USE_WEAK_NAME,   /* weakAlias: compared, counts for less */
	USE_NAME_FIELD,  /* firstName, lastName, fatherName ...: never compared by itself */
	USE_BIRTH,       /* birthDate (incorporationDate for companies) */
	USE_COUNTRY,     /* nationality, citizenship, country, jurisdiction, flag, birthCountry, mainCountry */
	USE_SEX,         /* gender */
	USE_DOCUMENT, /* passportNumber, idNumber, taxNumber, registrationNumber, imoNumber, mmsi, callSign, vin, ... */
};
enum property_use property_use(const char *property);

/* 'm', 'f' or 0 from "male", "Female", "M", "F", "م" ... */
char sex_read(const char *text);

/* Document numbers are compared without case, spaces, dots, dashes and slashes: only letters and digits count. Digits
 * of every script become ASCII, Latin letters lose accents and full width and become capitals, Cyrillic capitals that
 * look like Latin ones become those; letters of other scripts stay. The result is again its own normal form. Writes at
 * most out_size-1 bytes and a 0, returns the length; 0 when nothing is left. */
size_t document_normalise(const char *number, size_t length, char *out, size_t out_size);

#endif
