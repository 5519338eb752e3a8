#include "watch/query.h"

#include "base/shown.h"
#include "base/text.h"
#include "names/country.h"
#include "watch/entity.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#define SHOWN 120 /* bytes of a wrong value that a sentence repeats */

static const char *shown(const char *text, char out[SHOWN])
{
	shown_clean(text, strlen(text), out, SHOWN);
	return out;
}

int query_today(void)
{
	time_t now = time(NULL);
	struct tm parts;
	gmtime_r(&now, &parts);
	return (parts.tm_year + 1900) * 10000 + (parts.tm_mon + 1) * 100 + parts.tm_mday;
}

int query_name(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	if (text[strspn(text, " \t\r\n")] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "the name is empty");
	if (query->name_count == CHECK_MAX_NAMES)
		return problem_set(problem, JISR_TOO_LARGE, "at most %d names in one check", CHECK_MAX_NAMES);
	size_t length = strnlen(text, QUERY_NAME_MAX);
	char *copy = arena_text(arena, text, length);
	if (copy == NULL)
		return JISR_NO_MEMORY;
	query->names[query->name_count++] = copy;
	return JISR_OK;
}

/* Two numbers and a year, as 14/03/1971: says what was probably meant. */
static int refuse_birth(const char *text, struct problem *problem)
{
	char value[SHOWN];
	int day, month, year, used = 0;
	char separator;
	if (sscanf(text, "%2d%c%2d%*[./ -]%4d%n", &day, &separator, &month, &year, &used) == 4 && used > 0 &&
	    text[used] == '\0' && year >= 1000 && strchr("./ -", separator) != NULL) {
		if (date_month_days(year, month) < day && date_month_days(year, day) >= month) {
			int swap = day;
			day = month;
			month = swap;
		}
		if (day >= 1 && day <= date_month_days(year, month))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%s': the year comes first, as in %04d-%02d-%02d (year-month-day)",
			                   shown(text, value), year, month, day);
	}
	return problem_set(problem, JISR_BAD_INPUT,
	                   "'%s' is no date: write year-month-day as in 1971-03-14, or 1971-03, or 1971",
	                   shown(text, value));
}

int query_birth(struct check_query *query, const char *text, struct problem *problem)
{
	struct date date;
	char value[SHOWN];
	if (date_read(text, strlen(text), &date) != JISR_OK)
		return refuse_birth(text, problem);
	if (date.from > query_today())
		return problem_set(problem, JISR_BAD_INPUT, "'%s' lies in the future", shown(text, value));
	query->birth = date;
	return JISR_OK;
}

int query_country(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	char code[3], value[SHOWN];
	if (!country_read(text, strlen(text), code))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "'%s' is no country that is known: write a code as in ma or MAR, or the name",
		                   shown(text, value));
	for (size_t i = 0; i < query->country_count; i++)
		if (strcmp(query->countries[i], code) == 0)
			return JISR_OK;
	if (query->country_count == CHECK_MAX_COUNTRIES)
		return problem_set(problem, JISR_TOO_LARGE, "at most %d nationalities in one check",
		                   CHECK_MAX_COUNTRIES);
	char *copy = arena_text(arena, code, 2);
	if (copy == NULL)
		return JISR_NO_MEMORY;
	query->countries[query->country_count++] = copy;
	return JISR_OK;
}

int query_sex(struct check_query *query, const char *text, struct problem *problem)
{
	char value[SHOWN];
	static const char *const unspecified[] = {"x", "u", "other", "unknown", "unspecified", "not specified", "-"};
	for (size_t i = 0; i < sizeof unspecified / sizeof *unspecified; i++) {
		if (strcasecmp(text, unspecified[i]) == 0) {
			query->sex = 0;
			return JISR_OK;
		}
	}
	char sex = sex_read(text);
	if (sex == 0)
		return problem_set(problem, JISR_BAD_INPUT, "'%s': write m, f, or x for not specified",
		                   shown(text, value));
	query->sex = sex;
	return JISR_OK;
}

