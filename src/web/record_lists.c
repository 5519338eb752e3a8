/* Kinds, both by headquarters:
 *
 *   list.loaded   subject "list/NAME"
 *                 {"bytes":N,"documents":N,"entities":N,"file":SHA-256,"format":TEXT,"loaded":UTC,"name":TEXT,"names":N,
 *                  "published":TEXT,"source":TEXT}
 *   list.dropped  subject "list/NAME"; {"name":TEXT}
 *
 * Table, version 1:
 *
 *   record_list   name; place: sequence of the entry that loaded it first, which gives the order; format, source,
 *                 published, loaded, file, entities, names, documents, bytes */
#include "web/record_lists.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "base/tree.h"
#include "store/shared_files.h"
#include "web/domains.h"

#include <string.h>

#define TEXT_MAX  1000 /* bytes of a list's format, source, dates */
#define LISTS_MEM ((size_t)64 << 20)

static const struct store_step steps[] = {
	{"CREATE TABLE record_list (name TEXT PRIMARY KEY, place INTEGER NOT NULL, format TEXT NOT NULL, source TEXT "
         "NOT NULL, "
         "published TEXT NOT NULL, loaded TEXT NOT NULL, file TEXT NOT NULL, entities INTEGER NOT NULL, names INTEGER "
         "NOT "
         "NULL, documents INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT",
         false},
};
static const char *const tables[] = {"record_list", NULL};

static const char *const texts[] = {"name", "format", "source", "published", "loaded", "file"};
static const char *const counts[] = {"entities", "names", "documents", "bytes"};
#define TEXTS  (sizeof texts / sizeof *texts)
#define COUNTS (sizeof counts / sizeof *counts)

static bool good_name(const char *name)
{
	return name != NULL && name[0] != '\0' && strlen(name) <= CATALOGUE_MAX_NAME &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(name);
}

static int bad(struct problem *problem, const char *member)
{
	return problem_set(problem, JISR_BAD_INPUT, "an entry about a list: \"%s\" is missing or cannot be so", member);
}

static int check_loaded(const cJSON *body, struct problem *problem)
{
	if (!good_name(json_get_text(body, "name")))
		return bad(problem, "name");
	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = json_get_text(body, texts[i]);
		if (text == NULL || strlen(text) > TEXT_MAX)
			return bad(problem, texts[i]);
	}
	const char *file = json_get_text(body, "file");
	if (!text_is_hex(file, 64))
		return bad(problem, "file");
	for (size_t i = 0; i < COUNTS; i++)
		if (!json_whole(json_get(body, counts[i]), 0, JSON_MAX_WHOLE, NULL))
			return bad(problem, counts[i]);
	return cJSON_GetArraySize(body) == (int)(TEXTS + COUNTS) ? JISR_OK : bad(problem, "a member");
}

static int check_dropped(const cJSON *body, struct problem *problem)
{
	return cJSON_GetArraySize(body) == 1 && good_name(json_get_text(body, "name")) ? JISR_OK : bad(problem, "name");
}

