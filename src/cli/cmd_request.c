/* jisr request: individuals' requests to the Commission, each step a command, all run by one function; list, show, state,
 * states, rules, removals, received. */
#include "base/date.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/print.h"
#include "notices/removal.h"
#include "web/requests.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_FIELDS,
	OPTION_TEXT,
	OPTION_GROUND,
	OPTION_NOTICES,
	OPTION_OFFICE,
	OPTION_DISCLOSE,
	OPTION_OUTCOME,
	OPTION_ANSWER,
	OPTION_SECRET,
	OPTION_PAPER,
	OPTION_STATE,
	OPTION_DUE,
	OPTION_LIMIT,
	OPTION_MERMAID,
	OPTION_SET,
};

#define WHICH "which one? Its number, such as 2026/123456."
#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who acts or looks, such as CCF-1; without it the console of headquarters."                    \
	}
#define TEXT                                                                                                           \
	{                                                                                                              \
		OPTION_TEXT, 't', "text", "TEXT", "Why; the question; the reply."                                      \
	}
#define FIELDS                                                                                                         \
	{                                                                                                              \
		OPTION_FIELDS, 'f', "fields", "FILE",                                                                  \
			"The fields of the step as JSON; - is standard input. docs/commission.md tells them."          \
	}

static const struct option_spec file_options[] = {OFFICER, FIELDS};
static const struct option_spec plain_options[] = {OFFICER};
static const struct option_spec text_options[] = {OFFICER, TEXT};
static const struct option_spec admit_options[] = {OFFICER};
static const struct option_spec reject_options[] = {
	OFFICER, {OPTION_GROUND, 0, "ground", "CLASS", "identity, unsigned, authority, unfounded or not-ours."}, TEXT};
static const struct option_spec link_options[] = {
	OFFICER, {OPTION_NOTICES, 0, "notices", "LIST", "Numbers of notices, 2026/17,2026/18; none for nothing held."}};
static const struct option_spec consult_options[] = {
	OFFICER, {OPTION_OFFICE, 0, "office", "CODE", "The office that owns a linked notice."}, TEXT};
static const struct option_spec reply_options[] = {
	OFFICER, {OPTION_DISCLOSE, 0, "disclose", "WHAT", "all, existence or nothing may be told."}, TEXT};
static const struct option_spec shred_options[] = {
	OFFICER, {OPTION_PAPER, 0, "paper", "DIGEST", "The copy, as 'jisr request show' lists it."}};
static const struct option_spec propose_options[] = {
	OFFICER,
	{OPTION_OUTCOME, 0, "outcome", "HOW", "granted, part or refused."},
	TEXT,
	{OPTION_ANSWER, 0, "answer", "TEXT", "What the applicant is told, where the owner agreed to tell it."}};

/* ---- a step ---- */

static int read_fields(const struct command *self, const char *path, cJSON **fields)
{
	json_free(*fields);
	*fields = NULL;
	return noticed_json(self, path, CONTENT_MAX_BYTES, fields);
}

static int tell(const struct command *self, const struct request_act *act, bool swept, bool json)
{
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "id", act->made);
		tree_text(root, "step", request_step_name(act->step));
		tree_count(root, "version", act->version);
		if (act->step == REQUEST_FILE)
			tree_text(root, "secret", act->made_secret);
		tree_count(root, "removed", act->removed);
		tree_count(root, "corrected", act->corrected);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("%s: %s\n", act->made, request_step_name(act->step));
	if (act->step == REQUEST_FILE)
		printf("Secret of the receipt, shown this once: %s\n", act->made_secret);
	if (act->removed > 0)
		printf("%zu notices removed.\n", act->removed);
	if (act->corrected > 0)
		printf("%zu notices corrected.\n", act->corrected);
	if (!swept)
		printf("Remnants in files are left while others read them: the service takes them away, or 'jisr "
		       "retention'.\n");
	return STATUS_DONE;
}

