#include "message/message.h"

#include "base/json.h"
#include "base/tree.h"
#include "base/words.h"
#include "message/keyring.h"

#include <sodium.h>
#include <string.h>

#define SUBJECT_MAX (sizeof "message/" + MESSAGE_ID_MAX)

static void subject_of(const char *id, char out[SUBJECT_MAX])
{
	(void)snprintf(out, SUBJECT_MAX, "message/%s", id);
}

/* ---- boxes ---- */

/* What is sealed to now. JISR_NOT_FOUND: the office has made none. */
static int message_box_now(struct sql *sql, const char *office, struct envelope_reader *ret_reader,
                           struct problem *problem)
{
	bool found = false;
	struct sql_query query =
		sql_query(sql, "SELECT key FROM message_box WHERE office = ?1 ORDER BY sequence DESC LIMIT 1");
	sql_bind_text(&query, 1, office);
	*ret_reader = (struct envelope_reader){"", "", {0}};
	if (sql_next(&query)) {
		const char *key = sql_text(&query, 0);
		found = sodium_hex2bin(ret_reader->key, sizeof ret_reader->key, key, strlen(key), NULL, NULL, NULL) ==
		        0;
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "%.20s has no box to seal to: its administrator makes one, 'jisr message box'",
		                   office);
	(void)snprintf(ret_reader->office, sizeof ret_reader->office, "%s", office);
	envelope_reader_name(ret_reader);
	return JISR_OK;
}

struct boxing {
	const struct caller *caller;
	const char *office;
	struct envelope_reader reader;
};

static int append_box(struct store_write *write, void *context, struct problem *problem)
{
	struct boxing *boxing = context;
	char hex[2 * ENVELOPE_PUBLIC + 1], subject[40];
	int error = caller_check_at(boxing->caller, RIGHT_KEYS_CHANGE, boxing->office, problem);
	if (!error)
		error = register_writes(store_write_sql(write), boxing->office, problem);
	if (error)
		return error;
	sodium_bin2hex(hex, sizeof hex, boxing->reader.key, sizeof boxing->reader.key);
	cJSON *body = tree_object();
	tree_text(body, "key", hex);
	(void)snprintf(subject, sizeof subject, "message-box/%s", boxing->office);
	struct entry_draft draft = {
		.author = boxing->office,
		.officer = strcmp(boxing->caller->office, boxing->office) == 0 ? boxing->caller->officer : "",
		.kind = "message.box",
		.subject = subject,
		.expected = ENTRY_ANY,
	};
	return store_append_tree(write, draft, body, NULL, problem);
}

static int check_office_there(struct store *store, const struct caller *caller, const char *code,
                              struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct office office;
	int error = caller_check_at(caller, RIGHT_KEYS_CHANGE, code, problem);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error && strcmp(code, OFFICE_HEADQUARTERS) != 0)
		error = register_office(store_reader_sql(reader), code, &office, problem);
	return error ? error : register_writes(store_reader_sql(reader), code, problem);
}

int message_box_announce(struct store *store, const struct caller *caller, const char *office, const char *key,
                         struct envelope_reader *ret_reader, struct problem *problem)
{
	struct boxing boxing = {.caller = caller, .office = office};
	int error = check_office_there(store, caller, office, problem);
	if (error)
		return error;
	size_t length = 0;
	(void)snprintf(boxing.reader.office, sizeof boxing.reader.office, "%s", office);
	if (sodium_hex2bin(boxing.reader.key, sizeof boxing.reader.key, key, strlen(key), NULL, &length, NULL) != 0 ||
	    length != sizeof boxing.reader.key || strlen(key) != 2 * sizeof boxing.reader.key)
		return problem_set(problem, JISR_BAD_INPUT, "\"key\" is a box's public half, 64 hexadecimal digits");
	envelope_reader_name(&boxing.reader);
	error = store_submit(store, append_box, &boxing, problem);
	if (!error)
		*ret_reader = boxing.reader;
	return error;
}

int message_box_change(struct store *store, const struct caller *caller, const char *office,
                       struct envelope_reader *ret_reader, struct problem *problem)
{
	struct boxing boxing = {.caller = caller, .office = office};
	/* Before a file is made. */
	int error = check_office_there(store, caller, office, problem);
	if (!error)
		error = keyring_make(store_directory(store), office, &boxing.reader, problem);
	if (error)
		return error;
	error = store_submit(store, append_box, &boxing, problem);
	if (error)
		keyring_drop(store_directory(store), office, boxing.reader.id);
	else
		*ret_reader = boxing.reader;
	return error;
}

