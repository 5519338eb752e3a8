#include "authenticator.h"

#include "base/base64.h"

#include <cbor.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define UP_UV 0x05

void authenticator_init(struct authenticator *authenticator, int algorithm)
{
	*authenticator = (struct authenticator){
		.algorithm = algorithm, .count = 1, .origin = "https://desk.example.org", .rp_id = "desk.example.org"};
	authenticator->key = algorithm == -7   ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
	                     : algorithm == -8 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
	                                       : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	assert_non_null(authenticator->key);
	randombytes_buf(authenticator->id, sizeof authenticator->id);
}

void authenticator_finish(struct authenticator *authenticator)
{
	EVP_PKEY_free(authenticator->key);
}

struct out {
	uint8_t *at, *end;
};

static void put(struct out *out, const void *bytes, size_t size)
{
	assert_true((size_t)(out->end - out->at) >= size);
	memcpy(out->at, bytes, size);
	out->at += size;
}

#define PUT_HEAD(out, function, value) ((out)->at += function(value, (out)->at, (size_t)((out)->end - (out)->at)))

static void put_integer(struct out *out, int value)
{
	if (value >= 0)
		PUT_HEAD(out, cbor_encode_uint, (uint64_t)value);
	else
		PUT_HEAD(out, cbor_encode_negint, (uint64_t)(-1 - value));
}

static void put_bytes(struct out *out, const void *bytes, size_t size)
{
	PUT_HEAD(out, cbor_encode_bytestring_start, size);
	put(out, bytes, size);
}

static void put_text(struct out *out, const char *text)
{
	PUT_HEAD(out, cbor_encode_string_start, strlen(text));
	put(out, text, strlen(text));
}

static void put_number(struct out *out, EVP_PKEY *key, const char *name, size_t size)
{
	BIGNUM *number = NULL;
	uint8_t bytes[256];
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
	assert_int_equal(BN_bn2binpad(number, bytes, (int)size), (int)size);
	BN_free(number);
	put_bytes(out, bytes, size);
}

static void put_key(struct out *out, const struct authenticator *authenticator)
{
	int kind = EVP_PKEY_get_base_id(authenticator->key);
	int type = kind == EVP_PKEY_EC ? 2 : kind == EVP_PKEY_ED25519 ? 1 : 3;
	PUT_HEAD(out, cbor_encode_map_start, type == 2 ? 5 : 4);
	put_integer(out, 1);
	put_integer(out, type);
	put_integer(out, 3);
	put_integer(out, authenticator->algorithm);
	put_integer(out, -1);
	if (type == 3) {
		put_number(out, authenticator->key, OSSL_PKEY_PARAM_RSA_N, 256);
		put_integer(out, -2);
		put_number(out, authenticator->key, OSSL_PKEY_PARAM_RSA_E, 3);
	} else if (type == 2) {
		put_integer(out, 1);
		put_integer(out, -2);
		put_number(out, authenticator->key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
		put_integer(out, -3);
		put_number(out, authenticator->key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
	} else {
		uint8_t key[32];
		size_t size = sizeof key;
		assert_int_equal(EVP_PKEY_get_raw_public_key(authenticator->key, key, &size), 1);
		put_integer(out, 6);
		put_integer(out, -2);
		put_bytes(out, key, size);
	}
}

static void put_head(struct out *out, struct authenticator *authenticator, uint8_t flags)
{
	uint8_t head[37];
	uint32_t count = authenticator->count;
	authenticator->count += count != 0;
	(void)crypto_hash_sha256(head, (const uint8_t *)authenticator->rp_id, strlen(authenticator->rp_id));
	head[32] = (uint8_t)((UP_UV | flags | authenticator->flags) & ~authenticator->without);
	head[33] = (uint8_t)(count >> 24);
	head[34] = (uint8_t)(count >> 16);
	head[35] = (uint8_t)(count >> 8);
	head[36] = (uint8_t)count;
	put(out, head, sizeof head);
}

static void write_client(const struct authenticator *authenticator, const char *type, const uint8_t *challenge,
                         size_t size, struct authenticator_answer *answer)
{
	char written[256];
	base64_url_write(challenge, size, written);
	answer->client_size = (size_t)snprintf((char *)answer->client, sizeof answer->client,
	                                       "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}",
	                                       authenticator->type != NULL ? authenticator->type : type, written,
	                                       authenticator->origin,
	                                       authenticator->client_more != NULL ? authenticator->client_more : "");
}

static size_t sign(const struct authenticator *authenticator, const uint8_t *data, size_t size,
                   const struct authenticator_answer *answer, uint8_t *signature)
{
	uint8_t message[AUTHENTICATOR_MAX];
	size_t length = AUTHENTICATOR_MAX;
	memcpy(message, data, size);
	(void)crypto_hash_sha256(message + size, answer->client, answer->client_size);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit(context, NULL, authenticator->algorithm == -8 ? NULL : EVP_sha256(), NULL,
	                                    authenticator->key),
	                 1);
	assert_int_equal(EVP_DigestSign(context, signature, &length, message, size + 32), 1);
	EVP_MD_CTX_free(context);
	return length;
}

void authenticator_create(struct authenticator *authenticator, const uint8_t *challenge, size_t size,
                          const char *format, struct authenticator_answer *answer)
{
	uint8_t data[AUTHENTICATOR_MAX], signature[AUTHENTICATOR_MAX];
	static const uint8_t middle[18] = {[17] = 32};
	struct out inner = {data, data + sizeof data}, out = {answer->data, answer->data + sizeof answer->data};
	write_client(authenticator, "webauthn.create", challenge, size, answer);
	put_head(&inner, authenticator, 0x40);
	put(&inner, middle, sizeof middle);
	put(&inner, authenticator->id, sizeof authenticator->id);
	put_key(&inner, authenticator);
	PUT_HEAD(&out, cbor_encode_map_start, 3);
	put_text(&out, "fmt");
	put_text(&out, format);
	put_text(&out, "attStmt");
	if (strcmp(format, "packed") == 0) {
		size_t length = sign(authenticator, data, (size_t)(inner.at - data), answer, signature);
		PUT_HEAD(&out, cbor_encode_map_start, 2);
		put_text(&out, "alg");
		put_integer(&out, authenticator->algorithm);
		put_text(&out, "sig");
		put_bytes(&out, signature, length);
	} else {
		PUT_HEAD(&out, cbor_encode_map_start, 0);
	}
	put_text(&out, "authData");
	put_bytes(&out, data, (size_t)(inner.at - data));
	answer->data_size = (size_t)(out.at - answer->data);
	answer->signature_size = 0;
}

void authenticator_get(struct authenticator *authenticator, const uint8_t *challenge, size_t size,
                       struct authenticator_answer *answer)
{
	struct out out = {answer->data, answer->data + sizeof answer->data};
	write_client(authenticator, "webauthn.get", challenge, size, answer);
	put_head(&out, authenticator, 0);
	answer->data_size = (size_t)(out.at - answer->data);
	answer->signature_size = sign(authenticator, answer->data, answer->data_size, answer, answer->signature);
}
