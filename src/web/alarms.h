/* What is wrong in the network, told in three ways: in the service's log, as an event to whoever of an office listens
 * (/api/v1/events), and, by whoever raises it, in `jisr network status` and the figures. */
#ifndef JISR_WEB_ALARMS_H
#define JISR_WEB_ALARMS_H

#include "web/service.h"

/* `event`: its name, "network-alarm". What is no alarm is log_event's alone. */
void alarms_raise(const struct service *service, const char *office, const char *event, const char *node,
                  const char *reason);

#endif
