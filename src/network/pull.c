#include "network/pull.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/thread.h"
#include "network/authority.h"
#include "network/frame.h"
#include "network/newcomer.h"
#include "store/snapshot.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define URL_MAX     (NODE_URL_MAX + 300)
#define CONNECT_MS  10000L
#define ASK_SECONDS 60L /* of silence */
#define TEND_MS     1000
#define REASON_MAX  400

struct pull {
	struct pull_options options;
	struct node node;
	char directory[FILE_MAX_PATH];
	char certificate[FILE_MAX_PATH], key[FILE_MAX_PATH], authority[FILE_MAX_PATH];
	pthread_t follower, tender, prover;
	bool following, tending;
	bool proves; /* there is such a thread; the following thread's, and after it its ender's */
	atomic_bool stopping;
	atomic_size_t at; /* number of the address that is followed */
	double moved;     /* clock_seconds() when it became another than the first; the following thread's */
	CURL *asking;     /* the tending thread's */

	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool wake;
	struct pull_status status;
	double heard; /* clock_seconds(); 0: never */
	double cut; /* clock_seconds() since when the bureau that is followed has no line itself; 0: it has one, or is none */

	/* the following thread's */
	bool begun;         /* the copy is not empty, or begins with the first entry */
	double waited_from; /* clock_seconds() when a snapshot was first asked for; 0: not yet */
	struct text frame;
	int error;     /* that ended the present line; JISR_OK: the line itself broke */
	bool doubtful; /* the last line ended with another root than was signed */
	struct problem problem;
};

static void tell(struct pull *pull, enum pull_event event, const char *sentence)
{
	if (pull->options.told != NULL)
		pull->options.told(pull->options.context, event, sentence);
}

/* Wakes the tending thread. */
static void pull_wake(struct pull *pull)
{
	(void)pthread_mutex_lock(&pull->lock);
	pull->wake = true;
	(void)pthread_cond_broadcast(&pull->woken);
	(void)pthread_mutex_unlock(&pull->lock);
}

/* Sleeps, but ends at once when the node stops. */
static void rest(struct pull *pull, int milliseconds, bool wakes)
{
	const struct timespec until = clock_after(milliseconds);
	(void)pthread_mutex_lock(&pull->lock);
	while (!atomic_load(&pull->stopping) && !(wakes && pull->wake) &&
	       pthread_cond_timedwait(&pull->woken, &pull->lock, &until) != ETIMEDOUT)
		;
	if (wakes)
		pull->wake = false;
	(void)pthread_mutex_unlock(&pull->lock);
}

static uint64_t size_of(struct pull *pull)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	return store_read(pull->options.store, &reader, NULL) == JISR_OK ? store_reader_sequence(reader) : 0;
}

/* ---- requests ---- */

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pull *pull = context;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&pull->stopping);
}

/* What all requests have; false: no memory. */
static bool prepare(struct pull *pull, CURL *curl, const char *path, char *error)
{
	char url[URL_MAX];
	curl_easy_reset(curl);
	(void)snprintf(url, sizeof url, "%s%s", pull->node.urls[atomic_load(&pull->at)], path);
	error[0] = '\0';
	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CAINFO, pull->authority) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLCERT, pull->certificate) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLKEY, pull->key) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_XFERINFODATA, pull) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error) == CURLE_OK;
}

/* A certificate is judged by the clock: a wrong one makes good certificates bad. */
static int no_line(const struct pull *pull, CURLcode code, const char *error, struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	bool judged = code == CURLE_PEER_FAILED_VERIFICATION;
	return problem_set(problem, code == CURLE_OUT_OF_MEMORY ? JISR_NO_MEMORY : JISR_BUSY,
	                   "headquarters (%.100s) is not reached: %.200s%s%s%s",
	                   pull->node.urls[atomic_load(&pull->at)], error[0] != '\0' ? error : curl_easy_strerror(code),
	                   judged ? " (it is " : "", judged ? clock_utc(now) : "",
	                   judged ? " by this machine's clock)" : "");
}

