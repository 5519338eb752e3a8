#include "cli/options.h"
#include "web/settings.h"

#include <string.h>

/* Every option of a command, " --name --name ...". */
static void print_options(const struct command *command)
{
	for (size_t i = 0; i < command->option_count; i++)
		printf(" --%s", command->options[i].name);
	if (command->json)
		printf(" --%s", options_json.name);
	for (size_t i = 0; i < options_common_count; i++)
		printf(" --%s", options_common[i].name);
}

/* Options whose value the shell cannot complete: "|check:--name|check:--born...". */
static void print_valued(void)
{
	static const char *const completed[] = {"list", "drop", "sex", "schema", "mrz", "out", "config", "set"};
	for (size_t c = 0; c < command_count; c++) {
		for (size_t i = 0; i < commands[c]->option_count; i++) {
			const struct option_spec *spec = &commands[c]->options[i];
			bool known = spec->argument == NULL;
			for (size_t k = 0; k < sizeof completed / sizeof *completed; k++)
				known = known || strcmp(spec->name, completed[k]) == 0;
			if (known)
				continue;
			printf("|%s:--%s", commands[c]->name, spec->name);
		}
	}
}

/* "listen= body-size= ..." for --set. */
static void print_settings(void)
{
	struct settings settings;
	char value[SETTINGS_VALUE_MAX];
	const char *name;
	bool now;
	settings_init(&settings);
	for (size_t i = 0; settings_at(&settings, i, &name, value, &now); i++)
		printf("%s%s=", i > 0 ? " " : "", name);
}

/* Words of a command that has steps: the step, then as if both names were the command's. */
static void print_steps(void)
{
	for (size_t c = 0; c < command_count; c++) {
		if (commands[c]->step_count == 0)
			continue;
		printf("\tif [[ $command == %s ]]; then\n\t\tif ((COMP_CWORD == 2)); then\n"
		       "\t\t\tmapfile -t COMPREPLY < <(compgen -W '",
		       commands[c]->name);
		for (size_t i = 0; i < commands[c]->step_count; i++)
			printf("%s%s", i > 0 ? " " : "", commands[c]->steps[i]->name + strlen(commands[c]->name) + 1);
		puts("' -- \"$cur\")\n\t\t\treturn\n\t\tfi\n\t\tcommand=\"$command ${COMP_WORDS[2]}\"\n\tfi");
	}
}

static void print_bash(void)
{
	puts("# Completion of jisr for bash, printed by `jisr completion bash`.\n"
	     "_jisr()\n"
	     "{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} "
	     "options=\n"
	     "\tCOMPREPLY=()\n"
	     "\tif ((COMP_CWORD == 1)); then");
	printf("\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (size_t i = 0; i < command_count; i++)
		printf("%s ", commands[i]->name);
	puts("--help --version' -- \"$cur\")\n"
	     "\t\treturn\n"
	     "\tfi");
	print_steps();
	puts("\tcase $command:$prev in\n"
	     "\t*:--data)\n"
	     "\t\tcompopt -o filenames\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
	     "\t\treturn ;;\n"
	     "\tload:--list | lists:--drop)\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$(\"${COMP_WORDS[0]}\" lists --json 2>/dev/null |\n"
	     "\t\t\tsed -n 's/^[[:space:]]*\"name\":[[:space:]]*\"\\(.*\\)\",*$/\\1/p')\" -- \"$cur\")\n"
	     "\t\treturn ;;\n"
	     "\tcheck:--sex)\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W 'm f x' -- \"$cur\")\n"
	     "\t\treturn ;;\n"
	     "\t*:--schema)\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W 'Person Company Organization LegalEntity PublicBody Vessel "
	     "Airplane "
	     "Vehicle' -- \"$cur\")\n"
	     "\t\treturn ;;\n"
	     "\tcheck:--mrz | batch:--out | serve:--config)\n"
	     "\t\tcompopt -o filenames\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	     "\t\treturn ;;");
	printf("\tserve:--set)\n\t\tcompopt -o nospace\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	print_settings();
	puts("' -- \"$cur\")\n\t\treturn ;;");
	printf("\t-:-");
	print_valued();
	puts(")\n\t\treturn ;;\n\tesac\n\tcase $command in");
	for (size_t i = 0; i < command_count; i++) {
		printf("\t%s) options='", commands[i]->name);
		print_options(commands[i]);
		puts("' ;;");
		for (size_t s = 0; s < commands[i]->step_count; s++) {
			printf("\t'%s') options='", commands[i]->steps[s]->name);
			print_options(commands[i]->steps[s]);
			puts("' ;;");
		}
	}
	puts("\tesac\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tcase $command in\n"
	     "\tload | batch | 'election '*)\n"
	     "\t\tcompopt -o filenames\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;");
	printf("\thelp)\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (size_t i = 0; i < command_count; i++)
		printf("%s%s", i > 0 ? " " : "", commands[i]->name);
	puts("' -- \"$cur\") ;;\n"
	     "\tcompletion)\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W 'bash' -- \"$cur\") ;;\n"
	     "\tesac\n"
	     "}\n"
	     "complete -F _jisr jisr");
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	bool bash = false;
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (strcmp(options.value, "bash") != 0)
			return command_refuse(self, "only bash is known: jisr completion bash.");
		bash = true;
	}
	if (!bash)
		return command_refuse(self, "which shell? jisr completion bash.");
	print_bash();
	return STATUS_DONE;
}

const struct command command_completion = {
	.name = "completion",
	.usage = "bash",
	.summary = "print the completion for the shell",
	.about = "Prints a script that completes commands, options and values in bash.",
	.examples = "  jisr completion bash > ~/.local/share/bash-completion/completions/jisr\n",
	.run = run,
};
