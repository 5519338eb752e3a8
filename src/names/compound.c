#include "names/compound.h"

#include "names/words.h"

#include <string.h>

static bool is_vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u';
}

static bool equals(const struct roman *roman, const char *word)
{
	return strcmp(roman->latin, word) == 0;
}

static bool one_of(const struct roman *roman, const char *const *list)
{
	for (; *list != NULL; list++)
		if (equals(roman, *list))
			return true;
	return false;
}

static void set(struct roman *roman, const char *start, size_t start_length, const char *rest)
{
	char joined[2 * ROMAN_MAX + 2];
	size_t rest_length = strlen(rest);
	if (rest_length > ROMAN_MAX)
		rest_length = ROMAN_MAX;
	memcpy(joined, start, start_length);
	memcpy(joined + start_length, rest, rest_length);
	size_t length = start_length + rest_length;
	if (length > ROMAN_MAX)
		length = ROMAN_MAX;
	memcpy(roman->latin, joined, length);
	memset(roman->latin + length, 0, sizeof roman->latin - length);
	roman->length = (unsigned char)length;
}

/* "lah", "llah", "la", "ullah", "olla" ...: the end of Allah in any spelling. */
static bool is_allah(const char *word)
{
	if (is_vowel(*word))
		word++;
	if (*word != 'l')
		return false;
	while (*word == 'l')
		word++;
	if (*word++ != 'a')
		return false;
	return *word == '\0' || (*word == 'h' && word[1] == '\0');
}

/* After "abd": vowels, then the article's l or a doubled sun letter. Returns the name behind it. */
static const char *behind_article(const char *rest)
{
	while (is_vowel(*rest))
		rest++;
	if (rest[0] == 'l' && rest[1] != '\0')
		return rest + 1;
	if (rest[0] != '\0' && rest[0] == rest[1])
		return rest + 1;
	return rest;
}

static bool canonical_servant(struct roman *roman)
{
	if (roman->length < 7 || strncmp(roman->latin, "abd", 3) != 0 || !is_vowel(roman->latin[3])) {
		if (equals(roman, "abdula") || equals(roman, "abdala") || equals(roman, "abdela"))
			set(roman, "abdallah", 8, "");
		return false;
	}
	const char *rest = roman->latin + 3;
	while (is_vowel(*rest))
		rest++;
	if (is_allah(rest)) {
		set(roman, "abdallah", 8, "");
		return true;
	}
	char behind[ROMAN_MAX + 1];
	size_t length = strlen(behind_article(roman->latin + 3));
	memcpy(behind, behind_article(roman->latin + 3), length + 1);
	if (length < 3)
		return false;
	set(roman, "abdal", 5, behind);
	return true;
}

/* -uddin, -eddine, -aldin, -ud-deen behind a stem of three letters or more. */
static bool canonical_din(struct roman *roman)
{
	static const char *const ends[] = {"din", "deen", "dine", "dyn", "tin", "tine", NULL};
	for (size_t i = 0; ends[i] != NULL; i++) {
		size_t end_length = strlen(ends[i]);
		if (roman->length < end_length + 5 || strcmp(roman->latin + roman->length - end_length, ends[i]) != 0)
			continue;
		size_t stem = roman->length - end_length;
		char before = roman->latin[stem - 1];
		bool doubled = before == 'd' || before == 'l' || before == 't';
		if (ends[i][0] == 't' && before != 't')
			return false; /* Martin, Constantin */
		if (doubled)
			stem--;
		char vowel = roman->latin[stem - 1];
		if (!is_vowel(vowel) || (!doubled && vowel != 'e' && vowel != 'u'))
			return false;
		while (stem > 0 && is_vowel(roman->latin[stem - 1]))
			stem--;
		if (stem < 3)
			return false;
		set(roman, roman->latin, stem, "aldin");
		return true;
	}
	return false;
}

