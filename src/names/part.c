/* How alike two parts are, and under which keys a part is filed.
 *
 * Edit costs, in hundredths of a letter: a whole letter is 100; what clerks and keyboards confuse costs less. A vowel
 * for a vowel 70 (Osama, Usama); letters of one sound in some spelling 50 (i y j, c k q, s z, v w, f v, g j); voiced
 * for unvoiced 70 (b p, d t, g k); one of a double letter 40; a silent h 50; a vowel left out 80; two neighbours
 * swapped 90. Similarity is 1 - cost / (length of the longer word), so that a short word bears no change. */
#include "names/compare.h"

#include "base/hash.h"
#include "names/many_lanes.h"
#include "names/sign.h"
#include "names/words.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum { LETTER = 100, DOUBLED = 40, SWAPPED = 90 };

/* What another kind of evidence than the same spelling is worth at most. */
#define WORTH_SCRIPT    0.98
#define WORTH_DIGITS    0.95
#define WORTH_NICKNAME  0.82
#define WORTH_ROMANISED 0.95
#define WORTH_SERVANT   0.85 /* Abdul Rahman, Rahman: the servant left out */
#define WORTH_INITIAL   0.80
#define WORTH_SOUND     0.97
#define SOUND_LEAST     0.85 /* in one script, words less alike in sound are other words (Castro, Castillo) */
#define SURE            0.90 /* parts less alike than this must also share a key: see part_similarity in compare.h */
#define WORTH_ARTICLE   0.97
#define WORTH_CLASS     0.90 /* another legal form of the same class: OAO, JSC */
#define WORTH_HOMOPHONE 0.85 /* another Chinese character of the same sound */

void part_fill(struct name_part *part, const char *latin, size_t length, enum script script, uint64_t text_hash,
               enum part_kind kind, uint16_t weight)
{
	memset(part, 0, sizeof *part);
	part->text_hash = text_hash;
	part->weight = weight;
	part->kind = (uint8_t)kind;
	part->script = (uint8_t)script;
	part->latin_length = (uint8_t)(length > PART_MAX ? PART_MAX : length);
	memcpy(part->latin, latin, part->latin_length);
	for (size_t i = 0; i < length; i++)
		part->letters |= latin[i] >= 'a' ? 1u << (latin[i] - 'a') : 1u << 26;
	sound_read(latin, length, script, &part->sound);
}

static const char *const rule_names[RULE_COUNT] = {
	"none",   "same", "spelling", "sound",   "script", "initial",        "nickname",
	"joined", "form", "digits",   "acronym", "cut",    "extra in query", "extra in list",
};

const char *part_rule_name(enum part_rule rule)
{
	return rule < RULE_COUNT ? rule_names[rule] : rule_names[0];
}

static bool vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u' || letter == 'y';
}

static bool both_in(char a, char b, const char *set)
{
	return strchr(set, a) != NULL && strchr(set, b) != NULL;
}

/* Letters a-z are 0 to 25, digits 26 to 35. */
#define SYMBOLS 36

