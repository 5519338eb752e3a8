/* The lists of a serving process, replaced while they are read.
 *
 * Terms
 *   version   one state of all lists: a view of the set, whose note is the struct version with the descriptions. Taking
 *             the view takes the note, so a reader never sees one of this and one of that.
 *   take over read lists.json, map the segments that the present version has not, read and check them, publish.
 *
 * Invariants
 *   1. One thread at a time takes over (`changing`). Readers use nothing that it guards.
 *   2. Layer i of a version's view is list i of its descriptions: this process makes no single changes in its set.
 *   3. A segment is published only after all of it was read and every checksum in it was right.
 *   4. Segments are unmapped by the thread that takes over or watches, never by a reader (watch/set.c).
 *
 * Checking a list of a million takes processor time; it is done by a helper's thread of low priority, which holds
 * nothing that others wait for. The mapping and unmapping itself is done at normal priority, in small steps: whoever
 * does it holds the address space's lock, and must not be put to sleep with it. */
#include "web/service.h"

#include "assembly/urn_box.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/thread.h"
#include "members/caller.h"
#include "notices/hit_act.h"
#include "store/access.h"
#include "store/store.h"
#include "watch/segment.h"
#include "web/chores.h"
#include "web/decisions.h"
#include "web/domains.h"
#include "web/events.h"
#include "web/extracts.h"
#include "web/live.h"
#include "web/nodes.h"
#include "web/record_lists.h"
#include "web/renewer.h"
#include "web/signing.h"
#include "web/watched.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MANIFEST_NAME   "lists.json"
#define TAKE_OVER_TRIES 8 /* a list may be replaced again while it is opened */
#define VERSION_MEMORY  ((size_t)64 << 20)
#define COLLECT_MS      20 /* between looks whether the readers of old versions are gone */
#define NICE_CHECKING   10 /* at 19 a busy machine would let a new list wait for minutes */
#define TAG_BYTES       16
#define OFFICES_KEPT    256 /* joined lists of so many offices are kept */

/* Descriptions of one version; the note of its view. */
struct version {
	struct lists lists;
	struct arena *arena; /* everything that `lists` points to */
};

/* What tells that lists.json is another file than before. */
struct mark {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
	bool there;
};

/* The lists as an office sees them, by a hash of its code. */
struct joined {
	char office[OFFICE_CODE_MAX + 1];
	uint64_t base, generation; /* of the lists and of the notices that it was joined from */
	const struct lists *lists; /* held; NULL: the office sees no notice */
};

struct service {
	const struct settings *settings;
	struct watch_set *set;
	struct decisions *decisions;
	struct store *store;      /* NULL: there is no record */
	struct signing *signing;  /* the same */
	struct events *listeners; /* to the record */
	struct nodes *nodes;
	struct chores *chores;    /* of administrators; NULL: there is no record */
	struct live *live;        /* sessions of the Assembly that are followed */
	struct access *access;    /* the same */
	pthread_mutex_t changing; /* held by who takes over; guards `seen` and the set's writing side */
	struct mark seen;         /* lists.json as last taken over */
	pthread_mutex_t telling;  /* guards `state` */
	struct service_state state;
	bool watched;
	pthread_t watcher;
	int wake;            /* eventfd */
	int events;          /* inotify, or -1 */
	_Atomic bool ending; /* the watcher is to end */
	_Atomic bool asked;  /* service_look */
	service_told told;
	void *told_context;
	struct extracts *extracts; /* public ones, of notices */
	struct urn_box *box;       /* takes ballots */
	struct watched *notices;   /* in the watch index; NULL: there is no record */
	struct renewer *renewer;   /* makes what searches need; NULL until the watcher runs */
	pthread_mutex_t joins;     /* guards `joined` */
	struct joined joined[OFFICES_KEPT];
};

/* ---- describing a version ---- */

