#include "base/arena.h"
#include "base/clock.h"
#include "base/tree.h"
#include "cli/loaded.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "web/list_load.h"

#include <string.h>

#define FILES_MOST 1000 /* files of one command */
#define BAD_SHOWN  20   /* skipped records told in full without --verbose */

enum { OPTION_LIST = 1, OPTION_VERBOSE };

static const struct option_spec option_table[] = {
	{OPTION_LIST, 'l', "list", "NAME",
         "The name of the list: a-z, 0-9, '-', '_' and '.'. Without it the format gives the name (ofac-sdn, un-sc, "
         "...), "
         "or the file's own name."},
	{OPTION_VERBOSE, 'v', "verbose", NULL, "Tell every skipped record, not only the first 20."},
};

/* One list on its way from files to the catalogue, and what is told of it. */
struct loading {
	const struct command *self;
	struct list_load load;
	bool verbose, json;
	struct progress progress;
	cJSON *bad_list; /* of the answer, NULL without --json */
};

static bool on_stop(void *context)
{
	(void)context;
	return stop_wanted();
}

static void on_named(void *context, const char *name)
{
	struct loading *loading = context;
	loading->progress.label = name;
}

static void on_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	struct loading *loading = context;
	if (loading->load.skipped > BAD_SHOWN && !loading->verbose)
		return;
	progress_finish(&loading->progress);
	char place[32] = "";
	if (line > 0)
		(void)snprintf(place, sizeof place, ":%llu", (unsigned long long)line);
	fputs("skipped ", stderr);
	print_value(stderr, path);
	fprintf(stderr, "%s: ", place);
	print_value(stderr, reason);
	fputc('\n', stderr);
	if (loading->bad_list != NULL) {
		cJSON *item = tree_add_object(loading->bad_list, NULL);
		tree_text(item, "file", path);
		tree_count(item, "line", line);
		tree_text(item, "reason", reason);
	}
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	struct loading *loading = context;
	char count[PRINT_COUNT_MAX], note[64];
	if (!loading->progress.on)
		return;
	if (done >= total) {
		progress_show(&loading->progress, 1, 1, "writing the index");
		return;
	}
	(void)snprintf(note, sizeof note, "%s entities", print_count(loading->load.entities, count));
	progress_show(&loading->progress, done, total, note);
}

/* The delta of a list that is not there is an error; said by the catalogue or here. */
static void print_result(const struct loading *loading, const struct catalogue_change *change, double seconds)
{
	char numbers[6][PRINT_COUNT_MAX];
	printf("%s", print_style(stdout, STYLE_BOLD));
	print_value(stdout, list_load_name(&loading->load));
	printf("%s: %s", print_style(stdout, STYLE_NONE), list_format_name(loading->load.summary.format));
	if (loading->load.summary.published[0] != '\0') {
		fputs(", published ", stdout);
		print_value(stdout, loading->load.summary.published);
	}
	printf("\n   %s entities: %s added, %s changed, %s removed, %s unchanged",
	       print_count(change->added + change->changed + change->unchanged, numbers[0]),
	       print_count(change->added, numbers[1]), print_count(change->changed, numbers[2]),
	       print_count(change->removed, numbers[3]), print_count(change->unchanged, numbers[4]));
	printf("; %s skipped; %.2f s\n", print_count(loading->load.skipped, numbers[5]), seconds);
}

static void result_json(const struct loading *loading, const struct catalogue_change *change, const char *source,
                        double seconds, cJSON *item)
{
	tree_text(item, "list", list_load_name(&loading->load));
	tree_text(item, "format", list_format_name(loading->load.summary.format));
	tree_text(item, "source", source);
	tree_text(item, "published",
	          loading->load.summary.published[0] != '\0' ? loading->load.summary.published : NULL);
	tree_count(item, "entities", change->added + change->changed + change->unchanged);
	tree_count(item, "added", change->added);
	tree_count(item, "changed", change->changed);
	tree_count(item, "removed", change->removed);
	tree_count(item, "unchanged", change->unchanged);
	tree_count(item, "skipped", loading->load.skipped);
	tree_score(item, "seconds", seconds);
}

