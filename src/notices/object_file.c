/* Order of a load, all under the lock of the data directory, which loading lists and backups take, too:
 *   1. the whole file is read and checked, lines go into a builder a part
 *   2. each part becomes a segment: a temporary file, named by its content, synced, renamed
 *   3. the entry "object.loaded" names them; from here on the new version counts
 *   4. segments that no file of the record names are removed
 * Whatever ends it before 3 leaves the record as it was, and files that the next load removes.
 *
 * Measured by `tools/bench objects`; docs/benchmarks.md has the figures. */
#include "notices/object_file.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "notices/object_act.h"
#include "notices/object_part.h"
#include "store/shared_files.h"
#include "watch/segment.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROW_MEMORY   ((size_t)16 << 20) /* of one line: a range of blanks has many numbers */
#define STATE_MEMORY ((size_t)256 << 20)
#define WORDS_MOST   64 /* ways of writing whom lines reach */
#define REACH_COLUMN "reach"
#define EVERY        4096 /* lines between two words of progress */
#define SHRUNK_FROM  100  /* objects of a version from which on half of it gone is asked about */

struct part {
	const char *reach; /* as reach_text writes it */
	struct segment_builder *builder;
	struct segment *segment;
	char file[SHA256_HEX];
	uint64_t count, bytes;
};

/* Which lines the keys stood on: open addressing by hash, at most half full. */
struct seen {
	uint64_t *slots; /* hash, line: two words */
	size_t size, count;
};

struct loading {
	struct store *store;
	struct object_load *load;
	struct arena *state; /* lives as long as the load */
	struct arena *row;
	struct csv_reader *csv;
	int columns[OBJECT_FIELDS], reach_column;
	struct office office;
	struct part parts[OBJECT_PARTS_MOST];
	size_t part_count;
	struct {
		const char *word;
		size_t part;
	} words[WORDS_MOST];
	size_t word_count;
	struct seen seen;
	char prefix[OBJECT_ID_MAX], today[11];
	struct object_file before; /* the version that is replaced; of zeros for none */
	bool cut, last_short;
	struct findings findings;
};

/* ---- what is told of lines ---- */

