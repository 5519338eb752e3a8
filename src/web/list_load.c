#include "web/list_load.h"

#include "base/shown.h"

#include <stdio.h>
#include <string.h>

const char *list_load_name(const struct list_load *load)
{
	return load->wanted != NULL ? load->wanted : load->summary.name;
}

static int on_start(void *context, const struct list_summary *summary)
{
	struct list_load *load = context;
	load->summary = *summary;
	load->known = true;
	if (load->probe)
		return JISR_CANCELLED;
	if (load->named != NULL)
		load->named(load->context, list_load_name(load));
	int error = catalogue_begin(load->catalogue, list_load_name(load), &load->load, &load->problem);
	if (error == JISR_OK && summary->format == LIST_FTM_DELTA)
		error = catalogue_keep_old(load->load, &load->problem);
	return error;
}

static int on_entity(void *context, const struct entity *entity, enum list_op op)
{
	struct list_load *load = context;
	if (load->stop != NULL && load->stop(load->context))
		return JISR_CANCELLED;
	load->entities++;
	if (op != LIST_OP_DEL)
		return catalogue_put(load->load, entity, &load->problem);
	int error = catalogue_remove(load->load, entity->id, &load->problem);
	if (error != JISR_NOT_FOUND)
		return error;
	load->problem.text[0] = '\0'; /* what is to go is gone */
	return JISR_OK;
}

static void on_bad(void *context, const char *path, uint64_t line, const char *reason)
{
	struct list_load *load = context;
	if (load->probe)
		return;
	load->skipped++;
	if (load->bad != NULL)
		load->bad(load->context, path, line, reason);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	struct list_load *load = context;
	if (load->progress != NULL)
		load->progress(load->context, done, total);
}

void list_load_source(const struct list_load *load, char out[LIST_LOAD_SOURCE])
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < load->path_count && used < LIST_LOAD_SOURCE; i++) {
		const char *slash = strrchr(load->paths[i], '/');
		const char *base = slash != NULL && slash[1] != '\0' ? slash + 1 : load->paths[i];
		char clean[256];
		if (strcmp(base, "-") == 0)
			base = "standard input";
		shown_clean(base, strlen(base), clean, sizeof clean);
		int put = snprintf(out + used, LIST_LOAD_SOURCE - used, "%s%s", i > 0 ? ", " : "", clean);
		if (put < 0 || used + (size_t)put >= LIST_LOAD_SOURCE) {
			out[used] = '\0';
			return;
		}
		used += (size_t)put;
	}
}

int list_load_run(struct list_load *load, struct problem *problem)
{
	const struct list_sink sink = {.context = load,
	                               .entity = on_entity,
	                               .bad = on_bad,
	                               .progress = load->probe ? NULL : on_progress,
	                               .start = on_start};
	struct list_summary summary = {0};
	char source[LIST_LOAD_SOURCE];
	int error = list_read(load->paths, load->path_count, &sink, &summary, problem);
	if (error == JISR_OK)
		load->summary = summary;
	else if (load->problem.text[0] != '\0')
		*problem = load->problem;
	if (load->probe)
		return error;
	if (load->stop != NULL &&
	    load->stop(load->context)) /* a read that was broken off may have ended as another error */
		error = JISR_CANCELLED;
	if (error == JISR_OK) {
		list_load_source(load, source);
		error = catalogue_commit(load->load, list_format_name(load->summary.format), source,
		                         load->summary.published, &load->change, problem);
	}
	load->load = catalogue_load_free(load->load);
	return error;
}
