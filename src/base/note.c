#include "base/note.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define ALGORITHM   1                            /* Ed25519 */
#define ENCODED     BASE64_LENGTH(4 + SIGNATURE) /* key id and signature */
#define SIGNATURE   crypto_sign_BYTES
#define KEY_ENCODED BASE64_LENGTH(33) /* of the algorithm and 32 bytes */
#define LINE_START  "\xe2\x80\x94 "   /* em dash, space */
#define PRIVATE     "PRIVATE+KEY+"

_Static_assert(sizeof((struct note_signer *)0)->secret == crypto_sign_SECRETKEYBYTES,
               "a secret key as libsodium has it");

/* White space of Unicode and '+' would make the lines ambiguous. */
static bool name_good(const char *name, size_t length)
{
	if (length == 0 || length > NOTE_MAX_NAME)
		return false;
	for (const char *cursor = name, *end = name + length; cursor < end;) {
		uint32_t code = utf8_next(&cursor, end);
		if (code == UTF8_INVALID || code <= ' ' || code == '+' || (code >= 0x7F && code <= 0xA0) ||
		    code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
		    code == 0x202F || code == 0x205F || code == 0x3000)
			return false;
	}
	return true;
}

static void key_id(const char *name, const uint8_t key[32], uint8_t ret_id[4])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
	crypto_hash_sha256_update(&state, (const uint8_t *)"\n\001", 2);
	crypto_hash_sha256_update(&state, key, 32);
	crypto_hash_sha256_final(&state, hash);
	memcpy(ret_id, hash, 4);
}

static void signer_fill(struct note_signer *signer, const char *name, size_t length, const uint8_t seed[32])
{
	uint8_t public_key[32];
	memcpy(signer->name, name, length);
	signer->name[length] = '\0';
	(void)crypto_sign_seed_keypair(public_key, signer->secret, seed);
	key_id(signer->name, public_key, signer->id);
}

int note_signer_new(const char *name, struct note_signer *ret_signer, struct problem *problem)
{
	uint8_t seed[32];
	if (!name_good(name, strlen(name)))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the name of a key is a word of at most %d bytes without spaces and without '+'",
		                   NOTE_MAX_NAME);
	if (sodium_init() < 0)
		return problem_set(problem, JISR_IO, "the system gives no random numbers");
	randombytes_buf(seed, sizeof seed);
	signer_fill(ret_signer, name, strlen(name), seed);
	sodium_memzero(seed, sizeof seed);
	return JISR_OK;
}

/* Eight lower-case digits. */
static bool read_hex(const char *hex, uint8_t ret_id[4])
{
	size_t length = 0;
	for (size_t i = 0; i < 8; i++)
		if (strchr("0123456789abcdef", hex[i]) == NULL || hex[i] == '\0')
			return false;
	return sodium_hex2bin(ret_id, 4, hex, 8, NULL, &length, NULL) == 0 && length == 4;
}

/* NAME+ID+BASE64: the name, the id and the 32 bytes. */
static bool key_parse(const char *bytes, size_t length, const char **ret_name, size_t *ret_name_length,
                      uint8_t ret_id[4], uint8_t ret_key[32])
{
	uint8_t raw[33];
	const char *plus = memchr(bytes, '+', length);
	if (plus == NULL || length - (size_t)(plus - bytes) != 1 + 8 + 1 + KEY_ENCODED || plus[9] != '+')
		return false;
	bool good = name_good(bytes, (size_t)(plus - bytes)) && read_hex(plus + 1, ret_id) &&
	            base64_read(plus + 10, KEY_ENCODED, raw, sizeof raw) && raw[0] == ALGORITHM;
	if (good) {
		*ret_name = bytes;
		*ret_name_length = (size_t)(plus - bytes);
		memcpy(ret_key, raw + 1, 32);
	}
	sodium_memzero(raw, sizeof raw);
	return good;
}

static size_t without_white(const char *bytes, size_t length)
{
	while (length > 0 && strchr(" \t\r\n", bytes[length - 1]) != NULL && bytes[length - 1] != '\0')
		length--;
	return length;
}

int note_signer_read(const char *bytes, size_t length, struct note_signer *ret_signer, struct problem *problem)
{
	struct note_signer signer;
	const char *name;
	size_t name_length;
	uint8_t id[4], seed[32];
	length = without_white(bytes, length);
	bool good = length > strlen(PRIVATE) && memcmp(bytes, PRIVATE, strlen(PRIVATE)) == 0 &&
	            key_parse(bytes + strlen(PRIVATE), length - strlen(PRIVATE), &name, &name_length, id, seed);
	if (!good)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "this is no secret key that signs notes (PRIVATE+KEY+NAME+...)");
	signer_fill(&signer, name, name_length, seed);
	sodium_memzero(seed, sizeof seed);
	good = memcmp(signer.id, id, sizeof id) == 0;
	if (good)
		*ret_signer = signer;
	note_signer_finish(&signer);
	return good ? JISR_OK : problem_set(problem, JISR_BAD_INPUT, "the secret key's id does not belong to the key");
}

