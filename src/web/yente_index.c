/* One index is kept, that of the lists that were asked about last; whoever still reads an older one keeps it alive. The
 * part of a list is taken over from the index before when the list did not change (its content address is the same).
 *
 * Invariants
 *   1. `current` and all counts of holders are changed under `mutex`; an index that was published is not changed any more,
 *      but that the columns of a part come later: set once under `mutex`, and read only by who took the index after that.
 *   2. An index and columns are made, and `current` is replaced, by one thread at a time, which holds `making`: so each is
 *      made once. Of a million people either takes a second, in which only those wait who need what is being made;
 *      `mutex` is never held so long. Who takes both takes `making` first. */
#include "web/yente_index.h"

#include "base/hash.h"
#include "base/memory.h"
#include "watch/stored.h"
#include "web/yente_entity.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define READ_MEMORY ((size_t)4 << 20) /* for the properties of one entity */

struct id_entry {
	uint64_t hash;
	uint32_t entity;
};

struct list_part {
	size_t holders; /* indexes that have it */
	char file[65];
	uint64_t entities; /* as the list says: the same file with other entities on top is another part */
	struct id_entry *ids;
	size_t id_count, id_capacity;
	struct yente_index_dataset *datasets; /* names owned */
	size_t dataset_count, dataset_capacity;
	uint32_t *slots; /* of datasets by name, while it is made: number + 1 */
	size_t slot_count;
	struct yente_columns *columns;
};

struct yente_index {
	size_t holders;
	char tag[65];
	size_t count;
	struct list_part *parts[];
};

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct yente_index *current;

static struct list_part *part_free(struct list_part *part)
{
	if (part == NULL || --part->holders > 0)
		return NULL;
	for (size_t i = 0; i < part->dataset_count; i++)
		memory_free((void *)(uintptr_t)part->datasets[i].name);
	memory_free(part->datasets);
	memory_free(part->slots);
	memory_free(part->ids);
	yente_columns_free(part->columns);
	return memory_free(part);
}
MEMORY_DEFINE_FREEP(struct list_part, part_free)

static struct yente_index *index_free(struct yente_index *index)
{
	if (index == NULL || --index->holders > 0)
		return NULL;
	for (size_t i = 0; i < index->count; i++)
		part_free(index->parts[i]);
	return memory_free(index);
}

/* --- making the part of a list --- */

static int add_id(struct list_part *part, const char *id, size_t length, uint32_t entity)
{
	if (part->id_count == YENTE_INDEX_IDS)
		return JISR_OK;
	int error =
		memory_reserve(&part->ids, &part->id_capacity, part->id_count + 1, YENTE_INDEX_IDS, sizeof *part->ids);
	if (error == JISR_OK)
		part->ids[part->id_count++] = (struct id_entry){hash_bytes(id, length), entity};
	return error;
}

static size_t dataset_slot(const struct list_part *part, const char *name, size_t length)
{
	size_t at = (size_t)hash_bytes(name, length) & (part->slot_count - 1);
	for (; part->slots[at] != 0; at = (at + 1) & (part->slot_count - 1)) {
		const char *other = part->datasets[part->slots[at] - 1].name;
		if (strncmp(other, name, length) == 0 && other[length] == '\0')
			break;
	}
	return at;
}

static int count_dataset(struct list_part *part, const char *name, size_t length)
{
	size_t at = dataset_slot(part, name, length);
	if (part->slots[at] == 0) {
		if (part->dataset_count == YENTE_INDEX_DATASETS)
			return JISR_OK;
		int error = memory_reserve(&part->datasets, &part->dataset_capacity, part->dataset_count + 1,
		                           YENTE_INDEX_DATASETS, sizeof *part->datasets);
		char *copy = error == JISR_OK ? memory_text(name, length) : NULL;
		if (copy == NULL)
			return error != JISR_OK ? error : JISR_NO_MEMORY;
		part->datasets[part->dataset_count++] = (struct yente_index_dataset){copy, 0};
		part->slots[at] = (uint32_t)part->dataset_count;
	}
	part->datasets[part->slots[at] - 1].entities++;
	return JISR_OK;
}

