#include "message/envelope.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/tree.h"
#include "store/entry.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NONCE       crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG         crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY         crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define BOX         (KEY + crypto_box_SEALBYTES)
#define BOX_TEXT    BASE64_LENGTH(BOX)
#define SECRET_TEXT BASE64_LENGTH(ENVELOPE_SECRET)
#define BESIDE      (64 + ENTRY_MAX_SUBJECT + ENVELOPE_READERS * (OFFICE_CODE_MAX + 1))

_Static_assert(ENVELOPE_PUBLIC == crypto_box_PUBLICKEYBYTES && ENVELOPE_SECRET == crypto_box_SECRETKEYBYTES,
               "as the header says");
_Static_assert(NONCE + TAG + ENVELOPE_PAD == ENVELOPE_MORE, "as the header says");

/* ---- boxes ---- */

void envelope_reader_name(struct envelope_reader *reader)
{
	static const char what[] = "jisr box v1\n";
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)what, sizeof what - 1);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)reader->office, strlen(reader->office));
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)"\n", 1);
	(void)crypto_hash_sha256_update(&state, reader->key, sizeof reader->key);
	(void)crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(reader->id, sizeof reader->id, hash, ENVELOPE_KEY_ID / 2);
}

void envelope_box_new(const char *office, struct envelope_box *ret_box)
{
	*ret_box = (struct envelope_box){{"", "", {0}}, {0}};
	(void)snprintf(ret_box->reader.office, sizeof ret_box->reader.office, "%s", office);
	(void)crypto_box_keypair(ret_box->reader.key, ret_box->secret);
	envelope_reader_name(&ret_box->reader);
}

void envelope_box_finish(struct envelope_box *box)
{
	sodium_memzero(box, sizeof *box);
}

void envelope_box_write(const struct envelope_box *box, char out[ENVELOPE_WRITTEN])
{
	char secret[SECRET_TEXT + 1];
	base64_write(box->secret, sizeof box->secret, secret);
	(void)snprintf(out, ENVELOPE_WRITTEN, "BOX+%s+%s+%s", box->reader.office, box->reader.id, secret);
	sodium_memzero(secret, sizeof secret);
}

int envelope_box_read(const char *text, size_t length, struct envelope_box *ret_box, struct problem *problem)
{
	struct envelope_box box = {{"", "", {0}}, {0}};
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
		length--;
	const char *office = length > 4 && memcmp(text, "BOX+", 4) == 0 ? text + 4 : NULL;
	const char *plus = office != NULL ? memchr(office, '+', length - 4) : NULL;
	size_t code = plus != NULL ? (size_t)(plus - office) : 0;
	bool good = code > 0 && code <= OFFICE_CODE_MAX && length == 4 + code + 1 + ENVELOPE_KEY_ID + 1 + SECRET_TEXT &&
	            plus[1 + ENVELOPE_KEY_ID] == '+' &&
	            base64_read(plus + ENVELOPE_KEY_ID + 2, SECRET_TEXT, box.secret, sizeof box.secret);
	if (good) {
		memcpy(box.reader.office, office, code);
		good = entry_office_valid(box.reader.office) && crypto_scalarmult_base(box.reader.key, box.secret) == 0;
		envelope_reader_name(&box.reader);
		good = good && memcmp(plus + 1, box.reader.id, ENVELOPE_KEY_ID) == 0;
	}
	if (good)
		*ret_box = box;
	envelope_box_finish(&box);
	return good ? JISR_OK : problem_set(problem, JISR_CORRUPT, "this is no box of an office: BOX+OFFICE+ID+SECRET");
}

/* ---- what is authenticated beside the content ---- */

static void beside_begin(struct text *beside, const char *sender, const char *id)
{
	text_init(beside, BESIDE);
	(void)text_add_format(beside, "jisr message v1\n%s\n%s\n", sender, id);
}

static void beside_add(struct text *beside, const char *office, bool first)
{
	if (!first)
		(void)text_add_char(beside, ',');
	(void)text_add_string(beside, office);
}

#define BOUND (2 * crypto_hash_sha256_BYTES)

static void bind(const uint8_t key[KEY], char out[BOUND + 1])
{
	static const char what[] = "jisr message key v1\n";
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)what, sizeof what - 1);
	(void)crypto_hash_sha256_update(&state, key, KEY);
	(void)crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(out, BOUND + 1, hash, sizeof hash);
}

