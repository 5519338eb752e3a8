/* The register and the log over the API, as callers of several roles ask it. */
#include "web/answer.h"

#include "../base/temporary.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/proof.h"
#include "web/domains.h"
#include "web/service.h"
#include "web/signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static char folder[200];
static struct answer_site site;
static struct answer_thread thread;
static struct settings settings;
static struct service *service;
static struct caller who;
static const char *headers[4][2];
static bool replayed; /* the last reply said that it was given before */

static const char *header(const struct http_carrier *carrier, const char *name)
{
	(void)carrier;
	for (size_t i = 0; headers[i][0] != NULL; i++)
		if (strcasecmp(headers[i][0], name) == 0)
			return headers[i][1];
	return NULL;
}

static int recognise(struct service *of, const struct answer_input *input, const char *secret, struct arena *arena,
                     struct caller *ret_caller, const char **ret_why)
{
	(void)of;
	(void)input;
	(void)secret;
	(void)arena;
	(void)ret_why;
	*ret_caller = who;
	return who.kind == CALLER_NOBODY ? JISR_NOT_FOUND : JISR_OK;
}

static void be(const char *office, const char *officer, role_set roles)
{
	caller_init(&who);
	who.kind = CALLER_API_TOKEN;
	who.roles = roles;
	(void)snprintf(who.office, sizeof who.office, "%s", office);
	(void)snprintf(who.officer, sizeof who.officer, "%s", officer);
	(void)snprintf(who.name, sizeof who.name, "%s", officer);
}

static int found(void)
{
	struct problem problem = {""};
	struct store *store = NULL;
	struct store_options options = {.directory = folder, .domains = domains_all};
	int error = store_found(&options, "test.example/record", &store, &problem);
	store_free(store);
	return error;
}

static int set_up(void **state)
{
	(void)state;
	struct problem problem = {""};
	settings_init(&settings);
	settings.data = folder;
	atomic_init(&site.settings, &settings);
	site.recognise = recognise;
	log_configure(LOG_LEVEL_ERROR, false);
	if (temporary_make("members-routes", folder, sizeof folder) || found() ||
	    service_new(&settings, &service, &problem))
		return 1;
	site.service = service;
	return routes_new(routes_all, &site.routes) || answer_thread_init(&thread);
}

static int tear_down(void **state)
{
	(void)state;
	routes_free(site.routes);
	answer_thread_finish(&thread);
	service_free(service);
	return temporary_remove(folder);
}

/* Asks; the body as JSON (NULL when it is none), to be freed. */
static int ask(const char *method, const char *target, const char *body, cJSON **ret_json, char etag[64])
{
	struct answer_input input = {.method = method,
	                             .target = target,
	                             .body = body != NULL ? body : "",
	                             .body_length = body != NULL ? strlen(body) : 0,
	                             .header = header,
	                             .id = "test",
	                             .deadline = clock_seconds() + 60};
	struct answer_plan plan;
	struct http_reply reply;
	answer_plan(&site, &thread, &input, &plan);
	answer_run(&site, &thread, &input, &plan, &reply);
	int status = reply.status;
	if (ret_json != NULL) {
		struct problem problem = {""};
		*ret_json = NULL;
		if (json_read(reply.body.bytes, reply.body.length, ret_json, &problem) != JISR_OK)
			*ret_json = cJSON_CreateString(reply.body.bytes);
	}
	replayed = false;
	for (size_t i = 0; i < reply.header_count; i++)
		replayed = replayed || strcmp(reply.headers[i].name, "Idempotency-Replayed") == 0;
	if (etag != NULL)
		etag[0] = '\0';
	for (size_t i = 0; etag != NULL && i < reply.header_count; i++)
		if (strcmp(reply.headers[i].name, "ETag") == 0)
			(void)snprintf(etag, 64, "%s", reply.headers[i].value);
	text_finish(&reply.body);
	return status;
}

static void expect(const char *method, const char *target, const char *body, int status, const char *words)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int given = ask(method, target, body, &json, NULL);
	char *text = cJSON_PrintUnformatted(json);
	if (given != status || strstr(text, words) == NULL)
		fail_msg("%s %s: %d %s", method, target, given, text);
	cJSON_free(text);
}

static void administrator(void)
{
	be("GS", "GS-1", ROLE_BIT(ROLE_ADMINISTRATOR));
}

