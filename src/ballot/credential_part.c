#include "ballot/credential_part.h"

#include "ballot/proof.h"
#include "base/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct credential_part {
	size_t count;
	struct element *publics;
};

struct credential_part *credential_part_free(struct credential_part *part)
{
	if (part == NULL)
		return NULL;
	(void)memory_free(part->publics);
	return memory_free(part);
}

bool credential_part_registrar_valid(const char *registrar)
{
	size_t length = strlen(registrar);
	return length > 0 && length <= CREDENTIAL_MAX_REGISTRAR &&
	       strspn(registrar, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static void challenge_of(const struct group *group, const char *uuid, const char *registrar, size_t place,
                         const struct element *element, const struct element *commitment, struct scalar *ret_challenge)
{
	struct digest digest;
	char number[24];
	(void)snprintf(number, sizeof number, "|%zu|", place);
	digest_init(&digest);
	digest_string(&digest, "credential|");
	digest_string(&digest, group_name(group));
	digest_string(&digest, "|");
	digest_string(&digest, uuid);
	digest_string(&digest, "|");
	digest_string(&digest, registrar);
	digest_string(&digest, number);
	digest_element(&digest, element);
	digest_string(&digest, "|");
	digest_element(&digest, commitment);
	digest_challenge(&digest, group, ret_challenge);
}

struct making {
	struct scalar secret, w;
};

int credential_part_make(const struct group *group, const char *uuid, const char *registrar, size_t count, char *codes,
                         struct text *message, struct problem *problem)
{
	CLEANUP(secret_freep) struct making *making = secret_alloc(sizeof *making);
	if (making == NULL)
		return problem_no_memory(problem);
	(void)text_add_format(message, "{\"registrar\":\"%s\",\"credentials\":[", registrar);
	for (size_t place = 0; place < count; place++) {
		char *code = codes + place * (CREDENTIAL_LENGTH + 1);
		struct element element, commitment;
		struct proof proof;
		credential_make(code);
		credential_secret(group, uuid, code, &making->secret);
		element_power_generator_secret(group, &making->secret, &element);
		scalar_random(group, &making->w);
		element_power_generator_secret(group, &making->w, &commitment);
		challenge_of(group, uuid, registrar, place, &element, &commitment, &proof.challenge);
		proof_respond(group, &making->w, &making->secret, &proof.challenge, &proof.response);
		(void)text_add_string(message, place > 0 ? ",{\"public\":" : "{\"public\":");
		message_write_element(message, &element);
		(void)text_add_string(message, ",\"proof\":");
		message_write_proof(message, &proof);
		(void)text_add_char(message, '}');
	}
	(void)text_add_string(message, "]}");
	return message->error ? problem_set(problem, message->error, "%s", error_text(message->error)) : JISR_OK;
}

static int read_place(const struct group *group, const char *uuid, const char *registrar, const cJSON *json,
                      size_t place, struct element *ret_element, struct problem *problem)
{
	static const char *const names[] = {"public", "proof"};
	const cJSON *members[2];
	char where[MESSAGE_MAX_WHERE];
	struct proof proof;
	struct element commitment;
	struct scalar challenge;
	(void)snprintf(where, sizeof where, "credentials[%zu]", place);
	int error = message_members(json, where, names, 2, members, problem);
	if (!error) {
		(void)snprintf(where, sizeof where, "credentials[%zu].public", place);
		error = message_element(group, members[0], where, false, ret_element, problem);
	}
	if (!error) {
		(void)snprintf(where, sizeof where, "credentials[%zu].proof", place);
		error = message_proof(group, members[1], where, &proof, problem);
	}
	if (error)
		return error;
	proof_commitment_generator(group, ret_element, &proof, &commitment);
	challenge_of(group, uuid, registrar, place, ret_element, &commitment, &challenge);
	return scalar_equal(&challenge, &proof.challenge)
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT,
	                             "credentials[%zu]: %s does not prove that it knows this one for the vote %s",
	                             place, registrar, uuid);
}

int credential_part_read(const struct group *group, const char *uuid, const char *registrar, size_t count,
                         const char *bytes, size_t length, struct credential_part **ret_part, struct problem *problem)
{
	static const char *const names[] = {"registrar", "credentials"};
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(credential_part_freep) struct credential_part *part = NULL;
	const cJSON *members[2], *one;
	const char *said = "";
	size_t there = 0, place = 0;
	int error = message_parse(bytes, length, &json, problem);
	if (!error)
		error = message_members(json, "the part", names, 2, members, problem);
	if (!error)
		error = message_string(members[0], "registrar", &said, problem);
	if (!error && strcmp(said, registrar) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "it is the part of %.40s, not of %s", said, registrar);
	if (!error)
		error = message_array(members[1], "credentials", 1, CREDENTIAL_MAX_VOTERS, &there, problem);
	if (!error && there != count)
		error = problem_set(problem, JISR_BAD_INPUT, "%zu credentials for %zu voters: one each", there, count);
	if (error)
		return error;
	part = memory_zero(1, sizeof *part);
	if (part == NULL || (part->publics = memory_zero(count, sizeof *part->publics)) == NULL)
		return problem_no_memory(problem);
	part->count = count;
	cJSON_ArrayForEach(one, members[1])
	{
		error = read_place(group, uuid, registrar, one, place, &part->publics[place], problem);
		if (error)
			return error;
		place++;
	}
	*ret_part = part;
	part = NULL;
	return JISR_OK;
}

int credential_part_combine(const struct group *group, const struct credential_part *const parts[], size_t part_count,
                            struct text *list_text, struct problem *problem)
{
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	size_t count = parts[0]->count;
	CLEANUP(memory_freep) struct voter *voters = memory_zero(count, sizeof *voters);
	if (voters == NULL)
		return problem_no_memory(problem);
	for (size_t place = 0; place < count; place++) {
		voters[place].weight = 1;
		voters[place].credential = parts[0]->publics[place];
		for (size_t i = 1; i < part_count; i++)
			element_multiply(group, &voters[place].credential, &parts[i]->publics[place],
			                 &voters[place].credential);
	}
	int error = credential_list_new(voters, count, &list, problem);
	if (!error && credential_list_write(list, list_text) != JISR_OK)
		error = problem_set(problem, list_text->error, "%s", error_text(list_text->error));
	return error;
}

/* ---- the order ---- */

void credential_part_seed(unsigned char ret_seed[CREDENTIAL_SEED])
{
	randombytes_buf(ret_seed, CREDENTIAL_SEED);
}

struct placed {
	unsigned char hash[DIGEST_BYTES];
	size_t voter;
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct placed *)a)->hash, ((const struct placed *)b)->hash, DIGEST_BYTES);
}

int credential_part_order(const unsigned char seed[CREDENTIAL_SEED], const char *uuid, const char *const voters[],
                          size_t count, size_t *places)
{
	CLEANUP(secret_freep) struct placed *placed = secret_alloc(count * sizeof *placed + 1);
	struct digest digest;
	if (placed == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		digest_init(&digest);
		digest_bytes(&digest, seed, CREDENTIAL_SEED);
		digest_string(&digest, "|");
		digest_string(&digest, uuid);
		digest_string(&digest, "|");
		digest_string(&digest, voters[i]);
		digest_end(&digest, placed[i].hash);
		placed[i].voter = i;
	}
	if (count > 1)
		qsort(placed, count, sizeof *placed, by_hash);
	for (size_t i = 0; i < count; i++)
		places[i] = placed[i].voter;
	return JISR_OK;
}
