/* Inside of src/store: what shared.c (the log), shared_rows.c and shared_files.c (what lies beside it) have in common. */
#ifndef JISR_STORE_SHARED_PRIVATE_H
#define JISR_STORE_SHARED_PRIVATE_H

#include "store/shared.h"

#include <libpq-fe.h>

#define SHARED_CHANNEL      "jisr_log"
#define SHARED_CHANNEL_ROWS "jisr_rows"

struct shared {
	char address[SHARED_MAX_ADDRESS + 1];
	PGconn *connection; /* NULL: to be made */
	bool listening;     /* on this connection */
	struct text row;    /* one row in the binary form of COPY, or what shared_rows.c collects */
	size_t rows;        /* that it collects */
};

void shared_clear(PGresult **result);
#define SHARED_RESULT CLEANUP(shared_clear) PGresult *

/* What PostgreSQL said, as one of our codes and a sentence. JISR_BUSY when another try may do. */
int shared_failed(struct shared *shared, const PGresult *result, const char *what, struct problem *problem);
/* A connection that is believed to stand; its line may be found broken at the next use. */
int shared_connected(struct shared *shared, struct problem *problem);
/* Statements without values or results. */
int shared_execute(struct shared *shared, const char *statement, const char *what, struct problem *problem);
/* One statement with binary values, at most 8. *ret_result is the caller's; rows or none. */
int shared_run(struct shared *shared, const char *statement, int count, const char *const *values, const int *lengths,
               const char *what, PGresult **ret_result, struct problem *problem);
/* The next result of what was sent; NULL at the end, or, with the connection gone, when nobody answers for so long. */
PGresult *shared_next(struct shared *shared);
/* Column as a number of 64 bits; 0 for NULL. */
uint64_t shared_number(const PGresult *result, int row, int column);

/* Begins with a statement that may wait for a lock and whose last part gives rows; anew for SHARED_RIDE_SECONDS. */
int shared_begin_with(struct shared *shared, const char *statement, PGresult **ret_result, struct problem *problem);
/* COMMIT, waited for at most SHARED_RIDE_SECONDS. SHARED_UNKNOWN: the line broke or nobody answered; the connection is gone. */
enum shared_outcome shared_commit_plain(struct shared *shared, struct problem *problem);

#endif
