#include "store/entry.h"

#include "base/canonical.h"

#include <sodium.h>
#include <string.h>

#define CONTEXT "jisr entry v1\n"

_Static_assert(ENTRY_SIGNATURE == crypto_sign_BYTES, "as libsodium has it");
_Static_assert(ENTRY_HASH == crypto_hash_sha256_BYTES, "as libsodium has it");

/* ---- forms of texts ---- */

static bool in_range(char c, char least, char most)
{
	return c >= least && c <= most;
}

static bool office_character(char c)
{
	return in_range(c, 'A', 'Z') || in_range(c, '0', '9') || c == '-';
}

static bool kind_character(char c)
{
	return in_range(c, 'a', 'z') || in_range(c, '0', '9') || c == '.' || c == '-' || c == '_';
}

static bool printable(char c)
{
	return in_range(c, '!', '~') && c != '"' && c != '\\';
}

static bool of_form(const char *text, size_t length, size_t least, size_t most, bool (*character)(char))
{
	if (length < least || length > most)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!character(text[i]))
			return false;
	return true;
}

bool entry_office_valid(const char *code)
{
	return of_form(code, strlen(code), 1, ENTRY_MAX_OFFICE, office_character);
}

bool entry_kind_valid(const char *kind)
{
	return of_form(kind, strlen(kind), 1, ENTRY_MAX_KIND, kind_character);
}

bool entry_officer_valid(const char *officer)
{
	return of_form(officer, strlen(officer), 0, ENTRY_MAX_OFFICER, printable);
}

bool entry_subject_valid(const char *subject)
{
	return of_form(subject, strlen(subject), 1, ENTRY_MAX_SUBJECT, printable);
}

/* The digits at a place, as a number. */
static int digits(const char *text, size_t at, size_t count)
{
	int number = 0;
	for (size_t i = at; i < at + count; i++) {
		if (!in_range(text[i], '0', '9'))
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

static bool at_valid(const char *at, size_t length)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (length != ENTRY_AT_LENGTH)
		return false;
	for (size_t i = 0; i < length; i++)
		if (form[i] != 'd' && at[i] != form[i])
			return false;
	int year = digits(at, 0, 4), month = digits(at, 5, 2), day = digits(at, 8, 2);
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap) &&
	       digits(at, 11, 2) >= 0 && digits(at, 11, 2) < 24 && digits(at, 14, 2) >= 0 && digits(at, 14, 2) < 60 &&
	       digits(at, 17, 2) >= 0 && digits(at, 17, 2) < 60 && digits(at, 20, 3) >= 0;
}

bool entry_at_valid(const char *at)
{
	return at_valid(at, strlen(at));
}

/* ---- audience ---- */

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int entry_audience_sort(const struct entry_audience *audience, struct arena *arena, struct entry_audience *ret_audience,
                        struct problem *problem)
{
	if (audience->kind == AUDIENCE_ALL || (audience->kind == AUDIENCE_EXCEPT && audience->count == 0)) {
		*ret_audience = (struct entry_audience){AUDIENCE_ALL, NULL, 0};
		return JISR_OK;
	}
	if (audience->count > ENTRY_MAX_OFFICES)
		return problem_set(problem, JISR_TOO_LARGE, "an audience has at most %d offices", ENTRY_MAX_OFFICES);
	const char **offices = arena_alloc(arena, (audience->count + 1) * sizeof *offices);
	if (offices == NULL)
		return problem_no_memory(problem);
	for (size_t i = 0; i < audience->count; i++) {
		if (!entry_office_valid(audience->offices[i]))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"%.40s\" is no code of an office: 1 to %d of A-Z, 0-9, '-'",
			                   audience->offices[i], ENTRY_MAX_OFFICE);
		offices[i] = audience->offices[i];
	}
	qsort(offices, audience->count, sizeof *offices, compare_codes);
	size_t count = 0;
	for (size_t i = 0; i < audience->count; i++)
		if (count == 0 || strcmp(offices[count - 1], offices[i]) != 0)
			offices[count++] = offices[i];
	*ret_audience = (struct entry_audience){audience->kind, offices, count};
	return JISR_OK;
}

