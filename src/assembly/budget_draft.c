/* The draft: chapters, programme of work, income, scale, rules. */
#include "assembly/budget_private.h"

/* Until somebody who has the organisation's Financial Regulations confirms them. */
#define TRANSFER_PERMILLE 100
#define DUE_DAYS          30

static uint32_t year_of(const struct affair_applying *applying)
{
	return (uint32_t)strtoul(applying->id, NULL, 10);
}

/* ---- the draft ---- */

int budget_draft(struct affair_taking *taking, struct problem *problem)
{
	uint32_t before = 0;
	const char *currency = json_get_text(taking->fields, "currency");
	int error = budget_before(taking->sql, BUDGET_OF(taking)->year, &before, problem);
	if (!error && currency != NULL &&
	    (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3))
		error = problem_set(problem, JISR_BAD_INPUT, "\"currency\" is a code of three letters, such as EUR");
	if (!error && before > 0)
		tree_count(taking->made, "outline", before);
	return error;
}

static int copy_outline(struct affair_applying *applying, int64_t year, int64_t outline, struct problem *problem)
{
	int error = JISR_OK;
	for (int i = 0; i < 4 && !error; i++) {
		struct sql_query query =
			i == 0   ? sql_query(applying->sql,
		                             "INSERT INTO budget_chapter SELECT ?1, number, title, amount, text"
		                               " FROM budget_chapter WHERE year = ?2")
			: i == 1 ? sql_query(applying->sql,
		                             "INSERT INTO budget_income SELECT ?1, number, kind, title, amount"
		                             " FROM budget_income WHERE year = ?2")
			: i == 2 ? sql_query(applying->sql,
		                             "INSERT INTO budget_scale SELECT ?1, code, weight FROM budget_scale"
		                             " WHERE year = ?2")
				 : sql_query(applying->sql,
		                             "UPDATE budget SET (currency, transfer_permille, twelfths, due_days, "
		                             "least_ppm,"
		                             " most_ppm) = (SELECT currency, transfer_permille, twelfths, due_days,"
		                             " least_ppm, most_ppm FROM budget WHERE year = ?2) WHERE year = ?1");
		sql_bind_number(&query, 1, year);
		sql_bind_number(&query, 2, outline);
		error = sql_run(&query, problem);
	}
	return error;
}

int budget_draft_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *currency = applying_text(applying->body, "currency");
	uint32_t outline = applying_number(applying->made, "outline");
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO budget VALUES(?1, 0, 0, 0, 0, 0, '', 'EUR', ?2, 1,"
	                                 " ?3, 0, 0, 0, '', '', '', '', '', '', 0)");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, TRANSFER_PERMILLE);
	sql_bind_number(&query, 3, DUE_DAYS);
	int error = sql_run(&query, problem);
	if (!error && outline > 0)
		error = copy_outline(applying, year_of(applying), outline, problem);
	if (error || currency[0] == '\0')
		return error;
	query = sql_query(applying->sql, "UPDATE budget SET currency = ?2 WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_text(&query, 2, currency);
	return sql_run(&query, problem);
}

/* Numbers of a list that stand twice: a chapter's, or an activity's in its chapter. */
static int check_once(const cJSON *list, const char *first, const char *second, const char *what,
                      struct problem *problem)
{
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		if (applying_number(one, first) == 0 || (second != NULL && applying_number(one, second) == 0))
			return problem_set(problem, JISR_BAD_INPUT, "%ss are numbered from 1", what);
		for (const cJSON *other = list->child; other != one; other = other->next)
			if (applying_number(one, first) == applying_number(other, first) &&
			    (second == NULL || applying_number(one, second) == applying_number(other, second)))
				return problem_set(problem, JISR_BAD_INPUT, "the %s %u%s%.0u stands there twice", what,
				                   (unsigned)applying_number(one, first), second != NULL ? "." : "",
				                   second != NULL ? (unsigned)applying_number(one, second) : 0);
	}
	return JISR_OK;
}

int budget_chapters(struct affair_taking *taking, struct problem *problem)
{
	return check_once(json_get(taking->fields, "chapters"), "number", NULL, "chapter", problem);
}

static int clear(struct affair_applying *applying, const char *statement, struct problem *problem)
{
	struct sql_query query = sql_query_once(applying->sql, statement);
	sql_bind_number(&query, 1, year_of(applying));
	return sql_run(&query, problem);
}

int budget_chapters_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->body, "chapters");
	int error = clear(applying, "DELETE FROM budget_chapter WHERE year = ?1", problem);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next) {
		const char *title, *text;
		error = entry_json_text(applying->arena, json_get(one, "title"), &title, problem);
		if (!error)
			error = entry_json_text(applying->arena, json_get(one, "text"), &text, problem);
		if (error)
			return error;
		struct sql_query query =
			sql_query(applying->sql, "INSERT OR REPLACE INTO budget_chapter VALUES(?1, ?2, ?3, ?4, ?5)");
		sql_bind_number(&query, 1, year_of(applying));
		sql_bind_number(&query, 2, applying_number(one, "number"));
		sql_bind_text(&query, 3, title);
		sql_bind_number(&query, 4, field_amount(one, "amount"));
		sql_bind_text(&query, 5, text);
		error = sql_run(&query, problem);
	}
	return error;
}

