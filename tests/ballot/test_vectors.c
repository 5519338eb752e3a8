/* The vectors in tests/vectors/ballot, which every implementation must judge alike (docs/ballot.md): desk/ballot's tests
 * read the same files. Every member of every file is used; one that this program does not know fails it. */
#include "ballot/ballot_private.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What the sentence of a refusal must hold, by the code of the vectors; a code that covers several faults has several. The
 * program does not tell apart which rule a vote breaks, since that would tell the vote. */
static const struct {
	const char *code, *sentences[4];
} reasons[] = {
	{"election-form",
         {"election's version is not 1", "uuid is not a string of 14", "stands twice in one object",
          "does not belong there"}},
	{"election-group", {"the group BELENIOS-1024 is unknown", "group is not a JSON string"}},
	{"election-key", {"public_key is"}},
	{"election-question", {"questions[0] has min", "questions[0] lets the voter choose"}},
	{"credential-form", {"does not have 15 characters", "a character that no credential has"}},
	{"credential-checksum", {"is mistyped"}},
	{"choices-blank", {"question 1 does not allow this vote"}},
	{"choices-few", {"question 1 does not allow this vote"}},
	{"choices-many", {"question 1 does not allow this vote"}},
	{"choices-value", {"choice 2 of question 1 is not a whole number from 0 to 1"}},
	{"choices-form", {"items where"}},
	{"ballot-form",
         {"not in the one form that ballots", "than any number of the group", "does not belong there",
          "stands twice in one object"}},
	{"ballot-election", {"the ballot is of another election"}},
	{"ballot-hash", {"signature.hash is not"}},
	{"ballot-signature", {"signature.proof does not hold"}},
	{"ballot-element", {"is not in the group", "is 0, which is in no group"}},
	{"ballot-proof", {"does not hold: nothing proves that"}},
	{"opened-form",
         {"is not below q", "has a leading zero", "not in the one form that it is", "does not belong there"}},
	{"opened-randomness", {"does not open alpha"}},
};

struct vectors {
	cJSON *json;
	const char *text; /* of the election */
	struct election *election;
	struct credential_list *list;
	struct ballot_context *context;
	struct arena *arena;
};

