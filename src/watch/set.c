/* The set of all lists: versions that readers hold and a writer replaces.
 *
 * Terms
 *   layer    a segment, the list that it belongs to, and a bitmap of its entities that a later layer replaced or that
 *            were removed ("dead"). Layer by layer is what a check searches.
 *   base     the first layer of a list: the segment that was loaded. The layers after it are changes.
 *   version  an immutable array of layers; struct watch_view is a version.
 *
 * Invariants
 *   1. A published version never changes. Segments and bitmaps are shared between versions and counted.
 *   2. Of one list at most one layer holds a given id alive.
 *   3. Of one list the ranks of the changes fall strictly: a put adds a layer of rank 0 (one entity), and two
 *      neighbours of equal rank r are merged into one of rank r + 1 without their dead. So n puts cost n log n and
 * leave at most log2 n layers. Changes are never merged into the base: that is what loading the list again does.
 *
 * Readers and the writer. `current` is one 64-bit word: the address of the version in the low 48 bits, and in the high
 * 16 how often it was taken and not yet given back while current. A version has a counter of its own, from 0:
 *
 *   take      add 1 to the high bits; the word that was there gives the version.      1 atomic instruction
 *   release   while the word still has this version: take 1 from the high bits (compare and swap).
 *             Else the writer has moved the count on: take 1 from the version's own counter; who makes it 0 retires it.
 *   publish   exchange the word for the new version with count 0, then add the old word's count to the old version's
 *             own counter; when that makes 0 (all gave back already, or nobody held it) the writer retires it.
 *   retire    put it on the set's stack of retired versions (compare and swap); the writer takes the whole stack
 *             (exchange) and frees what is on it.
 *
 *   4. own counter = given back after replacement, negative, until the writer adds the count; afterwards = readers
 * left. It becomes 0 once, after which nobody can hold the version: so exactly one side retires it, and never too early.
 * A joined view belongs to no set: its `set` is NULL, and `readers` counts who holds it.
 *
 *   5. An address cannot come back as another version while somebody holds it, because it is freed only after 4.
 *
 * Taking and releasing never wait: a compare and swap fails only because another thread got on. At most 65,535 views
 * may be out at once. Measured (bench/check, two threads): taking and giving back 30 to 60 ns. */
#include "watch/set.h"

#include "base/memory.h"
#include "watch/check_private.h"
#include "watch/segment_format.h"

#include <stdatomic.h>
#include <string.h>

#define WORD_COUNT   ((uint64_t)1 << 48)
#define WORD_ADDRESS (WORD_COUNT - 1)

#define SET_MAX_LAYERS ((size_t)1 << 16)
#define RANK_BASE      255

struct shared_segment {
	_Atomic uint32_t holders; /* layers of all versions that point here */
	struct segment *segment;  /* owned */
};

struct watch_set {
	_Atomic uint64_t current;
	_Atomic(struct watch_view *) retired; /* stack; readers put, the writer takes all */
	size_t replaced;                      /* versions replaced and not yet freed; the writer's */
};

static struct watch_view *view_of(uint64_t word)
{
	return (struct watch_view *)(uintptr_t)(word & WORD_ADDRESS);
}

static void layer_hold(const struct watch_layer *layer)
{
	atomic_fetch_add_explicit(&layer->shared->holders, 1, memory_order_relaxed);
	if (layer->dead != NULL)
		atomic_fetch_add_explicit(&layer->dead->holders, 1, memory_order_relaxed);
}

static void layer_drop(const struct watch_layer *layer)
{
	if (layer->dead != NULL && atomic_fetch_sub_explicit(&layer->dead->holders, 1, memory_order_acq_rel) == 1)
		memory_free(layer->dead);
	if (atomic_fetch_sub_explicit(&layer->shared->holders, 1, memory_order_acq_rel) == 1) {
		segment_free(layer->shared->segment);
		memory_free(layer->shared);
	}
}

