#include "ballot/credential.h"

#include "ballot/membership.h"
#include "ballot/taint.h"
#include "base/hash.h"
#include "base/secret.h"

#include <nettle/pbkdf2.h>
#include <sodium.h>
#include <string.h>

#define RANDOM_CHARACTERS 14
#define CHARACTERS        15 /* with the checksum */
#define BASE              58
#define CHECK             53
#define GROUP_OF          3 /* characters between dashes */

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* The character of a digit and back, reading the whole alphabet each time: no index tells the credential. */
static char character_of(unsigned digit)
{
	unsigned found = 0;
	for (unsigned i = 0; i < BASE; i++) {
		unsigned same = (((i ^ digit) - 1) >> 31) & 1; /* 1 when equal */
		found |= (unsigned)(unsigned char)alphabet[i] & (0 - same);
	}
	return (char)found;
}

/* *wrong becomes non-zero when it is no character of the alphabet. */
static unsigned digit_of(char character, unsigned *wrong)
{
	unsigned digit = 0, any = 0;
	for (unsigned i = 0; i < BASE; i++) {
		unsigned same = (((unsigned)(unsigned char)alphabet[i] ^ (unsigned char)character) - 1) >> 31 & 1;
		digit |= i & (0 - same);
		any |= same;
	}
	*wrong |= any ^ 1;
	return digit;
}

bool credential_uuid_valid(const char *uuid)
{
	size_t length = strlen(uuid);
	return length >= UUID_MIN_LENGTH && length <= UUID_MAX_LENGTH && strspn(uuid, alphabet) == length;
}

void credential_make_uuid(char ret_uuid[UUID_MIN_LENGTH + 1])
{
	for (size_t i = 0; i < UUID_MIN_LENGTH; i++)
		ret_uuid[i] = alphabet[randombytes_uniform(BASE)];
	ret_uuid[UUID_MIN_LENGTH] = '\0';
}

/* What the last of 15 digits must be. The compiler divides by a constant with multiplications. */
static unsigned checksum(const unsigned char digits[RANDOM_CHARACTERS])
{
	unsigned rest = 0;
	for (size_t i = 0; i < RANDOM_CHARACTERS; i++)
		rest = (rest * BASE + digits[i]) % CHECK;
	return CHECK - rest;
}

/* Digits into the written form. */
static void write_digits(const unsigned char digits[CHARACTERS], char ret_credential[CREDENTIAL_LENGTH + 1])
{
	size_t at = 0;
	for (size_t i = 0; i < CHARACTERS; i++) {
		if (i > 0 && i % GROUP_OF == 0)
			ret_credential[at++] = '-';
		ret_credential[at++] = character_of(digits[i]);
	}
	ret_credential[at] = '\0';
}

void credential_make(char ret_credential[CREDENTIAL_LENGTH + 1])
{
	unsigned char digits[CHARACTERS];
	for (size_t i = 0; i < RANDOM_CHARACTERS; i++)
		digits[i] = (unsigned char)randombytes_uniform(BASE);
	digits[RANDOM_CHARACTERS] = (unsigned char)checksum(digits);
	write_digits(digits, ret_credential);
	sodium_memzero(digits, sizeof digits);
}

int credential_read(const char *typed, char ret_credential[CREDENTIAL_LENGTH + 1], struct problem *problem)
{
	size_t length = strlen(typed); /* dashes and length are no secret */
	unsigned char digits[CHARACTERS];
	bool dashes = length == CREDENTIAL_LENGTH;
	if (length != CHARACTERS && !dashes)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the credential does not have 15 characters (and four dashes, or none)");
	unsigned wrong = 0;
	for (size_t i = 0; i < CHARACTERS; i++) {
		size_t at = dashes ? i + i / GROUP_OF : i;
		if (dashes && i > 0 && i % GROUP_OF == 0 && typed[at - 1] != '-')
			wrong = 1;
		digits[i] = (unsigned char)digit_of(typed[at], &wrong);
	}
	TAINT_PUBLIC(&wrong, sizeof wrong);
	if (wrong != 0) {
		sodium_memzero(digits, sizeof digits);
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the credential has a character that no credential has; look again at 0, O, I and l");
	}
	bool fits = checksum(digits) == digits[RANDOM_CHARACTERS];
	TAINT_PUBLIC(&fits, sizeof fits);
	if (fits)
		write_digits(digits, ret_credential);
	sodium_memzero(digits, sizeof digits);
	if (!fits)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the credential is mistyped: its last character does not fit");
	return JISR_OK;
}

