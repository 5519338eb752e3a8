/* Whole archives: those of belenios-tool, own ones by several threads, archives that are no archives. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define YES_NO "[{\"answers\":[\"Yes\"],\"min\":0,\"max\":1,\"question\":\"?\"}]"

static void accept_reference(const char *name, uint64_t voters)
{
	char path[4096];
	const char *shared = getenv("JISR_SHARED");
	struct archive *archive;
	struct verify_report report;
	struct verify_options options = {.threads = 2};
	struct problem problem = {0};
	(void)snprintf(path, sizeof path, "%s/data/belenios-archives/%s", shared != NULL ? shared : "../shared", name);
	if (access(path, R_OK) != 0)
		skip();
	if (archive_open(path, &archive, &problem) != JISR_OK ||
	    verify_archive(archive, &options, &report, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(report.voters, voters);
	assert_int_equal(report.tallied, voters);
	assert_true(report.closed && report.tally && report.result);
	(void)archive_close(archive);
}

static void an_archive_of_belenios_tool_with_threshold_trustees_is_accepted(void **state)
{
	(void)state;
	accept_reference("e5t/dHvU6JtmkPXheF.bel", 5);
}

static void an_archive_of_belenios_tool_in_the_other_group_is_accepted(void **state)
{
	(void)state;
	accept_reference("rfc20/uwj2e34n3EGrK8.bel", 20);
}

static int verify_with(const struct text *bytes, const struct verify_options *options, struct problem *problem)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	struct verify_report report;
	int error = archive_open_bytes(bytes->bytes, bytes->length, &archive, problem);
	return error == JISR_OK ? verify_archive(archive, options, &report, problem) : error;
}

/* The digit before the end of the signature's response. */
static void spoil(struct sample *sample, size_t event)
{
	struct text *text = &sample->events[event].messages[0];
	char *digit = &text->bytes[text->length - 6];
	*digit = *digit == '1' ? '2' : '1';
}

static void of_several_wrong_ballots_the_first_is_told(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	struct problem problem = {0};
	text_init(&bytes, SIZE_MAX);
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 40, .open = true});
	sample_archive(&sample, &bytes);
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		struct verify_options options = {.threads = threads};
		assert_int_equal(verify_with(&bytes, &options, &problem), JISR_OK);
	}
	spoil(&sample, 39);
	spoil(&sample, 11);
	spoil(&sample, 20);
	text_reset(&bytes);
	sample_archive(&sample, &bytes);
	for (unsigned threads = 0; threads <= 4; threads += 2) {
		struct verify_options options = {.threads = threads};
		assert_int_equal(verify_with(&bytes, &options, &problem), JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "Ballot at height 11 (event "));
		assert_non_null(strstr(problem.text, "signature.proof does not hold"));
	}
	text_finish(&bytes);
	sample_finish(&sample);
}

static bool stop_soon(void *context, uint64_t done, uint64_t all)
{
	uint64_t *seen = context;
	assert_true(done <= all);
	*seen = done;
	return done >= 16;
}

static void a_verification_can_be_stopped(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	struct problem problem = {0};
	uint64_t seen = 0;
	struct verify_options options = {.threads = 2, .progress = stop_soon, .context = &seen};
	text_init(&bytes, SIZE_MAX);
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 40, .open = true});
	sample_archive(&sample, &bytes);
	assert_int_equal(verify_with(&bytes, &options, &problem), JISR_CANCELLED);
	assert_true(seen >= 16);
	text_finish(&bytes);
	sample_finish(&sample);
}

static void every_failed_allocation_is_told(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	text_init(&bytes, SIZE_MAX);
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 1});
	sample_archive(&sample, &bytes);
	long failures = 0;
	int error = JISR_NO_MEMORY;
	for (long n = 0; error != JISR_OK; n++, failures++) {
		struct problem problem = {0};
		struct verify_options options = {.threads = 1};
		memory_fail_after(n);
		error = verify_with(&bytes, &options, &problem);
		memory_fail_after(-1);
		if (error != JISR_OK && error != JISR_NO_MEMORY)
			fail_msg("allocation %ld: %d %s", n, error, problem.text);
	}
	assert_in_range(failures, 20, 2000);
	text_finish(&bytes);
	sample_finish(&sample);
}

/* --- archives that are none --- */

static void refuse(const char *bytes, size_t length, const char *sentence)
{
	struct archive *archive;
	struct problem problem = {0};
	assert_int_equal(archive_open_bytes(bytes, length, &archive, &problem), JISR_BAD_INPUT);
	if (strstr(problem.text, sentence) == NULL)
		fail_msg("'%s' does not say '%s'", problem.text, sentence);
}

