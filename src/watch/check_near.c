/* Finds the stored parts that are near to those of a query.
 *
 * Terms: near, reach, mark (check_near.h); filed: under a key; touched: shares a key with the part and has letters
 * like its (names/sign.h), not compared yet.
 *
 * Invariants
 *   1. What is near to a part depends on the part and the segment alone, and is remembered in the finder for words that were
 *      met before: parts of queries repeat as parts of lists do. What is found for another word also depends on the
 *      evidence of the query, and lives as long as the query.
 *   2. A part that was dropped from what such a word touched stands in no form that could be a hit: the bearers of all its
 *      forms differ from the query in what no name outweighs.
 *   3. Parts are numbered by their consonants (segment_write.c) and touched in ascending order, so that what one look-up
 *      reads lies in few places.
 *
 * Measured with a million people (tools/bench check), the middle tenth of the queries: 2.9 parts or joins not remembered,
 * filed under their keys 2,700, touched 640, compared 480, near 120; 2,000 postings sifted, 12 forms read, 7 may be hits.
 * Of 135 us (of which the filter of short lists has since saved a tenth) keys and signs take 32, comparing 29, sifting
 * postings 24, the explanation 14, scoring 12, bearers 5. Of the one query in a hundred that takes longest, 1,470 us then,
 * scoring took 330, comparing 320, joined words 200, reading 3,600 forms 190, evidence 150, postings 140. */
#include "watch/check_near.h"

#include "base/memory.h"
#include "names/sign.h"

#include <string.h>

/* Limits of what is remembered; when one is reached everything is forgotten. */
#define CACHE_SLOTS ((size_t)1 << 15)
#define POOL_MAX    ((size_t)1 << 21)

/* Signs looked ahead; filed parts sifted at once. */
#define SIGNS_AHEAD 24
#define PORTION     256

int finder_new(struct finder **ret_finder)
{
	CLEANUP(finder_freep) struct finder *finder = memory_zero(1, sizeof *finder);
	if (finder == NULL || (finder->cache = memory_zero(CACHE_SLOTS, sizeof *finder->cache)) == NULL ||
	    (finder->met = memory_zero(MET_SLOTS, sizeof *finder->met)) == NULL ||
	    (finder->bytes = memory_zero(UINT16_MAX + 1, 1)) == NULL)
		return JISR_NO_MEMORY;
	*ret_finder = finder;
	finder = NULL;
	return JISR_OK;
}

struct finder *finder_free(struct finder *finder)
{
	if (finder == NULL)
		return NULL;
	memory_free(finder->cache);
	memory_free(finder->pool);
	memory_free(finder->fresh);
	memory_free(finder->met);
	memory_free(finder->marks);
	memory_free(finder->bytes);
	memory_free(finder->seen_parts);
	memory_free(finder->seen_words);
	memory_free(finder->seen_forms);
	memory_free(finder->touched);
	memory_free(finder->forms);
	memory_free(finder->found);
	return memory_free(finder);
}

int bitmap_reserve(uint64_t **bits, size_t *capacity, size_t count)
{
	size_t words = count / 64 + 1;
	if (words <= *capacity)
		return JISR_OK;
	uint64_t *grown = memory_zero(words, sizeof *grown);
	if (grown == NULL)
		return JISR_NO_MEMORY;
	memory_free(*bits);
	*bits = grown;
	*capacity = words;
	return JISR_OK;
}

static void forget(struct finder *finder)
{
	memset(finder->cache, 0, CACHE_SLOTS * sizeof *finder->cache);
	finder->cached_count = 0;
	finder->pool_count = 0;
}

/* Lists so short that they are not filtered where nothing in common is asked (nicknames, initials), and so long that a joined word, which
 * has enough keys of its own, is not looked for in them. */
#define SHORT_LIST 48
#define LONG_LIST  128

/* Entries of KEY_PARTS under one key: some of those of its bucket. */
struct filed {
	const uint32_t *from, *to;
};

static const uint32_t *bucket_of(const struct segment *segment, uint32_t key)
{
	return &segment->key_start[key >> (PART_KEY_BITS - segment->key_bits)];
}

/* Entries of a bucket that are counted rather than searched. */
#define BUCKET_COUNTED 32

