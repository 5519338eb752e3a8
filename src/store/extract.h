/* Chosen entries of a log with everything by which a stranger can check them: each with its signature, its salts and the
 * proof that it is in the tree of one signed checkpoint; and before them the entries that made and ended offices' keys.
 * One line of JSON each:
 *
 *   {"checkpoint":NOTE,"log":NAME,"version":1}
 *   {"body":OBJECT,"body_salt":HEX,"header":TEXT,"key":HEX,"proof":[BASE64,..],"salt":HEX,"sequence":N,"signature":HEX}
 *
 * "body" is left out where the choice says so: whoever has the body from elsewhere hashes it with the salt. What an
 * extract leaves out it does not show to be missing: it proves that what it holds is in the log. */
#ifndef JISR_STORE_EXTRACT_H
#define JISR_STORE_EXTRACT_H

#include "store/log.h"

#define EXTRACT_MAX_BYTES ((size_t)1 << 30)
#define EXTRACT_MAX_LINE  (ENTRY_MAX_BODY + ((size_t)256 << 10))

enum extract_choice { EXTRACT_NOT, EXTRACT_WHOLE, EXTRACT_WITHOUT_BODY };
typedef enum extract_choice (*extract_choose)(void *context, const struct entry *entry);

/* Adds the chosen ones of the entries up to `last`, all of which the newest checkpoint must cover. `choose` is not asked
 * about the keys' entries; an entry whose body was dropped has none. */
int extract_write(struct log *log, uint64_t last, extract_choose choose, void *context, struct text *text,
                  struct problem *problem);

struct extract_report {
	char log[CHECKPOINT_MAX_ORIGIN + 1];
	uint64_t size; /* of the tree */
	uint64_t entries;
	struct note_verifier key; /* the log's, as its first entry says, or as it was given */
};

/* Checks everything, and shows each entry in order; its bytes live for the call. `key` is the log's key as it is known from
 * elsewhere, NULL to believe the first entry. JISR_BAD_INPUT: the line and what is wrong. */
typedef int (*extract_see)(void *context, const struct entry *entry, struct problem *problem);
int extract_read(const char *bytes, size_t length, const struct note_verifier *key, extract_see see, void *context,
                 struct extract_report *ret_report, struct problem *problem);

#endif
