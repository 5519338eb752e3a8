#include "members/owed.h"

#include <stdio.h>

int owed_add(struct sql *sql, const char *officer, const char *means, bool set, const char *by, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "INSERT INTO owed (officer, means, is_set, by) VALUES (?1, ?2, ?3, ?4)");
	sql_bind_text(&query, 1, officer);
	sql_bind_text(&query, 2, means);
	sql_bind_number(&query, 3, set);
	sql_bind_text(&query, 4, by);
	return sql_run(&query, problem);
}

int owed_next(struct sql *sql, struct owed *ret_owed, struct problem *problem)
{
	struct owed owed = {.id = 0};
	struct sql_query query = sql_query(sql, "SELECT id, officer, means, is_set, by FROM owed ORDER BY id LIMIT 1");
	bool found = sql_next(&query);
	if (found) {
		owed.id = sql_number(&query, 0);
		(void)snprintf(owed.officer, sizeof owed.officer, "%s", sql_text(&query, 1));
		(void)snprintf(owed.means, sizeof owed.means, "%s", sql_text(&query, 2));
		owed.set = sql_number(&query, 3) != 0;
		(void)snprintf(owed.by, sizeof owed.by, "%s", sql_text(&query, 4));
	}
	int error = sql_done(&query, problem);
	if (error == JISR_OK && !found)
		error = JISR_NOT_FOUND;
	if (error == JISR_OK)
		*ret_owed = owed;
	return error;
}

int owed_forget(struct sql *sql, const struct owed *owed, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "DELETE FROM owed WHERE id = ?1");
	sql_bind_number(&query, 1, owed->id);
	return sql_run(&query, problem);
}
