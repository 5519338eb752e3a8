#include "web/sweep.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "members/repeat.h"
#include "notices/ftm.h"
#include "store/access.h"
#include "store/shared_files.h"
#include "web/decisions_store.h"
#include "web/papers.h"
#include "web/snapshots.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unicode/ucasemap.h>
#include <unistd.h>

#define LINE_MAX_BYTES 16384 /* of a line of the access log, unfolded */
#define ORPHAN_SECONDS 86400 /* a picture that no notice shows for so long is gone */

void sweep_init(struct sweep *sweep, struct arena *arena)
{
	*sweep = (struct sweep){.arena = arena};
}

/* ---- what is looked for ---- */

/* Case folded; NULL without memory. */
static const char *fold(struct arena *arena, const char *text)
{
	UErrorCode code = U_ZERO_ERROR;
	UCaseMap *map = ucasemap_open("", 0, &code);
	size_t size = strlen(text) * 3 + 8;
	char *out = arena_alloc(arena, size);
	if (out != NULL && map != NULL)
		(void)ucasemap_utf8FoldCase(map, out, (int32_t)size, text, -1, &code);
	ucasemap_close(map);
	return out != NULL && U_SUCCESS(code) ? out : NULL;
}

/* Adds a name. */
static int sweep_name(struct sweep *sweep, const char *name, const char *forename)
{
	if (name == NULL || strlen(name) < 3)
		return JISR_OK;
	struct sweep_name one = {{fold(sweep->arena, name), forename != NULL ? fold(sweep->arena, forename) : NULL},
	                         arena_text(sweep->arena, name, strlen(name))};
	if (one.parts[0] == NULL || one.written == NULL || (forename != NULL && one.parts[1] == NULL))
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < sweep->name_count; i++)
		if (strcmp(sweep->names[i].parts[0], one.parts[0]) == 0 &&
		    (sweep->names[i].parts[1] == NULL ||
		     (one.parts[1] != NULL && strcmp(sweep->names[i].parts[1], one.parts[1]) == 0)))
			return JISR_OK;
	if (sweep->name_count == SWEEP_MAX)
		return JISR_TOO_LARGE;
	sweep->names[sweep->name_count++] = one;
	return JISR_OK;
}

static int add_picture(struct sweep *sweep, const char *hash)
{
	for (size_t i = 0; i < sweep->picture_count; i++)
		if (strcmp(sweep->pictures[i], hash) == 0)
			return JISR_OK;
	if (sweep->picture_count == SWEEP_MAX)
		return JISR_TOO_LARGE;
	const char *copy = arena_text(sweep->arena, hash, strlen(hash));
	if (copy == NULL)
		return JISR_NO_MEMORY;
	sweep->pictures[sweep->picture_count++] = copy;
	return JISR_OK;
}

static int add_content(struct sweep *sweep, const cJSON *content)
{
	int error = sweep_name(sweep, json_get_text(content, "name"), json_get_text(content, "forename"));
	const cJSON *names = json_get(content, "names"), *documents = json_get(content, "documents"),
		    *pictures = json_get(content, "photographs");
	for (const cJSON *one = names != NULL ? names->child : NULL; one != NULL && !error; one = one->next)
		error = sweep_name(sweep, json_get_text(one, "text"), NULL);
	for (const cJSON *one = documents != NULL ? documents->child : NULL; one != NULL && !error; one = one->next)
		error = sweep_name(sweep, json_get_text(one, "number"), NULL);
	for (const cJSON *one = pictures != NULL ? pictures->child : NULL; one != NULL && !error; one = one->next)
		if (cJSON_IsString(one))
			error = add_picture(sweep, one->valuestring);
	return error;
}

static int add_entry(struct sweep *sweep, struct log *log, uint64_t sequence, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *entry = NULL;
	int error = arena_new(NOTICE_ENTRY_MEMORY, &arena);
	if (error)
		return problem_set(problem, error, "out of memory");
	error = log_read(log, sequence, LOG_WITH_BODY, arena, &entry, problem);
	if (error)
		return error;
	const cJSON *content[] = {json_get(entry->body, "content"),
	                          json_get(json_get(entry->body, "notice"), "content")};
	for (size_t i = 0; i < 2 && !error; i++)
		if (content[i] != NULL)
			error = add_content(sweep, content[i]);
	return error ? problem_set(problem, error, "what a notice says: %s", error_text(error)) : JISR_OK;
}

