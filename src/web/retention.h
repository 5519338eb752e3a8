/* Does what notices/retention.h lists, and keeps doing it: a thread of the service looks every minute whether something is
 * to be swept (web/sweep.h), and once a day what is past its time. */
#ifndef JISR_WEB_RETENTION_H
#define JISR_WEB_RETENTION_H

#include "notices/retention.h"

struct retention_done {
	uint64_t expired, removed, forgotten, held, failed;
	bool swept; /* false: remnants are left while others read them */
};

/* One after another, each in a transaction of its own; what cannot be done now is counted as failed, and the problem keeps
 * the first reason. Right: retention. `today`: "2031-05-31". */
int retention_run(const char *directory, struct store *store, const struct caller *caller, const char *today,
                  struct retention_done *ret_done, struct problem *problem);

/* The thread. `told` hears of each run that did something or failed; on that thread. */
struct retention;
typedef void (*retention_told)(void *context, const struct retention_done *done, int error,
                               const struct problem *problem);
int retention_start(const char *directory, struct store *store, retention_told told, void *context,
                    struct retention **ret_retention, struct problem *problem);
/* Ends it after what is under way. Accepts NULL. */
struct retention *retention_stop(struct retention *retention);
MEMORY_DEFINE_FREEP(struct retention, retention_stop)

#endif
