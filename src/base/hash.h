/* Hashes for tables and checksums (XXH3) and for the names of stored files (SHA-256). None of them is a signature. */
#ifndef JISR_BASE_HASH_H
#define JISR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* 64 bits of XXH3: the same on every machine, so it may be stored. */
static inline uint64_t hash_bytes(const void *bytes, size_t length)
{
	return XXH3_64bits(bytes, length);
}

/* Mixes a 64-bit value (for tables keyed by numbers). */
static inline uint64_t hash_number(uint64_t value)
{
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93u;
	value ^= value >> 32;
	value *= 0xd6e8feb86659fd93u;
	return value ^ value >> 32;
}

#endif
