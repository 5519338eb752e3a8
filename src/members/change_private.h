/* Inside of members/change: what change.c (the table, fields, appending) gives to change_member.c, change_office.c and
 * change_officer.c (what each change checks and writes). */
#ifndef JISR_MEMBERS_CHANGE_PRIVATE_H
#define JISR_MEMBERS_CHANGE_PRIVATE_H

#include "base/json.h"
#include "base/tree.h"
#include "members/change.h"

#define CHANGE_MAX_REASON 1000 /* bytes */

typedef int (*change_function)(struct store_write *write, struct change_order *order, struct problem *problem);

int change_member_admit(struct store_write *write, struct change_order *order, struct problem *problem);
int change_member_edit(struct store_write *write, struct change_order *order, struct problem *problem);
int change_member_suspend(struct store_write *write, struct change_order *order, struct problem *problem);
int change_member_reinstate(struct store_write *write, struct change_order *order, struct problem *problem);
int change_office_open(struct store_write *write, struct change_order *order, struct problem *problem);
int change_office_edit(struct store_write *write, struct change_order *order, struct problem *problem);
int change_office_close(struct store_write *write, struct change_order *order, struct problem *problem);
int change_key_add(struct store_write *write, struct change_order *order, struct problem *problem);
int change_key_end(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_appoint(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_edit(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_roles(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_end(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_suspend(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_reinstate(struct store_write *write, struct change_order *order, struct problem *problem);
int change_officer_move(struct store_write *write, struct change_order *order, struct problem *problem);

/* ---- fields ---- */

/* JISR_BAD_INPUT when a field has a name that is not among these, with the one that was probably meant. */
int change_known(const cJSON *fields, const char *const *names, size_t count, struct problem *problem);
#define CHANGE_KNOWN(fields, names, problem) change_known(fields, names, sizeof(names) / sizeof *(names), problem)

/* A text of at most `most` bytes; *ret_text NULL when it is not there and not `needed`. */
int change_text(const cJSON *fields, const char *name, size_t most, bool needed, const char **ret_text,
                struct problem *problem);
/* Names in some of the languages over those that are in *names; all four when `all`. */
int change_names(const cJSON *fields, bool all, struct names *names, bool *ret_given, struct problem *problem);
/* Two capital letters. */
int change_country(const cJSON *fields, const char *name, bool needed, const char **ret_code, struct problem *problem);
int change_reason(const struct change_order *order, const char **ret_reason, struct problem *problem);

void change_tree_names(cJSON *body, const struct names *names);

/* ---- writing ---- */

/* Appends an entry about SUBJECT ("member/MA") by the caller's office and officer and frees the body. `only`: the office
 * that may see it beside author and headquarters; NULL: all. */
int change_append(struct store_write *write, struct change_order *order, const char *kind, const char *subject,
                  uint64_t expected, const char *only, cJSON *body, struct problem *problem);

/* JISR_STATE when the office is closed, or its member suspended: it writes nothing then. */
int change_writable(struct store_write *write, const char *office, struct problem *problem);

#endif