static int note(struct list_part *part, const struct entity *entity, uint32_t number)
{
	const char *text, *object;
	size_t length, meta = entity->meta != NULL ? strlen(entity->meta) : 0;
	int error = JISR_OK;
	struct yente_texts texts = yente_texts(entity->meta, meta, "datasets");
	while (error == JISR_OK && yente_texts_next(&texts, &text, &length))
		error = count_dataset(part, text, length);
	texts = yente_texts(entity->meta, meta, "referents");
	while (error == JISR_OK && yente_texts_next(&texts, &text, &length))
		error = add_id(part, text, length, number);
	if (entity->attached == NULL)
		return error;
	struct yente_texts records = {entity->attached, entity->attached + strlen(entity->attached)};
	while (error == JISR_OK && yente_objects_next(&records, &object, &length)) {
		texts = yente_texts(object, length, "id");
		if (yente_texts_next(&texts, &text, &length))
			error = add_id(part, text, length, number);
	}
	return error;
}

static int compare_ids(const void *left, const void *right)
{
	const struct id_entry *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->entity < b->entity ? -1 : a->entity > b->entity;
}

static int compare_datasets(const void *left, const void *right)
{
	const struct yente_index_dataset *a = left, *b = right;
	return strcmp(a->name, b->name);
}

static int part_new(const struct lists *lists, size_t list, const _Atomic bool *stop, struct list_part **ret_part)
{
	CLEANUP(part_freep) struct list_part *part = memory_zero(1, sizeof *part);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (part == NULL)
		return JISR_NO_MEMORY;
	part->holders = 1;
	part->slot_count = 65536;
	_Static_assert(65536 >= 2 * YENTE_INDEX_DATASETS, "half full at most");
	part->slots = memory_zero(part->slot_count, sizeof *part->slots);
	int error = part->slots == NULL ? JISR_NO_MEMORY : arena_new(READ_MEMORY, &arena);
	memcpy(part->file, lists->list[list].file, strnlen(lists->list[list].file, 64));
	part->entities = lists->list[list].entities;
	uint32_t segments = stored_segments(lists->view);
	for (uint32_t segment = 0; segment < segments && error == JISR_OK; segment++) {
		if (strcmp(stored_list(lists->view, segment), lists->list[list].name) != 0)
			continue;
		uint32_t count = stored_entities(lists->view, segment);
		for (uint32_t i = 0; i < count && error == JISR_OK; i++) {
			struct entity entity;
			if (stop != NULL && atomic_load_explicit(stop, memory_order_relaxed))
				return JISR_STATE;
			arena_reset(arena);
			if (!stored_alive(lists->view, segment, i) ||
			    stored_read(lists->view, segment, i, arena, &entity) != JISR_OK)
				continue;
			error = note(part, &entity, i);
		}
	}
	if (error != JISR_OK)
		return error;
	part->slots = memory_free(part->slots);
	if (part->id_count > 1)
		qsort(part->ids, part->id_count, sizeof *part->ids, compare_ids);
	if (part->dataset_count > 1)
		qsort(part->datasets, part->dataset_count, sizeof *part->datasets, compare_datasets);
	*ret_part = part;
	part = NULL;
	return JISR_OK;
}

/* The same part of the index before, held once more; NULL when there is none. */
static struct list_part *part_before(const struct catalogue_list *list)
{
	struct list_part *part = NULL;
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; current != NULL && i < current->count && part == NULL; i++)
		if (strncmp(current->parts[i]->file, list->file, 64) == 0 &&
		    current->parts[i]->entities == list->entities)
			part = current->parts[i];
	if (part != NULL)
		part->holders++;
	pthread_mutex_unlock(&mutex);
	return part;
}