/* ---- sealing ---- */

static int seal_keys(const uint8_t key[KEY], const struct envelope_reader *readers, size_t count, cJSON *body,
                     struct problem *problem)
{
	cJSON *keys = tree_add_array(body, "keys");
	for (size_t i = 0; i < count; i++) {
		uint8_t box[BOX];
		char text[BOX_TEXT + 1];
		if (crypto_box_seal(box, key, KEY, readers[i].key) != 0)
			return problem_set(problem, JISR_BAD_INPUT, "the key of %s is none that can be sealed to",
			                   readers[i].office);
		base64_write(box, sizeof box, text);
		cJSON *one = tree_add_object(keys, NULL);
		tree_text(one, "office", readers[i].office);
		tree_text(one, "key", readers[i].id);
		tree_text(one, "box", text);
	}
	return JISR_OK;
}

int envelope_seal(const char *sender, const char *id, const struct envelope_reader *readers, size_t count,
                  const void *content, size_t length, cJSON *body, struct problem *problem)
{
	size_t padded = (length / ENVELOPE_PAD + 1) * ENVELOPE_PAD, sealed = NONCE + padded + TAG;
	uint8_t key[KEY];
	char bound[BOUND + 1];
	struct text beside;
	if (count == 0 || count > ENVELOPE_READERS)
		return problem_set(problem, JISR_TOO_LARGE, "a message has 1 to %d readers", ENVELOPE_READERS);
	if (length > ENVELOPE_CONTENT)
		return problem_set(problem, JISR_TOO_LARGE,
		                   "the message is longer than %zu bytes: put what is long into an attachment",
		                   ENVELOPE_CONTENT);
	CLEANUP(memory_freep) uint8_t *bytes = memory_alloc(sealed);
	CLEANUP(memory_freep) char *text = memory_alloc(BASE64_LENGTH(sealed) + 1);
	beside_begin(&beside, sender, id);
	for (size_t i = 0; i < count; i++)
		beside_add(&beside, readers[i].office, i == 0);
	int error = bytes == NULL || text == NULL || beside.error ? problem_no_memory(problem) : JISR_OK;
	if (!error) {
		uint8_t *inner = bytes + NONCE;
		crypto_aead_xchacha20poly1305_ietf_keygen(key);
		randombytes_buf(bytes, NONCE);
		if (length > 0)
			memcpy(inner, content, length);
		inner[length] = 0x80;
		memset(inner + length + 1, 0, padded - length - 1);
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(inner, NULL, inner, padded,
		                                                 (const unsigned char *)beside.bytes, beside.length,
		                                                 NULL, bytes, key);
		error = seal_keys(key, readers, count, body, problem);
		bind(key, bound);
		tree_text(body, "bound", bound);
		sodium_memzero(key, sizeof key);
	}
	if (!error) {
		base64_write(bytes, sealed, text);
		tree_text(body, "sealed", text);
	}
	text_finish(&beside);
	return error;
}

/* ---- opening ---- */

int envelope_check(const cJSON *body, struct problem *problem)
{
	const cJSON *keys = json_get(body, "keys");
	const char *sealed = json_get_text(body, "sealed"), *before = "";
	size_t length = sealed != NULL ? strlen(sealed) : 0;
	if (sealed == NULL || length % 4 != 0 || length < BASE64_LENGTH(NONCE + ENVELOPE_PAD + TAG) ||
	    length > BASE64_LENGTH(ENVELOPE_CONTENT + ENVELOPE_MORE))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"sealed\" is the encrypted content in Base64, of a content of at most %zu bytes",
		                   ENVELOPE_CONTENT);
	const char *bound = json_get_text(body, "bound");
	if (!text_is_hex(bound, BOUND))
		return problem_set(problem, JISR_BAD_INPUT, "\"bound\" is %d hexadecimal digits", (int)BOUND);
	if (!cJSON_IsArray(keys) || keys->child == NULL || cJSON_GetArraySize(keys) > ENVELOPE_READERS)
		return problem_set(problem, JISR_BAD_INPUT, "\"keys\" lists 1 to %d of {\"office\",\"key\",\"box\"}",
		                   ENVELOPE_READERS);
	for (const cJSON *one = keys->child; one != NULL; one = one->next) {
		const char *office = json_get_text(one, "office"), *key = json_get_text(one, "key"),
			   *box = json_get_text(one, "box");
		uint8_t bytes[BOX];
		if (office == NULL || !entry_office_valid(office) || strlen(office) > OFFICE_CODE_MAX || key == NULL ||
		    !text_is_hex(key, ENVELOPE_KEY_ID) || box == NULL ||
		    !base64_read(box, strlen(box), bytes, sizeof bytes))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"keys\": one is not {\"office\",\"key\",\"box\"} with a code, %d "
			                   "hexadecimal digits and %zu bytes in Base64",
			                   ENVELOPE_KEY_ID, (size_t)BOX);
		if (strcmp(before, office) >= 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"keys\" are sorted by office, each once: %s stands after %s", office,
			                   before);
		before = office;
	}
	return JISR_OK;
}

