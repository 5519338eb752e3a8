/* Terms
 *   round   what may go now is taken from the outbox, its files are brought, it is sent, and its answers are read
 *
 * Invariants
 *   1. The thread alone sends and settles; whoever waits for an item reads the outbox.
 *   2. `settled` counts rounds that settled something: who waits looks again when it has grown. */
#include "web/courier.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/thread.h"
#include "message/attachment.h"
#include "network/taken.h"
#include "notices/act.h"
#include "store/shared_files.h"
#include "web/arrivals.h"
#include "web/events.h"
#include "web/log.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IDLE_MS        1000
#define ROUND_MEMORY   ((size_t)256 << 20)
#define PIECE          ((size_t)256 << 10) /* bytes of a file that go at once */
#define LOOK_SECONDS   1.0                 /* between looks at the log where nothing tells that it grew */
#define FORGET_SECONDS 3600.0
#define WAIT_STEP_MS   5

struct courier {
	struct courier_options options;
	struct node node;
	struct outbox *outbox;
	struct pull_line *line;
	pthread_t thread;
	bool started;
	atomic_bool stopping;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wake;
	uint64_t settled;
	char alarm[PROBLEM_MAX];

	/* the thread's */
	uint64_t looked; /* entries of the log when it was last looked at */
	double looked_at, forgot_at, rest_until;
};

static void say(const char *event, const char *id, const char *reason)
{
	const struct log_field fields[] = {{"item", id, 0}, {"reason", reason, 0}};
	log_event(LOG_LEVEL_ERROR, event, fields, 2);
}

static void raise_alarm(struct courier *courier, const char *id, const char *reason)
{
	(void)pthread_mutex_lock(&courier->lock);
	bool news = courier->alarm[0] == '\0';
	if (news)
		(void)snprintf(courier->alarm, sizeof courier->alarm, "%s: %s", id, reason);
	(void)pthread_mutex_unlock(&courier->lock);
	if (news)
		say("network-alarm", id, reason);
}

static void tell_settled(struct courier *courier, const char *id, const char *state)
{
	char json[120];
	(void)snprintf(json, sizeof json, "{\"id\":\"%s\",\"state\":\"%s\"}", id, state);
	if (courier->options.events != NULL)
		events_say(courier->options.events, courier->node.office, "outbox", json);
	(void)pthread_mutex_lock(&courier->lock);
	courier->settled++;
	(void)pthread_cond_broadcast(&courier->changed);
	(void)pthread_mutex_unlock(&courier->lock);
}

/* ---- answers ---- */

/* The sentence of a refusal: the detail of problem+json. */
static void read_reason(const char *reply, char out[PROBLEM_MAX])
{
	CLEANUP(json_freep) cJSON *json = NULL;
	(void)json_read(reply, strlen(reply), &json, NULL);
	const char *detail = json_get_text(json, "detail");
	(void)snprintf(out, PROBLEM_MAX, "%s", detail != NULL ? detail : "headquarters refused it");
}

static const struct outbox_item *find_item(const struct outbox_item *items, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].id, id) == 0)
			return &items[i];
	return NULL;
}

/* Whether it is headquarters' answer to one of these; *ret_item. Else a sentence. */
static int check_answer(struct courier *courier, const struct parcel_piece *piece, const struct outbox_item *items,
                        size_t count, struct arena *arena, struct parcel_answer *answer,
                        const struct outbox_item **ret_item, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	char command[SHA256_HEX];
	size_t length = 0;
	int error = parcel_answer_read(piece->note, piece->length, store_log_name(courier->options.store), arena,
	                               answer, problem);
	if (!error)
		error = store_read(courier->options.store, &reader, problem);
	if (!error && store_open_note(reader, ENTRY_HEADQUARTERS, piece->note, piece->length, &length, NULL) != JISR_OK)
		error = problem_set(problem, JISR_DENIED, "an answer came that headquarters' key has not signed");
	*ret_item = error ? NULL : find_item(items, count, answer->id);
	if (error)
		return error;
	if (*ret_item == NULL)
		return problem_set(problem, JISR_DENIED, "an answer came to %s, which was not asked", answer->id);
	sha256_hex((*ret_item)->note, (*ret_item)->note_length, command);
	if (strcmp(answer->node, courier->node.name) != 0 || strcmp(answer->command, command) != 0)
		return problem_set(problem, JISR_DENIED, "the answer to %s is one to another command", answer->id);
	return JISR_OK;
}

