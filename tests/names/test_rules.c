#include "names/rules.h"

#include "base/file.h"
#include "names/compare.h"
#include "watch/check.h"

#include <math.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDED 0.00005001 /* four decimals are stored */

static int read_scores(const char *version, struct text *text)
{
	char path[FILE_MAX_PATH];
	struct problem problem;
	const char *source = getenv("JISR_SOURCE");
	(void)snprintf(path, sizeof path, "%s/tests/names/rules/%s.tsv", source != NULL ? source : ".", version);
	text_init(text, (size_t)16 << 20);
	return file_read(path, text, &problem);
}

static void each_version_keeps_its_scores_for_ever(void **state)
{
	(void)state;
	assert_true(name_rules_count > 0);
	for (size_t i = 0; i < name_rules_count; i++) {
		struct text text;
		unsigned char hash[crypto_hash_sha256_BYTES];
		char digits[2 * sizeof hash + 1];
		assert_true(strlen(name_rules[i].version) < 32);
		assert_int_equal(read_scores(name_rules[i].version, &text), JISR_OK);
		(void)crypto_hash_sha256(hash, (const unsigned char *)text.bytes, text.length);
		(void)sodium_bin2hex(digits, sizeof digits, hash, sizeof hash);
		text_finish(&text);
		if (strcmp(digits, name_rules[i].scores) != 0)
			fail_msg("the stored scores of %s are not those that were published: a version's scores never "
			         "change. Give the rules a new version (src/names/rules.h)",
			         name_rules[i].version);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(name_rules[k].version, name_rules[i].version);
	}
}

static const struct {
	const char *name;
	double amount;
} amounts[] = {
	{"CHECK_BIRTH_EQUAL", CHECK_BIRTH_EQUAL}, {"CHECK_BIRTH_SLIP", CHECK_BIRTH_SLIP},
	{"CHECK_BIRTH_DAY", CHECK_BIRTH_DAY},     {"CHECK_BIRTH_YEAR", CHECK_BIRTH_YEAR},
	{"CHECK_BIRTH_FAR", CHECK_BIRTH_FAR},     {"CHECK_COUNTRY_OTHER", CHECK_COUNTRY_OTHER},
	{"CHECK_SEX_OTHER", CHECK_SEX_OTHER},     {"CHECK_WEAK_ALIAS", CHECK_WEAK_ALIAS},
	{"CHECK_DOCUMENT", CHECK_DOCUMENT},       {"CHECK_DOCUMENT_ONLY", CHECK_DOCUMENT_ONLY},
};

static bool amount_kept(const char *name, double stored)
{
	for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
		if (strcmp(amounts[i].name, name) == 0)
			return fabs(amounts[i].amount - stored) < 1e-9;
	return false;
}

static double score_of(const char *one, const char *other, const char *schema, struct arena *arena)
{
	struct name *query, *listed;
	struct name_score score;
	enum name_kind kind = name_kind_of_schema(schema);
	assert_int_equal(name_read(one, strlen(one), kind, arena, &query), JISR_OK);
	assert_int_equal(name_read(other, strlen(other), kind, arena, &listed), JISR_OK);
	name_compare(query, listed, &score);
	return score.score;
}

/* The line's tabs become ends; false at the end of the text. */
static bool next_line(char **at, char *columns[4])
{
	if (**at == '\0')
		return false;
	char *end = *at + strcspn(*at, "\n"), *column = *at;
	*at = *end == '\n' ? end + 1 : end;
	*end = '\0';
	for (size_t i = 0; i < 4; i++) {
		char *tab = column + strcspn(column, "\t");
		columns[i] = column;
		assert_true(i == 3 || *tab == '\t');
		column = *tab == '\t' ? tab + 1 : tab;
		*tab = '\0';
	}
	return true;
}

static void these_rules_give_the_scores_of_their_version(void **state)
{
	(void)state;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct text text;
	char *columns[4];
	size_t pairs = 0, evidence = 0, changed = 0;
	assert_int_equal(arena_new((size_t)16 << 20, &arena), JISR_OK);
	assert_int_equal(read_scores(name_rules_version(), &text), JISR_OK);
	for (char *at = text.bytes; next_line(&at, columns);) {
		double stored = strtod(columns[3], NULL);
		arena_reset(arena);
		if (strcmp(columns[0], "amount") == 0) {
			evidence++;
			if (!amount_kept(columns[1], stored)) {
				print_error("%s was %s\n", columns[1], columns[3]);
				changed++;
			}
			continue;
		}
		double now = score_of(columns[0], columns[1], columns[2], arena);
		pairs++;
		if (fabs(now - stored) > ROUNDED && changed++ < 20)
			print_error("%s / %s (%s) was %s, is now %.4f\n", columns[0], columns[1], columns[2],
			            columns[3], now);
	}
	text_finish(&text);
	assert_int_equal(evidence, sizeof amounts / sizeof *amounts);
	assert_true(pairs > 1000);
	if (changed > 0)
		fail_msg("%zu scores are not those of %s: callers who pinned it would get others. Give the rules a new "
		         "version (src/names/rules.h)",
		         changed, name_rules_version());
}

static void a_version_is_known_earlier_or_unknown(void **state)
{
	(void)state;
	struct problem problem = {""};
	assert_int_equal(name_rules_ask(name_rules_version(), &problem), JISR_OK);
	assert_string_equal(problem.text, "");
	for (size_t i = 0; i + 1 < name_rules_count; i++)
		assert_int_equal(name_rules_ask(name_rules[i].version, &problem), JISR_UNSUPPORTED);
	assert_int_equal(name_rules_ask("jisr-names-99", &problem), JISR_NOT_FOUND);
	assert_non_null(strstr(problem.text, name_rules_version()));
	assert_int_equal(name_rules_ask("", NULL), JISR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_keeps_its_scores_for_ever),
		cmocka_unit_test(these_rules_give_the_scores_of_their_version),
		cmocka_unit_test(a_version_is_known_earlier_or_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
