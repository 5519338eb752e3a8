/* The views, by file. */
#ifndef JISR_ASSEMBLY_VIEW_PRIVATE_H
#define JISR_ASSEMBLY_VIEW_PRIVATE_H

#include "assembly/view.h"
#include "base/emit.h"

#include <cjson/cJSON.h>

struct viewing {
	struct sql *sql;
	uint32_t session;
	const char *id;
	const struct caller *caller;
	struct text *text;
	struct assembly assembly;
};

typedef int (*view_function)(struct viewing *viewing, struct problem *problem);

int view_agenda(struct viewing *viewing, struct problem *problem);
int view_documents(struct viewing *viewing, struct problem *problem);
int view_drafts(struct viewing *viewing, struct problem *problem);
int view_draft(struct viewing *viewing, struct problem *problem);
int view_decisions(struct viewing *viewing, struct problem *problem);
int view_floor(struct viewing *viewing, struct problem *problem);
int view_rules(struct viewing *viewing, struct problem *problem);
int view_draws(struct viewing *viewing, struct problem *problem);
int view_votes(struct viewing *viewing, struct problem *problem);
int view_communique(struct viewing *viewing, struct problem *problem);
int view_vote(struct viewing *viewing, struct problem *problem);
int view_stage(struct viewing *viewing, struct problem *problem);
int view_committee(struct viewing *viewing, struct problem *problem);
int view_contest(struct viewing *viewing, struct problem *problem);
int view_eligibility(struct viewing *viewing, struct problem *problem);

/* The votes for candidates, and who is elected, of a round's verdict; nothing where it is of no election. */
void view_contest_votes(struct viewing *viewing, const cJSON *verdict);

/* Who speaks (first) and who waits on item ?2 of session ?1: number, code, kind, state, seconds, used, asked, begun, ended.
 * Waiting speakers stand in the order in which they will speak: the order of assembly/queue.h as a statement. */
#define VIEW_SPEAKERS                                                                                                  \
	"SELECT s.number, s.code, s.kind, s.state, s.seconds, s.used, s.asked, s.begun, s.ended FROM assembly_speech"  \
	" s JOIN assembly_item i ON i.session = s.session AND i.number = s.item WHERE s.session = ?1 AND s.item = ?2"  \
	" AND s.state IN ('waiting', 'speaking') ORDER BY s.state = 'waiting', CASE s.kind WHEN 'order' THEN 0 WHEN"   \
	" 'question' THEN 1 WHEN 'statement' THEN 2 ELSE 3 END, CASE WHEN i.balanced AND s.kind = 'statement' THEN"    \
	" (SELECT count(*) FROM assembly_speech o WHERE o.session = ?1 AND o.item = ?2 AND o.code = s.code AND"        \
	" o.state IN ('spoken', 'speaking')) ELSE 0 END, s.number"

/* Whether it is told to somebody who may follow the assembly, and not to the public. */
bool view_inside(const struct viewing *viewing);
/* A member of JSON that stands in a column; null when it is empty. */
void view_json(struct viewing *viewing, const char *key, const char *json);
/* A text, or null when it is empty. */
void view_text(struct viewing *viewing, const char *key, const char *text);

#endif