static struct watch_view *view_free(struct watch_view *view)
{
	if (view == NULL)
		return NULL;
	for (uint32_t i = 0; i < view->count; i++)
		layer_drop(&view->layers[i]);
	if (view->note_free != NULL)
		view->note_free(view->note);
	return memory_free(view);
}
MEMORY_DEFINE_FREEP(struct watch_view, view_free)

static void retire(struct watch_set *set, struct watch_view *view)
{
	view->retired = atomic_load_explicit(&set->retired, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(&set->retired, &view->retired, view, memory_order_release,
	                                              memory_order_relaxed))
		;
}

size_t watch_set_collect(struct watch_set *set)
{
	struct watch_view *view = atomic_exchange_explicit(&set->retired, NULL, memory_order_acquire);
	while (view != NULL) {
		struct watch_view *next = view->retired;
		view_free(view);
		set->replaced--;
		view = next;
	}
	return set->replaced;
}

static struct watch_view *view_new(struct watch_set *set, size_t capacity)
{
	if (capacity > SET_MAX_LAYERS)
		return NULL;
	struct watch_view *view = memory_zero(1, sizeof *view + capacity * sizeof view->layers[0]);
	if (view != NULL)
		view->set = set;
	return view;
}

int watch_set_new(struct watch_set **ret_set)
{
	CLEANUP(memory_freep) struct watch_set *set = memory_zero(1, sizeof *set);
	if (set == NULL)
		return JISR_NO_MEMORY;
	struct watch_view *view = view_new(set, 0);
	if (view == NULL)
		return JISR_NO_MEMORY;
	atomic_init(&set->current, (uint64_t)(uintptr_t)view);
	*ret_set = set;
	set = NULL;
	return JISR_OK;
}

struct watch_set *watch_set_free(struct watch_set *set)
{
	if (set == NULL)
		return NULL;
	(void)watch_set_collect(set);
	view_free(view_of(atomic_load_explicit(&set->current, memory_order_acquire)));
	return memory_free(set);
}

const struct watch_view *watch_view_take(struct watch_set *set)
{
	return view_of(atomic_fetch_add_explicit(&set->current, WORD_COUNT, memory_order_acq_rel));
}

void watch_view_release(const struct watch_view *const_view)
{
	struct watch_view *view = (struct watch_view *)(uintptr_t)const_view;
	if (view == NULL)
		return;
	struct watch_set *set = view->set;
	if (set == NULL) {
		if (atomic_fetch_sub_explicit(&view->readers, 1, memory_order_acq_rel) == 1)
			view_free(view);
		return;
	}
	uint64_t word = atomic_load_explicit(&set->current, memory_order_acquire);
	while (view_of(word) == view)
		if (atomic_compare_exchange_weak_explicit(&set->current, &word, word - WORD_COUNT, memory_order_acq_rel,
		                                          memory_order_acquire))
			return;
	if (atomic_fetch_sub_explicit(&view->readers, 1, memory_order_acq_rel) == 1)
		retire(set, view);
}

void *watch_view_note(const struct watch_view *view)
{
	return view->note;
}

static void publish(struct watch_set *set, struct watch_view *next)
{
	uint64_t word = atomic_exchange_explicit(&set->current, (uint64_t)(uintptr_t)next, memory_order_acq_rel);
	struct watch_view *old = view_of(word);
	int64_t taken = (int64_t)(word / WORD_COUNT);
	set->replaced++;
	if (atomic_fetch_add_explicit(&old->readers, taken, memory_order_acq_rel) + taken == 0)
		retire(set, old);
	(void)watch_set_collect(set);
}

void watch_set_publish(struct watch_set *set, struct watch_view *view)
{
	publish(set, view);
}

/* The version of the one writer; valid until it publishes. */
static const struct watch_view *present(struct watch_set *set)
{
	return view_of(atomic_load_explicit(&set->current, memory_order_acquire));
}

