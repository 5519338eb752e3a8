/* Each column of the header is looked up in one table of spellings; columns that are not in it are left out. A record
 * without id gets one from its content, so that the same record has the same id in the next version. */
#include "lists/plain_csv.h"

#include "base/hash.h"
#include "lists/reading.h"

#include <string.h>
#include <strings.h>

enum kind { NONE = 0, ID, SCHEMA, TEXT, NAME, GIVEN, MIDDLE, FAMILY, DATE, COUNTRY, SEX, DOCUMENT, ISSUER };

/* Header spellings, compared without case, spaces, '_', '-' and '.'. */
static const struct column {
	const char *spelling;
	enum kind kind;
	const char *property;
	bool person; /* only persons have it */
} columns[] = {
	{"id", ID, NULL, false},
	{"entity_id", ID, NULL, false},
	{"record_id", ID, NULL, false},
	{"uid", ID, NULL, false},
	{"schema", SCHEMA, NULL, false},
	{"type", SCHEMA, NULL, false},
	{"entity_type", SCHEMA, NULL, false},
	{"name", NAME, "name", false},
	{"names", NAME, "name", false},
	{"full_name", NAME, "name", false},
	{"whole_name", NAME, "name", false},
	{"caption", NAME, "name", false},
	{"company", NAME, "name", false},
	{"company_name", NAME, "name", false},
	{"nom", NAME, "name", false},
	{"nombre", NAME, "name", false},
	{"alias", NAME, "alias", false},
	{"aliases", NAME, "alias", false},
	{"aka", NAME, "alias", false},
	{"alt_name", NAME, "alias", false},
	{"alt_names", NAME, "alias", false},
	{"other_names", NAME, "alias", false},
	{"weak_alias", NAME, "weakAlias", false},
	{"previous_name", NAME, "previousName", false},
	{"former_name", NAME, "previousName", false},
	{"original_name", NAME, "name", false},
	{"first_name", GIVEN, "firstName", true},
	{"given_name", GIVEN, "firstName", true},
	{"given_names", GIVEN, "firstName", true},
	{"forename", GIVEN, "firstName", true},
	{"forenames", GIVEN, "firstName", true},
	{"middle_name", MIDDLE, "middleName", true},
	{"last_name", FAMILY, "lastName", true},
	{"family_name", FAMILY, "lastName", true},
	{"surname", FAMILY, "lastName", true},
	{"father_name", TEXT, "fatherName", true},
	{"mother_name", TEXT, "motherName", true},
	{"birthDate", DATE, "birthDate", true},
	{"birth_dates", DATE, "birthDate", true},
	{"dob", DATE, "birthDate", true},
	{"date_of_birth", DATE, "birthDate", true},
	{"born", DATE, "birthDate", true},
	{"birth_year", DATE, "birthDate", true},
	{"year_of_birth", DATE, "birthDate", true},
	{"dates_of_birth", DATE, "birthDate", true},
	{"incorporationDate", DATE, "incorporationDate", false},
	{"birthPlace", TEXT, "birthPlace", true},
	{"place_of_birth", TEXT, "birthPlace", true},
	{"pob", TEXT, "birthPlace", true},
	{"birthCountry", COUNTRY, "birthCountry", true},
	{"country_of_birth", COUNTRY, "birthCountry", true},
	{"nationality", COUNTRY, "nationality", true},
	{"nationalities", COUNTRY, "nationality", true},
	{"citizenship", COUNTRY, "citizenship", true},
	{"citizenships", COUNTRY, "citizenship", true},
	{"country", COUNTRY, "country", false},
	{"countries", COUNTRY, "country", false},
	{"jurisdiction", COUNTRY, "jurisdiction", false},
	{"flag", COUNTRY, "flag", false},
	{"gender", SEX, "gender", true},
	{"sex", SEX, "gender", true},
	{"passport", DOCUMENT, "passportNumber", true},
	{"passport_number", DOCUMENT, "passportNumber", true},
	{"passport_no", DOCUMENT, "passportNumber", true},
	{"document", DOCUMENT, "idNumber", false},
	{"document_number", DOCUMENT, "idNumber", false},
	{"documents", DOCUMENT, "idNumber", false},
	{"id_number", DOCUMENT, "idNumber", false},
	{"identifiers", DOCUMENT, "idNumber", false},
	{"national_id", DOCUMENT, "idNumber", true},
	{"tax_number", DOCUMENT, "taxNumber", false},
	{"tax_id", DOCUMENT, "taxNumber", false},
	{"registration_number", DOCUMENT, "registrationNumber", false},
	{"imo", DOCUMENT, "imoNumber", false},
	{"imo_number", DOCUMENT, "imoNumber", false},
	{"mmsi", DOCUMENT, "mmsi", false},
	{"call_sign", DOCUMENT, "callSign", false},
	{"vin", DOCUMENT, "vin", false},
	{"serial_number", DOCUMENT, "serialNumber", false},
	{"plate", DOCUMENT, "registrationNumber", false},
	{"document_country", ISSUER, NULL, false},
	{"passport_country", ISSUER, NULL, false},
	{"issuing_country", ISSUER, NULL, false},
	{"issuer", ISSUER, NULL, false},
	{"address", TEXT, "address", false},
	{"addresses", TEXT, "address", false},
	{"title", TEXT, "title", true},
	{"position", TEXT, "position", true},
	{"program", TEXT, "program", false},
	{"programs", TEXT, "program", false},
	{"topics", TEXT, "topics", false},
	{"notes", TEXT, "notes", false},
	{"remarks", TEXT, "notes", false},
	{"email", TEXT, "email", false},
	{"emails", TEXT, "email", false},
	{"phone", TEXT, "phone", false},
	{"phones", TEXT, "phone", false},
	{"source_url", TEXT, "sourceUrl", false},
};

