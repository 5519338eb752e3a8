#include "ballot/result.h"

#include "base/hash.h"

#include <string.h>

#define STEPS_MAX ((uint64_t)1 << 20)

/* --- discrete logarithms: baby steps, giant steps --- */

/* g^0 ... g^(steps-1) by their hash. A number m up to `most` is found as i + j * steps: y / g^(j * steps) = g^i. With
 * steps near the root of `most` times the number of logarithms, both sides cost the same. For 196 votes the table holds
 * every answer; for a sum of weights of 10^9 it holds some 100,000 elements' hashes, 2 MB. */
struct logarithms {
	const struct group *group;
	uint64_t most, steps;
	size_t slots;        /* a power of two, at least twice `steps` */
	uint32_t *exponents; /* + 1; 0 is an empty slot */
	uint64_t *hashes;
	struct element giant; /* g^steps */
};

static void logarithms_finish(struct logarithms *table)
{
	memory_free(table->exponents);
	memory_free(table->hashes);
}

static uint64_t element_hash(const struct element *element)
{
	return hash_bytes(element->limbs, sizeof element->limbs);
}

static int logarithms_init(struct logarithms *table, const struct group *group, uint64_t most, size_t count)
{
	*table = (struct logarithms){.group = group, .most = most, .steps = 1, .slots = 2};
	while (table->steps <= most && table->steps < STEPS_MAX && table->steps * table->steps < most * (count + 1))
		table->steps++;
	while (table->slots < table->steps * 2)
		table->slots *= 2;
	table->exponents = memory_zero(table->slots, sizeof *table->exponents);
	table->hashes = memory_zero(table->slots, sizeof *table->hashes);
	if (table->exponents == NULL || table->hashes == NULL) {
		logarithms_finish(table);
		return JISR_NO_MEMORY;
	}
	struct element generator;
	element_generator(group, &generator);
	element_identity(&table->giant);
	for (uint64_t i = 0; i < table->steps; i++) {
		uint64_t hash = element_hash(&table->giant);
		size_t slot = hash & (table->slots - 1);
		while (table->exponents[slot] != 0)
			slot = (slot + 1) & (table->slots - 1);
		table->exponents[slot] = (uint32_t)i + 1;
		table->hashes[slot] = hash;
		element_multiply(group, &table->giant, &generator, &table->giant);
	}
	return JISR_OK;
}

static bool equals_power(const struct group *group, uint64_t exponent, const struct element *element)
{
	struct scalar scalar;
	struct element power;
	scalar_from_number(group, exponent, &scalar);
	element_power_generator(group, &scalar, &power);
	return element_equal(&power, element);
}

/* m with g^m = element, from 0 to most. */
static bool logarithms_find(const struct logarithms *table, const struct element *element, uint64_t *ret_exponent)
{
	struct element left = *element;
	for (uint64_t base = 0; base <= table->most; base += table->steps) {
		uint64_t hash = element_hash(&left);
		for (size_t slot = hash & (table->slots - 1); table->exponents[slot] != 0;
		     slot = (slot + 1) & (table->slots - 1)) {
			uint64_t exponent = base + table->exponents[slot] - 1;
			/* The hash has only found a candidate. */
			if (table->hashes[slot] == hash && exponent <= table->most &&
			    equals_power(table->group, exponent, element)) {
				*ret_exponent = exponent;
				return true;
			}
		}
		element_divide(table->group, &left, &table->giant, &left);
	}
	return false;
}

/* --- combining the shares --- */

/* Which share is used for each trustee, and with which exponent. */
struct used_share {
	const struct decryption *decryption;
	struct scalar coefficient;
	bool weighted; /* of a threshold group: raised to the coefficient */
};

static const struct decryption *find_share(const struct result_share *shares, size_t count, uint64_t owner)
{
	for (size_t i = 0; i < count; i++)
		if (shares[i].owner == owner)
			return shares[i].decryption;
	return NULL;
}

static int check_owners(const struct trustees *trustees, const struct result_share *shares, size_t count,
                        struct problem *problem)
{
	for (size_t i = 0; i < count; i++) {
		unsigned long long owner = shares[i].owner;
		if (trustees_key(trustees, shares[i].owner) == NULL)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "there is no trustee %llu: they are numbered from 1 to %zu", owner,
			                   trustees->owner_count);
		for (size_t j = 0; j < i; j++)
			if (shares[j].owner == shares[i].owner)
				return problem_set(problem, JISR_BAD_INPUT, "two partial decryptions of trustee %llu",
				                   owner);
	}
	return JISR_OK;
}

