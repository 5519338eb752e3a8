/* What the files of the OpenRefine reconciliation service share. Private to web/reconcile*.c. */
#ifndef JISR_WEB_RECONCILE_H
#define JISR_WEB_RECONCILE_H

#include "base/text.h"
#include "watch/model.h"
#include "watch/model_labels.h"
#include "web/yente.h"

/* What a schema or a property is called for people; NULL for one that is not offered. `schema` may be NULL: the first
 * property of that name. */
const struct model_schema_label *reconcile_schema(const char *name);
const struct model_property_label *reconcile_property(const char *schema, const char *name);

/* {"id","name","description"} of a schema as an element. */
void reconcile_type_emit(struct text *text, const char *schema);

/* Lets a page of OpenRefine read the reply: one that comes from this machine, or from anywhere when the request brought a
 * token. Any other page could otherwise ask this service in the name of whoever opens it. */
int reconcile_share(const struct http_request *request, struct http_reply *reply);

/* POST /reconcile/{dataset}: queries, or an extension by properties. */
int reconcile_post(struct service *service, const struct http_request *request, struct http_reply *reply);

/* GET /reconcile/{dataset}/view/{id} and .../preview/{id}: one entity as a small page. */
int reconcile_get_page(struct service *service, const struct http_request *request, struct http_reply *reply);

/* A value as people read it: a country's name, a topic's label; the value itself where there is nothing better. */
const char *reconcile_caption(enum model_type type, const char *value);

/* For fuzzing: reads the queries and answers as reconcile_post does. */
int reconcile_queries(const struct http_request *request, struct http_reply *reply, const struct lists *lists,
                      struct yente_filter *filter, struct yente_heeding *heeding, const char *queries);

#endif
