#include "ballot/archive_write.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* An entry as belenios-tool writes it, and compares byte for byte: a tar header of the seventh edition of Unix with mode
 * 0644, owner and group 0, the time of the file BELENIOS, then the bytes, filled up with zeros to a whole block. No end
 * mark, so that the archive only ever grows.
 *
 *   OFFSET SIZE MEANING
 *        0  100 name
 *      100    8 mode,  octal, seven digits and a 0
 *      108    8 owner, the same
 *      116    8 group, the same
 *      124   12 size,  octal, eleven digits and a 0
 *      136   12 time,  the same
 *      148    8 sum of the header's bytes with these eight as spaces: six octal digits, a 0, a space
 *      156    1 '0', an ordinary file
 *      157  355 zeros */

#define CHECKSUM   148
#define NAME       100
#define ENTRY_MAX  (MESSAGE_MAX_BYTES + 2 * ARCHIVE_BLOCK)
#define APPEND_MAX (5 * ENTRY_MAX) /* bytes of one event with its messages */

static void write_entry(struct text *text, const char *name, const void *bytes, size_t length, uint64_t time)
{
	char header[ARCHIVE_BLOCK] = {0}, number[16];
	static const char zeros[ARCHIVE_BLOCK];
	unsigned sum = 0;
	(void)snprintf(header, NAME, "%s", name);
	memcpy(header + 100, "0000644", 8);
	memcpy(header + 108, "0000000", 8);
	memcpy(header + 116, "0000000", 8);
	(void)snprintf(header + 124, 12, "%011llo", (unsigned long long)length);
	(void)snprintf(header + 136, 12, "%011llo", (unsigned long long)time);
	memset(header + CHECKSUM, ' ', 8);
	header[156] = '0';
	for (size_t i = 0; i < sizeof header; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(number, sizeof number, "%06o", sum);
	memcpy(header + CHECKSUM, number, 7);
	text_add(text, header, sizeof header);
	text_add(text, bytes, length);
	text_add(text, zeros, (ARCHIVE_BLOCK - length % ARCHIVE_BLOCK) % ARCHIVE_BLOCK);
}

static void write_hashed(struct text *text, const char *bytes, size_t length, const char *kind, uint64_t time,
                         unsigned char ret_hash[DIGEST_BYTES])
{
	char hex[DIGEST_HEX + 1], name[NAME];
	digest_of(bytes, length, ret_hash);
	digest_write_hex(ret_hash, hex);
	(void)snprintf(name, sizeof name, "%s.%s.json", hex, kind);
	write_entry(text, name, bytes, length, time);
}

/* Adds an event's entry. */
static int write_event(struct text *text, const struct event *event, uint64_t time,
                       unsigned char ret_hash[DIGEST_BYTES])
{
	struct text message;
	text_init(&message, MESSAGE_MAX_BYTES);
	int error = event_write(event, &message);
	if (error == JISR_OK) {
		write_hashed(text, message.bytes, message.length, "event", time, ret_hash);
		error = text->error;
	}
	text_finish(&message);
	return error;
}

/* --- beginning --- */

size_t archive_setup_write(const unsigned char hashes[3][DIGEST_BYTES], char out[ARCHIVE_SETUP_MAX])
{
	char hex[3][DIGEST_HEX + 1];
	for (int i = 0; i < 3; i++)
		digest_write_hex(hashes[i], hex[i]);
	return (size_t)snprintf(out, ARCHIVE_SETUP_MAX,
	                        "{\"election\":\"%s\",\"trustees\":\"%s\",\"credentials\":\"%s\"}", hex[0], hex[1],
	                        hex[2]);
}

static int write_setup(struct text *text, const struct archive_begin *begin, unsigned char ret_head[DIGEST_BYTES])
{
	const struct archive_message *const messages[] = {&begin->election, &begin->trustees, &begin->credentials};
	char header[80], setup[ARCHIVE_SETUP_MAX];
	unsigned char hashes[3][DIGEST_BYTES];
	struct event event = {.type = EVENT_SETUP, .has_payload = true};
	int length = snprintf(header, sizeof header, "{\"version\":1,\"timestamp\":\"%llu\"}",
	                      (unsigned long long)begin->time);
	write_entry(text, "BELENIOS", header, (size_t)length, begin->time);
	for (int i = 0; i < 3; i++)
		write_hashed(text, messages[i]->bytes, messages[i]->length, "data", begin->time, hashes[i]);
	write_hashed(text, setup, archive_setup_write(hashes, setup), "data", begin->time, event.payload);
	return write_event(text, &event, begin->time, ret_head);
}

/* Gives the finished file its name, unless something has that name. */
static int publish_new(int fd, const char *temp, const char *path, struct problem *problem)
{
	if (fchmod(fd, 0644) != 0 || fsync(fd) != 0)
		return file_problem(problem, path, "write it");
	if (link(temp, path) != 0)
		return errno == EEXIST ? problem_set(problem, JISR_IO, "%s: is there already; it is not replaced", path)
		                       : file_problem(problem, path, "write it");
	return file_sync_parent(path, problem);
}

int archive_begin(const char *path, const struct archive_begin *begin, unsigned char ret_head[DIGEST_BYTES],
                  struct problem *problem)
{
	struct text text;
	char temp[FILE_MAX_PATH];
	unsigned char head[DIGEST_BYTES];
	int fd = -1;
	text_init(&text, APPEND_MAX);
	int error = write_setup(&text, begin, head);
	if (error != JISR_OK)
		(void)problem_set(problem, error, "%s", error_text(error));
	else
		error = file_temp(path, temp, &fd, problem);
	if (error == JISR_OK) {
		error = file_write(fd, text.bytes, text.length);
		error = error != JISR_OK ? file_problem(problem, path, "write it")
		                         : publish_new(fd, temp, path, problem);
		(void)unlink(temp);
		(void)close(fd);
	}
	text_finish(&text);
	if (error == JISR_OK)
		memcpy(ret_head, head, DIGEST_BYTES);
	return error;
}

/* --- appending --- */

struct archive_writer {
	int fd;        /* locked */
	char *path;    /* owned */
	uint64_t end;  /* bytes of the file that count: the end of the last event */
	uint64_t time; /* of the header */
	struct event last;
	unsigned char head[DIGEST_BYTES];
	/* Hashes of the data that is there, for finding a message that is written twice: an open table. */
	unsigned char (*hashes)[DIGEST_BYTES];
	size_t hash_count, hash_slots; /* slots: a power of two, at least twice the count */
};

struct archive_writer *archive_writer_free(struct archive_writer *writer)
{
	if (writer == NULL)
		return NULL;
	if (writer->fd >= 0)
		(void)close(writer->fd);
	memory_free(writer->path);
	memory_free(writer->hashes);
	return memory_free(writer);
}

/* Where a hash stands, or the empty slot where it would. An empty slot is all zeros; no message has that hash. */
static unsigned char *find_slot(unsigned char (*hashes)[DIGEST_BYTES], size_t slots, const unsigned char *hash)
{
	static const unsigned char empty[DIGEST_BYTES];
	uint64_t start;
	memcpy(&start, hash, sizeof start);
	size_t slot = start & (slots - 1);
	while (memcmp(hashes[slot], hash, DIGEST_BYTES) != 0 && memcmp(hashes[slot], empty, DIGEST_BYTES) != 0)
		slot = (slot + 1) & (slots - 1);
	return hashes[slot];
}

static bool has_hash(const struct archive_writer *writer, const unsigned char *hash)
{
	return memcmp(find_slot(writer->hashes, writer->hash_slots, hash), hash, DIGEST_BYTES) == 0;
}

/* Makes room for `more` hashes. */
static int reserve_hashes(struct archive_writer *writer, size_t more)
{
	size_t slots = writer->hash_slots != 0 ? writer->hash_slots : 1024;
	while (slots < 2 * (writer->hash_count + more))
		slots *= 2;
	if (slots == writer->hash_slots)
		return JISR_OK;
	static const unsigned char empty[DIGEST_BYTES];
	unsigned char(*hashes)[DIGEST_BYTES] = memory_zero(slots, sizeof *hashes);
	if (hashes == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < writer->hash_slots; i++)
		if (memcmp(writer->hashes[i], empty, DIGEST_BYTES) != 0)
			memcpy(find_slot(hashes, slots, writer->hashes[i]), writer->hashes[i], DIGEST_BYTES);
	memory_free(writer->hashes);
	writer->hashes = hashes;
	writer->hash_slots = slots;
	return JISR_OK;
}

static void add_hash(struct archive_writer *writer, const unsigned char *hash)
{
	memcpy(find_slot(writer->hashes, writer->hash_slots, hash), hash, DIGEST_BYTES);
	writer->hash_count++;
}

/* One entry's header: whose name it is and how long its bytes are. */
struct scanned {
	char name[NAME + 1];
	uint64_t length;
};

static bool read_octal(const char *digits, size_t count, uint64_t *ret_number)
{
	uint64_t number = 0;
	for (size_t i = 0; i < count; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return false;
		number = number * 8 + (uint64_t)(digits[i] - '0');
	}
	*ret_number = number;
	return true;
}

static bool scan_header(const char *header, struct scanned *ret_scanned)
{
	uint64_t said = 0;
	unsigned sum = 0;
	for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
		sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : (unsigned char)header[i];
	memcpy(ret_scanned->name, header, NAME);
	ret_scanned->name[NAME] = '\0';
	return read_octal(header + CHECKSUM, 6, &said) && said == sum &&
	       read_octal(header + 124, 11, &ret_scanned->length);
}

static bool all_zero(const unsigned char *bytes, size_t length)
{
	return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Reads the event entry at `offset`, which is the last one so far. */
static int scan_event(struct archive_writer *writer, const char *bytes, size_t length, const unsigned char *hash,
                      struct problem *problem)
{
	unsigned char real[DIGEST_BYTES];
	digest_of(bytes, length, real);
	if (memcmp(real, hash, DIGEST_BYTES) != 0)
		return problem_set(problem, JISR_CORRUPT, "the last event's name is not its hash");
	int error = event_read(bytes, length, &writer->last, problem);
	if (error == JISR_OK)
		memcpy(writer->head, hash, DIGEST_BYTES);
	return error;
}

/* Walks the headers: every hash goes into the table, the last event becomes the head, `end` is set after it. */
static int scan(struct archive_writer *writer, const unsigned char *file, uint64_t size, struct problem *problem)
{
	const char *bytes = (const char *)file, *last_event = NULL;
	size_t last_length = 0;
	unsigned char hash[DIGEST_BYTES], last_hash[DIGEST_BYTES];
	struct scanned scanned;
	uint64_t offset = 0;
	while (offset < size) {
		uint64_t left = size - offset;
		if (left < ARCHIVE_BLOCK || all_zero(file + offset, left))
			break; /* a header cut off, or blocks that a crash never filled */
		if (!scan_header(bytes + offset, &scanned))
			return problem_set(problem, JISR_CORRUPT, "damaged at byte %llu", (unsigned long long)offset);
		uint64_t blocks = (scanned.length + ARCHIVE_BLOCK - 1) / ARCHIVE_BLOCK * ARCHIVE_BLOCK;
		if (blocks > left - ARCHIVE_BLOCK)
			break; /* an entry cut off */
		const char *content = bytes + offset + ARCHIVE_BLOCK, *rest = scanned.name + DIGEST_HEX;
		bool hashed = digest_read_hex(scanned.name, DIGEST_HEX, hash);
		if (offset == 0) {
			if (strcmp(scanned.name, "BELENIOS") != 0 || !read_octal(bytes + 136, 11, &writer->time))
				return problem_set(problem, JISR_CORRUPT, "no archive of an election");
		} else if (hashed && strcmp(rest, ".data.json") == 0) {
			if (reserve_hashes(writer, 1) != JISR_OK)
				return problem_no_memory(problem);
			add_hash(writer, hash);
		} else if (hashed && strcmp(rest, ".event.json") == 0) {
			last_event = content;
			last_length = scanned.length;
			memcpy(last_hash, hash, DIGEST_BYTES);
			writer->end = offset + ARCHIVE_BLOCK + blocks;
		} else {
			return problem_set(problem, JISR_CORRUPT, "a file that does not belong there at byte %llu",
			                   (unsigned long long)offset);
		}
		offset += ARCHIVE_BLOCK + blocks;
	}
	if (last_event == NULL)
		return problem_set(problem, JISR_CORRUPT, "there is no event in it");
	if (writer->end < offset) { /* messages without their event: as if they were not there */
		memset(writer->hashes, 0, writer->hash_slots * sizeof *writer->hashes);
		writer->hash_count = 0;
		return scan(writer, file, writer->end, problem);
	}
	return scan_event(writer, last_event, last_length, last_hash, problem);
}

static int open_locked(struct archive_writer *writer, const char *path, struct problem *problem)
{
	struct file_map map;
	struct stat status;
	writer->fd = open(path, O_RDWR | O_CLOEXEC);
	if (writer->fd < 0)
		return file_problem(problem, path, "open it");
	if (flock(writer->fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? problem_set(problem, JISR_BUSY, "%s: another program is writing it", path)
		                            : file_problem(problem, path, "lock it");
	int error = file_map(path, &map, problem);
	if (error != JISR_OK)
		return error;
	error = reserve_hashes(writer, 1) != JISR_OK ? problem_no_memory(problem)
	                                             : scan(writer, map.bytes, map.size, problem);
	file_unmap(&map);
	if (error != JISR_OK) {
		problem_prefix(problem, path);
		return error;
	}
	if (fstat(writer->fd, &status) != 0 ||
	    ((uint64_t)status.st_size != writer->end && ftruncate(writer->fd, (off_t)writer->end) != 0))
		return file_problem(problem, path, "cut off what a crash left");
	return JISR_OK;
}

int archive_writer_open(const char *path, struct archive_writer **ret_writer, struct problem *problem)
{
	CLEANUP(archive_writer_freep) struct archive_writer *writer = memory_zero(1, sizeof *writer);
	if (writer == NULL)
		return problem_no_memory(problem);
	writer->fd = -1;
	writer->path = memory_text(path, strlen(path));
	if (writer->path == NULL)
		return problem_no_memory(problem);
	int error = open_locked(writer, path, problem);
	if (error != JISR_OK)
		return error;
	*ret_writer = writer;
	writer = NULL;
	return JISR_OK;
}

enum event_type archive_writer_last(const struct archive_writer *writer, uint64_t *ret_height,
                                    unsigned char ret_head[DIGEST_BYTES])
{
	*ret_height = writer->last.height;
	memcpy(ret_head, writer->head, DIGEST_BYTES);
	return writer->last.type;
}

/* Writes at the end; when that fails, the file is cut to what it was. */
static int write_at_end(struct archive_writer *writer, const struct text *text, struct problem *problem)
{
	size_t done = 0;
	while (done < text->length) {
		ssize_t written =
			pwrite(writer->fd, text->bytes + done, text->length - done, (off_t)(writer->end + done));
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			int error = file_problem(problem, writer->path, "write it");
			(void)!ftruncate(writer->fd, (off_t)writer->end);
			return error;
		}
		done += (size_t)written;
	}
	writer->end += text->length;
	return JISR_OK;
}

/* Adds the messages and the event to the text; *event is filled in. */
static int write_all(const struct archive_writer *writer, const struct archive_message *messages, size_t count,
                     struct event *event, unsigned char (*hashes)[DIGEST_BYTES], struct text *text,
                     unsigned char head[DIGEST_BYTES], struct problem *problem)
{
	for (size_t i = 0; i < count; i++) {
		write_hashed(text, messages[i].bytes, messages[i].length, "data", writer->time, hashes[i]);
		if (has_hash(writer, hashes[i]))
			return problem_set(problem, JISR_BAD_INPUT, "%s: %s is there already", writer->path,
			                   event->type == EVENT_BALLOT ? "this ballot" : "this message");
	}
	event->has_payload = count > 0;
	if (count > 0)
		memcpy(event->payload, hashes[count - 1], DIGEST_BYTES);
	int error = write_event(text, event, writer->time, head);
	return error == JISR_OK ? error : problem_set(problem, error, "%s", error_text(error));
}

int archive_writer_append(struct archive_writer *writer, enum event_type type, const struct archive_message *messages,
                          size_t count, unsigned char ret_head[DIGEST_BYTES], struct problem *problem)
{
	struct event event = {.has_parent = true, .height = writer->last.height + 1, .type = type};
	unsigned char hashes[ARCHIVE_MAX_MESSAGES][DIGEST_BYTES], head[DIGEST_BYTES];
	struct text text;
	if (!event_may_follow(writer->last.type, type))
		return problem_set(problem, JISR_BAD_INPUT, "%s: after %s, %s cannot follow", writer->path,
		                   event_type_name(writer->last.type), event_type_name(type));
	if (count > ARCHIVE_MAX_MESSAGES || reserve_hashes(writer, count) != JISR_OK)
		return problem_no_memory(problem);
	memcpy(event.parent, writer->head, DIGEST_BYTES);
	text_init(&text, APPEND_MAX);
	int error = write_all(writer, messages, count, &event, hashes, &text, head, problem);
	if (error == JISR_OK)
		error = write_at_end(writer, &text, problem);
	text_finish(&text);
	if (error != JISR_OK)
		return error;
	for (size_t i = 0; i < count; i++)
		add_hash(writer, hashes[i]);
	writer->last = event;
	memcpy(writer->head, head, DIGEST_BYTES);
	if (ret_head != NULL)
		memcpy(ret_head, head, DIGEST_BYTES);
	return JISR_OK;
}

int archive_writer_sync(struct archive_writer *writer, struct problem *problem)
{
	return fdatasync(writer->fd) == 0 ? JISR_OK : file_problem(problem, writer->path, "write it");
}