static struct filed filed_under(const struct segment *segment, uint32_t key)
{
	const uint32_t *bucket = bucket_of(segment, key), *entries = segment->key_parts;
	uint32_t from = bucket[0], to = bucket[1], tag = key & ((1u << (PART_KEY_BITS - segment->key_bits)) - 1);
	if (from > to || to > segment->key_part_count)
		return (struct filed){entries, entries};
	/* Halve down to the first entry of the tag, then to the first of a higher one; what is left is counted. */
	uint64_t ends[2];
	for (unsigned k = 0; k < 2; k++) {
		uint32_t low = from, high = to;
		while (high - low > BUCKET_COUNTED) {
			uint32_t middle = low + (high - low) / 2;
			if (entries[middle] >> segment->key_shift < tag + k)
				low = middle + 1;
			else
				high = middle;
		}
		uint32_t below = low;
		for (; low < high; low++)
			below += entries[low] >> segment->key_shift < tag + k;
		ends[k] = below;
	}
	return (struct filed){entries + ends[0], entries + ends[1]};
}

/* Marks as seen what is filed under a key and has a sign like the part's; in a short list anything, unless strict. */
static void sift_filed(struct finder *finder, const struct segment *segment, uint32_t sign, bool strict,
                       struct filed filed)
{
	const uint32_t number_bits = ((uint32_t)1 << segment->key_shift) - 1;
	uint32_t numbers[PORTION], signs[PORTION];
	uint8_t meets[PORTION];
	bool filter = strict || filed.to - filed.from > SHORT_LIST;
	while (filed.from < filed.to) {
		size_t count = 0, left = (size_t)(filed.to - filed.from);
		for (size_t i = 0; i < left && count < PORTION; i++, filed.from++) {
			uint32_t number = *filed.from & number_bits;
			if (number < segment->parts) {
				numbers[count] = number;
				signs[count++] = segment->signs[number];
			}
		}
		if (filter)
			sign_meets_many(signs, count, sign, meets);
		for (size_t i = 0; i < count; i++) {
			uint64_t meet = filter ? meets[i] : 1;
			uint32_t number = numbers[i];
			finder->seen_parts[number / 64] |= meet << number % 64;
			finder->seen_words[number / 4096] |= meet << number / 64 % 64;
		}
	}
}

/* Adds what was seen to the touched parts, ascending, so that what is read of them lies in order; forgets it. */
static int take_seen(struct finder *finder, const struct segment *segment)
{
	int error = JISR_OK;
	for (size_t i = 0; i <= segment->parts / 4096; i++)
		for (; finder->seen_words[i] != 0; finder->seen_words[i] &= finder->seen_words[i] - 1) {
			size_t at = i * 64 + (size_t)__builtin_ctzll(finder->seen_words[i]);
			if (!error)
				error = memory_reserve(&finder->touched, &finder->touched_capacity,
				                       finder->touched_count + 64, 2 * SEGMENT_MAX_PARTS,
				                       sizeof *finder->touched);
			for (; finder->seen_parts[at] != 0; finder->seen_parts[at] &= finder->seen_parts[at] - 1)
				if (!error)
					finder->touched[finder->touched_count++] =
						(uint32_t)(at * 64) + (uint32_t)__builtin_ctzll(finder->seen_parts[at]);
		}
	return error;
}

/* Keys are all made before the first is followed; while one thing is fetched, the next is asked for. */
static void look_up_keys(struct finder *finder, const struct segment *segment, const struct name_part *part,
                         uint32_t sign, enum look look)
{
	uint32_t keys[PART_KEYS_MAX], number_bits = ((uint32_t)1 << segment->key_shift) - 1;
	struct filed filed[PART_KEYS_MAX];
	size_t count = part_keys(part, keys), lists = 0;
	bool strict = look != LOOK_WORD ||
	              (form_class_part(part->kind) && part->kind != PART_INITIAL && part->groups[0] == 0);
	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(bucket_of(segment, keys[i]));
	for (size_t i = 0; i < count; i++) {
		uint32_t from = *bucket_of(segment, keys[i]);
		if (from < segment->key_part_count)
			__builtin_prefetch(&segment->key_parts[from]);
	}
	for (size_t i = 0; i < count; i++) {
		filed[lists] = filed_under(segment, keys[i]);
		size_t length = (size_t)(filed[lists].to - filed[lists].from);
		if (length == 0 || (look != LOOK_WORD && length > LONG_LIST))
			continue;
		for (size_t k = 0; k < length && k < SIGNS_AHEAD; k++)
			__builtin_prefetch(&segment->signs[filed[lists].from[k] & number_bits]);
		lists++;
	}
	for (size_t i = 0; i < lists; i++)
		sift_filed(finder, segment, sign, strict, filed[i]);
}

