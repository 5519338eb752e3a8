/* Server-sent events: who listens is told of every entry of the record that his office may see, soon after it is durable.
 *
 * One thread reads the log and fills the listeners' buffers; each buffer has a limit, and who does not read gets what he
 * missed from the log when he goes on. A listener is ended after EVENTS_SECONDS: clients come back by themselves with the
 * last id that they saw, and are asked again who they are. So is an officer's listener at every new entry about the
 * officer or his means of signing in: who was suspended hears nothing more. */
#ifndef JISR_WEB_EVENTS_H
#define JISR_WEB_EVENTS_H

#include "members/caller.h"
#include "store/store.h"
#include "web/http.h"

#define EVENTS_MAX       1000                /* listeners at once */
#define EVENTS_BUFFER    ((size_t)256 << 10) /* bytes waiting for one listener */
#define EVENTS_HEARTBEAT 15.0                /* seconds of silence until a comment is sent */
#define EVENTS_SECONDS   900.0               /* until a listener has to come back */
#define EVENTS_AT_ONCE   256                 /* entries read in one go */

struct events;

/* Listens to the store, which must outlive it. */
int events_new(struct store *store, struct events **ret_events, struct problem *problem);
/* Ends all listeners; no new ones are taken. Accepts NULL. */
void events_stop(struct events *events);
/* All streams must be freed before. Accepts NULL, returns NULL. */
struct events *events_free(struct events *events);
MEMORY_DEFINE_FREEP(struct events, events_free)

/* A stream of what the caller may see, of the entries after `after` (UINT64_MAX: from now on). JISR_TOO_LARGE: there are too many;
 * JISR_CANCELLED: stopped; JISR_NO_MEMORY. */
int events_open(struct events *events, const struct caller *caller, uint64_t after, struct http_stream **ret_stream);

/* Tells an office's listeners of something that is no entry of the record: an event of that name, without an id. Who has no room
 * is not told: it is a hint to look again. */
void events_say(struct events *events, const char *office, const char *event, const char *json);

/* Listeners now. */
size_t events_count(struct events *events);

#endif
