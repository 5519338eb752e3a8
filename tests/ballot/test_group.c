#include "ballot/group.h"

#include "ballot/group_private.h"
#include "ballot/membership.h"
#include "ballot/message.h"
#include "base/json.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"BELENIOS-2048", "RFC-3526-2048"};

static void refuse_element(const struct group *group, const char *text, const char *sentence)
{
	struct element element;
	struct problem problem = {0};
	assert_int_equal(element_parse(group, text, strlen(text), &element, &problem), JISR_BAD_INPUT);
	if (strstr(problem.text, sentence) == NULL)
		fail_msg("'%s' does not say '%s'", problem.text, sentence);
}

static void refuse_scalar(const struct group *group, const char *text)
{
	struct problem problem = {0};
	CLEANUP(secret_freep) struct scalar *scalar = secret_alloc(sizeof *scalar);
	assert_int_equal(scalar_read(group, text, strlen(text), scalar, &problem), JISR_BAD_INPUT);
	assert_true(problem.text[0] != '\0');
	problem.text[0] = '\0';
	assert_int_equal(scalar_read_secret(group, text, strlen(text), scalar, &problem), JISR_BAD_INPUT);
	assert_true(problem.text[0] != '\0');
}

/* The decimal text of a + by, by may be negative. */
static char *decimal(const mp_limb_t *limbs, long by, char text[700])
{
	mpz_t number, shift;
	mpz_roinit_n(number, limbs, GROUP_LIMBS);
	mpz_init(shift);
	if (by >= 0)
		mpz_add_ui(shift, number, (unsigned long)by);
	else
		mpz_sub_ui(shift, number, (unsigned long)-by);
	(void)mpz_get_str(text, 10, shift);
	mpz_clear(shift);
	return text;
}

static void the_parameters_are_those_of_a_group(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct group *group = group_find(names[i]);
		assert_string_equal(group_name(group), names[i]);
		mpz_t p, q, g, rest;
		mpz_roinit_n(p, group->p, GROUP_LIMBS);
		mpz_roinit_n(q, group->q, (mp_size_t)group->q_limbs);
		mpz_init_set_ui(rest, 0);
		mpz_init(g);
		mpz_import(g, GROUP_LIMBS, -1, sizeof(mp_limb_t), 0, 0, group->g);
		assert_true(mpz_probab_prime_p(p, 30) != 0 && mpz_probab_prime_p(q, 30) != 0);
		mpz_sub_ui(rest, p, 1);
		assert_true(mpz_divisible_p(rest, q));
		mpz_powm(rest, g, q, p);
		assert_true(mpz_cmp_ui(rest, 1) == 0 && mpz_cmp_ui(g, 1) > 0);
		mpz_clears(rest, g, NULL);
	}
	assert_null(group_find("ED25519"));
	assert_null(group_find(""));
}

static void numbers_have_one_text_each(void **state)
{
	(void)state;
	char text[700], digits[GROUP_DIGITS + 1];
	struct problem problem = {0};
	struct element element;
	struct scalar scalar;
	for (int i = 0; i < 2; i++) {
		const struct group *group = group_find(names[i]);
		refuse_element(group, "", "is empty");
		refuse_element(group, "01", "leading zero");
		refuse_element(group, "+1", "not a number in base 10");
		refuse_element(group, "1 ", "not a number in base 10");
		refuse_element(group, "0x1", "leading zero");
		refuse_element(group, "0", "is 0");
		refuse_element(group, decimal(group->p, 0, text), "not below p");
		refuse_element(group, decimal(group->p, 1, text), "not below p");
		(void)decimal(group->p, -1, text); /* -1 has order 2 */
		assert_int_equal(element_parse(group, text, strlen(text), &element, &problem), JISR_OK);
		assert_false(element_is_member(group, &element));
		cJSON *json = cJSON_CreateString(text);
		assert_int_equal(message_element(group, json, "public_key", false, &element, &problem), JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "public_key is not in the group"));
		json_free(json);
		memset(text, '9', 699);
		text[699] = '\0';
		refuse_element(group, text, "digits");
		text[617] = '\0';
		refuse_element(group, text, "");
		assert_int_equal(element_parse(group, "1", 1, &element, &problem), JISR_OK);
		assert_true(element_is_member(group, &element));
		assert_true(element_is_identity(&element));
		refuse_scalar(group, "");
		refuse_scalar(group, "00");
		refuse_scalar(group, "-1");
		refuse_scalar(group, "1a");
		refuse_scalar(group, decimal(group->q, 0, text));
		refuse_scalar(group, decimal(group->q, 1, text));
		assert_int_equal(scalar_read(group, "0", 1, &scalar, &problem), JISR_OK);
		assert_true(scalar_is_zero(&scalar));
		(void)decimal(group->q, -1, text);
		assert_int_equal(scalar_read(group, text, strlen(text), &scalar, &problem), JISR_OK);
		assert_int_equal(scalar_write(&scalar, digits), strlen(text));
		assert_string_equal(digits, text);
	}
}