static uint8_t substitutions[SYMBOLS][SYMBOLS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int symbol(char letter)
{
	return letter >= 'a' ? letter - 'a' : 26 + letter - '0';
}

static int substitution(char a, char b)
{
	if (a == b)
		return 0;
	if (both_in(a, b, "iyj") || both_in(a, b, "ckq") || both_in(a, b, "sz") || both_in(a, b, "vw") ||
	    both_in(a, b, "fv") || both_in(a, b, "gj") || both_in(a, b, "ou"))
		return 50;
	if ((vowel(a) && vowel(b)) || both_in(a, b, "bp") || both_in(a, b, "dt") || both_in(a, b, "gk"))
		return 70;
	return LETTER;
}

static void fill_substitutions(void)
{
	static const char letters[SYMBOLS + 1] = "abcdefghijklmnopqrstuvwxyz0123456789";
	for (size_t i = 0; i < SYMBOLS; i++)
		for (size_t k = 0; k < SYMBOLS; k++)
			substitutions[i][k] = (uint8_t)substitution(letters[i], letters[k]);
}

/* What a letter costs that is missing on one side. */
static int single(char letter)
{
	if (letter == 'h')
		return 50;
	return vowel(letter) ? 80 : LETTER;
}

static int insertion(const char *word, size_t at)
{
	return at > 0 && word[at - 1] == word[at] ? DOUBLED : single(word[at]);
}

static struct many_letters letter_costs; /* filled with the substitutions */

static void fill_letter_costs(void)
{
	static const char letters[SYMBOLS + 1] = "abcdefghijklmnopqrstuvwxyz0123456789";
	memset(&letter_costs, LETTER / MANY_TENTH, sizeof letter_costs);
	letter_costs.double_omit = DOUBLED / MANY_TENTH;
	letter_costs.swap = SWAPPED / MANY_TENTH;
	letter_costs.omit[MANY_BEHIND] = UINT8_MAX;
	for (size_t i = 0; i < MANY_SYMBOLS; i++)
		letter_costs.costs[i][MANY_BEHIND] = UINT8_MAX;
	for (size_t i = 0; i < SYMBOLS; i++) {
		letter_costs.omit[i] = (uint8_t)(single(letters[i]) / MANY_TENTH);
		for (size_t k = 0; k < SYMBOLS; k++)
			letter_costs.costs[i][k] = substitutions[i][k] / MANY_TENTH;
	}
}

static void fill_costs(void)
{
	fill_substitutions();
	fill_letter_costs();
}

/* Weighted optimal string alignment; gives up (returns more than most) as soon as a whole row is over `most`. */
static int edit_cost(const char *a, size_t a_length, const char *b, size_t b_length, int most)
{
	int rows[3][PART_MAX + 1];
	uint8_t b_symbols[PART_MAX];
	int *above2 = rows[0], *above = rows[1], *row = rows[2];
	int inserted[PART_MAX];
	above[0] = 0;
	for (size_t j = 0; j < b_length; j++) {
		inserted[j] = insertion(b, j);
		b_symbols[j] = (uint8_t)symbol(b[j]);
		above[j + 1] = above[j] + inserted[j];
	}
	for (size_t i = 0; i < a_length; i++) {
		int deleted = insertion(a, i);
		const uint8_t *costs = substitutions[symbol(a[i])];
		int least = row[0] = above[0] + deleted;
		for (size_t j = 0; j < b_length; j++) {
			int best = above[j] + costs[b_symbols[j]];
			if (above[j + 1] + deleted < best)
				best = above[j + 1] + deleted;
			if (row[j] + inserted[j] < best)
				best = row[j] + inserted[j];
			if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] && a[i] != b[j] &&
			    above2[j - 1] + SWAPPED < best)
				best = above2[j - 1] + SWAPPED;
			row[j + 1] = best;
			if (best < least)
				least = best;
		}
		if (least > most)
			return most + 1;
		int *spare = above2;
		above2 = above;
		above = row;
		row = spare;
	}
	return above[b_length];
}

int part_spelling_cost(const struct name_part *a, const struct name_part *b, int most)
{
	(void)pthread_once(&once, fill_costs);
	return edit_cost(a->latin, a->latin_length, b->latin, b->latin_length, most);
}

/* The most that may be changed in a word of a length. */
static int most_cost(size_t length, double floor)
{
	return (int)((double)length * LETTER * (1 - floor) + 0.5);
}

/* 0 when below the floor. */
static double spelling_above(const char *a, size_t a_length, const char *b, size_t b_length, double floor)
{
	size_t longer = a_length > b_length ? a_length : b_length;
	size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
	int most = most_cost(longer, floor);
	if (longer == 0 || (int)difference * DOUBLED > most)
		return 0;
	int cost = edit_cost(a, a_length, b, b_length, most);
	return cost > most ? 0 : 1 - (double)cost / (double)(longer * LETTER);
}

static double spelling(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return spelling_above(a, a_length, b, b_length, PART_FLOOR);
}

