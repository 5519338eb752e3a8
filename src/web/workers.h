/* A small pool of threads for work that takes long, with a bounded queue. */
#ifndef JISR_WEB_WORKERS_H
#define JISR_WEB_WORKERS_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>

struct workers;

typedef void (*workers_function)(void *context, void *work);

/* Starts `threads` threads, which call function(context, work); at most `queue` pieces of work wait. JISR_NO_MEMORY. */
int workers_new(size_t threads, size_t queue, workers_function function, void *context, struct workers **ret_workers);

/* Does what still waits, and ends the threads. Accepts NULL, returns NULL. */
struct workers *workers_free(struct workers *workers);
MEMORY_DEFINE_FREEP(struct workers, workers_free)

/* False when the queue is full. */
bool workers_put(struct workers *workers, void *work);

/* Pieces of work that wait now. */
size_t workers_waiting(struct workers *workers);

#endif
