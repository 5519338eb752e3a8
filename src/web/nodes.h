/* The network in a serving process. At headquarters: the streams by which nodes follow the log, each filled by one thread, and
 * what is known of each node. At a node (a directory with node.json and a replica): its line to headquarters
 * (network/pull.h), the files that the lists need, and how old what it has is. */
#ifndef JISR_WEB_NODES_H
#define JISR_WEB_NODES_H

#include "network/network.h"
#include "network/node_report.h"
#include "network/pull.h"
#include "web/http.h"

#define NODES_MAX        2000          /* streams at once, and nodes that are known */
#define NODES_STATUS     "status.json" /* in DIR/network */
#define NODES_MAX_STATUS ((size_t)4 << 20)

struct nodes;

/* JISR_IO, JISR_CORRUPT: node.json cannot be read; JISR_NO_MEMORY. */
int nodes_new(struct service *service, struct nodes **ret_nodes, struct problem *problem);
/* Ends the streams; again it does nothing. */
void nodes_stop(struct nodes *nodes);
/* Ends this node's line, too: before the store ends. */
void nodes_leave(struct nodes *nodes);
struct nodes *nodes_free(struct nodes *nodes);

/* Whether this is a node, to which headquarters gives its lists. */
bool nodes_pulls(const struct nodes *nodes);

/* The office for which callers of none ask: at a border post, where no officer signs in, its own; elsewhere "". */
const char *nodes_asks_for(const struct nodes *nodes);

/* A stream for a node, from an entry on. JISR_STATE: the log does not reach so far. JISR_TOO_LARGE: too many follow, or this
 * node more than twice. JISR_CANCELLED: the service is stopping. */
int nodes_open(struct nodes *nodes, const struct network_node *node, uint64_t from, struct http_stream **ret_stream,
               struct problem *problem);

/* What a node reports of itself (network/node_report.h), `through` a bureau or "". JISR_BAD_INPUT; JISR_CONFLICT: its tree is
 * another than this one; JISR_DENIED: signed by nobody. */
int nodes_report(struct nodes *nodes, const struct network_node *node, const char *through, const char *bytes,
                 size_t length, struct problem *problem);

/* At headquarters: what a new node begins with (web/snapshots.h). JISR_NOT_FOUND, JISR_BUSY. */
int nodes_snapshot(struct nodes *nodes, const struct network_node *node, struct text *out, struct problem *problem);
int nodes_snapshot_piece(struct nodes *nodes, const struct network_node *node, const char *name, uint64_t number,
                         struct text *out, struct problem *problem);

/* At a regional bureau: passes on to headquarters what a node that it serves has sent to a path. JISR_BUSY: no line. */
int nodes_pass(struct nodes *nodes, const char *path, const struct network_node *node, const char *bytes, size_t length,
               long *ret_status, struct text *reply, struct problem *problem);

/* How it stands with a node. */
struct nodes_state {
	bool connected, equal, known; /* known: it has reported since this process began */
	double seen;                  /* seconds since it was last heard of */
	uint64_t size, lag;           /* entries that it has; that it lacks */
	double lag_seconds;           /* age of the first entry that it lacks; 0: none */
	double clock;                 /* seconds by which its clock is ahead */
	char version[NODE_REPORT_VERSION], alarm[NODE_REPORT_ALARM];
	char root[NODE_REPORT_ROOT];     /* of its checkpoint, in base64; "" when it showed none that is this log's */
	uint64_t outbox, refused;        /* changes that wait at the node; that were refused in the last month */
	double outbox_seconds;           /* since the oldest of them was given */
	uint64_t trespasses;             /* commands that it may not give */
	char trespass[200];              /* the last of them */
	char through[NODE_NAME_MAX + 1]; /* the bureau that passes on its reports; "" */
};
void nodes_state(struct nodes *nodes, const char *name, struct nodes_state *ret_state);

/* A node gave a command that it may not give: shown as an alarm for as long as this process runs. */
void nodes_trespass(struct nodes *nodes, const char *name, const char *what);

/* At a node that writes: what carries its outbox; else NULL. */
struct courier;
struct courier *nodes_courier(struct nodes *nodes);

/* Adds {"nodes":[...]} or, at a node, {"node":{...}}: for an office, or for headquarters (all). */
int nodes_json(struct nodes *nodes, const char *office, struct text *json, struct problem *problem);

/* At a node: "node", with its name, its kind and whether there is a line, as everybody at it may know; elsewhere null. */
void nodes_line(struct nodes *nodes, struct text *json);

/* Lines for /metrics. */
int nodes_metrics(struct nodes *nodes, struct text *text);

#endif
