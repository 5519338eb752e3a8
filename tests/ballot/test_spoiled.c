/* The list of opened ballots: a set, what its lines must be, and what it finds on a board. */
#include "ballot/spoiled.h"

#include "base/secret.h"
#include "sample.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char vote[] = "[[0,1,0],[1,0,1]]";

/* An opened ballot of that voter, a line. */
static void open_one(const struct sample *sample, size_t voter, struct text *ret_line)
{
	CLEANUP(secret_freep) struct votes *votes = NULL;
	CLEANUP(prepared_ballot_freep) struct prepared_ballot *prepared = NULL;
	struct problem problem = {0};
	text_init(ret_line, 1 << 22);
	assert_int_equal(votes_read(sample->election, vote, strlen(vote), &votes, &problem), JISR_OK);
	assert_int_equal(ballot_prepare(sample->context, sample->credentials[voter], votes, &prepared, &problem),
	                 JISR_OK);
	assert_int_equal(prepared_ballot_open(prepared, ret_line, &problem), JISR_OK);
	assert_int_equal(text_add_char(ret_line, '\n'), JISR_OK);
}

/* What a device that cheats does with what it has opened. */
static void sign_opened(const struct sample *sample, size_t voter, const struct text *line, struct text *ret_ballot)
{
	const char *start = line->bytes + strlen("{\"ballot\":"), *end = strstr(start, "},\"randomness\"");
	text_init(ret_ballot, 1 << 22);
	assert_non_null(end);
	assert_int_equal(text_add(ret_ballot, start, (size_t)(end - start)), JISR_OK);
	sample_sign(sample, voter, ret_ballot);
}

