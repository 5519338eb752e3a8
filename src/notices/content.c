#include "notices/content.h"

#include "base/json.h"
#include "base/tree.h"
#include "base/words.h"
#include "notices/shape.h"

#include <string.h>

#define END                                                                                                            \
	{                                                                                                              \
		NULL, SHAPE_ANY, false, 0, 0, NULL, NULL                                                               \
	}
#define LINE(name, most)                                                                                               \
	{                                                                                                              \
		name, SHAPE_LINE, false, 0, most, NULL, NULL                                                           \
	}
#define LINES(name, most)                                                                                              \
	{                                                                                                              \
		name, SHAPE_LINES, false, 0, most, NULL, NULL                                                          \
	}
#define NEED_LINE(name, most)                                                                                          \
	{                                                                                                              \
		name, SHAPE_LINE, true, 0, most, NULL, NULL                                                            \
	}
#define DATE(name)                                                                                                     \
	{                                                                                                              \
		name, SHAPE_DATE, false, 0, 0, NULL, NULL                                                              \
	}
#define DAY(name)                                                                                                      \
	{                                                                                                              \
		name, SHAPE_DAY, false, 0, 0, NULL, NULL                                                               \
	}
#define COUNTRY(name)                                                                                                  \
	{                                                                                                              \
		name, SHAPE_COUNTRY, false, 0, 0, NULL, NULL                                                           \
	}
#define CODE(name, codes)                                                                                              \
	{                                                                                                              \
		name, SHAPE_CODE, false, 0, 0, &codes, NULL                                                            \
	}
#define NEED_CODE(name, codes)                                                                                         \
	{                                                                                                              \
		name, SHAPE_CODE, true, 0, 0, &codes, NULL                                                             \
	}
#define NUMBER(name, least, most)                                                                                      \
	{                                                                                                              \
		name, SHAPE_NUMBER, false, least, most, NULL, NULL                                                     \
	}
#define WHOLE(name, least, most)                                                                                       \
	{                                                                                                              \
		name, SHAPE_WHOLE, false, least, most, NULL, NULL                                                      \
	}
#define BOOL(name)                                                                                                     \
	{                                                                                                              \
		name, SHAPE_BOOL, false, 0, 0, NULL, NULL                                                              \
	}
#define LIST(name, most, parts)                                                                                        \
	{                                                                                                              \
		name, SHAPE_LIST, false, 0, most, NULL, parts                                                          \
	}
#define OBJECT(name, parts)                                                                                            \
	{                                                                                                              \
		name, SHAPE_OBJECT, false, 0, 0, NULL, parts                                                           \
	}
#define WORDS(name, most)                                                                                              \
	{                                                                                                              \
		name, SHAPE_WORDS, false, 0, most, NULL, NULL                                                          \
	}

#define NAME_MOST 200
#define TEXT_MOST 4000

static const struct shape country_element[] = {COUNTRY(NULL)};
static const struct shape language_element[] = {{NULL, SHAPE_LANGUAGE, false, 0, 0, NULL, NULL}};
static const struct shape eyes_element[] = {CODE(NULL, codes_eyes)};
static const struct shape hair_element[] = {CODE(NULL, codes_hair)};
static const struct shape crime_element[] = {CODE(NULL, codes_crime)};
static const struct shape warning_element[] = {CODE(NULL, codes_warning)};
static const struct shape sought_element[] = {CODE(NULL, codes_sought)};
static const struct shape measure_element[] = {CODE(NULL, codes_measure)};
static const struct shape hash_element[] = {{NULL, SHAPE_HASH, false, 0, 0, NULL, NULL}};
static const struct shape line_element[] = {LINE(NULL, NAME_MOST)};

static const struct shape name_members[] = {NEED_LINE("text", NAME_MOST), NEED_CODE("kind", codes_name), END};
static const struct shape name_element[] = {OBJECT(NULL, name_members)};

static const struct shape birth_members[] = {DATE("date"), LINE("place", NAME_MOST), COUNTRY("country"), END};

