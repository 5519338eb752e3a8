#include "watch/segment_record.h"

#include "base/memory.h"

#include <string.h>

/* Numbers of the FollowTheMoney schemata; 0 is not used. Format: append only. */
static const char *const schemata[] = {
	NULL,       "Person",    "Company",  "Organization", "LegalEntity", "PublicBody", "Vessel",
	"Airplane", "Vehicle",   "Thing",    "Asset",        "Security",    "Address",    "CryptoWallet",
	"Article",  "Event",     "Position", "RealEstate",   "BankAccount", "Passport",   "Identification",
	"Sanction", "Occupancy", "Document", "Firearm",
};

/* Numbers of the properties; 0 is not used. Format: append only. */
static const char *const properties[] = {
	NULL,
	"name",
	"alias",
	"weakAlias",
	"previousName",
	"firstName",
	"secondName",
	"middleName",
	"fatherName",
	"motherName",
	"lastName",
	"nameSuffix",
	"title",
	"birthDate",
	"birthPlace",
	"birthCountry",
	"deathDate",
	"nationality",
	"citizenship",
	"country",
	"jurisdiction",
	"mainCountry",
	"gender",
	"position",
	"passportNumber",
	"idNumber",
	"taxNumber",
	"registrationNumber",
	"socialSecurityNumber",
	"licenseNumber",
	"vatCode",
	"leiCode",
	"innCode",
	"ogrnCode",
	"okpoCode",
	"dunsCode",
	"swiftBic",
	"uniqueEntityId",
	"npiCode",
	"imoNumber",
	"mmsi",
	"callSign",
	"crsNumber",
	"vin",
	"serialNumber",
	"flag",
	"pastFlags",
	"type",
	"model",
	"owner",
	"operator",
	"buildDate",
	"registrationDate",
	"registrationPort",
	"tonnage",
	"grossRegisteredTonnage",
	"incorporationDate",
	"dissolutionDate",
	"status",
	"sector",
	"legalForm",
	"parent",
	"address",
	"addressEntity",
	"program",
	"programId",
	"topics",
	"summary",
	"notes",
	"keywords",
	"sourceUrl",
	"publisher",
	"wikidataId",
	"createdAt",
	"modifiedAt",
	"email",
	"phone",
	"website",
	"education",
	"ethnicity",
	"religion",
	"political",
	"height",
	"weight",
	"eyeColor",
	"hairColor",
	"appearance",
	"spokenLanguage",
	"cageCode",
	"permId",
	"giiNumber",
	"publicKey",
	"currency",
	"holder",
	"deadweightTonnage",
	"isin",
	"icaoCode",
	"abbreviation",
	"description",
	"listingDate",
	"authority",
};

#define SCHEMATA   (sizeof schemata / sizeof *schemata)
#define PROPERTIES (sizeof properties / sizeof *properties)
_Static_assert(PROPERTIES <= 256 && SCHEMATA <= 256, "numbers are one byte");

static uint8_t number_of(const char *const *table, size_t count, const char *name)
{
	for (size_t i = 1; i < count; i++)
		if (table[i][0] == name[0] && strcmp(table[i], name) == 0)
			return (uint8_t)i;
	return 0;
}

/* Writing: the caller has made room for the longest form beforehand. */

