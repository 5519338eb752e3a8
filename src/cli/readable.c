#include "cli/readable.h"

#include "base/json.h"
#include "base/memory.h"
#include "cli/print.h"

#include <string.h>

static void print_scalar(const cJSON *value)
{
	if (cJSON_IsString(value))
		print_value(stdout, value->valuestring);
	else if (cJSON_IsBool(value))
		fputs(cJSON_IsTrue(value) ? "yes" : "no", stdout);
	else if (cJSON_IsNumber(value))
		printf("%.0f", value->valuedouble);
	else
		putchar('-');
}

/* A sum of money: beside others it is nothing without its name. */
static bool is_sum(const cJSON *value)
{
	const char *text = cJSON_IsString(value) ? value->valuestring : "";
	size_t whole = strspn(text + (text[0] == '-'), "0123456789") + (text[0] == '-');
	return text[whole] == '.' && strspn(text + whole + 1, "0123456789") == 2 && text[whole + 3] == '\0';
}

static void print_tree(const cJSON *value, unsigned depth);

/* Scalars one after another, separated by commas. */
static void print_list(const cJSON *list)
{
	for (const cJSON *one = list->child; one != NULL; one = one->next) {
		print_scalar(one);
		if (one->next != NULL)
			fputs(", ", stdout);
	}
	putchar('\n');
}

static void print_members(const cJSON *object, unsigned depth)
{
	for (const cJSON *one = object->child; one != NULL; one = one->next) {
		if (cJSON_IsNull(one))
			continue;
		printf("%*s%s: ", (int)(2 * depth), "", one->string);
		if (strcmp(one->string, "paragraphs") == 0 && cJSON_IsArray(one)) {
			putchar('\n');
			for (const cJSON *part = one->child; part != NULL; part = part->next) {
				print_scalar(part);
				putchar('\n');
			}
		} else if (cJSON_IsArray(one) && (one->child == NULL || !(cJSON_IsObject(one->child))))
			print_list(one);
		else if (cJSON_IsObject(one) || cJSON_IsArray(one)) {
			putchar('\n');
			print_tree(one, depth + 1);
		} else {
			print_scalar(one);
			putchar('\n');
		}
	}
}

static void print_tree(const cJSON *value, unsigned depth)
{
	if (cJSON_IsObject(value)) {
		print_members(value, depth);
		return;
	}
	for (const cJSON *one = value->child; one != NULL; one = one->next) {
		bool first = true;
		/* What is simple on one line, the rest below it. */
		printf("%*s", (int)(2 * depth), "");
		for (const cJSON *part = one->child; part != NULL; part = part->next) {
			if (cJSON_IsNull(part) || cJSON_IsObject(part) || cJSON_IsArray(part) ||
			    (cJSON_IsBool(part) && !cJSON_IsTrue(part)))
				continue;
			fputs(first ? "" : "  ", stdout);
			first = false;
			if (cJSON_IsTrue(part)) {
				fputs(part->string, stdout);
				continue;
			}
			if (cJSON_IsNumber(part) || is_sum(part))
				printf("%s ", part->string);
			print_scalar(part);
		}
		putchar('\n');
		for (const cJSON *part = one->child; part != NULL; part = part->next)
			if ((cJSON_IsObject(part) || cJSON_IsArray(part)) && part->child != NULL) {
				printf("%*s%s: ", (int)(2 * depth + 2), "", part->string);
				if (cJSON_IsArray(part) && !cJSON_IsObject(part->child)) {
					print_list(part);
				} else {
					putchar('\n');
					print_tree(part, depth + 2);
				}
			}
	}
}

int readable_answer(const struct command *self, struct text *text, bool json, int error, const struct problem *problem)
{
	CLEANUP(json_freep) cJSON *tree = NULL;
	if (error || json)
		return command_answer_or_fail(self, text, error, problem);
	if (json_read(text->bytes, text->length, &tree, NULL) != JISR_OK) {
		text_finish(text);
		return command_fail(self, JISR_NO_MEMORY, NULL);
	}
	text_finish(text);
	print_tree(tree, 0);
	return command_finish(self, STATUS_DONE);
}

void readable_fields(const struct field *fields, int indent)
{
	for (; fields->name != NULL; fields++) {
		printf("%*s%-12s %s%s: %s", indent, "", fields->name, fields->needed ? "" : "(optional) ",
		       field_kind_what(fields->kind), fields->help);
		for (const char *const *word = fields->words; word != NULL && *word != NULL; word++)
			printf("%s%s", word == fields->words ? " (" : ", ", *word);
		puts(fields->words != NULL ? ")" : "");
		if (fields->inner != NULL)
			readable_fields(fields->inner, indent + 4);
	}
}
