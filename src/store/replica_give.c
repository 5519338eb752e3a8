/* A replica's batches as bytes, and giving them from a log (store/replica.h). Taking them is in store_replica.c. */
#include "store/store_private.h"

#include <endian.h>
#include <string.h>

/* ---- bytes ---- */

static void add_number(struct text *text, uint32_t number)
{
	number = htobe32(number);
	(void)text_add(text, (const char *)&number, sizeof number);
}

int replica_entry_write(const struct entry *entry, struct text *text)
{
	(void)text_add_char(text, 'E');
	(void)text_add(text, (const char *)entry->salt, sizeof entry->salt);
	(void)text_add(text, (const char *)entry->key_id, sizeof entry->key_id);
	(void)text_add(text, (const char *)entry->signature, sizeof entry->signature);
	add_number(text, (uint32_t)entry->header_length);
	(void)text_add(text, entry->header_bytes, entry->header_length);
	(void)text_add_char(text, entry->body_bytes != NULL);
	if (entry->body_bytes != NULL) {
		(void)text_add(text, (const char *)entry->body_salt, sizeof entry->body_salt);
		add_number(text, (uint32_t)entry->body_length);
		(void)text_add(text, entry->body_bytes, entry->body_length);
	}
	return text->error;
}

/* The next bytes, or NULL: there are not so many. */
static const char *take_bytes(struct replica_cursor *cursor, size_t length)
{
	if ((size_t)(cursor->end - cursor->at) < length)
		return NULL;
	const char *bytes = cursor->at;
	cursor->at += length;
	return bytes;
}

static bool take_copy(struct replica_cursor *cursor, void *out, size_t length)
{
	const char *bytes = take_bytes(cursor, length);
	if (bytes != NULL)
		memcpy(out, bytes, length);
	return bytes != NULL;
}

/* A length and so many bytes, at most `most`. */
static const char *take_counted(struct replica_cursor *cursor, size_t most, size_t *ret_length)
{
	uint32_t length;
	if (!take_copy(cursor, &length, sizeof length) || be32toh(length) > most)
		return NULL;
	*ret_length = be32toh(length);
	return take_bytes(cursor, *ret_length);
}

static bool take_whole(struct replica_cursor *cursor, struct entry *entry)
{
	uint8_t has_body = 2;
	*entry = (struct entry){.sequence = 0};
	if (!take_copy(cursor, entry->salt, sizeof entry->salt) ||
	    !take_copy(cursor, entry->key_id, sizeof entry->key_id) ||
	    !take_copy(cursor, entry->signature, sizeof entry->signature))
		return false;
	entry->header_bytes = take_counted(cursor, ENTRY_MAX_HEADER, &entry->header_length);
	if (entry->header_bytes == NULL || !take_copy(cursor, &has_body, 1) || has_body > 1)
		return false;
	if (has_body == 1) {
		if (!take_copy(cursor, entry->body_salt, sizeof entry->body_salt))
			return false;
		entry->body_bytes = take_counted(cursor, ENTRY_MAX_BODY, &entry->body_length);
		if (entry->body_bytes == NULL)
			return false;
	}
	return entry_header_read(entry->header_bytes, entry->header_length, cursor->arena, &entry->header, NULL) ==
	       JISR_OK;
}

enum replica_item replica_next(struct replica_cursor *cursor, struct entry *ret_entry, uint8_t ret_hash[MERKLE_HASH],
                               const char **ret_note, size_t *ret_length)
{
	char kind = 0;
	if (cursor->at == cursor->end)
		return REPLICA_END;
	(void)take_copy(cursor, &kind, 1);
	switch (kind) {
	case 'H': return take_copy(cursor, ret_hash, MERKLE_HASH) ? REPLICA_HASH : REPLICA_BAD;
	case 'E': return take_whole(cursor, ret_entry) ? REPLICA_ENTRY : REPLICA_BAD;
	case 'C':
		*ret_note = take_counted(cursor, NOTE_MAX_BYTES, ret_length);
		return *ret_note != NULL ? REPLICA_CHECKPOINT : REPLICA_BAD;
	default: return REPLICA_BAD;
	}
}

/* ---- giving ---- */

struct giving {
	struct store_reader *reader;
	const struct replica *replica;
	struct text *batch;
	uint64_t next; /* sequence that is to be added now */
	uint64_t stop; /* size of the next kept checkpoint; 0: there is none */
	uint64_t last; /* of the batch as it can be given: with its checkpoint */
	size_t length; /* of the batch up to there */
	struct text note;
};

/* Kinds that a border post gets: who there is, which keys count, and what checks rest on. */
static bool watched(const char *kind)
{
	static const char *const begin[] = {"log.",    "key.",    "body.",   "list.",
	                                    "notice.", "object.", "office.", "member."};
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		if (strncmp(kind, begin[i], strlen(begin[i])) == 0)
			return true;
	return false;
}

/* What a bureau writes about its own notices until others hear of them is no business of its border posts. */
static bool is_inner(const struct entry_header *header, const char *office)
{
	return strncmp(header->kind, "notice.", 7) == 0 && header->audience.kind == AUDIENCE_ONLY &&
	       header->audience.count == 1 && strcmp(header->audience.offices[0], office) == 0;
}

