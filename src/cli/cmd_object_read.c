/* jisr object check, list, show, fields: what reads the register of objects. */
#include "base/emit.h"
#include "base/json.h"
#include "cli/explain.h"
#include "cli/notice.h"
#include "cli/object.h"
#include "cli/print.h"
#include "notices/object_find.h"
#include "notices/object_index.h"
#include "store/replica.h"
#include "watch/report.h"

#include <string.h>

enum {
	OPTION_OFFICER = 1,
	OPTION_COUNTRY,
	OPTION_KIND,
	OPTION_MAKE,
	OPTION_OWNER,
	OPTION_STATUS,
	OPTION_CRIME,
	OPTION_WORDS,
	OPTION_LIMIT,
	OPTION_FILES,
};

#define OFFICER                                                                                                        \
	{                                                                                                              \
		OPTION_OFFICER, 'o', "officer", "ID",                                                                  \
			"Who looks, such as FR-3: what that office may see; without it headquarters."                  \
	}
#define KIND                                                                                                           \
	{                                                                                                              \
		OPTION_KIND, 'k', "kind", "KIND", "Only of a kind: document, vehicle, firearm, artwork, vessel."       \
	}

static const struct option_spec check_options[] = {
	OFFICER,
	{OPTION_COUNTRY, 'c', "country", "CC", "That issued or registered it: another country's number is no hit."},
	KIND,
	{OPTION_MAKE, 'm', "make", "MAKE", "Of a firearm, whose serial number alone says too little."},
};
static const struct option_spec list_options[] = {
	OFFICER,
	KIND,
	{OPTION_OWNER, 0, "owner", "OFFICE", "Only those of an office."},
	{OPTION_STATUS, 0, "status", "STATUS", "Only stolen, lost, revoked, ... ones."},
	{OPTION_CRIME, 0, "crime-area", "CODE", "Only those of a crime area: VEH, CUL, ..."},
	{OPTION_WORDS, 'w', "words", "TEXT", "Only those whose caption holds this."},
	{OPTION_LIMIT, 'n', "limit", "COUNT", "At most so many, newest first; 20 when not given, at most 500."},
	{OPTION_FILES, 'f', "files", NULL, "The files of many, not single objects."},
};
static const struct option_spec show_options[] = {OFFICER};

/* ---- the index as the one who looks sees it ---- */

struct seen {
	struct watch_set *empty;
	struct watch_view *view;
};

static void seen_finish(struct seen *seen)
{
	if (seen->view != NULL)
		watch_view_release(seen->view);
	watch_set_free(seen->empty);
}

static int seen_open(struct seen *seen, const struct noticed *noticed, struct problem *problem)
{
	CLEANUP(object_index_freep) struct object_index *index = NULL;
	struct replica replica;
	bool changed;
	int error = watch_set_new(&seen->empty);
	if (!error)
		error = object_index_new(store_directory(noticed->recorded.store),
		                         replica_of(noticed->recorded.store, &replica), &index);
	if (!error)
		error = object_index_follow(index, store_reader_sql(noticed->reader), 0, 0, &changed, problem);
	if (error)
		return error;
	const struct watch_view *none = watch_view_take(seen->empty);
	error = object_index_join(index, none, noticed->recorded.caller.office, NULL, NULL, &seen->view);
	watch_view_release(none);
	return error;
}

/* ---- check ---- */

static int answer_check(const struct command *self, const struct seen *seen, const struct check_answer *answer,
                        struct arena *arena, bool json)
{
	int status = answer->count > 0 ? STATUS_FOUND : STATUS_DONE;
	if (json) {
		struct text text;
		text_init(&text, NOTICE_FILE_MAX);
		emit_object(&text, NULL);
		emit_array(&text, "hits");
		for (size_t i = 0; i < answer->count; i++)
			report_hit(&text, seen->view, &answer->hits[i]);
		emit_close_array(&text);
		emit_count(&text, "total", answer->total);
		emit_close_object(&text);
		return command_answer_text(self, &text, status);
	}
	for (size_t i = 0; i < answer->count; i++) {
		const struct check_hit *hit = &answer->hits[i];
		struct entity *entity = NULL;
		if (watch_view_entity(seen->view, hit->segment, hit->entity, arena, &entity) != JISR_OK)
			entity = NULL;
		explain_hit(stdout, i + 1, hit, NULL, entity);
		const char *owner = entity != NULL ? entity_get(entity, "authority") : NULL;
		if (owner != NULL)
			printf("   entered by %s\n", owner);
		putchar('\n');
	}
	printf(answer->count == 0 ? "No hit.\n" : "%zu in all.\n", answer->total);
	return command_finish(self, status);
}

