#include "assembly/subject.h"

#include "assembly/committee.h"
#include "assembly/precedence.h"
#include "assembly/resolution.h"
#include "base/digits.h"

#include <stdlib.h>

/* "draft:3" and its number; NULL when it is of another kind. */
static const char *of_kind(const char *subject, const char *kind, uint32_t *ret_number)
{
	size_t length = strlen(kind);
	if (strncmp(subject, kind, length) != 0 || subject[length] != ':')
		return NULL;
	const char *rest = subject + length + 1;
	*ret_number = digits_number(rest);
	return rest;
}

static int check_matter(const struct rule *rule, const char *matter, const char *what, struct problem *problem)
{
	return strcmp(rule_matter_name(rule->matter), matter) == 0
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "%s is decided as %s, not as %s", what, matter,
	                             rule_matter_name(rule->matter));
}

static int check_motions(struct conducting *conducting, struct problem *problem)
{
	int64_t pending = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT max(number) FROM assembly_motion WHERE session = ?1 AND state = 'moved'");
	sql_bind_number(&query, 1, conducting->session);
	int error = sql_run_number(&query, 0, &pending, problem);
	if (!error && pending > 0)
		error = problem_set(problem, JISR_STATE,
		                    "motion %lld is not decided yet: motions of procedure go first",
		                    (long long)pending);
	return error;
}

static int check_notice(const struct conducting *conducting, const struct resolution *draft, const struct rule *rule,
                        struct problem *problem)
{
	if (rule->notice_days == 0)
		return JISR_OK;
	if (draft->notified[0] == '\0')
		return problem_set(
			problem, JISR_STATE,
			"it is not known when draft %u reached the members (\"notified\"), and %u days' notice are "
			"asked: %s",
			(unsigned)draft->number, (unsigned)rule->notice_days, rule->article);
	int days = (int)committee_days(draft->notified, conducting->assembly.first);
	if (days < (int)rule->notice_days)
		return problem_set(problem, JISR_STATE,
		                   "draft %u reached the members %d days before the session, and %u are asked: %s",
		                   (unsigned)draft->number, days, (unsigned)rule->notice_days, rule->article);
	return JISR_OK;
}

