#include "names/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	return arena_new((size_t)1 << 26, &arena);
}

static int close_arena(void **state)
{
	(void)state;
	arena = arena_free(arena);
	return 0;
}

/* Every part of both names stands in exactly one line, and every number is in range. */
static void check_invariants(const struct name *query, const struct name *listed, const struct name_score *score)
{
	int query_seen[NAME_MAX_PARTS] = {0}, listed_seen[NAME_MAX_PARTS] = {0};
	assert_true(score->score >= 0 && score->score <= 1);
	if (score->count == 0)
		return;
	for (size_t i = 0; i < score->count; i++) {
		const struct part_match *match = &score->matches[i];
		assert_true(match->similarity >= 0 && match->similarity <= 1 && match->rule < RULE_COUNT);
		for (size_t k = 0; k < match->query_count; k++)
			query_seen[match->query_from + k]++;
		for (size_t k = 0; k < match->listed_count; k++)
			listed_seen[match->listed_from + k]++;
	}
	for (size_t i = 0; i < query->count; i++)
		assert_int_equal(query_seen[i], 1);
	for (size_t i = 0; i < listed->count; i++)
		assert_int_equal(listed_seen[i], 1);
}

static double score_as(const char *query, const char *listed, enum name_kind kind)
{
	struct name *left = NULL, *right = NULL;
	struct name_score score;
	assert_int_equal(name_read(query, strlen(query), kind, arena, &left), JISR_OK);
	assert_int_equal(name_read(listed, strlen(listed), kind, arena, &right), JISR_OK);
	name_compare(left, right, &score);
	check_invariants(left, right, &score);
	return score.score;
}

static void assert_all(const char *const pairs[][2], size_t count, enum name_kind kind, bool match)
{
	for (size_t i = 0; i < count; i++) {
		double score = score_as(pairs[i][0], pairs[i][1], kind);
		if ((score >= NAME_THRESHOLD) != match)
			fail_msg("%s / %s: %.4f", pairs[i][0], pairs[i][1], score);
	}
}

static void usual_spellings_of_one_person_match(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"Anna Eriksson", "ERIKSSON, Anna"},
		{"Anna Erikson", "Anna Maria Eriksson"},
		{"A. Eriksson", "Anna Eriksson"},
		{"AnnaEriksson", "Anna Eriksson"},
		{"Anna Erik sson", "Anna Eriksson"},
		{"Dr. Anna Eriksson", "Anna Eriksson"},
		{"Khalid al-Zahrawi", "Khaled El Zahraoui"},
		{"Abdul Karim Zahrawi", "عبد الكريم الزهراوي"},
		{"خالد الزهراوي", "Khalid al-Zahrawi"},
		{"Федор Достоевский", "Fyodor Mikhailovich Dostoyevsky"},
		{"Лев Толстой", "Lev Tolstoy"},
		{"Bill Shakespeare", "William Shakespeare"},
		{"Wolfgang A. Mozart", "Wolfgang Amadeus Mozart"},
		{"Sun Yat-sen", "Sun Yatsen"},
		{"W1lliam Shakespe4re", "William Shakespeare"},
		{"Νίκος Καζαντζάκης", "Nikos Kazantzakis"},
	};
	assert_all(pairs, sizeof pairs / sizeof *pairs, NAME_PERSON, true);
}

static void different_people_do_not_match(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"Anna Eriksson", "Anna Lindqvist"},
		{"Anna Eriksson", "Karin Eriksson"},
		{"Khalid Hassan al-Zahrawi", "Khalid Hassan al-Baladi"},
		{"Fyodor Ivanovich Tyutchev", "Fyodor Pavlovich Tyutchev"},
		{"B. Eriksson", "Anna Eriksson"},
		{"Anna Maria Eriksson", "Anna"},
		{"Eriksson Shipping", "Anna Eriksson"},
	};
	assert_all(pairs, sizeof pairs / sizeof *pairs, NAME_PERSON, false);
}

static void organisations_match_by_what_names_them(void **state)
{
	(void)state;
	static const char *const same[][2] = {
		{"Nordlicht Handels GmbH", "Nordlicht Handels Gesellschaft mit beschränkter Haftung"},
		{"Nordlicht Handels", "Nordlicht Handels GmbH"},
		{"ООО Северный Ветер", "Severny Veter LLC"},
		{"Brigade Forty-Four", "Brigade 44"},
		{"Polar Star Int'l", "Polar Star International"},
	};
	static const char *const other[][2] = {
		{"Nordlicht Handels GmbH", "Nordlicht Handels AG"},
		{"Nordlicht Handels (Spain) S.L.", "Nordlicht Handels (Japan) Ltd"},
		{"Nordlicht Trading", "Nordlicht Shipping"},
		{"Company 11", "Company"},
	};
	assert_all(same, sizeof same / sizeof *same, NAME_ORGANIZATION, true);
	assert_all(other, sizeof other / sizeof *other, NAME_ORGANIZATION, false);
}

