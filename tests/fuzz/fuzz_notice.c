/* What a notice says, from outside: read strictly, completed, given as a public extract and as an entity. */
#include "base/json.h"
#include "notices/ftm.h"
#include "notices/public.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json_freep) cJSON *content = NULL;
	CLEANUP(public_set_freep) struct public_set *set = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct content_rules rules;
	struct findings findings;
	struct entity *entity;
	if (size > CONTENT_MAX_BYTES || json_read((const char *)data, size, &content, NULL) != JISR_OK)
		return 0;
	findings_init(&findings);
	content_form(content, &findings);
	if (findings.total > 0)
		return 0;
	content_rules_init(&rules);
	content_complete(content, &rules, false, "2026-11-27", &findings);
	if (arena_new((size_t)8 << 20, &arena) != JISR_OK || public_set_new(&set) != JISR_OK)
		return 0;
	(void)ftm_entity("2026/1", "MA", content, arena, &entity);
	if (public_set_add(set, "2026/1", content) != JISR_OK)
		return 0;
	const struct public_pair pairs[] = {{"name", content_caption(content, arena)}, {"page", "2"}};
	const struct public_question question = {
		PUBLIC_RED | PUBLIC_YELLOW | PUBLIC_UN, "red", "http://h", pairs, 2, 160, {20260101, 20260101}};
	struct text text;
	text_init(&text, (size_t)8 << 20);
	(void)public_list(set, &question, &text);
	text_reset(&text);
	if (public_detail(set, &question, "2026-1", &text) != JISR_OK)
		__builtin_trap();
	text_finish(&text);
	return 0;
}
