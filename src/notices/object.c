/* The domain. Kinds, by the owner where it does not say otherwise:
 *
 *   object.entered    subject "object/2026-17"; {"object":{...}}; the audience is whom it reaches
 *   object.amended    the same, with what it says from now on and whom it reaches
 *   object.hidden     {}; for those whom it reached before an amendment that reaches others
 *   object.withdrawn  {"reason","text"?}; by headquarters with the reason "expired" when its time is over
 *   object.removed    {"why"}, by headquarters: it is gone from the tables, and the bodies of its entries are dropped
 *                     (notices/object_removal.h); its number stays used
 *   object.loaded     subject "objects/MA/passports"
 *                     {"digest","parts":[{"bytes","count","file","reach"}],"source",
 *                      "added","changed","removed","unchanged","refused"}; the audience is that of the one part, and where
 *                     parts reach different offices, owner and headquarters
 *   object.part       the same subject; {"part"?:{"bytes","count","file","reach"},"reach"}: where parts reach different
 *                     offices, to those of each: what of the file is theirs from now on, or that nothing is any more. It says
 *                     nothing of other parts, not how many there are
 *   object.lines      {"lines":[id,...],"reason"}: lines of that file are withdrawn; to whom their part reaches
 *   object.dropped    {"reason"}: the whole file is; by headquarters with the reason "expired" when its time is over
 *   object.cleared    {"why"}, by headquarters: nothing is left of a file that was dropped, and the bodies of the entries
 *                     about it are dropped (notices/object_removal.h)
 *
 * A part's file lies beside the record, DIR/objects/<sha-256>.jisr, a segment (watch/segment.h), and is never changed.
 *
 * Tables, version 1: object, object_file, object_line (lines withdrawn from a file since it was loaded), object_event. */
#include "notices/object.h"

#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/tree.h"
#include "store/shared_files.h"

#include <stdlib.h>
#include <string.h>

#define SUBJECT       "object/"
#define FILE_SUBJECT  "objects/"
#define CHECK_MEMORY  ((size_t)1 << 20)
#define LINES_AT_ONCE 2000

static const char *const tables[] = {"object", "object_file", "object_line", "object_event", NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE object(id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,"
         " crimes TEXT NOT NULL, withdrawn INTEGER NOT NULL, reach TEXT NOT NULL, content TEXT NOT NULL,"
         " caption TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, entered TEXT NOT NULL,"
         " changed TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX object_by_change ON object(changed DESC, id DESC);"
         "CREATE INDEX object_by_version ON object(version);"
         "CREATE TABLE object_file(owner TEXT NOT NULL, name TEXT NOT NULL, parts TEXT NOT NULL, source TEXT NOT NULL,"
         " digest TEXT NOT NULL, loaded TEXT NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL,"
         " removed INTEGER NOT NULL, unchanged INTEGER NOT NULL, refused INTEGER NOT NULL, version INTEGER NOT NULL,"
         " PRIMARY KEY(owner, name)) WITHOUT ROWID;"
         "CREATE TABLE object_line(owner TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL,"
         " at TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(owner, name, id)) WITHOUT ROWID;"
         "CREATE TABLE object_event(sequence INTEGER PRIMARY KEY, subject TEXT NOT NULL, step TEXT NOT NULL,"
         " at TEXT NOT NULL, office TEXT NOT NULL, officer TEXT NOT NULL, text TEXT NOT NULL);"
         "CREATE INDEX object_event_by_subject ON object_event(subject, sequence);",
         false},
};

bool object_id_read(const char *text, char out[OBJECT_NUMBER_MAX + 1])
{
	return notice_id_read(strncmp(text, "object-", 7) == 0 ? text + 7 : text, out);
}

