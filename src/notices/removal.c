#include "notices/removal.h"

#include "base/tree.h"
#include "members/register.h"
#include "notices/number.h"

#include <string.h>

#define MAX_OFFICES 1000

int removal_entries_add(struct removal_entries *entries, uint64_t sequence, struct problem *problem)
{
	if (entries->count == REMOVAL_MAX_ENTRIES)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d entries are about the notice",
		                   REMOVAL_MAX_ENTRIES);
	entries->sequences[entries->count++] = sequence;
	return JISR_OK;
}

int removal_holds(struct sql *sql, const char *notice, const char **ret_why, struct problem *problem)
{
	int error = JISR_OK;
	*ret_why = NULL;
	for (size_t i = 0; removal_parts[i] != NULL && !error && *ret_why == NULL; i++)
		if (removal_parts[i]->holds != NULL)
			error = removal_parts[i]->holds(sql, notice, ret_why, problem);
	return error;
}

/* ---- who had got it ---- */

struct office_told {
	char code[OFFICE_CODE_MAX + 1];
	bool told;
};

struct removing {
	struct store_write *write;
	struct removal *removal;
	struct removal_entries entries;
	struct office_told offices[MAX_OFFICES];
	size_t office_count;
	char id[NOTICE_ID_MAX + 1];
	char owner[OFFICE_CODE_MAX + 1];
	bool too_many;
};

static bool add_office(void *context, const struct office *office)
{
	struct removing *removing = context;
	if (removing->office_count == MAX_OFFICES) {
		removing->too_many = true;
		return false;
	}
	struct office_told *one = &removing->offices[removing->office_count++];
	(void)snprintf(one->code, sizeof one->code, "%s", office->code);
	one->told = false;
	return true;
}

/* A notice reached those whom an entry was told that says what it says. */
static void add_told(struct removing *removing, const struct entry *entry)
{
	const char *kind = entry->header.kind;
	static const char *const telling[] = {"notice.publish", "notice.circulate", "notice.accept", "notice.resume",
	                                      "notice.renew",   "notice.amend",     "notice.show",   "notice.correct"};
	bool tells = false;
	for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
		tells = tells || strcmp(kind, telling[i]) == 0;
	for (size_t i = 0; i < removing->office_count && tells; i++)
		if (entry_visible_to(&entry->header, removing->offices[i].code))
			removing->offices[i].told = true;
}

/* ---- removing ---- */

