#include "base/clock.h"
#include "base/tree.h"
#include "cli/record.h"
#include "web/record_lists.h"

#include <sodium.h>
#include <string.h>

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(store_freep) struct store *store = NULL;
	struct problem problem = {""};
	uint8_t before[32], after[32];
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		return command_refuse(self, "'%s' is not needed: all tables are made again.", options.value);
	}
	int status = record_open(&options, RECORD_WRITE, &store);
	if (status != STATUS_DONE)
		return status;
	int64_t started = clock_milliseconds();
	int error = store_digest(store, before, &problem);
	bool known = error == JISR_OK; /* a damaged table has none */
	error = store_rebuild(store, &problem);
	if (!error)
		error = store_digest(store, after, &problem);
	size_t missing = 0;
	if (!error) /* lists.json is made from the log, too */
		error = record_lists_settle(store_directory(store), &missing, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (missing > 0)
		(void)command_refuse(self, "%zu of the lists cannot be used: %s. Load it again.", missing,
		                     problem.text);
	double seconds = (double)(clock_milliseconds() - started) / 1000;
	bool same = known && memcmp(before, after, sizeof before) == 0;
	if (options.json) {
		char hex[65];
		cJSON *root = tree_object();
		sodium_bin2hex(hex, sizeof hex, after, sizeof after);
		tree_bool(root, "changed", !same);
		tree_text(root, "digest", hex);
		tree_score(root, "seconds", seconds);
		return command_answer(self, root, missing > 0 ? STATUS_MEND : STATUS_DONE);
	}
	printf("Made again from the log in %.1f s: %s.\n", seconds,
	       same ? "the tables were just as they ought to be" : "the tables had been different");
	return missing > 0 ? STATUS_MEND : STATUS_DONE;
}

const struct command command_rebuild = {
	.name = "rebuild",
	.usage = "[--json]",
	.summary = "make all tables again from the log",
	.about = "Everything in the record but the log itself is made from the log, and so is lists.json. This drops "
		 "it and makes it anew, "
		 "in one "
		 "step: whoever reads meanwhile sees the old tables, then the new. 'jisr log verify --tables' only "
		 "compares.",
	.json = true,
	.examples = "  jisr rebuild\n",
	.run = run,
};
