/* /api/v1/messages, /api/v1/attachments, /api/v1/boxes: sealed messages between offices (message/message.h). */
#include "base/digits.h"
#include "web/http.h"
#include "web/service.h"

#include "base/base64.h"
#include "base/emit.h"
#include "base/json.h"
#include "message/message_emit.h"
#include "notices/codes.h"
#include "web/faults.h"
#include "web/record_reply.h"

#include <stdlib.h>
#include <string.h>

#define BODY_MOST ((size_t)1 << 20) /* a content, or what is sealed of it, to all offices */
#define STEP_MOST ((size_t)8 << 10)
#define PLACE_MAX (ENTRY_AT_LENGTH + 1 + MESSAGE_ID_MAX + 1)

/* ---- lists ---- */

struct listing {
	struct text *text;
	struct store *store;
	struct log *log;
	const struct caller *caller;
	size_t count, limit;
	bool more;
	char last[PLACE_MAX];
};

static bool list_one(void *context, const struct message *message)
{
	struct listing *listing = context;
	if (listing->count == listing->limit) {
		listing->more = true;
		return false;
	}
	message_emit_line(listing->text, listing->store, listing->log, listing->caller, message);
	(void)snprintf(listing->last, sizeof listing->last, "%s_%s", message->at, message->id);
	listing->count++;
	return listing->text->error == JISR_OK;
}

struct asked {
	struct message_filter filter;
	char at[ENTRY_AT_LENGTH + 1];
	size_t limit;
};

static bool read_place(const char *text, struct asked *asked)
{
	if (strlen(text) <= ENTRY_AT_LENGTH || text[ENTRY_AT_LENGTH] != '_' ||
	    !message_id_valid(text + ENTRY_AT_LENGTH + 1))
		return false;
	(void)snprintf(asked->at, sizeof asked->at, "%.*s", ENTRY_AT_LENGTH, text);
	asked->filter.after_at = asked->at;
	asked->filter.after_id = text + ENTRY_AT_LENGTH + 1;
	return entry_at_valid(asked->at);
}

static bool read_one(struct asked *asked, const char *name, const char *value)
{
	static const char *const folders[] = {"in", "out", "both", "carried"};
	if (strcmp(name, "folder") == 0) {
		for (size_t i = 0; i < 4; i++)
			if (strcmp(value, folders[i]) == 0) {
				asked->filter.folder = (enum message_folder)i;
				return true;
			}
		return false;
	}
	if (strcmp(name, "unread") == 0 && (strcmp(value, "true") == 0 || strcmp(value, "false") == 0))
		asked->filter.unread = value[0] == 't';
	else if (strcmp(name, "office") == 0)
		asked->filter.office = value;
	else if (strcmp(name, "thread") == 0 && message_id_valid(value))
		asked->filter.thread = value;
	else if (strcmp(name, "cursor") == 0)
		return read_place(value, asked);
	else
		return strcmp(name, "limit") == 0 && record_reply_limit(value, &asked->limit);
	return true;
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	struct asked asked = {.filter = {.folder = MESSAGE_IN}, .limit = PAGE_STANDARD};
	const char *name, *value;
	uint64_t total = 0;
	int error = JISR_OK;
	for (size_t i = 0; http_query_at(request, i, &name, &value); i++)
		if (!read_one(&asked, name, value))
			return http_reply_problem(reply, 400, "The address cannot be read",
			                          "There are folder (in, out, both, carried), unread (true, false), "
			                          "office, thread, cursor and limit (1 to 500).");
	error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	struct listing listing = {.text = &reply->body,
	                          .store = service_store(service),
	                          .log = store_reader_log(reading.reader),
	                          .caller = request->caller_is,
	                          .limit = asked.limit};
	asked.filter.limit = asked.limit + 1;
	emit_object(&reply->body, NULL);
	emit_array(&reply->body, "messages");
	error = message_list(reading.sql, request->caller_is, &asked.filter, list_one, &listing, &problem);
	if (!error)
		error = message_count(reading.sql, request->caller_is, &asked.filter, &total, &problem);
	return record_reply_list(request, reply, error, total, listing.more ? listing.last : NULL, &problem);
}

static int forms(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	int error = record_reply_begin(request, reply, 200, 0);
	message_emit_forms(&reply->body);
	return error ? error : reply->body.error;
}

/* ---- one ---- */

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""}, sealed = {""};
	struct message message;
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = message_get(reading.sql, request->caller_is, request->variables[0], &message, &problem);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	int closed = message_content(service_store(service), store_reader_log(reading.reader), request->caller_is,
	                             &message, &content, &sealed);
	error = record_reply_begin(request, reply, 200, 0);
	message_emit(&reply->body, &message);
	if (!error)
		error = message_emit_readers(&reply->body, reading.sql, request->caller_is, &message, &problem);
	if (closed) {
		emit_null(&reply->body, "content");
		emit_text(&reply->body, "sealed", sealed.text);
	} else {
		emit_name(&reply->body, "content", strlen("content"));
		(void)json_write(content, &reply->body);
		emit_null(&reply->body, "sealed");
	}
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* ---- sending ---- */

