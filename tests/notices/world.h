/* A record with headquarters, Morocco, France, Spain and Iceland, and how tests take steps in it. */
#ifndef JISR_TESTS_NOTICES_WORLD_H
#define JISR_TESTS_NOTICES_WORLD_H

#include "notices/act.h"
#include "notices/hit_act.h"
#include "notices/object.h"
#include "notices/operation.h"

#ifndef PLACE_DOMAINS
#define PLACE_DOMAINS &register_domain, &notice_domain, &hit_domain, &object_domain, &operation_domain
#endif
#include "../members/place.h"

#include <stdbool.h>

struct world {
	struct place place;
	struct caller bureau, reviewer, second, france; /* MA's officer, two of headquarters, FR's */
};

static inline void world_init(struct world *world)
{
	static const char *const members[] = {"ES", "IS"};
	char fields[40];
	place_init(&world->place);
	place_fill(&world->place);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(fields, sizeof fields, "{\"code\":\"%s\"}", members[i]);
		place_do(&world->place, &world->place.console, CHANGE_MEMBER_ADMIT, NULL, fields, NULL);
		place_do(&world->place, &world->place.console, CHANGE_OFFICE_OPEN, NULL, fields, NULL);
	}
	world->bureau = place_caller("MA", "MA-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	world->france = place_caller("FR", "FR-1", ROLE_BIT(ROLE_BUREAU_OFFICER));
	world->reviewer = place_caller("GS", "GS-1", ROLE_BIT(ROLE_REVIEWER));
	world->second = place_caller("GS", "GS-2", ROLE_BIT(ROLE_REVIEWER));
}

/* Takes a step; the fields are JSON text, NULL for none. */
static inline int world_try(struct world *world, const struct caller *caller, enum notice_step step, const char *id,
                            const char *fields, struct act *ret_act, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct act act = {.step = step, .caller = caller, .id = id, .expected = ENTRY_ANY};
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	act.fields = json;
	problem->text[0] = '\0';
	int error = act_submit(world->place.store, &act, problem);
	act.fields = NULL;
	if (ret_act != NULL)
		*ret_act = act;
	return error;
}

static inline void world_do(struct world *world, const struct caller *caller, enum notice_step step, const char *id,
                            const char *fields, char ret_id[NOTICE_ID_MAX + 1])
{
	struct problem problem = {""};
	struct act act;
	if (world_try(world, caller, step, id, fields, &act, &problem) != JISR_OK)
		fail_msg("%s %s: %s", step_name(step), fields != NULL ? fields : "", problem.text);
	if (ret_id != NULL)
		(void)snprintf(ret_id, NOTICE_ID_MAX + 1, "%s", act.made);
}

static inline void world_refuse(struct world *world, const struct caller *caller, enum notice_step step, const char *id,
                                const char *fields, int expected, const char *words)
{
	struct problem problem = {""};
	int error = world_try(world, caller, step, id, fields, NULL, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s: %d \"%s\", not %d \"%s\"", step_name(step), fields != NULL ? fields : "", error,
		         problem.text, expected, words);
}

static inline enum notice_state world_state(struct world *world, const char *office, const char *id)
{
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct notice notice;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world->place.store, &reader, NULL), JISR_OK);
	int error = notice_get(store_reader_sql(reader), (struct viewer){office}, id, arena, &notice, NULL);
	store_read_end(reader);
	arena_free(arena);
	assert_true(error == JISR_OK || error == JISR_NOT_FOUND);
	return error == JISR_OK ? notice.state : STATE_NONE;
}

#define WORLD_GOOD_REVIEW                                                                                              \
	"{\"review\":{\"article_2\":{\"finding\":\"complies\",\"text\":\"nothing against it\"},"                       \
	"\"article_3\":{\"finding\":\"complies\",\"text\":\"an ordinary crime\"},"                                     \
	"\"conditions\":{\"finding\":\"complies\",\"text\":\"met\"},\"quality\":{\"finding\":\"complies\",\"text\":"   \
	"\"good\"}}}"

#endif
