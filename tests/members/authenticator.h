/* An authenticator in software, for tests: makes keys and signs as WebAuthn asks, well or wrongly as the test wants. The
 * keys are OpenSSL's, so that what jisr verifies was not made by the library that verifies it. */
#ifndef JISR_TESTS_MEMBERS_AUTHENTICATOR_H
#define JISR_TESTS_MEMBERS_AUTHENTICATOR_H

#include "members/passkey.h"

#include <openssl/evp.h>

#define AUTHENTICATOR_MAX 8192

struct authenticator {
	EVP_PKEY *key;
	int algorithm; /* COSE */
	uint8_t id[32];
	uint32_t count;  /* given out and raised by one at each use; 0 stays 0 */
	uint8_t flags;   /* added to UP, UV and what the message needs */
	uint8_t without; /* flags taken away */
	const char *origin, *rp_id;
	const char *type;        /* NULL: the right one */
	const char *client_more; /* further members of the client data: ",\"crossOrigin\":true" */
};

/* What it answered; bytes live in the struct. */
struct authenticator_answer {
	uint8_t client[AUTHENTICATOR_MAX], data[AUTHENTICATOR_MAX], signature[AUTHENTICATOR_MAX];
	size_t client_size, data_size, signature_size; /* data: the attestation object or the authenticator data */
};

void authenticator_init(struct authenticator *authenticator, int algorithm);
void authenticator_finish(struct authenticator *authenticator);

/* format: "none", or "packed" for an attestation by the key itself. */
void authenticator_create(struct authenticator *authenticator, const uint8_t *challenge, size_t size,
                          const char *format, struct authenticator_answer *answer);
void authenticator_get(struct authenticator *authenticator, const uint8_t *challenge, size_t size,
                       struct authenticator_answer *answer);

#endif
