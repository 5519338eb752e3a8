#include "ballot/verify.h"

#include "ballot/result.h"
#include "ballot/trustees.h"
#include "ballot/verify_ballots.h"

#include <string.h>

#define MAX_DECRYPTIONS 4096 /* trustees of one election */

struct decrypted {
	size_t event; /* entry of the event */
	uint64_t owner;
	struct decryption *decryption;
};

struct verify {
	const struct archive *archive;
	const struct verify_options *options;
	struct verify_report report;
	unsigned char *named; /* an entry each: 1 when something names it */
	struct election *election;
	struct trustees *trustees;
	struct credential_list *list;
	struct verify_ballot *ballots;
	size_t ballot_count, ballot_capacity;
	struct tally *tally;
	struct decrypted *decrypted;
	size_t decrypted_count, decrypted_capacity;
	size_t tally_event, result_event; /* entries; SIZE_MAX when there is none */
};

static void verify_finish(struct verify *verify)
{
	(void)memory_free(verify->named);
	(void)tally_free(verify->tally);
	(void)credential_list_free(verify->list);
	(void)trustees_free(verify->trustees);
	(void)election_free(verify->election);
	(void)memory_free(verify->ballots);
	for (size_t i = 0; i < verify->decrypted_count; i++)
		(void)memory_free(verify->decrypted[i].decryption);
	(void)memory_free(verify->decrypted);
}

/* Puts where it is before the sentence: "Ballot, event HASH (height 3): ...". What a message lacks is wrong with it. */
static int at_event(const struct verify *verify, size_t entry, int error, struct problem *problem)
{
	struct archive_entry event_entry = archive_get(verify->archive, entry);
	struct event event;
	char hex[DIGEST_HEX + 1], prefix[DIGEST_HEX + 80];
	if (event_read(event_entry.bytes, event_entry.length, &event, NULL) == JISR_OK) {
		digest_write_hex(event_entry.hash, hex);
		(void)snprintf(prefix, sizeof prefix, "%s at height %llu (event %s)", event_type_name(event.type),
		               (unsigned long long)event.height, hex);
		problem_prefix(problem, prefix);
	}
	return error == JISR_NOT_FOUND || error == JISR_CORRUPT ? JISR_BAD_INPUT : error;
}

/* The payload of an event, or what a payload names; marks it as named. */
static int find(struct verify *verify, const unsigned char hash[DIGEST_BYTES], size_t before, const char *what,
                struct archive_entry *ret_entry, struct problem *problem)
{
	int error = archive_find(verify->archive, hash, before, what, ret_entry, problem);
	if (error == JISR_OK)
		verify->named[ret_entry->index] = 1;
	return error;
}

/* --- the events, in their order --- */

static int see_ballot(struct verify *verify, const struct archive_entry *entry, const struct archive_entry *payload,
                      struct problem *problem)
{
	int error = memory_reserve(&verify->ballots, &verify->ballot_capacity, verify->ballot_count + 1,
	                           ARCHIVE_MAX_ENTRIES, sizeof *verify->ballots);
	if (error != JISR_OK)
		return problem_set(problem, error, "there is no memory left for the ballots");
	verify->ballots[verify->ballot_count++] =
		(struct verify_ballot){.event = (uint32_t)entry->index, .payload = (uint32_t)payload->index};
	return JISR_OK;
}

static int see_decryption(struct verify *verify, const struct archive_entry *entry, struct problem *problem)
{
	int error = memory_reserve(&verify->decrypted, &verify->decrypted_capacity, verify->decrypted_count + 1,
	                           MAX_DECRYPTIONS, sizeof *verify->decrypted);
	if (error != JISR_OK)
		return problem_set(problem, error, "there are too many partial decryptions");
	verify->decrypted[verify->decrypted_count++] = (struct decrypted){.event = entry->index};
	return JISR_OK;
}

