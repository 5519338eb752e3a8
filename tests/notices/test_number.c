#include "notices/number.h"

#include "world.h"

/* What a command is to give. */
struct asking {
	struct number_kind kind;
	const char *wanted, *day;
	char given[NOTICE_ID_MAX + 1];
};

static int give(struct store_write *write, void *context, struct problem *problem)
{
	struct asking *asking = context;
	return number_give(write, &asking->kind, asking->day, asking->wanted, asking->given, problem);
}

static int ask(struct world *world, struct asking *asking, struct problem *problem)
{
	return store_submit(world->place.store, give, asking, problem);
}

static void a_number_that_was_given_is_not_given_again(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	world_init(&world);
	char id[NOTICE_ID_MAX + 1];
	world_do(&world, &world.bureau, STEP_DRAFT, NULL,
	         "{\"content\":{\"colour\":\"black\",\"source_language\":\"en\",\"subject\":\"person\"}}", id);
	unsigned number = (unsigned)strtoul(id + 5, NULL, 10);
	struct asking asking = {{NOTICE_SUBJECT, "notice", number, number}, NULL, id, ""};
	assert_int_equal(ask(&world, &asking, &problem), JISR_TOO_LARGE);
	asking = (struct asking){{NOTICE_SUBJECT, "notice", 1, 999999}, id, id, ""};
	assert_int_equal(ask(&world, &asking, &problem), JISR_CONFLICT);
	assert_non_null(strstr(problem.text, "there is a notice 2"));
	asking = (struct asking){{"hit/", "hit", 1, 999999}, id, id, ""}; /* of another kind */
	assert_int_equal(ask(&world, &asking, &problem), JISR_OK);
	assert_string_equal(asking.given, id);
	asking = (struct asking){{"hit/", "hit", 1, 999999}, "2026-17", id, ""};
	assert_int_equal(ask(&world, &asking, &problem), JISR_OK);
	assert_string_equal(asking.given, "2026/17");
	asking.wanted = "seventeen";
	assert_int_equal(ask(&world, &asking, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "no number of a hit"));
	place_finish(&world.place);
}

static void numbers_are_drawn_between_the_first_and_the_last(void **state)
{
	(void)state;
	struct world world;
	world_init(&world);
	bool seen[4] = {false};
	for (int i = 0; i < 200; i++) {
		struct asking asking = {{"operation/", "operation", 7, 10}, NULL, "2026-11-27T00:00:00.000Z", ""};
		assert_int_equal(ask(&world, &asking, NULL), JISR_OK);
		assert_memory_equal(asking.given, "2026/", 5);
		unsigned number = (unsigned)strtoul(asking.given + 5, NULL, 10);
		assert_in_range(number, 7, 10);
		seen[number - 7] = true;
	}
	assert_true(seen[0] && seen[1] && seen[2] && seen[3]);
	char subject[NUMBER_SUBJECT_MAX];
	number_subject("operation/", "2026/9999", subject);
	assert_string_equal(subject, "operation/2026-9999");
	place_finish(&world.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_was_given_is_not_given_again),
		cmocka_unit_test(numbers_are_drawn_between_the_first_and_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
