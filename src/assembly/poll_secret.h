/* Where votes of a session and secret votes (assembly/urn.h) meet: the secret vote of a session's vote takes its electorate,
 * its question and its rule from the session, and the session its result. */
#ifndef JISR_ASSEMBLY_POLL_SECRET_H
#define JISR_ASSEMBLY_POLL_SECRET_H

#include "assembly/race.h"
#include "assembly/urn.h"

#include <cjson/cJSON.h>

struct secret_result {
	char id[URN_ID_MAX + 1];
	uint64_t cast, blank; /* ballots counted; of them blank, or abstentions */
	uint64_t counts[RACE_MAX_CANDIDATES];
	size_t count;
};

/* JISR_STATE: it was not called yet, or is not counted; the sentence says what is awaited. */
int poll_secret_result(struct sql *sql, uint32_t session, uint32_t vote, struct secret_result *ret_result,
                       struct problem *problem);

/* JISR_STATE: a secret vote of it is under way, which is cancelled first. */
int poll_secret_quiet(struct sql *sql, uint32_t session, uint32_t vote, struct problem *problem);

/* Adds "name", "questions" and "electorate" to what calls the secret vote of an open vote. JISR_STATE: it is not open, not
 * secret, or was called already. */
int poll_secret_call(struct sql *sql, struct arena *arena, uint32_t session, uint32_t vote, cJSON *fields,
                     struct problem *problem);

#endif
