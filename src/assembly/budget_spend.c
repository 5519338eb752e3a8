/* The year itself: what applies, what is called for, spent, received, moved, reached; and the closed accounts. */
#include "assembly/budget_private.h"

static uint32_t year_of(const struct affair_applying *applying)
{
	return (uint32_t)strtoul(applying->id, NULL, 10);
}

/* JISR_STATE where nothing is in force that could be executed. */
static int budget_runs(const struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	if (budget->state == BUDGET_ADOPTED || budget->provisional)
		return JISR_OK;
	return problem_set(
		problem, JISR_STATE,
		"the budget %u is %s: nothing is in force that could be executed (the outline of the last one "
		"applies after \"provisional\")",
		(unsigned)budget->year, budget_affair.states[budget->state]);
}

/* The field "day", else today: a day of the year, and not to come. */
static int budget_day(const struct affair_taking *taking, const char **ret_day, struct problem *problem)
{
	const char *day = json_get_text(taking->fields, "day");
	if (day == NULL)
		day = taking->today;
	if ((uint32_t)strtoul(day, NULL, 10) != BUDGET_OF(taking)->year)
		return problem_set(problem, JISR_BAD_INPUT, "%s is no day of %u: say \"day\"", day,
		                   (unsigned)BUDGET_OF(taking)->year);
	if (strcmp(day, taking->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	*ret_day = day;
	return JISR_OK;
}

/* ---- what applies without a budget ---- */

int budget_provisional(struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	uint32_t before = 0, year = (uint32_t)strtoul(taking->today, NULL, 10);
	if (budget->provisional)
		return problem_set(problem, JISR_CONFLICT, "the outline of %u applies already",
		                   (unsigned)budget->basis);
	if (year < budget->year)
		return problem_set(problem, JISR_STATE, "%u has not begun: its budget can still be adopted",
		                   (unsigned)budget->year);
	int error = budget_before(taking->sql, budget->year, &before, problem);
	if (!error && before == 0)
		error = problem_set(problem, JISR_STATE, "no budget before %u was adopted: there is no outline",
		                    (unsigned)budget->year);
	tree_count(taking->made, "basis", before);
	return error;
}

int budget_provisional_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE budget SET provisional = 1, basis = ?2, reason = ?3 WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->made, "basis"));
	sql_bind_text(&query, 3, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

/* ---- contributions ---- */

int budget_call(struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	struct budget_parts parts;
	struct budget basis;
	char due[11], amount[MONEY_TEXT_MAX], first[11];
	const char *asked = json_get_text(taking->fields, "due");
	int error = budget_runs(taking, problem);
	if (!error && budget->called == budget->basis)
		error = problem_set(problem, JISR_CONFLICT, "the contributions of %u are called for already",
		                    (unsigned)budget->year);
	if (!error)
		error = budget_get(taking->sql, budget->basis, &basis, problem);
	if (!error)
		error = budget_contributions(taking->sql, budget->basis, taking->arena, &parts, problem);
	if (error)
		return error;
	(void)snprintf(first, sizeof first, "%04u-01-01", (unsigned)(budget->year % 10000));
	if (asked == NULL)
		agenda_day_add(strcmp(first, taking->today) > 0 ? first : taking->today, (int)basis.rules.due_days,
		               due);
	else
		(void)snprintf(due, sizeof due, "%.10s", asked);
	if (strcmp(due, first) < 0)
		return problem_set(problem, JISR_BAD_INPUT, "contributions of %u are not due before it begins",
		                   (unsigned)budget->year);
	tree_text(taking->made, "due", due);
	tree_count(taking->made, "basis", budget->basis);
	cJSON *list = tree_add_array(taking->made, "contributions");
	for (size_t i = 0; i < parts.count; i++) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "code", parts.parts[i].code);
		tree_text(one, "amount", money_text(parts.parts[i].amount, amount));
	}
	return JISR_OK;
}

int budget_call_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *list = json_get(applying->made, "contributions");
	struct sql_query query = sql_query(applying->sql, "DELETE FROM dues_call WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	int error = sql_run(&query, problem);
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL && !error; one = one->next) {
		query = sql_query(applying->sql, "INSERT OR REPLACE INTO dues_call VALUES(?1, ?2, ?3, ?4)");
		sql_bind_text(&query, 1, applying_text(one, "code"));
		sql_bind_number(&query, 2, year_of(applying));
		sql_bind_number(&query, 3, field_amount(one, "amount"));
		sql_bind_text(&query, 4, applying_text(applying->made, "due"));
		error = sql_run(&query, problem);
	}
	if (error)
		return error;
	query = sql_query(applying->sql, "UPDATE budget SET called = ?2 WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->made, "basis"));
	return sql_run(&query, problem);
}

