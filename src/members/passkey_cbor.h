/* CBOR from outside (RFC 8949), as authenticators write it: read head by head with libcbor's decoder, which allocates
 * nothing, never past the end. Taken is what CTAP2 allows: definite lengths, no tags; nesting and count are limited.
 * A failure is sticky: the caller reads on and tests once. Used by members/passkey alone, and by its fuzzer. */
#ifndef JISR_MEMBERS_PASSKEY_CBOR_H
#define JISR_MEMBERS_PASSKEY_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSKEY_CBOR_DEPTH 4  /* the nesting that CTAP2 allows */
#define PASSKEY_CBOR_ITEMS 64 /* items of one value that is skipped */

enum passkey_cbor_kind {
	PASSKEY_CBOR_NONE, /* nothing was read: the end, or bytes that are not taken */
	PASSKEY_CBOR_NUMBER,
	PASSKEY_CBOR_BYTES,
	PASSKEY_CBOR_TEXT,
	PASSKEY_CBOR_ARRAY, /* `size` elements follow */
	PASSKEY_CBOR_MAP,   /* `size` pairs follow */
	PASSKEY_CBOR_OTHER, /* true, false, null, undefined, a floating number */
};

struct passkey_cbor_item {
	enum passkey_cbor_kind kind;
	int64_t number;       /* of NUMBER */
	const uint8_t *bytes; /* of BYTES and TEXT, in the caller's buffer */
	size_t size;
};

struct passkey_cbor {
	const uint8_t *at, *end;
	bool failed;
};

static inline void passkey_cbor_init(struct passkey_cbor *reader, const uint8_t *bytes, size_t size)
{
	*reader = (struct passkey_cbor){.at = bytes, .end = bytes + size};
}

/* The next head, with the bytes of a string. Of NONE after a failure. */
struct passkey_cbor_item passkey_cbor_next(struct passkey_cbor *reader);

/* The next head, which must be of this kind. */
struct passkey_cbor_item passkey_cbor_expect(struct passkey_cbor *reader, enum passkey_cbor_kind kind);

/* Passes over one whole value with all that it holds. */
void passkey_cbor_skip(struct passkey_cbor *reader);

/* True when the text is this literal. */
bool passkey_cbor_is(const struct passkey_cbor_item *item, const char *literal);

#endif
