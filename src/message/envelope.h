/* The sealing of messages between offices: what is written is encrypted once, under a key made for this message, and that
 * key is sealed to each office that may read it. Who carries the message sees who wrote to whom and how much, and nothing of
 * what. Pure functions over bytes: no database, no file.
 *
 *   an office's box    an X25519 pair. Its id is the first 4 bytes of SHA-256("jisr box v1\n" | office | "\n" | public half)
 *   the message's key  32 random bytes, sealed to each reader's box (libsodium's sealed box: X25519, XSalsa20-Poly1305 under
 *                      a key of its own, so that not even the sender's box opens it for others)
 *   the content        bytes padded to a multiple of ENVELOPE_PAD (ISO/IEC 7816-4), then XChaCha20-Poly1305 with
 *                      "jisr message v1\n" | sender | "\n" | id | "\n" | readers joined by ',' as what is authenticated
 *                      beside it: sealed bytes that are moved to another message, sender or reader do not open
 *
 * As JSON, which the body of an entry carries and the sender's signature covers:
 *   "keys"    [{"office":"FR","key":"1a2b3c4d","box":BASE64}], sorted by office
 *   "bound"   SHA-256("jisr message key v1\n" | the message's key) in hexadecimal: every reader has the same key, so that a
 *             sender cannot make bytes that say one thing to one reader and another to the next
 *   "sealed"  BASE64 of nonce (24) | ciphertext | tag (16)
 *
 * Sealed boxes are anonymous: that the sender wrote it is said by the signature of the entry. */
#ifndef JISR_MESSAGE_ENVELOPE_H
#define JISR_MESSAGE_ENVELOPE_H

#include "base/error.h"
#include "base/text.h"
#include "members/caller.h"

#include <cjson/cJSON.h>
#include <stdint.h>

#define ENVELOPE_KEY_ID  8 /* hexadecimal digits */
#define ENVELOPE_PUBLIC  32
#define ENVELOPE_SECRET  32
#define ENVELOPE_PAD     256                      /* bytes */
#define ENVELOPE_CONTENT ((size_t)256 << 10)      /* most bytes of a content */
#define ENVELOPE_READERS 400                      /* offices that one message is sealed to, the sender among them */
#define ENVELOPE_WRITTEN 160                      /* bytes of a written box, with the closing 0 */
#define ENVELOPE_MORE    (24 + 16 + ENVELOPE_PAD) /* by which sealed bytes are longer, at most */

/* The public half of an office's box. */
struct envelope_reader {
	char office[OFFICE_CODE_MAX + 1];
	char id[ENVELOPE_KEY_ID + 1];
	uint8_t key[ENVELOPE_PUBLIC];
};

/* Both halves; wipe with envelope_box_finish. */
struct envelope_box {
	struct envelope_reader reader;
	uint8_t secret[ENVELOPE_SECRET];
};

/* A fresh box. */
void envelope_box_new(const char *office, struct envelope_box *ret_box);
void envelope_box_finish(struct envelope_box *box);

/* The written form of the secret half, "BOX+OFFICE+ID+BASE64", without a newline; reading computes the public half and
 * compares the id: every change but of the five bits of the secret that X25519 does not look at (RFC 7748, 5) is
 * JISR_CORRUPT, and with those changed it is the same box. */
void envelope_box_write(const struct envelope_box *box, char out[ENVELOPE_WRITTEN]);
int envelope_box_read(const char *text, size_t length, struct envelope_box *ret_box, struct problem *problem);

/* Fills in the id of office and key. */
void envelope_reader_name(struct envelope_reader *reader);

/* Adds "keys", "bound" and "sealed" to an object. Readers are sorted by office, each once. JISR_TOO_LARGE, JISR_BAD_INPUT (a key that
 * is no point of the curve), JISR_NO_MEMORY. */
int envelope_seal(const char *sender, const char *id, const struct envelope_reader *readers, size_t count,
                  const void *content, size_t length, cJSON *body, struct problem *problem);

/* Opens what envelope_seal made, and adds the content to the text, whose limit is at least ENVELOPE_CONTENT + ENVELOPE_MORE.
 * JISR_NOT_FOUND: it is not sealed to this box. JISR_CORRUPT: it is, and does not open. */
int envelope_open(const struct envelope_box *box, const char *sender, const char *id, const cJSON *body,
                  struct text *ret_content, struct problem *problem);

/* Whether "keys", "bound" and "sealed" have their form. JISR_BAD_INPUT. */
int envelope_check(const cJSON *body, struct problem *problem);

/* The id of the key by which an office reads it; NULL when it is none of the readers. Lives as long as the body. */
const char *envelope_key_of(const cJSON *body, const char *office);

#endif
