#include "ballot/pedersen.h"

#include "base/secret.h"

#include <sodium.h>
#include <string.h>

#define SECRET_MAX_DIGITS  (GROUP_DIGITS + 8)                                /* of a sum of some numbers below q */
#define SECRET_MAX_MESSAGE (PEDERSEN_MAX_TRUSTEES * (GROUP_DIGITS + 3) + 64) /* bytes of the longest secret message */

static int told(struct problem *problem, int error)
{
	return error == JISR_OK ? error : problem_set(problem, error, "%s", error_text(error));
}

/* --- lines: one message each --- */

struct lines {
	const char *cursor, *end;
	size_t number; /* of the line last taken, from 1 */
};

/* The next line that is not empty. */
static bool next_line(struct lines *lines, const char **ret_line, size_t *ret_length)
{
	while (lines->cursor < lines->end) {
		const char *line = lines->cursor;
		const char *newline = memchr(line, '\n', (size_t)(lines->end - line));
		size_t length = (size_t)((newline != NULL ? newline : lines->end) - line);
		lines->cursor += length + (newline != NULL ? 1 : 0);
		lines->number++;
		if (length > 0 && line[length - 1] == '\r')
			length--;
		if (length > 0) {
			*ret_line = line;
			*ret_length = length;
			return true;
		}
	}
	return false;
}

/* The next line as JSON; JISR_NOT_FOUND at the end. */
static int next_message(struct lines *lines, const char *what, cJSON **ret_json, char where[MESSAGE_MAX_WHERE],
                        struct problem *problem)
{
	const char *line;
	size_t length;
	if (!next_line(lines, &line, &length))
		return JISR_NOT_FOUND;
	(void)snprintf(where, MESSAGE_MAX_WHERE, "%.90s, line %zu", what, lines->number);
	int error = message_parse(line, length, ret_json, problem);
	if (error != JISR_OK)
		problem_prefix(problem, where);
	return error;
}

/* --- steps 1 and 2: certificates --- */

int pedersen_certificate(const struct group *group, const struct channel_keys *keys, struct text *certificate)
{
	struct signed_message message;
	struct text inner;
	text_init(&inner, 4 * GROUP_DIGITS);
	text_add_string(&inner, "{\"verification\":");
	message_write_element(&inner, &keys->verification);
	text_add_string(&inner, ",\"encryption\":");
	message_write_element(&inner, &keys->encryption);
	int error = text_add_char(&inner, '}');
	if (error == JISR_OK)
		error = signed_message_make(group, &keys->signing, inner.bytes, &message);
	if (error == JISR_OK) {
		signed_message_write(certificate, &message);
		error = certificate->error;
	}
	text_finish(&inner);
	return error;
}

static int add_certificate(struct threshold *group, const cJSON *json, const char *where, struct problem *problem)
{
	if (group->count == PEDERSEN_MAX_TRUSTEES)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d trustees", PEDERSEN_MAX_TRUSTEES);
	int error =
		certificate_read(group->group, json, where, group->arena, &group->certificates[group->count], problem);
	if (error == JISR_OK)
		group->count++;
	return error;
}

int pedersen_certificates(const struct group *group, const char *bytes, size_t length, struct threshold **ret_group,
                          struct problem *problem)
{
	struct lines lines = {bytes, bytes + length, 0};
	char where[MESSAGE_MAX_WHERE];
	struct arena *arena = NULL;
	int error = arena_new(PEDERSEN_MAX_BYTES, &arena);
	if (error != JISR_OK)
		return told(problem, error);
	CLEANUP(threshold_freep) struct threshold *made = arena_zero(arena, 1, sizeof *made);
	if (made == NULL) {
		arena_free(arena);
		return problem_no_memory(problem);
	}
	made->group = group;
	made->arena = arena;
	made->certificates = arena_zero(arena, PEDERSEN_MAX_TRUSTEES, sizeof *made->certificates);
	if (made->certificates == NULL)
		return problem_no_memory(problem);
	for (;;) {
		CLEANUP(json_freep) cJSON *json = NULL;
		error = next_message(&lines, "certificates", &json, where, problem);
		if (error == JISR_NOT_FOUND)
			break;
		if (error == JISR_OK)
			error = add_certificate(made, json, where, problem);
		if (error != JISR_OK)
			return error;
	}
	if (made->count == 0)
		return problem_set(problem, JISR_BAD_INPUT, "there is no certificate");
	error = threshold_check_distinct(made, "certificates", problem);
	if (error != JISR_OK)
		return error;
	*ret_group = made;
	made = NULL;
	return JISR_OK;
}

