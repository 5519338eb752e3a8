/* GET /search/{dataset}: totals and facets are those of the whole result. What the words stand for in another script or
 * spelling is found by the check and counts as a name that holds them all.
 *
 * Every entity is passed by, and its record read only where the columns (web/yente_columns.h) cannot tell: that it lacks a
 * word, that its profile is filtered away, or that nothing but the profile is asked for.
 *
 * Time: some nanoseconds for each entity of the lists, about 2 µs for each record that is read; given up at the
 * request's deadline. Memory: the best offset + limit, and the facets. */
#include "web/yente.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/hash.h"
#include "names/name.h"
#include "watch/stored.h"
#include "web/yente_facets.h"
#include "web/yente_index.h"
#include "web/yente_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_STANDARD 10
#define LIMIT_MOST     500
#define OFFSET_MOST    9499
#define SORTS_MOST     3
#define NAMED_MOST     ((size_t)1 << 16) /* entities that the check may add */
#define READ_MEMORY    ((size_t)1 << 20) /* for the properties of one entity */
#define CLOCK_EVERY    1024              /* entities between looks at the clock */

/* From this score on the words are another way to write the name; with fuzzy=true the check's own threshold does. */
#define NAMED_SURE 0.90

/* What a result is ordered by, beside its relevance: one value, where it lies or copied when it is short-lived. */
struct sort_key {
	const char *text; /* NULL: it has none, or it is in `copy` */
	uint32_t length;
	bool known;
	char copy[24];
};

struct result {
	double relevance;
	uint32_t segment, entity;
	const char *id;
	struct sort_key keys[SORTS_MOST];
};

struct named {
	uint64_t place; /* segment << 32 | entity, + 1; 0 is free */
	float score;
};

struct search {
	const struct http_request *request;
	const struct lists *lists;
	struct yente_filter filter;
	struct yente_text *text;
	struct yente_facets *facets;
	struct arena *reading; /* one entity, emptied with each */
	bool fuzzy;
	long limit, offset;
	struct yente_field sorts[SORTS_MOST];
	bool falling[SORTS_MOST];
	size_t sort_count;
	const struct yente_index *index;
	struct yente_filter coarse; /* as much of the filter as a profile decides */
	bool whole;                 /* that is all of it */
	bool light;                 /* profiles tell everything: no record needs to be read */
	struct named *named;        /* open addressing, at most half full */
	size_t named_slots, named_count;
	struct result *best; /* a heap, the worst on top, of the first offset + limit */
	size_t best_count, best_most;
	uint64_t total;
};

/* --- what the check finds --- */

static struct named *named_slot(const struct search *search, uint32_t segment, uint32_t entity)
{
	uint64_t place = ((uint64_t)segment << 32 | entity) + 1;
	size_t at = (size_t)hash_number(place) & (search->named_slots - 1);
	while (search->named[at].place != 0 && search->named[at].place != place)
		at = (at + 1) & (search->named_slots - 1);
	return &search->named[at];
}

static bool note_named(void *context, uint32_t segment, uint32_t entity)
{
	struct search *search = context;
	struct named *slot = named_slot(search, segment, entity);
	if (slot->place == 0 && search->named_count < NAMED_MOST) {
		slot->place = ((uint64_t)segment << 32 | entity) + 1;
		search->named_count++;
	}
	return true;
}

static int find_named(struct search *search)
{
	static const char *const schemata[] = {"Thing", "Vessel"};
	const char *words = yente_text_words(search->text);
	if (*words == '\0')
		return JISR_OK;
	search->named_slots = 2 * NAMED_MOST;
	search->named = arena_zero(search->request->arena, search->named_slots, sizeof *search->named);
	if (search->named == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < 2; i++) {
		struct check_answer answer;
		struct check_query query = {
			.schema = schemata[i],
			.names = {words},
			.name_count = 1,
			.limit = CHECK_MAX_LIMIT,
			.threshold = search->fuzzy ? NAME_THRESHOLD : NAMED_SURE,
			.accept = note_named,
			.accept_context = search,
		};
		int error = watch_check(search->lists->view, &query, search->request->scratch, search->request->arena,
		                        &answer, NULL);
		if (error == JISR_BAD_INPUT)
			return JISR_OK;
		if (error != JISR_OK)
			return error;
		for (size_t k = 0; k < answer.count; k++) {
			struct named *slot = named_slot(search, answer.hits[k].segment, answer.hits[k].entity);
			if (slot->place != 0)
				slot->score = (float)answer.hits[k].score;
		}
	}
	return JISR_OK;
}

