/* How one entity lies in a segment: a compact record, read without copying. Private to src/watch/segment*.c and
 * check*.c.
 *
 *   text    varint length, bytes, 0          every text can be used in place as a C string
 *   record  text id
 *           u8 schema                        0: text schema follows; else its number in the table of schemata
 *           varint caption                   0: text caption follows; n: the value of property n - 1
 *           u8 flags                         1: text attached is there; 2: text meta is there
 *           varint count of properties
 *           count times: u8 name             0: text name follows; else its number in the table of properties
 *                        text value
 *           text attached, text meta         as the flags say
 *
 * varint: seven bits a byte, lowest first, the top bit says that more follow, at most five bytes. The two tables are
 * part of the format: they may only be appended to. */
#ifndef JISR_WATCH_SEGMENT_RECORD_H
#define JISR_WATCH_SEGMENT_RECORD_H

#include "watch/entity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow in memory of their own; like struct text, but binary and 64-bit. */
struct record_bytes {
	unsigned char *bytes; /* owned */
	size_t length, capacity;
};

/* Most bytes of all records of one segment: 64 GiB. */
#define RECORD_MAX_BYTES ((size_t)64 << 30)

/* Adds the record of a complete entity. On failure nothing was added. */
int record_add(struct record_bytes *out, const struct entity *entity);

/* Reads a record from the start; sticky: after bytes that cannot be a record `bad` is set and everything reads as
 * empty. */
struct record_reader {
	const unsigned char *next, *end;
	bool bad;
};

/* What stands before the properties. */
struct record_head {
	const char *id, *schema, *caption; /* in the record; caption NULL until the property that it names was read */
	uint32_t caption_property;         /* property number of the caption, UINT32_MAX when it stands apart */
	uint32_t count;                    /* properties that follow */
	uint8_t flags;
};

#define RECORD_ATTACHED 1
#define RECORD_META     2

void record_read_head(struct record_reader *reader, struct record_head *ret_head);

/* The next property; the caller counts. */
void record_read_property(struct record_reader *reader, const char **ret_name, const char **ret_value);

const char *record_read_text(struct record_reader *reader);

/* The id of a record of `length` bytes, "" when it is damaged. */
const char *record_id(const unsigned char *record, size_t length);

/* The whole entity, texts copied into the arena. JISR_CORRUPT, JISR_NO_MEMORY. */
int record_entity(const unsigned char *record, size_t length, struct arena *arena, struct entity **ret_entity);

#endif
