#include "watch/mrz_lines.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define LINES_MAX   3
#define RAW_MAX     256 /* characters of one line as given */
#define MISSING_MAX 2   /* fillers that may be missing, or be too many, at the end of a line */
/* Characters of a line whose fillers at the end were all left out. */
#define NAME_LEAST 8
#define TD1_LEAST  15 /* line 1 to the number's check digit */
#define VISA_LEAST 28 /* line 2 to the expiry's check digit */

int mrz_character_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return c == '<' ? 0 : -1;
}

void mrz_note(struct mrz *mrz, const char *format, ...)
{
	if (mrz->note_count == MRZ_MAX_NOTES)
		return;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(mrz->notes[mrz->note_count++], sizeof mrz->notes[0], format, arguments);
	va_end(arguments);
}

/* One line as given, without what never counts: control characters. */
struct raw {
	char symbols[RAW_MAX]; /* A-Z, 0-9, '<', ' ', and '"' for a double angle in one character */
	size_t count;
	bool lower, filler;
};

static bool blank(const struct raw *raw)
{
	for (size_t i = 0; i < raw->count; i++) {
		if (raw->symbols[i] != ' ')
			return false;
	}
	return true;
}

/* The symbol at *cursor, 0 when it is left out, -1 when it has no place in a zone. */
static int read_symbol(const char **cursor, const char *end, bool *lower)
{
	static const struct {
		const char *bytes;
		char symbol;
	} others[] = {
		{"\xc2\xab", '"'}, /* « */ {"\xe2\x80\xb9", '<'}, /* ‹ */ {"\xe2\x89\xaa", '"'}, /* ≪ */
		{"\xc2\xa0", ' '}, {"\xef\xbb\xbf", 0},                                          /* byte order mark */
	};
	unsigned char c = (unsigned char)**cursor;
	for (size_t i = 0; c >= 0x80 && i < sizeof others / sizeof *others; i++) {
		size_t length = strlen(others[i].bytes);
		if ((size_t)(end - *cursor) >= length && memcmp(*cursor, others[i].bytes, length) == 0) {
			*cursor += length;
			return others[i].symbol;
		}
	}
	++*cursor;
	if (c >= 'a' && c <= 'z') {
		*lower = true;
		return c - 'a' + 'A';
	}
	if (c == ' ' || c == '\t')
		return ' ';
	if (c < 0x20 || c == 0x7f)
		return 0;
	return mrz_character_value((char)c) >= 0 ? c : -1;
}

static int read_lines(const char *bytes, size_t length, struct raw lines[LINES_MAX], size_t *ret_count,
                      struct problem *problem)
{
	size_t count = 0, number = 1, column = 0;
	struct raw line = {.count = 0};
	for (const char *at = bytes, *end = bytes + length; at <= end;) {
		if (at == end || *at == '\n' || *at == '\r') {
			if (!blank(&line)) {
				if (count == LINES_MAX)
					return problem_set(problem, JISR_BAD_INPUT,
					                   "a machine readable zone has two or three lines; line %zu "
					                   "is one too many",
					                   number);
				lines[count++] = line;
			}
			if (at == end)
				break;
			number += *at == '\n' || at + 1 == end || at[1] != '\n';
			column = 0;
			line = (struct raw){.count = 0};
			at++;
			continue;
		}
		column++;
		unsigned char shown = (unsigned char)*at;
		int symbol = read_symbol(&at, end, &line.lower);
		if (symbol < 0)
			return problem_set(problem, JISR_BAD_INPUT,
			                   shown < 0x80
			                           ? "line %zu, column %zu: '%c' cannot stand in a machine readable "
			                             "zone (A-Z, 0-9 and < only)"
			                           : "line %zu, column %zu: byte %#x cannot stand in a machine "
			                             "readable zone (A-Z, 0-9 and < only)",
			                   number, column, shown);
		if (symbol == 0)
			continue;
		if (line.count == RAW_MAX)
			return problem_set(problem, JISR_BAD_INPUT, "line %zu is too long for a machine readable zone",
			                   number);
		line.symbols[line.count++] = (char)symbol;
		line.filler = line.filler || symbol == '<' || symbol == '"';
	}
	*ret_count = count;
	return JISR_OK;
}

