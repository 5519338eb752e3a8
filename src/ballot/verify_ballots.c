/* Threads take CHUNK ballots at a time from a counter. Each reads its ballots, checks their form and proofs, collects
 * their elements until there are enough for a membership test, and multiplies them into a tally of its own. Memory is
 * that of a few chunks a thread and 12 bytes a ballot, however long the archive is.
 *
 * Of several ballots that are wrong the first in the archive's order is told: a thread that finds one goes on only with
 * ballots before it, and all chunks before it are worked off by somebody.
 *
 * All ballots are multiplied into the tally, also those that a later one of the same credential replaces; these are then
 * read once more and divided out. So nobody has to know beforehand which are the last. */
#include "ballot/verify_ballots.h"

#include "ballot/ballot_private.h"
#include "base/arena.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define CHUNK       16 /* ballots; 24 lanes full of jobs already with one question of a dozen choices */
#define MEMBERSHIP  4096
#define MAX_THREADS 64

struct work {
	const struct archive *archive;
	const struct ballot_context *context;
	const struct credential_list *list;
	struct verify_ballot *ballots;
	size_t count;
	size_t elements; /* of a ballot */
	const struct verify_options *options;
	_Atomic size_t next;  /* ballot that nobody has taken yet */
	_Atomic size_t wrong; /* first ballot known to be wrong, or what ends the work: 0 when cancelled */
	pthread_mutex_t lock; /* over what follows, and progress */
	uint64_t done;
	int error;
	struct problem problem; /* of ballot `wrong` */
};

struct worker {
	struct work *work;
	struct tally *tally;
	struct ballot_batch *batch;
	struct membership *membership;
	struct power_space *space;
	struct arena *arena;
	pthread_t thread;
};

/* Remembers the first ballot that is wrong; SIZE_MAX means that no ballot is, but the work cannot go on. */
static void report(struct work *work, size_t ballot, int error, const struct problem *problem)
{
	(void)pthread_mutex_lock(&work->lock);
	bool ends = error != JISR_BAD_INPUT;
	bool ended = work->error != JISR_OK && work->error != JISR_BAD_INPUT;
	if (!ended && (ends || ballot < work->wrong)) {
		work->error = error;
		work->wrong = ends ? 0 : ballot;
		if (problem != NULL)
			work->problem = *problem;
	}
	(void)pthread_mutex_unlock(&work->lock);
}

static int read_ballot(const struct work *work, size_t index, struct arena *arena, struct ballot **ret_ballot,
                       struct problem *problem)
{
	struct archive_entry entry = archive_get(work->archive, work->ballots[index].payload);
	return ballot_read(work->context, entry.bytes, entry.length, arena, ret_ballot, problem);
}

/* Reads a ballot, finds its voter. */
static int take_ballot(struct worker *worker, size_t index, struct ballot **ret_ballot, struct problem *problem)
{
	struct work *work = worker->work;
	int error = read_ballot(work, index, worker->arena, ret_ballot, problem);
	if (error != JISR_OK)
		return error;
	size_t voter = credential_list_find(work->list, &(*ret_ballot)->credential);
	if (voter == SIZE_MAX)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the ballot's credential is not in the list of public credentials");
	work->ballots[index].voter = (uint32_t)voter;
	return JISR_OK;
}

static void check_membership(struct worker *worker)
{
	struct work *work = worker->work;
	uint64_t label;
	if (membership_count(worker->membership) > 0 && !membership_check(worker->membership, worker->space, &label)) {
		struct problem problem = {0};
		struct ballot *ballot;
		size_t index = label / work->elements;
		arena_reset(worker->arena);
		int error = read_ballot(work, index, worker->arena, &ballot, &problem);
		if (error == JISR_OK)
			error = ballot_member_problem(work->context, ballot, label % work->elements, &problem);
		report(work, index, error, &problem);
	}
	membership_reset(worker->membership);
}