static cJSON *read_file(const char *name)
{
	char path[4096];
	struct text text;
	struct problem problem = {0};
	cJSON *json = NULL;
	const char *source = getenv("JISR_SOURCE");
	(void)snprintf(path, sizeof path, "%s/tests/vectors/ballot/%s.json", source != NULL ? source : ".", name);
	text_init(&text, 1 << 24);
	if (file_read(path, &text, &problem) != JISR_OK ||
	    json_read(text.bytes, text.length, &json, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	text_finish(&text);
	return json;
}

/* Nothing in an object but these members. */
static void only(const cJSON *object, const char *const names[], size_t count)
{
	const cJSON *member;
	cJSON_ArrayForEach(member, object)
	{
		size_t i = 0;
		while (i < count && strcmp(member->string, names[i]) != 0)
			i++;
		if (i == count)
			fail_msg("nothing here reads '%s'", member->string);
	}
}

#define ONLY(object, ...)                                                                                              \
	do {                                                                                                           \
		static const char *const only_names[] = {__VA_ARGS__};                                                 \
		only(object, only_names, sizeof only_names / sizeof *only_names);                                      \
	} while (0)

static void refused(const cJSON *item, int error, const struct problem *problem)
{
	const char *code = json_get_text(item, "problem"), *name = json_get_text(item, "name");
	if (error == JISR_OK)
		fail_msg("accepted: %s", name == NULL ? code : name);
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		for (size_t j = 0; strcmp(reasons[i].code, code) == 0 && j < 4 && reasons[i].sentences[j] != NULL; j++)
			if (strstr(problem->text, reasons[i].sentences[j]) != NULL)
				return;
	fail_msg("%s: refused because '%s', not because of %s", name == NULL ? "" : name, problem->text, code);
}

/* The text with the first `replace` become `by`. */
static void alter(const char *text, const cJSON *item, struct text *ret_altered)
{
	ONLY(item, "name", "problem", "replace", "by");
	const char *replace = json_get_text(item, "replace"), *at = strstr(text, replace);
	if (at == NULL)
		fail_msg("%s: nothing to replace", json_get_text(item, "name"));
	text_init(ret_altered, 1 << 22);
	(void)text_add(ret_altered, text, (size_t)(at - text));
	(void)text_add_string(ret_altered, json_get_text(item, "by"));
	assert_int_equal(text_add_string(ret_altered, at + strlen(replace)), JISR_OK);
}

static int setup(struct vectors *vectors, const char *name)
{
	struct problem problem = {0};
	vectors->json = read_file(name);
	ONLY(vectors->json, "about", "election", "fingerprint", "public_credentials", "credentials", "ballots",
	     "opened", "refused_elections", "refused_choices", "refused_ballots", "altered_ballots", "altered_opened");
	vectors->text = json_get_text(vectors->json, "election");
	const char *credentials = json_get_text(vectors->json, "public_credentials");
	if (election_read(vectors->text, strlen(vectors->text), &vectors->election, &problem) != JISR_OK ||
	    credential_list_read(vectors->election->group, credentials, strlen(credentials), &vectors->list,
	                         &problem) != JISR_OK ||
	    ballot_context_new(vectors->election, &vectors->context, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return arena_new((size_t)1 << 30, &vectors->arena);
}

static void finish(struct vectors *vectors)
{
	(void)arena_free(vectors->arena);
	(void)ballot_context_free(vectors->context);
	(void)credential_list_free(vectors->list);
	(void)election_free(vectors->election);
	json_freep(&vectors->json);
}

/* --- each kind of vector --- */

/* What was read is written as it was. */
static void check_election(const struct vectors *vectors)
{
	struct text written;
	text_init(&written, 1 << 20);
	assert_string_equal(vectors->election->fingerprint, json_get_text(vectors->json, "fingerprint"));
	assert_int_equal(election_write(vectors->election, &written), JISR_OK);
	assert_string_equal(written.bytes, vectors->text);
	text_reset(&written);
	assert_int_equal(credential_list_write(vectors->list, &written), JISR_OK);
	assert_string_equal(written.bytes, json_get_text(vectors->json, "public_credentials"));
	text_finish(&written);
	const cJSON *item;
	cJSON_ArrayForEach(item, json_get(vectors->json, "credentials"))
	{
		char credential[CREDENTIAL_LENGTH + 1];
		struct problem problem = {0};
		struct element public;
		assert_int_equal(credential_read(item->valuestring, credential, &problem), JISR_OK);
		assert_int_equal(
			credential_public(vectors->election->group, vectors->election->uuid, credential, &public),
			JISR_OK);
		assert_true(credential_list_find(vectors->list, &public) != SIZE_MAX);
	}
}

/* The index in the list of the private credential that stands at `voter` in the file. */
static size_t voter_index(const struct vectors *vectors, const cJSON *item)
{
	const cJSON *secret =
		cJSON_GetArrayItem(json_get(vectors->json, "credentials"), json_get(item, "voter")->valueint);
	char credential[CREDENTIAL_LENGTH + 1];
	struct problem problem = {0};
	struct element public;
	assert_int_equal(credential_read(secret->valuestring, credential, &problem), JISR_OK);
	assert_int_equal(credential_public(vectors->election->group, vectors->election->uuid, credential, &public),
	                 JISR_OK);
	return credential_list_find(vectors->list, &public);
}

static int accept(const struct vectors *vectors, const char *bytes, size_t length, struct ballot **ret_ballot,
                  size_t *ret_voter, struct problem *problem)
{
	arena_reset(vectors->arena);
	return ballot_accept(vectors->context, vectors->list, bytes, length, vectors->arena, ret_ballot, ret_voter,
	                     problem);
}

static void check_ballots(const struct vectors *vectors)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, json_get(vectors->json, "ballots"))
	{
		ONLY(item, "made_by", "voter", "choices", "text", "tracking_number", "commitment");
		const char *bytes = json_get_text(item, "text");
		struct problem problem = {0};
		struct ballot *ballot;
		size_t voter;
		if (accept(vectors, bytes, strlen(bytes), &ballot, &voter, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		assert_string_equal(ballot->tracking, json_get_text(item, "tracking_number"));
		assert_string_equal(ballot->hash, json_get_text(item, "commitment"));
		assert_int_equal(voter, voter_index(vectors, item));
		struct text written;
		text_init(&written, 1 << 22);
		ballot_write_unsigned(vectors->context, ballot, &written);
		(void)text_add_format(&written, ",\"signature\":{\"hash\":\"%s\",\"proof\":", ballot->hash);
		message_write_proof(&written, &ballot->signature);
		assert_int_equal(text_add_string(&written, "}}"), JISR_OK);
		assert_string_equal(written.bytes, bytes);
		text_finish(&written);
	}
	cJSON_ArrayForEach(item, json_get(vectors->json, "refused_ballots"))
	{
		ONLY(item, "name", "problem", "text");
		const char *bytes = json_get_text(item, "text");
		struct problem problem = {0};
		struct ballot *ballot;
		size_t voter;
		refused(item, accept(vectors, bytes, strlen(bytes), &ballot, &voter, &problem), &problem);
	}
	const char *first = json_get_text(json_get(vectors->json, "ballots")->child, "text");
	cJSON_ArrayForEach(item, json_get(vectors->json, "altered_ballots"))
	{
		struct text altered;
		struct problem problem = {0};
		struct ballot *ballot;
		size_t voter;
		alter(first, item, &altered);
		refused(item, accept(vectors, altered.bytes, altered.length, &ballot, &voter, &problem), &problem);
		text_finish(&altered);
	}
}

static void check_choices(const struct vectors *vectors, const struct votes *votes, const cJSON *choices)
{
	assert_int_equal(cJSON_GetArraySize(choices), vectors->election->question_count);
	size_t question = 0;
	const cJSON *list;
	cJSON_ArrayForEach(list, choices)
	{
		size_t i = 0;
		const cJSON *choice;
		assert_int_equal(cJSON_GetArraySize(list), question_choices(&vectors->election->questions[question]));
		cJSON_ArrayForEach(choice, list) assert_int_equal(votes->choices[question][i++], choice->valueint);
		question++;
	}
}

static void check_opened(const struct vectors *vectors)
{
	const cJSON *item;
	struct problem problem = {0};
	struct opened_ballot opened;
	cJSON_ArrayForEach(item, json_get(vectors->json, "opened"))
	{
		ONLY(item, "voter", "choices", "text", "commitment");
		const char *bytes = json_get_text(item, "text");
		if (opened_ballot_check(vectors->context, bytes, strlen(bytes), &opened, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		assert_string_equal(opened.commitment, json_get_text(item, "commitment"));
		assert_int_equal(credential_list_find(vectors->list, &opened.credential), voter_index(vectors, item));
		check_choices(vectors, opened.votes, json_get(item, "choices"));
		(void)secret_free(opened.votes);
	}
	const char *first = json_get_text(json_get(vectors->json, "opened")->child, "text");
	cJSON_ArrayForEach(item, json_get(vectors->json, "altered_opened"))
	{
		struct text altered;
		alter(first, item, &altered);
		problem.text[0] = '\0';
		refused(item, opened_ballot_check(vectors->context, altered.bytes, altered.length, &opened, &problem),
		        &problem);
		text_finish(&altered);
	}
}

static void check_refused(const struct vectors *vectors)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, json_get(vectors->json, "refused_elections"))
	{
		struct text altered;
		struct problem problem = {0};
		struct election *election;
		alter(vectors->text, item, &altered);
		refused(item, election_read(altered.bytes, altered.length, &election, &problem), &problem);
		text_finish(&altered);
	}
	cJSON_ArrayForEach(item, json_get(vectors->json, "refused_choices"))
	{
		ONLY(item, "choices", "problem");
		char *choices = cJSON_PrintUnformatted(json_get(item, "choices"));
		struct problem problem = {0};
		struct votes *votes;
		refused(item, votes_read(vectors->election, choices, strlen(choices), &votes, &problem), &problem);
		cJSON_free(choices);
	}
}

static void check_vectors(const char *name)
{
	struct vectors vectors = {0};
	assert_int_equal(setup(&vectors, name), JISR_OK);
	check_election(&vectors);
	check_ballots(&vectors);
	check_opened(&vectors);
	check_refused(&vectors);
	finish(&vectors);
}

/* --- the files --- */

static void those_of_one_question_hold(void **state)
{
	(void)state;
	check_vectors("president");
}

static void those_of_several_questions_and_weights_hold(void **state)
{
	(void)state;
	check_vectors("delegates");
}

static void those_of_the_other_group_hold(void **state)
{
	(void)state;
	check_vectors("treaty");
}

static void credentials_are_those_of_belenios_tool(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *json = read_file("credentials");
	ONLY(json, "about", "valid", "refused");
	const cJSON *item;
	char credential[CREDENTIAL_LENGTH + 1];
	cJSON_ArrayForEach(item, json_get(json, "valid"))
	{
		ONLY(item, "group", "uuid", "credential", "public");
		const struct group *group = group_find(json_get_text(item, "group"));
		char digits[GROUP_DIGITS + 1];
		struct problem problem = {0};
		struct element element;
		assert_int_equal(credential_read(json_get_text(item, "credential"), credential, &problem), JISR_OK);
		assert_string_equal(credential, json_get_text(item, "credential"));
		assert_int_equal(credential_public(group, json_get_text(item, "uuid"), credential, &element), JISR_OK);
		(void)element_write(&element, digits);
		assert_string_equal(digits, json_get_text(item, "public"));
	}
	cJSON_ArrayForEach(item, json_get(json, "refused"))
	{
		ONLY(item, "credential", "problem");
		struct problem problem = {0};
		refused(item, credential_read(json_get_text(item, "credential"), credential, &problem), &problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_one_question_hold),
		cmocka_unit_test(those_of_several_questions_and_weights_hold),
		cmocka_unit_test(those_of_the_other_group_hold),
		cmocka_unit_test(credentials_are_those_of_belenios_tool),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
