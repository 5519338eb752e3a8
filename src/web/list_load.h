/* Loading one published list into the catalogue: read, put, and published all at once. The command line and the service do it
 * the same way; what somebody is told meanwhile they say by the callbacks. */
#ifndef JISR_WEB_LIST_LOAD_H
#define JISR_WEB_LIST_LOAD_H

#include "lists/reader.h"
#include "watch/catalogue.h"

#define LIST_LOAD_SOURCE 200 /* bytes of the names of files, as the catalogue keeps them */

struct list_load {
	/* set by the caller */
	struct catalogue *catalogue;
	const char *wanted; /* the list's name; NULL: as the format says */
	const char *const *paths;
	size_t path_count;
	bool probe; /* stop when format and name are known: nothing is loaded */
	void *context;
	bool (*stop)(void *context); /* asked at each record; true ends with JISR_CANCELLED */
	void (*bad)(void *context, const char *path, uint64_t line, const char *reason);
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void (*named)(void *context, const char *name); /* before the first record */
	/* what came of it */
	struct list_summary summary; /* format and name, once `known` */
	bool known;
	uint64_t entities, skipped; /* records read; those that could not be */
	struct catalogue_change change;
	/* own */
	struct catalogue_load *load;
	struct problem problem; /* of the catalogue: it tells more than the reader's */
};

/* Reads the files of one list: with `probe` until its name is known, else whole, and publishes it. After an error the
 * directory is as it was. JISR_CANCELLED: `stop` said so. Of the callbacks all may be NULL. */
int list_load_run(struct list_load *load, struct problem *problem);

/* What it is called: as was wanted, else as the format says; "" until that is known. */
const char *list_load_name(const struct list_load *load);

/* "sdn.csv, alt.csv": the files' names without their folders. */
void list_load_source(const struct list_load *load, char out[LIST_LOAD_SOURCE]);

#endif
