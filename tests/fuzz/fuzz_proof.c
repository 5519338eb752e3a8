/* Any bytes: no proof, or one that is written again as the same bytes, and can be checked against any root. */
#include "store/proof.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proof_file file;
	struct problem problem = {""};
	struct text again;
	const uint8_t none[MERKLE_HASH] = {0};
	if (proof_read((const char *)data, size, &file, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			abort();
		return 0;
	}
	text_init(&again, PROOF_MAX_BYTES);
	if (proof_write(&file, &again) != JISR_OK || again.length != size || memcmp(again.bytes, data, size) != 0)
		abort();
	text_finish(&again);
	if (proof_inclusion_holds(&file.proof, file.number, file.checkpoint.size, none, none) &&
	    (file.proof.count != 0 || file.checkpoint.size != 1))
		abort();
	(void)proof_consistency_holds(&file.proof, file.number, none, file.checkpoint.size, file.checkpoint.root);
	return 0;
}
