/* The keys of a segment under which parts, joined parts and acronyms are found: collected, sorted, and written with the buckets
 * that lead to them. */
#include "watch/segment_write.h"

#include "base/memory.h"

/* Keys under way. */
struct key_list {
	struct key_entry *entries;
	size_t count, capacity;
};

static int key_add(struct key_list *list, uint32_t key, uint32_t value)
{
	int error = memory_reserve(&list->entries, &list->capacity, list->count + 1, UINT32_MAX, sizeof *list->entries);
	if (!error)
		list->entries[list->count++] = (struct key_entry){key, value};
	return error;
}

#define RADIX_BITS 11

/* Sorts by key; equal keys keep their order (values ascend already). */
static int key_sort(struct key_list *list)
{
	CLEANUP(memory_freep) struct key_entry *other = memory_alloc(list->count * sizeof *other);
	if (other == NULL)
		return JISR_NO_MEMORY;
	for (unsigned shift = 0; shift < 32; shift += RADIX_BITS) {
		size_t places[1 << RADIX_BITS] = {0}, at = 0;
		for (size_t i = 0; i < list->count; i++)
			places[list->entries[i].key >> shift & ((1 << RADIX_BITS) - 1)]++;
		for (size_t i = 0; i < 1 << RADIX_BITS; i++) {
			size_t count = places[i];
			places[i] = at;
			at += count;
		}
		for (size_t i = 0; i < list->count; i++)
			other[places[list->entries[i].key >> shift & ((1 << RADIX_BITS) - 1)]++] = list->entries[i];
		struct key_entry *sorted = other;
		other = list->entries;
		list->entries = sorted;
	}
	list->capacity = list->count;
	return JISR_OK;
}

/* Three to five keys a bucket. */
static unsigned bucket_bits(size_t count, unsigned most)
{
	unsigned bits = 1;
	while (bits < most && ((size_t)5 << bits) < count)
		bits++;
	return bits;
}

#define ACRONYM_BUCKET_BITS 26

/* Writes sorted entries and the buckets that find them. */
static void write_entries(const struct key_list *list, struct segment_sink *sink, enum section starts,
                          enum section entries)
{
	unsigned bits = bucket_bits(list->count, ACRONYM_BUCKET_BITS);
	uint32_t at = 0;
	segment_sink_begin(sink, starts);
	for (size_t bucket = 0; bucket <= (size_t)1 << bits; bucket++) {
		while (at < list->count && list->entries[at].key >> (32 - bits) < bucket)
			at++;
		segment_sink_add(sink, &at, sizeof at);
	}
	segment_sink_end(sink, starts);
	segment_sink_section(sink, entries, list->entries, list->count * sizeof *list->entries);
}

/* KEYS_START and KEY_PARTS as struct segment draws them. A number of bits that leaves about four entries a bucket also
 * leaves room for every part's number: no key has more parts than there are entries. */
static void write_key_parts(const struct key_list *list, struct segment_sink *sink)
{
	unsigned bits = bucket_bits(list->count, PART_KEY_BITS - 1), rest = PART_KEY_BITS - bits;
	size_t at = 0;
	segment_sink_begin(sink, SECTION_KEYS_START);
	for (size_t bucket = 0; bucket <= (size_t)1 << bits; bucket++) {
		while (at < list->count && list->entries[at].key >> rest < bucket)
			at++;
		uint32_t start = (uint32_t)at;
		segment_sink_add(sink, &start, sizeof start);
	}
	segment_sink_end(sink, SECTION_KEYS_START);
	segment_sink_begin(sink, SECTION_KEY_PARTS);
	for (size_t i = 0; i < list->count; i++) {
		uint32_t tag = list->entries[i].key & ((1u << rest) - 1);
		uint32_t word = (rest > 0 ? tag << (32 - rest) : 0) | list->entries[i].value;
		segment_sink_add(sink, &word, sizeof word);
	}
	segment_sink_end(sink, SECTION_KEY_PARTS);
}

int segment_write_part_keys(const struct segment_builder *builder, const struct numbering *numbering,
                            struct segment_sink *sink)
{
	struct key_list list = {0};
	int error = JISR_OK;
	for (uint32_t i = 0; i < numbering->part_count && !error; i++) {
		uint32_t keys[PART_KEYS_MAX];
		size_t count = part_keys(&builder->parts[numbering->parts[i]], keys);
		for (size_t k = 0; k < count && !error; k++)
			error = key_add(&list, keys[k], i);
	}
	if (!error)
		error = key_sort(&list);
	if (!error)
		write_key_parts(&list, sink);
	memory_free(list.entries);
	return error;
}

