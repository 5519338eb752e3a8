/* What headquarters has taken of nodes' commands, in the record, so that none is done twice, whichever machine is asked, and so
 * that the node learns of it from the log also when the answer was lost.
 *
 *   command.taken   subject "command/NODE/ID", by headquarters, for the node's office; after the entries that it brought, in one
 *                   transaction with them: {"node","id","command","said","first","last","made"}. `command` is the SHA-256 of the
 *                   signed note, which the node keeps; `said` the moment by its clock; `made` what the first entry is about, without
 *                   its kind: "2026/17" */
#ifndef JISR_NETWORK_TAKEN_H
#define JISR_NETWORK_TAKEN_H

#include "base/sha256.h"
#include "network/parcel.h"
#include "store/store.h"

extern const struct store_domain taken_domain;

struct taken {
	char command[SHA256_HEX], made[ENTRY_MAX_SUBJECT + 1], at[ENTRY_AT_LENGTH + 1];
	uint64_t first, last;
};

/* JISR_NOT_FOUND: it was not taken. */
int taken_find(struct sql *sql, const char *node, const char *id, struct taken *ret_taken, struct problem *problem);

/* What encloses the doing of a command (struct store_bracket): refuses one that was taken already, with JISR_CONFLICT and
 * `again`; and says that it was taken. */
struct taking {
	const struct parcel *parcel;
	char command[SHA256_HEX];
	bool done, again;
	struct taken taken; /* when it is done or was before */
};
void taking_bracket(struct taking *taking, struct store_bracket *ret_bracket);

#endif