/* The proofs of a chunk; the ballots before the first that is wrong count. */
static void check_proofs(struct worker *worker, size_t first, const struct ballot *const ballots[], size_t count)
{
	struct work *work = worker->work;
	struct problem problem = {0};
	size_t wrong;
	int error = ballot_batch_check(work->context, worker->batch, ballots, count, &wrong, &problem);
	if (error == JISR_BAD_INPUT) {
		/* An element outside the group spoils proofs; say that, when it is so. */
		(void)ballot_check(work->context, ballots[wrong], &problem);
		report(work, first + wrong, error, &problem);
	} else if (error != JISR_OK) {
		report(work, SIZE_MAX, error, &problem);
	}
	for (size_t i = 0; error == JISR_OK && i < count; i++)
		tally_add(worker->tally, ballots[i],
		          credential_list_get(work->list, work->ballots[first + i].voter)->weight);
}

static void tell_progress(struct work *work, size_t count)
{
	(void)pthread_mutex_lock(&work->lock);
	work->done += count;
	bool stop = work->options->progress != NULL &&
	            work->options->progress(work->options->context, work->done, work->count);
	(void)pthread_mutex_unlock(&work->lock);
	if (stop)
		report(work, SIZE_MAX, JISR_CANCELLED, NULL);
}

static void check_chunk(struct worker *worker, size_t first, size_t count)
{
	struct work *work = worker->work;
	struct ballot *ballots[CHUNK];
	struct problem problem = {0};
	if (membership_count(worker->membership) + count * work->elements > work->elements * CHUNK + MEMBERSHIP)
		check_membership(worker);
	arena_reset(worker->arena);
	for (size_t i = 0; i < count; i++) {
		int error = take_ballot(worker, first + i, &ballots[i], &problem);
		if (error == JISR_OK)
			error = ballot_add_members(worker->membership, ballots[i], (first + i) * work->elements);
		if (error != JISR_OK) {
			report(work, error == JISR_NO_MEMORY ? SIZE_MAX : first + i,
			       error == JISR_NO_MEMORY ? error : JISR_BAD_INPUT, &problem);
			count = i;
		}
	}
	if (count > 0)
		check_proofs(worker, first, (const struct ballot *const *)ballots, count);
	tell_progress(work, count);
}

static void *run(void *context)
{
	struct worker *worker = context;
	struct work *work = worker->work;
	size_t first;
	while ((first = atomic_fetch_add(&work->next, CHUNK)) < work->count && first < work->wrong)
		check_chunk(worker, first, work->count - first < CHUNK ? work->count - first : CHUNK);
	check_membership(worker);
	return NULL;
}

static void worker_finish(struct worker *worker)
{
	(void)tally_free(worker->tally);
	(void)ballot_batch_free(worker->batch);
	(void)membership_free(worker->membership);
	(void)power_space_free(worker->space);
	(void)arena_free(worker->arena);
}

static int worker_init(struct worker *worker, struct work *work)
{
	worker->work = work;
	int error = tally_new(work->context->election, &worker->tally);
	if (error == JISR_OK)
		error = ballot_batch_new(&worker->batch);
	if (error == JISR_OK)
		error = membership_new(work->context->group, work->elements * CHUNK + MEMBERSHIP, &worker->membership);
	if (error == JISR_OK)
		error = power_space_new(&worker->space);
	if (error == JISR_OK)
		error = arena_new(BALLOT_ARENA, &worker->arena);
	return error;
}

static unsigned thread_count(const struct verify_options *options, size_t ballots)
{
	long processors = options->threads > 0 ? (long)options->threads : sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (unsigned)processors;
	size_t useful = (ballots + CHUNK - 1) / CHUNK;
	return useful < threads ? (useful == 0 ? 1 : (unsigned)useful) : threads;
}

