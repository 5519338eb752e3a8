#include "cli/notice.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/input.h"
#include "base/json.h"
#include "base/tree.h"
#include "cli/accessed.h"
#include "cli/print.h"
#include "cli/record.h"

#include <string.h>

/* What somebody at the machine looks at, as he asked for it, in the access log: without a receipt's secret, and the directory. */
static int write_down(const struct options *options)
{
	struct accessed accessed;
	struct text words;
	char directory[RECORD_PATH_MAX];
	const char *name = options->command->name;
	const char *action = strstr(name, "list") != NULL     ? "search"
	                     : strstr(name, "export") != NULL ? "export"
	                                                      : "view";
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	text_init(&words, ACCESS_MAX_TEXT);
	(void)text_add_string(&words, name);
	for (int i = 0; i < options->argc; i++) {
		if (strncmp(options->argv[i], "--secret", 8) == 0 || strncmp(options->argv[i], "--data", 6) == 0) {
			i += strchr(options->argv[i], '=') == NULL;
			continue;
		}
		(void)text_add_char(&words, ' ');
		(void)text_add_string(&words, options->argv[i]);
	}
	int status = accessed_open(&accessed, options->command, directory, NULL);
	if (status == STATUS_DONE)
		status = accessed_write(&accessed, options->command, action, words.bytes, "shown");
	accessed_finish(&accessed);
	text_finish(&words);
	return status;
}

int noticed_open(struct noticed *noticed, const struct options *options, const char *officer, bool reading)
{
	struct officer found;
	struct office office;
	struct problem problem = {""};
	*noticed = (struct noticed){.reader = NULL};
	int status = recorded_open(&noticed->recorded, options, reading);
	if (status == STATUS_DONE && reading)
		status = write_down(options);
	if (status != STATUS_DONE)
		return status;
	int error = arena_new((size_t)256 << 20, &noticed->arena);
	if (!error)
		error = store_read(noticed->recorded.store, &noticed->reader, &problem);
	if (!error && officer != NULL) {
		struct sql *sql = store_reader_sql(noticed->reader);
		error = register_officer(sql, officer, &found, &problem);
		if (!error)
			error = register_office(sql, found.office, &office, &problem);
		if (!error && !register_caller(&found, &office, &noticed->recorded.caller))
			error = problem_set(&problem, JISR_STATE, "%s has ended, or the office is closed", officer);
		noticed->recorded.caller.kind = CALLER_SESSION;
		noticed->recorded.caller.scopes = RIGHT_ALL;
		noticed->recorded.caller.proved = clock_seconds();
	}
	if (!reading)
		noticed->reader = store_read_end(noticed->reader);
	return error ? command_fail(options->command, error, &problem) : STATUS_DONE;
}

void noticed_finish(struct noticed *noticed)
{
	store_read_end(noticed->reader);
	arena_free(noticed->arena);
	recorded_finish(&noticed->recorded);
}

int noticed_file(const struct command *command, const char *path, struct text *text)
{
	struct problem problem = {""};
	CLEANUP(input_freep) struct input *input = NULL;
	char block[16384];
	size_t length = 1;
	int error = input_open(path, &input, &problem);
	while (!error && length > 0) {
		error = input_read(input, block, sizeof block, &length, &problem);
		if (!error && text_add(text, block, length) != JISR_OK)
			error = problem_set(&problem, text->error, "the file is too large");
	}
	if (error)
		problem_prefix(&problem, path);
	return error ? command_fail(command, error, &problem) : STATUS_DONE;
}

int noticed_json(const struct command *command, const char *path, size_t limit, cJSON **ret_json)
{
	struct text text;
	struct problem problem = {""};
	text_init(&text, limit);
	int status = noticed_file(command, path, &text);
	if (status == STATUS_DONE) {
		int error = json_read(text.bytes, text.length, ret_json, &problem);
		if (error) {
			problem_prefix(&problem, path);
			status = command_fail(command, error, &problem);
		}
	}
	text_finish(&text);
	return status;
}

int noticed_field(const struct command *command, const char *path, cJSON *fields, const char *name)
{
	cJSON *json = NULL;
	int status = noticed_json(command, path, NOTICE_FILE_MAX, &json);
	if (status == STATUS_DONE && !cJSON_AddItemToObject(fields, name, json)) {
		json_free(json);
		status = command_fail(command, JISR_NO_MEMORY, NULL);
	}
	return status;
}

