/* The stored parts that are near to those of a query: found by keys, remembered, and marked for the length of a search.
 * Private to check_near.c, check_find.c and check_joined.c, which share the finder. */
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
	uint32_t from, count, halves;
	uint64_t postings; /* of all that are near */
	struct name_part part;
};

/* What is near to one part, or to several joined, of the query under way. */
struct reach {
	const struct name_part *part;
	enum look look;
	bool kept;            /* its near parts are in the pool, else in fresh */
	bool waits;           /* its near parts are not known yet */
	uint32_t from, count; /* of its near parts */
	uint32_t halves;      /* parts that follow these: see HALF_MOST */
	uint64_t half_postings;
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

/* Near parts remembered, by their part; and words met once, by their hash: what is met again is remembered. */
#define CACHE_SLOTS ((size_t)1 << 15)
#define MET_SLOTS   ((size_t)1 << 14)

/* The query's parts that a near part stands for, in a byte: a bit each, the last for all further ones. */
#define MARK_BITS 8

/* Of two syllables beside two (names/compare.h), written as one and at least JOIN_LEAST alike, one by itself is near to the
 * other's; the second may be half near: fewer than HALF_MOST hundredths of a letter apart, or as many as the length of the
 * two allows. Such parts stand behind the near ones of a reach, with what they are apart, in letters, as similarity. */
#define HALF_MOST 150

/* Words looked up at the same time: while the memory of one is fetched, another is worked on. */
#define LOOKUPS 8

/* Entries of KEY_PARTS under one key: some of those of its bucket. */
struct filed {
	const uint32_t *from, *to;
};

/* A word under way. */
struct lookup {
	struct reach *reach;
	uint64_t hash;  /* of the reach */
	uint32_t filed; /* entries under its keys */
	uint32_t keys[PART_KEYS_MAX + 1];
	struct filed lists[PART_KEYS_MAX + 1];
	size_t key_count, list_count;
	bool initial; /* the last key is that of listed initials */
};

/* part_mark of what is near, a bit each: fits in the processor's nearest memory, as `bytes` does not. */
#define MARKED_WORDS ((UINT16_MAX + 1) / 64)

/* What the query's parts that a mark stands for are to the stored parts of that mark, a bit a part of the query, folded. */
struct told {
	uint8_t near, half;
};

/* One block on large pages: most of it is read at random. */
struct finder {
	struct cached cache[CACHE_SLOTS];
	uint32_t met[MET_SLOTS];
	struct told told[UINT16_MAX + 1]; /* by part_mark; all 0 between calls: most parts of forms end here */
	size_t cached_count;
	struct part_near *pool; /* of remembered words */
	size_t pool_count, pool_capacity;
	struct part_near *fresh; /* of other words of the query under way */
	size_t fresh_count, fresh_capacity;
	struct mark *marks;
	size_t mark_size, mark_count, mark_capacity;
	uint64_t marked[MARKED_WORDS];
	/* Parts that were not compared, since nothing of the query is near to what stands beside them: the bits of their
	 * part_mark, and the parts. Beside two that are one word of the query they may be needed after all: near_also. */
	uint64_t passed_over[MARKED_WORDS];
	uint32_t *dropped;
	size_t dropped_count, dropped_capacity;
	struct also {
		uint32_t part, mask;
		float similarity;
	} * also; /* parts that near_also marked */
	size_t also_count, also_capacity;
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
	struct lookup lookups[LOOKUPS];
	size_t reach_count;
	const struct evidence_most *most;
	double least;
	int thousandths;     /* of it, rounded down */
	uint8_t naming_byte; /* naming, folded */
	uint8_t kind;        /* enum name_kind */
	uint32_t pairs;      /* a bit for each part of which it and the next are syllables */
	/* By some parts of the query, folded: those that make pairs of syllables with them, folded. */
	uint8_t fellows[1 << MARK_BITS];
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

/* Who must stand beside a part that is near to a reach, for a form that holds it to be the query's name. */
struct company {
	uint8_t wanted; /* naming parts of the query, folded, of which one must be near to something beside it */
	uint8_t alone;  /* HOT_ALONE where a form of one naming part is enough: it never is for a person of more */
	bool any;       /* nothing is wanted, or cannot be asked: not all that is near to the others is known */
};
struct company near_company(const struct finder *finder, const struct reach *reach);

/* 1 when such company stands beside a part in one of its forms, as far as its dense line tells; else 0. Without a jump. */
static inline unsigned company_met(const struct finder *finder, struct company company, const struct part_hot *hot)
{
	unsigned beside = 0;
	for (size_t k = 0; k < HOT_COMPANY; k++)
		beside |= finder->told[hot->company[k]].near | finder->told[hot->company[k]].half;
	return ((beside & company.wanted) | (hot->flags & company.alone) | company.any |
	        (hot->company[0] == POSTING_MORE)) != 0;
}

/* 1 unless the bearers of all forms of a part differ from the query in what no name outweighs. */
static inline unsigned bearers_may(const struct finder *finder, const struct part_hot *hot)
{
	return finder->thousandths - evidence_most(finder->most, &hot->bearers) <= 1000;
}

/* Parts of exactly these letters, at most NEAR_EXACT; and fetches what finds them. */
#define NEAR_EXACT 8
void near_exact_ahead(const struct segment *segment, const char *latin, size_t length);
size_t near_exact(const struct segment *segment, const char *latin, size_t length, uint32_t parts[NEAR_EXACT]);

/* Compares a part that may have been passed over with the query's, and marks it. JISR_NO_MEMORY. */
int near_also(struct finder *finder, const struct segment *segment, const struct name *query, uint32_t part);

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
	return finder->told[part_mark(part)].near != 0 ? mark_slot(finder, part) : &none;
}

/* Whether a part of this mark may have been passed over. */
static inline bool passed_over(const struct finder *finder, uint16_t mark)
{
	return (finder->passed_over[mark / 64] >> mark % 64 & 1) != 0;
}

/* A mask of parts of the query in a byte. */
static inline uint8_t folded(uint32_t mask)
{
	return (uint8_t)((mask & ((1u << (MARK_BITS - 1)) - 1)) | (mask >> (MARK_BITS - 1) != 0) << (MARK_BITS - 1));
}

#endif
