/* The record of a data directory: the log, and every table that is made from it, in DIR/record.db; the keys that this
 * installation signs with in DIR/keys. What domains (members, notices, ...) see of it.
 *
 * There is one way to change anything: an entry in the log. A command reads today's state, decides (that is where
 * everything is checked), and appends entries; each entry is applied to the tables in the same transaction. Applying
 * never refuses and depends on nothing but the entry and the tables, so that the tables can be made again from the log,
 * the same byte for byte.
 *
 *   static int admit(struct store_write *write, void *context, struct problem *problem)
 *   {
 *           ... look into store_write_sql(write), refuse with a code and a sentence, or ...
 *           return store_append(write, &draft, &sequence, problem);
 *   }
 *   error = store_submit(store, admit, &context, problem);
 *
 * Threads: store_submit, store_read and store_read_end may be called by any number of threads at once. Commands and
 * `apply` run on the store's one writer thread: what they use of the caller's is not used by the caller meanwhile, and
 * they may not call store_submit or store_read. Several processes may have the record open; they take turns. */
#ifndef JISR_STORE_STORE_H
#define JISR_STORE_STORE_H

#include "base/memory.h"
#include "store/entry.h"
#include "store/log.h"
#include "store/sql.h"

#define STORE_KEYS "keys" /* the folder of secret keys in the data directory */

#define STORE_NAME_FILE   "record.db"
#define STORE_MAX_KINDS   512 /* of all domains together */
#define STORE_MAX_READERS 64  /* states open at once; more wait for one to be given back */
#define STORE_GROUP       512 /* submissions that share a transaction */

struct store;
struct store_write;
struct store_reader;

/* ---- what a domain is ---- */

struct store_kind {
	const char *kind;
	/* Whether the body has the form that this kind asks for; used before an entry exists and on entries from
	 * elsewhere. One domain gives it; NULL in others that apply the kind, too. */
	int (*check)(const cJSON *body, struct problem *problem);
	/* Brings the tables up to date: NULL for nothing to do. No clock, no random numbers, no files: only the entry and
	 * the tables (store_write_sql). Fails only where the database does. `entry->body` is NULL when it was dropped. */
	int (*apply)(struct store_write *write, const struct entry *entry, struct problem *problem);
	/* The body of an entry that was applied with it is dropped: leaves the tables as they were if it had been applied
	 * without; called again in a rebuild, where that is so already. NULL: bodies of this kind cannot be dropped. */
	int (*dropped)(struct store_write *write, const struct entry *entry, struct problem *problem);
	/* Whether the subject, as the tables have it, may be known to that office now; NULL: whoever is in the header's audience
	 * may, for good. Asked before an entry of the past is given to a node that has not seen it. */
	int (*reaches)(struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
	               struct problem *problem);
	/* Those in its audience but the subject's owner may know no more of the subject: a replica (store/replica.h) keeps of
	 * its earlier entries their hashes alone. */
	bool hides;
};

/* One step from a version of a domain's tables to the next. */
struct store_step {
	const char *sql;
	bool rebuild; /* the tables cannot be brought there by SQL: after all steps they are made again from the log */
};

struct store_domain {
	const char *name;               /* "members" */
	const struct store_step *steps; /* the n-th (from 1) leads to version n; never changed once released */
	size_t step_count;
	const char *const *tables; /* all tables of the last version, NULL at the end */
	const struct store_kind *kinds;
	size_t kind_count;
};

/* ---- opening ---- */

struct store_options {
	const char *directory;
	const struct store_domain *const
		*domains; /* NULL at the end, or NULL for none; applied in this order. They and what
	                                              they name must outlive the store */
	bool read_only;   /* nothing is submitted, migrated or rebuilt */
	/* store_found: runs after the first entry, in its transaction. NULL for nothing. */
	int (*first)(struct store_write *write, void *context, struct problem *problem);
	void *first_context;
};

/* Founds a record in a directory that has none (JISR_STATE), which is made when it is missing: the log of that name (a
 * word without spaces and '+', by which the world will know it: "icpo.example/record"), its key, headquarters' key, and
 * the first entry, "log.founded". */
int store_found(const struct store_options *options, const char *name, struct store **ret_store,
                struct problem *problem);

/* Opens the record, brings tables of an earlier version up to this one. JISR_NOT_FOUND: the directory has no record.
 * JISR_UNSUPPORTED: written by a later version. JISR_CORRUPT, JISR_IO, JISR_FULL, JISR_BUSY, JISR_NO_MEMORY. */
int store_open(const struct store_options *options, struct store **ret_store, struct problem *problem);

/* Waits for what was submitted; no reader may be out. */
struct store *store_free(struct store *store);
MEMORY_DEFINE_FREEP(struct store, store_free)

const char *store_directory(const struct store *store);
/* The log's name. */
const char *store_log_name(const struct store *store);

