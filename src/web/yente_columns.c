/* Terms
 *   token    a hash of a whole word, or of how a word begins (yente_text_word)
 *   slice    a bit for each entity; each token sets TOKEN_SLICES of them, chosen by its hash, in the entity's place
 *   profile  what an entity says under the fields that decide; kept once, in the order of first use
 *
 * Invariants
 *   1. A word that stands in a value, the caption or the id of an entity has set all of its slices there.
 *   2. Two entities have the same profile exactly when the bytes that describe it are the same.
 *   3. Nothing is changed once yente_columns_new has returned.
 *
 * Slices are as many as leave one in six bits set, judged by SAMPLE entities: then one entity in 200 that lacks a word
 * must be read all the same, and one in 40,000 that lacks two. A word that stands in every record fills its slices; with
 * three of them a rare word that meets a full one is still told by the others. A record with many more words than others
 * is read more often. Of a million invented people: 22 tokens each, 352 slices, 48 bytes an entity with the other
 * columns; made in 1.1 s. */
#include "web/yente_columns.h"

#include "base/hash.h"
#include "watch/stored.h"
#include "web/yente_entity.h"

#include <string.h>

#define READ_MEMORY  ((size_t)4 << 20) /* for the properties of one entity */
#define SAMPLE       1000
#define SLICES_LEAST 128
#define SLICES_MOST  1024
#define SLICES_STEP  32
#define PER_TOKEN    16 /* slices for each token of a usual entity */
#define TOKEN_SLICES 3
#define PROFILE_MAX  ((size_t)1 << 16) /* bytes that describe one; longer ones must be read */

struct profile {
	const char *bytes; /* owned */
	uint32_t length, example;
};

struct yente_columns {
	uint32_t entities, blocks; /* of 64 */
	bool ordered;
	uint32_t slice_count;
	uint64_t *slices; /* slice by slice, a word a block */
	uint16_t *profile_of, *values;
	struct profile *profiles;
	size_t profile_count, profile_capacity;
	uint32_t *slots; /* of profiles by their bytes, while it is made: number + 1 */
	size_t slot_count;
};

/* --- words --- */

_Static_assert(TOKEN_SLICES * 21 <= 64, "each takes 21 bits of a token");

/* The n-th slice of a token, from the place of a block on. */
static uint64_t *slice_of(const struct yente_columns *columns, uint64_t token, unsigned n, uint32_t block)
{
	uint32_t slice = (uint32_t)(token >> 21 * n & 0x1FFFFF) % columns->slice_count;
	return columns->slices + (size_t)slice * columns->blocks + block;
}

static void set_token(struct yente_columns *columns, uint32_t entity, uint64_t token)
{
	for (unsigned n = 0; n < TOKEN_SLICES; n++)
		*slice_of(columns, token, n, entity / 64) |= (uint64_t)1 << entity % 64;
}

/* How many different tokens an entity has, about. */
struct tally {
	uint64_t seen[16];
	size_t count;
};

static void tally_token(struct tally *tally, uint64_t token)
{
	uint64_t *seen = &tally->seen[token >> 60], bit = (uint64_t)1 << (token >> 54 & 63);
	tally->count += (*seen & bit) == 0;
	*seen |= bit;
}

/* Sets the tokens of a text; or counts them, for a tally. */
static void take_words(struct yente_columns *columns, uint32_t entity, const char *value, struct tally *tally)
{
	const char *at = value, *end = value + strlen(value);
	struct yente_word word;
	while (yente_text_word(&at, end, &word)) {
		uint64_t tokens[] = {word.whole, word.begin};
		for (size_t i = 0; i < 2 && tokens[i] != 0; i++)
			if (tally != NULL)
				tally_token(tally, tokens[i]);
			else
				set_token(columns, entity, tokens[i]);
	}
}

static void take_entity_words(struct yente_columns *columns, uint32_t number, const struct entity *entity,
                              struct tally *tally)
{
	take_words(columns, number, entity->id, tally);
	take_words(columns, number, entity->caption, tally);
	for (size_t i = 0; i < entity->count; i++)
		take_words(columns, number, entity->properties[i].value, tally);
}

uint64_t yente_columns_may(const struct yente_columns *columns, const struct yente_text *text, uint32_t block)
{
	size_t count;
	const struct yente_need *needs = yente_text_needs(text, &count);
	if (block >= columns->blocks)
		return 0;
	uint64_t all = block + 1 < columns->blocks || columns->entities % 64 == 0
	                       ? ~(uint64_t)0
	                       : ((uint64_t)1 << columns->entities % 64) - 1;
	for (size_t i = 0; i < count && all != 0;) {
		unsigned clause = needs[i].clause;
		uint64_t any = 0;
		while (i < count && needs[i].clause == clause) {
			unsigned term = needs[i].term;
			uint64_t whole = all;
			for (; i < count && needs[i].clause == clause && needs[i].term == term; i++) {
				for (unsigned n = 0; n < TOKEN_SLICES; n++)
					whole &= *slice_of(columns, needs[i].token, n, block);
			}
			any |= whole;
		}
		all &= any;
	}
	return all;
}

