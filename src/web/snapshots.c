/* Invariants (all under `lock`)
 *   1. DIR/snapshots/PROCESS-N belongs to the kept one of that number; DIR/snapshots is emptied at the start.
 *   2. The making thread alone takes one out of WANTED, and gives it a number. It makes without the lock. */
#include "web/snapshots.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/sha256.h"
#include "base/thread.h"
#include "network/network.h"
#include "web/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOOK_MS      1000
#define NEW_SECONDS  86400.0       /* after its admission, a node that was not heard of is expected */
#define KEPT_SECONDS (2 * 86400.0) /* then a new one is made for who asks */
#define IDLE_SECONDS 600.0         /* one that nobody asks for may make room for another */
#define REST_SECONDS 60.0          /* after one could not be made */

enum state { FREE, WANTED, READY, FAILED };

struct kept {
	enum state state;
	struct replica replica;
	uint64_t number; /* of its folder */
	struct snapshot snapshot;
	uint64_t through;   /* up to which entry nothing forbids it */
	double made, asked; /* clock_seconds() */
};

struct snapshots {
	struct snapshots_options options;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started, stopping;
	uint64_t number;
	struct kept kept[SNAPSHOTS_MOST];
};

/* ---- files ---- */

static int folder_of(const struct snapshots *snapshots, uint64_t number, const char *file, char path[FILE_MAX_PATH])
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/" SNAPSHOT_FOLDER "/%ld-%llu%s%s",
	                      store_directory(snapshots->options.store), (long)getpid(), (unsigned long long)number,
	                      file[0] != '\0' ? "/" : "", file);
	return length < FILE_MAX_PATH ? JISR_OK : JISR_TOO_LARGE;
}

void snapshots_clear(const char *directory)
{
	char path[FILE_MAX_PATH];
	if (snprintf(path, sizeof path, "%s/" SNAPSHOT_FOLDER, directory) < (int)sizeof path)
		folder_remove(path);
}

static void throw_away(struct snapshots *snapshots, struct kept *kept, enum state state)
{
	char path[FILE_MAX_PATH];
	if (kept->state == READY && folder_of(snapshots, kept->number, "", path) == JISR_OK)
		folder_remove(path);
	kept->state = state;
}

static void make_anew(struct snapshots *snapshots, struct kept *kept)
{
	throw_away(snapshots, kept, WANTED);
	(void)pthread_cond_broadcast(&snapshots->changed);
}

/* ---- what is wanted ---- */

static bool same(const struct replica *one, const struct replica *other)
{
	bool equal = strcmp(one->office, other->office) == 0 && one->scope == other->scope &&
	             one->served_count == other->served_count;
	for (size_t i = 0; equal && i < one->served_count; i++)
		equal = strcmp(one->served[i], other->served[i]) == 0;
	return equal;
}

static struct kept *find(struct snapshots *snapshots, const struct replica *replica)
{
	for (struct kept *kept = snapshots->kept; kept < snapshots->kept + SNAPSHOTS_MOST; kept++)
		if (kept->state != FREE && same(&kept->replica, replica))
			return kept;
	return NULL;
}

/* Room for one more: a free place, else that of the one that was asked for longest ago. NULL: all are in use. */
static struct kept *room(struct snapshots *snapshots)
{
	struct kept *oldest = NULL;
	for (struct kept *kept = snapshots->kept; kept < snapshots->kept + SNAPSHOTS_MOST; kept++) {
		if (kept->state == FREE)
			return kept;
		if (kept->state != WANTED && (oldest == NULL || kept->asked < oldest->asked))
			oldest = kept;
	}
	if (oldest == NULL || clock_seconds() - oldest->asked < IDLE_SECONDS)
		return NULL;
	throw_away(snapshots, oldest, FREE);
	return oldest;
}

static struct kept *want(struct snapshots *snapshots, const struct replica *replica)
{
	struct kept *kept = find(snapshots, replica);
	if (kept == NULL && (kept = room(snapshots)) != NULL)
		*kept = (struct kept){.state = WANTED, .replica = *replica};
	if (kept != NULL && kept->state == FAILED && clock_seconds() - kept->made > REST_SECONDS)
		kept->state = WANTED;
	if (kept != NULL)
		kept->asked = clock_seconds();
	if (kept != NULL && kept->state == WANTED)
		(void)pthread_cond_broadcast(&snapshots->changed);
	return kept;
}

/* Whether it may be given now; one that may not is thrown away. */
static bool is_good(struct snapshots *snapshots, struct kept *kept, struct store_reader *reader)
{
	bool stale = true;
	if (snapshot_stale(reader, &kept->through, &stale, NULL) == JISR_OK && !stale)
		return true;
	make_anew(snapshots, kept);
	return false;
}