void lists_version(const struct catalogue_list *list, char out[SERVICE_VERSION_DIGITS + 1])
{
	(void)snprintf(out, SERVICE_VERSION_DIGITS + 1, "%s", list->file);
}

uint64_t lists_age(const struct catalogue_list *list)
{
	double seconds = clock_age(list->loaded);
	return seconds > 0 ? (uint64_t)seconds : 0;
}

static void version_free(void *note)
{
	struct version *version = note;
	if (version == NULL)
		return;
	arena_free(version->arena);
	memory_free(version);
}

static void version_freep(struct version **version)
{
	version_free(*version);
	*version = NULL;
}

/* What of a version's JSON never changes: each list up to its age, a 0 between two. The first list begins with '['. */
static int write_json(struct version *version)
{
	struct text text;
	text_init(&text, VERSION_MEMORY);
	for (size_t i = 0; i < version->lists.count; i++) {
		const struct catalogue_list *list = &version->lists.list[i];
		char digits[SERVICE_VERSION_DIGITS + 1];
		lists_version(list, digits);
		text_add_string(&text, i == 0 ? "[{\"name\":" : "},{\"name\":");
		(void)json_write_string(list->name, strlen(list->name), &text);
		text_add_string(&text, ",\"format\":");
		(void)json_write_string(list->format, strlen(list->format), &text);
		text_add_string(&text, ",\"published\":");
		if (list->published[0] != '\0')
			(void)json_write_string(list->published, strlen(list->published), &text);
		else
			text_add_string(&text, "null");
		text_add_format(&text, ",\"loaded\":\"%s\",\"version\":\"%s\",\"entities\":%llu,\"age_seconds\":",
		                list->loaded, digits, (unsigned long long)list->entities);
		text_add_char(&text, '\0');
	}
	char *json = text.error == JISR_OK ? arena_text(version->arena, text.bytes, text.length) : NULL;
	int error = text.error;
	text_finish(&text);
	version->lists.json = json;
	return error != JISR_OK ? error : json == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static int write_tag(struct version *version)
{
	unsigned char hash[TAG_BYTES];
	char *tag = arena_alloc(version->arena, 2 * TAG_BYTES + 1);
	if (tag == NULL)
		return JISR_NO_MEMORY;
	crypto_generichash_state state;
	(void)crypto_generichash_init(&state, NULL, 0, TAG_BYTES);
	for (size_t i = 0; i < version->lists.count; i++) {
		const struct catalogue_list *list = &version->lists.list[i];
		const char *texts[] = {list->name,   list->file,      list->format,
		                       list->source, list->published, list->loaded};
		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
			(void)crypto_generichash_update(&state, (const unsigned char *)texts[t], strlen(texts[t]) + 1);
	}
	(void)crypto_generichash_final(&state, hash, TAG_BYTES);
	(void)sodium_bin2hex(tag, 2 * TAG_BYTES + 1, hash, TAG_BYTES);
	version->lists.tag = tag;
	return JISR_OK;
}

/* Copies the descriptions; `lists->view` is filled in when the view is there. */
static int version_new(const struct catalogue_list *lists, size_t count, uint64_t number, struct version **ret_version)
{
	CLEANUP(version_freep) struct version *version = memory_zero(1, sizeof *version);
	if (version == NULL)
		return JISR_NO_MEMORY;
	int error = arena_new(VERSION_MEMORY, &version->arena);
	if (error)
		return error;
	struct catalogue_list *copy = arena_zero(version->arena, count + 1, sizeof *copy);
	char *changed = arena_alloc(version->arena, CLOCK_UTC_MAX);
	if (copy == NULL || changed == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const char **texts[] = {&copy[i].name,      &copy[i].format, &copy[i].source,
		                        &copy[i].published, &copy[i].loaded, &copy[i].file};
		copy[i] = lists[i];
		for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
			*texts[t] = arena_text(version->arena, *texts[t], strlen(*texts[t]));
			if (*texts[t] == NULL)
				return JISR_NO_MEMORY;
		}
	}
	(void)clock_utc(changed);
	version->lists.list = copy;
	version->lists.count = count;
	version->lists.version = number;
	version->lists.changed = changed;
	error = write_tag(version);
	if (!error)
		error = write_json(version);
	if (error)
		return error;
	*ret_version = version;
	version = NULL;
	return JISR_OK;
}

