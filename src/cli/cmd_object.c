/* jisr object enter, amend, withdraw, load: what changes the register of objects. */
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "cli/notice.h"
#include "cli/object.h"
#include "cli/posted.h"
#include "cli/print.h"
#include "notices/object_act.h"
#include "notices/object_file.h"

#include <string.h>
#include <sys/stat.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_CONTENT,
	OPTION_REACH,
	OPTION_REASON,
	OPTION_TEXT,
	OPTION_NAME,
	OPTION_KIND,
	OPTION_LINES,
	OPTION_SHA256,
	OPTION_STRICT,
	OPTION_FEWER,
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who acts, such as MA-12; without it the console of headquarters."                             \
	}
#define REACH                                                                                                          \
	{                                                                                                              \
		OPTION_REACH, 0, "reach", "WHOM", "Whom it reaches: all, only:FR,MA or except:XX."                     \
	}

static const struct option_spec enter_options[] = {
	OFFICER,
	{OPTION_CONTENT, 'c', "content", "FILE", "The fields as a JSON object; - is standard input."},
	REACH,
};
static const struct option_spec withdraw_options[] = {
	OFFICER,
	{OPTION_REASON, 'r', "reason", "WHY", "found, returned, destroyed, error or other."},
	{OPTION_TEXT, 't', "text", "TEXT", "More about it: where it was found."},
};
static const struct option_spec load_options[] = {
	OFFICER,
	{OPTION_NAME, 'n', "name", "NAME",
         "The file's name in the office, such as passports; the next of that name replaces it."},
	{OPTION_KIND, 'k', "kind", "KIND",
         "What its lines are, where they do not say it: document, vehicle, firearm, artwork, vessel."},
	REACH,
	{OPTION_LINES, 0, "lines", "N",
         "How many lines it has below the first: another number, and nothing is entered."},
	{OPTION_SHA256, 0, "sha256", "HEX", "Its SHA-256: another one, and nothing is entered."},
	{OPTION_STRICT, 0, "strict", NULL, "One bad line, and nothing is entered."},
	{OPTION_FEWER, 0, "fewer", NULL, "It may have less than half the objects of the version before."},
};

static int tell_done(const struct command *self, const struct object_act *act, const char *done, bool json)
{
	if (json) {
		cJSON *root = tree_object();
		tree_text(root, "id", act->made);
		tree_count(root, "version", act->version);
		tree_text(root, "warning", act->warning[0] != '\0' ? act->warning : NULL);
		return command_answer(self, root, STATUS_DONE);
	}
	printf("%s: %s\n", act->made, done);
	if (act->warning[0] != '\0')
		printf("   %s!%s %s\n", print_style(stdout, STYLE_YELLOW), print_style(stdout, STYLE_NONE),
		       act->warning);
	return command_finish(self, STATUS_DONE);
}

/* ---- single ones ---- */

static int read_content(const struct command *self, const char *path, cJSON *object)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int status = noticed_json(self, path, NOTICE_FILE_MAX, &json);
	if (status == STATUS_DONE && !cJSON_IsObject(json)) {
		struct problem problem;
		(void)problem_set(&problem, JISR_BAD_INPUT, "%s: it is no JSON object", path);
		status = command_fail(self, JISR_BAD_INPUT, &problem);
	}
	while (status == STATUS_DONE && json->child != NULL) {
		cJSON *one = cJSON_DetachItemViaPointer(json, json->child);
		cJSON_DeleteItemFromObject(object, one->string);
		if (!cJSON_AddItemToObject(object, one->string, one))
			cJSON_Delete(one);
	}
	return status;
}

