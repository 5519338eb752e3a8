#include "base/emit.h"
#include "base/sha256.h"
#include "base/words.h"
#include "notices/request.h"

#include <sodium.h>
#include <string.h>

/* Who sees a request at all; ?1 is the viewer's office. */
#define VISIBLE                                                                                                        \
	"(?1 = '" OFFICE_COMMISSION "' OR (consulted = ?1 AND state = 'consulting' AND ?1 <> '')"                      \
	" OR (?1 = '" OFFICE_HEADQUARTERS "' AND state = 'decided' AND outcome <> 'refused' AND kind <> 'access'"      \
	" AND notices <> ','))"
#define COLUMNS                                                                                                        \
	"id, state, language, kind, applicant, text, secret, notices, consulted, question, reply, disclose, outcome,"  \
	" proposer, reason, answer, ground, filed, admitted, due, closed, changed, blocked, version"
#define FILTERED                                                                                                       \
	VISIBLE " AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR instr(?3, ',' || state || ',') > 0)"                \
		" AND (?4 IS NULL OR (due <> '' AND due < ?4 AND closed = ''))"

#define FIRST_TEXT 3
#define TEXTS      19
#define STATES_MAX 256

static int read_row(struct sql_query *query, struct arena *arena, struct request *request)
{
	const char **texts[TEXTS] = {&request->kind,     &request->applicant, &request->text,     &request->secret,
	                             &request->notices,  &request->consulted, &request->question, &request->reply,
	                             &request->disclose, &request->outcome,   &request->proposer, &request->reason,
	                             &request->answer,   &request->ground,    &request->filed,    &request->admitted,
	                             &request->due,      &request->closed,    &request->changed};
	memset(request, 0, sizeof *request);
	(void)snprintf(request->id, sizeof request->id, "%s", sql_text(query, 0));
	if (!request_state_read(sql_text(query, 1), &request->state))
		return JISR_CORRUPT;
	(void)codes_read_language(sql_text(query, 2), &request->language);
	request->blocked = sql_number(query, FIRST_TEXT + TEXTS) != 0;
	request->version = (uint64_t)sql_number(query, FIRST_TEXT + TEXTS + 1);
	return sql_keep_texts(query, FIRST_TEXT, arena, texts, TEXTS);
}

/* Keeps of a list of notices those that an office owns. */
static int keep_own(struct sql *sql, struct arena *arena, const char *office, struct request *request,
                    struct problem *problem)
{
	struct text text;
	char id[NOTICE_ID_MAX + 1];
	int error = JISR_OK;
	text_init(&text, 2048);
	(void)text_add_char(&text, ',');
	for (size_t i = 0; !error && request_notice(request, i, id); i++) {
		int64_t count = 0;
		struct sql_query query = sql_query(sql, "SELECT count(*) FROM notice WHERE id = ?1 AND owner = ?2");
		sql_bind_text(&query, 1, id);
		sql_bind_text(&query, 2, office);
		error = sql_run_number(&query, 0, &count, problem);
		if (!error && count > 0)
			(void)text_add_format(&text, "%s,", id);
	}
	const char *copy = text.error ? NULL : arena_text(arena, text.bytes, text.length);
	text_finish(&text);
	if (!error && copy == NULL)
		error = problem_no_memory(problem);
	if (!error)
		request->notices = copy;
	return error;
}

/* What is for the Commission alone goes. */
static int narrow(struct sql *sql, struct viewer viewer, struct arena *arena, struct request *request,
                  struct problem *problem)
{
	if (strcmp(viewer.office, OFFICE_COMMISSION) == 0)
		return JISR_OK;
	bool headquarters = strcmp(viewer.office, OFFICE_HEADQUARTERS) == 0 && request->state == REQUEST_DECIDED;
	request->applicant = request->text = request->secret = request->reply = request->disclose = "";
	request->proposer = request->answer = request->ground = request->filed = request->admitted = "";
	request->due = request->closed = "";
	if (headquarters) {
		request->question = request->consulted = "";
		return JISR_OK;
	}
	request->outcome = request->reason = "";
	request->blocked = false;
	return keep_own(sql, arena, viewer.office, request, problem);
}

static int not_found(const char *id, struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "there is no request %.40s", id);
}

static int get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct request *request,
               struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	if (!notice_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM request WHERE id = ?2 AND " VISIBLE);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	bool found = sql_next(&query);
	int error = found ? read_row(&query, arena, request) : JISR_OK;
	error = sql_done_read(&query, error, problem, "request %s", key);
	return error || found ? error : not_found(id, problem);
}

