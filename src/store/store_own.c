/* The store's own kinds, by which a log can be verified with nothing but itself.
 *
 *   log.founded   subject "log"; the first entry and only the first; signed by the key that it names
 *                 {"headquarters":"GS","key":VERIFIER of headquarters,"log":VERIFIER of the checkpoints}
 *   key.added     subject "key/OFFICE/ID"; by headquarters or by the office itself with an earlier key
 *                 {"key":VERIFIER,"office":"MA"}: the verifier's name is the office's code
 *   key.ended     the same subject and authors: signatures after this entry do not count
 *                 {"id":HEX,"office":"MA","reason":TEXT}
 *   body.dropped  subject "body/SEQUENCE"
 *                 {"reason":TEXT,"sequence":NUMBER}
 *
 * Tables, version 1:
 *
 *   record_origin  one row: name of the log, verifier of its checkpoints, code of headquarters
 *   record_key     office, id (4 bytes), key (32 bytes), added (sequence), ended (sequence, 0 while it counts)
 */
#include "store/store_private.h"

#include "base/json.h"
#include "base/text.h"
#include "base/tree.h"

#include <sodium.h>
#include <string.h>

#define REASON_MAX 1000 /* bytes */

static const struct store_step steps[] = {
	{"CREATE TABLE record_origin (name TEXT PRIMARY KEY, verifier TEXT NOT NULL, headquarters TEXT NOT NULL) "
         "STRICT, "
         "WITHOUT ROWID;"
         "CREATE TABLE record_key (office TEXT NOT NULL, id BLOB NOT NULL, key BLOB NOT NULL, added INTEGER NOT NULL, "
         "ended INTEGER NOT NULL, PRIMARY KEY (office, id)) STRICT, WITHOUT ROWID;",
         false},
};

static const char *const tables[] = {"record_key", "record_origin", NULL};

/* ---- forms ---- */

static bool only_members(const cJSON *body, int count)
{
	return cJSON_IsObject(body) && cJSON_GetArraySize(body) == count;
}

static int bad(struct problem *problem, const char *kind)
{
	return problem_set(problem, JISR_BAD_INPUT,
	                   "the body of an entry \"%s\" lacks a member, or one is of a wrong kind", kind);
}

static bool read_verifier(const cJSON *body, const char *name, struct note_verifier *ret_verifier)
{
	const char *text = json_get_text(body, name);
	char again[NOTE_MAX_KEY];
	if (text == NULL || note_verifier_read(text, strlen(text), ret_verifier, NULL) != JISR_OK)
		return false;
	note_verifier_write(ret_verifier, again);
	return strcmp(text, again) == 0;
}

static int check_founded(const cJSON *body, struct problem *problem)
{
	struct note_verifier key, log;
	const char *headquarters = json_get_text(body, "headquarters");
	if (!only_members(body, 3) || headquarters == NULL || strcmp(headquarters, ENTRY_HEADQUARTERS) != 0 ||
	    !read_verifier(body, "key", &key) || strcmp(key.name, headquarters) != 0 ||
	    !read_verifier(body, "log", &log))
		return bad(problem, "log.founded");
	return JISR_OK;
}

static int check_key_added(const cJSON *body, struct problem *problem)
{
	struct note_verifier key;
	const char *office = json_get_text(body, "office");
	if (!only_members(body, 2) || office == NULL || !entry_office_valid(office) ||
	    !read_verifier(body, "key", &key) || strcmp(key.name, office) != 0)
		return bad(problem, "key.added");
	return JISR_OK;
}

static bool read_id(const cJSON *body, uint8_t ret_id[4])
{
	const char *hex = json_get_text(body, "id");
	size_t length = 0;
	return text_is_hex(hex, 8) && sodium_hex2bin(ret_id, 4, hex, 8, NULL, &length, NULL) == 0 && length == 4;
}

static bool read_reason(const cJSON *body)
{
	const char *reason = json_get_text(body, "reason");
	return reason != NULL && strlen(reason) <= REASON_MAX;
}

static int check_key_ended(const cJSON *body, struct problem *problem)
{
	uint8_t id[4];
	const char *office = json_get_text(body, "office");
	if (!only_members(body, 3) || office == NULL || !entry_office_valid(office) || !read_id(body, id) ||
	    !read_reason(body))
		return bad(problem, "key.ended");
	return JISR_OK;
}

static int check_dropped(const cJSON *body, struct problem *problem)
{
	return only_members(body, 2) && json_get_whole(body, "sequence") > 0 && read_reason(body)
	               ? JISR_OK
	               : bad(problem, "body.dropped");
}

/* ---- applying ---- */

static int put_key(struct store_write *write, const struct note_verifier *key, uint64_t sequence,
                   struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO record_key (office, id, key, added, ended) "
	                                          "VALUES (?1, ?2, ?3, ?4, 0)");
	sql_bind_text(&query, 1, key->name);
	sql_bind_bytes(&query, 2, key->id, sizeof key->id);
	sql_bind_bytes(&query, 3, key->key, sizeof key->key);
	sql_bind_number(&query, 4, (int64_t)sequence);
	return sql_run(&query, problem);
}

static int apply_founded(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct note_verifier key, log;
	if (!read_verifier(entry->body, "key", &key) || !read_verifier(entry->body, "log", &log))
		return bad(problem, "log.founded");
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO record_origin (name, verifier, headquarters) "
	                                          "VALUES (?1, ?2, ?3)");
	sql_bind_text(&query, 1, log.name);
	sql_bind_text(&query, 2, json_get_text(entry->body, "log"));
	sql_bind_text(&query, 3, json_get_text(entry->body, "headquarters"));
	int error = sql_run(&query, problem);
	return error ? error : put_key(write, &key, entry->sequence, problem);
}

