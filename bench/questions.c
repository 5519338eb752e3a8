/* bench_questions: the lists and questions that `tools/bench peers` and `tools/bench http` put to jisr and to others.
 *
 *   bench_questions listed PERSONS                       the persons of OFAC SDN (January 2024) and of the UN list
 *   bench_questions invented COUNT PERSONS QUESTIONS EACH   COUNT invented people, and EACH questions of every kind
 *
 * PERSONS gets FollowTheMoney JSON lines with what a question can be compared with: names, births, countries, sex.
 * QUESTIONS gets lines "number TAB kind TAB name TAB birth TAB country TAB id that is right". The kinds take turns:
 *
 *   listed      one of the person's names as it stands on the list
 *   misspelt    the same with one error (people_misspell), every kind of error as often
 *   script      the name in a script in which the list does not have it; everything that the list has is in one script
 *   stranger    people of another seed, who are not on the list; no id is right */
#include "base/tree.h"
#include "base/utf8.h"
#include "bench.h"
#include "lists/reader.h"
#include "names/script.h"
#include "people/people.h"
#include "people/people_text.h"

#include <inttypes.h>
#include <string.h>

#define SEED        1
#define OTHER_SEED  2
#define ARENA_LIMIT ((size_t)64 << 20)
#define STRANGERS   100000000

static const char *const kinds[] = {"listed", "misspelt", "script", "stranger"};
#define KINDS (sizeof kinds / sizeof *kinds)

static bool wanted(const char *property)
{
	enum property_use use = property_use(property);
	return use == USE_NAME || use == USE_WEAK_NAME || use == USE_BIRTH || use == USE_COUNTRY || use == USE_SEX;
}

static int write_person(FILE *file, const struct entity *entity)
{
	cJSON *object = tree_object();
	tree_text(object, "id", entity->id);
	tree_text(object, "caption", entity->caption);
	tree_text(object, "schema", entity->schema);
	cJSON *properties = tree_add_object(object, "properties"), *values = NULL;
	for (size_t i = 0; i < entity->count; i++) { /* sorted by name: entity_complete */
		const struct entity_property *property = &entity->properties[i];
		if (!wanted(property->name))
			continue;
		values = cJSON_GetObjectItemCaseSensitive(properties, property->name);
		if (values == NULL)
			values = tree_add_array(properties, property->name);
		tree_text(values, NULL, property->value);
	}
	tree_text(tree_add_array(object, "datasets"), NULL, "bench");
	char *line = tree_take(object, false);
	bool written = line != NULL && fprintf(file, "%s\n", line) > 0;
	cJSON_free(line);
	return written ? JISR_OK : JISR_IO;
}

static int on_entity(void *context, const struct entity *entity, enum list_op op)
{
	(void)op;
	return strcmp(entity->schema, "Person") == 0 ? write_person(context, entity) : JISR_OK;
}

static void on_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	(void)context;
	(void)fprintf(stderr, "bench questions: %s, line %" PRIu64 ": %s\n", path, line, reason);
}

static int listed(FILE *persons, struct problem *problem)
{
	static const char *const files[][3] = {
		{"ofac-sdn-2024-01/sdn.csv", "ofac-sdn-2024-01/alt.csv", "ofac-sdn-2024-01/add.csv"},
		{"un-consolidated/UN_consolidated.xml", NULL, NULL},
	};
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof files / sizeof *files && error == JISR_OK; i++) {
		char paths[3][4096];
		const char *given[3];
		size_t count = 0;
		for (; count < 3 && files[i][count] != NULL; count++) {
			bench_path(paths[count], sizeof paths[count], files[i][count]);
			given[count] = paths[count];
		}
		struct list_sink sink = {.context = persons, .entity = on_entity, .bad = on_bad};
		struct list_summary summary = {0};
		error = list_read(given, count, &sink, &summary, problem);
	}
	return error;
}

static enum script first_script(const char *text)
{
	const char *end = text + strlen(text);
	while (text < end) {
		enum script script = script_of(utf8_next(&text, end));
		if (script != SCRIPT_NONE)
			return script;
	}
	return SCRIPT_NONE;
}

/* The one script of all names on the list; SCRIPT_NONE when there are several. */
static enum script script_on_list(const struct entity *entity)
{
	enum script all = SCRIPT_NONE;
	for (size_t i = 0; i < entity->count; i++) {
		enum property_use use = property_use(entity->properties[i].name);
		if (use != USE_NAME && use != USE_WEAK_NAME)
			continue;
		enum script script = first_script(entity->properties[i].value);
		if (all != SCRIPT_NONE && script != all)
			return SCRIPT_NONE;
		all = script;
	}
	return all;
}

/* The name in the other writing; JISR_NOT_FOUND when the list has both or the tradition is Latin. */
static int other_script(const struct people *people, uint64_t number, const struct entity *entity, struct arena *arena,
                        const char **ret_name)
{
	struct people_name native, latin;
	int error = people_name(people, number, PEOPLE_NATIVE, arena, &native);
	if (error == JISR_OK)
		error = people_name(people, number, PEOPLE_LATIN, arena, &latin);
	enum script on_list = script_on_list(entity);
	if (error != JISR_OK)
		return error;
	if (on_list == SCRIPT_NONE || first_script(native.full) == SCRIPT_LATIN)
		return JISR_NOT_FOUND;
	*ret_name = on_list == SCRIPT_LATIN ? native.full : latin.full;
	return JISR_OK;
}

