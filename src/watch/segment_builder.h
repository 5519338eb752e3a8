/* What segment_builder.c collects and segment_write*.c turn into bytes. Private to them. */
#ifndef JISR_WATCH_SEGMENT_BUILDER_H
#define JISR_WATCH_SEGMENT_BUILDER_H

#include "watch/segment_format.h"

/* An entity as it was put. Everything of one put lies together in each of the builder's arrays. */
struct built_entity {
	uint64_t record;   /* in records */
	uint64_t document; /* in documents */
	uint32_t record_length, document_count;
	uint32_t name, name_count; /* in names */
	struct attributes attributes;
	bool dead; /* replaced or removed since */
};

struct built_name {
	uint32_t form;
	uint16_t property; /* as in struct bearer */
};

/* Documents lie one after another: two bytes country (0, 0 when unknown), one byte length, the normalised number. */
#define BUILT_DOCUMENT_HEAD 3

/* Numbers of equal things found by hash: open addressing, slot = number + 1, at most half full. */
struct built_table {
	uint32_t *slots;
	size_t size; /* a power of two, or 0 */
};

struct segment_builder {
	struct record_bytes records, documents;
	struct built_entity *entities;
	size_t entity_count, entity_capacity, live;
	struct built_name *names;
	size_t name_count, name_capacity;
	uint32_t *extras;
	size_t extra_count, extra_capacity;
	struct name_part *parts;
	size_t part_count, part_capacity;
	uint32_t *forms_start; /* form_count + 1 numbers, into form_words */
	size_t form_count, forms_start_capacity;
	uint32_t *form_words; /* a form: its word 1 without the bearers, then its part words */
	size_t form_word_count, form_word_capacity;
	struct built_table by_id, by_part, by_form;
	struct arena *arena; /* for reading one name */
};

#endif
