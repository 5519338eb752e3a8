#include "base/json.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/record.h"
#include "network/authority.h"
#include "network/node.h"
#include "web/domains.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_HOST = 1,
	OPTION_OFFICE,
	OPTION_NAME,
	OPTION_KIND,
	OPTION_URL,
	OPTION_OUT,
	OPTION_DAYS,
	OPTION_REASON,
	OPTION_SERVES
};

static const struct option_spec authority_options[] = {
	{OPTION_HOST, 0, "host", "NAME",
         "A name or address by which nodes reach this machine; may be given several times."},
};
static const struct option_spec init_options[] = {
	{OPTION_OFFICE, 0, "office", "CODE", "Whose node it is: MA, RB-ABJ. Needed."},
	{OPTION_URL, 0, "url", "URL",
         "Where headquarters is reached: https://hq.example:8470. Needed. Given several times, the first that answers "
         "is "
         "followed: a regional bureau first, then headquarters."},
	{OPTION_NAME, 0, "name", "NAME", "What the node is called; without it the office's code."},
	{OPTION_KIND, 0, "kind", "KIND",
         "national (all that the office may see; the usual), post (a border post: what checks rest on, and no "
         "more) or bureau (a regional bureau, which serves nodes of countries)."},
	{OPTION_SERVES, 0, "serves", "OFFICES", "Whose nodes a regional bureau serves: MA,SN."},
	{OPTION_HOST, 0, "host", "NAME",
         "A name or address by which they reach the bureau's machine; may be given several times."},
	{OPTION_OUT, 0, "out", "FILE", "Where the request goes; without it to standard output."},
};
static const struct option_spec admit_options[] = {
	{OPTION_DAYS, 0, "days", "NUMBER", "How long the node's certificate lasts; 400 without it."},
	{OPTION_OUT, 0, "out", "FILE", "Where the admission goes; without it to standard output."},
};
static const struct option_spec end_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why: it stands in the log. Needed."},
};

/* What headquarters alone does, asked for in a node's directory. */
static bool is_node(const struct command *self, const char *directory, int *ret_status)
{
	struct node node;
	if (node_read(directory, &node, NULL) != JISR_OK)
		return false;
	*ret_status = command_refuse(self, "%s is the directory of the node %s of %s: this is done at headquarters.",
	                             directory, node.name, node.office);
	return true;
}

static int make_authority(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *hosts[AUTHORITY_MAX_HOSTS];
	size_t count = 0;
	char directory[RECORD_PATH_MAX], whole[PATH_MAX];
	struct problem problem = {""};
	int id, status = STATUS_DONE;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id != OPTION_HOST)
			return command_refuse(self, "'%.60s' is not needed.", options.value);
		if (count == AUTHORITY_MAX_HOSTS)
			return command_refuse(self, "at most %d names.", AUTHORITY_MAX_HOSTS);
		hosts[count++] = options.value;
	}
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	if (is_node(self, directory, &status))
		return status;
	int error = authority_serve(directory, hosts, count, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (realpath(directory, whole) == NULL) /* as the settings take it */
		(void)snprintf(whole, sizeof whole, "%s", directory);
	printf("The authority of the network is in %s/" AUTHORITY_FOLDER ". Nodes are let in by these settings of the "
	       "service:\n"
	       "tls-certificate = %s/" AUTHORITY_FOLDER "/server.crt\n"
	       "tls-key = %s/" AUTHORITY_FOLDER "/server.key\n"
	       "tls-client-authority = %s/" AUTHORITY_FOLDER "/authority.crt\n",
	       whole, whole, whole, whole);
	return command_finish(self, STATUS_DONE);
}

/* "MA,SN" */
static bool read_served(const char *codes, struct network_served *ret_served)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	tree_list(fields, "served", codes);
	return !tree_failed() && codes[0] != '\0' && network_served_read(fields->child, ret_served);
}

