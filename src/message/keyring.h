/* The boxes (message/envelope.h) of the offices whose messages are read on this installation: DIR/keys/OFFICE-ID.box, mode
 * 0600, one file a box, which holds the secret half as envelope_box_write writes it. A box that was replaced stays: what
 * was sealed to it can be read only with it. A file that is lost is lost, and with it what was sealed to it alone. */
#ifndef JISR_MESSAGE_KEYRING_H
#define JISR_MESSAGE_KEYRING_H

#include "message/envelope.h"

/* Makes a box for an office and keeps it; gives its public half. JISR_IO, JISR_FULL, JISR_TOO_LARGE. */
int keyring_make(const char *directory, const char *office, struct envelope_reader *ret_reader,
                 struct problem *problem);

/* Calls for each box that is here, in no order, until it returns false. JISR_IO. */
typedef bool (*keyring_each)(void *context, const char *office, const char *id);
int keyring_list(const char *directory, keyring_each each, void *context, struct problem *problem);

/* Looks at every box that is here, and tells in a sentence of each that cannot be used. JISR_IO. */
typedef void (*keyring_bad)(void *context, const char *sentence);
int keyring_check(const char *directory, keyring_bad bad, void *context, struct problem *problem);

/* Removes one that was made and never named in the record. */
void keyring_drop(const char *directory, const char *office, const char *id);

/* JISR_NOT_FOUND: it is not here. JISR_CORRUPT, JISR_IO. Wipe the box with envelope_box_finish. */
int keyring_load(const char *directory, const char *office, const char *id, struct envelope_box *ret_box,
                 struct problem *problem);

#endif
