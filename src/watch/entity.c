/* A bag of properties in an arena.
 *
 * Invariants
 *   1. count <= capacity <= ENTITY_MAX_PROPERTIES (rounded up to a power of two).
 *   2. Every value is trimmed, not empty, well-formed UTF-8 without a 0 byte, at most ENTITY_MAX_VALUE bytes.
 *   3. No two properties are equal in name and value.
 *   4. seen is NULL, or an open-addressing table of seen_size (a power of two, at most half full) slots that holds
 *      1 + index of every property.
 *
 * Most entities have 10 to 40 properties: up to SMALL a repeat is looked for one by one; above, in the table, so that a
 * record of 20,000 values does not take 200 million comparisons. */
#include "watch/entity.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#define SMALL 32

int entity_new(const char *id, const char *schema, struct arena *arena, struct entity **ret_entity)
{
	size_t id_length = strlen(id);
	if (id_length > ENTITY_MAX_ID || strlen(schema) > ENTITY_MAX_ID)
		return JISR_TOO_LARGE;
	if (id_length == 0 || schema[0] == '\0')
		return JISR_BAD_INPUT;
	struct entity *entity = arena_zero(arena, 1, sizeof *entity);
	if (entity == NULL)
		return JISR_NO_MEMORY;
	entity->id = arena_text(arena, id, id_length);
	entity->schema = arena_text(arena, schema, strlen(schema));
	if (entity->id == NULL || entity->schema == NULL)
		return JISR_NO_MEMORY;
	*ret_entity = entity;
	return JISR_OK;
}

/* Space in the sense of Unicode, and the marks that are invisible at the ends of a value. */
static bool is_blank(uint32_t code)
{
	return code <= ' ' || code == 0x7F || code == 0x200B || code == 0xFEFF || u_isUWhiteSpace((UChar32)code);
}

static void trim(const char **bytes, size_t *length)
{
	const char *start = *bytes, *end = *bytes + *length;
	while (start < end) {
		const char *next = start;
		if (!is_blank(utf8_next(&next, end)))
			break;
		start = next;
	}
	while (end > start) {
		const char *last = end - 1;
		while (last > start && ((unsigned char)*last & 0xC0) == 0x80)
			last--;
		const char *next = last;
		if (!is_blank(utf8_next(&next, end)))
			break;
		end = last;
	}
	*bytes = start;
	*length = (size_t)(end - start);
}

static uint64_t property_hash(const char *name, const char *value, size_t length)
{
	return hash_bytes(value, length) ^ hash_number(hash_bytes(name, strlen(name)));
}

static bool same(const struct entity_property *have, const char *name, const char *value, size_t length)
{
	return strncmp(have->value, value, length) == 0 && have->value[length] == '\0' && strcmp(have->name, name) == 0;
}

static bool has(const struct entity *entity, const char *name, const char *value, size_t length)
{
	if (entity->seen == NULL) {
		for (size_t i = 0; i < entity->count; i++)
			if (same(&entity->properties[i], name, value, length))
				return true;
		return false;
	}
	size_t mask = entity->seen_size - 1;
	for (size_t slot = property_hash(name, value, length) & mask; entity->seen[slot] != 0; slot = (slot + 1) & mask)
		if (same(&entity->properties[entity->seen[slot] - 1], name, value, length))
			return true;
	return false;
}

static void mark(struct entity *entity, size_t index)
{
	const struct entity_property *property = &entity->properties[index];
	size_t mask = entity->seen_size - 1;
	size_t slot = property_hash(property->name, property->value, strlen(property->value)) & mask;
	while (entity->seen[slot] != 0)
		slot = (slot + 1) & mask;
	entity->seen[slot] = (uint32_t)index + 1;
}

