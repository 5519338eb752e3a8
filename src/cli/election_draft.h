/* A draft of an election: what is known before the trustees have made its key. It is a JSON object as belenios-tool's
 * template for `setup make-election` (description, name, questions, administrator, credential_authority), with two
 * members more, uuid and group, which belenios-tool passes over. */
#ifndef JISR_CLI_ELECTION_DRAFT_H
#define JISR_CLI_ELECTION_DRAFT_H

#include "cli/election.h"

struct draft {
	char uuid[UUID_MAX_LENGTH + 1];
	const struct group *group;
	struct election *questions; /* without key, uuid and group; NULL when the file holds a whole election */
	struct election *election;  /* the whole election, when belenios-tool has made it; else NULL */
	struct text text;           /* the file */
};

/* Reads a draft, or an election message. A sentence is printed on failure: the status, else STATUS_DONE. To be finished
 * in every case. */
int draft_init(struct draft *draft, const struct command *self, const char *path);
void draft_finish(struct draft *draft);

/* Adds a draft made of a template's bytes. JISR_BAD_INPUT as election_read_template. */
int draft_write(const char *template, size_t length, const char *uuid, const struct group *group, struct text *text,
                struct problem *problem);

#endif