int service_lists_text(const struct lists *lists, struct text *text)
{
	const char *json = lists->json;
	for (size_t i = 0; i < lists->count; i++) {
		size_t length = strlen(json);
		(void)text_add(text, json, length);
		json += length + 1;
		text_add_format(text, "%llu", (unsigned long long)lists_age(&lists->list[i]));
	}
	return text_add_string(text, lists->count > 0 ? "}]" : "[]");
}

/* ---- readers ---- */

/* What a joined version's note is made of. */
struct joining {
	const struct lists *lists;
};

static int describe_joined(void *context, const struct watched_part *parts, size_t count, void **ret_note)
{
	const struct joining *joining = context;
	const struct lists *lists = joining->lists;
	const char *changed = lists->changed;
	CLEANUP(memory_freep) struct catalogue_list *all = memory_zero(lists->count + count, sizeof *all);
	struct version *version;
	if (all == NULL)
		return JISR_NO_MEMORY;
	memcpy(all, lists->list, lists->count * sizeof *all);
	for (size_t i = 0; i < count; i++) {
		all[lists->count + i] = (struct catalogue_list){.name = parts[i].list,
		                                                .format = parts[i].format,
		                                                .source = "record",
		                                                .published = "",
		                                                .loaded = parts[i].changed,
		                                                .file = parts[i].file,
		                                                .entities = parts[i].entities};
		/* Not the moment when this was put together: that would tell of changes which the office may not see. */
		if (strcmp(parts[i].changed, changed) > 0)
			changed = parts[i].changed;
	}
	int error = version_new(all, lists->count + count, lists->version, &version);
	if (error)
		return error;
	version->lists.changed = arena_text(version->arena, changed, strlen(changed));
	if (version->lists.changed == NULL) {
		version_free(version);
		return JISR_NO_MEMORY;
	}
	*ret_note = version;
	return JISR_OK;
}

static void forget_joined(struct joined *joined)
{
	if (joined->lists != NULL)
		watch_view_release(joined->lists->view);
	*joined = (struct joined){.generation = 0};
}

/* The lists with the office's part of notices and objects; NULL: it has none. Where memory fails it is as if it had none, and the
 * next request tries again. */
static const struct lists *join_notices(struct service *service, const struct lists *lists, const char *office)
{
	struct joined *joined = &service->joined[hash_bytes(office, strlen(office)) % OFFICES_KEPT];
	struct joining joining = {lists};
	struct watch_view *view = NULL;
	uint64_t generation = watched_generation(service->notices);
	if (joined->generation == generation && joined->base == lists->version && strcmp(joined->office, office) == 0)
		return joined->lists;
	forget_joined(joined);
	int error = watched_join(service->notices, lists->view, office, describe_joined, &joining, version_free,
	                         &generation, &view);
	if (error && error != JISR_NOT_FOUND)
		return NULL;
	joined->generation = generation;
	joined->base = lists->version;
	(void)snprintf(joined->office, sizeof joined->office, "%s", office);
	if (view != NULL) {
		struct version *version = watch_view_note(view);
		version->lists.view = view;
		joined->lists = &version->lists;
	}
	return joined->lists;
}

const struct lists *service_lists(struct service *service, const char *office)
{
	const struct version *version = watch_view_note(watch_view_take(service->set));
	const struct lists *lists = &version->lists, *joined;
	if (service->notices == NULL || office == NULL)
		return lists;
	(void)pthread_mutex_lock(&service->joins);
	joined = join_notices(service, lists, office);
	if (joined != NULL)
		watch_view_hold(joined->view);
	(void)pthread_mutex_unlock(&service->joins);
	if (joined == NULL)
		return lists;
	watch_view_release(lists->view);
	return joined;
}

