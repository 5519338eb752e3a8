#include "watch/documents.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TABLE_MAX ((size_t)64 << 20)

/* A table in memory of its own, aligned as malloc aligns. */
struct table {
	struct text bytes;
	struct documents documents;
};

static int collect(void *context, const void *bytes, size_t length)
{
	return text_add(context, bytes, length);
}

static void table_finish(struct table *table)
{
	text_finish(&table->bytes);
}

static void table_make(struct documents_builder *builder, struct table *table)
{
	uint64_t size = 0;
	text_init(&table->bytes, TABLE_MAX);
	assert_int_equal(documents_builder_finish(builder, collect, &table->bytes, &size), JISR_OK);
	assert_int_equal(size, table->bytes.length);
	assert_int_equal(size % 64, 0);
	assert_int_equal(documents_open(table->bytes.bytes, size, &table->documents), JISR_OK);
}

static int add(struct documents_builder *builder, const char *country, const char *number, uint32_t entity)
{
	return documents_builder_add(builder, country, number, strlen(number), entity);
}

static size_t find(const struct table *table, const char *country, const char *number, struct document_hit *hits,
                   size_t capacity)
{
	return documents_find(&table->documents, country, number, strlen(number), hits, capacity);
}

static void the_format_is_as_drawn(void **state)
{
	(void)state;
	static const unsigned char drawn[128] = {
		'J',  'I',  'S',  'R',  'D',  'O',  'C',  '1',  1,    0,    0,    0,    0,    0,    0,    0,
		1,    0,    0,    0,    0,    0,    0,    0,    1,    0,    0,    0,    0,    0,    0,    0,
		0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
		0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
		0x53, 0xc0, 0xf0, 0x04, 0xe8, 0x91, 0x90, 0x94, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 7,    0,    0,    0,    0,    0,    0,    0,
	};
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	assert_int_equal(add(builder, "de", "AB123", 7), JISR_OK);
	struct table table;
	table_make(builder, &table);
	assert_int_equal(table.bytes.length, sizeof drawn);
	assert_memory_equal(table.bytes.bytes, drawn, sizeof drawn);
	table_finish(&table);
	documents_builder_free(builder);
}

static void a_query_without_a_country_finds_every_countrys(void **state)
{
	(void)state;
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	assert_int_equal(add(builder, "ma", "X12345", 1), JISR_OK);
	assert_int_equal(add(builder, "de", "X12345", 2), JISR_OK);
	assert_int_equal(add(builder, NULL, "X12345", 3), JISR_OK);
	assert_int_equal(add(builder, "de", "X12345", 2), JISR_OK); /* a repeat */
	assert_int_equal(add(builder, "de", "X123456", 4), JISR_OK);
	struct table table;
	table_make(builder, &table);
	assert_int_equal(table.documents.count, 4);
	struct document_hit hits[4];
	assert_int_equal(find(&table, NULL, "X12345", hits, 4), 3);
	assert_string_equal(hits[0].country, "");
	assert_int_equal(hits[0].entity, 3);
	assert_string_equal(hits[1].country, "de");
	assert_string_equal(hits[2].country, "ma");
	assert_int_equal(find(&table, "de", "X12345", hits, 4), 2);
	assert_int_equal(hits[0].entity, 3);
	assert_int_equal(hits[1].entity, 2);
	assert_int_equal(find(&table, "fr", "X12345", hits, 4), 1);
	assert_int_equal(hits[0].entity, 3);
	assert_int_equal(find(&table, NULL, "X12345", hits, 1), 3); /* counts on beyond the capacity */
	assert_int_equal(find(&table, NULL, "X1234", hits, 4), 0);
	assert_int_equal(find(&table, "fr", "X123456", hits, 4), 0);
	table_finish(&table);
	documents_builder_free(builder);
}

static void an_empty_table_finds_nothing(void **state)
{
	(void)state;
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	struct table table;
	table_make(builder, &table);
	struct document_hit hit;
	assert_int_equal(table.documents.count, 0);
	assert_int_equal(find(&table, NULL, "A", &hit, 1), 0);
	assert_int_equal(find(&table, NULL, "a number of many words", &hit, 1), 0);
	table_finish(&table);
	documents_builder_free(builder);
}

