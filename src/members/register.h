/* The register: which members, offices and officers the organisation has, as the record says. This is the domain that
 * the store applies (its kinds and tables) and what is read from it; members/change.h is what changes it.
 *
 * Everything read is copied: no pointer into the database stays. A `version` is the sequence of the last entry about the
 * thing, for ETag and If-Match. */
#ifndef JISR_MEMBERS_REGISTER_H
#define JISR_MEMBERS_REGISTER_H

#include "members/organisation.h"
#include "store/store.h"

#define REGISTER_MAX_TEXT 200 /* bytes of an officer's name, sign-in name, address */

extern const struct store_domain register_domain;

enum member_state { MEMBER_ADMITTED, MEMBER_SUSPENDED };
/* Stored as these numbers. Only who is active signs in and acts; who ended or moved does so under this id never again. */
enum officer_state { OFFICER_ENDED, OFFICER_ACTIVE, OFFICER_SUSPENDED, OFFICER_MOVED };

struct member {
	char code[3];
	enum region region;
	enum member_state state;
	struct names names;
	char since[ENTRY_AT_LENGTH + 1]; /* the state */
	uint64_t version;
};

struct office {
	char code[OFFICE_CODE_MAX + 1];
	enum office_kind kind;
	bool open;
	char member[3];  /* whose bureau or sub-bureau it is, else "" */
	char country[3]; /* where it stands */
	struct names names;
	char since[ENTRY_AT_LENGTH + 1]; /* opened, or closed */
	uint64_t version;
};

struct officer {
	char id[OFFICER_ID_MAX + 1]; /* "MA-12": the office and a number, never given twice */
	char office[OFFICE_CODE_MAX + 1];
	enum officer_state state;
	char moved[OFFICER_ID_MAX + 1]; /* to which id, in another office; "" when not */
	role_set roles;
	char name[REGISTER_MAX_TEXT + 1]; /* "" after its entry's body was dropped; so are the next two */
	char login[REGISTER_MAX_TEXT +
	           1]; /* what the officer signs in with: a-z, 0-9, '.', '-', '_'; one officer's alone */
	char email[REGISTER_MAX_TEXT + 1]; /* "" when none was given */
	char since[ENTRY_AT_LENGTH + 1];   /* the state */
	uint64_t version;
};

/* A public key of an office, from the store's own table. */
struct office_key {
	char office[OFFICE_CODE_MAX + 1];
	uint8_t id[4];
	char verifier[NOTE_MAX_KEY]; /* base/note.h */
	uint64_t added, ended;       /* sequences; ended 0 while it counts */
};

/* JISR_NOT_FOUND with a sentence. `sql` is that of a reader or of a command's write. */
int register_member(struct sql *sql, const char *code, struct member *ret_member, struct problem *problem);
int register_office(struct sql *sql, const char *code, struct office *ret_office, struct problem *problem);
int register_officer(struct sql *sql, const char *id, struct officer *ret_officer, struct problem *problem);
/* An active officer of an open office by what he signs in with: JISR_NOT_FOUND without a sentence that tells more. */
int register_login(struct sql *sql, const char *login, struct officer *ret_officer, struct problem *problem);
int register_key(struct sql *sql, const char *office, const uint8_t id[4], struct office_key *ret_key,
                 struct problem *problem);

/* Each calls for everything after a place, in order, until the function returns false. */
typedef bool (*register_each_member)(void *context, const struct member *member);
int register_members(struct sql *sql, const char *after, register_each_member each, void *context,
                     struct problem *problem);
typedef bool (*register_each_office)(void *context, const struct office *office);
int register_offices(struct sql *sql, const char *after, register_each_office each, void *context,
                     struct problem *problem);
/* Of one office, or of all with NULL; by office and number. */
typedef bool (*register_each_officer)(void *context, const struct officer *officer);
int register_officers(struct sql *sql, const char *office, const char *after, register_each_officer each, void *context,
                      struct problem *problem);
/* Of one office, or of all with NULL; in the order in which they were added. */
typedef bool (*register_each_key)(void *context, const struct office_key *key);
int register_keys(struct sql *sql, const char *office, uint64_t after, register_each_key each, void *context,
                  struct problem *problem);

/* Whether an office may write at all: it is there (headquarters is before it was opened, too) and open, and its member is not
 * suspended. JISR_DENIED, JISR_NOT_FOUND, JISR_STATE. */
int register_writes(struct sql *sql, const char *office, struct problem *problem);

/* How many active officers of the office have one of these roles. */
int register_count(struct sql *sql, const char *office, role_set roles, uint64_t *ret_count, struct problem *problem);

/* "active", "ended", "suspended", "moved". */
const char *register_officer_state(enum officer_state state);

/* Fills a caller with the officer's office, roles and name; the kind, scopes and proof are the caller's to fill. False
 * when the officer is not active or the office is closed. */
bool register_caller(const struct officer *officer, const struct office *office, struct caller *ret_caller);

/* ---- forms of texts, shared with what changes the register ---- */

bool register_login_valid(const char *login);
bool register_text_valid(const char *text,
                         size_t most); /* UTF-8 without control characters, not empty, no outer space */

#endif