static int see(void *context, const struct event *event, const struct archive_entry *entry, struct problem *problem)
{
	struct verify *verify = context;
	struct archive_entry payload = {0};
	int error = JISR_OK;
	verify->named[entry->index] = 1;
	if (event->has_payload) {
		error = archive_find(verify->archive, event->payload, entry->index, "its payload", &payload, problem);
		if (error == JISR_OK && verify->named[payload.index] != 0)
			error = problem_set(
				problem, JISR_BAD_INPUT,
				event->type == EVENT_BALLOT
					? "this very ballot was cast before; a voter who votes again makes a new one"
					: "its payload was used before");
	}
	if (error != JISR_OK)
		return at_event(verify, entry->index, error, problem);
	if (event->has_payload)
		verify->named[payload.index] = 1;
	switch (event->type) {
	case EVENT_BALLOT: error = see_ballot(verify, entry, &payload, problem); break;
	case EVENT_END_BALLOTS: verify->report.closed = true; break;
	case EVENT_ENCRYPTED_TALLY:
		verify->report.tally = true;
		verify->tally_event = entry->index;
		break;
	case EVENT_PARTIAL_DECRYPTION: error = see_decryption(verify, entry, problem); break;
	case EVENT_RESULT:
		verify->report.result = true;
		verify->result_event = entry->index;
		break;
	case EVENT_SHUFFLE:
	case EVENT_END_SHUFFLES:
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "an election whose questions are all homomorphic has nothing to shuffle");
		break;
	default: break;
	}
	memcpy(verify->report.head, entry->hash, DIGEST_BYTES);
	return error == JISR_OK ? JISR_OK : at_event(verify, entry->index, error, problem);
}

/* --- the setup --- */

static int check_setup(struct verify *verify, struct problem *problem)
{
	struct archive_setup setup;
	int error = archive_setup(verify->archive, &setup, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, "setup");
		return error;
	}
	verify->named[setup.election.index] = 1;
	verify->named[setup.trustees.index] = 1;
	verify->named[setup.credentials.index] = 1;
	error = election_read(setup.election.bytes, setup.election.length, &verify->election, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, "election");
		return error;
	}
	error = trustees_read(verify->election->group, setup.trustees.bytes, setup.trustees.length, &verify->trustees,
	                      problem);
	if (error == JISR_OK && !element_equal(&verify->trustees->public_key, &verify->election->public_key))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the election's public key is not the product of the trustees' keys");
	if (error != JISR_OK) {
		problem_prefix(problem, "trustees");
		return error;
	}
	error = credential_list_read(verify->election->group, setup.credentials.bytes, setup.credentials.length,
	                             &verify->list, problem);
	if (error != JISR_OK) {
		problem_prefix(problem, "public credentials");
		return error;
	}
	verify->report.voters = credential_list_count(verify->list);
	return JISR_OK;
}

/* --- the encrypted tally --- */

/* Names the first ciphertext that differs from what the ballots give. */
static int compare_tally(const struct verify *verify, const struct tally *published, struct problem *problem)
{
	const struct tally *own = verify->tally;
	if (published->ballots != own->ballots || published->weight != own->weight)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "it counts %llu ballots of weight %llu; there are %llu of weight %llu",
		                   (unsigned long long)published->ballots, (unsigned long long)published->weight,
		                   (unsigned long long)own->ballots, (unsigned long long)own->weight);
	size_t question = 0, choice = 0;
	for (size_t i = 0; i < own->count; i++) {
		if (!element_equal(&published->ciphertexts[i].alpha, &own->ciphertexts[i].alpha) ||
		    !element_equal(&published->ciphertexts[i].beta, &own->ciphertexts[i].beta))
			return problem_set(
				problem, JISR_BAD_INPUT,
				"encrypted_tally[%zu][%zu] is not the product of what the ballots have there", question,
				choice);
		if (++choice == question_choices(&verify->election->questions[question])) {
			question++;
			choice = 0;
		}
	}
	return problem_set(problem, JISR_BAD_INPUT, "the encrypted tally is not in the one form that it is written in");
}