/* Gives an index back, or one that was not made to its end; NULL is none. */
static void release(struct yente_index *index)
{
	pthread_mutex_lock(&mutex);
	index_free(index);
	pthread_mutex_unlock(&mutex);
}

static int index_new(const struct lists *lists, const _Atomic bool *stop, struct yente_index **ret_index)
{
	struct yente_index *index = memory_zero(1, sizeof *index + lists->count * sizeof index->parts[0]);
	if (index == NULL)
		return JISR_NO_MEMORY;
	index->holders = 1;
	memcpy(index->tag, lists->tag, strnlen(lists->tag, sizeof index->tag - 1));
	for (; index->count < lists->count; index->count++) {
		struct list_part *part = part_before(&lists->list[index->count]);
		int error = part == NULL ? part_new(lists, index->count, stop, &part) : JISR_OK;
		if (error != JISR_OK) {
			release(index);
			return error;
		}
		index->parts[index->count] = part;
	}
	*ret_index = index;
	return JISR_OK;
}

/* --- asking it --- */

/* Takes the index of the lists if it was made; NULL when it was not. */
static const struct yente_index *take_made(const struct lists *lists)
{
	const struct yente_index *index = NULL;
	pthread_mutex_lock(&mutex);
	if (current != NULL && strncmp(current->tag, lists->tag, sizeof current->tag - 1) == 0) {
		current->holders++;
		index = current;
	}
	pthread_mutex_unlock(&mutex);
	return index;
}

static void replace_current(struct yente_index *index)
{
	pthread_mutex_lock(&mutex);
	index_free(current);
	current = index;
	pthread_mutex_unlock(&mutex);
}

static int take(const struct lists *lists, const _Atomic bool *stop, const struct yente_index **ret_index)
{
	int error = JISR_OK;
	const struct yente_index *index = take_made(lists);
	if (index == NULL) {
		struct yente_index *made;
		pthread_mutex_lock(&making);
		index = take_made(lists); /* another may have made it meanwhile */
		if (index == NULL)
			error = index_new(lists, stop, &made);
		if (index == NULL && error == JISR_OK) {
			made->holders++; /* nobody else knows it yet */
			index = made;
			replace_current(made);
		}
		pthread_mutex_unlock(&making);
	}
	if (error == JISR_OK)
		*ret_index = index;
	return error;
}

int yente_index_take(const struct lists *lists, const struct yente_index **ret_index)
{
	return take(lists, NULL, ret_index);
}

/* How many segments a list has; *ret_segment is the last of them. */
static uint32_t segments_of(const struct lists *lists, const char *list, uint32_t *ret_segment)
{
	uint32_t segments = stored_segments(lists->view), found = 0;
	for (uint32_t segment = 0; segment < segments; segment++)
		if (strcmp(stored_list(lists->view, segment), list) == 0) {
			*ret_segment = segment;
			found++;
		}
	return found;
}

/* True when the columns of a list are missing and can be made. */
static bool lacks_columns(const struct yente_index *index, const struct lists *lists, size_t list,
                          uint32_t *ret_segment)
{
	pthread_mutex_lock(&mutex);
	bool missing = index->parts[list]->columns == NULL;
	pthread_mutex_unlock(&mutex);
	return missing && segments_of(lists, lists->list[list].name, ret_segment) == 1;
}

static int make_columns(const struct yente_index *index, const struct lists *lists, size_t list)
{
	uint32_t segment;
	struct yente_columns *columns;
	int error = JISR_OK;
	pthread_mutex_lock(&making);
	if (lacks_columns(index, lists, list, &segment)) { /* another may have made them meanwhile */
		error = yente_columns_new(lists->view, segment, &columns);
		pthread_mutex_lock(&mutex);
		if (error == JISR_OK)
			index->parts[list]->columns = columns;
		pthread_mutex_unlock(&mutex);
	}
	pthread_mutex_unlock(&making);
	return error;
}

