#include "network/parcel.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/sha256.h"

#include <endian.h>
#include <sodium.h>
#include <string.h>

static const char letters[] = "abcdefghijkmnopqrstuvwxyz23456789"; /* neither l nor 1 nor 0 */

void parcel_id_new(char out[PARCEL_ID_MAX])
{
	for (size_t i = 0; i < PARCEL_ID_MAX - 1; i++)
		out[i] = letters[randombytes_uniform(sizeof letters - 1)];
	out[PARCEL_ID_MAX - 1] = '\0';
}

bool parcel_id_valid(const char *id)
{
	return strlen(id) == PARCEL_ID_MAX - 1 && strspn(id, letters) == PARCEL_ID_MAX - 1;
}

/* ---- texts ---- */

static void begin(struct text *text, const char *kind, const char *log)
{
	(void)text_add_format(text, "jisr/%s/1\n%s\n", kind, log);
	emit_object(text, NULL);
}

static int end(struct text *text, struct problem *problem)
{
	emit_close_object(text);
	(void)text_add_char(text, '\n');
	return text->error ? problem_set(problem, text->error, "%s", error_text(text->error)) : JISR_OK;
}

static int bad(struct problem *problem, const char *kind)
{
	return problem_set(problem, JISR_BAD_INPUT, "this is no %s of this log", kind);
}

/* The object in a note's third line, kept by the arena's owner until json_free. */
static int read_text(const char *note, size_t length, const char *kind, const char *log, cJSON **ret_json,
                     struct problem *problem)
{
	char head[NOTE_MAX_NAME + 40];
	int size = snprintf(head, sizeof head, "jisr/%s/1\n%s\n", kind, log);
	if (size < 0 || (size_t)size >= sizeof head || length <= (size_t)size || memcmp(note, head, (size_t)size) != 0)
		return bad(problem, kind);
	const char *line = note + size, *close = memchr(line, '\n', length - (size_t)size);
	int error = close == NULL ? JISR_BAD_INPUT : json_read(line, (size_t)(close - line), ret_json, NULL);
	if (error)
		return error == JISR_NO_MEMORY ? problem_set(problem, error, "out of memory") : bad(problem, kind);
	/* What is signed ends here: an empty line and the signatures follow. */
	if ((size_t)(close - note) + 2 > length || close[1] != '\n')
		return bad(problem, kind);
	return JISR_OK;
}

/* A member that is a text of at most `most` bytes and without control characters; NULL: it is not. */
static const char *take(const cJSON *json, const char *name, size_t most, struct arena *arena)
{
	const char *text = json_get_text(json, name);
	size_t length = text != NULL ? strlen(text) : 0;
	if (text == NULL || length > most)
		return NULL;
	return arena_text(arena, text, length);
}

static bool plain(const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return text != NULL;
}

static bool take_count(const cJSON *json, const char *name, uint64_t *ret_number)
{
	return json_whole(json_get(json, name), 0, ENTRY_MAX_NUMBER, ret_number);
}

static bool read_scopes(const char *text, right_set *ret_scopes)
{
	uint8_t bytes[8];
	size_t size = 0;
	if (text == NULL || strlen(text) != 16 || sodium_hex2bin(bytes, 8, text, 16, NULL, &size, NULL) != 0 ||
	    size != 8)
		return false;
	uint64_t number;
	memcpy(&number, bytes, sizeof number);
	*ret_scopes = be64toh(number);
	return true;
}

static bool method_valid(const char *method)
{
	return method != NULL && (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	                          strcmp(method, "PATCH") == 0 || strcmp(method, "DELETE") == 0);
}

static bool parcel_valid(const struct parcel *parcel)
{
	return parcel->id != NULL && parcel_id_valid(parcel->id) && parcel->node != NULL &&
	       node_name_valid(parcel->node) && parcel->office != NULL && entry_office_valid(parcel->office) &&
	       parcel->officer != NULL && (parcel->officer[0] == '\0' || entry_officer_valid(parcel->officer)) &&
	       method_valid(parcel->method) && plain(parcel->target) && parcel->target[0] == '/' &&
	       plain(parcel->type) && plain(parcel->match) && parcel->said != NULL && entry_at_valid(parcel->said);
}

int parcel_write(const struct parcel *parcel, const char *log, struct text *text, struct problem *problem)
{
	char hash[SHA256_HEX], scopes[17];
	if (!parcel_valid(parcel) || strlen(parcel->target) > PARCEL_TARGET_MAX || parcel->length > PARCEL_MAX_BODY)
		return problem_set(problem, JISR_BAD_INPUT, "the request cannot be sent by the outbox");
	sha256_hex(parcel->body, parcel->length, hash);
	(void)snprintf(scopes, sizeof scopes, "%016llx", (unsigned long long)parcel->scopes);
	begin(text, "command", log);
	emit_text(text, "id", parcel->id);
	emit_text(text, "node", parcel->node);
	emit_text(text, "office", parcel->office);
	emit_text(text, "officer", parcel->officer);
	emit_text(text, "scopes", scopes);
	emit_text(text, "method", parcel->method);
	emit_text(text, "target", parcel->target);
	emit_text(text, "type", parcel->type);
	emit_text(text, "match", parcel->match);
	emit_text(text, "said", parcel->said);
	emit_text(text, "body", hash);
	emit_count(text, "length", parcel->length);
	return end(text, problem);
}