static void put_varint(struct record_bytes *out, uint32_t value)
{
	while (value >= 0x80) {
		out->bytes[out->length++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	out->bytes[out->length++] = (unsigned char)value;
}

static void put_text(struct record_bytes *out, const char *text)
{
	size_t length = strlen(text);
	put_varint(out, (uint32_t)length);
	memcpy(out->bytes + out->length, text, length + 1);
	out->length += length + 1;
}

/* Room that a text takes at most. */
static size_t room(const char *text)
{
	return strlen(text) + 6;
}

int record_add(struct record_bytes *out, const struct entity *entity)
{
	const char *caption = entity->caption != NULL ? entity->caption : entity->id;
	size_t needed = room(entity->id) + 1 + room(entity->schema) + 5 + room(caption) + 1 + 5;
	for (size_t i = 0; i < entity->count; i++)
		needed += 1 + room(entity->properties[i].name) + room(entity->properties[i].value);
	needed += entity->attached != NULL ? room(entity->attached) : 0;
	needed += entity->meta != NULL ? room(entity->meta) : 0;
	if (needed > UINT32_MAX)
		return JISR_TOO_LARGE;
	int error = memory_reserve(&out->bytes, &out->capacity, out->length + needed, RECORD_MAX_BYTES, 1);
	if (error)
		return error;
	put_text(out, entity->id);
	uint8_t number = number_of(schemata, SCHEMATA, entity->schema);
	out->bytes[out->length++] = number;
	if (number == 0)
		put_text(out, entity->schema);
	uint32_t caption_property = 0;
	for (size_t i = 0; i < entity->count && caption_property == 0; i++)
		if (strcmp(entity->properties[i].value, caption) == 0)
			caption_property = (uint32_t)i + 1;
	put_varint(out, caption_property);
	if (caption_property == 0)
		put_text(out, caption);
	out->bytes[out->length++] = (unsigned char)((entity->attached != NULL ? RECORD_ATTACHED : 0) |
	                                            (entity->meta != NULL ? RECORD_META : 0));
	put_varint(out, (uint32_t)entity->count);
	for (size_t i = 0; i < entity->count; i++) {
		number = number_of(properties, PROPERTIES, entity->properties[i].name);
		out->bytes[out->length++] = number;
		if (number == 0)
			put_text(out, entity->properties[i].name);
		put_text(out, entity->properties[i].value);
	}
	if (entity->attached != NULL)
		put_text(out, entity->attached);
	if (entity->meta != NULL)
		put_text(out, entity->meta);
	return JISR_OK;
}

static void spoil(struct record_reader *reader)
{
	reader->bad = true;
	reader->next = reader->end;
}

static uint8_t read_byte(struct record_reader *reader)
{
	if (reader->next >= reader->end) {
		spoil(reader);
		return 0;
	}
	return *reader->next++;
}

static uint32_t read_varint(struct record_reader *reader)
{
	uint32_t value = 0;
	for (unsigned shift = 0; shift < 35; shift += 7) {
		uint8_t byte = read_byte(reader);
		if (shift == 28 && byte > 0x0f)
			break;
		value |= (uint32_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return reader->bad ? 0 : value;
	}
	spoil(reader);
	return 0;
}

const char *record_read_text(struct record_reader *reader)
{
	size_t length = read_varint(reader);
	if (reader->bad || length >= (size_t)(reader->end - reader->next) || reader->next[length] != 0) {
		spoil(reader);
		return "";
	}
	const char *text = (const char *)reader->next;
	reader->next += length + 1;
	return text;
}

/* A number from a table, or the text that stands in its place. */
static const char *read_word(struct record_reader *reader, const char *const *table, size_t count)
{
	uint8_t number = read_byte(reader);
	if (number == 0)
		return reader->bad ? "" : record_read_text(reader);
	if (number < count)
		return table[number];
	spoil(reader);
	return "";
}

void record_read_head(struct record_reader *reader, struct record_head *ret_head)
{
	struct record_head head = {0};
	head.id = record_read_text(reader);
	head.schema = read_word(reader, schemata, SCHEMATA);
	uint32_t caption = read_varint(reader);
	head.caption_property = caption - 1; /* 0 gives UINT32_MAX */
	if (caption == 0)
		head.caption = record_read_text(reader);
	head.flags = read_byte(reader);
	head.count = read_varint(reader);
	if (head.count > ENTITY_MAX_PROPERTIES || (caption != 0 && caption > head.count))
		spoil(reader);
	if (reader->bad)
		head.count = 0;
	*ret_head = head;
}

void record_read_property(struct record_reader *reader, const char **ret_name, const char **ret_value)
{
	*ret_name = read_word(reader, properties, PROPERTIES);
	*ret_value = record_read_text(reader);
}

const char *record_id(const unsigned char *record, size_t length)
{
	struct record_reader reader = {record, record + length, false};
	return record_read_text(&reader);
}

int record_entity(const unsigned char *record, size_t length, struct arena *arena, struct entity **ret_entity)
{
	struct record_reader reader = {record, record + length, false};
	struct record_head head;
	record_read_head(&reader, &head);
	if (reader.bad)
		return JISR_CORRUPT;
	struct entity *entity = arena_zero(arena, 1, sizeof *entity);
	if (entity == NULL)
		return JISR_NO_MEMORY;
	entity->id = arena_text(arena, head.id, strlen(head.id));
	entity->schema = arena_text(arena, head.schema, strlen(head.schema));
	entity->properties = arena_zero(arena, head.count, sizeof *entity->properties);
	if (entity->id == NULL || entity->schema == NULL || entity->properties == NULL)
		return JISR_NO_MEMORY;
	for (uint32_t i = 0; i < head.count; i++) {
		const char *name, *value;
		record_read_property(&reader, &name, &value);
		if (reader.bad)
			return JISR_CORRUPT;
		struct entity_property *property = &entity->properties[entity->count++];
		property->name = arena_text(arena, name, strlen(name));
		property->value = arena_text(arena, value, strlen(value));
		if (property->name == NULL || property->value == NULL)
			return JISR_NO_MEMORY;
		if (i == head.caption_property)
			entity->caption = property->value;
	}
	entity->capacity = entity->count;
	if (head.caption != NULL && (entity->caption = arena_text(arena, head.caption, strlen(head.caption))) == NULL)
		return JISR_NO_MEMORY;
	const char *attached = head.flags & RECORD_ATTACHED ? record_read_text(&reader) : NULL;
	const char *meta = head.flags & RECORD_META ? record_read_text(&reader) : NULL;
	if (reader.bad || entity->caption == NULL)
		return JISR_CORRUPT;
	if (attached != NULL && (entity->attached = arena_text(arena, attached, strlen(attached))) == NULL)
		return JISR_NO_MEMORY;
	if (meta != NULL && (entity->meta = arena_text(arena, meta, strlen(meta))) == NULL)
		return JISR_NO_MEMORY;
	*ret_entity = entity;
	return JISR_OK;
}
