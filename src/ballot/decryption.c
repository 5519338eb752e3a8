#include "ballot/decryption.h"

#include "base/secret.h"

#include <string.h>

/* What a proof is about. `owner` is 0 for Belenios' own proof. */
struct statement {
	const struct tally *tally;
	uint64_t owner;
	const struct trustee_key *key;
	const struct element *alpha, *factor;
};

/* Belenios: SHA256("decrypt|phi|X|A,B") mod q.
 * Justification: SHA256("justify|phi|owner|X|alpha,D|A,B") mod q. */
static void hash_statement(const struct statement *statement, const struct element *a, const struct element *b,
                           struct scalar *ret_challenge)
{
	struct digest digest;
	char owner[32];
	digest_init(&digest);
	digest_string(&digest, statement->owner == 0 ? "decrypt|" : "justify|");
	digest_string(&digest, statement->tally->election->fingerprint);
	digest_string(&digest, "|");
	if (statement->owner != 0) {
		(void)snprintf(owner, sizeof owner, "%llu|", (unsigned long long)statement->owner);
		digest_string(&digest, owner);
	}
	digest_element(&digest, &statement->key->public_key);
	digest_string(&digest, "|");
	if (statement->owner != 0) {
		digest_element(&digest, statement->alpha);
		digest_string(&digest, ",");
		digest_element(&digest, statement->factor);
		digest_string(&digest, "|");
	}
	digest_element(&digest, a);
	digest_string(&digest, ",");
	digest_element(&digest, b);
	digest_challenge(&digest, statement->tally->election->group, ret_challenge);
}

static int prove(const struct statement *statement, const struct scalar *private_key, struct scalar *w,
                 struct proof *ret_proof)
{
	const struct group *group = statement->tally->election->group;
	struct element a, b;
	scalar_random(group, w);
	element_power_generator_secret(group, w, &a);
	int error = element_power_secret(group, statement->alpha, w, &b);
	if (error != JISR_OK)
		return error;
	hash_statement(statement, &a, &b, &ret_proof->challenge);
	proof_respond(group, w, private_key, &ret_proof->challenge, &ret_proof->response);
	return JISR_OK;
}

/* A = g^response * X^challenge, B = alpha^response * D^challenge; is the challenge their hash? */
static bool holds(const struct statement *statement, const struct proof *proof)
{
	const struct group *group = statement->tally->election->group;
	struct element a, b;
	struct scalar challenge;
	proof_commitment_generator(group, &statement->key->public_key, proof, &a);
	proof_commitment(group, statement->alpha, statement->factor, proof, &b);
	hash_statement(statement, &a, &b, &challenge);
	return scalar_equal(&challenge, &proof->challenge);
}

/* Adds [[...],...] with one item for each ciphertext. */
static void write_rows(const struct tally *tally, const struct decryption *decryption, bool proofs, struct text *text)
{
	const struct decryption_factor *next = decryption->factors;
	text_add_char(text, '[');
	for (size_t i = 0; i < tally->election->question_count; i++) {
		text_add_string(text, i > 0 ? ",[" : "[");
		for (size_t j = question_choices(&tally->election->questions[i]); j > 0; j--, next++) {
			if (proofs)
				message_write_proof(text, &next->proof);
			else
				message_write_element(text, &next->factor);
			text_add_string(text, j > 1 ? "," : "");
		}
		text_add_char(text, ']');
	}
	text_add_char(text, ']');
}

static int decryption_new(const struct tally *tally, struct decryption **ret_decryption)
{
	struct decryption *made = memory_alloc(sizeof *made + tally->count * sizeof *made->factors);
	if (made == NULL)
		return JISR_NO_MEMORY;
	made->count = tally->count;
	*ret_decryption = made;
	return JISR_OK;
}

/* Factors and proofs for all ciphertexts. */
static int make(const struct tally *tally, uint64_t owner, const struct scalar *private_key,
                const struct trustee_key *key, struct decryption **ret_decryption)
{
	CLEANUP(memory_freep) struct decryption *made = NULL;
	CLEANUP(secret_freep) struct scalar *w = secret_alloc(sizeof *w);
	int error = w == NULL ? JISR_NO_MEMORY : decryption_new(tally, &made);
	for (size_t i = 0; error == JISR_OK && i < tally->count; i++) {
		struct decryption_factor *factor = &made->factors[i];
		const struct statement statement = {tally, owner, key, &tally->ciphertexts[i].alpha, &factor->factor};
		error = element_power_secret(tally->election->group, statement.alpha, private_key, &factor->factor);
		if (error == JISR_OK)
			error = prove(&statement, private_key, w, &factor->proof);
	}
	if (error != JISR_OK)
		return error;
	*ret_decryption = made;
	made = NULL;
	return JISR_OK;
}

int decryption_make(const struct tally *tally, const struct scalar *private_key, const struct trustee_key *key,
                    struct text *text)
{
	CLEANUP(memory_freep) struct decryption *made = NULL;
	int error = make(tally, 0, private_key, key, &made);
	if (error != JISR_OK)
		return error;
	text_add_string(text, "{\"decryption_factors\":");
	write_rows(tally, made, false, text);
	text_add_string(text, ",\"decryption_proofs\":");
	write_rows(tally, made, true, text);
	return text_add_char(text, '}');
}

