/* What is known of all lists beside the watch index: the datasets that their entities belong to, and the entity of every
 * id that is not an entity's own (of a record that was merged into it, or that is attached to it). Made when it is first
 * asked for or ahead of that (web/renewer.h), and again for each list that changed; shared by all requests. */
#ifndef JISR_WEB_YENTE_INDEX_H
#define JISR_WEB_YENTE_INDEX_H

#include "web/service.h"
#include "web/yente_columns.h"

#include <stdatomic.h>

#define YENTE_INDEX_DATASETS 20000              /* of one list; more are not told apart */
#define YENTE_INDEX_IDS      ((size_t)64 << 20) /* of one list, 16 bytes each; more are not found */

struct yente_index;

/* The index of these lists; to be given back. JISR_NO_MEMORY. */
int yente_index_take(const struct lists *lists, const struct yente_index **ret_index);
/* Accepts NULL. */
void yente_index_release(const struct yente_index *index);

static inline void yente_index_releasep(const struct yente_index **pointer)
{
	yente_index_release(*pointer);
}

/* The same with the columns of every list (web/yente_columns.h), made when they are first asked for: about a second of
 * processor time for a million people, and 48 bytes each. */
int yente_index_take_columns(const struct lists *lists, const struct yente_index **ret_index);

/* Makes the index of lists that were taken over before anybody asks for it, and the columns too where `columns` says so or the
 * index before had them: who never searches does not pay their memory. Gives up with JISR_STATE when *stop becomes true. JISR_NO_MEMORY. */
int yente_index_renew(const struct lists *lists, bool columns, const _Atomic bool *stop);

/* Those of a segment; NULL where its list has another one beside it, with entities that were put into it one by one. */
const struct yente_columns *yente_index_columns_of(const struct yente_index *index, const struct lists *lists,
                                                   uint32_t segment);

/* The n-th dataset of a list that its entities name, in the order of their names; false past the last. */
struct yente_index_dataset {
	const char *name;
	uint64_t entities;
};
bool yente_index_dataset_at(const struct yente_index *index, size_t list, size_t n,
                            struct yente_index_dataset *ret_dataset);

/* The same by its name; false when the list has none of that name. */
bool yente_index_dataset_find(const struct yente_index *index, size_t list, const char *name,
                              struct yente_index_dataset *ret_dataset);

/* Entities that may be the one that an id leads to: start with *cursor 0. Ids are compared by 64-bit hashes: the caller
 * looks whether the entity has it. False after the last. */
bool yente_index_id(const struct yente_index *index, size_t list, const char *id, size_t *cursor, uint32_t *ret_entity);

/* Whether a name is a dataset: "default", a list, or what an entity names. */
int yente_index_dataset(const struct lists *lists, const char *name, bool *ret_known);

/* Frees what is kept between requests; for tests. */
void yente_index_forget(void);

#endif
