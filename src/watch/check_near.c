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
 *      forms differ from the query in what no name outweighs; or nothing that is near to another part of the query stands
 *      beside it in any. For that words are looked up one after the other, and the last is sifted by all others. Beside two
 *      that are one word of the query it may be needed after all: it is noted as passed over, and compared then.
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
#include "names/costs.h"
#include "names/sign.h"

#include <string.h>

/* Limits of what is remembered; when one is reached everything is forgotten. */
#define POOL_MAX ((size_t)1 << 21)

/* Signs looked ahead; filed parts sifted at once. */
#define SIGNS_AHEAD 24
#define PORTION     256

int finder_new(struct finder **ret_finder)
{
	CLEANUP(finder_freep) struct finder *finder = memory_large(sizeof *finder);
	if (finder == NULL)
		return JISR_NO_MEMORY;
	/* These are there from the beginning: a reach to which nothing is near begins somewhere, too (reached). */
	int error =
		memory_reserve(&finder->pool, &finder->pool_capacity, 1, 2 * SEGMENT_MAX_PARTS, sizeof *finder->pool);
	if (!error)
		error = memory_reserve(&finder->fresh, &finder->fresh_capacity, 1, 2 * SEGMENT_MAX_PARTS,
		                       sizeof *finder->fresh);
	if (error)
		return error;
	*ret_finder = finder;
	finder = NULL;
	return JISR_OK;
}

struct finder *finder_free(struct finder *finder)
{
	if (finder == NULL)
		return NULL;
	memory_free(finder->pool);
	memory_free(finder->fresh);
	memory_free(finder->marks);
	memory_free(finder->seen_parts);
	memory_free(finder->seen_words);
	memory_free(finder->seen_forms);
	memory_free(finder->touched);
	memory_free(finder->also);
	memory_free(finder->dropped);
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
	memset(finder->cache, 0, sizeof finder->cache);
	finder->cached_count = 0;
	finder->pool_count = 0;
}

/* Lists so short that they are not filtered where nothing in common is asked (nicknames, initials), and so long that a joined word, which
 * has enough keys of its own, is not looked for in them. */
