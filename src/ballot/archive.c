/* Reading archives.
 *
 * A tar header as belenios-tool writes it, and as it is asked for here:
 *
 *     OFFSET SIZE  MEANING
 *     0      100   name, ends with a 0
 *     100    24    mode, owner, group: any
 *     124    12    size in octal: 11 digits and a 0 or a blank
 *     136    12    time: any
 *     148    8     checksum: the sum of all bytes of the header, these eight taken as blanks, in octal
 *     156    1     type: "0" or a 0, a file
 *     157    100   name of a link: zeros
 *     257    255   zeros (nothing of newer kinds of tar)
 *
 * The bytes follow, filled up to a multiple of 512 with zeros. Blocks of zeros end the archive, or nothing does.
 *
 * Invariants: (1) entries stand in the order of the file; (2) every entry's bytes have the hash that its name says;
 * (3) no two entries have the same hash; (4) slots holds each entry's index once, by its hash. */
#include "ballot/archive.h"

#include "base/file.h"

#include <sodium.h>
#include <string.h>

#define HEADER_NAME "BELENIOS"
#define NO_ENTRY    UINT32_MAX

struct slot_entry {
	unsigned char hash[DIGEST_BYTES];
	uint64_t offset; /* of the tar header */
	uint32_t length;
	unsigned char kind;
};

struct archive {
	struct file_map map; /* zeros for an archive over somebody's bytes */
	const char *bytes;
	size_t size;
	struct slot_entry *entries;
	size_t count, capacity;
	uint32_t *slots; /* open addressing, at most half full */
	size_t slot_count;
};

/* --- tar --- */

struct member {
	char name[101];
	const char *bytes;
	size_t length;
	uint64_t offset, next;
};

static bool read_octal(const char *field, size_t size, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t i = 0;
	while (i < size && field[i] >= '0' && field[i] <= '7')
		number = number * 8 + (uint64_t)(field[i++] - '0');
	if (i == 0)
		return false;
	for (; i < size; i++)
		if (field[i] != '\0' && field[i] != ' ')
			return false;
	*ret_number = number;
	return true;
}

static bool all_zero(const char *bytes, size_t length)
{
	return length == 0 || sodium_is_zero((const unsigned char *)bytes, length) == 1;
}

static uint64_t header_sum(const char *header)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
		sum += i >= 148 && i < 156 ? (unsigned char)' ' : (unsigned char)header[i];
	return sum;
}

/* The member at *offset. JISR_NOT_FOUND at the archive's end. */
static int next_member(const struct archive *archive, uint64_t offset, struct member *ret_member,
                       struct problem *problem)
{
	uint64_t left = archive->size - offset, length, sum;
	if (left == 0)
		return JISR_NOT_FOUND;
	const char *header = archive->bytes + offset;
	if (left < ARCHIVE_BLOCK)
		return problem_set(problem, JISR_BAD_INPUT, "the archive is cut off at byte %llu",
		                   (unsigned long long)archive->size);
	if (all_zero(header, ARCHIVE_BLOCK)) {
		if (!all_zero(header, left))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "after the end of the archive, at byte %llu, more follows",
			                   (unsigned long long)offset);
		return JISR_NOT_FOUND;
	}
	if (!read_octal(header + 148, 8, &sum) || sum != header_sum(header) || header[99] != '\0' ||
	    !read_octal(header + 124, 12, &length))
		return problem_set(problem, JISR_BAD_INPUT, "at byte %llu there is no header of a tar file",
		                   (unsigned long long)offset);
	struct member member = {.offset = offset, .bytes = header + ARCHIVE_BLOCK, .length = length};
	memcpy(member.name, header, 100);
	size_t named = strlen(member.name);
	if ((header[156] != '0' && header[156] != '\0') || !all_zero(header + 157, ARCHIVE_BLOCK - 157) ||
	    !all_zero(header + named, 100 - named))
		return problem_set(problem, JISR_BAD_INPUT, "at byte %llu there is an entry that is no plain file",
		                   (unsigned long long)offset);
	left -= ARCHIVE_BLOCK;
	uint64_t padded = (length + ARCHIVE_BLOCK - 1) / ARCHIVE_BLOCK * ARCHIVE_BLOCK;
	if (length > ARCHIVE_MAX_ENTRY)
		return problem_set(problem, JISR_TOO_LARGE, "the entry at byte %llu has %llu bytes, more than %zu",
		                   (unsigned long long)offset, (unsigned long long)length, ARCHIVE_MAX_ENTRY);
	if (padded > left)
		return problem_set(problem, JISR_BAD_INPUT, "the archive is cut off within the entry at byte %llu",
		                   (unsigned long long)offset);
	if (!all_zero(member.bytes + length, padded - length))
		return problem_set(problem, JISR_BAD_INPUT, "what fills up the entry at byte %llu is not zeros",
		                   (unsigned long long)offset);
	member.next = offset + ARCHIVE_BLOCK + padded;
	*ret_member = member;
	return JISR_OK;
}

