#include "ballot/power.h"

#include "ballot/group_private.h"

#include <sodium.h>
#include <string.h>

/* A job's base b gives b, b^(2^c), b^(2^2c), b^(2^3c) for a quarter c of the exponent's bits, once; then each term needs
 * c squarings and, for every WINDOW bits of a quarter, four products with entries of small tables (Straus). With the two
 * terms of a 0/1 proof that is 320 squarings and 184 products for two exponents of 256 bits, against 512 and 134 when
 * each goes alone. */
#define QUARTERS 4
#define WINDOW   4
#define ENTRIES  (1 << WINDOW)

/* One number at a time it is cheaper to sort than to tabulate (Yao 1976): the base is squared all the way up once, and on
 * the way each term multiplies b^(2^i) into the bucket of the odd digit that begins at bit i of its exponent. The product
 * of all buckets, each raised to its digit, is two products a bucket. The two terms of a 0/1 proof take 256 squarings and
 * some 116 products. Lanes cannot do that, since their digits begin at different bits. */
#define SORTED_TERMS      16 /* that share one way up */
#define SORTED_WINDOW     4  /* bits of a digit */
#define SORTED_WINDOW_MAX 6  /* for exponents beyond SORTED_BITS */
#define SORTED_BITS       512
#define SORTED_BUCKETS    (1 << (SORTED_WINDOW_MAX - 1))

struct sorted {
	bool used[SORTED_BUCKETS];
	mp_limb_t buckets[SORTED_BUCKETS][GROUP_LIMBS];
};

struct power_space {
	struct lanes tables[QUARTERS][ENTRIES];
	struct lanes accumulator, factor, base;
	struct sorted sorted[SORTED_TERMS];
	void *block; /* what was allocated: this struct begins at a multiple of 64 in it */
};

int power_space_new(struct power_space **ret_space)
{
	char *block = memory_alloc(sizeof(struct power_space) + 64);
	if (block == NULL)
		return JISR_NO_MEMORY;
	struct power_space *space = (struct power_space *)(block + (64 - (uintptr_t)block % 64));
	space->block = block;
	*ret_space = space;
	return JISR_OK;
}

struct power_space *power_space_free(struct power_space *space)
{
	if (space != NULL)
		(void)memory_free(space->block);
	return NULL;
}

/* `width` bits from bit `from` on; bits beyond the scalar are 0. */
static unsigned bits_at(const mp_limb_t *limbs, size_t from, unsigned width)
{
	size_t limb = from / 64, shift = from % 64;
	if (limb >= GROUP_LIMBS)
		return 0;
	mp_limb_t bits = limbs[limb] >> shift;
	if (shift + width > 64 && limb + 1 < GROUP_LIMBS)
		bits |= limbs[limb + 1] << (64 - shift);
	return (unsigned)bits & ((1u << width) - 1);
}

static size_t bit_length(const struct scalar *scalar)
{
	size_t limbs = GROUP_LIMBS;
	while (limbs > 0 && scalar->limbs[limbs - 1] == 0)
		limbs--;
	return limbs == 0 ? 0 : limbs * 64 - (size_t)__builtin_clzll(scalar->limbs[limbs - 1]);
}

/* --- tables for public exponents --- */

int power_table_init(const struct group *group, const struct lanes_modulus *modulus, const struct element *base,
                     struct power_table *ret_table)
{
	const struct lanes_engine *engine = modulus->engine;
	/* 2.6 MB for 256 bits; a scalar of 2047 bits gets smaller windows, else it were 21 MB. */
	unsigned window = group->q_bits <= 256 ? 8 : 5;
	size_t windows = (group->q_bits + window - 1) / window, entries = (size_t)1 << window;
	struct lane *table = memory_alloc(windows * entries * sizeof *table);
	if (table == NULL)
		return JISR_NO_MEMORY;
	struct lanes power, bases, product;
	lanes_enter(modulus, &power, &base, 1);
	for (size_t first = 0; first < windows; first += LANES) {
		/* Lane i holds base^(2^(window * (first + i))). */
		for (size_t i = 0; i < LANES; i++) {
			engine->copy(&bases, &power, i);
			for (unsigned j = 0; j < window; j++)
				engine->square(modulus, &power, &power);
		}
		product = modulus->one;
		for (size_t d = 0; d < entries; d++) {
			for (size_t i = 0; i < LANES && first + i < windows; i++)
				engine->get(&product, i, &table[((first + i) << window) + d]);
			engine->multiply(modulus, &product, &product, &bases);
		}
	}
	*ret_table = (struct power_table){window, windows, table};
	return JISR_OK;
}

