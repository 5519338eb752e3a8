#include "cli/election.h"

#include "ballot/tally.h"
#include "ballot/verify.h"
#include "base/file.h"
#include "base/input.h"
#include "cli/print.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- files --- */

int election_read_file(const struct command *self, const char *path, struct text *text)
{
	struct problem problem = {0};
	char chunk[16384];
	size_t got = 0;
	CLEANUP(input_freep) struct input *input = NULL;
	int error = input_open(path, &input, &problem);
	while (error == JISR_OK && (error = input_read(input, chunk, sizeof chunk, &got, &problem)) == JISR_OK &&
	       got > 0)
		error = text_add(text, chunk, got);
	if (error == JISR_OK && text->length > 0 && text->bytes[text->length - 1] != '\n')
		error = text_add_char(text, '\n');
	if (error == JISR_OK)
		return STATUS_DONE;
	if (problem.text[0] == '\0')
		(void)problem_set(&problem, error, "%s", error_text(error));
	problem_prefix(&problem, path);
	return command_fail(self, error, &problem);
}

static int read_all(int fd, char *into, size_t size, size_t *ret_length)
{
	size_t length = 0;
	while (length < size) {
		ssize_t got = read(fd, into + length, size - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return JISR_IO;
		if (got == 0)
			break;
		length += (size_t)got;
	}
	*ret_length = length;
	return JISR_OK;
}

int election_read_secret(const struct command *self, const char *path, char **ret_secret, size_t *ret_length)
{
	struct problem problem = {0};
	struct stat status = {0};
	size_t size = ELECTION_MAX_KEY, length = 0;
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), error = JISR_OK;
	if (fd < 0 || fstat(fd, &status) != 0)
		return command_fail(self, file_problem(&problem, path, "open it"), &problem);
	if (!standard && S_ISREG(status.st_mode)) {
		size = (size_t)status.st_size + 1;
		if ((status.st_mode & 077) != 0) {
			fputs("jisr: ", stderr);
			print_value(stderr, path);
			fprintf(stderr, " holds a secret, and others may read it: chmod 600\n");
		}
	}
	CLEANUP(secret_freep) char *secret = size <= ELECTION_MAX_SECRET ? secret_alloc(size + 1) : NULL;
	if (size > ELECTION_MAX_SECRET)
		error = problem_set(&problem, JISR_TOO_LARGE, "%s: too large for a secret", path);
	else if (secret == NULL)
		error = problem_set(&problem, JISR_NO_MEMORY, "%s", error_text(JISR_NO_MEMORY));
	else if (read_all(fd, secret, size, &length) != JISR_OK)
		error = file_problem(&problem, path, "read it");
	if (!standard)
		(void)close(fd);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	while (length > 0 && strchr(" \t\r\n", secret[length - 1]) != NULL && secret[length - 1] != '\0')
		length--;
	memset(secret + length, 0, size + 1 - length);
	if (length == 0)
		return command_refuse(self, "%s is empty.", path);
	*ret_secret = secret;
	*ret_length = length;
	secret = NULL;
	return STATUS_DONE;
}

/* Writes to a temporary file and gives it its name: by link() unless what is there may be replaced. */
static int write_new(const char *path, bool replace, const char *bytes, size_t length, bool secret,
                     struct problem *problem)
{
	char temp[FILE_MAX_PATH];
	int fd = -1;
	int error = file_temp(path, temp, &fd, problem);
	if (error != JISR_OK)
		return error;
	if (file_write(fd, bytes, length) != JISR_OK || (!secret && fchmod(fd, 0644) != 0) || fsync(fd) != 0)
		error = file_problem(problem, path, "write it");
	else if (replace)
		error = file_publish(fd, temp, path, problem);
	else if (link(temp, path) != 0)
		error = errno == EEXIST
		                ? problem_set(problem, JISR_IO, "%s is there already; --replace writes over it", path)
		                : file_problem(problem, path, "write it");
	(void)unlink(temp);
	(void)close(fd);
	return error;
}

unsigned election_find_file(const char *folder, const char *ending, char ret_name[ELECTION_MAX_NAME])
{
	unsigned count = 0;
	size_t end = strlen(ending);
	DIR *open = opendir(folder);
	for (struct dirent *entry; open != NULL && count < 2 && (entry = readdir(open)) != NULL;) {
		size_t length = strlen(entry->d_name);
		if (length <= end || strcmp(entry->d_name + length - end, ending) != 0)
			continue;
		if (count++ == 0)
			(void)snprintf(ret_name, ELECTION_MAX_NAME, "%s", entry->d_name);
	}
	if (open != NULL)
		(void)closedir(open);
	return count;
}

