/* Aligning two names and turning the alignment into a score.
 *
 * Terms: a part is matched, extra (left over on one side only) or in conflict (left over on both sides). Steps: (1) the
 * similarity of every pair of parts; (2) words that one side writes joined; (3) the most similar pairs first, each part
 * once; (4) acronyms; (5) what is left over. Costs, taken from a score of 1:
 *   matched    weight * (1 - similarity) / matched weight
 *   conflict   at least CONFLICT_LEAST: a differing name is another person, however long the rest
 *   extra      a share of the weight left over: more when the query has it; a list rarely leaves out what it knows
 * Invariant: every part of both names stands in exactly one line of the result. */
#include "names/compare.h"

#include "base/hash.h"
#include "names/costs.h"

#include <math.h>
#include <string.h>

#define SINGLE_LISTED_MOST 0.60 /* a list that gives one word says nothing of a person of two names */
#define INITIALS_ONLY_MOST 0.60 /* initials alone are nobody's name */
#define SINGLE_COMMON_MOST 0.65 /* one common name alone points to nobody */
#define UNMATCHED_WORTH    0.95 /* keeps a likeness just under the floor under the threshold */
#define UNMATCHED_MOST     0.69
#define WORD_LEAST         0.6 /* weight between an initial's and a common name's */
#define JOIN_WORTH         0.98
#define CUT_WORTH          0.95 /* the beginning of a word where the query was cut */
#define CUT_LETTERS        3    /* a shorter beginning is worth what an initial is */
#define CUT_SHORT_WORTH    0.80
#define CUT_LEAST          0.85 /* the beginnings must be this alike */

struct alignment {
	const struct name *query, *listed;
	double similarity[NAME_MAX_PARTS][NAME_MAX_PARTS];
	uint8_t rule[NAME_MAX_PARTS][NAME_MAX_PARTS];
	bool query_used[NAME_MAX_PARTS], listed_used[NAME_MAX_PARTS];
	struct name_score *out;
	double query_alone[NAME_MAX_PARTS], listed_alone[NAME_MAX_PARTS]; /* fill_alone */
	double matched_weight, matched_cost;
	bool word_matched; /* something other than an initial, a title or a particle */
};

static double weight_of(const struct name_part *part)
{
	return part->weight / 1000.0;
}

static double weight_between(const struct name *name, size_t from, size_t count)
{
	double weight = 0;
	for (size_t i = from; i < from + count; i++)
		weight += weight_of(name->parts[i]);
	return weight;
}

static void take(struct alignment *a, size_t i, size_t i_count, size_t j, size_t j_count, enum part_rule rule,
                 double similarity)
{
	struct part_match *match = &a->out->matches[a->out->count++];
	double weight = (weight_between(a->query, i, i_count) + weight_between(a->listed, j, j_count)) / 2;
	*match = (struct part_match){(uint8_t)i,
	                             (uint8_t)i_count,
	                             (uint8_t)j,
	                             (uint8_t)j_count,
	                             (uint8_t)rule,
	                             (float)similarity,
	                             (float)(weight * (1 - similarity))};
	a->matched_weight += weight;
	if (rule != RULE_INITIAL && weight >= WORD_LEAST)
		a->word_matched = true;
	a->matched_cost += weight * (1 - similarity);
	memset(a->query_used + i, 1, i_count);
	memset(a->listed_used + j, 1, j_count);
}

static bool joinable(const struct name_part *part)
{
	return part->kind == PART_NAME || part->kind == PART_PATRONYMIC || part->kind == PART_COMMON ||
	       part->kind == PART_PARTICLE || part->kind == PART_INITIAL;
}

/* Each part's best similarity with any part of the other name by itself. */
static void fill_alone(struct alignment *a)
{
	memset(a->query_alone, 0, a->query->count * sizeof *a->query_alone);
	memset(a->listed_alone, 0, a->listed->count * sizeof *a->listed_alone);
	for (size_t i = 0; i < a->query->count; i++)
		for (size_t j = 0; j < a->listed->count; j++) {
			double similarity = a->similarity[i][j];
			a->query_alone[i] = similarity > a->query_alone[i] ? similarity : a->query_alone[i];
			a->listed_alone[j] = similarity > a->listed_alone[j] ? similarity : a->listed_alone[j];
		}
}

/* True when the letters alone tell that the joined words of one script are not JOIN_LEAST alike: letters that the other
 * side has nowhere are too many. */