static size_t on_reply(char *bytes, size_t one, size_t count, void *context)
{
	struct text *reply = context;
	return text_add(reply, bytes, one * count) == JISR_OK ? count : 0;
}

static int ask(struct pull *pull, CURL *curl, const char *path, const char *body, size_t length, long *ret_status,
               struct text *reply, bool *ret_left, struct problem *problem)
{
	char error[CURL_ERROR_SIZE];
	struct curl_slist *headers = NULL;
	long sent = 0;
	text_reset(reply);
	*ret_left = false;
	*ret_status = 0;
	if (!prepare(pull, curl, path, error))
		return problem_no_memory(problem);
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, ASK_SECONDS);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_reply);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
	if (body != NULL) {
		headers = curl_slist_append(NULL, "Content-Type: application/octet-stream");
		(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	}
	CURLcode code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	(void)curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(headers);
	*ret_left = sent > 0;
	return code == CURLE_OK ? JISR_OK : no_line(pull, code, error, problem);
}

/* After a refusal: the connection may be of a certificate that has been replaced since. The next request makes another. */
static void renew(CURL **curl, long status)
{
	CURL *fresh = status == 403 ? curl_easy_init() : NULL;
	if (fresh == NULL)
		return;
	curl_easy_cleanup(*curl);
	*curl = fresh;
}

int pull_ask(struct pull *pull, const char *path, const char *body, size_t length, long *ret_status, struct text *reply,
             struct problem *problem)
{
	bool left;
	int error = ask(pull, pull->asking, path, body, length, ret_status, reply, &left, problem);
	renew(&pull->asking, *ret_status);
	return error;
}

int pull_pass(struct pull *pull, const char *path, const char *body, size_t length, long *ret_status,
              struct text *reply, struct problem *problem)
{
	CURL *curl = curl_easy_init();
	if (curl == NULL)
		return problem_no_memory(problem);
	bool left;
	int error = ask(pull, curl, path, body, length, ret_status, reply, &left, problem);
	curl_easy_cleanup(curl);
	return error;
}

struct pull_line {
	struct pull *pull;
	CURL *curl;
};

int pull_line_new(struct pull *pull, struct pull_line **ret_line, struct problem *problem)
{
	struct pull_line *line = memory_zero(1, sizeof *line);
	if (line != NULL && (line->curl = curl_easy_init()) != NULL) {
		line->pull = pull;
		*ret_line = line;
		return JISR_OK;
	}
	memory_free(line);
	return problem_no_memory(problem);
}

struct pull_line *pull_line_free(struct pull_line *line)
{
	if (line != NULL)
		curl_easy_cleanup(line->curl);
	return memory_free(line);
}

int pull_line_ask(struct pull_line *line, const char *path, const char *body, size_t length, long *ret_status,
                  struct text *reply, bool *ret_left, struct problem *problem)
{
	int error = ask(line->pull, line->curl, path, body, length, ret_status, reply, ret_left, problem);
	renew(&line->curl, *ret_status);
	return error;
}

/* ---- files ---- */

struct fetching {
	int fd;
	crypto_hash_sha256_state hash;
	uint64_t left; /* bytes that it may still have */
	int error;     /* of writing it */
};

static size_t on_file(char *bytes, size_t one, size_t count, void *context)
{
	struct fetching *fetching = context;
	if (one * count > fetching->left)
		fetching->error = JISR_TOO_LARGE;
	else if (file_write(fetching->fd, bytes, one * count) != JISR_OK)
		fetching->error = file_problem(NULL, "", "write it");
	if (fetching->error)
		return 0;
	fetching->left -= one * count;
	(void)crypto_hash_sha256_update(&fetching->hash, (const uint8_t *)bytes, one * count);
	return count;
}

