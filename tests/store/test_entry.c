#include "store/entry.h"

#include "base/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed = 7;

static uint64_t roll(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

static const char *const codes[] = {"AR", "FR", "GS", "MA", "RB-ABJ", "XX", "Z9"};

/* A random header; texts are static or in the arena. */
static struct entry_header random_header(struct arena *arena)
{
	struct entry_header header = {.author = codes[roll(7)],
	                              .kind = "notice.requested",
	                              .officer = roll(2) ? "" : "o17",
	                              .subject = "notice/2026-17",
	                              .previous = roll(2) ? 0 : roll(1000000)};
	(void)snprintf(header.at, sizeof header.at, "2026-11-%02d", 1 + (int)roll(30));
	memcpy(header.at + 10, "T22:30:00.123Z", 15);
	for (size_t i = 0; i < sizeof header.body; i++)
		header.body[i] = (uint8_t)roll(256);
	const char *some[5];
	struct entry_audience audience = {(enum entry_audience_kind)roll(3), some, roll(6)};
	for (size_t i = 0; i < audience.count; i++)
		some[i] = codes[roll(7)];
	assert_int_equal(entry_audience_sort(&audience, arena, &header.audience, NULL), JISR_OK);
	return header;
}

static void a_header_has_one_form_and_reads_back(void **state)
{
	(void)state;
	struct arena *arena = NULL;
	struct text first, second;
	text_init(&first, ENTRY_MAX_HEADER);
	text_init(&second, ENTRY_MAX_HEADER);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (int i = 0; i < 3000; i++) {
		struct entry_header header = random_header(arena), again;
		text_reset(&first);
		text_reset(&second);
		assert_int_equal(entry_header_write(&header, &first, NULL), JISR_OK);
		assert_true(canonical_is(first.bytes, first.length));
		assert_int_equal(entry_header_read(first.bytes, first.length, arena, &again, NULL), JISR_OK);
		assert_int_equal(entry_header_write(&again, &second, NULL), JISR_OK);
		assert_string_equal(first.bytes, second.bytes);
		/* One byte changed: refused, or another header with just that form. */
		size_t place = roll(first.length);
		first.bytes[place] = (char)(first.bytes[place] ^ (1 << roll(7)));
		if (entry_header_read(first.bytes, first.length, arena, &again, NULL) == JISR_OK) {
			text_reset(&second);
			assert_int_equal(entry_header_write(&again, &second, NULL), JISR_OK);
			assert_int_equal(second.length, first.length);
			assert_memory_equal(second.bytes, first.bytes, first.length);
		}
		arena_reset(arena);
	}
	text_finish(&first);
	text_finish(&second);
	arena_free(arena);
}

/* The audience by its definition: one office after another. */
static bool visible_by_definition(const struct entry_header *header, const char *office)
{
	bool named = false;
	for (size_t i = 0; i < header->audience.count; i++)
		named = named || strcmp(header->audience.offices[i], office) == 0;
	if (strcmp(office, header->author) == 0 || strcmp(office, "GS") == 0)
		return true;
	switch (header->audience.kind) {
	case AUDIENCE_ONLY: return named;
	case AUDIENCE_EXCEPT: return !named;
	default: return true;
	}
}

static void the_audience_is_as_it_is_defined(void **state)
{
	(void)state;
	struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (int i = 0; i < 5000; i++) {
		struct entry_header header = random_header(arena);
		for (size_t o = 0; o < 7; o++)
			assert_int_equal(entry_visible_to(&header, codes[o]), visible_by_definition(&header, codes[o]));
		assert_int_equal(entry_visible_to(&header, "QQ"), visible_by_definition(&header, "QQ"));
		arena_reset(arena);
	}
	arena_free(arena);
}

static void headers_that_are_none_are_refused(void **state)
{
	(void)state;
	static const char good[] = "{\"at\":\"2026-02-28T22:30:00.123Z\",\"audience\":{\"only\":[\"FR\",\"MA\"]},"
				   "\"author\":\"MA\",\"body\":"
				   "\"0000000000000000000000000000000000000000000000000000000000000000\",\"kind\":\"a."
				   "b\",\"officer\":\"\","
				   "\"previous\":0,\"subject\":\"s\",\"v\":1}";
	static const char *const changes[][2] = {
		{"2026-02-28", "2026-02-29"},
		{"22:30", "24:30"},
		{"[\"FR\",\"MA\"]", "[\"MA\",\"FR\"]"},
		{"\"MA\"]", "\"FR\"]"},
		{"only", "nobody"},
		{"\"MA\",\"body", "\"\",\"body"},
		{"\"MA\",\"body", "\"ma\",\"body"},
		{"000\"", "00A\""},
		{"a.b", "A.b"},
		{"\"previous\":0", "\"previous\":00"},
		{"\"previous\":0", "\"previous\":-1"},
		{"\"previous\":0", "\"previous\":9007199254740992"},
		{"\"s\"", "\"s s\""},
		{"\"s\"", "\"\""},
		{"\"v\":1}", "\"v\":1} "},
		{"\"v\":1}", "\"v\":1"},
		{"{\"only\":[\"FR\",\"MA\"]}", "{\"except\":[]}"},
	};
	struct arena *arena = NULL;
	struct entry_header header;
	struct problem problem = {""};
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(entry_header_read(good, strlen(good), arena, &header, NULL), JISR_OK);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char changed[600];
		const char *at = strstr(good, changes[i][0]);
		assert_non_null(at);
		(void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - good), good, changes[i][1],
		               at + strlen(changes[i][0]));
		assert_int_equal(entry_header_read(changed, strlen(changed), arena, &header, &problem), JISR_BAD_INPUT);
	}
	for (size_t length = 0; length < strlen(good); length++)
		assert_int_equal(entry_header_read(good, length, arena, &header, NULL), JISR_BAD_INPUT);
	char later[600];
	(void)snprintf(later, sizeof later, "%.*s2}", (int)strlen(good) - 2, good);
	assert_int_equal(entry_header_read(later, strlen(later), arena, &header, NULL), JISR_UNSUPPORTED);
	arena_free(arena);
}

