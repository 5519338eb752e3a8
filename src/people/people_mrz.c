/* The passport of an invented person, as ICAO Doc 9303 part 4 lays it out (TD3: two lines of 44). */
#include "base/error.h"
#include "people/people.h"
#include "people/people_text.h"
#include "watch/mrz.h"

#include <string.h>
#include <unicode/uloc.h>

#define LINE 44

/* Capital letters and fillers: accents go, an apostrophe too, everything else is a gap. */
static size_t put_name(char *line, size_t at, const char *name)
{
	struct spelling plain = {0};
	spelling_add_plain(&plain, name, strlen(name));
	for (size_t i = 0; i < plain.length && at < LINE; i++) {
		char byte = plain.bytes[i];
		if (byte == '\'')
			continue;
		if (byte >= 'a' && byte <= 'z')
			byte = (char)(byte - 32);
		if (byte >= 'A' && byte <= 'Z')
			line[at++] = byte;
		else if (at > 5 && line[at - 1] != '<')
			line[at++] = '<';
	}
	return at;
}

/* Three letters as passports print them. */
static void put_country(char *at, const char *country)
{
	char locale[8] = "und_";
	locale[4] = (char)(country[0] - 32);
	locale[5] = (char)(country[1] - 32);
	const char *code = strcmp(country, "de") == 0 ? "D" : uloc_getISO3Country(locale);
	memcpy(at, code, strlen(code));
}

static void put_check(char *line, size_t from, size_t length, size_t at)
{
	line[at] = (char)('0' + mrz_check_digit(line + from, length));
}

int people_mrz(const struct people *people, uint64_t number, struct arena *arena, const char **ret_lines)
{
	struct entity *entity;
	struct people_name name;
	struct date birth = {0, 0};
	int error = people_person(people, number, arena, &entity);
	if (error == JISR_OK)
		error = people_name(people, number, PEOPLE_LATIN, arena, &name);
	if (error != JISR_OK)
		return error;
	const char *passport = entity_get(entity, "passportNumber"), *born = entity_get(entity, "birthDate");
	const char *nationality = entity_get(entity, "nationality"), *sex = entity_get(entity, "gender");
	if (born != NULL)
		(void)date_read(born, strlen(born), &birth);
	if (passport == NULL || strlen(passport) < 4 || strlen(passport) > 12 || !date_is_day(birth))
		return JISR_NOT_FOUND;
	char country[3] = {passport[0], passport[1], '\0'};
	char lines[2 * LINE + 3];
	memset(lines, '<', sizeof lines);
	char *second = lines + LINE + 1;
	lines[0] = 'P';
	put_country(lines + 2, country);
	size_t at = put_name(lines, 5, name.family[0] != '\0' ? name.family : name.given);
	if (name.family[0] != '\0' && at + 2 < LINE)
		(void)put_name(lines, at + 2, name.given);
	memcpy(second, passport + 3, strlen(passport + 3));
	put_check(second, 0, 9, 9);
	put_country(second + 10, nationality != NULL ? nationality : country);
	char digits[16];
	(void)snprintf(digits, sizeof digits, "%06d", birth.from % 1000000);
	memcpy(second + 13, digits, 6);
	put_check(second, 13, 6, 19);
	second[20] = sex == NULL ? '<' : sex[0] == 'f' ? 'F' : 'M';
	(void)snprintf(digits, sizeof digits, "%02d%02d15", 29 + (int)(number % 6), 1 + (int)(number % 12));
	memcpy(second + 21, digits, 6);
	put_check(second, 21, 6, 27);
	put_check(second, 28, 14, 42);
	char composite[40];
	memcpy(composite, second, 10);
	memcpy(composite + 10, second + 13, 7);
	memcpy(composite + 17, second + 21, 22);
	second[43] = (char)('0' + mrz_check_digit(composite, 39));
	lines[LINE] = second[LINE] = '\n';
	*ret_lines = arena_text(arena, lines, 2 * LINE + 2);
	return *ret_lines == NULL ? JISR_NO_MEMORY : JISR_OK;
}
