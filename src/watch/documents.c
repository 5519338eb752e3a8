/* Terms
 *
 *   number   the normalised text of a document number
 *   plain    a number that fits 53 bits exactly: 1 to 10 characters of [0-9A-Z], or 11 to 15 digits. Its code is its
 *            place in the list of all such numbers (shorter first), which is one to one.
 *   mixed    53 bits, evenly spread: of a plain number its code sent through a one-to-one mixing, so that equal mixed
 *            means equal number; of any other number a hash of its text, which is then compared too.
 *   line     64 bytes, one cache line: five records
 *   home     the line where the records of a number begin when nothing before them spilled: mixed * homes / 2^53
 *   side     what a record has no room for: the text of a long number, and the hits of a number that has many
 *
 * The format, version 1, little-endian. Sizes in bytes.
 *
 *   offset  size         meaning
 *        0     8         "JISRDOC1"
 *        8     8         documents
 *       16     8         homes, at least 1
 *       24     8         lines, at least homes
 *       32     8         sides
 *       40     8         hits
 *       48     8         text: bytes of all long numbers
 *       56     8         0
 *       64    64*lines   lines: 5 keys of 8, 5 values of 4, 4 of zeros
 *        +    16*sides   sides: text offset * 2^17 + text length in 8 (0 for a plain number), first hit in 4, hits in 4
 *        +     8*hits    hits: country in 4, entity in 4; of one side, ascending
 *        +     text      the long numbers, one after another
 *        +               zeros to a multiple of 64
 *
 *   key     mixed * 2^11 + side * 2^10 + country; all ones: no record. country: 0 for none, else 1 + 26 * first
 *           letter + second, a = 0 (at most 676); 0 when side is 1.
 *   value   the entity; the index of the side when side is 1.
 *
 * Worked bytes: the one document AB123 of "de", entity 7. Plain code: 36 + 36^2 + 36^3 + 36^4 = 1727604 numbers
 * are shorter, AB123 = (((10*36 + 11)*36 + 1)*36 + 2)*36 + 3 = 17310747; together 19038351. Mixed: 0x1292123d009e18.
 * "de" is 1 + 26*3 + 4 = 83 = 0x53. One record makes one home and one line; it begins 53 c0 f0 04 e8 91 90 94, then
 * four times eight ff, then 07 00 00 00. test_documents.c holds the table byte by byte.
 *
 * Invariants
 *
 *   1  Keys ascend through all lines; records of equal key ascend by value. No record lies before its home.
 *   2  Records lie without a gap from their home on: a line with room left ends every run.
 *   3  Hence a look-up starts at the home of its number and ends at the first greater key or free place.
 *   4  A plain number has at most PLAIN_MOST records, else one with a side; a long number has one, always with a side.
 *      So one number a million times on a list (like "UNKNOWN") does not push its neighbours far from home.
 *   5  Sides stand in the order of their records, those of plain numbers first; hits and texts in the order of sides.
 *      With 1 the bytes depend on the documents alone, not on the order of the adds.
 *
 * The mixing is no secret: whoever may add numbers to a list can choose many of one home. A look-up then reads one line
 * for every five of them: a slower answer, never a wrong one.
 *
 * Building: records of 12 bytes are sorted in place by radix (most significant byte first), so that a hundred million
 * need the space of the growing array (1.6 GB) and nothing more; the lines are then written as a stream.
 *
 * Why so: an exact key needs no second look at a text, one cache line is one memory access, and spilling into the next
 * line stays in the page and mostly in the prefetcher's reach. LOAD is the share of places that are taken: 3/4 gives
 * 17.1 bytes a plain document; a long one has its side, hit and text beside that.
 *
 * Measured by `tools/bench documents` on one core of a virtual machine (AMD EPYC, 2 cores, 32 MB of level 3 cache,
 * pages of 4 KB, table in a mapped file), 100,000,000 documents, one in fifty a long number of 17 characters:
 *
 *   17.89 bytes a document, 1.67 GiB; added in 8 s and written in 10 s, peak memory 1.35 GB; opened in 0.3 ms
 *   look-ups a second: 6.9 M of numbers that are there, 7.6 M of others
 *   SQLite, in memory with a covering index, 1,000,000 documents: 55.5 bytes a document, 0.87 M look-ups a second
 */