static int fetch(struct pull *pull, CURL *curl, const char *path, struct fetching *fetching, struct problem *problem)
{
	char error[CURL_ERROR_SIZE];
	long status = 0;
	if (!prepare(pull, curl, path, error))
		return problem_no_memory(problem);
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)PULL_SILENCE);
	(void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_file);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetching);
	CURLcode code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	if (fetching->error)
		return problem_set(problem, fetching->error, "the file %.100s cannot be kept here: %s", path,
		                   error_text(fetching->error));
	if (status == 404)
		return problem_set(problem, JISR_NOT_FOUND, "headquarters has no file %.100s", path);
	return code == CURLE_OK ? JISR_OK : no_line(pull, code, error, problem);
}

/* What an earlier try left of the file: goes on from there. JISR_CORRUPT: there is more than there may be. */
static int go_on(struct fetching *fetching)
{
	char bytes[1 << 16];
	ssize_t length;
	while ((length = read(fetching->fd, bytes, sizeof bytes)) > 0) {
		if ((uint64_t)length > fetching->left)
			return JISR_CORRUPT;
		fetching->left -= (uint64_t)length;
		(void)crypto_hash_sha256_update(&fetching->hash, (const uint8_t *)bytes, (size_t)length);
	}
	return length < 0 ? JISR_IO : JISR_OK;
}

/* A temporary file: of a name of its own, or of one that a broken fetch is gone on with. */
static int open_temp(const char *target, bool goes_on, char temp[FILE_MAX_PATH], struct fetching *fetching,
                     struct problem *problem)
{
	if (!goes_on)
		return file_temp(target, temp, &fetching->fd, problem);
	if (snprintf(temp, FILE_MAX_PATH, "%s" PULL_PART, target) >= FILE_MAX_PATH)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", target);
	fetching->fd = open(temp, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fetching->fd < 0)
		return file_problem(problem, temp, "create it");
	int error = go_on(fetching);
	if (error) {
		(void)unlink(temp);
		(void)close(fetching->fd);
	}
	return error ? problem_set(problem, error, "%s: %s", temp, error_text(error)) : JISR_OK;
}

static int fetch_to(struct pull *pull, CURL *curl, const char *path, const char *digest, const char *target,
                    uint64_t most, bool goes_on, struct problem *problem)
{
	char temp[FILE_MAX_PATH], from[400], hex[SHA256_HEX];
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct fetching fetching = {.fd = -1, .left = most};
	(void)crypto_hash_sha256_init(&fetching.hash);
	int error = open_temp(target, goes_on, temp, &fetching, problem);
	if (error)
		return error;
	(void)snprintf(from, sizeof from, "%.300s?from=%llu", path, (unsigned long long)(most - fetching.left));
	error = fetch(pull, curl, fetching.left < most ? from : path, &fetching, problem);
	(void)crypto_hash_sha256_final(&fetching.hash, hash);
	(void)sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	if (!error && strcmp(hex, digest) != 0)
		error = problem_set(problem, JISR_CORRUPT, "what came as file %.100s has another content", path);
	if (error && !(goes_on && error == JISR_BUSY))
		(void)unlink(temp);
	else if (!error)
		error = file_publish(fetching.fd, temp, target, problem);
	(void)close(fetching.fd);
	return error;
}

int pull_fetch(struct pull *pull, const char *path, const char *digest, const char *target, uint64_t most, bool apart,
               struct problem *problem)
{
	CURL *curl = apart ? curl_easy_init() : pull->asking;
	if (curl == NULL)
		return problem_no_memory(problem);
	int error = fetch_to(pull, curl, path, digest, target, most, !apart, problem);
	if (apart)
		curl_easy_cleanup(curl);
	return error;
}

/* ---- alarm ---- */

