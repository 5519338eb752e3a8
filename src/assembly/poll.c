/* Open votes: opened by the chair with the electorate as it is then, given by device, by roll call or counted by hand, closed
 * with the verdict and its arithmetic.
 *
 * Invariants
 *   1. When a vote opens, every delegation that may vote gets a row in assembly_ballot with an empty choice; no row is added
 *      later: the electorate is frozen.
 *   2. A row's choice is set once, by the entry assembly/SESSION/vote/N/CODE, which is new: the log itself refuses a second.
 *   3. At most one vote of a session is open, and one secret vote beside it: its keys and credentials take their time.
 *   4. A secret vote's rows keep their empty choice: its ballots are in the box of assembly/urn.h, and its result alone
 *      comes back (assembly/poll_secret.h). */
#include "assembly/contest.h"
#include "assembly/draw.h"
#include "assembly/poll_secret.h"
#include "assembly/rule.h"
#include "assembly/subject.h"

#include <stdlib.h>

#define IN_SESSION ASSEMBLY_BIT(ASSEMBLY_OPEN)

struct vote {
	bool there;
	char state[12], method[12], matter[20];
	uint32_t present, accepted, members, round;
	bool record, counted;
	uint32_t yes, no, abstain;
	const char *subject;
	struct rule rule;
};

static int read_vote(const struct conducting *conducting, uint32_t number, struct vote *vote, struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT state, method, matter, present, accepted, members, round, record, yes,"
				 " no, abstain, subject, rule, counted FROM assembly_vote WHERE session = ?1"
				 " AND number = ?2");
	*vote = (struct vote){0};
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		enum rule_matter matter = RULE_RESOLUTION;
		cJSON *json = NULL;
		vote->there = true;
		(void)snprintf(vote->state, sizeof vote->state, "%s", sql_text(&query, 0));
		(void)snprintf(vote->method, sizeof vote->method, "%s", sql_text(&query, 1));
		(void)snprintf(vote->matter, sizeof vote->matter, "%s", sql_text(&query, 2));
		vote->present = (uint32_t)sql_number(&query, 3);
		vote->accepted = (uint32_t)sql_number(&query, 4);
		vote->members = (uint32_t)sql_number(&query, 5);
		vote->round = (uint32_t)sql_number(&query, 6);
		vote->record = sql_number(&query, 7) != 0;
		vote->yes = (uint32_t)sql_number(&query, 8);
		vote->no = (uint32_t)sql_number(&query, 9);
		vote->abstain = (uint32_t)sql_number(&query, 10);
		vote->counted = sql_number(&query, 13) != 0;
		const char *subject = sql_text(&query, 11), *rule = sql_text(&query, 12);
		vote->subject = arena_text(store_write_arena(conducting->write), subject, strlen(subject));
		(void)rule_matter_read(vote->matter, &matter);
		rule_first(matter, &vote->rule);
		error = json_read(rule, strlen(rule), &json, problem);
		if (!error)
			error = rule_read(json, &vote->rule, problem);
		json_free(json);
		if (!error && vote->subject == NULL)
			error = problem_no_memory(problem);
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	return vote->there ? JISR_OK
	                   : problem_set(problem, JISR_NOT_FOUND, "there is no vote %u in session %u", (unsigned)number,
	                                 (unsigned)conducting->session);
}

/* The vote that the field names, which must be open. */
static int read_open(const struct conducting *conducting, struct vote *vote, struct problem *problem)
{
	uint32_t number = conducting_number(conducting, "vote");
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = read_vote(conducting, number, vote, problem);
	if (!error && strcmp(vote->state, "open") != 0)
		error = problem_set(problem, JISR_STATE, "vote %u is %s: nothing can be given to it any more",
		                    (unsigned)number, vote->state);
	return error;
}

