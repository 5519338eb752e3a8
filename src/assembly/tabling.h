/* What the Assembly decides by a draft resolution that is about it: a budget, an agreement. It is tabled with the draft; what the
 * vote on the draft decides becomes of it. */
#ifndef JISR_ASSEMBLY_TABLING_H
#define JISR_ASSEMBLY_TABLING_H

#include "assembly/affair.h"
#include "assembly/rule.h"

/* The fields "session" and "draft" of a step: whether a thing of this matter may be tabled with that draft now. */
int tabling_check(const struct affair_taking *taking, enum rule_matter matter, struct problem *problem);

/* JISR_STATE while a vote on the draft is open. */
int tabling_undecided(struct sql *sql, uint32_t session, uint32_t draft, struct problem *problem);

/* What an entry "assembly.vote.close" or "assembly.vote.settle" decided about a draft. False: nothing about any. Texts are the
 * entry's. */
struct tabling {
	uint32_t session, draft;
	bool adopted; /* else rejected */
	const char *decision;
};
bool tabling_voted(const struct entry *entry, struct tabling *ret_tabling);

/* The session that an entry "assembly.ACT" is about. */
uint32_t tabling_session(const struct entry *entry);

#endif
