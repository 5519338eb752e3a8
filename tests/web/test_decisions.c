#include "web/decisions.h"

#include "../base/temporary.h"
#include "base/file.h"
#include "base/json.h"
#include "store/sums.h"
#include "watch/segment.h"
#include "web/service.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA ((size_t)64 << 20)

static char data[200];
static struct problem last;

/* ---- a list of one or two people, whose facts a test can change ---- */

struct person {
	const char *id;
	const char *properties[12]; /* name, value, name, value, ... */
	const char *attached;
};

struct world {
	struct watch_set *set;
	const struct watch_view *view;
	struct watch_scratch *scratch;
	struct arena *arena;
	struct catalogue_list list;
	struct lists lists;
};

static void put_list(struct world *world, const struct person *people, size_t count)
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct segment *segment;
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	for (size_t i = 0; i < count; i++) {
		struct entity *entity;
		assert_int_equal(entity_new(people[i].id, "Person", arena, &entity), JISR_OK);
		for (size_t p = 0; p + 1 < 12 && people[i].properties[p] != NULL; p += 2) {
			const char *value = people[i].properties[p + 1];
			assert_int_equal(entity_add(entity, arena, people[i].properties[p], value, strlen(value)),
			                 JISR_OK);
		}
		entity->attached = people[i].attached;
		assert_int_equal(entity_complete(entity, arena), JISR_OK);
		assert_int_equal(segment_builder_put(builder, entity), JISR_OK);
	}
	assert_int_equal(segment_builder_open(builder, "harbour", &segment), JISR_OK);
	assert_int_equal(watch_set_replace(world->set, "harbour", segment), JISR_OK);
	if (world->view != NULL)
		watch_view_release(world->view);
	world->view = watch_view_take(world->set);
	world->list = (struct catalogue_list){.name = "harbour", .loaded = "2026-02-03T04:05:06Z"};
	world->lists = (struct lists){.view = world->view, .list = &world->list, .count = 1};
}

static const struct person oskar = {
	"p-1", {"name", "Oskar Lindqvist", "birthDate", "1971-03-14", "nationality", "se"}, NULL};

static void world_open(struct world *world)
{
	*world = (struct world){.set = NULL};
	assert_int_equal(watch_set_new(&world->set), JISR_OK);
	assert_int_equal(watch_scratch_new(&world->scratch), JISR_OK);
	assert_int_equal(arena_new(ARENA, &world->arena), JISR_OK);
	put_list(world, &oskar, 1);
	char command[256];
	(void)snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", data, data);
	assert_int_equal(system(command), 0);
}

static void world_close(struct world *world)
{
	watch_view_release(world->view);
	watch_set_free(world->set);
	watch_scratch_free(world->scratch);
	arena_free(world->arena);
}

static const struct check_query oskar_query = {
	.names = {"Oskar Lindqvist"}, .name_count = 1, .countries = {"se"}, .country_count = 1};

static int decide_as(struct world *world, struct decisions *decisions, const char *caller, const char *reference,
                     const struct check_query *query, const char *word, const char *key, int64_t *ret_id)
{
	struct decision_new decision = {.caller = caller,
	                                .reference = reference,
	                                .query = query,
	                                .list = "harbour",
	                                .entity = "p-1",
	                                .decision = word,
	                                .reason = "another birth place",
	                                .by = "ana",
	                                .key = key,
	                                .scratch = world->scratch};
	bool repeated;
	return decisions_add(decisions, &decision, &world->lists, world->arena, ret_id, &repeated, &last);
}

static int64_t decide(struct world *world, struct decisions *decisions, const char *reference,
                      const struct check_query *query, const char *word)
{
	int64_t id = 0;
	assert_int_equal(decide_as(world, decisions, "bank", reference, query, word, NULL, &id), JISR_OK);
	assert_true(id > 0);
	return id;
}

/* ---- what a caller is shown ---- */

static bool accept(void *context, uint32_t segment, uint32_t entity)
{
	return !decisions_hides(context, segment, entity);
}

struct shown {
	size_t hits;
	uint64_t hidden;
	struct decision_mark mark; /* of the first hit */
};

