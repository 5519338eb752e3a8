#include "web/yente_columns.h"

#include "base/hash.h"
#include "watch/segment.h"
#include "watch/stored.h"
#include "web/yente_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ENTITIES 500
#define QUERIES  400

static struct arena *arena, *reading;
static struct catalogue_list list = {.name = "inv-list", .loaded = "2026-01-02T03:04:05Z"};

static const char *const words[] = {"Ann",  "anna",   "ánn",   "O'Brien",  "赵明轩",      "Виктор",
                                    "1971", "12",     "road",  "Roadside", "al-Husseini", "x",
                                    "ANNE", "straße", "mp447", "sanction"};

static uint64_t chance;

static unsigned draw(unsigned most)
{
	chance = hash_number(chance + 1);
	return (unsigned)(chance >> 20) % most;
}

static const char *some_words(unsigned most)
{
	const char *text = "";
	for (unsigned i = draw(most) + 1; i > 0; i--)
		text = arena_format(arena, "%s%s%s", text, *text != '\0' ? " " : "", words[draw(16)]);
	assert_non_null(text);
	return text;
}

static void add(struct entity *entity, const char *name, const char *value)
{
	assert_int_equal(entity_add(entity, arena, name, value, strlen(value)), JISR_OK);
}

/* An entity that has a little of everything, or nothing. */
static struct entity *some_entity(unsigned number)
{
	static const char *const schemata[] = {"Person", "Company", "Vessel", "Nonsense"},
				 *const countries[] = {"by", "mt", "de"},
				 *const topics[] = {"sanction", "role.pep", "poi"},
				 *const metas[] = {NULL,
	                                           "{\"datasets\":[\"one\",\"two\"]}",
	                                           "{\"datasets\":[\"inv_list\"],\"target\":true}",
	                                           "{\"target\":true}",
	                                           "{\"target\":false}",
	                                           "{\"referents\":[\"old\"]}"};
	struct entity *entity;
	char id[32];
	(void)snprintf(id, sizeof id, "e-%05u", number);
	assert_int_equal(entity_new(id, schemata[draw(4)], arena, &entity), JISR_OK);
	add(entity, "name", some_words(3));
	if (draw(2) == 0)
		add(entity, "alias", some_words(2));
	for (unsigned i = draw(3); i > 0; i--)
		add(entity, draw(2) == 0 ? "country" : "nationality", countries[draw(3)]);
	if (draw(3) == 0)
		add(entity, "topics", topics[draw(3)]);
	if (draw(3) == 0)
		add(entity, "gender", draw(2) == 0 ? "male" : "female");
	if (draw(4) == 0)
		add(entity, "passportNumber", "by:MP4471203");
	if (draw(4) == 0)
		add(entity, "notes", some_words(5));
	entity->meta = metas[draw(6)];
	assert_int_equal(entity_complete(entity, arena), JISR_OK);
	return entity;
}

static const struct watch_view *view_of(struct watch_set *set, unsigned count, struct entity *(*make)(unsigned))
{
	CLEANUP(segment_builder_freep) struct segment_builder *builder = NULL;
	struct segment *segment;
	assert_int_equal(segment_builder_new(&builder), JISR_OK);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(segment_builder_put(builder, make(i)), JISR_OK);
	assert_int_equal(segment_builder_open(builder, "inv-list", &segment), JISR_OK);
	assert_int_equal(watch_set_replace(set, "inv-list", segment), JISR_OK);
	return watch_view_take(set);
}

static int set_up(void **state)
{
	(void)state;
	return arena_new((size_t)256 << 20, &arena) != JISR_OK || arena_new((size_t)4 << 20, &reading) != JISR_OK;
}

static int tear_down(void **state)
{
	(void)state;
	arena = arena_free(arena);
	reading = arena_free(reading);
	return 0;
}

static struct yente_thing thing_of(const struct watch_view *view, uint32_t number)
{
	struct yente_thing thing = {.list = &list};
	assert_int_equal(stored_read(view, 0, number, arena, &thing.entity), JISR_OK);
	return thing;
}

