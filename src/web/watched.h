/* Notices and registered objects in the watch index: what the record says is in force is found by checks and searches as the
 * lists "notices" and "objects", each caller's own part of them. A thread follows the record and puts or takes away what
 * changed, within a second.
 *
 * What an office may not see is not in its view: not as a hit, not in a count, a page, an example, a time of change. */
#ifndef JISR_WEB_WATCHED_H
#define JISR_WEB_WATCHED_H

#include "store/store.h"
#include "watch/set.h"

#define WATCHED_LIST "notices"

struct watched;

/* Reads every notice in force and follows the record from then on. Gives what is to be freed also when it fails, for the
 * store may tell it something already: stop it, end the store, then free it. */
int watched_new(struct store *store, struct watched **ret_watched, struct problem *problem);
/* Ends the thread, which reads the store. Accepts NULL. */
void watched_stop(struct watched *watched);
/* After the store has ended. */
struct watched *watched_free(struct watched *watched);
MEMORY_DEFINE_FREEP(struct watched, watched_free)

/* Files of objects have come: they are looked for again. */
void watched_look(struct watched *watched);

/* Grows with every change. */
uint64_t watched_generation(struct watched *watched);

/* What an office ("": the public) sees of a list. */
#define WATCHED_PARTS 2
struct watched_part {
	const char *list, *format;
	uint64_t entities;
	char file[65];    /* digest of what is seen: the same for offices that see the same */
	char changed[25]; /* when the newest of it came or changed */
};

/* Describes what an office sees, list by list; `note` then makes the version's note, or an error. The view is
 * watch_view_join's. JISR_NOT_FOUND: the office sees nothing of them. */
typedef int (*watched_note)(void *context, const struct watched_part *parts, size_t count, void **ret_note);
int watched_join(struct watched *watched, const struct watch_view *lists, const char *office, watched_note note,
                 void *context, void (*note_free)(void *note), uint64_t *ret_generation, struct watch_view **ret_view);

#endif