static const struct shape document_members[] = {NEED_CODE("kind", codes_document),
                                                NEED_LINE("number", 60),
                                                COUNTRY("country"),
                                                DATE("issued"),
                                                DATE("expires"),
                                                END};
static const struct shape document_element[] = {OBJECT(NULL, document_members)};

static const struct shape parent_members[] = {LINE("father_name", NAME_MOST), LINE("father_forename", NAME_MOST),
                                              LINE("mother_name", NAME_MOST), LINE("mother_forename", NAME_MOST), END};

static const struct shape biometric_members[] = {BOOL("fingerprints"), BOOL("dna"), BOOL("dental"), END};

static const struct shape warrant_members[] = {
	{"country", SHAPE_COUNTRY, true, 0, 0, NULL, NULL},
	NEED_LINE("authority", NAME_MOST),
	NEED_LINE("reference", 100),
	{"date", SHAPE_DAY, true, 0, 0, NULL, NULL},
	{"purpose", SHAPE_LINE, true, 0, 20, NULL, NULL}, /* "prosecution" or "sentence"; content_form */
	{"charge", SHAPE_LINES, true, 0, TEXT_MOST, NULL, NULL},
	LINES("charge_translation", TEXT_MOST),
	LINE("law", 500),
	WHOLE("maximum_penalty_months", 0, 1200),
	WHOLE("sentence_months", 0, 1200),
	WHOLE("remaining_months", 0, 1200),
	END};
static const struct shape warrant_element[] = {OBJECT(NULL, warrant_members)};

static const struct shape extradition_members[] = {BOOL("assured"), LIST("countries", 250, country_element), END};

static const struct shape place_members[] = {DATE("date"), LINE("place", NAME_MOST), COUNTRY("country"), END};

static const struct shape un_members[] = {NEED_LINE("reference", 40),
                                          DAY("reference_date"),
                                          WHOLE("resolution", 1, 100000),
                                          LIST("measures", 10, measure_element),
                                          LINE("profession", NAME_MOST),
                                          LINE("main_activity", 500),
                                          LINE("legal_form", NAME_MOST),
                                          LINE("registration_number", 100),
                                          LINE("chamber_of_commerce", NAME_MOST),
                                          LIST("addresses", 20, line_element),
                                          LIST("associates", 50, line_element),
                                          LIST("administrators", 50, line_element),
                                          LINES("additional_information", TEXT_MOST),
                                          END};

static const struct shape asset_members[] = {NEED_CODE("kind", codes_asset),
                                             NEED_LINE("description", 500),
                                             COUNTRY("country"),
                                             LINE("reference", 100),
                                             LINE("value", 100),
                                             END};
static const struct shape asset_element[] = {OBJECT(NULL, asset_members)};

static const struct shape content_members[] = {
	NEED_CODE("colour", codes_colour),
	NEED_CODE("subject", codes_subject),
	{"source_language", SHAPE_LINE, true, 0, 2, NULL, NULL}, /* content_form */
	LINE("title", NAME_MOST),
	LINE("name", NAME_MOST),
	LINE("forename", NAME_MOST),
	LIST("names", 60, name_element),
	CODE("sex", codes_sex),
	OBJECT("birth", birth_members),
	LIST("nationalities", 10, country_element),
	OBJECT("parents", parent_members),
	NUMBER("height", 0.3, 2.8),
	NUMBER("weight", 1, 400),
	LIST("eyes", 4, eyes_element),
	LIST("hair", 4, hair_element),
	LINES("marks", TEXT_MOST),
	LIST("languages", 20, language_element),
	LINE("profession", NAME_MOST),
	LIST("documents", 30, document_element),
	LIST("photographs", CONTENT_MAX_PICTURES, hash_element),
	OBJECT("biometrics", biometric_members),
	CODE("status", codes_status),
	LIST("crimes", 10, crime_element),
	BOOL("organised"),
	LIST("warrants", 20, warrant_element),
	OBJECT("extradition", extradition_members),
	LIST("warnings", 10, warning_element),
	LIST("sought", 4, sought_element),
	OBJECT("event", place_members),
	OBJECT("un", un_members),
	LIST("assets", 100, asset_element),
	WORDS("summary", TEXT_MOST),
	WORDS("advice", TEXT_MOST),
	END};

