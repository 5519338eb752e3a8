/* The domain. Kinds, "budget.STEP" for each step of assembly/budget_steps.def, subject "budget/2026", and those of
 * contributions (assembly/dues_steps.def), subject "dues/MA". What the Assembly decides comes by its own entries: "budget"
 * applies assembly.vote.close, assembly.vote.settle and assembly.draft.withdraw after the domain `assembly`.
 *
 * Invariants
 *   1  Sums in tables are cents. Nothing is stored that follows from other rows: contributions, what a chapter has left, arrears
 *      are computed when they are asked for; only a call for contributions fixes what each member owes, in its entry.
 *   2  Nothing that was entered is changed or taken away: it is reversed, and both stand.
 *   3  At most one budget is tabled with a draft resolution. */
#include "assembly/budget.h"

#include "assembly/budget_private.h"

#include "assembly/dues_private.h"

#include <stdlib.h>

static const char *const tables[] = {"budget",
                                     "budget_chapter",
                                     "budget_activity",
                                     "budget_income",
                                     "budget_scale",
                                     "budget_posting",
                                     "budget_transfer",
                                     "dues",
                                     "dues_call",
                                     "dues_payment",
                                     NULL};

static const struct store_step migrations[] = {
	{"CREATE TABLE budget(year INTEGER PRIMARY KEY, state INTEGER NOT NULL, provisional INTEGER NOT NULL,"
         " basis INTEGER NOT NULL, session INTEGER NOT NULL, draft INTEGER NOT NULL, decision TEXT NOT NULL,"
         " currency TEXT NOT NULL, transfer_permille INTEGER NOT NULL, twelfths INTEGER NOT NULL,"
         " due_days INTEGER NOT NULL, least_ppm INTEGER NOT NULL, most_ppm INTEGER NOT NULL, called INTEGER NOT NULL,"
         " digest TEXT NOT NULL, reason TEXT NOT NULL, approval TEXT NOT NULL, submitted TEXT NOT NULL,"
         " decided TEXT NOT NULL, closed TEXT NOT NULL, version INTEGER NOT NULL);"
         "CREATE TABLE budget_chapter(year INTEGER NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL,"
         " amount INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(year, number)) WITHOUT ROWID;"
         "CREATE TABLE budget_activity(year INTEGER NOT NULL, chapter INTEGER NOT NULL, number INTEGER NOT NULL,"
         " title TEXT NOT NULL, amount INTEGER NOT NULL, objective TEXT NOT NULL, indicator TEXT NOT NULL,"
         " state TEXT NOT NULL, report TEXT NOT NULL, PRIMARY KEY(year, chapter, number)) WITHOUT ROWID;"
         "CREATE TABLE budget_income(year INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,"
         " title TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY(year, number)) WITHOUT ROWID;"
         "CREATE TABLE budget_scale(year INTEGER NOT NULL, code TEXT NOT NULL, weight INTEGER NOT NULL,"
         " PRIMARY KEY(year, code)) WITHOUT ROWID;"
         "CREATE TABLE budget_posting(year INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,"
         " line INTEGER NOT NULL, activity INTEGER NOT NULL, amount INTEGER NOT NULL, day TEXT NOT NULL,"
         " reference TEXT NOT NULL, text TEXT NOT NULL, reversed TEXT NOT NULL, entry INTEGER NOT NULL,"
         " PRIMARY KEY(year, number)) WITHOUT ROWID;"
         "CREATE INDEX budget_posting_by_line ON budget_posting(year, kind, line);"
         "CREATE TABLE budget_transfer(entry INTEGER PRIMARY KEY, year INTEGER NOT NULL, source INTEGER NOT NULL,"
         " target INTEGER NOT NULL, amount INTEGER NOT NULL, committee INTEGER NOT NULL, text TEXT NOT NULL,"
         " at TEXT NOT NULL);"
         "CREATE INDEX budget_transfer_by_year ON budget_transfer(year, entry);"
         "CREATE TABLE dues(code TEXT PRIMARY KEY, state INTEGER NOT NULL, noted INTEGER NOT NULL, at TEXT NOT NULL,"
         " text TEXT NOT NULL, appeal TEXT NOT NULL, appealed TEXT NOT NULL, decided TEXT NOT NULL,"
         " decision TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE dues_call(code TEXT NOT NULL, year INTEGER NOT NULL, amount INTEGER NOT NULL, due TEXT NOT NULL,"
         " PRIMARY KEY(code, year)) WITHOUT ROWID;"
         "CREATE TABLE dues_payment(code TEXT NOT NULL, number INTEGER NOT NULL, amount INTEGER NOT NULL,"
         " day TEXT NOT NULL, reference TEXT NOT NULL, text TEXT NOT NULL, reversed TEXT NOT NULL,"
         " entry INTEGER NOT NULL, PRIMARY KEY(code, number)) WITHOUT ROWID;",
         false},
};

