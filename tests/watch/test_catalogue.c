#include "watch/catalogue.h"

#include "../base/temporary.h"
#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LIST "harbour-watch"

static char folder[200];
static char data[FILE_MAX_PATH]; /* the data directory of the running test */

/* ---- helpers: 0 or an error, so that they can run in a child, too ---- */

static struct problem last;

static int put(struct catalogue_load *load, const char *id, const char *name, const char *number)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entity *entity;
	int r = arena_new(1 << 20, &arena);
	if (r == JISR_OK)
		r = entity_new(id, "Person", arena, &entity);
	if (r == JISR_OK)
		r = entity_add(entity, arena, "name", name, strlen(name));
	if (r == JISR_OK)
		r = entity_add_document(entity, arena, "passportNumber", "ma", number, strlen(number));
	if (r == JISR_OK)
		r = entity_complete(entity, arena);
	return r == JISR_OK ? catalogue_put(load, entity, &last) : r;
}

/* Version v of a list: `count` people, whose passport numbers carry the version. */
static int load_version(const char *list, char version, int count, struct catalogue_change *change)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *load = NULL;
	int r = catalogue_open(data, &catalogue, &last);
	if (r == JISR_OK)
		r = catalogue_begin(catalogue, list, &load, &last);
	for (int i = 0; r == JISR_OK && i < count; i++) {
		char id[32], name[64], number[32];
		(void)snprintf(id, sizeof id, "p-%d", i);
		(void)snprintf(name, sizeof name, "Person Number %c%c", 'A' + i % 26, 'a' + i / 26 % 26);
		(void)snprintf(number, sizeof number, "%c%06d", version, i);
		r = put(load, id, name, number);
	}
	return r == JISR_OK ? catalogue_commit(load, "invented", "people.csv", "2026-01-02", change, &last) : r;
}

/* Hits of a document number in everything that is loaded; -1 and `last` on an error. */
static int hits(const char *number)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct check_query query = {.documents = {{NULL, number}}, .document_count = 1};
	struct check_answer answer = {.total = 0};
	if (catalogue_open(data, &catalogue, &last) != JISR_OK || catalogue_attach(catalogue, &set, &last) != JISR_OK ||
	    watch_scratch_new(&scratch) != JISR_OK || arena_new(8 << 20, &arena) != JISR_OK)
		return -1;
	const struct watch_view *view = watch_view_take(set);
	int r = watch_check(view, &query, scratch, arena, &answer, &last);
	watch_view_release(view);
	return r == JISR_OK ? (int)answer.total : -1;
}

static size_t count_files(const char *name)
{
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%.3000s/%s", data, name);
	size_t count = 0;
	DIR *directory = opendir(path);
	for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	if (directory != NULL)
		closedir(directory);
	return count;
}

static void in_data(char path[FILE_MAX_PATH], const char *name)
{
	(void)snprintf(path, FILE_MAX_PATH, "%.3000s/%s", data, name);
}

static void write_file(const char *name, const char *text)
{
	char path[FILE_MAX_PATH];
	in_data(path, name);
	assert_int_equal(file_replace(path, text, strlen(text), NULL), JISR_OK);
}

static void segment_path(char path[FILE_MAX_PATH])
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	(void)snprintf(path, FILE_MAX_PATH, "%.3000s/lists/%s.jisr", data, catalogue_at(catalogue, 0)->file);
}

/* ---- a folder for all, a data directory for each test ---- */

static int make_folder(void **state)
{
	(void)state;
	return temporary_make("catalogue", folder, sizeof folder);
}

static int fresh_data(void **state)
{
	(void)state;
	static int number;
	(void)snprintf(data, sizeof data, "%s/%d", folder, ++number);
	last.text[0] = '\0';
	return 0;
}

static void empty_folder(const char *path)
{
	DIR *directory = opendir(path);
	if (directory == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		char inner[FILE_MAX_PATH];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(inner, sizeof inner, "%.3000s/%s", path, entry->d_name);
		if (unlink(inner) != 0) {
			empty_folder(inner);
			(void)rmdir(inner);
		}
	}
	closedir(directory);
}