static int take(const struct command *self, const struct options *options, struct request_act *act, const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	bool swept = true;
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		act->caller = &noticed.recorded.caller;
		int error = requests_take(store_directory(noticed.recorded.store), noticed.recorded.store, act, &swept,
		                          &problem);
		status = error ? command_fail(self, error, &problem) : tell(self, act, swept, options->json);
	}
	noticed_finish(&noticed);
	return status;
}

static int run_step(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct request_act act = {.expected = ENTRY_ANY};
	const char *officer = NULL;
	int id, status = STATUS_DONE;
	(void)request_step_read(strrchr(self->name, ' ') + 1, &act.step);
	options_init(&options, self, argc, argv);
	while (status == STATUS_DONE && (id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_FIELDS: status = read_fields(self, options.value, &fields); break;
		case OPTION_NOTICES:
			tree_list(fields, options.name, strcmp(options.value, "none") != 0 ? options.value : "");
			break;
		case OPTIONS_WORD:
			if (act.id != NULL || act.step == REQUEST_FILE)
				return command_refuse(self, "'%s' is not needed.", options.value);
			act.id = options.value;
			break;
		default: tree_text(fields, options.name, options.value); /* an option is the field of its name */
		}
	}
	if (status != STATUS_DONE)
		return status;
	if (act.id == NULL && act.step != REQUEST_FILE)
		return command_refuse(self, "which request? Its number, such as 2026/123456.");
	if (act.step == REQUEST_ADMIT) {
		cJSON *form = tree_add_object(fields, "form");
		static const char *const questions[] = {"identity", "signed", "authority", "founded"};
		for (size_t i = 0; i < 4; i++)
			tree_bool(form, questions[i], true);
	}
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	act.fields = fields;
	status = take(self, &options, &act, officer);
	act.fields = NULL;
	return status;
}

#define STEP_COMMAND(step_name, step_options, step_usage, step_summary)                                                \
	{                                                                                                              \
		.name = "request " step_name, .usage = step_usage, .summary = step_summary, .about = step_summary ".", \
		.options = step_options, .option_count = sizeof step_options / sizeof *step_options, .json = true,     \
		.run = run_step                                                                                        \
	}

static const struct command steps[REQUEST_STEP_COUNT] = {
	[REQUEST_FILE] = STEP_COMMAND("file", file_options, "--fields FILE [--officer CCF-1]",
                                      "file a request that came by letter, or try what a person would send"),
	[REQUEST_ASK] = STEP_COMMAND("ask", text_options, "ID --text WHAT", "ask the applicant for what is missing"),
	[REQUEST_COMPLETE] = STEP_COMMAND("complete", text_options, "ID --text WHAT", "add what came by letter"),
	[REQUEST_ADMIT] = STEP_COMMAND("admit", admit_options, "ID",
                                       "find it admissible: identity shown, signed, with authority, founded"),
	[REQUEST_REJECT] =
		STEP_COMMAND("reject", reject_options, "ID --ground CLASS --text WHY", "find it inadmissible"),
	[REQUEST_LINK] = STEP_COMMAND("link", link_options, "ID --notices LIST", "say which notices it is about"),
	[REQUEST_CONSULT] = STEP_COMMAND("consult", consult_options, "ID --office CODE --text QUESTION",
                                         "ask the office that owns the data what may be told"),
	[REQUEST_REPLY] = STEP_COMMAND("reply", reply_options, "ID --disclose WHAT --text WHY",
                                       "reply to the Commission, as the office that was asked"),
	[REQUEST_RECALL] = STEP_COMMAND("recall", text_options, "ID --text WHY", "go on without the office's reply"),
	[REQUEST_BLOCK] = STEP_COMMAND("block", text_options, "ID --text WHY", "block the data meanwhile"),
	[REQUEST_LIFT] = STEP_COMMAND("lift", text_options, "ID --text WHY", "lift the block"),
	[REQUEST_PROPOSE] = STEP_COMMAND("propose", propose_options, "ID --outcome HOW --text WHY [--answer TEXT]",
                                         "propose a decision"),
	[REQUEST_RETURN] = STEP_COMMAND("return", text_options, "ID --text WHY", "return the proposal"),
	[REQUEST_DECIDE] = STEP_COMMAND("decide", plain_options, "ID", "decide, as another than who proposed"),
	[REQUEST_EXECUTE] = STEP_COMMAND("execute", file_options, "ID [--fields FILE]",
                                         "carry the decision out, as headquarters: remove or correct the data"),
	[REQUEST_ANSWER] = STEP_COMMAND("answer", plain_options, "ID", "tell the applicant"),
	[REQUEST_WITHDRAW] = STEP_COMMAND("withdraw", plain_options, "ID", "withdraw it, as a letter asks"),
	[REQUEST_SHRED] = STEP_COMMAND("shred", shred_options, "ID --paper DIGEST",
                                       "remove a copy of an identity paper for good"),
	[REQUEST_FORGET] = STEP_COMMAND("forget", plain_options, "ID", "forget who asked, after the end"),
};

