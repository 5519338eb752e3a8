#include "cli/recorded.h"

#include "base/json.h"
#include "base/tree.h"
#include "cli/record.h"
#include "store/replica.h"

int recorded_open(struct recorded *recorded, const struct options *options, bool read_only)
{
	recorded->store = NULL;
	caller_console(&recorded->caller, OFFICE_HEADQUARTERS);
	int status = record_open(options, read_only ? RECORD_TABLES : RECORD_WRITE, &recorded->store);
	struct replica replica;
	if (status == STATUS_DONE && replica_of(recorded->store, &replica)) /* a node's house is its office's */
		caller_console(&recorded->caller, replica.office);
	return status;
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
