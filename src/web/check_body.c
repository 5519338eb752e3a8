#include "web/check_body.h"

#include "base/shown.h"
#include "base/utf8.h"
#include "names/country.h"
#include "names/name.h"
#include "web/decisions.h"

#include <string.h>
#include <unicode/uchar.h>

#define SHOWN 120 /* bytes of a wrong value that a sentence repeats */

#define THRESHOLD_LEAST 0.01

enum field {
	FIELD_NAME,
	FIELD_SCHEMA,
	FIELD_BORN,
	FIELD_NATIONALITY,
	FIELD_SEX,
	FIELD_DOCUMENT,
	FIELD_MRZ,
	FIELD_LISTS,
	FIELD_LIMIT,
	FIELD_THRESHOLD,
	FIELD_RULES,
	FIELD_REFERENCE,
	FIELD_SHOW_HIDDEN,
	FIELD_PURPOSE,
	FIELD_COUNT,
};

static const struct known_field fields[FIELD_COUNT] = {
	[FIELD_NAME] = {"name",
                        " names fullName full_name caption alias query q given family firstName lastName surname "},
	[FIELD_SCHEMA] = {"schema", " type entityType "},
	[FIELD_BORN] = {"born", " birthDate birth_date birth dateOfBirth date_of_birth dob birthYear year "},
	[FIELD_NATIONALITY] = {"nationality", " nationalities country countries citizenship "},
	[FIELD_SEX] = {"sex", " gender "},
	[FIELD_DOCUMENT] = {"document",
                            " documents number passport passportNumber documentNumber idNumber imoNumber identifier "},
	[FIELD_MRZ] = {"mrz", " zone machineReadableZone "},
	[FIELD_LISTS] = {"lists", " list dataset datasets include_dataset source sources "},
	[FIELD_LIMIT] = {"limit", " max count size "},
	[FIELD_THRESHOLD] = {"threshold", " minScore min_score minMatch cutoff score "},
	[FIELD_RULES] = {"rules", " algorithm version "},
	[FIELD_REFERENCE] = {"reference", " id customer customerId requestId requestID "},
	[FIELD_SHOW_HIDDEN] = {"show_hidden", " showHidden hidden include_hidden "},
	[FIELD_PURPOSE] = {"purpose", " reason why case "},
};

/* What the readers of fields share. */
struct reading {
	struct check_body *body;
	struct check_query *query;
	struct faults *faults;
	const struct catalogue_list *list;
	size_t count;
	int error; /* JISR_NO_MEMORY */
};

static const char *shown(const char *text, char out[SHOWN])
{
	shown_clean(text, strlen(text), out, SHOWN);
	return out;
}

/* Takes note of what a reader of watch/query.h says. */
static void told(struct reading *reading, const struct place *place, int error, const struct problem *problem)
{
	if (error == JISR_NO_MEMORY)
		reading->error = error;
	else if (error != JISR_OK)
		faults_add(reading->faults, place, "%s", problem->text);
}

/* Something that could be compared: a letter or a digit of any script. */
static bool says_something(const char *text)
{
	for (const char *at = text, *end = text + strlen(text); at < end;) {
		unsigned char byte = (unsigned char)*at;
		uint32_t code = byte < 0x80 ? (at++, byte) : utf8_next(&at, end);
		if (code != UTF8_INVALID && u_isalnum((UChar32)code))
			return true;
	}
	return false;
}

static bool good_name(const char *text, const struct place *place, struct faults *faults)
{
	size_t length = strnlen(text, NAME_MAX_BYTES + 1);
	if (length > NAME_MAX_BYTES)
		faults_add(faults, place, "the name has more than %d bytes, and only its beginning would be compared",
		           NAME_MAX_BYTES);
	else if (length == 0)
		faults_add(faults, place, "the name is empty: leave it away when it is not known");
	else if (!says_something(text))
		faults_add(faults, place, "the name has no letter and no digit that could be compared");
	else
		return true;
	return false;
}

const char *check_body_name(const cJSON *json, const struct place *place, struct faults *faults)
{
	if (!cJSON_IsString(json))
		faults_add(faults, place, "a name in quotes is needed");
	else if (good_name(json->valuestring, place, faults))
		return json->valuestring;
	return NULL;
}

const char *check_body_purpose(const cJSON *json, const struct place *place, struct faults *faults)
{
	const char *text = cJSON_IsString(json) ? json->valuestring : "";
	size_t length = strlen(text);
	if (length > 0 && length <= CHECK_BODY_MAX_PURPOSE)
		return text;
	faults_add(faults, place, "a text of 1 to %d bytes is needed: what the check is for, as a case's number",
	           CHECK_BODY_MAX_PURPOSE);
	return NULL;
}

