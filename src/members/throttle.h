/* How often somebody may guess, so that guesses open no account and lock no owner out.
 *
 * Whoever signs in by password comes from a device that the account's owner has used before (it shows the cookie that it
 * was given then) or from an unknown one. Owners' devices have limits of their own, which nobody else can use up; a
 * passkey cannot be guessed and is not limited here at all. Unknown devices are held back by four limits:
 *
 *   pair     account and source   after 3 wrong ones a delay that doubles, 1 second to 15 minutes
 *   source   a /24 or a /64       100 wrong ones, then one a minute
 *   account  all sources          from 10 wrong ones in a row, patience: a ticket that holds only after a delay, 30 seconds
 *                                 to 15 minutes; after 100 none any more (SP 800-63B-4, 3.2.2), until the owner signs in
 *                                 from an own device or by passkey, or is enrolled anew
 *   all      all accounts         above 300 wrong ones in a row and two a second, patience of 30 seconds
 *
 * A try is counted as wrong when it begins and forgiven when it was right, so that many at once are no more than many one
 * after another. Names that no account has are treated the same, so that nothing tells them apart.
 *
 * In memory, of fixed size; keys are hashed with a secret, so nobody can choose whom to push out. The counts of accounts
 * and of devices that exist are the caller's to keep (members/local). May be used by several threads. Times are the
 * calendar's, in milliseconds: a test gives its own. */
#ifndef JISR_MEMBERS_THROTTLE_H
#define JISR_MEMBERS_THROTTLE_H

#include "members/challenge.h"

#define THROTTLE_PAIR_FREE    3
#define THROTTLE_PAIR_FIRST   1000             /* ms */
#define THROTTLE_DELAY_MOST   (15 * 60 * 1000) /* ms */
#define THROTTLE_SOURCE_BURST 100
#define THROTTLE_SOURCE_EACH  (60 * 1000) /* ms */
#define THROTTLE_ACCOUNT_FREE 10
#define THROTTLE_ACCOUNT_MOST 100
#define THROTTLE_ALL_BURST    300
#define THROTTLE_ALL_EACH     500             /* ms */
#define THROTTLE_PATIENCE     (30 * 1000)     /* ms */
#define THROTTLE_TICKET       (5 * 60 * 1000) /* ms that a ticket holds once it does */
#define THROTTLE_DEVICE_FREE  5
#define THROTTLE_DEVICE_MOST  100
#define THROTTLE_TABLE        65536 /* entries that each table in memory has */

enum throttle_answer {
	THROTTLE_GO,
	THROTTLE_WAIT,           /* for *wait* milliseconds; nothing was counted */
	THROTTLE_PATIENCE_ASKED, /* the same, and then with the ticket */
	THROTTLE_CLOSED,         /* to unknown devices */
};

struct throttle;

struct throttle_try {
	const char *account; /* as typed, folded by the caller */
	bool exists;
	uint32_t failures;        /* in a row from unknown devices, as kept; when it exists */
	const char *source;       /* "192.0.2.0/24" */
	const char *device;       /* the owner's device by its id, NULL: an unknown one */
	uint32_t device_failures; /* in a row, as kept */
	int64_t device_last;      /* when the last was */
	const char *ticket;       /* NULL: none was sent */
};

struct throttle_told {
	enum throttle_answer answer;
	int64_t wait;                /* ms */
	char ticket[CHALLENGE_TEXT]; /* of PATIENCE_ASKED */
	uint32_t failures;           /* of GO: to be kept for the account (unknown device) or the device */
};

/* `key` makes tickets: the same in all processes that answer for one address. */
int throttle_new(const uint8_t key[CHALLENGE_KEY], struct throttle **ret_throttle);
struct throttle *throttle_free(struct throttle *throttle);
MEMORY_DEFINE_FREEP(struct throttle, throttle_free)

/* May this try be made now? GO counts it as wrong. */
void throttle_ask(struct throttle *throttle, const struct throttle_try *attempt, int64_t now,
                  struct throttle_told *ret_told);

/* It was right, or it was not looked at after all (no place at the gate): takes back what was counted. The caller sets
 * the kept counts to 0, or back. */
void throttle_forgive(struct throttle *throttle, const struct throttle_try *attempt, bool right, int64_t now);

/* The source that an address belongs to: "192.0.2.0/24", "2001:db8:1:2::/64"; "local" for none. */
#define THROTTLE_SOURCE_MAX 64
void throttle_source(const char *address, char out[THROTTLE_SOURCE_MAX]);

#endif
