/* A voter's credential (specification, section 4.8): what she types, the secret exponent derived from it, the public
 * credential that stands in the list, and the list itself (the public_credentials message).
 *
 *     uW2-VM9-bwN-CYH-eUK     14 random Base58 characters, a checksum, dashes that may be left out */
#ifndef JISR_BALLOT_CREDENTIAL_H
#define JISR_BALLOT_CREDENTIAL_H

#include "ballot/message.h"

#define CREDENTIAL_LENGTH     19 /* as it is written, with four dashes */
#define CREDENTIAL_ITERATIONS 1000
#define CREDENTIAL_MAX_PARTS  4 /* that a voter's credential is given out in */
#define CREDENTIAL_TEXT_MAX   (CREDENTIAL_MAX_PARTS * (CREDENTIAL_LENGTH + 1)) /* bytes, the closing 0 with it */
#define CREDENTIAL_MAX_VOTERS 400000
#define CREDENTIAL_MAX_WEIGHT 1000000000ull
#define CREDENTIAL_MAX_TOTAL  1000000000ull /* the sum of weights: what a count can reach must be found again */

#define UUID_MIN_LENGTH 14
#define UUID_MAX_LENGTH 64

/* True for 14 to 64 Base58 characters. */
bool credential_uuid_valid(const char *uuid);

/* A fresh random uuid of 14 characters, as belenios-tool makes them. */
void credential_make_uuid(char ret_uuid[UUID_MIN_LENGTH + 1]);

/* A fresh credential with its dashes and checksum, into secret memory. */
void credential_make(char ret_credential[CREDENTIAL_LENGTH + 1]);

/* Brings what somebody typed (with or without dashes) into the written form, in secret memory. JISR_BAD_INPUT: wrong
 * length, a character that is not Base58, or the checksum does not fit (a typing error); the sentence does not repeat
 * the credential. */
int credential_read(const char *typed, char ret_credential[CREDENTIAL_LENGTH + 1], struct problem *problem);

/* The same where a credential may have been given out in parts by several authorities, so that none of them has it whole
 * (ballot/credential_part.h): one to CREDENTIAL_MAX_PARTS, parted by spaces, line ends or '+', in any order. The written
 * form has '+' between them. */
int credential_read_parts(const char *typed, char ret_credential[CREDENTIAL_TEXT_MAX], struct problem *problem);

/* The secret exponent: PBKDF2 with HMAC-SHA256 over the written form, salted with the election's uuid; of several parts
 * their sum. *ret_secret lies in secret memory. */
void credential_secret(const struct group *group, const char *uuid, const char *credential, struct scalar *ret_secret);

/* The public credential g^secret. JISR_NO_MEMORY. */
int credential_public(const struct group *group, const char *uuid, const char *credential, struct element *ret_public);

/* --- the list of public credentials: who may vote, with what weight --- */

struct voter {
	struct element credential;
	uint64_t weight; /* 1 unless the list says otherwise */
};

struct credential_list;

/* Reads the message: a JSON array of "credential" or "credential,weight". Every credential is in the group, not the
 * identity, and stands there once. JISR_BAD_INPUT, JISR_TOO_LARGE, JISR_NO_MEMORY. Free with credential_list_free. */
int credential_list_read(const struct group *group, const char *bytes, size_t length, struct credential_list **ret_list,
                         struct problem *problem);

/* A list of given voters, which are copied; the same checks but membership. Written in the order given: sort or shuffle
 * before, so that the order tells nothing. */
int credential_list_new(const struct voter *voters, size_t count, struct credential_list **ret_list,
                        struct problem *problem);

struct credential_list *credential_list_free(struct credential_list *list);
MEMORY_DEFINE_FREEP(struct credential_list, credential_list_free)

size_t credential_list_count(const struct credential_list *list);
uint64_t credential_list_total(const struct credential_list *list); /* of weights */

/* Valid while the list lives. */
const struct voter *credential_list_get(const struct credential_list *list, size_t index);

/* The index of a credential, SIZE_MAX when it is not in the list. */
size_t credential_list_find(const struct credential_list *list, const struct element *credential);

/* Adds the message to the text; weights are written when one of them is not 1. Returns text->error. */
int credential_list_write(const struct credential_list *list, struct text *text);

#endif
