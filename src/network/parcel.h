/* What a node sends up, and what comes back. Neither is believed for the line it came by: a command is signed by the key of the
 * office that gives it, an answer by headquarters', so that whoever passes them on (a regional bureau) can forge neither.
 *
 * A command is what an officer, or the command line, asked of the node: a request of the API that changes the record. As a
 * note (base/note.h), whose text is
 *   jisr/command/1
 *   NAME OF THE LOG
 *   {"id","node","office","officer","scopes","method","target","type","match","said","body":SHA-256,"length"}
 *
 * An answer is headquarters' last word on it, given after what it brought is durable:
 *   jisr/answer/1
 *   NAME OF THE LOG
 *   {"id","node","command":SHA-256 of the command's note,"accepted","status","first","last","at","made","reply","newer"}
 *
 * On the line, numbers big-endian:
 *   commands   'P' | note's length, 4 | note | body's length, 4 | body, once and again
 *   answers    'A' | note's length, 4 | note, or 'L' | length, 4 | {"id","why"}: not now, to be sent again */
#ifndef JISR_NETWORK_PARCEL_H
#define JISR_NETWORK_PARCEL_H

#include "base/arena.h"
#include "base/sha256.h"
#include "network/network.h"

#define PARCEL_ID_MAX     17                 /* 16 characters with the closing 0 */
#define PARCEL_TARGET_MAX 2000               /* bytes of an address with its query */
#define PARCEL_MAX_NOTE   ((size_t)16 << 10) /* bytes of a command's note */
#define PARCEL_MAX_BODY   ((size_t)4 << 20)  /* bytes of a command's body */
#define PARCEL_MAX_ANSWER ((size_t)512 << 10)
#define PARCEL_MAX_REPLY  ((size_t)64 << 10) /* bytes of a reply, or of what is newer, that an answer carries */

struct parcel {
	const char *id, *node, *office, *officer; /* officer "": the command line of the node */
	right_set scopes;
	const char *method, *target;
	const char *type, *match; /* of the headers Content-Type and If-Match; "" for none */
	const char *said;         /* by the node's clock */
	const char *body;
	size_t length;
};

struct parcel_answer {
	const char *id, *node;
	char command[SHA256_HEX];
	bool accepted;
	unsigned status;                       /* of HTTP, as headquarters would have answered */
	uint64_t first, last;                  /* entries that it brought; 0: none */
	const char *at, *made, *reply, *newer; /* "" where there is none */
};

/* 16 letters and digits by lot. */
void parcel_id_new(char out[PARCEL_ID_MAX]);
bool parcel_id_valid(const char *id);

/* The text that is to be signed. JISR_BAD_INPUT: it could not be read back. */
int parcel_write(const struct parcel *parcel, const char *log, struct text *text, struct problem *problem);
/* Reads a command's note and looks whether the body is its body; who signed it is store_open_note's to say. Texts are in the
 * arena. JISR_BAD_INPUT. */
int parcel_read(const char *note, size_t length, const char *body, size_t body_length, const char *log,
                struct arena *arena, struct parcel *ret_parcel, struct problem *problem);

int parcel_answer_write(const struct parcel_answer *answer, const char *log, struct text *text,
                        struct problem *problem);
int parcel_answer_read(const char *note, size_t length, const char *log, struct arena *arena,
                       struct parcel_answer *ret_answer, struct problem *problem);

/* One piece of what is on the line: its kind, and one or two runs of bytes. */
struct parcel_piece {
	char kind; /* 'P', 'A', 'L' */
	const char *note, *body;
	size_t length, body_length;
};
int parcel_put(struct text *out, const struct parcel_piece *piece);
/* The next one at *at, which is moved on. False: the end, or (*ret_bad) bytes that are none. */
bool parcel_next(const char **at, const char *end, struct parcel_piece *ret_piece, bool *ret_bad);

#endif
