#include "web/postman.h"

#include "base/clock.h"
#include "message/message.h"
#include "web/log.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define CLEAN_EVERY 86400.0 /* seconds */
#define WARN_EVERY  60.0

struct postman {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool ending;
};

static void look(struct postman *postman, double *cleaned, double *warned)
{
	struct problem problem = {""};
	uint64_t count = 0;
	double now = clock_seconds();
	int error = message_collect(postman->store, &count, &problem);
	if (!error && now - *cleaned > CLEAN_EVERY) {
		*cleaned = now;
		error = message_clean(postman->store, &problem);
	}
	if (error && now - *warned > WARN_EVERY) {
		*warned = now;
		log_say(LOG_LEVEL_WARNING, "receipts of messages wait: %s", problem.text);
	}
}

static void *run(void *argument)
{
	struct postman *postman = argument;
	double cleaned = clock_seconds(), warned = -WARN_EVERY;
	(void)pthread_mutex_lock(&postman->lock);
	while (!postman->ending) {
		struct timespec until;
		(void)pthread_mutex_unlock(&postman->lock);
		look(postman, &cleaned, &warned);
		(void)pthread_mutex_lock(&postman->lock);
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += POSTMAN_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (!postman->ending)
			(void)pthread_cond_timedwait(&postman->woken, &postman->lock, &until);
	}
	(void)pthread_mutex_unlock(&postman->lock);
	return NULL;
}

int postman_start(struct store *store, struct postman **ret_postman, struct problem *problem)
{
	struct postman *postman = memory_zero(1, sizeof *postman);
	sigset_t all, before;
	if (postman == NULL)
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	postman->store = store;
	(void)pthread_mutex_init(&postman->lock, NULL);
	(void)pthread_cond_init(&postman->woken, NULL);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int code = pthread_create(&postman->thread, NULL, run, postman);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code != 0) {
		memory_free(postman);
		return problem_set(problem, JISR_NO_MEMORY, "no thread can be started: %s", strerror(code));
	}
	*ret_postman = postman;
	return JISR_OK;
}

struct postman *postman_stop(struct postman *postman)
{
	if (postman == NULL)
		return NULL;
	(void)pthread_mutex_lock(&postman->lock);
	postman->ending = true;
	(void)pthread_cond_signal(&postman->woken);
	(void)pthread_mutex_unlock(&postman->lock);
	(void)pthread_join(postman->thread, NULL);
	(void)pthread_cond_destroy(&postman->woken);
	(void)pthread_mutex_destroy(&postman->lock);
	return memory_free(postman);
}
