/* Opening and reading a segment.
 *
 * The file, every section at a multiple of 64 bytes, numbers in the writer's byte order (a file from a machine of the
 * other order is JISR_UNSUPPORTED):
 *
 *   OFFSET      SIZE  MEANING
 *   0           64    struct segment_header: magic, version, byte order, rules by which the names were read
 *   64          ...   sections, in the order of enum section (segment_format.h)
 *   size - 536  536   struct segment_table: place, length and XXH3 of each section; size of the file; XXH3 of the
 *                     header and the table; magic
 *
 *            key of a part            part -> forms                form                      names
 *   query -> KEYS_START -> KEY_PARTS -> POSTINGS_START -> POSTINGS -> FORMS_START -> FORMS -> BEARERS -> ATTRIBUTES
 *                             \-> PART_SIGNS -> PART_HOT -> PARTS      |   \-> PARTS         \-> ENTITY_OFFSETS
 *   joined words -> JOINS_START -> JOINS ------------------------------^                            \-> RECORDS
 *
 * The table stands last, so that the file is written once from front to back, and one that was cut off has none.
 *
 * Invariants
 *   1. Opening checks: header, table and its checksum, that each section lies inside the file with the length that the
 *      counts demand, and the checksums of LIST and PARTS (parts are handed to names/, which trusts their insides).
 *      Reading PARTS also brings them into memory: every check needs them.
 *   2. Every number read from the bytes later is compared with its bound before it is used. Damaged bytes can give a
 *      wrong answer (segment_verify finds out) but never a read outside the block.
 *   3. The bytes are never written.
 *
 * There is no table of ids: records are ordered by id, so an id is found by halving (20 steps in a million). Only
 * loading asks for ids, and 8 bytes an entity are saved. */
#include "watch/segment.h"

#include "base/memory.h"
#include "watch/segment_format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SEGMENT_STEP       ((size_t)4 << 20) /* bytes mapped or unmapped at once: about a millisecond */
#define SEGMENT_STEP_PAUSE 1000000           /* nanoseconds between two steps of reading ahead */

/* A check reads some thousand lines anywhere in a segment, and for each the processor must know its page: the table of those
 * of 4 KiB does not fit it, that of 2 MiB does. So what is populated is copied into such pages, as far as the machine gives
 * them: of a million people a check takes a tenth less. Only one that takes at most an eighth of the machine's memory: a copy
 * cannot be dropped and read again. */
#define LARGE_PAGE  ((size_t)2 << 20)
#define SMALL_PAGE  ((size_t)4096)
#define LARGE_SHARE 8

uint64_t segment_table_checksum(const struct segment_header *header, const struct segment_table *table)
{
	uint64_t sums[2] = {hash_bytes(header, sizeof *header),
	                    hash_bytes(table, offsetof(struct segment_table, checksum))};
	return hash_bytes(sums, sizeof sums);
}

static uint32_t join_key(uint32_t key)
{
	return segment_key_mix(key) >> (32 - JOIN_KEY_BITS);
}

static uint32_t consonants_key(uint32_t skeleton_key)
{
	return join_key(skeleton_key + 1);
}

size_t segment_join_filed(const struct name_part *joined, uint32_t keys[JOIN_KEYS_FILED])
{
	uint32_t skeletons[SOUND_KEYS_MAX];
	if (joined->sound.length == 0)
		return 0;
	(void)sound_skeleton_keys(&joined->sound, skeletons);
	keys[0] = consonants_key(skeletons[0]); /* as they are usually read */
	return JOIN_KEYS_FILED;
}

size_t segment_join_query(const struct name_part *word, uint32_t keys[SOUND_KEYS_MAX])
{
	if (word->sound.length == 0)
		return 0;
	size_t count = sound_skeleton_keys(&word->sound, keys);
	if (word->script != SCRIPT_HAN && word->script != SCRIPT_HANGUL)
		count = 1; /* as it is usually read: words are parted alike, and other readings meet many */
	for (size_t i = 0; i < count; i++)
		keys[i] = consonants_key(keys[i]);
	return count;
}