/* ---- one log for several machines (store/shared.h says how) ---- */

/* Puts this record's log, whole, into PostgreSQL, and from now on appends there: DIR/shared-log keeps the address. Done
 * again after an interruption, it goes on. JISR_STATE: shared already, or another log is there. */
int store_share(struct store *store, const char *address, struct problem *problem);

/* Makes a record in a directory that has none: a copy of the log at that address, checked entry by entry. The secret keys
 * that it is to sign with are put into DIR/keys by whoever may. JISR_STATE: there is a record. */
int store_join(const struct store_options *options, const char *address, struct store **ret_store,
               struct problem *problem);

/* Takes the log back: this record goes on alone; nobody can append at the address any more. */
int store_unshare(struct store *store, struct problem *problem);

/* Whether a directory's record shares its log; and the same log at another address (its servers moved), which the next
 * opening uses. JISR_BAD_INPUT: no address. */
bool store_is_shared(const char *directory);
int store_readdress(const char *directory, const char *address, struct problem *problem);
/* Brings the copy of a shared log up to date, now; nothing else where it is not shared. JISR_BUSY: nobody answers. */
int store_refresh(struct store *store, struct problem *problem);
/* Whether somebody who follows the log may be told what is here: always, where the log is not shared; else once the copy has had all
 * that was there since it was opened, or nobody there has answered for STORE_LEVEL_SECONDS: what is here is better than nothing. */
#define STORE_LEVEL_SECONDS 20.0
bool store_is_level(const struct store *store);
/* Whether what is not found here was nowhere a moment ago: always, where the log is not shared or not followed; else while the copy was
 * known to have all that is there within the last STORE_DEAF_SECONDS. Else another machine may have made it meanwhile. */
#define STORE_DEAF_SECONDS 2.0
bool store_is_current(const struct store *store);

/* ---- writing ---- */

/* Runs the command on the writer thread and returns when what it appended is durable: 0, the command's own error, or the
 * disk's. After an error nothing that the command did is left. What it appended by store_append and only that counts:
 * a command changes no table itself. */
typedef int (*store_command)(struct store_write *write, void *context, struct problem *problem);
int store_submit(struct store *store, store_command command, void *context, struct problem *problem);

/* What encloses the submissions of this thread, from store_bracket until it is called again (NULL: nothing). Both functions
 * run on the writer thread, inside the command's savepoint: what they append, or refuse, is of one piece with it.
 *
 * A rehearsal takes everything back at the end, also where it went well: it tells what would become of a command, on the
 * replica of a node (store/replica.h), too, where entries are neither signed nor kept. */
struct store_bracket {
	int (*before)(struct store_write *write, void *context, struct problem *problem); /* may be NULL */
	/* When the command appended something: the first and last of it. May be NULL. */
	int (*after)(struct store_write *write, void *context, uint64_t first, uint64_t last, struct problem *problem);
	void *context;
	bool rehearsal;
};
void store_bracket(const struct store_bracket *bracket);

/* Signs, numbers, stores and applies an entry. JISR_CONFLICT: the subject's version is not the expected one (the sentence
 * says which it is). JISR_BAD_INPUT: a form. JISR_DENIED: this installation holds no key of the author that counts. After
 * an error the command must return it. `ret_sequence` may be NULL. */
int store_append(struct store_write *write, const struct entry_draft *draft, uint64_t *ret_sequence,
                 struct problem *problem);

/* The same with a body made by base/tree.h, which it frees. JISR_NO_MEMORY: something failed while the body was made. */
int store_append_tree(struct store_write *write, struct entry_draft draft, cJSON *body, uint64_t *ret_sequence,
                      struct problem *problem);

/* Drops the body of an entry for good: an entry "body.dropped" by `author` says so and why, and the body and its salt are
 * gone from the file when it is durable (as soon as no reader needs the older state). JISR_STATE: its kind does not allow
 * it, or it is dropped already. JISR_NOT_FOUND. */
int store_drop_body(struct store_write *write, uint64_t sequence, const char *author, const char *officer,
                    const char *reason, struct problem *problem);

/* Writes record.db anew, so that no page of it holds a remnant of what was deleted, and empties the write-ahead log.
 * JISR_BUSY: a reader still holds an older state; to be tried again. Takes some seconds a gigabyte, in which nothing else
 * is written. */
int store_compact(struct store *store, struct problem *problem);

/* The tables as they are now, with what this command appended: for reading. In `apply` also for writing. */
struct sql *store_write_sql(struct store_write *write);
struct log *store_write_log(struct store_write *write);
/* The time that entries of this transaction bear, "2026-11-26T22:30:00.123Z": never before that of the last entry. */
const char *store_write_at(const struct store_write *write);
/* The version of a subject: sequence of its last entry, 0 for none. */
int store_write_version(struct store_write *write, const char *subject, uint64_t *ret_version, struct problem *problem);
/* Draws a number from `first` to `last` by lot, so that there is no entry about BEGIN with the number after it ("notice/2026-").
 * JISR_TOO_LARGE: none was found in STORE_DRAWS draws. */
