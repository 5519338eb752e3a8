#include "cli/registered.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/print.h"

#include <string.h>

#define JSON_MAX ((size_t)256 << 20) /* bytes */

/* What each step changes, and the field that its word is; NULL: its word says which one is changed. */
static const struct registered_change {
	const char *command;
	enum change change;
	const char *field;
} changes[] = {
	{"members admit", CHANGE_MEMBER_ADMIT, "code"},
	{"members edit", CHANGE_MEMBER_EDIT, NULL},
	{"members suspend", CHANGE_MEMBER_SUSPEND, NULL},
	{"members reinstate", CHANGE_MEMBER_REINSTATE, NULL},
	{"offices open", CHANGE_OFFICE_OPEN, "code"},
	{"offices edit", CHANGE_OFFICE_EDIT, NULL},
	{"offices close", CHANGE_OFFICE_CLOSE, NULL},
	{"officers appoint", CHANGE_OFFICER_APPOINT, "office"},
	{"officers edit", CHANGE_OFFICER_EDIT, NULL},
	{"officers roles", CHANGE_OFFICER_ROLES, NULL},
	{"officers end", CHANGE_OFFICER_END, NULL},
	{"officers suspend", CHANGE_OFFICER_SUSPEND, NULL},
	{"officers reinstate", CHANGE_OFFICER_REINSTATE, NULL},
	{"officers move", CHANGE_OFFICER_MOVE, NULL},
	{"keys add", CHANGE_KEY_ADD, "office"},
	{"keys end", CHANGE_KEY_END, NULL},
};

static void add_field(cJSON *fields, const char *option, const char *value)
{
	if (strncmp(option, "name-", 5) == 0) {
		cJSON *names = cJSON_GetObjectItemCaseSensitive(fields, "names");
		tree_text(names != NULL ? names : tree_add_object(fields, "names"), option + 5, value);
	} else if (strcmp(option, "roles") == 0) {
		tree_list(fields, option, value);
	} else {
		tree_text(fields, option, value);
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

int registered_submit(const struct command *command, int argc, char **argv)
{
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct options options;
	struct recorded recorded;
	struct change_order order;
	const struct registered_change *change = changes;
	const char *word = NULL;
	int id;
	while (strcmp(change->command, command->name) != 0)
		change++;
	options_init(&options, command, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id != OPTIONS_WORD)
			add_field(fields, options.name, options.value);
		else if (word != NULL)
			return command_refuse(command, "'%s' is not needed.", options.value);
		else
			word = options.value;
	}
	if (word == NULL)
		return command_refuse(command, "say which: 'jisr %s --help' tells how.", command->name);
	if (change->field != NULL)
		tree_text(fields, change->field, word);
	int status = recorded_open(&recorded, &options, false);
	if (status != STATUS_DONE)
		return status;
	status = recorded_change(&recorded, command, change->change, change->field == NULL ? word : NULL, fields,
	                         &order);
	fields = NULL;
	if (status == STATUS_DONE)
		print_done(command, &order, options.json);
	recorded_finish(&recorded);
	return command_finish(command, status);
}

int registered_list(const struct command *command, int argc, char **argv, const char *name, const char *none,
                    int (*each)(struct sql *sql, struct registered_list *list, struct problem *problem))
{
	struct options options;
	struct recorded recorded;
	struct registered_list list = {0};
	struct store_reader *reader = NULL;
	struct text json;
	struct problem problem = {0};
	options_init(&options, command, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &list.code}))
		return options.status;
	int status = recorded_open(&recorded, &options, true);
	if (status != STATUS_DONE)
		return status;
	text_init(&json, JSON_MAX);
	emit_object(&json, NULL);
	emit_array(&json, name);
	list.json = options.json ? &json : NULL;
	int error = store_read(recorded.store, &reader, &problem);
	if (!error)
		error = each(store_reader_sql(reader), &list, &problem);
	store_read_end(reader);
	recorded_finish(&recorded);
	emit_close_array(&json);
	emit_close_object(&json);
	if (error || options.json)
		return command_answer_or_fail(command, &json, error, &problem);
	text_finish(&json);
	if (list.count == 0 && none != NULL)
		puts(none);
	return command_finish(command, STATUS_DONE);
}
