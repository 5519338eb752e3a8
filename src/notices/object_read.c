#include "base/json.h"
#include "notices/object.h"

#include <string.h>

/* The rule in SQL; ?1 is the viewer's office. The same in every statement, before anything is counted or cut off. */
#define VISIBLE                                                                                                        \
	"(?1 <> '' AND (owner = ?1 OR ?1 = 'GS' OR (withdrawn = 0 AND (reach = '*'"                                    \
	" OR (substr(reach, 1, 1) = '+' AND instr(',' || substr(reach, 2), ',' || ?1 || ',') > 0)"                     \
	" OR (substr(reach, 1, 1) = '-' AND instr(',' || substr(reach, 2), ',' || ?1 || ',') = 0)))))"
#define COLUMNS "id, withdrawn, owner, kind, reach, content, caption, reason, text, entered, changed, version"
#define FILTERED                                                                                                       \
	VISIBLE " AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR owner = ?3) AND (?4 IS NULL OR status = ?4)"        \
		" AND (?5 IS NULL OR instr(' ' || crimes || ' ', ' ' || ?5 || ' ') > 0)"                               \
		" AND (?6 IS NULL OR instr(lower(caption), lower(?6)) > 0 OR id = ?6) AND (?7 = 0 OR withdrawn = 0)"

static int read_row(struct sql_query *query, struct arena *arena, struct object_row *row)
{
	const char **texts[] = {&row->owner,  &row->kind, &row->reach,   &row->content, &row->caption,
	                        &row->reason, &row->text, &row->entered, &row->changed};
	(void)snprintf(row->id, sizeof row->id, "%s", sql_text(query, 0));
	row->withdrawn = sql_number(query, 1) != 0;
	row->version = (uint64_t)sql_number(query, 11);
	return sql_keep_texts(query, 2, arena, texts, sizeof texts / sizeof *texts);
}

static int not_found(const char *id, struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "there is no object %.80s", id);
}

int object_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct object_row *ret_row,
               struct problem *problem)
{
	char key[OBJECT_NUMBER_MAX + 1];
	if (!object_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM object WHERE id = ?2 AND " VISIBLE);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	bool found = sql_next(&query);
	int error = found ? read_row(&query, arena, ret_row) : JISR_OK;
	error = sql_done_read(&query, error, problem, "object %s", key);
	return error || found ? error : not_found(id, problem);
}

static void bind_filter(struct sql_query *query, struct viewer viewer, const struct object_filter *filter)
{
	sql_bind_text(query, 1, viewer.office);
	sql_bind_text(query, 2, filter->kind);
	sql_bind_text(query, 3, filter->owner);
	sql_bind_text(query, 4, filter->status);
	sql_bind_text(query, 5, filter->crime);
	sql_bind_text(query, 6, filter->words);
	sql_bind_number(query, 7, filter->in_force);
}

int object_list(struct sql *sql, struct viewer viewer, const struct object_filter *filter, struct arena *arena,
                object_each each, void *context, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM object WHERE " FILTERED
	                                        " AND (?9 IS NULL OR (changed, id) < (?9, ?8))"
	                                        " ORDER BY changed DESC, id DESC LIMIT ?10");
	bind_filter(&query, viewer, filter);
	sql_bind_text(&query, 8, filter->after != NULL ? filter->after->id : NULL);
	sql_bind_text(&query, 9, filter->after != NULL ? filter->after->moment : NULL);
	sql_bind_number(&query, 10, filter->limit > 0 ? (int64_t)filter->limit : NOTICE_LIST_MOST);
	int error = JISR_OK;
	for (bool go = true; go && !error && sql_next(&query);) {
		struct object_row row;
		error = read_row(&query, arena, &row);
		go = !error && each(context, &row);
	}
	return sql_done_read(&query, error, problem, "objects");
}

