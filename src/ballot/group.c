#include "ballot/group.h"

#include "ballot/group_private.h"
#include "ballot/group_table.h"
#include "ballot/taint.h"
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

/* --- parameters --- */

static void read_hex(const char *hex, mp_limb_t limbs[GROUP_LIMBS])
{
	size_t length = strlen(hex);
	for (size_t i = 0; i < length; i++) {
		char c = hex[length - 1 - i];
		mp_limb_t digit = (mp_limb_t)(c <= '9' ? c - '0' : c - 'A' + 10);
		limbs[i / 16] |= digit << i % 16 * 4;
	}
}

static struct group belenios = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER},
		    rfc = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

/* Everything that follows from p, q and g. */
static void group_init(struct group *group, const char *name)
{
	group->name = name;
	group->q_limbs = GROUP_LIMBS;
	while (group->q[group->q_limbs - 1] == 0)
		group->q_limbs--;
	group->q_bits = mpn_sizeinbase(group->q, (mp_size_t)group->q_limbs, 2);
	struct scalar largest;
	memcpy(largest.limbs, group->q, sizeof largest.limbs);
	char digits[GROUP_DIGITS + 1];
	group->q_digits = scalar_write(&largest, digits);
	montgomery_init(&group->montgomery, group->p);
	lanes_modulus_init(&group->modulus, &group->montgomery, NULL);
	struct element generator;
	element_generator(group, &generator);
	group->ready =
		sodium_init() >= 0 && power_table_secret_init(group, &generator, &group->generator_secret) == JISR_OK;
}

static void belenios_init(void)
{
	read_hex(belenios_p, belenios.p);
	read_hex(belenios_q, belenios.q);
	read_hex(belenios_g, belenios.g);
	group_init(&belenios, "BELENIOS-2048");
}

static void rfc_init(void)
{
	read_hex(rfc_p, rfc.p);
	rfc.safe_prime = true;
	mpn_rshift(rfc.q, rfc.p, GROUP_LIMBS, 1);
	rfc.g[0] = 2;
	group_init(&rfc, "RFC-3526-2048");
}

const struct group *group_find(const char *name)
{
	if (strcmp(name, "BELENIOS-2048") == 0) {
		(void)pthread_once(&belenios.once, belenios_init);
		return belenios.ready ? &belenios : NULL;
	}
	if (strcmp(name, "RFC-3526-2048") == 0) {
		(void)pthread_once(&rfc.once, rfc_init);
		return rfc.ready ? &rfc : NULL;
	}
	return NULL;
}

int group_generator_table(const struct group *group, const struct power_table **ret_table)
{
	struct group *own = group == &rfc ? &rfc : &belenios;
	int error = JISR_OK;
	(void)pthread_mutex_lock(&own->lock);
	if (own->generator.entries == NULL) {
		struct element generator;
		element_generator(own, &generator);
		error = power_table_init(own, &own->modulus, &generator, &own->generator);
	}
	(void)pthread_mutex_unlock(&own->lock);
	if (error == JISR_OK)
		*ret_table = &own->generator;
	return error;
}

const char *group_name(const struct group *group)
{
	return group->name;
}

/* --- texts --- */

