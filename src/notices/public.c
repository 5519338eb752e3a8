/* Each extract keeps what is asked for (folded names, sex, birth, countries) beside the notice's content as text, which is
 * parsed again for a detail. A list goes through all extracts of its kinds: half a microsecond each, and only those on the
 * page are written. */
#include "notices/public.h"

#include "base/arena.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/utf8.h"

#include <limits.h>
#include <string.h>
#include <unicode/uchar.h>

#define MAX_LETTERS 512 /* code points of a name that are looked at */
#define ANY         UINT32_MAX

struct letters {
	const uint32_t *codes; /* folded */
	size_t count;
};

struct extract {
	enum public_kind kind;
	const char *id;      /* "2026/99901" */
	const char *content; /* JSON */
	size_t content_length;
	struct letters name, forename;
	const char *reference; /* of the Security Council, "" */
	struct date birth;
	int resolution;            /* 0: none */
	char sex;                  /* 'M', 'F', 'U' */
	const char *nationalities; /* "FR,MA," */
	const char *issuers;       /* of warrants, the same */
};

struct public_set {
	struct arena *arena;
	struct extract *extracts;
	size_t count, capacity;
	uint32_t *by_id; /* open addressing: number + 1 */
	size_t table;
};

int public_set_new(struct public_set **ret_set)
{
	struct public_set *set = memory_zero(1, sizeof *set);
	if (set == NULL)
		return JISR_NO_MEMORY;
	int error = arena_new(PUBLIC_MAX_MEMORY, &set->arena);
	if (error) {
		memory_free(set);
		return error;
	}
	*ret_set = set;
	return JISR_OK;
}

struct public_set *public_set_free(struct public_set *set)
{
	if (set == NULL)
		return NULL;
	arena_free(set->arena);
	memory_free(set->extracts);
	return memory_free(set);
}

/* ---- patterns ---- */

static uint32_t fold(uint32_t code)
{
	return (uint32_t)u_foldCase((UChar32)code, U_FOLD_CASE_DEFAULT);
}

static size_t fold_text(const char *text, uint32_t *codes, size_t most)
{
	size_t count = 0;
	for (const char *at = text, *end = text + strlen(text); at < end && count < most;)
		codes[count++] = fold(utf8_next(&at, end));
	return count;
}

struct pattern {
	uint32_t codes[PUBLIC_MAX_PATTERN];
	size_t count;
	bool begins, ends, impossible;
};

static void read_pattern(const char *text, struct pattern *pattern)
{
	const char *at = text, *end = text + strlen(text);
	*pattern = (struct pattern){.count = 0};
	if (at < end && *at == '^') {
		pattern->begins = true;
		at++;
	}
	if (end > at && end[-1] == '$' && !(end - at > 1 && end[-2] == '\\')) {
		pattern->ends = true;
		end--;
	}
	while (at < end) {
		if (pattern->count == PUBLIC_MAX_PATTERN) {
			pattern->impossible = true;
			return;
		}
		uint32_t code = utf8_next(&at, end);
		if (code == '\\' && at < end)
			code = fold(utf8_next(&at, end));
		else
			code = code == '.' ? ANY : fold(code);
		pattern->codes[pattern->count++] = code;
	}
}

static bool fits_at(const struct pattern *pattern, struct letters letters, size_t offset)
{
	for (size_t i = 0; i < pattern->count; i++)
		if (pattern->codes[i] != ANY && pattern->codes[i] != letters.codes[offset + i])
			return false;
	return true;
}

static bool fits(const struct pattern *pattern, struct letters letters)
{
	if (pattern->impossible || pattern->count > letters.count)
		return false;
	size_t last = letters.count - pattern->count;
	if (pattern->begins && pattern->ends && last != 0)
		return false;
	for (size_t i = pattern->ends ? last : 0; i <= (pattern->begins ? 0 : last); i++)
		if (fits_at(pattern, letters, i))
			return true;
	return false;
}

bool public_matches(const char *text, const char *name)
{
	struct pattern pattern;
	uint32_t codes[MAX_LETTERS];
	read_pattern(text, &pattern);
	return fits(&pattern, (struct letters){codes, fold_text(name, codes, MAX_LETTERS)});
}

/* ---- building ---- */

