#include "base/base64.h"

#include <sodium.h>
#include <string.h>

void base64_write(const void *bytes, size_t size, char *out)
{
	(void)sodium_bin2base64(out, BASE64_LENGTH(size) + 1, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

bool base64_read(const char *text, size_t length, void *ret_bytes, size_t size)
{
	size_t got = 0;
	if (length != BASE64_LENGTH(size))
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
		      c == '/' || (c == '=' && i + 2 >= length)))
			return false;
	}
	return sodium_base642bin(ret_bytes, size, text, length, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) ==
	               0 &&
	       got == size;
}

void base64_url_write(const void *bytes, size_t size, char *out)
{
	(void)sodium_bin2base64(out, sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), bytes,
	                        size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool base64_url_read(const char *text, size_t length, void *ret_bytes, size_t most, size_t *ret_size)
{
	size_t got = 0;
	if (length % 4 == 1 || length / 4 * 3 + (length % 4 > 0 ? length % 4 - 1 : 0) > most)
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
		      c == '_'))
			return false;
	}
	if (sodium_base642bin(ret_bytes, most, text, length, NULL, &got, NULL,
	                      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return false;
	*ret_size = got;
	return true;
}
