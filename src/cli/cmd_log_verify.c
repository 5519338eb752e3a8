#include "base/file.h"
#include "base/tree.h"
#include "cli/print.h"
#include "cli/record.h"
#include "cli/stop.h"
#include "store/access.h"
#include "store/replica.h"
#include "store/verify.h"

#include <sodium.h>
#include <string.h>

#define SHOWN_MOST 20 /* findings without --verbose */

enum { OPTION_KEY = 1, OPTION_CHECKPOINT, OPTION_TABLES, OPTION_VERBOSE };

static const struct option_spec option_table[] = {
	{OPTION_KEY, 'k', "key", "KEY",
         "The log's public key, as it was published when it was founded (NAME+ID+KEY), or a file that holds it. "
         "Without it the key in the log's first entry is believed."},
	{OPTION_CHECKPOINT, 'c', "checkpoint", "FILE",
         "A checkpoint that was kept elsewhere: the log must begin with the entries that it signs."},
	{OPTION_TABLES, 't', "tables", NULL,
         "Make all tables from the log in a file beside it and compare them with those that are there."},
	{OPTION_VERBOSE, 'v', "verbose", NULL, "Tell every finding (at most 1,000), not only the first 20."},
};

struct verification {
	const struct command *self;
	const char *key, *checkpoint;
	bool tables, verbose, json;
	cJSON *findings; /* of the answer, NULL without --json */
	uint64_t count;
	struct progress progress;
};

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	struct verification *verification = context;
	if (verification->findings != NULL) {
		cJSON *item = tree_add_object(verification->findings, NULL);
		tree_count(item, "entry", sequence);
		tree_text(item, "problem", sentence);
	} else if (verification->count < SHOWN_MOST || verification->verbose) {
		progress_finish(&verification->progress);
		printf("%s", print_style(stdout, STYLE_RED));
		print_value(stdout, sentence);
		printf("%s\n", print_style(stdout, STYLE_NONE));
	}
	verification->count++;
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	struct verification *verification = context;
	char count[PRINT_COUNT_MAX], note[64];
	if (!verification->progress.on)
		return;
	(void)snprintf(note, sizeof note, "%s entries", print_count(done, count));
	progress_show(&verification->progress, done, total, note);
}

static bool on_stop(void *context)
{
	(void)context;
	return stop_wanted();
}

