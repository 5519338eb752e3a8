#include "web/renewer.h"

#include "base/memory.h"
#include "base/thread.h"
#include "web/yente_index.h"

#include <pthread.h>
#include <stdatomic.h>

struct renewer {
	struct service *service;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards `asked` */
	pthread_cond_t change;
	bool asked;
	bool search;         /* set before the thread starts */
	_Atomic bool behind; /* see renewer_ready */
	_Atomic bool ending;
};

static void *renew(void *argument)
{
	struct renewer *renewer = argument;
	pthread_mutex_lock(&renewer->mutex);
	while (!atomic_load(&renewer->ending)) {
		if (!renewer->asked) {
			pthread_cond_wait(&renewer->change, &renewer->mutex);
			continue;
		}
		renewer->asked = false;
		pthread_mutex_unlock(&renewer->mutex);
		const struct lists *lists = service_lists(renewer->service, NULL);
		/* Without memory for it now, the first who asks tries again. */
		(void)yente_index_renew(lists, renewer->search, &renewer->ending);
		atomic_store(&renewer->behind, false);
		service_lists_release(renewer->service, lists);
		pthread_mutex_lock(&renewer->mutex);
	}
	pthread_mutex_unlock(&renewer->mutex);
	return NULL;
}

int renewer_new(struct service *service, bool search, struct renewer **ret_renewer, struct problem *problem)
{
	struct renewer *renewer = memory_zero(1, sizeof *renewer);
	if (renewer == NULL)
		return problem_no_memory(problem);
	renewer->service = service;
	renewer->asked = true;
	renewer->search = search;
	atomic_store(&renewer->behind, search);
	pthread_mutex_init(&renewer->mutex, NULL);
	pthread_cond_init(&renewer->change, NULL);
	int error = thread_start(&renewer->thread, renew, renewer, problem);
	if (error) {
		pthread_cond_destroy(&renewer->change);
		pthread_mutex_destroy(&renewer->mutex);
		memory_free(renewer);
		return error;
	}
	*ret_renewer = renewer;
	return JISR_OK;
}

bool renewer_ready(const struct renewer *renewer)
{
	return !atomic_load(&renewer->behind);
}

void renewer_look(struct renewer *renewer)
{
	pthread_mutex_lock(&renewer->mutex);
	renewer->asked = true;
	pthread_cond_signal(&renewer->change);
	pthread_mutex_unlock(&renewer->mutex);
}

struct renewer *renewer_free(struct renewer *renewer)
{
	if (renewer == NULL)
		return NULL;
	pthread_mutex_lock(&renewer->mutex);
	atomic_store(&renewer->ending, true);
	pthread_cond_signal(&renewer->change);
	pthread_mutex_unlock(&renewer->mutex);
	pthread_join(renewer->thread, NULL);
	pthread_cond_destroy(&renewer->change);
	pthread_mutex_destroy(&renewer->mutex);
	return memory_free(renewer);
}
