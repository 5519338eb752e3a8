#include "web/workers.h"

#include <pthread.h>

#define WORKERS_MAX 256

struct workers {
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	workers_function function;
	void *context;
	bool stopping;
	size_t size, first, count; /* of the ring */
	void **ring;
	size_t thread_count;
	pthread_t threads[WORKERS_MAX];
};

static void *work(void *context)
{
	struct workers *workers = context;
	(void)pthread_mutex_lock(&workers->mutex);
	for (;;) {
		while (workers->count == 0 && !workers->stopping)
			(void)pthread_cond_wait(&workers->wake, &workers->mutex);
		if (workers->count == 0)
			break;
		void *piece = workers->ring[workers->first];
		workers->first = (workers->first + 1) % workers->size;
		workers->count--;
		(void)pthread_mutex_unlock(&workers->mutex);
		workers->function(workers->context, piece);
		(void)pthread_mutex_lock(&workers->mutex);
	}
	(void)pthread_mutex_unlock(&workers->mutex);
	return NULL;
}

int workers_new(size_t threads, size_t queue, workers_function function, void *context, struct workers **ret_workers)
{
	CLEANUP(workers_freep) struct workers *workers = memory_zero(1, sizeof *workers);
	if (workers == NULL)
		return JISR_NO_MEMORY;
	(void)pthread_mutex_init(&workers->mutex, NULL);
	(void)pthread_cond_init(&workers->wake, NULL);
	workers->function = function;
	workers->context = context;
	workers->size = queue > 0 ? queue : 1;
	workers->ring = memory_zero(workers->size, sizeof *workers->ring);
	if (workers->ring == NULL)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < threads && i < WORKERS_MAX; i++) {
		if (pthread_create(&workers->threads[i], NULL, work, workers) != 0)
			return JISR_NO_MEMORY;
		workers->thread_count++;
	}
	*ret_workers = workers;
	workers = NULL;
	return JISR_OK;
}

struct workers *workers_free(struct workers *workers)
{
	if (workers == NULL)
		return NULL;
	(void)pthread_mutex_lock(&workers->mutex);
	workers->stopping = true;
	(void)pthread_cond_broadcast(&workers->wake);
	(void)pthread_mutex_unlock(&workers->mutex);
	for (size_t i = 0; i < workers->thread_count; i++)
		(void)pthread_join(workers->threads[i], NULL);
	(void)pthread_cond_destroy(&workers->wake);
	(void)pthread_mutex_destroy(&workers->mutex);
	memory_free(workers->ring);
	return memory_free(workers);
}

bool workers_put(struct workers *workers, void *piece)
{
	(void)pthread_mutex_lock(&workers->mutex);
	bool fits = workers->count < workers->size && !workers->stopping;
	if (fits) {
		workers->ring[(workers->first + workers->count++) % workers->size] = piece;
		(void)pthread_cond_signal(&workers->wake);
	}
	(void)pthread_mutex_unlock(&workers->mutex);
	return fits;
}

size_t workers_waiting(struct workers *workers)
{
	(void)pthread_mutex_lock(&workers->mutex);
	size_t count = workers->count;
	(void)pthread_mutex_unlock(&workers->mutex);
	return count;
}
