#include "web/chores.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
// after the standard headers that it needs
#include <cmocka.h>

static atomic_int freed;
static atomic_bool go_on;

static void count_free(void *context)
{
	(void)context;
	atomic_fetch_add(&freed, 1);
}

static void rest(void)
{
	(void)nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static int wait_for_it(struct chore *chore, void *context, struct text *result, struct problem *problem)
{
	(void)context;
	chore_progress(chore, 3, 4);
	while (!atomic_load(&go_on))
		if (chore_cancelled(chore))
			return problem_set(problem, JISR_CANCELLED, "stopped");
		else
			rest();
	return text_add_string(result, "{\"a\":1}");
}

static int break_off(struct chore *chore, void *context, struct text *result, struct problem *problem)
{
	(void)chore;
	(void)context;
	(void)result;
	(void)problem;
	return JISR_IO; /* without a sentence: one is found */
}

static struct text text;

static const char *told(struct chores *chores, uint64_t id)
{
	text_finish(&text);
	text_init(&text, CHORE_MAX_RESULT);
	return chores_emit(chores, id, &text, NULL) == JISR_OK ? text.bytes : "";
}

static void until(struct chores *chores, uint64_t id, const char *says)
{
	for (int i = 0; i < 20000 && strstr(told(chores, id), says) == NULL; i++)
		rest();
	assert_non_null(strstr(told(chores, id), says));
}

static void one_at_a_time_is_told_how_far_it_is_stopped_and_remembered(void **state)
{
	(void)state;
	struct chores *chores = NULL;
	struct problem problem = {""};
	struct chore_order order = {
		.kind = "list.load", .what = "a.csv", .by = "GS-1", .work = wait_for_it, .free = count_free};
	uint64_t id = 0, other = 0;
	assert_int_equal(chores_new(&chores), JISR_OK);
	assert_string_equal(told(chores, 1), "");
	assert_int_equal(chores_begin(chores, &order, &id, &problem), JISR_OK);
	assert_int_equal(chores_begin(chores, &order, &other, &problem), JISR_BUSY);
	assert_non_null(strstr(problem.text, "a.csv"));
	assert_int_equal(atomic_load(&freed), 1); /* that which was refused */
	until(chores, id, "\"done\":3,\"total\":4");
	atomic_store(&go_on, true);
	until(chores, id, "\"state\":\"done\"");
	assert_non_null(strstr(told(chores, id), "\"result\":{\"a\":1},\"problem\":null"));
	assert_int_equal(chores_cancel(chores, id, &problem), JISR_STATE);
	assert_int_equal(chores_cancel(chores, 77, &problem), JISR_NOT_FOUND);
	atomic_store(&go_on, false);
	assert_int_equal(chores_begin(chores, &order, &id, &problem), JISR_OK);
	assert_int_equal(chores_cancel(chores, id, &problem), JISR_OK);
	until(chores, id, "\"problem\":\"stopped\"");
	order.work = break_off;
	for (int i = 0; i < CHORES_KEPT; i++) {
		assert_int_equal(chores_begin(chores, &order, &id, &problem), JISR_OK);
		until(chores, id, "\"state\":\"failed\"");
	}
	assert_non_null(strstr(told(chores, id), error_text(JISR_IO)));
	assert_string_equal(told(chores, 1), ""); /* long ago */
	/* What is under way is stopped, and nothing begins any more. */
	order.work = wait_for_it;
	assert_int_equal(chores_begin(chores, &order, &id, &problem), JISR_OK);
	chores_stop(chores);
	assert_int_equal(chores_begin(chores, &order, &id, &problem), JISR_CANCELLED);
	text_finish(&text);
	assert_null(chores_free(chores));
	assert_int_equal(atomic_load(&freed), CHORES_KEPT + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time_is_told_how_far_it_is_stopped_and_remembered)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