/* Reads [[...],...] as write_rows writes it. */
static int read_rows(const struct tally *tally, const cJSON *json, const char *name, bool proofs,
                     struct decryption *into, struct problem *problem)
{
	const struct election *election = tally->election;
	char where[MESSAGE_MAX_WHERE];
	struct decryption_factor *next = into->factors;
	const cJSON *row, *item;
	size_t i = 0, count;
	int error = message_array(json, name, election->question_count, election->question_count, &count, problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(row, json)
	{
		size_t choices = question_choices(&election->questions[i]), j = 0;
		(void)snprintf(where, sizeof where, "%.90s[%zu]", name, i);
		error = message_array(row, where, choices, choices, &count, problem);
		if (error != JISR_OK)
			return error;
		cJSON_ArrayForEach(item, row)
		{
			(void)snprintf(where, sizeof where, "%.90s[%zu][%zu]", name, i, j++);
			error = proofs ? message_proof(election->group, item, where, &next->proof, problem)
			               : message_element(election->group, item, where, true, &next->factor, problem);
			if (error != JISR_OK)
				return error;
			next++;
		}
		i++;
	}
	return JISR_OK;
}

int decryption_read(const struct tally *tally, const char *bytes, size_t length, struct decryption **ret_decryption,
                    struct problem *problem)
{
	static const char *const names[] = {"decryption_factors", "decryption_proofs"};
	const cJSON *members[2];
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(memory_freep) struct decryption *read = NULL;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "partial_decryption", names, 2, members, problem);
	if (error == JISR_OK && decryption_new(tally, &read) != JISR_OK)
		error = problem_no_memory(problem);
	if (error == JISR_OK)
		error = read_rows(tally, members[0], names[0], false, read, problem);
	if (error == JISR_OK)
		error = read_rows(tally, members[1], names[1], true, read, problem);
	if (error != JISR_OK)
		return error;
	/* x is not 0, so a factor is the identity only where alpha is (when nobody voted). */
	for (size_t i = 0; i < read->count; i++)
		if (element_is_identity(&read->factors[i].factor) != element_is_identity(&tally->ciphertexts[i].alpha))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "decryption_factors: number %zu is no power of its ciphertext", i + 1);
	*ret_decryption = read;
	read = NULL;
	return JISR_OK;
}

static int check_all(const struct tally *tally, uint64_t owner, const struct trustee_key *key,
                     const struct decryption *decryption, const struct decryption *proofs, struct problem *problem)
{
	size_t next = 0;
	for (size_t i = 0; i < tally->election->question_count; i++) {
		for (size_t j = 0; j < question_choices(&tally->election->questions[i]); j++, next++) {
			const struct statement statement = {tally, owner, key, &tally->ciphertexts[next].alpha,
			                                    &decryption->factors[next].factor};
			if (!holds(&statement, &proofs->factors[next].proof))
				return problem_set(problem, JISR_BAD_INPUT,
				                   "decryption_proofs[%zu][%zu]: the proof does not hold: this is no "
				                   "decryption of "
				                   "this election's tally with that trustee's key",
				                   i, j);
		}
	}
	return JISR_OK;
}

int decryption_check(const struct tally *tally, const struct trustee_key *key, const struct decryption *decryption,
                     struct problem *problem)
{
	return check_all(tally, 0, key, decryption, decryption, problem);
}

int decryption_owned_write(uint64_t owner, const unsigned char payload[DIGEST_BYTES], struct text *text)
{
	char hex[DIGEST_HEX + 1];
	digest_write_hex(payload, hex);
	return text_add_format(text, "{\"owner\":%llu,\"payload\":\"%s\"}", (unsigned long long)owner, hex);
}

int decryption_owned_read(const char *bytes, size_t length, uint64_t *ret_owner,
                          unsigned char ret_payload[DIGEST_BYTES], struct problem *problem)
{
	static const char *const names[] = {"owner", "payload"};
	const cJSON *members[2];
	unsigned char payload[DIGEST_BYTES];
	uint64_t owner = 0;
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "owned_partial_decryption", names, 2, members, problem);
	if (error == JISR_OK)
		error = message_number(members[0], "owner", 1, TRUSTEES_MAX_ITEMS + PEDERSEN_MAX_TRUSTEES, &owner,
		                       problem);
	if (error == JISR_OK)
		error = message_hash(members[1], "payload", payload, problem);
	if (error != JISR_OK)
		return error;
	*ret_owner = owner;
	memcpy(ret_payload, payload, DIGEST_BYTES);
	return JISR_OK;
}

int decryption_justify(const struct tally *tally, uint64_t owner, const struct scalar *private_key,
                       const struct trustee_key *key, struct text *text)
{
	CLEANUP(memory_freep) struct decryption *made = NULL;
	int error = make(tally, owner, private_key, key, &made);
	if (error != JISR_OK)
		return error;
	text_add_format(text,
	                "{\"election_hash\":\"%s\",\"owner\":%llu,\"decryption_proofs\":", tally->election->fingerprint,
	                (unsigned long long)owner);
	write_rows(tally, made, true, text);
	return text_add_char(text, '}');
}

int decryption_justified(const struct tally *tally, uint64_t owner, const struct trustee_key *key,
                         const struct decryption *decryption, const char *bytes, size_t length, struct problem *problem)
{
	static const char *const names[] = {"election_hash", "owner", "decryption_proofs"};
	const cJSON *members[3];
	const char *fingerprint = NULL;
	uint64_t number;
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(memory_freep) struct decryption *read = NULL;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "justification", names, 3, members, problem);
	if (error == JISR_OK)
		error = message_string(members[0], "election_hash", &fingerprint, problem);
	if (error == JISR_OK)
		error = message_number(members[1], "owner", owner, owner, &number, problem);
	if (error == JISR_OK && strcmp(fingerprint, tally->election->fingerprint) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "justification: of another election");
	if (error == JISR_OK && decryption_new(tally, &read) != JISR_OK)
		error = problem_no_memory(problem);
	if (error == JISR_OK)
		error = read_rows(tally, members[2], names[2], true, read, problem);
	return error != JISR_OK ? error : check_all(tally, owner, key, decryption, read, problem);
}
