/* Any bytes as the queries of OpenRefine: refused with a sentence, or answered with well-formed JSON. */
#include "base/json.h"
#include "watch/segment.h"
#include "watch/set.h"
#include "web/http_carrier.h"
#include "web/reconcile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct watch_set *set;
static struct watch_scratch *scratch;
static struct arena *arena;
static const struct catalogue_list loaded[] = {{.name = "invented", .published = "", .loaded = "2026-11-23T21:00:00Z"}};

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void start(void)
{
	struct segment_builder *builder;
	struct segment *segment;
	struct entity *entity;
	must(arena_new((size_t)256 << 20, &arena) == JISR_OK);
	must(segment_builder_new(&builder) == JISR_OK);
	must(entity_new("inv-1", "Person", arena, &entity) == JISR_OK);
	must(entity_add(entity, arena, "name", "Viktor Kuznedelev", 17) == JISR_OK);
	must(entity_add(entity, arena, "birthDate", "1971-03-14", 10) == JISR_OK);
	must(entity_complete(entity, arena) == JISR_OK && segment_builder_put(builder, entity) == JISR_OK);
	must(segment_builder_open(builder, "invented", &segment) == JISR_OK);
	segment_builder_free(builder);
	must(watch_set_new(&set) == JISR_OK && watch_set_replace(set, "invented", segment) == JISR_OK);
	must(watch_scratch_new(&scratch) == JISR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (set == NULL)
		start();
	if (size > 1 << 16)
		return 0;
	arena_reset(arena);
	char *queries = arena_text(arena, (const char *)data, size);
	must(queries != NULL);
	struct lists lists = {.view = watch_view_take(set), .list = loaded, .count = 1};
	struct http_carrier carrier = {0};
	struct http_request request = {.method = HTTP_POST,
	                               .path = "/reconcile/default",
	                               .variables = {"default"},
	                               .body = "",
	                               .caller = "anonymous",
	                               .deadline = 1e18,
	                               .arena = arena,
	                               .scratch = scratch,
	                               .carrier = &carrier};
	struct http_reply reply = {0};
	struct yente_filter filter = {.lists = &lists, .dataset = "default"};
	struct yente_heeding heeding = {0};
	text_init(&reply.body, HTTP_MAX_REPLY);
	int error = reconcile_queries(&request, &reply, &lists, &filter, &heeding, queries);
	must(error == JISR_OK || error == YENTE_ANSWERED);
	cJSON *json = NULL;
	must(json_read(reply.body.bytes, reply.body.length, &json, NULL) == JISR_OK);
	must(error == JISR_OK || (reply.status == 400 && json_get(json, "detail") != NULL));
	json_free(json);
	text_finish(&reply.body);
	yente_filter_finish(&filter);
	watch_view_release(lists.view);
	return 0;
}
