#include "cli/record.h"

#include "base/file.h"
#include "base/json.h"
#include "base/tree.h"
#include "store/replica.h"
#include "web/domains.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int record_open(const struct options *options, enum record_use use, struct store **ret_store)
{
	char directory[RECORD_PATH_MAX];
	struct problem problem = {""};
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	const struct store_options log = {.directory = directory, .read_only = true};
	int error = use == RECORD_LOG ? store_open(&log, ret_store, &problem)
	                              : domains_open(directory, use != RECORD_WRITE, ret_store, &problem);
	return error ? command_fail(options->command, error, &problem) : STATUS_DONE;
}

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

int record_write(const struct command *self, const char *path, const char *bytes, size_t length)
{
	if (path == NULL || strcmp(path, "-") == 0) {
		(void)fwrite(bytes, 1, length, stdout);
		return STATUS_DONE;
	}
	struct problem problem = {""};
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return command_refuse(self, "%s is there already. Take it away, or name another file.", path);
	bool good = fd >= 0 && file_write(fd, bytes, length) == JISR_OK && fsync(fd) == 0;
	if (!good)
		(void)file_problem(&problem, path, "write it");
	if (fd >= 0)
		(void)close(fd);
	return good ? STATUS_DONE : command_fail(self, JISR_IO, &problem);
}

bool record_number(const struct command *self, const char *word, uint64_t *ret_number)
{
	char *end = NULL;
	errno = 0;
	unsigned long long number = strtoull(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 || number == 0 || number > ENTRY_MAX_NUMBER) {
		(void)command_refuse(self, "'%.40s' is no number of an entry: they are whole numbers from 1.", word);
		return false;
	}
	*ret_number = number;
	return true;
}