/* --- order --- */

static int compare_keys(const struct sort_key *a, const struct sort_key *b, bool falling)
{
	if (!a->known || !b->known)
		return (int)b->known - (int)a->known; /* those without come last, whatever the direction */
	const char *left = a->text != NULL ? a->text : a->copy, *right = b->text != NULL ? b->text : b->copy;
	int order = memcmp(left, right, a->length < b->length ? a->length : b->length);
	order = order != 0 ? order : (a->length > b->length) - (a->length < b->length);
	return falling ? -order : order;
}

/* Negative when `a` stands before `b`. */
static int compare_results(const struct search *search, const struct result *a, const struct result *b)
{
	for (size_t i = 0; i < search->sort_count; i++) {
		int order = compare_keys(&a->keys[i], &b->keys[i], search->falling[i]);
		if (order != 0)
			return order;
	}
	if (a->relevance != b->relevance)
		return a->relevance > b->relevance ? -1 : 1;
	int order = strcmp(a->id, b->id);
	if (order == 0)
		order = (a->segment > b->segment) - (a->segment < b->segment);
	return order;
}

static int compare_for_sort(const void *left, const void *right, void *context)
{
	return compare_results(context, left, right);
}

static void sift_down(struct search *search, size_t at)
{
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= search->best_count)
			return;
		if (child + 1 < search->best_count &&
		    compare_results(search, &search->best[child], &search->best[child + 1]) < 0)
			child++;
		if (compare_results(search, &search->best[at], &search->best[child]) >= 0)
			return;
		struct result swap = search->best[at];
		search->best[at] = search->best[child];
		search->best[child] = swap;
		at = child;
	}
}

static void keep(struct search *search, const struct result *result)
{
	if (search->best_most == 0)
		return;
	if (search->best_count == search->best_most) {
		if (compare_results(search, result, &search->best[0]) < 0) {
			search->best[0] = *result;
			sift_down(search, 0);
		}
		return;
	}
	size_t at = search->best_count++;
	search->best[at] = *result;
	for (; at > 0 && compare_results(search, &search->best[(at - 1) / 2], &search->best[at]) < 0;
	     at = (at - 1) / 2) {
		struct result swap = search->best[at];
		search->best[at] = search->best[(at - 1) / 2];
		search->best[(at - 1) / 2] = swap;
	}
}

static bool take_key(void *context, const char *value, size_t length)
{
	struct sort_key *key = context;
	key->known = true;
	key->length = (uint32_t)length;
	if (length < sizeof key->copy)
		memcpy(key->copy, value, length);
	else
		key->text = value;
	return false;
}

/* --- the pass --- */

/* Entities of which much is known come first among equals, as yente has it. */
static double relevance_of(size_t values)
{
	return sqrt(0.5 * (double)(values < 400 ? values : 400)) * 0.1;
}

