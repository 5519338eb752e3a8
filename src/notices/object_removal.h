/* Registered objects past their time: what nobody has entered anew or amended for years is withdrawn, and what was withdrawn some
 * months ago is removed for good: its row, and in the log the bodies of all entries about it and about hits on it. */
#ifndef JISR_NOTICES_OBJECT_REMOVAL_H
#define JISR_NOTICES_OBJECT_REMOVAL_H

#include "notices/object.h"

/* Why an object stays ("a hit on it is being followed up"), or NULL. */
int object_held(struct sql *sql, const char *id, const char **ret_why, struct problem *problem);

/* Inside a command, by headquarters. JISR_NOT_FOUND. JISR_STATE: it is withdrawn already; it is not, or something holds it. */
int object_lapse(struct store_write *write, const char *id, const char *officer, struct problem *problem);
int object_remove(struct store_write *write, const char *id, const char *officer, struct problem *problem);

#endif