/* Adds a layer of a segment that the version takes over. */
static int view_add_new(struct watch_view *view, const char *list, struct segment *segment, uint8_t rank)
{
	struct shared_segment *shared = memory_zero(1, sizeof *shared);
	if (shared == NULL)
		return JISR_NO_MEMORY;
	atomic_init(&shared->holders, 1);
	shared->segment = segment;
	struct watch_layer *layer = &view->layers[view->count++];
	*layer = (struct watch_layer){.segment = segment, .shared = shared, .rank = rank};
	(void)snprintf(layer->list, sizeof layer->list, "%s", list);
	return JISR_OK;
}

static void view_add(struct watch_view *view, const struct watch_layer *layer)
{
	layer_hold(layer);
	view->layers[view->count++] = *layer;
}

static bool of_list(const struct watch_layer *layer, const char *list)
{
	return strcmp(layer->list, list) == 0;
}

/* A new version without the list, and with `segment` in its place when not NULL. Lists keep their order. */
static int replace(struct watch_set *set, const char *list, struct segment *segment, bool *ret_found)
{
	const struct watch_view *old = present(set);
	CLEANUP(view_freep) struct watch_view *next = view_new(set, (size_t)old->count + 1);
	if (next == NULL)
		return JISR_NO_MEMORY;
	bool found = false;
	int error = JISR_OK;
	for (uint32_t i = 0; i < old->count && !error; i++) {
		if (!of_list(&old->layers[i], list))
			view_add(next, &old->layers[i]);
		else if (!found && segment != NULL)
			error = view_add_new(next, list, segment, RANK_BASE);
		found |= of_list(&old->layers[i], list);
	}
	if (!error && !found && segment != NULL)
		error = view_add_new(next, list, segment, RANK_BASE);
	if (error)
		return error;
	*ret_found = found;
	publish(set, next);
	next = NULL;
	return JISR_OK;
}

int watch_set_replace(struct watch_set *set, const char *list, struct segment *segment)
{
	bool found;
	return strlen(list) > SEGMENT_MAX_LIST ? JISR_TOO_LARGE : replace(set, list, segment, &found);
}

int watch_set_drop(struct watch_set *set, const char *list)
{
	bool known = false, found;
	const struct watch_view *old = present(set);
	for (uint32_t i = 0; i < old->count; i++)
		known |= of_list(&old->layers[i], list);
	return known ? replace(set, list, NULL, &found) : JISR_NOT_FOUND;
}

/* Adds all layers of a list in the present version; false when it has none. */
static bool view_add_list(struct watch_view *view, const struct watch_view *old, const char *list)
{
	uint32_t before = view->count;
	for (uint32_t i = 0; i < old->count; i++)
		if (of_list(&old->layers[i], list))
			view_add(view, &old->layers[i]);
	return view->count > before;
}

int watch_set_prepare(struct watch_set *set, const struct watch_set_item *items, size_t count, void *note,
                      void (*note_free)(void *note), struct watch_view **ret_view)
{
	const struct watch_view *old = present(set);
	CLEANUP(view_freep) struct watch_view *next = view_new(set, (size_t)old->count + count);
	int error = next == NULL ? JISR_NO_MEMORY : JISR_OK;
	for (size_t i = 0; i < count && !error; i++) {
		if (strlen(items[i].list) > SEGMENT_MAX_LIST)
			error = JISR_TOO_LARGE;
		else if (items[i].segment != NULL)
			error = view_add_new(next, items[i].list, items[i].segment, RANK_BASE);
		else if (!view_add_list(next, old, items[i].list))
			error = JISR_NOT_FOUND;
	}
	if (error) {
		/* The segments stay the caller's. */
		for (size_t i = 0; i < count; i++)
			for (uint32_t k = 0; next != NULL && items[i].segment != NULL && k < next->count; k++)
				if (next->layers[k].segment == items[i].segment)
					next->layers[k].shared->segment = NULL;
		return error;
	}
	next->note = note;
	next->note_free = note_free;
	*ret_view = next;
	next = NULL;
	return JISR_OK;
}

