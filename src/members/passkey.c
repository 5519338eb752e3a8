#include "members/passkey.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/memory.h"
#include "members/passkey_cbor.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>
#include <string.h>

#define FLAG_PRESENT    0x01
#define FLAG_VERIFIED   0x04
#define FLAG_ELIGIBLE   0x08
#define FLAG_BACKED_UP  0x10
#define FLAG_CREDENTIAL 0x40
#define FLAG_EXTENSIONS 0x80
#define DATA_HEAD       37 /* bytes: hash of the RP id, flags, counter */

#define TYPE_CREATE "webauthn.create"
#define TYPE_GET    "webauthn.get"

static void free_cred(fido_cred_t **cred)
{
	fido_cred_free(cred);
}

static void free_assert(fido_assert_t **assertion)
{
	fido_assert_free(assertion);
}

/* ---- client data ---- */

static int read_client(struct passkey_bytes client, cJSON **ret_json, struct passkey_challenge *ret_challenge,
                       struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct passkey_challenge challenge = {.size = 0};
	if (client.size > PASSKEY_MAX_CLIENT)
		return problem_set(problem, JISR_TOO_LARGE, "the passkey's client data are too long");
	int error = json_read((const char *)client.bytes, client.size, &json, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, "the passkey's client data");
		return error;
	}
	const char *text = json_get_text(json, "challenge");
	if (text == NULL ||
	    !base64_url_read(text, strlen(text), challenge.bytes, sizeof challenge.bytes, &challenge.size))
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's client data hold no challenge");
	*ret_challenge = challenge;
	*ret_json = json;
	json = NULL;
	return JISR_OK;
}

int passkey_challenge(struct passkey_bytes client, struct passkey_challenge *ret_challenge, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	return read_client(client, &json, ret_challenge, problem);
}

