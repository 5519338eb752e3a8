#include "web/house.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "members/means.h"
#include "message/message.h"
#include "store/replica.h"
#include "web/courier.h"
#include "web/travel.h"

#include <string.h>

bool house_of(struct store *store, struct node *ret_node)
{
	struct replica replica;
	return replica_of(store, &replica) && node_read(store_directory(store), ret_node, NULL) == JISR_OK &&
	       ret_node->kind == NODE_NATIONAL;
}

static int put(struct store *store, const struct node *node, const struct house_order *order, const struct text *body,
               struct outbox *outbox, char ret_id[PARCEL_ID_MAX], struct problem *problem)
{
	char id[PARCEL_ID_MAX], said[CLOCK_UTC_MAX], thing[OUTBOX_THING_MAX], match[24] = "";
	struct text note, asked;
	const struct caller *caller = order->caller;
	parcel_id_new(id);
	travel_thing(order->path, id, thing);
	if (order->made != NULL)
		(void)snprintf(thing, sizeof thing, "messages/%.40s", order->made);
	if (order->expected != ENTRY_ANY)
		(void)snprintf(match, sizeof match, "\"%llu\"", (unsigned long long)order->expected);
	struct outbox_new item = {.parcel = {.id = id,
	                                     .officer = caller != NULL ? caller->officer : "",
	                                     .scopes = caller != NULL ? caller->scopes : RIGHT_ALL,
	                                     .method = order->method,
	                                     .target = order->path,
	                                     .type = body->length > 0 ? "application/json" : "",
	                                     .match = match,
	                                     .said = clock_utc_exact(said),
	                                     .body = body->bytes != NULL ? body->bytes : "",
	                                     .length = body->length},
	                          .what = order->what,
	                          .thing = thing,
	                          .caller = caller != NULL ? caller->name : "house",
	                          .key = order->key};
	text_init(&note, PARCEL_MAX_NOTE);
	text_init(&asked, PARCEL_MAX_BODY + PARCEL_TARGET_MAX);
	(void)text_add_format(&asked, "%s %s\n", order->method, order->path);
	(void)text_add(&asked, body->bytes, body->length);
	sha256_hex(asked.bytes != NULL ? asked.bytes : "", asked.length, item.asked);
	int error = asked.error ? problem_set(problem, asked.error, "%s", error_text(asked.error))
	                        : courier_sign(store, node, &item.parcel, &note, problem);
	item.note = note.bytes;
	item.note_length = note.length;
	if (!error)
		error = outbox_put(outbox, &item, ret_id, problem);
	text_finish(&asked);
	text_finish(&note);
	return error;
}

int house_give(struct store *store, const struct node *node, const struct house_order *order,
               char ret_id[PARCEL_ID_MAX], struct problem *problem)
{
	CLEANUP(outbox_closep) struct outbox *own = NULL;
	struct text body;
	text_init(&body, PARCEL_MAX_BODY);
	int error = order->body != NULL ? json_write(order->body, &body) : JISR_OK;
	if (error)
		error = problem_set(problem, error, "what is to be sent: %s", error_text(error));
	if (!error && order->outbox == NULL)
		error = outbox_open(store_directory(store), &own, problem);
	if (!error)
		error = put(store, node, order, &body, order->outbox != NULL ? order->outbox : own, ret_id, problem);
	text_finish(&body);
	return error;
}

/* ---- means of signing in ---- */

static int note(void *context, const char *officer, const char *means, bool set, const char *by,
                struct problem *problem)
{
	struct store *store = context;
	CLEANUP(json_freep) cJSON *body = tree_object();
	struct node node;
	char path[60 + OFFICER_ID_MAX], id[PARCEL_ID_MAX];
	if (!house_of(store, &node))
		return problem_set(problem, JISR_STATE, "at this node nobody can be enrolled: it writes nothing");
	tree_text(body, "means", means);
	tree_bool(body, "set", set);
	tree_text(body, "by", by);
	if (tree_failed() || body == NULL)
		return problem_no_memory(problem);
	(void)snprintf(path, sizeof path, "/network/v1/means/%s", officer);
	const struct house_order order = {
		.what = "network_means", .method = "POST", .path = path, .body = body, .expected = ENTRY_ANY};
	return house_give(store, &node, &order, id, problem);
}

struct signin_directory house_directory(struct store *store)
{
	struct signin_directory directory = means_directory(store);
	struct replica replica;
	if (replica_of(store, &replica))
		directory.note = note;
	return directory;
}

/* ---- receipts ---- */

struct collecting {
	struct store *store;
	const struct node *node;
	struct outbox *outbox;
};

static int say(void *context, const char *office, const char *id, enum message_receipt receipt, const char *reason,
               struct problem *problem)
{
	struct collecting *collecting = context;
	CLEANUP(json_freep) cJSON *body = NULL;
	char path[60 + MESSAGE_ID_MAX], item[PARCEL_ID_MAX];
	bool refused = receipt == MESSAGE_REFUSED;
	if (strcmp(office, collecting->node->office) != 0)
		return JISR_OK; /* a box of another office that lies here says nothing for it */
	if (refused) {
		body = tree_object();
		tree_text(body, "reason", reason);
		if (tree_failed())
			return problem_no_memory(problem);
	}
	(void)snprintf(path, sizeof path, "/api/v1/messages/%s/%s", id, refused ? "refuse" : "stored");
	const struct house_order order = {.what = "api_message_step",
	                                  .method = "POST",
	                                  .path = path,
	                                  .body = body,
	                                  .key = path,
	                                  .expected = ENTRY_ANY,
	                                  .outbox = collecting->outbox};
	return house_give(collecting->store, collecting->node, &order, item, problem);
}

int house_collect(struct store *store, const struct node *node, struct outbox *outbox, uint64_t *ret_count,
                  struct problem *problem)
{
	struct collecting collecting = {store, node, outbox};
	return message_collect_for(store, say, &collecting, ret_count, problem);
}