/* Reads one list and publishes it. */
static int load_one(struct loading *loading, cJSON *results)
{
	int64_t started = clock_milliseconds();
	struct problem problem = {0};
	char source[LIST_LOAD_SOURCE];
	cJSON *item = results != NULL ? tree_add_object(results, NULL) : NULL;
	struct list_load *load = &loading->load;
	loading->bad_list = item != NULL ? tree_add_array(item, "skipped_records") : NULL;
	load->context = loading;
	load->stop = on_stop;
	load->bad = on_bad;
	load->named = on_named;
	load->progress = on_progress;
	list_load_source(load, source);
	progress_init(&loading->progress, "reading");
	int error = list_load_run(load, &problem);
	progress_finish(&loading->progress);
	if (!loading->verbose && loading->load.skipped > BAD_SHOWN) {
		char count[PRINT_COUNT_MAX];
		fprintf(stderr, "... and %s more skipped; --verbose tells all\n",
		        print_count(loading->load.skipped - BAD_SHOWN, count));
	}
	if (error == JISR_CANCELLED && stop_wanted())
		return command_refuse(loading->self, "stopped; nothing has changed.");
	if (error != JISR_OK) {
		int status = command_fail(loading->self, error, &problem);
		if (item != NULL) {
			tree_text(item, "list", load->known ? list_load_name(&loading->load) : NULL);
			tree_text(item, "source", source);
			tree_text(item, "error", problem.text[0] != '\0' ? problem.text : error_text(error));
		}
		if (load->known && catalogue_find(load->catalogue, list_load_name(load)) != NULL) {
			fputs("Nothing has changed: what was loaded before of the list ", stderr);
			print_value(stderr, list_load_name(&loading->load));
			fputs(" stays as it was.\n", stderr);
		} else {
			fputs("Nothing has changed.\n", stderr);
		}
		return status;
	}
	double seconds = (double)(clock_milliseconds() - started) / 1000;
	if (item != NULL)
		result_json(loading, &load->change, source, seconds, item);
	else
		print_result(loading, &load->change, seconds);
	return STATUS_DONE;
}

/* Which list each file belongs to. Files of one format and one name are one list; a file that is nothing by itself (an
 * alt.csv) goes with the first OFAC file. */
