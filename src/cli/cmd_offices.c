#include "cli/print.h"
#include "cli/registered.h"
#include "members/register_emit.h"

#include <string.h>

enum { OPTION_KIND = 1, OPTION_MEMBER, OPTION_COUNTRY, OPTION_KEY, OPTION_REASON };

static const struct option_spec open_options[] = {
	{OPTION_KIND, 0, "kind", "KIND",
         "bureau, sub-bureau, regional-bureau, liaison-office, representation or commission."},
	{OPTION_MEMBER, 0, "member", "CODE", "Whose bureau or sub-bureau it is."},
	{OPTION_COUNTRY, 0, "country", "CODE", "Where it stands."},
	{OPTION_KEY, 0, "key", "VERIFIER",
         "The public half of a key that the office keeps itself; else one is made and kept here."},
	REGISTERED_NAMES,
};
static const struct option_spec edit_options[] = {
	{OPTION_COUNTRY, 0, "country", "CODE", "Where it stands."},
	REGISTERED_NAMES,
};
static const struct option_spec close_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};

static bool show(void *context, const struct office *office)
{
	struct registered_list *list = context;
	if (list->code != NULL && strcmp(office->code, list->code) != 0)
		return true;
	list->count++;
	if (list->json != NULL) {
		register_emit_office(list->json, NULL, office);
		return true;
	}
	printf("%-8s  %-15s  %-6s  %s  ", office->code, office_kind_name(office->kind),
	       office->open ? "open" : "closed", office->country);
	print_value(stdout, office->names.text[LANGUAGE_EN]);
	putchar('\n');
	return true;
}

static int show_all(struct sql *sql, struct registered_list *list, struct problem *problem)
{
	int error = register_offices(sql, NULL, show, list, problem);
	if (!error && list->code != NULL && list->count == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no office %.40s", list->code);
	return error;
}

static int list(const struct command *self, int argc, char **argv)
{
	return registered_list(self, argc, argv, "offices", NULL, show_all);
}

static const struct command step_list = {
	.name = "offices list",
	.usage = "[--json] [CODE]",
	.summary = "tell which offices there are",
	.about = "Prints every office, or one: code, kind, state, country and name.",
	.json = true,
	.run = list,
};
static const struct command step_open = {
	.name = "offices open",
	.usage = "[OPTION]... CODE",
	.summary = "open an office and give it a key",
	.about = "The code of a member opens its national central bureau; that of a publicly known office (RB-ABJ, the "
		 "regional bureau in Abidjan) that office. For any other say its kind, country and names.",
	.options = open_options,
	.option_count = sizeof open_options / sizeof *open_options,
	.json = true,
	.examples =
		"  jisr offices open MA\n"
		"  jisr offices open FR-GP --kind sub-bureau --member FR --country GP --name-en 'Sub-Bureau "
		"Guadeloupe' \\\n      --name-fr 'Sous-bureau de la Guadeloupe' --name-es 'Suboficina de Guadalupe' "
		"--name-ar 'المكتب الفرعي في غوادلوب'\n",
	.run = registered_submit,
};
static const struct command step_edit = {
	.name = "offices edit",
	.usage = "[OPTION]... CODE",
	.summary = "change an office's names or country",
	.about = "What no option says stays as it is.",
	.options = edit_options,
	.option_count = sizeof edit_options / sizeof *edit_options,
	.json = true,
	.run = registered_submit,
};
static const struct command step_close = {
	.name = "offices close",
	.usage = "--reason TEXT CODE",
	.summary = "close an office for good",
	.about = "Its keys and its officers end with it. What it wrote stays in the log; its code is not used again.",
	.options = close_options,
	.option_count = 1,
	.json = true,
	.run = registered_submit,
};

static const struct command *const steps[] = {&step_list, &step_open, &step_edit, &step_close};

const struct command command_offices = {
	.name = "offices",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change the organisation's offices",
	.about = "Bureaus of members, regional bureaus, liaison offices and representations. Without a step it lists "
		 "them.",
	.json = true,
	.run = command_run_step_or_list,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
