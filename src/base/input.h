/* Bytes from a file or from standard input, plain, gzip or zstd, found out by the first bytes.
 *
 * Streaming: memory is one block of raw bytes, one of decoded bytes, and the longest line asked for. A compressed
 * stream that ends before its end mark is an error (cut off), never a silent end. */
#ifndef JISR_BASE_INPUT_H
#define JISR_BASE_INPUT_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most decoded bytes of one input: what stops a compressed file that unfolds without end. */
#define INPUT_MAX_BYTES ((uint64_t)1 << 38)
/* Most bytes that input_peek can show. */
#define INPUT_MAX_PEEK ((size_t)64 * 1024)

struct input;

/* Opens a file; "-" is standard input. JISR_NOT_FOUND, JISR_IO, JISR_UNSUPPORTED (a directory, or a ZIP, bzip2 or xz
 * file), JISR_NO_MEMORY; the problem names no file: the caller prefixes it. */
int input_open(const char *path, struct input **ret_input, struct problem *problem);

/* An input over bytes in memory, which must outlive it; they may be compressed. Used by tests and fuzzers. */
int input_open_bytes(const void *bytes, size_t length, struct input **ret_input, struct problem *problem);

/* Accepts NULL, returns NULL. */
struct input *input_free(struct input *input);
MEMORY_DEFINE_FREEP(struct input, input_free)

/* The next bytes without taking them: as many as there are up to `wanted` (at most INPUT_MAX_PEEK), fewer only at the
 * end. Valid until the next call. */
int input_peek(struct input *input, size_t wanted, const char **ret_bytes, size_t *ret_length, struct problem *problem);

/* Takes up to `size` bytes; 0 bytes only at the end. */
int input_read(struct input *input, void *bytes, size_t size, size_t *ret_length, struct problem *problem);

struct input_line {
	const char *bytes; /* valid until the next call; followed by a 0 */
	size_t length;     /* without the newline, and without a carriage return before it */
	uint64_t number;   /* 1-based */
	bool terminated;   /* false for a last line without newline */
	bool too_long;     /* longer than the limit: only its beginning is given, the rest is skipped */
};

/* The next line, kept up to `limit` bytes. JISR_NOT_FOUND at the end. */
int input_line(struct input *input, size_t limit, struct input_line *ret_line, struct problem *problem);

/* Starts again at the first byte. Standard input and pipes can do that too: what is read from them is kept in an
 * unnamed temporary file (in $TMPDIR, else /tmp) when input_keep was called before the first byte was taken. */
int input_keep(struct input *input, struct problem *problem);
int input_rewind(struct input *input, struct problem *problem);

/* The descriptor that is read, -1 for bytes in memory; owned by the input. /proc/self/fd gives it a path. */
int input_descriptor(const struct input *input);

/* Bytes of the file as it lies on disk: read so far, and in all (0 when unknown). */
uint64_t input_done(const struct input *input);
uint64_t input_total(const struct input *input);

#endif
