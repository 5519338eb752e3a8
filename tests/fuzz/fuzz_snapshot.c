/* Descriptions of snapshots, as a node reads them: signed, so that what is below the signature is reached. */
#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char key[] = "PRIVATE+KEY+fuzz.example/log+6a89b6fa+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
	struct note_signer signer;
	struct note_verifier verifier;
	struct snapshot snapshot;
	struct text whole, note;
	const uint8_t *hashes;
	if (note_signer_read(key, sizeof key - 1, &signer, NULL) != JISR_OK)
		abort();
	note_signer_verifier(&signer, &verifier);
	(void)snapshot_read(&verifier, (const char *)bytes, length, &snapshot, &hashes, NULL);
	text_init(&whole, SNAPSHOT_MAX_MANIFEST);
	text_init(&note, SNAPSHOT_MAX_NOTE);
	if (note_sign(&signer, (const char *)bytes, length, &note, NULL) == JISR_OK) {
		const char size[4] = {0, 0, (char)(note.length >> 8), (char)note.length};
		(void)text_add(&whole, size, sizeof size);
		(void)text_add(&whole, note.bytes, note.length);
		if (snapshot_read(&verifier, whole.bytes, whole.length, &snapshot, &hashes, NULL) == JISR_OK)
			abort(); /* it names at least one piece, and none follows */
	}
	text_finish(&whole);
	text_finish(&note);
	return 0;
}
