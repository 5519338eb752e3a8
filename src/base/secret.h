/* Memory for secrets: locked against the swap file, between guard pages, wiped when freed (libsodium's). Whatever holds
 * a private key, a credential, a choice, or a number from which one of them could be computed, lives here. */
#ifndef JISR_BASE_SECRET_H
#define JISR_BASE_SECRET_H

#include "base/memory.h"

#include <stddef.h>

/* size bytes of zeros, aligned for any type; NULL when there are none. Costs a few system calls: one block for all secrets of an operation,
 * not one each. Counts as an allocation for memory_fail_after. */
void *secret_alloc(size_t size) __attribute__((malloc, warn_unused_result));

/* Wipes and frees; accepts NULL, returns NULL. */
void *secret_free(void *secret);

/* For CLEANUP(secret_freep) on any pointer variable. */
static inline void secret_freep(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;
	*pointer = secret_free(*pointer);
}

#endif
