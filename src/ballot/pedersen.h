/* Threshold trustees: Pedersen's distributed key generation (specification, section 4.6). Any `threshold` of the group
 * can decrypt, fewer learn nothing. The ceremony, where S is whoever carries files between the trustees:
 *
 *   1. each trustee    pedersen_certificate     seed (kept)            ->  certificate
 *   2. S               pedersen_certificates    all certificates       ->  the group, in order: certs
 *   3. each trustee    pedersen_polynomial      seed, certs, threshold ->  polynomial
 *   4. S               pedersen_route           certs, polynomials     ->  vinput for each
 *   5. each trustee    pedersen_accept          seed, certs, vinput    ->  voutput; or a complaint
 *   6. S               pedersen_combine         certs, polynomials, voutputs -> threshold_parameters, and each
 *                                               trustee's encrypted decryption key
 *
 * A trustee keeps only the seed; everything else it needs comes back to it signed and encrypted by itself. Each step
 * checks all that the steps before have published. A trustee is numbered from 1, by the place of its certificate. */
#ifndef JISR_BALLOT_PEDERSEN_H
#define JISR_BALLOT_PEDERSEN_H

#include "ballot/threshold.h"

/* Step 1: adds the certificate of these keys. */
int pedersen_certificate(const struct group *group, const struct channel_keys *keys, struct text *certificate);

/* Steps 2, 3, 5: reads certificates, one a line, and checks them: signatures, no key twice. JISR_BAD_INPUT names the
 * line. Free with threshold_free. */
int pedersen_certificates(const struct group *group, const char *lines, size_t length, struct threshold **ret_group,
                          struct problem *problem);

/* The number of the trustee with these keys, from 1; 0 when its certificate is not there. */
size_t pedersen_find(const struct threshold *group, const struct channel_keys *keys);

/* Step 3: chooses a polynomial and adds the message. JISR_BAD_INPUT: the keys are not among the certificates, or the
 * threshold is not from 1 to their number. */
int pedersen_polynomial(const struct threshold *group, const struct channel_keys *keys, unsigned threshold,
                        struct text *polynomial, struct problem *problem);

/* Step 4: reads all polynomials, one a line in the order of the certificates, checks what is public in them, and adds
 * each trustee's vinput to vinputs[0..count-1]. JISR_BAD_INPUT: a polynomial is missing, is signed by another, or has
 * another threshold than the first. */
int pedersen_route(const struct threshold *group, const char *lines, size_t length, struct text vinputs[],
                   struct problem *problem);

/* Step 5: checks the shares that all trustees sent to this one against what they published, and adds the voutput.
 * JISR_BAD_INPUT is a complaint when *ret_accused (may be NULL) is not 0: that trustee's share is wrong, and the key
 * must not be used; the problem says so. */
int pedersen_accept(const struct threshold *group, const struct channel_keys *keys, const char *vinput, size_t length,
                    struct text *voutput, size_t *ret_accused, struct problem *problem);

/* Step 6: checks all voutputs, one a line in the order of the certificates, adds threshold_parameters, and each
 * trustee's encrypted decryption key to decryption_keys[0..count-1]. JISR_BAD_INPUT: a voutput is missing, its public
 * key does not follow from the polynomials, or its proof does not hold. */
int pedersen_combine(const struct threshold *group, const char *polynomials, size_t polynomials_length,
                     const char *voutputs, size_t voutputs_length, struct text *parameters,
                     struct text decryption_keys[], struct problem *problem);

/* Opens a trustee's decryption key. *ret_private lies in secret memory. JISR_BAD_INPUT: it was encrypted for another
 * seed, or is altered. */
int pedersen_decryption_key(const struct group *group, const struct channel_keys *keys, const char *bytes,
                            size_t length, struct scalar *ret_private, struct problem *problem);

#endif
