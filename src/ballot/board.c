#include "ballot/board.h"

#include <string.h>

static int add_event(struct board *board, const struct event *event)
{
	struct text text;
	text_init(&text, MESSAGE_MAX_BYTES);
	int error = event_write(event, &text);
	if (error == JISR_OK) {
		digest_of(text.bytes, text.length, board->head);
		merkle_add(&board->tree, text.bytes, text.length);
		board->height = event->height;
		board->last = event->type;
	}
	text_finish(&text);
	return error;
}

int board_begin(struct board *board, const struct archive_begin *begin)
{
	const struct archive_message *const messages[] = {&begin->election, &begin->trustees, &begin->credentials};
	struct event event = {.type = EVENT_SETUP, .has_payload = true};
	unsigned char hashes[3][DIGEST_BYTES];
	char setup[ARCHIVE_SETUP_MAX];
	for (int i = 0; i < 3; i++)
		digest_of(messages[i]->bytes, messages[i]->length, hashes[i]);
	digest_of(setup, archive_setup_write(hashes, setup), event.payload);
	*board = (struct board){.last = EVENT_SETUP};
	return add_event(board, &event);
}

int board_append(struct board *board, enum event_type type, const char *payload, size_t length)
{
	struct event event = {
		.has_parent = true, .height = board->height + 1, .type = type, .has_payload = payload != NULL};
	if (!event_may_follow(board->last, type))
		return JISR_BAD_INPUT;
	memcpy(event.parent, board->head, DIGEST_BYTES);
	if (payload != NULL)
		digest_of(payload, length, event.payload);
	return add_event(board, &event);
}

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
