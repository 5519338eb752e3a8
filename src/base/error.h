/* The one enum of error codes, and the text that tells a person what went wrong.
 *
 * Every function that can fail returns int: 0, or one of these. What it was about, where, and what to do goes into
 * a struct problem that the caller passes (or NULL when it does not care). Libraries never print; src/cli does. */
#ifndef JISR_BASE_ERROR_H
#define JISR_BASE_ERROR_H

enum jisr_error {
	JISR_OK = 0,
	JISR_NO_MEMORY = -1,   /* an allocation failed, or an arena reached its limit */
	JISR_TOO_LARGE = -2,   /* the input is over a limit that its header names */
	JISR_BAD_INPUT = -3,   /* the input is malformed; the problem says where */
	JISR_NOT_FOUND = -4,   /* the thing asked for is not there */
	JISR_IO = -5,          /* the system refused a read, a write, an open, a rename */
	JISR_CORRUPT = -6,     /* our own stored bytes fail their checksum or their structure */
	JISR_UNSUPPORTED = -7, /* well-formed, but of a kind or version that this program does not know */
	JISR_BUSY = -8,        /* another process holds the lock */
	JISR_CANCELLED = -9,   /* the caller asked to stop */
	JISR_CONFLICT = -10,   /* somebody else changed it first: read it again, then decide */
	JISR_DENIED = -11,     /* the caller has no right to it */
	JISR_STATE = -12,      /* not possible in the state that the thing is in */
	JISR_FULL = -13,       /* the disk is full; nothing was changed */
};

/* One line for a code, never NULL; unknown codes give "unknown error". */
const char *error_text(int code);

#define PROBLEM_MAX 512

/* A sentence for a person: what was wrong, where, what to do. Owned by the caller; empty text means none. */
struct problem {
	char text[PROBLEM_MAX];
};

/* Writes the sentence (cut at a UTF-8 border when too long) and returns code, so that a failing function can say
 * `return problem_set(problem, JISR_BAD_INPUT, "line %zu: ...", line);`. A NULL problem is accepted. */
int problem_set(struct problem *problem, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "out of memory"; returns JISR_NO_MEMORY. */
int problem_no_memory(struct problem *problem);

/* Puts "prefix: " before a sentence already there (used to add a file name on the way up). NULL is accepted. */
void problem_prefix(struct problem *problem, const char *prefix);

#endif
