/* What the routes of signing in share: bodies taken apart, failures as answers, times and sessions written. Internal to
 * src/web/session_*.c. */
#ifndef JISR_WEB_SESSION_BODY_H
#define JISR_WEB_SESSION_BODY_H

#include "web/faults.h"
#include "web/http.h"
#include "web/signing.h"

#define SESSION_BODY                                                                                                   \
	((size_t)48 << 10) /* bytes of any of these bodies: an attestation, twice encoded, is the longest */

struct session_field {
	const char *name;
	bool needed;
	size_t longest; /* bytes of a text; 0: an object */
};

/* Reads a body that is an object of these fields. 0 and *ret_json (NULL after an answer was given), values of texts ("" for
 * one that is not there) in `texts`, of objects in `objects`. To be freed with json_free; texts live in it. */
#define SESSION_MAX_FIELDS 8
int session_read(const struct http_request *request, struct http_reply *reply, const struct session_field *fields,
                 size_t count, cJSON **ret_json, const char *texts[SESSION_MAX_FIELDS],
                 const cJSON *objects[SESSION_MAX_FIELDS]);

/* The bytes of a browser's credential (PublicKeyCredential.toJSON()), in the request's arena. False: a field is missing or
 * is not base64url; `created` asks for an attestation, else for an assertion. */
struct session_credential {
	struct signin_passkey use; /* id, client, data, signature, handle */
	struct passkey_bytes attestation;
};
bool session_read_credential(const cJSON *json, bool created, struct arena *arena,
                             struct session_credential *ret_credential);

/* A failure of members/signin as an answer. `told` NULL where there is no wait. */
int session_failed(int error, const struct http_request *request, const struct problem *problem,
                   const struct signin_told *told, struct http_reply *reply);

/* Answers 403 and returns false when a page of another site sends this; 404 when there are no officers. */
bool session_begin(struct service *service, const struct http_request *request, struct http_reply *reply,
                   struct signin **ret_signin);

/* Whose request it is. */
struct session_own {
	struct signin *signin;
	struct session session;
	struct signin_officer officer;
};

/* The session of the caller's cookie, and that it is proved lately when `proved` is asked. False after an answer. */
bool session_own(struct service *service, const struct http_request *request, struct http_reply *reply, bool proved,
                 struct session_own *ret_own, int *ret_error);

/* "2026-11-26T22:21:48Z" of milliseconds; null for 0. */
void session_tree_time(cJSON *parent, const char *key, int64_t milliseconds);
void session_tree_bytes(cJSON *parent, const char *key, const void *bytes, size_t size); /* base64url */
void session_tree_session(cJSON *parent, const char *key, const struct session *session,
                          const struct session_limits *limits);

/* The answer to who is signed in; sets the cookies that `told` has. */
int session_reply(struct signin *signin, const struct http_request *request, struct http_reply *reply, int status,
                  const struct signin_told *told);

/* What navigator.credentials.get() and .create() take, as JSON. */
void session_tree_request(cJSON *parent, const struct signing_site *site, const uint8_t challenge[CHALLENGE_SIZE]);
void session_tree_creation(cJSON *parent, const struct signing_site *site, const uint8_t challenge[CHALLENGE_SIZE],
                           const struct signin_officer *officer, const uint8_t handle[ACCOUNT_HANDLE]);

#endif
