#include "web/log.h"

#include "base/clock.h"
#include "base/shown.h"

#include <stdarg.h>
#include <stdio.h>

const char *log_level_text(enum log_level level)
{
	static const char *const texts[] = {"error", "warning", "info", "debug"};
	return texts[level];
}

void log_say(enum log_level level, const char *format, ...)
{
	char sentence[1024], shown[1024], now[CLOCK_UTC_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	shown_clean(sentence, strlen(sentence), shown, sizeof shown);
	fprintf(stderr, "%s %s %s\n", clock_utc_exact(now), log_level_text(level), shown);
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	(void)fields;
	(void)count;
	log_say(level, "%s", event);
}

uint64_t log_dropped(void)
{
	return 0;
}