void object_index_id(const char *id, char out[OBJECT_ID_MAX])
{
	(void)snprintf(out, OBJECT_ID_MAX, "object-%s", id);
	for (char *at = out; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
}

bool object_file_name_valid(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return length > 0 && length <= OBJECT_FILE_NAME && name[length] == '\0' && name[0] != '-';
}

void object_file_prefix(const char *owner, const char *name, char out[OBJECT_ID_MAX])
{
	size_t length = (size_t)snprintf(out, OBJECT_ID_MAX, "object-");
	for (const char *at = owner; *at != '\0'; at++)
		out[length++] = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	(void)snprintf(out + length, OBJECT_ID_MAX - length, "-%.*s-", OBJECT_FILE_NAME, name);
}

bool object_file_path(const char *directory, const char *file, char *out, size_t size)
{
	if (!text_is_hex(file, SHA256_HEX - 1))
		return false;
	int length = snprintf(out, size, "%s/objects/%s.jisr", directory, file);
	return length > 0 && (size_t)length < size;
}

static int open_segment(const char *path, bool whole, struct segment **ret_segment, struct problem *problem)
{
	CLEANUP(segment_freep) struct segment *segment = NULL;
	int error = segment_open(path, &segment, problem);
	if (!error && whole)
		error = segment_verify(segment, problem);
	if (error)
		return error;
	*ret_segment = segment;
	segment = NULL;
	return JISR_OK;
}

int object_file_open(const char *directory, const char *file, bool whole, struct segment **ret_segment,
                     struct problem *problem)
{
	char path[FILE_MAX_PATH], name[SHARED_FILE_NAME];
	if (!object_file_path(directory, file, path, sizeof path))
		return problem_set(problem, JISR_CORRUPT, "a file of objects has no good address");
	(void)snprintf(name, sizeof name, OBJECT_FILE_SHARED, file);
	int error = shared_file_fetch(directory, name, problem);
	if (!error)
		error = open_segment(path, whole, ret_segment, problem);
	if (error == JISR_CORRUPT && shared_file_check(directory, name, problem) == JISR_OK)
		error = open_segment(path, whole, ret_segment, problem);
	return error;
}

/* ---- forms of bodies ---- */

static int bad(struct problem *problem, const char *what)
{
	return problem_set(problem, JISR_BAD_INPUT, "an entry about objects: \"%s\" is missing or cannot be so", what);
}

static int check_object(const cJSON *body, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct findings findings;
	struct object object = {.kind = OBJECT_DOCUMENT};
	findings_init(&findings);
	int error = arena_new(CHECK_MEMORY, &arena);
	if (!error)
		error = object_read(json_get(body, "object"), arena, &object, &findings);
	if (!error && findings.total == 0)
		error = object_check(&object, "9999-12-31", arena, &findings, NULL);
	return error ? problem_set(problem, error, "%s", error_text(error)) : findings_problem(&findings, problem);
}

static int check_withdrawn(const cJSON *body, struct problem *problem)
{
	const char *reason = json_get_text(body, "reason");
	return reason != NULL && codes_find(&codes_object_end, reason) != NULL ? JISR_OK : bad(problem, "reason");
}

static bool is_count(const cJSON *number)
{
	return json_whole(number, 0, JSON_MAX_WHOLE, NULL);
}

static bool is_reach(const char *reach)
{
	return reach != NULL && reach[0] != '\0' && strchr("*+-", reach[0]) != NULL;
}

static bool is_part(const cJSON *part)
{
	char path[SHA256_HEX + 20];
	const char *file = json_get_text(part, "file");
	return file != NULL && object_file_path("", file, path, sizeof path) &&
	       is_reach(json_get_text(part, "reach")) && is_count(json_get(part, "count")) &&
	       is_count(json_get(part, "bytes"));
}

static int check_part(const cJSON *body, struct problem *problem)
{
	const cJSON *part = json_get(body, "part");
	if (!is_reach(json_get_text(body, "reach")))
		return bad(problem, "reach");
	return part == NULL || (is_part(part) &&
	                        strcmp(json_get_text(part, "reach"), json_get_text(body, "reach")) == 0)
	               ? JISR_OK
	               : bad(problem, "part");
}

static int check_loaded(const cJSON *body, struct problem *problem)
{
	static const char *const counts[] = {"added", "changed", "removed", "unchanged", "refused"};
	const cJSON *parts = json_get(body, "parts");
	if (!cJSON_IsArray(parts) || cJSON_GetArraySize(parts) > OBJECT_PARTS_MOST)
		return bad(problem, "parts");
	for (const cJSON *part = parts->child; part != NULL; part = part->next)
		if (!is_part(part))
			return bad(problem, "parts");
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!is_count(json_get(body, counts[i])))
			return bad(problem, counts[i]);
	if (json_get_text(body, "source") == NULL || json_get_text(body, "digest") == NULL)
		return bad(problem, "source");
	return JISR_OK;
}

