#include "people/people.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "watch/mrz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENA ((size_t)1 << 20)

struct fixture {
	struct people *people;
	struct arena *arena;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	*state = &fixture;
	return people_new(7, &fixture.people) != JISR_OK || arena_new(ARENA, &fixture.arena) != JISR_OK;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	people_free(fixture->people);
	arena_free(fixture->arena);
	return 0;
}

static uint64_t hash_entity(const struct entity *entity)
{
	uint64_t hash = hash_bytes(entity->id, strlen(entity->id));
	for (size_t i = 0; i < entity->count; i++)
		hash = hash_number(hash ^ hash_bytes(entity->properties[i].value, strlen(entity->properties[i].value)));
	return hash;
}

static void entity_n_is_the_same_whatever_was_made_before(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(people_freep) struct people *again = NULL;
	CLEANUP(people_freep) struct people *other = NULL;
	assert_int_equal(people_new(7, &again), JISR_OK);
	assert_int_equal(people_new(8, &other), JISR_OK);
	size_t differ = 0;
	for (uint64_t i = 0; i < 500; i++) {
		struct entity *a, *b, *c;
		arena_reset(fixture->arena);
		assert_int_equal(people_entity(fixture->people, 499 - i, fixture->arena, &a), JISR_OK);
		assert_int_equal(people_entity(again, 499 - i, fixture->arena, &b), JISR_OK);
		assert_int_equal(people_entity(other, 499 - i, fixture->arena, &c), JISR_OK);
		assert_true(hash_entity(a) == hash_entity(b));
		differ += hash_entity(a) != hash_entity(c);
	}
	assert_true(differ > 490);
}

static void every_person_has_a_name_and_well_formed_values(void **state)
{
	struct fixture *fixture = *state;
	size_t days = 0, documents = 0, scripts = 0;
	for (uint64_t i = 0; i < 3000; i++) {
		struct entity *entity;
		arena_reset(fixture->arena);
		assert_int_equal(people_person(fixture->people, i, fixture->arena, &entity), JISR_OK);
		assert_string_equal(entity->schema, "Person");
		assert_non_null(entity_get(entity, "name"));
		for (size_t j = 0; j < entity->count; j++) {
			const struct entity_property *property = &entity->properties[j];
			struct date date;
			assert_true(utf8_valid(property->value, strlen(property->value), NULL));
			if (strcmp(property->name, "birthDate") == 0) {
				assert_int_equal(date_read(property->value, strlen(property->value), &date), JISR_OK);
				days += date_is_day(date);
			}
			documents += property_use(property->name) == USE_DOCUMENT;
			scripts += strcmp(property->name, "alias") == 0 && (unsigned char)property->value[0] >= 0xD0;
		}
	}
	assert_in_range(days, 2000, 2700);
	assert_in_range(documents, 1500, 2700);
	assert_in_range(scripts, 700, 2000);
}

static void a_list_has_companies_and_vessels_with_right_imo_numbers(void **state)
{
	struct fixture *fixture = *state;
	size_t companies = 0, vessels = 0;
	for (uint64_t i = 0; i < 1000; i++) {
		struct entity *entity;
		arena_reset(fixture->arena);
		assert_int_equal(people_entity(fixture->people, i, fixture->arena, &entity), JISR_OK);
		companies += strcmp(entity->schema, "Company") == 0;
		if (strcmp(entity->schema, "Vessel") != 0)
			continue;
		vessels++;
		const char *imo = entity_get(entity, "imoNumber") + 3;
		int sum = 0;
		for (int digit = 0; digit < 6; digit++)
			sum += (imo[digit] - '0') * (7 - digit);
		assert_int_equal(sum % 10, imo[6] - '0');
	}
	assert_int_equal(companies, 40);
	assert_int_equal(vessels, 20);
}

/* Patronymics and surnames of one name agree in sex. */
static void russian_names_agree_with_the_sex(void **state)
{
	struct fixture *fixture = *state;
	size_t seen = 0;
	for (uint64_t i = 0; i < 5000; i++) {
		struct entity *entity;
		arena_reset(fixture->arena);
		assert_int_equal(people_person(fixture->people, i, fixture->arena, &entity), JISR_OK);
		const char *sex = entity_get(entity, "gender");
		for (size_t j = 0; j < entity->count && sex != NULL; j++) {
			const char *value = entity->properties[j].value;
			bool female_patronymic = strstr(value, "овна ") != NULL || strstr(value, "евна ") != NULL;
			bool male_patronymic = strstr(value, "ович ") != NULL || strstr(value, "евич ") != NULL;
			if (female_patronymic || male_patronymic) {
				assert_true(female_patronymic == (strcmp(sex, "female") == 0));
				seen++;
			}
		}
	}
	assert_true(seen > 100);
}

static void there_are_many_different_words_and_some_very_common_ones(void **state)
{
	struct fixture *fixture = *state;
	enum { PEOPLE = 20000, SLOTS = 1 << 18 };
	static uint64_t words[SLOTS];
	static unsigned counts[SLOTS];
	size_t different = 0, most = 0;
	for (uint64_t i = 0; i < PEOPLE; i++) {
		struct entity *entity;
		arena_reset(fixture->arena);
		assert_int_equal(people_person(fixture->people, i, fixture->arena, &entity), JISR_OK);
		for (const char *at = entity_get(entity, "name"); *at != '\0';) {
			size_t length = strcspn(at, " ,");
			uint64_t hash = length > 0 ? hash_bytes(at, length) | 1 : 0;
			size_t slot = hash % SLOTS;
			while (hash != 0 && words[slot] != 0 && words[slot] != hash)
				slot = (slot + 1) % SLOTS;
			if (hash != 0) {
				different += words[slot] == 0;
				words[slot] = hash;
				if (++counts[slot] > most)
					most = counts[slot];
			}
			at += length + (at[length] != '\0');
		}
	}
	assert_in_range(different, 8000, 30000); /* 480,000 in a million people with their aliases */
	assert_true(most > 400);
}

