/* Does the time of secret operations depend on secrets? valgrind's memcheck tells (an idea of Adam Langley's ctgrind):
 * secret bytes are marked as if they had never been written, and memcheck then reports every branch and every address
 * that depends on one of them, however far the dependence has travelled. It sees branches and memory addresses, not
 * instructions whose own time varies (division on some processors); GMP's mpn_sec functions avoid those.
 *
 * Three things are declared public: an element or a scalar when it is written in digits or read from them by the
 * functions for public values, unless it lies in secret memory; what was encrypted (--wrap in meson.build puts functions
 * of this file in between); and what ballot.supp names, each with its reason.
 *
 * Not a cmocka test: valgrind must not watch the frame around it. Prints TAP; built without sanitizers and optimised as
 * a release is. tests/timing/meson.build runs it under valgrind. */
#include "ballot/ballot.h"
#include "ballot/channel.h"
#include "ballot/decryption.h"
#include "ballot/pedersen.h"
#include "ballot/trustee.h"
#include "base/secret.h"

#include <nettle/ccm.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <valgrind/memcheck.h>

#define UUID "2CB5SYr5wXKTzy"

static void need(bool condition, const char *what)
{
	if (condition)
		return;
	printf("Bail out! %s\n", what);
	exit(2);
}

/* --- what is secret, and what becomes public --- */

static void secret_begin(const void *bytes, size_t length)
{
	VALGRIND_MAKE_MEM_UNDEFINED(bytes, length);
}

static void secret_end(const void *bytes, size_t length)
{
	VALGRIND_MAKE_MEM_DEFINED(bytes, length);
}

void *__real_secret_alloc(size_t size);
void *__wrap_secret_alloc(size_t size);
void *__real_secret_free(void *secret);
void *__wrap_secret_free(void *secret);
size_t __real_element_write(const struct element *element, char digits[GROUP_DIGITS + 1]);
size_t __wrap_element_write(const struct element *element, char digits[GROUP_DIGITS + 1]);
int __real_scalar_read(const struct group *group, const char *text, size_t length, struct scalar *ret_scalar,
                       struct problem *problem);
int __wrap_scalar_read(const struct group *group, const char *text, size_t length, struct scalar *ret_scalar,
                       struct problem *problem);
size_t __real_scalar_write(const struct scalar *scalar, char digits[GROUP_DIGITS + 1]);
size_t __wrap_scalar_write(const struct scalar *scalar, char digits[GROUP_DIGITS + 1]);

/* Secret memory that is allocated. What lies in it is secret also when it is handed to a function for public values. */
#define MAX_BLOCKS 64
static struct {
	const char *start;
	size_t size;
} blocks[MAX_BLOCKS];

void *__wrap_secret_alloc(size_t size)
{
	void *secret = __real_secret_alloc(size);
	for (size_t i = 0; i < MAX_BLOCKS; i++)
		if (blocks[i].start == NULL) {
			blocks[i].start = secret;
			blocks[i].size = size;
			return secret;
		}
	need(false, "more blocks of secret memory than MAX_BLOCKS");
	return NULL;
}

void *__wrap_secret_free(void *secret)
{
	for (size_t i = 0; i < MAX_BLOCKS; i++)
		if (blocks[i].start == secret)
			blocks[i].start = NULL;
	return __real_secret_free(secret);
}

/* While a ballot is opened, its random numbers are made public from where they lie. */
static bool opening;

static bool in_secret_memory(const void *pointer)
{
	const char *at = pointer;
	for (size_t i = 0; i < MAX_BLOCKS; i++)
		if (blocks[i].start != NULL && at >= blocks[i].start && at < blocks[i].start + blocks[i].size)
			return true;
	return false;
}

size_t __wrap_element_write(const struct element *element, char digits[GROUP_DIGITS + 1])
{
	if (!in_secret_memory(element))
		secret_end(element, sizeof *element);
	return __real_element_write(element, digits);
}

