#include "assembly/field.h"

#include "assembly/money.h"
#include "base/date.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/shown.h"
#include "base/text.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "members/organisation.h"
#include "members/register.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *what;
} kinds[] = {
	[FIELD_TEXT] = {"text", "a text"},
	[FIELD_PAPER] = {"paper", "a text with lines"},
	[FIELD_NUMBER] = {"number", "a whole number"},
	[FIELD_FLAG] = {"flag", "true or false"},
	[FIELD_DAY] = {"day", "a day such as 2025-11-24"},
	[FIELD_CODE] = {"code", "a code such as MA"},
	[FIELD_HASH] = {"hash", "a SHA-256 of 64 hexadecimal digits"},
	[FIELD_WORD] = {"word", "one of the words"},
	[FIELD_AMOUNT] = {"amount", "a sum of money such as 1250.00"},
	[FIELD_SHARE] = {"share", "a share such as 2/3 (at least) or >1/2 (more than)"},
	[FIELD_TEXTS] = {"texts", "a text in one or more of ar, en, es, fr"},
	[FIELD_CODES] = {"codes", "a list of codes"},
	[FIELD_NUMBERS] = {"numbers", "a list of whole numbers"},
	[FIELD_WORDS] = {"words", "a list of some of the words"},
	[FIELD_SHARES] = {"shares", "a list of shares"},
	[FIELD_NAMES] = {"names", "a list of texts"},
	[FIELD_PARAGRAPHS] = {"paragraphs", "a list of texts, each in one or more languages"},
	[FIELD_LIST] = {"list", "a list of objects"},
};

const char *field_kind_what(enum field_kind kind)
{
	return kinds[kind].what;
}

/* "text", "codes": in the description of the acts. */
static const char *field_kind_name(enum field_kind kind)
{
	return kinds[kind].name;
}

bool field_code_valid(const char *code)
{
	size_t length = strlen(code);
	return length >= 2 && length <= OFFICE_CODE_MAX &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

bool field_day_valid(const char *day)
{
	return date_day_read(day, strlen(day), NULL) == JISR_OK;
}

int64_t field_amount(const cJSON *object, const char *name)
{
	const char *text = json_get_text(object, name);
	int64_t cents = 0;
	return text != NULL && money_read(text, &cents) ? cents : 0;
}

static const char *digits(const char *text, uint32_t *ret_number)
{
	size_t length = strspn(text, "0123456789");
	if (length == 0 || length > 4 || text[0] == '0')
		return NULL;
	*ret_number = (uint32_t)strtoul(text, NULL, 10);
	return text + length;
}

bool field_share(const char *text, uint32_t *ret_over, uint32_t *ret_under, bool *ret_strict)
{
	uint32_t over = 0, under = 0;
	bool strict = text[0] == '>';
	const char *at = digits(text + strict, &over);
	if (at == NULL || *at != '/' || (at = digits(at + 1, &under)) == NULL || *at != '\0')
		return false;
	if (over > under || under > 1000 || (strict && over == under))
		return false;
	*ret_over = over;
	*ret_under = under;
	*ret_strict = strict;
	return true;
}

static bool word_known(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

/* "a, b or c" */
static const char *words_listed(const char *const *words, char out[200])
{
	size_t length = 0;
	out[0] = '\0';
	for (size_t i = 0; words[i] != NULL && length < 180; i++)
		length += (size_t)snprintf(out + length, 200 - length, "%s%s",
		                           i == 0                 ? ""
		                           : words[i + 1] == NULL ? " or "
		                                                  : ", ",
		                           words[i]);
	return out;
}

static int check_words(const char *name, const char *word, const char *const *words, struct problem *problem)
{
	char listed[200];
	if (word != NULL && word_known(word, words))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is %s", name, words_listed(words, listed));
}

static int check_texts(const char *name, const cJSON *value, size_t most, struct problem *problem)
{
	size_t count = 0;
	if (!cJSON_IsObject(value))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is an object: {\"ar\", \"en\", \"es\", \"fr\"}",
		                   name);
	for (const cJSON *one = value->child; one != NULL; one = one->next, count++) {
		bool known = false;
		for (size_t i = 0; i < LANGUAGE_COUNT; i++)
			known = known || strcmp(language_codes[i], one->string) == 0;
		if (!known)
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\" has no language \"%.20s\": ar, en, es, fr",
			                   name, one->string);
		if (!cJSON_IsString(one) || !register_text_valid(one->valuestring, most))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"%s.%s\" is a text of 1 to %zu bytes, without control characters and "
			                   "without spaces at its ends",
			                   name, one->string, most);
	}
	return count > 0 ? JISR_OK
	                 : problem_set(problem, JISR_BAD_INPUT, "\"%s\" has no language: ar, en, es, fr", name);
}