static void secret_and_public_ways_give_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct group *group = group_find(names[i]);
		struct problem problem = {0};
		struct element generator, base, a, b;
		element_generator(group, &generator);
		for (int round = 0; round < (i == 0 ? 20 : 3); round++) {
			CLEANUP(secret_freep) struct scalar *secret = secret_alloc(2 * sizeof *secret);
			char digits[GROUP_DIGITS + 1], same[GROUP_DIGITS + 1];
			size_t length;
			scalar_random(group, secret);
			if (round == 0)
				memset(secret, 0, sizeof *secret);
			element_power_generator_secret(group, secret, &a);
			element_power(group, &generator, secret, &b);
			assert_true(element_equal(&a, &b) && element_is_member(group, &a));
			base = a;
			assert_int_equal(element_power_secret(group, &base, secret, &a), JISR_OK);
			element_power(group, &base, secret, &b);
			assert_true(element_equal(&a, &b));
			element_multiply_secret(group, &a, &base, &a);
			element_multiply(group, &b, &base, &b);
			assert_true(element_equal(&a, &b));
			element_divide(group, &b, &base, &b);
			element_power(group, &base, secret, &a);
			assert_true(element_equal(&a, &b));
			assert_int_equal(scalar_write_secret(group, secret, digits, &length), JISR_OK);
			assert_int_equal(scalar_write(secret, same), length);
			assert_string_equal(digits, same);
			assert_int_equal(scalar_read_secret(group, digits, length, secret + 1, &problem), JISR_OK);
			assert_true(scalar_equal(secret, secret + 1));
		}
	}
}

/* Against GMP's numbers of any size. */
static void scalars_are_numbers_modulo_q(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct group *group = group_find(names[i]);
		mpz_t q, x, y, z, expected;
		mpz_roinit_n(q, group->q, (mp_size_t)group->q_limbs);
		mpz_init(expected);
		for (int round = 0; round < 300; round++) {
			struct scalar a, b, c, inverse;
			scalar_random(group, &a);
			scalar_random(group, &b);
			if (round % 3 == 0) /* close to q */
				mpn_sub_1(a.limbs, group->q, GROUP_LIMBS, (mp_limb_t)round / 3 + 1);
			mpz_roinit_n(x, a.limbs, GROUP_LIMBS);
			mpz_roinit_n(y, b.limbs, GROUP_LIMBS);
			mpz_roinit_n(z, c.limbs, GROUP_LIMBS);
			for (int operation = 0; operation < 3; operation++) {
				if (operation == 0) {
					scalar_add(group, &a, &b, &c);
					mpz_add(expected, x, y);
				} else if (operation == 1) {
					scalar_subtract(group, &a, &b, &c);
					mpz_sub(expected, x, y);
				} else {
					scalar_multiply(group, &a, &b, &c);
					mpz_mul(expected, x, y);
				}
				mpz_mod(expected, expected, q);
				mpz_roinit_n(z, c.limbs, GROUP_LIMBS);
				assert_int_equal(mpz_cmp(z, expected), 0);
			}
			assert_int_equal(scalar_invert(group, &b, &inverse), JISR_OK);
			scalar_multiply(group, &b, &inverse, &c);
			scalar_from_number(group, 1, &a);
			assert_true(scalar_equal(&a, &c));
		}
		mpz_clear(expected);
		struct scalar zero = {{0}};
		assert_int_equal(scalar_invert(group, &zero, &zero), JISR_BAD_INPUT);
	}
}

static void a_digest_is_reduced_modulo_q(void **state)
{
	(void)state;
	unsigned char digest[32];
	memset(digest, 0xff, sizeof digest);
	const struct group *group = group_find("BELENIOS-2048");
	struct scalar scalar;
	mpz_t value, q;
	mpz_init_set_ui(value, 1);
	mpz_mul_2exp(value, value, 256);
	mpz_sub_ui(value, value, 1);
	mpz_roinit_n(q, group->q, (mp_size_t)group->q_limbs);
	mpz_mod(value, value, q);
	scalar_from_digest(group, digest, &scalar);
	char text[GROUP_DIGITS + 1], expected[GROUP_DIGITS + 1];
	(void)scalar_write(&scalar, text);
	(void)mpz_get_str(expected, 10, value);
	assert_string_equal(text, expected);
	mpz_clear(value);
}

