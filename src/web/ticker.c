#include "web/ticker.h"

#include "base/clock.h"
#include "base/thread.h"

#include <stdbool.h>
#include <time.h>

struct ticker {
	int every; /* milliseconds */
	void (*look)(void *context);
	void *context;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool ending;
};

static void *run(void *argument)
{
	struct ticker *ticker = argument;
	(void)pthread_mutex_lock(&ticker->lock);
	while (!ticker->ending) {
		(void)pthread_mutex_unlock(&ticker->lock);
		ticker->look(ticker->context);
		(void)pthread_mutex_lock(&ticker->lock);
		struct timespec until = clock_after(ticker->every);
		if (!ticker->ending)
			(void)pthread_cond_timedwait(&ticker->woken, &ticker->lock, &until);
	}
	(void)pthread_mutex_unlock(&ticker->lock);
	return NULL;
}

int ticker_start(int every, void (*look)(void *context), void *context, struct ticker **ret_ticker,
                 struct problem *problem)
{
	struct ticker *ticker = memory_zero(1, sizeof *ticker);
	if (ticker == NULL)
		return problem_no_memory(problem);
	*ticker = (struct ticker){.every = every, .look = look, .context = context};
	(void)pthread_mutex_init(&ticker->lock, NULL);
	thread_wait_init(&ticker->woken);
	int error = thread_start(&ticker->thread, run, ticker, problem);
	if (error) {
		memory_free(ticker);
		return error;
	}
	*ret_ticker = ticker;
	return JISR_OK;
}

struct ticker *ticker_stop(struct ticker *ticker)
{
	if (ticker == NULL)
		return NULL;
	(void)pthread_mutex_lock(&ticker->lock);
	ticker->ending = true;
	(void)pthread_cond_signal(&ticker->woken);
	(void)pthread_mutex_unlock(&ticker->lock);
	(void)pthread_join(ticker->thread, NULL);
	(void)pthread_cond_destroy(&ticker->woken);
	(void)pthread_mutex_destroy(&ticker->lock);
	return memory_free(ticker);
}