int budget_programme(struct affair_taking *taking, struct problem *problem)
{
	return check_once(json_get(taking->fields, "activities"), "chapter", "number", "activity", problem);
}

int budget_programme_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->body, "activities");
	int error = clear(applying, "DELETE FROM budget_activity WHERE year = ?1", problem);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next) {
		const char *title, *objective;
		error = entry_json_text(applying->arena, json_get(one, "title"), &title, problem);
		if (!error)
			error = entry_json_text(applying->arena, json_get(one, "objective"), &objective, problem);
		if (error)
			return error;
		struct sql_query query =
			sql_query(applying->sql, "INSERT OR REPLACE INTO budget_activity VALUES(?1, ?2, ?3, ?4, ?5, ?6,"
		                                 " ?7, 'planned', '')");
		sql_bind_number(&query, 1, year_of(applying));
		sql_bind_number(&query, 2, applying_number(one, "chapter"));
		sql_bind_number(&query, 3, applying_number(one, "number"));
		sql_bind_text(&query, 4, title);
		sql_bind_number(&query, 5, field_amount(one, "amount"));
		sql_bind_text(&query, 6, objective);
		sql_bind_text(&query, 7, applying_text(one, "indicator"));
		error = sql_run(&query, problem);
	}
	return error;
}

int budget_income(struct affair_taking *taking, struct problem *problem)
{
	size_t statutory = 0;
	const cJSON *list = json_get(taking->fields, "income");
	for (const cJSON *one = list->child; one != NULL; one = one->next)
		statutory += strcmp(applying_text(one, "kind"), "statutory") == 0;
	return statutory == 1 ? JISR_OK
	                      : problem_set(problem, JISR_BAD_INPUT,
	                                    "one line of income is statutory contributions, not %zu", statutory);
}

int budget_income_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->body, "income");
	int64_t number = 0;
	int error = clear(applying, "DELETE FROM budget_income WHERE year = ?1", problem);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next) {
		const char *title;
		error = entry_json_text(applying->arena, json_get(one, "title"), &title, problem);
		if (error)
			return error;
		struct sql_query query =
			sql_query(applying->sql, "INSERT INTO budget_income VALUES(?1, ?2, ?3, ?4, ?5)");
		sql_bind_number(&query, 1, year_of(applying));
		sql_bind_number(&query, 2, ++number);
		sql_bind_text(&query, 3, applying_text(one, "kind"));
		sql_bind_text(&query, 4, title);
		sql_bind_number(&query, 5, field_amount(one, "amount"));
		error = sql_run(&query, problem);
	}
	return error;
}

int budget_scale(struct affair_taking *taking, struct problem *problem)
{
	const cJSON *list = json_get(taking->fields, "scale");
	uint32_t least = applying_number(taking->fields, "least_ppm");
	uint32_t most = applying_number(taking->fields, "most_ppm");
	if (most > 0 && least > most)
		return problem_set(problem, JISR_BAD_INPUT, "\"least_ppm\" is above \"most_ppm\"");
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		struct member member;
		const char *code = applying_text(one, "code");
		int error = register_member(taking->sql, code, &member, problem);
		if (error)
			return error;
		if (applying_number(one, "weight") == 0)
			return problem_set(problem, JISR_BAD_INPUT, "%s has no weight: a member weighs 1 or more",
			                   code);
		for (const cJSON *other = list->child; other != one; other = other->next)
			if (strcmp(code, applying_text(other, "code")) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "%s stands on the scale twice", code);
	}
	return JISR_OK;
}

int budget_scale_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->body, "scale");
	int error = clear(applying, "DELETE FROM budget_scale WHERE year = ?1", problem);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next) {
		struct sql_query query =
			sql_query(applying->sql, "INSERT OR REPLACE INTO budget_scale VALUES(?1, ?2, ?3)");
		sql_bind_number(&query, 1, year_of(applying));
		sql_bind_text(&query, 2, applying_text(one, "code"));
		sql_bind_number(&query, 3, applying_number(one, "weight"));
		error = sql_run(&query, problem);
	}
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "UPDATE budget SET least_ppm = ?2, most_ppm = ?3 WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->body, "least_ppm"));
	sql_bind_number(&query, 3, applying_number(applying->body, "most_ppm"));
	return sql_run(&query, problem);
}

int budget_rules(struct affair_taking *taking, struct problem *problem)
{
	return taking->fields != NULL && taking->fields->child != NULL
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "which rule? transfer_permille, twelfths or due_days");
}

