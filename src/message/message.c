/* The domain. Tables, version 1: message_box, every box there was; message, the envelopes; message_to, their readers and what
 * they said; message_file, what is attached. The content is in the log alone. */
#include "message/message.h"

#include "base/json.h"
#include "base/text.h"

#include <sodium.h>
#include <string.h>

#define SUBJECT "message/"
#define LETTERS "0123456789abcdefghjkmnpqrstvwxyz" /* 32, without those that are taken for others (Crockford) */
#define DRAWN   13                                 /* letters of an id: 65 bits */

static const char *const tables[] = {"message_box", "message", "message_to", "message_file", NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE message_box(sequence INTEGER PRIMARY KEY, office TEXT NOT NULL, id TEXT NOT NULL,"
         " key TEXT NOT NULL, at TEXT NOT NULL);"
         "CREATE INDEX message_box_by_office ON message_box(office, sequence);"
         "CREATE TABLE message(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, sender TEXT NOT NULL,"
         " officer TEXT NOT NULL, at TEXT NOT NULL, urgency TEXT NOT NULL, reply_to TEXT NOT NULL,"
         " thread TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL, readers INTEGER NOT NULL)"
         " WITHOUT ROWID;"
         "CREATE INDEX message_by_sender ON message(sender, at, id);"
         "CREATE INDEX message_by_time ON message(at, id);"
         "CREATE INDEX message_by_thread ON message(thread);"
         "CREATE TABLE message_to(id TEXT NOT NULL, office TEXT NOT NULL, at TEXT NOT NULL, key TEXT NOT NULL,"
         " stored TEXT NOT NULL, read TEXT NOT NULL, officer TEXT NOT NULL, refused TEXT NOT NULL,"
         " reason TEXT NOT NULL, refusal INTEGER NOT NULL, PRIMARY KEY(id, office)) WITHOUT ROWID;"
         "CREATE INDEX message_to_by_office ON message_to(office, at, id);"
         "CREATE INDEX message_to_waiting ON message_to(office, id) WHERE stored = '' AND refused = '';"
         "CREATE TABLE message_file(digest TEXT NOT NULL, id TEXT NOT NULL, sealed INTEGER NOT NULL,"
         " PRIMARY KEY(digest, id)) WITHOUT ROWID;"
         "CREATE INDEX message_file_by_id ON message_file(id);",
         false},
};

bool message_id_valid(const char *id)
{
	size_t year = strspn(id, "0123456789");
	return year >= 4 && year <= 7 && id[year] == '-' && strspn(id + year + 1, LETTERS) == DRAWN &&
	       id[year + 1 + DRAWN] == '\0';
}

void message_id_new(const char *at, char out[MESSAGE_ID_MAX + 1])
{
	static const char letters[] = LETTERS;
	uint8_t drawn[DRAWN];
	size_t length = (size_t)snprintf(out, MESSAGE_ID_MAX + 1, "%.4s-", at);
	randombytes_buf(drawn, sizeof drawn);
	for (size_t i = 0; i < DRAWN; i++)
		out[length++] = letters[drawn[i] % 32];
	out[length] = '\0';
}

/* ---- forms of bodies ---- */

static int check_box(const cJSON *body, struct problem *problem)
{
	return text_is_hex(json_get_text(body, "key"), 2 * ENVELOPE_PUBLIC)
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "\"key\" is %d hexadecimal digits", 2 * ENVELOPE_PUBLIC);
}

static int check_to(const cJSON *body, struct problem *problem)
{
	const cJSON *to = json_get(body, "to");
	const char *before = "";
	if (!cJSON_IsArray(to) || to->child == NULL || cJSON_GetArraySize(to) >= ENVELOPE_READERS)
		return problem_set(problem, JISR_BAD_INPUT, "\"to\" names 1 to %d offices", ENVELOPE_READERS - 1);
	for (const cJSON *one = to->child; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || strcmp(before, one->valuestring) >= 0 ||
		    envelope_key_of(body, one->valuestring) == NULL)
			return problem_set(
				problem, JISR_BAD_INPUT,
				"\"to\" names offices in order, each once, for each of which there is a key");
		before = one->valuestring;
	}
	int more = cJSON_GetArraySize(json_get(body, "keys")) - cJSON_GetArraySize(to);
	return more == 0 || more == 1
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "\"keys\" are for those in \"to\" and the sender alone");
}

