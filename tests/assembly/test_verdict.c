/* Every row of tests/vectors/verdicts.tsv, which tests/assembly/verdicts.py makes with fractions from cases written by hand and
 * others drawn; and the arithmetic against a search for the least number. */
#include "assembly/field.h"
#include "assembly/rule.h"

#include "base/file.h"
#include "base/json.h"
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

#define COLUMNS 14

static struct verdict_share read_share(const char *text)
{
	struct verdict_share share;
	if (!field_share(text, &share.over, &share.under, &share.strict))
		fail_msg("no share: %s", text);
	return share;
}

static void read_rule(char **cells, struct verdict_rule *rule)
{
	char *save = NULL;
	*rule = (struct verdict_rule){.rounds = (uint32_t)strtoul(cells[2], NULL, 10)};
	assert_true(verdict_base_read(cells[0], &rule->base));
	assert_true(verdict_tie_read(cells[3], &rule->tie));
	for (char *one = strtok_r(cells[1], ",", &save); one != NULL; one = strtok_r(NULL, ",", &save))
		rule->shares[rule->share_count++] = read_share(one);
	if (strcmp(cells[4], "none") == 0)
		return;
	char *colon = strchr(cells[4], ':');
	*colon = '\0';
	rule->quorum = read_share(cells[4]);
	assert_true(verdict_base_read(colon + 1, &rule->quorum_base));
}

static void the_table_of_verdicts_holds(void **state)
{
	(void)state;
	char path[4096], arithmetic[VERDICT_TEXT_MAX];
	struct text text;
	struct problem problem = {""};
	size_t rows = 0;
	char *save = NULL;
	const char *source = getenv("JISR_SOURCE");
	(void)snprintf(path, sizeof path, "%s/tests/vectors/verdicts.tsv", source != NULL ? source : ".");
	text_init(&text, 1 << 20);
	if (file_read(path, &text, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	char *line = strtok_r(text.bytes, "\n", &save);
	for (line = strtok_r(NULL, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *cells[COLUMNS], *inner = NULL, copy[300];
		struct verdict_rule rule;
		size_t count = 0;
		uint32_t numbers[7];
		(void)snprintf(copy, sizeof copy, "%s", line);
		for (char *cell = strtok_r(line, "\t", &inner); cell != NULL; cell = strtok_r(NULL, "\t", &inner)) {
			assert_true(count < COLUMNS);
			cells[count++] = cell;
		}
		assert_int_equal(count, COLUMNS);
		for (size_t i = 0; i < 7; i++)
			numbers[i] = (uint32_t)strtoul(cells[5 + i], NULL, 10);
		struct verdict_count votes = {numbers[0], numbers[1], numbers[2], numbers[3],
		                              numbers[4], numbers[5], numbers[3]};
		read_rule(cells, &rule);
		struct verdict verdict = verdict_decide(&rule, numbers[6], &votes);
		if (strcmp(verdict_outcome_name(verdict.outcome), cells[12]) != 0 ||
		    verdict.needed != strtoul(cells[13], NULL, 10))
			fail_msg("%s: %s, %u needed", copy, verdict_outcome_name(verdict.outcome),
			         (unsigned)verdict.needed);
		verdict_text(&rule, numbers[6], &votes, arithmetic);
		assert_non_null(strstr(arithmetic, " needed "));
		rows++;
	}
	text_finish(&text);
	assert_true(rows >= 500);
}

static void the_least_number_is_the_least(void **state)
{
	(void)state;
	for (uint32_t under = 1; under <= 12; under++)
		for (uint32_t over = 1; over <= under; over++)
			for (uint32_t base = 0; base <= 60; base++)
				for (int strict = 0; strict < 2; strict++) {
					uint32_t least = 0;
					while (strict ? under * least <= over * base : under * least < over * base)
						least++;
					struct verdict_share share = {over, under, strict != 0};
					assert_int_equal(verdict_needed(share, base), least);
				}
	struct verdict_share most = {1000, 1000, false};
	assert_int_equal(verdict_needed(most, VERDICT_MOST), VERDICT_MOST);
}

static void every_rule_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	for (unsigned matter = 0; matter < RULE_COUNT; matter++) {
		struct rule rule, again;
		CLEANUP(json_freep) cJSON *tree = tree_object();
		CLEANUP(json_freep) cJSON *other = tree_object();
		rule_first((enum rule_matter)matter, &rule);
		assert_true(rule.verdict.share_count > 0 && rule.verdict.rounds > 0 && rule.methods != 0);
		assert_true(rule.article[0] != '\0');
		rule_tree(tree, "rule", &rule);
		rule_first(matter == RULE_PRESIDENT ? RULE_RESOLUTION : RULE_PRESIDENT, &again);
		again.matter = (enum rule_matter)matter;
		again.unsure[0] = '\0';
		assert_int_equal(rule_read(json_get(tree, "rule"), &again, NULL), JISR_OK);
		rule_tree(other, "rule", &again);
		assert_true(cJSON_Compare(tree, other, true));
	}
	struct rule rule;
	rule_first(RULE_CONSTITUTION, &rule);
	assert_true(rule.verdict.base == VERDICT_MEMBERS && rule.notice_days == 90);
	rule_first(RULE_REGULATIONS, &rule);
	assert_true(rule.verdict.base == VERDICT_CAST && rule.verdict.shares[0].under == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_verdicts_holds),
		cmocka_unit_test(the_least_number_is_the_least),
		cmocka_unit_test(every_rule_is_read_back_as_it_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
