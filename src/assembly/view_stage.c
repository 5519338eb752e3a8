/* The stage: what happens in a session at this moment, in one object. It is what everybody in the hall looks at, so it says
 * the same to all who may follow the assembly; who may not is told what the public sees, without the list of speakers,
 * motions, who is there, and how many have voted so far. */
#include "assembly/assembly_private.h"
#include "assembly/precedence.h"
#include "assembly/rule.h"
#include "assembly/view_private.h"

#include <stdlib.h>

#define WAITING_SHOWN 40 /* speakers who wait; how many there are is told, too */
#define MOTIONS_SHOWN 20
#define LAST_VOTES    5

static int one_number(const struct viewing *viewing, struct sql_query query, int64_t number, int64_t *ret_number,
                      struct problem *problem)
{
	sql_bind_number(&query, 1, viewing->session);
	if (number > 0)
		sql_bind_number(&query, 2, number);
	return sql_run_number(&query, 0, ret_number, problem);
}

static int stage_session(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT languages, city_names, opened, closed FROM assembly"
	                                                 " WHERE number = ?1");
	emit_text(viewing->text, "state", assembly_state_name(viewing->assembly.state));
	emit_text(viewing->text, "city", viewing->assembly.city);
	emit_text(viewing->text, "country", viewing->assembly.country);
	emit_text(viewing->text, "first", viewing->assembly.first);
	emit_text(viewing->text, "last", viewing->assembly.last);
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query)) {
		view_json(viewing, "languages", sql_text(&query, 0));
		view_json(viewing, "city_names", sql_text(&query, 1));
		view_text(viewing, "opened", sql_text(&query, 2));
		view_text(viewing, "closed", sql_text(&query, 3));
	}
	return sql_done(&query, problem);
}

/* ---- the item and its debate ---- */

static int stage_item(struct viewing *viewing, int64_t *ret_item, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT number, kind, title, list_closed, balanced, quota,"
	                                                 " json_extract(limits, '$.statement'),"
	                                                 " json_extract(limits, '$.others') FROM assembly_item WHERE"
	                                                 " session = ?1 AND state = 'open'");
	*ret_item = 0;
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query)) {
		*ret_item = sql_number(&query, 0);
		emit_object(viewing->text, "item");
		emit_count(viewing->text, "number", (uint64_t)*ret_item);
		emit_text(viewing->text, "kind", sql_text(&query, 1));
		view_json(viewing, "title", sql_text(&query, 2));
		emit_bool(viewing->text, "list_closed", sql_number(&query, 3) != 0);
		emit_bool(viewing->text, "balanced", sql_number(&query, 4) != 0);
		emit_count(viewing->text, "quota", (uint64_t)sql_number(&query, 5));
		emit_count(viewing->text, "statement",
		           sql_null(&query, 6) ? FLOOR_SECONDS_STATEMENT : (uint64_t)sql_number(&query, 6));
		emit_count(viewing->text, "others",
		           sql_null(&query, 7) ? FLOOR_SECONDS_OTHERS : (uint64_t)sql_number(&query, 7));
		emit_close_object(viewing->text);
	} else {
		emit_null(viewing->text, "item");
	}
	return sql_done(&query, problem);
}

static void emit_speech(struct viewing *viewing, const char *key, struct sql_query *query)
{
	emit_object(viewing->text, key);
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "code", sql_text(query, 1));
	emit_text(viewing->text, "kind", sql_text(query, 2));
	emit_count(viewing->text, "seconds", (uint64_t)sql_number(query, 4));
	view_text(viewing, "begun", sql_text(query, 7));
	emit_close_object(viewing->text);
}

