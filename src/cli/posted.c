#include "cli/posted.h"

#include "base/clock.h"
#include "base/emit.h"
#include "web/house.h"
#include "web/travel.h"

#include <string.h>
#include <time.h>

/* What the officer sees here is what he acts on: where it is another at headquarters by then, that is told and nothing is done. */
static int note_version(struct store_write *write, void *context, struct problem *problem)
{
	struct posted *posted = context;
	char subject[OUTBOX_THING_MAX];
	if (posted->expected != 0 || posted->id == NULL || strcmp(posted->collection, "notices") != 0)
		return JISR_OK;
	(void)snprintf(subject, sizeof subject, "notice/%.60s", posted->id);
	for (char *at = subject + strlen("notice/"); *at != '\0'; at++)
		*at = *at == '/' ? '-' : *at;
	return log_subject(store_write_log(write), subject, &posted->expected, problem);
}

void posted_begin(struct posted *posted, struct recorded *recorded)
{
	posted->here = house_of(recorded->store, &posted->node);
	posted->blind = posted->here && posted->id != NULL && posted->id[0] == '~';
	posted->bracket = (struct store_bracket){.before = note_version, .context = posted, .rehearsal = true};
	if (posted->here)
		store_bracket(&posted->bracket);
}

void posted_end(struct posted *posted)
{
	if (posted->here)
		store_bracket(NULL);
}

static int write_path(const struct posted *posted, char path[PARCEL_TARGET_MAX], struct problem *problem)
{
	int length = snprintf(path, PARCEL_TARGET_MAX, "/api/v1/%s%s%s", posted->collection,
	                      posted->id != NULL ? "/" : "", posted->id != NULL ? posted->id : "");
	if (length < 0 || length >= PARCEL_TARGET_MAX - 60)
		return problem_set(problem, JISR_BAD_INPUT, "'%.60s...' names nothing", posted->id);
	for (char *at = path + strlen("/api/v1/") + strlen(posted->collection) + 1; posted->id != NULL && *at != '\0';
	     at++)
		*at = *at == '/' ? '-' : *at;
	if (posted->step != NULL)
		(void)snprintf(path + length, PARCEL_TARGET_MAX - (size_t)length, "/%s", posted->step);
	return JISR_OK;
}

/* Looks for a while whether the running service brings an answer. */
static int wait_for(struct outbox *outbox, const char *id, struct arena *arena, struct outbox_item *item,
                    struct problem *problem)
{
	double until = clock_seconds() + POSTED_SECONDS;
	for (;;) {
		int error = outbox_get(outbox, id, arena, item, problem);
		if (error || item->state > OUTBOX_SENT || item->trouble[0] != '\0' || clock_seconds() > until)
			return error;
		const struct timespec rest = {0, 20000000L};
		(void)nanosleep(&rest, NULL);
	}
}

static int tell(const struct command *self, const struct outbox_item *item, bool json)
{
	int status = item->state == OUTBOX_REFUSED ? STATUS_MEND : STATUS_DONE;
	if (json) {
		struct text text;
		text_init(&text, PARCEL_MAX_BODY);
		emit_object(&text, NULL);
		travel_emit(&text, "outbox", item, false);
		emit_close_object(&text);
		return command_answer_text(self, &text, status);
	}
	switch (item->state) {
	case OUTBOX_ACCEPTED:
		printf("%s: accepted by headquarters", item->id);
		if (item->made[0] != '\0')
			printf(" (%s, entry %llu)", item->made, (unsigned long long)item->first);
		putchar('\n');
		break;
	case OUTBOX_REFUSED: return command_refuse(self, "headquarters refuses it: %s", item->reason);
	default:
		printf("%s: waits in the outbox", item->id);
		if (strstr(item->thing, "/~") != NULL)
			printf("; what it makes is ~%s until then", item->id);
		printf(". 'jisr outbox' tells what becomes of it.\n");
	}
	return command_finish(self, status);
}

int posted_send(const struct command *self, struct recorded *recorded, const struct posted *posted, bool json)
{
	CLEANUP(outbox_closep) struct outbox *outbox = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct problem problem = {""};
	struct outbox_item item;
	char path[PARCEL_TARGET_MAX], id[PARCEL_ID_MAX], thing[OUTBOX_THING_MAX];
	bool builds = false; /* on what is not in this copy yet */
	int error = write_path(posted, path, &problem);
	if (!error)
		error = outbox_open(store_directory(recorded->store), &outbox, &problem);
	if (!error)
		error = arena_new((size_t)64 << 20, &arena);
	travel_thing(path, "", thing);
	if (!error)
		error = outbox_moves(outbox, thing, &builds, &problem);
	const struct house_order order = {.what = posted->what,
	                                  .method = posted->method != NULL ? posted->method : "POST",
	                                  .path = path,
	                                  .body = posted->fields,
	                                  .caller = recorded->caller.officer[0] != '\0' ? &recorded->caller : NULL,
	                                  .made = posted->made,
	                                  .expected = posted->expected != 0 && !builds ? posted->expected : ENTRY_ANY,
	                                  .outbox = outbox};
	if (!error)
		error = house_give(recorded->store, &posted->node, &order, id, &problem);
	if (!error)
		error = wait_for(outbox, id, arena, &item, &problem);
	return error ? command_fail(self, error, &problem) : tell(self, &item, json);
}
