#include "ballot/result.h"

#include "trusted.h"

static int set_up(void **state)
{
	static struct trusted trusted;
	trusted_init(&trusted);
	*state = &trusted;
	return 0;
}

static int tear_down(void **state)
{
	trusted_finish(*state);
	return 0;
}

static void free_all(struct decryption *sent[OWNERS])
{
	for (int i = 0; i < OWNERS; i++)
		memory_free(sent[i]);
}

static void any_two_of_the_group_and_the_mandatory_trustee_find_the_votes(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {196, 0, 31};
	struct decryption *sent[OWNERS];
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t i = 0; i < OWNERS; i++)
		sent[i] = trusted_decrypt(trusted, tally, i + 1);
	static const size_t pairs[][2] = {{2, 3}, {2, 4}, {3, 4}, {4, 2}};
	for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
		const struct result_share shares[] = {
			{pairs[p][0], sent[pairs[p][0] - 1]}, {1, sent[0]}, {pairs[p][1], sent[pairs[p][1] - 1]}};
		CLEANUP(memory_freep) uint64_t *counts = NULL;
		assert_int_equal(result_compute(tally, trusted->trustees, shares, 3, &counts, NULL), JISR_OK);
		assert_memory_equal(counts, votes, sizeof votes);
	}
	free_all(sent);
}

static void large_weights_are_found_again(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {123456789, 1, 876543210};
	struct decryption *sent[OWNERS] = {0};
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(memory_freep) uint64_t *counts = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t i = 0; i < 3; i++)
		sent[i] = trusted_decrypt(trusted, tally, i + 1);
	const struct result_share shares[] = {{1, sent[0]}, {2, sent[1]}, {3, sent[2]}};
	assert_int_equal(result_compute(tally, trusted->trustees, shares, 3, &counts, NULL), JISR_OK);
	assert_memory_equal(counts, votes, sizeof votes);
	free_all(sent);
}

static void shares_that_are_missing_doubled_or_of_nobody_are_refused(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {1, 2, 3};
	struct decryption *sent[OWNERS];
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t i = 0; i < OWNERS; i++)
		sent[i] = trusted_decrypt(trusted, tally, i + 1);
	const struct {
		struct result_share shares[4];
		size_t count;
		const char *says;
	} wrong[] = {
		{{{0}}, 0, "mandatory"},
		{{{1, sent[0]}}, 1, "2 of them are needed"},
		{{{1, sent[0]}, {3, sent[2]}}, 2, "2 of them are needed"},
		{{{2, sent[1]}, {3, sent[2]}, {4, sent[3]}}, 3, "trustee 1, who is mandatory"},
		{{{1, sent[0]}, {2, sent[1]}, {2, sent[1]}}, 3, "two partial decryptions of trustee 2"},
		{{{1, sent[0]}, {1, sent[0]}, {2, sent[1]}, {3, sent[2]}}, 4, "two partial decryptions of trustee 1"},
		{{{0, sent[0]}, {2, sent[1]}, {3, sent[2]}}, 3, "no trustee 0"},
		{{{1, sent[0]}, {2, sent[1]}, {5, sent[2]}}, 3, "no trustee 5"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint64_t *counts = NULL;
		struct problem problem = {0};
		assert_int_equal(
			result_compute(tally, trusted->trustees, wrong[i].shares, wrong[i].count, &counts, &problem),
			JISR_BAD_INPUT);
		assert_null(counts);
		if (strstr(problem.text, wrong[i].says) == NULL)
			fail_msg("%zu: %s", i, problem.text);
	}
	free_all(sent);
}

static void a_share_under_anothers_number_gives_no_result(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {1, 2, 3};
	struct decryption *sent[OWNERS] = {0};
	uint64_t *counts = NULL;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t i = 0; i < 3; i++)
		sent[i] = trusted_decrypt(trusted, tally, i + 1);
	const struct result_share shares[] = {{1, sent[0]}, {2, sent[1]}, {4, sent[2]}};
	assert_int_equal(result_compute(tally, trusted->trustees, shares, 3, &counts, NULL), JISR_CORRUPT);
	free_all(sent);
}

