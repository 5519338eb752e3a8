/* Copies of identity papers with individuals' requests: checked and made anew (notices/identity.h) in a process of its own, whose
 * memory and time are limited, since they come from strangers; then sealed and named by an entry. */
#ifndef JISR_WEB_PAPERS_H
#define JISR_WEB_PAPERS_H

#include "notices/request_act.h"

#define PAPERS_AT_ONCE  4     /* copies that are checked asked for at a time; one is done after another */
#define PAPERS_PATIENCE 10000 /* ms for one */

/* From now on copies are checked by `PROGRAM request clean`. Starts a process that starts these, since one that serves cannot
 * (web/confine.h): before that is entered, and before threads. Without it copies are checked in this process. JISR_IO. */
int papers_apart(const char *program, struct problem *problem);

/* As identity_clean. JISR_BUSY: too many at once. */
int papers_clean(const void *bytes, size_t length, struct text *clean, struct identity *ret_identity,
                 struct problem *problem);

/* Takes a copy: act->step is REQUEST_PAPER, act->id a request; whether the caller may is asked before anything is read. Errors of
 * both; nothing is kept then. */
int papers_take(const char *directory, struct store *store, struct request_act *act, const void *bytes, size_t length,
                struct problem *problem);

/* Seals and names one that papers_clean gave, as act->identity says: for a request that was filed just now. */
int papers_keep(const char *directory, struct store *store, struct request_act *act, const struct text *clean,
                struct problem *problem);

/* Adds a copy, for the Commission. JISR_NOT_FOUND, JISR_CORRUPT. */
int papers_show(const char *directory, struct sql *sql, struct viewer viewer, const char *id, const char *digest,
                struct text *bytes, enum identity_type *ret_type, struct problem *problem);

/* Removes files that no request names any more; *ret_left: some may be about to be named. */
int papers_sweep(const char *directory, struct store *store, bool *ret_left, struct problem *problem);

#endif
