/* Terms
 *   sighting   who may see one notice that is in the set, by the id of its entity
 *   generation how often set and sightings changed
 *
 * Invariants, under `mutex`
 *   1. The set holds just the entities whose sighting is `there`.
 *   2. A view is joined from set and sightings of one generation.
 *
 * Of many changes at once (a file of notices, the beginning) everything is read anew: a segment of 5,000 notices is made in
 * some 150 ms, one notice is put in a millisecond. */
#include "web/watched.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/thread.h"
#include "notices/ftm.h"
#include "notices/notice.h"
#include "notices/object_index.h"
#include "store/replica.h"
#include "watch/segment.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#define ID_MAX      48
#define MANY        500 /* changes from which on everything is read anew */
#define READ_MEMORY ((size_t)64 << 20)
#define ALL_MEMORY  ((size_t)2 << 30)
#define SIGHTINGS   4000000
#define RETRY_MS    1000 /* after a failure to read the record */

struct sighting {
	char id[ID_MAX]; /* of the entity */
	char owner[OFFICE_CODE_MAX + 1];
	char changed[25];
	char *reach; /* owned */
	bool is_public, there;
};

struct watched {
	struct store *store;
	struct watch_set *set;
	struct object_index *objects;
	struct sighting *sightings;
	size_t count, capacity;
	uint32_t *slots; /* by id: number + 1, at most half full */
	size_t slot_count;
	uint64_t generation;
	pthread_mutex_t mutex;
	pthread_cond_t woken;
	uint64_t first, last;         /* told and not yet read; first 0: nothing */
	bool ending, started, behind; /* behind: the objects are to be read anew */
	pthread_t thread;
};

/* ---- sightings ---- */

static size_t slot_of(const struct watched *watched, const char *id)
{
	size_t at = (size_t)hash_bytes(id, strlen(id)) & (watched->slot_count - 1);
	while (watched->slots[at] != 0 && strcmp(watched->sightings[watched->slots[at] - 1].id, id) != 0)
		at = (at + 1) & (watched->slot_count - 1);
	return at;
}

static struct sighting *find(const struct watched *watched, const char *id)
{
	size_t at = watched->slot_count > 0 ? slot_of(watched, id) : 0;
	return watched->slot_count > 0 && watched->slots[at] != 0 ? &watched->sightings[watched->slots[at] - 1] : NULL;
}

static int grow(struct watched *watched)
{
	size_t size = watched->slot_count == 0 ? 1024 : watched->slot_count * 2;
	uint32_t *slots = memory_zero(size, sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	memory_free(watched->slots);
	watched->slots = slots;
	watched->slot_count = size;
	for (size_t i = 0; i < watched->count; i++)
		watched->slots[slot_of(watched, watched->sightings[i].id)] = (uint32_t)i + 1;
	return JISR_OK;
}

static int note_sighting(struct watched *watched, const char *id, const struct notice *notice)
{
	struct sighting *one = find(watched, id);
	char *reach = memory_text(notice->reach, strlen(notice->reach));
	int error = reach == NULL ? JISR_NO_MEMORY : JISR_OK;
	if (!error && one == NULL) {
		if ((watched->count + 1) * 2 > watched->slot_count)
			error = grow(watched);
		if (!error)
			error = memory_reserve(&watched->sightings, &watched->capacity, watched->count + 1, SIGHTINGS,
			                       sizeof *watched->sightings);
		if (!error) {
			watched->slots[slot_of(watched, id)] = (uint32_t)watched->count + 1;
			one = &watched->sightings[watched->count++];
			*one = (struct sighting){.reach = NULL};
			(void)snprintf(one->id, sizeof one->id, "%s", id);
		}
	}
	if (error) {
		memory_free(reach);
		return error;
	}
	memory_free(one->reach);
	one->reach = reach;
	one->is_public = notice->is_public;
	one->there = true;
	(void)snprintf(one->owner, sizeof one->owner, "%s", notice->owner);
	(void)snprintf(one->changed, sizeof one->changed, "%s", notice->changed);
	return JISR_OK;
}

static bool sees(const struct sighting *one, const char *office)
{
	return one != NULL && one->there &&
	       notice_visible((struct viewer){office}, one->owner, STATE_PUBLISHED, one->is_public, one->reach);
}

/* ---- reading everything ---- */

struct reading_all {
	struct watched *watched;
	struct segment_builder *builder;
	struct arena *arena;
	int error;
};

static int entity_of(const struct notice *notice, struct arena *arena, struct entity **ret_entity)
{
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	return content == NULL ? JISR_NO_MEMORY : ftm_entity(notice->id, notice->owner, content, arena, ret_entity);
}

static bool add(void *context, const struct notice *notice)
{
	struct reading_all *all = context;
	struct entity *entity = NULL;
	arena_reset(all->arena);
	all->error = entity_of(notice, all->arena, &entity);
	if (!all->error && entity != NULL)
		all->error = segment_builder_put(all->builder, entity);
	if (!all->error && entity != NULL)
		all->error = note_sighting(all->watched, entity->id, notice);
	return all->error == JISR_OK;
}

static int read_all(struct watched *watched, struct store_reader *reader, struct problem *problem)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL, *texts = NULL;
	struct segment *segment = NULL;
	struct notice_filter filter = {.in_force = true, .limit = INT_MAX};
	int error = segment_builder_new(&builder);
	if (!error)
		error = arena_new(READ_MEMORY, &arena);
	if (!error)
		error = arena_new(ALL_MEMORY, &texts);
	if (error)
		return problem_set(problem, error, "notices: %s", error_text(error));
	for (size_t i = 0; i < watched->count; i++)
		watched->sightings[i].there = false;
	struct reading_all all = {watched, builder, arena, JISR_OK};
	error = notice_list(store_reader_sql(reader), (struct viewer){OFFICE_HEADQUARTERS}, &filter, texts, add, &all,
	                    problem);
	if (!error)
		error = all.error;
	if (!error)
		error = segment_builder_open(builder, WATCHED_LIST, &segment);
	if (!error) {
		error = watch_set_replace(watched->set, WATCHED_LIST, segment);
		if (error)
			segment_free(segment);
	}
	watched->generation++;
	return error;
}

