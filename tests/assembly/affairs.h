/* How tests act on budgets, contributions and whatever else has a life of steps (assembly/affair.h). */
#ifndef JISR_TESTS_ASSEMBLY_AFFAIRS_H
#define JISR_TESTS_ASSEMBLY_AFFAIRS_H

#include "hall.h"

#include "assembly/affair.h"
#include "assembly/dues.h"
#include "base/clock.h"

static inline int affairs_try(struct hall *hall, const struct affair *affair, const struct caller *caller,
                              const char *step, const char *id, const char *fields, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct affair_order order = {.caller = caller, .id = id, .expected = ENTRY_ANY};
	if (!affair_step_read(affair, step, &order.step))
		fail_msg("no step %s", step);
	if (fields != NULL && json_read(fields, strlen(fields), &json, problem) != JISR_OK)
		fail_msg("%s: %s", fields, problem->text);
	order.fields = json;
	problem->text[0] = '\0';
	int error = affair_submit(hall->place.store, affair, &order, problem);
	(void)snprintf(hall->id, sizeof hall->id, "%s", order.made);
	return error;
}

static inline void affairs_do(struct hall *hall, const struct affair *affair, const struct caller *caller,
                              const char *step, const char *id, const char *fields)
{
	struct problem problem = {""};
	if (affairs_try(hall, affair, caller, step, id, fields, &problem) != JISR_OK)
		fail_msg("%s %s %s: %s", affair->name, step, fields != NULL ? fields : "", problem.text);
}

static inline void affairs_refuse(struct hall *hall, const struct affair *affair, const struct caller *caller,
                                  const char *step, const char *id, const char *fields, int expected, const char *words)
{
	struct problem problem = {""};
	int error = affairs_try(hall, affair, caller, step, id, fields, &problem);
	if (error != expected || strstr(problem.text, words) == NULL)
		fail_msg("%s %s %s: %d \"%s\", not %d \"%s\"", affair->name, step, fields != NULL ? fields : "", error,
		         problem.text, expected, words);
}

/* What is told: to be freed with json_free. NULL where there is nothing for that caller. */
static inline cJSON *affairs_tell(struct hall *hall, const struct affair *affair, const struct caller *caller,
                                  const char *view, const char *id)
{
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text text;
	cJSON *json = NULL;
	text_init(&text, (size_t)16 << 20);
	assert_int_equal(store_read(hall->place.store, &reader, &problem), JISR_OK);
	int error = affair_tell(store_reader_sql(reader), affair, view, id, caller, &text, NULL, &problem);
	store_read_end(reader);
	if (error && error != JISR_NOT_FOUND)
		fail_msg("%s %s: %s", affair->name, id != NULL ? id : "", problem.text);
	if (!error && json_read(text.bytes, text.length, &json, &problem) != JISR_OK)
		fail_msg("%s: %s\n%s", affair->name, problem.text, text.bytes);
	text_finish(&text);
	return json;
}

/* A text at a place of names and numbers: "execution/0/open". */
static inline void affairs_text(struct hall *hall, const struct affair *affair, const struct caller *caller,
                                const char *view, const char *id, const char *path, const char *expected)
{
	CLEANUP(json_freep) cJSON *json = affairs_tell(hall, affair, caller, view, id);
	char copy[100], *rest = copy, *part;
	const cJSON *at = json;
	(void)snprintf(copy, sizeof copy, "%s", path);
	while (at != NULL && (part = strsep(&rest, "/")) != NULL)
		at = part[0] >= '0' && part[0] <= '9' ? cJSON_GetArrayItem(at, (int)strtol(part, NULL, 10))
		                                      : json_get(at, part);
	const char *text = cJSON_IsString(at)  ? at->valuestring
	                   : cJSON_IsTrue(at)  ? "true"
	                   : cJSON_IsFalse(at) ? "false"
	                                       : "";
	if (strcmp(text, expected) != 0)
		fail_msg("%s of %s %s is \"%s\", not \"%s\"", path, affair->name, id != NULL ? id : "", text, expected);
}

static inline unsigned affairs_year(void)
{
	char now[CLOCK_UTC_MAX];
	return (unsigned)strtoul(clock_utc(now), NULL, 10);
}

