#define PLACE_DOMAINS &register_domain, &message_domain
#include "message/message.h"

#include "../members/place.h"
#include "message/keyring.h"

#include <stdbool.h>
#include <unistd.h>

#define HELLO "{\"subject\":\"A red lorry\",\"text\":\"seen in Agadir by nobody\"}"

struct world {
	struct place place;
	struct caller morocco, france, headquarters;
};

static bool crime(const char *code)
{
	return strcmp(code, "DRU") == 0;
}

static void box(struct world *world, const char *office, struct envelope_reader *ret_reader)
{
	struct problem problem = {""};
	struct envelope_reader reader;
	if (message_box_change(world->place.store, &world->place.console, office, &reader, &problem) != JISR_OK)
		fail_msg("%s: %s", office, problem.text);
	if (ret_reader != NULL)
		*ret_reader = reader;
}

static void begin(struct world *world, bool boxes)
{
	place_init(&world->place);
	place_fill(&world->place);
	world->morocco = place_caller("MA", "MA-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	world->france = place_caller("FR", "FR-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	world->headquarters = place_caller("GS", "GS-1", ROLE_BIT(ROLE_REVIEWER));
	if (boxes) {
		box(world, "MA", NULL);
		box(world, "FR", NULL);
	}
}

static int try_send(struct world *world, const struct caller *caller, const char *request, char *ret_id,
                    struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct message_order order = {.caller = caller, .crime = crime};
	problem->text[0] = '\0';
	if (json_read(request, strlen(request), &json, problem) != JISR_OK)
		fail_msg("%s: %s", request, problem->text);
	order.request = json;
	int error = message_send(world->place.store, &order, problem);
	if (ret_id != NULL)
		(void)snprintf(ret_id, MESSAGE_ID_MAX + 1, "%s", order.made);
	text_finish(&order.left_out);
	return error;
}

static void send(struct world *world, const struct caller *caller, const char *request, char *ret_id)
{
	struct problem problem = {""};
	if (try_send(world, caller, request, ret_id, &problem) != JISR_OK)
		fail_msg("%s: %s", request, problem.text);
}

static void refuse(struct world *world, const struct caller *caller, const char *request, int expected,
                   const char *words)
{
	struct problem problem = {""};
	int error = try_send(world, caller, request, NULL, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s: %d \"%s\", not %d \"%s\"", request, error, problem.text, expected, words);
}

/* The content as somebody reads it; how reading ended. */
static int read_it(struct world *world, const struct caller *caller, const char *id, char out[2000])
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(json_freep) cJSON *content = NULL;
	struct message message;
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	int error = message_get(store_reader_sql(reader), caller, id, &message, NULL);
	if (!error)
		error = message_content(world->place.store, store_reader_log(reader), caller, &message, &content, NULL);
	char *text = error ? NULL : cJSON_PrintUnformatted(content);
	(void)snprintf(out, 2000, "%s", text != NULL ? text : "");
	cJSON_free(text);
	return error;
}

static bool add_state(void *context, const struct message_reader *reader)
{
	char *out = context;
	size_t length = strlen(out);
	(void)snprintf(out + length, 1000 - length, "%s%s%s%s %s;", reader->office, reader->stored[0] ? " stored" : "",
	               reader->read[0] ? " read" : "", reader->refused[0] ? " refused" : "", reader->reason);
	return true;
}

static void states(struct world *world, const struct caller *caller, const char *id, const char *expected)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct message message;
	char out[1000] = "";
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(message_get(store_reader_sql(reader), caller, id, &message, NULL), JISR_OK);
	assert_int_equal(message_readers(store_reader_sql(reader), caller, &message, add_state, out, NULL), JISR_OK);
	assert_string_equal(out, expected);
}

