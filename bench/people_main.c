/* jisr-people: prints invented entities as FollowTheMoney JSON lines.
 *
 *   jisr-people [--count 1000] [--seed 1] [--from 0]
 *   jisr-people --pick SCRIPT [--listed native]   a person to ask for: number TAB listed name TAB the same name in
 *                                                 the writing that the list does not have TAB birth date TAB country
 *   jisr-people --pairs                           pairs of names to compare: NAME TAB NAME TAB SCHEMA, of the same
 *                                                 person in two writings, misspelt, and of two persons
 *   jisr-people --mrz                             the machine readable zone of the first who has a passport
 *
 * --pick takes the first person from --from on whose tradition writes SCRIPT (Arabic, Chinese, Cyrillic, Korean, ...),
 * whom the list names in Latin letters alone, or with --listed native in that script alone, and whose birth day is
 * known. Documents are printed as Passport and Identification records that point at their holder, as OpenSanctions
 * does. */
#include "base/error.h"
#include "base/utf8.h"
#include "names/script.h"
#include "people/people.h"

#include <cjson/cJSON.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ENTITY_LIMIT ((size_t)1 << 20) /* bytes of one entity */

static bool print_object(cJSON *object)
{
	char *line = object != NULL ? cJSON_PrintUnformatted(object) : NULL;
	bool printed = line != NULL && puts(line) >= 0;
	cJSON_free(line);
	cJSON_Delete(object);
	return printed;
}

/* Appends a value to properties[name], making the array when it is the first. */
static void add_value(cJSON *properties, const char *name, const char *value)
{
	cJSON *values = cJSON_GetObjectItemCaseSensitive(properties, name);
	if (values == NULL)
		values = cJSON_AddArrayToObject(properties, name);
	(void)cJSON_AddItemToArray(values, cJSON_CreateString(value));
}

static cJSON *new_object(const char *id, const char *caption, const char *schema, cJSON **ret_properties)
{
	cJSON *object = cJSON_CreateObject();
	(void)cJSON_AddStringToObject(object, "id", id);
	(void)cJSON_AddStringToObject(object, "caption", caption);
	(void)cJSON_AddStringToObject(object, "schema", schema);
	*ret_properties = cJSON_AddObjectToObject(object, "properties");
	return object;
}

/* "cc:NUMBER" of the property becomes a record of its own. */
static bool print_document(const char *holder, const struct entity_property *property, size_t serial)
{
	bool passport = strcmp(property->name, "passportNumber") == 0;
	char id[300], country[3] = {property->value[0], property->value[1], '\0'};
	(void)snprintf(id, sizeof id, "%s-document-%zu", holder, serial);
	cJSON *properties,
		*object = new_object(id, property->value + 3, passport ? "Passport" : "Identification", &properties);
	add_value(properties, "holder", holder);
	add_value(properties, "country", country);
	add_value(properties, passport ? "passportNumber" : "number", property->value + 3);
	return print_object(object);
}

static bool is_document(const struct entity_property *property)
{
	return (strcmp(property->name, "passportNumber") == 0 || strcmp(property->name, "idNumber") == 0) &&
	       strlen(property->value) > 3 && property->value[2] == ':';
}

/* A property's value without the country that entity_add_document may have put before it. */
static const char *plain_value(const struct entity_property *property)
{
	bool number = property_use(property->name) == USE_DOCUMENT;
	return number && strlen(property->value) > 3 && property->value[2] == ':' ? property->value + 3
	                                                                          : property->value;
}

static bool print_entity(const struct entity *entity)
{
	cJSON *properties, *object = new_object(entity->id, entity->caption, entity->schema, &properties);
	for (size_t i = 0; i < entity->count; i++)
		if (!is_document(&entity->properties[i]))
			add_value(properties, entity->properties[i].name, plain_value(&entity->properties[i]));
	cJSON *datasets = cJSON_AddArrayToObject(object, "datasets");
	(void)cJSON_AddItemToArray(datasets, cJSON_CreateString("invented"));
	(void)cJSON_AddBoolToObject(object, "target", true);
	bool printed = print_object(object);
	for (size_t i = 0; i < entity->count && printed; i++)
		if (is_document(&entity->properties[i]))
			printed = print_document(entity->id, &entity->properties[i], i);
	return printed;
}

/* Whether every name of the entity is written in that script. */
static bool all_names_in(const struct entity *entity, enum script script)
{
	for (size_t i = 0; i < entity->count; i++) {
		const struct entity_property *property = &entity->properties[i];
		enum property_use use = property_use(property->name);
		const char *cursor = property->value, *end = cursor + strlen(cursor);
		if ((use == USE_NAME || use == USE_WEAK_NAME) && script_of(utf8_next(&cursor, end)) != script)
			return false;
	}
	return true;
}

/* Prints person `number` when it fits --pick; *ret_done tells. */
static int pick(const struct people *people, uint64_t number, const char *script, bool listed_native,
                struct arena *arena, bool *ret_done)
{
	struct entity *entity;
	struct people_name native, latin;
	int error = people_entity(people, number, arena, &entity);
	if (error == JISR_OK)
		error = people_name(people, number, PEOPLE_NATIVE, arena, &native);
	if (error == JISR_OK)
		error = people_name(people, number, listed_native ? PEOPLE_LATIN : PEOPLE_NATIVE, arena, &latin);
	if (error != JISR_OK)
		return error;
	const char *cursor = native.full, *born = entity_get(entity, "birthDate");
	const char *country = entity_get(entity, "nationality");
	enum script written = script_of(utf8_next(&cursor, native.full + strlen(native.full)));
	*ret_done = strcmp(entity->schema, "Person") == 0 && strcasecmp(script_name(written), script) == 0 &&
	            all_names_in(entity, listed_native ? written : SCRIPT_LATIN) && born != NULL &&
	            strlen(born) == 10 && country != NULL && native.family[0] != '\0';
	if (*ret_done)
		printf("%" PRIu64 "\t%s\t%s\t%s\t%s\n", number, entity_get(entity, "name"), latin.full, born, country);
	return JISR_OK;
}

