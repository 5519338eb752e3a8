/* Submitted, approved by the Executive Committee, tabled with a draft resolution, and what the Assembly's vote makes of it. */
#include "assembly/budget_private.h"

#include "assembly/committee_record.h"
#include "assembly/dues_private.h"
#include "assembly/resolution.h"
#include "assembly/tabling.h"
#include "base/canonical.h"
#include "base/sha256.h"

static int set_text(struct affair_applying *applying, const char *statement, const char *value, struct problem *problem)
{
	struct sql_query query = sql_query_once(applying->sql, statement);
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, value);
	return sql_run(&query, problem);
}

static int digest_of(struct sql *sql, const struct budget *budget, char out[SHA256_HEX], cJSON **ret_content,
                     struct problem *problem)
{
	struct text text;
	int error = budget_content(sql, budget, ret_content, problem);
	if (error)
		return error;
	text_init(&text, ENTRY_MAX_BODY * 4);
	error = canonical_write(*ret_content, &text);
	sha256_hex(text.bytes, text.length, out);
	text_finish(&text);
	return error ? problem_no_memory(problem) : JISR_OK;
}

/* ---- submitting ---- */

/* Every text is there in the four languages. */
static int check_texts(const cJSON *list, const char *what, bool activities, struct problem *problem)
{
	static const char *const names[] = {"title", "text", "objective"};
	for (const cJSON *one = list->child; one != NULL; one = one->next)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			const cJSON *text = json_get(one, names[i]);
			if (text != NULL && !resolution_text_complete(text))
				return problem_set(problem, JISR_STATE,
				                   "the %s of %s %u%s%.0u is not there in all four languages", names[i],
				                   what,
				                   (unsigned)applying_number(one, activities ? "chapter" : "number"),
				                   activities ? "." : "",
				                   activities ? (unsigned)applying_number(one, "number") : 0);
		}
	return JISR_OK;
}

/* Activities are of chapters that are there, and add up to them. */
static int check_activities(const cJSON *content, struct problem *problem)
{
	const cJSON *chapters = json_get(content, "chapters"), *activities = json_get(content, "activities");
	char sum[MONEY_TEXT_MAX], amount[MONEY_TEXT_MAX];
	for (const cJSON *one = activities->child; one != NULL; one = one->next) {
		bool there = false;
		for (const cJSON *chapter = chapters->child; chapter != NULL; chapter = chapter->next)
			there = there || applying_number(chapter, "number") == applying_number(one, "chapter");
		if (!there)
			return problem_set(problem, JISR_STATE, "activity %u.%u is of a chapter that is not there",
			                   (unsigned)applying_number(one, "chapter"),
			                   (unsigned)applying_number(one, "number"));
	}
	for (const cJSON *chapter = chapters->child; chapter != NULL; chapter = chapter->next) {
		int64_t cents = 0;
		size_t count = 0;
		for (const cJSON *one = activities->child; one != NULL; one = one->next)
			if (applying_number(chapter, "number") == applying_number(one, "chapter")) {
				cents += field_amount(one, "amount");
				count++;
			}
		if (count > 0 && cents != field_amount(chapter, "amount"))
			return problem_set(problem, JISR_STATE,
			                   "the activities of chapter %u cost %s together, the chapter %s",
			                   (unsigned)applying_number(chapter, "number"), money_text(cents, sum),
			                   money_text(field_amount(chapter, "amount"), amount));
	}
	return JISR_OK;
}

static int check_balance(const struct affair_taking *taking, struct problem *problem)
{
	struct budget_sums sums;
	char expenditure[MONEY_TEXT_MAX], income[MONEY_TEXT_MAX], between[MONEY_TEXT_MAX];
	int error = budget_sums(taking->sql, BUDGET_OF(taking)->year, &sums, problem);
	if (error)
		return error;
	if (sums.expenditure == 0)
		return problem_set(problem, JISR_STATE, "the budget has no chapters");
	if (sums.expenditure != sums.income)
		return problem_set(problem, JISR_STATE, "expenditure is %s, income %s: %s are missing from %s",
		                   money_text(sums.expenditure, expenditure), money_text(sums.income, income),
		                   money_text(sums.expenditure > sums.income ? sums.expenditure - sums.income
		                                                             : sums.income - sums.expenditure,
		                              between),
		                   sums.expenditure > sums.income ? "income" : "expenditure");
	tree_text(taking->made, "expenditure", money_text(sums.expenditure, expenditure));
	tree_text(taking->made, "statutory", money_text(sums.statutory, income));
	return JISR_OK;
}

