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

/* The score of a name with its evidence: 0 when the name does not reach the threshold by itself. Agreement counts, and
 * stays in the evidence, only from `lift` on. */
double evidence_score(double name_score, struct evidence *evidence, double threshold, double lift);

/* Writes the lines for birth, country and sex that took part; at most 3. JISR_NO_MEMORY. */
int evidence_explain(const struct facts *facts, const struct check_query *query, const struct segment *segment,
                     uint32_t entity, const struct evidence *evidence, struct arena *arena,
                     struct check_evidence lines[3], size_t *ret_count);

#endif
