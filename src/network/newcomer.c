#include "network/newcomer.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/sha256.h"
#include "network/authority.h"
#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST "snapshot.manifest" /* in DIR/network */
#define PIECES   "snapshot.pieces"
#define AGAIN    3 /* times that headquarters may have dropped the snapshot that was being fetched */

struct newcomer_work {
	struct store *store;
	const char *directory;
	struct pull_line *line;
	struct note_verifier log;
	char manifest[FILE_MAX_PATH], pieces[FILE_MAX_PATH], unproved[FILE_MAX_PATH];
	struct text read; /* the manifest's bytes */
	struct snapshot snapshot;
	const uint8_t *hashes;
	int fd; /* of the pieces */
};

static void forget(const struct newcomer_work *work)
{
	(void)unlink(work->manifest);
	(void)unlink(work->pieces);
}

/* ---- the manifest ---- */

static int read_manifest(struct newcomer_work *work, struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	int error =
		snapshot_read(&work->log, work->read.bytes, work->read.length, &work->snapshot, &work->hashes, problem);
	return error ? error : snapshot_suits(work->store, &work->snapshot, clock_utc_exact(now), problem);
}

/* What an interrupted beginning left. */
static bool had_manifest(struct newcomer_work *work)
{
	text_reset(&work->read);
	if (file_read(work->manifest, &work->read, NULL) == JISR_OK && read_manifest(work, NULL) == JISR_OK)
		return true;
	forget(work);
	return false;
}

static int ask_manifest(struct newcomer_work *work, enum newcomer *ret_what, struct problem *problem)
{
	long status = 0;
	bool left;
	int error = pull_line_ask(work->line, "/network/v1/snapshot", NULL, 0, &status, &work->read, &left, problem);
	if (!error && status == 503)
		error = problem_set(problem, JISR_BUSY, "headquarters is making a snapshot for this node");
	*ret_what = error == JISR_BUSY ? NEWCOMER_LATER : NEWCOMER_FOLLOW;
	if (error || status != 200)
		return error; /* 404: none; what else is wrong is told when the log is asked for */
	error = read_manifest(work, problem);
	if (!error)
		error = file_replace(work->manifest, work->read.bytes, work->read.length, problem);
	if (!error)
		*ret_what = NEWCOMER_TAKEN;
	return error;
}

/* ---- pieces ---- */

static bool is_piece(const struct newcomer_work *work, uint64_t number, const char *bytes, size_t length)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	uint64_t left = work->snapshot.bytes - number * SNAPSHOT_PIECE;
	if (length != (left < SNAPSHOT_PIECE ? left : SNAPSHOT_PIECE))
		return false;
	(void)crypto_hash_sha256(hash, (const uint8_t *)bytes, length);
	return memcmp(hash, work->hashes + number * sizeof hash, sizeof hash) == 0;
}

static bool have_piece(const struct newcomer_work *work, uint64_t number, char *room)
{
	ssize_t length = pread(work->fd, room, SNAPSHOT_PIECE, (off_t)(number * SNAPSHOT_PIECE));
	return length > 0 && is_piece(work, number, room, (size_t)length);
}

static int keep_piece(const struct newcomer_work *work, uint64_t number, const struct text *piece,
                      struct problem *problem)
{
	size_t done = 0;
	while (done < piece->length) {
		ssize_t length = pwrite(work->fd, piece->bytes + done, piece->length - done,
		                        (off_t)(number * SNAPSHOT_PIECE + done));
		if (length <= 0)
			return file_problem(problem, work->pieces, "write it");
		done += (size_t)length;
	}
	return JISR_OK;
}