/* ---- whom a message is for ---- */

struct readers {
	struct envelope_reader *list; /* by office, the sender among them */
	size_t count, capacity;
};

static int find_place(const struct readers *readers, const char *office, size_t *ret_place)
{
	size_t place = 0;
	while (place < readers->count && strcmp(readers->list[place].office, office) < 0)
		place++;
	*ret_place = place;
	return place < readers->count && strcmp(readers->list[place].office, office) == 0;
}

static int add_reader(struct readers *readers, struct sql *sql, const char *office, struct problem *problem)
{
	struct envelope_reader reader;
	size_t place;
	int error = message_box_now(sql, office, &reader, problem);
	if (error || find_place(readers, office, &place))
		return error;
	error = memory_reserve(&readers->list, &readers->capacity, readers->count + 1, ENVELOPE_READERS,
	                       sizeof *readers->list);
	if (error)
		return problem_set(problem, error, "a message is for at most %d offices", ENVELOPE_READERS - 1);
	memmove(readers->list + place + 1, readers->list + place, (readers->count - place) * sizeof *readers->list);
	readers->list[place] = reader;
	readers->count++;
	return JISR_OK;
}

/* One that was named: it must be there, open, and have a box. */
static int add_named(struct readers *readers, struct sql *sql, const char *sender, const cJSON *one,
                     struct problem *problem)
{
	struct office office;
	if (!cJSON_IsString(one))
		return problem_set(problem, JISR_BAD_INPUT, "\"to\" names offices by their codes, as in [\"FR\"]");
	if (strcmp(one->valuestring, sender) == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"to\" names %s itself: whoever sends reads it in any case", sender);
	bool headquarters = strcmp(one->valuestring, OFFICE_HEADQUARTERS) == 0;
	if (register_office(sql, one->valuestring, &office, NULL) != JISR_OK && !headquarters)
		return problem_set(problem, JISR_BAD_INPUT, "\"to\": there is no office %.20s", one->valuestring);
	if (!headquarters && !office.open)
		return problem_set(problem, JISR_STATE, "\"to\": the office %s is closed", office.code);
	int error = add_reader(readers, sql, one->valuestring, problem);
	return error == JISR_NOT_FOUND ? JISR_STATE : error;
}

struct gathering {
	struct readers *readers;
	struct sql *sql;
	const char *sender;
	struct text *left_out;
	enum region region; /* REGION_COUNT: all */
	int error;
	struct problem *problem;
};

/* Bureaus of a region's members, or all offices that are open; those without a box are told of. */
static bool gather_one(void *context, const struct office *office)
{
	struct gathering *gathering = context;
	struct member member;
	bool wanted = office->open && strcmp(office->code, gathering->sender) != 0;
	if (wanted && gathering->region != REGION_COUNT)
		wanted = office->member[0] != '\0' &&
		         register_member(gathering->sql, office->member, &member, NULL) == JISR_OK &&
		         member.region == gathering->region;
	if (!wanted)
		return true;
	gathering->error = add_reader(gathering->readers, gathering->sql, office->code, gathering->problem);
	if (gathering->error == JISR_NOT_FOUND) {
		gathering->error = JISR_OK;
		(void)text_add_format(gathering->left_out, "%s%s", gathering->left_out->length > 0 ? ", " : "",
		                      office->code);
	}
	return gathering->error == JISR_OK;
}

static int gather(struct readers *readers, struct sql *sql, const char *sender, const cJSON *to, struct text *left_out,
                  struct problem *problem)
{
	struct gathering gathering = {readers, sql, sender, left_out, REGION_COUNT, JISR_OK, problem};
	const char *region = json_get_text(to, "region");
	int error = add_reader(readers, sql, sender, problem);
	if (error)
		return error == JISR_NOT_FOUND ? JISR_STATE : error;
	if (cJSON_IsArray(to)) {
		for (const cJSON *one = to->child; one != NULL && !error; one = one->next)
			error = add_named(readers, sql, sender, one, problem);
	} else if ((cJSON_IsString(to) && strcmp(to->valuestring, "*") == 0) ||
	           (region != NULL && region_read(region, &gathering.region))) {
		error = register_offices(sql, NULL, gather_one, &gathering, problem);
		error = error ? error : gathering.error;
	} else {
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"to\" is a list of offices, [\"FR\",\"RB-ABJ\"], or {\"region\":\"africa\"} "
		                   "(americas, asia, europe), or \"*\" for all");
	}
	if (!error && readers->count < 2)
		error = problem_set(problem, JISR_STATE, "nobody that it is for has a box to seal to");
	return error;
}