static int remove_folder(void **state)
{
	(void)state;
	empty_folder(folder);
	return rmdir(folder);
}

/* ---- tests ---- */

static void a_missing_directory_is_created_for_its_owner_alone(void **state)
{
	(void)state;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	struct stat status;
	assert_int_equal(stat(data, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(catalogue_count(catalogue), 0);
	assert_int_equal(catalogue_attach(catalogue, &set, NULL), JISR_OK);
}

static void a_loaded_list_is_found_and_described(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 30, &change), JISR_OK);
	assert_int_equal(change.added, 30);
	assert_int_equal(change.changed + change.removed + change.unchanged, 0);
	assert_int_equal(hits("A000007"), 1);
	assert_int_equal(hits("B000007"), 0);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	assert_int_equal(catalogue_count(catalogue), 1);
	const struct catalogue_list *list = catalogue_at(catalogue, 0);
	assert_string_equal(list->name, LIST);
	assert_string_equal(list->format, "invented");
	assert_string_equal(list->source, "people.csv");
	assert_string_equal(list->published, "2026-01-02");
	assert_int_equal(strlen(list->loaded), 20);
	assert_int_equal(list->entities, 30);
	assert_int_equal(list->documents, 30);
	assert_int_equal(catalogue_verify(catalogue, 0, &last), JISR_OK);
	assert_int_equal(count_files("."), 3); /* lists, lists.json, lock */
}

static void loading_again_counts_what_changed_and_leaves_one_file(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 30, &change), JISR_OK);
	assert_int_equal(load_version(LIST, 'A', 30, &change), JISR_OK);
	assert_int_equal(change.unchanged, 30);
	assert_int_equal(change.added + change.changed + change.removed, 0);
	assert_int_equal(load_version(LIST, 'B', 20, &change), JISR_OK);
	assert_int_equal(change.changed, 20);
	assert_int_equal(change.removed, 10);
	assert_int_equal(load_version(LIST, 'B', 25, &change), JISR_OK);
	assert_int_equal(change.unchanged, 20);
	assert_int_equal(change.added, 5);
	assert_int_equal(hits("A000007"), 0);
	assert_int_equal(hits("B000007"), 1);
	assert_int_equal(count_files("lists"), 1);
}

static void a_delta_starts_from_the_old_version(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 10, &change), JISR_OK);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *load = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, &last), JISR_OK);
	assert_int_equal(catalogue_begin(catalogue, LIST, &load, &last), JISR_OK);
	assert_int_equal(catalogue_keep_old(load, &last), JISR_OK);
	assert_int_equal(put(load, "p-3", "Someone Else", "C000003"), JISR_OK);
	assert_int_equal(put(load, "p-new", "Someone New", "C000099"), JISR_OK);
	assert_int_equal(catalogue_remove(load, "p-5", &last), JISR_OK);
	assert_int_equal(catalogue_remove(load, "p-5", &last), JISR_NOT_FOUND);
	assert_int_equal(catalogue_commit(load, "delta", "d.json", "", &change, &last), JISR_OK);
	assert_int_equal(change.added, 1);
	assert_int_equal(change.changed, 1);
	assert_int_equal(change.removed, 1);
	assert_int_equal(change.unchanged, 8);
	assert_int_equal(hits("A000003"), 0);
	assert_int_equal(hits("A000004"), 1);
	assert_int_equal(hits("A000005"), 0);
	assert_int_equal(hits("C000099"), 1);
	assert_int_equal(catalogue_commit(load, "delta", "d.json", "", &change, &last), JISR_BAD_INPUT);
	assert_int_equal(put(load, "p-3", "Too Late", "C000003"), JISR_BAD_INPUT);
}

