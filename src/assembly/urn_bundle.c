#include "assembly/urn_bundle.h"

#include "ballot/archive_write.h"
#include "ballot/board.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUNDLE_MAX ((size_t)512 << 20) /* bytes of an archive */

/* An event of the record as the board has it: closing and counting what came in are one entry, of two events. */
static int event_of(const char *type, enum event_type *ret_type, struct problem *problem)
{
	for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++)
		if (strcmp(event_type_name((enum event_type)i), type) == 0) {
			*ret_type = (enum event_type)i;
			return JISR_OK;
		}
	return problem_set(problem, JISR_CORRUPT, "there is no event '%s'", type);
}

static int write_event(void *context, const char *type, const char *first, const char *second, struct problem *problem)
{
	struct archive_writer *writer = context;
	const struct archive_message messages[] = {{first, strlen(first)}, {second, strlen(second)}};
	size_t count = second[0] != '\0' ? 2 : 1;
	enum event_type found = EVENT_END_BALLOTS; /* gcc does not see that event_of fills it */
	int error = event_of(type, &found, problem);
	if (!error && found == EVENT_ENCRYPTED_TALLY)
		error = archive_writer_append(writer, EVENT_END_BALLOTS, NULL, 0, NULL, problem);
	return error ? error : archive_writer_append(writer, found, messages, count, NULL, problem);
}

static int hash_event(void *context, const char *type, const char *first, const char *second, struct problem *problem)
{
	struct board *board = context;
	const char *payload = second[0] != '\0' ? second : first;
	enum event_type found = EVENT_END_BALLOTS;
	int error = event_of(type, &found, problem);
	if (error)
		return error;
	if (found == EVENT_ENCRYPTED_TALLY)
		error = board_append(board, EVENT_END_BALLOTS, NULL, 0);
	if (!error)
		error = board_append(board, found, payload, strlen(payload));
	return error == JISR_BAD_INPUT
	               ? problem_set(problem, JISR_CORRUPT, "the event '%s' stands in a wrong place", type)
	               : error;
}

static struct archive_begin begin_of(const struct urn *urn)
{
	int64_t opened = 0;
	(void)clock_utc_read(urn->opened_at, &opened);
	return (struct archive_begin){
		.election = {urn->election, strlen(urn->election)},
		.trustees = {urn->parameters, strlen(urn->parameters)},
		.credentials = {urn->credentials, strlen(urn->credentials)},
		.time = (uint64_t)opened,
	};
}

static int refuse_unopened(const struct urn *urn, struct problem *problem)
{
	return urn->opened_at[0] != '\0'
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "the vote %s is not open yet: there is no archive of it",
	                             urn->id);
}

int urn_bundle_head(struct sql *sql, const struct urn *urn, struct urn_head *ret_head, struct problem *problem)
{
	const struct archive_begin begin = begin_of(urn);
	struct board board;
	uint8_t root[MERKLE_HASH];
	int error = refuse_unopened(urn, problem);
	if (error)
		return error;
	error = board_begin(&board, &begin);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	error = urn_board(sql, urn->id, hash_event, &board, problem);
	if (error)
		return error;
	merkle_root(&board.tree, root);
	*ret_head = (struct urn_head){.height = board.height, .events = board.tree.size};
	digest_write_hex(board.head, ret_head->hash);
	digest_write_hex(root, ret_head->root);
	return JISR_OK;
}

static int write_archive(struct sql *sql, const struct urn *urn, const char *path, struct problem *problem)
{
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	unsigned char head[DIGEST_BYTES];
	const struct archive_begin begin = begin_of(urn);
	int error = archive_begin(path, &begin, head, problem);
	if (!error)
		error = archive_writer_open(path, &writer, problem);
	return error ? error : urn_board(sql, urn->id, write_event, writer, problem);
}