/* The first worker runs in the thread that asked. */
static int run_workers(struct work *work, struct tally **ret_tally)
{
	struct worker workers[MAX_THREADS] = {0};
	unsigned count = thread_count(work->options, work->count), started = 1;
	int error = JISR_OK;
	for (unsigned i = 0; i < count && error == JISR_OK; i++)
		error = worker_init(&workers[i], work);
	if (error == JISR_OK) {
		while (started < count && pthread_create(&workers[started].thread, NULL, run, &workers[started]) == 0)
			started++; /* with fewer threads it only takes longer */
		(void)run(&workers[0]);
		for (unsigned i = 1; i < started; i++)
			(void)pthread_join(workers[i].thread, NULL);
	}
	for (unsigned i = 1; i < count && error == JISR_OK; i++)
		tally_merge(workers[0].tally, workers[i].tally);
	if (error == JISR_OK) {
		*ret_tally = workers[0].tally;
		workers[0].tally = NULL;
	}
	for (unsigned i = 0; i < count; i++)
		worker_finish(&workers[i]);
	return error;
}

/* Takes the ballots out of the tally that a later one of the same credential replaces. */
static int divide_replaced(const struct work *work, struct tally *tally)
{
	CLEANUP(memory_freep) uint32_t *last = memory_zero(credential_list_count(work->list), sizeof *last);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(tally_freep) struct tally *replaced = NULL;
	if (last == NULL || arena_new(BALLOT_ARENA, &arena) != JISR_OK ||
	    tally_new(work->context->election, &replaced) != JISR_OK)
		return JISR_NO_MEMORY;
	for (size_t i = 0; i < work->count; i++)
		last[work->ballots[i].voter] = (uint32_t)i;
	for (size_t i = 0; i < work->count; i++) {
		struct ballot *ballot;
		size_t voter = work->ballots[i].voter;
		if (last[voter] == i)
			continue;
		arena_reset(arena);
		int error = read_ballot(work, i, arena, &ballot, NULL);
		if (error != JISR_OK)
			return error;
		tally_add(replaced, ballot, credential_list_get(work->list, voter)->weight);
	}
	if (replaced->ballots == 0)
		return JISR_OK;
	for (size_t i = 0; i < tally->count; i++) {
		struct ciphertext *sum = &tally->ciphertexts[i];
		const struct group *group = work->context->group;
		element_divide(group, &sum->alpha, &replaced->ciphertexts[i].alpha, &sum->alpha);
		element_divide(group, &sum->beta, &replaced->ciphertexts[i].beta, &sum->beta);
	}
	tally->ballots -= replaced->ballots;
	tally->weight -= replaced->weight;
	return JISR_OK;
}

int verify_ballots(const struct archive *archive, const struct election *election, const struct credential_list *list,
                   struct verify_ballot *ballots, size_t count, const struct verify_options *options,
                   struct tally **ret_tally, size_t *ret_wrong, struct problem *problem)
{
	CLEANUP(ballot_context_freep) struct ballot_context *context = NULL;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	*ret_wrong = SIZE_MAX;
	int error = ballot_context_new(election, &context, problem);
	if (error != JISR_OK)
		return error;
	struct work work = {.archive = archive,
	                    .context = context,
	                    .list = list,
	                    .ballots = ballots,
	                    .count = count,
	                    .elements = 1,
	                    .options = options,
	                    .wrong = SIZE_MAX};
	for (size_t i = 0; i < election->question_count; i++)
		work.elements += 2 * question_choices(&election->questions[i]);
	(void)pthread_mutex_init(&work.lock, NULL);
	error = run_workers(&work, &tally);
	(void)pthread_mutex_destroy(&work.lock);
	if (error == JISR_OK && work.error != JISR_OK) {
		error = work.error;
		if (problem != NULL)
			*problem = work.problem;
		*ret_wrong = error == JISR_BAD_INPUT ? work.wrong : SIZE_MAX;
		return error;
	}
	if (error == JISR_OK)
		error = divide_replaced(&work, tally);
	if (error != JISR_OK)
		return problem_set(problem, error, "there is no memory left to check the ballots");
	*ret_tally = tally;
	tally = NULL;
	return JISR_OK;
}