/* ---- giving ---- */

static int add_manifest(struct snapshots *snapshots, struct kept *kept, struct text *out)
{
	char path[FILE_MAX_PATH];
	int error = folder_of(snapshots, kept->number, SNAPSHOT_MANIFEST, path);
	if (!error)
		error = file_read(path, out, NULL);
	if (!error)
		return JISR_OK;
	make_anew(snapshots, kept); /* somebody emptied the folder */
	return JISR_BUSY;
}

int snapshots_manifest(struct snapshots *snapshots, const struct replica *replica, struct text *out,
                       struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(snapshots->options.store, &reader, problem);
	if (error)
		return error;
	if (store_reader_sequence(reader) < snapshots->options.least)
		return problem_set(problem, JISR_NOT_FOUND, "The log is short: it is followed from its first entry.");
	(void)pthread_mutex_lock(&snapshots->lock);
	struct kept *kept = want(snapshots, replica);
	if (kept != NULL && kept->state == READY && clock_seconds() - kept->made > KEPT_SECONDS)
		make_anew(snapshots, kept);
	error = JISR_BUSY;
	if (kept == NULL || kept->state == FAILED)
		error = JISR_NOT_FOUND;
	else if (kept->state == READY && is_good(snapshots, kept, reader))
		error = add_manifest(snapshots, kept, out);
	(void)pthread_mutex_unlock(&snapshots->lock);
	return error ? problem_set(problem, error, "%s",
	                           error == JISR_BUSY ? "The snapshot is being made." : "There is no snapshot.")
	             : JISR_OK;
}

static int add_piece(const char *path, uint64_t number, struct text *out)
{
	CLEANUP(memory_freep) char *bytes = memory_alloc(SNAPSHOT_PIECE);
	int fd = bytes == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return bytes == NULL ? JISR_NO_MEMORY : JISR_NOT_FOUND;
	ssize_t length = pread(fd, bytes, SNAPSHOT_PIECE, (off_t)(number * SNAPSHOT_PIECE));
	(void)close(fd);
	return length <= 0 ? JISR_NOT_FOUND : text_add(out, bytes, (size_t)length);
}

int snapshots_piece(struct snapshots *snapshots, const struct replica *replica, const char *name, uint64_t number,
                    struct text *out, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	char hex[SHA256_HEX], path[FILE_MAX_PATH] = "";
	int error = store_read(snapshots->options.store, &reader, problem);
	if (error)
		return error;
	(void)pthread_mutex_lock(&snapshots->lock);
	struct kept *kept = find(snapshots, replica);
	error = JISR_NOT_FOUND;
	if (kept != NULL && kept->state == READY && number < kept->snapshot.count && is_good(snapshots, kept, reader)) {
		(void)sodium_bin2hex(hex, sizeof hex, kept->snapshot.pieces, sizeof kept->snapshot.pieces);
		kept->asked = clock_seconds();
		if (strcmp(hex, name) == 0)
			error = folder_of(snapshots, kept->number, SNAPSHOT_FILE, path);
	}
	(void)pthread_mutex_unlock(&snapshots->lock);
	if (!error)
		error = add_piece(path, number, out);
	return error == JISR_NOT_FOUND ? problem_set(problem, error, "There is no such piece.") : error;
}

/* ---- making ---- */

static bool stops(void *context)
{
	struct snapshots *snapshots = context;
	(void)pthread_mutex_lock(&snapshots->lock);
	bool stopping = snapshots->stopping;
	(void)pthread_mutex_unlock(&snapshots->lock);
	return stopping;
}

/* Called with the lock, which is let go meanwhile. */
static void make(struct snapshots *snapshots, struct kept *kept)
{
	char folder[FILE_MAX_PATH], above[FILE_MAX_PATH];
	const struct replica replica = kept->replica;
	struct snapshot snapshot;
	struct problem problem = {""};
	uint64_t number = ++snapshots->number;
	(void)pthread_mutex_unlock(&snapshots->lock);
	(void)snprintf(above, sizeof above, "%.4000s/" SNAPSHOT_FOLDER, store_directory(snapshots->options.store));
	int error = file_make_folder(above, &problem);
	if (!error)
		error = folder_of(snapshots, number, "", folder);
	if (!error)
		error = snapshot_make(snapshots->options.store, &replica, folder, stops, snapshots, &snapshot,
		                      &problem);
	if (error)
		folder_remove(folder);
	if (error && error != JISR_CANCELLED) {
		const struct log_field fields[] = {
			{"office", replica.office, 0},
			{"reason", problem.text[0] != '\0' ? problem.text : error_text(error), 0}};
		log_event(LOG_LEVEL_ERROR, "network-snapshot-failed", fields, 2);
	}
	(void)pthread_mutex_lock(&snapshots->lock);
	kept->made = clock_seconds();
	kept->state = error ? FAILED : READY;
	if (error)
		return;
	kept->number = number;
	kept->snapshot = snapshot;
	kept->through = snapshot.size;
}

