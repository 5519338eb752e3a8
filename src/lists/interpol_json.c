/* INTERPOL's public notices, as the API gives them: a page of a list ({"_embedded":{"notices":[...]}}), a notice with
 * its details, an array of either, or arrays of arrays of them. The id is entity_id ("2022/46614").
 *
 * A file is read as a whole (a notice takes 1 to 2 KB, all public ones 10 MB; at most INTERPOL_MAX_FILE). The same
 * notice may stand in several pages and once more with its details, in any order and file: the one with details counts.
 */
#include "base/json.h"
#include "base/text.h"
#include "lists/reading.h"

#include <stdlib.h>
#include <string.h>

#define INTERPOL_MAX_FILE ((size_t)128 << 20)

struct interpol {
	struct reading *reading;
	const cJSON **notices; /* all notices of all files, in order */
	size_t count, capacity;
};

static int add_number(struct entity *entity, struct arena *arena, const char *property, const cJSON *value)
{
	if (!cJSON_IsNumber(value) || value->valuedouble <= 0)
		return JISR_OK;
	char *text = arena_format(arena, "%g", value->valuedouble);
	return text == NULL ? JISR_NO_MEMORY : add_text(entity, arena, property, text);
}

static int add_strings(struct entity *entity, struct arena *arena, const char *property, const cJSON *list)
{
	int error = JISR_OK;
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL && error == JISR_OK;
	     one = one->next)
		if (cJSON_IsString(one))
			error = property_use(property) == USE_COUNTRY
			                ? add_country(entity, arena, property, one->valuestring)
			                : add_text(entity, arena, property, one->valuestring);
	return error;
}

static int add_warrants(struct entity *entity, struct arena *arena, const cJSON *warrants)
{
	int error = JISR_OK;
	const cJSON *one = cJSON_IsArray(warrants) ? warrants->child : NULL;
	for (; one != NULL && error == JISR_OK; one = one->next) {
		const char *country = json_get_text(one, "issuing_country_id"), *charge = json_get_text(one, "charge");
		char *note = arena_format(arena, "wanted by %s: %s", country == NULL ? "?" : country,
		                          charge == NULL ? "?" : charge);
		error = note == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "notes", note);
	}
	return error;
}

static int build(struct arena *arena, const cJSON *notice, const char *id, struct entity **ret_entity)
{
	struct entity *entity;
	int error = entity_new(id, "Person", arena, &entity);
	if (error == JISR_OK)
		error = add_name_fields(entity, arena, "name", json_get_text(notice, "forename"),
		                        json_get_text(notice, "name"));
	if (error == JISR_OK)
		error = add_date(entity, arena, "birthDate", json_get_text(notice, "date_of_birth"));
	if (error == JISR_OK)
		error = add_strings(entity, arena, "nationality", json_get(notice, "nationalities"));
	if (error == JISR_OK)
		error = add_sex(entity, arena, json_get_text(notice, "sex_id"));
	if (error == JISR_OK)
		error = add_text(entity, arena, "birthPlace", json_get_text(notice, "place_of_birth"));
	if (error == JISR_OK)
		error = add_country(entity, arena, "birthCountry", json_get_text(notice, "country_of_birth_id"));
	if (error == JISR_OK)
		error = add_number(entity, arena, "height", json_get(notice, "height"));
	if (error == JISR_OK)
		error = add_number(entity, arena, "weight", json_get(notice, "weight"));
	if (error == JISR_OK)
		error = add_strings(entity, arena, "eyeColor", json_get(notice, "eyes_colors_id"));
	if (error == JISR_OK)
		error = add_strings(entity, arena, "hairColor", json_get(notice, "hairs_id"));
	if (error == JISR_OK)
		error = add_strings(entity, arena, "spokenLanguage", json_get(notice, "languages_spoken_ids"));
	if (error == JISR_OK)
		error = add_text(entity, arena, "appearance", json_get_text(notice, "distinguishing_marks"));
	if (error == JISR_OK)
		error = add_warrants(entity, arena, json_get(notice, "arrest_warrants"));
	if (error == JISR_OK)
		error = add_text(entity, arena, "sourceUrl",
		                 json_get_text(json_get(json_get(notice, "_links"), "self"), "href"));
	if (error == JISR_OK)
		error = add_text(entity, arena, "topics", "wanted");
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

static bool has_details(const cJSON *notice)
{
	return json_get(notice, "arrest_warrants") != NULL || json_get(notice, "sex_id") != NULL;
}

static int put_notice(struct reading *reading, const cJSON *notice)
{
	const char *id = json_get_text(notice, "entity_id");
	struct entity *entity;
	reading_next(reading);
	if (id == NULL || id[0] == '\0')
		return reading_bad(reading, 0, "a notice without entity_id");
	int error = build(reading->arena, notice, id, &entity);
	return error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, 0) : reading_judge(reading, 0, error);
}

