/* Debates: the list of speakers of the open item, times, rights of reply, points of order, motions.
 *
 *   speech   waiting -> speaking -> spoken; waiting -> withdrawn | cut (the debate was closed)
 *   motion   moved -> carried | refused (by the chair or by a vote) */
#include "assembly/assembly_private.h"
#include "assembly/precedence.h"
#include "assembly/queue.h"
#include "assembly/subject.h"
#include "base/clock.h"

#define IN_SESSION  ASSEMBLY_BIT(ASSEMBLY_OPEN)
#define MAX_WAITING 1000

/* The item that is open, and how its debate is led. */
struct item {
	uint32_t number, quota;
	bool closed, balanced;
	uint32_t statement, other; /* seconds */
};

static int open_item(const struct conducting *conducting, struct item *item, struct problem *problem)
{
	struct sql_query query = sql_query(
		conducting->sql, "SELECT number, list_closed, balanced, quota, json_extract(limits, '$.statement'),"
				 " json_extract(limits, '$.others') FROM assembly_item WHERE session = ?1 AND"
				 " state = 'open'");
	*item = (struct item){0};
	sql_bind_number(&query, 1, conducting->session);
	if (sql_next(&query)) {
		item->number = (uint32_t)sql_number(&query, 0);
		item->closed = sql_number(&query, 1) != 0;
		item->balanced = sql_number(&query, 2) != 0;
		item->quota = (uint32_t)sql_number(&query, 3);
		item->statement = sql_null(&query, 4) ? FLOOR_SECONDS_STATEMENT : (uint32_t)sql_number(&query, 4);
		item->other = sql_null(&query, 5) ? FLOOR_SECONDS_OTHERS : (uint32_t)sql_number(&query, 5);
	}
	int error = sql_done(&query, problem);
	if (!error && item->number == 0)
		error = problem_set(problem, JISR_STATE, "no item is open: nothing is debated");
	return error;
}

static int one_number(const struct conducting *conducting, struct sql_query query, uint32_t item, const char *code,
                      uint32_t *ret_number, struct problem *problem)
{
	int64_t number = 0;
	sql_bind_number(&query, 1, conducting->session);
	if (item > 0)
		sql_bind_number(&query, 2, item);
	if (code != NULL)
		sql_bind_text(&query, 3, code);
	int error = sql_run_number(&query, 0, &number, problem);
	*ret_number = (uint32_t)number;
	return error;
}