int note_verifier_read(const char *bytes, size_t length, struct note_verifier *ret_verifier, struct problem *problem)
{
	struct note_verifier verifier = {0};
	const char *name;
	size_t name_length;
	uint8_t id[4];
	length = without_white(bytes, length);
	if (!key_parse(bytes, length, &name, &name_length, verifier.id, verifier.key))
		return problem_set(problem, JISR_BAD_INPUT, "this is no public key of a signer of notes (NAME+ID+KEY)");
	memcpy(verifier.name, name, name_length);
	key_id(verifier.name, verifier.key, id);
	if (memcmp(verifier.id, id, sizeof id) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the public key's id does not belong to the key");
	*ret_verifier = verifier;
	return JISR_OK;
}

static void key_write(const char *prefix, const char *name, const uint8_t id[4], const uint8_t key[32], char *out)
{
	char hex[9], encoded[KEY_ENCODED + 1];
	uint8_t raw[33] = {ALGORITHM};
	memcpy(raw + 1, key, 32);
	sodium_bin2hex(hex, sizeof hex, id, 4);
	base64_write(raw, sizeof raw, encoded);
	(void)snprintf(out, NOTE_MAX_KEY, "%s%s+%s+%s", prefix, name, hex, encoded);
	sodium_memzero(raw, sizeof raw);
	sodium_memzero(encoded, sizeof encoded);
}

void note_signer_write(const struct note_signer *signer, char out[NOTE_MAX_KEY])
{
	key_write(PRIVATE, signer->name, signer->id, signer->secret, out); /* the seed stands first in the secret key */
}

void note_verifier_write(const struct note_verifier *verifier, char out[NOTE_MAX_KEY])
{
	key_write("", verifier->name, verifier->id, verifier->key, out);
}

void note_signer_verifier(const struct note_signer *signer, struct note_verifier *ret_verifier)
{
	memcpy(ret_verifier->name, signer->name, sizeof signer->name);
	memcpy(ret_verifier->id, signer->id, sizeof signer->id);
	memcpy(ret_verifier->key, signer->secret + 32, 32);
}

void note_signer_finish(struct note_signer *signer)
{
	sodium_memzero(signer, sizeof *signer);
}

static bool text_good(const char *text, size_t length)
{
	if (length == 0 || length > NOTE_MAX_BYTES || text[length - 1] != '\n' || !utf8_valid(text, length, NULL))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\n')
			return false;
	return true;
}

int note_sign(const struct note_signer *signer, const char *text, size_t length, struct text *out,
              struct problem *problem)
{
	uint8_t raw[4 + SIGNATURE];
	char encoded[ENCODED + 1];
	if (!text_good(text, length))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"what is signed must be UTF-8 lines, without control characters, the last one ended");
	memcpy(raw, signer->id, 4);
	(void)crypto_sign_detached(raw + 4, NULL, (const uint8_t *)text, length, signer->secret);
	base64_write(raw, sizeof raw, encoded);
	text_add(out, text, length);
	if (text_add_format(out, "\n" LINE_START "%s %s\n", signer->name, encoded) != JISR_OK)
		return problem_set(problem, out->error, "%s", error_text(out->error));
	return JISR_OK;
}

/* One line without its newline: the name, and key id with signature. */
static bool signature_parse(const char *line, size_t length, const char **ret_name, size_t *ret_name_length,
                            uint8_t ret_raw[4 + SIGNATURE], bool *ret_other)
{
	const size_t start = strlen(LINE_START);
	if (length <= start || memcmp(line, LINE_START, start) != 0)
		return false;
	line += start;
	length -= start;
	const char *space = memchr(line, ' ', length);
	if (space == NULL || !name_good(line, (size_t)(space - line)))
		return false;
	const char *encoded = space + 1;
	size_t encoded_length = length - (size_t)(encoded - line);
	*ret_name = line;
	*ret_name_length = (size_t)(space - line);
	/* A signature of another algorithm is longer or shorter. */
	*ret_other = encoded_length != ENCODED;
	return *ret_other ? encoded_length >= 8 && encoded_length % 4 == 0
	                  : base64_read(encoded, encoded_length, ret_raw, 4 + SIGNATURE);
}

int note_open(const struct note_verifier *verifier, const char *bytes, size_t length, size_t *ret_length,
              struct problem *problem)
{
	if (length > NOTE_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE, "a signed note has at most %zu bytes", NOTE_MAX_BYTES);
	const char *gap = NULL; /* the last empty line ends the text */
	for (const char *at = bytes; length >= 2 && (at = memmem(at, length - (size_t)(at - bytes), "\n\n", 2)) != NULL;
	     at++)
		gap = at;
	if (gap == NULL || !text_good(bytes, (size_t)(gap - bytes) + 1) || bytes[length - 1] != '\n')
		return problem_set(problem, JISR_BAD_INPUT, "this is no signed note: lines, an empty line, signatures");
	const size_t text_length = (size_t)(gap - bytes) + 1;
	const char *line = gap + 2, *end = bytes + length;
	bool signed_by = false;
	for (size_t count = 0; line < end; count++) {
		const char *line_end = memchr(line, '\n', (size_t)(end - line)), *name = NULL;
		uint8_t raw[4 + SIGNATURE];
		size_t name_length = 0;
		bool other = false;
		if (count == NOTE_MAX_SIGNATURES)
			return problem_set(problem, JISR_TOO_LARGE, "a signed note has at most %d signatures",
			                   NOTE_MAX_SIGNATURES);
		if (!signature_parse(line, (size_t)(line_end - line), &name, &name_length, raw, &other))
			return problem_set(problem, JISR_BAD_INPUT, "line %zu of the signatures is none", count + 1);
		line = line_end + 1;
		if (other || name_length != strlen(verifier->name) || memcmp(name, verifier->name, name_length) != 0 ||
		    memcmp(raw, verifier->id, 4) != 0)
			continue;
		if (crypto_sign_verify_detached(raw + 4, (const uint8_t *)bytes, text_length, verifier->key) != 0)
			return problem_set(problem, JISR_BAD_INPUT, "the signature of %s does not hold",
			                   verifier->name);
		signed_by = true;
	}
	if (!signed_by)
		return problem_set(problem, JISR_NOT_FOUND, "%s did not sign this", verifier->name);
	*ret_length = text_length;
	return JISR_OK;
}
