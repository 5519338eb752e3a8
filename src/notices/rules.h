/* Figures that an authority may change: the conditions of notices, the deadlines of hits, the Commission's time limits. An entry says
 * {"rules":{...}}, what is new; all as they are now are the one row of a table, as JSON. What they are, each domain says. */
#ifndef JISR_NOTICES_RULES_H
#define JISR_NOTICES_RULES_H

#include "members/caller.h"
#include "store/store.h"

/* What the statement's one row says; NULL: nothing was ever changed. To be freed with json_free. */
int rules_now(struct sql *sql, const char *statement, cJSON **ret_json, struct problem *problem);

/* Makes the tree that row, by a statement of one value, and frees it. */
int rules_keep(struct store_write *write, const char *statement, cJSON *json, struct problem *problem);

/* Appends the entry of the caller's office. */
int rules_say(struct store_write *write, const struct caller *caller, const char *kind, const char *subject,
              const cJSON *rules, struct problem *problem);

#endif