static int check_elements(const struct field *field, const cJSON *value, struct problem *problem)
{
	size_t place = 1;
	uint32_t over, under;
	bool strict;
	if (!cJSON_IsArray(value))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is %s", field->name, kinds[field->kind].what);
	size_t count = (size_t)cJSON_GetArraySize(value);
	if (count > field->most || (count == 0 && field->needed))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" has %s%u elements", field->name,
		                   field->needed ? "1 to " : "at most ", (unsigned)field->most);
	for (const cJSON *one = value->child; one != NULL; one = one->next, place++) {
		const char *text = cJSON_IsString(one) ? one->valuestring : "";
		char name[60];
		bool good = true;
		int error = JISR_OK;
		(void)snprintf(name, sizeof name, "%s[%zu]", field->name, place);
		switch (field->kind) {
		case FIELD_CODES: good = field_code_valid(text); break;
		case FIELD_NUMBERS: good = json_whole(one, 1, 100000, NULL); break;
		case FIELD_SHARES: good = field_share(text, &over, &under, &strict); break;
		case FIELD_NAMES: good = register_text_valid(text, FIELD_MAX_NAME); break;
		case FIELD_WORDS: error = check_words(name, text, field->words, problem); break;
		case FIELD_PARAGRAPHS: error = check_texts(name, one, FIELD_MAX_PARAGRAPH, problem); break;
		default:
			if (!cJSON_IsObject(one))
				good = false;
			else if ((error = field_check(one, field->inner, problem)) != JISR_OK)
				problem_prefix(problem, name);
			break;
		}
		if (error)
			return error;
		for (const cJSON *other = value->child; good && text[0] != '\0' && other != one; other = other->next)
			if (cJSON_IsString(other) && strcmp(other->valuestring, text) == 0 &&
			    field->kind != FIELD_SHARES)
				return problem_set(problem, JISR_BAD_INPUT, "\"%s\" has %.40s twice", field->name,
				                   text);
		if (!good)
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\" cannot be taken: it is in %s", name,
			                   kinds[field->kind].what);
	}
	return JISR_OK;
}

/* Lines may end in it, nothing else that is no character. */
static bool paper_good(const char *text, size_t most)
{
	size_t length = text != NULL ? strlen(text) : 0, offset;
	if (length == 0 || length > most || !utf8_valid(text, length, &offset))
		return false;
	for (size_t i = 0; i < length; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\n') || text[i] == 0x7F)
			return false;
	return true;
}

static int check_one(const struct field *field, const cJSON *value, struct problem *problem)
{
	const char *text = cJSON_IsString(value) ? value->valuestring : NULL;
	uint32_t over, under;
	int64_t cents;
	bool strict, good;
	switch (field->kind) {
	case FIELD_TEXT:
		if (text != NULL && register_text_valid(text, field->most))
			return JISR_OK;
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%s\" is a text of 1 to %u bytes, without control characters and without spaces "
		                   "at its ends",
		                   field->name, (unsigned)field->most);
	case FIELD_PAPER:
		if (paper_good(text, field->most))
			return JISR_OK;
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%s\" is a text of 1 to %u bytes, without control characters but line ends",
		                   field->name, (unsigned)field->most);
	case FIELD_NUMBER:
		if (json_whole(value, 0, field->most, NULL))
			return JISR_OK;
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a whole number from 0 to %u", field->name,
		                   (unsigned)field->most);
	case FIELD_WORD: return check_words(field->name, text, field->words, problem);
	case FIELD_TEXTS: return check_texts(field->name, value, field->most, problem);
	case FIELD_FLAG: good = cJSON_IsBool(value); break;
	case FIELD_DAY: good = text != NULL && field_day_valid(text); break;
	case FIELD_CODE: good = text != NULL && field_code_valid(text); break;
	case FIELD_HASH: good = text_is_hex(text, 64); break;
	case FIELD_AMOUNT: good = text != NULL && money_read(text, &cents); break;
	case FIELD_SHARE: good = text != NULL && field_share(text, &over, &under, &strict); break;
	default: return check_elements(field, value, problem);
	}
	return good ? JISR_OK
	            : problem_set(problem, JISR_BAD_INPUT, "\"%s\" is %s", field->name, kinds[field->kind].what);
}

static const struct field *find(const struct field *fields, const char *name, size_t length)
{
	for (; fields->name != NULL; fields++)
		if (strlen(fields->name) == length && memcmp(fields->name, name, length) == 0)
			return fields;
	return NULL;
}