static void name_vote(struct conducting *conducting, uint32_t number)
{
	(void)snprintf(conducting->part, sizeof conducting->part, "/vote/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
}

/* ---- rules ---- */

int poll_rule(struct conducting *conducting, struct problem *problem)
{
	struct rule rule;
	enum rule_matter matter = RULE_RESOLUTION;
	(void)rule_matter_read(conducting_text(conducting, "matter"), &matter);
	int error = rule_get(conducting->sql, matter, &rule, problem);
	if (!error) {
		/* What was not confirmed is, unless the change says otherwise. */
		rule.unsure[0] = '\0';
		error = rule_read(conducting->fields, &rule, problem);
	}
	if (!error && (rule.methods & RULE_SECRET) == 0 && rule.verdict.rounds > 1 &&
	    rule.verdict.tie == VERDICT_TIE_REJECTS)
		rule.verdict.tie = VERDICT_TIE_AGAIN;
	if (!error) {
		rule_tree(conducting->made, "rule", &rule);
		(void)snprintf(conducting->part, sizeof conducting->part, "/rule/%s", rule_matter_name(matter));
		(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%s", rule_matter_name(matter));
	}
	return error;
}

int poll_rule_apply(struct applying *applying, struct problem *problem)
{
	const char *rule;
	int error = applying_json(applying, json_get(applying->made, "rule"), &rule, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(applying->sql, "INSERT INTO assembly_rule VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	sql_bind_text(&query, 1, applying_text(applying->body, "matter"));
	sql_bind_number(&query, 2, (int64_t)applying->entry->sequence);
	sql_bind_text(&query, 3, rule);
	sql_bind_text(&query, 4, applying_text(applying->body, "text"));
	sql_bind_text(&query, 5, applying->entry->header.at);
	sql_bind_number(&query, 6, applying->session);
	return sql_run(&query, problem);
}

/* ---- opening ---- */

struct counting {
	struct assembly_seat *seats; /* of every member */
	size_t seat_count;
	const char **codes; /* who may vote, in the order of codes */
	size_t count, here; /* of these: how many are here themselves */
	uint32_t accepted, members;
};

static bool count_seat(void *context, const struct assembly_seat *seat)
{
	struct counting *counting = context;
	counting->members++;
	counting->accepted += seat->announced && seat->accepted && !seat->suspended;
	if (counting->seat_count < ASSEMBLY_MAX_DELEGATIONS)
		counting->seats[counting->seat_count++] = *seat;
	return true;
}

/* Lacks nothing but its presence, and somebody who is here may vote for it. */
static bool represented(const struct counting *counting, const struct assembly_seat *seat)
{
	struct assembly_seat there = *seat;
	there.present = true;
	if (seat->holder[0] == '\0' || !assembly_seat_votes(&there))
		return false;
	for (size_t i = 0; i < counting->seat_count; i++)
		if (strcmp(counting->seats[i].code, seat->holder) == 0)
			return assembly_seat_votes(&counting->seats[i]);
	return false;
}

static int count_seats(struct conducting *conducting, bool proxies, struct counting *counting, struct problem *problem)
{
	struct arena *arena = store_write_arena(conducting->write);
	*counting = (struct counting){
		.seats = arena_zero(arena, ASSEMBLY_MAX_DELEGATIONS, sizeof *counting->seats),
		.codes = arena_zero(arena, ASSEMBLY_MAX_DELEGATIONS, sizeof *counting->codes),
	};
	if (counting->seats == NULL || counting->codes == NULL)
		return problem_no_memory(problem);
	int error = assembly_seats(conducting->sql, conducting->session, count_seat, counting, problem);
	for (size_t i = 0; i < counting->seat_count && !error; i++) {
		const struct assembly_seat *seat = &counting->seats[i];
		bool here = assembly_seat_votes(seat);
		counting->here += here;
		if (here || (proxies && represented(counting, seat)))
			counting->codes[counting->count++] = seat->code;
	}
	return error;
}

/* In the order of codes, beginning with the one that the lot drew among them. */
static int roll_order(struct conducting *conducting, const struct counting *counting, cJSON *list,
                      struct problem *problem)
{
	uint8_t value[DRAW_VALUE];
	uint32_t number = conducting_number(conducting, "draw");
	size_t first = 0;
	if (number > 0) {
		int error = poll_lot(conducting, number, value, problem);
		if (error)
			return error;
		first = draw_place(value, counting->count);
	}
	for (size_t i = 0; i < counting->count; i++)
		tree_text(list, NULL, counting->codes[(first + i) % counting->count]);
	return JISR_OK;
}

/* The round: one after the last vote on the same subject, where that asked for another. */
static int find_round(struct conducting *conducting, const char *matter, const char *subject, uint32_t *ret_round,
                      struct problem *problem)
{
	struct sql_query query =
		sql_query(conducting->sql,
	                  "SELECT round, outcome, number FROM assembly_vote WHERE session = ?1 AND matter = ?2 AND"
	                  " subject = ?3 AND state = 'closed' ORDER BY number DESC LIMIT 1");
	int error = JISR_OK;
	*ret_round = 1;
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, matter);
	sql_bind_text(&query, 3, subject);
	if (sql_next(&query)) {
		const char *outcome = sql_text(&query, 1);
		if (strcmp(outcome, "another-round") == 0)
			*ret_round = (uint32_t)sql_number(&query, 0) + 1;
		else if (strcmp(outcome, "no-quorum") == 0)
			*ret_round = (uint32_t)sql_number(&query, 0);
		else if (strchr(subject, ':') != NULL)
			error = problem_set(problem, JISR_STATE, "that was decided in vote %lld: %s",
			                    (long long)sql_number(&query, 2), outcome);
	}
	int done = sql_done(&query, problem);
	return error ? error : done;
}

static bool committee_matter(enum rule_matter matter)
{
	return matter == RULE_PRESIDENT || matter == RULE_VICE_PRESIDENT || matter == RULE_DELEGATE;
}

int poll_open(struct conducting *conducting, struct problem *problem)
{
	struct rule rule;
	struct counting counting = {0};
	enum rule_matter matter = RULE_RESOLUTION;
	uint32_t number = 0, round = 1;
	int64_t open = 0;
	const char *subject = conducting_text(conducting, "subject"), *method = conducting_text(conducting, "method");
	(void)rule_matter_read(conducting_text(conducting, "matter"), &matter);
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = rule_get(conducting->sql, matter, &rule, problem);
	if (error)
		return error;
	bool secret = strcmp(method, "secret") == 0;
	uint32_t contest = subject != NULL ? contest_of(subject) : 0;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT max(number) FROM assembly_vote WHERE session = ?1 AND state = 'open'"
	                                   " AND (method = 'secret') = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, secret);
	error = sql_run_number(&query, 0, &open, problem);
	if (!error && open > 0)
		error = problem_set(problem, JISR_STATE, "vote %lld is open: close or cancel it first",
		                    (long long)open);
	unsigned bit = strcmp(method, "hands") == 0    ? RULE_HANDS
	               : strcmp(method, "device") == 0 ? RULE_DEVICE
	               : secret                        ? RULE_SECRET
	                                               : RULE_ROLL_CALL;
	if (!error && (rule.methods & bit) == 0)
		error = problem_set(problem, JISR_STATE, "a decision of the kind %s is not taken by %s: %s",
		                    rule_matter_name(matter), method, rule.article);
	bool record = conducting_flag(conducting, "record") || rule.record == RULE_RECORD_ALWAYS;
	if (!error && conducting_flag(conducting, "record") && (secret || rule.record == RULE_RECORD_NEVER))
		error = problem_set(problem, JISR_STATE, "who voted how is not published in such a vote");
	if (!error && bit == RULE_HANDS && record)
		error = problem_set(problem, JISR_STATE,
		                    "a show of hands keeps no record of who voted how: vote by device or by roll call");
	if (!error && subject == NULL && conducting_text(conducting, "title") == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "on what? \"subject\" or \"title\"");
	if (!error && committee_matter(matter) != (contest > 0))
		error = problem_set(problem, JISR_STATE,
		                    "seats of the Executive Committee are voted on as \"subject\" contest:N, round by "
		                    "round, and nothing else is decided so");
	if (!error && subject != NULL && contest == 0)
		error = subject_check(conducting, subject, &rule, problem);
	if (!error && contest > 0)
		error = contest_open(conducting, contest, &rule, &round, problem);
	else if (!error)
		error = find_round(conducting, rule_matter_name(matter),
		                   subject != NULL ? subject : conducting_text(conducting, "title"), &round, problem);
	if (!error && round > rule.verdict.rounds)
		error = problem_set(problem, JISR_STATE, "there are %u rounds of such a vote, and all were held",
		                    (unsigned)rule.verdict.rounds);
	if (!error)
		error = count_seats(conducting, rule.proxies && !secret, &counting, problem);
	if (error)
		return error;
	/* Whoever is not here is no part of the quorum. */
	const uint32_t here = (uint32_t)counting.here;
	struct verdict_count count = {0, 0, 0, here, counting.accepted, counting.members, here};
	struct verdict verdict = verdict_decide(&rule.verdict, round, &count);
	if (!verdict.present)
		return problem_set(
			problem, JISR_STATE, "no quorum: %zu delegations with a vote are present, %u are needed (%s)",
			counting.here, (unsigned)verdict.quorum, verdict_base_what(rule.verdict.quorum_base));
	if (counting.count == 0)
		return problem_set(problem, JISR_STATE, "nobody who may vote is present");
	error = conducting_next(conducting, "SELECT max(number) FROM assembly_vote WHERE session = ?1", &number,
	                        problem);
	tree_count(conducting->made, "number", number);
	tree_count(conducting->made, "round", round);
	tree_bool(conducting->made, "record", record || bit == RULE_ROLL_CALL);
	tree_count(conducting->made, "present", counting.count);
	tree_count(conducting->made, "accepted", counting.accepted);
	tree_count(conducting->made, "members", counting.members);
	tree_count(conducting->made, "quorum", verdict.quorum);
	rule_tree(conducting->made, "rule", &rule);
	if (!error)
		error = roll_order(conducting, &counting, tree_add_array(conducting->made, "electorate"), problem);
	name_vote(conducting, number);
	conducting->expected = 0;
	return error;
}

int poll_open_apply(struct applying *applying, struct problem *problem)
{
	const char *rule, *subject = applying_text(applying->body, "subject");
	uint32_t number = applying_number(applying->made, "number"), place = 0;
	const cJSON *electorate = json_get(applying->made, "electorate");
	int error = applying_json(applying, json_get(applying->made, "rule"), &rule, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql,
	                  "INSERT INTO assembly_vote VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10, ?11, ?12,"
	                  " 0, 0, 0, 0, '', '', ?13, '', '', ?14, ?15)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, applying_text(applying->body, "matter"));
	sql_bind_text(&query, 4, subject[0] != '\0' ? subject : applying_text(applying->body, "title"));
	sql_bind_text(&query, 5, applying_text(applying->body, "title"));
	sql_bind_text(&query, 6, applying_text(applying->body, "method"));
	sql_bind_number(&query, 7, applying_number(applying->made, "round"));
	sql_bind_number(&query, 8, applying_flag(applying->made, "record"));
	sql_bind_text(&query, 9, rule);
	sql_bind_number(&query, 10, applying_number(applying->made, "present"));
	sql_bind_number(&query, 11, applying_number(applying->made, "accepted"));
	sql_bind_number(&query, 12, applying_number(applying->made, "members"));
	sql_bind_text(&query, 13, applying->entry->header.at);
	sql_bind_number(&query, 14, applying_number(applying->body, "draw"));
	sql_bind_number(&query, 15, (int64_t)applying->entry->sequence);
	error = sql_run(&query, problem);
	for (const cJSON *one = electorate != NULL ? electorate->child : NULL; one != NULL && !error; one = one->next) {
		query = sql_query(applying->sql, "INSERT INTO assembly_ballot VALUES(?1, ?2, ?3, ?4, '', '', 0)");
		sql_bind_number(&query, 1, applying->session);
		sql_bind_number(&query, 2, number);
		sql_bind_text(&query, 3, one->valuestring);
		sql_bind_number(&query, 4, ++place);
		error = sql_run(&query, problem);
	}
	return error || contest_of(subject) == 0 ? error : contest_open_apply(applying, contest_of(subject), problem);
}

/* ---- giving a vote ---- */

static int voter(struct conducting *conducting, const struct vote *vote, const char **ret_code, struct problem *problem)
{
	const char *office = conducting_text(conducting, "office"), *own = conducting->caller->office;
	bool called = strcmp(vote->method, "roll-call") == 0;
	if (office == NULL || strcmp(office, own) == 0) {
		*ret_code = own;
		return caller_check(conducting->caller, RIGHT_ASSEMBLY_DELEGATE, problem);
	}
	*ret_code = office;
	/* In a roll call the secretariat writes down what was answered aloud. */
	if (called && caller_may(conducting->caller, RIGHT_ASSEMBLY_SECRETARY))
		return JISR_OK;
	if (!vote->rule.proxies)
		return problem_set(problem, JISR_DENIED, "nobody votes for another member: %s", vote->rule.article);
	int64_t mine = 0;
	int error = caller_check(conducting->caller, RIGHT_ASSEMBLY_DELEGATE, problem);
	struct sql_query query = sql_query(conducting->sql, "SELECT count(*) FROM assembly_proxy WHERE session = ?1 AND"
	                                                    " code = ?2 AND holder = ?3");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, office);
	sql_bind_text(&query, 3, own);
	int asked = sql_run_number(&query, 0, &mine, problem);
	if (error || asked)
		return error ? error : asked;
	return mine > 0 ? JISR_OK : problem_set(problem, JISR_DENIED, "%s has given %s no proxy", office, own);
}

int poll_cast(struct conducting *conducting, struct problem *problem)
{
	struct vote vote;
	const char *code = NULL, *choice = conducting_text(conducting, "choice");
	uint32_t number = conducting_number(conducting, "vote");
	bool there = false;
	int error = read_open(conducting, &vote, problem);
	if (!error && strcmp(vote.method, "hands") == 0)
		error = problem_set(problem, JISR_STATE,
		                    "vote %u is by show of hands: the secretariat enters the count", (unsigned)number);
	if (!error && strcmp(vote.method, "secret") == 0)
		error = problem_set(problem, JISR_STATE,
		                    "vote %u is secret: the ballot is made on the delegate's device and sent without "
		                    "signing in (docs/delegate.md)",
		                    (unsigned)number);
	if (!error)
		error = voter(conducting, &vote, &code, problem);
	if (error)
		return error;
	bool called = strcmp(vote.method, "roll-call") == 0;
	if (strcmp(choice, "absent") == 0 && !called)
		return problem_set(problem, JISR_BAD_INPUT, "\"absent\" is an answer to a roll call alone");
	struct sql_query query = sql_query(
		conducting->sql, "SELECT choice, entry, (SELECT o.code FROM assembly_ballot o WHERE o.session = ?1 AND"
				 " o.vote = ?2 AND o.choice = '' ORDER BY o.place LIMIT 1) FROM assembly_ballot WHERE"
				 " session = ?1 AND vote = ?2 AND code = ?3");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, code);
	if (sql_next(&query)) {
		const char *given = sql_text(&query, 0), *next = sql_text(&query, 2);
		there = true;
		if (given[0] != '\0')
			error = problem_set(problem, JISR_CONFLICT,
			                    "%s has voted already in vote %u: entry %lld is its receipt", code,
			                    (unsigned)number, (long long)sql_number(&query, 1));
		else if (called && strcmp(next, code) != 0)
			error = problem_set(problem, JISR_STATE, "it is the turn of %s, not of %s", next, code);
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	if (!there)
		return problem_set(problem, JISR_DENIED,
		                   "%s was not entitled to vote when vote %u opened: its credentials, its vote or its "
		                   "presence was missing",
		                   code, (unsigned)number);
	tree_text(conducting->made, "code", code);
	(void)snprintf(conducting->part, sizeof conducting->part, "/vote/%u/%s", (unsigned)number, code);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%s", code);
	conducting->expected = 0;
	/* While a vote goes on by device nobody else learns how anyone voted. */
	conducting->only = called ? NULL : code;
	return JISR_OK;
}

int poll_cast_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_ballot SET choice = ?4, holder = ?5, entry = ?6 WHERE session = ?1"
			       " AND vote = ?2 AND code = ?3 AND choice = ''");
	const char *code = applying_text(applying->made, "code"), *author = applying->entry->header.author;
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "vote"));
	sql_bind_text(&query, 3, code);
	sql_bind_text(&query, 4, applying_text(applying->body, "choice"));
	sql_bind_text(&query, 5, strcmp(author, code) != 0 ? author : "");
	sql_bind_number(&query, 6, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* To hold it oneself is to take it back. */
static int check_given(const struct conducting *conducting, const char *code, struct problem *problem)
{
	int64_t given = 0;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT count(*) FROM assembly_proxy WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, code);
	int error = sql_run_number(&query, 0, &given, problem);
	return error || given > 0 ? error
	                          : problem_set(problem, JISR_BAD_INPUT,
	                                        "%s has given nobody its proxy: it is given to another member", code);
}