static double least_of(enum look look)
{
	return look == LOOK_JOINED ? JOIN_LEAST : 0;
}

/* Makes the touched parts those that share a key. */
static int look_up(struct finder *finder, const struct segment *segment, const struct name_part *part, enum look look)
{
	int error = bitmap_reserve(&finder->seen_parts, &finder->seen_parts_capacity, segment->parts);
	if (!error)
		error = bitmap_reserve(&finder->seen_words, &finder->seen_words_capacity, segment->parts / 64 + 1);
	if (error)
		return error;
	finder->touched_count = 0;
	look_up_keys(finder, segment, part, sign_of(part), look);
	if (look == LOOK_WORD && part->kind != PART_INITIAL && part->latin_length > 0) {
		/* Listed initials are filed under their letter alone. */
		struct name_part initial = {.kind = PART_INITIAL, .latin_length = 1, .letters = part->letters};
		initial.latin[0] = part->latin[0];
		look_up_keys(finder, segment, &initial, sign_of(part), look);
	}
	return take_seen(finder, segment);
}

/* True when a word was met before, as far as is known; it is from now on. */
static bool met_before(struct finder *finder, uint64_t hash)
{
	uint32_t *slot = &finder->met[hash % MET_SLOTS], tag = (uint32_t)(hash >> 32) | 1;
	bool met = *slot == tag;
	*slot = tag;
	return met;
}

/* Drops of what was touched the parts whose bearers are certainly others. */
static void sift_bearers(struct finder *finder, const struct segment *segment)
{
	size_t kept = 0;
	for (size_t i = 0; i < finder->touched_count && i < AHEAD; i++)
		__builtin_prefetch(&segment->hot[finder->touched[i]]);
	for (size_t i = 0; i < finder->touched_count; i++) {
		uint32_t part = finder->touched[i];
		if (i + AHEAD < finder->touched_count)
			__builtin_prefetch(&segment->hot[finder->touched[i + AHEAD]]);
		finder->touched[kept] = part;
		kept += finder->thousandths - evidence_most(finder->most, &segment->hot[part].bearers) <= 1000;
	}
	finder->touched_count = kept;
}

/* Compares what was touched; adds what is near. */
static int compare_touched(const struct finder *finder, const struct segment *segment, const struct reach *reach,
                           struct part_near **near, size_t *count, size_t *capacity)
{
	int error =
		memory_reserve(near, capacity, *count + finder->touched_count, 2 * SEGMENT_MAX_PARTS, sizeof **near);
	if (!error)
		*count += part_many(reach->part, segment->part, finder->touched, finder->touched_count,
		                    least_of(reach->look), *near + *count);
	return error;
}

/* The place where what is near to a part is remembered, or may be. */
static struct cached *cached_slot(const struct finder *finder, uint64_t hash, uint64_t serial,
                                  const struct name_part *part)
{
	size_t at = hash & (CACHE_SLOTS - 1);
	while (finder->cache[at].serial != 0 &&
	       (finder->cache[at].serial != serial || memcmp(&finder->cache[at].part, part, sizeof *part) != 0))
		at = (at + 1) & (CACHE_SLOTS - 1);
	return &finder->cache[at];
}

