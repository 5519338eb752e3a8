#include "base/secret.h"

#include <sodium.h>

void *secret_alloc(size_t size)
{
	/* memory_alloc first: memory_fail_after makes this fail too. */
	void *probe = memory_alloc(1);
	if (probe == NULL)
		return NULL;
	(void)memory_free(probe);
	if (sodium_init() < 0)
		return NULL;
	/* The block ends at the guard page, so its size decides how it is aligned. */
	size = (size + 15) / 16 * 16;
	void *secret = sodium_malloc(size);
	if (secret != NULL)
		sodium_memzero(secret, size);
	return secret;
}

void *secret_free(void *secret)
{
	sodium_free(secret); /* wipes */
	return NULL;
}
