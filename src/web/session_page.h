/* The page of a session's archive, for people who open it without this program (assembly/export.h): one HTML file without
 * script, with links to the files beside it. */
#ifndef JISR_WEB_SESSION_PAGE_H
#define JISR_WEB_SESSION_PAGE_H

#include "base/text.h"

#include <cjson/cJSON.h>

/* An export_page. */
int session_page(const cJSON *views, struct text *html);

#endif
