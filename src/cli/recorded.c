#include "cli/recorded.h"

#include "base/json.h"
#include "base/tree.h"
#include "web/domains.h"

#include <sodium.h>

int recorded_open(struct recorded *recorded, const struct options *options, bool read_only)
{
	struct problem problem = {0};
	recorded->store = NULL;
	if (!options_data(options, recorded->directory, sizeof recorded->directory))
		return STATUS_MEND;
	if (sodium_init() < 0)
		return command_refuse(options->command, "the system gives no random numbers.");
	struct store_options opening = {
		.directory = recorded->directory, .domains = domains_all, .read_only = read_only};
	int error = store_open(&opening, &recorded->store, &problem);
	if (error != JISR_OK)
		return command_fail(options->command, error, &problem);
	caller_console(&recorded->caller, OFFICE_HEADQUARTERS);
	return STATUS_DONE;
}

void recorded_finish(struct recorded *recorded)
{
	recorded->store = store_free(recorded->store);
}

int recorded_change(struct recorded *recorded, const struct command *command, enum change change, const char *target,
                    cJSON *fields, struct change_order *ret_order)
{
	struct problem problem = {0};
	*ret_order = (struct change_order){.change = change,
	                                   .caller = &recorded->caller,
	                                   .target = target,
	                                   .fields = fields,
	                                   .expected = ENTRY_ANY};
	int error = tree_failed() ? JISR_NO_MEMORY : change_submit(recorded->store, ret_order, &problem);
	ret_order->fields = NULL;
	json_free(fields);
	return error != JISR_OK ? command_fail(command, error, &problem) : STATUS_DONE;
}
