#include "notices/object_removal.h"

#include "base/tree.h"
#include "notices/hit.h"
#include "notices/number.h"
#include "notices/object_part.h"

#include <string.h>

#define SUBJECT      "object/"
#define FILE_SUBJECT "objects/"
#define BODIES_MOST  4000000 /* entries about one file and hits on its lines */
#define OTHERS_MOST  64      /* files of an office whose names go on where this one ends */

/* ---- files ---- */

struct bodies {
	uint64_t *list;
	size_t count, capacity;
};

static int add_body(struct bodies *bodies, uint64_t sequence, struct problem *problem)
{
	int error =
		memory_reserve(&bodies->list, &bodies->capacity, bodies->count + 1, BODIES_MOST, sizeof *bodies->list);
	if (error)
		return problem_set(problem, error, "too much was said about the file: %s", error_text(error));
	bodies->list[bodies->count++] = sequence;
	return JISR_OK;
}

/* What is found under the ids of a file's lines, and not under those of another one, whose name goes on where this one ends. */
struct lines {
	char prefix[OBJECT_ID_MAX];
	char others[OTHERS_MOST][OBJECT_ID_MAX];
	size_t other_count;
	struct bodies *bodies; /* NULL: only whether one is open is asked */
	bool open;
};

static bool split(const char *id, char owner[OFFICE_CODE_MAX + 1], const char **ret_name)
{
	const char *slash = strchr(id, '/');
	if (slash == NULL || slash == id || slash - id > OFFICE_CODE_MAX || !object_file_name_valid(slash + 1))
		return false;
	(void)snprintf(owner, OFFICE_CODE_MAX + 1, "%.*s", (int)(slash - id), id);
	*ret_name = slash + 1;
	return true;
}

/* Another file of the office is known by its row or by what happened to it. */
static int find_others(struct sql *sql, const char *owner, const char *name, struct lines *lines,
                       struct problem *problem)
{
	char begin[OBJECT_WHICH_MAX];
	(void)snprintf(begin, sizeof begin, "%s/%s-", owner, name);
	struct sql_query query = sql_query(sql, "SELECT DISTINCT substr(subject, 9) FROM object_event"
	                                        " WHERE substr(subject, 1, 8) = 'objects/'"
	                                        " AND substr(subject, 9, length(?1)) = ?1");
	sql_bind_text(&query, 1, begin);
	int error = JISR_OK;
	while (!error && sql_next(&query)) {
		const char *other = strchr(sql_text(&query, 0), '/');
		if (lines->other_count == OTHERS_MOST)
			error = problem_set(problem, JISR_TOO_LARGE, "more than %d files of %s are named %s-...",
			                    OTHERS_MOST, owner, name);
		else if (other != NULL)
			object_file_prefix(owner, other + 1, lines->others[lines->other_count++]);
	}
	int done = sql_done(&query, problem);
	return error ? error : done;
}

static int look_at_hit(void *context, const char *object, bool open, uint64_t sequence, struct problem *problem)
{
	struct lines *lines = context;
	for (size_t i = 0; i < lines->other_count; i++)
		if (strncmp(object, lines->others[i], strlen(lines->others[i])) == 0)
			return JISR_OK;
	lines->open = lines->open || open;
	return lines->bodies != NULL && sequence > 0 ? add_body(lines->bodies, sequence, problem) : JISR_OK;
}

static int look_at_hits(struct sql *sql, const char *owner, const char *name, struct lines *lines,
                        struct problem *problem)
{
	object_file_prefix(owner, name, lines->prefix);
	int error = find_others(sql, owner, name, lines, problem);
	return error ? error : hit_each_below(sql, lines->prefix, look_at_hit, lines, problem);
}

static int file_held(struct sql *sql, const char *owner, const char *name, const char **ret_why,
                     struct problem *problem)
{
	CLEANUP(memory_freep) struct lines *lines = memory_zero(1, sizeof *lines);
	if (lines == NULL)
		return problem_no_memory(problem);
	int error = look_at_hits(sql, owner, name, lines, problem);
	if (!error && lines->open)
		*ret_why = "a hit on a line of it is being followed up";
	return error;
}

