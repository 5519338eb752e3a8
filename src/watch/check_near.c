/* Finds the stored parts that are near to those of a query.
 *
 * Terms: near, reach, lazy, mark (check_near.h); filed: under a key; touched: shares a key with the part and has letters
 * like its (names/sign.h), not compared yet.
 *
 * Invariants
 *   1. What is near to a part depends on the part and the segment alone, and is remembered in the finder: parts of queries
 *      repeat as parts of lists do. What a lazy reach touched also depends on the evidence of the query, and is not.
 *   2. A part that was dropped from a lazy reach stands in no form that could be a hit: either it is not near, or the
 *      bearers of all its forms differ from the query in what no name outweighs.
 *   3. Parts are numbered by their consonants (segment_write.c) and touched in ascending order, so that what one look-up
 *      reads lies in few places: memory is what a search waits for.
 *
 * Measured with a million people (tools/bench check), means of one query: 2.5 parts or joins not remembered, their keys
 * 60, parts filed under these 3,400, touched 900; 7,100 postings followed, of which 470 forms are read and 48 may be
 * hits. */
#include "watch/check_near.h"

#include "base/memory.h"
#include "names/sign.h"

#include <math.h>
#include <string.h>

/* Limits of what is remembered; when one is reached everything is forgotten. */
#define CACHE_SLOTS ((size_t)1 << 15)
#define POOL_MAX    ((size_t)1 << 21)

/* Signs looked ahead. */
#define SIGNS_AHEAD 24

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

static int add_near(struct finder *finder, uint32_t part, double similarity)
{
	int error = memory_reserve(&finder->pool, &finder->pool_capacity, finder->pool_count + 1, 2 * POOL_MAX,
	                           sizeof *finder->pool);
	if (!error)
		finder->pool[finder->pool_count++] = (struct near){part, (float)similarity};
	return error;
}

/* Lists so short that they are not filtered (nicknames have nothing in common), and so long that a joined word, which
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

static struct filed filed_under(const struct segment *segment, uint32_t key)
{
	const uint32_t *bucket = bucket_of(segment, key);
	uint32_t from = bucket[0], to = bucket[1], tag = key & ((1u << (PART_KEY_BITS - segment->key_bits)) - 1);
	struct filed filed = {segment->key_parts, segment->key_parts};
	if (from > to || to > segment->key_part_count)
		return filed;
	for (filed.from += from; from < to && *filed.from >> segment->key_shift < tag; from++)
		filed.from++;
	for (filed.to = filed.from; from < to && *filed.to >> segment->key_shift == tag; from++)
		filed.to++;
	return filed;
}

/* Marks as seen what is filed under a key and has a sign like the part's. */
static void sift_filed(struct finder *finder, const struct segment *segment, uint32_t sign, struct filed filed)
{
	unsigned consonants = sign_consonants(sign);
	uint32_t number_bits = ((uint32_t)1 << segment->key_shift) - 1;
	bool filter = filed.to - filed.from > SHORT_LIST;
	for (; filed.from < filed.to; filed.from++) {
		uint32_t number = *filed.from & number_bits;
		if (filter && filed.from + SIGNS_AHEAD < filed.to)
			__builtin_prefetch(&segment->hot[filed.from[SIGNS_AHEAD] & number_bits]);
		if (number >= segment->parts || (filter && !sign_meets(segment->hot[number].sign, sign, consonants)))
			continue;
		finder->seen_parts[number / 64] |= (uint64_t)1 << number % 64;
		finder->seen_words[number / 4096] |= (uint64_t)1 << number / 64 % 64;
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
		for (size_t k = 0; k < length && k < SIGNS_AHEAD && length > SHORT_LIST; k++)
			__builtin_prefetch(&segment->hot[filed[lists].from[k] & number_bits]);
		lists++;
	}
	for (size_t i = 0; i < lists; i++)
		sift_filed(finder, segment, sign, filed[i]);
}

static double least_of(enum look look)
{
	return look == LOOK_JOINED ? JOIN_LEAST : 0;
}