int query_document(struct check_query *query, const char *text, struct arena *arena, struct problem *problem)
{
	char value[SHOWN], normal[256], code[3] = "";
	const char *colon = strchr(text, ':'), *number = text;
	if (query->document_count == CHECK_MAX_DOCUMENTS)
		return problem_set(problem, JISR_TOO_LARGE, "at most %d documents in one check", CHECK_MAX_DOCUMENTS);
	if (colon != NULL) {
		if (!country_read(text, (size_t)(colon - text), code))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%s': before the colon stands the country's code, as in MA:AB123456",
			                   shown(text, value));
		number = colon + 1;
	}
	if (document_normalise(number, strlen(number), normal, sizeof normal) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "'%s' has neither a letter nor a digit",
		                   shown(text, value));
	struct check_document *document = &query->documents[query->document_count];
	char *country = code[0] != '\0' ? arena_text(arena, code, 2) : NULL;
	char *copy = arena_text(arena, number, strlen(number));
	if (copy == NULL || (code[0] != '\0' && country == NULL))
		return JISR_NO_MEMORY;
	*document = (struct check_document){.country = country, .number = copy};
	query->document_count++;
	return JISR_OK;
}

/* The lines of a zone: as they are when there are ends of lines, else cut by the lengths that there are. */
static int mrz_lines(const char *given, size_t length, struct text *zone)
{
	static const struct {
		size_t total, line;
	} shapes[] = {{88, 44}, {72, 36}, {90, 30}};
	char packed[128];
	size_t count = 0;
	for (size_t i = 0; i < length; i++) {
		bool end = given[i] == '\\' && i + 1 < length && given[i + 1] == 'n';
		(void)text_add_char(zone, end ? '\n' : given[i]);
		i += end;
	}
	if (zone->error != JISR_OK || memchr(zone->bytes, '\n', zone->length) != NULL)
		return zone->error;
	for (size_t i = 0; i < zone->length && count < sizeof packed; i++)
		if (zone->bytes[i] != ' ')
			packed[count++] = zone->bytes[i];
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (count != shapes[i].total)
			continue;
		text_reset(zone);
		for (size_t at = 0; at < count; at += shapes[i].line) {
			(void)text_add(zone, packed + at, shapes[i].line);
			(void)text_add_char(zone, '\n');
		}
	}
	return zone->error;
}

int query_mrz(struct check_query *query, const char *zone, size_t length, struct arena *arena, struct mrz *ret_mrz,
              struct problem *problem)
{
	struct text lines;
	text_init(&lines, QUERY_MRZ_MAX);
	int error = mrz_lines(zone, length, &lines);
	if (error == JISR_TOO_LARGE)
		(void)problem_set(problem, error, "the machine readable zone is too long");
	if (error == JISR_OK)
		error = mrz_read(lines.bytes, lines.length, query_today(), ret_mrz, problem);
	text_finish(&lines);
	if (error != JISR_OK)
		return error;
	error = check_query_from_mrz(ret_mrz, arena, query);
	if (error == JISR_TOO_LARGE)
		(void)problem_set(
			problem, error,
			"with what the zone says there are more than %d names, %d nationalities or %d documents",
			CHECK_MAX_NAMES, CHECK_MAX_COUNTRIES, CHECK_MAX_DOCUMENTS);
	return error;
}

int query_schema(const char *text, const char **ret_schema, struct problem *problem)
{
	static const char *const schemata[] = {"Person",     "LegalEntity", "Organization", "Company",
	                                       "PublicBody", "Vessel",      "Airplane",     "Vehicle"};
	const char *nearest = NULL;
	size_t best = 4;
	for (size_t i = 0; i < sizeof schemata / sizeof *schemata; i++) {
		if (strcasecmp(text, schemata[i]) == 0) {
			*ret_schema = schemata[i];
			return JISR_OK;
		}
		size_t distance = shown_distance(text, schemata[i]);
		if (distance < best) {
			best = distance;
			nearest = schemata[i];
		}
	}
	char value[SHOWN];
	if (nearest != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "'%s' is no schema. Did you mean %s?", shown(text, value),
		                   nearest);
	return problem_set(problem, JISR_BAD_INPUT,
	                   "'%s' is no schema: write Person, Company, Organization, LegalEntity, PublicBody, Vessel, "
	                   "Airplane or Vehicle",
	                   shown(text, value));
}
