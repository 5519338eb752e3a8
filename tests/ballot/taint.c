/* Works with secrets that valgrind's memcheck holds for uninitialised, so that it tells every branch and every index that
 * depends on one. Run by tests/system/test_timing.py:
 *
 *     valgrind --error-exitcode=9 ballot_taint          no word from valgrind
 *     valgrind --error-exitcode=9 ballot_taint branch   branches on a secret on purpose: valgrind must tell
 *     valgrind --error-exitcode=9 ballot_taint index    the same for an index
 *
 * Secrets here: what the system's generator gives, credentials, votes, private keys. What is trusted: GMP's mpn_sec
 * functions and what its manual calls side-channel silent, whose code runs here too, and libsodium's and Nettle's. */
#include "ballot/taint.h"
#include "ballot/ballot.h"
#include "ballot/secret.h"
#include "ballot/trustee.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char election_text[] =
	"{\"version\":1,\"description\":\"\",\"name\":\"\",\"group\":\"BELENIOS-2048\",\"public_key\":\"%s\","
	"\"questions\":[{\"answers\":[\"a\",\"b\"],\"blank\":true,\"min\":1,\"max\":1,\"question\":\"\"},"
	"{\"answers\":[\"c\",\"d\"],\"min\":0,\"max\":2,\"question\":\"\"}],\"uuid\":\"11111111111111\"}";

static void must(int error)
{
	if (error != JISR_OK)
		abort();
}

static const char *secret_name(void)
{
	return "secret";
}

static uint32_t secret_number(void)
{
	uint32_t number;
	randombytes_sysrandom_implementation.buf(&number, sizeof number);
	TAINT_SECRET(&number, sizeof number);
	return number;
}

static void secret_bytes(void *const bytes, const size_t length)
{
	randombytes_sysrandom_implementation.buf(bytes, length);
	TAINT_SECRET(bytes, length);
}

static struct randombytes_implementation generator = {
	.implementation_name = secret_name,
	.random = secret_number,
	.buf = secret_bytes,
};

static void vote(const struct group *group)
{
	static const char votes_text[] = "[[0,1,0],[1,1]]", credential_text[] = "uW2-VM9-bwN-CYH-eUK";
	CLEANUP(election_freep) struct election *election = NULL;
	CLEANUP(ballot_context_freep) struct ballot_context *context = NULL;
	CLEANUP(secret_freep) struct votes *votes = NULL;
	CLEANUP(secret_freep) char *credential = secret_alloc(CREDENTIAL_LENGTH + 1);
	struct problem problem = {0};
	struct element key;
	struct text text;
	char digits[GROUP_DIGITS + 1];
	element_generator(group, &key);
	(void)element_write(&key, digits);
	text_init(&text, 1 << 22);
	must(text_add_format(&text, election_text, digits));
	must(election_read(text.bytes, text.length, &election, &problem));
	must(ballot_context_new(election, &context, &problem));
	must(votes_read(election, votes_text, strlen(votes_text), &votes, &problem));
	TAINT_SECRET(votes->choices[0], 3);
	TAINT_SECRET(votes->choices[1], 2);
	must(credential_read(credential_text, credential, &problem));
	TAINT_SECRET(credential, CREDENTIAL_LENGTH);
	text_reset(&text);
	must(ballot_make(context, credential, votes, &text, &problem));
	text_finish(&text);
}

static void keep_a_key(const struct group *group)
{
	struct secrets {
		struct scalar key, same;
		char digits[GROUP_DIGITS + 1];
	};
	CLEANUP(secret_freep) struct secrets *secrets = secret_alloc(sizeof *secrets);
	struct problem problem = {0};
	struct element power, base;
	size_t length;
	if (secrets == NULL)
		abort();
	scalar_random(group, &secrets->key);
	must(scalar_write_secret(group, &secrets->key, secrets->digits, &length));
	must(scalar_read_secret(group, secrets->digits, length, &secrets->same, &problem));
	element_generator(group, &base);
	must(element_power_secret(group, &base, &secrets->same, &power));
	TAINT_PUBLIC(&power, sizeof power);
	if (!element_is_member(group, &power))
		abort();
}

static volatile unsigned char table[256];

int main(int argc, char **argv)
{
	const struct group *group = group_find("BELENIOS-2048");
	if (group == NULL)
		return 1;
	(void)randombytes_set_implementation(&generator);
	if (argc > 1) {
		unsigned char secret;
		randombytes_buf(&secret, 1);
		if (strcmp(argv[1], "index") == 0)
			table[secret] = 1;
		else if (secret > 127)
			table[0] = 1;
		return 0;
	}
	vote(group);
	keep_a_key(group);
	return 0;
}
