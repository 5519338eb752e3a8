#include "web/log.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/shown.h"
#include "base/thread.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOP_SECONDS 2

/* Between two writes, unless half of the buffer is filled: to wake the writer for each line of thousands a second took an
 * eighth of the processor from those who wrote them. */
#define REST_MS 5

/* One log a process: what it writes to is the process's own standard error. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t wake; /* the writer: there is something to write, or the end */
	pthread_cond_t idle; /* log_stop: the writer has written all */
	pthread_t thread;
	bool running, stopping, done;
	bool rests; /* the writer takes what comes when it has rested */
	int fd;
	bool journal;       /* lines begin with "<6>", which systemd's journal reads as the level */
	struct text filled; /* waits to be written */
	uint64_t told;      /* of `dropped`, how many were told */
	_Atomic uint64_t dropped;
	_Atomic int level;
	_Atomic bool json;
} log_state = {.mutex = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO, .level = LOG_LEVEL_INFO};

const char *log_level_text(enum log_level level)
{
	static const char *const texts[] = {"error", "warning", "info", "debug"};
	return texts[level];
}

void log_configure(enum log_level level, bool json)
{
	atomic_store_explicit(&log_state.level, level, memory_order_relaxed);
	atomic_store_explicit(&log_state.json, json, memory_order_relaxed);
}

bool log_wanted(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&log_state.level, memory_order_relaxed);
}

/* A value that is one word of harmless letters stands bare in text. */
static bool is_word(const char *text)
{
	return text[0] != '\0' &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/[]@%+") == strlen(text);
}

static void add_value(struct text *line, bool json, const struct log_field *field)
{
	char shown[LOG_MAX_VALUE];
	if (field->text == NULL) {
		if (field->number == floor(field->number) && fabs(field->number) < 1e15)
			text_add_format(line, "%.0f", field->number);
		else
			text_add_format(line, "%.3f", isfinite(field->number) ? field->number : 0);
		return;
	}
	size_t length = shown_clean(field->text, strlen(field->text), shown, sizeof shown);
	if (!json && is_word(shown))
		text_add(line, shown, length);
	else
		(void)json_write_string(shown, length, line);
}

int log_line(const char *time, enum log_level level, bool json, const char *event, const struct log_field *fields,
             size_t count, struct text *line)
{
	if (json)
		text_add_format(line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", time, log_level_text(level),
		                event);
	else
		text_add_format(line, "%s %s %s", time, log_level_text(level), event);
	for (size_t i = 0; i < count; i++) {
		size_t before = line->length;
		text_add_format(line, json ? ",\"%s\":" : " %s=", fields[i].name);
		add_value(line, json, &fields[i]);
		if (line->error == JISR_TOO_LARGE) { /* the line ends before this value */
			line->length = before;
			line->error = JISR_OK;
			break;
		}
	}
	line->limit += 4; /* room for the end */
	int error = text_add_string(line, json ? "}\n" : "\n");
	line->limit -= 4;
	return error;
}

/* Under the mutex, or before there are threads. */
static void put(const char *bytes, size_t length)
{
	if (!log_state.running) {
		(void)file_write(log_state.fd, bytes, length);
		return;
	}
	if (log_state.filled.length + length > LOG_MAX_BUFFER ||
	    text_add(&log_state.filled, bytes, length) != JISR_OK) {
		log_state.filled.error = JISR_OK;
		atomic_fetch_add_explicit(&log_state.dropped, 1, memory_order_relaxed);
		return;
	}
	if (!log_state.rests || log_state.filled.length > LOG_MAX_BUFFER / 2)
		(void)pthread_cond_signal(&log_state.wake);
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	static const char priority[] = "3467";
	char now[CLOCK_UTC_MAX];
	struct text line;
	if (!log_wanted(level))
		return;
	text_init(&line, LOG_MAX_LINE);
	if (log_state.journal)
		text_add_format(&line, "<%c>", priority[level]);
	bool json = atomic_load_explicit(&log_state.json, memory_order_relaxed);
	int error = log_line(clock_utc_exact(now), level, json, event, fields, count, &line);
	(void)pthread_mutex_lock(&log_state.mutex);
	if (error == JISR_OK)
		put(line.bytes, line.length);
	else
		atomic_fetch_add_explicit(&log_state.dropped, 1, memory_order_relaxed);
	(void)pthread_mutex_unlock(&log_state.mutex);
	text_finish(&line);
}

