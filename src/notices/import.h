/* Notices from elsewhere: INTERPOL's public notices and FollowTheMoney entities, one at a time, as drafts.
 *
 * A draft says what its source says and nothing else: what the source lacks (a public red notice has no law, no date and no
 * authority of its warrant) stays missing, and `jisr notice show` tells it. What the form of notices does not take is left
 * out and told. The draft's reference is the source's id ("interpol:2022/1", "ftm:Q1"): the same source imported again
 * changes the draft, or nothing. */
#ifndef JISR_NOTICES_IMPORT_H
#define JISR_NOTICES_IMPORT_H

#include "notices/act.h"

#define IMPORT_MAX_LEFT 400 /* bytes */

struct import {
	const char *colour;   /* of all that say none; NULL: they are skipped */
	const char *language; /* code of the language in which the source is written */
	const char *owner;    /* office; NULL: that of the requesting country, else the caller's own */
	const struct caller *caller;
	/* what came of one */
	char source[NOTICE_MAX_REF + 1]; /* "" when it has none */
	char made[NOTICE_ID_MAX + 1];
	char left[IMPORT_MAX_LEFT]; /* what was left out and why, "" for nothing */
	enum { IMPORT_MADE, IMPORT_CHANGED, IMPORT_SAME } result;
};

/* Makes or changes the draft of one object, whichever of the two it is. JISR_UNSUPPORTED: it is no notice, or none that can
 * be told from what it says; JISR_STATE: it was imported before, and is no draft any more. Both with a sentence; so are the
 * codes of act_submit. Only the console may import for other offices than its own. */
int import_one(struct store *store, struct import *import, const cJSON *json, struct problem *problem);

/* What the draft would say, and the requesting country ("" when it is not known). The tree is freed with json_free. */
int import_content(struct import *import, const cJSON *json, char ret_country[3], cJSON **ret_content,
                   struct problem *problem);

/* Whether it says all that its source knows; INTERPOL's lists give a few fields of each. Import those with details first. */
bool import_has_details(const cJSON *json);

#endif
