#include "network/node.h"

#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "network/authority.h"
#include "store/replica.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int node_path(const char *directory, const char *name, char path[FILE_MAX_PATH], struct problem *problem)
{
	int length = snprintf(path, FILE_MAX_PATH, "%s/%s", directory, name);
	return length > 0 && length < FILE_MAX_PATH
	               ? JISR_OK
	               : problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", directory);
}

static bool good_url(const char *url)
{
	size_t length = strlen(url);
	return strncmp(url, "https://", 8) == 0 && length > 8 && length <= NODE_URL_MAX && url[length - 1] != '/' &&
	       strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/[]") == length;
}

static bool read_urls(const cJSON *list, struct node *node)
{
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || !good_url(one->valuestring) || node->url_count == NODE_URLS)
			return false;
		(void)snprintf(node->urls[node->url_count++], sizeof node->urls[0], "%s", one->valuestring);
	}
	return node->url_count > 0;
}

static bool read_hosts(const cJSON *list, struct node *node)
{
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		if (!cJSON_IsString(one) || !authority_host_valid(one->valuestring) ||
		    node->host_count == AUTHORITY_MAX_HOSTS)
			return false;
		(void)snprintf(node->hosts[node->host_count++], sizeof node->hosts[0], "%s", one->valuestring);
	}
	return (node->host_count > 0) == (node->kind == NODE_BUREAU);
}

/* The members that say what a node is; `urls` where they are asked for. */
static int read_members(const cJSON *json, bool with_urls, struct node *ret_node, struct problem *problem)
{
	struct node node = {.kind = NODE_NATIONAL};
	const char *name = json_get_text(json, "name"), *office = json_get_text(json, "office"),
		   *kind = json_get_text(json, "kind");
	if (name == NULL || !node_name_valid(name) || office == NULL || !entry_office_valid(office) || kind == NULL ||
	    !node_kind_read(kind, &node.kind) || (with_urls && !read_urls(json_get(json, "urls"), &node)))
		return problem_set(problem, JISR_BAD_INPUT, "\"kind\", \"name\", \"office\"%s cannot be read",
		                   with_urls ? " or \"urls\"" : "");
	if (!network_served_read(json_get(json, "serves"), &node.served) ||
	    (node.served.count > 0) != (node.kind == NODE_BUREAU) || !read_hosts(json_get(json, "hosts"), &node))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a regional bureau, and no other node, names the offices that it \"serves\" and the "
		                   "\"hosts\" by which they reach it");
	(void)snprintf(node.name, sizeof node.name, "%s", name);
	(void)snprintf(node.office, sizeof node.office, "%s", office);
	*ret_node = node;
	return JISR_OK;
}

int node_read(const char *directory, struct node *ret_node, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = node_path(directory, NODE_FILE, path, problem);
	if (error)
		return error;
	text_init(&text, NODE_MAX_FILE);
	error = file_read(path, &text, problem);
	if (!error)
		error = json_read(text.bytes, text.length, &json, problem);
	if (!error)
		error = read_members(json, true, ret_node, problem);
	text_finish(&text);
	if (error == JISR_BAD_INPUT) {
		problem_prefix(problem, path);
		return JISR_CORRUPT;
	}
	return error;
}

static void put_members(cJSON *json, const struct node *node)
{
	tree_count(json, "v", 1);
	tree_text(json, "name", node->name);
	tree_text(json, "office", node->office);
	tree_text(json, "kind", node_kind_name(node->kind));
	network_served_write(&node->served, json);
	cJSON *hosts = node->host_count > 0 ? tree_add_array(json, "hosts") : NULL;
	for (size_t i = 0; i < node->host_count; i++)
		tree_text(hosts, NULL, node->hosts[i]);
}

/* The tree as text, with a newline; frees it. */
static int take_text(cJSON *json, struct text *out, struct problem *problem)
{
	char *text = tree_take(json, true);
	if (text == NULL)
		return problem_no_memory(problem);
	(void)text_add_string(out, text);
	(void)text_add_char(out, '\n');
	cJSON_free(text);
	return out->error ? problem_set(problem, out->error, "%s", error_text(out->error)) : JISR_OK;
}

/* ---- at the node ---- */

