#include "base/emit.h"
#include "cli/print.h"
#include "cli/registered.h"
#include "members/register_emit.h"

#include <string.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes */

enum {
	OPTION_KIND = 1,
	OPTION_MEMBER,
	OPTION_COUNTRY,
	OPTION_KEY,
	OPTION_REASON,
	OPTION_AR,
	OPTION_EN,
	OPTION_ES,
	OPTION_FR
};

#define NAME_OPTIONS                                                                                                   \
	{OPTION_AR, 0, "name-ar", "NAME", "Its name in Arabic."},                                                      \
		{OPTION_EN, 0, "name-en", "NAME", "Its name in English."},                                             \
		{OPTION_ES, 0, "name-es", "NAME", "Its name in Spanish."},                                             \
	{                                                                                                              \
		OPTION_FR, 0, "name-fr", "NAME", "Its name in French."                                                 \
	}

static const struct option_spec open_options[] = {
	{OPTION_KIND, 0, "kind", "KIND",
         "bureau, sub-bureau, regional-bureau, liaison-office, representation or commission."},
	{OPTION_MEMBER, 0, "member", "CODE", "Whose bureau or sub-bureau it is."},
	{OPTION_COUNTRY, 0, "country", "CODE", "Where it stands."},
	{OPTION_KEY, 0, "key", "VERIFIER",
         "The public half of a key that the office keeps itself; else one is made and kept here."},
	NAME_OPTIONS,
};
static const struct option_spec edit_options[] = {
	{OPTION_COUNTRY, 0, "country", "CODE", "Where it stands."},
	NAME_OPTIONS,
};
static const struct option_spec close_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why; it stands in the log. Needed."},
};
static const struct registered_field fields[] = {
	{OPTION_KIND, "kind"},   {OPTION_MEMBER, "member"}, {OPTION_COUNTRY, "country"},
	{OPTION_KEY, "key"},     {OPTION_REASON, "reason"}, {OPTION_AR, "names.ar"},
	{OPTION_EN, "names.en"}, {OPTION_ES, "names.es"},   {OPTION_FR, "names.fr"},
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

struct listing {
	struct text json;
	bool as_json;
	const char *code; /* NULL: all */
	size_t count;
};

static bool show(void *context, const struct office *office)
{
	struct listing *listing = context;
	if (listing->code != NULL && strcmp(office->code, listing->code) != 0)
		return true;
	listing->count++;
	if (listing->as_json) {
		register_emit_office(&listing->json, NULL, office);
		return true;
	}
	printf("%-8s  %-15s  %-6s  %s  ", office->code, office_kind_name(office->kind),
	       office->open ? "open" : "closed", office->country);
	print_value(stdout, office->names.text[LANGUAGE_EN]);
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
	emit_array(&listing.json, "offices");
	int error = store_read(recorded.store, &reader, &problem);
	if (!error)
		error = register_offices(store_reader_sql(reader), NULL, show, &listing, &problem);
	store_read_end(reader);
	recorded_finish(&recorded);
	emit_close_array(&listing.json);
	emit_close_object(&listing.json);
	if (error == JISR_OK && listing.code != NULL && listing.count == 0)
		error = problem_set(&problem, JISR_NOT_FOUND, "there is no office %.40s", listing.code);
	if (error == JISR_OK && options.json)
		return command_answer_text(self, &listing.json, STATUS_DONE);
	text_finish(&listing.json);
	return error != JISR_OK ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
}

static int open_one(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_OFFICE_OPEN, NULL, "code"};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
}

static int edit(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_OFFICE_EDIT, "office", NULL};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
}

static int close_one(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_OFFICE_CLOSE, "office", NULL};
	return registered_submit(self, argc, argv, &change, fields, FIELD_COUNT);
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
	.run = open_one,
};
static const struct command step_edit = {
	.name = "offices edit",
	.usage = "[OPTION]... CODE",
	.summary = "change an office's names or country",
	.about = "What no option says stays as it is.",
	.options = edit_options,
	.option_count = sizeof edit_options / sizeof *edit_options,
	.json = true,
	.run = edit,
};
static const struct command step_close = {
	.name = "offices close",
	.usage = "--reason TEXT CODE",
	.summary = "close an office for good",
	.about = "Its keys and its officers end with it. What it wrote stays in the log; its code is not used again.",
	.options = close_options,
	.option_count = 1,
	.json = true,
	.run = close_one,
};

static const struct command *const steps[] = {&step_list, &step_open, &step_edit, &step_close};

const struct command command_offices = {
	.name = "offices",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change the organisation's offices",
	.about = "Bureaus of members, regional bureaus, liaison offices and representations. Without a step it lists "
		 "them.",
	.json = true,
	.run = registered_run,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