static void tell(struct loading *loading, uint64_t line, bool entered, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void tell(struct loading *loading, uint64_t line, bool entered, const char *format, ...)
{
	struct object_load *load = loading->load;
	if (entered)
		load->odd++;
	else
		load->bad++;
	if (load->told_count == OBJECT_FILE_BAD)
		return;
	struct object_line *told = &load->told[load->told_count++];
	told->line = line;
	told->entered = entered;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(told->what, sizeof told->what, format, arguments);
	va_end(arguments);
}

/* ---- whom lines reach ---- */

/* "*", "all", "only:FR,MA", "except:XX"; between offices a comma, a semicolon or a space. */
static cJSON *reach_of_word(const char *word)
{
	bool only = strncmp(word, "only:", 5) == 0;
	if (strcmp(word, "*") == 0 || strcmp(word, "all") == 0)
		return cJSON_CreateString("*");
	if (!only && strncmp(word, "except:", 7) != 0)
		return cJSON_CreateNull();
	cJSON *json = tree_object(), *list = tree_add_array(json, only ? "only" : "except");
	for (const char *at = word + (only ? 5 : 7); *at != '\0';) {
		size_t length = strcspn(at, ",; ");
		if (length > 0)
			tree_bytes(list, NULL, at, length);
		at += length + (at[length] != '\0');
	}
	return json;
}

static int part_of_reach(struct loading *loading, const cJSON *json, size_t *ret_part, struct problem *problem)
{
	struct reach reach = {REACH_ALL, NULL, 0};
	const char *text = NULL;
	int error = json != NULL ? reach_read(json, loading->state, &reach, problem) : JISR_OK;
	if (!error)
		error = reach_text(&reach, loading->state, &text);
	if (error)
		return error;
	size_t at = 0;
	while (at < loading->part_count && strcmp(loading->parts[at].reach, text) != 0)
		at++;
	if (at == loading->part_count) {
		if (at == OBJECT_PARTS_MOST)
			return problem_set(problem, JISR_TOO_LARGE,
			                   "its lines reach more than %d different sets of offices: make several files",
			                   OBJECT_PARTS_MOST);
		error = segment_builder_new(&loading->parts[at].builder);
		if (error)
			return problem_set(problem, error, "out of memory");
		loading->parts[at].reach = text;
		loading->part_count++;
	}
	*ret_part = at;
	return JISR_OK;
}

/* JISR_BAD_INPUT: the word is none, and the line is bad. */
static int part_of_word(struct loading *loading, const char *word, size_t *ret_part, struct problem *problem)
{
	for (size_t i = 0; i < loading->word_count; i++)
		if (strcmp(loading->words[i].word, word) == 0) {
			*ret_part = loading->words[i].part;
			return JISR_OK;
		}
	CLEANUP(json_freep) cJSON *json = word[0] == '\0' ? NULL : reach_of_word(word);
	(void)tree_failed();
	int error = part_of_reach(loading, word[0] == '\0' ? loading->load->reach : json, ret_part, problem);
	const char *copy = error ? NULL : arena_text(loading->state, word, strlen(word));
	if (error || loading->word_count == WORDS_MOST)
		return error;
	if (copy == NULL)
		return problem_no_memory(problem);
	loading->words[loading->word_count].word = copy;
	loading->words[loading->word_count++].part = *ret_part;
	return JISR_OK;
}

/* ---- lines ---- */

static int seen_grow(struct seen *seen)
{
	size_t size = seen->size == 0 ? 1024 : seen->size * 2;
	uint64_t *slots = memory_zero(size, 2 * sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < seen->size; i++) {
		if (seen->slots[2 * i + 1] == 0)
			continue;
		size_t at = (size_t)seen->slots[2 * i] & (size - 1);
		while (slots[2 * at + 1] != 0)
			at = (at + 1) & (size - 1);
		slots[2 * at] = seen->slots[2 * i];
		slots[2 * at + 1] = seen->slots[2 * i + 1];
	}
	memory_free(seen->slots);
	seen->slots = slots;
	seen->size = size;
	return JISR_OK;
}

/* *ret_line is the line on which the key stood before, 0 for none. */
static int seen_note(struct seen *seen, const char *key, uint64_t line, uint64_t *ret_line)
{
	uint64_t hash = hash_bytes(key, strlen(key));
	if ((seen->count + 1) * 2 > seen->size && seen_grow(seen) != JISR_OK)
		return JISR_NO_MEMORY;
	size_t at = (size_t)hash & (seen->size - 1);
	while (seen->slots[2 * at + 1] != 0 && seen->slots[2 * at] != hash)
		at = (at + 1) & (seen->size - 1);
	*ret_line = seen->slots[2 * at + 1];
	if (*ret_line == 0) {
		seen->slots[2 * at] = hash;
		seen->slots[2 * at + 1] = line;
		seen->count++;
	}
	return JISR_OK;
}

/* Enters a line, or says why not. An error is one of the machine or of the whole file. */
static int take_row(struct loading *loading, const struct csv_row *row, struct problem *problem)
{
	struct object object = {.kind = OBJECT_DOCUMENT};
	struct problem reached = {""};
	struct entity *entity = NULL;
	const char *warning = NULL;
	char id[OBJECT_ID_MAX], key[OBJECT_KEY_MAX];
	uint64_t before = 0;
	size_t part = 0;
	arena_reset(loading->row);
	for (int i = 0; i < OBJECT_FIELDS; i++)
		object.values[i] = loading->columns[i] >= 0 ? csv_row_field(row, loading->columns[i]) : NULL;
	if (loading->load->kind != NULL &&
	    (object.values[OBJECT_KIND] == NULL || object.values[OBJECT_KIND][0] == '\0'))
		object.values[OBJECT_KIND] = loading->load->kind;
	findings_init(&loading->findings);
	int error = object_check(&object, loading->today, loading->row, &loading->findings, &warning);
	if (!error && loading->findings.total == 0)
		object_may_enter(&loading->office, &object, &loading->findings);
	if (!error && loading->findings.total > 0) {
		const struct finding *first = &loading->findings.list[0];
		tell(loading, row->line, false, "%s %s: %s", first->field, first->what, first->todo);
		return JISR_OK;
	}
	if (!error)
		error = part_of_word(loading,
		                     loading->reach_column >= 0 ? csv_row_field(row, loading->reach_column) : "", &part,
		                     &reached);
	if (error == JISR_BAD_INPUT) {
		tell(loading, row->line, false, "reach: write all, only:FR,MA or except:XX (%s)", reached.text);
		return JISR_OK;
	}
	if (error)
		return problem_set(problem, error, "%s", reached.text[0] != '\0' ? reached.text : error_text(error));
	object_key(&object, key);
	error = seen_note(&loading->seen, key, row->line, &before);
	if (!error && before != 0) {
		tell(loading, row->line, false, "it stands on line %llu already", (unsigned long long)before);
		return JISR_OK;
	}
	if ((size_t)snprintf(id, sizeof id, "%s%s", loading->prefix, key) >= sizeof id)
		error = JISR_TOO_LARGE;
	if (!error)
		error = object_entity(&object, id, loading->office.code, loading->row, &entity);
	if (!error)
		error = segment_builder_put(loading->parts[part].builder, entity);
	if (error)
		return problem_set(problem, error, "line %llu: %s", (unsigned long long)row->line, error_text(error));
	loading->parts[part].count++;
	loading->load->entered++;
	if (warning != NULL)
		tell(loading, row->line, true, "%s", warning);
	return JISR_OK;
}

static int read_header(struct loading *loading, struct problem *problem)
{
	const struct csv_row *header = csv_reader_header(loading->csv);
	char known[700] = "";
	size_t length = 0;
	for (int i = 0; i < OBJECT_FIELDS; i++) {
		const char *name = object_field_name((enum object_field)i);
		loading->columns[i] = csv_reader_column(loading->csv, name);
		length += (size_t)snprintf(known + length, sizeof known - length, " %s", name);
	}
	loading->reach_column = csv_reader_column(loading->csv, REACH_COLUMN);
	for (size_t c = 0; c < header->count; c++) {
		bool used = loading->reach_column == (int)c;
		for (int i = 0; i < OBJECT_FIELDS; i++)
			used = used || loading->columns[i] == (int)c;
		if (!used)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"line 1: the column \"%.40s\" is unknown or stands twice. Columns are%s reach",
				header->fields[c], known);
	}
	if (loading->columns[OBJECT_KIND] < 0 && loading->load->kind == NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "line 1: there is no column \"kind\". Add it, or say which kind all lines are of");
	return JISR_OK;
}