/* A draft about an item is decided when the item is on the adopted agenda, and its debate was not adjourned. */
static int check_on_agenda(const struct conducting *conducting, uint32_t item, struct problem *problem)
{
	char state[12] = "open";
	struct sql_query query =
		sql_query(conducting->sql, "SELECT state FROM assembly_item WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, item);
	if (sql_next(&query))
		(void)snprintf(state, sizeof state, "%s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (error || strcmp(state, "adopted") == 0 || strcmp(state, "open") == 0 || strcmp(state, "done") == 0)
		return error;
	return problem_set(problem, JISR_STATE, "item %u is %s: what is moved about it is not voted on", (unsigned)item,
	                   state);
}

static int check_draft(struct conducting *conducting, uint32_t number, const struct rule *rule, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	char missing[RESOLUTION_MISSING_MAX];
	uint32_t amendment = 0;
	int error = resolution_read(conducting->sql, conducting->session, number, &draft, problem);
	if (!error && strcmp(draft.state, "draft") != 0)
		error = problem_set(problem, JISR_STATE, "draft %u is %s", (unsigned)number, draft.state);
	if (!error)
		error = check_matter(rule, draft.matter, "this draft", problem);
	if (!error && !resolution_complete(&draft, missing))
		error = problem_set(
			problem, JISR_STATE,
			"draft %u is not there in all four languages, and cannot be put to the vote; missing: "
			"%s",
			(unsigned)number, missing);
	if (!error)
		error = check_on_agenda(conducting, draft.item, problem);
	if (!error)
		error = check_notice(conducting, &draft, rule, problem);
	if (!error)
		error = resolution_furthest(conducting->sql, conducting->session, number, &amendment, problem);
	if (!error && amendment > 0)
		error = problem_set(problem, JISR_STATE, "amendment %u of it is voted on first", (unsigned)amendment);
	return error ? error : check_motions(conducting, problem);
}

static int check_amendment(struct conducting *conducting, uint32_t number, const struct rule *rule,
                           struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	CLEANUP(json_freep) cJSON *text = NULL;
	char state[12] = "";
	bool deletes = false;
	uint32_t of = 0, furthest = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT draft, state, text, kind FROM assembly_amendment WHERE session = ?1 AND"
				 " number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		of = (uint32_t)sql_number(&query, 0);
		(void)snprintf(state, sizeof state, "%s", sql_text(&query, 1));
		text = cJSON_Parse(sql_text(&query, 2));
		deletes = strcmp(sql_text(&query, 3), "delete") == 0;
	}
	int error = sql_done(&query, problem);
	if (!error && of == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no amendment %u", (unsigned)number);
	if (!error && strcmp(state, "moved") != 0)
		error = problem_set(problem, JISR_STATE, "amendment %u is %s", (unsigned)number, state);
	if (!error)
		error = resolution_read(conducting->sql, conducting->session, of, &draft, problem);
	if (!error && strcmp(draft.state, "draft") != 0)
		error = problem_set(problem, JISR_STATE, "draft %u is %s", (unsigned)of, draft.state);
	if (!error)
		error = check_on_agenda(conducting, draft.item, problem);
	if (!error)
		error = check_matter(rule, draft.matter, "an amendment like its draft", problem);
	if (!error && !deletes && !resolution_text_complete(text))
		error = problem_set(problem, JISR_STATE,
		                    "amendment %u is not there in all four languages, and cannot be put to the vote",
		                    (unsigned)number);
	if (!error)
		error = resolution_furthest(conducting->sql, conducting->session, of, &furthest, problem);
	if (!error && furthest != number)
		error = problem_set(problem, JISR_STATE,
		                    "amendment %u is further from the text and is voted on before amendment %u",
		                    (unsigned)furthest, (unsigned)number);
	return error ? error : check_motions(conducting, problem);
}

static int check_motion(struct conducting *conducting, uint32_t number, const struct rule *rule,
                        struct problem *problem)
{
	struct precedence_pending pending[64];
	size_t count = 0;
	bool there = false;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT number, kind FROM assembly_motion WHERE session = ?1 AND"
	                                   " state = 'moved' ORDER BY number");
	sql_bind_number(&query, 1, conducting->session);
	while (sql_next(&query) && count < sizeof pending / sizeof *pending) {
		pending[count].number = (uint32_t)sql_number(&query, 0);
		if (precedence_read(sql_text(&query, 1), &pending[count].motion)) {
			there = there || pending[count].number == number;
			count++;
		}
	}
	int error = sql_done(&query, problem);
	if (!error && !there)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no motion %u that waits", (unsigned)number);
	if (!error)
		error = check_matter(rule, "procedure", "a motion", problem);
	if (error)
		return error;
	const struct precedence_pending *goes = &pending[precedence_first(pending, count)];
	return goes->number == number
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "motion %u (%s) goes before motion %u",
	                             (unsigned)goes->number, precedence_names[goes->motion], (unsigned)number);
}

static int check_item(struct conducting *conducting, uint32_t number, const struct rule *rule, struct problem *problem)
{
	int64_t there = 0;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT count(*) FROM assembly_item WHERE session = ?1 AND number"
	                                   " = ?2 AND state = 'proposed'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	int error = sql_run_number(&query, 0, &there, problem);
	if (!error && there == 0)
		error = problem_set(problem, JISR_STATE, "there is no item %u that waits for a decision",
		                    (unsigned)number);
	return error ? error : check_matter(rule, "emergency", "an item that came late", problem);
}

