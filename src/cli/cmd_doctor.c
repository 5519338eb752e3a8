#include "base/clock.h"
#include "base/file.h"
#include "base/note.h"
#include "base/tree.h"
#include "cli/options.h"
#include "cli/print.h"
#include "message/keyring.h"
#include "network/authority.h"
#include "store/log.h"
#include "store/sql.h"
#include "watch/catalogue.h"
#include "web/confine.h"
#include "web/domains.h"
#include "web/settings.h"
#include "web/tls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#define DAY              86400.0
#define LIST_OLD         (7 * DAY)
#define CERTIFICATE_NEAR (14 * DAY)
#define FREE_LEAST       ((uint64_t)1 << 30) /* bytes */
#define FREE_SHARE       20                  /* a twentieth of the file system */
#define DESCRIPTORS      65536               /* what packaging/jisr.service asks for */
#define SETTINGS_MEMORY  ((size_t)4 << 20)   /* bytes of their texts */
#define SENTENCE         600
#define KEYS             "keys"

enum { OPTION_CONFIG = 1 };

static const struct option_spec option_table[] = {
	{OPTION_CONFIG, 0, "config", "FILE",
         "Look also at the settings of `jisr serve` in this file, and at what they name."},
};

enum finding { FINDING_GOOD, FINDING_LOOK, FINDING_MEND };

struct doctor {
	char directory[4000];
	const char *config;
	cJSON *found; /* array with --json, else NULL: printed at once */
	size_t count[FINDING_MEND + 1];
};

