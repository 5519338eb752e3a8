#include "web/arrivals.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/file.h"
#include "base/sha256.h"
#include "members/register.h"
#include "network/authority.h"
#include "network/taken.h"
#include "notices/act.h"
#include "web/answer.h"
#include "web/http_carrier.h"
#include "web/nodes.h"
#include "web/server.h"
#include "web/service.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- who asks ---- */

/* The command line of a node: whoever may open its files, with no more than an office's own officers may. */
#define HOUSE_ROLES                                                                                                    \
	(ROLE_BIT(ROLE_READER) | ROLE_BIT(ROLE_BORDER_OFFICER) | ROLE_BIT(ROLE_BUREAU_OFFICER) |                       \
	 ROLE_BIT(ROLE_HEAD_OF_BUREAU) | ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_DELEGATE))

static int find_caller(struct sql *sql, const struct parcel *parcel, struct caller *caller, struct problem *problem)
{
	struct officer officer;
	struct office office;
	int error = register_office(sql, parcel->office, &office, problem);
	if (!error && !office.open)
		error = problem_set(problem, JISR_DENIED, "the office %s is closed", office.code);
	if (error)
		return error;
	if (parcel->officer[0] == '\0') {
		caller_init(caller);
		caller->roles = HOUSE_ROLES;
		(void)snprintf(caller->name, sizeof caller->name, "node %s", parcel->node);
		(void)snprintf(caller->office, sizeof caller->office, "%s", parcel->office);
	} else {
		error = register_officer(sql, parcel->officer, &officer, problem);
		if (!error && strcmp(officer.office, parcel->office) != 0)
			error = problem_set(problem, JISR_DENIED, "%s is no officer of %s", officer.id, parcel->office);
		if (!error && !register_caller(&officer, &office, caller))
			error = problem_set(problem, JISR_DENIED, "%s has ended", officer.id);
	}
	caller->kind = CALLER_CERTIFICATE;
	caller->scopes = parcel->scopes & RIGHT_ALL;
	return error;
}

/* A node brings its own commands; others', only one that serves them. */
static bool may_bring(const struct network_node *node, const struct parcel *parcel)
{
	return strcmp(node->name, parcel->node) == 0 && strcmp(node->office, parcel->office) == 0;
}

/* ---- doing ---- */

struct doing {
	struct service *service;
	const struct http_request *request;
	const struct answer_site *site;
	struct answer_thread thread;
	const struct network_node *node;
	struct text *answers;
};

static const char *given_header(const struct http_carrier *carrier, const char *name)
{
	const struct parcel *parcel = carrier->connection;
	const char *value = strcasecmp(name, "Content-Type") == 0 ? parcel->type
	                    : strcasecmp(name, "If-Match") == 0   ? parcel->match
	                                                          : "";
	return value[0] != '\0' ? value : NULL;
}

static void fill_input(const struct doing *doing, const struct parcel *parcel, const struct caller *caller,
                       struct answer_input *input)
{
	*input = (struct answer_input){.method = parcel->method,
	                               .target = parcel->target,
	                               .body = parcel->body,
	                               .body_length = parcel->length,
	                               .header = given_header,
	                               .connection = (void *)(uintptr_t)parcel,
	                               .given = caller,
	                               .address = doing->request->carrier->address,
	                               .deadline = doing->request->deadline};
	(void)snprintf(input->id, sizeof input->id, "%s", parcel->id);
}

