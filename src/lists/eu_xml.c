/* The EU's Financial Sanctions File (schema 1.1): sanctionEntity records, everything in attributes. The id is "eu-fsf-"
 * and euReferenceNumber (which stays through all versions), else "eu-fsf-id-" and logicalId. */
#include "lists/xml.h"

#include <string.h>

static int on_root(void *context, const xmlNode *node)
{
	struct reading *reading = context;
	const char *generated = xml_attribute(node, "generationDate", reading->arena);
	if (generated == NULL)
		return reading_fail(reading, JISR_NO_MEMORY, 0, "out of memory");
	(void)snprintf(reading->summary.published, sizeof reading->summary.published, "%.10s", generated);
	return JISR_OK;
}

static const char *schema_of(const xmlNode *node, struct arena *arena)
{
	const xmlNode *type = xml_child(node, "subjectType");
	const char *code = xml_attribute(type, "code", arena),
		   *letter = xml_attribute(type, "classificationCode", arena);
	if (code == NULL || letter == NULL)
		return NULL;
	bool person = strcmp(code, "person") == 0 || strcmp(code, "P") == 0 || strcmp(letter, "P") == 0;
	return person ? "Person" : "Organization";
}

/* A name is wholeName, or else the three parts. A weak one (strong="false") is a weakAlias; the first strong one is the
 * name, the others are aliases. */
