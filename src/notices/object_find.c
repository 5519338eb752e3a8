#include "notices/object_find.h"

#include "names/country.h"
#include "notices/object_index.h"
#include "watch/stored.h"

#include <string.h>

#define LIMIT 20

struct accepting {
	const struct watch_view *view;
	struct arena *arena;
	const char *kind;
};

static bool accept(void *context, uint32_t segment, uint32_t entity)
{
	const struct accepting *accepting = context;
	struct entity read;
	if (stored_read(accepting->view, segment, entity, accepting->arena, &read) != JISR_OK)
		return true; /* in doubt it is shown */
	const char *kind = entity_get(&read, OBJECT_PROPERTY_KIND);
	return kind == NULL || strcmp(kind, accepting->kind) == 0;
}

int object_find(const struct watch_view *view, const struct object_question *question, struct watch_scratch *scratch,
                struct arena *arena, struct check_answer *ret_answer, struct problem *problem)
{
	static const char *const lists[] = {OBJECT_LIST};
	struct accepting accepting = {view, arena, question->kind};
	struct check_query query = {.lists = lists, .list_count = 1};
	char country[3], normal[OBJECT_MAX_NUMBER * 4];
	enum object_kind kind;
	const char *number = question->number;
	size_t length = strlen(number);
	if (length > 2 * OBJECT_MAX_NUMBER || document_normalise(number, length, normal, sizeof normal) == 0)
		return problem_set(problem, JISR_BAD_INPUT, "a number has letters or digits, at most %d",
		                   2 * OBJECT_MAX_NUMBER);
	if (question->country != NULL && !country_read(question->country, strlen(question->country), country))
		return problem_set(problem, JISR_BAD_INPUT, "'%.40s' is no country: write its code, such as MA",
		                   question->country);
	if (question->kind != NULL && !object_kind_read(question->kind, &kind))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "'%.40s' is no kind: document, vehicle, firearm, artwork or vessel", question->kind);
	query.documents[query.document_count++] =
		(struct check_document){question->country != NULL ? country : NULL, number};
	if (question->make != NULL) {
		const char *gun = object_firearm_number(number, question->make, arena);
		if (gun == NULL)
			return problem_no_memory(problem);
		query.documents[query.document_count++] = (struct check_document){NULL, gun};
	}
	query.limit = question->limit > 0 ? question->limit : LIMIT;
	if (question->kind != NULL) {
		query.accept = accept;
		query.accept_context = &accepting;
	}
	return watch_check(view, &query, scratch, arena, ret_answer, problem);
}
