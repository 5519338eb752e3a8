/* sdn.csv with alt.csv and add.csv beside it. None has a header; "-0-" is an empty field; the last byte is 0x1A.
 *
 *   sdn  entity number, name, type, program, title, call sign, vessel type, tonnage, gross tonnage, flag, owner,
 * remarks alt  entity number, alias number, aka|fka|nka, name, remarks add  entity number, address number, address,
 * city and more, country, remarks
 *
 * The two side files are read first and kept, sorted by entity number (2 MB in January 2024; at most OFAC_MAX_SIDE);
 * sdn.csv streams past them. A side record whose entity is not in sdn.csv is reported. */
#include "base/csv.h"
#include "base/text.h"
#include "lists/detect.h"
#include "lists/ofac.h"
#include "lists/reading.h"

#include <stdlib.h>
#include <string.h>

#define OFAC_MAX_SIDE         ((size_t)256 << 20) /* bytes of both side files */
#define OFAC_MAX_SIDE_RECORDS ((size_t)4 << 20)

struct side {
	uint64_t entity;
	uint64_t order;   /* of reading, so that the sort is stable */
	uint64_t line;    /* where it stands in its file */
	size_t fields[4]; /* offsets into text */
	uint8_t path;     /* index of its file */
	bool is_address;
	bool used;
};

struct ofac_csv {
	struct reading *reading;
	struct text text; /* fields of the side records, each with a 0 after it */
	struct side *sides;
	size_t count, capacity;
};

static bool read_number(const char *text, uint64_t *ret_number)
{
	uint64_t number = 0;
	if (text[0] == '\0' || strlen(text) > 12)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
	}
	*ret_number = number;
	return true;
}

/* A field, "" for OFAC's "-0-". */
static const char *field(const struct csv_row *row, int column)
{
	const char *text = csv_row_field(row, column);
	return strncmp(text, "-0-", 3) == 0 && text[3 + strspn(text + 3, " ")] == '\0' ? "" : text;
}

static int add_side(struct ofac_csv *ofac, const struct csv_row *row, bool is_address, size_t path)
{
	struct side side = {.line = row->line, .is_address = is_address, .path = (uint8_t)path, .order = ofac->count};
	if (!read_number(row->fields[0], &side.entity))
		return reading_bad(ofac->reading, row->line, "the first column is no entity number");
	for (int i = 0; i < 4; i++) {
		const char *text = field(row, i + 2);
		side.fields[i] = ofac->text.length;
		(void)text_add(&ofac->text, text, strlen(text) + 1);
	}
	int error = ofac->text.error;
	if (error == JISR_OK)
		error = memory_reserve(&ofac->sides, &ofac->capacity, ofac->count + 1, OFAC_MAX_SIDE_RECORDS,
		                       sizeof *ofac->sides);
	if (error != JISR_OK)
		return reading_fail(ofac->reading, error, row->line, "%s",
		                    error == JISR_TOO_LARGE ? "the file is larger than any OFAC file"
		                                            : "out of memory");
	ofac->sides[ofac->count++] = side;
	return JISR_OK;
}

static int by_entity(const void *a, const void *b)
{
	const struct side *left = a, *right = b;
	if (left->entity != right->entity)
		return left->entity < right->entity ? -1 : 1;
	return left->order < right->order ? -1 : left->order > right->order;
}

static int add_alias(struct ofac_csv *ofac, struct entity *entity, const struct side *side)
{
	const char *type = ofac->text.bytes + side->fields[0], *name = ofac->text.bytes + side->fields[1];
	return ofac_add_name(entity, ofac->reading->arena, strcmp(type, "fka") == 0 ? "previousName" : "alias", name);
}

static int add_address(struct ofac_csv *ofac, struct entity *entity, const struct side *side)
{
	struct arena *arena = ofac->reading->arena;
	const char *parts[3];
	for (int i = 0; i < 3; i++)
		parts[i] = ofac->text.bytes + side->fields[i];
	char *address = arena_format(arena, "%s%s%s%s%s", parts[0], parts[0][0] && parts[1][0] ? ", " : "", parts[1],
	                             (parts[0][0] || parts[1][0]) && parts[2][0] ? ", " : "", parts[2]);
	if (address == NULL)
		return JISR_NO_MEMORY;
	int error = add_text(entity, arena, "address", address);
	return error == JISR_OK ? add_country(entity, arena, "country", parts[2]) : error;
}

