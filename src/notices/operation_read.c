#include "base/json.h"
#include "base/tree.h"
#include "notices/hit.h"
#include "notices/operation.h"

#include <string.h>

/* The rule in SQL; ?1 is the viewer's office: lead, participants and headquarters see all, others what is published. */
#define INSIDE  "(?1 <> '' AND (lead = ?1 OR ?1 = 'GS' OR instr(',' || participants, ',' || ?1 || ',') > 0))"
#define VISIBLE "(" INSIDE " OR published = 1)"
#define COLUMNS                                                                                                        \
	"id, state, published, name, lead, begins, ends, objectives, summary, planned, changed, participants, crimes," \
	" version"

bool operation_inside(struct viewer viewer, const struct operation *operation)
{
	char word[OFFICE_CODE_MAX + 4];
	size_t length = (size_t)snprintf(word, sizeof word, "%s,", viewer.office);
	if (viewer.office[0] == '\0')
		return false;
	if (strcmp(viewer.office, operation->lead) == 0 || strcmp(viewer.office, OFFICE_HEADQUARTERS) == 0)
		return true;
	for (const char *at = operation->participants; *at != '\0'; at += strcspn(at, ",") + 1)
		if (strncmp(at, word, length) == 0)
			return true;
	return false;
}

static int read_row(struct sql_query *query, struct arena *arena, struct operation *operation)
{
	const char **texts[] = {&operation->name,         &operation->lead,    &operation->begins,  &operation->ends,
	                        &operation->objectives,   &operation->summary, &operation->planned, &operation->changed,
	                        &operation->participants, &operation->crimes};
	(void)snprintf(operation->id, sizeof operation->id, "%s", sql_text(query, 0));
	if (!operation_state_read(sql_text(query, 1), &operation->state))
		return JISR_CORRUPT;
	operation->published = sql_number(query, 2) != 0;
	operation->version = (uint64_t)sql_number(query, 13);
	return sql_keep_texts(query, 3, arena, texts, sizeof texts / sizeof *texts);
}

int operation_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena,
                  struct operation *ret_operation, struct problem *problem)
{
	char key[OPERATION_ID_MAX + 1];
	if (!operation_id_read(id, key))
		return problem_set(problem, JISR_NOT_FOUND, "there is no operation %.40s", id);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM operation WHERE id = ?2 AND " VISIBLE);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	bool found = sql_next(&query);
	int error = found ? read_row(&query, arena, ret_operation) : JISR_OK;
	error = sql_done_read(&query, error, problem, "operation %s", key);
	return error || found ? error : problem_set(problem, JISR_NOT_FOUND, "there is no operation %.40s", id);
}

/* The summary shows name, dates and crime areas: lead, participants and state are asked of those inside alone. */
#define FILTERED                                                                                                       \
	VISIBLE " AND (?2 IS NULL OR instr(' ' || crimes || ' ', ' ' || ?2 || ' ') > 0)"                               \
		" AND (?3 IS NULL OR (lead = ?3 AND " INSIDE "))"                                                      \
		" AND (?4 IS NULL OR (instr(',' || participants, ',' || ?4 || ',') > 0 AND " INSIDE "))"               \
		" AND (?5 IS NULL OR (state = ?5 AND " INSIDE "))"                                                     \
		" AND (?6 IS NULL OR instr(lower(name), lower(?6)) > 0)"

static void bind_filter(struct sql_query *query, struct viewer viewer, const struct operation_filter *filter)
{
	sql_bind_text(query, 1, viewer.office);
	sql_bind_text(query, 2, filter->crime);
	sql_bind_text(query, 3, filter->lead);
	sql_bind_text(query, 4, filter->participant);
	sql_bind_text(query, 5, filter->state != OPERATION_NONE ? operation_state_name(filter->state) : NULL);
	sql_bind_text(query, 6, filter->words);
}

int operation_list(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, struct arena *arena,
                   operation_each each, void *context, struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM operation WHERE " FILTERED
	                                        " AND (?7 IS NULL OR (begins, id) < (?7, ?8))"
	                                        " ORDER BY begins DESC, id DESC LIMIT ?9");
	bind_filter(&query, viewer, filter);
	sql_bind_text(&query, 7, filter->after != NULL ? filter->after->begins : NULL);
	sql_bind_text(&query, 8, filter->after != NULL ? filter->after->id : NULL);
	sql_bind_number(&query, 9, filter->limit > 0 ? (int64_t)filter->limit : NOTICE_LIST_MOST);
	for (bool go = true; go && !error && sql_next(&query);) {
		struct operation operation;
		error = read_row(&query, arena, &operation);
		go = !error && each(context, &operation);
	}
	return sql_done_read(&query, error, problem, "operations");
}

