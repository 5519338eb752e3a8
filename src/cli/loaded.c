#include "cli/loaded.h"

#include "base/emit.h"
#include "cli/print.h"
#include "watch/report.h"
#include "web/domains.h"
#include "web/record_lists.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PARENTS_MODE 0700

int loaded_open_catalogue(struct loaded *loaded, const struct options *options)
{
	*loaded = (struct loaded){0};
	struct problem problem = {0};
	struct stat status;
	if (!options_data(options, loaded->directory, sizeof loaded->directory))
		return STATUS_MEND;
	if (stat(loaded->directory, &status) != 0 && errno == ENOENT)
		return STATUS_DONE;
	int error = record_lists_settle(loaded->directory, &loaded->missing, &problem);
	if (error != JISR_OK)
		return command_fail(options->command, error, &problem);
	if (loaded->missing > 0)
		(void)command_refuse(options->command,
		                     "%zu of the lists in the record cannot be used: %s. Load it again.",
		                     loaded->missing, problem.text);
	error = catalogue_open(loaded->directory, &loaded->catalogue, &problem);
	return error != JISR_OK ? command_fail(options->command, error, &problem) : STATUS_DONE;
}

int loaded_open(struct loaded *loaded, const struct options *options)
{
	struct problem problem = {0};
	int status = loaded_open_catalogue(loaded, options);
	if (status != STATUS_DONE)
		return status;
	if (loaded->missing > 0)
		return STATUS_MEND;
	if (loaded->catalogue == NULL || catalogue_count(loaded->catalogue) == 0)
		return command_refuse(options->command,
		                      "no list is loaded in %s. Load one first, for example: jisr load sdn.csv alt.csv "
		                      "add.csv",
		                      loaded->directory);
	int error = catalogue_attach(loaded->catalogue, &loaded->set, &problem);
	if (error != JISR_OK)
		return command_fail(options->command, error, &problem);
	loaded->view = watch_view_take(loaded->set);
	return STATUS_DONE;
}

void loaded_make_parents(const char *directory)
{
	char path[LOADED_PATH_MAX];
	(void)snprintf(path, sizeof path, "%s", directory);
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, PARENTS_MODE);
		*slash = '/';
	}
}

int loaded_keep(const struct command *self, const char *directory, struct catalogue *catalogue,
                struct loaded_keeper *keeper)
{
	struct problem problem = {0};
	size_t missing = 0;
	*keeper = (struct loaded_keeper){0};
	int error = domains_open(directory, false, &keeper->store, &problem);
	if (error == JISR_NOT_FOUND)
		return STATUS_DONE;
	/* What is missing is about to be loaded, or has been told by the command before. */
	if (error == JISR_OK)
		error = record_lists_settle(directory, &missing, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	keeper->keeper = record_lists_keeper(keeper->store);
	catalogue_keep(catalogue, &keeper->keeper);
	return STATUS_DONE;
}

void loaded_keeper_finish(struct loaded_keeper *keeper)
{
	keeper->store = store_free(keeper->store);
}

void loaded_finish(struct loaded *loaded)
{
	if (loaded->view != NULL)
		watch_view_release(loaded->view);
	loaded->view = NULL;
	loaded->set = watch_set_free(loaded->set);
	loaded->catalogue = catalogue_free(loaded->catalogue);
}

const struct catalogue_list *loaded_list(const struct loaded *loaded, const char *name)
{
	for (size_t i = 0; loaded->catalogue != NULL && i < catalogue_count(loaded->catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(loaded->catalogue, i);
		if (strcmp(list->name, name) == 0)
			return list;
	}
	return NULL;
}

void loaded_json(const struct loaded *loaded, struct text *text)
{
	emit_array(text, "lists");
	for (size_t i = 0; loaded->catalogue != NULL && i < catalogue_count(loaded->catalogue); i++)
		report_list(text, catalogue_at(loaded->catalogue, i), time(NULL), true);
	emit_close_array(text);
}

void loaded_print(const struct loaded *loaded, FILE *stream)
{
	for (size_t i = 0; i < catalogue_count(loaded->catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(loaded->catalogue, i);
		char age[PRINT_AGE_MAX], count[PRINT_COUNT_MAX];
		fputs(i > 0 ? ", " : "", stream);
		print_value(stream, list->name);
		if (list->published[0] != '\0')
			fprintf(stream, " of %s", list->published);
		fprintf(stream, " (%s entities, loaded %s)", print_count(list->entities, count),
		        print_age(list->loaded, age));
	}
	fputc('\n', stream);
}
