#include "store/proof.h"

#include "base/base64.h"

#include <string.h>

#define ENCODED          BASE64_LENGTH(MERKLE_HASH)
#define INCLUSION_LINE   "c2sp.org/tlog-proof@v1\n"
#define CONSISTENCY_LINE "jisr.consistency-proof@v1\n"

/* ---- making ---- */

struct making {
	proof_hash hash;
	void *context;
	struct proof_path proof;
	struct problem *problem;
};

/* The root over the leaves from `low` to `high` - 1, which begin at the left edge of a subtree that could hold them. */
static int range_hash(struct making *making, uint64_t low, uint64_t high, uint8_t ret_hash[MERKLE_HASH])
{
	struct merkle edge = {.size = high - low};
	int top = 0;
	for (int level = 63; level >= 0; level--) {
		if (((high - low) >> level & 1) == 0)
			continue;
		uint64_t before = level == 63 ? 0 : (high - low) >> (level + 1) << (level + 1);
		int error = making->hash(making->context, level, (low + before) >> level, edge.subtrees[top++],
		                         making->problem);
		if (error)
			return error;
	}
	merkle_root(&edge, ret_hash);
	return JISR_OK;
}

static int add_range(struct making *making, uint64_t low, uint64_t high)
{
	int error = range_hash(making, low, high, making->proof.hashes[making->proof.count]);
	making->proof.count += !error;
	return error;
}

/* The largest power of two below n, which is at least 2. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* PATH of RFC 6962, 2.1.1. */
static int path(struct making *making, uint64_t index, uint64_t low, uint64_t high)
{
	if (high - low == 1)
		return JISR_OK;
	uint64_t middle = low + split(high - low);
	int error = index < middle ? path(making, index, low, middle) : path(making, index, middle, high);
	if (error)
		return error;
	return index < middle ? add_range(making, middle, high) : add_range(making, low, middle);
}

/* SUBPROOF of RFC 6962, 2.1.2: `known` where the checker has the old tree's root over just this range. */
static int subproof(struct making *making, uint64_t old_size, uint64_t low, uint64_t high, bool known)
{
	if (old_size == high)
		return known ? JISR_OK : add_range(making, low, high);
	uint64_t middle = low + split(high - low);
	int error = old_size <= middle ? subproof(making, old_size, low, middle, known)
	                               : subproof(making, old_size, middle, high, false);
	if (error)
		return error;
	return old_size <= middle ? add_range(making, middle, high) : add_range(making, low, middle);
}

int proof_inclusion(proof_hash hash, void *context, uint64_t index, uint64_t size, struct proof_path *ret_proof,
                    struct problem *problem)
{
	struct making making = {.hash = hash, .context = context, .problem = problem};
	if (index >= size || size > INT64_MAX)
		return problem_set(problem, JISR_NOT_FOUND, "the tree over %llu entries does not hold entry %llu",
		                   (unsigned long long)size, (unsigned long long)index + 1);
	int error = path(&making, index, 0, size);
	if (!error)
		*ret_proof = making.proof;
	return error;
}

int proof_consistency(proof_hash hash, void *context, uint64_t old_size, uint64_t new_size,
                      struct proof_path *ret_proof, struct problem *problem)
{
	struct making making = {.hash = hash, .context = context, .problem = problem};
	if (old_size == 0 || old_size > new_size || new_size > INT64_MAX)
		return problem_set(problem, JISR_NOT_FOUND, "there is no proof from %llu entries to %llu",
		                   (unsigned long long)old_size, (unsigned long long)new_size);
	int error = subproof(&making, old_size, 0, new_size, true);
	if (!error)
		*ret_proof = making.proof;
	return error;
}

/* ---- checking ---- */