bool noticed_reach(cJSON *fields, const char *word)
{
	bool only = strncmp(word, "only:", 5) == 0;
	cJSON_DeleteItemFromObject(fields, "reach");
	if (strcmp(word, "all") == 0) {
		tree_text(fields, "reach", "*");
		return true;
	}
	if (!only && strncmp(word, "except:", 7) != 0)
		return false;
	tree_list(tree_add_object(fields, "reach"), only ? "only" : "except", strchr(word, ':') + 1);
	return true;
}

int noticed_findings(const struct command *command, const struct findings *findings, int error,
                     const struct problem *problem, bool json)
{
	if (findings->total == 0)
		return command_fail(command, error, problem);
	if (json) {
		cJSON *root = tree_object(), *list = findings_json(findings);
		tree_text(root, "problem", problem->text);
		if (list == NULL || !cJSON_AddItemToObject(root, "findings", list))
			cJSON_Delete(list);
		return command_answer(command, root, command_status(error));
	}
	for (size_t i = 0; i < findings->count; i++)
		(void)command_refuse(command, "%s %s: %s.", findings->list[i].field, findings->list[i].what,
		                     findings->list[i].todo);
	if (findings->total > findings->count)
		(void)command_refuse(command, "and %zu more.", findings->total - findings->count);
	return command_status(error);
}

int noticed_taken(const struct command *command, const char *id, const char *step, uint64_t version,
                  const char *warning, bool json)
{
	if (warning != NULL && warning[0] == '\0')
		warning = NULL;
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "id", id);
		tree_text(root, "step", step);
		tree_count(root, "version", version);
		if (warning != NULL)
			tree_text(root, "warning", warning);
		return command_answer(command, root, STATUS_DONE);
	}
	printf("%s: %s\n", id, step);
	if (warning != NULL)
		printf("   %s!%s %s\n", print_style(stdout, STYLE_YELLOW), print_style(stdout, STYLE_NONE), warning);
	return STATUS_DONE;
}

int noticed_listed(const struct command *command, struct text *list, uint64_t total, int error,
                   const struct problem *problem, bool json)
{
	emit_close_array(list);
	emit_count(list, "total", total);
	emit_close_object(list);
	if (error || json)
		return command_answer_or_fail(command, list, error, problem);
	text_finish(list);
	printf("%llu in all.\n", (unsigned long long)total);
	return STATUS_DONE;
}

bool noticed_event(void *context, const struct history_event *event)
{
	(void)context;
	printf("  %.16s ", event->at);
	print_cell(stdout, event->step, 11);
	printf(" %s %s", event->office, event->officer);
	if (event->text[0] != '\0') {
		printf(": ");
		print_value(stdout, event->text);
	}
	putchar('\n');
	return true;
}

int noticed_show(const struct command *command, int argc, char **argv, int officer_option, const char *which,
                 int (*show)(const struct command *command, struct noticed *noticed, const char *id, bool json))
{
	struct options options;
	struct noticed noticed;
	const char *officer = NULL, *id = NULL;
	options_init(&options, command, argc, argv);
	if (!OPTIONS_ALL(&options, {officer_option, &officer}, {OPTIONS_WORD, &id}))
		return options.status;
	if (id == NULL)
		return command_refuse(command, "%s", which);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = show(command, &noticed, id, options.json);
	noticed_finish(&noticed);
	return status;
}

int noticed_rules(const struct command *command, int argc, char **argv, int officer_option,
                  const struct noticed_rules *rules)
{
	struct options options;
	struct noticed noticed;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *officer = NULL, *path = NULL;
	int id;
	options_init(&options, command, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTIONS_WORD && path != NULL)
			return command_refuse(command, "one file of rules, or none: not '%s' as well", options.value);
		*(id == officer_option ? &officer : &path) = options.value;
	}
	int status = noticed_open(&noticed, &options, officer, path == NULL);
	if (status == STATUS_DONE && path != NULL)
		status = noticed_json(command, path, NOTICE_FILE_MAX, &json);
	if (status == STATUS_DONE) {
		cJSON *now = NULL;
		int error = path != NULL
		                    ? rules->change(noticed.recorded.store, &noticed.recorded.caller, json, &problem)
		                    : rules->now(store_reader_sql(noticed.reader), &now, &problem);
		status = error          ? command_fail(command, error, &problem)
		         : path == NULL ? command_answer(command, now, STATUS_DONE)
		                        : STATUS_DONE;
	}
	noticed_finish(&noticed);
	return status;
}
