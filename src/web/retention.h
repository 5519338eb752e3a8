/* Does what notices/retention.h lists, and keeps doing it: a thread of the service looks every minute whether something is
 * to be swept (web/sweep.h), and once a day what is past its time. So do lines of the access log. */
#ifndef JISR_WEB_RETENTION_H
#define JISR_WEB_RETENTION_H

#include "notices/retention.h"
#include "store/access.h"

struct retention_done {
	uint64_t expired, removed, forgotten, held, failed;
	uint64_t lines; /* of the access log that forgot what they said; by the thread alone */
	bool swept;     /* false: remnants are left while others read them */
};

/* One after another, each in a transaction of its own; what cannot be done now is counted as failed, and the problem keeps
 * the first reason. Right: retention. `today`: "2031-05-31". */
int retention_run(const char *directory, struct store *store, const struct caller *caller, const char *today,
                  struct retention_done *ret_done, struct problem *problem);

/* The thread. `told` hears of each run that did something or failed; on that thread. What is given must outlive it. */
struct retention;
struct retention_work {
	const char *directory;
	struct store *store;   /* NULL: its record is shortened at headquarters */
	struct access *access; /* NULL: there is none */
	double access_seconds; /* for which its lines keep what they say */
};
typedef void (*retention_told)(void *context, const struct retention_done *done, int error,
                               const struct problem *problem);
int retention_start(const struct retention_work *work, retention_told told, void *context,
                    struct retention **ret_retention, struct problem *problem);
/* Ends it after what is under way. Accepts NULL. */
struct retention *retention_stop(struct retention *retention);
MEMORY_DEFINE_FREEP(struct retention, retention_stop)

#endif
