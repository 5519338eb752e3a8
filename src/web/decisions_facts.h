/* What decisions remember of the two sides of a pair, as digests: enough to tell that a side changed and what of it.
 * Internal to src/web/decisions*. */
#ifndef JISR_WEB_DECISIONS_FACTS_H
#define JISR_WEB_DECISIONS_FACTS_H

#include "base/arena.h"
#include "base/text.h"
#include "watch/check.h"
#include "watch/entity.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGEST_BYTES 16 /* BLAKE2b: nobody can make a person whose digest is that of another */

/* What identifies the person that a query asks for. */
enum fact {
	FACT_SCHEMA,
	FACT_NAMES, /* without case, width and spaces; in any order */
	FACT_BIRTH,
	FACT_COUNTRIES,
	FACT_SEX,
	FACT_DOCUMENTS, /* as documents are compared */
	FACT_COUNT,
};

struct facts {
	unsigned char whole[DIGEST_BYTES];
	uint32_t sums[FACT_COUNT]; /* of each fact: to say which changed */
};

/* JISR_NO_MEMORY. */
int facts_of(const struct check_query *query, struct facts *ret_facts);

/* Adds the facts as an object, as they were given: {"schema","names","birthDate","nationality","sex","documents"}. */
void facts_emit(const struct check_query *query, struct text *text);

/* "birth date" ... for a sentence. */
const char *fact_word(enum fact fact);

/* One property of a listed entity and a sum of its values, in any order. Records that are attached count as the property
 * LISTED_ATTACHED, the schema as "schema". */
#define LISTED_ATTACHED "attached records"
struct listed_sum {
	const char *property;
	uint32_t sum;
};

/* All that counts of an entity, ordered by property, in the arena. Left out is what tells of the record and not of the
 * entity: when it was made, seen and changed, and where it was published. JISR_NO_MEMORY. */
int listed_sums(const struct entity *entity, struct arena *arena, struct listed_sum **ret_sums, size_t *ret_count);

/* 16 bytes of several texts, each with its length. */
void facts_digest_texts(const char *const *texts, size_t count, unsigned char out[DIGEST_BYTES]);
void facts_digest_bytes(const void *bytes, size_t length, unsigned char out[DIGEST_BYTES]);

#endif
