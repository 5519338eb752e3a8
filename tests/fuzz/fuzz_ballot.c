/* Any bytes as the messages of an election: the first byte says which. What is read is well-formed, what is refused is
 * refused with a sentence, and writing what was read and reading it again gives the same. */
#include "ballot/ballot.h"
#include "ballot/spoiled.h"
#include "base/arena.h"
#include "base/secret.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A fixed election; its key is g^2. */
static const char election_format[] =
	"{\"version\":1,\"description\":\"\",\"name\":\"\",\"group\":\"RFC-3526-2048\",\"public_key\":\"4\","
	"\"questions\":[{\"answers\":[\"a\"],\"blank\":true,\"min\":1,\"max\":1,\"question\":\"\"},"
	"{\"answers\":[\"b\",\"c\"],\"min\":0,\"max\":2,\"question\":\"\"}],\"uuid\":\"11111111111111\"}";

static struct election *election;
static struct ballot_context *context;

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void read_election(const char *bytes, size_t size, struct problem *problem)
{
	CLEANUP(election_freep) struct election *read = NULL;
	if (election_read(bytes, size, &read, problem) != JISR_OK) {
		must(problem->text[0] != '\0');
		return;
	}
	CLEANUP(election_freep) struct election *again = NULL;
	struct text text;
	text_init(&text, ELECTION_MAX_TEXT);
	if (election_write(read, &text) == JISR_OK) {
		must(election_read(text.bytes, text.length, &again, problem) == JISR_OK);
		must(again->question_count == read->question_count && strcmp(again->uuid, read->uuid) == 0);
	}
	text_finish(&text);
}

static void read_list(const char *bytes, size_t size, struct problem *problem)
{
	CLEANUP(credential_list_freep) struct credential_list *list = NULL;
	if (credential_list_read(election->group, bytes, size, &list, problem) != JISR_OK) {
		must(problem->text[0] != '\0');
		return;
	}
	for (size_t i = 0; i < credential_list_count(list); i++)
		must(credential_list_find(list, &credential_list_get(list, i)->credential) == i);
	CLEANUP(json_freep) cJSON *json = NULL; /* the reader of whole messages takes it, too */
	must(json_read(bytes, size, &json, problem) == JISR_OK && cJSON_IsArray(json));
	must((size_t)cJSON_GetArraySize(json) == credential_list_count(list));
}

static void read_ballot(const char *bytes, size_t size, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct ballot *ballot;
	must(arena_new(1 << 24, &arena) == JISR_OK);
	int error = ballot_read(context, bytes, size, arena, &ballot, problem);
	must(error == JISR_OK || problem->text[0] != '\0');
	must(error != JISR_OK || ballot->answer_count == 2);
}

static void read_opened(const char *bytes, size_t size, struct problem *problem)
{
	struct opened_ballot opened = {0};
	must(opened_ballot_check(context, bytes, size, &opened, problem) == JISR_OK || problem->text[0] != '\0');
	(void)secret_free(opened.votes);
	CLEANUP(spoiled_freep) struct spoiled *spoiled = NULL;
	must(spoiled_new(&spoiled) == JISR_OK);
	problem->text[0] = '\0';
	must(spoiled_read(spoiled, NULL, bytes, size, problem) == JISR_OK || problem->text[0] != '\0');
}

static void read_votes(const char *bytes, size_t size, struct problem *problem)
{
	CLEANUP(secret_freep) struct votes *votes = NULL;
	if (votes_read(election, bytes, size, &votes, problem) != JISR_OK) {
		must(problem->text[0] != '\0');
		return;
	}
	must(votes->choices[0][0] <= 1 && votes->choices[1][1] <= 1);
}

static void read_credential(const char *bytes, size_t size, struct problem *problem)
{
	char typed[64] = {0}, credential[CREDENTIAL_LENGTH + 1], again[CREDENTIAL_LENGTH + 1];
	memcpy(typed, bytes, size < sizeof typed - 1 ? size : sizeof typed - 1);
	if (credential_read(typed, credential, problem) != JISR_OK) {
		must(problem->text[0] != '\0');
		return;
	}
	must(credential_read(credential, again, problem) == JISR_OK && strcmp(credential, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *, size_t, struct problem *) = {
		read_election, read_list, read_ballot, read_opened, read_votes, read_credential,
	};
	struct problem problem = {""};
	if (election == NULL) {
		must(election_read(election_format, strlen(election_format), &election, &problem) == JISR_OK);
		must(ballot_context_new(election, &context, &problem) == JISR_OK);
	}
	if (size > 0)
		readers[data[0] % (sizeof readers / sizeof *readers)]((const char *)data + 1, size - 1, &problem);
	return 0;
}