/* --- acronyms --- */

#define ACRONYM_LEAST 2 /* letters, as compare.c takes them */
#define ACRONYM_MOST  6

static size_t add_acronym(const char *letters, size_t length, bool spelled, uint32_t *keys, size_t count)
{
	if (length < ACRONYM_LEAST || length > ACRONYM_MOST)
		return count;
	uint32_t key = segment_key_mix((uint32_t)hash_bytes(letters, length) + spelled);
	for (size_t i = 0; i < count; i++)
		if (keys[i] == key)
			return count;
	keys[count] = key;
	return count + 1;
}

/* The first letters of the parts whose kinds are in the mask. */
static size_t add_spelled(const struct name *name, uint32_t kinds, bool spelled, uint32_t *keys, size_t count)
{
	char letters[NAME_MAX_PARTS];
	size_t length = 0;
	for (size_t i = 0; i < name->count; i++)
		if ((kinds >> name->parts[i]->kind & 1) != 0 && name->parts[i]->latin_length > 0)
			letters[length++] = name->parts[i]->latin[0];
	return add_acronym(letters, length, spelled, keys, count);
}

static size_t acronym_keys(const struct name *name, bool filed, uint32_t keys[ACRONYM_KEYS_MAX])
{
	const uint32_t names = 1u << PART_NAME, words = names | 1u << PART_COMMON | 1u << PART_INITIAL;
	if (name->kind != NAME_ORGANIZATION)
		return 0;
	size_t count = add_spelled(name, words, filed, keys, 0), named = 0;
	count = add_spelled(name, names, filed, keys, count);
	count = add_spelled(name, words | 1u << PART_PARTICLE, filed, keys, count);
	for (size_t i = 0; i < name->count; i++)
		named += name->parts[i]->kind == PART_NAME;
	for (size_t i = 0; i < name->count && (!filed || named == 1); i++)
		if (name->parts[i]->kind == PART_NAME)
			count = add_acronym(name->parts[i]->latin, name->parts[i]->latin_length, !filed, keys, count);
	return count;
}

size_t segment_acronym_filed(const struct name *name, uint32_t keys[ACRONYM_KEYS_MAX])
{
	return acronym_keys(name, true, keys);
}

size_t segment_acronym_query(const struct name *name, uint32_t keys[ACRONYM_KEYS_MAX])
{
	return acronym_keys(name, false, keys);
}

/* Where a section lies, as elements; false when its length is not a whole number of them. */
static bool place(const struct segment *segment, enum section section, size_t size, const void **ret_start,
                  uint64_t *ret_count)
{
	const struct section_place *at = &segment->table->sections[section];
	if (at->length % size != 0)
		return false;
	*ret_start = segment->bytes + at->offset;
	*ret_count = at->length / size;
	return true;
}

/* A section whose number of elements is known. */
static bool place_count(const struct segment *segment, enum section section, size_t size, uint64_t count,
                        const void **ret_start)
{
	uint64_t found;
	return place(segment, section, size, ret_start, &found) && found == count;
}

static unsigned bits_of(uint64_t buckets)
{
	unsigned bits = 1;
	while (bits < 31 && ((uint64_t)1 << bits) + 1 < buckets)
		bits++;
	return bits;
}

static bool place_keys(const struct segment *segment, enum section starts, enum section entries,
                       struct segment_keys *keys)
{
	const void *start, *entry;
	uint64_t buckets, count;
	if (!place(segment, starts, sizeof(uint32_t), &start, &buckets) ||
	    !place(segment, entries, sizeof(struct key_entry), &entry, &count) || count > UINT32_MAX)
		return false;
	unsigned bits = bits_of(buckets);
	*keys = (struct segment_keys){start, entry, (uint32_t)count, bits};
	return ((uint64_t)1 << bits) + 1 == buckets;
}