void log_say(enum log_level level, const char *format, ...)
{
	char sentence[LOG_MAX_VALUE];
	va_list arguments;
	if (!log_wanted(level))
		return;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	struct log_field field = {.name = "text", .text = sentence};
	log_event(level, "message", &field, 1);
}

uint64_t log_dropped(void)
{
	return atomic_load_explicit(&log_state.dropped, memory_order_relaxed);
}

/* The line that tells of lost ones. */
static void tell_dropped(struct text *text)
{
	uint64_t dropped = log_dropped();
	if (dropped == log_state.told)
		return;
	char now[CLOCK_UTC_MAX];
	struct log_field field = {.name = "lines", .number = (double)(dropped - log_state.told)};
	log_state.told = dropped;
	(void)log_line(clock_utc_exact(now), LOG_LEVEL_WARNING, atomic_load(&log_state.json), "log-lines-lost", &field,
	               1, text);
}

/* Under the mutex: so long that what many threads say is written together. */
static void rest(void)
{
	const struct timespec until = clock_after(REST_MS);
	log_state.rests = true;
	while (!log_state.stopping && log_state.filled.length <= LOG_MAX_BUFFER / 2 &&
	       pthread_cond_timedwait(&log_state.wake, &log_state.mutex, &until) == 0)
		;
	log_state.rests = false;
}

static void *write_lines(void *context)
{
	(void)context;
	struct text writing;
	text_init(&writing, 2 * LOG_MAX_BUFFER);
	(void)pthread_mutex_lock(&log_state.mutex);
	for (;;) {
		while (log_state.filled.length == 0 && !log_state.stopping)
			(void)pthread_cond_wait(&log_state.wake, &log_state.mutex);
		if (log_state.filled.length == 0)
			break;
		struct text swap = log_state.filled;
		log_state.filled = writing;
		writing = swap;
		tell_dropped(&writing);
		(void)pthread_mutex_unlock(&log_state.mutex);
		(void)file_write(log_state.fd, writing.bytes, writing.length);
		text_reset(&writing);
		(void)pthread_mutex_lock(&log_state.mutex);
		rest();
	}
	log_state.done = true;
	(void)pthread_cond_signal(&log_state.idle);
	(void)pthread_mutex_unlock(&log_state.mutex);
	text_finish(&writing);
	return NULL;
}

/* systemd sets JOURNAL_STREAM to the device and inode of the stream that it reads. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];
	if (stream == NULL || fstat(fd, &status) != 0)
		return false;
	(void)snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)status.st_dev,
	               (unsigned long long)status.st_ino);
	return strcmp(own, stream) == 0;
}

int log_start(int fd, struct problem *problem)
{
	log_state.fd = fd;
	log_state.journal = is_journal(fd);
	log_state.stopping = log_state.done = false;
	log_state.rests = false;
	thread_wait_init(&log_state.wake);
	text_init(&log_state.filled, 2 * LOG_MAX_BUFFER);
	thread_wait_init(&log_state.idle);
	if (pthread_create(&log_state.thread, NULL, write_lines, NULL) != 0)
		return problem_set(problem, JISR_NO_MEMORY, "no thread can be started");
	log_state.running = true;
	return JISR_OK;
}

void log_stop(void)
{
	if (!log_state.running)
		return;
	const struct timespec until = clock_after(STOP_SECONDS * 1000);
	(void)pthread_mutex_lock(&log_state.mutex);
	log_state.stopping = true;
	(void)pthread_cond_signal(&log_state.wake);
	int late = 0;
	while (!log_state.done && late == 0)
		late = pthread_cond_timedwait(&log_state.idle, &log_state.mutex, &until);
	bool done = log_state.done;
	log_state.running = false;
	(void)pthread_mutex_unlock(&log_state.mutex);
	if (!done) { /* nobody reads what we write; the process ends and the thread with it */
		(void)pthread_detach(log_state.thread);
		return;
	}
	(void)pthread_join(log_state.thread, NULL);
	(void)pthread_cond_destroy(&log_state.wake);
	(void)pthread_cond_destroy(&log_state.idle);
	text_finish(&log_state.filled);
}