/* How long parts are, and how many there are, is no secret. */
int credential_read_parts(const char *typed, char ret_credential[CREDENTIAL_TEXT_MAX], struct problem *problem)
{
	static const char between[] = " \t\r\n+";
	CLEANUP(secret_freep) char *part = secret_alloc(CREDENTIAL_LENGTH + 1);
	CLEANUP(secret_freep) char *made = secret_alloc(CREDENTIAL_TEXT_MAX);
	size_t count = 0, at = 0;
	if (part == NULL || made == NULL)
		return problem_no_memory(problem);
	for (typed += strspn(typed, between); *typed != '\0'; typed += strspn(typed, between)) {
		size_t length = strcspn(typed, between);
		if (count == CREDENTIAL_MAX_PARTS)
			return problem_set(problem, JISR_BAD_INPUT, "a credential has at most %d parts",
			                   CREDENTIAL_MAX_PARTS);
		memset(part, 0, CREDENTIAL_LENGTH + 1);
		memcpy(part, typed, length < CREDENTIAL_LENGTH ? length : CREDENTIAL_LENGTH);
		if (at > 0)
			made[at++] = '+';
		int error =
			length > CREDENTIAL_LENGTH
				? problem_set(problem, JISR_BAD_INPUT,
		                              "the credential does not have 15 characters (and four dashes, or none)")
				: credential_read(part, made + at, problem);
		if (error)
			return error;
		for (size_t other = 0; other < at; other += CREDENTIAL_LENGTH + 1) {
			bool same = sodium_memcmp(made + other, made + at, CREDENTIAL_LENGTH) == 0;
			TAINT_PUBLIC(&same, sizeof same);
			if (same)
				return problem_set(problem, JISR_BAD_INPUT,
				                   "a part of the credential stands there twice");
		}
		at += CREDENTIAL_LENGTH;
		count++;
		typed += length;
	}
	if (count == 0)
		return problem_set(problem, JISR_BAD_INPUT, "there is no credential in it");
	memcpy(ret_credential, made, at);
	ret_credential[at] = '\0';
	return JISR_OK;
}

void credential_secret(const struct group *group, const char *uuid, const char *credential, struct scalar *ret_secret)
{
	unsigned char block[DIGEST_BYTES];
	struct scalar sum;
	size_t length = strlen(credential);
	scalar_from_number(group, 0, &sum);
	for (size_t at = 0; at < length; at += CREDENTIAL_LENGTH + 1) {
		pbkdf2_hmac_sha256(CREDENTIAL_LENGTH, (const unsigned char *)credential + at, CREDENTIAL_ITERATIONS,
		                   strlen(uuid), (const unsigned char *)uuid, sizeof block, block);
		scalar_from_digest(group, block, ret_secret);
		scalar_add(group, &sum, ret_secret, &sum);
	}
	*ret_secret = sum;
	sodium_memzero(block, sizeof block);
	sodium_memzero(&sum, sizeof sum);
}

int credential_public(const struct group *group, const char *uuid, const char *credential, struct element *ret_public)
{
	CLEANUP(secret_freep) struct scalar *secret = secret_alloc(sizeof *secret);
	if (secret == NULL)
		return JISR_NO_MEMORY;
	credential_secret(group, uuid, credential, secret);
	element_power_generator_secret(group, secret, ret_public);
	return JISR_OK;
}

/* --- the list --- */

#define NO_VOTER UINT32_MAX

struct credential_list {
	struct voter *voters;
	size_t count;
	uint64_t total;
	uint32_t *slots;   /* indices of voters by the hash of their credential; open addressing, at most half full */
	size_t slot_count; /* a power of 2 */
};

size_t credential_list_count(const struct credential_list *list)
{
	return list->count;
}

uint64_t credential_list_total(const struct credential_list *list)
{
	return list->total;
}

const struct voter *credential_list_get(const struct credential_list *list, size_t index)
{
	return &list->voters[index];
}

struct credential_list *credential_list_free(struct credential_list *list)
{
	if (list == NULL)
		return NULL;
	(void)memory_free(list->voters);
	(void)memory_free(list->slots);
	return memory_free(list);
}

/* The slot where it is, or where it would go. */
static size_t slot_of(const struct credential_list *list, const struct element *credential)
{
	size_t slot = hash_bytes(credential->limbs, sizeof credential->limbs) & (list->slot_count - 1);
	while (list->slots[slot] != NO_VOTER &&
	       memcmp(&list->voters[list->slots[slot]].credential, credential, sizeof *credential) != 0)
		slot = (slot + 1) & (list->slot_count - 1);
	return slot;
}

