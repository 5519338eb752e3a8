#include "web/check_body.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static const struct catalogue_list loaded[] = {{.name = "invented"}, {.name = "second"}};

/* One body, and what was read from it. */
struct read {
	struct arena *arena;
	cJSON *json;
	struct check_body body;
	struct faults faults;
};

static void body_read(struct read *read, const char *text)
{
	struct problem problem = {0};
	memset(read, 0, sizeof *read);
	assert_int_equal(arena_new(1 << 22, &read->arena), JISR_OK);
	read->faults.arena = read->arena;
	if (json_read(text, strlen(text), &read->json, &problem) != JISR_OK)
		fail_msg("%s: %s", problem.text, text);
	assert_int_equal(check_body_read(read->json, NULL, loaded, 2, &read->body, &read->faults), JISR_OK);
}

static void body_free(struct read *read)
{
	json_free(read->json);
	arena_free(read->arena);
}

/* The body has exactly one fault, at this pointer, and its detail has these words. */
static void refused(const char *text, const char *pointer, const char *words)
{
	struct read read;
	body_read(&read, text);
	if (read.faults.count != 1)
		fail_msg("%zu faults in %s", read.faults.count, text);
	assert_string_equal(read.faults.kept[0].pointer, pointer);
	if (strstr(read.faults.kept[0].detail, words) == NULL)
		fail_msg("\"%s\" has no \"%s\"", read.faults.kept[0].detail, words);
	body_free(&read);
}

static void all_that_is_known_is_taken(void **state)
{
	(void)state;
	struct read read;
	body_read(&read, "{\"name\":[\"Viktor Kuznedelev\",{\"family\":\"Kuznedelev, "
	                 "von\",\"given\":\"Viktor\"},{\"given\":\"Vitya\"}],"
	                 "\"schema\":\"person\",\"born\":\"1971-03\",\"nationality\":[\"by\",\"Poland\"],\"sex\":\"M\","
	                 "\"document\":[\"BY:MP4471203\",{\"number\":\"X 1\",\"country\":\"POL\"},{\"number\":\"Y2\"}],"
	                 "\"lists\":[\"second\"],\"limit\":7,\"threshold\":0.85,\"rules\":\"jisr-names-1\"}");
	const struct check_query *query = &read.body.query;
	assert_int_equal(read.faults.count, 0);
	assert_int_equal(query->name_count, 3);
	assert_string_equal(query->names[0], "Viktor Kuznedelev");
	assert_string_equal(query->names[1], "Kuznedelev  von, Viktor");
	assert_string_equal(query->names[2], "Vitya");
	assert_string_equal(query->schema, "Person");
	assert_int_equal(query->birth.from, 19710301);
	assert_int_equal(query->birth.to, 19710331);
	assert_int_equal(query->country_count, 2);
	assert_string_equal(query->countries[1], "pl");
	assert_int_equal(query->sex, 'm');
	assert_int_equal(query->document_count, 3);
	assert_string_equal(query->documents[0].country, "by");
	assert_string_equal(query->documents[0].number, "MP4471203");
	assert_string_equal(query->documents[1].country, "pl");
	assert_null(query->documents[2].country);
	assert_int_equal(query->list_count, 1);
	assert_string_equal(query->lists[0], "second");
	assert_int_equal(query->limit, 7);
	assert_float_equal(query->threshold, 0.85, 1e-9);
	body_free(&read);
	body_read(&read, "{\"name\":\"A\",\"reference\":\"customer 4711\",\"show_hidden\":true}");
	assert_string_equal(read.body.reference, "customer 4711");
	assert_true(read.body.show_hidden);
	body_free(&read);
	body_read(&read, "{\"document\":\"AB123\",\"born\":\"1970-01-01/1972-12-31\"}");
	assert_int_equal(read.faults.count, 0);
	assert_int_equal(read.body.query.birth.to, 19721231);
	assert_null(read.body.query.lists);
	body_free(&read);
}