static void limits_hold_at_one_below_and_one_above(void **state)
{
	(void)state;
	char text[ENTRY_MAX_SUBJECT + 2];
	memset(text, 'a', sizeof text - 1);
	text[ENTRY_MAX_SUBJECT + 1] = '\0';
	assert_false(entry_subject_valid(text));
	text[ENTRY_MAX_SUBJECT] = '\0';
	assert_true(entry_subject_valid(text));
	assert_false(entry_subject_valid(""));
	text[ENTRY_MAX_KIND + 1] = '\0';
	assert_false(entry_kind_valid(text));
	text[ENTRY_MAX_KIND] = '\0';
	assert_true(entry_kind_valid(text));
	assert_true(entry_officer_valid(text));
	assert_true(entry_officer_valid(""));
	assert_true(entry_office_valid("ABCDEFGHIJKLMNOP"));
	assert_false(entry_office_valid("ABCDEFGHIJKLMNOPQ"));
	assert_true(entry_at_valid("2024-02-29T23:59:59.999Z"));
	assert_false(entry_at_valid("2100-02-29T23:59:59.999Z"));

	struct arena *arena = NULL;
	struct entry_audience audience = {AUDIENCE_ONLY, NULL, ENTRY_MAX_OFFICES + 1}, sorted;
	const char *offices[ENTRY_MAX_OFFICES + 1];
	static char names[ENTRY_MAX_OFFICES + 1][8];
	for (size_t i = 0; i <= ENTRY_MAX_OFFICES; i++) {
		(void)snprintf(names[i], sizeof names[i], "O%zu", i);
		offices[i] = names[i];
	}
	audience.offices = offices;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(entry_audience_sort(&audience, arena, &sorted, NULL), JISR_TOO_LARGE);
	audience.count = ENTRY_MAX_OFFICES;
	assert_int_equal(entry_audience_sort(&audience, arena, &sorted, NULL), JISR_OK);
	struct entry_header header = random_header(arena), again;
	struct text bytes;
	text_init(&bytes, ENTRY_MAX_HEADER);
	header.audience = sorted;
	assert_int_equal(entry_header_write(&header, &bytes, NULL), JISR_OK);
	assert_int_equal(entry_header_read(bytes.bytes, bytes.length, arena, &again, NULL), JISR_OK);
	assert_int_equal(again.audience.count, ENTRY_MAX_OFFICES);
	text_finish(&bytes);
	arena_free(arena);
}

static void a_signature_holds_for_its_log_its_key_and_its_header(void **state)
{
	(void)state;
	struct note_signer signer, other;
	struct note_verifier verifier, wrong;
	static const char header[] = "{\"a\":1}";
	assert_int_equal(note_signer_new("MA", &signer, NULL), JISR_OK);
	assert_int_equal(note_signer_new("MA", &other, NULL), JISR_OK);
	note_signer_verifier(&signer, &verifier);
	note_signer_verifier(&other, &wrong);
	struct entry entry = {.header_bytes = header, .header_length = strlen(header)};
	entry_sign(&entry, "a.example", &signer);
	assert_true(entry_signed_by(&entry, "a.example", &verifier));
	assert_false(entry_signed_by(&entry, "b.example", &verifier));
	assert_false(entry_signed_by(&entry, "a.example", &wrong));
	uint8_t first[ENTRY_HASH], second[ENTRY_HASH];
	entry_leaf_hash(&entry, first);
	entry.salt[31] ^= 1;
	entry_leaf_hash(&entry, second);
	assert_memory_not_equal(first, second, sizeof first);
	entry.header_length--;
	assert_false(entry_signed_by(&entry, "a.example", &verifier));
}

static void each_failed_allocation_is_told(void **state)
{
	(void)state;
	static const char good[] = "{\"at\":\"2026-02-28T22:30:00.123Z\",\"audience\":{\"only\":[\"FR\",\"MA\"]},"
				   "\"author\":\"MA\",\"body\":"
				   "\"0000000000000000000000000000000000000000000000000000000000000000\",\"kind\":\"a."
				   "b\",\"officer\":\"\","
				   "\"previous\":0,\"subject\":\"s\",\"v\":1}";
	for (size_t limit = 0; limit < 512; limit += 8) {
		struct arena *arena = NULL;
		struct entry_header header;
		assert_int_equal(arena_new(limit, &arena), JISR_OK);
		int error = entry_header_read(good, strlen(good), arena, &header, NULL);
		assert_true(error == JISR_NO_MEMORY || error == JISR_OK);
		assert_true(limit > 0 || error == JISR_NO_MEMORY);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_has_one_form_and_reads_back),
		cmocka_unit_test(the_audience_is_as_it_is_defined),
		cmocka_unit_test(headers_that_are_none_are_refused),
		cmocka_unit_test(limits_hold_at_one_below_and_one_above),
		cmocka_unit_test(a_signature_holds_for_its_log_its_key_and_its_header),
		cmocka_unit_test(each_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