static void a_misspelt_name_is_another_well_formed_one(void **state)
{
	struct fixture *fixture = *state;
	size_t made[PEOPLE_ERROR_COUNT] = {0};
	for (uint64_t i = 0; i < 2000; i++) {
		struct entity *entity;
		arena_reset(fixture->arena);
		assert_int_equal(people_person(fixture->people, i, fixture->arena, &entity), JISR_OK);
		for (size_t j = 0; j < entity->count; j++) {
			if (strcmp(entity->properties[j].name, "name") != 0 &&
			    strcmp(entity->properties[j].name, "alias") != 0)
				continue;
			for (enum people_error kind = 0; kind < PEOPLE_ERROR_COUNT; kind++) {
				const char *name = entity->properties[j].value, *wrong = NULL, *again = NULL;
				int error = people_misspell(name, kind, i, fixture->arena, &wrong);
				if (error == JISR_NOT_FOUND)
					continue;
				assert_int_equal(error, JISR_OK);
				assert_true(utf8_valid(wrong, strlen(wrong), NULL));
				assert_true(wrong[0] != '\0');
				made[kind] += strcmp(name, wrong) != 0;
				assert_int_equal(people_misspell(name, kind, i, fixture->arena, &again), JISR_OK);
				assert_string_equal(wrong, again);
			}
		}
	}
	for (enum people_error kind = 0; kind < PEOPLE_ERROR_COUNT; kind++)
		if (made[kind] < 900)
			fail_msg("only %zu of kind %s", made[kind], people_error_name(kind));
}

static void known_errors_look_as_expected(void **state)
{
	struct fixture *fixture = *state;
	const char *name;
	arena_reset(fixture->arena);
	assert_int_equal(people_misspell("Ana Sol Luna", PEOPLE_DROPPED, 1, fixture->arena, &name), JISR_OK);
	assert_string_equal(name, "Ana Luna");
	assert_int_equal(people_misspell("Luna, Ana", PEOPLE_SWAPPED, 1, fixture->arena, &name), JISR_OK);
	assert_string_equal(name, "Ana Luna");
	assert_int_equal(people_misspell("Ana Luna", PEOPLE_JOINED, 1, fixture->arena, &name), JISR_OK);
	assert_string_equal(name, "AnaLuna");
	assert_int_equal(people_misspell("Ana Luna", PEOPLE_INITIAL, 1, fixture->arena, &name), JISR_OK);
	assert_string_equal(name, "A Luna");
	assert_int_equal(people_misspell("Luna", PEOPLE_SWAPPED, 1, fixture->arena, &name), JISR_NOT_FOUND);
	assert_int_equal(people_misspell("", PEOPLE_TYPO, 1, fixture->arena, &name), JISR_NOT_FOUND);
}

static void passports_read_back_without_a_note(void **state)
{
	struct fixture *fixture = *state;
	size_t read = 0;
	for (uint64_t i = 0; i < 2000; i++) {
		const char *lines;
		struct entity *entity;
		struct mrz mrz;
		arena_reset(fixture->arena);
		int error = people_mrz(fixture->people, i, fixture->arena, &lines);
		if (error == JISR_NOT_FOUND)
			continue;
		assert_int_equal(error, JISR_OK);
		assert_int_equal(mrz_read(lines, strlen(lines), 20261123, &mrz, NULL), JISR_OK);
		assert_int_equal(people_person(fixture->people, i, fixture->arena, &entity), JISR_OK);
		assert_int_equal(mrz.format, MRZ_TD3);
		if (!mrz.checks_passed || mrz.note_count > 0)
			fail_msg("%s: %s", lines, mrz.note_count > 0 ? mrz.notes[0] : "a check failed");
		assert_string_equal(mrz.number, entity_get(entity, "passportNumber") + 3);
		char born[DATE_TEXT_MAX];
		date_write(mrz.birth, born);
		assert_string_equal(born, entity_get(entity, "birthDate"));
		read++;
	}
	assert_in_range(read, 700, 1200);
}

static void no_failed_allocation_leaks(void **state)
{
	(void)state;
	for (long n = 0; n < 40; n++) {
		struct people *people = NULL;
		memory_fail_after(n);
		int error = people_new(1, &people);
		memory_fail_after(-1);
		assert_true(error == JISR_OK ? people != NULL : error == JISR_NO_MEMORY && people == NULL);
		people_free(people);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entity_n_is_the_same_whatever_was_made_before),
		cmocka_unit_test(every_person_has_a_name_and_well_formed_values),
		cmocka_unit_test(a_list_has_companies_and_vessels_with_right_imo_numbers),
		cmocka_unit_test(russian_names_agree_with_the_sex),
		cmocka_unit_test(there_are_many_different_words_and_some_very_common_ones),
		cmocka_unit_test(a_misspelt_name_is_another_well_formed_one),
		cmocka_unit_test(known_errors_look_as_expected),
		cmocka_unit_test(passports_read_back_without_a_note),
		cmocka_unit_test(no_failed_allocation_leaks),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
