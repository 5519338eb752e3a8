#include "ballot/lanes.h"

#include <string.h>

/* --- plain C: lane i is GROUP_LIMBS words from i * GROUP_LIMBS --- */

static bool plain_present(void)
{
	return true;
}

static void plain_multiply(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
                           const struct lanes *b)
{
	for (size_t i = 0; i < LANES; i++)
		montgomery_multiply_public(modulus->montgomery, (mp_limb_t *)ret->words + i * GROUP_LIMBS,
		                           (const mp_limb_t *)a->words + i * GROUP_LIMBS,
		                           (const mp_limb_t *)b->words + i * GROUP_LIMBS);
}

static void plain_square(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a)
{
	plain_multiply(modulus, ret, a, a);
}

static void plain_spread(struct lane *ret, const mp_limb_t value[GROUP_LIMBS])
{
	memset(ret, 0, sizeof *ret);
	memcpy(ret->words, value, GROUP_LIMBS * sizeof *value);
}

static void plain_gather(const struct lanes_modulus *modulus, mp_limb_t ret_value[GROUP_LIMBS], const struct lane *lane)
{
	(void)modulus; /* montgomery_multiply reduces fully */
	memcpy(ret_value, lane->words, GROUP_LIMBS * sizeof *ret_value);
}

static void plain_set(struct lanes *lanes, size_t index, const struct lane *lane)
{
	memcpy(lanes->words + index * GROUP_LIMBS, lane->words, GROUP_LIMBS * sizeof *lane->words);
}

static void plain_get(const struct lanes *lanes, size_t index, struct lane *ret_lane)
{
	memset(ret_lane, 0, sizeof *ret_lane);
	memcpy(ret_lane->words, lanes->words + index * GROUP_LIMBS, GROUP_LIMBS * sizeof *lanes->words);
}

static void plain_copy(struct lanes *to, const struct lanes *from, size_t index)
{
	memcpy(to->words + index * GROUP_LIMBS, from->words + index * GROUP_LIMBS, GROUP_LIMBS * sizeof *to->words);
}

const struct lanes_engine lanes_plain = {
	.name = "plain",
	.present = plain_present,
	.multiply = plain_multiply,
	.square = plain_square,
	.spread = plain_spread,
	.gather = plain_gather,
	.set = plain_set,
	.get = plain_get,
	.copy = plain_copy,
	.factor_bits = GROUP_LIMBS * 64,
};

/* --- vectors of eight words: word i of lane j is words[i * LANES + j] --- */

void lanes_interleaved_set(struct lanes *lanes, size_t index, const struct lane *lane)
{
	for (size_t i = 0; i < LANES_WORDS; i++)
		lanes->words[i * LANES + index] = lane->words[i];
}

void lanes_interleaved_get(const struct lanes *lanes, size_t index, struct lane *ret_lane)
{
	for (size_t i = 0; i < LANES_WORDS; i++)
		ret_lane->words[i] = lanes->words[i * LANES + index];
}

void lanes_interleaved_copy(struct lanes *to, const struct lanes *from, size_t index)
{
	for (size_t i = 0; i < LANES_WORDS; i++)
		to->words[i * LANES + index] = from->words[i * LANES + index];
}

uint64_t lanes_cut(const mp_limb_t value[GROUP_LIMBS], size_t bit, unsigned width)
{
	size_t limb = bit / 64, shift = bit % 64;
	uint64_t word = limb < GROUP_LIMBS ? value[limb] >> shift : 0;
	if (shift + width > 64 && limb + 1 < GROUP_LIMBS)
		word |= value[limb + 1] << (64 - shift);
	return word & (((uint64_t)1 << width) - 1);
}