static void take_answer(struct courier *courier, const struct parcel_piece *piece, const struct outbox_item *items,
                        size_t count, struct arena *arena)
{
	struct parcel_answer answer = {.id = "?"};
	const struct outbox_item *item = NULL;
	struct problem problem = {""};
	char reason[PROBLEM_MAX] = "";
	int error = check_answer(courier, piece, items, count, arena, &answer, &item, &problem);
	if (error) {
		raise_alarm(courier, answer.id != NULL ? answer.id : "?", problem.text);
		return;
	}
	if (!answer.accepted)
		read_reason(answer.reply, reason);
	error = outbox_settle(courier->outbox, &answer, piece->note, piece->length, reason, &problem);
	if (!error)
		tell_settled(courier, answer.id, outbox_state_name(answer.accepted ? OUTBOX_ACCEPTED : OUTBOX_REFUSED));
	else if (error != JISR_STATE) /* the log was quicker; else it will be asked again */
		say("network-outbox", answer.id, problem.text);
}

static void take_later(struct courier *courier, const struct parcel_piece *piece, const struct outbox_item *items,
                       size_t count)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	(void)json_read(piece->note, piece->length, &json, NULL);
	const char *id = json_get_text(json, "id"), *why = json_get_text(json, "why");
	if (id != NULL && why != NULL && strlen(why) < PROBLEM_MAX && find_item(items, count, id) != NULL)
		(void)outbox_later(courier->outbox, id, false, why, NULL);
}

static void take_answers(struct courier *courier, const struct text *reply, const struct outbox_item *items,
                         size_t count, struct arena *arena)
{
	const char *at = reply->bytes, *end = reply->bytes + reply->length;
	struct parcel_piece piece;
	bool bad = false;
	while (parcel_next(&at, end, &piece, &bad)) {
		if (piece.kind == 'A')
			take_answer(courier, &piece, items, count, arena);
		else if (piece.kind == 'L')
			take_later(courier, &piece, items, count);
	}
}

/* ---- files ---- */

static int send_pieces(struct courier *courier, const char *kind, const char *digest, const struct text *bytes,
                       uint64_t from, struct problem *problem)
{
	struct text reply;
	int error = JISR_OK;
	text_init(&reply, 4096);
	while (!error && from < bytes->length) {
		char path[160];
		long status = 0;
		bool left;
		size_t length = bytes->length - from < PIECE ? bytes->length - (size_t)from : PIECE;
		(void)snprintf(path, sizeof path, "/network/v1/coming/%s/%s?from=%llu&size=%zu", kind, digest,
		               (unsigned long long)from, bytes->length);
		error = pull_line_ask(courier->line, path, bytes->bytes + from, length, &status, &reply, &left,
		                      problem);
		if (!error && status != 204 && status != 200)
			error = problem_set(problem, JISR_STATE,
			                    "headquarters does not take the file %.16s (%ld): %.200s", digest, status,
			                    reply.bytes);
		from += length;
	}
	text_finish(&reply);
	return error;
}

/* Brings a file, when headquarters has not all of it. JISR_BUSY: no line; JISR_STATE: it is not taken. */
static int send_file(struct courier *courier, const char *kind, const char *digest, const struct text *bytes,
                     struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct text reply;
	char path[160];
	long status = 0;
	bool left;
	text_init(&reply, 4096);
	(void)snprintf(path, sizeof path, "/network/v1/coming/%s/%s", kind, digest);
	int error = pull_line_ask(courier->line, path, NULL, 0, &status, &reply, &left, problem);
	if (!error && (status != 200 || json_read(reply.bytes, reply.length, &json, NULL) != JISR_OK))
		error = problem_set(problem, JISR_STATE, "headquarters does not say what it has of a file (%ld)",
		                    status);
	text_finish(&reply);
	if (error || cJSON_IsTrue(json_get(json, "whole")))
		return error;
	uint64_t from = json_get_whole(json, "bytes");
	return send_pieces(courier, kind, digest, bytes, from <= bytes->length ? from : 0, problem);
}

