#include "notices/import.h"

#include "base/date.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/register.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST  800  /* bytes of a text of one line; longer ones are left out by the form */
#define TEXT_MOST  3900 /* characters of a text, of 4,000 that the form takes */
#define FAULTS     40   /* fields that are left out of one notice, at most */
#define NAMES_MOST 60

/* ---- values ---- */

/* Empty for what is no text. */
static const char *text_of(const cJSON *value)
{
	return cJSON_IsString(value) ? value->valuestring : "";
}

/* One line, without white space at its ends; NULL when nothing is left, or it is "-". */
static const char *line_of(const cJSON *value, char out[LINE_MOST])
{
	size_t length = 0;
	bool space = false;
	for (const char *at = text_of(value); *at != '\0' && length < LINE_MOST - 5; at++) {
		if (strchr(" \t\r\n", *at) != NULL) {
			space = length > 0;
			continue;
		}
		if (space)
			out[length++] = ' ';
		space = false;
		out[length++] = *at;
	}
	out[length] = '\0';
	return length == 0 || strcmp(out, "-") == 0 ? NULL : out;
}

static void put(cJSON *object, const char *name, const cJSON *value)
{
	char line[LINE_MOST];
	if (line_of(value, line) != NULL)
		tree_text(object, name, line);
}

/* "1975/03/00" is "1975-03": unknown parts are noughts. */
static void put_date(cJSON *object, const char *name, const cJSON *value)
{
	char line[LINE_MOST];
	struct date date;
	if (line_of(value, line) == NULL)
		return;
	for (char *at = line; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	while (strlen(line) > 4 && strcmp(line + strlen(line) - 3, "-00") == 0)
		line[strlen(line) - 3] = '\0';
	if (strcmp(line, "0000") != 0 && date_read(line, strlen(line), &date) == JISR_OK)
		tree_text(object, name, line);
}

static bool country_of(const cJSON *value, char out[3])
{
	const char *code = text_of(value);
	if (strlen(code) != 2)
		return false;
	out[0] = (char)toupper((unsigned char)code[0]);
	out[1] = (char)toupper((unsigned char)code[1]);
	out[2] = '\0';
	return codes_country_known(out);
}

static void put_country(cJSON *object, const char *name, const cJSON *value)
{
	char code[3];
	if (country_of(value, code))
		tree_text(object, name, code);
}

/* A number above 0, also where it is written as a text; metres where it is in centimetres. */
static void put_number(cJSON *object, const char *name, const cJSON *value, double centimetres_from)
{
	double number = cJSON_IsNumber(value)   ? value->valuedouble
	                : cJSON_IsString(value) ? strtod(value->valuestring, NULL)
	                                        : 0;
	if (centimetres_from > 0 && number >= centimetres_from)
		number /= 100;
	if (number > 0)
		tree_score(object, name, number);
}

/* The codes of a list that are known, each once. */
static void put_codes(cJSON *object, const char *name, const cJSON *list, bool (*known)(const char *code), size_t most)
{
	cJSON *out = NULL;
	size_t count = 0;
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL && count < most;
	     one = one->next) {
		char code[12];
		if (!cJSON_IsString(one) || strlen(one->valuestring) >= sizeof code)
			continue;
		for (size_t i = 0; i <= strlen(one->valuestring); i++)
			code[i] = (char)toupper((unsigned char)one->valuestring[i]);
		bool there = false;
		for (const cJSON *before = out != NULL ? out->child : NULL; before != NULL; before = before->next)
			there = there || strcmp(before->valuestring, code) == 0;
		if (there || !known(code))
			continue;
		if (out == NULL)
			out = tree_add_array(object, name);
		tree_text(out, NULL, code);
		count++;
	}
}

static bool known_eyes(const char *code)
{
	return codes_find(&codes_eyes, code) != NULL;
}

static bool known_hair(const char *code)
{
	return codes_find(&codes_hair, code) != NULL;
}