static int look_at(struct search *search, const struct catalogue_list *list, uint32_t segment, uint32_t entity)
{
	const struct watch_view *view = search->lists->view;
	const struct named *named = search->named != NULL ? named_slot(search, segment, entity) : NULL;
	bool by_name = named != NULL && named->place != 0;
	if (!by_name && !yente_text_empty(search->text)) {
		size_t length;
		const char *bytes = stored_bytes(view, segment, entity, &length);
		if (bytes == NULL || !yente_text_may(search->text, bytes, length))
			return JISR_OK;
	}
	if (!stored_alive(view, segment, entity))
		return JISR_OK;
	struct yente_thing thing = {.list = list};
	arena_reset(search->reading);
	int error = stored_read(view, segment, entity, search->reading, &thing.entity);
	if (error != JISR_OK)
		return error == JISR_NO_MEMORY ? error : JISR_OK;
	enum yente_text_match match = yente_text_match(search->text, &thing, by_name);
	if (match == YENTE_TEXT_NO || !yente_filter_accepts(&search->filter, &thing))
		return JISR_OK;
	struct result result = {.segment = segment, .entity = entity, .id = thing.entity.id};
	result.relevance = relevance_of(thing.entity.count);
	if (by_name)
		result.relevance += 6 + 10 * (double)named->score;
	else if (match == YENTE_TEXT_NAMES && !yente_text_empty(search->text))
		result.relevance += 10;
	for (size_t i = 0; i < search->sort_count; i++)
		(void)yente_field_each(&search->sorts[i], &thing, take_key, &result.keys[i]);
	search->total++;
	keep(search, &result);
	return yente_facets_count(search->facets, &thing, 1);
}

/* One segment with its columns. */
struct passing {
	struct search *search;
	const struct catalogue_list *list;
	const struct yente_columns *columns;
	uint32_t segment;
	uint64_t *named;   /* entities that the check found, a bit each; NULL: none */
	uint8_t *verdicts; /* of profiles: 0 not asked yet, else VERDICT_ */
	uint32_t *counts;  /* of profiles, how many were counted and not read */
};
#define VERDICT_NO  1
#define VERDICT_YES 2

static int read_example(const struct passing *passing, unsigned profile, struct yente_thing *ret_thing)
{
	struct search *search = passing->search;
	*ret_thing = (struct yente_thing){.list = passing->list};
	arena_reset(search->reading);
	return stored_read(search->lists->view, passing->segment, yente_columns_example(passing->columns, profile),
	                   search->reading, &ret_thing->entity);
}

/* What the filter makes of a profile; asked for once. */
static int judge(struct passing *passing, unsigned profile, bool *ret_wanted)
{
	if (passing->verdicts[profile] == 0) {
		struct yente_thing thing;
		int error = read_example(passing, profile, &thing);
		if (error != JISR_OK)
			return error;
		bool wanted = yente_filter_accepts(&passing->search->coarse, &thing);
		passing->verdicts[profile] = wanted ? VERDICT_YES : VERDICT_NO;
	}
	*ret_wanted = passing->verdicts[profile] == VERDICT_YES;
	return JISR_OK;
}

/* Takes an entity without reading it. */
static void take_light(struct passing *passing, uint32_t entity, unsigned profile)
{
	struct search *search = passing->search;
	const struct watch_view *view = search->lists->view;
	struct result result = {.relevance = relevance_of(yente_columns_values(passing->columns, entity)),
	                        .segment = passing->segment,
	                        .entity = entity};
	passing->counts[profile]++;
	search->total++;
	const struct result *worst = search->best_count == search->best_most ? &search->best[0] : NULL;
	if (search->best_most == 0 || (worst != NULL && result.relevance < worst->relevance))
		return;
	/* Behind one with a lower id, where the order of ids is known without looking at them. */
	if (worst != NULL && result.relevance == worst->relevance && result.segment == worst->segment &&
	    result.entity > worst->entity && yente_columns_ordered(passing->columns))
		return;
	result.id = watch_view_entity_id(view, result.segment, result.entity);
	keep(search, &result);
}

static int pass_entity(struct passing *passing, uint32_t entity)
{
	struct search *search = passing->search;
	unsigned profile = yente_columns_profile(passing->columns, entity);
	bool wanted = true;
	int error = profile != YENTE_PROFILE_NONE ? judge(passing, profile, &wanted) : JISR_OK;
	if (error != JISR_OK || !wanted)
		return error;
	if (!search->light || profile == YENTE_PROFILE_NONE)
		return look_at(search, passing->list, passing->segment, entity);
	if (stored_alive(search->lists->view, passing->segment, entity))
		take_light(passing, entity, profile);
	return JISR_OK;
}

