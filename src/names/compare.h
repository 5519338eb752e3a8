/* The score of two names and why.
 *
 * Parts are aligned one to one (or one to two, where one side writes as two words what the other writes as one) at the
 * least cost. The score is 0 to 1; 0.70 and above is a match. What is left over on one side only costs little on the
 * listed side (a list gives more than a passport) and more on the query's; what is left over on both sides contradicts
 * and costs much. docs/matching.md names every rule. */
#ifndef JISR_NAMES_COMPARE_H
#define JISR_NAMES_COMPARE_H

#include "names/name.h"

#include <stdbool.h>

#define NAME_THRESHOLD 0.70

/* Why two parts were taken as the same; names of the rules are part of name_rules_version. */
enum part_rule {
	RULE_NONE = 0,
	RULE_SAME,         /* the same spelling, accents and case apart */
	RULE_SPELLING,     /* small difference in the same script */
	RULE_SOUND,        /* sounds alike in the same script */
	RULE_SCRIPT,       /* the same name in another script */
	RULE_INITIAL,      /* J for Jean */
	RULE_NICKNAME,     /* Bill for William */
	RULE_JOINED,       /* one word here, two there */
	RULE_FORM,         /* the same legal form, number or title written differently */
	RULE_DIGITS,       /* digits in place of letters: Ig0r */
	RULE_ACRONYM,      /* PLA for People's Liberation Army */
	RULE_CUT,          /* GUADAL for Guadalupe, where the query says that the part was cut (struct name) */
	RULE_EXTRA_QUERY,  /* only in the query */
	RULE_EXTRA_LISTED, /* only in the listed name */
	RULE_COUNT,
};

/* "same", "spelling", ...: stable words for explanations. */
const char *part_rule_name(enum part_rule rule);

/* One line of the explanation. */
struct part_match {
	uint8_t query_from, query_count;   /* parts of the query; count 0 for RULE_EXTRA_LISTED */
	uint8_t listed_from, listed_count; /* parts of the listed name; count 0 for RULE_EXTRA_QUERY */
	uint8_t rule;                      /* enum part_rule */
	float similarity;                  /* 0 to 1 */
	float cost;                        /* what this line takes from the score */
};

struct name_score {
	double score; /* 0 to 1 */
	uint8_t count;
	uint8_t swapped; /* the family and given names stand in another order */
	struct part_match matches[2 * NAME_MAX_PARTS];
};

/* Compares; cannot fail. Names of kinds that cannot be the same thing (a person and a vessel) score 0. Not symmetric:
 * `query` is what somebody shows at the window, `listed` what a list holds. */
void name_compare(const struct name *query, const struct name *listed, struct name_score *ret_score);

/* What pairs of parts were found to be, for a caller who compares one query with many names that share parts. Holds for
 * as long as the parts stay where they are; to be reset before anything else is compared, and zero at first. */
#define NAME_MEMO_SLOTS 1024
struct name_memo {
	uint32_t round; /* entries of earlier ones are void */
	struct name_memo_slot {
		const struct name_part *query, *listed;
		uint32_t round;
		uint8_t rule;
		double similarity;
	} slots[NAME_MEMO_SLOTS];
};
void name_memo_reset(struct name_memo *memo);

/* The same for a caller who needs only scores of `least` or more (at least 0.5): a lower score may come out as 0, and
 * then the matches are not filled in. Many times faster for names that have nothing in common. `memo` may be NULL. */
void name_compare_above(const struct name *query, const struct name *listed, double least, struct name_memo *memo,
                        struct name_score *ret_score);

/* The similarity of two single parts, its floor to 1 or 0, and the rule. The building block of name_compare. Parts less
 * alike than 0.90 must also meet by their letters (names/sign.h) and share a key of part_keys: what only far-fetched readings bring together is not the same name,
 * and an index of keys then loses nothing that a comparison of all names would find. */
double part_similarity(const struct name_part *a, const struct name_part *b, enum part_rule *ret_rule);

/* The same for parts that were found by a shared key: does not ask again. For the index. What is under `least` may come
 * out as 0; with a `least` of 0 only the floor counts. */
double part_similarity_filed(const struct name_part *a, const struct name_part *b, double least,
                             enum part_rule *ret_rule);

/* The same without the floor: how alike two parts are even when they are not the same name. Slower. */
double part_likeness(const struct name_part *a, const struct name_part *b);

/* What the letters of one part differ from those of another, in hundredths of a letter; anything above `most` when it is more. */
int part_spelling_cost(const struct name_part *a, const struct name_part *b, int most);

/* Words of at most so many letters: two of one person's name beside two of another's are also compared as one each (Jong On,
 * Jong Un). */
#define SYLLABLE_LONGEST 5

/* Parts that part_similarity puts below this never count as matched in name_compare. */
#define PART_FLOOR 0.75

/* Words that one side writes as one must be this alike; where Chinese and Korean words part is a guess, and PART_FLOOR
 * is enough for them. */
#define JOIN_LEAST 0.85

/* Words of fewer letters are not joined. */
#define JOIN_SHORTEST 4

/* The floor between two scripts: their likeness is surer in its order than in its amount. */
#define PART_FLOOR_SCRIPT 0.68

/* Keys under which an index files a part and looks it up. Two parts that part_similarity puts at its floor or above
 * share one: always when their romanised spellings are one letter apart (inserted, left out, changed or swapped), a
 * nickname group or a glued article apart; nearly always when they differ in vowels or in script; in nine of ten cases
 * when two consonants were hit at random (tests/names/test_compare.c measures it). Not covered, because they are found
 * by other means: initials (filed by their letter only) and joined words. A key is a number of PART_KEY_BITS bits, each value
 * as likely as another. No duplicates; returns how many, at least 1; about 18 for a name. */
#define PART_KEYS_MAX 128
#define PART_KEY_BITS 26
size_t part_keys(const struct name_part *part, uint32_t keys[PART_KEYS_MAX]);

/* That of them under which every word of these letters is filed. */
uint32_t part_key_whole(const char *latin, size_t length);

/* Makes a part of a romanised word: every byte is set, so that equal parts are equal bytes. Letters over PART_MAX are cut
 * off but still sound. Groups are left 0. */
void part_fill(struct name_part *part, const char *latin, size_t length, enum script script, uint64_t text_hash,
               enum part_kind kind, uint16_t weight);

/* Most letters of three or four words that the other side writes as one (Plat Ono Vich): longer ones are not looked for. */
#define JOIN_MANY 16

/* The key of the part that parts[from] .. parts[from + count - 1] would be if written as one word: for looking up what
 * the other side joins. Fills *ret_part as name_read would; false when the joined word would be too long. */
bool part_join(const struct name *name, size_t from, size_t count, struct name_part *ret_part);

#endif
