#include "base/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

/* Compresses in pieces of `piece` bytes, each a stream of its own. */
static unsigned char *compress_all(bool gzip, const char *bytes, size_t length, size_t piece, size_t *ret_size)
{
	size_t room = length * 2 + 65536, used = 0;
	unsigned char *packed = malloc(room);
	assert_non_null(packed);
	for (size_t at = 0; at < length; at += piece) {
		size_t part = length - at < piece ? length - at : piece;
		if (gzip) {
			z_stream stream = {0};
			assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
			stream.next_in = (unsigned char *)(uintptr_t)bytes + at;
			stream.avail_in = (unsigned)part;
			stream.next_out = packed + used;
			stream.avail_out = (unsigned)(room - used);
			assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
			used = room - stream.avail_out;
			(void)deflateEnd(&stream);
		} else {
			size_t size = ZSTD_compress(packed + used, room - used, bytes + at, part, 1);
			assert_false(ZSTD_isError(size));
			used += size;
		}
	}
	*ret_size = used;
	return packed;
}

static char *lines_of(size_t count, size_t *ret_length)
{
	char *bytes = malloc(count * 40);
	size_t used = 0;
	assert_non_null(bytes);
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(bytes + used, 40, "line %zu %zu\n", i, i * 7919 % 10007);
	*ret_length = used;
	return bytes;
}

static int count_lines(struct input *input, size_t *ret_count, struct problem *problem)
{
	struct input_line line;
	int error;
	size_t count = 0;
	while ((error = input_line(input, 100, &line, problem)) == JISR_OK) {
		char wanted[40];
		(void)snprintf(wanted, sizeof wanted, "line %zu %zu", count, count * 7919 % 10007);
		assert_string_equal(line.bytes, wanted);
		assert_int_equal(line.length, strlen(wanted));
		assert_true(line.terminated);
		assert_int_equal(line.number, ++count);
	}
	*ret_count = count;
	return error;
}

static void compressed_streams_give_the_same_lines_and_start_again(void **state)
{
	(void)state;
	size_t length;
	char *bytes = lines_of(30000, &length);
	for (int gzip = 0; gzip < 2; gzip++)
		for (int pieces = 0; pieces < 2; pieces++) {
			size_t size, count;
			unsigned char *packed = compress_all(gzip, bytes, length, pieces ? 100000 : length, &size);
			memset(packed + size, 0, 100); /* padding */
			struct input *input = NULL;
			assert_int_equal(input_open_bytes(packed, size + (gzip ? 100 : 0), &input, NULL), JISR_OK);
			assert_int_equal(count_lines(input, &count, NULL), JISR_NOT_FOUND);
			assert_int_equal(count, 30000);
			assert_int_equal(input_done(input), input_total(input));
			assert_int_equal(input_rewind(input, NULL), JISR_OK);
			assert_int_equal(count_lines(input, &count, NULL), JISR_NOT_FOUND);
			assert_int_equal(count, 30000);
			input = input_free(input);
			free(packed);
		}
	free(bytes);
}

static void a_compressed_stream_that_is_cut_or_damaged_fails(void **state)
{
	(void)state;
	size_t length, size;
	char *bytes = lines_of(3000, &length);
	for (int gzip = 0; gzip < 2; gzip++) {
		unsigned char *packed = compress_all(gzip, bytes, length, length, &size);
		for (size_t cut = 4; cut < size; cut += 97) {
			struct input *input = NULL;
			struct problem problem = {""};
			size_t count;
			assert_int_equal(input_open_bytes(packed, cut, &input, NULL), JISR_OK);
			assert_int_equal(count_lines(input, &count, &problem), JISR_BAD_INPUT);
			assert_non_null(strstr(problem.text, "cut off"));
			input = input_free(input);
		}
		struct input *input = NULL;
		struct problem problem = {""};
		size_t got;
		char block[4096];
		memcpy(packed + size, "rubbish", 7);
		assert_int_equal(input_open_bytes(packed, size + 7, &input, NULL), JISR_OK);
		int error;
		while ((error = input_read(input, block, sizeof block, &got, &problem)) == JISR_OK && got > 0)
			continue;
		assert_int_equal(error, JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "other bytes after its end"));
		input = input_free(input);
		free(packed);
	}
	free(bytes);
}

