/* At headquarters: what nodes' outboxes bring. Each command is looked at (who signed it, for which office, by which officer), done
 * as if the officer had asked here, by the same route, and answered with headquarters' signature once it is durable: accepted,
 * with the entries that it brought, or refused. What cannot be answered now is said so, unsigned, and comes again.
 *
 * None is done twice: that it was taken is an entry of the same transaction (network/taken.h). */
#ifndef JISR_WEB_ARRIVALS_H
#define JISR_WEB_ARRIVALS_H

#include "message/attachment.h"
#include "network/outbox.h"
#include "web/http.h"

#define ARRIVALS_MAX_COMMANDS ((size_t)6 << 20) /* bytes of one batch: one item of the greatest size, or many */
#define ARRIVALS_MAX_ANSWERS  ((size_t)40 << 20)
#define ARRIVALS_MAX_FILE     (ATTACHMENT_MOST + ((size_t)1 << 20))
#define ARRIVALS_MAX_PIECE    ((size_t)1 << 20)
#define ARRIVALS_COMING       8 /* files of one node that are not whole yet */

/* Does a batch of a node's commands, and answers with one piece for each. JISR_BAD_INPUT: it is none, from some place on; what
 * came before was done and is answered. */
int arrivals_take(struct service *service, const struct http_request *request, const struct network_node *node,
                  struct text *answers, struct problem *problem);

/* Files that commands name: "pictures" or "attachments", by SHA-256. */
struct arrivals_file {
	bool whole;
	uint64_t bytes; /* that are here */
};
int arrivals_file(struct service *service, const struct network_node *node, const char *kind, const char *digest,
                  struct arrivals_file *ret_file, struct problem *problem);
/* A piece of it; with the last one it is checked and put in its place. JISR_CONFLICT: it does not go on where the one before ended.
 * JISR_CORRUPT: what came has another SHA-256. JISR_BAD_INPUT: no photograph. */
int arrivals_piece(struct service *service, const struct network_node *node, const char *kind, const char *digest,
                   uint64_t from, uint64_t size, const char *bytes, size_t length, struct problem *problem);

#endif