static int run_check(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct object_question question = {.limit = 0};
	struct problem problem = {""};
	struct seen seen = {NULL, NULL};
	struct check_answer answer = {0};
	CLEANUP(watch_scratch_freep) struct watch_scratch *scratch = NULL;
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTION_COUNTRY, &question.country},
	                 {OPTION_KIND, &question.kind}, {OPTION_MAKE, &question.make},
	                 {OPTIONS_WORD, &question.number}))
		return options.status;
	if (question.number == NULL)
		return command_refuse(self, "which number?");
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE) {
		int error = seen_open(&seen, &noticed, &problem);
		if (!error)
			error = watch_scratch_new(&scratch);
		if (!error)
			error = object_find(seen.view, &question, scratch, noticed.arena, &answer, &problem);
		status = error ? command_fail(self, error, &problem)
		               : answer_check(self, &seen, &answer, noticed.arena, options.json);
	}
	seen_finish(&seen);
	noticed_finish(&noticed);
	return status;
}

/* ---- list ---- */

struct listing {
	bool json;
	struct text text;
	uint64_t files;
};

static bool list_one(void *context, const struct object_row *row)
{
	struct listing *listing = context;
	if (listing->json) {
		emit_object(&listing->text, NULL);
		emit_text(&listing->text, "id", row->id);
		emit_text(&listing->text, "kind", row->kind);
		emit_text(&listing->text, "owner", row->owner);
		emit_bool(&listing->text, "withdrawn", row->withdrawn);
		emit_text(&listing->text, "caption", row->caption);
		emit_text(&listing->text, "changed", row->changed);
		emit_close_object(&listing->text);
		return listing->text.error == JISR_OK;
	}
	print_cell(stdout, row->id, 13);
	printf(" ");
	print_cell(stdout, row->owner, 7);
	printf(" %s", row->withdrawn ? "withdrawn: " : "");
	print_value(stdout, row->caption);
	putchar('\n');
	return true;
}

static bool list_file(void *context, const struct object_file *file)
{
	struct listing *listing = context;
	listing->files++;
	if (listing->json) {
		emit_object(&listing->text, NULL);
		emit_text(&listing->text, "owner", file->owner);
		emit_text(&listing->text, "name", file->name);
		emit_count(&listing->text, "objects", file->count);
		emit_count(&listing->text, "withdrawn", file->withdrawn);
		emit_text(&listing->text, "loaded", file->loaded);
		emit_text(&listing->text, "source", file->source);
		emit_close_object(&listing->text);
		return listing->text.error == JISR_OK;
	}
	char count[PRINT_COUNT_MAX], withdrawn[PRINT_COUNT_MAX];
	printf("%s/%s: %s objects, loaded %s", file->owner, file->name, print_count(file->count, count), file->loaded);
	if (file->withdrawn > 0)
		printf(", %s withdrawn since", print_count(file->withdrawn, withdrawn));
	putchar('\n');
	return true;
}

static int list(const struct command *self, struct noticed *noticed, const struct object_filter *filter, bool files,
                bool json)
{
	struct problem problem = {""};
	struct listing listing = {.json = json};
	struct viewer viewer = viewer_of(&noticed->recorded.caller);
	struct sql *sql = store_reader_sql(noticed->reader);
	uint64_t total = 0;
	int error;
	text_init(&listing.text, NOTICE_FILE_MAX);
	emit_object(&listing.text, NULL);
	emit_array(&listing.text, files ? "files" : "objects");
	if (files) {
		error = object_files(sql, viewer, noticed->arena, list_file, &listing, &problem);
		total = listing.files;
	} else {
		error = object_count(sql, viewer, filter, &total, &problem);
		if (!error)
			error = object_list(sql, viewer, filter, noticed->arena, list_one, &listing, &problem);
	}
	return noticed_listed(self, &listing.text, total, error, &problem, json);
}

static int run_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct noticed noticed;
	struct object_filter filter = {.limit = 20};
	const char *officer = NULL;
	enum object_kind kind;
	bool files = false;
	uint64_t limit;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END)
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_OFFICER: officer = options.value; break;
		case OPTION_KIND: filter.kind = options.value; break;
		case OPTION_OWNER: filter.owner = options.value; break;
		case OPTION_STATUS: filter.status = options.value; break;
		case OPTION_CRIME: filter.crime = options.value; break;
		case OPTION_WORDS: filter.words = options.value; break;
		case OPTION_FILES: files = true; break;
		case OPTION_LIMIT:
			if (!options_number(&options, 1, NOTICE_LIST_MOST, &limit))
				return options.status;
			filter.limit = (size_t)limit;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	if (filter.kind != NULL && !object_kind_read(filter.kind, &kind))
		return command_refuse(self, "there is no kind '%s': document, vehicle, firearm, artwork or vessel.",
		                      filter.kind);
	if (filter.crime != NULL && !codes_is_crime(filter.crime))
		return command_refuse(self, "there is no crime area '%s': 'jisr notice codes' lists them.",
		                      filter.crime);
	int status = noticed_open(&noticed, &options, officer, true);
	if (status == STATUS_DONE)
		status = list(self, &noticed, &filter, files, options.json);
	noticed_finish(&noticed);
	return status;
}