static void drop_empty(cJSON *content, const char *name)
{
	const cJSON *there = json_get(content, name);
	if (there != NULL && there->child == NULL)
		cJSON_DeleteItemFromObjectCaseSensitive(content, name);
}

static void add_name(cJSON *content, const cJSON *value, const char *kind)
{
	char line[LINE_MOST];
	const char *name = json_get_text(content, "name");
	cJSON *list = cJSON_GetObjectItemCaseSensitive(content, "names");
	if (line_of(value, line) == NULL || (name != NULL && strcmp(name, line) == 0) ||
	    (list != NULL && cJSON_GetArraySize(list) >= NAMES_MOST))
		return;
	cJSON *one = tree_add_object(list != NULL ? list : tree_add_array(content, "names"), NULL);
	tree_text(one, "text", line);
	tree_text(one, "kind", kind);
}

static void add_names(cJSON *content, const cJSON *list, const char *kind)
{
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next)
		add_name(content, one, kind);
}

/* Texts as paragraphs of the summary, in the source's language. */
struct paragraphs {
	struct text text;
};

static void add_paragraph(struct paragraphs *paragraphs, const char *before, const cJSON *value)
{
	if (!cJSON_IsString(value) || value->valuestring[strspn(value->valuestring, " \r\n\t")] == '\0')
		return;
	if (paragraphs->text.length > 0)
		(void)text_add_char(&paragraphs->text, '\n');
	(void)text_add_string(&paragraphs->text, before);
	for (const char *at = value->valuestring; *at != '\0'; at++)
		if (*at != '\r')
			(void)text_add_char(&paragraphs->text, *at);
}

static void put_summary(cJSON *content, const char *language, struct paragraphs *paragraphs)
{
	size_t count = 0, length = 0;
	char *bytes = paragraphs->text.bytes;
	for (; length < paragraphs->text.length; length++) {
		count += ((unsigned char)bytes[length] & 0xC0) != 0x80;
		if (count > TEXT_MOST)
			break;
	}
	while (length > 0 && strchr(" \n\t", bytes[length - 1]) != NULL)
		length--;
	if (length > 0 && paragraphs->text.error == JISR_OK)
		tree_bytes(tree_add_object(content, "summary"), language, bytes, length);
	text_finish(&paragraphs->text);
}

/* ---- INTERPOL's public notices ---- */

static const char *public_colour(const cJSON *json, const char *otherwise)
{
	static const char *const colours[] = {"red", "yellow", "un"};
	const char *href = json_get_text(json_get(json_get(json, "_links"), "self"), "href");
	char part[20];
	for (size_t i = 0; href != NULL && i < 3; i++) {
		(void)snprintf(part, sizeof part, "/v1/%s/", colours[i]);
		if (strstr(href, part) != NULL)
			return colours[i];
	}
	if (cJSON_IsArray(json_get(json, "arrest_warrants")))
		return "red";
	return json_get_text(json, "un_reference") != NULL ? "un" : otherwise;
}

static void read_warrants(const cJSON *json, cJSON *content, const char *language, char country[3])
{
	struct paragraphs paragraphs;
	char before[40], code[3];
	const cJSON *list = json_get(json, "arrest_warrants");
	text_init(&paragraphs.text, (size_t)256 << 10);
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		bool known = country_of(json_get(one, "issuing_country_id"), code);
		(void)snprintf(before, sizeof before, "%s%s", known ? code : "", known ? ": " : "");
		add_paragraph(&paragraphs, before, json_get(one, "charge"));
		if (known && country[0] == '\0')
			memcpy(country, code, 3);
	}
	add_paragraph(&paragraphs, "", json_get(json, "summary"));
	add_paragraph(&paragraphs, "", json_get(json, "additional_information"));
	put_summary(content, language, &paragraphs);
}

