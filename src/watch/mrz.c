/* Terms
 *
 *   zone      all lines one after another without anything between; a place is an offset in it, from 0
 *   span      a run of places: one field
 *   layout    where the fields of one format lie (part 4: TD3; 5: TD1; 6: TD2; 7: MRV-A and MRV-B)
 *   check     a field whose check digit stands behind it; the composite is a check over several fields
 *   confusion a digit and a letter that optical readers take for each other, see confusions[]
 *
 * Steps: lines are cut and made whole (mrz_lines.c); fields that hold only letters, or only digits, get them (settle);
 * what the check digits refuse is repaired where there is exactly one way (repair); the fields are read (take_...).
 * Whatever is changed on the way is noted.
 *
 * What check digits cannot see: weights are 7, 3, 1 and values count modulo 10, so that G (16) and 6, L (21) and 1,
 * K (20) and '<' (0) weigh the same in every position. Such a misreading of a document number stays.
 *
 * The French identity card issued until 2021 has two lines of 36 like TD2, but its own layout; it is told by "IDFRA".
 */
#include "watch/mrz.h"

#include "names/country.h"
#include "watch/mrz_lines.h"

#include <stdint.h>
#include <string.h>

#define POSITIONS_MAX 32
#define NONE          255

struct span {
	uint8_t at, length;
};

struct layout {
	enum mrz_format format;
	struct span type, issuer, names, given; /* given: only where it has a field of its own */
	struct span number;
	uint8_t number_check;
	struct span nationality, birth;
	uint8_t birth_check, sex;
	struct span expiry;
	uint8_t expiry_check;
	struct span optional[2];
	uint8_t optional_check;
	uint8_t composite;
	struct span parts[4]; /* what the composite is made of */
	bool long_numbers;    /* a number may go on in optional[0] */
};

static const struct layout td1 = {.format = MRZ_TD1,
                                  .type = {0, 2},
                                  .issuer = {2, 3},
                                  .names = {60, 30},
                                  .number = {5, 9},
                                  .number_check = 14,
                                  .nationality = {45, 3},
                                  .birth = {30, 6},
                                  .birth_check = 36,
                                  .sex = 37,
                                  .expiry = {38, 6},
                                  .expiry_check = 44,
                                  .optional = {{15, 15}, {48, 11}},
                                  .optional_check = NONE,
                                  .composite = 59,
                                  .parts = {{5, 25}, {30, 7}, {38, 7}, {48, 11}},
                                  .long_numbers = true};

static const struct layout td2 = {.format = MRZ_TD2,
                                  .type = {0, 2},
                                  .issuer = {2, 3},
                                  .names = {5, 31},
                                  .number = {36, 9},
                                  .number_check = 45,
                                  .nationality = {46, 3},
                                  .birth = {49, 6},
                                  .birth_check = 55,
                                  .sex = 56,
                                  .expiry = {57, 6},
                                  .expiry_check = 63,
                                  .optional = {{64, 7}},
                                  .optional_check = NONE,
                                  .composite = 71,
                                  .parts = {{36, 10}, {49, 7}, {57, 14}},
                                  .long_numbers = true};

static const struct layout td2_french = {.format = MRZ_TD2,
                                         .type = {0, 2},
                                         .issuer = {2, 3},
                                         .names = {5, 25},
                                         .given = {49, 14},
                                         .number = {36, 12},
                                         .number_check = 48,
                                         .birth = {63, 6},
                                         .birth_check = 69,
                                         .sex = 70,
                                         .expiry_check = NONE,
                                         .optional = {{30, 6}},
                                         .optional_check = NONE,
                                         .composite = 71,
                                         .parts = {{0, 71}}};

static const struct layout td3 = {.format = MRZ_TD3,
                                  .type = {0, 2},
                                  .issuer = {2, 3},
                                  .names = {5, 39},
                                  .number = {44, 9},
                                  .number_check = 53,
                                  .nationality = {54, 3},
                                  .birth = {57, 6},
                                  .birth_check = 63,
                                  .sex = 64,
                                  .expiry = {65, 6},
                                  .expiry_check = 71,
                                  .optional = {{72, 14}},
                                  .optional_check = 86,
                                  .composite = 87,
                                  .parts = {{44, 10}, {57, 7}, {65, 22}}};

