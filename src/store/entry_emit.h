/* An entry as JSON for people and programs, the same from the API and from the command line. */
#ifndef JISR_STORE_ENTRY_EMIT_H
#define JISR_STORE_ENTRY_EMIT_H

#include "base/text.h"
#include "store/entry.h"

/* {"sequence","at","author","officer","kind","subject","previous","audience","body"}: body null when it was dropped or
 * where `with_body` says so. */
void entry_emit(struct text *text, const char *key, const struct entry *entry, bool with_body);

#endif
