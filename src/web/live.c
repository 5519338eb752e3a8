/* Terms
 *   hall     one session that somebody follows: its newest messages, what changed in it and when
 *   message  one event as bytes, shared by all who are sent it; counted
 *   topic    what of a session a page may have read besides the stage: "agenda", "drafts"; its sequence is that of the last
 *            entry about it, so that a page knows what to read again
 *
 * An event is: id: SEQUENCE, event: stage, data: {"sequence", "changed": {TOPIC: SEQUENCE}, "stage": {...}}. The first event
 * of a stream is "clock", with the service's time: pages count speaking times with it, however wrong their own clock is.
 *
 * Invariants (all under `lock`)
 *   1. A hall is there while it has listeners. Its topics begin with the newest entry, which is never too small.
 *   2. A message is freed when its last holder lets it go; halls and streams are holders.
 *   3. Only the thread makes messages, outside of the lock, and never waits for a listener. */
#include "web/live.h"

#include "assembly/view.h"
#include "base/clock.h"
#include "base/emit.h"
#include "base/thread.h"
#include "web/record_reply.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 96 /* bytes of the first event, of a heartbeat */

/* What an entry of a kind changes; the first that begins it counts. */
enum topic { SESSION, DELEGATIONS, AGENDA, DOCUMENTS, DRAFTS, FLOOR, VOTES, ELECTIONS, OTHERS, TOPICS };
static const char *const topic_names[TOPICS] = {"session", "delegations", "agenda",    "documents", "drafts",
                                                "floor",   "votes",       "elections", "others"};
static const struct {
	const char *begins;
	enum topic topic;
} kinds[] = {
	{"assembly.session.", SESSION},
	{"assembly.invite", DELEGATIONS},
	{"assembly.deleg", DELEGATIONS},
	{"assembly.credentials", DELEGATIONS},
	{"assembly.arrears", DELEGATIONS},
	{"assembly.appeal", DELEGATIONS},
	{"assembly.presence", DELEGATIONS},
	{"assembly.forget", DELEGATIONS},
	{"assembly.item", AGENDA},
	{"assembly.agenda", AGENDA},
	{"assembly.document", DOCUMENTS},
	{"assembly.draft", DRAFTS},
	{"assembly.amendment", DRAFTS},
	{"assembly.floor", FLOOR},
	{"assembly.speak", FLOOR},
	{"assembly.motion", FLOOR},
	{"assembly.vote", VOTES},
	{"assembly.rule", VOTES},
	{"assembly.draw", VOTES},
	{"assembly.proxy", VOTES},
	{"assembly.contest", ELECTIONS},
	{"assembly.candidature", ELECTIONS},
	{"assembly.committee", ELECTIONS},
	{"assembly.", OTHERS},
	{"urn.", ELECTIONS},
	{"member.", DELEGATIONS},
};

struct message {
	size_t users, length;
	char bytes[];
};

struct hall {
	struct hall *next;
	uint32_t session;
	size_t users;
	bool dirty;
	double made; /* when the last messages were; clock_seconds */
	uint64_t changed[TOPICS];
	uint64_t version;             /* grows with each message */
	struct message *whole, *part; /* for the inside, for the public; NULL before the first */
};

struct stream {
	struct http_stream http; /* first: what the carrier knows */
	struct live *live;
	struct stream *next;
	struct hall *hall;
	bool inside, ended;
	struct caller caller;    /* where inside */
	uint64_t since;          /* the log's end when it was opened */
	uint64_t version;        /* of the message that it took last */
	struct message *message; /* that is being sent; NULL: none */
	size_t sent;             /* of it */
	char head[HEAD_MAX];     /* what goes before */
	size_t head_length, head_sent;
	void (*wake)(void *context); /* the carrier's; NULL before it carries */
	void *context;
	double opened, moved; /* clock_seconds: when it was opened, when something was last given to it */
};

