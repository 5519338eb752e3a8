#include "ballot/tally.h"

#include "base/arena.h"

#include <string.h>

#define BALLOT_ARENA (MESSAGE_MAX_BYTES * 2) /* most bytes that one ballot takes when it is read */

int tally_new(const struct election *election, struct tally **ret_tally)
{
	size_t count = 0;
	for (size_t i = 0; i < election->question_count; i++)
		count += question_choices(&election->questions[i]);
	struct tally *tally = memory_alloc(sizeof *tally + count * sizeof *tally->ciphertexts);
	if (tally == NULL)
		return JISR_NO_MEMORY;
	*tally = (struct tally){.election = election, .count = count};
	for (size_t i = 0; i < count; i++) {
		element_identity(&tally->ciphertexts[i].alpha);
		element_identity(&tally->ciphertexts[i].beta);
	}
	*ret_tally = tally;
	return JISR_OK;
}

struct tally *tally_free(struct tally *tally)
{
	return memory_free(tally);
}

static void multiply(const struct group *group, struct ciphertext *into, const struct ciphertext *by)
{
	element_multiply(group, &into->alpha, &by->alpha, &into->alpha);
	element_multiply(group, &into->beta, &by->beta, &into->beta);
}

void tally_add(struct tally *tally, const struct ballot *ballot, uint64_t weight)
{
	const struct group *group = tally->election->group;
	struct ciphertext *into = tally->ciphertexts;
	struct scalar exponent;
	scalar_from_number(group, weight, &exponent);
	for (size_t i = 0; i < ballot->answer_count; i++) {
		for (size_t j = 0; j < ballot->answers[i].choice_count; j++) {
			struct ciphertext weighted = ballot->answers[i].choices[j];
			if (weight != 1) {
				element_power(group, &weighted.alpha, &exponent, &weighted.alpha);
				element_power(group, &weighted.beta, &exponent, &weighted.beta);
			}
			multiply(group, into++, &weighted);
		}
	}
	tally->ballots++;
	tally->weight += weight;
}

void tally_merge(struct tally *tally, const struct tally *other)
{
	for (size_t i = 0; i < tally->count; i++)
		multiply(tally->election->group, &tally->ciphertexts[i], &other->ciphertexts[i]);
	tally->ballots += other->ballots;
	tally->weight += other->weight;
}

int tally_write(const struct tally *tally, struct text *text)
{
	const struct ciphertext *next = tally->ciphertexts;
	text_add_char(text, '[');
	for (size_t i = 0; i < tally->election->question_count; i++) {
		text_add_string(text, i > 0 ? ",[" : "[");
		for (size_t j = question_choices(&tally->election->questions[i]); j > 0; j--) {
			message_write_ciphertext(text, next++);
			text_add_string(text, j > 1 ? "," : "");
		}
		text_add_char(text, ']');
	}
	return text_add_char(text, ']');
}

int tally_write_sized(const struct tally *tally, const unsigned char hash[DIGEST_BYTES], struct text *text)
{
	char hex[DIGEST_HEX + 1];
	digest_write_hex(hash, hex);
	return text_add_format(text, "{\"num_tallied\":%llu,\"total_weight\":%llu,\"encrypted_tally\":\"%s\"}",
	                       (unsigned long long)tally->ballots, (unsigned long long)tally->weight, hex);
}

static int read_ciphertexts(struct tally *tally, const cJSON *json, struct problem *problem)
{
	const struct election *election = tally->election;
	char where[MESSAGE_MAX_WHERE];
	struct ciphertext *into = tally->ciphertexts;
	const cJSON *row, *item;
	size_t i = 0, count;
	int error = message_array(json, "encrypted_tally", election->question_count, election->question_count, &count,
	                          problem);
	if (error != JISR_OK)
		return error;
	cJSON_ArrayForEach(row, json)
	{
		size_t choices = question_choices(&election->questions[i]), j = 0;
		(void)snprintf(where, sizeof where, "encrypted_tally[%zu]", i);
		error = message_array(row, where, choices, choices, &count, problem);
		if (error != JISR_OK)
			return error;
		cJSON_ArrayForEach(item, row)
		{
			(void)snprintf(where, sizeof where, "encrypted_tally[%zu][%zu]", i, j++);
			error = message_ciphertext(election->group, item, where, into++, problem);
			if (error != JISR_OK)
				return error;
		}
		i++;
	}
	return JISR_OK;
}

static int read_sized(struct tally *tally, const char *bytes, size_t length, const unsigned char expected[DIGEST_BYTES],
                      struct problem *problem)
{
	static const char *const names[] = {"num_tallied", "total_weight", "encrypted_tally"};
	const cJSON *members[3];
	unsigned char hash[DIGEST_BYTES];
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "sized_encrypted_tally", names, 3, members, problem);
	if (error == JISR_OK)
		error = message_number(members[0], "num_tallied", 0, CREDENTIAL_MAX_VOTERS, &tally->ballots, problem);
	if (error == JISR_OK)
		error = message_number(members[1], "total_weight", 0, CREDENTIAL_MAX_TOTAL, &tally->weight, problem);
	if (error == JISR_OK)
		error = message_hash(members[2], "encrypted_tally", hash, problem);
	if (error == JISR_OK && memcmp(hash, expected, DIGEST_BYTES) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "sized_encrypted_tally: names another encrypted tally");
	return error;
}