int sweep_gather(struct sweep *sweep, struct log *log, const char *notice, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	size_t count = 0;
	if (!notice_id_read(notice, id))
		return problem_set(problem, JISR_NOT_FOUND, "there is no notice %.40s", notice);
	const char *copy = arena_text(sweep->arena, id, strlen(id));
	if (sequences == NULL || copy == NULL)
		return problem_no_memory(problem);
	if (sweep->notice_count == SWEEP_MAX)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d notices at once", SWEEP_MAX);
	sweep->notices[sweep->notice_count++] = copy;
	int error = notice_entries(log, id, sequences, &count, problem);
	for (size_t i = 0; i < count && !error; i++)
		error = add_entry(sweep, log, sequences[i], problem);
	return error;
}

int sweep_papers(struct sweep *sweep, struct sql *sql, const char *request, const char *digest, struct problem *problem)
{
	static const struct viewer commission = {OFFICE_COMMISSION};
	struct request_paper paper;
	int error = JISR_OK;
	for (size_t i = 0; !error && i < REQUEST_MAX_PAPERS; i++) {
		error = request_paper_at(sql, commission, request, i, &paper, NULL);
		if (error || (digest != NULL && strcmp(digest, paper.file.digest) != 0))
			continue;
		const char *copy = arena_text(sweep->arena, paper.file.digest, strlen(paper.file.digest));
		if (copy == NULL)
			return problem_no_memory(problem);
		sweep->papers[sweep->paper_count++] = copy;
	}
	return error == JISR_NOT_FOUND || !error
	               ? JISR_OK
	               : problem_set(problem, error, "copies of papers: %s", error_text(error));
}

/* ---- the access log ---- */

static unsigned hex(char c)
{
	return isdigit((unsigned char)c) ? (unsigned)(c - '0') : (unsigned)(tolower((unsigned char)c) - 'a' + 10);
}

static bool four(const char *digits, uint32_t *ret_code)
{
	uint32_t code = 0;
	for (size_t i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)digits[i]))
			return false;
		code = code << 4 | hex(digits[i]);
	}
	*ret_code = code;
	return true;
}

/* The character whose escape goes on with these digits, and how many bytes say it: 4, or 10 where two halves make one
 * (RFC 8259, 7). 0: none. */
static size_t escaped(const char *digits, uint32_t *ret_code)
{
	uint32_t half;
	if (!four(digits, ret_code))
		return 0;
	if ((*ret_code & 0xFC00) != 0xD800 || digits[4] != '\\' || digits[5] != 'u' || !four(digits + 6, &half) ||
	    (half & 0xFC00) != 0xDC00)
		return 4;
	*ret_code = 0x10000 + ((*ret_code & 0x3FF) << 10) + (half & 0x3FF);
	return 10;
}

