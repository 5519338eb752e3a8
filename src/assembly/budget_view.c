/* What is told of budgets. */
#include "assembly/budget_private.h"

#include "base/emit.h"

#define UNSURE                                                                                                         \
	"transfer_permille, due_days, and that the last budget's outline is spent by twelfths: settings, until "       \
	"somebody who "                                                                                                \
	"has the Financial Regulations confirms them"

static int get(struct affair_viewing *viewing, struct budget *ret_budget, struct problem *problem)
{
	bool year = strlen(viewing->id) == 4 && strspn(viewing->id, "0123456789") == 4;
	int error = year ? budget_get(viewing->sql, (uint32_t)strtoul(viewing->id, NULL, 10), ret_budget, problem)
	                 : problem_set(problem, JISR_NOT_FOUND, "there is no budget %.40s", viewing->id);
	if (!error)
		viewing->version = ret_budget->version;
	return error;
}

static void emit_year(struct text *text, const char *key, uint32_t year)
{
	if (year > 0)
		emit_count(text, key, year);
	else
		emit_null(text, key);
}

/* "difference" and "growth" in percent beside a former sum. */
static void emit_beside(struct text *text, int64_t former, int64_t now)
{
	char growth[MONEY_TEXT_MAX];
	affair_emit_money(text, "before", former);
	affair_emit_money(text, "difference", now - former);
	emit_text(text, "growth", money_growth(former, now, growth) ? growth : NULL);
}

static int show_list(struct affair_viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(
		viewing->sql, "SELECT year, state, provisional, decision, currency, (SELECT ifnull(sum(amount), 0) FROM"
			      " budget_chapter c WHERE c.year = b.year), version FROM budget b ORDER BY year DESC");
	emit_array(viewing->text, "budgets");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "year", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "state", budget_affair.states[sql_number(&query, 1) % BUDGET_STATES]);
		emit_bool(viewing->text, "provisional", sql_number(&query, 2) != 0);
		affair_emit_text(viewing->text, "decision", sql_text(&query, 3));
		emit_text(viewing->text, "currency", sql_text(&query, 4));
		affair_emit_money(viewing->text, "expenditure", sql_number(&query, 5));
		emit_count(viewing->text, "version", (uint64_t)sql_number(&query, 6));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* Each chapter that is spent now. */
static int show_execution(struct affair_viewing *viewing, const struct budget *budget, struct problem *problem)
{
	uint32_t chapters[BUDGET_CHAPTERS];
	size_t count = 0;
	int error;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT number FROM budget_chapter WHERE year = ?1 ORDER BY number");
	sql_bind_number(&query, 1, budget->basis);
	while (count < BUDGET_CHAPTERS && sql_next(&query))
		chapters[count++] = (uint32_t)sql_number(&query, 0);
	error = sql_done(&query, problem);
	emit_array(viewing->text, "execution");
	for (size_t i = 0; i < count && !error; i++) {
		struct budget_line line;
		error = budget_line(viewing->sql, budget, chapters[i], viewing->today, &line, problem);
		if (error)
			break;
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "chapter", chapters[i]);
		affair_emit_money(viewing->text, "voted", line.voted);
		affair_emit_money(viewing->text, "moved_in", line.moved_in);
		affair_emit_money(viewing->text, "moved_out", line.moved_out);
		affair_emit_money(viewing->text, "spent", line.spent);
		affair_emit_money(viewing->text, "open", line.open);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return error;
}

/* What came in on each line; of contributions, what was called for. */
static int show_received(struct affair_viewing *viewing, const struct budget *budget, struct problem *problem)
{
	struct sql_query query =
		sql_query(viewing->sql, "SELECT i.number, i.kind, i.amount, CASE WHEN i.kind = 'statutory' THEN "
	                                "(SELECT ifnull(sum(amount), 0) FROM"
	                                " dues_call WHERE year = ?2) ELSE (SELECT ifnull(sum(p.amount), 0) FROM "
	                                "budget_posting p WHERE p.year = ?2"
	                                " AND p.kind = 'receive' AND p.line = i.number AND p.reversed = '') END FROM "
	                                "budget_income i WHERE i.year ="
	                                " ?1 ORDER BY i.number");
	sql_bind_number(&query, 1, budget->basis);
	sql_bind_number(&query, 2, budget->year);
	emit_array(viewing->text, "received");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "line", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "kind", sql_text(&query, 1));
		affair_emit_money(viewing->text, "foreseen", sql_number(&query, 2));
		affair_emit_money(viewing->text, "received", sql_number(&query, 3));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_papers(struct affair_viewing *viewing, const struct budget *budget, struct problem *problem)
{
	struct sql_query query =
		sql_query(viewing->sql,
	                  "SELECT digest, reason, approval, submitted, decided, closed FROM budget WHERE year = ?1");
	sql_bind_number(&query, 1, budget->year);
	if (sql_next(&query)) {
		affair_emit_text(viewing->text, "digest", sql_text(&query, 0));
		affair_emit_text(viewing->text, "reason", sql_text(&query, 1));
		affair_emit_json(viewing->text, "approval", sql_text(&query, 2));
		affair_emit_text(viewing->text, "submitted", sql_text(&query, 3));
		affair_emit_text(viewing->text, "decided", sql_text(&query, 4));
		affair_emit_json(viewing->text, "accounts", sql_text(&query, 5));
	}
	return sql_done(&query, problem);
}