/* ---- the form ---- */

static const char *text_of(const cJSON *object, const char *name)
{
	return json_get_text(object, name);
}

static void form_of_warrants(const cJSON *content, struct findings *findings)
{
	size_t index = 0;
	const cJSON *list = json_get(content, "warrants");
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next, index++) {
		char field[64];
		const char *purpose = text_of(one, "purpose");
		(void)snprintf(field, sizeof field, "warrants[%zu].purpose", index);
		if (purpose != NULL && strcmp(purpose, "prosecution") != 0 && strcmp(purpose, "sentence") != 0)
			findings_add(findings, field, "write prosecution or sentence", "is neither");
	}
}

void content_form(const cJSON *content, struct findings *findings)
{
	enum language language;
	if (!cJSON_IsObject(content)) {
		findings_add(findings, "content", "write an object: {...}", "is no object");
		return;
	}
	shape_check(content_members, content, "", findings);
	const char *source = text_of(content, "source_language");
	if (source != NULL && !codes_read_language(source, &language))
		findings_add(findings, "source_language", "write en, fr, es or ar",
		             "is no language of the organisation");
	form_of_warrants(content, findings);
	const cJSON *summary = json_get(content, "summary");
	if (source != NULL && cJSON_IsObject(summary) && json_get(summary, source) == NULL)
		findings_add(findings, "summary", "write the text in the source language, too",
		             "has no text in the source language '%s'", source);
}

/* ---- what a colour asks ---- */

enum {
	RED = 1,
	BLUE = 2,
	GREEN = 4,
	YELLOW = 8,
	BLACK = 16,
	ORANGE = 32,
	PURPLE = 64,
	SILVER = 128,
	UN = 256,
};

static unsigned colour_bit(const char *colour)
{
	static const char *const names[] = {"red",    "blue",   "green",  "yellow", "black",
	                                    "orange", "purple", "silver", "un"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], colour) == 0)
			return 1u << i;
	return 0;
}

/* Which colours need which field, and what to do where it is missing. Persons only where `person`. */
static const struct {
	unsigned colours;
	bool person;
	const char *field, *todo;
} needs[] = {
	{RED | BLUE | GREEN | YELLOW | SILVER, true, "name", "give the family name"},
	{RED | BLUE | GREEN | YELLOW, true, "sex", "say M, F or U"},
	{RED | BLUE | GREEN | YELLOW | SILVER | BLACK, false, "status", "say as what the person is entered"},
	{RED | BLUE | GREEN | ORANGE | PURPLE | SILVER, false, "crimes", "name the crime areas"},
	{RED, false, "warrants", "give the arrest warrant or the judgment, with its charge"},
	{RED, false, "extradition", "assure that extradition will be sought, and from which countries"},
	{BLUE, false, "sought", "say what is sought: identity, location, history or activities"},
	{YELLOW | BLACK, false, "event", "give date and place of the disappearance or of the find"},
	{UN, false, "un", "give the sanctions committee's reference"},
	{SILVER, false, "assets", "list the assets"},
	{ORANGE | PURPLE, false, "title", "give a title"},
	{RED | BLUE | GREEN | YELLOW | BLACK | ORANGE | PURPLE | SILVER | UN, false, "summary", "tell the facts"},
	{GREEN | ORANGE, false, "advice", "tell officers what to do and what to look out for"},
};

/* As what somebody may be entered under a colour. */
static const struct {
	unsigned colours;
	const char *statuses;
} allowed[] = {
	{RED, " charged convicted "},
	{BLUE, " convicted charged suspect witness victim "},
	{GREEN, " convicted charged suspect threat "},
	{YELLOW, " missing unidentified victim "},
	{BLACK, " body "},
	{UN, " sanctioned "},
	{SILVER, " convicted charged suspect "},
};

static bool has(const cJSON *object, const char *name)
{
	return json_get(object, name) != NULL;
}

static bool has_fingerprints(const cJSON *content)
{
	return cJSON_IsTrue(json_get(json_get(content, "biometrics"), "fingerprints"));
}

