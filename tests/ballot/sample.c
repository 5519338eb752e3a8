#include "sample.h"

#include "ballot/ballot_private.h"
#include "base/arena.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX_EVENTS 4096

static const char default_questions[] =
	"[{\"answers\":[\"A\",\"B\"],\"blank\":true,\"min\":1,\"max\":1,\"question\":\"One?\"},"
	"{\"answers\":[\"C\",\"D\",\"E\"],\"min\":0,\"max\":2,\"question\":\"Some?\"}]";
static const char default_votes[] = "[[0,1,0],[1,0,1]]";

static void check(int error, const struct problem *problem)
{
	if (error != JISR_OK)
		fail_msg("%d: %s", error, problem->text);
}

struct sample_event *sample_add(struct sample *sample, size_t at, enum event_type type, const char *bytes,
                                size_t length)
{
	assert_true(sample->event_count < MAX_EVENTS && at <= sample->event_count);
	memmove(sample->events + at + 1, sample->events + at, (sample->event_count - at) * sizeof *sample->events);
	sample->event_count++;
	struct sample_event *event = &sample->events[at];
	memset(event, 0, sizeof *event);
	event->type = type;
	for (size_t i = 0; i < 4; i++)
		text_init(&event->messages[i], ARCHIVE_MAX_ENTRY);
	text_init(&event->event, 4096);
	if (bytes != NULL)
		text_add(&event->messages[event->count++], bytes, length);
	return event;
}

static void finish_event(struct sample_event *event)
{
	for (size_t i = 0; i < 4; i++)
		text_finish(&event->messages[i]);
	text_finish(&event->event);
}

void sample_remove(struct sample *sample, size_t at)
{
	finish_event(&sample->events[at]);
	sample->event_count--;
	memmove(sample->events + at, sample->events + at + 1, (sample->event_count - at) * sizeof *sample->events);
}

void sample_swap(struct sample *sample, size_t a, size_t b)
{
	struct sample_event event = sample->events[a];
	sample->events[a] = sample->events[b];
	sample->events[b] = event;
}

static void make_election(struct sample *sample, const struct sample_plan *plan)
{
	struct problem problem = {0};
	struct text text;
	char uuid[UUID_MIN_LENGTH + 1];
	text_init(&text, 1 << 20);
	text_add_format(&text, "{\"description\":\"A test\",\"name\":\"Test\",\"questions\":%s}",
	                plan->questions != NULL ? plan->questions : default_questions);
	struct election *template;
	check(election_read_template(text.bytes, text.length, &template, &problem), &problem);
	credential_make_uuid(uuid);
	struct election given = *template;
	given.group = sample->group;
	given.public_key = sample->key.public_key;
	given.uuid = uuid;
	check(election_new(&given, &sample->election, &problem), &problem);
	(void)election_free(template);
	text_finish(&text);
}

static void make_credentials(struct sample *sample, const struct sample_plan *plan)
{
	struct voter voters[SAMPLE_MAX_VOTERS];
	struct problem problem = {0};
	size_t count = plan->voters != 0 ? plan->voters : 2;
	assert_true(count <= SAMPLE_MAX_VOTERS);
	for (size_t i = 0; i < count; i++) {
		credential_make(sample->credentials[i]);
		assert_int_equal(credential_public(sample->group, sample->election->uuid, sample->credentials[i],
		                                   &voters[i].credential),
		                 JISR_OK);
		voters[i].weight = plan->weights ? i + 1 : 1;
	}
	check(credential_list_new(voters, count, &sample->list, &problem), &problem);
}

static void add_setup(struct sample *sample)
{
	struct sample_event *event = sample_add(sample, 0, EVENT_SETUP, NULL, 0);
	struct problem problem = {0};
	struct text key;
	text_init(&key, 1 << 20);
	trustee_key_write(&key, &sample->key);
	check(trustees_assemble(sample->group, key.bytes, key.length, NULL, 0, &sample->trustees, &problem), &problem);
	text_finish(&key);
	assert_int_equal(election_write(sample->election, &event->messages[0]), JISR_OK);
	assert_int_equal(trustees_write(sample->trustees, &event->messages[1]), JISR_OK);
	assert_int_equal(credential_list_write(sample->list, &event->messages[2]), JISR_OK);
	event->count = 4;
}