static int add_sides(struct ofac_csv *ofac, struct entity *entity, uint64_t number)
{
	size_t low = 0, high = ofac->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ofac->sides[middle].entity < number)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ofac->count && ofac->sides[low].entity == number; low++) {
		struct side *side = &ofac->sides[low];
		int error = side->is_address ? add_address(ofac, entity, side) : add_alias(ofac, entity, side);
		if (error != JISR_OK)
			return error;
		side->used = true;
	}
	return JISR_OK;
}

/* "SYRIA] [NPWMD" */
static int add_programs(struct entity *entity, struct arena *arena, const char *programs)
{
	while (*programs != '\0') {
		size_t length = strcspn(programs, "[]");
		int error = entity_add(entity, arena, "program", programs, length);
		if (error != JISR_OK)
			return error;
		programs += length;
		programs += strspn(programs, "[] ");
	}
	return JISR_OK;
}

static int build(struct ofac_csv *ofac, const struct csv_row *row, uint64_t number, struct entity **ret_entity)
{
	struct arena *arena = ofac->reading->arena;
	struct entity *entity;
	char id[32];
	(void)snprintf(id, sizeof id, "ofac-%llu", (unsigned long long)number);
	int error = entity_new(id, ofac_schema(field(row, 2)), arena, &entity);
	if (error != JISR_OK)
		return error;
	bool person = strcmp(entity->schema, "Person") == 0;
	const struct {
		const char *property;
		int column;
	} plain[] = {{person ? "position" : "notes", 4}, {"callSign", 5}, {"type", 6}, {"tonnage", 7},
	             {"grossRegisteredTonnage", 8},      {"owner", 10}};
	error = ofac_add_name(entity, arena, "name", field(row, 1));
	if (error == JISR_OK)
		error = add_programs(entity, arena, field(row, 3));
	for (size_t i = 0; error == JISR_OK && i < sizeof plain / sizeof *plain; i++)
		error = add_text(entity, arena, plain[i].property, field(row, plain[i].column));
	if (error == JISR_OK)
		error = add_country(entity, arena, "flag", field(row, 9));
	if (error == JISR_OK)
		error = ofac_add_remarks(entity, arena, field(row, 11));
	if (error == JISR_OK)
		error = add_sides(ofac, entity, number);
	if (error == JISR_OK)
		error = add_text(entity, arena, "topics", "sanction");
	*ret_entity = entity;
	return error;
}

static int read_sdn(struct ofac_csv *ofac, const struct csv_row *row)
{
	uint64_t number;
	struct entity *entity;
	if (!read_number(row->fields[0], &number))
		return reading_bad(ofac->reading, row->line, "the first column is no entity number");
	int error = build(ofac, row, number, &entity);
	return error == JISR_OK ? reading_put(ofac->reading, entity, LIST_OP_PUT, row->line)
	                        : reading_judge(ofac->reading, row->line, error);
}

static int read_file(struct ofac_csv *ofac, const char *path, size_t path_index, enum ofac_file kind)
{
	static const size_t columns[] = {[OFAC_SDN] = 12, [OFAC_ALT] = 5, [OFAC_ADD] = 6};
	struct reading *reading = ofac->reading;
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	struct input *input;
	int error = reading_open(reading, path, &input);
	if (error != JISR_OK)
		return error;
	reading->input = input;
	error = csv_reader_new(input, &(struct csv_options){.separator = ','}, &reader, reading->problem);
	if (error != JISR_OK)
		error = reading_fail_again(reading, error);
	while (error == JISR_OK) {
		struct csv_row row;
		reading_next(reading);
		error = csv_reader_next(reader, &row, reading->problem);
		if (error == JISR_NOT_FOUND) {
			reading->done_before += csv_reader_done(reader);
			error = JISR_OK;
			break;
		}
		if (error != JISR_OK)
			error = reading_fail_again(reading, error);
		else if (row.cut)
			error = reading_fail(reading, JISR_BAD_INPUT, row.line,
			                     "the last record is cut off; get the file again; nothing was changed");
		else if (row.bad != NULL)
			error = reading_bad(reading, row.line, "%s", row.bad);
		else if (row.count != columns[kind])
			error = reading_bad(reading, row.line, "%zu columns, not %zu", row.count, columns[kind]);
		else
			error = kind == OFAC_SDN ? read_sdn(ofac, &row)
			                         : add_side(ofac, &row, kind == OFAC_ADD, path_index);
	}
	reading->input = NULL;
	return error;
}

