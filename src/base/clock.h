/* Time: a clock that only goes forward, for limits and measuring; and the calendar's, for people. */
#ifndef JISR_BASE_CLOCK_H
#define JISR_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Seconds since some moment, never backwards, whatever is done to the system's date. */
double clock_seconds(void);
int64_t clock_milliseconds(void);

/* The moment so many milliseconds from now on the clock that only goes forward, for waits by CLOCK_MONOTONIC. */
struct timespec clock_after(int64_t milliseconds);

/* The calendar's time in milliseconds since 1970, UTC: may step when the system's date is set. */
int64_t clock_wall(void);

/* The moment now, UTC: "2026-11-23T21:00:00Z". Returns out. */
#define CLOCK_UTC_MAX 32
const char *clock_utc(char out[CLOCK_UTC_MAX]);

/* The same with milliseconds: "2026-11-23T21:00:00.123Z". */
const char *clock_utc_exact(char out[CLOCK_UTC_MAX]);

/* A moment of so many seconds since 1970 written so, and back: false when the text is no such moment. */
const char *clock_utc_at(int64_t seconds, char out[CLOCK_UTC_MAX]);
bool clock_utc_read(const char *utc, int64_t *ret_seconds);

/* Seconds from a moment written so until now; 0 for one to come, negative when the text is no such moment. */
double clock_age(const char *utc);

#endif