int request_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct request *ret_request,
                struct problem *problem)
{
	int error = get(sql, viewer, id, arena, ret_request, problem);
	return error ? error : narrow(sql, viewer, arena, ret_request, problem);
}

static const char *state_word(unsigned state)
{
	return request_state_name((enum request_state)state);
}

static const char *states_text(unsigned states, char out[STATES_MAX])
{
	return words_of_bits(states, REQUEST_STATE_COUNT, state_word, out, STATES_MAX);
}

static void bind_filter(struct sql_query *query, struct viewer viewer, const struct request_filter *filter,
                        char states[STATES_MAX])
{
	sql_bind_text(query, 1, viewer.office);
	sql_bind_text(query, 2, filter->kind);
	sql_bind_text(query, 3, filter->states != 0 ? states_text(filter->states, states) : NULL);
	sql_bind_text(query, 4, filter->due);
}

int request_count(struct sql *sql, struct viewer viewer, const struct request_filter *filter, uint64_t *ret_count,
                  struct problem *problem)
{
	char states[STATES_MAX];
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM request WHERE " FILTERED);
	bind_filter(&query, viewer, filter, states);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

int request_list(struct sql *sql, struct viewer viewer, const struct request_filter *filter, struct arena *arena,
                 request_each each, void *context, struct problem *problem)
{
	char states[STATES_MAX];
	int error = JISR_OK;
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM request WHERE " FILTERED
	                                        " AND (?5 IS NULL OR (changed, id) < (?5, ?6))"
	                                        " ORDER BY changed DESC, id DESC LIMIT ?7");
	bind_filter(&query, viewer, filter, states);
	sql_bind_text(&query, 5, filter->after != NULL ? filter->after->moment : NULL);
	sql_bind_text(&query, 6, filter->after != NULL ? filter->after->id : NULL);
	sql_bind_number(&query, 7, filter->limit == 0 ? REQUEST_LIST_MOST : (int64_t)filter->limit);
	while (!error && sql_next(&query)) {
		struct request request;
		error = read_row(&query, arena, &request);
		if (!error)
			error = narrow(sql, viewer, arena, &request, problem);
		if (!error && !each(context, &request))
			break;
	}
	return sql_done_read(&query, error, problem, "requests");
}

int request_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                    struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	bool any = false;
	if (!notice_id_read(id, key) || strcmp(viewer.office, OFFICE_COMMISSION) != 0)
		return not_found(id, problem);
	struct sql_query query = sql_query(sql, "SELECT step, at, office, officer, text, sequence, detail"
	                                        " FROM request_history WHERE id = ?1 ORDER BY sequence");
	sql_bind_text(&query, 1, key);
	int error = history_rows(&query, true, each, context, &any, problem);
	return error ? error : any ? JISR_OK : not_found(id, problem);
}

/* ---- the applicant ---- */

int request_of_receipt(struct sql *sql, const char *id, const char *secret, struct arena *arena,
                       struct request *ret_request, struct problem *problem)
{
	static const struct viewer commission = {OFFICE_COMMISSION};
	char hex[SHA256_HEX];
	struct request request = {.secret = ""};
	int error = get(sql, commission, id, arena, &request, NULL);
	sha256_hex(secret, strlen(secret), hex);
	bool right = !error && strlen(request.secret) == sizeof hex - 1 &&
	             sodium_memcmp(hex, request.secret, sizeof hex - 1) == 0;
	if (error && error != JISR_NOT_FOUND)
		return problem_set(problem, error, "the receipt cannot be read: %s", error_text(error));
	if (!right)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "there is no such receipt: write number and secret as they were given");
	*ret_request = request;
	return JISR_OK;
}

int request_public(const struct request *request, const struct request_rules *rules, struct text *text)
{
	bool answered = request->state == REQUEST_ANSWERED || request->state == REQUEST_INADMISSIBLE;
	bool asked = request->state == REQUEST_INCOMPLETE;
	emit_object(text, NULL);
	emit_text(text, "receipt", request->id);
	emit_text(text, "kind", request->kind);
	emit_text(text, "phase", request_phase(request->state));
	emit_text(text, "language", language_codes[request->language]);
	emit_text(text, "filed", request->filed);
	emit_count(text, "months",
	           (uint64_t)(strcmp(request->kind, "access") == 0 ? rules->access_months : rules->other_months));
	emit_text(text, "until", request->due[0] != '\0' ? request->due : NULL);
	emit_text(text, "asked", asked ? request->reason : NULL);
	emit_text(text, "answer", answered ? request->answer : NULL);
	emit_close_object(text);
	return text->error;
}

/* ---- copies of papers ---- */