void service_lists_release(struct service *service, const struct lists *lists)
{
	(void)service;
	if (lists != NULL)
		watch_view_release(lists->view);
}

const struct settings *service_settings(const struct service *service)
{
	return service->settings;
}

struct decisions *service_decisions(const struct service *service)
{
	return service->decisions;
}

struct urn_box *service_box(const struct service *service)
{
	return service->box;
}

struct extracts *service_extracts(const struct service *service)
{
	return service->extracts;
}

struct store *service_store(const struct service *service)
{
	return service->store;
}

struct signing *service_signing(const struct service *service)
{
	return service->signing;
}

struct access *service_access(const struct service *service)
{
	return service->access;
}

struct chores *service_chores(const struct service *service)
{
	return service->chores;
}

struct nodes *service_nodes(const struct service *service)
{
	return service->nodes;
}

struct events *service_events(const struct service *service)
{
	return service->listeners;
}

struct live *service_live(const struct service *service)
{
	return service->live;
}

void service_state(struct service *service, struct service_state *ret_state)
{
	pthread_mutex_lock(&service->telling);
	*ret_state = service->state;
	pthread_mutex_unlock(&service->telling);
	ret_state->preparing = service->renewer != NULL && !renewer_ready(service->renewer);
}

/* ---- taking over ---- */

static struct mark mark_read(const struct service *service)
{
	char path[FILE_MAX_PATH];
	struct stat status;
	int length = snprintf(path, sizeof path, "%s/" MANIFEST_NAME, service->settings->data);
	if (length < 0 || length >= (int)sizeof path || stat(path, &status) != 0)
		return (struct mark){.there = false};
	return (struct mark){status.st_dev, status.st_ino, status.st_size, status.st_mtim, true};
}

static bool mark_same(const struct mark *a, const struct mark *b)
{
	return a->there == b->there && a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

struct checking {
	const struct segment *segment;
	struct problem problem;
	int error;
};

static void *check_slowly(void *argument)
{
	struct checking *checking = argument;
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE_CHECKING);
	checking->error = segment_verify(checking->segment, &checking->problem);
	return NULL;
}

/* Invariant 3. */
static int read_and_check(const struct segment *segment, struct problem *problem)
{
	struct checking checking = {.segment = segment};
	pthread_t helper;
	int error = segment_populate(segment, problem);
	if (error)
		return error;
	if (thread_start(&helper, check_slowly, &checking, NULL) == JISR_OK)
		pthread_join(helper, NULL);
	else
		checking.error = segment_verify(segment, &checking.problem);
	if (checking.error && problem != NULL)
		*problem = checking.problem;
	return checking.error;
}

static const struct catalogue_list *find_list(const struct lists *lists, const char *name)
{
	for (size_t i = 0; i < lists->count; i++)
		if (strcmp(lists->list[i].name, name) == 0)
			return &lists->list[i];
	return NULL;
}

static bool same_list(const struct catalogue_list *a, const struct catalogue_list *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->file, b->file) == 0 && strcmp(a->loaded, b->loaded) == 0 &&
	       strcmp(a->format, b->format) == 0 && strcmp(a->source, b->source) == 0 &&
	       strcmp(a->published, b->published) == 0;
}

/* The next version while it is put together. */
struct next {
	struct watch_set_item items[CATALOGUE_MAX_LISTS];
	struct catalogue_list lists[CATALOGUE_MAX_LISTS];
	size_t count;
	bool changed;
};

static void next_free(struct next **next)
{
	for (size_t i = 0; *next != NULL && i < (*next)->count; i++)
		segment_free((*next)->items[i].segment);
	*next = memory_free(*next);
}