static int check_tally(struct verify *verify, struct problem *problem)
{
	static const char *const names[] = {"num_tallied", "total_weight", "encrypted_tally"};
	struct archive_entry event_entry = archive_get(verify->archive, verify->tally_event), sized, encrypted;
	CLEANUP(tally_freep) struct tally *published = NULL;
	CLEANUP(json_freep) cJSON *json = NULL;
	const cJSON *members[3];
	unsigned char hash[DIGEST_BYTES];
	struct event event;
	int error = event_read(event_entry.bytes, event_entry.length, &event, problem);
	if (error == JISR_OK)
		error = find(verify, event.payload, event_entry.index, "its payload", &sized, problem);
	if (error == JISR_OK && sized.length > ARCHIVE_MAX_NAMING)
		error = problem_set(problem, JISR_BAD_INPUT, "its payload has %zu bytes, more than it ever has",
		                    sized.length);
	if (error == JISR_OK)
		error = message_parse(sized.bytes, sized.length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "", names, 3, members, problem);
	if (error == JISR_OK)
		error = message_hash(members[2], "encrypted_tally", hash, problem);
	if (error == JISR_OK)
		error = find(verify, hash, sized.index, "the encrypted tally", &encrypted, problem);
	if (error != JISR_OK)
		return error;
	struct text own, own_sized;
	text_init(&own, ARCHIVE_MAX_ENTRY);
	text_init(&own_sized, MESSAGE_MAX_BYTES);
	error = tally_write(verify->tally, &own);
	if (error == JISR_OK)
		error = tally_write_sized(verify->tally, encrypted.hash, &own_sized);
	bool same = error == JISR_OK && own.length == encrypted.length && own_sized.length == sized.length &&
	            memcmp(own.bytes, encrypted.bytes, own.length) == 0 &&
	            memcmp(own_sized.bytes, sized.bytes, sized.length) == 0;
	text_finish(&own);
	text_finish(&own_sized);
	if (error != JISR_OK)
		return problem_set(problem, error, "there is no memory left for the tally");
	if (same)
		return JISR_OK;
	error = tally_read(verify->election, encrypted.bytes, encrypted.length, sized.bytes, sized.length, &published,
	                   problem);
	return error == JISR_OK ? compare_tally(verify, published, problem) : error;
}

/* --- partial decryptions and result --- */

static int check_decryption(struct verify *verify, struct decrypted *decrypted, struct problem *problem)
{
	struct archive_entry entry = archive_get(verify->archive, decrypted->event), owned, partial;
	unsigned char hash[DIGEST_BYTES];
	struct event event;
	int error = event_read(entry.bytes, entry.length, &event, problem);
	if (error == JISR_OK)
		error = find(verify, event.payload, entry.index, "its payload", &owned, problem);
	if (error == JISR_OK)
		error = decryption_owned_read(owned.bytes, owned.length, &decrypted->owner, hash, problem);
	if (error == JISR_OK)
		error = find(verify, hash, owned.index, "the partial decryption", &partial, problem);
	if (error != JISR_OK)
		return error;
	const struct trustee_key *key = trustees_key(verify->trustees, decrypted->owner);
	if (key == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "there is no trustee %llu; trustees are 1 to %zu",
		                   (unsigned long long)decrypted->owner, verify->trustees->owner_count);
	for (const struct decrypted *other = verify->decrypted; other < decrypted; other++)
		if (other->owner == decrypted->owner)
			return problem_set(problem, JISR_BAD_INPUT, "trustee %llu has decrypted already",
			                   (unsigned long long)decrypted->owner);
	error = decryption_read(verify->tally, partial.bytes, partial.length, &decrypted->decryption, problem);
	if (error == JISR_OK)
		error = decryption_check(verify->tally, key, decrypted->decryption, problem);
	verify->report.decryptions += error == JISR_OK;
	return error;
}

static int compare_result(const struct verify *verify, const uint64_t *published, const uint64_t *own,
                          struct problem *problem)
{
	size_t question = 0, choice = 0;
	for (size_t i = 0; i < verify->tally->count; i++) {
		if (published[i] != own[i])
			return problem_set(problem, JISR_BAD_INPUT,
			                   "result[%zu][%zu] is %llu; the partial decryptions give %llu", question,
			                   choice, (unsigned long long)published[i], (unsigned long long)own[i]);
		if (++choice == question_choices(&verify->election->questions[question])) {
			question++;
			choice = 0;
		}
	}
	return JISR_OK;
}