static int show_one(struct affair_viewing *viewing, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	struct budget budget;
	struct budget_sums sums;
	struct text json;
	int error = get(viewing, &budget, problem);
	if (!error)
		error = budget_sums(viewing->sql, budget.year, &sums, problem);
	if (!error)
		error = budget_content(viewing->sql, &budget, &content, problem);
	if (error)
		return error;
	emit_count(viewing->text, "year", budget.year);
	emit_text(viewing->text, "state", budget_affair.states[budget.state]);
	emit_bool(viewing->text, "provisional", budget.provisional);
	emit_year(viewing->text, "basis", budget.basis);
	emit_year(viewing->text, "session", budget.session);
	emit_year(viewing->text, "draft", budget.draft);
	affair_emit_text(viewing->text, "decision", budget.decision);
	affair_emit_money(viewing->text, "expenditure", sums.expenditure);
	affair_emit_money(viewing->text, "income", sums.income);
	affair_emit_money(viewing->text, "statutory", sums.statutory);
	emit_bool(viewing->text, "balanced", sums.income == sums.expenditure);
	emit_text(viewing->text, "unsure", UNSURE);
	text_init(&json, ENTRY_MAX_BODY * 4);
	if (json_write(content, &json) == JISR_OK)
		emit_raw(viewing->text, "content", json.bytes, json.length);
	else
		error = problem_no_memory(problem);
	text_finish(&json);
	if (!error)
		error = show_papers(viewing, &budget, problem);
	if (!error)
		error = show_execution(viewing, &budget, problem);
	if (!error)
		error = show_received(viewing, &budget, problem);
	emit_count(viewing->text, "version", budget.version);
	return error;
}

static int64_t part_of(const struct budget_parts *parts, const char *code)
{
	for (size_t i = 0; i < parts->count; i++)
		if (strcmp(parts->parts[i].code, code) == 0)
			return parts->parts[i].amount;
	return 0;
}

static int show_contributions(struct affair_viewing *viewing, struct problem *problem)
{
	struct budget budget;
	struct budget_parts parts, former = {NULL, 0, 0};
	uint32_t before = 0;
	int error = get(viewing, &budget, problem);
	if (!error)
		error = budget_contributions(viewing->sql, budget.year, viewing->arena, &parts, problem);
	if (!error)
		error = budget_before(viewing->sql, budget.year, &before, problem);
	if (!error && before > 0)
		error = budget_contributions(viewing->sql, before, viewing->arena, &former, problem);
	if (error)
		return error;
	emit_count(viewing->text, "year", budget.year);
	emit_year(viewing->text, "beside", before);
	affair_emit_money(viewing->text, "total", parts.total);
	emit_array(viewing->text, "contributions");
	for (size_t i = 0; i < parts.count; i++) {
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "code", parts.parts[i].code);
		emit_count(viewing->text, "weight", parts.parts[i].weight);
		affair_emit_money(viewing->text, "amount", parts.parts[i].amount);
		if (before > 0)
			emit_beside(viewing->text, part_of(&former, parts.parts[i].code), parts.parts[i].amount);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return JISR_OK;
}

