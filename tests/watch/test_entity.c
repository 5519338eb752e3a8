#include "watch/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	return arena_new((size_t)64 << 20, &arena);
}

static int tear_down(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static struct entity *new_entity(void)
{
	struct entity *entity = NULL;
	assert_int_equal(entity_new("x-1", "Person", arena, &entity), JISR_OK);
	return entity;
}

static int add(struct entity *entity, const char *property, const char *value)
{
	return entity_add(entity, arena, property, value, strlen(value));
}

static void values_are_trimmed_and_repeats_ignored(void **state)
{
	(void)state;
	struct entity *entity = new_entity();
	assert_int_equal(add(entity, "name", "  Ibn Battuta\t\n"), JISR_OK);
	assert_int_equal(add(entity, "name", "\xC2\xA0Ibn Battuta\xE3\x80\x80"), JISR_OK);
	assert_int_equal(add(entity, "alias", "Ibn Battuta"), JISR_OK);
	assert_int_equal(add(entity, "alias", " \t "), JISR_OK);
	assert_int_equal(entity->count, 2);
	assert_string_equal(entity_get(entity, "name"), "Ibn Battuta");
	assert_null(entity_get(entity, "weakAlias"));
}

static void bad_values_leave_the_entity_as_it_was(void **state)
{
	(void)state;
	struct entity *entity = new_entity();
	static char large[ENTITY_MAX_VALUE + 1];
	memset(large, 'a', sizeof large);
	assert_int_equal(entity_add(entity, arena, "notes", large, sizeof large), JISR_TOO_LARGE);
	assert_int_equal(entity_add(entity, arena, "notes", "a\0b", 3), JISR_BAD_INPUT);
	assert_int_equal(entity_add(entity, arena, "notes", "a\xFF", 2), JISR_BAD_INPUT);
	assert_int_equal(entity->count, 0);
	assert_int_equal(entity_add(entity, arena, "notes", large, ENTITY_MAX_VALUE), JISR_OK);
	struct entity *none = NULL;
	assert_int_equal(entity_new("", "Person", arena, &none), JISR_BAD_INPUT);
	large[ENTITY_MAX_ID + 1] = '\0';
	assert_int_equal(entity_new(large, "Person", arena, &none), JISR_TOO_LARGE);
}

static void twenty_thousand_values_are_the_limit_and_repeats_are_still_found(void **state)
{
	(void)state;
	struct entity *entity = new_entity();
	char value[16];
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < ENTITY_MAX_PROPERTIES; i++) {
			(void)snprintf(value, sizeof value, "%d", i);
			assert_int_equal(add(entity, i % 2 ? "alias" : "name", value), JISR_OK);
		}
	assert_int_equal(entity->count, ENTITY_MAX_PROPERTIES);
	assert_int_equal(add(entity, "name", "one more"), JISR_TOO_LARGE);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	for (size_t i = 1; i < entity->count; i++)
		assert_true(strcmp(entity->properties[i - 1].name, entity->properties[i].name) <= 0);
	assert_string_equal(entity->properties[0].value, "1");
	assert_string_equal(entity->properties[1].value, "3");
	assert_string_equal(entity->caption, "0");
}

static void the_caption_is_the_first_name_else_alias_else_id(void **state)
{
	(void)state;
	struct entity *entity = new_entity();
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	assert_string_equal(entity->caption, "x-1");
	entity = new_entity();
	assert_int_equal(add(entity, "alias", "Shams"), JISR_OK);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	assert_string_equal(entity->caption, "Shams");
	entity = new_entity();
	assert_int_equal(add(entity, "name", "Zeno"), JISR_OK);
	assert_int_equal(add(entity, "name", "Aristotle"), JISR_OK);
	assert_int_equal(add(entity, "birthDate", "0384"), JISR_OK);
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	assert_string_equal(entity->caption, "Zeno");
	assert_string_equal(entity->properties[0].name, "birthDate");
	assert_string_equal(entity->properties[1].value, "Zeno");
}

static void documents_carry_their_country(void **state)
{
	(void)state;
	struct entity *entity = new_entity();
	assert_int_equal(entity_add_document(entity, arena, "passportNumber", "ma", " AB 12 ", 7), JISR_OK);
	assert_int_equal(entity_add_document(entity, arena, "passportNumber", NULL, "X1", 2), JISR_OK);
	assert_int_equal(entity_add_document(entity, arena, "passportNumber", "ma", "  ", 2), JISR_OK);
	assert_int_equal(entity->count, 2);
	assert_string_equal(entity->properties[0].value, "ma:AB 12");
	assert_string_equal(entity->properties[1].value, "X1");
}