static int send(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct message_order order = {.caller = request->caller_is, .crime = codes_is_crime};
	int error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	order.request = json;
	error = message_send(service_store(service), &order, &problem);
	if (error) {
		text_finish(&order.left_out);
		return record_reply_file_error(request, reply, error, &problem);
	}
	error = record_reply_changed(request, reply, true, "/api/v1/messages/", order.made, order.version);
	emit_count(&reply->body, "version", order.version);
	emit_text(&reply->body, "left_out", order.left_out.length > 0 ? order.left_out.bytes : NULL);
	emit_close_object(&reply->body);
	text_finish(&order.left_out);
	return error ? error : reply->body.error;
}

static int step(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	const char *id = request->variables[0], *what = request->variables[1];
	bool reads = strcmp(what, "read") == 0, refuses = strcmp(what, "refuse") == 0,
	     stored = strcmp(what, "stored") == 0;
	int error = JISR_OK;
	if (!reads && !refuses && !stored && strcmp(what, "remove") != 0)
		return http_reply_problem(reply, 404, "There is no such step",
		                          "There are stored, read, refuse and remove.");
	if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	const char *reason = json_get_text(json, "reason");
	enum message_receipt receipt = reads ? MESSAGE_READ : stored ? MESSAGE_STORED : MESSAGE_REFUSED;
	error = reads || stored || refuses
	                ? message_receipt(service_store(service), request->caller_is, id, receipt, reason, &problem)
	                : message_remove(service_store(service), request->caller_is, id, reason, &problem);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	reply->status = 204;
	return JISR_OK;
}

/* ---- attachments ---- */

static int upload(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(attachment_dropp) struct attachment_writer *writer = NULL;
	struct attachment attachment;
	struct problem problem = {""};
	char key[BASE64_LENGTH(ATTACHMENT_KEY) + 1];
	int error = attachment_begin(service_settings(service)->data, &writer, &problem);
	if (!error)
		error = attachment_add(writer, request->body, request->body_length, &problem);
	if (!error)
		error = attachment_end(writer, &attachment, &problem);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	base64_write(attachment.key, sizeof attachment.key, key);
	error = record_reply_begin(request, reply, 201, 0);
	emit_object(&reply->body, NULL);
	emit_count(&reply->body, "size", attachment.size);
	emit_text(&reply->body, "digest", attachment.digest);
	emit_text(&reply->body, "key", key);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* An attachment while it is sent: a piece is opened when the one before is gone. */
struct download {
	struct http_stream http; /* first: what the carrier knows */
	struct attachment_reader *reader;
	const char *bytes;
	size_t length;
};

static ssize_t download_read(struct http_stream *http, char *bytes, size_t size)
{
	struct download *download = (struct download *)http;
	const void *piece = NULL;
	if (download->length == 0) {
		if (attachment_read(download->reader, &piece, &download->length, NULL) != JISR_OK ||
		    download->length == 0)
			return -1;
		download->bytes = piece;
	}
	size_t part = download->length < size ? download->length : size;
	memcpy(bytes, download->bytes, part);
	download->bytes += part;
	download->length -= part;
	return (ssize_t)part;
}

static void download_carry(struct http_stream *http, void (*wake)(void *context), void *context)
{
	(void)http; /* there is always something to read */
	(void)wake;
	(void)context;
}

static void download_free(struct http_stream *http)
{
	struct download *download = (struct download *)http;
	attachment_close(download->reader);
	memory_free(download);
}

/* The name as RFC 6266 and RFC 8187 have it: every byte but letters and digits as %XX. */
static const char *disposition(struct arena *arena, const char *name)
{
	static const char begin[] = "attachment; filename*=UTF-8''", hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, sizeof begin + strlen(name) * 3 + 1);
	if (out == NULL)
		return NULL;
	memcpy(out, begin, sizeof begin - 1);
	char *to = out + sizeof begin - 1;
	for (const unsigned char *at = (const unsigned char *)name; *at != '\0'; at++)
		if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
		    *at == '.' || *at == '-') {
			*to++ = (char)*at;
		} else {
			*to++ = '%';
			*to++ = hex[*at >> 4];
			*to++ = hex[*at & 15];
		}
	*to = '\0';
	return out;
}

