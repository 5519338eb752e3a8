/* Table, version 1, of a whole log:
 *
 *   network_hiding  sequence, node, subject, at, answered ("" while there is no receipt), receipt */
#include "network/hiding.h"

#include "base/json.h"
#include "base/tree.h"

#include <string.h>

#define TITLE           "jisr removal"
#define SEQUENCE_DIGITS 15 /* at most */

static const struct store_step steps[] = {
	{"CREATE TABLE network_hiding (sequence INTEGER NOT NULL, node TEXT NOT NULL, subject TEXT NOT NULL, at TEXT "
         "NOT NULL, answered TEXT NOT NULL, receipt INTEGER NOT NULL, PRIMARY KEY (sequence, node)) STRICT, WITHOUT "
         "ROWID;"
         "CREATE INDEX network_hiding_waiting ON network_hiding (node, sequence) WHERE answered = '';",
         false},
};
static const char *const tables[] = {"network_hiding", NULL};

/* ---- entries ---- */

static int check_removed(const cJSON *body, struct problem *problem)
{
	const char *name = json_get_text(body, "name"), *note = json_get_text(body, "note");
	const cJSON *sequences = json_get(body, "sequences");
	bool good = name != NULL && node_name_valid(name) && note != NULL && strlen(note) <= HIDING_MAX_NOTE &&
	            cJSON_IsArray(sequences) && cJSON_GetArraySize(sequences) <= HIDING_MOST;
	for (const cJSON *one = good ? sequences->child : NULL; one != NULL; one = one->next)
		good = good && json_whole(one, 1, ENTRY_MAX_NUMBER, NULL);
	return good ? JISR_OK
	            : problem_set(problem, JISR_BAD_INPUT,
	                          "an entry of a node's receipt says \"name\", \"note\" and \"sequences\"");
}

struct losing {
	struct store_write *write;
	const struct entry *entry;
	struct problem *problem;
	int error;
};

static bool note_loss(void *context, const struct network_node *node)
{
	struct losing *losing = context;
	const struct entry *entry = losing->entry;
	bool reaches = true;
	if (node->ended || !entry_visible_to(&entry->header, node->office))
		return true;
	losing->error = store_write_reaches(losing->write, entry, node->office, &reaches, losing->problem);
	if (losing->error || reaches)
		return losing->error == JISR_OK;
	struct sql_query query = sql_query(store_write_sql(losing->write),
	                                   "INSERT OR IGNORE INTO network_hiding VALUES (?1, ?2, ?3, ?4, '', 0)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, node->name);
	sql_bind_text(&query, 3, entry->header.subject);
	sql_bind_text(&query, 4, entry->header.at);
	losing->error = sql_run(&query, losing->problem);
	return losing->error == JISR_OK;
}

/* Who loses sight of it now: of a whole log, for a node knows of no other. */
static int apply_hidden(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct losing losing = {write, entry, problem, JISR_OK};
	if (store_write_office(write)[0] != '\0')
		return JISR_OK;
	int error = network_nodes(store_write_sql(write), NULL, note_loss, &losing, problem);
	return error ? error : losing.error;
}

static int apply_removed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	int error = JISR_OK;
	for (const cJSON *one = json_get(entry->body, "sequences")->child; one != NULL && !error; one = one->next) {
		struct sql_query query =
			sql_query(store_write_sql(write), "UPDATE network_hiding SET answered = ?3, receipt = ?4 WHERE "
		                                          "sequence = ?1 AND node = ?2 AND answered = ''");
		sql_bind_number(&query, 1, (int64_t)one->valuedouble);
		sql_bind_text(&query, 2, json_get_text(entry->body, "name"));
		sql_bind_text(&query, 3, entry->header.at);
		sql_bind_number(&query, 4, (int64_t)entry->sequence);
		error = sql_run(&query, problem);
	}
	return error;
}

static const struct store_kind kinds[] = {
	{"node.removed", check_removed, apply_removed, NULL},
	{"notice.hide", NULL, apply_hidden, NULL},
	{"object.hidden", NULL, apply_hidden, NULL},
};