/* Addresses write %C3%A9 and +, JSON writes \u00e9. */
static void unfold(const char *text, char out[LINE_MAX_BYTES])
{
	size_t length = 0, taken;
	uint32_t code;
	for (const char *at = text; *at != '\0' && length < LINE_MAX_BYTES - 4;) {
		if (at[0] == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
			char byte = (char)(hex(at[1]) << 4 | hex(at[2]));
			out[length++] = byte == '\0' ? ' ' : byte;
			at += 3;
		} else if (at[0] == '\\' && at[1] == 'u' && (taken = escaped(at + 2, &code)) > 0) {
			length += utf8_put(out + length, code == 0 ? ' ' : code);
			at += 2 + taken;
		} else {
			out[length++] = *at == '+' ? ' ' : *at;
			at++;
		}
	}
	out[length] = '\0';
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* As a word or words of their own: "li" is not in "liberia". */
static bool has_words(const char *line, const char *words)
{
	size_t length = strlen(words);
	for (const char *at = strstr(line, words); at != NULL; at = strstr(at + 1, words))
		if ((at == line || !in_word(at[-1])) && !in_word(at[length]))
			return true;
	return false;
}

static bool says_name(void *context, const struct access_line *line)
{
	const struct sweep *sweep = context;
	char text[LINE_MAX_BYTES], folded[LINE_MAX_BYTES * 2];
	const char *fields[] = {line->what, line->purpose};
	for (size_t i = 0; i < 2; i++) {
		UErrorCode code = U_ZERO_ERROR;
		UCaseMap *map = ucasemap_open("", 0, &code);
		unfold(fields[i], text);
		if (map != NULL)
			(void)ucasemap_utf8FoldCase(map, folded, sizeof folded, text, -1, &code);
		ucasemap_close(map);
		if (U_FAILURE(code))
			(void)snprintf(folded, sizeof folded, "%s", text);
		for (size_t n = 0; n < sweep->name_count; n++)
			if (has_words(folded, sweep->names[n].parts[0]) &&
			    (sweep->names[n].parts[1] == NULL || has_words(folded, sweep->names[n].parts[1])))
				return true;
	}
	return false;
}

static bool there(const char *directory, const char *name)
{
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	return access(path, F_OK) == 0;
}

static int forget_access(const struct sweep *sweep, const char *directory, const struct store *store,
                         struct problem *problem)
{
	char name[NOTE_MAX_NAME + 1];
	CLEANUP(access_freep) struct access *log = NULL;
	uint64_t count = 0;
	if (sweep->name_count == 0 || !there(directory, ACCESS_FILE))
		return JISR_OK;
	(void)snprintf(name, sizeof name, ACCESS_NAME, store_log_name(store));
	int error = access_open(directory, true, name, &log, problem);
	return error ? error : access_forget_lines(log, says_name, (void *)(uintptr_t)sweep, &count, problem);
}

/* ---- replies, decisions ---- */

static int forget_replies(const struct sweep *sweep, const char *directory, struct problem *problem)
{
	CLEANUP(local_closep) struct local *local = NULL;
	uint64_t count = 0, all = 0;
	struct sql *sql;
	if (sweep->notice_count == 0 || !there(directory, LOCAL_NAME))
		return JISR_OK;
	int error = local_open(directory, &local, problem);
	if (!error)
		error = local_begin(local, &sql, problem);
	if (error)
		return error;
	for (size_t i = 0; i < sweep->notice_count && !error; i++, all += count)
		error = repeat_forget(sql, sweep->notices[i], &count, problem);
	for (size_t i = 0; i < sweep->name_count && !error; i++, all += count)
		error = repeat_forget(sql, sweep->names[i].written, &count, problem);
	error = local_end(local, error, problem);
	if (error || all == 0)
		return error;
	sql = local_enter(local);
	error = sql_execute(sql, "VACUUM", problem);
	if (!error)
		(void)sql_checkpoint(sql, NULL);
	local_leave(local);
	return error;
}

static int forget_decisions(const struct sweep *sweep, const char *directory, struct problem *problem)
{
	CLEANUP(decision_store_closep) struct decision_store *store = NULL;
	char now[CLOCK_UTC_MAX];
	int error = JISR_OK;
	if (sweep->notice_count == 0 || !there(directory, STORE_NAME))
		return JISR_OK;
	error = decision_store_open(directory, false, &store, problem);
	for (size_t i = 0; i < sweep->notice_count && !error; i++) {
		char entity[64];
		uint64_t count = 0;
		(void)snprintf(entity, sizeof entity, "notice-%s", sweep->notices[i]);
		for (char *at = entity; *at != '\0'; at++)
			*at = *at == '/' ? '-' : *at;
		error = decision_store_erase_entity(store, FTM_DATASET, entity, clock_utc(now), &count, problem);
	}
	return error;
}

/* ---- pictures ---- */

static int shown(struct store *store, const char *hash, bool *ret_shown, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int64_t count = 0;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT count(*) FROM notice_picture WHERE hash = ?1");
	sql_bind_text(&query, 1, hash);
	error = sql_run_number(&query, 0, &count, problem);
	*ret_shown = count > 0;
	return error;
}

static int remove_picture(const char *directory, struct store *store, const char *hash, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	bool is_shown = true;
	int error = shown(store, hash, &is_shown, problem);
	if (error || is_shown || strlen(hash) != 64)
		return error;
	(void)snprintf(path, sizeof path, "%s/pictures/%.2s/%s", directory, hash, hash);
	if (unlink(path) != 0 && errno != ENOENT)
		return file_problem(problem, path, "be removed");
	return shared_file_of(directory, "pictures", hash, shared_file_drop, problem);
}

/* Pictures that no notice shows, and that lie there for a day: whoever stored one just now may be about to name it. */
static int remove_orphans_in(const char *directory, const char *name, struct store *store, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = JISR_OK;
	(void)snprintf(path, sizeof path, "%s/pictures/%.2s", directory, name);
	DIR *folder = opendir(path);
	for (struct dirent *entry; !error && folder != NULL && (entry = readdir(folder)) != NULL;) {
		char file[FILE_MAX_PATH];
		struct stat status;
		if ((size_t)snprintf(file, sizeof file, "%s/%s", path, entry->d_name) < sizeof file &&
		    stat(file, &status) == 0 && S_ISREG(status.st_mode) &&
		    time(NULL) - status.st_mtime > ORPHAN_SECONDS)
			error = remove_picture(directory, store, entry->d_name, problem);
	}
	if (folder != NULL)
		(void)closedir(folder);
	return error;
}

static int remove_orphans(const char *directory, struct store *store, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = JISR_OK;
	(void)snprintf(path, sizeof path, "%s/pictures", directory);
	DIR *folder = opendir(path);
	for (struct dirent *entry; !error && folder != NULL && (entry = readdir(folder)) != NULL;)
		if (strlen(entry->d_name) == 2 && entry->d_name[0] != '.')
			error = remove_orphans_in(directory, entry->d_name, store, problem);
	if (folder != NULL)
		(void)closedir(folder);
	return error;
}

/* ---- the whole ---- */

static void pending_path(const char *directory, char out[FILE_MAX_PATH])
{
	(void)snprintf(out, FILE_MAX_PATH, "%s/" SWEEP_PENDING, directory);
}

int sweep_mark(const char *directory, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	pending_path(directory, path);
	return file_replace(path, "", 0, problem);
}

int sweep_before(const struct sweep *sweep, const char *directory, const struct store *store, struct problem *problem)
{
	int error = sweep_mark(directory, problem);
	if (!error)
		error = forget_access(sweep, directory, store, problem);
	if (!error)
		error = forget_replies(sweep, directory, problem);
	return error;
}

static int compact(const char *directory, struct store *store, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int64_t until = clock_milliseconds() + SWEEP_PATIENCE;
	int error;
	snapshots_clear(directory);
	while ((error = store_compact(store, problem)) == JISR_BUSY && clock_milliseconds() < until) {
		const struct timespec rest = {0, 100 * 1000000L};
		(void)nanosleep(&rest, NULL);
	}
	if (error)
		return error;
	pending_path(directory, path);
	return unlink(path) == 0 || errno == ENOENT ? JISR_OK : file_problem(problem, path, "be removed");
}

int sweep_after(const struct sweep *sweep, const char *directory, struct store *store, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; i < sweep->picture_count && !error; i++)
		error = remove_picture(directory, store, sweep->pictures[i], problem);
	for (size_t i = 0; i < sweep->paper_count && !error; i++)
		error = identity_drop(directory, sweep->papers[i], problem);
	if (!error)
		error = forget_decisions(sweep, directory, problem);
	/* what came in while it was removed */
	if (!error)
		error = forget_access(sweep, directory, store, problem);
	if (!error)
		error = forget_replies(sweep, directory, problem);
	return error ? error : compact(directory, store, problem);
}

