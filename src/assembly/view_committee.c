/* Views of the Executive Committee as a session sees it: who sits and will sit, what is to be filled, contests, who may stand. */
#include "assembly/contest.h"
#include "assembly/view_private.h"
#include "base/clock.h"
#include "base/digits.h"

#include <stdlib.h>

#define MEMORY_MAX ((size_t)8 << 20)

struct seen {
	struct arena *arena;
	struct committee_record record;
	struct committee now, after;
	char today[CLOCK_UTC_MAX];
	unsigned year;
};

static int see(struct viewing *viewing, struct seen *seen, struct problem *problem)
{
	if (arena_new(MEMORY_MAX, &seen->arena) != JISR_OK)
		return problem_no_memory(problem);
	(void)clock_utc(seen->today);
	seen->today[10] = '\0';
	seen->year = contest_year(viewing->assembly.first);
	int error = committee_record_read(viewing->sql, seen->arena, &seen->record, problem);
	if (!error)
		error = committee_at(seen->record.events, seen->record.count, seen->today, &seen->now, problem);
	return error ? error
	             : committee_after(seen->record.events, seen->record.count, seen->today, seen->year, &seen->after,
	                               problem);
}

static void unsee(struct seen *seen)
{
	seen->arena = arena_free(seen->arena);
}

static void emit_needs(struct viewing *viewing, const struct seen *seen)
{
	struct committee_needs needs;
	committee_needs(&seen->after, &seen->record.rules, &needs);
	emit_object(viewing->text, "needs");
	emit_count(viewing->text, "president", needs.president);
	emit_count(viewing->text, "vice_presidents", needs.vice_presidents);
	emit_object(viewing->text, "delegates");
	for (unsigned region = 0; region < REGION_COUNT; region++)
		emit_count(viewing->text, region_name((enum region)region), needs.delegates[region]);
	emit_close_object(viewing->text);
	emit_array(viewing->text, "without_leader");
	for (unsigned region = 0; region < REGION_COUNT; region++)
		if ((needs.open & 1u << region) != 0)
			emit_text(viewing->text, NULL, region_name((enum region)region));
	emit_close_array(viewing->text);
	emit_close_object(viewing->text);
}

static void emit_vacancies(struct viewing *viewing, const struct seen *seen)
{
	emit_array(viewing->text, "vacancies");
	for (unsigned post = 0; post < COMMITTEE_POSTS; post++) {
		const struct committee_event *left[COMMITTEE_MAX_SEATS];
		size_t count = committee_vacancies(seen->record.events, seen->record.count, seen->today, seen->year,
		                                   (enum committee_post)post, COMMITTEE_NO_REGION, left);
		for (size_t i = 0; i < count; i++) {
			emit_object(viewing->text, NULL);
			emit_text(viewing->text, "post", committee_post_name(left[i]->post));
			emit_text(viewing->text, "region", region_name(left[i]->region));
			emit_text(viewing->text, "after", left[i]->person);
			emit_count(viewing->text, "until", left[i]->until);
			emit_close_object(viewing->text);
		}
	}
	emit_close_array(viewing->text);
}

static void emit_settings(struct viewing *viewing, const struct seen *seen)
{
	emit_array(viewing->text, "settings");
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++) {
		const struct committee_setting_row *row = committee_setting((enum committee_setting)i);
		if (committee_record_by_rule((enum committee_setting)i))
			continue;
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "name", row->name);
		emit_count(viewing->text, "value", seen->record.rules.value[i]);
		emit_text(viewing->text, "what", row->what);
		emit_text(viewing->text, "article", row->article[0] != '\0' ? row->article : NULL);
		emit_bool(viewing->text, "confirmed", row->confirmed);
		emit_count(viewing->text, "least", row->least);
		emit_count(viewing->text, "most", row->most);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
}

static void emit_contest(struct viewing *viewing, struct sql_query *query)
{
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "post", sql_text(query, 1));
	view_text(viewing, "region", sql_text(query, 2));
	emit_count(viewing->text, "seats", (uint64_t)sql_number(query, 3));
	emit_bool(viewing->text, "vacancy", sql_number(query, 4) != 0);
	emit_count(viewing->text, "until", (uint64_t)sql_number(query, 5));
	view_text(viewing, "after", sql_text(query, 6));
	emit_text(viewing->text, "state", sql_text(query, 7));
	if (sql_number(query, 8) > 0)
		emit_count(viewing->text, "vote", (uint64_t)sql_number(query, 8));
	emit_count(viewing->text, "version", (uint64_t)sql_number(query, 9));
}

#define CONTEST_COLUMNS                                                                                                \
	"c.number, c.post, c.region, c.seats, c.vacancy, c.until, c.after, c.state, ifnull((SELECT max(v.number) FROM" \
	" assembly_vote v WHERE v.session = c.session AND v.subject = 'contest:' || c.number AND v.state = 'open'), "  \
	"0),"                                                                                                          \
	" c.version FROM assembly_contest c WHERE c.session = ?1"