int tally_read(const struct election *election, const char *bytes, size_t length, const char *sized,
               size_t sized_length, struct tally **ret_tally, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	unsigned char hash[DIGEST_BYTES];
	if (tally_new(election, &tally) != JISR_OK)
		return problem_no_memory(problem);
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = read_ciphertexts(tally, json, problem);
	digest_of(bytes, length, hash);
	if (error == JISR_OK)
		error = read_sized(tally, sized, sized_length, hash, problem);
	if (error != JISR_OK)
		return error;
	*ret_tally = tally;
	tally = NULL;
	return JISR_OK;
}

/* --- from an archive --- */

/* Reads the ballots one after another; one arena serves all. */
struct walk {
	const struct archive *archive;
	const struct ballot_context *context;
	const struct credential_list *list;
	struct arena *arena;
	size_t *last; /* voter -> index of the entry that is her last ballot */
	struct tally *tally;
	bool counting; /* the second walk: add what is last */
	size_t at;     /* index from which the next payload is looked for */
};

static int find_payload(struct walk *walk, const struct event *event, size_t *ret_index, struct problem *problem)
{
	/* A payload stands just before its event, so going on from the last one finds it at once. */
	for (size_t i = walk->at, count = archive_count(walk->archive); i < count; i++) {
		struct archive_entry entry = archive_get(walk->archive, i);
		if (entry.kind == ARCHIVE_DATA && memcmp(entry.hash, event->payload, DIGEST_BYTES) == 0) {
			walk->at = i + 1;
			*ret_index = i;
			return JISR_OK;
		}
	}
	return problem_set(problem, JISR_BAD_INPUT, "the ballot of event %llu stands elsewhere in the archive",
	                   (unsigned long long)event->height);
}

static int see_ballot(void *context, const struct event *event, const struct archive_entry *entry,
                      struct problem *problem)
{
	struct walk *walk = context;
	struct ballot *ballot = NULL;
	size_t index = 0;
	(void)entry;
	if (event->type != EVENT_BALLOT)
		return JISR_OK;
	int error = find_payload(walk, event, &index, problem);
	if (error != JISR_OK)
		return error;
	struct archive_entry payload = archive_get(walk->archive, index);
	arena_reset(walk->arena);
	error = ballot_read(walk->context, payload.bytes, payload.length, walk->arena, &ballot, problem);
	if (error != JISR_OK)
		return error;
	size_t voter = credential_list_find(walk->list, &ballot->credential);
	if (voter == SIZE_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "the ballot %s is of a credential that is not in the list",
		                   ballot->tracking);
	if (!walk->counting)
		walk->last[voter] = index;
	else if (walk->last[voter] == index)
		tally_add(walk->tally, ballot, credential_list_get(walk->list, voter)->weight);
	return JISR_OK;
}

static int walk_ballots(struct walk *walk, struct problem *problem)
{
	walk->at = 0;
	return archive_walk(walk->archive, see_ballot, walk, problem);
}

static int walk_init(struct walk *walk, const struct archive *archive, const struct ballot_context *context,
                     const struct credential_list *list, struct problem *problem)
{
	size_t voters = credential_list_count(list);
	*walk = (struct walk){.archive = archive, .context = context, .list = list};
	walk->last = memory_zero(voters, sizeof *walk->last);
	if (walk->last == NULL || arena_new(BALLOT_ARENA, &walk->arena) != JISR_OK) {
		walk->last = memory_free(walk->last);
		return problem_no_memory(problem);
	}
	for (size_t i = 0; i < voters; i++)
		walk->last[i] = SIZE_MAX;
	return JISR_OK;
}

static void walk_finish(struct walk *walk)
{
	arena_free(walk->arena);
	memory_free(walk->last);
}

int tally_last_ballots(const struct archive *archive, const struct ballot_context *context,
                       const struct credential_list *list, size_t **ret_last, struct problem *problem)
{
	struct walk walk;
	int error = walk_init(&walk, archive, context, list, problem);
	if (error != JISR_OK)
		return error;
	error = walk_ballots(&walk, problem);
	if (error == JISR_OK) {
		*ret_last = walk.last;
		walk.last = NULL;
	}
	walk_finish(&walk);
	return error;
}

int tally_archive(const struct archive *archive, const struct election *election, const struct ballot_context *context,
                  const struct credential_list *list, struct tally **ret_tally, struct problem *problem)
{
	struct walk walk;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	if (tally_new(election, &tally) != JISR_OK)
		return problem_no_memory(problem);
	int error = walk_init(&walk, archive, context, list, problem);
	if (error != JISR_OK)
		return error;
	walk.tally = tally;
	error = walk_ballots(&walk, problem);
	walk.counting = true;
	if (error == JISR_OK)
		error = walk_ballots(&walk, problem);
	walk_finish(&walk);
	if (error != JISR_OK)
		return error;
	*ret_tally = tally;
	tally = NULL;
	return JISR_OK;
}