#define BIT(letter) (1u << ((letter) - 'a'))

/* What it costs at least to change letters that the other word has nowhere: by their cheapest change. */
static int missing_cost(uint32_t missing)
{
	const uint32_t dear = BIT('l') | BIT('m') | BIT('n') | BIT('r') | BIT('x');
	const uint32_t middling = BIT('b') | BIT('p') | BIT('d') | BIT('t');
	return 50 * __builtin_popcount(missing) + 50 * __builtin_popcount(missing & dear) +
	       20 * __builtin_popcount(missing & middling);
}

/* True when the letters alone tell that the spelling is under the floor; most pairs of words end here. */
static bool far_apart(const struct name_part *a, const struct name_part *b, double floor)
{
	int most = most_cost(a->latin_length > b->latin_length ? a->latin_length : b->latin_length, floor);
	return missing_cost(a->letters & ~b->letters) > most || missing_cost(b->letters & ~a->letters) > most;
}

/* The consonants that hardly any spelling confuses: l with r, m, n, and the lips. */
static uint32_t firm_consonants(uint32_t letters)
{
	uint32_t liquid = (letters & (BIT('l') | BIT('r'))) != 0,
		 lips = (letters & (BIT('b') | BIT('p') | BIT('f') | BIT('v') | BIT('w'))) != 0;
	return liquid | lips << 1 | ((letters & BIT('m')) != 0) << 2 | ((letters & BIT('n')) != 0) << 3;
}

static bool may_sound_alike(const struct name_part *a, const struct name_part *b)
{
	return __builtin_popcount(firm_consonants(a->letters) ^ firm_consonants(b->letters)) < 3;
}

static bool same_letters(const struct name_part *a, const struct name_part *b)
{
	return a->latin_length == b->latin_length && memcmp(a->latin, b->latin, a->latin_length) == 0;
}

/* What a shared group is worth, 0 when none is. */
static double share_group(const struct name_part *a, const struct name_part *b)
{
	double worth = 0;
	for (size_t i = 0; i < 4 && a->groups[i] != 0; i++)
		for (size_t k = 0; k < 4 && b->groups[k] != 0; k++)
			if (a->groups[i] == b->groups[k])
				worth = fmax(worth, a->groups[i] > WORDS_ROMANISED ? WORTH_ROMANISED : WORTH_NICKNAME);
	return worth;
}

static bool begins(const struct name_part *part, const char *start)
{
	size_t length = strlen(start);
	return part->latin_length > length + 1 && memcmp(part->latin, start, length) == 0;
}

static bool ends(const struct name_part *part, const char *end)
{
	size_t length = strlen(end);
	return part->latin_length > length + 1 && memcmp(part->latin + part->latin_length - length, end, length) == 0;
}

/* A part of what stands in [from, from + length) of a canonical compound. */
static struct name_part stem_of(const struct name_part *part, size_t from, size_t length)
{
	struct name_part stem;
	part_fill(&stem, part->latin + from, length, (enum script)part->script, hash_bytes(part->latin + from, length),
	          PART_NAME, 0);
	return stem;
}

/* Compounds of one kind (abdal-, -aldin, -allah) are compared by what differs: -aldin tells nobody from anybody. */
static bool shared_compound(const struct name_part *a, const struct name_part *b, struct name_part *ret_a,
                            struct name_part *ret_b)
{
	if (begins(a, "abdal") && begins(b, "abdal")) {
		*ret_a = stem_of(a, 5, a->latin_length - 5u);
		*ret_b = stem_of(b, 5, b->latin_length - 5u);
		return true;
	}
	static const char *const tails[] = {"aldin", "allah"};
	for (size_t i = 0; i < 2; i++)
		if (ends(a, tails[i]) && ends(b, tails[i])) {
			*ret_a = stem_of(a, 0, a->latin_length - 5u);
			*ret_b = stem_of(b, 0, b->latin_length - 5u);
			return true;
		}
	return false;
}