/* The scale has every member of the organisation. */
static int check_scale(const struct affair_taking *taking, struct problem *problem)
{
	struct budget_parts parts;
	char missing[120] = "";
	size_t length = 0;
	struct sql_query query =
		sql_query(taking->sql, "SELECT code FROM register_member WHERE code NOT IN (SELECT code FROM"
	                               " budget_scale WHERE year = ?1) ORDER BY code");
	sql_bind_number(&query, 1, BUDGET_OF(taking)->year);
	while (sql_next(&query))
		if (length < sizeof missing - 24)
			length +=
				(size_t)snprintf(missing + length, sizeof missing - length, " %s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (length > 0)
		return problem_set(problem, JISR_STATE, "these members are not on the scale:%s", missing);
	return budget_contributions(taking->sql, BUDGET_OF(taking)->year, taking->arena, &parts, problem);
}

int budget_submit(struct affair_taking *taking, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	char digest[SHA256_HEX];
	int error = digest_of(taking->sql, BUDGET_OF(taking), digest, &content, problem);
	if (!error)
		error = check_balance(taking, problem);
	if (!error)
		error = check_texts(json_get(content, "chapters"), "chapter", false, problem);
	if (!error)
		error = check_texts(json_get(content, "activities"), "activity", true, problem);
	if (!error)
		error = check_activities(content, problem);
	if (!error)
		error = check_scale(taking, problem);
	tree_text(taking->made, "digest", digest);
	return error;
}

int budget_submit_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = set_text(applying, "UPDATE budget SET digest = ?2, approval = '', reason = '' WHERE year = ?1",
	                     applying_text(applying->made, "digest"), problem);
	return error ? error
	             : set_text(applying, "UPDATE budget SET submitted = ?2 WHERE year = ?1",
	                        applying->entry->header.at, problem);
}

/* Why it was returned, taken up again, taken back. */
int budget_reason_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying, "UPDATE budget SET reason = ?2 WHERE year = ?1",
	                applying_text(applying->body, "text"), problem);
}

/* ---- the Executive Committee ---- */

/* Whether they sat on the Committee that day, where the record knows it. */
static int check_seat(const struct committee *committee, const char *code, const char *day, struct problem *problem)
{
	for (size_t i = 0; i < committee->count; i++)
		if (strcmp(committee->seats[i].elected->country, code) == 0)
			return JISR_OK;
	return committee->count == 0 ? JISR_OK
	                             : problem_set(problem, JISR_BAD_INPUT,
	                                           "%s had no seat in the Executive Committee on %s", code, day);
}

/* Countries that stand in no list before. */
static int check_votes(const struct affair_taking *taking, const struct committee *committee, const char *const *names,
                       int which, int *ret_count, struct problem *problem)
{
	const char *day = applying_text(taking->fields, "day");
	const cJSON *list = json_get(taking->fields, names[which]);
	*ret_count = 0;
	for (const cJSON *one = list != NULL ? list->child : NULL; one != NULL; one = one->next) {
		struct member member;
		int error = register_member(taking->sql, one->valuestring, &member, problem);
		if (!error)
			error = check_seat(committee, one->valuestring, day, problem);
		for (int k = 0; k < which && !error; k++) {
			const cJSON *before = json_get(taking->fields, names[k]);
			for (const cJSON *other = before != NULL ? before->child : NULL; other != NULL && !error;
			     other = other->next)
				if (strcmp(one->valuestring, other->valuestring) == 0)
					error = problem_set(problem, JISR_BAD_INPUT,
					                    "%s stands under \"%s\" and under \"%s\"", one->valuestring,
					                    names[k], names[which]);
		}
		if (error)
			return error;
		++*ret_count;
	}
	return JISR_OK;
}

int budget_approve(struct affair_taking *taking, struct problem *problem)
{
	static const char *const names[] = {"yes", "no", "abstain"};
	const char *day = applying_text(taking->fields, "day");
	struct committee_record record;
	struct committee *committee = arena_zero(taking->arena, 1, sizeof *committee);
	int counts[3] = {0};
	if (committee == NULL)
		return problem_no_memory(problem);
	if (strcmp(day, taking->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"day\" is still to come");
	int error = committee_record_read(taking->sql, taking->arena, &record, problem);
	if (!error)
		error = committee_at(record.events, record.count, day, committee, problem);
	for (int i = 0; i < 3 && !error; i++)
		error = check_votes(taking, committee, names, i, &counts[i], problem);
	if (!error && counts[0] <= counts[1])
		error = problem_set(problem, JISR_STATE, "%d were for it and %d against: that is no approval",
		                    counts[0], counts[1]);
	return error;
}

int budget_approve_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *approval;
	int error = entry_json_text(applying->arena, applying->body, &approval, problem);
	return error ? error : set_text(applying, "UPDATE budget SET approval = ?2 WHERE year = ?1", approval, problem);
}

/* ---- the Assembly ---- */

