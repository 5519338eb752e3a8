#include "cli/accessed.h"

#include "base/file.h"
#include "members/caller.h"
#include "store/store.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void name_user(char *out, size_t size)
{
	const struct passwd *user = getpwuid(getuid());
	if (user != NULL)
		(void)snprintf(out, size, "console:%s", user->pw_name);
	else
		(void)snprintf(out, size, "console:%lu", (unsigned long)getuid());
}

/* Begins the access log where no service did yet: it bears the record's name. */
static int open_log(const char *directory, struct accessed *accessed, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	const struct store_options options = {.directory = directory, .read_only = true};
	char name[NOTE_MAX_NAME + 1] = "";
	char path[FILE_MAX_PATH];
	struct stat status;
	(void)snprintf(path, sizeof path, "%s/" ACCESS_FILE, directory);
	int error = stat(path, &status) == 0 ? JISR_OK : store_open(&options, &store, problem);
	if (error != JISR_OK)
		return error;
	if (store != NULL)
		(void)snprintf(name, sizeof name, ACCESS_NAME, store_log_name(store));
	return access_open(directory, true, name, &accessed->access, problem);
}

int accessed_open(struct accessed *accessed, const struct command *command, const char *directory, const char *purpose)
{
	char record[FILE_MAX_PATH];
	struct problem problem = {""};
	struct stat status;
	*accessed = (struct accessed){.purpose = purpose};
	name_user(accessed->who, sizeof accessed->who);
	(void)snprintf(record, sizeof record, "%s/" STORE_NAME_FILE, directory);
	if (stat(record, &status) != 0)
		return purpose == NULL
		               ? STATUS_DONE
		               : command_refuse(command,
		                                "--purpose is for the access log, and %s has no record that would "
		                                "keep one (jisr init).",
		                                directory);
	int error = open_log(directory, accessed, &problem);
	return error == JISR_OK ? STATUS_DONE : command_fail(command, error, &problem);
}

void accessed_finish(struct accessed *accessed)
{
	accessed->access = access_free(accessed->access);
}

int accessed_write(struct accessed *accessed, const struct command *command, const char *action, const char *what,
                   const char *result)
{
	struct problem problem = {""};
	const struct access_line line = {.office = OFFICE_HEADQUARTERS,
	                                 .who = accessed->who,
	                                 .action = action,
	                                 .what = what,
	                                 .purpose = accessed->purpose != NULL ? accessed->purpose : "",
	                                 .result = result};
	if (accessed->access == NULL)
		return STATUS_DONE;
	int error = access_append(accessed->access, &line, &problem);
	if (error == JISR_OK)
		return STATUS_DONE;
	problem_prefix(&problem, "nothing is shown that the access log cannot take down");
	return command_fail(command, error, &problem);
}