static int apply_key_added(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct note_verifier key;
	if (!read_verifier(entry->body, "key", &key))
		return bad(problem, "key.added");
	return put_key(write, &key, entry->sequence, problem);
}

static int apply_key_ended(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	uint8_t id[4];
	if (!read_id(entry->body, id))
		return bad(problem, "key.ended");
	struct sql_query query = sql_query(
		store_write_sql(write), "UPDATE record_key SET ended = ?1 WHERE office = ?2 AND id = ?3 AND ended = 0");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, json_get_text(entry->body, "office"));
	sql_bind_bytes(&query, 3, id, sizeof id);
	return sql_run(&query, problem);
}

static int apply_dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL; /* a command may drop many */
	struct entry *target = NULL;
	uint64_t sequence = json_get_whole(entry->body, "sequence");
	if (arena_new(STORE_COMMAND_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = log_read(store_write_log(write), sequence, LOG_WITHOUT_BODY, arena, &target, problem);
	if (error == JISR_NOT_FOUND && store_write_office(write)[0] != '\0')
		return JISR_OK; /* it was not for this office */
	if (error)
		return error;
	const struct store_handler *handler = store_registry_find(write->registry, target->header.kind);
	for (; !error && handler != NULL; handler = store_registry_next(write->registry, handler))
		if (handler->kind->dropped != NULL)
			error = handler->kind->dropped(write, target, problem);
	if (error || target->body_bytes == NULL) /* in a rebuild it is gone */
		return error;
	write->wipe = true;
	return log_body_drop(store_write_log(write), sequence, problem);
}

static const struct store_kind kinds[] = {
	{"log.founded", check_founded, apply_founded, NULL},
	{"key.added", check_key_added, apply_key_added, NULL},
	{"key.ended", check_key_ended, apply_key_ended, NULL},
	{"body.dropped", check_dropped, apply_dropped, NULL},
};

const struct store_domain store_own_domain = {
	.name = "record",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- commands ---- */

static void key_subject(char out[ENTRY_MAX_SUBJECT + 1], const char *office, const uint8_t id[4])
{
	char hex[9];
	sodium_bin2hex(hex, sizeof hex, id, 4);
	(void)snprintf(out, ENTRY_MAX_SUBJECT + 1, "key/%s/%s", office, hex);
}

int store_key_add(struct store_write *write, const char *author, const char *officer, const char *verifier,
                  struct problem *problem)
{
	struct note_verifier key;
	char subject[ENTRY_MAX_SUBJECT + 1];
	int error = note_verifier_read(verifier, strlen(verifier), &key, problem);
	if (error)
		return error;
	if (!entry_office_valid(key.name))
		return problem_set(problem, JISR_BAD_INPUT, "the key's name \"%.40s\" is no code of an office",
		                   key.name);
	key_subject(subject, key.name, key.id);
	cJSON *body = tree_object();
	tree_text(body, "office", key.name);
	tree_text(body, "key", verifier);
	struct entry_draft draft = {
		.author = author, .officer = officer, .kind = "key.added", .subject = subject, .expected = 0};
	error = store_append_tree(write, draft, body, NULL, problem);
	return error == JISR_CONFLICT ? problem_set(problem, error, "that key of %s was added before", key.name)
	                              : error;
}

int store_key_end(struct store_write *write, const char *author, const char *officer, const char *office,
                  const uint8_t id[4], const char *reason, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1], hex[9];
	int64_t ended = -1;
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT ended FROM record_key WHERE office = ?1 AND id = ?2");
	sql_bind_text(&query, 1, office);
	sql_bind_bytes(&query, 2, id, 4);
	int error = sql_run_number(&query, -1, &ended, problem);
	if (error)
		return error;
	if (ended < 0)
		return problem_set(problem, JISR_NOT_FOUND, "%.40s has no such key", office);
	if (ended > 0)
		return problem_set(problem, JISR_STATE, "that key of %s has ended already", office);
	key_subject(subject, office, id);
	sodium_bin2hex(hex, sizeof hex, id, 4);
	cJSON *body = tree_object();
	tree_text(body, "office", office);
	tree_text(body, "id", hex);
	tree_text(body, "reason", reason);
	struct entry_draft draft = {
		.author = author, .officer = officer, .kind = "key.ended", .subject = subject, .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

int store_drop_body(struct store_write *write, uint64_t sequence, const char *author, const char *officer,
                    const char *reason, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry *target = NULL;
	char subject[ENTRY_MAX_SUBJECT + 1];
	if (arena_new(STORE_COMMAND_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = log_read(write->log, sequence, LOG_WITHOUT_BODY, arena, &target, problem);
	if (error)
		return error;
	if (target->body_bytes == NULL)
		return problem_set(problem, JISR_STATE, "the body of entry %llu was dropped before",
		                   (unsigned long long)sequence);
	const struct store_handler *handler = store_registry_find(write->registry, target->header.kind);
	bool can = false;
	for (; handler != NULL; handler = store_registry_next(write->registry, handler))
		can = can || handler->kind->dropped != NULL;
	if (!can)
		return problem_set(problem, JISR_STATE, "entries of the kind \"%s\" keep their bodies",
		                   target->header.kind);
	(void)snprintf(subject, sizeof subject, "body/%llu", (unsigned long long)sequence);
	cJSON *body = tree_object();
	tree_count(body, "sequence", sequence);
	tree_text(body, "reason", reason);
	struct entry_draft draft = {
		.author = author, .officer = officer, .kind = "body.dropped", .subject = subject, .expected = 0};
	return store_append_tree(write, draft, body, NULL, problem);
}