/* {"family": "...", "given": "..."}: written as lists write it, "FAMILY, GIVEN", which tells the reader of names which
 * is which. */
static void read_name_parts(struct reading *reading, const cJSON *json, const struct place *place)
{
	static const struct known_field parts[] = {
		{"family", " last lastName last_name surname familyName "},
		{"given", " first firstName first_name forename givenName name "},
	};
	const char *found[2] = {0};
	size_t before = reading->faults->count;
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		struct place at = {.parent = place, .name = member->string};
		size_t part = faults_field(reading->faults, &at, parts, 2);
		if (part < 2)
			found[part] = check_body_name(member, &at, reading->faults);
	}
	if (reading->faults->count > before)
		return;
	if (found[0] == NULL && found[1] == NULL) {
		faults_add(reading->faults, place, "a name has \"family\", \"given\" or both");
		return;
	}
	bool both = found[0] != NULL && found[1] != NULL;
	char *text = arena_format(reading->faults->arena, "%s%s%s", found[0] != NULL ? found[0] : "", both ? ", " : "",
	                          found[1] != NULL ? found[1] : "");
	if (text == NULL) {
		reading->error = JISR_NO_MEMORY;
		return;
	}
	size_t family = found[0] != NULL ? strlen(found[0]) : 0;
	for (size_t i = 0; text[i] != '\0'; i++) /* a comma inside would tell another story */
		if (text[i] == ',' && !(both && i == family))
			text[i] = ' ';
	struct problem problem = {0};
	if (good_name(text, place, reading->faults))
		told(reading, place, query_name(reading->query, text, reading->faults->arena, &problem), &problem);
}

static void read_name(struct reading *reading, const cJSON *json, const struct place *place)
{
	if (cJSON_IsObject(json)) {
		read_name_parts(reading, json, place);
	} else if (!cJSON_IsString(json)) {
		faults_add(reading->faults, place, "a name is a text, or an object of \"family\" and \"given\"");
	} else if (good_name(json->valuestring, place, reading->faults)) {
		if (reading->query->name_count == CHECK_MAX_NAMES)
			faults_add(reading->faults, place, "at most %d names in one check", CHECK_MAX_NAMES);
		else
			reading->query->names[reading->query->name_count++] = json->valuestring;
	}
}

/* A text, or a fault. */
static const char *text_of(struct reading *reading, const cJSON *json, const struct place *place, const char *what)
{
	if (cJSON_IsString(json))
		return json->valuestring;
	faults_add(reading->faults, place, "%s", what);
	return NULL;
}

static void read_nationality(struct reading *reading, const cJSON *json, const struct place *place)
{
	struct problem problem = {0};
	const char *text = text_of(reading, json, place, "a country is a text: \"ma\", \"MAR\" or \"Morocco\"");
	if (text != NULL)
		told(reading, place, query_country(reading->query, text, reading->faults->arena, &problem), &problem);
}

static void read_document_parts(struct reading *reading, const cJSON *json, const struct place *place)
{
	static const struct known_field parts[] = {
		{"number", " value id documentNumber identifier "},
		{"country", " issuer issuingCountry issuing_country "},
	};
	const char *found[2] = {0};
	size_t before = reading->faults->count;
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		struct place at = {.parent = place, .name = member->string};
		size_t part = faults_field(reading->faults, &at, parts, 2);
		if (part < 2)
			found[part] = text_of(reading, member, &at, "a text in quotes is needed");
	}
	if (reading->faults->count > before)
		return;
	if (found[0] == NULL) {
		faults_add(reading->faults, place, "a document has a \"number\"");
		return;
	}
	char code[3], value[SHOWN];
	struct place country = {.parent = place, .name = "country"}, number = {.parent = place, .name = "number"};
	if (found[1] != NULL && !country_read(found[1], strlen(found[1]), code)) {
		faults_add(reading->faults, &country, "'%s' is no country that is known", shown(found[1], value));
		return;
	}
	if (strchr(found[0], ':') != NULL) {
		faults_add(reading->faults, &number, "a number has no colon; the country stands in \"country\"");
		return;
	}
	struct problem problem = {0};
	char *text = arena_format(reading->faults->arena, "%s%s%s", found[1] != NULL ? code : "",
	                          found[1] != NULL ? ":" : "", found[0]);
	if (text == NULL)
		reading->error = JISR_NO_MEMORY;
	else
		told(reading, &number, query_document(reading->query, text, reading->faults->arena, &problem),
		     &problem);
}

