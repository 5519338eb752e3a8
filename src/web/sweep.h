/* What is left of a removed notice beside the record: photographs that no other notice shows, lines of the access log that
 * hold the person's name, decisions about the entity, replies kept for repeated requests, copies of identity papers; and remnants in pages of
 * record.db that SQLite has not used again. Cleaned before and after the removal, and once more when a process was killed
 * between: a file DIR/sweep.pending lies there until all of it is done. */
#ifndef JISR_WEB_SWEEP_H
#define JISR_WEB_SWEEP_H

#include "base/arena.h"
#include "notices/request.h"
#include "store/store.h"

#define SWEEP_PENDING  "sweep.pending"
#define SWEEP_MAX      512  /* names and numbers, and pictures, of one removal */
#define SWEEP_PATIENCE 5000 /* ms that is waited for readers of an older state */

/* What to look for. Texts live in the arena. */
struct sweep {
	struct arena *arena;
	const char *notices[SWEEP_MAX]; /* ids */
	size_t notice_count;
	struct sweep_name {
		const char *parts[2]; /* case folded; both must stand there; the second may be NULL */
		const char *written;  /* the first as it was written */
	} names[SWEEP_MAX];
	size_t name_count;
	const char *pictures[SWEEP_MAX];
	size_t picture_count;
	const char *papers[REQUEST_MAX_PAPERS]; /* digests of copies that no request names any more */
	size_t paper_count;
};
void sweep_init(struct sweep *sweep, struct arena *arena);

/* Adds what the entries of a notice say: names, numbers of documents, pictures. JISR_NO_MEMORY, or the log's. */
int sweep_gather(struct sweep *sweep, struct log *log, const char *notice, struct problem *problem);

/* Adds the copies of papers of a request, or that one of them. */
int sweep_papers(struct sweep *sweep, struct sql *sql, const char *request, const char *digest,
                 struct problem *problem);

/* Notes that there will be something to sweep. */
int sweep_mark(const char *directory, struct problem *problem);
/* Before the removal: notes that there is something to sweep, and cleans what needs the names. */
int sweep_before(const struct sweep *sweep, const char *directory, const struct store *store, struct problem *problem);
/* After it. JISR_BUSY: readers of an older state are still there; what is left is done by sweep_pending. */
int sweep_after(const struct sweep *sweep, const char *directory, struct store *store, struct problem *problem);

/* Does what is left when something is. *ret_swept tells whether anything was. */
int sweep_pending(const char *directory, struct store *store, bool *ret_swept, struct problem *problem);

#endif
