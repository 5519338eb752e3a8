/* The Executive Committee in the record: what happened to it, read from the tables in the form that assembly/committee.h
 * works on; its settings; and a contest (assembly/race.h) as JSON, as entries keep it. Nothing here decides:
 * assembly/contest.c does. */
#ifndef JISR_ASSEMBLY_COMMITTEE_RECORD_H
#define JISR_ASSEMBLY_COMMITTEE_RECORD_H

#include "assembly/race.h"
#include "base/arena.h"
#include "base/text.h"
#include "store/sql.h"

#include <cjson/cJSON.h>

/* Everything that ever happened to it, in order of days. Lives in the arena. */
struct committee_record {
	const struct committee_event *events;
	size_t count;
	struct committee_rules rules; /* the majorities are those of the rules of decision: contest_majority */
};
int committee_record_read(struct sql *sql, struct arena *arena, struct committee_record *ret_record,
                          struct problem *problem);

/* Whether a setting stands in the rules of decision (the majorities do), so that it has one place. */
bool committee_record_by_rule(enum committee_setting setting);

/* A race under a key, and read again. JISR_CORRUPT: it is none. */
void committee_record_race_tree(cJSON *parent, const char *key, const struct race *race);
int committee_record_race(const char *json, struct race *ret_race, struct problem *problem);

/* Adds {"day":...,"members":[...],...}: who sits on that day, by the log; `day` NULL: today. The route and the command. */
int committee_record_tell(struct sql *sql, const char *day, struct text *text, struct problem *problem);

/* Adds the members of a committee as an array under a key. */
void committee_record_emit(struct text *text, const char *key, const struct committee *committee);

#endif
