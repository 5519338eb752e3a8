
#include "../base/temporary.h"
#include "message/attachment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
// after the standard headers that it needs
#include <cmocka.h>

static char directory[200];

static int set_up(void **state)
{
	(void)state;
	return temporary_make("attachment", directory, sizeof directory);
}

static int tear_down(void **state)
{
	(void)state;
	return temporary_remove(directory);
}

static uint8_t byte_at(size_t place)
{
	return (uint8_t)(place * 31 + place / 251);
}

static void make(size_t size, struct attachment *ret_attachment)
{
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	struct problem problem = {""};
	uint8_t bytes[1000];
	assert_int_equal(attachment_begin(directory, &writer, &problem), JISR_OK);
	for (size_t done = 0; done < size;) {
		size_t part = size - done < sizeof bytes ? size - done : sizeof bytes;
		for (size_t i = 0; i < part; i++)
			bytes[i] = byte_at(done + i);
		assert_int_equal(attachment_add(writer, bytes, part, &problem), JISR_OK);
		done += part;
	}
	if (attachment_end(writer, ret_attachment, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

/* How it ends: 0 when all of it comes back. */
static int read_back(const struct attachment *attachment, size_t expected)
{
	CLEANUP(attachment_closep) struct attachment_reader *reader = NULL;
	struct problem problem = {""};
	const void *bytes;
	size_t length = 1, done = 0;
	int error = attachment_open(directory, attachment->digest, attachment->key, &reader, &problem);
	while (!error && length > 0) {
		error = attachment_read(reader, &bytes, &length, &problem);
		for (size_t i = 0; !error && i < length; i++, done++)
			assert_int_equal(((const uint8_t *)bytes)[i], byte_at(done));
	}
	if (!error)
		assert_int_equal(done, expected);
	return error;
}

static void path_of(const struct attachment *attachment, char out[200])
{
	(void)snprintf(out, 200, "%s/messages/%.2s/%s", directory, attachment->digest, attachment->digest);
}

static void any_size_comes_back_whole(void **state)
{
	(void)state;
	static const size_t sizes[] = {
		0, 1, 999, ATTACHMENT_PIECE - 1, ATTACHMENT_PIECE, ATTACHMENT_PIECE + 1, 3 * ATTACHMENT_PIECE, 200001};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct attachment attachment;
		char path[200];
		struct stat status;
		make(sizes[i], &attachment);
		assert_int_equal(attachment.size, sizes[i]);
		assert_int_equal(attachment.sealed, attachment_sealed_size(sizes[i]));
		path_of(&attachment, path);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_size, attachment.sealed);
		assert_true(attachment_there(directory, attachment.digest, attachment.sealed));
		assert_false(attachment_there(directory, attachment.digest, attachment.sealed + 1));
		assert_int_equal(read_back(&attachment, sizes[i]), JISR_OK);
	}
}

static void what_was_changed_cut_or_sealed_with_another_key_is_noticed(void **state)
{
	(void)state;
	struct attachment attachment, other;
	char path[200];
	make(150000, &attachment);
	other = attachment;
	other.key[3] ^= 1;
	assert_int_equal(read_back(&other, 150000), JISR_CORRUPT);
	(void)snprintf(other.digest, sizeof other.digest, "../../../etc/passwd");
	assert_int_equal(read_back(&other, 0), JISR_NOT_FOUND);
	path_of(&attachment, path);
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, 70000, SEEK_SET), 0);
	int byte = fgetc(file);
	assert_int_equal(fseek(file, 70000, SEEK_SET), 0);
	assert_int_not_equal(fputc(byte ^ 1, file), EOF);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(read_back(&attachment, 150000), JISR_CORRUPT);
	make(150000, &attachment);
	path_of(&attachment, path);
	assert_int_equal(truncate(path, 24 + ATTACHMENT_PIECE + 17), 0);
	assert_int_equal(read_back(&attachment, 150000), JISR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(read_back(&attachment, 150000), JISR_NOT_FOUND);
}

/* Nothing of what was written is on the disk in clear, and one that is given up leaves nothing. */
static void nothing_lies_there_in_clear(void **state)
{
	(void)state;
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	struct attachment attachment;
	struct problem problem = {""};
	char text[64], command[200];
	(void)snprintf(text, sizeof text, "the minister's itinerary on Tuesday");
	assert_int_equal(attachment_begin(directory, &writer, &problem), JISR_OK);
	for (int i = 0; i < 4000; i++)
		assert_int_equal(attachment_add(writer, text, strlen(text), &problem), JISR_OK);
	(void)snprintf(command, sizeof command, "grep -rqa itinerary '%s'", directory);
	assert_int_not_equal(system(command), 0);
	assert_int_equal(attachment_end(writer, &attachment, &problem), JISR_OK);
	assert_int_not_equal(system(command), 0);
	writer = attachment_drop(writer);
	assert_int_equal(attachment_begin(directory, &writer, &problem), JISR_OK);
	writer = attachment_drop(writer);
	(void)snprintf(command, sizeof command, "find '%s/messages' -maxdepth 1 -type f | grep -q .", directory);
	assert_int_not_equal(system(command), 0);
}

static void one_that_is_too_large_is_refused(void **state)
{
	(void)state;
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	CLEANUP(memory_freep) uint8_t *bytes = memory_zero(1, ATTACHMENT_MOST + 1);
	struct problem problem = {""};
	assert_non_null(bytes);
	assert_int_equal(attachment_begin(directory, &writer, &problem), JISR_OK);
	assert_int_equal(attachment_add(writer, bytes, ATTACHMENT_MOST + 1, &problem), JISR_TOO_LARGE);
	assert_non_null(strstr(problem.text, "100 MB"));
}

static bool is_named(void *context, const char *digest)
{
	return strcmp(context, digest) == 0;
}

static void orphans_go_after_a_day(void **state)
{
	(void)state;
	struct attachment kept, fresh, old;
	char path[200];
	struct utimbuf then = {time(NULL) - 90000, time(NULL) - 90000};
	make(10, &kept);
	make(20, &fresh);
	make(30, &old);
	path_of(&kept, path);
	assert_int_equal(utime(path, &then), 0);
	path_of(&old, path);
	assert_int_equal(utime(path, &then), 0);
	assert_int_equal(attachment_clean(directory, is_named, kept.digest, NULL), JISR_OK);
	assert_true(attachment_there(directory, kept.digest, kept.sealed));
	assert_true(attachment_there(directory, fresh.digest, fresh.sealed));
	assert_false(attachment_there(directory, old.digest, old.sealed));
	assert_int_equal(attachment_remove(directory, fresh.digest, NULL), JISR_OK);
	assert_false(attachment_there(directory, fresh.digest, fresh.sealed));
	assert_int_equal(attachment_remove(directory, fresh.digest, NULL), JISR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_size_comes_back_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_changed_cut_or_sealed_with_another_key_is_noticed, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(nothing_lies_there_in_clear, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_that_is_too_large_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(orphans_go_after_a_day, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("message/attachment", tests, NULL, NULL);
}