static int init(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct node node = {.kind = NODE_NATIONAL};
	const char *office = NULL, *name = NULL, *out = NULL;
	char directory[RECORD_PATH_MAX], spoken[NODE_SPOKEN_MAX];
	struct problem problem = {""};
	struct text request;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICE: office = options.value; break;
		case OPTION_URL:
			if (node.url_count == NODE_URLS || strlen(options.value) > NODE_URL_MAX)
				return command_refuse(self, "at most %d addresses, of %d bytes.", NODE_URLS,
				                      NODE_URL_MAX);
			(void)snprintf(node.urls[node.url_count++], sizeof node.urls[0], "%s", options.value);
			break;
		case OPTION_HOST:
			if (node.host_count == AUTHORITY_MAX_HOSTS || strlen(options.value) > AUTHORITY_MAX_HOST)
				return command_refuse(self, "at most %d names, of %d bytes.", AUTHORITY_MAX_HOSTS,
				                      AUTHORITY_MAX_HOST);
			(void)snprintf(node.hosts[node.host_count++], sizeof node.hosts[0], "%s", options.value);
			break;
		case OPTION_SERVES:
			if (!read_served(options.value, &node.served))
				return command_refuse(self, "'%.60s' are no codes of offices: write MA,SN.",
				                      options.value);
			break;
		case OPTION_NAME: name = options.value; break;
		case OPTION_OUT: out = options.value; break;
		case OPTION_KIND:
			if (!node_kind_read(options.value, &node.kind))
				return command_refuse(self, "'%.40s' is no kind of node: national, post or bureau.",
				                      options.value);
			break;
		default: return command_refuse(self, "'%.60s' is not needed.", options.value);
		}
	}
	if (office == NULL || node.url_count == 0)
		return command_refuse(self, "--office and --url are needed.");
	if (strlen(office) >= sizeof node.office || (name != NULL && strlen(name) >= sizeof node.name))
		return command_refuse(self, "the code or the name is too long.");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	(void)snprintf(node.office, sizeof node.office, "%s", office);
	(void)snprintf(node.name, sizeof node.name, "%s", name != NULL ? name : office);
	text_init(&request, NODE_MAX_FILE);
	int error = node_init(directory, &node, &request, &problem);
	if (!error)
		error = node_request(request.bytes, request.length, &node, spoken, &problem);
	int status =
		error ? command_fail(self, error, &problem) : record_write(self, out, request.bytes, request.length);
	text_finish(&request);
	if (status == STATUS_DONE)
		fprintf(stderr, "Give the request to headquarters, and say these sixteen digits by another way: %s\n",
		        spoken);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

/* The one word: a file's path. */
static bool read_word(const struct command *self, const char *value, const char **word, int *status)
{
	if (*word == NULL) {
		*word = value;
		return true;
	}
	*status = command_refuse(self, "one at a time: what is '%.60s'?", value);
	return false;
}

static int admit_file(const struct command *self, const struct options *options, const char *path, unsigned days,
                      const char *out)
{
	struct recorded recorded;
	struct problem problem = {""};
	struct text request, admission;
	struct node node;
	char directory[RECORD_PATH_MAX], spoken[NODE_SPOKEN_MAX];
	struct caller console;
	int status = STATUS_DONE;
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	if (is_node(self, directory, &status))
		return status;
	text_init(&request, NODE_MAX_FILE);
	text_init(&admission, NODE_MAX_FILE);
	caller_console(&console, OFFICE_HEADQUARTERS);
	status = noticed_file(self, path, &request);
	if (status == STATUS_DONE)
		status = recorded_open(&recorded, options, false);
	if (status == STATUS_DONE) {
		int error = node_request(request.bytes, request.length, &node, spoken, &problem);
		if (!error)
			error = node_admit(recorded.store, directory, &console, request.bytes, request.length, days,
			                   &admission, &problem);
		recorded_finish(&recorded);
		status = error ? command_fail(self, error, &problem)
		               : record_write(self, out, admission.bytes, admission.length);
	}
	if (status == STATUS_DONE)
		fprintf(stderr,
		        "Admitted: the node %s of %s (%s). Its request's digits are %s: if those that were said are "
		        "others, "
		        "'jisr node end %s' at once.\n",
		        node.name, node.office, node_kind_name(node.kind), spoken, node.name);
	text_finish(&request);
	text_finish(&admission);
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

static int admit(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *path = NULL, *out = NULL;
	uint64_t days = NODE_DAYS;
	int id, status = STATUS_DONE;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OUT)
			out = options.value;
		else if (id == OPTION_DAYS && !options_number(&options, 1, NODE_MAX_DAYS, &days))
			return options.status;
		else if (id == OPTIONS_WORD && !read_word(self, options.value, &path, &status))
			return status;
	}
	return path == NULL ? command_refuse(self, "which request? 'jisr node init' writes it.")
	                    : admit_file(self, &options, path, (unsigned)days, out);
}