/* ---- sealing ---- */

static int add_files(const char *directory, const cJSON *content, cJSON *body, struct problem *problem)
{
	struct attachment attachment;
	const char *name, *type;
	cJSON *files = tree_add_array(body, "files");
	for (size_t i = 0; content_file(content, i, &attachment, &name, &type); i++) {
		if (!attachment_there(directory, attachment.digest, attachment.sealed))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "the attachment %s was not uploaded to this installation, or is gone: "
			                   "upload it again",
			                   name);
		cJSON *one = tree_add_object(files, NULL);
		tree_text(one, "digest", attachment.digest);
		tree_count(one, "sealed", attachment.sealed);
	}
	return JISR_OK;
}

static int check_request(const cJSON *request, const char *names, struct problem *problem)
{
	if (!cJSON_IsObject(request))
		return problem_set(problem, JISR_BAD_INPUT, "a message is an object: {\"to\",\"content\",...}");
	const char *stranger = words_stranger(request, names);
	return stranger == NULL ? JISR_OK
	                        : problem_set(problem, JISR_BAD_INPUT, "a message has no member '%.40s'; it has%s",
	                                      stranger, names);
}

static int seal(struct store *store, struct sql *sql, struct message_order *order, struct readers *readers, cJSON *body,
                struct problem *problem)
{
	const cJSON *request = order->request, *content = json_get(request, "content");
	const char *sender = order->caller->office, *urgency = json_get_text(request, "urgency");
	char now[CLOCK_UTC_MAX];
	struct text text;
	int error = check_request(request, " to urgency reply_to content ", problem);
	if (!error && json_get(request, "urgency") != NULL &&
	    (urgency == NULL || !content_knows(content_urgencies, content_urgency_count, urgency)))
		error = problem_set(problem, JISR_BAD_INPUT, "\"urgency\" is normal, urgent or very-urgent");
	if (!error)
		error = content_check(content, order->crime, problem);
	if (!error)
		error = gather(readers, sql, sender, json_get(request, "to"), &order->left_out, problem);
	if (error)
		return error;
	message_id_new(clock_utc(now), order->made);
	tree_text(body, "id", order->made);
	cJSON *to = tree_add_array(body, "to");
	for (size_t i = 0; i < readers->count; i++)
		if (strcmp(readers->list[i].office, sender) != 0)
			tree_text(to, NULL, readers->list[i].office);
	tree_text(body, "urgency", urgency != NULL ? urgency : "normal");
	if (json_get(request, "reply_to") != NULL)
		tree_text(body, "reply_to",
		          json_get_text(request, "reply_to") != NULL ? json_get_text(request, "reply_to") : "");
	error = add_files(store_directory(store), content, body, problem);
	text_init(&text, ENVELOPE_CONTENT);
	if (!error && json_write(content, &text) != JISR_OK)
		error = problem_set(problem, text.error, "the content is longer than %zu bytes", ENVELOPE_CONTENT);
	if (!error)
		error = envelope_seal(sender, order->made, readers->list, readers->count, text.bytes, text.length, body,
		                      problem);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.length);
	text_finish(&text);
	if (!error && (tree_failed() || body == NULL))
		error = problem_no_memory(problem);
	return error;
}

int message_seal(struct store *store, struct message_order *order, cJSON **ret_sealed, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(json_freep) cJSON *body = tree_object();
	struct readers readers = {NULL, 0, 0};
	int error = caller_check(order->caller, RIGHT_MESSAGES_WRITE, problem);
	text_init(&order->left_out, 4096);
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = register_writes(store_reader_sql(reader), order->caller->office, problem);
	if (!error)
		error = seal(store, store_reader_sql(reader), order, &readers, body, problem);
	memory_free(readers.list);
	if (error)
		return error;
	*ret_sealed = body;
	body = NULL;
	return JISR_OK;
}