static int check_lines(const cJSON *body, struct problem *problem)
{
	const cJSON *lines = json_get(body, "lines");
	if (!cJSON_IsArray(lines) || lines->child == NULL || cJSON_GetArraySize(lines) > LINES_AT_ONCE)
		return bad(problem, "lines");
	for (const cJSON *line = lines->child; line != NULL; line = line->next)
		if (!cJSON_IsString(line) || strlen(line->valuestring) >= OBJECT_ID_MAX)
			return bad(problem, "lines");
	return check_withdrawn(body, problem);
}

static int check_hidden(const cJSON *body, struct problem *problem)
{
	return cJSON_IsObject(body) ? JISR_OK : bad(problem, "body");
}

/* ---- applying ---- */

static int subject_id(const struct entry *entry, char out[OBJECT_NUMBER_MAX + 1], struct problem *problem)
{
	if (strncmp(entry->header.subject, SUBJECT, strlen(SUBJECT)) == 0 &&
	    notice_id_read(entry->header.subject + strlen(SUBJECT), out))
		return JISR_OK;
	return problem_set(problem, JISR_CORRUPT, "entry %llu is about no object: %s",
	                   (unsigned long long)entry->sequence, entry->header.subject);
}

/* "objects/MA/passports" */
static int subject_file(struct store_write *write, const struct entry *entry, const char **ret_owner,
                        const char **ret_name, struct problem *problem)
{
	const char *rest = entry->header.subject + strlen(FILE_SUBJECT), *slash = NULL;
	if (strncmp(entry->header.subject, FILE_SUBJECT, strlen(FILE_SUBJECT)) == 0)
		slash = strchr(rest, '/');
	if (slash == NULL || !object_file_name_valid(slash + 1))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no file of objects: %s",
		                   (unsigned long long)entry->sequence, entry->header.subject);
	*ret_owner = arena_text(store_write_arena(write), rest, (size_t)(slash - rest));
	*ret_name = slash + 1;
	return *ret_owner == NULL ? problem_no_memory(problem) : JISR_OK;
}

static int keep_event(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *text = json_get_text(entry->body, "text"), *reason = json_get_text(entry->body, "reason");
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO object_event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, entry->header.subject);
	sql_bind_text(&query, 3, entry->header.kind + strlen("object."));
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_text(&query, 5, entry->header.author);
	sql_bind_text(&query, 6, entry->header.officer);
	sql_bind_text(&query, 7, text != NULL ? text : reason != NULL ? reason : "");
	return sql_run(&query, problem);
}

static int reach_of(struct store_write *write, const struct entry *entry, const char **ret_reach)
{
	static const enum reach_kind kinds[] = {
		[AUDIENCE_ALL] = REACH_ALL, [AUDIENCE_ONLY] = REACH_ONLY, [AUDIENCE_EXCEPT] = REACH_EXCEPT};
	const struct entry_audience *audience = &entry->header.audience;
	struct reach reach = {kinds[audience->kind], audience->offices, audience->count};
	return reach_text(&reach, store_write_arena(write), ret_reach);
}

