#include "base/json.h"
#include "base/tree.h"
#include "cli/enrolling.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/record.h"
#include "members/change.h"
#include "members/setup.h"
#include "store/verify.h"
#include "web/domains.h"
#include "web/record_lists.h"

#include <sodium.h>
#include <string.h>

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

enum { OPTION_ADMINISTRATOR = 1, OPTION_LOGIN };
static const struct option_spec option_table[] = {
	{OPTION_ADMINISTRATOR, 0, "administrator", "NAME",
         "The name of the first administrator, of headquarters; a code to enrol with is printed. With --login."},
	{OPTION_LOGIN, 0, "login", "WORD", "What the administrator signs in with: a-z, 0-9, '.', '-', '_'."},
};

/* Appoints the first administrator, as the console. */
static int appoint(struct store *store, const char *name, const char *login, char ret_id[ENTRY_MAX_SUBJECT + 1],
                   struct problem *problem)
{
	struct caller caller;
	caller_console(&caller, OFFICE_HEADQUARTERS);
	CLEANUP(json_freep) cJSON *fields = tree_object();
	tree_text(fields, "office", OFFICE_HEADQUARTERS);
	tree_text(fields, "name", name);
	tree_text(fields, "login", login);
	tree_text(tree_add_array(fields, "roles"), NULL, role_name(ROLE_ADMINISTRATOR));
	if (tree_failed())
		return problem_no_memory(problem);
	struct change_order order = {
		.change = CHANGE_OFFICER_APPOINT, .caller = &caller, .fields = fields, .expected = ENTRY_ANY};
	int error = change_submit(store, &order, problem);
	if (error == JISR_OK)
		memcpy(ret_id, order.id, sizeof order.id);
	return error;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	struct problem problem = {""};
	char directory[RECORD_PATH_MAX], key[NOTE_MAX_KEY];
	char administrator[ENTRY_MAX_SUBJECT + 1] = "";
	const char *name = NULL, *person = NULL, *login = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_ADMINISTRATOR || id == OPTION_LOGIN) {
			*(id == OPTION_LOGIN ? &login : &person) = options.value;
			continue;
		}
		if (name != NULL)
			return command_refuse(self, "one name: what is '%s'?", options.value);
		name = options.value;
	}
	if (name == NULL)
		return command_refuse(self,
		                      "which name shall the log bear? For example: jisr init icpo.example/record");
	if ((person == NULL) != (login == NULL))
		return command_refuse(self,
		                      "--administrator and --login go together: a name, and what is typed to sign in.");
	if (login != NULL && (!register_login_valid(login) || !register_text_valid(person, REGISTER_MAX_TEXT)))
		return command_refuse(
			self,
			"'%s' cannot be signed in with, or '%s' is no name: the first is of a-z, 0-9, '.', '-', '_'.",
			login, person);
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
	if (!error && login != NULL)
		error = appoint(store, person, login, administrator, &problem);
	if (error)
		return command_fail(self, error, &problem);
	char code[ENROLMENT_CODE] = "";
	if (login == NULL && (error = setup_make(directory, code, &problem)) != JISR_OK)
		return command_fail(self, error, &problem);
	if (options.json) {
		if (login != NULL && (error = enrolling_code(store, administrator, code, NULL, &problem)) != JISR_OK)
			return command_fail(self, error, &problem);
		cJSON *root = tree_object();
		if (login != NULL) {
			tree_text(root, "administrator", administrator);
			tree_text(root, "enrolment", code);
		} else {
			tree_text(root, "setup", code);
		}
		sodium_memzero(code, sizeof code);
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
	if (login != NULL) {
		putchar('\n');
		return enrolling_invite(self, store, administrator, false);
	}
	printf("\nNobody can sign in yet. Start jisr serve and open the desk in a browser: it asks for this code, "
	       "which holds a "
	       "day and\nfor one use, and leads the first administrator on.\n\n    %s\n\nOr here:\n"
	       "  jisr officers appoint GS --name NAME --login WORD --roles administrator\n"
	       "  jisr officers enrol GS-1\n",
	       code);
	sodium_memzero(code, sizeof code);
	return STATUS_DONE;
}

const struct command command_init = {
	.name = "init",
	.usage = "[--json] [--administrator NAME --login WORD] NAME",
	.summary = "found a record: a signed log in the data directory",
	.about = "Makes the log of that name, its keys and its first entry. NAME is how the world will know the log: a "
		 "word without spaces and '+', such as icpo.example/record. It stands in everything that is signed and "
		 "cannot be changed later.\n\nWithout --administrator it prints a code with which the first "
		 "administrator is appointed "
		 "at the desk; it holds a day and for one use.\n\nA directory that has a record already is left as it "
		 "is.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr init icpo.example/record\n"
		    "  jisr init --administrator 'Invented Person' --login i.person icpo.example/record\n",
	.run = run,
};