static void name_part(struct conducting *conducting, const char *what, uint32_t number)
{
	(void)snprintf(conducting->part, sizeof conducting->part, "/%s/%u", what, (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
}

/* ---- how the debate is led ---- */

int floor_lead(struct conducting *conducting, struct problem *problem)
{
	struct item item;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = open_item(conducting, &item, problem);
	tree_count(conducting->made, "item", item.number);
	name_part(conducting, "item", item.number);
	return error;
}

int floor_lead_apply(struct applying *applying, struct problem *problem)
{
	const cJSON *body = applying->body;
	struct sql_query query =
		sql_query(applying->sql,
	                  "UPDATE assembly_item SET limits = json_patch(limits, json_object('statement', ?3, 'others',"
	                  " ?4)), list_closed = ifnull(?5, list_closed), balanced = ifnull(?6, balanced), quota ="
	                  " ifnull(?7, quota), version = ?8 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "item"));
	sql_bind_number(&query, 3,
	                json_get(body, "statement") != NULL ? applying_number(body, "statement")
	                                                    : FLOOR_SECONDS_STATEMENT);
	sql_bind_number(&query, 4,
	                json_get(body, "others") != NULL ? applying_number(body, "others") : FLOOR_SECONDS_OTHERS);
	if (json_get(body, "list_closed") != NULL)
		sql_bind_number(&query, 5, applying_flag(body, "list_closed"));
	if (json_get(body, "balanced") != NULL)
		sql_bind_number(&query, 6, applying_flag(body, "balanced"));
	if (json_get(body, "quota") != NULL)
		sql_bind_number(&query, 7, applying_number(body, "quota"));
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* ---- the list of speakers ---- */

static int spoken_seconds(const struct conducting *conducting, uint32_t item, const char *code, uint32_t *ret_seconds,
                          struct problem *problem)
{
	return one_number(conducting,
	                  sql_query(conducting->sql,
	                            "SELECT ifnull(sum(used), 0) FROM assembly_speech WHERE session = ?1"
	                            " AND item = ?2 AND code = ?3 AND kind = 'statement'"),
	                  item, code, ret_seconds, problem);
}

/* The speech of that kind that the delegation waits for, 0: none. Who waits for a statement can still raise a point of order,
 * ask, or reply. */
static int waits_already(const struct conducting *conducting, const struct item *item, const char *code,
                         const char *kind, uint32_t *ret_number, struct problem *problem)
{
	int64_t number = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT max(number) FROM assembly_speech WHERE session = ?1 AND item = ?2 AND"
				 " code = ?3 AND kind = ?4 AND state = 'waiting'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, item->number);
	sql_bind_text(&query, 3, code);
	sql_bind_text(&query, 4, kind);
	int error = sql_run_number(&query, 0, &number, problem);
	*ret_number = (uint32_t)number;
	return error;
}

/* Who is named to speak is one of the delegation. */
static int check_speaker(const struct conducting *conducting, const char *code, struct problem *problem)
{
	uint32_t person = conducting_number(conducting, "person"), there = 0;
	if (person == 0)
		return JISR_OK;
	int error = one_number(conducting,
	                       sql_query(conducting->sql, "SELECT count(*) FROM assembly_person WHERE session = ?1 AND"
	                                                  " number = ?2 AND code = ?3"),
	                       person, code, &there, problem);
	return error || there > 0 ? error
	                          : problem_set(problem, JISR_NOT_FOUND, "the delegation of %s has no person number %u",
	                                        code, (unsigned)person);
}

int floor_speak(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL, *kind = conducting_text(conducting, "kind");
	struct item item;
	uint32_t waiting = 0, number = 0, used = 0;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = open_item(conducting, &item, problem);
	if (!error)
		error = waits_already(conducting, &item, code, kind, &waiting, problem);
	if (!error)
		error = check_speaker(conducting, code, problem);
	if (!error)
		error = conducting_next(conducting, "SELECT max(number) FROM assembly_speech WHERE session = ?1",
		                        &number, problem);
	if (!error)
		error = spoken_seconds(conducting, item.number, code, &used, problem);
	if (error)
		return error;
	bool statement = strcmp(kind, "statement") == 0;
	if (statement && item.closed)
		return problem_set(problem, JISR_STATE,
		                   "the list of speakers on item %u is closed: there is a right of reply (kind reply)",
		                   (unsigned)item.number);
	if (statement && item.quota > 0 && used >= item.quota)
		return problem_set(problem, JISR_STATE, "%s has used its %u seconds on item %u", code,
		                   (unsigned)item.quota, (unsigned)item.number);
	if (waiting > 0)
		return problem_set(problem, JISR_CONFLICT, "%s is on the list already: speech %u", code,
		                   (unsigned)waiting);
	tree_count(conducting->made, "number", number);
	tree_count(conducting->made, "item", item.number);
	tree_text(conducting->made, "code", code);
	name_part(conducting, "speech", number);
	conducting->expected = 0;
	return JISR_OK;
}

int floor_speak_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO assembly_speech VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7, '',"
			       " '', 0, ?8)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_number(&query, 3, applying_number(applying->made, "item"));
	sql_bind_text(&query, 4, applying_text(applying->made, "code"));
	sql_bind_number(&query, 5, applying_number(applying->body, "person"));
	sql_bind_text(&query, 6, applying_text(applying->body, "kind"));
	sql_bind_text(&query, 7, applying->entry->header.at);
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

static double seconds_between(const char *from, const char *to)
{
	int64_t a, b;
	return clock_utc_read(from, &a) && clock_utc_read(to, &b) ? (double)(b - a) : 0;
}

/* Ends what is spoken now; its number is 0 when nobody speaks. */
static int speaking(const struct conducting *conducting, uint32_t *ret_number, uint32_t *ret_used,
                    struct problem *problem)
{
	struct sql_query query = sql_query(
		conducting->sql, "SELECT number, begun FROM assembly_speech WHERE session = ?1 AND state = 'speaking'");
	*ret_number = 0;
	*ret_used = 0;
	sql_bind_number(&query, 1, conducting->session);
	if (sql_next(&query)) {
		double used = seconds_between(sql_text(&query, 1), store_write_at(conducting->write));
		*ret_number = (uint32_t)sql_number(&query, 0);
		*ret_used = used > 0 && used < 86400 ? (uint32_t)used : 0;
	}
	return sql_done(&query, problem);
}

int floor_next(struct conducting *conducting, struct problem *problem)
{
	struct queue_speech *list = arena_zero(store_write_arena(conducting->write), MAX_WAITING, sizeof *list);
	struct item item;
	size_t count = 0;
	uint32_t now = 0, used = 0, seconds = 0;
	char code[OFFICE_CODE_MAX + 1] = "";
	int error = list == NULL ? problem_no_memory(problem) : conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = open_item(conducting, &item, problem);
	if (!error)
		error = speaking(conducting, &now, &used, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(conducting->sql,
	                  "SELECT number, kind, (SELECT count(*) FROM assembly_speech o WHERE o.session = ?1 AND o.item"
	                  " = ?2 AND o.code = s.code AND o.state IN ('spoken', 'speaking')) FROM assembly_speech s"
	                  " WHERE session = ?1 AND item = ?2 AND state = 'waiting'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, item.number);
	while (sql_next(&query) && count < MAX_WAITING) {
		list[count].number = (uint32_t)sql_number(&query, 0);
		list[count].spoken = (uint32_t)sql_number(&query, 2);
		count += queue_read(sql_text(&query, 1), &list[count].kind);
	}
	error = sql_done(&query, problem);
	if (!error && count == 0)
		error = problem_set(problem, JISR_STATE, "nobody waits to speak on item %u", (unsigned)item.number);
	if (error)
		return error;
	const struct queue_speech *next = &list[queue_next(list, count, item.balanced)];
	query = sql_query(conducting->sql, "SELECT code FROM assembly_speech WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, next->number);
	if (sql_next(&query))
		(void)snprintf(code, sizeof code, "%s", sql_text(&query, 0));
	error = sql_done(&query, problem);
	seconds = next->kind == QUEUE_STATEMENT ? item.statement : item.other;
	if (!error && item.quota > 0 && next->kind == QUEUE_STATEMENT) {
		uint32_t before = 0;
		error = spoken_seconds(conducting, item.number, code, &before, problem);
		uint32_t left = before < item.quota ? item.quota - before : 0;
		seconds = left < seconds ? left : seconds;
	}
	tree_count(conducting->made, "number", next->number);
	tree_text(conducting->made, "code", code);
	tree_count(conducting->made, "seconds", seconds);
	if (now > 0) {
		tree_count(conducting->made, "ended", now);
		tree_count(conducting->made, "used", used);
	}
	name_part(conducting, "speech", next->number);
	return error;
}

static int end_speech(struct applying *applying, uint32_t number, uint32_t used, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_speech SET state = 'spoken', ended = ?3, used = ?4, version = ?5"
			       " WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_text(&query, 3, applying->entry->header.at);
	sql_bind_number(&query, 4, used);
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int floor_next_apply(struct applying *applying, struct problem *problem)
{
	int error = JISR_OK;
	uint32_t ended = applying_number(applying->made, "ended");
	if (ended > 0)
		error = end_speech(applying, ended, applying_number(applying->made, "used"), problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_speech SET state = 'speaking', begun = ?3, seconds = ?4, version ="
			       " ?5 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, applying->entry->header.at);
	sql_bind_number(&query, 4, applying_number(applying->made, "seconds"));
	sql_bind_number(&query, 5, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int floor_stop(struct conducting *conducting, struct problem *problem)
{
	uint32_t now = 0, used = 0;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = speaking(conducting, &now, &used, problem);
	if (!error && now == 0)
		error = problem_set(problem, JISR_STATE, "nobody is speaking");
	tree_count(conducting->made, "ended", now);
	tree_count(conducting->made, "used", used);
	name_part(conducting, "speech", now);
	return error;
}

int floor_stop_apply(struct applying *applying, struct problem *problem)
{
	return end_speech(applying, applying_number(applying->made, "ended"), applying_number(applying->made, "used"),
	                  problem);
}

int floor_withdraw(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	uint32_t number = conducting_number(conducting, "speech"), its = 0;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = one_number(conducting,
		                   sql_query(conducting->sql,
		                             "SELECT count(*) FROM assembly_speech WHERE session = ?1 AND"
		                             " number = ?2 AND code = ?3 AND state = 'waiting'"),
		                   number > 0 ? number : UINT32_MAX, code, &its, problem);
	if (!error && its == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "%s has no speech %u that waits", code, (unsigned)number);
	name_part(conducting, "speech", number);
	return error;
}

int floor_withdraw_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_speech SET state = 'withdrawn', version = ?3 WHERE"
	                                 " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "speech"));
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* ---- motions ---- */

/* The motion of that kind that the delegation has moved and that waits; 0: none. */
static int moved_already(const struct conducting *conducting, const char *code, uint32_t *ret_number,
                         struct problem *problem)
{
	int64_t number = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT max(number) FROM assembly_motion WHERE session = ?1 AND kind = ?2 AND"
				 " code = ?3 AND state = 'moved'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, conducting_text(conducting, "kind"));
	sql_bind_text(&query, 3, code);
	int error = sql_run_number(&query, 0, &number, problem);
	*ret_number = (uint32_t)number;
	return error;
}

int floor_motion(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	struct item item = {0};
	uint32_t number = 0, same = 0;
	enum precedence_motion motion = PRECEDENCE_ORDER;
	(void)precedence_read(conducting_text(conducting, "kind"), &motion);
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = conducting_member(conducting, &code, problem);
	bool debate = motion == PRECEDENCE_ADJOURN_DEBATE || motion == PRECEDENCE_CLOSE_DEBATE ||
	              motion == PRECEDENCE_CLOSE_LIST;
	if (!error && debate)
		error = open_item(conducting, &item, problem);
	if (!error)
		error = conducting_next(conducting, "SELECT max(number) FROM assembly_motion WHERE session = ?1",
		                        &number, problem);
	if (!error)
		error = moved_already(conducting, code, &same, problem);
	if (!error && same > 0)
		error = problem_set(problem, JISR_CONFLICT, "%s has moved that already: motion %u", code,
		                    (unsigned)same);
	tree_count(conducting->made, "number", number);
	tree_text(conducting->made, "code", code);
	if (item.number > 0)
		tree_count(conducting->made, "item", item.number);
	name_part(conducting, "motion", number);
	conducting->expected = 0;
	return error;
}

int floor_motion_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO assembly_motion VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'moved', ?7, ?8)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_number(&query, 3, applying_number(applying->made, "item"));
	sql_bind_text(&query, 4, applying_text(applying->body, "kind"));
	sql_bind_text(&query, 5, applying_text(applying->made, "code"));
	sql_bind_text(&query, 6, applying_text(applying->body, "text"));
	sql_bind_text(&query, 7, applying->entry->header.at);
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* The chair rules on a point of order, and on what nobody objects to. */
int floor_rule(struct conducting *conducting, struct problem *problem)
{
	uint32_t number = conducting_number(conducting, "motion"), its = 0;
	int error = conducting_state(conducting, IN_SESSION, problem);
	if (!error)
		error = one_number(conducting,
		                   sql_query(conducting->sql,
		                             "SELECT count(*) FROM assembly_motion WHERE session = ?1 AND"
		                             " number = ?2 AND state = 'moved'"),
		                   number > 0 ? number : UINT32_MAX, NULL, &its, problem);
	if (!error && its == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no motion %u that waits", (unsigned)number);
	name_part(conducting, "motion", number);
	return error;
}

int floor_rule_apply(struct applying *applying, struct problem *problem)
{
	return subject_motion(applying, applying_number(applying->body, "motion"),
	                      applying_flag(applying->body, "carried"), problem);
}