/* The sentence in DIR/network/alarm; false: there is none. */
static bool pull_alarm(const char *directory, char out[PROBLEM_MAX])
{
	char path[FILE_MAX_PATH];
	struct text text;
	text_init(&text, (size_t)1 << 20);
	bool there = authority_path(directory, PULL_ALARM, path, sizeof path, NULL) == JISR_OK &&
	             file_read(path, &text, NULL) == JISR_OK;
	if (there)
		(void)snprintf(out, PROBLEM_MAX, "%.*s", (int)strcspn(text.bytes, "\n"), text.bytes);
	text_finish(&text);
	return there;
}

int pull_alarm_keep(struct store_reader *reader, const char *directory, const char *sentence, const char *shown,
                    size_t length, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	text_init(&text, (size_t)4 << 20);
	(void)text_add_format(&text, "%s\n\nheld here:\n", sentence);
	if (reader != NULL)
		(void)replica_checkpoint(reader, &text, NULL);
	(void)text_add_string(&text, "\nshown:\n");
	(void)text_add(&text, shown, length);
	int error = authority_path(directory, PULL_ALARM, path, sizeof path, problem);
	if (!error)
		error = file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	return error;
}

static void raise_alarm(struct pull *pull, const char *sentence, const char *shown, size_t length)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	(void)store_read(pull->options.store, &reader, NULL);
	(void)pull_alarm_keep(reader, pull->directory, sentence, shown, length, NULL);
	(void)pthread_mutex_lock(&pull->lock);
	pull->status.forked = true;
	(void)snprintf(pull->status.alarm, sizeof pull->status.alarm, "%s", sentence);
	(void)pthread_mutex_unlock(&pull->lock);
	tell(pull, PULL_TOLD_ALARM, sentence);
}

/* ---- following ---- */

static void heard(struct pull *pull, uint64_t size, uint64_t headquarters)
{
	bool news = false;
	(void)pthread_mutex_lock(&pull->lock);
	pull->heard = clock_seconds();
	news = !pull->status.connected || pull->status.size != size;
	pull->status.connected = true;
	pull->status.refused = false;
	pull->status.alarm[0] = '\0';
	pull->status.size = size;
	if (headquarters > 0)
		pull->status.headquarters = headquarters;
	(void)pthread_mutex_unlock(&pull->lock);
	if (news)
		pull_wake(pull);
}

static uint64_t size_in(const char *note, size_t length)
{
	struct checkpoint checkpoint;
	const char *gap = memmem(note, length, "\n\n", 2);
	return gap != NULL && checkpoint_read(note, (size_t)(gap - note) + 1, &checkpoint, NULL) == JISR_OK
	               ? checkpoint.size
	               : 0;
}

static int take_batch(struct pull *pull, const char *batch, size_t length)
{
	struct replica_taken taken;
	int error = replica_take(pull->options.store, batch, length, &taken, &pull->problem);
	if (!error) {
		pull->doubtful = false;
		heard(pull, taken.size, taken.size);
	} else if (error == JISR_CONFLICT && pull->doubtful) { /* also when it was asked for anew */
		raise_alarm(pull, pull->problem.text, batch, length < ((size_t)1 << 20) ? length : 0);
	} else if (error == JISR_CONFLICT) {
		pull->doubtful = true;
	}
	return error;
}

static int take_note(struct pull *pull, const char *note, size_t length)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(pull->options.store, &reader, &pull->problem);
	if (error)
		return error;
	uint64_t size = store_reader_sequence(reader), theirs = size_in(note, length);
	if (size > 0)
		error = replica_compare(reader, note, length, &pull->problem);
	if (!error && theirs < size)
		error = problem_set(
			&pull->problem, JISR_CONFLICT,
			"headquarters shows its checkpoint of %llu entries as the newest, and has signed the "
			"%llu that this node holds",
			(unsigned long long)theirs, (unsigned long long)size);
	if (error == JISR_CONFLICT)
		raise_alarm(pull, pull->problem.text, note, length);
	if (error == JISR_STATE && size > 0) /* a checkpoint comes when everything before it was given */
		error = problem_set(&pull->problem, JISR_STATE,
		                    "headquarters has signed %llu entries and gives none after %llu: it withholds them",
		                    (unsigned long long)theirs, (unsigned long long)size);
	else if (error == JISR_STATE)
		error = JISR_OK;
	if (!error)
		heard(pull, size, theirs);
	return error;
}