int election_write_path(const struct command *self, const char *path, bool replace, const char *bytes, size_t length,
                        bool secret)
{
	struct problem problem = {0};
	if (path == NULL || strcmp(path, "-") == 0) {
		(void)fwrite(bytes, 1, length, stdout);
		return STATUS_DONE;
	}
	int error = write_new(path, replace, bytes, length, secret, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	fputs("wrote ", stderr);
	print_value(stderr, path);
	fputs(secret ? " (secret)\n" : "\n", stderr);
	return STATUS_DONE;
}

int election_write_file(const struct command *self, const struct election_out *out, const char *name, const char *bytes,
                        size_t length, bool secret)
{
	char path[ELECTION_MAX_PATH];
	int put = out->folder == NULL ? snprintf(path, sizeof path, "%s", name)
	                              : snprintf(path, sizeof path, "%s/%s", out->folder, name);
	if (put < 0 || (size_t)put >= sizeof path)
		return command_refuse(self, "the path of --out is too long.");
	return election_write_path(self, path, out->replace, bytes, length, secret);
}

/* --- archives --- */

static int read_setup(struct opened *opened, struct problem *problem)
{
	struct archive_setup setup;
	int error = archive_setup(opened->archive, &setup, problem);
	if (error == JISR_OK)
		error = election_read(setup.election.bytes, setup.election.length, &opened->election, problem);
	if (error == JISR_OK)
		error = trustees_read(opened->election->group, setup.trustees.bytes, setup.trustees.length,
		                      &opened->trustees, problem);
	if (error == JISR_OK && !element_equal(&opened->trustees->public_key, &opened->election->public_key))
		error = problem_set(problem, JISR_BAD_INPUT, "the election's public key is not that of its trustees");
	if (error == JISR_OK)
		error = credential_list_read(opened->election->group, setup.credentials.bytes, setup.credentials.length,
		                             &opened->list, problem);
	return error != JISR_OK ? error : ballot_context_new(opened->election, &opened->context, problem);
}

int opened_init(struct opened *opened, const struct command *self, const char *path)
{
	struct problem problem = {0};
	*opened = (struct opened){0};
	int error = archive_open(path, &opened->archive, &problem);
	if (error == JISR_OK) {
		error = read_setup(opened, &problem);
		if (error != JISR_OK)
			problem_prefix(&problem, path);
	}
	return error == JISR_OK ? STATUS_DONE : command_fail(self, error, &problem);
}

void opened_finish(struct opened *opened)
{
	ballot_context_free(opened->context);
	credential_list_free(opened->list);
	trustees_free(opened->trustees);
	election_free(opened->election);
	archive_close(opened->archive);
}

const struct group *election_group(const struct command *self, const char *name)
{
	const struct group *group = group_find(name);
	if (group == NULL)
		(void)command_refuse(self, "there is no group '%s': BELENIOS-2048 or RFC-3526-2048.", name);
	return group;
}

void election_show_head(const char *label, const unsigned char hash[DIGEST_BYTES])
{
	char hex[DIGEST_HEX + 1];
	digest_write_hex(hash, hex);
	printf("%s %s\n", label, hex);
}

int election_payload(const struct opened *opened, const struct event *event, struct archive_entry *ret_entry,
                     struct problem *problem)
{
	return archive_find(opened->archive, event->payload, SIZE_MAX, event_type_name(event->type), ret_entry,
	                    problem);
}

struct tally_search {
	const struct opened *opened;
	struct tally *tally;
};

/* sized_encrypted_tally names the encrypted tally by its hash. */
static int see_tally(void *context, const struct event *event, const struct archive_entry *entry,
                     struct problem *problem)
{
	static const char *const names[] = {"num_tallied", "total_weight", "encrypted_tally"};
	struct tally_search *search = context;
	const cJSON *members[3];
	struct archive_entry sized, encrypted;
	unsigned char hash[DIGEST_BYTES];
	CLEANUP(json_freep) cJSON *json = NULL;
	(void)entry;
	if (event->type != EVENT_ENCRYPTED_TALLY)
		return JISR_OK;
	int error = election_payload(search->opened, event, &sized, problem);
	if (error == JISR_OK)
		error = message_parse(sized.bytes, sized.length, &json, problem);
	if (error == JISR_OK)
		error = message_members(json, "sized_encrypted_tally", names, 3, members, problem);
	if (error == JISR_OK)
		error = message_hash(members[2], "encrypted_tally", hash, problem);
	if (error == JISR_OK)
		error = archive_find(search->opened->archive, hash, SIZE_MAX, "the encrypted tally", &encrypted,
		                     problem);
	if (error == JISR_OK)
		error = tally_read(search->opened->election, encrypted.bytes, encrypted.length, sized.bytes,
		                   sized.length, &search->tally, problem);
	return error;
}

int election_tally(const struct opened *opened, struct tally **ret_tally, struct problem *problem)
{
	struct tally_search search = {opened, NULL};
	int error = archive_walk(opened->archive, see_tally, &search, problem);
	if (error != JISR_OK) {
		tally_free(search.tally);
		return error;
	}
	if (search.tally == NULL)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "there is no encrypted tally yet: 'jisr election tally' makes it");
	*ret_tally = search.tally;
	return JISR_OK;
}

int election_spoiled_path(const char *archive, char ret_path[ELECTION_MAX_PATH], struct problem *problem)
{
	size_t length = strlen(archive);
	if (length > 4 && strcmp(archive + length - 4, ".bel") == 0)
		length -= 4;
	int put = snprintf(ret_path, ELECTION_MAX_PATH, "%.*s.spoiled", (int)length, archive);
	if (put < 0 || put >= ELECTION_MAX_PATH)
		return problem_set(problem, JISR_TOO_LARGE, "the path of the archive is too long");
	return JISR_OK;
}

static bool on_progress(void *context, uint64_t done, uint64_t all)
{
	progress_show(context, done, all, "verified");
	return false;
}

int election_verify(const struct command *self, const struct opened *opened, const char *path)
{
	struct problem problem = {0};
	struct progress progress;
	struct verify_report report;
	progress_init(&progress, "verifying");
	const struct verify_options options = {.progress = on_progress, .context = &progress};
	int error = verify_archive(opened->archive, &options, &report, &problem);
	progress_finish(&progress);
	if (error == JISR_OK)
		return STATUS_DONE;
	problem_prefix(&problem, path);
	int status = command_fail(self, error, &problem);
	return status == STATUS_MEND ? STATUS_FOUND : status;
}