struct live {
	struct store *store;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* an entry came, a hall was opened, the end */
	pthread_t thread;
	bool started, stopping;
	uint64_t newest, read; /* sequences */
	struct hall *halls;
	struct stream *streams;
	size_t count, public_count, hall_count;
	double looked; /* when streams were last looked after */
};

static struct message *message_hold(struct message *message)
{
	if (message != NULL)
		message->users++;
	return message;
}

static struct message *message_drop(struct message *message)
{
	if (message != NULL && --message->users == 0)
		memory_free(message);
	return NULL;
}

static void wake(struct stream *stream)
{
	if (stream->wake != NULL)
		stream->wake(stream->context);
}

/* ---- the carrier's side ---- */

static void take_newest(struct stream *stream)
{
	if (stream->version == stream->hall->version)
		return;
	stream->version = stream->hall->version;
	stream->message = message_hold(stream->inside ? stream->hall->whole : stream->hall->part);
	stream->sent = 0;
}

static ssize_t stream_read(struct http_stream *http, char *bytes, size_t size)
{
	struct stream *stream = (struct stream *)http;
	size_t given = 0;
	(void)pthread_mutex_lock(&stream->live->lock);
	bool ended = stream->ended;
	if (stream->message == NULL && stream->head_sent < stream->head_length) {
		given = stream->head_length - stream->head_sent < size ? stream->head_length - stream->head_sent : size;
		memcpy(bytes, stream->head + stream->head_sent, given);
		stream->head_sent += given;
	} else {
		if (stream->message == NULL && !ended)
			take_newest(stream);
		if (stream->message != NULL) {
			given = stream->message->length - stream->sent < size ? stream->message->length - stream->sent
			                                                      : size;
			memcpy(bytes, stream->message->bytes + stream->sent, given);
			stream->sent += given;
			stream->moved = clock_seconds();
			if (stream->sent == stream->message->length)
				stream->message = message_drop(stream->message);
		}
	}
	(void)pthread_mutex_unlock(&stream->live->lock);
	return given > 0 ? (ssize_t)given : ended ? -1 : 0;
}

static void stream_carry(struct http_stream *http, void (*wake_carrier)(void *context), void *context)
{
	struct stream *stream = (struct stream *)http;
	(void)pthread_mutex_lock(&stream->live->lock);
	stream->wake = wake_carrier;
	stream->context = context;
	(void)pthread_mutex_unlock(&stream->live->lock);
}

/* Under the lock. */
static void leave_hall(struct live *live, struct hall *hall)
{
	if (--hall->users > 0)
		return;
	struct hall **at = &live->halls;
	while (*at != hall)
		at = &(*at)->next;
	*at = hall->next;
	live->hall_count--;
	message_drop(hall->whole);
	message_drop(hall->part);
	memory_free(hall);
}

static void stream_free(struct http_stream *http)
{
	struct stream *stream = (struct stream *)http;
	struct live *live = stream->live;
	(void)pthread_mutex_lock(&live->lock);
	struct stream **at = &live->streams;
	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	live->count--;
	live->public_count -= !stream->inside;
	message_drop(stream->message);
	leave_hall(live, stream->hall);
	(void)pthread_mutex_unlock(&live->lock);
	memory_free(stream);
}

/* ---- the thread ---- */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* "93" of "assembly/93/vote/2". 0: of none. */
static uint32_t session_of(const char *subject)
{
	uint32_t number = 0;
	if (!begins(subject, "assembly/"))
		return 0;
	for (subject += strlen("assembly/"); *subject >= '0' && *subject <= '9' && number <= ASSEMBLY_MAX_SESSION;
	     subject++)
		number = number * 10 + (uint32_t)(*subject - '0');
	return number;
}

