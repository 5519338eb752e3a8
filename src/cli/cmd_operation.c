/* jisr operation: joint operations, their plan, the results that each country reports, the summary. */
#include "base/emit.h"
#include "base/json.h"
#include "cli/notice.h"
#include "cli/posted.h"
#include "cli/print.h"
#include "notices/operation_emit.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_CONTENT,
	OPTION_STATE,
	OPTION_CRIME,
	OPTION_LEAD,
	OPTION_PARTICIPANT,
	OPTION_WORDS,
	OPTION_LIMIT,
	OPTION_MERMAID
};

static const struct option_spec step_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as MA-12; without it the console of headquarters."},
	{OPTION_CONTENT, 'c', "content", "FILE",
         "The fields of the step as a JSON object; - is standard input. docs/operations.md tells them."},
};
static const struct option_spec list_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who looks; without it headquarters."},
	{OPTION_STATE, 0, "state", "STATE", "Only those planned, under-way, ended, reported or called-off."},
	{OPTION_CRIME, 0, "crime-area", "CODE", "Only those of a crime area: DRU, ORG, ..."},
	{OPTION_LEAD, 0, "lead", "OFFICE", "Only those that an office leads."},
	{OPTION_PARTICIPANT, 0, "participant", "OFFICE", "Only those in which an office takes part."},
	{OPTION_WORDS, 0, "words", "TEXT", "Only those with that in their name."},
	{OPTION_LIMIT, 'n', "limit", "COUNT", "At most so many; 20 when not given, at most 500."},
};
#define FIGURES_OPTIONS (sizeof list_options / sizeof *list_options - 1) /* a sum has no limit */
static const struct option_spec show_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who looks; without it headquarters."},
};
static const struct option_spec states_options[] = {
	{OPTION_MERMAID, 'm', "mermaid", NULL, "As a Mermaid state diagram."},
};

/* ---- steps ---- */

static int run_step(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *fields = NULL;
	struct operation_act act = {.expected = ENTRY_ANY};
	const char *officer = NULL, *path = NULL;
	int id;
	(void)operation_step_read(strrchr(self->name, ' ') + 1, &act.step);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER)
			officer = options.value;
		else if (id == OPTION_CONTENT)
			path = options.value;
		else if (act.id != NULL || act.step == OPERATION_PLAN)
			return command_refuse(self, "'%s' is not needed.", options.value);
		else
			act.id = options.value;
	}
	if (act.step != OPERATION_PLAN && act.id == NULL)
		return command_refuse(self, "which operation? Give its number, such as 2026/12.");
	int status = path != NULL ? noticed_json(self, path, NOTICE_FILE_MAX, &fields) : STATUS_DONE;
	if (status != STATUS_DONE)
		return status;
	status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		act.caller = &noticed.recorded.caller;
		act.fields = fields;
		struct posted posted = {.what = act.id == NULL ? "api_operation_plan" : "api_operation_step",
		                        .collection = "operations",
		                        .id = act.id,
		                        .step = act.id == NULL ? NULL : operation_rows[act.step].name,
		                        .fields = fields};
		posted_begin(&posted, &noticed.recorded);
		int error = posted.blind ? JISR_OK : operation_submit(noticed.recorded.store, &act, &problem);
		posted_end(&posted);
		status = error         ? command_fail(self, error, &problem)
		         : posted.here ? posted_send(self, &noticed.recorded, &posted, options.json)
		                       : noticed_taken(self, act.made, operation_rows[act.step].name, act.version, NULL,
		                                       options.json);
	}
	noticed_finish(&noticed);
	return status;
}

/* ---- reading ---- */

struct listing {
	struct text text;
	struct sql *sql;
	struct viewer viewer;
	struct problem *problem;
	int error;
	bool json;
};

static bool list_one(void *context, const struct operation *operation)
{
	struct listing *listing = context;
	if (listing->json) {
		listing->error = operation_emit(&listing->text, listing->sql, listing->viewer, operation, NULL,
		                                listing->problem);
		return listing->error == JISR_OK;
	}
	print_cell(stdout, operation->id, 12);
	printf(" %s ", operation->begins);
	if (operation_inside(listing->viewer, operation)) {
		printf("%-7s ", operation->lead);
		print_cell(stdout, operation_state_name(operation->state), 11);
		putchar(' ');
	}
	print_value(stdout, operation->name);
	putchar('\n');
	return true;
}

static void print_figures(const cJSON *one, const char *label)
{
	static const char *const names[] = {"arrests", "victims", "cells", "notices"};
	printf("   %-8s", label);
	for (int i = 0; i < 4; i++)
		printf(" %s %.0f;", names[i], cJSON_GetNumberValue(json_get(one, names[i])));
	const cJSON *list = json_get(one, "seizures");
	for (const cJSON *line = list != NULL ? list->child : NULL; line != NULL; line = line->next)
		printf(" %s %.15g %s;", json_get_text(line, "kind"), cJSON_GetNumberValue(json_get(line, "quantity")),
		       json_get_text(line, "unit"));
	putchar('\n');
}