static struct shown show(struct world *world, struct decisions *decisions, const char *caller, const char *reference,
                         const struct check_query *asked_query, bool include_hidden)
{
	struct decisions_asked *asked;
	struct check_query query = *asked_query;
	struct check_answer answer;
	struct shown shown = {.hits = 0};
	assert_int_equal(decisions_ask(decisions, caller, reference, &query, &world->lists, world->arena, &asked),
	                 JISR_OK);
	query.accept = include_hidden ? NULL : accept;
	query.accept_context = asked;
	assert_int_equal(watch_check(world->view, &query, world->scratch, world->arena, &answer, &last), JISR_OK);
	shown.hits = answer.count;
	shown.hidden = decisions_hidden(asked);
	if (answer.count > 0)
		assert_int_equal(decisions_mark(asked, answer.hits[0].segment, answer.hits[0].entity, &shown.mark),
		                 JISR_OK);
	return shown;
}

static void assert_hidden(struct shown shown)
{
	assert_int_equal(shown.hits, 0);
	assert_int_equal(shown.hidden, 1);
}

static void assert_again(struct shown shown, const char *why)
{
	assert_int_equal(shown.hits, 1);
	assert_int_equal(shown.hidden, 0);
	assert_string_equal(shown.mark.decision, "different");
	assert_false(shown.mark.hidden);
	assert_string_equal(shown.mark.again, why);
}

static void assert_plain(struct shown shown)
{
	assert_int_equal(shown.hits, 1);
	assert_int_equal(shown.hidden, 0);
	assert_int_equal(shown.mark.id, 0);
}

static void a_pair_called_different_is_hidden_from_that_caller_alone(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	assert_plain(show(&world, decisions, "bank", NULL, &oskar_query, false));
	int64_t id = decide(&world, decisions, NULL, &oskar_query, "different");
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	assert_plain(show(&world, decisions, "border", NULL, &oskar_query, false));
	/* Nobody is dropped in silence. */
	struct shown all = show(&world, decisions, "bank", NULL, &oskar_query, true);
	assert_int_equal(all.hits, 1);
	assert_true(all.mark.hidden);
	assert_int_equal(all.mark.id, id);
	assert_null(all.mark.again);
	/* Case, width, spaces and the order of facts are no other question. */
	struct check_query written = {
		.names = {"  oskar   LINDQVIST "}, .name_count = 1, .countries = {"se"}, .country_count = 1};
	assert_hidden(show(&world, decisions, "bank", NULL, &written, false));
	/* Other facts are. */
	struct check_query other = oskar_query;
	other.birth = (struct date){19710314, 19710314};
	assert_plain(show(&world, decisions, "bank", NULL, &other, false));
	other = oskar_query;
	other.names[other.name_count++] = "Oscar Lindkvist";
	assert_plain(show(&world, decisions, "bank", NULL, &other, false));
	/* Nothing was decided anywhere: NULL is accepted. */
	assert_plain(show(&world, NULL, "bank", NULL, &oskar_query, false));
}

static void same_and_unsure_are_told_and_hide_nothing(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	static const char *const words[] = {"same", "unsure"};
	for (size_t i = 0; i < 2; i++) {
		decide(&world, decisions, NULL, &oskar_query, words[i]);
		struct shown shown = show(&world, decisions, "bank", NULL, &oskar_query, false);
		assert_int_equal(shown.hits, 1);
		assert_string_equal(shown.mark.decision, words[i]);
		assert_null(shown.mark.again);
	}
	/* A later decision takes the place of an earlier one. */
	decide(&world, decisions, NULL, &oskar_query, "different");
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	struct decisions_state now;
	decisions_state(decisions, &now);
	assert_int_equal(now.count, 1);
	decide(&world, decisions, NULL, &oskar_query, "same");
	assert_int_equal(show(&world, decisions, "bank", NULL, &oskar_query, false).hits, 1);
}

