/* Base64 (RFC 4648, with padding) that has one form for each value: libsodium's decoder takes some bytes that are no
 * Base64 (0xF8 for 'x'), which would let one signature be written in two ways. */
#ifndef JISR_BASE_BASE64_H
#define JISR_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Characters that `size` bytes take, without a closing 0. */
#define BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

/* Writes BASE64_LENGTH(size) characters and a closing 0. */
void base64_write(const void *bytes, size_t size, char *out);

/* Reads just `size` bytes; false for anything that base64_write would not have written. */
bool base64_read(const char *text, size_t length, void *ret_bytes, size_t size);

/* The same in the alphabet for addresses and without padding (RFC 4648 section 5), as WebAuthn writes bytes in JSON.
 * The writer needs room for (size * 4 + 2) / 3 characters and a closing 0; the reader takes at most `most` bytes. */
void base64_url_write(const void *bytes, size_t size, char *out);
bool base64_url_read(const char *text, size_t length, void *ret_bytes, size_t most, size_t *ret_size);

#endif
