#include "cli/election_draft.h"

#include <string.h>

enum {
	OPTION_NAME = 1,
	OPTION_DESCRIPTION,
	OPTION_QUESTION,
	OPTION_ANSWER,
	OPTION_MIN,
	OPTION_MAX,
	OPTION_BLANK,
	OPTION_ADMINISTRATOR,
	OPTION_AUTHORITY,
	OPTION_UUID,
	OPTION_GROUP,
	OPTION_OUT,
	OPTION_REPLACE,
};

static const struct option_spec option_table[] = {
	{OPTION_NAME, 'n', "name", "TEXT", "What the election is called."},
	{OPTION_DESCRIPTION, 0, "description", "TEXT", "What it is about."},
	{OPTION_QUESTION, 'q', "question", "TEXT", "Begins a question. The options that follow belong to it."},
	{OPTION_ANSWER, 'a', "answer", "TEXT", "A choice of the question; to be given for each."},
	{OPTION_MIN, 0, "min", "N", "Fewest choices that a voter may make in the question; 1 when not given."},
	{OPTION_MAX, 0, "max", "N", "Most choices; 1 when not given."},
	{OPTION_BLANK, 0, "blank", NULL, "The question may be left blank."},
	{OPTION_ADMINISTRATOR, 0, "administrator", "TEXT", "Who holds the election."},
	{OPTION_AUTHORITY, 0, "authority", "TEXT", "Who gives out the credentials: somebody else."},
	{OPTION_UUID, 0, "uuid", "TEXT", "The election's identifier; a fresh one when not given."},
	{OPTION_GROUP, 0, "group", "NAME", "BELENIOS-2048 (when not given) or RFC-3526-2048."},
	{OPTION_OUT, 'o', "out", "FILE", "Where the draft is written; UUID.draft.json when not given."},
	{OPTION_REPLACE, 0, "replace", NULL, "Write over a file that is there."},
};

/* A question being put together from options. */
struct pending {
	const char *question; /* NULL before the first */
	struct text answers;
	uint64_t min, max;
	bool blank;
};

struct making {
	struct pending pending;
	struct text questions;
	const char *name, *description, *administrator, *authority, *uuid, *group, *out, *template;
	bool replace;
};

static void add_member(struct text *text, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (text->length > 1)
		text_add_char(text, ',');
	text_add_format(text, "\"%s\":", name);
	json_write_string(value, strlen(value), text);
}

static void end_question(struct making *making)
{
	struct pending *pending = &making->pending;
	struct text *text = &making->questions;
	if (pending->question == NULL)
		return;
	text_add_format(text, "%s{\"answers\":[%s],", text->length > 0 ? "," : "", pending->answers.bytes);
	if (pending->blank)
		text_add_string(text, "\"blank\":true,");
	text_add_format(text, "\"min\":%llu,\"max\":%llu,\"question\":", (unsigned long long)pending->min,
	                (unsigned long long)pending->max);
	json_write_string(pending->question, strlen(pending->question), text);
	text_add_char(text, '}');
}

static void begin_question(struct making *making, const char *question)
{
	end_question(making);
	making->pending.question = question;
	making->pending.min = making->pending.max = 1;
	making->pending.blank = false;
	text_reset(&making->pending.answers);
}

static bool read_options(struct making *making, const struct command *self, struct options *options)
{
	struct pending *pending = &making->pending;
	int id;
	while ((id = options_next(options)) != OPTIONS_END) {
		bool of_question = id == OPTION_ANSWER || id == OPTION_MIN || id == OPTION_MAX || id == OPTION_BLANK;
		if (of_question && pending->question == NULL) {
			options->status =
				command_refuse(self, "--answer, --min, --max and --blank belong to a --question, which "
			                             "must stand before them.");
			return false;
		}
		switch (id) {
		case OPTIONS_STOP: return false;
		case OPTIONS_WORD: making->template = options->value; break;
		case OPTION_NAME: making->name = options->value; break;
		case OPTION_DESCRIPTION: making->description = options->value; break;
		case OPTION_QUESTION: begin_question(making, options->value); break;
		case OPTION_ANSWER:
			if (pending->answers.length > 0)
				text_add_char(&pending->answers, ',');
			json_write_string(options->value, strlen(options->value), &pending->answers);
			break;
		case OPTION_MIN:
			if (!options_number(options, 0, ELECTION_MAX_ANSWERS, &pending->min))
				return false;
			break;
		case OPTION_MAX:
			if (!options_number(options, 1, ELECTION_MAX_ANSWERS, &pending->max))
				return false;
			break;
		case OPTION_BLANK: pending->blank = true; break;
		case OPTION_ADMINISTRATOR: making->administrator = options->value; break;
		case OPTION_AUTHORITY: making->authority = options->value; break;
		case OPTION_UUID: making->uuid = options->value; break;
		case OPTION_GROUP: making->group = options->value; break;
		case OPTION_OUT: making->out = options->value; break;
		case OPTION_REPLACE: making->replace = true; break;
		}
	}
	return true;
}

