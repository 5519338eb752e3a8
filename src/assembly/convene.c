/* A session: called, changed, opened, closed with its report. */
#include "assembly/contest.h"

/* ---- deciding ---- */

static int check_place(const struct conducting *conducting, const char *first, const char *last,
                       struct problem *problem)
{
	struct names names;
	const char *country = conducting_text(conducting, "country");
	if (country != NULL && !organisation_country(country, &names))
		return problem_set(problem, JISR_BAD_INPUT, "there is no country \"%.20s\"", country);
	if (strcmp(first, last) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "the last day, %s, is before the first, %s", last, first);
	return JISR_OK;
}

int convene_call(struct conducting *conducting, struct problem *problem)
{
	if (conducting->assembly.number != 0)
		return problem_set(problem, JISR_CONFLICT, "session %u is called already",
		                   (unsigned)conducting->session);
	if (conducting->session == 0)
		return problem_set(problem, JISR_BAD_INPUT, "sessions are numbered from 1");
	conducting->expected = 0;
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)conducting->session);
	return check_place(conducting, conducting_text(conducting, "first"), conducting_text(conducting, "last"),
	                   problem);
}

int convene_edit(struct conducting *conducting, struct problem *problem)
{
	const char *first = conducting_text(conducting, "first"), *last = conducting_text(conducting, "last");
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN), problem);
	if (!error && (conducting->fields == NULL || conducting->fields->child == NULL))
		error = problem_set(problem, JISR_BAD_INPUT, "nothing is to be changed");
	return error ? error
	             : check_place(conducting, first != NULL ? first : conducting->assembly.first,
	                           last != NULL ? last : conducting->assembly.last, problem);
}

int convene_open(struct conducting *conducting, struct problem *problem)
{
	struct assembly_figures figures;
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_CALLED), problem);
	if (!error)
		error = assembly_figures(conducting->sql, conducting->session, &figures, problem);
	if (!error && figures.accepted == 0)
		error = problem_set(problem, JISR_STATE,
		                    "no member's credentials are accepted yet: the session cannot be opened");
	if (!error)
		convene_figures_tree(conducting->made, "figures", &figures);
	return error;
}

static void count_tree(cJSON *parent, const char *key, const struct assembly_count *count)
{
	cJSON *object = tree_add_object(parent, key);
	tree_count(object, "countries", count->countries);
	tree_count(object, "delegates", count->delegates);
	tree_count(object, "ministers", count->ministers);
	tree_count(object, "chiefs", count->chiefs);
	tree_count(object, "observers", count->observers);
	tree_count(object, "watching", count->watching);
}

void convene_figures_tree(cJSON *parent, const char *key, const struct assembly_figures *figures)
{
	cJSON *object = tree_add_object(parent, key);
	tree_count(object, "members", figures->members);
	tree_count(object, "invited", figures->invited);
	tree_count(object, "accepted", figures->accepted);
	tree_count(object, "suspended", figures->suspended);
	count_tree(object, "announced", &figures->announced);
	count_tree(object, "present", &figures->present);
	count_tree(object, "attended", &figures->attended);
}

int convene_close(struct conducting *conducting, struct problem *problem)
{
	struct assembly_figures figures;
	int64_t open = 0;
	int error = conducting_state(conducting, ASSEMBLY_BIT(ASSEMBLY_OPEN), problem);
	struct sql_query query = sql_query(
		conducting->sql, "SELECT max(number) FROM assembly_vote WHERE session = ?1 AND state = 'open'");
	sql_bind_number(&query, 1, conducting->session);
	int asked = sql_run_number(&query, 0, &open, error ? NULL : problem);
	if (!error)
		error = asked;
	if (!error && open > 0)
		error = problem_set(problem, JISR_STATE, "vote %lld is open: close or cancel it first",
		                    (long long)open);
	if (!error)
		error = assembly_figures(conducting->sql, conducting->session, &figures, problem);
	if (!error)
		convene_figures_tree(conducting->made, "figures", &figures);
	return error;
}

/* ---- applying ---- */

int convene_call_apply(struct applying *applying, struct problem *problem)
{
	const char *languages, *rooms, *names;
	int error = applying_json(applying, json_get(applying->body, "languages"), &languages, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->body, "rooms"), &rooms, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->body, "city_names"), &names, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO assembly VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', '', '', ?9, ?10)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying_text(applying->body, "city"));
	sql_bind_text(&query, 3, applying_text(applying->body, "country"));
	sql_bind_text(&query, 4, applying_text(applying->body, "first"));
	sql_bind_text(&query, 5, applying_text(applying->body, "last"));
	sql_bind_text(&query, 6, languages[0] != '\0' ? languages : "[\"ar\",\"en\",\"es\",\"fr\"]");
	sql_bind_text(&query, 7, rooms[0] != '\0' ? rooms : "[]");
	sql_bind_text(&query, 8, applying->entry->header.at);
	sql_bind_number(&query, 9, (int64_t)applying->entry->sequence);
	sql_bind_text(&query, 10, names);
	return sql_run(&query, problem);
}

int convene_edit_apply(struct applying *applying, struct problem *problem)
{
	const char *languages, *rooms, *names;
	int error = applying_json(applying, json_get(applying->body, "languages"), &languages, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->body, "rooms"), &rooms, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->body, "city_names"), &names, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql,
		"UPDATE assembly SET city = ifnull(?2, city), country = ifnull(?3, country), first = ifnull(?4, first),"
		" last = ifnull(?5, last), languages = ifnull(?6, languages), rooms = ifnull(?7, rooms), version = ?8, "
		"city_names = ifnull(?9, city_names)"
		" WHERE number = ?1");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, json_get_text(applying->body, "city"));
	sql_bind_text(&query, 3, json_get_text(applying->body, "country"));
	sql_bind_text(&query, 4, json_get_text(applying->body, "first"));
	sql_bind_text(&query, 5, json_get_text(applying->body, "last"));
	sql_bind_text(&query, 6, languages[0] != '\0' ? languages : NULL);
	sql_bind_text(&query, 7, rooms[0] != '\0' ? rooms : NULL);
	sql_bind_number(&query, 8, (int64_t)applying->entry->sequence);
	sql_bind_text(&query, 9, names[0] != '\0' ? names : NULL);
	return sql_run(&query, problem);
}

/* Opened or closed: which of the two the entry's kind says. */
int convene_state_apply(struct applying *applying, struct problem *problem)
{
	const char *figures;
	bool opens = strcmp(applying->entry->header.kind, "assembly.session.open") == 0;
	int error = applying_json(applying, json_get(applying->made, "figures"), &figures, problem);
	if (error)
		return error;
	struct sql_query query =
		opens ? sql_query(applying->sql, "UPDATE assembly SET state = 2, opened = ?2, version = ?3 WHERE "
	                                         "number = ?1")
		      : sql_query(applying->sql, "UPDATE assembly SET state = 3, closed = ?2, version = ?3, report = "
	                                         "?4 WHERE number = ?1");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_text(&query, 2, applying->entry->header.at);
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	if (!opens)
		sql_bind_text(&query, 4, figures);
	error = sql_run(&query, problem);
	return error || opens ? error : contest_session_closed(applying, problem);
}
