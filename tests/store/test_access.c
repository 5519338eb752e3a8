#include "store/access.h"

#include "../base/temporary.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/sql.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME "test.example/access"

static char directory[200];
static struct access *access_log;

static int set_up(void **state)
{
	struct problem problem = {""};
	(void)state;
	if (temporary_make("access", directory, sizeof directory))
		return -1;
	return access_open(directory, true, NAME, &access_log, &problem);
}

static int tear_down(void **state)
{
	(void)state;
	access_log = access_free(access_log);
	return temporary_remove(directory);
}

static void write_line(const char *who, const char *action, const char *what)
{
	struct problem problem = {""};
	const struct access_line line = {
		.office = "MA", .who = who, .action = action, .what = what, .purpose = "border", .result = "none"};
	if (access_append(access_log, &line, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

struct seen {
	char text[2000];
	size_t count;
	uint64_t last;
};

static int see(void *context, const struct access_line *line)
{
	struct seen *seen = context;
	size_t used = strlen(seen->text);
	(void)snprintf(seen->text + used, sizeof seen->text - used, "%llu:%s:%s:%s%s ",
	               (unsigned long long)line->sequence, line->who, line->action, line->what,
	               line->forgotten ? "-" : "");
	seen->count++;
	seen->last = line->sequence;
	return 0;
}

static void expect(const struct access_filter *filter, const char *text)
{
	struct seen seen = {{0}};
	assert_int_equal(access_search(access_log, filter, see, &seen, NULL), JISR_OK);
	assert_string_equal(seen.text, text);
}

static void lines_are_found_by_what_they_say(void **state)
{
	(void)state;
	write_line("o1", "check", "Ostap");
	write_line("o2", "view", "notice/1");
	write_line("o1", "export", "notice/1");
	expect(&(struct access_filter){0}, "3:o1:export:notice/1 2:o2:view:notice/1 1:o1:check:Ostap ");
	expect(&(struct access_filter){.who = "o1"}, "3:o1:export:notice/1 1:o1:check:Ostap ");
	expect(&(struct access_filter){.action = "view"}, "2:o2:view:notice/1 ");
	expect(&(struct access_filter){.what = "otice"}, "3:o1:export:notice/1 2:o2:view:notice/1 ");
	expect(&(struct access_filter){.office = "FR"}, "");
	expect(&(struct access_filter){.limit = 1}, "3:o1:export:notice/1 ");
	expect(&(struct access_filter){.before = 3, .limit = 1}, "2:o2:view:notice/1 ");
	expect(&(struct access_filter){.until = "2001"}, "");
	expect(&(struct access_filter){.from = "2001", .limit = 1}, "3:o1:export:notice/1 ");
}

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	char(*out)[PROBLEM_MAX] = context;
	if ((*out)[0] == '\0')
		(void)snprintf(*out, PROBLEM_MAX, "%llu %s", (unsigned long long)sequence, sentence);
}

static struct access_verified verify(char first[PROBLEM_MAX])
{
	struct access_verified verified;
	first[0] = '\0';
	assert_int_equal(access_verify(access_log, NULL, on_finding, first, &verified, NULL), JISR_OK);
	return verified;
}

/* The tree that is kept tells no other story than the lines: it is taken only when a checkpoint bears its root. */
static void a_kept_tree_is_used_when_it_is_right_and_made_anew_when_not(void **state)
{
	(void)state;
	static const char *const spoilt[] = {"UPDATE access_tree SET size = size",
	                                     "UPDATE access_tree SET subtrees = zeroblob(length(subtrees))",
	                                     "UPDATE access_tree SET size = 1", "DELETE FROM access_tree",
	                                     "UPDATE access_tree SET subtrees = x'00', size = 9"};
	char path[300];
	(void)snprintf(path, sizeof path, "%s/" ACCESS_FILE, directory);
	for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
		struct problem problem = {""};
		struct sql *sql = NULL;
		char first[PROBLEM_MAX];
		write_line("o1", "check", "A");
		write_line("o1", "check", "B");
		access_log = access_free(access_log);
		assert_int_equal(sql_open(path, SQL_WRITE, 0x6a616363u, &sql, &problem), JISR_OK);
		assert_int_equal(sql_execute(sql, spoilt[i], &problem), JISR_OK);
		sql_close(sql);
		assert_int_equal(access_open(directory, true, NAME, &access_log, &problem), JISR_OK);
		write_line("o1", "check", "C");
		const struct access_verified verified = verify(first);
		assert_string_equal(first, "");
		assert_int_equal(verified.lines, 3 * (i + 1));
	}
}

/* As version 1 left it. */
static void an_older_file_is_read_and_taken_further(void **state)
{
	(void)state;
	struct problem problem = {""};
	struct access *reading = NULL;
	struct sql *sql = NULL;
	char path[300], first[PROBLEM_MAX];
	write_line("o1", "check", "A");
	access_log = access_free(access_log);
	(void)snprintf(path, sizeof path, "%s/" ACCESS_FILE, directory);
	assert_int_equal(sql_open(path, SQL_WRITE, 0x6a616363u, &sql, &problem), JISR_OK);
	assert_int_equal(sql_execute(sql, "DROP TABLE access_tree; PRAGMA user_version = 1", &problem), JISR_OK);
	sql_close(sql);
	assert_int_equal(access_open(directory, false, NULL, &reading, &problem), JISR_OK);
	access_free(reading);
	assert_int_equal(access_open(directory, true, NAME, &access_log, &problem), JISR_OK);
	write_line("o1", "check", "B");
	assert_int_equal(verify(first).lines, 2);
	assert_string_equal(first, "");
}

static void whatever_is_changed_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *change, *undo, *found;
	} changes[] = {
		{"UPDATE access_line SET what = 'Y' WHERE sequence = 3",
	         "UPDATE access_line SET what = 'X' WHERE sequence = 3", "3 line 3: it was changed"},
		{"UPDATE access_line SET at = '2999' WHERE sequence = 2",
	         "UPDATE access_line SET at = (SELECT at FROM kept) WHERE sequence = 2", "2 line 2: it was changed"},
		{"UPDATE access_line SET who = 'a', action = 'checko' WHERE sequence = 3",
	         "UPDATE access_line SET who = 'o1', action = 'check' WHERE sequence = 3", "3 line 3: it was changed"},
		{"UPDATE access_line SET salt = x'' WHERE sequence = 3",
	         "UPDATE access_line SET salt = (SELECT salt FROM kept "
	         "WHERE sequence = 3) WHERE sequence = 3",
	         "3 line 3 was to be forgotten and says something"},
		{"UPDATE access_line SET hash = zeroblob(32) WHERE sequence = 3",
	         "UPDATE access_line SET hash = (SELECT hash FROM kept WHERE sequence = 3) WHERE sequence = 3",
	         "3 line 3: it was changed"},
		{"DELETE FROM access_line WHERE sequence = 5",
	         "INSERT INTO access_line SELECT * FROM kept WHERE sequence = 5",
	         "5 there is a checkpoint of 5 lines, and the log has 4: lines were taken away"},
		{"DELETE FROM access_line WHERE sequence = 2",
	         "INSERT INTO access_line SELECT * FROM kept WHERE sequence = 2", "3 line 3 does not follow line 1"},
		{"UPDATE access_checkpoint SET note = replace(note, char(10) || '4' || char(10), char(10) || '3' || "
	         "char(10))",
	         "UPDATE access_checkpoint SET note = replace(note, char(10) || '3' || char(10), char(10) || '4' || "
	         "char(10)) "
	         "WHERE size = 4",
	         "4 the checkpoint at line 4 is not signed by the access log's key"},
	};
	char first[PROBLEM_MAX], path[300];
	struct sql *sql = NULL;
	for (int i = 0; i < 5; i++)
		write_line("o1", "check", "X");
	struct access_verified verified = verify(first);
	assert_string_equal(first, "");
	assert_int_equal(verified.lines, 5);
	assert_int_equal(verified.checkpoints, 5);
	assert_string_equal(verified.key.name, NAME);
	(void)snprintf(path, sizeof path, "%s/access.db", directory);
	assert_int_equal(sql_open(path, SQL_WRITE, 0x6a616363u, &sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(sql, "CREATE TABLE kept AS SELECT * FROM access_line", NULL), JISR_OK);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		assert_int_equal(sql_execute(sql, changes[i].change, NULL), JISR_OK);
		verified = verify(first);
		assert_true(verified.findings > 0);
		assert_string_equal(first, changes[i].found);
		if (i == 1)
			assert_int_equal(
				sql_execute(
					sql,
					"UPDATE access_line SET at = (SELECT at FROM kept WHERE sequence = 2) WHERE "
					"sequence = 2",
					NULL),
				JISR_OK);
		else
			assert_int_equal(sql_execute(sql, changes[i].undo, NULL), JISR_OK);
		verified = verify(first);
		assert_string_equal(first, "");
	}
	sql_close(sql);
}

