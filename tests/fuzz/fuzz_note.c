/* Any bytes as a signed note and as a checkpoint: what is read back is well-formed. */
#include "base/merkle.h"
#include "base/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
	struct note_verifier verifier, read;
	struct note_signer signer;
	struct checkpoint checkpoint;
	char written[NOTE_MAX_KEY];
	size_t length;
	must(note_verifier_read(key, strlen(key), &verifier, NULL) == JISR_OK);
	if (note_open(&verifier, (const char *)data, size, &length, NULL) == JISR_OK)
		must(length > 0 && length < size && data[length - 1] == '\n');
	if (note_verifier_read((const char *)data, size, &read, NULL) == JISR_OK) {
		note_verifier_write(&read, written);
		must(strlen(written) <= size && memcmp(written, data, strlen(written)) == 0);
	}
	(void)note_signer_read((const char *)data, size, &signer, NULL);
	if (checkpoint_read((const char *)data, size, &checkpoint, NULL) == JISR_OK) {
		struct text text;
		text_init(&text, 1000);
		must(checkpoint_write(&checkpoint, &text) == JISR_OK);
		must(text.length <= size && memcmp(text.bytes, data, text.length) == 0);
		text_finish(&text);
	}
	return 0;
}
