/* Credentials given out in parts: the parts' secrets add up to what signs, none of the registrars can do without the others,
 * and whoever claims an element that is not its own is refused. */
#include "ballot/credential_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

#define UUID   "Vj5M5FELnNdHzD"
#define VOTERS 5

static const char *const names[] = {"IS", "KE"};

struct made {
	const struct group *group;
	char codes[2][VOTERS][CREDENTIAL_LENGTH + 1];
	struct text messages[2];
};

static void make(struct made *made)
{
	struct problem problem = {""};
	made->group = group_find("BELENIOS-2048");
	for (size_t i = 0; i < 2; i++) {
		text_init(&made->messages[i], MESSAGE_MAX_BYTES);
		if (credential_part_make(made->group, UUID, names[i], VOTERS, made->codes[i][0], &made->messages[i],
		                         &problem))
			fail_msg("%s", problem.text);
	}
}

static void finish(struct made *made)
{
	text_finish(&made->messages[0]);
	text_finish(&made->messages[1]);
}

static int read_part(const struct made *made, size_t which, const char *bytes, struct credential_part **ret_part,
                     struct problem *problem)
{
	return credential_part_read(made->group, UUID, names[which], VOTERS, bytes, strlen(bytes), ret_part, problem);
}

static void refuse(const struct made *made, size_t which, const char *bytes, const char *words)
{
	struct credential_part *part = NULL;
	struct problem problem = {""};
	if (read_part(made, which, bytes, &part, &problem) != JISR_BAD_INPUT || strstr(problem.text, words) == NULL)
		fail_msg("not refused for \"%s\": %s", words, problem.text);
	assert_null(part);
}

static void the_sum_of_the_parts_signs(void **state)
{
	(void)state;
	struct made made;
	struct problem problem = {""};
	struct credential_part *parts[2] = {NULL};
	struct credential_list *list = NULL;
	struct text text;
	make(&made);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(read_part(&made, i, made.messages[i].bytes, &parts[i], &problem), JISR_OK);
	text_init(&text, MESSAGE_MAX_BYTES);
	assert_int_equal(
		credential_part_combine(made.group, (const struct credential_part *const *)parts, 2, &text, &problem),
		JISR_OK);
	assert_int_equal(credential_list_read(made.group, text.bytes, text.length, &list, &problem), JISR_OK);
	assert_int_equal(credential_list_count(list), VOTERS);
	for (size_t place = 0; place < VOTERS; place++) {
		char typed[100], credential[CREDENTIAL_TEXT_MAX], other[CREDENTIAL_TEXT_MAX];
		struct element element, single;
		(void)snprintf(typed, sizeof typed, " %s\r\n+ %s\n", made.codes[1][place], made.codes[0][place]);
		assert_int_equal(credential_read_parts(typed, credential, &problem), JISR_OK);
		assert_int_equal(credential_public(made.group, UUID, credential, &element), JISR_OK);
		assert_int_equal(credential_list_find(list, &element), place);
		/* either order, and what is written is read again */
		assert_int_equal(credential_read_parts(credential, other, &problem), JISR_OK);
		assert_string_equal(credential, other);
		/* one part alone is nobody's credential */
		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(credential_public(made.group, UUID, made.codes[i][place], &single), JISR_OK);
			assert_int_equal(credential_list_find(list, &single), SIZE_MAX);
		}
		/* nor are parts of two voters */
		(void)snprintf(typed, sizeof typed, "%s %s", made.codes[0][place], made.codes[1][(place + 1) % VOTERS]);
		assert_int_equal(credential_read_parts(typed, credential, &problem), JISR_OK);
		assert_int_equal(credential_public(made.group, UUID, credential, &single), JISR_OK);
		assert_int_equal(credential_list_find(list, &single), SIZE_MAX);
	}
	credential_list_free(list);
	credential_part_free(parts[0]);
	credential_part_free(parts[1]);
	text_finish(&text);
	finish(&made);
}

static void a_credential_of_parts_is_read_as_people_type_it(void **state)
{
	(void)state;
	char code[CREDENTIAL_LENGTH + 1], out[CREDENTIAL_TEXT_MAX], typed[200];
	struct problem problem = {""};
	credential_make(code);
	assert_int_equal(credential_read_parts(code, out, &problem), JISR_OK);
	assert_string_equal(out, code);
	assert_int_equal(credential_read_parts(" \n ", out, &problem), JISR_BAD_INPUT);
	(void)snprintf(typed, sizeof typed, "%s %s", code, code);
	assert_int_equal(credential_read_parts(typed, out, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "twice"));
	(void)snprintf(typed, sizeof typed, "%sx", code);
	assert_int_equal(credential_read_parts(typed, out, &problem), JISR_BAD_INPUT);
	for (size_t count = 1; count <= CREDENTIAL_MAX_PARTS + 1; count++) {
		size_t at = 0;
		for (size_t i = 0; i < count; i++) {
			credential_make(code);
			at += (size_t)snprintf(typed + at, sizeof typed - at, "%s+", code);
		}
		assert_int_equal(credential_read_parts(typed, out, &problem),
		                 count <= CREDENTIAL_MAX_PARTS ? JISR_OK : JISR_BAD_INPUT);
	}
}