static void properties_have_the_use_that_the_header_says(void **state)
{
	(void)state;
	assert_int_equal(property_use("name"), USE_NAME);
	assert_int_equal(property_use("alias"), USE_NAME);
	assert_int_equal(property_use("weakAlias"), USE_WEAK_NAME);
	assert_int_equal(property_use("lastName"), USE_NAME_FIELD);
	assert_int_equal(property_use("birthDate"), USE_BIRTH);
	assert_int_equal(property_use("flag"), USE_COUNTRY);
	assert_int_equal(property_use("gender"), USE_SEX);
	assert_int_equal(property_use("passportNumber"), USE_DOCUMENT);
	assert_int_equal(property_use("vin"), USE_DOCUMENT);
	assert_int_equal(property_use("abbreviation"), USE_WEAK_NAME);
	assert_int_equal(property_use("notes"), USE_NOTHING);
	assert_int_equal(property_use(""), USE_NOTHING);
	assert_int_equal(property_use("zzz"), USE_NOTHING);
}

static void sex_is_read_in_many_languages(void **state)
{
	(void)state;
	assert_int_equal(sex_read("male"), 'm');
	assert_int_equal(sex_read(" Female "), 'f');
	assert_int_equal(sex_read("M"), 'm');
	assert_int_equal(sex_read("F."), 'f');
	assert_int_equal(sex_read("м"), 'm');
	assert_int_equal(sex_read("ЖЕНСКИЙ"), 'f');
	assert_int_equal(sex_read("م"), 'm');
	assert_int_equal(sex_read("أنثى"), 'f');
	assert_int_equal(sex_read("女"), 'f');
	assert_int_equal(sex_read("unknown"), 0);
	assert_int_equal(sex_read(""), 0);
	assert_int_equal(sex_read("\xFF"), 0);
	assert_int_equal(sex_read("maaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaale"), 0);
}

static void normal(const char *number, const char *expected)
{
	char out[64], again[64];
	assert_int_equal(document_normalise(number, strlen(number), out, sizeof out), strlen(expected));
	assert_string_equal(out, expected);
	(void)document_normalise(out, strlen(out), again, sizeof again);
	assert_string_equal(again, out);
}

static void document_numbers_have_one_normal_form(void **state)
{
	(void)state;
	normal("ab 12-34.5/6", "AB123456");
	normal("\xD9\xA1\xD9\xA2\xD9\xA3", "123");         /* Arabic digits */
	normal("\xEF\xBC\xA1\xEF\xBC\x91", "A1");          /* full width */
	normal("\xC3\xA9\xC3\x9F", "E\xC3\x9F");           /* accent goes, sharp s stays */
	normal("\xD0\xB0 123 \xD0\x92\xD0\xA1", "A123BC"); /* Cyrillic twins */
	normal("\xD0\x96"
	       "12",
	       "\xD0\x96"
	       "12"); /* no twin: stays */
	normal(" - / . # \xE2\x84\x96", "");
	normal("", "");
	char small[4];
	assert_int_equal(document_normalise("ABCDEF", 6, small, sizeof small), 3);
	assert_string_equal(small, "ABC");
	assert_int_equal(document_normalise("\xD0\x96\xD0\x96", 4, small, sizeof small), 2);
	assert_int_equal(document_normalise("A", 1, small, 0), 0);
}

static void every_failed_allocation_is_reported(void **state)
{
	(void)state;
	for (long n = 0; n < 40; n++) {
		struct arena *small = NULL;
		assert_int_equal(arena_new((size_t)1 << 22, &small), JISR_OK);
		memory_fail_after(n);
		struct entity *entity = NULL;
		int error = entity_new("a", "Person", small, &entity);
		char value[512];
		memset(value, 'v', sizeof value);
		for (int i = 0; error == JISR_OK && i < 200; i++) {
			value[0] = (char)('a' + i % 26);
			value[1] = (char)('a' + i / 26);
			error = entity_add(entity, small, "alias", value, sizeof value);
		}
		if (error == JISR_OK)
			error = entity_complete(entity, small);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY);
		if (error == JISR_NO_MEMORY && entity != NULL)
			for (size_t i = 0; i < entity->count; i++)
				assert_non_null(entity->properties[i].value);
		small = arena_free(small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_trimmed_and_repeats_ignored),
		cmocka_unit_test(bad_values_leave_the_entity_as_it_was),
		cmocka_unit_test(twenty_thousand_values_are_the_limit_and_repeats_are_still_found),
		cmocka_unit_test(the_caption_is_the_first_name_else_alias_else_id),
		cmocka_unit_test(documents_carry_their_country),
		cmocka_unit_test(properties_have_the_use_that_the_header_says),
		cmocka_unit_test(sex_is_read_in_many_languages),
		cmocka_unit_test(document_numbers_have_one_normal_form),
		cmocka_unit_test(every_failed_allocation_is_reported),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