int object_count(struct sql *sql, struct viewer viewer, const struct object_filter *filter, uint64_t *ret_count,
                 struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM object WHERE " FILTERED);
	bind_filter(&query, viewer, filter);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

static int each_id(struct sql_query *query, notice_each_id each, void *context, struct problem *problem)
{
	bool go = true;
	while (go && sql_next(query))
		go = each(context, sql_text(query, 0));
	return sql_done(query, problem);
}

int object_changed(struct sql *sql, uint64_t first, uint64_t last, notice_each_id each, void *context,
                   struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT id FROM object WHERE version BETWEEN ?1 AND ?2 ORDER BY version");
	sql_bind_number(&query, 1, (int64_t)first);
	sql_bind_number(&query, 2, last > INT64_MAX ? INT64_MAX : (int64_t)last);
	return each_id(&query, each, context, problem);
}

int object_lines(struct sql *sql, const char *owner, const char *name, uint64_t since, notice_each_id each,
                 void *context, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT id FROM object_line WHERE owner = ?1 AND name = ?2 AND version > ?3 ORDER BY id");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	sql_bind_number(&query, 3, (int64_t)since);
	return each_id(&query, each, context, problem);
}

/* ---- files ---- */

#define FILE_COLUMNS                                                                                                   \
	"owner, name, parts, source, digest, loaded, added, changed, removed, unchanged, refused, version,"            \
	" (SELECT count(*) FROM object_line l WHERE l.owner = f.owner AND l.name = f.name)"

static const char *keep(struct arena *arena, const char *text, int *error)
{
	const char *copy = text != NULL ? arena_text(arena, text, strlen(text)) : NULL;
	if (copy == NULL)
		*error = JISR_NO_MEMORY;
	return copy;
}

/* False when nothing of it is for the viewer. */
static bool read_file(struct sql_query *query, struct viewer viewer, struct arena *arena, struct object_file *file,
                      int *error)
{
	const char *owner = sql_text(query, 0);
	bool inside = notice_inside(viewer, owner);
	CLEANUP(json_freep) cJSON *parts = cJSON_Parse(sql_text(query, 2));
	*file = (struct object_file){.source = "", .digest = ""};
	if (parts == NULL) {
		*error = JISR_NO_MEMORY;
		return false;
	}
	for (const cJSON *part = parts->child; part != NULL && file->part_count < OBJECT_PARTS_MOST;
	     part = part->next) {
		const char *reach = json_get_text(part, "reach");
		if (viewer.office[0] == '\0' || reach == NULL || !reach_text_includes(reach, owner, viewer.office))
			continue;
		struct object_part *kept = &file->parts[file->part_count++];
		kept->file = keep(arena, json_get_text(part, "file"), error);
		kept->reach = keep(arena, reach, error);
		kept->count = json_get_whole(part, "count");
		kept->bytes = json_get_whole(part, "bytes");
		file->count += kept->count;
	}
	if (file->part_count == 0 && !inside)
		return false;
	file->owner = keep(arena, owner, error);
	file->name = keep(arena, sql_text(query, 1), error);
	file->loaded = keep(arena, sql_text(query, 5), error);
	if (inside) {
		file->version = (uint64_t)sql_number(query, 11);
		file->source = keep(arena, sql_text(query, 3), error);
		file->digest = keep(arena, sql_text(query, 4), error);
		uint64_t *counts[] = {&file->added, &file->changed, &file->removed, &file->unchanged, &file->refused};
		for (int i = 0; i < 5; i++)
			*counts[i] = (uint64_t)sql_number(query, 6 + i);
		file->withdrawn = (uint64_t)sql_number(query, 12);
	}
	return true;
}

int object_file_get(struct sql *sql, struct viewer viewer, const char *owner, const char *name, struct arena *arena,
                    struct object_file *ret_file, struct problem *problem)
{
	int error = JISR_OK;
	struct object_file file;
	struct sql_query query =
		sql_query(sql, "SELECT " FILE_COLUMNS " FROM object_file f WHERE owner = ?1 AND name = ?2");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	bool found = sql_next(&query) && read_file(&query, viewer, arena, &file, &error);
	error = sql_done_read(&query, error, problem, "%s/%s", owner, name);
	if (error)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no file of objects %.20s/%.40s", owner, name);
	*ret_file = file;
	return JISR_OK;
}

int object_files(struct sql *sql, struct viewer viewer, struct arena *arena, object_each_file each, void *context,
                 struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query = sql_query(sql, "SELECT " FILE_COLUMNS " FROM object_file f ORDER BY owner, name");
	for (bool go = true; go && !error && sql_next(&query);) {
		struct object_file file;
		if (read_file(&query, viewer, arena, &file, &error) && !error)
			go = each(context, &file);
	}
	return sql_done_read(&query, error, problem, "files of objects");
}