static struct yente_text *some_query(void)
{
	static const char *const fields[] = {"",        "",    "",       "name:", "countries:", "properties.notes:",
	                                     "schema:", "id:", "target:"},
				 *const ends[] = {"", "", "*", "*"}, *const joins[] = {" ", " ", " OR ", " -"};
	struct yente_text *text;
	const char *query = "";
	for (unsigned i = draw(3) + 1; i > 0; i--) {
		const char *word = draw(8) == 0 ? arena_format(arena, "%05u", draw(ENTITIES)) : words[draw(16)];
		bool quoted = draw(4) == 0;
		query = arena_format(arena, "%s%s%s%s%s%s", query, *query != '\0' ? joins[draw(4)] : "",
		                     fields[draw(9)], quoted ? "\"" : "", quoted ? some_words(2) : word,
		                     quoted ? "\"" : ends[draw(4)]);
		assert_non_null(query);
	}
	assert_int_equal(yente_text_read(query, false, arena, &text, NULL), JISR_OK);
	return text;
}

static void no_entity_that_matches_is_left_out(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(yente_columns_freep) struct yente_columns *columns = NULL;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *view = view_of(set, ENTITIES, some_entity);
	assert_int_equal(yente_columns_new(view, 0, &columns), JISR_OK);
	assert_int_equal(yente_columns_entities(columns), ENTITIES);
	assert_true(yente_columns_ordered(columns));
	unsigned matched = 0, read = 0;
	for (unsigned i = 0; i < QUERIES; i++) {
		struct yente_text *text = some_query();
		for (uint32_t number = 0; number < ENTITIES; number++) {
			struct yente_thing thing = thing_of(view, number);
			bool may = yente_columns_may(columns, text, number / 64) >> number % 64 & 1;
			bool match = yente_text_match(text, &thing, false) != YENTE_TEXT_NO;
			assert_true(may || !match);
			matched += match;
			read += may;
		}
		assert_int_equal(yente_columns_may(columns, text, ENTITIES / 64) >> ENTITIES % 64, 0);
		assert_int_equal(yente_columns_may(columns, text, ENTITIES / 64 + 1), 0);
	}
	assert_true(matched > QUERIES * 10);
	assert_true(read < QUERIES * ENTITIES * 3 / 4); /* the words do rule something out */
	watch_view_release(view);
}

static bool add_value(void *context, const char *value, size_t length)
{
	struct text *text = context;
	(void)text_add(text, value, length);
	return text_add_char(text, '|') == JISR_OK;
}

static bool add_dataset(void *context, const char *value, size_t length)
{
	return add_value(context, value, length);
}

/* What an entity says under all fields that decide. */
static void say(const struct yente_thing *thing, struct text *text)
{
	static const char *const names[] = {"schema",   "countries", "topics", "genders",
	                                    "datasets", "target",    "nothing"};
	text_reset(text);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct yente_field field = yente_field(names[i]);
		assert_true(yente_columns_decide(&field));
		(void)yente_field_each(&field, thing, add_value, text);
		(void)text_add_char(text, ';');
	}
	(void)yente_datasets_each(thing, add_dataset, text);
	assert_int_equal(text->error, JISR_OK);
}

static void entities_of_one_profile_say_the_same(void **state)
{
	(void)state;
	static const char *const others[] = {
		"names",      "identifiers", "dates",       "properties.country", "id", "caption", "referents",
		"first_seen", "last_seen",   "last_change", "entity_values_count"};
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(yente_columns_freep) struct yente_columns *columns = NULL;
	struct text one, other;
	text_init(&one, 65536);
	text_init(&other, 65536);
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *view = view_of(set, ENTITIES, some_entity);
	assert_int_equal(yente_columns_new(view, 0, &columns), JISR_OK);
	for (uint32_t number = 0; number < ENTITIES; number++) {
		struct yente_thing thing = thing_of(view, number);
		unsigned profile = yente_columns_profile(columns, number);
		assert_true(profile < yente_columns_profiles(columns));
		assert_int_equal(yente_columns_values(columns, number), thing.entity.count);
		struct yente_thing example = thing_of(view, yente_columns_example(columns, profile));
		say(&thing, &one);
		say(&example, &other);
		assert_string_equal(one.bytes, other.bytes);
	}
	assert_true(yente_columns_profiles(columns) > 50 && yente_columns_profiles(columns) < ENTITIES);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct yente_field field = yente_field(others[i]);
		assert_false(yente_columns_decide(&field));
	}
	text_finish(&one);
	text_finish(&other);
	watch_view_release(view);
}

