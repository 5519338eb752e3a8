#include "base/clock.h"
#include "base/emit.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/notice.h"
#include "cli/record.h"
#include "network/authority.h"
#include "network/hiding.h"
#include "network/pull.h"
#include "web/nodes.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define OLD_SECONDS 30.0 /* after which the state is said to be old */

static double number(const cJSON *json, const char *name)
{
	const cJSON *value = json_get(json, name);
	return cJSON_IsNumber(value) ? value->valuedouble : -1;
}

static const char *text_of(const cJSON *json, const char *name)
{
	const char *text = json_get_text(json, name);
	return text != NULL ? text : "";
}

/* What waits at a node. */
static void show_outbox(const cJSON *node, const char *before)
{
	const cJSON *outbox = json_get(node, "outbox");
	if (number(outbox, "waiting") > 0)
		printf("%s%.0f in the outbox, the oldest for %.0f s", before, number(outbox, "waiting"),
		       number(outbox, "oldest_seconds"));
	else if (outbox != NULL)
		printf("%soutbox empty", before);
	if (number(outbox, "refused") > 0)
		printf(", %.0f refused", number(outbox, "refused"));
}

static void show_node(const cJSON *node)
{
	double seen = number(node, "seen_seconds");
	bool told = json_get(node, "entries") != NULL;
	printf("%-12s %-8s %-9s ", text_of(node, "name"), text_of(node, "office"), text_of(node, "kind"));
	if (cJSON_IsTrue(json_get(node, "ended")))
		printf("ended");
	else if (seen < 0)
		printf("not seen since the service was started");
	else if (cJSON_IsTrue(json_get(node, "connected")))
		printf("connected");
	else
		printf("away for %.0f s", seen);
	if (told)
		printf(", %.0f entries behind (%.1f s), %s, clock %+.0f s, version %s", number(node, "lag_entries"),
		       number(node, "lag_seconds"), cJSON_IsTrue(json_get(node, "equal")) ? "equal" : "NOT EQUAL",
		       json_get(node, "clock_seconds")->valuedouble, text_of(node, "version"));
	if (number(node, "removals_waiting") > 0)
		printf(", %.0f removals without a receipt", number(node, "removals_waiting"));
	show_outbox(node, ", ");
	putchar('\n');
	if (text_of(node, "alarm")[0] != '\0')
		printf("             ALARM: %s\n", text_of(node, "alarm"));
}

static const char *line_of(const cJSON *node)
{
	if (!cJSON_IsTrue(json_get(node, "connected")))
		return "No line";
	return cJSON_IsFalse(json_get(node, "reaches"))
	               ? "Connected with the regional bureau, which has no line to headquarters itself"
	               : "Connected";
}

static void show_own(const cJSON *node)
{
	double heard = number(node, "heard_seconds");
	printf("This is the node %s of %s (%s), of %s.\n", text_of(node, "name"), text_of(node, "office"),
	       text_of(node, "kind"), text_of(node, "headquarters"));
	printf("%s; %.0f of %.0f entries are here, ", line_of(node), number(node, "entries"),
	       number(node, "headquarters_entries"));
	if (heard < 0)
		puts("nothing was heard since the service was started.");
	else
		printf("last heard %.0f s ago.\n", heard);
	if (cJSON_IsTrue(json_get(node, "proving")))
		puts("What the snapshot brought is in use; its signatures and tables are still being proved.");
	if (json_get(node, "outbox") != NULL) {
		show_outbox(node, "Of what was given here: ");
		puts(".");
	}
	if (text_of(node, "alarm")[0] != '\0')
		printf("%s: %s\n",
		       cJSON_IsTrue(json_get(node, "forked")) || cJSON_IsTrue(json_get(node, "refused")) ||
		                       cJSON_IsTrue(json_get(node, "connected"))
		               ? "ALARM"
		               : "Trouble",
		       text_of(node, "alarm"));
	if (cJSON_IsTrue(json_get(node, "forked")))
		puts("It follows no more. DIR/network/alarm holds the evidence; when it is known what happened, 'jisr "
		     "network "
		     "resume'. docs/network.md tells what to do.");
}

/* Whether anything is wrong. */
static bool is_wrong(const cJSON *root)
{
	const cJSON *own = json_get(root, "node"), *nodes = json_get(root, "nodes");
	bool connected = cJSON_IsTrue(json_get(own, "connected"));
	bool wrong = cJSON_IsTrue(json_get(own, "forked")) || cJSON_IsTrue(json_get(own, "refused")) ||
	             (connected && text_of(own, "alarm")[0] != '\0');
	for (const cJSON *node = nodes != NULL ? nodes->child : NULL; node != NULL; node = node->next)
		wrong = wrong || text_of(node, "alarm")[0] != '\0' || cJSON_IsFalse(json_get(node, "equal"));
	return wrong;
}

