/* Messages of the protocol as JSON. What they all share when they are read: members are exactly those of the
 * specification, numbers are canonical, elements are in the group; and when they are written: no white space, members
 * in the specification's order, because hashes are taken over these bytes.
 *
 * Readers take `where`, the place in the message ("answers[1].choices[0].alpha"), and begin their sentence with it. */
#ifndef JISR_BALLOT_MESSAGE_H
#define JISR_BALLOT_MESSAGE_H

#include "ballot/digest.h"
#include "base/json.h"

/* Most bytes of one message. A ballot of a hundred questions has about a megabyte. */
#define MESSAGE_MAX_BYTES   ((size_t)64 << 20)
#define MESSAGE_MAX_MEMBERS 16
#define MESSAGE_MAX_WHERE   128

struct proof {
	struct scalar challenge, response;
};

struct ciphertext {
	struct element alpha, beta;
};

/* Parses; JISR_BAD_INPUT with line and column. Free with json_free. */
int message_parse(const char *bytes, size_t length, cJSON **ret_json, struct problem *problem);

/* The members of an object by name, in the order of `names`; a name that begins with '?' may be missing (NULL then).
 * A missing or unknown member, or no object at all: JISR_BAD_INPUT. */
int message_members(const cJSON *json, const char *where, const char *const names[], size_t count,
                    const cJSON *ret_members[], struct problem *problem);

/* An array of min to max items; *ret_count its length. Go through it with cJSON_ArrayForEach. */
int message_array(const cJSON *json, const char *where, size_t min, size_t max, size_t *ret_count,
                  struct problem *problem);

int message_string(const cJSON *json, const char *where, const char **ret_string, struct problem *problem);

/* A whole number from min to max (max at most 2^53). */
int message_number(const cJSON *json, const char *where, uint64_t min, uint64_t max, uint64_t *ret_number,
                   struct problem *problem);

/* A hash in hexadecimal. */
int message_hash(const cJSON *json, const char *where, unsigned char ret_hash[DIGEST_BYTES], struct problem *problem);

/* An element whose membership is checked, and one whose is not (the caller owes it). message_element refuses the
 * identity unless `identity` is true. */
int message_element(const struct group *group, const cJSON *json, const char *where, bool identity,
                    struct element *ret_element, struct problem *problem);
int message_element_unchecked(const struct group *group, const cJSON *json, const char *where,
                              struct element *ret_element, struct problem *problem);
int message_scalar(const struct group *group, const cJSON *json, const char *where, struct scalar *ret_scalar,
                   struct problem *problem);
int message_proof(const struct group *group, const cJSON *json, const char *where, struct proof *ret_proof,
                  struct problem *problem);

/* Membership of both parts is checked. */
int message_ciphertext(const struct group *group, const cJSON *json, const char *where,
                       struct ciphertext *ret_ciphertext, struct problem *problem);

/* The same without membership, which the caller owes. */
int message_ciphertext_unchecked(const struct group *group, const cJSON *json, const char *where,
                                 struct ciphertext *ret_ciphertext, struct problem *problem);

/* Writing. Errors are sticky in the text. Numbers are written as JSON strings in base 10. */
void message_write_element(struct text *text, const struct element *element);
void message_write_scalar(struct text *text, const struct scalar *scalar);
void message_write_proof(struct text *text, const struct proof *proof);
void message_write_ciphertext(struct text *text, const struct ciphertext *ciphertext);

/* A string with the escapes that belenios-tool uses (message.c names them), for bytes that must be as it prints them. */
void message_write_string(struct text *text, const char *string);

#endif