static bool joined_apart(const struct alignment *a, size_t i, size_t i_count, size_t j, size_t j_count, size_t longer)
{
	uint32_t left = 0, right = 0;
	for (size_t k = i; k < i + i_count; k++)
		left |= a->query->parts[k]->letters;
	for (size_t k = j; k < j + j_count; k++)
		right |= a->listed->parts[k]->letters;
	int missing = __builtin_popcount(left & ~right), extra = __builtin_popcount(right & ~left);
	size_t most = a->query->parts[i]->script == a->listed->parts[j]->script ? longer / 3 : longer / 2;
	return (size_t)(missing > extra ? missing : extra) > most;
}

/* Compares parts [i, i + i_count) joined with [j, j + j_count) joined. */
static double joined_similarity(const struct alignment *a, size_t i, size_t i_count, size_t j, size_t j_count,
                                enum part_rule *ret_rule)
{
	size_t i_length = 0, j_length = 0;
	for (size_t k = i; k < i + i_count; k++) {
		if (!joinable(a->query->parts[k]) || a->query_used[k])
			return 0;
		i_length += a->query->parts[k]->latin_length;
	}
	for (size_t k = j; k < j + j_count; k++) {
		if (!joinable(a->listed->parts[k]) || a->listed_used[k])
			return 0;
		j_length += a->listed->parts[k]->latin_length;
	}
	size_t longer = i_length > j_length ? i_length : j_length, shorter = i_length + j_length - longer;
	if (i_count + j_count > 3 && longer > JOIN_MANY)
		return 0;
	if (longer > PART_MAX || shorter < JOIN_SHORTEST || (longer - shorter) * 4 > longer)
		return 0;
	if (joined_apart(a, i, i_count, j, j_count, longer))
		return 0;
	struct name_part left, right;
	if (!part_join(a->query, i, i_count, &left) || !part_join(a->listed, j, j_count, &right))
		return 0;
	return part_similarity(&left, &right, ret_rule);
}

/* Chinese and Korean words stand without spaces: where they part is our guess, so joining them again needs no proof. */
static bool unspaced(const struct name *name, size_t from, size_t count)
{
	return count > 1 && (name->parts[from]->script == SCRIPT_HAN || name->parts[from]->script == SCRIPT_HANGUL);
}

static void try_join(struct alignment *a, size_t i, size_t i_count, size_t j, size_t j_count)
{
	/* Joining must explain more than the parts do alone; one that matches well by itself is no half of a word. Asked
	 * before anything is joined: of names that are alike most pairs end here. */
	const bool syllable_pair = i_count == 2 && j_count == 2;
	const double pieces = (double)(i_count + j_count);
	double alone = 0, best = 0;
	for (size_t k = i; k < i + i_count; k++) {
		alone += a->query_alone[k];
		best = a->query_alone[k] > best ? a->query_alone[k] : best;
	}
	for (size_t k = j; k < j + j_count; k++) {
		alone += a->listed_alone[k];
		best = a->listed_alone[k] > best ? a->listed_alone[k] : best;
	}
	alone /= pieces;
	const double beaten = syllable_pair ? alone : best;
	if (beaten >= JOIN_WORTH)
		return;
	enum part_rule rule = RULE_NONE;
	double similarity = joined_similarity(a, i, i_count, j, j_count, &rule);
	if (similarity < (unspaced(a->query, i, i_count) || unspaced(a->listed, j, j_count) ? PART_FLOOR : JOIN_LEAST))
		return;
	if (syllable_pair && rule != RULE_SPELLING)
		return;
	if (beaten < similarity * JOIN_WORTH)
		take(a, i, i_count, j, j_count, RULE_JOINED, similarity * JOIN_WORTH);
}

/* Two short words against two (Jong On, Jong Un): the given name of two syllables is one name. */
static bool syllables(const struct name *name, size_t at)
{
	return name->parts[at]->latin_length <= SYLLABLE_LONGEST &&
	       name->parts[at + 1]->latin_length <= SYLLABLE_LONGEST;
}

static void match_joined(struct alignment *a)
{
	fill_alone(a);
	for (size_t count = 4; count >= 2; count--) {
		for (size_t i = 0; i + count <= a->query->count; i++)
			for (size_t j = 0; j < a->listed->count; j++)
				try_join(a, i, count, j, 1);
		for (size_t j = 0; j + count <= a->listed->count; j++)
			for (size_t i = 0; i < a->query->count; i++)
				try_join(a, i, 1, j, count);
	}
	if (a->query->kind != NAME_PERSON)
		return;
	for (size_t i = 0; i + 2 <= a->query->count; i++)
		for (size_t j = 0; j + 2 <= a->listed->count; j++)
			if (syllables(a->query, i) && syllables(a->listed, j))
				try_join(a, i, 2, j, 2);
}