/* ---- list, show ---- */

static const struct option_spec list_options[] = {
	OFFICER,
	{OPTION_STATE, 0, "state", "STATE", "Only those in a state: filed, examined, ..."},
	{OPTION_DUE, 0, "due", "DAY", "Only open ones that are to be answered before that day."},
	{OPTION_LIMIT, 'n', "limit", "COUNT", "At most so many, newest first; 20 when not given, at most 500."},
};

/* With its copies of papers where `sql` gives them. */
static int emit_one(struct text *text, const struct request *request, struct sql *sql, struct viewer viewer,
                    struct problem *problem)
{
	emit_object(text, NULL);
	emit_text(text, "id", request->id);
	emit_text(text, "kind", request->kind);
	emit_text(text, "state", request_state_name(request->state));
	emit_text(text, "changed", request->changed);
	emit_text(text, "until", request->due);
	emit_text(text, "notices", request->notices);
	emit_text(text, "outcome", request->outcome);
	emit_bool(text, "blocked", request->blocked);
	emit_text(text, "office", request->consulted);
	emit_text(text, "question", request->question);
	emit_text(text, "reply", request->reply);
	emit_text(text, "disclose", request->disclose);
	emit_text(text, "text", request->text);
	emit_text(text, "answer", request->answer);
	if (request->applicant[0] != '\0')
		emit_raw(text, "applicant", request->applicant, strlen(request->applicant));
	int error = sql != NULL ? request_papers_emit(sql, viewer, request->id, text, problem) : JISR_OK;
	emit_close_object(text);
	return error;
}

struct listing {
	bool json;
	struct text text;
};

static bool list_one(void *context, const struct request *request)
{
	struct listing *listing = context;
	if (listing->json) {
		(void)emit_one(&listing->text, request, NULL, (struct viewer){""}, NULL);
		return listing->text.error == JISR_OK;
	}
	print_cell(stdout, request->id, 12);
	printf(" ");
	print_cell(stdout, request->kind, 11);
	printf(" ");
	print_cell(stdout, request_state_label(request->state, LANGUAGE_EN), 18);
	printf(" ");
	print_cell(stdout, request->due, 11);
	print_value(stdout, request->notices[0] == ',' && request->notices[1] != '\0' ? request->notices + 1 : "");
	putchar('\n');
	return true;
}