static void read_un(const cJSON *json, cJSON *content)
{
	cJSON *un = tree_add_object(content, "un");
	char line[LINE_MOST];
	put(un, "reference", json_get(json, "un_reference"));
	put_date(un, "reference_date", json_get(json, "un_reference_date"));
	put_number(un, "resolution", json_get(json, "un_resolution"), 0);
	put(un, "profession", json_get(json, "profession"));
	put(un, "main_activity", json_get(json, "main_activity"));
	put(un, "legal_form", json_get(json, "legal_form"));
	put(un, "registration_number", json_get(json, "registration_number"));
	const cJSON *list = json_get(json, "adresses");
	cJSON *addresses = NULL;
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next)
		if (line_of(one, line) != NULL)
			tree_text(addresses != NULL ? addresses : (addresses = tree_add_array(un, "addresses")), NULL,
			          line);
	tree_text(content, "status", "sanctioned");
}

static void read_interpol(const cJSON *json, const char *colour, const char *language, cJSON *content, char country[3])
{
	const char *href = json_get_text(json_get(json_get(json, "_links"), "self"), "href");
	bool entity = href != NULL && strstr(href, "/entities/") != NULL;
	tree_text(content, "subject", entity ? "entity" : "person");
	put(content, "name", json_get(json, "name"));
	put(content, "forename", json_get(json, "forename"));
	add_name(content, json_get(json, "name_in_original_script"), "original");
	add_name(content, json_get(json, "name_at_birth"), "birth");
	add_name(content, json_get(json, "birth_name"), "birth");
	add_name(content, json_get(json, "formerly_known_as"), "previous");
	add_names(content, json_get(json, "aliases"), "alias");
	put(content, "sex", json_get(json, "sex_id"));
	cJSON *birth = tree_add_object(content, "birth"), *parents = tree_add_object(content, "parents");
	put_date(birth, "date", json_get(json, "date_of_birth"));
	put(birth, "place", json_get(json, "place_of_birth"));
	put_country(birth, "country", json_get(json, "country_of_birth_id"));
	static const char *const parent_names[] = {"father_name", "father_forename", "mother_name", "mother_forename"};
	for (size_t i = 0; i < 4; i++)
		put(parents, parent_names[i], json_get(json, parent_names[i]));
	put_codes(content, "nationalities", json_get(json, "nationalities"), codes_country_known, 10);
	put_number(content, "height", json_get(json, "height"), 30);
	put_number(content, "weight", json_get(json, "weight"), 0);
	put_codes(content, "eyes", json_get(json, "eyes_colors_id"), known_eyes, 4);
	put_codes(content, "hair", json_get(json, "hairs_id"), known_hair, 4);
	put_codes(content, "languages", json_get(json, "languages_spoken_ids"), codes_language_known, 20);
	put(content, "marks", json_get(json, "distinguishing_marks"));
	if (strcmp(colour, "yellow") == 0) {
		cJSON *event = tree_add_object(content, "event");
		put_date(event, "date", json_get(json, "date_of_event"));
		put(event, "place", json_get(json, "place"));
		put_country(event, "country", json_get(json, "country"));
		(void)country_of(json_get(json, "country"), country);
		tree_text(content, "status", "missing");
	}
	if (strcmp(colour, "un") == 0)
		read_un(json, content);
	read_warrants(json, content, language, country);
}

/* ---- FollowTheMoney ---- */

static const cJSON *values(const cJSON *json, const char *property)
{
	return json_get(json_get(json, "properties"), property);
}

static const cJSON *value(const cJSON *json, const char *property)
{
	const cJSON *list = values(json, property);
	return cJSON_IsArray(list) ? list->child : cJSON_IsString(list) ? list : NULL;
}

/* A topic tells the colour only where it means what the colour means. */
static const char *topic_colour(const cJSON *json, const char *otherwise)
{
	static const struct {
		const char *topic, *colour;
	} known[] = {{"wanted", "red"}, {"sanction", "un"}};
	const cJSON *list = values(json, "topics");
	for (size_t i = 0; i < 2; i++)
		for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next)
			if (cJSON_IsString(one) && strcmp(one->valuestring, known[i].topic) == 0)
				return known[i].colour;
	return otherwise;
}