#define STORE_DRAWS 1000
int store_draw_number(struct store_write *write, const char *begin, unsigned first, unsigned last, unsigned *ret_number,
                      struct problem *problem);
/* Memory that ends with the command (JISR_NO_MEMORY at STORE_COMMAND_MEMORY); in `apply` with the entry's command. */
#define STORE_COMMAND_MEMORY ((size_t)16 << 20)
struct arena *store_write_arena(struct store_write *write);
/* The office whose replica this is (store/replica.h); "" for a whole log. In `apply`, too: what an entry tells others than
 * owner and headquarters is nothing new to a whole log. */
const char *store_write_office(const struct store_write *write);
/* Whether these tables are of that office's own: a whole log's and headquarters' of everybody, a bureau's of those it serves. */
bool store_write_holds(const struct store_write *write, const char *office);
/* Whether an entry's subject, as the tables have it now, may be known to an office: what the kinds' `reaches` say. */
int store_write_reaches(struct store_write *write, const struct entry *entry, const char *office, bool *ret_reaches,
                        struct problem *problem);

/* Seconds by which the clock is behind the last entry that this store wrote or saw when it wrote: above 0, the clock was
 * set back (or had been ahead), and entries bear the time of the last one until it has caught up. */
double store_clock_behind(struct store *store);

/* ---- reading ---- */

/* One state of the whole record, which stays the same until it is given back. Takes no lock; waits only when
 * STORE_MAX_READERS are out. */
int store_read(struct store *store, struct store_reader **ret_reader, struct problem *problem);
struct store_reader *store_read_end(struct store_reader *reader);
MEMORY_DEFINE_FREEP(struct store_reader, store_read_end)
struct sql *store_reader_sql(struct store_reader *reader);
struct log *store_reader_log(struct store_reader *reader);
/* The last entry of this state. */
uint64_t store_reader_sequence(const struct store_reader *reader);

/* ---- listening ---- */

/* `told` hears of every durable entry from now on, of this and of other processes, in order and without gaps: the first
 * and the last sequence of each group. For entries of this process it is called before store_submit returns, on the
 * writer thread; else on a thread of the store within STORE_LISTEN_MS. It may store_read; it must be quick, and may not
 * submit. At most STORE_MAX_LISTENERS (JISR_TOO_LARGE); they end with the store. */
#define STORE_LISTEN_MS     100
#define STORE_MAX_LISTENERS 16
typedef void (*store_told)(void *context, uint64_t first, uint64_t last);
int store_listen(struct store *store, store_told told, void *context, struct problem *problem);

/* ---- keys ---- */

/* Makes a key for an office, kept in DIR/keys from now on, and gives its public half. It counts once an entry "key.added"
 * names it (store_key_add). */
int store_key_make(struct store *store, const char *office, char ret_verifier[NOTE_MAX_KEY], struct problem *problem);

/* The same in a directory of which no record is open yet. */
int store_key_file(const char *directory, const char *office, char ret_verifier[NOTE_MAX_KEY], struct problem *problem);

/* Inside a command: the entries that let a key count, and end it. `author` is headquarters or the office itself.
 * JISR_CONFLICT: it is there, JISR_STATE: it ended already, JISR_NOT_FOUND. */
int store_key_add(struct store_write *write, const char *author, const char *officer, const char *verifier,
                  struct problem *problem);
int store_key_end(struct store_write *write, const char *author, const char *officer, const char *office,
                  const uint8_t id[4], const char *reason, struct problem *problem);

/* Signs a text as a note (base/note.h) by the newest key of the office that counts in that state of the record and is held
 * here. JISR_DENIED: there is none. */
int store_sign_note(struct store_reader *reader, const char *office, const char *text, size_t length, struct text *out,
                    struct problem *problem);
/* The same inside a command. */
int store_write_sign_note(struct store_write *write, const char *office, const char *text, size_t length,
                          struct text *out, struct problem *problem);

/* Whether a key of the office that counts has signed a note; *ret_length as note_open. JISR_DENIED: none has. */
int store_open_note(struct store_reader *reader, const char *office, const char *note, size_t length,
                    size_t *ret_length, struct problem *problem);

/* ---- tables ---- */

/* Drops every domain's tables, makes them again from the log, in one transaction. */
int store_rebuild(struct store *store, struct problem *problem);

/* SHA-256 over every domain's tables, row by row in a fixed order: equal digests mean equal tables. */
int store_digest(struct store *store, uint8_t ret_digest[32], struct problem *problem);

/* What the tables ought to be: makes them from the log in a file beside record.db, which is removed, and gives that
 * file's digest. */
int store_digest_rebuilt(struct store *store, uint8_t ret_digest[32], struct problem *problem);

#endif
