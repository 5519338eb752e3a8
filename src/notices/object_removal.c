#include "notices/object_removal.h"

#include "base/tree.h"
#include "notices/hit.h"
#include "notices/number.h"

#include <string.h>

int object_held(struct sql *sql, const char *id, const char **ret_why, struct problem *problem)
{
	*ret_why = NULL;
	return hit_holds(sql, HIT_ABOUT_OBJECT, id, ret_why, problem);
}

static int look_up(struct store_write *write, const char *id, bool withdrawn, struct object_row *row,
                   struct problem *problem)
{
	int error = object_get(store_write_sql(write), (struct viewer){OFFICE_HEADQUARTERS}, id,
	                       store_write_arena(write), row, problem);
	if (!error && row->withdrawn != withdrawn)
		error = problem_set(problem, JISR_STATE, "the object %s is%s withdrawn", row->id,
		                    row->withdrawn ? "" : " not");
	return error;
}

/* To those whom it reaches. */
static int say(struct store_write *write, const struct object_row *row, const char *kind, const char *member,
               const char *word, const char *officer, struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX];
	struct reach reach;
	if (reach_from_text(row->reach, store_write_arena(write), &reach) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	number_subject("object/", row->id, subject);
	cJSON *body = tree_object();
	tree_text(body, member, word);
	struct entry_draft draft = {.author = OFFICE_HEADQUARTERS,
	                            .officer = officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .audience = reach_audience(&reach),
	                            .body = body,
	                            .expected = ENTRY_ANY};
	/* Its owner hears of it also where it let others in alone. */
	const char *offices[ENTRY_MAX_OFFICES + 1];
	if (draft.audience.kind == AUDIENCE_ONLY && draft.audience.count < ENTRY_MAX_OFFICES) {
		memcpy(offices, draft.audience.offices, draft.audience.count * sizeof *offices);
		offices[draft.audience.count++] = row->owner;
		draft.audience.offices = offices;
	}
	int error = tree_failed() || body == NULL ? problem_set(problem, JISR_NO_MEMORY, "out of memory")
	                                          : store_append(write, &draft, NULL, problem);
	cJSON_Delete(body);
	return error;
}

int object_lapse(struct store_write *write, const char *id, const char *officer, struct problem *problem)
{
	struct object_row row;
	int error = look_up(write, id, false, &row, problem);
	return error ? error : say(write, &row, "object.withdrawn", "reason", "expired", officer, problem);
}

static int gather(struct store_write *write, const char *id, struct removal_entries *entries, struct problem *problem)
{
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	char subject[NUMBER_SUBJECT_MAX];
	size_t count = 0;
	if (sequences == NULL || arena_new(NOTICE_ENTRY_MEMORY, &arena) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	number_subject("object/", id, subject);
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

int object_remove(struct store_write *write, const char *id, const char *officer, struct problem *problem)
{
	CLEANUP(memory_freep) struct removal_entries *entries = memory_zero(1, sizeof *entries);
	struct object_row row;
	const char *held = NULL;
	if (entries == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	int error = look_up(write, id, true, &row, problem);
	if (!error)
		error = object_held(store_write_sql(write), row.id, &held, problem);
	if (!error && held != NULL)
		error = problem_set(problem, JISR_STATE, "the object %s is held: %s", row.id, held);
	if (!error)
		error = gather(write, row.id, entries, problem);
	if (!error)
		error = say(write, &row, "object.removed", "why", "retention", officer, problem);
	for (size_t i = 0; i < entries->count && !error; i++)
		error = store_drop_body(write, entries->sequences[i], OFFICE_HEADQUARTERS, officer,
		                        "removed: retention", problem);
	return error;
}