/* Fields with @Y for this year, @Z for the one before, @T for today, ' for ". Static: one at a time. */
static inline const char *affairs_fields(const char *text)
{
	static char out[20000];
	char now[CLOCK_UTC_MAX];
	size_t length = 0;
	(void)clock_utc(now);
	for (; *text != '\0' && length < sizeof out - 20; text++)
		if (*text == '@') {
			text++;
			length += (size_t)(*text == 'T'
			                           ? snprintf(out + length, 20, "%.10s", now)
			                           : snprintf(out + length, 20, "%u", affairs_year() - (*text == 'Z')));
		} else {
			out[length++] = *text == '\'' ? '"' : *text;
		}
	out[length] = '\0';
	return out;
}

/* ---- every state, step and role ---- */

struct affairs_side {
	const char *name;   /* of a row of what may be done */
	const char *roles;  /* " chair ": that give it */
	const char *office; /* whose officers these are; NULL: of any */
};
struct affairs_life {
	const struct affair *affair;
	const char *id; /* of a thing that is there */
	const struct affairs_side *sides;
	size_t side_count;
	const char *const (*steps)[4]; /* for each state: what each side may do, " a b " */
};

/* What the table says is what is written down here from the other side. */
static inline void affairs_try_all(struct hall *hall, const struct affairs_life *life)
{
	static const char *const offices[] = {"GS", "MA", "FR", "ES"};
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct arena *arena = NULL;
	size_t tried = 0, let = 0, states = 0;
	while (life->affair->states[states] != NULL)
		states++;
	assert_int_equal(arena_new((size_t)8 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(hall->place.store, &reader, &problem), JISR_OK);
	for (int role = 0; role < ROLE_COUNT; role++)
		for (size_t o = 0; o < 4; o++) {
			struct caller caller = place_caller(offices[o], "XX-1", ROLE_BIT(role));
			struct affair_taking taking = {.sql = store_reader_sql(reader),
			                               .arena = arena,
			                               .affair = life->affair,
			                               .caller = &caller};
			(void)snprintf(taking.today, sizeof taking.today, "%.10s", affairs_fields("@T"));
			if (life->affair->load(&taking, life->id, &problem) != JISR_OK)
				taking.sides = 0; /* is nobody's business */
			char word[40];
			(void)snprintf(word, sizeof word, " %s ", role_name((enum role)role));
			for (unsigned state = 0; state < states; state++)
				for (unsigned step = 0; step < life->affair->step_count; step++) {
					char name[40];
					bool may = false;
					(void)snprintf(name, sizeof name, " %s ", life->affair->steps[step].name);
					for (size_t side = 0; side < life->side_count; side++)
						may = may || (strstr(life->sides[side].roles, word) != NULL &&
						              (life->sides[side].office == NULL ||
						               strstr(life->sides[side].office, offices[o]) != NULL) &&
						              strstr(life->steps[state][side], name) != NULL);
					problem.text[0] = '\0';
					int error = affair_allowed(life->affair, step, state, taking.sides, life->id,
					                           &caller, &problem);
					if ((error == JISR_OK) != may || (error != JISR_OK && problem.text[0] == '\0'))
						fail_msg("%s%s in state %s by a %s of %s: %d %s", life->affair->name,
						         name, life->affair->states[state], word, offices[o], error,
						         problem.text);
					tried++;
					let += may;
				}
		}
	store_read_end(reader);
	arena_free(arena);
	assert_int_equal(tried, states * life->affair->step_count * ROLE_COUNT * 4);
	assert_true(let > 0);
}

/* Every state is reached from nothing, and every step can be taken by somebody or happens by itself. */
static inline void affairs_reach_all(const struct affair *affair, unsigned reached)
{
	unsigned before, states = 0;
	while (affair->states[states] != NULL)
		states++;
	do {
		before = reached;
		for (size_t i = 0; i < affair->step_count; i++)
			if ((affair->steps[i].from & reached) != 0)
				reached |= AFFAIR_BIT(affair->steps[i].to);
	} while (reached != before);
	assert_int_equal(reached | 1u, AFFAIR_BIT(states) - 1);
	for (size_t i = 0; i < affair->step_count; i++)
		assert_true(affair->steps[i].from != 0 && affair->steps[i].from < AFFAIR_BIT(states) &&
		            affair->steps[i].to < states);
}

#endif