/* Abdul Rahman, known as Rahman. */
static double without_servant(const struct name_part *a, const struct name_part *b)
{
	if (begins(a, "abdal") && a->latin_length >= 9)
		return spelling(a->latin + 5, a->latin_length - 5u, b->latin, b->latin_length) * WORTH_SERVANT;
	if (begins(b, "abdal") && b->latin_length >= 9)
		return spelling(b->latin + 5, b->latin_length - 5u, a->latin, a->latin_length) * WORTH_SERVANT;
	return 0;
}

static bool has_article(const struct name_part *part)
{
	return part->latin_length >= 6 && part->latin[1] == 'l' && (part->latin[0] == 'a' || part->latin[0] == 'e');
}

/* Alsisi and Sisi: the article is glued on one side only. */
static double without_article(const struct name_part *a, const struct name_part *b)
{
	if (has_article(a) && a->latin_length > b->latin_length)
		return spelling(a->latin + 2, a->latin_length - 2u, b->latin, b->latin_length) * WORTH_ARTICLE;
	if (has_article(b) && b->latin_length > a->latin_length)
		return spelling(b->latin + 2, b->latin_length - 2u, a->latin, a->latin_length) * WORTH_ARTICLE;
	return 0;
}

static double keep(double similarity, enum part_rule rule, enum part_rule *ret_rule)
{
	bool kept = similarity >= (rule == RULE_SCRIPT ? PART_FLOOR_SCRIPT : PART_FLOOR);
	*ret_rule = kept ? rule : RULE_NONE;
	return kept ? similarity : 0;
}

/* The least likeness of sounds that counts within one script. */
static double sound_least(double least)
{
	return fmax(SOUND_LEAST, least / WORTH_SOUND);
}

/* The same between two. */
static double script_least(double least)
{
	return fmax(PART_FLOOR_SCRIPT, least) / WORTH_SCRIPT;
}

/* least: at least PART_FLOOR; what is under it may come out as 0. */
static double one_script(const struct name_part *a, const struct name_part *b, double least, enum part_rule *ret_rule)
{
	if (a->text_hash == b->text_hash)
		return keep(1, RULE_SAME, ret_rule);
	if (same_letters(a, b)) {
		if (a->script == SCRIPT_LATIN)
			return keep(WORTH_DIGITS, RULE_DIGITS, ret_rule);
		return a->script == SCRIPT_HAN ? keep(WORTH_HOMOPHONE, RULE_SOUND, ret_rule)
		                               : keep(WORTH_SCRIPT, RULE_SPELLING, ret_rule);
	}
	if (a->script == SCRIPT_HAN) {
		double worth = spelling(a->latin, a->latin_length, b->latin, b->latin_length) * WORTH_HOMOPHONE;
		return keep(worth, RULE_SOUND, ret_rule);
	}
	double best = far_apart(a, b, least)
	                      ? 0
	                      : spelling_above(a->latin, a->latin_length, b->latin, b->latin_length, least);
	if (a->script == SCRIPT_HANGUL) /* each change is a whole syllable of one, two or three */
		return keep(1 - 2 * (1 - best), RULE_SPELLING, ret_rule);
	enum part_rule rule = RULE_SPELLING;
	double glued = fmax(without_article(a, b), without_servant(a, b));
	if (glued > best) {
		best = glued;
		rule = RULE_JOINED;
	}
	double grouped = share_group(a, b);
	if (grouped > best) {
		best = grouped;
		rule = grouped > WORTH_NICKNAME ? RULE_SOUND : RULE_NICKNAME;
	}
	if (best < WORTH_SOUND && may_sound_alike(a, b)) {
		double alike = sound_similarity_above(&a->sound, (enum script)a->script, &b->sound,
		                                      (enum script)b->script, sound_least(least)) *
		               WORTH_SOUND;
		if (alike > best) {
			best = alike;
			rule = RULE_SOUND;
		}
	}
	return keep(best, rule, ret_rule);
}