static void lists_keep_their_order_and_one_can_be_dropped(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version("first", 'A', 3, &change), JISR_OK);
	assert_int_equal(load_version("second", 'B', 3, &change), JISR_OK);
	assert_int_equal(load_version("third", 'C', 3, &change), JISR_OK);
	assert_int_equal(load_version("first", 'D', 3, &change), JISR_OK);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	assert_string_equal(catalogue_at(catalogue, 0)->name, "first");
	assert_string_equal(catalogue_at(catalogue, 2)->name, "third");
	assert_int_equal(catalogue_drop(catalogue, "second", &last), JISR_OK);
	assert_int_equal(catalogue_count(catalogue), 2);
	assert_string_equal(catalogue_at(catalogue, 1)->name, "third");
	assert_int_equal(hits("B000001"), 0);
	assert_int_equal(hits("C000001"), 1);
	assert_int_equal(hits("D000001"), 1);
	assert_int_equal(count_files("lists"), 2);
	assert_int_equal(catalogue_drop(catalogue, "second", &last), JISR_NOT_FOUND);
	assert_int_equal(catalogue_drop(catalogue, "first", &last), JISR_OK);
	assert_int_equal(catalogue_drop(catalogue, "third", &last), JISR_OK);
	assert_int_equal(count_files("lists"), 0);
}

static void names_that_cannot_be_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		".a",
		"-a",
		"A",
		"a/b",
		"a b",
		"../x",
		"\xd8",
		"a\xff",
		"a\n",
		"a123456789012345678901234567890123456789012345678901234567890123",
	};
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct catalogue_load *load = NULL;
		assert_int_equal(catalogue_begin(catalogue, bad[i], &load, &last), JISR_BAD_INPUT);
		assert_null(load);
	}
	struct catalogue_change change;
	assert_int_equal(
		load_version("a12345678901234567890123456789012345678901234567890123456789012", 'A', 1, &change),
		JISR_OK);
	assert_int_equal(load_version("0-a_b.c", 'A', 1, &change), JISR_OK);
}

static void only_one_changes_at_a_time(void **state)
{
	(void)state;
	CLEANUP(catalogue_freep) struct catalogue *one = NULL, *two = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *first = NULL, *second = NULL;
	assert_int_equal(catalogue_open(data, &one, NULL), JISR_OK);
	assert_int_equal(catalogue_open(data, &two, NULL), JISR_OK);
	assert_int_equal(catalogue_begin(one, LIST, &first, NULL), JISR_OK);
	assert_int_equal(catalogue_begin(two, "other", &second, &last), JISR_BUSY);
	assert_non_null(strstr(last.text, "try again"));
	assert_int_equal(catalogue_drop(two, LIST, &last), JISR_BUSY);
	assert_int_equal(put(first, "p-1", "Some Person", "A000001"), JISR_OK);
	struct catalogue_change change;
	assert_int_equal(catalogue_commit(first, "f", "s", "", &change, &last), JISR_OK);
	/* The second learns of the first's list when it begins. */
	assert_int_equal(catalogue_begin(two, "other", &second, &last), JISR_OK);
	assert_int_equal(catalogue_count(two), 1);
	assert_int_equal(catalogue_commit(second, "f", "s", "", &change, &last), JISR_OK);
	assert_int_equal(catalogue_count(two), 2);
}

static void a_load_that_is_given_up_changes_nothing(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 5, &change), JISR_OK);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	struct catalogue_load *load = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	assert_int_equal(catalogue_begin(catalogue, LIST, &load, NULL), JISR_OK);
	assert_int_equal(put(load, "p-1", "Some Person", "B000001"), JISR_OK);
	catalogue_load_free(load);
	assert_int_equal(hits("A000004"), 1);
	assert_int_equal(count_files("lists"), 1);
	assert_int_equal(load_version(LIST, 'B', 5, &change), JISR_OK);
}

static void a_reader_follows_a_replacement_by_another_process(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 5, &change), JISR_OK);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(watch_set_freep) struct watch_set *before = NULL, *after = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	assert_int_equal(catalogue_attach(catalogue, &before, NULL), JISR_OK);
	assert_int_equal(load_version(LIST, 'B', 7, &change), JISR_OK);
	assert_int_equal(catalogue_attach(catalogue, &after, NULL), JISR_OK);
	assert_int_equal(catalogue_at(catalogue, 0)->entities, 7);
}