static int list(const struct command *self, struct noticed *noticed, const struct request_filter *filter, bool json)
{
	struct problem problem = {""};
	struct listing listing = {.json = json};
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	uint64_t count = 0;
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, "requests");
	int error = caller_check(&noticed->recorded.caller, RIGHT_REQUESTS_READ, &problem);
	if (!error)
		error = request_count(sql, viewer, filter, &count, &problem);
	if (!error)
		error = request_list(sql, viewer, filter, noticed->arena, list_one, &listing, &problem);
	return noticed_listed(self, &listing.text, count, error, &problem, json);
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct request_filter filter = {.limit = 20};
	const char *officer = NULL;
	enum request_state state;
	uint64_t limit;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_DUE:
			if (date_day_read(options.value, strlen(options.value), NULL) != JISR_OK)
				return command_refuse(self, "--due is a day, written 2026-12-31.");
			filter.due = options.value;
			break;
		case OPTION_STATE:
			if (!request_state_read(options.value, &state))
				return command_refuse(self, "there is no state '%s': 'jisr request states' lists them.",
				                      options.value);
			filter.states |= REQUEST_BIT(state);
			break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, REQUEST_LIST_MOST, &limit))
				return options.status;
			filter.limit = (size_t)limit;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = list(self, &noticed, &filter, options.json);
	noticed_finish(&noticed);
	return status;
}

static const struct command command_list = {
	.name = "request list",
	.usage = "[--state STATE] [--due DAY] [--limit COUNT] [--officer ID]",
	.summary = "list requests, as far as they concern who looks",
	.about = "Lists requests: all for an officer of the Commission, what was asked of an office for its officers, "
		 "what is "
		 "to be carried out for headquarters.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = run_list,
};

static int show(const struct command *self, struct noticed *noticed, const char *id, bool json)
{
	struct problem problem = {""};
	struct request request;
	struct text text;
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	(void)json; /* it is always */
	text_init(&text, NOTICE_FILE_MAX);
	int error = caller_check(&noticed->recorded.caller, RIGHT_REQUESTS_READ, &problem);
	if (!error)
		error = request_get(sql, viewer, id, noticed->arena, &request, &problem);
	if (!error)
		error = emit_one(&text, &request, sql, viewer, &problem);
	return command_answer_or_fail(self, &text, error, &problem);
}

static int run_show(const struct command *self, int argc, char **argv)
{
	return noticed_show(self, argc, argv, OPTION_OFFICER, WHICH, show);
}

static const struct command command_show = {
	.name = "request show",
	.usage = "ID [--officer ID]",
	.summary = "show a request, as far as it concerns who looks",
	.about = "Prints what is known of a request, as JSON.",
	.options = plain_options,
	.option_count = sizeof plain_options / sizeof *plain_options,
	.json = true,
	.run = run_show,
};

static const struct option_spec state_options[] = {{OPTION_SECRET, 0, "secret", "TEXT", "The secret of the receipt."}};

static int run_state(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	const char *id = NULL, *secret = NULL;
	struct request request;
	struct request_rules rules;
	struct text text;
	struct problem problem = {""};
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_SECRET, &secret}, {OPTIONS_WORD, &id}))
		return options.status;
	if (id == NULL || secret == NULL)
		return command_refuse(self, "%s",
		                      id == NULL ? WHICH
		                                 : "--secret is missing: it was shown when the request was filed.");
	int status = noticed_open(&noticed, &options, NULL, true);
	if (status == STATUS_DONE) {
		struct sql *sql = store_reader_sql(noticed.reader);
		text_init(&text, NOTICE_FILE_MAX);
		int error = request_rules_now(sql, &rules, &problem);
		if (!error)
			error = request_of_receipt(sql, id, secret, noticed.arena, &request, &problem);
		if (!error)
			error = request_public(&request, &rules, &text);
		status = command_answer_or_fail(self, &text, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

static const struct command command_state = {
	.name = "request state",
	.usage = "ID --secret TEXT",
	.summary = "show what the applicant is told",
	.about = "Prints what the person sees who filed the request, and nothing else.",
	.options = state_options,
	.option_count = sizeof state_options / sizeof *state_options,
	.json = true,
	.run = run_state,
};

/* ---- states, rules ---- */

static const struct option_spec states_options[] = {
	{OPTION_MERMAID, 0, "mermaid", NULL, "As a Mermaid state diagram."}};

static int run_states(const struct command *self, int argc, char **argv)
{
	struct options options;
	bool mermaid = false;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_MERMAID, .given = &mermaid}))
		return options.status;
	if (mermaid) {
		struct text text;
		text_init(&text, (size_t)1 << 16);
		if (request_draw(&text) == JISR_OK)
			fputs(text.bytes, stdout);
		text_finish(&text);
		return command_finish(self, STATUS_DONE);
	}
	for (size_t i = 0; i < REQUEST_STEP_COUNT; i++) {
		const struct request_row *row = &request_rows[i];
		printf("%-9s  %s%s\n", row->name, row->what, row->to != REQUEST_NONE ? "" : "; the state stays");
		for (unsigned check = 0; check < REQUEST_CHECK_COUNT; check++)
			if ((row->checks & 1u << check) != 0)
				printf("           asked: %s\n", request_check_what((enum request_check)(1u << check)));
	}
	return command_finish(self, STATUS_DONE);
}

