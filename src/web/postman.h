/* Writes receipts for messages that have arrived for offices of this installation (message_collect): a thread of the service
 * that looks every POSTMAN_MS, and once a day removes attachments that no message names. */
#ifndef JISR_WEB_POSTMAN_H
#define JISR_WEB_POSTMAN_H

#include "base/memory.h"
#include "store/store.h"

#define POSTMAN_MS 500

struct postman;
int postman_start(struct store *store, struct postman **ret_postman, struct problem *problem);
/* Ends it after what is under way. Accepts NULL. */
struct postman *postman_stop(struct postman *postman);
MEMORY_DEFINE_FREEP(struct postman, postman_stop)

#endif
