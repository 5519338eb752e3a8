/* Writing an archive (ballot/archive.h): it is begun once, and then only grows, by events with the messages that they
 * bring. Bytes are just those that belenios-tool writes. The writer checks the order of events, not the messages: that
 * is its caller's part. */
#ifndef JISR_BALLOT_ARCHIVE_WRITE_H
#define JISR_BALLOT_ARCHIVE_WRITE_H

#include "ballot/archive.h"

#define ARCHIVE_MAX_MESSAGES ((size_t)4) /* that one event brings */

/* A message to be stored; its bytes become HASH.data.json. */
struct archive_message {
	const char *bytes;
	size_t length;
};

/* The three messages of a Setup event. */
struct archive_begin {
	struct archive_message election, trustees, credentials;
	uint64_t time; /* seconds since 1970, for the header and every entry */
};

/* Creates the archive with its Setup event, whole or not at all. A file that is there is never replaced: JISR_IO.
 * *ret_head is the hash of the event. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int archive_begin(const char *path, const struct archive_begin *begin, unsigned char ret_head[DIGEST_BYTES],
                  struct problem *problem);

/* The message that the Setup event names: the hashes of the three in hexadecimal digits, the election's first. */
#define ARCHIVE_SETUP_MAX 400
size_t archive_setup_write(const unsigned char hashes[3][DIGEST_BYTES], char out[ARCHIVE_SETUP_MAX]);

struct archive_writer;

/* Opens an archive to append to it and locks it: JISR_BUSY when another writer has it. What a crash left half-written
 * after the last event is cut off. JISR_CORRUPT: the file is damaged elsewhere, and is left as it is. JISR_NOT_FOUND,
 * JISR_IO, JISR_NO_MEMORY. */
int archive_writer_open(const char *path, struct archive_writer **ret_writer, struct problem *problem);

/* Unlocks and closes. Accepts NULL, returns NULL. */
struct archive_writer *archive_writer_free(struct archive_writer *writer);
MEMORY_DEFINE_FREEP(struct archive_writer, archive_writer_free)

/* The last event's type and height, and its hash. */
enum event_type archive_writer_last(const struct archive_writer *writer, uint64_t *ret_height,
                                    unsigned char ret_head[DIGEST_BYTES]);

/* Appends the messages and an event whose payload is the last of them (no message for EndBallots). On failure the file
 * is as before. JISR_BAD_INPUT: that type cannot follow the last event, or a message stands there already (a ballot
 * that is sent twice). JISR_IO, JISR_NO_MEMORY. Durable after archive_writer_sync. *ret_head (may be NULL) is the new
 * head. */
int archive_writer_append(struct archive_writer *writer, enum event_type type, const struct archive_message *messages,
                          size_t count, unsigned char ret_head[DIGEST_BYTES], struct problem *problem);

/* Makes everything appended durable. */
int archive_writer_sync(struct archive_writer *writer, struct problem *problem);

#endif
