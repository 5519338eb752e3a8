/* jisr assembly: what a session is, and every act of it (assembly/acts.def). */
#include "assembly/committee_record.h"
#include "assembly/conduct.h"
#include "assembly/view.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/assembly.h"
#include "cli/notice.h"
#include "cli/readable.h"

#include <stdlib.h>
#include <string.h>

#define JSON_MOST ((size_t)64 << 20)

enum { OPTION_OFFICER = 1, OPTION_ON };

static const struct option_spec officer_options[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts or looks, such as MA-12; else the console of headquarters."},
};

static const struct option_spec committee_options[] = {
	{OPTION_ON, 0, "on", "DAY", "As it was at the end of that day, such as 2024-11-07; else today."},
};

/* ---- reading ---- */

static int list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	text_init(&text, JSON_MOST);
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		int error = view_sessions(store_reader_sql(noticed.reader), &text, &problem);
		status = readable_answer(self, &text, options.json, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

static int committee(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	const char *day = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_ON, &day}))
		return options.status;
	text_init(&text, JSON_MOST);
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		int error = committee_record_tell(store_reader_sql(noticed.reader), day, &text, &problem);
		status = readable_answer(self, &text, options.json, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

bool assembly_session(const struct command *self, const char *word, uint32_t *ret_session)
{
	unsigned long number =
		strlen(word) <= 4 && strspn(word, "0123456789") == strlen(word) ? strtoul(word, NULL, 10) : 0;
	if (number > 0)
		*ret_session = (uint32_t)number;
	else
		(void)command_refuse(self, "'%s' is no number of a session, as 93 is.", word);
	return number > 0;
}

static int show(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	const char *words[3] = {NULL}, *officer = NULL;
	enum view view = VIEW_SESSION;
	uint32_t session = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTIONS_WORD, &words[0]}, {OPTIONS_WORD, &words[1]},
	                 {OPTIONS_WORD, &words[2]}))
		return options.status;
	if (words[0] == NULL)
		return command_refuse(self, "which session? Its number, such as 93.");
	if (!assembly_session(self, words[0], &session))
		return STATUS_MEND;
	if (words[1] != NULL && !view_read(words[1], &view)) {
		(void)command_refuse(self, "there is nothing called '%s' to show. There are:", words[1]);
		for (unsigned i = 0; i < VIEW_COUNT; i++)
			fprintf(stderr, "  %-12s %s\n", view_name((enum view)i), view_summary((enum view)i));
		return STATUS_MEND;
	}
	if (view_takes_id(view) != (words[2] != NULL))
		return command_refuse(
			self, view_takes_id(view) ? "which %s? Say its number or code." : "%s takes no further word.",
			view_name(view));
	text_init(&text, JSON_MOST);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		int error = view_write(store_reader_sql(noticed.reader), view, session, words[2],
		                       &noticed.recorded.caller, &text, NULL, &problem);
		status = readable_answer(self, &text, options.json, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

/* ---- acting ---- */

static int acts(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *word = NULL;
	enum conduct act;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &word}))
		return options.status;
	if (word != NULL && !conduct_read(word, &act))
		return command_refuse(self, "there is no act '%s'; jisr assembly acts lists them.", word);
	if (options.json) {
		struct text text;
		text_init(&text, JSON_MOST);
		return command_answer_or_fail(self, &text, conduct_describe(&text), NULL);
	}
	if (word == NULL)
		for (unsigned i = 0; i < CONDUCT_COUNT; i++)
			printf("%-18s %-20s %s\n", conduct_name((enum conduct)i),
			       right_name(conduct_right((enum conduct)i)), conduct_summary((enum conduct)i));
	else {
		printf("%s: %s. Right: %s.\n", word, conduct_summary(act), right_name(conduct_right(act)));
		readable_fields(conduct_fields(act), 2);
	}
	return command_finish(self, STATUS_DONE);
}

