/* The UN Security Council's consolidated list: INDIVIDUAL and ENTITY records.
 *
 * FIRST_NAME to FOURTH_NAME are joined to one name (an entity has only FIRST_NAME). The id is "un-" and DATAID, which
 * the UN keeps through all versions of an entry. */
#include "lists/xml.h"

#include <string.h>
#include <strings.h>

static int on_root(void *context, const xmlNode *node)
{
	struct reading *reading = context;
	const char *generated = xml_attribute(node, "dateGenerated", reading->arena);
	if (generated == NULL)
		return reading_fail(reading, JISR_NO_MEMORY, 0, "out of memory");
	(void)snprintf(reading->summary.published, sizeof reading->summary.published, "%.10s", generated);
	return JISR_OK;
}

static int add_child(struct entity *entity, struct arena *arena, const char *property, const xmlNode *node,
                     const char *child)
{
	const char *text = xml_child_text(node, child, arena);
	return text == NULL ? JISR_NO_MEMORY : add_text(entity, arena, property, text);
}

static int add_name(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	static const char *const parts[] = {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"};
	const char *texts[4];
	for (int i = 0; i < 4; i++) {
		texts[i] = xml_child_text(node, parts[i], arena);
		if (texts[i] == NULL)
			return JISR_NO_MEMORY;
	}
	char *name = arena_format(arena, "%s%s%s%s%s%s%s", texts[0], texts[1][0] ? " " : "", texts[1],
	                          texts[2][0] ? " " : "", texts[2], texts[3][0] ? " " : "", texts[3]);
	int error = name == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "name", name);
	return error == JISR_OK ? add_child(entity, arena, "name", node, "NAME_ORIGINAL_SCRIPT") : error;
}

/* Quality: Good, Low (individuals), a.k.a., f.k.a. (entities). One element may hold several separated by semicolons. */
static int add_aliases(struct entity *entity, struct arena *arena, const xmlNode *node, const char *element)
{
	for (const xmlNode *alias = xml_child(node, element); alias != NULL; alias = xml_next(alias)) {
		const char *quality = xml_child_text(alias, "QUALITY", arena);
		const char *name = xml_child_text(alias, "ALIAS_NAME", arena);
		if (quality == NULL || name == NULL)
			return JISR_NO_MEMORY;
		const char *property = strcasecmp(quality, "Low") == 0      ? "weakAlias"
		                       : strcasecmp(quality, "f.k.a.") == 0 ? "previousName"
		                                                            : "alias";
		while (*name != '\0') {
			size_t length = strcspn(name, ";");
			int error = entity_add(entity, arena, property, name, length);
			if (error != JISR_OK)
				return error;
			name += length + (name[length] == ';');
		}
	}
	return JISR_OK;
}

