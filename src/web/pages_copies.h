/* Copies of identity papers that come with a public form: the field that takes them, with its limits told before anything is sent;
 * and what becomes of them. Internal to src/web/pages*.c. */
#ifndef JISR_WEB_PAGES_COPIES_H
#define JISR_WEB_PAGES_COPIES_H

#include "notices/request.h"
#include "web/multipart.h"
#include "web/pages_private.h"

#define COPIES_TOGETHER ((size_t)15 << 20) /* bytes of all files of one form */
#define COPIES_BODY     (COPIES_TOGETHER + ((size_t)128 << 10))

/* The files of a form. What is checked, and not stored yet, lies in `clean`; finish frees it. */
struct copies {
	struct text clean[REQUEST_MAX_PAPERS];
	struct identity identity[REQUEST_MAX_PAPERS];
	size_t count;           /* that were checked */
	size_t kept;            /* that are stored with a request */
	size_t refused;         /* the number of the file that was not taken, from 1; 0: none */
	int error;              /* why */
	struct problem problem; /* the same in English, for a person */
};

/* True where a form holds a file that was chosen: browsers send an empty part for a field in which none was. */
bool copies_chosen(const struct multipart *form);

/* Checks every file and makes it anew, before there is a request. A refused one stands in `copies`; the others are freed. */
void copies_check(const struct multipart *form, struct copies *copies);

/* Stores what was checked with a request of the applicant's. One that cannot be stored stands in `copies`. */
void copies_keep(struct service *service, const struct http_request *request, const char *id, const char *secret,
                 struct copies *copies);

/* Checks and stores each with a request that is there: whether its applicant may send some is asked before a file is read. */
void copies_take(struct service *service, const struct http_request *request, const struct multipart *form,
                 const char *id, const char *secret, struct copies *copies);

/* The field, with its limits. `fault`: a sentence that is shown there, NULL. */
void copies_field(struct page *page, const char *fault);

/* What is wrong with the refused file, in the page's language and the request's arena; NULL: nothing is. */
const char *copies_fault(const struct page *page, const struct copies *copies);
/* That files are to be chosen again: no page can do that for a person. */
const char *copies_again(const struct page *page);
/* "2 copies were received." NULL: none was. */
const char *copies_received(const struct page *page, const struct copies *copies);

void copies_finish(struct copies *copies);

#endif
