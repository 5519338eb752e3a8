#include "notices/number.h"

#include <string.h>

void number_subject(const char *begin, const char *id, char out[NUMBER_SUBJECT_MAX])
{
	(void)snprintf(out, NUMBER_SUBJECT_MAX, "%s%s", begin, id);
	for (char *at = out + strlen(begin); *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
}

int number_give(struct store_write *write, const struct number_kind *kind, const char *day, const char *wanted,
                char out[NOTICE_ID_MAX + 1], struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX], begin[NUMBER_SUBJECT_MAX];
	uint64_t there = 0;
	unsigned number = 0;
	if (wanted == NULL) {
		(void)snprintf(begin, sizeof begin, "%s%.4s-", kind->subject, day);
		int error = store_draw_number(write, begin, kind->first, kind->last, &number, problem);
		if (!error)
			(void)snprintf(out, NOTICE_ID_MAX + 1, "%.4s/%u", day, number);
		return error;
	}
	if (!notice_id_read(wanted, out))
		return problem_set(problem, JISR_BAD_INPUT, "%.40s is no number of a %s, as 2026/1234 is", wanted,
		                   kind->what);
	number_subject(kind->subject, out, subject);
	int error = store_write_version(write, subject, &there, problem);
	if (!error && there != 0)
		error = problem_set(problem, JISR_CONFLICT, "there is a %s %s already", kind->what, out);
	return error;
}