static const struct command command_states = {
	.name = "request states",
	.usage = "[--mermaid]",
	.summary = "print the steps of a request's life",
	.about = "Prints every step and what it asks, from the one table that all of it is checked by.",
	.options = states_options,
	.option_count = sizeof states_options / sizeof *states_options,
	.run = run_states,
};

static const struct option_spec rules_options[] = {
	OFFICER,
	{OPTION_SET, 0, "set", "NAME=MONTHS",
         "access_months, other_months or keep_months, as an officer of the Commission."},
};

static int change_rules(const struct command *self, struct noticed *noticed, const char *set)
{
	CLEANUP(json_freep) cJSON *rules = tree_object();
	struct problem problem = {""};
	char name[40] = "";
	double months = 0;
	char rest;
	if (sscanf(set, "%39[a-z_]=%lf%c", name, &months, &rest) != 2 ||
	    cJSON_AddNumberToObject(rules, name, months) == NULL)
		return command_refuse(self, "--set is written access_months=4.");
	int error = request_rules_change(noticed->recorded.store, &noticed->recorded.caller, rules, &problem);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static int run_rules(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct request_rules rules;
	struct problem problem = {""};
	const char *officer = NULL, *set = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_SET, &set}))
		return options.status;
	int status = noticed_open(&noticed, &options, officer, set == NULL);
	if (status == STATUS_DONE && set != NULL) {
		status = change_rules(self, &noticed, set);
	} else if (status == STATUS_DONE) {
		int error = request_rules_now(store_reader_sql(noticed.reader), &rules, &problem);
		status = error ? command_fail(self, error, &problem)
		               : command_answer(self, request_rules_json(&rules), STATUS_DONE);
	}
	noticed_finish(&noticed);
	return status;
}

static const struct command command_rules = {
	.name = "request rules",
	.usage = "[--set NAME=MONTHS --officer CCF-1]",
	.summary = "print or change the Commission's time limits",
	.about = "Prints the time limits in months: for access, for correction and deletion, and until who asked is "
		 "forgotten.",
	.options = rules_options,
	.option_count = sizeof rules_options / sizeof *rules_options,
	.json = true,
	.run = run_rules,
};

/* ---- what was removed ---- */

static bool print_removed(void *context, const struct removed *removed)
{
	struct listing *listing = context;
	if (listing->json) {
		emit_object(&listing->text, NULL);
		emit_text(&listing->text, "notice", removed->id);
		emit_text(&listing->text, "owner", removed->owner);
		emit_text(&listing->text, "why", removed->why);
		emit_text(&listing->text, "at", removed->at);
		emit_count(&listing->text, "told", removed->told);
		emit_count(&listing->text, "received", removed->received);
		emit_bool(&listing->text, "receipt_due", removed->mine);
		emit_close_object(&listing->text);
		return listing->text.error == JISR_OK;
	}
	printf("%-12s %-10s %.10s  %llu of %llu offices have removed their copies\n", removed->id, removed->why,
	       removed->at, (unsigned long long)removed->received, (unsigned long long)removed->told);
	return true;
}

