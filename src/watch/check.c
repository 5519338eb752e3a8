/* One check: candidates from every layer, best first; scores; evidence; explanation.
 *
 * Terms
 *   candidate  a form of a layer that one of the query's names may match, with a bound: no bearer of the form can get a
 *              higher score, evidence counted
 *   best       what is known of one entity so far: the best of its names, and its documents
 *
 * Invariants
 *   1. Candidates are scored by falling bound. Once SCORE_AT_LEAST were scored and `limit` entities have a score that
 *      is not under the next bound, the rest cannot better the hits and is not scored. Who could only equal the last of
 *      them is left out too: all bearers of the most common names would be scored else.
 *   2. Bounds come from check_find.c, which measures against name_compare; evidence is exact in both.
 *   3. Equal queries on equal lists give equal answers: ties are ordered by layer, then by entity, then by form.
 *
 * Measured figures and how to get them again: docs/benchmarks.md, tools/bench check. */
#include "watch/check.h"

#include "base/memory.h"
#include "watch/check_evidence.h"
#include "watch/check_private.h"

#include <stdlib.h>
#include <string.h>

/* Candidates scored before a search may end early: keeps `total` exact for all but the most popular names, whose hits nobody
 * reads to the end. With 1,000 the one check in a hundred that takes longest took a seventh more. */
#define SCORE_AT_LEAST 100

/* Sums of effects that are exact in thousandths may differ by this. */
#define ROUNDING 1e-6

/* Lines of memory of a record fetched before it is read. */
#define RECORD_AHEAD 3

/* Bearers looked ahead. */
#define AHEAD 16

struct candidate {
	float bound;
	uint32_t layer, form;
	uint32_t name; /* of the query */
};

struct best {
	uint32_t layer, entity;
	uint32_t form, name;      /* of the name that scored best */
	uint16_t property;        /* as in struct bearer */
	double name_score, score; /* score 0: no name reached the threshold */
	double document_score;    /* 0: none */
	uint32_t document;        /* of the query */
	char document_country[3];
	bool refused; /* by the query's filter: nothing else is known of it */
};

struct watch_scratch {
	struct finder *finder;
	struct candidate *candidates;
	size_t candidate_count, candidate_capacity;
	struct best *bests;
	size_t best_count, best_capacity;
	uint32_t *slots; /* of bests by layer and entity: number + 1 */
	size_t slot_count;
	uint32_t *order; /* bests, best first */
	size_t order_capacity;
	struct name_memo memo; /* of the check under way */
};

/* A check under way. */
struct check {
	const struct watch_view *view;
	const struct check_query *query;
	struct watch_scratch *scratch;
	struct arena *arena;
	struct facts facts;
	struct evidence_most most;
	double threshold, lift;
	size_t limit;
	/* The query's names as read; one that may be a person's or an organisation's stands twice. */
	struct query_name {
		struct name *name;
		const char *text;
	} names[2 * CHECK_MAX_NAMES];
	size_t name_count;
	double tops[CHECK_MAX_LIMIT]; /* the scores of the `limit` best entities, in no order */
	uint32_t top_bests[CHECK_MAX_LIMIT];
	size_t top_count;
	uint32_t scored;
	bool ended_early;
};

int watch_scratch_new(struct watch_scratch **ret_scratch)
{
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = memory_zero(1, sizeof *scratch);
	if (scratch == NULL)
		return JISR_NO_MEMORY;
	int error = finder_new(&scratch->finder);
	if (error)
		return error;
	*ret_scratch = scratch;
	scratch = NULL;
	return JISR_OK;
}

struct watch_scratch *watch_scratch_free(struct watch_scratch *scratch)
{
	if (scratch == NULL)
		return NULL;
	finder_free(scratch->finder);
	memory_free(scratch->candidates);
	memory_free(scratch->bests);
	memory_free(scratch->slots);
	memory_free(scratch->order);
	return memory_free(scratch);
}

/* --- reading the query --- */

/* The parts of a cut name that may be the beginning of a word: the last of the family name and of the given names; the
 * last one where the name does not tell them apart. */
static uint32_t cut_parts(const struct name *name)
{
	uint32_t last[ROLE_FAMILY + 1] = {0};
	for (uint32_t i = 0; i < name->count; i++)
		last[name->roles[i] <= ROLE_FAMILY ? name->roles[i] : ROLE_NONE] = 1u << i;
	uint32_t told = last[ROLE_FAMILY] | last[ROLE_GIVEN];
	return told != 0 ? told : last[ROLE_NONE];
}