static void collect(struct world *world, uint64_t expected)
{
	uint64_t count = 0;
	struct problem problem = {""};
	if (message_collect(world->place.store, &count, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(count, expected);
}

static bool count_one(void *context, const struct message *message)
{
	(void)message;
	(*(size_t *)context)++;
	return true;
}

static size_t count(struct world *world, const struct caller *caller, struct message_filter filter)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	size_t listed = 0;
	uint64_t counted = 0;
	filter.limit = 1000;
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	assert_int_equal(message_list(store_reader_sql(reader), caller, &filter, count_one, &listed, NULL), JISR_OK);
	assert_int_equal(message_count(store_reader_sql(reader), caller, &filter, &counted, NULL), JISR_OK);
	assert_int_equal(listed, counted);
	return listed;
}

static void what_was_sent_is_read_by_whom_it_is_for_and_by_nobody_else(void **state)
{
	(void)state;
	struct world world;
	char id[MESSAGE_ID_MAX + 1], text[2000];
	begin(&world, true);
	box(&world, "GS", NULL);
	place_do(&world.place, &world.place.console, CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"ES\"}", "ES");
	place_do(&world.place, &world.place.console, CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"ES\"}", "ES");
	struct caller spain = place_caller("ES", "ES-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	struct caller border = place_caller("FR", "FR-2", ROLE_BIT(ROLE_BORDER_OFFICER));
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"urgency\":\"urgent\",\"content\":" HELLO "}", id);
	assert_int_equal(read_it(&world, &world.france, id, text), JISR_OK);
	assert_string_equal(text, HELLO);
	assert_int_equal(read_it(&world, &world.morocco, id, text), JISR_OK);
	assert_string_equal(text, HELLO);
	assert_int_equal(read_it(&world, &spain, id, text), JISR_NOT_FOUND);
	assert_int_equal(read_it(&world, &border, id, text), JISR_DENIED);
	assert_int_equal(read_it(&world, &world.headquarters, id, text), JISR_DENIED);
	assert_int_equal(count(&world, &world.france, (struct message_filter){.folder = MESSAGE_IN}), 1);
	assert_int_equal(count(&world, &world.france, (struct message_filter){.folder = MESSAGE_OUT}), 0);
	assert_int_equal(count(&world, &world.morocco, (struct message_filter){.folder = MESSAGE_OUT}), 1);
	assert_int_equal(count(&world, &world.morocco, (struct message_filter){.folder = MESSAGE_BOTH}), 1);
	assert_int_equal(count(&world, &spain, (struct message_filter){.folder = MESSAGE_BOTH}), 0);
	assert_int_equal(count(&world, &world.headquarters, (struct message_filter){.folder = MESSAGE_BOTH}), 0);
	assert_int_equal(count(&world, &world.headquarters, (struct message_filter){.folder = MESSAGE_CARRIED}), 1);
	place_finish(&world.place);
}

static void receipts_say_what_became_of_it(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	char id[MESSAGE_ID_MAX + 1];
	begin(&world, true);
	box(&world, "GS", NULL);
	send(&world, &world.morocco, "{\"to\":[\"FR\",\"GS\"],\"content\":" HELLO "}", id);
	states(&world, &world.morocco, id, "FR ;GS ;");
	collect(&world, 2);
	collect(&world, 0);
	states(&world, &world.morocco, id, "FR stored ;GS stored ;");
	assert_int_equal(count(&world, &world.france, (struct message_filter){.folder = MESSAGE_IN, .unread = true}),
	                 1);
	assert_int_equal(message_receipt(world.place.store, &world.france, id, MESSAGE_READ, NULL, &problem), JISR_OK);
	assert_int_equal(message_receipt(world.place.store, &world.france, id, MESSAGE_READ, NULL, &problem), JISR_OK);
	assert_int_equal(count(&world, &world.france, (struct message_filter){.folder = MESSAGE_IN, .unread = true}),
	                 0);
	states(&world, &world.morocco, id, "FR stored read ;GS stored ;");
	/* Readers do not learn what other readers said. */
	states(&world, &world.france, id, "FR stored read ;GS ;");
	assert_int_equal(message_receipt(world.place.store, &world.morocco, id, MESSAGE_READ, NULL, &problem),
	                 JISR_NOT_FOUND);
	assert_int_equal(message_receipt(world.place.store, &world.headquarters, id, MESSAGE_REFUSED, "", &problem),
	                 JISR_BAD_INPUT);
	assert_int_equal(message_receipt(world.place.store, &world.headquarters, id, MESSAGE_REFUSED,
	                                 "not a matter for us", &problem),
	                 JISR_OK);
	states(&world, &world.morocco, id, "FR stored read ;GS stored refused not a matter for us;");
	place_finish(&world.place);
}

static void threads_hold_answers_together(void **state)
{
	(void)state;
	struct world world;
	char first[MESSAGE_ID_MAX + 1], second[MESSAGE_ID_MAX + 1], third[MESSAGE_ID_MAX + 1], request[400];
	begin(&world, true);
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", first);
	(void)snprintf(request, sizeof request, "{\"to\":[\"MA\"],\"reply_to\":\"%s\",\"content\":" HELLO "}", first);
	send(&world, &world.france, request, second);
	(void)snprintf(request, sizeof request, "{\"to\":[\"FR\"],\"reply_to\":\"%s\",\"content\":" HELLO "}", second);
	send(&world, &world.morocco, request, third);
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", NULL);
	assert_int_equal(count(&world, &world.france, (struct message_filter){.folder = MESSAGE_BOTH, .thread = first}),
	                 3);
	box(&world, "GS", NULL);
	(void)snprintf(request, sizeof request, "{\"to\":[\"MA\"],\"reply_to\":\"%s\",\"content\":" HELLO "}", first);
	refuse(&world, &world.headquarters, request, JISR_NOT_FOUND, "to reply to");
	place_finish(&world.place);
}

static void bad_requests_are_refused_with_the_reason(void **state)
{
	(void)state;
	struct world world;
	begin(&world, false);
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", JISR_STATE, "MA has no box");
	box(&world, "MA", NULL);
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", JISR_STATE, "FR has no box");
	refuse(&world, &world.morocco, "{\"to\":\"*\",\"content\":" HELLO "}", JISR_STATE, "nobody");
	refuse(&world, &world.morocco, "{\"to\":{\"region\":\"africa\"},\"content\":" HELLO "}", JISR_STATE, "nobody");
	box(&world, "FR", NULL);
	refuse(&world, &world.morocco, "{\"to\":[\"XX\"],\"content\":" HELLO "}", JISR_BAD_INPUT, "no office XX");
	refuse(&world, &world.morocco, "{\"to\":[\"MA\"],\"content\":" HELLO "}", JISR_BAD_INPUT, "MA itself");
	refuse(&world, &world.morocco, "{\"to\":[7],\"content\":" HELLO "}", JISR_BAD_INPUT, "codes");
	refuse(&world, &world.morocco, "{\"to\":\"FR\",\"content\":" HELLO "}", JISR_BAD_INPUT, "list of offices");
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":{}}", JISR_BAD_INPUT, "subject");
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"subject\":\"s\"}", JISR_BAD_INPUT, "no member 'subject'");
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"urgency\":\"now\",\"content\":" HELLO "}", JISR_BAD_INPUT,
	       "urgency");
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"reply_to\":7,\"content\":" HELLO "}", JISR_BAD_INPUT,
	       "reply_to");
	refuse(&world, &world.morocco,
	       "{\"to\":[\"FR\"],\"content\":{\"subject\":\"s\",\"text\":\"t\",\"files\":[{\"name\":\"a.txt\","
	       "\"type\":\"text/plain\",\"size\":1,\"digest\":"
	       "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"key\":"
	       "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}]}}",
	       JISR_BAD_INPUT, "not uploaded");
	refuse(&world, &world.morocco,
	       "{\"to\":[\"FR\"],\"content\":{\"subject\":\"s\",\"text\":\"t\",\"files\":[{\"name\":\"a.txt\","
	       "\"type\":\"text/plain\",\"size\":1.5,\"digest\":"
	       "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"key\":"
	       "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}]}}",
	       JISR_BAD_INPUT, "files");
	struct caller nobody;
	caller_init(&nobody);
	refuse(&world, &nobody, "{\"to\":[\"FR\"],\"content\":" HELLO "}", JISR_DENIED, "");
	place_do(&world.place, &world.place.console, CHANGE_OFFICE_CLOSE, "FR", "{\"reason\":\"moved\"}", NULL);
	refuse(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", JISR_STATE, "closed");
	refuse(&world, &world.france, "{\"to\":[\"MA\"],\"content\":" HELLO "}", JISR_STATE, "closed");
	place_finish(&world.place);
}

