/* POST /match/{dataset}: for each query of the batch a check, filtered before anything is counted.
 *
 * yente finds a bounded number of candidates first and scores only those, so that a filter or a popular name can hide a
 * match; here every entity that reaches the cutoff is found, filtered, counted, and then cut off at the limit. */
#include "web/yente.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "names/name.h"
#include "watch/report.h"
#include "watch/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MOST     CHECK_MAX_LIMIT
#define LIMIT_STANDARD 5
#define IDS_MOST       50
/* A lower cutoff gives what this one gives: names that score less have nothing in common. */
#define CUTOFF_LEAST 0.40

/* One batch under way. */
struct matching {
	const struct http_request *request;
	const struct lists *lists;
	struct yente_filter filter;
	struct yente_heeding heeding;
	struct decisions_asked *asked; /* about the query under way; NULL: no decision can be about it */
	long limit;
	double threshold, cutoff;
	struct check_hit *hits; /* of one query, best first */
	size_t hit_count;
	size_t matches; /* that reach the threshold */
	bool exact;     /* whether `matches` is all of them */
};

/* --- asking the check --- */

static int compare_hits(const void *left, const void *right)
{
	const struct check_hit *a = left, *b = right;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	return a->entity < b->entity ? -1 : a->entity > b->entity;
}

static int compare_places(const void *left, const void *right)
{
	const struct check_hit *a = left, *b = right;
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	if (a->entity != b->entity)
		return a->entity < b->entity ? -1 : 1;
	return compare_hits(left, right);
}

/* Adds the hits of one of several checks; of an entity found twice the better stays. */
static int merge(struct matching *matching, const struct check_answer *answer)
{
	struct check_hit *all =
		arena_alloc(matching->request->arena, (matching->hit_count + answer->count + 1) * sizeof *all);
	size_t count = matching->hit_count + answer->count, kept = 0;
	if (all == NULL)
		return JISR_NO_MEMORY;
	if (matching->hit_count > 0)
		memcpy(all, matching->hits, matching->hit_count * sizeof *all);
	if (answer->count > 0)
		memcpy(all + matching->hit_count, answer->hits, answer->count * sizeof *all);
	if (count > 1)
		qsort(all, count, sizeof *all, compare_places);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || all[kept - 1].segment != all[i].segment || all[kept - 1].entity != all[i].entity)
			all[kept++] = all[i];
	if (kept > 1)
		qsort(all, kept, sizeof *all, compare_hits);
	matching->hits = all;
	matching->hit_count = kept;
	return JISR_OK;
}

static size_t reached(const struct matching *matching, const struct check_hit *hits, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += hits[i].score >= matching->threshold;
	return found;
}

static int ask(struct matching *matching, struct check_query *check, bool whole)
{
	struct check_answer answer;
	struct problem problem;
	const struct http_request *request = matching->request;
	int error = watch_check(matching->lists->view, check, request->scratch, request->arena, &answer, &problem);
	if (error == JISR_BAD_INPUT) /* names without a letter: nobody is called so */
		return JISR_OK;
	if (error == JISR_OK)
		error = matching->filter.error;
	if (error != JISR_OK)
		return error;
	http_checked(request, 1, answer.count);
	/* All that reach the cutoff were counted; those that reach the threshold stand first among them. */
	size_t matches = reached(matching, answer.hits, answer.count);
	bool exact = matches < answer.count || answer.count == answer.total;
	if (!exact && matching->cutoff == matching->threshold) {
		matches = answer.total;
		exact = answer.total_exact;
	}
	error = merge(matching, &answer);
	if (!whole) {
		exact = answer.count == answer.total;
		matches = reached(matching, matching->hits, matching->hit_count);
	}
	matching->matches = matches;
	matching->exact = matching->exact && exact;
	return error;
}