/* What a bureau says of its own line. */
static int take_line(struct pull *pull, const struct frame *frame)
{
	bool cut = frame->length == 1 && frame->content[0] == '0';
	if (frame->length != 1 || (!cut && frame->content[0] != '1'))
		return problem_set(&pull->problem, JISR_BAD_INPUT, "a word about the bureau's line cannot be read");
	(void)pthread_mutex_lock(&pull->lock);
	pull->heard = clock_seconds();
	pull->cut = !cut ? 0 : pull->cut > 0 ? pull->cut : pull->heard;
	(void)pthread_mutex_unlock(&pull->lock);
	pull_wake(pull);
	return JISR_OK;
}

static int take_frame(struct pull *pull, const struct frame *frame)
{
	switch (frame->kind) {
	case FRAME_BATCH: return take_batch(pull, frame->content, frame->length);
	case FRAME_LINE: return take_line(pull, frame);
	default: return take_note(pull, frame->content, frame->length);
	}
}

/* Every whole frame that is there. */
static int take_frames(struct pull *pull)
{
	const char *at = pull->frame.bytes, *end = at + pull->frame.length;
	struct frame frame;
	bool bad = false;
	int error = JISR_OK;
	while (!error && frame_next(&at, end, &frame, &bad))
		error = take_frame(pull, &frame);
	if (!error && bad)
		error = problem_set(&pull->problem, JISR_BAD_INPUT,
		                    "headquarters sends what this node does not understand");
	pull->frame.length = (size_t)(end - at);
	memmove(pull->frame.bytes, at, pull->frame.length);
	return error;
}

struct following {
	struct pull *pull;
	CURL *curl;
	struct text refusal; /* of another answer than 200 */
};