/* The ways to take spaces and double angles. */
enum { SPACE_FILLS = 1, DOUBLE_IS_TWO = 2, TRIMMED = 4 };
static const uint8_t ways[] = {0,
                               DOUBLE_IS_TWO,
                               SPACE_FILLS,
                               SPACE_FILLS | DOUBLE_IS_TWO,
                               SPACE_FILLS | TRIMMED,
                               SPACE_FILLS | DOUBLE_IS_TWO | TRIMMED};
#define WAYS         (sizeof ways)
#define EXPANDED_MAX (2 * RAW_MAX)

static size_t expand(const struct raw *raw, unsigned way, char out[EXPANDED_MAX])
{
	size_t from = 0, to = raw->count, length = 0;
	if (way & TRIMMED) {
		while (from < to && raw->symbols[from] == ' ')
			from++;
		while (to > from && raw->symbols[to - 1] == ' ')
			to--;
	}
	for (size_t i = from; i < to; i++) {
		char c = raw->symbols[i];
		if (c == ' ' && !(way & SPACE_FILLS))
			continue;
		if (c == '"' && way & DOUBLE_IS_TWO)
			out[length++] = '<';
		out[length++] = c == ' ' || c == '"' ? '<' : c;
	}
	return length;
}

/* How a line was made to fit. cost: 0 as it is, more for more help. */
struct fit {
	int cost;
	unsigned way;
	int missing; /* fillers added; negative: taken away */
	bool inside; /* in a row of fillers, not at the end */
};

/* The longest row of fillers; the last of equals. */
static size_t longest_row(const char *line, size_t length, size_t *ret_at)
{
	size_t longest = 0;
	for (size_t i = 0, row = 0; i < length; i++) {
		row = line[i] == '<' ? row + 1 : 0;
		if (row > 0 && row >= longest) {
			longest = row;
			*ret_at = i + 1 - row;
		}
	}
	return longest;
}

/* A line that ends with a check digit: a few fillers too few or too many belong to its longest row of them. */
static bool mend_row(const char *line, size_t length, size_t width, char *out)
{
	size_t at = 0, row = longest_row(line, length, &at);
	size_t off = length < width ? width - length : length - width;
	if (off > MISSING_MAX || row < 2 || (length > width && row <= off))
		return false;
	size_t kept = length < width ? row : row - off;
	memcpy(out, line, at + kept);
	if (length < width)
		memset(out + at + kept, '<', off);
	size_t tail = length - at - row;
	memcpy(out + width - tail, line + length - tail, tail);
	return true;
}

/* A line that may end with fillers: those that are missing or too many were at its end. */
static bool mend_end(const char *line, size_t length, size_t width, size_t least, char *out)
{
	size_t end = length;
	while (end > width && line[end - 1] == '<' && length - end < MISSING_MAX)
		end--;
	if (end > width || end < least)
		return false;
	memcpy(out, line, end);
	memset(out + end, '<', width - end);
	return true;
}

/* Writes exactly `width` characters; false when the line cannot be made so long. least: characters that a line must
 * have whose fillers at the end may all be missing; 0 for one that ends with a check digit. */
static bool fit_line(const struct raw *raw, size_t width, size_t least, char *out, struct fit *ret_fit)
{
	char buffer[EXPANDED_MAX];
	for (size_t i = 0; i < WAYS; i++) {
		if (expand(raw, ways[i], buffer) == width) {
			memcpy(out, buffer, width);
			*ret_fit = (struct fit){raw->count == width && i == 0 ? 0 : 1, ways[i], 0, false};
			return true;
		}
	}
	for (size_t i = 0; i < WAYS; i++) {
		/* A line without any filler has spaces for them. */
		unsigned way = ways[raw->filler ? i : (i + 4) % WAYS];
		size_t length = expand(raw, way, buffer);
		bool mended =
			least == 0 ? mend_row(buffer, length, width, out) : mend_end(buffer, length, width, least, out);
		if (!mended)
			continue;
		int missing = (int)width - (int)length;
		*ret_fit = (struct fit){missing <= MISSING_MAX ? 2 : 3, way, missing, least == 0};
		return true;
	}
	return false;
}

