#include "web/decisions_facts.h"

#include "base/emit.h"
#include "base/hash.h"
#include "base/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

void facts_digest_bytes(const void *bytes, size_t length, unsigned char out[DIGEST_BYTES])
{
	(void)crypto_generichash(out, DIGEST_BYTES, bytes, length, NULL, 0);
}

void facts_digest_texts(const char *const *texts, size_t count, unsigned char out[DIGEST_BYTES])
{
	crypto_generichash_state state;
	(void)crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
	/* The 0 at the end of each text parts it from the next. */
	for (size_t i = 0; i < count; i++)
		(void)crypto_generichash_update(&state, (const unsigned char *)texts[i], strlen(texts[i]) + 1);
	(void)crypto_generichash_final(&state, out, DIGEST_BYTES);
}

/* ---- the person asked for ---- */

/* Digests of the elements of one fact; the fact is their set. */
struct elements {
	unsigned char digests[CHECK_MAX_NAMES + CHECK_MAX_COUNTRIES + CHECK_MAX_DOCUMENTS][DIGEST_BYTES];
	size_t count;
};

_Static_assert(FACT_COUNT == 6, "each has its words, its elements and its place in what is stored");

static int compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_BYTES);
}

static void elements_digest(struct elements *elements, unsigned char out[DIGEST_BYTES])
{
	qsort(elements->digests, elements->count, DIGEST_BYTES, compare_digests);
	size_t kept = 0;
	for (size_t i = 0; i < elements->count; i++)
		if (kept == 0 || memcmp(elements->digests[kept - 1], elements->digests[i], DIGEST_BYTES) != 0)
			memmove(elements->digests[kept++], elements->digests[i], DIGEST_BYTES);
	facts_digest_bytes(elements->digests, kept * DIGEST_BYTES, out);
}

/* One space between words, none around. */
static int32_t squeeze(UChar *text, int32_t length)
{
	int32_t kept = 0;
	for (int32_t i = 0; i < length; i++)
		if (!u_isUWhiteSpace(text[i]))
			text[kept++] = text[i];
		else if (kept > 0 && text[kept - 1] != ' ')
			text[kept++] = ' ';
	return kept > 0 && text[kept - 1] == ' ' ? kept - 1 : kept;
}

static int add_name(struct elements *elements, const char *name, bool cut)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *folding = unorm2_getNFKCCasefoldInstance(&status);
	size_t length = strlen(name);
	/* A character becomes at most 18 when folded. */
	CLEANUP(memory_freep) UChar *wide = memory_alloc((length + 1) * sizeof *wide);
	CLEANUP(memory_freep) UChar *folded = memory_alloc((18 * length + 2) * sizeof *folded);
	if (wide == NULL || folded == NULL)
		return JISR_NO_MEMORY;
	int32_t wide_length = 0;
	u_strFromUTF8WithSub(wide, (int32_t)length + 1, &wide_length, name, (int32_t)length, 0xFFFD, NULL, &status);
	int32_t folded_length =
		unorm2_normalize(folding, wide, wide_length, folded, (int32_t)(18 * length + 1), &status);
	if (U_FAILURE(status))
		return JISR_NO_MEMORY;
	folded_length = squeeze(folded, folded_length);
	folded[folded_length++] = cut ? 1 : 0;
	facts_digest_bytes(folded, (size_t)folded_length * sizeof *folded, elements->digests[elements->count++]);
	return JISR_OK;
}

static int add_document(struct elements *elements, const struct check_document *document)
{
	size_t size = 4 * strlen(document->number) + 16;
	CLEANUP(memory_freep) char *normal = memory_alloc(size);
	if (normal == NULL)
		return JISR_NO_MEMORY;
	if (document_normalise(document->number, strlen(document->number), normal, size) == 0)
		normal[0] = '\0';
	const char *texts[] = {document->country != NULL ? document->country : "", normal};
	facts_digest_texts(texts, 2, elements->digests[elements->count++]);
	return JISR_OK;
}

static int add_elements(const struct check_query *query, enum fact fact, struct elements *elements)
{
	const char *text;
	int error = JISR_OK;
	switch (fact) {
	case FACT_SCHEMA:
		text = query->schema != NULL ? query->schema : "Person";
		facts_digest_texts(&text, 1, elements->digests[elements->count++]);
		break;
	case FACT_NAMES:
		for (size_t i = 0; i < query->name_count && !error; i++)
			error = add_name(elements, query->names[i], (query->names_cut >> i & 1) != 0);
		break;
	case FACT_BIRTH:
		if (date_known(query->birth)) {
			char birth[DATE_TEXT_MAX];
			date_write(query->birth, birth);
			text = birth;
			facts_digest_texts(&text, 1, elements->digests[elements->count++]);
		}
		break;
	case FACT_COUNTRIES:
		for (size_t i = 0; i < query->country_count; i++)
			facts_digest_texts(&query->countries[i], 1, elements->digests[elements->count++]);
		break;
	case FACT_SEX:
		if (query->sex != 0)
			facts_digest_bytes(&query->sex, 1, elements->digests[elements->count++]);
		break;
	case FACT_DOCUMENTS:
		for (size_t i = 0; i < query->document_count && !error; i++)
			error = add_document(elements, &query->documents[i]);
		break;
	case FACT_COUNT: break;
	}
	return error;
}

