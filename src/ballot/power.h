/* Many exponentiations at once, and tables for bases that come again and again (g, and an election's public key y). */
#ifndef JISR_BALLOT_POWER_H
#define JISR_BALLOT_POWER_H

#include "ballot/lanes.h"

/* --- public exponents --- */

/* Every power of one base that a window of an exponent can ask for: base^(d * 2^(window * i)). */
struct power_table {
	unsigned window;      /* bits */
	size_t windows;       /* that make up a scalar */
	struct lane *entries; /* windows << window of them, owned */
};

/* Allocates; JISR_NO_MEMORY. */
int power_table_init(const struct group *group, const struct lanes_modulus *modulus, const struct element *base,
                     struct power_table *ret_table);
void power_table_finish(struct power_table *table);

/* One product g^(*g) * y^(*y) * base^(*base) of a job; g and y may be NULL. */
struct power_term {
	const struct scalar *g, *y, *base;
	struct element *ret_product;
};

/* Several products over one base, which share its squarings. */
struct power_job {
	const struct element *base;
	const struct power_term *terms;
	size_t term_count;
};

struct power_tables {
	const struct group *group;
	const struct lanes_modulus *modulus;
	const struct power_table *g, *y; /* y may be NULL when no term uses it */
};

/* Room for the work, some 300 KiB; not for two threads at once. */
struct power_space;
int power_space_new(struct power_space **ret_space);
struct power_space *power_space_free(struct power_space *space);
MEMORY_DEFINE_FREEP(struct power_space, power_space_free)

/* Works off all jobs, with vectors eight at a time; those with the same number of terms and the same fixed bases go
 * together, so many jobs in one call cost less than one by one. Reorders the jobs. */
void power_run(const struct power_tables *tables, struct power_job *jobs, size_t count, struct power_space *space);

/* ret[i] = base[i]^exponent for count of at most LANES elements. */
void power_same(const struct lanes_modulus *modulus, const struct lanes *base, const mp_limb_t *exponent, size_t bits,
                struct lanes *ret, struct power_space *space);

/* --- secret exponents --- */

/* base^(d * 16^i) in Montgomery form. */
struct power_table_secret {
	size_t windows;
	mp_limb_t *entries; /* windows * 16 * GROUP_LIMBS, owned */
};

int power_table_secret_init(const struct group *group, const struct element *base,
                            struct power_table_secret *ret_table);
void power_table_secret_finish(struct power_table_secret *table);

/* base^secret; reads every entry of every window, whatever the secret. */
void power_table_secret_power(const struct group *group, const struct power_table_secret *table,
                              const struct scalar *secret, struct element *ret_power);

#endif