static int apply_entered(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	const char *reach = NULL;
	struct arena *arena = store_write_arena(write);
	struct findings findings;
	struct object object = {.kind = OBJECT_DOCUMENT};
	struct text content;
	if (entry->body == NULL)
		return JISR_OK;
	findings_init(&findings);
	int error = subject_id(entry, id, problem);
	if (!error)
		error = object_read(json_get(entry->body, "object"), arena, &object, &findings);
	if (!error)
		error = object_check(&object, "9999-12-31", arena, &findings, NULL);
	if (!error)
		error = reach_of(write, entry, &reach);
	if (error)
		return problem_set(problem, error, "object %s: %s", id, error_text(error));
	const char *caption = object_caption(&object, arena), *crimes = object.values[OBJECT_CRIMES];
	text_init(&content, ENTRY_MAX_BODY);
	CLEANUP(json_freep) cJSON *json = object_json(&object);
	(void)json_write(json, &content);
	if (tree_failed() || content.error || caption == NULL) {
		text_finish(&content);
		return problem_no_memory(problem);
	}
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "INSERT INTO object VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, '', '', ?9, ?9, ?10)"
	                  " ON CONFLICT(id) DO UPDATE SET kind = excluded.kind, status = excluded.status,"
	                  " crimes = excluded.crimes, reach = excluded.reach, content = excluded.content,"
	                  " caption = excluded.caption, changed = excluded.changed, version = excluded.version");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	sql_bind_text(&query, 3, object.values[OBJECT_KIND]);
	sql_bind_text(&query, 4, object.values[OBJECT_STATUS]);
	sql_bind_text(&query, 5, crimes != NULL ? crimes : "");
	sql_bind_text(&query, 6, reach);
	sql_bind_text(&query, 7, content.bytes);
	sql_bind_text(&query, 8, caption);
	sql_bind_text(&query, 9, entry->header.at);
	sql_bind_number(&query, 10, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	text_finish(&content);
	return error ? error : keep_event(write, entry, problem);
}

static int forget(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem);

