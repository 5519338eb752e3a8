#include "notices/hit.h"
#include "notices/removal.h"
#include "notices/request.h"

/* An open request keeps what it is about: it is to be answered by what is held. */
static int request_holds(struct sql *sql, const char *notice, const char **ret_why, struct problem *problem)
{
	int64_t known = 0, open = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM sqlite_master WHERE name = 'request_forgotten'");
	int error = sql_run_number(&query, 0, &known, problem);
	if (error || known == 0)
		return error;
	query = sql_query(sql,
	                  "SELECT count(*) FROM request WHERE closed = '' AND instr(notices, ',' || ?1 || ',') > 0");
	sql_bind_text(&query, 1, notice);
	error = sql_run_number(&query, 0, &open, problem);
	if (!error && open > 0)
		*ret_why = "a pending request";
	return error;
}

static const struct removal_part requests = {"requests", NULL, request_holds};

const struct removal_part *const removal_parts[] = {&requests, &hit_removal, NULL};
