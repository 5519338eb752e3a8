#include "assembly/dues.h"

#include "assembly/committee.h"
#include "assembly/dues_private.h"

#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define TEXT(need, help)                                                                                               \
	{                                                                                                              \
		"text", FIELD_TEXT, need, 4000, NULL, NULL, help                                                       \
	}
#define AMOUNT(help)                                                                                                   \
	{                                                                                                              \
		"amount", FIELD_AMOUNT, true, 0, NULL, NULL, help                                                      \
	}

const struct field fields_dues_opening[] = {
	{"year", FIELD_NUMBER, true, 2999, NULL, NULL, "the financial year, before the first that was called for here"},
	AMOUNT("what was unpaid of it"),
	END,
};
const struct field fields_dues_pay[] = {
	AMOUNT("how much came in"),
	{"day", FIELD_DAY, false, 0, NULL, NULL, "when; today when it is left out"},
	{"reference", FIELD_TEXT, false, 100, NULL, NULL, "of the transfer"},
	TEXT(false, "what else is to be known"),
	END,
};
const struct field fields_dues_reverse[] = {
	{"number", FIELD_NUMBER, true, DUES_PAYMENTS, NULL, NULL, "of the payment"},
	TEXT(true, "why"),
	END,
};
const struct field fields_dues_text[] = {TEXT(false, "what the member is told"), END};
const struct field fields_dues_appeal[] = {
	TEXT(true, "why it cannot pay"),
	{"day", FIELD_DAY, false, 0, NULL, NULL, "when it reached headquarters, which enters it; else today"},
	{"fact", FIELD_TEXT, false, 4000, NULL, NULL, "the new decisive fact, without which there is no second appeal"},
	END,
};
const struct field fields_dues_decide[] = {
	{"day", FIELD_DAY, true, 0, NULL, NULL, "of the meeting"},
	TEXT(true, "the reasons"),
	END,
};

/* ---- the life ---- */

static const char *const states[] = {"none", "clear", "noted", "appealed", "refused", "excused", NULL};
static const char *const sides[] = {
	"headquarters", "the member itself",       "the President for the Executive Committee",
	"a payment",    "the Assembly's decision", NULL};