static const struct {
	const char *type, *schema;
} types[] = {
	{"person", "Person"},
	{"individual", "Person"},
	{"p", "Person"},
	{"i", "Person"},
	{"entity", "Organization"},
	{"organization", "Organization"},
	{"organisation", "Organization"},
	{"group", "Organization"},
	{"company", "Company"},
	{"business", "Company"},
	{"vessel", "Vessel"},
	{"ship", "Vessel"},
	{"aircraft", "Airplane"},
	{"airplane", "Airplane"},
	{"vehicle", "Vehicle"},
	{"legalentity", "LegalEntity"},
	{"publicbody", "PublicBody"},
};

/* Column i of the file, as the table knows it. */
struct layout {
	const struct column *columns[CSV_MAX_FIELDS];
	size_t count;
	bool persons; /* records without a type are persons */
};

static void lay_out(const struct csv_reader *reader, struct layout *layout)
{
	const struct csv_row *header = csv_reader_header(reader);
	*layout = (struct layout){.count = header->count};
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		int at = csv_reader_column(reader, columns[i].spelling);
		if (at < 0)
			continue;
		layout->columns[at] = &columns[i];
		layout->persons = layout->persons || columns[i].person;
	}
}

bool plain_csv_accepts(const struct csv_reader *reader)
{
	struct layout layout;
	lay_out(reader, &layout);
	if (layout.count < 1)
		return false;
	for (size_t i = 0; i < layout.count; i++) {
		enum kind kind = layout.columns[i] == NULL ? NONE : layout.columns[i]->kind;
		if (kind == NAME || kind == FAMILY || kind == DOCUMENT)
			return true;
	}
	return false;
}

static const char *schema_of(const char *type, bool persons, struct arena *arena)
{
	if (type[0] == '\0')
		return persons ? "Person" : "LegalEntity";
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcasecmp(types[i].type, type) == 0)
			return types[i].schema;
	bool plain = type[0] >= 'A' && type[0] <= 'Z' && strlen(type) < 40;
	for (const char *at = type; *at != '\0'; at++)
		plain = plain && ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'));
	return plain ? arena_text(arena, type, strlen(type)) : persons ? "Person" : "LegalEntity";
}

static const char *field_of(const struct layout *layout, const struct csv_row *row, enum kind kind)
{
	for (size_t i = 0; i < layout->count && i < row->count; i++)
		if (layout->columns[i] != NULL && layout->columns[i]->kind == kind && row->fields[i][0] != '\0')
			return row->fields[i];
	return "";
}

static const char *make_id(const struct layout *layout, const struct csv_row *row, struct arena *arena)
{
	const char *id = field_of(layout, row, ID);
	if (id[0] != '\0')
		return id;
	uint64_t hash = 0;
	for (size_t i = 0; i < layout->count && i < row->count; i++)
		if (layout->columns[i] != NULL)
			hash = hash_number(hash ^ hash_bytes(row->fields[i], strlen(row->fields[i])));
	return arena_format(arena, "csv-%016llx", (unsigned long long)hash);
}