/* One list of the catalogue: kept, or mapped anew; JISR_NOT_FOUND when it was replaced meanwhile. Where the new file
 * cannot be used the old one stays, and *ret_failed and the problem tell. */
static int add_list(const struct catalogue *catalogue, size_t index, const struct lists *now, struct next *next,
                    int *ret_failed, struct problem *problem)
{
	const struct catalogue_list *list = catalogue_at(catalogue, index), *had = find_list(now, list->name);
	struct problem inner = {""};
	struct segment *segment = NULL;
	int error = JISR_OK;
	if (had == NULL || strcmp(had->file, list->file) != 0) {
		error = catalogue_map(catalogue, index, &segment, &inner);
		if (error == JISR_NOT_FOUND)
			return problem_set(problem, error, "%s", inner.text);
		if (!error) {
			error = read_and_check(segment, &inner);
			if (error)
				segment = segment_free(segment);
			if (error == JISR_CORRUPT) {
				struct problem why = inner;
				(void)problem_set(
					&inner, error,
					"list %s: lists/%.64s.jisr is damaged (%s). Load the list again; at a "
					"node take it and lists.json away, and both are fetched again",
					list->name, list->file, why.text);
			}
		}
	}
	if (error) {
		*ret_failed =
			problem_set(problem, error, "%s%s", inner.text[0] != '\0' ? inner.text : error_text(error),
		                    had != NULL ? "; its earlier version stays in use" : "");
		if (had == NULL)
			return JISR_OK;
		list = had;
	}
	next->items[next->count] = (struct watch_set_item){list->name, segment};
	next->lists[next->count++] = *list;
	return JISR_OK;
}

/* Reads lists.json and opens what is new. */
static int gather(const struct service *service, const struct lists *now, struct catalogue **ret_catalogue,
                  struct next *next, int *ret_failed, struct problem *problem)
{
	for (int tries = 0;; tries++) {
		CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
		int error = catalogue_open(service->settings->data, &catalogue, problem);
		for (size_t i = 0; !error && i < catalogue_count(catalogue); i++)
			error = add_list(catalogue, i, now, next, ret_failed, problem);
		if (!error) {
			*ret_catalogue = catalogue;
			catalogue = NULL;
			return JISR_OK;
		}
		if (error != JISR_NOT_FOUND || tries == TAKE_OVER_TRIES)
			return error == JISR_NOT_FOUND ? JISR_IO : error;
		while (next->count > 0)
			segment_free(next->items[--next->count].segment);
		*ret_failed = JISR_OK;
		if (problem != NULL)
			problem->text[0] = '\0';
	}
}

static bool differs(const struct lists *now, const struct next *next)
{
	bool same = now->count == next->count;
	for (size_t i = 0; same && i < next->count; i++)
		same = same_list(&now->list[i], &next->lists[i]);
	return !same;
}

static int publish(struct service *service, struct next *next, uint64_t number, struct problem *problem)
{
	CLEANUP(version_freep) struct version *version = NULL;
	struct watch_view *view;
	int error = version_new(next->lists, next->count, number, &version);
	if (!error)
		error = watch_set_prepare(service->set, next->items, next->count, version, version_free, &view);
	if (error)
		return problem_set(problem, error, "the lists cannot be taken over: %s", error_text(error));
	version->lists.view = view;
	version = NULL;
	watch_set_publish(service->set, view);
	for (size_t i = 0; i < next->count; i++)
		next->items[i].segment = NULL;
	return JISR_OK;
}