static int read_rows(struct loading *loading, struct problem *problem)
{
	struct object_load *load = loading->load;
	struct csv_row row;
	int error;
	while ((error = csv_reader_next(loading->csv, &row, problem)) == JISR_OK) {
		loading->cut = row.cut;
		loading->last_short = row.bad == NULL && row.count < csv_reader_header(loading->csv)->count;
		if (++load->rows > OBJECT_FILE_LINES)
			return problem_set(problem, JISR_TOO_LARGE, "it has more than %d lines: make several files",
			                   OBJECT_FILE_LINES);
		if (row.bad != NULL)
			tell(loading, row.line, false, "%s", row.bad);
		else if (row.count != csv_reader_header(loading->csv)->count)
			tell(loading, row.line, false, "it has %zu fields, the first line %zu", row.count,
			     csv_reader_header(loading->csv)->count);
		else
			error = take_row(loading, &row, problem);
		if (error)
			return error;
		if (load->progress != NULL && load->rows % EVERY == 0)
			load->progress(load->progress_context, csv_reader_done(loading->csv), 0);
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

/* Whether the file as a whole can be entered. */
static int check_whole(const struct loading *loading, struct problem *problem)
{
	const struct object_load *load = loading->load;
	if (load->lines > 0 && load->rows != load->lines)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"it has %llu lines below the first, and its sender says %llu: it is cut off, or another file. "
			"Nothing was entered",
			(unsigned long long)load->rows, (unsigned long long)load->lines);
	if (loading->last_short || (loading->cut && load->lines == 0))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"its last line %s: it is cut off. Nothing was entered. If it is whole, end the last line with "
			"a newline%s",
			loading->last_short ? "has too few fields" : "has no end",
			loading->last_short ? " and all its fields" : ", or say how many lines there are");
	if (load->strict && load->bad > 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%llu of its lines cannot be entered, and strictly one is too many. "
		                   "Nothing was entered",
		                   (unsigned long long)load->bad);
	if (load->entered == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   load->rows == 0
		                           ? "it has no line below the first. To withdraw a whole file: jisr object "
		                             "withdraw OFFICE/NAME"
		                           : "none of its lines can be entered: look at the first ones");
	return JISR_OK;
}