/* --- profiles --- */

static const enum model_type decided[] = {MODEL_COUNTRY, MODEL_TOPIC, MODEL_GENDER};

bool yente_columns_decide(const struct yente_field *field)
{
	bool type = false;
	for (size_t i = 0; i < sizeof decided / sizeof *decided; i++)
		type |= field->type == decided[i];
	return field->kind == YENTE_FIELD_NONE || field->kind == YENTE_FIELD_SCHEMA ||
	       field->kind == YENTE_FIELD_DATASETS || field->kind == YENTE_FIELD_TARGET ||
	       (field->kind == YENTE_FIELD_TYPE && type);
}

/* A kind, a length, the bytes: so that no two descriptions are the same bytes by chance. */
static int describe_one(struct text *text, unsigned char kind, const char *bytes, size_t length)
{
	uint32_t size = (uint32_t)length;
	(void)text_add(text, (const char *)&kind, 1);
	(void)text_add(text, (const char *)&size, sizeof size);
	return text_add(text, bytes, length);
}

/* All that yente_field_each, yente_datasets_each and yente_target look at under the fields that decide. */
static int describe(const struct entity *entity, struct text *text)
{
	static const char *const members[] = {"datasets", "target"};
	text_reset(text);
	(void)describe_one(text, 1, entity->schema, strlen(entity->schema));
	(void)text_add_char(text, entity->meta != NULL ? 'm' : '-');
	const char *schema = model_schema(entity->schema) != NULL ? entity->schema : "Thing";
	for (size_t i = 0; i < entity->count; i++) {
		const struct entity_property *property = &entity->properties[i];
		const struct model_property *known = yente_property(schema, property->name);
		bool counts = strcmp(property->name, "topics") == 0; /* a target by its topics, whatever the schema */
		bool topics = counts;
		for (size_t k = 0; known != NULL && k < sizeof decided / sizeof *decided; k++)
			counts |= known->type == decided[k];
		if (counts)
			(void)text_add_char(text, topics ? 't' : 'p');
		if (counts)
			(void)describe_one(text, (unsigned char)(known != NULL ? 16 + known->type : 15),
			                   property->value, strlen(property->value));
	}
	for (size_t i = 0; entity->meta != NULL && i < 2; i++) {
		struct yente_texts texts = yente_texts(entity->meta, strlen(entity->meta), members[i]);
		(void)describe_one(text, (unsigned char)(3 + i), texts.at != NULL ? texts.at : "",
		                   (size_t)(texts.end - texts.at));
		(void)text_add_char(text, texts.at != NULL ? 's' : '-');
	}
	return text->error;
}

static size_t slot_of(const struct yente_columns *columns, const char *bytes, size_t length)
{
	size_t at = (size_t)hash_bytes(bytes, length) & (columns->slot_count - 1);
	for (; columns->slots[at] != 0; at = (at + 1) & (columns->slot_count - 1)) {
		const struct profile *profile = &columns->profiles[columns->slots[at] - 1];
		if (profile->length == length && memcmp(profile->bytes, bytes, length) == 0)
			break;
	}
	return at;
}

static int take_profile(struct yente_columns *columns, uint32_t number, const struct entity *entity, struct text *text)
{
	int error = describe(entity, text);
	columns->profile_of[number] = YENTE_PROFILE_NONE;
	if (error == JISR_TOO_LARGE)
		return JISR_OK;
	if (error != JISR_OK)
		return error;
	size_t at = slot_of(columns, text->bytes, text->length);
	if (columns->slots[at] == 0) {
		if (columns->profile_count == YENTE_PROFILES)
			return JISR_OK;
		error = memory_reserve(&columns->profiles, &columns->profile_capacity, columns->profile_count + 1,
		                       YENTE_PROFILES, sizeof *columns->profiles);
		char *copy = error == JISR_OK ? memory_text(text->bytes, text->length) : NULL;
		if (copy == NULL)
			return JISR_NO_MEMORY;
		columns->profiles[columns->profile_count++] = (struct profile){copy, (uint32_t)text->length, number};
		columns->slots[at] = (uint32_t)columns->profile_count;
	}
	columns->profile_of[number] = (uint16_t)(columns->slots[at] - 1);
	return JISR_OK;
}

