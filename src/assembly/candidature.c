/* Candidatures: who stands in a contest, whether he may, and who withdraws, also between rounds. */
#include "assembly/contest.h"

#define BEFORE_END (ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN))

static int attends(struct sql *sql, uint32_t session, const char *country, const char *name, bool *ret_attends,
                   struct problem *problem)
{
	int64_t there = 0;
	struct sql_query query =
		sql_query(sql, "SELECT count(*) FROM assembly_person WHERE session = ?1 AND code = ?2 AND name = ?3 AND"
	                       " role IN ('head', 'delegate')");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, country);
	sql_bind_text(&query, 3, name);
	int error = sql_run_number(&query, 0, &there, problem);
	*ret_attends = there > 0;
	return error;
}

int contest_may_stand(struct sql *sql, const struct committee_record *record, const struct assembly *assembly,
                      const char *day, const char *name, const char *country, const struct contest *contest,
                      struct problem *problem)
{
	struct member member;
	struct committee_candidate candidate = {.person = name, .country = country};
	int error = register_member(sql, country, &member, problem);
	if (!error && member.state != MEMBER_ADMITTED)
		error = problem_set(problem, JISR_STATE, "%s is suspended as a member", country);
	if (!error)
		error = attends(sql, assembly->number, country, name, &candidate.attends, problem);
	if (error)
		return error;
	candidate.region = member.region;
	return committee_may_stand(record->events, record->count, &record->rules, day, contest_year(assembly->first),
	                           &candidate, contest->post, contest->region, problem);
}

/* The name under which somebody stands: that of a person of the delegation, or the one that is given. */
static int find_name(struct conducting *conducting, const char *code, const char **ret_name, struct problem *problem)
{
	const char *name = conducting_text(conducting, "name");
	uint32_t person = conducting_number(conducting, "person");
	if (name == NULL && person == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "who stands? \"person\", the number in the delegation, or \"name\"");
	if (name == NULL) {
		struct sql_query query = sql_query(conducting->sql, "SELECT name FROM assembly_person WHERE session = "
		                                                    "?1 AND code = ?2 AND number = ?3");
		sql_bind_number(&query, 1, conducting->session);
		sql_bind_text(&query, 2, code);
		sql_bind_number(&query, 3, person);
		bool lost = false;
		if (sql_next(&query)) {
			const char *text = sql_text(&query, 0);
			name = arena_text(store_write_arena(conducting->write), text, strlen(text));
			lost = name == NULL;
		}
		int error = sql_done(&query, problem);
		if (error || lost)
			return error ? error : problem_no_memory(problem);
	}
	if (name == NULL || name[0] == '\0')
		return problem_set(problem, JISR_NOT_FOUND, "the delegation of %s has no person %u", code,
		                   (unsigned)person);
	if (strlen(name) > COMMITTEE_MAX_PERSON)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a candidate's name has at most %d bytes: give a shorter one "
		                   "(\"name\")",
		                   COMMITTEE_MAX_PERSON);
	*ret_name = name;
	return JISR_OK;
}