static void a_zone_goes_behind_what_stands_beside_it(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		"{\"mrz\":[\"P<UTOKUZNEDELEV<<VIKTOR<<<<<<<<<<<<<<<<<<<<<<\",\"L898902C36UTO7408122M3012314<<<<<<<<<<<<"
		"<<06\"],"
		"\"born\":\"1971\"}",
		"{\"born\":\"1971\",\"mrz\":\"P<UTOKUZNEDELEV<<VIKTOR<<<<<<<<<<<<<<<<<<<<<<"
		"\\nL898902C36UTO7408122M3012314<<<<<<<<<<<<<<06\\n\"}",
	};
	for (size_t i = 0; i < 2; i++) {
		struct read read;
		body_read(&read, bodies[i]);
		assert_int_equal(read.faults.count, 0);
		assert_non_null(read.body.mrz);
		assert_string_equal(read.body.mrz->surname, "KUZNEDELEV");
		assert_int_equal(read.body.query.birth.from, 19710101);
		assert_int_equal(read.body.query.sex, 'm');
		assert_int_equal(read.body.query.name_count, 2);
		body_free(&read);
	}
}

static void each_fault_is_told_with_its_place(void **state)
{
	(void)state;
	refused("[]", "", "a check is an object");
	refused("null", "", "a check is an object");
	refused("{}", "", "nothing to check");
	refused("{\"born\":\"1971\"}", "", "nothing to check");
	refused("{\"name\":\"\"}", "/name", "empty");
	refused("{\"name\":\" ,.!\"}", "/name", "no letter");
	refused("{\"name\":\"\\u0301\\u200f\"}", "/name", "no letter");
	refused("{\"name\":17}", "/name", "a name is a text");
	refused("{\"name\":[]}", "/name", "the array is empty");
	refused("{\"name\":[\"A B\",null]}", "/name/1", "a name is a text");
	refused("{\"name\":[\"A B\",[\"C\"]]}", "/name/1", "a name is a text");
	refused("{\"name\":{}}", "/name", "\"family\", \"given\" or both");
	refused("{\"name\":{\"family\":4}}", "/name/family", "a name in quotes");
	refused("{\"name\":{\"first\":\"A\"}}", "/name/first", "did you mean \"given\"");
	refused("{\"name\":\"A\",\"born\":\"14/03/1971\"}", "/born", "1971-03-14");
	refused("{\"name\":\"A\",\"born\":1971}", "/born", "a birth date is a text");
	refused("{\"name\":\"A\",\"born\":\"1971-02-30\"}", "/born", "no date");
	refused("{\"name\":\"A\",\"nationality\":[\"fr\",\"Atlantis\"]}", "/nationality/1", "no country");
	refused("{\"name\":\"A\",\"sex\":\"maybe\"}", "/sex", "write m, f");
	refused("{\"name\":\"A\",\"sex\":true}", "/sex", "a sex is a text");
	refused("{\"document\":\"QQ:12\"}", "/document", "country's code");
	refused("{\"document\":[\"--\"]}", "/document/0", "neither a letter nor a digit");
	refused("{\"document\":{\"country\":\"fr\"}}", "/document", "has a \"number\"");
	refused("{\"document\":{\"number\":\"1\",\"country\":\"Atlantis\"}}", "/document/country", "no country");
	refused("{\"document\":{\"number\":\"fr:1\"}}", "/document/number", "no colon");
	refused("{\"document\":{\"number\":\"..\"}}", "/document/number", "neither a letter");
	refused("{\"mrz\":\"hello\"}", "/mrz", "");
	refused("{\"mrz\":3}", "/mrz", "the zone is a text");
	refused("{\"mrz\":[\"P<UTO\",3]}", "/mrz/1", "a line of the zone");
	refused("{\"name\":\"A\",\"schema\":\"Vesel\"}", "/schema", "Did you mean Vessel");
	refused("{\"name\":\"A\",\"schema\":null}", "/schema", "a schema is a text");
	refused("{\"name\":\"A\",\"lists\":\"ofac\"}", "/lists", "invented, second");
	refused("{\"name\":\"A\",\"lists\":[]}", "/lists", "the array is empty");
	refused("{\"name\":\"A\",\"rules\":\"jisr-names-0\"}", "/rules", "jisr-names-1");
	refused("{\"name\":\"A\",\"reference\":\"\"}", "/reference", "1 to 200 bytes");
	refused("{\"name\":\"A\",\"reference\":7}", "/reference", "a text of your own");
	refused("{\"name\":\"A\",\"show_hidden\":1}", "/show_hidden", "true or false");
	refused("{\"name\":\"A\",\"birthDate\":\"1971\"}", "/birthDate", "did you mean \"born\"");
	refused("{\"name\":\"A\",\"Nationalty\":\"fr\"}", "/Nationalty", "did you mean \"nationality\"");
	refused("{\"name\":\"A\",\"DOB\":\"1971\"}", "/DOB", "did you mean \"born\"");
	refused("{\"name\":\"A\",\"teapots\":\"1971\"}", "/teapots", "there are: name, schema, born");
	refused("{\"name\":\"A\",\"a/b~c\":1}", "/a~1b~0c", "there is no such field");
	refused("{\"name\":\"A\",\"\":1}", "/", "there is no such field");
}