static void forgotten_lines_are_gone_and_the_log_still_verifies(void **state)
{
	(void)state;
	char first[PROBLEM_MAX], command[400];
	uint64_t count = 0;
	write_line("o1", "check", "an-invented-name-to-forget");
	write_line("o2", "check", "another");
	assert_int_equal(access_forget(access_log, "2999", &count, NULL), JISR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(access_forget(access_log, "2999", &count, NULL), JISR_OK);
	assert_int_equal(count, 0);
	write_line("o3", "check", "later");
	struct access_verified verified = verify(first);
	assert_string_equal(first, "");
	assert_int_equal(verified.forgotten, 2);
	expect(&(struct access_filter){0}, "3:o3:check:later 2:::- 1:::- ");
	(void)snprintf(command, sizeof command, "cat '%s'/access.db* | grep -q -a invented-name", directory);
	assert_int_not_equal(system(command), 0);
}

/* A moment after what was written so far, and before what comes. */
static void take_moment(char out[CLOCK_UTC_MAX])
{
	const struct timespec some = {0, 2000000};
	(void)nanosleep(&some, NULL);
	(void)clock_utc_exact(out);
	(void)nanosleep(&some, NULL);
}

static void lines_before_a_moment_forget_however_many_and_later_ones_do_not(void **state)
{
	(void)state;
	enum { OLD = 2100 }; /* more than are forgotten at once */
	char first[PROBLEM_MAX], moment[CLOCK_UTC_MAX];
	uint64_t count = 0;
	for (int i = 0; i < OLD; i++)
		write_line("o1", "check", "old");
	take_moment(moment);
	write_line("o2", "check", "new");
	assert_int_equal(access_forget(access_log, moment, &count, NULL), JISR_OK);
	assert_int_equal(count, OLD);
	assert_int_equal(verify(first).forgotten, OLD);
	assert_string_equal(first, "");
	expect(&(struct access_filter){.limit = 2}, "2101:o2:check:new 2100:::- ");
	take_moment(moment);
	write_line("o3", "check", "newest");
	assert_int_equal(access_forget(access_log, moment, &count, NULL), JISR_OK);
	assert_int_equal(count, 1);
	expect(&(struct access_filter){.limit = 3}, "2102:o3:check:newest 2101:::- 2100:::- ");
}

#define THREADS 8
#define EACH    40

static void *write_many(void *context)
{
	for (int i = 0; i < EACH; i++)
		write_line(context, "check", "X");
	return NULL;
}

static void many_threads_and_another_process_write_at_once(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	char first[PROBLEM_MAX];
	struct access *mine = access_log, *other = NULL;
	assert_int_equal(access_open(directory, true, NAME, &other, NULL), JISR_OK);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, "o1"), 0);
	for (int i = 0; i < EACH; i++) {
		const struct access_line line = {
			.office = "FR", .who = "o9", .action = "view", .what = "", .purpose = "", .result = ""};
		assert_int_equal(access_append(other, &line, NULL), JISR_OK);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	access_free(other);
	access_log = mine;
	struct access_verified verified = verify(first);
	assert_string_equal(first, "");
	assert_int_equal(verified.lines, (THREADS + 1) * EACH);
	assert_true(verified.checkpoints <= verified.lines);
}

