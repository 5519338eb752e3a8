/* Finds the few forms of a segment that may be the query's name.
 *
 * Terms
 *   near       a stored part that part_similarity puts at PART_FLOOR or above beside a part of the query, or beside two
 *              to four neighbouring parts of it written as one word
 *   class      of a form: how many of its parts name (segment_format.h)
 *   driver     a part of the query through whose near parts forms are looked up
 *
 * What name_compare makes of two names (its costs: names/costs.h) bounds the search. BOUND_... below follow from its
 * costs, so that what is left out here would not have reached the score asked for:
 *
 *   1. Parts that name, left over on both sides, cost CONFLICT_LEAST. So for a score above 1 less that either every naming
 * part of the query is matched, or every naming part of the form is.
 *   2. If all of the query's n are matched, the rarest of them is: its near parts lead to the form.
 *   3. If all of the form's m < n are, then of any n - m + 1 parts of the query one is matched: the r-th rarest need
 *      only be followed into classes m <= n - r + 1. A form of one naming part is not enough for a query of more
 *      (compare.c), so m >= 2. Forms are numbered by class: those are a prefix of each posting list.
 *   4. A part of the query that the form writes as two is not near either: such forms come from the joins' keys, and where it
 *      is two syllables from the postings of either that the form has as it stands. Of two syllables beside two one is near,
 *      and the other half near (check_near.h).
 *      Nor is an acronym near to the words that it stands for: the acronyms' keys.
 *   5. For a lower score every part of the query is followed into all classes.
 *   6. A posting tells what the bearers' births and countries can add or take at most (check_evidence.h): the name must
 *      reach so much more, and most forms end there unread. */
#include "watch/check_find.h"

#include "base/memory.h"
#include "names/sign.h"

#include <string.h>

/* What name_compare charges at least, persons' and organisations' names alike. */
#define LESSER(a, b) ((a) < (b) ? (a) : (b))
#define BOUND_QUERY  (LESSER(EXTRA_QUERY, EXTRA_ORGANIZATION) - BOUND_SLACK) /* times the share of the query's weight */
#define BOUND_LISTED (LESSER(EXTRA_LISTED, EXTRA_ORGANIZATION) - BOUND_SLACK) /* times the share of the form's weight */

/* Times the mean of 1 - similarity of what is matched, weighted by the form's parts: name_compare weights by the mean of
 * both sides, which for words (800 or 1000, common ones 450) is not so far off. */
#define BOUND_LOSS 0.80

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

/* True when a part may begin with one of the query that is an initial, or that was cut: of that one letter may differ
 * beside the letters' order. */
static bool initial_of(const struct name *query, unsigned k, const struct part_hot *hot, uint32_t sign)
{
	const struct name_part *part = query->parts[k];
	return (uint8_t)part->latin[0] == hot->first &&
	       ((query->cut >> k & 1) == 0 || sign_count(part->letters & SIGN_LETTERS & ~sign) <= 1);
}