int operation_count(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, uint64_t *ret_count,
                    struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM operation WHERE " FILTERED);
	bind_filter(&query, viewer, filter);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

int operation_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                      struct problem *problem)
{
	char key[OPERATION_ID_MAX + 1] = "";
	bool any = false;
	(void)operation_id_read(id, key);
	struct sql_query query = sql_query(
		sql, "SELECT e.step, e.at, e.office, e.officer, e.text, e.sequence FROM operation_event e"
		     " JOIN operation ON operation.id = e.id WHERE e.id = ?2 AND " INSIDE " ORDER BY e.sequence");
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	int error = history_rows(&query, false, each, context, &any, problem);
	return error || any ? error : problem_set(problem, JISR_NOT_FOUND, "there is no operation %.40s", id);
}

/* ---- results ---- */

static void add_quantity(cJSON *list, const char *kind, int64_t thousandths)
{
	const struct operation_kind *known = operation_kind_find(kind);
	cJSON *one = tree_add_object(list, NULL);
	tree_text(one, "kind", kind);
	tree_score(one, "quantity", (double)thousandths / 1000);
	tree_text(one, "unit", known != NULL ? known->unit : "item");
}

/* Notices: linked ones where there are some, else what was said. */
#define NOTICES                                                                                                        \
	"CASE WHEN (SELECT count(*) FROM operation_notice n WHERE n.id = p.id AND n.office = p.office) > 0"            \
	" THEN (SELECT count(*) FROM operation_notice n WHERE n.id = p.id AND n.office = p.office)"                    \
	" ELSE coalesce(r.notices, 0) END"
/* Arrests: what was said, and no fewer than the hits that were linked. */
#define ARRESTS                                                                                                        \
	"max(coalesce(r.arrests, 0), (SELECT count(*) FROM operation_hit h WHERE h.id = p.id AND h.office = "          \
	"p.office))"
/* Countries that reported or linked something to operations of which the clause says which. */
#define PARTS(which)                                                                                                   \
	"(SELECT id, office FROM operation_report WHERE " which " UNION SELECT id, office FROM operation_notice"       \
	" WHERE " which " UNION SELECT id, office FROM operation_hit WHERE " which                                     \
	") p LEFT JOIN operation_report r ON r.id = p.id AND r.office = p.office"

static int add_countries(struct sql *sql, const char *id, cJSON *countries, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT p.office, " ARRESTS ", coalesce(r.victims, 0), coalesce(r.cells, 0), " NOTICES
	                       ", coalesce(r.text, ''), r.at FROM " PARTS("id = ?1") " ORDER BY p.office");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(countries, NULL);
		tree_text(one, "office", sql_text(&query, 0));
		for (int i = 0; i < 4; i++)
			tree_count(one, operation_counts[i], (uint64_t)sql_number(&query, 1 + i));
		tree_add_array(one, "seizures");
		tree_text(one, "text", sql_text(&query, 5)[0] != '\0' ? sql_text(&query, 5) : NULL);
		tree_text(one, "at", sql_null(&query, 6) ? NULL : sql_text(&query, 6));
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	query = sql_query(
		sql, "SELECT office, kind, thousandths FROM operation_seizure WHERE id = ?1 ORDER BY office, kind");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query))
		for (cJSON *one = countries != NULL ? countries->child : NULL; one != NULL; one = one->next)
			if (strcmp(json_get_text(one, "office"), sql_text(&query, 0)) == 0)
				add_quantity(cJSON_GetObjectItemCaseSensitive(one, "seizures"), sql_text(&query, 1),
				             sql_number(&query, 2));
	return sql_done(&query, problem);
}

/* The sums of one query and the seizures of another, each with its operations bound. */
static int add_sums(struct sql_query counts, struct sql_query seizures, cJSON *total, struct problem *problem)
{
	if (sql_next(&counts))
		for (int i = 0; i < 4; i++)
			tree_count(total, operation_counts[i], (uint64_t)sql_number(&counts, i));
	int error = sql_done(&counts, problem);
	cJSON *list = tree_add_array(total, "seizures");
	while (!error && sql_next(&seizures))
		add_quantity(list, sql_text(&seizures, 0), sql_number(&seizures, 1));
	int done = sql_done(&seizures, problem);
	return error ? error : done;
}

#define SUMS                                                                                                           \
	"coalesce(sum(" ARRESTS "), 0), coalesce(sum(r.victims), 0), coalesce(sum(r.cells), 0), coalesce(sum(" NOTICES \
	"), 0)"

