/* jisr notice import. */
#include "base/json.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/print.h"
#include "notices/import.h"

#include <string.h>

#define FILE_MOST  ((size_t)128 << 20)
#define ITEMS_MOST 500000
#define TOLD_MOST  1000 /* skipped ones and ones of which something was left out, told one by one */

enum { OPTION_OFFICER = 1, OPTION_COLOUR, OPTION_LANGUAGE, OPTION_OWNER };

static const struct option_spec option_table[] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as MA-12; without it the console of headquarters."},
	{OPTION_COLOUR, 0, "colour", "COLOUR", "Of those that do not say it themselves; without it they are skipped."},
	{OPTION_LANGUAGE, 'l', "language", "CODE",
         "In which the files are written: ar, en, es or fr; en when not given."},
	{OPTION_OWNER, 0, "owner", "OFFICE",
         "Whose they are to be; the requesting country's, else the importing office's, when not given."},
};

struct item {
	const cJSON *json; /* NULL: bad */
	const char *file;
	size_t line; /* of its file, from 1, or its place in it */
	char *bad;   /* why it cannot be read; owned */
};

struct importing_all {
	const struct command *command;
	bool json;
	struct item *items;
	size_t count, capacity;
	cJSON **trees; /* what items point into */
	size_t tree_count, tree_capacity;
	uint64_t made, changed, same, skipped, told;
	cJSON *skipped_list, *left_list;
};

static void importing_finish(struct importing_all *all)
{
	for (size_t i = 0; i < all->count; i++)
		memory_free(all->items[i].bad);
	for (size_t i = 0; i < all->tree_count; i++)
		json_free(all->trees[i]);
	memory_free(all->items);
	memory_free(all->trees);
}

/* ---- reading ---- */

static int add_item(struct importing_all *all, const cJSON *json, const char *file, size_t line, const char *bad)
{
	int error = memory_reserve(&all->items, &all->capacity, all->count + 1, ITEMS_MOST, sizeof *all->items);
	char *kept = !error && bad != NULL ? memory_text(bad, strlen(bad)) : NULL;
	if (error || (bad != NULL && kept == NULL))
		return error ? error : JISR_NO_MEMORY;
	all->items[all->count++] = (struct item){json, file, line, kept};
	return JISR_OK;
}

static int keep_tree(struct importing_all *all, cJSON *tree)
{
	int error = memory_reserve(&all->trees, &all->tree_capacity, all->tree_count + 1, ITEMS_MOST + 1,
	                           sizeof *all->trees);
	if (error)
		json_free(tree);
	else
		all->trees[all->tree_count++] = tree;
	return error;
}

/* Pages, arrays and single objects, as INTERPOL's public API gives them. */
static int collect(struct importing_all *all, const cJSON *json, const char *file, size_t *place)
{
	const cJSON *page = json_get(json_get(json, "_embedded"), "notices");
	const cJSON *list = cJSON_IsArray(json) ? json : cJSON_IsArray(page) ? page : NULL;
	if (list == NULL)
		return add_item(all, cJSON_IsObject(json) ? json : NULL, file, ++*place,
		                cJSON_IsObject(json) ? NULL : "it is no object");
	int error = JISR_OK;
	for (const cJSON *one = list->child; one != NULL && !error; one = one->next)
		error = collect(all, one, file, place);
	return error;
}

static int read_lines(struct importing_all *all, const char *file, const struct text *text)
{
	size_t line = 0;
	int error = JISR_OK;
	for (const char *at = text->bytes, *end = at + text->length; at < end && !error;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((stop != NULL ? stop : end) - at);
		struct problem problem = {""};
		cJSON *json = NULL;
		line++;
		if (length > 0 && strspn(at, " \r\t") < length) {
			int bad = json_read(at, length, &json, &problem);
			if (bad == JISR_NO_MEMORY)
				return bad;
			if (json != NULL)
				error = keep_tree(all, json);
			if (!error)
				error = add_item(all, json, file, line, json == NULL ? problem.text : NULL);
		}
		at += length + 1;
	}
	return error;
}

static int read_file(struct importing_all *all, const char *file)
{
	struct text text;
	struct problem problem = {""};
	cJSON *json = NULL;
	size_t place = 0;
	text_init(&text, FILE_MOST);
	int status = noticed_file(all->command, file, &text);
	if (status == STATUS_DONE) {
		int error = json_read(text.bytes, text.length, &json, &problem);
		if (!error) {
			error = keep_tree(all, json);
			if (!error)
				error = collect(all, json, file, &place);
		} else if (error == JISR_BAD_INPUT && text.length > 0 && text.bytes[0] == '{' &&
		           memchr(text.bytes, '\n', text.length) != NULL) {
			error = read_lines(all, file, &text);
		}
		problem_prefix(&problem, file);
		status = error ? command_fail(all->command, error, &problem) : STATUS_DONE;
	}
	text_finish(&text);
	return status;
}

/* ---- telling ---- */

