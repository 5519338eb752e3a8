/* jisr hit: the steps of a hit's life, each a command, all run by one function. */
#include "base/json.h"
#include "base/tree.h"
#include "cli/hit.h"
#include "cli/posted.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_NOTICE,
	OPTION_OBJECT,
	OPTION_PLACE,
	OPTION_COUNTRY,
	OPTION_AT,
	OPTION_URGENT,
	OPTION_EVIDENCE,
	OPTION_TEXT,
	OPTION_DAYS,
	OPTION_REFERENCE,
	OPTION_OUTCOME,
	OPTION_END,
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who acts, such as MA-12; without it the console of headquarters."                             \
	}
#define TEXT                                                                                                           \
	{                                                                                                              \
		OPTION_TEXT, 't', "text", "TEXT", "Why, what, or the answer, in words."                                \
	}
#define PLACE                                                                                                          \
	{                                                                                                              \
		OPTION_PLACE, 0, "place", "TEXT", "Where."                                                             \
	}
#define AT                                                                                                             \
	{                                                                                                              \
		OPTION_AT, 0, "at", "MOMENT", "When, in UTC: 2026-11-27T01:00:00Z; now when not given."                \
	}
#define EVIDENCE                                                                                                       \
	{                                                                                                              \
		OPTION_EVIDENCE, 0, "check-evidence", "FILE",                                                          \
			"What the check said of this hit, a JSON object; - is standard input."                         \
	}

static const struct option_spec report_options[] = {
	OFFICER,
	{OPTION_NOTICE, 0, "notice", "ID", "The notice or diffusion by which it was found, such as 2026/1234."},
	{OPTION_OBJECT, 0, "object", "ID",
         "Or the registered object, such as 2026/1234, or a file's line as the check names it."},
	PLACE,
	{OPTION_COUNTRY, 0, "country", "CC", "The country of the place, such as MA."},
	AT,
	{OPTION_URGENT, 'u', "urgent", NULL, "Somebody waits: the owner is to answer within hours."},
	EVIDENCE,
	TEXT};
static const struct option_spec text_options[] = {OFFICER, TEXT};
static const struct option_spec answer_options[] = {OFFICER, TEXT, EVIDENCE};
static const struct option_spec arrest_options[] = {
	OFFICER,
	AT,
	PLACE,
	{OPTION_DAYS, 0, "days", "NUMBER", "Days of provisional arrest that the treaty gives."},
	TEXT};
static const struct option_spec request_options[] = {
	OFFICER, {OPTION_REFERENCE, 0, "reference", "TEXT", "The reference of the request."}, TEXT};
static const struct option_spec there_options[] = {OFFICER, AT, PLACE, TEXT};
static const struct option_spec release_options[] = {OFFICER, AT, TEXT};
static const struct option_spec conclude_options[] = {
	OFFICER, {OPTION_END, 0, "end", NULL, "End the notice with it, as its purpose is reached."}, TEXT};
static const struct option_spec close_options[] = {
	OFFICER, {OPTION_OUTCOME, 0, "outcome", "HOW", "deceased, gone, no-action, prosecuted or other."}, TEXT};

/* An option is the field of its name; the evidence alone has another. */
static int read_option(const struct command *self, struct options *options, int id, cJSON *fields)
{
	uint64_t days;
	switch (id) {
	case OPTION_URGENT:
	case OPTION_END: tree_bool(fields, options->name, true); break;
	case OPTION_EVIDENCE: return noticed_field(self, options->value, fields, "evidence");
	case OPTION_DAYS:
		if (!options_number(options, 1, 366, &days))
			return options->status;
		tree_count(fields, options->name, days);
		break;
	default: tree_text(fields, options->name, options->value);
	}
	return STATUS_DONE;
}

