/* How trustees of a threshold group talk through somebody they need not trust (specification, sections 4.6.1 and 4.6.3):
 * a seed gives each a key to sign and a key to decrypt; messages are signed, and those that are secret are encrypted to
 * one recipient. Encryption is ElGamal on the group for the key and AES-256 in CCM mode for the message.
 *
 * What the specification leaves open, as belenios-tool does it: the initialization vector is the first 13 bytes of its
 * hash, the authentication tag has 8 bytes and follows the message, nothing else is authenticated; challenges are
 * modulo q. Messages are below 65,536 bytes, where CCM's length field would grow. */
#ifndef JISR_BALLOT_CHANNEL_H
#define JISR_BALLOT_CHANNEL_H

#include "ballot/proof.h"

#define CHANNEL_SEED        22    /* Base58 characters */
#define CHANNEL_MAX_MESSAGE 65535 /* bytes of what is encrypted */

/* A trustee's keys. In secret memory. */
struct channel_keys {
	struct scalar signing, decryption;
	struct element verification, encryption; /* their public halves */
};

/* A signed_msg: any text, and a signature over it. */
struct signed_message {
	const char *message; /* closed by a 0 */
	struct proof signature;
};

/* A fresh seed, into secret memory. */
void channel_seed_make(char ret_seed[CHANNEL_SEED + 1]);

/* True for 22 Base58 characters. */
bool channel_seed_valid(const char *seed, size_t length);

/* *ret_keys lies in secret memory. */
void channel_keys_derive(const struct group *group, const char *seed, struct channel_keys *ret_keys);

/* Signs. The result points to `message`, which must outlive it. JISR_NO_MEMORY. */
int signed_message_make(const struct group *group, const struct scalar *signing, const char *message,
                        struct signed_message *ret_signed);

/* Reads a signed_msg; its message is the JSON's own and lives as long. */
int signed_message_read(const struct group *group, const cJSON *json, const char *where,
                        struct signed_message *ret_signed, struct problem *problem);

/* Does the signature hold under this verification key? JISR_BAD_INPUT. */
int signed_message_check(const struct group *group, const struct element *verification,
                         const struct signed_message *message, const char *where, struct problem *problem);

void signed_message_write(struct text *text, const struct signed_message *message);

/* send(sender, recipient, message) of the specification: adds the encrypted_msg to `out`. `message` lies in secret
 * memory. JISR_TOO_LARGE when it does not fit, JISR_NO_MEMORY. */
int channel_send(const struct group *group, const struct scalar *signing, const struct element *recipient,
                 const char *message, struct text *out);

/* Decrypts with the recipient's keys, and checks that the sender signed it and meant it for this recipient.
 * *ret_message lies in secret memory; secret_free ends it. JISR_BAD_INPUT: not for these keys, altered, or not by that
 * sender. JISR_NO_MEMORY. */
int channel_receive(const struct group *group, const struct channel_keys *keys, const struct element *sender,
                    const char *bytes, size_t length, const char *where, char **ret_message, struct problem *problem);

#endif
