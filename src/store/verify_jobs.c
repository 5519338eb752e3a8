/* Signatures take most of verifying (tools/bench record: 42 µs of processor an entry in all). So the caller reads and
 * fills batches, which threads take slice by slice; when no batch is free, the caller takes slices, too. Batches are
 * emptied in the order in which they were filled, on the caller's thread.
 *
 * A batch goes FILLING -> OUT (jobs are taken) -> FILLING again once `done` has heard of all its jobs. `taken` and
 * `finished` change under the lock. */
#include "store/verify_private.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#define BATCH        256 /* jobs: few, so that the other threads begin while the caller fills the next */
#define BATCH_MEMORY ((size_t)8 << 20)
#define BATCH_FULL   ((size_t)1 << 20) /* bytes: it goes out before it has BATCH jobs */
#define SLICE        32
#define BATCHES      16

struct batch {
	struct verify_job *jobs; /* BATCH */
	struct arena *arena;
	size_t count, taken, finished;
	bool out;
};

struct verify_jobs {
	const char *log_name;
	verify_done done;
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	struct batch batches[BATCHES];
	size_t filling, oldest; /* numbers of batches, modulo BATCHES */
	bool stopping;
	pthread_t threads[VERIFY_MAX_THREADS];
	unsigned thread_count;
};

static void check(const struct verify_jobs *jobs, struct verify_job *job)
{
	size_t length;
	job->good = job->checkpoint ? note_open(job->verifier, job->note, job->note_length, &length, NULL) == JISR_OK
	                            : entry_signed_by(&job->entry, jobs->log_name, job->verifier);
}

/* Takes a slice of the oldest batch that has some left and checks it; false when there is none. Called with the lock. */
static bool work_once(struct verify_jobs *jobs)
{
	for (size_t i = 0; i < BATCHES; i++) {
		struct batch *batch = &jobs->batches[(jobs->oldest + i) % BATCHES];
		if (!batch->out || batch->taken == batch->count)
			continue;
		size_t from = batch->taken;
		size_t to = from + SLICE < batch->count ? from + SLICE : batch->count;
		batch->taken = to;
		(void)pthread_mutex_unlock(&jobs->lock);
		for (size_t j = from; j < to; j++)
			check(jobs, &batch->jobs[j]);
		(void)pthread_mutex_lock(&jobs->lock);
		batch->finished += to - from;
		if (batch->finished == batch->count)
			(void)pthread_cond_signal(&jobs->emptied);
		return true;
	}
	return false;
}

static void *run(void *context)
{
	struct verify_jobs *jobs = context;
	(void)pthread_mutex_lock(&jobs->lock);
	while (!jobs->stopping)
		if (!work_once(jobs))
			(void)pthread_cond_wait(&jobs->filled, &jobs->lock);
	(void)pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

/* Empties the oldest batch, working on it as long as there is work. Called with the lock. */
static void empty_oldest(struct verify_jobs *jobs)
{
	struct batch *batch = &jobs->batches[jobs->oldest];
	while (batch->finished < batch->count)
		if (!work_once(jobs))
			(void)pthread_cond_wait(&jobs->emptied, &jobs->lock);
	(void)pthread_mutex_unlock(&jobs->lock);
	for (size_t i = 0; i < batch->count; i++)
		jobs->done(jobs->context, &batch->jobs[i]);
	arena_reset(batch->arena);
	(void)pthread_mutex_lock(&jobs->lock);
	batch->count = batch->taken = batch->finished = 0;
	batch->out = false;
	jobs->oldest = (jobs->oldest + 1) % BATCHES;
}

static void send_out(struct verify_jobs *jobs)
{
	(void)pthread_mutex_lock(&jobs->lock);
	jobs->batches[jobs->filling].out = true;
	jobs->filling = (jobs->filling + 1) % BATCHES;
	(void)pthread_cond_broadcast(&jobs->filled);
	if (jobs->batches[jobs->filling].out)
		empty_oldest(jobs);
	(void)pthread_mutex_unlock(&jobs->lock);
}

int verify_jobs_add(struct verify_jobs *jobs, const struct verify_job *job)
{
	struct batch *batch = &jobs->batches[jobs->filling];
	struct verify_job *copy = &batch->jobs[batch->count];
	const char **bytes = job->checkpoint ? &copy->note : &copy->entry.header_bytes;
	size_t length = job->checkpoint ? job->note_length : job->entry.header_length;
	*copy = *job;
	*bytes = arena_text(batch->arena, job->checkpoint ? job->note : job->entry.header_bytes, length);
	if (*bytes == NULL)
		return JISR_NO_MEMORY;
	batch->count++;
	if (batch->count == BATCH || arena_used(batch->arena) > BATCH_FULL)
		send_out(jobs);
	return JISR_OK;
}

void verify_jobs_finish(struct verify_jobs *jobs)
{
	if (jobs->batches[jobs->filling].count > 0)
		send_out(jobs);
	(void)pthread_mutex_lock(&jobs->lock);
	while (jobs->batches[jobs->oldest].out)
		empty_oldest(jobs);
	(void)pthread_mutex_unlock(&jobs->lock);
}

int verify_jobs_new(unsigned threads, const char *log_name, verify_done done, void *context,
                    struct verify_jobs **ret_jobs, struct problem *problem)
{
	CLEANUP(verify_jobs_freep) struct verify_jobs *jobs = memory_zero(1, sizeof *jobs);
	if (jobs == NULL)
		return problem_no_memory(problem);
	jobs->log_name = log_name;
	jobs->done = done;
	jobs->context = context;
	(void)pthread_mutex_init(&jobs->lock, NULL);
	(void)pthread_cond_init(&jobs->filled, NULL);
	(void)pthread_cond_init(&jobs->emptied, NULL);
	for (size_t i = 0; i < BATCHES; i++) {
		jobs->batches[i].jobs = memory_zero(BATCH, sizeof *jobs->batches[i].jobs);
		if (jobs->batches[i].jobs == NULL || arena_new(BATCH_MEMORY, &jobs->batches[i].arena) != JISR_OK)
			return problem_no_memory(problem);
	}
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	/* The caller is one of them. A thread that cannot be started is done without. */
	while (jobs->thread_count + 1 < threads && jobs->thread_count < VERIFY_MAX_THREADS &&
	       pthread_create(&jobs->threads[jobs->thread_count], NULL, run, jobs) == 0)
		jobs->thread_count++;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	*ret_jobs = jobs;
	jobs = NULL;
	return JISR_OK;
}

struct verify_jobs *verify_jobs_free(struct verify_jobs *jobs)
{
	if (jobs == NULL)
		return NULL;
	(void)pthread_mutex_lock(&jobs->lock);
	jobs->stopping = true;
	(void)pthread_cond_broadcast(&jobs->filled);
	(void)pthread_mutex_unlock(&jobs->lock);
	for (unsigned i = 0; i < jobs->thread_count; i++)
		(void)pthread_join(jobs->threads[i], NULL);
	for (size_t i = 0; i < BATCHES; i++) {
		memory_free(jobs->batches[i].jobs);
		arena_free(jobs->batches[i].arena);
	}
	(void)pthread_mutex_destroy(&jobs->lock);
	(void)pthread_cond_destroy(&jobs->filled);
	(void)pthread_cond_destroy(&jobs->emptied);
	return memory_free(jobs);
}