static size_t on_frames(char *bytes, size_t one, size_t count, void *context)
{
	struct following *following = context;
	struct pull *pull = following->pull;
	long status = 0;
	(void)curl_easy_getinfo(following->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		return text_add(&following->refusal, bytes, one * count) == JISR_OK ? count : 0;
	if (text_add(&pull->frame, bytes, one * count) != JISR_OK)
		pull->error = problem_set(&pull->problem, pull->frame.error, "a batch of the log: %s",
		                          error_text(pull->frame.error));
	else
		pull->error = take_frames(pull);
	return pull->error == JISR_OK ? count : 0;
}

/* Also by what a person found who compared checkpoints ('jisr network compare'), while a line stands. */
static bool stopped_by_alarm(struct pull *pull)
{
	char sentence[PROBLEM_MAX];
	bool there = pull_alarm(pull->directory, sentence);
	(void)pthread_mutex_lock(&pull->lock);
	bool news = there && !pull->status.forked;
	if (there)
		(void)snprintf(pull->status.alarm, sizeof pull->status.alarm, "%s", sentence);
	pull->status.forked = there;
	(void)pthread_mutex_unlock(&pull->lock);
	if (news)
		tell(pull, PULL_TOLD_ALARM, sentence);
	return there;
}

/* Whether another address is to be tried, because this one has not reached headquarters for a while. */
static bool leads_nowhere(struct pull *pull)
{
	(void)pthread_mutex_lock(&pull->lock);
	bool cut = pull->cut > 0 && clock_seconds() - pull->cut > PULL_CUT_SECONDS;
	(void)pthread_mutex_unlock(&pull->lock);
	return cut && pull->node.url_count > 1;
}

/* Ends a line to another address than the first, now and then: so the first is tried again. */
static int on_following(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct pull *pull = context;
	bool back = atomic_load(&pull->at) > 0 && clock_seconds() - pull->moved > PULL_BACK_SECONDS;
	return back || leads_nowhere(pull) || stopped_by_alarm(pull) || on_progress(context, a, b, c, d);
}

/* Whether a line ended because of what headquarters sent, and not because this machine had no room or memory for it. */
static bool is_refusal(int error)
{
	return error == JISR_BAD_INPUT || error == JISR_CORRUPT || error == JISR_CONFLICT || error == JISR_DENIED ||
	       error == JISR_STATE || error == JISR_UNSUPPORTED;
}

/* Why there is no line, told when it was another before. */
static void line_ended(struct pull *pull, const char *reason, bool refused)
{
	(void)pthread_mutex_lock(&pull->lock);
	bool was = pull->status.connected, forked = pull->status.forked;
	bool other = strcmp(pull->status.alarm, reason) != 0;
	pull->status.connected = false;
	pull->status.refused = refused;
	pull->cut = 0;
	if (!forked)
		(void)snprintf(pull->status.alarm, sizeof pull->status.alarm, "%s", reason);
	(void)pthread_mutex_unlock(&pull->lock);
	if (!forked && reason[0] != '\0' && (was || other) && !atomic_load(&pull->stopping))
		tell(pull, refused ? PULL_TOLD_REFUSED : PULL_TOLD_LINE, reason);
}

/* The sentence of a refusal, of application/problem+json. */
static void tell_refusal(long status, const struct text *refusal, char reason[REASON_MAX])
{
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *said = refusal->bytes != NULL ? refusal->bytes : "", *detail = NULL;
	if (json_read(said, refusal->length, &json, NULL) == JISR_OK)
		detail = json_get_text(json, "detail");
	(void)snprintf(reason, REASON_MAX, "headquarters refuses this node (%ld): %.300s", status,
	               detail != NULL ? detail : said);
}

/* One line, until it ends. False: it leads nowhere, and another address is to be tried. */
static bool follow_once(struct pull *pull, CURL **handle)
{
	CURL *curl = *handle;
	struct following following = {.pull = pull, .curl = curl};
	char path[120], error[CURL_ERROR_SIZE], reason[REASON_MAX] = "";
	long status = 0;
	uint64_t size = size_of(pull);
	/* After a doubt it is asked again from what was signed before, so that nothing but the log itself can be wrong. */
	(void)snprintf(path, sizeof path, "/network/v1/log?from=%llu", (unsigned long long)size + 1);
	text_reset(&pull->frame);
	text_init(&following.refusal, 4096);
	pull->error = JISR_OK;
	pull->problem.text[0] = '\0';
	if (!prepare(pull, curl, path, error))
		return true;
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)PULL_SILENCE);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_frames);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &following);
	(void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_following);
	CURLcode code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	bool onward = leads_nowhere(pull);
	if (pull->error != JISR_OK)
		(void)snprintf(reason, sizeof reason, "%.390s", pull->problem.text);
	else if (status == 409)
		(void)snprintf(reason, sizeof reason,
		               "headquarters has fewer entries than the %llu that it signed and this node holds",
		               (unsigned long long)size);
	else if (status != 0 && status != 200)
		tell_refusal(status, &following.refusal, reason);
	else if (onward)
		(void)snprintf(reason, sizeof reason, "the bureau (%.100s) has no line to headquarters itself",
		               pull->node.urls[atomic_load(&pull->at)]);
	else if (code != CURLE_OK && no_line(pull, code, error, &pull->problem) != JISR_OK)
		(void)snprintf(reason, sizeof reason, "%.390s", pull->problem.text);
	if (status == 409)
		raise_alarm(pull, reason, following.refusal.bytes, following.refusal.length);
	text_finish(&following.refusal);
	line_ended(pull, reason, is_refusal(pull->error));
	renew(handle, status);
	return !onward;
}

