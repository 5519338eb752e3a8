#include "cli/command.h"

#include "base/shown.h"
#include "base/tree.h"
#include "cli/affairs.h"
#include "cli/help.h"
#include "cli/print.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* One a line, so that two who add one do not meet. */
/* clang-format off */
const struct command *const commands[] = {
	&command_load,
	&command_check,
	&command_compare,
	&command_batch,
	&command_decide,
	&command_lists,
	&command_serve,
	&command_init,
	&command_log,
	&command_rebuild,
	&command_backup,
	&command_restore,
	&command_demo,
	&command_members,
	&command_offices,
	&command_officers,
	&command_keys,
	&command_notice,
	&command_hit,
	&command_object,
	&command_operation,
	&command_message,
	&command_request,
	&command_retention,
	&command_assembly,
	&command_poll,
	&command_trustee,
	&command_budget,
	&command_dues,
	&command_agreement,
	&command_meeting,
	&command_timetable,
	&command_election,
	&command_node,
	&command_network,
	&command_outbox,
	&command_doctor,
	&command_help,
	&command_completion,
};
/* clang-format on */
const size_t command_count = sizeof commands / sizeof *commands;

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* What is written after the name of the command that it is a step of. */
static const char *last_word(const struct command *command)
{
	const char *space = strrchr(command->name, ' ');
	return space != NULL ? space + 1 : command->name;
}

static const struct command *nearest(const struct command *const *all, size_t count, const char *name)
{
	const struct command *best = NULL;
	size_t best_distance = 3;
	for (size_t i = 0; i < count; i++) {
		size_t distance = shown_distance(name, last_word(all[i]));
		if (distance < best_distance) {
			best = all[i];
			best_distance = distance;
		}
	}
	return best;
}

const struct command *command_nearest(const char *name)
{
	return nearest(commands, command_count, name);
}

static const struct command *command_nearest_step(const struct command *command, const char *name)
{
	return nearest(command->steps, command->step_count, name);
}

const struct command *command_step(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->step_count; i++)
		if (strcmp(last_word(command->steps[i]), name) == 0)
			return command->steps[i];
	return NULL;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int command_run_step_or_list(const struct command *command, int argc, char **argv)
{
	if (argc > 0 && (argv[0][0] != '-' || is_help(argv[0])))
		return command_run_step(command, argc, argv);
	return command->steps[0]->run(command->steps[0], argc, argv);
}

int command_run_step(const struct command *command, int argc, char **argv)
{
	if (argc == 0)
		return command_refuse(command, "which step? 'jisr %s --help' lists them.", command->name);
	const char *name = argv[0];
	if (is_help(name)) {
		help_command(command, stdout);
		return STATUS_DONE;
	}
	const struct command *step = command_step(command, name);
	if (step != NULL)
		return step->run(step, argc - 1, argv + 1);
	char shown[80];
	shown_clean(name, strlen(name), shown, sizeof shown);
	step = command_nearest_step(command, name);
	if (step != NULL)
		return command_refuse(command, "there is no step '%s'. Did you mean 'jisr %s'?", shown, step->name);
	return command_refuse(command, "there is no step '%s'. 'jisr %s --help' lists those there are.", shown,
	                      command->name);
}

int command_status(int error)
{
	switch (error) {
	case JISR_OK: return STATUS_DONE;
	case JISR_NO_MEMORY: return STATUS_INTERNAL;
	default: return STATUS_MEND;
	}
}

static void print_head(const struct command *command)
{
	fprintf(stderr, "%sjisr%s%s:%s ", print_style(stderr, STYLE_RED), command != NULL ? " " : "",
	        command != NULL ? command->name : "", print_style(stderr, STYLE_NONE));
}

int command_fail(const struct command *command, int error, const struct problem *problem)
{
	(void)fflush(stdout);
	print_head(command);
	print_value(stderr, problem != NULL && problem->text[0] != '\0' ? problem->text : error_text(error));
	fputc('\n', stderr);
	return command_status(error);
}

int command_refuse(const struct command *command, const char *format, ...)
{
	char sentence[2048];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	(void)fflush(stdout);
	print_head(command);
	print_value(stderr, sentence);
	fputc('\n', stderr);
	return STATUS_MEND;
}

int command_answer(const struct command *command, cJSON *root, int status)
{
	char *text = tree_take(root, true);
	if (text == NULL)
		return command_fail(command, JISR_NO_MEMORY, NULL);
	puts(text);
	cJSON_free(text);
	return status;
}

int command_answer_text(const struct command *command, struct text *json, int status)
{
	cJSON *root = json->error == JISR_OK ? cJSON_ParseWithLength(json->bytes, json->length) : NULL;
	text_finish(json);
	return root != NULL ? command_answer(command, root, status) : command_fail(command, JISR_NO_MEMORY, NULL);
}

int command_answer_or_fail(const struct command *command, struct text *json, int error, const struct problem *problem)
{
	if (!error)
		return command_answer_text(command, json, STATUS_DONE);
	text_finish(json);
	return command_fail(command, error, problem);
}

int command_finish(const struct command *command, int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE) /* whoever reads has enough */
		(void)command_refuse(command, "standard output cannot be written: %s.",
		                     errno != 0 ? strerror(errno) : "an earlier write failed");
	return STATUS_MEND;
}
