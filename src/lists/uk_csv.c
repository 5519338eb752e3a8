/* The UK's consolidated list (HM Treasury's ConList.csv): one row a name of an entity, and rows of one entity (same
 * Group ID) stand apart, because the file is sorted by name. So all rows are kept (25 MB for the whole list; at most
 * UK_MAX_BYTES), sorted by group, and each group becomes one entity. The id is "uk-" and the Group ID.
 *
 * The first line says when the list was made; the second is the header. Columns are found by name. */
#include "base/csv.h"
#include "base/text.h"
#include "lists/reading.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UK_MAX_BYTES ((size_t)512 << 20)
#define UK_MAX_ROWS  ((size_t)4 << 20)

enum column {
	NAME_6,
	NAME_1,
	NAME_2,
	NAME_3,
	NAME_4,
	NAME_5,
	TITLE,
	NON_LATIN,
	DOB,
	BIRTH_TOWN,
	BIRTH_COUNTRY,
	NATIONALITY,
	PASSPORT,
	PASSPORT_DETAILS,
	NATIONAL_ID,
	POSITION,
	ADDRESS_1,
	ADDRESS_2,
	ADDRESS_3,
	ADDRESS_4,
	ADDRESS_5,
	ADDRESS_6,
	POST_CODE,
	COUNTRY,
	OTHER,
	GROUP_TYPE,
	ALIAS_TYPE,
	ALIAS_QUALITY,
	REGIME,
	LISTED_ON,
	GROUP_ID,
	COLUMN_COUNT
};

static const char *const headers[COLUMN_COUNT][2] = {
	[NAME_6] = {"Name 6"},
	[NAME_1] = {"Name 1"},
	[NAME_2] = {"Name 2"},
	[NAME_3] = {"Name 3"},
	[NAME_4] = {"Name 4"},
	[NAME_5] = {"Name 5"},
	[TITLE] = {"Title"},
	[NON_LATIN] = {"Name Non-Latin Script"},
	[DOB] = {"DOB"},
	[BIRTH_TOWN] = {"Town of Birth"},
	[BIRTH_COUNTRY] = {"Country of Birth"},
	[NATIONALITY] = {"Nationality"},
	[PASSPORT] = {"Passport Number", "Passport Details"},
	[PASSPORT_DETAILS] = {"Passport Details"},
	[NATIONAL_ID] = {"National Identification Number", "NI Number"},
	[POSITION] = {"Position"},
	[ADDRESS_1] = {"Address 1"},
	[ADDRESS_2] = {"Address 2"},
	[ADDRESS_3] = {"Address 3"},
	[ADDRESS_4] = {"Address 4"},
	[ADDRESS_5] = {"Address 5"},
	[ADDRESS_6] = {"Address 6"},
	[POST_CODE] = {"Post/Zip Code"},
	[COUNTRY] = {"Country"},
	[OTHER] = {"Other Information"},
	[GROUP_TYPE] = {"Group Type"},
	[ALIAS_TYPE] = {"Alias Type"},
	[ALIAS_QUALITY] = {"Alias Quality"},
	[REGIME] = {"Regime"},
	[LISTED_ON] = {"Listed On"},
	[GROUP_ID] = {"Group ID"},
};

struct kept {
	uint64_t group;
	uint64_t line;
	size_t fields; /* offset of COLUMN_COUNT texts, each with a 0 after it */
	uint8_t rank;  /* 0: row of the main name, which comes first in its group */
};

struct uk_csv {
	struct reading *reading;
	int columns[COLUMN_COUNT];
	struct text text;
	struct kept *rows;
	size_t count, capacity;
};

static bool is_main(const char *alias_type)
{
	return strncasecmp(alias_type, "prim", 4) == 0 && strcasestr(alias_type, "variation") == NULL;
}

static int keep_row(struct uk_csv *uk, const struct csv_row *row)
{
	const char *id = csv_row_field(row, uk->columns[GROUP_ID]);
	struct kept kept = {.line = row->line, .fields = uk->text.length};
	char *end;
	kept.group = strtoull(id, &end, 10);
	if (id[0] < '0' || id[0] > '9' || *end != '\0' || strlen(id) > 12)
		return reading_bad(uk->reading, row->line, "the Group ID is no number");
	kept.rank = is_main(csv_row_field(row, uk->columns[ALIAS_TYPE])) ? 0 : 1;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		const char *text = csv_row_field(row, uk->columns[i]);
		(void)text_add(&uk->text, text, strlen(text) + 1);
	}
	int error = uk->text.error;
	if (error == JISR_OK)
		error = memory_reserve(&uk->rows, &uk->capacity, uk->count + 1, UK_MAX_ROWS, sizeof *uk->rows);
	if (error != JISR_OK)
		return reading_fail(uk->reading, error, row->line, "%s",
		                    error == JISR_TOO_LARGE ? "the file is larger than 512 MiB" : "out of memory");
	uk->rows[uk->count++] = kept;
	return JISR_OK;
}

