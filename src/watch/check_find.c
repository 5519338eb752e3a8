/* Finds the few forms of a segment that may be the query's name.
 *
 * Terms
 *   near       a stored part that part_similarity puts at PART_FLOOR or above beside a part of the query, or beside two
 *              to four neighbouring parts of it written as one word
 *   class      of a form: how many of its parts name (segment_format.h)
 *   driver     a part of the query through whose near parts forms are looked up
 *
 * What name_compare makes of two names (its constants: compare.c) bounds the search. BOUND_... below are never dearer
 * than its costs, so that what is left out here would not have reached the score asked for:
 *
 *   1. Parts that name, left over on both sides, cost more than 0.33. So for a score above 0.67 either every naming
 * part of the query is matched, or every naming part of the form is.
 *   2. If all of the query's n are matched, the rarest of them is: its near parts lead to the form.
 *   3. If all of the form's m < n are, then of any n - m + 1 parts of the query one is matched: the r-th rarest need
 *      only be followed into classes m <= n - r + 1. A form of one naming part is not enough for a query of more
 *      (compare.c), so m >= 2. Forms are numbered by class: those are a prefix of each posting list.
 *   4. A part of the query that the form writes as two is not near either: such forms come from the joins' keys.
 *      Nor is an acronym near to the words that it stands for: the acronyms' keys.
 *   5. For a score of 0.67 or less every part of the query is followed into all classes.
 *
 * The near parts of a part are remembered in the finder: parts of queries repeat as parts of lists do.
 *
 * Measured with a million people (tools/bench check), means of one query: 3 parts or joins not remembered, for which
 * 2,700 filed parts are sifted, 900 compared and 190 found near; 5,700 postings, of which 1,600 forms are read and 270
 * scored or bounded. Half of the time goes into finding near parts. */
#include "watch/check_private.h"

#include "base/memory.h"
#include "names/compare.h"
#include "names/sign.h"

#include <string.h>

#define BOUND_CONFLICT 0.33
#define BOUND_QUERY    0.45 /* times the share of the query's weight that is left over */
#define BOUND_LISTED   0.38 /* times the share of the form's weight that is left over */
#define BOUND_LOSS     0.80 /* times the weighted mean of 1 - similarity of what is matched */

/* Limits of what is remembered; when one is reached everything is forgotten. */
#define CACHE_SLOTS ((size_t)1 << 16)
#define POOL_MAX    ((size_t)1 << 22)

/* Postings looked ahead, so that memory is fetched while earlier ones are worked on. */
#define AHEAD 8

struct near {
	uint32_t part;
	float similarity;
};

struct cached {
	uint64_t serial; /* of the segment, times 2, and 1 when looked for as a joined word; 0: free */
	uint32_t from, count;
	uint64_t postings; /* of all of them */
	struct name_part part;
};

/* What is near to one part, or to several joined, of the query under way. */
struct reach {
	const struct near *near; /* in the pool: found again after it may have moved */
	uint32_t from, count;
	uint64_t postings;
	uint32_t mask; /* parts of the query that it stands for */
};

/* All near parts of the query by number: open addressing. */
struct mark {
	uint32_t part; /* number + 1; 0: free */
	uint32_t mask; /* parts of the query */
	float similarity;
};

#define REACH_MAX (NAME_MAX_PARTS * 4)

#define SIEVE_WORDS 128

struct finder {
	struct cached *cache;
	size_t cached_count;
	struct near *pool;
	size_t pool_count, pool_capacity;
	struct mark *marks;
	uint64_t sieve[SIEVE_WORDS]; /* bits of the parts in marks: most parts of forms are in none, and end here */
	size_t mark_size, mark_capacity;
	uint64_t *seen_parts, *seen_forms; /* bitmaps, all 0 between calls */
	size_t seen_parts_capacity, seen_forms_capacity;
	uint32_t *touched; /* parts under way */
	size_t touched_count, touched_capacity;
	uint32_t *forms; /* forms under way */
	size_t form_count, form_capacity;
	struct found *found;
	size_t found_count, found_capacity;
	/* The query under way. */
	struct reach reaches[REACH_MAX];
	size_t reach_count;
	double weight;     /* of the query */
	uint32_t naming;   /* its parts that name, a bit each */
	uint32_t initials; /* its parts that are initials */
	double weights[NAME_MAX_PARTS];
};

