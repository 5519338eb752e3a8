#include "notices/hit_emit.h"

#include "base/emit.h"

#include <string.h>

static void emit_some(struct text *text, const char *key, const char *value)
{
	emit_text(text, key, value != NULL && value[0] != '\0' ? value : NULL);
}

static void emit_steps(struct text *text, const struct hit *hit, const struct caller *caller)
{
	struct problem unsaid;
	emit_array(text, "steps");
	for (int step = HIT_REPORT + 1; step < HIT_STEP_COUNT; step++)
		if (hit_allowed((enum hit_step)step, hit->state, hit->finder, hit->owner, hit->colour, caller,
		                &unsaid) == JISR_OK)
			emit_text(text, NULL, hit_step_name((enum hit_step)step));
	emit_close_array(text);
}

void hit_emit(struct text *text, const struct hit *hit, const struct caller *caller, const char *now)
{
	char key[NOTICE_ID_MAX + 1];
	(void)snprintf(key, sizeof key, "%s", hit->id);
	key[4] = '-';
	emit_object(text, NULL);
	emit_text(text, "id", hit->id);
	emit_text(text, "href", key);
	emit_text(text, "state", hit_state_name(hit->state));
	emit_text(text, "about", hit_about_name(hit->about));
	emit_text(text, "subject", hit->subject);
	emit_text(text, "colour", hit->colour);
	emit_text(text, "caption", hit->caption);
	emit_text(text, "finder", hit->finder);
	emit_text(text, "owner", hit->owner);
	emit_text(text, "place", hit->place);
	emit_some(text, "country", hit->country);
	emit_some(text, "found", hit->found);
	emit_bool(text, "urgent", hit->urgent);
	emit_text(text, "reported", hit->reported);
	emit_text(text, "changed", hit->changed);
	emit_text(text, "awaits", hit_awaits(hit));
	emit_some(text, "due", hit->due);
	emit_bool(text, "overdue", hit->due[0] != '\0' && strcmp(hit->due, now) < 0);
	emit_some(text, "reference", hit->reference);
	emit_some(text, "outcome", hit->outcome);
	emit_bool(text, "notice_ended", hit->ended);
	emit_count(text, "version", hit->version);
	if (caller != NULL && hit->evidence[0] != '\0')
		emit_raw(text, "evidence", hit->evidence, strlen(hit->evidence));
	else if (caller != NULL)
		emit_null(text, "evidence");
	if (caller != NULL)
		emit_steps(text, hit, caller);
	emit_close_object(text);
}

bool hit_emit_event(void *context, const struct history_event *event)
{
	struct text *text = context;
	history_emit_open(text, event);
	if (event->detail[0] != '\0')
		emit_raw(text, "detail", event->detail, strlen(event->detail));
	else
		emit_null(text, "detail");
	emit_close_object(text);
	return text->error == JISR_OK;
}