static int read_attachment(const char *directory, const char *digest, struct text *bytes)
{
	char path[FILE_MAX_PATH];
	int error = shared_file_path(directory, "messages", digest, path, NULL);
	return error ? error : file_read(path, bytes, NULL);
}

/* Everything in the body that is a digest, and that lies here as a photograph or an attachment. */
static int send_named(struct courier *courier, const cJSON *json, struct problem *problem)
{
	int error = JISR_OK;
	const char *directory = store_directory(courier->options.store);
	if (cJSON_IsString(json) && attachment_digest_valid(json->valuestring)) {
		struct text bytes;
		text_init(&bytes, ARRIVALS_MAX_FILE);
		if (act_load_picture(directory, json->valuestring, &bytes, NULL) == JISR_OK) {
			error = send_file(courier, "pictures", json->valuestring, &bytes, problem);
		} else {
			text_reset(&bytes);
			if (read_attachment(directory, json->valuestring, &bytes) == JISR_OK)
				error = send_file(courier, "attachments", json->valuestring, &bytes, problem);
		}
		text_finish(&bytes);
	}
	for (const cJSON *one = json != NULL ? json->child : NULL; one != NULL && !error; one = one->next)
		error = send_named(courier, one, problem);
	return error;
}

static int send_files(struct courier *courier, const struct outbox_item *item, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	if (item->body_length == 0 || json_read(item->body, item->body_length, &json, NULL) != JISR_OK)
		return JISR_OK;
	return send_named(courier, json, problem);
}

/* ---- a round ---- */

/* The line is not to be tried again at once. */
static void rest_line(struct courier *courier)
{
	courier->rest_until = clock_seconds() + 0.5;
}

static void post(struct courier *courier, const struct outbox_item *items, size_t count, const struct text *body,
                 struct arena *arena)
{
	struct text reply;
	struct problem problem = {""};
	long status = 0;
	bool left = false;
	text_init(&reply, ARRIVALS_MAX_ANSWERS);
	int error = pull_line_ask(courier->line, "/network/v1/commands", body->bytes, body->length, &status, &reply,
	                          &left, &problem);
	if (status == 200) /* also what came before a line broke: each piece is signed by itself */
		take_answers(courier, &reply, items, count, arena);
	else if (!error)
		error = problem_set(&problem, JISR_STATE, "headquarters refuses this node (%ld): %.200s", status,
		                    reply.bytes);
	for (size_t i = 0; i < count; i++) {
		if (!error)
			break;
		if (!left)
			(void)outbox_back(courier->outbox, items[i].id, NULL);
		(void)outbox_later(courier->outbox, items[i].id, error == JISR_BUSY, problem.text, NULL);
	}
	if (error)
		rest_line(courier);
	text_finish(&reply);
}

/* True: something was sent. */
static bool go_round(struct courier *courier)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(memory_freep) struct outbox_item *items = memory_zero(OUTBOX_BATCH, sizeof *items);
	struct text body;
	struct problem problem = {""};
	size_t count = 0, going = 0;
	if (items == NULL || arena_new(ROUND_MEMORY, &arena) != JISR_OK)
		return false;
	int error = outbox_take(courier->outbox, arena, items, &count, &problem);
	if (error) {
		say("network-outbox", "", problem.text);
		rest_line(courier);
		return false;
	}
	text_init(&body, ARRIVALS_MAX_COMMANDS);
	for (size_t i = 0; i < count; i++) {
		const struct outbox_item *item = &items[i];
		error = error ? error : send_files(courier, item, &problem);
		if (error) { /* no line: nothing of it left; else it is this one's trouble alone */
			(void)outbox_back(courier->outbox, item->id, NULL);
			(void)outbox_later(courier->outbox, item->id, error == JISR_BUSY, problem.text, NULL);
			if (error != JISR_BUSY)
				error = JISR_OK;
			continue;
		}
		const struct parcel_piece piece = {'P', item->note, item->body, item->note_length, item->body_length};
		(void)parcel_put(&body, &piece);
		items[going++] = *item;
	}
	if (error)
		rest_line(courier);
	if (going > 0 && body.error == JISR_OK)
		post(courier, items, going, &body, arena);
	text_finish(&body);
	return going > 0;
}

/* ---- the log ---- */

