/* What the files that answer as yente does share. Private to web/yente*.c.
 *
 * A function that finds a request wrong fills the reply and returns YENTE_ANSWERED; a handler ends with
 * `return yente_done(reply, error)`. */
#ifndef JISR_WEB_YENTE_H
#define JISR_WEB_YENTE_H

#include "web/decisions.h"
#include "web/http.h"
#include "web/service.h"
#include "web/yente_filter.h"
#include "web/yente_query.h"

#define YENTE_ANSWERED 1

/* The end of every handler: an answer that became too large is refused. */
int yente_done(struct http_reply *reply, int error);

/* {"detail": "..."} under a status. */
int yente_refuse(struct http_reply *reply, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* 422, {"detail": [{"type", "loc": [place ...], "msg"}]}; the place ends with NULL. */
int yente_refuse_value(struct http_reply *reply, const char *type, const char *const *place, const char *message);

/* A segment of a path, percent-encoded; NULL out of memory. */
const char *yente_encode(const char *text, struct arena *arena);

/* Parameters of the query string as yente reads them; 422 for what is no such value. */
int yente_integer(const struct http_request *request, struct http_reply *reply, const char *name, long standard,
                  long most, long *ret_value);
int yente_number(const struct http_request *request, struct http_reply *reply, const char *name, double standard,
                 double *ret_value);
int yente_boolean(const struct http_request *request, struct http_reply *reply, const char *name, bool standard,
                  bool *ret_value);

/* All values of a parameter; 422 over `most`. */
int yente_strings(const struct http_request *request, struct http_reply *reply, const char *name, size_t most,
                  struct yente_names *ret_names);

/* The filters that /match and /search share: datasets, schemata, days of change; 422 and, for a dataset in the path that
 * does not exist, 404. Conditions are added one field after another. */
int yente_filter_read(const struct lists *lists, const struct http_request *request, struct http_reply *reply,
                      struct yente_filter *ret_filter);
int yente_filter_add(struct yente_filter *filter, struct arena *arena, const char *field,
                     const struct yente_names *values);

/* Puts the conditions of one field beside each other. */
void yente_filter_order(struct yente_filter *filter);
void yente_filter_finish(struct yente_filter *filter);
static inline void yente_filter_finishp(struct yente_filter *filter)
{
	yente_filter_finish(filter);
}

/* The rules by which /match answers, whatever other rules a client names. */
struct yente_algorithm {
	const char *name;
	bool own;                  /* jisr's; others are answered by its rules */
	const char *const *config; /* settings that it takes, NULL after the last */
};

/* By its name in any case; "best" is jisr's own. JISR_NOT_FOUND when nobody knows it, JISR_UNSUPPORTED for a version of
 * jisr's rules that this program does not have; the sentence says which there are. */
int yente_algorithm(const char *name, struct yente_algorithm *ret_algorithm, struct problem *problem);

/* Features that a result explains, with what each does to the score. */
struct yente_feature {
	const char *name;
	double coefficient;
	const char *text;
};
size_t yente_features(struct yente_feature features[8], char texts[8][400]);

/* GET /algorithms. */
int yente_get_algorithms(struct service *service, const struct http_request *request, struct http_reply *reply);
/* GET /entities/{id} and what is tied to it. */
int yente_get_entity(struct service *service, const struct http_request *request, struct http_reply *reply);
int yente_get_adjacent(struct service *service, const struct http_request *request, struct http_reply *reply);
int yente_get_adjacent_property(struct service *service, const struct http_request *request, struct http_reply *reply);

/* GET /catalog and /manifest. */
int yente_get_catalog(struct service *service, const struct http_request *request, struct http_reply *reply);
/* POST /updatez. */
int yente_post_updatez(struct service *service, const struct http_request *request, struct http_reply *reply);
/* GET /search/{dataset}. */
int yente_get_search(struct service *service, const struct http_request *request, struct http_reply *reply);
/* What /match and /reconcile heed of the caller's decisions (web/decisions.h). A query's own id is the reference of its
 * decisions. */
struct yente_heeding {
	struct decisions *decisions; /* NULL: none */
	bool show_hidden;            /* the caller asked for all */
	uint64_t hidden;             /* entities that were not shown */
};
int yente_heeding_read(const struct http_request *request, struct http_reply *reply, struct service *service,
                       struct yente_heeding *ret_heeding);
/* Tells how many were hidden, where any were. */
int yente_heeding_tell(const struct yente_heeding *heeding, const struct http_request *request,
                       struct http_reply *reply);

/* The hits of one query that was read, best first, at most `limit`, for those who answer in another form than /match.
 * JISR_CANCELLED: the request's time is over. */
int yente_match_hits(const struct http_request *request, const struct lists *lists, struct yente_filter *filter,
                     struct yente_heeding *heeding, struct yente_query *query, size_t limit,
                     const struct check_hit **ret_hits, size_t *ret_count);

/* POST /match/{dataset}. */
int yente_post_match(struct service *service, const struct http_request *request, struct http_reply *reply);

#endif
