/* The secret keys of DIR/keys among machines that share the log: each lies in PostgreSQL sealed under keys/shared.seal, the
 * one file that whoever runs the machines carries from one to the other. In a directory that does not share, or has no
 * keys/shared.seal, these functions do nothing. */
#ifndef JISR_STORE_SHARED_KEYS_H
#define JISR_STORE_SHARED_KEYS_H

#include "store/seal.h"
#include "store/shared.h"

#define SHARED_KEYS_BASE "keys"
#define SHARED_MAX_KEY   4096 /* bytes of a file */

/* Puts every key of the directory there that is not there yet. */
int shared_keys_give(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                     struct problem *problem);
/* Writes those into the directory that it lacks; never over one that it has. */
int shared_keys_take(struct shared *shared, const uint8_t seal[SEAL_KEY], const char *directory,
                     struct problem *problem);

/* The same by directory, with a connection of their own. */
int shared_keys_put(const char *directory, struct problem *problem);
int shared_keys_fetch(const char *directory, struct problem *problem);

#endif
