#include "ballot/threshold.h"

#include <string.h>

struct threshold *threshold_free(struct threshold *threshold)
{
	if (threshold != NULL)
		arena_free(threshold->arena); /* the struct lies in it */
	return NULL;
}

/* A copy of a message whose JSON goes away. */
static int keep_message(struct arena *arena, struct signed_message *message, struct problem *problem)
{
	message->message = arena_text(arena, message->message, strlen(message->message));
	return message->message != NULL ? JISR_OK : problem_no_memory(problem);
}

int certificate_read(const struct group *group, const cJSON *json, const char *where, struct arena *arena,
                     struct certificate *ret_certificate, struct problem *problem)
{
	static const char *const names[] = {"verification", "encryption"};
	struct certificate read;
	const cJSON *members[2];
	char place[MESSAGE_MAX_WHERE];
	CLEANUP(json_freep) cJSON *keys = NULL;
	int error = signed_message_read(group, json, where, &read.signed_keys, problem);
	if (error == JISR_OK)
		error = keep_message(arena, &read.signed_keys, problem);
	if (error != JISR_OK)
		return error;
	const char *message = read.signed_keys.message;
	(void)snprintf(place, sizeof place, "%.90s.message", where);
	error = message_parse(message, strlen(message), &keys, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, place);
		return error;
	}
	error = message_members(keys, place, names, 2, members, problem);
	if (error == JISR_OK)
		error = message_element(group, members[0], place, false, &read.verification, problem);
	if (error == JISR_OK)
		error = message_element(group, members[1], place, false, &read.encryption, problem);
	if (error == JISR_OK)
		error = signed_message_check(group, &read.verification, &read.signed_keys, where, problem);
	if (error != JISR_OK)
		return error;
	digest_of(message, strlen(message), read.fingerprint);
	*ret_certificate = read;
	return JISR_OK;
}

int threshold_check_distinct(const struct threshold *threshold, const char *where, struct problem *problem)
{
	const struct certificate *all = threshold->certificates;
	for (size_t i = 0; i < threshold->count; i++)
		for (size_t j = 0; j < i; j++)
			if (element_equal(&all[i].verification, &all[j].verification) ||
			    element_equal(&all[i].encryption, &all[j].encryption))
				return problem_set(problem, JISR_BAD_INPUT,
				                   "%s: the certificates %zu and %zu have the same key: one trustee "
				                   "would count as two",
				                   where, j + 1, i + 1);
	return JISR_OK;
}

int coefexps_read(const struct threshold *threshold, size_t index, const cJSON *json, const char *where,
                  struct coefexps *ret_coefexps, struct problem *problem)
{
	static const char *const names[] = {"coefexps"};
	struct coefexps read;
	const cJSON *members[1], *item;
	char place[MESSAGE_MAX_WHERE];
	size_t count = 0, k = 0;
	CLEANUP(json_freep) cJSON *powers = NULL;
	int error = signed_message_read(threshold->group, json, where, &read.signed_powers, problem);
	if (error == JISR_OK)
		error = signed_message_check(threshold->group, &threshold->certificates[index - 1].verification,
		                             &read.signed_powers, where, problem);
	if (error == JISR_OK)
		error = keep_message(threshold->arena, &read.signed_powers, problem);
	if (error != JISR_OK)
		return error;
	(void)snprintf(place, sizeof place, "%.90s.message", where);
	error = message_parse(read.signed_powers.message, strlen(read.signed_powers.message), &powers, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, place);
		return error;
	}
	error = message_members(powers, place, names, 1, members, problem);
	if (error == JISR_OK)
		error = message_array(members[0], place, 1, threshold->count, &count, problem);
	if (error != JISR_OK)
		return error;
	if (count != threshold->threshold)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s: a polynomial with %zu coefficients, where the threshold is %u", place, count,
		                   threshold->threshold);
	read.powers = arena_zero(threshold->arena, count, sizeof *read.powers);
	if (read.powers == NULL)
		return problem_no_memory(problem);
	cJSON_ArrayForEach(item, members[0])
	{
		error = message_element(threshold->group, item, place, false, &read.powers[k++], problem);
		if (error != JISR_OK)
			return error;
	}
	*ret_coefexps = read;
	return JISR_OK;
}

void coefexps_evaluate(const struct threshold *threshold, const struct coefexps *coefexps, size_t index,
                       struct element *ret_power)
{
	struct scalar point;
	scalar_from_number(threshold->group, index, &point);
	/* Horner's rule in the exponent: the powers of `index` never become large. */
	struct element power = coefexps->powers[threshold->threshold - 1];
	for (size_t k = threshold->threshold - 1; k-- > 0;) {
		element_power(threshold->group, &power, &point, &power);
		element_multiply(threshold->group, &power, &coefexps->powers[k], &power);
	}
	*ret_power = power;
}

void threshold_expected_key(const struct threshold *threshold, size_t index, struct element *ret_key)
{
	struct element key, power;
	element_identity(&key);
	for (size_t i = 0; i < threshold->count; i++) {
		coefexps_evaluate(threshold, &threshold->coefexps[i], index, &power);
		element_multiply(threshold->group, &key, &power, &key);
	}
	*ret_key = key;
}

void threshold_public_key(const struct threshold *threshold, struct element *ret_key)
{
	struct element key;
	element_identity(&key);
	for (size_t i = 0; i < threshold->count; i++)
		element_multiply(threshold->group, &key, &threshold->coefexps[i].powers[0], &key);
	*ret_key = key;
}