static const struct layout mrv_a = {.format = MRZ_MRV_A,
                                    .type = {0, 2},
                                    .issuer = {2, 3},
                                    .names = {5, 39},
                                    .number = {44, 9},
                                    .number_check = 53,
                                    .nationality = {54, 3},
                                    .birth = {57, 6},
                                    .birth_check = 63,
                                    .sex = 64,
                                    .expiry = {65, 6},
                                    .expiry_check = 71,
                                    .optional = {{72, 16}},
                                    .optional_check = NONE,
                                    .composite = NONE};

static const struct layout mrv_b = {.format = MRZ_MRV_B,
                                    .type = {0, 2},
                                    .issuer = {2, 3},
                                    .names = {5, 31},
                                    .number = {36, 9},
                                    .number_check = 45,
                                    .nationality = {46, 3},
                                    .birth = {49, 6},
                                    .birth_check = 55,
                                    .sex = 56,
                                    .expiry = {57, 6},
                                    .expiry_check = 63,
                                    .optional = {{64, 8}},
                                    .optional_check = NONE,
                                    .composite = NONE};

/* The first of a group, a digit, and each letter after it are taken for each other. */
static const char *const confusions[] = {"0OQD", "1IL", "2Z", "5S", "6G", "8B"};

const char *mrz_format_name(enum mrz_format format)
{
	switch (format) {
	case MRZ_TD1: return "TD1";
	case MRZ_TD2: return "TD2";
	case MRZ_TD3: return "TD3";
	case MRZ_MRV_A: return "MRV-A";
	case MRZ_MRV_B: return "MRV-B";
	}
	return "unknown";
}

int mrz_check_digit(const char *bytes, size_t length)
{
	static const int weights[3] = {7, 3, 1};
	int sum = 0;
	for (size_t i = 0; i < length; i++) {
		int value = mrz_character_value(bytes[i]);
		if (value < 0)
			return -1;
		sum = (sum + value * weights[i % 3]) % 10;
	}
	return sum;
}

/* What is being read. */
struct reading {
	char zone[MRZ_ZONE_MAX];
	const struct layout *layout;
	struct mrz *mrz;
};

static const struct layout *choose_layout(size_t lines, size_t width, const char *zone)
{
	if (lines == 3)
		return &td1;
	if (zone[0] == 'V')
		return width == 44 ? &mrv_a : &mrv_b;
	if (width == 44)
		return &td3;
	return memcmp(zone, "IDFRA", 5) == 0 ? &td2_french : &td2;
}

/* ---- letters and digits ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The digit (or the first letter) of the character's group; the character itself when it has none. */
static char confused(char c, bool digit)
{
	for (size_t i = 0; i < sizeof confusions / sizeof *confusions; i++) {
		if (strchr(confusions[i], c) != NULL)
			return confusions[i][digit ? 0 : 1];
	}
	return c;
}

/* Gives a field the only kind of character that it can hold. */
static void settle(struct reading *reading, struct span span, const char *what, bool digits)
{
	for (size_t i = 0; i < span.length; i++) {
		char *c = &reading->zone[span.at + i], was = *c;
		if (was == '<' || (digits ? is_digit(was) : is_letter(was)))
			continue;
		*c = confused(was, digits);
		if (*c != was)
			mrz_note(reading->mrz, "%s: %c in position %zu taken as %c", what, was, i + 1, *c);
		else
			mrz_note(reading->mrz, "%s: %c in position %zu is no %s", what, was, i + 1,
			         digits ? "digit" : "letter");
	}
}

static void settle_check(struct reading *reading, uint8_t place, const char *what)
{
	char text[64];
	(void)snprintf(text, sizeof text, "check digit of the %s", what);
	if (place != NONE)
		settle(reading, (struct span){place, 1}, text, true);
}

static void settle_all(struct reading *reading)
{
	const struct layout *layout = reading->layout;
	settle(reading, layout->type, "document type", false);
	settle(reading, layout->issuer, "issuer", false);
	settle(reading, layout->nationality, "nationality", false);
	settle(reading, layout->names, "names", false);
	settle(reading, layout->given, "given names", false);
	settle(reading, layout->birth, "birth date", true);
	settle(reading, layout->expiry, "expiry date", true);
	settle_check(reading, layout->number_check, "document number");
	settle_check(reading, layout->birth_check, "birth date");
	settle_check(reading, layout->expiry_check, "expiry date");
	settle_check(reading, layout->optional_check, "optional data");
	settle_check(reading, layout->composite, "whole");
}

