/* The archive of an election, FILE.bel (specification, section 4.4): an old-style tar file that only grows. It begins
 * with the file BELENIOS (the header); then come messages, HASH.data.json, and events, HASH.event.json, each named by
 * the SHA-256 of its bytes. Events are numbered by height and each names its parent, so that the hash of the last event,
 * the head, stands for everything before it.
 *
 *     data: election, trustees, public_credentials, setup_data     event: Setup
 *     data: ballot                                                 event: Ballot           any number
 *                                                                  event: EndBallots
 *     data: encrypted_tally, sized_encrypted_tally                 event: EncryptedTally
 *     data: partial_decryption, owned_partial_decryption           event: PartialDecryption  one a trustee
 *     data: result                                                 event: Result
 *
 * Reading maps the file; entries are looked at where they lie, so that memory is some hundred bytes an entry. */
#ifndef JISR_BALLOT_ARCHIVE_H
#define JISR_BALLOT_ARCHIVE_H

#include "ballot/message.h"

#define ARCHIVE_MAX_ENTRIES ((size_t)8 << 20)
#define ARCHIVE_MAX_HEADER  4096           /* bytes of the file BELENIOS */
#define ARCHIVE_MAX_NAMING  ((size_t)4096) /* bytes of a message that only names others */
#define ARCHIVE_BLOCK       512
#define ARCHIVE_MAX_ENTRY   ((size_t)256 << 20) /* bytes of one: a long list of public credentials */

enum archive_kind {
	ARCHIVE_DATA,
	ARCHIVE_EVENT,
};

enum event_type {
	EVENT_SETUP,
	EVENT_BALLOT,
	EVENT_END_BALLOTS,
	EVENT_ENCRYPTED_TALLY,
	EVENT_SHUFFLE,
	EVENT_END_SHUFFLES,
	EVENT_PARTIAL_DECRYPTION,
	EVENT_RESULT,
	EVENT_TYPE_COUNT,
};

/* "Setup", "Ballot", ... as the message has it. */
const char *event_type_name(enum event_type type);

struct event {
	bool has_parent; /* false for the first alone */
	unsigned char parent[DIGEST_BYTES];
	uint64_t height; /* 0 for the first */
	enum event_type type;
	bool has_payload; /* false for EndBallots and EndShuffles alone */
	unsigned char payload[DIGEST_BYTES];
};

/* The event's message; only the canonical bytes are accepted, and parent and payload only where they belong. */
int event_read(const char *bytes, size_t length, struct event *ret_event, struct problem *problem);
int event_write(const struct event *event, struct text *text);

/* May an event of this type follow one of type `before`? */
bool event_may_follow(enum event_type before, enum event_type type);

struct archive_entry {
	enum archive_kind kind;
	unsigned char hash[DIGEST_BYTES];
	const char *bytes; /* in the mapped file, valid while the archive is open */
	size_t length;
	uint64_t offset; /* of the entry's tar header in the file */
	size_t index;    /* for archive_get */
};

struct archive;

/* Opens and indexes an archive: the tar structure, the header, every entry's name against its bytes, no entry twice.
 * JISR_BAD_INPUT names the entry and what is wrong. JISR_NOT_FOUND, JISR_IO, JISR_TOO_LARGE, JISR_NO_MEMORY. */
int archive_open(const char *path, struct archive **ret_archive, struct problem *problem);

/* The same over bytes, which must outlive it. */
int archive_open_bytes(const void *bytes, size_t length, struct archive **ret_archive, struct problem *problem);

/* Frees it; not called archive_free, since libarchive, which others here use, has a function of that name. */
struct archive *archive_close(struct archive *archive);
MEMORY_DEFINE_FREEP(struct archive, archive_close)

/* Entries in the order of the file. */
size_t archive_count(const struct archive *archive);
struct archive_entry archive_get(const struct archive *archive, size_t index);

/* The data entry of that hash that stands before entry `before` (SIZE_MAX: anywhere); JISR_NOT_FOUND with a sentence
 * that names the hash and `what`. */
int archive_find(const struct archive *archive, const unsigned char hash[DIGEST_BYTES], size_t before, const char *what,
                 struct archive_entry *ret_entry, struct problem *problem);

/* Walks the events and checks their chain: heights, parents, the order of types, payloads that are there and stand
 * before. Calls `see` for each; a non-zero answer ends the walk and is returned. JISR_BAD_INPUT names the event. */
int archive_walk(const struct archive *archive,
                 int (*see)(void *context, const struct event *event, const struct archive_entry *entry,
                            struct problem *problem),
                 void *context, struct problem *problem);

/* The three messages that the first event, Setup, names. */
struct archive_setup {
	struct archive_entry election, trustees, credentials;
};
int archive_setup(const struct archive *archive, struct archive_setup *ret_setup, struct problem *problem);

/* The last event and its hash, the head. JISR_NOT_FOUND when there is none yet. */
int archive_head(const struct archive *archive, struct event *ret_event, unsigned char ret_hash[DIGEST_BYTES],
                 struct problem *problem);

#endif
