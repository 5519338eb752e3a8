/* The printed notice: one notice in one of the organisation's languages, as PDF, with its colour, its photograph and the
 * signed record inside. The same notice printed twice at the same moment gives the same bytes. */
#ifndef JISR_NOTICES_PRINT_H
#define JISR_NOTICES_PRINT_H

#include "notices/notice.h"

struct print_job {
	const struct notice *notice;
	const cJSON *content;
	enum language language;
	const char *moment;  /* when it is printed, UTC */
	const char *printer; /* who prints it: an officer's id, or "" */
	const char *picture; /* bytes of the first photograph; NULL when there is none */
	size_t picture_length;
	const char *record; /* JSON that is attached; NULL for none */
	size_t record_length;
};

/* Adds the PDF. JISR_BAD_INPUT: a character that no font has, a picture that is none. */
int print_notice(const struct print_job *job, struct text *out, struct problem *problem);

/* The entry of the record that says last what the notice says, as JSON that anybody can verify: {"log","sequence","header",
 * "key_id","signature","salt","body_salt","body"}. JISR_NOT_FOUND for a notice that was never published. */
int print_record(struct sql *sql, struct log *log, const char *name, const struct notice *notice, struct text *out,
                 struct problem *problem);

#endif
