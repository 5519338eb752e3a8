#include "ballot/membership.h"

#include "ballot/group_private.h"

#include <sodium.h>
#include <string.h>

/* Elements are taken BLOCK at a time; the products of all subsets of a block are worked out once (eight blocks side by
 * side), and each round takes the one that its random bits name. 26 + 8 * 16 products of eight numbers for 40 elements.
 * The last step, 16 powers, costs as much as testing some 140 elements one by one; fewer than that are. */
#define BLOCK   5
#define SUBSETS (1 << BLOCK)
#define VECTORS (MEMBERSHIP_ROUNDS / LANES)
#define FEW     160

struct membership {
	const struct group *group;
	size_t count, capacity;
	struct element *elements;
	uint64_t *labels;
	void *block; /* what was allocated for the two below, which begin at a multiple of 64 */
	struct lanes *subsets;
	struct lanes *rounds;
};

int membership_new(const struct group *group, size_t capacity, struct membership **ret_membership)
{
	struct membership *membership = memory_zero(1, sizeof *membership);
	if (membership == NULL)
		return JISR_NO_MEMORY;
	membership->group = group;
	membership->capacity = capacity;
	membership->elements = memory_zero(capacity, sizeof *membership->elements);
	membership->labels = memory_zero(capacity, sizeof *membership->labels);
	membership->block = memory_alloc((SUBSETS + VECTORS) * sizeof(struct lanes) + 64);
	if (membership->elements == NULL || membership->labels == NULL || membership->block == NULL) {
		(void)membership_free(membership);
		return JISR_NO_MEMORY;
	}
	membership->subsets = (struct lanes *)((char *)membership->block + (64 - (uintptr_t)membership->block % 64));
	membership->rounds = membership->subsets + SUBSETS;
	*ret_membership = membership;
	return JISR_OK;
}

struct membership *membership_free(struct membership *membership)
{
	if (membership == NULL)
		return NULL;
	(void)memory_free(membership->elements);
	(void)memory_free(membership->labels);
	(void)memory_free(membership->block);
	return memory_free(membership);
}

int membership_add(struct membership *membership, const struct element *element, uint64_t label)
{
	if (membership->count == membership->capacity)
		return JISR_TOO_LARGE;
	membership->elements[membership->count] = *element;
	membership->labels[membership->count++] = label;
	return JISR_OK;
}

size_t membership_count(const struct membership *membership)
{
	return membership->count;
}

void membership_reset(struct membership *membership)
{
	membership->count = 0;
}

/* Are the lanes to the power of q all 1? Lanes count and beyond are not looked at. */
static bool all_identity(const struct group *group, const struct lanes *values, size_t count, struct power_space *space)
{
	const struct lanes_modulus *modulus = &group->modulus;
	struct lanes powers;
	struct element elements[LANES], *results[LANES];
	for (size_t i = 0; i < LANES; i++)
		results[i] = &elements[i];
	power_same(modulus, values, group->q, group->q_bits, &powers, space);
	lanes_leave(modulus, &powers, results, count);
	for (size_t i = 0; i < count; i++)
		if (!element_is_identity(&elements[i]))
			return false;
	return true;
}

static bool test_rounds(struct membership *membership, struct power_space *space)
{
	const struct lanes_modulus *modulus = &membership->group->modulus;
	const struct lanes_engine *engine = modulus->engine;
	struct element identity;
	element_identity(&identity);
	for (size_t v = 0; v < VECTORS; v++)
		membership->rounds[v] = modulus->one;
	unsigned char digits[LANES][MEMBERSHIP_ROUNDS];
	for (size_t first = 0; first < membership->count; first += (size_t)LANES * BLOCK) {
		struct lanes *subsets = membership->subsets;
		subsets[0] = modulus->one;
		for (size_t bit = 0; bit < BLOCK; bit++) {
			const struct element *elements[LANES];
			for (size_t i = 0; i < LANES; i++) {
				size_t index = first + i * BLOCK + bit;
				elements[i] = index < membership->count ? &membership->elements[index] : &identity;
			}
			size_t top = (size_t)1 << bit;
			lanes_enter(modulus, &subsets[top], elements, LANES);
			for (size_t d = 1; d < top; d++)
				engine->multiply(modulus, &subsets[top + d], &subsets[top], &subsets[d]);
		}
		randombytes_buf(digits, sizeof digits);
		for (size_t block = 0; block < LANES; block++) {
			for (size_t v = 0; v < VECTORS; v++) {
				struct lanes factor;
				for (size_t i = 0; i < LANES; i++) {
					struct lane lane;
					unsigned digit = digits[block][v * LANES + i] % SUBSETS;
					engine->get(&subsets[digit], block, &lane);
					engine->set(&factor, i, &lane);
				}
				engine->multiply(modulus, &membership->rounds[v], &membership->rounds[v], &factor);
			}
		}
	}
	for (size_t v = 0; v < VECTORS; v++)
		if (!all_identity(membership->group, &membership->rounds[v], LANES, space))
			return false;
	return true;
}

/* The first that is outside, or count. */
static size_t test_each(struct membership *membership, struct power_space *space)
{
	const struct group *group = membership->group;
	for (size_t first = 0; first < membership->count; first += LANES) {
		size_t count = membership->count - first < LANES ? membership->count - first : LANES;
		const struct element *elements[LANES];
		for (size_t i = 0; i < count; i++)
			elements[i] = &membership->elements[first + i];
		struct lanes values;
		lanes_enter(&group->modulus, &values, elements, count);
		if (all_identity(group, &values, count, space))
			continue;
		for (size_t i = 0; i < count; i++)
			if (!element_is_member(group, elements[i]))
				return first + i;
	}
	return membership->count;
}

bool membership_check(struct membership *membership, struct power_space *space, uint64_t *ret_label)
{
	size_t wrong = membership->count;
	if (membership->group->safe_prime) {
		for (size_t i = 0; i < membership->count && wrong == membership->count; i++)
			if (!element_is_member(membership->group, &membership->elements[i]))
				wrong = i;
	} else if (membership->count < FEW || !test_rounds(membership, space)) {
		wrong = test_each(membership, space);
	}
	if (wrong == membership->count)
		return true;
	*ret_label = membership->labels[wrong];
	return false;
}
