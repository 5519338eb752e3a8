/* jisr log share, join, unshare: one log for several machines (store/shared.h). */
#include "base/tree.h"
#include "cli/beside.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/record.h"
#include "store/shared_keys.h"
#include "web/domains.h"

#include <errno.h>
#include <sys/stat.h>

static uint64_t size_of(struct store *store)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	return store_read(store, &reader, NULL) == JISR_OK ? store_reader_sequence(reader) : 0;
}

/* The one word of share and join. False: the command ends now with `status`. */
static bool read_address(struct options *options, const char **ret_address)
{
	if (!OPTIONS_ALL(options, {OPTIONS_WORD, ret_address}))
		return false;
	if (*ret_address == NULL)
		options->status =
			command_refuse(options->command, "at which address? For example: postgresql://h1,h2,h3/jisr");
	return *ret_address != NULL;
}

static int answer(const struct command *self, const struct options *options, struct store *store, const char *sentence)
{
	uint64_t size = size_of(store);
	if (options->json) {
		cJSON *root = tree_object();
		tree_text(root, "log", store_log_name(store));
		tree_count(root, "entries", size);
		return command_answer(self, root, STATUS_DONE);
	}
	print_value(stdout, store_log_name(store));
	printf(": %s, %llu entries.\n", sentence, (unsigned long long)size);
	return STATUS_DONE;
}

static int run_share(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	struct problem problem = {""};
	const char *address = NULL;
	options_init(&options, self, argc, argv);
	if (!read_address(&options, &address))
		return options.status;
	int status = record_open(&options, RECORD_WRITE, &store);
	if (status != STATUS_DONE)
		return status;
	int error = beside_share(store_directory(store), address, &problem);
	if (!error)
		error = store_share(store, address, &problem);
	return error ? command_fail(self, error, &problem) : answer(self, &options, store, "shared from now on");
}

static int join(const struct command *self, const char *directory, const char *address, struct store **ret_store)
{
	const struct store_options how = {.directory = directory, .domains = domains_all};
	struct problem problem = {""};
	loaded_make_parents(directory);
	int error = store_join(&how, address, ret_store, &problem);
	if (!error)
		error = beside_join(directory, &problem);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int run_join(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	char directory[RECORD_PATH_MAX];
	const char *address = NULL;
	options_init(&options, self, argc, argv);
	if (!read_address(&options, &address))
		return options.status;
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	int status = join(self, directory, address, &store);
	return status != STATUS_DONE ? status : answer(self, &options, store, "copied and checked entry by entry");
}

static int run_unshare(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	struct problem problem = {""};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	int status = record_open(&options, RECORD_WRITE, &store);
	if (status != STATUS_DONE)
		return status;
	int error = beside_unshare(store, &problem);
	return error ? command_fail(self, error, &problem)
	             : answer(self, &options, store, "taken back, closed to all others");
}

int record_share_log(const struct command *self, const char *directory, const char *address)
{
	CLEANUP(store_freep) struct store *store = NULL;
	char path[RECORD_PATH_MAX + 32];
	struct stat status;
	struct problem problem = {""};
	(void)snprintf(path, sizeof path, "%s/" STORE_NAME_FILE, directory);
	if (stat(path, &status) != 0 && errno == ENOENT)
		return join(self, directory, address, &store);
	if (!store_is_shared(directory))
		return command_refuse(self, "%s has a record whose log is not shared. 'jisr log share %s' shares it.",
		                      directory, address);
	int error = store_readdress(directory, address, &problem);
	if (!error)
		error = shared_keys_fetch(directory, &problem);
	if (error == JISR_BUSY) /* reading goes on while nobody answers */
		error = JISR_OK;
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

const struct command command_log_share = {
	.name = "log share",
	.usage = "[--json] ADDRESS",
	.summary = "put the log into PostgreSQL, where other machines append to it too",
	.about =
		"Copies the whole log to the address, and what lies beside it: what officers sign in with, secret "
		"keys, files of "
		"lists and objects, photographs. From then on each entry and each change is durable there before it is "
		"answered. The data directory stays a whole copy, from which everything is read. Stop the service "
		"before. "
		"ADDRESS is what PostgreSQL's own programs take; what it must not say, such as a password, belongs in "
		"~/.pgpass. "
		"It is kept in the file shared-log. Secrets lie there sealed under keys/shared.seal, which this "
		"command makes.",
	.json = true,
	.examples = "  jisr log share 'postgresql://h1,h2,h3/jisr?target_session_attrs=read-write'\n",
	.run = run_share,
};

const struct command command_log_join = {
	.name = "log join",
	.usage = "[--json] ADDRESS",
	.summary = "make the data directory a copy of the log that is shared there",
	.about = "Reads the whole log, checks every signature, hash and checkpoint, and makes the tables. To write, "
		 "and to let "
		 "officers in, the directory needs one file of the machine that shared the log: put keys/shared.seal "
		 "into it "
		 "before. All keys and files come by themselves then; without it the directory is a copy of the log "
		 "alone.",
	.json = true,
	.examples = "  jisr log join 'postgresql://h1,h2,h3/jisr' --data /var/lib/jisr\n",
	.run = run_join,
};

const struct command command_log_unshare = {
	.name = "log unshare",
	.usage = "[--json]",
	.summary = "take the log back: this data directory goes on alone",
	.about = "Reads what others appended and changed last, with all keys and files, and closes the log at its "
		 "address for good, so that it cannot go on "
		 "in "
		 "two places. Other machines that shared it refuse to write from then on.",
	.json = true,
	.examples = "  jisr log unshare\n",
	.run = run_unshare,
};
