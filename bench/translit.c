/* tools/bench translit [FOLDER]
 *
 * How well a name is known again in another script. FOLDER ($JISR_SHARED/data/name-transliterations) holds files
 * "latin TAB letters with spaces TAB count". Every pair is compared, and as many false ones, each Latin word with a
 * random other word of the file (xorshift, SEED). The threshold is set so that 1 % of the false pairs reach it; recall
 * is the share of true pairs that reach it. Beside it, in the same run and on the same pairs, the usual home-made way:
 * ICU "Any-Latin; Latin-ASCII; Lower" on both sides and Jaro-Winkler. Then time a word, and how often the keys of
 * sound_keys would lose a pair.
 *
 * TRANSLIT_SHOW=LANGUAGE in the environment prints the true pairs that were missed, with their similarity. */
#include "names/compare.h"

#include "base/memory.h"

#include <stdbool.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define SEED 20240229u

static const struct language {
	const char *file;
	enum script script;
	double wanted;
} languages[] = {
	{"arabic", SCRIPT_ARABIC, 0.90}, {"russian", SCRIPT_CYRILLIC, 0.95}, {"hebrew", SCRIPT_HEBREW, 0.85},
	{"katakana", SCRIPT_KANA, 0.85}, {"chinese", SCRIPT_HAN, 0.70},      {"korean", SCRIPT_HANGUL, 0.70},
};

struct word {
	struct roman roman;
	struct sound sound;
	enum script script;
	char plain[64]; /* by ICU and nothing else */
};

struct pair {
	struct word latin, other;
	char *line;
};

static uint64_t random_state = SEED;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static double now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Folds as name_read does: NFKC and lower case, punctuation inside a word left out. */
static size_t fold(const char *bytes, size_t length, char *out, size_t room)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *folder = unorm2_getNFKCCasefoldInstance(&error);
	UChar units[512], folded[512];
	int32_t n = 0, m;
	u_strFromUTF8(units, 512, &n, bytes, (int32_t)length, &error);
	m = unorm2_normalize(folder, units, n, folded, 512, &error);
	u_strToUTF8(out, (int32_t)room, &n, folded, m, &error);
	return U_FAILURE(error) ? 0 : (size_t)n;
}

static UTransliterator *plain_engine;

static void plain(const char *bytes, size_t length, char out[64])
{
	UErrorCode error = U_ZERO_ERROR;
	if (plain_engine == NULL) {
		UChar name[64];
		u_uastrncpy(name, "Any-Latin; Latin-ASCII; Lower", 64);
		plain_engine = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	}
	UChar units[512];
	int32_t n = 0;
	u_strFromUTF8(units, 512, &n, bytes, (int32_t)length, &error);
	int32_t limit = n;
	utrans_transUChars(plain_engine, units, &n, 512, 0, &limit, &error);
	size_t used = 0;
	for (int32_t i = 0; i < n && used < 63 && U_SUCCESS(error); i++) {
		if ((units[i] >= 'a' && units[i] <= 'z') || (units[i] >= '0' && units[i] <= '9')) {
			out[used++] = (char)units[i];
		}
	}
	out[used] = 0;
}

static double jaro_winkler(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), matches = 0, swaps = 0, prefix = 0;
	if (na == 0 || nb == 0) {
		return 0;
	}
	bool used_a[64] = {false}, used_b[64] = {false};
	size_t longer = na > nb ? na : nb;
	size_t window = longer / 2 > 0 ? longer / 2 - 1 : 0;
	for (size_t i = 0; i < na; i++) {
		size_t from = i > window ? i - window : 0;
		size_t to = i + window + 1 < nb ? i + window + 1 : nb;
		for (size_t j = from; j < to; j++) {
			if (!used_b[j] && a[i] == b[j]) {
				used_a[i] = used_b[j] = true;
				matches++;
				break;
			}
		}
	}
	if (matches == 0) {
		return 0;
	}
	for (size_t i = 0, j = 0; i < na; i++) {
		if (used_a[i]) {
			while (!used_b[j]) {
				j++;
			}
			swaps += a[i] != b[j++];
		}
	}
	double m = (double)matches;
	double jaro = (m / (double)na + m / (double)nb + (m - (double)swaps / 2) / m) / 3;
	while (prefix < 4 && prefix < na && prefix < nb && a[prefix] == b[prefix]) {
		prefix++;
	}
	return jaro + (double)prefix * 0.1 * (1 - jaro);
}

static int word_fill(const char *bytes, size_t length, enum script script, struct word *word)
{
	char folded[512];
	size_t n = fold(bytes, length, folded, sizeof folded);
	int error = roman_word(folded, n, script, &word->roman);
	word->script = script;
	if (error == 0) {
		sound_read(word->roman.latin, word->roman.length, script, &word->sound);
		plain(bytes, length, word->plain);
	}
	return error;
}