int message_check_sent(const cJSON *body, struct problem *problem)
{
	const char *urgency = json_get_text(body, "urgency"), *reply = json_get_text(body, "reply_to");
	const cJSON *files = json_get(body, "files");
	int error = envelope_check(body, problem);
	if (!error)
		error = check_to(body, problem);
	if (error)
		return error;
	if (urgency == NULL || !content_knows(content_urgencies, content_urgency_count, urgency))
		return problem_set(problem, JISR_BAD_INPUT, "\"urgency\" is normal, urgent or very-urgent");
	if (json_get(body, "reply_to") != NULL && (reply == NULL || !message_id_valid(reply)))
		return problem_set(problem, JISR_BAD_INPUT, "\"reply_to\" is the id of a message");
	if (!cJSON_IsArray(files) || cJSON_GetArraySize(files) > CONTENT_FILES)
		return problem_set(problem, JISR_BAD_INPUT, "\"files\" lists at most %d of {\"digest\",\"sealed\"}",
		                   CONTENT_FILES);
	for (const cJSON *one = files->child; one != NULL; one = one->next) {
		if (!text_is_hex(json_get_text(one, "digest"), ATTACHMENT_DIGEST - 1) ||
		    !json_whole(json_get(one, "sealed"), 0, attachment_sealed_size(ATTACHMENT_MOST), NULL))
			return problem_set(problem, JISR_BAD_INPUT, "\"files\": one is no {\"digest\",\"sealed\"}");
	}
	return JISR_OK;
}

static int check_receipt(const cJSON *body, struct problem *problem)
{
	const cJSON *reason = json_get(body, "reason");
	return cJSON_IsObject(body) && (reason == NULL ||
	                                (cJSON_IsString(reason) && strlen(reason->valuestring) <= MESSAGE_REASON))
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "a receipt is {} or {\"reason\"} of at most %d bytes",
	                             MESSAGE_REASON);
}

/* ---- applying ---- */

static int id_of(const struct entry *entry, const char **ret_id, struct problem *problem)
{
	const char *id = entry->header.subject + strlen(SUBJECT);
	if (strncmp(entry->header.subject, SUBJECT, strlen(SUBJECT)) != 0 || !message_id_valid(id))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no message: %s",
		                   (unsigned long long)entry->sequence, entry->header.subject);
	*ret_id = id;
	return JISR_OK;
}

static int apply_box(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct envelope_reader reader = {"", "", {0}};
	const char *key = json_get_text(entry->body, "key");
	if (key == NULL || sodium_hex2bin(reader.key, sizeof reader.key, key, strlen(key), NULL, NULL, NULL) != 0)
		return JISR_OK;
	(void)snprintf(reader.office, sizeof reader.office, "%s", entry->header.author);
	envelope_reader_name(&reader);
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT OR REPLACE INTO message_box VALUES(?1, ?2, ?3, ?4, ?5)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, reader.office);
	sql_bind_text(&query, 3, reader.id);
	sql_bind_text(&query, 4, key);
	sql_bind_text(&query, 5, entry->header.at);
	return sql_run(&query, problem);
}

static int put_readers(struct sql *sql, const char *id, const struct entry *entry, struct problem *problem)
{
	const cJSON *to = json_get(entry->body, "to");
	int error = JISR_OK;
	for (const cJSON *one = to->child; one != NULL && !error; one = one->next) {
		struct sql_query query = sql_query(
			sql, "INSERT OR IGNORE INTO message_to VALUES(?1, ?2, ?3, ?4, '', '', '', '', '', 0)");
		sql_bind_text(&query, 1, id);
		sql_bind_text(&query, 2, one->valuestring);
		sql_bind_text(&query, 3, entry->header.at);
		sql_bind_text(&query, 4, envelope_key_of(entry->body, one->valuestring));
		error = sql_run(&query, problem);
	}
	return error;
}