/* Makes room for one more property; above SMALL also (re)builds the table for the new capacity. */
static int grow(struct entity *entity, struct arena *arena)
{
	if (entity->count >= ENTITY_MAX_PROPERTIES)
		return JISR_TOO_LARGE;
	if (entity->count < entity->capacity)
		return JISR_OK;
	size_t capacity = entity->capacity < 8 ? 8 : entity->capacity * 2;
	struct entity_property *moved = arena_alloc(arena, capacity * sizeof *moved);
	uint32_t *seen = capacity > SMALL ? arena_zero(arena, capacity * 2, sizeof *seen) : NULL;
	if (moved == NULL || (capacity > SMALL && seen == NULL))
		return JISR_NO_MEMORY;
	if (entity->count > 0)
		memcpy(moved, entity->properties, entity->count * sizeof *moved);
	entity->properties = moved;
	entity->capacity = capacity;
	entity->seen = seen;
	entity->seen_size = seen == NULL ? 0 : capacity * 2;
	for (size_t i = 0; seen != NULL && i < entity->count; i++)
		mark(entity, i);
	return JISR_OK;
}

int entity_add(struct entity *entity, struct arena *arena, const char *property, const char *value, size_t length)
{
	trim(&value, &length);
	if (length == 0)
		return JISR_OK;
	if (length > ENTITY_MAX_VALUE)
		return JISR_TOO_LARGE;
	if (memchr(value, '\0', length) != NULL || !utf8_valid(value, length, NULL))
		return JISR_BAD_INPUT;
	if (has(entity, property, value, length))
		return JISR_OK;
	int error = grow(entity, arena);
	if (error != JISR_OK)
		return error;
	const char *name = NULL;
	if (entity->count > 0 && strcmp(entity->properties[entity->count - 1].name, property) == 0)
		name = entity->properties[entity->count - 1].name;
	else
		name = arena_text(arena, property, strlen(property));
	char *copy = arena_text(arena, value, length);
	if (name == NULL || copy == NULL)
		return JISR_NO_MEMORY;
	entity->properties[entity->count] = (struct entity_property){.name = name, .value = copy};
	entity->count++;
	if (entity->seen != NULL)
		mark(entity, entity->count - 1);
	return JISR_OK;
}

int entity_add_document(struct entity *entity, struct arena *arena, const char *property, const char *country,
                        const char *number, size_t length)
{
	trim(&number, &length);
	if (length == 0 || country == NULL || country[0] == '\0')
		return entity_add(entity, arena, property, number, length);
	if (length > ENTITY_MAX_VALUE - 3)
		return JISR_TOO_LARGE;
	char *value = arena_alloc(arena, length + 4);
	if (value == NULL)
		return JISR_NO_MEMORY;
	memcpy(value, country, 2);
	value[2] = ':';
	memcpy(value + 3, number, length);
	return entity_add(entity, arena, property, value, length + 3);
}

const char *entity_get(const struct entity *entity, const char *property)
{
	for (size_t i = 0; i < entity->count; i++)
		if (strcmp(entity->properties[i].name, property) == 0)
			return entity->properties[i].value;
	return NULL;
}

/* Stable merge sort by name; `spare` has room for count properties. */
static void sort(struct entity_property *properties, size_t count, struct entity_property *spare)
{
	if (count < 2)
		return;
	size_t half = count / 2;
	sort(properties, half, spare);
	sort(properties + half, count - half, spare);
	memcpy(spare, properties, half * sizeof *spare);
	size_t left = 0, right = half, out = 0;
	while (left < half) {
		if (right < count && strcmp(properties[right].name, spare[left].name) < 0)
			properties[out++] = properties[right++];
		else
			properties[out++] = spare[left++];
	}
}

int entity_complete(struct entity *entity, struct arena *arena)
{
	struct entity_property *spare = arena_alloc(arena, (entity->count / 2 + 1) * sizeof *spare);
	if (spare == NULL)
		return JISR_NO_MEMORY;
	if (entity->caption == NULL || entity->caption[0] == '\0') {
		const char *caption = entity_get(entity, "name");
		if (caption == NULL)
			caption = entity_get(entity, "alias");
		entity->caption = caption == NULL ? entity->id : caption;
	}
	sort(entity->properties, entity->count, spare);
	entity->seen = NULL; /* its indexes are of the old order */
	entity->seen_size = 0;
	return JISR_OK;
}