/* Checks the form: digits, at least one, no leading zero, not more than `most`. */
static int check_digits(const char *text, size_t length, size_t most, struct problem *problem)
{
	if (length == 0)
		return problem_set(problem, JISR_BAD_INPUT, "is empty where a number belongs");
	if (length > most)
		return problem_set(problem, JISR_BAD_INPUT, "has %zu digits, more than any number of the group",
		                   length);
	if (length > 1 && text[0] == '0')
		return problem_set(problem, JISR_BAD_INPUT, "has a leading zero");
	for (size_t i = 0; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return problem_set(problem, JISR_BAD_INPUT, "is not a number in base 10");
	return JISR_OK;
}

/* Public: time depends on the number. */
static int read_number(const char *text, size_t length, size_t most, mp_limb_t limbs[GROUP_LIMBS],
                       struct problem *problem)
{
	int error = check_digits(text, length, most, problem);
	if (error != JISR_OK)
		return error;
	unsigned char values[GROUP_DIGITS];
	mp_limb_t number[GROUP_LIMBS + 2] = {0};
	for (size_t i = 0; i < length; i++)
		values[i] = (unsigned char)(text[i] - '0');
	mp_size_t size = mpn_set_str(number, values, length, 10);
	for (mp_size_t i = GROUP_LIMBS; i < size; i++)
		if (number[i] != 0)
			return problem_set(problem, JISR_BAD_INPUT, "is larger than any number of the group");
	memcpy(limbs, number, sizeof(mp_limb_t) * GROUP_LIMBS);
	return JISR_OK;
}

static size_t write_number(const mp_limb_t *limbs, char digits[GROUP_DIGITS + 1])
{
	mp_limb_t number[GROUP_LIMBS + 1];
	unsigned char values[GROUP_DIGITS + 4];
	size_t size = GROUP_LIMBS;
	while (size > 0 && limbs[size - 1] == 0)
		size--;
	if (size == 0) {
		memcpy(digits, "0", 2);
		return 1;
	}
	memcpy(number, limbs, size * sizeof *number);
	size_t count = mpn_get_str(values, 10, number, (mp_size_t)size);
	size_t skip = 0;
	while (values[skip] == 0)
		skip++;
	for (size_t i = skip; i < count; i++)
		digits[i - skip] = (char)('0' + values[i]);
	digits[count - skip] = '\0';
	return count - skip;
}

int element_parse(const struct group *group, const char *text, size_t length, struct element *ret_element,
                  struct problem *problem)
{
	struct element element;
	int error = read_number(text, length, GROUP_DIGITS, element.limbs, problem);
	if (error != JISR_OK)
		return error;
	if (mpn_zero_p(element.limbs, GROUP_LIMBS))
		return problem_set(problem, JISR_BAD_INPUT, "is 0, which is in no group");
	if (mpn_cmp(element.limbs, group->p, GROUP_LIMBS) >= 0)
		return problem_set(problem, JISR_BAD_INPUT, "is not below p of the group %s", group->name);
	*ret_element = element;
	return JISR_OK;
}

size_t element_write(const struct element *element, char digits[GROUP_DIGITS + 1])
{
	return write_number(element->limbs, digits);
}

int scalar_read(const struct group *group, const char *text, size_t length, struct scalar *ret_scalar,
                struct problem *problem)
{
	struct scalar scalar;
	int error = read_number(text, length, group->q_digits, scalar.limbs, problem);
	if (error != JISR_OK)
		return error;
	if (mpn_cmp(scalar.limbs, group->q, GROUP_LIMBS) >= 0)
		return problem_set(problem, JISR_BAD_INPUT, "is not below q of the group %s", group->name);
	*ret_scalar = scalar;
	return JISR_OK;
}

size_t scalar_write(const struct scalar *scalar, char digits[GROUP_DIGITS + 1])
{
	return write_number(scalar->limbs, digits);
}

int scalar_read_secret(const struct group *group, const char *text, size_t length, struct scalar *ret_secret,
                       struct problem *problem)
{
	if (length == 0 || length > group->q_digits)
		return problem_set(problem, JISR_BAD_INPUT, "is not a number in base 10 below q of the group %s",
		                   group->name);
	CLEANUP(secret_freep) mp_limb_t *number = secret_alloc((GROUP_LIMBS + 1) * sizeof(mp_limb_t));
	if (number == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "there is no locked memory left");
	size_t size = group->q_limbs + 1;
	unsigned wrong = (unsigned)(length > 1) & (unsigned)(text[0] == '0');
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned char)text[i] - (unsigned)'0';
		wrong |= ((9u - digit) | digit) >> 31; /* above 9, or below 0 */
		number[size - 1] = mpn_mul_1(number, number, (mp_size_t)size - 1, 10) + number[size - 1] * 10;
		mp_limb_t carry = digit & 0xf;
		for (size_t j = 0; j < size; j++) {
			mp_limb_t sum = number[j] + carry;
			carry = ((number[j] & ~sum) | (carry & ~sum)) >> 63;
			number[j] = sum;
		}
	}
	mp_limb_t difference[GROUP_LIMBS];
	mp_limb_t below = mpn_sub_n(difference, number, group->q, (mp_size_t)group->q_limbs);
	sodium_memzero(difference, sizeof difference);
	bool refused = (wrong != 0) | (number[size - 1] != 0) | (below == 0);
	TAINT_PUBLIC(&refused, sizeof refused);
	if (refused)
		return problem_set(problem, JISR_BAD_INPUT, "is not a number in base 10 below q of the group %s",
		                   group->name);
	memset(ret_secret, 0, sizeof *ret_secret);
	memcpy(ret_secret->limbs, number, group->q_limbs * sizeof(mp_limb_t));
	return JISR_OK;
}

