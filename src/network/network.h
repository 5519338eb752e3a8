/* The nodes of the network as the record tells them: which were admitted, for which office, by which certificate.
 *
 *   node.admitted  subject "node/NAME", by headquarters, for the node's office
 *                  {"kind":"national"|"post"|"bureau","name","office","print":SHA-256 of the certificate,"serves"?:["MA"]}; again
 *                  for a new certificate
 *   node.ended     the same subject; {"name","reason"}: its certificate opens nothing any more */
#ifndef JISR_NETWORK_NETWORK_H
#define JISR_NETWORK_NETWORK_H

#include "members/caller.h"
#include "store/replica.h"

#define NODE_NAME_MAX  40 /* bytes: letters, digits, '-' */
#define NODE_PRINT_MAX 65 /* with the closing 0 */

enum node_kind {
	NODE_NATIONAL, /* gets all that its office may see, writes as its office */
	NODE_POST,     /* a border post: gets what checks rest on, writes nothing */
	NODE_BUREAU,   /* a regional bureau: gets what the offices that it serves may see, and serves their nodes */
};

/* The offices whose nodes a regional bureau serves, each once. */
struct network_served {
	char offices[REPLICA_MAX_SERVED][ENTRY_MAX_OFFICE + 1];
	size_t count;
};
/* Reads ["MA","SN"]; false: it is none, or too long. */
bool network_served_read(const cJSON *list, struct network_served *ret_served);
void network_served_write(const struct network_served *served, cJSON *parent);
bool network_serves(const struct network_served *served, const char *office);

const char *node_kind_name(enum node_kind kind);
bool node_kind_read(const char *name, enum node_kind *ret_kind);
bool node_name_valid(const char *name);

extern const struct store_domain network_domain;

struct network_node {
	char name[NODE_NAME_MAX + 1], office[ENTRY_MAX_OFFICE + 1], print[NODE_PRINT_MAX];
	enum node_kind kind;
	char admitted[ENTRY_AT_LENGTH + 1];
	bool ended;
	struct network_served served; /* of a bureau */
};

/* What a node's copy of the log holds. */
void network_replica(const char *office, enum node_kind kind, const struct network_served *served,
                     struct replica *replica);

/* By its certificate, or by its name. JISR_NOT_FOUND: none such, or it has ended. */
int network_by_print(struct sql *sql, const char *print, struct network_node *ret_node, struct problem *problem);
int network_by_name(struct sql *sql, const char *name, struct network_node *ret_node, struct problem *problem);
/* Each, in the order of names, until the function returns false; only an office's unless `office` is NULL. */
typedef bool (*network_each)(void *context, const struct network_node *node);
int network_nodes(struct sql *sql, const char *office, network_each each, void *context, struct problem *problem);

/* Admits a node; `verifier` is the key by which it signs as its office (NULL for a border post), added where it is not there
 * yet. Right: keys.change. JISR_STATE: the office is closed. JISR_CONFLICT: another node has that certificate. */
int network_admit(struct store *store, const struct caller *caller, const struct network_node *node,
                  const char *verifier, struct problem *problem);
int network_end(struct store *store, const struct caller *caller, const char *name, const char *reason,
                struct problem *problem);

#endif
