#include "assembly/committee.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed = 1;
static unsigned below(unsigned limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % limit;
}

#define VOTED(day_, year_, person_, country_, region_, post_, until_)                                                  \
	{                                                                                                              \
		.what = COMMITTEE_ELECTED, .day = day_, .year = year_, .person = person_, .country = country_,         \
		.region = region_, .post = post_, .until = until_                                                      \
	}
#define LEFT(day_, person_)                                                                                            \
	{                                                                                                              \
		.what = COMMITTEE_LEFT, .day = day_, .person = person_                                                 \
	}
#define CLOSED(day_, year_)                                                                                            \
	{                                                                                                              \
		.what = COMMITTEE_CLOSED, .day = day_, .year = year_                                                   \
	}

/* An invented history. */
static const struct committee_event history[] = {
	VOTED("2021-11-25", 2021, "ama", "GH", REGION_AFRICA, COMMITTEE_PRESIDENT, 2025),
	VOTED("2021-11-25", 2021, "bob", "CA", REGION_AMERICAS, COMMITTEE_VICE_PRESIDENT, 2024),
	VOTED("2021-11-25", 2021, "chi", "JP", REGION_ASIA, COMMITTEE_VICE_PRESIDENT, 2024),
	VOTED("2021-11-25", 2021, "dag", "NO", REGION_EUROPE, COMMITTEE_VICE_PRESIDENT, 2024),
	VOTED("2021-11-25", 2021, "eva", "ES", REGION_EUROPE, COMMITTEE_DELEGATE, 2024),
	CLOSED("2021-11-26", 2021),
	VOTED("2022-10-20", 2022, "fay", "KE", REGION_AFRICA, COMMITTEE_DELEGATE, 2025),
	CLOSED("2022-10-21", 2022),
	LEFT("2023-02-01", "ama"),
	{.what = COMMITTEE_ELECTED,
         .day = "2023-11-30",
         .year = 2023,
         .person = "gil",
         .country = "SN",
         .region = REGION_AFRICA,
         .post = COMMITTEE_PRESIDENT,
         .until = 2025,
         .vacancy = true},
	CLOSED("2023-12-01", 2023),
	VOTED("2024-11-06", 2024, "hal", "BR", REGION_AMERICAS, COMMITTEE_VICE_PRESIDENT, 2027),
	CLOSED("2024-11-07", 2024),
};
static const size_t history_count = sizeof history / sizeof *history;

static void names_on(const char *day, char *out, size_t size)
{
	struct committee committee;
	assert_int_equal(committee_at(history, history_count, day, &committee, NULL), JISR_OK);
	size_t length = 0;
	out[0] = '\0';
	for (size_t i = 0; i < committee.count; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s%s", i > 0 ? " " : "",
		                           committee.seats[i].elected->person, committee.seats[i].acting ? "*" : "");
}

static void who_sits_on_a_day(void **state)
{
	(void)state;
	static const struct {
		const char *day, *names;
	} days[] = {
		{"2021-11-24", ""},
		{"2021-11-25", ""},
		{"2021-11-26", "ama bob chi dag eva"},
		{"2022-10-20", "ama bob chi dag eva"},
		{"2022-10-21", "ama bob chi dag eva fay"},
		{"2023-01-31", "ama bob chi dag eva fay"},
		{"2023-02-01", "bob* chi dag eva fay"},
		{"2023-11-29", "bob* chi dag eva fay"},
		{"2023-11-30", "gil bob chi dag eva fay"},
		{"2024-11-06", "gil bob chi dag eva fay"},
		{"2024-11-07", "gil hal fay"},
		{"2030-01-01", "gil hal fay"},
	};
	char names[200];
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		names_on(days[i].day, names, sizeof names);
		assert_string_equal(names, days[i].names);
	}
}

