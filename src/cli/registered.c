#include "cli/registered.h"

#include "base/json.h"
#include "base/tree.h"
#include "cli/print.h"

#include <string.h>

int registered_run(const struct command *command, int argc, char **argv)
{
	bool help = argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0);
	if (argc == 0 || (argv[0][0] == '-' && !help))
		return command->steps[0]->run(command->steps[0], argc, argv);
	return command_run_step(command, argc, argv);
}

static void add_roles(cJSON *fields, const char *value)
{
	cJSON *array = tree_add_array(fields, "roles");
	while (*value != '\0') {
		size_t length = strcspn(value, ",");
		tree_bytes(array, NULL, value, length);
		value += length + (value[length] == ',');
	}
}

static void add_field(cJSON *fields, const char *field, const char *value)
{
	const char *dot = strchr(field, '.');
	if (dot != NULL) {
		cJSON *object = cJSON_GetObjectItemCaseSensitive(fields, "names");
		if (object == NULL)
			object = tree_add_object(fields, "names");
		tree_text(object, dot + 1, value);
	} else if (strcmp(field, "roles") == 0) {
		add_roles(fields, value);
	} else {
		tree_text(fields, field, value);
	}
}

static void print_done(const struct command *command, const struct change_order *order, bool json)
{
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "id", order->id);
		tree_count(root, "version", order->version);
		(void)command_answer(command, root, STATUS_DONE);
		return;
	}
	print_value(stdout, order->id);
	printf(": done, entry %llu of the log\n", (unsigned long long)order->version);
}

int registered_submit(const struct command *command, int argc, char **argv, const struct registered_change *change,
                      const struct registered_field *fields, size_t field_count)
{
	CLEANUP(json_freep) cJSON *object = tree_object();
	struct options options;
	struct recorded recorded;
	struct change_order order;
	const char *word = NULL;
	int id;
	options_init(&options, command, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		size_t i = 0;
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTIONS_WORD) {
			if (word != NULL || (change->target == NULL && change->word == NULL))
				return command_refuse(command, "'%s' is not needed.", options.value);
			word = options.value;
			continue;
		}
		while (i < field_count && fields[i].id != id)
			i++;
		if (i < field_count)
			add_field(object, fields[i].field, options.value);
	}
	if (word == NULL && (change->target != NULL || change->word != NULL))
		return command_refuse(command, "say which: 'jisr %s --help' tells how.", command->name);
	if (change->word != NULL)
		tree_text(object, change->word, word);
	int status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	status = recorded_change(&recorded, command, change->change, change->target != NULL ? word : NULL, object,
	                         &order);
	object = NULL;
	if (status == STATUS_DONE)
		print_done(command, &order, options.json);
	recorded_finish(&recorded);
	return command_finish(command, status);
}

int registered_list(const struct command *command, int argc, char **argv, struct options *options,
                    const char **ret_word)
{
	int id;
	*ret_word = NULL;
	options_init(options, command, argc, argv);
	while ((id = options_next(options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options->status;
		if (*ret_word != NULL)
			return command_refuse(command, "'%s' is not needed.", options->value);
		*ret_word = options->value;
	}
	return STATUS_DONE;
}
