#include "base/json.h"
#include "base/tree.h"
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
	operation->state = OPERATION_NONE;
	for (int i = 0; i < OPERATION_STATES; i++)
		if (strcmp(operation_state_name((enum operation_state)i), sql_text(query, 1)) == 0)
			operation->state = (enum operation_state)i;
	operation->published = sql_number(query, 2) != 0;
	for (int i = 0; i < 10; i++) {
		const char *text = sql_text(query, 3 + i);
		*texts[i] = arena_text(arena, text, strlen(text));
		if (*texts[i] == NULL)
			return JISR_NO_MEMORY;
	}
	operation->version = (uint64_t)sql_number(query, 13);
	return JISR_OK;
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
	int done = sql_done(&query, problem);
	if (done)
		return done;
	if (error)
		return problem_set(problem, error, "operation %s: %s", key, error_text(error));
	return found ? JISR_OK : problem_set(problem, JISR_NOT_FOUND, "there is no operation %.40s", id);
}

int operation_list(struct sql *sql, struct viewer viewer, const struct operation_filter *filter, struct arena *arena,
                   operation_each each, void *context, struct problem *problem)
{
	struct operation last = {.planned = ""};
	int error = JISR_OK;
	if (filter->after != NULL) {
		error = operation_get(sql, viewer, filter->after, arena, &last, problem);
		if (error)
			return error == JISR_NOT_FOUND ? problem_set(problem, JISR_BAD_INPUT,
			                                             "the place to go on from is none that there is")
			                               : error;
	}
	/* The summary shows name, dates and crime areas: lead, participants and state are asked of those inside alone. */
	struct sql_query query =
		sql_query(sql, "SELECT " COLUMNS " FROM operation WHERE " VISIBLE
	                       " AND (?2 IS NULL OR instr(' ' || crimes || ' ', ' ' || ?2 || ' ') > 0)"
	                       " AND (?3 IS NULL OR (lead = ?3 AND " INSIDE "))"
	                       " AND (?4 IS NULL OR (instr(',' || participants, ',' || ?4 || ',') > 0 AND " INSIDE "))"
	                       " AND (?5 IS NULL OR (state = ?5 AND " INSIDE "))"
	                       " AND (?6 = '' OR (planned, id) < (?7, ?6)) ORDER BY planned DESC, id DESC LIMIT ?8");
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, filter->crime);
	sql_bind_text(&query, 3, filter->lead);
	sql_bind_text(&query, 4, filter->participant);
	sql_bind_text(&query, 5, filter->state != OPERATION_NONE ? operation_state_name(filter->state) : NULL);
	sql_bind_text(&query, 6, last.id);
	sql_bind_text(&query, 7, last.planned);
	sql_bind_number(&query, 8, filter->limit > 0 ? (int64_t)filter->limit : NOTICE_LIST_MOST);
	for (bool go = true; go && !error && sql_next(&query);) {
		struct operation operation;
		error = read_row(&query, arena, &operation);
		go = !error && each(context, &operation);
	}
	int done = sql_done(&query, problem);
	return done ? done : error ? problem_set(problem, error, "operations: %s", error_text(error)) : JISR_OK;
}

/* ---- results ---- */

#define COUNTS "arrests", "victims", "cells", "notices"
static const char *const count_names[] = {COUNTS};

static const char *unit_of(const char *kind)
{
	for (size_t i = 0; i < operation_kind_count; i++)
		if (strcmp(operation_kinds[i].code.code, kind) == 0)
			return operation_kinds[i].unit;
	return "item";
}

static void add_quantity(cJSON *list, const char *kind, int64_t thousandths)
{
	cJSON *one = tree_add_object(list, NULL);
	char number[40];
	if (thousandths % 1000 == 0)
		(void)snprintf(number, sizeof number, "%lld", (long long)(thousandths / 1000));
	else
		(void)snprintf(number, sizeof number, "%lld.%03lld", (long long)(thousandths / 1000),
		               (long long)(thousandths % 1000));
	tree_text(one, "kind", kind);
	tree_raw(one, "quantity", number);
	tree_text(one, "unit", unit_of(kind));
}

/* Notices: linked ones where there are some, else what was said. */
#define NOTICES                                                                                                        \
	"CASE WHEN (SELECT count(*) FROM operation_notice n WHERE n.id = p.id AND n.office = p.office) > 0"            \
	" THEN (SELECT count(*) FROM operation_notice n WHERE n.id = p.id AND n.office = p.office)"                    \
	" ELSE coalesce(r.notices, 0) END"
/* Countries that reported or linked something. */
#define PARTS                                                                                                          \
	"(SELECT id, office FROM operation_report WHERE id = ?1 UNION SELECT id, office FROM operation_notice"         \
	" WHERE id = ?1) p LEFT JOIN operation_report r ON r.id = p.id AND r.office = p.office"

static int add_countries(struct sql *sql, const char *id, cJSON *countries, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT p.office, coalesce(r.arrests, 0), coalesce(r.victims, 0), coalesce(r.cells, 0), " NOTICES
		     ", coalesce(r.text, ''), r.at FROM " PARTS " ORDER BY p.office");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(countries, NULL);
		tree_text(one, "office", sql_text(&query, 0));
		for (int i = 0; i < 4; i++)
			tree_count(one, count_names[i], (uint64_t)sql_number(&query, 1 + i));
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

static int add_total(struct sql *sql, const char *id, cJSON *total, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql,
		"SELECT count(*), coalesce(sum(r.arrests), 0), coalesce(sum(r.victims), 0), coalesce(sum(r.cells), 0),"
		" coalesce(sum(" NOTICES "), 0) FROM " PARTS);
	sql_bind_text(&query, 1, id);
	if (sql_next(&query)) {
		tree_count(total, "countries", (uint64_t)sql_number(&query, 0));
		for (int i = 0; i < 4; i++)
			tree_count(total, count_names[i], (uint64_t)sql_number(&query, 1 + i));
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	cJSON *list = tree_add_array(total, "seizures");
	query = sql_query(
		sql, "SELECT kind, sum(thousandths) FROM operation_seizure WHERE id = ?1 GROUP BY kind ORDER BY kind");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query))
		add_quantity(list, sql_text(&query, 0), sql_number(&query, 1));
	return sql_done(&query, problem);
}

/* A linked notice is named to those who see it; all are counted. */
static int add_linked(struct sql *sql, struct viewer viewer, const char *id, cJSON *linked, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = arena_new((size_t)64 << 20, &arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	struct sql_query query =
		sql_query(sql, "SELECT notice, office FROM operation_notice WHERE id = ?1 ORDER BY notice");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query)) {
		struct notice notice;
		arena_reset(arena);
		if (notice_get(sql, viewer, sql_text(&query, 0), arena, &notice, NULL) != JISR_OK)
			continue;
		cJSON *one = tree_add_object(linked, NULL);
		tree_text(one, "notice", sql_text(&query, 0));
		tree_text(one, "office", sql_text(&query, 1));
	}
	return sql_done(&query, problem);
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
		error = add_linked(sql, viewer, operation->id, tree_add_array(results, "linked"), problem);
	if (error)
		return error;
	if (tree_failed() || results == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	*ret_results = results;
	results = NULL;
	return JISR_OK;
}
