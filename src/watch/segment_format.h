/* The bytes of a segment, and how the files of src/watch that build, read and search one see them. Private to
 * segment*.c and check*.c; everybody else includes segment.h. The picture of the format stands in segment.c. */
#ifndef JISR_WATCH_SEGMENT_FORMAT_H
#define JISR_WATCH_SEGMENT_FORMAT_H

#include "base/hash.h"
#include "names/compare.h"
#include "names/name.h"
#include "watch/documents.h"
#include "watch/entity.h"
#include "watch/segment.h"
#include "watch/segment_posting.h"
#include "watch/segment_record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEGMENT_MAGIC   "jisrseg\n"
#define SEGMENT_VERSION 5
#define SEGMENT_ALIGN   64 /* every section starts at a multiple; padding is 0 */

/* Limits. */
#define SEGMENT_MAX_ENTITIES ((size_t)1 << 28)
#define SEGMENT_MAX_NAMES    ((size_t)1 << 29)
#define SEGMENT_MAX_PARTS    ((size_t)1 << 28) /* distinct parts */
#define SEGMENT_MAX_BEARERS  ((1u << 24) - 1)  /* names that are one and the same form */
#define SEGMENT_MAX_LIST     63

enum section {
	SECTION_LIST,           /* name of the list, 0-terminated */
	SECTION_ENTITY_OFFSETS, /* uint64_t[entities + 1]: where each record starts in RECORDS */
	SECTION_RECORDS,        /* segment_record.h; ordered by id (bytewise) */
	SECTION_ATTRIBUTES,     /* struct attributes[entities] */
	SECTION_EXTRAS,         /* uint32_t[]: further birth dates and countries, see struct attributes */
	SECTION_PARTS,          /* struct name_part[parts], no two equal */
	SECTION_PART_SIGNS,     /* uint32_t[parts]: names/sign.h */
	SECTION_PART_HOT,       /* struct part_hot[parts] */
	SECTION_POSTINGS_START, /* uint32_t[parts + 1] */
	SECTION_POSTINGS,       /* struct posting[]: forms that hold the part, ascending, each once */
	SECTION_CLASSES,        /* uint32_t[FORM_CLASSES + 1]: the first form of each class */
	SECTION_FORMS_START,    /* uint32_t[forms + 1], into FORMS */
	SECTION_FORMS,          /* uint32_t[]: see struct form */
	SECTION_BEARERS,        /* struct bearer[names], grouped by form */
	SECTION_KEYS_START,     /* uint32_t[2^n + 1]: buckets by the top n bits of the key, into KEY_PARTS */
	SECTION_KEY_PARTS,      /* uint32_t[]: parts under a key; see struct segment */
	SECTION_JOINS_START,    /* uint32_t[2^n + 1] */
	SECTION_JOINS,          /* struct join[]: two neighbouring parts written as one -> form; see struct segment */
	SECTION_ACRONYMS_START, /* uint32_t[2^n + 1] */
	SECTION_ACRONYMS,       /* struct key_entry[], ascending: key of an acronym (segment_acronym_filed) -> form */
	SECTION_DOCUMENTS,      /* documents.h */
	SECTION_COUNT,
};

/* The first 64 bytes of the file. */
struct segment_header {
	char magic[8];
	uint32_t version;
	uint32_t endian; /* SEGMENT_ENDIAN as the writer's machine stores it */
	char rules[32];  /* name_rules_version() of the writer: names read by other rules must be read again */
	uint64_t reserved[2];
};
_Static_assert(sizeof(struct segment_header) == 64, "stored");
#define SEGMENT_ENDIAN 0x01020304u

/* The last bytes of the file: written last, so that a file that was cut off has none. */
struct segment_table {
	struct section_place {
		uint64_t offset, length; /* bytes, length without padding */
		uint64_t checksum;       /* XXH3 of the length bytes */
	} sections[SECTION_COUNT];
	uint64_t file_bytes; /* with this table */
	uint64_t documents;
	uint64_t checksum; /* XXH3 of the header and of this table up to here */
	char magic[8];
};

uint64_t segment_table_checksum(const struct segment_header *header, const struct segment_table *table);

/* What the check asks of every candidate: 16 bytes an entity. */
struct attributes {
	int32_t birth_from, birth_to; /* struct date; with ATTRIBUTES_BIRTHS: index into EXTRAS, and how many dates */
	uint16_t countries[2];        /* country_code; with ATTRIBUTES_COUNTRIES: index into EXTRAS, low half first */
	uint16_t country_count;
	uint8_t sex; /* 'm', 'f' or 0 */
	uint8_t flags;
};
_Static_assert(sizeof(struct attributes) == 16, "stored");
#define ATTRIBUTES_BIRTHS    1 /* more than one birth date: each two words in EXTRAS */
#define ATTRIBUTES_COUNTRIES 2 /* more than two countries: each a word in EXTRAS */