/* What is near to the part of a reach, remembered or looked up. */
static int reach_part(struct finder *finder, const struct segment *segment, struct reach *reach)
{
	if (finder->cached_count >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX)
		forget(finder);
	uint64_t serial = segment->serial * LOOK_COUNT + reach->look;
	uint64_t hash = hash_bytes(reach->part, sizeof *reach->part) ^ hash_number(serial);
	struct cached *cached = cached_slot(finder, hash, serial, reach->part);
	if (cached->serial != 0) {
		reach->kept = true;
		reach->from = cached->from;
		reach->count = cached->count;
		reach->postings = cached->postings;
		return JISR_OK;
	}
	reach->kept = met_before(finder, hash);
	size_t *count = reach->kept ? &finder->pool_count : &finder->fresh_count, from = *count;
	int error = look_up(finder, segment, reach->part, reach->look);
	if (error)
		return error;
	if (!reach->kept)
		sift_bearers(finder, segment);
	error = reach->kept ? compare_touched(finder, segment, reach, &finder->pool, count, &finder->pool_capacity)
	                    : compare_touched(finder, segment, reach, &finder->fresh, count, &finder->fresh_capacity);
	if (error)
		return error;
	reach->from = (uint32_t)from;
	reach->count = (uint32_t)(*count - from);
	const struct part_near *near = reached(finder, reach);
	for (size_t i = 0; i < reach->count; i++)
		reach->postings += count_postings(segment, near[i].part);
	if (reach->kept) {
		*cached = (struct cached){serial, reach->from, reach->count, reach->postings, *reach->part};
		finder->cached_count++;
	}
	return JISR_OK;
}

/* Reaches of all parts and of neighbours written as one. */
static int reach_all(struct finder *finder, const struct segment *segment, const struct name *query)
{
	/* Near parts of one query must not be forgotten half way. */
	if (finder->cached_count + REACH_MAX >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX / 2)
		forget(finder);
	finder->reach_count = finder->fresh_count = 0;
	for (uint32_t i = 0; i < query->count; i++) {
		struct reach *reach = &finder->reaches[finder->reach_count++];
		*reach = (struct reach){.part = query->parts[i], .look = LOOK_WORD, .mask = 1u << i};
		int error = reach_part(finder, segment, reach);
		if (error)
			return error;
	}
	for (uint32_t count = 2; count <= 4; count++)
		for (uint32_t i = 0; i + count <= query->count; i++) {
			bool possible = true;
			for (uint32_t k = i; k < i + count; k++)
				possible &= joins(query->parts[k]);
			struct name_part *joined = &finder->joined[finder->reach_count % REACH_MAX];
			if (!possible || finder->reach_count >= REACH_MAX || !part_join(query, i, count, joined) ||
			    (count > 2 && joined->latin_length > JOIN_MANY))
				continue;
			enum script script = (enum script)query->parts[i]->script;
			enum look look = script == SCRIPT_HAN || script == SCRIPT_HANGUL ? LOOK_LOOSE : LOOK_JOINED;
			struct reach *reach = &finder->reaches[finder->reach_count];
			*reach = (struct reach){.part = joined, .look = look, .mask = ((1u << count) - 1) << i};
			int error = reach_part(finder, segment, reach);
			if (error)
				return error;
			finder->reach_count += reach->count > 0;
		}
	return JISR_OK;
}

static int mark_all(struct finder *finder)
{
	size_t total = 0, size = 64;
	for (size_t i = 0; i < finder->reach_count; i++)
		total += finder->reaches[i].count;
	while (size < total * 2)
		size *= 2;
	int error = memory_reserve(&finder->marks, &finder->mark_capacity, size, SIZE_MAX / 64, sizeof *finder->marks);
	if (error)
		return error;
	finder->mark_size = size;
	memset(finder->marks, 0, size * sizeof *finder->marks);
	for (size_t i = 0; i < finder->reach_count; i++) {
		const struct reach *reach = &finder->reaches[i];
		const struct part_near *near = reached(finder, reach);
		for (uint32_t k = 0; k < reach->count; k++) {
			struct mark *mark = mark_slot(finder, near[k].part);
			finder->bytes[part_mark(near[k].part)] |= folded(reach->mask);
			mark->part = near[k].part + 1;
			mark->mask |= reach->mask;
			mark->similarity =
				near[k].similarity > mark->similarity ? near[k].similarity : mark->similarity;
		}
	}
	return JISR_OK;
}

void near_forget_query(struct finder *finder)
{
	for (size_t i = 0; i < finder->reach_count; i++) {
		const struct part_near *near = reached(finder, &finder->reaches[i]);
		for (uint32_t k = 0; k < finder->reaches[i].count; k++)
			finder->bytes[part_mark(near[k].part)] = 0;
	}
}

int near_find(struct finder *finder, const struct segment *segment, const struct name *query)
{
	int error = reach_all(finder, segment, query);
	return error ? error : mark_all(finder);
}
