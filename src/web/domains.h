/* The one table of all domains that the program keeps in a record. Whoever opens a record (the service, the commands)
 * gives it to store_open. */
#ifndef JISR_WEB_DOMAINS_H
#define JISR_WEB_DOMAINS_H

#include "store/store.h"

/* NULL at the end; in the order in which entries are applied. */
extern const struct store_domain *const domains_all[];

/* Opens the record of a directory with all domains, for writing or for reading alone. As store_open. */
int domains_open(const char *directory, bool read_only, struct store **ret_store, struct problem *problem);

/* Brings tables that an earlier version wrote up to this one; nothing to do where there is no record. As store_open. */
int domains_migrate(const char *directory, struct problem *problem);

#endif