static void the_register_is_made_read_and_changed(void **state)
{
	(void)state;
	char etag[64], second[64];
	administrator();
	expect("POST", "/api/v1/members", "{\"code\":\"MA\"}", 201, "\"version\":");
	expect("POST", "/api/v1/members", "{\"code\":\"FR\"}", 201, "France");
	expect("POST", "/api/v1/members", "{\"code\":\"MA\"}", 409, "MA is a member already");
	expect("POST", "/api/v1/members", "{\"code\":\"MAR\"}", 422, "1 to 2 bytes");
	expect("POST", "/api/v1/members", "{\"code\":", 400, "not JSON");
	expect("POST", "/api/v1/offices", "{\"code\":\"MA\"}", 201, "NCB Morocco");
	expect("POST", "/api/v1/offices", "{\"code\":\"FR\"}", 201, "\"state\":\"open\"");
	expect("GET", "/api/v1/members/MA", NULL, 200, "\"region\":\"africa\"");
	expect("GET", "/api/v1/members/XX", NULL, 404, "there is no member XX");
	assert_int_equal(ask("GET", "/api/v1/members/MA", NULL, NULL, etag), 200);
	headers[0][0] = "If-None-Match";
	headers[0][1] = etag;
	assert_int_equal(ask("GET", "/api/v1/members/MA", NULL, NULL, second), 304);
	assert_string_equal(etag, second);
	headers[0][0] = "If-Match";
	assert_int_equal(
		ask("PATCH", "/api/v1/members/MA", "{\"names\":{\"en\":\"Kingdom of Morocco\"}}", NULL, second), 200);
	assert_string_not_equal(etag, second);
	expect("PATCH", "/api/v1/members/MA", "{\"names\":{\"en\":\"Morocco\"}}", 412, "It was changed since");
	headers[0][1] = "nonsense";
	expect("PATCH", "/api/v1/members/MA", "{\"names\":{\"en\":\"Morocco\"}}", 412, "names no version");
	headers[0][0] = NULL;
	expect("POST", "/api/v1/members/FR/suspend", "{\"reason\":\"a test\"}", 200, "suspended");
	expect("POST", "/api/v1/members/FR/reinstate", "{\"reason\":\"a test\"}", 200, "admitted");
	expect("POST", "/api/v1/members/FR/reinstate", "{\"reason\":\"a test\"}", 409, "not suspended");
}

static void pages_follow_each_other(void **state)
{
	(void)state;
	char target[100] = "/api/v1/offices?limit=1", seen[200] = "";
	administrator();
	for (size_t i = 0; i < 10 && target[0] != '\0'; i++) {
		CLEANUP(json_freep) cJSON *json = NULL;
		assert_int_equal(ask("GET", target, NULL, &json, NULL), 200);
		const cJSON *offices = json_get(json, "offices");
		assert_int_equal(cJSON_GetArraySize(offices), 1);
		(void)snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ",
		               json_get_text(cJSON_GetArrayItem(offices, 0), "code"));
		const char *next = json_get_text(json, "next");
		target[0] = '\0';
		if (next != NULL)
			(void)snprintf(target, sizeof target, "/api/v1/offices?limit=1&cursor=%.40s", next);
	}
	assert_string_equal(seen, "FR GS MA ");
	expect("GET", "/api/v1/offices?limit=0", NULL, 400, "limit (1 to 500)");
	expect("GET", "/api/v1/offices?office=MA", NULL, 400, "'office' or its value is not known");
}