/* JISR_NOT_FOUND: headquarters keeps this snapshot no more. */
static int ask_piece(const struct newcomer_work *work, uint64_t number, struct text *piece, struct problem *problem)
{
	char path[160], hex[SHA256_HEX];
	long status = 0;
	bool left;
	(void)sodium_bin2hex(hex, sizeof hex, work->snapshot.pieces, sizeof work->snapshot.pieces);
	(void)snprintf(path, sizeof path, "/network/v1/snapshot/%s/%llu", hex, (unsigned long long)number);
	int error = pull_line_ask(work->line, path, NULL, 0, &status, piece, &left, problem);
	if (error)
		return error;
	if (status == 404)
		return problem_set(problem, JISR_NOT_FOUND, "headquarters keeps that snapshot no more");
	if (status != 200)
		return problem_set(problem, JISR_BUSY, "headquarters does not give the snapshot (%ld)", status);
	if (!is_piece(work, number, piece->bytes, piece->length))
		return problem_set(problem, JISR_CORRUPT,
		                   "piece %llu of the snapshot is not the one that was signed: nothing of it is taken",
		                   (unsigned long long)number + 1);
	return keep_piece(work, number, piece, problem);
}

static int fetch_pieces(struct newcomer_work *work, struct problem *problem)
{
	struct text piece;
	CLEANUP(memory_freep) char *room = memory_alloc(SNAPSHOT_PIECE);
	work->fd = open(work->pieces, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (room == NULL || work->fd < 0)
		return room == NULL ? problem_no_memory(problem) : file_problem(problem, work->pieces, "create it");
	text_init(&piece, SNAPSHOT_PIECE + 1);
	int error = JISR_OK;
	for (uint64_t number = 0; !error && number < work->snapshot.count; number++) {
		if (have_piece(work, number, room))
			continue;
		error = ask_piece(work, number, &piece, problem);
		if (error == JISR_CORRUPT) /* once more: the line may have been at fault */
			error = ask_piece(work, number, &piece, problem);
	}
	if (!error && ftruncate(work->fd, (off_t)work->snapshot.bytes) != 0)
		error = file_problem(problem, work->pieces, "cut it");
	text_finish(&piece);
	(void)close(work->fd);
	return error;
}

/* ---- all of it ---- */

static int take_over(struct newcomer_work *work, struct problem *problem)
{
	int error = file_replace(work->unproved, work->snapshot.made, strlen(work->snapshot.made), problem);
	if (!error)
		error = snapshot_take(work->store, &work->snapshot, work->pieces, problem);
	if (error)
		(void)unlink(work->unproved);
	return error;
}

static int begin(struct newcomer_work *work, enum newcomer *ret_what, struct problem *problem)
{
	int error = JISR_NOT_FOUND;
	bool had = had_manifest(work);
	for (int tries = 0; error == JISR_NOT_FOUND && tries < AGAIN; tries++, had = false) {
		*ret_what = NEWCOMER_TAKEN;
		error = had ? JISR_OK : ask_manifest(work, ret_what, problem);
		if (error || *ret_what != NEWCOMER_TAKEN)
			return error;
		error = fetch_pieces(work, problem);
		if (error == JISR_NOT_FOUND)
			forget(work);
	}
	if (!error)
		error = take_over(work, problem);
	*ret_what = error == JISR_BUSY ? NEWCOMER_LATER : error ? NEWCOMER_FOLLOW : NEWCOMER_TAKEN;
	if (error != JISR_BUSY)
		forget(work);
	return error;
}

int newcomer_begin(struct pull *pull, struct store *store, const char *directory, enum newcomer *ret_what,
                   struct problem *problem)
{
	struct newcomer_work work = {.store = store, .directory = directory, .fd = -1};
	struct replica replica;
	*ret_what = NEWCOMER_FOLLOW;
	if (!replica_of(store, &replica))
		return JISR_OK;
	work.log = replica.log;
	int error = authority_path(directory, MANIFEST, work.manifest, sizeof work.manifest, problem);
	if (!error)
		error = authority_path(directory, PIECES, work.pieces, sizeof work.pieces, problem);
	if (!error)
		error = authority_path(directory, NEWCOMER_UNPROVED, work.unproved, sizeof work.unproved, problem);
	if (!error)
		error = pull_line_new(pull, &work.line, problem);
	if (error)
		return error;
	text_init(&work.read, SNAPSHOT_MAX_MANIFEST);
	error = begin(&work, ret_what, problem);
	text_finish(&work.read);
	work.line = pull_line_free(work.line);
	return error;
}
