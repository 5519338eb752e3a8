#include "assembly/view.h"

#include "assembly/affair.h"
#include "assembly/assembly_private.h"
#include "assembly/view_private.h"

static const struct {
	const char *name, *summary;
	bool named;
} names[VIEW_COUNT] = {
#define VIEW_ROW(id, name, named, summary) [VIEW_##id] = {name, summary, named},
	VIEWS(VIEW_ROW)
#undef VIEW_ROW
};

const char *view_name(enum view view)
{
	return (unsigned)view < VIEW_COUNT ? names[view].name : "unknown";
}

const char *view_summary(enum view view)
{
	return (unsigned)view < VIEW_COUNT ? names[view].summary : "";
}

bool view_takes_id(enum view view)
{
	return (unsigned)view < VIEW_COUNT && names[view].named;
}

bool view_read(const char *name, enum view *ret_view)
{
	for (unsigned view = 0; view < VIEW_COUNT; view++)
		if (strcmp(names[view].name, name) == 0) {
			*ret_view = (enum view)view;
			return true;
		}
	return false;
}

bool view_public(enum view view)
{
	switch (view) {
	case VIEW_SESSION:
	case VIEW_STAGE:
	case VIEW_AGENDA:
	case VIEW_DECISIONS:
	case VIEW_DRAFT:
	case VIEW_VOTES:
	case VIEW_VOTE:
	case VIEW_COMMITTEE:
	case VIEW_CONTEST:
	case VIEW_COMMUNIQUE: return true;
	default: return false;
	}
}

bool view_inside(const struct viewing *viewing)
{
	return viewing->caller != NULL && caller_may(viewing->caller, RIGHT_ASSEMBLY_READ);
}

void view_json(struct viewing *viewing, const char *key, const char *json)
{
	affair_emit_json(viewing->text, key, json);
}

void view_text(struct viewing *viewing, const char *key, const char *text)
{
	affair_emit_text(viewing->text, key, text);
}

/* ---- figures ---- */

static void emit_figures(struct text *text, const struct assembly_figures *figures)
{
	CLEANUP(json_freep) cJSON *tree = tree_object();
	struct text json;
	text_init(&json, 4096);
	convene_figures_tree(tree, "figures", figures);
	if (!tree_failed() && json_write(json_get(tree, "figures"), &json) == JISR_OK)
		emit_raw(text, "figures", json.bytes, json.length);
	else
		text->error = JISR_NO_MEMORY;
	text_finish(&json);
}

static int show_figures(struct viewing *viewing, struct problem *problem)
{
	struct assembly_figures figures;
	int error = assembly_figures(viewing->sql, viewing->session, &figures, problem);
	if (!error)
		emit_figures(viewing->text, &figures);
	return error;
}

static void emit_session(struct viewing *viewing, struct sql_query *query)
{
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "state", assembly_state_name((enum assembly_state)sql_number(query, 1)));
	emit_text(viewing->text, "city", sql_text(query, 2));
	emit_text(viewing->text, "country", sql_text(query, 3));
	emit_text(viewing->text, "first", sql_text(query, 4));
	emit_text(viewing->text, "last", sql_text(query, 5));
	view_json(viewing, "languages", sql_text(query, 6));
	view_json(viewing, "rooms", sql_text(query, 7));
	view_text(viewing, "called", sql_text(query, 8));
	view_text(viewing, "opened", sql_text(query, 9));
	view_text(viewing, "closed", sql_text(query, 10));
	view_json(viewing, "report", sql_text(query, 11));
	emit_count(viewing->text, "version", (uint64_t)sql_number(query, 12));
}

static int show_session(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query =
		sql_query(viewing->sql, "SELECT number, state, city, country, first, last, languages, rooms, called,"
	                                " opened, closed, report, version FROM assembly WHERE number = ?1");
	sql_bind_number(&query, 1, viewing->session);
	if (sql_next(&query))
		emit_session(viewing, &query);
	int error = sql_done(&query, problem);
	return error ? error : show_figures(viewing, problem);
}

int view_sessions(struct sql *sql, struct text *text, struct problem *problem)
{
	struct viewing viewing = {.sql = sql, .text = text};
	struct sql_query query =
		sql_query(sql, "SELECT number, state, city, country, first, last, languages, rooms, called, opened,"
	                       " closed, report, version, ifnull((SELECT a.at FROM assembly_archive a WHERE a.session ="
	                       " assembly.number), '') FROM assembly ORDER BY number DESC");
	emit_object(text, NULL);
	emit_array(text, "sessions");
	while (sql_next(&query)) {
		emit_object(text, NULL);
		emit_session(&viewing, &query);
		view_text(&viewing, "archived", sql_text(&query, 13));
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	int error = sql_done(&query, problem);
	return error ? error : text->error;
}

/* ---- delegations ---- */

#define DELEGATION_COLUMNS                                                                                             \
	"d.code, d.observer, CASE WHEN d.observer THEN d.name ELSE ifnull(m.en, d.code) END, d.announced,"             \
	" d.credentials, d.remark, d.suspended, d.why, d.appeal, d.appeal_text, d.version,"                            \
	" (SELECT count(*) FROM assembly_person p WHERE p.session = d.session AND p.code = d.code),"                   \
	" (SELECT count(*) FROM assembly_person p WHERE p.session = d.session AND p.code = d.code AND p.present)"      \
	" FROM assembly_delegation d LEFT JOIN register_member m ON m.code = d.code"

static void emit_delegation(struct viewing *viewing, struct sql_query *query)
{
	emit_text(viewing->text, "code", sql_text(query, 0));
	emit_bool(viewing->text, "observer", sql_number(query, 1) != 0);
	emit_text(viewing->text, "name", sql_text(query, 2));
	emit_bool(viewing->text, "announced", sql_number(query, 3) != 0);
	view_text(viewing, "credentials", sql_text(query, 4));
	view_text(viewing, "remark", sql_text(query, 5));
	emit_bool(viewing->text, "suspended", sql_number(query, 6) != 0);
	view_text(viewing, "why", sql_text(query, 7));
	view_text(viewing, "appeal", sql_text(query, 8));
	view_text(viewing, "appeal_text", sql_text(query, 9));
	emit_count(viewing->text, "people_count", (uint64_t)sql_number(query, 11));
	emit_count(viewing->text, "present_count", (uint64_t)sql_number(query, 12));
	emit_count(viewing->text, "version", (uint64_t)sql_number(query, 10));
}

static int show_delegations(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT " DELEGATION_COLUMNS
	                                                 " WHERE d.session = ?1 ORDER BY d.observer, d.code");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "delegations");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_delegation(viewing, &query);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