static void random_element(const struct group *group, struct element *ret_element)
{
	struct scalar scalar;
	scalar_random(group, &scalar);
	element_power_generator(group, &scalar, ret_element);
}

/* Every engine that this processor has, on random numbers and on those at the edges. */
static void eight_at_a_time_give_what_one_by_one_gives(void **state)
{
	(void)state;
	for (size_t e = 0; e < LANES_ENGINES; e++) {
		if (!lanes_engines[e]->present())
			continue;
		const struct group *group = group_find("BELENIOS-2048");
		static struct lanes_modulus modulus;
		lanes_modulus_init(&modulus, &group->montgomery, lanes_engines[e]);
		for (int round = 0; round < 50; round++) {
			struct element a[LANES], b[LANES], c[LANES], expected;
			const struct element *pa[LANES], *pb[LANES];
			struct element *pc[LANES];
			struct lanes x, y, z;
			for (size_t i = 0; i < LANES; i++) {
				random_element(group, &a[i]);
				random_element(group, &b[i]);
				if ((i + (size_t)round) % 3 == 0)
					mpn_sub_1(a[i].limbs, group->p, GROUP_LIMBS, (mp_limb_t)i + 1);
				if ((i + (size_t)round) % 5 == 0)
					element_identity(&b[i]);
				pa[i] = &a[i];
				pb[i] = &b[i];
				pc[i] = &c[i];
			}
			lanes_enter(&modulus, &x, pa, LANES);
			lanes_enter(&modulus, &y, pb, LANES);
			lanes_engines[e]->multiply(&modulus, &z, &x, &y);
			lanes_engines[e]->square(&modulus, &z, &z);
			lanes_leave(&modulus, &z, pc, LANES);
			for (size_t i = 0; i < LANES; i++) {
				element_multiply(group, &a[i], &b[i], &expected);
				element_multiply(group, &expected, &expected, &expected);
				assert_true(element_equal(&c[i], &expected));
			}
		}
	}
}

static void many_powers_give_what_one_by_one_gives(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2 * LANES_ENGINES; k++) {
		const struct lanes_engine *engine = lanes_engines[k / 2];
		const struct group *group = group_find(names[k % 2]);
		if (!engine->present())
			continue;
		static struct lanes_modulus modulus;
		struct power_table g, y;
		struct element generator, key;
		CLEANUP(power_space_freep) struct power_space *space = NULL;
		element_generator(group, &generator);
		random_element(group, &key);
		lanes_modulus_init(&modulus, &group->montgomery, engine);
		assert_int_equal(power_space_new(&space), JISR_OK);
		assert_int_equal(power_table_init(group, &modulus, &generator, &g), JISR_OK);
		assert_int_equal(power_table_init(group, &modulus, &key, &y), JISR_OK);
		struct power_tables tables = {group, &modulus, &g, &y};
		enum { JOBS = 11, TERMS = 3, MANY = 19 }; /* one job has more terms than go up together */
		struct element bases[JOBS], results[JOBS][MANY];
		struct scalar exponents[JOBS][MANY][3];
		struct power_term terms[JOBS][MANY];
		struct power_job jobs[JOBS];
		size_t counts[JOBS];
		for (size_t i = 0; i < JOBS; i++) {
			random_element(group, &bases[i]);
			for (size_t t = 0; t < MANY; t++) {
				for (size_t j = 0; j < 3; j++)
					scalar_random(group, &exponents[i][t][j]);
				if (i == 3)
					scalar_from_number(group, t, &exponents[i][t][2]);
				if (i == 6) { /* q - t */
					struct scalar zero = {{0}};
					scalar_from_number(group, t, &exponents[i][t][2]);
					scalar_subtract(group, &zero, &exponents[i][t][2], &exponents[i][t][2]);
				}
				if (i == 7) { /* one bit */
					scalar_from_number(group, 0, &exponents[i][t][2]);
					exponents[i][t][2].limbs[t % 4] = (mp_limb_t)1 << (t * 17 % 64) >> (t % 4 == 3);
				}
				terms[i][t] = (struct power_term){(i + t) % 2 == 0 ? &exponents[i][t][0] : NULL,
				                                  (i + t) % 3 == 0 ? &exponents[i][t][1] : NULL,
				                                  &exponents[i][t][2], &results[i][t]};
			}
			counts[i] = i == JOBS - 1 && k % 2 == 0 ? MANY : 1 + i % TERMS;
			jobs[i] = (struct power_job){&bases[i], terms[i], counts[i]};
		}
		power_run(&tables, jobs, JOBS, space);
		for (size_t i = 0; i < JOBS; i++) {
			for (size_t t = 0; t < counts[i]; t++) {
				struct element expected, factor;
				element_power(group, &bases[i], terms[i][t].base, &expected);
				if (terms[i][t].g != NULL) {
					element_power(group, &generator, terms[i][t].g, &factor);
					element_multiply(group, &expected, &factor, &expected);
				}
				if (terms[i][t].y != NULL) {
					element_power(group, &key, terms[i][t].y, &factor);
					element_multiply(group, &expected, &factor, &expected);
				}
				assert_true(element_equal(&expected, &results[i][t]));
			}
		}
		power_table_finish(&g);
		power_table_finish(&y);
	}
}

