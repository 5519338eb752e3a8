#include "base/thread.h"

#include <signal.h>
#include <string.h>
#include <time.h>

int thread_start(pthread_t *thread, void *(*run)(void *), void *context, struct problem *problem)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int code = pthread_create(thread, NULL, run, context);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code == 0 ? JISR_OK
	                 : problem_set(problem, JISR_NO_MEMORY, "no thread can be started: %s", strerror(code));
}

void thread_wait_init(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(condition, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
}