/* An entry of headquarters whose body is one word. */
static int say_word(struct store_write *write, const char *subject, const char *kind, const char *member,
                    const char *word, struct entry_audience audience, const char *officer, struct problem *problem)
{
	cJSON *body = tree_object();
	tree_text(body, member, word);
	struct entry_draft draft = {.author = OFFICE_HEADQUARTERS,
	                            .officer = officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .audience = audience,
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

static int say_of_file(struct store_write *write, const char *id, const char *kind, const char *member,
                       const char *word, struct entry_audience audience, const char *officer, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT];
	(void)snprintf(subject, sizeof subject, FILE_SUBJECT "%s", id);
	return say_word(write, subject, kind, member, word, audience, officer, problem);
}

static int check_held(struct sql *sql, const char *id, struct problem *problem)
{
	const char *held = NULL;
	int error = object_held(sql, id, &held, problem);
	return !error && held != NULL ? problem_set(problem, JISR_STATE, "%s is held: %s", id, held) : error;
}

/* To those whom its lines reach; where parts reach different offices, to its owner, and to those of each part. */
static int lapse_file(struct store_write *write, const char *id, const char *owner, const char *name, const char *since,
                      const char *officer, struct problem *problem)
{
	struct object_file file;
	struct reach reach = {REACH_ONLY, &owner, 1};
	struct sql *sql = store_write_sql(write);
	int error = object_file_get(sql, (struct viewer){OFFICE_HEADQUARTERS}, owner, name, store_write_arena(write),
	                            &file, problem);
	if (!error && strcmp(file.loaded, since) != 0)
		error = problem_set(problem, JISR_STATE, "%s was loaded anew meanwhile", id);
	if (!error)
		error = check_held(sql, id, problem);
	if (!error && file.part_count == 1 &&
	    reach_from_text(file.parts[0].reach, store_write_arena(write), &reach) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error)
		error = say_of_file(write, id, "object.dropped", "reason", "expired", reach_audience(&reach), officer,
		                    problem);
	for (size_t i = 0; !error && file.part_count > 1 && i < file.part_count; i++)
		error = object_part_tell(write, OFFICE_HEADQUARTERS, officer, owner, name, file.parts[i].reach, NULL,
		                         problem);
	return error;
}

/* Those who heard that it was dropped; the entries about it, the last one last. */
static int gather_file(struct store_write *write, const char *id, const char *since, struct bodies *bodies,
                       struct entry_audience *ret_audience, struct problem *problem)
{
	struct entry *entry = NULL;
	char subject[ENTRY_MAX_SUBJECT];
	bool same = false;
	uint64_t told = 0; /* the last entry to the owner: those of parts follow it */
	int error = JISR_OK;
	(void)snprintf(subject, sizeof subject, FILE_SUBJECT "%s", id);
	struct sql_query query = sql_query(
		store_write_sql(write), "SELECT sequence, step = 'dropped' AND at = ?2, step = 'part' FROM object_event"
					" WHERE subject = ?1 ORDER BY sequence");
	sql_bind_text(&query, 1, subject);
	sql_bind_text(&query, 2, since);
	while (!error && sql_next(&query)) {
		if (sql_number(&query, 2) == 0) {
			same = sql_number(&query, 1) != 0;
			told = (uint64_t)sql_number(&query, 0);
		}
		error = add_body(bodies, (uint64_t)sql_number(&query, 0), problem);
	}
	int done = sql_done(&query, problem);
	error = error ? error : done;
	if (!error && !same)
		error = problem_set(problem, JISR_STATE, "the file %s is not dropped, or was loaded again", id);
	if (!error)
		error = log_read(store_write_log(write), told, LOG_WITHOUT_BODY, store_write_arena(write), &entry,
		                 problem);
	if (!error)
		*ret_audience = entry->header.audience;
	return error;
}

static int drop_bodies(struct store_write *write, const struct bodies *bodies, const char *officer,
                       struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = arena_new(NOTICE_ENTRY_MEMORY, &arena) != JISR_OK ? problem_no_memory(problem) : JISR_OK;
	for (size_t i = 0; i < bodies->count && !error; i++) {
		struct entry *entry = NULL;
		arena_reset(arena);
		error = log_read(store_write_log(write), bodies->list[i], LOG_WITHOUT_BODY, arena, &entry, problem);
		if (!error && entry->body_bytes != NULL)
			error = store_drop_body(write, bodies->list[i], OFFICE_HEADQUARTERS, officer,
			                        "removed: retention", problem);
	}
	return error;
}

static int remove_file(struct store_write *write, const char *id, const char *owner, const char *name,
                       const char *since, const char *officer, struct problem *problem)
{
	CLEANUP(memory_freep) struct lines *lines = memory_zero(1, sizeof *lines);
	struct bodies bodies = {NULL, 0, 0};
	struct entry_audience audience;
	struct sql *sql = store_write_sql(write);
	if (lines == NULL)
		return problem_no_memory(problem);
	lines->bodies = &bodies;
	int error = gather_file(write, id, since, &bodies, &audience, problem);
	if (!error)
		error = look_at_hits(sql, owner, name, lines, problem);
	if (!error && lines->open)
		error = problem_set(problem, JISR_STATE, "%s is held: a hit on a line of it is being followed up", id);
	if (!error)
		error = say_of_file(write, id, "object.cleared", "why", "retention", audience, officer, problem);
	if (!error)
		error = drop_bodies(write, &bodies, officer, problem);
	memory_free(bodies.list);
	return error;
}

/* ---- single objects ---- */

int object_held(struct sql *sql, const char *id, const char **ret_why, struct problem *problem)
{
	char owner[OFFICE_CODE_MAX + 1], number[OBJECT_NUMBER_MAX + 1];
	const char *name;
	*ret_why = NULL;
	return !object_id_read(id, number) && split(id, owner, &name)
	               ? file_held(sql, owner, name, ret_why, problem)
	               : hit_holds(sql, HIT_ABOUT_OBJECT, id, ret_why, problem);
}

static int look_up(struct store_write *write, const char *id, const char *since, bool withdrawn, struct object_row *row,
                   struct problem *problem)
{
	int error = object_get(store_write_sql(write), (struct viewer){OFFICE_HEADQUARTERS}, id,
	                       store_write_arena(write), row, problem);
	if (!error && row->withdrawn != withdrawn)
		error = problem_set(problem, JISR_STATE, "the object %s is%s withdrawn", row->id,
		                    row->withdrawn ? "" : " not");
	if (!error && strcmp(row->changed, since) != 0)
		error = problem_set(problem, JISR_STATE, "the object %s was changed meanwhile", row->id);
	return error;
}

/* To those whom it reaches. */
static int say(struct store_write *write, const struct object_row *row, const char *kind, const char *member,
               const char *word, const char *officer, struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX];
	struct reach reach;
	if (reach_from_text(row->reach, store_write_arena(write), &reach) != JISR_OK)
		return problem_no_memory(problem);
	number_subject(SUBJECT, row->id, subject);
	/* Its owner hears of it also where it let others in alone. */
	struct entry_audience audience = reach_audience(&reach);
	const char *offices[ENTRY_MAX_OFFICES + 1];
	if (audience.kind == AUDIENCE_ONLY && audience.count < ENTRY_MAX_OFFICES) {
		memcpy(offices, audience.offices, audience.count * sizeof *offices);
		offices[audience.count++] = row->owner;
		audience.offices = offices;
	}
	return say_word(write, subject, kind, member, word, audience, officer, problem);
}

