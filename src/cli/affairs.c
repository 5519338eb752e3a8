#include "cli/affairs.h"

#include "assembly/affairs.h"
#include "base/json.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "cli/notice.h"
#include "cli/readable.h"

#include <string.h>

#define JSON_MOST ((size_t)64 << 20)

enum { OPTION_OFFICER = 1, OPTION_MERMAID, OPTION_CONTENT };

const struct option_spec affairs_officer_options[1] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts or looks, such as MA-12; else the console of headquarters."},
};
const struct option_spec affairs_do_options[2] = {
	{OPTION_OFFICER, 'o', "officer", "ID", "Who acts, such as MA-12; else the console of headquarters."},
	{OPTION_CONTENT, 'c', "content", "FILE",
         "Fields of the step as a JSON object, for those that are long; - is standard input."},
};
const struct option_spec affairs_steps_options[1] = {
	{OPTION_MERMAID, 'm', "mermaid", NULL, "As a Mermaid state diagram."},
};

static const struct affair *affair_of(const struct command *self)
{
	char word[32];
	(void)snprintf(word, sizeof word, "%.*s", (int)strcspn(self->name, " "), self->name);
	return affairs_find(word);
}

static int tell(const struct command *self, const struct options *options, const char *officer, const char *view,
                const char *id)
{
	struct noticed noticed;
	struct text text;
	struct problem problem = {""};
	text_init(&text, JSON_MOST);
	int status = noticed_open(&noticed, options, officer, true);
	if (status == STATUS_DONE) {
		int error = affair_tell(store_reader_sql(noticed.reader), affair_of(self), view, id,
		                        &noticed.recorded.caller, &text, NULL, &problem);
		status = readable_answer(self, &text, options->json, error, &problem);
	}
	noticed_finish(&noticed);
	return status;
}

int affairs_list(const struct command *self, int argc, char **argv)
{
	struct options options;
	const char *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}))
		return options.status;
	return tell(self, &options, officer, NULL, NULL);
}

static const struct affair_view *view_of(const struct affair *affair, const char *name)
{
	for (const struct affair_view *view = affair->views + 2; view->show != NULL; view++)
		if (strcmp(view->name, name) == 0)
			return view;
	return NULL;
}

int affairs_show(const struct command *self, int argc, char **argv)
{
	struct options options;
	const struct affair *affair = affair_of(self);
	const char *words[2] = {NULL}, *officer = NULL;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_OFFICER, &officer}, {OPTIONS_WORD, &words[0]}, {OPTIONS_WORD, &words[1]}))
		return options.status;
	if (words[0] == NULL)
		return command_refuse(self, "which %s? Name it, such as %s.", affair->title, affair->example);
	if (words[1] != NULL && view_of(affair, words[1]) == NULL) {
		(void)command_refuse(self, "there is nothing called '%s' to tell of a %s. There are:", words[1],
		                     affair->title);
		for (const struct affair_view *view = affair->views + 2; view->show != NULL; view++)
			fprintf(stderr, "  %-14s %s\n", view->name, view->summary);
		return STATUS_MEND;
	}
	return tell(self, &options, officer, words[1], words[0]);
}

/* ---- steps ---- */

static void print_bits(const char *const *names, unsigned bits)
{
	bool first = true;
	for (unsigned i = 0; names[i] != NULL; i++)
		if ((bits & AFFAIR_BIT(i)) != 0) {
			printf("%s%s", first ? "" : ", ", names[i]);
			first = false;
		}
}

static void print_step(const struct affair *affair, const struct affair_step *step, bool fields)
{
	printf("%s: %s\n   when ", step->name, step->what);
	print_bits(affair->states, step->from);
	if (step->to != 0)
		printf("; then %s", affair->states[step->to]);
	fputs("; by ", stdout);
	print_bits(affair->sides, step->sides);
	putchar('\n');
	if (fields)
		readable_fields(step->fields, 3);
}

int affairs_steps(const struct command *self, int argc, char **argv)
{
	struct options options;
	const struct affair *affair = affair_of(self);
	struct text text;
	const char *word = NULL;
	bool mermaid = false;
	unsigned step = 0;
	options_init(&options, self, argc, argv);
	if (!OPTIONS_ALL(&options, {OPTION_MERMAID, .given = &mermaid}, {OPTIONS_WORD, &word}))
		return options.status;
	if (word != NULL && !affair_step_read(affair, word, &step))
		return command_refuse(self, "there is no step '%s'; jisr %s tells them.", word, self->name);
	text_init(&text, JSON_MOST);
	if (options.json)
		return command_answer_or_fail(self, &text, affair_describe(affair, &text), NULL);
	if (mermaid) {
		int error = affair_draw(affair, &text);
		if (!error)
			fputs(text.bytes, stdout);
		text_finish(&text);
		return error ? command_fail(self, JISR_NO_MEMORY, NULL) : command_finish(self, STATUS_DONE);
	}
	for (unsigned i = 0; i < affair->step_count; i++)
		if (word == NULL || i == step)
			print_step(affair, &affair->steps[i], word != NULL);
	return command_finish(self, STATUS_DONE);
}

