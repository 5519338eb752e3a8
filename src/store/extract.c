#include "store/extract.h"

#include "base/base64.h"
#include "base/canonical.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/text.h"
#include "store/verify_private.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ENTRY_MEMORY ((size_t)8 << 20)
#define NOTE_MOST    ((size_t)64 << 10)

/* ---- writing ---- */

struct writing {
	struct log *log;
	uint64_t last, size;
	extract_choose choose;
	void *context;
	struct text *text;
};

static void emit_hex(struct text *text, const char *key, const uint8_t *bytes, size_t length)
{
	char hex[2 * ENTRY_SIGNATURE + 1];
	(void)sodium_bin2hex(hex, sizeof hex, bytes, length);
	emit_text(text, key, hex);
}

static int write_entry(struct writing *writing, const struct entry *entry, bool body, struct problem *problem)
{
	struct proof_path proof;
	struct text *text = writing->text;
	char base64[BASE64_LENGTH(MERKLE_HASH) + 1];
	int error = log_inclusion(writing->log, entry->sequence, writing->size, &proof, problem);
	if (error)
		return error;
	emit_object(text, NULL);
	if (body && entry->body_bytes != NULL)
		emit_raw(text, "body", entry->body_bytes, entry->body_length);
	emit_hex(text, "body_salt", entry->body_salt, sizeof entry->body_salt);
	emit_bytes(text, "header", entry->header_bytes, entry->header_length);
	emit_hex(text, "key", entry->key_id, sizeof entry->key_id);
	emit_array(text, "proof");
	for (size_t i = 0; i < proof.count; i++) {
		base64_write(proof.hashes[i], MERKLE_HASH, base64);
		emit_text(text, NULL, base64);
	}
	emit_close_array(text);
	emit_hex(text, "salt", entry->salt, sizeof entry->salt);
	emit_count(text, "sequence", entry->sequence);
	emit_hex(text, "signature", entry->signature, sizeof entry->signature);
	emit_close_object(text);
	(void)text_add_char(text, '\n');
	return text->error ? problem_set(problem, text->error, "%s", error_text(text->error)) : JISR_OK;
}

static bool about_keys(const char *kind)
{
	return strcmp(kind, "log.founded") == 0 || strcmp(kind, "key.added") == 0 || strcmp(kind, "key.ended") == 0;
}

static int see_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct writing *writing = context;
	if (entry->sequence > writing->last)
		return JISR_CANCELLED;
	enum extract_choice choice =
		about_keys(entry->header.kind) ? EXTRACT_WHOLE : writing->choose(writing->context, entry);
	return choice == EXTRACT_NOT ? JISR_OK : write_entry(writing, entry, choice == EXTRACT_WHOLE, problem);
}

int extract_write(struct log *log, uint64_t last, extract_choose choose, void *context, struct text *text,
                  struct problem *problem)
{
	struct text note;
	struct checkpoint checkpoint;
	struct writing writing = {.log = log, .last = last, .choose = choose, .context = context, .text = text};
	text_init(&note, NOTE_MAX_BYTES);
	int error = log_checkpoint(log, UINT64_MAX, &note, &writing.size, problem);
	if (!error)
		error = checkpoint_read(note.bytes, note.length, &checkpoint, problem);
	if (!error && writing.size < last)
		error = problem_set(problem, JISR_STATE,
		                    "the newest checkpoint has %llu entries and %llu are asked for",
		                    (unsigned long long)writing.size, (unsigned long long)last);
	if (!error) {
		emit_object(text, NULL);
		emit_bytes(text, "checkpoint", note.bytes, note.length);
		emit_text(text, "log", checkpoint.origin);
		emit_count(text, "version", 1);
		emit_close_object(text);
		(void)text_add_char(text, '\n');
		error = log_each(log, 1, LOG_WITHOUT_BODY, see_entry, &writing, problem);
		if (error == JISR_CANCELLED)
			error = JISR_OK;
	}
	text_finish(&note);
	return error;
}

/* ---- reading ---- */

struct reading {
	struct verify_keys keys;
	struct arena *arena; /* of one line */
	struct extract_report report;
	struct checkpoint checkpoint;
	uint64_t before; /* sequence */
	bool given;      /* the log's key is known from elsewhere */
	char note[NOTE_MOST];
	size_t note_length;
};