static int add_query_name(struct check *check, const char *text, bool cut, enum name_kind kind)
{
	struct query_name *name = &check->names[check->name_count];
	int error = name_read(text, strlen(text), kind, check->arena, &name->name);
	if (error)
		return error;
	if (cut)
		name->name->cut = cut_parts(name->name);
	name->text = text;
	check->name_count += name->name->count > 0;
	return JISR_OK;
}

static int read_query(struct check *check, struct problem *problem)
{
	const struct check_query *query = check->query;
	const char *schema = query->schema != NULL ? query->schema : "Person";
	enum name_kind kind = name_kind_of_schema(schema);
	bool both = strcmp(schema, "LegalEntity") == 0 || strcmp(schema, "Thing") == 0;
	if (query->name_count > CHECK_MAX_NAMES || query->document_count > CHECK_MAX_DOCUMENTS)
		return problem_set(problem, JISR_BAD_INPUT, "a check takes at most %d names and %d documents",
		                   CHECK_MAX_NAMES, CHECK_MAX_DOCUMENTS);
	for (size_t i = 0; i < query->name_count; i++) {
		if (query->names[i] == NULL)
			continue;
		bool cut = (query->names_cut >> i & 1) != 0;
		int error = add_query_name(check, query->names[i], cut, both ? NAME_PERSON : kind);
		if (!error && both)
			error = add_query_name(check, query->names[i], cut, NAME_ORGANIZATION);
		if (error)
			return problem_set(problem, error, "not enough memory for the names of the check");
	}
	if (check->name_count == 0 && query->document_count == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a check needs a name with letters in it, or a document number");
	facts_read(query, &check->facts);
	evidence_most_fill(&check->facts, &check->most);
	check->threshold = query->threshold > 0 ? query->threshold : NAME_THRESHOLD;
	check->lift = query->lift > 0 ? query->lift : check->threshold;
	check->limit = query->limit == 0 ? 5 : query->limit < CHECK_MAX_LIMIT ? query->limit : CHECK_MAX_LIMIT;
	return JISR_OK;
}

/* --- what is known of each entity --- */

static size_t best_hash(uint32_t layer, uint32_t entity)
{
	return (size_t)hash_number((uint64_t)layer << 32 | entity);
}

static int grow_slots(struct watch_scratch *scratch)
{
	size_t size = scratch->slot_count ? scratch->slot_count * 2 : 256;
	uint32_t *slots = memory_zero(size, sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < scratch->best_count; i++) {
		size_t at = best_hash(scratch->bests[i].layer, scratch->bests[i].entity) & (size - 1);
		while (slots[at] != 0)
			at = (at + 1) & (size - 1);
		slots[at] = (uint32_t)i + 1;
	}
	memory_free(scratch->slots);
	scratch->slots = slots;
	scratch->slot_count = size;
	return JISR_OK;
}

/* The number of an entity among the bests; a new one starts at 0, refused where the query's filter says so. */
static int best_of(struct check *check, uint32_t layer, uint32_t entity, uint32_t *ret_best)
{
	struct watch_scratch *scratch = check->scratch;
	const struct check_query *query = check->query;
	if ((scratch->best_count + 1) * 2 > scratch->slot_count) {
		int error = grow_slots(scratch);
		if (error)
			return error;
	}
	size_t at = best_hash(layer, entity) & (scratch->slot_count - 1);
	for (; scratch->slots[at] != 0; at = (at + 1) & (scratch->slot_count - 1)) {
		const struct best *best = &scratch->bests[scratch->slots[at] - 1];
		if (best->layer == layer && best->entity == entity)
			break;
	}
	if (scratch->slots[at] == 0) {
		int error = memory_reserve(&scratch->bests, &scratch->best_capacity, scratch->best_count + 1,
		                           UINT32_MAX / 2, sizeof *scratch->bests);
		if (error)
			return error;
		scratch->bests[scratch->best_count++] = (struct best){
			.layer = layer,
			.entity = entity,
			.refused = query->accept != NULL && !query->accept(query->accept_context, layer, entity),
		};
		scratch->slots[at] = (uint32_t)scratch->best_count;
	}
	*ret_best = scratch->slots[at] - 1;
	return JISR_OK;
}

static void forget_bests(struct watch_scratch *scratch)
{
	if (scratch->best_count * 8 > scratch->slot_count) {
		memset(scratch->slots, 0, scratch->slot_count * sizeof *scratch->slots);
	} else {
		for (size_t i = 0; i < scratch->best_count; i++) {
			/* Whatever stands in a run belongs to some best: clearing run by run empties the table. */
			size_t at = best_hash(scratch->bests[i].layer, scratch->bests[i].entity) &
			            (scratch->slot_count - 1);
			for (; scratch->slots[at] != 0; at = (at + 1) & (scratch->slot_count - 1))
				scratch->slots[at] = 0;
		}
	}
	scratch->best_count = 0;
}

/* The least score among the `limit` best; 0 while there are fewer. */
static double least_top(const struct check *check)
{
	if (check->top_count < check->limit)
		return 0;
	double least = check->tops[0];
	for (size_t i = 1; i < check->top_count; i++)
		least = check->tops[i] < least ? check->tops[i] : least;
	return least;
}

/* An entity's score rose. */
static void raise_top(struct check *check, uint32_t best, double score)
{
	size_t least = 0;
	for (size_t i = 0; i < check->top_count; i++) {
		if (check->top_bests[i] == best) {
			check->tops[i] = score;
			return;
		}
		if (check->tops[i] < check->tops[least])
			least = i;
	}
	if (check->top_count < check->limit)
		least = check->top_count++;
	else if (score <= check->tops[least])
		return;
	check->tops[least] = score;
	check->top_bests[least] = best;
}

/* --- candidates --- */

/* False when the birth and the country of a bearer, as far as they stand beside it, keep it under the threshold. Most bearers
 * of common names end here, unread. */
static bool bearer_may(const struct check *check, const struct bearer *bearer, double named)
{
	struct summary summary = {bearer->year, bearer->year, 0, bearer->country};
	return named + evidence_most(&check->most, &summary) / 1000.0 >= check->threshold - ROUNDING;
}

/* Fetches what is known of a bearer, if there is such a one and it will be read. */
static void bearer_ahead(const struct check *check, const struct segment *segment, const struct form *form, uint32_t i,
                         double name_score)
{
	if (i < form->bearer_count && form->bearers[i].entity < segment->entities &&
	    bearer_may(check, &form->bearers[i], name_score))
		__builtin_prefetch(&segment->attributes[form->bearers[i].entity]);
}

/* What one bearer of a form gets from the name's score, evidence counted; 0 when it does not reach the threshold, or is
 * dead. Of the score, *ret_named is the name's. */
static double bearer_score(const struct check *check, const struct watch_layer *layer, const struct form *form,
                           uint32_t i, double name_score, double *ret_named)
{
	const struct bearer *bearer = &form->bearers[i];
	double named = name_score * (bearer->property & BEARER_WEAK ? CHECK_WEAK_ALIAS : 1);
	bearer_ahead(check, layer->segment, form, i + AHEAD, name_score);
	if (named < check->threshold || !bearer_may(check, bearer, named) ||
	    bearer->entity >= layer->segment->entities || watch_layer_dead(layer, bearer->entity))
		return 0;
	struct evidence evidence;
	evidence_weigh(&check->facts, layer->segment, bearer->entity, &evidence);
	double score = evidence_score(named, &evidence, check->threshold, check->lift);
	*ret_named = named;
	return score < check->threshold ? 0 : score;
}

/* The best that any bearer of a form can get from a name score of `name_score`. */
static double bound_with_evidence(const struct check *check, const struct watch_layer *layer, const struct form *form,
                                  double name_score)
{
	double most = 0, named;
	for (uint32_t i = 0; i < form->bearer_count && most < 1; i++) {
		double score = bearer_score(check, layer, form, i, name_score, &named);
		most = score > most ? score : most;
	}
	return most;
}

static int add_candidate(struct check *check, uint32_t layer, uint32_t form, uint32_t name, double bound)
{
	struct watch_scratch *scratch = check->scratch;
	int error = memory_reserve(&scratch->candidates, &scratch->candidate_capacity, scratch->candidate_count + 1,
	                           SEGMENT_MAX_NAMES, sizeof *scratch->candidates);
	if (!error)
		scratch->candidates[scratch->candidate_count++] = (struct candidate){(float)bound, layer, form, name};
	return error;
}

/* Forms whose bearers are fetched together. */
#define TOGETHER 32

/* Makes candidates of forms whose bearers, birth and country counted, may reach the threshold. What is read of them lies
 * anywhere: it is asked for in three rounds, each for all at once. */
static int add_found(struct check *check, uint32_t number, uint32_t name, const struct found *found, size_t count)
{
	const struct watch_layer *layer = &check->view->layers[number];
	const struct segment *segment = layer->segment;
	struct form forms[TOGETHER];
	bool sound[TOGETHER];
	for (size_t i = 0; i < count; i++) {
		sound[i] = segment_form(segment, found[i].form, &forms[i]);
		if (sound[i])
			__builtin_prefetch(forms[i].bearers);
	}
	for (size_t i = 0; i < count; i++)
		for (uint32_t k = 0; sound[i] && k < forms[i].bearer_count && k < AHEAD; k++)
			bearer_ahead(check, segment, &forms[i], k, (double)found[i].bound);
	for (size_t i = 0; i < count; i++) {
		double bound = sound[i] ? bound_with_evidence(check, layer, &forms[i], (double)found[i].bound) : 0;
		int error =
			bound >= check->threshold ? add_candidate(check, number, found[i].form, name, bound) : JISR_OK;
		if (error)
			return error;
	}
	return JISR_OK;
}

static int find_candidates(struct check *check, uint32_t number, uint32_t name)
{
	const struct found *found;
	size_t count;
	int error = finder_find(check->scratch->finder, check->view->layers[number].segment, check->names[name].name,
	                        &check->most, check->threshold, &found, &count);
	for (size_t i = 0; i < count && !error; i += TOGETHER)
		error = add_found(check, number, name, found + i, count - i < TOGETHER ? count - i : TOGETHER);
	return error;
}

static int all_candidates(struct check *check, uint32_t number, uint32_t name)
{
	const struct segment *segment = check->view->layers[number].segment;
	int error = JISR_OK;
	for (uint32_t i = 0; i < segment->forms && !error; i++) {
		struct form form;
		if (segment_form(segment, i, &form) && form.kind == check->names[name].name->kind)
			error = add_candidate(check, number, i, name, 1);
	}
	return error;
}

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	if (a->bound != b->bound)
		return a->bound > b->bound ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if (a->form != b->form)
		return a->form < b->form ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static int score_bearers(struct check *check, const struct candidate *candidate, const struct form *form,
                         double name_score)
{
	const struct watch_layer *layer = &check->view->layers[candidate->layer];
	for (uint32_t i = 0; i < form->bearer_count; i++) {
		const struct bearer *bearer = &form->bearers[i];
		double named, score = bearer_score(check, layer, form, i, name_score, &named);
		if (score <= 0)
			continue;
		uint32_t number;
		int error = best_of(check, candidate->layer, bearer->entity, &number);
		if (error)
			return error;
		struct best *best = &check->scratch->bests[number];
		if (best->refused || score < best->score || (score == best->score && named <= best->name_score))
			continue;
		best->form = candidate->form;
		best->name = candidate->name;
		best->property = bearer->property;
		best->name_score = named;
		best->score = score;
		raise_top(check, number, score);
	}
	return JISR_OK;
}

/* The score of a name, as exact as the threshold asks. */
static void compare_names(const struct check *check, const struct name *query, const struct name *listed,
                          struct name_score *ret_score)
{
	if (check->threshold >= 0.5)
		name_compare_above(query, listed, check->threshold, &check->scratch->memo, ret_score);
	else
		name_compare(query, listed, ret_score);
}

static int score_candidates(struct check *check, bool exhaustive)
{
	struct watch_scratch *scratch = check->scratch;
	if (scratch->candidate_count > 1)
		qsort(scratch->candidates, scratch->candidate_count, sizeof *scratch->candidates, compare_candidates);
	for (size_t i = 0; i < scratch->candidate_count; i++) {
		const struct candidate *candidate = &scratch->candidates[i];
		const struct segment *segment = check->view->layers[candidate->layer].segment;
		if (!exhaustive && check->scored >= SCORE_AT_LEAST && check->top_count == check->limit &&
		    (double)candidate->bound <= least_top(check)) {
			check->ended_early = true;
			break;
		}
		struct name listed;
		struct form form;
		struct name_score score;
		if (!finder_name(segment, candidate->form, &listed) || !segment_form(segment, candidate->form, &form))
			continue;
		compare_names(check, check->names[candidate->name].name, &listed, &score);
		check->scored++;
		int error = score_bearers(check, candidate, &form, score.score);
		if (error)
			return error;
	}
	return JISR_OK;
}

/* --- documents --- */

static int find_document(struct check *check, uint32_t number, uint32_t layer_number)
{
	const struct watch_layer *layer = &check->view->layers[layer_number];
	const struct check_document *document = &check->query->documents[number];
	char normal[UINT8_MAX];
	struct document_hit hits[CHECK_MAX_LIMIT];
	size_t length = document->number != NULL
	                        ? document_normalise(document->number, strlen(document->number), normal, sizeof normal)
	                        : 0;
	if (length == 0 || !layer->segment->has_documents)
		return JISR_OK;
	size_t count =
		documents_find(&layer->segment->documents, document->country, normal, length, hits, CHECK_MAX_LIMIT);
	for (size_t i = 0; i < count && i < CHECK_MAX_LIMIT; i++) {
		if (hits[i].entity >= layer->segment->entities || watch_layer_dead(layer, hits[i].entity))
			continue;
		bool country = document->country != NULL && hits[i].country[0] != '\0';
		double score = country ? CHECK_DOCUMENT : CHECK_DOCUMENT_ONLY;
		if (score < check->threshold)
			continue;
		uint32_t best_number;
		int error = best_of(check, layer_number, hits[i].entity, &best_number);
		if (error)
			return error;
		struct best *best = &check->scratch->bests[best_number];
		if (best->refused || score <= best->document_score)
			continue;
		best->document_score = score;
		best->document = number;
		memcpy(best->document_country, hits[i].country, sizeof best->document_country);
		raise_top(check, best_number, score > best->score ? score : best->score);
	}
	return JISR_OK;
}

/* --- the answer --- */

static double best_score(const struct best *best)
{
	return best->document_score > best->score ? best->document_score : best->score;
}

static int compare_bests(const void *left, const void *right, void *context)
{
	const struct best *bests = context;
	const struct best *a = &bests[*(const uint32_t *)left], *b = &bests[*(const uint32_t *)right];
	if (best_score(a) != best_score(b))
		return best_score(a) > best_score(b) ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	return a->entity < b->entity ? -1 : a->entity > b->entity;
}

/* The spelling that a bearer names, and the name read anew with its pieces. */
static int listed_name(const struct check *check, const struct best *best, const struct segment *segment,
                       const char **ret_text, struct name **ret_name)
{
	struct record_reader reader = segment_record(segment, best->entity);
	struct record_head head;
	record_read_head(&reader, &head);
	const char *family = NULL, *given = NULL, *text = NULL;
	uint32_t property = BEARER_PROPERTY(best->property);
	bool fields = property == BEARER_FIELDS;
	for (uint32_t i = 0; i < head.count && text == NULL; i++) {
		const char *name, *value;
		record_read_property(&reader, &name, &value);
		if (reader.bad)
			break;
		if (fields && family == NULL && strcmp(name, "lastName") == 0)
			family = value;
		if (fields && given == NULL && strcmp(name, "firstName") == 0)
			given = value;
		if (i == property)
			text = value;
	}
	if (text != NULL) {
		*ret_text = text;
		return name_read(text, strlen(text), check->names[best->name].name->kind, check->arena, ret_name);
	}
	if (family == NULL && given == NULL)
		return JISR_CORRUPT;
	*ret_text = arena_format(check->arena, "%s%s%s", given != NULL ? given : "",
	                         given != NULL && family != NULL ? " " : "", family != NULL ? family : "");
	return *ret_text == NULL ? JISR_NO_MEMORY : name_read_fields(family, given, check->arena, ret_name);
}

/* Whether it mattered that the query's name was cut. */
static bool rests_on_cut(const struct check_hit *hit)
{
	for (size_t i = 0; i < hit->names->count && hit->query_parts->cut != 0; i++) {
		const struct part_match *match = &hit->names->matches[i];
		bool initial = match->rule == RULE_INITIAL && (hit->query_parts->cut >> match->query_from & 1) != 0;
		if (initial || match->rule == RULE_CUT || match->rule == RULE_EXTRA_LISTED)
			return true;
	}
	return false;
}

/* Puts the stored parts in place of equal ones that were read anew: what is known of those is remembered (compare_names). */
static void use_stored(const struct best *best, const struct segment *segment, struct name *name)
{
	struct name stored;
	if (!finder_name(segment, best->form, &stored) || stored.count != name->count)
		return;
	for (size_t i = 0; i < name->count; i++)
		if (memcmp(name->parts[i], stored.parts[i], sizeof *stored.parts[i]) == 0)
			name->parts[i] = stored.parts[i];
}

static int explain_name(const struct check *check, const struct best *best, const struct segment *segment,
                        struct check_hit *hit)
{
	const struct query_name *name = &check->names[best->name];
	int error = listed_name(check, best, segment, &hit->matched_name, &hit->listed_parts);
	if (error)
		return error;
	hit->names = arena_zero(check->arena, 1, sizeof *hit->names);
	if (hit->names == NULL)
		return JISR_NO_MEMORY;
	hit->query_name = name->text;
	hit->query_parts = name->name;
	use_stored(best, segment, hit->listed_parts);
	compare_names(check, hit->query_parts, hit->listed_parts, hit->names);
	struct check_evidence *line = &hit->evidence[hit->evidence_count++];
	*line = (struct check_evidence){
		.feature = "name",
		.query = name->text,
		.listed = hit->matched_name,
		.effect = best->name_score,
	};
	const char *last = strrchr(name->text, ' ');
	line->detail = arena_format(check->arena, "the names score %.2f", hit->names->score);
	if (line->detail != NULL && (best->property & BEARER_WEAK) != 0)
		line->detail = arena_format(check->arena, "%s; a weak alias counts %.2f of that", line->detail,
		                            CHECK_WEAK_ALIAS);
	if (line->detail != NULL && rests_on_cut(hit))
		line->detail = arena_format(check->arena,
		                            "%s; the zone cut the name after \"%s\", the list may have more of it",
		                            line->detail, last != NULL ? last + 1 : name->text);
	if (line->detail == NULL)
		return JISR_NO_MEMORY;
	struct evidence evidence;
	size_t count;
	evidence_weigh(&check->facts, segment, best->entity, &evidence);
	evidence_score(best->name_score, &evidence, check->threshold, check->lift);
	error = evidence_explain(&check->facts, check->query, segment, best->entity, &evidence, check->arena,
	                         hit->evidence + hit->evidence_count, &count);
	if (!error)
		hit->evidence_count += count;
	return error;
}

static int explain_document(const struct check *check, const struct best *best, struct check_hit *hit)
{
	const struct check_document *document = &check->query->documents[best->document];
	bool both = document->country != NULL && best->document_country[0] != '\0';
	bool listed = best->document_country[0] != '\0';
	struct check_evidence *line = &hit->evidence[hit->evidence_count++];
	*line = (struct check_evidence){.feature = "document", .effect = best->document_score};
	line->query = arena_format(check->arena, "%s%s%s", document->country != NULL ? document->country : "",
	                           document->country != NULL ? ":" : "", document->number);
	line->listed =
		arena_format(check->arena, "%s%s%s", best->document_country, listed ? ":" : "", document->number);
	line->detail = both     ? "number and country of the document agree"
	               : listed ? "the document's number agrees; the check gives no country"
	                        : "the document's number agrees; the list gives no country";
	return line->query == NULL || line->listed == NULL ? JISR_NO_MEMORY : JISR_OK;
}

/* Fetches where the record of a best lies, and then the record. */
static void explain_ahead(const struct check *check, const struct best *best, bool record)
{
	const struct segment *segment = check->view->layers[best->layer].segment;
	if (best->entity >= segment->entities)
		return;
	const uint64_t *from = &segment->entity_offsets[best->entity];
	if (!record)
		__builtin_prefetch(from);
	else if (*from < segment->record_bytes)
		for (size_t line = 0; line < RECORD_AHEAD; line++)
			__builtin_prefetch(segment->records + *from + line * 64);
}

#define EVIDENCE_MAX 6

static int explain(const struct check *check, const struct best *best, struct check_hit *hit)
{
	const struct watch_layer *layer = &check->view->layers[best->layer];
	struct record_reader reader = segment_record(layer->segment, best->entity);
	struct record_head head;
	record_read_head(&reader, &head);
	*hit = (struct check_hit){
		.id = head.id,
		.caption = head.caption,
		.schema = head.schema,
		.list = layer->list,
		.score = best_score(best),
		.segment = best->layer,
		.entity = best->entity,
	};
	for (uint32_t i = 0; i < head.count && hit->caption == NULL; i++) {
		const char *name, *value;
		record_read_property(&reader, &name, &value);
		if (i == head.caption_property)
			hit->caption = value;
	}
	if (hit->caption == NULL)
		hit->caption = hit->id;
	hit->evidence = arena_zero(check->arena, EVIDENCE_MAX, sizeof *hit->evidence);
	if (hit->evidence == NULL)
		return JISR_NO_MEMORY;
	int error = best->document_score > 0 ? explain_document(check, best, hit) : JISR_OK;
	if (!error && best->score > 0)
		error = explain_name(check, best, layer->segment, hit);
	return error;
}

static int answer(struct check *check, struct check_answer *ret_answer)
{
	struct watch_scratch *scratch = check->scratch;
	int error = memory_reserve(&scratch->order, &scratch->order_capacity, scratch->best_count, UINT32_MAX / 2,
	                           sizeof *scratch->order);
	if (error)
		return error;
	struct check_answer result = {.candidates = check->scored, .total_exact = !check->ended_early};
	for (size_t i = 0; i < scratch->best_count; i++)
		if (!scratch->bests[i].refused)
			scratch->order[result.total++] = (uint32_t)i;
	if (result.total > 1)
		qsort_r(scratch->order, result.total, sizeof *scratch->order, compare_bests, scratch->bests);
	result.count = result.total < check->limit ? result.total : check->limit;
	result.hits = arena_zero(check->arena, result.count, sizeof *result.hits);
	if (result.hits == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < result.count; i++)
		explain_ahead(check, &scratch->bests[scratch->order[i]], false);
	for (size_t i = 0; i < result.count; i++)
		explain_ahead(check, &scratch->bests[scratch->order[i]], true);
	for (size_t i = 0; i < result.count && !error; i++)
		error = explain(check, &scratch->bests[scratch->order[i]], &result.hits[i]);
	if (!error)
		*ret_answer = result;
	return error;
}

static bool list_asked(const struct check_query *query, const char *list)
{
	for (size_t i = 0; i < query->list_count; i++)
		if (strcmp(query->lists[i], list) == 0)
			return true;
	return query->lists == NULL;
}

static int search(struct check *check, bool exhaustive)
{
	for (uint32_t layer = 0; layer < check->view->count; layer++) {
		if (!list_asked(check->query, check->view->layers[layer].list))
			continue;
		for (uint32_t name = 0; name < check->name_count; name++) {
			int error =
				exhaustive ? all_candidates(check, layer, name) : find_candidates(check, layer, name);
			if (error)
				return error;
		}
		for (uint32_t i = 0; i < check->query->document_count; i++) {
			int error = find_document(check, i, layer);
			if (error)
				return error;
		}
	}
	return score_candidates(check, exhaustive);
}

static int run(const struct watch_view *view, const struct check_query *query, struct watch_scratch *scratch,
               struct arena *arena, bool exhaustive, struct check_answer *ret_answer, struct problem *problem)
{
	struct check *check = arena_zero(arena, 1, sizeof *check);
	if (check == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "not enough memory for a check");
	check->view = view;
	check->query = query;
	check->scratch = scratch;
	check->arena = arena;
	int error = read_query(check, problem);
	if (error)
		return error;
	scratch->candidate_count = 0;
	name_memo_reset(&scratch->memo);
	forget_bests(scratch);
	error = search(check, exhaustive);
	if (!error)
		error = answer(check, ret_answer);
	return error ? problem_set(problem, error, "the check failed: %s", error_text(error)) : JISR_OK;
}

int watch_check(const struct watch_view *view, const struct check_query *query, struct watch_scratch *scratch,
                struct arena *arena, struct check_answer *ret_answer, struct problem *problem)
{
	return run(view, query, scratch, arena, false, ret_answer, problem);
}

int watch_check_exhaustive(const struct watch_view *view, const struct check_query *query,
                           struct watch_scratch *scratch, struct arena *arena, struct check_answer *ret_answer,
                           struct problem *problem)
{
	return run(view, query, scratch, arena, true, ret_answer, problem);
}
