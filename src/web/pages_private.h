/* What the public pages share: the frame around each. Internal to src/web/pages*.c. */
#ifndef JISR_WEB_PAGES_PRIVATE_H
#define JISR_WEB_PAGES_PRIVATE_H

#include "notices/codes.h"
#include "web/http.h"
#include "web/markup.h"

struct multipart;

struct page {
	struct markup markup;
	enum language language;
	const struct http_request *request;
	const struct multipart *form; /* what was sent, where that came with files; NULL */
};

/* Begins a page in the language that the address names. False: it is none, and the reply says so. */
bool pages_start(const struct http_request *request, struct http_reply *reply, struct page *page, int *ret_error);

/* Everything until the title. `after` is what follows the language in the address: it leads to the same page in the others. */
void pages_head(struct page *page, const char *after, const char *title);

/* The label of a field; `fault`, what is wrong with it, stands below as ID-fault. NULL: nothing is. */
void pages_label(struct page *page, const char *id, const char *text, const char *fault);

/* A link to another page in the same language; `current`: it is the one that is shown. */
void pages_link(struct page *page, const char *after, const char *text, bool current);

/* A term of a list and what stands to it, set apart from text of the other direction; nothing where there is no value. */
void pages_row(struct page *page, const char *term, const char *value);

/* Everything after the content, and the reply's headers. */
int pages_finish(struct page *page, struct http_reply *reply, int status);

#endif