static int write_node(const char *directory, const struct node *node, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	struct text text;
	cJSON *json = tree_object();
	put_members(json, node);
	cJSON *urls = tree_add_array(json, "urls");
	for (size_t i = 0; i < node->url_count; i++)
		tree_text(urls, NULL, node->urls[i]);
	text_init(&text, NODE_MAX_FILE);
	int error = take_text(json, &text, problem);
	if (!error)
		error = node_path(directory, NODE_FILE, path, problem);
	if (!error)
		error = file_replace(path, text.bytes, text.length, problem);
	text_finish(&text);
	return error;
}

static bool has_record(const char *directory)
{
	char path[FILE_MAX_PATH];
	return node_path(directory, STORE_NAME_FILE, path, NULL) == JISR_OK && access(path, F_OK) == 0;
}

int node_init(const char *directory, const struct node *node, struct text *request, struct problem *problem)
{
	char verifier[NOTE_MAX_KEY] = "";
	struct text asked;
	if (!entry_office_valid(node->office) || strcmp(node->office, ENTRY_HEADQUARTERS) == 0)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "'%.20s' is no code of an office that can have a node: MA, RB-ABJ", node->office);
	if (!node_name_valid(node->name))
		return problem_set(problem, JISR_BAD_INPUT, "a node's name is 1 to %d letters, digits and '-'",
		                   NODE_NAME_MAX);
	for (size_t i = 0; i < node->url_count || i == 0; i++)
		if (!good_url(node->urls[i]))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%.60s' is no address of headquarters: write https://hq.example:8470",
			                   node->urls[i]);
	if ((node->kind == NODE_BUREAU) != (node->served.count > 0) ||
	    (node->kind == NODE_BUREAU) != (node->host_count > 0))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"a regional bureau, and no other node, says whom it serves and by which name its machine "
			"is reached: --serves MA,SN --host bureau.example");
	for (size_t i = 0; i < node->host_count; i++)
		if (!authority_host_valid(node->hosts[i]))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%.60s' is no name or address of a machine: write bureau.example",
			                   node->hosts[i]);
	if (has_record(directory))
		return problem_set(problem, JISR_STATE,
		                   "%s holds a record already: a node begins with an empty directory", directory);
	int error = mkdir(directory, 0700) != 0 && errno != EEXIST ? file_problem(problem, directory, "create it") : 0;
	text_init(&asked, AUTHORITY_MAX_PEM);
	if (!error)
		error = authority_ask(directory, node->name, &asked, problem);
	if (!error && node->kind != NODE_POST)
		error = store_key_file(directory, node->office, verifier, problem);
	if (!error)
		error = write_node(directory, node, problem);
	if (!error) {
		cJSON *json = tree_object();
		put_members(json, node);
		if (verifier[0] != '\0')
			tree_text(json, "key", verifier);
		tree_text(json, "certificate_request", asked.bytes);
		error = take_text(json, request, problem);
	}
	text_finish(&asked);
	return error;
}

static int keep_file(const char *directory, const char *name, const char *text, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = authority_path(directory, name, path, sizeof path, problem);
	return error ? error : file_replace(path, text, strlen(text), problem);
}

int node_join(const char *directory, const struct store_domain *const *domains, const char *bytes, size_t length,
              struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct node node, own;
	struct replica replica = {.scope = REPLICA_ALL};
	int error = node_read(directory, &own, problem);
	if (error == JISR_NOT_FOUND)
		return problem_set(problem, JISR_STATE, "%s is no node's directory: 'jisr node init' makes it one",
		                   directory);
	if (!error)
		error = json_read(bytes, length, &json, problem);
	if (!error)
		error = read_members(json, false, &node, problem);
	if (error)
		return error;
	const char *certificate = json_get_text(json, "certificate"), *authority = json_get_text(json, "authority"),
		   *log = json_get_text(json, "log");
	if (certificate == NULL || authority == NULL || log == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "this is no admission: 'jisr node admit' writes one");
	if (strcmp(node.name, own.name) != 0 || strcmp(node.office, own.office) != 0 || node.kind != own.kind)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "this is the admission of %s (%s), and this is the node %s (%s)", node.name,
		                   node.office, own.name, own.office);
	if (memcmp(&node.served, &own.served, sizeof own.served) != 0)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the admission names other offices to be served than this bureau asked for: its copy "
			"of the log begins in an empty directory, with them");
	error = authority_fits(directory, certificate, strlen(certificate), problem);
	if (!error)
		error = note_verifier_read(log, strlen(log), &replica.log, problem);
	if (!error)
		error = keep_file(directory, "authority.crt", authority, problem);
	if (!error)
		error = keep_file(directory, "node.crt", certificate, problem);
	if (error || has_record(directory)) /* a new certificate for a node that goes on */
		return error;
	network_replica(node.office, node.kind, &node.served, &replica);
	const struct store_options options = {.directory = directory, .domains = domains};
	return replica_new(&options, &replica, problem);
}

