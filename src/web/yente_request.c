#include "web/yente.h"

#include "base/emit.h"
#include "web/yente_index.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- refusals --- */

int yente_refuse(struct http_reply *reply, int status, const char *format, ...)
{
	struct problem problem;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(problem.text, sizeof problem.text, format, arguments);
	va_end(arguments);
	int error = http_reply_detail(reply, status, problem.text);
	return error != JISR_OK ? error : YENTE_ANSWERED;
}

int yente_done(struct http_reply *reply, int error)
{
	if (error == JISR_TOO_LARGE)
		error = yente_refuse(reply, 400, "The answer would have more than %zu MiB; ask for less at once.",
		                     HTTP_MAX_REPLY >> 20);
	return error == YENTE_ANSWERED ? JISR_OK : error;
}

int yente_refuse_value(struct http_reply *reply, const char *type, const char *const *place, const char *message)
{
	struct text *text = &reply->body;
	text_reset(text);
	emit_object(text, NULL);
	emit_array(text, "detail");
	emit_object(text, NULL);
	emit_text(text, "type", type);
	emit_array(text, "loc");
	for (; *place != NULL; place++)
		emit_text(text, NULL, *place);
	emit_close_array(text);
	emit_text(text, "msg", message);
	emit_close_object(text);
	emit_close_array(text);
	emit_close_object(text);
	reply->status = 422;
	reply->type = "application/json";
	return text->error != JISR_OK ? text->error : YENTE_ANSWERED;
}

static int refuse_parameter(struct http_reply *reply, const char *type, const char *name, const char *message)
{
	const char *place[] = {"query", name, NULL};
	return yente_refuse_value(reply, type, place, message);
}

const char *yente_encode(const char *text, struct arena *arena)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t length = strlen(text), used = 0;
	char *out = arena_alloc(arena, 3 * length + 1);
	for (size_t i = 0; out != NULL && i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		             (byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL;
		if (plain && byte != '\0') {
			out[used++] = (char)byte;
			continue;
		}
		out[used++] = '%';
		out[used++] = digits[byte >> 4];
		out[used++] = digits[byte & 15];
	}
	if (out != NULL)
		out[used] = '\0';
	return out;
}

/* --- parameters --- */

int yente_integer(const struct http_request *request, struct http_reply *reply, const char *name, long standard,
                  long most, long *ret_value)
{
	const char *text = http_query(request, name);
	char *end, message[80];
	*ret_value = standard;
	if (text == NULL)
		return JISR_OK;
	errno = 0;
	long value = strtol(text, &end, 10);
	if (end == text || end[strspn(end, " ")] != '\0')
		return refuse_parameter(reply, "int_parsing", name,
		                        "Input should be a valid integer, unable to parse string as an integer");
	if (errno == ERANGE && value < 0)
		value = 0;
	(void)snprintf(message, sizeof message, "Input should be less than or equal to %ld", most);
	if (value > most)
		return refuse_parameter(reply, "less_than_equal", name, message);
	*ret_value = value;
	return JISR_OK;
}

int yente_number(const struct http_request *request, struct http_reply *reply, const char *name, double standard,
                 double *ret_value)
{
	const char *text = http_query(request, name);
	char *end;
	*ret_value = standard;
	if (text == NULL)
		return JISR_OK;
	double value = strtod(text, &end);
	if (end == text || end[strspn(end, " ")] != '\0' || !isfinite(value) || strpbrk(text, "xX") != NULL)
		return refuse_parameter(reply, "float_parsing", name,
		                        "Input should be a valid number, unable to parse string as a number");
	*ret_value = value;
	return JISR_OK;
}

int yente_boolean(const struct http_request *request, struct http_reply *reply, const char *name, bool standard,
                  bool *ret_value)
{
	static const char *const words[2][6] = {{"0", "off", "f", "false", "n", "no"},
	                                        {"1", "on", "t", "true", "y", "yes"}};
	const char *text = http_query(request, name);
	*ret_value = standard;
	if (text == NULL)
		return JISR_OK;
	for (int value = 0; value < 2; value++)
		for (size_t i = 0; i < 6; i++)
			if (strcasecmp(text, words[value][i]) == 0) {
				*ret_value = value == 1;
				return JISR_OK;
			}
	return refuse_parameter(reply, "bool_parsing", name,
	                        "Input should be a valid boolean, unable to interpret input");
}

