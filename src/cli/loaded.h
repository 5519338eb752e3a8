/* The lists of the data directory, open for asking. */
#ifndef JISR_CLI_LOADED_H
#define JISR_CLI_LOADED_H

#include "base/text.h"
#include "cli/options.h"
#include "notices/object_index.h"
#include "store/replica.h"
#include "store/store.h"
#include "watch/catalogue.h"
#include "watch/set.h"
#include "web/record_lists.h"

#define LOADED_PATH_MAX 4000 /* bytes of the data directory's path */

struct loaded {
	char directory[LOADED_PATH_MAX];
	size_t missing; /* lists that the record names and whose files are gone; a sentence was printed */
	struct catalogue *catalogue;
	struct watch_set *set;
	const struct watch_view *view;
	struct object_seen objects; /* registered ones of the record, the list "objects" of the view; 0: none */
};

/* Opens the directory that the options name, maps its lists and the record's registered objects, and takes a view.
 * STATUS_DONE; or another status after a sentence: nothing is loaded, a list is damaged. To be finished in every case. */
int loaded_open(struct loaded *loaded, const struct options *options);

/* Opens the catalogue alone. A directory that does not exist is not made: catalogue stays NULL, STATUS_DONE. */
int loaded_open_catalogue(struct loaded *loaded, const struct options *options);

void loaded_finish(struct loaded *loaded);

/* The directories above the data directory, as mkdir -p; whoever opens it makes the last. A failure shows there. */
void loaded_make_parents(const char *directory);

/* The record, where the directory has one: it writes an entry before each change of the lists. For CLEANUP. */
struct loaded_keeper {
	struct store *store; /* NULL where there is no record */
	struct record_lists_by by;
	struct catalogue_keeper keeper;
};
/* Opens it and lets it keep the catalogue, which must end first. STATUS_DONE, or another status after a sentence. */
int loaded_keep(const struct command *self, const char *directory, struct catalogue *catalogue,
                struct loaded_keeper *keeper);
void loaded_keeper_finish(struct loaded_keeper *keeper);

/* What is known of a list, NULL when there is none of that name. */
const struct catalogue_list *loaded_list(const struct loaded *loaded, const char *name);

/* Adds "lists": [{"name","format","published","loaded","age_seconds","entities",...}] to an object. */
void loaded_json(const struct loaded *loaded, struct text *text);

/* "ofac-sdn of 2024-05-03 (loaded 2 days ago), un-sc ...": what an answer rests on. */
void loaded_print(const struct loaded *loaded, FILE *stream);

#endif
