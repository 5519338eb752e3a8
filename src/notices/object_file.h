/* A file of many registered objects: comma-separated, the first line names the fields (notices/object_form.h), a line an
 * object. It is read once, brought into a segment a part (lines that reach the same offices), and entered in the record as
 * one entry that names the content-addressed files, which lie beside the record: DIR/objects/<sha-256>.jisr. A file of the
 * same office and name replaces the one before, whole.
 *
 * Nothing changes until the entry is durable: a file that is cut off, a full disk, a kill leave what was there. A file is
 * taken as cut off when its last line has no end, when a line has fewer fields than the first, when a compressed one ends
 * before its end mark, or when it has not as many lines as its sender said. */
#ifndef JISR_NOTICES_OBJECT_FILE_H
#define JISR_NOTICES_OBJECT_FILE_H

#include "base/input.h"
#include "members/caller.h"
#include "notices/object.h"

#define OBJECT_FILE_LINES 5000000 /* lines of one file: memory is some 400 bytes a line while it is read */
#define OBJECT_FILE_BAD   100     /* bad lines told one by one; more are counted */

/* A line that was not entered, or was and is odd. */
struct object_line {
	uint64_t line;
	bool entered; /* it was, all the same */
	char what[240];
};

struct object_load {
	const struct caller *caller;
	const char *name;   /* of the file, in the office */
	const char *kind;   /* of lines that do not say theirs; NULL: the file says it */
	const cJSON *reach; /* of lines that do not say theirs; NULL: everybody */
	const char *source; /* where it came from, for people: "stolen.csv" */
	uint64_t lines;     /* that it has, the header not counted; 0: not told */
	const char *digest; /* SHA-256 of its bytes in hexadecimal, for the record; "": not known */
	bool strict;        /* one bad line, and nothing is entered */
	bool fewer;         /* it may hold less than half of the version before */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* bytes; NULL */
	void *progress_context;
	/* what came of it */
	uint64_t rows, entered, bad, odd;
	uint64_t added, changed, removed, unchanged, again; /* again: entered, and had been withdrawn */
	struct object_line told[OBJECT_FILE_BAD];
	size_t told_count;
	uint64_t version;
};

/* Takes the input over. JISR_BAD_INPUT: what is wrong with the file as a whole; JISR_DENIED, JISR_STATE, JISR_BUSY (another
 * process loads), JISR_FULL, JISR_IO. After an error nothing has changed; `told` says which lines were bad. */
int object_load(struct store *store, struct input *input, struct object_load *load, struct problem *problem);

/* Removes files beside the record that it names no more, also those that are shared. JISR_BUSY: somebody loads, who does so
 * himself at the end. */
int object_file_clean(struct store *store, struct problem *problem);

#endif
