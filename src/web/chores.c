/* Invariants, all under `lock`:
 *   1. At most one record is running: `running`, the newest; its thread is the one in `thread`.
 *   2. A record's order, texts and result are written by the thread that works until it is no longer running, then by nobody.
 *   3. `joinable`: `thread` was started and not joined yet; it is joined by who begins the next, or stops all. */
#include "web/chores.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define WHAT_MAX 200
#define BY_MAX   63

struct record {
	uint64_t id; /* 0: none yet */
	const char *kind;
	char what[WHAT_MAX + 1], by[BY_MAX + 1];
	char began[CLOCK_UTC_MAX], ended[CLOCK_UTC_MAX]; /* "" while it runs */
	bool failed;
	struct text result;
	struct problem problem;
};

struct chore {
	struct chores *chores;
	struct chore_order order;
	_Atomic uint64_t done, total;
	_Atomic bool cancelled;
};

struct chores {
	pthread_mutex_t lock;
	struct record records[CHORES_KEPT]; /* number `id` in place id % CHORES_KEPT */
	uint64_t last;                      /* the newest id */
	bool running, joinable, stopping;
	pthread_t thread;
	struct chore chore; /* the one that runs */
};

int chores_new(struct chores **ret_chores)
{
	struct chores *chores = memory_zero(1, sizeof *chores);
	if (chores == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&chores->lock, NULL);
	for (size_t i = 0; i < CHORES_KEPT; i++)
		text_init(&chores->records[i].result, CHORE_MAX_RESULT);
	*ret_chores = chores;
	return JISR_OK;
}

void chores_stop(struct chores *chores)
{
	if (chores == NULL)
		return;
	(void)pthread_mutex_lock(&chores->lock);
	chores->stopping = true;
	atomic_store(&chores->chore.cancelled, true);
	bool joinable = chores->joinable;
	chores->joinable = false;
	(void)pthread_mutex_unlock(&chores->lock);
	if (joinable)
		(void)pthread_join(chores->thread, NULL);
}

struct chores *chores_free(struct chores *chores)
{
	if (chores == NULL)
		return NULL;
	chores_stop(chores);
	for (size_t i = 0; i < CHORES_KEPT; i++)
		text_finish(&chores->records[i].result);
	(void)pthread_mutex_destroy(&chores->lock);
	return memory_free(chores);
}

static void *run(void *context)
{
	struct chore *chore = context;
	struct chores *chores = chore->chores;
	struct problem problem = {""};
	struct text result;
	text_init(&result, CHORE_MAX_RESULT);
	int error = chore->order.work(chore, chore->order.context, &result, &problem);
	if (error == JISR_OK && result.error != JISR_OK)
		error = problem_set(&problem, result.error, "what came of it cannot be told: %s",
		                    error_text(result.error));
	if (error != JISR_OK && problem.text[0] == '\0')
		(void)problem_set(&problem, error, "%s", error_text(error));
	if (chore->order.free != NULL)
		chore->order.free(chore->order.context);
	(void)pthread_mutex_lock(&chores->lock);
	struct record *record = &chores->records[chores->last % CHORES_KEPT];
	text_finish(&record->result);
	record->result = result;
	record->problem = problem;
	record->failed = error != JISR_OK;
	(void)clock_utc(record->ended);
	chores->running = false;
	(void)pthread_mutex_unlock(&chores->lock);
	return NULL;
}

/* With the lock held. */
static int start(struct chores *chores, const struct chore_order *order, struct problem *problem)
{
	if (chores->stopping)
		return problem_set(problem, JISR_CANCELLED, "the service is stopping");
	if (chores->running)
		return problem_set(problem, JISR_BUSY,
		                   "another piece of work is under way: %s. Wait until it has ended",
		                   chores->records[chores->last % CHORES_KEPT].what);
	if (chores->joinable) {
		(void)pthread_join(chores->thread, NULL); /* it has ended, or is about to: it needs the lock no more */
		chores->joinable = false;
	}
	struct record *record = &chores->records[(chores->last + 1) % CHORES_KEPT], before = *record;
	record->id = chores->last + 1;
	record->kind = order->kind;
	(void)snprintf(record->what, sizeof record->what, "%s", order->what);
	(void)snprintf(record->by, sizeof record->by, "%s", order->by);
	(void)clock_utc(record->began);
	record->ended[0] = '\0';
	record->failed = false;
	record->problem = (struct problem){""};
	chores->chore.chores = chores;
	chores->chore.order = *order;
	atomic_store(&chores->chore.done, 0);
	atomic_store(&chores->chore.total, 0);
	atomic_store(&chores->chore.cancelled, false);
	int error = thread_start(&chores->thread, run, &chores->chore, problem);
	if (error) {
		*record = before;
		return error;
	}
	text_reset(&record->result);
	chores->last++;
	chores->running = chores->joinable = true;
	return JISR_OK;
}

