#include "web/postman.h"

#include "base/clock.h"
#include "message/message.h"
#include "web/house.h"
#include "web/log.h"
#include "web/ticker.h"

#define CLEAN_EVERY 86400.0 /* seconds */
#define WARN_EVERY  60.0

struct postman {
	struct store *store;
	struct ticker *ticker;
	struct node node;
	struct outbox *outbox;  /* at a node: receipts go by it; NULL: the log is written here */
	double cleaned, warned; /* by clock_seconds() */
};

/* What is attached to a message that waits is named by no entry yet. */
static bool may_clean(struct postman *postman)
{
	struct outbox_figures figures = {0};
	return postman->outbox == NULL ||
	       (outbox_figures(postman->outbox, &figures, NULL) == JISR_OK && figures.waiting + figures.sent == 0);
}

static void look(void *context)
{
	struct postman *postman = context;
	struct problem problem = {""};
	uint64_t count = 0;
	double now = clock_seconds();
	int error = postman->outbox != NULL
	                    ? house_collect(postman->store, &postman->node, postman->outbox, &count, &problem)
	                    : message_collect(postman->store, &count, &problem);
	if (!error && may_clean(postman) && now - postman->cleaned > CLEAN_EVERY) {
		postman->cleaned = now;
		error = message_clean(postman->store, &problem);
	}
	if (error && now - postman->warned > WARN_EVERY) {
		postman->warned = now;
		log_say(LOG_LEVEL_WARNING, "receipts of messages wait: %s", problem.text);
	}
}

int postman_start(struct store *store, struct postman **ret_postman, struct problem *problem)
{
	struct postman *postman = memory_zero(1, sizeof *postman);
	if (postman == NULL)
		return problem_no_memory(problem);
	*postman = (struct postman){.store = store, .cleaned = clock_seconds(), .warned = -WARN_EVERY};
	int error = house_of(store, &postman->node) ? outbox_open(store_directory(store), &postman->outbox, problem)
	                                            : JISR_OK;
	if (!error)
		error = ticker_start(POSTMAN_MS, look, postman, &postman->ticker, problem);
	if (error) {
		outbox_close(postman->outbox);
		postman = memory_free(postman);
	}
	*ret_postman = postman;
	return error;
}

struct postman *postman_stop(struct postman *postman)
{
	if (postman == NULL)
		return NULL;
	ticker_stop(postman->ticker);
	outbox_close(postman->outbox);
	return memory_free(postman);
}
