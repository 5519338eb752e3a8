#include "base/tree.h"
#include "cli/print.h"
#include "cli/registered.h"
#include "members/fill.h"
#include "members/register_emit.h"

#include <string.h>

enum { OPTION_ALL = 1, OPTION_REGION, OPTION_REASON };

static const struct option_spec admit_options[] = {
	{OPTION_ALL, 0, "all", NULL,
         "Admit all 196 members of the organisation as publicly known, open the bureau of each, the regional bureaus "
         "and the other offices, and make a key for each. What is there already stays as it is."},
	{OPTION_REGION, 0, "region", "REGION", "africa, americas, asia or europe; else as publicly known."},
	REGISTERED_NAMES,
};
static const struct option_spec edit_options[] = {
	{OPTION_REGION, 0, "region", "REGION", "africa, americas, asia or europe."},
	REGISTERED_NAMES,
};
static const struct option_spec reason_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};

static bool show(void *context, const struct member *member)
{
	struct registered_list *list = context;
	if (list->code != NULL && strcmp(member->code, list->code) != 0)
		return true;
	list->count++;
	if (list->json != NULL) {
		register_emit_member(list->json, NULL, member);
		return true;
	}
	printf("%s  %-9s  %-9s  ", member->code, region_name(member->region),
	       member->state == MEMBER_SUSPENDED ? "suspended" : "admitted");
	print_cell(stdout, member->names.text[LANGUAGE_EN], 34);
	fputs("  ", stdout);
	print_value(stdout, member->names.text[LANGUAGE_AR]);
	putchar('\n');
	return true;
}

static int show_all(struct sql *sql, struct registered_list *list, struct problem *problem)
{
	int error = register_members(sql, NULL, show, list, problem);
	if (!error && list->code != NULL && list->count == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no member %.40s", list->code);
	return error;
}

static int list(const struct command *self, int argc, char **argv)
{
	return registered_list(self, argc, argv, "members",
	                       "No member is admitted yet: jisr members admit CODE, or --all.", show_all);
}

static int admit_all(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	struct fill_count count = {0};
	struct problem problem = {0};
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id != OPTION_ALL)
			return command_refuse(self, "--all goes with no code and no other option.");
	}
	int status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	int error = fill_organisation(recorded.store, &recorded.caller, &count, &problem);
	recorded_finish(&recorded);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	if (options.json) {
		cJSON *root = tree_object();
		tree_count(root, "members", count.members);
		tree_count(root, "offices", count.offices);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("Admitted %zu members and opened %zu offices.\n", count.members, count.offices);
	return command_finish(self, STATUS_DONE);
}

static int admit(const struct command *self, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--all") == 0)
			return admit_all(self, argc, argv);
	return registered_submit(self, argc, argv);
}

static const struct command step_list = {
	.name = "members list",
	.usage = "[--json] [CODE]",
	.summary = "tell who is a member",
	.about = "Prints every member, or one: code, region, state and names.",
	.json = true,
	.run = list,
};
static const struct command step_admit = {
	.name = "members admit",
	.usage = "[OPTION]... CODE\n--all",
	.summary = "admit a member",
	.about =
		"Admits a country by its ISO 3166 code of two capital letters. Region and names are as publicly known, "
		"unless options say otherwise; a country that is no member of the organisation today needs --region.",
	.options = admit_options,
	.option_count = sizeof admit_options / sizeof *admit_options,
	.json = true,
	.examples = "  jisr members admit MA\n  jisr members admit --all\n",
	.run = admit,
};
static const struct command step_edit = {
	.name = "members edit",
	.usage = "[OPTION]... CODE",
	.summary = "change a member's names or region",
	.about = "What no option says stays as it is.",
	.options = edit_options,
	.option_count = sizeof edit_options / sizeof *edit_options,
	.json = true,
	.examples = "  jisr members edit MA --name-en 'Kingdom of Morocco'\n",
	.run = registered_submit,
};
static const struct command step_suspend = {
	.name = "members suspend",
	.usage = "--reason TEXT CODE",
	.summary = "suspend a member",
	.about = "The offices of a suspended member check and read as before, and write nothing into the record.",
	.options = reason_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};
static const struct command step_reinstate = {
	.name = "members reinstate",
	.usage = "--reason TEXT CODE",
	.summary = "end a suspension",
	.about = "The member's offices write again.",
	.options = reason_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};

static const struct command *const steps[] = {&step_list, &step_admit, &step_edit, &step_suspend, &step_reinstate};

const struct command command_members = {
	.name = "members",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change who is a member of the organisation",
	.about = "Without a step it lists the members. It needs a record (jisr init), and acts as headquarters' "
		 "console.",
	.json = true,
	.run = command_run_step_or_list,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