static int take(const struct command *self, struct options *options, struct hit_act *act, const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		act->caller = &noticed.recorded.caller;
		struct posted posted = {.what = act->id == NULL ? "api_hit_report" : "api_hit_step",
		                        .collection = "hits",
		                        .id = act->id,
		                        .step = act->id == NULL ? NULL : hit_step_name(act->step),
		                        .fields = act->fields};
		posted_begin(&posted, &noticed.recorded);
		int error = posted.blind ? JISR_OK : hit_act_submit(noticed.recorded.store, act, &problem);
		posted_end(&posted);
		if (error) {
			status = noticed_findings(self, &act->findings, error, &problem, options->json);
		} else if (posted.here) {
			status = posted_send(self, &noticed.recorded, &posted, options->json);
		} else {
			status = noticed_taken(self, act->made, hit_step_name(act->step), act->version, act->warning,
			                       options->json);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static int run_step(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct hit_act act = {.expected = ENTRY_ANY};
	const char *officer = NULL;
	int id;
	(void)hit_step_read(strrchr(self->name, ' ') + 1, &act.step);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (id == OPTIONS_WORD) {
			if (act.id != NULL || act.step == HIT_REPORT)
				return command_refuse(self, "'%s' is not needed.", options.value);
			act.id = options.value;
		} else {
			int status = read_option(self, &options, id, fields);
			if (status != STATUS_DONE)
				return status;
		}
	}
	if (act.id == NULL && act.step != HIT_REPORT)
		return command_refuse(self, "which hit? Its number, such as 2026/1234.");
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	act.fields = fields;
	return take(self, &options, &act, officer);
}

#define STEP_COMMAND(step_name, step_options, step_usage, step_summary)                                                \
	{                                                                                                              \
		.name = "hit " step_name, .usage = step_usage, .summary = step_summary, .about = step_summary ".",     \
		.options = step_options, .option_count = sizeof step_options / sizeof *step_options, .json = true,     \
		.run = run_step                                                                                        \
	}

const struct command command_hit_steps[HIT_STEP_COUNT] = {
	[HIT_REPORT] = STEP_COMMAND("report", report_options,
                                    "--notice ID|--object ID --place TEXT --text WHY [--at MOMENT] [--urgent]",
                                    "report that somebody or something was found by a notice"),
	[HIT_WITHDRAW] = STEP_COMMAND("withdraw", text_options, "ID --text WHY", "withdraw a report made in error"),
	[HIT_ACKNOWLEDGE] = STEP_COMMAND("acknowledge", text_options, "ID", "say that the report has arrived"),
	[HIT_ASK] = STEP_COMMAND("ask", text_options, "ID --text QUESTIONS", "ask the finder for more"),
	[HIT_ANSWER] = STEP_COMMAND("answer", answer_options, "ID --text ANSWER", "answer what the owner asks"),
	[HIT_CONFIRM] = STEP_COMMAND("confirm", text_options, "ID", "confirm that it is the person, or the thing"),
	[HIT_DENY] = STEP_COMMAND("deny", text_options, "ID --text WHY", "say that it is somebody else"),
	[HIT_ARREST] = STEP_COMMAND("arrest", arrest_options, "ID [--days NUMBER]", "report the provisional arrest"),
	[HIT_REQUEST] =
		STEP_COMMAND("request", request_options, "ID --reference TEXT", "send the request for extradition"),
	[HIT_GRANT] = STEP_COMMAND("grant", text_options, "ID --text DECISION", "report that extradition is granted"),
	[HIT_REFUSE] = STEP_COMMAND("refuse", text_options, "ID --text DECISION", "report that extradition is refused"),
	[HIT_HAND_OVER] =
		STEP_COMMAND("hand-over", there_options, "ID [--at MOMENT] [--place TEXT]", "report the hand-over"),
	[HIT_RELEASE] = STEP_COMMAND("release", release_options, "ID --text WHY", "report the release"),
	[HIT_FIND] = STEP_COMMAND("find", there_options, "ID --text HOW", "report who or what is found"),
	[HIT_IDENTIFY] = STEP_COMMAND("identify", text_options, "ID --text WHO", "say who it is"),
	[HIT_INFORM] = STEP_COMMAND("inform", there_options, "ID --text WHAT", "tell what the notice asks to be told"),
	[HIT_APPLY] = STEP_COMMAND("apply", there_options, "ID --text WHAT", "report that the measures were applied"),
	[HIT_CONCLUDE] = STEP_COMMAND("conclude", conclude_options, "ID [--end]",
                                      "conclude what has reached its purpose, and end the notice"),
	[HIT_CLOSE] = STEP_COMMAND("close", close_options, "ID --outcome HOW --text WHY",
                                   "close what will not reach its purpose"),
	[HIT_NOTE] = STEP_COMMAND("note", text_options, "ID --text TEXT", "write a note to everybody concerned"),
};

static const struct command *const hit_steps[] = {
	&command_hit_list,
	&command_hit_due,
	&command_hit_show,
	&command_hit_states,
	&command_hit_rules,
	&command_hit_remind,
	&command_hit_steps[HIT_REPORT],
	&command_hit_steps[HIT_WITHDRAW],
	&command_hit_steps[HIT_ACKNOWLEDGE],
	&command_hit_steps[HIT_ASK],
	&command_hit_steps[HIT_ANSWER],
	&command_hit_steps[HIT_CONFIRM],
	&command_hit_steps[HIT_DENY],
	&command_hit_steps[HIT_ARREST],
	&command_hit_steps[HIT_REQUEST],
	&command_hit_steps[HIT_GRANT],
	&command_hit_steps[HIT_REFUSE],
	&command_hit_steps[HIT_HAND_OVER],
	&command_hit_steps[HIT_RELEASE],
	&command_hit_steps[HIT_FIND],
	&command_hit_steps[HIT_IDENTIFY],
	&command_hit_steps[HIT_INFORM],
	&command_hit_steps[HIT_APPLY],
	&command_hit_steps[HIT_CONCLUDE],
	&command_hit_steps[HIT_CLOSE],
	&command_hit_steps[HIT_NOTE],
};

const struct command command_hit = {
	.name = "hit",
	.usage = "STEP [OPTION]...",
	.summary = "report whom a notice found, and follow it up to the hand-over",
	.about = "A hit on a notice is reported to the notice's owner, who says whether it is the person; then follows "
		 "what the notice asks for, each step with a deadline. Finder, owner and headquarters know of it, and "
		 "nobody else. docs/hits.md draws its life.",
	.run = command_run_step,
	.steps = hit_steps,
	.step_count = sizeof hit_steps / sizeof *hit_steps,
};