#define CHUNK_DIGITS 18
#define CHUNK_POWER  1000000000000000000ull /* 10^18 */

/* A number of `size` limbs and at most max_digits digits. */
static int write_secret(const mp_limb_t *secret, mp_size_t size, size_t max_digits, char *digits, size_t *ret_length)
{
	mp_limb_t divisor = CHUNK_POWER;
	size_t chunks = (max_digits + CHUNK_DIGITS - 1) / CHUNK_DIGITS;
	size_t scratch_limbs = (size_t)mpn_sec_div_qr_itch(size, 1);
	struct {
		mp_limb_t number[GROUP_LIMBS], quotient[GROUP_LIMBS];
		unsigned char values[GROUP_DIGITS + CHUNK_DIGITS];
		mp_limb_t scratch[];
	} *space = secret_alloc(sizeof *space + scratch_limbs * sizeof(mp_limb_t));
	if (space == NULL)
		return JISR_NO_MEMORY;
	memcpy(space->number, secret, (size_t)size * sizeof(mp_limb_t));
	size_t all = chunks * CHUNK_DIGITS;
	for (size_t i = 0; i < chunks; i++) {
		mp_limb_t high = mpn_sec_div_qr(space->quotient, space->number, size, &divisor, 1, space->scratch);
		mp_limb_t chunk = space->number[0]; /* the remainder */
		memcpy(space->number, space->quotient, (size_t)size * sizeof(mp_limb_t));
		space->number[size - 1] = high;
		for (size_t j = 0; j < CHUNK_DIGITS; j++) {
			mp_limb_t tenth = chunk / 10; /* by multiplication: the divisor is constant */
			space->values[all - 1 - i * CHUNK_DIGITS - j] = (unsigned char)(chunk - tenth * 10);
			chunk = tenth;
		}
	}
	/* The length of what is written is told by the file that it ends in, and is no more secret than that. */
	size_t skip = 0, leading = 1;
	for (size_t i = 0; i + 1 < all; i++) {
		leading &= (size_t)(space->values[i] - 1) >> (sizeof(size_t) * 8 - 1);
		skip += leading;
	}
	TAINT_PUBLIC(&skip, sizeof skip);
	for (size_t i = skip; i < all; i++)
		digits[i - skip] = (char)('0' + space->values[i]);
	digits[all - skip] = '\0';
	*ret_length = all - skip;
	(void)secret_free(space);
	return JISR_OK;
}

int scalar_write_secret(const struct group *group, const struct scalar *secret, char digits[GROUP_DIGITS + 1],
                        size_t *ret_length)
{
	return write_secret(secret->limbs, (mp_size_t)group->q_limbs, group->q_digits, digits, ret_length);
}

int element_write_secret(const struct element *secret, char digits[GROUP_DIGITS + 1], size_t *ret_length)
{
	return write_secret(secret->limbs, GROUP_LIMBS, GROUP_DIGITS, digits, ret_length);
}

/* --- elements --- */

void element_generator(const struct group *group, struct element *ret_generator)
{
	memcpy(ret_generator->limbs, group->g, sizeof ret_generator->limbs);
}

void element_identity(struct element *ret_identity)
{
	memset(ret_identity, 0, sizeof *ret_identity);
	ret_identity->limbs[0] = 1;
}

bool element_is_identity(const struct element *element)
{
	struct element identity;
	element_identity(&identity);
	return element_equal(element, &identity);
}

bool element_equal(const struct element *a, const struct element *b)
{
	return sodium_memcmp(a->limbs, b->limbs, sizeof a->limbs) == 0;
}

static mp_size_t used_limbs(const mp_limb_t *limbs)
{
	mp_size_t size = GROUP_LIMBS;
	while (size > 0 && limbs[size - 1] == 0)
		size--;
	return size;
}

static void take_number(mpz_t number, mp_limb_t limbs[GROUP_LIMBS])
{
	size_t size = mpz_size(number);
	memset(limbs, 0, GROUP_LIMBS * sizeof(mp_limb_t));
	memcpy(limbs, mpz_limbs_read(number), size * sizeof(mp_limb_t));
}

