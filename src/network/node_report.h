/* What a node says of itself to headquarters, now and then: {"size","version","at","alarm","run","note","outbox":{"waiting",
 * "refused","oldest_seconds"}}. `note` is the checkpoint that it holds, cosigned by its office. What is too long is cut, and a number that is
 * none counts as 0: a report tells how it stands, and nothing is done because of it. */
#ifndef JISR_NETWORK_NODE_REPORT_H
#define JISR_NETWORK_NODE_REPORT_H

#include "base/json.h"

#include <stdint.h>

#define NODE_REPORT_MAX     ((size_t)16 << 10)
#define NODE_REPORT_VERSION 32 /* bytes with the closing 0 */
#define NODE_REPORT_ALARM   200
#define NODE_REPORT_ROOT    64
#define NODE_REPORT_RUN     17

struct node_report {
	uint64_t size;         /* entries that it has */
	const char *at, *note; /* by its clock; "" when it holds no checkpoint. Both live as long as the JSON */
	char version[NODE_REPORT_VERSION], alarm[NODE_REPORT_ALARM];
	char root[NODE_REPORT_ROOT]; /* that the note states, in base64, or "" */
	char run[NODE_REPORT_RUN];   /* of the process, by lot; "" from an earlier version */
	uint64_t waiting, refused;   /* changes given there */
	double oldest_seconds;       /* since the oldest that waits was given */
};

/* *ret_json is the caller's to free. JISR_BAD_INPUT: no report; JISR_NO_MEMORY. */
int node_report_read(const char *bytes, size_t length, cJSON **ret_json, struct node_report *ret_report,
                     struct problem *problem);

#endif