static void a_change_of_the_listed_side_shows_the_pair_again(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	decide(&world, decisions, NULL, &oskar_query, "different");
	/* Not by what tells of the record alone, nor by the order of values. */
	struct person person = {"p-1",
	                        {"name", "Oskar Lindqvist", "birthDate", "1971-03-14", "nationality", "se",
	                         "modifiedAt", "2026-02-03", "sourceUrl", "https://example.org/p-1"},
	                        NULL};
	put_list(&world, &person, 1);
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	/* Nor by another person on the list. */
	struct person both[] = {oskar, {"p-0", {"name", "Maren Thorsen"}, NULL}};
	put_list(&world, both, 2);
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	person = (struct person){
		"p-1", {"name", "Oskar Lindqvist", "birthDate", "1971-03-15", "nationality", "se"}, NULL};
	put_list(&world, &person, 1);
	assert_again(show(&world, decisions, "bank", NULL, &oskar_query, false),
	             "the list changed birthDate (its version loaded 2026-02-03T04:05:06Z)");
	person = (struct person){
		"p-1",
		{"name", "Oskar Lindqvist", "alias", "Oskar the Tall", "nationality", "se", "topics", "sanction"},
		"[{\"schema\":\"Sanction\",\"properties\":{\"authority\":[\"Invented\"]}}]"};
	put_list(&world, &person, 1);
	assert_again(show(&world, decisions, "bank", NULL, &oskar_query, false),
	             "the list changed alias, attached records, topics and birthDate "
	             "(its version loaded 2026-02-03T04:05:06Z)");
	/* Gone and back as it was. */
	put_list(&world, &both[1], 1);
	assert_int_equal(show(&world, decisions, "bank", NULL, &oskar_query, false).hits, 0);
	put_list(&world, &oskar, 1);
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
}

static void attached_records_count_by_what_they_say(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	struct person person = oskar;
	person.attached = "[{\"id\":\"s-1\",\"schema\":\"Sanction\",\"last_seen\":\"2026-01-01\","
			  "\"properties\":{\"authority\":[\"A\",\"B\"],\"modifiedAt\":[\"2026-01-01\"]}},"
			  "{\"schema\":\"Address\",\"properties\":{\"city\":[\"Nowhere\"]}}]";
	put_list(&world, &person, 1);
	decide(&world, decisions, NULL, &oskar_query, "different");
	person.attached = "[{\"schema\":\"Address\",\"properties\":{\"city\":[\"Nowhere\"]}},"
			  "{\"id\":\"s-2\",\"schema\":\"Sanction\",\"last_seen\":\"2026-02-02\","
			  "\"properties\":{\"modifiedAt\":[\"2026-02-02\"],\"authority\":[\"B\",\"A\"]}}]";
	put_list(&world, &person, 1);
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	person.attached = "[{\"schema\":\"Address\",\"properties\":{\"city\":[\"Elsewhere\"]}}]";
	put_list(&world, &person, 1);
	assert_again(show(&world, decisions, "bank", NULL, &oskar_query, false),
	             "the list changed attached records (its version loaded 2026-02-03T04:05:06Z)");
}

static void a_reference_ties_a_decision_to_one_customer(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	decide(&world, decisions, "customer-7", &oskar_query, "different");
	assert_hidden(show(&world, decisions, "bank", "customer-7", &oskar_query, false));
	/* Another customer of the same facts may be the listed one. */
	assert_plain(show(&world, decisions, "bank", "customer-8", &oskar_query, false));
	assert_plain(show(&world, decisions, "bank", NULL, &oskar_query, false));
	/* The customer has moved and shows a passport. */
	struct check_query query = oskar_query;
	query.birth = (struct date){19710314, 19710314};
	query.countries[0] = "no";
	query.documents[query.document_count++] = (struct check_document){"no", "AB 123456"};
	assert_again(show(&world, decisions, "bank", "customer-7", &query, false),
	             "the question changed: birth date, nationalities and documents");
	/* What holds for these facts holds for every customer of them. */
	decide(&world, decisions, NULL, &query, "different");
	assert_hidden(show(&world, decisions, "bank", "customer-7", &query, false));
	assert_hidden(show(&world, decisions, "bank", "customer-9", &query, false));
}

