#include "notices/object_form.h"

#include "base/hash.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "names/country.h"

#include <stdlib.h>
#include <string.h>

#define D (1u << OBJECT_DOCUMENT)
#define V (1u << OBJECT_VEHICLE)
#define F (1u << OBJECT_FIREARM)
#define A (1u << OBJECT_ARTWORK)
#define S (1u << OBJECT_VESSEL)

enum form { AS_NUMBER, AS_TEXT, AS_CODE, AS_COUNTRY, AS_DAY, AS_YEAR, AS_CRIMES };

/* The one table of fields. */
static const struct row {
	const char *name, *label;
	unsigned has, must; /* kinds, a bit each */
	enum form form;
	size_t most; /* bytes */
} rows[OBJECT_FIELDS] = {
	[OBJECT_KIND] = {"kind", "kind", D | V | F | A | S, D | V | F | A | S, AS_CODE, 20},
	[OBJECT_TYPE] = {"type", "type", D | V | F | A | S, D | V | F | A | S, AS_CODE, 20},
	[OBJECT_STATUS] = {"status", "status", D | V | F | A | S, D | V | F | A | S, AS_CODE, 20},
	[OBJECT_COUNTRY] = {"country", "country", D | V | F | A | S, D, AS_COUNTRY, OBJECT_MAX_TEXT},
	[OBJECT_NUMBER] = {"number", "number", D, D, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_TO] = {"to", "last number of a range", D, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_ISSUED] = {"issued", "day of issue", D, 0, AS_DAY, 20},
	[OBJECT_EXPIRES] = {"expires", "day of expiry", D, 0, AS_DAY, 20},
	[OBJECT_VIN] = {"vin", "vehicle identification number", V, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_PLATE] = {"plate", "registration plate", V, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_PLATE_COUNTRY] = {"plate_country", "country of the plate", V, 0, AS_COUNTRY, OBJECT_MAX_TEXT},
	[OBJECT_SERIAL] = {"serial", "serial number", F, F, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_ENGINE] = {"engine", "number of the engine", V | S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_MAKE] = {"make", "make", V | F | S, F, AS_TEXT, 60},
	[OBJECT_MODEL] = {"model", "model", V | F | S, F, AS_TEXT, 60},
	[OBJECT_CALIBRE] = {"calibre", "calibre", F, F, AS_TEXT, 40},
	[OBJECT_COLOUR] = {"colour", "colour", V | S, 0, AS_TEXT, 60},
	[OBJECT_YEAR] = {"year", "year of making", V | F | S, 0, AS_YEAR, 10},
	[OBJECT_TITLE] = {"title", "title", A, A, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_ARTIST] = {"artist", "artist", A, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_MATERIAL] = {"material", "material and technique", A, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_PERIOD] = {"period", "period", A, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_DIMENSIONS] = {"dimensions", "dimensions", A, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_INVENTORY] = {"inventory", "inventory number", A, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_NAME] = {"name", "name", S, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_IMO] = {"imo", "IMO number", S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_MMSI] = {"mmsi", "MMSI", S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_CALL_SIGN] = {"call_sign", "call sign", S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_HULL] = {"hull", "hull identification number", S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_REGISTRATION] = {"registration", "registration", S, 0, AS_NUMBER, OBJECT_MAX_NUMBER},
	[OBJECT_LENGTH] = {"length", "length", S, 0, AS_TEXT, 40},
	[OBJECT_DATE] = {"date", "day of the theft or loss", D | V | F | A | S, 0, AS_DAY, 20},
	[OBJECT_PLACE] = {"place", "place of the theft or loss", D | V | F | A | S, 0, AS_TEXT, OBJECT_MAX_TEXT},
	[OBJECT_REFERENCE] = {"reference", "the owner's reference", D | V | F | A | S, 0, AS_TEXT, 100},
	[OBJECT_CRIMES] = {"crime_areas", "crime areas", D | V | F | A | S, 0, AS_CRIMES, 60},
	[OBJECT_NOTES] = {"notes", "notes", D | V | F | A | S, 0, AS_TEXT, OBJECT_MAX_NOTES},
};

/* Which statuses a kind can have. */
static const struct {
	const char *status;
	unsigned kinds;
} states[] = {
	{"stolen", D | V | F | A | S}, {"lost", D | V | F | A | S}, {"revoked", D}, {"invalid", D}, {"stolen-blank", D},
	{"missing", V | A | S},        {"trafficked", V | F | A},
};