/* ---- segments ---- */

static int write_part(struct loading *loading, struct part *part, struct problem *problem)
{
	char base[FILE_MAX_PATH], temp[FILE_MAX_PATH], path[FILE_MAX_PATH], name[SHARED_FILE_NAME];
	struct file_map map = {NULL, 0};
	const char *directory = store_directory(loading->store);
	int fd = -1, length = snprintf(base, sizeof base, "%s/objects/segment", directory);
	if (length < 0 || length >= (int)sizeof base)
		return problem_set(problem, JISR_TOO_LARGE, "the data directory's path is too long");
	int error = file_temp(base, temp, &fd, problem);
	if (error)
		return error == JISR_NOT_FOUND ? JISR_IO : error;
	errno = 0;
	error = segment_builder_write(part->builder, "objects", fd, problem);
	if (error == JISR_IO && errno != 0)
		error = file_problem(problem, base, "write it");
	part->builder = segment_builder_free(part->builder);
	if (!error)
		error = file_map(temp, &map, problem);
	if (!error) {
		sha256_hex(map.bytes, map.size, part->file);
		part->bytes = map.size;
	}
	file_unmap(&map);
	if (!error && !object_file_path(directory, part->file, path, sizeof path))
		error = problem_set(problem, JISR_TOO_LARGE, "the data directory's path is too long");
	if (!error)
		error = file_publish(fd, temp, path, problem);
	else
		(void)unlink(temp);
	(void)close(fd);
	(void)snprintf(name, sizeof name, OBJECT_FILE_SHARED, part->file);
	if (!error)
		error = shared_file_put(directory, name, problem);
	return error ? error : segment_open(path, &part->segment, problem);
}

struct comparing {
	struct loading *loading;
	struct segment *old[OBJECT_PARTS_MOST];
};

static bool note_again(void *context, const char *id)
{
	struct loading *loading = context;
	uint32_t entity;
	for (size_t i = 0; i < loading->part_count; i++)
		if (segment_find(loading->parts[i].segment, id, &entity)) {
			loading->load->again++;
			break;
		}
	return true;
}

static void compare_part(struct comparing *comparing, const struct part *part)
{
	const struct object_file *before = &comparing->loading->before;
	struct object_load *load = comparing->loading->load;
	for (uint32_t i = 0; i < segment_entities(part->segment); i++) {
		const char *id = segment_entity_id(part->segment, i);
		uint32_t old = 0;
		size_t k = 0;
		while (k < before->part_count &&
		       (comparing->old[k] == NULL || !segment_find(comparing->old[k], id, &old)))
			k++;
		if (k == before->part_count)
			load->added++;
		else if (strcmp(before->parts[k].reach, part->reach) == 0 &&
		         segment_entity_hash(comparing->old[k], old) == segment_entity_hash(part->segment, i))
			load->unchanged++;
		else
			load->changed++;
	}
}

