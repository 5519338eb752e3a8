/* What is past its time: notices whose date of review has passed expire; what ended some months ago is removed
 * (notices/removal.h), unless something holds it; objects and whole files of them the same (notices/object_removal.h): those that
 * nobody amended, or loaded anew, for years lapse; who asked the Commission is forgotten some months after the answer. Only
 * reads: web/retention.h does it. The day is the caller's, so that tests have their own. */
#ifndef JISR_NOTICES_RETENTION_H
#define JISR_NOTICES_RETENTION_H

#include "base/clock.h"
#include "notices/object.h"

enum retention_action { RETENTION_EXPIRE, RETENTION_REMOVE, RETENTION_FORGET, RETENTION_LAPSE, RETENTION_CLEAR };
const char *retention_name(enum retention_action action);

struct retention_item {
	enum retention_action action;
	char id[OBJECT_WHICH_MAX]; /* of a notice; a request with RETENTION_FORGET, an object with LAPSE, CLEAR, or "MA/passports" */
	char since[CLOCK_UTC_MAX]; /* the moment from which its time runs */
	char owner[OFFICE_CODE_MAX + 1];
	char due[11];     /* the day on which it was to happen */
	const char *held; /* why it does not: NULL when it does */
};

/* Everything that is due on that day ("2031-05-31"), the earliest first. */
typedef bool (*retention_each)(void *context, const struct retention_item *item);
int retention_list(struct sql *sql, const char *today, retention_each each, void *context, struct problem *problem);

#endif