size_t pedersen_find(const struct threshold *group, const struct channel_keys *keys)
{
	for (size_t i = 0; i < group->count; i++)
		if (element_equal(&group->certificates[i].verification, &keys->verification) &&
		    element_equal(&group->certificates[i].encryption, &keys->encryption))
			return i + 1;
	return 0;
}

static int find_self(const struct threshold *group, const struct channel_keys *keys, size_t *ret_self,
                     struct problem *problem)
{
	*ret_self = pedersen_find(group, keys);
	return *ret_self != 0 ? JISR_OK
	                      : problem_set(problem, JISR_BAD_INPUT,
	                                    "the certificate of this key is not among the certificates: do not go on, "
	                                    "somebody has left it out or put another in its place");
}

/* --- secret messages: {"NAME":"DIGITS"} and {"polynomial":["DIGITS",...]} --- */

/* {"NAME":"DIGITS"} into secret memory of SECRET_MAX_MESSAGE bytes. */
static int write_secret(const struct group *group, const char *name, const struct scalar *secret, char *out)
{
	size_t length = 0;
	int start = snprintf(out, SECRET_MAX_MESSAGE, "{\"%s\":\"", name);
	int error = scalar_write_secret(group, secret, out + start, &length);
	if (error == JISR_OK)
		memcpy(out + start + length, "\"}", 3);
	return error;
}

/* Takes digits up to a quote, modulo q: belenios-tool adds shares up without reducing them, so they may pass q. */
static int take_scalar(const struct group *group, const char **cursor, struct scalar *ret_secret)
{
	size_t length = strspn(*cursor, "0123456789");
	struct scalar ten, digit;
	if (length == 0 || length > SECRET_MAX_DIGITS || (*cursor)[length] != '"')
		return JISR_BAD_INPUT;
	scalar_from_number(group, 10, &ten);
	scalar_from_number(group, 0, ret_secret);
	for (size_t i = 0; i < length; i++) {
		scalar_multiply(group, ret_secret, &ten, ret_secret);
		scalar_from_number(group, (uint64_t)((*cursor)[i] - '0'), &digit);
		scalar_add(group, ret_secret, &digit, ret_secret);
	}
	sodium_memzero(&digit, sizeof digit);
	*cursor += length + 1;
	return JISR_OK;
}

static int read_secret(const struct group *group, const char *name, const char *message, struct scalar *ret_secret)
{
	char start[40];
	size_t length = (size_t)snprintf(start, sizeof start, "{\"%s\":\"", name);
	if (strncmp(message, start, length) != 0)
		return JISR_BAD_INPUT;
	const char *cursor = message + length;
	int error = take_scalar(group, &cursor, ret_secret);
	return error != JISR_OK ? error : strcmp(cursor, "}") == 0 ? JISR_OK : JISR_BAD_INPUT;
}

static int write_polynomial(const struct group *group, const struct scalar *coefficients, size_t count, char *out)
{
	int length = snprintf(out, SECRET_MAX_MESSAGE, "{\"polynomial\":[");
	char *cursor = out + length;
	for (size_t k = 0; k < count; k++) {
		size_t digits = 0;
		if (k > 0)
			*cursor++ = ',';
		*cursor++ = '"';
		int error = scalar_write_secret(group, &coefficients[k], cursor, &digits);
		if (error != JISR_OK)
			return error;
		cursor += digits;
		*cursor++ = '"';
	}
	memcpy(cursor, "]}", 3);
	return JISR_OK;
}

