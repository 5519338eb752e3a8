#include "notices/operation_emit.h"

#include "base/emit.h"
#include "base/json.h"

#include <string.h>

/* The words of a list, each as an element. */
static void emit_words(struct text *text, const char *key, const char *words, const char *between)
{
	emit_array(text, key);
	for (const char *at = words; *at != '\0';) {
		size_t length = strcspn(at, between);
		if (length > 0)
			emit_bytes(text, NULL, at, length);
		at += length + (at[length] != '\0');
	}
	emit_close_array(text);
}

static void emit_steps(struct text *text, const struct operation *operation, const struct caller *caller)
{
	struct problem unsaid;
	emit_array(text, "steps");
	for (int step = OPERATION_PLAN + 1; step < OPERATION_STEPS; step++)
		if (operation_allowed((enum operation_step)step, operation, caller, &unsaid) == JISR_OK)
			emit_text(text, NULL, operation_rows[step].name);
	emit_close_array(text);
}

int operation_emit(struct text *text, struct sql *sql, struct viewer viewer, const struct operation *operation,
                   const struct caller *caller, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *results = NULL;
	bool inside = operation_inside(viewer, operation);
	char key[OPERATION_ID_MAX + 1];
	int error = caller != NULL ? operation_results(sql, viewer, operation, &results, problem)
	                           : operation_total(sql, operation, &results, problem);
	if (error)
		return error;
	(void)snprintf(key, sizeof key, "%s", operation->id);
	key[4] = '-';
	emit_object(text, NULL);
	emit_text(text, "id", operation->id);
	emit_text(text, "href", key);
	emit_text(text, "name", operation->name);
	emit_text(text, "begins", operation->begins);
	emit_text(text, "ends", operation->ends[0] != '\0' ? operation->ends : NULL);
	emit_words(text, "crime_areas", operation->crimes, " ");
	emit_bool(text, "published", operation->published);
	if (inside) {
		emit_text(text, "state", operation_state_name(operation->state));
		emit_text(text, "lead", operation->lead);
		emit_words(text, "participants", operation->participants, ",");
		emit_text(text, "planned", operation->planned);
		emit_text(text, "changed", operation->changed);
		emit_count(text, "version", operation->version);
	}
	if (caller != NULL) {
		emit_text(text, "summary", operation->published ? operation->summary : NULL);
		if (inside)
			emit_text(text, "objectives", operation->objectives);
		emit_steps(text, operation, caller);
	}
	emit_name(text, caller != NULL ? "results" : "total", caller != NULL ? 7 : 5);
	(void)json_write(results, text);
	emit_close_object(text);
	error = text->error;
	return error ? problem_set(problem, error, "%s", error_text(error)) : JISR_OK;
}
