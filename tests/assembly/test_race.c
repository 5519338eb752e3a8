#include "assembly/race.h"

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

/* One contest as a line: candidates "person country region" and rounds "votes/valid"; what is expected after the last.
 * Regions: f Africa, m Americas, s Asia, e Europe. Standings after the last round, a letter a candidate: S stands, W waits,
 * E elected, B barred, O out, X withdrawn. */
static const struct hand {
	const char *what;
	enum committee_post post;
	unsigned seats;
	const char *candidates; /* country and region, "MA-f" */
	const char *rounds;     /* "a,b,c/valid;..." ; "x0" a withdrawal of the first; "l1,0" lots */
	const char *standings;
	enum race_state state;
} hands[] = {
	{"two thirds exactly", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "100,50/150", "ES", RACE_FILLED},
	{"one below two thirds", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "99,51/150", "SS", RACE_VOTE},
	{"two thirds of an uneven number", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "67,33/100", "ES", RACE_FILLED},
	{"66 of 100 is not enough", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "66,34/100", "SS", RACE_VOTE},
	{"two thirds in the second ballot", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;67,33/100", "ES",
         RACE_FILLED},
	{"not reached in the second", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;66,34/100", "SS", RACE_VOTE},
	{"simple majority in the third", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;60,40/100;51,49/100", "ES",
         RACE_FILLED},
	{"half is no majority in the third", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;60,40/100;50,50/100", "SS",
         RACE_VOTE},
	{"one alone has all valid votes", COMMITTEE_PRESIDENT, 1, "MA-f", "1/1", "E", RACE_FILLED},
	{"one alone whom nobody wants", COMMITTEE_PRESIDENT, 1, "MA-f", "0/0", "S", RACE_VOTE},
	{"three, none with half: two stay for the fourth", COMMITTEE_PRESIDENT, 1, "MA-f FR-e JP-s",
         "40,35,25/100;40,35,25/100;45,30,25/100", "SSO", RACE_VOTE},
	{"the most votes in the fourth", COMMITTEE_PRESIDENT, 1, "MA-f FR-e JP-s",
         "40,35,25/100;40,35,25/100;45,30,25/100;49,48,0/97", "ESO", RACE_FILLED},
	{"two equal for the second place both stay", COMMITTEE_PRESIDENT, 1, "MA-f FR-e JP-s",
         "40,30,30/100;40,30,30/100;40,30,30/100", "SSS", RACE_VOTE},
	{"a tie in the fourth leads to a run-off", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "5,5/10;5,5/10;5,5/10;5,5/10",
         "SS", RACE_VOTE},
	{"tied again: lots", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "5,5/10;5,5/10;5,5/10;5,5/10;5,5/10", "SS", RACE_LOT},
	{"lots decide", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "5,5/10;5,5/10;5,5/10;5,5/10;5,5/10;l1,0", "SE",
         RACE_FILLED},
	{"a candidate withdraws before two thirds", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;x1;70,0/70", "EX",
         RACE_FILLED},
	{"all withdraw", COMMITTEE_PRESIDENT, 1, "MA-f FR-e", "60,40/100;x1;x0", "XX", RACE_VACANT},
	{"three seats, three regions", COMMITTEE_VICE_PRESIDENT, 3, "MA-f FR-e JP-s", "80,70,60/100", "EEE",
         RACE_FILLED},
	{"a region once", COMMITTEE_VICE_PRESIDENT, 3, "MA-f EG-f FR-e JP-s", "80,75,70,60/100", "EBEE", RACE_FILLED},
	{"a region is taken by who has more", COMMITTEE_VICE_PRESIDENT, 2, "MA-f EG-f FR-e", "60,75,70/100", "BEE",
         RACE_FILLED},
	{"nobody is left for the third seat", COMMITTEE_VICE_PRESIDENT, 3, "MA-f EG-f FR-e", "80,75,70/100", "EBE",
         RACE_VACANT},
	{"one has half, one not", COMMITTEE_VICE_PRESIDENT, 2, "MA-f FR-e", "51,50/100", "ES", RACE_VOTE},
	{"the most votes suffice in the second", COMMITTEE_VICE_PRESIDENT, 2, "MA-f FR-e", "51,50/100;0,30/90", "EE",
         RACE_FILLED},
	{"only two for each seat in the second", COMMITTEE_VICE_PRESIDENT, 1, "MA-f FR-e JP-s BR-m", "40,30,20,10/100",
         "SSOO", RACE_VOTE},
	{"two of one region tied, the other is sure", COMMITTEE_VICE_PRESIDENT, 2, "MA-f EG-f FR-e", "60,60,60/100",
         "SSE", RACE_VOTE},
	{"and their run-off", COMMITTEE_VICE_PRESIDENT, 2, "MA-f EG-f FR-e", "60,60,60/100;40,50,0/90", "BEE",
         RACE_FILLED},
	{"three tied for two seats", COMMITTEE_VICE_PRESIDENT, 2, "MA-f JP-s FR-e", "60,60,60/100", "SSS", RACE_VOTE},
	{"their run-off elects the two best", COMMITTEE_VICE_PRESIDENT, 2, "MA-f JP-s FR-e",
         "60,60,60/100;50,40,30/100", "EES", RACE_FILLED},
	{"the run-off elects one and leaves a tie", COMMITTEE_VICE_PRESIDENT, 2, "MA-f JP-s FR-e",
         "60,60,60/100;50,30,30/100", "ESS", RACE_VOTE},
	{"a smaller tie is no repetition", COMMITTEE_VICE_PRESIDENT, 2, "MA-f JP-s FR-e",
         "60,60,60/100;50,30,30/100;0,30,30/60", "ESS", RACE_LOT},
	{"others wait during a run-off", COMMITTEE_VICE_PRESIDENT, 3, "MA-f EG-f FR-e JP-s", "60,60,0,55/100", "SSWW",
         RACE_VOTE},
	{"and stand after it", COMMITTEE_VICE_PRESIDENT, 3, "MA-f EG-f FR-e JP-s", "60,60,0,55/100;50,40,0,0/90",
         "EBSS", RACE_VOTE},
	{"withdrawing from a tie of two seats the other", COMMITTEE_VICE_PRESIDENT, 1, "MA-f FR-e", "60,60/100;x0",
         "XE", RACE_FILLED},
	{"withdrawing one of three tied for two seats both", COMMITTEE_DELEGATE, 2, "MA-f EG-f TN-f", "60,60,60/100;x2",
         "EEX", RACE_FILLED},
	{"delegates of one region", COMMITTEE_DELEGATE, 2, "MA-f EG-f TN-f", "60,70,55/100", "EES", RACE_FILLED},
	{"delegates of one country: one", COMMITTEE_DELEGATE, 2, "MA-f MA-f TN-f", "60,70,55/100", "BEE", RACE_FILLED},
	{"tied within one country", COMMITTEE_DELEGATE, 2, "MA-f MA-f TN-f", "60,60,55/100", "SSW", RACE_VOTE},
	{"nobody has half", COMMITTEE_DELEGATE, 1, "MA-f EG-f TN-f", "40,35,25/100", "SSO", RACE_VOTE},
	{"nobody votes in a run-off", COMMITTEE_DELEGATE, 1, "MA-f EG-f", "60,60/100;0,0/0", "SS", RACE_LOT},
	{"lots for one of three seats", COMMITTEE_DELEGATE, 1, "MA-f EG-f TN-f", "60,60,60/100;9,9,9/27;l2,0,1", "SSE",
         RACE_FILLED},
};

static const char *regions = "fmse";

static size_t read_candidates(const char *text, struct committee_candidate *list, char store[][32])
{
	size_t count = 0;
	for (const char *at = text; *at != '\0'; at += strcspn(at, " ") + (at[strcspn(at, " ")] == ' ')) {
		(void)snprintf(store[2 * count], 32, "p%zu", count);
		(void)snprintf(store[2 * count + 1], 32, "%.2s", at);
		list[count] = (struct committee_candidate){.person = store[2 * count],
		                                           .country = store[2 * count + 1],
		                                           .region = (enum region)(strchr(regions, at[3]) - regions),
		                                           .attends = true};
		count++;
	}
	return count;
}

static size_t read_numbers(const char *text, uint64_t *numbers, const char **ret_rest)
{
	size_t count = 0;
	for (;;) {
		uint64_t value = 0;
		while (*text >= '0' && *text <= '9')
			value = value * 10 + (uint64_t)(*text++ - '0');
		numbers[count++] = value;
		if (*text != ',')
			break;
		text++;
	}
	*ret_rest = text;
	return count;
}

static void check_invariants(const struct race *race, unsigned seats)
{
	unsigned elected = 0, standing = 0;
	for (size_t i = 0; i < race->count; i++) {
		const struct race_candidate *one = &race->candidates[i];
		elected += one->standing == RACE_ELECTED;
		standing += one->standing == RACE_STANDS;
		for (size_t other = 0; other < i; other++) {
			const struct race_candidate *two = &race->candidates[other];
			bool same = strcmp(one->country, two->country) == 0 ||
			            (race->post == COMMITTEE_VICE_PRESIDENT && one->region == two->region);
			bool open_one = one->standing == RACE_STANDS || one->standing == RACE_WAITS;
			bool open_two = two->standing == RACE_STANDS || two->standing == RACE_WAITS;
			if (same) {
				assert_false(one->standing == RACE_ELECTED && two->standing == RACE_ELECTED);
				assert_false(one->standing == RACE_ELECTED && open_two);
				assert_false(two->standing == RACE_ELECTED && open_one);
			}
		}
	}
	assert_int_equal(elected + race->seats, seats);
	if (race->state == RACE_FILLED)
		assert_int_equal(race->seats, 0);
	else
		assert_true(race->seats > 0);
	assert_true((race->state == RACE_VOTE || race->state == RACE_LOT) == (race->seats > 0 && standing > 0));
}

static void hand_cases(void **state)
{
	(void)state;
	struct committee_rules rules;
	committee_rules_init(&rules);
	for (size_t n = 0; n < sizeof hands / sizeof *hands; n++) {
		const struct hand *hand = &hands[n];
		struct race race;
		struct committee_candidate list[8];
		char store[16][32];
		size_t count = read_candidates(hand->candidates, list, store);
		struct problem problem = {""};
		assert_int_equal(race_begin(&race, hand->post, hand->seats, &rules, list, count, &problem), JISR_OK);
		for (const char *at = hand->rounds; *at != '\0'; at += *at == ';') {
			uint64_t numbers[RACE_MAX_CANDIDATES] = {0}, valid = 0;
			char first = *at;
			size_t given = read_numbers(first == 'x' || first == 'l' ? at + 1 : at, numbers, &at);
			int error;
			if (first == 'x') {
				error = race_withdraw(&race, list[numbers[0]].person, &problem);
			} else if (first == 'l') {
				size_t order[RACE_MAX_CANDIDATES];
				for (size_t i = 0; i < given; i++)
					order[i] = (size_t)numbers[i];
				error = race_lot(&race, order, given, &problem);
			} else {
				(void)read_numbers(at + 1, &valid, &at);
				error = race_count(&race, numbers, valid, &problem);
			}
			if (error)
				print_error("%s: %s\n", hand->what, problem.text);
			assert_int_equal(error, JISR_OK);
			check_invariants(&race, hand->seats);
		}
		char standings[9] = "";
		for (size_t i = 0; i < count; i++)
			standings[i] = "SWEBOX"[race.candidates[i].standing];
		if (strcmp(standings, hand->standings) != 0 || race.state != hand->state)
			print_error("%s: %s %s\n", hand->what, standings, race_state_name(race.state));
		assert_string_equal(standings, hand->standings);
		assert_int_equal(race.state, hand->state);
	}
}

/* ---- against every way of breaking ties ---- */

static void draw_race(struct race *race, unsigned *ret_seats)
{
	struct committee_candidate list[6];
	char store[12][32];
	struct committee_rules rules;
	committee_rules_init(&rules);
	rules.value[COMMITTEE_MORE_THAN_HALF] = below(2);
	size_t count = 1 + below(6);
	for (size_t i = 0; i < count; i++) {
		unsigned country = below(5);
		(void)snprintf(store[2 * i], 32, "p%zu", i);
		(void)snprintf(store[2 * i + 1], 32, "C%u", country);
		list[i] =
			(struct committee_candidate){store[2 * i], store[2 * i + 1], (enum region)(country % 3), true};
	}
	enum committee_post post = (enum committee_post)below(3);
	*ret_seats = post == COMMITTEE_PRESIDENT ? 1 : 1 + below(3);
	assert_int_equal(race_begin(race, post, *ret_seats, &rules, list, count, NULL), JISR_OK);
}

static bool conflict(const struct race *race, size_t a, size_t b)
{
	return strcmp(race->candidates[a].country, race->candidates[b].country) == 0 ||
	       (race->post == COMMITTEE_VICE_PRESIDENT && race->candidates[a].region == race->candidates[b].region);
}

/* Whom one order of equals elects: bits. */
static unsigned elect_in_order(const struct race *race, const uint64_t *votes, uint64_t valid, const unsigned *order)
{
	unsigned elected = 0, seats = race->run_off ? race->run_seats : race->seats;
	bool done[6] = {false};
	for (size_t step = 0; step < race->count && seats > 0; step++) {
		size_t best = race->count;
		for (size_t i = 0; i < race->count; i++)
			if (!done[i] && race->candidates[i].standing == RACE_STANDS &&
			    (best == race->count || votes[i] > votes[best] ||
			     (votes[i] == votes[best] && order[i] < order[best])))
				best = i;
		if (best == race->count)
			break;
		done[best] = true;
		bool clear = race_enough(race, votes[best], valid);
		for (size_t i = 0; i < race->count; i++)
			clear = clear && ((elected & 1u << i) == 0 || !conflict(race, i, best));
		if (clear) {
			elected |= 1u << best;
			seats--;
		}
	}
	return elected;
}

static void all_orders(const struct race *race, const uint64_t *votes, uint64_t valid, unsigned *order, size_t at,
                       unsigned *always, unsigned *ever)
{
	if (at == race->count) {
		unsigned elected = elect_in_order(race, votes, valid, order);
		*always &= elected;
		*ever |= elected;
		return;
	}
	for (size_t i = at; i < race->count; i++) {
		unsigned kept = order[at];
		order[at] = order[i];
		order[i] = kept;
		all_orders(race, votes, valid, order, at + 1, always, ever);
		order[i] = order[at];
		order[at] = kept;
	}
}

static void whoever_wins_every_lot_is_elected(void **state)
{
	(void)state;
	unsigned lots = 0, filled = 0, vacant = 0;
	for (unsigned n = 0; n < 3000; n++) {
		struct race race;
		unsigned seats;
		draw_race(&race, &seats);
		for (unsigned round = 0; round < 12 && race.state != RACE_FILLED && race.state != RACE_VACANT;
		     round++) {
			if (race.state == RACE_LOT) {
				size_t order[6], standing = 0;
				for (size_t i = race.count; i-- > 0;)
					if (race.candidates[i].standing == RACE_STANDS)
						order[standing++] = i;
				assert_int_equal(race_lot(&race, order, standing, NULL), JISR_OK);
				check_invariants(&race, seats);
				lots++;
				continue;
			}
			uint64_t votes[RACE_MAX_CANDIDATES] = {0}, valid = 3 + below(5);
			unsigned order[6] = {0, 1, 2, 3, 4, 5}, always = ~0u, ever = 0;
			for (size_t i = 0; i < race.count; i++)
				if (race.candidates[i].standing == RACE_STANDS)
					votes[i] = below((unsigned)valid + 1);
			all_orders(&race, votes, valid, order, 0, &always, &ever);
			/* What is below the first tie waits until it is decided. */
			uint64_t tied = 0;
			for (size_t i = 0; i < race.count; i++)
				if ((ever & ~always & 1u << i) != 0 && votes[i] > tied)
					tied = votes[i];
			unsigned expected = 0, before = 0, after = 0;
			for (size_t i = 0; i < race.count; i++) {
				if ((always & 1u << i) != 0 && votes[i] >= tied)
					expected |= 1u << i;
				before |= (race.candidates[i].standing == RACE_ELECTED ? 1u : 0u) << i;
			}
			assert_int_equal(race_count(&race, votes, valid, NULL), JISR_OK);
			for (size_t i = 0; i < race.count; i++)
				after |= (race.candidates[i].standing == RACE_ELECTED ? 1u : 0u) << i;
			assert_int_equal(after & ~before, expected);
			check_invariants(&race, seats);
			if (below(6) == 0)
				(void)race_withdraw(&race, race.candidates[below((unsigned)race.count)].person, NULL);
			check_invariants(&race, seats);
		}
		filled += race.state == RACE_FILLED;
		vacant += race.state == RACE_VACANT;
	}
	assert_true(lots > 50);
	assert_true(filled > 1000);
	assert_true(vacant > 100);
}

static void refuses_what_cannot_be(void **state)
{
	(void)state;
	struct race race;
	struct problem problem = {""};
	struct committee_rules rules;
	committee_rules_init(&rules);
	const struct committee_candidate list[] = {{"a", "MA", REGION_AFRICA, true}, {"b", "FR", REGION_EUROPE, true}};
	const struct committee_candidate twice[] = {{"a", "MA", REGION_AFRICA, true}, {"a", "FR", REGION_EUROPE, true}};
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 1, &rules, list, 0, &problem), JISR_BAD_INPUT);
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 0, &rules, list, 2, &problem), JISR_BAD_INPUT);
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 1, &rules, twice, 2, &problem), JISR_BAD_INPUT);
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 1, &rules, list, RACE_MAX_CANDIDATES + 1, &problem),
	                 JISR_BAD_INPUT);
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 1, &rules, list, 2, &problem), JISR_OK);
	assert_int_equal(race_count(&race, (const uint64_t[]){6, 5}, 5, &problem), JISR_BAD_INPUT);
	assert_int_equal(race_lot(&race, (const size_t[]){0, 1}, 2, &problem), JISR_STATE);
	assert_int_equal(race_withdraw(&race, "c", &problem), JISR_NOT_FOUND);
	assert_int_equal(race_withdraw(&race, "b", &problem), JISR_OK);
	assert_int_equal(race_withdraw(&race, "b", &problem), JISR_STATE);
	assert_int_equal(race_count(&race, (const uint64_t[]){1, 1}, 5, &problem), JISR_BAD_INPUT);
	assert_int_equal(race_count(&race, (const uint64_t[]){5, 0}, 5, &problem), JISR_OK);
	assert_int_equal(race_count(&race, (const uint64_t[]){5, 0}, 5, &problem), JISR_STATE);
	rules.value[COMMITTEE_HIGH_OVER] = 1;
	rules.value[COMMITTEE_HIGH_UNDER] = 2;
	assert_int_equal(race_begin(&race, COMMITTEE_PRESIDENT, 1, &rules, list, 2, &problem), JISR_BAD_INPUT);
}