/* The name that a form is, its parts where the builder has them. */
static void form_name(const struct segment_builder *builder, const struct numbering *numbering, uint32_t form,
                      struct name *ret_name)
{
	uint32_t count;
	const uint32_t *words = segment_form_words(builder, numbering->forms[form], &count);
	*ret_name = (struct name){.kind = (uint8_t)FORM_KIND(words[-1]), .count = (uint8_t)count};
	for (uint32_t k = 0; k < count; k++)
		ret_name->parts[k] = &builder->parts[FORM_PART(words[k])];
}

int segment_write_acronyms(const struct segment_builder *builder, const struct numbering *numbering,
                           struct segment_sink *sink)
{
	struct key_list list = {0};
	int error = JISR_OK;
	for (uint32_t i = 0; i < numbering->form_count && !error; i++) {
		uint32_t keys[ACRONYM_KEYS_MAX];
		struct name name;
		form_name(builder, numbering, i, &name);
		size_t key_count = segment_acronym_filed(&name, keys);
		for (size_t k = 0; k < key_count && !error; k++)
			error = key_add(&list, keys[k], i);
	}
	if (!error)
		error = key_sort(&list);
	if (!error)
		write_entries(&list, sink, SECTION_ACRONYMS_START, SECTION_ACRONYMS);
	memory_free(list.entries);
	return error;
}

/* Joins under way: an entry of the keys is the number of a join. */
struct join_list {
	struct key_list keys;
	struct join *joins;
	size_t count, capacity;
};

/* What stands of a form beside its parts k and k + 1. */
static struct join join_of(const struct segment_builder *builder, const struct numbering *numbering, uint32_t form,
                           uint32_t k)
{
	const struct summary *summary = &numbering->summaries[form];
	struct join join = {.form = form, .country = summary->country};
	join.year = summary->year_from == summary->year_to ? summary->year_from : 0;
	uint32_t count;
	const uint32_t *words = segment_form_words(builder, numbering->forms[form], &count);
	for (uint32_t i = 0; i < count; i++) {
		if (i == k || i == k + 1 || !form_class_part(builder->parts[FORM_PART(words[i])].kind))
			continue;
		if (join.other != 0) {
			join.other = POSTING_MORE;
			break;
		}
		join.other = part_mark(numbering->part_number[FORM_PART(words[i])]);
	}
	return join;
}

static int list_joins(const struct segment_builder *builder, const struct numbering *numbering, struct join_list *list)
{
	int error = JISR_OK;
	for (uint32_t i = 0; i < numbering->form_count && !error; i++) {
		struct name name;
		form_name(builder, numbering, i, &name);
		for (uint32_t k = 0; k + 1 < name.count && !error; k++) {
			uint32_t keys[JOIN_KEYS_FILED];
			struct name_part joined;
			size_t count = part_join(&name, k, 2, &joined) ? segment_join_filed(&joined, keys) : 0;
			if (count == 0)
				continue;
			error = memory_reserve(&list->joins, &list->capacity, list->count + 1, UINT32_MAX,
			                       sizeof *list->joins);
			for (size_t n = 0; n < count && !error; n++)
				error = key_add(&list->keys, keys[n], (uint32_t)list->count);
			if (!error)
				list->joins[list->count++] = join_of(builder, numbering, i, k);
		}
	}
	return error ? error : key_sort(&list->keys);
}

/* JOINS_START and JOINS as struct segment draws them, with room for every form's number. */
int segment_write_joins(const struct segment_builder *builder, const struct numbering *numbering,
                        struct segment_sink *sink)
{
	struct join_list list = {0};
	int error = list_joins(builder, numbering, &list);
	unsigned bits = bucket_bits(list.keys.count, JOIN_KEY_BITS - 1);
	while (bits < JOIN_KEY_BITS - 1 && numbering->form_count >> (32 - JOIN_KEY_BITS + bits) != 0)
		bits++;
	unsigned rest = JOIN_KEY_BITS - bits;
	if (!error && numbering->form_count >> (32 - rest) != 0)
		error = JISR_TOO_LARGE;
	size_t at = 0;
	segment_sink_begin(sink, SECTION_JOINS_START);
	for (size_t bucket = 0; !error && bucket <= (size_t)1 << bits; bucket++) {
		while (at < list.keys.count && list.keys.entries[at].key >> rest < bucket)
			at++;
		uint32_t start = (uint32_t)at;
		segment_sink_add(sink, &start, sizeof start);
	}
	segment_sink_end(sink, SECTION_JOINS_START);
	segment_sink_begin(sink, SECTION_JOINS);
	for (size_t i = 0; !error && i < list.keys.count; i++) {
		struct join join = list.joins[list.keys.entries[i].value];
		join.form |= (list.keys.entries[i].key & ((1u << rest) - 1)) << (32 - rest);
		segment_sink_add(sink, &join, sizeof join);
	}
	segment_sink_end(sink, SECTION_JOINS);
	memory_free(list.keys.entries);
	memory_free(list.joins);
	return error;
}