int finder_new(struct finder **ret_finder)
{
	CLEANUP(finder_freep) struct finder *finder = memory_zero(1, sizeof *finder);
	if (finder == NULL || (finder->cache = memory_zero(CACHE_SLOTS, sizeof *finder->cache)) == NULL)
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
	memory_free(finder->marks);
	memory_free(finder->seen_parts);
	memory_free(finder->seen_forms);
	memory_free(finder->touched);
	memory_free(finder->forms);
	memory_free(finder->found);
	return memory_free(finder);
}

bool finder_name(const struct segment *segment, uint32_t number, struct name *ret_name)
{
	struct form form;
	if (!segment_form(segment, number, &form))
		return false;
	memset(ret_name, 0, offsetof(struct name, roles));
	uint32_t scripts = 0;
	for (uint32_t i = 0; i < form.count; i++) {
		uint32_t part = FORM_PART(form.words[i]);
		if (part >= segment->parts || !segment_part_sound(&segment->part[part]))
			return false;
		ret_name->parts[i] = &segment->part[part];
		ret_name->roles[i] = (uint8_t)FORM_ROLE(form.words[i]);
		ret_name->pieces[i] = (struct name_piece){NULL, 0};
		scripts |= 1u << segment->part[part].script;
	}
	ret_name->kind = form.kind;
	ret_name->count = form.count;
	ret_name->truncated = form.truncated;
	ret_name->scripts = (uint8_t)__builtin_popcount(scripts);
	return true;
}

/* Grows a bitmap whose bits are all 0. */
static int bitmap_reserve(uint64_t **bits, size_t *capacity, size_t count)
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

static int look_up_key(struct finder *finder, const struct segment *segment, const struct name_part *part, uint32_t key,
                       bool joined)
{
	size_t found;
	const struct key_entry *entry = segment_key_find(&segment->keys, segment_key_mix(key), &found);
	if (found == 0)
		return JISR_OK;
	uint32_t from = entry->value, to = segment->key_part_count, sign = sign_of(part);
	unsigned consonants = sign_consonants(sign);
	if (entry + 1 < segment->keys.entries + segment->keys.count)
		to = entry[1].value;
	if (from > to || to > segment->key_part_count || (joined && to - from > LONG_LIST))
		return JISR_OK;
	bool filter = to - from > SHORT_LIST;
	for (uint32_t i = from; i < to; i++) {
		const struct key_part *filed = &segment->key_parts[i];
		if (filter && !sign_meets(filed->sign, sign, consonants))
			continue;
		uint32_t number = filed->part;
		if (number >= segment->parts || (finder->seen_parts[number / 64] >> number % 64 & 1) != 0)
			continue;
		int error = memory_reserve(&finder->touched, &finder->touched_capacity, finder->touched_count + 1,
		                           SEGMENT_MAX_PARTS, sizeof number);
		if (error)
			return error;
		finder->seen_parts[number / 64] |= (uint64_t)1 << number % 64;
		finder->touched[finder->touched_count++] = number;
	}
	return JISR_OK;
}