static void read_document(struct reading *reading, const cJSON *json, const struct place *place)
{
	struct problem problem = {0};
	if (cJSON_IsObject(json)) {
		read_document_parts(reading, json, place);
		return;
	}
	const char *text =
		text_of(reading, json, place,
	                "a document is a text as in \"MA:AB123456\", or an object of \"country\" and \"number\"");
	if (text != NULL)
		told(reading, place, query_document(reading->query, text, reading->faults->arena, &problem), &problem);
}

static void read_list(struct reading *reading, const cJSON *json, const struct place *place)
{
	char value[SHOWN], loaded[256];
	size_t used = 0;
	const char *text = text_of(reading, json, place, "the name of a list is a text");
	if (text == NULL)
		return;
	if (reading->query->list_count == CHECK_BODY_MAX_LISTS) {
		faults_add(reading->faults, place, "at most %d lists in one check", CHECK_BODY_MAX_LISTS);
		return;
	}
	reading->body->lists[reading->query->list_count++] = text;
	for (size_t i = 0; i < reading->count; i++)
		if (strcmp(reading->list[i].name, text) == 0)
			return;
	loaded[0] = '\0';
	for (size_t i = 0; i < reading->count && used < sizeof loaded; i++) {
		int put =
			snprintf(loaded + used, sizeof loaded - used, "%s%s", i > 0 ? ", " : "", reading->list[i].name);
		used = put < 0 ? sizeof loaded : used + (size_t)put;
	}
	faults_add(reading->faults, place, "no list '%s' is loaded; there are: %s", shown(text, value), loaded);
}

/* Each element of an array, or the one value. */
static void each(struct reading *reading, const cJSON *json, const struct place *place, size_t most,
                 void (*read)(struct reading *reading, const cJSON *json, const struct place *place))
{
	if (!cJSON_IsArray(json)) {
		read(reading, json, place);
		return;
	}
	if (json->child == NULL) {
		faults_add(reading->faults, place, "the array is empty: leave the field away");
		return;
	}
	size_t index = 0;
	for (const cJSON *element = json->child; element != NULL; element = element->next, index++) {
		struct place at = {.parent = place, .index = index};
		if (index == most) {
			faults_add(reading->faults, place, "at most %zu of them in one check", most);
			return;
		}
		read(reading, element, &at);
	}
}

/* One text, or an array of its lines. */
static void read_mrz(struct reading *reading, const cJSON *json, const struct place *place)
{
	struct text zone;
	text_init(&zone, QUERY_MRZ_MAX);
	size_t index = 0;
	if (cJSON_IsString(json))
		(void)text_add_string(&zone, json->valuestring);
	for (const cJSON *line = cJSON_IsArray(json) ? json->child : NULL; line != NULL; line = line->next, index++) {
		struct place at = {.parent = place, .index = index};
		const char *text = text_of(reading, line, &at, "a line of the zone is a text");
		if (text == NULL) {
			text_finish(&zone);
			return;
		}
		(void)text_add_string(&zone, text);
		(void)text_add_char(&zone, '\n');
	}
	struct problem problem = {0};
	struct mrz *mrz = arena_zero(reading->faults->arena, 1, sizeof *mrz);
	if (mrz == NULL || zone.error == JISR_NO_MEMORY)
		reading->error = JISR_NO_MEMORY;
	else if (!cJSON_IsString(json) && !cJSON_IsArray(json))
		faults_add(reading->faults, place, "the zone is a text, or an array of its lines");
	else if (zone.error == JISR_TOO_LARGE)
		faults_add(reading->faults, place, "the machine readable zone is too long: it has two or three lines");
	else
		told(reading, place,
		     query_mrz(reading->query, zone.bytes, zone.length, reading->faults->arena, mrz, &problem),
		     &problem);
	reading->body->mrz = mrz;
	text_finish(&zone);
}

const char *check_body_schema(const cJSON *json, const struct place *place, struct faults *faults)
{
	struct problem problem = {0};
	const char *schema = "Person";
	if (json == NULL)
		return schema;
	if (!cJSON_IsString(json))
		faults_add(faults, place, "a schema is a text: \"Person\", \"Company\", \"Vessel\" ...");
	else if (query_schema(json->valuestring, &schema, &problem) != JISR_OK)
		faults_add(faults, place, "%s", problem.text);
	return schema;
}