static void left_overs_go_and_files_of_others_stay(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 5, &change), JISR_OK);
	write_file("lists/segment.new-abcdef", "half of one");
	write_file("lists/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.jisr", "of no list");
	write_file("lists.json.new-abcdef", "{");
	write_file("lists/notes.txt", "mine");
	write_file("notes.new-abcdef", "mine");
	assert_int_equal(load_version(LIST, 'A', 5, &change), JISR_OK);
	assert_int_equal(count_files("lists"), 2);
	assert_int_equal(count_files("."), 4);
}

static void a_damaged_manifest_is_told_with_what_to_do(void **state)
{
	(void)state;
	static const char entry[] =
		"{\"name\":\"a\",\"format\":\"f\",\"source\":\"s\",\"published\":\"\",\"loaded\":\"\",\"file\":"
		"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"entities\":1,\"names\":1,"
		"\"documents\":0,\"bytes\":100}";
	static const struct {
		const char *text;
		int error;
	} manifests[] = {
		{"", JISR_CORRUPT},
		{"{\"version\":1,\"lists\":[", JISR_CORRUPT},
		{"[]", JISR_CORRUPT},
		{"{\"version\":0,\"lists\":[]}", JISR_CORRUPT},
		{"{\"version\":2,\"lists\":[]}", JISR_UNSUPPORTED},
		{"{\"version\":1}", JISR_CORRUPT},
		{"{\"version\":1,\"lists\":[7]}", JISR_CORRUPT},
		{"{\"version\":1,\"lists\":[{\"name\":\"a\"}]}", JISR_CORRUPT},
		{"{\"version\":1,\"lists\":[]}", JISR_OK},
		{"{\"version\":1,\"lists\":[%s]}", JISR_OK},
		{"{\"version\":1,\"lists\":[%s,%s]}", JISR_CORRUPT},
	};
	struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	catalogue = catalogue_free(catalogue);
	for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
		char text[1000];
		size_t length = 0;
		for (const char *c = manifests[i].text; *c != '\0'; c++) {
			if (*c == '%')
				length += (size_t)snprintf(text + length, sizeof text - length, "%s", entry);
			else if (c == manifests[i].text || c[-1] != '%')
				text[length++] = *c;
		}
		text[length] = '\0';
		write_file("lists.json", text);
		last.text[0] = '\0';
		assert_int_equal(catalogue_open(data, &catalogue, &last), manifests[i].error);
		if (manifests[i].error == JISR_CORRUPT)
			assert_non_null(strstr(last.text, "load the lists again"));
		catalogue = catalogue_free(catalogue);
	}
	struct catalogue_change change;
	write_file("lists.json", "{");
	assert_int_equal(load_version(LIST, 'A', 1, &change), JISR_CORRUPT);
}

static void no_bit_of_the_manifest_turns_unnoticed(void **state)
{
	(void)state;
	CLEANUP(catalogue_freep) struct catalogue *whole = NULL;
	struct catalogue_change change;
	struct text text;
	char path[FILE_MAX_PATH];
	size_t refused = 0;
	assert_int_equal(load_version(LIST, 'A', 3, &change), JISR_OK);
	assert_int_equal(catalogue_open(data, &whole, NULL), JISR_OK);
	const struct catalogue_list *was = catalogue_at(whole, 0);
	(void)snprintf(path, sizeof path, "%s/lists.json", data);
	text_init(&text, 1 << 16);
	assert_int_equal(file_read(path, &text, NULL), JISR_OK);
	for (size_t bit = 0; bit < 8 * text.length; bit++) {
		CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
		text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
		write_file("lists.json", text.bytes);
		text.bytes[bit / 8] = (char)(text.bytes[bit / 8] ^ 1 << bit % 8);
		if (catalogue_open(data, &catalogue, NULL) != JISR_OK) {
			refused++;
			continue;
		}
		assert_int_equal(catalogue_count(catalogue), 1);
		const struct catalogue_list *is = catalogue_at(catalogue, 0);
		assert_string_equal(is->name, was->name);
		assert_string_equal(is->format, was->format);
		assert_string_equal(is->source, was->source);
		assert_string_equal(is->published, was->published);
		assert_string_equal(is->loaded, was->loaded);
		assert_string_equal(is->file, was->file);
		assert_int_equal(is->entities, was->entities);
		assert_int_equal(is->names, was->names);
		assert_int_equal(is->documents, was->documents);
		assert_int_equal(is->bytes, was->bytes);
	}
	assert_true(refused > 7 * text.length);
	write_file("lists.json", text.bytes);
	text_finish(&text);
}

