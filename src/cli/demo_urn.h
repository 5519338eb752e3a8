/* What trustees, registrars, voters and observers of a secret vote do on machines of their own, done here in one process for
 * the demonstration. Whoever looks at it finds the secrets of the vote that is still open in DIR/demo-election (mode 0700):
 *
 *   OFFICE.key        a trustee's key, as `jisr trustee` and the desk's page for trustees take it
 *   certs.jsons       the certificates that the trustees agreed on
 *   credentials.txt   OFFICE CODE+CODE, of the voters who have not voted yet
 *
 * Nothing of this kind exists in a directory that jisr init founded. */
#ifndef JISR_CLI_DEMO_URN_H
#define JISR_CLI_DEMO_URN_H

#include "assembly/urn_act.h"
#include "cli/demo.h"

#define DEMO_TRUSTEES   3
#define DEMO_THRESHOLD  2
#define DEMO_REGISTRARS 2
#define DEMO_OBSERVERS  2

struct demo_urn;

/* Calls the secret vote of that vote of the session, holds the ceremony, gives out credentials and opens it. */
int demo_urn_open(struct demo *demo, unsigned vote, struct demo_urn **ret_urn, struct problem *problem);
struct demo_urn *demo_urn_free(struct demo_urn *urn);
MEMORY_DEFINE_FREEP(struct demo_urn, demo_urn_free)

size_t demo_urn_voters(const struct demo_urn *urn);

/* The ballots of the voters from..until-1, in any order: `choose` fills 0 or 1 for each choice of the one question, the
 * blank vote first. */
int demo_urn_vote(struct demo_urn *urn, size_t from, size_t until,
                  void (*choose)(size_t voter, size_t choices, unsigned char *chosen), struct problem *problem);

/* All observers sign the head of the board that they are shown, and their notes are posted. */
int demo_urn_observe(struct demo_urn *urn, struct problem *problem);

/* Closed; two trustees decrypt; counted. */
int demo_urn_count(struct demo_urn *urn, struct problem *problem);

/* Writes what is needed to go on with it; the voters before `voted` have voted. */
int demo_urn_keep(struct demo_urn *urn, size_t voted, struct problem *problem);

#endif