const struct store_domain hiding_domain = {
	.name = "hiding",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- at the node ---- */

struct writing {
	struct text *text;
	uint64_t upto, last;
	size_t count;
};

static bool write_line(void *context, const struct replica_removal *removal)
{
	struct writing *writing = context;
	if (removal->sequence > writing->upto || writing->count == HIDING_MOST)
		return false;
	writing->count++;
	writing->last = removal->sequence;
	(void)text_add_format(writing->text, "%llu %s %llu\n", (unsigned long long)removal->sequence, removal->subject,
	                      (unsigned long long)removal->entries);
	return writing->text->error == JISR_OK;
}

int hiding_write(struct store_reader *reader, const char *log, const char *node, const char *office, bool sign,
                 const char *at, uint64_t upto, struct text *note, uint64_t *ret_last, struct problem *problem)
{
	struct text text;
	struct writing writing = {.text = &text, .upto = upto};
	*ret_last = 0;
	text_init(&text, HIDING_MAX_NOTE);
	(void)text_add_format(&text, TITLE "\n%s\n%s\n%s\n", log, node, at);
	int error = replica_removals(reader, write_line, &writing, problem);
	if (!error && text.error)
		error = problem_set(problem, text.error, "a receipt: %s", error_text(text.error));
	if (!error && writing.count > 0)
		error = sign ? store_sign_note(reader, office, text.bytes, text.length, note, problem)
		             : text_add(note, text.bytes, text.length);
	text_finish(&text);
	if (!error)
		*ret_last = writing.last;
	return error;
}

/* ---- at headquarters ---- */

/* Steps over a line that is this one. */
static bool skip_line(const char **at, const char *end, const char *line)
{
	size_t length = strlen(line);
	if ((size_t)(end - *at) <= length || memcmp(*at, line, length) != 0 || (*at)[length] != '\n')
		return false;
	*at += length + 1;
	return true;
}

/* Steps over a line, of which the number before its first space is told; 0: there is none. */
static uint64_t next_sequence(const char **at, const char *end)
{
	const char *line = memchr(*at, '\n', (size_t)(end - *at));
	uint64_t number = 0;
	size_t digits = 0;
	for (; line != NULL && digits < SEQUENCE_DIGITS && (*at)[digits] >= '0' && (*at)[digits] <= '9'; digits++)
		number = number * 10 + (uint64_t)((*at)[digits] - '0');
	if (digits == 0 || (*at)[digits] != ' ')
		return 0;
	*at = line + 1;
	return number;
}

bool hiding_read(const char *log, const char *node, const char *text, size_t length, struct hiding_receipt *ret_receipt)
{
	const char *at = text, *end = text + length;
	char moment[ENTRY_AT_LENGTH + 1];
	uint64_t last = 0;
	ret_receipt->count = 0;
	if (!skip_line(&at, end, TITLE) || !skip_line(&at, end, log) || !skip_line(&at, end, node) ||
	    end - at <= ENTRY_AT_LENGTH)
		return false;
	memcpy(moment, at, ENTRY_AT_LENGTH);
	moment[ENTRY_AT_LENGTH] = '\0';
	if (!entry_at_valid(moment) || at[ENTRY_AT_LENGTH] != '\n')
		return false;
	at += ENTRY_AT_LENGTH + 1;
	while (at < end) {
		uint64_t sequence = next_sequence(&at, end);
		if (sequence <= last || ret_receipt->count == HIDING_MOST)
			return false;
		ret_receipt->sequences[ret_receipt->count++] = last = sequence;
	}
	return ret_receipt->count > 0;
}

struct receiving {
	const struct network_node *node;
	const char *note;
	struct hiding_receipt receipt;
};

static int is_waiting(struct sql *sql, uint64_t sequence, const char *node, bool *ret_waiting, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM network_hiding WHERE sequence = ?1 AND node = ?2 "
	                                        "AND answered = ''");
	sql_bind_number(&query, 1, (int64_t)sequence);
	sql_bind_text(&query, 2, node);
	int error = sql_run_number(&query, 0, &count, problem);
	*ret_waiting = count > 0;
	return error;
}