void sample_vote(const struct sample *sample, size_t voter, const char *votes, struct text *text)
{
	struct problem problem = {0};
	CLEANUP(secret_freep) struct votes *read = NULL;
	check(votes_read(sample->election, votes, strlen(votes), &read, &problem), &problem);
	check(ballot_make(sample->context, sample->credentials[voter], read, text, &problem), &problem);
}

void sample_sign(const struct sample *sample, size_t voter, struct text *text)
{
	const struct group *group = sample->group;
	struct scalar w, secret;
	struct element a;
	struct digest digest;
	struct proof proof;
	char hash[DIGEST_BASE64 + 1];
	ballot_hash_unsigned(text, hash);
	credential_secret(group, sample->election->uuid, sample->credentials[voter], &secret);
	scalar_random(group, &w);
	element_power_generator(group, &w, &a);
	digest_init(&digest);
	digest_string(&digest, "sig|");
	digest_string(&digest, hash);
	digest_string(&digest, "|");
	digest_element(&digest, &a);
	digest_challenge(&digest, group, &proof.challenge);
	proof_respond(group, &w, &secret, &proof.challenge, &proof.response);
	(void)text_add_format(text, ",\"signature\":{\"hash\":\"%s\",\"proof\":", hash);
	message_write_proof(text, &proof);
	assert_int_equal(text_add_string(text, "}}"), JISR_OK);
}

void sample_end(struct sample *sample)
{
	struct problem problem = {0};
	struct tally *tally;
	struct arena *arena;
	assert_int_equal(tally_new(sample->election, &tally), JISR_OK);
	assert_int_equal(arena_new(1 << 28, &arena), JISR_OK);
	size_t counted[SAMPLE_MAX_VOTERS] = {0}; /* event, by voter */
	for (size_t i = 0; i < sample->event_count; i++) {
		const struct text *text = &sample->events[i].messages[0];
		struct ballot *ballot;
		size_t voter;
		if (sample->events[i].type != EVENT_BALLOT)
			continue;
		check(ballot_accept(sample->context, sample->list, text->bytes, text->length, arena, &ballot, &voter,
		                    &problem),
		      &problem);
		counted[voter] = i;
	}
	for (size_t voter = 0; voter < SAMPLE_MAX_VOTERS; voter++) {
		const struct text *text = &sample->events[counted[voter]].messages[0];
		struct ballot *ballot;
		if (counted[voter] == 0)
			continue;
		check(ballot_read(sample->context, text->bytes, text->length, arena, &ballot, &problem), &problem);
		tally_add(tally, ballot, credential_list_get(sample->list, voter)->weight);
	}
	(void)sample_add(sample, sample->event_count, EVENT_END_BALLOTS, NULL, 0);
	struct sample_event *event = sample_add(sample, sample->event_count, EVENT_ENCRYPTED_TALLY, NULL, 0);
	unsigned char hash[DIGEST_BYTES];
	assert_int_equal(tally_write(tally, &event->messages[0]), JISR_OK);
	digest_of(event->messages[0].bytes, event->messages[0].length, hash);
	assert_int_equal(tally_write_sized(tally, hash, &event->messages[1]), JISR_OK);
	event->count = 2;
	event = sample_add(sample, sample->event_count, EVENT_PARTIAL_DECRYPTION, NULL, 0);
	assert_int_equal(decryption_make(tally, sample->private_key, &sample->key, &event->messages[0]), JISR_OK);
	digest_of(event->messages[0].bytes, event->messages[0].length, hash);
	assert_int_equal(decryption_owned_write(1, hash, &event->messages[1]), JISR_OK);
	event->count = 2;
	struct decryption *decryption;
	check(decryption_read(tally, event->messages[0].bytes, event->messages[0].length, &decryption, &problem),
	      &problem);
	struct result_share share = {1, decryption};
	uint64_t *counts;
	check(result_compute(tally, sample->trustees, &share, 1, &counts, &problem), &problem);
	event = sample_add(sample, sample->event_count, EVENT_RESULT, NULL, 0);
	assert_int_equal(result_write(sample->election, counts, &event->messages[0]), JISR_OK);
	event->count = 1;
	(void)memory_free(counts);
	(void)memory_free(decryption);
	(void)arena_free(arena);
	(void)tally_free(tally);
}