/* EXACT and APPROXIMATELY have DATE or YEAR, BETWEEN has FROM_YEAR and TO_YEAR. */
static int add_births(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	for (const xmlNode *birth = xml_child(node, "INDIVIDUAL_DATE_OF_BIRTH"); birth != NULL;
	     birth = xml_next(birth)) {
		const char *type = xml_child_text(birth, "TYPE_OF_DATE", arena);
		const char *date = xml_child_text(birth, "DATE", arena), *year = xml_child_text(birth, "YEAR", arena);
		const char *from = xml_child_text(birth, "FROM_YEAR", arena),
			   *to = xml_child_text(birth, "TO_YEAR", arena);
		if (type == NULL || date == NULL || year == NULL || from == NULL || to == NULL)
			return JISR_NO_MEMORY;
		char *text;
		if (from[0] != '\0' && to[0] != '\0')
			text = arena_format(arena, "%s to %s", from, to);
		else
			text = arena_format(arena, "%s%s", strncasecmp(type, "APPROX", 6) == 0 ? "circa " : "",
			                    date[0] != '\0'   ? date
			                    : year[0] != '\0' ? year
			                    : from[0] != '\0' ? from
			                                      : to);
		if (text == NULL)
			return JISR_NO_MEMORY;
		int error = text[strcspn(text, "0123456789")] == '\0' ? JISR_OK
		                                                      : add_date(entity, arena, "birthDate", text);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* CITY, STATE_PROVINCE, COUNTRY (and STREET, ZIP_CODE of addresses) as one text, and the country. */
static int add_places(struct entity *entity, struct arena *arena, const xmlNode *node, const char *element,
                      const char *property, const char *country_property)
{
	static const char *const parts[] = {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"};
	for (const xmlNode *place = xml_child(node, element); place != NULL; place = xml_next(place)) {
		const char *text = "", *last = "";
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
			last = xml_child_text(place, parts[i], arena);
			if (last == NULL)
				return JISR_NO_MEMORY;
			if (last[0] != '\0')
				text = arena_format(arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", last);
			if (text == NULL)
				return JISR_NO_MEMORY;
		}
		int error = add_text(entity, arena, property, text);
		if (error == JISR_OK)
			error = add_country(entity, arena, country_property, last);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* True for the words for a passport in the languages of the list. */
static bool is_passport(const char *type)
{
	return strcasestr(type, "passport") != NULL || strcasestr(type, "passeport") != NULL ||
	       strcasestr(type, "pasaporte") != NULL;
}

static int add_documents(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	for (const xmlNode *document = xml_child(node, "INDIVIDUAL_DOCUMENT"); document != NULL;
	     document = xml_next(document)) {
		const char *type = xml_child_text(document, "TYPE_OF_DOCUMENT", arena);
		const char *number = xml_child_text(document, "NUMBER", arena);
		const char *country = xml_child_text(document, "ISSUING_COUNTRY", arena);
		const char *other = xml_child_text(document, "COUNTRY_OF_ISSUE", arena);
		if (type == NULL || number == NULL || country == NULL || other == NULL)
			return JISR_NO_MEMORY;
		int error = add_document(entity, arena, is_passport(type) ? "passportNumber" : "idNumber",
		                         country[0] != '\0' ? country : other, number);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_values(struct entity *entity, struct arena *arena, const xmlNode *node, const char *element,
                      const char *property)
{
	for (const xmlNode *value = xml_child(xml_child(node, element), "VALUE"); value != NULL;
	     value = xml_next(value)) {
		const char *text = xml_text(value, arena);
		int error = text == NULL                            ? JISR_NO_MEMORY
		            : property_use(property) == USE_COUNTRY ? add_country(entity, arena, property, text)
		                                                    : add_text(entity, arena, property, text);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_person(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	int error = add_aliases(entity, arena, node, "INDIVIDUAL_ALIAS");
	if (error == JISR_OK)
		error = add_births(entity, arena, node);
	if (error == JISR_OK)
		error = add_places(entity, arena, node, "INDIVIDUAL_PLACE_OF_BIRTH", "birthPlace", "birthCountry");
	if (error == JISR_OK)
		error = add_values(entity, arena, node, "NATIONALITY", "nationality");
	if (error == JISR_OK)
		error = add_values(entity, arena, node, "DESIGNATION", "position");
	if (error == JISR_OK)
		error = add_values(entity, arena, node, "TITLE", "title");
	if (error == JISR_OK)
		error = add_documents(entity, arena, node);
	if (error == JISR_OK)
		error = add_places(entity, arena, node, "INDIVIDUAL_ADDRESS", "address", "country");
	const char *sex = error == JISR_OK ? xml_child_text(node, "GENDER", arena) : NULL;
	return error != JISR_OK ? error : sex == NULL ? JISR_NO_MEMORY : add_sex(entity, arena, sex);
}

static int build(struct reading *reading, const xmlNode *node, const char *id, struct entity **ret_entity)
{
	struct arena *arena = reading->arena;
	bool person = strcmp((const char *)node->name, "INDIVIDUAL") == 0;
	struct entity *entity;
	int error = entity_new(id, person ? "Person" : "Organization", arena, &entity);
	if (error == JISR_OK)
		error = add_name(entity, arena, node);
	if (error == JISR_OK && person)
		error = add_person(entity, arena, node);
	if (error == JISR_OK && !person)
		error = add_aliases(entity, arena, node, "ENTITY_ALIAS");
	if (error == JISR_OK && !person)
		error = add_places(entity, arena, node, "ENTITY_ADDRESS", "address", "country");
	if (error == JISR_OK)
		error = add_child(entity, arena, "program", node, "UN_LIST_TYPE");
	if (error == JISR_OK)
		error = add_child(entity, arena, "unscId", node, "REFERENCE_NUMBER");
	if (error == JISR_OK)
		error = add_child(entity, arena, "createdAt", node, "LISTED_ON");
	if (error == JISR_OK)
		error = add_values(entity, arena, node, "LAST_DAY_UPDATED", "modifiedAt");
	if (error == JISR_OK)
		error = add_child(entity, arena, "notes", node, "COMMENTS1");
	if (error == JISR_OK)
		error = add_text(entity, arena, "topics", "sanction");
	if (error == JISR_OK)
		*ret_entity = entity;
	return error;
}

static int on_record(void *context, const xmlNode *node, uint64_t line)
{
	struct reading *reading = context;
	struct entity *entity;
	const char *data_id = xml_child_text(node, "DATAID", reading->arena);
	if (data_id == NULL)
		return reading_judge(reading, line, JISR_NO_MEMORY);
	if (data_id[0] == '\0')
		return reading_bad(reading, line, "no DATAID");
	char *id = arena_format(reading->arena, "un-%s", data_id);
	int error = id == NULL ? JISR_NO_MEMORY : build(reading, node, id, &entity);
	return error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, line) : reading_judge(reading, line, error);
}

int un_xml_read(struct reading *reading, struct input *input)
{
	static const char *const records[] = {"INDIVIDUAL", "ENTITY", NULL};
	return xml_read(reading, input, records, on_root, on_record, reading);
}