/* What another item of the same node has made stands as "~ID" in an address. */
static int resolve(struct sql *sql, const struct parcel *parcel, struct arena *arena, const char **ret_target,
                   struct problem *problem)
{
	const char *mark = strstr(parcel->target, "/~");
	struct taken taken;
	char id[PARCEL_ID_MAX];
	*ret_target = parcel->target;
	if (mark == NULL)
		return JISR_OK;
	(void)snprintf(id, sizeof id, "%s", mark + 2);
	id[strcspn(id, "/?")] = '\0';
	int error = parcel_id_valid(id) ? taken_find(sql, parcel->node, id, &taken, NULL) : JISR_NOT_FOUND;
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, JISR_NOT_FOUND, "what this builds on (%s) has made nothing here", id);
	if (error)
		return problem_set(problem, error, "what this builds on cannot be looked up now");
	char *target = arena_format(arena, "%.*s%s%s", (int)(mark + 1 - parcel->target), parcel->target, taken.made,
	                            mark + 2 + strlen(id));
	/* A '/' in a number is '-' in an address. */
	for (size_t i = 0; target != NULL && i < strlen(taken.made); i++)
		if (target[mark + 1 - parcel->target + (ptrdiff_t)i] == '/')
			target[mark + 1 - parcel->target + (ptrdiff_t)i] = '-';
	*ret_target = target;
	return target != NULL ? JISR_OK : problem_no_memory(problem);
}

/* ---- answering ---- */

static int add_later(struct doing *doing, const char *id, const char *why)
{
	struct text json;
	text_init(&json, 4096);
	emit_object(&json, NULL);
	emit_text(&json, "id", id);
	emit_text(&json, "why", why);
	emit_close_object(&json);
	const struct parcel_piece piece = {.kind = 'L', .note = json.bytes, .length = json.length};
	int error = json.error ? json.error : parcel_put(doing->answers, &piece);
	text_finish(&json);
	return error;
}

static int add_answer(struct doing *doing, const struct parcel_answer *answer)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct store *store = service_store(doing->service);
	struct problem problem = {""};
	struct text text, note;
	text_init(&text, PARCEL_MAX_ANSWER);
	text_init(&note, PARCEL_MAX_ANSWER);
	int error = parcel_answer_write(answer, store_log_name(store), &text, &problem);
	if (!error)
		error = store_read(store, &reader, &problem);
	if (!error)
		error = store_sign_note(reader, ENTRY_HEADQUARTERS, text.bytes, text.length, &note, &problem);
	const struct parcel_piece piece = {.kind = 'A', .note = note.bytes, .length = note.length};
	/* It is done, or refused, in any case: asked again it is found to be. */
	error = error ? add_later(doing, answer->id, problem.text) : parcel_put(doing->answers, &piece);
	text_finish(&text);
	text_finish(&note);
	return error;
}

static int add_accepted(struct doing *doing, struct parcel_answer *answer, const struct taken *taken)
{
	answer->accepted = true;
	answer->first = taken->first;
	answer->last = taken->last;
	answer->made = taken->made;
	return add_answer(doing, answer);
}

static int add_refused(struct doing *doing, struct parcel_answer *answer, unsigned status, const char *title,
                       const char *detail, struct arena *arena)
{
	const char *sentence = arena_format(arena, "%s.", detail);
	struct text json;
	text_init(&json, PARCEL_MAX_REPLY);
	emit_object(&json, NULL);
	emit_text(&json, "type", "about:blank");
	emit_text(&json, "title", title);
	emit_count(&json, "status", status);
	emit_text(&json, "detail", sentence != NULL ? sentence : detail);
	emit_close_object(&json);
	answer->accepted = false;
	answer->status = status;
	answer->reply = json.error ? "" : json.bytes;
	int error = add_answer(doing, answer);
	text_finish(&json);
	return error;
}

/* What a node may never do is logged, and shown to the operator. */
static int add_trespass(struct doing *doing, struct parcel_answer *answer, const char *what, struct arena *arena)
{
	nodes_trespass(service_nodes(doing->service), doing->node->name, what);
	return add_refused(doing, answer, 403, "Not allowed", what, arena);
}