static bool has_dna(const cJSON *content)
{
	return cJSON_IsTrue(json_get(json_get(content, "biometrics"), "dna"));
}

static bool describes(const cJSON *content)
{
	return has(content, "height") || has(content, "weight") || has(content, "eyes") || has(content, "hair") ||
	       has(content, "marks");
}

/* Set 1: name, forename, sex, year of birth, and one of description, DNA, fingerprints, document. Set 2: a photograph and
 * one of alias, parents, description, DNA, fingerprints. */
static bool identity_enough(const cJSON *content)
{
	bool more = describes(content) || has_dna(content) || has_fingerprints(content);
	bool first = has(content, "name") && has(content, "forename") && has(content, "sex") &&
	             has(json_get(content, "birth"), "date") && (more || has(content, "documents"));
	bool second = has(content, "photographs") && (more || has(content, "names") || has(content, "parents"));
	return first || second;
}

static double number_of(const cJSON *object, const char *name)
{
	const cJSON *value = json_get(object, name);
	return cJSON_IsNumber(value) ? value->valuedouble : -1;
}

static void complete_warrant(const cJSON *warrant, size_t index, const struct content_rules *rules, bool *fits,
                             struct findings *findings)
{
	char field[80], todo[160];
	bool sentence = strcmp(text_of(warrant, "purpose"), "sentence") == 0;
	double months = number_of(warrant, sentence ? "sentence_months" : "maximum_penalty_months");
	double left = number_of(warrant, "remaining_months");
	const char *name = sentence ? "sentence_months" : "maximum_penalty_months";
	(void)snprintf(field, sizeof field, "warrants[%zu].%s", index, name);
	if (months < 0) {
		findings_add(findings, field,
		             sentence ? "give the sentence imposed, in months"
		                      : "give the highest penalty that the law allows, in months",
		             "is missing");
		return;
	}
	if (!has(warrant, "law")) {
		(void)snprintf(todo, sizeof todo, "name the article of the law");
		(void)snprintf(field, sizeof field, "warrants[%zu].law", index);
		findings_add(findings, field, todo, "is missing");
	}
	if (months >= (sentence ? rules->least_sentence : rules->least_penalty) ||
	    (sentence && left >= rules->least_sentence))
		*fits = true;
}

static void complete_red(const cJSON *content, const struct content_rules *rules, bool diffusion,
                         struct findings *findings)
{
	const cJSON *list = json_get(content, "warrants");
	size_t index = 0, before = findings->total;
	bool fits = false;
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		complete_warrant(one, index++, rules, &fits, findings);
	if (list != NULL && !fits && findings->total == before && !diffusion)
		findings_add(findings, "warrants",
		             "choose a blue notice or a diffusion; the General Secretariat may make exceptions",
		             "reach neither %g months of highest penalty nor %g months of sentence",
		             rules->least_penalty, rules->least_sentence);
	if (has(content, "extradition") && !cJSON_IsTrue(json_get(json_get(content, "extradition"), "assured")))
		findings_add(findings, "extradition.assured",
		             "ask the prosecutor; without it no red notice is published", "is not given");
	if (rules->identity_sets && !identity_enough(content))
		findings_add(
			findings, "identity",
			"give name, forename, sex, birth and one of description, document, fingerprints, DNA; or a "
			"photograph and one of alias, parents, description",
			"does not suffice to know the person");
}

/* What has happened cannot lie ahead. A date may be a year or a month. */
static void check_past(const cJSON *holder, const char *name, const char *path, const char *today,
                       struct findings *findings)
{
	const char *date = text_of(holder, name);
	if (date != NULL && strncmp(date, today, strlen(date)) > 0)
		findings_add(findings, path, "look at the date", "lies ahead");
}