int object_lapse(struct store_write *write, const char *id, const char *since, const char *officer,
                 struct problem *problem)
{
	struct object_row row;
	char owner[OFFICE_CODE_MAX + 1], number[OBJECT_NUMBER_MAX + 1];
	const char *name;
	if (!object_id_read(id, number) && split(id, owner, &name))
		return lapse_file(write, id, owner, name, since, officer, problem);
	int error = look_up(write, id, since, false, &row, problem);
	return error ? error : say(write, &row, "object.withdrawn", "reason", "expired", officer, problem);
}

static int gather(struct store_write *write, const char *id, struct removal_entries *entries, struct problem *problem)
{
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	char subject[NUMBER_SUBJECT_MAX];
	size_t count = 0;
	if (sequences == NULL || arena_new(NOTICE_ENTRY_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	number_subject(SUBJECT, id, subject);
	int error = notice_entries_of(store_write_log(write), subject, sequences, &count, problem);
	for (size_t i = 0; i < count && !error; i++) {
		struct entry *entry = NULL;
		arena_reset(arena);
		error = log_read(store_write_log(write), sequences[i], LOG_WITHOUT_BODY, arena, &entry, problem);
		/* "object.hidden" says nothing. */
		if (!error && entry->body_bytes != NULL && strcmp(entry->header.kind, "object.hidden") != 0)
			error = removal_entries_add(entries, sequences[i], problem);
	}
	return error ? error : hit_entries_on(write, HIT_ABOUT_OBJECT, id, entries, problem);
}

static int remove_single(struct store_write *write, const char *id, const char *since, const char *officer,
                         struct removal_entries *entries, struct problem *problem)
{
	struct object_row row;
	int error = look_up(write, id, since, true, &row, problem);
	if (!error)
		error = check_held(store_write_sql(write), row.id, problem);
	if (!error)
		error = gather(write, row.id, entries, problem);
	if (!error)
		error = say(write, &row, "object.removed", "why", "retention", officer, problem);
	for (size_t i = 0; i < entries->count && !error; i++)
		error = store_drop_body(write, entries->sequences[i], OFFICE_HEADQUARTERS, officer,
		                        "removed: retention", problem);
	return error;
}

int object_remove(struct store_write *write, const char *id, const char *since, const char *officer,
                  struct problem *problem)
{
	CLEANUP(memory_freep) struct removal_entries *entries = NULL;
	char owner[OFFICE_CODE_MAX + 1], number[OBJECT_NUMBER_MAX + 1];
	const char *name;
	if (!object_id_read(id, number) && split(id, owner, &name))
		return remove_file(write, id, owner, name, since, officer, problem);
	entries = memory_zero(1, sizeof *entries);
	return entries != NULL ? remove_single(write, id, since, officer, entries, problem)
	                       : problem_no_memory(problem);
}