static int descending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a < b) - (a > b);
}

/* Recall of the true scores at the threshold that lets 1 % of the false ones pass. */
static double recall(const double *positive, double *negative, size_t count, double *ret_threshold)
{
	qsort(negative, count, sizeof *negative, descending);
	double threshold = negative[count / 100];
	size_t above = 0;
	for (size_t i = 0; i < count; i++) {
		above += positive[i] > threshold;
	}
	*ret_threshold = threshold;
	return (double)above / (double)count;
}

/* All keys of a word as an index files it. */
static size_t word_keys(const struct word *word, uint32_t keys[PART_KEYS_MAX])
{
	struct name_part part = {.kind = PART_NAME, .script = (uint8_t)word->script, .sound = word->sound};
	part.latin_length = word->roman.length < PART_MAX ? word->roman.length : PART_MAX;
	memcpy(part.latin, word->roman.latin, part.latin_length);
	return part_keys(&part, keys);
}

static bool keys_meet(const struct word *a, const struct word *b)
{
	uint32_t keys_a[PART_KEYS_MAX], keys_b[PART_KEYS_MAX];
	size_t na = word_keys(a, keys_a), nb = word_keys(b, keys_b);
	for (size_t i = 0; i < na; i++) {
		for (size_t j = 0; j < nb; j++) {
			if (keys_a[i] == keys_b[j]) {
				return true;
			}
		}
	}
	return false;
}

static struct pair *pairs_read(const char *path, enum script script, size_t *ret_count)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return NULL;
	}
	struct pair *pairs = NULL;
	size_t count = 0, capacity = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	while ((length = getline(&line, &room, file)) > 0) {
		char *tab = memchr(line, '\t', (size_t)length);
		char *end = tab == NULL ? NULL : strchr(tab + 1, '\t');
		char joined[512];
		size_t used = 0;
		if (end == NULL) {
			continue;
		}
		for (const char *c = tab + 1; c < end && used < sizeof joined; c++) {
			if (*c != ' ') {
				joined[used++] = *c;
			}
		}
		if (memory_reserve(&pairs, &capacity, count + 1, 10000000, sizeof *pairs) != 0 ||
		    word_fill(line, (size_t)(tab - line), SCRIPT_LATIN, &pairs[count].latin) != 0 ||
		    word_fill(joined, used, script, &pairs[count].other) != 0) {
			break;
		}
		pairs[count++].line = getenv("TRANSLIT_SHOW") != NULL ? memory_text(line, (size_t)(end - line)) : NULL;
	}
	free(line);
	(void)fclose(file);
	*ret_count = count;
	return pairs;
}

static void measure(const struct language *language, const char *folder, struct pair **ret_pairs, size_t *ret_count)
{
	char path[1024];
	(void)snprintf(path, sizeof path, "%s/wd_%s_80.tsv", folder, language->file);
	size_t count = 0;
	struct pair *pairs = pairs_read(path, language->script, &count);
	*ret_pairs = pairs;
	*ret_count = count;
	double *scores = count == 0 ? NULL : memory_zero(count * 4, sizeof *scores);
	if (scores == NULL) {
		printf("%-9s no data in %s\n", language->file, path);
		return;
	}
	double *ours = scores, *ours_false = scores + count, *theirs = scores + 2 * count,
	       *theirs_false = scores + 3 * count;
	size_t lost = 0, near = 0;
	for (size_t i = 0; i < count; i++) {
		const struct word *a = &pairs[i].latin, *b = &pairs[i].other;
		size_t j;
		do {
			j = random_next() % count;
		} while (j == i);
		const struct word *c = &pairs[j].other;
		ours[i] = sound_similarity(&a->sound, SCRIPT_LATIN, &b->sound, language->script);
		ours_false[i] = sound_similarity(&a->sound, SCRIPT_LATIN, &c->sound, language->script);
		theirs[i] = jaro_winkler(a->plain, b->plain);
		theirs_false[i] = jaro_winkler(a->plain, c->plain);
		if (ours[i] >= 0.7) {
			near++;
			lost += !keys_meet(a, b);
		}
	}
	double threshold, their_threshold, fixed = 0, fixed_false = 0;
	for (size_t i = 0; i < count; i++) {
		fixed += ours[i] >= 0.7;
		fixed_false += ours_false[i] >= 0.7;
	}
	double found = recall(ours, ours_false, count, &threshold);
	double their_found = recall(theirs, theirs_false, count, &their_threshold);
	printf("%-9s %7zu  recall %.4f (wanted %.2f) at %.3f   ICU + Jaro-Winkler %.4f at %.3f   "
	       "at 0.70: %.4f, false %.4f   keys lost %.4f\n",
	       language->file, count, found, language->wanted, threshold, their_found, their_threshold,
	       fixed / (double)count, fixed_false / (double)count, near == 0 ? 0 : (double)lost / (double)near);
	const char *show = getenv("TRANSLIT_SHOW");
	if (show != NULL && strcmp(show, language->file) == 0) {
		for (size_t i = 0; i < count; i++) {
			if (ours[i] <= threshold) {
				printf("  %.3f %s %s\n", ours[i], pairs[i].line, pairs[i].other.roman.latin);
			}
		}
	}
	memory_free(scores);
}

