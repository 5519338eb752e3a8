/* The check: is this person or document wanted?
 *
 * A query gives what is known; the answer lists the entities whose joined score reaches the threshold, best first, each
 * with its explanation. Name evidence comes first; birth date, nationality and sex can lower it, and an agreeing one
 * never lifts a name that does not reach the threshold by itself. A document number that matches with its country is a
 * hit on its own. docs/matching.md publishes every amount. */
#ifndef JISR_WATCH_CHECK_H
#define JISR_WATCH_CHECK_H

#include "base/arena.h"
#include "base/date.h"
#include "names/compare.h"
#include "watch/mrz.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHECK_MAX_NAMES     50
#define CHECK_MAX_COUNTRIES 20
#define CHECK_MAX_DOCUMENTS 20
#define CHECK_MAX_LIMIT     500

/* What evidence beside the name does to the score; docs/matching.md gives the reasons. All that disagree add up. Where
 * either side gives nothing, nothing is added or taken. Agreement is added only to a name that reaches the threshold by
 * itself, and never above 1. Of several births or countries of one entity the most favourable counts. */
#define CHECK_BIRTH_EQUAL   0.05  /* the same day */
#define CHECK_BIRTH_SLIP    -0.05 /* day and month swapped, or one digit of the day differs */
#define CHECK_BIRTH_DAY     -0.10 /* the same year, another day */
#define CHECK_BIRTH_YEAR    -0.15 /* another year */
#define CHECK_BIRTH_FAR     -0.25 /* more than CHECK_BIRTH_YEARS between */
#define CHECK_BIRTH_YEARS   10
#define CHECK_COUNTRY_OTHER -0.10 /* no country in common */
#define CHECK_SEX_OTHER     -0.20
#define CHECK_WEAK_ALIAS    0.85 /* times the name's score */
#define CHECK_DOCUMENT      1.00 /* number and country agree: whatever the name says */
#define CHECK_DOCUMENT_ONLY 0.95 /* the number agrees, a country is missing; with two countries that differ: no hit */

_Static_assert(CHECK_MAX_NAMES <= 64, "a bit each in names_cut");

struct check_document {
	const char *country; /* two lower-case letters, or NULL when not known */
	const char *number;  /* as written; normalised by the check */
};

struct check_query {
	const char *schema; /* "Person" when NULL */
	const char *names[CHECK_MAX_NAMES];
	size_t name_count;
	uint64_t names_cut; /* a bit a name: cut to fit its field (an MRZ); the listed one may go on */
	struct date birth;  /* unknown when {0, 0} */
	const char *countries[CHECK_MAX_COUNTRIES]; /* two lower-case letters */
	size_t country_count;
	char sex; /* 'm', 'f' or 0 */
	struct check_document documents[CHECK_MAX_DOCUMENTS];
	size_t document_count;
	size_t limit;     /* most hits to return; 0 means 5 */
	double threshold; /* 0 means NAME_THRESHOLD */
	double lift;      /* agreement is added only to a name that reaches this by itself; 0 means the threshold */
	/* Says whether an entity may be a hit at all; NULL: every one may. Asked once for each entity that reaches the
	 * threshold, in no order, before anything is counted or cut off at the limit. */
	bool (*accept)(void *context, uint32_t segment, uint32_t entity);
	void *accept_context;
	const char *const *lists; /* only lists of these names are searched; all when NULL */
	size_t list_count;
};

/* What one piece of evidence did to the score. */
struct check_evidence {
	const char *feature; /* "name", "birth_date", "nationality", "sex", "document" */
	const char *query;   /* the value asked, in the arena */
	const char *listed;  /* the value on the list */
	const char *detail;  /* a sentence: "born 1971 here, 1984 on the list" */
	double effect;       /* the name's score, or what was added (negative: taken away) */
};

struct check_hit {
	const char *id;
	const char *caption;
	const char *schema;
	const char *list;         /* name of the list it stands on */
	const char *matched_name; /* the listed spelling that scored best; NULL for a document hit */
	const char *query_name;   /* the query's name that matched it */
	double score;
	struct check_evidence *evidence;
	size_t evidence_count;
	struct name *query_parts, *listed_parts; /* both names read anew, with pieces; NULL for a document hit */
	struct name_score *names;                /* how they were aligned; NULL for a document hit */
	uint32_t segment;                        /* where the entity is stored, for watch_set_entity */
	uint32_t entity;
};

struct check_answer {
	struct check_hit *hits;
	size_t count;
	size_t total;        /* entities that reached the threshold, also those over the limit; at least `count` */
	bool total_exact;    /* false: there may be more; only where over a hundred spellings came into question */
	uint32_t candidates; /* names scored in full */
};

/* Adds to a query what an MRZ says: both orders of the name, nationality, document number under its issuer; birth date
 * and sex where the query has none. Strings live in the arena. JISR_NO_MEMORY, JISR_TOO_LARGE (over the limits above);
 * on failure the query is as before. */
int check_query_from_mrz(const struct mrz *mrz, struct arena *arena, struct check_query *query);

#endif