/* ---- what was spent and received ---- */

static int check_amount(const struct affair_taking *taking, struct problem *problem)
{
	return field_amount(taking->fields, "amount") > 0
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "\"amount\" is more than nothing");
}

/* The entry that bears the voucher's reference already and was not reversed: a voucher is not entered twice. */
static int check_reference(const struct affair_taking *taking, const char *kind, struct problem *problem)
{
	const char *reference = json_get_text(taking->fields, "reference");
	int64_t number = 0;
	if (reference == NULL)
		return JISR_OK;
	struct sql_query query = sql_query(taking->sql, "SELECT max(number) FROM budget_posting WHERE year = ?1 AND"
	                                                " kind = ?2 AND reference = ?3 AND reversed = ''");
	sql_bind_number(&query, 1, BUDGET_OF(taking)->year);
	sql_bind_text(&query, 2, kind);
	sql_bind_text(&query, 3, reference);
	int error = sql_run_number(&query, 0, &number, problem);
	return error || number == 0
	               ? error
	               : problem_set(problem, JISR_CONFLICT, "entry %lld of %u bears the reference %.60s already",
	                             (long long)number, (unsigned)BUDGET_OF(taking)->year, reference);
}

static int number_posting(struct affair_taking *taking, const char *kind, const char *day, struct problem *problem)
{
	int64_t last = 0;
	int error = check_reference(taking, kind, problem);
	if (!error)
		error = budget_number(taking->sql, "SELECT max(number) FROM budget_posting WHERE year = ?1",
		                      BUDGET_OF(taking)->year, 0, &last, problem);
	if (!error && last >= BUDGET_POSTINGS)
		error = problem_set(problem, JISR_TOO_LARGE, "a year has at most %d entries in its accounts",
		                    BUDGET_POSTINGS);
	tree_count(taking->made, "number", (uint64_t)last + 1);
	tree_text(taking->made, "day", day);
	return error;
}

static int check_activity(const struct affair_taking *taking, uint32_t year, uint32_t chapter, uint32_t activity,
                          struct problem *problem)
{
	int64_t there = 0;
	struct sql_query query =
		sql_query(taking->sql, "SELECT count(*) FROM budget_activity WHERE year = ?1 AND chapter = ?2"
	                               " AND number = ?3");
	sql_bind_number(&query, 1, year);
	sql_bind_number(&query, 2, chapter);
	sql_bind_number(&query, 3, activity);
	int error = sql_run_number(&query, 0, &there, problem);
	if (!error && there == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "the budget %u has no activity %u.%u", (unsigned)year,
		                    (unsigned)chapter, (unsigned)activity);
	return error;
}

int budget_spend(struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	uint32_t chapter = applying_number(taking->fields, "chapter");
	uint32_t activity = applying_number(taking->fields, "activity");
	struct budget_line line;
	char open[MONEY_TEXT_MAX], voted[MONEY_TEXT_MAX];
	const char *day = NULL;
	int64_t own = 0;
	int error = budget_runs(taking, problem);
	if (!error)
		error = check_amount(taking, problem);
	if (!error)
		error = budget_day(taking, &day, problem);
	if (!error)
		error = budget_line(taking->sql, budget, chapter, day, &line, problem);
	if (!error && !line.there)
		error = problem_set(problem, JISR_NOT_FOUND, "the budget %u has no chapter %u", (unsigned)budget->basis,
		                    (unsigned)chapter);
	/* What is spent from another year's outline while the own draft is before the Assembly must find its chapter there. */
	if (!error && budget->basis != budget->year && budget->state == BUDGET_TABLED)
		error = budget_number(taking->sql,
		                      "SELECT count(*) FROM budget_chapter WHERE year = ?1 AND number = ?2",
		                      budget->year, chapter, &own, problem);
	if (!error && budget->basis != budget->year && budget->state == BUDGET_TABLED && own == 0)
		error = problem_set(problem, JISR_STATE, "the budget that the Assembly has before it has no chapter %u",
		                    (unsigned)chapter);
	if (!error && activity > 0)
		error = check_activity(taking, budget->basis, chapter, activity, problem);
	if (!error && field_amount(taking->fields, "amount") > line.open)
		error = problem_set(problem, JISR_STATE, "chapter %u has %s left until %s, of %s%s", (unsigned)chapter,
		                    money_text(line.open, open), day,
		                    money_text(line.voted + line.moved_in - line.moved_out, voted),
		                    budget->provisional ? " a year, by twelfths" : "");
	return error ? error : number_posting(taking, "spend", day, problem);
}

