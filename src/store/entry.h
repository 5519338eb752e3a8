/* An entry of the log: what one office states, once and for good; and its bytes.
 *
 *   header     canonical JSON (base/canonical.h), members in this order, no white space:
 *              {"at":"2026-11-26T22:30:00.123Z","audience":"*","author":"MA","body":"HEX","kind":"notice.requested",
 *               "officer":"o17","previous":0,"subject":"notice/2026-17","v":1}
 *     at       UTC with milliseconds; never smaller than that of the entry before
 *     audience whom it is for: "*" all; {"only":["FR","MA"]}; {"except":["XX"]}: office codes, sorted, each once. The
 *              author and headquarters are always inside
 *     author   code of the office that signs
 *     body     SHA-256 of (body salt, 16 bytes | canonical body), so that a body can be dropped and the log still holds
 *     officer  id of the officer, "" for the installation itself
 *     previous sequence of the subject's last entry, 0 when there is none
 *     subject  the one thing that this entry changes
 *   signature  Ed25519 by a key of the author over "jisr entry v1\n" | log's name | "\n" | header
 *   leaf       salt, 32 random bytes | header | key id, 4 bytes | signature, 64 bytes. Its hash, SHA-256(0 | leaf), is
 *              what the Merkle tree holds; the salt keeps a guessed entry from being confirmed by its hash
 *   sequence   from 1: the leaf's place in the tree plus one
 *
 * The texts in a header are of few characters, none of which JSON escapes, so that a header has one form and can be read
 * without a JSON parser:
 *   codes of offices  1 to 16 of A-Z, 0-9, '-'
 *   kinds             1 to 64 of a-z, 0-9, '.', '-', '_'
 *   officers          at most 64 printable ASCII characters but space, '"' and '\'
 *   subjects          1 to 200 of those */
#ifndef JISR_STORE_ENTRY_H
#define JISR_STORE_ENTRY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/note.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#define ENTRY_MAX_OFFICE   16
#define ENTRY_MAX_KIND     64
#define ENTRY_MAX_OFFICER  64
#define ENTRY_MAX_SUBJECT  200
#define ENTRY_MAX_OFFICES  512                /* in an audience */
#define ENTRY_MAX_HEADER   ((size_t)16 << 10) /* bytes */
#define ENTRY_MAX_BODY     ((size_t)1 << 20)  /* bytes of the canonical form */
#define ENTRY_MAX_NUMBER   JSON_MAX_WHOLE     /* sequences are JSON numbers, too */
#define ENTRY_AT_LENGTH    24                 /* "2026-11-26T22:30:00.123Z" */
#define ENTRY_SALT         32
#define ENTRY_BODY_SALT    16
#define ENTRY_HASH         32
#define ENTRY_SIGNATURE    64
#define ENTRY_HEADQUARTERS "GS"

enum entry_audience_kind { AUDIENCE_ALL, AUDIENCE_ONLY, AUDIENCE_EXCEPT };

struct entry_audience {
	enum entry_audience_kind kind;
	const char *const *offices; /* sorted, each once; empty for AUDIENCE_ALL */
	size_t count;
};

struct entry_header {
	char at[ENTRY_AT_LENGTH + 1];
	struct entry_audience audience;
	const char *author, *kind, *officer, *subject;
	uint64_t previous;
	uint8_t body[ENTRY_HASH];
};

/* An entry as it stands in the log. Texts and bytes live where whoever filled it says. */
struct entry {
	uint64_t sequence;
	struct entry_header header;
	const char *header_bytes; /* as signed */
	size_t header_length;
	uint8_t salt[ENTRY_SALT];
	uint8_t key_id[4];
	uint8_t signature[ENTRY_SIGNATURE];
	uint8_t body_salt[ENTRY_BODY_SALT]; /* zeros when dropped */
	const char *body_bytes;             /* canonical JSON; NULL when the body was dropped */
	size_t body_length;
	const cJSON *body; /* the same as a tree; NULL when dropped, or where nobody asked for it */
};

/* What a domain asks to be written. Everything stays the caller's. */
struct entry_draft {
	const char *author;  /* code of the office */
	const char *officer; /* NULL or "" for the installation itself */
	const char *kind;
	const char *subject;
	struct entry_audience audience; /* of zeros: all. Need not be sorted */
	const cJSON *body;              /* an object */
	uint64_t
		expected; /* the version (sequence of its last entry) that the decision rests on: another is JISR_CONFLICT.
	                      0: the subject is new; ENTRY_ANY: whatever it is */
};
#define ENTRY_ANY UINT64_MAX

bool entry_office_valid(const char *code);
bool entry_kind_valid(const char *kind);
bool entry_officer_valid(const char *officer);
bool entry_subject_valid(const char *subject);
bool entry_at_valid(const char *at);

/* Adds the header's bytes. The audience's offices must be sorted, as entry_audience_sort leaves them. JISR_BAD_INPUT
 * when a text is not of its form, and the problem says which. */
int entry_header_write(const struct entry_header *header, struct text *text, struct problem *problem);

/* Reads what entry_header_write wrote, and nothing else: one value has one form. Texts are copied into the arena.
 * JISR_BAD_INPUT with the byte where it goes wrong, JISR_UNSUPPORTED (another "v"), JISR_NO_MEMORY. */
int entry_header_read(const char *bytes, size_t length, struct arena *arena, struct entry_header *ret_header,
                      struct problem *problem);

/* A sorted copy of the audience in the arena, without repeats; an empty "except" becomes AUDIENCE_ALL. JISR_BAD_INPUT
 * (a code that is none), JISR_TOO_LARGE, JISR_NO_MEMORY. */
int entry_audience_sort(const struct entry_audience *audience, struct arena *arena, struct entry_audience *ret_audience,
                        struct problem *problem);

/* Whether that office may see the entry: headquarters and the author always, else as the audience says. What individuals
 * ask the Commission is kept apart from headquarters, unless the audience names it: kinds that begin with ENTRY_APART. */
#define ENTRY_APART "request."
bool entry_visible_to(const struct entry_header *header, const char *office);

/* A value of a body as canonical JSON in the arena; "" for NULL. */
int entry_json_text(struct arena *arena, const cJSON *value, const char **ret_text, struct problem *problem);

/* SHA-256 of salt and bytes, as "body" has it. */
void entry_body_hash(const uint8_t salt[ENTRY_BODY_SALT], const char *bytes, size_t length,
                     uint8_t ret_hash[ENTRY_HASH]);

/* Signs the header's bytes for the log of that name: fills key_id and signature. */
void entry_sign(struct entry *entry, const char *log, const struct note_signer *signer);

/* Whether the signature holds under that key (its id is compared, too). */
bool entry_signed_by(const struct entry *entry, const char *log, const struct note_verifier *verifier);

/* SHA-256(0 | leaf). */
void entry_leaf_hash(const struct entry *entry, uint8_t ret_hash[ENTRY_HASH]);

/* Adds the leaf's bytes: for programs that check it elsewhere. */
int entry_leaf_write(const struct entry *entry, struct text *text);

#endif
