#include "store/seal.h"

#include "base/base64.h"
#include "base/file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NONCE     crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG       crypto_aead_xchacha20poly1305_ietf_ABYTES
#define LINE      44 /* characters of the file: 43 of base64url, the end of the line */
#define FILE_MOST 64

_Static_assert(NONCE + TAG == SEAL_MORE, "as the header says");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SEAL_KEY, "as the header says");

static int read_key(const char *path, uint8_t key[SEAL_KEY], struct problem *problem)
{
	struct text text;
	size_t size = 0;
	text_init(&text, FILE_MOST);
	int error = file_read(path, &text, problem);
	if (error == JISR_OK && text.length == LINE && text.bytes[LINE - 1] == '\n' &&
	    base64_url_read(text.bytes, LINE - 1, key, SEAL_KEY, &size) && size == SEAL_KEY)
		size = SEAL_KEY;
	else if (error == JISR_OK || error == JISR_TOO_LARGE)
		error = problem_set(problem, JISR_CORRUPT, "%s holds no key. Put it back from the backup", path);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	return error;
}

static int make_key(const char *path, uint8_t key[SEAL_KEY], struct problem *problem)
{
	char folder[FILE_MAX_PATH], line[LINE + 1];
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
	int error = file_make_folder(folder, problem);
	if (error != JISR_OK)
		return error;
	randombytes_buf(key, SEAL_KEY);
	base64_url_write(key, SEAL_KEY, line);
	line[LINE - 1] = '\n';
	error = file_replace(path, line, LINE, problem);
	sodium_memzero(line, sizeof line);
	return error;
}

int seal_load(const char *directory, const char *file, bool make, uint8_t ret_key[SEAL_KEY], struct problem *problem)
{
	char path[FILE_MAX_PATH];
	uint8_t key[SEAL_KEY];
	if (snprintf(path, sizeof path, "%s/%s", directory, file) >= (int)sizeof path)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
	int error = read_key(path, key, problem);
	if (error == JISR_NOT_FOUND && make)
		error = make_key(path, key, problem);
	if (error == JISR_OK)
		memcpy(ret_key, key, sizeof key);
	sodium_memzero(key, sizeof key);
	return error;
}

void seal_close(const uint8_t key[SEAL_KEY], const char *owner, const void *secret, size_t size, uint8_t *sealed)
{
	randombytes_buf(sealed, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
		sealed + NONCE, NULL, secret, size, (const unsigned char *)owner, strlen(owner), NULL, sealed, key);
}

bool seal_open(const uint8_t key[SEAL_KEY], const char *owner, const void *sealed, size_t sealed_size, void *ret_secret,
               size_t size)
{
	const uint8_t *bytes = sealed;
	return sealed_size == size + SEAL_MORE &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(ret_secret, NULL, NULL, bytes + NONCE, sealed_size - NONCE,
	                                                  (const unsigned char *)owner, strlen(owner), bytes, key) == 0;
}
