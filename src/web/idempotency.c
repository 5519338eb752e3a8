#include "web/idempotency.h"

#include "base/clock.h"
#include "members/repeat.h"
#include "web/log.h"
#include "web/service.h"
#include "web/signing.h"

#include <sodium.h>
#include <string.h>

static bool well_formed(const char *key)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < length; i++)
		if (key[i] < '!' || key[i] > '~')
			return false;
	return length > 0 && length <= REPEAT_MAX_KEY;
}

static int conflict(struct http_reply *reply, const char *detail)
{
	return http_reply_problem(reply, 409, "Not possible now", detail);
}

static int give_again(struct http_reply *reply, const struct repeat_reply *first)
{
	int error = text_add(&reply->body, first->bytes, first->length);
	reply->status = first->status;
	reply->type = "application/json";
	if (error == JISR_OK && first->etag != NULL)
		error = http_reply_header(reply, "ETag", first->etag);
	if (error == JISR_OK && first->location != NULL)
		error = http_reply_header(reply, "Location", first->location);
	return error != JISR_OK ? error : http_reply_header(reply, "Idempotency-Replayed", "true");
}

static int answer(struct http_reply *reply, enum repeat_found found, const struct repeat_reply *first)
{
	switch (found) {
	case REPEAT_UNDER_WAY:
		return conflict(reply,
		                "The first request with this Idempotency-Key is under way, or was cut off before "
		                "its answer was kept. Send it again in a minute; if the answer stays this, look "
		                "whether it was done, and take another key if it was not.");
	case REPEAT_NOT_KEPT:
		return conflict(reply,
		                "This was done with this Idempotency-Key already. Its answer is not kept, since it "
		                "holds a secret that is shown once, or is too long.");
	case REPEAT_OTHER:
		return http_reply_problem(reply, 422, "The request is not valid",
		                          "This Idempotency-Key was sent with another body. Take another key for "
		                          "another request.");
	default: return give_again(reply, first);
	}
}

/* Keys are a caller's own. An officer's token and session share them; a token of the settings is another caller. */
static char *name_caller(const struct http_request *request)
{
	const struct caller *caller = request->caller_is;
	if (caller->officer[0] != '\0')
		return arena_format(request->arena, "officer/%s", caller->officer);
	return arena_format(request->arena, "%d/%s", (int)caller->kind, caller->name);
}

static int begin(struct idempotency *idempotency, const char *key, const struct http_request *request,
                 enum repeat_found *found, struct repeat_reply *first, struct problem *problem)
{
	struct repeat repeat = {.caller = name_caller(request), .route = request->path, .key = key};
	struct sql *sql;
	if (repeat.caller == NULL)
		return JISR_NO_MEMORY;
	(void)crypto_hash_sha256(repeat.body, (const unsigned char *)request->body, request->body_length);
	int error = local_begin(idempotency->local, &sql, problem);
	if (error != JISR_OK)
		return error;
	error = repeat_begin(sql, &repeat, clock_wall(), request->arena, found, &idempotency->id, first, problem);
	return local_end(idempotency->local, error, problem);
}

bool idempotency_begin(struct service *service, const struct http_route *route, const struct http_request *request,
                       struct http_reply *reply, struct idempotency *ret_idempotency, int *ret_error)
{
	const char *key = route->repeat != HTTP_REPEAT_NEVER ? http_header(request, "Idempotency-Key") : NULL;
	struct idempotency idempotency = {.secret = route->repeat == HTTP_REPEAT_SECRET};
	struct signing *signing = key != NULL && service != NULL ? service_signing(service) : NULL;
	enum repeat_found found = REPEAT_FIRST;
	struct repeat_reply first = {.status = 0};
	struct problem problem = {""};
	*ret_idempotency = (struct idempotency){.local = NULL};
	*ret_error = JISR_OK;
	if (signing == NULL || request->caller_is->kind == CALLER_NOBODY)
		return true;
	if (!well_formed(key)) {
		*ret_error = http_reply_problem(reply, 400, "Bad request",
		                                "Idempotency-Key is 1 to 255 visible ASCII characters without spaces, "
		                                "a UUID for instance.");
		return false;
	}
	idempotency.local = signin_local(signing_signin(signing));
	int error = begin(&idempotency, key, request, &found, &first, &problem);
	if (error == JISR_FULL || error == JISR_BUSY) {
		*ret_error = http_reply_problem(reply, error == JISR_FULL ? 507 : 503,
		                                error == JISR_FULL ? "The disk is full" : "Not available now",
		                                "The Idempotency-Key cannot be written down now; nothing was done.");
		return false;
	}
	*ret_error = error;
	if (error == JISR_OK && found != REPEAT_FIRST)
		*ret_error = answer(reply, found, &first);
	if (error != JISR_OK || found != REPEAT_FIRST)
		return false;
	*ret_idempotency = idempotency;
	return true;
}

static const char *header_of(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

void idempotency_end(const struct idempotency *idempotency, const struct http_request *request, int error,
                     const struct http_reply *reply)
{
	struct problem problem = {""};
	struct sql *sql;
	bool done = error == JISR_OK && reply->status >= 200 && reply->status < 300;
	bool undone = error == JISR_OK && reply->status >= 400 && reply->status != 500;
	if (idempotency->local == NULL || (!done && !undone))
		return;
	const struct repeat_reply kept = {.status = reply->status,
	                                  .etag = header_of(reply, "ETag"),
	                                  .location = header_of(reply, "Location"),
	                                  .bytes = idempotency->secret ? NULL : reply->body.bytes,
	                                  .length = reply->body.length};
	int failed = local_begin(idempotency->local, &sql, &problem);
	if (failed == JISR_OK)
		failed = local_end(idempotency->local,
		                   done ? repeat_keep(sql, idempotency->id, &kept, &problem)
		                        : repeat_drop(sql, idempotency->id, &problem),
		                   &problem);
	if (failed == JISR_OK)
		return;
	const struct log_field fields[] = {{"id", request->id, 0}, {"reason", problem.text, 0}};
	log_event(LOG_LEVEL_WARNING, "idempotency-key-failed", fields, sizeof fields / sizeof *fields);
}