static bool place_joins(struct segment *segment)
{
	const void *start, *joins;
	uint64_t buckets, count;
	if (!place(segment, SECTION_JOINS_START, sizeof(uint32_t), &start, &buckets) ||
	    !place(segment, SECTION_JOINS, sizeof(struct join), &joins, &count) || count > UINT32_MAX)
		return false;
	segment->join_start = start;
	segment->joins = joins;
	segment->join_count = (uint32_t)count;
	segment->join_bits = bits_of(buckets);
	segment->join_shift = 32 - JOIN_KEY_BITS + segment->join_bits; /* under 32 */
	return segment->join_bits < JOIN_KEY_BITS && ((uint64_t)1 << segment->join_bits) + 1 == buckets;
}

static bool place_key_parts(struct segment *segment)
{
	const void *start, *parts;
	uint64_t buckets, count;
	if (!place(segment, SECTION_KEYS_START, sizeof(uint32_t), &start, &buckets) ||
	    !place(segment, SECTION_KEY_PARTS, sizeof(uint32_t), &parts, &count) || count > UINT32_MAX)
		return false;
	segment->key_start = start;
	segment->key_parts = parts;
	segment->key_part_count = (uint32_t)count;
	segment->key_bits = bits_of(buckets);
	segment->key_shift = 32 - PART_KEY_BITS + segment->key_bits;
	return segment->key_bits < PART_KEY_BITS && ((uint64_t)1 << segment->key_bits) + 1 == buckets;
}

static bool section_sound(const struct segment *segment, enum section section)
{
	const struct section_place *at = &segment->table->sections[section];
	return hash_bytes(segment->bytes + at->offset, at->length) == at->checksum;
}

/* Fills the pointers of a segment whose table was checked; false when the sections do not fit each other. */
static bool lay_out(struct segment *segment)
{
	const void *list, *offsets, *records, *attributes, *extras, *parts, *signs, *hot, *starts, *postings, *classes,
		*forms_start, *forms, *bearers, *documents;
	uint64_t list_length, entities, part_count, form_count, document_bytes;
	if (!place(segment, SECTION_LIST, 1, &list, &list_length) ||
	    !place(segment, SECTION_ATTRIBUTES, sizeof(struct attributes), &attributes, &entities) ||
	    !place(segment, SECTION_RECORDS, 1, &records, &segment->record_bytes) ||
	    !place(segment, SECTION_EXTRAS, sizeof(uint32_t), &extras, &segment->extra_count) ||
	    !place(segment, SECTION_PARTS, sizeof(struct name_part), &parts, &part_count) ||
	    !place(segment, SECTION_POSTINGS, sizeof(struct posting), &postings, &segment->posting_count) ||
	    !place(segment, SECTION_FORMS_START, sizeof(uint32_t), &forms_start, &form_count) ||
	    !place(segment, SECTION_FORMS, sizeof(uint32_t), &forms, &segment->form_word_count) ||
	    !place(segment, SECTION_BEARERS, sizeof(struct bearer), &bearers, &segment->names) ||
	    !place(segment, SECTION_DOCUMENTS, 1, &documents, &document_bytes))
		return false;
	if (form_count == 0 || entities > SEGMENT_MAX_ENTITIES || part_count > SEGMENT_MAX_PARTS ||
	    form_count > UINT32_MAX || list_length == 0 || list_length > SEGMENT_MAX_LIST + 1 ||
	    memchr(list, '\0', list_length) == NULL)
		return false;
	if (!place_count(segment, SECTION_ENTITY_OFFSETS, sizeof(uint64_t), entities + 1, &offsets) ||
	    !place_count(segment, SECTION_PART_SIGNS, sizeof(uint32_t), part_count, &signs) ||
	    !place_count(segment, SECTION_PART_HOT, sizeof(struct part_hot), part_count, &hot) ||
	    !place_count(segment, SECTION_POSTINGS_START, sizeof(uint32_t), part_count + 1, &starts) ||
	    !place_count(segment, SECTION_CLASSES, sizeof(uint32_t), FORM_CLASSES + 1, &classes) ||
	    !place_key_parts(segment) || !place_joins(segment) ||
	    !place_keys(segment, SECTION_ACRONYMS_START, SECTION_ACRONYMS, &segment->acronyms))
		return false;
	segment->list = list;
	segment->entities = (uint32_t)entities;
	segment->parts = (uint32_t)part_count;
	segment->forms = (uint32_t)form_count - 1;
	segment->entity_offsets = offsets;
	segment->records = records;
	segment->attributes = attributes;
	segment->extras = extras;
	segment->part = parts;
	segment->signs = signs;
	segment->hot = hot;
	segment->postings_start = starts;
	segment->postings = postings;
	segment->classes = classes;
	segment->forms_start = forms_start;
	segment->form_words = forms;
	segment->bearers = bearers;
	segment->has_documents = document_bytes > 0;
	return !segment->has_documents || documents_open(documents, document_bytes, &segment->documents) == JISR_OK;
}