static void check_dates(const cJSON *content, unsigned bit, const char *today, struct findings *findings)
{
	static const struct {
		const char *list, *name;
	} lists[] = {{"warrants", "date"}, {"documents", "issued"}};
	check_past(json_get(content, "birth"), "date", "birth.date", today, findings);
	check_past(json_get(content, "un"), "reference_date", "un.reference_date", today, findings);
	if ((bit & (YELLOW | BLACK)) != 0) /* of another colour it may be what is to happen */
		check_past(json_get(content, "event"), "date", "event.date", today, findings);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const cJSON *list = json_get(content, lists[i].list);
		size_t index = 0;
		for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next, index++) {
			char path[60];
			(void)snprintf(path, sizeof path, "%s[%zu].%s", lists[i].list, index, lists[i].name);
			check_past(one, lists[i].name, path, today, findings);
		}
	}
}

void content_complete(const cJSON *content, const struct content_rules *rules, bool diffusion, const char *today,
                      struct findings *findings)
{
	const char *colour = text_of(content, "colour"), *subject = text_of(content, "subject");
	const char *status = text_of(content, "status");
	unsigned bit = colour_bit(colour);
	bool person = strcmp(subject, "person") == 0;
	bool of_person = (bit & (RED | BLUE | GREEN | YELLOW | BLACK)) != 0;
	if (of_person && !person)
		findings_add(findings, "subject", "write person, or choose another colour",
		             "must be a person in a %s notice", colour);
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if ((needs[i].colours & bit) != 0 && (person || !needs[i].person) && !has(content, needs[i].field))
			findings_add(findings, needs[i].field, needs[i].todo, "is missing, and a %s notice needs it",
			             colour);
	for (size_t i = 0; status != NULL && i < sizeof allowed / sizeof *allowed; i++)
		if ((allowed[i].colours & bit) != 0 && !words_hold(allowed[i].statuses, status))
			findings_add(findings, "status", "choose another colour or status",
			             "'%s' does not fit a %s notice", status, colour);
	if (bit == RED)
		complete_red(content, rules, diffusion, findings);
	if (bit == YELLOW && rules->yellow_picture && !has(content, "photographs"))
		findings_add(findings, "photographs", "add a photograph", "are missing, and a yellow notice needs one");
	if (bit == BLACK && !has(content, "photographs") && !describes(content) && !has(content, "biometrics"))
		findings_add(findings, "biometrics",
		             "add a description, a photograph, fingerprints, DNA or dental data",
		             "are missing: nobody could be known from this notice");
	if (bit == UN && !person && strcmp(subject, "entity") != 0)
		findings_add(findings, "subject", "write person or entity", "must be a person or an entity");
	if (bit == UN && !has(content, "name"))
		findings_add(findings, "name", "give the name as the committee lists it", "is missing");
	check_dates(content, bit, today, findings);
}

/* ---- rules ---- */

void content_rules_init(struct content_rules *rules)
{
	*rules = (struct content_rules){
		.least_penalty = 24,
		.least_sentence = 6,
		.review_months = 60,
		.longest_renewal = 60,
		.keep_months = 12,
		.object_months = 120,
		.yellow_picture = true,
		.identity_sets = true,
		.public_cap = 160,
	};
}

static const struct shape rules_members[] = {NUMBER("least_penalty", 0, 1200), NUMBER("least_sentence", 0, 1200),
                                             WHOLE("review_months", 1, 240),   WHOLE("longest_renewal", 1, 240),
                                             BOOL("yellow_picture"),           BOOL("identity_sets"),
                                             WHOLE("public_cap", 0, 1000000),  WHOLE("keep_months", 0, 1200),
                                             WHOLE("object_months", 1, 1200),  END};

void content_rules_read(const cJSON *json, struct content_rules *rules, struct findings *findings)
{
	size_t before = findings->total;
	if (!cJSON_IsObject(json)) {
		findings_add(findings, "rules", "write an object: {...}", "are no object");
		return;
	}
	shape_check(rules_members, json, "", findings);
	if (findings->total != before)
		return;
	double *const numbers[] = {&rules->least_penalty,
	                           &rules->least_sentence,
	                           &rules->review_months,
	                           &rules->longest_renewal,
	                           NULL,
	                           NULL,
	                           &rules->public_cap,
	                           &rules->keep_months,
	                           &rules->object_months};
	bool *const flags[] = {NULL, NULL, NULL, NULL, &rules->yellow_picture, &rules->identity_sets, NULL, NULL, NULL};
	for (size_t i = 0; rules_members[i].name != NULL; i++) {
		const cJSON *value = json_get(json, rules_members[i].name);
		if (value != NULL && numbers[i] != NULL)
			*numbers[i] = value->valuedouble;
		if (value != NULL && flags[i] != NULL)
			*flags[i] = cJSON_IsTrue(value);
	}
}

