/* The log of a serving process: one line an event, on standard error, as text or as JSON lines. What comes from outside
 * is escaped, so that nobody can forge a line. A line is put into a bounded buffer and written by a thread of its own:
 * who logs never waits for a terminal or a full pipe; lines that find no room are counted and the count is told. */
#ifndef JISR_WEB_LOG_H
#define JISR_WEB_LOG_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* A word for each level, as the configuration file writes it: "error", "warning", "info", "debug". */
const char *log_level_text(enum log_level level);

/* One sentence. Safe from any thread; before log_start it is written at once. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event with named values. */
struct log_field {
	const char *name;
	const char *text; /* NULL: the number */
	double number;
};
void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count);

/* Lines that found no room since the start; for metrics. */
uint64_t log_dropped(void);

#endif