static void a_missing_or_damaged_segment_is_named_and_healed_by_loading(void **state)
{
	(void)state;
	struct catalogue_change change;
	char path[FILE_MAX_PATH];
	for (int damage = 0; damage < 3; damage++) {
		assert_int_equal(load_version(LIST, 'A', 40, &change), JISR_OK);
		segment_path(path);
		if (damage == 0)
			assert_int_equal(unlink(path), 0);
		else if (damage == 1)
			assert_int_equal(truncate(path, 500), 0);
		else
			assert_int_equal(file_replace(path, "no segment at all", 17, NULL), JISR_OK);
		assert_int_equal(hits("A000001"), -1);
		assert_non_null(strstr(last.text, "list " LIST));
		assert_non_null(strstr(last.text, "Load the list again"));
		CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
		CLEANUP(catalogue_load_freep) struct catalogue_load *load = NULL;
		assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
		assert_int_not_equal(catalogue_verify(catalogue, 0, &last), JISR_OK);
		assert_int_equal(catalogue_begin(catalogue, LIST, &load, NULL), JISR_OK);
		assert_int_not_equal(catalogue_keep_old(load, &last), JISR_OK);
		assert_non_null(strstr(last.text, "Load the complete list"));
		load = catalogue_load_free(load);
		assert_int_equal(load_version(LIST, 'A', 40, &change), JISR_OK);
		assert_int_equal(change.added, 40);
		assert_int_equal(hits("A000001"), 1);
	}
}

static void one_flipped_byte_is_found_by_verifying(void **state)
{
	(void)state;
	struct catalogue_change change;
	char path[FILE_MAX_PATH];
	assert_int_equal(load_version(LIST, 'A', 40, &change), JISR_OK);
	segment_path(path);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	unsigned char byte;
	assert_int_equal(pread(fd, &byte, 1, 3000), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 3000), 1);
	close(fd);
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open(data, &catalogue, NULL), JISR_OK);
	assert_int_equal(catalogue_verify(catalogue, 0, &last), JISR_CORRUPT);
	assert_non_null(strstr(last.text, LIST));
}

static void a_directory_that_cannot_be_written_is_told(void **state)
{
	(void)state;
	struct catalogue *catalogue = NULL;
	assert_int_equal(catalogue_open("/dev/null/data", &catalogue, &last), JISR_IO);
	assert_non_null(strstr(last.text, "/dev/null/data"));
	assert_int_equal(catalogue_open("/dev/null", &catalogue, &last), JISR_IO);
	assert_non_null(strstr(last.text, "not a directory"));
	assert_int_equal(catalogue_open("/proc/jisr", &catalogue, &last), JISR_IO);
	if (geteuid() == 0)
		return; /* root may write everywhere else */
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 4, &change), JISR_OK);
	char path[FILE_MAX_PATH];
	in_data(path, "lists");
	assert_int_equal(chmod(path, 0500), 0);
	assert_int_equal(load_version(LIST, 'B', 4, &change), JISR_IO);
	assert_non_null(strstr(last.text, "Permission denied"));
	assert_int_equal(hits("A000001"), 1);
	assert_int_equal(chmod(path, 0700), 0);
}

