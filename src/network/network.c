/* Table, version 1:
 *
 *   network_node  name, office, kind, print, admitted, ended (0 or 1), version
 *
 * Version 2: served, the codes of the offices that a bureau serves: "MA SN", "" of others. */
#include "network/network.h"

#include "base/json.h"
#include "base/tree.h"
#include "members/change.h"

#include <string.h>

#define REASON_MAX 1000

static const struct store_step steps[] = {
	{"CREATE TABLE network_node (name TEXT PRIMARY KEY, office TEXT NOT NULL, kind TEXT NOT NULL, print TEXT NOT "
         "NULL, "
         "admitted TEXT NOT NULL, ended INTEGER NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
         "CREATE INDEX network_node_by_print ON network_node(print);",
         false},
	{"ALTER TABLE network_node ADD COLUMN served TEXT NOT NULL DEFAULT ''", false},
};
static const char *const tables[] = {"network_node", NULL};

static const char *const kind_names[] = {[NODE_NATIONAL] = "national", [NODE_POST] = "post", [NODE_BUREAU] = "bureau"};

const char *node_kind_name(enum node_kind kind)
{
	return kind_names[kind];
}

bool node_kind_read(const char *name, enum node_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++) {
		if (strcmp(kind_names[i], name) == 0) {
			*ret_kind = (enum node_kind)i;
			return true;
		}
	}
	return false;
}

bool network_serves(const struct network_served *served, const char *office)
{
	bool serves = false;
	for (size_t i = 0; !serves && i < served->count; i++)
		serves = strcmp(served->offices[i], office) == 0;
	return serves;
}

void network_replica(const char *office, enum node_kind kind, const struct network_served *served,
                     struct replica *replica)
{
	(void)snprintf(replica->office, sizeof replica->office, "%s", office);
	replica->scope = kind == NODE_POST ? REPLICA_WATCH : REPLICA_ALL;
	replica->served_count = served->count;
	memcpy(replica->served, served->offices, sizeof replica->served);
}

static bool add_served(struct network_served *served, const char *office)
{
	if (!entry_office_valid(office) || served->count == REPLICA_MAX_SERVED)
		return false;
	if (!network_serves(served, office))
		(void)snprintf(served->offices[served->count++], sizeof served->offices[0], "%s", office);
	return true;
}

bool network_served_read(const cJSON *list, struct network_served *ret_served)
{
	struct network_served served = {.count = 0};
	bool good = list == NULL || cJSON_IsArray(list);
	for (const cJSON *one = list != NULL && good ? list->child : NULL; good && one != NULL; one = one->next)
		good = cJSON_IsString(one) && add_served(&served, one->valuestring);
	if (good)
		*ret_served = served;
	return good;
}

void network_served_write(const struct network_served *served, cJSON *parent)
{
	cJSON *list = served->count > 0 ? tree_add_array(parent, "serves") : NULL;
	for (size_t i = 0; i < served->count; i++)
		tree_text(list, NULL, served->offices[i]);
}

bool node_name_valid(const char *name)
{
	size_t length = strlen(name);
	return length > 0 && length <= NODE_NAME_MAX &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* ---- entries ---- */

static bool good_print(const char *print)
{
	return print != NULL && strlen(print) == NODE_PRINT_MAX - 1 &&
	       strspn(print, "0123456789abcdef") == NODE_PRINT_MAX - 1;
}

static int check_admitted(const cJSON *body, struct problem *problem)
{
	enum node_kind kind;
	struct network_served served;
	const char *name = json_get_text(body, "name"), *office = json_get_text(body, "office"),
		   *said = json_get_text(body, "kind");
	if (name == NULL || !node_name_valid(name) || office == NULL || !entry_office_valid(office) || said == NULL ||
	    !node_kind_read(said, &kind) || !good_print(json_get_text(body, "print")) ||
	    !network_served_read(json_get(body, "serves"), &served) || (served.count > 0) != (kind == NODE_BUREAU))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "an entry that admits a node says \"kind\", \"name\", \"office\" and \"print\"");
	return JISR_OK;
}

static int check_ended(const cJSON *body, struct problem *problem)
{
	const char *name = json_get_text(body, "name"), *reason = json_get_text(body, "reason");
	if (name == NULL || !node_name_valid(name) || reason == NULL || strlen(reason) > REASON_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "an entry that ends a node says \"name\" and \"reason\"");
	return JISR_OK;
}

