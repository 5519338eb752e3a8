/* Starts the program, finds the command, ends with its status. */
#include "base/shown.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/print.h"
#include "store/sums.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A standard stream that the caller closed would give its number to the next file opened, and the program would print
 * into that file. It is opened the wrong way round instead, so that using it fails. */
static void hold_standard_streams(void)
{
	for (int i = 0; i <= 2; i++)
		if (fcntl(i, F_GETFD) == -1 && open("/dev/null", i == 0 ? O_WRONLY : O_RDONLY) != i)
			_exit(STATUS_INTERNAL);
}

static void tell_adopted(const char *path)
{
	fprintf(stderr,
	        "jisr: %s is of an earlier version: it was written anew with sums of its pages, which show damage on "
	        "the disk. "
	        "Earlier versions refuse it now.\n",
	        path);
}

int main(int argc, char **argv)
{
	hold_standard_streams();
	sums_tell_adopted(tell_adopted);
	(void)signal(SIGPIPE, SIG_DFL); /* `jisr ... | head` ends quietly */
	(void)signal(SIGXFSZ, SIG_IGN); /* a file over the limit is a failed write, told as one */
	print_init();
	if (argc < 2) {
		help_overview(stderr);
		return STATUS_MEND;
	}
	const char *name = argv[1];
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("jisr " JISR_VERSION);
		return command_finish(NULL, STATUS_DONE);
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	const struct command *command = command_find(name);
	if (command != NULL)
		return command_finish(command, command->run(command, argc - 2, argv + 2));
	const struct command *nearest = command_nearest(name + strspn(name, "-"));
	char shown[80];
	shown_clean(name, strlen(name), shown, sizeof shown);
	if (nearest != NULL)
		return command_refuse(NULL, "there is no command '%s'. Did you mean 'jisr %s'?", shown, nearest->name);
	return command_refuse(NULL, "there is no command '%s'. 'jisr help' lists those there are.", shown);
}
