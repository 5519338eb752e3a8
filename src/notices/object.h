/* Registered objects in the record: the domain that the store applies and what is read from it. notices/object_act.h changes
 * single objects, notices/object_file.h enters files of many; notices/object_index.h lets checks find both.
 *
 * An object is its owner's, the office that entered it. It reaches whom its owner lets in (notices/reach.h); for all others
 * it does not exist. The public and programs of no office see none: who finds a stolen document is told to police alone. */
#ifndef JISR_NOTICES_OBJECT_H
#define JISR_NOTICES_OBJECT_H

#include "notices/notice.h"
#include "notices/object_form.h"
#include "watch/segment.h"

#define OBJECT_NUMBER_MAX NOTICE_ID_MAX /* of a single object: "2026/1234" */
#define OBJECT_FILE_NAME  32            /* bytes of a file's name: a-z, 0-9, '-' */
#define OBJECT_FILES_MOST 2000          /* files of all offices */
#define OBJECT_PARTS_MOST 32            /* of one file: lines that reach the same offices are a part */
#define OBJECT_LINES_MOST 100000        /* lines withdrawn from one file until it has to be loaded anew */
#define OBJECT_WHICH_MAX  (OFFICE_CODE_MAX + 1 + OBJECT_FILE_NAME + 1) /* of "MA/passports", or "2026/1234" */

extern const struct store_domain object_domain;

/* A single one. Texts live in the arena that it was read into. */
struct object_row {
	char id[OBJECT_NUMBER_MAX + 1];
	bool withdrawn;
	const char *owner, *kind, *reach, *content, *caption;
	const char *reason, *text;     /* of the withdrawal, "" */
	const char *entered, *changed; /* moments */
	uint64_t version;
};

/* JISR_NOT_FOUND, the same for what is not there and for what may not be seen. The id may have '-' for '/', and may be that
 * of the watch index, "object-2026-17". */
int object_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct object_row *ret_row,
               struct problem *problem);

struct object_filter {
	const char *kind, *owner, *status, *crime; /* NULL: any */
	const char *words;                         /* in the caption, any case; NULL */
	const struct notice_place *after;          /* only what stands behind it; NULL */
	size_t limit;
	bool in_force; /* only those */
};

/* Newest first. `each` may stop with false. Withdrawn ones are there for owner and headquarters alone. */
typedef bool (*object_each)(void *context, const struct object_row *row);
int object_list(struct sql *sql, struct viewer viewer, const struct object_filter *filter, struct arena *arena,
                object_each each, void *context, struct problem *problem);
int object_count(struct sql *sql, struct viewer viewer, const struct object_filter *filter, uint64_t *ret_count,
                 struct problem *problem);
/* The ids that changed in entries from `first` to `last`, each once. */
int object_changed(struct sql *sql, uint64_t first, uint64_t last, notice_each_id each, void *context,
                   struct problem *problem);

/* A part of a file as somebody sees it. */
struct object_part {
	const char *file; /* content address */
	const char *reach;
	uint64_t count, bytes;
};

/* A file of many as a viewer sees it: parts that do not reach him are not there, nor are they counted. */
struct object_file {
	const char *owner, *name, *loaded;
	struct object_part parts[OBJECT_PARTS_MOST];
	size_t part_count;
	uint64_t count; /* of these parts, withdrawn lines among them */
	/* for owner and headquarters; "" and 0 for others, who would learn of parts that do not reach them */
	uint64_t withdrawn; /* lines since */
	uint64_t version;
	const char *source, *digest;
	uint64_t added, changed, removed, unchanged, refused;
};
int object_file_get(struct sql *sql, struct viewer viewer, const char *owner, const char *name, struct arena *arena,
                    struct object_file *ret_file, struct problem *problem);
/* By owner and name. */
typedef bool (*object_each_file)(void *context, const struct object_file *file);
int object_files(struct sql *sql, struct viewer viewer, struct arena *arena, object_each_file each, void *context,
                 struct problem *problem);
/* The ids of lines withdrawn in entries after `since`. */
int object_lines(struct sql *sql, const char *owner, const char *name, uint64_t since, notice_each_id each,
                 void *context, struct problem *problem);

/* "2026/17" of "2026-17", "object-2026-17" or itself; false when it is no number of a single object. */
bool object_id_read(const char *text, char out[OBJECT_NUMBER_MAX + 1]);
/* The id in the watch index of a single one. */
void object_index_id(const char *id, char out[OBJECT_ID_MAX]);
/* The beginning of the ids of a file's lines: "object-ma-passports-"; and the file of such an id, of those that the viewer
 * sees: JISR_NOT_FOUND. */
void object_file_prefix(const char *owner, const char *name, char out[OBJECT_ID_MAX]);
bool object_file_name_valid(const char *name);

/* Where the content address lies in a data directory; false when it is none. */
bool object_file_path(const char *directory, const char *file, char *out, size_t size);
/* Opens it; where the log is shared and another machine has loaded it, it is fetched before. `whole`: reads it and compares its sums.
 * One that is damaged is replaced from where there is another. */
#define OBJECT_FILE_SHARED "objects/%.64s.jisr" /* its name beside a shared log */
int object_file_open(const char *directory, const char *file, bool whole, struct segment **ret_segment,
                     struct problem *problem);

#endif