/* JISR_OK when nothing failed. `strict`: nothing is published when a list failed. */
static int take_over(struct service *service, bool strict, bool *ret_changed, struct problem *problem)
{
	const struct lists *now = service_lists(service, NULL);
	struct mark mark = mark_read(service);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(next_free) struct next *next = memory_zero(1, sizeof *next);
	int failed = JISR_OK, error = JISR_OK;
	uint64_t number = now->version;
	*ret_changed = false;
	if (next == NULL)
		error = problem_set(problem, JISR_NO_MEMORY, "the lists cannot be taken over: out of memory");
	else if (!mark.there && now->count > 0)
		error = problem_set(problem, JISR_IO,
		                    "%s/" MANIFEST_NAME
		                    " is gone: the lists that were loaded stay in use. Put it back, or "
		                    "load the lists again",
		                    service->settings->data);
	if (!error)
		error = gather(service, now, &catalogue, next, &failed, problem);
	if (!error && strict)
		error = failed;
	bool changed = !error && differs(now, next);
	/* Given back before publishing, or this thread would be the last reader that publishing waits for. */
	service_lists_release(service, now);
	if (changed)
		error = publish(service, next, number + 1, problem);
	if (error)
		return error;
	*ret_changed = changed;
	service->seen = mark;
	return failed;
}

int service_refresh(struct service *service, struct problem *problem)
{
	struct problem inner = {""};
	bool changed;
	pthread_mutex_lock(&service->changing);
	double begin = clock_seconds();
	int error = take_over(service, false, &changed, &inner);
	double seconds = clock_seconds() - begin;
	size_t old = watch_set_collect(service->set);
	if (changed && service->renewer != NULL)
		renewer_look(service->renewer);
	const struct lists *lists = service_lists(service, NULL);
	pthread_mutex_lock(&service->telling);
	struct service_state *state = &service->state;
	state->lists = lists->count;
	state->version = lists->version;
	state->old = old;
	if (changed) {
		state->changes++;
		state->seconds = seconds;
	}
	if (error) {
		state->failures++;
		state->problem = inner;
		if (state->failing[0] == '\0')
			(void)clock_utc(state->failing);
	} else {
		state->problem.text[0] = state->failing[0] = '\0';
	}
	pthread_mutex_unlock(&service->telling);
	service_lists_release(service, lists);
	pthread_mutex_unlock(&service->changing);
	if (service->told != NULL && (changed || error))
		service->told(service, &inner, service->told_context);
	if (problem != NULL)
		*problem = inner;
	return error;
}

/* ---- the watcher ---- */

/* Sleeps until something may have changed: lists.json (inotify), service_look or the end (eventfd), or the time. */
static void wait_for_change(struct service *service, int milliseconds)
{
	struct pollfd files[] = {{.fd = service->wake, .events = POLLIN}, {.fd = service->events, .events = POLLIN}};
	if (poll(files, service->events >= 0 ? 2 : 1, milliseconds) <= 0)
		return;
	uint64_t count;
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	if (files[0].revents != 0)
		(void)!read(service->wake, &count, sizeof count);
	if (service->events >= 0 && files[1].revents != 0)
		while (read(service->events, events, sizeof events) > 0)
			;
}

static bool looks_changed(struct service *service)
{
	struct mark mark = mark_read(service);
	pthread_mutex_lock(&service->changing);
	bool same = mark_same(&mark, &service->seen);
	pthread_mutex_unlock(&service->changing);
	return !same;
}

/* What other processes decided (jisr decide). A failure is told once. */
static void look_at_decisions(struct service *service, bool *failing)
{
	struct problem problem = {""};
	int error = decisions_look(service->decisions, &problem);
	if (error && !*failing && service->told != NULL)
		service->told(service, &problem, service->told_context);
	*failing = error != JISR_OK;
}

/* What other machines loaded, where they share the log. */
static void look_at_record(struct service *service, uint64_t *settled, bool *failing)
{
	struct problem problem = {""};
	uint64_t mark = 0;
	size_t missing = 0;
	if (service->store == NULL || !store_is_shared(service->settings->data))
		return;
	int error = record_lists_mark(service->store, &mark, &problem);
	if (error || mark == *settled)
		return;
	error = record_lists_settle(service->settings->data, &missing, &problem);
	if (error == JISR_OK && missing == 0)
		*settled = mark;
	else if (!*failing && service->told != NULL)
		service->told(service, &problem, service->told_context);
	*failing = error != JISR_OK || missing > 0;
}

