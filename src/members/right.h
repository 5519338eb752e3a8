/* Who may do what, in one table (members/right.c): which roles of which offices have which right. Every route and every
 * command names the right that it needs; a test walks through the whole table.
 *
 * A right is had because of a role in an office. Headquarters' officers reach further: what is "of the own office" for
 * everybody else is of every office for them, and some rights exist at headquarters alone. */
#ifndef JISR_MEMBERS_RIGHT_H
#define JISR_MEMBERS_RIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
	ROLE_READER,
	ROLE_BORDER_OFFICER,
	ROLE_BUREAU_OFFICER,
	ROLE_HEAD_OF_BUREAU,
	ROLE_REVIEWER,
	ROLE_SECRETARY_GENERAL,
	ROLE_AUDITOR,
	ROLE_ADMINISTRATOR,
	ROLE_DELEGATE,
	ROLE_CHAIR,
	ROLE_ASSEMBLY_SECRETARY,
	ROLE_COMMISSION, /* an officer of the Commission for the Control of Files */
	ROLE_COUNT
};

/* Roles as a set, a bit a role: 1 << ROLE_READER. */
typedef unsigned role_set;
#define ROLE_BIT(role) ((role_set)1 << (role))

enum right {
	RIGHT_UNSAID,             /* nobody has it: what forgets to say its right is closed to all */
	RIGHT_NONE,               /* everybody has it: health, the description of the API, signing in */
	RIGHT_CHECK,              /* ask whether somebody is listed */
	RIGHT_SEARCH,             /* search and read what the lists say */
	RIGHT_DECIDE,             /* remember who is somebody else */
	RIGHT_LISTS_READ,         /* see which lists are loaded */
	RIGHT_LISTS_LOAD,         /* load and drop lists */
	RIGHT_SELF,               /* the own session, means of signing in and tokens */
	RIGHT_MEMBERS_READ,       /* see members, offices and their public keys */
	RIGHT_MEMBERS_CHANGE,     /* admit and suspend members */
	RIGHT_OFFICES_CHANGE,     /* open, change and close offices */
	RIGHT_KEYS_CHANGE,        /* add and end keys of an office */
	RIGHT_OFFICERS_READ,      /* see the officers of an office */
	RIGHT_OFFICERS_CHANGE,    /* appoint officers, change their roles, end them */
	RIGHT_LOG_READ,           /* read the entries of the log that the office may see */
	RIGHT_LOG_PROVE,          /* checkpoints and proofs of the log: hashes alone */
	RIGHT_EVENTS,             /* be told of entries that the office may see, without their content */
	RIGHT_ACCESS_READ,        /* read who searched, checked, viewed and exported what */
	RIGHT_NOTICES_READ,       /* read the notices that reach the office, and print them */
	RIGHT_NOTICES_WRITE,      /* write, request, change, restrict and end the office's own notices */
	RIGHT_NOTICES_REVIEW,     /* examine requests, return and suspend notices */
	RIGHT_NOTICES_PUBLISH,    /* publish, refuse, resume and cancel notices */
	RIGHT_POLLS_RUN,          /* call, open, close and count secret votes */
	RIGHT_POLLS_TAKE,         /* act for the office as trustee, registrar or witness of secret votes */
	RIGHT_ASSEMBLY_READ,      /* follow the assembly */
	RIGHT_ASSEMBLY_DELEGATE,  /* act for the office's delegation */
	RIGHT_ASSEMBLY_CHAIR,     /* preside over a session */
	RIGHT_ASSEMBLY_SECRETARY, /* run a session's secretariat */
	RIGHT_HITS_READ,          /* read the hits of the office: those that it reported, and those on its notices */
	RIGHT_HITS_WRITE,         /* report hits, withdraw the report, answer what the owner asks */
	RIGHT_HITS_FOLLOW,        /* take the further steps of a hit */
	RIGHT_OBJECTS_READ,       /* read the registered objects that reach the office */
	RIGHT_OBJECTS_WRITE,      /* enter, change and withdraw the office's own objects, and files of them */
	RIGHT_REQUESTS_READ,      /* read individuals' requests, each office what concerns it */
	RIGHT_REQUESTS_HANDLE,    /* examine individuals' requests */
	RIGHT_REQUESTS_DECIDE,    /* decide on them, block data meanwhile */
	RIGHT_REQUESTS_REPLY,     /* reply when the Commission asks what may be told */
	RIGHT_REQUESTS_EXECUTE,   /* carry out what the Commission decided */
	RIGHT_RETENTION,          /* remove what is past its time */
	RIGHT_OPERATIONS_READ,    /* read the joint operations in which the office takes part */
	RIGHT_OPERATIONS_WRITE,   /* plan operations, report results of the own office */
	RIGHT_OPERATIONS_PUBLISH, /* publish summaries of operations */
	RIGHT_MESSAGES_READ,      /* read the messages to and from the office */
	RIGHT_MESSAGES_WRITE,     /* send messages for the office, refuse and take back */
	RIGHT_BUDGET_WRITE,       /* draft and execute the budget, keep members' accounts */
	RIGHT_BACKUPS,            /* make and check backups of the data directory */
	RIGHT_AGREEMENTS_WRITE,   /* negotiate the agreements to which the office is a party, keep their register */
	RIGHT_AGREEMENTS_SIGN,    /* sign, ratify and leave agreements for the office */
	RIGHT_COUNT               /* at most 64 */
};

/* Rights as a set. */
typedef uint64_t right_set;
#define RIGHT_BIT(right) ((right_set)1 << (right))
#define RIGHT_ALL        ((((right_set)1 << RIGHT_COUNT) - 1) & ~RIGHT_BIT(RIGHT_UNSAID))

/* What a person who shows neither officer nor certificate has, also programs with a token of the settings: the service
 * of checks as it is without a record. RIGHT_NONE is in every set, RIGHT_UNSAID in none. */
right_set right_of_service(void);

/* What the command line has: whoever may open the data directory's files. */
right_set right_of_console(void);

/* What an officer with these roles has, in an office that is headquarters or not. */
right_set right_of_roles(role_set roles, bool headquarters);

/* Whether headquarters has the right over every office; else over its own alone, as all others. */
bool right_is_wide(enum right right);

/* Whether an officer's session needs a fresh proof that the officer is still there (sign-in no older than
 * RIGHT_PROOF_SECONDS): for what publishes, deletes, exports, or gives rights. */
bool right_needs_proof(enum right right);
#define RIGHT_PROOF_SECONDS 300.0

/* "officers.change": in scopes of tokens and in messages; and what it allows, to go after "may". Never NULL. */
const char *right_name(enum right right);
const char *right_what(enum right right);
/* False when there is none of that name. */
bool right_read(const char *name, enum right *ret_right);

/* "head-of-bureau", and "head of bureau" for people. Never NULL. */
const char *role_name(enum role role);
const char *role_title(enum role role);
bool role_read(const char *name, enum role *ret_role);

/* The roles that somebody with these roles may give and take: an administrator all, a head of bureau those of a bureau. */
role_set role_given_by(role_set roles);

#endif