int yente_index_take_columns(const struct lists *lists, const struct yente_index **ret_index)
{
	const struct yente_index *index;
	uint32_t segment;
	int error = yente_index_take(lists, &index);
	if (error != JISR_OK)
		return error;
	for (size_t list = 0; list < index->count && error == JISR_OK; list++)
		if (lacks_columns(index, lists, list, &segment))
			error = make_columns(index, lists, list);
	if (error == JISR_OK)
		*ret_index = index;
	else
		yente_index_release(index);
	return error;
}

int yente_index_renew(const struct lists *lists, bool columns, const _Atomic bool *stop)
{
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; current != NULL && i < current->count; i++)
		columns |= current->parts[i]->columns != NULL;
	pthread_mutex_unlock(&mutex);
	CLEANUP(yente_index_releasep) const struct yente_index *index = NULL;
	int error = take(lists, stop, &index);
	uint32_t segment;
	for (size_t list = 0; error == JISR_OK && columns && list < index->count; list++) {
		if (atomic_load_explicit(stop, memory_order_relaxed))
			return JISR_STATE;
		if (lacks_columns(index, lists, list, &segment))
			error = make_columns(index, lists, list);
	}
	return error;
}

const struct yente_columns *yente_index_columns_of(const struct yente_index *index, const struct lists *lists,
                                                   uint32_t segment)
{
	const char *name = stored_list(lists->view, segment);
	for (size_t list = 0; list < index->count && list < lists->count; list++)
		if (strcmp(lists->list[list].name, name) == 0 && segments_of(lists, name, &segment) == 1)
			return index->parts[list]->columns;
	return NULL;
}

void yente_index_release(const struct yente_index *index)
{
	release((struct yente_index *)(uintptr_t)index);
}

void yente_index_forget(void)
{
	pthread_mutex_lock(&making);
	replace_current(NULL);
	pthread_mutex_unlock(&making);
}

bool yente_index_dataset_at(const struct yente_index *index, size_t list, size_t n,
                            struct yente_index_dataset *ret_dataset)
{
	if (list >= index->count || n >= index->parts[list]->dataset_count)
		return false;
	*ret_dataset = index->parts[list]->datasets[n];
	return true;
}

bool yente_index_dataset_find(const struct yente_index *index, size_t list, const char *name,
                              struct yente_index_dataset *ret_dataset)
{
	size_t low = 0, high = list < index->count ? index->parts[list]->dataset_count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, index->parts[list]->datasets[middle].name);
		if (order == 0) {
			*ret_dataset = index->parts[list]->datasets[middle];
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool yente_index_id(const struct yente_index *index, size_t list, const char *id, size_t *cursor, uint32_t *ret_entity)
{
	if (list >= index->count)
		return false;
	const struct list_part *part = index->parts[list];
	uint64_t hash = hash_bytes(id, strlen(id));
	size_t low = 0, high = part->id_count;
	while (*cursor == 0 && low < high) {
		size_t middle = low + (high - low) / 2;
		if (part->ids[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	if (*cursor > 0)
		low = *cursor;
	if (low >= part->id_count || part->ids[low].hash != hash)
		return false;
	*ret_entity = part->ids[low].entity;
	*cursor = low + 1;
	return true;
}

int yente_index_dataset(const struct lists *lists, const char *name, bool *ret_known)
{
	size_t length = strlen(name);
	*ret_known = strcmp(name, "default") == 0;
	for (size_t i = 0; i < lists->count && !*ret_known; i++)
		*ret_known = yente_dataset_equal(lists->list[i].name, name, length);
	if (*ret_known)
		return JISR_OK;
	const struct yente_index *index;
	int error = yente_index_take(lists, &index);
	if (error != JISR_OK)
		return error;
	struct yente_index_dataset dataset;
	for (size_t list = 0; list < lists->count && !*ret_known; list++)
		*ret_known = yente_index_dataset_find(index, list, name, &dataset);
	yente_index_release(index);
	return JISR_OK;
}
