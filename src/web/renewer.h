/* Makes what is known of the lists beside the watch index (web/yente_index.h) on a thread of its own when lists were taken
 * over, so that whoever asks first does not wait for it. Requests are answered meanwhile; one that needs what is being
 * made waits for the rest of it. */
#ifndef JISR_WEB_RENEWER_H
#define JISR_WEB_RENEWER_H

#include "web/service.h"

struct renewer;

/* Starts the thread, which begins with the lists that the service has; all signals are blocked in it. `search`: makes also
 * what searching needs, which otherwise is left until somebody searches. JISR_NO_MEMORY, JISR_IO. */
int renewer_new(struct service *service, bool search, struct renewer **ret_renewer, struct problem *problem);

/* False while searching is asked for and what it needs was not made for the first time. */
bool renewer_ready(const struct renewer *renewer);

/* The lists may have changed. */
void renewer_look(struct renewer *renewer);

/* Ends the thread, which gives up what it is making. Accepts NULL. */
struct renewer *renewer_free(struct renewer *renewer);

#endif
