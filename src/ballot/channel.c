#include "ballot/channel.h"

#include "ballot/group_private.h"
#include "base/secret.h"

#include <nettle/aes.h>
#include <nettle/ccm.h>
#include <sodium.h>
#include <string.h>

/* What is encrypted is a signed_msg around a channel_msg around the message, each a JSON text inside a JSON string:
 *
 *   {"message":"{\"recipient\":\"DIGITS\",\"message\":\"...\"}","signature":{"challenge":"DIGITS","response":"DIGITS"}}
 *
 * It is secret, so it is built and taken apart in secret memory and not with cJSON; only the one form that
 * belenios-tool and this file write is read. */

#define NONCE   13 /* bytes */
#define TAG     8
#define ESCAPED 2 /* a byte becomes at most two: only quotes and backslashes need it */

static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

void channel_seed_make(char ret_seed[CHANNEL_SEED + 1])
{
	for (size_t i = 0; i < CHANNEL_SEED; i++) {
		uint32_t digit = randombytes_uniform(58);
		unsigned found = 0;
		for (uint32_t j = 0; j < 58; j++) /* reads them all: no index tells the seed */
			found |= (unsigned)base58[j] & (0 - (((j ^ digit) - 1) >> 31));
		ret_seed[i] = (char)found;
	}
	ret_seed[CHANNEL_SEED] = '\0';
}

bool channel_seed_valid(const char *seed, size_t length)
{
	if (length != CHANNEL_SEED)
		return false;
	for (size_t i = 0; i < length; i++)
		if (seed[i] == '\0' || strchr(base58, seed[i]) == NULL)
			return false;
	return true;
}

static void derive(const struct group *group, const char *use, const char *seed, struct scalar *ret_key)
{
	struct digest digest;
	digest_init(&digest);
	digest_string(&digest, use);
	digest_string(&digest, seed);
	digest_challenge(&digest, group, ret_key);
	sodium_memzero(&digest, sizeof digest);
}

void channel_keys_derive(const struct group *group, const char *seed, struct channel_keys *ret_keys)
{
	derive(group, "sk|", seed, &ret_keys->signing);
	derive(group, "dk|", seed, &ret_keys->decryption);
	element_power_generator_secret(group, &ret_keys->signing, &ret_keys->verification);
	element_power_generator_secret(group, &ret_keys->decryption, &ret_keys->encryption);
}

/* SHA256("sigmsg|M|A") mod q */
static void hash_signature(const struct group *group, const char *message, const struct element *commitment,
                           struct scalar *ret_challenge)
{
	struct digest digest;
	digest_init(&digest);
	digest_string(&digest, "sigmsg|");
	digest_string(&digest, message);
	digest_string(&digest, "|");
	digest_element(&digest, commitment);
	digest_challenge(&digest, group, ret_challenge);
	sodium_memzero(&digest, sizeof digest);
}

int signed_message_make(const struct group *group, const struct scalar *signing, const char *message,
                        struct signed_message *ret_signed)
{
	struct element commitment;
	struct proof signature;
	CLEANUP(secret_freep) struct scalar *w = secret_alloc(sizeof *w);
	if (w == NULL)
		return JISR_NO_MEMORY;
	scalar_random(group, w);
	element_power_generator_secret(group, w, &commitment);
	hash_signature(group, message, &commitment, &signature.challenge);
	proof_respond(group, w, signing, &signature.challenge, &signature.response);
	*ret_signed = (struct signed_message){message, signature};
	return JISR_OK;
}