static void officers_are_seen_and_changed_where_the_table_says_so(void **state)
{
	(void)state;
	administrator();
	expect("POST", "/api/v1/officers",
	       "{\"office\":\"MA\",\"name\":\"A B\",\"login\":\"ab\",\"roles\":[\"head-of-bureau\"]}", 201, "MA-1");
	be("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	expect("POST", "/api/v1/officers",
	       "{\"office\":\"MA\",\"name\":\"C D\",\"login\":\"cd\",\"roles\":[\"reader\"]}", 201, "MA-2");
	expect("PUT", "/api/v1/officers/MA-2/roles", "{\"roles\":[\"bureau-officer\"]}", 200, "bureau-officer");
	expect("PUT", "/api/v1/officers/MA-1/roles", "{\"roles\":[\"reader\"]}", 403, "nobody changes his own roles");
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 403, "may not admit and suspend members");
	expect("POST", "/api/v1/keys", "{\"office\":\"MA\"}", 403, "may not add and end keys");
	be("MA", "MA-2", ROLE_BIT(ROLE_BUREAU_OFFICER));
	expect("GET", "/api/v1/officers", NULL, 200, "MA-1");
	expect("GET", "/api/v1/officers/MA-2", NULL, 200, "C D");
	expect("PATCH", "/api/v1/officers/MA-2", "{\"name\":\"E F\"}", 403, "may not appoint officers");
	be("FR", "FR-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	expect("GET", "/api/v1/officers", NULL, 200, "\"officers\":[]");
	expect("GET", "/api/v1/officers?office=MA", NULL, 403, "for FR alone, not for MA");
	expect("GET", "/api/v1/officers/MA-2", NULL, 404, "in your office");
	expect("POST", "/api/v1/officers/MA-2/suspend", "{\"reason\":\"x\"}", 403, "for FR alone, not for MA");
	be("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	expect("POST", "/api/v1/officers/MA-2/suspend", "{\"reason\":\"x\"}", 200, "\"state\":\"suspended\"");
	expect("POST", "/api/v1/officers/MA-2/suspend", "{\"reason\":\"x\"}", 409, "suspended already");
	be("MA", "MA-2", ROLE_BIT(ROLE_BUREAU_OFFICER));
	expect("GET", "/api/v1/events", NULL, 401, "You may not listen any more");
	be("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	expect("POST", "/api/v1/officers/MA-2/reinstate", "{\"reason\":\"x\"}", 200, "\"state\":\"active\"");
	expect("POST", "/api/v1/officers/MA-2/move", "{\"office\":\"FR\",\"roles\":[\"reader\"],\"reason\":\"x\"}", 403,
	       "FR appoints its officers itself");
	be("FR", "FR-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	expect("POST", "/api/v1/officers/MA-2/end", "{\"reason\":\"x\"}", 403, "for FR alone, not for MA");
	administrator();
	expect("GET", "/api/v1/officers", NULL, 200, "MA-2");
	caller_init(&who);
	expect("GET", "/api/v1/officers", NULL, 401, "for officers");
	expect("GET", "/api/v1/members", NULL, 200, "France");
}

static void keys_are_added_and_ended(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *json = NULL;
	char target[100];
	be("MA", "MA-9", ROLE_BIT(ROLE_ADMINISTRATOR));
	assert_int_equal(ask("GET", "/api/v1/keys?office=MA", NULL, &json, NULL), 200);
	const char *id = json_get_text(cJSON_GetArrayItem(json_get(json, "keys"), 0), "id");
	expect("POST", "/api/v1/keys", "{\"office\":\"MA\"}", 201, "\"ended\":null");
	(void)snprintf(target, sizeof target, "/api/v1/keys/MA/%.8s/end", id);
	expect("POST", target, "{\"reason\":\"rotated\"}", 200, "\"office\":\"MA\"");
	expect("POST", target, "{\"reason\":\"rotated\"}", 409, "ended already");
	(void)snprintf(target, sizeof target, "/api/v1/keys/MA/%.8s", id);
	expect("GET", target, NULL, 200, "MA+");
	expect("GET", "/api/v1/keys/MA/zzzzzzzz", NULL, 404, "there is no key MA/zzzzzzzz");
	expect("POST", "/api/v1/keys/FR/00000000/end", "{\"reason\":\"x\"}", 403, "for MA alone, not for FR");
}

static void the_log_is_read_by_whom_it_is_for(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *all = NULL, *some = NULL;
	administrator();
	assert_int_equal(ask("GET", "/api/v1/log?limit=500", NULL, &all, NULL), 200);
	be("FR", "FR-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	assert_int_equal(ask("GET", "/api/v1/log?limit=500", NULL, &some, NULL), 200);
	const cJSON *whole = json_get(all, "entries"), *part = json_get(some, "entries");
	size_t hidden = 0, count = (size_t)cJSON_GetArraySize(whole);
	assert_int_equal(cJSON_GetArraySize(part), count);
	assert_int_equal(json_get(all, "size")->valuedouble, count);
	for (size_t i = 0; i < count; i++) {
		const cJSON *seen = cJSON_GetArrayItem(whole, (int)i), *other = cJSON_GetArrayItem(part, (int)i);
		bool of_ma = strncmp(json_get_text(seen, "subject"), "officer/MA", 10) == 0;
		assert_int_equal(json_get(other, "kind") == NULL, of_ma);
		assert_int_equal(cJSON_GetArraySize(other), of_ma ? 2 : 9);
		hidden += of_ma;
		if (of_ma) {
			char target[60];
			(void)snprintf(target, sizeof target, "/api/v1/log/%d", json_get(seen, "sequence")->valueint);
			expect("GET", target, NULL, 404, "not for your office");
			be("MA", "MA-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
			expect("GET", target, NULL, 200, "leaf_bytes");
			be("FR", "FR-1", ROLE_BIT(ROLE_HEAD_OF_BUREAU));
		}
	}
	assert_true(hidden >= 4);
	expect("GET", "/api/v1/log?from=2&limit=1", NULL, 200, "\"next\":3");
	expect("GET", "/api/v1/log?from=x", NULL, 400, "'from'");
	expect("GET", "/api/v1/log/99999", NULL, 404, "");
	be("MA", "MA-2", ROLE_BIT(ROLE_READER));
	expect("GET", "/api/v1/log", NULL, 403, "may not read the entries");
}

static void proofs_hold_against_the_signed_checkpoint(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *one = NULL, *proof = NULL, *grown = NULL;
	struct proof_file file;
	struct problem problem = {""};
	uint8_t leaf[MERKLE_HASH];
	administrator();
	assert_int_equal(ask("GET", "/api/v1/log/3", NULL, &one, NULL), 200);
	const char *hex = json_get_text(one, "leaf");
	for (size_t i = 0; i < MERKLE_HASH; i++)
		leaf[i] = (uint8_t)strtoul((char[]){hex[2 * i], hex[2 * i + 1], '\0'}, NULL, 16);
	caller_init(&who); /* hashes alone: for everybody */
	assert_int_equal(ask("GET", "/api/v1/log/proof?entry=3", NULL, &proof, NULL), 200);
	assert_int_equal(proof_read(proof->valuestring, strlen(proof->valuestring), &file, &problem), JISR_OK);
	assert_true(proof_inclusion_holds(&file.proof, file.number, file.checkpoint.size, leaf, file.checkpoint.root));
	leaf[0] ^= 1;
	assert_false(proof_inclusion_holds(&file.proof, file.number, file.checkpoint.size, leaf, file.checkpoint.root));
	assert_int_equal(ask("GET", "/api/v1/log/proof?from=2", NULL, &grown, NULL), 200);
	assert_non_null(strstr(grown->valuestring, "jisr.consistency-proof@v1\nold 2\n"));
	expect("GET", "/api/v1/log/checkpoint", NULL, 200, "test.example/record");
	expect("GET", "/api/v1/log/proof", NULL, 400, "Give 'entry'");
	expect("GET", "/api/v1/log/proof?entry=99999", NULL, 404, "");
	expect("GET", "/api/v1/log/proof?entry=3&from=2", NULL, 400, "Give 'entry'");
}

/* ---- sending again ---- */

static void what_is_sent_twice_with_one_key_is_made_once(void **state)
{
	(void)state;
	CLEANUP(json_freep) cJSON *first = NULL, *second = NULL;
	char etag[64], again[64], longest[258];
	administrator();
	headers[0][0] = "Idempotency-Key";
	headers[0][1] = "one";
	assert_int_equal(ask("POST", "/api/v1/keys", "{\"office\":\"FR\"}", &first, etag), 201);
	assert_false(replayed);
	assert_int_equal(ask("POST", "/api/v1/keys", "{\"office\":\"FR\"}", &second, again), 201);
	assert_true(replayed);
	assert_true(cJSON_Compare(first, second, true));
	assert_string_equal(etag, again);
	expect("POST", "/api/v1/keys", "{\"office\": \"FR\"}", 422, "with another body");
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 201, "Spain"); /* another address */
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 201, "Spain");
	assert_true(replayed);
	/* What was refused is not kept: it may be allowed later. */
	headers[0][1] = "two";
	expect("POST", "/api/v1/offices", "{\"code\":\"IT\"}", 422, "");
	headers[0][0] = NULL;
	expect("POST", "/api/v1/members", "{\"code\":\"IT\"}", 201, "Italy");
	headers[0][0] = "Idempotency-Key";
	expect("POST", "/api/v1/offices", "{\"code\":\"IT\"}", 201, "NCB Italy");
	assert_false(replayed);
	/* Another caller has keys of his own; who may no longer is not given the reply either. */
	headers[0][1] = "one";
	be("GS", "GS-2", ROLE_BIT(ROLE_ADMINISTRATOR));
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 409, "a member already");
	be("GS", "GS-1", ROLE_BIT(ROLE_READER));
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 403, "may not");
	caller_init(&who);
	expect("POST", "/api/v1/members", "{\"code\":\"ES\"}", 401, "");
	administrator();
	memset(longest, 'x', sizeof longest - 1);
	longest[256] = '\0';
	const char *const bad[] = {"", "two words", "\x01", "caf\xc3\xa9", longest};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		headers[0][1] = bad[i];
		expect("POST", "/api/v1/members", "{\"code\":\"PT\"}", 400, "Idempotency-Key is 1 to 255");
	}
	longest[255] = '\0';
	expect("POST", "/api/v1/members", "{\"code\":\"PT\"}", 201, "Portugal");
	headers[0][0] = NULL;
}

