/* What goes wrong with a name between its bearer and the window. */
#include "base/error.h"
#include "base/utf8.h"
#include "people/people.h"
#include "people/people_text.h"

#include <string.h>

#define MAX_CODES 256

const char *people_error_name(enum people_error error)
{
	static const char *const names[PEOPLE_ERROR_COUNT] = {"typo",    "transposition", "spelling", "dropped",
	                                                      "swapped", "initial",       "joined"};
	return error < PEOPLE_ERROR_COUNT ? names[error] : "unknown";
}

struct codes {
	uint32_t at[MAX_CODES];
	size_t count;
};

static void decode(const char *name, struct codes *codes)
{
	const char *cursor = name, *end = name + strlen(name);
	codes->count = 0;
	while (cursor < end && codes->count < MAX_CODES - 1) {
		uint32_t code = utf8_next(&cursor, end);
		if (code != UTF8_INVALID)
			codes->at[codes->count++] = code;
	}
}

static int encode(const struct codes *codes, struct arena *arena, const char **ret_name)
{
	char *text = arena_alloc(arena, codes->count * 4 + 1);
	if (text == NULL)
		return JISR_NO_MEMORY;
	size_t length = 0;
	for (size_t i = 0; i < codes->count; i++)
		length += utf8_put(text + length, codes->at[i]);
	text[length] = '\0';
	*ret_name = text;
	return JISR_OK;
}

static bool is_letter(uint32_t code)
{
	return code > 0x7F || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
}

/* A letter to change: inside a word of at least four letters, four times in five not its first. */
static bool find_letter(const struct codes *codes, struct people_random *random, size_t *ret_at)
{
	for (int attempt = 0; attempt < 40; attempt++) {
		size_t at = random_below(random, codes->count), from = at, to = at;
		if (!is_letter(codes->at[at]))
			continue;
		while (from > 0 && is_letter(codes->at[from - 1]))
			from--;
		while (to < codes->count && is_letter(codes->at[to]))
			to++;
		bool dense = codes->at[at] > 0x2E80; /* Han, kana, Hangul: a letter is a syllable */
		if (to - from < (dense ? 2u : 4u) || (at == from && !random_percent(random, 20)))
			continue;
		*ret_at = at;
		return true;
	}
	return false;
}

static void remove_at(struct codes *codes, size_t at)
{
	memmove(codes->at + at, codes->at + at + 1, (codes->count - at - 1) * sizeof *codes->at);
	codes->count--;
}

static void insert_at(struct codes *codes, size_t at, uint32_t code)
{
	memmove(codes->at + at + 1, codes->at + at, (codes->count - at) * sizeof *codes->at);
	codes->at[at] = code;
	codes->count++;
}

