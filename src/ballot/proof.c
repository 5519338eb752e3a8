#include "ballot/proof.h"

#include <sodium.h>

void proof_commitment(const struct group *group, const struct element *base, const struct element *power,
                      const struct proof *proof, struct element *ret_commitment)
{
	element_power_two(group, base, &proof->response, power, &proof->challenge, ret_commitment);
}

void proof_commitment_generator(const struct group *group, const struct element *power, const struct proof *proof,
                                struct element *ret_commitment)
{
	struct element left, right;
	element_power_generator(group, &proof->response, &left);
	element_power(group, power, &proof->challenge, &right);
	element_multiply(group, &left, &right, ret_commitment);
}

void proof_respond(const struct group *group, const struct scalar *w, const struct scalar *secret,
                   const struct scalar *challenge, struct scalar *ret_response)
{
	struct scalar product;
	scalar_multiply(group, secret, challenge, &product);
	scalar_subtract(group, w, &product, ret_response);
	sodium_memzero(&product, sizeof product); /* with the challenge it tells the secret */
}