/* FIELD=VALUE; crime areas with commas between. An empty value takes the field out. */
static bool add_word(cJSON *object, const char *word)
{
	const char *equal = strchr(word, '=');
	enum object_field field;
	if (equal == NULL || !object_field_read(word, (size_t)(equal - word), &field))
		return false;
	const char *name = object_field_name(field), *value = equal + 1;
	cJSON_DeleteItemFromObject(object, name);
	if (value[0] == '\0')
		return true;
	if (field != OBJECT_CRIMES) {
		tree_text(object, name, value);
		return true;
	}
	cJSON *list = tree_add_array(object, name);
	for (const char *at = value; *at != '\0';) {
		size_t length = strcspn(at, ", ");
		if (length > 0)
			tree_bytes(list, NULL, at, length);
		at += length + (at[length] != '\0');
	}
	return true;
}

/* What an object says now, for an amendment that names some fields. */
static int read_before(const struct command *self, struct noticed *noticed, struct object_act *act, cJSON **ret_object)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct object_row row;
	int error = store_read(noticed->recorded.store, &reader, &problem);
	if (!error)
		error = object_get(store_reader_sql(reader), viewer_of(&noticed->recorded.caller), act->id,
		                   noticed->arena, &row, &problem);
	if (!error) {
		act->expected = row.version;
		*ret_object = cJSON_Parse(row.content);
		if (*ret_object == NULL)
			error = JISR_NO_MEMORY;
	}
	return error ? command_fail(self, error, &problem) : STATUS_DONE;
}

/* Adds what was said to what there is. */
static void merge(cJSON *object, cJSON *said, const char *const *words, size_t count)
{
	while (said->child != NULL) {
		cJSON *one = cJSON_DetachItemViaPointer(said, said->child);
		cJSON_DeleteItemFromObject(object, one->string);
		if (!cJSON_AddItemToObject(object, one->string, one))
			cJSON_Delete(one);
	}
	for (size_t i = 0; i < count; i++)
		(void)add_word(object, words[i]);
}

/* "MA/passports", a whole file; numbers and lines of files begin otherwise. */
static bool names_file(const char *id, char folder[OBJECT_ID_MAX], const char **ret_name)
{
	const char *slash = strchr(id, '/');
	if (id[0] < 'A' || id[0] > 'Z' || slash == NULL || strchr(slash + 1, '/') != NULL ||
	    (size_t)snprintf(folder, OBJECT_ID_MAX, "object-files/%.*s", (int)(slash - id), id) >= OBJECT_ID_MAX)
		return false;
	*ret_name = slash + 1;
	return true;
}

static int submit(const struct command *self, struct noticed *noticed, struct object_act *act, const char *done,
                  bool json)
{
	struct problem problem = {""};
	char folder[OBJECT_ID_MAX];
	struct posted posted = {.what = act->step == OBJECT_ENTER   ? "api_object_enter"
	                                : act->step == OBJECT_AMEND ? "api_object_amend"
	                                                            : "api_object_withdraw",
	                        .method = act->step == OBJECT_AMEND ? "PUT" : "POST",
	                        .collection = "objects",
	                        .id = act->id,
	                        .step = act->step == OBJECT_WITHDRAW ? "withdraw" : NULL,
	                        .fields = act->fields,
	                        .expected = act->expected != ENTRY_ANY ? act->expected : 0};
	if (act->id != NULL && names_file(act->id, folder, &posted.id)) {
		posted.what = "api_object_file_withdraw";
		posted.collection = folder;
	}
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	posted_begin(&posted, &noticed->recorded);
	int error = posted.blind ? JISR_OK : object_act_submit(noticed->recorded.store, act, &problem);
	posted_end(&posted);
	if (error)
		return noticed_findings(self, &act->findings, error, &problem, json);
	return posted.here ? posted_send(self, &noticed->recorded, &posted, json) : tell_done(self, act, done, json);
}