static bool only(const cJSON *json, const char *const names[], size_t count)
{
	if (!cJSON_IsObject(json))
		return false;
	for (const cJSON *one = json->child; one != NULL; one = one->next) {
		bool known = false;
		for (size_t i = 0; i < count; i++)
			known = known || strcmp(names[i], one->string) == 0;
		if (!known)
			return false;
	}
	return true;
}

static int read_head(struct reading *reading, const cJSON *json, struct problem *problem)
{
	static const char *const names[] = {"checkpoint", "log", "version"};
	const char *note = json_get_text(json, "checkpoint"), *name = json_get_text(json, "log");
	if (!only(json, names, 3) || note == NULL || name == NULL || !cJSON_IsNumber(json_get(json, "version")))
		return problem_set(problem, JISR_BAD_INPUT, "it does not begin with a checkpoint");
	if (json_get_whole(json, "version") != 1)
		return problem_set(problem, JISR_UNSUPPORTED, "it is of another version");
	reading->note_length = strlen(note);
	if (reading->note_length >= sizeof reading->note)
		return problem_set(problem, JISR_TOO_LARGE, "the checkpoint is too long");
	memcpy(reading->note, note, reading->note_length);
	int error = checkpoint_read(note, reading->note_length, &reading->checkpoint, problem);
	if (!error && strcmp(reading->checkpoint.origin, name) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "the checkpoint is of the log %.100s, not of %.100s",
		                    reading->checkpoint.origin, name);
	(void)snprintf(reading->report.log, sizeof reading->report.log, "%s", reading->checkpoint.origin);
	reading->report.size = reading->checkpoint.size;
	return error;
}

static bool read_hex(const cJSON *json, const char *name, uint8_t *out, size_t length)
{
	const char *hex = json_get_text(json, name);
	size_t put = 0;
	return text_is_hex(hex, 2 * length) && sodium_hex2bin(out, length, hex, 2 * length, NULL, &put, NULL) == 0 &&
	       put == length;
}

static bool read_proof(const cJSON *list, struct proof_path *proof)
{
	proof->count = 0;
	if (!cJSON_IsArray(list))
		return false;
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || proof->count == PROOF_MAX_HASHES ||
		    !base64_read(one->valuestring, strlen(one->valuestring), proof->hashes[proof->count], MERKLE_HASH))
			return false;
		proof->count++;
	}
	return true;
}

static int read_body(struct reading *reading, const cJSON *body, struct entry *entry, struct problem *problem)
{
	struct text text;
	uint8_t hash[ENTRY_HASH];
	if (body == NULL)
		return JISR_OK;
	text_init(&text, ENTRY_MAX_BODY);
	int error = canonical_write(body, &text);
	char *copy = error ? NULL : arena_text(reading->arena, text.bytes, text.length);
	size_t length = text.length;
	text_finish(&text);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	if (copy == NULL)
		return problem_no_memory(problem);
	entry_body_hash(entry->body_salt, copy, length, hash);
	if (sodium_memcmp(hash, entry->header.body, sizeof hash) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "its body is not the one that was signed");
	entry->body_bytes = copy;
	entry->body_length = length;
	entry->body = body;
	return JISR_OK;
}

static int check_entry(struct reading *reading, const struct entry *entry, const struct proof_path *proof,
                       struct problem *problem)
{
	struct note_verifier log = reading->report.key;
	uint8_t leaf[ENTRY_HASH];
	int error = JISR_OK;
	if (entry->body != NULL)
		error = verify_keys_apply(&reading->keys, entry, &log, problem);
	else if (about_keys(entry->header.kind))
		error = problem_set(problem, JISR_BAD_INPUT, "it is about a key, and has no body");
	if (error)
		return error;
	if (entry->sequence == 1) {
		if (!reading->given)
			reading->report.key = log;
		size_t signed_length;
		error = note_open(&reading->report.key, reading->note, reading->note_length, &signed_length, problem);
		if (error)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the checkpoint is not signed by the key of the log");
	}
	const struct verify_key *key =
		verify_keys_find(&reading->keys, entry->header.author, entry->key_id, entry->sequence);
	if (key == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "%.20s had no such key then", entry->header.author);
	if (!entry_signed_by(entry, reading->report.log, &key->verifier))
		return problem_set(problem, JISR_BAD_INPUT, "its signature by %.20s does not hold",
		                   entry->header.author);
	entry_leaf_hash(entry, leaf);
	return proof_inclusion_holds(proof, entry->sequence - 1, reading->checkpoint.size, leaf,
	                             reading->checkpoint.root)
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "its proof does not lead to the checkpoint");
}

