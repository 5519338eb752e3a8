#include "message/envelope.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#define ID      "2026-0123456789abc"
#define READERS 3

struct sealed {
	struct envelope_box boxes[READERS];
	struct envelope_reader readers[READERS];
	cJSON *body;
};

static void seal(struct sealed *sealed, const char *content, size_t length)
{
	static const char *const offices[READERS] = {"ES", "FR", "MA"};
	struct problem problem = {""};
	sealed->body = tree_object();
	for (size_t i = 0; i < READERS; i++) {
		envelope_box_new(offices[i], &sealed->boxes[i]);
		sealed->readers[i] = sealed->boxes[i].reader;
	}
	if (envelope_seal("MA", ID, sealed->readers, READERS, content, length, sealed->body, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	if (envelope_check(sealed->body, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static int open_it(const struct envelope_box *box, const char *sender, const char *id, const cJSON *body,
                   struct text *text)
{
	struct problem problem = {""};
	text_init(text, ENVELOPE_CONTENT + ENVELOPE_MORE);
	int error = envelope_open(box, sender, id, body, text, &problem);
	assert_true(error == JISR_OK || problem.text[0] != '\0');
	return error;
}

static void refuse(const struct sealed *sealed, const char *sender, const char *id, const cJSON *body, int expected)
{
	for (size_t i = 0; i < READERS; i++) {
		struct text text;
		assert_int_equal(open_it(&sealed->boxes[i], sender, id, body, &text), expected);
		assert_int_equal(text.length, 0);
		text_finish(&text);
	}
}

static void every_reader_opens_what_was_sealed_of_any_length(void **state)
{
	(void)state;
	static const size_t lengths[] = {0, 1, 255, 256, 257, 5000, ENVELOPE_CONTENT};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct sealed sealed;
		char *content = memory_alloc(lengths[i] + 1);
		memset(content, 'q', lengths[i]);
		seal(&sealed, content, lengths[i]);
		for (size_t n = 0; n < READERS; n++) {
			struct text text;
			assert_int_equal(open_it(&sealed.boxes[n], "MA", ID, sealed.body, &text), JISR_OK);
			assert_int_equal(text.length, lengths[i]);
			assert_memory_equal(text.bytes, content, lengths[i]);
			text_finish(&text);
		}
		memory_free(content);
		json_free(sealed.body);
	}
}

static void lengths_within_a_step_of_padding_look_alike(void **state)
{
	(void)state;
	struct sealed one, other;
	seal(&one, "x", 1);
	seal(&other, "a longer text, not quite two hundred and fifty-six bytes", 56);
	assert_int_equal(strlen(json_get_text(one.body, "sealed")), strlen(json_get_text(other.body, "sealed")));
	json_free(one.body);
	json_free(other.body);
}

static void nobody_else_opens_it(void **state)
{
	(void)state;
	struct sealed sealed;
	struct envelope_box stranger, replaced;
	struct text text;
	seal(&sealed, "words", 5);
	envelope_box_new("IT", &stranger);
	assert_int_equal(open_it(&stranger, "MA", ID, sealed.body, &text), JISR_NOT_FOUND);
	text_finish(&text);
	envelope_box_new("FR", &replaced); /* of the same office, not the one that it was sealed to */
	assert_int_equal(open_it(&replaced, "MA", ID, sealed.body, &text), JISR_NOT_FOUND);
	text_finish(&text);
	/* One that says it had the name of the right one. */
	memcpy(replaced.reader.id, sealed.boxes[1].reader.id, sizeof replaced.reader.id);
	assert_int_equal(open_it(&replaced, "MA", ID, sealed.body, &text), JISR_CORRUPT);
	text_finish(&text);
	json_free(sealed.body);
}

static void it_does_not_open_as_another_message_or_from_another_sender(void **state)
{
	(void)state;
	struct sealed sealed;
	seal(&sealed, "words", 5);
	refuse(&sealed, "ES", ID, sealed.body, JISR_CORRUPT);
	refuse(&sealed, "MA", "2026-0123456789abd", sealed.body, JISR_CORRUPT);
	/* Nor when a reader is taken off the list, so that the others think it is not for him. */
	cJSON *keys = cJSON_GetObjectItemCaseSensitive(sealed.body, "keys");
	cJSON_DeleteItemFromArray(keys, 0);
	struct text text;
	assert_int_equal(open_it(&sealed.boxes[2], "MA", ID, sealed.body, &text), JISR_CORRUPT);
	text_finish(&text);
	json_free(sealed.body);
}

static void any_changed_byte_is_noticed(void **state)
{
	(void)state;
	struct sealed sealed;
	seal(&sealed, "words", 5);
	const char *text = json_get_text(sealed.body, "sealed");
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i += 7) {
		CLEANUP(json_freep) cJSON *copy = cJSON_Duplicate(sealed.body, true);
		char *bytes = cJSON_GetObjectItemCaseSensitive(copy, "sealed")->valuestring;
		if (bytes[i] == '=')
			continue;
		bytes[i] = bytes[i] == 'A' ? 'B' : 'A';
		if (strcmp(bytes, text) != 0)
			refuse(&sealed, "MA", ID, copy, JISR_CORRUPT);
	}
	json_free(sealed.body);
}

/* A sender who seals another key to one of the readers is found out by that reader. */
static void all_readers_have_the_same_key(void **state)
{
	(void)state;
	struct sealed sealed, other;
	seal(&sealed, "words", 5);
	other = sealed;
	other.body = tree_object();
	assert_int_equal(envelope_seal("MA", ID, sealed.readers, READERS, "lies", 4, other.body, NULL), JISR_OK);
	cJSON *mine = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(sealed.body, "keys"), 1);
	cJSON *theirs = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(other.body, "keys"), 1);
	assert_true(cJSON_SetValuestring(cJSON_GetObjectItemCaseSensitive(mine, "box"), json_get_text(theirs, "box")) !=
	            NULL);
	struct text text;
	assert_int_equal(open_it(&sealed.boxes[0], "MA", ID, sealed.body, &text), JISR_OK);
	text_finish(&text);
	assert_int_equal(open_it(&sealed.boxes[1], "MA", ID, sealed.body, &text), JISR_CORRUPT);
	text_finish(&text);
	json_free(sealed.body);
	json_free(other.body);
}

static void forms_are_checked(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"{}",
		"{\"keys\":[],\"bound\":\"\",\"sealed\":\"\"}",
		"{\"keys\":3,\"bound\":1,\"sealed\":[]}",
		"[]",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct problem problem = {""};
		CLEANUP(json_freep) cJSON *json = cJSON_Parse(wrong[i]);
		assert_int_equal(envelope_check(json, &problem), JISR_BAD_INPUT);
		assert_string_not_equal(problem.text, "");
	}
	struct sealed sealed;
	seal(&sealed, "words", 5);
	cJSON *keys = cJSON_GetObjectItemCaseSensitive(sealed.body, "keys");
	cJSON_AddItemToArray(keys, cJSON_Duplicate(cJSON_GetArrayItem(keys, 0), true)); /* out of order, and twice */
	assert_int_equal(envelope_check(sealed.body, NULL), JISR_BAD_INPUT);
	json_free(sealed.body);
}