static void match_singles(struct alignment *a)
{
	for (;;) {
		double best = 0;
		size_t best_i = 0, best_j = 0;
		for (size_t i = 0; i < a->query->count; i++) {
			if (a->query_used[i])
				continue;
			for (size_t j = 0; j < a->listed->count; j++) {
				if (a->listed_used[j] || a->similarity[i][j] <= 0)
					continue;
				size_t apart =
					i > j ? i - j : j - i; /* of equals, the one that stands in the same place */
				double rank = a->similarity[i][j] - 1e-4 * (double)apart;
				if (rank > best)
					best = rank, best_i = i, best_j = j;
			}
		}
		if (best <= 0)
			return;
		take(a, best_i, 1, best_j, 1, (enum part_rule)a->rule[best_i][best_j], a->similarity[best_i][best_j]);
	}
}

/* A word of 2 to 6 letters on one side, each the first of a word in a row on the other, stop words not counted. */
static void match_acronym(struct alignment *a, bool in_query)
{
	const struct name *shorter = in_query ? a->query : a->listed, *longer = in_query ? a->listed : a->query;
	bool *short_used = in_query ? a->query_used : a->listed_used,
	     *long_used = in_query ? a->listed_used : a->query_used;
	for (size_t i = 0; i < shorter->count; i++) {
		const struct name_part *word = shorter->parts[i];
		if (short_used[i] || word->kind != PART_NAME || word->latin_length < 2 || word->latin_length > 6)
			continue;
		for (size_t from = 0; from < longer->count; from++) {
			size_t at = from, letters = 0;
			while (at < longer->count && letters < word->latin_length && !long_used[at]) {
				const struct name_part *part = longer->parts[at];
				if (part->latin[0] == word->latin[letters] && part->kind != PART_LEGAL_FORM &&
				    part->kind != PART_PLACE)
					letters++;
				else if (part->kind != PART_PARTICLE)
					break;
				at++;
			}
			if (letters != word->latin_length || at - from < 2)
				continue;
			if (in_query)
				take(a, i, 1, from, at - from, RULE_ACRONYM, 0.85);
			else
				take(a, from, at - from, i, 1, RULE_ACRONYM, 0.85);
			break;
		}
	}
}

/* What is left over on one side, by what it means. */
struct rest {
	double weight; /* of everything left over */
	double names;  /* of what names: names, initials, fathers' names, common words */
	size_t name_count, number_count, place_count, legal_count;
};

static struct rest rest_of(const struct name *name, const bool *used)
{
	struct rest rest = {0};
	for (size_t i = 0; i < name->count; i++) {
		if (used[i])
			continue;
		const struct name_part *part = name->parts[i];
		double weight = weight_of(part);
		switch ((enum part_kind)part->kind) {
		case PART_NAME:
		case PART_INITIAL:
		case PART_PATRONYMIC:
		case PART_COMMON:
			rest.names += weight;
			rest.name_count++;
			rest.weight += weight;
			break;
		case PART_NUMBER: rest.number_count++; break;
		case PART_PLACE: rest.place_count++; break;
		case PART_LEGAL_FORM:
			rest.legal_count++;
			rest.weight += weight;
			break;
		default: rest.weight += weight; break;
		}
	}
	return rest;
}

static void list_rest(struct alignment *a, double query_cost, double listed_cost)
{
	for (size_t i = 0; i < a->query->count; i++)
		if (!a->query_used[i])
			a->out->matches[a->out->count++] =
				(struct part_match){(uint8_t)i,
			                            1,
			                            0,
			                            0,
			                            RULE_EXTRA_QUERY,
			                            0,
			                            (float)(query_cost * weight_of(a->query->parts[i]))};
	for (size_t j = 0; j < a->listed->count; j++)
		if (!a->listed_used[j])
			a->out->matches[a->out->count++] =
				(struct part_match){0,
			                            0,
			                            (uint8_t)j,
			                            1,
			                            RULE_EXTRA_LISTED,
			                            0,
			                            (float)(listed_cost * weight_of(a->listed->parts[j]))};
}

/* Parts that can carry a person's name by themselves. */
static size_t count_names(const struct name *name)
{
	size_t count = 0;
	for (size_t i = 0; i < name->count; i++)
		count += name->parts[i]->kind == PART_NAME || name->parts[i]->kind == PART_PATRONYMIC;
	return count;
}

