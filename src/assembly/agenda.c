/* The agenda and the session's documents.
 *
 *   item    proposed (came too late: the Assembly decides) -> listed | refused; listed -> adopted with the agenda ->
 *           open -> done | deferred; deferred -> open */
#include "assembly/assembly_private.h"
#include "assembly/committee.h"
#include "assembly/resolution.h"

#include <time.h>

#define BEFORE_END (ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN))
#define ITEM_DAYS  30 /* before the first day: until then members add items to the agenda */

void agenda_day_add(const char *day, int days, char out[11])
{
	struct tm at = {0};
	(void)strptime(day, "%Y-%m-%d", &at);
	at.tm_mday += days;
	time_t seconds = timegm(&at);
	(void)gmtime_r(&seconds, &at);
	(void)strftime(out, 11, "%Y-%m-%d", &at);
}

static int item_state(const struct conducting *conducting, uint32_t number, char ret_state[12], struct problem *problem)
{
	struct sql_query query =
		sql_query(conducting->sql, "SELECT state FROM assembly_item WHERE session = ?1 AND number = ?2");
	ret_state[0] = '\0';
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query))
		(void)snprintf(ret_state, 12, "%s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (!error && ret_state[0] == '\0')
		error = problem_set(problem, JISR_NOT_FOUND, "there is no item %u on the agenda of session %u",
		                    (unsigned)number, (unsigned)conducting->session);
	return error;
}

int agenda_item(struct conducting *conducting, struct problem *problem)
{
	const char *code = conducting->caller->office;
	uint32_t number = 0;
	int error = conducting_state(conducting, BEFORE_END, problem);
	bool secretary = caller_may(conducting->caller, RIGHT_ASSEMBLY_SECRETARY);
	if (!error && !secretary)
		error = conducting_member(conducting, &code, problem);
	if (error)
		return error;
	error = conducting_next(conducting, "SELECT max(number) FROM assembly_item WHERE session = ?1", &number,
	                        problem);
	int left = (int)committee_days(conducting->today, conducting->assembly.first);
	bool opened = conducting->assembly.state == ASSEMBLY_OPEN;
	bool late = opened || (!secretary && left < ITEM_DAYS);
	const char *kind = late                                                         ? "emergency"
	                   : secretary && conducting_text(conducting, "office") == NULL ? "provisional"
	                                                                                : "member";
	tree_count(conducting->made, "number", number);
	tree_text(conducting->made, "kind", kind);
	tree_text(conducting->made, "state", late ? "proposed" : "listed");
	(void)snprintf(conducting->part, sizeof conducting->part, "/item/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
	conducting->expected = 0;
	return error;
}

int agenda_item_apply(struct applying *applying, struct problem *problem)
{
	const char *title, *office = applying_text(applying->body, "office");
	int error = applying_json(applying, json_get(applying->body, "title"), &title, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO assembly_item VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, '{}', 0, ?8)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, applying_text(applying->made, "kind"));
	sql_bind_text(&query, 4, title);
	sql_bind_text(&query, 5, office[0] != '\0' ? office : applying->entry->header.author);
	sql_bind_text(&query, 6, applying_text(applying->made, "state"));
	sql_bind_text(&query, 7, applying->entry->header.at);
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int agenda_adopt(struct conducting *conducting, struct problem *problem)
{
	int64_t listed = 0;
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_OPEN), problem);
	struct sql_query query = sql_query(
		conducting->sql, "SELECT count(*) FROM assembly_item WHERE session = ?1 AND state = 'listed'");
	sql_bind_number(&query, 1, conducting->session);
	int asked = sql_run_number(&query, 0, &listed, problem);
	if (error || asked)
		return error ? error : asked;
	(void)snprintf(conducting->part, sizeof conducting->part, "/agenda");
	return listed > 0 ? JISR_OK
	                  : problem_set(problem, JISR_STATE,
	                                "no item is listed that could be adopted; what came late is voted on, item by "
	                                "item (vote.open matter=emergency subject=item:N)");
}