/* ---- check digits ---- */

struct check {
	const char *what;
	uint8_t places[POSITIONS_MAX];
	size_t count;
	uint8_t digit;   /* place of the check digit */
	bool repairable; /* may hold letters as well as digits */
};

struct change {
	uint8_t place;
	char to;
};

#define CHANGES_MAX (POSITIONS_MAX * 3)

struct changes {
	struct change list[CHANGES_MAX];
	size_t count;
};

static void check_add_span(struct check *check, struct span span)
{
	for (size_t i = 0; i < span.length && check->count < POSITIONS_MAX; i++)
		check->places[check->count++] = (uint8_t)(span.at + i);
}

/* How many characters of optional[0] belong to a long number, its check digit among them; 0 when it is not long. */
static size_t continued(const struct reading *reading)
{
	const struct layout *layout = reading->layout;
	const char *zone = reading->zone;
	if (!layout->long_numbers || zone[layout->number_check] != '<' ||
	    zone[layout->number.at + layout->number.length - 1] == '<')
		return 0;
	size_t length = 0;
	while (length < layout->optional[0].length && zone[layout->optional[0].at + length] != '<')
		length++;
	return length >= 2 ? length : 0;
}

static struct check number_check(const struct reading *reading)
{
	const struct layout *layout = reading->layout;
	struct check check = {"document number", {0}, 0, layout->number_check, true};
	check_add_span(&check, layout->number);
	size_t more = continued(reading);
	if (more > 0) {
		check_add_span(&check, (struct span){layout->optional[0].at, (uint8_t)(more - 1)});
		check.digit = (uint8_t)(layout->optional[0].at + more - 1);
	}
	return check;
}

static int check_value(const struct reading *reading, const struct check *check)
{
	char text[POSITIONS_MAX];
	for (size_t i = 0; i < check->count; i++)
		text[i] = reading->zone[check->places[i]];
	return mrz_check_digit(text, check->count);
}

static bool digit_agrees(char digit, int value, bool empty)
{
	return digit == '0' + value || (digit == '<' && value == 0 && empty);
}

static bool check_agrees(const struct reading *reading, const struct check *check)
{
	bool empty = true;
	for (size_t i = 0; i < check->count; i++)
		empty = empty && reading->zone[check->places[i]] == '<';
	return digit_agrees(reading->zone[check->digit], check_value(reading, check), empty);
}

static int composite_value(const struct reading *reading)
{
	char text[MRZ_ZONE_MAX];
	size_t length = 0;
	for (size_t i = 0; i < 4; i++) {
		struct span part = reading->layout->parts[i];
		memcpy(text + length, reading->zone + part.at, part.length);
		length += part.length;
	}
	return mrz_check_digit(text, length);
}

static bool composite_agrees(const struct reading *reading)
{
	uint8_t place = reading->layout->composite;
	return place == NONE || digit_agrees(reading->zone[place], composite_value(reading), false);
}

/* Every change of one character by a usual confusion after which `agrees` holds. */
static void find_changes(struct reading *reading, const struct check *check, bool whole, struct changes *changes)
{
	changes->count = 0;
	for (size_t i = 0; i < check->count; i++) {
		char *c = &reading->zone[check->places[i]], was = *c;
		for (size_t g = 0; was != '<' && g < sizeof confusions / sizeof *confusions; g++) {
			if (strchr(confusions[g], was) == NULL)
				continue;
			for (const char *to = confusions[g]; *to != '\0'; to++) {
				if (is_digit(*to) == is_digit(was))
					continue;
				*c = *to;
				if ((whole ? composite_agrees(reading) : check_agrees(reading, check)))
					changes->list[changes->count++] = (struct change){check->places[i], *to};
				*c = was;
			}
		}
	}
}

static void apply(struct reading *reading, const struct check *check, struct change change)
{
	char was = reading->zone[change.place];
	size_t position = 0;
	while (position < check->count && check->places[position] != change.place)
		position++;
	reading->zone[change.place] = change.to;
	mrz_note(reading->mrz, "%s: %c in position %zu repaired to %c by the check digit", check->what, was,
	         position + 1, change.to);
}

static void note_wrong(struct reading *reading, const struct check *check, const char *why)
{
	mrz_note(reading->mrz, "%s: check digit is %c, should be %d%s", check->what, reading->zone[check->digit],
	         check_value(reading, check), why);
}