/* Chapters on which something was spent before the budget was adopted. */
static int check_spent(const struct affair_taking *taking, struct problem *problem)
{
	int64_t chapter = 0;
	int error =
		budget_number(taking->sql,
	                      "SELECT min(line) FROM budget_posting WHERE year = ?1 AND kind = 'spend' AND reversed ="
	                      " '' AND line NOT IN (SELECT number FROM budget_chapter WHERE year = ?1)",
	                      BUDGET_OF(taking)->year, 0, &chapter, problem);
	if (!error && chapter > 0)
		error = problem_set(problem, JISR_STATE,
		                    "something was spent on chapter %lld already, which this budget does not have",
		                    (long long)chapter);
	return error;
}

int budget_table(struct affair_taking *taking, struct problem *problem)
{
	int64_t other = 0;
	int error = tabling_check(taking, RULE_BUDGET, problem);
	if (!error)
		error = check_spent(taking, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(taking->sql, "SELECT year FROM budget WHERE session = ?1 AND draft = ?2 AND state = ?3");
	sql_bind_number(&query, 1, applying_number(taking->fields, "session"));
	sql_bind_number(&query, 2, applying_number(taking->fields, "draft"));
	sql_bind_number(&query, 3, BUDGET_TABLED);
	error = sql_run_number(&query, 0, &other, problem);
	if (!error && other > 0)
		error = problem_set(problem, JISR_CONFLICT, "the budget %lld is tabled with that draft",
		                    (long long)other);
	return error;
}

int budget_table_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE budget SET session = ?2, draft = ?3, reason = '' WHERE year = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "session"));
	sql_bind_number(&query, 3, applying_number(applying->body, "draft"));
	return sql_run(&query, problem);
}

int budget_take_back(struct affair_taking *taking, struct problem *problem)
{
	return tabling_undecided(taking->sql, BUDGET_OF(taking)->session, BUDGET_OF(taking)->draft, problem);
}

int budget_take_back_apply(struct affair_applying *applying, struct problem *problem)
{
	return set_text(applying, "UPDATE budget SET session = 0, draft = 0, reason = ?2 WHERE year = ?1",
	                applying_text(applying->body, "text"), problem);
}

/* A budget before the first that this record knows: there is no vote to take it from. */
int budget_carry(struct affair_taking *taking, struct problem *problem)
{
	int64_t adopted = 0;
	int error = budget_number(taking->sql, "SELECT max(year) FROM budget WHERE decision <> '' AND year <> ?1", 0, 0,
	                          &adopted, problem);
	if (!error && adopted > 0)
		error = problem_set(problem, JISR_STATE,
		                    "the budget %lld is in the record: what follows it is decided by the Assembly",
		                    (long long)adopted);
	if (!error)
		error = budget_submit(taking, problem);
	return error;
}

int budget_carry_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = set_text(applying, "UPDATE budget SET decision = ?2, basis = year, provisional = 0 WHERE year = ?1",
	                     applying_text(applying->body, "decision"), problem);
	if (!error)
		error = set_text(applying, "UPDATE budget SET digest = ?2 WHERE year = ?1",
		                 applying_text(applying->made, "digest"), problem);
	return error;
}

int budget_voted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct tabling tabling;
	int error = dues_voted(write, entry, problem);
	if (error || !tabling_voted(entry, &tabling))
		return error;
	struct sql_query query = sql_query(
		store_write_sql(write),
		"UPDATE budget SET state = ?3, decision = ?4, decided = ?5, basis = CASE WHEN ?6 THEN year ELSE basis "
		"END,"
		" provisional = provisional AND NOT ?6, version = ?7 WHERE session = ?1 AND draft = ?2 AND state = ?8");
	sql_bind_number(&query, 1, tabling.session);
	sql_bind_number(&query, 2, tabling.draft);
	sql_bind_number(&query, 3, tabling.adopted ? BUDGET_ADOPTED : BUDGET_REJECTED);
	sql_bind_text(&query, 4, tabling.decision);
	sql_bind_text(&query, 5, entry->header.at);
	sql_bind_number(&query, 6, tabling.adopted);
	sql_bind_number(&query, 7, (int64_t)entry->sequence);
	sql_bind_number(&query, 8, BUDGET_TABLED);
	return sql_run(&query, problem);
}

int budget_withdrawn(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "UPDATE budget SET state = ?3, session = 0, draft = 0, version = ?4 WHERE"
	                                   " session = ?1 AND draft = ?2 AND state = ?5");
	sql_bind_number(&query, 1, tabling_session(entry));
	sql_bind_number(&query, 2, applying_number(entry->body, "draft"));
	sql_bind_number(&query, 3, BUDGET_APPROVED);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	sql_bind_number(&query, 5, BUDGET_TABLED);
	return sql_run(&query, problem);
}
