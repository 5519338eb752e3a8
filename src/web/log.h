/* The log of a serving process: one line an event, on standard error, as text or as JSON lines. What comes from outside
 * is escaped, so that nobody can forge a line. A line is put into a bounded buffer and written by a thread of its own:
 * who logs never waits for a terminal or a full pipe; lines that find no room are counted and the count is told. */
#ifndef JISR_WEB_LOG_H
#define JISR_WEB_LOG_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_MAX_LINE   ((size_t)8 << 10)   /* bytes; longer ones are cut */
#define LOG_MAX_BUFFER ((size_t)512 << 10) /* bytes that wait to be written */
#define LOG_MAX_VALUE  ((size_t)2 << 10)   /* bytes of one value */

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* A word for each level, as the configuration file writes it: "error", "warning", "info", "debug". */
const char *log_level_text(enum log_level level);

/* Which lines are written, and how; at any time. */
void log_configure(enum log_level level, bool json);

/* True when lines of this level are written. */
bool log_wanted(enum log_level level);

/* Starts the writing thread on a descriptor that stays the caller's. Before it and after log_stop lines are written at
 * once by who logs. log_stop waits until all is written, two seconds at most: then what is left is lost, not the stop. */
int log_start(int fd, struct problem *problem);
void log_stop(void);

/* One sentence. Safe from any thread, not in a signal handler. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event with named values. */
struct log_field {
	const char *name; /* a word of ours */
	const char *text; /* from anywhere; NULL: the number */
	double number;
};
void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count);

/* Lines that found no room since the start; for metrics. */
uint64_t log_dropped(void);

/* The line that log_event writes, with its newline, after a time given as text. For tests. */
int log_line(const char *time, enum log_level level, bool json, const char *event, const struct log_field *fields,
             size_t count, struct text *line);

#endif
