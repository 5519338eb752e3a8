/* What a node may know no more, and what it says when it has removed it. Headquarters keeps of each entry that hides something
 * ("notice.hide", "object.hidden") the nodes whose office loses it; each answers with a receipt that its office's key has signed,
 * which is written into the record. Whoever has not answered yet is listed.
 *
 *   node.removed   subject "node/NAME", by headquarters, for itself: {"name","note","sequences":[17,...]}
 *
 * A receipt is a note (base/note.h) over
 *
 *   jisr removal
 *   LOG'S NAME
 *   NODE'S NAME
 *   2026-11-27T10:00:00.000Z
 *   SEQUENCE SUBJECT ENTRIES      a line each: the entry that said so, what about, and of how many earlier entries of it
 *                                 hashes alone are left
 *
 * A border post has no key: its receipt is the text alone, and its certificate says from whom it is. */
#ifndef JISR_NETWORK_HIDING_H
#define JISR_NETWORK_HIDING_H

#include "network/network.h"

#define HIDING_MOST     500 /* lines of one receipt */
#define HIDING_MAX_NOTE ((size_t)256 << 10)

extern const struct store_domain hiding_domain;

/* At the node: a receipt over what it has removed, and of which headquarters has not heard, up to an entry. *ret_last is the last
 * of it; 0: there is nothing to say. JISR_DENIED: no key of the office is held here. */
int hiding_write(struct store_reader *reader, const char *log, const char *node, const char *office, bool sign,
                 const char *at, uint64_t upto, struct text *note, uint64_t *ret_last, struct problem *problem);

/* What the text of a receipt of that node for that log says: the entries, each once and in their order. False: it is none. */
struct hiding_receipt {
	uint64_t sequences[HIDING_MOST];
	size_t count;
};
bool hiding_read(const char *log, const char *node, const char *text, size_t length,
                 struct hiding_receipt *ret_receipt);

/* At headquarters: keeps a receipt of that node. Nothing when it said so before. JISR_BAD_INPUT: no receipt, or of another node
 * or log; JISR_DENIED: not signed by its office. */
int hiding_take(struct store *store, const struct network_node *node, const char *note, size_t length,
                struct problem *problem);

struct hiding {
	uint64_t sequence; /* of the entry that hides */
	char subject[ENTRY_MAX_SUBJECT + 1], node[NODE_NAME_MAX + 1];
	char at[ENTRY_AT_LENGTH + 1],
		answered[ENTRY_AT_LENGTH + 1]; /* when it was hidden; "" while there is no receipt */
	uint64_t receipt;                      /* the entry that holds it, 0 */
};
/* Each, by sequence and node, until the function returns false; those without a receipt alone with `waiting`, a node's alone
 * unless `node` is NULL. */
typedef bool (*hiding_each)(void *context, const struct hiding *removal);
int hiding_list(struct sql *sql, const char *node, bool waiting, hiding_each each, void *context,
                struct problem *problem);
int hiding_waiting(struct sql *sql, const char *node, uint64_t *ret_count, struct problem *problem);

#endif
