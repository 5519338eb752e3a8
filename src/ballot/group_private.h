/* What the files of the ballot's arithmetic share: a group's numbers. */
#ifndef JISR_BALLOT_GROUP_PRIVATE_H
#define JISR_BALLOT_GROUP_PRIVATE_H

#include "ballot/group.h"
#include "ballot/montgomery.h"
#include "ballot/power.h"

#include <pthread.h>

struct group {
	const char *name;
	mp_limb_t p[GROUP_LIMBS], q[GROUP_LIMBS], g[GROUP_LIMBS];
	size_t q_limbs; /* those of q that are used */
	size_t q_bits;
	size_t q_digits; /* decimal */
	bool safe_prime; /* p = 2q + 1: the subgroup is the squares */
	struct montgomery montgomery;
	struct lanes_modulus modulus;
	struct power_table_secret generator_secret; /* powers of g */
	pthread_once_t once;
	bool ready; /* all of the above, and sodium, could be set up */
	/* Powers of g for many public exponents: made when they are first asked for. */
	pthread_mutex_t lock;
	struct power_table generator; /* entries are NULL before; under the lock */
};

/* a * b in a time that does not depend on them. */
void element_multiply_secret(const struct group *group, const struct element *a, const struct element *b,
                             struct element *ret_product);

/* The table of g; made once, lives as long as the process. JISR_NO_MEMORY. */
int group_generator_table(const struct group *group, const struct power_table **ret_table);

#endif