void power_table_finish(struct power_table *table)
{
	table->entries = memory_free(table->entries);
}

/* --- jobs, eight at a time --- */

/* Lane i of *ret is table[digits[i]].lane[i]. */
static void pick(const struct lanes_engine *engine, const struct lanes *table, const unsigned digits[LANES],
                 struct lanes *ret)
{
	for (size_t i = 0; i < LANES; i++)
		engine->copy(ret, &table[digits[i]], i);
}

static void make_quarters(const struct lanes_modulus *modulus, size_t quarter, struct power_space *space)
{
	const struct lanes_engine *engine = modulus->engine;
	for (size_t k = 0; k < QUARTERS; k++) {
		struct lanes *table = space->tables[k];
		table[0] = modulus->one;
		table[1] = space->base;
		for (size_t d = 2; d < ENTRIES; d++) {
			if (d % 2 == 0)
				engine->square(modulus, &table[d], &table[d / 2]);
			else
				engine->multiply(modulus, &table[d], &table[d - 1], &table[1]);
		}
		for (size_t i = 0; k + 1 < QUARTERS && i < quarter; i++)
			engine->square(modulus, &space->base, &space->base);
	}
}

/* accumulator = base^exponent for each lane, from the tables that make_quarters left. */
static void power_lanes(const struct lanes_modulus *modulus, const mp_limb_t *const exponents[LANES], size_t quarter,
                        struct power_space *space)
{
	const struct lanes_engine *engine = modulus->engine;
	bool first = true;
	for (size_t bit = quarter; bit > 0;) {
		bit -= WINDOW;
		for (unsigned i = 0; !first && i < WINDOW; i++)
			engine->square(modulus, &space->accumulator, &space->accumulator);
		for (size_t k = 0; k < QUARTERS; k++) {
			unsigned digits[LANES];
			for (size_t i = 0; i < LANES; i++)
				digits[i] = bits_at(exponents[i], k * quarter + bit, WINDOW);
			struct lanes *to = first ? &space->accumulator : &space->factor;
			pick(engine, space->tables[k], digits, to);
			if (!first)
				engine->multiply(modulus, &space->accumulator, &space->accumulator, &space->factor);
			first = false;
		}
	}
}

static void multiply_fixed(const struct lanes_modulus *modulus, const struct power_table *table,
                           const struct scalar *const exponents[LANES], struct power_space *space)
{
	const struct lanes_engine *engine = modulus->engine;
	for (size_t w = 0; w < table->windows; w++) {
		for (size_t i = 0; i < LANES; i++) {
			unsigned digit = bits_at(exponents[i]->limbs, w * table->window, table->window);
			engine->set(&space->factor, i, &table->entries[(w << table->window) + digit]);
		}
		engine->multiply(modulus, &space->accumulator, &space->accumulator, &space->factor);
	}
}

/* Up to LANES jobs of the same number of terms. */
static void run_eight(const struct power_tables *tables, const struct power_job *jobs, size_t count,
                      struct power_space *space)
{
	static const struct scalar zero;
	const struct lanes_modulus *modulus = tables->modulus;
	const struct element *bases[LANES];
	size_t longest = 1;
	for (size_t i = 0; i < count; i++) {
		bases[i] = jobs[i].base;
		for (size_t t = 0; t < jobs[i].term_count; t++) {
			size_t bits = bit_length(jobs[i].terms[t].base);
			longest = bits > longest ? bits : longest;
		}
	}
	size_t quarter = (longest + QUARTERS * WINDOW - 1) / (QUARTERS * WINDOW) * WINDOW;
	lanes_enter(modulus, &space->base, bases, count);
	make_quarters(modulus, quarter, space);
	for (size_t t = 0; t < jobs[0].term_count; t++) {
		const mp_limb_t *exponents[LANES];
		const struct scalar *g[LANES], *y[LANES];
		struct element *results[LANES];
		bool any_g = false, any_y = false;
		for (size_t i = 0; i < LANES; i++) {
			const struct power_term *term = &jobs[i < count ? i : 0].terms[t];
			exponents[i] = term->base->limbs;
			g[i] = term->g != NULL ? term->g : &zero;
			y[i] = term->y != NULL ? term->y : &zero;
			any_g |= term->g != NULL;
			any_y |= term->y != NULL;
			results[i] = term->ret_product;
		}
		power_lanes(modulus, exponents, quarter, space);
		if (any_g)
			multiply_fixed(modulus, tables->g, g, space);
		if (any_y)
			multiply_fixed(modulus, tables->y, y, space);
		lanes_leave(modulus, &space->accumulator, results, count);
	}
}