/* ---- at headquarters ---- */

int node_request(const char *bytes, size_t length, struct node *ret_node, char ret_spoken[NODE_SPOKEN_MAX],
                 struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	char hex[SHA256_HEX];
	int error = json_read(bytes, length, &json, problem);
	if (!error)
		error = read_members(json, false, ret_node, problem);
	if (!error && json_get_text(json, "certificate_request") == NULL)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "this is no request of a node: 'jisr node init' writes one");
	if (error)
		return error;
	sha256_hex(bytes, length, hex);
	(void)snprintf(ret_spoken, NODE_SPOKEN_MAX, "%.4s %.4s %.4s %.4s", hex, hex + 4, hex + 8, hex + 12);
	return JISR_OK;
}

/* The log's key, and headquarters' authority, put into the admission. */
static int put_trust(struct store *store, const char *directory, cJSON *json, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	char path[FILE_MAX_PATH];
	struct text authority;
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT verifier FROM record_origin");
	if (sql_next(&query))
		tree_text(json, "log", sql_text(&query, 0));
	error = sql_done(&query, problem);
	if (!error)
		error = authority_path(directory, "authority.crt", path, sizeof path, problem);
	text_init(&authority, AUTHORITY_MAX_PEM);
	if (!error)
		error = file_read(path, &authority, problem);
	if (!error)
		tree_text(json, "authority", authority.bytes);
	text_finish(&authority);
	return error;
}

int node_admit(struct store *store, const char *directory, const struct caller *caller, const char *bytes,
               size_t length, unsigned days, struct text *admission, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(json_freep) cJSON *answer = NULL;
	struct node node;
	struct network_node row = {.kind = NODE_NATIONAL};
	const char *hosts[AUTHORITY_MAX_HOSTS];
	struct text certificate;
	char spoken[NODE_SPOKEN_MAX];
	int error = node_request(bytes, length, &node, spoken, problem);
	if (!error)
		error = json_read(bytes, length, &json, problem);
	if (error)
		return error;
	const char *key = json_get_text(json, "key"), *asked = json_get_text(json, "certificate_request");
	if ((key == NULL) != (node.kind == NODE_POST))
		return problem_set(problem, JISR_BAD_INPUT,
		                   key == NULL ? "the request brings no key to sign with"
		                               : "a border post has no key: it writes nothing");
	text_init(&certificate, AUTHORITY_MAX_PEM);
	row.kind = node.kind;
	(void)snprintf(row.name, sizeof row.name, "%s", node.name);
	(void)snprintf(row.office, sizeof row.office, "%s", node.office);
	for (size_t i = 0; i < node.host_count; i++)
		hosts[i] = node.hosts[i];
	row.served = node.served;
	error = authority_sign(directory, asked, strlen(asked), node.name, hosts, node.host_count, days, &certificate,
	                       row.print, problem);
	if (error == JISR_NOT_FOUND)
		error = problem_set(problem, JISR_STATE,
		                    "there is no authority here: 'jisr node authority --host NAME' makes it first");
	answer = tree_object();
	put_members(answer, &node);
	tree_text(answer, "certificate", certificate.bytes);
	if (!error)
		error = put_trust(store, directory, answer, problem);
	if (!error)
		error = network_admit(store, caller, &row, key, problem);
	text_finish(&certificate);
	if (error)
		return error;
	cJSON *whole = answer;
	answer = NULL;
	return take_text(whole, admission, problem);
}