static int list_contests(struct viewing *viewing, struct problem *problem)
{
	struct sql_query query = sql_query(viewing->sql, "SELECT " CONTEST_COLUMNS " ORDER BY c.number");
	sql_bind_number(&query, 1, viewing->session);
	emit_array(viewing->text, "contests");
	while (sql_next(&query)) {
		emit_object(viewing->text, NULL);
		emit_contest(viewing, &query);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

int view_committee(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(unsee) struct seen seen = {.arena = NULL};
	int error = see(viewing, &seen, problem);
	if (error)
		return error;
	emit_text(viewing->text, "day", seen.today);
	emit_count(viewing->text, "year", seen.year);
	committee_record_emit(viewing->text, "members", &seen.now);
	committee_record_emit(viewing->text, "after_session", &seen.after);
	emit_needs(viewing, &seen);
	emit_vacancies(viewing, &seen);
	error = list_contests(viewing, problem);
	emit_settings(viewing, &seen);
	return error;
}

/* ---- one contest ---- */

static const struct race_candidate *in_race(const struct contest *contest, const char *name)
{
	for (size_t i = 0; contest->begun && i < contest->race.count; i++)
		if (strcmp(contest->race.candidates[i].person, name) == 0)
			return &contest->race.candidates[i];
	return NULL;
}

static int emit_candidate(struct viewing *viewing, const struct seen *seen, const struct contest *contest,
                          struct sql_query *query)
{
	struct problem why = {""};
	const char *office = sql_text(query, 1), *name = sql_text(query, 2);
	const struct race_candidate *racing = in_race(contest, name);
	bool withdrawn = sql_number(query, 3) != 0, takes = strcmp(contest->state, "candidatures") == 0;
	const char *standing = withdrawn        ? "withdrawn"
	                       : racing != NULL ? race_standing_name(racing->standing)
	                       : takes          ? "entered"
	                                        : "barred";
	emit_object(viewing->text, NULL);
	emit_count(viewing->text, "number", (uint64_t)sql_number(query, 0));
	emit_text(viewing->text, "office", office);
	emit_text(viewing->text, "name", name);
	emit_text(viewing->text, "standing", standing);
	if (racing != NULL && racing->standing == RACE_ELECTED)
		emit_count(viewing->text, "elected_in", racing->elected_in);
	int error = JISR_OK;
	if (!withdrawn && (racing == NULL || racing->standing == RACE_STANDS || racing->standing == RACE_WAITS)) {
		error = contest_may_stand(viewing->sql, &seen->record, &viewing->assembly, seen->today, name, office,
		                          contest, &why);
		emit_bool(viewing->text, "may_stand", error == JISR_OK);
		if (error)
			emit_text(viewing->text, "why", why.text);
	}
	emit_close_object(viewing->text);
	return error == JISR_STATE ? JISR_OK : error;
}

static int emit_candidates(struct viewing *viewing, const struct seen *seen, const struct contest *contest,
                           struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query =
		sql_query(viewing->sql, "SELECT number, office, name, withdrawn FROM assembly_candidate WHERE session ="
	                                " ?1 AND contest = ?2 ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, contest->number);
	emit_array(viewing->text, "candidates");
	while (!error && sql_next(&query))
		error = emit_candidate(viewing, seen, contest, &query);
	int done = sql_done(&query, error ? NULL : problem);
	emit_close_array(viewing->text);
	return error ? error : done;
}

void view_contest_votes(struct viewing *viewing, const cJSON *verdict)
{
	const cJSON *votes = json_get(verdict, "votes");
	if (!cJSON_IsArray(votes))
		return;
	emit_count(viewing->text, "cast", applying_number(verdict, "cast"));
	emit_count(viewing->text, "blank", applying_number(verdict, "blank"));
	emit_array(viewing->text, "votes");
	for (const cJSON *one = votes->child; one != NULL; one = one->next) {
		emit_object(viewing->text, NULL);
		emit_text(viewing->text, "person", applying_text(one, "person"));
		emit_text(viewing->text, "country", applying_text(one, "country"));
		emit_count(viewing->text, "votes", applying_number(one, "votes"));
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	const cJSON *elected = json_get(verdict, "elected");
	emit_array(viewing->text, "elected");
	for (const cJSON *one = elected != NULL ? elected->child : NULL; one != NULL; one = one->next)
		emit_text(viewing->text, NULL, applying_text(one, "person"));
	emit_close_array(viewing->text);
}

static int emit_rounds(struct viewing *viewing, const struct contest *contest, struct problem *problem)
{
	char subject[30];
	(void)snprintf(subject, sizeof subject, "contest:%u", (unsigned)contest->number);
	struct sql_query query = sql_query(
		viewing->sql, "SELECT number, round, state, outcome, verdict FROM assembly_vote WHERE session = ?1"
			      " AND subject = ?2 ORDER BY number");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_text(&query, 2, subject);
	emit_array(viewing->text, "rounds");
	while (sql_next(&query)) {
		CLEANUP(json_freep) cJSON *verdict = cJSON_Parse(sql_text(&query, 4));
		emit_object(viewing->text, NULL);
		emit_count(viewing->text, "vote", (uint64_t)sql_number(&query, 0));
		emit_count(viewing->text, "round", (uint64_t)sql_number(&query, 1));
		emit_text(viewing->text, "state", sql_text(&query, 2));
		view_text(viewing, "outcome", sql_text(&query, 3));
		view_contest_votes(viewing, verdict);
		emit_close_object(viewing->text);
	}
	emit_close_array(viewing->text);
	return sql_done(&query, problem);
}

int view_contest(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(unsee) struct seen seen = {.arena = NULL};
	struct contest contest;
	char title[CONTEST_TITLE_MAX], asked[RACE_ASKED_MAX];
	uint32_t number = digits_number(viewing->id);
	int error = contest_read(viewing->sql, viewing->session, number, &contest, problem);
	if (!error)
		error = see(viewing, &seen, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(viewing->sql, "SELECT " CONTEST_COLUMNS " AND c.number = ?2");
	sql_bind_number(&query, 1, viewing->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query))
		emit_contest(viewing, &query);
	error = sql_done(&query, problem);
	contest_title(&contest, title);
	emit_text(viewing->text, "title", title);
	if (contest.begun && contest.race.state == RACE_VOTE) {
		race_asked(&contest.race, asked);
		emit_count(viewing->text, "round", contest.race.round);
		emit_bool(viewing->text, "run_off", contest.race.run_off);
		emit_text(viewing->text, "asked", asked);
	}
	if (contest.begun) {
		emit_text(viewing->text, "race", race_state_name(contest.race.state));
		emit_count(viewing->text, "seats_left", contest.race.seats);
	}
	if (!error)
		error = emit_candidates(viewing, &seen, &contest, problem);
	return error ? error : emit_rounds(viewing, &contest, problem);
}

/* ---- who may stand ---- */

/* "vice-president", "delegate:africa". */
static bool read_post(const char *id, struct contest *contest)
{
	char post[30];
	size_t length = strcspn(id, ":");
	enum region region;
	contest->region = COMMITTEE_NO_REGION;
	if (length >= sizeof post)
		return false;
	memcpy(post, id, length);
	post[length] = '\0';
	if (!committee_post_read(post, &contest->post) || (contest->post == COMMITTEE_DELEGATE) != (id[length] == ':'))
		return false;
	if (id[length] != ':')
		return true;
	if (!region_read(id + length + 1, &region))
		return false;
	contest->region = (int)region;
	return true;
}

static int emit_person(struct viewing *viewing, const struct seen *seen, const struct contest *contest,
                       struct sql_query *query)
{
	struct problem why = {""};
	int error = contest_may_stand(viewing->sql, &seen->record, &viewing->assembly, seen->today, sql_text(query, 2),
	                              sql_text(query, 0), contest, &why);
	if (error && error != JISR_STATE)
		return error;
	emit_object(viewing->text, NULL);
	emit_text(viewing->text, "office", sql_text(query, 0));
	emit_count(viewing->text, "person", (uint64_t)sql_number(query, 1));
	emit_text(viewing->text, "name", sql_text(query, 2));
	emit_bool(viewing->text, "may_stand", error == JISR_OK);
	if (error)
		emit_text(viewing->text, "why", why.text);
	emit_close_object(viewing->text);
	return JISR_OK;
}

int view_eligibility(struct viewing *viewing, struct problem *problem)
{
	CLEANUP(unsee) struct seen seen = {.arena = NULL};
	struct contest contest = {.number = 0};
	if (!read_post(viewing->id, &contest))
		return problem_set(
			problem, JISR_NOT_FOUND,
			"who may stand for what? president, vice-president, or delegate:REGION (africa, americas, "
			"asia, europe)");
	int error = see(viewing, &seen, problem);
	if (error)
		return error;
	emit_text(viewing->text, "post", committee_post_name(contest.post));
	if (contest.region != COMMITTEE_NO_REGION)
		emit_text(viewing->text, "region", region_name((enum region)contest.region));
	emit_array(viewing->text, "people");
	struct sql_query query = sql_query(
		viewing->sql, "SELECT p.code, p.number, p.name FROM assembly_person p JOIN assembly_delegation d ON"
			      " d.session = p.session AND d.code = p.code WHERE p.session = ?1 AND NOT d.observer AND"
			      " p.role IN ('head', 'delegate') ORDER BY p.code, p.number");
	sql_bind_number(&query, 1, viewing->session);
	while (!error && sql_next(&query))
		error = emit_person(viewing, &seen, &contest, &query);
	int done = sql_done(&query, error ? NULL : problem);
	emit_close_array(viewing->text);
	return error ? error : done;
}