/* Reminds of hits whose deadline has passed. Where the installation has no key of headquarters it is not for it to do. */
static void remind(struct service *service, double *next)
{
	struct problem problem = {""};
	uint64_t count;
	if (service->store == NULL || clock_seconds() < *next)
		return;
	*next = clock_seconds() + SERVICE_REMIND_SECONDS;
	int error = hit_act_remind(service->store, NULL, &count, &problem);
	if (error == JISR_DENIED || error == JISR_STATE) /* or this is a node */
		*next = INFINITY;
	else if (error && service->told != NULL)
		service->told(service, &problem, service->told_context);
}

static void *watch(void *argument)
{
	struct service *service = argument;
	double tried = clock_seconds(), reminding = 0;
	bool failed = false, deaf = false;
	size_t old = 0;
	uint64_t settled = 0;
	bool unsettled = false;
	pthread_mutex_lock(&service->changing);
	struct mark last = service->seen; /* as of the last try, whether it worked or not */
	pthread_mutex_unlock(&service->changing);
	while (!atomic_load(&service->ending)) {
		wait_for_change(service, old > 0 ? COLLECT_MS : SERVICE_POLL_SECONDS * 1000);
		if (atomic_load(&service->ending))
			break;
		look_at_record(service, &settled, &unsettled);
		bool asked = atomic_exchange(&service->asked, false);
		struct mark mark = mark_read(service);
		bool moved = !mark_same(&mark, &last) && looks_changed(service);
		if (asked || moved || (failed && clock_seconds() - tried >= SERVICE_RETRY_SECONDS)) {
			last = mark;
			failed = service_refresh(service, NULL) != JISR_OK;
			tried = clock_seconds();
		}
		look_at_decisions(service, &deaf);
		remind(service, &reminding);
		pthread_mutex_lock(&service->changing);
		old = watch_set_collect(service->set);
		pthread_mutex_unlock(&service->changing);
		pthread_mutex_lock(&service->telling);
		service->state.old = old;
		pthread_mutex_unlock(&service->telling);
	}
	return NULL;
}

void service_look(struct service *service)
{
	int kept = errno;
	uint64_t one = 1;
	atomic_store(&service->asked, true);
	(void)!write(service->wake, &one, sizeof one);
	errno = kept;
}

void service_files_came(struct service *service)
{
	watched_look(service->notices);
}

static void wake_up(void *context, uint64_t first, uint64_t last)
{
	struct service *service = context;
	const uint64_t one = 1;
	(void)first;
	(void)last;
	(void)!write(service->wake, &one, sizeof one);
}

int service_watch(struct service *service, service_told told, void *context, struct problem *problem)
{
	service->told = told;
	service->told_context = context;
	/* Without inotify (no such system, or its limit is reached) looking every two seconds is enough. */
	service->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (service->events >= 0 &&
	    inotify_add_watch(service->events, service->settings->data, IN_MOVED_TO | IN_ONLYDIR) < 0) {
		(void)close(service->events);
		service->events = -1;
	}
	int error = renewer_new(service, service->settings->prepare_search, &service->renewer, problem);
	if (!error)
		error = thread_start(&service->watcher, watch, service, problem);
	if (error)
		return error;
	service->watched = true;
	return service->store != NULL && store_is_shared(service->settings->data)
	               ? store_listen(service->store, wake_up, service, problem)
	               : JISR_OK;
}

/* ---- the whole ---- */