/* ---- sending ---- */

struct sending {
	struct message_order *order;
	cJSON *body; /* without the id */
	const char *directory;
	const char **offices;
};

static int check_reply(struct sql *sql, const struct caller *caller, const char *id, struct problem *problem)
{
	struct message message;
	if (id == NULL)
		return JISR_OK;
	int error = message_get(sql, caller, id, &message, problem);
	if (!error && !message_mine(sql, caller->office, &message))
		error = problem_set(problem, JISR_NOT_FOUND, "there is no message %.40s to reply to", id);
	return error;
}

/* Offices are open, and each key is the one that counts: else it would be read by nobody, or with a key that was lost. */
static int check_keys(struct sending *sending, struct sql *sql, struct problem *problem)
{
	const cJSON *keys = json_get(sending->body, "keys");
	const char *sender = sending->order->caller->office;
	size_t count = 0;
	for (const cJSON *one = keys->child; one != NULL; one = one->next) {
		const char *code = json_get_text(one, "office"), *key = json_get_text(one, "key");
		struct envelope_reader now;
		struct office office;
		int error = message_box_now(sql, code, &now, problem);
		if (error)
			return error == JISR_NOT_FOUND ? JISR_STATE : error;
		if (strcmp(now.id, key) != 0)
			return problem_set(problem, JISR_CONFLICT,
			                   "%s has another box now than the one that this was sealed to: seal it again",
			                   code);
		if (strcmp(code, sender) != 0 && register_office(sql, code, &office, NULL) == JISR_OK && !office.open)
			return problem_set(problem, JISR_STATE, "the office %s is closed", code);
		sending->offices[count++] = code;
	}
	return JISR_OK;
}

static int check_arrived(const struct sending *sending, struct problem *problem)
{
	const cJSON *files = json_get(sending->body, "files");
	for (const cJSON *one = files->child; one != NULL; one = one->next)
		if (!attachment_there(sending->directory, json_get_text(one, "digest"), json_get_whole(one, "sealed")))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"files\": %.16s... has not arrived here, whole: upload it first",
			                   json_get_text(one, "digest"));
	return JISR_OK;
}

static int append_sent(struct store_write *write, void *context, struct problem *problem)
{
	struct sending *sending = context;
	struct message_order *order = sending->order;
	struct sql *sql = store_write_sql(write);
	const cJSON *keys = json_get(sending->body, "keys");
	char subject[SUBJECT_MAX];
	int error = caller_check(order->caller, RIGHT_MESSAGES_WRITE, problem);
	if (!error)
		error = register_writes(sql, order->caller->office, problem);
	if (!error)
		error = check_reply(sql, order->caller, json_get_text(sending->body, "reply_to"), problem);
	if (!error)
		error = check_keys(sending, sql, problem);
	if (error)
		return error;
	subject_of(order->made, subject);
	struct entry_draft draft = {
		.author = order->caller->office,
		.officer = order->caller->officer,
		.kind = "message.sent",
		.subject = subject,
		.audience = {AUDIENCE_ONLY, sending->offices, (size_t)cJSON_GetArraySize(keys)},
		.body = sending->body,
		.expected = 0,
	};
	return store_append(write, &draft, &order->version, problem);
}

/* The sealed form: what was sealed elsewhere is looked at as closely as the store's kind does, before it is used. */
static int take_sealed(struct message_order *order, cJSON *body, struct problem *problem)
{
	const char *id = json_get_text(body, "id");
	int error = check_request(body, " id to urgency reply_to files keys bound sealed ", problem);
	if (!error && (id == NULL || !message_id_valid(id)))
		error = problem_set(problem, JISR_BAD_INPUT, "\"id\" is the id that it was sealed with");
	if (error)
		return error;
	(void)snprintf(order->made, sizeof order->made, "%s", id);
	cJSON_DeleteItemFromObjectCaseSensitive(body, "id");
	error = message_check_sent(body, problem);
	if (!error && envelope_key_of(body, order->caller->office) == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "\"keys\": there is none for %s, who sends it",
		                    order->caller->office);
	return error;
}