static struct entity *one_topic_each(unsigned number)
{
	struct entity *entity;
	char text[32];
	arena_reset(reading);
	(void)snprintf(text, sizeof text, "t%06u", number);
	assert_int_equal(entity_new(text, "Person", reading, &entity), JISR_OK);
	assert_int_equal(entity_add(entity, reading, "name", "Ann", 3), JISR_OK);
	assert_int_equal(entity_add(entity, reading, "topics", text, strlen(text)), JISR_OK);
	assert_int_equal(entity_complete(entity, reading), JISR_OK);
	return entity;
}

static void entities_beyond_the_last_profile_have_none(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(yente_columns_freep) struct yente_columns *columns = NULL;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *view = view_of(set, YENTE_PROFILES + 2, one_topic_each);
	assert_int_equal(yente_columns_new(view, 0, &columns), JISR_OK);
	assert_int_equal(yente_columns_profiles(columns), YENTE_PROFILES);
	assert_int_equal(yente_columns_profile(columns, YENTE_PROFILES - 1), YENTE_PROFILES - 1);
	assert_int_equal(yente_columns_profile(columns, YENTE_PROFILES), YENTE_PROFILE_NONE);
	assert_int_equal(yente_columns_profile(columns, YENTE_PROFILES + 1), YENTE_PROFILE_NONE);
	watch_view_release(view);
}

static void every_number_of_entities_fits(void **state)
{
	(void)state;
	for (unsigned count = 0; count <= 130; count += count < 62 ? 62 : 1) {
		CLEANUP(watch_set_freep) struct watch_set *set = NULL;
		CLEANUP(yente_columns_freep) struct yente_columns *columns = NULL;
		struct yente_text *text;
		assert_int_equal(watch_set_new(&set), JISR_OK);
		const struct watch_view *view = view_of(set, count, one_topic_each);
		assert_int_equal(yente_columns_new(view, 0, &columns), JISR_OK);
		assert_int_equal(yente_text_read("ann", false, arena, &text, NULL), JISR_OK);
		unsigned found = 0;
		for (uint32_t block = 0; block < 4; block++)
			found += (unsigned)__builtin_popcountll(yente_columns_may(columns, text, block));
		assert_int_equal(found, count);
		assert_int_equal(yente_text_read("", false, arena, &text, NULL), JISR_OK);
		found = 0;
		for (uint32_t block = 0; block < 4; block++)
			found += (unsigned)__builtin_popcountll(yente_columns_may(columns, text, block));
		assert_int_equal(found, count);
		watch_view_release(view);
	}
}

static void running_out_of_memory_is_told(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	const struct watch_view *view = view_of(set, 20, some_entity);
	int error = JISR_NO_MEMORY;
	long n = 0;
	for (; error != JISR_OK; n++) {
		CLEANUP(yente_columns_freep) struct yente_columns *columns = NULL;
		memory_fail_after(n);
		error = yente_columns_new(view, 0, &columns);
		memory_fail_after(-1);
		assert_true(error == JISR_OK || (error == JISR_NO_MEMORY && columns == NULL));
	}
	assert_true(n > 10);
	watch_view_release(view);
}

static void a_list_with_entities_put_one_by_one_has_none(void **state)
{
	(void)state;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	CLEANUP(yente_index_releasep) const struct yente_index *index = NULL;
	struct lists lists = {.list = &list, .count = 1, .tag = "before"};
	list.file = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
	list.entities = 70;
	assert_int_equal(watch_set_new(&set), JISR_OK);
	lists.view = view_of(set, 70, some_entity);
	assert_int_equal(yente_index_take_columns(&lists, &index), JISR_OK);
	assert_int_equal(yente_columns_entities(yente_index_columns_of(index, &lists, 0)), 70);
	watch_view_release(lists.view);
	assert_int_equal(watch_set_put(set, "inv-list", some_entity(3)), JISR_OK); /* replaces one: as many as before */
	lists.view = watch_view_take(set);
	assert_int_equal(stored_segments(lists.view), 2);
	assert_null(yente_index_columns_of(index, &lists, 0));
	assert_null(yente_index_columns_of(index, &lists, 1));
	assert_null(yente_index_columns_of(index, &lists, 2));
	watch_view_release(lists.view);
	yente_index_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_entity_that_matches_is_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(entities_of_one_profile_say_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(entities_beyond_the_last_profile_have_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_number_of_entities_fits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(running_out_of_memory_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_list_with_entities_put_one_by_one_has_none, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