static void tell(struct importing_all *all, const struct item *item, const struct import *import, const char *skipped)
{
	if (all->told++ >= TOLD_MOST)
		return;
	if (!all->json) {
		printf("  %s %s:%zu %s%s", skipped != NULL ? "skipped" : import->made, item->file, item->line,
		       import->source, import->source[0] != '\0' ? ": " : "");
		print_value(stdout, skipped != NULL ? skipped : import->left);
		printf("%s\n", skipped != NULL ? "" : " (left out)");
		return;
	}
	cJSON *one = tree_add_object(skipped != NULL ? all->skipped_list : all->left_list, NULL);
	tree_text(one, "file", item->file);
	tree_count(one, "place", item->line);
	tree_text(one, "source", import->source);
	if (skipped == NULL)
		tree_text(one, "notice", import->made);
	tree_text(one, skipped != NULL ? "why" : "left_out", skipped != NULL ? skipped : import->left);
}

static int import_item(struct importing_all *all, struct store *store, const struct item *item, struct import *import)
{
	struct problem problem = {""};
	import->source[0] = '\0';
	int error = item->json != NULL ? import_one(store, import, item->json, &problem)
	                               : problem_set(&problem, JISR_BAD_INPUT, "%s", item->bad);
	if (error == JISR_OK) {
		all->made += import->result == IMPORT_MADE;
		all->changed += import->result == IMPORT_CHANGED;
		all->same += import->result == IMPORT_SAME;
		if (import->left[0] != '\0' && import->result != IMPORT_SAME)
			tell(all, item, import, NULL);
		return STATUS_DONE;
	}
	if (error != JISR_UNSUPPORTED && error != JISR_STATE && error != JISR_BAD_INPUT && error != JISR_DENIED &&
	    error != JISR_NOT_FOUND)
		return command_fail(all->command, error, &problem);
	all->skipped++;
	tell(all, item, import, problem.text);
	return STATUS_DONE;
}

static int import_all(struct importing_all *all, struct noticed *noticed, struct import *import)
{
	int status = caller_may(import->caller, RIGHT_NOTICES_WRITE) ? STATUS_DONE : STATUS_MEND;
	struct problem problem = {""};
	if (status != STATUS_DONE)
		return command_fail(all->command, caller_check(import->caller, RIGHT_NOTICES_WRITE, &problem),
		                    &problem);
	cJSON *root = all->json ? tree_object() : NULL;
	all->skipped_list = tree_add_array(root, "skipped");
	all->left_list = tree_add_array(root, "left_out");
	if (!all->json)
		(void)tree_failed();
	for (int detailed = 1; detailed >= 0; detailed--)
		for (size_t i = 0; i < all->count && status == STATUS_DONE; i++)
			if ((all->items[i].json != NULL && import_has_details(all->items[i].json)) == (detailed == 1))
				status = import_item(all, noticed->recorded.store, &all->items[i], import);
	if (status != STATUS_DONE) {
		cJSON_Delete(root);
		return status;
	}
	status = all->made + all->changed + all->same == 0 && all->skipped > 0 ? STATUS_MEND : STATUS_DONE;
	if (!all->json) {
		if (all->told > TOLD_MOST)
			printf("  and %llu more.\n", (unsigned long long)(all->told - TOLD_MOST));
		printf("%llu drafts made, %llu changed, %llu as before, %llu skipped.\n", (unsigned long long)all->made,
		       (unsigned long long)all->changed, (unsigned long long)all->same,
		       (unsigned long long)all->skipped);
		return status;
	}
	tree_count(root, "made", all->made);
	tree_count(root, "changed", all->changed);
	tree_count(root, "same", all->same);
	tree_count(root, "skipped_count", all->skipped);
	return command_answer(all->command, root, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	CLEANUP(importing_finish) struct importing_all all = {.command = self};
	struct import import = {.language = "en"};
	enum language language;
	const char *officer = NULL;
	int id, status;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_OWNER: import.owner = options.value; break;
		case OPTION_COLOUR:
			if (codes_find(&codes_colour, options.value) == NULL)
				return command_refuse(self, "there is no colour '%s': 'jisr notice codes' lists them.",
				                      options.value);
			import.colour = options.value;
			break;
		case OPTION_LANGUAGE:
			if (!codes_read_language(options.value, &language))
				return command_refuse(self, "--language is ar, en, es or fr.");
			import.language = options.value;
			break;
		default:
			status = read_file(&all, options.value);
			if (status != STATUS_DONE)
				return status;
		}
	if (all.count == 0)
		return command_refuse(self, "which file? INTERPOL's public notices as JSON, or FollowTheMoney.");
	status = noticed_open(&noticed, &options, officer, false);
	all.json = options.json;
	import.caller = &noticed.recorded.caller;
	if (status == STATUS_DONE)
		status = import_all(&all, &noticed, &import);
	noticed_finish(&noticed);
	return status;
}

const struct command command_notice_import = {
	.name = "notice import",
	.usage = "FILE... [--colour COLOUR] [--language CODE] [--owner OFFICE] [--officer ID]",
	.summary = "make drafts of INTERPOL's public notices, or of FollowTheMoney entities",
	.about =
		"Reads notices as INTERPOL's public API gives them (pages, details, arrays of either) or "
		"FollowTheMoney, one "
		"entity a line, and makes a draft of each. All files are read before anything is written. A draft says "
		"what its source says; what that lacks, `jisr notice show` tells. The source's id is the draft's "
		"reference: imported again it is changed, or left as it is.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.json = true,
	.run = run,
};