static const cJSON *entry_of(const cJSON *body, const char *office)
{
	const cJSON *keys = json_get(body, "keys");
	for (const cJSON *one = cJSON_IsArray(keys) ? keys->child : NULL; one != NULL; one = one->next) {
		const char *code = json_get_text(one, "office");
		if (code != NULL && strcmp(code, office) == 0)
			return one;
	}
	return NULL;
}

const char *envelope_key_of(const cJSON *body, const char *office)
{
	return json_get_text(entry_of(body, office), "key");
}

/* Decrypts into the text: its length is what stood there before the padding. */
static int open_content(const uint8_t key[KEY], const struct text *beside, const char *sealed, struct text *content,
                        struct problem *problem)
{
	size_t length = strlen(sealed), size = length / 4 * 3, plain = 0;
	if (length > 0 && sealed[length - 1] == '=')
		size -= sealed[length - 2] == '=' ? 2 : 1;
	CLEANUP(memory_freep) uint8_t *bytes = memory_alloc(size);
	unsigned long long got = 0;
	if (bytes == NULL)
		return problem_no_memory(problem);
	int error = JISR_OK;
	if (size < NONCE + TAG + ENVELOPE_PAD || !base64_read(sealed, length, bytes, size) ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(bytes + NONCE, &got, NULL, bytes + NONCE, size - NONCE,
	                                               (const unsigned char *)beside->bytes, beside->length, bytes,
	                                               key) != 0 ||
	    sodium_unpad(&plain, bytes + NONCE, (size_t)got, ENVELOPE_PAD) != 0)
		error = problem_set(problem, JISR_CORRUPT, "the message was changed on its way: it does not open");
	else if (text_add(content, (const char *)bytes + NONCE, plain) != JISR_OK)
		error = problem_set(problem, content->error, "out of memory");
	sodium_memzero(bytes, size);
	return error;
}

int envelope_open(const struct envelope_box *box, const char *sender, const char *id, const cJSON *body,
                  struct text *ret_content, struct problem *problem)
{
	uint8_t key[KEY], sealed[BOX];
	struct text beside;
	const cJSON *own = entry_of(body, box->reader.office), *keys = json_get(body, "keys");
	const char *name = json_get_text(own, "key"), *written = json_get_text(own, "box");
	if (own == NULL || name == NULL || strcmp(name, box->reader.id) != 0)
		return problem_set(problem, JISR_NOT_FOUND, "the message is not sealed to this key of %s",
		                   box->reader.office);
	if (written == NULL || !base64_read(written, strlen(written), sealed, sizeof sealed) ||
	    crypto_box_seal_open(key, sealed, sizeof sealed, box->reader.key, box->secret) != 0)
		return problem_set(problem, JISR_CORRUPT, "the message's key, sealed to %s, does not open",
		                   box->reader.office);
	const char *bound = json_get_text(body, "bound");
	char made[BOUND + 1];
	bind(key, made);
	if (bound == NULL || strcmp(bound, made) != 0) {
		sodium_memzero(key, sizeof key);
		return problem_set(problem, JISR_CORRUPT,
		                   "the key that was sealed to %s is not the one of the other readers",
		                   box->reader.office);
	}
	beside_begin(&beside, sender, id);
	for (const cJSON *one = keys->child; one != NULL; one = one->next)
		beside_add(&beside, json_get_text(one, "office") != NULL ? json_get_text(one, "office") : "",
		           one == keys->child);
	const char *content = json_get_text(body, "sealed");
	int error = beside.error ? problem_set(problem, beside.error, "out of memory")
	                         : open_content(key, &beside, content != NULL ? content : "", ret_content, problem);
	sodium_memzero(key, sizeof key);
	text_finish(&beside);
	return error;
}
