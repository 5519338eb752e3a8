/* Officers in the service: local.db and sign-in beside the record, who is behind a request, and the cookies.
 *
 * Cookies are HttpOnly and SameSite=Strict. Over https their names begin with __Host- and they are Secure; over plain http,
 * which is for this machine alone, neither is possible in every browser, and the names are the bare ones. A request that
 * changes something and shows a cookie must come from a page of this service: the browser says so in Sec-Fetch-Site or
 * Origin. */
#ifndef JISR_WEB_SIGNING_H
#define JISR_WEB_SIGNING_H

#include "members/signin.h"
#include "web/answer.h"

#define SIGNING_ISSUER "jisr" /* in authenticator apps */

struct signing;
struct store;

/* For a record that is open; the store must outlive it. */
int signing_new(const struct settings *settings, struct store *store, struct signing **ret_signing,
                struct problem *problem);
struct signing *signing_free(struct signing *signing);
MEMORY_DEFINE_FREEP(struct signing, signing_free)
struct signin *signing_signin(struct signing *signing);

/* web/answer's: a session's cookie, an officer's token, a certificate that acts for an officer. */
int signing_recognise(struct service *service, const struct answer_input *input, const char *secret,
                      struct arena *arena, struct caller *ret_caller, const char **ret_why);

/* ---- for handlers ---- */

enum signing_cookie { SIGNING_SESSION, SIGNING_DEVICE };

/* The value of a cookie, in the request's arena; NULL when it is not there or is not one of ours. */
const char *signing_cookie(const struct http_request *request, enum signing_cookie cookie);
/* Whether a Cookie header, or NULL, holds any of ours. */
bool signing_shown(const char *header);
/* Sets it; an empty value takes it away. JISR_NO_MEMORY. */
int signing_set_cookie(const struct http_request *request, struct http_reply *reply, enum signing_cookie cookie,
                       const char *value);

/* Whether a browser says that a page of another site sends this. */
bool signing_foreign(const struct http_request *request);

/* Where the request comes from. */
struct signin_from signing_from(const struct http_request *request);

/* The site of passkeys: the public URL, else localhost. False where neither is: passkeys cannot be used then. */
struct signing_site {
	struct passkey_site site;
	char rp_id[256], origin[300];
	const char *origins[1];
};
bool signing_site(const struct http_request *request, struct signing_site *ret_site);

#endif