/* 16 bytes a part, dense, for the filters that run before struct name_part is touched. Signs, of which most parts get no
 * further, stand apart and denser still. */
#define HOT_COMPANY 4
struct part_hot {
	struct summary bearers; /* of all its forms */
	uint16_t weight;
	uint8_t first; /* first letter of latin, 0 when empty */
	uint8_t flags;
	/* part_mark of every naming part that stands beside it in a form, each once, 0 = no more; [0] is POSTING_MORE when
	 * there are more. */
	uint16_t company[HOT_COMPANY];
};
_Static_assert(sizeof(struct part_hot) == 16, "stored");
#define HOT_NAMES 1 /* form_class_part */
#define HOT_ALONE 2 /* some form has no other naming part */

/* A form is one sequence of parts; names that read the same share it. In FORMS:
 *   word 0    first bearer
 *   word 1    bearers (24 bits) | parts - 1 (5 bits) << 24 | kind (2 bits) << 29 | truncated << 31
 *   word 2..  one a part: number (28 bits) | role (2 bits) << 28 | whether it names (form_class_part) << 30 */
/* Forms are numbered by class, the number of their parts that name (form_class_part); within a class by first use. */
#define FORM_CLASSES     (NAME_MAX_PARTS + 1)
#define FORM_HEAD        2
#define FORM_PART(word)  ((word)&0x0fffffffu)
#define FORM_ROLE(word)  ((word) >> 28 & 3u)
#define FORM_NAMES(word) ((word) >> 30 & 1u)
#define FORM_COUNT(word) ((((word) >> 24) & 31u) + 1)
#define FORM_KIND(word)  (((word) >> 29) & 3u)

struct bearer {
	uint32_t entity;
	/* Number of the property in the record, or BEARER_FIELDS: put together from name fields; and perhaps BEARER_WEAK. */
	uint16_t property;
	uint8_t year;    /* posting_year of the only birth; 0 when there are several, or none is known */
	uint8_t country; /* posting_country of the only one; 0 as well */
};
_Static_assert(sizeof(struct bearer) == 8, "stored");
#define BEARER_WEAK        0x8000 /* a weak alias */
#define BEARER_FIELDS      0x7fff
#define BEARER_PROPERTY(p) ((p)&0x7fff)
_Static_assert(ENTITY_MAX_PROPERTIES < BEARER_FIELDS, "numbers of properties");

struct key_entry {
	uint32_t key, value;
};

/* A form under the key of two of its neighbouring parts, with what rules most forms out unread. */
struct join {
	uint32_t form;         /* in the bits below struct segment's join_shift; above them the rest of the key */
	uint16_t other;        /* part_mark of the only naming part beside the two, 0: none, POSTING_MORE: several */
	uint8_t year, country; /* of all bearers, as in struct bearer */
};
_Static_assert(sizeof(struct join) == 8, "stored");
#define JOIN_KEY_BITS 26

/* Parts that name; what is left over of them on both sides makes two names differ (compare.c). */
static inline bool form_class_part(uint8_t kind)
{
	return kind == PART_NAME || kind == PART_INITIAL || kind == PART_PATRONYMIC || kind == PART_COMMON;
}

static inline uint16_t country_code(const char *two)
{
	return (uint16_t)((unsigned char)two[0] << 8 | (unsigned char)two[1]);
}

/* Everything a reader needs, as pointers into the block. Counts are bounds: a number read from the block is compared
 * with its count before it is used, so that damaged bytes can give wrong answers but never a read outside. */
struct segment {
	const unsigned char *bytes;
	size_t size;
	bool mapped;     /* bytes came from mmap, else from memory_alloc */
	uint64_t serial; /* unlike every other segment's opened by this process */
	const struct segment_table *table;
	const char *list;
	uint32_t entities, parts, forms;
	uint64_t names;
	const uint64_t *entity_offsets;
	const unsigned char *records;
	uint64_t record_bytes;
	const struct attributes *attributes;
	const uint32_t *extras;
	uint64_t extra_count;
	const struct name_part *part;
	const uint32_t *signs;
	const struct part_hot *hot;
	const uint32_t *postings_start;
	const struct posting *postings;
	uint64_t posting_count;
	const uint32_t *classes, *forms_start, *form_words;
	uint64_t form_word_count;
	const struct bearer *bearers;
	struct segment_keys {
		const uint32_t *start; /* 2^bits + 1 */
		const struct key_entry *entries;
		uint32_t count;
		unsigned bits;
	} acronyms;
	/* Parts by key. A key's top key_bits bits are its bucket, and the entries of a bucket ascend; an entry is the
	 * rest of the key, shifted by key_shift, and the number of the part. */
	const uint32_t *key_start; /* 2^key_bits + 1 */
	const uint32_t *key_parts;
	uint32_t key_part_count;
	unsigned key_bits, key_shift;
	/* Joins by key in the same way. */
	const uint32_t *join_start; /* 2^join_bits + 1 */
	const struct join *joins;
	uint32_t join_count;
	unsigned join_bits, join_shift;
	struct documents documents;
	bool has_documents;
};

