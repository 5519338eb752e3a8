#include "ballot/digest.h"

#include <sodium.h>
#include <string.h>

void digest_init(struct digest *digest)
{
	sha256_init(&digest->context);
}

void digest_bytes(struct digest *digest, const void *bytes, size_t length)
{
	sha256_update(&digest->context, length, bytes);
}

void digest_string(struct digest *digest, const char *string)
{
	digest_bytes(digest, string, strlen(string));
}

void digest_element(struct digest *digest, const struct element *element)
{
	char digits[GROUP_DIGITS + 1];
	digest_bytes(digest, digits, element_write(element, digits));
}

void digest_end(struct digest *digest, unsigned char ret_hash[DIGEST_BYTES])
{
	sha256_digest(&digest->context, DIGEST_BYTES, ret_hash);
}

void digest_challenge(struct digest *digest, const struct group *group, struct scalar *ret_challenge)
{
	unsigned char hash[DIGEST_BYTES];
	digest_end(digest, hash);
	scalar_from_digest(group, hash, ret_challenge);
}

void digest_of(const void *bytes, size_t length, unsigned char ret_hash[DIGEST_BYTES])
{
	struct digest digest;
	digest_init(&digest);
	digest_bytes(&digest, bytes, length);
	digest_end(&digest, ret_hash);
}

void digest_fingerprint(const void *bytes, size_t length, char ret_base64[DIGEST_BASE64 + 1])
{
	unsigned char hash[DIGEST_BYTES];
	digest_of(bytes, length, hash);
	(void)sodium_bin2base64(ret_base64, DIGEST_BASE64 + 1, hash, sizeof hash,
	                        sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

void digest_write_hex(const unsigned char hash[DIGEST_BYTES], char ret_hex[DIGEST_HEX + 1])
{
	(void)sodium_bin2hex(ret_hex, DIGEST_HEX + 1, hash, DIGEST_BYTES);
}

bool digest_read_hex(const char *hex, size_t length, unsigned char ret_hash[DIGEST_BYTES])
{
	if (length != DIGEST_HEX)
		return false;
	unsigned char hash[DIGEST_BYTES];
	for (size_t i = 0; i < DIGEST_HEX; i++) {
		unsigned char c = (unsigned char)hex[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		unsigned char value = (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
		hash[i / 2] = (unsigned char)(i % 2 == 0 ? value << 4 : hash[i / 2] | value);
	}
	memcpy(ret_hash, hash, sizeof hash);
	return true;
}
