/* Forms in which two neighbours are one word of the query: by the keys of joins, which are of a word's consonants, and by
 * syllables. Terms and rules: check_find.c (rule 4). */
#include "watch/check_find.h"

#include "base/memory.h"
#include "names/sign.h"

/* True when two parts written as one may be JOIN_LEAST like a word: name_compare's own test of lengths and letters. */
static bool pair_may_join(const struct name_part *word, uint32_t one, uint32_t two)
{
	uint32_t letters = (one | two) & SIGN_LETTERS, own = word->letters & SIGN_LETTERS;
	unsigned length = (one >> 27) + (two >> 27), own_length = word->latin_length;
	unsigned longer = length > own_length ? length : own_length, shorter = length + own_length - longer;
	unsigned missing = sign_count(own & ~letters), extra = sign_count(letters & ~own);
	bool latin = word->script == SCRIPT_LATIN && (one & SIGN_LATIN) != 0;
	return shorter >= JOIN_SHORTEST && (longer - shorter) * 4 <= longer &&
	       (missing > extra ? missing : extra) <= longer / (latin ? 3 : 2);
}

/* The most that a form can get whose neighbours k and k + 1 are part i of the query. */
static double bound_joined(const struct finder *finder, const struct segment *segment, const struct name *query,
                           const struct form *form, unsigned i, unsigned k)
{
	struct likeness likeness;
	(void)finder_liken(finder, segment, query, form, &likeness);
	for (unsigned n = k; n < k + 2; n++) {
		likeness.left -= likeness.similarity[n] > 0 ? 0 : FORM_NAMES(form->words[n]);
		likeness.similarity[n] = 1;
	}
	likeness.matched |= 1u << i;
	return finder_bound(finder, segment, query, form, finder->least, &likeness);
}

/* Whether rule 1 allows a form whose neighbours k and k + 1 are part i of the query; asked before anything else, since it
 * reads nothing but the form. JISR_NO_MEMORY. */
static int others_match(struct finder *finder, const struct segment *segment, const struct name *query,
                        const struct form *form, unsigned i, unsigned k, bool *ret_match)
{
	unsigned matched = folded(1u << i), left = 0;
	for (unsigned n = 0; n < form->count; n++) {
		uint32_t part = FORM_PART(form->words[n]);
		if (n == k || n == k + 1 || !FORM_NAMES(form->words[n]) || part >= segment->parts)
			continue;
		uint16_t mark = part_mark(part);
		/* By the part itself: another one may have the same mark. */
		bool unknown = passed_over(finder, mark) && mark_of(finder, part)->mask == 0;
		int error = unknown ? near_also(finder, segment, query, part) : JISR_OK;
		if (error)
			return error;
		uint8_t byte = finder->told[mark].near;
		matched |= byte;
		left += byte == 0;
	}
	*ret_match = left == 0 || (finder->naming_byte & ~matched) == 0;
	return JISR_OK;
}

/* Keeps a form that writes part i of the query as two, if it may be the query's name; `all`: rule 1 says nothing. */
static int keep_joined(struct finder *finder, const struct segment *segment, const struct name *query, unsigned i,
                       uint32_t number, bool all)
{
	struct form form;
	if (!segment_form(segment, number, &form) || form.kind != query->kind)
		return JISR_OK;
	double most = 0;
	for (unsigned k = 0; k + 1 < form.count; k++) {
		uint32_t one = FORM_PART(form.words[k]), two = FORM_PART(form.words[k + 1]);
		if (one >= segment->parts || two >= segment->parts)
			return JISR_OK;
		bool match = pair_may_join(query->parts[i], segment->signs[one], segment->signs[two]);
		int error = match && !all ? others_match(finder, segment, query, &form, i, k, &match) : JISR_OK;
		if (error)
			return error;
		if (!match)
			continue;
		double bound = bound_joined(finder, segment, query, &form, i, k);
		most = bound > most ? bound : most;
	}
	if (most < finder->least || (finder->seen_forms[number / 64] >> number % 64 & 1) != 0)
		return JISR_OK;
	int error = finder_collect(finder, (struct wanted){number, 0});
	return error ? error : finder_keep(finder, number, most);
}

