#include "ballot/trustee.h"

#include "base/secret.h"

#include <string.h>

/* H_pok(X, A) = SHA256("pok|G|X|A") mod q, where G is the group's name. */
static void hash_pok(const struct group *group, const struct element *public_key, const struct element *commitment,
                     struct scalar *ret_challenge)
{
	struct digest digest;
	digest_init(&digest);
	digest_string(&digest, "pok|");
	digest_string(&digest, group_name(group));
	digest_string(&digest, "|");
	digest_element(&digest, public_key);
	digest_string(&digest, "|");
	digest_element(&digest, commitment);
	digest_challenge(&digest, group, ret_challenge);
}

int trustee_key_prove(const struct group *group, const struct scalar *private_key, struct trustee_key *ret_key)
{
	struct trustee_key key;
	struct element commitment;
	if (scalar_is_zero(private_key))
		return JISR_BAD_INPUT;
	CLEANUP(secret_freep) struct scalar *w = secret_alloc(sizeof *w);
	if (w == NULL)
		return JISR_NO_MEMORY;
	scalar_random(group, w);
	element_power_generator_secret(group, private_key, &key.public_key);
	element_power_generator_secret(group, w, &commitment);
	hash_pok(group, &key.public_key, &commitment, &key.pok.challenge);
	proof_respond(group, w, private_key, &key.pok.challenge, &key.pok.response);
	*ret_key = key;
	return JISR_OK;
}

int trustee_key_make(const struct group *group, struct scalar *ret_private, struct trustee_key *ret_key)
{
	do
		scalar_random(group, ret_private);
	while (scalar_is_zero(ret_private)); /* never seen: one chance in q */
	return trustee_key_prove(group, ret_private, ret_key);
}

int trustee_key_read(const struct group *group, const cJSON *json, const char *where, struct trustee_key *ret_key,
                     struct problem *problem)
{
	static const char *const names[] = {"pok", "public_key"};
	const cJSON *members[2];
	struct trustee_key key;
	char place[MESSAGE_MAX_WHERE];
	int error = message_members(json, where, names, 2, members, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.pok", where);
	error = message_proof(group, members[0], place, &key.pok, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.public_key", where);
	error = message_element(group, members[1], place, false, &key.public_key, problem);
	if (error == JISR_OK)
		*ret_key = key;
	return error;
}

int trustee_key_check(const struct group *group, const struct trustee_key *key, const char *where,
                      struct problem *problem)
{
	struct element commitment;
	struct scalar challenge;
	proof_commitment_generator(group, &key->public_key, &key->pok, &commitment);
	hash_pok(group, &key->public_key, &commitment, &challenge);
	if (scalar_equal(&challenge, &key->pok.challenge))
		return JISR_OK;
	return problem_set(
		problem, JISR_BAD_INPUT,
		"%s: the proof of knowledge does not hold: whoever published this key may not know its private "
		"key; it must not be used",
		where);
}

void trustee_key_write(struct text *text, const struct trustee_key *key)
{
	text_add_string(text, "{\"pok\":");
	message_write_proof(text, &key->pok);
	text_add_string(text, ",\"public_key\":");
	message_write_element(text, &key->public_key);
	text_add_char(text, '}');
}

static bool white(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

int trustee_private_read(const struct group *group, const char *text, size_t length, struct scalar *ret_private,
                         struct problem *problem)
{
	while (length > 0 && white(text[0])) {
		text++;
		length--;
	}
	while (length > 0 && white(text[length - 1]))
		length--;
	if (length < 3 || length - 2 > GROUP_DIGITS || text[0] != '"' || text[length - 1] != '"')
		return problem_set(
			problem, JISR_BAD_INPUT,
			"this is no private key of a trustee: a number in quotes, as belenios-tool's .privkey");
	int error = scalar_read_secret(group, text + 1, length - 2, ret_private, problem);
	if (error == JISR_NO_MEMORY)
		return error;
	if (error != JISR_OK || scalar_is_zero(ret_private))
		return problem_set(problem, JISR_BAD_INPUT, "this is no private key of the group %s",
		                   group_name(group));
	return JISR_OK;
}

int trustee_private_write(const struct group *group, const struct scalar *private_key, char text[TRUSTEE_MAX_PRIVATE])
{
	size_t length = 0;
	int error = scalar_write_secret(group, private_key, text + 1, &length);
	if (error != JISR_OK)
		return error;
	text[0] = '"';
	memcpy(text + 1 + length, "\"\n", 3);
	return JISR_OK;
}
