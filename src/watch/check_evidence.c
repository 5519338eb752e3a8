#include "watch/check_evidence.h"

#include "names/country.h"

#include <string.h>

void facts_read(const struct check_query *query, struct facts *ret_facts)
{
	*ret_facts = (struct facts){.birth = query->birth, .sex = (uint8_t)query->sex};
	for (size_t i = 0; i < query->country_count && i < CHECK_MAX_COUNTRIES; i++)
		if (query->countries[i] != NULL && strlen(query->countries[i]) == 2)
			ret_facts->countries[ret_facts->country_count++] = country_code(query->countries[i]);
}

/* Day and month exchanged, or one of the eight digits of the day different. */
static bool date_slipped(struct date a, struct date b)
{
	if (!date_is_day(a) || !date_is_day(b))
		return false;
	if (a.from / 10000 == b.from / 10000 && a.from / 100 % 100 == b.from % 100 &&
	    a.from % 100 == b.from / 100 % 100)
		return true;
	int different = 0;
	for (int32_t x = a.from, y = b.from; x != 0 || y != 0; x /= 10, y /= 10)
		different += x % 10 != y % 10;
	return different == 1;
}

static double weigh_birth(struct date query, struct date listed)
{
	if (!date_known(query) || !date_known(listed))
		return 0;
	if (date_overlap(query, listed))
		return date_is_day(query) && date_is_day(listed) ? CHECK_BIRTH_EQUAL : 0;
	if (date_slipped(query, listed))
		return CHECK_BIRTH_SLIP;
	int years = date_year_distance(query, listed);
	return years == 0 ? CHECK_BIRTH_DAY : years <= CHECK_BIRTH_YEARS ? CHECK_BIRTH_YEAR : CHECK_BIRTH_FAR;
}

/* The n-th listed birth; false after the last. */
static bool listed_birth(const struct segment *segment, const struct attributes *attributes, uint32_t n,
                         struct date *ret_date)
{
	if ((attributes->flags & ATTRIBUTES_BIRTHS) == 0) {
		*ret_date = (struct date){attributes->birth_from, attributes->birth_to};
		return n == 0;
	}
	uint64_t at = (uint64_t)(uint32_t)attributes->birth_from + 2 * (uint64_t)n;
	if (n >= (uint32_t)attributes->birth_to || at + 2 > segment->extra_count)
		return false;
	*ret_date = (struct date){(int32_t)segment->extras[at], (int32_t)segment->extras[at + 1]};
	return true;
}

/* The n-th listed country; 0 after the last. */
static uint16_t listed_country(const struct segment *segment, const struct attributes *attributes, uint32_t n)
{
	if (n >= attributes->country_count)
		return 0;
	if ((attributes->flags & ATTRIBUTES_COUNTRIES) == 0)
		return n < 2 ? attributes->countries[n] : 0;
	uint64_t at = (uint64_t)(attributes->countries[0] | (uint32_t)attributes->countries[1] << 16) + n;
	return at < segment->extra_count ? (uint16_t)segment->extras[at] : 0;
}

static double weigh_countries(const struct facts *facts, const struct segment *segment,
                              const struct attributes *attributes)
{
	if (facts->country_count == 0 || attributes->country_count == 0)
		return 0;
	uint16_t code;
	for (uint32_t n = 0; (code = listed_country(segment, attributes, n)) != 0; n++)
		for (size_t i = 0; i < facts->country_count; i++)
			if (facts->countries[i] == code)
				return 0;
	return CHECK_COUNTRY_OTHER;
}

void evidence_weigh(const struct facts *facts, const struct segment *segment, uint32_t entity,
                    struct evidence *ret_evidence)
{
	struct evidence evidence = {0};
	if (entity < segment->entities) {
		const struct attributes *attributes = &segment->attributes[entity];
		struct date date;
		for (uint32_t n = 0; date_known(facts->birth) && listed_birth(segment, attributes, n, &date); n++) {
			double birth = weigh_birth(facts->birth, date);
			if (n == 0 || birth > evidence.birth) {
				evidence.birth = birth;
				evidence.listed_birth = date;
			}
		}
		evidence.country = weigh_countries(facts, segment, attributes);
		if (facts->sex != 0 && attributes->sex != 0 && facts->sex != attributes->sex)
			evidence.sex = CHECK_SEX_OTHER;
	}
	*ret_evidence = evidence;
}

static bool one_digit_apart(int a, int b)
{
	int different = 0;
	for (; a != 0 || b != 0; a /= 10, b /= 10)
		different += a % 10 != b % 10;
	return different == 1;
}

static int16_t thousandths(double effect)
{
	return (int16_t)(effect * 1000 + (effect < 0 ? -0.5 : 0.5));
}

void evidence_most_fill(const struct facts *facts, struct evidence_most *ret_most)
{
	memset(ret_most, 0, sizeof *ret_most);
	for (int i = 1; i <= UINT8_MAX && facts->country_count > 0; i++)
		ret_most->countries[i] = thousandths(CHECK_COUNTRY_OTHER);
	for (size_t i = 0; i < facts->country_count; i++)
		ret_most->countries[posting_country(facts->countries[i])] = 0;
	if (!date_known(facts->birth))
		return;
	const int16_t slip = thousandths(CHECK_BIRTH_SLIP);
	bool day = date_is_day(facts->birth);
	int from = facts->birth.from / 10000, to = facts->birth.to / 10000;
	ret_most->year_from = posting_year(from);
	ret_most->year_to = posting_year(to);
	ret_most->day = day ? posting_day(facts->birth) : 0;
	const int16_t overlap = day ? thousandths(CHECK_BIRTH_EQUAL) : 0;
	ret_most->years[YEARS_SEVERAL][0] = slip;
	ret_most->years[YEARS_SEVERAL][1] = overlap;
	for (int i = 0; i <= UINT8_MAX; i++) {
		int year = POSTING_YEAR_ZERO + i;
		int apart = year < from ? from - year : year > to ? year - to : 0;
		int16_t other = thousandths(apart > CHECK_BIRTH_YEARS ? CHECK_BIRTH_FAR : CHECK_BIRTH_YEAR);
		bool several_years = i <= POSTING_YEAR_LEAST || i >= POSTING_YEAR_MOST; /* the ends */
		if (several_years || apart == 0) {
			ret_most->years[YEARS_ANY_DAY][i] = overlap;
			ret_most->years[YEARS_OTHER_DAY][i] = day && !several_years ? slip : overlap;
		} else {
			ret_most->years[YEARS_ANY_DAY][i] = day && one_digit_apart(year, from) ? slip : other;
			ret_most->years[YEARS_OTHER_DAY][i] = day ? other : ret_most->years[YEARS_ANY_DAY][i];
		}
	}
}

