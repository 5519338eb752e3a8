/* Reading published lists: bytes in, entities out, one at a time.
 *
 * The format is found out from the content, never from the file's name. Files may be gzip or zstd (several layers are
 * not unwrapped). Reading streams: memory does not grow with the file, except for what joins records to their holders
 * (kept in a bounded table, spilled to a temporary file beyond it). A bad record is reported through `bad` and
 * skipped; a file that is cut off, or no list at all, makes list_read fail, and then whatever was emitted is void. */
#ifndef JISR_LISTS_READER_H
#define JISR_LISTS_READER_H

#include "base/error.h"
#include "watch/entity.h"

#include <stddef.h>
#include <stdint.h>

enum list_format {
	LIST_UNKNOWN = 0,
	LIST_FTM,           /* FollowTheMoney JSON lines */
	LIST_FTM_DELTA,     /* {"op":"ADD|MOD|DEL","entity":{...}} lines */
	LIST_OFAC_CSV,      /* sdn.csv, with alt.csv and add.csv given beside it */
	LIST_OFAC_XML,      /* sdn.xml, consolidated.xml */
	LIST_UN_XML,        /* UN Security Council consolidated list */
	LIST_EU_XML,        /* EU Financial Sanctions File */
	LIST_UK_CSV,        /* UK HM Treasury consolidated list, ConList.csv */
	LIST_INTERPOL_JSON, /* list pages or detail objects of the public notices API */
	LIST_CSV,           /* any CSV with a header that has at least a name or document column */
	LIST_FORMAT_COUNT,
};

/* "FollowTheMoney JSON lines", "OFAC SDN (CSV)", ... */
const char *list_format_name(enum list_format format);

enum list_op { LIST_OP_PUT = 0, LIST_OP_ADD, LIST_OP_MOD, LIST_OP_DEL };

/* What was found. */
struct list_summary {
	enum list_format format;
	char name[64]; /* name that the format suggests: "ofac-sdn", "un-sc", "eu-fsf", ... or from the first file's
	                  name */
	char published[24]; /* date that the file gives itself, "" when it gives none */
	uint64_t records;   /* entities emitted */
	uint64_t skipped;   /* records reported as bad */
};

struct list_sink {
	void *context;
	/* One complete entity, valid during the call. Non-zero stops the reading with that code. For LIST_OP_DEL only
	 * id is set. Ids are unique within a list: the reader merges or reports repeats. */
	int (*entity)(void *context, const struct entity *entity, enum list_op op);
	/* One record that was skipped. `line` is 1-based (of the decompressed file), 0 when unknown. */
	void (*bad)(void *context, const char *path, uint64_t line, const char *reason);
	/* Bytes read of bytes total (of the files as they lie on disk), for a progress bar; may be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	/* The format and the name are known: called once, before the first entity (and also when there is none), with
	 * format and name set, published too when it stands at the file's beginning. Non-zero stops the reading with
	 * that code. May be NULL. */
	int (*start)(void *context, const struct list_summary *summary);
};

/* Reads the files of one list (several only where the format has side files: sdn.csv alt.csv add.csv in any order; or
 * several pages of INTERPOL JSON, or several FollowTheMoney files). "-" is standard input. 0, or the first failure with
 * a sentence in problem: file, line, what is wrong, what to do. */
int list_read(const char *const *paths, size_t path_count, const struct list_sink *sink,
              struct list_summary *ret_summary, struct problem *problem);

#endif