int yente_strings(const struct http_request *request, struct http_reply *reply, const char *name, size_t most,
                  struct yente_names *ret_names)
{
	const char *values[YENTE_MAX_FILTERS + 1];
	size_t count = http_query_all(request, name, values, YENTE_MAX_FILTERS + 1);
	char message[80];
	(void)snprintf(message, sizeof message, "Tuple should have at most %zu items after validation", most);
	*ret_names = (struct yente_names){NULL, 0};
	if (count > most)
		return refuse_parameter(reply, "too_long", name, message);
	if (count == 0)
		return JISR_OK;
	ret_names->names = arena_alloc(request->arena, count * sizeof *values);
	if (ret_names->names == NULL)
		return JISR_NO_MEMORY;
	memcpy(ret_names->names, values, count * sizeof *values);
	ret_names->count = count;
	return JISR_OK;
}

/* --- filters --- */

/* YYYY-MM-DD[THH[:MM[:SS]]] */
static bool is_moment(const char *text)
{
	static const char shape[] = "0000-00-00T00:00:00";
	size_t length = strlen(text);
	if (length != 10 && length != 13 && length != 16 && length != 19)
		return false;
	for (size_t i = 0; i < length; i++)
		if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
			return false;
	return true;
}

int yente_filter_read(const struct lists *lists, const struct http_request *request, struct http_reply *reply,
                      struct yente_filter *ret_filter)
{
	struct yente_filter filter = {.lists = lists, .dataset = request->variables[0]};
	int error = yente_strings(request, reply, "include_dataset", YENTE_MAX_FILTERS, &filter.include);
	if (error == JISR_OK)
		error = yente_strings(request, reply, "exclude_dataset", YENTE_MAX_FILTERS, &filter.exclude);
	if (error == JISR_OK)
		error = yente_strings(request, reply, "exclude_schema", YENTE_MAX_FILTERS, &filter.exclude_schema);
	if (error != JISR_OK)
		return error;
	filter.changed_since = http_query(request, "changed_since");
	if (filter.changed_since != NULL && !is_moment(filter.changed_since))
		return refuse_parameter(reply, "string_pattern_mismatch", "changed_since",
		                        "String should match pattern YYYY-MM-DD[THH[:MM[:SS]]]");
	bool known;
	error = yente_index_dataset(lists, filter.dataset, &known);
	if (error == JISR_OK && !known)
		error = yente_refuse(reply, 404, "No such dataset.");
	if (error == JISR_OK)
		*ret_filter = filter;
	return error;
}

int yente_filter_add(struct yente_filter *filter, struct arena *arena, const char *field,
                     const struct yente_names *values)
{
	if (values->count == 0)
		return JISR_OK;
	struct yente_condition *conditions =
		arena_alloc(arena, (filter->condition_count + values->count) * sizeof *conditions);
	if (conditions == NULL)
		return JISR_NO_MEMORY;
	if (filter->condition_count > 0)
		memcpy(conditions, filter->conditions, filter->condition_count * sizeof *conditions);
	for (size_t i = 0; i < values->count; i++)
		conditions[filter->condition_count++] = (struct yente_condition){yente_field(field), values->names[i]};
	filter->conditions = conditions;
	return JISR_OK;
}

static int compare_conditions(const void *left, const void *right)
{
	const struct yente_condition *a = left, *b = right;
	int order = strcmp(a->field.name, b->field.name);
	return order != 0 ? order : (int)a->field.kind - (int)b->field.kind;
}

void yente_filter_order(struct yente_filter *filter)
{
	if (filter->condition_count > 1)
		qsort(filter->conditions, filter->condition_count, sizeof *filter->conditions, compare_conditions);
}

void yente_filter_finish(struct yente_filter *filter)
{
	filter->arena = arena_free(filter->arena);
}
