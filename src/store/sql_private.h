/* Inside of src/store: for what is done to SQLite's own connection beside the functions of sql.h (mirror.c). */
#ifndef JISR_STORE_SQL_PRIVATE_H
#define JISR_STORE_SQL_PRIVATE_H

#include "store/sql.h"

/* What SQLite refused last, as one of our codes and a sentence: those of sql_done. */
int sql_refused(const struct sql *sql, struct problem *problem);

#endif