static void what_a_session_fills(void **state)
{
	(void)state;
	struct committee after;
	struct committee_needs needs;
	struct committee_rules rules;
	committee_rules_init(&rules);
	/* in 2024, before anybody was elected: three Vice-Presidents and one delegate of Europe end */
	assert_int_equal(committee_after(history, history_count, "2024-11-05", 2024, &after, NULL), JISR_OK);
	committee_needs(&after, &rules, &needs);
	assert_int_equal(needs.president, 0);
	assert_int_equal(needs.vice_presidents, 3);
	assert_int_equal(needs.open, 1u << REGION_AMERICAS | 1u << REGION_ASIA | 1u << REGION_EUROPE);
	assert_int_equal(needs.delegates[REGION_AFRICA], 1);
	assert_int_equal(needs.delegates[REGION_EUROPE], 3);
	assert_int_equal(committee_after(history, history_count, "2024-11-06", 2024, &after, NULL), JISR_OK);
	committee_needs(&after, &rules, &needs);
	assert_int_equal(needs.vice_presidents, 2);
	/* in 2025 the President ends */
	assert_int_equal(committee_after(history, history_count, "2025-11-24", 2025, &after, NULL), JISR_OK);
	committee_needs(&after, &rules, &needs);
	assert_int_equal(needs.president, 1);
	assert_int_equal(needs.delegates[REGION_AFRICA], 2);
}

static void a_fourth_vice_president(void **state)
{
	(void)state;
	static const struct committee_event events[] = {
		VOTED("2025-11-25", 2025, "a", "BR", REGION_AMERICAS, COMMITTEE_VICE_PRESIDENT, 2028),
		VOTED("2025-11-25", 2025, "b", "JP", REGION_ASIA, COMMITTEE_VICE_PRESIDENT, 2028),
		VOTED("2025-11-25", 2025, "c", "NO", REGION_EUROPE, COMMITTEE_VICE_PRESIDENT, 2028),
		CLOSED("2025-11-27", 2025),
		VOTED("2026-11-25", 2026, "d", "FR", REGION_EUROPE, COMMITTEE_PRESIDENT, 2030),
	};
	const struct committee_candidate candidate = {"d", "FR", REGION_EUROPE, true};
	const struct committee_candidate other = {"e", "GH", REGION_AFRICA, true},
					 taken = {"f", "IN", REGION_ASIA, true};
	struct committee after;
	struct committee_needs needs;
	struct committee_rules rules;
	struct problem problem;
	committee_rules_init(&rules);
	assert_int_equal(committee_may_stand(events, 4, &rules, "2026-11-24", 2026, &candidate, COMMITTEE_PRESIDENT,
	                                     COMMITTEE_NO_REGION, &problem),
	                 JISR_OK);
	assert_int_equal(committee_after(events, 5, "2026-11-25", 2026, &after, NULL), JISR_OK);
	committee_needs(&after, &rules, &needs);
	assert_int_equal(needs.vice_presidents, 1);
	assert_int_equal(needs.open, 1u << REGION_AFRICA);
	assert_int_equal(committee_may_stand(events, 5, &rules, "2026-11-25", 2026, &other, COMMITTEE_VICE_PRESIDENT,
	                                     COMMITTEE_NO_REGION, &problem),
	                 JISR_OK);
	assert_int_equal(committee_may_stand(events, 5, &rules, "2026-11-25", 2026, &taken, COMMITTEE_VICE_PRESIDENT,
	                                     COMMITTEE_NO_REGION, &problem),
	                 JISR_STATE);
	/* without that rule the President is of a region that has no Vice-President */
	rules.value[COMMITTEE_FOURTH] = 0;
	committee_needs(&after, &rules, &needs);
	assert_int_equal(needs.vice_presidents, 0);
	assert_int_equal(committee_may_stand(events, 4, &rules, "2026-11-24", 2026, &candidate, COMMITTEE_PRESIDENT,
	                                     COMMITTEE_NO_REGION, &problem),
	                 JISR_STATE);
}

