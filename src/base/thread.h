/* Threads of a program whose signals go to the one thread that expects them, and how they wait for each other. */
#ifndef JISR_BASE_THREAD_H
#define JISR_BASE_THREAD_H

#include "base/error.h"

#include <pthread.h>

/* Starts a thread that takes no signal; to be joined. JISR_NO_MEMORY, with a sentence. */
int thread_start(pthread_t *thread, void *(*run)(void *), void *context, struct problem *problem);

/* A condition whose timed waits end at a moment of clock_after: whoever sets the calendar's clock makes nobody wait longer.
 * Destroyed as every other. */
void thread_wait_init(pthread_cond_t *condition);

#endif