size_t __wrap_scalar_write(const struct scalar *scalar, char digits[GROUP_DIGITS + 1])
{
	if (opening || !in_secret_memory(scalar))
		secret_end(scalar, sizeof *scalar);
	return __real_scalar_write(scalar, digits);
}

int __wrap_scalar_read(const struct group *group, const char *text, size_t length, struct scalar *ret_scalar,
                       struct problem *problem)
{
	if (!in_secret_memory(text))
		secret_end(text, length);
	return __real_scalar_read(group, text, length, ret_scalar, problem);
}

/* What is encrypted is public, and so is whether somebody's message can be decrypted. */
void __real_nettle_ccm_aes256_encrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                              size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                              uint8_t *to, const uint8_t *from);
int __real_nettle_ccm_aes256_decrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                             size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                             uint8_t *to, const uint8_t *from);
void __wrap_nettle_ccm_aes256_encrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                              size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                              uint8_t *to, const uint8_t *from);
int __wrap_nettle_ccm_aes256_decrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                             size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                             uint8_t *to, const uint8_t *from);

void __wrap_nettle_ccm_aes256_encrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                              size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                              uint8_t *to, const uint8_t *from)
{
	__real_nettle_ccm_aes256_encrypt_message(context, nonce_length, nonce, a_length, a, tag_length, length, to,
	                                         from);
	secret_end(to, length);
}

int __wrap_nettle_ccm_aes256_decrypt_message(struct ccm_aes256_ctx *context, size_t nonce_length, const uint8_t *nonce,
                                             size_t a_length, const uint8_t *a, size_t tag_length, size_t length,
                                             uint8_t *to, const uint8_t *from)
{
	int good = __real_nettle_ccm_aes256_decrypt_message(context, nonce_length, nonce, a_length, a, tag_length,
	                                                    length, to, from);
	secret_end(&good, sizeof good);
	return good;
}

/* libsodium's random numbers, secret as soon as `random_is_secret`. */
static bool random_is_secret;

static const char *random_name(void)
{
	return "timing";
}

static void random_bytes(void *const bytes, const size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = getrandom((char *)bytes + done, length - done, 0);
		if (got > 0)
			done += (size_t)got;
	}
	if (random_is_secret)
		secret_begin(bytes, length);
}

static uint32_t random_number(void)
{
	uint32_t number;
	random_bytes(&number, sizeof number);
	return number;
}

static struct randombytes_implementation random_source = {
	.implementation_name = random_name, .random = random_number, .buf = random_bytes};

/* --- what every test uses --- */

struct scene {
	const struct group *group;
	struct election *election;
	struct ballot_context *context;
	struct scalar *a, *b, *c; /* a and b are secret */
	struct element element;
	char *credential;
	struct problem problem;
};

static void new_secrets(struct scene *scene)
{
	scalar_random(scene->group, scene->a);
	scalar_random(scene->group, scene->b);
	secret_begin(scene->a, sizeof *scene->a);
	secret_begin(scene->b, sizeof *scene->b);
}

/* --- the operations --- */

static void scalars(struct scene *scene)
{
	scalar_add(scene->group, scene->a, scene->b, scene->c);
	scalar_subtract(scene->group, scene->a, scene->c, scene->c);
	scalar_multiply(scene->group, scene->a, scene->c, scene->c);
	unsigned char digest[32] = {0};
	secret_begin(digest, sizeof digest);
	scalar_from_digest(scene->group, digest, scene->c);
}

static void scalar_texts(struct scene *scene)
{
	char *digits = secret_alloc(GROUP_DIGITS + 1);
	size_t length;
	need(digits != NULL && scalar_write_secret(scene->group, scene->a, digits, &length) == JISR_OK,
	     "writing failed");
	secret_end(&length, sizeof length);
	need(scalar_read_secret(scene->group, digits, length, scene->c, &scene->problem) == JISR_OK,
	     scene->problem.text);
	secret_end(scene->a, sizeof *scene->a);
	secret_end(scene->c, sizeof *scene->c);
	need(scalar_equal(scene->a, scene->c), "another number was read than written");
	(void)secret_free(digits);
}

