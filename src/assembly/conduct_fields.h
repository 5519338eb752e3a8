/* The fields of every act (assembly/acts.def), for conduct.c and for the check of entries from elsewhere. */
#ifndef JISR_ASSEMBLY_CONDUCT_FIELDS_H
#define JISR_ASSEMBLY_CONDUCT_FIELDS_H

#include "assembly/field.h"

extern const struct field fields_none[];
#define ACT(id, name, right, fields, decide, apply, dropped, summary) extern const struct field fields[];
#include "assembly/acts.def"
#undef ACT

/* Words that acts and tables share. */
extern const char *const words_role[], *const words_rank[];

#endif