/* Joins under one key. */
struct joins_filed {
	const struct join *from, *to;
};

static struct joins_filed joins_under(const struct segment *segment, uint32_t key)
{
	unsigned rest = JOIN_KEY_BITS - segment->join_bits;
	uint32_t tag = key & ((1u << rest) - 1), shift = segment->join_shift;
	const uint32_t *bucket = &segment->join_start[key >> rest];
	const struct join *joins = segment->joins;
	struct joins_filed filed = {joins, joins};
	uint32_t low = bucket[0], end = bucket[1];
	if (low > end || end > segment->join_count)
		return filed;
	for (uint32_t high = end; low < high;) {
		uint32_t middle = low + (high - low) / 2;
		if (joins[middle].form >> shift < tag)
			low = middle + 1;
		else
			high = middle;
	}
	filed.from = filed.to = joins + low;
	while (filed.to < joins + end && filed.to->form >> shift == tag)
		filed.to++;
	return filed;
}

/* False when rule 1 or rule 6 forbids the form of a join of part i of the query. */
static inline bool join_may(const struct finder *finder, const struct join *join, unsigned i, bool all)
{
	uint8_t byte = finder->told[join->other].near,
		missing = finder->naming_byte & (uint8_t) ~(folded(1u << i) | byte);
	struct summary summary = {join->year, join->year, 0, join->country};
	bool known = !all && join->other != POSTING_MORE && !passed_over(finder, join->other);
	unsigned every = join->other == 0 || byte != 0;
	int top = known ? finder->left_most[every << MARK_BITS | missing] : 1000;
	int effect = evidence_most(finder->most, &summary);
	return top >= finder->thousandths - (effect < 0 ? effect : 0);
}

/* Fetches the middle of a key's bucket, where the search for it begins. */
static void joins_ahead(const struct segment *segment, uint32_t key)
{
	const uint32_t *bucket = &segment->join_start[key >> (JOIN_KEY_BITS - segment->join_bits)];
	if (bucket[0] < bucket[1] && bucket[1] <= segment->join_count)
		__builtin_prefetch(&segment->joins[bucket[0] + (bucket[1] - bucket[0]) / 2]);
}

/* Lists in finder->touched, from *count on, the forms that the joins of one key of part i of the query allow. */
static int list_joined(struct finder *finder, const struct segment *segment, unsigned i, uint32_t key, bool all,
                       size_t *count)
{
	struct joins_filed filed = joins_under(segment, key);
	const uint32_t mask = (uint32_t)(((uint64_t)1 << segment->join_shift) - 1);
	int error =
		memory_reserve(&finder->touched, &finder->touched_capacity, *count + (size_t)(filed.to - filed.from),
	                       SEGMENT_MAX_NAMES, sizeof *finder->touched);
	for (; filed.from < filed.to && !error; filed.from++) {
		uint32_t form = filed.from->form & mask;
		if (form >= segment->forms || !join_may(finder, filed.from, i, all))
			continue;
		finder->touched[(*count)++] = form;
		__builtin_prefetch(&segment->forms_start[form]);
	}
	return error;
}

/* Keeps of the forms in finder->touched those that write part i of the query as two. */
static int keep_listed(struct finder *finder, const struct segment *segment, const struct name *query, unsigned i,
                       size_t count, bool all)
{
	int error = JISR_OK;
	for (size_t k = 0; k < count && k < AHEAD; k++)
		finder_words_ahead(segment, finder->touched[k]);
	for (size_t k = 0; k < count && !error; k++) {
		if (k + AHEAD < count)
			finder_words_ahead(segment, finder->touched[k + AHEAD]);
		error = keep_joined(finder, segment, query, i, finder->touched[k], all);
	}
	return error;
}

