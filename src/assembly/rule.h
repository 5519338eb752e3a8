/* The rules by which the Assembly decides, as data: for each kind of decision what is counted against what, by which methods,
 * after which notice, in how many rounds, and what a tie does. What the organisation's texts say stands here as the first
 * version; the Assembly changes a rule by an entry (the act "rule"), and every vote keeps the rule that it was held under.
 *
 * Not everything could be confirmed from the texts: `unsure` says what of a rule is a setting of ours until somebody who
 * has the text confirms it. It is shown beside every vote. */
#ifndef JISR_ASSEMBLY_RULE_H
#define JISR_ASSEMBLY_RULE_H

#include "assembly/verdict.h"
#include "base/error.h"
#include "store/sql.h"

#include <cjson/cJSON.h>

enum rule_matter {
	RULE_RESOLUTION,
	RULE_CONSTITUTION,
	RULE_REGULATIONS,
	RULE_ADMISSION,
	RULE_BUDGET,
	RULE_AGREEMENT,
	RULE_PRESIDENT,
	RULE_VICE_PRESIDENT,
	RULE_DELEGATE,
	RULE_AGENDA,
	RULE_EMERGENCY, /* an item that came too late */
	RULE_APPEAL,    /* of a member against the suspension of its vote */
	RULE_PROCEDURE, /* motions, appeals against a ruling */
	RULE_COUNT
};
/* "vice-president". */
const char *rule_matter_name(enum rule_matter matter);
bool rule_matter_read(const char *name, enum rule_matter *ret_matter);
extern const char *const rule_matters[]; /* all names, NULL at the end */

enum rule_method { RULE_HANDS = 1, RULE_DEVICE = 2, RULE_ROLL_CALL = 4, RULE_SECRET = 8 };
extern const char *const rule_methods[]; /* "hands", "device", "roll-call", "secret", NULL: bit n is name n */

/* Whether it is published who voted how, where the method tells. A roll call is public by itself. */
enum rule_record { RULE_RECORD_NEVER, RULE_RECORD_ASKED, RULE_RECORD_ALWAYS };
extern const char *const rule_records[]; /* "never", "asked", "always", NULL */

#define RULE_MAX_TEXT 400 /* bytes */

struct rule {
	enum rule_matter matter;
	uint64_t version; /* sequence of the entry that made it; 0: as it stands here */
	struct verdict_rule verdict;
	unsigned methods;
	uint32_t notice_days;
	bool proxies;
	enum rule_record record;
	char article[RULE_MAX_TEXT + 1];
	char unsure[RULE_MAX_TEXT + 1]; /* "" when all of it is confirmed */
};

/* As it stands in the texts, or as we set it. */
void rule_first(enum rule_matter matter, struct rule *ret_rule);

/* As it is now in the record. */
int rule_get(struct sql *sql, enum rule_matter matter, struct rule *ret_rule, struct problem *problem);

/* Adds the rule as an object under a key; reads it again, with fields that are not there as they were in *rule. The fields
 * are those of the act "rule": "base", "shares", "rounds", "tie", "quorum_base", "quorum", "methods", "notice_days",
 * "proxies", "record", "article", "unsure". JISR_BAD_INPUT. */
void rule_tree(cJSON *parent, const char *key, const struct rule *rule);
int rule_read(const cJSON *fields, struct rule *rule, struct problem *problem);

/* ">1/2" */
#define RULE_SHARE_MAX 16
const char *rule_share_text(struct verdict_share share, char out[RULE_SHARE_MAX]);

#endif