int contest_stand(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct contest contest;
	const char *code = NULL, *name = NULL;
	int64_t twice = 0;
	uint32_t number = 0;
	int error = contest_begin(conducting, BEFORE_END, &electing, problem);
	if (!error)
		error = conducting_delegation(conducting, &code, problem);
	if (!error)
		error = contest_quiet(conducting, &contest, problem);
	if (!error)
		error = contest_need(&contest, "candidatures", problem);
	if (!error)
		error = find_name(conducting, code, &name, problem);
	if (!error)
		error = contest_may_stand(conducting->sql, &electing.record, &conducting->assembly, conducting->today,
		                          name, code, &contest, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(conducting->sql, "SELECT count(*) FROM assembly_candidate WHERE session = ?1"
	                                                    " AND contest = ?2 AND name = ?3 AND NOT withdrawn");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest.number);
	sql_bind_text(&query, 3, name);
	error = sql_run_number(&query, 0, &twice, problem);
	if (!error && twice > 0)
		error = problem_set(problem, JISR_CONFLICT, "%s stands already", name);
	if (error)
		return error;
	int64_t most = 0;
	query = sql_query(conducting->sql,
	                  "SELECT max(number) FROM assembly_candidate WHERE session = ?1 AND contest = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest.number);
	error = sql_run_number(&query, 0, &most, problem);
	number = (uint32_t)most + 1;
	if (!error && number > RACE_MAX_CANDIDATES)
		error = problem_set(problem, JISR_TOO_LARGE, "a contest has at most %d candidatures",
		                    RACE_MAX_CANDIDATES);
	tree_count(conducting->made, "number", number);
	tree_text(conducting->made, "code", code);
	tree_text(conducting->made, "name", name);
	(void)snprintf(conducting->part, sizeof conducting->part, "/contest/%u/%u", (unsigned)contest.number,
	               (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
	conducting->expected = 0;
	return error;
}

int contest_stand_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO assembly_candidate VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "contest"));
	sql_bind_number(&query, 3, applying_number(applying->made, "number"));
	sql_bind_text(&query, 4, applying_text(applying->made, "code"));
	sql_bind_text(&query, 5, applying_text(applying->made, "name"));
	sql_bind_text(&query, 6, applying->entry->header.at);
	sql_bind_number(&query, 7, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int contest_withdraw(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct contest contest;
	char office[OFFICE_CODE_MAX + 1] = "", name[COMMITTEE_MAX_PERSON + 1] = "";
	bool withdrawn = false;
	uint32_t number = conducting_number(conducting, "candidate");
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = contest_quiet(conducting, &contest, problem);
	if (!error && strcmp(contest.state, "candidatures") != 0)
		error = contest_need(&contest, "voting", problem);
	if (error)
		return error;
	struct sql_query query = sql_query(conducting->sql, "SELECT office, name, withdrawn FROM assembly_candidate"
	                                                    " WHERE session = ?1 AND contest = ?2 AND number = ?3");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, contest.number);
	sql_bind_number(&query, 3, number);
	if (sql_next(&query)) {
		(void)snprintf(office, sizeof office, "%s", sql_text(&query, 0));
		(void)snprintf(name, sizeof name, "%s", sql_text(&query, 1));
		withdrawn = sql_number(&query, 2) != 0;
	}
	error = sql_done(&query, problem);
	if (!error && office[0] == '\0')
		error = problem_set(problem, JISR_NOT_FOUND, "contest %u has no candidature %u",
		                    (unsigned)contest.number, (unsigned)number);
	if (!error && strcmp(office, conducting->caller->office) != 0)
		error = caller_check(conducting->caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	else if (!error)
		error = caller_check(conducting->caller, RIGHT_ASSEMBLY_DELEGATE, problem);
	if (!error && withdrawn)
		error = problem_set(problem, JISR_CONFLICT, "%s has withdrawn already", name);
	if (!error && contest.begun) {
		/* Who is left in a tie may be elected by it. */
		struct race before = contest.race;
		error = contest_begin(conducting, 0, &electing, problem);
		if (!error)
			error = race_withdraw(&contest.race, name, problem);
		if (!error)
			contest_tell_elected(conducting, &electing, &contest, &before);
	}
	(void)snprintf(conducting->part, sizeof conducting->part, "/contest/%u/%u", (unsigned)contest.number,
	               (unsigned)number);
	return error;
}

int contest_withdraw_apply(struct applying *applying, struct problem *problem)
{
	uint32_t number = applying_number(applying->body, "contest");
	struct sql_query query = sql_query(applying->sql, "UPDATE assembly_candidate SET withdrawn = 1, version = ?4"
	                                                  " WHERE session = ?1 AND contest = ?2 AND number = ?3");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, number);
	sql_bind_number(&query, 3, applying_number(applying->body, "candidate"));
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	int error = sql_run(&query, problem);
	return error ? error : contest_count_apply(applying, number, problem);
}