/* Marks an entity dead in a layer of a version that is not published yet; the bitmap is copied first. */
static int layer_kill(struct watch_layer *layer, uint32_t entity)
{
	size_t bytes = (layer->segment->entities + 7u) / 8;
	struct watch_dead *dead = memory_zero(1, sizeof *dead + bytes);
	if (dead == NULL)
		return JISR_NO_MEMORY;
	atomic_init(&dead->holders, 1);
	if (layer->dead != NULL) {
		dead->count = layer->dead->count;
		memcpy(dead->bits, layer->dead->bits, bytes);
		if (atomic_fetch_sub_explicit(&layer->dead->holders, 1, memory_order_acq_rel) == 1)
			memory_free(layer->dead);
	}
	dead->bits[entity / 8] |= (uint8_t)(1u << entity % 8);
	dead->count++;
	layer->dead = dead;
	return JISR_OK;
}

void watch_view_hold(const struct watch_view *const_view)
{
	struct watch_view *view = (struct watch_view *)(uintptr_t)const_view;
	atomic_fetch_add_explicit(&view->readers, 1, memory_order_relaxed);
}

/* The layer's bitmap with the hidden ones in it; copied once. */
static int layer_hide(struct watch_layer *layer, watch_hidden hidden, void *context)
{
	size_t bytes = (layer->segment->entities + 7u) / 8;
	struct watch_dead *dead = memory_zero(1, sizeof *dead + bytes);
	if (dead == NULL)
		return JISR_NO_MEMORY;
	atomic_init(&dead->holders, 1);
	for (uint32_t i = 0; i < layer->segment->entities; i++) {
		if (watch_layer_dead(layer, i) || hidden(context, segment_entity_id(layer->segment, i))) {
			dead->bits[i / 8] |= (uint8_t)(1u << i % 8);
			dead->count++;
		}
	}
	if (layer->dead != NULL && atomic_fetch_sub_explicit(&layer->dead->holders, 1, memory_order_acq_rel) == 1)
		memory_free(layer->dead);
	layer->dead = dead;
	return JISR_OK;
}

int watch_view_join(const struct watch_view *first, const struct watch_view *second, watch_hidden hidden, void *context,
                    void *note, void (*note_free)(void *note), struct watch_view **ret_view)
{
	CLEANUP(view_freep) struct watch_view *view = view_new(NULL, (size_t)first->count + second->count);
	int error = view == NULL ? JISR_NO_MEMORY : JISR_OK;
	for (uint32_t i = 0; !error && i < first->count; i++)
		view_add(view, &first->layers[i]);
	for (uint32_t i = 0; !error && i < second->count; i++) {
		view_add(view, &second->layers[i]);
		error = layer_hide(&view->layers[view->count - 1], hidden, context);
	}
	if (error)
		return error;
	atomic_init(&view->readers, 1);
	view->note = note;
	view->note_free = note_free;
	*ret_view = view;
	view = NULL;
	return JISR_OK;
}

int watch_view_pick(const struct watch_view *first, const struct watch_view *second, watch_wanted wanted, void *context,
                    const char *as, void *note, void (*note_free)(void *note), struct watch_view **ret_view)
{
	if (strlen(as) > SEGMENT_MAX_LIST)
		return JISR_TOO_LARGE;
	struct watch_view *view = view_new(NULL, (size_t)first->count + second->count);
	if (view == NULL)
		return JISR_NO_MEMORY;
	for (uint32_t i = 0; i < first->count; i++)
		view_add(view, &first->layers[i]);
	for (uint32_t i = 0; i < second->count; i++) {
		if (!wanted(context, second->layers[i].list))
			continue;
		view_add(view, &second->layers[i]);
		struct watch_layer *layer = &view->layers[view->count - 1];
		(void)snprintf(layer->list, sizeof layer->list, "%s", as);
	}
	atomic_init(&view->readers, 1);
	view->note = note;
	view->note_free = note_free;
	*ret_view = view;
	return JISR_OK;
}

/* Copies the present version, with the entity of this id dead, and room for one layer more. Layers of changes of which
 * nothing is left are left out. */