int poll_proxy(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL, *holder = conducting_text(conducting, "holder");
	struct member member;
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_CALLED) | IN_SESSION, problem);
	if (!error)
		error = conducting_member(conducting, &code, problem);
	if (!error)
		error = register_member(conducting->sql, holder, &member, problem);
	if (!error && strcmp(code, holder) == 0)
		error = check_given(conducting, code, problem);
	if (!error)
		(void)snprintf(conducting->part, sizeof conducting->part, "/proxy/%s", code);
	return error;
}

int poll_proxy_apply(struct applying *applying, struct problem *problem)
{
	const char *code = strncmp(applying->part, "proxy/", 6) == 0 ? applying->part + 6 : "";
	const char *holder = applying_text(applying->body, "holder");
	bool back = strcmp(code, holder) == 0;
	struct sql_query query =
		back ? sql_query(applying->sql, "DELETE FROM assembly_proxy WHERE session = ?1 AND code = ?2")
		     : sql_query(applying->sql, "INSERT OR REPLACE INTO assembly_proxy VALUES(?1, ?2, ?3, ?4)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, code);
	if (back)
		return sql_run(&query, problem);
	sql_bind_text(&query, 3, holder);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int poll_hands(struct conducting *conducting, struct problem *problem)
{
	struct vote vote;
	uint32_t number = conducting_number(conducting, "vote");
	uint32_t yes = conducting_number(conducting, "yes"), no = conducting_number(conducting, "no");
	uint32_t abstain = conducting_number(conducting, "abstain");
	int error = read_open(conducting, &vote, problem);
	if (!error && strcmp(vote.method, "hands") != 0)
		error = problem_set(problem, JISR_STATE, "vote %u is %s%s: it counts itself", (unsigned)number,
		                    strcmp(vote.method, "secret") == 0 ? "" : "by ", vote.method);
	if (!error && yes + no + abstain > vote.present)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "%u hands were counted, and %u delegations may vote: count again",
		                    (unsigned)(yes + no + abstain), (unsigned)vote.present);
	name_vote(conducting, number);
	return error;
}

int poll_hands_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql,
	                  "UPDATE assembly_vote SET yes = ?3, no = ?4, abstain = ?5, counted = 1, version = ?6 WHERE"
	                  " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "vote"));
	sql_bind_number(&query, 3, applying_number(applying->body, "yes"));
	sql_bind_number(&query, 4, applying_number(applying->body, "no"));
	sql_bind_number(&query, 5, applying_number(applying->body, "abstain"));
	sql_bind_number(&query, 6, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* ---- closing ---- */

/* Counts what was given, and lists it in the order of the electorate. */
static int count_ballots(struct conducting *conducting, uint32_t number, struct vote *vote, cJSON *list,
                         uint32_t *ret_missing, struct problem *problem)
{
	struct sql_query query =
		sql_query(conducting->sql, "SELECT code, choice FROM assembly_ballot WHERE session = ?1 AND"
	                                   " vote = ?2 ORDER BY place");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	*ret_missing = 0;
	while (sql_next(&query)) {
		const char *choice = sql_text(&query, 1);
		vote->yes += strcmp(choice, "yes") == 0;
		vote->no += strcmp(choice, "no") == 0;
		vote->abstain += strcmp(choice, "abstain") == 0;
		*ret_missing += choice[0] == '\0';
		if (list != NULL) {
			cJSON *one = tree_add_object(list, NULL);
			tree_text(one, "code", sql_text(&query, 0));
			tree_text(one, "choice", choice[0] != '\0' ? choice : "none");
		}
	}
	return sql_done(&query, problem);
}

/* The quorum is asked for when a vote is opened and again when it is closed: of those who were entitled, who took part
 * himself, or is still there. Of hands and of a secret vote the count alone is known. */
static int count_here(struct conducting *conducting, uint32_t number, bool nameless, struct verdict_count *count,
                      struct problem *problem)
{
	int64_t here = 0, counted = (int64_t)count->yes + count->no + count->abstain;
	struct sql_query query = sql_query(
		conducting->sql,
		"SELECT count(*) FROM assembly_ballot b WHERE b.session = ?1 AND b.vote = ?2 AND ((b.choice NOT IN ('',"
		" 'absent') AND b.holder IN ('', ?3)) OR EXISTS(SELECT 1 FROM assembly_person p WHERE p.session = ?1 "
		"AND"
		" p.code = b.code AND p.present AND p.role IN ('head', 'delegate')))");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, OFFICE_HEADQUARTERS);
	int error = sql_run_number(&query, 0, &here, problem);
	count->here = (uint32_t)(nameless && counted > here ? counted : here);
	return error;
}

int poll_close(struct conducting *conducting, struct problem *problem)
{
	struct vote vote;
	char text[VERDICT_TEXT_MAX];
	uint32_t number = conducting_number(conducting, "vote"), missing = 0;
	int error = read_open(conducting, &vote, problem);
	bool hands = !error && strcmp(vote.method, "hands") == 0;
	if (!error && strcmp(vote.method, "secret") == 0) {
		uint32_t contest = contest_of(vote.subject);
		struct secret_result result;
		error = poll_secret_result(conducting->sql, conducting->session, number, &result, problem);
		if (error)
			return error;
		tree_text(conducting->made, "election", result.id);
		if (contest > 0) {
			tree_text(conducting->made, "subject", vote.subject);
			name_vote(conducting, number);
			return contest_count(conducting, contest, result.counts, result.count, result.cast,
			                     result.blank, problem);
		}
		vote.yes = (uint32_t)result.counts[0];
		vote.no = (uint32_t)result.counts[1];
		vote.abstain = (uint32_t)result.blank;
		hands = true; /* as counted */
		vote.counted = true;
	}
	if (!error && hands && !vote.counted)
		error = problem_set(problem, JISR_STATE, "the hands are not counted yet (vote.hands)");
	if (!error && !hands)
		error = count_ballots(conducting, number, &vote,
		                      vote.record ? tree_add_array(conducting->made, "record") : NULL, &missing,
		                      problem);
	if (!error && missing > 0 && strcmp(vote.method, "roll-call") == 0)
		error = problem_set(problem, JISR_STATE, "%u delegations were not called yet", (unsigned)missing);
	if (error)
		return error;
	struct verdict_count count = {vote.yes, vote.no, vote.abstain, vote.present, vote.accepted, vote.members, 0};
	error = count_here(conducting, number, hands, &count, problem);
	if (error)
		return error;
	struct verdict verdict = verdict_decide(&vote.rule.verdict, vote.round, &count);
	verdict_text(&vote.rule.verdict, vote.round, &count, text);
	tree_count(conducting->made, "yes", vote.yes);
	tree_count(conducting->made, "no", vote.no);
	tree_count(conducting->made, "abstain", vote.abstain);
	tree_count(conducting->made, "needed", verdict.needed);
	tree_count(conducting->made, "base", verdict.base);
	tree_text(conducting->made, "outcome", verdict_outcome_name(verdict.outcome));
	tree_text(conducting->made, "arithmetic", text);
	tree_text(conducting->made, "subject", vote.subject);
	name_vote(conducting, number);
	return verdict.outcome == VERDICT_ADOPTED ? subject_number(conducting, vote.subject, problem) : JISR_OK;
}

static int end(struct applying *applying, const char *state, const char *outcome, struct problem *problem)
{
	const char *verdict;
	int error = applying_json(applying, applying->made, &verdict, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_vote SET state = ?3, outcome = ?4, verdict = ?5, closed = ?6,"
			       " version = ?7, yes = ifnull(?8, yes), no = ifnull(?9, no), abstain = ifnull(?10,"
			       " abstain), decision = ?11 WHERE session = ?1 AND number = ?2");
	bool counted = json_get(applying->made, "yes") != NULL;
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "vote"));
	sql_bind_text(&query, 3, state);
	sql_bind_text(&query, 4, outcome);
	sql_bind_text(&query, 5, verdict);
	sql_bind_text(&query, 6, applying->entry->header.at);
	sql_bind_number(&query, 7, (int64_t)applying->entry->sequence);
	if (counted) {
		sql_bind_number(&query, 8, applying_number(applying->made, "yes"));
		sql_bind_number(&query, 9, applying_number(applying->made, "no"));
		sql_bind_number(&query, 10, applying_number(applying->made, "abstain"));
	}
	sql_bind_text(&query, 11, applying_text(applying->made, "decision"));
	return sql_run(&query, problem);
}