static bool make_typo(struct codes *codes, struct people_random *random)
{
	static const char *const keys[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
	size_t at;
	if (!find_letter(codes, random, &at))
		return false;
	uint32_t code = codes->at[at];
	size_t kind = random_below(random, 3);
	if (kind == 0 || code > 0x7F) {
		if (kind == 1)
			insert_at(codes, at, code);
		else
			remove_at(codes, at);
		return true;
	}
	if (kind == 1) {
		insert_at(codes, at, code | 0x20);
		return true;
	}
	for (size_t row = 0; row < 3; row++) { /* the key beside it */
		const char *key = strchr(keys[row], (int)(code | 0x20));
		if (key != NULL) {
			char beside =
				key[1] == '\0' || (key > keys[row] && random_percent(random, 50)) ? key[-1] : key[1];
			codes->at[at] = (uint32_t)beside ^ ((code & 0x20) ^ 0x20);
		}
	}
	return true;
}

static bool transpose(struct codes *codes, struct people_random *random)
{
	for (int attempt = 0; attempt < 40; attempt++) {
		size_t at;
		if (!find_letter(codes, random, &at))
			return false;
		if (at + 1 < codes->count && is_letter(codes->at[at + 1]) && codes->at[at] != codes->at[at + 1]) {
			uint32_t code = codes->at[at];
			codes->at[at] = codes->at[at + 1];
			codes->at[at + 1] = code;
			return true;
		}
	}
	return false;
}

/* Pairs of spellings that one sound takes in different romanisations. */
static const char *const spellings[][2] = {
	{"ou", "u"},  {"u", "ou"},    {"ee", "i"},    {"i", "ee"},    {"oo", "u"},  {"kh", "h"},  {"h", "kh"},
	{"sh", "ch"}, {"ch", "tch"},  {"y", "i"},     {"i", "y"},     {"ph", "f"},  {"f", "ph"},  {"c", "k"},
	{"ei", "ai"}, {"ay", "ai"},   {"j", "dj"},    {"dj", "j"},    {"w", "v"},   {"v", "w"},   {"zh", "j"},
	{"ts", "tz"}, {"mm", "m"},    {"ll", "l"},    {"ss", "s"},    {"s", "ss"},  {"nn", "n"},  {"tt", "t"},
	{"dd", "d"},  {"q", "k"},     {"k", "q"},     {"gh", "g"},    {"dh", "d"},  {"x", "ks"},  {"ks", "x"},
	{"iy", "y"},  {"ie", "y"},    {"yu", "iu"},   {"iu", "yu"},   {"ya", "ia"}, {"ia", "ya"}, {"th", "t"},
	{"aa", "a"},  {"al-", "el-"}, {"al-", "al "}, {"el-", "al-"}, {"ah", "a"},  {"ö", "oe"},  {"ü", "ue"},
	{"ß", "ss"},  {"é", "e"},     {"ñ", "n"},     {"ş", "s"},     {"á", "a"},   {"í", "i"},   {"ó", "o"},
	{"ç", "c"},   {"ğ", "g"},     {"ı", "i"},     {"ä", "ae"},    {"e", "ie"},  {"o", "u"},
};

static int respell(const char *name, struct people_random *random, struct arena *arena, const char **ret_name)
{
	size_t count = sizeof spellings / sizeof *spellings, first = random_below(random, count);
	for (size_t i = 0; i < count; i++) {
		const char *const *pair = spellings[(first + i) % count];
		const char *found = strstr(name, pair[0]);
		if (found == NULL)
			continue;
		*ret_name =
			arena_format(arena, "%.*s%s%s", (int)(found - name), name, pair[1], found + strlen(pair[0]));
		return *ret_name == NULL ? JISR_NO_MEMORY : JISR_OK;
	}
	return JISR_NOT_FOUND;
}

#define MAX_WORDS 16

struct words {
	const char *at[MAX_WORDS];
	int length[MAX_WORDS];
	size_t count;
};

static void split(const char *name, struct words *words)
{
	words->count = 0;
	while (*name != '\0' && words->count < MAX_WORDS) {
		size_t length = strcspn(name, " ");
		if (length > 0) {
			words->at[words->count] = name;
			words->length[words->count++] = (int)length;
		}
		name += length + (name[length] == ' ');
	}
}

/* Puts the words together again; no space before word `joined`. */
static int unite(const struct words *words, size_t joined, struct arena *arena, const char **ret_name)
{
	const char *name = "";
	for (size_t i = 0; i < words->count && name != NULL; i++)
		name = arena_format(arena, "%s%s%.*s", name, i == 0 || i == joined ? "" : " ", words->length[i],
		                    words->at[i]);
	if (name == NULL)
		return JISR_NO_MEMORY;
	*ret_name = name;
	return JISR_OK;
}

static void remove_word(struct words *words, size_t at)
{
	for (size_t i = at; i + 1 < words->count; i++) {
		words->at[i] = words->at[i + 1];
		words->length[i] = words->length[i + 1];
	}
	words->count--;
}

/* One word to the other end; the comma of "FAMILY, Given" goes with it. */
static int swap(struct words *words, struct people_random *random, struct arena *arena, const char **ret_name)
{
	if (words->count < 2)
		return JISR_NOT_FOUND;
	for (size_t i = 0; i < words->count; i++)
		if (words->at[i][words->length[i] - 1] == ',')
			words->length[i]--;
	size_t last = words->count - 1;
	struct words moved = *words;
	bool forward = random_percent(random, 50);
	for (size_t i = 0; i < words->count; i++) {
		size_t to = forward ? (i == 0 ? last : i - 1) : (i == last ? 0 : i + 1);
		moved.at[to] = words->at[i];
		moved.length[to] = words->length[i];
	}
	return unite(&moved, SIZE_MAX, arena, ret_name);
}

int people_misspell(const char *name, enum people_error error, uint64_t number, struct arena *arena,
                    const char **ret_name)
{
	struct people_random random = {number};
	struct codes codes;
	struct words words;
	decode(name, &codes);
	split(name, &words);
	switch (error) {
	case PEOPLE_TYPO: return make_typo(&codes, &random) ? encode(&codes, arena, ret_name) : JISR_NOT_FOUND;
	case PEOPLE_TRANSPOSITION: return transpose(&codes, &random) ? encode(&codes, arena, ret_name) : JISR_NOT_FOUND;
	case PEOPLE_SPELLING: return respell(name, &random, arena, ret_name);
	case PEOPLE_DROPPED:
		if (words.count < 3)
			return JISR_NOT_FOUND;
		remove_word(&words, 1 + random_below(&random, words.count - 2));
		return unite(&words, SIZE_MAX, arena, ret_name);
	case PEOPLE_SWAPPED: return swap(&words, &random, arena, ret_name);
	case PEOPLE_INITIAL: {
		if (words.count < 2)
			return JISR_NOT_FOUND;
		size_t at = random_below(&random, words.count - 1);
		if (words.at[at][words.length[at] - 1] == ',')
			at++; /* the family name stays */
		const char *cursor = words.at[at];
		(void)utf8_next(&cursor, words.at[at] + words.length[at]);
		words.length[at] = (int)(cursor - words.at[at]);
		return unite(&words, SIZE_MAX, arena, ret_name);
	}
	case PEOPLE_JOINED: {
		if (words.count < 2)
			return JISR_NOT_FOUND;
		size_t at = 1 + random_below(&random, words.count - 1);
		if (words.at[at - 1][words.length[at - 1] - 1] == ',')
			words.length[at - 1]--;
		return unite(&words, at, arena, ret_name);
	}
	default: return JISR_NOT_FOUND;
	}
}
