/* What the files of the domain `agreement` share. */
#ifndef JISR_ASSEMBLY_AGREEMENT_PRIVATE_H
#define JISR_ASSEMBLY_AGREEMENT_PRIVATE_H

#include "assembly/agreement.h"
#include "assembly/assembly_private.h"
#include "assembly/conduct_fields.h"

extern const struct field fields_agreement_propose[], fields_agreement_text[], fields_agreement_terms[],
	fields_agreement_agree[], fields_agreement_why[], fields_agreement_table[], fields_agreement_sign[],
	fields_agreement_deposit[], fields_agreement_ratify[], fields_agreement_withdraw[];
extern const struct affair_view agreement_views[];

/* The agreement as `load` read it; NULL parties where there is none yet. */
#define AGREEMENT_OF(taking) ((const struct agreement *)(taking)->own)

#define DECIDED(name)                                                                                                  \
	int name(struct affair_taking *taking, struct problem *problem);                                               \
	int name##_apply(struct affair_applying *applying, struct problem *problem);
DECIDED(agreement_propose)
DECIDED(agreement_text)
DECIDED(agreement_terms)
DECIDED(agreement_agree)
DECIDED(agreement_reopen)
DECIDED(agreement_abandon)
DECIDED(agreement_table)
DECIDED(agreement_take_back)
DECIDED(agreement_sign)
DECIDED(agreement_deposit)
DECIDED(agreement_ratify)
DECIDED(agreement_withdraw)
#undef DECIDED

/* What an act of the session does to an agreement that is tabled there. */
int agreement_voted(struct store_write *write, const struct entry *entry, struct problem *problem);
int agreement_unvoted(struct store_write *write, const struct entry *entry, struct problem *problem);

/* For whom the step is: the own office, or the party that "party" names, which headquarters acts for: one without an office
 * here, or, where `any`, whichever. */
int agreement_find_party(const struct affair_taking *taking, bool any, const struct agreement_party **ret_party,
                         struct problem *problem);
/* Runs a statement with the agreement as ?1, the state as ?2, the entry's moment as ?3. */
int agreement_set_state(struct affair_applying *applying, enum agreement_state state, const char *statement,
                        struct problem *problem);
/* Keeps the field "text" as the reason of what was done. */
int agreement_set_reason(struct affair_applying *applying, struct problem *problem);

/* Puts all that is known of the agreement into "made", for those who see it from this entry on; and brings the tables there. */
int agreement_copy(struct affair_taking *taking, struct problem *problem);
int agreement_copy_apply(struct affair_applying *applying, struct problem *problem);

const struct agreement_kind *agreement_kind(const char *name);

/* "AG-2026-417" and no other form. */
bool agreement_id_valid(const char *id);

#endif
