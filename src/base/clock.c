#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_milliseconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

double clock_seconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct timespec clock_after(int64_t milliseconds)
{
	struct timespec moment = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &moment);
	moment.tv_sec += milliseconds / 1000;
	moment.tv_nsec += milliseconds % 1000 * 1000000;
	moment.tv_sec += moment.tv_nsec / 1000000000;
	moment.tv_nsec %= 1000000000;
	return moment;
}

int64_t clock_wall(void)
{
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *clock_utc(char out[CLOCK_UTC_MAX])
{
	return clock_utc_at(clock_wall() / 1000, out);
}

const char *clock_utc_exact(char out[CLOCK_UTC_MAX])
{
	int64_t now = clock_wall();
	size_t length = strlen(clock_utc_at(now / 1000, out)) - 1;
	(void)snprintf(out + length, CLOCK_UTC_MAX - length, ".%03dZ", (int)(now % 1000));
	return out;
}

const char *clock_utc_at(int64_t seconds, char out[CLOCK_UTC_MAX])
{
	const time_t moment = (time_t)seconds;
	struct tm parts = {.tm_mday = 1};
	(void)gmtime_r(&moment, &parts);
	(void)strftime(out, CLOCK_UTC_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return out;
}

bool clock_utc_read(const char *utc, int64_t *ret_seconds)
{
	struct tm parts = {0};
	if (strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts) == NULL)
		return false;
	*ret_seconds = (int64_t)timegm(&parts);
	return true;
}

double clock_age(const char *utc)
{
	int64_t moment, now = clock_wall() / 1000;
	if (!clock_utc_read(utc, &moment))
		return -1;
	return now > moment ? (double)(now - moment) : 0;
}
