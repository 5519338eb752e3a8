/* Sessions: who signed in, where, until when. The browser holds a random text, we its SHA-256. A session ends when it was
 * idle for too long, at its latest time, at sign-out, when the officer's roles or office change, and with the officer.
 * Works on local.db inside the caller's local_enter or local_begin. */
#ifndef JISR_MEMBERS_SESSION_H
#define JISR_MEMBERS_SESSION_H

#include "members/caller.h"
#include "members/local.h"

#define SESSION_MAX        20          /* of one officer; the one idle for longest ends */
#define SESSION_SEEN_EACH  (60 * 1000) /* ms: how exactly "seen" is kept, so that not every request writes */
#define SESSION_ID         17          /* with the closing 0: names a session to its owner, opens nothing */
#define SESSION_MAX_AGENT  200         /* bytes of the browser's own description that are kept */
#define SESSION_MAX_STATE  64
#define SESSION_MAX_SOURCE 64

struct session_limits {
	int64_t idle, whole; /* ms */
};

struct session {
	uint8_t hash[LOCAL_HASH];
	char id[SESSION_ID];
	char officer[OFFICER_ID_MAX + 1];
	int64_t made, seen, ends, proved; /* ms since 1970; `ends`: at the latest */
	char means[16];                   /* "passkey", "password", "enrolment" */
	char source[SESSION_MAX_SOURCE];  /* "192.0.2.0/24" */
	char agent[SESSION_MAX_AGENT + 1];
	char state[SESSION_MAX_STATE]; /* roles, office and since when he had them, when it began */
};

/* Begins one that was proved now: `fresh` says for whom, by what means, where from, in which state; the rest is filled in.
 * Forgets those that ended. */
int session_start(struct sql *sql, struct session *fresh, const struct session_limits *limits, int64_t now,
                  char ret_secret[LOCAL_SECRET], struct problem *problem);

/* JISR_NOT_FOUND: there is none, or it ended. *ret_stale: `seen` ought to be written (session_touch). */
int session_find(struct sql *sql, const char *secret, const struct session_limits *limits, int64_t now,
                 struct session *ret_session, bool *ret_stale, struct problem *problem);
int session_touch(struct sql *sql, const struct session *session, int64_t now, struct problem *problem);
int session_prove(struct sql *sql, const struct session *session, int64_t now, struct problem *problem);

/* The n-th of an officer that has not ended, the last used first; JISR_NOT_FOUND past the last. */
int session_at(struct sql *sql, const char *officer, size_t index, const struct session_limits *limits, int64_t now,
               struct session *ret_session, struct problem *problem);

/* JISR_NOT_FOUND. */
int session_end(struct sql *sql, const uint8_t hash[LOCAL_HASH], struct problem *problem);
int session_end_id(struct sql *sql, const char *officer, const char *id, struct problem *problem);
/* All of an officer but one (NULL: all); how many ended. */
int session_end_all(struct sql *sql, const char *officer, const uint8_t *but, int64_t *ret_count,
                    struct problem *problem);

#endif