/* --- the index --- */

static size_t slot_of(const struct archive *archive, const unsigned char hash[DIGEST_BYTES])
{
	size_t slot;
	memcpy(&slot, hash, sizeof slot);
	slot &= archive->slot_count - 1;
	while (archive->slots[slot] != NO_ENTRY &&
	       memcmp(archive->entries[archive->slots[slot]].hash, hash, DIGEST_BYTES) != 0)
		slot = (slot + 1) & (archive->slot_count - 1);
	return slot;
}

static int make_slots(struct archive *archive, size_t count)
{
	uint32_t *slots = memory_alloc(count * sizeof *slots);
	if (slots == NULL)
		return JISR_NO_MEMORY;
	(void)memory_free(archive->slots);
	archive->slots = slots;
	archive->slot_count = count;
	for (size_t i = 0; i < count; i++)
		slots[i] = NO_ENTRY;
	for (size_t i = 0; i < archive->count; i++)
		slots[slot_of(archive, archive->entries[i].hash)] = (uint32_t)i;
	return JISR_OK;
}

static int add_entry(struct archive *archive, const struct slot_entry *entry, struct problem *problem)
{
	int error = memory_reserve(&archive->entries, &archive->capacity, archive->count + 1, ARCHIVE_MAX_ENTRIES,
	                           sizeof *archive->entries);
	if (error == JISR_TOO_LARGE)
		return problem_set(problem, error, "the archive has more than %zu entries", ARCHIVE_MAX_ENTRIES);
	if (error == JISR_OK && 2 * (archive->count + 1) > archive->slot_count)
		error = make_slots(archive, archive->slot_count == 0 ? 64 : 2 * archive->slot_count);
	if (error != JISR_OK)
		return problem_set(problem, error, "there is no memory left for the archive");
	size_t slot = slot_of(archive, entry->hash);
	if (archive->slots[slot] != NO_ENTRY) {
		char hex[DIGEST_HEX + 1];
		digest_write_hex(entry->hash, hex);
		return problem_set(problem, JISR_BAD_INPUT, "the entry %s stands twice in the archive", hex);
	}
	archive->slots[slot] = (uint32_t)archive->count;
	archive->entries[archive->count++] = *entry;
	return JISR_OK;
}

static int read_entry(const struct member *member, struct slot_entry *ret_entry, struct problem *problem)
{
	struct slot_entry entry = {.offset = member->offset, .length = (uint32_t)member->length};
	const char *suffix = member->name + DIGEST_HEX;
	if (strlen(member->name) < DIGEST_HEX || !digest_read_hex(member->name, DIGEST_HEX, entry.hash) ||
	    (strcmp(suffix, ".data.json") != 0 && strcmp(suffix, ".event.json") != 0))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the entry at byte %llu has a name that does not belong there",
		                   (unsigned long long)member->offset);
	entry.kind = suffix[1] == 'd' ? ARCHIVE_DATA : ARCHIVE_EVENT;
	unsigned char hash[DIGEST_BYTES];
	digest_of(member->bytes, member->length, hash);
	if (memcmp(hash, entry.hash, sizeof hash) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "the entry %s was altered: its bytes do not have this hash",
		                   member->name);
	*ret_entry = entry;
	return JISR_OK;
}

static int check_header(const struct member *member, struct problem *problem)
{
	static const char *const names[] = {"version", "timestamp"};
	CLEANUP(json_freep) cJSON *json = NULL;
	const cJSON *members[2];
	const char *time;
	uint64_t version;
	if (strcmp(member->name, HEADER_NAME) != 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "this is no election's archive: it does not begin with the file BELENIOS");
	if (member->length > ARCHIVE_MAX_HEADER)
		return problem_set(problem, JISR_BAD_INPUT, "the file BELENIOS has %zu bytes, more than it ever has",
		                   member->length);
	int error = message_parse(member->bytes, member->length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "the file BELENIOS", names, 2, members, problem);
	if (error != JISR_OK)
		return error;
	if (message_number(members[0], "version", 1, 1, &version, NULL) != JISR_OK)
		return problem_set(problem, JISR_UNSUPPORTED, "the archive's version is not 1; jisr reads no other");
	error = message_string(members[1], "the timestamp in the file BELENIOS", &time, problem);
	if (error != JISR_OK)
		return error;
	size_t digits = strspn(time, "0123456789");
	if (digits == 0 || digits > 12 || time[digits] != '\0')
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the timestamp in the file BELENIOS is not a number of seconds");
	return error;
}

