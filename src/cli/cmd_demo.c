#include "base/tree.h"
#include "cli/demo.h"
#include "cli/loaded.h"
#include "cli/options.h"
#include "cli/print.h"
#include "web/domains.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

#define STEP_MEMORY      ((size_t)1 << 20) /* bytes of demo->arena */
#define ENTITIES_DEFAULT 20000
#define ENTITIES_MOST    1000000

enum { OPTION_CODES = 100, OPTION_SEED = 1, OPTION_ENTITIES, OPTION_NOTICES, OPTION_OBJECTS, OPTION_BALLOTS };

static const struct option_spec option_table[] = {
	{OPTION_CODES, 0, "codes", NULL,
         "Of a directory that is filled already: how one officer of each role signs in, and the one-time codes of "
         "now."},
	{OPTION_SEED, 0, "seed", "NUMBER", "Another seed invents other people; 1 when not given."},
	{OPTION_ENTITIES, 0, "entities", "NUMBER",
         "How many people, companies and vessels stand on the sample list; 20000 when not given."},
	{OPTION_NOTICES, 0, "notices", "NUMBER",
         "How many notices and diffusions were ever written; 5000 when not given."},
	{OPTION_OBJECTS, 0, "objects", "NUMBER",
         "How many stolen and lost documents one bureau entered by file; 50000 when not given, 0 for no objects."},
	{OPTION_BALLOTS, 0, "ballots", "NUMBER",
         "How many delegations cast their secret ballot for the President; all 179 when not given, 0 for no election."},
};

/* One function a domain, in the order in which they build on each other. */
static const struct {
	const char *name;
	int (*make)(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem);
} parts[] = {
	{"lists", demo_lists},
	{"members", demo_members},
	{"accounts", demo_accounts},
	{"notices", demo_notices},
	{"hits", demo_hits},
	{"objects", demo_objects},
	{"operations", demo_operations},
	{"requests", demo_requests},
	{"assembly", demo_assembly},
	{"committee", demo_committee},
	{"election", demo_election},
	{"messages", demo_messages},
	{"budget", demo_budget},
	{"agreements", demo_agreements},
	{"meetings", demo_meetings},
};

/* Nothing may be overwritten: the directory is missing or has no file in it. */
static bool empty(const char *directory, struct problem *problem)
{
	DIR *folder = opendir(directory);
	if (folder == NULL && errno == ENOENT)
		return true;
	if (folder == NULL) {
		(void)problem_set(problem, JISR_IO, "%s cannot be read: %s", directory, strerrordesc_np(errno));
		return false;
	}
	bool found = false;
	for (struct dirent *file; !found && (file = readdir(folder)) != NULL;)
		found = strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0;
	(void)closedir(folder);
	if (found)
		(void)problem_set(problem, JISR_STATE,
		                  "%s is not empty. A demonstration fills a directory of its own: --data DIR",
		                  directory);
	return !found;
}

static int make(struct demo *demo, cJSON *answer, struct problem *problem)
{
	struct store_options opening = {.directory = demo->directory, .domains = domains_all};
	struct progress progress;
	char made[DEMO_MADE_MAX] = "";
	loaded_make_parents(demo->directory);
	int error = people_new(demo->seed, &demo->people);
	if (!error)
		error = arena_new(STEP_MEMORY, &demo->arena);
	if (error)
		return problem_set(problem, error, "%s", error_text(error));
	error = store_found(&opening, DEMO_LOG_NAME, &demo->store, problem);
	for (size_t i = 0; !error && i < sizeof parts / sizeof *parts; i++) {
		progress_init(&progress, parts[i].name);
		progress_show(&progress, i, sizeof parts / sizeof *parts, NULL);
		error = parts[i].make(demo, made, problem);
		progress_finish(&progress);
		if (!error && answer != NULL)
			tree_text(answer, parts[i].name, made);
		else if (!error)
			printf("%s\n", made);
	}
	return error;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct demo demo = {.command = self,
	                    .seed = 1,
	                    .entities = ENTITIES_DEFAULT,
	                    .notices = DEMO_NOTICES,
	                    .objects = DEMO_OBJECTS,
	                    .ballots = DEMO_BALLOTS};
	struct problem problem = {0};
	char directory[4096];
	bool codes = false;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		bool good = true;
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_CODES: codes = true; break;
		case OPTION_SEED: good = options_number(&options, 0, UINT32_MAX, &demo.seed); break;
		case OPTION_ENTITIES: good = options_number(&options, 1, ENTITIES_MOST, &demo.entities); break;
		case OPTION_NOTICES: good = options_number(&options, 0, DEMO_NOTICES_MOST, &demo.notices); break;
		case OPTION_OBJECTS: good = options_number(&options, 0, DEMO_OBJECTS_MOST, &demo.objects); break;
		case OPTION_BALLOTS: good = options_number(&options, 0, DEMO_BALLOTS, &demo.ballots); break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
		if (!good)
			return options.status;
	}
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	if (sodium_init() < 0)
		return command_refuse(self, "the system gives no random numbers.");
	if (codes)
		return demo_codes(self, directory, options.json);
	if (!empty(directory, &problem))
		return command_fail(self, JISR_STATE, &problem);
	demo.directory = directory;
	caller_console(&demo.console, OFFICE_HEADQUARTERS);
	cJSON *answer = options.json ? tree_object() : NULL;
	int error = make(&demo, answer, &problem);
	demo.store = store_free(demo.store);
	demo.people = people_free(demo.people);
	demo.arena = arena_free(demo.arena);
	if (error != JISR_OK) {
		cJSON_Delete(answer);
		return command_fail(self, error, &problem);
	}
	if (options.json)
		return command_answer(self, answer, STATUS_DONE);
	printf("Everybody and everything in it is invented.\n");
	return command_finish(self, STATUS_DONE);
}

const struct command command_demo = {
	.name = "demo",
	.usage = "[--seed NUMBER] [--entities NUMBER] [OPTION]... [--json]\n--codes [--json]",
	.summary = "fill an empty data directory with an invented organisation",
	.about =
		"Founds a record in the data directory and fills it: a sample list, the organisation's 196 members "
		"with "
		"their offices and keys, 400 invented officers, notices in every state, hits, stolen and lost "
		"objects, joint operations, and a session of the Assembly under way, with a President elected by "
		"secret "
		"ballot and an election in which the delegations are voting; its trustees' keys and the credentials "
		"that "
		"were not used yet lie in DIR/demo-election.\n\n"
		"The same seed makes the same members, offices, officers and list, entry by entry. What differs from "
		"run "
		"to run: the keys, the salts and the times of the entries, and with them their hashes and signatures. "
		"The log is called demo.jisr.invalid/record, so that nothing signed in it is taken for real.\n\n"
		"One officer of each role can sign in, on the desk that jisr serve gives: --codes prints their names, "
		"their "
		"passphrase (made at random for this directory) and the one-time codes of this half minute. They stand "
		"in "
		"DIR/demo-accounts.json: whoever can read it is all of them, so let nobody but yourself reach a "
		"demonstration.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples =
		"  jisr demo --data /tmp/demo\n  jisr serve --data /tmp/demo\n  jisr demo --codes --data /tmp/demo\n",
	.run = run,
};
