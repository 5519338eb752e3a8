#include "base/shown.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/print.h"

#include <string.h>

#define OPTION_COLUMN 26 /* where the text of an option begins */

void help_overview(FILE *stream)
{
	fprintf(stream, "jisr %s: screens people, companies, vessels and documents against watchlists.\n\n",
	        JISR_VERSION);
	fprintf(stream, "Usage: jisr COMMAND [OPTION]...\n\nCommands:\n");
	for (size_t i = 0; i < command_count; i++)
		fprintf(stream, "  %s%-12s%s%s\n", print_style(stream, STYLE_BOLD), commands[i]->name,
		        print_style(stream, STYLE_NONE), commands[i]->summary);
	fprintf(stream, "\n'jisr help COMMAND' tells all about one; 'jisr --version' prints the version.\n"
	                "\nTo begin:\n"
	                "  jisr load sdn.csv alt.csv add.csv\n"
	                "  jisr check \"Nikola Tesla\" --born 1856\n");
}

static void print_option(FILE *stream, const struct option_spec *spec, size_t columns)
{
	char head[80];
	int length = snprintf(head, sizeof head, "  %c%c%s --%s%s%s", spec->letter ? '-' : ' ',
	                      spec->letter ? spec->letter : ' ', spec->letter ? "," : " ", spec->name,
	                      spec->argument ? " " : "", spec->argument ? spec->argument : "");
	fputs(head, stream);
	if (length >= OPTION_COLUMN - 1) {
		fputc('\n', stream);
		length = 0;
	}
	/* The first line of the text continues the line of the option. */
	fprintf(stream, "%*s", OPTION_COLUMN - length, "");
	size_t at = OPTION_COLUMN;
	for (const char *word = spec->help; *word != '\0';) {
		size_t word_length = strcspn(word, " ");
		if (at > OPTION_COLUMN && at + 1 + word_length > columns) {
			fprintf(stream, "\n%*s", OPTION_COLUMN, "");
			at = OPTION_COLUMN;
		}
		at += (size_t)fprintf(stream, "%s%.*s", at > OPTION_COLUMN ? " " : "", (int)word_length, word);
		word += word_length;
		word += strspn(word, " ");
	}
	fputc('\n', stream);
}

void help_command(const struct command *command, FILE *stream)
{
	size_t columns = print_columns();
	if (columns > 100)
		columns = 100;
	const char *lead = "Usage: ";
	for (const char *line = command->usage; line != NULL;) {
		const char *end = strchr(line, '\n');
		int length = end != NULL ? (int)(end - line) : (int)strlen(line);
		fprintf(stream, "%sjisr %s %.*s\n", lead, command->name, length, line);
		lead = "       ";
		line = end != NULL ? end + 1 : NULL;
	}
	fputc('\n', stream);
	print_wrapped(stream, command->about, 0, columns);
	if (command->step_count > 0) {
		fprintf(stream, "\n%sSteps%s\n", print_style(stream, STYLE_BOLD), print_style(stream, STYLE_NONE));
		for (size_t i = 0; i < command->step_count; i++)
			fprintf(stream, "  %-24s%s\n", command->steps[i]->name, command->steps[i]->summary);
		fprintf(stream, "\n'jisr %s STEP --help' tells all about one.\n", command->name);
	}
	fprintf(stream, "\n%sOptions%s\n", print_style(stream, STYLE_BOLD), print_style(stream, STYLE_NONE));
	for (size_t i = 0; i < command->option_count; i++)
		print_option(stream, &command->options[i], columns);
	if (command->json)
		print_option(stream, &options_json, columns);
	for (size_t i = 0; i < options_common_count; i++)
		print_option(stream, &options_common[i], columns);
	if (command->examples != NULL)
		fprintf(stream, "\n%sExamples%s\n%s", print_style(stream, STYLE_BOLD), print_style(stream, STYLE_NONE),
		        command->examples);
	fprintf(stream, "\n%sExit status%s\n", print_style(stream, STYLE_BOLD), print_style(stream, STYLE_NONE));
	fprintf(stream, "  0 done, nothing found; 1 something was found, or a verification failed;\n"
	                "  2 something that you can mend; 3 a fault of the program.\n");
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	const struct command *command = NULL;
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (command != NULL && command->step_count > 0) {
			const struct command *step = command_step(command, options.value);
			if (step == NULL)
				return command_refuse(self, "'jisr help %s' lists the steps that there are.",
				                      command->name);
			command = step;
			continue;
		}
		if (command != NULL)
			return command_refuse(self, "one command at a time: jisr help COMMAND.");
		command = command_find(options.value);
		if (command == NULL) {
			char shown[80];
			shown_clean(options.value, strlen(options.value), shown, sizeof shown);
			const struct command *nearest = command_nearest(options.value);
			if (nearest != NULL)
				return command_refuse(self, "there is no command '%s'. Did you mean '%s'?", shown,
				                      nearest->name);
			return command_refuse(self, "there is no command '%s'. 'jisr help' lists those there are.",
			                      shown);
		}
	}
	if (command == NULL)
		help_overview(stdout);
	else
		help_command(command, stdout);
	return STATUS_DONE;
}

const struct command command_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.summary = "tell what a command does and which options it takes",
	.about = "Prints the list of commands, or all about one of them.",
	.run = run,
};