static bool accept(void *context, uint32_t segment, uint32_t entity)
{
	struct matching *matching = context;
	return yente_filter_check(&matching->filter, segment, entity) &&
	       (matching->asked == NULL || matching->heeding.show_hidden ||
	        !decisions_hides(matching->asked, segment, entity));
}

/* What the caller decided about the person of this query. One that is asked in pieces is nobody on whom anything could be
 * decided: the facts of a piece are not those of the person. */
static int ask_decisions(struct matching *matching, struct yente_query *query)
{
	const char *id = query->id;
	matching->asked = NULL;
	if (matching->heeding.decisions == NULL || !yente_query_fits(query))
		return JISR_OK;
	if (id != NULL && strlen(id) > DECISIONS_MAX_REFERENCE)
		id = NULL;
	return decisions_ask(matching->heeding.decisions, matching->request->caller, id, &query->check, matching->lists,
	                     matching->request->arena, &matching->asked);
}

/* A query of more names or documents than one check takes is asked in pieces; one for anything, as a thing with a name and
 * as a vessel. */
static int find(struct matching *matching, struct yente_query *query)
{
	static const char *const anything[] = {"Thing", "Vessel"};
	bool any = strcmp(query->schema, "Thing") == 0;
	bool whole = !any && query->name_count <= CHECK_MAX_NAMES && query->document_count <= CHECK_MAX_DOCUMENTS;
	matching->hits = NULL;
	matching->hit_count = matching->matches = 0;
	matching->exact = true;
	matching->filter.schema = query->schema;
	int error = ask_decisions(matching, query);
	if (error != JISR_OK)
		return error;
	for (size_t kind = 0; kind < (any ? 2u : 1u); kind++) {
		size_t name = 0, document = 0;
		while (name < query->name_count || document < query->document_count) {
			struct check_query *check = &query->check;
			check->schema = any ? anything[kind] : query->schema;
			check->limit = matching->limit > 0 ? (size_t)matching->limit : 1;
			check->threshold = matching->cutoff;
			check->lift = matching->threshold;
			check->accept = accept;
			check->accept_context = matching;
			for (check->name_count = 0; check->name_count < CHECK_MAX_NAMES && name < query->name_count;
			     name++)
				check->names[check->name_count++] = query->names[name];
			for (check->document_count = 0;
			     check->document_count < CHECK_MAX_DOCUMENTS && document < query->document_count;
			     document++)
				check->documents[check->document_count++] = query->documents[document];
			if (clock_seconds() > matching->request->deadline)
				return JISR_CANCELLED;
			error = ask(matching, check, whole);
			if (error != JISR_OK)
				return error;
		}
	}
	if (matching->asked != NULL) {
		matching->heeding.hidden += decisions_hidden(matching->asked);
		http_hid(matching->request, decisions_hidden(matching->asked));
	}
	return JISR_OK;
}

int yente_heeding_read(const struct http_request *request, struct http_reply *reply, struct service *service,
                       struct yente_heeding *ret_heeding)
{
	*ret_heeding = (struct yente_heeding){.decisions = service_decisions(service)};
	return yente_boolean(request, reply, "show_hidden", false, &ret_heeding->show_hidden);
}

int yente_heeding_tell(const struct yente_heeding *heeding, const struct http_request *request,
                       struct http_reply *reply)
{
	if (heeding->hidden == 0)
		return JISR_OK;
	char *hidden = arena_format(request->arena, "%llu", (unsigned long long)heeding->hidden);
	return hidden != NULL ? http_reply_header(reply, "X-Hidden", hidden) : JISR_NO_MEMORY;
}