static double score_person(struct alignment *a)
{
	struct rest query = rest_of(a->query, a->query_used), listed = rest_of(a->listed, a->listed_used);
	double query_weight = weight_between(a->query, 0, a->query->count);
	double listed_weight = weight_between(a->listed, 0, a->listed->count);
	double conflict = 0, query_share = EXTRA_QUERY / query_weight,
	       listed_share = (a->query->cut != 0 ? EXTRA_CUT : EXTRA_LISTED) / listed_weight;
	if (query.name_count > 0 && listed.name_count > 0) {
		double shared = fmin(query.names, listed.names);
		conflict = fmax(CONFLICT_LEAST, shared / (a->matched_weight + shared));
		query.weight -= shared;
		listed.weight -= shared;
	}
	double cost = conflict + query.weight * query_share + listed.weight * listed_share;
	list_rest(a, query_share, listed_share);
	double score = 1 - a->matched_cost / a->matched_weight - cost;
	size_t query_names = count_names(a->query), listed_names = count_names(a->listed);
	if (!a->word_matched)
		score = fmin(score, INITIALS_ONLY_MOST);
	if (listed_names == 1 && listed.name_count == 0 && query.name_count > 0)
		score = fmin(score, SINGLE_LISTED_MOST);
	if (query_names == 1 && listed.name_count > 0 && a->matched_weight < 0.9)
		score = fmin(score, SINGLE_COMMON_MOST);
	return score;
}

static double score_organization(struct alignment *a)
{
	struct rest query = rest_of(a->query, a->query_used), listed = rest_of(a->listed, a->listed_used);
	double query_share = EXTRA_ORGANIZATION / weight_between(a->query, 0, a->query->count);
	double listed_share = EXTRA_ORGANIZATION / weight_between(a->listed, 0, a->listed->count);
	double cost = 0;
	if (query.name_count > 0 && listed.name_count > 0) {
		double shared = fmin(query.names, listed.names);
		cost = fmax(CONFLICT_LEAST, shared / (a->matched_weight + shared));
		query.weight -= shared;
		listed.weight -= shared;
	}
	cost += query.weight * query_share + listed.weight * listed_share;
	if (query.number_count + listed.number_count > 0 && !a->word_matched)
		cost += CONFLICT_LEAST; /* nothing but common words: the number is the name */
	else if (query.number_count > 0 && listed.number_count > 0)
		cost += NUMBER_CONFLICT;
	else if (query.number_count + listed.number_count > 0)
		cost += NUMBER_EXTRA;
	if (query.place_count + listed.place_count > 0)
		cost += PLACE_EXTRA;
	if (query.legal_count > 0 && listed.legal_count > 0)
		cost += LEGAL_CONFLICT;
	list_rest(a, query_share, listed_share);
	return 1 - a->matched_cost / a->matched_weight - cost;
}

/* True when the matched names stand in another order. */
static bool order_differs(const struct name_score *score)
{
	for (size_t i = 0; i < score->count; i++)
		for (size_t k = 0; k < score->count; k++) {
			const struct part_match *one = &score->matches[i], *two = &score->matches[k];
			if (one->query_count > 0 && one->listed_count > 0 && two->query_count > 0 &&
			    two->listed_count > 0 && one->query_from < two->query_from &&
			    one->listed_from > two->listed_from)
				return true;
		}
	return false;
}

/* Nothing matched: still say how far apart the names are, so that scores under the threshold can be ranked. */
static double likeness(const struct alignment *a)
{
	double best = 0;
	for (size_t i = 0; i < a->query->count; i++)
		for (size_t j = 0; j < a->listed->count; j++)
			best = fmax(best, part_likeness(a->query->parts[i], a->listed->parts[j]));
	best *= 2.0 / (double)(a->query->count + a->listed->count);
	struct name_part query, listed;
	if (a->query->count + a->listed->count > 2 && part_join(a->query, 0, a->query->count, &query) &&
	    part_join(a->listed, 0, a->listed->count, &listed))
		best = fmax(best, part_likeness(&query, &listed));
	return best;
}

/* No part that says anything is like any part of the other name. */
static bool hopeless(const struct alignment *a)
{
	for (size_t i = 0; i < a->query->count; i++)
		for (size_t j = 0; j < a->listed->count; j++)
			if (a->similarity[i][j] > 0 && weight_of(a->query->parts[i]) > 0.1)
				return false;
	return true;
}