static void who_may_stand(void **state)
{
	(void)state;
	static const struct {
		const char *what, *day;
		unsigned year;
		struct committee_candidate candidate;
		enum committee_post post;
		int region, expected;
	} cases[] = {
		{"new",
	         "2024-11-05",
	         2024,
	         {"new", "PE", REGION_AMERICAS, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"is no delegate of the session",
	         "2024-11-05",
	         2024,
	         {"new", "PE", REGION_AMERICAS, false},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_STATE},
		{"country has a seat that goes on",
	         "2024-11-05",
	         2024,
	         {"new", "KE", REGION_AFRICA, true},
	         COMMITTEE_DELEGATE,
	         REGION_AFRICA,
	         JISR_STATE},
		{"country's seat ends with this session",
	         "2024-11-05",
	         2024,
	         {"new", "ES", REGION_EUROPE, true},
	         COMMITTEE_DELEGATE,
	         REGION_EUROPE,
	         JISR_OK},
		{"President's continent",
	         "2024-11-05",
	         2024,
	         {"new", "TN", REGION_AFRICA, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_STATE},
		{"delegates may share a continent",
	         "2024-11-05",
	         2024,
	         {"new", "TN", REGION_AFRICA, true},
	         COMMITTEE_DELEGATE,
	         REGION_AFRICA,
	         JISR_OK},
		{"another region's seat",
	         "2024-11-05",
	         2024,
	         {"new", "TN", REGION_AFRICA, true},
	         COMMITTEE_DELEGATE,
	         REGION_ASIA,
	         JISR_STATE},
		{"Vice-President again",
	         "2024-11-05",
	         2024,
	         {"bob", "CA", REGION_AMERICAS, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_STATE},
		{"Vice-President as delegate",
	         "2024-11-05",
	         2024,
	         {"bob", "CA", REGION_AMERICAS, true},
	         COMMITTEE_DELEGATE,
	         -1,
	         JISR_STATE},
		{"Vice-President as President",
	         "2025-11-24",
	         2025,
	         {"chi", "JP", REGION_ASIA, true},
	         COMMITTEE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"Vice-President again after 383 days",
	         "2025-11-25",
	         2025,
	         {"chi", "JP", REGION_ASIA, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"Vice-President again after 366 days",
	         "2025-11-08",
	         2025,
	         {"chi", "JP", REGION_ASIA, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_STATE},
		{"and after 367",
	         "2025-11-09",
	         2025,
	         {"chi", "JP", REGION_ASIA, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"delegate again",
	         "2024-11-05",
	         2024,
	         {"eva", "ES", REGION_EUROPE, true},
	         COMMITTEE_DELEGATE,
	         -1,
	         JISR_STATE},
		{"delegate as Vice-President",
	         "2024-11-05",
	         2024,
	         {"eva", "ES", REGION_EUROPE, true},
	         COMMITTEE_VICE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"sitting delegate as Vice-President",
	         "2024-11-05",
	         2024,
	         {"fay", "KE", REGION_AFRICA, true},
	         COMMITTEE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"sits already",
	         "2024-11-05",
	         2024,
	         {"fay", "KE", REGION_AFRICA, true},
	         COMMITTEE_DELEGATE,
	         -1,
	         JISR_STATE},
		{"served out another's term",
	         "2025-11-24",
	         2025,
	         {"gil", "SN", REGION_AFRICA, true},
	         COMMITTEE_PRESIDENT,
	         -1,
	         JISR_STATE},
		{"elected in this session",
	         "2024-11-06",
	         2024,
	         {"hal", "BR", REGION_AMERICAS, true},
	         COMMITTEE_DELEGATE,
	         -1,
	         JISR_STATE},
		{"resigned long ago",
	         "2025-11-24",
	         2025,
	         {"ama", "GH", REGION_AFRICA, true},
	         COMMITTEE_PRESIDENT,
	         -1,
	         JISR_OK},
		{"resigned months ago",
	         "2023-11-29",
	         2023,
	         {"ama", "GH", REGION_AFRICA, true},
	         COMMITTEE_PRESIDENT,
	         -1,
	         JISR_STATE},
	};
	struct committee_rules rules;
	committee_rules_init(&rules);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct problem problem = {""};
		int error = committee_may_stand(history, history_count, &rules, cases[i].day, cases[i].year,
		                                &cases[i].candidate, cases[i].post, cases[i].region, &problem);
		if (error != cases[i].expected)
			print_error("%s: %s\n", cases[i].what, problem.text);
		assert_int_equal(error, cases[i].expected);
	}
	rules.value[COMMITTEE_SERVED_COUNTS] = 0;
	const struct committee_candidate gil = {"gil", "SN", REGION_AFRICA, true};
	assert_int_equal(committee_may_stand(history, history_count, &rules, "2025-11-24", 2025, &gil,
	                                     COMMITTEE_PRESIDENT, -1, NULL),
	                 JISR_OK);
}

static void a_vacancy_is_filled_once(void **state)
{
	(void)state;
	struct committee_rules rules;
	committee_rules_init(&rules);
	assert_null(committee_vacancy(history, history_count, "2023-01-31", 2023, COMMITTEE_PRESIDENT, -1));
	const struct committee_event *left =
		committee_vacancy(history, history_count, "2023-11-29", 2023, COMMITTEE_PRESIDENT, -1);
	assert_ptr_equal(left, &history[0]);
	assert_int_equal(committee_until(&rules, COMMITTEE_PRESIDENT, 2023, left), 2025);
	assert_int_equal(committee_until(&rules, COMMITTEE_PRESIDENT, 2025, NULL), 2029);
	assert_int_equal(committee_until(&rules, COMMITTEE_DELEGATE, 2025, NULL), 2028);
	assert_null(committee_vacancy(history, history_count, "2023-11-29", 2023, COMMITTEE_DELEGATE, -1));
	assert_null(committee_vacancy(history, history_count, "2023-11-30", 2023, COMMITTEE_PRESIDENT, -1));
}

/* ---- against the definition ---- */

#define MOST 60

/* Sits event `i` on that day? By what happened, without going through it in order. */
static bool sits(const struct committee_event *events, size_t count, size_t i, const char *day)
{
	if (events[i].what != COMMITTEE_ELECTED || strcmp(events[i].day, day) > 0)
		return false;
	size_t begin = i;
	if (!events[i].vacancy) {
		for (begin = i + 1; begin < count && events[begin].what != COMMITTEE_CLOSED; begin++)
			if (events[begin].what == COMMITTEE_LEFT && strcmp(events[begin].person, events[i].person) == 0)
				return false;
		if (begin >= count || strcmp(events[begin].day, day) > 0)
			return false;
	}
	for (size_t j = begin + 1; j < count && strcmp(events[j].day, day) <= 0; j++) {
		if (events[j].what == COMMITTEE_CLOSED) {
			if (events[j].year >= events[i].until)
				return false;
		} else if (strcmp(events[j].person, events[i].person) == 0) {
			if (events[j].what == COMMITTEE_LEFT || events[j].vacancy)
				return false;
			/* elected to another seat: gives this one up when that begins, if it does */
			size_t end = j + 1;
			while (end < count && events[end].what != COMMITTEE_CLOSED &&
			       !(events[end].what == COMMITTEE_LEFT &&
			         strcmp(events[end].person, events[i].person) == 0))
				end++;
			if (end < count && strcmp(events[end].day, day) <= 0)
				return false;
		}
	}
	return true;
}

static void composition_agrees_with_its_definition(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct committee_event events[MOST];
		char days[MOST][11], people[12][4];
		for (unsigned i = 0; i < 12; i++)
			(void)snprintf(people[i], sizeof people[i], "p%u", i);
		size_t count = 0;
		for (unsigned year = 2020; year < 2026 && count + 12 < MOST; year++) {
			unsigned month = 1, elected = 0;
			for (unsigned left = below(3); left > 0; left--) {
				events[count] = (struct committee_event)LEFT(days[count], people[below(12)]);
				(void)snprintf(days[count++], 11, "%u-%02u-01", year, month += 1 + below(2));
			}
			for (unsigned i = 0; i < 4; i++) {
				unsigned who = below(12);
				if ((elected & 1u << who) != 0)
					continue; /* one seat a session */
				elected |= 1u << who;
				events[count] = (struct committee_event)VOTED(
					days[count], year, people[who], "XX", REGION_ASIA,
					(enum committee_post)below(3), year + 1 + below(4));
				events[count].vacancy = below(5) == 0;
				(void)snprintf(days[count++], 11, "%u-11-%02u", year, 1 + i);
			}
			if (below(3) == 0) {
				events[count] = (struct committee_event)LEFT(days[count], people[below(12)]);
				(void)snprintf(days[count++], 11, "%u-11-10", year);
			}
			events[count] = (struct committee_event)CLOSED(days[count], year);
			(void)snprintf(days[count++], 11, "%u-11-20", year);
		}
		for (unsigned asked = 0; asked < 20; asked++) {
			char day[11];
			struct committee committee;
			(void)snprintf(day, sizeof day, "%u-%02u-%02u", 2020 + below(7), 1 + below(12), 1 + below(28));
			assert_int_equal(committee_at(events, count, day, &committee, NULL), JISR_OK);
			size_t expected = 0;
			for (size_t i = 0; i < count; i++) {
				bool there = false;
				for (size_t at = 0; at < committee.count; at++)
					there = there || committee.seats[at].elected == &events[i];
				if (there != sits(events, count, i, day))
					print_error("history %u, event %zu, %s\n", n, i, day);
				assert_int_equal(there, sits(events, count, i, day));
				expected += there;
			}
			assert_int_equal(committee.count, expected);
			for (size_t at = 1; at < committee.count; at++)
				assert_true(committee.seats[at].elected->post >= committee.seats[at - 1].elected->post);
		}
	}
}

static void settings_say_what_is_not_confirmed(void **state)
{
	(void)state;
	struct committee_rules rules;
	unsigned delegates = 0;
	committee_rules_init(&rules);
	assert_int_equal(committee_rules_check(&rules, NULL), JISR_OK);
	for (unsigned region = 0; region < REGION_COUNT; region++)
		delegates += rules.value[COMMITTEE_DELEGATES_AFRICA + region];
	assert_int_equal(delegates, 9);
	for (unsigned i = 0; i < COMMITTEE_SETTINGS; i++) {
		const struct committee_setting_row *row = committee_setting((enum committee_setting)i);
		enum committee_setting found;
		assert_true(row->usual >= row->least && row->usual <= row->most);
		assert_true(row->what[0] != '\0');
		assert_true(committee_setting_read(row->name, &found));
		assert_int_equal(found, i);
		rules.value[i] = row->most + 1;
		assert_int_equal(committee_rules_check(&rules, NULL), JISR_BAD_INPUT);
		rules.value[i] = row->usual;
	}
}

static void days_are_counted(void **state)
{
	(void)state;
	assert_int_equal(committee_days("2024-02-28", "2024-03-01"), 2);
	assert_int_equal(committee_days("2023-02-28", "2023-03-01"), 1);
	assert_int_equal(committee_days("1970-01-01", "2025-11-24"), 20416);
	assert_int_equal(committee_days("2025-11-24", "2025-11-23"), -1);
}

static void refuses_a_list_out_of_order(void **state)
{
	(void)state;
	const struct committee_event events[] = {CLOSED("2022-01-01", 2022), CLOSED("2021-01-01", 2021)};
	struct committee committee;
	assert_int_equal(committee_at(events, 2, "2025-01-01", &committee, NULL), JISR_BAD_INPUT);
	assert_int_equal(committee_at(events, COMMITTEE_MAX_EVENTS + 1, "2025-01-01", &committee, NULL),
	                 JISR_BAD_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sits_on_a_day),
		cmocka_unit_test(what_a_session_fills),
		cmocka_unit_test(a_fourth_vice_president),
		cmocka_unit_test(who_may_stand),
		cmocka_unit_test(a_vacancy_is_filled_once),
		cmocka_unit_test(composition_agrees_with_its_definition),
		cmocka_unit_test(settings_say_what_is_not_confirmed),
		cmocka_unit_test(days_are_counted),
		cmocka_unit_test(refuses_a_list_out_of_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