/* `count` coefficients, no more and no fewer. */
static int read_polynomial(const struct group *group, const char *message, struct scalar *ret_coefficients,
                           size_t count)
{
	const char *start = "{\"polynomial\":[";
	if (strncmp(message, start, strlen(start)) != 0)
		return JISR_BAD_INPUT;
	const char *cursor = message + strlen(start);
	for (size_t k = 0; k < count; k++) {
		const char *before = k > 0 ? ",\"" : "\"";
		if (strncmp(cursor, before, strlen(before)) != 0)
			return JISR_BAD_INPUT;
		cursor += strlen(before);
		int error = take_scalar(group, &cursor, &ret_coefficients[k]);
		if (error != JISR_OK)
			return error;
	}
	return strcmp(cursor, "]}") == 0 ? JISR_OK : JISR_BAD_INPUT;
}

/* Adds a text that channel_send made as a JSON string. */
static int add_sent(const struct group *group, const struct channel_keys *keys, const struct element *recipient,
                    const char *message, struct text *out)
{
	struct text sent;
	text_init(&sent, PEDERSEN_MAX_BYTES);
	int error = channel_send(group, &keys->signing, recipient, message, &sent);
	if (error == JISR_OK) {
		message_write_string(out, sent.bytes);
		error = out->error;
	}
	text_finish(&sent);
	return error;
}

/* --- step 3: a polynomial --- */

struct polynomial_secrets {
	struct scalar coefficients[PEDERSEN_MAX_TRUSTEES]; /* threshold of them */
	struct scalar value;
	char message[SECRET_MAX_MESSAGE];
};

/* value = f(point) by Horner's rule. */
static void evaluate(const struct group *group, struct polynomial_secrets *secrets, unsigned threshold, size_t point)
{
	struct scalar x;
	scalar_from_number(group, point, &x);
	secrets->value = secrets->coefficients[threshold - 1];
	for (size_t k = threshold - 1; k-- > 0;) {
		scalar_multiply(group, &secrets->value, &x, &secrets->value);
		scalar_add(group, &secrets->value, &secrets->coefficients[k], &secrets->value);
	}
}

/* A_k = g^a_k, signed. */
static int add_coefexps(const struct group *group, const struct channel_keys *keys,
                        const struct polynomial_secrets *secrets, unsigned threshold, struct text *out)
{
	struct signed_message message;
	struct element power;
	struct text inner;
	text_init(&inner, PEDERSEN_MAX_BYTES);
	text_add_string(&inner, "{\"coefexps\":[");
	for (size_t k = 0; k < threshold; k++) {
		element_power_generator_secret(group, &secrets->coefficients[k], &power);
		text_add_string(&inner, k > 0 ? "," : "");
		message_write_element(&inner, &power);
	}
	int error = text_add_string(&inner, "]}");
	if (error == JISR_OK)
		error = signed_message_make(group, &keys->signing, inner.bytes, &message);
	if (error == JISR_OK)
		signed_message_write(out, &message);
	text_finish(&inner);
	return error != JISR_OK ? error : out->error;
}

static int add_polynomial(const struct threshold *group, const struct channel_keys *keys,
                          struct polynomial_secrets *secrets, unsigned threshold, struct text *out)
{
	for (size_t k = 0; k < threshold; k++)
		do
			scalar_random(group->group, &secrets->coefficients[k]);
		while (scalar_is_zero(&secrets->coefficients[k]));
	int error = write_polynomial(group->group, secrets->coefficients, threshold, secrets->message);
	if (error != JISR_OK)
		return error;
	text_add_string(out, "{\"polynomial\":");
	error = add_sent(group->group, keys, &keys->encryption, secrets->message, out);
	text_add_string(out, ",\"secrets\":[");
	for (size_t j = 1; error == JISR_OK && j <= group->count; j++) {
		evaluate(group->group, secrets, threshold, j);
		error = write_secret(group->group, "secret", &secrets->value, secrets->message);
		if (error != JISR_OK)
			break;
		text_add_string(out, j > 1 ? "," : "");
		error = add_sent(group->group, keys, &group->certificates[j - 1].encryption, secrets->message, out);
	}
	if (error != JISR_OK)
		return error;
	text_add_string(out, "],\"coefexps\":");
	error = add_coefexps(group->group, keys, secrets, threshold, out);
	return error != JISR_OK ? error : text_add_char(out, '}');
}