int yente_match_hits(const struct http_request *request, const struct lists *lists, struct yente_filter *filter,
                     struct yente_heeding *heeding, struct yente_query *query, size_t limit,
                     const struct check_hit **ret_hits, size_t *ret_count)
{
	struct matching matching = {.request = request,
	                            .lists = lists,
	                            .filter = *filter,
	                            .heeding = *heeding,
	                            .limit = (long)limit,
	                            .threshold = NAME_THRESHOLD,
	                            .cutoff = CUTOFF_LEAST};
	int error = find(&matching, query);
	*filter = matching.filter; /* its memory is the caller's to free */
	*heeding = matching.heeding;
	if (error != JISR_OK)
		return error;
	*ret_hits = matching.hits;
	*ret_count = matching.hit_count < limit ? matching.hit_count : limit;
	return JISR_OK;
}

/* --- writing --- */

/* How the names were aligned, for a person: "Tomas ~ Tomasz (sound 0.97), Borowiecki = Borowiecki". */
static const char *name_detail(const struct check_hit *hit, const struct check_evidence *line, struct text *detail)
{
	const struct part_match *order[2 * NAME_MAX_PARTS];
	char left[REPORT_PIECES_MAX], right[REPORT_PIECES_MAX];
	text_reset(detail);
	(void)text_add_format(detail, "%s: %s:", name_rules_version(), line->detail);
	report_order(hit->names, order);
	for (size_t i = 0; i < hit->names->count; i++) {
		const struct part_match *match = order[i];
		const char *rule = part_rule_name((enum part_rule)match->rule);
		report_pieces(hit->query_parts, match->query_from, match->query_count, left);
		report_pieces(hit->listed_parts, match->listed_from, match->listed_count, right);
		(void)text_add_string(detail, i > 0 ? ", " : " ");
		if (match->query_count > 0 && match->listed_count > 0)
			(void)text_add_format(detail, "%s ~ %s (%s %.2f)", left, right, rule,
			                      (double)match->similarity);
		else
			(void)text_add_format(detail, "%s (%s)", match->query_count > 0 ? left : right, rule);
	}
	return detail->error == JISR_OK ? detail->bytes : line->detail;
}

static void write_explanations(struct text *text, const struct check_hit *hit, struct text *detail)
{
	emit_object(text, "explanations");
	for (size_t i = 0; i < hit->evidence_count; i++) {
		const struct check_evidence *line = &hit->evidence[i];
		bool name = strcmp(line->feature, "name") == 0 && hit->names != NULL;
		emit_object(text, line->feature);
		emit_text(text, "detail", name ? name_detail(hit, line, detail) : line->detail);
		emit_score(text, "score", line->effect);
		emit_text(text, "query", line->query);
		emit_text(text, "candidate", line->listed);
		emit_close_object(text);
	}
	emit_close_object(text);
}

static int write_hit(struct matching *matching, struct text *text, const struct check_hit *hit, struct text *detail)
{
	struct yente_thing thing = {.list = yente_list(matching->lists, hit->segment)};
	int error = thing.list == NULL ? JISR_CORRUPT
	                               : stored_read(matching->lists->view, hit->segment, hit->entity,
	                                             matching->request->arena, &thing.entity);
	if (error != JISR_OK)
		return error;
	emit_object(text, NULL);
	yente_entity_write(text, &thing, NULL);
	emit_score(text, "score", hit->score);
	write_explanations(text, hit, detail);
	emit_bool(text, "match", hit->score >= matching->threshold);
	if (matching->asked != NULL) {
		struct decision_mark mark;
		error = decisions_mark(matching->asked, hit->segment, hit->entity, &mark);
		if (error != JISR_OK)
			return error;
		decision_mark_emit(&mark, text);
	}
	emit_close_object(text);
	return text->error;
}

static void write_query(struct text *text, const struct yente_query *query)
{
	emit_object(text, "query");
	emit_text(text, "id", query->id);
	emit_text(text, "schema", query->schema);
	emit_object(text, "properties");
	for (size_t i = 0; i < query->count;) {
		const char *property = query->values[i].property;
		emit_array(text, property);
		for (; i < query->count && strcmp(query->values[i].property, property) == 0; i++)
			emit_text(text, NULL, query->values[i].value);
		emit_close_array(text);
	}
	emit_close_object(text);
	emit_close_object(text);
}