static void a_document_match_is_not_hidden_by_a_decision_about_the_name(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	struct check_query query = oskar_query;
	query.documents[query.document_count++] = (struct check_document){"se", "AB 123456"};
	decide(&world, decisions, NULL, &query, "different");
	assert_hidden(show(&world, decisions, "bank", NULL, &query, false));
	/* The list learns of the document. */
	struct person person = {"p-1",
	                        {"name", "Oskar Lindqvist", "birthDate", "1971-03-14", "nationality", "se",
	                         "passportNumber", "se:AB123456"},
	                        NULL};
	put_list(&world, &person, 1);
	assert_again(show(&world, decisions, "bank", NULL, &query, false),
	             "the list changed passportNumber (its version loaded 2026-02-03T04:05:06Z)");
	/* Decided with the document before one's eyes: hidden, also by itself. */
	decide(&world, decisions, NULL, &query, "different");
	assert_hidden(show(&world, decisions, "bank", NULL, &query, false));
	/* By older rules: only what was seen with the document stays hidden. */
	CLEANUP(decisions_closep) struct decisions *again = NULL;
	decisions = decisions_close(decisions);
	char path[FILE_MAX_PATH];
	sqlite3 *base;
	(void)snprintf(path, sizeof path, "%s/decisions.db", data);
	assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, sums_vfs()), SQLITE_OK);
	assert_int_equal(sqlite3_exec(base, "UPDATE decision SET rules = 'jisr-names-0'", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(decisions_open(data, false, &again, &last), JISR_OK);
	assert_hidden(show(&world, again, "bank", NULL, &query, false));
	again = decisions_close(again);
	assert_int_equal(sqlite3_exec(base, "UPDATE decision SET by_document = 0", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(base), SQLITE_OK);
	assert_int_equal(decisions_open(data, false, &again, &last), JISR_OK);
	char why[128];
	(void)snprintf(why, sizeof why, "the rules of comparing changed from jisr-names-0 to %s", name_rules_version());
	assert_again(show(&world, again, "bank", NULL, &query, false), why);
}

static size_t count_listed(struct decisions *decisions, const char *caller, struct decisions_filter filter)
{
	struct text text;
	CLEANUP(json_freep) cJSON *read = NULL;
	size_t count = 0;
	filter.limit = filter.limit > 0 ? filter.limit : 2;
	for (int64_t next = 1; next != 0; filter.after = next) {
		text_init(&text, 1 << 20);
		text_add_char(&text, '[');
		assert_int_equal(decisions_list(decisions, caller, &filter, &text, &next, &last), JISR_OK);
		text_add_char(&text, ']');
		assert_int_equal(json_read(text.bytes, text.length, &read, &last), JISR_OK);
		assert_true((size_t)cJSON_GetArraySize(read) <= filter.limit);
		count += (size_t)cJSON_GetArraySize(read);
		read = json_free(read);
		text_finish(&text);
	}
	return count;
}

static void decisions_are_listed_taken_back_and_erased(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	struct text text;
	text_init(&text, 1 << 20);
	int64_t first = decide(&world, decisions, "c-1", &oskar_query, "different");
	decide(&world, decisions, "c-2", &oskar_query, "same");
	decide(&world, decisions, "c-3", &oskar_query, "different");
	int64_t other;
	assert_int_equal(decide_as(&world, decisions, "border", NULL, &oskar_query, "different", NULL, &other),
	                 JISR_OK);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.limit = 1}), 3);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.limit = 3}), 3);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.reference = "c-2"}), 1);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.decision = "different"}), 2);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.list = "harbour", .entity = "p-1"}),
	                 3);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.list = "other"}), 0);
	assert_int_equal(count_listed(decisions, "nobody", (struct decisions_filter){.limit = 9}), 0);
	assert_int_equal(decisions_get(decisions, "bank", first, &text, &last), JISR_OK);
	CLEANUP(json_freep) cJSON *one = NULL;
	assert_int_equal(json_read(text.bytes, text.length, &one, &last), JISR_OK);
	assert_string_equal(json_get_text(one, "reference"), "c-1");
	assert_string_equal(json_get_text(one, "list"), "harbour");
	assert_string_equal(json_get_text(one, "caption"), "Oskar Lindqvist");
	assert_string_equal(json_get_text(one, "by"), "ana");
	assert_string_equal(json_get_text(one, "rules"), name_rules_version());
	assert_true(json_get(one, "score")->valuedouble > 0.9);
	assert_string_equal(cJSON_GetArrayItem(json_get(json_get(one, "query"), "names"), 0)->valuestring,
	                    "Oskar Lindqvist");
	text_reset(&text);
	/* Nobody sees or takes back the decision of another. */
	assert_int_equal(decisions_get(decisions, "bank", other, &text, &last), JISR_NOT_FOUND);
	assert_int_equal(decisions_withdraw(decisions, "bank", other, false, &last), JISR_NOT_FOUND);
	assert_int_equal(decisions_withdraw(decisions, "bank", 4711, true, &last), JISR_NOT_FOUND);
	assert_int_equal(decisions_withdraw(decisions, "bank", first, false, &last), JISR_OK);
	assert_int_equal(decisions_withdraw(decisions, "bank", first, false, &last), JISR_NOT_FOUND);
	assert_plain(show(&world, decisions, "bank", "c-1", &oskar_query, false));
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.limit = 9}), 2);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.withdrawn = true}), 3);
	/* Erased: no trace of the texts in the files. */
	assert_int_equal(decisions_withdraw(decisions, "bank", first, true, &last), JISR_OK);
	assert_int_equal(decisions_get(decisions, "bank", first, &text, &last), JISR_NOT_FOUND);
	assert_int_equal(count_listed(decisions, "bank", (struct decisions_filter){.withdrawn = true}), 2);
	assert_hidden(show(&world, decisions, "bank", "c-3", &oskar_query, false));
	int64_t third = 3;
	assert_int_equal(decisions_withdraw(decisions, "bank", third, true, &last), JISR_OK);
	assert_plain(show(&world, decisions, "bank", "c-3", &oskar_query, false));
	char command[256];
	(void)snprintf(command, sizeof command, "! grep -aq 'c-[13]' '%s'/decisions.db*", data);
	assert_int_equal(system(command), 0);
	(void)snprintf(command, sizeof command, "grep -aq 'c-2' '%s'/decisions.db", data);
	assert_int_equal(system(command), 0);
	text_finish(&text);
}