/* Added, changed, removed. A damaged old version does not hinder a whole new one: its lines count as removed. */
static int compare(struct loading *loading, struct sql *sql, struct problem *problem)
{
	struct comparing comparing = {.loading = loading};
	struct object_load *load = loading->load;
	for (size_t i = 0; i < loading->before.part_count; i++)
		(void)object_file_open(store_directory(loading->store), loading->before.parts[i].file, false,
		                       &comparing.old[i], NULL);
	for (size_t i = 0; i < loading->part_count; i++)
		compare_part(&comparing, &loading->parts[i]);
	load->removed = loading->before.count - load->changed - load->unchanged;
	for (size_t i = 0; i < loading->before.part_count; i++)
		segment_free(comparing.old[i]);
	if (loading->before.withdrawn == 0)
		return JISR_OK;
	return object_lines(sql, loading->office.code, load->name, 0, note_again, loading, problem);
}

/* ---- the entry ---- */

static cJSON *loaded_body(const struct loading *loading)
{
	const struct object_load *load = loading->load;
	cJSON *body = tree_object(), *parts = tree_add_array(body, "parts");
	for (size_t i = 0; i < loading->part_count; i++) {
		const struct part *part = &loading->parts[i];
		if (part->count == 0)
			continue;
		cJSON *one = tree_add_object(parts, NULL);
		tree_count(one, "bytes", part->bytes);
		tree_count(one, "count", part->count);
		tree_text(one, "file", part->file);
		tree_text(one, "reach", part->reach);
	}
	tree_text(body, "source", load->source);
	tree_text(body, "digest", load->digest);
	tree_count(body, "added", load->added);
	tree_count(body, "changed", load->changed);
	tree_count(body, "removed", load->removed);
	tree_count(body, "unchanged", load->unchanged);
	tree_count(body, "refused", load->bad);
	return body;
}

/* To those whom the one entry does not tell: what is theirs of the new version, or that nothing is any more. `told`: the reach of
 * the only part, whose offices got the entry itself; NULL: owner and headquarters alone did. */
static int tell_parts(struct loading *loading, struct store_write *write, const char *told, struct problem *problem)
{
	const struct object_load *load = loading->load;
	const struct object_file *before = &loading->before;
	const char *owner = loading->office.code;
	int error = JISR_OK;
	for (size_t i = 0; !error && i < before->part_count; i++) {
		const char *reach = before->parts[i].reach;
		bool stays = false;
		for (size_t k = 0; !stays && k < loading->part_count; k++)
			stays = strcmp(loading->parts[k].reach, reach) == 0;
		if (!stays)
			error = object_part_tell(write, load->caller->office, load->caller->officer, owner, load->name,
			                         reach, NULL, problem);
	}
	for (size_t i = 0; !error && i < loading->part_count; i++) {
		const struct part *part = &loading->parts[i];
		const struct object_part now = {part->file, part->reach, part->count, part->bytes};
		if (told == NULL || strcmp(told, part->reach) != 0)
			error = object_part_tell(write, load->caller->office, load->caller->officer, owner, load->name,
			                         part->reach, &now, problem);
	}
	return error;
}

static int append_loaded(struct store_write *write, void *context, struct problem *problem)
{
	struct loading *loading = context;
	struct object_load *load = loading->load;
	struct arena *arena = store_write_arena(write);
	char subject[ENTRY_MAX_SUBJECT];
	const char *owner = loading->office.code;
	struct office office;
	struct object_file now = {.version = 0};
	const struct part *only = NULL;
	size_t filled = 0;
	int error = object_may_write(store_write_sql(write), load->caller, &office, problem);
	if (!error)
		error = object_file_get(store_write_sql(write), (struct viewer){owner}, owner, load->name, arena, &now,
		                        problem);
	if (error == JISR_NOT_FOUND) {
		error = JISR_OK;
		problem->text[0] = '\0';
	}
	if (!error && now.version != loading->before.version)
		error = problem_set(problem, JISR_CONFLICT, "%s/%s has changed meanwhile: load it again", owner,
		                    load->name);
	for (size_t i = 0; i < loading->part_count; i++)
		if (loading->parts[i].count > 0) {
			only = &loading->parts[i];
			filled++;
		}
	struct entry_audience audience = {AUDIENCE_ONLY, &owner, 1};
	struct reach reach;
	if (!error && filled == 1 && (error = reach_from_text(only->reach, arena, &reach)) == JISR_OK)
		audience = reach_audience(&reach);
	if (error)
		return error;
	(void)snprintf(subject, sizeof subject, "objects/%s/%s", owner, load->name);
	cJSON *body = loaded_body(loading);
	struct entry_draft draft = {.author = owner,
	                            .officer = load->caller->officer,
	                            .kind = "object.loaded",
	                            .subject = subject,
	                            .audience = audience,
	                            .expected = ENTRY_ANY};
	error = store_append_tree(write, draft, body, &load->version, problem);
	return error ? error : tell_parts(loading, write, filled == 1 ? only->reach : NULL, problem);
}