static int keep_letters(struct arena *arena, const char *text, struct letters *ret_letters)
{
	uint32_t codes[MAX_LETTERS];
	size_t count = text != NULL ? fold_text(text, codes, MAX_LETTERS) : 0;
	uint32_t *copy = arena_zero(arena, count + 1, sizeof *copy);
	if (copy == NULL)
		return JISR_NO_MEMORY;
	memcpy(copy, codes, count * sizeof *copy);
	*ret_letters = (struct letters){copy, count};
	return JISR_OK;
}

/* "FR,MA," of a list of strings, or of a member of a list of objects. */
static int keep_countries(struct arena *arena, const cJSON *list, const char *member, const char **ret_text)
{
	struct text text;
	text_init(&text, 4096);
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		const char *code = member != NULL ? json_get_text(one, member) : cJSON_GetStringValue(one);
		if (code != NULL)
			(void)text_add_format(&text, "%s,", code);
	}
	const char *copy = text.error ? NULL : arena_text(arena, text.bytes, text.length);
	int error = text.error;
	text_finish(&text);
	if (copy == NULL)
		return error ? error : JISR_NO_MEMORY;
	*ret_text = copy;
	return JISR_OK;
}

static int kind_of(const cJSON *content, enum public_kind *ret_kind)
{
	const char *colour = json_get_text(content, "colour"), *subject = json_get_text(content, "subject");
	if (colour == NULL || subject == NULL)
		return JISR_UNSUPPORTED;
	if (strcmp(colour, "red") == 0)
		*ret_kind = PUBLIC_RED;
	else if (strcmp(colour, "yellow") == 0)
		*ret_kind = PUBLIC_YELLOW;
	else if (strcmp(colour, "un") == 0)
		*ret_kind = strcmp(subject, "person") == 0 ? PUBLIC_UN_PERSON : PUBLIC_UN_ENTITY;
	else
		return JISR_UNSUPPORTED;
	return JISR_OK;
}

