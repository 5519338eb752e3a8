/* A request that makes something and may be sent twice, because its answer was lost on the way: whoever sends it gives it
 * a key of his own, and with the same key the first reply comes again. Kept in local.db. Knows nothing of HTTP but a
 * status and two texts.
 *
 * Inside the caller's local_begin; times in milliseconds since 1970. */
#ifndef JISR_MEMBERS_REPEAT_H
#define JISR_MEMBERS_REPEAT_H

#include "base/arena.h"
#include "members/local.h"

#define REPEAT_MAX_KEY   255                         /* bytes */
#define REPEAT_MAX_REPLY ((size_t)256 << 10)         /* bytes of a reply that is kept */
#define REPEAT_MOST      1000                        /* of one caller: the oldest is forgotten */
#define REPEAT_KEPT      ((int64_t)24 * 3600 * 1000) /* ms */

/* Caller, route and key name a request; the hash tells whether it is the same one. */
struct repeat {
	const char *caller, *route, *key;
	uint8_t body[LOCAL_HASH]; /* SHA-256 of the request's body */
};

struct repeat_reply {
	int status;
	const char *etag, *location; /* NULL: none */
	const char *bytes;           /* NULL: not to be kept */
	size_t length;
};

enum repeat_found {
	REPEAT_FIRST,     /* noted as under way */
	REPEAT_UNDER_WAY, /* or cut off before its reply was kept */
	REPEAT_OTHER,     /* the key was used with another body */
	REPEAT_AGAIN,     /* the reply of the first */
	REPEAT_NOT_KEPT,  /* it was answered, with something that is not kept */
};

/* Forgets what is old. With REPEAT_FIRST *ret_id names it for the calls below; with REPEAT_AGAIN *ret_reply lives in
 * the arena. */
int repeat_begin(struct sql *sql, const struct repeat *repeat, int64_t now, struct arena *arena,
                 enum repeat_found *ret_found, int64_t *ret_id, struct repeat_reply *ret_reply,
                 struct problem *problem);
/* It was done. A reply over REPEAT_MAX_REPLY is not kept. */
int repeat_keep(struct sql *sql, int64_t id, const struct repeat_reply *reply, struct problem *problem);
/* Forgets every reply that holds the text. *ret_count of them did. */
int repeat_forget(struct sql *sql, const char *text, uint64_t *ret_count, struct problem *problem);
/* Nothing was done: the key is free again. */
int repeat_drop(struct sql *sql, int64_t id, struct problem *problem);

#endif
