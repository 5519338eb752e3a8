/* What makes a data directory a node's: DIR/node.json says whose it is and where headquarters is reached; DIR/network holds its
 * certificate (network/authority.h), DIR/keys the key by which it signs as its office.
 *
 *   node_init     at the node: keys and a request, a file that is carried to headquarters
 *   node_admit    there: the admission, a file that is carried back
 *   node_join     at the node: keeps what it says and makes an empty replica, which `jisr serve` fills */
#ifndef JISR_NETWORK_NODE_H
#define JISR_NETWORK_NODE_H

#include "network/authority.h"
#include "network/network.h"

#define NODE_FILE     "node.json"
#define NODE_URL_MAX  500
#define NODE_URLS     4
#define NODE_DAYS     400 /* that a certificate lasts where nobody says */
#define NODE_MAX_DAYS 3650
#define NODE_MAX_FILE ((size_t)256 << 10) /* bytes of a request or an admission */

struct node {
	char name[NODE_NAME_MAX + 1], office[ENTRY_MAX_OFFICE + 1];
	enum node_kind kind;
	/* "https://hq.example:8470", no '/' at the end: where headquarters, or a bureau that serves this node, is reached; the
	 * first that answers is followed, in this order */
	char urls[NODE_URLS][NODE_URL_MAX + 1];
	size_t url_count;
	struct network_served served; /* of a regional bureau, whose machine is reached by these names */
	char hosts[AUTHORITY_MAX_HOSTS][AUTHORITY_MAX_HOST + 1];
	size_t host_count;
};

/* What node.json says. JISR_NOT_FOUND: the directory is no node's. JISR_CORRUPT. */
int node_read(const char *directory, struct node *ret_node, struct problem *problem);

/* Makes keys and the request; done again it makes new ones. JISR_STATE: the directory holds a record. JISR_BAD_INPUT. */
int node_init(const char *directory, const struct node *node, struct text *request, struct problem *problem);

/* A request, as it came: what it asks for, and the fingerprint of its bytes that both sides compare aloud. */
#define NODE_SPOKEN_MAX 24
int node_request(const char *bytes, size_t length, struct node *ret_node, char ret_spoken[NODE_SPOKEN_MAX],
                 struct problem *problem);

/* Admits it: entries of the record, and the admission. `days`: how long its certificate lasts. */
int node_admit(struct store *store, const char *directory, const struct caller *caller, const char *bytes,
               size_t length, unsigned days, struct text *admission, struct problem *problem);

int node_join(const char *directory, const struct store_domain *const *domains, const char *bytes, size_t length,
              struct problem *problem);

#endif
