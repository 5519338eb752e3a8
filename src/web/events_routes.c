/* /api/v1/events: the entries of the record as they come. */
#include "base/digits.h"
#include "web/events.h"
#include "web/record_reply.h"

#include <stdlib.h>
#include <string.h>

/* The last event that the client saw: the header that browsers send when they come back, or ?after= of the address. */
static bool read_after(const struct http_request *request, uint64_t *ret_after)
{
	const char *text = http_header(request, "Last-Event-ID");
	if (text == NULL)
		text = http_query(request, "after");
	*ret_after = UINT64_MAX;
	return text == NULL || digits_read(text, 15, ret_after);
}

static int get_events(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	uint64_t after;
	int error;
	if (!read_after(request, &after))
		return http_reply_problem(reply, 400, "The address cannot be read",
		                          "Last-Event-ID and 'after' are the sequence of an entry.");
	error = events_open(service_events(service), request->caller_is, after, &reply->stream);
	if (error == JISR_TOO_LARGE || error == JISR_CANCELLED)
		return http_reply_problem(reply, 503, "Not available now",
		                          "Too many listen already, or the service is stopping; try again later.");
	return error ? error : record_reply_stream(service_store(service), request->caller_is, reply);
}

const struct http_route routes_events[] = {
	{HTTP_GET, "/api/v1/events", get_events, HTTP_STYLE_PROBLEM, "api_events", .right = RIGHT_EVENTS,
         .access = "view"},
	{0},
};
