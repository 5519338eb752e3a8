/* What the steps of `jisr election` share: files that are never replaced unasked, secrets that never leave locked memory
 * or a file of mode 0600, and an archive opened with what its Setup event names. */
#ifndef JISR_CLI_ELECTION_H
#define JISR_CLI_ELECTION_H

#include "ballot/archive_write.h"
#include "ballot/ballot.h"
#include "ballot/trustees.h"
#include "base/secret.h"
#include "cli/options.h"

extern const struct command command_election_new, command_election_credentials, command_election_trustee,
	command_election_open, command_election_vote, command_election_audit, command_election_post,
	command_election_close, command_election_tally, command_election_decrypt, command_election_result,
	command_election_head, command_election_observe, command_election_verify, command_election_verify_diff,
	command_election_show;

#define ELECTION_MAX_FILE   ((size_t)1 << 30) /* bytes of a file of messages */
#define ELECTION_MAX_SECRET ((size_t)1 << 20) /* bytes of a file that holds a secret */
#define ELECTION_MAX_KEY    ((size_t)4096)    /* of one that comes by standard input */
#define ELECTION_MAX_PATH   4096

/* --- files --- */

/* Adds a whole file to the text ("-" is standard input), with a newline after it when it has none. A sentence is
 * printed on failure: the status, else STATUS_DONE. */
int election_read_file(const struct command *self, const char *path, struct text *text);

/* The same for a secret: 0-terminated, in secret memory, at most ELECTION_MAX_SECRET bytes; a warning when others may
 * read the file. White space at the end is taken off. secret_free ends it. */
int election_read_secret(const struct command *self, const char *path, char **ret_secret, size_t *ret_length);

/* The name of a file in the folder that ends so, the first that is met: 0, 1, or 2 for more. A guess among several would
 * be wrong, so ask for 1. */
#define ELECTION_MAX_NAME 256
unsigned election_find_file(const char *folder, const char *ending, char ret_name[ELECTION_MAX_NAME]);

/* Where results are written, and whether what is there may be replaced. */
struct election_out {
	const char *folder; /* --out DIR, NULL for the working directory */
	bool replace;       /* --replace */
};

/* Writes FOLDER/NAME, durably; mode 0600 when it is secret, else 0644. A file that is there is an error unless
 * `replace`. Prints "wrote PATH" to standard error. */
int election_write_file(const struct command *self, const struct election_out *out, const char *name, const char *bytes,
                        size_t length, bool secret);

/* The same for a path that the user gave; NULL or "-" writes to standard output. */
int election_write_path(const struct command *self, const char *path, bool replace, const char *bytes, size_t length,
                        bool secret);

/* --- archives --- */

struct opened {
	struct archive *archive;
	struct election *election;
	struct trustees *trustees;
	struct credential_list *list;
	struct ballot_context *context;
};

/* Opens an archive and reads its Setup, checking that the election's key is that of its trustees. A sentence is printed
 * on failure: the status, else STATUS_DONE. To be finished in every case. */
int opened_init(struct opened *opened, const struct command *self, const char *path);
void opened_finish(struct opened *opened);

/* The group of an option's value, by name; NULL after a sentence. */
const struct group *election_group(const struct command *self, const char *name);

/* A hash as it is shown: hexadecimal. */
void election_show_head(const char *label, const unsigned char hash[DIGEST_BYTES]);

/* The whole message of an event's payload in an archive. */
int election_payload(const struct opened *opened, const struct event *event, struct archive_entry *ret_entry,
                     struct problem *problem);

/* The encrypted tally of an archive, read from it; JISR_NOT_FOUND when there is none yet. */
struct tally;
int election_tally(const struct opened *opened, struct tally **ret_tally, struct problem *problem);

/* The file of opened ballots that goes with an archive: UUID.spoiled beside UUID.bel. JISR_TOO_LARGE. */
int election_spoiled_path(const char *archive, char ret_path[ELECTION_MAX_PATH], struct problem *problem);

/* Whether the archive continues every head in these lines of JSON (assembly/urn_heads.h), each signed by the key beside it.
 * JISR_BAD_INPUT names the observer. */
int election_heads(const struct opened *opened, const char *bytes, size_t length, uint64_t *ret_count,
                   struct problem *problem);

/* Verifies the archive with a bar on a terminal; 0, or the status after a sentence. */
int election_verify(const struct command *self, const struct opened *opened, const char *path);

#endif