static int stage_floor(struct viewing *viewing, int64_t item, struct problem *problem)
{
	size_t waiting = 0;
	bool speaks = false, listed = false;
	struct sql_query query = sql_query(viewing->sql, VIEW_SPEAKERS);
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, item);
	while (sql_next(&query)) {
		bool speaking = strcmp(sql_text(&query, 3), "speaking") == 0;
		if (speaking && !speaks) {
			speaks = true;
			emit_speech(viewing, "speaking", &query);
			continue;
		}
		if (!speaks) {
			speaks = true;
			emit_null(viewing->text, "speaking");
		}
		if (!listed) {
			listed = true;
			emit_array(viewing->text, "waiting");
		}
		if (waiting++ < WAITING_SHOWN)
			emit_speech(viewing, NULL, &query);
	}
	if (!speaks)
		emit_null(viewing->text, "speaking");
	if (!listed)
		emit_array(viewing->text, "waiting");
	emit_close_array(viewing->text);
	emit_count(viewing->text, "waiting_count", waiting);
	return sql_done(&query, problem);
}

/* In the order in which they are decided. */
static int stage_motions(struct viewing *viewing, struct problem *problem)
{
	struct precedence_pending pending[MOTIONS_SHOWN];
	size_t count = 0;
	struct sql_query query = sql_query(viewing->sql, "SELECT number, kind FROM assembly_motion WHERE session = ?1"
	                                                 " AND state = 'moved' ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	while (sql_next(&query) && count < MOTIONS_SHOWN) {
		pending[count].number = (uint32_t)sql_number(&query, 0);
		count += precedence_read(sql_text(&query, 1), &pending[count].motion);
	}
	int error = sql_done(&query, problem);
	emit_array(viewing->text, "motions");
	while (!error && count > 0) {
		size_t at = precedence_first(pending, count);
		query = sql_query(viewing->sql, "SELECT code, kind, text FROM assembly_motion WHERE session = ?1 AND "
		                                "number = ?2");
		sql_bind_number(&query, 1, viewing->session);
		sql_bind_number(&query, 2, pending[at].number);
		if (sql_next(&query)) {
			emit_object(viewing->text, NULL);
			emit_count(viewing->text, "number", pending[at].number);
			emit_text(viewing->text, "code", sql_text(&query, 0));
			emit_text(viewing->text, "kind", sql_text(&query, 1));
			view_text(viewing, "text", sql_text(&query, 2));
			emit_bool(viewing->text, "chair_decides", precedence_chair_decides(pending[at].motion));
			emit_close_object(viewing->text);
		}
		error = sql_done(&query, problem);
		pending[at] = pending[--count];
	}
	emit_close_array(viewing->text);
	return error;
}

/* ---- votes ---- */

/* What a vote is about, so that it can be named in every language: the titles that stand at its subject. */
static int stage_about(struct viewing *viewing, const char *subject, struct problem *problem)
{
	const char *colon = strchr(subject, ':');
	size_t kind = colon != NULL ? (size_t)(colon - subject) : 0;
	int64_t number = colon != NULL && strlen(colon) < 9 ? strtol(colon + 1, NULL, 10) : 0;
	struct sql_query query;
	emit_object(viewing->text, "about");
	emit_bytes(viewing->text, "kind", kind > 0 ? subject : "title", kind > 0 ? kind : strlen("title"));
	if (strncmp(subject, "appeal:", 7) == 0)
		emit_text(viewing->text, "code", subject + 7);
	if (number > 0)
		emit_count(viewing->text, "number", (uint64_t)number);
	if (strncmp(subject, "motion:", 7) == 0)
		query = sql_query(viewing->sql, "SELECT kind, code, '', '', 0, 0 FROM assembly_motion WHERE session ="
		                                " ?1 AND number = ?2");
	else if (strncmp(subject, "amendment:", 10) == 0)
		query = sql_query(viewing->sql, "SELECT a.kind, a.office, d.title, a.text, a.draft, a.paragraph FROM"
		                                " assembly_amendment a JOIN assembly_draft d ON d.session = a.session"
		                                " AND d.number = a.draft WHERE a.session = ?1 AND a.number = ?2");
	else if (strncmp(subject, "contest:", 8) == 0)
		query = sql_query(viewing->sql, "SELECT post, '', '', '', 0, 0 FROM assembly_contest WHERE session = ?1"
		                                " AND number = ?2");
	else if (strncmp(subject, "item:", 5) == 0)
		query = sql_query(viewing->sql, "SELECT '', office, title, '', 0, 0 FROM assembly_item WHERE session ="
		                                " ?1 AND number = ?2");
	else
		query = sql_query(viewing->sql, "SELECT '', office, title, '', number, 0 FROM assembly_draft WHERE"
		                                " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		view_text(viewing, "way", sql_text(&query, 0));
		view_text(viewing, "office", sql_text(&query, 1));
		view_json(viewing, "titles", sql_text(&query, 2));
		view_json(viewing, "text", sql_text(&query, 3));
		if (sql_number(&query, 4) > 0)
			emit_count(viewing->text, "draft", (uint64_t)sql_number(&query, 4));
		if (sql_number(&query, 5) > 0)
			emit_count(viewing->text, "paragraph", (uint64_t)sql_number(&query, 5));
	}
	emit_close_object(viewing->text);
	return sql_done(&query, problem);
}