static const struct affair_step steps[] = {
#define STEP(id, name, fields, from, to, sides, right, decide, apply, what)                                            \
	[DUES_STEP_##id] = {name, what, fields, from, to, sides, right, decide, apply},
#define EVENT(id, name, from, to, sides, what)                                                                         \
	[DUES_STEP_##id] = {name, what, fields_none, from, to, sides, RIGHT_UNSAID, NULL, NULL},
#include "assembly/dues_steps.def"
#undef STEP
#undef EVENT
};

static const struct dues *case_of(const struct affair_taking *taking)
{
	return taking->own;
}

static int read_case(struct sql *sql, const char *code, struct dues *ret_dues, struct problem *problem)
{
	struct member member;
	struct dues dues = {.state = DUES_CLEAR};
	int error = register_member(sql, code, &member, problem);
	if (error)
		return error;
	(void)snprintf(dues.code, sizeof dues.code, "%s", member.code);
	struct sql_query query = sql_query(
		sql, "SELECT state, substr(decided, 1, 10), appealed, version, noted FROM dues WHERE code = ?1");
	sql_bind_text(&query, 1, code);
	if (sql_next(&query)) {
		dues.state = (enum dues_state)sql_number(&query, 0);
		(void)snprintf(dues.decided, sizeof dues.decided, "%.10s", sql_text(&query, 1));
		(void)snprintf(dues.appealed, sizeof dues.appealed, "%.10s", sql_text(&query, 2));
		dues.version = (uint64_t)sql_number(&query, 3);
		dues.noted = (uint32_t)sql_number(&query, 4);
	}
	error = sql_done(&query, problem);
	if (!error)
		*ret_dues = dues;
	return error;
}

static int load(struct affair_taking *taking, const char *id, struct problem *problem)
{
	struct dues *dues = arena_zero(taking->arena, 1, sizeof *dues);
	if (dues == NULL)
		return problem_no_memory(problem);
	if (id == NULL || strlen(id) != 2)
		return problem_set(problem, JISR_NOT_FOUND, "which member? Say its code, such as MA");
	int error = read_case(taking->sql, id, dues, problem);
	if (error)
		return error;
	(void)snprintf(taking->id, sizeof taking->id, "%s", dues->code);
	taking->own = dues;
	taking->state = dues->state;
	taking->version = dues->version;
	if (caller_is_headquarters(taking->caller) && caller_may(taking->caller, RIGHT_BUDGET_WRITE))
		taking->sides |= AFFAIR_BIT(DUES_HEADQUARTERS);
	if (strcmp(taking->caller->office, dues->code) == 0 && caller_may(taking->caller, RIGHT_ASSEMBLY_DELEGATE))
		taking->sides |= AFFAIR_BIT(DUES_MEMBER);
	if (caller_may(taking->caller, RIGHT_ASSEMBLY_CHAIR))
		taking->sides |= AFFAIR_BIT(DUES_COMMITTEE);
	return JISR_OK;
}

static int audience(struct affair_taking *taking, struct problem *problem)
{
	return affair_hears(taking, case_of(taking)->code, problem);
}

/* ---- what it does to sessions ---- */

/* One entry "assembly.arrears" for a session. The codes are freed. */
static int write_arrears(struct store_write *write, uint32_t session, cJSON *codes, bool suspended,
                         struct problem *problem)
{
	struct caller headquarters;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct conduct_order order = {.act = CONDUCT_ARREARS,
	                              .caller = &headquarters,
	                              .session = session,
	                              .fields = fields,
	                              .expected = ENTRY_ANY};
	if (fields == NULL || !cJSON_AddItemToObject(fields, "offices", codes)) {
		cJSON_Delete(codes);
		return problem_no_memory(problem);
	}
	caller_console(&headquarters, OFFICE_HEADQUARTERS);
	tree_bool(fields, "suspended", suspended);
	tree_text(fields, "text",
	          suspended
	                  ? "Contributions of this and of the previous financial year are unpaid (General Regulations, "
	                    "Article 52)"
	                  : "The arrears are settled or excused");
	return tree_failed() ? problem_no_memory(problem) : conduct_run(write, &order, problem);
}

/* Suspends or restores the vote of a member, or of everybody whose case stands (NULL), in a session. */
static int feed(struct store_write *write, uint32_t session, const char *code, bool suspended, struct problem *problem)
{
	cJSON *codes = cJSON_CreateArray();
	struct sql_query query = sql_query(
		store_write_sql(write),
		"SELECT d.code FROM assembly_delegation d LEFT JOIN dues u ON u.code = d.code WHERE d.session = ?1 AND "
		"NOT"
		" d.observer AND d.suspended <> ?3 AND (d.code = ?2 OR (?2 IS NULL AND u.state IN (?4, ?5, ?6)))"
		" ORDER BY d.code");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, code);
	sql_bind_number(&query, 3, suspended);
	sql_bind_number(&query, 4, DUES_NOTED);
	sql_bind_number(&query, 5, DUES_APPEALED);
	sql_bind_number(&query, 6, DUES_REFUSED);
	while (sql_next(&query))
		tree_text(codes, NULL, sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (!error && (codes == NULL || tree_failed()))
		error = problem_no_memory(problem);
	if (error || codes->child == NULL) {
		cJSON_Delete(codes);
		return error;
	}
	return write_arrears(write, session, codes, suspended, problem);
}

int dues_invited(struct store_write *write, uint32_t session, struct problem *problem)
{
	return feed(write, session, NULL, true, problem);
}

/* In every session that is not over. */
static int feed_all(struct store_write *write, const char *code, bool suspended, struct problem *problem)
{
	uint32_t sessions[16];
	size_t count = 0;
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "SELECT number FROM assembly WHERE state IN (?1, ?2) ORDER BY number");
	sql_bind_number(&query, 1, ASSEMBLY_CALLED);
	sql_bind_number(&query, 2, ASSEMBLY_OPEN);
	while (count < sizeof sessions / sizeof *sessions && sql_next(&query))
		sessions[count++] = (uint32_t)sql_number(&query, 0);
	int error = sql_done(&query, problem);
	for (size_t i = 0; i < count && !error; i++)
		error = feed(write, sessions[i], code, suspended, problem);
	return error;
}

static int after(struct affair_taking *taking, struct problem *problem)
{
	switch (taking->order->step) {
	case DUES_STEP_NOTE: return feed_all(taking->write, taking->id, true, problem);
	case DUES_STEP_LIFT:
	case DUES_STEP_GRANT: return feed_all(taking->write, taking->id, false, problem);
	case DUES_STEP_PAY:
		return applying_flag(taking->made, "settled") ? feed_all(taking->write, taking->id, false, problem)
		                                              : JISR_OK;
	default: return JISR_OK;
	}
}

const struct affair dues_affair = {
	.name = "dues",
	.plural = "dues",
	.title = "account",
	.example = "MA",
	.states = states,
	.sides = sides,
	.steps = steps,
	.step_count = DUES_STEPS,
	.views = dues_views,
	.set_state = "UPDATE dues SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, version = ?3 WHERE code = ?1",
	.load = load,
	.audience = audience,
	.after = after,
};

int dues_waits(struct sql *sql, const char *code, bool *ret_waits, struct problem *problem)
{
	int64_t waits = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM dues WHERE code = ?1 AND state IN (?2, ?3)");
	sql_bind_text(&query, 1, code);
	sql_bind_number(&query, 2, DUES_NOTED);
	sql_bind_number(&query, 3, DUES_APPEALED);
	int error = sql_run_number(&query, 0, &waits, problem);
	if (!error)
		*ret_waits = waits > 0;
	return error;
}

/* ---- accounts ---- */

int dues_account(struct sql *sql, const char *code, const char *day, struct dues_account *ret_account,
                 struct problem *problem)
{
	struct dues_account account = {0};
	int64_t before = 0;
	struct sql_query query = sql_query(
		sql,
		"SELECT ifnull(sum(amount), 0), ifnull(sum(CASE WHEN year < CAST(?2 AS INTEGER) THEN amount END), 0),"
		" ifnull(max(year = CAST(?2 AS INTEGER) AND due <= ?2), 0),"
		" (SELECT ifnull(sum(amount), 0) FROM dues_payment WHERE code = ?1 AND reversed = '')"
		" FROM dues_call WHERE code = ?1 AND year <= CAST(?2 AS INTEGER)");
	sql_bind_text(&query, 1, code);
	sql_bind_text(&query, 2, day);
	if (sql_next(&query)) {
		account.called = sql_number(&query, 0);
		before = sql_number(&query, 1);
		account.due = sql_number(&query, 2) != 0;
		account.paid = sql_number(&query, 3);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	account.unpaid_before = before > account.paid ? before - account.paid : 0;
	account.unpaid = account.called > account.paid ? account.called - account.paid : 0;
	account.in_arrears = account.unpaid_before > 0 && account.due && account.unpaid > account.unpaid_before;
	*ret_account = account;
	return JISR_OK;
}

/* What is unpaid of the years before the one in which the arrears were noted. */
static int noted_debt(const struct affair_taking *taking, int64_t *ret_debt, struct problem *problem)
{
	int64_t debt = 0;
	struct sql_query query = sql_query(
		taking->sql, "SELECT (SELECT ifnull(sum(amount), 0) FROM dues_call WHERE code = ?1 AND year < ?2) -"
			     " (SELECT ifnull(sum(amount), 0) FROM dues_payment WHERE code = ?1 AND reversed = '')");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_number(&query, 2, case_of(taking)->noted);
	int error = sql_run_number(&query, 0, &debt, problem);
	if (!error)
		*ret_debt = debt > 0 ? debt : 0;
	return error;
}

/* The member's row, for what is applied to it. */
static int insert_case(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT OR IGNORE INTO dues VALUES(?1, ?2, 0, '', '', '', '', '', '', 0)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, DUES_CLEAR);
	return sql_run(&query, problem);
}

int dues_opening(struct affair_taking *taking, struct problem *problem)
{
	uint32_t year = applying_number(taking->fields, "year");
	int64_t first = 0;
	struct sql_query query = sql_query(taking->sql, "SELECT min(year) FROM budget WHERE called > 0");
	int error = sql_run_number(&query, 3000, &first, problem);
	if (!error && (year < 1900 || year >= (uint32_t)first || year > (uint32_t)strtoul(taking->today, NULL, 10)))
		error = problem_set(problem, JISR_STATE,
		                    "%u is no year before the first whose contributions were called for here",
		                    (unsigned)year);
	return error;
}

int dues_opening_apply(struct affair_applying *applying, struct problem *problem)
{
	char due[11];
	int error = insert_case(applying, problem);
	if (error)
		return error;
	(void)snprintf(due, sizeof due, "%04u-01-01", (unsigned)(applying_number(applying->body, "year") % 10000));
	struct sql_query query = sql_query(applying->sql, "INSERT OR REPLACE INTO dues_call VALUES(?1, ?2, ?3, ?4)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "year"));
	sql_bind_number(&query, 3, field_amount(applying->body, "amount"));
	sql_bind_text(&query, 4, due);
	return sql_run(&query, problem);
}

/* The payment that bears the reference already and was not reversed: a transfer is not entered twice. */
static int check_reference(const struct affair_taking *taking, struct problem *problem)
{
	const char *reference = json_get_text(taking->fields, "reference");
	int64_t number = 0;
	if (reference == NULL)
		return JISR_OK;
	struct sql_query query = sql_query(taking->sql, "SELECT max(number) FROM dues_payment WHERE code = ?1 AND"
	                                                " reference = ?2 AND reversed = ''");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_text(&query, 2, reference);
	int error = sql_run_number(&query, 0, &number, problem);
	return error || number == 0
	               ? error
	               : problem_set(problem, JISR_CONFLICT, "payment %lld of %s bears the reference %.60s already",
	                             (long long)number, taking->id, reference);
}

int dues_pay(struct affair_taking *taking, struct problem *problem)
{
	const char *day = json_get_text(taking->fields, "day");
	struct dues_account account;
	int64_t last = 0, debt = 0, amount = field_amount(taking->fields, "amount");
	if (amount == 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"amount\" is more than nothing");
	if (day != NULL && strcmp(day, taking->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	struct sql_query query = sql_query(taking->sql, "SELECT max(number) FROM dues_payment WHERE code = ?1");
	sql_bind_text(&query, 1, taking->id);
	int error = sql_run_number(&query, 0, &last, problem);
	if (!error)
		error = dues_account(taking->sql, taking->id, taking->today, &account, problem);
	if (!error)
		error = check_reference(taking, problem);
	if (!error)
		error = noted_debt(taking, &debt, problem);
	if (error)
		return error;
	if (last >= DUES_PAYMENTS || amount > MONEY_MOST - account.paid)
		return problem_set(problem, JISR_TOO_LARGE, "that is more than an account can hold");
	tree_count(taking->made, "number", (uint64_t)last + 1);
	tree_text(taking->made, "day", day != NULL ? day : taking->today);
	if (taking->state != DUES_CLEAR && amount >= debt)
		tree_bool(taking->made, "settled", true);
	return JISR_OK;
}

static int set_case(struct sql *sql, const char *code, const char *statement, int64_t number, const char *text,
                    struct problem *problem)
{
	struct sql_query query = sql_query_once(sql, statement);
	sql_bind_text(&query, 1, code);
	if (strstr(statement, "?2") != NULL)
		sql_bind_number(&query, 2, number);
	if (strstr(statement, "?3") != NULL)
		sql_bind_text(&query, 3, text);
	return sql_run(&query, problem);
}

int dues_pay_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = insert_case(applying, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO dues_payment VALUES(?1, ?2, ?3, ?4, ?5, ?6, '', ?7)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_number(&query, 3, field_amount(applying->body, "amount"));
	sql_bind_text(&query, 4, applying_text(applying->made, "day"));
	sql_bind_text(&query, 5, applying_text(applying->body, "reference"));
	sql_bind_text(&query, 6, applying_text(applying->body, "text"));
	sql_bind_number(&query, 7, (int64_t)applying->entry->sequence);
	error = sql_run(&query, problem);
	return error || !applying_flag(applying->made, "settled")
	               ? error
	               : set_case(applying->sql, applying->id, "UPDATE dues SET state = ?2 WHERE code = ?1", DUES_CLEAR,
	                          NULL, problem);
}

int dues_reverse(struct affair_taking *taking, struct problem *problem)
{
	bool there = false, reversed = false;
	uint32_t number = applying_number(taking->fields, "number");
	struct sql_query query =
		sql_query(taking->sql, "SELECT reversed FROM dues_payment WHERE code = ?1 AND number = ?2");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		there = true;
		reversed = sql_text(&query, 0)[0] != '\0';
	}
	int error = sql_done(&query, problem);
	if (!error && !there)
		error = problem_set(problem, JISR_NOT_FOUND, "%s has no payment %u", taking->id, (unsigned)number);
	else if (!error && reversed)
		error = problem_set(problem, JISR_CONFLICT, "payment %u is reversed already", (unsigned)number);
	return error;
}

int dues_reverse_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE dues_payment SET reversed = ?3 WHERE code = ?1 AND number = ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "number"));
	sql_bind_text(&query, 3, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

/* ---- arrears ---- */

int dues_note(struct affair_taking *taking, struct problem *problem)
{
	struct dues_account account;
	char money[MONEY_TEXT_MAX];
	int error = dues_account(taking->sql, taking->id, taking->today, &account, problem);
	if (!error && !account.in_arrears)
		error = problem_set(problem, JISR_STATE,
		                    "%s is not in arrears: that takes unpaid contributions of an earlier and of this "
		                    "financial year, which is due",
		                    taking->id);
	if (!error && taking->state == DUES_EXCUSED && strncmp(case_of(taking)->decided, taking->today, 4) == 0)
		error = problem_set(problem, JISR_STATE, "%s is excused for this financial year", taking->id);
	if (!error) {
		tree_text(taking->made, "unpaid", money_text(account.unpaid, money));
		tree_text(taking->made, "unpaid_before", money_text(account.unpaid_before, money));
		tree_count(taking->made, "year", strtoul(taking->today, NULL, 10));
	}
	return error;
}

int dues_note_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = insert_case(applying, problem);
	if (!error)
		error = set_case(
			applying->sql, applying->id,
			"UPDATE dues SET noted = ?2, text = ?3, appeal = '', appealed = '', decided = '', decision ="
			" '' WHERE code = ?1",
			applying_number(applying->made, "year"), applying_text(applying->body, "text"), problem);
	return error ? error
	             : set_case(applying->sql, applying->id, "UPDATE dues SET at = ?3 WHERE code = ?1", 0,
	                        applying->entry->header.at, problem);
}

int dues_lift(struct affair_taking *taking, struct problem *problem)
{
	char money[MONEY_TEXT_MAX];
	int64_t debt = 0;
	int error = noted_debt(taking, &debt, problem);
	if (!error && debt > 0)
		error = problem_set(problem, JISR_STATE, "%s of the years before %u are still unpaid",
		                    money_text(debt, money), (unsigned)case_of(taking)->noted);
	return error;
}

int dues_lift_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_case(applying->sql, applying->id, "UPDATE dues SET text = ?3 WHERE code = ?1", 0,
	                applying_text(applying->body, "text"), problem);
}

