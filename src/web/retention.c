#include "web/retention.h"

#include "base/clock.h"
#include "notices/act.h"
#include "notices/object_file.h"
#include "notices/object_removal.h"
#include "notices/removal.h"
#include "notices/request_act.h"
#include "web/papers.h"
#include "web/sweep.h"
#include "web/ticker.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define ITEMS_MOST     1000000
#define SWEEP_EVERY    60000 /* ms */
#define SWEEP_REMOVALS 50    /* notices that are removed before files are written anew */
#define SWEEP_MEMORY   ((size_t)32 << 20)

/* ---- one run ---- */

struct items {
	struct retention_item *list;
	size_t count, capacity;
	int error;
};

static bool keep_item(void *context, const struct retention_item *item)
{
	struct items *items = context;
	items->error =
		memory_reserve(&items->list, &items->capacity, items->count + 1, ITEMS_MOST, sizeof *items->list);
	if (!items->error)
		items->list[items->count++] = *item;
	return items->error == JISR_OK;
}

struct doing {
	const struct retention_item *item;
	const char *today;
	const struct caller *caller;
};

/* Decides anew: what was listed may have changed since. */
static int do_one(struct store_write *write, void *context, struct problem *problem)
{
	struct doing *doing = context;
	struct sql *sql = store_write_sql(write);
	const struct retention_item *item = doing->item;
	struct caller headquarters; /* or the Commission */
	const char *held = NULL;
	caller_console(&headquarters, OFFICE_HEADQUARTERS);
	if (item->action == RETENTION_EXPIRE) {
		struct act act = {.step = STEP_EXPIRE,
		                  .caller = &headquarters,
		                  .id = item->id,
		                  .today = doing->today,
		                  .expected = ENTRY_ANY};
		return act_run(write, &act, problem);
	}
	if (item->action == RETENTION_FORGET) {
		caller_console(&headquarters, OFFICE_COMMISSION);
		struct request_act act = {.step = REQUEST_FORGET,
		                          .caller = &headquarters,
		                          .id = item->id,
		                          .by_time = true,
		                          .expected = ENTRY_ANY};
		return request_run(write, &act, problem);
	}
	if (item->action == RETENTION_LAPSE || item->action == RETENTION_CLEAR)
		return (item->action == RETENTION_LAPSE ? object_lapse : object_remove)(
			write, item->id, item->since, doing->caller->officer, problem);
	int64_t open = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM notice WHERE id = ?1 AND state NOT IN ('refused',"
	                                        " 'withdrawn', 'cancelled', 'ended', 'expired', 'discarded')");
	sql_bind_text(&query, 1, item->id);
	int error = sql_run_number(&query, 0, &open, problem);
	if (!error && open > 0)
		error = problem_set(problem, JISR_STATE, "the notice %s is no longer over", item->id);
	if (!error)
		error = removal_holds(sql, item->id, &held, problem);
	if (!error && held != NULL)
		error = problem_set(problem, JISR_STATE, "the notice %s is held: %s", item->id, held);
	struct removal removal = {
		.id = item->id, .why = "retention", .author = OFFICE_HEADQUARTERS, .officer = doing->caller->officer};
	return error ? error : removal_run(write, &removal, problem);
}

static int list_items(struct store *store, const char *today, struct items *items, struct sweep *sweep,
                      struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	if (!error)
		error = retention_list(store_reader_sql(reader), today, keep_item, items, problem);
	if (!error)
		error = items->error;
	for (size_t i = 0; i < items->count && !error; i++) {
		if (items->list[i].action != RETENTION_REMOVE || items->list[i].held != NULL)
			continue;
		if (sweep->notice_count == SWEEP_REMOVALS) {
			items->count = i; /* the rest the next time */
			break;
		}
		error = sweep_gather(sweep, store_reader_log(reader), items->list[i].id, problem);
	}
	return error;
}

static void count_one(struct retention_done *done, enum retention_action action)
{
	done->expired += action == RETENTION_EXPIRE || action == RETENTION_LAPSE;
	done->removed += action == RETENTION_REMOVE || action == RETENTION_CLEAR;
	done->forgotten += action == RETENTION_FORGET;
}

