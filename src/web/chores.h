/* Long pieces of work that an administrator begins over HTTP and whose end nobody waits for on a line: loading a list, making a
 * backup, checking one. One at a time, on a thread of its own; who began it asks how far it is. What came of the last ones is
 * remembered as long as the process lives. */
#ifndef JISR_WEB_CHORES_H
#define JISR_WEB_CHORES_H

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/http.h"

#include <stdbool.h>
#include <stdint.h>

#define CHORES_KEPT      20                  /* the last ones that can be asked for */
#define CHORE_MAX_RESULT ((size_t)256 << 10) /* bytes of JSON that tell what came of one */

struct chores;
struct chore; /* one that is under way */

int chores_new(struct chores **ret_chores);
/* Asks the one that is under way to stop, and waits for it; nothing begins any more. Again it does nothing. */
void chores_stop(struct chores *chores);
struct chores *chores_free(struct chores *chores);
MEMORY_DEFINE_FREEP(struct chores, chores_free)

/* What is done: 0, or a code and a sentence. In both cases it may have put a JSON object into `result`. `free` is called with
 * the context when all is over, also when it could not be begun. */
typedef int (*chore_work)(struct chore *chore, void *context, struct text *result, struct problem *problem);
struct chore_order {
	const char *kind; /* "list.load"; a literal */
	const char *what; /* which list, which backup: for people */
	const char *by;   /* an officer's id */
	chore_work work;
	void (*free)(void *context);
	void *context;
};

/* Begins it. JISR_BUSY: another is under way; JISR_CANCELLED: the service is stopping; JISR_NO_MEMORY. */
int chores_begin(struct chores *chores, const struct chore_order *order, uint64_t *ret_id, struct problem *problem);

/* For the work: how far it is (a total of 0: unknown), and whether it is to stop. */
void chore_progress(struct chore *chore, uint64_t done, uint64_t total);
bool chore_cancelled(struct chore *chore);

/* Asks one to stop. JISR_NOT_FOUND; JISR_STATE: it has ended. */
int chores_cancel(struct chores *chores, uint64_t id, struct problem *problem);

/* {"id","kind","what","by","state":"running"|"done"|"failed","began","ended","done","total","result","problem"}: one
 * (JISR_NOT_FOUND), or an array of all, newest first. */
int chores_emit(struct chores *chores, uint64_t id, struct text *text, struct problem *problem);
void chores_emit_all(struct chores *chores, const char *key, struct text *text);

/* 202 for a request that began one, with its address. */
int chores_reply(const struct http_request *request, struct http_reply *reply, uint64_t id);

#endif