static int run_enter(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(json_freep) cJSON *fields = tree_object(), *said = tree_object();
	bool amend = self == &command_object_amend;
	struct object_act act = {.step = amend ? OBJECT_AMEND : OBJECT_ENTER, .expected = ENTRY_ANY};
	const char *officer = NULL, *words[OBJECT_FIELDS * 2];
	size_t word_count = 0;
	int id, status = STATUS_DONE;
	options_init(&options, self, argc, argv);
	while (status == STATUS_DONE && (id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER)
			officer = options.value;
		else if (id == OPTION_CONTENT)
			status = read_content(self, options.value, said);
		else if (id == OPTION_REACH && !noticed_reach(fields, options.value))
			status = command_refuse(self, "--reach is all, only:FR,MA or except:XX, not '%s'.",
			                        options.value);
		else if (id == OPTIONS_WORD && amend && act.id == NULL)
			act.id = options.value;
		else if (id == OPTIONS_WORD && (word_count == OBJECT_FIELDS * 2 || !add_word(said, options.value)))
			status = command_refuse(self, "'%s' is no FIELD=VALUE: 'jisr object fields' lists the fields.",
			                        options.value);
		else if (id == OPTIONS_WORD)
			words[word_count++] = options.value;
	}
	if (status == STATUS_DONE && amend && act.id == NULL)
		status = command_refuse(self, "which one? Give its number, such as 2026/1234.");
	if (status != STATUS_DONE)
		return status;
	struct noticed noticed;
	cJSON *object = NULL;
	status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE && amend)
		status = read_before(self, &noticed, &act, &object);
	else if (status == STATUS_DONE)
		object = tree_object();
	if (status == STATUS_DONE) {
		merge(object, said, words, word_count);
		if (!cJSON_AddItemToObject(fields, "object", object))
			json_free(object);
		act.caller = &noticed.recorded.caller;
		act.fields = fields;
		status = submit(self, &noticed, &act, amend ? "amended" : "entered", options.json);
	}
	noticed_finish(&noticed);
	return status;
}

static int run_withdraw(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	struct object_act act = {.step = OBJECT_WITHDRAW, .expected = ENTRY_ANY};
	const char *officer = NULL;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_REASON:
		case OPTION_TEXT: tree_text(fields, options.name, options.value); break;
		default:
			if (act.id != NULL)
				return command_refuse(self, "'%s' is not needed.", options.value);
			act.id = options.value;
		}
	if (act.id == NULL)
		return command_refuse(self, "which one? Give its number, the id of a line, or OFFICE/NAME for a file.");
	int status = noticed_open(&noticed, &options, officer, false);
	if (status == STATUS_DONE) {
		act.caller = &noticed.recorded.caller;
		act.fields = fields;
		status = submit(self, &noticed, &act, "withdrawn", options.json);
	}
	noticed_finish(&noticed);
	return status;
}

/* ---- files ---- */

struct loading_shown {
	struct progress progress;
	uint64_t total;
};

static void show(void *context, uint64_t done, uint64_t total)
{
	struct loading_shown *shown = context;
	progress_show(&shown->progress, done, total > 0 ? total : shown->total, NULL);
}

static void tell_lines(const struct object_load *load)
{
	for (size_t i = 0; i < load->told_count; i++) {
		fprintf(stderr, "line %llu%s: ", (unsigned long long)load->told[i].line,
		        load->told[i].entered ? " (entered)" : "");
		print_value(stderr, load->told[i].what);
		fputc('\n', stderr);
	}
	if (load->bad + load->odd > load->told_count)
		fprintf(stderr, "and %llu more.\n", (unsigned long long)(load->bad + load->odd - load->told_count));
}

