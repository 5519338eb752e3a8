/* /api/v1/log: the entries that the caller's office may see, signed checkpoints, and proofs. An entry that is for others
 * is given as the hash of its leaf and nothing else, with which the tree can be verified all the same. */
#include "base/digits.h"
#include "base/emit.h"
#include "store/entry_emit.h"
#include "store/proof.h"
#include "web/record_reply.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct query {
	const char *name;
	uint64_t *value;
};

/* Reads numbers by name; false: the reply says what is not known. */
static bool read_query(const struct http_request *request, struct http_reply *reply, const struct query *known,
                       size_t count, int *ret_error)
{
	const char *name, *value;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		size_t k = 0;
		while (k < count && strcmp(known[k].name, name) != 0)
			k++;
		if (k < count && digits_ordinal(value, known[k].value))
			continue;
		char *detail = arena_format(request->arena,
		                            "'%.40s' is not known here, or its value is no whole number from 1.", name);
		*ret_error = detail == NULL ? JISR_NO_MEMORY
		                            : http_reply_problem(reply, 400, "The address cannot be read", detail);
		return false;
	}
	return true;
}

static void emit_hash(struct text *text, const struct entry *entry)
{
	uint8_t hash[ENTRY_HASH];
	char hex[2 * ENTRY_HASH + 1];
	entry_leaf_hash(entry, hash);
	emit_text(text, "leaf", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

/* What an office that may not see an entry is given of it. */
static void emit_other(struct text *text, const struct entry *entry)
{
	emit_object(text, NULL);
	emit_count(text, "sequence", entry->sequence);
	emit_hash(text, entry);
	emit_close_object(text);
}

struct listing {
	const struct http_request *request;
	struct text *body;
	uint64_t limit, count, next;
};

static int list_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct listing *listing = context;
	(void)problem;
	if (listing->count == listing->limit) {
		listing->next = entry->sequence;
		return JISR_CANCELLED;
	}
	listing->count++;
	if (record_reply_heard(listing->request->caller_is, &entry->header))
		entry_emit(listing->body, NULL, entry, true);
	else
		emit_other(listing->body, entry);
	return listing->body->error;
}

static int list_entries(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct listing listing = {.request = request, .body = &reply->body, .limit = PAGE_STANDARD};
	uint64_t from = 1;
	const struct query known[] = {{"from", &from}, {"limit", &listing.limit}};
	int error;
	if (!read_query(request, reply, known, 2, &error))
		return error;
	if (listing.limit > PAGE_MOST)
		return http_reply_problem(reply, 400, "The address cannot be read", "'limit' is 1 to 500.");
	error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "size", store_reader_sequence(reader));
	emit_array(&reply->body, "entries");
	error = log_each(store_reader_log(reader), from, LOG_WITHOUT_BODY, list_entry, &listing, &problem);
	if (error && error != JISR_CANCELLED)
		return record_reply_error(request, reply, error, &problem);
	emit_close_array(&reply->body);
	if (listing.next > 0)
		emit_count(&reply->body, "next", listing.next);
	else
		emit_null(&reply->body, "next");
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* One entry with the bytes of its leaf, by which whoever has a proof checks it. */
static int give_entry(const struct http_request *request, struct http_reply *reply, const struct entry *entry)
{
	struct text leaf;
	text_init(&leaf, 2 * ENTRY_MAX_HEADER);
	int error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = entry_leaf_write(entry, &leaf);
	size_t size = sodium_base64_ENCODED_LEN(leaf.length, sodium_base64_VARIANT_ORIGINAL);
	char *encoded = error ? NULL : arena_alloc(request->arena, size);
	if (!error && encoded == NULL)
		error = JISR_NO_MEMORY;
	if (!error) {
		(void)sodium_bin2base64(encoded, size, (const unsigned char *)leaf.bytes, leaf.length,
		                        sodium_base64_VARIANT_ORIGINAL);
		emit_object(&reply->body, NULL);
		entry_emit(&reply->body, "entry", entry, true);
		emit_hash(&reply->body, entry);
		emit_text(&reply->body, "leaf_bytes", encoded);
		emit_close_object(&reply->body);
		error = reply->body.error;
	}
	text_finish(&leaf);
	return error;
}

static int get_entry(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct entry *entry = NULL;
	uint64_t sequence = 0;
	int error = JISR_OK;
	if (!digits_ordinal(request->variables[0], &sequence))
		error = problem_set(&problem, JISR_NOT_FOUND, "entries have whole numbers from 1");
	if (!error)
		error = store_read(service_store(service), &reader, &problem);
	if (!error)
		error = log_read(store_reader_log(reader), sequence, LOG_WITHOUT_BODY, request->arena, &entry,
		                 &problem);
	if (!error && !record_reply_heard(request->caller_is, &entry->header))
		error = problem_set(&problem, JISR_NOT_FOUND, "entry %llu is not for your office",
		                    (unsigned long long)sequence);
	return error ? record_reply_error(request, reply, error, &problem) : give_entry(request, reply, entry);
}

/* ---- checkpoints and proofs ---- */

static int give_text(struct http_reply *reply, const struct text *text)
{
	text_reset(&reply->body);
	reply->status = 200;
	reply->type = "text/plain; charset=utf-8";
	return text_add(&reply->body, text->bytes, text->length);
}

static int get_checkpoint(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text note;
	uint64_t least = 0, size;
	const struct query known[] = {{"size", &least}};
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL || !read_query(request, reply, known, 1, &error))
		return error;
	text_init(&note, NOTE_MAX_BYTES);
	error = store_read(store, &reader, &problem);
	if (!error)
		error = log_checkpoint(store_reader_log(reader), least != 0 ? least : UINT64_MAX, &note, &size,
		                       &problem);
	error = error ? record_reply_error(request, reply, error, &problem) : give_text(reply, &note);
	text_finish(&note);
	return error;
}