cJSON *content_rules_json(const struct content_rules *rules)
{
	cJSON *json = tree_object();
	tree_score(json, "least_penalty", rules->least_penalty);
	tree_score(json, "least_sentence", rules->least_sentence);
	tree_score(json, "review_months", rules->review_months);
	tree_score(json, "longest_renewal", rules->longest_renewal);
	tree_bool(json, "yellow_picture", rules->yellow_picture);
	tree_bool(json, "identity_sets", rules->identity_sets);
	tree_score(json, "public_cap", rules->public_cap);
	tree_score(json, "keep_months", rules->keep_months);
	tree_score(json, "object_months", rules->object_months);
	return json;
}

/* ---- the reviewer's form ---- */

static const struct code review_findings[] = {
	{"complies", {"Complies", "Conforme", "Conforme", "مطابق"}},
	{"doubt", {"In doubt", "Doute", "Duda", "محل شك"}},
	{"violates", {"Violates", "Contraire", "Contrario", "مخالف"}},
};
static const struct codes codes_review = {"finding", review_findings, 3};

static const struct shape answer_members[] = {
	NEED_CODE("finding", codes_review), {"text", SHAPE_LINES, true, 0, TEXT_MOST, NULL, NULL}, END};
#define ANSWER(name)                                                                                                   \
	{                                                                                                              \
		name, SHAPE_OBJECT, true, 0, 0, NULL, answer_members                                                   \
	}
static const struct shape review_members[] = {
	ANSWER("article_2"),  /* the spirit of the Universal Declaration of Human Rights */
	ANSWER("article_3"),  /* no political, military, religious or racial character */
	ANSWER("conditions"), /* the conditions of its colour */
	ANSWER("quality"),    /* accuracy and relevance of the data */
	END};

void content_review_form(const cJSON *review, bool *ret_passed, struct findings *findings)
{
	size_t before = findings->total;
	*ret_passed = false;
	if (!cJSON_IsObject(review)) {
		findings_add(findings, "review", "answer article_2, article_3, conditions and quality", "is no object");
		return;
	}
	shape_check(review_members, review, "review", findings);
	if (findings->total != before)
		return;
	*ret_passed = true;
	for (const cJSON *one = review->child; one != NULL; one = one->next)
		if (strcmp(text_of(one, "finding"), "complies") != 0)
			*ret_passed = false;
}

/* ---- to show ---- */

const char *content_caption(const cJSON *content, struct arena *arena)
{
	const char *name = text_of(content, "name"), *forename = text_of(content, "forename");
	const char *title = text_of(content, "title");
	if (name != NULL && forename != NULL)
		return arena_format(arena, "%s, %s", name, forename);
	if (name != NULL || forename != NULL)
		return arena_format(arena, "%s", name != NULL ? name : forename);
	if (title != NULL)
		return arena_format(arena, "%s", title);
	const char *place = text_of(json_get(content, "event"), "place");
	return arena_format(arena, "%s%s%s", codes_label(&codes_colour, text_of(content, "colour"), LANGUAGE_EN),
	                    place != NULL ? ", " : "", place != NULL ? place : "");
}

const char *content_words(const cJSON *content, const char *field, enum language language, enum language *ret_language)
{
	const cJSON *words = json_get(content, field);
	const char *source = text_of(content, "source_language");
	const cJSON *found = cJSON_IsObject(words) ? json_get(words, language_codes[language]) : NULL;
	if (found == NULL && cJSON_IsObject(words) && source != NULL)
		found = json_get(words, source);
	if (found == NULL && cJSON_IsObject(words))
		found = words->child;
	if (!cJSON_IsString(found))
		return NULL;
	if (ret_language != NULL)
		(void)codes_read_language(found->string, ret_language);
	return found->valuestring;
}