/* One element outside among many, at every place that matters: of order 2 apart, of order 3 apart, of any order. */
static void one_element_outside_is_found_among_many(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct group *group = group_find(names[i]);
		CLEANUP(membership_freep) struct membership *membership = NULL;
		CLEANUP(power_space_freep) struct power_space *space = NULL;
		enum { MANY = 203 };
		uint64_t label = 0;
		assert_int_equal(membership_new(group, MANY, &membership), JISR_OK);
		assert_int_equal(power_space_new(&space), JISR_OK);
		assert_true(membership_check(membership, space, &label));
		struct element member, outside[3];
		random_element(group, &member);
		mpn_sub_n(outside[0].limbs, group->p, member.limbs, GROUP_LIMBS); /* times -1 */
		mpz_t p, third, root;
		mpz_roinit_n(p, group->p, GROUP_LIMBS);
		mpz_inits(third, root, NULL);
		mpz_sub_ui(third, p, 1);
		mpz_divexact_ui(third, third, i == 0 ? 3 : 2);
		unsigned long base = 2;
		do {
			mpz_set_ui(root, base++);
			mpz_powm(root, root, third, p);
		} while (mpz_cmp_ui(root, 1) == 0);
		memset(&outside[1], 0, sizeof outside[1]);
		memcpy(outside[1].limbs, mpz_limbs_read(root), mpz_size(root) * sizeof(mp_limb_t));
		element_multiply(group, &outside[1], &member, &outside[1]);
		mpz_clears(third, root, NULL);
		memset(&outside[2], 0, sizeof outside[2]);
		outside[2].limbs[0] = 5;
		while (element_is_member(group, &outside[2]))
			outside[2].limbs[0]++;
		for (int kind = 0; kind < 3; kind++) {
			static const struct {
				size_t count, at;
			} places[] = {{1, 0}, {9, 8}, {MANY, 0}, {MANY, 142}, {MANY, MANY - 1}};
			for (size_t c = 0; c < sizeof places / sizeof *places; c++) {
				size_t at = places[c].at;
				membership_reset(membership);
				for (size_t j = 0; j < places[c].count; j++)
					assert_int_equal(membership_add(membership, j == at ? &outside[kind] : &member,
					                                1000 + j),
					                 JISR_OK);
				assert_false(membership_check(membership, space, &label));
				assert_int_equal(label, 1000 + at);
			}
		}
		membership_reset(membership);
		for (size_t j = 0; j < MANY; j++)
			assert_int_equal(membership_add(membership, &member, j), JISR_OK);
		assert_int_equal(membership_add(membership, &member, 0), JISR_TOO_LARGE);
		assert_true(membership_check(membership, space, &label));
	}
}

static void without_memory_nothing_is_half_done(void **state)
{
	(void)state;
	const struct group *group = group_find("BELENIOS-2048");
	struct element element;
	struct scalar scalar = {{7}};
	element_generator(group, &element);
	memory_fail_after(0);
	int error = element_power_secret(group, &element, &scalar, &element);
	struct membership *membership = NULL;
	int second = membership_new(group, 10, &membership);
	memory_fail_after(-1);
	assert_int_equal(error, JISR_NO_MEMORY);
	assert_int_equal(second, JISR_NO_MEMORY);
	assert_null(membership);
	for (long n = 1; n < 4; n++) {
		memory_fail_after(n);
		error = membership_new(group, 10, &membership);
		memory_fail_after(-1);
		assert_int_equal(error, JISR_NO_MEMORY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parameters_are_those_of_a_group),
		cmocka_unit_test(numbers_have_one_text_each),
		cmocka_unit_test(secret_and_public_ways_give_the_same),
		cmocka_unit_test(scalars_are_numbers_modulo_q),
		cmocka_unit_test(a_digest_is_reduced_modulo_q),
		cmocka_unit_test(eight_at_a_time_give_what_one_by_one_gives),
		cmocka_unit_test(many_powers_give_what_one_by_one_gives),
		cmocka_unit_test(one_element_outside_is_found_among_many),
		cmocka_unit_test(without_memory_nothing_is_half_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
