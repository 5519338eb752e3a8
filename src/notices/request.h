/* Individuals' requests to the Commission for the Control of Files in the record: the domain that the store applies, and
 * what is read from it. notices/request_act.h is what changes it.
 *
 * The Commission alone knows who asks and what for. An office that was asked sees the question and its own notices;
 * headquarters sees what it has to carry out; the applicant sees what request_public writes, with the secret of the receipt
 * and nothing else. For everybody else there is no request, in no list and no count. */
#ifndef JISR_NOTICES_REQUEST_H
#define JISR_NOTICES_REQUEST_H

#include "base/clock.h"
#include "notices/identity_store.h"
#include "notices/notice.h"
#include "notices/request_step.h"

#define REQUEST_SUBJECT    "request/" /* and the id with '-' for '/' */
#define REQUEST_LIST_MOST  500
#define REQUEST_MAX_LINKS  50
#define REQUEST_MAX_PAPERS 6  /* copies of identity papers with one */
#define REQUEST_SECRET     32 /* characters that the applicant keeps */

extern const struct store_domain request_domain;

extern const struct codes codes_request;      /* what is asked: "access", "correction", "deletion" */
extern const struct codes codes_inadmissible; /* grounds */
extern const struct codes codes_disclose;     /* what may be told: "all", "existence", "nothing" */
extern const struct codes codes_outcome;      /* "granted", "part", "refused" */

/* The Commission's time limits, in months; it may change each (kind "request.rules"). */
struct request_rules {
	double access_months; /* from admissibility to the answer on access */
	double other_months;  /* and on correction or deletion */
	double keep_months;   /* from the end of a request until who asked is forgotten */
};
void request_rules_read(const cJSON *json, struct request_rules *rules, struct findings *findings);
cJSON *request_rules_json(const struct request_rules *rules);
int request_rules_now(struct sql *sql, struct request_rules *ret_rules, struct problem *problem);

/* Everything that is known of one. Texts live in the arena. What the viewer may not see is "". */
struct request {
	char id[NOTICE_ID_MAX + 1];
	enum request_state state;
	enum language language;                  /* in which the applicant is answered */
	const char *kind;                        /* of codes_request */
	const char *applicant, *text;            /* JSON; what is asked */
	const char *secret;                      /* SHA-256 of the receipt's secret, hexadecimal */
	const char *notices;                     /* ",2026/17,2026/18,": those it is about */
	const char *consulted;                   /* the office that is asked now */
	const char *question, *reply, *disclose; /* of the last consultation */
	const char *outcome, *proposer;
	const char *reason; /* the last text that a step gave */
	const char *answer; /* what the applicant is told */
	const char *ground;
	bool blocked;
	const char *filed, *admitted, *due, *closed, *changed; /* moments; `due` a day */
	uint64_t version;
};

/* JISR_NOT_FOUND, the same for what is not there and for what may not be seen. */
int request_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct request *ret_request,
                struct problem *problem);

struct request_filter {
	const char *kind; /* NULL: any */
	unsigned states;  /* a bit each; 0: any */
	const char *due;  /* to be answered before that day, and open; NULL */
	const struct notice_place *after;
	size_t limit; /* 0: REQUEST_LIST_MOST */
};
/* Newest first. */
typedef bool (*request_each)(void *context, const struct request *request);
int request_list(struct sql *sql, struct viewer viewer, const struct request_filter *filter, struct arena *arena,
                 request_each each, void *context, struct problem *problem);
int request_count(struct sql *sql, struct viewer viewer, const struct request_filter *filter, uint64_t *ret_count,
                  struct problem *problem);

/* The steps, oldest first, for the Commission alone. */
int request_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                    struct problem *problem);

/* A copy of an identity paper with a request. */
struct request_paper {
	struct identity_file file;
	char type[20]; /* "image/jpeg" */
	uint64_t pages, sequence;
	char at[CLOCK_UTC_MAX], officer[OFFICER_ID_MAX + 1]; /* "": the applicant */
};
/* The n-th copy, oldest first, for the Commission alone. JISR_NOT_FOUND past the last, and for anybody else. */
int request_paper_at(struct sql *sql, struct viewer viewer, const char *id, size_t index,
                     struct request_paper *ret_paper, struct problem *problem);
/* That of a digest. JISR_NOT_FOUND. */
int request_paper_get(struct sql *sql, struct viewer viewer, const char *id, const char *digest,
                      struct request_paper *ret_paper, struct problem *problem);
/* Adds "papers": [...] without keys, where the viewer may see them. */
int request_papers_emit(struct sql *sql, struct viewer viewer, const char *id, struct text *text,
                        struct problem *problem);
/* Whether a request names a file of that digest: true when that cannot be found out. For identity_sweep. */
bool request_names_paper(struct sql *sql, const char *digest);

/* The request of a receipt: JISR_NOT_FOUND, in the same words and time, for a number that is none and a secret that is
 * wrong. */
int request_of_receipt(struct sql *sql, const char *id, const char *secret, struct arena *arena,
                       struct request *ret_request, struct problem *problem);
/* Adds what its applicant is told, as JSON: number, what was asked, phase, days, and the answer once there is one. Nothing
 * of it depends on whether anything is held. */
int request_public(const struct request *request, const struct request_rules *rules, struct text *text);

/* The request that blocks a notice (its number, in the arena) or NULL; also in a record without this domain. */
int request_blocks(struct sql *sql, const char *notice, struct arena *arena, const char **ret_request,
                   struct problem *problem);

/* "2026/17" of the n-th notice that a request is about; false past the last. */
bool request_notice(const struct request *request, size_t index, char out[NOTICE_ID_MAX + 1]);

#endif
