/* Inside of web/nodes: what nodes.c (streams, reports, this node's line) and nodes_tell.c (how it is told) share. */
#ifndef JISR_WEB_NODES_PRIVATE_H
#define JISR_WEB_NODES_PRIVATE_H

#include "network/outbox.h"
#include "web/nodes.h"

#include <pthread.h>

#define PEER_RUNS 4

struct peer {
	struct peer *next;
	char name[NODE_NAME_MAX + 1];
	size_t streams;
	double seen; /* clock_seconds(); 0: never */
	bool reported, equal;
	double clock;
	char runs[PEER_RUNS][NODE_REPORT_RUN]; /* of the processes that reported last, the latest first */
	bool twice;                            /* an earlier one of them came back */
	struct node_report report;             /* the last one, without its texts that end with its JSON */
	uint64_t trespasses;
	char trespass[200];
	char through[NODE_NAME_MAX + 1]; /* the bureau that passed its last report on; "" */
};

struct nodes {
	struct service *service;
	struct store *store;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started, stopping;
	uint64_t newest;
	struct stream *streams;
	size_t stream_count;
	bool reaches; /* whether a bureau has a line to headquarters, as its streams are told */
	struct peer *peers;
	size_t peer_count;

	struct snapshots *snapshots; /* NULL: this is no headquarters */

	struct node own;
	char run[NODE_REPORT_RUN]; /* this process, by lot */
	struct pull *pull;
	_Atomic(struct courier *) courier; /* NULL: this is no node, or one that does not write, or not yet */
	/* the tending thread's */
	uint64_t reported, reported_outbox;
	double reported_at, removals_at;
	double status_at;         /* also the giving thread's */
	struct node_files *files; /* NULL: this is no node */
};

/* Headquarters, or a regional bureau. */
bool nodes_serve(const struct nodes *nodes);
/* Why it does not follow, or else what was wrong with answers to what it sent. */
const char *nodes_own_alarm(struct nodes *nodes, const struct pull_status *status, char room[PROBLEM_MAX]);
/* When this node's certificate ends, in seconds since 1970; 0: that cannot be told. */
double nodes_certificate_ends(const struct nodes *nodes);
void nodes_emit_outbox(struct text *json, const struct outbox_figures *figures);

/* nodes_tell.c: for `jisr network status`, which asks no service: DIR/network/status.json. */
void nodes_write_status(struct nodes *nodes);

#endif