/* Compares what the keys gave from the from-th on, fetching parts ahead: they lie anywhere. */
static int compare_touched(struct finder *finder, const struct segment *segment, const struct name_part *part,
                           enum look look, size_t from)
{
	double least = least_of(look);
	for (size_t i = from; i < finder->touched_count; i++) {
		if (i + AHEAD < finder->touched_count) {
			const char *next = (const char *)&segment->part[finder->touched[i + AHEAD]];
			__builtin_prefetch(next);
			__builtin_prefetch(next + sizeof *part - 1);
		}
		const struct name_part *stored = &segment->part[finder->touched[i]];
		enum part_rule rule;
		if (!segment_part_sound(stored))
			continue;
		double similarity = part_similarity_filed(part, stored, least, &rule);
		int error = similarity > 0 && similarity >= least ? add_near(finder, finder->touched[i], similarity)
		                                                  : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

/* Adds to the touched parts what shares a key. */
static int look_up(struct finder *finder, const struct segment *segment, const struct name_part *part, enum look look)
{
	int error = bitmap_reserve(&finder->seen_parts, &finder->seen_parts_capacity, segment->parts);
	if (!error)
		error = bitmap_reserve(&finder->seen_words, &finder->seen_words_capacity, segment->parts / 64 + 1);
	if (error)
		return error;
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

/* A stored part of a lazy reach that so many forms hold is compared at once: following them would cost more. */
#define POPULAR 24

/* Drops of what a lazy reach touched the parts whose bearers are certainly others, and popular parts that are not near;
 * counts the postings of the rest. */
static void sift_lazy(struct finder *finder, const struct segment *segment, struct reach *reach, size_t from)
{
	size_t kept = from;
	double least = least_of(reach->look);
	for (size_t i = from; i < finder->touched_count; i++) {
		uint32_t part = finder->touched[i];
		int effect = evidence_most(finder->most, &segment->part_bearers[part]);
		if (finder->thousandths - effect > 1000)
			continue;
		uint64_t postings = count_postings(segment, part);
		enum part_rule rule;
		if (postings > POPULAR &&
		    (!segment_part_sound(&segment->part[part]) ||
		     part_similarity_filed(reach->part, &segment->part[part], least, &rule) <= fmax(least - 1e-9, 0)))
			continue;
		reach->postings += postings;
		finder->touched[kept++] = part;
	}
	finder->touched_count = kept;
}

/* What is near to the part of a reach, remembered or looked up. */
static int reach_part(struct finder *finder, const struct segment *segment, struct reach *reach)
{
	const struct name_part *part = reach->part;
	if (finder->cached_count >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX)
		forget(finder);
	uint64_t serial = segment->serial * LOOK_COUNT + reach->look;
	uint64_t hash = hash_bytes(part, sizeof *part) ^ hash_number(serial);
	struct cached *cached;
	for (size_t at = hash & (CACHE_SLOTS - 1);; at = (at + 1) & (CACHE_SLOTS - 1)) {
		cached = &finder->cache[at];
		if (cached->serial == 0)
			break;
		if (cached->serial == serial && memcmp(&cached->part, part, sizeof *part) == 0) {
			reach->from = cached->from;
			reach->count = cached->count;
			reach->postings = cached->postings;
			return JISR_OK;
		}
	}
	size_t touched = finder->touched_count, from = finder->pool_count;
	int error = look_up(finder, segment, part, reach->look);
	if (error) {
		finder->touched_count = touched;
		return error;
	}
	if (!met_before(finder, hash) && reach - finder->reaches < LAZY_MAX) {
		reach->lazy = true;
		reach->from = (uint32_t)touched;
		sift_lazy(finder, segment, reach, touched);
		reach->count = (uint32_t)(finder->touched_count - touched);
		return JISR_OK;
	}
	error = compare_touched(finder, segment, part, reach->look, touched);
	finder->touched_count = touched;
	if (error) {
		finder->pool_count = from;
		return error;
	}
	*cached = (struct cached){serial, (uint32_t)from, (uint32_t)(finder->pool_count - from), 0, *part};
	for (size_t i = from; i < finder->pool_count; i++)
		cached->postings += count_postings(segment, finder->pool[i].part);
	finder->cached_count++;
	reach->from = cached->from;
	reach->count = cached->count;
	reach->postings = cached->postings;
	return JISR_OK;
}

/* Reaches of all parts and of neighbours written as one. */
static int reach_all(struct finder *finder, const struct segment *segment, const struct name *query)
{
	/* Near parts of one query must not be forgotten half way. */
	if (finder->cached_count + REACH_MAX >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX / 2)
		forget(finder);
	finder->reach_count = finder->touched_count = 0;
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
		for (uint32_t k = 0; k < reach->count; k++) {
			uint32_t part = reached(finder, reach, k);
			struct mark *mark = mark_slot(finder, part);
			finder->bytes[part_mark(part)] |= folded(reach->mask);
			mark->part = part + 1;
			if (reach->lazy) {
				mark->maybe |= 1u << i;
				continue;
			}
			float similarity = finder->pool[reach->from + k].similarity;
			mark->mask |= reach->mask;
			mark->similarity = similarity > mark->similarity ? similarity : mark->similarity;
		}
	}
	return JISR_OK;
}

void near_forget_query(struct finder *finder)
{
	for (size_t i = 0; i < finder->reach_count; i++)
		for (uint32_t k = 0; k < finder->reaches[i].count; k++)
			finder->bytes[part_mark(reached(finder, &finder->reaches[i], k))] = 0;
}

void near_settle(struct finder *finder, const struct segment *segment, uint32_t part)
{
	struct mark *mark = mark_slot(finder, part);
	if (mark->part == 0)
		return;
	for (; mark->maybe != 0; mark->maybe &= mark->maybe - 1) {
		const struct reach *reach = &finder->reaches[__builtin_ctz(mark->maybe)];
		enum part_rule rule;
		double least = least_of(reach->look), similarity = 0;
		if (segment_part_sound(&segment->part[part]))
			similarity = part_similarity_filed(reach->part, &segment->part[part], least, &rule);
		if (similarity <= 0 || similarity < least)
			continue;
		mark->mask |= reach->mask;
		mark->similarity = (float)similarity > mark->similarity ? (float)similarity : mark->similarity;
	}
}

int near_find(struct finder *finder, const struct segment *segment, const struct name *query)
{
	int error = reach_all(finder, segment, query);
	return error ? error : mark_all(finder);
}