struct looking {
	struct courier *courier;
	struct sql *sql;
	uint64_t size;
	size_t count;
	struct {
		char id[PARCEL_ID_MAX];
		struct taken taken;
	} found[OUTBOX_BATCH];
};

static bool look_one(void *context, const struct outbox_item *item)
{
	struct looking *looking = context;
	struct taken *taken = &looking->found[looking->count].taken;
	int error = taken_find(looking->sql, looking->courier->node.name, item->id, taken, NULL);
	if (error == JISR_OK)
		(void)snprintf(looking->found[looking->count++].id, PARCEL_ID_MAX, "%s", item->id);
	else if (error == JISR_NOT_FOUND && item->state == OUTBOX_ACCEPTED && looking->size > item->last)
		raise_alarm(looking->courier, item->id,
		            "headquarters signed that it is accepted, and the log does not have it");
	return looking->count < OUTBOX_BATCH;
}

/* What the log has of the items that are open; also where the answer was lost. */
static void look(struct courier *courier)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(memory_freep) struct looking *looking = memory_zero(1, sizeof *looking);
	double now = clock_seconds();
	if (looking == NULL || store_read(courier->options.store, &reader, NULL) != JISR_OK)
		return;
	looking->courier = courier;
	looking->size = store_reader_sequence(reader);
	if (looking->size == courier->looked && now - courier->looked_at < LOOK_SECONDS)
		return;
	looking->sql = store_reader_sql(reader);
	courier->looked = looking->size;
	courier->looked_at = now;
	(void)outbox_unseen(courier->outbox, look_one, looking, NULL);
	reader = store_read_end(reader);
	for (size_t i = 0; i < looking->count; i++) {
		const struct taken *taken = &looking->found[i].taken;
		if (outbox_saw(courier->outbox, looking->found[i].id, taken->first, taken->last, taken->made, taken->at,
		               NULL) == JISR_OK)
			tell_settled(courier, looking->found[i].id, outbox_state_name(OUTBOX_ACCEPTED));
	}
}

/* ---- the thread ---- */

static void rest(struct courier *courier, long milliseconds)
{
	const struct timespec until = clock_after(milliseconds);
	(void)pthread_mutex_lock(&courier->lock);
	while (!courier->wake && !atomic_load(&courier->stopping) &&
	       pthread_cond_timedwait(&courier->changed, &courier->lock, &until) == 0)
		;
	courier->wake = false;
	(void)pthread_mutex_unlock(&courier->lock);
}

bool courier_connected(struct courier *courier)
{
	return pull_reaches(courier->options.pull);
}

static void *run(void *context)
{
	struct courier *courier = context;
	while (!atomic_load(&courier->stopping)) {
		look(courier);
		double now = clock_seconds();
		bool went = now >= courier->rest_until && courier_connected(courier) && outbox_ready(courier->outbox) &&
		            go_round(courier);
		if (now - courier->forgot_at > FORGET_SECONDS) {
			courier->forgot_at = now;
			(void)outbox_forget(courier->outbox, clock_wall(), NULL);
		}
		if (!went)
			rest(courier, now < courier->rest_until ? 100 : IDLE_MS);
	}
	return NULL;
}

static void grew(void *context, uint64_t first, uint64_t last)
{
	struct courier *courier = context;
	(void)first;
	(void)last;
	(void)pthread_mutex_lock(&courier->lock);
	courier->wake = true;
	(void)pthread_cond_broadcast(&courier->changed);
	(void)pthread_mutex_unlock(&courier->lock);
}

/* ---- giving and waiting ---- */

struct outbox *courier_outbox(struct courier *courier)
{
	return courier->outbox;
}

const struct node *courier_node(const struct courier *courier)
{
	return &courier->node;
}

int courier_sign(struct store *store, const struct node *node, struct parcel *parcel, struct text *note,
                 struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct text text;
	parcel->node = node->name;
	parcel->office = node->office;
	text_init(&text, PARCEL_MAX_NOTE);
	int error = parcel_write(parcel, store_log_name(store), &text, problem);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = store_sign_note(reader, node->office, text.bytes, text.length, note, problem);
	text_finish(&text);
	return error;
}