/* --- jobs, one at a time --- */

/* a *= b, where a that is not used yet counts as 1 */
static void multiply_into(const struct montgomery *montgomery, bool *used, mp_limb_t *a, const mp_limb_t *b)
{
	if (*used)
		montgomery_multiply_public(montgomery, a, a, b);
	else
		memcpy(a, b, GROUP_LIMBS * sizeof *a);
	*used = true;
}

/* ret *= the product of bucket i raised to 2i + 1: with T(i) the product of the buckets from i on, that is
 * T(0) (T(1) T(2) ...)^2. */
static void gather_sorted(const struct montgomery *montgomery, const struct sorted *sorted, size_t buckets, bool *used,
                          mp_limb_t *ret)
{
	mp_limb_t from[GROUP_LIMBS], squared[GROUP_LIMBS];
	bool any = false, any_squared = false;
	for (size_t i = buckets; i-- > 0;) {
		if (sorted->used[i])
			multiply_into(montgomery, &any, from, sorted->buckets[i]);
		if (any && i > 0)
			multiply_into(montgomery, &any_squared, squared, from);
	}
	if (any)
		multiply_into(montgomery, used, ret, from);
	if (any_squared) {
		montgomery_multiply_public(montgomery, squared, squared, squared);
		multiply_into(montgomery, used, ret, squared);
	}
}

static void multiply_fixed_one(const struct montgomery *montgomery, const struct power_table *table,
                               const struct scalar *exponent, bool *used, mp_limb_t *ret)
{
	for (size_t w = 0; exponent != NULL && w < table->windows; w++) {
		unsigned digit = bits_at(exponent->limbs, w * table->window, table->window);
		if (digit != 0)
			multiply_into(montgomery, used, ret,
			              (const mp_limb_t *)table->entries[(w << table->window) + digit].words);
	}
}

/* At most SORTED_TERMS of them. */
static void run_terms(const struct power_tables *tables, const struct element *base, const struct power_term *terms,
                      size_t count, struct power_space *space)
{
	const struct montgomery *montgomery = tables->modulus->montgomery;
	size_t longest = 0, next[SORTED_TERMS] = {0};
	for (size_t t = 0; t < count; t++) {
		size_t bits = bit_length(terms[t].base);
		longest = bits > longest ? bits : longest;
		memset(space->sorted[t].used, 0, sizeof space->sorted[t].used);
	}
	unsigned window = longest > SORTED_BITS ? SORTED_WINDOW_MAX : SORTED_WINDOW;
	mp_limb_t power[GROUP_LIMBS];
	montgomery_enter(montgomery, power, base->limbs);
	for (size_t bit = 0; bit < longest; bit++) {
		if (bit > 0)
			montgomery_multiply_public(montgomery, power, power, power);
		for (size_t t = 0; t < count; t++) {
			unsigned digit = bits_at(terms[t].base->limbs, bit, window);
			if (bit < next[t] || digit % 2 == 0)
				continue;
			struct sorted *sorted = &space->sorted[t];
			multiply_into(montgomery, &sorted->used[digit / 2], sorted->buckets[digit / 2], power);
			next[t] = bit + window;
		}
	}
	for (size_t t = 0; t < count; t++) {
		mp_limb_t product[GROUP_LIMBS];
		bool used = false;
		gather_sorted(montgomery, &space->sorted[t], (size_t)1 << (window - 1), &used, product);
		multiply_fixed_one(montgomery, tables->g, terms[t].g, &used, product);
		multiply_fixed_one(montgomery, tables->y, terms[t].y, &used, product);
		montgomery_leave(montgomery, terms[t].ret_product->limbs, used ? product : montgomery->one);
	}
}

static void run_one(const struct power_tables *tables, const struct power_job *job, struct power_space *space)
{
	for (size_t first = 0; first < job->term_count; first += SORTED_TERMS) {
		size_t left = job->term_count - first;
		run_terms(tables, job->base, job->terms + first, left < SORTED_TERMS ? left : SORTED_TERMS, space);
	}
}