static void powers(struct scene *scene)
{
	struct element power, same;
	element_power_generator_secret(scene->group, scene->a, &power);
	element_generator(scene->group, &scene->element);
	need(element_power_secret(scene->group, &scene->element, scene->a, &same) == JISR_OK, "no memory");
	secret_end(&power, sizeof power);
	secret_end(&same, sizeof same);
	need(element_equal(&power, &same), "two ways to raise to a power differ");
}

static void credentials(struct scene *scene)
{
	char *typed = secret_alloc(CREDENTIAL_LENGTH + 1), *read = secret_alloc(CREDENTIAL_LENGTH + 1);
	need(typed != NULL && read != NULL, "no memory");
	credential_make(typed);
	secret_begin(typed, CREDENTIAL_LENGTH);
	need(credential_read(typed, read, &scene->problem) == JISR_OK, scene->problem.text);
	credential_secret(scene->group, UUID, read, scene->c);
	struct element public;
	need(credential_public(scene->group, UUID, read, &public) == JISR_OK, "no memory");
	(void)secret_free(typed);
	(void)secret_free(read);
}

/* Every kind of vote: blank, the first, the last, none, all that are allowed. */
static void ballots(struct scene *scene, bool open)
{
	static const unsigned char president[][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 1}};
	static const unsigned char delegates[][3] = {{0, 0, 0}, {1, 1, 0}, {0, 0, 1}};
	for (size_t i = 0; i < 3; i++) {
		unsigned char first[4], second[3];
		memcpy(first, president[i], sizeof first);
		memcpy(second, delegates[i], sizeof second);
		unsigned char *choices[] = {first, second};
		struct votes votes = {choices};
		struct prepared_ballot *prepared;
		struct text text;
		text_init(&text, SIZE_MAX);
		secret_begin(first, sizeof first);
		secret_begin(second, sizeof second);
		need(ballot_prepare(scene->context, scene->credential, &votes, &prepared, &scene->problem) == JISR_OK,
		     scene->problem.text);
		opening = open;
		int error = open ? prepared_ballot_open(prepared, &text, &scene->problem)
		                 : prepared_ballot_sign(prepared, &text, &scene->problem);
		opening = false;
		need(error == JISR_OK, scene->problem.text);
		(void)prepared_ballot_free(prepared);
		text_finish(&text);
	}
}

static void ballot_cast(struct scene *scene)
{
	ballots(scene, false);
}

static void ballot_opened(struct scene *scene)
{
	ballots(scene, true);
}

static void trustee_keys(struct scene *scene)
{
	struct trustee_key key;
	struct text text;
	char *private_text = secret_alloc(TRUSTEE_MAX_PRIVATE);
	need(private_text != NULL && trustee_key_make(scene->group, scene->c, &key) == JISR_OK, "no memory");
	text_init(&text, SIZE_MAX);
	trustee_key_write(&text, &key);
	text_finish(&text);
	need(trustee_private_write(scene->group, scene->c, private_text) == JISR_OK, "no memory");
	(void)secret_free(private_text);
}

static void decryptions(struct scene *scene)
{
	struct trustee_key key;
	struct tally *tally;
	struct text text;
	need(trustee_key_prove(scene->group, scene->a, &key) == JISR_OK &&
	             tally_new(scene->election, &tally) == JISR_OK,
	     "no memory");
	secret_end(&key, sizeof key);
	for (size_t i = 0; i < tally->count; i++)
		element_generator(scene->group, &tally->ciphertexts[i].alpha);
	text_init(&text, SIZE_MAX);
	need(decryption_make(tally, scene->a, &key, &text) == JISR_OK, "no memory");
	text_finish(&text);
	(void)tally_free(tally);
}