/* ---- following ---- */

struct changes {
	char (*ids)[NOTICE_ID_MAX + 1];
	size_t count, capacity;
	int error;
};

static bool note_id(void *context, const char *id)
{
	struct changes *changes = context;
	changes->error =
		memory_reserve(&changes->ids, &changes->capacity, changes->count + 1, SIGHTINGS, sizeof *changes->ids);
	if (!changes->error)
		(void)snprintf(changes->ids[changes->count++], NOTICE_ID_MAX + 1, "%s", id);
	return changes->error == JISR_OK && changes->count <= MANY;
}

static int take_away(struct watched *watched, const char *id)
{
	char name[ID_MAX];
	(void)snprintf(name, sizeof name, "notice-%s", id);
	for (char *at = name; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	struct sighting *one = find(watched, name);
	if (one == NULL || !one->there)
		return JISR_OK;
	int error = watch_set_remove(watched->set, WATCHED_LIST, name);
	if (error == JISR_OK || error == JISR_NOT_FOUND)
		one->there = false;
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static int follow_one(struct watched *watched, struct sql *sql, const char *id, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct notice notice;
	struct entity *entity = NULL;
	int error = arena_new(READ_MEMORY, &arena);
	if (!error)
		error = notice_get(sql, (struct viewer){OFFICE_HEADQUARTERS}, id, arena, &notice, problem);
	if (error == JISR_NOT_FOUND)
		return take_away(watched, id); /* a draft */
	if (!error && (STATES_IN_FORCE & STATE_BIT(notice.state)) != 0)
		error = entity_of(&notice, arena, &entity);
	if (error || entity == NULL)
		return error ? error : take_away(watched, id);
	error = watch_set_put(watched->set, WATCHED_LIST, entity);
	return error ? error : note_sighting(watched, entity->id, &notice);
}

struct telling {
	struct watched *watched;
	struct sql *sql;
	uint64_t last;
	struct changes *changes; /* of notices */
	bool *objects;
};

/* The number in an entry's subject, "2026/17" of "notice/2026-17". */
static bool number_in(const char *subject, char out[NOTICE_ID_MAX + 1])
{
	const char *slash = strchr(subject, '/');
	return slash != NULL && notice_id_read(slash + 1, out);
}

static int see_told(void *context, const struct entry *entry, struct problem *problem)
{
	const struct telling *telling = context;
	const char *kind = entry->header.kind;
	char id[NOTICE_ID_MAX + 1];
	if (entry->sequence > telling->last)
		return JISR_CANCELLED;
	if ((strcmp(kind, "notice.hide") == 0 || strcmp(kind, "notice.show") == 0) &&
	    number_in(entry->header.subject, id))
		return note_id(telling->changes, id) ? JISR_OK : telling->changes->error;
	if (strcmp(kind, "object.hidden") != 0 || !number_in(entry->header.subject, id))
		return JISR_OK;
	*telling->objects = true;
	return object_index_hidden(telling->watched->objects, telling->sql, id, entry->sequence, problem);
}

/* What a node's office was shut out of, or let in to again: no step in the tables tells it, but the entry does. */
static int follow_told(struct watched *watched, struct store_reader *reader, uint64_t first, uint64_t last,
                       struct changes *changes, bool *objects, struct problem *problem)
{
	struct replica replica;
	struct telling telling = {watched, store_reader_sql(reader), last, changes, objects};
	if (!replica_of(watched->store, &replica))
		return JISR_OK;
	int error = log_each(store_reader_log(reader), first, LOG_WITHOUT_BODY, see_told, &telling, problem);
	return error == JISR_CANCELLED ? JISR_OK : error;
}

/* Called with the mutex held. */
static int follow(struct watched *watched, uint64_t first, uint64_t last, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct changes changes = {NULL, 0, 0, JISR_OK};
	bool objects = false;
	int error = store_read(watched->store, &reader, problem);
	if (!error)
		error = object_index_follow(watched->objects, store_reader_sql(reader), watched->behind ? 0 : first,
		                            last, &objects, problem);
	watched->behind = error != JISR_OK;
	if (!error)
		error = notice_changed(store_reader_sql(reader), first, last, note_id, &changes, problem);
	if (!error)
		error = changes.error;
	if (!error)
		error = follow_told(watched, reader, first, last, &changes, &objects, problem);
	if (!error && changes.count > MANY)
		error = read_all(watched, reader, problem);
	for (size_t i = 0; !error && changes.count <= MANY && i < changes.count; i++)
		error = follow_one(watched, store_reader_sql(reader), changes.ids[i], problem);
	if (objects || (!error && changes.count > 0))
		watched->generation++;
	memory_free(changes.ids);
	return error;
}

static void *run(void *argument)
{
	struct watched *watched = argument;
	(void)pthread_mutex_lock(&watched->mutex);
	while (!watched->ending) {
		if (watched->first == 0) {
			(void)pthread_cond_wait(&watched->woken, &watched->mutex);
			continue;
		}
		struct problem problem = {""};
		uint64_t first = watched->first, last = watched->last;
		watched->first = 0;
		if (follow(watched, first, last, &problem) == JISR_OK)
			continue;
		/* What could not be read is read again, with what came meanwhile. */
		if (watched->first == 0)
			watched->last = last;
		watched->first = first;
		const struct timespec until = clock_after(RETRY_MS);
		(void)pthread_cond_timedwait(&watched->woken, &watched->mutex, &until);
	}
	(void)pthread_mutex_unlock(&watched->mutex);
	return NULL;
}

static void told(void *context, uint64_t first, uint64_t last)
{
	struct watched *watched = context;
	(void)pthread_mutex_lock(&watched->mutex);
	if (watched->first == 0 || first < watched->first)
		watched->first = first;
	watched->last = last;
	(void)pthread_cond_signal(&watched->woken);
	(void)pthread_mutex_unlock(&watched->mutex);
}

void watched_look(struct watched *watched)
{
	if (watched == NULL)
		return;
	(void)pthread_mutex_lock(&watched->mutex);
	if (watched->first == 0) { /* else they are found with what came */
		watched->first = watched->last > 0 ? watched->last : 1;
		watched->last = watched->first;
	}
	(void)pthread_cond_signal(&watched->woken);
	(void)pthread_mutex_unlock(&watched->mutex);
}

/* ---- the whole ---- */

static int start(struct watched *watched, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct replica replica;
	bool changed;
	int error = watch_set_new(&watched->set);
	if (!error)
		error = object_index_new(store_directory(watched->store), replica_of(watched->store, &replica),
		                         &watched->objects);
	if (!error)
		object_index_check(watched->objects);
	/* Listening begins before reading: what comes between the two is read twice, nothing is missed. */
	if (!error)
		error = store_listen(watched->store, told, watched, problem);
	if (!error)
		error = store_read(watched->store, &reader, problem);
	if (error)
		return error;
	(void)pthread_mutex_lock(&watched->mutex);
	error = read_all(watched, reader, problem);
	if (!error)
		error = object_index_follow(watched->objects, store_reader_sql(reader), 0, 0, &changed, problem);
	(void)pthread_mutex_unlock(&watched->mutex);
	if (error)
		return error;
	error = thread_start(&watched->thread, run, watched, problem);
	watched->started = error == JISR_OK;
	return error;
}

int watched_new(struct store *store, struct watched **ret_watched, struct problem *problem)
{
	struct watched *watched = memory_zero(1, sizeof *watched);
	if (watched == NULL)
		return problem_no_memory(problem);
	watched->store = store;
	(void)pthread_mutex_init(&watched->mutex, NULL);
	thread_wait_init(&watched->woken);
	/* Given at once: the store may tell it something from now on, until the store has ended. */
	*ret_watched = watched;
	int error = start(watched, problem);
	if (error && problem != NULL && problem->text[0] == '\0')
		(void)problem_set(problem, error, "the notices cannot be read: %s", error_text(error));
	return error;
}

void watched_stop(struct watched *watched)
{
	if (watched == NULL || !watched->started)
		return;
	(void)pthread_mutex_lock(&watched->mutex);
	watched->ending = true;
	(void)pthread_cond_signal(&watched->woken);
	(void)pthread_mutex_unlock(&watched->mutex);
	(void)pthread_join(watched->thread, NULL);
	watched->started = false;
}

struct watched *watched_free(struct watched *watched)
{
	if (watched == NULL)
		return NULL;
	watched_stop(watched);
	for (size_t i = 0; i < watched->count; i++)
		memory_free(watched->sightings[i].reach);
	memory_free(watched->sightings);
	memory_free(watched->slots);
	watch_set_free(watched->set);
	object_index_free(watched->objects);
	(void)pthread_cond_destroy(&watched->woken);
	(void)pthread_mutex_destroy(&watched->mutex);
	return memory_free(watched);
}

uint64_t watched_generation(struct watched *watched)
{
	(void)pthread_mutex_lock(&watched->mutex);
	uint64_t generation = watched->generation;
	(void)pthread_mutex_unlock(&watched->mutex);
	return generation;
}

struct looking {
	const struct watched *watched;
	const char *office;
};

static bool hidden(void *context, const char *id)
{
	const struct looking *looking = context;
	return !sees(find(looking->watched, id), looking->office);
}

/* The digest is a sum, so that it does not depend on the order of what is seen. */
static void describe(const struct watched *watched, const struct watch_view *view, const char *office,
                     struct watched_part *part)
{
	uint64_t sums[4] = {0, 0, 0, 0};
	*part = (struct watched_part){.list = WATCHED_LIST, .format = "Notices"};
	for (size_t i = 0; i < watched->count; i++) {
		const struct sighting *one = &watched->sightings[i];
		uint32_t segment, entity;
		if (!sees(one, office) || !watch_view_find(view, WATCHED_LIST, one->id, &segment, &entity))
			continue;
		uint64_t hash = watch_view_entity_hash(view, segment, entity) ^ hash_bytes(one->id, strlen(one->id));
		for (uint64_t k = 0; k < 4; k++)
			sums[k] += hash_number(hash + k);
		if (strcmp(one->changed, part->changed) > 0)
			(void)snprintf(part->changed, sizeof part->changed, "%s", one->changed);
		part->entities++;
	}
	sha256_hex(sums, sizeof sums, part->file);
}

static void describe_objects(struct watched *watched, const char *office, struct watched_part *part)
{
	struct object_seen seen;
	object_index_describe(watched->objects, office, &seen);
	*part = (struct watched_part){.list = OBJECT_LIST, .format = "Registered objects", .entities = seen.entities};
	memcpy(part->file, seen.file, sizeof part->file);
	memcpy(part->changed, seen.changed, sizeof part->changed);
}

static void no_note(void *note)
{
	(void)note;
}

/* One view over another: the notices first, then the objects. The last of them has the note. */
static int join(struct watched *watched, const struct watch_view *lists, const struct watch_view *notices,
                const char *office, bool some_notices, bool some_objects, void *made, void (*note_free)(void *note),
                struct watch_view **ret_view)
{
	struct looking looking = {watched, office};
	struct watch_view *view = NULL;
	int error = JISR_OK;
	if (some_notices)
		error = watch_view_join(lists, notices, hidden, &looking, some_objects ? NULL : made,
		                        some_objects ? no_note : note_free, &view);
	if (error || !some_objects) {
		*ret_view = view;
		return error;
	}
	error = object_index_join(watched->objects, view != NULL ? view : lists, office, made, note_free, ret_view);
	watch_view_release(view);
	return error;
}

int watched_join(struct watched *watched, const struct watch_view *lists, const char *office, watched_note note,
                 void *context, void (*note_free)(void *note), uint64_t *ret_generation, struct watch_view **ret_view)
{
	struct watched_part parts[WATCHED_PARTS];
	struct watch_view *view = NULL;
	size_t count = 0;
	void *made = NULL;
	(void)pthread_mutex_lock(&watched->mutex);
	const struct watch_view *notices = watch_view_take(watched->set);
	describe(watched, notices, office, &parts[count]);
	bool some_notices = parts[count].entities > 0;
	count += some_notices;
	describe_objects(watched, office, &parts[count]);
	bool some_objects = parts[count].entities > 0;
	count += some_objects;
	*ret_generation = watched->generation;
	int error = count == 0 ? JISR_NOT_FOUND : note(context, parts, count, &made);
	if (!error) {
		error = join(watched, lists, notices, office, some_notices, some_objects, made, note_free, &view);
		if (error)
			note_free(made);
		else
			*ret_view = view;
	}
	watch_view_release(notices);
	(void)pthread_mutex_unlock(&watched->mutex);
	return error;
}