/* Two failing checks (a TD3's number and optional data), or one: the pairs of changes that the composite confirms. */
static size_t confirmed(struct reading *reading, const struct changes *first, const struct changes *second,
                        size_t *ret_first, size_t *ret_second)
{
	size_t count = 0;
	for (size_t i = 0; i < first->count; i++) {
		char *a = &reading->zone[first->list[i].place], was_a = *a;
		*a = first->list[i].to;
		for (size_t j = 0; second == NULL ? j == 0 : j < second->count; j++) {
			char *b = second == NULL ? a : &reading->zone[second->list[j].place], was_b = *b;
			*b = second == NULL ? was_b : second->list[j].to;
			if (composite_agrees(reading)) {
				count++;
				*ret_first = i;
				*ret_second = j;
			}
			*b = was_b;
		}
		*a = was_a;
	}
	return count;
}

static const char *reason(size_t ways_found)
{
	return ways_found == 0 ? "" : "; several readings would fit, none is taken";
}

/* Repairs the failing checks together; false when one stays wrong. */
static bool repair(struct reading *reading, const struct check *checks, const size_t *failing, size_t count)
{
	static const char unconfirmed[] = "; a change that fits is not confirmed by the others";
	bool composite = reading->layout->composite != NONE, whole = true;
	struct changes changes[2];
	size_t repairable = 0, chosen[2] = {0, 0};
	for (size_t i = 0; i < count; i++)
		repairable += checks[failing[i]].repairable;
	if (composite && repairable == count && count <= 2) {
		for (size_t i = 0; i < count; i++)
			find_changes(reading, &checks[failing[i]], false, &changes[i]);
		size_t found = confirmed(reading, &changes[0], count == 2 ? &changes[1] : NULL, &chosen[0], &chosen[1]);
		for (size_t i = 0; i < count; i++) {
			const struct check *check = &checks[failing[i]];
			if (found == 1)
				apply(reading, check, changes[i].list[chosen[i]]);
			else
				note_wrong(reading, check,
				           found == 0 && changes[i].count > 0 ? unconfirmed : reason(found));
		}
		return found == 1;
	}
	for (size_t i = 0; i < count; i++) {
		const struct check *check = &checks[failing[i]];
		changes[0].count = 0;
		if (check->repairable)
			find_changes(reading, check, false, &changes[0]);
		if (!composite && changes[0].count == 1) {
			apply(reading, check, changes[0].list[0]);
			continue;
		}
		note_wrong(reading, check, composite && changes[0].count > 0 ? unconfirmed : reason(changes[0].count));
		whole = false;
	}
	return whole;
}

/* Only the composite is wrong: what it alone covers may hold the error. */
static bool repair_composite(struct reading *reading)
{
	const struct layout *layout = reading->layout;
	struct check check = {"optional data", {0}, 0, layout->composite, true};
	size_t taken = continued(reading);
	if (layout->optional_check == NONE) {
		check_add_span(&check, (struct span){(uint8_t)(layout->optional[0].at + taken),
		                                     (uint8_t)(layout->optional[0].length - taken)});
		check_add_span(&check, layout->optional[1]);
	}
	struct changes changes;
	find_changes(reading, &check, true, &changes);
	if (changes.count == 1) {
		apply(reading, &check, changes.list[0]);
		return true;
	}
	mrz_note(reading->mrz, "whole: composite check digit is %c, should be %d%s", reading->zone[layout->composite],
	         composite_value(reading), reason(changes.count));
	return false;
}

static bool verify(struct reading *reading)
{
	const struct layout *layout = reading->layout;
	struct check checks[4] = {
		number_check(reading),
		{"birth date", {0}, 0, layout->birth_check, false},
		{"expiry date", {0}, 0, layout->expiry_check, false},
		{"optional data", {0}, 0, layout->optional_check, true},
	};
	check_add_span(&checks[1], layout->birth);
	check_add_span(&checks[2], layout->expiry);
	check_add_span(&checks[3], layout->optional[0]);
	if (checks[0].digit != layout->number_check)
		settle(reading, (struct span){checks[0].digit, 1}, "check digit of the long document number", true);
	size_t failing[4], count = 0;
	for (size_t i = 0; i < 4; i++) {
		if (checks[i].digit != NONE && !check_agrees(reading, &checks[i]))
			failing[count++] = i;
	}
	if (count > 0)
		return repair(reading, checks, failing, count);
	return composite_agrees(reading) || repair_composite(reading);
}

