/* OFAC's sdn.xml and consolidated.xml: sdnEntry records. Names are put together as the CSV writes them ("FAMILY,
 * Given"), and ids are the same, so that either format replaces the other without changing an entity. */
#include "lists/ofac.h"
#include "lists/xml.h"

#include <string.h>

static int on_publish_date(struct reading *reading, const xmlNode *node)
{
	const char *text = xml_child_text(node, "Publish_Date", reading->arena); /* 04/22/2020 */
	if (text == NULL)
		return reading_fail(reading, JISR_NO_MEMORY, 0, "out of memory");
	if (strlen(text) == 10 && text[2] == '/' && text[5] == '/')
		(void)snprintf(reading->summary.published, sizeof reading->summary.published, "%.4s-%.2s-%.2s",
		               text + 6, text, text + 3);
	return JISR_OK;
}

static int add_name(struct entity *entity, struct arena *arena, const char *property, const xmlNode *node)
{
	const char *first = xml_child_text(node, "firstName", arena), *last = xml_child_text(node, "lastName", arena);
	if (first == NULL || last == NULL)
		return JISR_NO_MEMORY;
	const char *name = first[0] == '\0'  ? last
	                   : last[0] == '\0' ? first
	                                     : arena_format(arena, "%s, %s", last, first);
	return name == NULL ? JISR_NO_MEMORY : ofac_add_name(entity, arena, property, name);
}

static int add_aliases(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	const xmlNode *alias = xml_child(xml_child(node, "akaList"), "aka");
	for (; alias != NULL; alias = xml_next(alias)) {
		const char *type = xml_child_text(alias, "type", arena),
			   *category = xml_child_text(alias, "category", arena);
		if (type == NULL || category == NULL)
			return JISR_NO_MEMORY;
		const char *property = strcmp(category, "weak") == 0 ? "weakAlias"
		                       : strcmp(type, "f.k.a.") == 0 ? "previousName"
		                                                     : "alias";
		int error = add_name(entity, arena, property, alias);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_identifiers(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	for (const xmlNode *one = xml_child(xml_child(node, "idList"), "id"); one != NULL; one = xml_next(one)) {
		const char *type = xml_child_text(one, "idType", arena),
			   *number = xml_child_text(one, "idNumber", arena);
		const char *country = xml_child_text(one, "idCountry", arena);
		if (type == NULL || number == NULL || country == NULL)
			return JISR_NO_MEMORY;
		int error = ofac_add_identifier(entity, arena, type, number, country);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_addresses(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	static const char *const parts[] = {"address1",        "address2",   "address3", "city",
	                                    "stateOrProvince", "postalCode", "country"};
	for (const xmlNode *one = xml_child(xml_child(node, "addressList"), "address"); one != NULL;
	     one = xml_next(one)) {
		const char *text = "", *part = "";
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
			part = xml_child_text(one, parts[i], arena);
			if (part != NULL && part[0] != '\0')
				text = arena_format(arena, "%s%s%s", text, text[0] != '\0' ? ", " : "", part);
			if (part == NULL || text == NULL)
				return JISR_NO_MEMORY;
		}
		int error = add_text(entity, arena, "address", text);
		if (error == JISR_OK)
			error = add_country(entity, arena, "country", part);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

/* LIST / ITEM / VALUE, the shape of nationalities, births and programmes. An empty value name: the item itself. */
static int add_list(struct entity *entity, struct arena *arena, const xmlNode *node, const char *list, const char *item,
                    const char *value, const char *property)
{
	for (const xmlNode *one = xml_child(xml_child(node, list), item); one != NULL; one = xml_next(one)) {
		const char *text = value[0] == '\0' ? xml_text(one, arena) : xml_child_text(one, value, arena);
		int error = JISR_NO_MEMORY;
		if (text != NULL && property_use(property) == USE_COUNTRY)
			error = add_country(entity, arena, property, text);
		else if (text != NULL && property_use(property) == USE_BIRTH)
			error = add_date(entity, arena, property, text);
		else if (text != NULL && strcmp(property, "birthPlace") == 0)
			error = ofac_add_birth_place(entity, arena, text);
		else if (text != NULL)
			error = add_text(entity, arena, property, text);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

static int add_vessel(struct entity *entity, struct arena *arena, const xmlNode *node)
{
	static const char *const fields[][2] = {{"callSign", "callSign"},
	                                        {"vesselType", "type"},
	                                        {"tonnage", "tonnage"},
	                                        {"grossRegisteredTonnage", "grossRegisteredTonnage"},
	                                        {"vesselOwner", "owner"}};
	const xmlNode *vessel = xml_child(node, "vesselInfo");
	const char *flag = xml_child_text(vessel, "vesselFlag", arena);
	int error = flag == NULL ? JISR_NO_MEMORY : add_country(entity, arena, "flag", flag);
	for (size_t i = 0; error == JISR_OK && i < sizeof fields / sizeof *fields; i++) {
		const char *text = xml_child_text(vessel, fields[i][0], arena);
		error = text == NULL ? JISR_NO_MEMORY : add_text(entity, arena, fields[i][1], text);
	}
	return error;
}

static int build(struct arena *arena, const xmlNode *node, const char *id, struct entity **ret_entity)
{
	static const char *const lists[][4] = {
		{"programList", "program", "", "program"},
		{"nationalityList", "nationality", "country", "nationality"},
		{"citizenshipList", "citizenship", "country", "citizenship"},
		{"dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "birthDate"},
		{"placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "birthPlace"},
	};
	struct entity *entity;
	const char *type = xml_child_text(node, "sdnType", arena), *title = xml_child_text(node, "title", arena);
	const char *remarks = xml_child_text(node, "remarks", arena);
	if (type == NULL || title == NULL || remarks == NULL)
		return JISR_NO_MEMORY;
	int error = entity_new(id, ofac_schema(type), arena, &entity);
	if (error == JISR_OK)
		error = add_name(entity, arena, "name", node);
	if (error == JISR_OK)
		error = add_text(entity, arena, strcmp(entity->schema, "Person") == 0 ? "position" : "notes", title);
	for (size_t i = 0; error == JISR_OK && i < sizeof lists / sizeof *lists; i++)
		error = add_list(entity, arena, node, lists[i][0], lists[i][1], lists[i][2], lists[i][3]);
	if (error == JISR_OK)
		error = add_identifiers(entity, arena, node);
	if (error == JISR_OK)
		error = ofac_add_remarks(entity, arena, remarks);
	if (error == JISR_OK)
		error = add_vessel(entity, arena, node);
	if (error == JISR_OK)
		error = add_aliases(entity, arena, node);
	if (error == JISR_OK)
		error = add_addresses(entity, arena, node);
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
	if (strcmp((const char *)node->name, "sdnEntry") != 0)
		return on_publish_date(reading, node);
	const char *uid = xml_child_text(node, "uid", reading->arena);
	if (uid == NULL)
		return reading_judge(reading, line, JISR_NO_MEMORY);
	if (uid[0] == '\0')
		return reading_bad(reading, line, "no uid");
	char *id = arena_format(reading->arena, "ofac-%s", uid);
	int error = id == NULL ? JISR_NO_MEMORY : build(reading->arena, node, id, &entity);
	return error == JISR_OK ? reading_put(reading, entity, LIST_OP_PUT, line) : reading_judge(reading, line, error);
}

int ofac_xml_read(struct reading *reading, struct input *input)
{
	static const char *const records[] = {"sdnEntry", "publshInformation", "publishInformation", NULL};
	return xml_read(reading, input, records, NULL, on_record, reading);
}