/* --- all of it --- */

/* As many slices as the words of some entities ask for. */
static int choose_slices(struct yente_columns *columns, const struct watch_view *view, uint32_t segment,
                         struct arena *arena)
{
	uint32_t step = columns->entities / SAMPLE + 1;
	size_t tokens = 0, seen = 0;
	for (uint32_t i = 0; i < columns->entities; i += step) {
		struct entity entity;
		arena_reset(arena);
		if (stored_read(view, segment, i, arena, &entity) != JISR_OK)
			continue;
		struct tally tally = {.count = 0};
		take_entity_words(columns, i, &entity, &tally);
		tokens += tally.count;
		seen++;
	}
	size_t wanted = seen > 0 ? tokens * PER_TOKEN / seen : 0;
	wanted = wanted < SLICES_LEAST ? SLICES_LEAST : wanted > SLICES_MOST ? SLICES_MOST : wanted;
	columns->slice_count = (uint32_t)((wanted + SLICES_STEP - 1) / SLICES_STEP * SLICES_STEP);
	columns->slices = memory_zero(columns->blocks, columns->slice_count * sizeof *columns->slices);
	return columns->slices != NULL ? JISR_OK : JISR_NO_MEMORY;
}

static int take_entity(struct yente_columns *columns, uint32_t number, const struct entity *entity, struct text *text)
{
	take_entity_words(columns, number, entity, NULL);
	columns->values[number] = (uint16_t)(entity->count < UINT16_MAX ? entity->count : UINT16_MAX);
	return take_profile(columns, number, entity, text);
}

int yente_columns_new(const struct watch_view *view, uint32_t segment, struct yente_columns **ret_columns)
{
	CLEANUP(yente_columns_freep) struct yente_columns *columns = memory_zero(1, sizeof *columns);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (columns == NULL)
		return JISR_NO_MEMORY;
	columns->entities = stored_entities(view, segment);
	columns->blocks = (columns->entities + 63) / 64;
	columns->slot_count = (size_t)1 << 17;
	_Static_assert(1 << 17 >= 2 * YENTE_PROFILES, "half full at most");
	columns->slots = memory_zero(columns->slot_count, sizeof *columns->slots);
	columns->profile_of = memory_zero(columns->entities, sizeof *columns->profile_of);
	columns->values = memory_zero(columns->entities, sizeof *columns->values);
	if (columns->slots == NULL || columns->profile_of == NULL || columns->values == NULL)
		return JISR_NO_MEMORY;
	int error = arena_new(READ_MEMORY, &arena);
	if (error == JISR_OK)
		error = choose_slices(columns, view, segment, arena);
	struct text text;
	const char *before = "";
	text_init(&text, PROFILE_MAX);
	columns->ordered = true;
	for (uint32_t i = 0; i < columns->entities && error == JISR_OK; i++) {
		struct entity entity;
		arena_reset(arena);
		columns->profile_of[i] = YENTE_PROFILE_NONE;
		if (stored_read(view, segment, i, arena, &entity) != JISR_OK)
			continue; /* damaged: no word can be found in it, and reading it says so again */
		columns->ordered &= i == 0 || strcmp(before, entity.id) < 0;
		before = entity.id;
		error = take_entity(columns, i, &entity, &text);
	}
	text_finish(&text);
	if (error != JISR_OK)
		return error;
	columns->slots = memory_free(columns->slots);
	*ret_columns = columns;
	columns = NULL;
	return JISR_OK;
}

struct yente_columns *yente_columns_free(struct yente_columns *columns)
{
	if (columns == NULL)
		return NULL;
	for (size_t i = 0; i < columns->profile_count; i++)
		memory_free((void *)(uintptr_t)columns->profiles[i].bytes);
	memory_free(columns->profiles);
	memory_free(columns->slots);
	memory_free(columns->slices);
	memory_free(columns->profile_of);
	memory_free(columns->values);
	return memory_free(columns);
}

uint32_t yente_columns_entities(const struct yente_columns *columns)
{
	return columns->entities;
}

bool yente_columns_ordered(const struct yente_columns *columns)
{
	return columns->ordered;
}

unsigned yente_columns_profile(const struct yente_columns *columns, uint32_t entity)
{
	return columns->profile_of[entity];
}

unsigned yente_columns_values(const struct yente_columns *columns, uint32_t entity)
{
	return columns->values[entity];
}

unsigned yente_columns_profiles(const struct yente_columns *columns)
{
	return (unsigned)columns->profile_count;
}

uint32_t yente_columns_example(const struct yente_columns *columns, unsigned profile)
{
	return columns->profiles[profile].example;
}