int parcel_read(const char *note, size_t length, const char *body, size_t body_length, const char *log,
                struct arena *arena, struct parcel *ret_parcel, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	char hash[SHA256_HEX];
	uint64_t said_length = 0;
	int error = length > PARCEL_MAX_NOTE || body_length > PARCEL_MAX_BODY
	                    ? bad(problem, "command")
	                    : read_text(note, length, "command", log, &json, problem);
	if (error)
		return error;
	struct parcel parcel = {
		.id = take(json, "id", PARCEL_ID_MAX, arena),
		.node = take(json, "node", NODE_NAME_MAX, arena),
		.office = take(json, "office", ENTRY_MAX_OFFICE, arena),
		.officer = take(json, "officer", OFFICER_ID_MAX, arena),
		.method = take(json, "method", 8, arena),
		.target = take(json, "target", PARCEL_TARGET_MAX, arena),
		.type = take(json, "type", 200, arena),
		.match = take(json, "match", 200, arena),
		.said = take(json, "said", ENTRY_AT_LENGTH, arena),
		.body = body,
		.length = body_length,
	};
	const char *named = json_get_text(json, "body");
	sha256_hex(body, body_length, hash);
	if (!parcel_valid(&parcel) || !read_scopes(json_get_text(json, "scopes"), &parcel.scopes) || named == NULL ||
	    strcmp(named, hash) != 0 || !take_count(json, "length", &said_length) || said_length != body_length)
		return bad(problem, "command");
	*ret_parcel = parcel;
	return JISR_OK;
}

int parcel_answer_write(const struct parcel_answer *answer, const char *log, struct text *text, struct problem *problem)
{
	begin(text, "answer", log);
	emit_text(text, "id", answer->id);
	emit_text(text, "node", answer->node);
	emit_text(text, "command", answer->command);
	emit_bool(text, "accepted", answer->accepted);
	emit_count(text, "status", answer->status);
	emit_count(text, "first", answer->first);
	emit_count(text, "last", answer->last);
	emit_text(text, "at", answer->at);
	emit_text(text, "made", answer->made);
	emit_text(text, "reply", answer->reply);
	emit_text(text, "newer", answer->newer);
	return end(text, problem);
}

int parcel_answer_read(const char *note, size_t length, const char *log, struct arena *arena,
                       struct parcel_answer *ret_answer, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	uint64_t status = 0;
	int error = length > PARCEL_MAX_ANSWER ? bad(problem, "answer")
	                                       : read_text(note, length, "answer", log, &json, problem);
	if (error)
		return error;
	struct parcel_answer answer = {
		.id = take(json, "id", PARCEL_ID_MAX, arena),
		.node = take(json, "node", NODE_NAME_MAX, arena),
		.accepted = cJSON_IsTrue(json_get(json, "accepted")),
		.at = take(json, "at", ENTRY_AT_LENGTH, arena),
		.made = take(json, "made", ENTRY_MAX_SUBJECT, arena),
		.reply = take(json, "reply", PARCEL_MAX_REPLY, arena),
		.newer = take(json, "newer", PARCEL_MAX_REPLY, arena),
	};
	const char *command = json_get_text(json, "command");
	if (answer.id == NULL || !parcel_id_valid(answer.id) || answer.node == NULL || command == NULL ||
	    strlen(command) != SHA256_HEX - 1 || !cJSON_IsBool(json_get(json, "accepted")) || answer.at == NULL ||
	    !entry_at_valid(answer.at) || answer.made == NULL || answer.reply == NULL || answer.newer == NULL ||
	    !take_count(json, "status", &status) || status < 200 || status > 499 || (status < 300) != answer.accepted ||
	    !take_count(json, "first", &answer.first) || !take_count(json, "last", &answer.last) ||
	    answer.last < answer.first)
		return bad(problem, "answer");
	answer.status = (unsigned)status;
	memcpy(answer.command, command, SHA256_HEX);
	*ret_answer = answer;
	return JISR_OK;
}

/* ---- on the line ---- */

static void put_run(struct text *out, const char *bytes, size_t length)
{
	uint32_t size = htobe32((uint32_t)length);
	(void)text_add(out, (const char *)&size, sizeof size);
	(void)text_add(out, bytes, length);
}

int parcel_put(struct text *out, const struct parcel_piece *piece)
{
	(void)text_add_char(out, piece->kind);
	put_run(out, piece->note, piece->length);
	if (piece->kind == 'P')
		put_run(out, piece->body, piece->body_length);
	return out->error;
}

static bool next_run(const char **at, const char *end, const char **ret_bytes, size_t *ret_length)
{
	uint32_t size;
	if (end - *at < (ptrdiff_t)sizeof size)
		return false;
	memcpy(&size, *at, sizeof size);
	size = be32toh(size);
	*at += sizeof size;
	if ((size_t)(end - *at) < size)
		return false;
	*ret_bytes = *at;
	*ret_length = size;
	*at += size;
	return true;
}

bool parcel_next(const char **at, const char *end, struct parcel_piece *ret_piece, bool *ret_bad)
{
	*ret_bad = false;
	if (*at == end)
		return false;
	struct parcel_piece piece = {.kind = *(*at)++, .body = ""};
	*ret_bad = (piece.kind != 'P' && piece.kind != 'A' && piece.kind != 'L') ||
	           !next_run(at, end, &piece.note, &piece.length) ||
	           (piece.kind == 'P' && !next_run(at, end, &piece.body, &piece.body_length));
	if (!*ret_bad)
		*ret_piece = piece;
	return !*ret_bad;
}