static int pass_blocks(struct passing *passing)
{
	struct search *search = passing->search;
	uint32_t blocks = (yente_columns_entities(passing->columns) + 63) / 64;
	for (uint32_t block = 0; block < blocks; block++) {
		uint64_t bits = yente_columns_may(passing->columns, search->text, block);
		bits |= passing->named != NULL ? passing->named[block] : 0;
		if (block % (CLOCK_EVERY / 64) == 0 && clock_seconds() > search->request->deadline)
			return JISR_CANCELLED;
		for (; bits != 0; bits &= bits - 1) {
			int error = pass_entity(passing, block * 64 + (uint32_t)__builtin_ctzll(bits));
			if (error != JISR_OK)
				return error;
		}
	}
	return JISR_OK;
}

static int pass_columns(struct passing *passing)
{
	struct search *search = passing->search;
	unsigned profiles = yente_columns_profiles(passing->columns);
	uint32_t entities = yente_columns_entities(passing->columns);
	passing->verdicts = arena_zero(search->request->arena, profiles + 1u, sizeof *passing->verdicts);
	passing->counts = arena_zero(search->request->arena, profiles + 1u, sizeof *passing->counts);
	if (search->named_count > 0)
		passing->named = arena_zero(search->request->arena, entities / 64 + 1, sizeof *passing->named);
	if (passing->verdicts == NULL || passing->counts == NULL || (search->named_count > 0 && passing->named == NULL))
		return JISR_NO_MEMORY;
	for (size_t i = 0; search->named_count > 0 && i < search->named_slots; i++) {
		uint64_t place = search->named[i].place;
		if (place != 0 && (uint32_t)((place - 1) >> 32) == passing->segment && (uint32_t)(place - 1) < entities)
			passing->named[(uint32_t)(place - 1) / 64] |= (uint64_t)1 << (uint32_t)(place - 1) % 64;
	}
	int error = pass_blocks(passing);
	for (unsigned profile = 0; profile < profiles && error == JISR_OK; profile++) {
		struct yente_thing thing;
		if (passing->counts[profile] == 0)
			continue;
		error = read_example(passing, profile, &thing);
		if (error == JISR_OK)
			error = yente_facets_count(search->facets, &thing, passing->counts[profile]);
	}
	return error;
}