static void every_failed_allocation_leaves_the_old_version(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 3, &change), JISR_OK);
	long n = 0;
	for (int r = -1; r != JISR_OK; n++) {
		memory_fail_after(n);
		r = load_version(LIST, 'B', 3, &change);
		memory_fail_after(-1);
		if (r != JISR_OK) {
			assert_int_equal(r, JISR_NO_MEMORY);
			assert_true(count_files("lists") <= 2); /* the new segment may wait to be cleaned up */
			if (n % 16 == 0)
				assert_int_equal(hits("A000002"), 1);
		}
		assert_true(n < 20000);
	}
	assert_true(n > 10);
	assert_int_equal(hits("A000002"), 0);
	assert_int_equal(hits("B000002"), 1);
	assert_int_equal(count_files("lists"), 1);
	for (int found = -1; found != 1; n++) {
		memory_fail_after(n % 20000);
		found = hits("B000002");
		memory_fail_after(-1);
		assert_true(found == 1 || found == -1);
	}
}

/* ---- full disks, each in a child ---- */

static int child(int (*run)(void))
{
	pid_t process = fork();
	if (process == 0)
		_exit(run());
	int status;
	assert_int_equal(waitpid(process, &status, 0), process);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int load_over_the_limit(void)
{
	struct catalogue_change change;
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit = {2048, 2048};
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 10;
	if (load_version(LIST, 'B', 500, &change) != JISR_FULL)
		return 11;
	return strstr(last.text, "limit") != NULL ? 0 : 12;
}

static void a_file_over_the_limit_leaves_the_old_version(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 5, &change), JISR_OK);
	assert_int_equal(child(load_over_the_limit), 0);
	assert_int_equal(hits("A000004"), 1);
	assert_int_equal(count_files("lists"), 1);
	assert_int_equal(count_files("."), 3);
}

#define SKIPPED 77