bool entry_visible_to(const struct entry_header *header, const char *office)
{
	bool kept_apart = strncmp(header->kind, ENTRY_APART, strlen(ENTRY_APART)) == 0;
	if (strcmp(office, header->author) == 0 || (strcmp(office, ENTRY_HEADQUARTERS) == 0 && !kept_apart))
		return true;
	if (header->audience.kind == AUDIENCE_ALL)
		return true;
	size_t low = 0, high = header->audience.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(office, header->audience.offices[middle]);
		if (order == 0)
			return header->audience.kind == AUDIENCE_ONLY;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return header->audience.kind == AUDIENCE_EXCEPT;
}

/* ---- writing a header ---- */

static int bad(struct problem *problem, const char *what, const char *text)
{
	return problem_set(problem, JISR_BAD_INPUT, "an entry's %s cannot be \"%.60s\"", what, text);
}

static bool sorted(const struct entry_audience *audience)
{
	for (size_t i = 0; i < audience->count; i++)
		if (!entry_office_valid(audience->offices[i]) ||
		    (i > 0 && strcmp(audience->offices[i - 1], audience->offices[i]) >= 0))
			return false;
	return audience->kind == AUDIENCE_ONLY || (audience->kind == AUDIENCE_ALL) == (audience->count == 0);
}

static void write_audience(const struct entry_audience *audience, struct text *text)
{
	if (audience->kind == AUDIENCE_ALL) {
		(void)text_add_string(text, "\"*\"");
		return;
	}
	(void)text_add_string(text, audience->kind == AUDIENCE_ONLY ? "{\"only\":[" : "{\"except\":[");
	for (size_t i = 0; i < audience->count; i++)
		(void)text_add_format(text, "%s\"%s\"", i > 0 ? "," : "", audience->offices[i]);
	(void)text_add_string(text, "]}");
}

int entry_header_write(const struct entry_header *header, struct text *text, struct problem *problem)
{
	char hex[2 * ENTRY_HASH + 1];
	if (!entry_at_valid(header->at))
		return bad(problem, "time", header->at);
	if (!entry_office_valid(header->author))
		return bad(problem, "author", header->author);
	if (!entry_kind_valid(header->kind))
		return bad(problem, "kind", header->kind);
	if (!entry_officer_valid(header->officer))
		return bad(problem, "officer", header->officer);
	if (!entry_subject_valid(header->subject))
		return bad(problem, "subject", header->subject);
	if (!sorted(&header->audience))
		return problem_set(problem, JISR_BAD_INPUT, "an entry's audience is not sorted, or no audience");
	if (header->previous > ENTRY_MAX_NUMBER)
		return problem_set(problem, JISR_BAD_INPUT, "an entry's previous one has too large a number");
	sodium_bin2hex(hex, sizeof hex, header->body, sizeof header->body);
	size_t start = text->length;
	(void)text_add_format(text, "{\"at\":\"%s\",\"audience\":", header->at);
	write_audience(&header->audience, text);
	(void)text_add_format(text,
	                      ",\"author\":\"%s\",\"body\":\"%s\",\"kind\":\"%s\",\"officer\":\"%s\",\"previous\":%llu,"
	                      "\"subject\":\"%s\",\"v\":1}",
	                      header->author, hex, header->kind, header->officer, (unsigned long long)header->previous,
	                      header->subject);
	if (text->error)
		return problem_set(problem, text->error, "an entry: %s", error_text(text->error));
	if (text->length - start > ENTRY_MAX_HEADER)
		return problem_set(problem, JISR_TOO_LARGE, "an entry's header has at most %zu bytes",
		                   ENTRY_MAX_HEADER);
	return JISR_OK;
}

/* ---- reading a header ---- */

struct cursor {
	const char *start, *at, *end;
	struct arena *arena;
	int error;
};

static bool literal(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);
	if (cursor->error || (size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0) {
		cursor->error = cursor->error ? cursor->error : JISR_BAD_INPUT;
		return false;
	}
	cursor->at += length;
	return true;
}