static int run_removals(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	struct listing listing = {.json = false};
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}))
		return options.status;
	listing.json = options.json;
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		text_init(&listing.text, NOTICE_FILE_MAX);
		emit_object(&listing.text, NULL);
		emit_array(&listing.text, "removals");
		int error = removed_list(store_reader_sql(noticed.reader), viewer_of(&noticed.recorded.caller), NULL,
		                         NOTICE_LIST_MOST, print_removed, &listing, &problem);
		emit_close_array(&listing.text);
		emit_close_object(&listing.text);
		if (error || options.json)
			status = command_answer_or_fail(self, &listing.text, error, &problem);
		text_finish(&listing.text);
	}
	noticed_finish(&noticed);
	return status;
}

static const struct command command_removals = {
	.name = "request removals",
	.usage = "[--officer ID]",
	.summary = "list removed notices, and which receipts are due",
	.about = "Lists the notices that were removed and had reached the office, newest first, and how many of the "
		 "offices "
		 "have said that their copies are gone, too.",
	.options = plain_options,
	.option_count = sizeof plain_options / sizeof *plain_options,
	.json = true,
	.run = run_removals,
};

static int run_received(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	const char *id = NULL, *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTIONS_WORD, &id}))
		return options.status;
	if (id == NULL)
		return command_refuse(self, WHICH);
	int status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		int error = removed_receive(noticed.recorded.store, &noticed.recorded.caller, id, &problem);
		status = error ? command_fail(self, error, &problem) : STATUS_DONE;
	}
	noticed_finish(&noticed);
	return status;
}

static const struct command command_received = {
	.name = "request received",
	.usage = "NOTICE --officer ID",
	.summary = "say that the office's copies of a removed notice are gone",
	.about = "Writes the office's receipt: its own copies of the notice of that number are removed, too.",
	.options = plain_options,
	.option_count = sizeof plain_options / sizeof *plain_options,
	.run = run_received,
};

static const struct command *const all[] = {
	&command_list,           &command_show,
	&command_state,          &command_states,
	&command_rules,          &command_removals,
	&command_received,       &command_request_proof,
	&command_request_paper,  &command_request_copy,
	&command_request_clean,  &steps[REQUEST_FILE],
	&steps[REQUEST_ASK],     &steps[REQUEST_COMPLETE],
	&steps[REQUEST_ADMIT],   &steps[REQUEST_REJECT],
	&steps[REQUEST_LINK],    &steps[REQUEST_CONSULT],
	&steps[REQUEST_REPLY],   &steps[REQUEST_RECALL],
	&steps[REQUEST_BLOCK],   &steps[REQUEST_LIFT],
	&steps[REQUEST_PROPOSE], &steps[REQUEST_RETURN],
	&steps[REQUEST_DECIDE],  &steps[REQUEST_EXECUTE],
	&steps[REQUEST_ANSWER],  &steps[REQUEST_WITHDRAW],
	&steps[REQUEST_SHRED],   &steps[REQUEST_FORGET],
};

const struct command command_request = {
	.name = "request",
	.usage = "STEP [OPTION]...",
	.summary = "what individuals ask the Commission: access, correction, deletion",
	.about = "A person asks the Commission for the Control of Files what is held on him, or that it be corrected "
		 "or deleted. "
		 "Each step of the request's life is an entry of the record that the Commission alone can read. Who "
		 "may take "
		 "which step, and what it needs, stands in docs/commission.md.",
	.run = command_run_step,
	.steps = all,
	.step_count = sizeof all / sizeof *all,
};