/* ---- fields ---- */

/* The span's text without fillers at its ends, those inside as `between` (0: left out). */
static void take_text(const struct reading *reading, struct span span, char between, char *out, size_t out_size)
{
	const char *field = reading->zone + span.at;
	size_t from = 0, to = span.length, length = 0;
	while (from < to && field[from] == '<')
		from++;
	while (to > from && field[to - 1] == '<')
		to--;
	for (size_t i = from; i < to && length + 1 < out_size; i++) {
		if (field[i] != '<')
			out[length++] = field[i];
		else if (between != 0 && out[length - 1] != between)
			out[length++] = between;
	}
	out[length] = '\0';
}

static void take_number(const struct reading *reading)
{
	struct check check = number_check(reading);
	size_t length = 0;
	for (size_t i = 0; i < check.count && length + 1 < sizeof reading->mrz->number; i++) {
		if (reading->zone[check.places[i]] != '<')
			reading->mrz->number[length++] = reading->zone[check.places[i]];
	}
	reading->mrz->number[length] = '\0';
}

static void take_optional(const struct reading *reading)
{
	const struct layout *layout = reading->layout;
	size_t taken = continued(reading), size = sizeof reading->mrz->optional;
	char first[sizeof reading->mrz->optional], second[sizeof reading->mrz->optional];
	take_text(
		reading,
		(struct span){(uint8_t)(layout->optional[0].at + taken), (uint8_t)(layout->optional[0].length - taken)},
		' ', first, sizeof first);
	take_text(reading, layout->optional[1], ' ', second, sizeof second);
	size_t length = strlen(first);
	memcpy(reading->mrz->optional, first, length + 1);
	if (second[0] == '\0')
		return;
	if (length > 0 && length + 1 < size)
		reading->mrz->optional[length++] = ' ';
	size_t room = size - 1 - length, more = strlen(second) < room ? strlen(second) : room;
	memcpy(reading->mrz->optional + length, second, more);
	reading->mrz->optional[length + more] = '\0';
}

/* Codes of the ICAO list, part 3, 5, that name no country: organisations, people without one, the specimen's. */
static void take_country(const struct reading *reading, struct span span, char text[4], char country[3])
{
	static const char *const none[] = {"UTO", "UNO", "UNA", "UNK", "EUE", "XOM", "XXA", "XXB",
	                                   "XXC", "XXX", "XPO", "XAA", "XBA", "XIM", "XCC", "XCE",
	                                   "XCO", "XEC", "XES", "XMP", "XDC", "XCT", "IAO"};
	take_text(reading, span, 0, text, 4);
	country[0] = '\0';
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		if (strcmp(text, none[i]) == 0)
			return;
	}
	if (text[0] != '\0' && !country_read(text, strlen(text), country)) {
		country[0] = '\0';
		mrz_note(reading->mrz, "%s is not a country's code that is known", text);
	}
}

/* Where the secondary identifier ends: after it only fillers belong, and single K, C, L there are misread fillers. */
static struct span without_stray(const struct reading *reading, struct span span)
{
	const char *field = reading->zone + span.at;
	size_t end = span.length;
	for (;;) {
		while (end > 0 && field[end - 1] == '<')
			end--;
		if (end < 5 || end == span.length || strchr("KCL", field[end - 1]) == NULL || field[end - 2] != '<' ||
		    field[end - 3] != '<')
			break;
		bool separator_before = false;
		for (size_t i = 1; i + 3 < end; i++)
			separator_before = separator_before || (field[i] == '<' && field[i + 1] == '<' &&
			                                        i + 2 < end - 2 && field[i + 2] != '<');
		if (!separator_before)
			break;
		mrz_note(reading->mrz, "names: %c among the fillers in position %zu left out", field[end - 1], end);
		end--;
	}
	return (struct span){span.at, (uint8_t)end};
}

