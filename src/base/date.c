#include "base/date.h"

#include "base/error.h"

#include <stdio.h>

int date_month_days(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12)
		return 0;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

static bool digits(const char **at, const char *end, int least, int most, int *ret_value)
{
	int value = 0, count = 0;
	while (*at < end && **at >= '0' && **at <= '9' && count < most) {
		value = value * 10 + (**at - '0');
		(*at)++;
		count++;
	}
	*ret_value = value;
	return count >= least;
}

static bool separator(const char **at, const char *end)
{
	if (*at < end && (**at == '-' || **at == '/' || **at == '.')) {
		(*at)++;
		return true;
	}
	return false;
}

/* "YYYY-MM-DD/YYYY-MM-DD", the form in which date_write gives a range. */
static int read_range(const char *text, struct date *ret_date)
{
	struct date first, last;
	if (date_read(text, 10, &first) != JISR_OK || date_read(text + 11, 10, &last) != JISR_OK)
		return JISR_BAD_INPUT;
	if (!date_is_day(first) || !date_is_day(last) || first.from > last.to)
		return JISR_BAD_INPUT;
	*ret_date = (struct date){first.from, last.to};
	return JISR_OK;
}

int date_read(const char *text, size_t length, struct date *ret_date)
{
	if (length == 21 && text[10] == '/')
		return read_range(text, ret_date);
	const char *at = text, *end = text + length;
	int year, month = 0, day = 0;
	if (!digits(&at, end, 4, 4, &year) || year < 1000 || year > 2999)
		return JISR_BAD_INPUT;
	if (at < end && (!separator(&at, end) || !digits(&at, end, 1, 2, &month) || month < 1 || month > 12))
		return JISR_BAD_INPUT;
	if (at < end &&
	    (!separator(&at, end) || !digits(&at, end, 1, 2, &day) || day < 1 || day > date_month_days(year, month)))
		return JISR_BAD_INPUT;
	if (at != end)
		return JISR_BAD_INPUT;
	ret_date->from = year * 10000 + (month ? month : 1) * 100 + (day ? day : 1);
	ret_date->to = year * 10000 + (month ? month : 12) * 100;
	ret_date->to += day ? day : date_month_days(year, month ? month : 12);
	return JISR_OK;
}

int date_day_read(const char *text, size_t length, struct date *ret_date)
{
	struct date date;
	if (text == NULL || length != 10 || text[4] != '-' || text[7] != '-' ||
	    date_read(text, length, &date) != JISR_OK || !date_is_day(date))
		return JISR_BAD_INPUT;
	if (ret_date != NULL)
		*ret_date = date;
	return JISR_OK;
}

bool date_known(struct date date)
{
	return date.from != 0;
}

bool date_is_day(struct date date)
{
	return date_known(date) && date.from == date.to;
}

bool date_overlap(struct date a, struct date b)
{
	return date_known(a) && date_known(b) && a.from <= b.to && b.from <= a.to;
}

int date_year_distance(struct date a, struct date b)
{
	int first = b.from / 10000 - a.to / 10000;
	int second = a.from / 10000 - b.to / 10000;
	int distance = first > second ? first : second;
	return distance > 0 ? distance : 0;
}

void date_write(struct date date, char out[DATE_TEXT_MAX])
{
	int from_year = date.from / 10000, from_month = date.from / 100 % 100, from_day = date.from % 100;
	int to_year = date.to / 10000, to_month = date.to / 100 % 100, to_day = date.to % 100;
	if (!date_known(date))
		out[0] = '\0';
	else if (date.from == date.to)
		(void)snprintf(out, DATE_TEXT_MAX, "%04d-%02d-%02d", from_year % 10000, from_month, from_day);
	else if (from_year == to_year && from_month == 1 && from_day == 1 && to_month == 12 && to_day == 31)
		(void)snprintf(out, DATE_TEXT_MAX, "%04d", from_year % 10000);
	else if (from_year == to_year && from_month == to_month && from_day == 1 &&
	         to_day == date_month_days(to_year, to_month))
		(void)snprintf(out, DATE_TEXT_MAX, "%04d-%02d", from_year % 10000, from_month);
	else
		(void)snprintf(out, DATE_TEXT_MAX, "%04d-%02d-%02d/%04d-%02d-%02d", from_year % 10000, from_month,
		               from_day, to_year % 10000, to_month, to_day);
}