static double two_scripts(const struct name_part *a, const struct name_part *b, double least, enum part_rule *ret_rule)
{
	if (same_letters(a, b))
		return keep(WORTH_SCRIPT, RULE_SCRIPT, ret_rule);
	double best = sound_similarity_above(&a->sound, (enum script)a->script, &b->sound, (enum script)b->script,
	                                     script_least(least)) *
	              WORTH_SCRIPT;
	double grouped = share_group(a, b);
	if (grouped > best)
		return keep(grouped, grouped > WORTH_NICKNAME ? RULE_SCRIPT : RULE_NICKNAME, ret_rule);
	return keep(best, RULE_SCRIPT, ret_rule);
}

static bool is_word(const struct name_part *part)
{
	return part->kind == PART_NAME || part->kind == PART_PATRONYMIC || part->kind == PART_COMMON;
}

double part_similarity_filed(const struct name_part *a, const struct name_part *b, double least,
                             enum part_rule *ret_rule)
{
	(void)pthread_once(&once, fill_costs);
	if (a->kind == PART_INITIAL || b->kind == PART_INITIAL) {
		const struct name_part *initial = a->kind == PART_INITIAL ? a : b, *other = initial == a ? b : a;
		bool same = initial->latin[0] == other->latin[0] && other->latin_length > 0;
		if (same && other->kind == PART_INITIAL)
			return keep(1, RULE_SAME, ret_rule);
		return keep(same && is_word(other) ? WORTH_INITIAL : 0, RULE_INITIAL, ret_rule);
	}
	if (a->kind == PART_LEGAL_FORM && b->kind == PART_LEGAL_FORM) {
		if (same_letters(a, b))
			return keep(1, RULE_FORM, ret_rule);
		return keep(a->groups[0] == b->groups[0] ? WORTH_CLASS : 0, RULE_FORM, ret_rule);
	}
	if (a->kind == PART_NUMBER || b->kind == PART_NUMBER || a->kind == PART_PLACE || b->kind == PART_PLACE)
		return keep(a->kind == b->kind && same_letters(a, b), RULE_SAME, ret_rule);
	if (!is_word(a) || !is_word(b))
		return keep(same_letters(a, b), a->kind == b->kind ? RULE_SAME : RULE_FORM, ret_rule);
	if (a->kind == PART_COMMON && b->kind == PART_COMMON && same_letters(a, b))
		return keep(1, RULE_SAME, ret_rule);
	struct name_part a_stem, b_stem;
	if (!same_letters(a, b) && shared_compound(a, b, &a_stem, &b_stem)) {
		a = &a_stem;
		b = &b_stem;
	}
	return a->script == b->script ? one_script(a, b, fmax(least, PART_FLOOR), ret_rule)
	                              : two_scripts(a, b, least, ret_rule);
}

void part_many_spelling(const char *latin, size_t length, double least, struct many_spelling *ret_spelling)
{
	(void)pthread_once(&once, fill_costs);
	ret_spelling->letters = &letter_costs;
	ret_spelling->length = (unsigned)length;
	memset(ret_spelling->most, 0, sizeof ret_spelling->most);
	for (size_t other = 0; other <= PART_MAX; other++)
		ret_spelling->most[other] =
			(uint8_t)(most_cost(other > length ? other : length, fmax(least, PART_FLOOR)) / MANY_TENTH);
	for (size_t i = 0; i < length; i++) {
		ret_spelling->symbols[i] = (uint8_t)(symbol(latin[i]) & (MANY_SYMBOLS - 1));
		ret_spelling->omit[i] = (uint8_t)(insertion(latin, i) / MANY_TENTH);
	}
}

bool part_many_special(const struct name_part *part)
{
	return !is_word(part) || part->latin_length == 0 || begins(part, "abdal") || ends(part, "aldin") ||
	       ends(part, "allah");
}

bool part_many_by_syllables(const struct name_part *part)
{
	return part->script == SCRIPT_HAN || part->script == SCRIPT_HANGUL;
}

size_t part_many_article(const struct name_part *part)
{
	return has_article(part) ? 2 : 0;
}

