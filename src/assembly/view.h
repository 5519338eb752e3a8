/* What is told of an assembly, as JSON: the same for the API, for --json, and for what the command line prints. */
#ifndef JISR_ASSEMBLY_VIEW_H
#define JISR_ASSEMBLY_VIEW_H

#include "assembly/assembly.h"
#include "base/text.h"
#include "members/caller.h"

/* VIEW(id, "name", takes an id after it, "summary") */
#define VIEWS(VIEW)                                                                                                    \
	VIEW(SESSION, "session", false, "the session itself")                                                          \
	VIEW(FIGURES, "figures", false, "how many countries, delegates, ministers and chiefs of police")               \
	VIEW(DELEGATIONS, "delegations", false, "every delegation and its state")                                      \
	VIEW(DELEGATION, "delegation", true, "one delegation with its people")                                         \
	VIEW(ELECTORATE, "electorate", false, "which members may vote at this moment, and why others may not")         \
	VIEW(AGENDA, "agenda", false, "the items and their states")                                                    \
	VIEW(DOCUMENTS, "documents", false, "documents, and the languages in which they are there")                    \
	VIEW(DRAFTS, "drafts", false, "draft resolutions")                                                             \
	VIEW(DRAFT, "draft", true, "one draft with its paragraphs and amendments, the furthest first")                 \
	VIEW(DECISIONS, "decisions", false, "what was adopted, under its number")                                      \
	VIEW(FLOOR, "floor", false, "who speaks, who waits, which motions are moved")                                  \
	VIEW(RULES, "rules", false, "the rules of decision as they are now")                                           \
	VIEW(DRAWS, "draws", false, "what was drawn by lot, and how to check it")                                      \
	VIEW(VOTES, "votes", false, "the votes and their outcomes")                                                    \
	VIEW(VOTE, "vote", true, "one vote: rule, electorate, quorum, verdict with its arithmetic")                    \
	VIEW(STAGE, "stage", false, "what happens at this moment, in one object: item, speakers, vote, last result")   \
	VIEW(COMMITTEE, "committee", false, "the Executive Committee: who sits, what is to be filled, elections")      \
	VIEW(CONTEST, "contest", true, "one election: candidates, rounds, who is elected")                             \
	VIEW(ELIGIBILITY, "eligibility", true, "who may stand for president, vice-president or delegate:REGION")       \
	VIEW(COMMUNIQUE, "communique", true, "the communiqué in a language: ar, en, es or fr")

enum view {
#define VIEW_ID(id, name, named, summary) VIEW_##id,
	VIEWS(VIEW_ID)
#undef VIEW_ID
		VIEW_COUNT
};

const char *view_name(enum view view);
const char *view_summary(enum view view);
bool view_takes_id(enum view view);
bool view_read(const char *name, enum view *ret_view);
/* Whether everybody may see it, also who is nobody: the programme, what was decided, how the votes ended. */
bool view_public(enum view view);

/* Adds the view as one JSON object. `id` is what it is of ("MA", "3"); NULL where the view takes none. JISR_NOT_FOUND;
 * the version of the session is in *ret_version (may be NULL). */
int view_write(struct sql *sql, enum view view, uint32_t session, const char *id, const struct caller *caller,
               struct text *text, uint64_t *ret_version, struct problem *problem);

/* Adds {"sessions":[...]}, the newest first. */
int view_sessions(struct sql *sql, struct text *text, struct problem *problem);

#endif
