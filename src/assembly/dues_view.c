/* What is told of contributions. How much each member owes is told to all; its payments and its appeal to itself and
 * headquarters. */
#include "assembly/budget.h"
#include "assembly/dues_private.h"

#include "base/emit.h"

static void emit_account(struct text *text, const struct dues_account *account)
{
	affair_emit_money(text, "called", account->called);
	affair_emit_money(text, "paid", account->paid);
	affair_emit_money(text, "unpaid_before", account->unpaid_before);
	affair_emit_money(text, "unpaid", account->unpaid);
	affair_emit_money(text, "ahead", account->paid > account->called ? account->paid - account->called : 0);
	emit_bool(text, "in_arrears", account->in_arrears);
}

struct codes {
	char code[BUDGET_MEMBERS][3];
	unsigned char state[BUDGET_MEMBERS];
	size_t count;
};

/* Who is told of a member's payments and appeals. */
static bool is_inside(const struct affair_viewing *viewing, const char *code)
{
	return caller_is_headquarters(viewing->caller) || strcmp(viewing->caller->office, code) == 0 ||
	       caller_may(viewing->caller, RIGHT_ASSEMBLY_CHAIR);
}

/* To others an appeal that waits or was refused is what it changes nothing of: arrears that were noted. */
static const char *state_told(const struct affair_viewing *viewing, const char *code, unsigned state)
{
	bool appeals = state == DUES_APPEALED || state == DUES_REFUSED;
	return dues_affair.states[appeals && !is_inside(viewing, code) ? DUES_NOTED : state];
}

static int show_list(struct affair_viewing *viewing, struct problem *problem)
{
	struct codes *codes = arena_zero(viewing->arena, 1, sizeof *codes);
	struct dues_account sum = {0};
	size_t arrears = 0;
	if (codes == NULL)
		return problem_no_memory(problem);
	struct sql_query query =
		sql_query(viewing->sql, "SELECT m.code, ifnull(d.state, ?1) FROM register_member m LEFT JOIN"
	                                " dues d ON d.code = m.code ORDER BY m.code");
	sql_bind_number(&query, 1, DUES_CLEAR);
	while (codes->count < BUDGET_MEMBERS && sql_next(&query)) {
		(void)snprintf(codes->code[codes->count], 3, "%.2s", sql_text(&query, 0));
		codes->state[codes->count++] = (unsigned char)(sql_number(&query, 1) % DUES_STATES);
	}
	int error = sql_done(&query, problem);
	emit_text(viewing->text, "day", viewing->today);
	emit_array(viewing->text, "accounts");
	for (size_t i = 0; i < codes->count && !error; i++) {
		struct dues_account account;
		error = dues_account(viewing->sql, codes->code[i], viewing->today, &account, problem);
		if (error)
			break;
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "code", codes->code[i]);
		emit_text(viewing->text, "state", state_told(viewing, codes->code[i], codes->state[i]));
		emit_account(viewing->text, &account);
		emit_close_object(viewing->text);
		sum.called += account.called;
		sum.paid += account.paid;
		sum.unpaid += account.unpaid;
		sum.unpaid_before += account.unpaid_before;
		arrears += account.in_arrears;
	}
	emit_close_array(viewing->text);
	emit_object(viewing->text, "total");
	affair_emit_money(viewing->text, "called", sum.called);
	affair_emit_money(viewing->text, "paid", sum.paid);
	affair_emit_money(viewing->text, "unpaid_before", sum.unpaid_before);
	affair_emit_money(viewing->text, "unpaid", sum.unpaid);
	emit_count(viewing->text, "in_arrears", arrears);
	emit_close_object(viewing->text);
	return error;
}

/* Payments settle the oldest year first. */
static int show_years(struct affair_viewing *viewing, int64_t paid, struct problem *problem)
{
	int64_t left = paid;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT year, amount, due FROM dues_call WHERE code = ?1 ORDER BY year");
	sql_bind_text(&query, 1, viewing->id);
	emit_array(viewing->text, "years");
	while (sql_next(&query)) {
		int64_t amount = sql_number(&query, 1), settled = amount < left ? amount : left;
		left -= settled;
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "year", (uint64_t)sql_number(&query, 0));
		affair_emit_money(viewing->text, "amount", amount);
		emit_text(viewing->text, "due", sql_text(&query, 2));
		affair_emit_money(viewing->text, "unpaid", amount - settled);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_payments(struct affair_viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(
		viewing->sql, "SELECT number, amount, day, reference, text, reversed FROM dues_payment WHERE code ="
			      " ?1 ORDER BY number");
	sql_bind_text(&query, 1, viewing->id);
	emit_array(viewing->text, "payments");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		affair_emit_money(viewing->text, "amount", sql_number(&query, 1));
		emit_text(viewing->text, "day", sql_text(&query, 2));
		affair_emit_text(viewing->text, "reference", sql_text(&query, 3));
		affair_emit_text(viewing->text, "text", sql_text(&query, 4));
		affair_emit_text(viewing->text, "reversed", sql_text(&query, 5));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_case(struct affair_viewing *viewing, bool inside, struct problem *problem)
{
	bool there = false;
	struct sql_query query = sql_query(
		viewing->sql, "SELECT state, noted, text, appeal, decision, at, version FROM dues WHERE code = ?1");
	sql_bind_text(&query, 1, viewing->id);
	if (sql_next(&query)) {
		there = true;
		emit_text(viewing->text, "state",
		          state_told(viewing, viewing->id, (unsigned)(sql_number(&query, 0) % DUES_STATES)));
		viewing->version = (uint64_t)sql_number(&query, 6);
		affair_emit_text(viewing->text, "noted", sql_text(&query, 5));
		if (inside) {
			affair_emit_text(viewing->text, "text", sql_text(&query, 2));
			affair_emit_json(viewing->text, "appeal", sql_text(&query, 3));
			affair_emit_json(viewing->text, "decision", sql_text(&query, 4));
		}
	}
	if (!there)
		emit_text(viewing->text, "state", dues_affair.states[DUES_CLEAR]);
	emit_count(viewing->text, "version", viewing->version);
	return sql_done(&query, problem);
}

static int show_one(struct affair_viewing *viewing, struct problem *problem)
{
	struct member member;
	struct dues_account account;
	bool inside = is_inside(viewing, viewing->id);
	int error = register_member(viewing->sql, viewing->id, &member, problem);
	if (!error)
		error = dues_account(viewing->sql, viewing->id, viewing->today, &account, problem);
	if (error)
		return error;
	emit_text(viewing->text, "code", member.code);
	emit_text(viewing->text, "day", viewing->today);
	emit_account(viewing->text, &account);
	error = show_case(viewing, inside, problem);
	if (!error)
		error = show_years(viewing, account.paid, problem);
	return error || !inside ? error : show_payments(viewing, problem);
}

const struct affair_view dues_views[] = {
	{NULL, "what every member owes", show_list},
	{NULL, "one member: what it owes, year by year, and what it paid", show_one},
	{NULL, NULL, NULL},
};