/* As literal, but nothing is wrong when it is not there. */
static bool maybe(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);
	if (cursor->error || (size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

/* Characters of that kind up to the quote, which is passed. */
static const char *word(struct cursor *cursor, size_t least, size_t most, bool (*character)(char))
{
	if (cursor->error)
		return "";
	const char *quote = memchr(cursor->at, '"', (size_t)(cursor->end - cursor->at));
	if (quote == NULL || !of_form(cursor->at, (size_t)(quote - cursor->at), least, most, character)) {
		cursor->error = JISR_BAD_INPUT;
		return "";
	}
	const char *text = arena_text(cursor->arena, cursor->at, (size_t)(quote - cursor->at));
	if (text == NULL)
		cursor->error = JISR_NO_MEMORY;
	cursor->at = quote + 1;
	return text;
}

static void read_audience(struct cursor *cursor, struct entry_audience *audience)
{
	*audience = (struct entry_audience){AUDIENCE_ALL, NULL, 0};
	if (maybe(cursor, "\"*\""))
		return;
	audience->kind = maybe(cursor, "{\"only\":[") ? AUDIENCE_ONLY : AUDIENCE_EXCEPT;
	if (audience->kind == AUDIENCE_EXCEPT && !literal(cursor, "{\"except\":["))
		return;
	if (audience->kind == AUDIENCE_ONLY && maybe(cursor, "]}"))
		return;
	size_t most = 1;
	for (const char *at = cursor->at; at < cursor->end && *at != ']'; at++)
		most += *at == ',';
	const char **offices = most <= ENTRY_MAX_OFFICES ? arena_alloc(cursor->arena, most * sizeof *offices) : NULL;
	if (offices == NULL) {
		cursor->error = most <= ENTRY_MAX_OFFICES ? JISR_NO_MEMORY : JISR_BAD_INPUT;
		return;
	}
	size_t count = 0;
	do {
		if (count == most || !literal(cursor, "\"")) {
			cursor->error = cursor->error ? cursor->error : JISR_BAD_INPUT;
			return;
		}
		offices[count++] = word(cursor, 1, ENTRY_MAX_OFFICE, office_character);
	} while (maybe(cursor, ","));
	audience->offices = offices;
	audience->count = count;
	(void)literal(cursor, "]}");
	if (!cursor->error && !sorted(audience))
		cursor->error = JISR_BAD_INPUT;
}

static uint64_t read_number(struct cursor *cursor)
{
	uint64_t number = 0;
	const char *start = cursor->at;
	while (!cursor->error && cursor->at < cursor->end && in_range(*cursor->at, '0', '9') && cursor->at - start < 16)
		number = number * 10 + (uint64_t)(*cursor->at++ - '0');
	if (!cursor->error &&
	    (cursor->at == start || (*start == '0' && cursor->at - start > 1) || number > ENTRY_MAX_NUMBER))
		cursor->error = JISR_BAD_INPUT;
	return number;
}

static void read_hash(struct cursor *cursor, uint8_t ret_hash[ENTRY_HASH])
{
	for (size_t i = 0; !cursor->error && i < (size_t)2 * ENTRY_HASH; i++) {
		char c = cursor->at < cursor->end ? *cursor->at : 0;
		int digit = in_range(c, '0', '9') ? c - '0' : in_range(c, 'a', 'f') ? c - 'a' + 10 : -1;
		if (digit < 0) {
			cursor->error = JISR_BAD_INPUT;
			return;
		}
		ret_hash[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : ret_hash[i / 2] | digit);
		cursor->at++;
	}
}

static void read_at(struct cursor *cursor, char ret_at[ENTRY_AT_LENGTH + 1])
{
	if (cursor->error || cursor->end - cursor->at < ENTRY_AT_LENGTH || !at_valid(cursor->at, ENTRY_AT_LENGTH)) {
		cursor->error = cursor->error ? cursor->error : JISR_BAD_INPUT;
		return;
	}
	memcpy(ret_at, cursor->at, ENTRY_AT_LENGTH);
	cursor->at += ENTRY_AT_LENGTH;
}

int entry_header_read(const char *bytes, size_t length, struct arena *arena, struct entry_header *ret_header,
                      struct problem *problem)
{
	struct cursor cursor = {bytes, bytes, bytes + length, arena, JISR_OK};
	struct entry_header header = {0};
	if (length > ENTRY_MAX_HEADER)
		return problem_set(problem, JISR_BAD_INPUT, "a header of %zu bytes, more than can be", length);
	(void)literal(&cursor, "{\"at\":\"");
	read_at(&cursor, header.at);
	(void)literal(&cursor, "\",\"audience\":");
	read_audience(&cursor, &header.audience);
	(void)literal(&cursor, ",\"author\":\"");
	header.author = word(&cursor, 1, ENTRY_MAX_OFFICE, office_character);
	(void)literal(&cursor, ",\"body\":\"");
	read_hash(&cursor, header.body);
	(void)literal(&cursor, "\",\"kind\":\"");
	header.kind = word(&cursor, 1, ENTRY_MAX_KIND, kind_character);
	(void)literal(&cursor, ",\"officer\":\"");
	header.officer = word(&cursor, 0, ENTRY_MAX_OFFICER, printable);
	(void)literal(&cursor, ",\"previous\":");
	header.previous = read_number(&cursor);
	(void)literal(&cursor, ",\"subject\":\"");
	header.subject = word(&cursor, 1, ENTRY_MAX_SUBJECT, printable);
	(void)literal(&cursor, ",\"v\":");
	uint64_t version = read_number(&cursor);
	if (!cursor.error && version != 1)
		return problem_set(problem, JISR_UNSUPPORTED, "an entry of version %llu; this program knows version 1",
		                   (unsigned long long)version);
	(void)literal(&cursor, "}");
	if (!cursor.error && cursor.at != cursor.end)
		cursor.error = JISR_BAD_INPUT;
	if (cursor.error == JISR_BAD_INPUT)
		return problem_set(problem, JISR_BAD_INPUT, "no header of an entry from byte %zu on",
		                   (size_t)(cursor.at - cursor.start));
	if (cursor.error)
		return problem_set(problem, cursor.error, "%s", error_text(cursor.error));
	*ret_header = header;
	return JISR_OK;
}

/* ---- hashes and signatures ---- */

void entry_body_hash(const uint8_t salt[ENTRY_BODY_SALT], const char *bytes, size_t length,
                     uint8_t ret_hash[ENTRY_HASH])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, salt, ENTRY_BODY_SALT);
	crypto_hash_sha256_update(&state, (const uint8_t *)bytes, length);
	crypto_hash_sha256_final(&state, ret_hash);
}