static int by_group(const void *a, const void *b)
{
	const struct kept *left = a, *right = b;
	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	if (left->rank != right->rank)
		return (int)left->rank - (int)right->rank;
	return left->line < right->line ? -1 : left->line > right->line;
}

typedef int add_value(struct entity *entity, struct arena *arena, const char *property, const char *text);

/* "(1) Iran (2) Iraq" holds two values, "Iran" one. */
static int add_numbered(struct entity *entity, struct arena *arena, const char *property, const char *text,
                        add_value *add)
{
	if (strncmp(text, "(1)", 3) != 0)
		return text[0] == '\0' ? JISR_OK : add(entity, arena, property, text);
	for (int number = 1; text != NULL && number < 100; number++) {
		char mark[8];
		text += strcspn(text, ")") + 1;
		(void)snprintf(mark, sizeof mark, "(%d)", number + 1);
		const char *next = strstr(text, mark);
		char *value = arena_text(arena, text, next == NULL ? strlen(text) : (size_t)(next - text));
		if (value == NULL)
			return JISR_NO_MEMORY;
		value += strspn(value, " ");
		size_t length = strlen(value);
		while (length > 0 && strchr(" .,;", value[length - 1]) != NULL)
			value[--length] = '\0';
		int error = length == 0 ? JISR_OK : add(entity, arena, property, value);
		if (error != JISR_OK)
			return error;
		text = next;
	}
	return JISR_OK;
}

static int add_number(struct entity *entity, struct arena *arena, const char *property, const char *text)
{
	return add_document(entity, arena, property, NULL, text);
}

static int add_names(struct entity *entity, struct arena *arena, const char *const *row)
{
	const char *type = row[ALIAS_TYPE];
	bool main_name = is_main(type) || entity_get(entity, "name") == NULL;
	const char *property = strcasecmp(row[ALIAS_QUALITY], "low") == 0 && !main_name ? "weakAlias"
	                       : main_name                                              ? "name"
	                       : strncasecmp(type, "fka", 3) == 0                       ? "previousName"
	                                                                                : "alias";
	const char *given = "";
	for (int i = NAME_1; i <= NAME_5; i++) {
		if (row[i][0] != '\0')
			given = arena_format(arena, "%s%s%s", given, given[0] != '\0' ? " " : "", row[i]);
		if (given == NULL)
			return JISR_NO_MEMORY;
	}
	int error = add_name_fields(entity, arena, property, given, row[NAME_6]);
	return error == JISR_OK ? add_text(entity, arena, main_name ? "name" : "alias", row[NON_LATIN]) : error;
}

static int add_address(struct entity *entity, struct arena *arena, const char *const *row)
{
	const char *text = "";
	for (int i = ADDRESS_1; i <= COUNTRY; i++) {
		if (row[i][0] != '\0')
			text = arena_format(arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", row[i]);
		if (text == NULL)
			return JISR_NO_MEMORY;
	}
	int error = add_text(entity, arena, "address", text);
	return error == JISR_OK ? add_numbered(entity, arena, "country", row[COUNTRY], add_country) : error;
}

/* "(IMO number):9187629 (Flag of ship):..." */
static int add_ship(struct entity *entity, struct arena *arena, const char *other)
{
	const char *at = strcasestr(other, "IMO number");
	if (at == NULL)
		return JISR_OK;
	at += strcspn(at, "0123456789");
	size_t length = strspn(at, "0123456789");
	return length == 7 ? entity_add(entity, arena, "imoNumber", at, length) : JISR_OK;
}

static int add_row(struct entity *entity, struct arena *arena, const char *const *row)
{
	static const struct {
		enum column column;
		const char *property;
		add_value *add;
	} rest[] = {
		{TITLE, "title", add_text},
		{DOB, "birthDate", add_date},
		{BIRTH_TOWN, "birthPlace", add_text},
		{BIRTH_COUNTRY, "birthCountry", add_country},
		{NATIONALITY, "nationality", add_country},
		{PASSPORT, "passportNumber", add_number},
		{NATIONAL_ID, "idNumber", add_number},
		{POSITION, "position", add_text},
		{REGIME, "program", add_text},
		{LISTED_ON, "createdAt", add_date},
		{OTHER, "notes", add_text},
	};
	int error = add_names(entity, arena, row);
	for (size_t i = 0; error == JISR_OK && i < sizeof rest / sizeof *rest; i++) {
		bool whole = rest[i].add == add_text; /* texts are not cut into values */
		const char *text = row[rest[i].column];
		error = whole || text[0] == '\0' ? add_text(entity, arena, rest[i].property, text)
		                                 : add_numbered(entity, arena, rest[i].property, text, rest[i].add);
	}
	if (error == JISR_OK && strcmp(entity->schema, "Vessel") == 0)
		error = add_ship(entity, arena, row[OTHER]);
	return error == JISR_OK ? add_address(entity, arena, row) : error;
}

static const char *schema_of(const char *type)
{
	if (strcasecmp(type, "individual") == 0)
		return "Person";
	return strcasecmp(type, "ship") == 0 || strcasecmp(type, "vessel") == 0 ? "Vessel" : "Organization";
}

static void row_fields(const struct uk_csv *uk, const struct kept *kept, const char **fields)
{
	const char *at = uk->text.bytes + kept->fields;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		fields[i] = at;
		at += strlen(at) + 1;
	}
}