/* One number at least tells a thing from others of its kind. */
static const enum object_field vehicle_numbers[] = {OBJECT_VIN, OBJECT_PLATE, OBJECT_ENGINE};
static const enum object_field vessel_numbers[] = {OBJECT_IMO,  OBJECT_HULL,      OBJECT_REGISTRATION,
                                                   OBJECT_MMSI, OBJECT_CALL_SIGN, OBJECT_ENGINE};

const char *object_field_name(enum object_field field)
{
	return rows[field].name;
}

bool object_field_read(const char *name, size_t length, enum object_field *ret_field)
{
	for (int i = 0; i < OBJECT_FIELDS; i++)
		if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
			*ret_field = (enum object_field)i;
			return true;
		}
	return false;
}

bool object_has(enum object_kind kind, enum object_field field)
{
	return (rows[field].has >> kind & 1u) != 0;
}

bool object_must(enum object_kind kind, enum object_field field)
{
	return (rows[field].must >> kind & 1u) != 0;
}

static const char *const kind_codes[OBJECT_KINDS] = {"document", "vehicle", "firearm", "artwork", "vessel"};

bool object_kind_read(const char *code, enum object_kind *ret_kind)
{
	for (int i = 0; i < OBJECT_KINDS; i++)
		if (strcmp(kind_codes[i], code) == 0) {
			*ret_kind = (enum object_kind)i;
			return true;
		}
	return false;
}

const char *object_kind_name(enum object_kind kind)
{
	return kind_codes[kind];
}

const char *object_field_form(enum object_field field)
{
	static const char *const forms[] = {
		[AS_NUMBER] = "number", [AS_TEXT] = "text", [AS_CODE] = "code",     [AS_COUNTRY] = "country",
		[AS_DAY] = "day",       [AS_YEAR] = "year", [AS_CRIMES] = "crimes",
	};
	return forms[rows[field].form];
}

size_t object_field_most(enum object_field field)
{
	return rows[field].most;
}

bool object_status_fits(enum object_kind kind, const char *status)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i].status, status) == 0)
			return (states[i].kinds >> kind & 1u) != 0;
	return false;
}

/* ---- reading a tree ---- */

static int read_crimes(const cJSON *list, struct arena *arena, const char **ret_value, struct findings *findings)
{
	char joined[OBJECT_MAX_CRIMES * 12 + 1] = "";
	size_t length = 0;
	int count = 0;
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || strlen(one->valuestring) > 10 || ++count > OBJECT_MAX_CRIMES) {
			findings_add(findings, "crime_areas", "write it as [\"VEH\",\"ORG\"]",
			             "is no list of at most %d codes", OBJECT_MAX_CRIMES);
			return JISR_OK;
		}
		length += (size_t)snprintf(joined + length, sizeof joined - length, "%s%s", length > 0 ? " " : "",
		                           one->valuestring);
	}
	*ret_value = arena_text(arena, joined, length);
	return *ret_value == NULL ? JISR_NO_MEMORY : JISR_OK;
}

int object_read(const cJSON *json, struct arena *arena, struct object *ret_object, struct findings *findings)
{
	struct object object = {.kind = OBJECT_DOCUMENT};
	if (!cJSON_IsObject(json)) {
		findings_add(findings, "object", "write {\"kind\":\"vehicle\",...}", "is no JSON object");
		return JISR_OK;
	}
	for (const cJSON *one = json->child; one != NULL; one = one->next) {
		enum object_field field;
		if (!object_field_read(one->string, strlen(one->string), &field)) {
			findings_add(findings, one->string, "docs/objects.md lists the fields of each kind",
			             "is no field of an object");
		} else if (field == OBJECT_CRIMES && cJSON_IsArray(one)) {
			int error = read_crimes(one, arena, &object.values[field], findings);
			if (error)
				return error;
		} else if (!cJSON_IsString(one)) {
			findings_add(findings, one->string, "write it in quotes, numbers too", "is no text");
		} else {
			object.values[field] = one->valuestring;
		}
	}
	*ret_object = object;
	return JISR_OK;
}

/* ---- checking ---- */

struct checking {
	struct object *object;
	const char *today;
	struct arena *arena;
	struct findings *findings;
	const char *warning;
	int error;
};