static int find_kind(struct reading *reading, const char *path, enum ofac_file *ret_kind)
{
	CLEANUP(input_freep) struct input *input = NULL;
	const char *bytes;
	size_t length;
	struct detected found;
	int error = reading_open(reading, path, &input);
	if (error != JISR_OK)
		return error;
	error = input_peek(input, INPUT_MAX_PEEK, &bytes, &length, reading->problem);
	if (error != JISR_OK)
		return reading_fail_again(reading, error);
	error = detect_format(bytes, length, &found);
	if (error != JISR_OK)
		return reading_fail(reading, error, 0, "out of memory");
	*ret_kind = found.ofac;
	return found.ofac != OFAC_NONE ? JISR_OK
	                               : reading_fail(reading, JISR_BAD_INPUT, 0, "has changed while it was read");
}

/* Some orphans are reported; when most are, the files do not belong together. */
static int report_unused(struct ofac_csv *ofac, const char *const *paths)
{
	size_t unused = 0;
	for (size_t i = 0; i < ofac->count; i++)
		unused += !ofac->sides[i].used;
	if (unused * 2 > ofac->count)
		return reading_fail(
			ofac->reading, JISR_BAD_INPUT, 0,
			"lacks the entities of %zu of the %zu records beside it: it is cut off, or of another "
			"date than alt.csv and add.csv; nothing was changed",
			unused, ofac->count);
	for (size_t i = 0; i < ofac->count; i++) {
		if (ofac->sides[i].used)
			continue;
		ofac->reading->path = paths[ofac->sides[i].path];
		int error = reading_bad(ofac->reading, ofac->sides[i].line, "entity %llu is not in sdn.csv",
		                        (unsigned long long)ofac->sides[i].entity);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

int ofac_csv_read(struct reading *reading, const char *const *paths, size_t path_count)
{
	struct ofac_csv ofac = {.reading = reading};
	const char *sdn = NULL;
	size_t sdn_index = 0;
	int error = JISR_OK;
	if (path_count > 3)
		return reading_fail(reading, JISR_BAD_INPUT, 0, "give sdn.csv, alt.csv and add.csv, not %zu files",
		                    path_count);
	text_init(&ofac.text, OFAC_MAX_SIDE);
	for (size_t i = 0; error == JISR_OK && i < path_count; i++) {
		enum ofac_file kind = OFAC_NONE;
		error = find_kind(reading, paths[i], &kind);
		if (error == JISR_OK && kind == OFAC_SDN && sdn != NULL)
			error = reading_fail(reading, JISR_BAD_INPUT, 0, "is a second sdn.csv: load them one by one");
		else if (error == JISR_OK && kind == OFAC_SDN)
			sdn = paths[i], sdn_index = i;
		else if (error == JISR_OK)
			error = read_file(&ofac, paths[i], i, kind);
	}
	if (error == JISR_OK && sdn == NULL)
		error = reading_fail(reading, JISR_BAD_INPUT, 0,
		                     "is OFAC's file of aliases or addresses; give sdn.csv with it");
	if (ofac.count > 1)
		qsort(ofac.sides, ofac.count, sizeof *ofac.sides, by_entity);
	if (error == JISR_OK)
		error = read_file(&ofac, sdn, sdn_index, OFAC_SDN);
	if (error == JISR_OK)
		error = report_unused(&ofac, paths);
	text_finish(&ofac.text);
	memory_free(ofac.sides);
	return error;
}
