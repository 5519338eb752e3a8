/* Terms
 *   stream   one node's line: the next entry to be given, the bytes that wait to be sent
 *   peer     what is known of a node, by name, since this process began
 *
 * Invariants (all under `lock`)
 *   1. A stream's buffer holds whole frames (network/frame.h); a batch is added only to an empty one, so that memory is
 *      bounded by a batch a stream.
 *   2. Only the giving thread adds to buffers and moves `next`. It reads the log without the lock; a stream that it is busy
 *      with is freed only when it has let go of it. */
#include "web/nodes.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/thread.h"
#include "network/frame.h"
#include "network/hiding.h"
#include "web/alarms.h"
#include "web/courier.h"
#include "web/log.h"
#include "web/node_files.h"
#include "web/nodes_private.h"
#include "web/service.h"
#include "web/snapshots.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SPREAD_NS        200000L /* rest after a round, a stream: many nodes get larger batches */
#define THROUGH_SECONDS  35.0    /* after the last report that a bureau passed on, the node counts as connected */
#define REPORT_SECONDS   10.0    /* between reports of a node when nothing changed */
#define CERTIFICATE_NEAR (30 * 86400.0)
#define TWICE                                                                                                          \
	"two machines are at work with the certificate of this node: a copy of its directory runs. Stop the copy; if " \
	"it is a stranger's, end the node and admit it anew with other keys"
#define STREAMS_A_NODE 2   /* an old line may not yet have been given up */
#define STATUS_SECONDS 2.0 /* between writings of the state */

struct stream {
	struct http_stream http; /* first: what the carrier knows */
	struct nodes *nodes;
	struct stream *next_stream;
	struct peer *peer;
	struct replica replica;
	uint64_t next;
	struct text buffer;
	size_t taken;
	double moved;       /* clock_seconds() when a frame was last added; 0: none yet */
	bool told, reaches; /* of a bureau's: whether it was told how its line is, and what */
	void (*wake)(void *context);
	void *context;
	bool busy, ended;
};

/* Headquarters, or a regional bureau. */
bool nodes_serve(const struct nodes *nodes)
{
	return nodes->pull == NULL || nodes->own.kind == NODE_BUREAU;
}

bool nodes_pulls(const struct nodes *nodes)
{
	return nodes != NULL && nodes->pull != NULL;
}

const char *nodes_asks_for(const struct nodes *nodes)
{
	return nodes != NULL && nodes->own.kind == NODE_POST ? nodes->own.office : "";
}

/* ---- the carrier's side of a stream ---- */