int chores_begin(struct chores *chores, const struct chore_order *order, uint64_t *ret_id, struct problem *problem)
{
	(void)pthread_mutex_lock(&chores->lock);
	int error = start(chores, order, problem);
	if (!error)
		*ret_id = chores->last;
	(void)pthread_mutex_unlock(&chores->lock);
	if (error && order->free != NULL)
		order->free(order->context);
	return error;
}

void chore_progress(struct chore *chore, uint64_t done, uint64_t total)
{
	atomic_store_explicit(&chore->done, done, memory_order_relaxed);
	atomic_store_explicit(&chore->total, total, memory_order_relaxed);
}

bool chore_cancelled(struct chore *chore)
{
	return atomic_load_explicit(&chore->cancelled, memory_order_relaxed);
}

/* With the lock held; NULL: none of that number is remembered. */
static struct record *find(struct chores *chores, uint64_t id)
{
	struct record *record = &chores->records[id % CHORES_KEPT];
	return id != 0 && record->id == id ? record : NULL;
}

int chores_cancel(struct chores *chores, uint64_t id, struct problem *problem)
{
	int error = JISR_OK;
	(void)pthread_mutex_lock(&chores->lock);
	const struct record *record = find(chores, id);
	if (record == NULL)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no piece of work %llu", (unsigned long long)id);
	else if (!chores->running || id != chores->last)
		error = problem_set(problem, JISR_STATE, "it has ended already");
	else
		atomic_store(&chores->chore.cancelled, true);
	(void)pthread_mutex_unlock(&chores->lock);
	return error;
}

/* With the lock held. */
static void emit(const struct chores *chores, const struct record *record, struct text *text)
{
	bool running = chores->running && record->id == chores->last;
	emit_object(text, NULL);
	emit_count(text, "id", record->id);
	emit_text(text, "kind", record->kind);
	emit_text(text, "what", record->what);
	emit_text(text, "by", record->by);
	emit_text(text, "state", running ? "running" : record->failed ? "failed" : "done");
	emit_text(text, "began", record->began);
	emit_text(text, "ended", running ? NULL : record->ended);
	emit_count(text, "done", running ? atomic_load(&chores->chore.done) : 0);
	emit_count(text, "total", running ? atomic_load(&chores->chore.total) : 0);
	if (!running && record->result.length > 0)
		emit_raw(text, "result", record->result.bytes, record->result.length);
	else
		emit_null(text, "result");
	emit_text(text, "problem", !running && record->failed ? record->problem.text : NULL);
	emit_close_object(text);
}

int chores_emit(struct chores *chores, uint64_t id, struct text *text, struct problem *problem)
{
	(void)pthread_mutex_lock(&chores->lock);
	const struct record *record = find(chores, id);
	if (record != NULL)
		emit(chores, record, text);
	(void)pthread_mutex_unlock(&chores->lock);
	return record != NULL ? JISR_OK
	                      : problem_set(problem, JISR_NOT_FOUND,
	                                    "there is no piece of work %llu: none was begun, or it was long ago",
	                                    (unsigned long long)id);
}

void chores_emit_all(struct chores *chores, const char *key, struct text *text)
{
	emit_array(text, key);
	(void)pthread_mutex_lock(&chores->lock);
	for (uint64_t id = chores->last; id > 0 && id + CHORES_KEPT > chores->last; id--)
		emit(chores, &chores->records[id % CHORES_KEPT], text);
	(void)pthread_mutex_unlock(&chores->lock);
	emit_close_array(text);
}

int chores_reply(const struct http_request *request, struct http_reply *reply, uint64_t id)
{
	char *location = arena_format(request->arena, "/api/v1/chores/%llu", (unsigned long long)id);
	int error = location == NULL ? JISR_NO_MEMORY : http_reply_header(reply, "Location", location);
	reply->status = 202;
	reply->type = "application/json";
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "chore", id);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}