/* Whether X25519 takes the two for the same number: it sets and clears five bits of each (RFC 7748, 5). */
static bool same_number(const uint8_t a[ENVELOPE_SECRET], const uint8_t b[ENVELOPE_SECRET])
{
	size_t last = ENVELOPE_SECRET - 1;
	return (a[0] & 0xf8) == (b[0] & 0xf8) && memcmp(a + 1, b + 1, last - 1) == 0 &&
	       (a[last] & 0x3f) == (b[last] & 0x3f);
}

static void a_box_is_read_as_it_was_written_and_nothing_but_the_same_number_is(void **state)
{
	(void)state;
	struct envelope_box box, read;
	char text[ENVELOPE_WRITTEN];
	envelope_box_new("RB-ABJ", &box);
	envelope_box_write(&box, text);
	assert_int_equal(envelope_box_read(text, strlen(text), &read, NULL), JISR_OK);
	assert_memory_equal(&read, &box, sizeof box);
	size_t length = strlen(text), same = 0;
	for (size_t i = 0; i < length; i++) {
		for (int c = '+'; c <= 'z'; c++) {
			char copy[ENVELOPE_WRITTEN];
			memcpy(copy, text, length + 1);
			copy[i] = (char)c;
			if (c == text[i] || envelope_box_read(copy, length, &read, NULL) == JISR_CORRUPT)
				continue;
			assert_memory_equal(&read.reader, &box.reader, sizeof box.reader);
			assert_true(same_number(read.secret, box.secret));
			same++;
		}
		assert_int_equal(envelope_box_read(text, i, &read, NULL), JISR_CORRUPT);
	}
	assert_int_equal(same, 1 + 3 + 3); /* of one ignored bit, and twice two, in three characters */
}

static void without_memory_nothing_is_half_sealed(void **state)
{
	(void)state;
	struct sealed sealed;
	seal(&sealed, "words", 5);
	int error = JISR_NO_MEMORY;
	for (long n = 0; error != JISR_OK && n < 200; n++) {
		struct text text;
		text_init(&text, ENVELOPE_CONTENT);
		memory_fail_after(n);
		error = envelope_open(&sealed.boxes[0], "MA", ID, sealed.body, &text, NULL);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		assert_int_equal(text.length, error == JISR_OK ? 5 : 0);
		text_finish(&text);
	}
	assert_int_equal(error, JISR_OK);
	json_free(sealed.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reader_opens_what_was_sealed_of_any_length),
		cmocka_unit_test(lengths_within_a_step_of_padding_look_alike),
		cmocka_unit_test(nobody_else_opens_it),
		cmocka_unit_test(it_does_not_open_as_another_message_or_from_another_sender),
		cmocka_unit_test(any_changed_byte_is_noticed),
		cmocka_unit_test(all_readers_have_the_same_key),
		cmocka_unit_test(forms_are_checked),
		cmocka_unit_test(a_box_is_read_as_it_was_written_and_nothing_but_the_same_number_is),
		cmocka_unit_test(without_memory_nothing_is_half_sealed),
	};
	return cmocka_run_group_tests_name("message/envelope", tests, NULL, NULL);
}