/* The share that counts in this round, as a text; what it is taken of; where that stands. */
static void stage_rule(struct viewing *viewing, const char *json, enum rule_matter matter, uint32_t round)
{
	CLEANUP(json_freep) cJSON *fields = cJSON_Parse(json);
	struct rule rule;
	char share[RULE_SHARE_MAX], quorum[RULE_SHARE_MAX];
	rule_first(matter, &rule);
	if (rule_read(fields, &rule, NULL) != JISR_OK) {
		emit_null(viewing->text, "rule");
		return;
	}
	emit_object(viewing->text, "rule");
	emit_text(viewing->text, "base", verdict_base_name(rule.verdict.base));
	emit_text(viewing->text, "share", rule_share_text(verdict_share_in(&rule.verdict, round), share));
	if (rule.verdict.quorum.under > 0) {
		emit_text(viewing->text, "quorum", rule_share_text(rule.verdict.quorum, quorum));
		emit_text(viewing->text, "quorum_base", verdict_base_name(rule.verdict.quorum_base));
	}
	emit_count(viewing->text, "rounds", rule.verdict.rounds);
	emit_text(viewing->text, "article", rule.article);
	view_text(viewing, "unsure", rule.unsure);
	emit_close_object(viewing->text);
}

struct counted {
	int64_t given, waiting;
	char next[OFFICE_CODE_MAX + 1]; /* in a roll call */
};