/* False when a stored number is impossible. */
bool finder_liken(const struct finder *finder, const struct segment *segment, const struct name *query,
                  const struct form *form, struct likeness *ret)
{
	ret->matched = 0;
	ret->left = 0;
	for (uint32_t i = 0; i < form->count; i++) {
		uint32_t part = FORM_PART(form->words[i]);
		if (part >= segment->parts)
			return false;
		const struct mark *mark = mark_of(finder, part);
		float similarity = mark->similarity;
		uint32_t mask = mark->mask;
		for (uint32_t bits = finder->initials; bits != 0; bits &= bits - 1) {
			unsigned k = (unsigned)__builtin_ctz(bits);
			if (initial_of(query, k, &segment->hot[part], segment->signs[part])) {
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
double finder_bound(const struct finder *finder, const struct segment *segment, const struct name *query,
                    const struct form *form, double least, const struct likeness *likeness)
{
	uint32_t unmatched = ((1u << query->count) - 1) & ~likeness->matched;
	bool conflict = likeness->left > 0 && (finder->naming & unmatched) != 0;
	if (conflict && least > 1 - BOUND_CONFLICT)
		return 0;
	double query_left = 0, weight = 0, listed_left = 0, matched_weight = 0, loss = 0;
	for (uint32_t bits = unmatched; bits != 0; bits &= bits - 1)
		query_left += finder->weights[__builtin_ctz(bits)];
	double query_cost = BOUND_QUERY * query_left / finder->weight;
	if (1 - query_cost < least)
		return 0;
	for (uint32_t i = 0; i < form->count; i++) {
		double part_weight = segment->hot[FORM_PART(form->words[i])].weight;
		weight += part_weight;
		if (likeness->similarity[i] > 0) {
			matched_weight += part_weight;
			loss += part_weight * (1 - (double)likeness->similarity[i]);
		} else {
			listed_left += FORM_NAMES(form->words[i]) ? part_weight : 0;
		}
	}
	if (matched_weight <= 0)
		return 0;
	double bound = 1 - BOUND_LOSS * loss / matched_weight;
	if (conflict)
		return bound - BOUND_CONFLICT;
	if (query->cut == 0)
		bound -= BOUND_LISTED * listed_left / weight;
	return bound - query_cost;
}

int finder_keep(struct finder *finder, uint32_t form, double bound)
{
	int error = memory_reserve(&finder->found, &finder->found_capacity, finder->found_count + 1, SEGMENT_MAX_NAMES,
	                           sizeof *finder->found);
	if (!error)
		finder->found[finder->found_count++] = (struct found){form, (float)bound};
	return error;
}

/* Adds a form to those under way, once. */
int finder_collect(struct finder *finder, struct wanted wanted)
{
	uint64_t *word = &finder->seen_forms[wanted.form / 64], bit = (uint64_t)1 << wanted.form % 64;
	if (*word & bit)
		return JISR_OK;
	int error = memory_reserve(&finder->forms, &finder->form_capacity, finder->form_count + 1, SEGMENT_MAX_NAMES,
	                           sizeof *finder->forms);
	if (error)
		return error;
	*word |= bit;
	finder->forms[finder->form_count++] = wanted;
	return JISR_OK;
}

/* The most that the name of a form can reach that holds one part of this weight and similarity and some others; in
 * thousandths, rounded up. */
static int most_with(const struct finder *finder, double similarity, double weight, size_t others)
{
	double most_weight = weight + finder->light + (double)others * 1000;
	return (int)(1000 * (1 - BOUND_LOSS * weight * (1 - similarity) / most_weight)) + 1;
}

/* What the postings of one part are sifted by. */
struct sieve {
	const struct finder *finder;
	const int16_t *left_most; /* of the finder; NULL when others are not asked */
	uint8_t naming;           /* the query's naming parts but those that the part stands for, folded */
	int top;                  /* the most that the name of a form can reach */
	uint8_t stands;           /* parts of the query that the part stands for, folded */
	uint8_t beside;           /* parts that make pairs of syllables with those, folded */
	bool half;                /* the part is half near alone: another must be near to one of `beside` */
	int half_top;             /* and that of one in which a syllable is half near */
	int least;                /* that a name must reach, whoever bears it */
	unsigned initials;        /* others that may begin with an initial of the query, and so be near to none */
};

/* Postings sifted at once. */
#define SIFTED 256

/* Rule 1 asked of the `others` parts that each posting carries: either they match all other naming parts of the query, or
 * all match something and what the query has left over does not cost too much. Of most postings that is the end; rule 6
 * is asked of the others. Written without a jump: what passes is as good as random. */
static inline size_t sift(const struct sieve *sieve, const struct posting *postings, size_t count, size_t others,
                          struct wanted *ret_wanted)
{
	const struct finder *finder = sieve->finder;
	const int16_t *left_most = sieve->left_most;
	uint16_t passed[SIFTED];
	size_t passes = 0, wanted = 0;
	/* Where others are near to nothing, they neither match nor is every one of them matched. */
	bool ask = left_most != NULL && others > sieve->initials && sieve->naming != 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t near = !ask;
		for (size_t k = 0; k < others && ask; k++) {
			uint16_t mark = postings[i].others[k];
			near |= finder->marked[mark / 64] >> mark % 64;
		}
		passed[passes] = (uint16_t)i;
		passes += near & 1;
	}
	for (size_t i = 0; i < passes; i++) {
		const struct posting *posting = &postings[passed[i]];
		int top = sieve->top;
		if (left_most != NULL) {
			unsigned matched = 0, apart = 0, half = 0;
			for (size_t k = 0; k < others; k++) {
				struct told told = finder->told[posting->others[k]];
				matched |= told.near;
				apart += told.near == 0;
				half |= told.half;
			}
			unsigned every = apart <= sieve->initials;
			int reached = left_most[every << MARK_BITS | (sieve->naming & ~matched)];
			/* A syllable half near counts beside its fellow, which is the part itself or another. */
			half = reached < sieve->least && half != 0 ? half & finder->fellows[matched | sieve->stands]
			                                           : 0;
			if (half != 0) {
				/* One of the others stands for a syllable. */
				every = apart <= sieve->initials + 1;
				half |= matched;
				reached = left_most[every << MARK_BITS | (sieve->naming & ~half)];
				top = top < sieve->half_top ? top : sieve->half_top;
			}
			if (sieve->half && (matched & sieve->beside) == 0)
				reached = -1;
			top = reached < top ? reached : top;
		}
		int effect = evidence_most(finder->most, &posting->bearers);
		int least = finder->thousandths - (effect < 0 ? effect : 0);
		ret_wanted[wanted] = (struct wanted){posting->form, least};
		wanted += top >= least;
	}
	return wanted;
}

/* The same with the number of others known to the compiler. */
static size_t sift_others(const struct sieve *sieve, const struct posting *postings, size_t count, size_t others,
                          struct wanted *ret_wanted)
{
	_Static_assert(POSTING_OTHERS == 4, "a case each");
	switch (others) {
	case 0: return sift(sieve, postings, count, 0, ret_wanted);
	case 1: return sift(sieve, postings, count, 1, ret_wanted);
	case 2: return sift(sieve, postings, count, 2, ret_wanted);
	case 3: return sift(sieve, postings, count, 3, ret_wanted);
	default: return sift(sieve, postings, count, 4, ret_wanted);
	}
}

/* Collects of postings of one class, at most SIFTED, those that pass. */
static int follow_some(struct finder *finder, const struct segment *segment, struct sieve sieve,
                       const struct posting *from, size_t count, size_t others)
{
	struct wanted wanted[SIFTED];
	if (others > POSTING_OTHERS)
		sieve.left_most = NULL; /* not all are told */
	size_t passed = sift_others(&sieve, from, count, others, wanted);
	for (size_t i = 0; i < passed; i++) {
		int error = wanted[i].form < segment->forms ? finder_collect(finder, wanted[i]) : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

/* The first posting of a form from `stop` on, of the next SIFTED: what lies beyond is not in reach of the processor yet. */
static const struct posting *end_of_class(const struct posting *from, const struct posting *last, uint32_t stop)
{
	size_t count = last - from < SIFTED ? (size_t)(last - from) : SIFTED, at = 1;
	while (at < count && from[at].form < stop)
		at++;
	return from + at;
}

/* Syllables half near are written as one at most this alike: at least 70 hundredths of a letter are apart in at most ten. */
#define HALF_ALIKE 0.90

/* The most that the name of a form reaches of whose parts two are such syllables, in thousandths. They are names, or stand
 * beside one, so that together they weigh at least PAIR_WEIGHT. */
#define PAIR_WEIGHT 1300
static int most_with_half(size_t others)
{
	double weight = PAIR_WEIGHT + 1000.0 * (double)(others - 1);
	return others < 2 ? 1000 : (int)(1000 * (1 - (1 - HALF_ALIKE) * PAIR_WEIGHT / weight)) + 1;
}

/* A word beside two syllables, one of them its own, is at most this alike where it has not the same consonants (which the
 * joins' keys find). It and the two weigh at least WORD_WEIGHT together, halved. */
#define SYLLABLE_ALIKE 0.92
#define WORD_WEIGHT    1200
static int most_with_syllable(size_t others)
{
	double weight = WORD_WEIGHT + 1000.0 * (double)(others - 1);
	return (int)(1000 * (1 - (1 - SYLLABLE_ALIKE * 0.98) * WORD_WEIGHT / weight)) + 1;
}

/* Collects the forms below `end` that hold the part: unless every form is asked for, only those whose other parts may be near
 * to the other parts of the query; never those whose bearers are certainly others. */
int finder_follow(struct finder *finder, const struct segment *segment, const struct lead *lead, uint32_t end,
                  bool every)
{
	const struct posting *posting = segment->postings + segment->postings_start[lead->part];
	const struct posting *last = posting + count_postings(segment, lead->part);
	const struct part_hot *hot = &segment->hot[lead->part];
	struct sieve sieve = {.finder = finder,
	                      .left_most = every ? NULL : finder->left_most,
	                      .naming = lead->naming,
	                      .stands = lead->stands,
	                      .beside = lead->beside,
	                      .half = lead->half,
	                      .least = finder->thousandths,
	                      .initials = (unsigned)__builtin_popcount(finder->initials) + lead->syllable};
	int error = JISR_OK;
	unsigned class = 0;
	while (posting < last && posting->form < end && !error) {
		while (class + 1 < FORM_CLASSES && posting->form >= segment->classes[class + 1])
			class ++;
		uint32_t stop = segment->classes[class + 1] < end ? segment->classes[class + 1] : end;
		if (posting->form >= stop)
			break; /* damaged */
		const struct posting *from = posting;
		posting = end_of_class(from, last, stop);
		size_t others = class - ((hot->flags & HOT_NAMES) != 0 && class > 0);
		if (others == 0 && !every && lead->naming != 0 && class == 1 && finder->kind == NAME_PERSON)
			continue; /* one name of a list is not enough for a person of more */
		if (lead->syllable && others < 1 + (lead->naming != 0))
			continue;
		sieve.half_top = most_with_half(others);
		sieve.top = lead->half             ? sieve.half_top
		            : lead->syllable       ? most_with_syllable(others)
		            : lead->similarity < 1 ? most_with(finder, (double)lead->similarity, hot->weight, others)
		                                   : 1000;
		error = follow_some(finder, segment, sieve, from, (size_t)(posting - from), others);
	}
	return error;
}

/* Lines of memory fetched of a list of postings; the machine fetches what follows by itself. */
#define LINES_AHEAD 3

static void postings_ahead(const struct segment *segment, uint32_t part)
{
	const struct posting *from = segment->postings + segment->postings_start[part];
	size_t count = (size_t)count_postings(segment, part), line = 64 / sizeof *from;
	for (size_t i = 0; i < LINES_AHEAD * line && i < count; i += line)
		__builtin_prefetch(from + i);
}

/* Lists in finder->touched those of some near parts through which a hit can be found, as far as their dense lines tell:
 * postings, which lie anywhere, are not touched for the others. */
static int choose_near(struct finder *finder, const struct segment *segment, const struct reach *reach,
                       const struct part_near *near, uint32_t count, bool half)
{
	const struct company company = near_company(finder, reach);
	const uint8_t own = folded(reach->mask);
	int error = memory_reserve(&finder->touched, &finder->touched_capacity, count, 2 * SEGMENT_MAX_PARTS,
	                           sizeof *finder->touched);
	if (error)
		return error;
	for (uint32_t k = 0; k < count && k < AHEAD; k++)
		__builtin_prefetch(&segment->hot[near[k].part]);
	finder->touched_count = 0;
	for (uint32_t k = 0; k < count; k++) {
		if (k + AHEAD < count)
			__builtin_prefetch(&segment->hot[near[k + AHEAD].part]);
		const struct part_hot *hot = &segment->hot[near[k].part];
		unsigned own_half = !half || (finder->told[part_mark(near[k].part)].half & own) != 0;
		finder->touched[finder->touched_count] = k;
		finder->touched_count += company_met(finder, company, hot) & bearers_may(finder, hot) & own_half;
	}
	return JISR_OK;
}

/* Collects through the parts near to those of a reach, or half near. */
static int follow_reach(struct finder *finder, const struct segment *segment, const struct reach *reach, bool half,
                        uint32_t end, bool every)
{
	const struct part_near *near = reached(finder, reach) + (half ? reach->count : 0);
	int error = choose_near(finder, segment, reach, near, half ? reach->halves : reach->count, half);
	if (error)
		return error;
	const uint32_t *chosen = finder->touched;
	size_t count = finder->touched_count;
	struct lead lead = {.similarity = 1,
	                    .naming = finder->naming_byte & (uint8_t)~folded(reach->mask | finder->initials),
	                    .stands = folded(reach->mask),
	                    .beside = finder->fellows[folded(reach->mask)],
	                    .half = half};
	for (size_t k = 0; k < count && k < 2 * AHEAD; k++)
		__builtin_prefetch(&segment->postings_start[near[chosen[k]].part]);
	for (size_t k = 0; k < count && k < AHEAD; k++)
		postings_ahead(segment, near[chosen[k]].part);
	for (size_t k = 0; k < count && !error; k++) {
		if (k + 2 * AHEAD < count)
			__builtin_prefetch(&segment->postings_start[near[chosen[k + 2 * AHEAD]].part]);
		if (k + AHEAD < count)
			postings_ahead(segment, near[chosen[k + AHEAD]].part);
		lead.part = near[chosen[k]].part;
		lead.similarity = half ? 1 : near[chosen[k]].similarity;
		error = finder_follow(finder, segment, &lead, end, every);
	}
	return error;
}

/* Collects through the parts near to that of `bit`. */
static int follow(struct finder *finder, const struct segment *segment, uint32_t bit, uint32_t end, bool every)
{
	int error = JISR_OK;
	for (size_t i = 0; i < finder->reach_count && !error; i++) {
		const struct reach *reach = &finder->reaches[i];
		if ((reach->mask & bit) == 0)
			continue;
		error = follow_reach(finder, segment, reach, false, end, every);
		if (!error && !every && reach->halves > 0)
			error = follow_reach(finder, segment, reach, true, end, every);
	}
	return error;
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
			int error = finder_collect(finder, (struct wanted){form, 0});
			if (!error)
				error = finder_keep(finder, form, 1);
			if (error)
				return error;
		}
	}
	return JISR_OK;
}

/* The same for a form in which two neighbours may be a pair of syllables of the query, of which one is half near; 0 when
 * there are none. */
static double bound_pairs(const struct finder *finder, const struct segment *segment, const struct name *query,
                          const struct form *form, double least, const struct likeness *likeness)
{
	double most = 0;
	for (unsigned k = 0; k + 1 < form->count; k++) {
		uint32_t one = FORM_PART(form->words[k]), two = FORM_PART(form->words[k + 1]);
		uint8_t one_half = finder->told[part_mark(one)].half, two_half = finder->told[part_mark(two)].half;
		if ((one_half | two_half) == 0)
			continue;
		uint32_t one_mask = mark_of(finder, one)->mask, two_mask = mark_of(finder, two)->mask;
		for (uint32_t bits = finder->pairs; bits != 0; bits &= bits - 1) {
			unsigned i = (unsigned)__builtin_ctz(bits);
			if (!((one_mask >> i & 1) != 0 && (two_half & folded(2u << i)) != 0) &&
			    !((one_half & folded(1u << i)) != 0 && (two_mask >> (i + 1) & 1) != 0))
				continue;
			struct likeness pair = *likeness;
			for (unsigned n = k; n < k + 2; n++) {
				pair.left -= likeness->similarity[n] > 0 ? 0 : FORM_NAMES(form->words[n]);
				pair.similarity[n] = (float)HALF_ALIKE;
			}
			pair.matched |= 3u << i;
			double bound = finder_bound(finder, segment, query, form, least, &pair);
			most = bound > most ? bound : most;
		}
	}
	return most;
}

/* Fetches the weights of the parts of a form whose words were fetched, and the bearers. */
static void form_ahead(const struct segment *segment, uint32_t number)
{
	struct form form;
	if (!segment_form(segment, number, &form))
		return;
	__builtin_prefetch(form.bearers);
	for (uint32_t i = 0; i < form.count; i++)
		if (FORM_PART(form.words[i]) < segment->parts)
			__builtin_prefetch(&segment->hot[FORM_PART(form.words[i])]);
}

#define FORM_AHEAD 6

static int score_collected(struct finder *finder, const struct segment *segment, const struct name *query, size_t from)
{
	size_t count = finder->form_count;
	for (size_t i = from; i < count && i < from + 2 * AHEAD; i++)
		__builtin_prefetch(&segment->forms_start[finder->forms[i].form]);
	for (size_t i = from; i < count && i < from + AHEAD; i++)
		finder_words_ahead(segment, finder->forms[i].form);
	for (size_t i = from; i < count; i++) {
		if (i + 2 * AHEAD < count)
			__builtin_prefetch(&segment->forms_start[finder->forms[i + 2 * AHEAD].form]);
		if (i + AHEAD < count)
			finder_words_ahead(segment, finder->forms[i + AHEAD].form);
		if (i + FORM_AHEAD < count)
			form_ahead(segment, finder->forms[i + FORM_AHEAD].form);
		struct form form;
		double least = finder->forms[i].least / 1000.0;
		if (!segment_form(segment, finder->forms[i].form, &form) || form.kind != query->kind)
			continue;
		struct likeness likeness;
		if (!finder_liken(finder, segment, query, &form, &likeness))
			continue;
		double bound = finder_bound(finder, segment, query, &form, least, &likeness);
		if (bound < least && finder->pairs != 0)
			bound = bound_pairs(finder, segment, query, &form, least, &likeness);
		int error = bound >= least ? finder_keep(finder, finder->forms[i].form, bound) : JISR_OK;
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
			costs[__builtin_ctz(bits)] += finder->reaches[i].postings + finder->reaches[i].half_postings;
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

/* Which parts make pairs of syllables with each set of parts. */
static void fill_fellows(struct finder *finder)
{
	uint8_t of_one[MARK_BITS];
	finder->fellows[0] = 0;
	for (unsigned k = 0; k < MARK_BITS; k++) {
		uint32_t mask = k + 1 < MARK_BITS ? 1u << k : 0 - (1u << k);
		of_one[k] = folded((mask & finder->pairs) << 1 | ((mask >> 1) & finder->pairs));
	}
	for (unsigned set = 1; set < 1 << MARK_BITS; set++)
		finder->fellows[set] = finder->fellows[set & (set - 1)] | of_one[__builtin_ctz(set)];
}

/* How much each set of naming parts leaves a name when it is left over. */
static void fill_left_most(struct finder *finder)
{
	double weights[MARK_BITS] = {0};
	for (uint32_t bits = finder->naming; bits != 0; bits &= bits - 1) {
		unsigned k = (unsigned)__builtin_ctz(bits);
		weights[k < MARK_BITS ? k : MARK_BITS - 1] += finder->weights[k];
	}
	finder->naming_byte = folded(finder->naming);
	for (unsigned left = 0; left <= finder->naming_byte; left++) {
		double weight = 0;
		for (unsigned k = 0; k < MARK_BITS; k++)
			weight += left >> k & 1 ? weights[k] : 0;
		int cost = (int)(1000 * BOUND_QUERY * weight / finder->weight);
		finder->left_most[left] = left == 0 ? 1000 : -1;
		finder->left_most[1 << MARK_BITS | left] = (int16_t)(1000 - cost);
	}
}

static int find(struct finder *finder, const struct segment *segment, const struct name *query)
{
	fill_left_most(finder);
	int error = near_find(finder, segment, query);
	fill_fellows(finder);
	if (!error)
		error = finder_joins(finder, segment, query);
	if (!error && !finder_all(finder))
		error = finder_syllables(finder, segment, query);
	if (!error && query->kind == NAME_ORGANIZATION)
		error = follow_acronyms(finder, segment, query);
	if (error)
		return error;
	size_t joined = finder->form_count;
	uint32_t order[NAME_MAX_PARTS];
	size_t drivers = order_drivers(finder, query, order), names = (size_t)__builtin_popcount(finder->naming);
	bool all = finder_all(finder);
	for (size_t r = 1; r <= drivers && !error; r++) {
		size_t most = names + 1 - r; /* rule 3 */
		if (!all && r > 1 && most < 2)
			break;
		uint32_t end = all || r == 1 ? segment->forms : segment->classes[most + 1];
		error = follow(finder, segment, 1u << order[r - 1], end, all);
	}
	return error ? error : score_collected(finder, segment, query, joined);
}

int finder_find(struct finder *finder, const struct segment *segment, const struct name *query,
                const struct evidence_most *most, double least, const struct found **ret_found, size_t *ret_count)
{
	finder->found_count = finder->form_count = finder->reach_count = 0;
	finder->naming = finder->initials = 0;
	finder->weight = finder->light = 0;
	finder->least = least;
	finder->thousandths = (int)(least * 1000);
	finder->most = most;
	finder->kind = query->kind;
	for (uint32_t i = 0; i < query->count; i++) {
		/* Numbers that are left over cost by themselves; perhaps less. */
		finder->weights[i] = query->parts[i]->kind == PART_NUMBER ? 0 : query->parts[i]->weight;
		finder->weight += query->parts[i]->weight;
		if (form_class_part(query->parts[i]->kind))
			finder->naming |= 1u << i;
		else
			finder->light += 1000;
		finder->initials |= query->parts[i]->kind == PART_INITIAL ? 1u << i : 0;
	}
	finder->initials |= query->cut; /* the beginning of a word, as an initial is */
	int error = JISR_OK;
	if (query->count > 0 && segment->forms > 0) {
		error = bitmap_reserve(&finder->seen_forms, &finder->seen_forms_capacity, segment->forms);
		if (!error)
			error = find(finder, segment, query);
		near_forget_query(finder);
		for (size_t i = 0; i < finder->form_count; i++)
			finder->seen_forms[finder->forms[i].form / 64] = 0;
	}
	if (error)
		return error;
	*ret_found = finder->found;
	*ret_count = finder->found_count;
	return JISR_OK;
}
