/* The body of a check as jisr's own API takes it: what is known of one person, company, vessel or document. Whatever
 * cannot be read is a fault with its place; nothing is dropped in silence, for a field that is not understood would make
 * a check look clean. */
#ifndef JISR_WEB_CHECK_BODY_H
#define JISR_WEB_CHECK_BODY_H

#include "watch/catalogue.h"
#include "watch/query.h"
#include "web/faults.h"

#define CHECK_BODY_MAX_LISTS   100 /* that one check may name */
#define CHECK_BODY_MAX_PURPOSE 500 /* bytes */

struct check_body {
	struct check_query query;
	struct mrz *mrz;       /* what was read from it; NULL when none was given */
	const char *reference; /* the caller's own name of who is asked for, for decisions; NULL when none was given */
	const char *purpose;   /* what it is for, for the access log; NULL when it was not said */
	bool show_hidden;      /* also those whom the caller decided to be different */
	const char *lists[CHECK_BODY_MAX_LISTS];
};

/* Reads one check; strings live in the arena of the faults or in the tree, which must live as long as the query. `list`
 * are the `count` lists that are loaded. What is wrong is added to the faults; *body is only to be used when nothing
 * was. JISR_NO_MEMORY. */
int check_body_read(const cJSON *json, const struct place *place, const struct catalogue_list *list, size_t count,
                    struct check_body *body, struct faults *faults);

/* What a check or a batch is for: a text of at most CHECK_BODY_MAX_PURPOSE bytes; tells what is wrong and gives NULL. */
const char *check_body_purpose(const cJSON *json, const struct place *place, struct faults *faults);

/* A text for one name, as query and listed name of a comparison are: tells what is wrong and gives NULL, or the text. */
const char *check_body_name(const cJSON *json, const struct place *place, struct faults *faults);

/* A schema that can be checked; "Person" when there is none. */
const char *check_body_schema(const cJSON *json, const struct place *place, struct faults *faults);

#endif
