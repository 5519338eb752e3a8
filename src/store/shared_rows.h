/* Rows that lie beside the log in PostgreSQL: what store/mirror.h keeps the same in a SQLite file of each machine. To
 * PostgreSQL each is a key, the number of the change that wrote it last, and sealed bytes; of a base (a file) there is one
 * order of changes, each of which is there whole or not at all.
 *
 *   jisr_row     base, key, change, sealed
 *   jisr_change  base, change, mark: random, by which a change is known again whose COMMIT broke off; the last
 *                SHARED_CHANGES_KEPT of each base
 *
 * Who changes a base holds its lock until he has committed. A row stays when what it stood for was deleted, and says so. */
#ifndef JISR_STORE_SHARED_ROWS_H
#define JISR_STORE_SHARED_ROWS_H

#include "store/shared.h"

#define SHARED_ROW_KEY      32
#define SHARED_MARK         16
#define SHARED_CHANGES_KEPT 100000
#define SHARED_MAX_SEALED   ((size_t)32 << 20)
#define SHARED_MAX_BASE     40 /* characters of a base's name */

struct shared_row {
	uint8_t key[SHARED_ROW_KEY];
	uint64_t change;
	const uint8_t *sealed;
	size_t length;
};

/* Begins a transaction with the base's lock; *ret_last is its last change, 0 for none. As shared_begin; JISR_STATE: the log
 * was taken back into one directory, and nothing beside it changes any more. */
int shared_rows_begin(struct shared *shared, const char *base, uint64_t *ret_last, struct problem *problem);

/* Each row of a later change, in the order of changes, until the function returns another value than 0. Inside a
 * transaction or outside: the rows are those of one moment. Bytes live for the call. */
int shared_rows_read(struct shared *shared, const char *base, uint64_t after,
                     int (*each)(void *context, const struct shared_row *row), void *context, struct problem *problem);

/* Puts a row: collected, and sent when there are many or by shared_rows_commit. */
int shared_rows_put(struct shared *shared, const char *base, const struct shared_row *row, struct problem *problem);

/* Ends the change. As shared_commit. */
enum shared_outcome shared_rows_commit(struct shared *shared, const char *base, uint64_t change,
                                       struct problem *problem);

/* Forgets a base, inside its transaction: what an interrupted call had put there. */
int shared_rows_clear(struct shared *shared, const char *base, struct problem *problem);

#endif
