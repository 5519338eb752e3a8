/* Terms
 *   stream   one listener: who it is, the last sequence that was looked at for it, the bytes that wait to be sent
 *   room     a stream has room while less than half of its buffer is filled
 *
 * Invariants (all under `lock`)
 *   1. A stream's buffer holds whole events, in order, each entry that it may see and that is not above `last`.
 *   2. Only the thread adds to buffers and moves `last`; it never waits for a listener: one without room is left where
 *      it is, and later gets what it missed from the log.
 *   3. Whoever carries a stream is woken when bytes were added or the stream has ended (http.h: wake may come at any
 *      time and too often). */
#include "web/events.h"

#include "base/clock.h"
#include "base/thread.h"
#include "store/entry_emit.h"
#include "web/record_reply.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

struct stream {
	struct http_stream http; /* first: what the carrier knows */
	struct events *events;
	struct stream *next;
	struct caller caller;
	uint64_t last, since; /* looked at; the log's end when it was opened */
	struct text buffer;
	size_t taken;                /* bytes of the buffer that were sent */
	void (*wake)(void *context); /* the carrier's; NULL before it carries */
	void *context;
	double opened, moved; /* clock_seconds: when it was opened, when something was last added */
	bool ended;
};

struct events {
	struct store *store;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* an entry came, a stream was opened or made room, the end */
	pthread_t thread;
	bool started, stopping;
	uint64_t newest;
	struct stream *streams;
	size_t count;
};

static void wake(struct stream *stream)
{
	if (stream->wake != NULL)
		stream->wake(stream->context);
}

static bool room(const struct stream *stream)
{
	return !stream->ended && stream->buffer.length - stream->taken < EVENTS_BUFFER / 2;
}

/* ---- the carrier's side ---- */

static ssize_t stream_read(struct http_stream *http, char *bytes, size_t size)
{
	struct stream *stream = (struct stream *)http;
	struct events *events = stream->events;
	(void)pthread_mutex_lock(&events->lock);
	size_t left = stream->buffer.length - stream->taken;
	bool ended = stream->ended;
	if (left > size)
		left = size;
	memcpy(bytes, stream->buffer.bytes + stream->taken, left);
	stream->taken += left;
	if (stream->taken == stream->buffer.length) {
		text_reset(&stream->buffer);
		stream->taken = 0;
		if (stream->last < events->newest)
			(void)pthread_cond_signal(&events->changed);
	}
	(void)pthread_mutex_unlock(&events->lock);
	return left > 0 ? (ssize_t)left : ended ? -1 : 0;
}

static void stream_carry(struct http_stream *http, void (*wake_carrier)(void *context), void *context)
{
	struct stream *stream = (struct stream *)http;
	(void)pthread_mutex_lock(&stream->events->lock);
	stream->wake = wake_carrier;
	stream->context = context;
	(void)pthread_mutex_unlock(&stream->events->lock);
}

static void stream_free(struct http_stream *http)
{
	struct stream *stream = (struct stream *)http;
	struct events *events = stream->events;
	(void)pthread_mutex_lock(&events->lock);
	struct stream **at = &events->streams;
	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	events->count--;
	(void)pthread_mutex_unlock(&events->lock);
	text_finish(&stream->buffer);
	memory_free(stream);
}

/* ---- the thread ---- */

/* Adds an event: an entry without its content, in one line of JSON. */
static void add_entry(struct stream *stream, const struct entry *entry, double now)
{
	struct text *text = &stream->buffer;
	size_t before = text->length;
	text_add_format(text, "id: %llu\nevent: entry\ndata: ", (unsigned long long)entry->sequence);
	struct text json;
	text_init(&json, 2 * ENTRY_MAX_HEADER);
	entry_emit(&json, NULL, entry, false);
	text_add(text, json.bytes, json.length);
	if (text_add_string(text, "\n\n") != JISR_OK || json.error != JISR_OK) {
		text->length = before; /* no memory: the client comes back for it */
		stream->ended = true;
	}
	stream->moved = now;
	text_finish(&json);
}

struct pass {
	struct events *events;
	size_t count;
	double now;
};

static int pass_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct pass *pass = context;
	(void)problem;
	(void)pthread_mutex_lock(&pass->events->lock);
	for (struct stream *stream = pass->events->streams; stream != NULL; stream = stream->next) {
		if (stream->last + 1 != entry->sequence || !room(stream))
			continue;
		stream->last = entry->sequence;
		if (entry->sequence > stream->since && record_reply_concerns(&stream->caller, &entry->header))
			stream->ended = true;
		else if (record_reply_heard(&stream->caller, &entry->header))
			add_entry(stream, entry, pass->now);
	}
	(void)pthread_mutex_unlock(&pass->events->lock);
	return ++pass->count == EVENTS_AT_ONCE ? JISR_CANCELLED : JISR_OK;
}

/* The first entry that a stream with room has not seen; 0 when there is none. Under the lock. */
static uint64_t wanted(const struct events *events)
{
	uint64_t from = 0;
	for (const struct stream *stream = events->streams; stream != NULL; stream = stream->next)
		if (room(stream) && stream->last < events->newest && (from == 0 || stream->last + 1 < from))
			from = stream->last + 1;
	return from;
}

static int read_entries(struct events *events, uint64_t from)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct pass pass = {.events = events, .now = clock_seconds()};
	struct problem problem = {""};
	int error = store_read(events->store, &reader, &problem);
	if (!error)
		error = log_each(store_reader_log(reader), from, LOG_WITHOUT_BODY, pass_entry, &pass, &problem);
	return error == JISR_CANCELLED ? JISR_OK : error;
}