/* ---- what is left behind ---- */

struct named {
	const char *file; /* without ".jisr" */
	bool found;
};

static bool is_named(void *context, const struct object_file *file)
{
	struct named *named = context;
	for (size_t i = 0; i < file->part_count; i++)
		named->found = named->found || strncmp(named->file, file->parts[i].file, SHA256_HEX - 1) == 0;
	return !named->found;
}

/* Removes segments that no file of the record names, and temporary files. Under the lock. */
static void clean(struct store *store)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%s/objects", store_directory(store));
	DIR *folder = opendir(path);
	if (folder == NULL || store_read(store, &reader, NULL) != JISR_OK ||
	    arena_new(STATE_MEMORY, &arena) != JISR_OK) {
		if (folder != NULL)
			(void)closedir(folder);
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		struct named named = {entry->d_name, false};
		bool segment = strlen(entry->d_name) == SHA256_HEX - 1 + 5 &&
		               strcmp(entry->d_name + SHA256_HEX - 1, ".jisr") == 0;
		if (!segment && !file_is_temp(entry->d_name))
			continue;
		arena_reset(arena);
		if (segment && object_files(store_reader_sql(reader), (struct viewer){OFFICE_HEADQUARTERS}, arena,
		                            is_named, &named, NULL) != JISR_OK)
			break;
		if (named.found)
			continue;
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
		if (segment) {
			char name[SHARED_FILE_NAME];
			(void)snprintf(name, sizeof name, "objects/%.*s", SHA256_HEX - 1 + 5, entry->d_name);
			(void)shared_file_drop(store_directory(store), name, NULL);
		}
	}
	(void)closedir(folder);
}

int object_file_clean(struct store *store, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int lock = -1;
	(void)snprintf(path, sizeof path, "%s/lock", store_directory(store));
	int error = file_lock(path, &lock, problem);
	if (error)
		return error;
	clean(store);
	(void)close(lock);
	return JISR_OK;
}

/* ---- the whole ---- */

static int count_files(struct sql *sql, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM object_file");
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error && count >= OBJECT_FILES_MOST)
		error = problem_set(problem, JISR_TOO_LARGE, "there are %d files of objects, the most there can be",
		                    OBJECT_FILES_MOST);
	return error;
}

static int begin(struct loading *loading, struct sql *sql, struct problem *problem)
{
	struct object_load *load = loading->load;
	int error = object_may_write(sql, load->caller, &loading->office, problem);
	if (!error && !object_file_name_valid(load->name))
		error = problem_set(
			problem, JISR_BAD_INPUT,
			"a file is named with at most %d of a-z, 0-9 and '-', such as passports: not '%.40s'",
			OBJECT_FILE_NAME, load->name);
	enum object_kind kind;
	if (!error && load->kind != NULL && !object_kind_read(load->kind, &kind))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "'%.40s' is no kind: document, vehicle, firearm, artwork or vessel", load->kind);
	if (error)
		return error;
	error = object_file_get(sql, (struct viewer){loading->office.code}, loading->office.code, load->name,
	                        loading->state, &loading->before, problem);
	if (error == JISR_NOT_FOUND) {
		loading->before = (struct object_file){.version = 0};
		problem->text[0] = '\0';
		error = count_files(sql, problem);
	}
	object_file_prefix(loading->office.code, load->name, loading->prefix);
	(void)snprintf(loading->today, sizeof loading->today, "%.10s", clock_utc((char[CLOCK_UTC_MAX]){""}));
	/* The reach of lines that say none is looked at before the first line. */
	size_t part;
	return error || load->reach == NULL ? error : part_of_reach(loading, load->reach, &part, problem);
}