bool part_many_glued(const struct name_part *a, const struct name_part *b)
{
	return begins(b, "abdal") || (has_article(b) && a->latin_length < b->latin_length);
}

double part_many_sound_least(const struct name_part *part, enum script other, double least)
{
	return part->script == other ? sound_least(fmax(least, PART_FLOOR)) : script_least(least);
}

double part_many_similarity(const struct name_part *a, const struct name_part *b, unsigned spelling_cost, bool glued,
                            double alike)
{
	enum part_rule rule;
	if (a->script != b->script)
		return keep(alike * WORTH_SCRIPT, RULE_SCRIPT, &rule);
	size_t longer = a->latin_length > b->latin_length ? a->latin_length : b->latin_length;
	double best = spelling_cost == MANY_GIVEN_UP
	                      ? 0
	                      : 1 - (double)(spelling_cost * MANY_TENTH) / (double)(longer * LETTER);
	if (glued)
		best = fmax(best, fmax(without_article(a, b), without_servant(a, b)));
	if (best < WORTH_SOUND && may_sound_alike(a, b))
		best = fmax(best, alike * WORTH_SOUND);
	return keep(best, RULE_SPELLING, &rule);
}

/* Spreads over PART_KEY_BITS, so that buckets by the top bits are of even length. */
static uint32_t spread_key(uint32_t key)
{
	key ^= key >> 16;
	key *= 0x7feb352du;
	key ^= key >> 15;
	key *= 0x846ca68bu;
	return (key ^ key >> 16) >> (32 - PART_KEY_BITS);
}

uint32_t part_key_whole(const char *latin, size_t length)
{
	return spread_key((uint32_t)hash_number(hash_bytes(latin, length)));
}

static size_t add_key(uint32_t *keys, size_t count, uint32_t key)
{
	key = spread_key(key);
	for (size_t i = 0; i < count; i++)
		if (keys[i] == key)
			return count;
	if (count < PART_KEYS_MAX)
		keys[count++] = key;
	return count;
}

/* Words of this many letters may bear two changes, which one letter left out does not undo: they are also filed by
 * their first and their last letters, which two changes rarely both hit. */
#define LONG_WORD 7

/* The word with each letter left out in turn, and whole: two words one change apart share one of these. */
static size_t letter_keys(const struct name_part *part, uint32_t *keys, size_t count)
{
	char shorter[PART_MAX];
	size_t length = part->latin_length;
	uint64_t whole = hash_bytes(part->latin, length);
	count = add_key(keys, count, (uint32_t)hash_number(whole));
	for (size_t i = 0; i < length && length > 2; i++) {
		if (i > 0 && part->latin[i] == part->latin[i - 1])
			continue;
		memcpy(shorter, part->latin, i);
		memcpy(shorter + i, part->latin + i + 1, length - i - 1);
		count = add_key(keys, count, (uint32_t)hash_number(hash_bytes(shorter, length - 1)));
	}
	if (length >= LONG_WORD) {
		size_t piece = length / 2;
		uint64_t head = hash_bytes(part->latin, piece), tail = hash_bytes(part->latin + length - piece, piece);
		count = add_key(keys, count, (uint32_t)hash_number(head + 0x4EADu));
		count = add_key(keys, count, (uint32_t)hash_number(tail + 0x7A11u));
		head = hash_bytes(part->latin, piece - 1);
		tail = hash_bytes(part->latin + length - piece + 1, piece - 1);
		count = add_key(keys, count, (uint32_t)hash_number(head + 0x4EADu));
		count = add_key(keys, count, (uint32_t)hash_number(tail + 0x7A11u));
	}
	return count;
}

static size_t add_sound_keys(const struct sound *sound, uint32_t *keys, size_t count)
{
	uint32_t more[SOUND_KEYS_MAX];
	size_t more_count = sound_keys(sound, more);
	for (size_t i = 0; i < more_count; i++)
		count = add_key(keys, count, more[i]);
	return count;
}

