/* The archive of a session: everything public of it in one file that is readable without this program (assembly/dossier.h)
 * and that a stranger can verify.
 *
 *   README.txt             what it is and how it is verified, also without this program
 *   index.html             the session for people
 *   views/NAME.json        what is told of the session in public: figures, agenda, decisions, votes, elections, committee, ...
 *   views/vote-3.json ...  each vote, adopted draft, contest, and the communiqué in four languages
 *   documents/CODE.fr.pdf  the documents' files
 *   elections/ID.bel       the archive of each secret vote (docs/ballot.md)
 *   heads/ID.jsonl         what observers signed of its board, with their keys (assembly/urn_heads.h)
 *   MANIFEST.json          every file above with its size and SHA-256
 *   log/extract.jsonl      the entries of the record that all this rests on, with proofs (store/extract.h)
 *
 * It is signed in the record itself: the entry "assembly.archive" states the SHA-256 of MANIFEST.json, signed by
 * headquarters, and is the last of log/extract.jsonl. So no archive can be made that the log does not know of. */
#ifndef JISR_ASSEMBLY_EXPORT_H
#define JISR_ASSEMBLY_EXPORT_H

#include "assembly/dossier.h"
#include "members/caller.h"
#include "store/extract.h"
#include "store/sql.h"
#include "store/store.h"

#include <cjson/cJSON.h>

#define EXPORT_MAX_ELECTIONS 1000

/* Writes index.html from what the views say: an object with the session's view as "session" and each other by its name
 * ("votes", "decisions"), and "texts", the adopted drafts whole. */
typedef int (*export_page)(const cJSON *views, struct text *html);

struct export_made {
	uint32_t files, documents, missing, elections; /* missing: documents without a file here */
	uint64_t entry;                                /* that signs it */
	char hash[65];                                 /* of MANIFEST.json */
	char file[65];                                 /* of the whole */
};

/* Makes it, signs it in the record, and keeps it as the session's last one, for who asks for it over HTTP. What is open is told as open. Right: assembly.secretary. */
int export_make(struct store *store, const struct caller *caller, uint32_t session, export_page page, struct text *tar,
                struct export_made *ret_made, struct problem *problem);

/* The last one that was kept of a session. JISR_NOT_FOUND: none was made. */
struct export_kept {
	char file[65]; /* its SHA-256: document_path has it */
	uint64_t size, entry;
	char at[ENTRY_AT_LENGTH + 1];
};
int export_kept(struct sql *sql, uint32_t session, struct export_kept *ret_kept, struct problem *problem);

struct export_report {
	uint32_t session, files, documents, elections, votes;
	uint64_t ballots, entry;
	uint32_t uncounted;    /* elections that were going on when it was made */
	uint64_t heads, forks; /* that observers signed; of these, what the archives do not continue */
	char made[ENTRY_AT_LENGTH + 1];
	struct extract_report log;
};

/* Verifies one: the file's form, every digest, every signature and proof of the log, every secret vote as `jisr election
 * verify` does and that it is the one of the log, that every head which observers signed is told as it is, and that
 * votes and documents are told as the log has them. `key` is the
 * log's key known from elsewhere, or NULL: then who reads the report compares it. JISR_BAD_INPUT: what is wrong, and where. */
int export_verify(const char *bytes, size_t length, const struct note_verifier *key, struct export_report *ret_report,
                  struct problem *problem);

#endif