static int begin_download(struct service *service, const struct http_request *request, struct http_reply *reply,
                          const struct attachment *attachment, const char *name, struct problem *problem)
{
	struct attachment_reader *reader = NULL;
	int error =
		attachment_open(service_settings(service)->data, attachment->digest, attachment->key, &reader, problem);
	if (error)
		return record_reply_file_error(request, reply, error, problem);
	struct download *download = memory_zero(1, sizeof *download);
	const char *header = disposition(request->arena, name);
	if (download == NULL || header == NULL) {
		attachment_close(reader);
		memory_free(download);
		return JISR_NO_MEMORY;
	}
	download->http = (struct http_stream){download_read, download_free, download_carry};
	download->reader = reader;
	reply->stream = &download->http;
	reply->status = 200;
	/* Never as a page of ours: what it says it is was said by somebody else. */
	reply->type = "application/octet-stream";
	error = http_reply_header(reply, "Content-Disposition", header);
	return error ? error : http_reply_header(reply, "Cache-Control", "private, no-store");
}

static int file(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	CLEANUP(json_freep) cJSON *content = NULL;
	struct problem problem = {""};
	struct message message;
	struct attachment attachment;
	const char *name, *type, *place = request->variables[1];
	int error = record_reading_begin(service, request, &reading, &problem);
	if (!error)
		error = message_get(reading.sql, request->caller_is, request->variables[0], &message, &problem);
	if (!error)
		error = message_content(service_store(service), store_reader_log(reading.reader), request->caller_is,
		                        &message, &content, &problem);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	uint64_t number = 0;
	if (!digits_read(place, 2, &number) || number == 0 ||
	    !content_file(content, number - 1, &attachment, &name, &type))
		return http_reply_problem(reply, 404, "There is no such attachment", "They are numbered from 1.");
	return begin_download(service, request, reply, &attachment, name, &problem);
}

/* ---- boxes ---- */

static bool emit_box(void *context, const struct envelope_reader *box, const char *at)
{
	struct text *text = context;
	emit_object(text, NULL);
	emit_text(text, "office", box->office);
	emit_text(text, "key", box->id);
	emit_text(text, "at", at);
	emit_close_object(text);
	return text->error == JISR_OK;
}

static int boxes(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(record_reading_finish) struct record_reading reading = {0};
	struct problem problem = {""};
	int error = JISR_OK;
	if (!record_reply_array_begin(service, request, reply, "boxes", &reading, &error, &problem))
		return error;
	if (!error)
		error = message_boxes(reading.sql, emit_box, &reply->body, &problem);
	if (error) {
		text_reset(&reply->body);
		return record_reply_file_error(request, reply, error, &problem);
	}
	emit_close_array(&reply->body);
	emit_close_object(&reply->body);
	return reply->body.error;
}

static int change_box(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct envelope_reader box;
	int error = faults_read_body(request, reply, &json);
	if (error || json == NULL)
		return error;
	const char *office = json_get_text(json, "office"), *key = json_get_text(json, "key");
	if (office == NULL)
		office = request->caller_is->office;
	error = key != NULL
	                ? message_box_announce(service_store(service), request->caller_is, office, key, &box, &problem)
	                : message_box_change(service_store(service), request->caller_is, office, &box, &problem);
	if (error)
		return record_reply_file_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, 201, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "office", box.office);
	emit_text(&reply->body, "key", box.id);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

const struct http_route routes_messages[] = {
	{HTTP_GET, "/api/v1/messages", list, HTTP_STYLE_PROBLEM, "api_messages", .right = RIGHT_MESSAGES_READ,
         .access = "search", .heavy = true},
	{HTTP_POST, "/api/v1/messages", send, HTTP_STYLE_PROBLEM, "api_message_send", .right = RIGHT_MESSAGES_WRITE,
         .waits = true, .travels = HTTP_TRAVELS_SEALED, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_GET, "/api/v1/messages/forms", forms, HTTP_STYLE_PROBLEM, "api_message_forms", .right = RIGHT_NONE},
	{HTTP_GET, "/api/v1/messages/{id}", show, HTTP_STYLE_PROBLEM, "api_message", .right = RIGHT_MESSAGES_READ,
         .access = "view"},
	{HTTP_GET, "/api/v1/messages/{id}/files/{number}", file, HTTP_STYLE_PROBLEM, "api_message_file",
         .right = RIGHT_MESSAGES_READ, .access = "export", .heavy = true},
	{HTTP_POST, "/api/v1/messages/{id}/{step}", step, HTTP_STYLE_PROBLEM, "api_message_step",
         .right = RIGHT_MESSAGES_READ, .waits = true, .travels = HTTP_TRAVELS, .body_max = STEP_MOST},
	{HTTP_POST, "/api/v1/attachments", upload, HTTP_STYLE_PROBLEM, "api_attachment", .right = RIGHT_MESSAGES_WRITE,
         .heavy = true, .body_max = ATTACHMENT_MOST},
	{HTTP_GET, "/api/v1/boxes", boxes, HTTP_STYLE_PROBLEM, "api_boxes", .right = RIGHT_MEMBERS_READ},
	{HTTP_POST, "/api/v1/boxes", change_box, HTTP_STYLE_PROBLEM, "api_box_change", .right = RIGHT_KEYS_CHANGE,
         .waits = true, .travels = HTTP_TRAVELS_BOX, .body_max = STEP_MOST},
	{0},
};