static int may_see_as(struct giving *giving, const struct entry *entry, const char *office, bool *ret_may,
                      struct problem *problem)
{
	const struct store_registry *registry = &giving->reader->store->registry;
	*ret_may = entry_visible_to(&entry->header, office);
	return !*ret_may ? JISR_OK
	                 : store_registry_reaches(store_registry_find(registry, entry->header.kind), registry, false,
	                                          giving->reader->sql, entry, office, ret_may, problem);
}

static int may_see(struct giving *giving, const struct entry *entry, bool *ret_may, struct problem *problem)
{
	const struct replica *replica = giving->replica;
	*ret_may = false;
	if (replica->scope == REPLICA_WATCH &&
	    (!watched(entry->header.kind) || is_inner(&entry->header, replica->office)))
		return JISR_OK;
	int error = may_see_as(giving, entry, replica->office, ret_may, problem);
	for (size_t i = 0; !error && !*ret_may && i < replica->served_count; i++)
		error = may_see_as(giving, entry, replica->served[i], ret_may, problem);
	return error;
}

static int next_checkpoint(struct giving *giving, struct problem *problem)
{
	text_reset(&giving->note);
	int error = log_checkpoint(giving->reader->log, giving->next, &giving->note, &giving->stop, problem);
	if (error == JISR_NOT_FOUND) {
		giving->stop = 0;
		return JISR_OK;
	}
	return error;
}

/* After an entry was added: whether the batch is full. */
static int added(struct giving *giving, struct problem *problem)
{
	if (giving->batch->error)
		return problem_set(problem, giving->batch->error, "a batch of the log: %s",
		                   error_text(giving->batch->error));
	if (++giving->next <= giving->stop)
		return JISR_OK;
	giving->last = giving->stop;
	if (giving->batch->length - giving->length > 0)
		giving->length = giving->batch->length;
	if (giving->batch->length >= REPLICA_BATCH || giving->next > giving->reader->sequence)
		return JISR_CANCELLED;
	struct text kept = giving->note; /* of the place up to which it can be given */
	text_init(&giving->note, NOTE_MAX_BYTES);
	int error = next_checkpoint(giving, problem);
	if (error || giving->stop == 0) { /* the last one is the end */
		text_finish(&giving->note);
		giving->note = kept;
		return error ? error : JISR_CANCELLED;
	}
	text_finish(&kept);
	return JISR_OK;
}

/* Hashes of what this log has not whole, up to before a sequence. */
static int give_unseen(struct giving *giving, uint64_t before, struct problem *problem)
{
	int error = JISR_OK;
	while (!error && giving->next < before) {
		uint8_t hash[MERKLE_HASH];
		error = log_hash(giving->reader->log, 0, giving->next - 1, hash, problem);
		if (error)
			return error;
		(void)text_add_char(giving->batch, 'H');
		(void)text_add(giving->batch, (const char *)hash, sizeof hash);
		error = added(giving, problem);
	}
	return error;
}

static int give(void *context, const struct entry *entry, struct problem *problem)
{
	struct giving *giving = context;
	bool may = false;
	int error = give_unseen(giving, entry->sequence, problem);
	if (!error)
		error = may_see(giving, entry, &may, problem);
	if (error)
		return error;
	if (may) {
		(void)replica_entry_write(entry, giving->batch);
	} else {
		uint8_t hash[ENTRY_HASH];
		entry_leaf_hash(entry, hash);
		(void)text_add_char(giving->batch, 'H');
		(void)text_add(giving->batch, (const char *)hash, sizeof hash);
	}
	return added(giving, problem);
}

static int give_all(struct giving *giving, uint64_t from, struct problem *problem)
{
	uint64_t first = htobe64(from);
	int error = next_checkpoint(giving, problem);
	if (error || giving->stop == 0)
		return error;
	(void)text_add(giving->batch, (const char *)&first, sizeof first);
	giving->length = 0;
	error = log_each(giving->reader->log, from, LOG_WITHOUT_BODY, give, giving, problem);
	if (!error)
		error = give_unseen(giving, giving->reader->sequence + 1, problem);
	if (error != JISR_OK && error != JISR_CANCELLED)
		return error;
	/* What came after the last checkpoint that was passed is for the next batch. */
	if (giving->last == 0)
		return JISR_OK;
	giving->batch->length = giving->length;
	(void)text_add_char(giving->batch, 'C');
	add_number(giving->batch, (uint32_t)giving->note.length);
	return text_add(giving->batch, giving->note.bytes, giving->note.length);
}

int replica_give(struct store_reader *reader, const struct replica *replica, uint64_t from, struct text *batch,
                 uint64_t *ret_last, struct problem *problem)
{
	struct giving giving = {.reader = reader, .replica = replica, .batch = batch, .next = from};
	text_reset(batch);
	*ret_last = 0;
	if (from == 0 || from > reader->sequence + 1)
		return problem_set(problem, JISR_STATE, "the log has %llu entries, and entry %llu is asked for",
		                   (unsigned long long)reader->sequence, (unsigned long long)from);
	if (from == reader->sequence + 1)
		return JISR_OK;
	text_init(&giving.note, NOTE_MAX_BYTES);
	int error = give_all(&giving, from, problem);
	text_finish(&giving.note);
	if (error || giving.last == 0)
		text_reset(batch);
	else
		*ret_last = giving.last;
	return error;
}

int replica_checkpoint(struct store_reader *reader, struct text *note, struct problem *problem)
{
	uint64_t size;
	return log_checkpoint(reader->log, UINT64_MAX, note, &size, problem);
}
