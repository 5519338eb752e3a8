#include "message/message.h"

#include "base/json.h"
#include "message/keyring.h"

#include <sodium.h>
#include <string.h>

#define COLUMNS                                                                                                        \
	"m.id, m.sequence, m.sender, m.officer, m.at, m.urgency, m.reply_to, m.thread, m.files, m.bytes, m.readers,"   \
	" coalesce((SELECT t.read = '' AND t.refused = '' FROM message_to t WHERE t.id = m.id AND t.office = ?1), 0)"

static void read_row(struct sql_query *query, struct message *message)
{
	*message = (struct message){.sequence = (uint64_t)sql_number(query, 1),
	                            .files = (uint64_t)sql_number(query, 8),
	                            .bytes = (uint64_t)sql_number(query, 9),
	                            .readers = (size_t)sql_number(query, 10),
	                            .unread = sql_number(query, 11) != 0};
	(void)snprintf(message->id, sizeof message->id, "%s", sql_text(query, 0));
	(void)snprintf(message->sender, sizeof message->sender, "%s", sql_text(query, 2));
	(void)snprintf(message->officer, sizeof message->officer, "%s", sql_text(query, 3));
	(void)snprintf(message->at, sizeof message->at, "%s", sql_text(query, 4));
	(void)snprintf(message->urgency, sizeof message->urgency, "%s", sql_text(query, 5));
	(void)snprintf(message->reply_to, sizeof message->reply_to, "%s", sql_text(query, 6));
	(void)snprintf(message->thread, sizeof message->thread, "%s", sql_text(query, 7));
}

int message_boxes(struct sql *sql, message_each_box each, void *context, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT office, id, key, at FROM message_box WHERE sequence IN"
	                       " (SELECT max(sequence) FROM message_box GROUP BY office) ORDER BY office");
	for (bool go = true; go && sql_next(&query);) {
		struct envelope_reader box = {"", "", {0}};
		const char *key = sql_text(&query, 2);
		(void)snprintf(box.office, sizeof box.office, "%s", sql_text(&query, 0));
		(void)snprintf(box.id, sizeof box.id, "%s", sql_text(&query, 1));
		(void)sodium_hex2bin(box.key, sizeof box.key, key, strlen(key), NULL, NULL, NULL);
		go = each(context, &box, sql_text(&query, 3));
	}
	return sql_done(&query, problem);
}

/* ---- lists ---- */

/* Of a folder: in and out are read along an index of their own, in the order of the list. */
#define IN  "message_to w JOIN message m ON m.id = w.id WHERE w.office = ?1"
#define OUT "message m WHERE m.sender = ?1"
#define ALL "message m WHERE ?1 = 'GS'"
#define BOTH                                                                                                           \
	"message m WHERE (m.sender = ?1 OR EXISTS (SELECT 1 FROM message_to w WHERE w.id = m.id AND w.office = ?1))"
#define WANTED                                                                                                         \
	" AND (?2 = 0 OR EXISTS (SELECT 1 FROM message_to u WHERE u.id = m.id AND u.office = ?1 AND u.read = ''"       \
	" AND u.refused = ''))"                                                                                        \
	" AND (?3 IS NULL OR m.sender = ?3 OR EXISTS (SELECT 1 FROM message_to o WHERE o.id = m.id AND o.office = "    \
	"?3))"                                                                                                         \
	" AND (?4 IS NULL OR m.thread = ?4)"
#define PLACE(name)                                                                                                    \
	" AND (?5 IS NULL OR (" name ".at, " name ".id) < (?5, ?6)) ORDER BY " name ".at DESC, " name                  \
	".id DESC LIMIT ?7"

static void bind(struct sql_query *query, const struct caller *caller, const struct message_filter *filter)
{
	sql_bind_text(query, 1, caller->office);
	sql_bind_number(query, 2, filter->unread);
	sql_bind_text(query, 3, filter->office);
	sql_bind_text(query, 4, filter->thread);
}

static int check_may(const struct caller *caller, const struct message_filter *filter, struct problem *problem)
{
	int error = caller_check(caller, RIGHT_MESSAGES_READ, problem);
	if (!error && filter->folder == MESSAGE_CARRIED && !caller_is_headquarters(caller))
		error = problem_set(problem, JISR_DENIED, "only headquarters sees the envelopes that it carries");
	return error;
}

int message_list(struct sql *sql, const struct caller *caller, const struct message_filter *filter, message_each each,
                 void *context, struct problem *problem)
{
	int error = check_may(caller, filter, problem);
	if (error)
		return error;
	struct sql_query query =
		filter->folder == MESSAGE_IN     ? sql_query(sql, "SELECT " COLUMNS " FROM " IN WANTED PLACE("w"))
		: filter->folder == MESSAGE_OUT  ? sql_query(sql, "SELECT " COLUMNS " FROM " OUT WANTED PLACE("m"))
		: filter->folder == MESSAGE_BOTH ? sql_query(sql, "SELECT " COLUMNS " FROM " BOTH WANTED PLACE("m"))
						 : sql_query(sql, "SELECT " COLUMNS " FROM " ALL WANTED PLACE("m"));
	bind(&query, caller, filter);
	sql_bind_text(&query, 5, filter->after_at);
	sql_bind_text(&query, 6, filter->after_id);
	sql_bind_number(&query, 7, (int64_t)filter->limit);
	for (bool go = true; go && sql_next(&query);) {
		struct message message;
		read_row(&query, &message);
		go = each(context, &message);
	}
	return sql_done(&query, problem);
}

