/* What happens to seats of the Executive Committee outside elections: who sat before the record knew of it, who leaves, and
 * the settings; and the list of what happened that all else is worked out from. */
#include "assembly/contest.h"

/* Before the record knew elections: somebody who sits already. */
int contest_sits(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct member member;
	struct committee then;
	enum committee_post post = COMMITTEE_DELEGATE;
	const char *name = conducting_text(conducting, "name"), *since = conducting_text(conducting, "since");
	const char *country = conducting_text(conducting, "office");
	int error = contest_begin(conducting, 0, &electing, problem);
	if (!error)
		error = register_member(conducting->sql, country, &member, problem);
	if (error)
		return error;
	(void)committee_post_read(conducting_text(conducting, "post"), &post);
	if (strcmp(since, conducting->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come: nobody sits since then", since);
	if (conducting_number(conducting, "until") <= conducting_number(conducting, "year"))
		return problem_set(problem, JISR_BAD_INPUT, "the term ends in a session after the one of %u",
		                   (unsigned)conducting_number(conducting, "year"));
	for (size_t i = 0; i < electing.record.count; i++)
		if (electing.record.events[i].what == COMMITTEE_ELECTED &&
		    strcmp(electing.record.events[i].person, name) == 0)
			return problem_set(problem, JISR_CONFLICT, "%s is in the record already", name);
	struct sql_query query = sql_query(conducting->sql, "SELECT count(*) FROM assembly_contest WHERE state ="
	                                                    " 'filled'");
	int64_t held = 0;
	error = sql_run_number(&query, 0, &held, problem);
	if (!error && held > 0)
		error = problem_set(problem, JISR_STATE,
		                    "an election was held in this record: from then on it says itself who sits");
	if (!error)
		error = committee_at(electing.record.events, electing.record.count, since, &then, problem);
	for (size_t i = 0; !error && i < then.count; i++)
		if (strcmp(then.seats[i].elected->country, country) == 0)
			error = problem_set(problem, JISR_CONFLICT, "%s has a seat then already: %s", country,
			                    then.seats[i].elected->person);
	tree_text(conducting->made, "region", region_name(member.region));
	(void)snprintf(conducting->part, sizeof conducting->part, "/committee");
	return error;
}

int contest_event(struct applying *applying, int64_t part, const struct happened *happened, struct problem *problem)
{
	enum region region = REGION_AFRICA;
	enum committee_post post = COMMITTEE_DELEGATE;
	(void)region_read(happened->region, &region);
	(void)committee_post_read(happened->post, &post);
	struct sql_query query = sql_query(applying->sql, "INSERT INTO assembly_committee_event VALUES(?1, ?2, ?3, ?4,"
	                                                  " substr(?5, 1, 10), ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
	sql_bind_number(&query, 1, (int64_t)applying->entry->sequence);
	sql_bind_number(&query, 2, part);
	sql_bind_number(&query, 3, applying->session);
	sql_bind_number(&query, 4, happened->what);
	sql_bind_text(&query, 5, happened->day);
	sql_bind_number(&query, 6, happened->year);
	sql_bind_text(&query, 7, happened->person);
	sql_bind_text(&query, 8, happened->country);
	sql_bind_number(&query, 9, region);
	sql_bind_number(&query, 10, post);
	sql_bind_number(&query, 11, happened->until);
	sql_bind_number(&query, 12, happened->vacancy);
	return sql_run(&query, problem);
}

int contest_sits_apply(struct applying *applying, struct problem *problem)
{
	struct happened happened = {
		.what = COMMITTEE_ELECTED,
		.day = applying_text(applying->body, "since"),
		.year = applying_number(applying->body, "year"),
		.person = applying_text(applying->body, "name"),
		.country = applying_text(applying->body, "office"),
		.region = applying_text(applying->made, "region"),
		.post = applying_text(applying->body, "post"),
		.until = applying_number(applying->body, "until"),
	};
	int error = contest_event(applying, 0, &happened, problem);
	/* Elected in that session, and its end: the seat is held from that day on. */
	struct happened closed = {COMMITTEE_CLOSED, happened.day, happened.year, "", "", "", "", 0, false};
	return error ? error : contest_event(applying, 1, &closed, problem);
}

int contest_leave(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	struct committee then;
	const char *name = conducting_text(conducting, "name"), *day = conducting_text(conducting, "day");
	bool sits = false;
	int error = contest_begin(conducting, 0, &electing, problem);
	if (error)
		return error;
	const struct committee_record *record = &electing.record;
	if (day == NULL)
		day = conducting->today;
	if (strcmp(day, conducting->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	if (record->count > 0 && strcmp(day, record->events[record->count - 1].day) < 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "on %s the committee changed: what was before cannot be changed",
		                   record->events[record->count - 1].day);
	error = committee_at(record->events, record->count, day, &then, problem);
	for (size_t i = 0; !error && i < then.count; i++)
		sits = sits || strcmp(then.seats[i].elected->person, name) == 0;
	for (size_t i = 0; !error && i < electing.after.count; i++)
		sits = sits || strcmp(electing.after.seats[i].elected->person, name) == 0;
	if (!error && !sits)
		error = problem_set(problem, JISR_NOT_FOUND, "%s has no seat in the Executive Committee", name);
	tree_text(conducting->made, "day", day);
	(void)snprintf(conducting->part, sizeof conducting->part, "/committee");
	return error;
}

int contest_leave_apply(struct applying *applying, struct problem *problem)
{
	const char *day = applying_text(applying->made, "day");
	struct happened left = {
		COMMITTEE_LEFT, day, contest_year(day), applying_text(applying->body, "name"), "", "", "", 0, false};
	return contest_event(applying, 0, &left, problem);
}

int contest_setting(struct conducting *conducting, struct problem *problem)
{
	struct electing electing;
	enum committee_setting setting = COMMITTEE_SETTINGS;
	const char *name = conducting_text(conducting, "setting");
	int error = contest_begin(conducting, 0, &electing, problem);
	if (error)
		return error;
	if (!committee_setting_read(name, &setting))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "there is no setting '%.40s': the view \"committee\" lists them", name);
	if (committee_record_by_rule(setting))
		return problem_set(problem, JISR_STATE,
		                   "majorities stand in the rules of decision: change those with the act \"rule\"");
	electing.record.rules.value[setting] = conducting_number(conducting, "value");
	(void)snprintf(conducting->part, sizeof conducting->part, "/committee");
	return committee_rules_check(&electing.record.rules, problem);
}

int contest_setting_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO assembly_committee_rule VALUES(?1, ?2, ?3, ?4, ?5)");
	sql_bind_text(&query, 1, applying_text(applying->body, "setting"));
	sql_bind_number(&query, 2, (int64_t)applying->entry->sequence);
	sql_bind_number(&query, 3, applying_number(applying->body, "value"));
	sql_bind_text(&query, 4, applying_text(applying->body, "text"));
	sql_bind_text(&query, 5, applying->entry->header.at);
	return sql_run(&query, problem);
}

int contest_session_closed(struct applying *applying, struct problem *problem)
{
	char first[11] = "";
	struct sql_query query = sql_query(applying->sql, "SELECT first FROM assembly WHERE number = ?1");
	sql_bind_number(&query, 1, applying->session);
	if (sql_next(&query))
		(void)snprintf(first, sizeof first, "%.10s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	struct happened closed = {
		COMMITTEE_CLOSED, applying->entry->header.at, contest_year(first), "", "", "", "", 0, false};
	return error ? error : contest_event(applying, 0, &closed, problem);
}
