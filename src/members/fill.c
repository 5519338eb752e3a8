#include "members/fill.h"

#include "base/json.h"
#include "base/tree.h"

#include <string.h>

#define OFFICES_MAX (ORGANISATION_MEMBERS + 64)

struct wanted {
	char code[OFFICE_CODE_MAX + 1];
	char verifier[NOTE_MAX_KEY];
};

struct filling {
	const struct caller *caller;
	size_t count;
	struct wanted offices[OFFICES_MAX];
	struct fill_count done;
};

static int run(struct store_write *write, const struct filling *filling, enum change change, cJSON *fields,
               struct problem *problem)
{
	struct change_order order = {
		.change = change, .caller = filling->caller, .fields = fields, .expected = ENTRY_ANY};
	int error = tree_failed() || fields == NULL ? problem_no_memory(problem) : change_run(write, &order, problem);
	json_free(fields);
	return error;
}

static int fill(struct store_write *write, void *context, struct problem *problem)
{
	struct filling *filling = context;
	struct member member;
	struct office office;
	int error = JISR_OK;
	filling->done = (struct fill_count){0};
	for (size_t i = 0; !error && i < ORGANISATION_MEMBERS; i++) {
		const char *code = organisation_members[i].code;
		if (register_member(store_write_sql(write), code, &member, NULL) == JISR_OK)
			continue;
		cJSON *fields = tree_object();
		tree_text(fields, "code", code);
		error = run(write, filling, CHANGE_MEMBER_ADMIT, fields, problem);
		filling->done.members += !error;
	}
	for (size_t i = 0; !error && i < filling->count; i++) {
		const struct wanted *wanted = &filling->offices[i];
		if (register_office(store_write_sql(write), wanted->code, &office, NULL) == JISR_OK)
			continue;
		if (register_member(store_write_sql(write), wanted->code, &member, NULL) == JISR_OK &&
		    member.state == MEMBER_SUSPENDED)
			continue;
		cJSON *fields = tree_object();
		tree_text(fields, "code", wanted->code);
		tree_text(fields, "key", wanted->verifier);
		error = run(write, filling, CHANGE_OFFICE_OPEN, fields, problem);
		filling->done.offices += !error;
	}
	return error;
}

/* A key for each office that is not there yet. */
static int want(struct store *store, struct filling *filling, struct sql *sql, const char *code,
                struct problem *problem)
{
	struct office office;
	struct wanted *wanted = &filling->offices[filling->count];
	if (register_office(sql, code, &office, NULL) == JISR_OK || filling->count == OFFICES_MAX)
		return JISR_OK;
	(void)snprintf(wanted->code, sizeof wanted->code, "%s", code);
	int error = store_key_make(store, code, wanted->verifier, problem);
	filling->count += !error;
	return error;
}

int fill_organisation(struct store *store, const struct caller *caller, struct fill_count *ret_count,
                      struct problem *problem)
{
	CLEANUP(memory_freep) struct filling *filling = memory_zero(1, sizeof *filling);
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = caller_check(caller, RIGHT_MEMBERS_CHANGE, problem);
	if (!error)
		error = caller_check(caller, RIGHT_OFFICES_CHANGE, problem);
	if (!error && filling == NULL)
		error = problem_no_memory(problem);
	if (!error)
		error = store_read(store, &reader, problem);
	if (error)
		return error;
	filling->caller = caller;
	struct sql *sql = store_reader_sql(reader);
	for (size_t i = 0; !error && i < organisation_office_count; i++)
		error = want(store, filling, sql, organisation_offices[i].code, problem);
	for (size_t i = 0; !error && i < ORGANISATION_MEMBERS; i++)
		error = want(store, filling, sql, organisation_members[i].code, problem);
	reader = store_read_end(reader);
	if (!error)
		error = store_submit(store, fill, filling, problem);
	if (!error)
		*ret_count = filling->done;
	return error;
}