static int see_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct live *live = context;
	const char *kind = entry->header.kind;
	(void)problem;
	(void)pthread_mutex_lock(&live->lock);
	live->read = entry->sequence;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!begins(kind, kinds[i].begins))
			continue;
		uint32_t session = begins(kind, "assembly.") ? session_of(entry->header.subject) : 0;
		for (struct hall *hall = live->halls; hall != NULL; hall = hall->next)
			if (session == 0 || hall->session == session) {
				hall->dirty = true;
				hall->changed[kinds[i].topic] = entry->sequence;
			}
		break;
	}
	for (struct stream *stream = live->streams; stream != NULL; stream = stream->next)
		if (stream->inside && entry->sequence > stream->since &&
		    record_reply_concerns(&stream->caller, &entry->header)) {
			stream->ended = true;
			wake(stream);
		}
	bool stopping = live->stopping;
	(void)pthread_mutex_unlock(&live->lock);
	return stopping ? JISR_CANCELLED : JISR_OK;
}

/* Marks what entries from one on have changed. */
static int read_log(struct live *live, uint64_t from)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	int error = store_read(live->store, &reader, &problem);
	if (!error)
		error = log_each(store_reader_log(reader), from, LOG_WITHOUT_BODY, see_entry, live, &problem);
	return error == JISR_CANCELLED ? JISR_OK : error;
}

static int make_message(struct sql *sql, uint32_t session, const struct caller *caller, uint64_t sequence,
                        const uint64_t changed[TOPICS], struct message **ret_message, struct problem *problem)
{
	struct text json;
	struct message *message = NULL;
	char head[64];
	text_init(&json, LIVE_MESSAGE);
	emit_object(&json, NULL);
	emit_count(&json, "sequence", sequence);
	emit_object(&json, "changed");
	for (size_t i = 0; i < TOPICS; i++)
		emit_count(&json, topic_names[i], changed[i]);
	emit_close_object(&json);
	emit_name(&json, "stage", strlen("stage"));
	int error = view_write(sql, VIEW_STAGE, session, NULL, caller, &json, NULL, problem);
	emit_close_object(&json);
	size_t head_length =
		(size_t)snprintf(head, sizeof head, "id: %llu\nevent: stage\ndata: ", (unsigned long long)sequence);
	if (!error)
		error = text_add_string(&json, "\n\n");
	if (!error && (message = memory_alloc(sizeof *message + head_length + json.length)) == NULL)
		error = JISR_NO_MEMORY;
	if (!error) {
		message->users = 1;
		message->length = head_length + json.length;
		memcpy(message->bytes, head, head_length);
		memcpy(message->bytes + head_length, json.bytes, json.length);
		*ret_message = message;
	}
	text_finish(&json);
	return error;
}

/* Both messages from one state of the record. */
static int make_messages(struct live *live, uint32_t session, const uint64_t changed[TOPICS],
                         struct message **ret_whole, struct message **ret_part)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct caller inside;
	struct message *whole = NULL, *part = NULL;
	caller_console(&inside, OFFICE_HEADQUARTERS);
	int error = store_read(live->store, &reader, &problem);
	uint64_t sequence = error ? 0 : store_reader_sequence(reader);
	if (!error)
		error = make_message(store_reader_sql(reader), session, &inside, sequence, changed, &whole, &problem);
	if (!error)
		error = make_message(store_reader_sql(reader), session, NULL, sequence, changed, &part, &problem);
	if (error) {
		memory_free(whole);
		return error;
	}
	*ret_whole = whole;
	*ret_part = part;
	return JISR_OK;
}

