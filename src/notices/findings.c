#include "notices/findings.h"

#include "base/text.h"
#include "base/tree.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

void findings_init(struct findings *findings)
{
	findings->count = findings->total = 0;
}

/* snprintf may have cut a character in two: the incomplete one goes. */
static void mend(char *text)
{
	size_t offset;
	if (!utf8_valid(text, strlen(text), &offset))
		text[offset] = '\0';
}

void findings_add(struct findings *findings, const char *field, const char *todo, const char *what, ...)
{
	if (findings->total++ >= FINDINGS_MAX)
		return;
	struct finding *one = &findings->list[findings->count++];
	(void)snprintf(one->field, sizeof one->field, "%s", field);
	(void)snprintf(one->todo, sizeof one->todo, "%s", todo);
	va_list arguments;
	va_start(arguments, what);
	(void)vsnprintf(one->what, sizeof one->what, what, arguments);
	va_end(arguments);
	mend(one->field);
	mend(one->todo);
	mend(one->what);
}

int findings_problem(const struct findings *findings, struct problem *problem)
{
	if (findings->total == 0)
		return JISR_OK;
	struct text text;
	text_init(&text, 4096);
	size_t shown = findings->count < 2 ? findings->count : 2;
	for (size_t i = 0; i < shown; i++)
		(void)text_add_format(&text, "%s%s %s: %s", i > 0 ? "; " : "", findings->list[i].field,
		                      findings->list[i].what, findings->list[i].todo);
	if (findings->total > shown)
		(void)text_add_format(&text, "; and %zu more", findings->total - shown);
	int error = problem_set(problem, JISR_BAD_INPUT, "%s", text.bytes);
	text_finish(&text);
	return error;
}

cJSON *findings_json(const struct findings *findings)
{
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < findings->count; i++) {
		cJSON *one = tree_add_object(list, NULL);
		tree_text(one, "field", findings->list[i].field);
		tree_text(one, "what", findings->list[i].what);
		tree_text(one, "todo", findings->list[i].todo);
	}
	return list;
}
