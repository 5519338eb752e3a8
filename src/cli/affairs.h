/* What `jisr budget`, `jisr dues` and the other commands on things with a life of steps (assembly/affair.h) share: each has
 * list, show, steps and do, which find their thing by the first word of the command's name. */
#ifndef JISR_CLI_AFFAIRS_H
#define JISR_CLI_AFFAIRS_H

#include "cli/command.h"

extern const struct command command_meeting, command_timetable;
extern const struct option_spec affairs_officer_options[1], affairs_steps_options[1], affairs_do_options[2];

int affairs_list(const struct command *self, int argc, char **argv);
int affairs_show(const struct command *self, int argc, char **argv);
int affairs_steps(const struct command *self, int argc, char **argv);
int affairs_do(const struct command *self, int argc, char **argv);

/* The four commands of one, as rows of a table. ID names what it is in usage lines: "YEAR". */
#define AFFAIRS_COMMANDS(word, ID, list_about, show_about, do_about, shown, done)                                      \
	{                                                                                                              \
		.name = word " list",                                                                                  \
		.usage = "[--officer ID] [--json]",                                                                    \
		.summary = "list them",                                                                                \
		.about = list_about,                                                                                   \
		.options = affairs_officer_options,                                                                    \
		.option_count = 1,                                                                                     \
		.json = true,                                                                                          \
		.run = affairs_list,                                                                                   \
	},                                                                                                             \
		{                                                                                                      \
			.name = word " show",                                                                          \
			.usage = ID " [WHAT] [--officer ID] [--json]",                                                 \
			.summary = "tell what one is",                                                                 \
			.about = show_about,                                                                           \
			.options = affairs_officer_options,                                                            \
			.option_count = 1,                                                                             \
			.json = true,                                                                                  \
			.examples = shown,                                                                             \
			.run = affairs_show,                                                                           \
		},                                                                                                     \
		{                                                                                                      \
			.name = word " steps",                                                                         \
			.usage = "[STEP] [--mermaid] [--json]",                                                        \
			.summary = "tell every step: in which state, by whom, with which fields",                      \
			.about = "From the one table that the program goes by.",                                       \
			.options = affairs_steps_options,                                                              \
			.option_count = 1,                                                                             \
			.json = true,                                                                                  \
			.run = affairs_steps,                                                                          \
		},                                                                                                     \
	{                                                                                                              \
		.name = word " do", .usage = "STEP " ID " [FIELD=VALUE]... [--content FILE] [--officer ID]",           \
		.summary = "take a step", .about = do_about, .options = affairs_do_options, .option_count = 2,         \
		.json = true, .examples = done, .run = affairs_do,                                                     \
	}

#endif
