/* `jisr demo`: an invented organisation at work, the same from the same seed. Each domain adds one part, in a file of its
 * own (cli/demo_NAME.c), and its line in the table of cli/cmd_demo.c; parts run in that order, each on what those before
 * it made. */
#ifndef JISR_CLI_DEMO_H
#define JISR_CLI_DEMO_H

#include "assembly/conduct.h"
#include "cli/command.h"
#include "members/change.h"
#include "people/people.h"

#define DEMO_OFFICERS     400
#define DEMO_NOTICES      5000
#define DEMO_NOTICES_MOST 100000
#define DEMO_OBJECTS      50000
#define DEMO_BALLOTS      179
#define DEMO_OBJECTS_MOST 1000000
#define DEMO_LOG_NAME     "demo.jisr.invalid/record" /* .invalid is nobody's (RFC 2606) */

struct demo {
	const struct command *command; /* for messages */
	const char *directory;
	uint64_t seed;
	uint64_t entities; /* of the sample list */
	uint64_t notices;
	uint64_t objects; /* documents in the file of stolen and lost ones */
	uint64_t ballots; /* of the secret vote for the President */
	struct store *store;
	struct people *people;
	struct caller console;
	struct arena *arena; /* for one step at a time: whoever uses it resets it first */
};

/* Each says in a line what it made, into ret_made. */
#define DEMO_MADE_MAX 160
int demo_members(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_notices(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_hits(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_accounts(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_objects(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_assembly(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_committee(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
/* Whose is the n-th of its DEMO_COMMITTEE seats. */
#define DEMO_COMMITTEE 13
const char *demo_committee_country(const struct demo *demo, size_t seat);
int demo_election(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_budget(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_agreements(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_meetings(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_operations(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_messages(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_requests(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
int demo_lists(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);

/* One act in the demonstration's session; takes the fields. */
#define DEMO_SESSION 93
int demo_conduct(struct demo *demo, const struct caller *caller, enum conduct conduct, cJSON *fields,
                 struct problem *problem);

/* A number that depends on the seed, the purpose and n alone. */
uint64_t demo_random(const struct demo *demo, const char *purpose, uint64_t n);

/* Prints what the officers of demo_accounts sign in with now. STATUS_DONE, or what to end with after a sentence. */
int demo_codes(const struct command *command, const char *directory, bool json);

/* An officer of the demonstration as a caller who just proved to be there: demo_members made him. */
struct caller demo_caller(const char *office, unsigned number, role_set roles);

#endif