/* One segment without columns: entities were put into its list one by one. */
static int pass_records(struct search *search, const struct catalogue_list *list, uint32_t segment)
{
	uint32_t count = stored_entities(search->lists->view, segment);
	for (uint32_t i = 0; i < count; i++) {
		if (i % CLOCK_EVERY == 0 && clock_seconds() > search->request->deadline)
			return JISR_CANCELLED;
		int error = look_at(search, list, segment, i);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* As much of the filter as a profile decides; conditions of one field stand together, and are left out together. */
static int split_filter(struct search *search)
{
	const struct yente_filter *filter = &search->filter;
	struct yente_field field;
	search->coarse = *filter;
	search->coarse.conditions =
		arena_zero(search->request->arena, filter->condition_count + 1, sizeof *filter->conditions);
	if (search->coarse.conditions == NULL)
		return JISR_NO_MEMORY;
	search->coarse.condition_count = search->coarse.exclude_ids.count = 0;
	search->coarse.changed_since = NULL;
	search->coarse.arena = NULL;
	for (size_t i = 0; i < filter->condition_count; i++)
		if (yente_columns_decide(&filter->conditions[i].field))
			search->coarse.conditions[search->coarse.condition_count++] = filter->conditions[i];
	search->whole = search->coarse.condition_count == filter->condition_count && filter->exclude_ids.count == 0 &&
	                filter->changed_since == NULL;
	search->light = search->whole && yente_text_empty(search->text) && search->sort_count == 0;
	for (size_t n = 0; yente_facets_field(search->facets, n, &field); n++)
		search->light &= yente_columns_decide(&field);
	return JISR_OK;
}

static int pass(struct search *search)
{
	uint32_t segments = stored_segments(search->lists->view);
	int error = split_filter(search);
	if (error == JISR_OK)
		error = yente_index_take_columns(search->lists, &search->index);
	for (uint32_t segment = 0; segment < segments && error == JISR_OK; segment++) {
		struct passing passing = {
			.search = search, .list = yente_list(search->lists, segment), .segment = segment};
		if (passing.list == NULL)
			continue;
		passing.columns = yente_index_columns_of(search->index, search->lists, segment);
		error = passing.columns != NULL ? pass_columns(&passing) : pass_records(search, passing.list, segment);
	}
	if (error != JISR_OK)
		return error;
	if (search->best_count > 1)
		qsort_r(search->best, search->best_count, sizeof *search->best, compare_for_sort, search);
	return JISR_OK;
}

/* --- the request --- */

static int read_filters(const struct http_request *request, struct http_reply *reply, struct search *search)
{
	static const char *const fields[] = {"countries", "topics", "datasets"};
	struct yente_names names;
	int error = JISR_OK;
	for (size_t i = 0; i < 3 && error == JISR_OK; i++) {
		error = yente_strings(request, reply, fields[i], YENTE_MAX_FILTERS, &names);
		if (error == JISR_OK)
			error = yente_filter_add(&search->filter, request->arena, fields[i], &names);
	}
	if (error == JISR_OK)
		error = yente_strings(request, reply, "filter", YENTE_MAX_FILTERS, &names);
	for (size_t i = 0; i < names.count && error == JISR_OK; i++) {
		const char *colon = strchr(names.names[i], ':');
		if (colon == NULL)
			return yente_refuse(reply, 400, "Invalid filter: '%.100s'", names.names[i]);
		const char *value = colon + 1;
		const char *field = arena_text(request->arena, names.names[i], (size_t)(colon - names.names[i]));
		struct yente_names one = {&value, 1};
		error = field != NULL ? yente_filter_add(&search->filter, request->arena, field, &one) : JISR_NO_MEMORY;
	}
	bool target;
	if (error == JISR_OK)
		error = yente_boolean(request, reply, "target", false, &target);
	if (error == JISR_OK && http_query(request, "target") != NULL) {
		const char *value = target ? "true" : "false";
		struct yente_names one = {&value, 1};
		error = yente_filter_add(&search->filter, request->arena, "target", &one);
	}
	yente_filter_order(&search->filter);
	return error;
}

static int read_order(const struct http_request *request, struct http_reply *reply, struct search *search)
{
	static const char *const place[] = {"query", "filter_op", NULL};
	struct yente_names sorts;
	const char *op = http_query(request, "filter_op");
	if (op != NULL && strcmp(op, "AND") != 0 && strcmp(op, "OR") != 0)
		return yente_refuse_value(reply, "enum", place, "Input should be 'AND' or 'OR'");
	search->filter.all = op != NULL && strcmp(op, "AND") == 0;
	int error = yente_strings(request, reply, "sort", YENTE_MAX_FILTERS, &sorts);
	for (size_t i = 0; i < sorts.count && i < SORTS_MOST && error == JISR_OK; i++) {
		const char *colon = strrchr(sorts.names[i], ':');
		size_t length = colon != NULL ? (size_t)(colon - sorts.names[i]) : strlen(sorts.names[i]);
		const char *name = arena_text(request->arena, sorts.names[i], length);
		if (name == NULL)
			return JISR_NO_MEMORY;
		search->sorts[search->sort_count] = yente_field(name);
		search->falling[search->sort_count++] = colon != NULL && strcmp(colon, ":desc") == 0;
	}
	return error;
}

static int read_facets(const struct http_request *request, struct http_reply *reply, struct search *search)
{
	static const char *const standard[] = {"countries", "topics", "datasets"};
	static const char *const place[] = {"query", "facets", NULL};
	struct yente_names names;
	int error = yente_strings(request, reply, "facets", YENTE_MAX_FILTERS, &names);
	if (error != JISR_OK)
		return error;
	error = yente_facets_new(names.count > 0 ? names.names : standard, names.count > 0 ? names.count : 3,
	                         request->arena, &search->facets);
	if (error == JISR_NOT_FOUND)
		return yente_refuse_value(
			reply, "enum", place,
			"Input should be 'datasets', 'schema', 'countries', 'identifiers', 'topics' or 'genders'");
	return error;
}

static int read_words(const struct http_request *request, struct http_reply *reply, struct search *search)
{
	struct problem problem = {""};
	const char *query = http_query(request, "q"), *schema = http_query(request, "schema");
	bool simple;
	int error = yente_boolean(request, reply, "fuzzy", false, &search->fuzzy);
	if (error == JISR_OK)
		error = yente_boolean(request, reply, "simple", false, &simple);
	if (error != JISR_OK)
		return error;
	search->filter.schema = schema != NULL ? schema : "Thing";
	if (model_schema(search->filter.schema) == NULL)
		return yente_refuse(reply, 400, "Invalid schema");
	error = yente_text_read(query != NULL ? query : "", simple, request->arena, &search->text, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		return yente_refuse(reply, 400, "%s", problem.text);
	return error;
}

static int read_request(const struct http_request *request, struct http_reply *reply, struct search *search)
{
	int error = yente_integer(request, reply, "limit", LIMIT_STANDARD, LIMIT_MOST, &search->limit);
	if (error == JISR_OK)
		error = yente_integer(request, reply, "offset", 0, OFFSET_MOST, &search->offset);
	if (error == JISR_OK)
		error = yente_filter_read(search->lists, request, reply, &search->filter);
	if (error == JISR_OK)
		error = read_words(request, reply, search);
	if (error == JISR_OK)
		error = read_filters(request, reply, search);
	if (error == JISR_OK)
		error = read_order(request, reply, search);
	if (error == JISR_OK)
		error = read_facets(request, reply, search);
	if (error != JISR_OK)
		return error;
	search->limit = search->limit > 0 ? search->limit : 0;
	search->offset = search->offset > 0 ? search->offset : 0;
	search->best_most = search->limit > 0 ? (size_t)(search->limit + search->offset) : 0;
	search->best = arena_alloc(request->arena, (search->best_most + 1) * sizeof *search->best);
	return search->best == NULL ? JISR_NO_MEMORY : arena_new(READ_MEMORY, &search->reading);
}

static int write_results(struct search *search, struct text *text)
{
	emit_object(text, NULL);
	emit_array(text, "results");
	for (size_t i = (size_t)search->offset; i < search->best_count; i++) {
		struct yente_thing thing = {.list = yente_list(search->lists, search->best[i].segment)};
		int error = stored_read(search->lists->view, search->best[i].segment, search->best[i].entity,
		                        search->request->arena, &thing.entity);
		if (error != JISR_OK)
			return error;
		emit_object(text, NULL);
		yente_entity_write(text, &thing, NULL);
		emit_close_object(text);
	}
	emit_close_array(text);
	int error = yente_facets_write(search->facets, text);
	emit_object(text, "total");
	emit_count(text, "value", search->total);
	emit_text(text, "relation", "eq");
	emit_close_object(text);
	emit_count(text, "limit", (uint64_t)search->limit);
	emit_count(text, "offset", (uint64_t)search->offset);
	emit_close_object(text);
	return error;
}

int yente_get_search(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	struct search search = {.request = request, .lists = held.lists};
	int error = read_request(request, reply, &search);
	if (error == JISR_OK)
		error = find_named(&search);
	if (error == JISR_OK)
		error = pass(&search);
	if (error == JISR_CANCELLED)
		error = yente_refuse(reply, 503, "The search takes too long; ask for less at once.");
	else if (error == JISR_OK) {
		error = write_results(&search, &reply->body);
		reply->status = 200;
		reply->type = "application/json";
	}
	yente_index_release(search.index);
	yente_filter_finish(&search.filter);
	arena_free(search.reading);
	return yente_done(reply, error != JISR_OK ? error : reply->body.error);
}