/* Chapter by chapter and kind of income by kind, beside the last budget. */
static int show_compare(struct affair_viewing *viewing, struct problem *problem)
{
	struct budget budget;
	uint32_t before = 0;
	int error = get(viewing, &budget, problem);
	if (!error)
		error = budget_before(viewing->sql, budget.year, &before, problem);
	if (error)
		return error;
	emit_count(viewing->text, "year", budget.year);
	emit_year(viewing->text, "beside", before);
	emit_array(viewing->text, "chapters");
	struct sql_query query = sql_query(
		viewing->sql,
		"SELECT n, ifnull((SELECT title FROM budget_chapter WHERE year = ?1 AND number = n), (SELECT title FROM"
		" budget_chapter WHERE year = ?2 AND number = n)), ifnull((SELECT amount FROM budget_chapter WHERE "
		"year = ?1"
		" AND number = n), 0), ifnull((SELECT amount FROM budget_chapter WHERE year = ?2 AND number = n), 0) "
		"FROM"
		" (SELECT DISTINCT number AS n FROM budget_chapter WHERE year IN (?1, ?2)) ORDER BY n");
	sql_bind_number(&query, 1, budget.year);
	sql_bind_number(&query, 2, before);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "chapter", (uint64_t)sql_number(&query, 0));
		affair_emit_json(viewing->text, "title", sql_text(&query, 1));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 2));
		emit_beside(viewing->text, sql_number(&query, 3), sql_number(&query, 2));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	error = sql_done(&query, problem);
	if (error)
		return error;
	emit_array(viewing->text, "income");
	query = sql_query(
		viewing->sql,
		"SELECT kind, sum(CASE WHEN year = ?1 THEN amount ELSE 0 END), sum(CASE WHEN year = ?2 THEN amount"
		" ELSE 0 END) FROM budget_income WHERE year IN (?1, ?2) GROUP BY kind ORDER BY kind");
	sql_bind_number(&query, 1, budget.year);
	sql_bind_number(&query, 2, before);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "kind", sql_text(&query, 0));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 1));
		emit_beside(viewing->text, sql_number(&query, 2), sql_number(&query, 1));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_postings(struct affair_viewing *viewing, struct problem *problem)
{
	struct budget budget;
	int error = get(viewing, &budget, problem);
	if (error)
		return error;
	emit_array(viewing->text, "postings");
	struct sql_query query = sql_query(
		viewing->sql, "SELECT number, kind, line, activity, amount, day, reference, text, reversed FROM"
			      " budget_posting WHERE year = ?1 ORDER BY number");
	sql_bind_number(&query, 1, budget.year);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "kind", sql_text(&query, 1));
		emit_count(viewing->text, strcmp(sql_text(&query, 1), "spend") == 0 ? "chapter" : "line",
		           (uint64_t)sql_number(&query, 2));
		emit_year(viewing->text, "activity", (uint32_t)sql_number(&query, 3));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 4));
		emit_text(viewing->text, "day", sql_text(&query, 5));
		affair_emit_text(viewing->text, "reference", sql_text(&query, 6));
		emit_text(viewing->text, "text", sql_text(&query, 7));
		affair_emit_text(viewing->text, "reversed", sql_text(&query, 8));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	error = sql_done(&query, problem);
	if (error)
		return error;
	emit_array(viewing->text, "transfers");
	query = sql_query(viewing->sql,
	                  "SELECT source, target, amount, committee, text, at FROM budget_transfer WHERE year ="
	                  " ?1 ORDER BY entry");
	sql_bind_number(&query, 1, budget.year);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "from", (uint64_t)sql_number(&query, 0));
		emit_count(viewing->text, "to", (uint64_t)sql_number(&query, 1));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 2));
		emit_bool(viewing->text, "committee", sql_number(&query, 3) != 0);
		emit_text(viewing->text, "text", sql_text(&query, 4));
		emit_text(viewing->text, "at", sql_text(&query, 5));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_programme(struct affair_viewing *viewing, struct problem *problem)
{
	struct budget budget;
	int error = get(viewing, &budget, problem);
	if (error)
		return error;
	emit_array(viewing->text, "activities");
	struct sql_query query = sql_query(
		viewing->sql,
		"SELECT chapter, number, title, amount, objective, indicator, state, report, (SELECT"
		" ifnull(sum(p.amount), 0) FROM budget_posting p WHERE p.year = a.year AND p.kind = 'spend' AND"
		" p.line = a.chapter AND p.activity = a.number AND p.reversed = '') FROM budget_activity a"
		" WHERE year = ?1 ORDER BY chapter, number");
	sql_bind_number(&query, 1, budget.year);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "chapter", (uint64_t)sql_number(&query, 0));
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 1));
		affair_emit_json(viewing->text, "title", sql_text(&query, 2));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 3));
		affair_emit_money(viewing->text, "spent", sql_number(&query, 8));
		affair_emit_json(viewing->text, "objective", sql_text(&query, 4));
		affair_emit_text(viewing->text, "indicator", sql_text(&query, 5));
		emit_text(viewing->text, "state", sql_text(&query, 6));
		affair_emit_text(viewing->text, "report", sql_text(&query, 7));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

const struct affair_view budget_views[] = {
	{NULL, "every budget", show_list},
	{NULL, "one budget: its content, its papers, its execution", show_one},
	{"contributions", "what each member contributes by the scale, beside the last budget", show_contributions},
	{"compare", "chapters and income beside the last budget", show_compare},
	{"programme", "the programme of work: activities, what was spent and reached", show_programme},
	{"postings", "what was spent, received and moved", show_postings},
	{NULL, NULL, NULL},
};
