#include "cli/registered.h"
#include "members/register_emit.h"

#include <string.h>

enum { OPTION_KEY = 1, OPTION_REASON };

static const struct option_spec add_options[] = {
	{OPTION_KEY, 0, "key", "VERIFIER",
         "The public half of a key that the office keeps itself; else one is made and kept here."},
};
static const struct option_spec end_options[] = {
	{OPTION_REASON, 0, "reason", "TEXT", "Why: rotated, lost, stolen. It stands in the log. Needed."},
};

static bool show(void *context, const struct office_key *key)
{
	const struct registered_list *list = context;
	char id[REGISTER_KEY_ID];
	if (list->json != NULL) {
		register_emit_key(list->json, NULL, key);
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

static int show_all(struct sql *sql, struct registered_list *list, struct problem *problem)
{
	struct office office;
	int error = list->code != NULL ? register_office(sql, list->code, &office, problem) : JISR_OK;
	return error ? error : register_keys(sql, list->code, 0, show, list, problem);
}

static int list(const struct command *self, int argc, char **argv)
{
	return registered_list(self, argc, argv, "keys", NULL, show_all);
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
	.run = registered_submit,
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
	.run = registered_submit,
};

static const struct command *const steps[] = {&step_list, &step_add, &step_end};

const struct command command_keys = {
	.name = "keys",
	.usage = "[--json]\nSTEP [OPTION]...",
	.summary = "tell and change the keys with which offices sign",
	.about = "Without a step it lists the keys.",
	.json = true,
	.run = command_run_step_or_list,
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
};
