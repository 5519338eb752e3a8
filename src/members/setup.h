/* The first administrator of a new installation, appointed from a browser. `jisr init` prints a code that is kept as its SHA-256
 * in DIR/setup.json; who has it appoints one administrator of headquarters, once. From the first officer on, however he came to
 * be appointed, nobody gets in this way any more, whatever the file says. */
#ifndef JISR_MEMBERS_SETUP_H
#define JISR_MEMBERS_SETUP_H

#include "members/enrolment.h"
#include "members/register.h"

#define SETUP_FILE    "setup.json"
#define SETUP_SECONDS 86400 /* that the code holds */

/* A code for a directory; an earlier one ends. JISR_IO, JISR_FULL. */
int setup_make(const char *directory, char ret_code[ENROLMENT_CODE], struct problem *problem);

/* Whether a first administrator can be appointed so: there is no officer, and a code was made (it may have ended). */
bool setup_needed(struct store *store);

/* Whether this is the code. JISR_NOT_FOUND: it is not needed (any more); JISR_DENIED: it is another, or has ended. */
int setup_check(struct store *store, const char *code, int64_t now, struct problem *problem);

/* Appoints: "administrator" {"name","login","email"?}, and the names of headquarters where "names" is given; in one command,
 * which is refused when there is an officer by then (JISR_NOT_FOUND). Else as setup_check and members/change.h. */
int setup_appoint(struct store *store, const char *code, const cJSON *administrator, const cJSON *names, int64_t now,
                  char ret_officer[OFFICER_ID_MAX + 1], struct problem *problem);

#endif
