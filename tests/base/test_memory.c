#include "base/memory.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_size_of_zero_gives_a_pointer_that_can_be_freed(void **state)
{
	(void)state;
	CLEANUP(memory_freep) void *a = memory_alloc(0);
	CLEANUP(memory_freep) void *b = memory_zero(0, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_null(memory_free(NULL));
}

static void products_that_overflow_are_refused(void **state)
{
	(void)state;
	char *block = memory_alloc(8);
	assert_non_null(block);
	assert_null(memory_resize(block, SIZE_MAX / 2, 3));
	memset(block, 1, 8); /* still owned */
	memory_free(block);
}

static void reserving_grows_by_doubling_up_to_the_limit(void **state)
{
	(void)state;
	uint64_t *block = NULL;
	size_t capacity = 0;
	assert_int_equal(memory_reserve(&block, &capacity, 1, 100, sizeof *block), JISR_OK);
	assert_int_equal(capacity, 8);
	block[7] = 42;
	assert_int_equal(memory_reserve(&block, &capacity, 65, 100, sizeof *block), JISR_OK);
	assert_int_equal(capacity, 100);
	assert_int_equal(block[7], 42);
	uint64_t *before = block;
	assert_int_equal(memory_reserve(&block, &capacity, 101, 100, sizeof *block), JISR_TOO_LARGE);
	assert_ptr_equal(block, before);
	assert_int_equal(capacity, 100);
	memory_free(block);
}

static void a_failed_reserve_changes_nothing(void **state)
{
	(void)state;
	char *block = NULL;
	size_t capacity = 0;
	assert_int_equal(memory_reserve(&block, &capacity, 8, 1000, 1), JISR_OK);
	memcpy(block, "1234567", 8);
	memory_fail_after(0);
	int error = memory_reserve(&block, &capacity, 9, 1000, 1);
	memory_fail_after(-1);
	assert_int_equal(error, JISR_NO_MEMORY);
	assert_int_equal(capacity, 8);
	assert_string_equal(block, "1234567");
	memory_free(block);
}

static void the_nth_allocation_fails_and_all_after_it(void **state)
{
	(void)state;
	memory_fail_after(2);
	void *a = memory_alloc(1), *b = memory_zero(1, 1), *c = memory_alloc(1);
	char *d = memory_text("d", 1);
	memory_fail_after(-1);
	assert_non_null(a);
	assert_non_null(b);
	assert_null(c);
	assert_null(d);
	memory_free(a);
	memory_free(b);
}

static void a_large_block_begins_at_a_border_and_is_all_zeros(void **state)
{
	(void)state;
	const size_t page = (size_t)2 << 20, size = page + 100;
	CLEANUP(memory_freep) unsigned char *block = memory_large(size);
	CLEANUP(memory_freep) void *none = memory_large(0);
	assert_non_null(block);
	assert_non_null(none);
	assert_int_equal((uintptr_t)block % page, 0);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(block[i], 0);
	assert_null(memory_large(SIZE_MAX));
	memory_fail_after(0);
	assert_null(memory_large(1));
	memory_fail_after(-1);
}

static void a_text_copy_ends_with_a_zero(void **state)
{
	(void)state;
	CLEANUP(memory_freep) char *copy = memory_text("abcdef", 3);
	CLEANUP(memory_freep) char *nothing = memory_text(NULL, 0);
	assert_string_equal(copy, "abc");
	assert_string_equal(nothing, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_size_of_zero_gives_a_pointer_that_can_be_freed),
		cmocka_unit_test(products_that_overflow_are_refused),
		cmocka_unit_test(reserving_grows_by_doubling_up_to_the_limit),
		cmocka_unit_test(a_failed_reserve_changes_nothing),
		cmocka_unit_test(the_nth_allocation_fails_and_all_after_it),
		cmocka_unit_test(a_large_block_begins_at_a_border_and_is_all_zeros),
		cmocka_unit_test(a_text_copy_ends_with_a_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