double evidence_score(double name_score, struct evidence *evidence, double threshold, double lift)
{
	if (name_score < threshold)
		return 0;
	if (name_score < lift && evidence->birth > 0)
		evidence->birth = 0;
	double score = name_score + evidence->birth + evidence->country + evidence->sex;
	return score > 1 ? 1 : score;
}

static const char *date_text(struct date date, struct arena *arena)
{
	char text[DATE_TEXT_MAX];
	date_write(date, text);
	return arena_text(arena, text, strlen(text));
}

static const char *birth_detail(const struct check_evidence *line, struct date query, struct date listed,
                                struct arena *arena)
{
	int years = date_year_distance(query, listed);
	if (line->effect > 0)
		return arena_format(arena, "born on the same day, %s", line->query);
	if (line->effect == 0)
		return arena_format(arena, "born %s here, %s on the list: these agree", line->query, line->listed);
	if (line->effect == CHECK_BIRTH_SLIP)
		return arena_format(arena, "born %s here, %s on the list: one slip of the pen apart", line->query,
		                    line->listed);
	if (years == 0)
		return arena_format(arena, "born %s here, %s on the list: another day of the same year", line->query,
		                    line->listed);
	return arena_format(arena, "born %s here, %s on the list: %d year%s between", line->query, line->listed, years,
	                    years == 1 ? "" : "s");
}

static int explain_birth(const struct facts *facts, const struct evidence *evidence, struct arena *arena,
                         struct check_evidence *line)
{
	*line = (struct check_evidence){.feature = "birth_date", .effect = evidence->birth};
	line->query = date_text(facts->birth, arena);
	line->listed = date_text(evidence->listed_birth, arena);
	if (line->query == NULL || line->listed == NULL)
		return JISR_NO_MEMORY;
	line->detail = birth_detail(line, facts->birth, evidence->listed_birth, arena);
	return line->detail == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static const char *country_text(const char *code)
{
	const char *name = country_name(code);
	return name != NULL ? name : code;
}

static const char *query_countries(const struct check_query *query, struct arena *arena)
{
	const char *text = "";
	for (size_t i = 0; i < query->country_count && i < CHECK_MAX_COUNTRIES && text != NULL; i++)
		if (query->countries[i] != NULL && strlen(query->countries[i]) == 2)
			text = arena_format(arena, "%s%s%s", text, *text != '\0' ? ", " : "",
			                    country_text(query->countries[i]));
	return text;
}

static const char *listed_countries(const struct segment *segment, const struct attributes *attributes,
                                    struct arena *arena)
{
	const char *text = "";
	uint16_t number;
	for (uint32_t n = 0;
	     n < CHECK_MAX_COUNTRIES && (number = listed_country(segment, attributes, n)) != 0 && text != NULL; n++) {
		char code[3] = {(char)(number >> 8), (char)number, '\0'};
		text = arena_format(arena, "%s%s%s", text, *text != '\0' ? ", " : "", country_text(code));
	}
	return text;
}

static int explain_country(const struct check_query *query, const struct segment *segment, uint32_t entity,
                           const struct evidence *evidence, struct arena *arena, struct check_evidence *line)
{
	*line = (struct check_evidence){.feature = "nationality", .effect = evidence->country};
	line->query = query_countries(query, arena);
	line->listed = listed_countries(segment, &segment->attributes[entity], arena);
	if (line->query == NULL || line->listed == NULL)
		return JISR_NO_MEMORY;
	line->detail = arena_format(arena, "%s here, %s on the list: %s", line->query, line->listed,
	                            evidence->country < 0 ? "none in common" : "in common");
	return line->detail == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static const char *sex_text(uint8_t sex)
{
	return sex == 'm' ? "male" : "female";
}

int evidence_explain(const struct facts *facts, const struct check_query *query, const struct segment *segment,
                     uint32_t entity, const struct evidence *evidence, struct arena *arena,
                     struct check_evidence lines[3], size_t *ret_count)
{
	size_t count = 0;
	int error = JISR_OK;
	const struct attributes *attributes = &segment->attributes[entity];
	if (date_known(facts->birth) && date_known(evidence->listed_birth))
		error = explain_birth(facts, evidence, arena, &lines[count++]);
	if (!error && facts->country_count > 0 && attributes->country_count > 0)
		error = explain_country(query, segment, entity, evidence, arena, &lines[count++]);
	if (!error && facts->sex != 0 && attributes->sex != 0)
		lines[count++] = (struct check_evidence){
			.feature = "sex",
			.query = sex_text(facts->sex),
			.listed = sex_text(attributes->sex),
			.detail = evidence->sex < 0 ? "the list says otherwise" : "the same",
			.effect = evidence->sex,
		};
	*ret_count = count;
	return error;
}
