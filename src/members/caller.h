/* Who calls: the one description that every route and every command asks before it does something. Made where a caller is
 * recognised (a session, a token, a certificate, the command line), then only read. Holds no pointers: copied freely. */
#ifndef JISR_MEMBERS_CALLER_H
#define JISR_MEMBERS_CALLER_H

#include "base/error.h"
#include "members/right.h"

#include <stdbool.h>

#define OFFICE_CODE_MAX     15    /* bytes of an office's code: "MA", "GS", "RB-ABJ" */
#define OFFICER_ID_MAX      31    /* bytes of an officer's id: "MA-12" */
#define CALLER_NAME_MAX     63    /* bytes */
#define OFFICE_HEADQUARTERS "GS"  /* the General Secretariat's code */
#define OFFICE_COMMISSION   "CCF" /* that of the Commission for the Control of Files, which is independent of it */

enum caller_kind {
	CALLER_NOBODY,      /* showed nothing */
	CALLER_TOKEN,       /* a token of the settings: a program that uses the service of checks */
	CALLER_CONSOLE,     /* the command line: whoever may open the files */
	CALLER_SESSION,     /* an officer who signed in */
	CALLER_API_TOKEN,   /* a program to which an officer gave a token with scopes */
	CALLER_CERTIFICATE, /* a program with a certificate that belongs to an officer's account */
};

struct caller {
	enum caller_kind kind;
	char name[CALLER_NAME_MAX + 1];   /* in logs and decisions: "anonymous", a token's name, an officer's id */
	char office[OFFICE_CODE_MAX + 1]; /* "" for nobody and for tokens of the settings */
	char officer[OFFICER_ID_MAX + 1]; /* "" for whoever is no officer */
	role_set roles;                   /* of the officer */
	right_set scopes;                 /* what a token was limited to; RIGHT_ALL where there is no such limit */
	double proved;                    /* clock_seconds() when the officer last proved to be there; 0: never */
};

/* Nobody, with the rights of the service. */
void caller_init(struct caller *caller);
/* The command line, acting for the installation's own office. */
void caller_console(struct caller *caller, const char *office);

right_set caller_rights(const struct caller *caller);
bool caller_may(const struct caller *caller, enum right right);
/* The same where the thing belongs to an office: the own one, or any when headquarters has this right over all. */
bool caller_may_at(const struct caller *caller, enum right right, const char *office);
bool caller_is_headquarters(const struct caller *caller);

/* Whether a fresh proof is asked of this caller for this right before it may go on: sessions alone are asked. `now` by
 * clock_seconds(). */
bool caller_must_prove(const struct caller *caller, enum right right, double now);

/* 0, or JISR_DENIED with the sentence that says which right is missing and who has it: for commands. */
int caller_check(const struct caller *caller, enum right right, struct problem *problem);
int caller_check_at(const struct caller *caller, enum right right, const char *office, struct problem *problem);

#endif