static int run_once(const char *directory, struct store *store, const struct caller *caller, const char *today,
                    struct retention_done *done, bool *ret_more, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(memory_freep) struct sweep *sweep = memory_zero(1, sizeof *sweep);
	struct items items = {NULL, 0, 0, JISR_OK};
	bool wipes = false;
	if (sweep == NULL || arena_new(SWEEP_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	sweep_init(sweep, arena);
	int error = list_items(store, today, &items, sweep, problem);
	*ret_more = sweep->notice_count == SWEEP_REMOVALS;
	done->held = 0;
	if (!error && items.count > 0)
		error = sweep_mark(directory, problem);
	for (size_t i = 0; i < items.count && !error; i++) {
		struct doing doing = {&items.list[i], today, caller};
		struct problem inner = {""};
		if (items.list[i].held != NULL) {
			done->held++;
			continue;
		}
		if (store_submit(store, do_one, &doing, &inner) == JISR_OK) {
			count_one(done, items.list[i].action);
			wipes = wipes ||
			        (items.list[i].action != RETENTION_EXPIRE && items.list[i].action != RETENTION_LAPSE);
		} else if (done->failed++ == 0) {
			(void)problem_set(problem, JISR_STATE, "%s", inner.text);
		}
	}
	memory_free(items.list);
	if (error || !wipes)
		return error;
	struct problem inner = {""};
	if (sweep_before(sweep, directory, store, &inner) != JISR_OK ||
	    sweep_after(sweep, directory, store, &inner) != JISR_OK)
		done->swept = false;
	return JISR_OK;
}

int retention_run(const char *directory, struct store *store, const struct caller *caller, const char *today,
                  struct retention_done *ret_done, struct problem *problem)
{
	struct retention_done done = {.swept = true};
	bool more = true, swept = false;
	int error = caller_check(caller, RIGHT_RETENTION, problem);
	while (!error && more) {
		uint64_t before = done.removed;
		error = run_once(directory, store, caller, today, &done, &more, problem);
		more = more && done.removed > before;
	}
	/* Copies of forgotten requests, and those that a process stored and was killed before it could name them; the same of
	 * files of objects, unless one is being loaded just now: that cleans itself. */
	bool left;
	if (!error)
		error = papers_sweep(directory, store, &left, problem);
	if (!error && (error = object_file_clean(store, problem)) == JISR_BUSY)
		error = JISR_OK;
	if (!error && sweep_pending(directory, store, &swept, NULL) == JISR_OK)
		done.swept = true;
	if (!error)
		*ret_done = done;
	return error;
}

/* ---- the thread ---- */

struct retention {
	struct retention_work work;
	retention_told told;
	void *context;
	struct ticker *ticker;
	char day[11]; /* the last one whose list was done; "" before */
};

static int forget_access(const struct retention_work *work, uint64_t *ret_lines, struct problem *problem)
{
	char before[CLOCK_UTC_MAX];
	(void)clock_utc_at(clock_wall() / 1000 - (int64_t)work->access_seconds, before);
	return work->access != NULL ? access_forget(work->access, before, ret_lines, problem) : JISR_OK;
}

static void look(void *context)
{
	struct retention *retention = context;
	const struct retention_work *work = &retention->work;
	struct caller console;
	struct retention_done done = {.swept = true};
	struct problem problem = {""};
	char now[CLOCK_UTC_MAX], today[11];
	bool swept;
	int error = JISR_OK;
	if (work->store != NULL)
		(void)sweep_pending(work->directory, work->store, &swept, NULL);
	(void)snprintf(today, sizeof today, "%.10s", clock_utc(now));
	if (strcmp(today, retention->day) == 0)
		return;
	caller_console(&console, OFFICE_HEADQUARTERS);
	if (work->store != NULL)
		error = retention_run(work->directory, work->store, &console, today, &done, &problem);
	if (!error)
		error = forget_access(work, &done.lines, &problem);
	if (!error)
		memcpy(retention->day, today, sizeof today);
	if (error || done.expired + done.removed + done.forgotten + done.lines + done.failed > 0)
		retention->told(retention->context, &done, error, &problem);
}

int retention_start(const struct retention_work *work, retention_told told, void *context,
                    struct retention **ret_retention, struct problem *problem)
{
	struct retention *retention = memory_zero(1, sizeof *retention);
	if (retention == NULL)
		return problem_no_memory(problem);
	*retention = (struct retention){.work = *work, .told = told, .context = context};
	int error = ticker_start(SWEEP_EVERY, look, retention, &retention->ticker, problem);
	if (error)
		retention = memory_free(retention);
	*ret_retention = retention;
	return error;
}

struct retention *retention_stop(struct retention *retention)
{
	if (retention == NULL)
		return NULL;
	ticker_stop(retention->ticker);
	return memory_free(retention);
}