/* After a line has ended: the next address, or the first again. */
static void choose_address(struct pull *pull, bool onward)
{
	size_t at = atomic_load(&pull->at), next = at;
	if (pull->node.url_count < 2)
		return;
	if (at > 0 && clock_seconds() - pull->moved > PULL_BACK_SECONDS)
		next = 0;
	else if (onward)
		next = (at + 1) % pull->node.url_count;
	if (next == at)
		return;
	pull->moved = clock_seconds();
	atomic_store(&pull->at, next);
}

/* ---- beginning ---- */

static bool proof_stops(void *context)
{
	struct pull *pull = context;
	return atomic_load(&pull->stopping);
}

static void set_proving(struct pull *pull, bool proving)
{
	(void)pthread_mutex_lock(&pull->lock);
	pull->status.proving = proving;
	(void)pthread_mutex_unlock(&pull->lock);
}

static void *run_prover(void *context)
{
	struct pull *pull = context;
	struct problem problem = {""};
	char path[FILE_MAX_PATH];
	int error = snapshot_prove(pull->options.store, proof_stops, pull, &problem);
	if (error == JISR_CORRUPT)
		raise_alarm(pull, problem.text, "", 0);
	else if (error && error != JISR_CANCELLED)
		tell(pull, PULL_TOLD_REFUSED, problem.text); /* at the next start it is tried again */
	if ((error == JISR_OK || error == JISR_CORRUPT) &&
	    authority_path(pull->directory, NEWCOMER_UNPROVED, path, sizeof path, NULL) == JISR_OK)
		(void)unlink(path);
	if (error == JISR_OK)
		tell(pull, PULL_TOLD_SNAPSHOT, "every signature and table of the snapshot was proved");
	set_proving(pull, false);
	return NULL;
}

/* Proves what a snapshot brought, now or before a restart. */
static void begin_proof(struct pull *pull)
{
	char path[FILE_MAX_PATH];
	if (pull->proves || authority_path(pull->directory, NEWCOMER_UNPROVED, path, sizeof path, NULL) != JISR_OK ||
	    access(path, F_OK) != 0)
		return;
	set_proving(pull, true);
	pull->proves = thread_start(&pull->prover, run_prover, pull, NULL) == JISR_OK;
}

/* Whether the log can be followed now. *ret_seconds: until it is tried again. */
static bool begin(struct pull *pull, int *ret_seconds)
{
	struct problem problem = {""};
	enum newcomer what = NEWCOMER_FOLLOW;
	if (pull->begun || size_of(pull) > 0) {
		pull->begun = true;
		return true;
	}
	if (pull->waited_from == 0)
		pull->waited_from = clock_seconds();
	int error = newcomer_begin(pull, pull->options.store, pull->directory, &what, &problem);
	if (error)
		line_ended(pull, problem.text, error != JISR_BUSY);
	if (what == NEWCOMER_LATER && clock_seconds() - pull->waited_from < PULL_SNAPSHOT) {
		*ret_seconds = 1;
		return false;
	}
	pull->begun = true;
	if (what == NEWCOMER_TAKEN) {
		heard(pull, size_of(pull), 0);
		tell(pull, PULL_TOLD_SNAPSHOT, "this node began with a snapshot that the log's key has signed");
	}
	return true;
}

static void *run_follower(void *context)
{
	struct pull *pull = context;
	CURL *curl = curl_easy_init();
	int seconds = 0;
	while (curl != NULL && !atomic_load(&pull->stopping)) {
		bool before = pull->doubtful;
		double began = clock_seconds();
		double heard_before = pull->heard;
		if (!stopped_by_alarm(pull)) {
			bool begun = begin(pull, &seconds);
			begin_proof(pull);
			bool reached = begun && follow_once(pull, &curl);
			choose_address(pull, !reached || pull->heard == heard_before);
			if (!begun) {
				rest(pull, seconds * 1000, false);
				continue;
			}
		}
		if (pull->doubtful && !before)
			seconds = 0; /* look again at once */
		else if (clock_seconds() - began > PULL_MOST_REST)
			seconds = 1;
		else
			seconds = seconds == 0 ? 1 : seconds * 2 > PULL_MOST_REST ? PULL_MOST_REST : seconds * 2;
		/* Some earlier, some later, so that not all nodes come back at one moment. */
		rest(pull, seconds * 500 + (int)randombytes_uniform((uint32_t)seconds * 500 + 100), false);
	}
	curl_easy_cleanup(curl);
	return NULL;
}

