/* The lists of a data directory.
 *
 *   DIR/lists/<sha-256>.jisr   one segment file a list version, named by its content, never changed
 *   DIR/lists.json             which lists there are, in which order, and the file of each: the only thing that changes
 *   DIR/lock                   held by whoever changes
 *
 * A list is replaced by writing the new segment file, syncing it, and renaming a new lists.json over the old: at any
 * moment, also after kill -9 or on a full disk, the directory holds the old version or the new, never a mixture.
 * Segment files that no lists.json names are removed when a change begins and when it has ended. Only who holds the
 * lock changes or removes anything; readers take no lock. */
#ifndef JISR_WATCH_CATALOGUE_H
#define JISR_WATCH_CATALOGUE_H

#include "watch/set.h"

#define CATALOGUE_MAX_LISTS    1000
#define CATALOGUE_MAX_NAME     63
#define CATALOGUE_MAX_MANIFEST ((size_t)8 << 20) /* bytes of lists.json */

struct catalogue;

/* What is known of one loaded list. */
struct catalogue_list {
	const char *name;
	const char *format;    /* "OFAC SDN (CSV)", ... */
	const char *source;    /* base name of the file or files that it was read from */
	const char *published; /* date that the file gives itself, "" when none */
	const char *loaded;    /* UTC, "2026-11-23T21:00:00Z" */
	const char *file;      /* content address: 64 hexadecimal digits */
	uint64_t entities, names, documents, bytes;
};

/* Opens the directory, creating it when it is missing (mode 0700), and reads lists.json; maps nothing yet.
 * JISR_IO, JISR_CORRUPT (lists.json damaged), JISR_UNSUPPORTED (written by a later version). */
int catalogue_open(const char *directory, struct catalogue **ret_catalogue, struct problem *problem);
struct catalogue *catalogue_free(struct catalogue *catalogue);
MEMORY_DEFINE_FREEP(struct catalogue, catalogue_free)

size_t catalogue_count(const struct catalogue *catalogue);
/* The list of that name, or NULL; and lists in the order in which they were first loaded. Valid until the catalogue is
 * attached, changed or freed. */
const struct catalogue_list *catalogue_find(const struct catalogue *catalogue, const char *name);
const struct catalogue_list *catalogue_at(const struct catalogue *catalogue, size_t index);

/* Maps every segment into a new set. A damaged segment is JISR_CORRUPT and the problem names list and file. Where
 * another process has replaced a list since lists.json was read, it is read anew. */
int catalogue_attach(struct catalogue *catalogue, struct watch_set **ret_set, struct problem *problem);

/* Maps the segment of one list. JISR_CORRUPT, JISR_IO, JISR_UNSUPPORTED, JISR_NO_MEMORY, and the problem names list and
 * file. JISR_NOT_FOUND when the file is gone: where another process has replaced the list since lists.json was read, a
 * catalogue opened anew names another. */
int catalogue_map(const struct catalogue *catalogue, size_t index, struct segment **ret_segment,
                  struct problem *problem);

/* Reads one list's file whole: its SHA-256 must be its name, and every checksum in it right. JISR_CORRUPT or JISR_IO,
 * and the problem names list and file. For `jisr lists --verify`. */
int catalogue_verify(const struct catalogue *catalogue, size_t index, struct problem *problem);

/* Who is asked before lists.json changes, with the lock held and the new list's file durable: the record, which writes an
 * entry first. An error ends the change, and the directory stays as it was. Both may be NULL. Stays the caller's. */
struct catalogue_keeper {
	int (*loaded)(void *context, const struct catalogue_list *list, struct problem *problem);
	int (*dropped)(void *context, const char *name, struct problem *problem);
	void *context;
};
void catalogue_keep(struct catalogue *catalogue, const struct catalogue_keeper *keeper);

/* Puts these lists, in their order, in the place of all that there are: what the record says they are. Files that are
 * missing or damaged are left out, *ret_missing counts them and the problem names the first. JISR_BUSY, JISR_IO. */
int catalogue_replace(struct catalogue *catalogue, const struct catalogue_list *lists, size_t count,
                      size_t *ret_missing, struct problem *problem);

/* How a load changed a list. */
struct catalogue_change {
	uint64_t added, changed, removed, unchanged;
};

/* A change of one list under way: takes the directory's lock (JISR_BUSY when another process holds it) and reads
 * lists.json anew. The name is 1 to 63 of a-z, 0-9, '-', '_', '.', starting with a letter or digit (else
 * JISR_BAD_INPUT). The catalogue must outlive the load. */
struct catalogue_load;
int catalogue_begin(struct catalogue *catalogue, const char *name, struct catalogue_load **ret_load,
                    struct problem *problem);

/* A new version is complete (put every entity) unless `catalogue_keep_old` was called first: then it starts as the old
 * version, and put replaces, remove takes away (delta files). A list that was never loaded starts empty. remove gives
 * JISR_NOT_FOUND when there is no such id. */
int catalogue_keep_old(struct catalogue_load *load, struct problem *problem);
int catalogue_put(struct catalogue_load *load, const struct entity *entity, struct problem *problem);
int catalogue_remove(struct catalogue_load *load, const char *id, struct problem *problem);

/* Writes the segment, makes it durable, publishes it, and updates the catalogue. After an error the directory is as
 * before. Ends the load either way: what remains is to free it. */
int catalogue_commit(struct catalogue_load *load, const char *format, const char *source, const char *published,
                     struct catalogue_change *ret_change, struct problem *problem);

/* Ends the load: after a commit only frees; without one nothing has happened. Accepts NULL. */
struct catalogue_load *catalogue_load_free(struct catalogue_load *load);
MEMORY_DEFINE_FREEP(struct catalogue_load, catalogue_load_free)

/* Takes a list away. JISR_NOT_FOUND. */
int catalogue_drop(struct catalogue *catalogue, const char *name, struct problem *problem);

#endif
