/* Invariants
 *   1. ids holds id_count hashes in id_slots (a power of two) slots, at most three quarters full.
 *   2. bad <= seen; every record is counted in seen exactly once, by reading_bad or by reading_put.
 *   3. sink->start is called at most once, and before the first entity. */
#include "lists/reading.h"

#include "base/hash.h"
#include "lists/dates.h"
#include "names/country.h"

#include <string.h>

#define PROGRESS_EVERY 256 /* records */

int reading_init(struct reading *reading, const struct list_sink *sink, struct problem *problem)
{
	*reading = (struct reading){.sink = sink, .problem = problem, .path = "-", .default_name = "list"};
	return arena_new(READING_MAX_RECORD, &reading->arena);
}

void reading_finish(struct reading *reading)
{
	reading->arena = arena_free(reading->arena);
	reading->ids = memory_free(reading->ids);
}

int reading_fail(struct reading *reading, int code, uint64_t line, const char *format, ...)
{
	struct problem what;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(what.text, sizeof what.text, format, arguments);
	va_end(arguments);
	const char *name = strcmp(reading->path, "-") == 0 ? "standard input" : reading->path;
	if (line == 0)
		return problem_set(reading->problem, code, "%s: %s", name, what.text);
	return problem_set(reading->problem, code, "%s: line %llu: %s", name, (unsigned long long)line, what.text);
}

int reading_fail_again(struct reading *reading, int code)
{
	if (reading->problem != NULL && reading->problem->text[0] == '\0')
		(void)problem_set(reading->problem, code, "%s", error_text(code));
	problem_prefix(reading->problem, strcmp(reading->path, "-") == 0 ? "standard input" : reading->path);
	return code;
}

int reading_open(struct reading *reading, const char *path, struct input **ret_input)
{
	reading->path = strncmp(path, "/proc/self/fd/", 14) == 0 ? "-" : path;
	int error = input_open(path, ret_input, reading->problem);
	return error == JISR_OK ? JISR_OK : reading_fail_again(reading, error);
}

void reading_next(struct reading *reading)
{
	arena_reset(reading->arena);
	if (reading->sink->progress == NULL || reading->input == NULL || reading->ticks++ % PROGRESS_EVERY != 0)
		return;
	uint64_t done = reading->done_before + input_done(reading->input);
	reading->sink->progress(reading->sink->context, done, reading->total > done ? reading->total : done);
}

static int judge_trial(struct reading *reading)
{
	if (reading->bad * 2 <= reading->seen)
		return JISR_OK;
	return reading_fail(
		reading, JISR_BAD_INPUT, 0,
		"%llu of the first %llu records are bad, more than half: this does not look like %s; the list stays as "
		"it was",
		(unsigned long long)reading->bad, (unsigned long long)reading->seen,
		list_format_name(reading->summary.format));
}

static int count_record(struct reading *reading, bool bad)
{
	reading->seen++;
	reading->bad += bad;
	return reading->seen == READING_TRIAL ? judge_trial(reading) : JISR_OK;
}