static void read_number(struct reading *reading, const cJSON *json, const struct place *place, bool limit)
{
	double number = cJSON_IsNumber(json) ? json->valuedouble : -1;
	if (limit && number >= 1 && number <= CHECK_MAX_LIMIT && number == (double)(size_t)number)
		reading->query->limit = (size_t)number;
	else if (limit)
		faults_add(reading->faults, place, "the limit is a whole number from 1 to %d", CHECK_MAX_LIMIT);
	else if (number >= THRESHOLD_LEAST && number <= 1)
		reading->query->threshold = number;
	else
		faults_add(reading->faults, place, "the threshold is a number from %.2f to 1", THRESHOLD_LEAST);
}

static void read_rules(struct reading *reading, const cJSON *json, const struct place *place)
{
	struct problem problem = {""};
	const char *text = text_of(reading, json, place, "a version of the rules is a text");
	if (text != NULL && name_rules_ask(text, &problem) != JISR_OK)
		faults_add(reading->faults, place, "%s", problem.text);
}

static void read_field(struct reading *reading, enum field field, const cJSON *json, const struct place *place)
{
	struct problem problem = {0};
	const char *text;
	switch (field) {
	case FIELD_NAME: each(reading, json, place, CHECK_MAX_NAMES, read_name); break;
	case FIELD_SCHEMA: reading->query->schema = check_body_schema(json, place, reading->faults); break;
	case FIELD_BORN:
		text = text_of(reading, json, place,
		               "a birth date is a text: \"1971-03-14\", \"1971-03\", \"1971\" or "
		               "\"1970-01-01/1972-12-31\"");
		if (text != NULL)
			told(reading, place, query_birth(reading->query, text, &problem), &problem);
		break;
	case FIELD_NATIONALITY: each(reading, json, place, CHECK_MAX_COUNTRIES, read_nationality); break;
	case FIELD_SEX:
		text = text_of(reading, json, place, "a sex is a text: \"m\", \"f\" or \"x\"");
		if (text != NULL)
			told(reading, place, query_sex(reading->query, text, &problem), &problem);
		break;
	case FIELD_DOCUMENT: each(reading, json, place, CHECK_MAX_DOCUMENTS, read_document); break;
	case FIELD_LISTS: each(reading, json, place, CHECK_BODY_MAX_LISTS, read_list); break;
	case FIELD_LIMIT: read_number(reading, json, place, true); break;
	case FIELD_THRESHOLD: read_number(reading, json, place, false); break;
	case FIELD_RULES: read_rules(reading, json, place); break;
	case FIELD_REFERENCE:
		text = text_of(reading, json, place, "a reference is a text of your own");
		if (text != NULL && (text[0] == '\0' || strlen(text) > DECISIONS_MAX_REFERENCE))
			faults_add(reading->faults, place, "a reference has 1 to %d bytes", DECISIONS_MAX_REFERENCE);
		reading->body->reference = text;
		break;
	case FIELD_SHOW_HIDDEN:
		if (!cJSON_IsBool(json))
			faults_add(reading->faults, place, "true or false is needed");
		reading->body->show_hidden = cJSON_IsTrue(json);
		break;
	case FIELD_PURPOSE: reading->body->purpose = check_body_purpose(json, place, reading->faults); break;
	case FIELD_MRZ: /* last: see below */
	case FIELD_COUNT: break;
	}
}

int check_body_read(const cJSON *json, const struct place *place, const struct catalogue_list *list, size_t count,
                    struct check_body *body, struct faults *faults)
{
	struct reading reading = {.body = body, .query = &body->query, .faults = faults, .list = list, .count = count};
	memset(&body->query, 0, sizeof body->query);
	body->mrz = NULL;
	body->reference = NULL;
	body->purpose = NULL;
	body->show_hidden = false;
	if (!cJSON_IsObject(json)) {
		faults_add(faults, place,
		           "a check is an object, as in {\"name\": \"Nikola Tesla\", \"born\": \"1856\"}");
		return JISR_OK;
	}
	size_t before = faults->count;
	const cJSON *mrz = NULL;
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		struct place at = {.parent = place, .name = member->string};
		size_t field = faults_field(faults, &at, fields, FIELD_COUNT);
		if (field == FIELD_MRZ)
			mrz = member; /* read last: what stands beside it goes before what it says */
		else if (field < FIELD_COUNT)
			read_field(&reading, (enum field)field, member, &at);
	}
	if (mrz != NULL)
		read_mrz(&reading, mrz, &(struct place){.parent = place, .name = "mrz"});
	if (body->query.list_count > 0)
		body->query.lists = body->lists;
	if (faults->count == before && body->query.name_count == 0 && body->query.document_count == 0)
		faults_add(faults, place, "nothing to check: give a \"name\", a \"document\" or an \"mrz\"");
	return reading.error;
}
