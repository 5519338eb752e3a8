/* Sounds: reading them, how far apart they are, and the keys that find them.
 *
 * Terms
 *   plain sound  one of 32 consonants and vowels (sound_phones.h)
 *   phone        what one letter or group of letters may stand for: a few plain sounds, each at a price (`readings`).
 *                Latin j is dj, zh, y or kh; Arabic b is b or, for want of a p, p. Which letters are which phone stands
 *                in sound_rules.c
 *   weak         a phone that is often left out: a silent letter, the second half of a diphthong, a filler vowel
 *
 * The distance of two phones is the least sum of: the price of reading the first so, the price of reading the second
 * so, and the distance of the two plain sounds (`distances`). It is worked out once for all pairs. The distance of two
 * words is the least cost of a chain of substitutions and omissions; it is measured against what the words weigh:
 *
 *     similarity = 1 - (cost + doubt) / (half of both words' omission costs + doubt)
 *
 * doubt is 0 within one script and a few units between two, since a short word meets many others there.
 *
 * All costs are in units of a twentieth of a consonant. They were set by hand, for the reasons beside them.
 *
 * Invariants
 *   1. distance is symmetric, 0 for a phone and itself.
 *   2. two sounds of the same phones have similarity 1 within one script.
 *   3. sound_similarity is symmetric: costs depend on the pair, not on the order.
 *
 * Measured (bench/translit, tests/names/test_sound.c; figures in docs/matching.md). */
#include "names/sound.h"

#include "names/many_lanes.h"
#include "names/sound_phones.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define DOUBT 5 /* between two scripts */

/* --- reading --- */

static bool letter_is_vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u' || letter == 'y';
}

static bool letter_is_labial(char letter)
{
	return letter == 'b' || letter == 'p' || letter == 'f' || letter == 'm' || letter == 'v';
}

static bool letter_is_consonant(char letter)
{
	return letter >= 'a' && letter <= 'z' && !letter_is_vowel(letter);
}

static bool rule_holds(unsigned context, const char *latin, size_t length, size_t from, size_t end)
{
	char before = from == 0 ? 0 : latin[from - 1];
	char after = end >= length ? 0 : latin[end];
	return !((context & AT_START && from != 0) || (context & AT_END && end < length) ||
	         (context & BEFORE_FRONT && after != 'e' && after != 'i' && after != 'y') ||
	         (context & BEFORE_VOWEL && !letter_is_vowel(after)) ||
	         (context & NOT_VOWEL && letter_is_vowel(after)) ||
	         (context & AFTER_VOWEL && !letter_is_vowel(before)) ||
	         (context & AFTER_CONS && !letter_is_consonant(before)) ||
	         (context & AFTER_LABIAL && !letter_is_labial(before)));
}

/* What a letter is where its script has no rule for it. */
static const uint8_t letter_phone[26] = {
	PLAIN(A), PLAIN(B), PLAIN(K), PLAIN(D), PLAIN(E), PLAIN(F), PLAIN(G), PLAIN(H), PLAIN(I),
	PLAIN(J), PLAIN(K), PLAIN(L), PLAIN(M), PLAIN(N), PLAIN(O), PLAIN(P), PLAIN(K), PLAIN(R),
	PLAIN(S), PLAIN(T), PLAIN(U), PLAIN(V), PLAIN(W), PLAIN(S), PLAIN(Y), PLAIN(Z),
};

void sound_read(const char *latin, size_t length, enum script script, struct sound *ret_sound)
{
	const struct sound_tables *tables = sound_tables();
	unsigned reader = (unsigned)script < SCRIPT_COUNT ? script : SCRIPT_LATIN;
	struct sound sound = {0};
	size_t i = 0;
	while (i < length && sound.length < SOUND_MAX) {
		if (latin[i] < 'a' || latin[i] > 'z') {
			i++;
			continue;
		}
		const uint8_t *phones = NULL;
		size_t taken = 1;
		uint8_t single[RULE_PHONES] = {0};
		unsigned first = (unsigned)(latin[i] - 'a');
		for (size_t r = tables->readers[reader].from[first]; r < tables->readers[reader].from[first + 1]; r++) {
			const struct sound_rule *rule = tables->readers[reader].sorted[r];
			size_t n = tables->readers[reader].lengths[r];
			if (n <= length - i && memcmp(latin + i, rule->pattern, n) == 0 &&
			    rule_holds(rule->context, latin, length, i, i + n)) {
				phones = rule->phones;
				taken = n;
				break;
			}
		}
		if (phones == NULL) {
			single[0] = letter_phone[first];
			if (latin[i] == 'y' && (i + 1 >= length || !letter_is_vowel(latin[i + 1]))) {
				single[0] = PLAIN(I);
			}
			phones = single;
		}
		for (size_t p = 0; p < RULE_PHONES && phones[p] != PHONE_NONE && sound.length < SOUND_MAX; p++) {
			// a doubled letter is one sound, but where vowels are not written it is two with one between
			bool doubled = sound.length > 0 && sound.phones[sound.length - 1] == phones[p] &&
			               script != SCRIPT_ARABIC && script != SCRIPT_HEBREW;
			if (!doubled) {
				sound.phones[sound.length++] = phones[p];
			}
		}
		i += taken;
	}
	*ret_sound = sound;
}

