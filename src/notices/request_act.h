/* Every change of an individual's request: one step of the table (notices/request_step.h), checked whole and written as an
 * entry of the record.
 *
 * Fields come as a JSON object, the same whoever asks:
 *   file      {"kind", "language", "applicant":{"name","forename"?,"birth"?,"nationality"?,"address"?,"email"?,
 *              "identity":{"kind","number","country"}}, "representative"?:{"name","authority"}, "signed":true, "text"}
 *   admit     {"form":{"identity":true,"signed":true,"authority":true,"founded":true}}
 *   reject    {"ground", "text"}
 *   link      {"notices":["2026/17"]}
 *   consult   {"office", "text"}
 *   reply     {"disclose", "text"}
 *   propose   {"outcome", "text", "answer"?}
 *   execute   {"contents"?:{"2026/17":{...}}}   for a correction: what each notice is to say
 *   shred     {"paper"}   the digest of the copy
 *   ask, complete, recall, block, lift, return   {"text"};   decide, answer, withdraw, forget   {}
 * A copy (paper) comes as a file beside them: web/papers.h. */
#ifndef JISR_NOTICES_REQUEST_ACT_H
#define JISR_NOTICES_REQUEST_ACT_H

#include "notices/request.h"

#define REQUEST_MAX_TEXT 4000               /* characters */
#define REQUEST_MAX_BODY ((size_t)32 << 10) /* bytes of what an applicant sends */

struct request_act {
	enum request_step step;
	const struct caller *caller;
	const char *id;     /* NULL to file */
	const char *wanted; /* the number of a new one, for demonstrations; NULL: drawn by lot */
	const char *secret; /* the receipt's: the applicant acts; NULL */
	bool by_time;       /* REQUEST_FORGET, since its time is over: nobody decides */
	bool applicant;     /* files without signing in */
	const cJSON *fields;
	const struct identity_file *paper; /* REQUEST_PAPER: the copy, which is stored already; NULL: none */
	struct identity identity;          /* and what it is */
	uint64_t expected;                 /* ENTRY_ANY: whatever it is */
	/* what came of it */
	char made[NOTICE_ID_MAX + 1];
	char made_secret[REQUEST_SECRET + 1]; /* of a new receipt: shown once */
	uint64_t version;
	struct findings findings;
	size_t removed, corrected; /* notices */
};

/* JISR_NOT_FOUND, JISR_DENIED, JISR_STATE, JISR_BAD_INPUT, JISR_CONFLICT, or the store's. */
int request_submit(struct store *store, struct request_act *act, struct problem *problem);
int request_run(struct store_write *write, struct request_act *act, struct problem *problem);

/* The Commission changes its time limits: {"access_months":4}. Right: requests.decide. */
int request_rules_change(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem);

/* The sentence that answers where nothing may be told: of what was asked, in a language, the same whether anything is held
 * or not. */
const char *request_sentence(const char *kind, enum language language);

#endif