static void measure_time(const char *name, const struct pair *pairs, size_t count, enum script script)
{
	double start = now(), sum = 0;
	size_t rounds = 2000000;
	for (size_t i = 0; i < rounds; i++) {
		sum += sound_similarity(&pairs[i % count].latin.sound, SCRIPT_LATIN,
		                        &pairs[(i * 7 + 1) % count].other.sound, script);
	}
	printf("%-9s sound_similarity %.0f ns (mean %.3f)\n", name, (now() - start) / (double)rounds * 1e9,
	       sum / (double)rounds);
}

static int words_ascending(const void *left, const void *right)
{
	return strcmp(((const struct word *)left)->roman.latin, ((const struct word *)right)->roman.latin);
}

#define DISTINCT 50000
#define QUERIES  500

/* A key of a word: for sorting. */
struct entry {
	uint32_t key, word;
};

static int entries_ascending(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->word > b->word) - (a->word < b->word);
}

static size_t first_entry(const struct entry *entries, size_t count, uint32_t key)
{
	size_t from = 0;
	while (count > 0) {
		size_t half = count / 2;
		if (entries[from + half].key < key) {
			from += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return from;
}

/* How many different words of the `distinct` each word meets, on average over QUERIES of them. */
static double words_met(const struct word *words, size_t distinct, const struct entry *entries, size_t total)
{
	uint32_t *seen = memory_zero(distinct, sizeof *seen), met = 0;
	for (uint32_t q = 0; seen != NULL && q < QUERIES; q++) {
		uint32_t keys[PART_KEYS_MAX];
		size_t count = word_keys(&words[q], keys);
		for (size_t k = 0; k < count; k++) {
			for (size_t i = first_entry(entries, total, keys[k]); i < total && entries[i].key == keys[k];
			     i++) {
				met += seen[entries[i].word] != q + 1;
				seen[entries[i].word] = q + 1;
			}
		}
	}
	memory_free(seen);
	return met / (double)QUERIES;
}

/* Share of the pairs that sound alike (0.85), found by comparing QUERIES words with all, that share no key. */
static double alike_lost(const struct word *words, size_t distinct)
{
	size_t alike = 0, lost = 0;
	for (size_t q = 0; q < QUERIES; q++) {
		for (size_t i = 0; i < distinct; i++) {
			if (i != q &&
			    sound_similarity(&words[q].sound, SCRIPT_LATIN, &words[i].sound, SCRIPT_LATIN) >= 0.85) {
				alike++;
				lost += !keys_meet(&words[q], &words[i]);
			}
		}
	}
	printf("keys      %zu Latin pairs alike by 0.85\n", alike);
	return alike == 0 ? 0 : (double)lost / (double)alike;
}

/* Keys of DISTINCT Latin words: how many a word, how full; how many words a word meets; how often one random edit loses
 * its word. */
static void measure_keys(const struct pair *pairs, size_t count)
{
	struct word *words = memory_zero(count, sizeof *words);
	struct entry *keys = memory_zero((size_t)DISTINCT * PART_KEYS_MAX, sizeof *keys);
	if (words == NULL || keys == NULL) {
		memory_free(words);
		memory_free(keys);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		words[i] = pairs[i].latin;
	}
	qsort(words, count, sizeof *words, words_ascending);
	size_t distinct = 0;
	for (size_t i = 0; i < count; i++) {
		if (words[i].roman.length > 0 &&
		    (distinct == 0 || words_ascending(&words[distinct - 1], &words[i]) != 0)) {
			words[distinct++] = words[i];
		}
	}
	for (size_t i = distinct - 1; i > 0; i--) {
		size_t j = random_next() % (i + 1);
		struct word word = words[i];
		words[i] = words[j];
		words[j] = word;
	}
	distinct = distinct < DISTINCT ? distinct : DISTINCT;
	size_t total = 0, buckets = 0, largest = 0, sounds = 0;
	for (size_t i = 0; i < distinct; i++) {
		uint32_t own[PART_KEYS_MAX];
		size_t n = word_keys(&words[i], own);
		for (size_t k = 0; k < n; k++) {
			keys[total++] = (struct entry){own[k], (uint32_t)i};
		}
		sounds += sound_keys(&words[i].sound, own);
	}
	qsort(keys, total, sizeof *keys, entries_ascending);
	for (size_t i = 0; i < total;) {
		size_t j = i;
		while (j < total && keys[j].key == keys[i].key) {
			j++;
		}
		buckets++;
		largest = j - i > largest ? j - i : largest;
		i = j;
	}
	double met = words_met(words, distinct, keys, total);
	size_t lost = 0, tried = 0;
	for (size_t i = 0; i < distinct; i++) {
		char letters[ROMAN_MAX + 2];
		size_t n = words[i].roman.length;
		if (n < 4 || n > 30) {
			continue;
		}
		memcpy(letters, words[i].roman.latin, n + 1);
		size_t at = random_next() % n;
		char letter = (char)('a' + random_next() % 26);
		switch (random_next() % 4) {
		case 0: letters[at] = letter; break;
		case 1:
			memmove(letters + at, letters + at + 1, n - at);
			n--;
			break;
		case 2:
			memmove(letters + at + 1, letters + at, n - at + 1);
			letters[at] = letter;
			n++;
			break;
		default:
			if (at + 1 < n) {
				char swap = letters[at];
				letters[at] = letters[at + 1];
				letters[at + 1] = swap;
			}
		}
		struct word edited = {.script = SCRIPT_LATIN};
		memcpy(edited.roman.latin, letters, n);
		edited.roman.length = (unsigned char)n;
		sound_read(letters, n, SCRIPT_LATIN, &edited.sound);
		tried++;
		lost += !keys_meet(&words[i], &edited);
	}
	printf("keys      %zu Latin words: %.1f keys a word (%.1f by sound), %zu keys, mean bucket %.1f, largest %zu, "
	       "a word "
	       "meets %.0f words; one edit loses %.4f, of Latin pairs alike by 0.85 %.4f are lost\n",
	       distinct, (double)total / (double)distinct, (double)sounds / (double)distinct, buckets,
	       (double)total / (double)buckets, largest, met, (double)lost / (double)tried,
	       alike_lost(words, distinct));
	double start = now();
	size_t sum = 0;
	for (size_t i = 0; i < distinct; i++) {
		uint32_t own[PART_KEYS_MAX];
		sum += sound_keys(&words[i].sound, own);
	}
	double keyed = now();
	for (size_t i = 0; i < distinct; i++) {
		struct sound sound;
		sound_read(words[i].roman.latin, words[i].roman.length, SCRIPT_LATIN, &sound);
		sum += sound.length;
	}
	printf("keys      sound_keys %.0f ns, sound_read %.0f ns (%zu)\n", (keyed - start) / (double)distinct * 1e9,
	       (now() - keyed) / (double)distinct * 1e9, sum);
	memory_free(words);
	memory_free(keys);
}

static void roman_time(const char *name, const char *word, enum script script)
{
	struct roman roman;
	size_t length = strlen(word), rounds = 200000, sum = 0;
	(void)roman_word(word, length, script, &roman);
	double start = now();
	for (size_t i = 0; i < rounds; i++) {
		(void)roman_word(word, length, script, &roman);
		sum += roman.length;
	}
	printf("%-9s roman_word %.0f ns (%s)\n", name, (now() - start) / (double)rounds * 1e9,
	       sum > 0 ? roman.latin : "");
}

int main(int argc, char **argv)
{
	const char *shared = getenv("JISR_SHARED");
	char folder[900];
	(void)snprintf(folder, sizeof folder, "%s%s",
	               argc > 1         ? argv[1]
	               : shared != NULL ? shared
	                                : "../shared",
	               argc > 1 ? "" : "/data/name-transliterations");
	const char *only = argc > 2 ? argv[2] : NULL;
	printf("seed %u, threshold at 1 %% false positives\n", SEED);
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		struct pair *pairs = NULL;
		size_t count = 0;
		if (only != NULL && strcmp(only, languages[i].file) != 0) {
			continue;
		}
		measure(&languages[i], folder, &pairs, &count);
		if (count > 0) {
			measure_time(languages[i].file, pairs, count, languages[i].script);
		}
		if (count > 0 && languages[i].script == SCRIPT_CYRILLIC) {
			measure_keys(pairs, count);
		}
		for (size_t j = 0; j < count; j++) {
			memory_free(pairs[j].line);
		}
		memory_free(pairs);
	}
	roman_time("latin", "müller", SCRIPT_LATIN);
	roman_time("arabic", "محمود", SCRIPT_ARABIC);
	roman_time("cyrillic", "гагарин", SCRIPT_CYRILLIC);
	roman_time("han", "克劳斯", SCRIPT_HAN);
	return 0;
}
