/* A record of its own for each test, with the register's domain: headquarters, Morocco and France with their bureaus. */
#ifndef JISR_TESTS_MEMBERS_PLACE_H
#define JISR_TESTS_MEMBERS_PLACE_H

#include "../base/temporary.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

struct place {
	char directory[256];
	struct store *store;
	struct caller console;
};

/* Tests of other folders name their domain before they include this. */
#ifndef PLACE_DOMAINS
#define PLACE_DOMAINS &register_domain
#endif
static const struct store_domain *const place_domains[] = {PLACE_DOMAINS, NULL};

/* Tries a change; the fields are JSON text, NULL for none. */
static inline int place_try(struct place *place, const struct caller *caller, enum change change, const char *target,
                            const char *fields, uint64_t expected, struct change_order *ret_order,
                            struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct change_order order = {change, caller, target, NULL, expected, "", 0};
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	order.fields = json;
	problem->text[0] = '\0';
	int error = change_submit(place->store, &order, problem);
	order.fields = NULL;
	if (ret_order != NULL)
		*ret_order = order;
	return error;
}

static inline void place_do(struct place *place, const struct caller *caller, enum change change, const char *target,
                            const char *fields, const char *id)
{
	struct problem problem = {""};
	struct change_order order;
	if (place_try(place, caller, change, target, fields, ENTRY_ANY, &order, &problem) != JISR_OK)
		fail_msg("%s %s: %s", change_name(change), fields != NULL ? fields : "", problem.text);
	if (id != NULL)
		assert_string_equal(order.id, id);
}

/* A change that must fail with this code and a sentence that holds these words. */
static inline void place_refuse(struct place *place, const struct caller *caller, enum change change,
                                const char *target, const char *fields, int expected, const char *words)
{
	struct problem problem = {""};
	int error = place_try(place, caller, change, target, fields, ENTRY_ANY, NULL, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", change_name(change), fields != NULL ? fields : "", error,
		         problem.text, expected, words);
}

static inline void place_init(struct place *place)
{
	struct problem problem = {""};
	assert_int_equal(temporary_make("members", place->directory, sizeof place->directory), 0);
	struct store_options options = {.directory = place->directory, .domains = place_domains};
	place->store = NULL;
	if (store_found(&options, "test.example/record", &place->store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	caller_console(&place->console, OFFICE_HEADQUARTERS);
}

/* Morocco and France, each with its bureau. */
static inline void place_fill(struct place *place)
{
	place_do(place, &place->console, CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"MA\"}", "MA");
	place_do(place, &place->console, CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"FR\"}", "FR");
	place_do(place, &place->console, CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"MA\"}", "MA");
	place_do(place, &place->console, CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"FR\"}", "FR");
}

static inline void place_officer(struct place *place, const struct caller *caller, const char *office,
                                 const char *login, const char *roles, const char *id)
{
	char fields[400];
	(void)snprintf(fields, sizeof fields,
	               "{\"office\":\"%s\",\"name\":\"Somebody Invented\",\"login\":\"%s\",\"roles\":%s}", office,
	               login, roles);
	place_do(place, caller, CHANGE_OFFICER_APPOINT, NULL, fields, id);
}

static inline struct caller place_caller(const char *office, const char *officer, role_set roles)
{
	struct caller caller;
	caller_init(&caller);
	caller.kind = CALLER_SESSION;
	caller.roles = roles;
	(void)snprintf(caller.office, sizeof caller.office, "%s", office);
	(void)snprintf(caller.officer, sizeof caller.officer, "%s", officer);
	(void)snprintf(caller.name, sizeof caller.name, "%s", officer);
	return caller;
}

/* The tables are those that the log alone gives. */
static inline void place_assert_rebuilt(struct place *place)
{
	uint8_t now[32], rebuilt[32];
	struct problem problem = {""};
	if (store_digest(place->store, now, &problem) != JISR_OK ||
	    store_digest_rebuilt(place->store, rebuilt, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_memory_equal(now, rebuilt, sizeof now);
}

static inline void place_finish(struct place *place)
{
	place_assert_rebuilt(place);
	place->store = store_free(place->store);
	assert_int_equal(temporary_remove(place->directory), 0);
}

#endif