static int add_value(struct entity *entity, struct arena *arena, const struct column *column, const char *value,
                     const char *issuer)
{
	char country[3] = {value[0], value[0] != '\0' ? value[1] : '\0', '\0'};
	switch (column->kind) {
	case COUNTRY: return add_country(entity, arena, column->property, value);
	case DATE: return add_date(entity, arena, column->property, value);
	case SEX: return add_sex(entity, arena, value);
	case DOCUMENT:
		while (*value == ' ')
			value++;
		if (strlen(value) > 3 && value[2] == ':') /* "CC:NUMBER" */
			return add_document(entity, arena, column->property, country, value + 3);
		return add_document(entity, arena, column->property, issuer, value);
	default: return add_text(entity, arena, column->property, value);
	}
}

/* A cell may hold several values separated by semicolons, except texts. */
static int add_cell(struct entity *entity, struct arena *arena, const struct column *column, const char *cell,
                    const char *issuer)
{
	if (column->kind == TEXT)
		return add_text(entity, arena, column->property, cell);
	while (*cell != '\0') {
		size_t length = strcspn(cell, ";");
		char *value = arena_text(arena, cell, length);
		if (value == NULL)
			return JISR_NO_MEMORY;
		size_t blank = strspn(value, " \t\r\n");
		int error = value[blank] == '\0' ? JISR_OK : add_value(entity, arena, column, value + blank, issuer);
		if (error != JISR_OK)
			return error;
		cell += length + (cell[length] == ';');
	}
	return JISR_OK;
}

static int make_entity(const struct layout *layout, const struct csv_row *row, struct arena *arena,
                       struct entity **ret_entity)
{
	struct entity *entity;
	const char *id = make_id(layout, row, arena);
	const char *schema = schema_of(field_of(layout, row, SCHEMA), layout->persons, arena);
	if (id == NULL || schema == NULL)
		return JISR_NO_MEMORY;
	int error = entity_new(id, schema, arena, &entity);
	const char *issuer = field_of(layout, row, ISSUER);
	const char *given = field_of(layout, row, GIVEN), *middle = field_of(layout, row, MIDDLE);
	const char *family = field_of(layout, row, FAMILY);
	if (error == JISR_OK && family[0] != '\0' && field_of(layout, row, NAME)[0] == '\0') {
		char *both = arena_format(arena, "%s%s%s", given, middle[0] != '\0' ? " " : "", middle);
		error = both == NULL ? JISR_NO_MEMORY : add_name_fields(entity, arena, "name", both, family);
	}
	for (size_t i = 0; error == JISR_OK && i < layout->count && i < row->count; i++) {
		const struct column *column = layout->columns[i];
		if (column != NULL && column->property != NULL)
			error = add_cell(entity, arena, column, row->fields[i], issuer);
	}
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

int plain_csv_read(struct reading *reading, struct input *input)
{
	CLEANUP(csv_reader_freep) struct csv_reader *reader = NULL;
	reading->input = input;
	int error = csv_reader_new(input, &(struct csv_options){.header = true}, &reader, reading->problem);
	if (error != JISR_OK)
		return reading_fail_again(reading, error);
	struct layout layout;
	lay_out(reader, &layout);
	size_t columns_wanted = csv_reader_header(reader)->count;
	for (;;) {
		struct csv_row row;
		struct entity *entity;
		reading_next(reading);
		error = csv_reader_next(reader, &row, reading->problem);
		if (error == JISR_NOT_FOUND)
			return JISR_OK;
		if (error != JISR_OK)
			return reading_fail_again(reading, error);
		if (row.bad == NULL && row.cut && row.count < columns_wanted)
			return reading_fail(reading, JISR_BAD_INPUT, row.line,
			                    "the last record is cut off (%zu of %zu columns); get the file again",
			                    row.count, columns_wanted);
		if (row.bad != NULL || row.count > columns_wanted) {
			error = row.bad != NULL ? reading_bad(reading, row.line, "%s", row.bad)
			                        : reading_bad(reading, row.line, "%zu columns where the header has %zu",
			                                      row.count, columns_wanted);
		} else {
			error = make_entity(&layout, &row, reading->arena, &entity);
			error = error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, row.line)
			                         : reading_judge(reading, row.line, error);
		}
		if (error != JISR_OK)
			return error;
	}
}