bool proof_inclusion_holds(const struct proof_path *proof, uint64_t index, uint64_t size,
                           const uint8_t leaf[MERKLE_HASH], const uint8_t root[MERKLE_HASH])
{
	uint8_t hash[MERKLE_HASH];
	if (index >= size || proof->count > PROOF_MAX_HASHES)
		return false;
	uint64_t node = index, last = size - 1;
	memcpy(hash, leaf, MERKLE_HASH);
	for (size_t i = 0; i < proof->count; i++) {
		if (last == 0)
			return false;
		if ((node & 1) || node == last) {
			merkle_pair_hash(proof->hashes[i], hash, hash);
			while (!(node & 1) && node != 0) {
				node >>= 1;
				last >>= 1;
			}
		} else {
			merkle_pair_hash(hash, proof->hashes[i], hash);
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && memcmp(hash, root, MERKLE_HASH) == 0;
}

bool proof_consistency_holds(const struct proof_path *proof, uint64_t old_size, const uint8_t old_root[MERKLE_HASH],
                             uint64_t new_size, const uint8_t new_root[MERKLE_HASH])
{
	uint8_t old_hash[MERKLE_HASH], new_hash[MERKLE_HASH];
	if (old_size == 0 || old_size > new_size || proof->count > PROOF_MAX_HASHES)
		return false;
	if (old_size == new_size)
		return proof->count == 0 && memcmp(old_root, new_root, MERKLE_HASH) == 0;
	/* A complete old tree is a node of the new one: the proof need not repeat its root. */
	bool complete = (old_size & (old_size - 1)) == 0;
	size_t at = 0;
	if (!complete && proof->count == 0)
		return false;
	memcpy(old_hash, complete ? old_root : proof->hashes[at++], MERKLE_HASH);
	memcpy(new_hash, old_hash, MERKLE_HASH);
	uint64_t node = old_size - 1, last = new_size - 1;
	while (node & 1) {
		node >>= 1;
		last >>= 1;
	}
	for (; at < proof->count; at++) {
		if (last == 0)
			return false;
		if ((node & 1) || node == last) {
			merkle_pair_hash(proof->hashes[at], old_hash, old_hash);
			merkle_pair_hash(proof->hashes[at], new_hash, new_hash);
			while (!(node & 1) && node != 0) {
				node >>= 1;
				last >>= 1;
			}
		} else {
			merkle_pair_hash(new_hash, proof->hashes[at], new_hash);
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && memcmp(old_hash, old_root, MERKLE_HASH) == 0 &&
	       memcmp(new_hash, new_root, MERKLE_HASH) == 0;
}

/* ---- the file ---- */

int proof_write(const struct proof_file *file, struct text *text)
{
	bool inclusion = file->kind == PROOF_INCLUSION;
	(void)text_add_string(text, inclusion ? INCLUSION_LINE : CONSISTENCY_LINE);
	(void)text_add_format(text, "%s %llu\n", inclusion ? "index" : "old", (unsigned long long)file->number);
	for (size_t i = 0; i < file->proof.count; i++) {
		char encoded[ENCODED + 1];
		base64_write(file->proof.hashes[i], MERKLE_HASH, encoded);
		(void)text_add_format(text, "%s\n", encoded);
	}
	(void)text_add_char(text, '\n');
	return text_add(text, file->note, file->note_length);
}

static bool pass(const char **cursor, const char *end, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(end - *cursor) < length || memcmp(*cursor, word, length) != 0)
		return false;
	*cursor += length;
	return true;
}

static bool read_number(const char **cursor, const char *end, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *start = *cursor;
	while (*cursor < end && **cursor >= '0' && **cursor <= '9' && *cursor - start < 18)
		number = number * 10 + (uint64_t)(*(*cursor)++ - '0');
	if (*cursor == start || (*start == '0' && *cursor - start > 1))
		return false;
	*ret_number = number;
	return pass(cursor, end, "\n");
}

/* The text of a signed note ends before the last empty line; its signatures are checked by note_open. */
static bool read_checkpoint(const char *note, size_t length, struct checkpoint *ret_checkpoint)
{
	const char *gap = NULL;
	for (const char *at = note; length >= 2 && (at = memmem(at, length - (size_t)(at - note), "\n\n", 2)) != NULL;
	     at++)
		gap = at;
	return gap != NULL && checkpoint_read(note, (size_t)(gap - note) + 1, ret_checkpoint, NULL) == JISR_OK;
}

int proof_read(const char *bytes, size_t length, struct proof_file *ret_file, struct problem *problem)
{
	struct proof_file file = {0};
	const char *cursor = bytes, *end = bytes + length;
	if (length > PROOF_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "a proof has at most %zu bytes", PROOF_MAX_BYTES);
	bool good = pass(&cursor, end, INCLUSION_LINE);
	file.kind = good ? PROOF_INCLUSION : PROOF_CONSISTENCY;
	good = good ? pass(&cursor, end, "index ") : pass(&cursor, end, CONSISTENCY_LINE) && pass(&cursor, end, "old ");
	good = good && read_number(&cursor, end, &file.number);
	while (good && !pass(&cursor, end, "\n")) {
		good = file.proof.count < PROOF_MAX_HASHES && end - cursor > (ptrdiff_t)ENCODED &&
		       base64_read(cursor, ENCODED, file.proof.hashes[file.proof.count++], MERKLE_HASH);
		cursor += good ? ENCODED : 0;
		good = good && pass(&cursor, end, "\n");
	}
	file.note = cursor;
	file.note_length = (size_t)(end - cursor);
	if (!good || !read_checkpoint(file.note, file.note_length, &file.checkpoint))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"this is no proof: a line that names its kind, \"index\" or \"old\" with a number, hashes, an "
			"empty line, a signed checkpoint");
	*ret_file = file;
	return JISR_OK;
}