static int apply_admitted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct network_served served = {.count = 0};
	char written[REPLICA_MAX_SERVED * (ENTRY_MAX_OFFICE + 1) + 1] = "";
	size_t length = 0;
	(void)network_served_read(json_get(entry->body, "serves"), &served);
	for (size_t i = 0; i < served.count; i++)
		length += (size_t)snprintf(written + length, sizeof written - length, "%s%s", i > 0 ? " " : "",
		                           served.offices[i]);
	struct sql_query query = sql_query(
		store_write_sql(write), "INSERT OR REPLACE INTO network_node VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)");
	sql_bind_text(&query, 7, written);
	sql_bind_text(&query, 1, json_get_text(entry->body, "name"));
	sql_bind_text(&query, 2, json_get_text(entry->body, "office"));
	sql_bind_text(&query, 3, json_get_text(entry->body, "kind"));
	sql_bind_text(&query, 4, json_get_text(entry->body, "print"));
	sql_bind_text(&query, 5, entry->header.at);
	sql_bind_number(&query, 6, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_ended(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE network_node SET ended = 1, version = ?2 WHERE name = ?1");
	sql_bind_text(&query, 1, json_get_text(entry->body, "name"));
	sql_bind_number(&query, 2, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static const struct store_kind kinds[] = {
	{"node.admitted", check_admitted, apply_admitted, NULL},
	{"node.ended", check_ended, apply_ended, NULL},
};

const struct store_domain network_domain = {
	.name = "network",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

static void read_row(struct sql_query *query, struct network_node *node)
{
	*node = (struct network_node){.ended = sql_number(query, 5) != 0};
	(void)snprintf(node->name, sizeof node->name, "%s", sql_text(query, 0));
	(void)snprintf(node->office, sizeof node->office, "%s", sql_text(query, 1));
	(void)node_kind_read(sql_text(query, 2), &node->kind);
	(void)snprintf(node->print, sizeof node->print, "%s", sql_text(query, 3));
	(void)snprintf(node->admitted, sizeof node->admitted, "%s", sql_text(query, 4));
	for (const char *at = sql_text(query, 6); *at != '\0'; at += strspn(at, " ")) {
		char office[ENTRY_MAX_OFFICE + 1];
		size_t length = strcspn(at, " ");
		(void)snprintf(office, sizeof office, "%.*s", (int)length, at);
		(void)add_served(&node->served, office);
		at += length;
	}
}

int network_by_print(struct sql *sql, const char *print, struct network_node *ret_node, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT name, office, kind, print, admitted, ended, served FROM network_node "
	                       "WHERE print = ?1 AND ended = 0");
	sql_bind_text(&query, 1, print);
	bool found = sql_next(&query);
	if (found)
		read_row(&query, ret_node);
	int error = sql_done(&query, problem);
	return error || found ? error
	                      : problem_set(problem, JISR_NOT_FOUND, "no node was admitted with that certificate");
}

int network_by_name(struct sql *sql, const char *name, struct network_node *ret_node, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT name, office, kind, print, admitted, ended, served FROM "
	                                        "network_node WHERE name = ?1 AND ended = 0");
	sql_bind_text(&query, 1, name);
	bool found = sql_next(&query);
	if (found)
		read_row(&query, ret_node);
	int error = sql_done(&query, problem);
	return error || found ? error : problem_set(problem, JISR_NOT_FOUND, "there is no node %.60s", name);
}

int network_nodes(struct sql *sql, const char *office, network_each each, void *context, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT name, office, kind, print, admitted, ended, served FROM network_node "
	                       "WHERE ?1 IS NULL OR office = ?1 ORDER BY name");
	bool more = true;
	sql_bind_text(&query, 1, office);
	while (more && sql_next(&query)) {
		struct network_node node;
		read_row(&query, &node);
		more = each(context, &node);
	}
	return sql_done(&query, problem);
}

/* ---- changing ---- */

struct admitting {
	const struct caller *caller;
	const struct network_node *node;
	const char *verifier, *name, *reason;
};

static int append(struct store_write *write, const struct admitting *admitting, const char *kind, const char *office,
                  cJSON *body, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	(void)snprintf(subject, sizeof subject, "node/%s", json_get_text(body, "name"));
	struct entry_draft draft = {.author = ENTRY_HEADQUARTERS,
	                            .officer = admitting->caller->officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, &office, 1},
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

/* The key counts already when the node is admitted again, for a new certificate. */
static int add_key(struct store_write *write, const struct admitting *admitting, struct problem *problem)
{
	struct note_verifier key;
	int64_t known = 0;
	int error = note_verifier_read(admitting->verifier, strlen(admitting->verifier), &key, problem);
	if (!error && strcmp(key.name, admitting->node->office) != 0)
		error = problem_set(problem, JISR_BAD_INPUT, "the key is one of %.40s, and the node is of %s", key.name,
		                    admitting->node->office);
	if (error)
		return error;
	struct sql_query query = sql_query(
		store_write_sql(write), "SELECT count(*) FROM record_key WHERE office = ?1 AND key = ?2 AND ended = 0");
	sql_bind_text(&query, 1, key.name);
	sql_bind_bytes(&query, 2, key.key, sizeof key.key);
	error = sql_run_number(&query, 0, &known, problem);
	if (error || known > 0)
		return error;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	tree_text(fields, "office", key.name);
	tree_text(fields, "key", admitting->verifier);
	struct change_order order = {
		.change = CHANGE_KEY_ADD, .caller = admitting->caller, .fields = fields, .expected = ENTRY_ANY};
	return tree_failed() ? problem_no_memory(problem) : change_run(write, &order, problem);
}

static int admit(struct store_write *write, void *context, struct problem *problem)
{
	const struct admitting *admitting = context;
	const struct network_node *node = admitting->node;
	struct office office;
	struct network_node other;
	int error = register_office(store_write_sql(write), node->office, &office, problem);
	if (!error && !office.open)
		error = problem_set(problem, JISR_STATE, "the office %s is closed", node->office);
	for (size_t i = 0; !error && i < node->served.count; i++) {
		error = register_office(store_write_sql(write), node->served.offices[i], &office, problem);
		if (!error && strcmp(node->served.offices[i], ENTRY_HEADQUARTERS) == 0)
			error = problem_set(problem, JISR_BAD_INPUT, "a bureau serves countries, not headquarters");
	}
	if (!error && network_by_print(store_write_sql(write), node->print, &other, NULL) == JISR_OK)
		error = problem_set(problem, JISR_CONFLICT, "the node %s has that certificate already", other.name);
	if (!error && admitting->verifier != NULL)
		error = add_key(write, admitting, problem);
	if (error)
		return error;
	cJSON *body = tree_object();
	tree_text(body, "kind", node_kind_name(node->kind));
	tree_text(body, "name", node->name);
	tree_text(body, "office", node->office);
	tree_text(body, "print", node->print);
	network_served_write(&node->served, body);
	return append(write, admitting, "node.admitted", node->office, body, problem);
}

int network_admit(struct store *store, const struct caller *caller, const struct network_node *node,
                  const char *verifier, struct problem *problem)
{
	struct admitting admitting = {.caller = caller, .node = node, .verifier = verifier};
	int error = caller_check(caller, RIGHT_KEYS_CHANGE, problem);
	if (!error && !caller_is_headquarters(caller))
		error = problem_set(problem, JISR_DENIED, "nodes are admitted by headquarters");
	return error ? error : store_submit(store, admit, &admitting, problem);
}

static bool find_name(void *context, const struct network_node *node)
{
	struct network_node *wanted = context;
	if (strcmp(node->name, wanted->name) != 0)
		return true;
	*wanted = *node;
	return false;
}

static int end(struct store_write *write, void *context, struct problem *problem)
{
	const struct admitting *admitting = context;
	struct network_node node = {.ended = true};
	(void)snprintf(node.name, sizeof node.name, "%s", admitting->name);
	int error = network_nodes(store_write_sql(write), NULL, find_name, &node, problem);
	if (!error && node.ended)
		error = problem_set(problem, node.office[0] != '\0' ? JISR_STATE : JISR_NOT_FOUND,
		                    node.office[0] != '\0' ? "the node %s has ended already" : "there is no node %s",
		                    admitting->name);
	if (error)
		return error;
	cJSON *body = tree_object();
	tree_text(body, "name", node.name);
	tree_text(body, "reason", admitting->reason);
	return append(write, admitting, "node.ended", node.office, body, problem);
}

int network_end(struct store *store, const struct caller *caller, const char *name, const char *reason,
                struct problem *problem)
{
	struct admitting admitting = {.caller = caller, .name = name, .reason = reason};
	int error = caller_check(caller, RIGHT_KEYS_CHANGE, problem);
	if (!error && !caller_is_headquarters(caller))
		error = problem_set(problem, JISR_DENIED, "nodes are ended by headquarters");
	if (!error && (!node_name_valid(name) || strlen(reason) > REASON_MAX))
		error = problem_set(problem, JISR_BAD_INPUT, "'%.60s' is no name of a node, or the reason is too long",
		                    name);
	return error ? error : store_submit(store, end, &admitting, problem);
}