static int copy_without(struct watch_set *set, const char *list, const char *id, struct watch_view **ret_next,
                        bool *ret_list_known, bool *ret_killed)
{
	const struct watch_view *old = present(set);
	CLEANUP(view_freep) struct watch_view *next = view_new(set, (size_t)old->count + 1);
	if (next == NULL)
		return JISR_NO_MEMORY;
	*ret_list_known = *ret_killed = false;
	for (uint32_t i = 0; i < old->count; i++) {
		uint32_t entity;
		view_add(next, &old->layers[i]);
		struct watch_layer *layer = &next->layers[next->count - 1];
		if (!of_list(layer, list))
			continue;
		*ret_list_known = true;
		if (!segment_find(layer->segment, id, &entity) || watch_layer_dead(layer, entity))
			continue;
		int error = layer_kill(layer, entity);
		if (error)
			return error;
		*ret_killed = true;
		if (layer->rank != RANK_BASE && layer->dead->count == layer->segment->entities) {
			layer_drop(layer);
			next->count--;
		}
	}
	*ret_next = next;
	next = NULL;
	return JISR_OK;
}

/* Puts what lives in a layer into a builder. */
static int gather(const struct watch_layer *layer, struct segment_builder *builder, struct arena *arena)
{
	for (uint32_t i = 0; i < layer->segment->entities; i++) {
		if (watch_layer_dead(layer, i))
			continue;
		struct entity *entity;
		arena_reset(arena);
		int error = segment_entity(layer->segment, i, arena, &entity);
		if (!error)
			error = segment_builder_put(builder, entity);
		if (error)
			return error;
	}
	return JISR_OK;
}

/* One entity with all its properties at their limits fits. */
#define GATHER_ARENA ((size_t)2 << 30)

/* Merges the layers `from` and the one after it. */
static int merge(struct watch_view *view, uint32_t from)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(segment_freep) struct segment *segment = NULL;
	struct watch_layer *older = &view->layers[from], *newer = &view->layers[from + 1];
	int error = segment_builder_new(&builder);
	if (!error)
		error = arena_new(GATHER_ARENA, &arena);
	if (!error)
		error = gather(older, builder, arena);
	if (!error)
		error = gather(newer, builder, arena);
	if (!error)
		error = segment_builder_open(builder, older->list, &segment);
	struct shared_segment *shared = error ? NULL : memory_zero(1, sizeof *shared);
	if (!error && shared == NULL)
		error = JISR_NO_MEMORY;
	if (error)
		return error;
	atomic_init(&shared->holders, 1);
	shared->segment = segment;
	struct watch_layer merged = *older;
	merged.segment = segment;
	merged.shared = shared;
	merged.dead = NULL;
	merged.rank = (uint8_t)((older->rank > newer->rank ? older->rank : newer->rank) + 1);
	segment = NULL;
	layer_drop(older);
	layer_drop(newer);
	*older = merged;
	memmove(newer, newer + 1, (view->count - from - 2) * sizeof *newer);
	view->count--;
	return JISR_OK;
}

/* Merges from the layer `last` of a list downwards while ranks are equal. */
static int settle(struct watch_view *view, uint32_t last)
{
	while (last > 0 && of_list(&view->layers[last - 1], view->layers[last].list) &&
	       view->layers[last - 1].rank <= view->layers[last].rank && view->layers[last - 1].rank != RANK_BASE) {
		int error = merge(view, last - 1);
		if (error)
			return error;
		last--;
	}
	return JISR_OK;
}

/* Makes the newly added last layer the last one of its list. */
static uint32_t move_to_list(struct watch_view *view)
{
	uint32_t at = view->count - 1;
	struct watch_layer added = view->layers[at];
	while (at > 0 && !of_list(&view->layers[at - 1], added.list)) {
		view->layers[at] = view->layers[at - 1];
		at--;
	}
	view->layers[at] = added;
	return at;
}

