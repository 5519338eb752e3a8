/* Views of the agenda, documents, drafts and the debate. */
#include "assembly/assembly_private.h"
#include "assembly/communique.h"
#include "assembly/resolution.h"
#include "assembly/view_private.h"
#include "base/digits.h"

#include <stdlib.h>

int view_agenda(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT number, kind, title, office, state, list_closed FROM "
	                                                 "assembly_item WHERE session = ?1 ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "items");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "kind", sql_text(&query, 1));
		emit_text(viewing->text, "state", sql_text(&query, 4));
		emit_text(viewing->text, "office", sql_text(&query, 3));
		emit_bool(viewing->text, "list_closed", sql_number(&query, 5) != 0);
		view_json(viewing, "title", sql_text(&query, 2));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* The languages of a document are beside each other in the order of the query. */
int view_documents(struct viewing *viewing, struct problem *problem)
{
	char code[61] = "";
	size_t languages = 0;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT code, language, item, title, hash, pages, at, draft FROM "
	                                "assembly_document WHERE session = ?1 ORDER BY code, language");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "documents");
	while (sql_next(&query)) {
		const char *its = sql_text(&query, 0);
		if (strcmp(its, code) != 0) {
			if (code[0] != '\0') {
				emit_close_array(viewing->text);
				emit_bool(viewing->text, "complete", languages == LANGUAGE_COUNT);
				emit_close_object(viewing->text);
			}
			(void)snprintf(code, sizeof code, "%s", its);
			languages = 0;
			emit_object(viewing->text, NULL);
			emit_text(viewing->text, "code", its);
			emit_count(viewing->text, "item", (uint64_t)sql_number(&query, 2));
			emit_count(viewing->text, "draft", (uint64_t)sql_number(&query, 7));
			emit_array(viewing->text, "languages");
		}
		languages++;
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "language", sql_text(&query, 1));
		emit_text(viewing->text, "title", sql_text(&query, 3));
		emit_text(viewing->text, "hash", sql_text(&query, 4));
		emit_count(viewing->text, "pages", (uint64_t)sql_number(&query, 5));
		emit_text(viewing->text, "at", sql_text(&query, 6));
		emit_close_object(viewing->text);
	}
	if (code[0] != '\0') {
		emit_close_array(viewing->text);
		emit_bool(viewing->text, "complete", languages == LANGUAGE_COUNT);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static void emit_draft(struct viewing *viewing, struct sql_query *query)
{
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "matter", sql_text(query, 1));
	emit_text(viewing->text, "state", sql_text(query, 2));
	view_text(viewing, "decision", sql_text(query, 3));
	emit_count(viewing->text, "item", (uint64_t)sql_number(query, 4));
	emit_text(viewing->text, "office", sql_text(query, 5));
	view_text(viewing, "notified", sql_text(query, 6));
	view_json(viewing, "sponsors", sql_text(query, 7));
	view_json(viewing, "title", sql_text(query, 8));
}

#define DRAFT_COLUMNS "number, matter, state, decision, item, office, notified, sponsors, title, preamble, operative"

static int list_drafts(struct viewing *viewing, const char *name, struct sql_query query, struct problem *problem)
{
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, name);
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_draft(viewing, &query);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

int view_drafts(struct viewing *viewing, struct problem *problem)
{
	return list_drafts(viewing, "drafts",
	                   sql_query(viewing->sql,
	                             "SELECT " DRAFT_COLUMNS " FROM assembly_draft WHERE session = ?1 ORDER BY number"),
	                   problem);
}

int view_decisions(struct viewing *viewing, struct problem *problem)
{
	return list_drafts(viewing, "decisions",
	                   sql_query(viewing->sql, "SELECT " DRAFT_COLUMNS " FROM assembly_draft WHERE session = ?1 AND"
	                                           " decision <> '' ORDER BY decision"),
	                   problem);
}