static void wrong_adds_are_refused(void **state)
{
	(void)state;
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	assert_int_equal(add(builder, "de", "", 1), JISR_BAD_INPUT);
	assert_int_equal(add(builder, "DE", "A1", 1), JISR_BAD_INPUT);
	assert_int_equal(add(builder, "d", "A1", 1), JISR_BAD_INPUT);
	assert_int_equal(add(builder, "deu", "A1", 1), JISR_BAD_INPUT);
	char *longest = memory_alloc(DOCUMENT_MAX_NUMBER + 1);
	assert_non_null(longest);
	memset(longest, 'A', DOCUMENT_MAX_NUMBER + 1);
	assert_int_equal(documents_builder_add(builder, NULL, longest, DOCUMENT_MAX_NUMBER + 1, 1), JISR_TOO_LARGE);
	assert_int_equal(documents_builder_add(builder, NULL, longest, DOCUMENT_MAX_NUMBER, 1), JISR_OK);
	struct table table;
	table_make(builder, &table);
	struct document_hit hit;
	assert_int_equal(table.documents.count, 1);
	assert_int_equal(documents_find(&table.documents, NULL, longest, DOCUMENT_MAX_NUMBER, &hit, 1), 1);
	assert_int_equal(documents_find(&table.documents, NULL, longest, DOCUMENT_MAX_NUMBER - 1, &hit, 1), 0);
	assert_int_equal(documents_find(&table.documents, NULL, longest, DOCUMENT_MAX_NUMBER + 1, &hit, 1), 0);
	memory_free(longest);
	table_finish(&table);
	documents_builder_free(builder);
}

/* ---- against a brute-force reference ---- */

static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)((random_state >> 32) * limit >> 32);
}

#define NUMBER_MAX 40

struct sample {
	char country[3];
	char number[NUMBER_MAX];
	uint32_t entity;
};

/* Of few numbers, so that they repeat under several countries and entities; of every length around the borders of what
 * is stored exactly. */
static struct sample random_sample(uint32_t spread)
{
	static const char countries[6][3] = {"", "", "aa", "de", "ma", "zz"};
	static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\xd9\x85";
	struct sample sample = {.entity = random_below(5) == 0 ? UINT32_MAX : random_below(4)};
	memcpy(sample.country, countries[random_below(6)], 3);
	uint32_t kind = random_below(4), number = random_below(spread);
	if (kind == 0)
		(void)snprintf(sample.number, sizeof sample.number, "%u", number);
	else if (kind == 1)
		(void)snprintf(sample.number, sizeof sample.number, "%0*u", 9 + (int)(number % 8), number);
	else {
		uint64_t kept = random_state;
		random_state = 0x9e3779b97f4a7c15u * (number + 1);
		uint32_t length = 1 + random_below(NUMBER_MAX - 1);
		for (uint32_t i = 0; i < length; i++)
			sample.number[i] = characters[random_below(kind == 2 ? 36 : sizeof characters - 1)];
		random_state = kept;
	}
	return sample;
}

static const char *country_of(const struct sample *sample)
{
	return sample->country[0] == '\0' ? NULL : sample->country;
}

static int compare_hits(const void *first, const void *second)
{
	const struct document_hit *a = first, *b = second;
	int order = strcmp(a->country, b->country);
	return order != 0 ? order : (a->entity > b->entity) - (a->entity < b->entity);
}

/* What documents_find must answer, by looking at everything. */
static size_t reference(const struct sample *samples, size_t count, const struct sample *query,
                        struct document_hit *hits, size_t capacity)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(samples[i].number, query->number) != 0)
			continue;
		if (query->country[0] != '\0' && samples[i].country[0] != '\0' &&
		    strcmp(samples[i].country, query->country) != 0)
			continue;
		struct document_hit hit = {.entity = samples[i].entity};
		memcpy(hit.country, samples[i].country, 3);
		bool known = false;
		for (size_t j = 0; j < found; j++)
			known = known || compare_hits(&hits[j], &hit) == 0;
		if (known)
			continue;
		assert_true(found < capacity);
		hits[found++] = hit;
	}
	qsort(hits, found, sizeof *hits, compare_hits);
	return found;
}