int reading_bad(struct reading *reading, uint64_t line, const char *format, ...)
{
	char reason[PROBLEM_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	reading->summary.skipped++;
	if (reading->sink->bad != NULL)
		reading->sink->bad(reading->sink->context, reading->path, line, reason);
	return count_record(reading, true);
}

int reading_judge(struct reading *reading, uint64_t line, int error)
{
	switch (error) {
	case JISR_OK: return JISR_OK;
	case JISR_TOO_LARGE:
		return reading_bad(reading, line,
		                   "over a limit: an id of more than %d bytes, a value of more than %d KiB, "
		                   "or more than %d values",
		                   ENTITY_MAX_ID, ENTITY_MAX_VALUE / 1024, ENTITY_MAX_PROPERTIES);
	case JISR_BAD_INPUT: return reading_bad(reading, line, "an empty id or schema, or bytes that are not UTF-8");
	case JISR_NO_MEMORY:
		if (arena_used(reading->arena) > READING_MAX_RECORD / 4)
			return reading_bad(reading, line, "takes more than %zu MiB", READING_MAX_RECORD >> 22);
		return reading_fail(reading, error, line, "out of memory");
	default: return reading_fail(reading, error, line, "%s", error_text(error));
	}
}

static int grow_ids(struct reading *reading)
{
	size_t slots = reading->id_slots == 0 ? 1024 : reading->id_slots * 2;
	if (slots > READING_MAX_ENTITIES * 2)
		return JISR_TOO_LARGE;
	uint64_t *grown = memory_zero(slots, sizeof *grown);
	if (grown == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < reading->id_slots; i++) {
		uint64_t hash = reading->ids[i];
		size_t slot = hash & (slots - 1);
		while (hash != 0 && grown[slot] != 0)
			slot = (slot + 1) & (slots - 1);
		if (hash != 0)
			grown[slot] = hash;
	}
	memory_free(reading->ids);
	reading->ids = grown;
	reading->id_slots = slots;
	return JISR_OK;
}

/* 1: new, 0: given before, negative: failure. */
static int note_id(struct reading *reading, const char *id)
{
	if ((reading->id_count + 1) * 4 > reading->id_slots * 3) {
		int error = grow_ids(reading);
		if (error != JISR_OK)
			return error;
	}
	uint64_t hash = hash_bytes(id, strlen(id));
	hash += hash == 0;
	size_t slot = hash & (reading->id_slots - 1);
	for (; reading->ids[slot] != 0; slot = (slot + 1) & (reading->id_slots - 1))
		if (reading->ids[slot] == hash)
			return 0;
	reading->ids[slot] = hash;
	reading->id_count++;
	return 1;
}

static int start(struct reading *reading)
{
	if (reading->started)
		return JISR_OK;
	reading->started = true;
	if (reading->summary.name[0] == '\0')
		(void)snprintf(reading->summary.name, sizeof reading->summary.name, "%s", reading->default_name);
	if (reading->sink->start == NULL)
		return JISR_OK;
	int stop = reading->sink->start(reading->sink->context, &reading->summary);
	return stop == 0 ? JISR_OK : stop;
}

static bool can_be_found(const struct entity *entity)
{
	for (size_t i = 0; i < entity->count; i++) {
		enum property_use use = property_use(entity->properties[i].name);
		if (use == USE_NAME || use == USE_WEAK_NAME || use == USE_DOCUMENT)
			return true;
	}
	return false;
}

int reading_put(struct reading *reading, struct entity *entity, enum list_op op, uint64_t line)
{
	if (op != LIST_OP_DEL && !can_be_found(entity))
		return reading_bad(reading, line, "%s has neither a name nor a document number", entity->id);
	if (!reading->is_delta) {
		int fresh = note_id(reading, entity->id);
		if (fresh == 0)
			return reading_bad(reading, line, "the id %s was given before in this list", entity->id);
		if (fresh < 0)
			return reading_fail(reading, fresh, line, "%s",
			                    fresh == JISR_TOO_LARGE ? "more than 64 million entities"
			                                            : "out of memory");
	}
	int error = entity_complete(entity, reading->arena);
	if (error != JISR_OK)
		return reading_judge(reading, line, error);
	error = start(reading);
	if (error == JISR_OK)
		error = count_record(reading, false);
	if (error != JISR_OK)
		return error;
	reading->summary.records++;
	return reading->sink->entity(reading->sink->context, entity, op);
}

int reading_end(struct reading *reading)
{
	int error = reading->seen < READING_TRIAL ? judge_trial(reading) : JISR_OK;
	if (error != JISR_OK)
		return error;
	if (reading->summary.records == 0 && !reading->is_delta)
		return reading_fail(reading, JISR_BAD_INPUT, 0,
		                    "holds no entry: it is cut off, or no %s; nothing was changed",
		                    list_format_name(reading->summary.format));
	if (reading->sink->progress != NULL)
		reading->sink->progress(reading->sink->context, reading->total, reading->total);
	return start(reading);
}

int add_text(struct entity *entity, struct arena *arena, const char *property, const char *text)
{
	return text == NULL ? JISR_OK : entity_add(entity, arena, property, text, strlen(text));
}

int add_country(struct entity *entity, struct arena *arena, const char *property, const char *text)
{
	char code[3];
	if (text != NULL && country_read(text, strlen(text), code))
		return entity_add(entity, arena, property, code, 2);
	return add_text(entity, arena, property, text);
}

int add_document(struct entity *entity, struct arena *arena, const char *property, const char *country,
                 const char *number)
{
	char code[3];
	if (number == NULL)
		return JISR_OK;
	bool known = country != NULL && country_read(country, strlen(country), code);
	return entity_add_document(entity, arena, property, known ? code : NULL, number, strlen(number));
}

int add_date(struct entity *entity, struct arena *arena, const char *property, const char *text)
{
	struct date date;
	char written[DATE_TEXT_MAX];
	if (text == NULL || text[0] == '\0')
		return JISR_OK;
	if (dates_read(text, strlen(text), &date) != JISR_OK) {
		char *note = arena_format(arena, "%s %s", property, text);
		return note == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "notes", note);
	}
	date_write(date, written);
	return add_text(entity, arena, property, written);
}

int add_sex(struct entity *entity, struct arena *arena, const char *text)
{
	char sex = text == NULL ? 0 : sex_read(text);
	return sex == 0 ? JISR_OK : add_text(entity, arena, "gender", sex == 'm' ? "male" : "female");
}

int add_name_fields(struct entity *entity, struct arena *arena, const char *property, const char *given,
                    const char *family)
{
	bool has_given = given != NULL && given[0] != '\0', has_family = family != NULL && family[0] != '\0';
	char *name = arena_format(arena, "%s%s%s", has_given ? given : "", has_given && has_family ? " " : "",
	                          has_family ? family : "");
	if (name == NULL)
		return JISR_NO_MEMORY;
	int error = add_text(entity, arena, property, name);
	if (error != JISR_OK || strcmp(property, "name") != 0 || !has_given || !has_family)
		return error;
	error = add_text(entity, arena, "firstName", given);
	return error == JISR_OK ? add_text(entity, arena, "lastName", family) : error;
}
