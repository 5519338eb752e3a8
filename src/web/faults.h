/* What is wrong with a request's body, all of it at once: each fault with the place where it stands as a JSON pointer
 * (RFC 6901), so that a client mends every field in one go. Answered as RFC 9457 problem+json with "errors". */
#ifndef JISR_WEB_FAULTS_H
#define JISR_WEB_FAULTS_H

#include "base/arena.h"
#include "web/http.h"

#include <stdbool.h>
#include <stddef.h>

#define FAULTS_KEPT 50 /* told one by one; more are only counted */

/* Where something stands: the member `name` or, when that is NULL, the element `index` of what `parent` is. NULL is the
 * whole. Lives on the stack of who reads; a pointer is only written out for a fault. */
struct place {
	const struct place *parent;
	const char *name;
	size_t index;
};

struct faults {
	struct arena *arena; /* of the request */
	size_t count;        /* also those not kept */
	bool no_memory;      /* a fault could not be kept for want of memory */
	struct {
		const char *pointer, *detail;
	} kept[FAULTS_KEPT];
};

void faults_add(struct faults *faults, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Answers 422 with every fault. There must be one. JISR_NO_MEMORY. */
int faults_reply(const struct faults *faults, struct http_reply *reply);

/* Reads the request's body as JSON: 0 and *ret_json (NULL after an answer was given: 415 for another type, 400 for bytes
 * that are no JSON), or a code for the server. The tree is freed with json_free. */
int faults_read_body(const struct http_request *request, struct http_reply *reply, cJSON **ret_json);

/* One member that an object may have, for telling which was meant by one that it may not have. */
struct known_field {
	const char *name;
	const char *others; /* what other programs call it, a space around each: " dob birthDate " */
};

/* The number of a field by its exact name; `count` when there is none, and the fault names the nearest. */
size_t faults_field(struct faults *faults, const struct place *place, const struct known_field *fields, size_t count);

#endif
