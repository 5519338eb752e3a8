/* How a node with an empty copy of the log begins: with a snapshot (store/snapshot.h) when headquarters has one for it, else with the
 * first entry.
 *
 * GET /network/v1/snapshot gives the manifest; 503 while it is being made; 404: there is none, the log is short enough to follow.
 * GET /network/v1/snapshot/{pieces}/{n} gives the n-th piece, from 0, as long as headquarters keeps that snapshot.
 *
 * What came is kept in DIR/network (manifest and pieces, each compared) and is gone on with after a broken line or a kill. Memory:
 * one piece. */
#ifndef JISR_NETWORK_NEWCOMER_H
#define JISR_NETWORK_NEWCOMER_H

#include "network/pull.h"

#define NEWCOMER_UNPROVED "unproved" /* in DIR/network: a snapshot was taken over and is not proved yet */

enum newcomer {
	NEWCOMER_FOLLOW, /* there is none, or none that can be used: the log is followed from its first entry */
	NEWCOMER_TAKEN,  /* the copy is filled; NEWCOMER_UNPROVED lies there until snapshot_prove has run */
	NEWCOMER_LATER,  /* to be asked again: there is no line, or it is being made */
};

/* Tries once, on any thread. The sentence says why where a snapshot was refused (an error and NEWCOMER_FOLLOW) or is not to be had
 * now (JISR_BUSY and NEWCOMER_LATER). */
int newcomer_begin(struct pull *pull, struct store *store, const char *directory, enum newcomer *ret_what,
                   struct problem *problem);

#endif
