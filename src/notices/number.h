/* Numbers of notices, hits, requests, objects and operations, "2026/1234": drawn by lot among those of the year that were
 * never given. Not the next one: gaps would tell how many there are that one may not see. */
#ifndef JISR_NOTICES_NUMBER_H
#define JISR_NOTICES_NUMBER_H

#include "notices/notice.h"

#define NUMBER_SUBJECT_MAX 32 /* bytes, with the closing 0 */

struct number_kind {
	const char *subject; /* "notice/": what an entry about one begins its subject with */
	const char *what;    /* "notice" */
	unsigned first, last;
};

/* The subject of entries about a number: what it begins with ("notice/"), and the number with '-' for '/'. */
void number_subject(const char *begin, const char *id, char out[NUMBER_SUBJECT_MAX]);

/* A number that no entry is about yet, of the year with which `day` begins; or the wanted one, "2026/17" or "2026-17", if it is
 * not NULL. JISR_BAD_INPUT: it is no number; JISR_CONFLICT: given already;
 * JISR_TOO_LARGE: none was found. */
int number_give(struct store_write *write, const struct number_kind *kind, const char *day, const char *wanted,
                char out[NOTICE_ID_MAX + 1], struct problem *problem);

#endif