static int list(const struct command *self, struct noticed *noticed, const struct operation_filter *filter, bool json)
{
	struct problem problem = {""};
	uint64_t count = 0;
	struct sql *sql = store_reader_sql(noticed->reader);
	struct listing listing = {
		.sql = sql, .viewer = viewer_of(&noticed->recorded.caller), .problem = &problem, .json = json};
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, "operations");
	int error = operation_count(sql, listing.viewer, filter, &count, &problem);
	if (!error)
		error = operation_list(sql, listing.viewer, filter, noticed->arena, list_one, &listing, &problem);
	if (!error)
		error = listing.error;
	return noticed_listed(self, &listing.text, count, error, &problem, json);
}

static int figures(const struct command *self, struct noticed *noticed, const struct operation_filter *filter,
                   bool json)
{
	struct problem problem = {""};
	cJSON *sums = NULL;
	int error = operation_figures(store_reader_sql(noticed->reader), viewer_of(&noticed->recorded.caller), filter,
	                              &sums, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (json)
		return command_answer(self, sums, STATUS_DONE);
	printf("%.0f operations\n", cJSON_GetNumberValue(json_get(sums, "operations")));
	print_figures(sums, "in all");
	json_free(sums);
	return command_finish(self, STATUS_DONE);
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct operation_filter filter = {.limit = 20};
	const char *officer = NULL;
	uint64_t limit;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_STATE:
			if (!operation_state_read(options.value, &filter.state))
				return command_refuse(
					self,
					"there is no state '%s': planned, under-way, ended, reported or called-off.",
					options.value);
			break;
		case OPTION_CRIME:
			if (!codes_is_crime(options.value))
				return command_refuse(self, "'%s' is no crime area: 'jisr notice codes' lists them.",
				                      options.value);
			filter.crime = options.value;
			break;
		case OPTION_LEAD: filter.lead = options.value; break;
		case OPTION_PARTICIPANT: filter.participant = options.value; break;
		case OPTION_WORDS: filter.words = options.value; break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, NOTICE_LIST_MOST, &limit))
				return options.status;
			filter.limit = (size_t)limit;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = (strcmp(self->name, "operation figures") == 0 ? figures : list)(self, &noticed, &filter,
		                                                                         options.json);
	noticed_finish(&noticed);
	return status;
}

static int show_json(const struct command *self, struct noticed *noticed, const struct operation *operation)
{
	struct problem problem = {""};
	struct text text;
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	text_init(&text, NOTICE_FILE_MAX);
	emit_object(&text, NULL);
	emit_name(&text, "operation", 9);
	int error = operation_emit(&text, sql, viewer, operation, &noticed->recorded.caller, &problem);
	if (!error && operation_inside(viewer, operation)) {
		emit_array(&text, "history");
		error = operation_history(sql, viewer, operation->id, history_emit, &text, &problem);
		emit_close_array(&text);
	}
	emit_close_object(&text);
	return command_answer_or_fail(self, &text, error, &problem);
}

static int show(const struct command *self, struct noticed *noticed, const char *id, bool json)
{
	struct problem problem = {""};
	struct operation operation;
	CLEANUP(json_freep) cJSON *results = NULL;
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	int error = operation_get(sql, viewer, id, noticed->arena, &operation, &problem);
	if (!error && json)
		return show_json(self, noticed, &operation);
	if (!error)
		error = operation_results(sql, viewer, &operation, &results, &problem);
	if (error)
		return command_fail(self, error, &problem);
	printf("%s%s%s ", print_style(stdout, STYLE_BOLD), operation.id, print_style(stdout, STYLE_NONE));
	print_value(stdout, operation.name);
	printf("\n   %s to %s; crime areas %s\n", operation.begins, operation.ends[0] != '\0' ? operation.ends : "?",
	       operation.crimes);
	if (operation_inside(viewer, &operation))
		printf("   %s; led by %s; taking part: %s\n", operation_state_name(operation.state), operation.lead,
		       operation.participants);
	if (operation.published) {
		printf("   summary: ");
		print_value(stdout, operation.summary);
		putchar('\n');
	}
	const cJSON *countries = json_get(results, "countries");
	for (const cJSON *one = countries != NULL ? countries->child : NULL; one != NULL; one = one->next)
		print_figures(one, json_get_text(one, "office"));
	print_figures(json_get(results, "total"), "in all");
	if (operation_inside(viewer, &operation))
		error = operation_history(sql, viewer, id, noticed_event, NULL, &problem);
	return error ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
}

static int run_show(const struct command *self, int argc, char **argv)
{
	return noticed_show(self, argc, argv, OPTION_OFFICER, "which operation? Give its number, such as 2026/12.",
	                    show);
}