static int check_result(struct verify *verify, struct problem *problem)
{
	CLEANUP(memory_freep) struct result_share *shares = memory_zero(verify->decrypted_count + 1, sizeof *shares);
	CLEANUP(memory_freep) uint64_t *published = NULL;
	CLEANUP(memory_freep) uint64_t *own = NULL;
	struct archive_entry entry = archive_get(verify->archive, verify->result_event), payload;
	struct event event;
	if (shares == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left for the result");
	for (size_t i = 0; i < verify->decrypted_count; i++)
		shares[i] = (struct result_share){verify->decrypted[i].owner, verify->decrypted[i].decryption};
	int error = event_read(entry.bytes, entry.length, &event, problem);
	if (error == JISR_OK)
		error = find(verify, event.payload, entry.index, "its payload", &payload, problem);
	if (error == JISR_OK)
		error = result_read(verify->election, payload.bytes, payload.length, &published, problem);
	if (error == JISR_OK)
		error = result_compute(verify->tally, verify->trustees, shares, verify->decrypted_count, &own, problem);
	return error == JISR_OK ? compare_result(verify, published, own, problem) : error;
}

/* --- the whole --- */

static int check_named(const struct verify *verify, struct problem *problem)
{
	for (size_t i = 0; i < archive_count(verify->archive); i++) {
		struct archive_entry entry = archive_get(verify->archive, i);
		char hex[DIGEST_HEX + 1];
		if (verify->named[i] != 0)
			continue;
		digest_write_hex(entry.hash, hex);
		return problem_set(problem, JISR_BAD_INPUT, "the entry %s is named by nothing in the archive", hex);
	}
	return JISR_OK;
}

static int verify_all(struct verify *verify, struct problem *problem)
{
	size_t wrong;
	int error = check_setup(verify, problem);
	if (error == JISR_OK)
		error = archive_walk(verify->archive, see, verify, problem);
	if (error != JISR_OK)
		return error;
	error = verify_ballots(verify->archive, verify->election, verify->list, verify->ballots, verify->ballot_count,
	                       verify->options, &verify->tally, &wrong, problem);
	if (error != JISR_OK)
		return wrong != SIZE_MAX ? at_event(verify, verify->ballots[wrong].event, error, problem) : error;
	verify->report.ballots = verify->ballot_count;
	verify->report.tallied = verify->tally->ballots;
	verify->report.weight = verify->tally->weight;
	if (verify->report.tally)
		error = check_tally(verify, problem);
	if (error != JISR_OK)
		return at_event(verify, verify->tally_event, error, problem);
	for (size_t i = 0; i < verify->decrypted_count; i++) {
		error = check_decryption(verify, &verify->decrypted[i], problem);
		if (error != JISR_OK)
			return at_event(verify, verify->decrypted[i].event, error, problem);
	}
	if (verify->report.result)
		error = check_result(verify, problem);
	if (error != JISR_OK)
		return at_event(verify, verify->result_event, error, problem);
	return check_named(verify, problem);
}

int verify_archive(const struct archive *archive, const struct verify_options *options,
                   struct verify_report *ret_report, struct problem *problem)
{
	struct verify verify = {
		.archive = archive, .options = options, .tally_event = SIZE_MAX, .result_event = SIZE_MAX};
	verify.named = memory_zero(archive_count(archive) + 1, 1);
	int error = verify.named == NULL
	                    ? problem_set(problem, JISR_NO_MEMORY, "there is no memory left for the archive")
	                    : verify_all(&verify, problem);
	verify_finish(&verify);
	if (error == JISR_OK)
		*ret_report = verify.report;
	return error;
}

/* --- one history --- */

/* The next event's entry from *index on, SIZE_MAX when there is none. */
static size_t next_event(const struct archive *archive, size_t index)
{
	while (index < archive_count(archive) && archive_get(archive, index).kind != ARCHIVE_EVENT)
		index++;
	return index < archive_count(archive) ? index : SIZE_MAX;
}

int verify_continues(const struct archive *old, const struct archive *new, struct problem *problem)
{
	uint64_t height = 0;
	size_t old_index = next_event(old, 0), new_index = next_event(new, 0);
	for (; old_index != SIZE_MAX; height++) {
		char hex[DIGEST_HEX + 1];
		struct archive_entry own = archive_get(old, old_index);
		digest_write_hex(own.hash, hex);
		if (new_index == SIZE_MAX)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the event at height %llu (%s) is gone: the later archive ends before it",
			                   (unsigned long long)height, hex);
		if (memcmp(own.hash, archive_get(new, new_index).hash, DIGEST_BYTES) != 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the event at height %llu (%s) is another one in the later archive",
			                   (unsigned long long)height, hex);
		old_index = next_event(old, old_index + 1);
		new_index = next_event(new, new_index + 1);
	}
	return JISR_OK;
}