/* The thing as it is now, where somebody changed it meanwhile. */
static void find_newer(struct doing *doing, const struct parcel *parcel, const struct caller *caller,
                       struct text *newer)
{
	struct parcel reading = *parcel;
	char target[PARCEL_TARGET_MAX + 1];
	struct answer_input input;
	struct answer_plan plan;
	struct http_reply reply;
	(void)snprintf(target, sizeof target, "%s", parcel->target);
	char *at = target;
	for (int i = 0; i < 5 && at != NULL; i++) /* "/api/v1/notices/ID", without the step behind it */
		at = i == 0 ? strchr(at, '/') : strchr(at + 1, '/');
	if (at != NULL)
		*at = '\0';
	target[strcspn(target, "?")] = '\0';
	reading.method = "GET";
	reading.target = target;
	reading.type = reading.match = reading.body = "";
	reading.length = 0;
	fill_input(doing, &reading, caller, &input);
	answer_plan(doing->site, &doing->thread, &input, &plan);
	if (plan.refused == 0 && plan.found.route != NULL) {
		answer_run(doing->site, &doing->thread, &input, &plan, &reply);
		if (reply.status == 200 && reply.stream == NULL && reply.body.length <= PARCEL_MAX_REPLY)
			(void)text_add(newer, reply.body.bytes, reply.body.length);
		if (reply.stream != NULL)
			reply.stream->free(reply.stream);
		text_finish(&reply.body);
	}
}

static int answer_reply(struct doing *doing, const struct parcel *parcel, const struct caller *caller,
                        struct parcel_answer *answer, const struct taking *taking, const struct http_reply *reply)
{
	struct text newer;
	char now[CLOCK_UTC_MAX];
	if (taking->again) /* another asked at the same time */
		return add_accepted(doing, answer, &taking->taken);
	if (reply->status >= 500 || reply->status == 401 || reply->status == 429)
		return add_later(doing, parcel->id, "headquarters cannot do it now");
	answer->status = (unsigned)reply->status;
	answer->reply = reply->body.length <= PARCEL_MAX_REPLY && reply->body.bytes != NULL ? reply->body.bytes : "";
	if (reply->status < 300 && taking->done) {
		answer->at = taking->taken.at;
		return add_accepted(doing, answer, &taking->taken);
	}
	answer->at = clock_utc_exact(now);
	if (reply->status < 300) { /* it was so already: there is nothing new to enter */
		answer->accepted = true;
		return add_answer(doing, answer);
	}
	text_init(&newer, PARCEL_MAX_REPLY + 1);
	/* The reply lives by itself; what its headers point to ends with the next plan, and is not needed. */
	if (reply->status == 409 || reply->status == 412)
		find_newer(doing, parcel, caller, &newer);
	answer->newer = newer.bytes != NULL ? newer.bytes : "";
	int error = add_answer(doing, answer);
	text_finish(&newer);
	return error;
}

static int run_route(struct doing *doing, const struct parcel *parcel, const struct caller *caller,
                     struct parcel_answer *answer, struct taking *taking, struct arena *arena)
{
	struct answer_input input;
	struct answer_plan plan;
	struct store_bracket bracket;
	struct http_reply reply;
	fill_input(doing, parcel, caller, &input);
	answer_plan(doing->site, &doing->thread, &input, &plan);
	if (plan.found.route == NULL || plan.found.route->travels == HTTP_STAYS)
		return add_trespass(doing, answer, "the node sent a command that nodes do not send", arena);
	taking_bracket(taking, &bracket);
	store_bracket(&bracket);
	answer_run(doing->site, &doing->thread, &input, &plan, &reply);
	store_bracket(NULL);
	if (reply.stream != NULL) /* no route that travels gives one */
		reply.stream->free(reply.stream);
	int error = answer_reply(doing, parcel, caller, answer, taking, &reply);
	text_finish(&reply.body);
	return error;
}

/* Who signed it, and as whom it is to be done. */
static int check(struct doing *doing, struct sql *sql, struct store_reader *reader, const struct parcel_piece *piece,
                 struct parcel *parcel, struct caller *caller, struct parcel_answer *answer, struct arena *arena,
                 bool *ret_answered)
{
	struct problem problem = {""};
	size_t length = 0;
	*ret_answered = true;
	if (!may_bring(doing->node, parcel))
		return add_trespass(doing, answer, "the node wrote as another than itself", arena);
	if (store_open_note(reader, parcel->office, piece->note, piece->length, &length, &problem) != JISR_OK)
		return add_trespass(doing, answer, "no key of the office has signed the command", arena);
	int error = find_caller(sql, parcel, caller, &problem);
	if (error == JISR_DENIED || error == JISR_NOT_FOUND)
		return add_refused(doing, answer, 403, "Not allowed", problem.text, arena);
	if (!error)
		error = resolve(sql, parcel, arena, &parcel->target, &problem);
	if (error == JISR_NOT_FOUND)
		return add_refused(doing, answer, 409, "Not possible now", problem.text, arena);
	if (error)
		return add_later(doing, parcel->id, problem.text);
	*ret_answered = false;
	return JISR_OK;
}

