/* Any bytes as the body of a check: refused with a place and a sentence for each fault, or checked, and the answer is
 * well-formed JSON. */
#include "base/emit.h"
#include "base/json.h"
#include "watch/report.h"
#include "watch/segment.h"
#include "watch/set.h"
#include "web/check_body.h"

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

static void put(struct segment_builder *builder, const char *id, const char *schema, const char *name)
{
	struct entity *entity;
	must(entity_new(id, schema, arena, &entity) == JISR_OK);
	must(entity_add(entity, arena, "name", name, strlen(name)) == JISR_OK);
	must(entity_add(entity, arena, "birthDate", "1971-03-14", 10) == JISR_OK);
	must(entity_add(entity, arena, "passportNumber", "by:MP4471203", 12) == JISR_OK);
	must(entity_complete(entity, arena) == JISR_OK);
	must(segment_builder_put(builder, entity) == JISR_OK);
}

static void start(void)
{
	struct segment_builder *builder;
	struct segment *segment;
	must(arena_new((size_t)64 << 20, &arena) == JISR_OK);
	must(segment_builder_new(&builder) == JISR_OK);
	put(builder, "inv-1", "Person", "Viktor Kuznedelev");
	put(builder, "inv-2", "Company", "Quelmond Trading GmbH");
	must(segment_builder_open(builder, "invented", &segment) == JISR_OK);
	segment_builder_free(builder);
	must(watch_set_new(&set) == JISR_OK && watch_set_replace(set, "invented", segment) == JISR_OK);
	must(watch_scratch_new(&scratch) == JISR_OK);
}

static void must_be_json(const struct text *text)
{
	cJSON *json = NULL;
	must(text->error == JISR_OK && json_read(text->bytes, text->length, &json, NULL) == JISR_OK);
	json_free(json);
}

static void check(const struct check_body *body)
{
	struct check_answer answer;
	struct problem problem = {""};
	const struct watch_view *view = watch_view_take(set);
	int error = watch_check(view, &body->query, scratch, arena, &answer, &problem);
	must(error == JISR_OK || (error == JISR_BAD_INPUT && problem.text[0] != '\0'));
	if (error == JISR_OK) {
		struct text text;
		text_init(&text, (size_t)64 << 20);
		emit_object(&text, NULL);
		emit_array(&text, "hits");
		for (size_t i = 0; i < answer.count; i++)
			report_hit(&text, view, &answer.hits[i]);
		emit_close_array(&text);
		if (body->mrz != NULL)
			report_mrz(&text, body->mrz);
		emit_close_object(&text);
		must_be_json(&text);
		text_finish(&text);
	}
	watch_view_release(view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (set == NULL)
		start();
	arena_reset(arena);
	cJSON *json = NULL;
	if (json_read((const char *)data, size, &json, NULL) != JISR_OK)
		return 0;
	struct faults faults = {.arena = arena};
	struct check_body body;
	must(check_body_read(json, NULL, loaded, 1, &body, &faults) == JISR_OK);
	for (size_t i = 0; i < faults.count && i < FAULTS_KEPT; i++)
		must((faults.kept[i].pointer[0] == '/' || faults.kept[i].pointer[0] == '\0') &&
		     faults.kept[i].detail[0] != '\0');
	if (faults.count == 0) {
		check(&body);
	} else {
		struct http_reply reply = {0};
		text_init(&reply.body, 1 << 20);
		must(faults_reply(&faults, &reply) == JISR_OK && reply.status == 422);
		must_be_json(&reply.body);
		text_finish(&reply.body);
	}
	json_free(json);
	return 0;
}