static int read_entry(struct reading *reading, const cJSON *json, extract_see see, void *context,
                      struct problem *problem)
{
	static const char *const names[] = {"body",  "body_salt", "header",   "key",
	                                    "proof", "salt",      "sequence", "signature"};
	struct entry entry = {.sequence = 0};
	struct proof_path proof;
	const char *header = json_get_text(json, "header");
	const cJSON *body = json_get(json, "body");
	if (!only(json, names, sizeof names / sizeof *names) || header == NULL ||
	    !json_whole(json_get(json, "sequence"), 1, ENTRY_MAX_NUMBER, &entry.sequence) ||
	    !read_hex(json, "body_salt", entry.body_salt, sizeof entry.body_salt) ||
	    !read_hex(json, "key", entry.key_id, sizeof entry.key_id) ||
	    !read_hex(json, "salt", entry.salt, sizeof entry.salt) ||
	    !read_hex(json, "signature", entry.signature, sizeof entry.signature) ||
	    !read_proof(json_get(json, "proof"), &proof) || (body != NULL && !cJSON_IsObject(body)))
		return problem_set(problem, JISR_BAD_INPUT, "it is no entry: a member is missing or of another form");
	if (entry.sequence <= reading->before || entry.sequence > reading->checkpoint.size)
		return problem_set(problem, JISR_BAD_INPUT, "entry %llu does not follow entry %llu of %llu",
		                   (unsigned long long)entry.sequence, (unsigned long long)reading->before,
		                   (unsigned long long)reading->checkpoint.size);
	if (reading->before == 0 && entry.sequence != 1)
		return problem_set(problem, JISR_BAD_INPUT, "the log's first entry is missing: it names the log's key");
	reading->before = entry.sequence;
	entry.header_bytes = header;
	entry.header_length = strlen(header);
	int error = entry_header_read(header, entry.header_length, reading->arena, &entry.header, problem);
	if (!error)
		error = read_body(reading, body, &entry, problem);
	if (!error)
		error = check_entry(reading, &entry, &proof, problem);
	reading->report.entries++;
	return error ? error : see(context, &entry, problem);
}

static int read_lines(struct reading *reading, const char *bytes, size_t length, extract_see see, void *context,
                      struct problem *problem)
{
	const char *end = bytes + length;
	uint64_t number = 0;
	int error = JISR_OK;
	for (const char *line = bytes; line < end && !error;) {
		CLEANUP(json_freep) cJSON *json = NULL;
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		char where[40];
		number++;
		if (newline == NULL)
			error = problem_set(problem, JISR_BAD_INPUT, "the last line does not end");
		else if ((size_t)(newline - line) > EXTRACT_MAX_LINE)
			error = problem_set(problem, JISR_TOO_LARGE, "the line is too long");
		else
			error = json_read(line, (size_t)(newline - line), &json, problem);
		arena_reset(reading->arena);
		if (!error)
			error = number == 1 ? read_head(reading, json, problem)
			                    : read_entry(reading, json, see, context, problem);
		(void)snprintf(where, sizeof where, "line %llu", (unsigned long long)number);
		if (error)
			problem_prefix(problem, where);
		else
			line = newline + 1;
	}
	if (!error && reading->report.entries == 0)
		error = problem_set(problem, JISR_BAD_INPUT, "there is no entry in it");
	return error;
}

int extract_read(const char *bytes, size_t length, const struct note_verifier *key, extract_see see, void *context,
                 struct extract_report *ret_report, struct problem *problem)
{
	struct reading *reading = memory_zero(1, sizeof *reading);
	if (reading == NULL)
		return problem_no_memory(problem);
	if (key != NULL) {
		reading->given = true;
		reading->report.key = *key;
	}
	int error = arena_new(ENTRY_MEMORY, &reading->arena);
	if (!error)
		error = verify_keys_init(&reading->keys);
	if (error)
		(void)problem_no_memory(problem);
	else
		error = read_lines(reading, bytes, length, see, context, problem);
	if (!error)
		*ret_report = reading->report;
	verify_keys_finish(&reading->keys);
	arena_free(reading->arena);
	memory_free(reading);
	return error;
}
