#include "notices/object_line.h"

#include "watch/segment.h"

#include <string.h>

/* The file whose lines' ids begin as this one does: the longest name that fits. */
struct matching {
	const char *id;
	struct object_file file;
	size_t length;
};

static bool match_file(void *context, const struct object_file *file)
{
	struct matching *matching = context;
	char prefix[OBJECT_ID_MAX];
	object_file_prefix(file->owner, file->name, prefix);
	size_t length = strlen(prefix);
	if (length > matching->length && strncmp(matching->id, prefix, length) == 0) {
		matching->file = *file;
		matching->length = length;
	}
	return true;
}

/* Looks in the parts that the viewer sees. */
static int find_line(const char *directory, struct object_line *line, struct arena *arena, struct problem *problem)
{
	for (size_t i = 0; i < line->file.part_count && line->caption == NULL; i++) {
		CLEANUP(segment_freep) struct segment *segment = NULL;
		struct entity *found;
		uint32_t entity;
		int error = object_file_open(directory, line->file.parts[i].file, false, &segment, problem);
		if (error)
			return error;
		if (!segment_find(segment, line->id, &entity))
			continue;
		error = segment_entity(segment, entity, arena, &found);
		if (error)
			return problem_set(problem, error, "%s: %s", line->id, error_text(error));
		line->caption = found->caption;
		line->reach = line->file.parts[i].reach;
	}
	return JISR_OK;
}

int object_line_get(struct sql *sql, const char *directory, struct viewer viewer, const char *id, struct arena *arena,
                    struct object_line *ret_line, struct problem *problem)
{
	struct matching matching = {.id = id};
	struct object_line line = {.id = arena_text(arena, id, strlen(id))};
	int64_t withdrawn = 0;
	int error = line.id != NULL ? object_files(sql, viewer, arena, match_file, &matching, problem)
	                            : problem_no_memory(problem);
	line.file = matching.file;
	if (!error && matching.length > 0)
		error = find_line(directory, &line, arena, problem);
	if (error)
		return error;
	if (line.caption == NULL)
		return problem_set(problem, JISR_NOT_FOUND, "there is no object %.80s", id);
	struct sql_query query =
		sql_query(sql, "SELECT count(*) FROM object_line WHERE owner = ?1 AND name = ?2 AND id = ?3");
	sql_bind_text(&query, 1, line.file.owner);
	sql_bind_text(&query, 2, line.file.name);
	sql_bind_text(&query, 3, id);
	error = sql_run_number(&query, 0, &withdrawn, problem);
	line.withdrawn = withdrawn > 0;
	if (!error)
		*ret_line = line;
	return error;
}
