#include "web/requests.h"

#include "base/json.h"
#include "web/sweep.h"

#include <string.h>

#define SWEEP_MEMORY ((size_t)8 << 20)

/* What the notices of a request say, and its copies of papers, gathered before they go. */
static int gather(struct store *store, const struct request_act *act, struct sweep *sweep, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct request request;
	char id[NOTICE_ID_MAX + 1];
	int error = store_read(store, &reader, problem);
	if (!error && act->step != REQUEST_EXECUTE)
		return sweep_papers(sweep, store_reader_sql(reader), act->id,
		                    act->step == REQUEST_SHRED ? json_get_text(act->fields, "paper") : NULL, problem);
	if (!error)
		error = request_get(store_reader_sql(reader), (struct viewer){OFFICE_COMMISSION}, act->id, sweep->arena,
		                    &request, problem);
	if (error == JISR_NOT_FOUND || (!error && strcmp(request.kind, "deletion") != 0))
		return JISR_OK; /* the step itself says so */
	for (size_t i = 0; !error && request_notice(&request, i, id); i++)
		error = sweep_gather(sweep, store_reader_log(reader), id, problem);
	return error;
}

static bool wipes(enum request_step step)
{
	return step == REQUEST_EXECUTE || step == REQUEST_FORGET || step == REQUEST_SHRED;
}

int requests_take(const char *directory, struct store *store, struct request_act *act, bool *ret_swept,
                  struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(memory_freep) struct sweep *sweep = NULL;
	*ret_swept = true;
	if (!wipes(act->step) || act->id == NULL)
		return request_submit(store, act, problem);
	sweep = memory_zero(1, sizeof *sweep);
	if (sweep == NULL || arena_new(SWEEP_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	sweep_init(sweep, arena);
	int error = caller_check(act->caller, request_rows[act->step].right, problem);
	if (!error)
		error = gather(store, act, sweep, problem);
	if (!error)
		error = sweep_mark(directory, problem); /* a kill from here on is mended by sweep_pending */
	if (!error)
		error = request_submit(store, act, problem);
	if (!error && (act->removed > 0 || act->step != REQUEST_EXECUTE)) {
		struct problem inner = {""};
		int swept = sweep_before(sweep, directory, store, &inner);
		if (!swept)
			swept = sweep_after(sweep, directory, store, &inner);
		*ret_swept = !swept;
	}
	return error;
}
