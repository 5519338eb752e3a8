/* What the files of the domain `budget` share. */
#ifndef JISR_ASSEMBLY_BUDGET_PRIVATE_H
#define JISR_ASSEMBLY_BUDGET_PRIVATE_H

#include "assembly/assembly_private.h"
#include "assembly/budget.h"
#include "assembly/conduct_fields.h"
#include "assembly/money.h"

extern const struct field fields_budget_draft[], fields_budget_chapters[], fields_budget_programme[],
	fields_budget_income[], fields_budget_scale[], fields_budget_rules[], fields_budget_text[],
	fields_budget_approve[], fields_budget_table[], fields_budget_carry[], fields_budget_call[],
	fields_budget_spend[], fields_budget_receive[], fields_budget_reverse[], fields_budget_transfer[],
	fields_budget_progress[];
extern const struct affair_view budget_views[];

/* The budget's state as `load` read it. */
#define BUDGET_OF(taking) ((const struct budget *)(taking)->own)

#define DECIDED(name)                                                                                                  \
	int name(struct affair_taking *taking, struct problem *problem);                                               \
	int name##_apply(struct affair_applying *applying, struct problem *problem);
DECIDED(budget_draft)
DECIDED(budget_chapters)
DECIDED(budget_programme)
DECIDED(budget_income)
DECIDED(budget_scale)
DECIDED(budget_rules)
DECIDED(budget_submit)
DECIDED(budget_approve)
DECIDED(budget_table)
DECIDED(budget_take_back)
DECIDED(budget_carry)
DECIDED(budget_provisional)
DECIDED(budget_call)
DECIDED(budget_spend)
DECIDED(budget_receive)
DECIDED(budget_reverse)
DECIDED(budget_transfer)
DECIDED(budget_progress)
DECIDED(budget_close)
#undef DECIDED
int budget_reason_apply(struct affair_applying *applying, struct problem *problem);

/* What an act of the session does to a budget that is tabled there. */
int budget_voted(struct store_write *write, const struct entry *entry, struct problem *problem);
int budget_withdrawn(struct store_write *write, const struct entry *entry, struct problem *problem);

/* Chapters, programme, income, scale and rules as one object, in their order: what is decided on. To be freed with json_free. */
int budget_content(struct sql *sql, const struct budget *budget, cJSON **ret_content, struct problem *problem);

/* Sums of a year's drafted chapters and incomes; of its statutory income. */
struct budget_sums {
	int64_t expenditure, income, statutory;
};
int budget_sums(struct sql *sql, uint32_t year, struct budget_sums *ret_sums, struct problem *problem);

/* One number out of the tables for a year and, where the statement has ?2, another number. `statement` is a literal. */
int budget_number(struct sql *sql, const char *statement, uint32_t year, int64_t second, int64_t *ret_number,
                  struct problem *problem);

#endif