static int read_status(const struct command *self, const struct options *options, struct text *text, double *ret_age)
{
	char directory[RECORD_PATH_MAX], path[FILE_MAX_PATH];
	struct problem problem = {""};
	struct stat status;
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	int error = authority_path(directory, NODES_STATUS, path, sizeof path, &problem);
	if (!error)
		error = file_read(path, text, &problem);
	if (error == JISR_NOT_FOUND)
		return command_refuse(
			self, "nothing is known of a network here: 'jisr serve' writes it down when it runs and "
			      "nodes have come, or this is one.");
	if (error)
		return command_fail(self, error, &problem);
	*ret_age = stat(path, &status) == 0 ? (double)time(NULL) - (double)status.st_mtime : 0;
	return STATUS_DONE;
}

static int status(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text text;
	CLEANUP(json_freep) cJSON *root = NULL;
	struct problem problem = {""};
	double age = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	text_init(&text, NODES_MAX_STATUS);
	int ended = read_status(self, &options, &text, &age);
	int error = ended == STATUS_DONE ? json_read(text.bytes, text.length, &root, &problem) : JISR_OK;
	if (error)
		ended = command_fail(self, error, &problem);
	if (ended == STATUS_DONE) {
		ended = is_wrong(root) ? STATUS_FOUND : STATUS_DONE;
		if (options.json) {
			puts(text.bytes);
		} else {
			if (age > OLD_SECONDS)
				printf("The service does not run: this is how it was %.0f s ago.\n", age);
			if (json_get(root, "node") != NULL)
				show_own(json_get(root, "node"));
			for (const cJSON *node = json_get(root, "nodes")->child; node != NULL; node = node->next)
				show_node(node);
		}
		ended = command_finish(self, ended);
	}
	text_finish(&text);
	return ended;
}

static int compare(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text note;
	const char *path = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &path}))
		return options.status;
	if (path == NULL)
		return command_refuse(self,
		                      "which checkpoint? 'jisr log checkpoint --out FILE' at another node writes one.");
	text_init(&note, NOTE_MAX_BYTES);
	int ended = noticed_file(self, path, &note);
	if (ended == STATUS_DONE)
		ended = record_open(&options, RECORD_LOG, &store);
	int error = ended == STATUS_DONE ? store_read(store, &reader, &problem) : JISR_OK;
	if (ended == STATUS_DONE && !error)
		error = replica_compare(reader, note.bytes, note.length, &problem);
	struct replica replica;
	if (ended == STATUS_DONE && error == JISR_CONFLICT && replica_of(store, &replica)) {
		struct problem inner = {""};
		int kept =
			pull_alarm_keep(reader, store_directory(store), problem.text, note.bytes, note.length, &inner);
		if (kept)
			ended = command_fail(self, kept, &inner);
	}
	text_finish(&note);
	if (ended != STATUS_DONE && error != JISR_CONFLICT)
		return ended;
	if (error == JISR_CONFLICT) {
		printf("NOT EQUAL: %s.\n", problem.text);
		return command_finish(self, STATUS_FOUND);
	}
	if (error)
		return command_fail(self, error, &problem);
	puts("Equal: both hold the same log.");
	return command_finish(self, STATUS_DONE);
}

static int resume(const struct command *self, int argc, char **argv)
{
	struct options options;
	char directory[RECORD_PATH_MAX], path[FILE_MAX_PATH];
	struct problem problem = {""};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	int error = authority_path(directory, PULL_ALARM, path, sizeof path, &problem);
	if (!error && unlink(path) != 0) {
		if (errno == ENOENT)
			return command_refuse(self, "this node is not stopped by an alarm.");
		error = file_problem(&problem, path, "remove it");
	}
	if (error)
		return command_fail(self, error, &problem);
	puts("The alarm is taken away; the running service follows again within half a minute.");
	return command_finish(self, STATUS_DONE);
}

/* ---- removals ---- */

enum { OPTION_ALL = 1 };
static const struct option_spec removals_options[] = {
	{OPTION_ALL, 0, "all", NULL, "Also those that were answered, with the entry that holds the receipt."},
};

struct removing {
	struct text *json; /* NULL: for people */
	uint64_t waiting;
};