int message_send(struct store *store, struct message_order *order, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *body = NULL;
	int error;
	if (json_get(order->request, "sealed") != NULL) {
		text_init(&order->left_out, 16);
		body = cJSON_Duplicate(order->request, true);
		error = body == NULL ? problem_no_memory(problem) : JISR_OK;
	} else {
		error = message_seal(store, order, &body, problem);
	}
	if (!error)
		error = take_sealed(order, body, problem);
	if (error)
		return error;
	struct sending sending = {order, body, store_directory(store), NULL};
	sending.offices = memory_zero(ENVELOPE_READERS, sizeof *sending.offices);
	error = sending.offices == NULL ? problem_no_memory(problem) : check_arrived(&sending, problem);
	if (!error)
		error = store_submit(store, append_sent, &sending, problem);
	memory_free(sending.offices);
	return error;
}

/* ---- receipts ---- */

static const char *const receipts[] = {"stored", "read", "refused"};

struct saying {
	const char *office, *officer, *id;
	enum message_receipt receipt;
	const char *reason;
};

/* *ret_said: the office is a reader, and has said so already. */
static int look(struct sql *sql, const struct saying *saying, char ret_sender[OFFICE_CODE_MAX + 1], bool *ret_said,
                struct problem *problem)
{
	bool found = false;
	struct sql_query query =
		sql_query(sql, "SELECT m.sender, t.stored, t.read, t.refused FROM message_to t JOIN message m"
	                       " ON m.id = t.id WHERE t.id = ?1 AND t.office = ?2");
	sql_bind_text(&query, 1, saying->id);
	sql_bind_text(&query, 2, saying->office);
	if (sql_next(&query)) {
		found = true;
		(void)snprintf(ret_sender, OFFICE_CODE_MAX + 1, "%s", sql_text(&query, 0));
		*ret_said = sql_text(&query, 1 + (int)saying->receipt)[0] != '\0';
	}
	int error = sql_done(&query, problem);
	return error || found ? error
	                      : problem_set(problem, JISR_NOT_FOUND, "there is no message %.40s to %s", saying->id,
	                                    saying->office[0] != '\0' ? saying->office : "you");
}

static int say(struct store_write *write, const struct saying *saying, struct problem *problem)
{
	char sender[OFFICE_CODE_MAX + 1] = "", subject[SUBJECT_MAX], kind[ENTRY_MAX_KIND + 1];
	const char *offices[] = {sender};
	bool said = false;
	int error = look(store_write_sql(write), saying, sender, &said, problem);
	if (!error && !said)
		error = register_writes(store_write_sql(write), saying->office, problem);
	if (error || said)
		return error;
	cJSON *body = tree_object();
	if (saying->receipt == MESSAGE_REFUSED)
		tree_text(body, "reason", saying->reason);
	(void)snprintf(kind, sizeof kind, "message.%s", receipts[saying->receipt]);
	subject_of(saying->id, subject);
	struct entry_draft draft = {
		.author = saying->office,
		.officer = saying->officer,
		.kind = kind,
		.subject = subject,
		.audience = {AUDIENCE_ONLY, offices, 1},
		.expected = ENTRY_ANY,
	};
	return store_append_tree(write, draft, body, NULL, problem);
}

static int say_command(struct store_write *write, void *context, struct problem *problem)
{
	return say(write, context, problem);
}

int message_receipt(struct store *store, const struct caller *caller, const char *id, enum message_receipt receipt,
                    const char *reason, struct problem *problem)
{
	struct saying saying = {caller->office, caller->officer, id, receipt, reason};
	int error =
		caller_check(caller, receipt == MESSAGE_REFUSED ? RIGHT_MESSAGES_WRITE : RIGHT_MESSAGES_READ, problem);
	if (error)
		return error;
	if (!message_id_valid(id))
		return problem_set(problem, JISR_NOT_FOUND, "there is no message %.40s", id);
	if (receipt == MESSAGE_REFUSED && (reason == NULL || !register_text_valid(reason, MESSAGE_REASON)))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the reason is plain text of at most %d bytes: the sender reads it", MESSAGE_REASON);
	return store_submit(store, say_command, &saying, problem);
}

/* ---- collecting ---- */

struct waiting {
	char id[MESSAGE_ID_MAX + 1], office[OFFICE_CODE_MAX + 1], reason[MESSAGE_REASON + 1];
	enum message_receipt receipt;
};