static int answer_load(const struct command *self, const struct object_load *load, const char *office, bool json)
{
	int status = load->bad > 0 ? STATUS_FOUND : STATUS_DONE;
	if (!json) {
		tell_lines(load);
		printf("%s/%s: %llu entered (%llu added, %llu changed, %llu removed, %llu unchanged), %llu bad lines\n",
		       office, load->name, (unsigned long long)load->entered, (unsigned long long)load->added,
		       (unsigned long long)load->changed, (unsigned long long)load->removed,
		       (unsigned long long)load->unchanged, (unsigned long long)load->bad);
		if (load->again > 0)
			printf("%llu of them had been withdrawn since the version before, and count again.\n",
			       (unsigned long long)load->again);
		return command_finish(self, status);
	}
	cJSON *root = tree_object();
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {{"lines", load->rows},      {"entered", load->entered},     {"bad", load->bad},
	              {"odd", load->odd},         {"added", load->added},         {"changed", load->changed},
	              {"removed", load->removed}, {"unchanged", load->unchanged}, {"again", load->again},
	              {"version", load->version}};
	tree_text(root, "owner", office);
	tree_text(root, "name", load->name);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		tree_count(root, counts[i].name, counts[i].count);
	cJSON *told = tree_add_array(root, "told");
	for (size_t i = 0; i < load->told_count; i++) {
		cJSON *one = tree_add_object(told, NULL);
		tree_count(one, "line", load->told[i].line);
		tree_bool(one, "entered", load->told[i].entered);
		tree_text(one, "what", load->told[i].what);
	}
	return command_answer(self, root, status);
}

/* The digest of the file, for the record and against what its sender said; "" of what is no file. */
static int digest_of(const struct command *self, const char *path, const char *said, char out[SHA256_HEX])
{
	struct stat status;
	struct problem problem = {""};
	out[0] = '\0';
	bool file = strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
	if (!file && said != NULL)
		return command_refuse(self, "--sha256 needs a file, not standard input.");
	if (!file)
		return STATUS_DONE;
	int error = sha256_file_hex(path, out, &problem);
	if (error)
		return command_fail(self, error, &problem);
	if (said != NULL && strcmp(said, out) != 0)
		return command_refuse(self,
		                      "%s: its SHA-256 is %s, not %.80s: it is cut off, or another file. Nothing was "
		                      "entered.",
		                      path, out, said);
	return STATUS_DONE;
}

static int load(const struct command *self, struct options *options, struct object_load *load, const char *path,
                const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	struct input *input = NULL;
	struct loading_shown shown = {.total = 0};
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		const char *slash = strrchr(path, '/');
		load->caller = &noticed.recorded.caller;
		load->source = strcmp(path, "-") == 0 ? "standard input" : slash != NULL ? slash + 1 : path;
		progress_init(&shown.progress, load->name);
		load->progress = show;
		load->progress_context = &shown;
		int error = input_open(path, &input, &problem);
		if (!error) {
			shown.total = input_total(input);
			error = object_load(noticed.recorded.store, input, load, &problem);
		}
		progress_finish(&shown.progress);
		if (error) {
			tell_lines(load);
			problem_prefix(&problem, path);
			status = command_fail(self, error, &problem);
		} else {
			status = answer_load(self, load, noticed.recorded.caller.office, options->json);
		}
	}
	noticed_finish(&noticed);
	return status;
}

static int run_load(const struct command *self, int argc, char **argv)
{
	struct options options;
	CLEANUP(json_freep) cJSON *fields = tree_object();
	CLEANUP(memory_freep) struct object_load *order = memory_zero(1, sizeof *order);
	const char *officer = NULL, *path = NULL, *said = NULL;
	char digest[SHA256_HEX];
	int id;
	if (order == NULL)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_NAME: order->name = options.value; break;
		case OPTION_KIND: order->kind = options.value; break;
		case OPTION_SHA256: said = options.value; break;
		case OPTION_STRICT: order->strict = true; break;
		case OPTION_FEWER: order->fewer = true; break;
		case OPTION_LINES:
			if (!options_number(&options, 1, OBJECT_FILE_LINES, &order->lines))
				return options.status;
			break;
		case OPTION_REACH:
			if (!noticed_reach(fields, options.value))
				return command_refuse(self, "--reach is all, only:FR,MA or except:XX, not '%s'.",
				                      options.value);
			break;
		default:
			if (path != NULL)
				return command_refuse(self, "'%s' is not needed: one file at a time.", options.value);
			path = options.value;
		}
	if (path == NULL || order->name == NULL)
		return command_refuse(self, "say which file, and its name in the office: --name passports.");
	int status = digest_of(self, path, said, digest);
	if (status != STATUS_DONE)
		return status;
	order->digest = digest;
	order->reach = json_get(fields, "reach");
	return load(self, &options, order, path, officer);
}