int signed_message_read(const struct group *group, const cJSON *json, const char *where,
                        struct signed_message *ret_signed, struct problem *problem)
{
	static const char *const names[] = {"message", "signature"};
	const cJSON *members[2];
	struct signed_message read;
	char place[MESSAGE_MAX_WHERE];
	int error = message_members(json, where, names, 2, members, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.message", where);
	error = message_string(members[0], place, &read.message, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.signature", where);
	error = message_proof(group, members[1], place, &read.signature, problem);
	if (error == JISR_OK)
		*ret_signed = read;
	return error;
}

int signed_message_check(const struct group *group, const struct element *verification,
                         const struct signed_message *message, const char *where, struct problem *problem)
{
	struct element commitment;
	struct scalar challenge;
	proof_commitment_generator(group, verification, &message->signature, &commitment);
	hash_signature(group, message->message, &commitment, &challenge);
	if (scalar_equal(&challenge, &message->signature.challenge))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "%s: the signature does not hold: altered, or signed by another",
	                   where);
}

void signed_message_write(struct text *text, const struct signed_message *message)
{
	text_add_string(text, "{\"message\":");
	message_write_string(text, message->message);
	text_add_string(text, ",\"signature\":");
	message_write_proof(text, &message->signature);
	text_add_char(text, '}');
}

/* --- texts in secret memory --- */

struct secret_text {
	char *bytes;
	size_t length, size; /* size counts the closing 0 */
};

static void put(struct secret_text *text, const char *bytes, size_t length)
{
	if (length >= text->size - text->length) { /* full: stays full, so that the end can be seen */
		text->length = text->size;
		return;
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

static void put_string(struct secret_text *text, const char *string)
{
	if (text->length < text->size)
		put(text, string, strlen(string));
}

static void put_escaped(struct secret_text *text, const char *string)
{
	for (const char *c = string; *c != '\0' && text->length < text->size; c++) {
		if (*c == '"' || *c == '\\')
			put_string(text, "\\");
		if (text->length < text->size)
			put(text, c, 1);
	}
}

/* Takes `literal` off the front. */
static bool take(const char **cursor, const char *end, const char *literal)
{
	size_t length = strlen(literal);
	if ((size_t)(end - *cursor) < length || memcmp(*cursor, literal, length) != 0)
		return false;
	*cursor += length;
	return true;
}

/* Takes the inside of a string up to its closing quote, which goes too, and writes it without escapes. */
static bool take_string(const char **cursor, const char *end, char *out)
{
	const char *c = *cursor;
	for (; c < end && *c != '"'; c++) {
		if (*c == '\\' && (++c == end || (*c != '"' && *c != '\\')))
			return false;
		if ((unsigned char)*c < ' ')
			return false;
		*out++ = *c;
	}
	if (c == end)
		return false;
	*out = '\0';
	*cursor = c + 1;
	return true;
}

/* --- encryption --- */

struct cipher_keys {
	unsigned char key[DIGEST_BYTES], iv[DIGEST_BYTES];
};

/* key = SHA256("key|g^s"), iv = SHA256("iv|alpha") */
static int cipher_keys(const struct element *shared, const struct element *alpha, struct cipher_keys *ret_keys)
{
	CLEANUP(secret_freep) char *digits = secret_alloc(GROUP_DIGITS + 1);
	size_t length;
	if (digits == NULL || element_write_secret(shared, digits, &length) != JISR_OK)
		return JISR_NO_MEMORY;
	struct digest digest;
	digest_init(&digest);
	digest_string(&digest, "key|");
	digest_bytes(&digest, digits, length);
	digest_end(&digest, ret_keys->key);
	sodium_memzero(&digest, sizeof digest);
	digest_init(&digest);
	digest_string(&digest, "iv|");
	digest_element(&digest, alpha);
	digest_end(&digest, ret_keys->iv);
	return JISR_OK;
}

/* Adds {"alpha":...,"beta":...,"data":...} of the plain text. */
static int encrypt(const struct group *group, const struct element *recipient, const struct secret_text *plain,
                   struct text *out)
{
	struct secrets {
		struct scalar r, s;
		struct element shared, masked;
		struct cipher_keys keys;
		struct ccm_aes256_ctx context;
	};
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	CLEANUP(memory_freep) uint8_t *data = memory_alloc(plain->length + TAG);
	struct element alpha, beta;
	if (secrets == NULL || data == NULL)
		return JISR_NO_MEMORY;
	scalar_random(group, &secrets->r);
	scalar_random(group, &secrets->s);
	element_power_generator_secret(group, &secrets->r, &alpha);
	element_power_generator_secret(group, &secrets->s, &secrets->shared);
	int error = element_power_secret(group, recipient, &secrets->r, &secrets->masked);
	if (error != JISR_OK)
		return error;
	element_multiply_secret(group, &secrets->masked, &secrets->shared, &beta);
	error = cipher_keys(&secrets->shared, &alpha, &secrets->keys);
	if (error != JISR_OK)
		return error;
	ccm_aes256_set_key(&secrets->context, secrets->keys.key);
	ccm_aes256_encrypt_message(&secrets->context, NONCE, secrets->keys.iv, 0, NULL, TAG, plain->length + TAG, data,
	                           (const uint8_t *)plain->bytes);
	text_add_string(out, "{\"alpha\":");
	message_write_element(out, &alpha);
	text_add_string(out, ",\"beta\":");
	message_write_element(out, &beta);
	text_add_string(out, ",\"data\":\"");
	for (size_t i = 0; i < plain->length + TAG; i++) {
		static const char digits[] = "0123456789abcdef";
		text_add_char(out, digits[data[i] >> 4]);
		text_add_char(out, digits[data[i] & 15]);
	}
	return text_add_string(out, "\"}");
}

int channel_send(const struct group *group, const struct scalar *signing, const struct element *recipient,
                 const char *message, struct text *out)
{
	char digits[GROUP_DIGITS + 1];
	struct signed_message signed_message;
	size_t inner_size = ESCAPED * strlen(message) + GROUP_DIGITS + 64;
	size_t outer_size = ESCAPED * inner_size + 2 * GROUP_DIGITS + 64;
	CLEANUP(secret_freep) char *inner_bytes = secret_alloc(inner_size);
	CLEANUP(secret_freep) char *outer_bytes = secret_alloc(outer_size);
	if (inner_bytes == NULL || outer_bytes == NULL)
		return JISR_NO_MEMORY;
	struct secret_text inner = {inner_bytes, 0, inner_size}, outer = {outer_bytes, 0, outer_size};
	(void)element_write(recipient, digits);
	put_string(&inner, "{\"recipient\":\"");
	put_string(&inner, digits);
	put_string(&inner, "\",\"message\":\"");
	put_escaped(&inner, message);
	put_string(&inner, "\"}");
	int error = signed_message_make(group, signing, inner.bytes, &signed_message);
	if (error != JISR_OK)
		return error;
	put_string(&outer, "{\"message\":\"");
	put_escaped(&outer, inner.bytes);
	put_string(&outer, "\",\"signature\":{\"challenge\":\"");
	(void)scalar_write(&signed_message.signature.challenge, digits);
	put_string(&outer, digits);
	put_string(&outer, "\",\"response\":\"");
	(void)scalar_write(&signed_message.signature.response, digits);
	put_string(&outer, digits);
	put_string(&outer, "\"}}");
	if (outer.length >= outer.size || outer.length > CHANNEL_MAX_MESSAGE)
		return JISR_TOO_LARGE;
	return encrypt(group, recipient, &outer, out);
}

/* --- decryption --- */

static bool hex_read(const char *hex, size_t length, uint8_t *out)
{
	for (size_t i = 0; i < length; i++) {
		char c = hex[i];
		int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (value < 0)
			return false;
		out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : out[i / 2] | value);
	}
	return length % 2 == 0;
}

/* Decrypts into secret memory; JISR_BAD_INPUT when the tag does not fit. */
static int decrypt(const struct group *group, const struct channel_keys *keys, const struct element *alpha,
                   const struct element *beta, const uint8_t *data, size_t length, char *out)
{
	struct secrets {
		struct scalar exponent;
		struct element masked, shared;
		struct cipher_keys keys;
		struct ccm_aes256_ctx context;
	};
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	if (secrets == NULL)
		return JISR_NO_MEMORY;
	/* beta / alpha^dk as beta * alpha^-dk: the time of a division would depend on the secret. */
	scalar_from_number(group, 0, &secrets->exponent);
	scalar_subtract(group, &secrets->exponent, &keys->decryption, &secrets->exponent);
	int error = element_power_secret(group, alpha, &secrets->exponent, &secrets->masked);
	if (error != JISR_OK)
		return error;
	element_multiply_secret(group, beta, &secrets->masked, &secrets->shared);
	error = cipher_keys(&secrets->shared, alpha, &secrets->keys);
	if (error != JISR_OK)
		return error;
	ccm_aes256_set_key(&secrets->context, secrets->keys.key);
	if (!ccm_aes256_decrypt_message(&secrets->context, NONCE, secrets->keys.iv, 0, NULL, TAG, length - TAG,
	                                (uint8_t *)out, data))
		return JISR_BAD_INPUT;
	out[length - TAG] = '\0';
	return strlen(out) == length - TAG ? JISR_OK : JISR_BAD_INPUT;
}

/* Takes the plain text apart: the channel_msg that was signed, the signature, and in it the recipient and the message.
 * The four results have the plain text's size. */
static bool take_apart(const struct group *group, const char *plain, char *inner, char *recipient, char *message,
                       struct proof *ret_signature)
{
	char digits[2][GROUP_DIGITS + 1];
	const char *cursor = plain, *end = plain + strlen(plain);
	if (!take(&cursor, end, "{\"message\":\"") || !take_string(&cursor, end, inner) ||
	    !take(&cursor, end, ",\"signature\":{\"challenge\":\""))
		return false;
	for (int i = 0; i < 2; i++) {
		size_t length = strspn(cursor, "0123456789");
		if (length > GROUP_DIGITS)
			return false;
		memcpy(digits[i], cursor, length);
		digits[i][length] = '\0';
		cursor += length;
		if (!take(&cursor, end, i == 0 ? "\",\"response\":\"" : "\"}}"))
			return false;
	}
	if (cursor != end ||
	    scalar_read(group, digits[0], strlen(digits[0]), &ret_signature->challenge, NULL) != JISR_OK ||
	    scalar_read(group, digits[1], strlen(digits[1]), &ret_signature->response, NULL) != JISR_OK)
		return false;
	cursor = inner;
	end = inner + strlen(inner);
	return take(&cursor, end, "{\"recipient\":\"") && take_string(&cursor, end, recipient) &&
	       take(&cursor, end, ",\"message\":\"") && take_string(&cursor, end, message) && take(&cursor, end, "}") &&
	       cursor == end;
}

static int receive(const struct group *group, const struct channel_keys *keys, const struct element *sender,
                   const struct element *alpha, const struct element *beta, const char *hex, const char *where,
                   char **ret_message, struct problem *problem)
{
	struct signed_message signed_message;
	char own[GROUP_DIGITS + 1];
	size_t length = strlen(hex) / 2, size = length + 1;
	CLEANUP(memory_freep) uint8_t *data = memory_alloc(size);
	CLEANUP(secret_freep) char *block = secret_alloc(4 * size);
	if (data == NULL || block == NULL)
		return problem_no_memory(problem);
	char *plain = block, *inner = block + size, *recipient = block + 2 * size, *message = block + 3 * size;
	if (length < TAG || length - TAG > CHANNEL_MAX_MESSAGE || !hex_read(hex, strlen(hex), data))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s.data: not the hexadecimal digits of an encrypted message", where);
	int error = decrypt(group, keys, alpha, beta, data, length, plain);
	if (error == JISR_NO_MEMORY)
		return problem_set(problem, error, "%s", error_text(error));
	if (error != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s: cannot be decrypted: encrypted for another trustee, or altered", where);
	if (!take_apart(group, plain, inner, recipient, message, &signed_message.signature))
		return problem_set(problem, JISR_BAD_INPUT, "%s: what was encrypted is no signed message", where);
	(void)element_write(&keys->encryption, own);
	signed_message.message = inner;
	if (strcmp(recipient, own) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "%s: was written to another trustee", where);
	error = signed_message_check(group, sender, &signed_message, where, problem);
	if (error != JISR_OK)
		return error;
	char *copy = secret_alloc(strlen(message) + 1);
	if (copy == NULL)
		return problem_no_memory(problem);
	memcpy(copy, message, strlen(message) + 1);
	*ret_message = copy;
	return JISR_OK;
}

int channel_receive(const struct group *group, const struct channel_keys *keys, const struct element *sender,
                    const char *bytes, size_t length, const char *where, char **ret_message, struct problem *problem)
{
	static const char *const names[] = {"alpha", "beta", "data"};
	const cJSON *members[3];
	struct element alpha, beta;
	const char *hex;
	char place[MESSAGE_MAX_WHERE];
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = message_parse(bytes, length, &json, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, where);
		return error;
	}
	error = message_members(json, where, names, 3, members, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.alpha", where);
	error = message_element(group, members[0], place, false, &alpha, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.beta", where);
	error = message_element(group, members[1], place, false, &beta, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.data", where);
	error = message_string(members[2], place, &hex, problem);
	return error != JISR_OK ? error : receive(group, keys, sender, &alpha, &beta, hex, where, ret_message, problem);
}