static int do_act(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct conduct_order order = {.act = CONDUCT_COUNT, .expected = ENTRY_ANY};
	const char *officer = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (order.act == CONDUCT_COUNT) {
			if (!conduct_read(options.value, &order.act))
				return command_refuse(self, "there is no act '%s'; jisr assembly acts lists them.",
				                      options.value);
		} else if (order.act != CONDUCT_SESSION_CALL && order.session == 0) {
			if (!assembly_session(self, options.value, &order.session))
				return STATUS_MEND;
		} else if (field_add(fields, conduct_fields(order.act), options.value, &problem) != JISR_OK) {
			return command_refuse(self, "%s.", problem.text);
		}
	}
	if (order.act == CONDUCT_COUNT)
		return command_refuse(self, "what is to be done? jisr assembly acts lists it.");
	if (order.act != CONDUCT_SESSION_CALL && order.session == 0)
		return command_refuse(self, "in which session? Its number, such as 93.");
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	order.fields = fields;
	int status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		order.caller = &noticed.recorded.caller;
		int error = conduct_submit(noticed.recorded.store, &order, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (options.json) {
			cJSON *root = tree_object();
			tree_text(root, "act", conduct_name(order.act));
			tree_text(root, "id", order.id[0] != '\0' ? order.id : NULL);
			tree_text(root, "subject", order.subject);
			tree_count(root, "version", order.version);
			status = command_answer(self, root, STATUS_DONE);
		} else {
			printf("%s%s%s: entry %llu\n", conduct_name(order.act), order.id[0] != '\0' ? " " : "",
			       order.id, (unsigned long long)order.version);
			status = command_finish(self, STATUS_DONE);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static const struct command step_list = {
	.name = "assembly list",
	.usage = "[--json]",
	.summary = "tell the sessions",
	.about = "Prints every session, the newest first.",
	.json = true,
	.run = list,
};
static const struct command step_show = {
	.name = "assembly show",
	.usage = "[--officer ID] [--json] SESSION [WHAT [WHICH]]",
	.summary = "tell what a session is and does",
	.about = "Prints the session, or what is named: figures, delegations, one delegation, the electorate and so "
		 "on; a "
		 "name that is not known lists them. With --officer as that officer may see it.",
	.options = officer_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr assembly show 93\n  jisr assembly show 93 delegation MA\n  jisr assembly show 93 figures "
		    "--json\n",
	.run = show,
};
static const struct command step_acts = {
	.name = "assembly acts",
	.usage = "[--json] [ACT]",
	.summary = "tell what can be done in a session",
	.about = "Prints every act with the right that it needs; of one act its fields.",
	.json = true,
	.run = acts,
};
static const struct command step_do = {
	.name = "assembly do",
	.usage = "[--officer ID] ACT SESSION [FIELD=VALUE]...\nsession.call [FIELD=VALUE]...",
	.summary = "do something in a session",
	.about = "Takes one act of the session and writes its entry. Lists are separated by commas; a text in several "
		 "languages is given language by language (title.fr=...); what begins with [ or { is read as JSON.",
	.options = officer_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr assembly do session.call number=93 city=Marrakech country=MA first=2025-11-24 "
		    "last=2025-11-27\n  jisr assembly do invite 93\n  jisr assembly do presence 93 --officer MA-2 "
		    "present=yes\n",
	.run = do_act,
};

static const struct command step_committee = {
	.name = "assembly committee",
	.usage = "[--on DAY] [--json]",
	.summary = "tell who sits in the Executive Committee",
	.about =
		"Prints the members of the Executive Committee at the end of a day, by post and seniority, and "
		"everything "
		"that happened to it until then: all from the log. 'jisr assembly show SESSION committee' tells what a "
		"session has to fill.",
	.options = committee_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr assembly committee\n  jisr assembly committee --on 2024-11-07\n",
	.run = committee,
};

static const struct command *const steps[] = {
	&step_list,
	&step_show,
	&step_acts,
	&step_do,
	&step_committee,
	&command_assembly_file,
	&command_assembly_fetch,
	&command_assembly_export,
	&command_assembly_verify,
};

const struct command command_assembly = {
	.name = "assembly",
	.usage = "STEP [OPTION]...",
	.summary = "run a session of the General Assembly",
	.about = "Sessions, delegations, credentials, presence: docs/chair.md and docs/delegate.md tell how they are "
		 "used. It "
		 "needs a record (jisr init).",
	.run = command_run_step,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
