/* Any bytes as the signed note of an agreement that a stranger verifies: refused, or read within the limits, and never signed by a
 * key that signed nothing. */
#include "assembly/agreement_verify.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key[] = "MA+28c6e219+AZqCxVwI3f7dK8m0m1n3aGkq3pVvYxwJj2n1mYkD5y0P";
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct agreement_claim claim;
	struct note_verifier verifier = {.name = "MA"};
	(void)note_verifier_read(key, sizeof key - 1, &verifier, NULL);
	if (arena_new(1 << 20, &arena) != JISR_OK ||
	    agreement_claim_read((const char *)data, size, arena, &claim, NULL) != JISR_OK)
		return 0;
	if (claim.party_count < 2 || claim.party_count > AGREEMENT_PARTIES || claim.text_count > AGREEMENT_TEXTS ||
	    claim.length > size)
		abort();
	if (agreement_claim_open(&claim, (const char *)data, size, &verifier, 1, NULL) == JISR_OK)
		for (size_t i = 0; i < claim.party_count; i++)
			if (claim.parties[i].standing == AGREEMENT_GOOD)
				abort();
	return 0;
}