int dues_appeal(struct affair_taking *taking, struct problem *problem)
{
	const char *day = json_get_text(taking->fields, "day");
	if (taking->state == DUES_REFUSED && json_get(taking->fields, "fact") == NULL)
		return problem_set(
			problem, JISR_STATE,
			"an appeal of %s was refused: a new one names a new decisive fact (\"fact\"; General "
			"Regulations, Article 52(4))",
			taking->id);
	if (day != NULL && (taking->sides & AFFAIR_BIT(DUES_HEADQUARTERS)) == 0)
		return problem_set(problem, JISR_DENIED, "only headquarters may say on which other \"day\" it came");
	if (day != NULL && strcmp(day, taking->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	tree_text(taking->made, "day", day != NULL ? day : taking->today);
	return JISR_OK;
}

int dues_appeal_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *appeal;
	int error = entry_json_text(applying->arena, applying->body, &appeal, problem);
	if (!error)
		error = set_case(applying->sql, applying->id, "UPDATE dues SET appeal = ?3 WHERE code = ?1", 0, appeal,
		                 problem);
	return error ? error
	             : set_case(applying->sql, applying->id,
	                        "UPDATE dues SET appealed = ?3, decided = '', decision = '' WHERE code = ?1", 0,
	                        applying_text(applying->made, "day"), problem);
}

int dues_decide(struct affair_taking *taking, struct problem *problem)
{
	const char *day = applying_text(taking->fields, "day");
	int days = (int)committee_days(case_of(taking)->appealed, day);
	if (strcmp(day, taking->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	if (days >= 0 && days < DUES_APPEAL_DAYS)
		return problem_set(
			problem, JISR_STATE,
			"the appeal came %d days before that meeting, and %d are asked (General Regulations, "
			"Article 52(2)): the next one decides",
			days, DUES_APPEAL_DAYS);
	if (days < 0)
		return problem_set(problem, JISR_BAD_INPUT, "that meeting was before the appeal");
	return JISR_OK;
}

int dues_decide_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *decision;
	int error = entry_json_text(applying->arena, applying->body, &decision, problem);
	if (!error)
		error = set_case(applying->sql, applying->id, "UPDATE dues SET decision = ?3 WHERE code = ?1", 0,
		                 decision, problem);
	return error ? error
	             : set_case(applying->sql, applying->id, "UPDATE dues SET decided = ?3 WHERE code = ?1", 0,
	                        applying->entry->header.at, problem);
}

/* ---- the Assembly ---- */

static int granted(struct store_write *write, const struct entry *entry, const char *code, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE dues SET state = ?2, decided = ?3, version = ?4 WHERE code = ?1 AND state IN"
	                  " (?5, ?6, ?7)");
	sql_bind_text(&query, 1, code);
	sql_bind_number(&query, 2, DUES_EXCUSED);
	sql_bind_text(&query, 3, entry->header.at);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	sql_bind_number(&query, 5, DUES_NOTED);
	sql_bind_number(&query, 6, DUES_APPEALED);
	sql_bind_number(&query, 7, DUES_REFUSED);
	return sql_run(&query, problem);
}

int dues_voted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const cJSON *made = json_get(entry->body, "made");
	const char *subject = applying_text(made, "subject");
	return strncmp(subject, "appeal:", 7) == 0 && strcmp(applying_text(made, "outcome"), "adopted") == 0
	               ? granted(write, entry, subject + 7, problem)
	               : JISR_OK;
}

int dues_appeal_decided(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return applying_flag(entry->body, "granted")
	               ? granted(write, entry, applying_text(entry->body, "office"), problem)
	               : JISR_OK;
}
