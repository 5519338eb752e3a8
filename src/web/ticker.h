/* A thread of the service that looks at something again and again, until it is stopped. */
#ifndef JISR_WEB_TICKER_H
#define JISR_WEB_TICKER_H

#include "base/error.h"
#include "base/memory.h"

struct ticker;

/* Calls `look` at once and then `every` milliseconds after it returned, on a thread of its own. JISR_NO_MEMORY. */
int ticker_start(int every, void (*look)(void *context), void *context, struct ticker **ret_ticker,
                 struct problem *problem);
/* Ends it after what is under way. Accepts NULL. */
struct ticker *ticker_stop(struct ticker *ticker);
MEMORY_DEFINE_FREEP(struct ticker, ticker_stop)

#endif
