/* Giving out an enrolment code on the command line: for jisr officers enrol, and for the first administrator. */
#ifndef JISR_CLI_ENROLLING_H
#define JISR_CLI_ENROLLING_H

#include "cli/command.h"
#include "members/signin.h"
#include "store/store.h"

/* A code for the officer, and who that is (may be NULL). */
int enrolling_code(struct store *store, const char *officer, char ret_code[ENROLMENT_CODE],
                   struct signin_officer *ret_officer, struct problem *problem);

/* Makes a code for the officer, whose earlier one ends, and prints it with what to do; as JSON when `json`. STATUS_DONE, or
 * what to end with after a sentence. */
int enrolling_invite(const struct command *command, struct store *store, const char *officer, bool json);

/* Clients' certificates that act for an officer; each prints what it did. `certificate`: a file or a fingerprint
 * (web/client_print.h); `scopes`: "check,search". */
int enrolling_certificate(const struct command *command, struct store *store, const char *officer,
                          const char *certificate, const char *scopes);
int enrolling_certificate_end(const struct command *command, struct store *store, const char *officer,
                              const char *certificate);
int enrolling_certificates(const struct command *command, struct store *store, const char *officer, bool json);

#endif