/* Makes a hall's messages anew; the lock is given up meanwhile, and the hall may be gone. */
static void renew(struct live *live, struct hall *hall, double now)
{
	struct message *whole = NULL, *part = NULL;
	uint64_t changed[TOPICS];
	uint32_t session = hall->session;
	memcpy(changed, hall->changed, sizeof changed);
	hall->dirty = false;
	hall->made = now;
	(void)pthread_mutex_unlock(&live->lock);
	int error = make_messages(live, session, changed, &whole, &part);
	(void)pthread_mutex_lock(&live->lock);
	for (hall = live->halls; hall != NULL && hall->session != session;)
		hall = hall->next;
	if (hall != NULL && error) { /* no memory, no disk: tried again with the next look */
		hall->dirty = true;
		hall->made = now + 1;
	}
	if (hall == NULL || error) {
		message_drop(whole);
		message_drop(part);
		return;
	}
	message_drop(hall->whole);
	message_drop(hall->part);
	hall->whole = whole;
	hall->part = part;
	hall->version++;
	for (struct stream *stream = live->streams; stream != NULL; stream = stream->next)
		if (stream->hall == hall)
			wake(stream);
}

/* Comments where it was silent, ends where the time is up. Under the lock. */
static void look_after(struct live *live, double now)
{
	if (now - live->looked < 1)
		return;
	live->looked = now;
	for (struct stream *stream = live->streams; stream != NULL; stream = stream->next) {
		if (now - stream->opened > LIVE_SECONDS)
			stream->ended = true;
		else if (now - stream->moved > LIVE_HEARTBEAT && stream->head_sent == stream->head_length) {
			stream->head_length = (size_t)snprintf(stream->head, sizeof stream->head, ":\n\n");
			stream->head_sent = 0;
			stream->moved = now;
		} else
			continue;
		wake(stream);
	}
}

/* The hall whose turn it is; else NULL, and when to look again. */
static struct hall *due(const struct live *live, double now, double *ret_wait)
{
	double wait = 1;
	for (struct hall *hall = live->halls; hall != NULL; hall = hall->next) {
		if (!hall->dirty)
			continue;
		double left = hall->made + LIVE_PAUSE - now;
		if (left <= 0)
			return hall;
		wait = left < wait ? left : wait;
	}
	*ret_wait = wait;
	return NULL;
}

static void wait_for(struct live *live, double seconds)
{
	const struct timespec until = clock_after((int64_t)(seconds * 1000) + 1);
	(void)pthread_cond_timedwait(&live->changed, &live->lock, &until);
}

static void *work(void *argument)
{
	struct live *live = argument;
	(void)pthread_mutex_lock(&live->lock);
	while (!live->stopping) {
		double now = clock_seconds(), wait = 1;
		struct hall *hall;
		look_after(live, now);
		if (live->halls == NULL)
			live->read = live->newest;
		if (live->read < live->newest) {
			uint64_t from = live->read + 1;
			(void)pthread_mutex_unlock(&live->lock);
			int error = read_log(live, from);
			(void)pthread_mutex_lock(&live->lock);
			if (error || live->read < from) /* it cannot be read now */
				wait_for(live, 1);
		} else if ((hall = due(live, now, &wait)) != NULL) {
			renew(live, hall, now);
		} else {
			wait_for(live, wait);
		}
	}
	for (struct stream *stream = live->streams; stream != NULL; stream = stream->next) {
		stream->ended = true;
		wake(stream);
	}
	(void)pthread_mutex_unlock(&live->lock);
	return NULL;
}

static void told(void *context, uint64_t first, uint64_t last)
{
	struct live *live = context;
	(void)first;
	(void)pthread_mutex_lock(&live->lock);
	if (last > live->newest)
		live->newest = last;
	(void)pthread_cond_signal(&live->changed);
	(void)pthread_mutex_unlock(&live->lock);
}

/* ---- the whole ---- */

static int start(struct live *live, struct problem *problem)
{
	struct store_reader *reader = NULL;
	int error = store_listen(live->store, told, live, problem);
	if (!error)
		error = store_read(live->store, &reader, problem);
	if (error)
		return error;
	told(live, 0, store_reader_sequence(reader));
	store_read_end(reader);
	error = thread_start(&live->thread, work, live, problem);
	live->started = error == JISR_OK;
	return error;
}