/* In the order of strcmp, for a binary search. The names are those of the FollowTheMoney vocabulary (schema files of
 * the followthemoney package), chosen by their type: name, date, country, gender, identifier. */
static const struct {
	const char *name;
	enum property_use use;
} uses[] = {
	{"abbreviation", USE_WEAK_NAME},
	{"alias", USE_NAME},
	{"bikCode", USE_DOCUMENT},
	{"birthCountry", USE_COUNTRY},
	{"birthDate", USE_BIRTH},
	{"bvdId", USE_DOCUMENT},
	{"cageCode", USE_DOCUMENT},
	{"callSign", USE_DOCUMENT},
	{"cikCode", USE_DOCUMENT},
	{"citizenship", USE_COUNTRY},
	{"country", USE_COUNTRY},
	{"crsNumber", USE_DOCUMENT},
	{"dunsCode", USE_DOCUMENT},
	{"fatherName", USE_NAME_FIELD},
	{"firstName", USE_NAME_FIELD},
	{"flag", USE_COUNTRY},
	{"fnsCode", USE_DOCUMENT},
	{"gender", USE_SEX},
	{"giiNumber", USE_DOCUMENT},
	{"idNumber", USE_DOCUMENT},
	{"imoNumber", USE_DOCUMENT},
	{"incorporationDate", USE_BIRTH},
	{"innCode", USE_DOCUMENT},
	{"ipoCode", USE_DOCUMENT},
	{"irsCode", USE_DOCUMENT},
	{"isin", USE_DOCUMENT},
	{"isinCode", USE_DOCUMENT},
	{"jibCode", USE_DOCUMENT},
	{"jurisdiction", USE_COUNTRY},
	{"kppCode", USE_DOCUMENT},
	{"lastName", USE_NAME_FIELD},
	{"leiCode", USE_DOCUMENT},
	{"licenseNumber", USE_DOCUMENT},
	{"mainCountry", USE_COUNTRY},
	{"mbsCode", USE_DOCUMENT},
	{"middleName", USE_NAME_FIELD},
	{"mmsi", USE_DOCUMENT},
	{"motherName", USE_NAME_FIELD},
	{"name", USE_NAME},
	{"nationality", USE_COUNTRY},
	{"npiCode", USE_DOCUMENT},
	{"ogrnCode", USE_DOCUMENT},
	{"okpoCode", USE_DOCUMENT},
	{"passportNumber", USE_DOCUMENT},
	{"permId", USE_DOCUMENT},
	{"pfrNumber", USE_DOCUMENT},
	{"previousName", USE_NAME},
	{"publicKey", USE_DOCUMENT},
	{"registrationNumber", USE_DOCUMENT},
	{"ricCode", USE_DOCUMENT},
	{"sayariId", USE_DOCUMENT},
	{"secondName", USE_NAME_FIELD},
	{"serialNumber", USE_DOCUMENT},
	{"socialSecurityNumber", USE_DOCUMENT},
	{"swiftBic", USE_DOCUMENT},
	{"taxNumber", USE_DOCUMENT},
	{"uniqueEntityId", USE_DOCUMENT},
	{"uscCode", USE_DOCUMENT},
	{"vatCode", USE_DOCUMENT},
	{"vin", USE_DOCUMENT},
	{"voenCode", USE_DOCUMENT},
	{"weakAlias", USE_WEAK_NAME},
	{"wikidataId", USE_DOCUMENT},
};

enum property_use property_use(const char *property)
{
	size_t low = 0, high = sizeof uses / sizeof *uses;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(property, uses[middle].name);
		if (order == 0)
			return uses[middle].use;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return USE_NOTHING;
}

