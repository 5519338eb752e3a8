/* What the addresses on the record share: reading its state, versions as ETags, pages, and how a refusal of the record
 * becomes an answer. */
#ifndef JISR_WEB_RECORD_REPLY_H
#define JISR_WEB_RECORD_REPLY_H

#include "notices/notice.h"
#include "store/store.h"
#include "web/http.h"
#include "web/service.h"

#define PAGE_STANDARD 50
#define PAGE_MOST     500

/* The record; NULL, and the reply says that there is none (404). */
struct store *record_reply_store(struct service *service, struct http_reply *reply, int *ret_error);

/* An answer for an error of the record or of a change: 403, 404, 409 (412 where the request named a version), 422, 503,
 * 507; anything else is returned, for the server to log. */
int record_reply_error(const struct http_request *request, struct http_reply *reply, int error,
                       const struct problem *problem);

/* What If-Match names: a version, or ENTRY_ANY when there is none or "*". False: the reply says what is wrong with it. */
bool record_reply_match(const struct http_request *request, struct http_reply *reply, uint64_t *ret_version,
                        int *ret_error);

/* Begins a JSON reply; with a version its ETag is set. */
int record_reply_begin(const struct http_request *request, struct http_reply *reply, int status, uint64_t version);

/* True when If-None-Match names the version: the reply is 304 then. */
bool record_reply_unchanged(const struct http_request *request, struct http_reply *reply, uint64_t version,
                            int *ret_error);

/* A place in a list that is ordered by a moment and a number, as its cursor writes it: "2026-11-27T01:00:00.123Z_2026-17".
 * It stays a place when what stood there has changed, is gone, or may not be seen any more. */
#define RECORD_PLACE_MAX 48
void record_place_write(const char *moment, const char *id, char out[RECORD_PLACE_MAX]);
bool record_place_read(const char *text, char ret_moment[ENTRY_AT_LENGTH + 1], char ret_id[NOTICE_ID_MAX + 1]);

/* The query of a list: `cursor`, `limit` and, when `office` is not NULL, `office`. False: the reply is 400. */
struct record_page {
	const char *cursor; /* NULL: from the beginning */
	const char *office; /* NULL: all */
	size_t limit;
};
bool record_reply_page(const struct http_request *request, struct http_reply *reply, bool office,
                       struct record_page *ret_page, int *ret_error);

#endif