static int keep(struct store_write *write, void *context, struct problem *problem)
{
	const struct receiving *receiving = context;
	char subject[ENTRY_MAX_SUBJECT + 1];
	const char *headquarters = ENTRY_HEADQUARTERS;
	bool any = false;
	int error = JISR_OK;
	CLEANUP(json_freep) cJSON *body = tree_object();
	tree_text(body, "name", receiving->node->name);
	tree_text(body, "note", receiving->note);
	cJSON *sequences = tree_add_array(body, "sequences");
	for (size_t i = 0; i < receiving->receipt.count && !error; i++) {
		bool waiting = false;
		error = is_waiting(store_write_sql(write), receiving->receipt.sequences[i], receiving->node->name,
		                   &waiting, problem);
		if (waiting)
			tree_count(sequences, NULL, receiving->receipt.sequences[i]);
		any = any || waiting;
	}
	if (error || !any)
		return error;
	(void)snprintf(subject, sizeof subject, "node/%s", receiving->node->name);
	struct entry_draft draft = {.author = headquarters,
	                            .kind = "node.removed",
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, &headquarters, 1},
	                            .body = body,
	                            .expected = ENTRY_ANY};
	return tree_failed() ? problem_no_memory(problem) : store_append(write, &draft, NULL, problem);
}

int hiding_take(struct store *store, const struct network_node *node, const char *note, size_t length,
                struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(memory_freep) struct receiving *receiving = memory_zero(1, sizeof *receiving);
	CLEANUP(memory_freep) char *copy = memory_text(note, length);
	size_t signed_length = length;
	if (receiving == NULL || copy == NULL)
		return problem_no_memory(problem);
	receiving->node = node;
	receiving->note = copy;
	int error = store_read(store, &reader, problem);
	if (!error && node->kind != NODE_POST)
		error = store_open_note(reader, node->office, copy, length, &signed_length, problem);
	if (!error && (strlen(copy) != length ||
	               !hiding_read(store_log_name(store), node->name, copy, signed_length, &receiving->receipt)))
		error = problem_set(problem, JISR_BAD_INPUT, "this is no receipt of the node %s for this log",
		                    node->name);
	reader = store_read_end(reader);
	return error ? error : store_submit(store, keep, receiving, problem);
}

/* ---- reading ---- */

int hiding_list(struct sql *sql, const char *node, bool waiting, hiding_each each, void *context,
                struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT sequence, node, subject, at, answered, receipt FROM network_hiding WHERE (?1 IS "
	                       "NULL OR node = ?1) AND (?2 = 0 OR answered = '') ORDER BY sequence, node");
	bool more = true;
	sql_bind_text(&query, 1, node);
	sql_bind_number(&query, 2, waiting);
	while (more && sql_next(&query)) {
		struct hiding removal = {.sequence = (uint64_t)sql_number(&query, 0),
		                         .receipt = (uint64_t)sql_number(&query, 5)};
		(void)snprintf(removal.node, sizeof removal.node, "%s", sql_text(&query, 1));
		(void)snprintf(removal.subject, sizeof removal.subject, "%s", sql_text(&query, 2));
		(void)snprintf(removal.at, sizeof removal.at, "%s", sql_text(&query, 3));
		(void)snprintf(removal.answered, sizeof removal.answered, "%s", sql_text(&query, 4));
		more = each(context, &removal);
	}
	return sql_done(&query, problem);
}

int hiding_waiting(struct sql *sql, const char *node, uint64_t *ret_count, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query =
		sql_query(sql, "SELECT count(*) FROM network_hiding WHERE node = ?1 AND answered = ''");
	sql_bind_text(&query, 1, node);
	int error = sql_run_number(&query, 0, &count, problem);
	*ret_count = (uint64_t)count;
	return error;
}
