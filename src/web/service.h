/* What all requests of one serving process share: the lists as they are now, the settings, the decisions.
 *
 * A handler takes the lists once, answers the whole request from them, and gives them back: an answer comes from one
 * version of every list. View and descriptions are one object that is taken with one atomic instruction, so they always
 * belong together.
 *
 * Another process changes the data directory (jisr load, jisr lists --drop). A watcher's thread notices, maps what is
 * new, reads and checks it whole, and only then publishes. Readers never wait; lists that did not change keep their
 * segments, and with them what threads remember of them; what was replaced is unmapped by the watcher's thread. */
#ifndef JISR_WEB_SERVICE_H
#define JISR_WEB_SERVICE_H

#include "base/clock.h"
#include "base/text.h"
#include "watch/catalogue.h"
#include "watch/set.h"
#include "web/settings.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

#define SERVICE_REMIND_SECONDS 60 /* between looks at deadlines that have passed */
#define SERVICE_POLL_SECONDS   2  /* between looks at lists.json where the system does not tell that it changed */
#define SERVICE_RETRY_SECONDS  30 /* until a change that failed is tried again, although nothing changed since */
#define SERVICE_VERSION_DIGITS 16 /* of a list's SHA-256: enough to name a version of it */

struct service;
struct decisions; /* web/decisions.h */
struct store;     /* store/store.h */
struct signing;   /* web/signing.h */
struct events;    /* web/events.h */
struct live;      /* web/live.h */
struct access;    /* store/access.h */
struct nodes;     /* web/nodes.h */
struct chores;    /* web/chores.h */
struct extracts;  /* web/extracts.h */
struct urn_box;   /* assembly/urn_box.h */

/* Opens the data directory and maps its lists. No list is no error: the service is up, and not ready. A damaged list is
 * one: serving without it would answer "nobody" where it should not. `settings` stays the caller's and must outlive the
 * service. */
int service_new(const struct settings *settings, struct service **ret_service, struct problem *problem);
/* Ends the watcher's thread. No lists may be out. */
struct service *service_free(struct service *service);
MEMORY_DEFINE_FREEP(struct service, service_free)

const struct settings *service_settings(const struct service *service);
struct decisions *service_decisions(const struct service *service);
/* The record; NULL where the data directory had none when the service was started. */
struct store *service_store(const struct service *service);
/* How its officers sign in (web/signing.h); NULL where there is no record. */
struct signing *service_signing(const struct service *service);
/* Who searched, checked, viewed and exported what; NULL where there is no record. */
struct access *service_access(const struct service *service);
/* Who listens to it; NULL where there is none. */
struct events *service_events(const struct service *service);
/* Who follows a session of the Assembly; NULL where there is no record. */
struct live *service_live(const struct service *service);
/* The network's nodes, or this node's line to headquarters (web/nodes.h); NULL where there is no record. */
struct nodes *service_nodes(const struct service *service);
/* Long pieces of work of administrators (web/chores.h); NULL where there is no record. */
struct chores *service_chores(const struct service *service);
/* The public extracts of notices (web/extracts.h). */
struct extracts *service_extracts(const struct service *service);

/* What takes ballots; NULL where there is no record. */
struct urn_box *service_box(const struct service *service);

/* Starts the watcher's thread; all signals are blocked in it. `told` (may be NULL) is called on it after each try to
 * take a change over that changed something or failed: with the sentence in `problem`, or an empty one after a success;
 * and when decisions of other processes cannot be read, or reminders not be written.
 * It may write the log. JISR_NO_MEMORY, JISR_IO. */
typedef void (*service_told)(struct service *service, const struct problem *problem, void *context);
int service_watch(struct service *service, service_told told, void *context, struct problem *problem);

/* Asks the watcher's thread to look now, also when nothing seems to have changed: for SIGHUP. Does not wait; may be
 * called by a signal handler. */
void service_look(struct service *service);
/* Files of objects have come to a node. */
void service_files_came(struct service *service);

/* One version of all lists, and what is known of each. Never fails, never blocks; to be given back. */
struct lists {
	const struct watch_view *view;
	const struct catalogue_list
		*list; /* `count` of them, in the order of the catalogue: also that of hits' segments */
	size_t count;
	uint64_t version;    /* of this process: grows by one with each change, from 1 */
	const char *tag;     /* 32 hexadecimal digits, the same wherever the same lists are loaded: for ETags */
	const char *changed; /* when this version came, UTC, "2026-11-23T21:00:00Z" */
	const char *json;    /* service_lists_text's own */
};
/* `office` is that of the caller: the list "notices" holds what of the record's notices that office may see ("": what
 * everybody may), and is not there when that is nothing. NULL: the loaded lists alone. */
const struct lists *service_lists(struct service *service, const char *office);
void service_lists_release(struct service *service, const struct lists *lists);

/* For CLEANUP on a handler's `struct lists_held held = lists_hold(service, office);` */
struct lists_held {
	struct service *service;
	const struct lists *lists;
};
static inline struct lists_held lists_hold(struct service *service, const char *office)
{
	return (struct lists_held){service, service_lists(service, office)};
}
static inline void lists_held_finish(struct lists_held *held)
{
	service_lists_release(held->service, held->lists);
}

/* The version of one list as answers give it: the first digits of its content address. */
void lists_version(const struct catalogue_list *list, char out[SERVICE_VERSION_DIGITS + 1]);

/* Seconds since a list was loaded; 0 when the clock stands before that. */
uint64_t lists_age(const struct catalogue_list *list);

/* Adds [{"name","format","published","loaded","age_seconds","version","entities"}]: every answer of jisr's own API says
 * under "lists" what it rests on. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int service_lists_text(const struct lists *lists, struct text *text);

/* Looks whether the data directory changed, and takes the change over on the calling thread; one at a time. On failure
 * of one list that list stays as it was, the others change; the sentence names list and file. */
int service_refresh(struct service *service, struct problem *problem);

/* How it stands with the lists: for /readyz and /metrics. */
struct service_state {
	size_t lists;               /* 0: not ready */
	uint64_t version;           /* struct lists */
	uint64_t changes, failures; /* taken over, failed, since the start */
	double seconds;             /* that taking over the last change took, until it was published */
	size_t old;                 /* versions replaced and not yet freed */
	bool preparing;             /* what searching needs is asked for and not made yet: not ready */
	struct problem problem;     /* why the last try failed: what is served is older than what was loaded; else "" */
	char failing[CLOCK_UTC_MAX]; /* since when, "" when it is not */
};
void service_state(struct service *service, struct service_state *ret_state);

#endif