static int keep_content(struct arena *arena, const cJSON *content, struct extract *extract)
{
	struct text text;
	text_init(&text, (size_t)1 << 20);
	(void)json_write(content, &text);
	extract->content = text.error ? NULL : arena_text(arena, text.bytes, text.length);
	extract->content_length = text.length;
	int error = text.error;
	text_finish(&text);
	return error ? error : extract->content == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static int put_in_table(struct public_set *set, size_t number);

static int grow_table(struct public_set *set)
{
	size_t size = set->table == 0 ? 64 : set->table * 4;
	uint32_t *slots = arena_zero(set->arena, size, sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	set->by_id = slots;
	set->table = size;
	for (size_t i = 0; i < set->count; i++)
		(void)put_in_table(set, i);
	return JISR_OK;
}

static uint64_t hash_id(const char *id)
{
	uint64_t hash = 1469598103934665603u;
	for (; *id != '\0'; id++)
		hash = (hash ^ (uint64_t)(unsigned char)(*id == '-' ? '/' : *id)) * 1099511628211u;
	return hash ^ hash >> 29;
}

static int put_in_table(struct public_set *set, size_t number)
{
	size_t at = (size_t)hash_id(set->extracts[number].id) & (set->table - 1);
	while (set->by_id[at] != 0)
		at = (at + 1) & (set->table - 1);
	set->by_id[at] = (uint32_t)number + 1;
	return JISR_OK;
}

int public_set_add(struct public_set *set, const char *id, const cJSON *content)
{
	struct extract extract = {.sex = 'U'};
	struct arena *arena = set->arena;
	int error = kind_of(content, &extract.kind);
	if (!error)
		error = memory_reserve(&set->extracts, &set->capacity, set->count + 1, PUBLIC_MAX_NOTICES,
		                       sizeof *set->extracts);
	if (!error && (set->count + 1) * 2 > set->table)
		error = grow_table(set);
	if (error)
		return error;
	extract.id = arena_text(arena, id, strlen(id));
	const cJSON *un = json_get(content, "un");
	const char *reference = json_get_text(un, "reference"), *sex = json_get_text(content, "sex");
	const char *birth = json_get_text(json_get(content, "birth"), "date");
	const cJSON *resolution = json_get(un, "resolution");
	extract.reference =
		arena_text(arena, reference != NULL ? reference : "", reference != NULL ? strlen(reference) : 0);
	extract.resolution = cJSON_IsNumber(resolution) ? (int)resolution->valuedouble : 0;
	if (sex != NULL)
		extract.sex = sex[0];
	if (birth != NULL)
		(void)date_read(birth, strlen(birth), &extract.birth);
	if (extract.id == NULL || extract.reference == NULL)
		return JISR_NO_MEMORY;
	error = keep_content(arena, content, &extract);
	if (!error)
		error = keep_letters(arena, json_get_text(content, "name"), &extract.name);
	if (!error)
		error = keep_letters(arena, json_get_text(content, "forename"), &extract.forename);
	if (!error)
		error = keep_countries(arena, json_get(content, "nationalities"), NULL, &extract.nationalities);
	if (!error)
		error = keep_countries(arena, json_get(content, "warrants"), "country", &extract.issuers);
	if (error)
		return error;
	set->extracts[set->count++] = extract;
	return put_in_table(set, set->count - 1);
}

/* ---- filters ---- */

struct filters {
	struct pattern name, forename;
	bool by_name, by_forename;
	const char *nationality, *issuer, *reference;
	char sex; /* 0: any */
	long age_least, age_most;
	bool by_age;
	long resolution; /* 0: any */
	size_t page, per_page;
	const struct public_pair *kept[PUBLIC_MAX_FILTERS]; /* that count, in their order, but page and resultPerPage */
	bool numeric[PUBLIC_MAX_FILTERS];
	size_t kept_count;
};

static bool read_number(const char *text, long *ret_number)
{
	size_t length = strspn(text, "0123456789");
	if (length == 0 || text[length] != '\0')
		return false;
	long number = 0;
	for (; *text != '\0'; text++)
		number = number > 100000000 ? number : number * 10 + (*text - '0');
	*ret_number = number;
	return true;
}

/* True when the pair is one that counts; *numeric: it is echoed as a number. */
static bool read_pair(const struct public_pair *pair, unsigned kinds, struct filters *filters, bool *numeric)
{
	bool un = (kinds & PUBLIC_UN) != 0;
	const char *name = pair->name, *value = pair->value;
	*numeric = false;
	if (strcmp(name, "name") == 0) {
		read_pattern(value, &filters->name);
		return filters->by_name = true;
	}
	if (un && strcmp(name, "unReference") == 0) {
		filters->reference = value;
		return true;
	}
	if (un && strcmp(name, "unResolution") == 0)
		return *numeric = read_number(value, &filters->resolution);
	if (un)
		return false;
	if (strcmp(name, "forename") == 0) {
		read_pattern(value, &filters->forename);
		return filters->by_forename = true;
	}
	if (strcmp(name, "nationality") == 0) {
		filters->nationality = value;
		return true;
	}
	if (strcmp(name, "sexId") == 0) {
		filters->sex = value[1] == '\0' && strchr("FMU", value[0]) != NULL ? value[0] : '?';
		return true;
	}
	if ((kinds & PUBLIC_RED) != 0 && strcmp(name, "arrestWarrantCountryId") == 0) {
		filters->issuer = value;
		return true;
	}
	if (strcmp(name, "ageMin") == 0 || strcmp(name, "ageMax") == 0) {
		*numeric = read_number(value, name[4] == 'i' ? &filters->age_least : &filters->age_most);
		filters->by_age |= *numeric;
		return *numeric;
	}
	return strcmp(name, "freeText") == 0; /* echoed only: the service itself does not answer it */
}

static void read_filters(const struct public_question *question, struct filters *filters)
{
	memset(filters, 0, sizeof *filters);
	filters->age_most = LONG_MAX;
	filters->page = 1;
	filters->per_page = PUBLIC_PER_PAGE;
	for (size_t i = 0; i < question->pair_count; i++) {
		const struct public_pair *pair = &question->pairs[i];
		long number;
		bool numeric;
		if (pair->name[0] == '\0' || pair->value[0] == '\0')
			continue;
		if (strcmp(pair->name, "page") == 0) {
			if (read_number(pair->value, &number) && number > 0)
				filters->page = (size_t)number;
		} else if (strcmp(pair->name, "resultPerPage") == 0) {
			if (read_number(pair->value, &number) && number > 0)
				filters->per_page =
					(size_t)number < PUBLIC_PAGE_MOST ? (size_t)number : PUBLIC_PAGE_MOST;
		} else if (filters->kept_count < PUBLIC_MAX_FILTERS &&
		           read_pair(pair, question->kinds, filters, &numeric)) {
			filters->numeric[filters->kept_count] = numeric;
			filters->kept[filters->kept_count++] = pair;
		}
	}
}

static bool names_country(const char *list, const char *code)
{
	for (const char *at = list; *at != '\0'; at += 3)
		if (code[0] != '\0' && code[1] != '\0' && code[2] == '\0' && at[0] == (code[0] & ~0x20) &&
		    at[1] == (code[1] & ~0x20))
			return true;
	return false;
}

/* Whole years; where month or day are unknown as if born on the first. 0 where the year is not known, so that who splits
 * the world by age misses nobody. */
static long age_of(struct date birth, struct date today)
{
	if (!date_known(birth))
		return 0;
	long years = today.from / 10000 - birth.from / 10000;
	if (today.from % 10000 < birth.from % 10000)
		years--;
	return years < 0 ? 0 : years;
}

static bool passes(const struct extract *extract, const struct filters *filters, struct date today)
{
	if (filters->sex != 0 && extract->sex != filters->sex)
		return false;
	if (filters->nationality != NULL && !names_country(extract->nationalities, filters->nationality))
		return false;
	if (filters->issuer != NULL && !names_country(extract->issuers, filters->issuer))
		return false;
	if (filters->by_age) {
		long age = age_of(extract->birth, today);
		if (age < filters->age_least || age > filters->age_most)
			return false;
	}
	if (filters->resolution != 0 && extract->resolution != filters->resolution)
		return false;
	if (filters->reference != NULL && !public_matches(filters->reference, extract->reference))
		return false;
	if (filters->by_forename && !fits(&filters->forename, extract->forename))
		return false;
	return !filters->by_name || fits(&filters->name, extract->name);
}

/* ---- writing ---- */

static const char *segment_of(enum public_kind kind)
{
	switch (kind) {
	case PUBLIC_RED: return "red";
	case PUBLIC_YELLOW: return "yellow";
	case PUBLIC_UN_PERSON: return "un/persons";
	case PUBLIC_UN_ENTITY: return "un/entities";
	}
	return "";
}

#define MAX_HREF 4096

static void add_encoded(struct text *text, const char *value)
{
	for (; *value != '\0'; value++) {
		unsigned char byte = (unsigned char)*value;
		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
		    strchr("-._~", byte) != NULL)
			(void)text_add_char(text, (char)byte);
		else
			(void)text_add_format(text, "%%%02X", byte);
	}
}

static void emit_link(struct text *text, const char *key, const char *href)
{
	emit_object(text, key);
	emit_text(text, "href", href);
	emit_close_object(text);
}

/* "<base>/notices/v1/red/2026-99901" and what follows. */
static void notice_href(const struct public_question *question, const struct extract *extract, const char *after,
                        char out[MAX_HREF])
{
	int length = snprintf(out, MAX_HREF, "%s/notices/v1/%s/", question->base, segment_of(extract->kind));
	length += snprintf(out + length, (size_t)(MAX_HREF - length), "%s", extract->id);
	for (char *at = out + strlen(question->base) + strlen("/notices/v1/") + strlen(segment_of(extract->kind)) + 1;
	     *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	(void)snprintf(out + length, (size_t)(MAX_HREF - length), "%s", after);
}

/* Eight digits from a content address; of one notice's pictures no two have the same. */
static void picture_number(const cJSON *photographs, size_t index, char out[16])
{
	unsigned long used[64], number = 0;
	size_t at = 0;
	for (const cJSON *one = photographs->child; one != NULL && at <= index && at < 64; one = one->next, at++) {
		number = 0;
		for (int i = 0; i < 8; i++)
			number = number << 4 |
			         (unsigned long)(strchr("0123456789abcdef", one->valuestring[i]) - "0123456789abcdef");
		number = 10000000 + number % 89999900;
		for (size_t k = 0; k < at; k++)
			if (used[k] == number) {
				number++;
				k = SIZE_MAX;
			}
		used[at] = number;
	}
	(void)snprintf(out, 16, "%lu", number);
}

static void emit_links(const struct public_question *question, const struct extract *extract, const cJSON *content,
                       const char *self, const char *other, struct text *text)
{
	char href[MAX_HREF], after[64], number[16];
	const cJSON *photographs = json_get(content, "photographs");
	emit_object(text, "_links");
	notice_href(question, extract, strcmp(self, "self") == 0 && strcmp(other, "notice") == 0 ? "/images" : "",
	            href);
	emit_link(text, "self", href);
	notice_href(question, extract, strcmp(other, "notice") == 0 ? "" : "/images", href);
	emit_link(text, other, href);
	if (photographs != NULL) {
		picture_number(photographs, 0, number);
		(void)snprintf(after, sizeof after, "/images/%s", number);
		notice_href(question, extract, after, href);
		emit_link(text, "thumbnail", href);
	}
	emit_close_object(text);
}

/* "1971/02/28", "1971/02", "1971"; the list of the Security Council writes zeros for what is not known. */
static void emit_date(struct text *text, const char *key, const char *date, bool zeros)
{
	char slashes[DATE_TEXT_MAX];
	if (date == NULL && !zeros) {
		emit_null(text, key);
		return;
	}
	(void)snprintf(slashes, sizeof slashes, "%s", date != NULL ? date : "0000");
	for (char *at = slashes; *at != '\0'; at++)
		if (*at == '-')
			*at = '/';
	size_t length = strlen(slashes);
	if (zeros && length < 10)
		(void)snprintf(slashes + length, sizeof slashes - length, "%s", length == 4 ? "/00/00" : "/00");
	emit_text(text, key, slashes);
}

/* A list of strings; null or [] when there is none. */
static void emit_strings(struct text *text, const char *key, const cJSON *list, bool always)
{
	if (list == NULL && !always) {
		emit_null(text, key);
		return;
	}
	emit_array(text, key);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		emit_text(text, NULL, cJSON_GetStringValue(one));
	emit_close_array(text);
}

static void emit_number(struct text *text, const char *key, const cJSON *number)
{
	if (cJSON_IsNumber(number))
		emit_score(text, key, number->valuedouble);
	else
		emit_null(text, key);
}

static void emit_item(const struct public_question *question, const struct extract *extract, const cJSON *content,
                      struct text *text)
{
	bool un = (extract->kind & PUBLIC_UN) != 0;
	emit_object(text, NULL);
	if (un)
		emit_text(text, "un_reference", json_get_text(json_get(content, "un"), "reference"));
	emit_date(text, "date_of_birth", json_get_text(json_get(content, "birth"), "date"), un);
	emit_strings(text, "nationalities", json_get(content, "nationalities"), true);
	emit_text(text, "entity_id", extract->id);
	emit_text(text, "forename", json_get_text(content, "forename"));
	emit_text(text, "name", json_get_text(content, "name"));
	emit_links(question, extract, content, "self", "images", text);
	emit_close_object(text);
}

static int parse(const struct extract *extract, cJSON **ret_content)
{
	cJSON *content = cJSON_ParseWithLength(extract->content, extract->content_length);
	if (content == NULL)
		return JISR_NO_MEMORY;
	*ret_content = content;
	return JISR_OK;
}

static void emit_page_link(const struct public_question *question, const struct filters *filters, const char *key,
                           size_t page, struct text *text)
{
	struct text href;
	text_init(&href, (size_t)64 << 10);
	(void)text_add_format(&href, "%s/notices/v1/%s?", question->base, question->path);
	for (size_t i = 0; i < filters->kept_count; i++) {
		add_encoded(&href, filters->kept[i]->name);
		(void)text_add_char(&href, '=');
		add_encoded(&href, filters->kept[i]->value);
		(void)text_add_char(&href, '&');
	}
	(void)text_add_format(&href, "resultPerPage=%zu&page=%zu", filters->per_page, page);
	if (href.error)
		text->error = href.error;
	emit_link(text, key, href.bytes);
	text_finish(&href);
}

int public_list(const struct public_set *set, const struct public_question *question, struct text *text)
{
	struct filters filters;
	size_t total = 0, kept = 0;
	read_filters(question, &filters);
	size_t cap = question->cap == 0 ? SIZE_MAX : question->cap;
	CLEANUP(memory_freep) uint32_t *found = memory_zero(set->count + 1, sizeof *found);
	if (found == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < set->count; i++)
		if ((set->extracts[i].kind & question->kinds) != 0 &&
		    passes(&set->extracts[i], &filters, question->today)) {
			total++;
			if (kept < cap)
				found[kept++] = (uint32_t)i;
		}
	size_t last = kept == 0 ? 1 : (kept + filters.per_page - 1) / filters.per_page;
	size_t page = filters.page < last ? filters.page : last;
	emit_object(text, NULL);
	emit_count(text, "total", total);
	emit_object(text, "query");
	for (size_t i = 0; i < filters.kept_count; i++) {
		long number;
		if (filters.numeric[i] && read_number(filters.kept[i]->value, &number))
			emit_count(text, filters.kept[i]->name, (uint64_t)number);
		else
			emit_text(text, filters.kept[i]->name, filters.kept[i]->value);
	}
	emit_count(text, "page", page);
	emit_count(text, "resultPerPage", filters.per_page);
	emit_close_object(text);
	emit_object(text, "_embedded");
	emit_array(text, "notices");
	for (size_t i = (page - 1) * filters.per_page; i < kept && i < page * filters.per_page; i++) {
		CLEANUP(json_freep) cJSON *content = NULL;
		int error = parse(&set->extracts[found[i]], &content);
		if (error)
			return error;
		emit_item(question, &set->extracts[found[i]], content, text);
	}
	emit_close_array(text);
	emit_close_object(text);
	emit_object(text, "_links");
	emit_page_link(question, &filters, "self", page, text);
	emit_page_link(question, &filters, "first", 1, text);
	if (page > 1)
		emit_page_link(question, &filters, "prev", page - 1, text);
	if (page < last)
		emit_page_link(question, &filters, "next", page + 1, text);
	emit_page_link(question, &filters, "last", last, text);
	emit_close_object(text);
	emit_close_object(text);
	return text->error;
}

/* ---- one notice ---- */

static const struct extract *find(const struct public_set *set, unsigned kinds, const char *id)
{
	if (set->table == 0 || strchr(id, '/') != NULL)
		return NULL;
	for (size_t at = (size_t)hash_id(id) & (set->table - 1); set->by_id[at] != 0;
	     at = (at + 1) & (set->table - 1)) {
		const struct extract *extract = &set->extracts[set->by_id[at] - 1];
		const char *a = extract->id, *b = id;
		while (*a != '\0' && (*a == *b || (*a == '/' && *b == '-'))) {
			a++;
			b++;
		}
		if (*a == '\0' && *b == '\0')
			return (extract->kind & kinds) != 0 ? extract : NULL;
	}
	return NULL;
}

/* Lines parted by \r\n, as the service writes them. */
static void emit_charge(struct text *text, const char *key, const char *charge)
{
	struct text lines;
	text_init(&lines, (size_t)64 << 10);
	for (const char *at = charge; *at != '\0'; at++) {
		if (*at == '\n')
			(void)text_add_char(&lines, '\r');
		(void)text_add_char(&lines, *at);
	}
	if (lines.error)
		text->error = lines.error;
	emit_bytes(text, key, lines.bytes, lines.length);
	text_finish(&lines);
}

static void emit_warrants(const cJSON *content, struct text *text)
{
	const cJSON *list = json_get(content, "warrants");
	emit_array(text, "arrest_warrants");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		const char *charge = json_get_text(one, "charge"),
			   *translation = json_get_text(one, "charge_translation");
		emit_object(text, NULL);
		emit_charge(text, "charge", charge != NULL ? charge : "");
		emit_text(text, "issuing_country_id", json_get_text(one, "country"));
		if (translation != NULL)
			emit_charge(text, "charge_translation", translation);
		else
			emit_null(text, "charge_translation");
		emit_close_object(text);
	}
	emit_close_array(text);
}

static const char *further_name(const cJSON *content, const char *kind)
{
	const cJSON *list = json_get(content, "names");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		if (strcmp(json_get_text(one, "kind"), kind) == 0)
			return json_get_text(one, "text");
	return NULL;
}

static void emit_person(const cJSON *content, struct text *text)
{
	const cJSON *birth = json_get(content, "birth");
	emit_date(text, "date_of_birth", json_get_text(birth, "date"), false);
	emit_text(text, "distinguishing_marks", json_get_text(content, "marks"));
	emit_number(text, "weight", json_get(content, "weight"));
	emit_strings(text, "nationalities", json_get(content, "nationalities"), true);
	emit_strings(text, "eyes_colors_id", json_get(content, "eyes"), false);
	emit_text(text, "sex_id", json_get_text(content, "sex"));
	emit_text(text, "place_of_birth", json_get_text(birth, "place"));
	emit_text(text, "forename", json_get_text(content, "forename"));
	emit_text(text, "country_of_birth_id", json_get_text(birth, "country"));
	emit_strings(text, "hairs_id", json_get(content, "hair"), false);
	emit_text(text, "name", json_get_text(content, "name"));
	emit_strings(text, "languages_spoken_ids", json_get(content, "languages"), false);
	emit_number(text, "height", json_get(content, "height"));
}

static void emit_yellow(const cJSON *content, struct text *text)
{
	const cJSON *event = json_get(content, "event"), *parents = json_get(content, "parents");
	emit_text(text, "birth_name", further_name(content, "birth"));
	emit_text(text, "place", json_get_text(event, "place"));
	emit_date(text, "date_of_event", json_get_text(event, "date"), false);
	emit_text(text, "country", json_get_text(event, "country"));
	emit_text(text, "father_forename", json_get_text(parents, "father_forename"));
	emit_text(text, "father_name", json_get_text(parents, "father_name"));
	emit_text(text, "mother_name", json_get_text(parents, "mother_name"));
	emit_text(text, "mother_forename", json_get_text(parents, "mother_forename"));
}

static void emit_aliases(const cJSON *content, struct text *text)
{
	const cJSON *list = json_get(content, "names");
	emit_array(text, "aliases");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next)
		if (strcmp(json_get_text(one, "kind"), "alias") == 0 || strcmp(json_get_text(one, "kind"), "weak") == 0)
			emit_text(text, NULL, json_get_text(one, "text"));
	emit_close_array(text);
}