static int write_response(struct matching *matching, struct text *text, const struct yente_query *query)
{
	struct text detail;
	text_init(&detail, 64 * 1024);
	emit_name(text, query->key, strlen(query->key));
	emit_object(text, NULL);
	emit_count(text, "status", 200);
	emit_array(text, "results");
	size_t limit = matching->limit > 0 ? (size_t)matching->limit : 0;
	int error = JISR_OK;
	for (size_t i = 0; i < matching->hit_count && i < limit && error == JISR_OK; i++)
		error = write_hit(matching, text, &matching->hits[i], &detail);
	text_finish(&detail);
	emit_close_array(text);
	emit_object(text, "total");
	emit_count(text, "value", matching->matches);
	emit_text(text, "relation", matching->exact ? "eq" : "gte");
	emit_close_object(text);
	write_query(text, query);
	emit_close_object(text);
	return error != JISR_OK ? error : text->error;
}

/* --- the request --- */

static int refuse_wrong(struct http_reply *reply, const struct yente_wrong *wrong)
{
	if (wrong->status == 422)
		return yente_refuse_value(reply, wrong->type, wrong->place, wrong->text);
	return yente_refuse(reply, wrong->status, "%s", wrong->text);
}

static int read_parameters(const struct http_request *request, struct http_reply *reply, struct matching *matching)
{
	struct yente_names topics;
	int error = yente_integer(request, reply, "limit", LIMIT_STANDARD, LIMIT_MOST, &matching->limit);
	if (error == JISR_OK)
		error = yente_number(request, reply, "threshold", NAME_THRESHOLD, &matching->threshold);
	if (error == JISR_OK)
		error = yente_number(request, reply, "cutoff", NAME_THRESHOLD, &matching->cutoff);
	if (error == JISR_OK)
		error = yente_filter_read(matching->lists, request, reply, &matching->filter);
	if (error == JISR_OK)
		error = yente_strings(request, reply, "exclude_entity_ids", IDS_MOST, &matching->filter.exclude_ids);
	if (error == JISR_OK)
		error = yente_strings(request, reply, "topics", YENTE_MAX_FILTERS, &topics);
	if (error == JISR_OK)
		error = yente_filter_add(&matching->filter, request->arena, "topics", &topics);
	if (error != JISR_OK)
		return error;
	if (matching->limit < 0)
		matching->limit = 0;
	if (matching->threshold < CUTOFF_LEAST)
		matching->threshold = CUTOFF_LEAST;
	if (matching->cutoff > matching->threshold)
		matching->cutoff = matching->threshold;
	if (matching->cutoff < CUTOFF_LEAST)
		matching->cutoff = CUTOFF_LEAST;
	return JISR_OK;
}

static bool has_config(const struct yente_algorithm *algorithm, const char *name)
{
	for (size_t i = 0; algorithm->config[i] != NULL; i++)
		if (strcmp(algorithm->config[i], name) == 0)
			return true;
	return false;
}

/* Settings and weights of other rules do nothing here and are let pass, as yente lets pass what a rule does not know; to
 * change jisr's own is refused rather than ignored. */