static int check_frame(const unsigned char *bytes, size_t size, struct problem *problem)
{
	const struct segment_header *header = (const void *)bytes;
	if (size < sizeof *header + sizeof(struct segment_table) || size % 8 != 0 ||
	    memcmp(header->magic, SEGMENT_MAGIC, sizeof header->magic) != 0)
		return problem_set(problem, JISR_CORRUPT, "this is no list of jisr, or its end is missing");
	if (header->version != SEGMENT_VERSION || header->endian != SEGMENT_ENDIAN)
		return problem_set(
			problem, JISR_UNSUPPORTED,
			"written by another version of jisr, or by another kind of machine: load the list again");
	const struct segment_table *table = (const void *)(bytes + size - sizeof *table);
	if (memcmp(table->magic, SEGMENT_MAGIC, sizeof table->magic) != 0 || table->file_bytes != size)
		return problem_set(problem, JISR_CORRUPT, "the end is missing");
	if (table->checksum != segment_table_checksum(header, table))
		return problem_set(problem, JISR_CORRUPT, "the table of sections is damaged");
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		const struct section_place *at = &table->sections[i];
		if (at->offset % SEGMENT_ALIGN != 0 || at->offset > size - sizeof *table ||
		    at->length > size - sizeof *table - at->offset)
			return problem_set(problem, JISR_CORRUPT, "section %zu lies outside the file", i);
	}
	if (strncmp(header->rules, name_rules_version(), sizeof header->rules) != 0)
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "its names were read by the rules %.32s, this program has %s: load the list again",
		                   header->rules, name_rules_version());
	return JISR_OK;
}