int view_draft(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	char missing[RESOLUTION_MISSING_MAX];
	uint32_t number = digits_number(viewing->id);
	int error = resolution_read(viewing->sql, viewing->session, number, &draft, problem);
	if (!error && !view_inside(viewing) && strcmp(draft.state, "adopted") != 0)
		error = problem_set(problem, JISR_NOT_FOUND, "draft %u of session %u was not adopted", (unsigned)number,
		                    (unsigned)viewing->session);
	if (error)
		return error;
	struct sql_query query = sql_query(viewing->sql, "SELECT " DRAFT_COLUMNS
	                                                 " FROM assembly_draft WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		emit_draft(viewing, &query);
		view_json(viewing, "preamble", sql_text(&query, 9));
		view_json(viewing, "operative", sql_text(&query, 10));
	}
	error = sql_done(&query, problem);
	if (error)
		return error;
	bool complete = resolution_complete(&draft, missing);
	emit_bool(viewing->text, "complete", complete);
	view_text(viewing, "missing", missing);
	query = sql_query(viewing->sql,
	                  "SELECT number, office, kind, paragraph, distance, state, text FROM "
	                  "assembly_amendment WHERE session = ?1 AND draft = ?2 ORDER BY state <> 'moved',"
	                  " distance DESC, number");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	emit_array(viewing->text, "amendments");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "office", sql_text(&query, 1));
		emit_text(viewing->text, "kind", sql_text(&query, 2));
		emit_count(viewing->text, "paragraph", (uint64_t)sql_number(&query, 3));
		emit_count(viewing->text, "distance", (uint64_t)sql_number(&query, 4));
		emit_text(viewing->text, "state", sql_text(&query, 5));
		view_json(viewing, "text", sql_text(&query, 6));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* ---- the debate ---- */

static void emit_speech(struct viewing *viewing, struct sql_query *query)
{
	emit_object(viewing->text, NULL);
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "code", sql_text(query, 1));
	emit_text(viewing->text, "kind", sql_text(query, 2));
	emit_text(viewing->text, "state", sql_text(query, 3));
	emit_count(viewing->text, "seconds", (uint64_t)sql_number(query, 4));
	emit_count(viewing->text, "used", (uint64_t)sql_number(query, 5));
	view_text(viewing, "asked", sql_text(query, 6));
	view_text(viewing, "begun", sql_text(query, 7));
	view_text(viewing, "ended", sql_text(query, 8));
	emit_close_object(viewing->text);
}

static int emit_speeches(struct viewing *viewing, const char *name, const char *statement, int64_t item,
                         struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, statement);
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, item);
	emit_array(viewing->text, name);
	while (sql_next(&query))
		emit_speech(viewing, &query);
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

int view_floor(struct viewing *viewing, struct problem *problem)
{
	int64_t item = 0;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT max(number) FROM assembly_item WHERE session = ?1 AND state = 'open'");
	sql_bind_number(&query, 1, viewing->session);
	int error = sql_run_number(&query, 0, &item, problem);
	if (error)
		return error;
	if (item > 0)
		emit_count(viewing->text, "item", (uint64_t)item);
	else
		emit_null(viewing->text, "item");
	error = emit_speeches(viewing, "speakers", VIEW_SPEAKERS, item, problem);
	if (!error)
		error = emit_speeches(viewing, "heard",
		                      "SELECT number, code, kind, state, seconds, used, asked, begun, ended FROM "
		                      "assembly_speech WHERE session = ?1 AND item = ?2 AND state NOT IN ('waiting',"
		                      " 'speaking') ORDER BY number",
		                      item, problem);
	if (error)
		return error;
	query = sql_query(viewing->sql,
	                  "SELECT number, kind, code, text, state, item FROM assembly_motion WHERE session ="
	                  " ?1 ORDER BY state <> 'moved', number");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "motions");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "kind", sql_text(&query, 1));
		emit_text(viewing->text, "code", sql_text(&query, 2));
		view_text(viewing, "text", sql_text(&query, 3));
		emit_text(viewing->text, "state", sql_text(&query, 4));
		emit_count(viewing->text, "item", (uint64_t)sql_number(&query, 5));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

