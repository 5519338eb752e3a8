/* What a node's officers have asked for and headquarters has not answered yet: DIR/network.db. An item is on the disk before
 * anybody is told of it, and stays until headquarters' signed answer is beside it.
 *
 *   waiting           here; may be changed or dropped
 *   at-headquarters   handed over, or on the way there: whether it arrived is not known until the answer is
 *   accepted          with the entries that it brought
 *   refused           headquarters says why; or what it builds on was refused
 *   dropped           by whoever gave it
 *
 * Items about one thing go in their order, each when the one before it is accepted; all others go by themselves, so that one
 * that cannot be answered holds up nothing else.
 *
 * Threads: all functions may be called by several at once. Several processes may have the file open. */
#ifndef JISR_NETWORK_OUTBOX_H
#define JISR_NETWORK_OUTBOX_H

#include "base/sha256.h"
#include "network/parcel.h"

#define OUTBOX_NAME      "network.db"
#define OUTBOX_MAX_OPEN  20000                            /* items that are not settled */
#define OUTBOX_MAX_BYTES ((int64_t)1 << 30)               /* of all their bodies */
#define OUTBOX_THING_MAX 120                              /* "notices/2026-17", "notices/~k3m9q7x2w4t8zabc" */
#define OUTBOX_KEEP_MS   ((int64_t)30 * 24 * 3600 * 1000) /* that settled items stay */
#define OUTBOX_KEY_MAX   255

enum outbox_state { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_ACCEPTED, OUTBOX_REFUSED, OUTBOX_DROPPED };
const char *outbox_state_name(enum outbox_state state);
bool outbox_state_read(const char *name, enum outbox_state *ret_state);

struct outbox;

/* Makes the file when it is missing, mode 0600. */
int outbox_open(const char *directory, struct outbox **ret_outbox, struct problem *problem);
struct outbox *outbox_close(struct outbox *outbox);
MEMORY_DEFINE_FREEP(struct outbox, outbox_close)

/* Texts are in the arena; "" where there is none. */
struct outbox_item {
	int64_t number;                  /* the order in which they came */
	const char *id, *officer, *what; /* what: the route's name, "api_notice_draft" */
	enum outbox_state state;
	right_set scopes;
	const char *method, *target, *type, *match, *said;
	const char *thing, *needs; /* needs: the item that must be accepted before */
	const char *note, *body;   /* the signed command; both gone when it is accepted */
	size_t note_length, body_length;
	const char *trouble; /* why it could not be answered when it was last tried */
	/* settled */
	const char *answer, *at, *made, *reply, *newer, *reason;
	size_t answer_length;
	unsigned status;
	uint64_t first, last;
	bool seen; /* its entries have come back through the log */
};

struct outbox_new {
	struct parcel parcel;
	const char *what, *thing;
	const char *caller, *key; /* of an Idempotency-Key; key NULL: none */
	char asked[SHA256_HEX];   /* of what was asked for, to tell whether it is the same */
	const char *note;
	size_t note_length;
};

/* Durable when it returns 0. With `ret_id` another id than the new one it was there by its key already. JISR_BAD_INPUT: the key
 * was given with something else. JISR_STATE: what it builds on was refused or dropped. JISR_FULL. */
int outbox_put(struct outbox *outbox, const struct outbox_new *item, char ret_id[PARCEL_ID_MAX],
               struct problem *problem);

/* By the key, without anything new. JISR_NOT_FOUND; JISR_BAD_INPUT as above. */
int outbox_by_key(struct outbox *outbox, const char *caller, const char *key, const char *asked,
                  char ret_id[PARCEL_ID_MAX], struct problem *problem);

int outbox_get(struct outbox *outbox, const char *id, struct arena *arena, struct outbox_item *ret_item,
               struct problem *problem);

/* Newest first, without note, body and answer; texts live for the call. */
struct outbox_filter {
	const char *officer; /* NULL: of all */
	int state;           /* enum outbox_state; -1: all; -2: those that are not settled */
	int64_t before;      /* a number; 0: from the newest */
	size_t limit;
};
typedef bool (*outbox_each)(void *context, const struct outbox_item *item);
int outbox_list(struct outbox *outbox, const struct outbox_filter *filter, outbox_each each, void *context,
                uint64_t *ret_total, struct problem *problem);

/* Whether something about it is on its way, so that what is here is not yet what headquarters has. */
int outbox_moves(struct outbox *outbox, const char *thing, bool *ret_moves, struct problem *problem);

/* ---- while it waits ---- */

/* Another body. JISR_STATE: it does not wait any more. */
int outbox_amend(struct outbox *outbox, const char *id, const char *note, size_t note_length, const char *body,
                 size_t body_length, const char *asked, struct problem *problem);
/* With all that builds on it: *ret_count of them. */
int outbox_drop(struct outbox *outbox, const char *id, uint64_t *ret_count, struct problem *problem);

/* ---- sending ---- */

/* The next ones that may go, in their order; from now on they are at headquarters. */
#define OUTBOX_BATCH       64
#define OUTBOX_BATCH_BYTES ((size_t)1 << 20) /* one that is longer goes alone */
int outbox_take(struct outbox *outbox, struct arena *arena, struct outbox_item ret_items[OUTBOX_BATCH],
                size_t *ret_count, struct problem *problem);
/* Whether any may go. */
bool outbox_ready(struct outbox *outbox);
/* One of them never left: it waits again. */
int outbox_back(struct outbox *outbox, const char *id, struct problem *problem);
/* It was not answered, because the line broke or for another reason, and will be sent again after some rest. */
int outbox_later(struct outbox *outbox, const char *id, bool line, const char *why, struct problem *problem);
/* Headquarters' answer, whose signature was checked; `reason`: of a refusal. What builds on a refused one is refused with it.
 * JISR_STATE: it is settled already. */
int outbox_settle(struct outbox *outbox, const struct parcel_answer *answer, const char *note, size_t length,
                  const char *reason, struct problem *problem);
/* Those that are at headquarters, and accepted ones that were not seen in the log; until the function returns false. */
int outbox_unseen(struct outbox *outbox, outbox_each each, void *context, struct problem *problem);
/* The log has it. */
int outbox_saw(struct outbox *outbox, const char *id, uint64_t first, uint64_t last, const char *made, const char *at,
               struct problem *problem);

/* Forgets what was settled long ago. */
int outbox_forget(struct outbox *outbox, int64_t now, struct problem *problem);

struct outbox_figures {
	uint64_t waiting, sent, refused;
	double oldest; /* seconds since the oldest that is not settled was given; 0: none */
};
int outbox_figures(struct outbox *outbox, struct outbox_figures *ret_figures, struct problem *problem);

#endif