/* Forms that write one part of the query as two. */
int finder_joins(struct finder *finder, const struct segment *segment, const struct name *query)
{
	uint32_t keys[NAME_MAX_PARTS][SOUND_KEYS_MAX];
	size_t key_counts[NAME_MAX_PARTS];
	bool all = finder_all(finder) || finder->initials != 0;
	int error = JISR_OK;
	for (uint32_t i = 0; i < query->count; i++) {
		const struct name_part *word = query->parts[i];
		bool possible = joins(word) && word->latin_length >= JOIN_SHORTEST;
		key_counts[i] = possible ? segment_join_query(word, keys[i]) : 0;
		for (size_t n = 0; n < key_counts[i]; n++)
			__builtin_prefetch(&segment->join_start[keys[i][n] >> (JOIN_KEY_BITS - segment->join_bits)]);
	}
	for (uint32_t i = 0; i < query->count; i++)
		for (size_t n = 0; n < key_counts[i]; n++)
			joins_ahead(segment, keys[i][n]);
	for (uint32_t i = 0; i < query->count && !error; i++) {
		size_t count = 0;
		for (size_t n = 0; n < key_counts[i] && !error; n++)
			error = list_joined(finder, segment, i, keys[i][n], all, &count);
		if (!error)
			error = keep_listed(finder, segment, query, i, count, all);
	}
	return error;
}

/* Takes what was collected since `from` back and keeps of it what writes part i of the query as two. */
static int keep_syllables(struct finder *finder, const struct segment *segment, const struct name *query, unsigned i,
                          size_t from)
{
	size_t count = finder->form_count - from;
	int error = memory_reserve(&finder->touched, &finder->touched_capacity, count, SEGMENT_MAX_NAMES,
	                           sizeof *finder->touched);
	for (size_t k = 0; k < count; k++) {
		uint32_t form = finder->forms[from + k].form;
		finder->seen_forms[form / 64] &= ~((uint64_t)1 << form % 64);
		if (!error) {
			finder->touched[k] = form;
			__builtin_prefetch(&segment->forms_start[form]);
		}
	}
	finder->form_count = from;
	return error ? error : keep_listed(finder, segment, query, i, count, false);
}

/* A word of two syllables, of which one may begin or end it as it stands. */
static bool two_syllables(const struct name_part *word, size_t head)
{
	return head >= 2 && head <= SYLLABLE_LONGEST && word->latin_length >= head + 2 &&
	       word->latin_length - head <= SYLLABLE_LONGEST;
}

/* Syllables stand in many names: in one of so many at least. */
#define SYLLABLE_ONE_IN 32768

static bool frequent(const struct segment *segment, const uint32_t *parts, size_t count)
{
	uint64_t postings = 0;
	for (size_t i = 0; i < count; i++)
		postings += count_postings(segment, parts[i]);
	return postings > segment->forms / SYLLABLE_ONE_IN;
}

/* Forms that write one word of a person's name as two syllables (Hongsong, Hong Zhong), of which one is written as in the
 * word: what is JOIN_LEAST like it rarely differs in both. */
int finder_syllables(struct finder *finder, const struct segment *segment, const struct name *query)
{
	int error = JISR_OK;
	for (uint32_t i = 0; i < query->count && query->kind == NAME_PERSON && !error; i++) {
		const struct name_part *word = query->parts[i];
		if (word->kind != PART_NAME || word->latin_length < JOIN_SHORTEST + 1)
			continue;
		struct lead lead = {.similarity = 1, .syllable = true};
		lead.naming = finder->naming_byte & (uint8_t)~folded(1u << i | finder->initials);
		size_t from = finder->form_count;
		for (size_t head = 2; head <= SYLLABLE_LONGEST; head++)
			if (two_syllables(word, head)) {
				near_exact_ahead(segment, word->latin, head);
				near_exact_ahead(segment, word->latin + head, word->latin_length - head);
			}
		for (size_t head = 2; head <= SYLLABLE_LONGEST && !error; head++) {
			uint32_t parts[2 * NEAR_EXACT];
			if (!two_syllables(word, head))
				continue;
			size_t count = near_exact(segment, word->latin, head, parts), heads = count;
			count += near_exact(segment, word->latin + head, word->latin_length - head, parts + count);
			if (!frequent(segment, parts, heads) || !frequent(segment, parts + heads, count - heads))
				continue;
			for (size_t k = 0; k < count && !error; k++) {
				lead.part = parts[k];
				error = finder_follow(finder, segment, &lead, segment->forms, false);
			}
		}
		if (!error)
			error = keep_syllables(finder, segment, query, i, from);
	}
	return error;
}