static void add_documents(cJSON *content, const cJSON *json, const char *property, const char *kind)
{
	char line[LINE_MOST];
	const cJSON *list = values(json, property);
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		cJSON *documents = cJSON_GetObjectItemCaseSensitive(content, "documents");
		if (line_of(one, line) == NULL || strlen(line) > 60 ||
		    (documents != NULL && cJSON_GetArraySize(documents) >= 30))
			continue;
		cJSON *document =
			tree_add_object(documents != NULL ? documents : tree_add_array(content, "documents"), NULL);
		tree_text(document, "kind", kind);
		tree_text(document, "number", line);
	}
}

static void read_ftm(const cJSON *json, const char *colour, const char *language, cJSON *content)
{
	bool person = strcmp(json_get_text(json, "schema"), "Person") == 0;
	const cJSON *gender = value(json, "gender"), *names = values(json, "name");
	const char *said = text_of(gender);
	bool parted = value(json, "lastName") != NULL && value(json, "firstName") != NULL;
	struct paragraphs paragraphs;
	tree_text(content, "subject", person ? "person" : "entity");
	put(content, "name", parted ? value(json, "lastName") : value(json, "name"));
	if (parted)
		put(content, "forename", value(json, "firstName"));
	/* the first full name is what family name and forename say; others may be in another script */
	const cJSON *first = cJSON_IsArray(names) ? names->child : NULL;
	for (const cJSON *one = first != NULL ? first->next : NULL; one != NULL; one = one->next)
		add_name(content, one, "original");
	add_names(content, values(json, "alias"), "alias");
	add_names(content, values(json, "weakAlias"), "weak");
	add_names(content, values(json, "previousName"), "previous");
	if (person)
		tree_text(content, "sex", strcmp(said, "female") == 0 ? "F" : strcmp(said, "male") == 0 ? "M" : "U");
	cJSON *birth = tree_add_object(content, "birth");
	put_date(birth, "date", value(json, "birthDate"));
	put(birth, "place", value(json, "birthPlace"));
	put_country(birth, "country", value(json, "birthCountry"));
	put_codes(content, "nationalities",
	          values(json, values(json, "nationality") != NULL ? "nationality" : "citizenship"),
	          codes_country_known, 10);
	put_number(content, "height", value(json, "height"), 30);
	put_number(content, "weight", value(json, "weight"), 0);
	put_codes(content, "eyes", values(json, "eyeColor"), known_eyes, 4);
	put_codes(content, "hair", values(json, "hairColor"), known_hair, 4);
	put_codes(content, "languages", values(json, "spokenLanguage"), codes_language_known, 20);
	put(content, "marks", value(json, "appearance"));
	put(content, "profession", value(json, "position"));
	add_documents(content, json, "passportNumber", "passport");
	add_documents(content, json, "idNumber", "identity-card");
	if (strcmp(colour, "un") == 0) {
		tree_text(content, "status", "sanctioned");
		put(tree_add_object(content, "un"), "reference", value(json, "unscId"));
	}
	text_init(&paragraphs.text, (size_t)256 << 10);
	static const char *const told[] = {"summary", "notes"};
	for (size_t i = 0; i < 2; i++) {
		const cJSON *list = values(json, told[i]);
		for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next)
			add_paragraph(&paragraphs, "", one);
	}
	put_summary(content, language, &paragraphs);
}

/* ---- into a draft ---- */

