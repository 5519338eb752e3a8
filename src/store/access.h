/* The access log of an installation, DIR/access.db: who searched, checked, viewed or exported what, when and for what
 * stated purpose. It is kept apart from the record, stays where it is, and cannot be changed unnoticed: each line is hashed
 * into a Merkle tree of its own, whose signed checkpoints (base/merkle.h; the key is DIR/keys/access.key) are kept with it.
 * Who may read it is decided by whoever calls this.
 *
 * A line is acknowledged when it is durable; many threads share one sync, as in store/store.h. Lines forget what they said
 * after their time (access_forget): their hashes stay, and the log verifies as before. */
#ifndef JISR_STORE_ACCESS_H
#define JISR_STORE_ACCESS_H

#include "base/error.h"
#include "base/memory.h"
#include "base/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCESS_FILE     "access.db"
#define ACCESS_NAME     "%.100s/access" /* of the record's name: what its access log is called */
#define ACCESS_MAX_TEXT 2000            /* bytes of each text of a line; longer ones are cut at a character */

struct access;

/* One line. Texts are UTF-8 (what is not is replaced), "" where there is nothing to say. */
struct access_line {
	uint64_t sequence;   /* from 1; given by the log */
	const char *at;      /* UTC with milliseconds; given by the log */
	const char *office;  /* code */
	const char *who;     /* the officer's id, or the name of the token or program */
	const char *action;  /* "check", "search", "view", "export", ... */
	const char *what;    /* what was asked for or looked at */
	const char *purpose; /* as stated */
	const char *result;  /* "3 hits", "refused" */
	bool forgotten;      /* its texts are gone */
};

/* Opens the log of a directory; with `create` makes it, and its key, where it is missing (name: the log's name, a word as
 * base/note.h has it). JISR_NOT_FOUND, JISR_STATE (no key, to write with), JISR_IO, JISR_FULL, JISR_CORRUPT,
 * JISR_UNSUPPORTED. */
int access_open(const char *directory, bool create, const char *name, struct access **ret_access,
                struct problem *problem);
struct access *access_free(struct access *access);
MEMORY_DEFINE_FREEP(struct access, access_free)

/* Writes a line and returns when it is durable. Any number of threads. */
int access_append(struct access *access, const struct access_line *line, struct problem *problem);

/* From now on, while the disk is full or cannot be written, lines are held in memory, in order, with their time, and written
 * before the next one that can be, tried once a second: access_append returns 0 for them, too. For a process that stays and must go on answering;
 * what is held is lost when it is killed. Up to ACCESS_HELD_LINES and ACCESS_HELD_BYTES, then access_append fails. */
#define ACCESS_HELD_LINES 20000
#define ACCESS_HELD_BYTES ((size_t)16 << 20)
void access_hold(struct access *access);
/* Lines that are held now. */
size_t access_held(struct access *access);

/* Which lines are wanted; NULL and 0 for all. */
struct access_filter {
	const char *office, *who, *action, *what; /* exactly these; `what` any part of it */
	const char *from, *until;                 /* from <= at < until */
	uint64_t before;                          /* sequences below it: where the last page ended */
	size_t limit;
};

/* Gives the lines that pass, newest first, until the function returns another value than 0. Texts live for the call. */
int access_search(struct access *access, const struct access_filter *filter,
                  int (*function)(void *context, const struct access_line *line), void *context,
                  struct problem *problem);

/* Lets all lines before that moment ("2026-11-27T21:00:00.000Z") forget their texts, some thousands at a time, between which
 * others write. *ret_count of them did. */
int access_forget(struct access *access, const char *before, uint64_t *ret_count, struct problem *problem);

/* The same for the lines of which the function says so; no remnant of them is left in the file. */
int access_forget_lines(struct access *access, bool (*says)(void *context, const struct access_line *line),
                        void *context, uint64_t *ret_count, struct problem *problem);

/* Checks every line and every checkpoint, under `key` or, with NULL, the key that the log itself has. Findings as in
 * store/verify.h: `finding` gets the line's sequence (0: none) and a sentence. */
struct access_verified {
	uint64_t lines, forgotten, checkpoints, findings;
	struct note_verifier key;
};
int access_verify(struct access *access, const struct note_verifier *key,
                  void (*finding)(void *context, uint64_t sequence, const char *sentence), void *context,
                  struct access_verified *ret_verified, struct problem *problem);

#endif