#include "watch/documents.h"

#include "base/hash.h"

#include <stdbool.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the table is used where it lies, little-endian");

#define HEADER_SIZE  64
#define LINE_SIZE    64
#define LINE_RECORDS 5
#define VALUES_AT    40 /* within a line */
#define SIDE_SIZE    16
#define HIT_SIZE     8

#define MIXED_BITS   53
#define MIXED_MAX    (((uint64_t)1 << MIXED_BITS) - 1)
#define COUNTRY_BITS 10
#define COUNTRY_MAX  676
#define KEY_SHIFT    (COUNTRY_BITS + 1)
#define KEY_SIDE     ((uint64_t)1 << COUNTRY_BITS)
#define KEY_FREE     UINT64_MAX
#define LENGTH_BITS  17

#define PLAIN_MOST     5
#define PLAIN_LENGTH   10 /* of [0-9A-Z] */
#define DIGITS_LENGTH  15
#define LOAD_TAKEN     3 /* LOAD = 3/4 */
#define LOAD_OF        4
#define LINES_MAX      ((uint64_t)1 << 32)
#define LONG_TEXT_MAX  ((size_t)1 << 40)
#define SMALL_SORT     24
#define RECORD_BYTES   12
#define LINES_IN_WRITE 1024

static const char magic[8] = {'J', 'I', 'S', 'R', 'D', 'O', 'C', '1'};