/* ---- show ---- */

static int show_row(const struct command *self, const struct noticed *noticed, const struct object_row *row, bool json)
{
	bool inside = notice_inside(viewer_of(&noticed->recorded.caller), row->owner);
	if (json) {
		struct text text;
		text_init(&text, NOTICE_FILE_MAX);
		emit_object(&text, NULL);
		emit_text(&text, "id", row->id);
		emit_text(&text, "owner", row->owner);
		emit_bool(&text, "withdrawn", row->withdrawn);
		emit_text(&text, "caption", row->caption);
		emit_text(&text, "entered", row->entered);
		emit_raw(&text, "object", row->content, strlen(row->content));
		if (inside) {
			emit_text(&text, "reach", row->reach);
			emit_text(&text, "changed", row->changed);
			emit_text(&text, "reason", row->reason[0] != '\0' ? row->reason : NULL);
			emit_text(&text, "text", row->text[0] != '\0' ? row->text : NULL);
			emit_count(&text, "version", row->version);
		}
		emit_close_object(&text);
		return command_answer_text(self, &text, STATUS_DONE);
	}
	CLEANUP(json_freep) cJSON *content = cJSON_Parse(row->content);
	printf("%s%s%s\n", print_style(stdout, STYLE_BOLD), row->id, print_style(stdout, STYLE_NONE));
	print_value(stdout, row->caption);
	printf("\n   entered by %s, %s\n", row->owner, row->entered);
	if (row->withdrawn)
		printf("   withdrawn: %s %s\n", row->reason, row->text);
	if (inside)
		printf("   reaches %s\n", row->reach);
	for (const cJSON *one = content != NULL ? content->child : NULL; one != NULL; one = one->next) {
		printf("   %-14s ", one->string);
		for (const cJSON *item = cJSON_IsArray(one) ? one->child : NULL; item != NULL; item = item->next)
			printf("%s ", codes_label(&codes_crime, item->valuestring, LANGUAGE_EN));
		print_value(stdout, cJSON_IsString(one) ? one->valuestring : "");
		putchar('\n');
	}
	return command_finish(self, STATUS_DONE);
}

/* A line of a file, by its id in the index. */
static int show_line(const struct command *self, const struct noticed *noticed, const char *id, bool json,
                     struct problem *problem)
{
	struct seen seen = {NULL, NULL};
	struct entity *entity = NULL;
	uint32_t segment, number;
	int error = seen_open(&seen, noticed, problem);
	if (!error && !watch_view_find(seen.view, OBJECT_LIST, id, &segment, &number))
		error = problem_set(problem, JISR_NOT_FOUND, "there is no object %.80s", id);
	if (!error)
		error = watch_view_entity(seen.view, segment, number, noticed->arena, &entity);
	if (!error && json) {
		struct text text;
		text_init(&text, NOTICE_FILE_MAX);
		emit_object(&text, NULL);
		emit_text(&text, "id", entity->id);
		emit_text(&text, "caption", entity->caption);
		emit_object(&text, "properties");
		for (size_t i = 0; i < entity->count;) {
			const char *name = entity->properties[i].name;
			emit_name(&text, name, strlen(name));
			emit_array(&text, NULL);
			for (; i < entity->count && strcmp(entity->properties[i].name, name) == 0; i++)
				emit_text(&text, NULL, entity->properties[i].value);
			emit_close_array(&text);
		}
		emit_close_object(&text);
		emit_close_object(&text);
		error = command_answer_text(self, &text, STATUS_DONE) == STATUS_DONE ? JISR_OK : JISR_IO;
	} else if (!error) {
		print_value(stdout, entity->caption);
		putchar('\n');
		for (size_t i = 0; i < entity->count; i++) {
			printf("   %-18s ", entity->properties[i].name);
			print_value(stdout, entity->properties[i].value);
			putchar('\n');
		}
	}
	seen_finish(&seen);
	return error;
}