/* What is signed. Returns its length. */
static size_t signed_bytes(const struct entry *entry, const char *log, uint8_t *out, size_t size)
{
	size_t context = strlen(CONTEXT), name = strlen(log), length = context + name + 1 + entry->header_length;
	if (length > size)
		return 0;
	memcpy(out, CONTEXT, context);
	memcpy(out + context, log, name);
	out[context + name] = '\n';
	memcpy(out + context + name + 1, entry->header_bytes, entry->header_length);
	return length;
}
#define SIGNED_MOST (sizeof CONTEXT + NOTE_MAX_NAME + 1 + ENTRY_MAX_HEADER)

void entry_sign(struct entry *entry, const char *log, const struct note_signer *signer)
{
	uint8_t bytes[SIGNED_MOST];
	size_t length = signed_bytes(entry, log, bytes, sizeof bytes);
	memcpy(entry->key_id, signer->id, sizeof entry->key_id);
	(void)crypto_sign_detached(entry->signature, NULL, bytes, length, signer->secret);
}

bool entry_signed_by(const struct entry *entry, const char *log, const struct note_verifier *verifier)
{
	uint8_t bytes[SIGNED_MOST];
	size_t length = signed_bytes(entry, log, bytes, sizeof bytes);
	return length > 0 && memcmp(entry->key_id, verifier->id, sizeof entry->key_id) == 0 &&
	       crypto_sign_verify_detached(entry->signature, bytes, length, verifier->key) == 0;
}

void entry_leaf_hash(const struct entry *entry, uint8_t ret_hash[ENTRY_HASH])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"", 1); /* a zero byte */
	crypto_hash_sha256_update(&state, entry->salt, sizeof entry->salt);
	crypto_hash_sha256_update(&state, (const uint8_t *)entry->header_bytes, entry->header_length);
	crypto_hash_sha256_update(&state, entry->key_id, sizeof entry->key_id);
	crypto_hash_sha256_update(&state, entry->signature, sizeof entry->signature);
	crypto_hash_sha256_final(&state, ret_hash);
}

int entry_leaf_write(const struct entry *entry, struct text *text)
{
	(void)text_add(text, (const char *)entry->salt, sizeof entry->salt);
	(void)text_add(text, entry->header_bytes, entry->header_length);
	(void)text_add(text, (const char *)entry->key_id, sizeof entry->key_id);
	return text_add(text, (const char *)entry->signature, sizeof entry->signature);
}

int entry_json_text(struct arena *arena, const cJSON *value, const char **ret_text, struct problem *problem)
{
	struct text text;
	if (value == NULL) {
		*ret_text = "";
		return JISR_OK;
	}
	text_init(&text, ENTRY_MAX_BODY);
	(void)canonical_write(value, &text);
	const char *copy = text.error ? NULL : arena_text(arena, text.bytes, text.length);
	text_finish(&text);
	if (copy == NULL)
		return problem_no_memory(problem);
	*ret_text = copy;
	return JISR_OK;
}