static void a_name_is_itself(void **state)
{
	(void)state;
	static const char *const names[] = {"Anna Eriksson", "عبد الكريم الزهراوي",
	                                    "王小明",        "김유신",
	                                    "Лев Толстой",   "रवीन्द्रनाथ ठाकुर",
	                                    "ក្រុងភ្នំពេញ",      "夏目漱石",
	                                    "J. S. Bach",    "Sultan",
	                                    "ทองดี ใจดี",      "ყვარყვარე"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_true(score_as(names[i], names[i], NAME_PERSON) > 0.999);
}

static void a_person_is_not_a_ship(void **state)
{
	(void)state;
	struct name *person = NULL, *ship = NULL;
	struct name_score score;
	assert_int_equal(name_read("Victoria", 8, NAME_PERSON, arena, &person), JISR_OK);
	assert_int_equal(name_read("Victoria", 8, NAME_OBJECT, arena, &ship), JISR_OK);
	name_compare(person, ship, &score);
	assert_true(score.score == 0);
}

/* xorshift: the same on every run. */
static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 33) % limit;
}

/* A pronounceable word. */
static size_t random_word(char word[24])
{
	static const char *const consonants[] = {"b", "d", "f", "g", "h",  "k",  "l",  "m",  "n",  "r",
	                                         "s", "t", "v", "z", "sh", "kh", "ch", "br", "tr", "st"};
	static const char *const vowels[] = {"a", "e", "i", "o", "u", "ai", "ou"};
	size_t length = 0, syllables = 2 + random_below(3);
	for (size_t i = 0; i < syllables; i++) {
		const char *pieces[2] = {consonants[random_below(20)], vowels[random_below(7)]};
		for (size_t k = 0; k < 2; k++) {
			memcpy(word + length, pieces[k], strlen(pieces[k]));
			length += strlen(pieces[k]);
		}
	}
	word[length] = '\0';
	return length;
}

/* One typing error. */
static void misspell(char word[32], size_t *length)
{
	size_t at = random_below((uint32_t)*length);
	char letter = (char)('a' + random_below(26));
	switch (random_below(4)) {
	case 0: word[at] = letter; break;
	case 1:
		if (*length > 3) {
			memmove(word + at, word + at + 1, *length - at);
			(*length)--;
		}
		break;
	case 2:
		memmove(word + at + 1, word + at, *length - at + 1);
		word[at] = letter;
		(*length)++;
		break;
	default:
		if (at + 1 < *length) {
			char other = word[at];
			word[at] = word[at + 1];
			word[at + 1] = other;
		}
	}
}

static void similarity_is_symmetric_and_pairs_share_a_key(void **state)
{
	(void)state;
	size_t similar[3] = {0}, lost[3] = {0}; /* by the number of errors */
	for (size_t round = 0; round < 40000; round++) {
		char first[32], second[32];
		size_t first_length = random_word(first), second_length = first_length;
		memcpy(second, first, sizeof first);
		size_t errors = 1 + random_below(2);
		for (size_t i = 0; i < errors; i++)
			misspell(second, &second_length);
		arena_reset(arena);
		struct name *a = NULL, *b = NULL;
		assert_int_equal(name_read(first, first_length, NAME_PERSON, arena, &a), JISR_OK);
		assert_int_equal(name_read(second, second_length, NAME_PERSON, arena, &b), JISR_OK);
		if (a->count != 1 || b->count != 1)
			continue;
		enum part_rule rule, back;
		double similarity = part_similarity(a->parts[0], b->parts[0], &rule);
		assert_true(fabs(similarity - part_similarity(b->parts[0], a->parts[0], &back)) < 1e-9);
		assert_true(part_similarity(a->parts[0], a->parts[0], &back) == 1);
		if (similarity <= 0)
			continue;
		similar[errors]++;
		uint32_t a_keys[PART_KEYS_MAX], b_keys[PART_KEYS_MAX];
		size_t a_count = part_keys(a->parts[0], a_keys), b_count = part_keys(b->parts[0], b_keys);
		bool shared = false;
		for (size_t i = 0; i < a_count; i++)
			for (size_t k = 0; k < b_count; k++)
				shared = shared || a_keys[i] == b_keys[k];
		lost[errors] += !shared;
	}
	assert_true(similar[1] > 10000 && similar[2] > 10000);
	assert_int_equal(lost[1], 0);
	assert_true(lost[2] * 10 <= similar[2]); // nine of ten (compare.h)
}

static void random_names_keep_the_invariants(void **state)
{
	(void)state;
	static const char alphabet[] = "abcdeAB .,-'0123 ";
	for (size_t round = 0; round < 20000; round++) {
		char names[2][48];
		for (size_t n = 0; n < 2; n++) {
			size_t length = random_below(47);
			for (size_t i = 0; i < length; i++)
				names[n][i] = alphabet[random_below(sizeof alphabet - 1)];
			names[n][length] = '\0';
		}
		arena_reset(arena);
		(void)score_as(names[0], names[1], (enum name_kind)random_below(NAME_KIND_COUNT));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_spellings_of_one_person_match),
		cmocka_unit_test(different_people_do_not_match),
		cmocka_unit_test(organisations_match_by_what_names_them),
		cmocka_unit_test(a_name_is_itself),
		cmocka_unit_test(a_person_is_not_a_ship),
		cmocka_unit_test(similarity_is_symmetric_and_pairs_share_a_key),
		cmocka_unit_test(random_names_keep_the_invariants),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