static int show_delegation(struct viewing *viewing, struct problem *problem)
{
	bool there = false;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT " DELEGATION_COLUMNS " WHERE d.session = ?1 AND d.code = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_text(&query, 2, viewing->id);
	if (sql_next(&query)) {
		there = true;
		emit_delegation(viewing, &query);
	}
	int error = sql_done(&query, problem);
	if (!error && !there)
		error = problem_set(problem, JISR_NOT_FOUND, "%.40s was not invited to session %u", viewing->id,
		                    (unsigned)viewing->session);
	if (error)
		return error;
	query = sql_query(viewing->sql, "SELECT papers FROM assembly_delegation WHERE session = ?1 AND code = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_text(&query, 2, viewing->id);
	if (sql_next(&query))
		view_json(viewing, "papers", sql_text(&query, 0));
	error = sql_done(&query, problem);
	if (error)
		return error;
	query = sql_query(viewing->sql, "SELECT number, name, role, rank, title, present, attended FROM assembly_person"
	                                " WHERE session = ?1 AND code = ?2 ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_text(&query, 2, viewing->id);
	emit_array(viewing->text, "people");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "number", (uint64_t)sql_number(&query, 0));
		emit_text(viewing->text, "name", sql_text(&query, 1));
		emit_text(viewing->text, "role", sql_text(&query, 2));
		emit_text(viewing->text, "rank", sql_text(&query, 3));
		view_text(viewing, "title", sql_text(&query, 4));
		emit_bool(viewing->text, "present", sql_number(&query, 5) != 0);
		emit_bool(viewing->text, "attended", sql_number(&query, 6) != 0);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

struct seats {
	struct text *text;
	bool voting;
	uint64_t count;
};

static const char *why_not(const struct assembly_seat *seat)
{
	if (!seat->announced)
		return "has announced no delegation";
	if (!seat->accepted)
		return "credentials are not accepted";
	if (seat->suspended)
		return "the vote is suspended";
	return "is not present";
}

static bool emit_seat(void *context, const struct assembly_seat *seat)
{
	struct seats *seats = context;
	if (assembly_seat_votes(seat) != seats->voting)
		return true;
	seats->count++;
	if (seats->voting) {
		emit_text(seats->text, NULL, seat->code);
	} else {
		emit_object(seats->text, NULL);
		emit_text(seats->text, "code", seat->code);
		emit_text(seats->text, "why", why_not(seat));
		emit_close_object(seats->text);
	}
	return seats->text->error == JISR_OK;
}

static int show_electorate(struct viewing *viewing, struct problem *problem)
{
	struct seats seats = {viewing->text, true, 0};
	emit_array(viewing->text, "voting");
	int error = assembly_seats(viewing->sql, viewing->session, emit_seat, &seats, problem);
	emit_close_array(viewing->text);
	emit_count(viewing->text, "count", seats.count);
	seats.voting = false;
	emit_array(viewing->text, "others");
	if (!error)
		error = assembly_seats(viewing->sql, viewing->session, emit_seat, &seats, problem);
	emit_close_array(viewing->text);
	return error;
}

/* ---- the whole ---- */

static const view_function functions[VIEW_COUNT] = {
	[VIEW_SESSION] = show_session,
	[VIEW_FIGURES] = show_figures,
	[VIEW_DELEGATIONS] = show_delegations,
	[VIEW_DELEGATION] = show_delegation,
	[VIEW_ELECTORATE] = show_electorate,
	[VIEW_AGENDA] = view_agenda,
	[VIEW_DOCUMENTS] = view_documents,
	[VIEW_DRAFTS] = view_drafts,
	[VIEW_DRAFT] = view_draft,
	[VIEW_DECISIONS] = view_decisions,
	[VIEW_FLOOR] = view_floor,
	[VIEW_RULES] = view_rules,
	[VIEW_DRAWS] = view_draws,
	[VIEW_VOTES] = view_votes,
	[VIEW_VOTE] = view_vote,
	[VIEW_COMMUNIQUE] = view_communique,
	[VIEW_COMMITTEE] = view_committee,
	[VIEW_CONTEST] = view_contest,
	[VIEW_ELIGIBILITY] = view_eligibility,
	[VIEW_STAGE] = view_stage,
};

int view_write(struct sql *sql, enum view view, uint32_t session, const char *id, const struct caller *caller,
               struct text *text, uint64_t *ret_version, struct problem *problem)
{
	struct viewing viewing = {sql, session, id != NULL ? id : "", caller, text, {0}};
	int error = assembly_get(sql, session, &viewing.assembly, problem);
	if (error)
		return error;
	emit_object(text, NULL);
	if (view != VIEW_SESSION)
		emit_count(text, "session", session);
	error = functions[view](&viewing, problem);
	emit_close_object(text);
	if (!error && ret_version != NULL)
		*ret_version = viewing.assembly.version;
	return error ? error : text->error;
}