static void lagrange_refuses_the_index_0_and_doubles(void **state)
{
	const struct group *group = ((const struct trusted *)*state)->group;
	struct scalar coefficient, three, minus_two;
	static const size_t good[] = {2, 3}, zero[] = {0, 3}, doubled[] = {2, 3, 3};
	assert_int_equal(threshold_lagrange(group, good, 2, 2, &coefficient, NULL), JISR_OK); /* 3 / (3 - 2) */
	scalar_from_number(group, 3, &three);
	assert_true(scalar_equal(&coefficient, &three));
	assert_int_equal(threshold_lagrange(group, good, 2, 3, &coefficient, NULL), JISR_OK); /* 2 / (2 - 3) */
	scalar_from_number(group, 0, &minus_two);
	scalar_from_number(group, 2, &three);
	scalar_subtract(group, &minus_two, &three, &minus_two);
	assert_true(scalar_equal(&coefficient, &minus_two));
	assert_int_equal(threshold_lagrange(group, zero, 2, 0, &coefficient, NULL), JISR_BAD_INPUT);
	assert_int_equal(threshold_lagrange(group, zero, 2, 3, &coefficient, NULL), JISR_BAD_INPUT);
	assert_int_equal(threshold_lagrange(group, doubled, 3, 3, &coefficient, NULL), JISR_BAD_INPUT);
	assert_int_equal(threshold_lagrange(group, good, 2, 4, &coefficient, NULL), JISR_BAD_INPUT);
}

static void the_message_is_written_and_read(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {7, 0, 1000000000};
	static const char *const bad[] = {"{\"result\":[[1,2]]}",
	                                  "{\"result\":[[1,2,3],[1]]}",
	                                  "{\"result\":[[1,2,-3]]}",
	                                  "{\"result\":[[1,2,3.5]]}",
	                                  "{\"result\":[1,2,3]}",
	                                  "{\"result\":[[1,2,3]],\"x\":1}",
	                                  "[]",
	                                  "{\"result\":[[1,2,2000000000]]}"};
	CLEANUP(memory_freep) uint64_t *counts = NULL;
	struct text text;
	text_init(&text, 1000);
	assert_int_equal(result_write(trusted->election, votes, &text), JISR_OK);
	assert_string_equal(text.bytes, "{\"result\":[[7,0,1000000000]]}");
	assert_int_equal(result_read(trusted->election, text.bytes, text.length, &counts, NULL), JISR_OK);
	assert_memory_equal(counts, votes, sizeof votes);
	text_finish(&text);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint64_t *none = NULL;
		assert_int_equal(result_read(trusted->election, bad[i], strlen(bad[i]), &none, NULL), JISR_BAD_INPUT);
		assert_null(none);
	}
}

static void each_allocation_that_fails_is_an_error(void **state)
{
	const struct trusted *trusted = *state;
	static const uint64_t votes[3] = {1, 2, 3};
	struct decryption *sent[OWNERS] = {0};
	CLEANUP(tally_freep) struct tally *tally = NULL;
	trusted_tally(trusted, votes, &tally);
	for (size_t i = 0; i < 3; i++)
		sent[i] = trusted_decrypt(trusted, tally, i + 1);
	const struct result_share shares[] = {{1, sent[0]}, {2, sent[1]}, {3, sent[2]}};
	for (long after = 0;; after++) {
		uint64_t *counts = NULL;
		memory_fail_after(after);
		int error = result_compute(tally, trusted->trustees, shares, 3, &counts, NULL);
		memory_fail_after(-1);
		memory_free(counts);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	free_all(sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_of_the_group_and_the_mandatory_trustee_find_the_votes),
		cmocka_unit_test(large_weights_are_found_again),
		cmocka_unit_test(shares_that_are_missing_doubled_or_of_nobody_are_refused),
		cmocka_unit_test(a_share_under_anothers_number_gives_no_result),
		cmocka_unit_test(lagrange_refuses_the_index_0_and_doubles),
		cmocka_unit_test(the_message_is_written_and_read),
		cmocka_unit_test(each_allocation_that_fails_is_an_error),
	};
	return cmocka_run_group_tests_name("result", tests, set_up, tear_down);
}
