/* Credentials that no single authority gives out. Each of two to CREDENTIAL_MAX_PARTS registrars makes a code for every
 * voter and publishes g^secret of it with a proof that it knows the secret; a voter's public credential is the product of
 * the registrars' elements, her secret the sum of the secrets. Whoever lacks one registrar's code cannot sign with the
 * credential.
 *
 * All registrars list the voters in one order, which they know and nobody else: that of SHA-256(seed | uuid | voter), where
 * the seed is drawn by the first of them and handed on. So the service that multiplies place by place learns of no
 * credential whose it is.
 *
 * The proof (a place's element X = g^x): challenge = H("credential|GROUP|UUID|REGISTRAR|PLACE|X|A") with A = g^w, response
 * w - x challenge. Without it the last registrar could choose g^y divided by the others' elements, and know y alone. It
 * names uuid, registrar and place, so that no registrar can pass off another's element as its own.
 *
 *     part of a registrar   {"registrar":"IS","credentials":[{"public":"DECIMAL","proof":{"challenge":"..","response":".."}},..]} */
#ifndef JISR_BALLOT_CREDENTIAL_PART_H
#define JISR_BALLOT_CREDENTIAL_PART_H

#include "ballot/credential.h"

#define CREDENTIAL_SEED          32 /* bytes */
#define CREDENTIAL_MAX_REGISTRAR 40 /* bytes of a name: letters, digits, '-' */

struct credential_part;

/* Makes a code and a proof for each of `count` places (1 to CREDENTIAL_MAX_VOTERS): adds the message to *message, which the
 * registrar sends, and fills `codes`, secret memory of count * (CREDENTIAL_LENGTH + 1) bytes, each ended by 0.
 * JISR_NO_MEMORY. */
int credential_part_make(const struct group *group, const char *uuid, const char *registrar, size_t count, char *codes,
                         struct text *message, struct problem *problem);

/* Reads a part and checks every proof in it. JISR_BAD_INPUT: of another registrar or election, another number of places,
 * or a proof that does not hold; the sentence says which. Free with credential_part_free. */
int credential_part_read(const struct group *group, const char *uuid, const char *registrar, size_t count,
                         const char *bytes, size_t length, struct credential_part **ret_part, struct problem *problem);
struct credential_part *credential_part_free(struct credential_part *part);
MEMORY_DEFINE_FREEP(struct credential_part, credential_part_free)

/* The public credentials: place by place the product of `parts` parts. Adds the list's message. JISR_BAD_INPUT: two are
 * equal, or one is the identity. */
int credential_part_combine(const struct group *group, const struct credential_part *const parts[], size_t part_count,
                            struct text *list, struct problem *problem);

/* A fresh seed of an order; and the order of voters by it: places[i] is who stands at place i. JISR_NO_MEMORY. */
void credential_part_seed(unsigned char ret_seed[CREDENTIAL_SEED]);
int credential_part_order(const unsigned char seed[CREDENTIAL_SEED], const char *uuid, const char *const voters[],
                          size_t count, size_t *places);

bool credential_part_registrar_valid(const char *registrar);

#endif