int segment_adopt(const unsigned char *bytes, size_t size, bool mapped, struct segment **ret_segment,
                  struct problem *problem)
{
	static _Atomic uint64_t serial;
	int error = check_frame(bytes, size, problem);
	if (error)
		return error;
	CLEANUP(memory_freep) struct segment *segment = memory_zero(1, sizeof *segment);
	if (segment == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "not enough memory to open a list");
	segment->bytes = bytes;
	segment->size = size;
	segment->mapped = mapped;
	segment->table = (const void *)(bytes + size - sizeof *segment->table);
	if (!section_sound(segment, SECTION_LIST) || !section_sound(segment, SECTION_PARTS) || !lay_out(segment))
		return problem_set(problem, JISR_CORRUPT, "the sections are damaged");
	segment->serial = atomic_fetch_add_explicit(&serial, 1, memory_order_relaxed) + 1;
	*ret_segment = segment;
	segment = NULL;
	return JISR_OK;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Maps a file where large pages can take its place (segment_populate). */
static void *map_aligned(int fd, size_t size)
{
	unsigned char *room =
		mmap(NULL, size + LARGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return MAP_FAILED;
	size_t before = (0 - (uintptr_t)room) % LARGE_PAGE;
	void *bytes = mmap(room + before, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
	size_t end = before + (size + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE, whole = size + LARGE_PAGE;
	if (bytes == MAP_FAILED) {
		(void)munmap(room, whole);
		return MAP_FAILED;
	}
	if (before > 0)
		(void)munmap(room, before);
	if (end < whole)
		(void)munmap(room + end, whole - end);
	return bytes;
}

int segment_open(const char *path, struct segment **ret_segment, struct problem *problem)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0)
		return problem_set(problem, JISR_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode) || (size_t)status.st_size < sizeof(struct segment_header))
		return problem_set(problem, JISR_CORRUPT, "%s: this is no list of jisr, or its end is missing", path);
	size_t size = (size_t)status.st_size;
	void *bytes = map_aligned(fd, size);
	if (bytes == MAP_FAILED)
		return problem_set(problem, JISR_IO, "%s: %s", path, strerror(errno));
	int error = segment_adopt(bytes, size, true, ret_segment, problem);
	if (error) {
		(void)munmap(bytes, size);
		problem_prefix(problem, path);
	}
	return error;
}

struct segment *segment_free(struct segment *segment)
{
	if (segment == NULL)
		return NULL;
	unsigned char *bytes = (unsigned char *)(uintptr_t)segment->bytes;
	/* In steps from the end: other threads that map, unmap or grow memory wait for one step at most. */
	for (size_t left = segment->mapped ? segment->size : 0; left > 0;) {
		size_t step = left - (left - 1) / SEGMENT_STEP * SEGMENT_STEP;
		left -= step;
		(void)munmap(bytes + left, step);
	}
	if (!segment->mapped)
		memory_free(bytes);
	return memory_free(segment);
}

/* Before Linux 5.14. A page that the disk cannot give ends the process there, as it would later. */
static void touch(const unsigned char *bytes, size_t length)
{
	for (size_t at = 0; at < length; at += 4096)
		(void)*(const volatile unsigned char *)(bytes + at);
}

/* Puts a copy on large pages in the place of some of the mapped file, without readers' noticing: the kernel lets them wait
 * while it exchanges the pages. False when the machine has none to give; then nothing has changed. */
static bool enlarge(unsigned char *from)
{
	unsigned char *room = mmap(NULL, 2 * LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return false;
	unsigned char *copy = room + (0 - (uintptr_t)room) % LARGE_PAGE;
	bool moved = madvise(copy, LARGE_PAGE, MADV_HUGEPAGE) == 0;
	if (moved) {
		memcpy(copy, from, LARGE_PAGE);
		moved = mprotect(copy, LARGE_PAGE, PROT_READ) == 0 &&
		        mremap(copy, LARGE_PAGE, LARGE_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, from) != MAP_FAILED;
	}
	/* What is left around the copy, and the copy where it could not be moved. */
	if (copy > room)
		(void)munmap(room, (size_t)(copy - room));
	(void)munmap(copy + LARGE_PAGE, LARGE_PAGE - (size_t)(copy - room));
	if (!moved)
		(void)munmap(copy, LARGE_PAGE);
	return moved;
}

static bool small_enough(const struct segment *segment)
{
	long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
	return pages > 0 && bytes > 0 && segment->size <= (size_t)pages / LARGE_SHARE * (size_t)bytes;
}

/* In steps, after all was read. */
static void enlarge_all(const struct segment *segment)
{
	const struct timespec pause = {.tv_nsec = SEGMENT_STEP_PAUSE};
	unsigned char *bytes = (unsigned char *)(uintptr_t)segment->bytes;
	bool large = small_enough(segment) && (uintptr_t)bytes % LARGE_PAGE == 0;
	for (size_t at = 0; large && at + LARGE_PAGE <= segment->size; at += LARGE_PAGE) {
		large = enlarge(bytes + at);
		if (at % SEGMENT_STEP == 0)
			(void)nanosleep(&pause, NULL);
	}
}

int segment_populate(const struct segment *segment, struct problem *problem)
{
	const struct timespec pause = {.tv_nsec = SEGMENT_STEP_PAUSE};
	for (size_t at = 0; segment->mapped && at < segment->size; at += SEGMENT_STEP) {
		unsigned char *from = (unsigned char *)(uintptr_t)segment->bytes + at;
		size_t length = segment->size - at < SEGMENT_STEP ? segment->size - at : SEGMENT_STEP;
		if (madvise(from, length, MADV_POPULATE_READ) != 0) {
			if (errno != EINVAL)
				return problem_set(problem, JISR_IO, "list '%s': cannot read its file: %s",
				                   segment->list, strerrordesc_np(errno));
			touch(from, length);
		}
		(void)nanosleep(&pause, NULL);
	}
	if (segment->mapped)
		enlarge_all(segment);
	return JISR_OK;
}

int segment_verify(const struct segment *segment, struct problem *problem)
{
	for (int i = 0; i < SECTION_COUNT; i++)
		if (!section_sound(segment, (enum section)i))
			return problem_set(problem, JISR_CORRUPT, "list '%s': section %d does not match its checksum",
			                   segment->list, i);
	for (uint32_t i = 0; i < segment->parts; i++)
		if (!segment_part_sound(&segment->part[i]))
			return problem_set(problem, JISR_CORRUPT, "list '%s': part %u is impossible", segment->list, i);
	for (uint32_t i = 0; i < segment->forms; i++) {
		struct form form;
		if (!segment_form(segment, i, &form))
			return problem_set(problem, JISR_CORRUPT, "list '%s': form %u is impossible", segment->list, i);
		for (uint32_t k = 0; k < form.count; k++)
			if (FORM_PART(form.words[k]) >= segment->parts)
				return problem_set(problem, JISR_CORRUPT,
				                   "list '%s': form %u names a part that is not there", segment->list,
				                   i);
		for (uint32_t k = 0; k < form.bearer_count; k++)
			if (form.bearers[k].entity >= segment->entities)
				return problem_set(problem, JISR_CORRUPT,
				                   "list '%s': form %u names an entity that is not there",
				                   segment->list, i);
	}
	for (uint32_t i = 1; i < segment->entities; i++)
		if (strcmp(segment_entity_id(segment, i - 1), segment_entity_id(segment, i)) >= 0)
			return problem_set(problem, JISR_CORRUPT, "list '%s': entities %u and %u are out of order",
			                   segment->list, i - 1, i);
	return JISR_OK;
}

const char *segment_list(const struct segment *segment)
{
	return segment->list;
}

uint32_t segment_entities(const struct segment *segment)
{
	return segment->entities;
}

uint64_t segment_names(const struct segment *segment)
{
	return segment->names;
}

uint64_t segment_documents(const struct segment *segment)
{
	return segment->has_documents ? segment->documents.count : 0;
}

uint64_t segment_bytes(const struct segment *segment)
{
	return segment->size;
}

bool segment_find(const struct segment *segment, const char *id, uint32_t *ret_entity)
{
	uint32_t low = 0, high = segment->entities;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(segment_entity_id(segment, middle), id);
		if (order == 0) {
			*ret_entity = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

const char *segment_entity_id(const struct segment *segment, uint32_t entity)
{
	struct record_reader reader = segment_record(segment, entity);
	return reader.bad ? "" : record_read_text(&reader);
}

uint64_t segment_entity_hash(const struct segment *segment, uint32_t entity)
{
	struct record_reader reader = segment_record(segment, entity);
	return reader.bad ? 0 : hash_bytes(reader.next, (size_t)(reader.end - reader.next));
}

int segment_entity(const struct segment *segment, uint32_t entity, struct arena *arena, struct entity **ret_entity)
{
	struct record_reader reader = segment_record(segment, entity);
	if (reader.bad)
		return JISR_CORRUPT;
	return record_entity(reader.next, (size_t)(reader.end - reader.next), arena, ret_entity);
}

const struct key_entry *segment_key_find(const struct segment_keys *keys, uint32_t key, size_t *ret_count)
{
	uint32_t bucket = key >> (32 - keys->bits);
	uint32_t low = keys->start[bucket], end = keys->start[bucket + 1];
	*ret_count = 0;
	if (low > end || end > keys->count)
		return keys->entries;
	uint32_t high = end;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (keys->entries[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	uint32_t last = low;
	while (last < end && keys->entries[last].key == key)
		last++;
	*ret_count = last - low;
	return keys->entries + low;
}
