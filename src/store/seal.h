/* Seals: keys in DIR/keys (mode 0600, beside the keys that sign). Under keys/local.seal secrets in local.db are encrypted that
 * cannot be kept as hashes, under keys/shared.seal what lies beside a shared log (store/mirror.h). XChaCha20-Poly1305, bound to whom the secret belongs: a row that is
 * put in another's place does not open. Who has a copy of local.db alone learns nothing from it; who has both files, or the
 * memory of the process, has the secrets. */
#ifndef JISR_STORE_SEAL_H
#define JISR_STORE_SEAL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_FILE        "keys/local.seal"
#define SEAL_SHARED_FILE "keys/shared.seal"
#define SEAL_KEY         32 /* bytes */
#define SEAL_MORE        40 /* bytes that a sealed secret is longer: nonce, tag */

/* Reads that key of a data directory; with `make` makes it where there is none. JISR_NOT_FOUND, JISR_CORRUPT, JISR_IO,
 * JISR_FULL, JISR_NO_MEMORY. */
int seal_load(const char *directory, const char *file, bool make, uint8_t ret_key[SEAL_KEY], struct problem *problem);

/* `sealed` has size + SEAL_MORE bytes: nonce (24), then what is encrypted with its tag. */
void seal_close(const uint8_t key[SEAL_KEY], const char *owner, const void *secret, size_t size, uint8_t *sealed);

/* False, and nothing written, when it was sealed with another key, for somebody else, or was changed. */
bool seal_open(const uint8_t key[SEAL_KEY], const char *owner, const void *sealed, size_t sealed_size, void *ret_secret,
               size_t size);

#endif