int passkey_read_client(const struct passkey_site *site, const char *type, struct passkey_bytes client,
                        struct passkey_challenge *ret_challenge, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = read_client(client, &json, ret_challenge, problem);
	if (error != JISR_OK)
		return error;
	const char *given = json_get_text(json, "type"), *origin = json_get_text(json, "origin");
	if (given == NULL || strcmp(given, type) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey was used for something else than %s", type);
	bool known = false;
	for (size_t i = 0; origin != NULL && i < site->origin_count; i++)
		known |= strcmp(origin, site->origins[i]) == 0;
	if (!known)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the passkey was used on another site than this one; open this service by its own "
		                   "address (%s)",
		                   site->origin_count > 0 ? site->origins[0] : "none is set");
	if ((json_get(json, "crossOrigin") != NULL && !cJSON_IsFalse(json_get(json, "crossOrigin"))) ||
	    json_get(json, "topOrigin") != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey was used inside a page of another site");
	return JISR_OK;
}

/* ---- authenticator data ---- */

struct key_fields {
	int64_t type, algorithm, curve;
	size_t x, y, n, e; /* bytes of each */
	uint32_t exponent;
};

static void read_key_member(struct passkey_cbor *reader, int64_t label, struct key_fields *key)
{
	struct passkey_cbor_item item = passkey_cbor_next(reader);
	bool number = item.kind == PASSKEY_CBOR_NUMBER, bytes = item.kind == PASSKEY_CBOR_BYTES;
	if (label == 1 && number)
		key->type = item.number;
	else if (label == 3 && number)
		key->algorithm = item.number;
	else if (label == -1 && number)
		key->curve = item.number;
	else if (label == -1 && bytes)
		key->n = item.size;
	else if (label == -2 && bytes && item.size == 3) {
		key->e = item.size;
		key->exponent = (uint32_t)item.bytes[0] << 16 | (uint32_t)item.bytes[1] << 8 | item.bytes[2];
	} else if (label == -2 && bytes)
		key->x = item.size;
	else if (label == -3 && bytes)
		key->y = item.size;
	else
		reader->failed = true;
}

/* A COSE_Key with just the members that its kind has, labels ascending as CTAP2 orders them. libfido2 reads it again. */
static int read_key(struct passkey_cbor *reader, int *ret_algorithm, struct problem *problem)
{
	struct key_fields key = {0};
	unsigned seen = 0;
	struct passkey_cbor_item map = passkey_cbor_expect(reader, PASSKEY_CBOR_MAP);
	for (size_t i = 0; i < map.size && !reader->failed; i++) {
		struct passkey_cbor_item label = passkey_cbor_expect(reader, PASSKEY_CBOR_NUMBER);
		if (label.number < -3 || label.number > 3 || (seen & 1u << (label.number + 3)) != 0) {
			reader->failed = true;
			break;
		}
		seen |= 1u << (label.number + 3);
		read_key_member(reader, label.number, &key);
	}
	if (reader->failed)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's public key is not well-formed");
	bool es256 = key.algorithm == COSE_ES256 && key.type == COSE_KTY_EC2 && key.curve == COSE_P256 && key.x == 32 &&
	             key.y == 32 && map.size == 5;
	bool eddsa = key.algorithm == COSE_EDDSA && key.type == COSE_KTY_OKP && key.curve == COSE_ED25519 &&
	             key.x == 32 && map.size == 4;
	bool rs256 = key.algorithm == COSE_RS256 && key.type == COSE_KTY_RSA && key.n == 256 && key.e == 3 &&
	             key.exponent == 65537 && map.size == 4;
	if (!es256 && !eddsa && !rs256)
		return problem_set(
			problem, JISR_UNSUPPORTED,
			"the passkey's key is of a kind that is not taken: use ES256, EdDSA, or RS256 with 2048 "
			"bits");
	*ret_algorithm = (int)key.algorithm;
	return JISR_OK;
}

int passkey_read_data(struct passkey_bytes bytes, bool fresh, struct passkey_data *ret_data, struct problem *problem)
{
	struct passkey_data data = {.flags = 0};
	static const char *const wrong = "the passkey's authenticator data are not well-formed";
	if (bytes.size < DATA_HEAD || bytes.size > PASSKEY_MAX_DATA)
		return problem_set(problem, JISR_BAD_INPUT, "%s", wrong);
	const uint8_t *at = bytes.bytes, *end = at + bytes.size;
	memcpy(data.rp_hash, at, sizeof data.rp_hash);
	data.flags = at[32];
	data.count = (uint32_t)at[33] << 24 | (uint32_t)at[34] << 16 | (uint32_t)at[35] << 8 | at[36];
	at += DATA_HEAD;
	if (((data.flags & FLAG_CREDENTIAL) != 0) != fresh)
		return problem_set(problem, JISR_BAD_INPUT,
		                   fresh ? "the passkey's authenticator data hold no new key"
		                         : "the passkey's authenticator data hold a new key where none belongs");
	struct passkey_cbor reader;
	passkey_cbor_init(&reader, at, (size_t)(end - at));
	if (fresh) {
		if (end - at < 18)
			return problem_set(problem, JISR_BAD_INPUT, "%s", wrong);
		memcpy(data.model, at, sizeof data.model);
		data.id.size = (size_t)at[16] << 8 | at[17];
		at += 18;
		data.id.bytes = at;
		if (data.id.size == 0 || data.id.size > PASSKEY_MAX_ID || data.id.size > (size_t)(end - at))
			return problem_set(problem, JISR_BAD_INPUT, "%s", wrong);
		at += data.id.size;
		data.key.bytes = at;
		passkey_cbor_init(&reader, at, (size_t)(end - at));
		int error = read_key(&reader, &data.algorithm, problem);
		if (error != JISR_OK)
			return error;
		data.key.size = (size_t)(reader.at - at);
	}
	if ((data.flags & FLAG_EXTENSIONS) != 0) {
		struct passkey_cbor peek = reader;
		(void)passkey_cbor_expect(&peek, PASSKEY_CBOR_MAP);
		passkey_cbor_skip(&reader);
		reader.failed |= peek.failed;
	}
	if (reader.failed || reader.at != end)
		return problem_set(problem, JISR_BAD_INPUT, "%s", wrong);
	*ret_data = data;
	return JISR_OK;
}

/* What must hold of any use: our site, a person who was there and showed that they are the one. */
static int check_data(const struct passkey_site *site, const struct passkey_data *data, struct problem *problem)
{
	uint8_t hash[32];
	(void)crypto_hash_sha256(hash, (const unsigned char *)site->rp_id, strlen(site->rp_id));
	if (sodium_memcmp(hash, data->rp_hash, sizeof hash) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey belongs to another site");
	if ((data->flags & FLAG_PRESENT) == 0 || (data->flags & FLAG_VERIFIED) == 0)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the authenticator did not verify who uses it; one with a PIN, a fingerprint or a face is "
			"needed");
	if ((data->flags & FLAG_BACKED_UP) != 0 && (data->flags & FLAG_ELIGIBLE) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's flags contradict each other");
	return JISR_OK;
}

/* ---- attestation ---- */

static void read_statement(struct passkey_cbor *reader, struct passkey_attestation *attestation)
{
	attestation->statement.bytes = reader->at;
	struct passkey_cbor members = *reader;
	passkey_cbor_skip(reader);
	if (reader->failed)
		return;
	attestation->statement.size = (size_t)(reader->at - attestation->statement.bytes);
	struct passkey_cbor_item map = passkey_cbor_expect(&members, PASSKEY_CBOR_MAP);
	attestation->statement_items = map.size;
	for (size_t i = 0; i < map.size && !members.failed; i++) {
		struct passkey_cbor_item name = passkey_cbor_expect(&members, PASSKEY_CBOR_TEXT);
		struct passkey_cbor value = members;
		if (passkey_cbor_is(&name, "alg")) {
			attestation->algorithm_given = true;
			attestation->algorithm = passkey_cbor_expect(&value, PASSKEY_CBOR_NUMBER).number;
			members.failed |= value.failed;
		}
		attestation->certified |= passkey_cbor_is(&name, "x5c");
		passkey_cbor_skip(&members);
	}
	reader->failed |= members.failed;
}

int passkey_read_attestation(struct passkey_bytes bytes, struct passkey_attestation *ret_attestation,
                             struct problem *problem)
{
	struct passkey_attestation attestation = {.certified = false};
	if (bytes.size > PASSKEY_MAX_ATTESTATION)
		return problem_set(problem, JISR_TOO_LARGE, "the passkey's attestation is too long");
	struct passkey_cbor reader;
	unsigned seen = 0;
	passkey_cbor_init(&reader, bytes.bytes, bytes.size);
	struct passkey_cbor_item map = passkey_cbor_expect(&reader, PASSKEY_CBOR_MAP);
	for (size_t i = 0; i < map.size && !reader.failed; i++) {
		struct passkey_cbor_item name = passkey_cbor_expect(&reader, PASSKEY_CBOR_TEXT);
		unsigned bit = passkey_cbor_is(&name, "fmt")        ? 1
		               : passkey_cbor_is(&name, "attStmt")  ? 2
		               : passkey_cbor_is(&name, "authData") ? 4
		                                                    : 0;
		if (bit == 0 || (seen & bit) != 0) {
			reader.failed = true;
		} else if (bit == 2) {
			read_statement(&reader, &attestation);
		} else if (bit == 4) {
			struct passkey_cbor_item data = passkey_cbor_expect(&reader, PASSKEY_CBOR_BYTES);
			attestation.data = (struct passkey_bytes){data.bytes, data.size};
		} else {
			struct passkey_cbor_item format = passkey_cbor_expect(&reader, PASSKEY_CBOR_TEXT);
			if (format.size >= sizeof attestation.format)
				reader.failed = true;
			else if (format.size > 0)
				memcpy(attestation.format, format.bytes, format.size);
		}
		seen |= bit;
	}
	if (reader.failed || seen != 7 || reader.at != reader.end)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's attestation is not well-formed");
	*ret_attestation = attestation;
	return JISR_OK;
}

/* Whether the key is one that can be: a point on its curve. */
static bool key_good(int algorithm, const uint8_t *key, size_t size)
{
	EVP_PKEY *read = NULL;
	if (algorithm == COSE_ES256) {
		es256_pk_t *pk = es256_pk_new();
		if (pk != NULL && es256_pk_from_ptr(pk, key, size) == FIDO_OK)
			read = es256_pk_to_EVP_PKEY(pk);
		es256_pk_free(&pk);
	} else if (algorithm == COSE_EDDSA) {
		eddsa_pk_t *pk = eddsa_pk_new();
		if (size == crypto_core_ed25519_BYTES && crypto_core_ed25519_is_valid_point(key) == 1 && pk != NULL &&
		    eddsa_pk_from_ptr(pk, key, size) == FIDO_OK)
			read = eddsa_pk_to_EVP_PKEY(pk);
		eddsa_pk_free(&pk);
	} else {
		rs256_pk_t *pk = rs256_pk_new();
		if (size > 256 && (key[0] & 0x80) != 0 && (key[255] & 1) != 0 && pk != NULL &&
		    rs256_pk_from_ptr(pk, key, size) == FIDO_OK)
			read = rs256_pk_to_EVP_PKEY(pk);
		rs256_pk_free(&pk);
	}
	bool good = read != NULL;
	EVP_PKEY_free(read);
	return good;
}

/* No attestation, or one whose signature holds. */
static int check_attestation(const struct passkey_attestation *attestation, int algorithm, fido_cred_t *cred,
                             struct problem *problem)
{
	if (strcmp(attestation->format, "none") == 0) {
		if (attestation->statement_items == 0)
			return JISR_OK;
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the passkey's attestation is none, and yet says something");
	}
	bool packed = strcmp(attestation->format, "packed") == 0;
	if (!packed && strcmp(attestation->format, "fido-u2f") != 0)
		return problem_set(
			problem, JISR_UNSUPPORTED,
			"the passkey came with an attestation of a kind that is not taken; none is asked for");
	int result = fido_cred_set_fmt(cred, attestation->format);
	if (result == FIDO_OK)
		result = fido_cred_set_attstmt(cred, attestation->statement.bytes, attestation->statement.size);
	if (result == FIDO_OK && attestation->certified)
		result = fido_cred_verify(cred);
	else if (result == FIDO_OK)
		result = packed && attestation->algorithm_given && attestation->algorithm == algorithm
		                 ? fido_cred_verify_self(cred)
		                 : FIDO_ERR_INVALID_SIG;
	if (result == FIDO_OK)
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "the passkey's attestation does not hold");
}

int passkey_register(const struct passkey_site *site, struct passkey_bytes client, struct passkey_bytes attestation,
                     struct passkey *ret_passkey, struct problem *problem)
{
	struct passkey_challenge challenge;
	struct passkey_attestation read;
	struct passkey_data data;
	uint8_t hash[32];
	int error = passkey_read_client(site, TYPE_CREATE, client, &challenge, problem);
	if (error == JISR_OK)
		error = passkey_read_attestation(attestation, &read, problem);
	if (error == JISR_OK)
		error = passkey_read_data(read.data, true, &data, problem);
	if (error == JISR_OK)
		error = check_data(site, &data, problem);
	if (error != JISR_OK)
		return error;
	CLEANUP(free_cred) fido_cred_t *cred = fido_cred_new();
	if (cred == NULL)
		return problem_no_memory(problem);
	(void)crypto_hash_sha256(hash, client.bytes, client.size);
	if (fido_cred_set_type(cred, data.algorithm) != FIDO_OK ||
	    fido_cred_set_rp(cred, site->rp_id, NULL) != FIDO_OK || fido_cred_set_uv(cred, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_cred_set_clientdata_hash(cred, hash, sizeof hash) != FIDO_OK ||
	    fido_cred_set_authdata_raw(cred, read.data.bytes, read.data.size) != FIDO_OK ||
	    fido_cred_pubkey_len(cred) == 0 || fido_cred_pubkey_len(cred) > PASSKEY_MAX_KEY ||
	    !key_good(data.algorithm, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)))
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's public key is none");
	error = check_attestation(&read, data.algorithm, cred, problem);
	if (error != JISR_OK)
		return error;
	struct passkey passkey = {.id_size = data.id.size,
	                          .key_size = fido_cred_pubkey_len(cred),
	                          .algorithm = data.algorithm,
	                          .count = data.count,
	                          .backup_eligible = (data.flags & FLAG_ELIGIBLE) != 0,
	                          .backed_up = (data.flags & FLAG_BACKED_UP) != 0};
	memcpy(passkey.id, data.id.bytes, data.id.size);
	memcpy(passkey.key, fido_cred_pubkey_ptr(cred), passkey.key_size);
	memcpy(passkey.model, data.model, sizeof passkey.model);
	*ret_passkey = passkey;
	return JISR_OK;
}

/* ---- use ---- */

static int verify(fido_assert_t *assertion, const struct passkey *passkey)
{
	int result = FIDO_ERR_INTERNAL;
	if (passkey->algorithm == COSE_ES256) {
		es256_pk_t *pk = es256_pk_new();
		if (pk != NULL && es256_pk_from_ptr(pk, passkey->key, passkey->key_size) == FIDO_OK)
			result = fido_assert_verify(assertion, 0, COSE_ES256, pk);
		es256_pk_free(&pk);
	} else if (passkey->algorithm == COSE_EDDSA) {
		eddsa_pk_t *pk = eddsa_pk_new();
		if (pk != NULL && eddsa_pk_from_ptr(pk, passkey->key, passkey->key_size) == FIDO_OK)
			result = fido_assert_verify(assertion, 0, COSE_EDDSA, pk);
		eddsa_pk_free(&pk);
	} else if (passkey->algorithm == COSE_RS256) {
		rs256_pk_t *pk = rs256_pk_new();
		if (pk != NULL && rs256_pk_from_ptr(pk, passkey->key, passkey->key_size) == FIDO_OK)
			result = fido_assert_verify(assertion, 0, COSE_RS256, pk);
		rs256_pk_free(&pk);
	}
	return result;
}

int passkey_assert(const struct passkey_site *site, struct passkey_bytes client, struct passkey_bytes data,
                   struct passkey_bytes signature, const struct passkey *passkey, struct passkey_use *ret_use,
                   struct problem *problem)
{
	struct passkey_challenge challenge;
	struct passkey_data read;
	uint8_t hash[32];
	int error = passkey_read_client(site, TYPE_GET, client, &challenge, problem);
	if (error == JISR_OK)
		error = passkey_read_data(data, false, &read, problem);
	if (error == JISR_OK)
		error = check_data(site, &read, problem);
	if (error != JISR_OK)
		return error;
	if (signature.size == 0 || signature.size > PASSKEY_MAX_SIGNATURE)
		return problem_set(problem, JISR_BAD_INPUT, "the passkey's signature is not well-formed");
	if (((read.flags & FLAG_ELIGIBLE) != 0) != passkey->backup_eligible)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the passkey says otherwise than when it was made whether it can be copied");
	CLEANUP(free_assert) fido_assert_t *assertion = fido_assert_new();
	if (assertion == NULL)
		return problem_no_memory(problem);
	(void)crypto_hash_sha256(hash, client.bytes, client.size);
	if (fido_assert_set_count(assertion, 1) != FIDO_OK || fido_assert_set_rp(assertion, site->rp_id) != FIDO_OK ||
	    fido_assert_set_up(assertion, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_assert_set_uv(assertion, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_assert_set_clientdata_hash(assertion, hash, sizeof hash) != FIDO_OK ||
	    fido_assert_set_authdata_raw(assertion, 0, data.bytes, data.size) != FIDO_OK ||
	    fido_assert_set_sig(assertion, 0, signature.bytes, signature.size) != FIDO_OK ||
	    verify(assertion, passkey) != FIDO_OK)
		return problem_set(problem, JISR_DENIED, "the signature is not this passkey's");
	*ret_use = (struct passkey_use){.count = read.count,
	                                .backed_up = (read.flags & FLAG_BACKED_UP) != 0,
	                                .cloned = (read.count != 0 || passkey->count != 0) &&
	                                          read.count <= passkey->count};
	return JISR_OK;
}