/* One form as it lies. */
struct form {
	const uint32_t *words; /* count part words */
	const struct bearer *bearers;
	uint32_t bearer_count;
	uint8_t count, kind, truncated;
};

/* False when the number or the stored form is impossible. */
static inline bool segment_form(const struct segment *segment, uint32_t number, struct form *ret_form)
{
	if (number >= segment->forms)
		return false;
	uint64_t start = segment->forms_start[number];
	if (start + FORM_HEAD > segment->form_word_count)
		return false;
	const uint32_t *words = segment->form_words + start;
	uint32_t count = FORM_COUNT(words[1]), bearers = words[1] & 0xffffffu;
	if (start + FORM_HEAD + count > segment->form_word_count || count > NAME_MAX_PARTS ||
	    (uint64_t)words[0] + bearers > segment->names)
		return false;
	ret_form->words = words + FORM_HEAD;
	ret_form->bearers = segment->bearers + words[0];
	ret_form->bearer_count = bearers;
	ret_form->count = (uint8_t)count;
	ret_form->kind = (uint8_t)FORM_KIND(words[1]);
	ret_form->truncated = (uint8_t)(words[1] >> 31);
	return true;
}

/* The record of an entity; an empty one when damaged. */
static inline struct record_reader segment_record(const struct segment *segment, uint32_t entity)
{
	struct record_reader reader = {NULL, NULL, true};
	if (entity >= segment->entities)
		return reader;
	uint64_t from = segment->entity_offsets[entity], to = segment->entity_offsets[entity + 1];
	if (from > to || to > segment->record_bytes)
		return reader;
	reader = (struct record_reader){segment->records + from, segment->records + to, false};
	return reader;
}

/* Entries of one key. */
const struct key_entry *segment_key_find(const struct segment_keys *keys, uint32_t key, size_t *ret_count);

/* Keys under which a form is filed for two neighbouring parts, written as one word: of its consonants, so that small
 * differences of spelling stay together; and those under which a query's word looks for such pairs: of its consonants in all
 * their readings. None when the word has no sound. */
#define JOIN_KEYS_FILED 1
size_t segment_join_filed(const struct name_part *joined, uint32_t keys[JOIN_KEYS_FILED]);
size_t segment_join_query(const struct name_part *word, uint32_t keys[SOUND_KEYS_MAX]);

/* Keys under which an organisation's name is filed among the acronyms, and those under which a query looks: each the
 * acronym that the name's words give (2 to 6 letters; all words, those that are not common, stop words too), and each
 * short word that may be one. A spelled-out query looks for short words and the reverse. A short word is filed only where
 * no other word names: what it leaves over would cost too much. No duplicates; none for other kinds of names. */
#define ACRONYM_KEYS_MAX (NAME_MAX_PARTS + 3)
size_t segment_acronym_filed(const struct name *name, uint32_t keys[ACRONYM_KEYS_MAX]);
size_t segment_acronym_query(const struct name *name, uint32_t keys[ACRONYM_KEYS_MAX]);

/* Spreads a key over 32 bits, so that buckets by its top bits are of even length. */
static inline uint32_t segment_key_mix(uint32_t key)
{
	key ^= key >> 16;
	key *= 0x7feb352du;
	key ^= key >> 15;
	key *= 0x846ca68bu;
	return key ^ key >> 16;
}

/* True when a stored part can be handed to names/ without a read outside its bytes. */
static inline bool segment_part_sound(const struct name_part *part)
{
	return part->latin_length <= PART_MAX && part->sound.length <= SOUND_MAX && part->kind < PART_KIND_COUNT &&
	       part->script < SCRIPT_COUNT;
}

/* Opens bytes that the segment then owns (mapped or from memory_alloc); on failure the caller still owns them. */
int segment_adopt(const unsigned char *bytes, size_t size, bool mapped, struct segment **ret_segment,
                  struct problem *problem);

#endif
