#include "ballot/board.h"

#include <string.h>

struct counted {
	struct merkle tree;
	uint64_t most; /* events to take, UINT64_MAX for all */
};

static int see_event(void *context, const struct event *event, const struct archive_entry *entry,
                     struct problem *problem)
{
	struct counted *counted = context;
	(void)event;
	(void)problem;
	if (counted->tree.size < counted->most)
		merkle_add(&counted->tree, entry->bytes, entry->length);
	return JISR_OK;
}

int board_checkpoint(const struct archive *archive, const char *origin, const char *uuid,
                     struct checkpoint *ret_checkpoint, struct problem *problem)
{
	struct checkpoint checkpoint = {0};
	struct counted counted = {.most = UINT64_MAX};
	int length = snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s/%s", origin, uuid);
	if (length < 0 || (size_t)length >= sizeof checkpoint.origin)
		return problem_set(problem, JISR_TOO_LARGE, "the origin of a checkpoint has at most %d bytes",
		                   CHECKPOINT_MAX_ORIGIN);
	int error = archive_walk(archive, see_event, &counted, problem);
	if (error != JISR_OK)
		return error;
	checkpoint.size = counted.tree.size;
	merkle_root(&counted.tree, checkpoint.root);
	*ret_checkpoint = checkpoint;
	return JISR_OK;
}

int board_continues(const struct archive *archive, const struct checkpoint *checkpoint, struct problem *problem)
{
	struct counted counted = {.most = checkpoint->size};
	uint8_t root[MERKLE_HASH];
	int error = archive_walk(archive, see_event, &counted, problem);
	if (error != JISR_OK)
		return error;
	if (counted.tree.size < checkpoint->size)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the archive has %llu events, but the checkpoint was signed over %llu: some were taken away",
			(unsigned long long)counted.tree.size, (unsigned long long)checkpoint->size);
	merkle_root(&counted.tree, root);
	if (memcmp(root, checkpoint->root, MERKLE_HASH) != 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the archive's first %llu events are not those that the checkpoint was signed over",
		                   (unsigned long long)checkpoint->size);
	return JISR_OK;
}
