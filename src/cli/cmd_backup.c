#include "base/tree.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/record.h"
#include "web/backups.h"

#include <errno.h>
#include <sys/stat.h>

enum { OPTION_WITHOUT_KEYS = 1 };

static const struct option_spec backup_options[] = {
	{OPTION_WITHOUT_KEYS, 0, "without-keys", NULL,
         "Leave the secret keys out: what is restored from that can be read and verified, not written."},
};

static int tell(const struct command *self, bool json, const struct backup_manifest *manifest, const char *word,
                const char *path)
{
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, word, path);
		tree_text(root, "made", manifest->made);
		tree_count(root, "files", manifest->count);
		tree_count(root, "bytes", manifest->bytes);
		tree_text(root, "checkpoint", manifest->checkpoint);
		return command_answer(self, root, STATUS_DONE);
	}
	char count[PRINT_COUNT_MAX];
	printf("%s: %s files, %.1f MB, made %s.\n", word, print_count(manifest->count, count),
	       (double)manifest->bytes / 1e6, manifest->made);
	return STATUS_DONE;
}

static int run_backup(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct backup_manifest manifest;
	struct problem problem = {""};
	char directory[RECORD_PATH_MAX];
	const char *target = NULL;
	bool keys = true;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_WITHOUT_KEYS: keys = false; break;
		default:
			if (target != NULL)
				return command_refuse(self, "one folder: what is '%s'?", options.value);
			target = options.value;
		}
	}
	if (target == NULL || target[0] == '\0')
		return command_refuse(self,
		                      "which folder shall the backup be? For example: jisr backup /mnt/backup/monday");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	int error = arena_new(BACKUPS_MEMORY, &arena);
	if (!error)
		error = backup_make(directory, target, keys, arena, &manifest, &problem);
	return error ? command_fail(self, error, &problem) : tell(self, options.json, &manifest, "backup", target);
}

const struct command command_backup = {
	.name = "backup",
	.usage = "[--json] [--without-keys] FOLDER",
	.summary = "copy the whole data directory, while it is used",
	.about = "Makes FOLDER, which must not be there, and puts everything of the data directory into it: the record "
		 "and the "
		 "other databases each in one state, the lists, the secret keys, and a manifest with the SHA-256 of "
		 "each file. "
		 "FOLDER appears when it is whole and on the disk.\n\nWhoever has the folder can sign in the "
		 "organisation's name, "
		 "unless --without-keys was given.",
	.options = backup_options,
	.option_count = sizeof backup_options / sizeof *backup_options,
	.json = true,
	.examples = "  jisr backup /mnt/backup/2026-11-26\n",
	.run = run_backup,
};

/* ---- restore ---- */

static int check_copy(void *context, const char *copy, struct problem *problem)
{
	uint64_t entries;
	(void)context;
	return backups_verify(copy, &entries, problem);
}

static int run_restore(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct backup_manifest manifest;
	struct problem problem = {""};
	char directory[RECORD_PATH_MAX];
	const char *folder = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTIONS_WORD, &folder}))
		return options.status;
	if (folder == NULL || folder[0] == '\0')
		return command_refuse(self, "which backup? For example: jisr restore /mnt/backup/monday");
	if (!options_data(&options, directory, sizeof directory))
		return STATUS_MEND;
	loaded_make_parents(directory);
	int error = arena_new(BACKUPS_MEMORY, &arena);
	if (!error)
		error = backup_restore(folder, directory, check_copy, NULL, arena, &manifest, &problem);
	return error ? command_fail(self, error, &problem) : tell(self, options.json, &manifest, "restored", directory);
}

const struct command command_restore = {
	.name = "restore",
	.usage = "[--json] FOLDER",
	.summary = "put a backup back as the data directory, after checking all of it",
	.about = "Compares every file of the backup with its manifest, verifies the whole log and every list, and only "
		 "then puts "
		 "the copy in the data directory's place, which must be empty or not there yet. What is wrong is told, "
		 "and "
		 "nothing is changed.",
	.json = true,
	.examples = "  jisr restore /mnt/backup/2026-11-26\n  jisr restore --data /srv/jisr /mnt/backup/2026-11-26\n",
	.run = run_restore,
};