#define FIELDS_ABOUT                                                                                                   \
	"Fields are given as FIELD=VALUE or as a JSON object; 'jisr object fields' lists them. Only the country that " \
	"issued a travel document enters it: its bureau."

const struct command command_object_enter = {
	.name = "object enter",
	.usage = "FIELD=VALUE... [--reach WHOM] [--officer ID]",
	.summary = "enter one stolen or lost object",
	.about = FIELDS_ABOUT,
	.options = enter_options,
	.option_count = sizeof enter_options / sizeof *enter_options,
	.json = true,
	.examples = "  jisr object enter kind=document type=passport status=stolen country=MA number=AB123456 "
		    "--officer MA-1\n"
		    "  jisr object enter kind=vehicle type=car status=stolen vin=1M8GDM9AXKP042788 --officer MA-1\n",
	.run = run_enter,
};

const struct command command_object_amend = {
	.name = "object amend",
	.usage = "NUMBER FIELD=VALUE... [--reach WHOM] [--officer ID]",
	.summary = "change what an object says, or whom it reaches",
	.about = "Fields that are not named stay as they are; FIELD= takes one out. " FIELDS_ABOUT,
	.options = enter_options,
	.option_count = sizeof enter_options / sizeof *enter_options,
	.json = true,
	.run = run_enter,
};

const struct command command_object_withdraw = {
	.name = "object withdraw",
	.usage = "NUMBER|ID|OFFICE/NAME --reason WHY [--text TEXT] [--officer ID]",
	.summary = "withdraw an object that was found, a line of a file, or a file",
	.about = "Only its owner withdraws an object. A line of a file is named by the id that a check shows.",
	.options = withdraw_options,
	.option_count = sizeof withdraw_options / sizeof *withdraw_options,
	.json = true,
	.examples = "  jisr object withdraw 2026/1234 --reason found --officer MA-1\n"
		    "  jisr object withdraw object-ma-passports-passport-ab123456-ma --reason found --officer MA-1\n",
	.run = run_withdraw,
};

const struct command command_object_load = {
	.name = "object load",
	.usage = "FILE --name NAME [--kind KIND] [--reach WHOM] [--lines N] [--sha256 HEX] [--officer ID]",
	.summary = "enter a file of many objects, in place of the one of that name before",
	.about = "The file is comma-separated, plain or gzip or zstd; its first line names the fields, each further "
		 "line is "
		 "an object. Bad lines are told with their number and reason and left out; the exit status is then 1. "
		 "Until "
		 "all of it is entered nothing changes, and a file that is cut off changes nothing: one whose last "
		 "line has "
		 "no end or too few fields, or that has not the lines or the digest that were said.\n\n" FIELDS_ABOUT,
	.options = load_options,
	.option_count = sizeof load_options / sizeof *load_options,
	.json = true,
	.examples = "  jisr object load stolen.csv --name passports --kind document --officer MA-1\n",
	.run = run_load,
};

static const struct command *const object_steps[] = {
	&command_object_enter, &command_object_amend, &command_object_withdraw, &command_object_load,
	&command_object_check, &command_object_list,  &command_object_show,     &command_object_fields,
};

const struct command command_object = {
	.name = "object",
	.usage = "STEP [OPTION]...",
	.summary = "enter, check and withdraw stolen and lost documents, vehicles, firearms, works of art, vessels",
	.about = "The register of objects: entered one by one or by file, found by their number in every check of "
		 "those whom "
		 "they reach, withdrawn when found. docs/objects.md tells all.",
	.run = command_run_step,
	.steps = object_steps,
	.step_count = sizeof object_steps / sizeof *object_steps,
};