#define SHORT_LIST 48
#define LONG_LIST  128

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
		if (filter) {
			sign_meets_many(signs, count, sign, meets);
			size_t met = 0;
			for (size_t i = 0; i < count; i++) {
				numbers[met] = numbers[i];
				met += meets[i];
			}
			count = met;
		}
		for (size_t i = 0; i < count; i++) {
			uint32_t number = numbers[i];
			finder->seen_parts[number / 64] |= (uint64_t)1 << number % 64;
			finder->seen_words[number / 4096] |= (uint64_t)1 << number / 64 % 64;
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

/* Makes the keys of a word and asks for their buckets. */
static void lookup_begin(struct lookup *lookup, const struct segment *segment, struct reach *reach, uint64_t hash)
{
	const struct name_part *part = reach->part;
	lookup->reach = reach;
	lookup->hash = hash;
	lookup->key_count = part_keys(part, lookup->keys);
	lookup->initial = false;
	if (reach->look == LOOK_WORD && part->kind != PART_INITIAL && part->latin_length > 0) {
		/* Listed initials are filed under their letter alone. */
		struct name_part initial = {.kind = PART_INITIAL, .latin_length = 1, .letters = part->letters};
		initial.latin[0] = part->latin[0];
		lookup->initial = true;
		(void)part_keys(&initial, lookup->keys + lookup->key_count++);
	}
	for (size_t i = 0; i < lookup->key_count; i++)
		__builtin_prefetch(bucket_of(segment, lookup->keys[i]));
}

/* Asks for what is filed in the buckets. */
static void lookup_buckets(const struct lookup *lookup, const struct segment *segment)
{
	for (size_t i = 0; i < lookup->key_count; i++) {
		uint32_t from = *bucket_of(segment, lookup->keys[i]);
		if (from < segment->key_part_count)
			__builtin_prefetch(&segment->key_parts[from]);
	}
}

/* Finds what is filed under the keys, and asks for the signs. */
static void lookup_lists(struct lookup *lookup, const struct segment *segment)
{
	uint32_t number_bits = ((uint32_t)1 << segment->key_shift) - 1;
	lookup->filed = 0;
	lookup->list_count = 0;
	for (size_t i = 0; i < lookup->key_count; i++) {
		struct filed filed = filed_under(segment, lookup->keys[i]);
		size_t length = (size_t)(filed.to - filed.from);
		bool initials = lookup->initial && i + 1 == lookup->key_count;
		if (!initials && (length == 0 || (lookup->reach->look != LOOK_WORD && length > LONG_LIST)))
			continue;
		for (size_t k = 0; k < length && k < SIGNS_AHEAD; k++)
			__builtin_prefetch(&segment->signs[filed.from[k] & number_bits]);
		lookup->filed += (uint32_t)length;
		lookup->lists[lookup->list_count++] = filed;
	}
}

/* Makes the touched parts those that share a key with the word. */
static int lookup_touch(const struct lookup *lookup, struct finder *finder, const struct segment *segment)
{
	const struct name_part *part = lookup->reach->part;
	bool strict = lookup->reach->look != LOOK_WORD ||
	              (form_class_part(part->kind) && part->kind != PART_INITIAL && part->groups[0] == 0);
	uint32_t sign = sign_of(part);
	finder->touched_count = 0;
	for (size_t i = 0; i < lookup->list_count; i++) {
		bool initials = lookup->initial && i + 1 == lookup->list_count;
		sift_filed(finder, segment, sign, strict && !initials, lookup->lists[i]);
	}
	return take_seen(finder, segment);
}

static double least_of(enum look look)
{
	return look == LOOK_JOINED ? JOIN_LEAST : 0;
}

/* True when a word was met before, as far as is known; it is from now on. */
static bool met_before(struct finder *finder, uint64_t hash)
{
	uint32_t *slot = &finder->met[hash % MET_SLOTS], tag = (uint32_t)(hash >> 32) | 1;
	bool met = *slot == tag;
	*slot = tag;
	return met;
}

struct company near_company(const struct finder *finder, const struct reach *reach)
{
	uint32_t waiting = 0;
	for (size_t i = 0; i < finder->reach_count; i++)
		if (finder->reaches[i].waits && &finder->reaches[i] != reach)
			waiting |= finder->reaches[i].mask;
	struct company company = {0};
	if (finder->initials == 0 && finder->least > 1 - CONFLICT_LEAST && reach->mask >> (MARK_BITS - 1) == 0 &&
	    (waiting & ~reach->mask) == 0)
		company.wanted = finder->naming_byte & (uint8_t)~folded(reach->mask);
	company.any = company.wanted == 0;
	company.alone = company.any || finder->kind != NAME_PERSON ? HOT_ALONE : 0;
	return company;
}

/* Drops of what was touched the parts whose bearers are certainly others, and those beside which in no form anything
 * stands that is near to another part of the query. */
static int sift_touched(struct finder *finder, const struct segment *segment, const struct reach *reach)
{
	const struct company company = near_company(finder, reach);
	size_t kept = 0;
	int error = memory_reserve(&finder->dropped, &finder->dropped_capacity,
	                           finder->dropped_count + finder->touched_count, 2 * SEGMENT_MAX_PARTS,
	                           sizeof *finder->dropped);
	if (error)
		return error;
	for (size_t i = 0; i < finder->touched_count && i < AHEAD; i++)
		__builtin_prefetch(&segment->hot[finder->touched[i]]);
	for (size_t i = 0; i < finder->touched_count; i++) {
		uint32_t part = finder->touched[i];
		if (i + AHEAD < finder->touched_count)
			__builtin_prefetch(&segment->hot[finder->touched[i + AHEAD]]);
		const struct part_hot *hot = &segment->hot[part];
		unsigned met = company_met(finder, company, hot), may = bearers_may(finder, hot);
		uint16_t mark = part_mark(part);
		finder->touched[kept] = finder->dropped[finder->dropped_count] = part;
		kept += may & met;
		finder->dropped_count += may & (met ^ 1);
		finder->passed_over[mark / 64] |= (uint64_t)(may & (met ^ 1)) << mark % 64;
	}
	finder->touched_count = kept;
	return JISR_OK;
}

/* Compares what was touched; adds what is near. */
static int compare_touched(const struct finder *finder, const struct segment *segment, const struct reach *reach,
                           struct part_near **near, size_t *count, size_t *capacity)
{
	if (finder->touched_count == 0) /* then there may be no array yet */
		return JISR_OK;
	int error =
		memory_reserve(near, capacity, *count + finder->touched_count, 2 * SEGMENT_MAX_PARTS, sizeof **near);
	if (!error)
		*count += part_many(reach->part, segment->part, finder->touched, finder->touched_count,
		                    least_of(reach->look), *near + *count);
	return error;
}

/* The place where what is near to a part is remembered, or may be. */
static struct cached *cached_slot(struct finder *finder, uint64_t hash, uint64_t serial, const struct name_part *part)
{
	size_t at = hash & (CACHE_SLOTS - 1);
	while (finder->cache[at].serial != 0 &&
	       (finder->cache[at].serial != serial || memcmp(&finder->cache[at].part, part, sizeof *part) != 0))
		at = (at + 1) & (CACHE_SLOTS - 1);
	return &finder->cache[at];
}

/* A part of this mark is near to some of the query. */
static void note_mark(struct finder *finder, uint16_t mark, uint8_t byte)
{
	finder->told[mark].near |= byte;
	finder->marked[mark / 64] |= (uint64_t)1 << mark % 64;
}

/* Gives a reach what is near to its part, if that is remembered. */
static bool reach_remembered(struct finder *finder, const struct segment *segment, struct reach *reach,
                             uint64_t *ret_hash)
{
	uint64_t serial = segment->serial * LOOK_COUNT + reach->look;
	*ret_hash = hash_bytes(reach->part, sizeof *reach->part) ^ hash_number(serial);
	const struct cached *cached = cached_slot(finder, *ret_hash, serial, reach->part);
	if (cached->serial == 0)
		return false;
	reach->kept = true;
	reach->from = cached->from;
	reach->count = cached->count;
	reach->halves = cached->halves;
	reach->postings = cached->postings;
	return true;
}

static void remember(struct finder *finder, const struct segment *segment, const struct reach *reach, uint64_t hash)
{
	uint64_t serial = segment->serial * LOOK_COUNT + reach->look;
	struct cached *cached = cached_slot(finder, hash, serial, reach->part);
	finder->cached_count += cached->serial == 0;
	*cached = (struct cached){serial, reach->from, reach->count, reach->halves, reach->postings, *reach->part};
}

/* The most, in letters, that a part of some length may differ from part i of the query, which with a neighbour of it makes a
 * pair of syllables. The neighbour's counterpart may have a letter more. */
static float half_limit(const struct finder *finder, const struct name *query, unsigned i, unsigned length)
{
	unsigned own = query->parts[i]->latin_length, longest = 0;
	if ((finder->pairs >> i & 1) != 0)
		longest = query->parts[i + 1]->latin_length;
	if (i > 0 && (finder->pairs >> (i - 1) & 1) != 0 && query->parts[i - 1]->latin_length > longest)
		longest = query->parts[i - 1]->latin_length;
	return longest == 0 ? 0 : (float)(1 - JOIN_LEAST) * (float)(longest + 1 + (own > length ? own : length));
}

/* Notes what a reach holds, for sifting what others touch. */
static void note_reach(struct finder *finder, const struct segment *segment, const struct name *query,
                       struct reach *reach)
{
	const struct part_near *near = reached(finder, reach);
	uint8_t byte = folded(reach->mask);
	for (uint32_t k = 0; k < reach->count; k++)
		note_mark(finder, part_mark(near[k].part), byte);
	reach->waits = false;
	uint32_t kept = 0;
	for (uint32_t k = reach->count; k < reach->count + reach->halves; k++) {
		unsigned length = segment->signs[near[k].part] >> 27;
		if (near[k].similarity > half_limit(finder, query, (unsigned)__builtin_ctz(reach->mask), length))
			continue;
		uint16_t mark = part_mark(near[k].part);
		finder->told[mark].half |= byte;
		finder->marked[mark / 64] |= (uint64_t)1 << mark % 64;
		reach->half_postings += count_postings(segment, near[k].part);
		kept++;
	}
	if (kept == 0)
		reach->halves = 0;
}

/* True when what is half near to a part counts: short words of scripts that are spelt. */
static bool may_be_half(const struct reach *reach)
{
	const struct name_part *part = reach->part;
	return reach->look == LOOK_WORD && joins(part) && part->latin_length <= SYLLABLE_LONGEST &&
	       part->script != SCRIPT_HAN && part->script != SCRIPT_HANGUL;
}

/* Adds what is half near of what was touched. */
static int add_halves(const struct finder *finder, const struct segment *segment, struct reach *reach,
                      struct part_near **near, size_t *count, size_t *capacity)
{
	int error =
		memory_reserve(near, capacity, *count + finder->touched_count, 2 * SEGMENT_MAX_PARTS, sizeof **near);
	for (size_t i = 0; i < finder->touched_count && !error; i++) {
		uint32_t number = finder->touched[i], length = segment->signs[number] >> 27;
		const struct name_part *stored = &segment->part[number];
		if (length > SYLLABLE_LONGEST || stored->script != reach->part->script || !joins(stored) ||
		    !segment_part_sound(stored))
			continue;
		int cost = part_spelling_cost(reach->part, stored, HALF_MOST);
		unsigned longer = length > reach->part->latin_length ? length : reach->part->latin_length;
		if (cost > HALF_MOST || cost * 4 <= (int)longer * 100)
			continue;
		(*near)[(*count)++] = (struct part_near){number, (float)cost / 100};
		reach->halves++;
	}
	return error;
}

/* Compares what the word of a reach touches. */
static int lookup_end(const struct lookup *lookup, struct finder *finder, const struct segment *segment,
                      const struct name *query)
{
	struct reach *reach = lookup->reach;
	int error = lookup_touch(lookup, finder, segment);
	if (error)
		return error;
	reach->kept = met_before(finder, lookup->hash);
	size_t *count = reach->kept ? &finder->pool_count : &finder->fresh_count, from = *count;
	if (!reach->kept)
		error = sift_touched(finder, segment, reach);
	if (error)
		return error;
	error = reach->kept ? compare_touched(finder, segment, reach, &finder->pool, count, &finder->pool_capacity)
	                    : compare_touched(finder, segment, reach, &finder->fresh, count, &finder->fresh_capacity);
	if (error)
		return error;
	reach->from = (uint32_t)from;
	reach->count = (uint32_t)(*count - from);
	const struct part_near *near = reached(finder, reach);
	for (size_t i = 0; i < reach->count; i++)
		reach->postings += count_postings(segment, near[i].part);
	if (may_be_half(reach) &&
	    (reach->kept || half_limit(finder, query, (unsigned)__builtin_ctz(reach->mask), 1) > 0))
		error = reach->kept
		                ? add_halves(finder, segment, reach, &finder->pool, count, &finder->pool_capacity)
		                : add_halves(finder, segment, reach, &finder->fresh, count, &finder->fresh_capacity);
	if (error)
		return error;
	if (reach->kept)
		remember(finder, segment, reach, lookup->hash);
	note_reach(finder, segment, query, reach);
	return JISR_OK;
}

/* Looks some reaches up: joined words first, then what is filed least, so that the longest lists are sifted by all that is
 * near to the others. */
static int look_up(struct finder *finder, const struct segment *segment, const struct name *query, size_t count)
{
	uint8_t order[LOOKUPS];
	int error = JISR_OK;
	for (size_t i = 0; i < count; i++)
		lookup_buckets(&finder->lookups[i], segment);
	for (size_t i = 0; i < count; i++) {
		struct lookup *lookup = &finder->lookups[i];
		lookup_lists(lookup, segment);
		size_t at = i;
		for (; at > 0; at--) {
			const struct lookup *before = &finder->lookups[order[at - 1]];
			bool word = before->reach->look == LOOK_WORD;
			if (lookup->reach->look == LOOK_WORD ? !word || before->filed <= lookup->filed : !word)
				break;
			order[at] = order[at - 1];
		}
		order[at] = (uint8_t)i;
	}
	for (size_t i = 0; i < count && !error; i++)
		error = lookup_end(&finder->lookups[order[i]], finder, segment, query);
	return error;
}

/* The parts of a person's name that with the next make a pair of syllables. */
static uint32_t pairs_of(const struct name *query)
{
	uint32_t pairs = 0;
	for (uint32_t i = 0; i + 1 < query->count && query->kind == NAME_PERSON; i++) {
		const struct name_part *one = query->parts[i], *two = query->parts[i + 1];
		bool short_enough = one->latin_length <= SYLLABLE_LONGEST && two->latin_length <= SYLLABLE_LONGEST;
		pairs |= (uint32_t)(short_enough && joins(one) && joins(two)) << i;
	}
	return pairs;
}

/* The reaches of the query: all parts, and neighbours written as one. */
static void list_reaches(struct finder *finder, const struct name *query)
{
	finder->reach_count = 0;
	for (uint32_t i = 0; i < query->count; i++)
		finder->reaches[finder->reach_count++] =
			(struct reach){.part = query->parts[i], .look = LOOK_WORD, .mask = 1u << i, .waits = true};
	for (uint32_t count = 2; count <= 4; count++)
		for (uint32_t i = 0; i + count <= query->count && finder->reach_count < REACH_MAX; i++) {
			bool possible = true;
			for (uint32_t k = i; k < i + count; k++)
				possible &= joins(query->parts[k]);
			struct name_part *joined = &finder->joined[finder->reach_count];
			if (!possible || !part_join(query, i, count, joined) ||
			    (count > 2 && joined->latin_length > JOIN_MANY))
				continue;
			enum script script = (enum script)query->parts[i]->script;
			enum look look = script == SCRIPT_HAN || script == SCRIPT_HANGUL ? LOOK_LOOSE : LOOK_JOINED;
			finder->reaches[finder->reach_count++] = (struct reach){
				.part = joined, .look = look, .mask = ((1u << count) - 1) << i, .waits = true};
		}
}

/* Finds what is near to all reaches. */
static int reach_all(struct finder *finder, const struct segment *segment, const struct name *query)
{
	int error = bitmap_reserve(&finder->seen_parts, &finder->seen_parts_capacity, segment->parts);
	if (!error)
		error = bitmap_reserve(&finder->seen_words, &finder->seen_words_capacity, segment->parts / 64 + 1);
	if (error)
		return error;
	/* Near parts of one query must not be forgotten half way. */
	if (finder->cached_count + REACH_MAX >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX / 2)
		forget(finder);
	list_reaches(finder, query);
	finder->pairs = pairs_of(query);
	finder->fresh_count = 0;
	uint64_t hashes[REACH_MAX];
	for (size_t i = 0; i < finder->reach_count; i++)
		if (reach_remembered(finder, segment, &finder->reaches[i], &hashes[i]))
			note_reach(finder, segment, query, &finder->reaches[i]);
	size_t count = 0;
	for (size_t i = 0; i < finder->reach_count && !error; i++) {
		if (finder->reaches[i].waits)
			lookup_begin(&finder->lookups[count++], segment, &finder->reaches[i], hashes[i]);
		if (count == LOOKUPS || (i + 1 == finder->reach_count && count > 0)) {
			error = look_up(finder, segment, query, count);
			count = 0;
		}
	}
	return error;
}

/* Makes room in the table of marks for `count` of them. */
static int marks_reserve(struct finder *finder, size_t count)
{
	size_t size = 64;
	while (size < count * 2)
		size *= 2;
	int error = memory_reserve(&finder->marks, &finder->mark_capacity, size, SIZE_MAX / 64, sizeof *finder->marks);
	if (error)
		return error;
	finder->mark_size = size;
	finder->mark_count = 0;
	memset(finder->marks, 0, size * sizeof *finder->marks);
	return JISR_OK;
}

static void mark_add(struct finder *finder, const struct part_near *near, uint32_t mask)
{
	struct mark *mark = mark_slot(finder, near->part);
	finder->mark_count += mark->part == 0;
	mark->part = near->part + 1;
	mark->mask |= mask;
	mark->similarity = near->similarity > mark->similarity ? near->similarity : mark->similarity;
}

/* Room for parts that near_also adds. */
#define MARKS_ALSO 64

static int mark_all(struct finder *finder, size_t more)
{
	size_t total = more;
	for (size_t i = 0; i < finder->reach_count; i++)
		total += finder->reaches[i].count;
	int error = marks_reserve(finder, total);
	if (error)
		return error;
	for (size_t i = 0; i < finder->reach_count; i++) {
		const struct reach *reach = &finder->reaches[i];
		const struct part_near *near = reached(finder, reach);
		for (uint32_t k = 0; k < reach->count; k++)
			mark_add(finder, &near[k], reach->mask);
	}
	return JISR_OK;
}

static void forget_mark(struct finder *finder, uint32_t part)
{
	uint16_t mark = part_mark(part);
	finder->told[mark] = (struct told){0};
	finder->marked[mark / 64] = 0;
}

void near_forget_query(struct finder *finder)
{
	for (size_t i = 0; i < finder->reach_count; i++) {
		const struct part_near *near = reached(finder, &finder->reaches[i]);
		for (uint32_t k = 0; k < finder->reaches[i].count + finder->reaches[i].halves; k++)
			forget_mark(finder, near[k].part);
	}
	for (size_t i = 0; i < finder->also_count; i++)
		forget_mark(finder, finder->also[i].part);
	finder->also_count = 0;
	for (size_t i = 0; i < finder->dropped_count; i++)
		finder->passed_over[part_mark(finder->dropped[i]) / 64] = 0;
	finder->dropped_count = 0;
}

int near_also(struct finder *finder, const struct segment *segment, const struct name *query, uint32_t part)
{
	const struct name_part *stored = &segment->part[part];
	struct also also = {part, 0, 0};
	for (uint32_t i = 0; i < query->count && segment_part_sound(stored); i++) {
		uint32_t sign = sign_of(query->parts[i]);
		uint8_t meets;
		enum part_rule rule;
		sign_meets_many(&segment->signs[part], 1, sign, &meets);
		float similarity = meets ? (float)part_similarity_filed(query->parts[i], stored, 0, &rule) : 0;
		also.mask |= similarity > 0 ? 1u << i : 0;
		also.similarity = similarity > also.similarity ? similarity : also.similarity;
	}
	if (also.mask == 0)
		return JISR_OK;
	int error = memory_reserve(&finder->also, &finder->also_capacity, finder->also_count + 1, SEGMENT_MAX_PARTS,
	                           sizeof *finder->also);
	if (error)
		return error;
	finder->also[finder->also_count++] = also;
	note_mark(finder, part_mark(part), folded(also.mask));
	if (finder->mark_count * 2 >= finder->mark_size)
		error = mark_all(finder, finder->also_count + MARKS_ALSO);
	for (size_t i = 0; i < finder->also_count && !error; i++)
		mark_add(finder, &(struct part_near){finder->also[i].part, finder->also[i].similarity},
		         finder->also[i].mask);
	return error;
}

int near_find(struct finder *finder, const struct segment *segment, const struct name *query)
{
	int error = reach_all(finder, segment, query);
	return error ? error : mark_all(finder, MARKS_ALSO);
}

void near_exact_ahead(const struct segment *segment, const char *latin, size_t length)
{
	__builtin_prefetch(bucket_of(segment, part_key_whole(latin, length)));
}

size_t near_exact(const struct segment *segment, const char *latin, size_t length, uint32_t parts[NEAR_EXACT])
{
	struct filed filed = filed_under(segment, part_key_whole(latin, length));
	const uint32_t number_bits = ((uint32_t)1 << segment->key_shift) - 1;
	size_t count = 0;
	for (; filed.from < filed.to && count < NEAR_EXACT; filed.from++) {
		uint32_t number = *filed.from & number_bits;
		if (number >= segment->parts || segment->signs[number] >> 27 != length)
			continue;
		const struct name_part *part = &segment->part[number];
		if (memcmp(part->latin, latin, length) == 0 && joins(part))
			parts[count++] = number;
	}
	return count;
}
