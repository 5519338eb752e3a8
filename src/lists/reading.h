/* What all list readers share: one reading under way. Internal to src/lists. */
#ifndef JISR_LISTS_READING_H
#define JISR_LISTS_READING_H

#include "base/input.h"
#include "lists/reader.h"

#include <stdarg.h>
#include <stdbool.h>

/* Most entities of one list; each costs 8 to 16 bytes while the list is read (to find repeated ids). */
#define READING_MAX_ENTITIES ((size_t)64 << 20)
/* Most bytes that one record may take in memory. */
#define READING_MAX_RECORD ((size_t)64 << 20)
/* The list fails when more than half of the first so many records are bad (or of all, when there are fewer). */
#define READING_TRIAL 1000

struct reading {
	const struct list_sink *sink;
	struct list_summary summary;
	struct problem *problem;
	struct arena *arena; /* of the record under way; reset by reading_next */
	const char *path;    /* file being read */
	const char *default_name;
	bool started;  /* sink->start was called */
	bool is_delta; /* ids may repeat, and an empty list is fine */
	uint64_t seen, bad;
	uint64_t ticks;              /* calls of reading_next */
	uint64_t done_before, total; /* progress: bytes of the files before this one, and of all */
	const struct input *input;   /* of the file being read; NULL between files */
	uint64_t *ids;               /* hashes of the ids given out: open addressing, 0 is free */
	size_t id_slots, id_count;
};

/* 0 or JISR_NO_MEMORY. */
int reading_init(struct reading *reading, const struct list_sink *sink, struct problem *problem);
void reading_finish(struct reading *reading);

/* Opens a file and makes it the current one; its failures name it. The input stays the caller's. */
int reading_open(struct reading *reading, const char *path, struct input **ret_input);

/* A new record begins: empties the arena, tells progress. */
void reading_next(struct reading *reading);

/* Reports a bad record. 0 to go on, or the failure when too many are bad. */
int reading_bad(struct reading *reading, uint64_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Judges an error of entity_new or entity_add...: a bad record is reported (0 to go on), running out of memory fails.
 */
int reading_judge(struct reading *reading, uint64_t line, int error);

/* Completes the entity and gives it to the sink. One without name and document is bad, and one whose id was given
 * before. */
int reading_put(struct reading *reading, struct entity *entity, enum list_op op, uint64_t line);

/* Fails the list: "FILE: line N: ..."; line 0 is left out. */
int reading_fail(struct reading *reading, int code, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts the file's name before a problem that was already set. */
int reading_fail_again(struct reading *reading, int code);

/* After the last record: fails a list of mostly bad records or of none; else calls start if nothing has. */
int reading_end(struct reading *reading);

/* The reader of each format. Files are opened by the reader through reading_open. */
int ftm_read(struct reading *reading, const char *const *paths, size_t path_count, bool delta);
int ofac_csv_read(struct reading *reading, const char *const *paths, size_t path_count);
int ofac_xml_read(struct reading *reading, struct input *input);
int un_xml_read(struct reading *reading, struct input *input);
int eu_xml_read(struct reading *reading, struct input *input);
int uk_csv_read(struct reading *reading, struct input *input);
int interpol_json_read(struct reading *reading, const char *const *paths, size_t path_count);
int plain_csv_read(struct reading *reading, struct input *input);

/* Adds a property given as text (NULL adds nothing). */
int add_text(struct entity *entity, struct arena *arena, const char *property, const char *text);

/* Adds a country: its two letters when country_read knows it, else the text as it is. */
int add_country(struct entity *entity, struct arena *arena, const char *property, const char *text);

/* Adds a document number with its issuing country as text (NULL or unknown: without). */
int add_document(struct entity *entity, struct arena *arena, const char *property, const char *country,
                 const char *number);

/* Adds a date or range in any way that lists write it (lists/dates.h), else the text as it is under "notes". */
int add_date(struct entity *entity, struct arena *arena, const char *property, const char *text);

/* Adds "male" or "female" when sex_read knows the text. */
int add_sex(struct entity *entity, struct arena *arena, const char *text);

/* Adds a person's name given in fields: `property` gets the words joined by spaces in the order given, and firstName,
 * lastName the fields (only for property "name"). */
int add_name_fields(struct entity *entity, struct arena *arena, const char *property, const char *given,
                    const char *family);

#endif
