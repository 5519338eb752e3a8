/* What the files of members' contributions share with the domain `budget`. */
#ifndef JISR_ASSEMBLY_DUES_PRIVATE_H
#define JISR_ASSEMBLY_DUES_PRIVATE_H

#include "assembly/assembly_private.h"
#include "assembly/conduct_fields.h"
#include "assembly/dues.h"
#include "assembly/money.h"

extern const struct field fields_dues_opening[], fields_dues_pay[], fields_dues_reverse[], fields_dues_text[],
	fields_dues_appeal[], fields_dues_decide[];
extern const struct affair_view dues_views[];

#define DECIDED(name)                                                                                                  \
	int name(struct affair_taking *taking, struct problem *problem);                                               \
	int name##_apply(struct affair_applying *applying, struct problem *problem);
DECIDED(dues_opening)
DECIDED(dues_pay)
DECIDED(dues_reverse)
DECIDED(dues_note)
DECIDED(dues_lift)
DECIDED(dues_appeal)
DECIDED(dues_decide)
#undef DECIDED

/* What a vote on an appeal, or the chair's word, does to the member's case. */
int dues_voted(struct store_write *write, const struct entry *entry, struct problem *problem);
int dues_appeal_decided(struct store_write *write, const struct entry *entry, struct problem *problem);

#endif
