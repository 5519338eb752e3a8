/* The stored parts that are near to those of a query: found by keys, remembered, and marked for the length of a search.
 * Private to check_near.c and check_find.c, which share the finder. */
#ifndef JISR_WATCH_CHECK_NEAR_H
#define JISR_WATCH_CHECK_NEAR_H

#include "names/compare.h"
#include "names/many.h"
#include "watch/check_evidence.h"
#include "watch/check_private.h"

/* Postings looked ahead, so that memory is fetched while earlier ones are worked on. */
#define AHEAD 16

/* How near a part is looked for. */
enum look {
	LOOK_WORD,   /* at the floor */
	LOOK_JOINED, /* several words of the query as one: at JOIN_LEAST */
	LOOK_LOOSE,  /* the same where the words' borders are a guess: at the floor */
	LOOK_COUNT,
};

struct cached {
	uint64_t serial; /* of the segment, times LOOK_COUNT, plus how it was looked for; 0: free */
	uint32_t from, count;
	uint64_t postings; /* of all of them */
	struct name_part part;
};

/* What is near to one part, or to several joined, of the query under way. */
struct reach {
	const struct name_part *part;
	enum look look;
	bool kept;            /* its near parts are in the pool, else in fresh */
	uint32_t from, count; /* of its near parts */
	uint64_t postings;
	uint32_t mask; /* parts of the query that it stands for */
};

/* All near parts of the query by number: open addressing. */
struct mark {
	uint32_t part; /* number + 1; 0: free */
	uint32_t mask; /* parts of the query */
	float similarity;
};

#define REACH_MAX (NAME_MAX_PARTS * 4)

/* Words met once, by their hash: what is met again is remembered. */
#define MET_SLOTS ((size_t)1 << 14)

/* The query's parts that a near part stands for, in a byte: a bit each, the last for all further ones. */
#define MARK_BITS 8

struct finder {
	struct cached *cache;
	size_t cached_count;
	struct part_near *pool; /* of remembered words */
	size_t pool_count, pool_capacity;
	struct part_near *fresh; /* of other words of the query under way */
	size_t fresh_count, fresh_capacity;
	uint32_t *met;
	struct mark *marks;
	uint8_t *bytes; /* by part_mark, of the parts in marks, all 0 between calls: most parts of forms end here */
	size_t mark_size, mark_capacity;
	/* Bitmaps, all 0 between calls; seen_words has a bit for each word of seen_parts. */
	uint64_t *seen_parts, *seen_words, *seen_forms;
	size_t seen_parts_capacity, seen_words_capacity, seen_forms_capacity;
	uint32_t *touched; /* parts that share a key with the one looked up */
	size_t touched_count, touched_capacity;
	struct wanted {
		uint32_t form;
		int least; /* that its name must reach, evidence considered; in thousandths */
	} * forms;         /* under way */
	size_t form_count, form_capacity;
	struct found *found;
	size_t found_count, found_capacity;
	/* The query under way. */
	struct reach reaches[REACH_MAX];
	struct name_part joined[REACH_MAX]; /* of reaches of joined words */
	size_t reach_count;
	const struct evidence_most *most;
	double least;
	int thousandths;     /* of it, rounded down */
	uint8_t naming_byte; /* naming, folded */
	/* By the query's naming parts left over, folded, and from 1 << MARK_BITS on, where all of a form's parts match
	 * something: the most that its name can reach, in thousandths. */
	int16_t left_most[2 << MARK_BITS];
	double weight;     /* of the query */
	double light;      /* at least the weight of what a form has beside its naming parts and the query has too */
	uint32_t naming;   /* its parts that name, a bit each */
	uint32_t initials; /* its parts that are initials */
	double weights[NAME_MAX_PARTS];
};

/* Finds the reaches of all parts of the query and of neighbours written as one, and marks what they hold; to be followed by
 * near_forget_query in every case. JISR_NO_MEMORY. */
int near_find(struct finder *finder, const struct segment *segment, const struct name *query);
void near_forget_query(struct finder *finder);

/* Grows a bitmap whose bits are all 0. */
int bitmap_reserve(uint64_t **bits, size_t *capacity, size_t count);

/* Forms that hold a part; 0 when the stored numbers are impossible. */
static inline uint64_t count_postings(const struct segment *segment, uint32_t part)
{
	uint32_t from = segment->postings_start[part], to = segment->postings_start[part + 1];
	return to > from && to <= segment->posting_count ? to - from : 0;
}

/* The near parts of a reach. */
static inline const struct part_near *reached(const struct finder *finder, const struct reach *reach)
{
	return (reach->kept ? finder->pool : finder->fresh) + reach->from;
}

/* True when a part may be one half of a word. */
static inline bool joins(const struct name_part *part)
{
	return form_class_part(part->kind) || part->kind == PART_PARTICLE;
}

static inline uint32_t spread(uint32_t part)
{
	return part * 0x9e3779b1u;
}

static inline struct mark *mark_slot(const struct finder *finder, uint32_t part)
{
	size_t at = (spread(part) >> 7) & (finder->mark_size - 1);
	while (finder->marks[at].part != 0 && finder->marks[at].part != part + 1)
		at = (at + 1) & (finder->mark_size - 1);
	return &finder->marks[at];
}

/* The mark of a part; one of no query part and similarity 0 when it is near to none. */
static inline const struct mark *mark_of(const struct finder *finder, uint32_t part)
{
	static const struct mark none;
	return finder->bytes[part_mark(part)] != 0 ? mark_slot(finder, part) : &none;
}

/* A mask of parts of the query in a byte. */
static inline uint8_t folded(uint32_t mask)
{
	return (uint8_t)((mask & ((1u << (MARK_BITS - 1)) - 1)) | (mask >> (MARK_BITS - 1) != 0) << (MARK_BITS - 1));
}

#endif