int subject_check(struct conducting *conducting, const char *subject, const struct rule *rule, struct problem *problem)
{
	uint32_t number = 0;
	const char *rest;
	if (of_kind(subject, "draft", &number) != NULL)
		return check_draft(conducting, number, rule, problem);
	if (of_kind(subject, "amendment", &number) != NULL)
		return check_amendment(conducting, number, rule, problem);
	if (of_kind(subject, "motion", &number) != NULL)
		return check_motion(conducting, number, rule, problem);
	if (of_kind(subject, "item", &number) != NULL)
		return check_item(conducting, number, rule, problem);
	if (strcmp(subject, "agenda:") == 0)
		return check_matter(rule, "agenda", "the agenda", problem);
	rest = of_kind(subject, "appeal", &number);
	if (rest != NULL) {
		int64_t pending = 0;
		struct sql_query query = sql_query(
			conducting->sql, "SELECT count(*) FROM assembly_delegation WHERE session = ?1 AND code ="
					 " ?2 AND appeal = 'pending'");
		sql_bind_number(&query, 1, conducting->session);
		sql_bind_text(&query, 2, rest);
		int error = sql_run_number(&query, 0, &pending, problem);
		if (!error && pending == 0)
			error = problem_set(problem, JISR_NOT_FOUND, "there is no appeal of %.20s to decide", rest);
		return error ? error : check_matter(rule, "appeal", "an appeal", problem);
	}
	return problem_set(problem, JISR_BAD_INPUT,
	                   "\"subject\" is draft:N, amendment:N, motion:N, item:N, agenda: or appeal:CODE");
}

int subject_number(struct conducting *conducting, const char *subject, struct problem *problem)
{
	uint32_t number = 0;
	int64_t count = 0;
	char decision[40];
	if (of_kind(subject, "draft", &number) == NULL)
		return JISR_OK;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT count(*) FROM assembly_draft WHERE session = ?1 AND decision <> ''");
	sql_bind_number(&query, 1, conducting->session);
	int error = sql_run_number(&query, 0, &count, problem);
	(void)snprintf(decision, sizeof decision, "GA-%.4s-%u-RES-%02lld", conducting->assembly.first,
	               (unsigned)conducting->session, (long long)count + 1);
	tree_text(conducting->made, "decision", decision);
	return error;
}

/* ---- what a vote does ---- */