int pedersen_polynomial(const struct threshold *group, const struct channel_keys *keys, unsigned threshold,
                        struct text *polynomial, struct problem *problem)
{
	size_t self;
	int error = find_self(group, keys, &self, problem);
	if (error != JISR_OK)
		return error;
	if (threshold < 1 || threshold > group->count)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the threshold is a number from 1 to %zu, the number of trustees", group->count);
	CLEANUP(secret_freep) struct polynomial_secrets *secrets = secret_alloc(sizeof *secrets);
	if (secrets == NULL)
		return problem_no_memory(problem);
	return told(problem, add_polynomial(group, keys, secrets, threshold, polynomial));
}

/* --- step 4: routing --- */

/* A polynomial message taken apart; everything points into the JSON. */
struct polynomial {
	cJSON *json; /* owned */
	const char *own;
	const cJSON *secrets, *coefexps;
};

static void polynomials_finish(struct polynomial *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_free(all[i].json);
	memory_free(all);
}

static int polynomial_take(struct threshold *group, size_t index, struct polynomial *ret_polynomial, const char *where,
                           struct problem *problem)
{
	static const char *const names[] = {"polynomial", "secrets", "coefexps"};
	const cJSON *members[3], *message, *powers, *item;
	char place[MESSAGE_MAX_WHERE];
	size_t count;
	int error = message_members(ret_polynomial->json, where, names, 3, members, problem);
	if (error == JISR_OK)
		error = message_string(members[0], where, &ret_polynomial->own, problem);
	(void)snprintf(place, sizeof place, "%.90s.secrets", where);
	if (error == JISR_OK)
		error = message_array(members[1], place, group->count, group->count, &count, problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(item, members[1])
	{
		const char *sent;
		error = message_string(item, place, &sent, problem);
		if (error != JISR_OK)
			return error;
	}
	ret_polynomial->secrets = members[1];
	ret_polynomial->coefexps = members[2];
	(void)snprintf(place, sizeof place, "%.90s.coefexps", where);
	/* The first polynomial tells the threshold; the others must have the same. */
	if (index == 1) {
		CLEANUP(json_freep) cJSON *inner = NULL;
		message = cJSON_GetObjectItemCaseSensitive(members[2], "message");
		const char *text = cJSON_IsString(message) ? message->valuestring : "";
		error = message_parse(text, strlen(text), &inner, problem);
		powers = error == JISR_OK ? json_get(inner, "coefexps") : NULL;
		if (error == JISR_OK)
			error = message_array(powers, place, 1, group->count, &count, problem);
		else
			problem_prefix(problem, place);
		if (error != JISR_OK)
			return error;
		group->threshold = (unsigned)count;
	}
	return coefexps_read(group, index, members[2], place, &group->coefexps[index - 1], problem);
}

/* A copy of the group that can be filled in, sharing the certificates: `group` stays as it is. */
static int group_copy(const struct threshold *group, struct threshold **ret_copy, struct problem *problem)
{
	struct arena *arena = NULL;
	int error = arena_new(PEDERSEN_MAX_BYTES, &arena);
	if (error != JISR_OK)
		return told(problem, error);
	struct threshold *copy = arena_zero(arena, 1, sizeof *copy);
	if (copy == NULL) {
		arena_free(arena);
		return problem_no_memory(problem);
	}
	*copy = *group;
	copy->arena = arena;
	copy->coefexps = arena_zero(arena, group->count, sizeof *copy->coefexps);
	copy->keys = arena_zero(arena, group->count, sizeof *copy->keys);
	if (copy->coefexps == NULL || copy->keys == NULL) {
		threshold_free(copy);
		return problem_no_memory(problem);
	}
	*ret_copy = copy;
	return JISR_OK;
}

/* All polynomials, in the order of the certificates. */
static int polynomials_read(struct threshold *group, const char *bytes, size_t length, struct polynomial **ret_all,
                            struct problem *problem)
{
	struct lines lines = {bytes, bytes + length, 0};
	char where[MESSAGE_MAX_WHERE];
	struct polynomial *all = memory_zero(group->count, sizeof *all);
	if (all == NULL)
		return problem_no_memory(problem);
	int error = JISR_OK;
	for (size_t i = 0; error == JISR_OK && i < group->count; i++) {
		error = next_message(&lines, "polynomials", &all[i].json, where, problem);
		if (error == JISR_NOT_FOUND)
			error = problem_set(
				problem, JISR_BAD_INPUT,
				"%zu polynomials for %zu certificates: wait until every trustee has sent one", i,
				group->count);
		else if (error == JISR_OK)
			error = polynomial_take(group, i + 1, &all[i], where, problem);
	}
	const char *line;
	size_t line_length;
	if (error == JISR_OK && next_line(&lines, &line, &line_length))
		error = problem_set(problem, JISR_BAD_INPUT, "more polynomials than the %zu certificates",
		                    group->count);
	if (error != JISR_OK) {
		polynomials_finish(all, group->count);
		return error;
	}
	*ret_all = all;
	return JISR_OK;
}

static int add_vinput(const struct threshold *group, const struct polynomial *all, size_t index, struct text *vinput)
{
	text_add_string(vinput, "{\"polynomial\":");
	message_write_string(vinput, all[index - 1].own);
	text_add_string(vinput, ",\"secrets\":[");
	for (size_t i = 0; i < group->count; i++) {
		const cJSON *sent = cJSON_GetArrayItem(all[i].secrets, (int)index - 1);
		text_add_string(vinput, i > 0 ? "," : "");
		message_write_string(vinput, sent->valuestring);
	}
	text_add_string(vinput, "],\"coefexps\":[");
	for (size_t i = 0; i < group->count; i++) {
		text_add_string(vinput, i > 0 ? "," : "");
		signed_message_write(vinput, &group->coefexps[i].signed_powers);
	}
	return text_add_string(vinput, "]}");
}

int pedersen_route(const struct threshold *group, const char *lines, size_t length, struct text vinputs[],
                   struct problem *problem)
{
	CLEANUP(threshold_freep) struct threshold *copy = NULL;
	struct polynomial *all = NULL;
	int error = group_copy(group, &copy, problem);
	if (error == JISR_OK)
		error = polynomials_read(copy, lines, length, &all, problem);
	if (error != JISR_OK)
		return error;
	for (size_t i = 0; error == JISR_OK && i < copy->count; i++)
		error = add_vinput(copy, all, i + 1, &vinputs[i]);
	polynomials_finish(all, copy->count);
	return told(problem, error);
}

/* --- step 5: checking the shares --- */

struct accept_secrets {
	struct polynomial_secrets polynomial;
	struct scalar share, sum;
};

/* The shares were made for these powers: is the own polynomial still the one that this trustee chose? */
static int check_own(const struct threshold *group, const struct channel_keys *keys, size_t self, const char *sent,
                     struct accept_secrets *secrets, struct problem *problem)
{
	CLEANUP(secret_freep) char *message = NULL;
	int error = channel_receive(group->group, keys, &keys->verification, sent, strlen(sent), "vinput.polynomial",
	                            &message, problem);
	if (error == JISR_OK)
		error = read_polynomial(group->group, message, secrets->polynomial.coefficients, group->threshold);
	for (size_t k = 0; error == JISR_OK && k < group->threshold; k++) {
		struct element power;
		element_power_generator_secret(group->group, &secrets->polynomial.coefficients[k], &power);
		if (!element_equal(&power, &group->coefexps[self - 1].powers[k]))
			error = JISR_BAD_INPUT;
	}
	if (error == JISR_BAD_INPUT)
		return problem_set(problem, error,
		                   "vinput: the polynomial that comes back is not the one that this trustee made");
	return told(problem, error);
}

/* The share of trustee i: g^share = product of A_ik^(self^k)? */
static int check_share(const struct threshold *group, const struct channel_keys *keys, size_t self, size_t i,
                       const char *sent, struct accept_secrets *secrets, bool *ret_wrong, struct problem *problem)
{
	char where[MESSAGE_MAX_WHERE];
	struct element power, expected;
	CLEANUP(secret_freep) char *message = NULL;
	(void)snprintf(where, sizeof where, "vinput.secrets[%zu]", i - 1);
	int error = channel_receive(group->group, keys, &group->certificates[i - 1].verification, sent, strlen(sent),
	                            where, &message, problem);
	if (error == JISR_OK) {
		error = read_secret(group->group, "secret", message, &secrets->share);
		if (error == JISR_BAD_INPUT)
			(void)problem_set(problem, error, "%s: what was sent is no share", where);
	}
	if (error == JISR_OK) {
		element_power_generator_secret(group->group, &secrets->share, &power);
		coefexps_evaluate(group, &group->coefexps[i - 1], self, &expected);
		if (!element_equal(&power, &expected))
			error = problem_set(problem, JISR_BAD_INPUT, "%s: does not fit what its sender published",
			                    where);
	}
	*ret_wrong = error == JISR_BAD_INPUT;
	return error == JISR_BAD_INPUT ? error : told(problem, error);
}

static int add_voutput(const struct threshold *group, const struct channel_keys *keys, struct accept_secrets *secrets,
                       struct text *voutput)
{
	struct trustee_key key;
	int error = trustee_key_prove(group->group, &secrets->sum, &key);
	if (error == JISR_OK)
		error = write_secret(group->group, "decryption_key", &secrets->sum, secrets->polynomial.message);
	if (error != JISR_OK)
		return error;
	text_add_string(voutput, "{\"private_key\":");
	error = add_sent(group->group, keys, &keys->encryption, secrets->polynomial.message, voutput);
	if (error != JISR_OK)
		return error;
	text_add_string(voutput, ",\"public_key\":");
	trustee_key_write(voutput, &key);
	return text_add_char(voutput, '}');
}

/* Reads the coefexps of a vinput into the group. */
static int vinput_coefexps(struct threshold *group, const cJSON *array, struct problem *problem)
{
	char where[MESSAGE_MAX_WHERE];
	const cJSON *item;
	size_t i = 0, count = 0;
	CLEANUP(json_freep) cJSON *first = NULL;
	int error = message_array(array, "vinput.coefexps", group->count, group->count, &count, problem);
	if (error != JISR_OK)
		return error;
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(array->child, "message");
	const char *text = cJSON_IsString(message) ? message->valuestring : "";
	error = message_parse(text, strlen(text), &first, problem);
	if (error == JISR_OK)
		error = message_array(json_get(first, "coefexps"), "vinput.coefexps[0]", 1, group->count, &count,
		                      problem);
	if (error != JISR_OK)
		return error;
	group->threshold = (unsigned)count;
	cJSON_ArrayForEach(item, array)
	{
		(void)snprintf(where, sizeof where, "vinput.coefexps[%zu]", i);
		error = coefexps_read(group, i + 1, item, where, &group->coefexps[i], problem);
		if (error != JISR_OK)
			return error;
		i++;
	}
	return JISR_OK;
}

int pedersen_accept(const struct threshold *group, const struct channel_keys *keys, const char *vinput, size_t length,
                    struct text *voutput, size_t *ret_accused, struct problem *problem)
{
	static const char *const names[] = {"polynomial", "secrets", "coefexps"};
	const cJSON *members[3], *item;
	const char *sent = NULL;
	size_t self, count, i = 0, accused = 0;
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(threshold_freep) struct threshold *copy = NULL;
	if (ret_accused != NULL)
		*ret_accused = 0;
	CLEANUP(secret_freep) struct accept_secrets *secrets = secret_alloc(sizeof *secrets);
	if (secrets == NULL)
		return problem_no_memory(problem);
	int error = find_self(group, keys, &self, problem);
	if (error == JISR_OK)
		error = group_copy(group, &copy, problem);
	if (error == JISR_OK)
		error = message_parse(vinput, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "vinput", names, 3, members, problem);
	if (error == JISR_OK)
		error = message_string(members[0], "vinput.polynomial", &sent, problem);
	if (error == JISR_OK)
		error = message_array(members[1], "vinput.secrets", group->count, group->count, &count, problem);
	if (error == JISR_OK)
		error = vinput_coefexps(copy, members[2], problem);
	if (error == JISR_OK)
		error = check_own(copy, keys, self, sent, secrets, problem);
	if (error != JISR_OK)
		return error;
	scalar_from_number(group->group, 0, &secrets->sum);
	cJSON_ArrayForEach(item, members[1])
	{
		bool wrong = false;
		i++;
		error = message_string(item, "vinput.secrets", &sent, problem);
		if (error == JISR_OK)
			error = check_share(copy, keys, self, i, sent, secrets, &wrong, problem);
		if (wrong)
			accused = i;
		if (error != JISR_OK)
			break;
		scalar_add(group->group, &secrets->sum, &secrets->share, &secrets->sum);
	}
	if (accused != 0) {
		if (ret_accused != NULL)
			*ret_accused = accused;
		problem_prefix(problem, "complaint");
		return JISR_BAD_INPUT;
	}
	return error != JISR_OK ? error : told(problem, add_voutput(copy, keys, secrets, voutput));
}

/* --- step 6: the group's parameters --- */

static int voutput_take(struct threshold *group, size_t index, const cJSON *json, const char *where,
                        struct text *decryption_key, struct problem *problem)
{
	static const char *const names[] = {"private_key", "public_key"};
	const cJSON *members[2];
	const char *sent;
	char place[MESSAGE_MAX_WHERE];
	struct element expected;
	struct trustee_key *key = &group->keys[index - 1];
	int error = message_members(json, where, names, 2, members, problem);
	if (error == JISR_OK)
		error = message_string(members[0], where, &sent, problem);
	(void)snprintf(place, sizeof place, "%.90s.public_key", where);
	if (error == JISR_OK)
		error = trustee_key_read(group->group, members[1], place, key, problem);
	if (error == JISR_OK)
		error = trustee_key_check(group->group, key, place, problem);
	if (error != JISR_OK)
		return error;
	threshold_expected_key(group, index, &expected);
	if (!element_equal(&expected, &key->public_key))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"%s: does not follow from the trustees' polynomials (is the order of the voutputs that of "
			"the certificates?)",
			place);
	return told(problem, text_add_string(decryption_key, sent));
}