bool element_is_member(const struct group *group, const struct element *element)
{
	mpz_t value, p;
	mpz_roinit_n(value, element->limbs, used_limbs(element->limbs));
	mpz_roinit_n(p, group->p, GROUP_LIMBS);
	if (group->safe_prime)
		return mpz_jacobi(value, p) == 1;
	struct scalar q;
	memcpy(q.limbs, group->q, sizeof q.limbs);
	struct element power;
	element_power(group, element, &q, &power);
	return element_is_identity(&power);
}

void element_multiply(const struct group *group, const struct element *a, const struct element *b,
                      struct element *ret_product)
{
	mp_limb_t product[2 * GROUP_LIMBS], quotient[GROUP_LIMBS + 1];
	mpn_mul_n(product, a->limbs, b->limbs, GROUP_LIMBS);
	mpn_tdiv_qr(quotient, ret_product->limbs, 0, product, 2 * GROUP_LIMBS, group->p, GROUP_LIMBS);
}

void element_divide(const struct group *group, const struct element *a, const struct element *b,
                    struct element *ret_quotient)
{
	mpz_t value, p, inverse;
	mpz_roinit_n(value, b->limbs, used_limbs(b->limbs));
	mpz_roinit_n(p, group->p, GROUP_LIMBS);
	mpz_init2(inverse, GROUP_LIMBS * GMP_NUMB_BITS);
	(void)mpz_invert(inverse, value, p); /* b is not 0 and p is prime */
	struct element element;
	take_number(inverse, element.limbs);
	mpz_clear(inverse);
	element_multiply(group, a, &element, ret_quotient);
}

void element_power(const struct group *group, const struct element *base, const struct scalar *exponent,
                   struct element *ret_power)
{
	mpz_t value, p, times, power;
	mpz_roinit_n(value, base->limbs, used_limbs(base->limbs));
	mpz_roinit_n(times, exponent->limbs, used_limbs(exponent->limbs));
	mpz_roinit_n(p, group->p, GROUP_LIMBS);
	mpz_init2(power, GROUP_LIMBS * GMP_NUMB_BITS);
	mpz_powm(power, value, times, p);
	take_number(power, ret_power->limbs);
	mpz_clear(power);
}

int element_power_secret(const struct group *group, const struct element *base, const struct scalar *secret,
                         struct element *ret_power)
{
	mp_size_t bits = (mp_size_t)group->q_bits;
	mp_size_t limbs = mpn_sec_powm_itch(GROUP_LIMBS, (mp_bitcnt_t)bits, GROUP_LIMBS);
	CLEANUP(secret_freep) mp_limb_t *scratch = secret_alloc((size_t)limbs * sizeof(mp_limb_t));
	if (scratch == NULL)
		return JISR_NO_MEMORY;
	mp_limb_t power[GROUP_LIMBS];
	mpn_sec_powm(power, base->limbs, GROUP_LIMBS, secret->limbs, (mp_bitcnt_t)bits, group->p, GROUP_LIMBS, scratch);
	memcpy(ret_power->limbs, power, sizeof power);
	return JISR_OK;
}

void element_power_generator(const struct group *group, const struct scalar *exponent, struct element *ret_power)
{
	power_table_secret_power(group, &group->generator_secret, exponent, ret_power); /* also the fastest for one */
}

void element_power_generator_secret(const struct group *group, const struct scalar *secret, struct element *ret_power)
{
	power_table_secret_power(group, &group->generator_secret, secret, ret_power);
}

void element_multiply_secret(const struct group *group, const struct element *a, const struct element *b,
                             struct element *ret_product)
{
	mp_limb_t entered[GROUP_LIMBS];
	montgomery_enter(&group->montgomery, entered, a->limbs);
	montgomery_multiply(&group->montgomery, ret_product->limbs, entered, b->limbs);
	sodium_memzero(entered, sizeof entered);
}

void element_power_two(const struct group *group, const struct element *a, const struct scalar *x,
                       const struct element *b, const struct scalar *y, struct element *ret_product)
{
	struct element left, right;
	element_power(group, a, x, &left);
	element_power(group, b, y, &right);
	element_multiply(group, &left, &right, ret_product);
}