static int do_one(struct doing *doing, const struct parcel_piece *piece, struct arena *arena, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct parcel parcel;
	struct caller caller;
	struct taking taking = {.parcel = &parcel};
	char now[CLOCK_UTC_MAX];
	bool answered;
	struct store *store = service_store(doing->service);
	int error = parcel_read(piece->note, piece->length, piece->body, piece->body_length, store_log_name(store),
	                        arena, &parcel, problem);
	if (error)
		return error;
	sha256_hex(piece->note, piece->length, taking.command);
	struct parcel_answer answer = {.id = parcel.id,
	                               .node = parcel.node,
	                               .status = 200,
	                               .at = clock_utc_exact(now),
	                               .made = "",
	                               .reply = "",
	                               .newer = ""};
	memcpy(answer.command, taking.command, sizeof answer.command);
	error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql *sql = store_reader_sql(reader);
	error = check(doing, sql, reader, piece, &parcel, &caller, &answer, arena, &answered);
	if (error || answered)
		return error;
	error = taken_find(sql, parcel.node, parcel.id, &taking.taken, problem);
	reader = store_read_end(reader);
	if (error != JISR_NOT_FOUND) {
		if (error)
			return add_later(doing, parcel.id, problem->text);
		if (strcmp(taking.taken.command, taking.command) != 0)
			return add_trespass(doing, &answer, "the node gave two commands the same name", arena);
		answer.at = taking.taken.at;
		return add_accepted(doing, &answer, &taking.taken);
	}
	return run_route(doing, &parcel, &caller, &answer, &taking, arena);
}

int arrivals_take(struct service *service, const struct http_request *request, const struct network_node *node,
                  struct text *answers, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const char *at = request->body, *end = request->body + request->body_length;
	struct parcel_piece piece;
	bool bad = false;
	struct doing doing = {.service = service, .request = request, .node = node, .answers = answers};
	if (request->carrier->server == NULL)
		return problem_set(problem, JISR_BUSY, "the service is not up");
	doing.site = server_site(request->carrier->server);
	int error = answer_thread_init(&doing.thread);
	if (!error)
		error = arena_new((size_t)8 << 20, &arena);
	while (!error && parcel_next(&at, end, &piece, &bad)) {
		if (clock_seconds() > request->deadline)
			break; /* the rest comes again */
		arena_reset(arena);
		error = piece.kind == 'P' ? do_one(&doing, &piece, arena, problem)
		                          : problem_set(problem, JISR_BAD_INPUT, "there is no command");
	}
	if (!error && bad)
		error = problem_set(problem, JISR_BAD_INPUT, "there is no command");
	answer_thread_finish(&doing.thread);
	return error;
}

/* ---- files ---- */

static int coming_path(struct service *service, const struct network_node *node, const char *digest,
                       char path[FILE_MAX_PATH], struct problem *problem)
{
	char folder[FILE_MAX_PATH];
	int error = authority_path(service_settings(service)->data, "coming", folder, sizeof folder, problem);
	if (!error)
		error = file_make_folder(folder, problem);
	if (error)
		return error;
	return (size_t)snprintf(path, FILE_MAX_PATH, "%s/%s.%s", folder, node->name, digest) < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "the path of the data directory is too long");
}

/* A node that begins more files than it may loses those that it began before. */
static void forget_others(const char *path, const char *node)
{
	char folder[FILE_MAX_PATH], other[FILE_MAX_PATH];
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
	DIR *listing = opendir(folder);
	size_t count = 0, length = strlen(node);
	for (const struct dirent *one; listing != NULL && (one = readdir(listing)) != NULL;)
		if (strncmp(one->d_name, node, length) == 0 && one->d_name[length] == '.' &&
		    ++count >= ARRIVALS_COMING &&
		    (size_t)snprintf(other, sizeof other, "%s/%s", folder, one->d_name) < sizeof other)
			(void)unlink(other);
	if (listing != NULL)
		(void)closedir(listing);
}

