#include "base/sha256.h"

#include "base/file.h"

#include <sodium.h>

void sha256_hex(const void *bytes, size_t length, char out[SHA256_HEX])
{
	uint8_t hash[SHA256_BYTES];
	(void)crypto_hash_sha256(hash, bytes, length);
	(void)sodium_bin2hex(out, SHA256_HEX, hash, sizeof hash);
}

int sha256_file(const char *path, uint8_t ret_hash[SHA256_BYTES], uint64_t *ret_size, struct problem *problem)
{
	struct file_map map;
	int error = file_map(path, &map, problem);
	if (error)
		return error;
	(void)crypto_hash_sha256(ret_hash, map.bytes, map.size);
	*ret_size = map.size;
	file_unmap(&map);
	return JISR_OK;
}

int sha256_file_hex(const char *path, char out[SHA256_HEX], struct problem *problem)
{
	uint8_t hash[SHA256_BYTES];
	uint64_t size;
	int error = sha256_file(path, hash, &size, problem);
	if (!error)
		(void)sodium_bin2hex(out, SHA256_HEX, hash, sizeof hash);
	return error;
}
