/* What all requests of one serving process share: the lists as they are now, the settings, the decisions, the figures.
 *
 * A handler takes a view of the lists once, answers the whole request from it, and gives it back: an answer comes from
 * one version of every list. The view brings the description of exactly those versions with it. */
#ifndef JISR_WEB_SERVICE_H
#define JISR_WEB_SERVICE_H

#include "watch/catalogue.h"
#include "watch/set.h"
#include "web/settings.h"

#include <stdbool.h>

struct service;

/* Opens the data directory and maps its lists. No list is no error: the service is up, and not ready. `settings` stays
 * the caller's and must outlive the service. */
int service_new(const struct settings *settings, struct service **ret_service, struct problem *problem);
struct service *service_free(struct service *service);
MEMORY_DEFINE_FREEP(struct service, service_free)

const struct settings *service_settings(const struct service *service);

/* One version of all lists, and what is known of each. Never fails, never blocks; to be given back. */
struct lists {
	const struct watch_view *view;
	const struct catalogue_list
		*list; /* `count` of them, in the order of the catalogue: also that of hits' segments */
	size_t count;
	uint64_t version;    /* grows with each change; for ETags */
	const char *changed; /* when this version came, UTC, "2026-11-23T21:00:00Z" */
};
const struct lists *service_lists(struct service *service);
void service_lists_release(struct service *service, const struct lists *lists);

/* Adds "lists": [{"name","format","published","loaded","age_seconds","version","entities"}] to a reply's object: every
 * answer of jisr's own API says what it rests on. */
void service_lists_json(const struct lists *lists, cJSON *object);

/* Looks whether the data directory changed, and takes the change over: a segment that is new is mapped and read ahead
 * before anybody sees it, so that no check waits for it. Called by the watcher's thread and after SIGHUP. On failure
 * the lists stay as they were, the reason is logged, and /readyz and /metrics tell. */
int service_refresh(struct service *service, struct problem *problem);

#endif
