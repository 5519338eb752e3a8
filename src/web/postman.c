#include "web/postman.h"

#include "base/clock.h"
#include "message/message.h"
#include "web/log.h"
#include "web/ticker.h"

#define CLEAN_EVERY 86400.0 /* seconds */
#define WARN_EVERY  60.0

struct postman {
	struct store *store;
	struct ticker *ticker;
	double cleaned, warned; /* by clock_seconds() */
};

static void look(void *context)
{
	struct postman *postman = context;
	struct problem problem = {""};
	uint64_t count = 0;
	double now = clock_seconds();
	int error = message_collect(postman->store, &count, &problem);
	if (!error && now - postman->cleaned > CLEAN_EVERY) {
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
		return problem_set(problem, JISR_NO_MEMORY, "out of memory");
	*postman = (struct postman){.store = store, .cleaned = clock_seconds(), .warned = -WARN_EVERY};
	int error = ticker_start(POSTMAN_MS, look, postman, &postman->ticker, problem);
	if (error)
		postman = memory_free(postman);
	*ret_postman = postman;
	return error;
}

struct postman *postman_stop(struct postman *postman)
{
	if (postman == NULL)
		return NULL;
	ticker_stop(postman->ticker);
	return memory_free(postman);
}