/* Leaves out what the form does not take, and says so. False: what is left is no notice. */
static bool fit(cJSON *content, char left[IMPORT_MAX_LEFT])
{
	static const char *const parts[] = {"birth", "parents", "event", "un"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		drop_empty(content, parts[i]);
	for (int n = 0; n < FAULTS; n++) {
		struct findings findings;
		char field[40];
		findings_init(&findings);
		content_form(content, &findings);
		if (findings.total == 0)
			return true;
		(void)snprintf(field, sizeof field, "%.*s", (int)strcspn(findings.list[0].field, ".["),
		               findings.list[0].field);
		if (json_get(content, field) == NULL)
			return false;
		size_t length = strlen(left);
		(void)snprintf(left + length, IMPORT_MAX_LEFT - length, "%s%s %s", length > 0 ? "; " : "",
		               findings.list[0].field, findings.list[0].what);
		cJSON_DeleteItemFromObjectCaseSensitive(content, field);
	}
	return false;
}

/* Who owns it: the office asked for, else the requesting country's where the console imports for it, else the caller's. */
static int find_owner(struct sql *sql, const struct import *import, const char *country, struct caller *ret_caller,
                      struct problem *problem)
{
	struct office office;
	struct problem unsaid;
	*ret_caller = *import->caller;
	char before[OFFICE_CODE_MAX + 1] = "";
	const char *owner = import->owner;
	bool console = import->caller->kind == CALLER_CONSOLE;
	if (owner == NULL && console) { /* who owns it already; elements of lists do not name the country */
		struct sql_query query =
			sql_query(sql, "SELECT owner FROM notice WHERE reference = ?1 ORDER BY id LIMIT 1");
		sql_bind_text(&query, 1, import->source);
		if (sql_next(&query))
			(void)snprintf(before, sizeof before, "%s", sql_text(&query, 0));
		int error = sql_done(&query, problem);
		if (error)
			return error;
		owner = before[0] != '\0' ? before : NULL;
	}
	if (owner == NULL && console && country[0] != '\0' &&
	    register_office(sql, country, &office, &unsaid) == JISR_OK && office.open)
		owner = country;
	if (owner == NULL || strcmp(owner, import->caller->office) == 0)
		return JISR_OK;
	if (!console)
		return problem_set(problem, JISR_DENIED, "only the console imports for another office than its own");
	(void)snprintf(ret_caller->office, sizeof ret_caller->office, "%s", owner);
	return register_office(sql, owner, &office, problem);
}

/* The draft that was made of the same source before. */
static int find_before(struct sql *sql, struct arena *arena, const struct import *import, const char *owner,
                       struct notice *ret_notice, bool *ret_there, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1] = "";
	struct sql_query query =
		sql_query(sql, "SELECT id FROM notice WHERE owner = ?1 AND reference = ?2 ORDER BY id LIMIT 1");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, import->source);
	if (sql_next(&query))
		(void)snprintf(id, sizeof id, "%s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	*ret_there = id[0] != '\0';
	return error || id[0] == '\0' ? error : notice_get(sql, (struct viewer){owner}, id, arena, ret_notice, problem);
}

static bool same(const cJSON *content, const char *before)
{
	CLEANUP(json_freep) cJSON *parsed = cJSON_Parse(before);
	return parsed != NULL && cJSON_Compare(content, parsed, true);
}

struct importing {
	struct import *import;
	const cJSON *content;
	const char *country;
	bool thin; /* an element of a list: what is known from its details is not taken away */
};

static int import_command(struct store_write *write, void *context, struct problem *problem)
{
	struct importing *importing = context;
	struct import *import = importing->import;
	struct sql *sql = store_write_sql(write);
	struct notice before;
	struct caller owner;
	bool there = false;
	int error = find_owner(sql, import, importing->country, &owner, problem);
	if (!error)
		error = find_before(sql, store_write_arena(write), import, owner.office, &before, &there, problem);
	if (error)
		return error;
	import->result = IMPORT_MADE;
	if (there) {
		(void)snprintf(import->made, sizeof import->made, "%s", before.id);
		import->result = same(importing->content, before.content) ? IMPORT_SAME : IMPORT_CHANGED;
		if (import->result == IMPORT_SAME || importing->thin) {
			import->result = IMPORT_SAME;
			return JISR_OK;
		}
		if (before.state != STATE_DRAFT && before.state != STATE_RETURNED)
			return problem_set(problem, JISR_STATE, "it is %s here, as %s: amend it there",
			                   state_label(before.state, LANGUAGE_EN), before.id);
	}
	cJSON *fields = tree_object(), *copy = cJSON_Duplicate(importing->content, true);
	if (copy == NULL || !cJSON_AddItemToObject(fields, "content", copy))
		cJSON_Delete(copy);
	if (!there)
		tree_text(fields, "reference", import->source);
	struct act act = {.step = there ? STEP_EDIT : STEP_DRAFT,
	                  .caller = &owner,
	                  .id = there ? before.id : NULL,
	                  .fields = fields,
	                  .expected = ENTRY_ANY};
	error = tree_failed() || copy == NULL ? problem_no_memory(problem) : act_run(write, &act, problem);
	cJSON_Delete(fields);
	if (!error)
		(void)snprintf(import->made, sizeof import->made, "%s", act.made);
	return error;
}

