/* Views of rules, draws and votes. Who voted how is told of a roll call at once, of a vote by device when it is closed and its
 * record is published; each delegation always learns its own. The public is told nothing of who has voted, but what is published. */
#include "assembly/assembly_private.h"
#include "assembly/rule.h"
#include "assembly/view_private.h"
#include "base/digits.h"

#include <stdlib.h>

static int emit_rule(struct viewing *viewing, enum rule_matter matter, struct problem *problem)
{
	struct rule rule;
	struct text json;
	CLEANUP(json_freep) cJSON *tree = tree_object();
	int error = rule_get(viewing->sql, matter, &rule, problem);
	if (error)
		return error;
	rule_tree(tree, "rule", &rule);
	text_init(&json, 16384);
	if (!tree_failed() && json_write(json_get(tree, "rule"), &json) == JISR_OK)
		emit_raw(viewing->text, NULL, json.bytes, json.length);
	else
		error = problem_no_memory(problem);
	text_finish(&json);
	return error;
}

int view_rules(struct viewing *viewing, struct problem *problem)
{
	int error = JISR_OK;
	emit_array(viewing->text, "rules");
	for (unsigned matter = 0; matter < RULE_COUNT && !error; matter++)
		error = emit_rule(viewing, (enum rule_matter)matter, problem);
	emit_close_array(viewing->text);
	return error;
}

int view_draws(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT number, text, commitment, seed, value, numbers FROM "
	                                                 "assembly_draw WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "draws");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		view_text(viewing, "text", sql_text(&query, 1));
		emit_text(viewing->text, "commitment", sql_text(&query, 2));
		view_text(viewing, "seed", sql_text(&query, 3));
		view_text(viewing, "value", sql_text(&query, 4));
		view_json(viewing, "numbers", sql_text(&query, 5));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

#define VOTE_COLUMNS                                                                                                   \
	"number, state, matter, subject, title, method, round, outcome, decision, present, accepted, members, yes, "   \
	"no,"                                                                                                          \
	" abstain, opened, closed, record, rule, verdict, draw, ifnull((SELECT u.id FROM urn u WHERE u.session ="      \
	" assembly_vote.session AND u.vote = assembly_vote.number AND u.state <> 4), '')"

static void emit_vote(struct viewing *viewing, struct sql_query *query)
{
	bool over = strcmp(sql_text(query, 1), "closed") == 0;
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "state", sql_text(query, 1));
	emit_text(viewing->text, "matter", sql_text(query, 2));
	emit_text(viewing->text, "subject", sql_text(query, 3));
	view_text(viewing, "title", sql_text(query, 4));
	emit_text(viewing->text, "method", sql_text(query, 5));
	emit_count(viewing->text, "round", (uint64_t)sql_number(query, 6));
	view_text(viewing, "outcome", sql_text(query, 7));
	view_text(viewing, "decision", sql_text(query, 8));
	emit_count(viewing->text, "present", (uint64_t)sql_number(query, 9));
	emit_count(viewing->text, "accepted", (uint64_t)sql_number(query, 10));
	emit_count(viewing->text, "members", (uint64_t)sql_number(query, 11));
	if (over && strncmp(sql_text(query, 3), "contest:", 8) != 0) {
		emit_count(viewing->text, "yes", (uint64_t)sql_number(query, 12));
		emit_count(viewing->text, "no", (uint64_t)sql_number(query, 13));
		emit_count(viewing->text, "abstain", (uint64_t)sql_number(query, 14));
	}
	emit_text(viewing->text, "opened", sql_text(query, 15));
	view_text(viewing, "closed", sql_text(query, 16));
	if (strcmp(sql_text(query, 5), "secret") == 0)
		view_text(viewing, "election", sql_text(query, 21));
}

int view_votes(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT " VOTE_COLUMNS
	                                                 " FROM assembly_vote WHERE session = ?1 ORDER BY number DESC");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "votes");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_vote(viewing, &query);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* Of a secret vote the electorate alone: nobody here knows who has voted. */
static int emit_ballots(struct viewing *viewing, uint32_t number, bool told, bool secret, struct problem *problem)
{
	if (!told && !view_inside(viewing))
		return JISR_OK;
	const char *own = viewing->caller != NULL ? viewing->caller->office : "";
	uint64_t given = 0, waiting = 0;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT code, choice, holder, entry FROM assembly_ballot WHERE "
	                                "session = ?1 AND vote = ?2 ORDER BY place");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	emit_array(viewing->text, "ballots");
	while (sql_next(&query)) {
		bool has = sql_text(&query, 1)[0] != '\0', mine = strcmp(sql_text(&query, 0), own) == 0;
		given += has;
		waiting += !has;
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "code", sql_text(&query, 0));
		if (!secret)
			emit_bool(viewing->text, "voted", has);
		if (has && (told || mine)) {
			emit_text(viewing->text, "choice", sql_text(&query, 1));
			view_text(viewing, "holder", sql_text(&query, 2));
			emit_count(viewing->text, "receipt", (uint64_t)sql_number(&query, 3));
		}
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	if (!secret) {
		emit_count(viewing->text, "given", given);
		emit_count(viewing->text, "waiting", waiting);
	}
	return sql_done(&query, problem);
}

int view_vote(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *verdict = NULL;
	bool there = false, told = false, secret = false;
	uint32_t number = digits_number(viewing->id);
	struct sql_query query = sql_query(viewing->sql, "SELECT " VOTE_COLUMNS
	                                                 " FROM assembly_vote WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		there = true;
		emit_vote(viewing, &query);
		bool record = sql_number(&query, 17) != 0;
		told = record &&
		       (strcmp(sql_text(&query, 5), "roll-call") == 0 || strcmp(sql_text(&query, 1), "closed") == 0);
		emit_bool(viewing->text, "record", record);
		view_json(viewing, "rule", sql_text(&query, 18));
		if (sql_number(&query, 20) > 0)
			emit_count(viewing->text, "draw", (uint64_t)sql_number(&query, 20));
		verdict = cJSON_Parse(sql_text(&query, 19));
		if (verdict != NULL && json_get(verdict, "arithmetic") != NULL) {
			if (json_get(verdict, "needed") != NULL) {
				emit_count(viewing->text, "base", applying_number(verdict, "base"));
				emit_count(viewing->text, "needed", applying_number(verdict, "needed"));
			}
			emit_text(viewing->text, "arithmetic", applying_text(verdict, "arithmetic"));
		}
		view_contest_votes(viewing, verdict);
		secret = strcmp(sql_text(&query, 5), "secret") == 0;
	}
	int error = sql_done(&query, problem);
	if (!error && !there)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no vote %.20s in session %u", viewing->id,
		                    (unsigned)viewing->session);
	return error ? error : emit_ballots(viewing, number, told, secret, problem);
}
