#include "base/clock.h"

#include <stdio.h>
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

static struct timespec write_second(char out[CLOCK_UTC_MAX])
{
	struct timespec now;
	struct tm parts;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &parts);
	(void)strftime(out, CLOCK_UTC_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return now;
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
	(void)write_second(out);
	return out;
}

const char *clock_utc_exact(char out[CLOCK_UTC_MAX])
{
	struct timespec now = write_second(out);
	size_t length = strlen(out) - 1;
	(void)snprintf(out + length, CLOCK_UTC_MAX - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
	return out;
}

double clock_age(const char *utc)
{
	struct tm parts = {0};
	if (strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts) == NULL)
		return -1;
	double age = difftime(time(NULL), timegm(&parts));
	return age > 0 ? age : 0;
}
