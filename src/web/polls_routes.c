/* /api/v1/elections: secret votes (assembly/urn.h). Everybody may read them: they are there to be verified. A ballot is
 * taken from nobody: its route looks at no caller, writes no access log, and its line in the log names neither caller nor
 * address. What trustees, registrar and organiser send is theirs, with their rights. */
#include "assembly/urn_act.h"
#include "assembly/urn_box.h"
#include "assembly/urn_bundle.h"
#include "assembly/urn_heads.h"
#include "base/emit.h"
#include "base/json.h"
#include "base/tree.h"
#include "web/faults.h"
#include "web/log.h"
#include "web/record_reply.h"

#include <string.h>

#define BODY_MOST ((size_t)512 << 10)

static int begin(struct service *service, struct http_reply *reply, struct store_reader **ret_reader, bool *ret_there,
                 struct problem *problem)
{
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	*ret_there = store != NULL;
	return store == NULL ? error : store_read(store, ret_reader, problem);
}

static int list(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	bool there;
	int error = begin(service, reply, &reader, &there, &problem);
	if (!there)
		return error;
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = urn_tell_all(store_reader_sql(reader), &reply->body, &problem);
	if (error)
		text_reset(&reply->body);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

static int show(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct urn poll;
	bool there;
	int error = begin(service, reply, &reader, &there, &problem);
	if (!there)
		return error;
	if (!error)
		error = urn_get(store_reader_sql(reader), request->variables[0], request->arena, &poll, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, poll.version);
	if (!error)
		error = urn_tell(store_reader_sql(reader), request->variables[0], &reply->body, &problem);
	if (error)
		text_reset(&reply->body);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

static int give_head(struct sql *sql, const struct urn *poll, struct http_reply *reply, struct problem *problem)
{
	struct urn_head head;
	int error = urn_bundle_head(sql, poll, &head, problem);
	if (error)
		return error;
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "id", poll->id);
	emit_count(&reply->body, "height", head.height);
	emit_text(&reply->body, "head", head.hash);
	emit_count(&reply->body, "size", head.events);
	emit_text(&reply->body, "root", head.root);
	emit_count(&reply->body, "ballots", poll->ballots);
	emit_close_object(&reply->body);
	return reply->body.error;
}

/* A message of the setup, word for word: what a voter's device needs, without all the ballots of the archive. */
static int give_setup(const struct urn *poll, const char *message, struct http_reply *reply, struct problem *problem)
{
	return poll->election[0] == '\0'
	               ? problem_set(problem, JISR_STATE, "the secret vote '%.64s' is not open yet", poll->id)
	               : text_add_string(&reply->body, message);
}

static int give_part(struct service *service, const struct http_request *request, struct http_reply *reply,
                     const char *what)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct urn poll;
	const char *type = "application/json";
	bool there;
	int error = begin(service, reply, &reader, &there, &problem);
	if (!there)
		return error;
	struct sql *sql = error ? NULL : store_reader_sql(reader);
	if (!error)
		error = urn_get(sql, request->variables[0], request->arena, &poll, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error && strcmp(what, "archive") == 0) {
		type = "application/x-tar";
		error = urn_bundle_bytes(sql, poll.id, &reply->body, &problem);
	} else if (!error && strcmp(what, "certificates") == 0) {
		type = "application/x-ndjson";
		error = urn_lines(sql, &poll, URN_CERTIFICATE, &reply->body, &problem);
	} else if (!error && strcmp(what, "draft") == 0) {
		error = urn_act_draft(&poll, &reply->body, &problem);
	} else if (!error && strcmp(what, "voters") == 0) {
		type = "text/plain; charset=utf-8";
		error = urn_act_voters(&poll, &reply->body, &problem);
	} else if (!error && (strcmp(what, "election") == 0 || strcmp(what, "credentials") == 0)) {
		error = give_setup(&poll, what[0] == 'e' ? poll.election : poll.credentials, reply, &problem);
	} else if (!error && strcmp(what, "head") == 0) {
		error = give_head(sql, &poll, reply, &problem);
	} else if (!error && strcmp(what, "heads") == 0) {
		type = "application/x-ndjson";
		error = urn_heads_lines(sql, poll.id, &reply->body, &problem);
	} else if (!error) {
		error = problem_set(&problem, JISR_NOT_FOUND,
		                    "a secret vote has archive, certificates, credentials, draft, election, voters, "
		                    "head and heads");
	}
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	reply->type = type;
	return JISR_OK;
}

