/* Every change of a notice: one step of the table (notices/step.h), asked for by a caller, checked whole, written as entries
 * of the record. The command line, the API and the demonstration go through it.
 *
 * Fields come as a JSON object, the same whoever asks:
 *   draft     {"content":{...}, "form":"notice"|"diffusion", "public":bool, "reach":"*"|{"only":[...]}, "reference":"..."}
 *   edit      {"content"?, "public"?, "reference"?}
 *   answer    {"text", "content"?}
 *   amend     {"content", "public"?}
 *   assess    {"review":{"article_2":{"finding","text"},...}}
 *   restrict  {"reach"}
 *   refuse, cancel          {"ground", "text"}
 *   return, decline, suspend, resume, withdraw, grant   {"text"}
 *   renew     {"until":"2031-05-31", "text"}
 *   end       {"ending", "text"?}
 *   discard, request, circulate, take, publish, accept, expire   {} */
#ifndef JISR_NOTICES_ACT_H
#define JISR_NOTICES_ACT_H

#include "base/sha256.h"
#include "notices/notice.h"

#define ACT_MAX_TEXT 4000 /* characters of a text that says why */

struct act {
	enum notice_step step;
	const struct caller *caller;
	const char *id;      /* of the notice; NULL for a draft */
	const char *wanted;  /* the number of a draft that has one already elsewhere; NULL: drawn by lot */
	const cJSON *fields; /* an object, or NULL */
	const char *today;   /* "2031-05-31" for what runs by time; NULL: that of the record */
	bool ordered;        /* by a decision of the Commission: STEP_CORRECT is taken in no other way */
	uint64_t expected;   /* the version that the decision rests on; ENTRY_ANY: whatever it is */
	/* what came of it */
	char made[NOTICE_ID_MAX + 1]; /* the id */
	uint64_t version;
	struct findings
		findings; /* what is wrong with content or review form, when JISR_BAD_INPUT is because of them */
};

/* JISR_NOT_FOUND: there is no such notice for this caller. JISR_DENIED, JISR_STATE: step_allowed. JISR_BAD_INPUT: fields
 * or content; the findings say all of it. JISR_CONFLICT: changed since. Else the store's. */
int act_submit(struct store *store, struct act *act, struct problem *problem);

/* The same inside a command of the store, for many at once. Pictures are not looked for. */
int act_run(struct store_write *write, struct act *act, struct problem *problem);

/* Headquarters changes the conditions: {"least_penalty":12,...}. */
int act_rules(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem);

/* A day some months later, at the month's end where it has no such day. */
void act_add_months(const char *day, double months, char out[11]);

/* What a notice lacks before it can be requested or sent, as the conditions are now. */
int act_lacks(struct sql *sql, const struct notice *notice, struct findings *findings, struct problem *problem);

/* ---- pictures, kept beside the record by their content address: DIR/pictures/ab/abcd... ---- */

/* Stores a photograph, without what is not the picture (picture_clean.h): the address is that of what is stored. JISR_BAD_INPUT and so on from picture_read; JISR_IO, JISR_FULL. Right: notices.write. */
int act_store_picture(const char *directory, const struct caller *caller, const void *bytes, size_t length,
                      char ret_hash[SHA256_HEX], struct problem *problem);
/* Adds its bytes. JISR_NOT_FOUND. Whether it may be seen is notice_pictures' to say. */
int act_load_picture(const char *directory, const char *hash, struct text *bytes, struct problem *problem);

#endif
