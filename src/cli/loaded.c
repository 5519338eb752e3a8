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

/* Joins the objects as headquarters sees them: whoever may open the files is inside. */
static int join_objects(struct loaded *loaded, struct problem *problem)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(object_index_freep) struct object_index *index = NULL;
	struct watch_view *joined = NULL;
	struct replica replica;
	bool changed;
	int error = domains_open(loaded->directory, true, &store, problem);
	if (error == JISR_NOT_FOUND) {
		problem->text[0] = '\0';
		return JISR_OK;
	}
	if (!error)
		error = store_read(store, &reader, problem);
	if (!error)
		error = object_index_new(loaded->directory, replica_of(store, &replica), &index);
	if (!error)
		error = object_index_follow(index, store_reader_sql(reader), 0, 0, &changed, problem);
	if (error)
		return error;
	object_index_describe(index, OFFICE_HEADQUARTERS, &loaded->objects);
	if (loaded->objects.entities == 0)
		return JISR_OK;
	error = object_index_join(index, loaded->view, OFFICE_HEADQUARTERS, NULL, NULL, &joined);
	if (error)
		return error;
	watch_view_release(loaded->view);
	loaded->view = joined;
	return JISR_OK;
}

int loaded_open(struct loaded *loaded, const struct options *options)
{
	struct problem problem = {0};
	int status = loaded_open_catalogue(loaded, options);
	if (status != STATUS_DONE)
		return status;
	if (loaded->missing > 0)
		return STATUS_MEND;
	int error = JISR_OK;
	if (loaded->catalogue != NULL) {
		error = catalogue_attach(loaded->catalogue, &loaded->set, &problem);
		if (error == JISR_OK)
			loaded->view = watch_view_take(loaded->set);
		if (error == JISR_OK)
			error = join_objects(loaded, &problem);
	}
	if (error != JISR_OK)
		return command_fail(options->command, error, &problem);
	if (loaded->objects.entities == 0 && (loaded->catalogue == NULL || catalogue_count(loaded->catalogue) == 0))
		return command_refuse(options->command,
		                      "no list is loaded in %s. Load one first, for example: jisr load sdn.csv alt.csv "
		                      "add.csv",
		                      loaded->directory);
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
	keeper->by.store = keeper->store;
	keeper->keeper = record_lists_keeper(&keeper->by);
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

/* The record's objects, described as a list is. */
static struct catalogue_list objects_list(const struct loaded *loaded)
{
	return (struct catalogue_list){.name = OBJECT_LIST,
	                               .format = "Registered objects",
	                               .source = "record",
	                               .published = "",
	                               .loaded = loaded->objects.changed,
	                               .file = loaded->objects.file,
	                               .entities = loaded->objects.entities};
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
	if (loaded->objects.entities > 0) {
		const struct catalogue_list objects = objects_list(loaded);
		report_list(text, &objects, time(NULL), true);
	}
	emit_close_array(text);
}

static void print_list(FILE *stream, const struct catalogue_list *list)
{
	char age[PRINT_AGE_MAX], count[PRINT_COUNT_MAX];
	print_value(stream, list->name);
	if (list->published[0] != '\0')
		fprintf(stream, " of %s", list->published);
	fprintf(stream, " (%s entities, loaded %s)", print_count(list->entities, count), print_age(list->loaded, age));
}

void loaded_print(const struct loaded *loaded, FILE *stream)
{
	size_t lists = catalogue_count(loaded->catalogue);
	for (size_t i = 0; i < lists; i++) {
		fputs(i > 0 ? ", " : "", stream);
		print_list(stream, catalogue_at(loaded->catalogue, i));
	}
	if (loaded->objects.entities > 0) {
		const struct catalogue_list objects = objects_list(loaded);
		fputs(lists > 0 ? ", " : "", stream);
		print_list(stream, &objects);
	}
	fputc('\n', stream);
}