static int make_parts(struct loading *loading, struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	int length = snprintf(folder, sizeof folder, "%s/objects", store_directory(loading->store));
	if (length < 0 || length >= (int)sizeof folder)
		return problem_set(problem, JISR_TOO_LARGE, "the data directory's path is too long");
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return file_problem(problem, folder, "make the folder");
	for (size_t i = 0; i < loading->part_count; i++) {
		int error = loading->parts[i].count > 0 ? write_part(loading, &loading->parts[i], problem) : JISR_OK;
		if (error)
			return error;
	}
	/* Parts without a line are none. */
	size_t kept = 0;
	for (size_t i = 0; i < loading->part_count; i++) {
		if (loading->parts[i].count > 0)
			loading->parts[kept++] = loading->parts[i];
		else
			segment_builder_free(loading->parts[i].builder);
	}
	loading->part_count = kept;
	return JISR_OK;
}

static int run(struct loading *loading, struct sql *sql, struct problem *problem)
{
	struct object_load *load = loading->load;
	int error = read_header(loading, problem);
	if (!error)
		error = read_rows(loading, problem);
	if (!error)
		error = check_whole(loading, problem);
	if (!error && !load->fewer && loading->before.count >= SHRUNK_FROM && load->entered * 2 < loading->before.count)
		error = problem_set(
			problem, JISR_STATE,
			"it has %llu objects, the version before %llu: more than half would be gone. Nothing was "
			"entered; if it is so, say --fewer",
			(unsigned long long)load->entered, (unsigned long long)loading->before.count);
	if (!error)
		error = make_parts(loading, problem);
	if (!error)
		error = compare(loading, sql, problem);
	return error ? error : store_submit(loading->store, append_loaded, loading, problem);
}

static void loading_finish(struct loading *loading)
{
	for (size_t i = 0; i < loading->part_count; i++) {
		segment_builder_free(loading->parts[i].builder);
		segment_free(loading->parts[i].segment);
	}
	memory_free(loading->seen.slots);
	csv_reader_free(loading->csv);
	arena_free(loading->row);
	arena_free(loading->state);
}

int object_load(struct store *store, struct input *input, struct object_load *load, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(memory_freep) struct loading *loading = memory_zero(1, sizeof *loading);
	const struct csv_options options = {.header = true};
	char path[FILE_MAX_PATH];
	struct problem own = {""};
	int lock = -1;
	if (problem == NULL)
		problem = &own;
	if (loading == NULL) {
		input_free(input);
		return problem_no_memory(problem);
	}
	loading->store = store;
	loading->load = load;
	(void)snprintf(path, sizeof path, "%s/lock", store_directory(store));
	int error = csv_reader_new(input, &options, &loading->csv, problem);
	if (!error &&
	    (arena_new(STATE_MEMORY, &loading->state) != JISR_OK || arena_new(ROW_MEMORY, &loading->row) != JISR_OK))
		error = problem_no_memory(problem);
	if (!error)
		error = file_lock(path, &lock, problem);
	if (error == JISR_BUSY)
		(void)problem_set(problem, error, "another process loads into %s: try again when it has ended",
		                  store_directory(store));
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = begin(loading, store_reader_sql(reader), problem);
	if (!error)
		error = run(loading, store_reader_sql(reader), problem);
	reader = store_read_end(reader);
	if (lock >= 0) {
		clean(store);
		(void)close(lock);
	}
	loading_finish(loading);
	return error;
}
