/* A moment is counted by its holders and by the keeper; who lets go last frees it. `behind` is set by the store's thread
 * for each durable group, and cleared before the record is read, so that nothing written meanwhile is missed. */
#include "web/extracts.h"

#include "base/json.h"
#include "notices/notice.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#define MOMENT_MEMORY ((size_t)1 << 30)

struct extracts_moment {
	struct public_set *set;
	size_t cap;
	uint64_t version;
	_Atomic unsigned holders;
};

struct extracts {
	struct store *store;
	pthread_mutex_t making; /* guards `now` */
	struct extracts_moment *now;
	_Atomic bool behind;
};

static void let_go(struct extracts_moment *moment)
{
	if (moment == NULL || atomic_fetch_sub(&moment->holders, 1) != 1)
		return;
	public_set_free(moment->set);
	memory_free(moment);
}

static void told(void *context, uint64_t first, uint64_t last)
{
	struct extracts *extracts = context;
	(void)first;
	(void)last;
	atomic_store(&extracts->behind, true);
}

int extracts_new(struct store *store, struct extracts **ret_extracts, struct problem *problem)
{
	struct extracts *extracts = memory_zero(1, sizeof *extracts);
	if (extracts == NULL)
		return problem_no_memory(problem);
	extracts->store = store;
	pthread_mutex_init(&extracts->making, NULL);
	atomic_store(&extracts->behind, true);
	int error = store != NULL ? store_listen(store, told, extracts, problem) : JISR_OK;
	if (error) {
		(void)extracts_free(extracts);
		return error;
	}
	*ret_extracts = extracts;
	return JISR_OK;
}

struct extracts *extracts_free(struct extracts *extracts)
{
	if (extracts == NULL)
		return NULL;
	let_go(extracts->now);
	pthread_mutex_destroy(&extracts->making);
	return memory_free(extracts);
}

struct adding {
	struct public_set *set;
	int error;
};

static bool add(void *context, const struct notice *notice)
{
	struct adding *adding = context;
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(notice->content);
	adding->error = content != NULL ? public_set_add(adding->set, notice->id, content) : JISR_NO_MEMORY;
	if (adding->error == JISR_UNSUPPORTED) /* a colour without a public extract */
		adding->error = JISR_OK;
	return adding->error == JISR_OK;
}

static int fill(struct extracts *extracts, struct extracts_moment *moment, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct content_rules rules;
	struct notice_filter filter = {.extracts = true, .limit = INT_MAX};
	struct adding adding = {moment->set, JISR_OK};
	int error = store_read(extracts->store, &reader, problem);
	if (!error)
		error = arena_new(MOMENT_MEMORY, &arena);
	if (!error)
		error = notice_rules(store_reader_sql(reader), &rules, problem);
	if (!error)
		error = notice_list(store_reader_sql(reader), (struct viewer){""}, &filter, arena, add, &adding,
		                    problem);
	if (error || adding.error)
		return error ? error : adding.error;
	moment->cap = (size_t)rules.public_cap;
	moment->version = store_reader_sequence(reader);
	return JISR_OK;
}

static int make(struct extracts *extracts, struct problem *problem)
{
	struct extracts_moment *moment = memory_zero(1, sizeof *moment);
	if (moment == NULL)
		return JISR_NO_MEMORY;
	atomic_store(&moment->holders, 1);
	int error = public_set_new(&moment->set);
	if (!error && extracts->store != NULL)
		error = fill(extracts, moment, problem);
	if (error) {
		let_go(moment);
		return error;
	}
	let_go(extracts->now);
	extracts->now = moment;
	return JISR_OK;
}

int extracts_take(struct extracts *extracts, struct extracts_held *ret_held, struct problem *problem)
{
	int error = JISR_OK;
	pthread_mutex_lock(&extracts->making);
	if (atomic_exchange(&extracts->behind, false) || extracts->now == NULL) {
		error = make(extracts, problem);
		if (error)
			atomic_store(&extracts->behind, true);
	}
	if (!error) {
		struct extracts_moment *moment = extracts->now;
		atomic_fetch_add(&moment->holders, 1);
		*ret_held = (struct extracts_held){moment->set, moment->cap, moment->version, moment};
	}
	pthread_mutex_unlock(&extracts->making);
	return error;
}

void extracts_release(struct extracts_held *held)
{
	let_go(held->moment);
	held->moment = NULL;
}
