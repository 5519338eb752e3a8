/* Any CSV with a header. Internal to src/lists; docs/lists.md names the spellings of the columns. */
#ifndef JISR_LISTS_PLAIN_CSV_H
#define JISR_LISTS_PLAIN_CSV_H

#include "base/csv.h"

/* The header has a name or a document column. */
bool plain_csv_accepts(const struct csv_reader *reader);

#endif