static int add_total(struct sql *sql, const char *id, cJSON *total, struct problem *problem)
{
	int64_t countries = 0;
	struct sql_query parts = sql_query(sql, "SELECT count(*) FROM " PARTS("id = ?1"));
	sql_bind_text(&parts, 1, id);
	int error = sql_run_number(&parts, 0, &countries, problem);
	if (error)
		return error;
	tree_count(total, "countries", (uint64_t)countries);
	struct sql_query counts = sql_query(sql, "SELECT " SUMS " FROM " PARTS("id = ?1"));
	struct sql_query seizures = sql_query(
		sql, "SELECT kind, sum(thousandths) FROM operation_seizure WHERE id = ?1 GROUP BY kind ORDER BY kind");
	sql_bind_text(&counts, 1, id);
	sql_bind_text(&seizures, 1, id);
	return add_sums(counts, seizures, total, problem);
}

/* Each visible is asked of the operations alone. */
static int add_linked_of(struct sql_query query, struct sql *sql, struct viewer viewer, bool notices, cJSON *linked,
                         struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = arena_new((size_t)64 << 20, &arena);
	while (!error && sql_next(&query)) {
		struct notice notice;
		struct hit hit;
		const char *id = sql_text(&query, 0);
		arena_reset(arena);
		int hidden = notices ? notice_get(sql, viewer, id, arena, &notice, NULL)
		                     : hit_get(sql, viewer, id, arena, &hit, NULL);
		if (hidden)
			continue;
		cJSON *one = tree_add_object(linked, NULL);
		tree_text(one, notices ? "notice" : "hit", id);
		tree_text(one, "office", sql_text(&query, 1));
	}
	int done = sql_done(&query, problem);
	return error ? problem_set(problem, error, "out of memory") : done;
}

/* A linked notice or hit is named to those who see it; all are counted. */
static int add_linked(struct sql *sql, struct viewer viewer, const char *id, cJSON *results, struct problem *problem)
{
	struct sql_query notices =
		sql_query(sql, "SELECT notice, office FROM operation_notice WHERE id = ?1 ORDER BY notice");
	sql_bind_text(&notices, 1, id);
	int error = add_linked_of(notices, sql, viewer, true, tree_add_array(results, "linked"), problem);
	if (error)
		return error;
	struct sql_query hits = sql_query(sql, "SELECT hit, office FROM operation_hit WHERE id = ?1 ORDER BY hit");
	sql_bind_text(&hits, 1, id);
	return add_linked_of(hits, sql, viewer, false, tree_add_array(results, "hits"), problem);
}

static int give(cJSON **made, cJSON **ret_made, struct problem *problem)
{
	if (tree_failed() || *made == NULL)
		return problem_no_memory(problem);
	*ret_made = *made;
	*made = NULL;
	return JISR_OK;
}

int operation_results(struct sql *sql, struct viewer viewer, const struct operation *operation, cJSON **ret_results,
                      struct problem *problem)
{
	CLEANUP(json_freep) cJSON *results = tree_object();
	bool inside = operation_inside(viewer, operation);
	int error = JISR_OK;
	if (inside)
		error = add_countries(sql, operation->id, tree_add_array(results, "countries"), problem);
	if (!error)
		error = add_total(sql, operation->id, tree_add_object(results, "total"), problem);
	if (!error && inside)
		error = add_linked(sql, viewer, operation->id, results, problem);
	return error ? error : give(&results, ret_results, problem);
}

int operation_total(struct sql *sql, const struct operation *operation, cJSON **ret_total, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *total = tree_object();
	int error = add_total(sql, operation->id, total, problem);
	return error ? error : give(&total, ret_total, problem);
}

#define SHOWN "id IN (SELECT id FROM operation WHERE " FILTERED ")"

int operation_figures(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, cJSON **ret_figures,
                      struct problem *problem)
{
	CLEANUP(json_freep) cJSON *figures = tree_object();
	uint64_t count = 0;
	int error = operation_count(sql, viewer, filter, &count, problem);
	if (error)
		return error;
	tree_count(figures, "operations", count);
	struct sql_query counts = sql_query(sql, "SELECT " SUMS " FROM " PARTS(SHOWN));
	struct sql_query seizures = sql_query(sql, "SELECT kind, sum(thousandths) FROM operation_seizure WHERE " SHOWN
	                                           " GROUP BY kind ORDER BY kind");
	bind_filter(&counts, viewer, filter);
	bind_filter(&seizures, viewer, filter);
	error = add_sums(counts, seizures, figures, problem);
	return error ? error : give(&figures, ret_figures, problem);
}
