/* What callers decided about pairs: this customer and that listed person are "different", "same", or it is "unsure".
 *
 * A pair that a caller called different is not shown to that caller again, until either side changes: then it is shown,
 * and says why. A decision belongs to the caller (the name of a token, struct http_request) and is about
 *
 *   the person asked for   all facts of the query that identify: schema, names, birth date, countries, sex, documents;
 *                          and, where the decision names one, the caller's own reference of the customer
 *   the person listed      list and id, and everything stored of it that says something about the person (not when a
 *                          record was last seen or where it was published: docs/decisions.md names what is left out)
 *
 * Without a reference a decision counts for every query of exactly these facts. With one it counts for that customer
 * alone; when the customer's facts have changed, the pair is shown again and says which changed.
 *
 * A match of document numbers is never hidden by a decision made without it: a number that is new on either side is a
 * change of that side; one that only other rules of comparing find reopens the pair because the rules changed.
 *
 * Decisions lie in DIR/decisions.db (SQLite; durable when decisions_add returns) and in memory, where a check looks them
 * up: one hash and a short lock for each query, nothing for each hit of a person about whom nothing was decided. Several
 * processes may add to one directory; decisions_look takes over what others added. */
#ifndef JISR_WEB_DECISIONS_H
#define JISR_WEB_DECISIONS_H

#include "base/arena.h"
#include "base/text.h"
#include "watch/check.h"

#include <stdbool.h>
#include <stdint.h>

#define DECISIONS_MAX           1000000 /* kept in memory: about 250 bytes each */
#define DECISIONS_MAX_CALLER    200     /* bytes */
#define DECISIONS_MAX_REFERENCE 200
#define DECISIONS_MAX_REASON    4000
#define DECISIONS_MAX_BY        200
#define DECISIONS_MAX_KEY       200 /* of an Idempotency-Key */
#define DECISIONS_MAX_PAGE      1000

struct decisions;
struct watch_scratch;
struct lists; /* web/service.h; decisions use view, list and count alone */

/* Opens DIR/decisions.db, creating it (mode 0600), checks it, and reads it into memory. JISR_IO, JISR_CORRUPT,
 * JISR_UNSUPPORTED (written by a later version), JISR_TOO_LARGE (over DECISIONS_MAX), JISR_NO_MEMORY. With `read_only` a
 * missing file is no decision, and adding is refused. */
int decisions_open(const char *directory, bool read_only, struct decisions **ret_decisions, struct problem *problem);
struct decisions *decisions_close(struct decisions *decisions);
MEMORY_DEFINE_FREEP(struct decisions, decisions_close)

/* ---- asking, while checking ---- */

/* What a caller decided about the person of one query. Lives in the arena; for one thread. `reference` may be NULL. The
 * query must be complete; `lists` are those it will be checked against. JISR_NO_MEMORY. */
struct decisions_asked;
int decisions_ask(struct decisions *decisions, const char *caller, const char *reference,
                  const struct check_query *query, const struct lists *lists, struct arena *arena,
                  struct decisions_asked **ret_asked);

/* True when the entity is not to be shown; counts it once. For check_query.accept, which is asked once for each entity
 * that reaches the threshold: query.accept returns !decisions_hides(asked, segment, entity) last, after its other filters. */
bool decisions_hides(struct decisions_asked *asked, uint32_t segment, uint32_t entity);
uint64_t decisions_hidden(const struct decisions_asked *asked);

/* What to say of a hit that is shown. All texts live in the arena. */
struct decision_mark {
	int64_t id;           /* of the decision; 0: none was made of this pair, and nothing else is filled in */
	const char *decision; /* "different", "same", "unsure" */
	const char *made;     /* UTC */
	bool hidden;          /* would be hidden: shown only because hidden ones were asked for */
	const char
		*again; /* why it is shown again: "the list changed birthDate since (loaded 2026-11-23)"; else NULL */
};
int decisions_mark(struct decisions_asked *asked, uint32_t segment, uint32_t entity, struct decision_mark *ret_mark);

/* Adds "decision": {"id","decision","made","hidden","again"} to the object of a hit, or nothing where none was made. */
void decision_mark_emit(const struct decision_mark *mark, struct text *text);

/* ---- deciding ---- */

struct decision_new {
	const char *caller;
	const char *reference; /* or NULL */
	const struct check_query *query;
	const char *list, *entity;     /* name of the list, id on it */
	const char *decision;          /* "different", "same", "unsure" */
	const char *reason, *by;       /* "" when not said */
	const char *key;               /* Idempotency-Key, or NULL: the same key again gives the first answer */
	struct watch_scratch *scratch; /* of the thread: the pair is compared once more */
};

/* Makes a decision about the entity as it stands in `lists` now; an earlier one of the same pair is replaced by it. It is
 * durable and counts when this returns 0. *ret_repeated: the key was used before for the same thing, and nothing was
 * added. JISR_BAD_INPUT (a text too long or a word that is none of the three; the same key for another decision:
 * JISR_BUSY), JISR_NOT_FOUND (no such list or entity), JISR_TOO_LARGE (DECISIONS_MAX), JISR_FULL, JISR_IO: then
 * nothing was added, and checks go on. */
int decisions_add(struct decisions *decisions, const struct decision_new *decision, const struct lists *lists,
                  struct arena *arena, int64_t *ret_id, bool *ret_repeated, struct problem *problem);

/* Takes a decision of this caller back: the pair is shown again. The record of it stays, marked withdrawn, unless
 * `erase`. JISR_NOT_FOUND, JISR_FULL, JISR_IO. */
int decisions_withdraw(struct decisions *decisions, const char *caller, int64_t id, bool erase,
                       struct problem *problem);

/* Which decisions of a caller to give; NULL and 0 for all. */
struct decisions_filter {
	const char *reference, *list, *entity, *decision;
	bool withdrawn; /* also those withdrawn or replaced */
	int64_t after;  /* the cursor: only ids below it, newest first; 0 from the newest */
	size_t limit;   /* at most DECISIONS_MAX_PAGE */
};

/* Adds the decisions as elements of an array, newest first: {"id","reference","query","list","entity","caption",
 * "decision","reason","by","made","score","rules","withdrawn"}. *ret_next is the cursor of the next page, 0 at the end. */
int decisions_list(struct decisions *decisions, const char *caller, const struct decisions_filter *filter,
                   struct text *text, int64_t *ret_next, struct problem *problem);

/* One as an element. JISR_NOT_FOUND. */
int decisions_get(struct decisions *decisions, const char *caller, int64_t id, struct text *text,
                  struct problem *problem);

/* Takes over what other processes added since. Called by the watcher's thread every few seconds. */
int decisions_look(struct decisions *decisions, struct problem *problem);

/* For /metrics: decisions that count, bytes of memory they take, and how often one could not be stored. */
struct decisions_state {
	uint64_t count, bytes, failures;
};
void decisions_state(struct decisions *decisions, struct decisions_state *ret_state);

#endif