static int read_algorithm(const struct settings *settings, const struct http_request *request, struct http_reply *reply,
                          const struct yente_batch *batch)
{
	struct problem problem = {""};
	const char *name = http_query(request, "algorithm");
	struct yente_algorithm algorithm;
	struct yente_feature features[8];
	char texts[8][400];
	if (yente_algorithm(name != NULL ? name : "best", &algorithm, &problem) != JISR_OK)
		return yente_refuse(reply, 400, "%s", problem.text);
	if (!algorithm.own && !settings->accept_algorithms)
		return yente_refuse(
			reply, 400,
			"Invalid algorithm: %s. This service answers by its own rules alone: ask for best or %s.",
			algorithm.name, name_rules_version());
	for (const cJSON *item = batch->config != NULL ? batch->config->child : NULL; item != NULL; item = item->next)
		if (!has_config(&algorithm, item->string))
			return yente_refuse(reply, 400, "Invalid configuration parameter: %.100s for algorithm %s",
			                    item->string, algorithm.name);
	size_t count = yente_features(features, texts);
	for (const cJSON *item = batch->weights != NULL ? batch->weights->child : NULL; item != NULL; item = item->next)
		for (size_t i = 0; i < count && algorithm.own; i++)
			if (strcmp(features[i].name, item->string) == 0)
				return yente_refuse(reply, 400,
				                    "The weight of %s cannot be changed: it belongs to the rules %s.",
				                    item->string, algorithm.name);
	return http_reply_header(reply, "X-Algorithm", name_rules_version());
}

static int read_body(const struct http_request *request, struct http_reply *reply, cJSON **ret_json,
                     struct yente_batch *ret_batch)
{
	struct problem problem = {""};
	struct yente_wrong wrong;
	static const char *const place[] = {"body", NULL};
	int error = json_read(request->body, request->body_length, ret_json, &problem);
	if (error == JISR_BAD_INPUT || error == JISR_TOO_LARGE)
		return yente_refuse_value(reply, "json_invalid", place, problem.text);
	if (error == JISR_OK)
		error = yente_batch_read(*ret_json, request->arena, ret_batch, &wrong);
	return error == JISR_BAD_INPUT ? refuse_wrong(reply, &wrong) : error;
}

static int match(const struct http_request *request, struct http_reply *reply, struct matching *matching,
                 const struct yente_batch *batch)
{
	struct text *text = &reply->body;
	struct yente_wrong wrong;
	if (batch->count > YENTE_MAX_BATCH)
		return yente_refuse(reply, 400, "Too many queries in one batch (limit: %d)", YENTE_MAX_BATCH);
	if (batch->count == 0)
		return yente_refuse(reply, 400, "No queries provided.");
	int error = JISR_OK;
	for (size_t i = 0; i < batch->count && error == JISR_OK; i++)
		error = yente_query_read(&batch->queries[i], request->arena, &wrong);
	if (error == JISR_BAD_INPUT)
		return refuse_wrong(reply, &wrong);
	emit_object(text, NULL);
	emit_object(text, "responses");
	for (size_t i = 0; i < batch->count && error == JISR_OK; i++) {
		error = find(matching, &batch->queries[i]);
		if (error == JISR_OK)
			error = write_response(matching, text, &batch->queries[i]);
	}
	if (error == JISR_CANCELLED)
		return yente_refuse(reply, 503, "The batch takes too long; send fewer queries or names at once.");
	emit_close_object(text);
	emit_count(text, "limit", (uint64_t)matching->limit);
	emit_close_object(text);
	char *size = arena_format(request->arena, "%zu", batch->count);
	if (error == JISR_OK)
		error = size != NULL ? http_reply_header(reply, "x-batch-size", size) : JISR_NO_MEMORY;
	if (error == JISR_OK)
		error = yente_heeding_tell(&matching->heeding, request, reply);
	reply->status = 200;
	reply->type = "application/json";
	return error != JISR_OK ? error : text->error;
}

int yente_post_match(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(lists_held_finish) struct lists_held held = lists_hold(service, request->caller_is->office);
	struct matching matching = {.request = request, .lists = held.lists};
	struct yente_batch batch = {0};
	int error = read_body(request, reply, &json, &batch);
	if (error == JISR_OK)
		error = read_parameters(request, reply, &matching);
	if (error == JISR_OK)
		error = read_algorithm(service_settings(service), request, reply, &batch);
	if (error == JISR_OK)
		error = yente_heeding_read(request, reply, service, &matching.heeding);
	if (error == JISR_OK)
		error = match(request, reply, &matching, &batch);
	yente_filter_finish(&matching.filter);
	return yente_done(reply, error);
}
