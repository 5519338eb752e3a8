/* The domains of the record: everything that applies entries of the log. Whoever opens a record gives this table. */
#ifndef JISR_WEB_DOMAINS_H
#define JISR_WEB_DOMAINS_H

#include "store/store.h"

/* NULL at the end. */
extern const struct store_domain *const domains_all[];

#endif
