#include "base/arena.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_handed_out_is_aligned_apart_and_keeps_its_bytes(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 24, &arena), JISR_OK);
	enum { COUNT = 3000 };
	static unsigned char *blocks[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		blocks[i] = arena_alloc(arena, i % 700);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		memset(blocks[i], (int)(i % 251), i % 700);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < i % 700; j++)
			assert_int_equal(blocks[i][j], i % 251);
}

static void the_limit_is_the_last_byte_handed_out(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(1024, &arena), JISR_OK);
	assert_null(arena_alloc(arena, 1025));
	assert_non_null(arena_alloc(arena, 1024));
	assert_int_equal(arena_used(arena), 1024);
	assert_null(arena_alloc(arena, 1));
	assert_int_equal(arena_used(arena), 1024);
}

static void a_request_near_the_end_of_the_address_space_is_refused(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(SIZE_MAX, &arena), JISR_OK);
	assert_null(arena_alloc(arena, SIZE_MAX));
	assert_null(arena_alloc(arena, SIZE_MAX - 1));
	assert_null(arena_zero(arena, SIZE_MAX / 2, 3));
	assert_null(arena_text(arena, "", SIZE_MAX));
	assert_non_null(arena_alloc(arena, 16));
}

static void a_large_request_gets_a_block_of_its_own(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new((size_t)16 << 20, &arena), JISR_OK);
	char *small = arena_text(arena, "small", 5), *large = arena_zero(arena, 3 << 20, 1);
	assert_non_null(large);
	assert_int_equal(large[(3 << 20) - 1], 0);
	assert_string_equal(small, "small");
}

static void after_a_reset_everything_can_be_handed_out_again(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(100000, &arena), JISR_OK);
	for (int round = 0; round < 50; round++) {
		assert_non_null(arena_alloc(arena, 60000));
		assert_null(arena_alloc(arena, 60000));
		arena_reset(arena);
		assert_int_equal(arena_used(arena), 0);
	}
}

static void texts_and_formats_are_copies_with_an_end(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(arena_new(4096, &arena), JISR_OK);
	char source[] = "abcdef";
	char *copy = arena_text(arena, source, 3);
	source[0] = 'x';
	assert_string_equal(copy, "abc");
	assert_string_equal(arena_text(arena, NULL, 0), "");
	assert_string_equal(arena_format(arena, "%s-%03d", copy, 7), "abc-007");
	assert_null(arena_format(arena, "%5000d", 1));
}

static void no_failed_allocation_leaks_or_breaks_the_arena(void **state)
{
	(void)state;
	for (long n = 0; n < 8; n++) {
		struct arena *arena = NULL;
		memory_fail_after(n);
		int error = arena_new(1 << 24, &arena);
		if (error == JISR_OK)
			for (int i = 0; i < 5; i++)
				if (arena_alloc(arena, 100000) == NULL)
					error = JISR_NO_MEMORY;
		memory_fail_after(-1);
		if (arena != NULL)
			assert_non_null(arena_alloc(arena, 100000));
		else
			assert_int_equal(error, JISR_NO_MEMORY);
		assert_null(arena_free(arena));
	}
	assert_null(arena_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_handed_out_is_aligned_apart_and_keeps_its_bytes),
		cmocka_unit_test(the_limit_is_the_last_byte_handed_out),
		cmocka_unit_test(a_request_near_the_end_of_the_address_space_is_refused),
		cmocka_unit_test(a_large_request_gets_a_block_of_its_own),
		cmocka_unit_test(after_a_reset_everything_can_be_handed_out_again),
		cmocka_unit_test(texts_and_formats_are_copies_with_an_end),
		cmocka_unit_test(no_failed_allocation_leaks_or_breaks_the_arena),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
