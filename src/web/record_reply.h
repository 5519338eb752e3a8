/* What the addresses on the record share: reading its state, versions as ETags, pages, and how a refusal of the record
 * becomes an answer. */
#ifndef JISR_WEB_RECORD_REPLY_H
#define JISR_WEB_RECORD_REPLY_H

#include "notices/findings.h"
#include "notices/notice.h"
#include "store/store.h"
#include "web/http.h"
#include "web/service.h"

#define PAGE_STANDARD 50
#define PAGE_MOST     500

/* The record; NULL, and the reply says that there is none (404). Not asked where the right is one that only officers have: whoever has
 * it stands in a record, and service_store is that record. */
struct store *record_reply_store(struct service *service, struct http_reply *reply, int *ret_error);

/* An answer for an error of the record or of a change: 403, 404, 409 (412 where the request named a version), 422 (also for
 * what is over a limit that the problem names), 503,
 * 507; anything else is returned, for the server to answer with 500, and logged here with its sentence. */
int record_reply_error(const struct http_request *request, struct http_reply *reply, int error,
                       const struct problem *problem);

/* The same for what lies in a file of its own: where that is damaged it is no fault of the service's, 409, and the sentence says
 * what to do. */
int record_reply_file_error(const struct http_request *request, struct http_reply *reply, int error,
                            const struct problem *problem);

/* A line of the log: what and where something was that the caller is told of less. */
void record_reply_trouble(const struct http_request *request, const struct problem *problem);

/* What If-Match names: a version, or ENTRY_ANY when there is none or "*". False: the reply says what is wrong with it. */
bool record_reply_match(const struct http_request *request, struct http_reply *reply, uint64_t *ret_version,
                        int *ret_error);

/* What a change brings: the version that If-Match names, and the body, NULL where there is none. False: the reply says what is
 * wrong with them, or there is no record. */
bool record_reply_asked(struct service *service, const struct http_request *request, struct http_reply *reply,
                        uint64_t *ret_version, cJSON **ret_json, int *ret_error);

/* Whether an entry is for who asks: for his office, and for him in it. */
bool record_reply_heard(const struct caller *caller, const struct entry_header *header);
/* Whether an entry changes the officer himself or what he signs in with: a stream of his ends with it. */
bool record_reply_concerns(const struct caller *caller, const struct entry_header *header);
/* Answers with the stream of events that reply->stream is; or with 401 where the caller may listen no more, which is asked once the
 * stream is open: an entry from before ended nobody's. NULL: the public. */
int record_reply_stream(struct store *store, const struct caller *caller, struct http_reply *reply);

/* Begins a JSON reply; with a version its ETag is set. */
int record_reply_begin(const struct http_request *request, struct http_reply *reply, int status, uint64_t version);

/* True when If-None-Match names the version: the reply is 304 then. */
bool record_reply_unchanged(const struct http_request *request, struct http_reply *reply, uint64_t version,
                            int *ret_error);

/* The state of the record that a request reads, and who reads it. Of zeros before; finished also when it was not begun. */
struct record_reading {
	struct store_reader *reader;
	struct sql *sql;
	struct viewer viewer;
};
int record_reading_begin(struct service *service, const struct http_request *request, struct record_reading *reading,
                         struct problem *problem);
void record_reading_finish(struct record_reading *reading);

/* 422 with each finding, as problem+json. */
int record_reply_findings(const char *title, const struct findings *findings, const struct problem *problem,
                          struct http_reply *reply);

/* Begins the answer to a change that was made: 201 with the address PATH and the id where it is new, else 200; its version as
 * ETag; {"id":...  and the object stays open. A '/' in the id is '-' in the address. */
int record_reply_changed(const struct http_request *request, struct http_reply *reply, bool is_new, const char *path,
                         const char *id, uint64_t version);

/* The whole answer to a step that was taken: that, "step", "version", and "warning" where there is one (NULL or "": none). */
int record_reply_taken(const struct http_request *request, struct http_reply *reply, bool is_new, const char *path,
                       const char *id, const char *step, uint64_t version, const char *warning);

/* A place in a list that is ordered by a moment and a number, as its cursor writes it: "2026-11-27T01:00:00.123Z_2026-17".
 * It stays a place when what stood there has changed, is gone, or may not be seen any more. */
#define RECORD_PLACE_MAX 48
void record_place_write(const char *moment, const char *id, char out[RECORD_PLACE_MAX]);
bool record_place_read(const char *text, struct notice_place *ret_place);

/* The number of things on a page, 1 to PAGE_MOST, as a query says it. */
bool record_reply_limit(const char *text, size_t *ret_limit);

#define RECORD_REPLY_UNCOUNTED UINT64_MAX /* total is null: it was not asked for */

/* Ends a list that stands open in the body, {"things":[..., with how many there are and where the next page begins (NULL: nowhere);
 * after an error of the record answers that instead. */
int record_reply_list(const struct http_request *request, struct http_reply *reply, int error, uint64_t total,
                      const char *next, const struct problem *problem);

/* Begins one that comes whole, of the record as it is read: {"NAME":[ ... False: there is no record, and that is the answer. After an
 * error record_reply_array still ends it. */
bool record_reply_array_begin(struct service *service, const struct http_request *request, struct http_reply *reply,
                              const char *name, struct record_reading *reading, int *ret_error,
                              struct problem *problem);
/* Ends one that comes whole. */
int record_reply_array(const struct http_request *request, struct http_reply *reply, int error,
                       const struct problem *problem);

/* The whole answer {"history":[...]} about what the address names. */
typedef int (*record_history)(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                              struct problem *problem);
int record_reply_history(struct service *service, const struct http_request *request, struct http_reply *reply,
                         record_history history, history_each emit);

/* The query of a list: `cursor`, `limit` and, when `office` is not NULL, `office`. False: the reply is 400. */
struct record_page {
	const char *cursor; /* NULL: from the beginning */
	const char *office; /* NULL: all */
	size_t limit;
};
bool record_reply_page(const struct http_request *request, struct http_reply *reply, bool office,
                       struct record_page *ret_page, int *ret_error);

#endif