void lanes_join(const struct lanes_modulus *modulus, const uint64_t *limbs, size_t count, unsigned width,
                mp_limb_t ret_value[GROUP_LIMBS])
{
	mp_limb_t value[GROUP_LIMBS + 2] = {0}, less[GROUP_LIMBS];
	for (size_t i = 0; i < count; i++) {
		size_t bit = i * width, limb = bit / 64, shift = bit % 64;
		value[limb] |= limbs[i] << shift;
		if (shift + width > 64)
			value[limb + 1] |= limbs[i] >> (64 - shift);
	}
	/* It was multiplied by 1 on the way out, so it is at most p. */
	if (mpn_sub_n(less, value, modulus->montgomery->modulus, GROUP_LIMBS) == 0)
		memcpy(value, less, sizeof less);
	memcpy(ret_value, value, GROUP_LIMBS * sizeof *ret_value);
}

/* --- for all engines --- */

static void set_all(const struct lanes_engine *engine, struct lanes *lanes, const mp_limb_t value[GROUP_LIMBS])
{
	struct lane lane;
	engine->spread(&lane, value);
	for (size_t i = 0; i < LANES; i++)
		engine->set(lanes, i, &lane);
}

/* 2^bits mod p */
static void power_of_two(const struct montgomery *montgomery, size_t bits, mp_limb_t value[GROUP_LIMBS])
{
	memset(value, 0, GROUP_LIMBS * sizeof *value);
	value[0] = 1;
	for (size_t i = 0; i < bits; i++) {
		mp_limb_t less[GROUP_LIMBS];
		mp_limb_t carry = mpn_lshift(value, value, GROUP_LIMBS, 1);
		if (mpn_sub_n(less, value, montgomery->modulus, GROUP_LIMBS) == 0 || carry != 0)
			memcpy(value, less, sizeof less);
	}
}

const struct lanes_engine *const lanes_engines[LANES_ENGINES] = {&lanes_ifma, &lanes_avx2, &lanes_plain};
static const struct lanes_engine *preferred;

void lanes_prefer(const struct lanes_engine *engine)
{
	preferred = engine;
}

static const struct lanes_engine *fastest(void)
{
	if (preferred != NULL)
		return preferred;
	size_t i = 0;
	while (!lanes_engines[i]->present())
		i++;
	return lanes_engines[i];
}

void lanes_modulus_init(struct lanes_modulus *modulus, const struct montgomery *montgomery,
                        const struct lanes_engine *engine)
{
	if (engine == NULL)
		engine = fastest();
	modulus->engine = engine;
	modulus->montgomery = montgomery;
	modulus->negative_inverse = montgomery->negative_inverse; /* modulo 2^64, so also modulo 2^52 */
	struct lane lane;
	engine->spread(&lane, montgomery->modulus);
	memcpy(modulus->words, lane.words, sizeof modulus->words);
	mp_limb_t value[GROUP_LIMBS];
	power_of_two(montgomery, 2 * engine->factor_bits, value);
	set_all(engine, &modulus->enter, value);
	power_of_two(montgomery, engine->factor_bits, value);
	set_all(engine, &modulus->one, value);
	power_of_two(montgomery, 0, value);
	set_all(engine, &modulus->unit, value);
}

void lanes_enter(const struct lanes_modulus *modulus, struct lanes *ret, const struct element *const elements[],
                 size_t count)
{
	struct lane lane;
	for (size_t i = 0; i < LANES; i++) {
		modulus->engine->spread(&lane, elements[i < count ? i : 0]->limbs);
		modulus->engine->set(ret, i, &lane);
	}
	modulus->engine->multiply(modulus, ret, ret, &modulus->enter);
}

void lanes_leave(const struct lanes_modulus *modulus, const struct lanes *lanes, struct element *const ret_elements[],
                 size_t count)
{
	struct lanes left;
	struct lane lane;
	modulus->engine->multiply(modulus, &left, lanes, &modulus->unit);
	for (size_t i = 0; i < count; i++) {
		modulus->engine->get(&left, i, &lane);
		modulus->engine->gather(modulus, ret_elements[i]->limbs, &lane);
	}
}
