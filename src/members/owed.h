/* Entries that the log is owed. That a means of signing in was set or taken away stands in local.db and in the log: two
 * files, between which a crash may fall. So the change and the debt are one transaction of local.db, and the debt is paid
 * (signin_end) by whoever made it, else by the next who signs officers in. It is forgotten only after the entry is
 * durable: the log may say a thing twice after a crash, and never not at all. */
#ifndef JISR_MEMBERS_OWED_H
#define JISR_MEMBERS_OWED_H

#include "members/caller.h"
#include "members/local.h"

#define OWED_MEANS_MAX 16

struct owed {
	int64_t id;
	char officer[OFFICER_ID_MAX + 1];
	char means[OWED_MEANS_MAX + 1];
	bool set; /* else taken away */
	char by[CALLER_NAME_MAX + 1];
};

/* In the transaction that makes the change. */
int owed_add(struct sql *sql, const char *officer, const char *means, bool set, const char *by,
             struct problem *problem);

/* The oldest debt; JISR_NOT_FOUND (without a sentence): none. */
int owed_next(struct sql *sql, struct owed *ret_owed, struct problem *problem);

/* It is paid. */
int owed_forget(struct sql *sql, const struct owed *owed, struct problem *problem);

#endif
