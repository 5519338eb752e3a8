/* A list of invented people, companies and vessels, as one that was published. */
#include "cli/demo.h"

#include "cli/print.h"
#include "watch/catalogue.h"
#include "web/record_lists.h"

int demo_lists(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	CLEANUP(catalogue_freep) struct catalogue *catalogue = NULL;
	CLEANUP(catalogue_load_freep) struct catalogue_load *loading = NULL;
	struct catalogue_change change = {0};
	char count[PRINT_COUNT_MAX];
	struct record_lists_by by = {.store = demo->store};
	struct catalogue_keeper keeper = record_lists_keeper(&by);
	int error = catalogue_open(demo->directory, &catalogue, problem);
	if (!error)
		catalogue_keep(catalogue, &keeper);
	if (!error)
		error = catalogue_begin(catalogue, "invented", &loading, problem);
	for (uint64_t i = 0; !error && i < demo->entities; i++) {
		struct entity *entity;
		arena_reset(demo->arena);
		error = people_entity(demo->people, i, demo->arena, &entity);
		if (!error)
			error = catalogue_put(loading, entity, problem);
	}
	if (!error)
		error = catalogue_commit(loading, "invented", "jisr demo", "", &change, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX, "the list 'invented' with %s people, companies and vessels",
	               print_count(demo->entities, count));
	return error;
}