int message_count(struct sql *sql, const struct caller *caller, const struct message_filter *filter,
                  uint64_t *ret_count, struct problem *problem)
{
	int64_t count = 0;
	int error = check_may(caller, filter, problem);
	if (error)
		return error;
	struct sql_query query = filter->folder == MESSAGE_IN     ? sql_query(sql, "SELECT count(*) FROM " IN WANTED)
	                         : filter->folder == MESSAGE_OUT  ? sql_query(sql, "SELECT count(*) FROM " OUT WANTED)
	                         : filter->folder == MESSAGE_BOTH ? sql_query(sql, "SELECT count(*) FROM " BOTH WANTED)
	                                                          : sql_query(sql, "SELECT count(*) FROM " ALL WANTED);
	bind(&query, caller, filter);
	error = sql_run_number(&query, 0, &count, problem);
	*ret_count = (uint64_t)count;
	return error;
}

/* ---- one ---- */

int message_get(struct sql *sql, const struct caller *caller, const char *id, struct message *ret_message,
                struct problem *problem)
{
	int error = caller_check(caller, RIGHT_MESSAGES_READ, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(sql, "SELECT " COLUMNS " FROM message m WHERE m.id = ?2 AND (m.sender = ?1 OR ?1 = 'GS' OR"
	                       " EXISTS (SELECT 1 FROM message_to w WHERE w.id = m.id AND w.office = ?1))");
	sql_bind_text(&query, 1, caller->office);
	sql_bind_text(&query, 2, id);
	bool found = sql_next(&query);
	if (found)
		read_row(&query, ret_message);
	error = sql_done(&query, problem);
	return error || found ? error : problem_set(problem, JISR_NOT_FOUND, "there is no message %.40s", id);
}

bool message_mine(struct sql *sql, const char *office, const struct message *message)
{
	int64_t count = 0;
	if (strcmp(office, message->sender) == 0)
		return true;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM message_to WHERE id = ?1 AND office = ?2");
	sql_bind_text(&query, 1, message->id);
	sql_bind_text(&query, 2, office);
	return sql_run_number(&query, 0, &count, NULL) == JISR_OK && count > 0;
}

int message_readers(struct sql *sql, const struct caller *caller, const struct message *message,
                    message_each_reader each, void *context, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT office, key, stored, read, officer, refused, reason, ?2 IN (office, 'GS', ?3)"
	                       " FROM message_to WHERE id = ?1 ORDER BY office");
	sql_bind_text(&query, 1, message->id);
	sql_bind_text(&query, 2, caller->office);
	sql_bind_text(&query, 3, message->sender);
	for (bool go = true; go && sql_next(&query);) {
		bool told = sql_number(&query, 7) != 0;
		struct message_reader reader = {.office = sql_text(&query, 0),
		                                .key = sql_text(&query, 1),
		                                .stored = told ? sql_text(&query, 2) : "",
		                                .read = told ? sql_text(&query, 3) : "",
		                                .officer = told ? sql_text(&query, 4) : "",
		                                .refused = told ? sql_text(&query, 5) : "",
		                                .reason = told ? sql_text(&query, 6) : "",
		                                .told = told};
		go = each(context, &reader);
	}
	return sql_done(&query, problem);
}

/* What was opened is JSON of the form that was checked before it was sealed; a sender's program may have left that out. */
static int read_content(struct text *text, cJSON **ret_content, struct problem *problem)
{
	struct problem inner = {""};
	cJSON *content = NULL;
	int error = json_read(text->bytes, text->length, &content, &inner);
	if (!error && json_get_text(content, "subject") == NULL)
		error = problem_set(&inner, JISR_BAD_INPUT, "there is no subject");
	if (error == JISR_NO_MEMORY || !error) {
		*ret_content = content;
		return error ? problem_set(problem, error, "out of memory") : JISR_OK;
	}
	json_free(content);
	return problem_set(problem, JISR_CORRUPT, "the message opens, but is no message: %.200s", inner.text);
}

int message_content(struct store *store, struct log *log, const struct caller *caller, const struct message *message,
                    cJSON **ret_content, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct envelope_box box;
	struct entry *entry = NULL;
	struct text text;
	int error = caller_check(caller, RIGHT_MESSAGES_READ, problem);
	if (!error && arena_new(MESSAGE_MEMORY, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error)
		error = log_read(log, message->sequence, LOG_WITH_BODY, arena, &entry, problem);
	if (error)
		return error;
	const char *key = caller->office[0] != '\0' ? envelope_key_of(entry->body, caller->office) : NULL;
	if (key == NULL)
		return problem_set(problem, JISR_DENIED,
		                   "the content is sealed: %s and those it is for read it, nobody else can",
		                   message->sender);
	error = keyring_load(store_directory(store), caller->office, key, &box, problem);
	if (error)
		return error;
	text_init(&text, ENVELOPE_CONTENT + ENVELOPE_MORE);
	error = envelope_open(&box, entry->header.author, message->id, entry->body, &text, problem);
	envelope_box_finish(&box);
	if (!error)
		error = read_content(&text, ret_content, problem);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	return error;
}

int message_names_file(struct sql *sql, const char *digest, bool *ret_named, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM message_file WHERE digest = ?1");
	sql_bind_text(&query, 1, digest);
	int error = sql_run_number(&query, 0, &count, problem);
	*ret_named = count > 0;
	return error;
}

int message_files(struct sql *sql, const char *office, const char *only, message_each_file each, void *context,
                  struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT DISTINCT f.digest FROM message_file f JOIN message m USING (id) WHERE (?2 IS NULL OR "
		     "f.digest = ?2) AND (m.sender = ?1 OR EXISTS (SELECT 1 FROM message_to t WHERE t.id = f.id AND "
		     "t.office = ?1))");
	bool more = true;
	sql_bind_text(&query, 1, office);
	sql_bind_text(&query, 2, only);
	while (more && sql_next(&query))
		more = each(context, sql_text(&query, 0));
	return sql_done(&query, problem);
}