/* Finds the notices in whatever holds them. */
static int collect(struct interpol *interpol, const cJSON *json)
{
	if (cJSON_IsArray(json)) {
		for (const cJSON *one = json->child; one != NULL; one = one->next) {
			int error = collect(interpol, one);
			if (error != JISR_OK)
				return error;
		}
		return JISR_OK;
	}
	const cJSON *page = json_get(json_get(json, "_embedded"), "notices");
	if (cJSON_IsArray(page))
		return collect(interpol, page);
	int error = memory_reserve(&interpol->notices, &interpol->capacity, interpol->count + 1, READING_MAX_ENTITIES,
	                           sizeof *interpol->notices);
	if (error == JISR_OK)
		interpol->notices[interpol->count++] = json;
	return error;
}

static int read_all(struct reading *reading, const char *path, struct text *text)
{
	CLEANUP(input_freep) struct input *input = NULL;
	char block[16384];
	size_t length;
	int error = reading_open(reading, path, &input);
	if (error != JISR_OK)
		return error;
	text_reset(text);
	do {
		error = input_read(input, block, sizeof block, &length, reading->problem);
		if (error != JISR_OK)
			return reading_fail_again(reading, error);
		(void)text_add(text, block, length);
	} while (length > 0);
	if (text->error == JISR_TOO_LARGE)
		return reading_fail(reading, JISR_TOO_LARGE, 0, "is larger than %zu MiB: give the pages as files",
		                    INTERPOL_MAX_FILE >> 20);
	return text->error == JISR_OK ? JISR_OK : reading_fail(reading, text->error, 0, "out of memory");
}

/* "red" from .../notices/v1/red/2022-46614 */
static void name_by_colour(struct reading *reading, const cJSON *notice)
{
	const char *link = json_get_text(json_get(json_get(notice, "_links"), "self"), "href");
	const char *version = link == NULL ? NULL : strstr(link, "/notices/v1/");
	if (version == NULL)
		return;
	size_t length = strcspn(version + 12, "/");
	if (length > 0 && length < 16 && strspn(version + 12, "abcdefghijklmnopqrstuvwxyz") >= length)
		(void)snprintf(reading->summary.name, sizeof reading->summary.name, "interpol-%.*s", (int)length,
		               version + 12);
}

static int compare_ids(const void *a, const void *b)
{
	const cJSON *const *left = a, *const *right = b;
	const char *one = json_get_text(*left, "entity_id"), *two = json_get_text(*right, "entity_id");
	int order = strcmp(one == NULL ? "" : one, two == NULL ? "" : two);
	return order != 0 ? order : (int)has_details(*right) - (int)has_details(*left);
}

/* Notices by id; of several of one id the one with details. */
static int put_all(struct interpol *interpol)
{
	const char *last = "";
	if (interpol->count > 1)
		qsort(interpol->notices, interpol->count, sizeof(const cJSON *), compare_ids);
	if (interpol->count > 0)
		name_by_colour(interpol->reading, interpol->notices[interpol->count - 1]);
	for (size_t i = 0; i < interpol->count; i++) {
		const char *id = json_get_text(interpol->notices[i], "entity_id");
		if (id != NULL && id[0] != '\0' && strcmp(id, last) == 0)
			continue; /* another page's copy */
		int error = put_notice(interpol->reading, interpol->notices[i]);
		if (error != JISR_OK)
			return error;
		last = id == NULL ? "" : id;
	}
	return JISR_OK;
}

int interpol_json_read(struct reading *reading, const char *const *paths, size_t path_count)
{
	struct interpol interpol = {.reading = reading};
	struct text text;
	cJSON **files = memory_zero(path_count, sizeof *files);
	int error = files == NULL ? reading_fail(reading, JISR_NO_MEMORY, 0, "out of memory") : JISR_OK;
	text_init(&text, INTERPOL_MAX_FILE);
	for (size_t i = 0; error == JISR_OK && i < path_count; i++) {
		error = read_all(reading, paths[i], &text);
		if (error != JISR_OK)
			break;
		size_t mark = text.length >= 3 && memcmp(text.bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
		error = json_read(text.bytes + mark, text.length - mark, &files[i], reading->problem);
		if (error != JISR_OK)
			error = reading_fail_again(reading, error);
		else if ((error = collect(&interpol, files[i])) != JISR_OK)
			error = reading_fail(reading, error, 0, "out of memory");
	}
	if (error == JISR_OK)
		error = put_all(&interpol);
	for (size_t i = 0; files != NULL && i < path_count; i++)
		json_free(files[i]);
	memory_free(files);
	memory_free(interpol.notices);
	text_finish(&text);
	return error;
}