size_t credential_list_find(const struct credential_list *list, const struct element *credential)
{
	uint32_t found = list->slots[slot_of(list, credential)];
	return found == NO_VOTER ? SIZE_MAX : found;
}

static int list_new(size_t count, struct credential_list **ret_list)
{
	CLEANUP(credential_list_freep) struct credential_list *list = memory_zero(1, sizeof *list);
	if (list == NULL)
		return JISR_NO_MEMORY;
	list->slot_count = 2;
	while (list->slot_count < 2 * count)
		list->slot_count *= 2;
	list->voters = memory_zero(count, sizeof *list->voters);
	list->slots = memory_alloc(list->slot_count * sizeof *list->slots);
	if (list->voters == NULL || list->slots == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < list->slot_count; i++)
		list->slots[i] = NO_VOTER;
	*ret_list = list;
	list = NULL;
	return JISR_OK;
}

static int list_add(struct credential_list *list, const struct voter *voter, struct problem *problem)
{
	size_t index = list->count;
	if (element_is_identity(&voter->credential))
		return problem_set(problem, JISR_BAD_INPUT, "public credential %zu is 1, the identity of the group",
		                   index);
	size_t slot = slot_of(list, &voter->credential);
	if (list->slots[slot] != NO_VOTER)
		return problem_set(problem, JISR_BAD_INPUT, "public credential %zu is the same as %u", index,
		                   (unsigned)list->slots[slot]);
	if (voter->weight == 0 || voter->weight > CREDENTIAL_MAX_WEIGHT ||
	    list->total + voter->weight > CREDENTIAL_MAX_TOTAL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "public credential %zu has the weight %llu; weights are from 1, and all together at "
		                   "most %llu",
		                   index, (unsigned long long)voter->weight, (unsigned long long)CREDENTIAL_MAX_TOTAL);
	list->voters[index] = *voter;
	list->slots[slot] = (uint32_t)index;
	list->total += voter->weight;
	list->count++;
	return JISR_OK;
}

static int check_count(size_t count, struct problem *problem)
{
	if (count == 0 || count > CREDENTIAL_MAX_VOTERS)
		return problem_set(problem, JISR_TOO_LARGE, "there are %zu public credentials where 1 to %d belong",
		                   count, CREDENTIAL_MAX_VOTERS);
	return JISR_OK;
}

int credential_list_new(const struct voter *voters, size_t count, struct credential_list **ret_list,
                        struct problem *problem)
{
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	int error = check_count(count, problem);
	if (error == JISR_OK)
		error = list_new(count, &list);
	for (size_t i = 0; error == JISR_OK && i < count; i++)
		error = list_add(list, &voters[i], problem);
	if (error != JISR_OK)
		return error;
	*ret_list = list;
	list = NULL;
	return JISR_OK;
}

/* "credential", "credential,weight", and with ",name" after either, as belenios-tool writes it when voters have names;
 * an empty weight is 1. */
static int read_voter(const struct group *group, const char *string, size_t index, struct voter *voter,
                      struct problem *problem)
{
	struct problem inner = {0};
	size_t length = strcspn(string, ",");
	voter->weight = 1;
	int error = element_parse(group, string, length, &voter->credential, &inner);
	if (error != JISR_OK)
		return problem_set(problem, error, "public credential %zu %s", index, inner.text);
	if (string[length] == '\0')
		return JISR_OK;
	const char *weight = string + length + 1;
	size_t digits = strcspn(weight, ",");
	if (digits == 0 && weight[0] == ',')
		return JISR_OK;
	uint64_t number = 0;
	if (digits == 0 || digits > 10 || weight[0] == '0' || strspn(weight, "0123456789") != digits)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "public credential %zu has a weight that is not a whole number from 1", index);
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(weight[i] - '0');
	voter->weight = number;
	return JISR_OK;
}

static int check_members(const struct group *group, const struct credential_list *list, struct problem *problem)
{
	CLEANUP(membership_freep) struct membership *membership = NULL;
	CLEANUP(power_space_freep) struct power_space *space = NULL;
	size_t room = list->count < 4096 ? list->count : 4096;
	if (membership_new(group, room, &membership) != JISR_OK || power_space_new(&space) != JISR_OK)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < list->count; i++) {
		(void)membership_add(membership, &list->voters[i].credential, i);
		uint64_t wrong;
		if (membership_count(membership) < room && i + 1 < list->count)
			continue;
		if (!membership_check(membership, space, &wrong))
			return problem_set(problem, JISR_BAD_INPUT, "public credential %llu is not in the group %s",
			                   (unsigned long long)wrong, group_name(group));
		membership_reset(membership);
	}
	return JISR_OK;
}