static void every_look_up_agrees_with_looking_at_everything(void **state)
{
	(void)state;
	enum { ROUNDS = 60, MOST = 600, QUERIES = 200 };
	static struct sample samples[MOST];
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t spread = 1 + random_below(1 + (uint32_t)round * 12);
		size_t count = random_below(MOST);
		struct documents_builder *builder = NULL;
		assert_int_equal(documents_builder_new(&builder), JISR_OK);
		for (size_t i = 0; i < count; i++) {
			samples[i] = random_sample(spread);
			assert_int_equal(add(builder, country_of(&samples[i]), samples[i].number, samples[i].entity),
			                 JISR_OK);
		}
		struct table table;
		table_make(builder, &table);
		for (int q = 0; q < QUERIES; q++) {
			struct document_hit wanted[64], hits[64];
			struct sample query = random_sample(spread + 2);
			size_t expected = reference(samples, count, &query, wanted, 64);
			size_t found = find(&table, country_of(&query), query.number, hits, 64);
			assert_int_equal(found, expected);
			for (size_t i = 0; i < found; i++)
				assert_int_equal(compare_hits(&hits[i], &wanted[i]), 0);
		}
		table_finish(&table);
		documents_builder_free(builder);
	}
}

static void the_order_of_adding_does_not_change_a_byte(void **state)
{
	(void)state;
	enum { COUNT = 3000 };
	static struct sample samples[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		samples[i] = random_sample(900);
	struct table tables[3];
	for (int round = 0; round < 3; round++) {
		struct documents_builder *builder = NULL;
		assert_int_equal(documents_builder_new(&builder), JISR_OK);
		for (size_t i = 0; i < COUNT; i++)
			assert_int_equal(add(builder, country_of(&samples[i]), samples[i].number, samples[i].entity),
			                 JISR_OK);
		table_make(builder, &tables[round]);
		documents_builder_free(builder);
		for (size_t i = COUNT - 1; i > 0; i--) {
			size_t other = random_below((uint32_t)i + 1);
			struct sample kept = samples[i];
			samples[i] = samples[other];
			samples[other] = kept;
		}
	}
	for (int round = 1; round < 3; round++) {
		assert_int_equal(tables[round].bytes.length, tables[0].bytes.length);
		assert_memory_equal(tables[round].bytes.bytes, tables[0].bytes.bytes, tables[0].bytes.length);
	}
	for (int round = 0; round < 3; round++)
		table_finish(&tables[round]);
}

/* Invariants 1, 2 and 4 of documents.c. */
static void check_invariants(const struct table *table)
{
	const struct documents *documents = &table->documents;
	uint64_t last = 0;
	bool gap = true; /* before the place looked at */
	for (uint64_t line = 0; line < documents->lines; line++) {
		for (int i = 0; i < 5; i++) {
			uint64_t key;
			memcpy(&key, documents->bytes + 64 + line * 64 + i * 8, 8);
			if (key == UINT64_MAX) {
				gap = true;
				continue;
			}
			uint64_t home = (uint64_t)((unsigned __int128)(key >> 11) * documents->homes >> 53);
			assert_true(key >= last);
			assert_true(home <= line);
			assert_true(home == line ? true : !gap);
			gap = false;
			last = key;
		}
	}
}

static void a_number_given_a_hundred_thousand_times_pushes_nothing_away(void **state)
{
	(void)state;
	enum { COUNT = 100000 };
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	char number[32];
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_int_equal(add(builder, i % 2 ? "fr" : "de", "UNKNOWN", i), JISR_OK);
		assert_int_equal(add(builder, i % 2 ? NULL : "de", "NOT AVAILABLE", i), JISR_OK);
		(void)snprintf(number, sizeof number, "P%u", i);
		assert_int_equal(add(builder, "ma", number, i), JISR_OK);
	}
	struct table table;
	table_make(builder, &table);
	assert_int_equal(table.documents.count, 3 * COUNT);
	check_invariants(&table);
	assert_true(table.documents.lines < table.documents.homes + 100);
	struct document_hit hits[3];
	assert_int_equal(find(&table, NULL, "UNKNOWN", hits, 3), COUNT);
	assert_int_equal(find(&table, "fr", "UNKNOWN", hits, 3), COUNT / 2);
	assert_string_equal(hits[2].country, "fr");
	assert_int_equal(hits[2].entity, 5);
	assert_int_equal(find(&table, "it", "UNKNOWN", hits, 3), 0);
	assert_int_equal(find(&table, "de", "NOT AVAILABLE", hits, 3), COUNT);
	assert_int_equal(find(&table, "fr", "NOT AVAILABLE", hits, 3), COUNT / 2);
	assert_string_equal(hits[0].country, "");
	for (uint32_t i = 0; i < COUNT; i++) {
		(void)snprintf(number, sizeof number, "P%u", i);
		assert_int_equal(find(&table, "ma", number, hits, 3), 1);
		assert_int_equal(hits[0].entity, i);
	}
	table_finish(&table);
	documents_builder_free(builder);
}