int watch_set_put(struct watch_set *set, const char *list, const struct entity *entity)
{
	CLEANUP(view_freep) struct watch_view *next = NULL;
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(segment_freep) struct segment *segment = NULL;
	bool list_known, killed;
	int error = copy_without(set, list, entity->id, &next, &list_known, &killed);
	if (!error && !list_known)
		error = JISR_NOT_FOUND;
	if (!error)
		error = segment_builder_new(&builder);
	if (!error)
		error = segment_builder_put(builder, entity);
	if (!error)
		error = segment_builder_open(builder, list, &segment);
	if (!error)
		error = view_add_new(next, list, segment, 0);
	if (error)
		return error;
	segment = NULL;
	error = settle(next, move_to_list(next));
	if (error)
		return error;
	publish(set, next);
	next = NULL;
	return JISR_OK;
}

int watch_set_remove(struct watch_set *set, const char *list, const char *id)
{
	CLEANUP(view_freep) struct watch_view *next = NULL;
	bool list_known, killed;
	int error = copy_without(set, list, id, &next, &list_known, &killed);
	if (!error && !killed)
		error = JISR_NOT_FOUND;
	if (error)
		return error;
	publish(set, next);
	next = NULL;
	return JISR_OK;
}

int watch_set_remove_many(struct watch_set *set, const char *list, const char *const *ids, size_t count)
{
	const struct watch_view *old = present(set);
	CLEANUP(view_freep) struct watch_view *next = view_new(set, old->count);
	if (next == NULL)
		return JISR_NO_MEMORY;
	for (uint32_t i = 0; i < old->count; i++) {
		bool copied = false;
		view_add(next, &old->layers[i]);
		struct watch_layer *layer = &next->layers[next->count - 1];
		for (size_t k = 0; of_list(layer, list) && k < count; k++) {
			uint32_t entity;
			if (!segment_find(layer->segment, ids[k], &entity) || watch_layer_dead(layer, entity))
				continue;
			if (!copied) {
				int error = layer_kill(layer, entity);
				if (error)
					return error;
				copied = true;
			} else {
				layer->dead->bits[entity / 8] |= (uint8_t)(1u << entity % 8);
				layer->dead->count++;
			}
		}
	}
	publish(set, next);
	next = NULL;
	return JISR_OK;
}

uint64_t watch_view_count(const struct watch_view *view, const char *list)
{
	uint64_t count = 0;
	for (uint32_t i = 0; i < view->count; i++)
		if (of_list(&view->layers[i], list))
			count += view->layers[i].segment->entities -
			         (view->layers[i].dead != NULL ? view->layers[i].dead->count : 0);
	return count;
}

int watch_view_entity(const struct watch_view *view, uint32_t segment, uint32_t entity, struct arena *arena,
                      struct entity **ret_entity)
{
	if (segment >= view->count || entity >= view->layers[segment].segment->entities)
		return JISR_NOT_FOUND;
	return segment_entity(view->layers[segment].segment, entity, arena, ret_entity);
}

uint64_t watch_view_entity_hash(const struct watch_view *view, uint32_t segment, uint32_t entity)
{
	return segment < view->count ? segment_entity_hash(view->layers[segment].segment, entity) : 0;
}

bool watch_view_find(const struct watch_view *view, const char *list, const char *id, uint32_t *ret_segment,
                     uint32_t *ret_entity)
{
	for (uint32_t i = 0; i < view->count; i++) {
		const struct watch_layer *layer = &view->layers[i];
		uint32_t entity;
		if (!of_list(layer, list) || !segment_find(layer->segment, id, &entity) ||
		    watch_layer_dead(layer, entity))
			continue;
		*ret_segment = i;
		*ret_entity = entity;
		return true;
	}
	return false;
}

const char *watch_view_entity_id(const struct watch_view *view, uint32_t segment, uint32_t entity)
{
	return segment < view->count ? segment_entity_id(view->layers[segment].segment, entity) : "";
}

const char *watch_view_list(const struct watch_view *view, uint32_t segment)
{
	return segment < view->count ? view->layers[segment].list : "";
}
