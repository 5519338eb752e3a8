#include "network/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FRAMES 40

/* However the bytes come, the same frames come out, in their order; nothing comes before its last byte is there. */
static void frames_come_out_as_they_went_in_however_they_are_cut(void **state)
{
	(void)state;
	struct text line, contents[FRAMES];
	char kinds[FRAMES];
	text_init(&line, (size_t)1 << 20);
	srandom(7);
	for (size_t i = 0; i < FRAMES; i++) {
		text_init(&contents[i], 10000);
		for (long length = i == 0 ? 0 : random() % (i % 5 == 0 ? 9000 : 20); length > 0; length--)
			assert_int_equal(text_add_char(&contents[i], (char)random()), JISR_OK);
		kinds[i] = i % 3 == 0 ? FRAME_CHECKPOINT : FRAME_BATCH;
		const struct frame frame = {kinds[i], contents[i].bytes, contents[i].length};
		assert_int_equal(frame_put(&line, &frame), JISR_OK);
	}
	for (size_t step = 1; step < 3000; step = step * 3 + 1) {
		const char *at = line.bytes;
		size_t come = 0, taken = 0;
		while (taken < FRAMES) {
			struct frame frame;
			bool bad;
			if (frame_next(&at, line.bytes + come, &frame, &bad)) {
				assert_int_equal(frame.kind, kinds[taken]);
				assert_int_equal(frame.length, contents[taken].length);
				if (frame.length > 0)
					assert_memory_equal(frame.content, contents[taken].bytes, frame.length);
				assert_ptr_equal(at, frame.content + frame.length);
				assert_true(at <= line.bytes + come);
				taken++;
			} else {
				assert_false(bad);
				assert_true(come < line.length); /* else one is lost */
				come = come + step < line.length ? come + step : line.length;
			}
		}
		assert_ptr_equal(at, line.bytes + line.length);
	}
	for (size_t i = 0; i < FRAMES; i++)
		text_finish(&contents[i]);
	text_finish(&line);
}

static bool is_bad(const char *bytes, size_t length)
{
	const char *at = bytes;
	struct frame frame;
	bool bad;
	assert_false(frame_next(&at, bytes + length, &frame, &bad));
	assert_ptr_equal(at, bytes);
	return bad;
}

static void what_is_no_frame_is_refused_as_soon_as_it_is_seen(void **state)
{
	(void)state;
	const uint32_t most = FRAME_MAX_CONTENT + 1;
	const char longest[] = {(char)(most >> 24), (char)(most >> 16), (char)(most >> 8), (char)most, FRAME_BATCH};
	const char longer[] = {(char)((most + 1) >> 24), (char)((most + 1) >> 16), (char)((most + 1) >> 8),
	                       (char)(most + 1)};
	assert_true(is_bad("\0\0\0\0", 4));
	assert_false(is_bad(longest, sizeof longest));
	assert_true(is_bad(longer, sizeof longer));
	assert_true(is_bad("\0\0\0\5!", 5));
	assert_false(is_bad("\0\0\0\5", 4)); /* its kind is still to come */
	for (size_t length = 0; length < 4; length++)
		assert_false(is_bad("\xff\xff\xff\xff", length));
}

static void what_no_reader_would_take_is_not_put(void **state)
{
	(void)state;
	struct text line;
	text_init(&line, (size_t)1 << 20);
	const struct frame longer = {FRAME_BATCH, "", FRAME_MAX_CONTENT + 1};
	assert_int_equal(frame_put(&line, &longer), JISR_TOO_LARGE);
	assert_int_equal(line.length, 0);
	text_finish(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_out_as_they_went_in_however_they_are_cut),
		cmocka_unit_test(what_is_no_frame_is_refused_as_soon_as_it_is_seen),
		cmocka_unit_test(what_no_reader_would_take_is_not_put),
	};
	return cmocka_run_group_tests_name("network/frame", tests, NULL, NULL);
}