static bool show_removal(void *context, const struct hiding *removal)
{
	struct removing *removing = context;
	bool answered = removal->answered[0] != '\0';
	removing->waiting += !answered;
	if (removing->json == NULL) {
		printf("%-12s %-24s hidden %s by entry %llu: ", removal->node, removal->subject, removal->at,
		       (unsigned long long)removal->sequence);
		if (answered)
			printf("removed, receipt of %s in entry %llu\n", removal->answered,
			       (unsigned long long)removal->receipt);
		else
			puts("no answer yet");
		return true;
	}
	emit_object(removing->json, NULL);
	emit_text(removing->json, "node", removal->node);
	emit_text(removing->json, "subject", removal->subject);
	emit_count(removing->json, "entry", removal->sequence);
	emit_text(removing->json, "at", removal->at);
	emit_text(removing->json, "answered", answered ? removal->answered : NULL);
	if (answered)
		emit_count(removing->json, "receipt", removal->receipt);
	emit_close_object(removing->json);
	return removing->json->error == JISR_OK;
}

static int list_removals(const struct command *self, struct store_reader *reader, bool all, bool as_json)
{
	struct text json;
	struct removing removing = {.json = as_json ? &json : NULL};
	struct problem problem = {""};
	text_init(&json, NODES_MAX_STATUS);
	emit_object(&json, NULL);
	emit_array(&json, "removals");
	int error = hiding_list(store_reader_sql(reader), NULL, !all, show_removal, &removing, &problem);
	emit_close_array(&json);
	emit_close_object(&json);
	if (!error)
		error = json.error;
	if (!error && as_json)
		puts(json.bytes);
	else if (!error && removing.waiting == 0)
		puts("Every node has said that it removed what it was told to.");
	text_finish(&json);
	if (error)
		return command_fail(self, error, &problem);
	return command_finish(self, removing.waiting > 0 ? STATUS_FOUND : STATUS_DONE);
}

static int removals(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct replica replica;
	struct problem problem = {""};
	bool all = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_ALL, .given = &all}))
		return options.status;
	int ended = record_open(&options, RECORD_TABLES, &store);
	if (ended != STATUS_DONE)
		return ended;
	if (replica_of(store, &replica))
		return command_refuse(self, "headquarters keeps the receipts: this is a node's record.");
	int error = store_read(store, &reader, &problem);
	return error ? command_fail(self, error, &problem) : list_removals(self, reader, all, options.json);
}

static const struct command step_status = {
	.name = "network status",
	.usage = "[--json]",
	.summary = "tell how the nodes are: last seen, how far behind, equal or not",
	.about = "At headquarters every node, at a node its line. Ends with 1 when there is an alarm. It shows what "
		 "the running "
		 "service wrote down in the last seconds.",
	.json = true,
	.run = status,
};
static const struct command step_compare = {
	.name = "network compare",
	.usage = "CHECKPOINT",
	.summary = "compare the log with a checkpoint that another node or witness holds",
	.about = "Headquarters could show two histories, each to some. Nodes that compare checkpoints find that: a "
		 "checkpoint of "
		 "the same log that is of another tree is evidence, signed by the log's key. Ends with 1 then, and a "
		 "node keeps both in DIR/network/alarm and follows no more.",
	.examples = "  jisr log checkpoint --out ours.note\n  jisr network compare theirs.note\n",
	.run = compare,
};
static const struct command step_resume = {
	.name = "network resume",
	.usage = "",
	.summary = "at a node that stopped with an alarm: follow again",
	.about = "Removes network/alarm, which holds what was signed before and what was shown then: keep a copy of "
		 "it. When "
		 "headquarters shows the same again, the node stops again.",
	.run = resume,
};

static const struct command step_removals = {
	.name = "network removals",
	.usage = "[--all] [--json]",
	.summary = "at headquarters: list which nodes have not said yet that they removed what they may see no more",
	.about = "When an office is shut out of a notice or object, its nodes remove it and send a signed receipt, "
		 "which "
		 "the record keeps. A node that has no line answers when it has one. Ends with 1 while an answer is "
		 "missing.",
	.options = removals_options,
	.option_count = sizeof removals_options / sizeof *removals_options,
	.json = true,
	.run = removals,
};

static const struct command *const steps[] = {&step_status, &step_removals, &step_compare, &step_resume};

const struct command command_network = {
	.name = "network",
	.usage = "STEP [OPTION]...",
	.summary = "tell how headquarters and nodes are, and whether all hold the same",
	.about = "docs/network.md tells what the network is.",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
