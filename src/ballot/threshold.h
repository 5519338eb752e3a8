/* A group of threshold trustees as the election publishes it (specification, section 4.6.7): certificates, what their
 * polynomials committed to, and the verification key of each. How it comes about is in ballot/pedersen.h. */
#ifndef JISR_BALLOT_THRESHOLD_H
#define JISR_BALLOT_THRESHOLD_H

#include "ballot/channel.h"
#include "ballot/trustee.h"
#include "base/arena.h"

#define PEDERSEN_MAX_TRUSTEES 64
#define PEDERSEN_MAX_BYTES    ((size_t)64 << 20) /* of any message or file of messages of the ceremony */

/* A certificate: a trustee's public keys, signed by themselves. */
struct certificate {
	struct signed_message signed_keys;
	struct element verification, encryption;
	unsigned char fingerprint[DIGEST_BYTES]; /* SHA-256 of the signed text: what trustees compare */
};

/* What a trustee's polynomial published: A_k = g^a_k for k below the threshold. */
struct coefexps {
	struct signed_message signed_powers;
	struct element *powers; /* threshold of them */
};

/* The message threshold_parameters, or the group while it is being made (then without coefexps and keys). */
struct threshold {
	const struct group *group;
	unsigned threshold; /* how many are needed, 1 to count; 0 while it is not agreed */
	size_t count;
	struct certificate *certificates;
	struct coefexps *coefexps; /* NULL before step 6 */
	struct trustee_key *keys;  /* verification keys, NULL before step 6 */
	struct arena *arena;       /* holds everything above */
};

struct threshold *threshold_free(struct threshold *threshold);
MEMORY_DEFINE_FREEP(struct threshold, threshold_free)

/* Reads a certificate into the arena and checks its signature. */
int certificate_read(const struct group *group, const cJSON *json, const char *where, struct arena *arena,
                     struct certificate *ret_certificate, struct problem *problem);

/* Reads what trustee `index` (from 1) of the group published of its polynomial, and checks that it signed it and that
 * the polynomial has `threshold` coefficients. */
int coefexps_read(const struct threshold *threshold, size_t index, const cJSON *json, const char *where,
                  struct coefexps *ret_coefexps, struct problem *problem);

/* g^f(index), where f is the polynomial behind the coefexps. */
void coefexps_evaluate(const struct threshold *threshold, const struct coefexps *coefexps, size_t index,
                       struct element *ret_power);

/* The verification key that trustee `index` must have: the product of all polynomials' g^f(index). */
void threshold_expected_key(const struct threshold *threshold, size_t index, struct element *ret_key);

/* JISR_BAD_INPUT when two trustees share a key: they would be one. */
int threshold_check_distinct(const struct threshold *threshold, const char *where, struct problem *problem);

/* Reads threshold_parameters and checks all of it. Free with threshold_free. */
int threshold_read(const struct group *group, const cJSON *json, const char *where, struct threshold **ret_threshold,
                   struct problem *problem);

/* Adds the message. */
void threshold_write(struct text *text, const struct threshold *threshold);

/* The group's part of the election's key: the product of all A_0. */
void threshold_public_key(const struct threshold *threshold, struct element *ret_key);

/* Lagrange's coefficient at 0 of trustee `index` among the trustees in `indexes`, all different and from 1.
 * JISR_BAD_INPUT for an index 0 or one that stands twice. */
int threshold_lagrange(const struct group *group, const size_t *indexes, size_t count, size_t index,
                       struct scalar *ret_coefficient, struct problem *problem);

#endif
