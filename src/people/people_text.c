#include "people/people_text.h"

#include "base/utf8.h"

#include <string.h>

uint64_t random_next(struct people_random *random)
{
	uint64_t mixed = random->state += 0x9E3779B97F4A7C15u;
	mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
	mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
	return mixed ^ mixed >> 31;
}

size_t random_below(struct people_random *random, size_t limit)
{
	return limit == 0 ? 0 : (size_t)((random_next(random) >> 32) * limit >> 32);
}

bool random_percent(struct people_random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

void spelling_add(struct spelling *spelling, const char *bytes, size_t length)
{
	size_t room = SPELLING_MAX - 1 - spelling->length;
	if (length > room)
		length = utf8_cut(bytes, length, room);
	memcpy(spelling->bytes + spelling->length, bytes, length);
	spelling->length += length;
	spelling->bytes[spelling->length] = '\0';
}

void spelling_add_string(struct spelling *spelling, const char *string)
{
	spelling_add(spelling, string, strlen(string));
}

static uint32_t upper(uint32_t code)
{
	if ((code >= 'a' && code <= 'z') || (code >= 0xE0 && code <= 0xFE && code != 0xF7) ||
	    (code >= 0x430 && code <= 0x44F))
		return code - 0x20;
	if (code >= 0x450 && code <= 0x45F)
		return code - 0x50;
	if (code >= 0x100 && code <= 0x17F && code != 0x131 && code != 0x130 && code % 2 == 1)
		return code - 1;
	return code == 0x491 ? 0x490 : code;
}

void spelling_capitalise(struct spelling *spelling, size_t from)
{
	if (from < spelling->length && spelling->bytes[from] == '\'')
		from++;
	if (from >= spelling->length)
		return;
	const char *cursor = spelling->bytes + from;
	uint32_t code = utf8_next(&cursor, spelling->bytes + spelling->length);
	char bytes[4];
	/* Each letter and its capital take the same number of bytes in these ranges. */
	if (code != UTF8_INVALID && utf8_put(bytes, upper(code)) == (size_t)(cursor - (spelling->bytes + from)))
		memcpy(spelling->bytes + from, bytes, (size_t)(cursor - (spelling->bytes + from)));
}

struct letter {
	uint32_t code; /* lower case */
	const char *text[2];
};

static const struct letter plain_letters[] = {
	{0xDF, {"ss"}}, {0xE0, {"a"}},  {0xE1, {"a"}},  {0xE2, {"a"}},  {0xE3, {"a"}},  {0xE4, {"ae"}}, {0xE5, {"a"}},
	{0xE6, {"ae"}}, {0xE7, {"c"}},  {0xE8, {"e"}},  {0xE9, {"e"}},  {0xEA, {"e"}},  {0xEB, {"e"}},  {0xEC, {"i"}},
	{0xED, {"i"}},  {0xEE, {"i"}},  {0xEF, {"i"}},  {0xF1, {"n"}},  {0xF2, {"o"}},  {0xF3, {"o"}},  {0xF4, {"o"}},
	{0xF5, {"o"}},  {0xF6, {"oe"}}, {0xF8, {"oe"}}, {0xF9, {"u"}},  {0xFA, {"u"}},  {0xFB, {"u"}},  {0xFC, {"ue"}},
	{0xFD, {"y"}},  {0x11F, {"g"}}, {0x131, {"i"}}, {0x130, {"I"}}, {0x15F, {"s"}},
};

static const struct letter russian_letters[] = {
	{0x430, {"a", "a"}},      {0x431, {"b", "b"}},   {0x432, {"v", "v"}},   {0x433, {"g", "g"}},
	{0x434, {"d", "d"}},      {0x435, {"e", "e"}},   {0x436, {"zh", "zh"}}, {0x437, {"z", "z"}},
	{0x438, {"i", "i"}},      {0x439, {"i", "y"}},   {0x43A, {"k", "k"}},   {0x43B, {"l", "l"}},
	{0x43C, {"m", "m"}},      {0x43D, {"n", "n"}},   {0x43E, {"o", "o"}},   {0x43F, {"p", "p"}},
	{0x440, {"r", "r"}},      {0x441, {"s", "s"}},   {0x442, {"t", "t"}},   {0x443, {"u", "u"}},
	{0x444, {"f", "f"}},      {0x445, {"kh", "kh"}}, {0x446, {"ts", "ts"}}, {0x447, {"ch", "ch"}},
	{0x448, {"sh", "sh"}},    {0x44A, {"ie", ""}},   {0x44B, {"y", "y"}},   {0x44C, {"", ""}},
	{0x449, {"shch", "sch"}}, {0x44D, {"e", "e"}},   {0x44E, {"iu", "yu"}}, {0x44F, {"ia", "ya"}},
	{0x451, {"e", "yo"}},     {0x454, {"ie", "ye"}}, {0x456, {"i", "i"}},   {0x457, {"i", "yi"}},
	{0x491, {"g", "g"}},
};

static const struct letter ukrainian_letters[] = {
	{0x433, {"h", "g"}}, /* the rest as in Russian */
	{0x438, {"y", "y"}},
	{0x445, {"kh", "h"}},
};

static const struct letter *find_letter(const struct letter *letters, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (letters[i].code == code)
			return &letters[i];
	return NULL;
}

static uint32_t lower(uint32_t code)
{
	if ((code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x410 && code <= 0x42F))
		return code + 0x20;
	if (code >= 0x400 && code <= 0x40F)
		return code + 0x50;
	if (code >= 0x100 && code <= 0x17F && code != 0x131 && code != 0x130 && code % 2 == 0)
		return code + 1;
	return code == 0x490 ? 0x491 : code;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

void spelling_add_plain(struct spelling *spelling, const char *bytes, size_t length)
{
	const char *cursor = bytes, *end = bytes + length;
	while (cursor < end) {
		const char *start = cursor;
		uint32_t code = utf8_next(&cursor, end);
		const struct letter *letter = NULL;
		if (code >= 0x80)
			letter = find_letter(plain_letters, COUNT(plain_letters), lower(code));
		size_t from = spelling->length;
		if (letter == NULL)
			spelling_add(spelling, start, (size_t)(cursor - start));
		else
			spelling_add_string(spelling, letter->text[0]);
		if (letter != NULL && lower(code) != code)
			spelling_capitalise(spelling, from);
	}
}

static bool is_cyrillic_vowel(uint32_t code)
{
	static const uint32_t vowels[] = {0x430, 0x435, 0x438, 0x43E, 0x443, 0x44B, 0x44D,
	                                  0x44E, 0x44F, 0x451, 0x454, 0x456, 0x457};
	for (size_t i = 0; i < COUNT(vowels); i++)
		if (vowels[i] == code)
			return true;
	return false;
}

void spelling_add_cyrillic(struct spelling *spelling, const char *bytes, size_t length, bool ukrainian, unsigned scheme)
{
	const char *cursor = bytes, *end = bytes + length;
	uint32_t before = ' ';
	while (cursor < end) {
		const char *start = cursor;
		uint32_t code = utf8_next(&cursor, end), small = lower(code);
		const struct letter *letter = NULL;
		if (ukrainian)
			letter = find_letter(ukrainian_letters, COUNT(ukrainian_letters), small);
		if (letter == NULL)
			letter = find_letter(russian_letters, COUNT(russian_letters), small);
		size_t from = spelling->length;
		if (letter == NULL)
			spelling_add(spelling, start, (size_t)(cursor - start));
		else if (scheme == 1 && small == 0x435 && !ukrainian && (before == ' ' || is_cyrillic_vowel(before)))
			spelling_add_string(spelling, "ye"); /* Yevgeny, Alekseyev */
		else
			spelling_add_string(spelling, letter->text[scheme]);
		if (letter != NULL && small != code)
			spelling_capitalise(spelling, from);
		before = small;
	}
}
