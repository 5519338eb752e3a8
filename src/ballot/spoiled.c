#include "ballot/spoiled.h"

#include "ballot/tally.h"
#include "base/secret.h"

#include <string.h>

/* Ascending, each once. Few voters audit, so adding in the middle of an array is cheap enough. */
struct spoiled {
	size_t count, capacity;
	char (*commitments)[DIGEST_BASE64 + 1];
};

#define BALLOT_START     "{\"ballot\":"
#define RANDOMNESS_START ",\"randomness\":"
#define HASH_START       "\"signature\":{\"hash\":\""

int spoiled_new(struct spoiled **ret_spoiled)
{
	struct spoiled *spoiled = memory_zero(1, sizeof *spoiled);
	if (spoiled == NULL)
		return JISR_NO_MEMORY;
	*ret_spoiled = spoiled;
	return JISR_OK;
}

struct spoiled *spoiled_free(struct spoiled *spoiled)
{
	if (spoiled == NULL)
		return NULL;
	(void)memory_free(spoiled->commitments);
	return memory_free(spoiled);
}

/* Where it stands, or belongs. */
static size_t place(const struct spoiled *spoiled, const char *commitment)
{
	size_t low = 0, high = spoiled->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(spoiled->commitments[middle], commitment) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool spoiled_has(const struct spoiled *spoiled, const char commitment[DIGEST_BASE64 + 1])
{
	size_t at = place(spoiled, commitment);
	return at < spoiled->count && strcmp(spoiled->commitments[at], commitment) == 0;
}

int spoiled_add(struct spoiled *spoiled, const char commitment[DIGEST_BASE64 + 1])
{
	if (spoiled_has(spoiled, commitment))
		return JISR_OK;
	int error = memory_reserve(&spoiled->commitments, &spoiled->capacity, spoiled->count + 1, SPOILED_MAX,
	                           sizeof *spoiled->commitments);
	if (error != JISR_OK)
		return error;
	size_t at = place(spoiled, commitment);
	memmove(spoiled->commitments + at + 1, spoiled->commitments + at,
	        (spoiled->count - at) * sizeof *spoiled->commitments);
	memcpy(spoiled->commitments[at], commitment, sizeof *spoiled->commitments);
	spoiled->count++;
	return JISR_OK;
}

size_t spoiled_count(const struct spoiled *spoiled)
{
	return spoiled->count;
}

/* The last place of `what`, NULL when there is none. */
static const char *find_last(const char *bytes, size_t length, const char *what)
{
	size_t size = strlen(what);
	for (size_t at = length < size ? 0 : length - size + 1; at-- > 0;)
		if (memcmp(bytes + at, what, size) == 0)
			return bytes + at;
	return NULL;
}

/* The commitment of an opened ballot in its one form: the hash of its ballot. */
static int opened_commitment(const char *line, size_t length, char ret_commitment[DIGEST_BASE64 + 1],
                             struct problem *problem)
{
	size_t start = strlen(BALLOT_START);
	const char *end = find_last(line, length, RANDOMNESS_START);
	if (length < start || memcmp(line, BALLOT_START, start) != 0 || end == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "not an opened ballot");
	digest_fingerprint(line + start, (size_t)(end - line) - start, ret_commitment);
	return JISR_OK;
}

int spoiled_read(struct spoiled *spoiled, const struct ballot_context *context, const char *bytes, size_t length,
                 struct problem *problem)
{
	size_t number = 0;
	for (size_t at = 0; at < length;) {
		const char *newline = memchr(bytes + at, '\n', length - at);
		size_t end = newline == NULL ? length : (size_t)(newline - bytes);
		char where[40];
		struct opened_ballot opened = {0};
		number++;
		int error = context != NULL ? opened_ballot_check(context, bytes + at, end - at, &opened, problem)
		                            : opened_commitment(bytes + at, end - at, opened.commitment, problem);
		(void)secret_free(opened.votes);
		if (error == JISR_OK) {
			error = spoiled_add(spoiled, opened.commitment);
			(void)problem_set(problem, error, "%s", error_text(error));
		}
		if (error != JISR_OK) {
			(void)snprintf(where, sizeof where, "line %zu", number);
			problem_prefix(problem, where);
			return error;
		}
		at = end + 1;
	}
	return JISR_OK;
}

bool spoiled_signed_hash(const struct archive_entry *entry, char ret_commitment[DIGEST_BASE64 + 1])
{
	const char *start = find_last(entry->bytes, entry->length, HASH_START);
	if (start == NULL || (size_t)(entry->bytes + entry->length - start) < strlen(HASH_START) + DIGEST_BASE64)
		return false;
	memcpy(ret_commitment, start + strlen(HASH_START), DIGEST_BASE64);
	ret_commitment[DIGEST_BASE64] = '\0';
	return true;
}

struct cast_search {
	const struct archive *archive;
	const char *commitment;
	uint64_t height;
	bool found;
};

static int see_ballot(void *context, const struct event *event, const struct archive_entry *entry,
                      struct problem *problem)
{
	struct cast_search *search = context;
	struct archive_entry payload;
	char commitment[DIGEST_BASE64 + 1];
	if (search->found || event->type != EVENT_BALLOT)
		return JISR_OK;
	int error = archive_find(search->archive, event->payload, entry->index, "its payload", &payload, problem);
	if (error == JISR_OK && spoiled_signed_hash(&payload, commitment) &&
	    strcmp(commitment, search->commitment) == 0) {
		search->found = true;
		search->height = event->height;
	}
	return error;
}

int spoiled_find_cast(const struct archive *archive, const char commitment[DIGEST_BASE64 + 1], uint64_t *ret_height,
                      struct problem *problem)
{
	struct cast_search search = {.archive = archive, .commitment = commitment};
	int error = archive_walk(archive, see_ballot, &search, problem);
	if (error == JISR_OK && !search.found)
		return JISR_NOT_FOUND;
	if (error == JISR_OK)
		*ret_height = search.height;
	return error;
}

int spoiled_none_counts(const struct spoiled *spoiled, const struct archive *archive,
                        const struct ballot_context *context, const struct credential_list *list,
                        struct problem *problem)
{
	CLEANUP(memory_freep) size_t *last = NULL;
	int error = tally_last_ballots(archive, context, list, &last, problem);
	for (size_t i = 0; error == JISR_OK && i < credential_list_count(list); i++) {
		char commitment[DIGEST_BASE64 + 1], tracking[DIGEST_BASE64 + 1];
		if (last[i] == SIZE_MAX)
			continue;
		struct archive_entry entry = archive_get(archive, last[i]);
		if (!spoiled_signed_hash(&entry, commitment) || !spoiled_has(spoiled, commitment))
			continue;
		digest_fingerprint(entry.bytes, entry.length, tracking);
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "ballot %s, commitment %s, counts, though it was opened for an audit", tracking,
		                    commitment);
	}
	return error;
}