static void numbers_stay_within_their_limits(void **state)
{
	(void)state;
	static const char *const limits[] = {"0",
	                                     "501",
	                                     "-1",
	                                     "1.5",
	                                     "1e400",
	                                     "-1e400",
	                                     "\"5\"",
	                                     "null",
	                                     "true",
	                                     "4294967296",
	                                     "1e-400",
	                                     "[]",
	                                     "18446744073709551617"};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		char body[100];
		(void)snprintf(body, sizeof body, "{\"name\":\"A\",\"limit\":%s}", limits[i]);
		refused(body, "/limit", "from 1 to 500");
	}
	static const char *const thresholds[] = {"0", "0.0099", "1.0001", "-0.7", "1e400", "1e-400", "\"0.7\"", "{}"};
	for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++) {
		char body[100];
		(void)snprintf(body, sizeof body, "{\"name\":\"A\",\"threshold\":%s}", thresholds[i]);
		refused(body, "/threshold", "from 0.01 to 1");
	}
	struct read read;
	body_read(&read, "{\"name\":\"A\",\"limit\":5e2,\"threshold\":1}");
	assert_int_equal(read.faults.count, 0);
	assert_int_equal(read.body.query.limit, 500);
	body_free(&read);
	body_read(&read, "{\"name\":\"A\",\"limit\":1.0,\"threshold\":0.01}");
	assert_int_equal(read.faults.count, 0);
	body_free(&read);
}

static void all_faults_are_told_at_once_and_counted_beyond_what_is_kept(void **state)
{
	(void)state;
	struct read read;
	body_read(&read, "{\"nmae\":\"A\",\"born\":\"x\",\"nationality\":[\"?\",\"fr\",\"!\"],\"limit\":0}");
	assert_int_equal(read.faults.count, 5);
	assert_string_equal(read.faults.kept[0].pointer, "/nmae");
	assert_string_equal(read.faults.kept[3].pointer, "/nationality/2");
	body_free(&read);
	struct text body;
	text_init(&body, 1 << 20);
	(void)text_add_string(&body, "{\"name\":\"A\"");
	for (int i = 0; i < 2000; i++)
		(void)text_add_format(&body, ",\"field%d\":1", i);
	(void)text_add_string(&body, "}");
	body_read(&read, body.bytes);
	assert_int_equal(read.faults.count, 2000);
	assert_non_null(read.faults.kept[FAULTS_KEPT - 1].detail);
	body_free(&read);
	text_finish(&body);
}

static void add_many(struct text *body, const char *field, const char *value, int count)
{
	(void)text_add_format(body, "{\"name\":\"A\",\"%s\":[%s", field, value);
	for (int i = 1; i < count; i++)
		(void)text_add_format(body, ",%s", value);
	(void)text_add_string(body, "]}");
}