static void emit_papers(const cJSON *content, struct text *text)
{
	const cJSON *list = json_get(content, "documents");
	emit_array(text, "identity_documents");
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		emit_object(text, NULL);
		emit_text(text, "type", json_get_text(one, "kind"));
		emit_text(text, "number", json_get_text(one, "number"));
		emit_text(text, "country_id", json_get_text(one, "country"));
		emit_close_object(text);
	}
	emit_close_array(text);
}

static void emit_un(const cJSON *content, struct text *text)
{
	const cJSON *un = json_get(content, "un"), *parents = json_get(content, "parents");
	const cJSON *birth = json_get(content, "birth"), *resolution = json_get(un, "resolution");
	const char *summary = json_get_text(json_get(content, "summary"), "en");
	if (summary == NULL && cJSON_IsObject(json_get(content, "summary")))
		summary = cJSON_GetStringValue(json_get(content, "summary")->child);
	emit_text(text, "summary", summary);
	emit_number(text, "weight", json_get(content, "weight"));
	emit_text(text, "profession", json_get_text(un, "profession"));
	emit_strings(text, "purposes", json_get(un, "measures"), true);
	emit_aliases(content, text);
	emit_text(text, "father_name", json_get_text(parents, "father_name"));
	emit_text(text, "un_reference", json_get_text(un, "reference"));
	emit_papers(content, text);
	emit_strings(text, "nationalities", json_get(content, "nationalities"), true);
	emit_text(text, "name_at_birth", further_name(content, "birth"));
	emit_text(text, "name", json_get_text(content, "name"));
	emit_text(text, "name_in_original_script", further_name(content, "original"));
	if (cJSON_IsNumber(resolution))
		emit_count(text, "un_resolution", (uint64_t)resolution->valuedouble);
	else
		emit_null(text, "un_resolution");
	emit_text(text, "father_forename", json_get_text(parents, "father_forename"));
	emit_text(text, "mother_forename", json_get_text(parents, "mother_forename"));
	emit_text(text, "forename", json_get_text(content, "forename"));
	emit_strings(text, "associates", json_get(un, "associates"), true);
	emit_date(text, "date_of_birth", json_get_text(birth, "date"), true);
	emit_date(text, "un_reference_date", json_get_text(un, "reference_date"), false);
	emit_null(text, "forename_in_original_script");
	emit_strings(text, "languages_spoken_ids", json_get(content, "languages"), true);
	emit_text(text, "country_of_birth_id", json_get_text(birth, "country"));
	emit_text(text, "sex_id", json_get_text(content, "sex"));
	emit_text(text, "mother_name", json_get_text(parents, "mother_name"));
	emit_strings(text, "adresses", json_get(un, "addresses"), true);
	emit_text(text, "place_of_birth", json_get_text(birth, "place"));
	emit_text(text, "main_activity", json_get_text(un, "main_activity"));
	emit_text(text, "from_chamber_of_commerce", json_get_text(un, "chamber_of_commerce"));
	emit_text(text, "legal_form", json_get_text(un, "legal_form"));
	emit_strings(text, "administrators", json_get(un, "administrators"), true);
	emit_text(text, "additional_information", json_get_text(un, "additional_information"));
	emit_text(text, "registration_number", json_get_text(un, "registration_number"));
	emit_text(text, "formerly_known_as", further_name(content, "previous"));
}