static uint64_t load64(const unsigned char *at)
{
	uint64_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static uint32_t load32(const unsigned char *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

/* How many plain numbers are shorter than `length` characters, the empty one not counted. */
static const uint64_t shorter_than[DIGITS_LENGTH + 1] = {
	0,
	0,
	36,
	1332,
	47988,
	1727604,
	62193780,
	2238976116,
	80603140212,
	2901713047668,
	104461669716084,
	3760620109779060,
	3760720109779060,
	3761720109779060,
	3771720109779060,
	3871720109779060,
};

static inline bool plain_code(const char *number, size_t length, uint64_t *ret_code)
{
	if (length == 0 || length > DIGITS_LENGTH)
		return false;
	uint64_t value = 0;
	unsigned wrong = 0;
	if (length <= PLAIN_LENGTH) {
		for (size_t i = 0; i < length; i++) {
			unsigned c = (unsigned char)number[i], digit = c - '0', letter = c - 'A';
			wrong |= digit > 9 && letter > 25;
			value = value * 36 + (digit <= 9 ? digit : letter + 10);
		}
	} else {
		for (size_t i = 0; i < length; i++) {
			unsigned digit = (unsigned char)number[i] - (unsigned)'0';
			wrong |= digit > 9;
			value = value * 10 + digit;
		}
	}
	*ret_code = shorter_than[length] + value;
	return !wrong;
}

/* One to one on 53 bits: each step can be undone (a shift of at least half the width; an odd factor). */
static inline uint64_t mix(uint64_t code)
{
	code ^= code >> 27;
	code = code * 0x9e3779b97f4a7c15u & MIXED_MAX;
	code ^= code >> 28;
	code = code * 0xd6e8feb86659fd93u & MIXED_MAX;
	return code ^ code >> 27;
}

/* True when the number is plain. */
static inline bool mixed_of(const char *number, size_t length, uint64_t *ret_mixed)
{
	uint64_t code;
	bool plain = plain_code(number, length, &code);
	*ret_mixed = plain ? mix(code) : hash_bytes(number, length) >> (64 - MIXED_BITS);
	return plain;
}

/* False when it is neither NULL nor two lower-case letters. */
static inline bool country_code(const char *country, uint32_t *ret_code)
{
	*ret_code = 0;
	if (country == NULL)
		return true;
	unsigned first = (unsigned char)country[0] - (unsigned)'a';
	if (first > 25)
		return false;
	unsigned second = (unsigned char)country[1] - (unsigned)'a';
	if (second > 25 || country[2] != '\0')
		return false;
	*ret_code = 1 + first * 26 + second;
	return true;
}

static inline uint64_t home_of(uint64_t mixed, uint64_t homes)
{
	return (uint64_t)((unsigned __int128)mixed * homes >> MIXED_BITS);
}

/* ---- building ---- */

struct record {
	uint64_t key;
	uint32_t value;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct record) == RECORD_BYTES, "sorting reads a record byte by byte");

struct long_number {
	uint64_t mixed;
	uint64_t text; /* offset in builder->text */
	uint32_t length;
	uint32_t country;
	uint32_t entity;
};

struct side {
	uint64_t text; /* offset * 2^17 + length, in the finished table */
	uint32_t first;
	uint32_t count;
};

struct side_hit {
	uint32_t country;
	uint32_t entity;
};

_Static_assert(sizeof(struct side) == SIDE_SIZE && sizeof(struct side_hit) == HIT_SIZE, "written as they lie");

struct documents_builder {
	struct record *records; /* plain numbers; key with country, without side */
	size_t record_count, record_capacity;
	struct long_number *longs;
	size_t long_count, long_capacity;
	char *text; /* of long numbers, in the order of adds */
	size_t text_length, text_capacity;
	/* Made by finish. */
	struct record *long_records; /* one a distinct long number, in order */
	size_t long_record_count, long_record_capacity;
	struct side *sides;
	size_t side_count, side_capacity;
	struct side_hit *hits;
	size_t hit_count, hit_capacity;
	uint64_t long_bytes; /* text of distinct long numbers */
};

int documents_builder_new(struct documents_builder **ret_builder)
{
	struct documents_builder *builder = memory_zero(1, sizeof *builder);
	if (builder == NULL)
		return JISR_NO_MEMORY;
	*ret_builder = builder;
	return JISR_OK;
}

struct documents_builder *documents_builder_free(struct documents_builder *builder)
{
	if (builder == NULL)
		return NULL;
	memory_free(builder->records);
	memory_free(builder->longs);
	memory_free(builder->text);
	memory_free(builder->long_records);
	memory_free(builder->sides);
	memory_free(builder->hits);
	return memory_free(builder);
}

int documents_builder_add(struct documents_builder *builder, const char *country, const char *number, size_t length,
                          uint32_t entity)
{
	uint32_t code;
	if (length == 0 || !country_code(country, &code))
		return JISR_BAD_INPUT;
	if (length > DOCUMENT_MAX_NUMBER || builder->record_count + builder->long_count >= DOCUMENTS_MAX_COUNT)
		return JISR_TOO_LARGE;
	uint64_t mixed;
	int r;
	if (mixed_of(number, length, &mixed)) {
		r = memory_reserve(&builder->records, &builder->record_capacity, builder->record_count + 1,
		                   DOCUMENTS_MAX_COUNT, sizeof *builder->records);
		if (r != JISR_OK)
			return r;
		builder->records[builder->record_count++] = (struct record){mixed << KEY_SHIFT | code, entity};
		return JISR_OK;
	}
	r = memory_reserve(&builder->longs, &builder->long_capacity, builder->long_count + 1, DOCUMENTS_MAX_COUNT,
	                   sizeof *builder->longs);
	if (r != JISR_OK)
		return r;
	r = memory_reserve(&builder->text, &builder->text_capacity, builder->text_length + length, LONG_TEXT_MAX, 1);
	if (r != JISR_OK)
		return r;
	memcpy(builder->text + builder->text_length, number, length);
	builder->longs[builder->long_count++] =
		(struct long_number){mixed, builder->text_length, (uint32_t)length, code, entity};
	builder->text_length += length;
	return JISR_OK;
}

static bool record_before(const struct record *a, const struct record *b)
{
	return a->key != b->key ? a->key < b->key : a->value < b->value;
}

/* The n-th byte in the order of sorting: key from its top, then value. */
static inline unsigned record_byte(const struct record *record, unsigned n)
{
	return n < 8 ? record->key >> (56 - 8 * n) & 0xff : record->value >> (88 - 8 * n) & 0xff;
}

/* Sorts in place by byte n and those after it; depth is at most RECORD_BYTES. */
static void sort_records(struct record *records, size_t count, unsigned n)
{
	if (count <= SMALL_SORT) {
		for (size_t i = 1; i < count; i++) {
			struct record moving = records[i];
			size_t j = i;
			for (; j > 0 && record_before(&moving, &records[j - 1]); j--)
				records[j] = records[j - 1];
			records[j] = moving;
		}
		return;
	}
	if (n == RECORD_BYTES)
		return; /* all equal */
	size_t ends[256] = {0}, next[256];
	for (size_t i = 0; i < count; i++)
		ends[record_byte(&records[i], n)]++;
	size_t start = 0;
	for (unsigned b = 0; b < 256; b++) {
		next[b] = start;
		start += ends[b];
		ends[b] = start;
	}
	for (unsigned b = 0; b < 256; b++) {
		while (next[b] < ends[b]) {
			struct record moving = records[next[b]];
			unsigned to = record_byte(&moving, n);
			while (to != b) {
				struct record displaced = records[next[to]];
				records[next[to]++] = moving;
				moving = displaced;
				to = record_byte(&moving, n);
			}
			records[next[b]++] = moving;
		}
	}
	for (unsigned b = 0; b < 256; b++) {
		size_t first = b == 0 ? 0 : ends[b - 1];
		sort_records(records + first, ends[b] - first, n + 1);
	}
}

static int compare_long(const void *first, const void *second, void *text)
{
	const struct long_number *a = first, *b = second;
	if (a->mixed != b->mixed)
		return a->mixed < b->mixed ? -1 : 1;
	uint32_t shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp((char *)text + a->text, (char *)text + b->text, shorter);
	if (order != 0)
		return order;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	if (a->country != b->country)
		return a->country < b->country ? -1 : 1;
	return (a->entity > b->entity) - (a->entity < b->entity);
}

static int add_side(struct documents_builder *builder, uint64_t text, uint32_t *ret_index)
{
	int r = memory_reserve(&builder->sides, &builder->side_capacity, builder->side_count + 1, DOCUMENTS_MAX_COUNT,
	                       sizeof *builder->sides);
	if (r != JISR_OK)
		return r;
	*ret_index = (uint32_t)builder->side_count;
	builder->sides[builder->side_count++] = (struct side){text, (uint32_t)builder->hit_count, 0};
	return JISR_OK;
}

/* One more hit of the last side. */
static int add_hit(struct documents_builder *builder, uint32_t country, uint32_t entity)
{
	int r = memory_reserve(&builder->hits, &builder->hit_capacity, builder->hit_count + 1, DOCUMENTS_MAX_COUNT,
	                       sizeof *builder->hits);
	if (r != JISR_OK)
		return r;
	builder->hits[builder->hit_count++] = (struct side_hit){country, entity};
	builder->sides[builder->side_count - 1].count++;
	return JISR_OK;
}

/* Takes repeats out of the sorted plain records and turns each number with too many into one record with a side. */
static int gather_plain(struct documents_builder *builder, uint64_t *documents)
{
	struct record *records = builder->records;
	size_t kept = 0;
	for (size_t i = 0; i < builder->record_count; i++) {
		if (kept == 0 || record_before(&records[kept - 1], &records[i]))
			records[kept++] = records[i];
	}
	*documents += kept;
	size_t count = kept;
	kept = 0;
	for (size_t i = 0, end; i < count; i = end) {
		uint64_t mixed = records[i].key >> KEY_SHIFT;
		for (end = i + 1; end < count && records[end].key >> KEY_SHIFT == mixed;)
			end++;
		if (end - i <= PLAIN_MOST) {
			for (size_t j = i; j < end; j++)
				records[kept++] = records[j];
			continue;
		}
		uint32_t index;
		int r = add_side(builder, 0, &index);
		for (size_t j = i; r == JISR_OK && j < end; j++)
			r = add_hit(builder, records[j].key & (KEY_SIDE - 1), records[j].value);
		if (r != JISR_OK)
			return r;
		records[kept++] = (struct record){mixed << KEY_SHIFT | KEY_SIDE, index};
	}
	builder->record_count = kept;
	return JISR_OK;
}

/* Makes one record and one side of each distinct long number. */
static int gather_long(struct documents_builder *builder, uint64_t *documents)
{
	const struct long_number *last = NULL;
	for (size_t i = 0; i < builder->long_count; i++) {
		const struct long_number *number = &builder->longs[i];
		if (last != NULL && compare_long(last, number, builder->text) == 0)
			continue;
		int r;
		if (last == NULL || last->length != number->length ||
		    memcmp(builder->text + last->text, builder->text + number->text, number->length) != 0) {
			uint32_t index;
			r = add_side(builder, builder->long_bytes << LENGTH_BITS | number->length, &index);
			if (r == JISR_OK)
				r = memory_reserve(&builder->long_records, &builder->long_record_capacity,
				                   builder->long_record_count + 1, DOCUMENTS_MAX_COUNT,
				                   sizeof *builder->long_records);
			if (r != JISR_OK)
				return r;
			builder->long_records[builder->long_record_count++] =
				(struct record){number->mixed << KEY_SHIFT | KEY_SIDE, index};
			builder->long_bytes += number->length;
		}
		r = add_hit(builder, number->country, number->entity);
		if (r != JISR_OK)
			return r;
		last = number;
		++*documents;
	}
	return JISR_OK;
}

/* The records of plain and long numbers merged. */
struct merge {
	const struct record *plain, *plain_end, *lengthy, *lengthy_end;
};

static struct merge merge_start(const struct documents_builder *builder)
{
	struct merge merge = {0};
	if (builder->record_count > 0) {
		merge.plain = builder->records;
		merge.plain_end = builder->records + builder->record_count;
	}
	if (builder->long_record_count > 0) {
		merge.lengthy = builder->long_records;
		merge.lengthy_end = builder->long_records + builder->long_record_count;
	}
	return merge;
}

static const struct record *merge_next(struct merge *merge)
{
	if (merge->plain == merge->plain_end)
		return merge->lengthy == merge->lengthy_end ? NULL : merge->lengthy++;
	if (merge->lengthy == merge->lengthy_end || record_before(merge->plain, merge->lengthy))
		return merge->plain++;
	return merge->lengthy++;
}

/* The place (line * LINE_RECORDS + position in it) of the next record, after one at `last`. Invariants 1 and 2. */
static uint64_t place_after(uint64_t next, uint64_t mixed, uint64_t homes)
{
	uint64_t home = home_of(mixed, homes) * LINE_RECORDS;
	return home > next ? home : next;
}

static uint64_t count_lines(const struct documents_builder *builder, uint64_t homes)
{
	struct merge merge = merge_start(builder);
	uint64_t next = 0;
	for (const struct record *record; (record = merge_next(&merge)) != NULL;)
		next = place_after(next, record->key >> KEY_SHIFT, homes) + 1;
	uint64_t lines = (next + LINE_RECORDS - 1) / LINE_RECORDS;
	return lines > homes ? lines : homes;
}

struct line_writer {
	unsigned char *buffer; /* LINES_IN_WRITE lines */
	uint64_t first;        /* the first line in it */
	documents_write *write;
	void *context;
};

static void clear_lines(unsigned char *buffer)
{
	memset(buffer, 0, LINES_IN_WRITE * LINE_SIZE);
	for (size_t i = 0; i < LINES_IN_WRITE; i++)
		memset(buffer + i * LINE_SIZE, 0xff, LINE_RECORDS * sizeof(uint64_t));
}

/* Writes what lies before `line`. */
static int lines_until(struct line_writer *writer, uint64_t line)
{
	while (line - writer->first >= LINES_IN_WRITE) {
		int r = writer->write(writer->context, writer->buffer, LINES_IN_WRITE * LINE_SIZE);
		if (r != 0)
			return r;
		clear_lines(writer->buffer);
		writer->first += LINES_IN_WRITE;
	}
	return 0;
}

static int write_lines(const struct documents_builder *builder, uint64_t homes, uint64_t lines, documents_write *write,
                       void *context)
{
	CLEANUP(memory_freep) unsigned char *buffer = memory_alloc(LINES_IN_WRITE * LINE_SIZE);
	if (buffer == NULL)
		return JISR_NO_MEMORY;
	clear_lines(buffer);
	struct line_writer writer = {buffer, 0, write, context};
	struct merge merge = merge_start(builder);
	uint64_t next = 0;
	for (const struct record *record; (record = merge_next(&merge)) != NULL; next++) {
		next = place_after(next, record->key >> KEY_SHIFT, homes);
		uint64_t line = next / LINE_RECORDS;
		int r = lines_until(&writer, line);
		if (r != 0)
			return r;
		unsigned char *at = buffer + (line - writer.first) * LINE_SIZE;
		memcpy(at + next % LINE_RECORDS * sizeof record->key, &record->key, sizeof record->key);
		memcpy(at + VALUES_AT + next % LINE_RECORDS * sizeof record->value, &record->value,
		       sizeof record->value);
	}
	int r = lines_until(&writer, lines);
	if (r == 0 && lines > writer.first)
		r = write(context, buffer, (lines - writer.first) * LINE_SIZE);
	return r;
}

static int write_texts(const struct documents_builder *builder, documents_write *write, void *context)
{
	const struct long_number *last = NULL;
	for (size_t i = 0; i < builder->long_count; i++) {
		const struct long_number *number = &builder->longs[i];
		if (last == NULL || last->length != number->length ||
		    memcmp(builder->text + last->text, builder->text + number->text, number->length) != 0) {
			int r = write(context, builder->text + number->text, number->length);
			if (r != 0)
				return r;
		}
		last = number;
	}
	return 0;
}

int documents_builder_finish(struct documents_builder *builder, documents_write *write, void *context,
                             uint64_t *ret_size)
{
	uint64_t documents = 0;
	if (builder->record_count > 0)
		sort_records(builder->records, builder->record_count, 0);
	if (builder->long_count > 0)
		qsort_r(builder->longs, builder->long_count, sizeof *builder->longs, compare_long, builder->text);
	int r = gather_plain(builder, &documents);
	if (r == JISR_OK)
		r = gather_long(builder, &documents);
	if (r != JISR_OK)
		return r;
	uint64_t records = builder->record_count + builder->long_record_count;
	uint64_t homes = records * LOAD_OF / (LINE_RECORDS * LOAD_TAKEN) + 1;
	uint64_t lines = count_lines(builder, homes);
	uint64_t header[HEADER_SIZE / 8] = {
		0, documents, homes, lines, builder->side_count, builder->hit_count, builder->long_bytes, 0};
	memcpy(header, magic, sizeof magic);
	r = write(context, header, sizeof header);
	if (r == 0)
		r = write_lines(builder, homes, lines, write, context);
	if (r == 0 && builder->side_count > 0)
		r = write(context, builder->sides, builder->side_count * sizeof *builder->sides);
	if (r == 0 && builder->hit_count > 0)
		r = write(context, builder->hits, builder->hit_count * sizeof *builder->hits);
	if (r == 0)
		r = write_texts(builder, write, context);
	uint64_t size = HEADER_SIZE + lines * LINE_SIZE + builder->side_count * SIDE_SIZE +
	                builder->hit_count * HIT_SIZE + builder->long_bytes;
	static const unsigned char zeros[LINE_SIZE];
	if (r == 0 && size % LINE_SIZE != 0) {
		r = write(context, zeros, LINE_SIZE - size % LINE_SIZE);
		size += LINE_SIZE - size % LINE_SIZE;
	}
	if (r == 0)
		*ret_size = size;
	return r;
}

/* ---- reading ---- */

int documents_open(const void *bytes, uint64_t size, struct documents *ret_documents)
{
	const unsigned char *at = bytes;
	if (size < HEADER_SIZE || memcmp(at, magic, sizeof magic) != 0)
		return JISR_CORRUPT;
	uint64_t count = load64(at + 8), homes = load64(at + 16), lines = load64(at + 24), sides = load64(at + 32),
		 hits = load64(at + 40), text = load64(at + 48);
	if (homes == 0 || homes > lines || lines > LINES_MAX || sides > UINT32_MAX || hits > UINT32_MAX ||
	    text > LONG_TEXT_MAX || load64(at + 56) != 0)
		return JISR_CORRUPT;
	uint64_t needed = HEADER_SIZE + lines * LINE_SIZE + sides * SIDE_SIZE + hits * HIT_SIZE + text;
	needed = (needed + LINE_SIZE - 1) / LINE_SIZE * LINE_SIZE;
	if (size != needed || count > lines * LINE_RECORDS + hits)
		return JISR_CORRUPT;
	*ret_documents = (struct documents){at, size, count, homes, lines, sides, hits, text};
	return JISR_OK;
}

struct query {
	const char *number;
	size_t length;
	uint64_t mixed;
	uint64_t line;    /* home */
	uint32_t country; /* 0: any */
	bool plain;
};

static inline struct query query_make(const struct documents *documents, const char *country, const char *number,
                                      size_t length)
{
	struct query query = {number, length, 0, 0, 0, false};
	(void)country_code(country, &query.country);
	query.plain = mixed_of(number, length, &query.mixed);
	query.line = home_of(query.mixed, documents->homes);
	return query;
}

static void hit_put(struct document_hit *hits, size_t capacity, size_t found, uint32_t country, uint32_t entity)
{
	if (found >= capacity)
		return;
	struct document_hit *hit = &hits[found];
	*hit = (struct document_hit){{'\0'}, entity};
	if (country >= 1 && country <= COUNTRY_MAX) {
		hit->country[0] = (char)('a' + (country - 1) / 26);
		hit->country[1] = (char)('a' + (country - 1) % 26);
	}
}

/* The first of the hits [from, to) whose country is not below. */
static uint64_t first_hit(const unsigned char *hits, uint64_t from, uint64_t to, uint32_t country)
{
	while (from < to) {
		uint64_t middle = from + (to - from) / 2;
		if (load32(hits + middle * HIT_SIZE) < country)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static __attribute__((noinline)) size_t find_side(const struct documents *documents, const struct query *query,
                                                  uint32_t index, struct document_hit *hits, size_t capacity,
                                                  size_t found)
{
	if (index >= documents->sides)
		return found;
	const unsigned char *sides = documents->bytes + HEADER_SIZE + documents->lines * LINE_SIZE;
	const unsigned char *stored = sides + documents->sides * SIDE_SIZE;
	const unsigned char *texts = stored + documents->hits * HIT_SIZE;
	const unsigned char *side = sides + (uint64_t)index * SIDE_SIZE;
	uint64_t text = load64(side) >> LENGTH_BITS, length = load64(side) & (((uint64_t)1 << LENGTH_BITS) - 1);
	uint64_t first = load32(side + 8), end = first + load32(side + 12);
	if (end > documents->hits || text > documents->text || length > documents->text - text)
		return found;
	if (query->plain ? length != 0 : length != query->length || memcmp(texts + text, query->number, length) != 0)
		return found;
	for (int part = 0; part < 2; part++) {
		/* Without a country all at once; with one first those stored without, then those of that country. */
		uint64_t from = first, to = end;
		if (query->country != 0) {
			uint32_t wanted = part == 0 ? 0 : query->country;
			from = first_hit(stored, first, end, wanted);
			to = first_hit(stored, from, end, wanted + 1);
		}
		for (uint64_t i = from; i < to && found + (i - from) < capacity; i++)
			hit_put(hits, capacity, found + (i - from), load32(stored + i * HIT_SIZE),
			        load32(stored + i * HIT_SIZE + 4));
		found += to - from;
		if (query->country == 0)
			break;
	}
	return found;
}

/* Invariant 3. */
static inline size_t find(const struct documents *documents, const struct query *query, struct document_hit *hits,
                          size_t capacity)
{
	size_t found = 0;
	for (uint64_t line = query->line; line < documents->lines; line++) {
		const unsigned char *at = documents->bytes + HEADER_SIZE + line * LINE_SIZE;
		for (int i = 0; i < LINE_RECORDS; i++) {
			uint64_t key = load64(at + i * sizeof key), mixed = key >> KEY_SHIFT;
			if (mixed < query->mixed)
				continue;
			if (mixed > query->mixed || key == KEY_FREE)
				return found;
			uint32_t value = load32(at + VALUES_AT + i * sizeof value);
			uint32_t country = key & (KEY_SIDE - 1);
			if (key & KEY_SIDE)
				found = find_side(documents, query, value, hits, capacity, found);
			else if (query->plain && (query->country == 0 || country == 0 || country == query->country))
				hit_put(hits, capacity, found++, country, value);
		}
	}
	return found;
}

size_t documents_find(const struct documents *documents, const char *country, const char *number, size_t length,
                      struct document_hit *hits, size_t capacity)
{
	struct query query = query_make(documents, country, number, length);
	return find(documents, &query, hits, capacity);
}