static void what_a_check_holds_is_limited(void **state)
{
	(void)state;
	static const struct {
		const char *field, *value;
		int most;
	} fields[] = {{"document", "\"X1\"", CHECK_MAX_DOCUMENTS},
	              {"lists", "\"second\"", CHECK_BODY_MAX_LISTS},
	              {"nationality", "\"fr\"", CHECK_MAX_COUNTRIES}};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		for (int more = 0; more < 2; more++) {
			struct text body;
			struct read read;
			text_init(&body, 1 << 20);
			add_many(&body, fields[i].field, fields[i].value, fields[i].most + more);
			body_read(&read, body.bytes);
			assert_int_equal(read.faults.count, more);
			body_free(&read);
			text_finish(&body);
		}
	}
	struct text body;
	for (int more = 0; more < 2; more++) {
		struct read read;
		text_init(&body, 1 << 20);
		(void)text_add_string(&body, "{\"name\":[\"A\"");
		for (int i = 1; i < CHECK_MAX_NAMES + more; i++)
			(void)text_add_string(&body, ",\"B\"");
		(void)text_add_string(&body, "]}");
		body_read(&read, body.bytes);
		assert_int_equal(read.faults.count, more);
		body_free(&read);
		text_finish(&body);
		text_init(&body, 1 << 20);
		(void)text_add_string(&body, "{\"name\":\"");
		for (int i = 0; i < NAME_MAX_BYTES + more; i++)
			(void)text_add_char(&body, 'a');
		(void)text_add_string(&body, "\"}");
		body_read(&read, body.bytes);
		assert_int_equal(read.faults.count, more);
		body_free(&read);
		text_finish(&body);
	}
	text_init(&body, 1 << 20);
	(void)text_add_string(&body, "{\"mrz\":[\"\"");
	for (int i = 0; i < 10000; i++)
		(void)text_add_string(&body, ",\"P<\"");
	(void)text_add_string(&body, "]}");
	refused(body.bytes, "/mrz", "too long");
	text_finish(&body);
}

static void pointers_of_hostile_names_stay_short(void **state)
{
	(void)state;
	struct text body;
	struct read read;
	text_init(&body, 1 << 20);
	(void)text_add_string(&body, "{\"name\":\"A\",\"");
	for (int i = 0; i < 30000; i++)
		(void)text_add_string(&body, "~/");
	(void)text_add_string(&body, "\":1}");
	body_read(&read, body.bytes);
	assert_int_equal(read.faults.count, 1);
	assert_true(strlen(read.faults.kept[0].pointer) < 600);
	body_free(&read);
	text_finish(&body);
}

static void each_failed_allocation_is_told(void **state)
{
	(void)state;
	static const char body[] =
		"{\"name\":[{\"family\":\"A\",\"given\":\"B\"}],\"nationality\":\"fr\",\"document\":\"X1\","
		"\"nmae\":1,\"mrz\":\"hello\"}";
	cJSON *json = NULL;
	struct problem problem = {0};
	assert_int_equal(json_read(body, sizeof body - 1, &json, &problem), JISR_OK);
	bool done = false;
	for (long n = 0; !done; n++) {
		struct arena *arena;
		struct check_body read;
		assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
		struct faults faults = {.arena = arena};
		memory_fail_after(n);
		int error = check_body_read(json, NULL, loaded, 2, &read, &faults);
		memory_fail_after(-1);
		done = error == JISR_OK && !faults.no_memory;
		assert_true(done || error == JISR_NO_MEMORY || faults.no_memory);
		arena_free(arena);
		assert_true(n < 100);
	}
	json_free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_known_is_taken),
		cmocka_unit_test(a_zone_goes_behind_what_stands_beside_it),
		cmocka_unit_test(each_fault_is_told_with_its_place),
		cmocka_unit_test(numbers_stay_within_their_limits),
		cmocka_unit_test(all_faults_are_told_at_once_and_counted_beyond_what_is_kept),
		cmocka_unit_test(what_a_check_holds_is_limited),
		cmocka_unit_test(pointers_of_hostile_names_stay_short),
		cmocka_unit_test(each_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