/* A whole ceremony of two; their seeds are secret, and what they send each other after it is decrypted. */
static void ceremony(struct scene *scene)
{
	enum { TRUSTEES = 2 };
	struct channel_keys *keys = secret_alloc(TRUSTEES * sizeof *keys);
	char *seed = secret_alloc(CHANNEL_SEED + 1);
	struct text certificates, polynomials, voutputs, parameters, vinputs[TRUSTEES], decryption_keys[TRUSTEES];
	struct threshold *threshold;
	struct problem *problem = &scene->problem;
	need(keys != NULL && seed != NULL, "no memory");
	text_init(&certificates, SIZE_MAX);
	text_init(&polynomials, SIZE_MAX);
	text_init(&voutputs, SIZE_MAX);
	text_init(&parameters, SIZE_MAX);
	for (size_t i = 0; i < TRUSTEES; i++) {
		text_init(&vinputs[i], SIZE_MAX);
		text_init(&decryption_keys[i], SIZE_MAX);
		channel_seed_make(seed);
		secret_begin(seed, CHANNEL_SEED);
		channel_keys_derive(scene->group, seed, &keys[i]);
		secret_end(&keys[i].verification, sizeof keys[i].verification);
		secret_end(&keys[i].encryption, sizeof keys[i].encryption);
		need(pedersen_certificate(scene->group, &keys[i], &certificates) == JISR_OK, "no memory");
		(void)text_add_char(&certificates, '\n');
	}
	need(pedersen_certificates(scene->group, certificates.bytes, certificates.length, &threshold, problem) ==
	             JISR_OK,
	     problem->text);
	for (size_t i = 0; i < TRUSTEES; i++) {
		need(pedersen_polynomial(threshold, &keys[i], 2, &polynomials, problem) == JISR_OK, problem->text);
		(void)text_add_char(&polynomials, '\n');
	}
	need(pedersen_route(threshold, polynomials.bytes, polynomials.length, vinputs, problem) == JISR_OK,
	     problem->text);
	for (size_t i = 0; i < TRUSTEES; i++) {
		size_t accused;
		need(pedersen_accept(threshold, &keys[i], vinputs[i].bytes, vinputs[i].length, &voutputs, &accused,
		                     problem) == JISR_OK,
		     problem->text);
		(void)text_add_char(&voutputs, '\n');
	}
	need(pedersen_combine(threshold, polynomials.bytes, polynomials.length, voutputs.bytes, voutputs.length,
	                      &parameters, decryption_keys, problem) == JISR_OK,
	     problem->text);
	for (size_t i = 0; i < TRUSTEES; i++) {
		need(pedersen_decryption_key(scene->group, &keys[i], decryption_keys[i].bytes,
		                             decryption_keys[i].length, scene->c, problem) == JISR_OK,
		     problem->text);
		text_finish(&vinputs[i]);
		text_finish(&decryption_keys[i]);
	}
	text_finish(&certificates);
	text_finish(&polynomials);
	text_finish(&voutputs);
	text_finish(&parameters);
	(void)threshold_free(threshold);
	(void)secret_free(keys);
	(void)secret_free(seed);
}

/* --- what must be noticed --- */

static volatile int sink;
static volatile unsigned char table[256];

static void branching(struct scene *scene)
{
	if (scene->a->limbs[0] & 1)
		sink++;
}

static void indexing(struct scene *scene)
{
	sink += table[scene->a->limbs[0] & 255];
}

static void inverting(struct scene *scene)
{
	(void)scalar_invert(scene->group, scene->a, scene->c);
}