/* ---- the communiqué ---- */

static int read_counts(struct viewing *viewing, struct communique *communique, struct problem *problem)
{
	int64_t resolutions = 0, votes = 0;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT count(*) FROM assembly_draft WHERE session = ?1 AND decision <> ''");
	sql_bind_number(&query, 1, viewing->session);
	int error = sql_run_number(&query, 0, &resolutions, problem);
	if (error)
		return error;
	query = sql_query(viewing->sql, "SELECT count(*) FROM assembly_vote WHERE session = ?1 AND state = 'closed'");
	sql_bind_number(&query, 1, viewing->session);
	error = sql_run_number(&query, 0, &votes, problem);
	communique->resolutions = (uint32_t)resolutions;
	communique->votes = (uint32_t)votes;
	return error;
}

/* Of a closed session its report counts: the people may be forgotten. */
static int read_report(struct viewing *viewing, struct assembly_figures *figures, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *report = NULL;
	struct sql_query query = sql_query(viewing->sql, "SELECT report FROM assembly WHERE number = ?1");
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query))
		report = cJSON_Parse(sql_text(&query, 0));
	int error = sql_done(&query, problem);
	const cJSON *attended = json_get(report, "attended");
	if (error || attended == NULL)
		return error;
	figures->members = applying_number(report, "members");
	figures->attended = (struct assembly_count){
		.countries = applying_number(attended, "countries"),
		.observers = applying_number(attended, "observers"),
		.delegates = applying_number(attended, "delegates"),
		.ministers = applying_number(attended, "ministers"),
		.chiefs = applying_number(attended, "chiefs"),
		.watching = applying_number(attended, "watching"),
	};
	return JISR_OK;
}

/* The city as each language writes it, where that was said. */
static int read_city(struct viewing *viewing, cJSON **ret_names, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT city_names FROM assembly WHERE number = ?1");
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query))
		*ret_names = cJSON_Parse(sql_text(&query, 0));
	return sql_done(&query, problem);
}

int view_communique(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *names = NULL;
	struct assembly_figures figures;
	struct text text;
	enum language language = LANGUAGE_AR;
	while (language < LANGUAGE_COUNT && strcmp(language_codes[language], viewing->id) != 0)
		language++;
	if (language == LANGUAGE_COUNT)
		return problem_set(problem, JISR_NOT_FOUND, "the communiqué is written in ar, en, es and fr");
	struct communique communique = {
		.session = viewing->session,
		.over = viewing->assembly.state == ASSEMBLY_CLOSED,
		.country = viewing->assembly.country,
		.first = viewing->assembly.first,
		.last = viewing->assembly.last,
		.count = viewing->assembly.state == ASSEMBLY_CALLED ? &figures.announced : &figures.attended,
	};
	int error = assembly_figures(viewing->sql, viewing->session, &figures, problem);
	if (!error)
		error = read_report(viewing, &figures, problem);
	if (!error)
		error = read_city(viewing, &names, problem);
	if (!error)
		error = read_counts(viewing, &communique, problem);
	if (error)
		return error;
	communique.members = figures.members;
	for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
		const char *its = json_get_text(names, language_codes[i]);
		communique.city[i] = its != NULL ? its : viewing->assembly.city;
	}
	text_init(&text, COMMUNIQUE_MAX);
	error = communique_write(&communique, language, &text);
	emit_text(viewing->text, "language", viewing->id);
	emit_array(viewing->text, "paragraphs");
	for (const char *at = text.bytes; *at != '\0' && !error;) {
		size_t length = strcspn(at, "\n");
		emit_bytes(viewing->text, NULL, at, length);
		at += length + (at[length] == '\n');
	}
	emit_close_array(viewing->text);
	text_finish(&text);
	return error ? problem_set(problem, error, "the communiqué cannot be written: %s", error_text(error)) : JISR_OK;
}
