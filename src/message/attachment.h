/* Attachments: files of up to 100 MB, sealed before anything of them reaches a disk, and named by what they are sealed to:
 * DIR/messages/AB/DIGEST, AB the first two digits of the SHA-256 of the sealed bytes. The key is in the message's content,
 * which is sealed itself.
 *
 *   sealed bytes   the header of libsodium's secretstream (24), then pieces of ATTACHMENT_PIECE bytes, each 17 longer when
 *                  sealed; the last one, which may be shorter and of nothing, is tagged as final. Pieces that are left out,
 *                  moved or cut off at the end are noticed */
#ifndef JISR_MESSAGE_ATTACHMENT_H
#define JISR_MESSAGE_ATTACHMENT_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ATTACHMENT_MOST   ((size_t)100 << 20) /* bytes of one */
#define ATTACHMENT_PIECE  ((size_t)64 << 10)
#define ATTACHMENT_DIGEST 65 /* hexadecimal, with the closing 0 */
#define ATTACHMENT_KEY    32

struct attachment {
	char digest[ATTACHMENT_DIGEST]; /* of the sealed bytes */
	uint8_t key[ATTACHMENT_KEY];
	uint64_t size, sealed; /* bytes before and after */
};

/* Sealing, piece by piece: begun, added to, ended. Until it ends there is a temporary file, gone with attachment_drop.
 * JISR_TOO_LARGE: over ATTACHMENT_MOST. JISR_IO, JISR_FULL, JISR_NO_MEMORY. */
struct attachment_writer;
int attachment_begin(const char *directory, struct attachment_writer **ret_writer, struct problem *problem);
int attachment_add(struct attachment_writer *writer, const void *bytes, size_t length, struct problem *problem);
int attachment_end(struct attachment_writer *writer, struct attachment *ret_attachment, struct problem *problem);
/* Frees it, ended or not. Accepts NULL. */
struct attachment_writer *attachment_drop(struct attachment_writer *writer);
MEMORY_DEFINE_FREEP(struct attachment_writer, attachment_drop)

/* Opening. The digest is compared first: what follows is whole. JISR_NOT_FOUND: it is not here. JISR_CORRUPT: changed, or
 * sealed with another key. */
struct attachment_reader;
int attachment_open(const char *directory, const char *digest, const uint8_t key[ATTACHMENT_KEY],
                    struct attachment_reader **ret_reader, struct problem *problem);
/* The next bytes, at most ATTACHMENT_PIECE of them, which live until the next call; *ret_length 0 at the end. */
int attachment_read(struct attachment_reader *reader, const void **ret_bytes, size_t *ret_length,
                    struct problem *problem);
struct attachment_reader *attachment_close(struct attachment_reader *reader);
MEMORY_DEFINE_FREEP(struct attachment_reader, attachment_close)

/* Whether a file of that digest and size lies here. */
bool attachment_there(const char *directory, const char *digest, uint64_t sealed);

/* The same with its size, whatever that is; where the log is shared, from another machine too. */
bool attachment_size(const char *directory, const char *digest, uint64_t *ret_sealed);

/* Puts a file that came from elsewhere into its place; its digest was compared by the caller. It is renamed. */
int attachment_adopt(const char *directory, const char *digest, const char *path, struct problem *problem);

/* What so many bytes take when they are sealed. */
uint64_t attachment_sealed_size(uint64_t size);

/* Whether this is how a digest is written. */
bool attachment_digest_valid(const char *digest);

/* Removes one; nothing when it is not there. */
int attachment_remove(const char *directory, const char *digest, struct problem *problem);

/* Removes files that are older than a day and that no message names, and what was left half written. */
int attachment_clean(const char *directory, bool (*named)(void *context, const char *digest), void *context,
                     struct problem *problem);

#endif