static int give(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_part(service, request, reply, request->variables[1]);
}

static int give_heads(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return give_part(service, request, reply, "heads");
}

/* What is encrypted to one trustee: nobody else can read it, so everybody may have it. */
static int give_trustee(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct urn poll;
	const char *office = request->variables[1], *what = request->variables[2];
	size_t trustee = 0;
	bool there;
	int error = begin(service, reply, &reader, &there, &problem);
	if (!there)
		return error;
	if (!error)
		error = urn_get(store_reader_sql(reader), request->variables[0], request->arena, &poll, &problem);
	if (!error && (trustee = urn_trustee(&poll, office)) == 0)
		error = problem_set(&problem, JISR_NOT_FOUND, "%.40s is no trustee of this vote", office);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error && strcmp(what, "input") == 0)
		error = urn_act_input(store_reader_sql(reader), &poll, trustee, &reply->body, &problem);
	else if (!error && strcmp(what, "key") == 0)
		error = urn_act_key(store_reader_sql(reader), &poll, trustee, &reply->body, &problem);
	else if (!error)
		error = problem_set(&problem, JISR_NOT_FOUND, "a trustee gets its input, and its key");
	if (error) {
		text_reset(&reply->body);
		return record_reply_error(request, reply, error, &problem);
	}
	return JISR_OK;
}

/* The ballot that stands on the board under a tracking number, word for word. */
static int give_ballot(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct problem problem = {""};
	const char *ballot = NULL;
	bool there;
	int error = begin(service, reply, &reader, &there, &problem);
	if (!there)
		return error;
	if (!error)
		error = urn_ballot(store_reader_sql(reader), request->variables[0], request->variables[1],
		                   request->arena, &ballot, &problem);
	if (!error)
		error = record_reply_begin(request, reply, 200, 0);
	if (!error)
		error = text_add_string(&reply->body, ballot);
	return error ? record_reply_error(request, reply, error, &problem) : JISR_OK;
}

static int post_ballot(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	struct urn_receipt receipt;
	int error;
	if (record_reply_store(service, reply, &error) == NULL)
		return error;
	error = urn_box_post(service_box(service), request->variables[0], request->body, request->body_length, &receipt,
	                     &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_begin(request, reply, receipt.again ? 200 : 201, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "tracking", receipt.tracking);
	emit_count(&reply->body, "place", receipt.place);
	emit_bool(&reply->body, "again", receipt.again);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

/* A head that an observer signed: from anybody, since the signature says whose it is. */
static int post_head(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	struct problem problem = {""};
	struct urn_seen seen;
	int error;
	struct store *store = record_reply_store(service, reply, &error);
	if (store == NULL)
		return error;
	error = urn_heads_post(store, request->variables[0], request->body, request->body_length, &seen, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	if (!seen.agrees && !seen.again) {
		const struct log_field fields[] = {
			{"vote", request->variables[0], 0}, {"observer", seen.observer, 0}, {"what", problem.text, 0}};
		log_event(LOG_LEVEL_ERROR, "election-fork", fields, 3);
	}
	error = record_reply_begin(request, reply, seen.again ? 200 : 201, 0);
	emit_object(&reply->body, NULL);
	emit_text(&reply->body, "observer", seen.observer);
	emit_count(&reply->body, "size", seen.size);
	emit_count(&reply->body, "entry", seen.entry);
	emit_bool(&reply->body, "agrees", seen.agrees);
	emit_bool(&reply->body, "again", seen.again);
	emit_text(&reply->body, "differs", seen.agrees || seen.again ? NULL : problem.text);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int take(struct service *service, const struct http_request *request, struct http_reply *reply, enum urn_act act,
                const char *id)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct problem problem = {""};
	struct urn_order order = {.act = act, .caller = request->caller_is, .id = id, .expected = ENTRY_ANY};
	int error;
	if (!record_reply_match(request, reply, &order.expected, &error))
		return error;
	if (urn_act_field(act) != NULL) {
		/* The file that the trustee or the registrar made, as it is. */
		json = tree_object();
		tree_bytes(json, urn_act_field(act), request->body, request->body_length);
		if (tree_failed())
			return JISR_NO_MEMORY;
	} else if (request->body_length > 0) {
		error = faults_read_body(request, reply, &json);
		if (error || json == NULL)
			return error;
	}
	order.fields = json;
	error = urn_act_submit(service_store(service), &order, &problem);
	if (error)
		return record_reply_error(request, reply, error, &problem);
	error = record_reply_changed(request, reply, id == NULL, "/api/v1/elections/", order.made, order.version);
	emit_text(&reply->body, "act", urn_act_name(act));
	emit_count(&reply->body, "version", order.version);
	emit_close_object(&reply->body);
	return error ? error : reply->body.error;
}

static int call(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, URN_ACT_CALL, NULL);
}

static int open_vote(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, URN_ACT_OPEN, request->variables[0]);
}

static int close_vote(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, URN_ACT_CLOSE, request->variables[0]);
}