/* --- all jobs --- */

static int compare_jobs(const void *left, const void *right)
{
	const struct power_job *a = left, *b = right;
	if (a->term_count != b->term_count)
		return a->term_count < b->term_count ? -1 : 1;
	for (size_t t = 0; t < a->term_count; t++) {
		int a_kind = (a->terms[t].g != NULL) * 2 + (a->terms[t].y != NULL);
		int b_kind = (b->terms[t].g != NULL) * 2 + (b->terms[t].y != NULL);
		if (a_kind != b_kind)
			return a_kind - b_kind;
	}
	return 0;
}

void power_run(const struct power_tables *tables, struct power_job *jobs, size_t count, struct power_space *space)
{
	for (size_t i = 0; tables->modulus->engine == &lanes_plain && i < count; i++)
		run_one(tables, &jobs[i], space);
	if (tables->modulus->engine == &lanes_plain)
		return;
	qsort(jobs, count, sizeof *jobs, compare_jobs);
	for (size_t first = 0, end; first < count; first = end) {
		end = first + 1;
		while (end < count && end - first < LANES && jobs[end].term_count == jobs[first].term_count)
			end++;
		run_eight(tables, jobs + first, end - first, space);
	}
}

void power_same(const struct lanes_modulus *modulus, const struct lanes *base, const mp_limb_t *exponent, size_t bits,
                struct lanes *ret, struct power_space *space)
{
	const struct lanes_engine *engine = modulus->engine;
	struct lanes *table = space->tables[0];
	table[0] = modulus->one;
	for (size_t d = 1; d < ENTRIES; d++)
		engine->multiply(modulus, &table[d], &table[d - 1], base);
	size_t windows = (bits + WINDOW - 1) / WINDOW;
	for (size_t w = windows; w-- > 0;) {
		unsigned digit = bits_at(exponent, w * WINDOW, WINDOW);
		if (w + 1 == windows) {
			*ret = table[digit];
			continue;
		}
		for (unsigned i = 0; i < WINDOW; i++)
			engine->square(modulus, ret, ret);
		engine->multiply(modulus, ret, ret, &table[digit]);
	}
}

/* --- tables for secret exponents --- */

int power_table_secret_init(const struct group *group, const struct element *base, struct power_table_secret *ret_table)
{
	const struct montgomery *montgomery = &group->montgomery;
	size_t windows = (group->q_bits + WINDOW - 1) / WINDOW;
	mp_limb_t *entries = memory_alloc(windows * ENTRIES * GROUP_LIMBS * sizeof *entries);
	if (entries == NULL)
		return JISR_NO_MEMORY;
	mp_limb_t power[GROUP_LIMBS];
	montgomery_enter(montgomery, power, base->limbs);
	for (size_t w = 0; w < windows; w++) {
		mp_limb_t *table = entries + w * ENTRIES * GROUP_LIMBS;
		memcpy(table, montgomery->one, sizeof power);
		for (size_t d = 1; d < ENTRIES; d++)
			montgomery_multiply(montgomery, table + d * GROUP_LIMBS, table + (d - 1) * GROUP_LIMBS, power);
		montgomery_multiply(montgomery, power, table + (ENTRIES - 1) * GROUP_LIMBS, power);
	}
	*ret_table = (struct power_table_secret){windows, entries};
	return JISR_OK;
}

void power_table_secret_finish(struct power_table_secret *table)
{
	table->entries = memory_free(table->entries);
}

void power_table_secret_power(const struct group *group, const struct power_table_secret *table,
                              const struct scalar *secret, struct element *ret_power)
{
	mp_limb_t accumulator[GROUP_LIMBS], factor[GROUP_LIMBS];
	for (size_t w = 0; w < table->windows; w++) {
		mp_limb_t digit = secret->limbs[w * WINDOW / 64] >> w * WINDOW % 64 & (ENTRIES - 1);
		const mp_limb_t *entries = table->entries + w * ENTRIES * GROUP_LIMBS;
		mpn_sec_tabselect(w == 0 ? accumulator : factor, entries, GROUP_LIMBS, ENTRIES, (mp_size_t)digit);
		if (w > 0)
			montgomery_multiply(&group->montgomery, accumulator, accumulator, factor);
	}
	montgomery_leave(&group->montgomery, ret_power->limbs, accumulator);
	sodium_memzero(accumulator, sizeof accumulator);
	sodium_memzero(factor, sizeof factor);
}