/* Those whom it reached before are told that it is gone; owner and headquarters know where it is. */
static int apply_hidden(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	int error = subject_id(entry, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "SELECT owner FROM object WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	bool own = store_write_holds(write, sql_next(&query) ? sql_text(&query, 0) : "");
	error = sql_done(&query, problem);
	return error || own ? error : forget(write, entry, id, problem);
}

/* Of one that these tables have not, nobody: in a replica it was hidden. */
static int reaches(struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
                   struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	int error = subject_id(entry, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(sql, "SELECT owner, reach FROM object WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	*ret_reaches = sql_next(&query) && reach_text_includes(sql_text(&query, 1), sql_text(&query, 0), office);
	return sql_done(&query, problem);
}

static int apply_withdrawn(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	int error = subject_id(entry, id, problem);
	if (error || entry->body == NULL)
		return error;
	const char *text = json_get_text(entry->body, "text");
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE object SET withdrawn = 1, reason = ?2, text = ?3,"
	                                          " changed = ?4, version = ?5 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, json_get_text(entry->body, "reason"));
	sql_bind_text(&query, 3, text != NULL ? text : "");
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_number(&query, 5, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	return error ? error : keep_event(write, entry, problem);
}

static int forget_lines(struct store_write *write, const char *owner, const char *name, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "DELETE FROM object_line WHERE owner = ?1 AND name = ?2");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	return sql_run(&query, problem);
}

static int apply_loaded(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	static const char *const counts[] = {"added", "changed", "removed", "unchanged", "refused"};
	const char *owner, *name;
	struct text parts;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (error || entry->body == NULL)
		return error;
	text_init(&parts, ENTRY_MAX_BODY);
	if (json_write(json_get(entry->body, "parts"), &parts) != JISR_OK) {
		text_finish(&parts);
		return problem_no_memory(problem);
	}
	struct sql_query query = sql_query(
		store_write_sql(write),
		"INSERT OR REPLACE INTO object_file VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	sql_bind_text(&query, 3, parts.bytes);
	sql_bind_text(&query, 4, json_get_text(entry->body, "source"));
	sql_bind_text(&query, 5, json_get_text(entry->body, "digest"));
	sql_bind_text(&query, 6, entry->header.at);
	for (int i = 0; i < 5; i++)
		sql_bind_number(&query, 7 + i, (int64_t)json_get_whole(entry->body, counts[i]));
	sql_bind_number(&query, 12, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	text_finish(&parts);
	if (!error)
		error = forget_lines(write, owner, name, problem);
	return error ? error : keep_event(write, entry, problem);
}

/* The parts that were here, but for the one of that reach; in its place the new one. NULL without memory. */
static cJSON *other_parts(const char *parts, const char *reach, const cJSON *part)
{
	cJSON *list = NULL;
	if (json_read(parts, strlen(parts), &list, NULL) != JISR_OK)
		return NULL;
	for (cJSON *one = list->child, *next = NULL; one != NULL; one = next) {
		const char *its = json_get_text(one, "reach");
		next = one->next;
		if (its != NULL && strcmp(its, reach) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(list, one));
	}
	cJSON *copy = part == NULL ? NULL : cJSON_Duplicate(part, true);
	if (part != NULL && (copy == NULL || !cJSON_AddItemToArray(list, copy)))
		list = json_free(list);
	return list;
}

static int put_parts(struct store_write *write, const struct entry *entry, const char *owner, const char *name,
                     const cJSON *parts, struct problem *problem)
{
	struct text text;
	text_init(&text, ENTRY_MAX_BODY);
	if (json_write(parts, &text) != JISR_OK) {
		text_finish(&text);
		return problem_no_memory(problem);
	}
	struct sql_query query = sql_query(
		store_write_sql(write),
		parts->child == NULL
			? "DELETE FROM object_file WHERE owner = ?1 AND name = ?2"
			: "INSERT OR REPLACE INTO object_file VALUES(?1, ?2, ?3, '', '', ?4, 0, 0, 0, 0, 0, ?5)");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	if (parts->child != NULL) {
		sql_bind_text(&query, 3, text.bytes);
		sql_bind_text(&query, 4, entry->header.at);
		sql_bind_number(&query, 5, (int64_t)entry->sequence);
	}
	int error = sql_run(&query, problem);
	text_finish(&text);
	return error;
}

/* The whole file is known to owner and headquarters by another entry; they note the sequence, to find what was said of the file. */
static int apply_part(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *parts = NULL;
	const char *owner, *name;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (error || entry->body == NULL)
		return error;
	if (store_write_holds(write, owner))
		return keep_event(write, entry, problem);
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT parts FROM object_file WHERE owner = ?1 AND name = ?2");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	parts = other_parts(sql_next(&query) ? sql_text(&query, 0) : "[]", json_get_text(entry->body, "reach"),
	                    json_get(entry->body, "part"));
	error = sql_done(&query, problem);
	if (!error && parts == NULL)
		error = problem_no_memory(problem);
	if (!error)
		error = put_parts(write, entry, owner, name, parts, problem);
	return error ? error : forget_lines(write, owner, name, problem);
}

static int apply_lines(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *owner, *name;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (error || entry->body == NULL)
		return error;
	for (const cJSON *line = json_get(entry->body, "lines")->child; line != NULL && !error; line = line->next) {
		struct sql_query query = sql_query(store_write_sql(write),
		                                   "INSERT OR IGNORE INTO object_line VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
		sql_bind_text(&query, 1, owner);
		sql_bind_text(&query, 2, name);
		sql_bind_text(&query, 3, line->valuestring);
		sql_bind_text(&query, 4, json_get_text(entry->body, "reason"));
		sql_bind_text(&query, 5, entry->header.at);
		sql_bind_number(&query, 6, (int64_t)entry->sequence);
		error = sql_run(&query, problem);
	}
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE object_file SET version = ?3 WHERE owner = ?1 AND name = ?2");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	sql_bind_number(&query, 3, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	return error ? error : keep_event(write, entry, problem);
}

static int forget_file(struct store_write *write, const char *owner, const char *name, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "DELETE FROM object_file WHERE owner = ?1 AND name = ?2");
	sql_bind_text(&query, 1, owner);
	sql_bind_text(&query, 2, name);
	int error = sql_run(&query, problem);
	return error ? error : forget_lines(write, owner, name, problem);
}

static int apply_dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *owner, *name;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (error)
		return error;
	error = forget_file(write, owner, name, problem);
	return error ? error : keep_event(write, entry, problem);
}

/* ---- removing ---- */

static int forget_events(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "DELETE FROM object_event WHERE subject = ?1");
	sql_bind_text(&query, 1, entry->header.subject);
	return sql_run(&query, problem);
}

static int forget(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "DELETE FROM object WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	int error = sql_run(&query, problem);
	return error ? error : forget_events(write, entry, problem);
}

static int apply_removed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	int error = subject_id(entry, id, problem);
	return error ? error : forget(write, entry, id, problem);
}

static int apply_cleared(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *owner, *name;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (!error)
		error = forget_file(write, owner, name, problem);
	return error ? error : forget_events(write, entry, problem);
}

static int apply_file(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *kind = entry->header.kind;
	return strcmp(kind, "object.loaded") == 0    ? apply_loaded(write, entry, problem)
	       : strcmp(kind, "object.part") == 0    ? apply_part(write, entry, problem)
	       : strcmp(kind, "object.lines") == 0   ? apply_lines(write, entry, problem)
	       : strcmp(kind, "object.dropped") == 0 ? apply_dropped(write, entry, problem)
	                                             : apply_cleared(write, entry, problem);
}

static int apply_single(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *kind = entry->header.kind;
	return strcmp(kind, "object.hidden") == 0      ? apply_hidden(write, entry, problem)
	       : strcmp(kind, "object.withdrawn") == 0 ? apply_withdrawn(write, entry, problem)
	                                               : apply_entered(write, entry, problem);
}

/* As in notices/notice.c: the object is made again from what is left; of one that is removed there is nothing. */
static int dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OBJECT_NUMBER_MAX + 1];
	int64_t there = 0;
	int error = subject_id(entry, id, problem);
	if (error || entry->body_bytes == NULL)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "SELECT count(*) FROM object WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	error = sql_run_number(&query, 0, &there, problem);
	if (error || there == 0)
		return error;
	error = forget(write, entry, id, problem);
	return error ? error : notice_entries_again(write, entry, apply_single, problem);
}

