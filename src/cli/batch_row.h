/* One row of a batch: its cells read into a check, the check done, the answer as CSV or JSON lines. Several rows may be
 * checked at once, each by one thread with its own scratch and arena. */
#ifndef JISR_CLI_BATCH_ROW_H
#define JISR_CLI_BATCH_ROW_H

#include "base/text.h"
#include "cli/sheet.h"
#include "watch/set.h"
#include "web/decisions.h"
#include "web/service.h"

#define BATCH_ANSWER_MAX (64 * 1024 * 1024) /* bytes that one row's answer may take */
#define BATCH_HEADER     "id,entity,caption,list,score,matched name\n"
#define BATCH_DECIDED    "id,entity,caption,list,score,matched name,decision\n" /* with a caller */

enum batch_column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_GIVEN,
	COLUMN_MIDDLE,
	COLUMN_FAMILY,
	COLUMN_BIRTH,
	COLUMN_NATIONALITY,
	COLUMN_SEX,
	COLUMN_DOCUMENT,
	COLUMN_SCHEMA
};

/* The names by which files call the columns. */
extern const struct sheet_name batch_columns[];

/* What is the same for every row. */
struct batch_asking {
	const struct watch_view *view;
	size_t limit;       /* 0: the check's own */
	double threshold;   /* 0: the check's own */
	bool json;          /* JSON lines, not CSV */
	const char *caller; /* whose decisions are heeded; NULL: nobody's, and the three below are not used */
	struct decisions *decisions;
	struct lists lists; /* of the view; enough for asking decisions */
	bool show_hidden;
};

struct batch_row {
	struct sheet_row cells;
	struct text answer;  /* CSV or JSON lines */
	struct text notes;   /* a line for standard error, empty when all was well */
	size_t hits, hidden; /* hidden: left out because of a decision */
	bool unread;         /* could not be checked */
	int error;           /* the caller's: what batch_row_check gave */
};

void batch_row_init(struct batch_row *row);
void batch_row_finish(struct batch_row *row);

/* Empties the answer for the next row. */
void batch_row_reset(struct batch_row *row);

/* Checks the row by its cells. The arena is emptied first. 0, or what ends the whole batch: JISR_NO_MEMORY,
 * JISR_TOO_LARGE, JISR_CORRUPT. A row that is wrong is no error: its notes say what, `unread` that it was not checked.
 */
int batch_row_check(const struct batch_asking *asking, struct batch_row *row, struct watch_scratch *scratch,
                    struct arena *arena);

#endif
