/* How the network is, told as JSON and as figures. */
#include "web/nodes_private.h"

#include "base/emit.h"
#include "base/file.h"
#include "network/authority.h"
#include "network/hiding.h"
#include "web/courier.h"

#include <stdio.h>
#include <string.h>

/* ---- telling ---- */

struct listing {
	struct nodes *nodes;
	struct text *json;
	struct sql *sql;
};

/* A bureau is none of the nodes that it serves. */
static bool nodes_is_own(const struct nodes *nodes, const char *name)
{
	return nodes->pull != NULL && strcmp(nodes->own.name, name) == 0;
}

static bool emit_node(void *context, const struct network_node *node)
{
	const struct listing *listing = context;
	struct nodes_state state;
	struct text *json = listing->json;
	uint64_t waiting = 0;
	if (nodes_is_own(listing->nodes, node->name))
		return true;
	nodes_state(listing->nodes, node->name, &state);
	emit_object(json, NULL);
	emit_text(json, "name", node->name);
	emit_text(json, "office", node->office);
	emit_text(json, "kind", node_kind_name(node->kind));
	emit_text(json, "admitted", node->admitted);
	emit_bool(json, "ended", node->ended);
	emit_bool(json, "connected", state.connected);
	if (state.through[0] != '\0')
		emit_text(json, "through", state.through);
	if (hiding_waiting(listing->sql, node->name, &waiting, NULL) == JISR_OK)
		emit_count(json, "removals_waiting", waiting);
	if (state.seen >= 0)
		emit_score(json, "seen_seconds", state.seen);
	else
		emit_null(json, "seen_seconds");
	if (state.known) {
		emit_count(json, "entries", state.size);
		emit_count(json, "lag_entries", state.lag);
		emit_score(json, "lag_seconds", state.lag_seconds);
		emit_bool(json, "equal", state.equal);
		emit_score(json, "clock_seconds", state.clock);
		emit_text(json, "version", state.version);
		emit_text(json, "alarm", state.alarm[0] != '\0' ? state.alarm : state.trespass);
		emit_text(json, "root", state.root[0] != '\0' ? state.root : NULL);
		emit_object(json, "outbox");
		emit_count(json, "waiting", state.outbox);
		emit_count(json, "refused", state.refused);
		emit_score(json, "oldest_seconds", state.outbox_seconds);
		emit_close_object(json);
	}
	emit_count(json, "trespasses", state.trespasses);
	emit_close_object(json);
	return json->error == JISR_OK;
}

static void emit_own(struct nodes *nodes, struct text *json)
{
	struct pull_status status;
	char alarm[PROBLEM_MAX];
	pull_status(nodes->pull, &status);
	emit_object(json, "node");
	emit_text(json, "name", nodes->own.name);
	emit_text(json, "office", nodes->own.office);
	emit_text(json, "kind", node_kind_name(nodes->own.kind));
	emit_text(json, "headquarters", status.url);
	emit_bool(json, "connected", status.connected);
	emit_bool(json, "reaches", status.reaches);
	emit_count(json, "entries", status.size);
	emit_count(json, "headquarters_entries", status.headquarters);
	if (status.heard >= 0)
		emit_score(json, "heard_seconds", status.heard);
	else
		emit_null(json, "heard_seconds");
	emit_bool(json, "forked", status.forked);
	emit_bool(json, "refused", status.refused);
	emit_bool(json, "proving", status.proving);
	emit_text(json, "alarm", nodes_own_alarm(nodes, &status, alarm));
	struct outbox_figures figures;
	if (nodes->courier != NULL && outbox_figures(courier_outbox(nodes->courier), &figures, NULL) == JISR_OK)
		nodes_emit_outbox(json, &figures);
	emit_close_object(json);
}

void nodes_line(struct nodes *nodes, struct text *json)
{
	struct pull_status status;
	if (nodes == NULL || nodes->pull == NULL) {
		emit_null(json, "node");
		return;
	}
	pull_status(nodes->pull, &status);
	emit_object(json, "node");
	emit_text(json, "name", nodes->own.name);
	emit_text(json, "kind", node_kind_name(nodes->own.kind));
	emit_bool(json, "connected", status.reaches);
	emit_bool(json, "writes", nodes->courier != NULL);
	emit_close_object(json);
}

int nodes_json(struct nodes *nodes, const char *office, struct text *json, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct listing listing = {nodes, json, NULL};
	int error = store_read(nodes->store, &reader, problem);
	if (error)
		return error;
	listing.sql = store_reader_sql(reader);
	emit_object(json, NULL);
	emit_count(json, "entries", store_reader_sequence(reader));
	if (nodes->pull != NULL)
		emit_own(nodes, json);
	emit_array(json, "nodes");
	if (nodes_serve(nodes))
		error = network_nodes(store_reader_sql(reader), office, emit_node, &listing, problem);
	emit_close_array(json);
	emit_close_object(json);
	return error ? error : json->error;
}

/* For `jisr network status`, which asks no service: DIR/network/status.json. A view, which may be lost; not synced. */
void nodes_write_status(struct nodes *nodes)
{
	char path[FILE_MAX_PATH];
	struct text json;
	if (authority_path(store_directory(nodes->store), NODES_STATUS, path, sizeof path, NULL) != JISR_OK)
		return;
	text_init(&json, NODES_MAX_STATUS);
	if (nodes_json(nodes, NULL, &json, NULL) == JISR_OK)
		(void)file_show(path, json.bytes, json.length, NULL);
	text_finish(&json);
}