/* How well a part that was cut is the beginning of a listed one; 0 when it is not. */
static double cut_similarity(const struct name_part *cut, const struct name_part *listed)
{
	size_t length = cut->latin_length;
	if (length == 0 || length >= listed->latin_length || cut->latin[0] != listed->latin[0])
		return 0;
	if (length < CUT_LETTERS)
		return memcmp(cut->latin, listed->latin, length) == 0 ? CUT_SHORT_WORTH : 0;
	struct name_part beginning = *listed, word = *cut, left, right;
	beginning.latin_length = (uint8_t)length;
	struct name names[2] = {{.parts = {&word}}, {.parts = {&beginning}}};
	enum part_rule rule;
	if (!part_join(&names[0], 0, 1, &left) || !part_join(&names[1], 0, 1, &right))
		return 0;
	double similarity = part_similarity(&left, &right, &rule);
	return similarity >= CUT_LEAST ? CUT_WORTH * similarity : 0;
}

static void compare_cut(struct alignment *a)
{
	for (size_t i = 0; i < a->query->count; i++)
		for (size_t j = 0; (a->query->cut >> i & 1) != 0 && j < a->listed->count; j++) {
			double similarity = cut_similarity(a->query->parts[i], a->listed->parts[j]);
			if (similarity <= a->similarity[i][j])
				continue;
			a->similarity[i][j] = similarity;
			a->rule[i][j] = RULE_CUT;
		}
}

void name_memo_reset(struct name_memo *memo)
{
	if (++memo->round == 0) { /* every slot may hold any round by now */
		memset(memo->slots, 0, sizeof memo->slots);
		memo->round = 1;
	}
}

static double remembered_similarity(struct name_memo *memo, const struct name_part *query,
                                    const struct name_part *listed, enum part_rule *ret_rule)
{
	if (memo == NULL)
		return part_similarity(query, listed, ret_rule);
	uint64_t hash = hash_number((uint64_t)(uintptr_t)listed ^ (uint64_t)(uintptr_t)query << 20);
	struct name_memo_slot *slot = &memo->slots[hash % NAME_MEMO_SLOTS];
	if (slot->round != memo->round || slot->query != query || slot->listed != listed) {
		enum part_rule rule;
		double similarity = part_similarity(query, listed, &rule);
		*slot = (struct name_memo_slot){query, listed, memo->round, (uint8_t)rule, similarity};
	}
	*ret_rule = (enum part_rule)slot->rule;
	return slot->similarity;
}

static void compare(const struct name *query, const struct name *listed, double least, struct name_memo *memo,
                    struct name_score *ret_score)
{
	ret_score->score = 0;
	ret_score->count = 0;
	ret_score->swapped = 0;
	if (query->count == 0 || listed->count == 0 ||
	    (query->kind != listed->kind && (query->kind == NAME_OBJECT || listed->kind == NAME_OBJECT)))
		return;
	struct alignment a;
	a.query = query;
	a.listed = listed;
	a.out = ret_score;
	a.matched_weight = a.matched_cost = 0;
	a.word_matched = false;
	memset(a.query_used, 0, sizeof a.query_used);
	memset(a.listed_used, 0, sizeof a.listed_used);
	for (size_t i = 0; i < query->count; i++)
		for (size_t j = 0; j < listed->count; j++) {
			enum part_rule rule;
			a.similarity[i][j] = remembered_similarity(memo, query->parts[i], listed->parts[j], &rule);
			a.rule[i][j] = (uint8_t)rule;
		}
	if (query->cut != 0)
		compare_cut(&a);
	match_joined(&a);
	if (least > 0 && ret_score->count == 0 && query->kind == NAME_PERSON && hopeless(&a))
		return;
	match_singles(&a);
	if (query->kind == NAME_ORGANIZATION) {
		match_acronym(&a, true);
		match_acronym(&a, false);
	}
	if (a.matched_weight <= 0) {
		list_rest(&a, 0, 0);
		if (least <= 0)
			ret_score->score = fmin(UNMATCHED_WORTH * likeness(&a), UNMATCHED_MOST);
		return;
	}
	bool person = query->kind == NAME_PERSON || listed->kind == NAME_PERSON;
	double score = person ? score_person(&a) : score_organization(&a);
	ret_score->score = score < 0 ? 0 : score > 1 ? 1 : score;
	ret_score->swapped = order_differs(ret_score);
}

void name_compare(const struct name *query, const struct name *listed, struct name_score *ret_score)
{
	compare(query, listed, 0, NULL, ret_score);
}

void name_compare_above(const struct name *query, const struct name *listed, double least, struct name_memo *memo,
                        struct name_score *ret_score)
{
	compare(query, listed, least, memo, ret_score);
	if (ret_score->score < least) {
		ret_score->score = 0;
		ret_score->count = 0;
	}
}
