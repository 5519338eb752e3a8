#include "assembly/tabling.h"

#include "assembly/assembly_private.h"
#include "assembly/resolution.h"

#include <stdlib.h>

int tabling_undecided(struct sql *sql, uint32_t session, uint32_t draft, struct problem *problem)
{
	char subject[24];
	int64_t vote = 0;
	(void)snprintf(subject, sizeof subject, "draft:%u", (unsigned)draft);
	struct sql_query query = sql_query(
		sql, "SELECT max(number) FROM assembly_vote WHERE session = ?1 AND subject = ?2 AND state = 'open'");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, subject);
	int error = sql_run_number(&query, 0, &vote, problem);
	if (!error && vote > 0)
		error = problem_set(problem, JISR_STATE, "vote %lld on draft %u is open", (long long)vote,
		                    (unsigned)draft);
	return error;
}

int tabling_check(const struct affair_taking *taking, enum rule_matter matter, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	struct assembly assembly;
	uint32_t session = applying_number(taking->fields, "session");
	uint32_t number = applying_number(taking->fields, "draft");
	int error = assembly_get(taking->sql, session, &assembly, problem);
	if (!error && assembly.state == ASSEMBLY_CLOSED)
		error = problem_set(problem, JISR_STATE, "session %u is closed", (unsigned)session);
	if (!error)
		error = resolution_read(taking->sql, session, number, &draft, problem);
	if (!error && strcmp(draft.matter, rule_matter_name(matter)) != 0)
		error = problem_set(problem, JISR_STATE, "draft %u is decided as %s, not as %s", (unsigned)number,
		                    draft.matter, rule_matter_name(matter));
	if (!error && strcmp(draft.state, "draft") != 0)
		error = problem_set(problem, JISR_STATE, "draft %u is %s", (unsigned)number, draft.state);
	return error ? error : tabling_undecided(taking->sql, session, number, problem);
}

uint32_t tabling_session(const struct entry *entry)
{
	return (uint32_t)strtoul(entry->header.subject + strlen("assembly/"), NULL, 10);
}

bool tabling_voted(const struct entry *entry, struct tabling *ret_tabling)
{
	const cJSON *made = json_get(entry->body, "made");
	const char *outcome = applying_text(made, "outcome"), *subject = applying_text(made, "subject");
	bool adopted = strcmp(outcome, "adopted") == 0;
	if ((!adopted && strcmp(outcome, "rejected") != 0) || strncmp(subject, "draft:", 6) != 0)
		return false;
	*ret_tabling = (struct tabling){tabling_session(entry), (uint32_t)strtoul(subject + 6, NULL, 10), adopted,
	                                adopted ? applying_text(made, "decision") : ""};
	return true;
}