int agenda_adopt_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_item SET state = 'adopted', version = ?2 WHERE session = ?1 AND state ="
			       " 'listed'");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int agenda_state(struct conducting *conducting, struct problem *problem)
{
	char state[12];
	int64_t open = 0;
	uint32_t number = conducting_number(conducting, "item");
	const char *to = conducting_text(conducting, "state");
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_OPEN), problem);
	if (!error)
		error = item_state(conducting, number, state, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT max(number) FROM assembly_item WHERE session = ?1 AND state = 'open'");
	sql_bind_number(&query, 1, conducting->session);
	error = sql_run_number(&query, 0, &open, problem);
	bool opens = strcmp(to, "open") == 0;
	if (!error && opens && strcmp(state, "adopted") != 0 && strcmp(state, "deferred") != 0)
		error = problem_set(problem, JISR_STATE, "item %u is %s: only an adopted item is opened",
		                    (unsigned)number, state);
	else if (!error && opens && open > 0)
		error = problem_set(problem, JISR_STATE, "item %lld is open: end or defer it first", (long long)open);
	else if (!error && !opens && strcmp(state, "open") != 0)
		error = problem_set(problem, JISR_STATE, "item %u is %s, not open", (unsigned)number, state);
	(void)snprintf(conducting->part, sizeof conducting->part, "/item/%u", (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
	return error;
}

int agenda_state_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_item SET state = ?3, version = ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "item"));
	sql_bind_text(&query, 3, applying_text(applying->body, "state"));
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* A document in one language: by the SHA-256 of its file, so that who has the file can tell that it is the one. */
int agenda_document(struct conducting *conducting, struct problem *problem)
{
	char state[12];
	struct resolution resolution = {0};
	uint32_t item = conducting_number(conducting, "item"), draft = conducting_number(conducting, "draft");
	const char *code = conducting_text(conducting, "code");
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error && item > 0)
		error = item_state(conducting, item, state, problem);
	if (!error && draft > 0)
		error = resolution_read(conducting->sql, conducting->session, draft, &resolution, problem);
	resolution_finish(&resolution);
	if (!error && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != strlen(code))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "a document's code has capital letters, digits and '-', as in AG-2025-93-RAP-01");
	if (!error)
		(void)snprintf(conducting->part, sizeof conducting->part, "/document/%s", code);
	if (!error)
		(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%s", code);
	return error;
}

int agenda_document_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "INSERT OR REPLACE INTO assembly_document VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
			       " ?9, ?10)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying_text(applying->body, "code"));
	sql_bind_text(&query, 3, applying_text(applying->body, "language"));
	sql_bind_number(&query, 4, applying_number(applying->body, "item"));
	sql_bind_text(&query, 5, applying_text(applying->body, "title"));
	sql_bind_text(&query, 6, applying_text(applying->body, "hash"));
	sql_bind_number(&query, 7, applying_number(applying->body, "pages"));
	sql_bind_text(&query, 8, applying->entry->header.at);
	sql_bind_number(&query, 9, (int64_t)applying->entry->sequence);
	sql_bind_number(&query, 10, applying_number(applying->body, "draft"));
	return sql_run(&query, problem);
}

/* ---- the archive ---- */

/* At any time: what is open is told as open, as everybody may see it. */
int agenda_archive(struct conducting *conducting, struct problem *problem)
{
	(void)problem;
	(void)snprintf(conducting->part, sizeof conducting->part, "/archive");
	return JISR_OK;
}

/* The entry itself is what counts. */
int agenda_archive_apply(struct applying *applying, struct problem *problem)
{
	(void)applying;
	(void)problem;
	return JISR_OK;
}

/* One that was signed a moment ago, by the entry that is named. */
int agenda_archive_keep(struct conducting *conducting, struct problem *problem)
{
	(void)problem;
	(void)snprintf(conducting->part, sizeof conducting->part, "/archive");
	return JISR_OK;
}

/* The last one is kept. */
int agenda_archive_keep_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT OR REPLACE INTO assembly_archive VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "entry"));
	sql_bind_text(&query, 3, applying_text(applying->body, "hash"));
	sql_bind_number(&query, 4, applying_number(applying->body, "size"));
	sql_bind_text(&query, 5, applying->entry->header.at);
	sql_bind_number(&query, 6, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}
