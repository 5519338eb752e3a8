/* Are these elements in the subgroup of order q? For many at once, at some 4 products of eight numbers an element
 * instead of 300 products each.
 *
 * 128 times a random subset of the elements is multiplied and the product raised to q. An element outside the subgroup
 * has, over the choice of its own bit, at least even odds to spoil a product, whatever the factors of p - 1 are; so one
 * that is outside passes with a probability of at most 2^-128. When a product is spoilt the elements are tested one by
 * one. In RFC-3526-2048, where p = 2q + 1, the Jacobi symbol tells at once. */
#ifndef JISR_BALLOT_MEMBERSHIP_H
#define JISR_BALLOT_MEMBERSHIP_H

#include "ballot/power.h"

#define MEMBERSHIP_ROUNDS 128

struct membership;

/* Collects up to `capacity` elements. JISR_NO_MEMORY. */
int membership_new(const struct group *group, size_t capacity, struct membership **ret_membership);
struct membership *membership_free(struct membership *membership);
MEMORY_DEFINE_FREEP(struct membership, membership_free)

/* Copies it; `label` comes back when it is the culprit. JISR_TOO_LARGE when it is full: check and reset. */
int membership_add(struct membership *membership, const struct element *element, uint64_t label);

size_t membership_count(const struct membership *membership);

/* True when all are in the subgroup; else *ret_label is the first's that is not. */
bool membership_check(struct membership *membership, struct power_space *space, uint64_t *ret_label);

/* Forgets what was collected. */
void membership_reset(struct membership *membership);

#endif