static void note_fit(struct mrz *mrz, const struct raw *raw, const struct fit *fit, size_t line)
{
	bool spaces = memchr(raw->symbols, ' ', raw->count) != NULL, doubles = memchr(raw->symbols, '"', raw->count);
	if (raw->lower)
		mrz_note(mrz, "line %zu: lower case taken as capitals", line);
	if (spaces && !(fit->way & TRIMMED))
		mrz_note(mrz, "line %zu: spaces %s", line, fit->way & SPACE_FILLS ? "taken as fillers" : "left out");
	else if (spaces)
		mrz_note(mrz, "line %zu: spaces between characters taken as fillers", line);
	if (doubles)
		mrz_note(mrz, "line %zu: double angles taken as %s", line,
		         fit->way & DOUBLE_IS_TWO ? "two fillers" : "one filler");
	const char *where = fit->inside ? "in its longest row of fillers" : "at its end";
	if (fit->missing > 0)
		mrz_note(mrz, "line %zu: %d missing %s, taken as fillers", line, fit->missing, where);
	else if (fit->missing < 0)
		mrz_note(mrz, "line %zu: %d too many fillers %s", line, -fit->missing, where);
}

/* Two or three lines of the same width. */
static bool fit_lines(const struct raw *lines, size_t count, size_t width, char *zone, struct fit fits[LINES_MAX],
                      int *ret_cost)
{
	/* TD1; a visa, whose second line ends with optional data; TD2 and TD3. */
	static const size_t least[3][LINES_MAX] = {
		{TD1_LEAST, 0, NAME_LEAST}, {NAME_LEAST, VISA_LEAST}, {NAME_LEAST, 0}};
	size_t kind = count == 3 ? 0 : 2;
	int cost = 0;
	for (size_t i = 0; i < count; i++) {
		if (!fit_line(&lines[i], width, least[kind][i], zone + i * width, &fits[i]))
			return false;
		if (count == 2 && i == 0 && zone[0] == 'V')
			kind = 1;
		cost += fits[i].cost;
	}
	*ret_cost = cost;
	return true;
}

/* All lines in one, without any break. */
static bool split_line(const struct raw *raw, struct mrz *mrz, struct mrz_zone *zone)
{
	static const struct {
		uint8_t lines, width;
	} shapes[] = {{2, 44}, {2, 36}, {3, 30}};
	char buffer[EXPANDED_MAX];
	for (size_t way = 0; way < WAYS; way++) {
		size_t length = expand(raw, ways[way], buffer);
		for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
			if (length != (size_t)shapes[i].lines * shapes[i].width)
				continue;
			memcpy(zone->text, buffer, length);
			zone->lines = shapes[i].lines;
			zone->width = shapes[i].width;
			struct fit fit = {1, ways[way], 0, false};
			mrz_note(mrz, "given as one line, cut after every %d characters", (int)shapes[i].width);
			note_fit(mrz, raw, &fit, 1);
			return true;
		}
	}
	return false;
}

int mrz_zone_read(const char *bytes, size_t length, struct mrz *mrz, struct mrz_zone *ret_zone, struct problem *problem)
{
	struct raw lines[LINES_MAX];
	size_t count = 0;
	int r = read_lines(bytes, length, lines, &count, problem);
	if (r != JISR_OK)
		return r;
	if (count == 0)
		return problem_set(problem, JISR_BAD_INPUT, "the machine readable zone is empty");
	if (count == 1) {
		if (split_line(&lines[0], mrz, ret_zone))
			return JISR_OK;
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a machine readable zone has two lines of 36 or 44 characters, or three of 30; this "
		                   "is one line of %zu",
		                   lines[0].count);
	}
	struct fit fits[2][LINES_MAX];
	char zones[2][MRZ_ZONE_MAX];
	size_t widths[2] = {count == 3 ? 30 : 44, 36}, best = 2;
	int cost, least = 100;
	for (size_t i = 0; i < (count == 3 ? 1 : 2); i++) {
		if (fit_lines(lines, count, widths[i], zones[i], fits[i], &cost) && cost < least) {
			least = cost;
			best = i;
		}
	}
	if (best == 2 && count == 3)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "three lines must have 30 characters each (TD1); these have %zu, %zu and %zu",
		                   lines[0].count, lines[1].count, lines[2].count);
	if (best == 2)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "two lines must have 44 characters each (TD3, MRV-A) or 36 (TD2, MRV-B); these have "
		                   "%zu and %zu",
		                   lines[0].count, lines[1].count);
	memcpy(ret_zone->text, zones[best], count * widths[best]);
	ret_zone->lines = count;
	ret_zone->width = widths[best];
	for (size_t i = 0; i < count; i++)
		note_fit(mrz, &lines[i], &fits[best][i], i + 1);
	return JISR_OK;
}
