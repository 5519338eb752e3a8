/* Registered objects past their time: what nobody has entered anew or amended for years is withdrawn, and what was withdrawn some
 * months ago is removed for good: its row, and in the log the bodies of all entries about it and about hits on it.
 *
 * A whole file is named as its owner names it, "MA/passports". One that nobody loaded anew for years is dropped: nothing is found
 * by it any more, and its lines are removed from the disk (object_file_clean); some months later the bodies of the entries about it,
 * its withdrawn lines and hits on its lines follow. */
#ifndef JISR_NOTICES_OBJECT_REMOVAL_H
#define JISR_NOTICES_OBJECT_REMOVAL_H

#include "notices/object.h"

/* Why an object or a file stays ("a hit on it is being followed up"), or NULL. */
int object_held(struct sql *sql, const char *id, const char **ret_why, struct problem *problem);

/* Inside a command, by headquarters. `since`: the moment from which its time runs, as it was when that was looked at.
 * JISR_NOT_FOUND. JISR_STATE: it is withdrawn already; it is not, it changed since, or something holds it. */
int object_lapse(struct store_write *write, const char *id, const char *since, const char *officer,
                 struct problem *problem);
int object_remove(struct store_write *write, const char *id, const char *since, const char *officer,
                  struct problem *problem);

#endif
