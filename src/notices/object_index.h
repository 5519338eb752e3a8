/* Registered objects in the watch index: single ones and the lines of files, found by their numbers as the list "objects",
 * each office's own part of it. What does not reach an office is in no view of it: not as a hit, not in a count.
 *
 * Files are mapped where they lie; opening one of a million costs nothing until it is asked. For one thread at a time;
 * views that were made of it live on their own. */
#ifndef JISR_NOTICES_OBJECT_INDEX_H
#define JISR_NOTICES_OBJECT_INDEX_H

#include "base/sha256.h"
#include "notices/object.h"
#include "watch/set.h"

#define OBJECT_LIST       "objects"
#define OBJECT_GROUPS_MAX 8192 /* owners times whom they let in, and parts of files */

struct object_index;

/* An empty one over the files of a data directory. `partial`: a node's, where files come later or never; one that is missing is
 * left out until object_index_follow is called again. */
int object_index_new(const char *directory, bool partial, struct object_index **ret_index);
/* From now on each file is read whole and its sums are compared before it is used: for a service, which keeps it. One that is
 * damaged is replaced from where another is; in a partial index it is else taken away and counts as missing. */
void object_index_check(struct object_index *index);
struct object_index *object_index_free(struct object_index *index);
MEMORY_DEFINE_FREEP(struct object_index, object_index_free)

/* Brings it to the record's state. `first` and `last` are the entries since the last call; `first` 0: everything is read.
 * *ret_changed says whether something did. JISR_NOT_FOUND, JISR_CORRUPT: a file is missing or damaged, and the problem
 * names it; the index is then as far as it came, and is to be brought up from 0. */
int object_index_follow(struct object_index *index, struct sql *sql, uint64_t first, uint64_t last, bool *ret_changed,
                        struct problem *problem);

/* Looks at one single object that an entry has hidden: the tables of a node may have it no more. */
int object_index_hidden(struct object_index *index, struct sql *sql, const char *id, uint64_t sequence,
                        struct problem *problem);

/* What an office sees of it; "" sees nothing. */
struct object_seen {
	uint64_t entities;
	char file[SHA256_HEX]; /* digest: the same for offices that see the same */
	char changed[25];      /* when the newest of it came or changed */
};
void object_index_describe(struct object_index *index, const char *office, struct object_seen *ret_seen);

/* A view over another and what the office sees (watch_view_pick). */
int object_index_join(struct object_index *index, const struct watch_view *first, const char *office, void *note,
                      void (*note_free)(void *note), struct watch_view **ret_view);

#endif