struct collecting {
	struct waiting list[MESSAGE_COLLECT];
	size_t count;
};

static int say_all(struct store_write *write, void *context, struct problem *problem)
{
	struct collecting *collecting = context;
	int error = JISR_OK;
	for (size_t i = 0; i < collecting->count && !error; i++) {
		const struct waiting *one = &collecting->list[i];
		struct saying saying = {one->office, "", one->id, one->receipt, one->reason};
		error = say(write, &saying, problem);
	}
	return error;
}

/* Looks at one as its reader's office would. *ret_ready: there is something to say. */
static int examine(struct store *store, struct log *log, struct sql *sql, struct waiting *one, bool *ret_ready,
                   struct problem *problem)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	struct caller caller;
	struct message message;
	struct attachment attachment;
	const char *name, *type;
	caller_console(&caller, one->office);
	*ret_ready = false;
	int error = message_get(sql, &caller, one->id, &message, problem);
	if (!error) {
		struct problem inner = {""};
		error = message_content(store, log, &caller, &message, &content, &inner);
		if (error == JISR_NOT_FOUND)
			return JISR_OK; /* the box is not here: somebody else's to say */
		*ret_ready = error == JISR_CORRUPT;
		one->receipt = MESSAGE_REFUSED;
		(void)snprintf(one->reason, sizeof one->reason, "%.*s", (int)sizeof one->reason - 1, inner.text);
		if (error == JISR_CORRUPT)
			return JISR_OK;
		if (error)
			return problem_set(problem, error, "%s", inner.text);
	}
	for (size_t i = 0; !error && content_file(content, i, &attachment, &name, &type); i++)
		if (!attachment_there(store_directory(store), attachment.digest, attachment.sealed))
			return JISR_OK; /* still under way */
	one->receipt = MESSAGE_STORED;
	*ret_ready = !error;
	return error;
}

/* The next ones to a box after a place. */
static int find_waiting(struct store *store, const char *office, const char *key, char last[MESSAGE_ID_MAX + 1],
                        struct collecting *collecting, bool *ret_end, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct waiting found[MESSAGE_COLLECT];
	size_t count = 0;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql *sql = store_reader_sql(reader);
	struct sql_query query = sql_query(sql, "SELECT id FROM message_to WHERE stored = '' AND refused = '' AND"
	                                        " office = ?1 AND id > ?2 AND key = ?3 ORDER BY id LIMIT ?4");
	sql_bind_text(&query, 1, office);
	sql_bind_text(&query, 2, last);
	sql_bind_text(&query, 3, key);
	sql_bind_number(&query, 4, MESSAGE_COLLECT);
	while (sql_next(&query)) {
		struct waiting *one = &found[count++];
		(void)snprintf(one->office, sizeof one->office, "%s", office);
		(void)snprintf(one->id, sizeof one->id, "%s", sql_text(&query, 0));
	}
	error = sql_done(&query, problem);
	*ret_end = count < MESSAGE_COLLECT;
	if (count > 0)
		(void)snprintf(last, MESSAGE_ID_MAX + 1, "%s", found[count - 1].id);
	collecting->count = 0;
	for (size_t i = 0; i < count && !error; i++) {
		bool ready;
		error = examine(store, store_reader_log(reader), sql, &found[i], &ready, problem);
		if (!error && ready)
			collecting->list[collecting->count++] = found[i];
	}
	return error;
}

/* How it is said where the log is written elsewhere; `say` NULL: it is written here. */
struct telling {
	message_say say;
	void *context;
};

static uint64_t tell_found(const struct telling *telling, const struct collecting *collecting, int *ret_error,
                           struct problem *problem)
{
	uint64_t count = 0;
	for (size_t i = 0; i < collecting->count && !*ret_error; i++) {
		const struct waiting *one = &collecting->list[i];
		*ret_error = telling->say(telling->context, one->office, one->id, one->receipt, one->reason, problem);
		count += *ret_error == JISR_OK;
	}
	return count;
}

/* All at once; one by one when one of them cannot be said: its office is closed, or its key is elsewhere. */
static uint64_t say_found(struct store *store, struct collecting *collecting)
{
	uint64_t count = 0;
	if (collecting->count == 0)
		return 0;
	if (store_submit(store, say_all, collecting, NULL) == JISR_OK)
		return collecting->count;
	for (size_t i = 0; i < collecting->count; i++) {
		const struct waiting *one = &collecting->list[i];
		struct saying saying = {one->office, "", one->id, one->receipt, one->reason};
		count += store_submit(store, say_command, &saying, NULL) == JISR_OK;
	}
	return count;
}