void sample_init(struct sample *sample, const struct sample_plan *plan)
{
	struct problem problem = {0};
	memset(sample, 0, sizeof *sample);
	sample->events = memory_zero(MAX_EVENTS, sizeof *sample->events);
	sample->group = group_find(plan->group != NULL ? plan->group : "BELENIOS-2048");
	sample->private_key = secret_alloc(sizeof *sample->private_key);
	assert_true(sample->events != NULL && sample->group != NULL && sample->private_key != NULL);
	assert_int_equal(trustee_key_make(sample->group, sample->private_key, &sample->key), JISR_OK);
	make_election(sample, plan);
	make_credentials(sample, plan);
	check(ballot_context_new(sample->election, &sample->context, &problem), &problem);
	add_setup(sample);
	for (size_t i = 0; i < credential_list_count(sample->list); i++) {
		struct sample_event *event = sample_add(sample, sample->event_count, EVENT_BALLOT, NULL, 0);
		sample_vote(sample, i, plan->votes != NULL ? plan->votes : default_votes, &event->messages[0]);
		event->count = 1;
	}
	if (!plan->open)
		sample_end(sample);
}

/* Copies the message that a hash in a payload names. */
static void load_named(const struct archive *archive, struct sample_event *event, const cJSON *payload,
                       const char *member)
{
	unsigned char hash[DIGEST_BYTES];
	struct archive_entry entry;
	struct problem problem = {0};
	const char *hex = json_get_text(payload, member);
	assert_true(hex != NULL && digest_read_hex(hex, strlen(hex), hash));
	check(archive_find(archive, hash, SIZE_MAX, member, &entry, &problem), &problem);
	text_add(&event->messages[event->count++], entry.bytes, entry.length);
}

static int load_event(void *context, const struct event *event, const struct archive_entry *entry,
                      struct problem *problem)
{
	void **pair = context;
	const struct archive *archive = pair[0];
	struct sample *sample = pair[1];
	struct sample_event *own = sample_add(sample, sample->event_count, event->type, NULL, 0);
	struct archive_entry payload;
	(void)entry;
	if (!event->has_payload)
		return JISR_OK;
	check(archive_find(archive, event->payload, SIZE_MAX, "payload", &payload, problem), problem);
	CLEANUP(json_freep) cJSON *json = NULL;
	check(message_parse(payload.bytes, payload.length, &json, problem), problem);
	if (event->type == EVENT_SETUP) {
		load_named(archive, own, json, "election");
		load_named(archive, own, json, "trustees");
		load_named(archive, own, json, "credentials");
	} else if (event->type == EVENT_ENCRYPTED_TALLY) {
		load_named(archive, own, json, "encrypted_tally");
	} else if (event->type == EVENT_PARTIAL_DECRYPTION) {
		load_named(archive, own, json, "payload");
	}
	text_add(&own->messages[own->count++], payload.bytes, payload.length);
	return JISR_OK;
}

void sample_load(struct sample *sample, const char *path)
{
	struct archive *archive;
	struct problem problem = {0};
	memset(sample, 0, sizeof *sample);
	sample->events = memory_zero(MAX_EVENTS, sizeof *sample->events);
	assert_non_null(sample->events);
	check(archive_open(path, &archive, &problem), &problem);
	void *pair[2] = {archive, sample};
	check(archive_walk(archive, load_event, pair, &problem), &problem);
	(void)archive_close(archive);
	const struct sample_event *setup = &sample->events[0];
	check(election_read(setup->messages[0].bytes, setup->messages[0].length, &sample->election, &problem),
	      &problem);
	sample->group = sample->election->group;
}

void sample_finish(struct sample *sample)
{
	for (size_t i = 0; i < sample->event_count; i++)
		finish_event(&sample->events[i]);
	(void)memory_free(sample->events);
	(void)trustees_free(sample->trustees);
	(void)ballot_context_free(sample->context);
	(void)credential_list_free(sample->list);
	(void)election_free(sample->election);
	(void)secret_free(sample->private_key);
}

/* --- putting together --- */