static int read_all(struct archive *archive, struct problem *problem)
{
	struct member member;
	int error = next_member(archive, 0, &member, problem);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, JISR_BAD_INPUT, "the archive is empty");
	if (error == JISR_OK)
		error = check_header(&member, problem);
	while (error == JISR_OK) {
		struct slot_entry entry;
		error = next_member(archive, member.next, &member, problem);
		if (error == JISR_OK)
			error = read_entry(&member, &entry, problem);
		if (error == JISR_OK)
			error = add_entry(archive, &entry, problem);
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

int archive_open_bytes(const void *bytes, size_t length, struct archive **ret_archive, struct problem *problem)
{
	CLEANUP(archive_closep) struct archive *archive = memory_zero(1, sizeof *archive);
	if (archive == NULL || make_slots(archive, 64) != JISR_OK)
		return problem_set(problem, JISR_NO_MEMORY, "there is no memory left for the archive");
	archive->bytes = bytes;
	archive->size = length;
	int error = read_all(archive, problem);
	if (error != JISR_OK)
		return error;
	*ret_archive = archive;
	archive = NULL;
	return JISR_OK;
}

int archive_open(const char *path, struct archive **ret_archive, struct problem *problem)
{
	struct file_map map;
	int error = file_map(path, &map, problem);
	if (error != JISR_OK)
		return error;
	error = archive_open_bytes(map.bytes, map.size, ret_archive, problem);
	if (error == JISR_OK)
		(*ret_archive)->map = map;
	else
		file_unmap(&map);
	return error;
}

struct archive *archive_close(struct archive *archive)
{
	if (archive == NULL)
		return NULL;
	file_unmap(&archive->map);
	(void)memory_free(archive->entries);
	(void)memory_free(archive->slots);
	return memory_free(archive);
}

size_t archive_count(const struct archive *archive)
{
	return archive->count;
}

struct archive_entry archive_get(const struct archive *archive, size_t index)
{
	const struct slot_entry *own = &archive->entries[index];
	struct archive_entry entry = {.kind = own->kind,
	                              .bytes = archive->bytes + own->offset + ARCHIVE_BLOCK,
	                              .length = own->length,
	                              .offset = own->offset,
	                              .index = index};
	memcpy(entry.hash, own->hash, sizeof entry.hash);
	return entry;
}

int archive_find(const struct archive *archive, const unsigned char hash[DIGEST_BYTES], size_t before, const char *what,
                 struct archive_entry *ret_entry, struct problem *problem)
{
	uint32_t index = archive->slots[slot_of(archive, hash)];
	if (index != NO_ENTRY && index < before && archive->entries[index].kind == ARCHIVE_DATA) {
		*ret_entry = archive_get(archive, index);
		return JISR_OK;
	}
	char hex[DIGEST_HEX + 1];
	digest_write_hex(hash, hex);
	return problem_set(problem, JISR_NOT_FOUND, "%s %s is not in the archive%s", what, hex,
	                   index == NO_ENTRY ? "" : " before what names it");
}

/* --- events --- */

/* The order of the specification, section 4.4. */
bool event_may_follow(enum event_type before, enum event_type type)
{
	switch (type) {
	case EVENT_SETUP: return false;
	case EVENT_BALLOT:
	case EVENT_END_BALLOTS: return before == EVENT_SETUP || before == EVENT_BALLOT;
	case EVENT_ENCRYPTED_TALLY: return before == EVENT_END_BALLOTS;
	case EVENT_SHUFFLE: return before == EVENT_ENCRYPTED_TALLY || before == EVENT_SHUFFLE;
	case EVENT_END_SHUFFLES: return before == EVENT_SHUFFLE;
	case EVENT_PARTIAL_DECRYPTION:
		return before == EVENT_ENCRYPTED_TALLY || before == EVENT_END_SHUFFLES ||
		       before == EVENT_PARTIAL_DECRYPTION;
	case EVENT_RESULT: return before == EVENT_PARTIAL_DECRYPTION;
	default: return false;
	}
}

struct chain {
	bool begun;
	struct event last;
	unsigned char head[DIGEST_BYTES];
};

static int check_link(const struct chain *chain, const struct event *event, struct problem *problem)
{
	if (!chain->begun) {
		if (event->height != 0 || event->type != EVENT_SETUP)
			return problem_set(problem, JISR_BAD_INPUT, "it is the first and not Setup of height 0");
		return JISR_OK;
	}
	if (event->height != chain->last.height + 1)
		return problem_set(problem, JISR_BAD_INPUT, "its height is %llu and not %llu",
		                   (unsigned long long)event->height, (unsigned long long)chain->last.height + 1);
	if (memcmp(event->parent, chain->head, DIGEST_BYTES) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "its parent is not the event before it");
	if (!event_may_follow(chain->last.type, event->type))
		return problem_set(problem, JISR_BAD_INPUT, "%s cannot follow %s%s", event_type_name(event->type),
		                   event_type_name(chain->last.type),
		                   event->type == EVENT_BALLOT ? ": the vote was closed" : "");
	return JISR_OK;
}

/* Puts where it is before the sentence. */
static int event_problem(struct problem *problem, int error, const struct archive_entry *entry)
{
	char hex[DIGEST_HEX + 1], prefix[DIGEST_HEX + 64];
	digest_write_hex(entry->hash, hex);
	(void)snprintf(prefix, sizeof prefix, "event %s", hex);
	problem_prefix(problem, prefix);
	return error;
}

int archive_walk(const struct archive *archive,
                 int (*see)(void *context, const struct event *event, const struct archive_entry *entry,
                            struct problem *problem),
                 void *context, struct problem *problem)
{
	struct chain chain = {0};
	for (size_t i = 0; i < archive->count; i++) {
		if (archive->entries[i].kind != ARCHIVE_EVENT)
			continue;
		struct archive_entry entry = archive_get(archive, i), payload;
		struct event event;
		int error = event_read(entry.bytes, entry.length, &event, problem);
		if (error == JISR_OK)
			error = check_link(&chain, &event, problem);
		if (error == JISR_OK && event.has_payload &&
		    archive_find(archive, event.payload, i, "its payload", &payload, problem) != JISR_OK)
			error = JISR_BAD_INPUT;
		if (error != JISR_OK)
			return event_problem(problem, error, &entry);
		chain.begun = true;
		chain.last = event;
		memcpy(chain.head, entry.hash, DIGEST_BYTES);
		error = see == NULL ? JISR_OK : see(context, &event, &entry, problem);
		if (error != JISR_OK)
			return error;
	}
	return JISR_OK;
}

int archive_head(const struct archive *archive, struct event *ret_event, unsigned char ret_hash[DIGEST_BYTES],
                 struct problem *problem)
{
	size_t index = archive->count;
	while (index > 0 && archive->entries[index - 1].kind != ARCHIVE_EVENT)
		index--;
	if (index == 0)
		return problem_set(problem, JISR_NOT_FOUND, "the archive has no event yet");
	struct archive_entry entry = archive_get(archive, index - 1);
	int error = event_read(entry.bytes, entry.length, ret_event, problem);
	if (error != JISR_OK)
		return event_problem(problem, error, &entry);
	memcpy(ret_hash, entry.hash, DIGEST_BYTES);
	return JISR_OK;
}

int archive_setup(const struct archive *archive, struct archive_setup *ret_setup, struct problem *problem)
{
	static const char *const names[] = {"election", "trustees", "credentials"};
	size_t index = 0;
	while (index < archive->count && archive->entries[index].kind != ARCHIVE_EVENT)
		index++;
	if (index == archive->count)
		return problem_set(problem, JISR_BAD_INPUT, "the archive has no event yet");
	struct archive_entry entry = archive_get(archive, index), data;
	struct event event;
	int error = event_read(entry.bytes, entry.length, &event, problem);
	if (error != JISR_OK)
		return event_problem(problem, error, &entry);
	if (event.type != EVENT_SETUP)
		return problem_set(problem, JISR_BAD_INPUT, "the archive's first event is %s and not Setup",
		                   event_type_name(event.type));
	if (archive_find(archive, event.payload, index, "setup_data", &data, problem) != JISR_OK)
		return JISR_BAD_INPUT;
	if (data.length > ARCHIVE_MAX_NAMING)
		return problem_set(problem, JISR_BAD_INPUT, "setup_data has %zu bytes, more than it ever has",
		                   data.length);
	CLEANUP(json_freep) cJSON *json = NULL;
	const cJSON *members[3];
	struct archive_setup setup;
	struct archive_entry *entries[3] = {&setup.election, &setup.trustees, &setup.credentials};
	error = message_parse(data.bytes, data.length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "setup_data", names, 3, members, problem);
	for (size_t i = 0; i < 3 && error == JISR_OK; i++) {
		unsigned char hash[DIGEST_BYTES];
		error = message_hash(members[i], names[i], hash, problem);
		if (error == JISR_OK &&
		    archive_find(archive, hash, data.index, names[i], entries[i], problem) != JISR_OK)
			error = JISR_BAD_INPUT;
	}
	if (error == JISR_OK)
		*ret_setup = setup;
	return error;
}
