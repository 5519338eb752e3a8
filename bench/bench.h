/* What the benchmarks share: a clock, percentiles, where the data lies. */
#ifndef JISR_BENCH_BENCH_H
#define JISR_BENCH_BENCH_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds since some fixed moment. */
static inline double bench_now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static inline int bench_by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* Sorts the values; what `share` (0 to 1) of them do not exceed. 0 when there are none. */
static inline double bench_percentile(double *values, size_t count, double share)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof *values, bench_by_value);
	size_t at = (size_t)(share * (double)count);
	return values[at < count ? at : count - 1];
}

/* Path of a file of the published lists and test sets: $JISR_SHARED/data/NAME, ../shared/data/NAME without it. */
static inline void bench_path(char *path, size_t size, const char *name)
{
	const char *shared = getenv("JISR_SHARED");
	(void)snprintf(path, size, "%s/data/%s", shared != NULL ? shared : "../shared", name);
}

#endif