/* The last registrar divides by what the first has published, to know the whole credential alone. */
static void nobody_can_cancel_another_registrar(void **state)
{
	(void)state;
	struct made made;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *first = NULL;
	CLEANUP(json_freep) cJSON *second = NULL;
	struct element mine, theirs;
	char digits[GROUP_DIGITS + 1];
	struct text text;
	make(&made);
	assert_int_equal(json_read(made.messages[0].bytes, made.messages[0].length, &first, &problem), JISR_OK);
	assert_int_equal(json_read(made.messages[1].bytes, made.messages[1].length, &second, &problem), JISR_OK);
	const cJSON *of_first = json_get(first, "credentials")->child;
	cJSON *of_second = json_get(second, "credentials")->child;
	const char *published = json_get_text(of_first, "public"), *own = json_get_text(of_second, "public");
	assert_int_equal(element_parse(made.group, published, strlen(published), &theirs, &problem), JISR_OK);
	assert_int_equal(element_parse(made.group, own, strlen(own), &mine, &problem), JISR_OK);
	element_divide(made.group, &mine, &theirs, &mine);
	(void)element_write(&mine, digits);
	cJSON_ReplaceItemInObjectCaseSensitive(of_second, "public", cJSON_CreateString(digits));
	text_init(&text, MESSAGE_MAX_BYTES);
	assert_int_equal(json_write(second, &text), JISR_OK);
	refuse(&made, 1, text.bytes, "does not prove");
	text_finish(&text);
	finish(&made);
}

static void what_is_not_the_registrars_own_is_refused(void **state)
{
	(void)state;
	struct made made;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *json = NULL;
	struct credential_part *part = NULL;
	struct text text;
	make(&made);
	refuse(&made, 1, made.messages[0].bytes, "the part of IS, not of KE");
	refuse(&made, 0, "{}", "registrar");
	refuse(&made, 0, "[]", "object");
	/* another's elements under the own name */
	assert_int_equal(json_read(made.messages[0].bytes, made.messages[0].length, &json, &problem), JISR_OK);
	cJSON_ReplaceItemInObjectCaseSensitive(json, "registrar", cJSON_CreateString("KE"));
	text_init(&text, MESSAGE_MAX_BYTES);
	assert_int_equal(json_write(json, &text), JISR_OK);
	refuse(&made, 1, text.bytes, "credentials[0]: KE does not prove");
	/* at another place */
	cJSON_ReplaceItemInObjectCaseSensitive(json, "registrar", cJSON_CreateString("IS"));
	cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "credentials");
	cJSON_AddItemToArray(list, cJSON_DetachItemFromArray(list, 0));
	text_reset(&text);
	assert_int_equal(json_write(json, &text), JISR_OK);
	refuse(&made, 0, text.bytes, "credentials[0]");
	/* one missing; another vote */
	cJSON_DeleteItemFromArray(list, 0);
	text_reset(&text);
	assert_int_equal(json_write(json, &text), JISR_OK);
	refuse(&made, 0, text.bytes, "4 credentials for 5 voters");
	assert_int_equal(credential_part_read(made.group, "Vj5M5FELnNdHzE", "IS", VOTERS, made.messages[0].bytes,
	                                      made.messages[0].length, &part, &problem),
	                 JISR_BAD_INPUT);
	text_finish(&text);
	finish(&made);
}

static void every_registrar_lists_in_one_order(void **state)
{
	(void)state;
	static const char *const voters[] = {"ES", "FR", "IS", "KE", "MA"}, *const mixed[] = {"MA", "KE", "ES", "IS",
	                                                                                      "FR"};
	unsigned char seed[CREDENTIAL_SEED], other[CREDENTIAL_SEED];
	size_t places[VOTERS], again[VOTERS], differ = 0;
	credential_part_seed(seed);
	assert_int_equal(credential_part_order(seed, UUID, voters, VOTERS, places), JISR_OK);
	assert_int_equal(credential_part_order(seed, UUID, mixed, VOTERS, again), JISR_OK);
	for (size_t i = 0; i < VOTERS; i++)
		assert_string_equal(voters[places[i]], mixed[again[i]]);
	for (size_t n = 0; n < 20; n++) {
		credential_part_seed(other);
		assert_int_equal(credential_part_order(other, UUID, voters, VOTERS, again), JISR_OK);
		differ += memcmp(places, again, sizeof places) != 0;
	}
	assert_true(differ > 10);
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	struct made made;
	make(&made);
	for (long n = 0; n < 200; n++) {
		struct problem problem = {""};
		struct credential_part *part = NULL;
		memory_fail_after(n);
		int error = read_part(&made, 0, made.messages[0].bytes, &part, &problem);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || error == JISR_NO_MEMORY || error == JISR_BAD_INPUT);
		assert_true((part != NULL) == (error == JISR_OK));
		credential_part_free(part);
		if (error == JISR_OK)
			break;
		assert_true(n < 199);
	}
	finish(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sum_of_the_parts_signs),
		cmocka_unit_test(a_credential_of_parts_is_read_as_people_type_it),
		cmocka_unit_test(nobody_can_cancel_another_registrar),
		cmocka_unit_test(what_is_not_the_registrars_own_is_refused),
		cmocka_unit_test(every_registrar_lists_in_one_order),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
