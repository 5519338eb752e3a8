/* jisr notice: the steps of a notice's life, each a command, all run by one function. */
#include "base/json.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/posted.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_FORM,
	OPTION_PUBLIC,
	OPTION_REACH,
	OPTION_REFERENCE,
	OPTION_CONTENT,
	OPTION_REVIEW,
	OPTION_TEXT,
	OPTION_GROUND,
	OPTION_ENDING,
	OPTION_UNTIL,
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who acts, such as MA-12; without it the console of headquarters."                             \
	}
#define CONTENT                                                                                                        \
	{                                                                                                              \
		OPTION_CONTENT, 'c', "content", "FILE",                                                                \
			"What the notice says, as JSON; - is standard input. docs/notices.md tells the form."          \
	}
#define PUBLIC                                                                                                         \
	{                                                                                                              \
		OPTION_PUBLIC, 0, "public", "yes|no", "Whether a public extract is wanted."                            \
	}
#define REACH                                                                                                          \
	{                                                                                                              \
		OPTION_REACH, 0, "reach", "WHOM", "Whom it reaches: all, only:FR,MA or except:XX."                     \
	}
#define REFERENCE                                                                                                      \
	{                                                                                                              \
		OPTION_REFERENCE, 0, "reference", "TEXT", "The office's own reference."                                \
	}
#define TEXT                                                                                                           \
	{                                                                                                              \
		OPTION_TEXT, 't', "text", "TEXT", "Why; the questions; the answer."                                    \
	}
#define GROUND                                                                                                         \
	{                                                                                                              \
		OPTION_GROUND, 0, "ground", "CLASS", "article-3, human-rights or other."                               \
	}

static const struct option_spec plain_options[] = {OFFICER};
static const struct option_spec draft_options[] = {
	OFFICER,
	CONTENT,
	{OPTION_FORM, 0, "form", "FORM", "notice, or diffusion, which goes to named offices at once."},
	PUBLIC,
	REACH,
	REFERENCE};
static const struct option_spec edit_options[] = {OFFICER, CONTENT, PUBLIC, REFERENCE};
static const struct option_spec amend_options[] = {OFFICER, CONTENT, PUBLIC};
static const struct option_spec answer_options[] = {OFFICER, TEXT, CONTENT};
static const struct option_spec assess_options[] = {OFFICER,
                                                    {OPTION_REVIEW, 0, "review", "FILE", "The review form, as JSON."}};
static const struct option_spec reach_options[] = {OFFICER, REACH};
static const struct option_spec text_options[] = {OFFICER, TEXT};
static const struct option_spec ground_options[] = {OFFICER, GROUND, TEXT};
static const struct option_spec renew_options[] = {
	OFFICER, {OPTION_UNTIL, 0, "until", "DAY", "The next date of review, 2031-05-31."}, TEXT};
static const struct option_spec end_options[] = {
	OFFICER,
	{OPTION_ENDING, 0, "ending", "HOW", "arrest, extradition, surrender, deportation, death, found or purpose."},
	TEXT};

/* An option is the field of its name. */
static int read_option(const struct command *self, struct options *options, int id, cJSON *fields)
{
	switch (id) {
	case OPTION_CONTENT:
	case OPTION_REVIEW: return noticed_field(self, options->value, fields, options->name);
	case OPTION_PUBLIC:
		if (strcmp(options->value, "yes") != 0 && strcmp(options->value, "no") != 0)
			return command_refuse(self, "--public is yes or no.");
		tree_bool(fields, options->name, strcmp(options->value, "yes") == 0);
		break;
	case OPTION_REACH:
		if (!noticed_reach(fields, options->value))
			return command_refuse(self, "--reach is all, only:FR,MA or except:XX.");
		break;
	default: tree_text(fields, options->name, options->value);
	}
	return STATUS_DONE;
}

