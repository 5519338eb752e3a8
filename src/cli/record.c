#include "cli/record.h"

#include "base/file.h"
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
