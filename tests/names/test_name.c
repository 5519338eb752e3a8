#include "names/name.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	return arena_new((size_t)1 << 24, &arena);
}

static int close_arena(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

static const struct name *read_as(const char *text, enum name_kind kind)
{
	struct name *name = NULL;
	assert_int_equal(name_read(text, strlen(text), kind, arena, &name), JISR_OK);
	assert_true(name->count <= NAME_MAX_PARTS);
	return name;
}

/* The parts that name somebody, romanised, joined by spaces; titles, particles and the like in brackets. */
static const char *parts(const char *text, enum name_kind kind)
{
	static char out[1024];
	const struct name *name = read_as(text, kind);
	out[0] = '\0';
	for (size_t i = 0; i < name->count; i++) {
		const struct name_part *part = name->parts[i];
		bool plain = part->kind == PART_NAME;
		size_t used = strlen(out);
		(void)snprintf(out + used, sizeof out - used, "%s%s%.*s%s", i > 0 ? " " : "", plain ? "" : "[",
		               part->latin_length, part->latin, plain ? "" : "]");
	}
	return out;
}

static void persons_are_read_into_parts(void **state)
{
	(void)state;
	static const struct {
		const char *text, *parts;
	} examples[] = {
		{"Anna Maria Eriksson", "anna maria eriksson"},
		{"ERIKSSON, Anna-Maria", "eriksson anna maria"},
		{"Dr. Łucja Świątek", "[dr] lucja swiatek"},
		{"Ludwig van Beethoven", "ludwig [van] beethoven"},
		{"J. S. Bach", "[j] [s] bach"},
		{"Abd al-Rahman Khalil", "abdalrahman khalil"},
		{"Abdurrahman Khalil", "abdalrahman khalil"},
		{"Abdul Rahman Khalil", "abdalrahman khalil"},
		{"عبد الرحمن", "abdalrhmn"},
		{"عبدالرحمن", "abdalrhmn"},
		{"Abdulla", "abdallah"},
		{"Abd-Allah", "abdallah"},
		{"عبد الله", "abdallah"},
		{"Saif ud-Din", "saifaldin"},
		{"Saifuddin", "saifaldin"},
		{"Habib Ullah", "habiballah"},
		{"Habibullah", "habiballah"},
		{"Wali Ullah", "waliallah"},
		{"Waliullah", "waliallah"},
		{"Habiboullah", "habiballah"},
		{"Abou Bakr", "abubakr"},
		{"Aboubakar", "abubakar"},
		{"Khalil al-Zahrawi", "khalil zahrawi"},
		{"Fyodor Mikhailovich Dostoevsky", "fyodor [mikhailovich] dostoevsky"},
		{"FridrichBuchen Weiss", "fridrich buchen weiss"},
		{"Angus MacGregor", "angus macgregor"},
		{"Sean O'Hara", "sean ohara"},
		{"V1ktor Lagerf3ld", "viktor lagerfeld"},
		{"王小明", "wang xiaoming"},
		{"欧阳修", "ouyang xiu"},
		{"Sultan", "sultan"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		assert_string_equal(parts(examples[i].text, NAME_PERSON), examples[i].parts);
}

static void organisations_are_read_into_parts(void **state)
{
	(void)state;
	static const struct {
		const char *text, *parts;
	} examples[] = {
		{"Nordlicht Handels GmbH", "nordlicht handels [gmbh]"},
		{"Nordlicht Handels G.m.b.H.", "nordlicht handels [gmbh]"},
		{"OOO Severny Veter", "[llc] severny veter"},
		{"Severny Veter Limited Liability Company", "severny veter [llc]"},
		{"A.B.C. Trading Co.", "abc [trading] [company]"},
		{"Brigade Forty-Four", "brigade [44]"},
		{"Brigade 44", "brigade [44]"},
		{"Fund IV", "[fund] [4]"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		assert_string_equal(parts(examples[i].text, NAME_ORGANIZATION), examples[i].parts);
}

static void a_comma_tells_family_from_given(void **state)
{
	(void)state;
	const struct name *name = read_as("CURIE, Marie", NAME_PERSON);
	assert_int_equal(name->roles[0], ROLE_FAMILY);
	assert_int_equal(name->roles[1], ROLE_GIVEN);
	struct name *fields = NULL;
	assert_int_equal(name_read_fields("Curie", "Marie", arena, &fields), JISR_OK);
	assert_int_equal(fields->roles[0], ROLE_FAMILY);
	assert_int_equal(fields->parts[0]->text_hash, name->parts[0]->text_hash);
}

static void pieces_point_into_the_original(void **state)
{
	(void)state;
	const struct name *name = read_as("Abd  al-Rahman  Ünsal", NAME_PERSON);
	assert_int_equal(name->count, 2);
	assert_memory_equal(name->pieces[0].text, "Abd  al-Rahman", name->pieces[0].length);
	assert_int_equal(name->pieces[1].length, strlen("Ünsal"));
}

static void marks_and_directions_do_not_change_a_name(void **state)
{
	(void)state;
	const struct name *plain = read_as("محمد خليل", NAME_PERSON);
	const struct name *marked = read_as("\u202Bمُحَمَّد\u200F خـلـيـل\u202C", NAME_PERSON);
	assert_int_equal(plain->count, marked->count);
	for (size_t i = 0; i < plain->count; i++)
		assert_memory_equal(plain->parts[i], marked->parts[i], sizeof *plain->parts[i]);
}

static void hostile_bytes_still_give_a_name(void **state)
{
	(void)state;
	size_t length = 1 << 20;
	char *bytes = malloc(length);
	assert_non_null(bytes);
	memset(bytes, 'a', length);
	struct name *name = NULL;
	assert_int_equal(name_read(bytes, length, NAME_PERSON, arena, &name), JISR_OK);
	assert_true(name->truncated);
	for (size_t i = 0; i + 1 < length; i += 2)
		memcpy(bytes + i, i == 0 ? "e " : "\xCC\x81", 2); /* one letter, then combining marks without end */
	assert_int_equal(name_read(bytes, length, NAME_PERSON, arena, &name), JISR_OK);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	assert_int_equal(name_read(bytes, 4096, NAME_PERSON, arena, &name), JISR_OK);
	assert_int_equal(name_read(bytes, 4096, NAME_ORGANIZATION, arena, &name), JISR_OK);
	assert_int_equal(name_read("", 0, NAME_PERSON, arena, &name), JISR_OK);
	assert_int_equal(name->count, 0);
	free(bytes);
}

static void a_failed_allocation_is_told(void **state)
{
	(void)state;
	for (long n = 0; n < 8; n++) {
		struct arena *small = NULL;
		if (arena_new(1 << 20, &small) != JISR_OK)
			fail();
		char filler[4000];
		memset(filler, 0, sizeof filler);
		assert_non_null(arena_text(small, filler, 3900)); /* so that the name needs a new block */
		memory_fail_after(n);
		struct name *name = NULL;
		int error = name_read("Anna Maria Eriksson", 19, NAME_PERSON, small, &name);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || (error == JISR_NO_MEMORY && name == NULL));
		arena_free(small);
	}
}

static void schemata_have_kinds(void **state)
{
	(void)state;
	assert_int_equal(name_kind_of_schema("Person"), NAME_PERSON);
	assert_int_equal(name_kind_of_schema(NULL), NAME_PERSON);
	assert_int_equal(name_kind_of_schema("Vessel"), NAME_OBJECT);
	assert_int_equal(name_kind_of_schema("Company"), NAME_ORGANIZATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(persons_are_read_into_parts),
		cmocka_unit_test(organisations_are_read_into_parts),
		cmocka_unit_test(a_comma_tells_family_from_given),
		cmocka_unit_test(pieces_point_into_the_original),
		cmocka_unit_test(marks_and_directions_do_not_change_a_name),
		cmocka_unit_test(hostile_bytes_still_give_a_name),
		cmocka_unit_test(a_failed_allocation_is_told),
		cmocka_unit_test(schemata_have_kinds),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