int public_detail(const struct public_set *set, const struct public_question *question, const char *id,
                  struct text *text)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	const struct extract *extract = find(set, question->kinds, id);
	int error = extract == NULL ? JISR_NOT_FOUND : parse(extract, &content);
	if (error)
		return error;
	emit_object(text, NULL);
	if (extract->kind == PUBLIC_RED)
		emit_warrants(content, text);
	emit_text(text, "entity_id", extract->id);
	if ((extract->kind & PUBLIC_UN) != 0)
		emit_un(content, text);
	else
		emit_person(content, text);
	if (extract->kind == PUBLIC_YELLOW)
		emit_yellow(content, text);
	emit_object(text, "_embedded");
	emit_array(text, "links");
	emit_close_array(text);
	emit_close_object(text);
	emit_links(question, extract, content, "self", "images", text);
	emit_close_object(text);
	return text->error;
}

int public_images(const struct public_set *set, const struct public_question *question, const char *id,
                  struct text *text)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	const struct extract *extract = find(set, question->kinds, id);
	int error = extract == NULL ? JISR_NOT_FOUND : parse(extract, &content);
	if (error)
		return error;
	const cJSON *photographs = json_get(content, "photographs");
	size_t index = 0;
	emit_object(text, NULL);
	emit_object(text, "_embedded");
	emit_array(text, "images");
	for (const cJSON *one = photographs != NULL ? photographs->child : NULL; one != NULL; one = one->next) {
		char number[16], after[64], href[MAX_HREF];
		picture_number(photographs, index++, number);
		(void)snprintf(after, sizeof after, "/images/%s", number);
		notice_href(question, extract, after, href);
		emit_object(text, NULL);
		emit_text(text, "picture_id", number);
		emit_object(text, "_links");
		emit_link(text, "self", href);
		emit_close_object(text);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	emit_links(question, extract, content, "self", "notice", text);
	emit_close_object(text);
	return text->error;
}

int public_picture(const struct public_set *set, const struct public_question *question, const char *id,
                   const char *picture, const char **ret_hash)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	const struct extract *extract = find(set, question->kinds, id);
	int error = extract == NULL ? JISR_NOT_FOUND : parse(extract, &content);
	if (error)
		return error;
	const cJSON *photographs = json_get(content, "photographs");
	size_t index = 0;
	for (const cJSON *one = photographs != NULL ? photographs->child : NULL; one != NULL; one = one->next) {
		char number[16];
		picture_number(photographs, index++, number);
		if (strcmp(number, picture) != 0)
			continue;
		/* The address stands in the stored content, which lives as long as the set. */
		const char *kept = strstr(extract->content, one->valuestring);
		if (kept == NULL)
			return JISR_CORRUPT;
		*ret_hash = kept; /* 64 digits, then a quote */
		return JISR_OK;
	}
	return JISR_NOT_FOUND;
}