static void texts_are_cut_and_cleaned(void **state)
{
	(void)state;
	char first[PROBLEM_MAX];
	CLEANUP(memory_freep) char *text = memory_alloc(ACCESS_MAX_TEXT * 3);
	memset(text, 'a', ACCESS_MAX_TEXT * 3);
	text[ACCESS_MAX_TEXT * 3 - 1] = '\0';
	write_line("o\xff", "check", text);
	expect(&(struct access_filter){.who = "o\xef\xbf\xbd", .limit = 0, .what = "zzz"}, "");
	verify(first);
	assert_string_equal(first, "");
}

static void a_log_can_be_read_without_its_key_and_not_written(void **state)
{
	(void)state;
	struct access *reader = NULL, *writer = NULL;
	struct problem problem = {""};
	char path[300], other[300];
	write_line("o1", "check", "X");
	access_log = access_free(access_log);
	(void)snprintf(path, sizeof path, "%s/keys/access.key", directory);
	(void)snprintf(other, sizeof other, "%s/kept", directory);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(access_open(directory, false, NULL, &reader, &problem), JISR_OK);
	const struct access_line line = {
		.office = "MA", .who = "", .action = "", .what = "", .purpose = "", .result = ""};
	assert_int_equal(access_append(reader, &line, &problem), JISR_STATE);
	access_free(reader);
	assert_int_equal(access_open(directory, true, NAME, &writer, &problem), JISR_STATE); /* a new key is another */
	assert_non_null(strstr(problem.text, "is missing"));
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(access_open(directory, true, NAME, &access_log, &problem), JISR_OK);
}