static const struct operation {
	const char *name;
	void (*run)(struct scene *scene);
} operations[] = {
	{"arithmetic modulo q", scalars},
	{"secret numbers written and read in digits", scalar_texts},
	{"secret exponents", powers},
	{"credentials made, read, derived", credentials},
	{"ballots prepared and signed", ballot_cast},
	{"ballots prepared and opened", ballot_opened},
	{"trustees' keys", trustee_keys},
	{"partial decryptions", decryptions},
	{"the threshold ceremony", ceremony},
};
/* Last, because memcheck takes errors for the same when the innermost functions are. */
static const struct operation leaks[] = {
	{"a branch on a secret is noticed", branching},
	{"an index by a secret is noticed", indexing},
	{"an operation for public values is noticed", inverting},
};

#define OPERATIONS (sizeof operations / sizeof operations[0])
#define LEAKS      (sizeof leaks / sizeof leaks[0])

/* --- --- */

static void set_up(const char *name, struct scene *scene)
{
	char digits[GROUP_DIGITS + 1], bytes[2048];
	struct element key;
	scene->group = group_find(name);
	need(scene->group != NULL, "unknown group");
	scene->a = secret_alloc(sizeof *scene->a);
	scene->b = secret_alloc(sizeof *scene->b);
	scene->c = secret_alloc(sizeof *scene->c);
	scene->credential = secret_alloc(CREDENTIAL_LENGTH + 1);
	need(scene->a != NULL && scene->b != NULL && scene->c != NULL && scene->credential != NULL, "no memory");
	scalar_from_number(scene->group, 31337, scene->c);
	element_power_generator(scene->group, scene->c, &key);
	(void)element_write(&key, digits);
	int length =
		snprintf(bytes, sizeof bytes,
	                 "{\"version\":1,\"description\":\"\",\"name\":\"\",\"group\":\"%s\",\"public_key\":\"%s\","
	                 "\"questions\":[{\"answers\":[\"a\",\"b\",\"c\"],\"blank\":true,\"min\":1,\"max\":1,"
	                 "\"question\":\"\"},{\"answers\":[\"d\",\"e\",\"f\"],\"min\":0,\"max\":2,\"question\":\"\"}],"
	                 "\"uuid\":\"" UUID "\"}",
	                 name, digits);
	need(election_read(bytes, (size_t)length, &scene->election, &scene->problem) == JISR_OK &&
	             ballot_context_new(scene->election, &scene->context, &scene->problem) == JISR_OK,
	     scene->problem.text);
}

static void tear_down(struct scene *scene)
{
	(void)ballot_context_free(scene->context);
	(void)election_free(scene->election);
	(void)secret_free(scene->a);
	(void)secret_free(scene->b);
	(void)secret_free(scene->c);
	(void)secret_free(scene->credential);
}

static bool run(const char *group, const struct operation *operation, bool leak)
{
	static int number;
	struct scene scene = {0};
	random_is_secret = false;
	set_up(group, &scene);
	credential_make(scene.credential);
	secret_begin(scene.credential, CREDENTIAL_LENGTH);
	new_secrets(&scene);
	random_is_secret = true;
	unsigned long before = VALGRIND_COUNT_ERRORS;
	operation->run(&scene);
	bool good = leak == (VALGRIND_COUNT_ERRORS != before);
	printf("%s %d - %s: %s\n", good ? "ok" : "not ok", ++number, group, operation->name);
	(void)fflush(stdout);
	tear_down(&scene);
	return good;
}

int main(void)
{
	static const char *const groups[] = {"BELENIOS-2048", "RFC-3526-2048"};
	bool good = true;
	need(RUNNING_ON_VALGRIND != 0, "valgrind is not watching; tests/timing/meson.build says how it is called");
	need(randombytes_set_implementation(&random_source) == 0 && sodium_init() >= 0, "libsodium does not start");
	printf("1..%zu\n", OPERATIONS * 2 + LEAKS);
	for (size_t i = 0; i < OPERATIONS * 2; i++)
		good &= run(groups[i / OPERATIONS], &operations[i % OPERATIONS], false);
	for (size_t i = 0; i < LEAKS; i++)
		good &= run(groups[0], &leaks[i], true);
	return good ? 0 : 1;
}