static int read_entry(struct removing *removing, uint64_t sequence, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *entry = NULL;
	int error = arena_new(NOTICE_ENTRY_MEMORY, &arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	error = log_read(store_write_log(removing->write), sequence, LOG_WITHOUT_BODY, arena, &entry, problem);
	if (error)
		return error;
	add_told(removing, entry);
	if (entry->body_bytes == NULL || strcmp(entry->header.kind, NOTICE_REMOVED) == 0 ||
	    strcmp(entry->header.kind, NOTICE_RECEIPT) == 0)
		return JISR_OK;
	return removal_entries_add(&removing->entries, sequence, problem);
}

static int gather(struct removing *removing, struct problem *problem)
{
	struct store_write *write = removing->write;
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	size_t count = 0;
	if (sequences == NULL)
		return problem_no_memory(problem);
	struct sql_query query = sql_query(store_write_sql(write), "SELECT owner FROM notice WHERE id = ?1");
	if (!notice_id_read(removing->removal->id, removing->id))
		removing->id[0] = '\0';
	sql_bind_text(&query, 1, removing->id);
	if (sql_next(&query))
		(void)snprintf(removing->owner, sizeof removing->owner, "%s", sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (!error && removing->owner[0] == '\0')
		error = problem_set(problem, JISR_NOT_FOUND, "there is no notice %.40s", removing->removal->id);
	if (!error)
		error = register_offices(store_write_sql(write), NULL, add_office, removing, problem);
	if (!error && removing->too_many)
		error = problem_set(problem, JISR_TOO_LARGE, "there are more than %d offices", MAX_OFFICES);
	if (!error)
		error = notice_entries(store_write_log(write), removing->id, sequences, &count, problem);
	for (size_t i = 0; i < count && !error; i++)
		error = read_entry(removing, sequences[i], problem);
	for (size_t i = 0; removal_parts[i] != NULL && !error; i++)
		if (removal_parts[i]->entries != NULL)
			error = removal_parts[i]->entries(write, removing->id, &removing->entries, problem);
	return error;
}

static int say_removed(struct removing *removing, struct problem *problem)
{
	struct removal *removal = removing->removal;
	const char *offices[MAX_OFFICES + 2];
	char subject[NUMBER_SUBJECT_MAX];
	size_t count = 0;
	cJSON *body = tree_object(), *told = tree_add_array(body, "told");
	tree_text(body, "owner", removing->owner);
	tree_text(body, "why", removal->why);
	offices[count++] = removing->owner;
	for (size_t i = 0; i < removing->office_count; i++) {
		const char *code = removing->offices[i].code;
		if (!removing->offices[i].told || strcmp(code, OFFICE_HEADQUARTERS) == 0)
			continue;
		if (strcmp(code, removing->owner) != 0)
			offices[count++] = code;
		tree_text(told, NULL, code);
	}
	number_subject(NOTICE_SUBJECT, removing->id, subject);
	struct entry_draft draft = {.author = removal->author,
	                            .officer = removal->officer,
	                            .kind = NOTICE_REMOVED,
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, offices, count},
	                            .expected = ENTRY_ANY};
	/* More than an audience can name: everybody, which tells no more than that there was a notice of that number. */
	if (count > ENTRY_MAX_OFFICES)
		draft.audience = (struct entry_audience){AUDIENCE_ALL, NULL, 0};
	return store_append_tree(removing->write, draft, body, &removal->sequence, problem);
}

int removal_run(struct store_write *write, struct removal *removal, struct problem *problem)
{
	CLEANUP(memory_freep) struct removing *removing = memory_zero(1, sizeof *removing);
	char reason[80];
	if (removing == NULL)
		return problem_no_memory(problem);
	removing->write = write;
	removing->removal = removal;
	int error = gather(removing, problem);
	if (!error)
		error = say_removed(removing, problem);
	(void)snprintf(reason, sizeof reason, "removed: %.*s", REMOVAL_MAX_WHY, removal->why);
	for (size_t i = 0; i < removing->entries.count && !error; i++) {
		error = store_drop_body(write, removing->entries.sequences[i], removal->author, removal->officer,
		                        reason, problem);
		removal->bodies += !error;
	}
	return error;
}

/* ---- what was removed ---- */

int removed_list(struct sql *sql, struct viewer viewer, const char *id, size_t limit, removed_each each, void *context,
                 struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1] = "";
	if (id != NULL && !notice_id_read(id, key))
		return JISR_OK;
	struct sql_query query = sql_query(
		sql, "SELECT r.id, r.owner, r.why, r.at, r.sequence,"
		     " (SELECT count(*) FROM notice_told t WHERE t.id = r.id),"
		     " (SELECT count(*) FROM notice_told t WHERE t.id = r.id AND t.received <> ''),"
		     " EXISTS (SELECT 1 FROM notice_told t WHERE t.id = r.id AND t.office = ?1 AND t.received = '')"
		     " FROM notice_removed r WHERE (r.owner = ?1 OR ?1 IN ('GS', '" OFFICE_COMMISSION "')"
		     " OR EXISTS (SELECT 1 FROM notice_told t WHERE t.id = r.id AND t.office = ?1))"
		     " AND (?2 IS NULL OR r.id = ?2) ORDER BY r.sequence DESC LIMIT ?3");
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, id != NULL ? key : NULL);
	sql_bind_number(&query, 3, limit == 0 ? NOTICE_LIST_MOST : (int64_t)limit);
	while (sql_next(&query)) {
		struct removed removed = {.owner = sql_text(&query, 1),
		                          .why = sql_text(&query, 2),
		                          .at = sql_text(&query, 3),
		                          .sequence = (uint64_t)sql_number(&query, 4),
		                          .told = (uint64_t)sql_number(&query, 5),
		                          .received = (uint64_t)sql_number(&query, 6),
		                          .mine = sql_number(&query, 7) != 0};
		(void)snprintf(removed.id, sizeof removed.id, "%s", sql_text(&query, 0));
		if (!each(context, &removed))
			break;
	}
	return sql_done(&query, problem);
}

static int removed_receive_run(struct store_write *write, const struct caller *caller, const char *id,
                               struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1], subject[NUMBER_SUBJECT_MAX];
	int64_t waiting = 0;
	int error = caller_check(caller, RIGHT_NOTICES_READ, problem);
	if (!error && !notice_id_read(id, key))
		error = problem_set(problem, JISR_NOT_FOUND, "there is no notice %.40s", id);
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "SELECT count(*) FROM notice_told WHERE id = ?1 AND"
	                                                           " office = ?2 AND received = ''");
	sql_bind_text(&query, 1, key);
	sql_bind_text(&query, 2, caller->office);
	error = sql_run_number(&query, 0, &waiting, problem);
	if (!error && waiting == 0)
		error = problem_set(problem, JISR_NOT_FOUND,
		                    "no removed notice %s waits for a receipt of %s: look with 'removals'", key,
		                    caller->office[0] != '\0' ? caller->office : "nobody");
	if (error)
		return error;
	number_subject(NOTICE_SUBJECT, key, subject);
	cJSON *body = tree_object();
	const char *own = caller->office;
	struct entry_draft draft = {.author = caller->office,
	                            .officer = caller->officer,
	                            .kind = NOTICE_RECEIPT,
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, &own, 1},
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

struct receiving {
	const struct caller *caller;
	const char *id;
};

static int receive(struct store_write *write, void *context, struct problem *problem)
{
	const struct receiving *receiving = context;
	return removed_receive_run(write, receiving->caller, receiving->id, problem);
}

int removed_receive(struct store *store, const struct caller *caller, const char *id, struct problem *problem)
{
	struct receiving receiving = {caller, id};
	return store_submit(store, receive, &receiving, problem);
}