static int apply_loaded(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO record_list (name, format, source, published, loaded, "
	                                          "file, entities, names, documents, bytes, place) "
	                                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT "
	                                          "(name) DO UPDATE SET format = excluded.format, "
	                                          "source = excluded.source, published = excluded.published, loaded = "
	                                          "excluded.loaded, file = excluded.file, "
	                                          "entities = excluded.entities, names = excluded.names, documents = "
	                                          "excluded.documents, bytes = excluded.bytes");
	for (size_t i = 0; i < TEXTS; i++)
		sql_bind_text(&query, (int)i + 1, json_get_text(entry->body, texts[i]));
	for (size_t i = 0; i < COUNTS; i++)
		sql_bind_number(&query, (int)(TEXTS + i) + 1, (int64_t)json_get_whole(entry->body, counts[i]));
	sql_bind_number(&query, 11, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "DELETE FROM record_list WHERE name = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "name"));
	return sql_run(&query, problem);
}

static const struct store_kind kinds[] = {
	{"list.loaded", check_loaded, apply_loaded, NULL},
	{"list.dropped", check_dropped, apply_dropped, NULL},
};

const struct store_domain record_lists_domain = {
	.name = "lists",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- writing entries ---- */

static int append(struct store_write *write, const char *officer, const char *kind, const char *name, cJSON *body,
                  struct problem *problem)
{
	char subject[CATALOGUE_MAX_NAME + 8];
	(void)snprintf(subject, sizeof subject, "list/%.*s", CATALOGUE_MAX_NAME, name);
	struct entry_draft draft = {.author = ENTRY_HEADQUARTERS,
	                            .officer = officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

/* What is to be written, and by whom. */
struct told {
	const struct catalogue_list *list;
	const char *name, *officer;
};

static int append_loaded(struct store_write *write, void *context, struct problem *problem)
{
	const struct told *told = context;
	const struct catalogue_list *list = told->list;
	const char *const values[TEXTS] = {list->name,      list->format, list->source,
	                                   list->published, list->loaded, list->file};
	const uint64_t numbers[COUNTS] = {list->entities, list->names, list->documents, list->bytes};
	cJSON *body = tree_object();
	for (size_t i = 0; i < TEXTS; i++)
		tree_text(body, texts[i], values[i]);
	for (size_t i = 0; i < COUNTS; i++)
		tree_count(body, counts[i], numbers[i]);
	return append(write, told->officer, "list.loaded", list->name, body, problem);
}

static int append_dropped(struct store_write *write, void *context, struct problem *problem)
{
	const struct told *told = context;
	cJSON *body = tree_object();
	tree_text(body, "name", told->name);
	return append(write, told->officer, "list.dropped", told->name, body, problem);
}

/* Where the log is shared, the file lies beside it before an entry names it, and its former version goes afterwards. */
static void shared_name(const char *file, char out[SHARED_FILE_NAME])
{
	(void)snprintf(out, SHARED_FILE_NAME, "lists/%.64s.jisr", file);
}

/* The file of a list, "" for none; and how many lists have it. */
static int file_of(struct store *store, const char *name, char ret_file[65], struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store_reader_sql(reader),
	                                   "SELECT file FROM record_list WHERE name = ?1 AND 1 = (SELECT count(*) "
	                                   "FROM record_list AS other WHERE other.file = record_list.file)");
	sql_bind_text(&query, 1, name);
	(void)snprintf(ret_file, 65, "%s", sql_next(&query) ? sql_text(&query, 0) : "");
	return sql_done(&query, problem);
}

static int drop_file(struct store *store, const char *file, struct problem *problem)
{
	char name[SHARED_FILE_NAME];
	if (file[0] == '\0')
		return JISR_OK;
	shared_name(file, name);
	return shared_file_drop(store_directory(store), name, problem);
}

static int keep_loaded(void *context, const struct catalogue_list *list, struct problem *problem)
{
	const struct record_lists_by *by = context;
	struct told told = {.list = list, .officer = by->officer};
	char name[SHARED_FILE_NAME], before[65] = "";
	shared_name(list->file, name);
	int error = file_of(by->store, list->name, before, problem);
	if (!error)
		error = shared_file_put(store_directory(by->store), name, problem);
	if (!error)
		error = store_submit(by->store, append_loaded, &told, problem);
	if (!error && strcmp(before, list->file) != 0)
		(void)drop_file(by->store, before, NULL); /* nobody looks for it any more */
	return error;
}

static int keep_dropped(void *context, const char *name, struct problem *problem)
{
	const struct record_lists_by *by = context;
	struct told told = {.name = name, .officer = by->officer};
	char before[65] = "";
	int error = file_of(by->store, name, before, problem);
	if (!error)
		error = store_submit(by->store, append_dropped, &told, problem);
	if (!error)
		(void)drop_file(by->store, before, NULL);
	return error;
}

struct catalogue_keeper record_lists_keeper(struct record_lists_by *by)
{
	return (struct catalogue_keeper){keep_loaded, keep_dropped, by};
}

int record_lists_adopt(struct store_write *write, void *catalogue, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; !error && i < catalogue_count(catalogue); i++) {
		struct told told = {.list = catalogue_at(catalogue, i)};
		error = append_loaded(write, &told, problem);
	}
	return error;
}

/* ---- settling ---- */

struct recorded {
	struct arena *arena;
	struct catalogue_list *lists; /* CATALOGUE_MAX_LISTS of them */
	size_t count;
};

static int read_recorded(struct store_reader *reader, struct recorded *recorded, struct problem *problem)
{
	bool no_memory = false;
	struct sql_query query =
		sql_query(store_reader_sql(reader),
	                  "SELECT name, format, source, published, loaded, file, entities, names, documents, "
	                  "bytes FROM record_list ORDER BY place");
	while (!no_memory && recorded->count < CATALOGUE_MAX_LISTS && sql_next(&query)) {
		struct catalogue_list *list = &recorded->lists[recorded->count++];
		const char **places[TEXTS] = {&list->name,      &list->format, &list->source,
		                              &list->published, &list->loaded, &list->file};
		no_memory = sql_keep_texts(&query, 0, recorded->arena, places, TEXTS) != JISR_OK;
		list->entities = (uint64_t)sql_number(&query, 6);
		list->names = (uint64_t)sql_number(&query, 7);
		list->documents = (uint64_t)sql_number(&query, 8);
		list->bytes = (uint64_t)sql_number(&query, 9);
	}
	int error = sql_done(&query, problem);
	return error || !no_memory ? error : problem_no_memory(problem);
}

static bool same(const struct recorded *recorded, const struct catalogue *catalogue)
{
	if (recorded->count != catalogue_count(catalogue))
		return false;
	for (size_t i = 0; i < recorded->count; i++) {
		const struct catalogue_list *is = catalogue_at(catalogue, i), *ought = &recorded->lists[i];
		if (strcmp(is->name, ought->name) != 0 || strcmp(is->file, ought->file) != 0 ||
		    strcmp(is->loaded, ought->loaded) != 0)
			return false;
	}
	return true;
}

int record_lists_mark(struct store *store, uint64_t *ret_mark, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	uint64_t mark = 0;
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT name, file, loaded FROM record_list ORDER BY place");
	while (sql_next(&query))
		for (int i = 0; i < 3; i++) {
			const char *text = sql_text(&query, i);
			mark = hash_bytes(text, strlen(text)) ^ (mark << 7 | mark >> 57);
		}
	error = sql_done(&query, problem);
	if (!error)
		*ret_mark = mark;
	return error;
}

int record_lists_settle(const char *directory, size_t *ret_missing, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct recorded recorded = {0};
	*ret_missing = 0;
	int error = domains_open(directory, true, &store, problem);
	if (error == JISR_NOT_FOUND) {
		if (problem != NULL)
			problem->text[0] = '\0';
		return JISR_OK;
	}
	if (!error)
		error = catalogue_open(directory, &catalogue, problem);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error && arena_new(LISTS_MEM, &arena) == JISR_OK) {
		recorded.arena = arena;
		recorded.lists = arena_zero(arena, CATALOGUE_MAX_LISTS, sizeof *recorded.lists);
	}
	if (!error && recorded.lists == NULL)
		error = problem_no_memory(problem);
	if (!error)
		error = read_recorded(reader, &recorded, problem);
	if (error || same(&recorded, catalogue))
		return error;
	for (size_t i = 0; !error && i < recorded.count; i++) {
		char name[SHARED_FILE_NAME];
		shared_name(recorded.lists[i].file, name);
		error = shared_file_fetch(directory, name, problem);
		if (error == JISR_NOT_FOUND) /* told below */
			error = JISR_OK;
	}
	if (error)
		return error;
	error = catalogue_replace(catalogue, recorded.lists, recorded.count, ret_missing, problem);
	/* Who holds the lock is changing the lists, or brings them into order. */
	return error == JISR_BUSY ? JISR_OK : error;
}
