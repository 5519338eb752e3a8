/* SHA-256 and what the protocol makes of it: challenges, fingerprints, the names of stored data. Every hash of the
 * protocol is taken over text: a word that names its use, a bar, then numbers in base 10 parted by bars and commas.
 *
 *     struct digest digest;
 *     digest_init(&digest);
 *     digest_string(&digest, "pok|BELENIOS-2048|");
 *     digest_element(&digest, &x);
 *     digest_string(&digest, "|");
 *     digest_element(&digest, &a);
 *     digest_challenge(&digest, group, &challenge);
 *
 * Nettle does the hashing, because it uses the processor's SHA instructions, which Debian 12's libsodium does not. */
#ifndef JISR_BALLOT_DIGEST_H
#define JISR_BALLOT_DIGEST_H

#include "ballot/group.h"

#include <nettle/sha2.h>

#define DIGEST_BYTES  32
#define DIGEST_HEX    64 /* characters, without the closing 0 */
#define DIGEST_BASE64 43 /* characters, without padding and closing 0 */

struct digest {
	struct sha256_ctx context;
};

void digest_init(struct digest *digest);
void digest_bytes(struct digest *digest, const void *bytes, size_t length);
void digest_string(struct digest *digest, const char *string);
void digest_element(struct digest *digest, const struct element *element); /* in base 10 */

/* Each ends the digest; it can be initialised again. */
void digest_end(struct digest *digest, unsigned char ret_hash[DIGEST_BYTES]);
void digest_challenge(struct digest *digest, const struct group *group, struct scalar *ret_challenge); /* modulo q */

/* SHA-256 of bytes at once. */
void digest_of(const void *bytes, size_t length, unsigned char ret_hash[DIGEST_BYTES]);

/* The specification's H_JSON: SHA-256 in Base64 without padding. The fingerprint of an election, the hash that a
 * ballot's signature is over, and a ballot's tracking number. */
void digest_fingerprint(const void *bytes, size_t length, char ret_base64[DIGEST_BASE64 + 1]);

/* The specification's type H: 64 lower-case hexadecimal digits. Reading: false for anything else. */
void digest_write_hex(const unsigned char hash[DIGEST_BYTES], char ret_hex[DIGEST_HEX + 1]);
bool digest_read_hex(const char *hex, size_t length, unsigned char ret_hash[DIGEST_BYTES]);

#endif
