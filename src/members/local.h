/* DIR/local.db: what must not travel in the log. How officers prove who they are (hashes of passwords, secrets of one-time
 * codes, sealed; public keys of passkeys), their sessions, devices and API tokens, invitations to enrol, counts of wrong
 * guesses, entries that the log is still owed, and for a day what was answered to requests that may come again. Durable; no
 * part of a rebuild. Secret texts that we give out (cookies, tokens, codes) are kept as SHA-256 alone.
 *
 * One connection, for one thread at a time: who uses it enters and leaves. Several processes may have the file open. Where
 * the log is shared, so is this (store/mirror.h): a transaction that writes is done on all machines or on none, while
 * reading goes on from the own copy, through a connection of its own. The tables are drawn in local.c; members/account, session, token, enrolment, owed and repeat are the only ones to read and
 * write them. */
#ifndef JISR_MEMBERS_LOCAL_H
#define JISR_MEMBERS_LOCAL_H

#include "base/memory.h"
#include "members/challenge.h"
#include "members/totp.h"
#include "store/mirror.h"
#include "store/seal.h"
#include "store/sql.h"

#define LOCAL_NAME   "local.db"
#define LOCAL_HASH   32 /* bytes */
#define LOCAL_SEALED (TOTP_SECRET + SEAL_MORE)
#define LOCAL_SECRET 44 /* a secret text of 32 random bytes, with the closing 0 */

struct local;

/* Makes the file, and keys/local.seal, when they are missing, mode 0600. JISR_STATE: keys/local.seal is not the file's. JISR_IO, JISR_FULL, JISR_CORRUPT, JISR_UNSUPPORTED, JISR_NO_MEMORY. */
int local_open(const char *directory, struct local **ret_local, struct problem *problem);
struct local *local_close(struct local *local);
MEMORY_DEFINE_FREEP(struct local, local_close)

/* From now on a thread brings the file up to date when other machines have changed it, until it is closed; nothing where
 * the log is not shared. */
int local_follow(struct local *local, struct problem *problem);
/* Reads what others changed, now: true when there was something. For whoever did not find what may just have been made
 * elsewhere. False at once where nothing is shared, or nobody answers. */
bool local_refresh(struct local *local);
/* Whether a write would not have to wait for another machine to become leader: for what can be left out. */
bool local_writable(struct local *local);

/* What of it is shared, and as what (store/mirror.h). */
#define LOCAL_BASE "local"
extern const char *const local_tables[];
/* The part of it that shares; NULL: none. For one thread, while no other uses `local`. */
struct mirror *local_mirror(struct local *local);

/* A secret of this installation, made with the file: signs challenges and tickets. */
const uint8_t *local_key(const struct local *local);

/* Takes the connection, to read; waits for whoever has it. */
struct sql *local_enter(struct local *local);
void local_leave(struct local *local);

/* The same with a transaction that writes. local_end commits when `error` is 0, else takes everything back and returns
 * it; it leaves in any case. When local_begin fails, nothing was entered. */
int local_begin(struct local *local, struct sql **ret_sql, struct problem *problem);
int local_end(struct local *local, int error, struct problem *problem);

/* The secret of an officer's one-time codes as it is kept, and a column that holds one: false when it holds none that is
 * this officer's. */
void local_seal(struct sql *sql, const char *officer, const uint8_t secret[TOTP_SECRET],
                uint8_t ret_sealed[LOCAL_SEALED]);
bool local_unseal(struct sql_query *query, int column, const char *officer, uint8_t ret_secret[TOTP_SECRET]);

/* A fresh secret text, and how it is kept. */
void local_secret(char ret_secret[LOCAL_SECRET], uint8_t ret_hash[LOCAL_HASH]);
void local_hash(const char *secret, uint8_t ret_hash[LOCAL_HASH]);

/* A challenge is used: JISR_STATE when it was before. Forgets those that ended. */
int local_use(struct sql *sql, const uint8_t challenge[CHALLENGE_SIZE], int64_t now, struct problem *problem);

#endif
