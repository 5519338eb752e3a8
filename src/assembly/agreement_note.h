/* What the parties of an agreement sign: one text, made from what they agreed to, and the signed note with their signatures, as
 * base/note.h writes it. Anybody can verify it with the public keys of the offices, without jisr.
 *
 *   jisr agreement v1
 *   record NAME                       the log in which it stands
 *   agreement AG-2026-417
 *   kind cooperation
 *   revision 3
 *   party MA
 *   party EX-1 An invented union      without an office here: its name beside its code
 *   text en SHA-256                   of the file, a line a language, by language
 *   terms ratifications 0 days 30 not-before - notice 180 */
#ifndef JISR_ASSEMBLY_AGREEMENT_NOTE_H
#define JISR_ASSEMBLY_AGREEMENT_NOTE_H

#include "assembly/agreement.h"

#define AGREEMENT_NOTE_MAX  ((size_t)32 << 10)
#define AGREEMENT_SIGNATURE 92 /* bytes of a signature as base64: key id and Ed25519 signature */

/* Adds the text that is signed; adds the whole note with the signatures that are there. */
int agreement_note_text(struct sql *sql, const struct agreement *agreement, struct text *text, struct problem *problem);
int agreement_note(struct sql *sql, const struct agreement *agreement, struct text *text, struct problem *problem);

/* Whether a signature of that name (an office's, or an outside party's code) under the text holds: by the key of the office that has
 * the id which the signature names (in `sql`), one that counts if `now`, or by the given verifier. JISR_BAD_INPUT, JISR_DENIED with the
 * sentence. */
int agreement_note_check(struct sql *sql, const struct text *text, const char *name, const char *signature,
                         const char *verifier, bool now, struct problem *problem);

/* The signature in a note's last line, as base64; NULL when it has none. */
const char *agreement_note_signature(const char *note, char out[AGREEMENT_SIGNATURE + 1]);

/* The id of the key that a signature names, in hexadecimal. False: it is no signature. */
bool agreement_note_key(const char *signature, char out[9]);

#endif
