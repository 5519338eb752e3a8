/* /api/v1/openapi.json as it is served: the parts in src/web/openapi, one a domain, joined, made compact and built into
 * the program (tools/embed). */
#ifndef JISR_WEB_API_DOCUMENT_H
#define JISR_WEB_API_DOCUMENT_H

#include <stddef.h>

extern const char api_document[]; /* a 0 after it */
extern const size_t api_document_length;

#endif