int pedersen_combine(const struct threshold *group, const char *polynomials, size_t polynomials_length,
                     const char *voutputs, size_t voutputs_length, struct text *parameters,
                     struct text decryption_keys[], struct problem *problem)
{
	struct lines lines = {voutputs, voutputs + voutputs_length, 0};
	char where[MESSAGE_MAX_WHERE];
	const char *line;
	size_t line_length;
	struct polynomial *all = NULL;
	CLEANUP(threshold_freep) struct threshold *copy = NULL;
	int error = group_copy(group, &copy, problem);
	if (error == JISR_OK)
		error = polynomials_read(copy, polynomials, polynomials_length, &all, problem);
	if (error != JISR_OK)
		return error;
	polynomials_finish(all, copy->count); /* what is needed of them is in the copy */
	for (size_t i = 0; i < copy->count; i++) {
		CLEANUP(json_freep) cJSON *json = NULL;
		error = next_message(&lines, "voutputs", &json, where, problem);
		if (error == JISR_NOT_FOUND)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "%zu voutputs for %zu certificates: wait until every trustee has sent one",
			                   i, copy->count);
		if (error == JISR_OK)
			error = voutput_take(copy, i + 1, json, where, &decryption_keys[i], problem);
		if (error != JISR_OK)
			return error;
	}
	if (next_line(&lines, &line, &line_length))
		return problem_set(problem, JISR_BAD_INPUT, "more voutputs than the %zu certificates", copy->count);
	threshold_write(parameters, copy);
	return told(problem, parameters->error);
}

int pedersen_decryption_key(const struct group *group, const struct channel_keys *keys, const char *bytes,
                            size_t length, struct scalar *ret_private, struct problem *problem)
{
	CLEANUP(secret_freep) char *message = NULL;
	int error =
		channel_receive(group, keys, &keys->verification, bytes, length, "decryption key", &message, problem);
	if (error != JISR_OK)
		return error;
	error = read_secret(group, "decryption_key", message, ret_private);
	if (error == JISR_BAD_INPUT || (error == JISR_OK && scalar_is_zero(ret_private)))
		return problem_set(problem, JISR_BAD_INPUT, "decryption key: what was encrypted is no key");
	return told(problem, error);
}