static int take(const struct command *self, const struct options *options, const struct affair *affair,
                struct affair_order *order, const char *officer)
{
	struct noticed noticed;
	struct problem problem = {""};
	int status = noticed_open(&noticed, options, officer, false);
	if (status == STATUS_DONE) {
		order->caller = &noticed.recorded.caller;
		int error = affair_submit(noticed.recorded.store, affair, order, &problem);
		if (error) {
			status = command_fail(self, error, &problem);
		} else if (options->json) {
			cJSON *root = tree_object();
			tree_text(root, "step", affair->steps[order->step].name);
			tree_text(root, "id", order->made);
			tree_count(root, "version", order->version);
			status = command_answer(self, root, STATUS_DONE);
		} else {
			printf("%s %s: %s, entry %llu\n", affair->title, order->made, affair->steps[order->step].name,
			       (unsigned long long)order->version);
			status = command_finish(self, STATUS_DONE);
		}
	}
	noticed_finish(&noticed);
	return status;
}

/* A field; "@" before a text with lines stands for the file that holds it. */
static int add_field(const struct command *self, const struct field *fields, cJSON *object, const char *word)
{
	struct problem problem = {""};
	const char *file = strstr(word, "=@");
	const struct field *field = fields;
	size_t length = file != NULL ? (size_t)(file - word) : 0;
	while (field->name != NULL && (strlen(field->name) != length || memcmp(field->name, word, length) != 0))
		field++;
	if (file == NULL || field->name == NULL || field->kind != FIELD_PAPER)
		return field_add(object, fields, word, &problem) == JISR_OK ? STATUS_DONE
		                                                            : command_refuse(self, "%s.", problem.text);
	if (json_get(object, field->name) != NULL)
		return command_refuse(self, "\"%s\" is given twice.", field->name);
	struct text text;
	text_init(&text, ENTRY_MAX_BODY);
	int status = noticed_file(self, file + 2, &text);
	if (status == STATUS_DONE && text.length > 0 &&
	    (memchr(text.bytes, '\0', text.length) != NULL || !utf8_valid(text.bytes, text.length, NULL)))
		status = command_refuse(self, "%s is no text in UTF-8.", file + 2);
	if (status == STATUS_DONE)
		tree_bytes(object, field->name, text.bytes != NULL ? text.bytes : "", text.length);
	text_finish(&text);
	return status;
}

/* The members of a file's object, beside what the command line gave. */
static int add_content(const struct command *self, const char *path, cJSON *fields)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	int status = noticed_json(self, path, ENTRY_MAX_BODY, &json);
	if (status != STATUS_DONE)
		return status;
	if (!cJSON_IsObject(json))
		return command_refuse(self, "%s holds no JSON object.", path);
	while (json->child != NULL) {
		cJSON *one = cJSON_DetachItemViaPointer(json, json->child);
		if (json_get(fields, one->string) != NULL) {
			status = command_refuse(self, "\"%s\" is given twice.", one->string);
			cJSON_Delete(one);
			return status;
		}
		if (!cJSON_AddItemToObject(fields, one->string, one)) {
			cJSON_Delete(one);
			return command_fail(self, JISR_NO_MEMORY, NULL);
		}
	}
	return STATUS_DONE;
}

int affairs_do(const struct command *self, int argc, char **argv)
{
	struct options options;
	const struct affair *affair = affair_of(self);
	struct affair_order order = {.expected = ENTRY_ANY};
	CLEANUP(json_freep) cJSON *fields = tree_object();
	const char *officer = NULL, *path = NULL;
	bool named = false;
	int id;
	options_init(&options, self, argc, argv);
	while ((id = options_next(&options)) != OPTIONS_END) {
		if (id == OPTIONS_STOP)
			return options.status;
		if (id == OPTION_OFFICER) {
			officer = options.value;
		} else if (id == OPTION_CONTENT) {
			path = options.value;
		} else if (!named) {
			named = affair_step_read(affair, options.value, &order.step);
			if (!named)
				return command_refuse(self, "there is no step '%s'; jisr %s steps tells them.",
				                      options.value, affair->name);
		} else if (order.id == NULL && strchr(options.value, '=') == NULL) {
			order.id = options.value;
		} else {
			int status = add_field(self, affair->steps[order.step].fields, fields, options.value);
			if (status != STATUS_DONE)
				return status;
		}
	}
	if (!named)
		return command_refuse(self, "what is to be done? jisr %s steps tells it.", affair->name);
	if (tree_failed())
		return command_fail(self, JISR_NO_MEMORY, NULL);
	int status = path != NULL ? add_content(self, path, fields) : STATUS_DONE;
	if (status != STATUS_DONE)
		return status;
	order.fields = fields;
	return take(self, &options, affair, &order, officer);
}
