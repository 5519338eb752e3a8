/* The lists of the data directory as the record tells them. Where there is a record, loading and dropping a list is an
 * entry first ("list.loaded" names the content-addressed file), and lists.json (watch/catalogue.h) is what applies it: when
 * a crash came between the two, record_lists_settle brings lists.json to what the record says. */
#ifndef JISR_WEB_RECORD_LISTS_H
#define JISR_WEB_RECORD_LISTS_H

#include "store/store.h"
#include "watch/catalogue.h"

extern const struct store_domain record_lists_domain;

/* Brings lists.json to what the record of that directory says; nothing where there is no record, or nothing to do.
 * *ret_missing lists have no file any more (the problem names the first): they have to be loaded again. */
int record_lists_settle(const char *directory, size_t *ret_missing, struct problem *problem);

/* Another number when the record tells of other lists than before: then it is time to settle. */
int record_lists_mark(struct store *store, uint64_t *ret_mark, struct problem *problem);

/* The record's keeper for a catalogue that is about to change (catalogue_keep): an entry for each change. `by` must outlive
 * it. */
struct record_lists_by {
	struct store *store;
	const char *officer; /* who does it; NULL or "": the console */
};
struct catalogue_keeper record_lists_keeper(struct record_lists_by *by);

/* A command for store_found: entries for the lists that a directory holds when its record is founded. The context is the
 * catalogue. */
int record_lists_adopt(struct store_write *write, void *catalogue, struct problem *problem);

#endif