static void each_failed_allocation_is_told(void **state)
{
	(void)state;
	char first[PROBLEM_MAX];
	int error = JISR_NO_MEMORY;
	for (long i = 0; error != JISR_OK; i++) {
		const struct access_line line = {
			.office = "MA", .who = "o", .action = "check", .what = "", .purpose = "", .result = ""};
		memory_fail_after(i);
		error = access_append(access_log, &line, NULL);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
	}
	struct access_verified verified = verify(first);
	assert_string_equal(first, "");
	assert_int_equal(verified.lines, 1);
}

/* Files cannot grow any more: as on a full disk. */
static void let_files_grow(bool may)
{
	static struct rlimit before;
	struct rlimit none = {0, 0};
	(void)signal(SIGXFSZ, SIG_IGN);
	if (!may) {
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
		none.rlim_max = before.rlim_max;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, may ? &before : &none), 0);
}

static int try_line(const char *what)
{
	const struct access_line line = {
		.office = "MA", .who = "MA-1", .action = "check", .what = what, .purpose = "", .result = "none"};
	return access_append(access_log, &line, NULL);
}

static int keep_what(void *context, const struct access_line *line)
{
	char *all = context;
	size_t used = strlen(all);
	(void)snprintf(all + used, 200 - used, "%s ", line->what);
	return 0;
}

static void what_cannot_be_written_is_held_and_written_in_order(void **state)
{
	(void)state;
	char all[200] = "";
	const struct access_filter everything = {.limit = 100};
	assert_int_equal(try_line("one"), JISR_OK);
	let_files_grow(false);
	int refused = try_line("refused");
	access_hold(access_log);
	int held = try_line("two"), second = try_line("three");
	size_t count = access_held(access_log);
	let_files_grow(true);
	assert_true(refused == JISR_IO || refused == JISR_FULL);
	assert_int_equal(held, JISR_OK);
	assert_int_equal(second, JISR_OK);
	assert_int_equal(count, 2);
	(void)usleep(1100000); /* it is tried once a second */
	assert_int_equal(try_line("four"), JISR_OK);
	assert_int_equal(access_held(access_log), 0);
	assert_int_equal(access_search(access_log, &everything, keep_what, all, NULL), JISR_OK);
	assert_string_equal(all, "four three two one ");
}

static void what_is_held_has_a_limit_and_is_written_at_the_end(void **state)
{
	(void)state;
	access_hold(access_log);
	let_files_grow(false);
	int error = JISR_OK;
	size_t done = 0;
	while (done <= ACCESS_HELD_LINES && (error = try_line("x")) == JISR_OK)
		done++;
	let_files_grow(true);
	assert_int_equal(done, ACCESS_HELD_LINES);
	assert_true(error == JISR_IO || error == JISR_FULL);
	access_log = access_free(access_log);
	assert_int_equal(access_open(directory, true, NAME, &access_log, NULL), JISR_OK);
	char all[200] = "";
	const struct access_filter few = {.limit = 2};
	assert_int_equal(access_search(access_log, &few, keep_what, all, NULL), JISR_OK);
	assert_string_equal(all, "x x ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_are_found_by_what_they_say, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_kept_tree_is_used_when_it_is_right_and_made_anew_when_not, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(an_older_file_is_read_and_taken_further, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whatever_is_changed_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forgotten_lines_are_gone_and_the_log_still_verifies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_before_a_moment_forget_however_many_and_later_ones_do_not, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(many_threads_and_another_process_write_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(texts_are_cut_and_cleaned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_log_can_be_read_without_its_key_and_not_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_failed_allocation_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_is_held_and_written_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_held_has_a_limit_and_is_written_at_the_end, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