static int put_files(struct sql *sql, const char *id, const struct entry *entry, uint64_t *bytes,
                     struct problem *problem)
{
	const cJSON *files = json_get(entry->body, "files");
	int error = JISR_OK;
	for (const cJSON *one = files->child; one != NULL && !error; one = one->next) {
		struct sql_query query = sql_query(sql, "INSERT OR IGNORE INTO message_file VALUES(?1, ?2, ?3)");
		int64_t sealed = (int64_t)json_get_whole(one, "sealed");
		sql_bind_text(&query, 1, json_get_text(one, "digest"));
		sql_bind_text(&query, 2, id);
		sql_bind_number(&query, 3, sealed);
		error = sql_run(&query, problem);
		*bytes += (uint64_t)sealed;
	}
	return error;
}

static int apply_sent(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	const char *id;
	int error = id_of(entry, &id, problem);
	if (error || entry->body == NULL)
		return error;
	const char *reply = json_get_text(entry->body, "reply_to");
	uint64_t bytes = strlen(json_get_text(entry->body, "sealed")) / 4 * 3;
	error = put_files(sql, id, entry, &bytes, problem);
	if (!error)
		error = put_readers(sql, id, entry, problem);
	if (error)
		return error;
	/* The thread is the first message's that is known here. */
	struct sql_query query = sql_query(
		sql, "INSERT OR IGNORE INTO message VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		     " coalesce((SELECT thread FROM message WHERE id = ?7), nullif(?7, ''), ?1), ?8, ?9, ?10)");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, (int64_t)entry->sequence);
	sql_bind_text(&query, 3, entry->header.author);
	sql_bind_text(&query, 4, entry->header.officer);
	sql_bind_text(&query, 5, entry->header.at);
	sql_bind_text(&query, 6, json_get_text(entry->body, "urgency"));
	sql_bind_text(&query, 7, reply != NULL ? reply : "");
	sql_bind_number(&query, 8, cJSON_GetArraySize(json_get(entry->body, "files")));
	sql_bind_number(&query, 9, (int64_t)bytes);
	sql_bind_number(&query, 10, cJSON_GetArraySize(json_get(entry->body, "to")));
	return sql_run(&query, problem);
}

static int drop_sent(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	const char *id;
	int error = id_of(entry, &id, problem);
	if (error)
		return error;
	struct sql_query queries[] = {
		sql_query(sql, "DELETE FROM message WHERE id = ?1"),
		sql_query(sql, "DELETE FROM message_to WHERE id = ?1"),
		sql_query(sql, "DELETE FROM message_file WHERE id = ?1"),
	};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct problem inner = {""};
		sql_bind_text(&queries[i], 1, id);
		int one = sql_run(&queries[i], &inner);
		if (one && !error)
			error = problem_set(problem, one, "%s", inner.text);
	}
	return error;
}

static int apply_receipt(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql *sql = store_write_sql(write);
	const char *id, *what = entry->header.kind + strlen("message."), *reason = json_get_text(entry->body, "reason");
	int error = id_of(entry, &id, problem);
	if (error)
		return error;
	struct sql_query query =
		strcmp(what, "stored") == 0 ? sql_query(sql, "UPDATE message_to SET stored = ?3 WHERE id = ?1 AND"
	                                                     " office = ?2 AND stored = ''")
		: strcmp(what, "read") == 0
			? sql_query(sql, "UPDATE message_to SET read = ?3, officer = ?4 WHERE id = ?1 AND office = ?2"
	                                 " AND read = ''")
			: sql_query(sql, "UPDATE message_to SET refused = ?3, officer = ?4, reason = ?5, refusal = ?6"
	                                 " WHERE id = ?1 AND office = ?2 AND refused = ''");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	sql_bind_text(&query, 3, entry->header.at);
	if (strcmp(what, "stored") != 0)
		sql_bind_text(&query, 4, entry->header.officer);
	if (strcmp(what, "refused") == 0) {
		sql_bind_text(&query, 5, reason != NULL ? reason : "");
		sql_bind_number(&query, 6, (int64_t)entry->sequence);
	}
	return sql_run(&query, problem);
}

static int drop_refused(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE message_to SET reason = '' WHERE refusal = ?1");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static const struct store_kind kinds[] = {
	{"message.box", check_box, apply_box, NULL},
	{"message.sent", message_check_sent, apply_sent, drop_sent},
	{"message.stored", check_receipt, apply_receipt, NULL},
	{"message.read", check_receipt, apply_receipt, NULL},
	{"message.refused", check_receipt, apply_receipt, drop_refused},
};

const struct store_domain message_domain = {
	.name = "messages",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