static int run_states(const struct command *self, int argc, char **argv)
{
	static const char *const sides[] = {"the lead", "who takes part", "headquarters"};
	struct options options;
	struct text text;
	bool mermaid = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_MERMAID, .given = &mermaid}))
		return options.status;
	text_init(&text, 1 << 20);
	if (mermaid && operation_draw(&text) == JISR_OK)
		fputs(text.bytes, stdout);
	text_finish(&text);
	for (int i = 0; !mermaid && i < OPERATION_STEPS; i++)
		printf("%-9s %s, by %s; takes%s\n", operation_rows[i].name, operation_rows[i].what,
		       sides[operation_rows[i].side],
		       operation_rows[i].fields[1] == '\0' ? " nothing" : operation_rows[i].fields);
	for (size_t i = 0; !mermaid && i < operation_kind_count; i++)
		printf("%s%s in %s", i == 0 ? "\nSeized: " : ", ", operation_kinds[i].code.code,
		       operation_kinds[i].unit);
	if (!mermaid)
		putchar('\n');
	return command_finish(self, STATUS_DONE);
}

#define STEP(step, words, text)                                                                                        \
	{                                                                                                              \
		.name = "operation " step, .usage = words, .summary = text,                                            \
		.about = "docs/operations.md tells the fields.", .options = step_options,                              \
		.option_count = sizeof step_options / sizeof *step_options, .json = true, .run = run_step,             \
	}
static const struct command steps[OPERATION_STEPS] = {
	[OPERATION_PLAN] = STEP("plan", "--content FILE [--officer ID]", "plan a joint operation"),
	[OPERATION_EDIT] = STEP("edit", "ID --content FILE [--officer ID]", "change the plan"),
	[OPERATION_START] = STEP("start", "ID [--officer ID]", "start it"),
	[OPERATION_REPORT] =
		STEP("report", "ID --content FILE [--officer ID]", "report the own results, all of them anew"),
	[OPERATION_LINK] = STEP("link", "ID --content FILE [--officer ID]",
                                "link a notice of the own office, or a hit that led to an arrest"),
	[OPERATION_UNLINK] = STEP("unlink", "ID --content FILE [--officer ID]", "take back a link"),
	[OPERATION_LEAVE] = STEP("leave", "ID [--officer ID]", "take part no longer"),
	[OPERATION_END] = STEP("end", "ID [--officer ID]", "end it"),
	[OPERATION_CLOSE] = STEP("close", "ID [--officer ID]", "close the reports, when all have reported"),
	[OPERATION_PUBLISH] =
		STEP("publish", "ID --content FILE [--officer ID]", "publish its summary, as headquarters"),
	[OPERATION_CALL_OFF] = STEP("call-off", "ID --content FILE [--officer ID]", "call it off"),
};

static const struct command command_list = {
	.name = "operation list",
	.usage = "[--state STATE] [--crime-area CODE] [--lead OFFICE] [--participant OFFICE] [--words TEXT] [--officer "
		 "ID]",
	.summary = "list the operations that somebody may see, those that begin last first",
	.about = "Lead, participants and headquarters see all of an operation, others its published summary.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = run_list,
};
static const struct command command_figures = {
	.name = "operation figures",
	.usage = "[--state STATE] [--crime-area CODE] [--lead OFFICE] [--participant OFFICE] [--words TEXT] [--officer "
		 "ID]",
	.summary = "add up what all those operations achieved",
	.about = "The sums of the operations that the list with the same options shows.",
	.options = list_options,
	.option_count = FIGURES_OPTIONS,
	.json = true,
	.run = run_list,
};
static const struct command command_show = {
	.name = "operation show",
	.usage = "ID [--officer ID]",
	.summary = "show an operation and its figures, by country and in all",
	.about = "Notices issued are those that a country linked; of a country that linked none, those that it said. "
		 "Arrests are what it said, and at least as many as the hits that it linked.",
	.options = show_options,
	.option_count = sizeof show_options / sizeof *show_options,
	.json = true,
	.run = run_show,
};
static const struct command command_states = {
	.name = "operation states",
	.usage = "[--mermaid]",
	.summary = "show every step, who takes it and what it takes; what can be seized",
	.about = "From the one table that the program goes by.",
	.options = states_options,
	.option_count = sizeof states_options / sizeof *states_options,
	.run = run_states,
};

static const struct command *const operation_steps[] = {
	&command_list,
	&command_figures,
	&command_show,
	&command_states,
	&steps[OPERATION_PLAN],
	&steps[OPERATION_EDIT],
	&steps[OPERATION_START],
	&steps[OPERATION_REPORT],
	&steps[OPERATION_LINK],
	&steps[OPERATION_UNLINK],
	&steps[OPERATION_LEAVE],
	&steps[OPERATION_END],
	&steps[OPERATION_CLOSE],
	&steps[OPERATION_PUBLISH],
	&steps[OPERATION_CALL_OFF],
};

const struct command command_operation = {
	.name = "operation",
	.usage = "STEP [OPTION]...",
	.summary = "plan joint operations, report their results country by country, publish them",
	.about = "Countries act together for some days against one kind of crime; each reports what came of it for "
		 "itself, and the "
		 "figures are added up. docs/operations.md tells all.",
	.run = command_run_step,
	.steps = operation_steps,
	.step_count = sizeof operation_steps / sizeof *operation_steps,
};