static int count_vote(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, URN_ACT_RESULT, request->variables[0]);
}

static int cancel_vote(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	return take(service, request, reply, URN_ACT_CANCEL, request->variables[0]);
}

static int act(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	enum urn_act found;
	if (!urn_act_read(request->variables[1], &found) || urn_act_right(found) != RIGHT_POLLS_TAKE)
		return http_reply_problem(reply, 404, "There is no such act",
		                          "docs/verify-an-election.md lists the acts of a secret vote.");
	return take(service, request, reply, found, request->variables[0]);
}

#define READS(path, handler, name)                                                                                     \
	{                                                                                                              \
		HTTP_GET, path, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_NONE, .heavy = true                  \
	}
#define RUNS(path, handler, name)                                                                                      \
	{                                                                                                              \
		HTTP_POST, path, handler, HTTP_STYLE_PROBLEM, name, .right = RIGHT_POLLS_RUN, .waits = true,           \
								    .body_max = BODY_MOST                              \
	}
const struct http_route routes_polls[] = {
	READS("/api/v1/elections", list, "api_elections"),
	READS("/api/v1/elections/{id}", show, "api_election"),
	READS("/api/v1/elections/{id}/{name}", give, "api_election_part"),
	{HTTP_GET, "/api/v1/elections/{id}/ballots/{tracking}", give_ballot, HTTP_STYLE_PROBLEM, "api_election_board",
         .right = RIGHT_NONE, .heavy = true, .unseen = true}, /* who asks for a ballot is its voter */
	READS("/api/v1/elections/{id}/trustees/{office}/{what}", give_trustee, "api_election_trustee"),
	{HTTP_POST, "/api/v1/elections", call, HTTP_STYLE_PROBLEM, "api_election_call", .right = RIGHT_POLLS_RUN,
         .waits = true, .repeat = HTTP_REPEAT_KEPT, .body_max = BODY_MOST},
	{HTTP_POST, "/api/v1/elections/{id}/ballots", post_ballot, HTTP_STYLE_PROBLEM, "api_election_ballot",
         .right = RIGHT_NONE, .waits = true, .unseen = true, .body_max = BODY_MOST},
	READS("/api/v1/elections/{id}/heads", give_heads, "api_election_heads"),
	{HTTP_POST, "/api/v1/elections/{id}/heads", post_head, HTTP_STYLE_PROBLEM, "api_election_observe",
         .right = RIGHT_NONE, .waits = true, .body_max = URN_MAX_NOTE},
	RUNS("/api/v1/elections/{id}/open", open_vote, "api_election_open"),
	RUNS("/api/v1/elections/{id}/close", close_vote, "api_election_close"),
	RUNS("/api/v1/elections/{id}/result", count_vote, "api_election_result"),
	RUNS("/api/v1/elections/{id}/cancel", cancel_vote, "api_election_cancel"),
	{HTTP_POST, "/api/v1/elections/{id}/{name}", act, HTTP_STYLE_PROBLEM, "api_election_act",
         .right = RIGHT_POLLS_TAKE, .waits = true, .body_max = BODY_MOST},
	{0},
};