static ssize_t stream_read(struct http_stream *http, char *bytes, size_t size)
{
	struct stream *stream = (struct stream *)http;
	struct nodes *nodes = stream->nodes;
	(void)pthread_mutex_lock(&nodes->lock);
	size_t left = stream->buffer.length - stream->taken;
	bool ended = stream->ended;
	if (left > size)
		left = size;
	memcpy(bytes, stream->buffer.bytes + stream->taken, left);
	stream->taken += left;
	if (stream->taken == stream->buffer.length && left > 0) {
		text_finish(&stream->buffer); /* a long batch's memory is not kept */
		text_init(&stream->buffer, FRAME_MAX);
		stream->taken = 0;
		if (stream->next <= nodes->newest)
			(void)pthread_cond_broadcast(&nodes->changed);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	return left > 0 ? (ssize_t)left : ended ? -1 : 0;
}

static void stream_carry(struct http_stream *http, void (*wake)(void *context), void *context)
{
	struct stream *stream = (struct stream *)http;
	(void)pthread_mutex_lock(&stream->nodes->lock);
	stream->wake = wake;
	stream->context = context;
	(void)pthread_mutex_unlock(&stream->nodes->lock);
}

static void stream_free(struct http_stream *http)
{
	struct stream *stream = (struct stream *)http;
	struct nodes *nodes = stream->nodes;
	(void)pthread_mutex_lock(&nodes->lock);
	stream->wake = NULL;
	while (stream->busy) /* invariant 2 */
		(void)pthread_cond_wait(&nodes->changed, &nodes->lock);
	struct stream **at = &nodes->streams;
	while (*at != stream)
		at = &(*at)->next_stream;
	*at = stream->next_stream;
	nodes->stream_count--;
	stream->peer->streams--;
	stream->peer->seen = clock_seconds();
	(void)pthread_mutex_unlock(&nodes->lock);
	text_finish(&stream->buffer);
	memory_free(stream);
}

/* ---- giving ---- */

/* A bureau says first how its own line is. */
static bool wants_line(const struct stream *stream)
{
	return stream->nodes->pull != NULL && (!stream->told || stream->reaches != stream->nodes->reaches);
}

static bool wants(const struct stream *stream, uint64_t newest, double now)
{
	return !stream->ended && stream->buffer.length == 0 &&
	       (stream->next <= newest || now - stream->moved > PULL_HEARTBEAT || stream->moved == 0 ||
	        wants_line(stream));
}

static int make_line(bool reaches, struct text *out)
{
	const struct frame frame = {.kind = FRAME_LINE, .content = reaches ? "1" : "0", .length = 1};
	return frame_put(out, &frame);
}

static int make_frame(struct store *store, const struct replica *replica, uint64_t next, struct text *out,
                      uint64_t *ret_last, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text content;
	struct frame frame = {.kind = FRAME_BATCH};
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	text_init(&content, REPLICA_MAX_BATCH);
	error = replica_give(reader, replica, next, &content, ret_last, problem);
	if (!error && *ret_last == 0) {
		frame.kind = FRAME_CHECKPOINT;
		error = replica_checkpoint(reader, &content, problem);
	}
	frame.content = content.bytes;
	frame.length = content.length;
	if (!error)
		error = frame_put(out, &frame);
	text_finish(&content);
	return error;
}

/* Fills one stream. Called with the lock, which is let go meanwhile. */
static void serve(struct nodes *nodes, struct stream *stream)
{
	struct text made;
	struct problem problem = {""};
	struct replica replica = stream->replica;
	uint64_t next = stream->next, last = 0;
	bool line = wants_line(stream), reaches = nodes->reaches;
	stream->busy = true;
	(void)pthread_mutex_unlock(&nodes->lock);
	text_init(&made, FRAME_MAX);
	int error = line ? make_line(reaches, &made) : make_frame(nodes->store, &replica, next, &made, &last, &problem);
	(void)pthread_mutex_lock(&nodes->lock);
	stream->busy = false;
	(void)pthread_cond_broadcast(&nodes->changed);
	if (error) {
		const struct log_field fields[] = {
			{"node", stream->peer->name, 0},
			{"reason", problem.text[0] != '\0' ? problem.text : error_text(error), 0}};
		log_event(LOG_LEVEL_ERROR, "network-give-failed", fields, 2);
		stream->ended = true;
		text_finish(&made);
	} else {
		text_finish(&stream->buffer);
		stream->buffer = made;
		stream->taken = 0;
		if (line) {
			stream->told = true;
			stream->reaches = reaches;
		} else {
			stream->moved = clock_seconds();
		}
		if (last > 0)
			stream->next = last + 1;
	}
	if (stream->wake != NULL)
		stream->wake(stream->context);
}

static void *give(void *context)
{
	struct nodes *nodes = context;
	(void)pthread_mutex_lock(&nodes->lock);
	while (!nodes->stopping) {
		size_t served = 0;
		nodes->reaches = nodes->pull == NULL || pull_reaches(nodes->pull); /* headquarters reaches itself */
		double now = clock_seconds();
		for (struct stream *stream = nodes->streams; stream != NULL && !nodes->stopping;
		     stream = stream->next_stream) {
			if (!wants(stream, nodes->newest, now))
				continue;
			serve(nodes, stream); /* it stays in the list: whoever frees it waits for the lock */
			served++;
		}
		if (served > 0) {
			const struct timespec rest = {0, SPREAD_NS * (long)(served < 1000 ? served : 1000)};
			(void)pthread_mutex_unlock(&nodes->lock);
			(void)nanosleep(&rest, NULL);
			(void)pthread_mutex_lock(&nodes->lock);
			continue;
		}
		const struct timespec until = clock_after(1000);
		(void)pthread_cond_timedwait(&nodes->changed, &nodes->lock, &until);
		if (nodes->peers != NULL && clock_seconds() - nodes->status_at > STATUS_SECONDS) {
			nodes->status_at = clock_seconds();
			(void)pthread_mutex_unlock(&nodes->lock);
			nodes_write_status(nodes);
			(void)pthread_mutex_lock(&nodes->lock);
		}
	}
	for (struct stream *stream = nodes->streams; stream != NULL; stream = stream->next_stream) {
		stream->ended = true;
		if (stream->wake != NULL)
			stream->wake(stream->context);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	return NULL;
}

static void told(void *context, uint64_t first, uint64_t last)
{
	struct nodes *nodes = context;
	(void)first;
	(void)pthread_mutex_lock(&nodes->lock);
	if (last > nodes->newest)
		nodes->newest = last;
	(void)pthread_cond_broadcast(&nodes->changed);
	(void)pthread_mutex_unlock(&nodes->lock);
}

/* By name, made when it is not there. Under the lock; NULL: no memory, or too many. */
static struct peer *peer_of(struct nodes *nodes, const char *name, bool make)
{
	for (struct peer *peer = nodes->peers; peer != NULL; peer = peer->next)
		if (strcmp(peer->name, name) == 0)
			return peer;
	struct peer *peer = make && nodes->peer_count < NODES_MAX ? memory_zero(1, sizeof *peer) : NULL;
	if (peer == NULL)
		return NULL;
	(void)snprintf(peer->name, sizeof peer->name, "%s", name);
	peer->next = nodes->peers;
	nodes->peers = peer;
	nodes->peer_count++;
	return peer;
}

int nodes_open(struct nodes *nodes, const struct network_node *node, uint64_t from, struct http_stream **ret_stream,
               struct problem *problem)
{
	struct stream *stream = memory_zero(1, sizeof *stream);
	if (stream == NULL)
		return problem_no_memory(problem);
	stream->http = (struct http_stream){stream_read, stream_free, stream_carry};
	stream->nodes = nodes;
	stream->next = from;
	network_replica(node->office, node->kind, &node->served, &stream->replica);
	text_init(&stream->buffer, FRAME_MAX);
	int error = JISR_OK;
	(void)pthread_mutex_lock(&nodes->lock);
	struct peer *peer = peer_of(nodes, node->name, true);
	if (nodes->stopping || !nodes->started)
		error = problem_set(problem, JISR_CANCELLED, "the service is stopping");
	else if (peer == NULL || nodes->stream_count == NODES_MAX || peer->streams == STREAMS_A_NODE)
		error = problem_set(problem, JISR_TOO_LARGE, "the node %s follows already, or too many do", node->name);
	else if (from == 0 || from > nodes->newest + 1)
		error = problem_set(problem, JISR_STATE, "the log has %llu entries", (unsigned long long)nodes->newest);
	if (!error) {
		stream->peer = peer;
		peer->streams++;
		peer->seen = clock_seconds();
		stream->next_stream = nodes->streams;
		nodes->streams = stream;
		nodes->stream_count++;
		(void)pthread_cond_broadcast(&nodes->changed);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	if (error) {
		text_finish(&stream->buffer);
		memory_free(stream);
		return error;
	}
	*ret_stream = &stream->http;
	return JISR_OK;
}

int nodes_pass(struct nodes *nodes, const char *path, const struct network_node *node, const char *bytes, size_t length,
               long *ret_status, struct text *reply, struct problem *problem)
{
	char whole[320 + NODE_NAME_MAX];
	(void)snprintf(whole, sizeof whole, "%.300s%cfor=%s", path, strchr(path, '?') != NULL ? '&' : '?', node->name);
	return pull_pass(nodes->pull, whole, bytes, length, ret_status, reply, problem);
}

/* ---- what new nodes begin with ---- */

static bool was_seen(void *context, const char *name)
{
	struct nodes *nodes = context;
	(void)pthread_mutex_lock(&nodes->lock);
	bool seen = peer_of(nodes, name, false) != NULL;
	(void)pthread_mutex_unlock(&nodes->lock);
	return seen;
}

static int start_snapshots(struct nodes *nodes, struct problem *problem)
{
	const struct snapshots_options options = {.store = nodes->store,
	                                          .least = service_settings(nodes->service)->snapshot_least,
	                                          .seen = was_seen,
	                                          .context = nodes};
	return snapshots_new(&options, &nodes->snapshots, problem);
}

int nodes_snapshot(struct nodes *nodes, const struct network_node *node, struct text *out, struct problem *problem)
{
	struct replica replica = {.scope = REPLICA_ALL};
	network_replica(node->office, node->kind, &node->served, &replica);
	return snapshots_manifest(nodes->snapshots, &replica, out, problem);
}

int nodes_snapshot_piece(struct nodes *nodes, const struct network_node *node, const char *name, uint64_t number,
                         struct text *out, struct problem *problem)
{
	struct replica replica = {.scope = REPLICA_ALL};
	network_replica(node->office, node->kind, &node->served, &replica);
	return snapshots_piece(nodes->snapshots, &replica, name, number, out, problem);
}

/* ---- what nodes report ---- */

/* Whether the checkpoint that the node holds is this log's, and cosigned by its office. */
static int check_note(struct nodes *nodes, const struct network_node *node, const char *note, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	size_t length = 0;
	int error = store_read(nodes->store, &reader, problem);
	if (!error)
		error = replica_compare(reader, note, strlen(note), problem);
	if (!error && node->kind != NODE_POST)
		error = store_open_note(reader, node->office, note, strlen(note), &length, problem);
	return error;
}

/* Whether a process reports that others of the node have reported after: two are at work with one certificate. Told once. */
static bool is_copy(struct peer *peer, const char *run)
{
	bool known = false;
	if (run[0] == '\0' || strcmp(peer->runs[0], run) == 0)
		return false;
	for (size_t i = 1; i < PEER_RUNS; i++)
		known = known || strcmp(peer->runs[i], run) == 0;
	memmove(peer->runs[1], peer->runs[0], sizeof peer->runs - sizeof peer->runs[0]);
	(void)snprintf(peer->runs[0], sizeof peer->runs[0], "%s", run);
	bool news = known && !peer->twice;
	peer->twice = peer->twice || known;
	return news;
}

/* Seconds by which a node's clock is ahead, by what it wrote. */
static double ahead(const char *utc)
{
	int64_t moment;
	return clock_utc_read(utc, &moment) ? (double)(moment - clock_wall() / 1000) : 0;
}

int nodes_report(struct nodes *nodes, const struct network_node *node, const char *through, const char *bytes,
                 size_t length, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct node_report report;
	int error = node_report_read(bytes, length, &json, &report, problem);
	if (error)
		return error;
	bool news = false, twice = false;
	if (report.note[0] != '\0')
		error = check_note(nodes, node, report.note, problem);
	(void)pthread_mutex_lock(&nodes->lock);
	struct peer *peer = peer_of(nodes, node->name, true);
	if (peer != NULL) {
		bool was = peer->equal || !peer->reported;
		peer->seen = clock_seconds();
		peer->reported = true;
		(void)snprintf(peer->through, sizeof peer->through, "%s", through);
		peer->equal = error == JISR_OK;
		peer->report = report;
		peer->report.at = peer->report.note = NULL; /* they end with the JSON */
		if (error)
			peer->report.root[0] = '\0';
		peer->clock = ahead(report.at);
		twice = is_copy(peer, report.run);
		news = !peer->equal && was;
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	if (news)
		alarms_raise(nodes->service, ENTRY_HEADQUARTERS, "network-alarm", node->name,
		             problem != NULL ? problem->text : "");
	if (twice)
		nodes_trespass(nodes, node->name, TWICE);
	return error;
}

void nodes_trespass(struct nodes *nodes, const char *name, const char *what)
{
	(void)pthread_mutex_lock(&nodes->lock);
	struct peer *peer = peer_of(nodes, name, true);
	if (peer != NULL) {
		peer->trespasses++;
		(void)snprintf(peer->trespass, sizeof peer->trespass, "%s", what);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	alarms_raise(nodes->service, ENTRY_HEADQUARTERS, "network-alarm", name, what);
}

struct courier *nodes_courier(struct nodes *nodes)
{
	return nodes->courier;
}

/* Seconds since the first entry that a node lacks. */
static double age_of(struct nodes *nodes, uint64_t sequence)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *entry = NULL;
	if (store_read(nodes->store, &reader, NULL) != JISR_OK || arena_new(STORE_COMMAND_MEMORY, &arena) != JISR_OK ||
	    log_read(store_reader_log(reader), sequence, LOG_WITHOUT_BODY, arena, &entry, NULL) != JISR_OK)
		return 0;
	return clock_age(entry->header.at);
}

void nodes_state(struct nodes *nodes, const char *name, struct nodes_state *ret_state)
{
	struct nodes_state state = {.seen = -1};
	uint64_t newest = 0;
	(void)pthread_mutex_lock(&nodes->lock);
	struct peer *peer = peer_of(nodes, name, false);
	newest = nodes->newest;
	if (peer != NULL) {
		state.connected = peer->streams > 0 ||
		                  (peer->through[0] != '\0' && clock_seconds() - peer->seen < THROUGH_SECONDS);
		memcpy(state.through, peer->through, sizeof state.through);
		state.known = peer->reported;
		state.equal = peer->reported && peer->equal;
		state.seen = peer->seen > 0 ? clock_seconds() - peer->seen : -1;
		state.size = peer->report.size;
		state.clock = peer->clock;
		memcpy(state.version, peer->report.version, sizeof state.version);
		memcpy(state.alarm, peer->report.alarm, sizeof state.alarm);
		memcpy(state.root, peer->report.root, sizeof state.root);
		state.outbox = peer->report.waiting;
		state.refused = peer->report.refused;
		state.outbox_seconds = peer->report.oldest_seconds;
		state.trespasses = peer->trespasses;
		memcpy(state.trespass, peer->trespass, sizeof state.trespass);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	if (state.known && state.size < newest) {
		state.lag = newest - state.size;
		state.lag_seconds = age_of(nodes, state.size + 1);
	}
	*ret_state = state;
}

/* ---- at a node ---- */

static void on_told(void *context, enum pull_event event, const char *sentence)
{
	const struct nodes *nodes = context;
	const struct log_field fields[] = {{"node", nodes->own.name, 0}, {"reason", sentence, 0}};
	switch (event) {
	case PULL_TOLD_ALARM:
		alarms_raise(nodes->service, nodes->own.office, "network-alarm", nodes->own.name, sentence);
		break;
	case PULL_TOLD_REFUSED:
		alarms_raise(nodes->service, nodes->own.office, "network-refused", nodes->own.name, sentence);
		break;
	case PULL_TOLD_LINE: log_event(LOG_LEVEL_WARNING, "network-line", fields, 2); break;
	case PULL_TOLD_SNAPSHOT: log_event(LOG_LEVEL_INFO, "network-snapshot", fields, 2); break;
	}
}

/* Headquarters' checkpoint with the own office's signature below it. */
static int cosign(struct nodes *nodes, struct store_reader *reader, struct text *note, struct problem *problem)
{
	struct text own;
	const char *gap = NULL;
	int error = replica_checkpoint(reader, note, problem);
	if (error || nodes->own.kind == NODE_POST)
		return error;
	gap = memmem(note->bytes, note->length, "\n\n", 2);
	if (gap == NULL)
		return problem_set(problem, JISR_CORRUPT, "the checkpoint that is kept cannot be read");
	size_t length = (size_t)(gap - note->bytes) + 1;
	text_init(&own, NOTE_MAX_BYTES);
	error = store_sign_note(reader, nodes->own.office, note->bytes, length, &own, problem);
	if (!error)
		error = text_add(note, own.bytes + length + 1, own.length - length - 1);
	text_finish(&own);
	return error;
}

double nodes_certificate_ends(const struct nodes *nodes)
{
	double ends = 0;
	(void)authority_ends(store_directory(nodes->store), "node.crt", &ends, NULL);
	return ends;
}

/* In time for headquarters to answer. */
static void tell_certificate(const struct nodes *nodes, char room[PROBLEM_MAX])
{
	double ends = nodes_certificate_ends(nodes), left = ends - (double)clock_wall() / 1000;
	char moment[CLOCK_UTC_MAX];
	if (ends > 0 && left < CERTIFICATE_NEAR)
		(void)snprintf(room, PROBLEM_MAX,
		               "the node's certificate %s at %s: 'jisr node admit' at headquarters with the node's "
		               "request, 'jisr node join' at the node",
		               left < 0 ? "ended" : "ends", clock_utc_at((int64_t)ends, moment));
}

const char *nodes_own_alarm(struct nodes *nodes, const struct pull_status *status, char room[PROBLEM_MAX])
{
	room[0] = '\0';
	if (status->alarm[0] == '\0' && nodes->courier != NULL)
		courier_alarm(nodes->courier, room);
	if (status->alarm[0] == '\0' && room[0] == '\0')
		tell_certificate(nodes, room);
	return status->alarm[0] != '\0' ? status->alarm : room;
}

void nodes_emit_outbox(struct text *json, const struct outbox_figures *figures)
{
	emit_object(json, "outbox");
	emit_count(json, "waiting", figures->waiting + figures->sent);
	emit_count(json, "at_headquarters", figures->sent);
	emit_count(json, "refused", figures->refused);
	emit_score(json, "oldest_seconds", figures->oldest);
	emit_close_object(json);
}

static void report(struct nodes *nodes, struct pull *pull)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text note, json, reply;
	struct pull_status status;
	char now[CLOCK_UTC_MAX];
	long http = 0;
	pull_status(pull, &status);
	if ((!status.connected && !status.forked) || store_read(nodes->store, &reader, NULL) != JISR_OK)
		return;
	struct outbox_figures figures = {0};
	uint64_t size = store_reader_sequence(reader);
	if (nodes->courier != NULL)
		(void)outbox_figures(courier_outbox(nodes->courier), &figures, NULL);
	bool same = size == nodes->reported && figures.waiting + figures.sent == nodes->reported_outbox;
	if (same && clock_seconds() - nodes->reported_at < REPORT_SECONDS)
		return;
	text_init(&note, NOTE_MAX_BYTES);
	text_init(&json, 2 * NODE_REPORT_MAX);
	text_init(&reply, NODE_REPORT_MAX);
	(void)cosign(nodes, reader, &note, NULL);
	emit_object(&json, NULL);
	emit_count(&json, "size", size);
	emit_text(&json, "version", JISR_VERSION);
	emit_text(&json, "at", clock_utc_exact(now));
	char alarm[PROBLEM_MAX];
	emit_text(&json, "alarm", nodes_own_alarm(nodes, &status, alarm));
	emit_text(&json, "run", nodes->run);
	emit_text(&json, "note", note.bytes);
	if (nodes->courier != NULL)
		nodes_emit_outbox(&json, &figures);
	emit_close_object(&json);
	if (json.error == JISR_OK &&
	    pull_ask(pull, "/network/v1/report", json.bytes, json.length, &http, &reply, NULL) == JISR_OK) {
		nodes->reported = size;
		nodes->reported_outbox = figures.waiting + figures.sent;
		nodes->reported_at = clock_seconds();
	}
	text_finish(&note);
	text_finish(&json);
	text_finish(&reply);
}

/* Says to headquarters what was removed, when it is gone from the files, too. */
static void tell_removals(struct nodes *nodes, struct pull *pull)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text note, reply;
	char now[CLOCK_UTC_MAX];
	uint64_t last = 0;
	long http = 0;
	if (clock_seconds() < nodes->removals_at || store_read(nodes->store, &reader, NULL) != JISR_OK)
		return;
	text_init(&note, HIDING_MAX_NOTE);
	text_init(&reply, NODE_REPORT_MAX);
	int error = hiding_write(reader, store_log_name(nodes->store), nodes->own.name, nodes->own.office,
	                         nodes->own.kind != NODE_POST, clock_utc_exact(now), node_files_cleared(nodes->files),
	                         &note, &last, NULL);
	reader = store_read_end(reader);
	if (!error && last > 0)
		error = pull_ask(pull, "/network/v1/removals", note.bytes, note.length, &http, &reply, NULL);
	if (!error && last > 0)
		error = http == 200 ? replica_removals_heard(nodes->store, last, NULL) : JISR_BUSY;
	if (error)
		nodes->removals_at = clock_seconds() + REPORT_SECONDS;
	text_finish(&note);
	text_finish(&reply);
}

static void tend(void *context, struct pull *pull)
{
	struct nodes *nodes = context;
	if (nodes_serve(nodes)) /* the line may have changed, which the giving thread tells */
		told(nodes, 0, 0);
	node_files_tend(nodes->files, pull);
	tell_removals(nodes, pull);
	report(nodes, pull);
	if (clock_seconds() - nodes->status_at > STATUS_SECONDS) {
		nodes->status_at = clock_seconds();
		nodes_write_status(nodes);
	}
}

/* ---- life ---- */

static int start_giving(struct nodes *nodes, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_listen(nodes->store, told, nodes, problem);
	if (!error)
		error = store_read(nodes->store, &reader, problem);
	if (error)
		return error;
	told(nodes, 0, store_reader_sequence(reader));
	error = thread_start(&nodes->thread, give, nodes, problem);
	nodes->started = error == JISR_OK;
	return error;
}

static int start_pulling(struct nodes *nodes, struct problem *problem)
{
	int error = node_read(store_directory(nodes->store), &nodes->own, problem);
	if (error)
		return error;
	parcel_id_new(nodes->run);
	const struct pull_options options = {.store = nodes->store,
	                                     .directory = store_directory(nodes->store),
	                                     .node = &nodes->own,
	                                     .tend = tend,
	                                     .told = on_told,
	                                     .context = nodes};
	struct network_node own = {.kind = nodes->own.kind, .served = nodes->own.served};
	(void)snprintf(own.office, sizeof own.office, "%s", nodes->own.office);
	error = node_files_new(nodes->service, &own, &nodes->files, problem);
	if (!error)
		error = pull_new(&options, &nodes->pull, problem);
	if (!error)
		node_files_line(nodes->files, nodes->pull);
	const struct courier_options courier = {.store = nodes->store,
	                                        .events = service_events(nodes->service),
	                                        .pull = nodes->pull,
	                                        .node = &nodes->own};
	struct courier *started = NULL;
	if (!error && nodes->own.kind == NODE_NATIONAL)
		error = courier_start(&courier, &started, problem);
	nodes->courier = started;
	return error ? error : pull_start(nodes->pull, problem); /* last: what it tells looks at all of it */
}

int nodes_new(struct service *service, struct nodes **ret_nodes, struct problem *problem)
{
	struct replica replica;
	struct nodes *nodes = memory_zero(1, sizeof *nodes);
	if (nodes == NULL)
		return problem_no_memory(problem);
	nodes->service = service;
	nodes->store = service_store(service);
	(void)pthread_mutex_init(&nodes->lock, NULL);
	thread_wait_init(&nodes->changed);
	*ret_nodes = nodes; /* also after an error: the store may tell it something until the store ends */
	if (!replica_of(nodes->store, &replica)) {
		int error = start_giving(nodes, problem);
		return error ? error : start_snapshots(nodes, problem);
	}
	int error = start_pulling(nodes, problem);
	return error || !nodes_serve(nodes) ? error : start_giving(nodes, problem);
}

void nodes_stop(struct nodes *nodes)
{
	if (nodes == NULL)
		return;
	(void)pthread_mutex_lock(&nodes->lock);
	nodes->stopping = true;
	bool started = nodes->started;
	nodes->started = false;
	(void)pthread_cond_broadcast(&nodes->changed);
	(void)pthread_mutex_unlock(&nodes->lock);
	if (started)
		(void)pthread_join(nodes->thread, NULL);
	nodes->snapshots = snapshots_free(nodes->snapshots);
}

void nodes_leave(struct nodes *nodes)
{
	nodes_stop(nodes);
	if (nodes == NULL)
		return;
	if (nodes->pull != NULL)
		pull_break(nodes->pull);
	courier_leave(nodes->courier);
	if (nodes->files != NULL)
		node_files_line(nodes->files, NULL);
	nodes->pull = pull_free(nodes->pull);
	nodes->files = node_files_free(nodes->files);
}

struct nodes *nodes_free(struct nodes *nodes)
{
	if (nodes == NULL)
		return NULL;
	nodes_leave(nodes);
	courier_free(nodes->courier);
	while (nodes->peers != NULL) {
		struct peer *next = nodes->peers->next;
		memory_free(nodes->peers);
		nodes->peers = next;
	}
	(void)pthread_cond_destroy(&nodes->changed);
	(void)pthread_mutex_destroy(&nodes->lock);
	return memory_free(nodes);
}
