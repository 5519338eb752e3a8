/* What the log says about signing in: that a means of an officer was set or taken away, and by whom; nothing of what it
 * is. And the register as sign-in asks it. */
#ifndef JISR_MEMBERS_MEANS_H
#define JISR_MEMBERS_MEANS_H

#include "members/register.h"
#include "members/signin.h"

/* means.set and means.removed {"means": "passkey", "by": "MA-12"}, about "means/MA-12"; no tables. */
extern const struct store_domain means_domain;

/* Officers as the register has them, notes into its log. The store must outlive the directory. */
struct signin_directory means_directory(struct store *store);

#endif