/* The word for each sex in the languages of the lists and documents that we read, in folded case. */
static const char *const male_words[] = {"m",         "male",  "man",      "masculine", "homme",   "h",       "hombre",
                                         "masculino", "mann",  "masculin", "männlich",  "мужской", "мужчина", "муж",
                                         "м",         "男",    "男性",     "男子",      "ذكر",     "م",       "مذكر",
                                         "זכר",       "αρρεν", "남",       "남성",      "boy"};
static const char *const female_words[] = {"f",    "female",  "woman",   "feminine", "femme", "mujer",   "femenino",
                                           "frau", "feminin", "féminin", "weiblich", "w",     "женский", "женщина",
                                           "жен",  "ж",       "女",      "女性",     "女子",  "أنثى",    "انثى",
                                           "مؤنث", "נקבה",    "θηλυ",    "여",       "여성",  "girl"};

char sex_read(const char *text)
{
	char folded[32];
	size_t length = 0, bytes = strlen(text);
	trim(&text, &bytes);
	const char *end = text + bytes;
	while (text < end) {
		char code[4];
		size_t size = utf8_put(code, (uint32_t)u_foldCase((UChar32)utf8_next(&text, end), U_FOLD_CASE_DEFAULT));
		if (size == 0 || length + size >= sizeof folded)
			return 0;
		memcpy(folded + length, code, size);
		length += size;
	}
	if (length > 1 && folded[length - 1] == '.')
		length--;
	folded[length] = '\0';
	for (size_t i = 0; i < sizeof male_words / sizeof *male_words; i++)
		if (strcmp(folded, male_words[i]) == 0)
			return 'm';
	for (size_t i = 0; i < sizeof female_words / sizeof *female_words; i++)
		if (strcmp(folded, female_words[i]) == 0)
			return 'f';
	return 0;
}

/* Cyrillic capitals that look like Latin ones: Russian registrations use exactly these, and both are typed. */
static uint32_t cyrillic_twin(uint32_t code)
{
	static const struct {
		uint16_t cyrillic;
		char latin;
	} twins[] = {{0x410, 'A'}, {0x412, 'B'}, {0x415, 'E'}, {0x41A, 'K'}, {0x41C, 'M'}, {0x41D, 'H'}, {0x41E, 'O'},
	             {0x420, 'P'}, {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'}, {0x425, 'X'}, {0x406, 'I'}};
	for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
		if (code == twins[i].cyrillic)
			return (uint32_t)twins[i].latin;
	return code;
}

/* A letter or digit of a document number as it is compared; 0 for what is left out. */
static uint32_t document_letter(uint32_t code)
{
	if (code == UTF8_INVALID || !u_isalnum((UChar32)code))
		return 0;
	int32_t digit = u_charDigitValue((UChar32)code);
	if (digit >= 0)
		return (uint32_t)('0' + digit);
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKDInstance(&status);
	UChar apart[32];
	int32_t count = U_SUCCESS(status) ? unorm2_getDecomposition(normalizer, (UChar32)code, apart, 32, &status) : -1;
	if (U_SUCCESS(status) && count > 0 && (apart[0] & 0xF800) != 0xD800)
		code = apart[0];
	return cyrillic_twin((uint32_t)u_toupper((UChar32)code));
}

size_t document_normalise(const char *number, size_t length, char *out, size_t out_size)
{
	const char *at = number, *end = number + length;
	size_t used = 0;
	if (out_size == 0)
		return 0;
	while (at < end) {
		unsigned char byte = (unsigned char)*at;
		char code[4];
		size_t size = 1;
		if (byte < 0x80) {
			at++;
			if (byte >= 'a' && byte <= 'z')
				byte = (unsigned char)(byte - 'a' + 'A');
			if (!((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z')))
				continue;
			code[0] = (char)byte;
		} else {
			uint32_t letter = document_letter(utf8_next(&at, end));
			if (letter == 0)
				continue;
			size = utf8_put(code, letter);
		}
		if (used + size >= out_size)
			break;
		memcpy(out + used, code, size);
		used += size;
	}
	out[used] = '\0';
	return used;
}