/* The list is an array of strings, for 100,000 voters of 62 MB: a tree of it would be the most memory that anything here
 * needs. So strings are found one after the other, and each is read for itself. */
struct items {
	const char *at, *end;
	size_t count; /* strings found */
};

static void skip_white(struct items *items)
{
	while (items->at < items->end && strchr(" \t\r\n", *items->at) != NULL && *items->at != '\0')
		items->at++;
}

static bool skip_byte(struct items *items, char byte)
{
	skip_white(items);
	if (items->at == items->end || *items->at != byte)
		return false;
	items->at++;
	skip_white(items);
	return true;
}

static int not_well_formed(const struct items *items, struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT,
	                   "the list of public credentials is not well-formed JSON after item %zu", items->count);
}

/* The next string with its quotes; JISR_NOT_FOUND after the last, at the end of the bytes. */
static int next_item(struct items *items, const char **ret_start, size_t *ret_length, struct problem *problem)
{
	if (items->count == 0 && !skip_byte(items, '['))
		return problem_set(problem, JISR_BAD_INPUT, "the list of public credentials is not a JSON array");
	if (skip_byte(items, ']'))
		return items->at == items->end ? JISR_NOT_FOUND : not_well_formed(items, problem);
	if (items->count > 0 && !skip_byte(items, ','))
		return not_well_formed(items, problem);
	if (items->at == items->end)
		return not_well_formed(items, problem);
	if (*items->at != '"')
		return problem_set(problem, JISR_BAD_INPUT, "public credential %zu is not a JSON string", items->count);
	const char *start = items->at++;
	for (; items->at < items->end && *items->at != '"'; items->at++)
		if (*items->at == '\\' && items->at + 1 < items->end)
			items->at++; /* whatever is escaped */
	if (items->at == items->end)
		return not_well_formed(items, problem);
	items->at++;
	items->count++;
	*ret_start = start;
	*ret_length = (size_t)(items->at - start);
	return JISR_OK;
}

static int count_items(const char *bytes, size_t length, size_t *ret_count, struct problem *problem)
{
	struct items items = {bytes, bytes + length, 0};
	const char *start;
	size_t size;
	int error;
	while ((error = next_item(&items, &start, &size, problem)) == JISR_OK)
		if (items.count > CREDENTIAL_MAX_VOTERS)
			return problem_set(problem, JISR_TOO_LARGE, "there are more than %d public credentials",
			                   CREDENTIAL_MAX_VOTERS);
	if (error != JISR_NOT_FOUND)
		return error;
	if (items.count == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the list of public credentials has 0 items where at least 1 "
		                   "belongs");
	*ret_count = items.count;
	return JISR_OK;
}

static int read_item(const struct group *group, struct credential_list *list, const char *bytes, size_t length,
                     struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct voter voter;
	int error = json_read(bytes, length, &json, problem);
	if (error == JISR_BAD_INPUT) {
		char where[48];
		(void)snprintf(where, sizeof where, "public credential %zu", list->count);
		problem_prefix(problem, where);
	}
	if (error == JISR_OK)
		error = read_voter(group, json->valuestring, list->count, &voter, problem);
	return error == JISR_OK ? list_add(list, &voter, problem) : error;
}

int credential_list_read(const struct group *group, const char *bytes, size_t length, struct credential_list **ret_list,
                         struct problem *problem)
{
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	struct items items = {bytes, bytes + length, 0};
	const char *start;
	size_t count = 0, size;
	int error = count_items(bytes, length, &count, problem);
	if (error == JISR_OK)
		error = list_new(count, &list);
	while (error == JISR_OK && (error = next_item(&items, &start, &size, problem)) == JISR_OK)
		error = read_item(group, list, start, size, problem);
	if (error == JISR_NOT_FOUND)
		error = check_members(group, list, problem);
	if (error != JISR_OK)
		return error;
	*ret_list = list;
	list = NULL;
	return JISR_OK;
}

int credential_list_write(const struct credential_list *list, struct text *text)
{
	char digits[GROUP_DIGITS + 1];
	(void)text_add_char(text, '[');
	for (size_t i = 0; i < list->count; i++) {
		size_t length = element_write(&list->voters[i].credential, digits);
		(void)text_add_string(text, i == 0 ? "\"" : ",\"");
		(void)text_add(text, digits, length);
		if (list->voters[i].weight != 1) /* as belenios-tool writes it */
			(void)text_add_format(text, ",%llu", (unsigned long long)list->voters[i].weight);
		(void)text_add_char(text, '"');
	}
	return text_add_char(text, ']');
}
