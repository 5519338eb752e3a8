/* SHA-256 of bytes that are all there, as what is stored is named by: 64 hexadecimal digits. */
#ifndef JISR_BASE_SHA256_H
#define JISR_BASE_SHA256_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_HEX   (2 * SHA256_BYTES + 1)

void sha256_hex(const void *bytes, size_t length, char out[SHA256_HEX]);

/* Of a file, and how long it is. JISR_NOT_FOUND, JISR_IO. */
int sha256_file(const char *path, uint8_t ret_hash[SHA256_BYTES], uint64_t *ret_size, struct problem *problem);
int sha256_file_hex(const char *path, char out[SHA256_HEX], struct problem *problem);

#endif