static bool canonical_allah(struct roman *roman)
{
	static const char *const ends[] = {"ullah", "ollah", "allah", "ellah", "illah", "ulla", NULL};
	for (size_t i = 0; ends[i] != NULL; i++) {
		size_t end_length = strlen(ends[i]);
		if (roman->length < end_length + 3 || strcmp(roman->latin + roman->length - end_length, ends[i]) != 0)
			continue;
		size_t stem = roman->length - end_length;
		if (stem > 3 && roman->latin[stem - 1] == 'o') /* -oullah; an i is the name's own: Matiullah */
			stem--;
		set(roman, roman->latin, stem, "allah");
		return true;
	}
	return false;
}

static bool canonical_father(struct roman *roman)
{
	static const char *const starts[] = {"abou", "aboo", NULL};
	for (size_t i = 0; starts[i] != NULL; i++)
		if (roman->length >= 8 && strncmp(roman->latin, starts[i], 4) == 0) {
			char rest[ROMAN_MAX + 1];
			memcpy(rest, roman->latin + 4, roman->length - 4 + 1u);
			set(roman, "abu", 3, rest[0] == 'l' && rest[1] != 'a' ? rest + 1 : rest);
			return true;
		}
	return false;
}

void compound_canonical(struct roman *roman)
{
	if (!canonical_servant(roman) && !canonical_father(roman) && !canonical_din(roman))
		(void)canonical_allah(roman);
}

static bool is_article(const struct split_word *word)
{
	return words_person(word->roman.latin, word->roman.length) == PERSON_WORD_ARTICLE;
}

/* The first word at or after `at` that is not an article; count when there is none. */
static size_t skip_articles(const struct split *split, size_t at)
{
	while (at + 1 < split->count && is_article(&split->words[at]))
		at++;
	return at;
}