static int gather_removed(struct sweep *sweep, struct store *store, const char *after, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	bool failed = false;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_reader_sql(reader), "SELECT id FROM notice_removed WHERE id > ?1 ORDER BY id LIMIT ?2");
	sql_bind_text(&query, 1, after);
	sql_bind_number(&query, 2, SWEEP_MAX);
	while (!failed && sql_next(&query)) {
		const char *id = arena_text(sweep->arena, sql_text(&query, 0), strlen(sql_text(&query, 0)));
		failed = id == NULL;
		if (!failed)
			sweep->notices[sweep->notice_count++] = id;
	}
	error = sql_done(&query, problem);
	return error || !failed ? error : problem_no_memory(problem);
}

int sweep_pending(const char *directory, struct store *store, bool *ret_swept, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(memory_freep) struct sweep *sweep = memory_zero(1, sizeof *sweep);
	char last[NOTICE_ID_MAX + 1] = "";
	*ret_swept = false;
	if (!there(directory, SWEEP_PENDING))
		return JISR_OK;
	if (sweep == NULL || arena_new((size_t)1 << 20, &arena) != JISR_OK)
		return problem_no_memory(problem);
	bool left = false;
	int error = remove_orphans(directory, store, problem);
	if (!error)
		error = papers_sweep(directory, store, &left, problem);
	do {
		arena_reset(arena);
		sweep_init(sweep, arena);
		if (!error)
			error = gather_removed(sweep, store, last, problem);
		if (!error)
			error = forget_decisions(sweep, directory, problem);
		if (!error)
			error = forget_replies(sweep, directory, problem);
		if (!error && sweep->notice_count > 0)
			(void)snprintf(last, sizeof last, "%s", sweep->notices[sweep->notice_count - 1]);
	} while (!error && sweep->notice_count == SWEEP_MAX);
	if (!error)
		error = compact(directory, store, problem);
	if (!error && left) /* young files that nobody names yet: looked at again */
		error = sweep_mark(directory, problem);
	*ret_swept = !error && !left;
	return error;
}