static struct spoiled *read_list(const struct sample *sample, const struct text *line)
{
	struct spoiled *spoiled;
	struct problem problem = {0};
	assert_int_equal(spoiled_new(&spoiled), JISR_OK);
	if (spoiled_read(spoiled, sample->context, line->bytes, line->length, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return spoiled;
}

static int judge(const struct sample *sample, const struct spoiled *spoiled, struct problem *problem)
{
	struct text bytes;
	struct archive *archive;
	text_init(&bytes, SIZE_MAX);
	sample_archive(sample, &bytes);
	assert_int_equal(archive_open_bytes(bytes.bytes, bytes.length, &archive, problem), JISR_OK);
	int error = spoiled_none_counts(spoiled, archive, sample->context, sample->list, problem);
	(void)archive_close(archive);
	text_finish(&bytes);
	return error;
}

/* Against a list that is searched from end to end. */
static void it_is_a_set(void **state)
{
	(void)state;
	enum { ALL = 300 };
	static char all[ALL][DIGEST_BASE64 + 1];
	CLEANUP(spoiled_freep) struct spoiled *spoiled = NULL;
	bool in[ALL] = {false};
	size_t count = 0;
	assert_int_equal(spoiled_new(&spoiled), JISR_OK);
	for (size_t i = 0; i < ALL; i++)
		digest_fingerprint(&i, sizeof i, all[i]);
	for (int step = 0; step < 500; step++) {
		size_t at = randombytes_uniform(ALL);
		assert_int_equal(spoiled_add(spoiled, all[at]), JISR_OK);
		count += in[at] ? 0 : 1;
		in[at] = true;
		assert_int_equal(spoiled_count(spoiled), count);
		for (size_t i = 0; i < ALL; i++)
			assert_int_equal(spoiled_has(spoiled, all[i]), in[i]);
	}
}

/* A device that signs what it has opened: the ballot holds in itself, so that the list alone finds it. Who votes again
 * takes it out of the count. */
static void an_opened_ballot_that_counts_is_found(void **state)
{
	(void)state;
	struct sample sample;
	struct text line, ballot, verified;
	struct problem problem = {0};
	struct verify_report report;
	sample_init(&sample, &(struct sample_plan){.open = true});
	open_one(&sample, 1, &line);
	CLEANUP(spoiled_freep) struct spoiled *spoiled = read_list(&sample, &line);
	assert_int_equal(spoiled_count(spoiled), 1);
	assert_int_equal(judge(&sample, spoiled, &problem), JISR_OK);
	sign_opened(&sample, 1, &line, &ballot);
	(void)sample_add(&sample, 3, EVENT_BALLOT, ballot.bytes, ballot.length);
	text_init(&verified, SIZE_MAX);
	sample_archive(&sample, &verified);
	if (sample_verify(&verified, &report, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(judge(&sample, spoiled, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "counts, though it was opened"));
	struct archive *archive;
	struct opened_ballot opened;
	uint64_t height;
	assert_int_equal(opened_ballot_check(sample.context, line.bytes, line.length - 1, &opened, &problem), JISR_OK);
	assert_int_equal(archive_open_bytes(verified.bytes, verified.length, &archive, &problem), JISR_OK);
	assert_int_equal(spoiled_find_cast(archive, opened.commitment, &height, &problem), JISR_OK);
	assert_int_equal(height, 3);
	opened.commitment[0] = opened.commitment[0] == 'A' ? 'B' : 'A';
	assert_int_equal(spoiled_find_cast(archive, opened.commitment, &height, &problem), JISR_NOT_FOUND);
	(void)secret_free(opened.votes);
	(void)archive_close(archive);
	text_finish(&verified);
	text_finish(&ballot);
	text_init(&ballot, 1 << 22);
	sample_vote(&sample, 1, vote, &ballot);
	(void)sample_add(&sample, 4, EVENT_BALLOT, ballot.bytes, ballot.length);
	assert_int_equal(judge(&sample, spoiled, &problem), JISR_OK);
	text_finish(&ballot);
	text_finish(&line);
	sample_finish(&sample);
}

static void a_line_that_does_not_open_is_named(void **state)
{
	(void)state;
	struct sample sample;
	struct text good, lines;
	struct problem problem = {0};
	sample_init(&sample, &(struct sample_plan){.open = true});
	open_one(&sample, 0, &good);
	text_init(&lines, 1 << 22);
	(void)text_add(&lines, good.bytes, good.length);
	(void)text_add(&lines, good.bytes, good.length);
	char *r = strstr(lines.bytes + good.length, "\"randomness\":[[\"") + strlen("\"randomness\":[[\"");
	r[0] = r[0] == '1' ? '2' : '1';
	for (int checked = 0; checked < 2; checked++) {
		CLEANUP(spoiled_freep) struct spoiled *spoiled = NULL;
		assert_int_equal(spoiled_new(&spoiled), JISR_OK);
		int error = spoiled_read(spoiled, checked ? sample.context : NULL, lines.bytes, lines.length, &problem);
		assert_int_equal(error, checked ? JISR_BAD_INPUT : JISR_OK);
		assert_int_equal(spoiled_count(spoiled), 1);
	}
	assert_non_null(strstr(problem.text, "line 2: randomness[0][0] does not open alpha"));
	CLEANUP(spoiled_freep) struct spoiled *none = NULL;
	static const char *const wrong[] = {"\n", "{}\n", "{\"ballot\":", "x", ",\"randomness\":"};
	assert_int_equal(spoiled_new(&none), JISR_OK);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(spoiled_read(none, NULL, wrong[i], strlen(wrong[i]), &problem), JISR_BAD_INPUT);
	assert_int_equal(spoiled_read(none, NULL, "", 0, &problem), JISR_OK);
	text_finish(&good);
	text_finish(&lines);
	sample_finish(&sample);
}

static void every_failed_allocation_is_told(void **state)
{
	(void)state;
	struct sample sample;
	struct text line;
	struct problem problem = {0};
	int failures = 0;
	sample_init(&sample, &(struct sample_plan){.open = true});
	open_one(&sample, 0, &line);
	for (long n = 0; n < 2000; n++) {
		CLEANUP(spoiled_freep) struct spoiled *spoiled = NULL;
		memory_fail_after(n);
		int error = spoiled_new(&spoiled);
		if (error == JISR_OK)
			error = spoiled_read(spoiled, sample.context, line.bytes, line.length, &problem);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		failures++;
	}
	assert_in_range(failures, 3, 1999);
	text_finish(&line);
	sample_finish(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_a_set),
		cmocka_unit_test(an_opened_ballot_that_counts_is_found),
		cmocka_unit_test(a_line_that_does_not_open_is_named),
		cmocka_unit_test(every_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