/* Comments where it was silent, ends where the time is up; wakes whoever has something. Under the lock. */
static void look_after(struct events *events, bool failed)
{
	double now = clock_seconds();
	for (struct stream *stream = events->streams; stream != NULL; stream = stream->next) {
		if (failed || now - stream->opened > EVENTS_SECONDS)
			stream->ended = true;
		else if (stream->buffer.length == 0 && now - stream->moved > EVENTS_HEARTBEAT) {
			(void)text_add_string(&stream->buffer, ":\n\n");
			stream->moved = now;
		}
		if (stream->buffer.length > 0 || stream->ended)
			wake(stream);
	}
}

static void *work(void *argument)
{
	struct events *events = argument;
	(void)pthread_mutex_lock(&events->lock);
	while (!events->stopping) {
		uint64_t from = wanted(events);
		bool failed = false;
		if (from == 0) {
			const struct timespec until = clock_after(1000);
			(void)pthread_cond_timedwait(&events->changed, &events->lock, &until);
		} else {
			(void)pthread_mutex_unlock(&events->lock);
			failed = read_entries(events, from) != JISR_OK;
			(void)pthread_mutex_lock(&events->lock);
		}
		look_after(events, failed);
	}
	for (struct stream *stream = events->streams; stream != NULL; stream = stream->next) {
		stream->ended = true;
		wake(stream);
	}
	(void)pthread_mutex_unlock(&events->lock);
	return NULL;
}

static void told(void *context, uint64_t first, uint64_t last)
{
	struct events *events = context;
	(void)first;
	(void)pthread_mutex_lock(&events->lock);
	if (last > events->newest)
		events->newest = last;
	(void)pthread_cond_signal(&events->changed);
	(void)pthread_mutex_unlock(&events->lock);
}

/* ---- the whole ---- */

static int start(struct events *events, struct problem *problem)
{
	struct store_reader *reader = NULL;
	int error = store_listen(events->store, told, events, problem);
	if (!error)
		error = store_read(events->store, &reader, problem);
	if (error)
		return error;
	told(events, 0, store_reader_sequence(reader));
	store_read_end(reader);
	error = thread_start(&events->thread, work, events, problem);
	events->started = error == JISR_OK;
	return error;
}

/* Frees without ending what listens: only before anything told it. */
int events_new(struct store *store, struct events **ret_events, struct problem *problem)
{
	struct events *events = memory_zero(1, sizeof *events);
	if (events == NULL)
		return problem_no_memory(problem);
	events->store = store;
	(void)pthread_mutex_init(&events->lock, NULL);
	thread_wait_init(&events->changed);
	int error = start(events, problem);
	*ret_events = events; /* also after an error: the store may tell it something until the store ends */
	return error;
}

void events_stop(struct events *events)
{
	if (events == NULL)
		return;
	(void)pthread_mutex_lock(&events->lock);
	events->stopping = true;
	(void)pthread_cond_signal(&events->changed);
	bool started = events->started;
	events->started = false;
	(void)pthread_mutex_unlock(&events->lock);
	if (started)
		(void)pthread_join(events->thread, NULL);
}

struct events *events_free(struct events *events)
{
	if (events == NULL)
		return NULL;
	events_stop(events);
	(void)pthread_cond_destroy(&events->changed);
	(void)pthread_mutex_destroy(&events->lock);
	return memory_free(events);
}

int events_open(struct events *events, const struct caller *caller, uint64_t after, struct http_stream **ret_stream)
{
	struct stream *stream = memory_zero(1, sizeof *stream);
	int error = JISR_OK;
	if (stream == NULL)
		return JISR_NO_MEMORY;
	stream->http.read = stream_read;
	stream->http.free = stream_free;
	stream->http.carry = stream_carry;
	stream->events = events;
	stream->opened = clock_seconds();
	stream->caller = *caller;
	text_init(&stream->buffer, EVENTS_BUFFER + 4 * ENTRY_MAX_HEADER);
	(void)text_add_string(&stream->buffer, "retry: 2000\n\n");
	(void)pthread_mutex_lock(&events->lock);
	stream->since = events->newest;
	stream->last = after < events->newest ? after : events->newest;
	stream->moved = stream->opened;
	if (events->stopping)
		error = JISR_CANCELLED;
	else if (events->count == EVENTS_MAX)
		error = JISR_TOO_LARGE;
	if (!error) {
		stream->next = events->streams;
		events->streams = stream;
		events->count++;
		(void)pthread_cond_signal(&events->changed);
	}
	(void)pthread_mutex_unlock(&events->lock);
	if (error) {
		text_finish(&stream->buffer);
		memory_free(stream);
		return error;
	}
	*ret_stream = &stream->http;
	return JISR_OK;
}

void events_say(struct events *events, const char *office, const char *event, const char *json)
{
	(void)pthread_mutex_lock(&events->lock);
	for (struct stream *stream = events->streams; stream != NULL; stream = stream->next) {
		if (strcmp(stream->caller.office, office) != 0 || !room(stream))
			continue;
		(void)text_add_format(&stream->buffer, "event: %s\ndata: %s\n\n", event, json);
		wake(stream);
	}
	(void)pthread_mutex_unlock(&events->lock);
}

size_t events_count(struct events *events)
{
	(void)pthread_mutex_lock(&events->lock);
	size_t count = events->count;
	(void)pthread_mutex_unlock(&events->lock);
	return count;
}