struct round {
	struct store *store;
	struct collecting *collecting;
	struct telling telling;
	uint64_t count;
	int error;
	struct problem *problem;
};

static bool collect_box(void *context, const char *office, const char *key)
{
	struct round *round = context;
	char last[MESSAGE_ID_MAX + 1] = "";
	bool end = false;
	while (!round->error && !end) {
		round->error = find_waiting(round->store, office, key, last, round->collecting, &end, round->problem);
		if (!round->error && round->telling.say != NULL)
			round->count += tell_found(&round->telling, round->collecting, &round->error, round->problem);
		else if (!round->error)
			round->count += say_found(round->store, round->collecting);
	}
	return round->error == JISR_OK;
}

int message_collect_for(struct store *store, message_say tell, void *context, uint64_t *ret_count,
                        struct problem *problem)
{
	CLEANUP(memory_freep) struct collecting *collecting = memory_zero(1, sizeof *collecting);
	struct round round = {store, collecting, {tell, context}, 0, JISR_OK, problem};
	*ret_count = 0;
	if (collecting == NULL)
		return problem_no_memory(problem);
	int error = keyring_list(store_directory(store), collect_box, &round, problem);
	*ret_count = round.count;
	return error ? error : round.error;
}

int message_collect(struct store *store, uint64_t *ret_count, struct problem *problem)
{
	return message_collect_for(store, NULL, NULL, ret_count, problem);
}

/* ---- taking back, cleaning ---- */

struct removing {
	const struct caller *caller;
	const char *id, *reason;
};

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	struct removing *removing = context;
	struct message message;
	int error = caller_check(removing->caller, RIGHT_MESSAGES_WRITE, problem);
	if (!error)
		error = message_get(store_write_sql(write), removing->caller, removing->id, &message, problem);
	if (!error && strcmp(message.sender, removing->caller->office) != 0)
		error = problem_set(problem, JISR_DENIED, "only the office that sent it, %s, may take it back",
		                    message.sender);
	return error ? error
	             : store_drop_body(write, message.sequence, removing->caller->office, removing->caller->officer,
	                               removing->reason, problem);
}

/* What is attached to a message, to be removed after it. */
static int list_files(struct sql *sql, const char *id, char (*list)[ATTACHMENT_DIGEST], size_t *ret_count,
                      struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT digest FROM message_file WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	*ret_count = 0;
	while (*ret_count < CONTENT_FILES && sql_next(&query))
		(void)snprintf(list[(*ret_count)++], ATTACHMENT_DIGEST, "%s", sql_text(&query, 0));
	return sql_done(&query, problem);
}

int message_remove(struct store *store, const struct caller *caller, const char *id, const char *reason,
                   struct problem *problem)
{
	struct store_reader *reader = NULL;
	struct removing removing = {caller, id, reason};
	char files[CONTENT_FILES][ATTACHMENT_DIGEST];
	size_t count = 0;
	if (reason == NULL || !register_text_valid(reason, MESSAGE_REASON))
		return problem_set(problem, JISR_BAD_INPUT, "say why, in plain text of at most %d bytes",
		                   MESSAGE_REASON);
	int error = store_read(store, &reader, problem);
	if (!error)
		error = list_files(store_reader_sql(reader), id, files, &count, problem);
	store_read_end(reader);
	if (!error)
		error = store_submit(store, drop, &removing, problem);
	reader = NULL;
	if (!error && count > 0)
		error = store_read(store, &reader, problem);
	for (size_t i = 0; !error && i < count; i++) {
		bool named = true;
		error = message_names_file(store_reader_sql(reader), files[i], &named, problem);
		if (!error && !named)
			error = attachment_remove(store_directory(store), files[i], problem);
	}
	store_read_end(reader);
	return error;
}

static bool named_in(void *context, const char *digest)
{
	bool named = true;
	return message_names_file(context, digest, &named, NULL) != JISR_OK || named;
}

int message_clean(struct store *store, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	return error ? error : attachment_clean(store_directory(store), named_in, store_reader_sql(reader), problem);
}