static int print_mrz(const struct people *people, uint64_t number, struct arena *arena, bool *ret_done)
{
	const char *lines;
	struct entity *entity;
	int error = people_entity(people, number, arena, &entity);
	if (error == JISR_OK && strcmp(entity->schema, "Person") == 0)
		error = people_mrz(people, number, arena, &lines);
	else if (error == JISR_OK)
		error = JISR_NOT_FOUND;
	*ret_done = error == JISR_OK;
	if (error == JISR_OK)
		(void)fputs(lines, stdout);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static void print_pair(const char *one, const char *other, const char *schema)
{
	printf("%s\t%s\t%s\n", one, other, schema);
}

/* Pairs of entity `number`: what a stored set of scores is made of. */
static int print_pairs(const struct people *people, uint64_t number, struct arena *arena)
{
	struct entity *entity, *other;
	int error = people_entity(people, number, arena, &entity);
	if (error == JISR_OK)
		error = people_entity(people, number + 1, arena, &other);
	if (error != JISR_OK)
		return error;
	const char *name = entity_get(entity, "name"), *wrong;
	error = people_misspell(name, (enum people_error)(number % PEOPLE_ERROR_COUNT), number, arena, &wrong);
	if (error == JISR_OK)
		print_pair(wrong, name, entity->schema);
	for (size_t i = 0; i < entity->count; i++) {
		enum property_use use = property_use(entity->properties[i].name);
		if ((use == USE_NAME || use == USE_WEAK_NAME) && strcmp(entity->properties[i].value, name) != 0)
			print_pair(entity->properties[i].value, name, entity->schema);
	}
	if (strcmp(entity->schema, "Person") == 0) {
		struct people_name native, another;
		error = people_name(people, number, PEOPLE_NATIVE, arena, &native);
		if (error == JISR_OK)
			error = people_name(people, number, PEOPLE_OTHER, arena, &another);
		if (error != JISR_OK)
			return error;
		print_pair(native.full, another.full, entity->schema);
		print_pair(another.full, native.full, entity->schema);
	}
	print_pair(name, entity_get(other, "name"), entity->schema);
	return JISR_OK;
}

enum job { LIST, PICK, PAIRS, MRZ };

int main(int argc, char **argv)
{
	static const struct option options[] = {{"count", required_argument, NULL, 'c'},
	                                        {"seed", required_argument, NULL, 's'},
	                                        {"from", required_argument, NULL, 'f'},
	                                        {"pick", required_argument, NULL, 'p'},
	                                        {"listed", required_argument, NULL, 'l'},
	                                        {"mrz", no_argument, NULL, 'm'},
	                                        {"pairs", no_argument, NULL, 'a'},
	                                        {"help", no_argument, NULL, 'h'},
	                                        {0}};
	uint64_t count = 1000, seed = 1, from = 0;
	enum job job = LIST;
	const char *script = "", *listed = "latin";
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		uint64_t *number = option == 'c' ? &count : option == 's' ? &seed : option == 'f' ? &from : NULL;
		char *end = NULL;
		if (number != NULL)
			*number = strtoull(optarg, &end, 10);
		else if (option == 'p') {
			job = PICK;
			script = optarg;
		} else if (option == 'l')
			listed = optarg;
		else if (option == 'a')
			job = PAIRS;
		else if (option == 'm')
			job = MRZ;
		if ((number == NULL && strchr("plam", option) == NULL) ||
		    (number != NULL && (end == optarg || *end != '\0'))) {
			fprintf(stderr, "usage: jisr-people [--count N] [--seed S] [--from FIRST] [--pairs]\n"
			                "       jisr-people --pick SCRIPT [--listed native] | --mrz [--seed S] [--from "
			                "FIRST]\n");
			return option == 'h' ? 0 : 2;
		}
	}
	CLEANUP(people_freep) struct people *people = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = people_new(seed, &people);
	if (error == JISR_OK)
		error = arena_new(ENTITY_LIMIT, &arena);
	bool done = job == LIST || job == PAIRS;
	for (uint64_t i = 0; i < count && error == JISR_OK; i++) {
		struct entity *entity;
		arena_reset(arena);
		if (job == PAIRS) {
			error = print_pairs(people, from + i, arena);
			continue;
		}
		if (job != LIST) {
			error = job == PICK
			                ? pick(people, from + i, script, strcmp(listed, "native") == 0, arena, &done)
			                : print_mrz(people, from + i, arena, &done);
			if (done)
				break;
			continue;
		}
		error = people_entity(people, from + i, arena, &entity);
		if (error == JISR_OK && !print_entity(entity))
			error = JISR_IO;
	}
	if (error == JISR_OK && !done) {
		fprintf(stderr, "jisr-people: nobody fits among %" PRIu64 "\n", count);
		return 2;
	}
	if (error != JISR_OK || fflush(stdout) != 0) {
		fprintf(stderr, "jisr-people: %s\n", error_text(error != JISR_OK ? error : JISR_IO));
		return 3;
	}
	return 0;
}
