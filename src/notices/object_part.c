#include "notices/object_part.h"

#include "base/tree.h"
#include "notices/reach.h"

#include <string.h>

static cJSON *part_body(const char *reach, const struct object_part *part)
{
	cJSON *body = tree_object();
	if (part != NULL) {
		cJSON *one = tree_add_object(body, "part");
		tree_count(one, "bytes", part->bytes);
		tree_count(one, "count", part->count);
		tree_text(one, "file", part->file);
		tree_text(one, "reach", part->reach);
	}
	tree_text(body, "reach", reach);
	return body;
}

int object_part_tell(struct store_write *write, const char *author, const char *officer, const char *owner,
                     const char *name, const char *reach, const struct object_part *part, struct problem *problem)
{
	struct reach to;
	char subject[ENTRY_MAX_SUBJECT];
	int error = reach_from_text(reach, store_write_arena(write), &to);
	if (error)
		return problem_set(problem, error, "out of memory");
	if (to.kind == REACH_ONLY && (to.count == 0 || (to.count == 1 && strcmp(to.offices[0], owner) == 0)))
		return JISR_OK;
	(void)snprintf(subject, sizeof subject, "objects/%s/%s", owner, name);
	cJSON *body = part_body(reach, part);
	struct entry_draft draft = {.author = author,
	                            .officer = officer,
	                            .kind = "object.part",
	                            .subject = subject,
	                            .audience = reach_audience(&to),
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}
