#include "web/alarms.h"

#include "base/emit.h"
#include "web/events.h"
#include "web/log.h"

#define ALARM_MAX 4096 /* bytes of the event */

void alarms_raise(const struct service *service, const char *office, const char *event, const char *node,
                  const char *reason)
{
	const struct log_field fields[] = {{"node", node, 0}, {"reason", reason, 0}};
	struct text json;
	log_event(LOG_LEVEL_ERROR, event, fields, 2);
	if (service_events(service) == NULL)
		return;
	text_init(&json, ALARM_MAX);
	emit_object(&json, NULL);
	emit_text(&json, "node", node);
	emit_text(&json, "reason", reason);
	emit_close_object(&json);
	if (json.error == JISR_OK)
		events_say(service_events(service), office, event, json.bytes);
	text_finish(&json);
}