/* certs, coefexps and verification_keys, each one a trustee. */
static int read_trustees(struct threshold *threshold, const cJSON *const arrays[3], const char *where,
                         struct problem *problem)
{
	const cJSON *item;
	char place[MESSAGE_MAX_WHERE];
	size_t i = 0;
	int error = JISR_OK;
	cJSON_ArrayForEach(item, arrays[0])
	{
		(void)snprintf(place, sizeof place, "%.90s.certs[%zu]", where, i);
		error = certificate_read(threshold->group, item, place, threshold->arena, &threshold->certificates[i++],
		                         problem);
		if (error != JISR_OK)
			return error;
	}
	error = threshold_check_distinct(threshold, where, problem);
	if (error != JISR_OK)
		return error;
	i = 0;
	cJSON_ArrayForEach(item, arrays[1])
	{
		(void)snprintf(place, sizeof place, "%.90s.coefexps[%zu]", where, i);
		error = coefexps_read(threshold, i + 1, item, place, &threshold->coefexps[i], problem);
		if (error != JISR_OK)
			return error;
		i++;
	}
	i = 0;
	cJSON_ArrayForEach(item, arrays[2])
	{
		struct trustee_key *key = &threshold->keys[i++];
		struct element expected;
		(void)snprintf(place, sizeof place, "%.90s.verification_keys[%zu]", where, i - 1);
		error = trustee_key_read(threshold->group, item, place, key, problem);
		if (error == JISR_OK)
			error = trustee_key_check(threshold->group, key, place, problem);
		if (error != JISR_OK)
			return error;
		threshold_expected_key(threshold, i, &expected);
		if (!element_equal(&expected, &key->public_key))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "%s: does not follow from the trustees' polynomials", place);
	}
	return JISR_OK;
}

int threshold_read(const struct group *group, const cJSON *json, const char *where, struct threshold **ret_threshold,
                   struct problem *problem)
{
	static const char *const names[] = {"threshold", "certs", "coefexps", "verification_keys"};
	const cJSON *members[4];
	char place[MESSAGE_MAX_WHERE];
	uint64_t needed = 0;
	size_t count = 0, other = 0;
	struct arena *arena = NULL;
	int error = message_members(json, where, names, 4, members, problem);
	if (error == JISR_OK)
		error = message_array(members[1], where, 1, PEDERSEN_MAX_TRUSTEES, &count, problem);
	for (int i = 2; error == JISR_OK && i < 4; i++) {
		(void)snprintf(place, sizeof place, "%.90s.%s", where, names[i]);
		error = message_array(members[i], place, count, count, &other, problem);
	}
	(void)snprintf(place, sizeof place, "%.90s.threshold", where);
	if (error == JISR_OK)
		error = message_number(members[0], place, 1, count, &needed, problem);
	if (error == JISR_OK)
		error = arena_new(PEDERSEN_MAX_BYTES, &arena);
	if (error != JISR_OK)
		return error;
	CLEANUP(threshold_freep) struct threshold *threshold = arena_zero(arena, 1, sizeof *threshold);
	if (threshold == NULL) {
		arena_free(arena);
		return problem_no_memory(problem);
	}
	*threshold = (struct threshold){
		.group = group,
		.arena = arena,
		.count = count,
		.threshold = (unsigned)needed,
		.certificates = arena_zero(arena, count, sizeof *threshold->certificates),
		.coefexps = arena_zero(arena, count, sizeof *threshold->coefexps),
		.keys = arena_zero(arena, count, sizeof *threshold->keys),
	};
	if (threshold->certificates == NULL || threshold->coefexps == NULL || threshold->keys == NULL)
		return problem_no_memory(problem);
	error = read_trustees(threshold, members + 1, where, problem);
	if (error != JISR_OK)
		return error;
	*ret_threshold = threshold;
	threshold = NULL;
	return JISR_OK;
}

void threshold_write(struct text *text, const struct threshold *threshold)
{
	text_add_format(text, "{\"threshold\":%u,\"certs\":[", threshold->threshold);
	for (size_t i = 0; i < threshold->count; i++) {
		text_add_string(text, i > 0 ? "," : "");
		signed_message_write(text, &threshold->certificates[i].signed_keys);
	}
	text_add_string(text, "],\"coefexps\":[");
	for (size_t i = 0; i < threshold->count; i++) {
		text_add_string(text, i > 0 ? "," : "");
		signed_message_write(text, &threshold->coefexps[i].signed_powers);
	}
	text_add_string(text, "],\"verification_keys\":[");
	for (size_t i = 0; i < threshold->count; i++) {
		text_add_string(text, i > 0 ? "," : "");
		trustee_key_write(text, &threshold->keys[i]);
	}
	text_add_string(text, "]}");
}

int threshold_lagrange(const struct group *group, const size_t *indexes, size_t count, size_t index,
                       struct scalar *ret_coefficient, struct problem *problem)
{
	struct scalar numerator, denominator, own, other, factor;
	size_t seen = 0;
	scalar_from_number(group, 1, &numerator);
	scalar_from_number(group, 1, &denominator);
	scalar_from_number(group, index, &own);
	for (size_t i = 0; i < count; i++) {
		if (indexes[i] == index) {
			seen++;
			continue;
		}
		/* prod k / (k - index) */
		scalar_from_number(group, indexes[i], &other);
		scalar_multiply(group, &numerator, &other, &numerator);
		scalar_subtract(group, &other, &own, &factor);
		scalar_multiply(group, &denominator, &factor, &denominator);
	}
	/* An index 0 makes a coefficient 0 and would leave its trustee out; one that stands twice would count twice. */
	if (index == 0 || seen != 1 || scalar_is_zero(&numerator) ||
	    scalar_invert(group, &denominator, &denominator) != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the trustees of a decryption are numbered from 1 and all different");
	scalar_multiply(group, &numerator, &denominator, ret_coefficient);
	return JISR_OK;
}