/* ---- tending ---- */

static void *run_tender(void *context)
{
	struct pull *pull = context;
	while (!atomic_load(&pull->stopping)) {
		pull->options.tend(pull->options.context, pull);
		rest(pull, TEND_MS, true);
	}
	return NULL;
}

void pull_status(struct pull *pull, struct pull_status *ret_status)
{
	(void)pthread_mutex_lock(&pull->lock);
	*ret_status = pull->status;
	ret_status->reaches = pull->status.connected && pull->cut == 0;
	ret_status->url = pull->node.urls[atomic_load(&pull->at)];
	ret_status->heard = pull->heard > 0 ? clock_seconds() - pull->heard : -1;
	(void)pthread_mutex_unlock(&pull->lock);
}

bool pull_reaches(struct pull *pull)
{
	struct pull_status status;
	pull_status(pull, &status);
	return status.reaches && !status.forked;
}

/* ---- life ---- */

int pull_start(struct pull *pull, struct problem *problem)
{
	int error = thread_start(&pull->follower, run_follower, pull, problem);
	pull->following = error == JISR_OK;
	if (!error)
		error = thread_start(&pull->tender, run_tender, pull, problem);
	pull->tending = pull->following && error == JISR_OK;
	return error;
}

int pull_new(const struct pull_options *options, struct pull **ret_pull, struct problem *problem)
{
	CLEANUP(pull_freep) struct pull *pull = memory_zero(1, sizeof *pull);
	if (pull == NULL)
		return problem_no_memory(problem);
	pull->options = *options;
	pull->node = *options->node;
	text_init(&pull->frame, FRAME_MAX + CURL_MAX_WRITE_SIZE);
	(void)pthread_mutex_init(&pull->lock, NULL);
	thread_wait_init(&pull->woken);
	(void)snprintf(pull->directory, sizeof pull->directory, "%s", options->directory);
	pull->status.size = pull->status.headquarters = size_of(pull);
	int error = authority_path(pull->directory, "node.crt", pull->certificate, sizeof pull->certificate, problem);
	if (!error)
		error = authority_path(pull->directory, "node.key", pull->key, sizeof pull->key, problem);
	if (!error)
		error = authority_path(pull->directory, "authority.crt", pull->authority, sizeof pull->authority,
		                       problem);
	if (!error && (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (pull->asking = curl_easy_init()) == NULL))
		error = problem_no_memory(problem);
	if (error)
		return error;
	*ret_pull = pull;
	pull = NULL;
	return JISR_OK;
}

void pull_break(struct pull *pull)
{
	atomic_store(&pull->stopping, true);
	pull_wake(pull);
}

struct pull *pull_free(struct pull *pull)
{
	if (pull == NULL)
		return NULL;
	pull_break(pull);
	if (pull->following)
		(void)pthread_join(pull->follower, NULL);
	if (pull->tending)
		(void)pthread_join(pull->tender, NULL);
	if (pull->proves)
		(void)pthread_join(pull->prover, NULL);
	if (pull->asking != NULL) {
		curl_easy_cleanup(pull->asking);
		curl_global_cleanup();
	}
	(void)pthread_mutex_destroy(&pull->lock);
	(void)pthread_cond_destroy(&pull->woken);
	text_finish(&pull->frame);
	return memory_free(pull);
}