static int unknown(const struct field *fields, const char *name, struct problem *problem)
{
	const char *near = NULL;
	size_t best = 3;
	for (; fields->name != NULL; fields++) {
		size_t distance = shown_distance(name, fields->name);
		near = distance < best ? fields->name : near;
		best = distance < best ? distance : best;
	}
	return problem_set(problem, JISR_BAD_INPUT, "there is no field \"%.40s\" here%s%s%s", name,
	                   near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	                   near != NULL ? "\"?" : "");
}

int field_check(const cJSON *object, const struct field *fields, struct problem *problem)
{
	int error = JISR_OK;
	if (object != NULL && !cJSON_IsObject(object))
		return problem_set(problem, JISR_BAD_INPUT, "the fields are not an object");
	for (const cJSON *one = object != NULL ? object->child : NULL; one != NULL; one = one->next)
		if (find(fields, one->string, strlen(one->string)) == NULL)
			return unknown(fields, one->string, problem);
	for (; fields->name != NULL && !error; fields++) {
		const cJSON *value = json_get(object, fields->name);
		if (value != NULL)
			error = check_one(fields, value, problem);
		else if (fields->needed)
			error = problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing: %s", fields->name,
			                    fields->help);
	}
	return error;
}

/* ---- the command line ---- */

static void add_list(cJSON *object, const struct field *field, const char *value)
{
	cJSON *list = tree_add_array(object, field->name);
	for (const char *at = value; *at != '\0';) {
		size_t length = strcspn(at, ",");
		char *end;
		if (field->kind == FIELD_NUMBERS && length > 0 && length < 9 && strspn(at, "0123456789") == length)
			tree_count(list, NULL, strtoul(at, &end, 10));
		else
			tree_bytes(list, NULL, at, length);
		at += length + (at[length] == ',');
	}
}

int field_add(cJSON *object, const struct field *fields, const char *word, struct problem *problem)
{
	const char *equal = strchr(word, '='), *dot;
	char name[64];
	if (equal == NULL || equal == word || equal - word > 60)
		return problem_set(problem, JISR_BAD_INPUT, "'%.60s' is not of the form FIELD=VALUE", word);
	(void)snprintf(name, sizeof name, "%.*s", (int)(equal - word), word);
	dot = strchr(name, '.');
	size_t length = dot != NULL ? (size_t)(dot - name) : strlen(name);
	const struct field *field = find(fields, name, length);
	const char *value = equal + 1;
	if (field == NULL)
		return unknown(fields, name, problem);
	if (dot != NULL && field->kind != FIELD_TEXTS)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" has no languages", field->name);
	if (dot == NULL && cJSON_GetObjectItemCaseSensitive(object, field->name) != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is given twice", field->name);
	if (dot != NULL) {
		cJSON *texts = cJSON_GetObjectItemCaseSensitive(object, field->name);
		tree_text(texts != NULL ? texts : tree_add_object(object, field->name), dot + 1, value);
	} else if (value[0] == '[' || value[0] == '{') {
		cJSON *json = NULL;
		int error = json_read(value, strlen(value), &json, problem);
		if (error) {
			problem_prefix(problem, field->name);
			return error;
		}
		if (!cJSON_AddItemToObject(object, field->name, json)) {
			json_free(json);
			return problem_no_memory(problem);
		}
	} else if (field->kind == FIELD_NUMBER && value[0] != '\0' && strlen(value) < 10 &&
	           strspn(value, "0123456789") == strlen(value)) {
		tree_count(object, field->name, strtoul(value, NULL, 10));
	} else if (field->kind == FIELD_FLAG && (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0)) {
		tree_bool(object, field->name, true);
	} else if (field->kind == FIELD_FLAG && (strcmp(value, "no") == 0 || strcmp(value, "false") == 0)) {
		tree_bool(object, field->name, false);
	} else if (field->kind == FIELD_CODES || field->kind == FIELD_NUMBERS || field->kind == FIELD_WORDS ||
	           field->kind == FIELD_SHARES || field->kind == FIELD_NAMES) {
		add_list(object, field, value);
	} else {
		tree_text(object, field->name, value);
	}
	return JISR_OK;
}

/* ---- the description ---- */

void field_describe(struct text *text, const struct field *fields)
{
	emit_array(text, "fields");
	for (; fields->name != NULL; fields++) {
		emit_object(text, NULL);
		emit_text(text, "name", fields->name);
		emit_text(text, "kind", field_kind_name(fields->kind));
		emit_bool(text, "needed", fields->needed);
		if (fields->most > 0)
			emit_count(text, "most", fields->most);
		if (fields->words != NULL) {
			emit_array(text, "words");
			for (const char *const *word = fields->words; *word != NULL; word++)
				emit_text(text, NULL, *word);
			emit_close_array(text);
		}
		emit_text(text, "help", fields->help);
		if (fields->inner != NULL)
			field_describe(text, fields->inner);
		emit_close_object(text);
	}
	emit_close_array(text);
}
