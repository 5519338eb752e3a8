/* A SQLite file of a data directory that is the same on every machine that shares the log: local.db (what officers sign in
 * with), decisions.db, the access log. Each machine reads its own copy; who changes it does so inside mirror_begin and
 * mirror_commit:
 *
 *   begin   takes the file's lock in PostgreSQL and brings the copy up to date, then begins a transaction of SQLite
 *   ...     any statements on the connection; SQLite's session extension notes which rows they change
 *   commit  puts these rows into PostgreSQL, sealed under keys/shared.seal, commits there, and then here
 *
 * so that a copy is never ahead, and "done" means durable on as many machines as the log itself is. PostgreSQL sees which
 * file and how many rows and nothing else; a row that was changed there, or put in another's place, is refused.
 *
 * Rows are told apart by their primary keys; tables have one, at most MIRROR_MAX_COLUMNS columns, and all machines the same
 * ones. What statements outside of mirror_begin change stays on the machine and may be overwritten.
 *
 * A table `mirror` in the file says which change the copy has. One object for one thread at a time. */
#ifndef JISR_STORE_MIRROR_H
#define JISR_STORE_MIRROR_H

#include "base/memory.h"
#include "store/shared_rows.h"
#include "store/sql.h"

struct mirror;

/* For a connection that outlives it. `tables` (ends with NULL) and `base` are the caller's, and stay. *ret_mirror is NULL
 * where the directory's log is not shared, or keys/shared.seal is missing: a machine without it has a copy of the log
 * alone. Does not connect. */
int mirror_open(const char *directory, const char *base, const char *const *tables, struct sql *sql,
                struct mirror **ret_mirror, struct problem *problem);
struct mirror *mirror_free(struct mirror *mirror);
MEMORY_DEFINE_FREEP(struct mirror, mirror_free)

/* Errors of shared_begin and of SQLite; nothing was begun then. */
int mirror_begin(struct mirror *mirror, struct problem *problem);
/* JISR_BUSY: not done, or not known whether (the problem says which). */
int mirror_commit(struct mirror *mirror, struct problem *problem);
void mirror_rollback(struct mirror *mirror);

/* Reads what others changed; *ret_news: something. Outside of mirror_begin. JISR_BUSY: nobody answers. */
int mirror_catch_up(struct mirror *mirror, bool *ret_news, struct problem *problem);

/* Whether the copy has ever been brought up to date. */
bool mirror_filled(struct mirror *mirror);

/* For a directory that begins to share (`jisr log share`): puts all rows there, in place of what an interrupted call left.
 * `seal` is keys/shared.seal's. */
int mirror_give(struct shared *shared, const uint8_t *seal, const char *base, const char *const *tables,
                struct sql *sql, struct problem *problem);
/* For machines that shared the log before this file was shared: gives this copy's rows unless another machine has given its own. */
int mirror_give_missing(struct mirror *mirror, struct problem *problem);
/* For one that stops to, inside mirror_begin: ends it, the copy being whole. The lock there is given back. */
int mirror_end_sharing(struct mirror *mirror, struct problem *problem);

#endif