static void an_idempotency_key_counts_once(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	int64_t first, second, third;
	assert_int_equal(decide_as(&world, decisions, "bank", NULL, &oskar_query, "different", "k", &first), JISR_OK);
	assert_int_equal(decide_as(&world, decisions, "bank", NULL, &oskar_query, "different", "k", &second), JISR_OK);
	assert_int_equal(first, second);
	assert_int_equal(decide_as(&world, decisions, "border", NULL, &oskar_query, "different", "k", &third), JISR_OK);
	assert_int_not_equal(first, third);
	assert_int_equal(decide_as(&world, decisions, "bank", NULL, &oskar_query, "same", "k", &second), JISR_BUSY);
	assert_non_null(strstr(last.text, "was used for another decision"));
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
}

static void what_cannot_be_a_decision_is_refused(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	int64_t id;
	bool repeated;
	char long_text[DECISIONS_MAX_REASON + 2];
	memset(long_text, 'x', sizeof long_text);
	long_text[sizeof long_text - 1] = '\0';
	struct decision_new good = {.caller = "bank",
	                            .query = &oskar_query,
	                            .list = "harbour",
	                            .entity = "p-1",
	                            .decision = "different",
	                            .reason = "",
	                            .by = "",
	                            .scratch = world.scratch};
	struct decision_new bad[8];
	for (size_t i = 0; i < 8; i++)
		bad[i] = good;
	bad[0].decision = "perhaps";
	bad[1].reason = long_text;
	bad[2].by = long_text;
	bad[3].reference = long_text;
	bad[4].key = long_text;
	bad[5].caller = "";
	bad[6].list = "nowhere";
	bad[7].entity = "p-2";
	for (size_t i = 0; i < 8; i++) {
		last.text[0] = '\0';
		assert_int_equal(decisions_add(decisions, &bad[i], &world.lists, world.arena, &id, &repeated, &last),
		                 i < 6 ? JISR_BAD_INPUT : JISR_NOT_FOUND);
		assert_string_not_equal(last.text, "");
	}
	long_text[DECISIONS_MAX_REASON] = '\0';
	good.reason = long_text;
	assert_int_equal(decisions_add(decisions, &good, &world.lists, world.arena, &id, &repeated, &last), JISR_OK);
	/* No match at all: a decision all the same. */
	struct check_query far = {.names = {"Maren Thorsen"}, .name_count = 1};
	decide(&world, decisions, NULL, &far, "different");
}