/* Compares what the keys gave, fetching parts ahead: they lie anywhere. */
static int compare_touched(struct finder *finder, const struct segment *segment, const struct name_part *part)
{
	for (size_t i = 0; i < finder->touched_count; i++) {
		if (i + AHEAD < finder->touched_count) {
			const char *next = (const char *)&segment->part[finder->touched[i + AHEAD]];
			__builtin_prefetch(next);
			__builtin_prefetch(next + sizeof *part - 1);
		}
		const struct name_part *stored = &segment->part[finder->touched[i]];
		enum part_rule rule;
		if (!segment_part_sound(stored))
			continue;
		double similarity = part_similarity_filed(part, stored, &rule);
		int error = similarity > 0 ? add_near(finder, finder->touched[i], similarity) : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

static int look_up(struct finder *finder, const struct segment *segment, const struct name_part *part, bool joined)
{
	uint32_t keys[PART_KEYS_MAX];
	size_t count = part_keys(part, keys);
	finder->touched_count = 0;
	int error = bitmap_reserve(&finder->seen_parts, &finder->seen_parts_capacity, segment->parts);
	if (error)
		return error;
	for (size_t i = 0; i < count && !error; i++)
		error = look_up_key(finder, segment, part, keys[i], joined);
	if (!error && !joined && part->kind != PART_INITIAL && part->latin_length > 0) {
		/* Listed initials are filed under their letter alone. */
		struct name_part initial = {.kind = PART_INITIAL, .latin_length = 1, .letters = part->letters};
		initial.latin[0] = part->latin[0];
		count = part_keys(&initial, keys);
		for (size_t i = 0; i < count && !error; i++)
			error = look_up_key(finder, segment, part, keys[i], false);
	}
	for (size_t i = 0; i < finder->touched_count; i++)
		finder->seen_parts[finder->touched[i] / 64] = 0;
	return error ? error : compare_touched(finder, segment, part);
}

static uint64_t count_postings(const struct segment *segment, uint32_t part)
{
	uint32_t from = segment->postings_start[part], to = segment->postings_start[part + 1];
	return to > from && to <= segment->posting_count ? to - from : 0;
}

/* What is near to a part, remembered or looked up. */
static int reach_part(struct finder *finder, const struct segment *segment, const struct name_part *part, bool joined,
                      struct reach *reach)
{
	if (finder->cached_count >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX)
		forget(finder);
	uint64_t serial = segment->serial * 2 + joined;
	size_t at = (hash_bytes(part, sizeof *part) ^ hash_number(serial)) & (CACHE_SLOTS - 1);
	struct cached *cached;
	for (;; at = (at + 1) & (CACHE_SLOTS - 1)) {
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
	size_t from = finder->pool_count;
	int error = look_up(finder, segment, part, joined);
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

static bool joins(const struct name_part *part)
{
	return form_class_part(part->kind) || part->kind == PART_PARTICLE;
}

/* Reaches of all parts and of neighbours written as one. */
static int reach_all(struct finder *finder, const struct segment *segment, const struct name *query)
{
	/* Near parts of one query must not be forgotten half way. */
	if (finder->cached_count + REACH_MAX >= CACHE_SLOTS / 2 || finder->pool_count >= POOL_MAX / 2)
		forget(finder);
	finder->reach_count = 0;
	for (uint32_t i = 0; i < query->count; i++) {
		struct reach *reach = &finder->reaches[finder->reach_count++];
		*reach = (struct reach){.mask = 1u << i};
		int error = reach_part(finder, segment, query->parts[i], false, reach);
		if (error)
			return error;
	}
	for (uint32_t count = 2; count <= 4; count++)
		for (uint32_t i = 0; i + count <= query->count; i++) {
			bool possible = true;
			for (uint32_t k = i; k < i + count; k++)
				possible &= joins(query->parts[k]);
			struct name_part joined;
			if (!possible || finder->reach_count >= REACH_MAX || !part_join(query, i, count, &joined) ||
			    (count > 2 && joined.latin_length > JOIN_MANY))
				continue;
			struct reach *reach = &finder->reaches[finder->reach_count];
			*reach = (struct reach){.mask = ((1u << count) - 1) << i};
			int error = reach_part(finder, segment, &joined, true, reach);
			if (error)
				return error;
			finder->reach_count += reach->count > 0;
		}
	return JISR_OK;
}

static uint32_t spread(uint32_t part)
{
	return part * 0x9e3779b1u;
}

static struct mark *mark_slot(const struct finder *finder, uint32_t part)
{
	size_t at = (spread(part) >> 7) & (finder->mark_size - 1);
	while (finder->marks[at].part != 0 && finder->marks[at].part != part + 1)
		at = (at + 1) & (finder->mark_size - 1);
	return &finder->marks[at];
}

/* The mark of a part; one of no query part and similarity 0 when it is near to none. */
static const struct mark *mark_of(const struct finder *finder, uint32_t part)
{
	static const struct mark none;
	uint32_t bit = spread(part) >> 19;
	return finder->sieve[bit / 64] >> bit % 64 & 1 ? mark_slot(finder, part) : &none;
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
	memset(finder->sieve, 0, sizeof finder->sieve);
	for (size_t i = 0; i < finder->reach_count; i++) {
		struct reach *reach = &finder->reaches[i];
		reach->near = reach->count > 0 ? finder->pool + reach->from : NULL;
		for (uint32_t k = 0; k < reach->count; k++) {
			struct mark *mark = mark_slot(finder, reach->near[k].part);
			uint32_t bit = spread(reach->near[k].part) >> 19;
			finder->sieve[bit / 64] |= (uint64_t)1 << bit % 64;
			mark->part = reach->near[k].part + 1;
			mark->mask |= reach->mask;
			if (reach->near[k].similarity > mark->similarity)
				mark->similarity = reach->near[k].similarity;
		}
	}
	return JISR_OK;
}

/* What the parts of a form are near to. */
struct likeness {
	uint32_t matched;                 /* parts of the query */
	unsigned left;                    /* naming parts of the form that are near to none */
	float similarity[NAME_MAX_PARTS]; /* of each part of the form, 0: near to none */
};

/* True when a part may begin with one of the query that is an initial, or that was cut: of that one letter may differ
 * beside the letters' order. */
static bool initial_of(const struct name *query, unsigned k, const struct part_hot *hot)
{
	const struct name_part *part = query->parts[k];
	return (uint8_t)part->latin[0] == hot->first &&
	       ((query->cut >> k & 1) == 0 || sign_count(part->letters & SIGN_LETTERS & ~hot->letters) <= 1);
}

/* False when a stored number is impossible. */
static bool liken(const struct finder *finder, const struct segment *segment, const struct name *query,
                  const struct form *form, struct likeness *ret)
{
	ret->matched = 0;
	ret->left = 0;
	for (uint32_t i = 0; i < form->count; i++) {
		uint32_t part = FORM_PART(form->words[i]);
		if (part >= segment->parts)
			return false;
		const struct mark *mark = mark_of(finder, part);
		float similarity = mark->part != 0 ? mark->similarity : 0;
		uint32_t mask = mark->mask;
		for (uint32_t bits = finder->initials; bits != 0; bits &= bits - 1) {
			unsigned k = (unsigned)__builtin_ctz(bits);
			if (initial_of(query, k, &segment->hot[part])) {
				mask |= 1u << k;
				similarity = similarity > 0 ? similarity : 1;
			}
		}
		ret->matched |= mask;
		ret->similarity[i] = similarity;
		ret->left += mask == 0 ? FORM_NAMES(form->words[i]) : 0;
	}
	return ret->matched != 0;
}

/* The most that name_compare can give; 0 when it cannot reach `least`. Weights lie anywhere in memory: they are asked
 * for only when nothing else rules the form out. */
static double bound_of(const struct finder *finder, const struct segment *segment, const struct name *query,
                       const struct form *form, double least)
{
	struct likeness likeness;
	if (!liken(finder, segment, query, form, &likeness))
		return 0;
	uint32_t unmatched = ((1u << query->count) - 1) & ~likeness.matched;
	bool conflict = likeness.left > 0 && (finder->naming & unmatched) != 0;
	if (conflict && least > 1 - BOUND_CONFLICT)
		return 0;
	double query_left = 0, weight = 0, matched_weight = 0, loss = 0;
	for (uint32_t bits = unmatched; bits != 0; bits &= bits - 1)
		query_left += finder->weights[__builtin_ctz(bits)];
	double query_cost = BOUND_QUERY * query_left / finder->weight;
	if (1 - query_cost < least)
		return 0;
	for (uint32_t i = 0; i < form->count; i++) {
		double part_weight = segment->hot[FORM_PART(form->words[i])].weight;
		weight += part_weight;
		if (likeness.similarity[i] > 0) {
			matched_weight += part_weight;
			loss += part_weight * (1 - (double)likeness.similarity[i]);
		}
	}
	if (matched_weight <= 0)
		return 0;
	double bound = 1 - BOUND_LOSS * loss / matched_weight;
	if (conflict)
		return bound - BOUND_CONFLICT;
	if (query->cut == 0)
		bound -= BOUND_LISTED * (weight - matched_weight) / weight;
	return bound - query_cost;
}

static int keep(struct finder *finder, uint32_t form, double bound)
{
	int error = memory_reserve(&finder->found, &finder->found_capacity, finder->found_count + 1, SEGMENT_MAX_NAMES,
	                           sizeof *finder->found);
	if (!error)
		finder->found[finder->found_count++] = (struct found){form, (float)bound};
	return error;
}

/* Adds a form to those under way, once. */
static int collect(struct finder *finder, uint32_t form)
{
	uint64_t *word = &finder->seen_forms[form / 64], bit = (uint64_t)1 << form % 64;
	if (*word & bit)
		return JISR_OK;
	int error = memory_reserve(&finder->forms, &finder->form_capacity, finder->form_count + 1, SEGMENT_MAX_NAMES,
	                           sizeof form);
	if (error)
		return error;
	*word |= bit;
	finder->forms[finder->form_count++] = form;
	return JISR_OK;
}

/* Rule 1 asked of the parts that a posting carries: true when they match all other naming parts of the query, or all match
 * something; also when the form has more of them than a posting holds. */
static bool others_match(const struct finder *finder, const struct posting *posting, uint32_t naming)
{
	if (posting->others[0] == POSTING_MORE)
		return true;
	uint32_t matched = finder->initials;
	bool every = true;
	for (size_t i = 0; i < POSTING_OTHERS && posting->others[i] != 0; i++) {
		uint32_t mask = mark_of(finder, posting->others[i] - 1)->mask;
		matched |= mask;
		every = every && mask != 0;
	}
	return (naming & ~matched) == 0 || every || finder->initials != 0;
}

/* Collects the forms below `end` that hold a part near to those of `bit`, and, unless every form is asked for, whose other
 * parts may be near to the other parts of the query. */
static int follow(struct finder *finder, const struct segment *segment, uint32_t bit, uint32_t end, bool every)
{
	for (size_t i = 0; i < finder->reach_count; i++) {
		const struct reach *reach = &finder->reaches[i];
		uint32_t naming = finder->naming & ~reach->mask;
		if ((reach->mask & bit) == 0)
			continue;
		for (uint32_t k = 0; k < reach->count; k++) {
			uint32_t part = reach->near[k].part;
			if (count_postings(segment, part) == 0)
				continue;
			const struct posting *posting = segment->postings + segment->postings_start[part];
			const struct posting *last = segment->postings + segment->postings_start[part + 1];
			for (; posting < last && posting->form < end; posting++) {
				if (!every && !others_match(finder, posting, naming))
					continue;
				int error = posting->form < segment->forms ? collect(finder, posting->form) : JISR_OK;
				if (error)
					return error;
			}
		}
	}
	return JISR_OK;
}

/* Keeps the organisations that shorten what the query spells out, or spell out what it shortens; scored whatever their
 * bound. */
static int follow_acronyms(struct finder *finder, const struct segment *segment, const struct name *query)
{
	uint32_t keys[ACRONYM_KEYS_MAX];
	size_t key_count = segment_acronym_query(query, keys);
	for (size_t i = 0; i < key_count; i++) {
		size_t count = 0;
		const struct key_entry *entries = segment_key_find(&segment->acronyms, keys[i], &count);
		for (size_t k = 0; k < count; k++) {
			uint32_t form = entries[k].value;
			if (form >= segment->forms || (finder->seen_forms[form / 64] >> form % 64 & 1) != 0)
				continue;
			int error = collect(finder, form);
			if (!error)
				error = keep(finder, form, 1);
			if (error)
				return error;
		}
	}
	return JISR_OK;
}

/* Forms that write one part of the query as two; scored whatever their bound. */
static int follow_joins(struct finder *finder, const struct segment *segment, const struct name *query)
{
	for (uint32_t i = 0; i < query->count; i++) {
		uint32_t key = joins(query->parts[i]) ? segment_join_key(query->parts[i]) : 0;
		size_t count = 0;
		const struct key_entry *entries = key != 0 ? segment_key_find(&segment->joins, key, &count) : NULL;
		for (size_t k = 0; k < count; k++) {
			uint32_t form = entries[k].value;
			struct form stored;
			if (!segment_form(segment, form, &stored) || stored.kind != query->kind ||
			    (finder->seen_forms[form / 64] >> form % 64 & 1) != 0)
				continue;
			int error = collect(finder, form);
			if (!error)
				error = keep(finder, form, 1);
			if (error)
				return error;
		}
	}
	return JISR_OK;
}

static int score_collected(struct finder *finder, const struct segment *segment, const struct name *query, double least,
                           size_t from)
{
	for (size_t i = from; i < finder->form_count; i++) {
		if (i + 2 * AHEAD < finder->form_count)
			__builtin_prefetch(&segment->forms_start[finder->forms[i + 2 * AHEAD]]);
		if (i + AHEAD < finder->form_count) {
			uint32_t start = segment->forms_start[finder->forms[i + AHEAD]];
			if (start < segment->form_word_count)
				__builtin_prefetch(&segment->form_words[start]);
		}
		struct form form;
		if (!segment_form(segment, finder->forms[i], &form) || form.kind != query->kind)
			continue;
		double bound = bound_of(finder, segment, query, &form, least);
		int error = bound >= least ? keep(finder, finder->forms[i], bound) : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

/* Drivers, rarest first. */
static size_t order_drivers(const struct finder *finder, const struct name *query, uint32_t order[NAME_MAX_PARTS])
{
	uint64_t costs[NAME_MAX_PARTS] = {0};
	size_t count = 0;
	uint32_t candidates = finder->naming & ~finder->initials;
	if (candidates == 0)
		candidates = (1u << query->count) - 1; /* nothing but initials, titles, numbers */
	for (size_t i = 0; i < finder->reach_count; i++)
		for (uint32_t bits = finder->reaches[i].mask; bits != 0; bits &= bits - 1)
			costs[__builtin_ctz(bits)] += finder->reaches[i].postings;
	for (uint32_t i = 0; i < query->count; i++) {
		if ((candidates >> i & 1) == 0)
			continue;
		size_t at = count++;
		for (; at > 0 && costs[order[at - 1]] > costs[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return count;
}

static int find(struct finder *finder, const struct segment *segment, const struct name *query, double least)
{
	int error = reach_all(finder, segment, query);
	if (!error)
		error = mark_all(finder);
	if (!error)
		error = follow_joins(finder, segment, query);
	if (!error && query->kind == NAME_ORGANIZATION)
		error = follow_acronyms(finder, segment, query);
	if (error)
		return error;
	size_t joined = finder->form_count;
	uint32_t order[NAME_MAX_PARTS];
	size_t drivers = order_drivers(finder, query, order), names = (size_t)__builtin_popcount(finder->naming);
	bool all = least <= 1 - BOUND_CONFLICT || names == 0;
	for (size_t r = 1; r <= drivers && !error; r++) {
		size_t most = names + 1 - r; /* rule 3 */
		if (!all && r > 1 && most < 2)
			break;
		uint32_t end = all || r == 1 ? segment->forms : segment->classes[most + 1];
		error = follow(finder, segment, 1u << order[r - 1], end, all);
	}
	return error ? error : score_collected(finder, segment, query, least, joined);
}

int finder_find(struct finder *finder, const struct segment *segment, const struct name *query, double least,
                const struct found **ret_found, size_t *ret_count)
{
	finder->found_count = finder->form_count = 0;
	finder->naming = finder->initials = 0;
	finder->weight = 0;
	for (uint32_t i = 0; i < query->count; i++) {
		finder->weights[i] = query->parts[i]->weight;
		finder->weight += query->parts[i]->weight;
		finder->naming |= form_class_part(query->parts[i]->kind) ? 1u << i : 0;
		finder->initials |= query->parts[i]->kind == PART_INITIAL ? 1u << i : 0;
	}
	finder->initials |= query->cut; /* the beginning of a word, as an initial is */
	int error = JISR_OK;
	if (query->count > 0 && segment->forms > 0) {
		error = bitmap_reserve(&finder->seen_forms, &finder->seen_forms_capacity, segment->forms);
		if (!error)
			error = find(finder, segment, query, least);
		for (size_t i = 0; i < finder->form_count; i++)
			finder->seen_forms[finder->forms[i] / 64] = 0;
	}
	if (error)
		return error;
	*ret_found = finder->found;
	*ret_count = finder->found_count;
	return JISR_OK;
}