/* Sealed at a bureau, sent from there: headquarters needs no secret of anybody's. Sealed to a box that was replaced: refused. */
static void what_was_sealed_elsewhere_is_taken_while_its_keys_count(void **state)
{
	(void)state;
	struct world world;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *request = cJSON_Parse("{\"to\":[\"FR\"],\"content\":" HELLO "}");
	CLEANUP(json_freep) cJSON *sealed = NULL;
	char text[2000];
	begin(&world, true);
	struct message_order order = {.caller = &world.morocco, .request = request, .crime = crime};
	assert_int_equal(message_seal(world.place.store, &order, &sealed, &problem), JISR_OK);
	text_finish(&order.left_out);
	struct message_order carried = {.caller = &world.morocco, .request = sealed};
	if (message_send(world.place.store, &carried, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_string_equal(carried.made, order.made);
	assert_int_equal(read_it(&world, &world.france, order.made, text), JISR_OK);
	assert_string_equal(text, HELLO);
	assert_int_equal(message_send(world.place.store, &carried, &problem), JISR_CONFLICT); /* twice */
	json_free(sealed);
	sealed = NULL;
	assert_int_equal(message_seal(world.place.store, &order, &sealed, &problem), JISR_OK);
	text_finish(&order.left_out);
	carried.request = sealed;
	carried.caller = &world.france; /* in another's name */
	assert_int_equal(message_send(world.place.store, &carried, &problem), JISR_OK);
	assert_int_equal(read_it(&world, &world.france, order.made, text), JISR_CORRUPT);
	json_free(sealed);
	sealed = NULL;
	assert_int_equal(message_seal(world.place.store, &order, &sealed, &problem), JISR_OK);
	text_finish(&order.left_out);
	box(&world, "FR", NULL);
	carried.request = sealed;
	carried.caller = &world.morocco;
	assert_int_equal(message_send(world.place.store, &carried, &problem), JISR_CONFLICT);
	assert_non_null(strstr(problem.text, "seal it again"));
	place_finish(&world.place);
}

static void a_box_is_replaced_and_one_that_is_lost_is_lost(void **state)
{
	(void)state;
	struct world world;
	struct envelope_reader second;
	char id[MESSAGE_ID_MAX + 1], later[MESSAGE_ID_MAX + 1], text[2000], command[700];
	begin(&world, true);
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", id);
	box(&world, "FR", &second);
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", later);
	assert_int_equal(read_it(&world, &world.france, id, text), JISR_OK);
	assert_int_equal(read_it(&world, &world.france, later, text), JISR_OK);
	/* The file of the new one is gone: the old message opens, the new one waits for it to be put back. */
	(void)snprintf(command, sizeof command, "mv '%s/keys/FR-%s.box' '%s/kept.box'", world.place.directory,
	               second.id, world.place.directory);
	assert_int_equal(system(command), 0);
	assert_int_equal(read_it(&world, &world.france, id, text), JISR_OK);
	assert_int_equal(read_it(&world, &world.france, later, text), JISR_NOT_FOUND);
	collect(&world, 1);
	states(&world, &world.morocco, later, "FR ;");
	(void)snprintf(command, sizeof command, "mv '%s/kept.box' '%s/keys/FR-%s.box'", world.place.directory,
	               world.place.directory, second.id);
	assert_int_equal(system(command), 0);
	collect(&world, 1);
	states(&world, &world.morocco, later, "FR stored ;");
	place_finish(&world.place);
}

static void only_an_administrator_makes_a_box(void **state)
{
	(void)state;
	struct world world;
	struct envelope_reader reader;
	struct problem problem = {""};
	char command[300];
	begin(&world, false);
	assert_int_equal(message_box_change(world.place.store, &world.morocco, "MA", &reader, &problem), JISR_DENIED);
	assert_int_equal(message_box_change(world.place.store, &world.place.console, "XX", &reader, &problem),
	                 JISR_NOT_FOUND);
	struct caller administrator = place_caller("FR", "FR-9", ROLE_BIT(ROLE_ADMINISTRATOR));
	assert_int_equal(message_box_change(world.place.store, &administrator, "MA", &reader, &problem), JISR_DENIED);
	(void)snprintf(command, sizeof command, "ls '%s'/keys/*.box >/dev/null 2>&1", world.place.directory);
	assert_int_not_equal(system(command), 0);
	assert_int_equal(message_box_change(world.place.store, &administrator, "FR", &reader, &problem), JISR_OK);
	place_finish(&world.place);
}

static void attach(struct world *world, const char *bytes, size_t length, struct attachment *ret_attachment)
{
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	assert_int_equal(attachment_begin(world->place.directory, &writer, NULL), JISR_OK);
	assert_int_equal(attachment_add(writer, bytes, length, NULL), JISR_OK);
	assert_int_equal(attachment_end(writer, ret_attachment, NULL), JISR_OK);
}

static void what_is_taken_back_is_gone_from_record_and_folder(void **state)
{
	(void)state;
	struct world world;
	struct attachment attachment;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *request = cJSON_Parse("{\"to\":[\"FR\"],\"content\":" HELLO "}");
	char id[MESSAGE_ID_MAX + 1], second[MESSAGE_ID_MAX + 1], text[2000];
	begin(&world, true);
	attach(&world, "some bytes", 10, &attachment);
	content_add_file(cJSON_GetObjectItemCaseSensitive(request, "content"), &attachment, "a.txt", "text/plain");
	struct message_order order = {.caller = &world.morocco, .request = request, .crime = crime};
	for (int i = 0; i < 2; i++) {
		if (message_send(world.place.store, &order, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		text_finish(&order.left_out);
		(void)snprintf(i == 0 ? id : second, sizeof id, "%s", order.made);
	}
	collect(&world, 2);
	assert_int_equal(message_remove(world.place.store, &world.france, id, "not mine", &problem), JISR_DENIED);
	assert_int_equal(message_remove(world.place.store, &world.morocco, id, "", &problem), JISR_BAD_INPUT);
	assert_int_equal(message_remove(world.place.store, &world.morocco, id, "sent by mistake", &problem), JISR_OK);
	assert_int_equal(read_it(&world, &world.france, id, text), JISR_NOT_FOUND);
	assert_int_equal(read_it(&world, &world.morocco, id, text), JISR_NOT_FOUND);
	assert_true(attachment_there(world.place.directory, attachment.digest, attachment.sealed));
	assert_int_equal(message_receipt(world.place.store, &world.france, id, MESSAGE_READ, NULL, &problem),
	                 JISR_NOT_FOUND);
	place_assert_rebuilt(&world.place);
	assert_int_equal(message_remove(world.place.store, &world.morocco, second, "sent by mistake", &problem),
	                 JISR_OK);
	assert_false(attachment_there(world.place.directory, attachment.digest, attachment.sealed));
	assert_int_equal(message_clean(world.place.store, &problem), JISR_OK);
	place_finish(&world.place);
}

/* Only sealed bytes reach the disk: neither what was written nor the name of what is attached. */
static void no_word_of_it_lies_in_any_file(void **state)
{
	(void)state;
	struct world world;
	char command[400];
	begin(&world, true);
	send(&world, &world.morocco, "{\"to\":[\"FR\"],\"content\":" HELLO "}", NULL);
	collect(&world, 1);
	(void)snprintf(command, sizeof command, "grep -rqa -e Agadir -e lorry '%s'", world.place.directory);
	assert_int_not_equal(system(command), 0);
	(void)snprintf(command, sizeof command, "grep -rqa -e 'message.sent' '%s'", world.place.directory);
	assert_int_equal(system(command), 0);
	place_finish(&world.place);
}

static void ids_have_their_form(void **state)
{
	(void)state;
	char id[MESSAGE_ID_MAX + 1], other[MESSAGE_ID_MAX + 1];
	message_id_new("2026-11-27T00:00:00Z", id);
	message_id_new("2026-11-27T00:00:00Z", other);
	assert_true(message_id_valid(id));
	assert_string_not_equal(id, other);
	static const char *const wrong[] = {"",
	                                    "2026",
	                                    "2026-",
	                                    "2026/0123456789abc",
	                                    "2026-0123456789abC",
	                                    "2026-0123456789abci",
	                                    "2026-0123456789ab",
	                                    "26-0123456789abc"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(message_id_valid(wrong[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sent_is_read_by_whom_it_is_for_and_by_nobody_else),
		cmocka_unit_test(receipts_say_what_became_of_it),
		cmocka_unit_test(threads_hold_answers_together),
		cmocka_unit_test(bad_requests_are_refused_with_the_reason),
		cmocka_unit_test(what_was_sealed_elsewhere_is_taken_while_its_keys_count),
		cmocka_unit_test(a_box_is_replaced_and_one_that_is_lost_is_lost),
		cmocka_unit_test(only_an_administrator_makes_a_box),
		cmocka_unit_test(what_is_taken_back_is_gone_from_record_and_folder),
		cmocka_unit_test(no_word_of_it_lies_in_any_file),
		cmocka_unit_test(ids_have_their_form),
	};
	return cmocka_run_group_tests_name("message/message", tests, NULL, NULL);
}