static void one_under_way_is_not_begun_again(void **state)
{
	(void)state;
	struct sql *sql;
	struct problem problem = {""};
	struct local *local = signin_local(signing_signin(service_signing(service)));
	administrator();
	headers[0][0] = "Idempotency-Key";
	headers[0][1] = "cut-off";
	expect("POST", "/api/v1/keys", "{\"office\":\"FR\"}", 201, "");
	assert_int_equal(local_begin(local, &sql, &problem), JISR_OK);
	int error = sql_execute(sql, "UPDATE repeat SET status = 0, reply = NULL WHERE key = 'cut-off'", &problem);
	assert_int_equal(local_end(local, error, &problem), JISR_OK);
	expect("POST", "/api/v1/keys", "{\"office\":\"FR\"}", 409, "under way, or was cut off");
	headers[0][0] = NULL;
}

/* ---- the access log ---- */

static void what_is_shown_is_written_down_for_auditors_alone(void **state)
{
	(void)state;
	be("MA", "MA-2", ROLE_BIT(ROLE_BUREAU_OFFICER));
	headers[0][0] = "Purpose";
	headers[0][1] = "case 17";
	expect("GET", "/api/v1/officers/MA-1", NULL, 200, "A B");
	expect("POST", "/api/v1/check", "{\"name\":\"Nobody Atall\"}", 503, "No list");
	headers[0][0] = NULL;
	expect("GET", "/api/v1/access", NULL, 403, "may not read who searched");
	administrator();
	expect("GET", "/api/v1/access", NULL, 403, "who may: auditor");
	be("FR", "FR-2", ROLE_BIT(ROLE_AUDITOR));
	expect("GET", "/api/v1/access", NULL, 200, "\"lines\":[");
	expect("GET", "/api/v1/access?office=MA", NULL, 403, "for FR alone, not for MA");
	be("MA", "MA-3", ROLE_BIT(ROLE_AUDITOR));
	expect("GET", "/api/v1/access?who=MA-2&action=view&what=MA-1", NULL, 200,
	       "\"office\":\"MA\",\"who\":\"MA-2\",\"action\":\"view\",\"what\":\"/api/v1/officers/MA-1\","
	       "\"purpose\":\"case 17\",\"result\":\"given\"");
	expect("GET", "/api/v1/access?action=check", NULL, 200, "\"lines\":[]"); /* it gave no answer */
	expect("GET", "/api/v1/access?when=now", NULL, 400, "'when'");
	be("GS", "GS-5", ROLE_BIT(ROLE_AUDITOR));
	expect("GET", "/api/v1/access?limit=1", NULL, 200, "\"next\":\"");
	expect("GET", "/api/v1/access?action=view&what=/api/v1/access", NULL, 200, "FR-2"); /* auditors, too */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_register_is_made_read_and_changed),
		cmocka_unit_test(pages_follow_each_other),
		cmocka_unit_test(officers_are_seen_and_changed_where_the_table_says_so),
		cmocka_unit_test(keys_are_added_and_ended),
		cmocka_unit_test(the_log_is_read_by_whom_it_is_for),
		cmocka_unit_test(proofs_hold_against_the_signed_checkpoint),
		cmocka_unit_test(what_is_sent_twice_with_one_key_is_made_once),
		cmocka_unit_test(one_under_way_is_not_begun_again),
		cmocka_unit_test(what_is_shown_is_written_down_for_auditors_alone),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