static void take_names(const struct reading *reading)
{
	const struct layout *layout = reading->layout;
	struct mrz *mrz = reading->mrz;
	const char *zone = reading->zone;
	mrz->name_truncated = zone[layout->names.at + layout->names.length - 1] != '<';
	if (layout->given.length > 0) {
		mrz->name_truncated |= zone[layout->given.at + layout->given.length - 1] != '<';
		take_text(reading, layout->names, ' ', mrz->surname, sizeof mrz->surname);
		take_text(reading, layout->given, ' ', mrz->given_names, sizeof mrz->given_names);
		return;
	}
	struct span names = without_stray(reading, layout->names);
	size_t border = 0;
	while (border + 1 < names.length && memcmp(zone + names.at + border, "<<", 2) != 0)
		border++;
	if (border + 1 >= names.length)
		border = names.length;
	take_text(reading, (struct span){names.at, (uint8_t)border}, ' ', mrz->surname, sizeof mrz->surname);
	take_text(reading, (struct span){(uint8_t)(names.at + border), (uint8_t)(names.length - border)}, ' ',
	          mrz->given_names, sizeof mrz->given_names);
}

/* Two characters: their number, 0 for fillers (and for "00", which some print for what is unknown), -1 when wrong. */
static int two_digits(const char *at)
{
	if (at[0] == '<' && at[1] == '<')
		return 0;
	return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + at[1] - '0' : -1;
}

static struct date take_date(const struct reading *reading, struct span span, int today, bool birth)
{
	struct date date = {0, 0};
	const char *field = reading->zone + span.at, *what = birth ? "birth date" : "expiry date";
	if (span.length == 0 || memcmp(field, "<<<<<<", 6) == 0 || (field[0] == '<' && field[1] == '<'))
		return date;
	int year = two_digits(field), month = two_digits(field + 2), day = two_digits(field + 4);
	if (month == 0)
		day = 0; /* a day of an unknown month tells nothing */
	if (year < 0 || month < 0 || month > 12 || day < 0) {
		mrz_note(reading->mrz, "%s: %.6s is no date", what, field);
		return date;
	}
	int this_year = today / 10000;
	year += this_year / 100 * 100;
	if (birth && year * 10000 + (month ? month : 1) * 100 + (day ? day : 1) > today)
		year -= 100;
	if (!birth && year - this_year > 50)
		year -= 100;
	else if (!birth && this_year - year >= 50)
		year += 100;
	if (month > 0 && day > date_month_days(year, month)) {
		mrz_note(reading->mrz, "%s: %.6s is no date", what, field);
		return date;
	}
	int last_month = month ? month : 12;
	date.from = year * 10000 + (month ? month : 1) * 100 + (day ? day : 1);
	date.to = year * 10000 + last_month * 100 + (day ? day : date_month_days(year, last_month));
	return date;
}

static void take_sex(const struct reading *reading)
{
	char c = reading->zone[reading->layout->sex];
	if (c == 'M' || c == 'F')
		reading->mrz->sex = c == 'M' ? 'm' : 'f';
	else if (c != '<' && c != 'X')
		mrz_note(reading->mrz, "sex: %c is none of M, F, X and <", c);
}

int mrz_read(const char *bytes, size_t length, int today, struct mrz *ret_mrz, struct problem *problem)
{
	struct mrz mrz = {.note_count = 0};
	struct mrz_zone zone;
	int r = mrz_zone_read(bytes, length, &mrz, &zone, problem);
	if (r != JISR_OK)
		return r;
	const struct layout *layout = choose_layout(zone.lines, zone.width, zone.text);
	struct reading reading = {.layout = layout, .mrz = &mrz};
	memcpy(reading.zone, zone.text, zone.lines * zone.width);
	mrz.format = layout->format;
	settle_all(&reading);
	if (!is_letter(reading.zone[0]))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "line 1, column 1: a machine readable zone begins with the letter of the document's "
		                   "type, not with '%c'",
		                   reading.zone[0]);
	mrz.checks_passed = verify(&reading);
	take_text(&reading, layout->type, 0, mrz.document_type, sizeof mrz.document_type);
	take_country(&reading, layout->issuer, mrz.issuer, mrz.issuer_country);
	if (layout->nationality.length > 0) {
		take_country(&reading, layout->nationality, mrz.nationality, mrz.nationality_country);
	} else {
		memcpy(mrz.nationality, mrz.issuer, sizeof mrz.nationality);
		memcpy(mrz.nationality_country, mrz.issuer_country, sizeof mrz.nationality_country);
	}
	take_number(&reading);
	take_optional(&reading);
	take_names(&reading);
	mrz.birth = take_date(&reading, layout->birth, today, true);
	mrz.expiry = take_date(&reading, layout->expiry, today, false);
	take_sex(&reading);
	*ret_mrz = mrz;
	return JISR_OK;
}