static int count_given(struct viewing *viewing, int64_t vote, struct counted *ret_counted, struct problem *problem)
{
	struct counted counted = {0};
	struct sql_query query = sql_query(viewing->sql, "SELECT count(*), sum(choice <> ''), (SELECT o.code FROM"
	                                                 " assembly_ballot o WHERE o.session = ?1 AND o.vote = ?2 AND"
	                                                 " o.choice = '' ORDER BY o.place LIMIT 1) FROM"
	                                                 " assembly_ballot WHERE session = ?1 AND vote = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, vote);
	if (sql_next(&query)) {
		counted.given = sql_number(&query, 1);
		counted.waiting = sql_number(&query, 0) - counted.given;
		(void)snprintf(counted.next, sizeof counted.next, "%s", sql_text(&query, 2));
	}
	*ret_counted = counted;
	return sql_done(&query, problem);
}

#define STAGE_VOTE                                                                                                     \
	"SELECT number, state, matter, subject, title, method, round, record, rule, present, accepted, members, yes,"  \
	" no, abstain, counted, outcome, verdict, opened, closed, decision FROM assembly_vote WHERE session = ?1 AND "

/* One vote; an open one tells the inside how many have voted, none how anybody did. */
static int stage_vote(struct viewing *viewing, bool inside, struct sql_query query, const char *key,
                      struct problem *problem)
{
	char subject[160] = "", method[12] = "";
	int64_t number = 0;
	bool open = false;
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query)) {
		enum rule_matter matter = RULE_RESOLUTION;
		CLEANUP(json_freep) cJSON *verdict = cJSON_Parse(sql_text(&query, 17));
		number = sql_number(&query, 0);
		open = strcmp(sql_text(&query, 1), "open") == 0;
		(void)rule_matter_read(sql_text(&query, 2), &matter);
		(void)snprintf(subject, sizeof subject, "%s", sql_text(&query, 3));
		(void)snprintf(method, sizeof method, "%s", sql_text(&query, 5));
		emit_object(viewing->text, key);
		emit_count(viewing->text, "number", (uint64_t)number);
		emit_text(viewing->text, "matter", rule_matter_name(matter));
		emit_text(viewing->text, "subject", subject);
		view_text(viewing, "title", sql_text(&query, 4));
		emit_text(viewing->text, "method", method);
		emit_count(viewing->text, "round", (uint64_t)sql_number(&query, 6));
		emit_bool(viewing->text, "record", sql_number(&query, 7) != 0);
		stage_rule(viewing, sql_text(&query, 8), matter, (uint32_t)sql_number(&query, 6));
		emit_count(viewing->text, "present", (uint64_t)sql_number(&query, 9));
		emit_count(viewing->text, "accepted", (uint64_t)sql_number(&query, 10));
		emit_count(viewing->text, "members", (uint64_t)sql_number(&query, 11));
		emit_text(viewing->text, "opened", sql_text(&query, 18));
		if (open && inside && strcmp(method, "hands") == 0)
			emit_bool(viewing->text, "counted", sql_number(&query, 15) != 0);
		if (!open) {
			bool elects = strncmp(subject, "contest:", 8) == 0;
			emit_count(viewing->text, "yes", (uint64_t)sql_number(&query, 12));
			emit_count(viewing->text, "no", (uint64_t)sql_number(&query, 13));
			emit_count(viewing->text, "abstain", (uint64_t)sql_number(&query, 14));
			view_text(viewing, "outcome", sql_text(&query, 16));
			emit_count(viewing->text, "base", applying_number(verdict, elects ? "cast" : "base"));
			emit_count(viewing->text, "needed", applying_number(verdict, "needed"));
			view_contest_votes(viewing, verdict);
			emit_text(viewing->text, "closed", sql_text(&query, 19));
			view_text(viewing, "decision", sql_text(&query, 20));
		}
	} else {
		emit_null(viewing->text, key);
	}
	int error = sql_done(&query, problem);
	if (error || number == 0)
		return error;
	if (open && inside && strcmp(method, "hands") != 0 && strcmp(method, "secret") != 0) {
		struct counted counted;
		error = count_given(viewing, number, &counted, problem);
		emit_count(viewing->text, "given", (uint64_t)counted.given);
		emit_count(viewing->text, "waiting", (uint64_t)counted.waiting);
		if (strcmp(method, "roll-call") == 0)
			view_text(viewing, "next", counted.next);
	}
	if (!error)
		error = stage_about(viewing, subject, problem);
	emit_close_object(viewing->text);
	return error;
}

/* The vote that holds the floor, the last that was closed, and the secret one, which goes on beside the session's work for as
 * long as its keys, its credentials and its count take. */
static int stage_votes(struct viewing *viewing, bool inside, struct problem *problem)
{
	static const struct {
		const char *key, *which;
	} told[] = {
		{"vote",
	         "SELECT number FROM assembly_vote WHERE session = ?1 AND state = 'open' AND method <> 'secret'"},
		{"result",
	         "SELECT number FROM assembly_vote WHERE session = ?1 AND state = 'closed' ORDER BY closed DESC,"
	         " number DESC LIMIT 1"},
		{"secret",
	         "SELECT number FROM assembly_vote WHERE session = ?1 AND state = 'open' AND method = 'secret'"},
	};
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		int64_t number = 0;
		int error = one_number(viewing, sql_query(viewing->sql, told[i].which), 0, &number, problem);
		if (error)
			return error;
		struct sql_query query = sql_query(viewing->sql, STAGE_VOTE "number = ?2");
		sql_bind_number(&query, 2, number);
		error = stage_vote(viewing, inside, query, told[i].key, problem);
		if (error)
			return error;
	}
	return JISR_OK;
}

/* ---- who is there ---- */

struct present {
	uint64_t members, accepted, voting;
};

static bool count_seat(void *context, const struct assembly_seat *seat)
{
	struct present *present = context;
	present->members++;
	present->accepted += seat->announced && seat->accepted && !seat->suspended;
	present->voting += assembly_seat_votes(seat);
	return true;
}