static size_t join_latin(const struct split *split, size_t at, struct roman *ret_roman)
{
	static const char *const servants[] = {"abd",   "abdul",  "abdel",  "abdal", "abdol", "abdur", "abdus", "abdu",
	                                       "abdil", "abdoul", "abdool", "abdud", "abdun", "abder", "abdar", NULL};
	static const char *const fathers[] = {"abu", "abou", "aboo", "abul", "aboul", "abo", "abi", NULL};
	static const char *const mothers[] = {"umm", "oum", "um", NULL};
	static const char *const religions[] = {"din",   "deen",  "dine",   "eddin", "eddine", "uddin",
	                                        "aldin", "eldin", "eldeen", "addin", NULL};
	static const char *const gods[] = {"ullah", "allah", "ollah", "llah", "ulla", NULL};
	const struct split_word *word = &split->words[at];
	size_t next = skip_articles(split, at + 1);
	if (next >= split->count || split->words[next].script == SCRIPT_ARABIC)
		return 0;
	const struct roman *behind = &split->words[next].roman;
	if (one_of(&word->roman, servants) && behind->length >= 2) {
		if (is_allah(behind->latin) || equals(behind, "allah"))
			set(ret_roman, "abdallah", 8, "");
		else
			set(ret_roman, "abdal", 5, behind->latin);
		return next - at + 1;
	}
	if (one_of(&word->roman, fathers) && behind->length >= 3) {
		set(ret_roman, "abu", 3, behind->latin);
		return next - at + 1;
	}
	if (one_of(&word->roman, mothers) && behind->length >= 3) {
		set(ret_roman, "umm", 3, behind->latin);
		return next - at + 1;
	}
	if (word->roman.length >= 3 && words_person(word->roman.latin, word->roman.length) == PERSON_WORD_NONE) {
		if (one_of(behind, religions)) {
			size_t stem = word->roman.length;
			bool linked = stem > 3 && is_vowel(word->roman.latin[stem - 1]) && next == at + 1;
			set(ret_roman, word->roman.latin, linked ? stem - 1 : stem, "aldin");
			return next - at + 1;
		}
		if (next == at + 1 && one_of(behind, gods)) {
			set(ret_roman, word->roman.latin, word->roman.length, "allah");
			return 2;
		}
	}
	return 0;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const char *without_article(const struct split_word *word)
{
	return starts_with(word->text, "ال") && word->characters >= 4 ? word->text + strlen("ال") : word->text;
}

static int romanise(const char *text, struct roman *ret_roman)
{
	return roman_word(text, strlen(text), SCRIPT_ARABIC, ret_roman);
}

static size_t join_arabic(const struct split *split, size_t at, struct roman *ret_roman)
{
	const struct split_word *word = &split->words[at];
	struct roman rest;
	if (at + 1 >= split->count || split->words[at + 1].script != SCRIPT_ARABIC)
		return 0;
	const struct split_word *next = &split->words[at + 1];
	if (strcmp(word->text, "عبد") == 0) {
		if (strcmp(next->text, "الله") == 0)
			set(ret_roman, "abdallah", 8, "");
		else if (romanise(without_article(next), &rest) == JISR_OK)
			set(ret_roman, "abdal", 5, rest.latin);
		else
			return 0;
		return 2;
	}
	if (strcmp(word->text, "ابو") == 0 || strcmp(word->text, "ابي") == 0 || strcmp(word->text, "ابا") == 0) {
		if (romanise(without_article(next), &rest) != JISR_OK)
			return 0;
		set(ret_roman, "abu", 3, rest.latin);
		return 2;
	}
	if (strcmp(next->text, "الله") == 0 && word->characters >= 3) {
		set(ret_roman, word->roman.latin, word->roman.length, "allah");
		return 2;
	}
	if (strcmp(next->text, "الدين") == 0 && word->characters >= 2) {
		set(ret_roman, word->roman.latin, word->roman.length, "aldin");
		return 2;
	}
	return 0;
}

size_t compound_join(const struct split *split, size_t at, struct roman *ret_roman)
{
	switch ((enum script)split->words[at].script) {
	case SCRIPT_ARABIC: return join_arabic(split, at, ret_roman);
	case SCRIPT_HAN:
	case SCRIPT_KANA:
	case SCRIPT_HANGUL:
	case SCRIPT_THAI:
	case SCRIPT_HEBREW: return 0;
	default: return join_latin(split, at, ret_roman);
	}
}

int compound_strip_article(struct split_word *word)
{
	const char *text = word->text;
	static const char servant[] = "عبدال";
	static const char religion[] = "الدين";
	static const char god[] = "الله";
	size_t length = word->text_length;
	struct roman rest;
	int error;
	if (strcmp(text, "عبدالله") == 0) {
		set(&word->roman, "abdallah", 8, "");
		return JISR_OK;
	}
	if (starts_with(text, servant) && length > sizeof servant - 1 + 3) {
		error = romanise(text + sizeof servant - 1, &rest);
		if (error == JISR_OK)
			set(&word->roman, "abdal", 5, rest.latin);
		return error;
	}
	for (size_t i = 0; i < 2; i++) {
		const char *end = i == 0 ? religion : god;
		size_t end_length = strlen(end);
		if (length < end_length + 4 || strcmp(text + length - end_length, end) != 0)
			continue;
		error = roman_word(text, length - end_length, SCRIPT_ARABIC, &rest);
		if (error == JISR_OK)
			set(&word->roman, rest.latin, rest.length, i == 0 ? "aldin" : "allah");
		return error;
	}
	if (without_article(word) == text || strcmp(text, religion) == 0 || strcmp(text, god) == 0)
		return JISR_OK;
	char stripped[SPLIT_MAX_TEXT + 1];
	size_t left = length - strlen("ال");
	memcpy(stripped, text + strlen("ال"), left + 1);
	error = romanise(stripped, &rest);
	if (error != JISR_OK)
		return error;
	memcpy(word->text, stripped, left + 1);
	word->text_length = (uint8_t)left;
	word->characters = (uint8_t)(word->characters - 2);
	word->roman = rest;
	return JISR_OK;
}