static int add_names(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	for (const xmlNode *alias = xml_child(node, "nameAlias"); alias != NULL; alias = xml_next(alias)) {
		const char *whole = xml_attribute(alias, "wholeName", arena);
		const char *first = xml_attribute(alias, "firstName", arena);
		const char *middle = xml_attribute(alias, "middleName", arena);
		const char *last = xml_attribute(alias, "lastName", arena),
			   *strong = xml_attribute(alias, "strong", arena);
		const char *title = xml_attribute(alias, "title", arena),
			   *gender = xml_attribute(alias, "gender", arena);
		const char *function = xml_attribute(alias, "function", arena);
		if (whole == NULL || first == NULL || middle == NULL || last == NULL || strong == NULL ||
		    title == NULL || gender == NULL || function == NULL)
			return JISR_NO_MEMORY;
		bool main_name = entity_get(entity, "name") == NULL && strcmp(strong, "false") != 0;
		const char *property = strcmp(strong, "false") == 0 ? "weakAlias" : main_name ? "name" : "alias";
		char *given = arena_format(arena, "%s%s%s", first, first[0] && middle[0] ? " " : "", middle);
		int error = given == NULL ? JISR_NO_MEMORY : JISR_OK;
		if (error == JISR_OK && whole[0] != '\0')
			error = add_text(entity, arena, property, whole);
		else if (error == JISR_OK)
			error = add_name_fields(entity, arena, property, given, last);
		if (error == JISR_OK && main_name && given[0] != '\0' && last[0] != '\0') {
			error = add_text(entity, arena, "firstName", given);
			if (error == JISR_OK)
				error = add_text(entity, arena, "lastName", last);
		}
		if (error == JISR_OK)
			error = add_text(entity, arena, "title", title);
		if (error == JISR_OK)
			error = add_text(entity, arena, "position", function);
		if (error == JISR_OK)
			error = add_sex(entity, arena, gender);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* A full date, a year (perhaps circa), or a range of years. */
static int add_births(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	for (const xmlNode *birth = xml_child(node, "birthdate"); birth != NULL; birth = xml_next(birth)) {
		const char *date = xml_attribute(birth, "birthdate", arena),
			   *year = xml_attribute(birth, "year", arena);
		const char *circa = xml_attribute(birth, "circa", arena), *city = xml_attribute(birth, "city", arena);
		const char *from = xml_attribute(birth, "yearRangeFrom", arena);
		const char *to = xml_attribute(birth, "yearRangeTo", arena);
		const char *month = xml_attribute(birth, "monthOfYear", arena);
		const char *country = xml_attribute(birth, "countryIso2Code", arena);
		if (date == NULL || year == NULL || circa == NULL || city == NULL || from == NULL || to == NULL ||
		    month == NULL || country == NULL)
			return JISR_NO_MEMORY;
		char *text;
		if (date[0] != '\0')
			text = arena_format(arena, "%s", date);
		else if (from[0] != '\0' && to[0] != '\0')
			text = arena_format(arena, "%s to %s", from, to);
		else
			text = arena_format(arena, "%s%s%s%s", strcmp(circa, "true") == 0 ? "circa " : "", year,
			                    month[0] != '\0' ? "-" : "", month);
		int error = text == NULL                                ? JISR_NO_MEMORY
		            : text[strcspn(text, "0123456789")] == '\0' ? JISR_OK
		                                                        : add_date(entity, arena, "birthDate", text);
		if (error == JISR_OK)
			error = add_text(entity, arena, "birthPlace", city);
		if (error == JISR_OK && strcmp(country, "00") != 0)
			error = add_country(entity, arena, "birthCountry", country);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_countries(struct entity *entity, struct arena *arena, const xmlNode *node, const char *element,
                         const char *property)
{
	for (const xmlNode *one = xml_child(node, element); one != NULL; one = xml_next(one)) {
		const char *code = xml_attribute(one, "countryIso2Code", arena);
		int error = code == NULL              ? JISR_NO_MEMORY
		            : strcmp(code, "00") == 0 ? JISR_OK
		                                      : add_country(entity, arena, property, code);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_documents(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	static const struct {
		const char *code, *property;
	} types[] = {{"passport", "passportNumber"},
	             {"diplomatic-passport", "passportNumber"},
	             {"ssn", "socialSecurityNumber"},
	             {"fiscalcode", "taxNumber"},
	             {"tax", "taxNumber"},
	             {"regnumber", "registrationNumber"},
	             {"imo", "imoNumber"},
	             {"swiftbic", "swiftBic"}};
	for (const xmlNode *one = xml_child(node, "identification"); one != NULL; one = xml_next(one)) {
		const char *number = xml_attribute(one, "number", arena),
			   *latin = xml_attribute(one, "latinNumber", arena);
		const char *code = xml_attribute(one, "identificationTypeCode", arena);
		const char *country = xml_attribute(one, "countryIso2Code", arena);
		if (number == NULL || latin == NULL || code == NULL || country == NULL)
			return JISR_NO_MEMORY;
		const char *property = "idNumber";
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (strcmp(types[i].code, code) == 0)
				property = types[i].property;
		int error = add_document(entity, arena, property, country, number[0] != '\0' ? number : latin);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_addresses(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	static const char *const parts[] = {"street", "poBox", "zipCode",           "city",
	                                    "region", "place", "countryDescription"};
	for (const xmlNode *one = xml_child(node, "address"); one != NULL; one = xml_next(one)) {
		const char *text = "";
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
			const char *part = xml_attribute(one, parts[i], arena);
			if (part != NULL && part[0] != '\0')
				text = arena_format(arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", part);
			if (part == NULL || text == NULL)
				return JISR_NO_MEMORY;
		}
		int error = add_text(entity, arena, "address", text);
		if (error != JISR_OK)
			return error;
	}
	return add_countries(entity, arena, node, "address", "country");
}

static int add_rest(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	const char *united_nations = xml_attribute(node, "unitedNationId", arena);
	const char *listed = xml_attribute(node, "designationDate", arena);
	int error = united_nations == NULL || listed == NULL ? JISR_NO_MEMORY
	                                                     : add_text(entity, arena, "unscId", united_nations);
	if (error == JISR_OK)
		error = add_text(entity, arena, "createdAt", listed);
	for (const xmlNode *one = xml_child(node, "regulation"); error == JISR_OK && one != NULL; one = xml_next(one)) {
		const char *programme = xml_attribute(one, "programme", arena);
		error = programme == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "program", programme);
	}
	for (const xmlNode *one = xml_child(node, "remark"); error == JISR_OK && one != NULL; one = xml_next(one)) {
		const char *remark = xml_text(one, arena);
		error = remark == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "notes", remark);
	}
	return error == JISR_OK ? add_text(entity, arena, "topics", "sanction") : error;
}

static int on_record(void *context, const xmlNode *node, uint64_t line)
{
	struct reading *reading = context;
	struct arena *arena = reading->arena;
	struct entity *entity;
	const char *reference = xml_attribute(node, "euReferenceNumber", arena);
	const char *logical = xml_attribute(node, "logicalId", arena), *schema = schema_of(node, arena);
	if (reference == NULL || logical == NULL || schema == NULL)
		return reading_judge(reading, line, JISR_NO_MEMORY);
	if (logical[0] == '\0')
		return reading_bad(reading, line, "no logicalId");
	char *id = arena_format(arena, "eu-fsf-%s", logical);
	int error = id == NULL ? JISR_NO_MEMORY : entity_new(id, schema, arena, &entity);
	if (error == JISR_OK)
		error = add_text(entity, arena, "recordId", reference);
	if (error == JISR_OK)
		error = add_names(entity, arena, node);
	if (error == JISR_OK)
		error = add_births(entity, arena, node);
	if (error == JISR_OK)
		error = add_countries(entity, arena, node, "citizenship", "citizenship");
	if (error == JISR_OK)
		error = add_documents(entity, arena, node);
	if (error == JISR_OK)
		error = add_addresses(entity, arena, node);
	if (error == JISR_OK)
		error = add_rest(entity, arena, node);
	return error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, line) : reading_judge(reading, line, error);
}

int eu_xml_read(struct reading *reading, struct input *input)
{
	static const char *const records[] = {"sanctionEntity", NULL};
	return xml_read(reading, input, records, on_root, on_record, reading);
}
