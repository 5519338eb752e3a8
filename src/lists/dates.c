/* A text is cut into words of letters or digits; a range splits at "to", "and" or a dash between two years; each side
 * is one to three of year, month, day in one of the usual orders. */
#include "lists/dates.h"

#include "base/error.h"

#include <string.h>

#define MAX_WORDS 12
#define WORD_MAX  15

struct word {
	char text[WORD_MAX + 1]; /* lower case */
	size_t length;
	int number; /* -1 for letters */
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* -1 when there are too many words, too long ones, or bytes that no date has. */
static int cut(const char *text, size_t length, struct word *words)
{
	int count = 0;
	for (size_t i = 0; i < length;) {
		if (!is_digit(text[i]) && !is_letter(text[i])) {
			if (strchr(" \t\r\n-/.,()~", text[i]) == NULL || text[i] == '\0')
				return -1;
			i++;
			continue;
		}
		if (count == MAX_WORDS)
			return -1;
		struct word *word = &words[count++];
		bool digits = is_digit(text[i]);
		*word = (struct word){.number = digits ? 0 : -1};
		for (; i < length && (digits ? is_digit(text[i]) : is_letter(text[i])); i++) {
			if (word->length == WORD_MAX || (digits && word->length == 8))
				return -1;
			if (digits)
				word->number = word->number * 10 + (text[i] - '0');
			word->text[word->length++] = is_digit(text[i]) ? text[i] : (char)(text[i] | 0x20);
		}
	}
	return count;
}

/* 1 to 12, or 0. */
static int month_of(const struct word *word)
{
	static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
	                                     "july",    "august",   "september", "october", "november", "december"};
	if (word->number >= 0 || word->length < 3)
		return 0;
	if (strcmp(word->text, "sept") == 0)
		return 9;
	for (int i = 0; i < 12; i++)
		if (strncmp(months[i], word->text, word->length) == 0)
			return i + 1;
	return 0;
}

static bool is_year(const struct word *word)
{
	return word->length == 4 && word->number >= 1000 && word->number <= 2999;
}

static bool make(int year, int month, int day, struct date *ret_date)
{
	if (month < 0 || month > 12 || day < 0 || (day > 0 && (month == 0 || day > date_month_days(year, month))))
		return false;
	int last_month = month ? month : 12;
	int last_day = day ? day : date_month_days(year, last_month);
	ret_date->from = year * 10000 + (month ? month : 1) * 100 + (day ? day : 1);
	ret_date->to = year * 10000 + last_month * 100 + last_day;
	return true;
}

/* One date without words around it. */
static bool read_simple(const struct word *words, int count, struct date *ret_date)
{
	if (count == 1 && is_year(&words[0]))
		return make(words[0].number, 0, 0, ret_date);
	if (count == 2 && is_year(&words[0]) && strcmp(words[1].text, "s") == 0 && words[0].number % 10 == 0) {
		ret_date->from = words[0].number * 10000 + 101;
		ret_date->to = (words[0].number + 9) * 10000 + 1231;
		return true;
	}
	if (count == 2 && is_year(&words[1])) {
		int month = words[0].number >= 0 ? words[0].number : month_of(&words[0]);
		return (words[0].number == 0 || month > 0) && make(words[1].number, month, 0, ret_date);
	}
	if (count == 2 && is_year(&words[0]) && words[1].number > 0)
		return make(words[0].number, words[1].number, 0, ret_date);
	if (count != 3)
		return false;
	if (is_year(&words[0]) && words[1].number >= 0 && words[2].number >= 0)
		return make(words[0].number, words[1].number, words[2].number, ret_date);
	if (!is_year(&words[2]))
		return false;
	if (words[0].number >= 0 && words[1].number >= 0) /* day first */
		return make(words[2].number, words[1].number, words[0].number, ret_date);
	if (words[0].number >= 0 && month_of(&words[1]) > 0)
		return make(words[2].number, month_of(&words[1]), words[0].number, ret_date);
	if (words[1].number >= 0 && month_of(&words[0]) > 0)
		return make(words[2].number, month_of(&words[0]), words[1].number, ret_date);
	return false;
}

static bool is_one_of(const struct word *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word->text, *list) == 0)
			return true;
	return false;
}

static const char *const circa_words[] = {"circa",  "c",        "ca",       "cca", "approximately", "approx", "about",
                                          "around", "possibly", "probably", NULL};
static const char *const part_words[] = {"early", "late", "mid", "in", "the", "on", "born", "year", "end", "of", NULL};

/* One date, perhaps after "circa" or "late". */
static bool read_one(const struct word *words, int count, struct date *ret_date)
{
	bool circa = false;
	while (count > 0 && words[0].number < 0 && month_of(&words[0]) == 0) {
		if (is_one_of(&words[0], circa_words))
			circa = true;
		else if (!is_one_of(&words[0], part_words))
			return false;
		words++;
		count--;
	}
	struct date date;
	if (!read_simple(words, count, &date))
		return false;
	if (circa) { /* whole years: a leap day stays a day that exists */
		date.from = (date.from / 10000 - DATES_CIRCA_YEARS) * 10000 + 101;
		date.to = (date.to / 10000 + DATES_CIRCA_YEARS) * 10000 + 1231;
	}
	if (date.from < 10000000 || date.to > 29991231)
		return false;
	*ret_date = date;
	return true;
}

int dates_read(const char *text, size_t length, struct date *ret_date)
{
	struct word words[MAX_WORDS];
	struct date first, second;
	while (length > 0 && (unsigned char)text[0] <= ' ')
		text++, length--;
	while (length > 0 && ((unsigned char)text[length - 1] <= ' ' || text[length - 1] == '.'))
		length--;
	if (date_read(text, length, ret_date) == JISR_OK)
		return JISR_OK;
	int count = cut(text, length, words);
	if (count < 1)
		return JISR_BAD_INPUT;
	const struct word *start = words;
	bool between = strcmp(words[0].text, "between") == 0 || strcmp(words[0].text, "from") == 0;
	if (between)
		start++, count--;
	for (int i = 1; i < count - 1; i++) {
		if (strcmp(start[i].text, "to") != 0 && strcmp(start[i].text, "and") != 0)
			continue;
		if (!read_one(start, i, &first) || !read_one(start + i + 1, count - i - 1, &second) ||
		    first.from > second.to)
			return JISR_BAD_INPUT;
		*ret_date = (struct date){first.from, second.to};
		return JISR_OK;
	}
	if (count == 2 && is_year(&start[0]) && is_year(&start[1]) && start[0].number <= start[1].number) {
		*ret_date = (struct date){start[0].number * 10000 + 101, start[1].number * 10000 + 1231};
		return JISR_OK;
	}
	if (between || !read_one(start, count, &first))
		return JISR_BAD_INPUT;
	*ret_date = first;
	return JISR_OK;
}