/* One line: what was looked at, and a sentence that says what to do where something is. */
static void tell(struct doctor *doctor, enum finding finding, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
static void tell(struct doctor *doctor, enum finding finding, const char *what, const char *format, ...)
{
	static const char *const words[] = {"good", "look", "mend"};
	static const enum style styles[] = {STYLE_GREEN, STYLE_YELLOW, STYLE_RED};
	char sentence[SENTENCE];
	va_list list;
	va_start(list, format);
	(void)vsnprintf(sentence, sizeof sentence, format, list);
	va_end(list);
	doctor->count[finding]++;
	if (doctor->found != NULL) {
		cJSON *line = tree_add_object(doctor->found, NULL);
		tree_text(line, "what", what);
		tree_text(line, "finding", words[finding]);
		tree_text(line, "says", sentence);
		return;
	}
	printf("%s%s%s  %-12s ", print_style(stdout, styles[finding]), words[finding], print_style(stdout, STYLE_NONE),
	       what);
	print_value(stdout, sentence);
	putchar('\n');
}

static void look_at_disk(struct doctor *doctor)
{
	struct statvfs disk;
	if (statvfs(doctor->directory, &disk) != 0 || disk.f_blocks == 0) {
		tell(doctor, FINDING_LOOK, "disk", "%s: cannot tell how much room there is: %s", doctor->directory,
		     strerror(errno));
		return;
	}
	uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize, all = (uint64_t)disk.f_blocks * disk.f_frsize;
	bool little = room < FREE_LEAST || room < all / FREE_SHARE;
	tell(doctor, little ? FINDING_MEND : FINDING_GOOD, "disk", "%.1f GB of %.1f GB are free%s", (double)room / 1e9,
	     (double)all / 1e9, little ? ". On a full disk nothing can be written any more: make room" : "");
	if ((disk.f_flag & ST_RDONLY) != 0)
		tell(doctor, FINDING_MEND, "disk", "mounted to be read only: nothing can be written");
}

/* Who else may come into the directory and at the keys. False when there is no directory. */
static bool look_at_directory(struct doctor *doctor)
{
	struct stat about;
	if (stat(doctor->directory, &about) != 0 || !S_ISDIR(about.st_mode)) {
		tell(doctor, FINDING_MEND, "directory",
		     "%s: %s. `jisr load` or `jisr init` makes it; --data names another", doctor->directory,
		     errno == ENOENT ? "is not there" : strerror(errno));
		return false;
	}
	bool open = (about.st_mode & 0027) != 0;
	tell(doctor, open ? FINDING_MEND : FINDING_GOOD, "directory", "%s (%03o)%s", doctor->directory,
	     (unsigned)about.st_mode & 0777,
	     open ? ": others on this machine can read it or change it. chmod 750 or 700" : "");
	if (about.st_uid != geteuid() && geteuid() != 0)
		tell(doctor, FINDING_LOOK, "directory",
		     "belongs to another user (%u); run this as the one who runs `jisr serve`", (unsigned)about.st_uid);
	return true;
}

static void key_bad(void *context, const char *sentence)
{
	tell(context, FINDING_MEND, "keys", "%s", sentence);
}

/* Its id, which its name ends with, is made from the key: what was changed is found. */
static void look_at_signing_key(struct doctor *doctor, const char *folder, const char *name)
{
	char path[4096 + 600];
	struct note_signer signer;
	struct problem problem = {""};
	struct text text;
	size_t length = strlen(name);
	if (length < 4 || strcmp(name + length - 4, ".key") != 0)
		return;
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	text_init(&text, NOTE_MAX_KEY);
	int error = file_read(path, &text, &problem);
	if (!error) {
		error = note_signer_read(text.bytes, text.length, &signer, &problem);
		if (!error)
			note_signer_finish(&signer);
	}
	if (error)
		tell(doctor, FINDING_MEND, "keys", "%s: %s. Put it back from a backup", path, problem.text);
	if (text.capacity > 0)
		sodium_memzero(text.bytes, text.capacity);
	text_finish(&text);
}

static void look_at_keys(struct doctor *doctor)
{
	char path[4096 + 300];
	struct stat about;
	size_t keys = 0;
	bool open = false;
	(void)snprintf(path, sizeof path, "%s/" KEYS, doctor->directory);
	DIR *folder = opendir(path);
	if (folder == NULL && errno == ENOENT)
		return;
	if (folder == NULL) {
		tell(doctor, FINDING_LOOK, "keys", "%s: %s", path, strerror(errno));
		return;
	}
	for (struct dirent *file; (file = readdir(folder)) != NULL;) {
		if (fstatat(dirfd(folder), file->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
			continue;
		keys++;
		open = open || (about.st_mode & 0077) != 0;
		look_at_signing_key(doctor, path, file->d_name);
	}
	open = open || (fstat(dirfd(folder), &about) == 0 && (about.st_mode & 0077) != 0);
	(void)closedir(folder);
	tell(doctor, open ? FINDING_MEND : FINDING_GOOD, "keys",
	     open ? "%zu files in %s; others can read them: chmod -R go= on it, and take them for known"
	          : "%zu files in %s",
	     keys, path);
	(void)keyring_check(doctor->directory, key_bad, doctor, NULL);
}

/* The files of SQLite, read whole: a bit that turned is found. */
static void look_at_files(struct doctor *doctor)
{
	char path[4096 + 300];
	DIR *folder = opendir(doctor->directory);
	for (struct dirent *file; folder != NULL && (file = readdir(folder)) != NULL;) {
		size_t length = strlen(file->d_name);
		struct problem problem = {""};
		bool sums = false;
		if (length < 4 || strcmp(file->d_name + length - 3, ".db") != 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", doctor->directory, file->d_name);
		if (sql_check_file(path, &sums, &problem) != JISR_OK)
			tell(doctor, FINDING_MEND, "files", "%s", problem.text);
		else if (!sums)
			tell(doctor, FINDING_LOOK, "files",
			     "%s has no sums of its pages: it is of an earlier version. It gets them when it is opened "
			     "for writing, nobody else has it open, and there is room for it twice",
			     path);
	}
	if (folder != NULL)
		(void)closedir(folder);
}

static void look_at_lists(struct doctor *doctor)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(watch_set_freep) struct watch_set *set = NULL;
	struct problem problem = {""};
	double oldest = 0;
	const char *name = "";
	uint64_t entities = 0;
	int error = catalogue_open(doctor->directory, &catalogue, &problem);
	if (!error)
		error = catalogue_attach(catalogue, &set, &problem);
	if (error) {
		tell(doctor, FINDING_MEND, "lists", "%s", problem.text[0] != '\0' ? problem.text : error_text(error));
		return;
	}
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct catalogue_list *list = catalogue_at(catalogue, i);
		double age = clock_age(list->loaded);
		entities += list->entities;
		if (age >= oldest) {
			oldest = age;
			name = list->name;
		}
	}
	char count[PRINT_COUNT_MAX];
	if (catalogue_count(catalogue) == 0)
		tell(doctor, FINDING_LOOK, "lists", "none is loaded: checks answer \"not ready\". jisr load FILE...");
	else
		tell(doctor, oldest > LIST_OLD ? FINDING_LOOK : FINDING_GOOD, "lists",
		     "%zu with %s entities, all readable; the oldest, %s, was loaded %.1f days ago%s",
		     catalogue_count(catalogue), print_count(entities, count), name, oldest / DAY,
		     oldest > LIST_OLD ? ". Load a newer version" : "");
}

static void look_at_record(struct doctor *doctor)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct text note;
	uint64_t size = 0;
	int error = domains_open(doctor->directory, true, &store, &problem);
	if (error == JISR_NOT_FOUND) {
		tell(doctor, FINDING_GOOD, "record",
		     "none: this installation only checks. `jisr init NAME` founds one");
		return;
	}
	if (!error)
		error = store_read(store, &reader, &problem);
	if (error) {
		tell(doctor, FINDING_MEND, "record", "%s", problem.text[0] != '\0' ? problem.text : error_text(error));
		return;
	}
	uint64_t last = store_reader_sequence(reader);
	text_init(&note, NOTE_MAX_BYTES);
	if (log_checkpoint(store_reader_log(reader), UINT64_MAX, &note, &size, &problem) != JISR_OK)
		size = 0;
	text_finish(&note);
	tell(doctor, size > 0 ? FINDING_GOOD : FINDING_LOOK, "record",
	     "%s: %" PRIu64 " entries, signed up to %" PRIu64 "%s. `jisr log verify --tables` verifies all of it",
	     store_log_name(store), last, size,
	     store_is_shared(doctor->directory) ? "; the log is shared in PostgreSQL" : "");
	double behind = store_clock_behind(store);
	if (behind > 1)
		tell(doctor, FINDING_MEND, "clock",
		     "%.0f seconds behind the last entry: it was set back, or was ahead. Set it right", behind);
}

static void look_at_clock(struct doctor *doctor)
{
	struct timex state = {0};
	int told = ntp_adjtime(&state);
	if (told < 0)
		return;
	bool kept = told != TIME_ERROR;
	tell(doctor, kept ? FINDING_GOOD : FINDING_LOOK, "clock", "%s",
	     kept ? "kept by a time service"
	          : "no time service keeps it (timedatectl): entries, votes and one-time codes go by it");
}

static void look_at_system(struct doctor *doctor)
{
	struct rlimit files;
	struct confine_state can;
	confine_kernel(&can);
	if (can.landlock > 0 && can.seccomp)
		tell(doctor, FINDING_GOOD, "kernel", "can confine the service: Landlock %d, seccomp", can.landlock);
	else
		tell(doctor, FINDING_LOOK, "kernel",
		     "cannot confine the service by itself (%s%s missing); let systemd do it",
		     can.landlock == 0 ? "Landlock" : "", can.seccomp ? "" : " seccomp");
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		tell(doctor, files.rlim_max < DESCRIPTORS ? FINDING_LOOK : FINDING_GOOD, "descriptors",
		     "a process may open %llu%s", (unsigned long long)files.rlim_max,
		     files.rlim_max < DESCRIPTORS ? "; each connection needs one: raise LimitNOFILE" : "");
}

static void settings_wrong(void *context, const char *sentence)
{
	tell(context, FINDING_MEND, "settings", "%s", sentence);
}

static void look_at_certificate(struct doctor *doctor, const struct settings *settings)
{
	CLEANUP(tls_freep) struct tls *tls = NULL;
	struct problem problem = {""};
	if (settings->tls_certificate == NULL)
		return;
	int error = tls_new(settings, &tls, &problem);
	if (error) {
		tell(doctor, FINDING_MEND, "certificate", "%s",
		     problem.text[0] != '\0' ? problem.text : error_text(error));
		return;
	}
	double ends = tls_ends(tls), left = ends - (double)clock_wall() / 1000;
	char moment[CLOCK_UTC_MAX];
	tell(doctor,
	     left <= 0                 ? FINDING_MEND
	     : left < CERTIFICATE_NEAR ? FINDING_LOOK
	                               : FINDING_GOOD,
	     "certificate",
	     left <= 0 ? "ended at %s: put a new one into its place; it is taken within a second" : "ends at %s",
	     clock_utc_at((int64_t)ends, moment));
}

/* Of the network, in the directory itself: a node's, or the one that headquarters serves with. */
static void look_at_network(struct doctor *doctor)
{
	static const struct {
		const char *name, *mend;
	} certificates[] = {
		{"node.crt", "'jisr node admit' at headquarters with this node's request, then 'jisr node join' here"},
		{"server.crt", "'jisr node authority --host NAME' makes another"},
		{"authority.crt", "all nodes have to be admitted anew by another authority"},
	};
	for (size_t i = 0; i < sizeof certificates / sizeof *certificates; i++) {
		double ends;
		if (authority_ends(doctor->directory, certificates[i].name, &ends, NULL) != JISR_OK)
			continue;
		double left = ends - (double)clock_wall() / 1000;
		char moment[CLOCK_UTC_MAX];
		enum finding finding = left <= 0 ? FINDING_MEND : left < CERTIFICATE_NEAR ? FINDING_LOOK : FINDING_GOOD;
		tell(doctor, finding, "network", "%s %s at %s%s%s", certificates[i].name, left <= 0 ? "ended" : "ends",
		     clock_utc_at((int64_t)ends, moment), finding == FINDING_GOOD ? "" : ": ",
		     finding == FINDING_GOOD ? "" : certificates[i].mend);
	}
}

static int look_at_settings(struct doctor *doctor)
{
	struct settings settings;
	struct arena *arena = NULL;
	if (doctor->config == NULL)
		return JISR_OK;
	int error = arena_new(SETTINGS_MEMORY, &arena);
	if (error)
		return error;
	settings_init(&settings);
	error = settings_read(&settings, doctor->config, arena, settings_wrong, doctor);
	if (!error)
		error = settings_check(&settings, settings_wrong, doctor);
	if (!error) {
		tell(doctor, FINDING_GOOD, "settings", "%s: every line is right", doctor->config);
		if (!settings.confine)
			tell(doctor, FINDING_LOOK, "settings",
			     "confine = no: the service keeps rights that it does not need");
		look_at_certificate(doctor, &settings);
	}
	arena_free(arena);
	return error == JISR_NO_MEMORY ? error : JISR_OK;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct doctor doctor = {.config = NULL};
	options_init(&options, self, argc, argv);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_CONFIG: doctor.config = options.value; break;
		default:
			return command_refuse(self, "'%s' is not needed: it looks at the whole data directory.",
			                      options.value);
		}
	}
	if (!options_data(&options, doctor.directory, sizeof doctor.directory))
		return STATUS_MEND;
	cJSON *root = NULL;
	if (options.json) {
		root = tree_object();
		tree_text(root, "data", doctor.directory);
		doctor.found = tree_add_array(root, "findings");
	}
	if (look_at_directory(&doctor)) {
		look_at_disk(&doctor);
		look_at_keys(&doctor);
		look_at_files(&doctor);
		look_at_lists(&doctor);
		look_at_record(&doctor);
		look_at_network(&doctor);
	}
	look_at_clock(&doctor);
	look_at_system(&doctor);
	if (look_at_settings(&doctor) != JISR_OK) {
		cJSON_Delete(root);
		return command_fail(self, JISR_NO_MEMORY, NULL);
	}
	int status = doctor.count[FINDING_MEND] > 0 ? STATUS_FOUND : STATUS_DONE;
	if (options.json) {
		tree_count(root, "mend", doctor.count[FINDING_MEND]);
		tree_count(root, "look", doctor.count[FINDING_LOOK]);
		return command_answer(self, root, status);
	}
	if (doctor.count[FINDING_MEND] == 0)
		printf("\nNothing has to be mended%s.\n",
		       doctor.count[FINDING_LOOK] > 0 ? "; look at what is marked so" : "");
	else
		printf("\n%zu to be mended, %zu to be looked at.\n", doctor.count[FINDING_MEND],
		       doctor.count[FINDING_LOOK]);
	return status;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "[--config FILE]",
	.summary = "look whether an installation is well, and say what to do",
	.about = "Looks at the data directory (who may read it, room on its disk, lists and their age, the record and "
		 "its "
		 "checkpoint, the keys), at the clock, at what the kernel can do, and with --config at the settings "
		 "and the "
		 "certificate of `jisr serve`. It changes nothing and may run beside the service. Run it as the user "
		 "who runs the "
		 "service.\n\n"
		 "Exit status 1 when something has to be mended.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr doctor\n"
		    "  sudo -u jisr jisr doctor --data /var/lib/jisr --config /etc/jisr/serve.conf\n",
	.run = run,
};