int budget_rules_apply(struct affair_applying *applying, struct problem *problem)
{
	static const char *const names[] = {"transfer_permille", "twelfths", "due_days"};
	struct sql_query query =
		sql_query(applying->sql,
	                  "UPDATE budget SET transfer_permille = ifnull(?2, transfer_permille), twelfths = ifnull(?3,"
	                  " twelfths), due_days = ifnull(?4, due_days) WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	for (int i = 0; i < 3; i++)
		if (json_get(applying->body, names[i]) != NULL)
			sql_bind_number(&query, 2 + i,
			                i == 1 ? applying_flag(applying->body, names[i])
			                       : (int64_t)applying_number(applying->body, names[i]));
	return sql_run(&query, problem);
}

/* ---- the whole: each part as the step that writes it takes it ---- */

/* A value that stands as JSON in a column. */
static void add_json(cJSON *parent, const char *key, const char *json)
{
	cJSON *value = json[0] != '\0' ? cJSON_Parse(json) : NULL;
	if (value != NULL && !cJSON_AddItemToObject(parent, key, value))
		cJSON_Delete(value);
}

static void add_money(cJSON *parent, const char *key, int64_t cents)
{
	char text[MONEY_TEXT_MAX];
	tree_text(parent, key, money_text(cents, text));
}

static int add_chapters(struct sql *sql, uint32_t year, cJSON *content, struct problem *problem)
{
	cJSON *list = tree_add_array(content, "chapters");
	struct sql_query query = sql_query(
		sql, "SELECT number, title, amount, text FROM budget_chapter WHERE year = ?1 ORDER BY number");
	sql_bind_number(&query, 1, year);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(list, NULL);
		tree_count(one, "number", (uint64_t)sql_number(&query, 0));
		add_json(one, "title", sql_text(&query, 1));
		add_money(one, "amount", sql_number(&query, 2));
		add_json(one, "text", sql_text(&query, 3));
	}
	return sql_done(&query, problem);
}

static int add_activities(struct sql *sql, uint32_t year, cJSON *content, struct problem *problem)
{
	cJSON *list = tree_add_array(content, "activities");
	struct sql_query query =
		sql_query(sql, "SELECT chapter, number, title, amount, objective, indicator FROM budget_activity WHERE"
	                       " year = ?1 ORDER BY chapter, number");
	sql_bind_number(&query, 1, year);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(list, NULL);
		tree_count(one, "chapter", (uint64_t)sql_number(&query, 0));
		tree_count(one, "number", (uint64_t)sql_number(&query, 1));
		add_json(one, "title", sql_text(&query, 2));
		add_money(one, "amount", sql_number(&query, 3));
		add_json(one, "objective", sql_text(&query, 4));
		if (sql_text(&query, 5)[0] != '\0')
			tree_text(one, "indicator", sql_text(&query, 5));
	}
	return sql_done(&query, problem);
}

static int add_income(struct sql *sql, uint32_t year, cJSON *content, struct problem *problem)
{
	cJSON *list = tree_add_array(content, "income");
	struct sql_query query =
		sql_query(sql, "SELECT kind, title, amount FROM budget_income WHERE year = ?1 ORDER BY number");
	sql_bind_number(&query, 1, year);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "kind", sql_text(&query, 0));
		add_json(one, "title", sql_text(&query, 1));
		add_money(one, "amount", sql_number(&query, 2));
	}
	return sql_done(&query, problem);
}

static int add_scale(struct sql *sql, const struct budget *budget, cJSON *content, struct problem *problem)
{
	cJSON *scale = tree_add_object(content, "scale"), *list = tree_add_array(scale, "scale");
	struct sql_query query = sql_query(sql, "SELECT code, weight FROM budget_scale WHERE year = ?1 ORDER BY code");
	sql_bind_number(&query, 1, budget->year);
	while (sql_next(&query)) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "code", sql_text(&query, 0));
		tree_count(one, "weight", (uint64_t)sql_number(&query, 1));
	}
	tree_count(scale, "least_ppm", budget->least_ppm);
	tree_count(scale, "most_ppm", budget->most_ppm);
	return sql_done(&query, problem);
}

int budget_content(struct sql *sql, const struct budget *budget, cJSON **ret_content, struct problem *problem)
{
	cJSON *content = tree_object();
	int error = add_chapters(sql, budget->year, content, problem);
	if (!error)
		error = add_activities(sql, budget->year, content, problem);
	if (!error)
		error = add_income(sql, budget->year, content, problem);
	if (!error)
		error = add_scale(sql, budget, content, problem);
	cJSON *rules = tree_add_object(content, "rules");
	tree_text(content, "currency", budget->currency);
	tree_count(rules, "transfer_permille", budget->rules.transfer_permille);
	tree_bool(rules, "twelfths", budget->rules.twelfths);
	tree_count(rules, "due_days", budget->rules.due_days);
	if (tree_failed() && !error)
		error = problem_no_memory(problem);
	if (error)
		cJSON_Delete(content);
	else
		*ret_content = content;
	return error;
}