/* The template: from the file, or from the options. */
static int make_template(struct making *making, const struct command *self, struct text *template)
{
	end_question(making);
	if (making->template != NULL && (making->questions.length > 0 || making->name != NULL))
		return command_refuse(self, "give a template file, or --name and --question: not both.");
	if (making->template != NULL)
		return election_read_file(self, making->template, template);
	if (making->questions.length == 0 || making->name == NULL)
		return command_refuse(self,
		                      "what is the election about? Give --name and at least one --question with its "
		                      "--answer, or a template file.");
	text_add_char(template, '{');
	add_member(template, "description", making->description != NULL ? making->description : "");
	add_member(template, "name", making->name);
	text_add_format(template, ",\"questions\":[%s]", making->questions.bytes);
	add_member(template, "administrator", making->administrator);
	add_member(template, "credential_authority", making->authority);
	if (text_add_char(template, '}') != JISR_OK || making->questions.error != JISR_OK)
		return command_fail(self, template->error != JISR_OK ? template->error : making->questions.error, NULL);
	return STATUS_DONE;
}

static int write_draft(struct making *making, const struct command *self, const struct text *template, bool json)
{
	struct problem problem = {0};
	char uuid[UUID_MAX_LENGTH + 1], path[UUID_MAX_LENGTH + 32];
	const struct group *group = election_group(self, making->group != NULL ? making->group : "BELENIOS-2048");
	if (group == NULL)
		return STATUS_MEND;
	if (making->uuid == NULL)
		credential_make_uuid(uuid);
	else if (!credential_uuid_valid(making->uuid))
		return command_refuse(self, "--uuid: 14 to 64 characters of 1-9, A-Z, a-z without I, O and l.");
	else
		(void)snprintf(uuid, sizeof uuid, "%s", making->uuid);
	(void)snprintf(path, sizeof path, "%s.draft.json", uuid);
	struct text draft;
	text_init(&draft, ELECTION_MAX_TEXT);
	int error = draft_write(template->bytes, template->length, uuid, group, &draft, &problem);
	int status = error != JISR_OK ? command_fail(self, error, &problem)
	                              : election_write_path(self, making->out != NULL ? making->out : path,
	                                                    making->replace, draft.bytes, draft.length, false);
	text_finish(&draft);
	if (status == STATUS_DONE && json)
		printf("{\"uuid\": \"%s\", \"group\": \"%s\"}\n", uuid, group_name(group));
	else if (status == STATUS_DONE && (making->out == NULL || strcmp(making->out, "-") != 0))
		printf("election %s\n", uuid);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct making making = {0};
	struct text template;
	options_init(&options, self, argc, argv);
	text_init(&making.pending.answers, ELECTION_MAX_TEXT);
	text_init(&making.questions, ELECTION_MAX_TEXT);
	text_init(&template, ELECTION_MAX_TEXT);
	int status = read_options(&making, self, &options) ? make_template(&making, self, &template) : options.status;
	bool ready = template.length > 0 && status == STATUS_DONE;
	if (ready)
		status = write_draft(&making, self, &template, options.json);
	text_finish(&making.pending.answers);
	text_finish(&making.questions);
	text_finish(&template);
	return status;
}

const struct command command_election_new = {
	.name = "election new",
	.usage = "--name TEXT {--question TEXT --answer TEXT... [--min N] [--max N] [--blank]}...\nTEMPLATE.json",
	.summary = "write down the questions",
	.about = "Writes the draft of an election: its questions, an identifier, and the group in which it computes. "
		 "Nothing "
		 "in it is secret. A template is JSON as belenios-tool takes it: "
		 "{\"description\",\"name\",\"questions\"}.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr election new --name \"Executive Committee\" \\\n"
		    "    --question President --answer \"A. Aleph\" --answer \"B. Beth\" --blank \\\n"
		    "    --question Delegates --answer C --answer D --answer E --min 0 --max 2\n",
	.run = run,
};