static bool expect(void *context, const struct network_node *node)
{
	struct snapshots *snapshots = context;
	struct replica replica = {.scope = REPLICA_ALL};
	double age = clock_age(node->admitted);
	if (node->ended || age < 0 || age > NEW_SECONDS ||
	    snapshots->options.seen(snapshots->options.context, node->name))
		return true;
	network_replica(node->office, node->kind, &node->served, &replica);
	(void)pthread_mutex_lock(&snapshots->lock);
	(void)want(snapshots, &replica);
	(void)pthread_mutex_unlock(&snapshots->lock);
	return true;
}

/* Nodes that were admitted and will come; and what may not be given any more is thrown away, asked for or not. */
static void look(struct snapshots *snapshots, uint64_t *looked)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	if (store_read(snapshots->options.store, &reader, NULL) != JISR_OK)
		return;
	uint64_t size = store_reader_sequence(reader);
	if (size == *looked)
		return;
	*looked = size;
	(void)pthread_mutex_lock(&snapshots->lock);
	for (struct kept *kept = snapshots->kept; kept < snapshots->kept + SNAPSHOTS_MOST; kept++)
		if (kept->state == READY && clock_seconds() - kept->made > KEPT_SECONDS &&
		    clock_seconds() - kept->asked > IDLE_SECONDS)
			throw_away(snapshots, kept, FREE);
		else if (kept->state == READY && !is_good(snapshots, kept, reader) &&
		         clock_seconds() - kept->asked > IDLE_SECONDS)
			kept->state = FREE; /* nobody waits for it */
	(void)pthread_mutex_unlock(&snapshots->lock);
	if (size >= snapshots->options.least)
		(void)network_nodes(store_reader_sql(reader), NULL, expect, snapshots, NULL);
}

static void *run(void *context)
{
	struct snapshots *snapshots = context;
	uint64_t looked = 0;
	(void)setpriority(PRIO_PROCESS, 0, 10); /* this thread, and those that it starts */
	(void)pthread_mutex_lock(&snapshots->lock);
	while (!snapshots->stopping) {
		struct kept *kept = snapshots->kept;
		while (kept < snapshots->kept + SNAPSHOTS_MOST && kept->state != WANTED)
			kept++;
		if (kept < snapshots->kept + SNAPSHOTS_MOST) {
			make(snapshots, kept);
			continue;
		}
		const struct timespec until = clock_after(LOOK_MS);
		(void)pthread_cond_timedwait(&snapshots->changed, &snapshots->lock, &until);
		if (snapshots->stopping)
			break;
		(void)pthread_mutex_unlock(&snapshots->lock);
		look(snapshots, &looked);
		(void)pthread_mutex_lock(&snapshots->lock);
	}
	(void)pthread_mutex_unlock(&snapshots->lock);
	return NULL;
}

/* ---- life ---- */

int snapshots_new(const struct snapshots_options *options, struct snapshots **ret_snapshots, struct problem *problem)
{
	CLEANUP(snapshots_freep) struct snapshots *snapshots = memory_zero(1, sizeof *snapshots);
	if (snapshots == NULL)
		return problem_no_memory(problem);
	snapshots->options = *options;
	(void)pthread_mutex_init(&snapshots->lock, NULL);
	thread_wait_init(&snapshots->changed);
	snapshots_clear(store_directory(options->store)); /* invariant 1 */
	int error = thread_start(&snapshots->thread, run, snapshots, problem);
	snapshots->started = error == JISR_OK;
	if (error)
		return error;
	*ret_snapshots = snapshots;
	snapshots = NULL;
	return JISR_OK;
}

struct snapshots *snapshots_free(struct snapshots *snapshots)
{
	if (snapshots == NULL)
		return NULL;
	(void)pthread_mutex_lock(&snapshots->lock);
	snapshots->stopping = true;
	(void)pthread_cond_broadcast(&snapshots->changed);
	(void)pthread_mutex_unlock(&snapshots->lock);
	if (snapshots->started)
		(void)pthread_join(snapshots->thread, NULL);
	snapshots_clear(store_directory(snapshots->options.store));
	(void)pthread_cond_destroy(&snapshots->changed);
	(void)pthread_mutex_destroy(&snapshots->lock);
	return memory_free(snapshots);
}
