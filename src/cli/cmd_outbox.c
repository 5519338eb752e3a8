/* jisr outbox: at a node, what waits for headquarters. */
#include "base/emit.h"
#include "base/json.h"
#include "base/sha256.h"
#include "cli/notice.h"
#include "cli/print.h"
#include "cli/record.h"
#include "web/courier.h"
#include "web/house.h"
#include "web/travel.h"

#include <string.h>

enum { OPTION_STATE = 1, OPTION_LIMIT };

static const struct option_spec list_options[] = {
	{OPTION_STATE, 's', "state", "STATE",
         "Only those that are open (when not given), waiting, at-headquarters, accepted, refused, dropped; or all."},
	{OPTION_LIMIT, 'l', "limit", "N", "At most N, the newest (100 when not given)."},
};

struct opened {
	struct outbox *outbox;
	struct arena *arena;
};

/* The outbox of the directory that the options name: of a node alone. */
static int open_outbox(const struct command *self, const struct options *options, struct opened *opened)
{
	char directory[RECORD_PATH_MAX];
	struct problem problem = {""};
	struct node node;
	*opened = (struct opened){NULL, NULL};
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	int error = node_read(directory, &node, &problem);
	if (error == JISR_NOT_FOUND)
		return command_refuse(self, "%s is no node's directory: only a node has an outbox.", directory);
	if (!error && node.kind != NODE_NATIONAL)
		return command_refuse(self, "a border post and a bureau write nothing, and have no outbox.");
	if (!error)
		error = outbox_open(directory, &opened->outbox, &problem);
	if (!error)
		error = arena_new((size_t)64 << 20, &opened->arena);
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

static void close_outbox(struct opened *opened)
{
	outbox_close(opened->outbox);
	arena_free(opened->arena);
}

/* Into a text, or printed where context is NULL. */
static bool list_one(void *context, const struct outbox_item *item)
{
	struct text *json = context;
	if (json != NULL) {
		travel_emit(json, NULL, item, false);
		return json->error == JISR_OK;
	}
	printf("%s %s %-15s ", item->id, item->said, outbox_state_name(item->state));
	print_cell(stdout, item->officer[0] != '\0' ? item->officer : "(house)", 10);
	printf(" %s ", item->method);
	print_value(stdout, item->target);
	if (item->made[0] != '\0')
		printf(" -> %s", item->made);
	putchar('\n');
	if (item->needs[0] != '\0' && item->state < OUTBOX_ACCEPTED)
		printf("    after %s\n", item->needs);
	if (item->reason[0] != '\0' || item->trouble[0] != '\0') {
		printf("    ");
		print_value(stdout, item->reason[0] != '\0' ? item->reason : item->trouble);
		putchar('\n');
	}
	return true;
}

static int list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct text json;
	struct problem problem = {""};
	struct outbox_filter filter = {.state = -2};
	enum outbox_state state;
	uint64_t limit = 100, total = 0;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_STATE:
			if (outbox_state_read(options.value, &state))
				filter.state = (int)state;
			else if (strcmp(options.value, "all") == 0 || strcmp(options.value, "open") == 0)
				filter.state = options.value[0] == 'a' ? -1 : -2;
			else
				return command_refuse(self, "there is no state '%.40s'.", options.value);
			break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, 100000, &limit))
				return options.status;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	filter.limit = (size_t)limit;
	int status = open_outbox(self, &options, &opened);
	if (status == STATUS_DONE) {
		text_init(&json, (size_t)256 << 20);
		emit_object(&json, NULL);
		emit_array(&json, "outbox");
		int error =
			outbox_list(opened.outbox, &filter, list_one, options.json ? &json : NULL, &total, &problem);
		status = noticed_listed(self, &json, total, error, &problem, options.json);
	}
	close_outbox(&opened);
	return status;
}

/* The item that a command takes, and what follows it; NULL: nothing. False: the command ends now with `status`. */
static bool read_id(struct options *options, const char **ret_id, const char **ret_more)
{
	if (!(ret_more != NULL ? OPTIONS_ALL(options, {OPTIONS_WORD, ret_id}, {OPTIONS_WORD, ret_more})
	                       : OPTIONS_ALL(options, {OPTIONS_WORD, ret_id})))
		return false;
	if (*ret_id == NULL)
		options->status = command_refuse(options->command, "which one? Its name, as 'jisr outbox' lists them.");
	else if ((*ret_id)[0] == '~')
		++*ret_id;
	return *ret_id != NULL;
}

