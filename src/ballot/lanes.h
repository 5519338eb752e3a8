/* Eight numbers modulo p side by side, for public numbers: one instruction multiplies in all eight, or in four. Three
 * implementations with the same meaning: plain C on GMP's limbs (0.82 us a product on an AMD EPYC of 2024), AVX2 on limbs
 * of 28 bits (0.47), AVX-512 IFMA on limbs of 52 bits (0.10). A number in a lane stands in the implementation's own
 * Montgomery form; only the functions here look inside. */
#ifndef JISR_BALLOT_LANES_H
#define JISR_BALLOT_LANES_H

#include "ballot/montgomery.h"

#define LANES       8
#define LANES_WORDS 40 /* 64-bit words a number has room for; plain C uses 32 of them */

struct lanes {
	_Alignas(64) uint64_t words[LANES_WORDS * LANES];
};

/* One number, as it stands in a lane. */
struct lane {
	uint64_t words[LANES_WORDS];
};

struct lanes_modulus;

struct lanes_engine {
	const char *name;
	bool (*present)(void); /* has this processor what it needs? */
	void (*multiply)(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a,
	                 const struct lanes *b); /* ret may be a or b */
	void (*square)(const struct lanes_modulus *modulus, struct lanes *ret, const struct lanes *a);
	/* To and from the form of a lane but for the factor of Montgomery; get gives a number below p. */
	void (*spread)(struct lane *ret, const mp_limb_t value[GROUP_LIMBS]);
	void (*gather)(const struct lanes_modulus *modulus, mp_limb_t ret_value[GROUP_LIMBS], const struct lane *lane);
	void (*set)(struct lanes *lanes, size_t index, const struct lane *lane);
	void (*get)(const struct lanes *lanes, size_t index, struct lane *ret_lane);
	/* to.lane[index] = from.lane[index] */
	void (*copy)(struct lanes *to, const struct lanes *from, size_t index);
	size_t factor_bits; /* a number x stands as x * 2^factor_bits mod p */
};

struct lanes_modulus {
	const struct lanes_engine *engine;
	const struct montgomery *montgomery;
	uint64_t words[LANES_WORDS]; /* p */
	uint64_t negative_inverse;   /* -1 / p modulo the engine's limb */
	struct lanes enter;          /* multiplies into Montgomery form */
	struct lanes unit;           /* 1, not in Montgomery form: multiplies out of it */
	struct lanes one;            /* 1 in Montgomery form */
};

#define LANES_ENGINES 3
extern const struct lanes_engine lanes_plain, lanes_avx2, lanes_ifma;
extern const struct lanes_engine *const lanes_engines[LANES_ENGINES]; /* the fastest first; plain C is always present */

/* The engine that groups take which are not set up yet, instead of the fastest: for a benchmark that wants to know what
 * another machine would need. Before the first group_find, and before there are threads. */
void lanes_prefer(const struct lanes_engine *engine);

/* set, get and copy of the engines that work on vectors: word i of lane j is words[i * LANES + j]. */
void lanes_interleaved_set(struct lanes *lanes, size_t index, const struct lane *lane);
void lanes_interleaved_get(const struct lanes *lanes, size_t index, struct lane *ret_lane);
void lanes_interleaved_copy(struct lanes *to, const struct lanes *from, size_t index);

/* With an engine of choice (tests run every one that is present), or NULL for the fastest or preferred. */
void lanes_modulus_init(struct lanes_modulus *modulus, const struct montgomery *montgomery,
                        const struct lanes_engine *engine);

/* And what their limbs, of fewer than 64 bits, are made of and into: `width` bits of a value from `bit` on, 0 beyond it;
 * and a value of at most p from `count` limbs, reduced. */
uint64_t lanes_cut(const mp_limb_t value[GROUP_LIMBS], size_t bit, unsigned width);
void lanes_join(const struct lanes_modulus *modulus, const uint64_t *limbs, size_t count, unsigned width,
                mp_limb_t ret_value[GROUP_LIMBS]);

/* Elements into lanes and out; count of at most LANES, lanes beyond it hold copies of the first. */
void lanes_enter(const struct lanes_modulus *modulus, struct lanes *ret, const struct element *const elements[],
                 size_t count);
void lanes_leave(const struct lanes_modulus *modulus, const struct lanes *lanes, struct element *const ret_elements[],
                 size_t count);

#endif