bool import_has_details(const cJSON *json)
{
	return json_get(json, "schema") != NULL || json_get(json, "arrest_warrants") != NULL ||
	       json_get(json, "sex_id") != NULL;
}

/* Which of the two it is, and the source's id. NULL: neither. */
static const char *kind_of(const cJSON *json, struct import *import, struct problem *problem)
{
	const char *entity = json_get_text(json, "entity_id"), *schema = json_get_text(json, "schema"),
		   *id = json_get_text(json, "id");
	import->source[0] = '\0';
	if (entity != NULL && strlen(entity) > 0 && strlen(entity) <= NOTICE_MAX_REF - 9)
		(void)snprintf(import->source, sizeof import->source, "interpol:%s", entity);
	else if (schema != NULL && id != NULL && strlen(id) > 0 && strlen(id) <= NOTICE_MAX_REF - 4)
		(void)snprintf(import->source, sizeof import->source, "ftm:%s", id);
	else {
		(void)problem_set(problem, JISR_UNSUPPORTED, "it has neither an entity_id nor a schema and an id");
		return NULL;
	}
	char word[64];
	(void)snprintf(word, sizeof word, " %.60s ", schema != NULL ? schema : "Person");
	if (entity == NULL && strstr(" Person LegalEntity Company Organization ", word) == NULL) {
		(void)problem_set(problem, JISR_UNSUPPORTED, "a %.40s is nobody whom a notice seeks", schema);
		return NULL;
	}
	const char *colour = entity != NULL ? public_colour(json, import->colour) : topic_colour(json, import->colour);
	if (colour == NULL)
		(void)problem_set(problem, JISR_UNSUPPORTED,
		                  "nothing says of which colour it is: give one for all such");
	return colour;
}

int import_content(struct import *import, const cJSON *json, char ret_country[3], cJSON **ret_content,
                   struct problem *problem)
{
	import->left[0] = import->made[0] = ret_country[0] = '\0';
	const char *colour = kind_of(json, import, problem);
	if (colour == NULL)
		return JISR_UNSUPPORTED;
	CLEANUP(json_freep) cJSON *content = tree_object();
	tree_text(content, "colour", colour);
	tree_text(content, "source_language", import->language);
	if (json_get_text(json, "entity_id") != NULL)
		read_interpol(json, colour, import->language, content, ret_country);
	else
		read_ftm(json, colour, import->language, content);
	if (tree_failed() || content == NULL)
		return problem_no_memory(problem);
	if (!fit(content, import->left))
		return problem_set(problem, JISR_UNSUPPORTED, "what is left of it is no notice: %.300s", import->left);
	*ret_content = content;
	content = NULL;
	return JISR_OK;
}

int import_one(struct store *store, struct import *import, const cJSON *json, struct problem *problem)
{
	char country[3];
	CLEANUP(json_freep) cJSON *content = NULL;
	int error = import_content(import, json, country, &content, problem);
	struct importing importing = {import, content, country, !import_has_details(json)};
	return error ? error : store_submit(store, import_command, &importing, problem);
}
