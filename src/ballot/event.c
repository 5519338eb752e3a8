/* The event message. Declared in archive.h. */
#include "ballot/archive.h"

#include <string.h>

#define EVENT_MAX_BYTES  512
#define EVENT_MAX_HEIGHT ((uint64_t)ARCHIVE_MAX_ENTRIES)

static const char *const type_names[EVENT_TYPE_COUNT] = {
	[EVENT_SETUP] = "Setup",
	[EVENT_BALLOT] = "Ballot",
	[EVENT_END_BALLOTS] = "EndBallots",
	[EVENT_ENCRYPTED_TALLY] = "EncryptedTally",
	[EVENT_SHUFFLE] = "Shuffle",
	[EVENT_END_SHUFFLES] = "EndShuffles",
	[EVENT_PARTIAL_DECRYPTION] = "PartialDecryption",
	[EVENT_RESULT] = "Result",
};

const char *event_type_name(enum event_type type)
{
	return type_names[type];
}

static int read_members(const cJSON *json, struct event *event, struct problem *problem)
{
	enum { PARENT, HEIGHT, TYPE, PAYLOAD, COUNT };
	static const char *const names[COUNT] = {"?parent", "height", "type", "?payload"};
	const cJSON *members[COUNT];
	const char *type;
	int error = message_members(json, "", names, COUNT, members, problem);
	if (error == JISR_OK)
		error = message_number(members[HEIGHT], "height", 0, EVENT_MAX_HEIGHT, &event->height, problem);
	if (error == JISR_OK)
		error = message_string(members[TYPE], "type", &type, problem);
	event->has_parent = error == JISR_OK && members[PARENT] != NULL;
	if (event->has_parent)
		error = message_hash(members[PARENT], "parent", event->parent, problem);
	event->has_payload = error == JISR_OK && members[PAYLOAD] != NULL;
	if (event->has_payload)
		error = message_hash(members[PAYLOAD], "payload", event->payload, problem);
	if (error != JISR_OK)
		return error;
	for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
		if (strcmp(type, type_names[i]) == 0) {
			event->type = (enum event_type)i;
			return JISR_OK;
		}
	}
	return problem_set(problem, JISR_BAD_INPUT, "type is no type of event");
}

int event_read(const char *bytes, size_t length, struct event *ret_event, struct problem *problem)
{
	if (length > EVENT_MAX_BYTES)
		return problem_set(problem, JISR_BAD_INPUT, "the event has %zu bytes, more than any event", length);
	CLEANUP(json_freep) cJSON *json = NULL;
	struct event event = {0};
	int error = message_parse(bytes, length, &json, problem);
	if (error == JISR_OK)
		error = read_members(json, &event, problem);
	if (error != JISR_OK)
		return error;
	bool payload = event.type != EVENT_END_BALLOTS && event.type != EVENT_END_SHUFFLES;
	if (event.has_payload != payload)
		return problem_set(problem, JISR_BAD_INPUT, "an event of type %s has %s payload",
		                   type_names[event.type], payload ? "a" : "no");
	if (event.has_parent != (event.height > 0))
		return problem_set(problem, JISR_BAD_INPUT, "every event but the first, of height 0, has a parent");
	struct text text;
	text_init(&text, EVENT_MAX_BYTES);
	error = event_write(&event, &text);
	if (error == JISR_OK && (text.length != length || memcmp(text.bytes, bytes, length) != 0))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the event is not in the one form that events are written in");
	text_finish(&text);
	if (error == JISR_OK)
		*ret_event = event;
	return error;
}

int event_write(const struct event *event, struct text *text)
{
	char hex[DIGEST_HEX + 1];
	(void)text_add_char(text, '{');
	if (event->has_parent) {
		digest_write_hex(event->parent, hex);
		(void)text_add_format(text, "\"parent\":\"%s\",", hex);
	}
	(void)text_add_format(text, "\"height\":%llu,\"type\":\"%s\"", (unsigned long long)event->height,
	                      type_names[event->type]);
	if (event->has_payload) {
		digest_write_hex(event->payload, hex);
		(void)text_add_format(text, ",\"payload\":\"%s\"", hex);
	}
	return text_add_char(text, '}');
}