static int insert_posting(struct affair_applying *applying, const char *kind, const char *line, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO budget_posting VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', ?10)");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, kind);
	sql_bind_number(&query, 4, applying_number(applying->body, line));
	sql_bind_number(&query, 5, applying_number(applying->body, "activity"));
	sql_bind_number(&query, 6, field_amount(applying->body, "amount"));
	sql_bind_text(&query, 7, applying_text(applying->made, "day"));
	sql_bind_text(&query, 8, applying_text(applying->body, "reference"));
	sql_bind_text(&query, 9, applying_text(applying->body, "text"));
	sql_bind_number(&query, 10, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int budget_spend_apply(struct affair_applying *applying, struct problem *problem)
{
	return insert_posting(applying, "spend", "chapter", problem);
}

int budget_receive(struct affair_taking *taking, struct problem *problem)
{
	uint32_t line = applying_number(taking->fields, "line");
	const char *day = NULL;
	char kind[16] = "";
	int error = budget_runs(taking, problem);
	if (!error)
		error = check_amount(taking, problem);
	if (!error)
		error = budget_day(taking, &day, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(taking->sql, "SELECT kind FROM budget_income WHERE year = ?1 AND number = ?2");
	sql_bind_number(&query, 1, BUDGET_OF(taking)->basis);
	sql_bind_number(&query, 2, line);
	if (sql_next(&query))
		(void)snprintf(kind, sizeof kind, "%s", sql_text(&query, 0));
	error = sql_done(&query, problem);
	if (!error && kind[0] == '\0')
		error = problem_set(problem, JISR_NOT_FOUND, "the budget %u has no line of income %u",
		                    (unsigned)BUDGET_OF(taking)->basis, (unsigned)line);
	if (!error && strcmp(kind, "statutory") == 0)
		error = problem_set(problem, JISR_STATE,
		                    "members' contributions are entered with the member that paid (dues, pay)");
	return error ? error : number_posting(taking, "receive", day, problem);
}

int budget_receive_apply(struct affair_applying *applying, struct problem *problem)
{
	return insert_posting(applying, "receive", "line", problem);
}

int budget_reverse(struct affair_taking *taking, struct problem *problem)
{
	uint32_t number = applying_number(taking->fields, "number");
	bool there = false, reversed = false;
	int error = budget_runs(taking, problem);
	struct sql_query query =
		sql_query(taking->sql, "SELECT reversed FROM budget_posting WHERE year = ?1 AND number = ?2");
	sql_bind_number(&query, 1, BUDGET_OF(taking)->year);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		there = true;
		reversed = sql_text(&query, 0)[0] != '\0';
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	if (!there)
		return problem_set(problem, JISR_NOT_FOUND, "the accounts of %u have no entry %u",
		                   (unsigned)BUDGET_OF(taking)->year, (unsigned)number);
	return reversed ? problem_set(problem, JISR_CONFLICT, "entry %u is reversed already", (unsigned)number)
	                : JISR_OK;
}

int budget_reverse_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE budget_posting SET reversed = ?3 WHERE year = ?1 AND number = ?2");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->body, "number"));
	sql_bind_text(&query, 3, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

/* ---- transfers ---- */

static int check_limit(const struct budget *budget, uint32_t chapter, const struct budget_line *line, int64_t moved,
                       const char *where, struct problem *problem)
{
	char most[MONEY_TEXT_MAX], all[MONEY_TEXT_MAX];
	int64_t limit = money_share(line->voted, budget->rules.transfer_permille, 1000);
	if (moved <= limit)
		return JISR_OK;
	return problem_set(
		problem, JISR_STATE,
		"with this %s would have been moved %s chapter %u; headquarters may move %s by itself (%u.%u %% of "
		"what was voted): the Executive Committee decides",
		money_text(moved, all), where, (unsigned)chapter, money_text(limit, most),
		(unsigned)budget->rules.transfer_permille / 10, (unsigned)budget->rules.transfer_permille % 10);
}

int budget_transfer(struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	struct budget_line from, to;
	uint32_t source = applying_number(taking->fields, "from"), target = applying_number(taking->fields, "to");
	int64_t amount = field_amount(taking->fields, "amount");
	bool committee = applying_flag(taking->fields, "committee");
	char open[MONEY_TEXT_MAX];
	if ((taking->sides & AFFAIR_BIT(committee ? BUDGET_COMMITTEE : BUDGET_HEADQUARTERS)) == 0)
		return problem_set(problem, JISR_DENIED, "only %s may enter that",
		                   budget_affair.sides[committee ? BUDGET_COMMITTEE : BUDGET_HEADQUARTERS]);
	if (source == target)
		return problem_set(problem, JISR_BAD_INPUT, "money is moved from one chapter to another");
	int error = check_amount(taking, problem);
	if (!error)
		error = budget_line(taking->sql, budget, source, taking->today, &from, problem);
	if (!error)
		error = budget_line(taking->sql, budget, target, taking->today, &to, problem);
	if (!error && (!from.there || !to.there))
		error = problem_set(problem, JISR_NOT_FOUND, "the budget %u has no chapter %u", (unsigned)budget->year,
		                    (unsigned)(from.there ? target : source));
	if (!error && amount > from.open)
		error = problem_set(problem, JISR_STATE, "chapter %u has %s left", (unsigned)source,
		                    money_text(from.open, open));
	if (!error && !committee)
		error = check_limit(budget, source, &from, from.moved_out + amount, "out of", problem);
	if (!error && !committee)
		error = check_limit(budget, target, &to, to.moved_in + amount, "into", problem);
	return error;
}

int budget_transfer_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO budget_transfer VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	sql_bind_number(&query, 1, (int64_t)applying->entry->sequence);
	sql_bind_number(&query, 2, year_of(applying));
	sql_bind_number(&query, 3, applying_number(applying->body, "from"));
	sql_bind_number(&query, 4, applying_number(applying->body, "to"));
	sql_bind_number(&query, 5, field_amount(applying->body, "amount"));
	sql_bind_number(&query, 6, applying_flag(applying->body, "committee"));
	sql_bind_text(&query, 7, applying_text(applying->body, "text"));
	sql_bind_text(&query, 8, applying->entry->header.at);
	return sql_run(&query, problem);
}

/* ---- the programme, the end ---- */

int budget_progress(struct affair_taking *taking, struct problem *problem)
{
	return check_activity(taking, BUDGET_OF(taking)->year, applying_number(taking->fields, "chapter"),
	                      applying_number(taking->fields, "activity"), problem);
}

int budget_progress_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE budget_activity SET state = ?4, report = ?5 WHERE year = ?1"
	                                 " AND chapter = ?2 AND number = ?3");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_number(&query, 2, applying_number(applying->body, "chapter"));
	sql_bind_number(&query, 3, applying_number(applying->body, "activity"));
	sql_bind_text(&query, 4, applying_text(applying->body, "state"));
	sql_bind_text(&query, 5, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

int budget_close(struct affair_taking *taking, struct problem *problem)
{
	const struct budget *budget = BUDGET_OF(taking);
	char text[MONEY_TEXT_MAX];
	int64_t spent = 0, received = 0, called = 0;
	int error = budget_runs(taking, problem);
	if (!error && (uint32_t)strtoul(taking->today, NULL, 10) <= budget->year)
		error = problem_set(problem, JISR_STATE, "the year %u is not over", (unsigned)budget->year);
	if (!error)
		error = budget_number(taking->sql,
		                      "SELECT sum(amount) FROM budget_posting WHERE year = ?1 AND kind = 'spend' AND"
		                      " reversed = ''",
		                      budget->year, 0, &spent, problem);
	if (!error)
		error = budget_number(taking->sql,
		                      "SELECT sum(amount) FROM budget_posting WHERE year = ?1 AND kind = 'receive' AND"
		                      " reversed = ''",
		                      budget->year, 0, &received, problem);
	if (!error)
		error = budget_number(taking->sql, "SELECT sum(amount) FROM dues_call WHERE year = ?1", budget->year, 0,
		                      &called, problem);
	if (error)
		return error;
	tree_text(taking->made, "spent", money_text(spent, text));
	tree_text(taking->made, "contributions", money_text(called, text));
	tree_text(taking->made, "received", money_text(received, text));
	tree_text(taking->made, "result", money_text(called + received - spent, text));
	return JISR_OK;
}

int budget_close_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *result;
	int error = entry_json_text(applying->arena, applying->made, &result, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(applying->sql, "UPDATE budget SET closed = ?2 WHERE year = ?1");
	sql_bind_number(&query, 1, year_of(applying));
	sql_bind_text(&query, 2, result);
	return sql_run(&query, problem);
}
