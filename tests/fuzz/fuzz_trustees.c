/* Any bytes as what trustees and registrars send and publish: each reader refuses or gives something whole. The first byte chooses the
 * reader. */
#include "ballot/credential_part.h"
#include "ballot/pedersen.h"
#include "ballot/result.h"
#include "base/secret.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* One question of two answers and blank; the key is g. */
static const struct tally *fixed_tally(void)
{
	static struct election *election;
	static struct tally *tally;
	static const char *answers[] = {"A", "B"};
	struct question question = {.text = "Q",
	                            .answers = answers,
	                            .answer_count = 2,
	                            .min = 1,
	                            .max = 1,
	                            .blank = true,
	                            .blank_written = true};
	if (tally != NULL)
		return tally;
	struct election given = {.group = group_find("BELENIOS-2048"),
	                         .uuid = "TestTestTest22",
	                         .name = "",
	                         .description = "",
	                         .questions = &question,
	                         .question_count = 1};
	element_generator(given.group, &given.public_key);
	must(election_new(&given, &election, NULL) == JISR_OK && tally_new(election, &tally) == JISR_OK);
	return tally;
}

static void try_trustees(const struct group *group, const char *bytes, size_t length)
{
	CLEANUP(trustees_freep) struct trustees *trustees = NULL;
	struct text text;
	if (trustees_read(group, bytes, length, &trustees, NULL) != JISR_OK)
		return;
	must(trustees->owner_count > 0 && trustees_key(trustees, trustees->owner_count) != NULL);
	text_init(&text, PEDERSEN_MAX_BYTES);
	must(trustees_write(trustees, &text) == JISR_OK);
	text_finish(&text);
}

static void try_ceremony(const struct group *group, const char *bytes, size_t length)
{
	CLEANUP(threshold_freep) struct threshold *certified = NULL;
	CLEANUP(secret_freep) struct channel_keys *keys = secret_alloc(sizeof *keys);
	CLEANUP(secret_freep) char *message = NULL;
	struct text out;
	size_t accused;
	text_init(&out, PEDERSEN_MAX_BYTES);
	channel_keys_derive(group, "1111111111111111111111", keys);
	if (channel_receive(group, keys, &keys->verification, bytes, length, "it", &message, NULL) == JISR_OK)
		must(message != NULL);
	/* The first line as the certificates, the whole as what follows them. */
	const char *newline = memchr(bytes, '\n', length);
	size_t first = newline != NULL ? (size_t)(newline - bytes) : length;
	if (pedersen_certificates(group, bytes, first, &certified, NULL) == JISR_OK) {
		(void)pedersen_accept(certified, keys, bytes + first, length - first, &out, &accused, NULL);
		(void)pedersen_route(certified, bytes + first, length - first, &out, NULL);
	}
	text_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tally *tally = fixed_tally();
	const struct group *group = tally->election->group;
	if (size == 0)
		return 0;
	const char *bytes = (const char *)data + 1;
	size_t length = size - 1;
	if (data[0] == 't') {
		try_trustees(group, bytes, length);
	} else if (data[0] == 'c') {
		try_ceremony(group, bytes, length);
	} else if (data[0] == 'g') {
		CLEANUP(credential_part_freep) struct credential_part *part = NULL;
		must((credential_part_read(group, "TestTestTest22", "IS", 1, bytes, length, &part, NULL) == JISR_OK) ==
		     (part != NULL));
	} else if (data[0] == 'd') {
		CLEANUP(memory_freep) struct decryption *decryption = NULL;
		if (decryption_read(tally, bytes, length, &decryption, NULL) == JISR_OK)
			must(decryption->count == tally->count);
	} else if (data[0] == 'r') {
		CLEANUP(memory_freep) uint64_t *counts = NULL;
		must((result_read(tally->election, bytes, length, &counts, NULL) == JISR_OK) == (counts != NULL));
	} else if (data[0] == 'e') {
		CLEANUP(tally_freep) struct tally *read = NULL;
		static const char sized[] = "{\"num_tallied\":1,\"total_weight\":1,\"encrypted_tally\":\"00\"}";
		(void)tally_read(tally->election, bytes, length, sized, strlen(sized), &read, NULL);
	} else {
		uint64_t owner;
		unsigned char hash[DIGEST_BYTES];
		(void)decryption_owned_read(bytes, length, &owner, hash, NULL);
	}
	return 0;
}