static bool is_picture(const char *kind)
{
	return strcmp(kind, "pictures") == 0;
}

int arrivals_file(struct service *service, const struct network_node *node, const char *kind, const char *digest,
                  struct arrivals_file *ret_file, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct stat status;
	const char *data = service_settings(service)->data;
	struct arrivals_file file = {.bytes = 0};
	if ((!is_picture(kind) && strcmp(kind, "attachments") != 0) || !attachment_digest_valid(digest))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such kind of file");
	if (is_picture(kind)) {
		struct text bytes;
		text_init(&bytes, ARRIVALS_MAX_FILE);
		file.whole = act_load_picture(data, digest, &bytes, NULL) == JISR_OK;
		file.bytes = bytes.length;
		text_finish(&bytes);
	} else {
		file.whole = attachment_size(data, digest, &file.bytes);
	}
	if (!file.whole) {
		int error = coming_path(service, node, digest, path, problem);
		if (error)
			return error;
		file.bytes = stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
	}
	*ret_file = file;
	return JISR_OK;
}

static int add_piece(const char *path, uint64_t from, const char *bytes, size_t length, struct problem *problem)
{
	struct stat status;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (from == 0 ? O_TRUNC : 0), 0600);
	int error = fd < 0 || fstat(fd, &status) != 0 ? file_problem(problem, path, "open it") : JISR_OK;
	if (!error && (uint64_t)status.st_size != from)
		error = problem_set(problem, JISR_CONFLICT, "there are %lld bytes of it here",
		                    (long long)status.st_size);
	if (!error && (lseek(fd, 0, SEEK_END) < 0 || file_write(fd, bytes, length) != JISR_OK)) {
		error = file_problem(problem, path, "write it");
		(void)!ftruncate(fd, (off_t)from);
	}
	if (fd >= 0)
		(void)close(fd);
	return error;
}

static int check_digest(const char *path, const char *digest, struct problem *problem)
{
	char hex[SHA256_HEX];
	int error = sha256_file_hex(path, hex, problem);
	if (error)
		return error;
	return strcmp(hex, digest) == 0
	               ? JISR_OK
	               : problem_set(problem, JISR_CORRUPT, "what came as %.16s... has another content", digest);
}

static int take_picture(struct service *service, const char *path, const char *digest, struct problem *problem)
{
	struct caller caller;
	struct text bytes;
	char hash[SHA256_HEX];
	caller_console(&caller, ENTRY_HEADQUARTERS);
	text_init(&bytes, ARRIVALS_MAX_FILE);
	int error = file_read(path, &bytes, problem);
	if (!error)
		error = act_store_picture(service_settings(service)->data, &caller, bytes.bytes, bytes.length, hash,
		                          problem);
	text_finish(&bytes);
	if (!error && strcmp(hash, digest) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "the photograph holds more than the picture");
	return error;
}

int arrivals_piece(struct service *service, const struct network_node *node, const char *kind, const char *digest,
                   uint64_t from, uint64_t size, const char *bytes, size_t length, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct arrivals_file file;
	int error = arrivals_file(service, node, kind, digest, &file, problem);
	if (error || file.whole)
		return error;
	if (size == 0 || size > ARRIVALS_MAX_FILE || length == 0 || length > size || from > size - length)
		return problem_set(problem, JISR_BAD_INPUT, "'from' and 'size' do not fit the piece");
	error = coming_path(service, node, digest, path, problem);
	if (!error && from == 0)
		forget_others(path, node->name);
	if (!error)
		error = add_piece(path, from, bytes, length, problem);
	if (error || from + length < size)
		return error;
	error = check_digest(path, digest, problem);
	if (!error)
		error = is_picture(kind) ? take_picture(service, path, digest, problem)
		                         : attachment_adopt(service_settings(service)->data, digest, path, problem);
	(void)unlink(path);
	return error;
}
