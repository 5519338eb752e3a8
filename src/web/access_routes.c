/* /api/v1/access: the access log, for auditors. Reading it is written down like everything else. */
#include "base/digits.h"
#include "base/emit.h"
#include "store/access.h"
#include "web/record_reply.h"

#include <stdlib.h>
#include <string.h>

struct listing {
	struct text *body;
	size_t limit, count;
	uint64_t last; /* sequence of the last line that was written */
	bool more;
};

static int put(void *context, const struct access_line *line)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return JISR_CANCELLED;
	}
	listing->count++;
	listing->last = line->sequence;
	emit_object(listing->body, NULL);
	emit_count(listing->body, "sequence", line->sequence);
	emit_text(listing->body, "at", line->at);
	emit_text(listing->body, "office", line->office);
	emit_text(listing->body, "who", line->who);
	emit_text(listing->body, "action", line->action);
	emit_text(listing->body, "what", line->what);
	emit_text(listing->body, "purpose", line->purpose);
	emit_text(listing->body, "result", line->result);
	emit_bool(listing->body, "forgotten", line->forgotten);
	emit_close_object(listing->body);
	return listing->body->error;
}

static bool read_number(const char *text, uint64_t most, uint64_t *ret_number)
{
	return digits_ordinal(text, ret_number) && *ret_number <= most;
}

/* False: *ret_wrong is a name that is not known, or whose value is not. */
static bool read_filter(const struct http_request *request, struct access_filter *filter, const char **ret_wrong)
{
	struct {
		const char *name, **value;
	} texts[] = {{"office", &filter->office}, {"who", &filter->who},   {"action", &filter->action},
	             {"what", &filter->what},     {"from", &filter->from}, {"until", &filter->until}};
	const char *name, *value;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++) {
		uint64_t number = 0;
		size_t k = 0;
		*ret_wrong = name;
		while (k < sizeof texts / sizeof *texts && strcmp(texts[k].name, name) != 0)
			k++;
		if (k < sizeof texts / sizeof *texts)
			*texts[k].value = value;
		else if (strcmp(name, "cursor") == 0 && read_number(value, UINT64_MAX, &number))
			filter->before = number;
		else if (strcmp(name, "limit") == 0 && read_number(value, PAGE_MOST, &number))
			filter->limit = (size_t)number;
		else
			return false;
	}
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct access_filter filter = {.limit = PAGE_STANDARD};
	struct problem problem = {""};
	const char *wrong;
	int error = JISR_OK;
	if (!read_filter(request, &filter, &wrong)) {
		char *detail =
			arena_format(request->arena,
		                     "'%.40s' or its value is not known. There are office, who, action, what, from, "
		                     "until, cursor and limit (1 to %d).",
		                     wrong, PAGE_MOST);
		return detail == NULL ? JISR_NO_MEMORY
		                      : http_reply_problem(reply, 400, "The address cannot be read", detail);
	}
	if (filter.office == NULL && !caller_is_headquarters(request->caller_is))
		filter.office = request->caller_is->office;
	if (filter.office != NULL)
		error = caller_check_at(request->caller_is, RIGHT_ACCESS_READ, filter.office, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	struct listing listing = {.body = &reply->body, .limit = filter.limit};
	filter.limit++;
	error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return error;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "lines");
	error = access_search(service_access(service), &filter, put, &listing, &problem);
	if (error && error != JISR_CANCELLED)
		return record_reply_error(request, reply, error, &problem);
	char next[24];
	(void)snprintf(next, sizeof next, "%llu", (unsigned long long)listing.last);
	emit_close_array(&reply->body);
	emit_text(&reply->body, "next", listing.more ? next : NULL);
	emit_close_object(&reply->body);
	return reply->body.error;
}

const struct http_route routes_access[] = {
	{HTTP_GET, "/api/v1/access", list, HTTP_STYLE_PROBLEM, "api_access", .right = RIGHT_ACCESS_READ, .heavy = true,
         .access = "view"},
	{0},
};