static int join(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *path = NULL;
	char directory[RECORD_PATH_MAX];
	struct problem problem = {""};
	struct text admission;
	int id, status = STATUS_DONE;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (!read_word(self, options.value, &path, &status))
			return status;
	}
	if (path == NULL)
		return command_refuse(self, "which admission? 'jisr node admit' at headquarters writes it.");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	text_init(&admission, NODE_MAX_FILE);
	status = noticed_file(self, path, &admission);
	if (status == STATUS_DONE) {
		int error = node_join(directory, domains_all, admission.bytes, admission.length, &problem);
		status = error ? command_fail(self, error, &problem) : STATUS_DONE;
	}
	text_finish(&admission);
	if (status == STATUS_DONE)
		puts("Joined. 'jisr serve' fetches the log, and follows it.");
	return status == STATUS_DONE ? command_finish(self, status) : status;
}

static int end(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	struct problem problem = {""};
	struct caller console;
	const char *name = NULL, *reason = NULL;
	int id, status = STATUS_DONE;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_REASON)
			reason = options.value;
		else if (!read_word(self, options.value, &name, &status))
			return status;
	}
	if (name == NULL || reason == NULL)
		return command_refuse(self, "which node, and why? jisr node end NAME --reason TEXT");
	status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	caller_console(&console, OFFICE_HEADQUARTERS);
	int error = network_end(recorded.store, &console, name, reason, &problem);
	recorded_finish(&recorded);
	if (error)
		return command_fail(self, error, &problem);
	puts("Ended: its certificate opens nothing any more.");
	return command_finish(self, STATUS_DONE);
}

static const struct command step_authority = {
	.name = "node authority",
	.usage = "--host NAME [--host NAME]...",
	.summary = "at headquarters: make the authority that signs certificates, and the server's own",
	.about = "Makes the network's authority where there is none, and a certificate for the service of this "
		 "machine. Done "
		 "again, it gives the service a new certificate; those of nodes stay good.",
	.options = authority_options,
	.option_count = sizeof authority_options / sizeof *authority_options,
	.examples = "  jisr node authority --host hq.example --host 192.0.2.7\n",
	.run = make_authority,
};
static const struct command step_init = {
	.name = "node init",
	.usage =
		"--office CODE --url URL... [--name NAME] [--kind KIND] [--serves OFFICES --host NAME...] [--out FILE]",
	.summary = "at a new node: make its keys, and a request for headquarters",
	.about = "The directory must hold no record. Secret keys stay in it: the request holds their public halves "
		 "alone. Done "
		 "again in a directory that has joined, it is refused.",
	.options = init_options,
	.option_count = sizeof init_options / sizeof *init_options,
	.examples = "  jisr node init --office MA --url https://hq.example:8470 --out request.json\n",
	.run = init,
};
static const struct command step_admit = {
	.name = "node admit",
	.usage = "[--days NUMBER] [--out FILE] REQUEST",
	.summary = "at headquarters: admit a node by its request",
	.about = "Signs the node's certificate, lets its key sign for its office, and writes the admission, which the "
		 "node needs. "
		 "Compare the digits that are printed with those that the node's administrator says.",
	.options = admit_options,
	.option_count = sizeof admit_options / sizeof *admit_options,
	.examples = "  jisr node admit request.json --out admission.json\n",
	.run = admit,
};
static const struct command step_join = {
	.name = "node join",
	.usage = "ADMISSION",
	.summary = "at the node: keep the admission; 'jisr serve' then follows the log",
	.about = "Makes an empty record that will hold what the office may see, and of every other entry the hash. A "
		 "node that "
		 "has joined takes the certificate of a new admission over.",
	.examples = "  jisr node join admission.json\n",
	.run = join,
};
static const struct command step_end = {
	.name = "node end",
	.usage = "--reason TEXT NAME",
	.summary = "at headquarters: shut a node out",
	.about = "Its certificate opens nothing any more. What its key has signed goes on counting: 'jisr keys end' "
		 "ends the key.",
	.options = end_options,
	.option_count = sizeof end_options / sizeof *end_options,
	.examples = "  jisr node end MA --reason 'the machine was stolen'\n",
	.run = end,
};

static const struct command *const steps[] = {&step_authority, &step_init, &step_admit, &step_join, &step_end};

const struct command command_node = {
	.name = "node",
	.usage = "STEP [OPTION]...",
	.summary = "make a copy of the log in a country, which goes on working without a line",
	.about = "A node is this program in an office's own house, with a copy of the log that holds what the office "
		 "may see. "
		 "docs/network.md tells how.",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