/* And how many are needed before a vote on an ordinary resolution could be opened. */
static int stage_present(struct viewing *viewing, struct problem *problem)
{
	struct present present = {0};
	struct rule rule;
	int error = assembly_seats(viewing->sql, viewing->session, count_seat, &present, problem);
	if (!error)
		error = rule_get(viewing->sql, RULE_RESOLUTION, &rule, problem);
	if (error)
		return error;
	const struct verdict_count count = {0,
	                                    0,
	                                    0,
	                                    (uint32_t)present.voting,
	                                    (uint32_t)present.accepted,
	                                    (uint32_t)present.members,
	                                    (uint32_t)present.voting};
	struct verdict verdict = verdict_decide(&rule.verdict, 1, &count);
	emit_object(viewing->text, "present");
	emit_count(viewing->text, "members", present.members);
	emit_count(viewing->text, "accepted", present.accepted);
	emit_count(viewing->text, "voting", present.voting);
	emit_count(viewing->text, "quorum", verdict.quorum);
	emit_bool(viewing->text, "quorate", verdict.present);
	emit_close_object(viewing->text);
	return JISR_OK;
}

static int stage_draw(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT number, text, commitment, json_array_length(numbers)"
	                                                 " FROM assembly_draw WHERE session = ?1 AND value = '' ORDER"
	                                                 " BY number DESC LIMIT 1");
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query)) {
		emit_object(viewing->text, "draw");
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		view_text(viewing, "text", sql_text(&query, 1));
		emit_text(viewing->text, "commitment", sql_text(&query, 2));
		emit_count(viewing->text, "said", (uint64_t)sql_number(&query, 3));
		emit_close_object(viewing->text);
	} else {
		emit_null(viewing->text, "draw");
	}
	return sql_done(&query, problem);
}

/* Secret votes that go on, and the newest that are over. */
static int stage_elections(struct viewing *viewing, struct problem *problem)
{
	static const char *const states[] = {"called", "open", "closed", "counted"};
	struct sql_query query = sql_query(viewing->sql, "SELECT id, state, json_extract(called, '$.name'),"
	                                                 " json_array_length(called, '$.electorate'), ballots,"
	                                                 " session, vote, (SELECT count(DISTINCT observer) FROM"
	                                                 " urn_head h WHERE h.id = urn.id), EXISTS(SELECT 1 FROM"
	                                                 " urn_head h WHERE h.id = urn.id AND NOT agrees) FROM urn"
	                                                 " WHERE state < 4 ORDER BY state = 3, sequence DESC LIMIT ?1");
	sql_bind_number(&query, 1, LAST_VOTES);
	emit_array(viewing->text, "elections");
	while (sql_next(&query)) {
		int64_t state = sql_number(&query, 1);
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "id", sql_text(&query, 0));
		emit_text(viewing->text, "state", states[state >= 0 && state < 4 ? state : 0]);
		emit_text(viewing->text, "name", sql_text(&query, 2));
		emit_count(viewing->text, "voters", (uint64_t)sql_number(&query, 3));
		emit_count(viewing->text, "ballots", (uint64_t)sql_number(&query, 4));
		emit_count(viewing->text, "observed", (uint64_t)sql_number(&query, 7));
		emit_bool(viewing->text, "fork", sql_number(&query, 8) != 0);
		if (sql_number(&query, 5) > 0) {
			emit_count(viewing->text, "session", (uint64_t)sql_number(&query, 5));
			emit_count(viewing->text, "vote", (uint64_t)sql_number(&query, 6));
		}
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

int view_stage(struct viewing *viewing, struct problem *problem)
{
	bool inside = view_inside(viewing);
	int64_t item = 0;
	int error = stage_session(viewing, problem);
	if (!error)
		error = stage_item(viewing, &item, problem);
	if (!error && inside)
		error = stage_floor(viewing, item, problem);
	if (!error && inside)
		error = stage_motions(viewing, problem);
	if (!error)
		error = stage_votes(viewing, inside, problem);
	if (!error && inside)
		error = stage_present(viewing, problem);
	if (!error && inside)
		error = stage_draw(viewing, problem);
	return error ? error : stage_elections(viewing, problem);
}
