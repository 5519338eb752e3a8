/* JSON answers for other programs, built with cJSON. A value that cannot be added for want of memory makes reply_print
 * fail, so that an answer is never shorter than it should be without saying so. */
#ifndef JISR_CLI_REPLY_H
#define JISR_CLI_REPLY_H

#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* A new object; owned by the caller until it is added or printed. */
cJSON *reply_object(void);

/* Each adds to an object under a key, or to an array when key is NULL; both may be NULL after a failure. A NULL text
 * adds null. Bytes that are not UTF-8 are replaced. */
void reply_text(cJSON *parent, const char *key, const char *text);
void reply_bytes(cJSON *parent, const char *key, const char *text, size_t length);
void reply_count(cJSON *parent, const char *key, uint64_t number);
void reply_score(cJSON *parent, const char *key, double score); /* four decimals */
void reply_bool(cJSON *parent, const char *key, bool value);
cJSON *reply_add_object(cJSON *parent, const char *key);
cJSON *reply_add_array(cJSON *parent, const char *key);

/* Prints the whole to standard output and frees it; returns status, or STATUS_INTERNAL with a sentence when something
 * failed on the way. */
int reply_print(cJSON *root, int status);

/* Adds the whole and a newline to `text` in one line, and frees it. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int reply_line(cJSON *root, struct text *text);

#endif