static int show(const struct command *self, struct noticed *noticed, const char *id, bool json)
{
	struct object_row row;
	struct problem problem = {""};
	char number[OBJECT_NUMBER_MAX + 1];
	if (!object_id_read(id, number)) {
		int error = show_line(self, noticed, id, json, &problem);
		return error ? command_fail(self, error, &problem) : command_finish(self, STATUS_DONE);
	}
	int error = object_get(store_reader_sql(noticed->reader), viewer_of(&noticed->recorded.caller), id,
	                       noticed->arena, &row, &problem);
	return error ? command_fail(self, error, &problem) : show_row(self, noticed, &row, json);
}

static int run_show(const struct command *self, int argc, char **argv)
{
	return noticed_show(self, argc, argv, OPTION_OFFICER,
	                    "which one? Give its number, or the id that a check shows.", show);
}

/* ---- fields ---- */

static void emit_codes(struct text *text, const char *key, const struct codes *codes)
{
	emit_array(text, key);
	for (size_t i = 0; i < codes->count; i++)
		emit_text(text, NULL, codes->list[i].code);
	emit_close_array(text);
}

static int run_fields(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct text text;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options))
		return options.status;
	text_init(&text, NOTICE_FILE_MAX);
	emit_array(&text, NULL);
	for (int k = 0; k < OBJECT_KINDS; k++) {
		static const char *const kinds[OBJECT_KINDS] = {"document", "vehicle", "firearm", "artwork", "vessel"};
		const struct codes *types = object_types((enum object_kind)k);
		emit_object(&text, NULL);
		emit_text(&text, "kind", kinds[k]);
		emit_codes(&text, "types", types);
		emit_array(&text, "fields");
		if (!options.json) {
			printf("%s%s%s\n   types:", print_style(stdout, STYLE_BOLD), kinds[k],
			       print_style(stdout, STYLE_NONE));
			for (size_t i = 0; i < types->count; i++)
				printf(" %s", types->list[i].code);
			printf("\n   fields:");
		}
		for (int f = 0; f < OBJECT_FIELDS; f++) {
			if (!object_has((enum object_kind)k, (enum object_field)f))
				continue;
			bool must = object_must((enum object_kind)k, (enum object_field)f);
			emit_object(&text, NULL);
			emit_text(&text, "name", object_field_name((enum object_field)f));
			emit_bool(&text, "needed", must);
			emit_close_object(&text);
			if (!options.json)
				printf(" %s%s", object_field_name((enum object_field)f), must ? "*" : "");
		}
		if (!options.json)
			printf("\n");
		emit_close_array(&text);
		emit_close_object(&text);
	}
	emit_close_array(&text);
	if (options.json)
		return command_answer_text(self, &text, STATUS_DONE);
	text_finish(&text);
	printf("\n* is needed. Statuses:");
	for (size_t i = 0; i < codes_object_status.count; i++)
		printf(" %s", codes_object_status.list[i].code);
	printf("\n");
	return command_finish(self, STATUS_DONE);
}

const struct command command_object_check = {
	.name = "object check",
	.usage = "NUMBER [--country CC] [--kind KIND] [--make MAKE] [--officer ID]",
	.summary = "is an object of this number stolen or lost?",
	.about = "Numbers are compared without case, spaces and hyphens. The exit status is 1 when something is found. "
		 "A hit is "
		 "a lead: its owner confirms it. 'jisr check --document' asks the lists, too.",
	.options = check_options,
	.option_count = sizeof check_options / sizeof *check_options,
	.json = true,
	.examples =
		"  jisr object check AB123456 --country MA\n  jisr object check B4N771 --make Glock --kind firearm\n",
	.run = run_check,
};

const struct command command_object_list = {
	.name = "object list",
	.usage = "[--kind KIND] [--owner OFFICE] [--status STATUS] [--crime-area CODE] [--files] [--officer ID]",
	.summary = "list the single objects that somebody may see, or the files",
	.about = "Newest first. Withdrawn ones are shown to their owner and to headquarters.",
	.options = list_options,
	.option_count = sizeof list_options / sizeof *list_options,
	.json = true,
	.run = run_list,
};

const struct command command_object_show = {
	.name = "object show",
	.usage = "NUMBER|ID [--officer ID]",
	.summary = "show an object, or a line of a file",
	.about = "A single object by its number, a line of a file by the id that a check shows.",
	.options = show_options,
	.option_count = sizeof show_options / sizeof *show_options,
	.json = true,
	.run = run_show,
};

const struct command command_object_fields = {
	.name = "object fields",
	.usage = "[--json]",
	.summary = "list the kinds of objects, their types and fields",
	.about = "The names of fields are those of JSON objects, of FIELD=VALUE, and of the first line of a file.",
	.json = true,
	.run = run_fields,
};