/* The first `threshold` shares of a group, with Lagrange's coefficients. */
static int use_group(const struct trustees_item *item, const struct result_share *shares, size_t count,
                     struct used_share *used, size_t *used_count, struct problem *problem)
{
	size_t indexes[PEDERSEN_MAX_TRUSTEES], have = 0;
	for (size_t index = 1; index <= item->owner_count && have < item->threshold->threshold; index++)
		if (find_share(shares, count, item->first_owner + index - 1) != NULL)
			indexes[have++] = index;
	if (have < item->threshold->threshold)
		return problem_set(
			problem, JISR_BAD_INPUT, "%zu of the trustees %zu to %zu have decrypted; %u of them are needed",
			have, item->first_owner, item->first_owner + item->owner_count - 1, item->threshold->threshold);
	for (size_t i = 0; i < have; i++) {
		struct used_share *share = &used[(*used_count)++];
		share->decryption = find_share(shares, count, item->first_owner + indexes[i] - 1);
		share->weighted = true;
		int error = threshold_lagrange(item->threshold->group, indexes, have, indexes[i], &share->coefficient,
		                               problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int choose_shares(const struct trustees *trustees, const struct result_share *shares, size_t count,
                         struct used_share *used, size_t *used_count, struct problem *problem)
{
	int error = check_owners(trustees, shares, count, problem);
	for (size_t i = 0; error == JISR_OK && i < trustees->item_count; i++) {
		const struct trustees_item *item = &trustees->items[i];
		if (item->threshold != NULL) {
			error = use_group(item, shares, count, used, used_count, problem);
			continue;
		}
		const struct decryption *share = find_share(shares, count, item->first_owner);
		if (share == NULL)
			return problem_set(problem, JISR_BAD_INPUT, "trustee %zu, who is mandatory, has not decrypted",
			                   item->first_owner);
		used[(*used_count)++] = (struct used_share){.decryption = share};
	}
	return error;
}

/* beta / F, where F is the product of all used factors. */
static void open_ciphertext(const struct tally *tally, size_t index, const struct used_share *used, size_t used_count,
                            struct element *ret_power)
{
	const struct group *group = tally->election->group;
	struct element factor, all;
	element_identity(&all);
	for (size_t i = 0; i < used_count; i++) {
		factor = used[i].decryption->factors[index].factor;
		if (used[i].weighted)
			element_power(group, &factor, &used[i].coefficient, &factor);
		element_multiply(group, &all, &factor, &all);
	}
	element_divide(group, &tally->ciphertexts[index].beta, &all, ret_power);
}

int result_compute(const struct tally *tally, const struct trustees *trustees, const struct result_share *shares,
                   size_t share_count, uint64_t **ret_counts, struct problem *problem)
{
	struct logarithms table;
	size_t used_count = 0;
	CLEANUP(memory_freep) struct used_share *used = memory_zero(trustees->owner_count, sizeof *used);
	CLEANUP(memory_freep) uint64_t *counts = memory_zero(tally->count, sizeof *counts);
	if (used == NULL || counts == NULL)
		return problem_no_memory(problem);
	int error = choose_shares(trustees, shares, share_count, used, &used_count, problem);
	if (error != JISR_OK)
		return error;
	if (logarithms_init(&table, tally->election->group, tally->weight, tally->count) != JISR_OK)
		return problem_no_memory(problem);
	for (size_t i = 0; error == JISR_OK && i < tally->count; i++) {
		struct element power;
		open_ciphertext(tally, i, used, used_count, &power);
		if (!logarithms_find(&table, &power, &counts[i]))
			error = problem_set(
				problem, JISR_CORRUPT,
				"the votes for choice %zu cannot be found: a trustee gave a wrong factor with a proof "
				"that holds; ask every trustee for a justification",
				i + 1);
	}
	logarithms_finish(&table);
	if (error != JISR_OK)
		return error;
	*ret_counts = counts;
	counts = NULL;
	return JISR_OK;
}

/* --- the message --- */

int result_write(const struct election *election, const uint64_t *counts, struct text *text)
{
	text_add_string(text, "{\"result\":[");
	for (size_t i = 0; i < election->question_count; i++) {
		text_add_string(text, i > 0 ? ",[" : "[");
		for (size_t j = question_choices(&election->questions[i]); j > 0; j--)
			text_add_format(text, "%llu%s", (unsigned long long)*counts++, j > 1 ? "," : "");
		text_add_char(text, ']');
	}
	return text_add_string(text, "]}");
}

int result_read(const struct election *election, const char *bytes, size_t length, uint64_t **ret_counts,
                struct problem *problem)
{
	static const char *const names[] = {"result"};
	const cJSON *members[1], *row, *item;
	char where[MESSAGE_MAX_WHERE];
	size_t all = 0, i = 0, next = 0, count;
	CLEANUP(json_freep) cJSON *json = NULL;
	for (size_t q = 0; q < election->question_count; q++)
		all += question_choices(&election->questions[q]);
	CLEANUP(memory_freep) uint64_t *counts = memory_zero(all, sizeof *counts);
	if (counts == NULL)
		return problem_no_memory(problem);
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "result", names, 1, members, problem);
	if (error == JISR_OK)
		error = message_array(members[0], "result", election->question_count, election->question_count, &count,
		                      problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(row, members[0])
	{
		size_t choices = question_choices(&election->questions[i]), j = 0;
		(void)snprintf(where, sizeof where, "result[%zu]", i++);
		error = message_array(row, where, choices, choices, &count, problem);
		if (error != JISR_OK)
			return error;
		cJSON_ArrayForEach(item, row)
		{
			(void)snprintf(where, sizeof where, "result[%zu][%zu]", i - 1, j++);
			error = message_number(item, where, 0, CREDENTIAL_MAX_TOTAL, &counts[next++], problem);
			if (error != JISR_OK)
				return error;
		}
	}
	*ret_counts = counts;
	counts = NULL;
	return JISR_OK;
}
