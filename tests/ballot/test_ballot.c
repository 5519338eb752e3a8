/* Credentials, elections, ballots: what is made, and ways to be refused. */
#include "ballot/ballot.h"

#include "base/arena.h"
#include "base/secret.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void fresh_credentials_are_valid_and_typing_errors_are_found(void **state)
{
	(void)state;
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	struct problem problem = {0};
	for (int i = 0; i < 50; i++) {
		char made[CREDENTIAL_LENGTH + 1], read[CREDENTIAL_LENGTH + 1], bare[16], uuid[UUID_MIN_LENGTH + 1];
		size_t at = 0;
		credential_make(made);
		assert_int_equal(credential_read(made, read, &problem), JISR_OK);
		assert_string_equal(made, read);
		for (size_t j = 0; j < CREDENTIAL_LENGTH; j++)
			if (made[j] != '-')
				bare[at++] = made[j];
		bare[at] = '\0';
		assert_int_equal(at, 15);
		assert_int_equal(credential_read(bare, read, &problem), JISR_OK);
		assert_string_equal(made, read);
		const char *digit = strchr(alphabet, bare[i % 15]);
		bare[i % 15] = alphabet[(digit - alphabet + 1) % 58]; /* five further on would be the same modulo 53 */
		assert_int_equal(credential_read(bare, read, &problem), JISR_BAD_INPUT);
		credential_make_uuid(uuid);
		assert_true(credential_uuid_valid(uuid));
	}
	assert_false(credential_uuid_valid("1234567890123"));  /* 13 */
	assert_false(credential_uuid_valid("12345678901230")); /* no 0 in Base58 */
	assert_false(credential_uuid_valid(""));
}

/* Every vote that a question allows makes a ballot that is accepted; every other is refused before it is made. */
static void all_votes_of_a_question_are_made_or_refused(void **state)
{
	(void)state;
	static const struct {
		unsigned min, max;
		bool blank;
	} kinds[] = {{0, 2, false}, {1, 1, true}, {2, 2, true}, {0, 1, true}, {2, 3, false}};
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		char questions[200];
		struct sample sample;
		struct arena *arena;
		(void)snprintf(
			questions, sizeof questions,
			"[{\"answers\":[\"a\",\"b\",\"c\"],\"blank\":%s,\"min\":%u,\"max\":%u,\"question\":\"?\"}]",
			kinds[k].blank ? "true" : "false", kinds[k].min, kinds[k].max);
		const char *vote = kinds[k].blank ? kinds[k].min == 2 ? "[[0,1,1,0]]" : "[[0,1,0,0]]" : "[[1,1,0]]";
		sample_init(&sample,
		            &(struct sample_plan){.questions = questions, .votes = vote, .voters = 1, .open = true});
		assert_int_equal(arena_new((size_t)1 << 30, &arena), JISR_OK);
		for (unsigned bits = 0; bits < (kinds[k].blank ? 16u : 8u); bits++) {
			unsigned char choices[4];
			unsigned char *pointer = choices;
			struct votes votes = {&pointer};
			struct problem problem = {0};
			struct text text;
			unsigned blank = kinds[k].blank ? bits >> 3 : 0,
				 chosen = (unsigned)__builtin_popcount(bits & 7);
			size_t at = 0;
			if (kinds[k].blank)
				choices[at++] = (unsigned char)blank;
			for (unsigned i = 0; i < 3; i++)
				choices[at++] = bits >> i & 1;
			bool allowed = blank ? chosen == 0 : chosen >= kinds[k].min && chosen <= kinds[k].max;
			text_init(&text, 1 << 22);
			int error = ballot_make(sample.context, sample.credentials[0], &votes, &text, &problem);
			assert_int_equal(error, allowed ? JISR_OK : JISR_BAD_INPUT);
			struct ballot *ballot;
			size_t voter;
			if (allowed && ballot_accept(sample.context, sample.list, text.bytes, text.length, arena,
			                             &ballot, &voter, &problem) != JISR_OK)
				fail_msg("%s", problem.text);
			text_finish(&text);
		}
		(void)arena_free(arena);
		sample_finish(&sample);
	}
}