/* A key as written, or the file that holds it. */
static int read_key(const struct command *self, const char *word, struct note_verifier *ret_key)
{
	struct problem problem = {""};
	struct text text;
	if (note_verifier_read(word, strlen(word), ret_key, NULL) == JISR_OK)
		return STATUS_DONE;
	text_init(&text, NOTE_MAX_KEY);
	int error = file_read(word, &text, &problem);
	if (!error)
		error = note_verifier_read(text.bytes, text.length, ret_key, &problem);
	text_finish(&text);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int compare_tables(struct verification *verification, struct store *store)
{
	uint8_t now[32], rebuilt[32];
	struct problem problem = {""};
	int error = store_digest(store, now, &problem);
	if (!error)
		error = store_digest_rebuilt(store, rebuilt, &problem);
	if (error)
		return command_fail(verification->self, error, &problem);
	if (memcmp(now, rebuilt, sizeof now) != 0)
		on_finding(verification, 0,
		           "the tables are not what the log makes of them. 'jisr rebuild' makes them again");
	return STATUS_DONE;
}

static void on_access_finding(void *context, uint64_t sequence, const char *sentence)
{
	char whole[PROBLEM_MAX];
	(void)sequence; /* of a line, not of an entry */
	(void)snprintf(whole, sizeof whole, "access log: %.480s", sentence);
	on_finding(context, 0, whole);
}

/* The access log, where the directory has one. */
static int verify_access(struct verification *verification, const struct store *store,
                         struct access_verified *ret_verified)
{
	CLEANUP(access_freep) struct access *access = NULL;
	struct problem problem = {""};
	int error = access_open(store_directory(store), false, NULL, &access, &problem);
	if (error == JISR_NOT_FOUND)
		return STATUS_DONE;
	if (!error)
		error = access_verify(access, NULL, on_access_finding, verification, ret_verified, &problem);
	return error ? command_fail(verification->self, error, &problem) : STATUS_DONE;
}

static int tell(struct verification *verification, const struct verify_result *result,
                const struct access_verified *access, cJSON *root)
{
	char root_hex[2 * MERKLE_HASH + 1], key[NOTE_MAX_KEY], count[3][PRINT_COUNT_MAX];
	int status = verification->count > 0 ? STATUS_FOUND : STATUS_DONE;
	sodium_bin2hex(root_hex, sizeof root_hex, result->root, MERKLE_HASH);
	note_verifier_write(&result->key, key);
	if (root != NULL) {
		tree_bool(root, "good", verification->count == 0);
		tree_text(root, "log", result->key.name);
		tree_text(root, "key", result->key.name[0] != '\0' ? key : NULL);
		tree_count(root, "entries", result->entries);
		tree_count(root, "dropped_bodies", result->dropped);
		tree_count(root, "checkpoints", result->checkpoints);
		tree_text(root, "root", root_hex);
		tree_count(root, "access_lines", access->lines);
		tree_count(root, "problems", verification->count);
		return command_answer(verification->self, root, status);
	}
	if (verification->count > SHOWN_MOST && !verification->verbose)
		printf("... and %s more (--verbose tells them).\n",
		       print_count(verification->count - SHOWN_MOST, count[0]));
	if (status == STATUS_DONE) {
		printf("%sGood:%s %s entries of ", print_style(stdout, STYLE_GREEN), print_style(stdout, STYLE_NONE),
		       print_count(result->entries, count[0]));
		print_value(stdout, result->key.name);
		printf(", %s dropped bodies, %s checkpoints.\nroot %s\nkey  %s\n",
		       print_count(result->dropped, count[1]), print_count(result->checkpoints, count[2]), root_hex,
		       key);
	}
	return status;
}

static int verify(struct verification *verification, const struct options *options)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct note_verifier key;
	struct text checkpoint;
	struct verify_result result;
	struct replica replica;
	struct access_verified access = {0};
	struct verify_options how = {
		.finding = on_finding, .progress = on_progress, .stop = on_stop, .context = verification};
	text_init(&checkpoint, NOTE_MAX_BYTES);
	int status = verification->key != NULL ? read_key(verification->self, verification->key, &key) : STATUS_DONE;
	how.key = verification->key != NULL ? &key : NULL;
	if (status == STATUS_DONE)
		status = record_open(options, verification->tables ? RECORD_TABLES : RECORD_LOG, &store);
	how.replica = status == STATUS_DONE && replica_of(store, &replica);
	int error = JISR_OK;
	if (status == STATUS_DONE && verification->checkpoint != NULL) {
		error = file_read(verification->checkpoint, &checkpoint, &problem);
		how.checkpoint = checkpoint.bytes;
		how.checkpoint_length = checkpoint.length;
	}
	cJSON *root = status == STATUS_DONE && verification->json ? tree_object() : NULL;
	verification->findings = root != NULL ? tree_add_array(root, "findings") : NULL;
	progress_init(&verification->progress, "verifying");
	if (status == STATUS_DONE && !error)
		error = store_read(store, &reader, &problem);
	if (status == STATUS_DONE && !error)
		error = log_verify(store_reader_log(reader), &how, &result, &problem);
	progress_finish(&verification->progress);
	reader = store_read_end(reader);
	text_finish(&checkpoint);
	if (status == STATUS_DONE && error)
		status = command_fail(verification->self, error, &problem);
	if (status == STATUS_DONE && verification->tables)
		status = compare_tables(verification, store);
	if (status == STATUS_DONE)
		status = verify_access(verification, store, &access);
	if (status == STATUS_DONE)
		return tell(verification, &result, &access, root);
	cJSON_Delete(root);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct verification verification = {.self = self};
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_KEY: verification.key = options.value; break;
		case OPTION_CHECKPOINT: verification.checkpoint = options.value; break;
		case OPTION_TABLES: verification.tables = true; break;
		case OPTION_VERBOSE: verification.verbose = true; break;
		default: return command_refuse(self, "'%s' is not needed: the whole log is verified.", options.value);
		}
	}
	verification.json = options.json;
	stop_hold();
	int status = verify(&verification, &options);
	stop_obey();
	return status;
}

const struct command command_log_verify = {
	.name = "log verify",
	.usage = "[--json] [--key KEY] [--checkpoint FILE] [--tables]",
	.summary = "check every signature, every hash, every body, every checkpoint",
	.about = "Checks the whole log from nothing but itself and tells each thing that is wrong with the entry that "
		 "it is "
		 "about. Exit status 1 when there is one. A body that was dropped, and whose dropping the log records, "
		 "is "
		 "none. The access log beside it is verified, too.\n\nWhoever could write the file could write another "
		 "log with other keys: give the public key "
		 "and a "
		 "checkpoint that you kept, and that cannot pass either.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples =
		"  jisr log verify\n  jisr log verify --key log.key.pub --checkpoint last-month.checkpoint --tables\n",
	.run = run,
};
