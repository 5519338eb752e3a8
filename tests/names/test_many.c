#include "names/many.h"

#include "base/hash.h"
#include "names/compare.h"
#include "names/many_lanes.h"

#include "people/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PARTS 3000

static struct name_part parts[PARTS];
static size_t part_count;

static void add(const struct name_part *part)
{
	if (part_count < PARTS)
		parts[part_count++] = *part;
}

static void add_name(const char *text, enum name_kind kind, struct arena *arena)
{
	struct name *name;
	assert_int_equal(name_read(text, strlen(text), kind, arena, &name), JISR_OK);
	for (size_t i = 0; i < name->count; i++)
		add(name->parts[i]);
}

/* Words of invented people in every script, each beside misspelt ones; and words that are special in every way. */
static int invent(void **state)
{
	(void)state;
	CLEANUP(people_freep) struct people *people = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	static const char *const special[] = {
		"Abdul Rahman",
		"Abdal Karim",
		"Rahman",
		"Alsisi Elsisi Sisi",
		"Alexander Elena",
		"Saladin Saladdin",
		"Nuraldin",
		"Habibullah",
		"J. Q. Li",
		"Vladimirovich",
		"Ahmad oglu",
		"1gor Ig0r",
		"Bill William",
		"Robert Bob",
		"فاطمة فاطمه فاطمہ",
		"王小明",
		"김정은",
		"Johannes de Witt",
		"Dr Hans",
	};
	static const char *const firms[] = {"Trading Co Ltd", "ABC GmbH 44", "Banque of Chile", "Tr4ding"};
	assert_int_equal(people_new(7, &people), JISR_OK);
	assert_int_equal(arena_new((size_t)1 << 26, &arena), JISR_OK);
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		add_name(special[i], NAME_PERSON, arena);
	for (size_t i = 0; i < sizeof firms / sizeof *firms; i++)
		add_name(firms[i], NAME_ORGANIZATION, arena);
	for (uint64_t i = 0; part_count < PARTS; i++) {
		struct people_name name;
		const char *wrong;
		enum people_writing writing = (enum people_writing)(i % 3);
		assert_int_equal(people_name(people, i / 3, writing, arena, &name), JISR_OK);
		add_name(name.full, NAME_PERSON, arena);
		if (people_misspell(name.full, (enum people_error)(i % 3), hash_number(i), arena, &wrong) == JISR_OK)
			add_name(wrong, NAME_PERSON, arena);
	}
	return 0;
}

static void what_is_said_of_many_is_what_is_said_of_one(void **state)
{
	(void)state;
	static struct part_near near[PARTS];
	uint32_t numbers[PARTS];
	static const double leasts[] = {0, JOIN_LEAST};
	size_t found = 0;
	for (uint32_t i = 0; i < PARTS; i++)
		numbers[i] = (i * 7) % PARTS; /* another order than theirs */
	for (size_t a = 0; a < PARTS; a += a < 120 ? 1 : 9) {
		double least = leasts[a % 2];
		size_t count = part_many(&parts[a], parts, numbers, PARTS, least, near), at = 0;
		for (size_t i = 0; i < PARTS; i++) {
			enum part_rule rule;
			double one = part_similarity_filed(&parts[a], &parts[numbers[i]], least, &rule);
			if (one <= 0 || one < least)
				continue;
			assert_true(at < count);
			assert_int_equal(near[at].part, numbers[i]);
			assert_true(near[at++].similarity == (float)one);
		}
		assert_int_equal(at, count);
		found += count;
	}
	assert_true(found > 3000);
}

static void nothing_and_damaged_parts_are_near_to_nothing(void **state)
{
	(void)state;
	struct name_part damaged[3] = {parts[0], parts[0], parts[0]};
	uint32_t numbers[] = {0, 1, 2};
	struct part_near near[3];
	damaged[0].latin_length = PART_MAX + 1;
	damaged[1].sound.length = UINT8_MAX;
	damaged[2].script = SCRIPT_COUNT;
	assert_int_equal(part_many(&parts[0], damaged, numbers, 3, 0, near), 0);
	assert_int_equal(part_many(&parts[0], damaged, numbers, 0, 0, near), 0);
}

static uint8_t limited(uint8_t cost)
{
	return cost > MANY_LIMIT ? UINT8_MAX : cost;
}

static void compare_kernels(many_kernel *kernel, const struct many_word *word, size_t from, size_t count)
{
	static uint8_t rows[MANY_MOST][MANY_ROW];
	struct many_costs plain, fast;
	for (size_t i = 0; i < count; i++)
		memcpy(rows[i], (const uint8_t *)&parts[(from + i) % PARTS] + ROW_OF_PART, MANY_ROW);
	many_plain(word, (const uint8_t(*)[MANY_ROW])rows, count, &plain);
	kernel(word, (const uint8_t(*)[MANY_ROW])rows, count, &fast);
	for (size_t i = 0; i < count; i++) {
		if (word->spelling != NULL)
			assert_int_equal(plain.spelling[i], fast.spelling[i]);
		if (word->stripped != NULL)
			assert_int_equal(plain.stripped[i], fast.stripped[i]);
		assert_int_equal(limited(plain.sound[i]), limited(fast.sound[i]));
		assert_int_equal(plain.weight[i], fast.weight[i]);
	}
}

static void every_kernel_measures_what_the_plain_one_does(void **state)
{
	(void)state;
	static const enum script scripts[] = {SCRIPT_LATIN, SCRIPT_ARABIC, SCRIPT_CYRILLIC, SCRIPT_HAN, SCRIPT_KANA};
	many_kernel *kernels[2];
	size_t kernel_count = 0;
	if (many_avx2_here())
		kernels[kernel_count++] = many_avx2;
	if (many_avx512_here())
		kernels[kernel_count++] = many_avx512;
	for (size_t a = 0; a < PARTS; a += 5) {
		const struct name_part *part = &parts[a];
		static struct many_spelling spelling, stripped;
		static struct many_sound sound;
		struct many_word word = {NULL, NULL, &sound};
		size_t count = a % 7 == 0 ? 1 + a % MANY_MOST : MANY_MOST;
		if (a % 3 != 0) {
			part_many_spelling(part->latin, part->latin_length, 0, &spelling);
			word.spelling = &spelling;
		}
		if (a % 3 == 2 && part->latin_length > 2) {
			part_many_spelling(part->latin + 2, part->latin_length - 2u, JOIN_LEAST, &stripped);
			word.stripped = &stripped;
		}
		sound_many(&part->sound, (enum script)part->script, scripts[a / 5 % 5], &sound);
		for (size_t k = 0; k < kernel_count; k++)
			compare_kernels(kernels[k], &word, a, count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_of_many_is_what_is_said_of_one),
		cmocka_unit_test(nothing_and_damaged_parts_are_near_to_nothing),
		cmocka_unit_test(every_kernel_measures_what_the_plain_one_does),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, invent, NULL);
}
