/* Calendar dates as watchlists give them: a day, a month, a year, or a range. Gregorian, no time zone. */
#ifndef JISR_BASE_DATE_H
#define JISR_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First and last day that the date may be, each as year * 10000 + month * 100 + day; both 0 when unknown.
 * "1965" is {19650101, 19651231}; "1965-03" is {19650301, 19650331}. Eight bytes: stored as it is in snapshots. */
struct date {
	int32_t from;
	int32_t to;
};

/* Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD" (also with / or . between, and one-digit months and days), years 1000 to
 * 2999, days that exist; and the range "YYYY-MM-DD/YYYY-MM-DD". JISR_BAD_INPUT otherwise; *ret_date untouched. */
int date_read(const char *text, size_t length, struct date *ret_date);

/* Reads a day in its one form, "YYYY-MM-DD": for days that are compared as text, or stored as they were written. NULL is no day;
 * ret_date may be NULL. JISR_BAD_INPUT. */
int date_day_read(const char *text, size_t length, struct date *ret_date);

#define DATE_TEXT_MAX 48

bool date_known(struct date date);
bool date_is_day(struct date date); /* one single day */

/* True when some day lies in both. */
bool date_overlap(struct date a, struct date b);

/* Years between the nearest ends of two dates, 0 when they share a year. */
int date_year_distance(struct date a, struct date b);

/* Writes the shortest form that date_read takes back, or "YYYY-MM-DD/YYYY-MM-DD" for a range. "" when unknown. */
void date_write(struct date date, char out[DATE_TEXT_MAX]);

/* Days in a month of a year; 0 when month is not 1 to 12. */
int date_month_days(int year, int month);

#endif