static int put_group(struct uk_csv *uk, size_t first, size_t end)
{
	struct reading *reading = uk->reading;
	const char *fields[COLUMN_COUNT];
	struct entity *entity;
	char id[32];
	reading_next(reading);
	(void)snprintf(id, sizeof id, "uk-%llu", (unsigned long long)uk->rows[first].group);
	row_fields(uk, &uk->rows[first], fields);
	int error = entity_new(id, schema_of(fields[GROUP_TYPE]), reading->arena, &entity);
	for (size_t i = first; error == JISR_OK && i < end; i++) {
		row_fields(uk, &uk->rows[i], fields);
		error = add_row(entity, reading->arena, fields);
	}
	if (error == JISR_OK)
		error = add_text(entity, reading->arena, "topics", "sanction");
	uint64_t line = uk->rows[first].line;
	return error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, line) : reading_judge(reading, line, error);
}

static int put_groups(struct uk_csv *uk)
{
	if (uk->count > 1)
		qsort(uk->rows, uk->count, sizeof *uk->rows, by_group);
	for (size_t first = 0, end; first < uk->count; first = end) {
		for (end = first + 1; end < uk->count && uk->rows[end].group == uk->rows[first].group;)
			end++;
		int error = put_group(uk, first, end);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* The first line, when it is no header: "Last Updated,27/04/2020". */
static int read_date(struct reading *reading, struct input *input, unsigned *ret_skip)
{
	const char *bytes;
	size_t length;
	int error = input_peek(input, 4096, &bytes, &length, reading->problem);
	if (error != JISR_OK)
		return reading_fail_again(reading, error);
	char line[256];
	size_t end = 0;
	while (end < length && end + 1 < sizeof line && bytes[end] != '\n')
		end++;
	memcpy(line, bytes, end);
	line[end] = '\0';
	*ret_skip = strcasestr(line, "Last Updated") != NULL && strstr(line, "Name 6") == NULL ? 1 : 0;
	const char *date = line + strcspn(line, "0123456789");
	if (*ret_skip == 1 && strlen(date) >= 10 && date[2] == '/' && date[5] == '/')
		(void)snprintf(reading->summary.published, sizeof reading->summary.published, "%.4s-%.2s-%.2s",
		               date + 6, date + 3, date);
	return JISR_OK;
}

static int read_rows(struct uk_csv *uk, struct csv_reader *reader)
{
	struct reading *reading = uk->reading;
	size_t wanted = csv_reader_header(reader)->count;
	for (int i = 0; i < COLUMN_COUNT; i++)
		uk->columns[i] = csv_reader_column(reader, headers[i][0]);
	if (uk->columns[PASSPORT] < 0)
		uk->columns[PASSPORT] = csv_reader_column(reader, headers[PASSPORT][1]);
	if (uk->columns[NATIONAL_ID] < 0)
		uk->columns[NATIONAL_ID] = csv_reader_column(reader, headers[NATIONAL_ID][1]);
	for (;;) {
		struct csv_row row;
		reading_next(reading);
		int error = csv_reader_next(reader, &row, reading->problem);
		if (error == JISR_NOT_FOUND)
			return JISR_OK;
		if (error != JISR_OK)
			return reading_fail_again(reading, error);
		if (row.cut && row.bad == NULL && row.count < wanted)
			return reading_fail(reading, JISR_BAD_INPUT, row.line,
			                    "the last record is cut off; get the file again; nothing was changed");
		if (row.bad != NULL)
			error = reading_bad(reading, row.line, "%s", row.bad);
		else if (row.count != wanted)
			error = reading_bad(reading, row.line, "%zu columns where the header has %zu", row.count,
			                    wanted);
		else
			error = keep_row(uk, &row);
		if (error != JISR_OK)
			return error;
	}
}

int uk_csv_read(struct reading *reading, struct input *input)
{
	struct uk_csv uk = {.reading = reading};
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	unsigned skip = 0;
	int error = read_date(reading, input, &skip);
	if (error != JISR_OK) {
		input_free(input);
		return error;
	}
	reading->input = input;
	text_init(&uk.text, UK_MAX_BYTES);
	error = csv_reader_new(input, &(struct csv_options){.header = true, .skip = skip}, &reader, reading->problem);
	if (error != JISR_OK)
		error = reading_fail_again(reading, error);
	if (error == JISR_OK)
		error = read_rows(&uk, reader);
	if (error == JISR_OK)
		error = put_groups(&uk);
	reading->input = NULL;
	text_finish(&uk.text);
	memory_free(uk.rows);
	return error;
}