int facts_of(const struct check_query *query, struct facts *ret_facts)
{
	unsigned char digests[FACT_COUNT][DIGEST_BYTES];
	struct facts facts;
	for (int fact = 0; fact < FACT_COUNT; fact++) {
		struct elements elements;
		elements.count = 0;
		int error = add_elements(query, (enum fact)fact, &elements);
		if (error)
			return error;
		elements_digest(&elements, digests[fact]);
		memcpy(&facts.sums[fact], digests[fact], sizeof facts.sums[fact]);
	}
	facts_digest_bytes(digests, sizeof digests, facts.whole);
	*ret_facts = facts;
	return JISR_OK;
}

void facts_emit(const struct check_query *query, struct text *text)
{
	char birth[DATE_TEXT_MAX], sex[2] = {query->sex, '\0'};
	emit_object(text, NULL);
	emit_text(text, "schema", query->schema != NULL ? query->schema : "Person");
	emit_array(text, "names");
	for (size_t i = 0; i < query->name_count; i++)
		emit_text(text, NULL, query->names[i]);
	emit_close_array(text);
	date_write(query->birth, birth);
	emit_text(text, "birthDate", birth[0] != '\0' ? birth : NULL);
	emit_array(text, "nationality");
	for (size_t i = 0; i < query->country_count; i++)
		emit_text(text, NULL, query->countries[i]);
	emit_close_array(text);
	emit_text(text, "sex", query->sex != 0 ? sex : NULL);
	emit_array(text, "documents");
	for (size_t i = 0; i < query->document_count; i++) {
		emit_object(text, NULL);
		emit_text(text, "country", query->documents[i].country);
		emit_text(text, "number", query->documents[i].number);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
}

const char *fact_word(enum fact fact)
{
	static const char *const words[FACT_COUNT] = {"kind",          "names", "birth date",
	                                              "nationalities", "sex",   "documents"};
	return words[fact];
}

/* ---- the person listed ---- */

/* Tells of the record, not of the entity. */
static bool counts(const char *property)
{
	static const char *const ignored[] = {"modifiedAt", "createdAt",    "retrievedAt", "sourceUrl",
	                                      "publisher",  "publisherUrl", "proof",       "recordId"};
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		if (strcmp(property, ignored[i]) == 0)
			return false;
	return true;
}

static uint32_t sum_text(const char *text)
{
	return (uint32_t)hash_bytes(text, strlen(text));
}

/* Order-free within a property and between records; ids of records may change from one version of a list to the next. */
static uint32_t sum_attached(const char *json)
{
	uint32_t sum = 0;
	CLEANUP(json_freep) cJSON *records = NULL;
	if (json_read(json, strlen(json), &records, NULL) != JISR_OK || !cJSON_IsArray(records))
		return sum_text(json);
	const cJSON *record, *property, *value;
	cJSON_ArrayForEach(record, records)
	{
		const char *schema = json_get_text(record, "schema");
		uint64_t of_record = schema != NULL ? sum_text(schema) : 0;
		cJSON_ArrayForEach(property, json_get(record, "properties"))
		{
			if (!counts(property->string))
				continue;
			uint64_t name = sum_text(property->string);
			cJSON_ArrayForEach(value, property)
			{
				if (cJSON_IsString(value))
					of_record += hash_number(name << 32 | sum_text(value->valuestring));
			}
		}
		sum += (uint32_t)hash_number(of_record);
	}
	return sum;
}

static int compare_sums(const void *a, const void *b)
{
	return strcmp(((const struct listed_sum *)a)->property, ((const struct listed_sum *)b)->property);
}

int listed_sums(const struct entity *entity, struct arena *arena, struct listed_sum **ret_sums, size_t *ret_count)
{
	struct listed_sum *sums = arena_zero(arena, entity->count + 2, sizeof *sums);
	size_t count = 0;
	if (sums == NULL)
		return JISR_NO_MEMORY;
	sums[count++] = (struct listed_sum){"schema", sum_text(entity->schema)};
	if (entity->attached != NULL)
		sums[count++] = (struct listed_sum){LISTED_ATTACHED, sum_attached(entity->attached)};
	for (size_t i = 0; i < entity->count; i++)
		if (counts(entity->properties[i].name))
			sums[count++] =
				(struct listed_sum){entity->properties[i].name, sum_text(entity->properties[i].value)};
	qsort(sums, count, sizeof *sums, compare_sums);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (kept > 0 && strcmp(sums[kept - 1].property, sums[i].property) == 0)
			sums[kept - 1].sum += sums[i].sum;
		else
			sums[kept++] = sums[i];
	*ret_sums = sums;
	*ret_count = kept;
	return JISR_OK;
}
