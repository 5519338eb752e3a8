/* Passkeys: what a browser sends after navigator.credentials.create() and .get(), checked as the relying party must
 * (WebAuthn level 3, sections 7.1 and 7.2). Reading is done here, by one bounded reader; signatures and keys are
 * libfido2's, on the server's side of it. Pure: no clock, no store. Who calls it has seen to the challenge (that it was
 * given by us for this purpose, lately, and is used for the first time) and looks the passkey up by its id.
 *
 * Asked of every use: made on this site (origin and RP id), the person present and verified (UP and UV), ES256, EdDSA or
 * RS256. Attestation is not asked for; where it is given ("packed", "fido-u2f") its signature must hold, but nobody's
 * root is trusted: a passkey says that the same authenticator comes back, not who made it. */
#ifndef JISR_MEMBERS_PASSKEY_H
#define JISR_MEMBERS_PASSKEY_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSKEY_MAX_CLIENT      ((size_t)8 << 10)  /* bytes of clientDataJSON */
#define PASSKEY_MAX_ATTESTATION ((size_t)16 << 10) /* bytes of an attestation object */
#define PASSKEY_MAX_DATA        ((size_t)4 << 10)  /* bytes of authenticator data */
#define PASSKEY_MAX_SIGNATURE   512                /* bytes */
#define PASSKEY_MAX_ID          1023               /* bytes of a credential id, as the standard says */
#define PASSKEY_MAX_KEY         260                /* bytes of a public key as libfido2 keeps it: RSA of 2048 bits */
#define PASSKEY_MAX_CHALLENGE   64                 /* bytes */

/* Where passkeys are used. */
struct passkey_site {
	const char *rp_id;          /* "desk.example.org": the host of the address, without a port */
	const char *const *origins; /* "https://desk.example.org" */
	size_t origin_count;
};

/* What is kept of a passkey. */
struct passkey {
	uint8_t id[PASSKEY_MAX_ID];
	size_t id_size;
	uint8_t key[PASSKEY_MAX_KEY];
	size_t key_size;
	int algorithm;                   /* COSE: -7, -8, -257 */
	uint32_t count;                  /* the authenticator's counter; 0: it has none */
	bool backup_eligible, backed_up; /* may be, is copied to other devices */
	uint8_t model[16];               /* AAGUID; zeros where it does not say */
};

struct passkey_bytes {
	const uint8_t *bytes;
	size_t size;
};

/* The challenge that the client data answer to, so that the caller can look whether it is one of ours. JISR_BAD_INPUT. */
struct passkey_challenge {
	uint8_t bytes[PASSKEY_MAX_CHALLENGE];
	size_t size;
};
int passkey_challenge(struct passkey_bytes client, struct passkey_challenge *ret_challenge, struct problem *problem);

/* A new passkey: the attestation object and the client data that go with it. JISR_BAD_INPUT: not well-formed, or one of
 * the checks fails; JISR_UNSUPPORTED: an algorithm or a form of attestation that is not taken; JISR_NO_MEMORY. */
int passkey_register(const struct passkey_site *site, struct passkey_bytes client, struct passkey_bytes attestation,
                     struct passkey *ret_passkey, struct problem *problem);

/* What a use tells. */
struct passkey_use {
	uint32_t count;
	bool backed_up;
	bool cloned; /* the counter did not grow: another authenticator has the same key. To be refused by the caller. */
};

/* Somebody signed with this passkey. JISR_DENIED: the signature is not this key's; else as above. */
int passkey_assert(const struct passkey_site *site, struct passkey_bytes client, struct passkey_bytes data,
                   struct passkey_bytes signature, const struct passkey *passkey, struct passkey_use *ret_use,
                   struct problem *problem);

/* ---- the parts, for the fuzzers ---- */

/* clientDataJSON: its challenge, when its type is `type` and it was made on the site. */
int passkey_read_client(const struct passkey_site *site, const char *type, struct passkey_bytes client,
                        struct passkey_challenge *ret_challenge, struct problem *problem);

/* Authenticator data, section 6.1: flags, counter and, when `fresh`, the new credential; nothing may follow. */
struct passkey_data {
	uint8_t rp_hash[32];
	uint8_t flags;
	uint32_t count;
	uint8_t model[16];
	struct passkey_bytes id;  /* in the caller's buffer */
	struct passkey_bytes key; /* COSE_Key, well-formed */
	int algorithm;
};
int passkey_read_data(struct passkey_bytes bytes, bool fresh, struct passkey_data *ret_data, struct problem *problem);

/* An attestation object: its three members, in the caller's buffer. */
struct passkey_attestation {
	struct passkey_bytes data;      /* authenticator data */
	struct passkey_bytes statement; /* CBOR, well-formed */
	char format[32];
	bool certified;       /* the statement has x5c */
	bool algorithm_given; /* the statement has alg */
	int64_t algorithm;
	size_t statement_items; /* members of the statement */
};
int passkey_read_attestation(struct passkey_bytes bytes, struct passkey_attestation *ret_attestation,
                             struct problem *problem);

#endif