/* ---- the life ---- */

static const char *const states[] = {"none",     "draft",   "submitted", "approved", "tabled",
                                     "rejected", "adopted", "closed",    NULL};
static const char *const sides[] = {"headquarters", "the President for the Executive Committee", "the Assembly's vote",
                                    NULL};

static const struct affair_step steps[] = {
#define STEP(id, name, fields, from, to, sides, right, decide, apply, what)                                            \
	[BUDGET_STEP_##id] = {name, what, fields, from, to, sides, right, decide, apply},
#define EVENT(id, name, from, to, sides, what)                                                                         \
	[BUDGET_STEP_##id] = {name, what, fields_none, from, to, sides, RIGHT_UNSAID, NULL, NULL},
#include "assembly/budget_steps.def"
#undef STEP
#undef EVENT
};

static bool year_read(const char *text, uint32_t *ret_year)
{
	uint32_t year = strlen(text) == 4 && strspn(text, "0123456789") == 4 ? (uint32_t)strtoul(text, NULL, 10) : 0;
	*ret_year = year;
	return year >= BUDGET_FIRST && year <= BUDGET_LAST;
}

static int load(struct affair_taking *taking, const char *id, struct problem *problem)
{
	struct budget *budget = arena_zero(taking->arena, 1, sizeof *budget);
	uint32_t year;
	if (budget == NULL)
		return problem_no_memory(problem);
	if (id == NULL || !year_read(id, &year))
		return problem_set(problem, id == NULL ? JISR_BAD_INPUT : JISR_NOT_FOUND,
		                   "which year's budget? Name one from %d to %d", BUDGET_FIRST, BUDGET_LAST);
	int error = budget_get(taking->sql, year, budget, problem);
	if (error && error != JISR_NOT_FOUND)
		return error;
	if (error && problem != NULL)
		problem->text[0] = '\0';
	(void)snprintf(taking->id, sizeof taking->id, "%04u", (unsigned)year);
	budget->year = year;
	taking->own = budget;
	taking->state = budget->state;
	taking->version = budget->version;
	if (caller_is_headquarters(taking->caller) && caller_may(taking->caller, RIGHT_BUDGET_WRITE))
		taking->sides |= AFFAIR_BIT(BUDGET_HEADQUARTERS);
	if (caller_may(taking->caller, RIGHT_ASSEMBLY_CHAIR))
		taking->sides |= AFFAIR_BIT(BUDGET_COMMITTEE);
	return JISR_OK;
}

const struct affair budget_affair = {
	.name = "budget",
	.plural = "budgets",
	.title = "budget",
	.example = "2026",
	.states = states,
	.sides = sides,
	.steps = steps,
	.step_count = BUDGET_STEPS,
	.views = budget_views,
	.set_state = "UPDATE budget SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, version = ?3 WHERE year = ?1",
	.load = load,
};

/* ---- kinds ---- */

#define STEP(id, name, ...) AFFAIR_KIND(budget, BUDGET_STEP_##id)
#define EVENT(id, ...)
#include "assembly/budget_steps.def"
#undef STEP
#define STEP(id, name, ...) AFFAIR_KIND(dues, DUES_STEP_##id)
#include "assembly/dues_steps.def"
#undef STEP
#undef EVENT

static const struct store_kind kinds[] = {
#define STEP(id, name, ...) {"budget." name, check_budget_BUDGET_STEP_##id, apply_budget_BUDGET_STEP_##id, NULL},
#define EVENT(id, ...)
#include "assembly/budget_steps.def"
#undef STEP
#define STEP(id, name, ...) {"dues." name, check_dues_DUES_STEP_##id, apply_dues_DUES_STEP_##id, NULL},
#include "assembly/dues_steps.def"
#undef STEP
#undef EVENT
	{"assembly.vote.close", NULL, budget_voted, NULL},
	{"assembly.vote.settle", NULL, budget_voted, NULL},
	{"assembly.draft.withdraw", NULL, budget_withdrawn, NULL},
	{"assembly.appeal.decide", NULL, dues_appeal_decided, NULL},
};

const struct store_domain budget_domain = {
	.name = "budget",
	.steps = migrations,
	.step_count = sizeof migrations / sizeof *migrations,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

int budget_number(struct sql *sql, const char *statement, uint32_t year, int64_t second, int64_t *ret_number,
                  struct problem *problem)
{
	struct sql_query query = sql_query_once(sql, statement);
	sql_bind_number(&query, 1, year);
	if (strstr(statement, "?2") != NULL)
		sql_bind_number(&query, 2, second);
	return sql_run_number(&query, 0, ret_number, problem);
}

int budget_get(struct sql *sql, uint32_t year, struct budget *ret_budget, struct problem *problem)
{
	struct budget budget = {0};
	struct sql_query query = sql_query(
		sql, "SELECT state, provisional, basis, session, draft, decision, currency, transfer_permille,"
		     " twelfths, due_days, least_ppm, most_ppm, called, version FROM budget WHERE year = ?1");
	sql_bind_number(&query, 1, year);
	if (sql_next(&query)) {
		budget.year = year;
		budget.state = (enum budget_state)sql_number(&query, 0);
		budget.provisional = sql_number(&query, 1) != 0;
		budget.basis = (uint32_t)sql_number(&query, 2);
		budget.session = (uint32_t)sql_number(&query, 3);
		budget.draft = (uint32_t)sql_number(&query, 4);
		(void)snprintf(budget.decision, sizeof budget.decision, "%s", sql_text(&query, 5));
		(void)snprintf(budget.currency, sizeof budget.currency, "%.3s", sql_text(&query, 6));
		budget.rules.transfer_permille = (uint32_t)sql_number(&query, 7);
		budget.rules.twelfths = sql_number(&query, 8) != 0;
		budget.rules.due_days = (uint32_t)sql_number(&query, 9);
		budget.least_ppm = (uint32_t)sql_number(&query, 10);
		budget.most_ppm = (uint32_t)sql_number(&query, 11);
		budget.called = (uint32_t)sql_number(&query, 12);
		budget.version = (uint64_t)sql_number(&query, 13);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (budget.year == 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no budget %u", (unsigned)year);
	*ret_budget = budget;
	return JISR_OK;
}

int budget_before(struct sql *sql, uint32_t year, uint32_t *ret_year, struct problem *problem)
{
	int64_t found = 0;
	int error = budget_number(sql, "SELECT max(year) FROM budget WHERE year < ?1 AND decision <> ''", year, 0,
	                          &found, problem);
	if (!error)
		*ret_year = (uint32_t)found;
	return error;
}

int budget_sums(struct sql *sql, uint32_t year, struct budget_sums *ret_sums, struct problem *problem)
{
	struct budget_sums sums = {0};
	struct sql_query query = sql_query(
		sql,
		"SELECT (SELECT ifnull(sum(amount), 0) FROM budget_chapter WHERE year = ?1), ifnull(sum(amount), 0),"
		" ifnull(sum(CASE WHEN kind = 'statutory' THEN amount END), 0) FROM budget_income WHERE year = ?1");
	sql_bind_number(&query, 1, year);
	if (sql_next(&query)) {
		sums.expenditure = sql_number(&query, 0);
		sums.income = sql_number(&query, 1);
		sums.statutory = sql_number(&query, 2);
	}
	int error = sql_done(&query, problem);
	if (!error)
		*ret_sums = sums;
	return error;
}

/* Millionths of a sum, rounded up or down. */
static int64_t ppm(int64_t total, uint32_t millionths, bool up)
{
	int64_t down = money_share(total, millionths, 1000000);
	return up && money_share(total, 1000000 - millionths, 1000000) + down < total ? down + 1 : down;
}

int budget_contributions(struct sql *sql, uint32_t year, struct arena *arena, struct budget_parts *ret_parts,
                         struct problem *problem)
{
	struct budget budget;
	struct budget_sums sums;
	struct budget_parts parts = {arena_zero(arena, BUDGET_MEMBERS + 1, sizeof *parts.parts), 0, 0};
	uint32_t *weights = arena_zero(arena, BUDGET_MEMBERS + 1, sizeof *weights);
	int64_t *amounts = arena_zero(arena, BUDGET_MEMBERS + 1, sizeof *amounts);
	if (parts.parts == NULL || weights == NULL || amounts == NULL)
		return problem_no_memory(problem);
	int error = budget_get(sql, year, &budget, problem);
	if (!error)
		error = budget_sums(sql, year, &sums, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(sql, "SELECT code, weight FROM budget_scale WHERE year = ?1 ORDER BY code");
	sql_bind_number(&query, 1, year);
	while (parts.count < BUDGET_MEMBERS && sql_next(&query)) {
		struct budget_part *part = &parts.parts[parts.count];
		(void)snprintf(part->code, sizeof part->code, "%s", sql_text(&query, 0));
		part->weight = weights[parts.count++] = (uint32_t)sql_number(&query, 1);
	}
	error = sql_done(&query, problem);
	if (error)
		return error;
	parts.total = sums.statutory;
	int64_t least = ppm(parts.total, budget.least_ppm, true);
	int64_t most = budget.most_ppm > 0 ? ppm(parts.total, budget.most_ppm, false) : parts.total;
	if (parts.count == 0)
		return problem_set(problem, JISR_STATE, "the budget %u has no scale", (unsigned)year);
	if (!money_divide(parts.total, weights, parts.count, least, most, amounts)) {
		char low[MONEY_TEXT_MAX], high[MONEY_TEXT_MAX], whole[MONEY_TEXT_MAX];
		return problem_set(problem, JISR_STATE,
		                   "%zu members who each pay at least %s and at most %s cannot pay %s together",
		                   parts.count, money_text(least, low), money_text(most, high),
		                   money_text(parts.total, whole));
	}
	for (size_t i = 0; i < parts.count; i++)
		parts.parts[i].amount = amounts[i];
	*ret_parts = parts;
	return JISR_OK;
}

int budget_line(struct sql *sql, const struct budget *budget, uint32_t chapter, const char *day,
                struct budget_line *ret_line, struct problem *problem)
{
	struct budget_line line = {0};
	struct sql_query query = sql_query(
		sql,
		"SELECT c.amount, (SELECT ifnull(sum(amount), 0) FROM budget_transfer WHERE year = ?1 AND target = ?3),"
		" (SELECT ifnull(sum(amount), 0) FROM budget_transfer WHERE year = ?1 AND source = ?3)"
		", (SELECT twelfths FROM budget WHERE year = ?2)"
		" FROM budget_chapter c WHERE c.year = ?2 AND c.number = ?3");
	bool twelfths = false;
	sql_bind_number(&query, 1, budget->year);
	sql_bind_number(&query, 2, budget->basis);
	sql_bind_number(&query, 3, chapter);
	if (sql_next(&query)) {
		line.there = true;
		line.voted = sql_number(&query, 0);
		line.moved_in = sql_number(&query, 1);
		line.moved_out = sql_number(&query, 2);
		twelfths = sql_number(&query, 3) != 0;
	}
	int error = sql_done(&query, problem);
	if (!error)
		error = budget_number(
			sql,
			"SELECT sum(amount) FROM budget_posting WHERE year = ?1 AND kind = 'spend' AND line ="
			" ?2 AND reversed = ''",
			budget->year, chapter, &line.spent, problem);
	if (error)
		return error;
	line.open = line.voted + line.moved_in - line.moved_out;
	if (budget->provisional && twelfths) {
		unsigned year = (unsigned)strtoul(day, NULL, 10), month = (unsigned)strtoul(day + 5, NULL, 10);
		line.open = year > budget->year    ? line.open
		            : year == budget->year ? money_share(line.open, month, 12)
		                                   : 0;
	}
	line.open -= line.spent;
	*ret_line = line;
	return JISR_OK;
}