static void refuses_false_lots(void **state)
{
	(void)state;
	struct race race;
	struct committee_rules rules;
	committee_rules_init(&rules);
	const struct committee_candidate list[] = {{"a", "MA", REGION_AFRICA, true}, {"b", "EG", REGION_AFRICA, true}};
	assert_int_equal(race_begin(&race, COMMITTEE_DELEGATE, 1, &rules, list, 2, NULL), JISR_OK);
	assert_int_equal(race_count(&race, (const uint64_t[]){6, 6}, 8, NULL), JISR_OK);
	assert_true(race.run_off);
	assert_int_equal(race_count(&race, (const uint64_t[]){4, 4}, 8, NULL), JISR_OK);
	assert_int_equal(race.state, RACE_LOT);
	assert_int_equal(race_lot(&race, (const size_t[]){0}, 1, NULL), JISR_BAD_INPUT);
	assert_int_equal(race_lot(&race, (const size_t[]){0, 0}, 2, NULL), JISR_BAD_INPUT);
	assert_int_equal(race_lot(&race, (const size_t[]){0, 2}, 2, NULL), JISR_BAD_INPUT);
	assert_int_equal(race_lot(&race, (const size_t[]){1, 0}, 2, NULL), JISR_OK);
	assert_int_equal(race.candidates[1].standing, RACE_ELECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hand_cases),
		cmocka_unit_test(whoever_wins_every_lot_is_elected),
		cmocka_unit_test(refuses_what_cannot_be),
		cmocka_unit_test(refuses_false_lots),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