/* The set of a new service holds a version without lists, so that there is always one to take. */
static int open_lists(struct service *service, struct problem *problem)
{
	CLEANUP(next_free) struct next *next = memory_zero(1, sizeof *next);
	int error = next == NULL ? JISR_NO_MEMORY : watch_set_new(&service->set);
	if (error)
		return problem_set(problem, error, "out of memory");
	bool changed;
	error = publish(service, next, 0, problem);
	if (!error)
		error = take_over(service, true, &changed, problem);
	if (error)
		return error;
	if (!changed) { /* no list: the first version all the same */
		error = publish(service, next, 1, problem);
		if (error)
			return error;
	}
	const struct lists *lists = service_lists(service, NULL);
	service->state.lists = lists->count;
	service->state.version = lists->version;
	service_lists_release(service, lists);
	return JISR_OK;
}

static int open_store(struct service *service, struct problem *problem)
{
	struct store_options options = {.directory = service->settings->data, .domains = domains_all};
	int error = store_open(&options, &service->store, problem);
	if (error == JISR_NOT_FOUND) {
		if (problem != NULL)
			problem->text[0] = '\0';
		return JISR_OK;
	}
	if (!error)
		error = signing_new(service->settings, service->store, &service->signing, problem);
	if (!error) {
		char name[NOTE_MAX_NAME + 1];
		(void)snprintf(name, sizeof name, ACCESS_NAME, store_log_name(service->store));
		error = access_open(service->settings->data, true, name, &service->access, problem);
		if (!error)
			access_hold(service->access);
	}
	if (!error)
		error = events_new(service->store, &service->listeners, problem);
	if (!error)
		error = nodes_new(service, &service->nodes, problem);
	if (!error)
		error = live_new(service->store, &service->live, problem);
	return error;
}

int service_new(const struct settings *settings, struct service **ret_service, struct problem *problem)
{
	CLEANUP(service_freep) struct service *service = memory_zero(1, sizeof *service);
	if (service == NULL)
		return problem_no_memory(problem);
	service->settings = settings;
	service->events = -1;
	pthread_mutex_init(&service->changing, NULL);
	pthread_mutex_init(&service->telling, NULL);
	pthread_mutex_init(&service->joins, NULL);
	service->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (service->wake < 0)
		return problem_set(problem, JISR_IO, "cannot start the service: %s", strerrordesc_np(errno));
	int error = open_lists(service, problem); /* makes the data directory when there is none */
	if (!error)
		error = decisions_open(settings->data, false, &service->decisions, problem);
	if (!error)
		error = open_store(service, problem);
	if (!error)
		error = extracts_new(service->store, &service->extracts, problem);
	if (!error && service->store != NULL && urn_box_new(service->store, &service->box) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error && service->store != NULL && chores_new(&service->chores) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error && service->store != NULL)
		error = watched_new(service->store, &service->notices, problem);
	if (error)
		return error;
	*ret_service = service;
	service = NULL;
	return JISR_OK;
}

struct service *service_free(struct service *service)
{
	if (service == NULL)
		return NULL;
	if (service->watched) {
		atomic_store(&service->ending, true);
		service_look(service);
		pthread_join(service->watcher, NULL);
	}
	renewer_free(service->renewer);
	chores_stop(service->chores);
	nodes_leave(service->nodes); /* its threads ask the watcher to look */
	if (service->events >= 0)
		(void)close(service->events);
	for (size_t i = 0; i < OFFICES_KEPT; i++)
		forget_joined(&service->joined[i]);
	watch_set_free(service->set);
	decisions_close(service->decisions);
	signing_free(service->signing);
	access_free(service->access);
	events_stop(service->listeners);
	live_stop(service->live);
	watched_stop(service->notices);
	store_free(service->store); /* what it tells goes to the events and to the watcher */
	if (service->wake >= 0)
		(void)close(service->wake);
	events_free(service->listeners);
	nodes_free(service->nodes);
	chores_free(service->chores);
	live_free(service->live);
	urn_box_free(service->box);
	extracts_free(service->extracts);
	watched_free(service->notices);
	pthread_mutex_destroy(&service->joins);
	pthread_mutex_destroy(&service->telling);
	pthread_mutex_destroy(&service->changing);
	return memory_free(service);
}