/* --- comparing --- */

/* How the other word's script writes, as far as leaving out goes. */
enum side { SIDE_FULL, SIDE_ABJAD, SIDE_HAN, SIDE_KANA, SIDE_HANGUL, SIDE_COUNT };

static enum side side_of(enum script script)
{
	switch (script) {
	case SCRIPT_ARABIC:
	case SCRIPT_HEBREW: return SIDE_ABJAD;
	case SCRIPT_HAN: return SIDE_HAN;
	case SCRIPT_KANA: return SIDE_KANA;
	case SCRIPT_HANGUL: return SIDE_HANGUL;
	default: return SIDE_FULL;
	}
}

/* Leaving out a vowel when the other word's script: writes it; writes long ones only; hides it in a syllable. */
static const uint8_t vowel_omit[SIDE_COUNT] = {
	[SIDE_FULL] = VOWEL, [SIDE_ABJAD] = 2, [SIDE_HAN] = 5, [SIDE_KANA] = 6, [SIDE_HANGUL] = 6};

/* Leaving out a consonant that no vowel follows: Chinese has no such syllables but in n and ng, and drops it. */
static const uint8_t coda_omit[SIDE_COUNT] = {
	[SIDE_FULL] = CONSONANT, [SIDE_ABJAD] = CONSONANT, [SIDE_HAN] = 9, [SIDE_KANA] = CONSONANT, [SIDE_HANGUL] = 14};

/* The same for r, which many hear as part of the vowel (パーカー, 帕克). */
static const uint8_t coda_r_omit[SIDE_COUNT] = {
	[SIDE_FULL] = 16, [SIDE_ABJAD] = 16, [SIDE_HAN] = 4, [SIDE_KANA] = 4, [SIDE_HANGUL] = 5};

#define MUTE       12 /* leaving out a consonant at the end that may be mute */
#define WEAK_VOWEL 2
#define WEAK_OTHER 4
#define BREATH     5 /* h beside a consonant */
/* A vowel of a word beside an Arabic or Hebrew one: at the start it is always written, at the end mostly. */
#define ABJAD_BEGIN 7
#define ABJAD_END   4

/* Leaving out a vowel that is not weak. */
static uint8_t full_vowel_omit(unsigned phone, enum side other)
{
	return phone == A_OPEN ? 7 : phone == A_A ? 4 : vowel_omit[other];
}

/* Leaving out a consonant that no vowel follows. */
static uint8_t coda_omit_of(const struct phone_info *info, unsigned phone, enum side other)
{
	if (phone == PLAIN(R))
		return coda_r_omit[other];
	return info->omit == CONSONANT ? coda_omit[other] : phone == PLAIN(H) ? BREATH : info->omit;
}

/* A word made ready for comparing. */
struct ready {
	size_t length;
	uint8_t phones[SOUND_MAX];
	uint8_t omit[SOUND_MAX];
	uint8_t first; /* phones up to and with the first consonant: an error there weighs half as much again */
	unsigned weight;
};

/* Consonants that French writes at the end of a word and does not speak, so that other scripts do not write them. */
static bool may_be_mute(uint8_t phone)
{
	return phone == PLAIN(T) || phone == PLAIN(D) || phone == PLAIN(P) || phone == X_S || phone == X_Z;
}