/* Of an entry in the tree of a signed checkpoint, or (with `from`) that this tree begins with an earlier one. */
static int make_proof(struct log *log, uint64_t sequence, uint64_t from, uint64_t least, struct text *text,
                      struct problem *problem)
{
	struct proof_file file = {.kind = from != 0 ? PROOF_CONSISTENCY : PROOF_INCLUSION};
	struct text note;
	uint64_t size = 0;
	text_init(&note, NOTE_MAX_BYTES);
	int error = log_checkpoint(log, least != 0 ? least : UINT64_MAX, &note, &size, problem);
	if (!error && from != 0)
		error = log_consistency(log, from, size, &file.proof, problem);
	else if (!error)
		error = log_inclusion(log, sequence, size, &file.proof, problem);
	file.number = from != 0 ? from : sequence - 1;
	file.note = note.bytes;
	file.note_length = note.length;
	if (!error)
		error = proof_write(&file, text);
	text_finish(&note);
	return error;
}

static int get_proof(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	uint64_t sequence = 0, from = 0, least = 0;
	const struct query known[] = {{"entry", &sequence}, {"from", &from}, {"size", &least}};
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL || !read_query(request, reply, known, 3, &error))
		return error;
	if ((sequence != 0) == (from != 0))
		return http_reply_problem(
			reply, 400, "The address cannot be read",
			"Give 'entry' for a proof that the log holds it, or 'from' for one that the log "
			"only grew since it had that many entries.");
	text_init(&text, PROOF_MAX_BYTES);
	error = store_read(store, &reader, &problem);
	if (!error)
		error = make_proof(store_reader_log(reader), sequence, from, least, &text, &problem);
	error = error ? record_reply_error(request, reply, error, &problem) : give_text(reply, &text);
	text_finish(&text);
	return error;
}

/* All of them ask the disk. */
const struct http_route routes_log[] = {
	{HTTP_GET, "/api/v1/log", list_entries, HTTP_STYLE_PROBLEM, "api_log", .right = RIGHT_LOG_READ, .heavy = true,
         .access = "view"},
	{HTTP_GET, "/api/v1/log/checkpoint", get_checkpoint, HTTP_STYLE_PROBLEM, "api_log_checkpoint",
         .right = RIGHT_LOG_PROVE, .heavy = true},
	{HTTP_GET, "/api/v1/log/proof", get_proof, HTTP_STYLE_PROBLEM, "api_log_proof", .right = RIGHT_LOG_PROVE,
         .heavy = true},
	{HTTP_GET, "/api/v1/log/{sequence}", get_entry, HTTP_STYLE_PROBLEM, "api_log_entry", .right = RIGHT_LOG_READ,
         .heavy = true, .access = "view"},
	{0},
};
