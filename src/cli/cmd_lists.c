#include "base/emit.h"
#include "base/tree.h"
#include "cli/loaded.h"
#include "cli/print.h"

#include <string.h>

#define LISTS_JSON_MAX ((size_t)16 << 20) /* bytes: CATALOGUE_MAX_LISTS of them fit */

enum { OPTION_VERIFY = 1, OPTION_DROP };

static const struct option_spec option_table[] = {
	{OPTION_VERIFY, 0, "verify", NULL,
         "Read every list whole and check every checksum; exit status 1 when one is damaged."},
	{OPTION_DROP, 0, "drop", "NAME", "Take one list away. It does not ask."},
};

static void print_table(const struct loaded *loaded)
{
	size_t width = 8;
	for (size_t i = 0; i < catalogue_count(loaded->catalogue); i++) {
		size_t length = strlen(catalogue_at(loaded->catalogue, i)->name);
		width = length > width ? length : width;
	}
	printf("%s", print_style(stdout, STYLE_BOLD));
	print_cell(stdout, "list", width);
	printf("  %10s %10s %10s %9s  %-10s  %-15s  %s%s\n", "entities", "names", "documents", "size", "published",
	       "loaded", "read from", print_style(stdout, STYLE_NONE));
	for (size_t i = 0; i < catalogue_count(loaded->catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(loaded->catalogue, i);
		char entities[PRINT_COUNT_MAX], names[PRINT_COUNT_MAX], documents[PRINT_COUNT_MAX], age[PRINT_AGE_MAX];
		print_cell(stdout, list->name, width);
		printf("  %10s %10s %10s %6.1f MB  ", print_count(list->entities, entities),
		       print_count(list->names, names), print_count(list->documents, documents),
		       (double)list->bytes / 1e6);
		print_cell(stdout, list->published[0] != '\0' ? list->published : "-", 10);
		printf("  %-15s  ", print_age(list->loaded, age));
		print_value(stdout, list->format);
		fputs(": ", stdout);
		print_value(stdout, list->source);
		putchar('\n');
	}
}

/* Verifies every list; adds "verified" to an object when there is one. Returns how many are damaged. */
static size_t verify(const struct command *self, const struct loaded *loaded, struct text *json)
{
	size_t damaged = 0;
	if (json != NULL)
		emit_array(json, "verified");
	for (size_t i = 0; i < catalogue_count(loaded->catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(loaded->catalogue, i);
		struct problem problem = {0};
		int error = catalogue_verify(loaded->catalogue, i, &problem);
		damaged += error != JISR_OK;
		if (json != NULL) {
			emit_object(json, NULL);
			emit_text(json, "name", list->name);
			emit_bool(json, "good", error == JISR_OK);
			emit_text(json, "problem", error == JISR_OK ? NULL : problem.text);
			emit_close_object(json);
		} else if (error == JISR_OK) {
			print_value(stdout, list->name);
			printf(": %sgood%s\n", print_style(stdout, STYLE_GREEN), print_style(stdout, STYLE_NONE));
		} else {
			(void)command_fail(self, error, &problem);
			(void)command_refuse(self, "load the list '%s' again from its file.", list->name);
		}
	}
	if (json != NULL)
		emit_close_array(json);
	return damaged;
}

static int drop(const struct command *self, struct loaded *loaded, const char *name, bool json)
{
	struct problem problem = {0};
	CLEANUP(loaded_keeper_finish) struct loaded_keeper keeper = {0};
	const struct catalogue_list *list = loaded_list(loaded, name);
	uint64_t entities = list != NULL ? list->entities : 0;
	if (loaded->catalogue == NULL)
		return command_refuse(self, "no list is loaded in %s.", loaded->directory);
	int status = loaded_keep(self, loaded->directory, loaded->catalogue, &keeper);
	if (status != STATUS_DONE)
		return status;
	int error = catalogue_drop(loaded->catalogue, name, &problem);
	catalogue_keep(loaded->catalogue, NULL);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "dropped", name);
		tree_count(root, "entities", entities);
		return command_answer(&command_lists, root, STATUS_DONE);
	}
	char count[PRINT_COUNT_MAX];
	printf("Taken away: the list ");
	print_value(stdout, name);
	printf(" with %s entities.\n", print_count(entities, count));
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	const char *dropped = NULL;
	bool verifying = false;
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_VERIFY: verifying = true; break;
		case OPTION_DROP: dropped = options.value; break;
		default: return command_refuse(self, "'%s' is not needed: jisr lists shows every list.", options.value);
		}
	}
	if (verifying && dropped != NULL)
		return command_refuse(self, "--verify and --drop do not go together.");
	struct loaded loaded;
	int status = loaded_open_catalogue(&loaded, &options);
	if (status != STATUS_DONE)
		return status;
	if (dropped != NULL) {
		status = drop(self, &loaded, dropped, options.json);
	} else if (options.json) {
		struct text json;
		text_init(&json, LISTS_JSON_MAX);
		emit_object(&json, NULL);
		loaded_json(&loaded, &json);
		if (verifying && loaded.catalogue != NULL && verify(self, &loaded, &json) > 0)
			status = STATUS_FOUND;
		emit_close_object(&json);
		status = command_answer_text(&command_lists, &json, status);
	} else if (loaded.catalogue == NULL || catalogue_count(loaded.catalogue) == 0) {
		printf("No list is loaded in ");
		print_value(stdout, loaded.directory);
		puts(".");
	} else if (verifying) {
		status = verify(self, &loaded, NULL) > 0 ? STATUS_FOUND : STATUS_DONE;
	} else {
		print_table(&loaded);
	}
	loaded_finish(&loaded);
	return status;
}

const struct command command_lists = {
	.name = "lists",
	.usage = "[--json] [--verify]\n--drop NAME",
	.summary = "tell which lists are loaded, from when, and how many they hold",
	.about = "Prints every loaded list: its entities, names and documents, the date that it gives itself, how long "
		 "ago it "
		 "was loaded, and from what.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr lists\n  jisr lists --verify\n  jisr lists --drop old-customers\n",
	.run = run,
};
