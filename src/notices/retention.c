#include "notices/retention.h"

#include "notices/act.h"
#include "notices/object_removal.h"
#include "notices/removal.h"
#include "notices/request.h"

#include <string.h>

const char *retention_name(enum retention_action action)
{
	static const char *const names[] = {"expire", "remove", "forget", "lapse", "clear"};
	return (unsigned)action < sizeof names / sizeof *names ? names[action] : "unknown";
}

/* The day that lies so many months before: what ended on it or earlier is due. */
static void months_before(const char *today, double months, char out[11])
{
	act_add_months(today, -months, out);
}

static int give(struct sql_query *query, enum retention_action action, double months, retention_each each,
                void *context, bool *stopped)
{
	struct retention_item item = {.action = action};
	char since[11];
	(void)snprintf(item.id, sizeof item.id, "%s", sql_text(query, 0));
	(void)snprintf(item.owner, sizeof item.owner, "%s", sql_text(query, 1));
	(void)snprintf(item.since, sizeof item.since, "%s", sql_text(query, 2));
	(void)snprintf(since, sizeof since, "%.10s", item.since);
	act_add_months(since, months, item.due);
	*stopped = !each(context, &item);
	return JISR_OK;
}

struct holding {
	struct sql *sql;
	retention_each each;
	void *context;
	int error;
	struct problem *problem;
};

/* Looks who holds it before it is given on. */
static bool give_held(void *context, const struct retention_item *item)
{
	struct holding *holding = context;
	struct retention_item whole = *item;
	holding->error = item->action == RETENTION_CLEAR || item->action == RETENTION_LAPSE
	                         ? object_held(holding->sql, item->id, &whole.held, holding->problem)
	                         : removal_holds(holding->sql, item->id, &whole.held, holding->problem);
	return holding->error == JISR_OK && holding->each(holding->context, &whole);
}

static int list(struct sql *sql, const char *statement, const char *before, enum retention_action action, double months,
                retention_each each, void *context, bool *stopped, struct problem *problem)
{
	struct sql_query query = sql_query_once(sql, statement);
	sql_bind_text(&query, 1, before);
	while (!*stopped && sql_next(&query))
		(void)give(&query, action, months, each, context, stopped);
	return sql_done(&query, problem);
}

int retention_list(struct sql *sql, const char *today, retention_each each, void *context, struct problem *problem)
{
	struct content_rules rules;
	struct request_rules limits;
	char before[11];
	bool stopped = false;
	struct holding holding = {sql, each, context, JISR_OK, problem};
	int error = notice_rules(sql, &rules, problem);
	if (!error)
		error = request_rules_now(sql, &limits, problem);
	if (!error)
		error = list(
			sql,
			"SELECT id, owner, review FROM notice WHERE state IN ('published', 'amending', 'suspended')"
			" AND review <> '' AND review < ?1 ORDER BY review, id",
			today, RETENTION_EXPIRE, 0, each, context, &stopped, problem);
	months_before(today, rules.keep_months, before);
	if (!error)
		error = list(
			sql,
			"SELECT id, owner, changed FROM notice WHERE state IN ('refused', 'withdrawn', 'cancelled',"
			" 'ended', 'expired', 'discarded') AND substr(changed, 1, 10) < ?1 ORDER BY changed, id",
			before, RETENTION_REMOVE, rules.keep_months, give_held, &holding, &stopped, problem);
	if (!error)
		error = list(sql,
		             "SELECT id, owner, changed FROM object WHERE withdrawn = 1 AND substr(changed, 1, 10) < ?1"
		             " ORDER BY changed, id",
		             before, RETENTION_CLEAR, rules.keep_months, give_held, &holding, &stopped, problem);
	/* Files that were dropped, and not loaded again since. */
	if (!error)
		error = list(sql,
		             "SELECT substr(subject, 9), substr(subject, 9, instr(substr(subject, 9), '/') - 1), at"
		             " FROM object_event AS last WHERE step = 'dropped' AND substr(at, 1, 10) < ?1"
		             " AND subject LIKE 'objects/%' AND sequence ="
		             " (SELECT max(sequence) FROM object_event AS one WHERE one.subject = last.subject AND "
		             "one.step <> 'part')"
		             " ORDER BY at, subject",
		             before, RETENTION_CLEAR, rules.keep_months, give_held, &holding, &stopped, problem);
	months_before(today, rules.object_months, before);
	if (!error)
		error = list(sql,
		             "SELECT id, owner, changed FROM object WHERE withdrawn = 0 AND substr(changed, 1, 10) < ?1"
		             " ORDER BY changed, id",
		             before, RETENTION_LAPSE, rules.object_months, each, context, &stopped, problem);
	if (!error)
		error = list(sql,
		             "SELECT owner || '/' || name, owner, loaded FROM object_file"
		             " WHERE substr(loaded, 1, 10) < ?1 ORDER BY loaded, owner, name",
		             before, RETENTION_LAPSE, rules.object_months, give_held, &holding, &stopped, problem);
	if (!error)
		error = holding.error;
	months_before(today, limits.keep_months, before);
	if (!error)
		error = list(sql,
		             "SELECT id, '" OFFICE_COMMISSION "', closed FROM request WHERE closed <> ''"
		             " AND substr(closed, 1, 10) < ?1 ORDER BY closed, id",
		             before, RETENTION_FORGET, limits.keep_months, each, context, &stopped, problem);
	return error;
}
