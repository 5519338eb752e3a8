/* What segment_write.c and segment_write_keys.c share: where bytes go, and the numbers that things get. Private to the two and
 * segment_sink.c. */
#ifndef JISR_WATCH_SEGMENT_WRITE_H
#define JISR_WATCH_SEGMENT_WRITE_H

#include "watch/segment_builder.h"

/* Bytes of a sink's buffer. */
#define SEGMENT_SINK_BUFFER ((size_t)1 << 20)

/* Where bytes go: a file descriptor, or memory. Errors are sticky. */
struct segment_sink {
	int fd; /* -1: memory */
	struct record_bytes memory;
	unsigned char *buffer;
	size_t buffered;
	uint64_t offset; /* bytes written so far, buffered ones included */
	int error, system_error;
	XXH3_state_t hash; /* of the section under way */
	struct segment_table table;
};

/* Writes what is buffered. */
void segment_sink_flush(struct segment_sink *sink);

/* Bytes that no section's checksum counts. */
void segment_sink_raw(struct segment_sink *sink, const void *bytes, size_t length);

/* A section: begun, added to, ended; or all at once. */
void segment_sink_begin(struct segment_sink *sink, enum section section);
void segment_sink_add(struct segment_sink *sink, const void *bytes, size_t length);
void segment_sink_end(struct segment_sink *sink, enum section section);
void segment_sink_section(struct segment_sink *sink, enum section section, const void *bytes, size_t length);

/* The numbers that things get in the file. */
struct numbering {
	struct sorted_entity {
		uint64_t prefix; /* the first eight bytes of the id, so that most comparisons touch nothing else */
		uint32_t entity;
	} * order;
	uint32_t *form_number, *part_number; /* builder's number -> file's, NO_NUMBER when unused */
	uint32_t *forms, *parts;             /* file's number -> builder's */
	uint32_t form_count, part_count;
	uint32_t classes[FORM_CLASSES + 1]; /* first form of each class */
	struct summary *summaries;          /* of each form's bearers */
	uint64_t names;
};

/* Part words of a form in the file's order. */
static inline const uint32_t *segment_form_words(const struct segment_builder *builder, uint32_t form,
                                                 uint32_t *ret_count)
{
	*ret_count = builder->forms_start[form + 1] - builder->forms_start[form] - 1;
	return builder->form_words + builder->forms_start[form] + 1;
}

/* KEYS_START and KEY_PARTS; JOINS_START and JOINS; ACRONYMS_START and ACRONYMS. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int segment_write_part_keys(const struct segment_builder *builder, const struct numbering *numbering,
                            struct segment_sink *sink);
int segment_write_joins(const struct segment_builder *builder, const struct numbering *numbering,
                        struct segment_sink *sink);
int segment_write_acronyms(const struct segment_builder *builder, const struct numbering *numbering,
                           struct segment_sink *sink);

#endif
