/* What birth, country and sex say beside the name. Private to check*.c. */
#ifndef JISR_WATCH_CHECK_EVIDENCE_H
#define JISR_WATCH_CHECK_EVIDENCE_H

#include "watch/check.h"
#include "watch/segment_format.h"

/* The query's facts, made ready for comparing. */
struct facts {
	struct date birth;
	uint16_t countries[CHECK_MAX_COUNTRIES];
	size_t country_count;
	uint8_t sex;
};
void facts_read(const struct check_query *query, struct facts *ret_facts);

/* What each piece adds; 0 when it says nothing. */
struct evidence {
	double birth, country, sex;
	struct date listed_birth; /* the listed date that `birth` was judged by */
};
void evidence_weigh(const struct facts *facts, const struct segment *segment, uint32_t entity,
                    struct evidence *ret_evidence);

/* The most that birth and country can add, in thousandths, as far as a summary tells: rules most forms out before they are
 * read. What the query does not give adds 0. */
struct evidence_most {
	uint8_t year_from, year_to, day; /* the query's birth, as in struct summary */
	/* By the only year listed; [YEARS_OTHER_DAY] where the day is certainly another; [YEARS_SEVERAL] of several years:
	 * [0] none in common with the query, [1] some. */
	int16_t years[3][UINT8_MAX + 1];
	int16_t countries[UINT8_MAX + 1];
};
enum { YEARS_ANY_DAY, YEARS_OTHER_DAY, YEARS_SEVERAL };
void evidence_most_fill(const struct facts *facts, struct evidence_most *ret_most);

/* Without a jump: summaries lie anywhere in memory, and a wrong guess would wait for each. */
static inline int evidence_most(const struct evidence_most *most, const struct summary *bearers)
{
	unsigned several = bearers->year_from != bearers->year_to;
	unsigned other_day = (bearers->day != most->day) & (bearers->day != 0) & (several ^ 1);
	unsigned common = (bearers->year_from <= most->year_to) & (most->year_from <= bearers->year_to);
	unsigned column = (bearers->year_from & (several - 1)) | (common & (0 - several));
	return most->years[other_day + YEARS_SEVERAL * several][column] + most->countries[bearers->country];
}

/* The score of a name with its evidence: 0 when the name does not reach the threshold by itself. Agreement counts, and
 * stays in the evidence, only from `lift` on. */
double evidence_score(double name_score, struct evidence *evidence, double threshold, double lift);

/* Writes the lines for birth, country and sex that took part; at most 3. JISR_NO_MEMORY. */
int evidence_explain(const struct facts *facts, const struct check_query *query, const struct segment *segment,
                     uint32_t entity, const struct evidence *evidence, struct arena *arena,
                     struct check_evidence lines[3], size_t *ret_count);

#endif
