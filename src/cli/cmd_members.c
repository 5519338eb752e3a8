#include "base/emit.h"
#include "base/tree.h"
#include "cli/print.h"
#include "cli/registered.h"
#include "members/fill.h"
#include "members/register_emit.h"

#include <string.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes */

enum { OPTION_ALL = 1, OPTION_REGION, OPTION_REASON, OPTION_AR, OPTION_EN, OPTION_ES, OPTION_FR };

#define NAME_OPTIONS                                                                                                   \
	{OPTION_AR, 0, "name-ar", "NAME", "Its name in Arabic."},                                                      \
		{OPTION_EN, 0, "name-en", "NAME", "Its name in English."},                                             \
		{OPTION_ES, 0, "name-es", "NAME", "Its name in Spanish."},                                             \
	{                                                                                                              \
		OPTION_FR, 0, "name-fr", "NAME", "Its name in French."                                                 \
	}

static const struct option_spec admit_options[] = {
	{OPTION_ALL, 0, "all", NULL,
         "Admit all 196 members of the organisation as publicly known, open the bureau of each, the regional bureaus "
         "and the other offices, and make a key for each. What is there already stays as it is."},
	{OPTION_REGION, 0, "region", "REGION", "africa, americas, asia or europe; else as publicly known."},
	NAME_OPTIONS,
};
static const struct option_spec edit_options[] = {
	{OPTION_REGION, 0, "region", "REGION", "africa, americas, asia or europe."},
	NAME_OPTIONS,
};
static const struct option_spec reason_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};
static const struct registered_field fields[] = {
	{OPTION_REGION, "region"}, {OPTION_REASON, "reason"}, {OPTION_AR, "names.ar"},
	{OPTION_EN, "names.en"},   {OPTION_ES, "names.es"},   {OPTION_FR, "names.fr"},
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

struct listing {
	struct text json;
	bool as_json;
	const char *code; /* NULL: all */
	size_t count;
};

static bool show(void *context, const struct member *member)
{
	struct listing *listing = context;
	if (listing->code != NULL && strcmp(member->code, listing->code) != 0)
		return true;
	listing->count++;
	if (listing->as_json) {
		register_emit_member(&listing->json, NULL, member);
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

static int list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	struct listing listing = {0};
	struct store_reader *reader = NULL;
	struct problem problem = {0};
	int status = registered_list(self, argc, argv, &options, &listing.code);
	if (status == STATUS_DONE)
		status = recorded_open(&recorded, &options, true);
	if (status != STATUS_DONE)
		return status;
	listing.as_json = options.json;
	text_init(&listing.json, JSON_MAX);
	emit_object(&listing.json, NULL);
	emit_array(&listing.json, "members");
	int error = store_read(recorded.store, &reader, &problem);
	if (!error)
		error = register_members(store_reader_sql(reader), NULL, show, &listing, &problem);
	store_read_end(reader);
	recorded_finish(&recorded);
	emit_close_array(&listing.json);
	emit_close_object(&listing.json);
	if (error == JISR_OK && listing.code != NULL && listing.count == 0)
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no member %.40s", listing.code);
	if (error == JISR_OK && options.json)
		return command_answer_text(self, &listing.json, STATUS_DONE);
	text_finish(&listing.json);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	if (listing.count == 0)
		puts("No member is admitted yet: jisr members admit CODE, or --all.");
	return command_finish(self, STATUS_DONE);
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
	static const struct registered_change change = {CHANGE_MEMBER_ADMIT, NULL, "code"};
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--all") == 0)
			return admit_all(self, argc, argv);
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
}

static int edit(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_MEMBER_EDIT, "member", NULL};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
}

static int suspend(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_MEMBER_SUSPEND, "member", NULL};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
}

static int reinstate(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_MEMBER_REINSTATE, "member", NULL};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
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
	.run = edit,
};
static const struct command step_suspend = {
	.name = "members suspend",
	.usage = "--reason TEXT CODE",
	.summary = "suspend a member",
	.about = "The offices of a suspended member check and read as before, and write nothing into the record.",
	.options = reason_options,
	.option_count = 1,
	.json = true,
	.run = suspend,
};
static const struct command step_reinstate = {
	.name = "members reinstate",
	.usage = "--reason TEXT CODE",
	.summary = "end a suspension",
	.about = "The member's offices write again.",
	.options = reason_options,
	.option_count = 1,
	.json = true,
	.run = reinstate,
};

static const struct command *const steps[] = {&step_list, &step_admit, &step_edit, &step_suspend, &step_reinstate};

const struct command command_members = {
	.name = "members",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change who is a member of the organisation",
	.about = "Without a step it lists the members. It needs a record (jisr init), and acts as headquarters' "
		 "console.",
	.json = true,
	.run = registered_run,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
