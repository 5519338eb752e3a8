/* A posting: one form that holds a part, with what rules most forms out without their being read. Private to segment*.c
 * and check*.c. */
#ifndef JISR_WATCH_SEGMENT_POSTING_H
#define JISR_WATCH_SEGMENT_POSTING_H

#include "base/date.h"

#include <stdint.h>

/* What is known of several bearers: rules most forms, and most rare parts, out without being read. */
struct summary {
	uint8_t year_from, year_to; /* posting_year of all births; 0 and 255 when one is not known */
	uint8_t day;                /* posting_day of the only birth, 0 when there are several */
	uint8_t country;            /* posting_country of the only one that all have; 0 else */
};

/* A form under one of its parts, with its other naming parts and its bearers. */
#define POSTING_OTHERS 4
struct posting {
	uint32_t form;
	uint16_t others[POSTING_OTHERS]; /* part_mark, 0 = none; [0] is POSTING_MORE when there are more */
	struct summary bearers;
};
_Static_assert(sizeof(struct posting) == 16, "stored");
#define POSTING_MORE UINT16_MAX

/* A part in 16 bits, never 0 nor POSTING_MORE: several parts may share one. */
static inline uint16_t part_mark(uint32_t part)
{
	return (uint16_t)((part * 0x9e3779b1u >> 16) % (POSTING_MORE - 1) + 1);
}

/* A year from 1 to 254; those before 1881 and after 2133 share the ends. */
#define POSTING_YEAR_LEAST 1
#define POSTING_YEAR_MOST  254
#define POSTING_YEAR_ZERO  1880
static inline uint8_t posting_year(int year)
{
	int from_zero = year - POSTING_YEAR_ZERO;
	return (uint8_t)(from_zero < POSTING_YEAR_LEAST  ? POSTING_YEAR_LEAST
	                 : from_zero > POSTING_YEAR_MOST ? POSTING_YEAR_MOST
	                                                 : from_zero);
}

/* Month and day in 1 to 255: equal days are equal numbers. */
static inline uint8_t posting_day(struct date date)
{
	return (uint8_t)(1 + (unsigned)(date.from / 100 % 100 * 31 + date.from % 100) % 255u);
}

/* A country in 1 to 255: equal countries are equal numbers. */
static inline uint8_t posting_country(uint16_t code)
{
	return (uint8_t)(1 + (unsigned)((code >> 8) * 26 + (code & 0xff)) % 255u);
}

#endif