static void bytes_that_are_no_archive_are_refused(void **state)
{
	(void)state;
	static const char name[] = "0000000000000000000000000000000000000000000000000000000000000000.data.json";
	static const char good[] = "{\"version\":1,\"timestamp\":\"5\"}";
	struct text bytes;
	char zeros[1024] = {0};
	text_init(&bytes, SIZE_MAX);
	refuse("", 0, "empty");
	refuse(zeros, sizeof zeros, "empty");
	refuse("hello", 5, "cut off");
	sample_entry(&bytes, "README", good, strlen(good));
	refuse(bytes.bytes, bytes.length, "does not begin with the file BELENIOS");
	text_reset(&bytes);
	sample_entry(&bytes, "BELENIOS", "{}", 2);
	refuse(bytes.bytes, bytes.length, "lacks the member 'version'");
	text_reset(&bytes);
	sample_entry(&bytes, "BELENIOS", good, strlen(good));
	struct archive *archive;
	struct problem problem = {0};
	assert_int_equal(archive_open_bytes(bytes.bytes, bytes.length, &archive, &problem), JISR_OK);
	assert_int_equal(archive_count(archive), 0);
	(void)archive_close(archive);
	size_t header = bytes.length;
	sample_entry(&bytes, name, "x", 1);
	refuse(bytes.bytes, bytes.length, "was altered");
	bytes.length = header;
	sample_entry(&bytes, "../../etc/passwd", "x", 1);
	refuse(bytes.bytes, bytes.length, "name that does not belong there");
	bytes.bytes[header + 1] = '?';
	refuse(bytes.bytes, bytes.length, "no header of a tar file");
	bytes.length = header;
	text_add(&bytes, zeros, sizeof zeros);
	text_add(&bytes, "x", 1);
	refuse(bytes.bytes, bytes.length, "more follows");
	text_finish(&bytes);
}

static void cut_archives_are_refused_or_shorter_histories(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	text_init(&bytes, SIZE_MAX);
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 1, .open = true});
	sample_archive(&sample, &bytes);
	for (size_t length = 1; length < bytes.length; length += 97) {
		struct problem problem = {0};
		struct verify_options options = {.threads = 1};
		size_t whole = bytes.length;
		bytes.length = length;
		int error = verify_with(&bytes, &options, &problem);
		bytes.length = whole;
		assert_int_equal(error, JISR_BAD_INPUT); /* every entry before the last event is named only after it */
		assert_true(problem.text[0] != '\0');
	}
	text_finish(&bytes);
	sample_finish(&sample);
}

static void events_follow_each_other_in_one_order(void **state)
{
	(void)state;
	struct sample sample;
	struct text bytes;
	text_init(&bytes, SIZE_MAX);
	sample_init(&sample, &(struct sample_plan){.questions = YES_NO, .votes = "[[1]]", .voters = 2});
	/* Setup, Ballot, Ballot, EndBallots, EncryptedTally, PartialDecryption, Result: no two may change places but ballots. */
	for (size_t i = 0; i + 1 < sample.event_count; i++) {
		struct problem problem = {0};
		struct verify_options options = {.threads = 1};
		sample_swap(&sample, i, i + 1);
		text_reset(&bytes);
		sample_archive(&sample, &bytes);
		int error = verify_with(&bytes, &options, &problem);
		sample_swap(&sample, i, i + 1);
		assert_int_equal(error, i == 1 ? JISR_OK : JISR_BAD_INPUT);
	}
	for (size_t i = 0; i < sample.event_count; i++) {
		struct event event = {0};
		struct text text;
		struct problem problem = {0};
		text_init(&text, 1000);
		event.type = sample.events[i].type;
		event.has_payload = sample.events[i].count == 0; /* the wrong way round */
		assert_int_equal(event_write(&event, &text), JISR_OK);
		assert_int_equal(event_read(text.bytes, text.length, &event, &problem), JISR_BAD_INPUT);
		text_finish(&text);
	}
	text_finish(&bytes);
	sample_finish(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* those with several threads first */
		cmocka_unit_test(an_archive_of_belenios_tool_with_threshold_trustees_is_accepted),
		cmocka_unit_test(an_archive_of_belenios_tool_in_the_other_group_is_accepted),
		cmocka_unit_test(of_several_wrong_ballots_the_first_is_told),
		cmocka_unit_test(a_verification_can_be_stopped),
		cmocka_unit_test(every_failed_allocation_is_told),
		cmocka_unit_test(bytes_that_are_no_archive_are_refused),
		cmocka_unit_test(cut_archives_are_refused_or_shorter_histories),
		cmocka_unit_test(events_follow_each_other_in_one_order),
	};
	size_t count = sizeof tests / sizeof tests[0];
#ifdef __SANITIZE_THREAD__
	count = 4; /* the others have one thread, and are slow under this sanitizer */
#endif
	return _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}