static void long_lines_are_cut_and_the_next_one_is_whole(void **state)
{
	(void)state;
	size_t length = 300000;
	char *bytes = malloc(length + 16);
	assert_non_null(bytes);
	memset(bytes, 'x', length);
	memcpy(bytes + length, "\nshort\r\nend", 11);
	struct input *input = NULL;
	struct input_line line;
	assert_int_equal(input_open_bytes(bytes, length + 11, &input, NULL), JISR_OK);
	assert_int_equal(input_line(input, 1000, &line, NULL), JISR_OK);
	assert_true(line.too_long);
	assert_int_equal(line.length, 1000);
	assert_int_equal(strlen(line.bytes), 1000);
	assert_int_equal(input_line(input, 1000, &line, NULL), JISR_OK);
	assert_string_equal(line.bytes, "short");
	assert_int_equal(line.number, 2);
	assert_int_equal(input_line(input, 1000, &line, NULL), JISR_OK);
	assert_string_equal(line.bytes, "end");
	assert_false(line.terminated);
	assert_int_equal(input_line(input, 1000, &line, NULL), JISR_NOT_FOUND);
	input = input_free(input);
	/* at the limit and one above, with and without newline */
	for (size_t size = 9; size <= 11; size++)
		for (int newline = 0; newline < 3; newline++) {
			static const char *const ends[] = {"", "\n", "\r\n"};
			memset(bytes, 'x', size);
			memcpy(bytes + size, ends[newline], strlen(ends[newline]));
			assert_int_equal(input_open_bytes(bytes, size + strlen(ends[newline]), &input, NULL), JISR_OK);
			assert_int_equal(input_line(input, 10, &line, NULL), JISR_OK);
			assert_int_equal(line.too_long, size > 10);
			assert_int_equal(line.length, size > 10 ? 10 : size);
			assert_int_equal(line.terminated, newline > 0);
			assert_int_equal(input_line(input, 10, &line, NULL), JISR_NOT_FOUND);
			input = input_free(input);
		}
	free(bytes);
}

static void peeking_takes_nothing(void **state)
{
	(void)state;
	struct input *input = NULL;
	const char *bytes;
	char block[8];
	size_t length;
	assert_int_equal(input_open_bytes("abcdef", 6, &input, NULL), JISR_OK);
	assert_int_equal(input_peek(input, 3, &bytes, &length, NULL), JISR_OK);
	assert_int_equal(length, 3);
	assert_memory_equal(bytes, "abc", 3);
	assert_int_equal(input_peek(input, 100, &bytes, &length, NULL), JISR_OK);
	assert_int_equal(length, 6);
	assert_int_equal(input_read(input, block, sizeof block, &length, NULL), JISR_OK);
	assert_int_equal(length, 6);
	assert_int_equal(input_read(input, block, sizeof block, &length, NULL), JISR_OK);
	assert_int_equal(length, 0);
	input = input_free(input);
}

static void a_pipe_can_be_read_twice_when_it_is_kept(void **state)
{
	(void)state;
	int ends[2];
	char path[64], block[16];
	size_t length;
	struct problem problem = {""};
	for (int keep = 0; keep < 2; keep++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], "hello\nworld\n", 12), 12);
		(void)close(ends[1]);
		(void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), ends[0]);
		struct input *input = NULL;
		struct input_line line;
		assert_int_equal(input_open(path, &input, NULL), JISR_OK);
		if (keep)
			assert_int_equal(input_keep(input, NULL), JISR_OK);
		assert_int_equal(input_line(input, 100, &line, NULL), JISR_OK);
		assert_string_equal(line.bytes, "hello");
		assert_int_equal(input_rewind(input, &problem), keep ? JISR_OK : JISR_BAD_INPUT);
		if (keep) {
			assert_int_equal(input_read(input, block, sizeof block, &length, NULL), JISR_OK);
			assert_int_equal(length, 12);
			assert_memory_equal(block, "hello\nworld\n", 12);
		}
		input = input_free(input);
		(void)close(ends[0]);
	}
}

static void what_is_no_text_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *says;
	} kinds[] = {{"PK\3\4....", "ZIP"},
	             {"BZh9....", "bzip2"},
	             {"\xFD"
	              "7zXZ\0",
	              "xz"}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct input *input = NULL;
		struct problem problem = {""};
		char block[8];
		size_t length;
		assert_int_equal(input_open_bytes(kinds[i].bytes, 6, &input, NULL), JISR_OK);
		assert_int_equal(input_read(input, block, sizeof block, &length, &problem), JISR_UNSUPPORTED);
		assert_non_null(strstr(problem.text, kinds[i].says));
		input = input_free(input);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compressed_streams_give_the_same_lines_and_start_again),
		cmocka_unit_test(a_compressed_stream_that_is_cut_or_damaged_fails),
		cmocka_unit_test(long_lines_are_cut_and_the_next_one_is_whole),
		cmocka_unit_test(peeking_takes_nothing),
		cmocka_unit_test(a_pipe_can_be_read_twice_when_it_is_kept),
		cmocka_unit_test(what_is_no_text_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