/* A disk of 1 MB, filled so that each number of pages from none on is left: loading must fail whole or be done. */
static int load_on_small_disks(void)
{
	struct catalogue_change change;
	char mounted[FILE_MAX_PATH], filler[FILE_MAX_PATH];
	(void)snprintf(mounted, sizeof mounted, "%.3000s", data);
	if (mkdir(mounted, 0700) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", mounted, "tmpfs", 0, "size=1m,mode=0700") != 0)
		return SKIPPED;
	(void)snprintf(data, sizeof data, "%.3000s/data", mounted);
	(void)snprintf(filler, sizeof filler, "%.3000s/filler", mounted);
	char version = 'A';
	int failures = 0, successes = 0;
	if (load_version(LIST, version, 60, &change) != JISR_OK)
		return 10;
	for (int pages = 0; successes < 3; pages++) {
		static char page[4096];
		int fd = open(filler, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		while (write(fd, page, sizeof page) == (ssize_t)sizeof page)
			;
		off_t size = lseek(fd, 0, SEEK_END) / 4096 * 4096 - (off_t)pages * 4096;
		if (ftruncate(fd, size < 0 ? 0 : size) != 0 || close(fd) != 0 || pages > 200)
			return 11;
		char next = version == 'A' ? 'B' : 'A', number[32];
		int r = load_version(LIST, next, 60, &change);
		if (r == JISR_OK) {
			version = next;
			successes++;
		} else {
			failures++;
			if (r != JISR_FULL || strstr(last.text, "The disk is full") == NULL)
				return 12;
		}
		(void)snprintf(number, sizeof number, "%c000059", version);
		if (hits(number) != 1 || count_files("lists") != 1 || count_files(".") != 3)
			return 13;
	}
	return failures > 3 ? 0 : 14;
}

static void a_full_disk_leaves_the_old_version_or_the_new(void **state)
{
	(void)state;
	int result = child(load_on_small_disks);
	if (result == SKIPPED) {
		print_message("no right to mount a small disk: skipped\n");
		skip();
	}
	assert_int_equal(result, 0);
}

/* ---- kill -9 between any two steps ---- */

/* Loads a version in a child and kills it at its n-th system call (entries and returns counted). 0: killed there; 1: it
 * had ended before, well; SKIPPED: this process may not trace; else it failed. */
static int kill_at_call(char version, int n)
{
	pid_t process = fork();
	if (process == 0) {
		struct catalogue_change change;
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(SKIPPED);
		(void)raise(SIGSTOP);
		_exit(load_version(LIST, version, 40, &change) == JISR_OK ? 1 : 2);
	}
	int status;
	for (int calls = 0;; calls++) {
		if (waitpid(process, &status, 0) != process)
			return 3;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (calls == n)
			(void)kill(process, SIGKILL);
		else
			(void)ptrace(PTRACE_SYSCALL, process, NULL, NULL);
		if (WIFSIGNALED(status))
			return 0;
	}
}

static void a_kill_at_any_system_call_leaves_the_old_version_or_the_new(void **state)
{
	(void)state;
	struct catalogue_change change;
	assert_int_equal(load_version(LIST, 'A', 40, &change), JISR_OK);
	char version = 'A';
	int killed = 0, olds = 0, news = 0;
	for (int n = 1, result = 0; result == 0; n++) {
		char next = version == 'A' ? 'B' : 'A', number[32];
		result = kill_at_call(next, n);
		if (result == SKIPPED) {
			print_message("no right to trace a process: skipped\n");
			skip();
		}
		assert_true(result == 0 || result == 1);
		killed += result == 0;
		(void)snprintf(number, sizeof number, "%c000039", version);
		int old = hits(number);
		(void)snprintf(number, sizeof number, "%c000039", next);
		int new = hits(number);
		assert_int_equal(old + new, 1);
		olds += old;
		news += new;
		if (new == 1)
			version = next;
		if (n % 8 == 0) { /* what was left does not hinder the next, which clears it away */
			assert_int_equal(load_version(LIST, version, 40, &change), JISR_OK);
			assert_int_equal(change.unchanged, 40);
			assert_int_equal(count_files("lists"), 1);
			assert_int_equal(count_files("."), 3);
		}
	}
	assert_true(killed > 40);
	assert_true(olds > 20 && news > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_missing_directory_is_created_for_its_owner_alone, fresh_data),
		cmocka_unit_test_setup(a_loaded_list_is_found_and_described, fresh_data),
		cmocka_unit_test_setup(loading_again_counts_what_changed_and_leaves_one_file, fresh_data),
		cmocka_unit_test_setup(a_delta_starts_from_the_old_version, fresh_data),
		cmocka_unit_test_setup(lists_keep_their_order_and_one_can_be_dropped, fresh_data),
		cmocka_unit_test_setup(names_that_cannot_be_are_refused, fresh_data),
		cmocka_unit_test_setup(only_one_changes_at_a_time, fresh_data),
		cmocka_unit_test_setup(a_load_that_is_given_up_changes_nothing, fresh_data),
		cmocka_unit_test_setup(a_reader_follows_a_replacement_by_another_process, fresh_data),
		cmocka_unit_test_setup(left_overs_go_and_files_of_others_stay, fresh_data),
		cmocka_unit_test_setup(a_damaged_manifest_is_told_with_what_to_do, fresh_data),
		cmocka_unit_test_setup(no_bit_of_the_manifest_turns_unnoticed, fresh_data),
		cmocka_unit_test_setup(a_missing_or_damaged_segment_is_named_and_healed_by_loading, fresh_data),
		cmocka_unit_test_setup(one_flipped_byte_is_found_by_verifying, fresh_data),
		cmocka_unit_test_setup(a_directory_that_cannot_be_written_is_told, fresh_data),
		cmocka_unit_test_setup(every_failed_allocation_leaves_the_old_version, fresh_data),
		cmocka_unit_test_setup(a_file_over_the_limit_leaves_the_old_version, fresh_data),
		cmocka_unit_test_setup(a_full_disk_leaves_the_old_version_or_the_new, fresh_data),
		cmocka_unit_test_setup(a_kill_at_any_system_call_leaves_the_old_version_or_the_new, fresh_data),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
