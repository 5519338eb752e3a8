/* Records' bytes lie one after another in one stream: its first FTM_JOIN_MEMORY bytes in memory, what follows in an
 * unnamed temporary file (no record lies in both). The table of entries is sorted by (hash, order) when sealed and
 * searched by halving.
 *
 * Measured: the whole of OpenSanctions has about one attached record an entity; 1 M records of 400 bytes take 32 MB of
 * entries and 400 MB of stream, of which 32 MB in memory. */
#include "lists/ftm_join.h"

#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_BLOCK ((size_t)1 << 20)

struct entry {
	uint64_t hash;   /* of the key */
	uint64_t offset; /* in the stream; also the order of adding */
	uint64_t place;
	uint32_t length;
	bool must, used;
};

struct ftm_join {
	struct entry *entries; /* owned */
	size_t count, capacity;
	struct text memory;  /* the stream's beginning; full once a record did not fit */
	struct text pending; /* bytes for the file, not yet written */
	uint64_t file_start; /* stream offset of the file's first byte; 0: no file yet */
	uint64_t written;    /* bytes in the file */
	int descriptor;
	bool sorted_by_place;
};

int ftm_join_new(struct ftm_join **ret_join)
{
	struct ftm_join *join = memory_zero(1, sizeof *join);
	if (join == NULL)
		return JISR_NO_MEMORY;
	text_init(&join->memory, FTM_JOIN_MEMORY);
	text_init(&join->pending, (size_t)1 << 26);
	join->descriptor = -1;
	*ret_join = join;
	return JISR_OK;
}

struct ftm_join *ftm_join_free(struct ftm_join *join)
{
	if (join == NULL)
		return NULL;
	if (join->descriptor >= 0)
		(void)close(join->descriptor);
	text_finish(&join->memory);
	text_finish(&join->pending);
	memory_free(join->entries);
	return memory_free(join);
}

static int open_file(struct ftm_join *join, struct problem *problem)
{
	int error = file_temporary(&join->descriptor, problem);
	if (error != JISR_OK)
		return error;
	join->file_start = join->memory.length;
	return JISR_OK;
}

static int flush(struct ftm_join *join, struct problem *problem)
{
	for (size_t at = 0; at < join->pending.length;) {
		ssize_t wrote = write(join->descriptor, join->pending.bytes + at, join->pending.length - at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return problem_set(problem, JISR_IO, "cannot write the temporary file: %s", strerror(errno));
		at += (size_t)wrote;
	}
	join->written += join->pending.length;
	text_reset(&join->pending);
	return JISR_OK;
}

/* Appends to the stream and tells where. */
static int append(struct ftm_join *join, const char *record, size_t length, uint64_t *ret_offset,
                  struct problem *problem)
{
	if (join->descriptor < 0 && length <= FTM_JOIN_MEMORY - join->memory.length) {
		*ret_offset = join->memory.length;
		int error = text_add(&join->memory, record, length);
		return error == JISR_OK ? JISR_OK : problem_set(problem, error, "out of memory");
	}
	int error = join->descriptor < 0 ? open_file(join, problem) : JISR_OK;
	if (error == JISR_OK && join->pending.length > WRITE_BLOCK)
		error = flush(join, problem);
	if (error != JISR_OK)
		return error;
	*ret_offset = join->file_start + join->written + join->pending.length;
	if (*ret_offset > FTM_JOIN_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "more than 64 GiB of attached records");
	error = text_add(&join->pending, record, length);
	return error == JISR_OK ? JISR_OK : problem_set(problem, error, "out of memory");
}

int ftm_join_add(struct ftm_join *join, const char *key, const char *record, size_t length, uint64_t place, bool must,
                 struct problem *problem)
{
	int error = memory_reserve(&join->entries, &join->capacity, join->count + 1, FTM_JOIN_MAX_RECORDS,
	                           sizeof *join->entries);
	if (error != JISR_OK)
		return problem_set(problem, error,
		                   error == JISR_TOO_LARGE ? "more than 32 million attached records" : "out of memory");
	struct entry entry = {
		.hash = hash_bytes(key, strlen(key)), .place = place, .length = (uint32_t)length, .must = must};
	error = append(join, record, length, &entry.offset, problem);
	if (error == JISR_OK)
		join->entries[join->count++] = entry;
	return error;
}

static int by_hash(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static int by_place(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	return left->place < right->place ? -1 : left->place > right->place;
}

void ftm_join_seal(struct ftm_join *join)
{
	if (join->count > 1)
		qsort(join->entries, join->count, sizeof *join->entries, by_hash);
	join->sorted_by_place = false;
}

static size_t first_of(const struct ftm_join *join, uint64_t hash)
{
	size_t low = 0, high = join->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (join->entries[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int read_file(struct ftm_join *join, const struct entry *entry, struct text *ret_record, struct problem *problem)
{
	uint64_t at = entry->offset - join->file_start;
	if (at >= join->written || at + entry->length > join->written) {
		int error = flush(join, problem);
		if (error != JISR_OK)
			return error;
	}
	char block[8192];
	for (size_t done = 0; done < entry->length;) {
		size_t wanted = entry->length - done < sizeof block ? entry->length - done : sizeof block;
		ssize_t got = pread(join->descriptor, block, wanted, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return problem_set(problem, JISR_IO, "cannot read the temporary file: %s",
			                   got == 0 ? "it is shorter than it was" : strerror(errno));
		(void)text_add(ret_record, block, (size_t)got);
		done += (size_t)got;
	}
	return JISR_OK;
}

int ftm_join_next(struct ftm_join *join, const char *key, size_t *cursor, struct text *ret_record,
                  struct problem *problem)
{
	uint64_t hash = hash_bytes(key, strlen(key));
	size_t at = *cursor == 0 ? first_of(join, hash) : *cursor - 1;
	if (at >= join->count || join->entries[at].hash != hash)
		return JISR_NOT_FOUND;
	struct entry *entry = &join->entries[at];
	*cursor = at + 2;
	entry->used = true;
	text_reset(ret_record);
	int error = JISR_OK;
	if (join->descriptor < 0 || entry->offset < join->file_start)
		(void)text_add(ret_record, join->memory.bytes + entry->offset, entry->length);
	else
		error = read_file(join, entry, ret_record, problem);
	if (error == JISR_OK && ret_record->error != JISR_OK)
		error = problem_set(problem, ret_record->error, "out of memory");
	return error;
}

int ftm_join_next_unused(struct ftm_join *join, size_t *cursor, uint64_t *ret_place)
{
	if (!join->sorted_by_place && join->count > 1)
		qsort(join->entries, join->count, sizeof *join->entries, by_place);
	join->sorted_by_place = true;
	for (; *cursor < join->count; (*cursor)++) {
		const struct entry *entry = &join->entries[*cursor];
		if (!entry->must || entry->used)
			continue;
		*ret_place = entry->place;
		(*cursor)++;
		return JISR_OK;
	}
	return JISR_NOT_FOUND;
}