static void damaged_tables_are_refused_or_read_within_their_bytes(void **state)
{
	(void)state;
	struct documents_builder *builder = NULL;
	assert_int_equal(documents_builder_new(&builder), JISR_OK);
	for (uint32_t i = 0; i < 40; i++) {
		struct sample sample = random_sample(20);
		assert_int_equal(add(builder, country_of(&sample), sample.number, i), JISR_OK);
	}
	struct table table;
	table_make(builder, &table);
	documents_builder_free(builder);
	uint64_t size = table.bytes.length;
	struct documents documents;
	for (uint64_t cut = 0; cut < size; cut += 8)
		assert_int_equal(documents_open(table.bytes.bytes, cut, &documents), JISR_CORRUPT);
	unsigned char *copy = memory_alloc(size);
	assert_non_null(copy);
	for (int round = 0; round < 20000; round++) {
		memcpy(copy, table.bytes.bytes, size);
		for (uint32_t n = random_below(8); n > 0; n--)
			copy[random_below((uint32_t)size)] = (unsigned char)random_below(256);
		if (documents_open(copy, size, &documents) != JISR_OK)
			continue;
		struct sample query = random_sample(20);
		struct document_hit hits[2];
		(void)documents_find(&documents, country_of(&query), query.number, strlen(query.number), hits, 2);
	}
	memory_free(copy);
	table_finish(&table);
}

static int build_some(void)
{
	struct documents_builder *builder = NULL;
	int r = documents_builder_new(&builder);
	if (r != JISR_OK)
		return r;
	for (uint32_t i = 0; r == JISR_OK && i < 30; i++) {
		char number[32];
		(void)snprintf(number, sizeof number, "%u AND MORE", i % 11);
		r = add(builder, NULL, number, i);
		if (r == JISR_OK)
			r = add(builder, "de", "SAME", i);
	}
	struct text bytes;
	text_init(&bytes, TABLE_MAX);
	uint64_t size = 0;
	if (r == JISR_OK)
		r = documents_builder_finish(builder, collect, &bytes, &size);
	text_finish(&bytes);
	documents_builder_free(builder);
	return r;
}

static void every_failed_allocation_is_reported(void **state)
{
	(void)state;
	long n = 0;
	for (; n < 1000; n++) {
		memory_fail_after(n);
		int r = build_some();
		memory_fail_after(-1);
		if (r == JISR_OK)
			break;
		assert_int_equal(r, JISR_NO_MEMORY);
	}
	assert_true(n > 10 && n < 1000);
}

static int refuse_third(void *context, const void *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	int *left = context;
	return (*left)-- > 0 ? 0 : JISR_IO;
}

static void a_refused_write_ends_the_building(void **state)
{
	(void)state;
	for (int writes = 0; writes < 4; writes++) {
		struct documents_builder *builder = NULL;
		assert_int_equal(documents_builder_new(&builder), JISR_OK);
		assert_int_equal(add(builder, NULL, "a long one, and longer", 1), JISR_OK);
		uint64_t size = 17;
		int left = writes;
		assert_int_equal(documents_builder_finish(builder, refuse_third, &left, &size), JISR_IO);
		assert_int_equal(size, 17);
		documents_builder_free(builder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_format_is_as_drawn),
		cmocka_unit_test(a_query_without_a_country_finds_every_countrys),
		cmocka_unit_test(an_empty_table_finds_nothing),
		cmocka_unit_test(wrong_adds_are_refused),
		cmocka_unit_test(every_look_up_agrees_with_looking_at_everything),
		cmocka_unit_test(the_order_of_adding_does_not_change_a_byte),
		cmocka_unit_test(a_number_given_a_hundred_thousand_times_pushes_nothing_away),
		cmocka_unit_test(damaged_tables_are_refused_or_read_within_their_bytes),
		cmocka_unit_test(every_failed_allocation_is_reported),
		cmocka_unit_test(a_refused_write_ends_the_building),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