static void list_codes(const struct codes *codes, char *out, size_t size)
{
	size_t length = (size_t)snprintf(out, size, "it is one of ");
	for (size_t i = 0; i < codes->count && length < size - 24; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s", i > 0 ? ", " : "", codes->list[i].code);
}

static void bad_code(struct checking *checking, enum object_field field, const struct codes *codes)
{
	char list[200];
	list_codes(codes, list, sizeof list);
	findings_add(checking->findings, rows[field].name, list, "'%.30s' is not known here",
	             checking->object->values[field]);
}

/* Trims; an empty text is none. */
static void tidy(struct checking *checking, enum object_field field)
{
	const char *value = checking->object->values[field];
	if (value == NULL)
		return;
	size_t length = strlen(value), from = 0;
	while (from < length && (unsigned char)value[from] <= ' ')
		from++;
	while (length > from && (unsigned char)value[length - 1] <= ' ')
		length--;
	if (length == from) {
		checking->object->values[field] = NULL;
		return;
	}
	if (value[length] != '\0' && (value = arena_text(checking->arena, value, length)) == NULL)
		checking->error = JISR_NO_MEMORY;
	else
		checking->object->values[field] = value + from;
}

static bool plain(const char *value, size_t length, bool lines)
{
	if (!utf8_valid(value, length, NULL))
		return false;
	for (size_t i = 0; i < length; i++)
		if (((unsigned char)value[i] < 0x20 && !(lines && value[i] == '\n')) || value[i] == 0x7f)
			return false;
	return true;
}

static void check_number(struct checking *checking, enum object_field field)
{
	char normal[OBJECT_MAX_NUMBER * 4];
	const char *value = checking->object->values[field];
	if (document_normalise(value, strlen(value), normal, sizeof normal) == 0)
		findings_add(checking->findings, rows[field].name, "a number has letters or digits", "'%.30s' has none",
		             value);
}

static void check_country(struct checking *checking, enum object_field field)
{
	const char *value = checking->object->values[field];
	char code[3];
	if (!country_read(value, strlen(value), code)) {
		findings_add(checking->findings, rows[field].name, "write its code, such as MA",
		             "'%.30s' is no country", value);
		return;
	}
	char big[3] = {(char)(code[0] - 'a' + 'A'), (char)(code[1] - 'a' + 'A'), '\0'};
	if (strcmp(big, value) == 0)
		return;
	checking->object->values[field] = arena_text(checking->arena, big, 2);
	if (checking->object->values[field] == NULL)
		checking->error = JISR_NO_MEMORY;
}

static void check_day(struct checking *checking, enum object_field field)
{
	const char *value = checking->object->values[field];
	struct date date;
	char text[DATE_TEXT_MAX];
	if (date_read(value, strlen(value), &date) != JISR_OK) {
		findings_add(checking->findings, rows[field].name, "write it as 2026-03-31, 2026-03 or 2026",
		             "'%.30s' is no day", value);
		return;
	}
	date_write(date, text);
	if ((field == OBJECT_DATE || field == OBJECT_ISSUED) &&
	    strncmp(text, checking->today, strlen(text) < 10 ? strlen(text) : 10) > 0)
		findings_add(checking->findings, rows[field].name, "only what has happened is entered",
		             "%s is still to come", text);
	if (strcmp(text, value) == 0)
		return;
	checking->object->values[field] = arena_text(checking->arena, text, strlen(text));
	if (checking->object->values[field] == NULL)
		checking->error = JISR_NO_MEMORY;
}

static void check_year(struct checking *checking, enum object_field field)
{
	const char *value = checking->object->values[field];
	if (strlen(value) == 4 && strspn(value, "0123456789") == 4 && strcmp(value, "1700") >= 0 &&
	    strtoull(value, NULL, 10) <= strtoull(checking->today, NULL, 10) + 1)
		return;
	findings_add(checking->findings, rows[field].name, "write it as 2019", "'%.30s' is no year of making", value);
}

static void check_crimes(struct checking *checking, enum object_field field)
{
	char code[8];
	for (const char *at = checking->object->values[field]; *at != '\0';) {
		size_t length = strcspn(at, " ;,");
		(void)snprintf(code, sizeof code, "%.*s", (int)(length < 7 ? length : 7), at);
		if (length > 0 && !codes_is_crime(code)) {
			char list[200];
			list_codes(&codes_crime, list, sizeof list);
			findings_add(checking->findings, rows[field].name, list, "'%s' is no crime area", code);
			return;
		}
		at += length + (at[length] != '\0');
	}
}

static void check_code(struct checking *checking, enum object_field field)
{
	struct object *object = checking->object;
	const char *value = object->values[field];
	if (field == OBJECT_TYPE) {
		const struct codes *types = object_types(object->kind);
		if (codes_find(types, value) == NULL)
			bad_code(checking, field, types);
	} else if (field == OBJECT_STATUS) {
		if (object_status_fits(object->kind, value))
			return;
		char list[200];
		size_t length = (size_t)snprintf(list, sizeof list, "of a %s it is one of", kind_codes[object->kind]);
		for (size_t i = 0; i < sizeof states / sizeof *states; i++)
			if ((states[i].kinds >> object->kind & 1u) != 0)
				length +=
					(size_t)snprintf(list + length, sizeof list - length, " %s", states[i].status);
		findings_add(checking->findings, "status", list, "'%.30s' is not known here", value);
	}
}

static void check_field(struct checking *checking, enum object_field field)
{
	const struct row *row = &rows[field];
	struct object *object = checking->object;
	tidy(checking, field);
	const char *value = object->values[field];
	if (value == NULL) {
		if (object_must(object->kind, field))
			findings_add(checking->findings, row->name, "it has to be said", "is missing");
		return;
	}
	size_t length = strlen(value);
	if (!object_has(object->kind, field)) {
		findings_add(checking->findings, row->name, "leave it out", "is no field of a %s",
		             kind_codes[object->kind]);
	} else if (length > row->most) {
		findings_add(checking->findings, row->name, "shorten it", "has %zu bytes, at most %zu are taken",
		             length, row->most);
	} else if (!plain(value, length, field == OBJECT_NOTES)) {
		findings_add(checking->findings, row->name, "write plain text in UTF-8",
		             "holds control characters or is no UTF-8");
	} else {
		switch (row->form) {
		case AS_NUMBER: check_number(checking, field); break;
		case AS_COUNTRY: check_country(checking, field); break;
		case AS_DAY: check_day(checking, field); break;
		case AS_YEAR: check_year(checking, field); break;
		case AS_CRIMES: check_crimes(checking, field); break;
		case AS_CODE: check_code(checking, field); break;
		case AS_TEXT: break;
		}
	}
}

/* ISO 3779: 17 characters without I, O and Q. The ninth is a check digit where the maker keeps one (North America, China). */
static void check_vin(struct checking *checking)
{
	static const char letters[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"; /* place mod 10 is the value */
	static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
	char vin[OBJECT_MAX_NUMBER * 4];
	size_t length = document_normalise(checking->object->values[OBJECT_VIN],
	                                   strlen(checking->object->values[OBJECT_VIN]), vin, sizeof vin);
	if (length != 17) {
		if (length > 17 || length < 5)
			findings_add(checking->findings, "vin", "look at it again",
			             "has %zu letters and digits, a VIN has 17", length);
		else
			checking->warning = "the VIN has not 17 characters, as all since 1981 have";
		return;
	}
	int sum = 0;
	for (size_t i = 0; i < 17; i++) {
		const char *place = strchr("IOQ", vin[i]) == NULL && vin[i] != '.' ? strchr(letters, vin[i]) : NULL;
		if (place == NULL) {
			findings_add(checking->findings, "vin", "1 or 0 is meant",
			             "holds the letter %c, which no VIN has", vin[i]);
			return;
		}
		sum += (int)((place - letters) % 10) * weights[i];
	}
	if ("0123456789X"[sum % 11] != vin[8])
		checking->warning =
			"the VIN's check digit does not agree; not every maker keeps it. Compare it once more";
}

/* Resolution A.1117 of the IMO: seven digits, the last a check digit. */
static void check_imo(struct checking *checking)
{
	char normal[OBJECT_MAX_NUMBER * 4], *imo = normal;
	size_t length = document_normalise(checking->object->values[OBJECT_IMO],
	                                   strlen(checking->object->values[OBJECT_IMO]), normal, sizeof normal);
	if (length == 10 && strncmp(imo, "IMO", 3) == 0)
		imo += 3, length -= 3;
	int sum = 0;
	for (size_t i = 0; length == 7 && i < 6; i++)
		sum += (imo[i] - '0') * (7 - (int)i);
	if (length != 7 || strspn(imo, "0123456789") != 7) {
		findings_add(checking->findings, "imo", "it has seven digits", "'%.30s' is no IMO number",
		             checking->object->values[OBJECT_IMO]);
	} else if (sum % 10 != imo[6] - '0') {
		findings_add(checking->findings, "imo", "compare it once more", "%s has a wrong check digit", imo);
	} else if (checking->object->values[OBJECT_IMO] != imo) {
		checking->object->values[OBJECT_IMO] = arena_text(checking->arena, imo, 7);
		if (checking->object->values[OBJECT_IMO] == NULL)
			checking->error = JISR_NO_MEMORY;
	}
}

/* Where the digits at the end of a normal number begin. */
static size_t digits_from(const char *number, size_t length)
{
	while (length > 0 && number[length - 1] >= '0' && number[length - 1] <= '9')
		length--;
	return length;
}

/* The numbers of a range, as far as it is one: what stands before the digits, how many digits, first and count. */
struct range {
	char first[OBJECT_MAX_NUMBER * 4];
	size_t head, digits;
	uint64_t from, count;
};

static const char *range_read(const struct object *object, struct range *range)
{
	char last[OBJECT_MAX_NUMBER * 4];
	const char *number = object->values[OBJECT_NUMBER], *to = object->values[OBJECT_TO];
	size_t length = document_normalise(number, strlen(number), range->first, sizeof range->first);
	size_t last_length = document_normalise(to, strlen(to), last, sizeof last);
	range->head = digits_from(range->first, length);
	if (length - range->head > 15)
		range->head = length - 15;
	range->digits = length - range->head;
	if (length == 0 || range->digits == 0 || last_length != length ||
	    memcmp(range->first, last, range->head) != 0 || digits_from(last, length) > range->head)
		return "the two numbers differ in more than the digits at their end";
	range->from = strtoull(range->first + range->head, NULL, 10);
	uint64_t until = strtoull(last + range->head, NULL, 10);
	if (until < range->from)
		return "the last number comes before the first";
	range->count = until - range->from + 1;
	return range->count > OBJECT_MAX_RANGE ? "the range has more than 10,000 numbers: write several" : NULL;
}

static void check_range(struct checking *checking)
{
	struct range range;
	if (strcmp(checking->object->values[OBJECT_STATUS], "stolen-blank") != 0) {
		findings_add(checking->findings, "to", "say stolen-blank, or enter each by itself",
		             "is a range of documents that are not stolen blank");
		return;
	}
	const char *wrong = range_read(checking->object, &range);
	if (wrong != NULL)
		findings_add(checking->findings, "to", "compare both numbers", "%s", wrong);
}

static void check_any(struct checking *checking, const enum object_field *fields, size_t count, const char *name,
                      const char *todo)
{
	for (size_t i = 0; i < count; i++)
		if (checking->object->values[fields[i]] != NULL)
			return;
	findings_add(checking->findings, name, todo, "is missing, and so is every other number");
}

int object_check(struct object *object, const char *today, struct arena *arena, struct findings *findings,
                 const char **ret_warning)
{
	struct checking checking = {object, today, arena, findings, NULL, JISR_OK};
	size_t before = findings->total;
	if (ret_warning != NULL)
		*ret_warning = NULL;
	tidy(&checking, OBJECT_KIND);
	if (checking.error)
		return checking.error;
	if (object->values[OBJECT_KIND] == NULL || !object_kind_read(object->values[OBJECT_KIND], &object->kind)) {
		if (object->values[OBJECT_KIND] == NULL)
			object->values[OBJECT_KIND] = "";
		bad_code(&checking, OBJECT_KIND, &codes_object);
		return JISR_OK;
	}
	for (int i = OBJECT_TYPE; i < OBJECT_FIELDS && !checking.error; i++)
		check_field(&checking, (enum object_field)i);
	if (checking.error || findings->total > before)
		return checking.error;
	if (object->values[OBJECT_VIN] != NULL)
		check_vin(&checking);
	if (object->values[OBJECT_IMO] != NULL)
		check_imo(&checking);
	if (object->values[OBJECT_TO] != NULL)
		check_range(&checking);
	if (object->kind == OBJECT_VEHICLE) {
		check_any(&checking, vehicle_numbers, 3, "vin", "give the VIN, the plate or the engine's number");
		if ((object->values[OBJECT_PLATE] == NULL) != (object->values[OBJECT_PLATE_COUNTRY] == NULL))
			findings_add(findings, "plate_country", "say both", "plate and its country go together");
	}
	if (object->kind == OBJECT_VESSEL)
		check_any(&checking, vessel_numbers, 6, "imo",
		          "give the IMO number, the hull's, the registration, MMSI, call sign or the engine's number");
	if (ret_warning != NULL)
		*ret_warning = checking.warning;
	return checking.error;
}

/* ---- what is made of one ---- */

cJSON *object_json(const struct object *object)
{
	cJSON *json = tree_object();
	for (int i = 0; i < OBJECT_FIELDS; i++) {
		if (object->values[i] == NULL)
			continue;
		if (i != OBJECT_CRIMES) {
			tree_text(json, rows[i].name, object->values[i]);
			continue;
		}
		cJSON *list = tree_add_array(json, rows[i].name);
		for (const char *at = object->values[i]; *at != '\0';) {
			size_t length = strcspn(at, " ;,");
			if (length > 0)
				tree_bytes(list, NULL, at, length);
			at += length + (at[length] != '\0');
		}
	}
	return json;
}

/* Adds the number as small letters and digits; true when it is made of those alone and there was room. */
static bool add_key(char out[OBJECT_KEY_MAX], size_t *length, const char *number)
{
	char normal[OBJECT_MAX_TEXT * 2];
	size_t count = document_normalise(number, strlen(number), normal, sizeof normal);
	bool fits = count > 0 && *length + count + 1 < OBJECT_KEY_MAX;
	for (size_t i = 0; fits && i < count; i++)
		fits = (normal[i] >= 'A' && normal[i] <= 'Z') || (normal[i] >= '0' && normal[i] <= '9');
	if (!fits)
		return false;
	out[(*length)++] = '-';
	for (size_t i = 0; i < count; i++)
		out[(*length)++] = (char)(normal[i] >= 'A' ? normal[i] - 'A' + 'a' : normal[i]);
	out[*length] = '\0';
	return true;
}

/* Numbers that are the thing, in the order in which they are trusted; each with those that tell it apart. */
static const struct {
	enum object_kind kind;
	enum object_field field;
	const char *word; /* NULL: the type */
	enum object_field more[3];
} identities[] = {
	{OBJECT_DOCUMENT, OBJECT_NUMBER, NULL, {OBJECT_COUNTRY, OBJECT_TO, OBJECT_KIND}},
	{OBJECT_VEHICLE, OBJECT_VIN, "vin", {OBJECT_KIND, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VEHICLE, OBJECT_PLATE, "plate", {OBJECT_PLATE_COUNTRY, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VEHICLE, OBJECT_ENGINE, "engine", {OBJECT_MAKE, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_FIREARM, OBJECT_SERIAL, "gun", {OBJECT_MAKE, OBJECT_MODEL, OBJECT_CALIBRE}},
	{OBJECT_ARTWORK, OBJECT_INVENTORY, "art", {OBJECT_TITLE, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_ARTWORK, OBJECT_TITLE, "art", {OBJECT_ARTIST, OBJECT_DIMENSIONS, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_IMO, "imo", {OBJECT_KIND, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_HULL, "hull", {OBJECT_KIND, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_REGISTRATION, "boat", {OBJECT_COUNTRY, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_MMSI, "mmsi", {OBJECT_KIND, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_CALL_SIGN, "call", {OBJECT_KIND, OBJECT_KIND, OBJECT_KIND}},
	{OBJECT_VESSEL, OBJECT_ENGINE, "engine", {OBJECT_MAKE, OBJECT_KIND, OBJECT_KIND}},
};

void object_key(const struct object *object, char out[OBJECT_KEY_MAX])
{
	size_t i = 0;
	while (identities[i].kind != object->kind || object->values[identities[i].field] == NULL)
		i++;
	const char *word = identities[i].word != NULL ? identities[i].word : object->values[OBJECT_TYPE];
	size_t length = (size_t)snprintf(out, OBJECT_KEY_MAX, "%s", word), begin = length;
	bool whole = add_key(out, &length, object->values[identities[i].field]);
	for (int k = 0; k < 3 && whole; k++) {
		const char *more = identities[i].more[k] != OBJECT_KIND ? object->values[identities[i].more[k]] : NULL;
		whole = more == NULL || add_key(out, &length, more);
	}
	if (whole)
		return;
	/* Other scripts, and what is too long, by a hash of all of it. */
	XXH128_hash_t hash = {0, 0};
	const char *first = object->values[identities[i].field];
	hash = XXH3_128bits_withSeed(first, strlen(first), 0);
	for (int k = 0; k < 3; k++) {
		const char *more = identities[i].more[k] != OBJECT_KIND ? object->values[identities[i].more[k]] : NULL;
		if (more != NULL)
			hash = XXH3_128bits_withSeed(more, strlen(more), hash.low64 ^ hash.high64);
	}
	(void)snprintf(out + begin, OBJECT_KEY_MAX - begin, "-%016llx%016llx", (unsigned long long)hash.high64,
	               (unsigned long long)hash.low64);
}

char *object_firearm_number(const char *serial, const char *make, struct arena *arena)
{
	return arena_format(arena, "%s %s", serial, make);
}

static const char *text_of(const struct object *object, enum object_field field)
{
	return object->values[field] != NULL ? object->values[field] : "";
}

char *object_caption(const struct object *object, struct arena *arena)
{
	const char *type = codes_label(object_types(object->kind), object->values[OBJECT_TYPE], LANGUAGE_EN);
	const char *status = object->values[OBJECT_STATUS], *country = object->values[OBJECT_COUNTRY], *what = "";
	const char *to = object->values[OBJECT_TO];
	char number[3 * OBJECT_MAX_TEXT], small[3] = "";
	switch (object->kind) {
	case OBJECT_DOCUMENT:
		(void)snprintf(number, sizeof number, "%s%s%s", object->values[OBJECT_NUMBER], to != NULL ? " to " : "",
		               to != NULL ? to : "");
		what = number;
		break;
	case OBJECT_FIREARM:
		(void)snprintf(number, sizeof number, "%s %s %s, %s", object->values[OBJECT_MAKE],
		               object->values[OBJECT_MODEL], object->values[OBJECT_SERIAL],
		               object->values[OBJECT_CALIBRE]);
		what = number;
		break;
	case OBJECT_ARTWORK: what = object->values[OBJECT_TITLE]; break;
	default: {
		static const enum object_field shown[] = {OBJECT_NAME, OBJECT_VIN,       OBJECT_PLATE,
		                                          OBJECT_IMO,  OBJECT_HULL,      OBJECT_REGISTRATION,
		                                          OBJECT_MMSI, OBJECT_CALL_SIGN, OBJECT_ENGINE};
		size_t i = 0;
		while (i + 1 < sizeof shown / sizeof *shown && object->values[shown[i]] == NULL)
			i++;
		(void)snprintf(number, sizeof number, "%s%s%s%s%s", text_of(object, OBJECT_MAKE),
		               object->values[OBJECT_MAKE] != NULL ? " " : "", text_of(object, OBJECT_MODEL),
		               object->values[OBJECT_MODEL] != NULL ? " " : "", text_of(object, shown[i]));
		what = number;
	}
	}
	if (country != NULL)
		(void)snprintf(small, sizeof small, "%c%c", country[0] | 0x20, country[1] | 0x20);
	const char *name = country != NULL ? country_name(small) : NULL;
	return arena_format(arena, "%s %s%s%s, %s", type, what, name != NULL ? " of " : "", name != NULL ? name : "",
	                    strcmp(status, "stolen-blank") == 0 ? "stolen blank" : status);
}

/* ---- in the watch index ---- */

struct building {
	struct entity *entity;
	struct arena *arena;
	const struct object *object;
	int error;
};

static void add_value(struct building *building, const char *property, const char *value)
{
	if (value != NULL && !building->error)
		building->error = entity_add(building->entity, building->arena, property, value, strlen(value));
}

static void add(struct building *building, const char *property, enum object_field field)
{
	add_value(building, property, building->object->values[field]);
}

static const char *small_code(const char *code, char out[3])
{
	if (code == NULL)
		return NULL;
	(void)snprintf(out, 3, "%c%c", code[0] | 0x20, code[1] | 0x20);
	return out;
}

static void add_number(struct building *building, const char *property, const char *country, enum object_field field)
{
	const char *value = building->object->values[field];
	char small[3];
	if (value != NULL && !building->error)
		building->error = entity_add_document(building->entity, building->arena, property,
		                                      small_code(country, small), value, strlen(value));
}

static void add_range(struct building *building, const char *property)
{
	struct range range;
	char number[OBJECT_MAX_NUMBER * 4 + 20], small[3];
	const char *country = small_code(building->object->values[OBJECT_COUNTRY], small);
	if (range_read(building->object, &range) != NULL)
		return;
	for (uint64_t i = 0; i < range.count && !building->error; i++) {
		int length = snprintf(number, sizeof number, "%.*s%0*llu", (int)range.head, range.first,
		                      (int)range.digits, (unsigned long long)(range.from + i));
		building->error = entity_add_document(building->entity, building->arena, property, country, number,
		                                      (size_t)length);
	}
}

/* Of FollowTheMoney's properties where it has one, so that other programs read them. */
static void add_all(struct building *building)
{
	const struct object *object = building->object;
	const char *country = object->values[OBJECT_COUNTRY];
	char small[3];
	add_value(building, "country", small_code(country, small));
	switch (object->kind) {
	case OBJECT_DOCUMENT: {
		bool passport = strcmp(object->values[OBJECT_TYPE], "passport") == 0;
		const char *property = passport ? "passportNumber" : "idNumber";
		if (object->values[OBJECT_TO] != NULL)
			add_range(building, property);
		else
			add_number(building, property, country, OBJECT_NUMBER);
		break;
	}
	case OBJECT_VEHICLE:
		add_number(building, "vin", NULL, OBJECT_VIN);
		add_number(building, "registrationNumber", object->values[OBJECT_PLATE_COUNTRY], OBJECT_PLATE);
		break;
	case OBJECT_FIREARM: {
		char *number = object_firearm_number(object->values[OBJECT_SERIAL], object->values[OBJECT_MAKE],
		                                     building->arena);
		if (number == NULL)
			building->error = JISR_NO_MEMORY;
		add_value(building, "serialNumber", number);
		break;
	}
	case OBJECT_ARTWORK:
		add(building, "name", OBJECT_TITLE);
		add(building, "registrationNumber", OBJECT_INVENTORY);
		break;
	default:
		add(building, "name", OBJECT_NAME);
		add(building, "imoNumber", OBJECT_IMO);
		add(building, "mmsi", OBJECT_MMSI);
		add(building, "callSign", OBJECT_CALL_SIGN);
		add(building, "serialNumber", OBJECT_HULL);
		add_number(building, "registrationNumber", country, OBJECT_REGISTRATION);
		break;
	}
	add(building, "serialNumber", OBJECT_ENGINE);
	add(building, OBJECT_PROPERTY_KIND, OBJECT_KIND);
	add(building, "type", OBJECT_TYPE);
	add(building, "status", OBJECT_STATUS);
	add(building, "make", OBJECT_MAKE);
	add(building, "model", OBJECT_MODEL);
	add(building, "calibre", OBJECT_CALIBRE);
	add(building, "colour", OBJECT_COLOUR);
	add(building, "buildDate", OBJECT_YEAR);
	add(building, "artist", OBJECT_ARTIST);
	add(building, "material", OBJECT_MATERIAL);
	add(building, "period", OBJECT_PERIOD);
	add(building, "dimensions", OBJECT_DIMENSIONS);
	add(building, "length", OBJECT_LENGTH);
	add(building, "startDate", OBJECT_ISSUED);
	add(building, "endDate", OBJECT_EXPIRES);
	add(building, "date", OBJECT_DATE);
	add(building, "place", OBJECT_PLACE);
	add(building, "crimeAreas", OBJECT_CRIMES);
	add(building, "notes", OBJECT_NOTES);
}

int object_entity(const struct object *object, const char *id, const char *owner, struct arena *arena,
                  struct entity **ret_entity)
{
	static const char *const schemata[OBJECT_KINDS] = {"Identification", "Vehicle", "Asset", "Asset", "Vessel"};
	struct building building = {.arena = arena, .object = object};
	const char *status = object->values[OBJECT_STATUS], *schema = schemata[object->kind];
	if (object->kind == OBJECT_DOCUMENT && strcmp(object->values[OBJECT_TYPE], "passport") == 0)
		schema = "Passport";
	building.error = entity_new(id, schema, arena, &building.entity);
	if (building.error)
		return building.error;
	building.entity->caption = object_caption(object, arena);
	if (building.entity->caption == NULL)
		return JISR_NO_MEMORY;
	add_all(&building);
	add_value(&building, "topics", strncmp(status, "stolen", 6) == 0 ? "crime.theft" : "reg.warn");
	add_value(&building, "authority", owner);
	if (!building.error)
		building.error = entity_complete(building.entity, arena);
	if (!building.error)
		*ret_entity = building.entity;
	return building.error;
}