void sample_entry(struct text *bytes, const char *name, const char *content, size_t length)
{
	char header[ARCHIVE_BLOCK] = {0}, zeros[ARCHIVE_BLOCK] = {0};
	unsigned sum = 0;
	(void)snprintf(header, 100, "%s", name);
	(void)snprintf(header + 100, 36, "0000644%c0000000%c0000000", 0, 0);
	(void)snprintf(header + 124, 12, "%011zo", length);
	(void)snprintf(header + 136, 12, "%011o", 0u);
	memset(header + 148, ' ', 8);
	header[156] = '0';
	for (size_t i = 0; i < sizeof header; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum);
	text_add(bytes, header, sizeof header);
	text_add(bytes, content, length);
	text_add(bytes, zeros, (ARCHIVE_BLOCK - length % ARCHIVE_BLOCK) % ARCHIVE_BLOCK);
}

static void add_hashed(struct text *bytes, const struct text *message, const char *kind,
                       unsigned char ret_hash[DIGEST_BYTES])
{
	char name[100], hex[DIGEST_HEX + 1];
	digest_of(message->bytes, message->length, ret_hash);
	digest_write_hex(ret_hash, hex);
	(void)snprintf(name, sizeof name, "%s.%s.json", hex, kind);
	if (bytes->length > 0 && memmem(bytes->bytes, bytes->length, name, strlen(name)) != NULL)
		return; /* an archive names each message once */
	sample_entry(bytes, name, message->bytes, message->length);
}

/* The payload with the hashes of what it names as they are now. */
static void write_payload(const struct sample_event *event, unsigned char hashes[][DIGEST_BYTES], struct text *ret_text)
{
	static const char *const setup[] = {"election", "trustees", "credentials"},
				 *const tally[] = {"encrypted_tally"}, *const decryption[] = {"payload"};
	const struct text *payload = &event->messages[event->count - 1];
	const char *const *names = event->type == EVENT_SETUP             ? setup
	                           : event->type == EVENT_ENCRYPTED_TALLY ? tally
	                                                                  : decryption;
	CLEANUP(json_freep)
	cJSON *json =
		payload->length > 0 ? cJSON_ParseWithLength(payload->bytes, payload->length) : cJSON_CreateObject();
	assert_non_null(json);
	for (size_t i = 0; i + 1 < event->count; i++) {
		char hex[DIGEST_HEX + 1];
		digest_write_hex(hashes[i], hex);
		if (json_get(json, names[i]) != NULL)
			(void)cJSON_ReplaceItemInObjectCaseSensitive(json, names[i], cJSON_CreateString(hex));
		else
			(void)cJSON_AddStringToObject(json, names[i], hex);
	}
	assert_int_equal(json_write(json, ret_text), JISR_OK);
}

void sample_archive(const struct sample *sample, struct text *bytes)
{
	static const char header[] = "{\"version\":1,\"timestamp\":\"1790000000\"}";
	unsigned char head[DIGEST_BYTES] = {0};
	sample_entry(bytes, "BELENIOS", header, strlen(header));
	for (size_t i = 0; i < sample->event_count; i++) {
		const struct sample_event *own = &sample->events[i];
		struct event event = {
			.has_parent = i > 0, .height = i, .type = own->type, .has_payload = own->count > 0};
		unsigned char hashes[4][DIGEST_BYTES];
		struct text message;
		text_init(&message, ARCHIVE_MAX_ENTRY);
		for (size_t j = 0; j + 1 < own->count; j++)
			add_hashed(bytes, &own->messages[j], "data", hashes[j]);
		if (own->count > 1 && !own->keep)
			write_payload(own, hashes, &message);
		else if (own->count > 0)
			text_add(&message, own->messages[own->count - 1].bytes, own->messages[own->count - 1].length);
		if (own->count > 0)
			add_hashed(bytes, &message, "data", event.payload);
		memcpy(event.parent, head, sizeof head);
		text_reset(&message);
		if (own->event.length > 0)
			text_add(&message, own->event.bytes, own->event.length);
		else
			(void)event_write(&event, &message);
		add_hashed(bytes, &message, "event", head);
		text_finish(&message);
	}
	assert_int_equal(bytes->error, JISR_OK);
}

int sample_verify(const struct text *bytes, struct verify_report *ret_report, struct problem *problem)
{
	static const struct verify_options options = {.threads = 1};
	CLEANUP(archive_closep) struct archive *archive = NULL;
	int error = archive_open_bytes(bytes->bytes, bytes->length, &archive, problem);
	return error == JISR_OK ? verify_archive(archive, &options, ret_report, problem) : error;
}
