/* A record with headquarters, five members and a session, and how tests act in it. */
#ifndef JISR_TESTS_ASSEMBLY_HALL_H
#define JISR_TESTS_ASSEMBLY_HALL_H

#include "assembly/agreement.h"
#include "assembly/budget.h"
#include "assembly/conduct.h"
#include "assembly/meeting.h"
#include "assembly/urn.h"
#include "assembly/view.h"

#define PLACE_DOMAINS                                                                                                  \
	&register_domain, &assembly_domain, &urn_domain, &budget_domain, &agreement_domain, &meeting_domain
#include "../members/place.h"

struct hall {
	struct place place;
	struct caller secretary, chair;
	char id[64]; /* of what the last act made */
};

static inline struct caller hall_delegate(const char *office)
{
	char id[OFFICER_ID_MAX + 1];
	(void)snprintf(id, sizeof id, "%s-1", office);
	return place_caller(office, id, ROLE_BIT(ROLE_DELEGATE));
}

static inline int hall_try(struct hall *hall, const struct caller *caller, const char *act, const char *fields,
                           struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct conduct_order order = {.caller = caller, .session = 93, .expected = ENTRY_ANY};
	if (!conduct_read(act, &order.act))
		fail_msg("no act %s", act);
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	order.fields = json;
	problem->text[0] = '\0';
	int error = conduct_submit(hall->place.store, &order, problem);
	(void)snprintf(hall->id, sizeof hall->id, "%s", order.id);
	return error;
}

static inline void hall_do(struct hall *hall, const struct caller *caller, const char *act, const char *fields)
{
	struct problem problem = {""};
	if (hall_try(hall, caller, act, fields, &problem) != JISR_OK)
		fail_msg("%s %s: %s", act, fields != NULL ? fields : "", problem.text);
}

static inline void hall_refuse(struct hall *hall, const struct caller *caller, const char *act, const char *fields,
                               int expected, const char *words)
{
	struct problem problem = {""};
	int error = hall_try(hall, caller, act, fields, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", act, fields != NULL ? fields : "", error, problem.text,
		         expected, words);
}

/* What a view says: to be freed with json_free. */
static inline cJSON *hall_view(struct hall *hall, const struct caller *caller, const char *name, const char *id)
{
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	enum view view;
	cJSON *json = NULL;
	assert_true(view_read(name, &view));
	text_init(&text, (size_t)16 << 20);
	assert_int_equal(store_read(hall->place.store, &reader, &problem), JISR_OK);
	if (view_write(store_reader_sql(reader), view, 93, id, caller, &text, NULL, &problem) != JISR_OK)
		fail_msg("%s %s: %s", name, id != NULL ? id : "", problem.text);
	store_read_end(reader);
	if (json_read(text.bytes, text.length, &json, &problem) != JISR_OK)
		fail_msg("%s: %s\n%s", name, problem.text, text.bytes);
	text_finish(&text);
	return json;
}

/* The number at a path of names in a view: "figures", "present", "delegates". */
static inline int hall_number(struct hall *hall, const char *view, const char *id, const char *a, const char *b,
                              const char *c)
{
	CLEANUP(json_freep) cJSON *json = hall_view(hall, &hall->secretary, view, id);
	const cJSON *at = json_get(json, a);
	if (b != NULL)
		at = json_get(at, b);
	if (c != NULL)
		at = json_get(at, c);
	assert_true(cJSON_IsNumber(at));
	return (int)at->valuedouble;
}

static inline void hall_text(struct hall *hall, const struct caller *caller, const char *view, const char *id,
                             const char *name, const char *expected)
{
	CLEANUP(json_freep) cJSON *json = hall_view(hall, caller, view, id);
	const char *text = json_get_text(json, name);
	if (text == NULL || strcmp(text, expected) != 0)
		fail_msg("%s of %s %s is %s, not %s", name, view, id != NULL ? id : "", text != NULL ? text : "(none)",
		         expected);
}

/* MA, FR, ES, IS and KE are members; session 93 is called and they are invited. */
static inline void hall_init(struct hall *hall)
{
	static const char *const members[] = {"ES", "IS", "KE"};
	char fields[40];
	place_init(&hall->place);
	place_fill(&hall->place);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		(void)snprintf(fields, sizeof fields, "{\"code\":\"%s\"}", members[i]);
		place_do(&hall->place, &hall->place.console, CHANGE_MEMBER_ADMIT, NULL, fields, NULL);
		place_do(&hall->place, &hall->place.console, CHANGE_OFFICE_OPEN, NULL, fields, NULL);
	}
	hall->secretary = place_caller("GS", "GS-1", ROLE_BIT(ROLE_ASSEMBLY_SECRETARY));
	hall->chair = place_caller("GS", "GS-2", ROLE_BIT(ROLE_CHAIR));
	hall_do(hall, &hall->secretary, "session.call",
	        "{\"number\":93,\"city\":\"Marrakech\",\"country\":\"MA\",\"first\":\"2025-11-24\",\"last\":\"2025-11-"
	        "27\"}");
	hall_do(hall, &hall->secretary, "invite", NULL);
}

/* Announces a delegation of two, accepts it, signs both in. */
static inline void hall_arrive(struct hall *hall, const char *office)
{
	char fields[400];
	struct caller delegate = hall_delegate(office);
	hall_do(hall, &delegate, "delegation",
	        "{\"people\":[{\"name\":\"Invented Head\",\"role\":\"head\",\"rank\":\"minister\"},"
	        "{\"name\":\"Invented Other\",\"role\":\"delegate\",\"rank\":\"chief\"}]}");
	(void)snprintf(fields, sizeof fields, "{\"offices\":[\"%s\"],\"result\":\"accepted\"}", office);
	hall_do(hall, &hall->secretary, "credentials", fields);
	hall_do(hall, &delegate, "presence", "{\"present\":true}");
}

/* All five are there and the session is open. */
static inline void hall_open(struct hall *hall)
{
	static const char *const members[] = {"ES", "FR", "IS", "KE", "MA"};
	hall_init(hall);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		hall_arrive(hall, members[i]);
	hall_do(hall, &hall->chair, "session.open", NULL);
}

/* What is made again from the log is the same. */
static inline void hall_same(struct hall *hall)
{
	uint8_t now[32], again[32];
	assert_int_equal(store_digest(hall->place.store, now, NULL), JISR_OK);
	assert_int_equal(store_digest_rebuilt(hall->place.store, again, NULL), JISR_OK);
	assert_memory_equal(now, again, sizeof now);
}

#endif