static const char *name_of(const struct entity *entity, uint64_t random)
{
	const char *names[64];
	size_t count = 0;
	for (size_t i = 0; i < entity->count && count < 64; i++)
		if (property_use(entity->properties[i].name) == USE_NAME)
			names[count++] = entity->properties[i].value;
	return count > 0 ? names[random % count] : NULL;
}

static int misspell(const char *name, uint64_t number, uint64_t random, struct arena *arena, const char **ret_name)
{
	int error = JISR_NOT_FOUND;
	for (uint64_t try = 0; try < PEOPLE_ERROR_COUNT && error == JISR_NOT_FOUND; try++)
		error = people_misspell(name, (enum people_error)((number + try) % PEOPLE_ERROR_COUNT), random, arena,
		                        ret_name);
	return error;
}

struct inventing {
	const struct people *people, *others;
	uint64_t count;
	struct people_random random;
	FILE *questions;
};

/* One attempt at a question; JISR_NOT_FOUND when the person drawn does not fit the kind. */
static int invent(struct inventing *inventing, size_t kind, uint64_t number, struct arena *arena)
{
	bool stranger = strcmp(kinds[kind], "stranger") == 0;
	const struct people *people = stranger ? inventing->others : inventing->people;
	uint64_t who = random_below(&inventing->random, stranger ? STRANGERS : inventing->count);
	uint64_t random = random_below(&inventing->random, UINT32_MAX);
	struct entity *entity;
	int error = people_person(people, who, arena, &entity);
	if (error != JISR_OK)
		return error;
	const char *name = name_of(entity, random), *born = entity_get(entity, "birthDate");
	const char *country = entity_get(entity, "nationality");
	if (name == NULL || born == NULL || country == NULL)
		return JISR_NOT_FOUND;
	if (strcmp(kinds[kind], "misspelt") == 0)
		error = misspell(name, number, random, arena, &name);
	else if (strcmp(kinds[kind], "script") == 0)
		error = other_script(people, who, entity, arena, &name);
	if (error == JISR_OK && fprintf(inventing->questions, "%" PRIu64 "\t%s\t%s\t%s\t%s\t%s\n", number, kinds[kind],
	                                name, born, country, stranger ? "" : entity->id) < 0)
		error = JISR_IO;
	return error;
}

static int invented(uint64_t count, uint64_t each, FILE *persons, FILE *questions)
{
	CLEANUP(people_freep) struct people *people = NULL;
	CLEANUP(people_freep) struct people *others = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = people_new(SEED, &people);
	if (error == JISR_OK)
		error = people_new(OTHER_SEED, &others);
	if (error == JISR_OK)
		error = arena_new(ARENA_LIMIT, &arena);
	for (uint64_t i = 0; i < count && error == JISR_OK; i++) {
		struct entity *entity;
		arena_reset(arena);
		error = people_person(people, i, arena, &entity);
		if (error == JISR_OK)
			error = write_person(persons, entity);
	}
	struct inventing inventing = {
		.people = people, .others = others, .count = count, .random = {77}, .questions = questions};
	for (uint64_t number = 0; number < each * KINDS && error == JISR_OK; number++)
		do {
			arena_reset(arena);
			error = invent(&inventing, number % KINDS, number, arena);
		} while (error == JISR_NOT_FOUND);
	return error;
}

int main(int count, char **arguments)
{
	bool real = count == 3 && strcmp(arguments[1], "listed") == 0;
	bool made = count == 6 && strcmp(arguments[1], "invented") == 0;
	uint64_t people = made ? strtoull(arguments[2], NULL, 10) : 0,
		 each = made ? strtoull(arguments[5], NULL, 10) : 0;
	if (!real && (!made || people == 0)) {
		(void)fprintf(stderr, "usage: bench_questions listed PERSONS\n"
		                      "       bench_questions invented COUNT PERSONS QUESTIONS EACH\n");
		return 2;
	}
	struct problem problem = {0};
	FILE *persons = fopen(arguments[made ? 3 : 2], "w"), *questions = made ? fopen(arguments[4], "w") : NULL;
	int error = persons == NULL || (made && questions == NULL) ? JISR_IO : JISR_OK;
	if (error == JISR_OK)
		error = made ? invented(people, each, persons, questions) : listed(persons, &problem);
	if (persons != NULL && fclose(persons) != 0 && error == JISR_OK)
		error = JISR_IO;
	if (questions != NULL && fclose(questions) != 0 && error == JISR_OK)
		error = JISR_IO;
	if (error == JISR_OK)
		return 0;
	(void)fprintf(stderr, "bench questions: %s\n", problem.text[0] != '\0' ? problem.text : error_text(error));
	return 3;
}
