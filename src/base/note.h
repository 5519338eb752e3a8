/* Signed notes: a text and, below it, one line for each signature, as specified in c2sp.org/signed-note and first made
 * for Go's checksum database. Ed25519 only. Knows nothing of what the text says.
 *
 *   TEXT, ending in a newline
 *   (an empty line)
 *   — NAME BASE64(key id, 4 bytes | signature, 64 bytes)
 *
 * A key has a name, which is a word without spaces and without '+'. Its two written forms are Go's own:
 *   signer     PRIVATE+KEY+NAME+ID+BASE64(1 | seed, 32 bytes)       secret
 *   verifier   NAME+ID+BASE64(1 | public key, 32 bytes)             to be published
 * where ID is the first four bytes of SHA-256(NAME | newline | 1 | public key), in hexadecimal. */
#ifndef JISR_BASE_NOTE_H
#define JISR_BASE_NOTE_H

#include "base/error.h"
#include "base/text.h"

#include <stdint.h>

#define NOTE_MAX_NAME       128                  /* bytes of a key's name */
#define NOTE_MAX_KEY        (NOTE_MAX_NAME + 96) /* bytes of a written key, with the closing 0 */
#define NOTE_MAX_BYTES      ((size_t)1 << 20)    /* of a whole note */
#define NOTE_MAX_SIGNATURES 100

struct note_signer {
	char name[NOTE_MAX_NAME + 1];
	uint8_t id[4];
	uint8_t secret[64]; /* as libsodium keeps it: seed and public key; wipe with note_signer_finish */
};

struct note_verifier {
	char name[NOTE_MAX_NAME + 1];
	uint8_t id[4];
	uint8_t key[32];
};

/* A fresh key. JISR_BAD_INPUT: the name is empty, too long, not UTF-8, or holds a space, a control character or '+'. */
int note_signer_new(const char *name, struct note_signer *ret_signer, struct problem *problem);

/* Reads the written form; white space at the end is allowed. JISR_BAD_INPUT. */
int note_signer_read(const char *bytes, size_t length, struct note_signer *ret_signer, struct problem *problem);
int note_verifier_read(const char *bytes, size_t length, struct note_verifier *ret_verifier, struct problem *problem);

/* The written forms, without a newline. */
void note_signer_write(const struct note_signer *signer, char out[NOTE_MAX_KEY]);
void note_verifier_write(const struct note_verifier *verifier, char out[NOTE_MAX_KEY]);

/* The public half. */
void note_signer_verifier(const struct note_signer *signer, struct note_verifier *ret_verifier);

/* Wipes the secret. */
void note_signer_finish(struct note_signer *signer);

/* Adds the signed note to `out`. The text must be UTF-8, hold no control character but newlines and end in one:
 * JISR_BAD_INPUT. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int note_sign(const struct note_signer *signer, const char *text, size_t length, struct text *out,
              struct problem *problem);

/* Checks the note's form and this verifier's signature: the signed text is the first *ret_length bytes. Signatures of
 * other keys are passed over, as the specification asks. JISR_BAD_INPUT: no note, or a signature under the verifier's
 * name and id that does not hold. JISR_NOT_FOUND: well-formed, but this key did not sign it. JISR_TOO_LARGE. */
int note_open(const struct note_verifier *verifier, const char *bytes, size_t length, size_t *ret_length,
              struct problem *problem);

#endif
