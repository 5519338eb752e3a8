/* JSON for other programs, built as a tree with cJSON. A value that cannot be added for want of memory makes tree_take
 * fail, so that an answer is never shorter than it should be without saying so. What failed is remembered
 * by thread: a tree is built and taken by one. */
#ifndef JISR_BASE_TREE_H
#define JISR_BASE_TREE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* A new object; owned by the caller until it is added or printed. */
cJSON *tree_object(void);

/* Each adds to an object under a key, or to an array when key is NULL; both may be NULL after a failure. A NULL text
 * adds null. Bytes that are not UTF-8 are replaced. */
void tree_text(cJSON *parent, const char *key, const char *text);
void tree_bytes(cJSON *parent, const char *key, const char *text, size_t length);
void tree_count(cJSON *parent, const char *key, uint64_t number);
void tree_score(cJSON *parent, const char *key, double score); /* four decimals */
void tree_bool(cJSON *parent, const char *key, bool value);
void tree_raw(cJSON *parent, const char *key, const char *json); /* a value that is JSON already */
cJSON *tree_add_object(cJSON *parent, const char *key);
cJSON *tree_add_array(cJSON *parent, const char *key);
void tree_list(cJSON *parent, const char *key,
               const char *words); /* "FR,MA": the array of what stands between commas */

/* Whether something failed in this thread since the last tree was taken; forgets it. For a tree that is read, not taken. */
bool tree_failed(void);

/* The whole as text, with or without line breaks and indents; frees the tree. To be freed with cJSON_free; NULL when
 * something failed on the way. */
char *tree_take(cJSON *root, bool indented);

#endif
