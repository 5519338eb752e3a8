#include "network/parcel.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct problem last;

static int begin(void **state)
{
	(void)state;
	return arena_new((size_t)8 << 20, &arena);
}

static int end(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static struct parcel plain(void)
{
	return (struct parcel){.id = "abcdefghijkmnopq",
	                       .node = "MA-rabat",
	                       .office = "MA",
	                       .officer = "MA-12",
	                       .scopes = RIGHT_BIT(RIGHT_CHECK) | RIGHT_BIT(RIGHT_NOTICES_WRITE),
	                       .method = "POST",
	                       .target = "/api/v1/notices/2026-17/request?x=1",
	                       .type = "application/json",
	                       .match = "\"12\"",
	                       .said = "2026-11-27T10:00:00.000Z",
	                       .body = "{\"a\":1}",
	                       .length = 7};
}

/* As a note, signed or not, has it: the text, and an empty line. */
static void write(const struct parcel *parcel, struct text *text)
{
	assert_int_equal(parcel_write(parcel, "test/log", text, &last), JISR_OK);
	assert_int_equal(text_add_string(text, "\n— MA AAAA\n"), JISR_OK);
}

static void a_command_is_read_as_it_was_written(void **state)
{
	(void)state;
	struct parcel parcel = plain(), read;
	struct text text;
	text_init(&text, PARCEL_MAX_NOTE);
	write(&parcel, &text);
	assert_int_equal(
		parcel_read(text.bytes, text.length, parcel.body, parcel.length, "test/log", arena, &read, &last),
		JISR_OK);
	assert_string_equal(read.id, parcel.id);
	assert_string_equal(read.node, parcel.node);
	assert_string_equal(read.officer, parcel.officer);
	assert_true(read.scopes == parcel.scopes);
	assert_string_equal(read.target, parcel.target);
	assert_string_equal(read.match, parcel.match);
	assert_string_equal(read.said, parcel.said);
	text_finish(&text);
}

static void another_body_another_log_and_a_cut_are_refused(void **state)
{
	(void)state;
	struct parcel parcel = plain(), read;
	struct text text;
	text_init(&text, PARCEL_MAX_NOTE);
	write(&parcel, &text);
	assert_int_equal(parcel_read(text.bytes, text.length, "{\"a\":2}", 7, "test/log", arena, &read, &last),
	                 JISR_BAD_INPUT);
	assert_int_equal(parcel_read(text.bytes, text.length, parcel.body, 6, "test/log", arena, &read, &last),
	                 JISR_BAD_INPUT);
	assert_int_equal(parcel_read(text.bytes, text.length, parcel.body, 7, "other/log", arena, &read, &last),
	                 JISR_BAD_INPUT);
	/* Wherever it is cut up to the end of the text. */
	size_t signed_length = (size_t)(strstr(text.bytes, "\n\n") - text.bytes) + 2;
	for (size_t cut = 0; cut < signed_length; cut++)
		assert_int_equal(parcel_read(text.bytes, cut, parcel.body, 7, "test/log", arena, &read, &last),
		                 JISR_BAD_INPUT);
	text_finish(&text);
}

static void what_could_not_be_read_back_is_not_written(void **state)
{
	(void)state;
	char target[PARCEL_TARGET_MAX + 2];
	struct text text;
	text_init(&text, PARCEL_MAX_NOTE);
	memset(target, 'a', sizeof target);
	target[0] = '/';
	target[sizeof target - 1] = '\0';
	struct parcel parcel = plain();
	parcel.target = target; /* one too long */
	assert_int_equal(parcel_write(&parcel, "test/log", &text, &last), JISR_BAD_INPUT);
	target[sizeof target - 2] = '\0';
	assert_int_equal(parcel_write(&parcel, "test/log", &text, &last), JISR_OK);
	static const struct {
		size_t at;
		const char *value;
	} wrong[] = {{offsetof(struct parcel, id), "short"},    {offsetof(struct parcel, node), "a b"},
	             {offsetof(struct parcel, office), "ma"},   {offsetof(struct parcel, method), "GET"},
	             {offsetof(struct parcel, target), "x"},    {offsetof(struct parcel, target), "/a\nb"},
	             {offsetof(struct parcel, match), "a\tb"},  {offsetof(struct parcel, said), "today"},
	             {offsetof(struct parcel, officer), "a\nb"}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		parcel = plain();
		*(const char **)((char *)&parcel + wrong[i].at) = wrong[i].value;
		assert_int_equal(parcel_write(&parcel, "test/log", &text, &last), JISR_BAD_INPUT);
	}
	parcel = plain();
	parcel.length = PARCEL_MAX_BODY + 1;
	assert_int_equal(parcel_write(&parcel, "test/log", &text, &last), JISR_BAD_INPUT);
	text_finish(&text);
}

static void an_answer_is_read_as_it_was_written_and_a_false_one_is_not(void **state)
{
	(void)state;
	struct parcel_answer answer = {.id = "abcdefghijkmnopq",
	                               .node = "MA",
	                               .accepted = true,
	                               .status = 201,
	                               .first = 5,
	                               .last = 7,
	                               .at = "2026-11-27T10:00:00.000Z",
	                               .made = "2026/17",
	                               .reply = "{\"id\":\"2026/17\"}\n",
	                               .newer = ""};
	struct parcel_answer read;
	struct text text;
	memset(answer.command, 'a', sizeof answer.command - 1);
	for (int wrong = 0; wrong < 5; wrong++) {
		struct parcel_answer one = answer;
		if (wrong == 1)
			one.accepted = false; /* with 201 */
		if (wrong == 2)
			one.status = 500;
		if (wrong == 3)
			one.last = 4;
		if (wrong == 4)
			one.id = "x";
		text_init(&text, PARCEL_MAX_ANSWER);
		assert_int_equal(parcel_answer_write(&one, "test/log", &text, &last), JISR_OK);
		assert_int_equal(text_add_string(&text, "\n"), JISR_OK);
		assert_int_equal(parcel_answer_read(text.bytes, text.length, "test/log", arena, &read, &last),
		                 wrong == 0 ? JISR_OK : JISR_BAD_INPUT);
		text_finish(&text);
	}
	assert_string_equal(read.reply, answer.reply);
	assert_int_equal(read.last, 7);
}

static void pieces_come_out_as_they_went_in_and_cut_ones_are_bad(void **state)
{
	(void)state;
	struct text text;
	const struct parcel_piece pieces[] = {
		{'P', "note", "body", 4, 4}, {'A', "answer", "", 6, 0}, {'L', "", "", 0, 0}, {'P', "", "", 0, 0}};
	text_init(&text, 4096);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(parcel_put(&text, &pieces[i]), JISR_OK);
	for (size_t cut = 0; cut <= text.length; cut++) {
		const char *at = text.bytes, *stop = text.bytes + cut;
		struct parcel_piece piece;
		bool bad = false;
		size_t count = 0;
		for (; parcel_next(&at, stop, &piece, &bad); count++) {
			assert_int_equal(piece.kind, pieces[count].kind);
			assert_int_equal(piece.length, pieces[count].length);
			assert_memory_equal(piece.body, pieces[count].body, pieces[count].body_length);
		}
		assert_true(bad || at == stop);
		assert_true(cut < text.length || (count == 4 && !bad));
	}
	text_finish(&text);
}

static void without_memory_nothing_is_lost(void **state)
{
	(void)state;
	struct parcel parcel = plain(), read;
	struct text text;
	text_init(&text, PARCEL_MAX_NOTE);
	write(&parcel, &text);
	int error = JISR_NO_MEMORY;
	for (int n = 0; error != JISR_OK; n++) {
		memory_fail_after(n);
		error = parcel_read(text.bytes, text.length, parcel.body, parcel.length, "test/log", arena, &read,
		                    &last);
		memory_fail_after(-1);
		assert_true(n < 1000);
	}
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_read_as_it_was_written),
		cmocka_unit_test(another_body_another_log_and_a_cut_are_refused),
		cmocka_unit_test(what_could_not_be_read_back_is_not_written),
		cmocka_unit_test(an_answer_is_read_as_it_was_written_and_a_false_one_is_not),
		cmocka_unit_test(pieces_come_out_as_they_went_in_and_cut_ones_are_bad),
		cmocka_unit_test(without_memory_nothing_is_lost),
	};
	return cmocka_run_group_tests_name("network/parcel", tests, begin, end);
}