/* mute_end: the word is Latin and the other is not. */
static void ready_fill(const struct sound_tables *tables, const struct sound *sound, enum side other, bool mute_end,
                       struct ready *ready)
{
	size_t length = sound->length <= SOUND_MAX ? sound->length : SOUND_MAX;
	unsigned weight = 0;
	bool first_seen = false;
	ready->length = length;
	ready->first = 0;
	for (size_t i = 0; i < length; i++) {
		uint8_t value = sound->phones[i];
		uint8_t phone = value & 0x7F;
		const struct phone_info *info = &tables->phones[phone];
		unsigned omit = info->omit;
		if (info->kind == KIND_VOWEL) {
			omit = full_vowel_omit(phone, other);
			if (value & WEAK)
				omit = WEAK_VOWEL;
			else if (other == SIDE_ABJAD && (i == 0 || i + 1 == length))
				omit = i == 0 ? ABJAD_BEGIN : ABJAD_END;
		} else if (value & WEAK) {
			omit = WEAK_OTHER;
		} else if (info->kind == KIND_CONSONANT) {
			uint8_t next = i + 1 < length ? sound->phones[i + 1] & 0x7F : 0;
			bool coda = i > 0 && (next == 0 || tables->phones[next].kind == KIND_CONSONANT);
			bool mute = mute_end && next == 0 && i > 1 && may_be_mute(phone) && phone != PLAIN(R) &&
			            omit == CONSONANT;
			if (coda) {
				omit = coda_omit_of(info, phone, other);
				omit = mute && omit > MUTE ? MUTE : omit;
			} else if (phone == PLAIN(H) && i > 0 &&
			           tables->phones[sound->phones[i - 1] & 0x7F].kind == KIND_CONSONANT) {
				omit = BREATH;
			}
		}
		if (!first_seen && !(value & WEAK)) {
			omit += omit / 2;
			ready->first = (uint8_t)(i + 1);
			first_seen = info->kind != KIND_VOWEL;
		}
		ready->phones[i] = phone;
		ready->omit[i] = (uint8_t)omit;
		weight += omit;
	}
	ready->weight = weight;
}

static unsigned distance(const uint8_t table[PHONE_VALUES][PHONE_VALUES], const struct ready *a, const struct ready *b,
                         unsigned most)
{
	uint16_t row[SOUND_MAX + 1];
	row[0] = 0;
	for (size_t j = 0; j < b->length; j++) {
		row[j + 1] = (uint16_t)(row[j] + b->omit[j]);
	}
	for (size_t i = 0; i < a->length; i++) {
		const uint8_t *costs = table[a->phones[i]];
		unsigned omit = a->omit[i];
		unsigned diagonal = row[0];
		unsigned left = row[0] + omit;
		row[0] = (uint16_t)left;
		size_t heavy = i < a->first ? b->length : b->first;
		unsigned least = left;
		for (size_t j = 0; j < b->length; j++) {
			unsigned cost = costs[b->phones[j]];
			cost += j < heavy ? cost / 2 : 0;
			unsigned best = diagonal + cost;
			unsigned up = row[j + 1] + omit;
			left += b->omit[j];
			best = up < best ? up : best;
			best = left < best ? left : best;
			diagonal = row[j + 1];
			row[j + 1] = (uint16_t)best;
			left = best;
			least = best < least ? best : least;
		}
		if (least > most)
			return least;
	}
	return row[b->length];
}

/* The word that was compared last, made ready: a query's word meets hundreds of stored ones in a row. */
struct remembered {
	struct sound sound;
	uint8_t script, other;
	bool filled;
	struct ready ready;
};

static _Thread_local struct remembered remembered;

static const struct ready *ready_first(const struct sound_tables *tables, const struct sound *a, enum script a_script,
                                       enum script b_script)
{
	if (!remembered.filled || remembered.script != a_script || remembered.other != b_script ||
	    memcmp(&remembered.sound, a, sizeof *a) != 0) {
		remembered.sound = *a;
		remembered.script = (uint8_t)a_script;
		remembered.other = (uint8_t)b_script;
		remembered.filled = true;
		ready_fill(tables, a, side_of(b_script), a_script == SCRIPT_LATIN && b_script != SCRIPT_LATIN,
		           &remembered.ready);
	}
	return &remembered.ready;
}

double sound_measured(unsigned cost, unsigned weights, bool one_script, double least)
{
	unsigned doubt = one_script ? 0 : DOUBT, whole = weights + 2 * doubt, twice = 2 * (cost + doubt);
	double similarity = twice >= whole ? 0 : 1.0 - (double)twice / whole;
	return similarity >= least ? similarity : 0;
}

