/* The hall, live: who follows a session of the Assembly is told what stands on its stage (assembly/view.h) as soon as it has
 * changed, whole, so that a page needs to ask nothing: eight hundred devices show an open vote without eight hundred
 * questions.
 *
 * One thread reads the log and makes the message, once for all listeners; a listener takes the newest when he is ready for
 * it, so that a slow one skips what is past and never lags behind. Two messages are made: for those who may follow the
 * assembly, and for the public. */
#ifndef JISR_WEB_LIVE_H
#define JISR_WEB_LIVE_H

#include "store/store.h"
#include "web/http.h"

#define LIVE_MAX          4000 /* listeners at once */
#define LIVE_MAX_PUBLIC   1000 /* of these, who are not known: the public cannot take the delegates' places */
#define LIVE_MAX_SESSIONS 16   /* that are followed at once */
#define LIVE_MESSAGE      ((size_t)1 << 20) /* bytes */
#define LIVE_PAUSE        0.15  /* seconds between two messages of a session: votes that come in are told together */
#define LIVE_HEARTBEAT    15.0  /* seconds of silence until a comment is sent */
#define LIVE_SECONDS      900.0 /* until a listener has to come back, and is asked again who he is */

struct live;

/* Listens to the store, which must outlive it. What was made is in *ret_live also after an error. */
int live_new(struct store *store, struct live **ret_live, struct problem *problem);
/* Ends all listeners; no new ones are taken. Accepts NULL. */
void live_stop(struct live *live);
/* All streams must be freed before. Accepts NULL, returns NULL. */
struct live *live_free(struct live *live);
MEMORY_DEFINE_FREEP(struct live, live_free)

/* A stream of a session's stage: its state now, then every change. `caller`: who may follow the assembly; his stream ends with an entry
 * that changes him or what he signs in with. NULL: the public.
 * JISR_NOT_FOUND: no such session; JISR_TOO_LARGE: there are too many; JISR_CANCELLED: stopped; JISR_NO_MEMORY. */
int live_open(struct live *live, uint32_t session, const struct caller *caller, struct http_stream **ret_stream,
              struct problem *problem);

/* Listeners now. */
size_t live_count(struct live *live);

#endif