int live_new(struct store *store, struct live **ret_live, struct problem *problem)
{
	struct live *live = memory_zero(1, sizeof *live);
	if (live == NULL)
		return problem_no_memory(problem);
	live->store = store;
	(void)pthread_mutex_init(&live->lock, NULL);
	thread_wait_init(&live->changed);
	*ret_live = live; /* also after an error: the store may tell it something until the store ends */
	return start(live, problem);
}

void live_stop(struct live *live)
{
	if (live == NULL)
		return;
	(void)pthread_mutex_lock(&live->lock);
	live->stopping = true;
	(void)pthread_cond_signal(&live->changed);
	bool started = live->started;
	live->started = false;
	(void)pthread_mutex_unlock(&live->lock);
	if (started)
		(void)pthread_join(live->thread, NULL);
}

struct live *live_free(struct live *live)
{
	if (live == NULL)
		return NULL;
	live_stop(live);
	(void)pthread_cond_destroy(&live->changed);
	(void)pthread_mutex_destroy(&live->lock);
	return memory_free(live);
}

static int check_session(struct live *live, uint32_t session, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct assembly assembly;
	int error = store_read(live->store, &reader, problem);
	return error ? error : assembly_get(store_reader_sql(reader), session, &assembly, problem);
}

/* The hall of the session, with one user more; NULL: no memory, or too many. Under the lock. */
static struct hall *enter_hall(struct live *live, uint32_t session)
{
	struct hall *hall = live->halls;
	while (hall != NULL && hall->session != session)
		hall = hall->next;
	if (hall == NULL && live->hall_count < LIVE_MAX_SESSIONS && (hall = memory_zero(1, sizeof *hall)) != NULL) {
		hall->session = session;
		hall->dirty = true;
		for (size_t i = 0; i < TOPICS; i++)
			hall->changed[i] = live->newest;
		hall->next = live->halls;
		live->halls = hall;
		live->hall_count++;
	}
	if (hall != NULL)
		hall->users++;
	return hall;
}

int live_open(struct live *live, uint32_t session, const struct caller *caller, struct http_stream **ret_stream,
              struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	int error = check_session(live, session, problem);
	if (error)
		return error;
	struct stream *stream = memory_zero(1, sizeof *stream);
	if (stream == NULL)
		return JISR_NO_MEMORY;
	stream->http.read = stream_read;
	stream->http.free = stream_free;
	stream->http.carry = stream_carry;
	stream->live = live;
	stream->inside = caller != NULL;
	if (caller != NULL)
		stream->caller = *caller;
	stream->opened = stream->moved = clock_seconds();
	(void)pthread_mutex_lock(&live->lock);
	if (live->stopping)
		error = JISR_CANCELLED;
	else if (live->count == LIVE_MAX || (caller == NULL && live->public_count == LIVE_MAX_PUBLIC))
		error = JISR_TOO_LARGE;
	else if ((stream->hall = enter_hall(live, session)) == NULL)
		error = live->hall_count < LIVE_MAX_SESSIONS ? JISR_NO_MEMORY : JISR_TOO_LARGE;
	if (!error) {
		/* They do not all come back in the same moment after a break. */
		unsigned retry = 500 + (unsigned)(live->count * 7919 % 1500);
		clock_utc_exact(now);
		stream->head_length = (size_t)snprintf(stream->head, sizeof stream->head,
		                                       "retry: %u\nevent: clock\ndata: \"%s\"\n\n", retry, now);
		stream->next = live->streams;
		live->streams = stream;
		live->count++;
		live->public_count += caller == NULL;
		stream->since = live->newest;
		(void)pthread_cond_signal(&live->changed);
	}
	(void)pthread_mutex_unlock(&live->lock);
	if (error) {
		memory_free(stream);
		return error;
	}
	*ret_stream = &stream->http;
	return JISR_OK;
}

size_t live_count(struct live *live)
{
	(void)pthread_mutex_lock(&live->lock);
	size_t count = live->count;
	(void)pthread_mutex_unlock(&live->lock);
	return count;
}