static int settle_draft(struct applying *applying, uint32_t number, bool adopted, const char *decision,
                        struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_draft SET state = ?3, decision = ?4, version = ?5"
	                                 " WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, adopted ? "adopted" : "rejected");
	sql_bind_text(&query, 4, decision);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

static int set_amendment(struct applying *applying, uint32_t number, const char *state, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql,
	                  "UPDATE assembly_amendment SET state = ?3, version = ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, state);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* The text of the draft changes, and what else was moved for the same paragraph has nothing left to change. */
static int settle_amendment(struct applying *applying, uint32_t number, bool adopted, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	CLEANUP(json_freep) cJSON *text = NULL;
	CLEANUP(json_freep) cJSON *changed = NULL;
	char kind[12] = "";
	const char *json;
	uint32_t of = 0, paragraph = 0;
	struct sql_query query =
		sql_query(applying->sql, "SELECT draft, kind, paragraph, text FROM assembly_amendment WHERE"
	                                 " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		of = (uint32_t)sql_number(&query, 0);
		(void)snprintf(kind, sizeof kind, "%s", sql_text(&query, 1));
		paragraph = (uint32_t)sql_number(&query, 2);
		text = cJSON_Parse(sql_text(&query, 3));
	}
	int error = sql_done(&query, problem);
	if (!error)
		error = set_amendment(applying, number, adopted ? "adopted" : "rejected", problem);
	if (error || !adopted || of == 0)
		return error;
	error = resolution_read(applying->sql, applying->session, of, &draft, problem);
	if (error)
		return error;
	changed = resolution_amended(draft.operative, kind, paragraph, text);
	if (changed == NULL)
		return problem_no_memory(problem);
	error = applying_json(applying, changed, &json, problem);
	if (error)
		return error;
	query = sql_query(applying->sql,
	                  "UPDATE assembly_draft SET operative = ?3, version = ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, of);
	sql_bind_text(&query, 3, json);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	error = sql_run(&query, problem);
	if (error || strcmp(kind, "add") == 0)
		return error;
	query = sql_query(applying->sql,
	                  "UPDATE assembly_amendment SET state = 'moot', version = ?4 WHERE session = ?1 AND"
	                  " draft = ?2 AND paragraph = ?3 AND state = 'moved' AND (kind <> 'add' OR ?5)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, of);
	sql_bind_number(&query, 3, paragraph);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	sql_bind_number(&query, 5, strcmp(kind, "delete") == 0);
	return sql_run(&query, problem);
}

int subject_motion(struct applying *applying, uint32_t number, bool carried, struct problem *problem)
{
	char kind[20] = "";
	uint32_t item = 0;
	struct sql_query query =
		sql_query(applying->sql, "SELECT kind, item FROM assembly_motion WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		(void)snprintf(kind, sizeof kind, "%s", sql_text(&query, 0));
		item = (uint32_t)sql_number(&query, 1);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	query = sql_query(applying->sql,
	                  "UPDATE assembly_motion SET state = ?3, version = ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, carried ? "carried" : "refused");
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	error = sql_run(&query, problem);
	if (error || !carried || item == 0)
		return error;
	bool ends = strcmp(kind, "close-debate") == 0, lists = strcmp(kind, "close-list") == 0;
	if (ends || lists) {
		query = sql_query(applying->sql,
		                  "UPDATE assembly_item SET list_closed = 1, version = ?3 WHERE session = ?1"
		                  " AND number = ?2");
	} else if (strcmp(kind, "adjourn-debate") == 0) {
		query = sql_query(applying->sql,
		                  "UPDATE assembly_item SET state = 'deferred', version = ?3 WHERE session ="
		                  " ?1 AND number = ?2 AND state = 'open'");
	} else {
		return JISR_OK;
	}
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, item);
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	error = sql_run(&query, problem);
	if (error || !ends)
		return error;
	/* Who still waits is not heard any more, but for the right of reply. */
	query = sql_query(applying->sql,
	                  "UPDATE assembly_speech SET state = 'cut', version = ?3 WHERE session = ?1 AND item"
	                  " = ?2 AND state = 'waiting' AND kind <> 'reply'");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, item);
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int subject_settle(struct applying *applying, const char *subject, const char *outcome, const char *decision,
                   struct problem *problem)
{
	uint32_t number = 0;
	bool adopted = strcmp(outcome, "adopted") == 0;
	const char *rest;
	struct sql_query query;
	if (!adopted && strcmp(outcome, "rejected") != 0)
		return JISR_OK;
	if (of_kind(subject, "draft", &number) != NULL)
		return settle_draft(applying, number, adopted, decision, problem);
	if (of_kind(subject, "amendment", &number) != NULL)
		return settle_amendment(applying, number, adopted, problem);
	if (of_kind(subject, "motion", &number) != NULL)
		return subject_motion(applying, number, adopted, problem);
	if (of_kind(subject, "item", &number) != NULL) {
		query = sql_query(applying->sql,
		                  "UPDATE assembly_item SET state = ?3, version = ?4 WHERE session = ?1 AND"
		                  " number = ?2");
		sql_bind_number(&query, 1, applying->session);
		sql_bind_number(&query, 2, number);
		sql_bind_text(&query, 3, adopted ? "adopted" : "refused");
		sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
		return sql_run(&query, problem);
	}
	if (strcmp(subject, "agenda:") == 0 && adopted) {
		query = sql_query(applying->sql,
		                  "UPDATE assembly_item SET state = 'adopted', version = ?2 WHERE session = ?1"
		                  " AND state = 'listed'");
		sql_bind_number(&query, 1, applying->session);
		sql_bind_number(&query, 2, (int64_t)applying->entry->sequence);
		return sql_run(&query, problem);
	}
	rest = of_kind(subject, "appeal", &number);
	if (rest == NULL)
		return JISR_OK;
	query = sql_query(applying->sql,
	                  "UPDATE assembly_delegation SET appeal = ?3, suspended = suspended AND NOT ?4, why ="
	                  " CASE WHEN ?4 THEN '' ELSE why END, version = ?5 WHERE session = ?1 AND code ="
	                  " ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, rest);
	sql_bind_text(&query, 3, adopted ? "granted" : "refused");
	sql_bind_number(&query, 4, adopted);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}