static int no_copy(struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "there is no such copy with this request");
}

#define PAPER_COLUMNS "SELECT digest, key, type, size, pages, sequence, at, officer FROM request_paper WHERE id = ?1"

static int read_paper(struct sql_query *query, struct request_paper *ret_paper, struct problem *problem)
{
	struct request_paper paper;
	bool found = sql_next(query);
	if (found) {
		(void)snprintf(paper.file.digest, sizeof paper.file.digest, "%s", sql_text(query, 0));
		(void)snprintf(paper.file.key, sizeof paper.file.key, "%s", sql_text(query, 1));
		(void)snprintf(paper.type, sizeof paper.type, "%s", sql_text(query, 2));
		paper.file.size = (uint64_t)sql_number(query, 3);
		paper.pages = (uint64_t)sql_number(query, 4);
		paper.sequence = (uint64_t)sql_number(query, 5);
		(void)snprintf(paper.at, sizeof paper.at, "%s", sql_text(query, 6));
		(void)snprintf(paper.officer, sizeof paper.officer, "%s", sql_text(query, 7));
	}
	int error = sql_done(query, problem);
	if (!error && found)
		*ret_paper = paper;
	return error || found ? error : no_copy(problem);
}

int request_paper_at(struct sql *sql, struct viewer viewer, const char *id, size_t index,
                     struct request_paper *ret_paper, struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	if (!notice_id_read(id, key) || strcmp(viewer.office, OFFICE_COMMISSION) != 0)
		return no_copy(problem);
	struct sql_query query = sql_query(sql, PAPER_COLUMNS " ORDER BY sequence LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, key);
	sql_bind_number(&query, 2, (int64_t)index);
	return read_paper(&query, ret_paper, problem);
}

int request_paper_get(struct sql *sql, struct viewer viewer, const char *id, const char *digest,
                      struct request_paper *ret_paper, struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	if (!notice_id_read(id, key) || strcmp(viewer.office, OFFICE_COMMISSION) != 0)
		return no_copy(problem);
	struct sql_query query = sql_query(sql, PAPER_COLUMNS " AND digest = ?2");
	sql_bind_text(&query, 1, key);
	sql_bind_text(&query, 2, digest);
	return read_paper(&query, ret_paper, problem);
}

int request_papers_emit(struct sql *sql, struct viewer viewer, const char *id, struct text *text,
                        struct problem *problem)
{
	struct request_paper paper;
	int error = JISR_OK;
	if (strcmp(viewer.office, OFFICE_COMMISSION) != 0)
		return JISR_OK;
	emit_array(text, "papers");
	for (size_t i = 0; !(error = request_paper_at(sql, viewer, id, i, &paper, problem)); i++) {
		emit_object(text, NULL);
		emit_text(text, "digest", paper.file.digest);
		emit_text(text, "type", paper.type);
		emit_count(text, "size", paper.file.size);
		emit_count(text, "pages", paper.pages);
		emit_text(text, "at", paper.at);
		emit_text(text, "officer", paper.officer);
		emit_close_object(text);
	}
	emit_close_array(text);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

bool request_names_paper(struct sql *sql, const char *digest)
{
	int64_t count = 1;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM request_paper WHERE digest = ?1");
	sql_bind_text(&query, 1, digest);
	return sql_run_number(&query, 0, &count, NULL) != JISR_OK || count > 0;
}

int request_blocks(struct sql *sql, const char *notice, struct arena *arena, const char **ret_request,
                   struct problem *problem)
{
	int64_t known = 0;
	*ret_request = NULL;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM sqlite_master WHERE name = 'request_forgotten'");
	int error = sql_run_number(&query, 0, &known, problem);
	if (error || known == 0)
		return error;
	query = sql_query(sql, "SELECT id FROM request WHERE blocked = 1 AND instr(notices, ',' || ?1 || ',') > 0"
	                       " ORDER BY id LIMIT 1");
	sql_bind_text(&query, 1, notice);
	if (sql_next(&query))
		*ret_request = arena_text(arena, sql_text(&query, 0), strlen(sql_text(&query, 0)));
	return sql_done(&query, problem);
}

bool request_notice(const struct request *request, size_t index, char out[NOTICE_ID_MAX + 1])
{
	const char *at = request->notices[0] == ',' ? request->notices + 1 : request->notices;
	for (; *at != '\0'; index--) {
		size_t length = strcspn(at, ",");
		if (index == 0) {
			if (length == 0 || length > NOTICE_ID_MAX)
				return false;
			memcpy(out, at, length);
			out[length] = '\0';
			return true;
		}
		at += length + (at[length] == ',');
	}
	return false;
}