static int take(const struct command *self, struct options *options, struct act *act, const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		act->caller = &noticed.recorded.caller;
		struct posted posted = {.what = act->id == NULL ? "api_notice_draft" : "api_notice_step",
		                        .collection = "notices",
		                        .id = act->id,
		                        .step = act->id == NULL ? NULL : step_name(act->step),
		                        .fields = act->fields};
		posted_begin(&posted, &noticed.recorded);
		int error = posted.blind ? JISR_OK : act_submit(noticed.recorded.store, act, &problem);
		posted_end(&posted);
		if (error) {
			status = noticed_findings(self, &act->findings, error, &problem, options->json);
		} else if (posted.here) {
			status = posted_send(self, &noticed.recorded, &posted, options->json);
		} else {
			status =
				noticed_taken(self, act->made, step_name(act->step), act->version, NULL, options->json);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static int run_step(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct act act = {.expected = ENTRY_ANY};
	const char *officer = NULL;
	int id;
	(void)step_read(strrchr(self->name, ' ') + 1, &act.step);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (id == OPTIONS_WORD) {
			if (act.id != NULL || act.step == STEP_DRAFT)
				return command_refuse(self, "'%s' is not needed.", options.value);
			act.id = options.value;
		} else {
			int status = read_option(self, &options, id, fields);
			if (status != STATUS_DONE)
				return status;
		}
	}
	if (act.id == NULL && act.step != STEP_DRAFT)
		return command_refuse(self, "which notice? Its number, such as 2026/1234.");
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	act.fields = fields;
	return take(self, &options, &act, officer);
}

#define STEP_COMMAND(step_name, step_options, step_usage, step_summary)                                                \
	{                                                                                                              \
		.name = "notice " step_name, .usage = step_usage, .summary = step_summary, .about = step_summary ".",  \
		.options = step_options, .option_count = sizeof step_options / sizeof *step_options, .json = true,     \
		.run = run_step                                                                                        \
	}

const struct command command_notice_steps[STEP_COUNT] = {
	[STEP_DRAFT] = STEP_COMMAND("draft", draft_options,
                                    "--content FILE [--form diffusion] [--reach WHOM] [--public yes]", "write a draft"),
	[STEP_EDIT] = STEP_COMMAND("edit", edit_options, "ID [--content FILE] [--public yes|no] [--reference TEXT]",
                                   "change a draft"),
	[STEP_DISCARD] = STEP_COMMAND("discard", plain_options, "ID", "discard a draft"),
	[STEP_REQUEST] = STEP_COMMAND("request", plain_options, "ID", "ask headquarters to publish it"),
	[STEP_CIRCULATE] = STEP_COMMAND("circulate", plain_options, "ID", "send a diffusion to the offices it names"),
	[STEP_TAKE] = STEP_COMMAND("take", plain_options, "ID", "take a request into review"),
	[STEP_ASSESS] = STEP_COMMAND("assess", assess_options, "ID --review FILE", "fill in the review form"),
	[STEP_RETURN] = STEP_COMMAND("return", text_options, "ID --text QUESTIONS", "return a request with questions"),
	[STEP_ANSWER] =
		STEP_COMMAND("answer", answer_options, "ID --text ANSWER [--content FILE]", "answer the questions"),
	[STEP_PUBLISH] = STEP_COMMAND("publish", plain_options, "ID",
                                      "publish it, as another officer than who filled in the form"),
	[STEP_REFUSE] = STEP_COMMAND("refuse", ground_options, "ID --ground CLASS --text WHY", "refuse a request"),
	[STEP_AMEND] = STEP_COMMAND("amend", amend_options, "ID --content FILE", "ask for other content"),
	[STEP_ACCEPT] = STEP_COMMAND("accept", plain_options, "ID", "accept the other content"),
	[STEP_DECLINE] = STEP_COMMAND("decline", text_options, "ID --text WHY", "decline the other content"),
	[STEP_RESTRICT] = STEP_COMMAND("restrict", reach_options, "ID --reach WHOM", "say whom it reaches"),
	[STEP_SUSPEND] = STEP_COMMAND("suspend", text_options, "ID --text WHY", "suspend it while a doubt is examined"),
	[STEP_RESUME] = STEP_COMMAND("resume", text_options, "ID --text WHY", "resume what was suspended"),
	[STEP_EXPIRE] = STEP_COMMAND("expire", plain_options, "ID", "let it expire after its date of review"),
	[STEP_RENEW] = STEP_COMMAND("renew", renew_options, "ID --until DAY --text WHY", "renew it"),
	[STEP_WITHDRAW] = STEP_COMMAND("withdraw", text_options, "ID --text WHY", "withdraw it"),
	[STEP_END] =
		STEP_COMMAND("end", end_options, "ID --ending HOW [--text WHERE]", "end it, as its purpose is reached"),
	[STEP_CANCEL] =
		STEP_COMMAND("cancel", ground_options, "ID --ground CLASS --text WHY", "cancel it, as headquarters"),
	[STEP_GRANT] =
		STEP_COMMAND("grant", text_options, "ID --text DECISION", "end it by a decision on a person's request"),
};

static const struct command *const notice_steps[] = {
	&command_notice_list,
	&command_notice_show,
	&command_notice_print,
	&command_notice_export,
	&command_notice_import,
	&command_notice_picture,
	&command_notice_states,
	&command_notice_codes,
	&command_notice_rules,
	&command_notice_steps[STEP_DRAFT],
	&command_notice_steps[STEP_EDIT],
	&command_notice_steps[STEP_DISCARD],
	&command_notice_steps[STEP_REQUEST],
	&command_notice_steps[STEP_CIRCULATE],
	&command_notice_steps[STEP_TAKE],
	&command_notice_steps[STEP_ASSESS],
	&command_notice_steps[STEP_RETURN],
	&command_notice_steps[STEP_ANSWER],
	&command_notice_steps[STEP_PUBLISH],
	&command_notice_steps[STEP_REFUSE],
	&command_notice_steps[STEP_AMEND],
	&command_notice_steps[STEP_ACCEPT],
	&command_notice_steps[STEP_DECLINE],
	&command_notice_steps[STEP_RESTRICT],
	&command_notice_steps[STEP_SUSPEND],
	&command_notice_steps[STEP_RESUME],
	&command_notice_steps[STEP_EXPIRE],
	&command_notice_steps[STEP_RENEW],
	&command_notice_steps[STEP_WITHDRAW],
	&command_notice_steps[STEP_END],
	&command_notice_steps[STEP_CANCEL],
	&command_notice_steps[STEP_GRANT],
};

const struct command command_notice = {
	.name = "notice",
	.usage = "STEP [OPTION]...",
	.summary = "write, review, publish, restrict, print and end notices and diffusions",
	.about = "A notice asks the police of all members for something; a diffusion asks offices that its sender "
		 "names. Each "
		 "step of its life is an entry of the record. Who may take which step, and what it needs, stands in "
		 "docs/notices.md.",
	.run = command_run_step,
	.steps = notice_steps,
	.step_count = sizeof notice_steps / sizeof *notice_steps,
};
