#include "members/organisation.h"

#include "base/utf8.h"
#include "names/country.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static bool is_member(const char *code)
{
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		if (strcmp(organisation_members[i].code, code) == 0)
			return true;
	return false;
}

static void there_are_196_members_in_the_order_of_their_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++) {
		const char *code = organisation_members[i].code;
		char lower[3] = {(char)tolower(code[0]), (char)tolower(code[1]), '\0'}, read[3];
		assert_int_equal(strlen(code), 2);
		assert_true(i == 0 || strcmp(organisation_members[i - 1].code, code) < 0);
		assert_true(country_read(code, 2, read));
		assert_string_equal(read, lower);
	}
}

static void those_who_joined_late_are_members_and_those_who_did_not_are_none(void **state)
{
	(void)state;
	static const char *const members[] = {"PS", "SB", "KI", "VU", "FM", "PW", "AW", "CW", "SX", "VA", "SS", "CN"};
	static const char *const others[] = {"XK", "TW", "KP", "TV", "EH", "HK", "MO", "GI", "PR", "BM", "CK", "EU"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		assert_true(is_member(members[i]));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(is_member(others[i]));
}

static void the_regions_have_as_many_as_counted_by_hand(void **state)
{
	(void)state;
	size_t counts[REGION_COUNT] = {0};
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++)
		counts[organisation_members[i].region]++;
	assert_int_equal(counts[REGION_AFRICA], 54);
	assert_int_equal(counts[REGION_AMERICAS], 38);
	assert_int_equal(counts[REGION_ASIA], 54);
	assert_int_equal(counts[REGION_EUROPE], 50);
	for (unsigned i = 0; i < REGION_COUNT; i++) {
		enum region region;
		assert_true(region_read(region_name((enum region)i), &region) && region == (enum region)i);
	}
}

/* Each name is read back as that country by the table of names that checks use, in all four languages. */
static void every_member_has_a_name_of_its_own_in_four_languages(void **state)
{
	(void)state;
	static struct names names[ORGANISATION_MEMBERS];
	for (size_t i = 0; i < ORGANISATION_MEMBERS; i++) {
		const char *code = organisation_members[i].code;
		char lower[3] = {(char)tolower(code[0]), (char)tolower(code[1]), '\0'}, read[3] = "";
		struct names bureau;
		assert_true(organisation_country(code, &names[i]));
		organisation_bureau(&names[i], &bureau);
		for (size_t j = 0; j < LANGUAGE_COUNT; j++) {
			const char *text = names[i].text[j];
			size_t offset;
			if (!country_read(text, strlen(text), read) || strcmp(read, lower) != 0)
				fail_msg("%s: %s is read as %s", code, text, read);
			assert_true(utf8_valid(bureau.text[j], strlen(bureau.text[j]), &offset));
			assert_non_null(strstr(bureau.text[j], text));
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(names[k].text[j], text);
		}
		assert_true((unsigned char)names[i].text[LANGUAGE_AR][0] >= 0xD8); /* Arabic letters */
	}
	assert_string_equal(names[0].text[LANGUAGE_FR], "Andorre");
	struct names nowhere;
	assert_false(organisation_country("ZZ", &nowhere) || organisation_country("", &nowhere));
}

static void a_long_name_is_cut_between_letters(void **state)
{
	(void)state;
	struct names member = {0}, bureau;
	for (size_t j = 0; j < LANGUAGE_COUNT; j++)
		for (size_t i = 0; i + 2 <= NAMES_MAX; i += 2)
			memcpy(member.text[j] + i, "ب", 2);
	organisation_bureau(&member, &bureau);
	for (size_t j = 0; j < LANGUAGE_COUNT; j++) {
		size_t offset;
		assert_true(strlen(bureau.text[j]) <= NAMES_MAX && strlen(bureau.text[j]) >= NAMES_MAX - 1);
		assert_true(utf8_valid(bureau.text[j], strlen(bureau.text[j]), &offset));
	}
}

static void offices_have_codes_kinds_and_four_names(void **state)
{
	(void)state;
	size_t regional = 0;
	assert_string_equal(organisation_offices[0].code, OFFICE_HEADQUARTERS);
	for (size_t i = 0; i < organisation_office_count; i++) {
		const struct organisation_office *office = &organisation_offices[i];
		assert_true(strlen(office->code) <= OFFICE_CODE_MAX && is_member(office->country));
		assert_true(i < 2 || strcmp(organisation_offices[i - 1].code, office->code) < 0);
		regional += office->kind == OFFICE_IS_REGIONAL;
		for (size_t j = 0; j < LANGUAGE_COUNT; j++)
			assert_true(strlen(office->names[j]) > 5 && strlen(office->names[j]) <= NAMES_MAX);
	}
	assert_int_equal(regional, 7);
	for (unsigned i = 0; i < OFFICE_KIND_COUNT; i++) {
		enum office_kind kind;
		assert_true(office_kind_read(office_kind_name((enum office_kind)i), &kind) &&
		            kind == (enum office_kind)i);
		assert_true((office_kind_roles(kind) & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0);
		assert_int_equal((office_kind_roles(kind) & ROLE_BIT(ROLE_SECRETARY_GENERAL)) != 0,
		                 kind == OFFICE_IS_HEADQUARTERS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_196_members_in_the_order_of_their_codes),
		cmocka_unit_test(those_who_joined_late_are_members_and_those_who_did_not_are_none),
		cmocka_unit_test(the_regions_have_as_many_as_counted_by_hand),
		cmocka_unit_test(every_member_has_a_name_of_its_own_in_four_languages),
		cmocka_unit_test(a_long_name_is_cut_between_letters),
		cmocka_unit_test(offices_have_codes_kinds_and_four_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