static void a_ballot_is_opened_or_signed_never_both(void **state)
{
	(void)state;
	struct sample sample;
	struct problem problem = {0};
	struct text text;
	sample_init(&sample, &(struct sample_plan){.open = true});
	CLEANUP(secret_freep) struct votes *votes = NULL;
	static const char vote[] = "[[0,1,0],[1,0,1]]";
	assert_int_equal(votes_read(sample.election, vote, strlen(vote), &votes, &problem), JISR_OK);
	for (int i = 0; i < 2; i++) {
		CLEANUP(prepared_ballot_freep) struct prepared_ballot *prepared = NULL;
		struct opened_ballot opened = {0};
		assert_int_equal(ballot_prepare(sample.context, sample.credentials[0], votes, &prepared, &problem),
		                 JISR_OK);
		text_init(&text, 1 << 22);
		if (i == 0) {
			assert_int_equal(prepared_ballot_open(prepared, &text, &problem), JISR_OK);
			assert_int_equal(
				opened_ballot_check(sample.context, text.bytes, text.length, &opened, &problem),
				JISR_OK);
			assert_string_equal(opened.commitment, prepared_ballot_commitment(prepared));
			assert_int_equal(credential_list_find(sample.list, &opened.credential), 0);
			(void)secret_free(opened.votes);
			/* Another r, another choice: nothing else opens it. */
			char *r = strstr(text.bytes, "\"randomness\":[[\"") + strlen("\"randomness\":[[\"");
			r[0] = r[0] == '1' ? '2' : '1';
			assert_int_equal(
				opened_ballot_check(sample.context, text.bytes, text.length, &opened, &problem),
				JISR_BAD_INPUT);
		} else {
			assert_int_equal(prepared_ballot_sign(prepared, &text, &problem), JISR_OK);
		}
		assert_int_equal(prepared_ballot_sign(prepared, &text, &problem), JISR_BAD_INPUT);
		assert_int_equal(prepared_ballot_open(prepared, &text, &problem), JISR_BAD_INPUT);
		text_finish(&text);
	}
	sample_finish(&sample);
}

static void refuse_list(const struct group *group, const char *json, const char *sentence)
{
	struct credential_list *list;
	struct problem problem = {0};
	int error = credential_list_read(group, json, strlen(json), &list, &problem);
	assert_true(error == JISR_BAD_INPUT || error == JISR_TOO_LARGE);
	if (strstr(problem.text, sentence) == NULL)
		fail_msg("'%s' does not say '%s'", problem.text, sentence);
}

static void a_list_of_credentials_is_checked(void **state)
{
	(void)state;
	const struct group *group = group_find("RFC-3526-2048");
	struct credential_list *list;
	struct problem problem = {0};
	static const char good[] = "[\"2\",\"4,3\",\"8,,somebody\",\"16,5,somebody\"]";
	assert_int_equal(credential_list_read(group, good, strlen(good), &list, &problem), JISR_OK);
	assert_int_equal(credential_list_total(list), 10);
	assert_int_equal(credential_list_get(list, 1)->weight, 3);
	assert_int_equal(credential_list_find(list, &credential_list_get(list, 3)->credential), 3);
	struct element other = {{32}};
	assert_true(credential_list_find(list, &other) == SIZE_MAX);
	(void)credential_list_free(list);
	refuse_list(group, "[]", "0 items");
	refuse_list(group, "{}", "not a JSON array");
	refuse_list(group, "[7]", "not a JSON string");
	refuse_list(group, "[[\"2\"]]", "not a JSON string");
	refuse_list(group, "", "not a JSON array");
	refuse_list(group, "[", "not well-formed");
	refuse_list(group, "[\"2\"", "not well-formed");
	refuse_list(group, "[\"2\",", "not well-formed");
	refuse_list(group, "[\"2\",]", "not a JSON string");
	refuse_list(group, "[,\"2\"]", "not a JSON string");
	refuse_list(group, "[\"2\" \"4\"]", "not well-formed JSON after item 1");
	refuse_list(group, "[\"2\"]]", "not well-formed");
	refuse_list(group, "[\"2", "not well-formed");
	refuse_list(group, "[\"2\\", "not well-formed");
	refuse_list(group, "[\"2\\\"]", "not well-formed");
	refuse_list(group, "[\"\\x\"]", "public credential 0");
	refuse_list(group, "[\"2\",\"\xff\"]", "public credential 1");
	static const char spaced[] = " [ \"2\"\n,\t\"\\u0034\" ]\r\n";
	assert_int_equal(credential_list_read(group, spaced, strlen(spaced), &list, &problem), JISR_OK);
	assert_int_equal(credential_list_count(list), 2);
	(void)credential_list_free(list);
	refuse_list(group, "[\"2\",\"2\"]", "the same as 0");
	refuse_list(group, "[\"2,1\",\"2,2\"]", "the same as 0");
	refuse_list(group, "[\"1\"]", "identity");
	refuse_list(group, "[\"02\"]", "leading zero");
	refuse_list(group_find("BELENIOS-2048"), "[\"2\"]", "public credential 0 is not in the group");
	refuse_list(group, "[\"2,0\"]", "weight");
	refuse_list(group, "[\"2,\"]", "weight");
	refuse_list(group, "[\"2,01\"]", "weight");
	refuse_list(group, "[\"2,-1\"]", "weight");
	refuse_list(group, "[\"2,1000000001\"]", "weight");
	refuse_list(group, "[\"2,999999999\",\"4,2\"]", "weight");
}

