/* The lists as they were published, where they are at hand: counts and shapes, nothing of their content. */
#include "lists_test.h"

#include <zlib.h>
#include <zstd.h>

static struct outcome got;

static int clean(void **state)
{
	(void)state;
	outcome_finish(&got);
	return 0;
}

#define need(path)                                                                                                     \
	do {                                                                                                           \
		if ((path) == NULL) {                                                                                  \
			print_message("the real lists are not here\n");                                                \
			skip();                                                                                        \
		}                                                                                                      \
	} while (0)

static void ofac_of_january_2024_has_13821_entities(void **state)
{
	(void)state;
	const char *paths[] = {shared("ofac-sdn-2024-01/sdn.csv"), shared("ofac-sdn-2024-01/alt.csv"),
	                       shared("ofac-sdn-2024-01/add.csv")};
	need(paths[0]);
	read_paths(paths, 3, &got);
	assert_read(&got, 13821);
	assert_int_equal(got.summary.skipped, 0);
	assert_int_equal(got.with_birth, 6527);
	assert_true(got.with_passport > 1500);
	assert_true(got.with_sex > 4000);
	/* 6,667 have records in alt.csv; the others have aliases in their remarks only */
	assert_true(got.with_alias >= 6667);
	assert_true(got.with_alias < 7500);
}

static void ofac_of_may_2024_is_read_without_side_files(void **state)
{
	(void)state;
	const char *paths[] = {shared("ofac-sdn-2024-05/sdn.csv")};
	need(paths[0]);
	read_paths(paths, 1, &got);
	assert_read(&got, 14965);
	assert_int_equal(got.summary.skipped, 0);
}

static void un_of_february_2026_has_1003_entries(void **state)
{
	(void)state;
	const char *paths[] = {shared("un-consolidated/UN_consolidated.xml")};
	need(paths[0]);
	read_paths(paths, 1, &got);
	assert_read(&got, 1003);
	assert_int_equal(got.summary.skipped, 0);
	assert_string_equal(got.summary.published, "2026-02-27");
	assert_int_equal(got.with_birth, 677);
	assert_true(got.with_passport > 200);
}

static void the_samples_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		size_t records, skipped;
	} samples[] = {
		{"list-format-samples/sample_eu.xml", 6, 1}, /* one stands there twice */
		{"list-format-samples/sample_hmt.csv", 6, 0},
		{"list-format-samples/sample_unsc.xml", 7, 0},
		{"list-format-samples/sample_ofac_consolidated.xml", 8, 0},
		{"interpol-2023/red_notices.json", 186, 0},
		{"interpol-2023/red_notices_details.json", 186, 0},
		{"ftm-fixtures/t1.entities.ftm.json", 6, 0},
		{"ftm-fixtures/zala.entities.ftm.json", 17, 0},
		{"ftm-fixtures/parteispenden.entities.ftm.json", 96, 0},
		{"ftm-fixtures/t2.entities.delta.json", 2, 0},
		{"ftm-fixtures/t2b.entities.delta.json", 2, 0},
		{"screening-bench/negatives_us.csv", 50000, 0},
	};
	need(shared(samples[0].path));
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const char *paths[] = {shared(samples[i].path)};
		assert_non_null(paths[0]);
		read_paths(paths, 1, &got);
		assert_read(&got, samples[i].records);
		assert_int_equal(got.summary.skipped, samples[i].skipped);
		outcome_finish(&got);
	}
	const char *other[] = {shared("list-format-samples/sample_moha.xml")};
	read_paths(other, 1, &got);
	assert_int_equal(got.error, JISR_BAD_INPUT);
}

static void compressed_lists_give_the_same_and_cut_ones_fail(void **state)
{
	(void)state;
	const char *path = shared("un-consolidated/UN_consolidated.xml");
	need(path);
	size_t length;
	char *bytes = whole_file(path, &length);
	size_t room = length + length / 2 + 1000;
	unsigned char *packed = malloc(room);
	assert_non_null(packed);
	for (int kind = 0; kind < 2; kind++) {
		size_t size;
		if (kind == 0) {
			z_stream stream = {0};
			assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
			stream.next_in = (unsigned char *)bytes;
			stream.avail_in = (unsigned)length;
			stream.next_out = packed;
			stream.avail_out = (unsigned)room;
			assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
			size = room - stream.avail_out;
			(void)deflateEnd(&stream);
		} else {
			size = ZSTD_compress(packed, room, bytes, length, 3);
			assert_false(ZSTD_isError(size));
		}
		read_bytes(packed, size, &got);
		assert_read(&got, 1003);
		assert_int_equal(got.last_total, size);
		outcome_finish(&got);
		for (size_t cut = 1; cut < size; cut += size / 9) {
			read_bytes(packed, cut, &got);
			assert_int_not_equal(got.error, 0);
			outcome_finish(&got);
		}
		read_bytes(packed, size - 1, &got);
		assert_int_equal(got.error, JISR_BAD_INPUT);
		assert_non_null(strstr(got.problem.text, "cut off"));
		outcome_finish(&got);
	}
	free(packed);
	free(bytes);
}

static void real_lists_that_are_cut_fail(void **state)
{
	(void)state;
	static const char *const names[] = {"un-consolidated/UN_consolidated.xml", "ofac-sdn-2024-01/sdn.csv",
	                                    "interpol-2023/red_notices_details.json",
	                                    "ftm-fixtures/zala.entities.ftm.json", "list-format-samples/sample_eu.xml"};
	need(shared(names[0]));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t length;
		char *bytes = whole_file(shared(names[i]), &length);
		for (int part = 1; part < 10; part++) {
			size_t cut = length * (size_t)part / 10;
			while (cut > 0 && (bytes[cut - 1] == '\n' || bytes[cut] == '\n' || bytes[cut] == '\r'))
				cut--;
			read_bytes(bytes, cut, &got);
			if (got.error == 0)
				fail_msg("%s cut at %zu is taken for whole", names[i], cut);
			outcome_finish(&got);
		}
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(ofac_of_january_2024_has_13821_entities, clean),
		cmocka_unit_test_teardown(ofac_of_may_2024_is_read_without_side_files, clean),
		cmocka_unit_test_teardown(un_of_february_2026_has_1003_entries, clean),
		cmocka_unit_test_teardown(the_samples_are_read, clean),
		cmocka_unit_test_teardown(compressed_lists_give_the_same_and_cut_ones_fail, clean),
		cmocka_unit_test_teardown(real_lists_that_are_cut_fail, clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