static void decisions_survive_and_reach_other_processes(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *one = NULL, *two = NULL, *reader = NULL;
	world_open(&world);
	/* Reading where nothing was stored: nothing, and no file. */
	assert_int_equal(decisions_open(data, true, &reader, &last), JISR_OK);
	int64_t id;
	assert_int_equal(decide_as(&world, reader, "bank", NULL, &oskar_query, "different", NULL, &id), JISR_NOT_FOUND);
	assert_plain(show(&world, reader, "bank", NULL, &oskar_query, false));
	reader = decisions_close(reader);
	char path[FILE_MAX_PATH];
	(void)snprintf(path, sizeof path, "%s/decisions.db", data);
	struct stat status;
	assert_int_equal(stat(path, &status), -1);
	assert_int_equal(decisions_open(data, false, &one, &last), JISR_OK);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(decisions_open(data, false, &two, &last), JISR_OK);
	assert_int_equal(decisions_look(two, &last), JISR_OK);
	id = decide(&world, one, NULL, &oskar_query, "different");
	assert_int_equal(decisions_look(two, &last), JISR_OK);
	assert_hidden(show(&world, two, "bank", NULL, &oskar_query, false));
	/* Both write; neither misses what the other wrote before it. */
	struct check_query far = {.names = {"Maren Thorsen"}, .name_count = 1};
	assert_int_equal(decisions_withdraw(one, "bank", id, true, &last), JISR_OK);
	decide(&world, two, NULL, &far, "different");
	assert_plain(show(&world, two, "bank", NULL, &oskar_query, false));
	assert_int_equal(decisions_look(one, &last), JISR_OK);
	struct decisions_state first, second;
	decisions_state(one, &first);
	decisions_state(two, &second);
	assert_int_equal(first.count, 1);
	assert_int_equal(second.count, 1);
	one = decisions_close(one);
	two = decisions_close(two);
	assert_int_equal(decisions_open(data, false, &one, &last), JISR_OK);
	decisions_state(one, &first);
	assert_int_equal(first.count, 1);
	assert_int_equal(first.bytes, second.bytes);
	assert_int_equal(decisions_open(data, true, &reader, &last), JISR_OK);
	decisions_state(reader, &second);
	assert_int_equal(second.count, 1);
	assert_int_equal(decide_as(&world, reader, "bank", NULL, &oskar_query, "different", NULL, &id), JISR_IO);
}

static void a_full_disk_refuses_the_decision_and_checks_go_on(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	int64_t id = decide(&world, decisions, NULL, &oskar_query, "different");
	struct rlimit before, none;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 4096;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	int64_t second = 0;
	int error = decide_as(&world, decisions, "bank", "c-1", &oskar_query, "different", NULL, &second);
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	int withdrawn = decisions_withdraw(decisions, "bank", id, false, &last);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, handler);
	assert_int_equal(error, JISR_FULL);
	assert_int_equal(withdrawn, JISR_FULL);
	assert_non_null(strstr(last.text, "decisions.db"));
	struct decisions_state now;
	decisions_state(decisions, &now);
	assert_int_equal(now.count, 1);
	assert_true(now.failures >= 1);
	/* There is room again. */
	assert_int_equal(decide_as(&world, decisions, "bank", "c-1", &oskar_query, "different", NULL, &second),
	                 JISR_OK);
	assert_hidden(show(&world, decisions, "bank", "c-1", &oskar_query, false));
}

static void a_damaged_or_later_file_is_refused(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	char path[FILE_MAX_PATH];
	sqlite3 *base;
	world_open(&world);
	(void)snprintf(path, sizeof path, "%s/decisions.db", data);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	for (int i = 0; i < 50; i++) {
		char reference[16];
		(void)snprintf(reference, sizeof reference, "c-%d", i);
		decide(&world, decisions, reference, &oskar_query, "different");
	}
	decisions = decisions_close(decisions);
	assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, sums_vfs()), SQLITE_OK);
	assert_int_equal(sqlite3_exec(base, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_UNSUPPORTED);
	assert_int_equal(sqlite3_exec(base, "PRAGMA user_version = 1; PRAGMA application_id = 7", NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_CORRUPT);
	assert_int_equal(
		sqlite3_exec(base, "PRAGMA application_id = 1785295730; UPDATE decision SET facts = x'00' WHERE id = 9",
	                     NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_CORRUPT);
	assert_non_null(strstr(last.text, "decision 9"));
	assert_int_equal(sqlite3_close(base), SQLITE_OK);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 4096 + 3, SEEK_SET), 0);
	for (int i = 0; i < 3000; i++)
		fputc(0x5a, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_CORRUPT);
	assert_non_null(strstr(last.text, "is damaged"));
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("this is no database, but it is long enough to be looked at as one, and so it must be refused", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_CORRUPT);
	assert_int_equal(decisions_open("/nowhere/at/all", false, &decisions, &last), JISR_IO);
	assert_null(decisions);
}