/* The same of a file; of one that is cleared there is nothing. */
static int file_dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	const char *owner, *name;
	int64_t there = 0;
	int error = subject_file(write, entry, &owner, &name, problem);
	if (error || entry->body_bytes == NULL)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT count(*) FROM object_event WHERE subject = ?1");
	sql_bind_text(&query, 1, entry->header.subject);
	error = sql_run_number(&query, 0, &there, problem);
	if (error || there == 0)
		return error;
	error = forget_file(write, owner, name, problem);
	if (!error)
		error = forget_events(write, entry, problem);
	return error ? error : notice_entries_again(write, entry, apply_file, problem);
}

static const struct store_kind kinds[] = {
	{"object.entered", check_object, apply_entered, dropped, reaches, false},
	{"object.amended", check_object, apply_entered, dropped, reaches, false},
	{"object.hidden", check_hidden, apply_hidden, NULL, reaches, true},
	{"object.withdrawn", check_withdrawn, apply_withdrawn, dropped, reaches, false},
	{"object.removed", check_hidden, apply_removed, NULL},
	{"object.loaded", check_loaded, apply_loaded, file_dropped},
	{"object.part", check_part, apply_part, file_dropped},
	{"object.lines", check_lines, apply_lines, file_dropped},
	{"object.dropped", check_withdrawn, apply_dropped, file_dropped},
	{"object.cleared", check_hidden, apply_cleared, NULL},
};

const struct store_domain object_domain = {
	.name = "objects",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
