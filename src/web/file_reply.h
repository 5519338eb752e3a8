/* A reply whose body is a file, read as it is taken: it may be larger than what fits in memory for each who asks. */
#ifndef JISR_WEB_FILE_REPLY_H
#define JISR_WEB_FILE_REPLY_H

#include "web/http.h"

#include <stdint.h>

/* 200 with the bytes of a file from the one of that number on; type and headers are the caller's to set. 404 when it cannot be opened. JISR_NO_MEMORY. */
int file_reply(struct http_reply *reply, const char *path, uint64_t from);

#endif
