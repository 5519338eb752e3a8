#include "notices/rules.h"

#include "base/json.h"
#include "base/tree.h"

int rules_now(struct sql *sql, const char *statement, cJSON **ret_json, struct problem *problem)
{
	struct sql_query query = sql_query(sql, statement);
	*ret_json = sql_next(&query) ? cJSON_Parse(sql_text(&query, 0)) : NULL;
	return sql_done(&query, problem);
}

int rules_keep(struct store_write *write, const char *statement, cJSON *json, struct problem *problem)
{
	const char *text = NULL;
	int error = tree_failed() ? problem_no_memory(problem)
	                          : entry_json_text(store_write_arena(write), json, &text, problem);
	json_free(json);
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), statement);
	sql_bind_text(&query, 1, text);
	return sql_run(&query, problem);
}

int rules_say(struct store_write *write, const struct caller *caller, const char *kind, const char *subject,
              const cJSON *rules, struct problem *problem)
{
	cJSON *body = tree_object(), *copy = cJSON_Duplicate(rules, true);
	struct entry_draft draft = {.author = caller->office,
	                            .officer = caller->officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .expected = ENTRY_ANY};
	if (!cJSON_AddItemToObject(body, "rules", copy)) {
		json_free(copy);
		json_free(body);
		return problem_no_memory(problem);
	}
	return store_append_tree(write, draft, body, NULL, problem);
}