static int group_files(const struct command *self, const char *const *paths, size_t count, size_t *ret_group,
                       size_t *ret_groups)
{
	CLEANUP(memory_freep) struct list_summary *summaries = memory_zero(count, sizeof *summaries);
	if (summaries == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	size_t groups = 0, ofac = SIZE_MAX;
	for (size_t i = 0; i < count; i++) {
		struct list_load probe = {.paths = &paths[i], .path_count = 1, .probe = true};
		struct problem problem = {0};
		ret_group[i] = SIZE_MAX;
		(void)list_load_run(&probe, &problem);
		if (!probe.known)
			continue; /* decided below, or told by the real reading */
		summaries[i] = probe.summary;
		for (size_t j = 0; j < i && ret_group[i] == SIZE_MAX; j++)
			if (ret_group[j] != SIZE_MAX && summaries[j].format == summaries[i].format &&
			    strcmp(summaries[j].name, summaries[i].name) == 0)
				ret_group[i] = ret_group[j];
		if (ret_group[i] == SIZE_MAX)
			ret_group[i] = groups++;
		if (summaries[i].format == LIST_OFAC_CSV && ofac == SIZE_MAX)
			ofac = ret_group[i];
	}
	for (size_t i = 0; i < count; i++)
		if (ret_group[i] == SIZE_MAX)
			ret_group[i] = ofac != SIZE_MAX ? ofac : groups++;
	*ret_groups = groups;
	return STATUS_DONE;
}

static int load_groups(struct loading *common, const char *const *paths, const size_t *group, size_t count,
                       size_t groups, cJSON *results)
{
	CLEANUP(memory_freep) const char **members = memory_zero(count, sizeof *members);
	if (members == NULL)
		return command_fail(common->self, JISR_NO_MEMORY, NULL);
	int status = STATUS_DONE;
	for (size_t g = 0; g < groups && !stop_wanted(); g++) {
		struct loading loading = *common;
		loading.load.paths = members;
		loading.load.path_count = 0;
		for (size_t i = 0; i < count; i++)
			if (group[i] == g)
				members[loading.load.path_count++] = paths[i];
		int one = load_one(&loading, results);
		if (one > status)
			status = one;
	}
	return status;
}

static int load_all(const struct command *self, const struct options *options, const char *const *paths, size_t count,
                    const char *list, bool verbose)
{
	char directory[LOADED_PATH_MAX];
	struct problem problem = {0};
	CLEANUP(loaded_keeper_finish) struct loaded_keeper keeper = {0};
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(memory_freep) size_t *group = memory_zero(count, sizeof *group);
	if (group == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	if (!options_data(options, directory, sizeof directory))
		return STATUS_MEND;
	loaded_make_parents(directory);
	int error = catalogue_open(directory, &catalogue, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	size_t groups = 1;
	int status = loaded_keep(self, directory, catalogue, &keeper);
	if (status != STATUS_DONE)
		return status;
	if (list == NULL && count > 1)
		status = group_files(self, paths, count, group, &groups);
	if (status != STATUS_DONE)
		return status;
	struct loading common = {.self = self,
	                         .load = {.catalogue = catalogue, .wanted = list},
	                         .verbose = verbose,
	                         .json = options->json};
	cJSON *root = options->json ? tree_object() : NULL;
	cJSON *results = root != NULL ? tree_add_array(root, "lists") : NULL;
	status = load_groups(&common, paths, group, count, groups, results);
	if (root != NULL)
		status = command_answer(&command_load, root, status);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	options_init(&options, self, argc, argv);
	const char *list = NULL;
	bool verbose = false;
	CLEANUP(memory_freep) const char **paths = memory_zero((size_t)argc + 1, sizeof *paths);
	size_t count = 0, standard_input = 0;
	if (paths == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_LIST: list = options.value; break;
		case OPTION_VERBOSE: verbose = true; break;
		default:
			if (count == FILES_MOST)
				return command_refuse(self, "at most %d files at once.", FILES_MOST);
			standard_input += strcmp(options.value, "-") == 0;
			paths[count++] = options.value;
		}
	}
	if (count == 0)
		return command_refuse(self,
		                      "which file? As in jisr load sdn.csv alt.csv add.csv, or - for standard input.");
	if (standard_input > 0 && count > 1)
		return command_refuse(self,
		                      "- (standard input) is one list by itself; load the files in another command.");
	stop_hold();
	int status = load_all(self, &options, paths, count, list, verbose);
	stop_obey();
	return status;
}

const struct command command_load = {
	.name = "load",
	.usage = "[--list NAME] FILE...",
	.summary = "load published lists, in any known format, in place of their earlier versions",
	.about =
		"Reads lists and makes them ready to be asked. The format is found out from the content: "
		"FollowTheMoney JSON "
		"lines (OpenSanctions) and its delta files, OFAC SDN as CSV or XML, UN and EU XML, UK CSV, INTERPOL "
		"notices JSON, or any CSV with a header; each also as gzip or zstd; - is standard input.\n\n"
		"Files of one list are given together: sdn.csv alt.csv add.csv, or several pages of notices. Files of "
		"different lists may be given together too and are loaded one after another; with --list all files are "
		"one list. A delta file changes the list that --list names and leaves the rest of it.\n\n"
		"A list takes the place of its earlier version all at once: after a failure, a full disk or a break "
		"the "
		"old version stays whole. A record that cannot be read is told with its line and skipped.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.examples = "  jisr load sdn.csv alt.csv add.csv\n"
		    "  jisr load --list customers customers.csv\n"
		    "  curl -s https://example.org/list.json.gz | jisr load --list eu -\n",
	.run = run,
};
