/* The trustees message (specification, section 4.7): whose keys make up the election's key. An item is a single,
 * mandatory trustee, or a group of them of whom a threshold is enough (ballot/pedersen.h). Trustees are numbered from 1
 * through all items, in their order: that number is the `owner` of a partial decryption. */
#ifndef JISR_BALLOT_TRUSTEES_H
#define JISR_BALLOT_TRUSTEES_H

#include "ballot/pedersen.h"
#include "ballot/trustee.h"

#define TRUSTEES_MAX_ITEMS 65 /* 64 mandatory trustees and a group */

struct trustees_item {
	struct trustee_key single;       /* of a mandatory trustee */
	struct threshold *threshold;     /* of a group; NULL for a mandatory trustee */
	size_t first_owner, owner_count; /* the trustees of this item */
};

struct trustees {
	const struct group *group;
	struct trustees_item *items;
	size_t item_count;         /* from 1 */
	size_t owner_count;        /* all trustees */
	struct element public_key; /* the election's: the product of the items' keys; not the identity */
};

/* Reads the message and checks all of it: every proof of knowledge, certificate and signature, that the keys of a group
 * follow from its polynomials, and that no key stands twice. JISR_BAD_INPUT says what is wrong with which trustee.
 * JISR_TOO_LARGE, JISR_NO_MEMORY. Free with trustees_free. */
int trustees_read(const struct group *group, const char *bytes, size_t length, struct trustees **ret_trustees,
                  struct problem *problem);

/* From trustee_public_key messages and at most one threshold_parameters message (NULL for none), as files hold them, one
 * a line: the mandatory trustees first. The same checks. */
int trustees_assemble(const struct group *group, const char *keys, size_t keys_length, const char *threshold,
                      size_t threshold_length, struct trustees **ret_trustees, struct problem *problem);

struct trustees *trustees_free(struct trustees *trustees);
MEMORY_DEFINE_FREEP(struct trustees, trustees_free)

/* The verification key of a trustee, from 1 to owner_count; NULL for any other number. Valid while trustees live. */
const struct trustee_key *trustees_key(const struct trustees *trustees, uint64_t owner);

/* The first trustee whose verification key this is, 0 when there is none. */
size_t trustees_find(const struct trustees *trustees, const struct element *public_key);

/* The threshold trustee whose certificate has these keys, 0 when there is none. */
size_t trustees_find_channel(const struct trustees *trustees, const struct channel_keys *keys);

/* Adds the message, as belenios-tool writes it. Returns text->error. */
int trustees_write(const struct trustees *trustees, struct text *text);

#endif
