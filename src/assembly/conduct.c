#include "assembly/conduct.h"

#include "assembly/affair.h"
#include "assembly/assembly_private.h"
#include "assembly/conduct_fields.h"
#include "assembly/dues.h"
#include "base/emit.h"

#include <stdlib.h>

static const struct row {
	const char *name, *summary;
	enum right right;
	const struct field *fields;
	conduct_decide decide;
} rows[CONDUCT_COUNT] = {
#define ACT(id, name, right, fields, decide, apply, dropped, summary)                                                  \
	[CONDUCT_##id] = {name, summary, right, fields, decide},
#include "assembly/acts.def"
#undef ACT
};

const char *conduct_name(enum conduct act)
{
	return (unsigned)act < CONDUCT_COUNT ? rows[act].name : "unknown";
}

const char *conduct_summary(enum conduct act)
{
	return (unsigned)act < CONDUCT_COUNT ? rows[act].summary : "";
}

enum right conduct_right(enum conduct act)
{
	return (unsigned)act < CONDUCT_COUNT ? rows[act].right : RIGHT_UNSAID;
}

const struct field *conduct_fields(enum conduct act)
{
	return (unsigned)act < CONDUCT_COUNT ? rows[act].fields : fields_none;
}

bool conduct_read(const char *name, enum conduct *ret_act)
{
	for (unsigned act = 0; act < CONDUCT_COUNT; act++)
		if (strcmp(rows[act].name, name) == 0) {
			*ret_act = (enum conduct)act;
			return true;
		}
	return false;
}

/* ---- what deciding and applying ask ---- */

const char *conducting_text(const struct conducting *conducting, const char *name)
{
	return json_get_text(conducting->fields, name);
}

uint32_t conducting_number(const struct conducting *conducting, const char *name)
{
	return applying_number(conducting->fields, name);
}

bool conducting_flag(const struct conducting *conducting, const char *name)
{
	return applying_flag(conducting->fields, name);
}

int conducting_next(const struct conducting *conducting, const char *statement, uint32_t *ret_number,
                    struct problem *problem)
{
	int64_t most = 0;
	struct sql_query query = sql_query(conducting->sql, statement);
	sql_bind_number(&query, 1, conducting->session);
	int error = sql_run_number(&query, 0, &most, problem);
	*ret_number = (uint32_t)most + 1;
	return error;
}

int conducting_state(const struct conducting *conducting, unsigned states, struct problem *problem)
{
	if ((states & ASSEMBLY_BIT(conducting->assembly.state)) != 0)
		return JISR_OK;
	return problem_set(problem, JISR_STATE, "session %u is %s: nobody can %s now", (unsigned)conducting->session,
	                   assembly_state_name(conducting->assembly.state), conduct_summary(conducting->order->act));
}

int conducting_delegation(struct conducting *conducting, const char **ret_code, struct problem *problem)
{
	int64_t there = 0;
	const char *code = conducting_text(conducting, "office");
	if (code == NULL)
		code = conducting->caller->office;
	bool own = strcmp(code, conducting->caller->office) == 0;
	int error = own && !caller_is_headquarters(conducting->caller)
	                    ? caller_check(conducting->caller, RIGHT_ASSEMBLY_DELEGATE, problem)
	                    : caller_check(conducting->caller, RIGHT_ASSEMBLY_SECRETARY, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(conducting->sql, "SELECT count(*) FROM assembly_delegation WHERE session = "
	                                                    "?1 AND code = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, code);
	error = sql_run_number(&query, 0, &there, problem);
	if (!error && there == 0)
		error = problem_set(
			problem, JISR_NOT_FOUND, "%s was not invited to session %u%s", code,
			(unsigned)conducting->session,
			caller_is_headquarters(conducting->caller) && own ? ": say for whom, with \"office\"" : "");
	if (!error)
		*ret_code = code;
	return error;
}

int conducting_member(struct conducting *conducting, const char **ret_code, struct problem *problem)
{
	int64_t observes = 0;
	const char *code = NULL;
	int error = conducting_delegation(conducting, &code, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(conducting->sql, "SELECT observer FROM assembly_delegation WHERE session ="
	                                                    " ?1 AND code = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_text(&query, 2, code);
	error = sql_run_number(&query, 0, &observes, problem);
	if (!error && observes != 0)
		error = problem_set(problem, JISR_DENIED, "%s observes: only members do that", code);
	if (!error)
		*ret_code = code;
	return error;
}

uint32_t applying_number(const cJSON *object, const char *name)
{
	uint64_t number = json_get_whole(object, name);
	return number < UINT32_MAX ? (uint32_t)number : 0;
}

const char *applying_text(const cJSON *object, const char *name)
{
	const char *text = json_get_text(object, name);
	return text != NULL ? text : "";
}

bool applying_flag(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(json_get(object, name)) != 0;
}

int applying_json(struct applying *applying, const cJSON *value, const char **ret_text, struct problem *problem)
{
	return entry_json_text(applying->arena, value, ret_text, problem);
}

/* ---- one act ---- */

static int add_copy(cJSON *body, const cJSON *value)
{
	cJSON *copy = cJSON_Duplicate(value, true);
	if (copy == NULL || !cJSON_AddItemToObject(body, value->string, copy)) {
		cJSON_Delete(copy);
		return JISR_NO_MEMORY;
	}
	return JISR_OK;
}

int conduct_body(const cJSON *fields, const cJSON *made, cJSON **ret_body, struct problem *problem)
{
	cJSON *body = tree_object();
	int error = body != NULL ? JISR_OK : JISR_NO_MEMORY;
	for (const cJSON *one = fields != NULL ? fields->child : NULL; one != NULL && !error; one = one->next)
		error = add_copy(body, one);
	if (!error && made->child != NULL) {
		cJSON *copy = cJSON_Duplicate(made, true);
		if (copy == NULL || !cJSON_AddItemToObject(body, "made", copy)) {
			cJSON_Delete(copy);
			error = JISR_NO_MEMORY;
		}
	}
	if (tree_failed() || error) {
		cJSON_Delete(body);
		return problem_no_memory(problem);
	}
	*ret_body = body;
	return JISR_OK;
}

int conduct_check_body(const cJSON *body, const struct field *fields, struct problem *problem)
{
	const cJSON *made = json_get(body, "made");
	if (!cJSON_IsObject(body) || (made != NULL && !cJSON_IsObject(made)))
		return problem_set(problem, JISR_BAD_INPUT, "the body of an entry about an assembly is an object");
	if (made == NULL)
		return field_check(body, fields, problem);
	CLEANUP(json_freep) cJSON *copy = cJSON_Duplicate(body, true);
	if (copy == NULL)
		return problem_no_memory(problem);
	cJSON_DeleteItemFromObjectCaseSensitive(copy, "made");
	return field_check(copy, fields, problem);
}

static int append(struct conducting *conducting, struct problem *problem)
{
	char kind[ENTRY_MAX_KIND + 1];
	struct conduct_order *order = conducting->order;
	cJSON *body = NULL;
	int error = conduct_body(conducting->fields, conducting->made, &body, problem);
	if (error)
		return error;
	(void)snprintf(kind, sizeof kind, "assembly.%s", rows[order->act].name);
	(void)snprintf(order->subject, sizeof order->subject, "assembly/%u%s", (unsigned)conducting->session,
	               conducting->part);
	struct entry_draft draft = {
		.author = conducting->caller->office,
		.officer = conducting->caller->officer,
		.kind = kind,
		.subject = order->subject,
		.audience = {conducting->only != NULL ? AUDIENCE_ONLY : AUDIENCE_ALL, &conducting->only,
	                     conducting->only != NULL},
		.expected = conducting->expected,
	};
	return store_append_tree(conducting->write, draft, body, &order->version, problem);
}

static int run(struct conducting *conducting, struct problem *problem)
{
	struct conduct_order *order = conducting->order;
	const struct row *row = &rows[order->act];
	int error = caller_check(order->caller, row->right, problem);
	if (!error)
		error = affair_office(conducting->sql, conducting->caller, problem);
	if (!error)
		error = field_check(order->fields, row->fields, problem);
	conducting->session =
		order->act == CONDUCT_SESSION_CALL ? applying_number(order->fields, "number") : order->session;
	if (!error)
		error = assembly_get(conducting->sql, conducting->session, &conducting->assembly, problem);
	if (error == JISR_NOT_FOUND && order->act == CONDUCT_SESSION_CALL) {
		conducting->assembly.number = 0;
		error = JISR_OK;
		if (problem != NULL)
			problem->text[0] = '\0';
	}
	if (!error && order->expected != ENTRY_ANY && order->expected != conducting->assembly.version)
		error = problem_set(problem, JISR_CONFLICT, "session %u has changed since: look at it again",
		                    (unsigned)conducting->session);
	if (!error)
		error = row->decide(conducting, problem);
	return error ? error : append(conducting, problem);
}

int conduct_run(struct store_write *write, struct conduct_order *order, struct problem *problem)
{
	struct conducting conducting = {
		.write = write,
		.sql = store_write_sql(write),
		.order = order,
		.caller = order->caller,
		.fields = order->fields,
		.made = tree_object(),
		.expected = ENTRY_ANY,
	};
	order->id[0] = '\0';
	order->subject[0] = '\0';
	if ((unsigned)order->act >= CONDUCT_COUNT)
		return problem_set(problem, JISR_BAD_INPUT, "there is no such act");
	(void)snprintf(conducting.today, sizeof conducting.today, "%.10s", store_write_at(write));
	int error = conducting.made == NULL ? problem_no_memory(problem) : run(&conducting, problem);
	cJSON_Delete(conducting.made);
	/* Whose arrears are noted has no vote in a session to which it is invited afterwards either. */
	return error || order->act != CONDUCT_INVITE ? error : dues_invited(write, conducting.session, problem);
}

static int command(struct store_write *write, void *context, struct problem *problem)
{
	return conduct_run(write, context, problem);
}

int conduct_submit(struct store *store, struct conduct_order *order, struct problem *problem)
{
	return store_submit(store, command, order, problem);
}

/* ---- the description ---- */

int conduct_describe(struct text *text)
{
	emit_object(text, NULL);
	emit_array(text, "acts");
	for (unsigned act = 0; act < CONDUCT_COUNT; act++) {
		emit_object(text, NULL);
		emit_text(text, "act", rows[act].name);
		emit_text(text, "right", right_name(rows[act].right));
		emit_text(text, "summary", rows[act].summary);
		field_describe(text, rows[act].fields);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}