static int show(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct outbox_item item;
	struct problem problem = {""};
	const char *id = NULL;
	options_init(&options, self, argc, argv);
	if (!read_id(&options, &id, NULL))
		return options.status;
	int status = open_outbox(self, &options, &opened);
	int error = status == STATUS_DONE ? outbox_get(opened.outbox, id, opened.arena, &item, &problem) : JISR_OK;
	if (error)
		status = command_fail(self, error, &problem);
	if (status == STATUS_DONE && options.json) {
		struct text json;
		text_init(&json, 4 * PARCEL_MAX_BODY);
		travel_emit(&json, NULL, &item, true);
		status = command_answer_text(self, &json, STATUS_DONE);
	} else if (status == STATUS_DONE) {
		(void)list_one(NULL, &item);
		if (item.body_length > 0) {
			print_value(stdout, item.body);
			putchar('\n');
		}
		if (item.newer[0] != '\0') {
			printf("It says now:\n");
			print_value(stdout, item.newer);
			putchar('\n');
		}
		if (item.answer_length > 0)
			printf("%s", item.answer);
		status = command_finish(self, STATUS_DONE);
	}
	close_outbox(&opened);
	return status;
}

static int drop(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct problem problem = {""};
	const char *id = NULL;
	uint64_t count = 0;
	options_init(&options, self, argc, argv);
	if (!read_id(&options, &id, NULL))
		return options.status;
	int status = open_outbox(self, &options, &opened);
	if (status == STATUS_DONE) {
		int error = outbox_drop(opened.outbox, id, &count, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else
			printf("%s is dropped%s\n", id, count > 1 ? ", and what builds on it." : ".");
	}
	close_outbox(&opened);
	return status;
}

static int put_body(struct recorded *recorded, const struct node *node, struct opened *opened,
                    const struct outbox_item *item, const struct text *body, struct problem *problem)
{
	char asked[SHA256_HEX];
	if (strncmp(item->thing, "messages/", 9) == 0)
		return problem_set(problem, JISR_STATE,
		                   "it is sealed, and cannot be changed: drop it, and send another");
	sha256_hex(body->bytes, body->length, asked);
	return courier_amend(recorded->store, node, opened->outbox, item, body->bytes, body->length, asked, problem);
}

static int amend(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct opened opened;
	struct recorded recorded;
	struct node node;
	struct outbox_item item;
	struct problem problem = {""};
	CLEANUP(json_freep) cJSON *json = NULL;
	const char *id = NULL, *path = NULL;
	struct text body;
	options_init(&options, self, argc, argv);
	if (!read_id(&options, &id, &path))
		return options.status;
	if (path == NULL)
		return command_refuse(self, "with what? A file with the whole body, as 'jisr outbox show' prints it.");
	int status = noticed_json(self, path, PARCEL_MAX_BODY, &json);
	if (status != STATUS_DONE)
		return status;
	status = open_outbox(self, &options, &opened);
	text_init(&body, PARCEL_MAX_BODY);
	if (status == STATUS_DONE) {
		status = recorded_open(&recorded, &options, false);
		int error = status != STATUS_DONE ? JISR_OK
		            : !house_of(recorded.store, &node)
		                    ? problem_set(&problem, JISR_STATE, "this is no node that writes")
		                    : json_write(json, &body);
		if (status == STATUS_DONE && !error)
			error = outbox_get(opened.outbox, id, opened.arena, &item, &problem);
		if (status == STATUS_DONE && !error)
			error = put_body(&recorded, &node, &opened, &item, &body, &problem);
		if (error)
			status = command_fail(self, error, &problem);
		else if (status == STATUS_DONE)
			printf("%s is changed; headquarters will look at it.\n", id);
		recorded_finish(&recorded);
	}
	text_finish(&body);
	close_outbox(&opened);
	return status;
}

static const struct command step_list = {
	.name = "outbox list",
	.usage = "[--state STATE] [--json]",
	.summary = "tell what waits for headquarters, and what became of it",
	.about = "Each line begins with the item's name. What an item will make is ~NAME until headquarters has given "
		 "it a "
		 "number: jisr notice request ~NAME.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = list,
};
static const struct command step_show = {
	.name = "outbox show",
	.usage = "NAME [--json]",
	.summary = "show one item, with headquarters' signed answer",
	.about = "Of one that was refused because somebody changed the thing meanwhile it shows the thing as it was "
		 "then.",
	.json = true,
	.run = show,
};
static const struct command step_drop = {
	.name = "outbox drop",
	.usage = "NAME",
	.summary = "drop one that still waits, and what builds on it",
	.about = "What is on its way to headquarters cannot be dropped: it may have arrived.",
	.run = drop,
};
static const struct command step_amend = {
	.name = "outbox amend",
	.usage = "NAME FILE",
	.summary = "give one that still waits another body",
	.about = "FILE is the whole body as JSON; - is standard input.",
	.run = amend,
};
static const struct command *const steps[] = {&step_list, &step_show, &step_drop, &step_amend};

const struct command command_outbox = {
	.name = "outbox",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "at a node: what waits for headquarters, and what became of it",
	.about = "Without a step it lists what is not settled. docs/network.md tells how it works.",
	.json = true,
	.run = command_run_step_or_list,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
