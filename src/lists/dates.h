/* Dates of birth as lists write them. Internal to src/lists. */
#ifndef JISR_LISTS_DATES_H
#define JISR_LISTS_DATES_H

#include "base/date.h"

/* Years on either side that "circa" and "approximately" stand for. */
#define DATES_CIRCA_YEARS 1

/* Reads, beside all that date_read takes: "02 Feb 1975", "Feb 1975", "February 2, 1975", "28/09/1955", "00/09/1955",
 * "00/00/1955" (day first), "circa 1958" (also c., ca., approximately, about, around: one year wider on both sides),
 * "1953 to 1958", "1953-1958", "between Jan 1953 and 1958", "1960s", "early 1960s", "late 1958".
 * JISR_BAD_INPUT when it is none of these; *ret_date untouched. */
int dates_read(const char *text, size_t length, struct date *ret_date);

#endif
