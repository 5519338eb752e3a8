/* Table, version 1:
 *
 *   network_taken  node, id, command, first, last, made, at */
#include "network/taken.h"

#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"

#include <string.h>

static const struct store_step steps[] = {
	{"CREATE TABLE network_taken (node TEXT NOT NULL, id TEXT NOT NULL, command TEXT NOT NULL, first INTEGER NOT "
         "NULL, last INTEGER NOT NULL, made TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (node, id)) STRICT, WITHOUT "
         "ROWID;",
         false},
};
static const char *const tables[] = {"network_taken", NULL};

static int check(const cJSON *body, struct problem *problem)
{
	const char *node = json_get_text(body, "node"), *id = json_get_text(body, "id"),
		   *command = json_get_text(body, "command"), *said = json_get_text(body, "said"),
		   *made = json_get_text(body, "made");
	if (node == NULL || !node_name_valid(node) || id == NULL || !parcel_id_valid(id) || command == NULL ||
	    strlen(command) != SHA256_HEX - 1 || said == NULL || !entry_at_valid(said) || made == NULL ||
	    json_get_whole(body, "first") == 0 || json_get_whole(body, "last") == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "an entry about a command of a node says \"node\", \"id\", \"command\", \"said\", "
		                   "\"first\", \"last\" and \"made\"");
	return JISR_OK;
}

static int apply(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "INSERT OR REPLACE INTO network_taken VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_text(&query, 1, json_get_text(entry->body, "node"));
	sql_bind_text(&query, 2, json_get_text(entry->body, "id"));
	sql_bind_text(&query, 3, json_get_text(entry->body, "command"));
	sql_bind_number(&query, 4, (int64_t)json_get_whole(entry->body, "first"));
	sql_bind_number(&query, 5, (int64_t)json_get_whole(entry->body, "last"));
	sql_bind_text(&query, 6, json_get_text(entry->body, "made"));
	sql_bind_text(&query, 7, entry->header.at);
	return sql_run(&query, problem);
}

static const struct store_kind kinds[] = {{.kind = "command.taken", .check = check, .apply = apply}};

const struct store_domain taken_domain = {
	.name = "taken",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

int taken_find(struct sql *sql, const char *node, const char *id, struct taken *ret_taken, struct problem *problem)
{
	struct taken taken = {.first = 0};
	struct sql_query query =
		sql_query(sql, "SELECT command, first, last, made, at FROM network_taken WHERE node = ?1"
	                       " AND id = ?2");
	sql_bind_text(&query, 1, node);
	sql_bind_text(&query, 2, id);
	bool found = sql_next(&query);
	if (found) {
		(void)snprintf(taken.command, sizeof taken.command, "%s", sql_text(&query, 0));
		taken.first = (uint64_t)sql_number(&query, 1);
		taken.last = (uint64_t)sql_number(&query, 2);
		(void)snprintf(taken.made, sizeof taken.made, "%s", sql_text(&query, 3));
		(void)snprintf(taken.at, sizeof taken.at, "%s", sql_text(&query, 4));
	}
	int error = sql_done(&query, problem);
	if (error || !found)
		return error ? error : problem_set(problem, JISR_NOT_FOUND, "%s of %s was not taken", id, node);
	*ret_taken = taken;
	return JISR_OK;
}

/* ---- taking ---- */

static int before(struct store_write *write, void *context, struct problem *problem)
{
	struct taking *taking = context;
	const struct parcel *parcel = taking->parcel;
	struct taken taken;
	int error = taken_find(store_write_sql(write), parcel->node, parcel->id, &taken, NULL);
	if (error == JISR_NOT_FOUND)
		taking->done = false; /* also where it had been appended and could not be committed */
	if (error == JISR_NOT_FOUND || (!error && taking->done)) /* a further change is of one piece with the first */
		return JISR_OK;
	if (error)
		return problem_set(problem, error, "it cannot be found out whether this was done already");
	taking->taken = taken;
	taking->again = true;
	return problem_set(problem, JISR_CONFLICT, "this was done already");
}

static int after(struct store_write *write, void *context, uint64_t first, uint64_t last, struct problem *problem)
{
	struct taking *taking = context;
	const struct parcel *parcel = taking->parcel;
	struct entry *entry = NULL;
	const char *offices[] = {parcel->office};
	char subject[ENTRY_MAX_SUBJECT + 1];
	if (taking->done)
		return JISR_OK;
	int error =
		log_read(store_write_log(write), first, LOG_WITHOUT_BODY, store_write_arena(write), &entry, problem);
	if (error)
		return error;
	(void)snprintf(subject, sizeof subject, "command/%s/%s", parcel->node, parcel->id);
	const char *stroke = strchr(entry->header.subject, '/'),
		   *made = stroke != NULL ? stroke + 1 : entry->header.subject;
	cJSON *body = tree_object();
	tree_text(body, "node", parcel->node);
	tree_text(body, "id", parcel->id);
	tree_text(body, "command", taking->command);
	tree_text(body, "said", parcel->said);
	tree_count(body, "first", first);
	tree_count(body, "last", last);
	tree_text(body, "made", made);
	struct entry_draft draft = {.author = ENTRY_HEADQUARTERS,
	                            .officer = "",
	                            .kind = "command.taken",
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, offices, 1},
	                            .expected = 0};
	error = store_append_tree(write, draft, body, NULL, problem);
	if (error)
		return error;
	taking->done = true;
	taking->taken = (struct taken){.first = first, .last = last};
	(void)snprintf(taking->taken.command, sizeof taking->taken.command, "%s", taking->command);
	(void)snprintf(taking->taken.made, sizeof taking->taken.made, "%s", made);
	(void)snprintf(taking->taken.at, sizeof taking->taken.at, "%s", store_write_at(write));
	return JISR_OK;
}

void taking_bracket(struct taking *taking, struct store_bracket *ret_bracket)
{
	*ret_bracket = (struct store_bracket){.before = before, .after = after, .context = taking};
}