size_t part_keys(const struct name_part *part, uint32_t keys[PART_KEYS_MAX])
{
	if (!is_word(part)) {
		uint64_t hash = hash_bytes(part->latin, part->latin_length) + 1 + part->kind;
		if (part->kind == PART_LEGAL_FORM)
			hash = 0x1E6A1u + part->groups[0];
		return add_key(keys, 0, (uint32_t)hash_number(hash));
	}
	size_t count = add_sound_keys(&part->sound, keys, 0);
	count = letter_keys(part, keys, count);
	for (size_t i = 0; i < 4 && part->groups[i] != 0; i++)
		count = add_key(keys, count, (uint32_t)hash_number(0x61707u + ((uint64_t)part->groups[i] << 20)));
	size_t glued = begins(part, "abdal") ? 5 : has_article(part) ? 2 : 0;
	if (glued > 0) {
		struct sound stripped;
		sound_read(part->latin + glued, part->latin_length - glued, (enum script)part->script, &stripped);
		count = add_sound_keys(&stripped, keys, count);
	}
	return count;
}

/* The keys of the part that was compared last: a query's part meets many in a row. */
struct remembered_keys {
	struct name_part part;
	size_t count; /* 0: nothing remembered */
	uint32_t keys[PART_KEYS_MAX];
};

static _Thread_local struct remembered_keys remembered;

/* True when one letter more, other or swapped is all that differs, in words long enough: then both give the same word with a
 * letter left out, and nothing else need be asked. */
static bool one_letter_apart(const struct name_part *a, const struct name_part *b)
{
	size_t shorter = a->latin_length, longer = b->latin_length, begin = 0, end = 0;
	if (shorter > longer) {
		shorter = b->latin_length;
		longer = a->latin_length;
	}
	while (begin < shorter && a->latin[begin] == b->latin[begin])
		begin++;
	while (begin + end < shorter && a->latin[a->latin_length - end - 1] == b->latin[b->latin_length - end - 1])
		end++;
	bool swapped = shorter == longer && begin + end + 2 == longer && a->latin[begin] == b->latin[begin + 1] &&
	               a->latin[begin + 1] == b->latin[begin];
	/* A word of two letters has no shorter one. */
	return shorter > 2 && (begin + end + 1 >= longer || swapped);
}

static bool share_key(const struct name_part *a, const struct name_part *b)
{
	if (is_word(a) && is_word(b) && one_letter_apart(a, b))
		return true;
	if (remembered.count == 0 || memcmp(&remembered.part, a, sizeof *a) != 0) {
		remembered.part = *a;
		remembered.count = part_keys(a, remembered.keys);
	}
	uint32_t keys[PART_KEYS_MAX];
	size_t count = part_keys(b, keys);
	for (size_t i = 0; i < remembered.count; i++)
		for (size_t k = 0; k < count; k++)
			if (remembered.keys[i] == keys[k])
				return true;
	return false;
}

double part_similarity(const struct name_part *a, const struct name_part *b, enum part_rule *ret_rule)
{
	double similarity = part_similarity_filed(a, b, 0, ret_rule);
	bool doubtful = similarity > 0 && similarity < SURE &&
	                (*ret_rule == RULE_SPELLING || *ret_rule == RULE_SOUND || *ret_rule == RULE_SCRIPT);
	if (!doubtful || (sign_meets(sign_of(a), sign_of(b), sign_consonants(b->letters)) && share_key(a, b)))
		return similarity;
	*ret_rule = RULE_NONE;
	return 0;
}

double part_likeness(const struct name_part *a, const struct name_part *b)
{
	enum part_rule rule;
	double similarity = part_similarity(a, b, &rule);
	if (similarity > 0 || !is_word(a) || !is_word(b))
		return similarity;
	double alike = sound_similarity(&a->sound, (enum script)a->script, &b->sound, (enum script)b->script);
	if (a->script != b->script)
		return alike * WORTH_SCRIPT;
	return spelling_above(a->latin, a->latin_length, b->latin, b->latin_length, 0);
}