double sound_similarity_above(const struct sound *a, enum script a_script, const struct sound *b, enum script b_script,
                              double least)
{
	const struct sound_tables *tables = sound_tables();
	if (a->length == 0 || b->length == 0) {
		return 0;
	}
	struct ready ready_b;
	const struct ready *ready_a = ready_first(tables, a, a_script, b_script);
	ready_fill(tables, b, side_of(a_script), b_script == SCRIPT_LATIN && a_script != SCRIPT_LATIN, &ready_b);
	bool one = a_script == b_script;
	unsigned weights = ready_a->weight + ready_b.weight, doubt = one ? 0 : DOUBT;
	unsigned most = (unsigned)((1 - least) * (weights + 2 * doubt) / 2) + 1;
	return sound_measured(distance(tables->distance[one], ready_a, &ready_b, most), weights, one, least);
}

/* What omits and costs depend on beside the word, worked out once. */
static struct {
	struct many_omits omits[SIDE_COUNT][2]; /* by the script's side, and whether ends may be mute */
	uint8_t heavy[2][PHONE_VALUES][PHONE_VALUES];
} many_tables;
static pthread_once_t many_once = PTHREAD_ONCE_INIT;

/* What the place of a phone changes is as in ready_fill. */
static void fill_omits(enum side side, bool mute_end, struct many_omits *omits)
{
	const struct sound_tables *tables = sound_tables();
	omits->weak_vowel = WEAK_VOWEL;
	omits->weak_other = WEAK_OTHER;
	omits->breath = BREATH;
	for (unsigned phone = 0; phone < PHONE_VALUES; phone++) {
		const struct phone_info *info = &tables->phones[phone];
		uint8_t omit = info->kind == KIND_VOWEL ? full_vowel_omit(phone, side) : info->omit;
		uint8_t coda = info->kind == KIND_CONSONANT ? coda_omit_of(info, phone, side) : omit;
		bool mute = mute_end && phone != PLAIN(R) && info->omit == CONSONANT && may_be_mute((uint8_t)phone);
		omits->kinds[phone] = info->kind;
		omits->anywhere[phone] = omit;
		omits->begin[phone] = side == SIDE_ABJAD ? ABJAD_BEGIN : omit;
		omits->end[phone] = side == SIDE_ABJAD ? ABJAD_END : omit;
		omits->coda[phone] = coda;
		omits->last[phone] = mute && coda > MUTE ? MUTE : coda;
	}
}

static void fill_many(void)
{
	const struct sound_tables *tables = sound_tables();
	for (enum side side = 0; side < SIDE_COUNT; side++)
		for (unsigned mute = 0; mute < 2; mute++)
			fill_omits(side, mute != 0, &many_tables.omits[side][mute]);
	for (unsigned one = 0; one < 2; one++)
		for (unsigned i = 0; i < PHONE_VALUES; i++)
			for (unsigned k = 0; k < PHONE_VALUES; k++) {
				unsigned cost = tables->distance[one][i][k];
				many_tables.heavy[one][i][k] =
					(uint8_t)(cost + cost / 2 < UINT8_MAX ? cost + cost / 2 : UINT8_MAX);
			}
}

void sound_many(const struct sound *sound, enum script script, enum script other, struct many_sound *ret_sound)
{
	const struct sound_tables *tables = sound_tables();
	struct ready ready;
	(void)pthread_once(&many_once, fill_many);
	ready_fill(tables, sound, side_of(other), script == SCRIPT_LATIN && other != SCRIPT_LATIN, &ready);
	ret_sound->others = &many_tables.omits[side_of(script)][other == SCRIPT_LATIN && script != SCRIPT_LATIN];
	ret_sound->length = (unsigned)ready.length;
	ret_sound->weight = ready.weight;
	ret_sound->first = ready.first;
	memcpy(ret_sound->omit, ready.omit, ready.length);
	for (size_t i = 0; i < ready.length; i++) {
		ret_sound->costs[i] = tables->distance[script == other][ready.phones[i]];
		ret_sound->heavy[i] = many_tables.heavy[script == other][ready.phones[i]];
	}
}

double sound_similarity(const struct sound *a, enum script a_script, const struct sound *b, enum script b_script)
{
	return sound_similarity_above(a, a_script, b, b_script, 0);
}