int poll_close_apply(struct applying *applying, struct problem *problem)
{
	const char *outcome = applying_text(applying->made, "outcome");
	uint32_t contest = contest_of(applying_text(applying->made, "subject"));
	int error = end(applying, "closed", outcome, problem);
	if (!error && contest > 0)
		return contest_count_apply(applying, contest, problem);
	return error ? error
	             : subject_settle(applying, applying_text(applying->made, "subject"), outcome,
	                              applying_text(applying->made, "decision"), problem);
}

/* As many for as against, and the rule lets the chair decide. */
int poll_settle(struct conducting *conducting, struct problem *problem)
{
	struct vote vote;
	int64_t waits = 0;
	uint32_t number = conducting_number(conducting, "vote");
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = read_vote(conducting, number, &vote, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT count(*) FROM assembly_vote WHERE session = ?1 AND number"
	                                   " = ?2 AND outcome = 'chair-decides'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	error = sql_run_number(&query, 0, &waits, problem);
	if (!error && waits == 0)
		error = problem_set(problem, JISR_STATE, "vote %u does not wait for the chair", (unsigned)number);
	bool adopted = conducting_flag(conducting, "adopted");
	tree_text(conducting->made, "outcome", adopted ? "adopted" : "rejected");
	tree_text(conducting->made, "subject", vote.subject);
	name_vote(conducting, number);
	return error || !adopted ? error : subject_number(conducting, vote.subject, problem);
}

int poll_settle_apply(struct applying *applying, struct problem *problem)
{
	const char *outcome = applying_text(applying->made, "outcome"),
		   *decision = applying_text(applying->made, "decision");
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_vote SET outcome = ?3, decision = ?4, version = ?5 WHERE session ="
			       " ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "vote"));
	sql_bind_text(&query, 3, outcome);
	sql_bind_text(&query, 4, decision);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	int error = sql_run(&query, problem);
	return error ? error
	             : subject_settle(applying, applying_text(applying->made, "subject"), outcome, decision, problem);
}

int poll_cancel(struct conducting *conducting, struct problem *problem)
{
	struct vote vote;
	int error = read_open(conducting, &vote, problem);
	if (!error && strcmp(vote.method, "secret") == 0)
		error = poll_secret_quiet(conducting->sql, conducting->session, conducting_number(conducting, "vote"),
		                          problem);
	name_vote(conducting, conducting_number(conducting, "vote"));
	return error;
}

int poll_cancel_apply(struct applying *applying, struct problem *problem)
{
	return end(applying, "cancelled", "", problem);
}
