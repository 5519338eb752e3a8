#include "web/api_document.h"

#include "base/json.h"
#include "watch/check.h"
#include "web/check_body.h"
#include "web/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static cJSON *document;

static int read_document(void **state)
{
	(void)state;
	struct problem problem = {0};
	return json_read(api_document, api_document_length, &document, &problem);
}

static int free_document(void **state)
{
	(void)state;
	document = json_free(document);
	return 0;
}

static const struct {
	enum http_method method;
	const char *name;
} methods[] = {
	{HTTP_GET, "get"}, {HTTP_POST, "post"}, {HTTP_PUT, "put"}, {HTTP_PATCH, "patch"}, {HTTP_DELETE, "delete"}};

static bool is_api(const char *pattern)
{
	return strncmp(pattern, "/api/v1/", 8) == 0;
}

static void every_route_is_described(void **state)
{
	(void)state;
	const cJSON *paths = json_get(document, "paths");
	size_t count = 0;
	for (const struct http_route *const *table = routes_all; *table != NULL; table++) {
		for (const struct http_route *route = *table; route->pattern != NULL; route++) {
			if (!is_api(route->pattern))
				continue;
			count++;
			for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
				if ((route->method & methods[i].method) != 0 &&
				    json_get(json_get(paths, route->pattern), methods[i].name) == NULL)
					fail_msg("src/web/openapi has no %s %s", methods[i].name, route->pattern);
		}
	}
	assert_true(count >= 5);
}

static bool routed(const char *path, const char *method)
{
	for (const struct http_route *const *table = routes_all; *table != NULL; table++)
		for (const struct http_route *route = *table; route->pattern != NULL; route++)
			for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
				if (strcmp(route->pattern, path) == 0 && (route->method & methods[i].method) != 0 &&
				    strcmp(methods[i].name, method) == 0)
					return true;
	return false;
}

static void nothing_is_described_that_is_not_there(void **state)
{
	(void)state;
	for (const cJSON *path = json_get(document, "paths")->child; path != NULL; path = path->next)
		for (const cJSON *operation = path->child; operation != NULL; operation = operation->next)
			if (strcmp(operation->string, "parameters") != 0 && !routed(path->string, operation->string))
				fail_msg("src/web/openapi describes %s %s", operation->string, path->string);
}

static double number_at(const char *schema, const char *property, const char *member)
{
	const cJSON *properties =
		json_get(json_get(json_get(json_get(document, "components"), "schemas"), schema), "properties");
	const cJSON *found = json_get(json_get(properties, property), member);
	if (found == NULL) /* of the array beside the single value */
		found = json_get(cJSON_GetArrayItem(json_get(json_get(properties, property), "anyOf"), 1), member);
	assert_true(cJSON_IsNumber(found));
	return found->valuedouble;
}

static void the_limits_described_are_those_of_the_check(void **state)
{
	(void)state;
	assert_true(number_at("Check", "name", "maxItems") == CHECK_MAX_NAMES);
	assert_true(number_at("Check", "nationality", "maxItems") == CHECK_MAX_COUNTRIES);
	assert_true(number_at("Check", "document", "maxItems") == CHECK_MAX_DOCUMENTS);
	assert_true(number_at("Check", "lists", "maxItems") == CHECK_BODY_MAX_LISTS);
	assert_true(number_at("Check", "limit", "maximum") == CHECK_MAX_LIMIT);
	assert_true(number_at("Check", "threshold", "default") == NAME_THRESHOLD);
	assert_true(number_at("InvalidProblem", "errors", "maxItems") == FAULTS_KEPT);
}

static void follow(const cJSON *json)
{
	for (const cJSON *member = json->child; member != NULL; member = member->next) {
		if (member->string != NULL && strcmp(member->string, "$ref") == 0) {
			char reference[200];
			const cJSON *found = document;
			assert_true(strncmp(member->valuestring, "#/", 2) == 0 &&
			            strlen(member->valuestring) < sizeof reference);
			memcpy(reference, member->valuestring + 2, strlen(member->valuestring) - 1);
			for (char *rest = reference, *part; (part = strsep(&rest, "/")) != NULL;)
				found = json_get(found, part);
			if (found == NULL)
				fail_msg("src/web/openapi: nothing at %s", member->valuestring);
		}
		follow(member);
	}
}

static void every_reference_leads_somewhere(void **state)
{
	(void)state;
	follow(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described),
		cmocka_unit_test(nothing_is_described_that_is_not_there),
		cmocka_unit_test(the_limits_described_are_those_of_the_check),
		cmocka_unit_test(every_reference_leads_somewhere),
	};
	return cmocka_run_group_tests(tests, read_document, free_document);
}
