#include "base/tree.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/record.h"
#include "store/verify.h"
#include "web/domains.h"
#include "web/record_lists.h"

static void nothing(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	(void)sequence;
	(void)sentence;
}

/* The log's public key, as its first entry has it. */
static int read_key(struct store *store, char out[NOTE_MAX_KEY], struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct verify_result result;
	const struct verify_options how = {.threads = 1, .finding = nothing};
	int error = store_read(store, &reader, problem);
	if (!error)
		error = log_verify(store_reader_log(reader), &how, &result, problem);
	if (!error)
		note_verifier_write(&result.key, out);
	return error;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	struct problem problem = {""};
	char directory[RECORD_PATH_MAX], key[NOTE_MAX_KEY];
	const char *name = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (name != NULL)
			return command_refuse(self, "one name: what is '%s'?", options.value);
		name = options.value;
	}
	if (name == NULL)
		return command_refuse(self,
		                      "which name shall the log bear? For example: jisr init icpo.example/record");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	struct note_signer probe;
	int error = note_signer_new(name, &probe, &problem); /* the name's form, before anything is made */
	if (error)
		return command_fail(self, error, &problem);
	note_signer_finish(&probe);
	loaded_make_parents(directory);
	error = catalogue_open(directory, &catalogue, &problem); /* the lists that are there become its first entries */
	const struct store_options how = {.directory = directory,
	                                  .domains = domains_all,
	                                  .first = record_lists_adopt,
	                                  .first_context = catalogue};
	if (!error)
		error = store_found(&how, name, &store, &problem);
	if (!error)
		error = read_key(store, key, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (options.json) {
		cJSON *root = tree_object();
		tree_text(root, "log", name);
		tree_text(root, "key", key);
		tree_text(root, "directory", directory);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("Founded: the log ");
	print_value(stdout, name);
	printf(" in ");
	print_value(stdout, directory);
	printf(".\nIts public key, for everybody who is to check it:\n%s\nIts secret keys are in ", key);
	print_value(stdout, directory);
	puts("/keys. Whoever has them can sign in its name: keep a copy where nobody else comes.");
	return STATUS_DONE;
}

const struct command command_init = {
	.name = "init",
	.usage = "[--json] NAME",
	.summary = "found a record: a signed log in the data directory",
	.about = "Makes the log of that name, its keys and its first entry. NAME is how the world will know the log: a "
		 "word without spaces and '+', such as icpo.example/record. It stands in everything that is signed and "
		 "cannot be changed later.\n\nA directory that has a record already is left as it is.",
	.json = true,
	.examples = "  jisr init icpo.example/record\n",
	.run = run,
};