int urn_bundle_bytes(struct sql *sql, const char *id, struct text *bytes, struct problem *problem)
{
	char folder[FILE_MAX_PATH], path[FILE_MAX_PATH];
	const char *where = getenv("TMPDIR");
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct urn urn;
	if (arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = urn_get(sql, id, arena, &urn, problem);
	if (!error)
		error = refuse_unopened(&urn, problem);
	if (error)
		return error;
	int put = snprintf(folder, sizeof folder, "%s/jisr-urn-XXXXXX",
	                   where != NULL && where[0] != '\0' ? where : "/tmp");
	if (put < 0 || (size_t)put + 8 >= sizeof folder || mkdtemp(folder) == NULL)
		return problem_set(problem, JISR_IO, "no folder can be made below $TMPDIR: %s", strerror(errno));
	memcpy(path, folder, (size_t)put);
	memcpy(path + put, "/a.bel", 7);
	error = write_archive(sql, &urn, path, problem);
	if (!error)
		error = file_read(path, bytes, problem);
	(void)unlink(path);
	(void)rmdir(folder);
	return error;
}

int urn_bundle_open(struct sql *sql, const char *id, struct urn_bundle *ret_bundle, struct problem *problem)
{
	struct urn_bundle *bundle = ret_bundle;
	struct archive_setup setup;
	*bundle = (struct urn_bundle){.archive = NULL};
	text_init(&bundle->bytes, BUNDLE_MAX);
	int error = urn_bundle_bytes(sql, id, &bundle->bytes, problem);
	if (!error)
		error = archive_open_bytes(bundle->bytes.bytes, bundle->bytes.length, &bundle->archive, problem);
	if (!error)
		error = archive_setup(bundle->archive, &setup, problem);
	if (!error)
		error = election_read(setup.election.bytes, setup.election.length, &bundle->election, problem);
	if (!error)
		error = trustees_read(bundle->election->group, setup.trustees.bytes, setup.trustees.length,
		                      &bundle->trustees, problem);
	if (!error)
		error = credential_list_read(bundle->election->group, setup.credentials.bytes, setup.credentials.length,
		                             &bundle->list, problem);
	return error ? error : ballot_context_new(bundle->election, &bundle->context, problem);
}

void urn_bundle_finish(struct urn_bundle *bundle)
{
	bundle->context = ballot_context_free(bundle->context);
	bundle->list = credential_list_free(bundle->list);
	bundle->trustees = trustees_free(bundle->trustees);
	bundle->election = election_free(bundle->election);
	bundle->archive = archive_close(bundle->archive);
	text_finish(&bundle->bytes);
}

struct event_search {
	uint64_t height;
	char hash[DIGEST_HEX + 1]; /* "" until it is found */
};

static int see_event(void *context, const struct event *event, const struct archive_entry *entry,
                     struct problem *problem)
{
	struct event_search *search = context;
	(void)problem;
	if (search->height == event->height)
		digest_write_hex(entry->hash, search->hash);
	return JISR_OK;
}

int urn_bundle_event(const struct urn_bundle *bundle, uint64_t height, char ret_hash[DIGEST_HEX + 1],
                     struct problem *problem)
{
	struct event_search search = {.height = height};
	int error = archive_walk(bundle->archive, see_event, &search, problem);
	if (error)
		return error;
	if (search.hash[0] == '\0')
		return problem_set(problem, JISR_NOT_FOUND, "the board has no event %llu", (unsigned long long)height);
	memcpy(ret_hash, search.hash, sizeof search.hash);
	return JISR_OK;
}

int urn_bundle_tally(const struct urn_bundle *bundle, struct text *tally_text, struct text *sized,
                     struct problem *problem)
{
	CLEANUP(tally_freep) struct tally *tally = NULL;
	unsigned char hash[DIGEST_BYTES];
	int error = tally_archive(bundle->archive, bundle->election, bundle->context, bundle->list, &tally, problem);
	if (error)
		return error;
	error = tally_write(tally, tally_text);
	digest_of(tally_text->bytes, tally_text->length, hash);
	if (!error)
		error = tally_write_sized(tally, hash, sized);
	return error ? problem_set(problem, error, "%s", error_text(error)) : JISR_OK;
}

int urn_bundle_read_tally(const struct urn_bundle *bundle, const struct urn *urn, struct tally **ret_tally,
                          struct problem *problem)
{
	return tally_read(bundle->election, urn->tally, strlen(urn->tally), urn->sized, strlen(urn->sized), ret_tally,
	                  problem);
}