/* ---- figures ---- */

/* A node and how it stands, looked at once. */
struct standing {
	char name[NODE_NAME_MAX + 1];
	struct nodes_state state;
};

struct standings {
	struct nodes *nodes;
	struct standing *list;
	size_t count, capacity;
	int error;
};

static double figure_connected(const struct nodes_state *state)
{
	return state->connected;
}

static double figure_seen(const struct nodes_state *state)
{
	return state->seen;
}

static double figure_lag(const struct nodes_state *state)
{
	return (double)state->lag;
}

static double figure_lag_seconds(const struct nodes_state *state)
{
	return state->lag_seconds;
}

static double figure_equal(const struct nodes_state *state)
{
	return state->equal;
}

static double figure_outbox(const struct nodes_state *state)
{
	return (double)state->outbox;
}

static double figure_outbox_seconds(const struct nodes_state *state)
{
	return state->outbox_seconds;
}

static double figure_refused(const struct nodes_state *state)
{
	return (double)state->refused;
}

static double figure_trespasses(const struct nodes_state *state)
{
	return (double)state->trespasses;
}

static void begin_figure(struct text *text, const char *name, const char *help)
{
	(void)text_add_format(text, "# HELP jisr_network_%s %s\n# TYPE jisr_network_%s gauge\n", name, help, name);
}

static void add_figure(struct text *text, const char *name, const char *node, double value)
{
	(void)text_add_format(text, "jisr_network_%s{node=\"%s\"} %.3f\n", name, node, value);
}

static bool stand(void *context, const struct network_node *node)
{
	struct standings *standings = context;
	if (node->ended || nodes_is_own(standings->nodes, node->name))
		return true;
	standings->error = memory_reserve(&standings->list, &standings->capacity, standings->count + 1, NODES_MAX,
	                                  sizeof *standings->list);
	if (standings->error)
		return false;
	struct standing *standing = &standings->list[standings->count++];
	memcpy(standing->name, node->name, sizeof standing->name);
	nodes_state(standings->nodes, node->name, &standing->state);
	return true;
}

static int own_metrics(struct nodes *nodes, struct text *text)
{
	struct pull_status status;
	const char *name = nodes->own.name;
	pull_status(nodes->pull, &status);
	begin_figure(text, "connected", "Whether this node has a line to headquarters.");
	add_figure(text, "connected", name, status.connected);
	begin_figure(text, "heard_seconds", "Since headquarters was last heard; -1: not since the start.");
	add_figure(text, "heard_seconds", name, status.heard);
	begin_figure(text, "lag_entries", "Entries that headquarters has, as last heard, and this node lacks.");
	add_figure(text, "lag_entries", name,
	           status.headquarters > status.size ? (double)(status.headquarters - status.size) : 0);
	struct outbox_figures figures;
	if (nodes->courier != NULL && outbox_figures(courier_outbox(nodes->courier), &figures, NULL) == JISR_OK) {
		begin_figure(text, "outbox", "Changes given here that headquarters has not answered.");
		add_figure(text, "outbox", name, (double)(figures.waiting + figures.sent));
		begin_figure(text, "outbox_seconds", "Since the oldest of them was given.");
		add_figure(text, "outbox_seconds", name, figures.oldest);
		begin_figure(text, "outbox_refused", "Changes that headquarters refused in the last month.");
		add_figure(text, "outbox_refused", name, (double)figures.refused);
	}
	begin_figure(text, "forked", "Whether the node stopped because it was shown another history.");
	add_figure(text, "forked", name, status.forked);
	begin_figure(text, "certificate_end_seconds", "When this node's certificate ends, in seconds since 1970.");
	add_figure(text, "certificate_end_seconds", name, nodes_certificate_ends(nodes));
	begin_figure(text, "refused", "Whether the last line ended because what headquarters sent was not believed.");
	add_figure(text, "refused", name, status.refused);
	return text->error;
}

int nodes_metrics(struct nodes *nodes, struct text *text)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	static const struct {
		const char *name, *help;
		double (*value)(const struct nodes_state *state);
	} figures[] = {
		{"connected", "Whether the node follows the log now.", figure_connected},
		{"seen_seconds", "Since the node was last heard of; -1: not since the start.", figure_seen},
		{"lag_entries", "Entries that the node lacks.", figure_lag},
		{"lag_seconds", "Age of the first entry that the node lacks.", figure_lag_seconds},
		{"equal", "Whether the node's tree is this log's.", figure_equal},
		{"outbox", "Changes that wait at the node.", figure_outbox},
		{"outbox_seconds", "Since the oldest of them was given.", figure_outbox_seconds},
		{"outbox_refused", "Changes of the node that were refused in the last month.", figure_refused},
		{"trespasses", "Commands of the node that it may not give, since the start.", figure_trespasses},
	};
	struct standings standings = {.nodes = nodes};
	if (!nodes_serve(nodes))
		return own_metrics(nodes, text);
	int error = store_read(nodes->store, &reader, NULL);
	if (!error)
		error = network_nodes(store_reader_sql(reader), NULL, stand, &standings, NULL);
	if (!error)
		error = standings.error;
	for (size_t i = 0; !error && i < sizeof figures / sizeof *figures; i++) {
		begin_figure(text, figures[i].name, figures[i].help);
		for (size_t n = 0; n < standings.count; n++)
			add_figure(text, figures[i].name, standings.list[n].name,
			           figures[i].value(&standings.list[n].state));
	}
	memory_free(standings.list);
	return error ? error : text->error;
}