int courier_amend(struct store *store, const struct node *node, struct outbox *outbox, const struct outbox_item *item,
                  const char *body, size_t length, const char *asked, struct problem *problem)
{
	struct text note;
	struct parcel parcel = {.id = item->id,
	                        .officer = item->officer,
	                        .scopes = item->scopes,
	                        .method = item->method,
	                        .target = item->target,
	                        .type = item->type,
	                        .match = item->match,
	                        .said = item->said,
	                        .body = body,
	                        .length = length};
	text_init(&note, PARCEL_MAX_NOTE);
	int error = courier_sign(store, node, &parcel, &note, problem);
	if (!error)
		error = outbox_amend(outbox, item->id, note.bytes, note.length, body, length, asked, problem);
	text_finish(&note);
	return error;
}

int courier_give(struct courier *courier, struct outbox_new *item, char ret_id[PARCEL_ID_MAX], struct problem *problem)
{
	struct text note;
	text_init(&note, PARCEL_MAX_NOTE);
	int error = courier_sign(courier->options.store, &courier->node, &item->parcel, &note, problem);
	item->note = note.bytes;
	item->note_length = note.length;
	if (!error)
		error = outbox_put(courier->outbox, item, ret_id, problem);
	text_finish(&note);
	if (!error)
		grew(courier, 0, 0);
	return error;
}

static uint64_t size_of(struct courier *courier)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	return store_read(courier->options.store, &reader, NULL) == JISR_OK ? store_reader_sequence(reader) : 0;
}

int courier_wait(struct courier *courier, const char *id, double seconds, struct arena *arena,
                 struct outbox_item *ret_item, struct problem *problem)
{
	double until = clock_seconds() + seconds;
	for (;;) {
		(void)pthread_mutex_lock(&courier->lock);
		uint64_t settled = courier->settled;
		(void)pthread_mutex_unlock(&courier->lock);
		int error = outbox_get(courier->outbox, id, arena, ret_item, problem);
		bool there = !error && (ret_item->state >= OUTBOX_REFUSED ||
		                        (ret_item->state == OUTBOX_ACCEPTED && size_of(courier) >= ret_item->last));
		if (error || there || clock_seconds() >= until)
			return error;
		const struct timespec next =
			clock_after(ret_item->state == OUTBOX_ACCEPTED ? WAIT_STEP_MS : 10 * WAIT_STEP_MS);
		(void)pthread_mutex_lock(&courier->lock);
		if (courier->settled == settled)
			(void)pthread_cond_timedwait(&courier->changed, &courier->lock, &next);
		(void)pthread_mutex_unlock(&courier->lock);
	}
}

void courier_alarm(struct courier *courier, char out[PROBLEM_MAX])
{
	(void)pthread_mutex_lock(&courier->lock);
	(void)snprintf(out, PROBLEM_MAX, "%s", courier->alarm);
	(void)pthread_mutex_unlock(&courier->lock);
}

/* ---- life ---- */

int courier_start(const struct courier_options *options, struct courier **ret_courier, struct problem *problem)
{
	struct courier *courier = memory_zero(1, sizeof *courier);
	if (courier == NULL)
		return problem_no_memory(problem);
	courier->options = *options;
	courier->node = *options->node;
	(void)pthread_mutex_init(&courier->lock, NULL);
	thread_wait_init(&courier->changed);
	courier->forgot_at = -FORGET_SECONDS;
	int error = outbox_open(store_directory(options->store), &courier->outbox, problem);
	if (!error)
		error = pull_line_new(options->pull, &courier->line, problem);
	if (!error)
		error = store_listen(options->store, grew, courier, problem);
	if (error) {
		courier_free(courier);
		return error;
	}
	error = thread_start(&courier->thread, run, courier, problem);
	courier->started = error == JISR_OK;
	*ret_courier = courier; /* also after an error: the store may tell it something until the store ends */
	return error;
}

void courier_leave(struct courier *courier)
{
	if (courier == NULL)
		return;
	atomic_store(&courier->stopping, true);
	grew(courier, 0, 0);
	if (courier->started)
		(void)pthread_join(courier->thread, NULL);
	courier->started = false;
	courier->line = pull_line_free(courier->line);
}

struct courier *courier_free(struct courier *courier)
{
	if (courier == NULL)
		return NULL;
	courier_leave(courier);
	outbox_close(courier->outbox);
	(void)pthread_mutex_destroy(&courier->lock);
	(void)pthread_cond_destroy(&courier->changed);
	return memory_free(courier);
}
