#include "base/emit.h"
#include "cli/registered.h"
#include "members/register_emit.h"

#include <string.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes */

enum { OPTION_KEY = 1, OPTION_REASON };

static const struct option_spec add_options[] = {
	{OPTION_KEY, 0, "key", "VERIFIER",
         "The public half of a key that the office keeps itself; else one is made and kept here."},
};
static const struct option_spec end_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why: rotated, lost, stolen. It stands in the log. Needed."},
};
static const struct registered_field fields[] = {{OPTION_KEY, "key"}, {OPTION_REASON, "reason"}};

struct listing {
	struct text json;
	bool as_json;
};

static bool show(void *context, const struct office_key *key)
{
	struct listing *listing = context;
	char id[REGISTER_KEY_ID];
	if (listing->as_json) {
		register_emit_key(&listing->json, NULL, key);
		return true;
	}
	printf("%s/%-*s  ", key->office, (int)(16 - strlen(key->office)), register_key_id(key, id));
	if (key->ended > 0)
		printf("entries %llu to %llu  ", (unsigned long long)key->added, (unsigned long long)key->ended);
	else
		printf("since entry %llu  ", (unsigned long long)key->added);
	puts(key->verifier);
	return true;
}

static int list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct recorded recorded;
	struct listing listing = {0};
	struct office office;
	struct store_reader *reader = NULL;
	struct problem problem = {0};
	const char *code;
	int status = registered_list(self, argc, argv, &options, &code);
	if (status == STATUS_DONE)
		status = recorded_open(&recorded, &options, true);
	if (status != STATUS_DONE)
		return status;
	listing.as_json = options.json;
	text_init(&listing.json, JSON_MAX);
	emit_object(&listing.json, NULL);
	emit_array(&listing.json, "keys");
	int error = store_read(recorded.store, &reader, &problem);
	if (!error && code != NULL)
		error = register_office(store_reader_sql(reader), code, &office, &problem);
	if (!error)
		error = register_keys(store_reader_sql(reader), code, 0, show, &listing, &problem);
	store_read_end(reader);
	recorded_finish(&recorded);
	emit_close_array(&listing.json);
	emit_close_object(&listing.json);
	if (error == JISR_OK && options.json)
		return command_answer_text(self, &listing.json, STATUS_DONE);
	text_finish(&listing.json);
	return error != JISR_OK ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
}

static int add(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_KEY_ADD, NULL, "office"};
	return registered_submit(self, argc, argv, &change, fields, sizeof fields / sizeof *fields);
}

static int end(const struct command *self, int argc, char **argv)
{
	static const struct registered_change change = {CHANGE_KEY_END, "key", NULL};
	return registered_submit(self, argc, argv, &change, fields, sizeof fields / sizeof *fields);
}

static const struct command step_list = {
	.name = "keys list",
	.usage = "[--json] [OFFICE]",
	.summary = "tell which keys the offices have and had",
	.about = "Prints the public halves, and from which entry of the log to which each counts.",
	.json = true,
	.run = list,
};
static const struct command step_add = {
	.name = "keys add",
	.usage = "[--key VERIFIER] OFFICE",
	.summary = "give an office a key",
	.about = "To rotate a key: add another, then end the old one. The secret half is kept in the data directory's "
		 "folder keys, readable for its owner alone; keep a copy of that folder in a safe place.",
	.options = add_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr keys add MA\n",
	.run = add,
};
static const struct command step_end = {
	.name = "keys end",
	.usage = "--reason TEXT OFFICE/ID",
	.summary = "end a key: what it signs afterwards does not count",
	.about = "What it signed before goes on counting. Headquarters' last key cannot be ended.",
	.options = end_options,
	.option_count = 1,
	.json = true,
	.examples = "  jisr keys end MA/1a2b3c4d --reason lost\n",
	.run = end,
};

static const struct command *const steps[] = {&step_list, &step_add, &step_end};

const struct command command_keys = {
	.name = "keys",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change the keys with which offices sign",
	.about = "Without a step it lists the keys.",
	.json = true,
	.run = registered_run,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