static void running_out_of_memory_loses_nothing(void **state)
{
	(void)state;
	CLEANUP(world_close) struct world world;
	CLEANUP(decisions_closep) struct decisions *decisions = NULL;
	world_open(&world);
	assert_int_equal(decisions_open(data, false, &decisions, &last), JISR_OK);
	int64_t id = 0;
	for (long n = 0; id == 0; n++) {
		int64_t got = 0;
		memory_fail_after(n);
		int error = decide_as(&world, decisions, "bank", NULL, &oskar_query, "different", NULL, &got);
		memory_fail_after(-1);
		if (error == JISR_OK)
			id = got;
		else
			assert_int_equal(error, JISR_NO_MEMORY);
	}
	assert_hidden(show(&world, decisions, "bank", NULL, &oskar_query, false));
	decisions = decisions_close(decisions);
	for (long n = 0; decisions == NULL; n++) {
		memory_fail_after(n);
		int error = decisions_open(data, false, &decisions, &last);
		memory_fail_after(-1);
		if (error != JISR_OK)
			assert_int_equal(error, JISR_NO_MEMORY);
	}
	for (long n = 0;; n++) {
		struct decisions_asked *asked;
		memory_fail_after(n);
		int error = decisions_ask(decisions, "bank", "c", &oskar_query, &world.lists, world.arena, &asked);
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
}

/* ---- threads ---- */

struct asking {
	struct world world;
	struct decisions *decisions;
	_Atomic bool ending;
};

static void *ask_on(void *argument)
{
	struct asking *asking = argument;
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(watch_scratch_new(&scratch), JISR_OK);
	assert_int_equal(arena_new(ARENA, &arena), JISR_OK);
	struct world mine = asking->world;
	mine.scratch = scratch;
	mine.arena = arena;
	uint64_t hidden = 0;
	while (!atomic_load(&asking->ending)) {
		arena_reset(arena);
		struct shown shown = show(&mine, asking->decisions, "bank", "c-0", &oskar_query, false);
		/* Decided before the threads began, and never taken back. */
		assert_hidden(shown);
		hidden += show(&mine, asking->decisions, "bank", "c-1", &oskar_query, false).hidden;
		(void)usleep(500); /* the others are to get on, too */
	}
	return (void *)(uintptr_t)(hidden > 0);
}

static void threads_ask_while_one_decides(void **state)
{
	(void)state;
	enum { THREADS = 3, ROUNDS = 40 };
	struct asking asking = {.ending = false};
	pthread_t threads[THREADS];
	world_open(&asking.world);
	assert_int_equal(decisions_open(data, false, &asking.decisions, &last), JISR_OK);
	decide(&asking.world, asking.decisions, "c-0", &oskar_query, "different");
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &asking), 0);
	for (int i = 0; i < ROUNDS; i++) {
		char reference[16];
		(void)snprintf(reference, sizeof reference, "d-%d", i);
		decide(&asking.world, asking.decisions, reference, &oskar_query, "different");
		int64_t id = decide(&asking.world, asking.decisions, "c-1", &oskar_query, "different");
		if (i % 4 == 3)
			assert_int_equal(decisions_withdraw(asking.decisions, "bank", id, i % 8 == 7, &last), JISR_OK);
	}
	(void)usleep(50000);
	atomic_store(&asking.ending, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	decisions_close(asking.decisions);
	world_close(&asking.world);
}

static int set_up(void **state)
{
	(void)state;
	return temporary_make("decisions", data, sizeof data);
}

static int tear_down(void **state)
{
	(void)state;
	return temporary_remove(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_called_different_is_hidden_from_that_caller_alone),
		cmocka_unit_test(same_and_unsure_are_told_and_hide_nothing),
		cmocka_unit_test(a_change_of_the_listed_side_shows_the_pair_again),
		cmocka_unit_test(attached_records_count_by_what_they_say),
		cmocka_unit_test(a_reference_ties_a_decision_to_one_customer),
		cmocka_unit_test(a_document_match_is_not_hidden_by_a_decision_about_the_name),
		cmocka_unit_test(decisions_are_listed_taken_back_and_erased),
		cmocka_unit_test(an_idempotency_key_counts_once),
		cmocka_unit_test(what_cannot_be_a_decision_is_refused),
		cmocka_unit_test(decisions_survive_and_reach_other_processes),
		cmocka_unit_test(a_full_disk_refuses_the_decision_and_checks_go_on),
		cmocka_unit_test(a_damaged_or_later_file_is_refused),
		cmocka_unit_test(running_out_of_memory_loses_nothing),
		cmocka_unit_test(threads_ask_while_one_decides),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
