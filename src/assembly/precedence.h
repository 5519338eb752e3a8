/* Motions of procedure: which of several goes first, and whether the chair may decide it alone. Pure. The
 * order is that of the rules of procedure of the United Nations' assemblies and of the specialised agencies, as
 * long as nobody has confirmed another. */
#ifndef JISR_ASSEMBLY_PRECEDENCE_H
#define JISR_ASSEMBLY_PRECEDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum precedence_motion {
	PRECEDENCE_ORDER,          /* a point of order: the chair rules at once */
	PRECEDENCE_CHALLENGE,      /* an appeal against a ruling of the chair */
	PRECEDENCE_SUSPEND,        /* suspend the meeting */
	PRECEDENCE_ADJOURN,        /* adjourn the meeting */
	PRECEDENCE_ADJOURN_DEBATE, /* adjourn the debate on the item */
	PRECEDENCE_CLOSE_DEBATE,   /* close the debate on the item */
	PRECEDENCE_CLOSE_LIST,     /* close the list of speakers */
	PRECEDENCE_DIVISION,       /* vote on parts of a proposal separately */
	PRECEDENCE_RECONSIDER,     /* take up again what was decided */
	PRECEDENCE_COUNT
};
extern const char *const precedence_names[]; /* "point-of-order", ..., NULL */

/* Whether the chair decides it, without a vote. */
bool precedence_chair_decides(enum precedence_motion motion);
bool precedence_read(const char *name, enum precedence_motion *ret_motion);

struct precedence_pending {
	uint32_t number; /* in the order in which they were moved */
	enum precedence_motion motion;
};

/* The place of the one that goes first: the highest in the table, among equals the one moved first. `count` is above 0. */
size_t precedence_first(const struct precedence_pending *pending, size_t count);

#endif
