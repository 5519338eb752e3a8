/* Where copies of identity papers lie: DIR/papers/AB/DIGEST, AB the first two digits of the SHA-256 of the sealed bytes. Each is
 * sealed (store/seal.h) with a key of its own, bound to its request. The key stands in the entry that names the copy and in no
 * other place: without the entry's body nobody opens the file, also not one in an old backup. */
#ifndef JISR_NOTICES_IDENTITY_STORE_H
#define JISR_NOTICES_IDENTITY_STORE_H

#include "notices/identity.h"
#include "store/seal.h"

#include <stdbool.h>
#include <stdint.h>

#define IDENTITY_FOLDER "papers"
#define IDENTITY_DIGEST 65                 /* hexadecimal, with the closing 0 */
#define IDENTITY_KEY    (2 * SEAL_KEY + 1) /* the same */

struct identity_file {
	char digest[IDENTITY_DIGEST]; /* of the sealed bytes */
	char key[IDENTITY_KEY];
	uint64_t size; /* bytes of the copy */
};

/* Seals a cleaned copy for a subject ("request/2026-123456"); durable when it returns, also beside a shared log. */
int identity_put(const char *directory, const char *subject, const void *bytes, size_t length,
                 struct identity_file *ret_file, struct problem *problem);

/* Adds the copy. JISR_NOT_FOUND: it is not here. JISR_CORRUPT: changed, or another request's. */
int identity_get(const char *directory, const char *subject, const struct identity_file *file, struct text *bytes,
                 struct problem *problem);

/* Removes one; no error when it is not there. */
int identity_drop(const char *directory, const char *digest, struct problem *problem);

/* Removes those that `named` does not know, and that are older than some minutes: who stored one just now may be about to name it.
 * *ret_left tells that there was such a one. */
int identity_sweep(const char *directory, bool (*named)(void *context, const char *digest), void *context,
                   bool *ret_left, struct problem *problem);

bool identity_digest_valid(const char *digest);

#endif