/* 64 million bytes of brackets would be gigabytes of tree. */
static void messages_longer_than_any_are_not_parsed(void **state)
{
	(void)state;
	struct sample sample;
	struct problem problem = {0};
	struct arena *arena;
	struct ballot *ballot;
	struct credential_list *list;
	struct opened_ballot opened;
	size_t length = 3 * CREDENTIAL_MAX_VOTERS + 100;
	char *bytes = memory_alloc(length);
	assert_non_null(bytes);
	memset(bytes, ',', length);
	sample_init(&sample, &(struct sample_plan){.open = true});
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(ballot_read(sample.context, bytes, length, arena, &ballot, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "more than any ballot"));
	assert_int_equal(opened_ballot_check(sample.context, bytes, length, &opened, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "more than any of the election"));
	for (size_t i = 0; i < length; i++) /* more empty strings than there may be voters */
		bytes[i] = i == 0 ? '[' : i % 3 == 0 ? ',' : '"';
	assert_int_equal(credential_list_read(sample.group, bytes, length, &list, &problem), JISR_TOO_LARGE);
	(void)memory_free(bytes);
	(void)arena_free(arena);
	sample_finish(&sample);
}

static void every_failed_allocation_is_told(void **state)
{
	(void)state;
	struct sample sample;
	struct problem problem = {0};
	sample_init(&sample, &(struct sample_plan){.open = true});
	static const char vote[] = "[[0,1,0],[1,0,1]]";
	const struct text *text = &sample.events[1].messages[0];
	int failures = 0;
	for (long n = 0; n < 400; n++) {
		CLEANUP(secret_freep) struct votes *votes = NULL;
		CLEANUP(ballot_context_freep) struct ballot_context *context = NULL;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct text made;
		struct ballot *ballot;
		size_t voter;
		text_init(&made, 1 << 22);
		memory_fail_after(n);
		int error = ballot_context_new(sample.election, &context, &problem);
		if (error == JISR_OK)
			error = votes_read(sample.election, vote, strlen(vote), &votes, &problem);
		if (error == JISR_OK)
			error = ballot_make(context, sample.credentials[0], votes, &made, &problem);
		if (error == JISR_OK)
			error = arena_new(1 << 28, &arena);
		if (error == JISR_OK)
			error = ballot_accept(context, sample.list, text->bytes, text->length, arena, &ballot, &voter,
			                      &problem);
		memory_fail_after(-1);
		text_finish(&made);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		failures++;
	}
	assert_in_range(failures, 10, 399);
	sample_finish(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_credentials_are_valid_and_typing_errors_are_found),
		cmocka_unit_test(all_votes_of_a_question_are_made_or_refused),
		cmocka_unit_test(a_ballot_is_opened_or_signed_never_both),
		cmocka_unit_test(a_list_of_credentials_is_checked),
		cmocka_unit_test(messages_longer_than_any_are_not_parsed),
		cmocka_unit_test(every_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
