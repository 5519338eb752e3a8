/* Removing a notice for good: because a person's request was granted, or because its time is over. One entry says that it
 * is removed, to owner and to every office that it had reached; the bodies of all entries about it are dropped in the same
 * transaction. What is left is its number, owner and dates, and in the log the headers and hashes, which verify as before.
 *
 * Other domains that say something of a notice (hits, operations) add a part: the entries that go with it.
 *
 * After the transaction is durable, what lies beside record.db is cleaned (web/sweep.h). */
#ifndef JISR_NOTICES_REMOVAL_H
#define JISR_NOTICES_REMOVAL_H

#include "notices/notice.h"

#define REMOVAL_MAX_ENTRIES 8192 /* whose bodies are dropped with one notice */
#define REMOVAL_MAX_WHY     40   /* bytes */

/* Entries of another domain that go with a notice. */
struct removal_entries {
	uint64_t sequences[REMOVAL_MAX_ENTRIES];
	size_t count;
};
int removal_entries_add(struct removal_entries *entries, uint64_t sequence, struct problem *problem);

struct removal_part {
	const char *name;
	/* Adds the entries that say something of the notice and of the person in it. NULL: none. */
	int (*entries)(struct store_write *write, const char *notice, struct removal_entries *entries,
	               struct problem *problem);
	/* Why the notice may not go yet ("an open hit"), or leaves *ret_why as it is. NULL: never. */
	int (*holds)(struct sql *sql, const char *notice, const char **ret_why, struct problem *problem);
};
/* All of them, NULL at the end: notices/removal_parts.c. */
extern const struct removal_part *const removal_parts[];

/* The first reason for which a notice is kept although its time is over; NULL when there is none. */
int removal_holds(struct sql *sql, const char *notice, const char **ret_why, struct problem *problem);

struct removal {
	const char *id;               /* of the notice */
	const char *why;              /* "request", "retention": a word, without personal data */
	const char *author, *officer; /* who signs: headquarters */
	/* what came of it */
	uint64_t sequence; /* of the entry that says so */
	size_t bodies;     /* dropped */
};

/* Inside a command. Whether the caller may is for whoever calls to ask. JISR_NOT_FOUND, JISR_TOO_LARGE. */
int removal_run(struct store_write *write, struct removal *removal, struct problem *problem);

/* What was removed, newest first: to owner, headquarters, the Commission and those who had got it. */
struct removed {
	char id[NOTICE_ID_MAX + 1];
	const char *owner, *why, *at;
	uint64_t sequence;
	uint64_t told, received; /* offices that had got it, and those of them that removed their copies, too */
	bool mine;               /* the viewer's office had got it and has not said yet that its copies are gone */
};
typedef bool (*removed_each)(void *context, const struct removed *removed);
int removed_list(struct sql *sql, struct viewer viewer, const char *id, size_t limit, removed_each each, void *context,
                 struct problem *problem);

/* An office says that its copies are gone. JISR_NOT_FOUND: nothing of that number reached it. Right: notices.read. */
int removed_receive(struct store *store, const struct caller *caller, const char *id, struct problem *problem);

#endif
