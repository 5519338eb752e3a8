#include "assembly/affair.h"

#include "assembly/assembly_private.h"
#include "assembly/money.h"
#include "base/clock.h"
#include "base/emit.h"

#define TELL_MEMORY ((size_t)32 << 20) /* of one view */

/* ---- names ---- */

bool affair_step_read(const struct affair *affair, const char *name, unsigned *ret_step)
{
	for (unsigned step = 0; step < affair->step_count; step++)
		if (strcmp(affair->steps[step].name, name) == 0) {
			*ret_step = step;
			return true;
		}
	return false;
}

/* "headquarters or the member itself" */
static void sides_listed(const struct affair *affair, unsigned sides, char out[160])
{
	size_t length = 0;
	out[0] = '\0';
	for (unsigned i = 0; affair->sides[i] != NULL && length < 120; i++)
		if ((sides & AFFAIR_BIT(i)) != 0)
			length += (size_t)snprintf(out + length, 160 - length, "%s%.60s", length > 0 ? " or " : "",
			                           affair->sides[i]);
}

/* ---- who may ---- */

int affair_allowed(const struct affair *affair, unsigned step, unsigned state, unsigned sides, const char *id,
                   const struct caller *caller, struct problem *problem)
{
	const struct affair_step *row = &affair->steps[step];
	char listed[160];
	if (row->right == RIGHT_UNSAID)
		return problem_set(problem, JISR_DENIED, "nobody can %s: it follows from what is decided elsewhere",
		                   row->what);
	if (!caller_may(caller, row->right))
		return caller_check(caller, row->right, problem);
	if ((row->sides & sides) == 0) {
		sides_listed(affair, row->sides, listed);
		return problem_set(problem, JISR_DENIED, "only %s may %s", listed, row->what);
	}
	if ((row->from & AFFAIR_BIT(state)) != 0)
		return JISR_OK;
	if (state == 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no %s %.40s", affair->title, id);
	if (row->from == AFFAIR_BIT(0))
		return problem_set(problem, JISR_CONFLICT, "there is a %s %.40s already", affair->title, id);
	return problem_set(problem, JISR_STATE, "the %s %.40s is %s: nobody can %s now", affair->title, id,
	                   affair->states[state], row->what);
}

int affair_office(struct sql *sql, const struct caller *caller, struct problem *problem)
{
	struct office office;
	if (caller->office[0] == '\0')
		return problem_set(problem, JISR_DENIED, "who belongs to no office has no part in this");
	int error = register_office(sql, caller->office, &office, problem);
	if (error)
		return error == JISR_NOT_FOUND && caller_is_headquarters(caller) ? JISR_OK : error;
	return office.open ? JISR_OK : problem_set(problem, JISR_STATE, "the office %s is closed", caller->office);
}

int affair_hears(struct affair_taking *taking, const char *office, struct problem *problem)
{
	for (size_t i = 0; i < taking->only_count; i++)
		if (strcmp(taking->only[i], office) == 0)
			return JISR_OK;
	if (taking->only_count == AFFAIR_AUDIENCE_MAX)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d offices would hear of it",
		                   AFFAIR_AUDIENCE_MAX);
	taking->only[taking->only_count++] = office;
	return JISR_OK;
}

/* ---- taking a step ---- */

static int append(struct affair_taking *taking, struct problem *problem)
{
	char kind[ENTRY_MAX_KIND + 1], subject[ENTRY_MAX_SUBJECT + 1];
	struct affair_order *order = taking->order;
	cJSON *body = NULL;
	int error = conduct_body(taking->fields, taking->made, &body, problem);
	if (error)
		return error;
	(void)snprintf(kind, sizeof kind, "%s.%s", taking->affair->name, taking->step->name);
	(void)snprintf(subject, sizeof subject, "%s/%s", taking->affair->name, taking->id);
	(void)snprintf(order->made, sizeof order->made, "%s", taking->id);
	struct entry_draft draft = {
		.author = taking->caller->office,
		.officer = taking->caller->officer,
		.kind = kind,
		.subject = subject,
		.audience = {taking->only_count > 0 ? AUDIENCE_ONLY : AUDIENCE_ALL, taking->only, taking->only_count},
		.expected = taking->state == 0 ? 0 : ENTRY_ANY,
	};
	return store_append_tree(taking->write, draft, body, &order->version, problem);
}

static int run(struct affair_taking *taking, struct problem *problem)
{
	const struct affair *affair = taking->affair;
	struct affair_order *order = taking->order;
	int error = taking->step->right == RIGHT_UNSAID
	                    ? affair_allowed(affair, order->step, 0, 0, "", taking->caller, problem)
	                    : caller_check(taking->caller, taking->step->right, problem);
	if (!error)
		error = affair_office(taking->sql, taking->caller, problem);
	if (!error && order->id == NULL && taking->step->from != AFFAIR_BIT(0))
		error = problem_set(problem, JISR_BAD_INPUT, "which %s? Name it, such as %s", affair->title,
		                    affair->example);
	if (!error)
		error = field_check(order->fields, taking->step->fields, problem);
	if (!error)
		error = affair->load(taking, order->id, problem);
	if (!error)
		error = affair_allowed(affair, order->step, taking->state, taking->sides, taking->id, taking->caller,
		                       problem);
	if (!error && order->expected != ENTRY_ANY && order->expected != taking->version)
		error = problem_set(problem, JISR_CONFLICT, "the %s %s has changed since: look at it again",
		                    affair->title, taking->id);
	if (!error && taking->step->decide != NULL)
		error = taking->step->decide(taking, problem);
	if (!error && affair->audience != NULL)
		error = affair->audience(taking, problem);
	if (!error)
		error = append(taking, problem);
	return error || affair->after == NULL ? error : affair->after(taking, problem);
}

int affair_run(struct store_write *write, const struct affair *affair, struct affair_order *order,
               struct problem *problem)
{
	if (order->step >= affair->step_count)
		return problem_set(problem, JISR_BAD_INPUT, "there is no such step");
	struct affair_taking taking = {
		.write = write,
		.sql = store_write_sql(write),
		.arena = store_write_arena(write),
		.affair = affair,
		.step = &affair->steps[order->step],
		.order = order,
		.caller = order->caller,
		.fields = order->fields,
		.made = tree_object(),
	};
	order->made[0] = '\0';
	(void)snprintf(taking.today, sizeof taking.today, "%.10s", store_write_at(write));
	int error = taking.made == NULL ? problem_no_memory(problem) : run(&taking, problem);
	cJSON_Delete(taking.made);
	return error;
}

struct submission {
	const struct affair *affair;
	struct affair_order *order;
};

static int command(struct store_write *write, void *context, struct problem *problem)
{
	struct submission *submission = context;
	return affair_run(write, submission->affair, submission->order, problem);
}

int affair_submit(struct store *store, const struct affair *affair, struct affair_order *order, struct problem *problem)
{
	struct submission submission = {affair, order};
	return store_submit(store, command, &submission, problem);
}

/* ---- applying ---- */

int affair_check_body(const struct affair_step *step, const cJSON *body, struct problem *problem)
{
	return conduct_check_body(body, step->fields, problem);
}

int affair_apply_entry(const struct affair *affair, unsigned step, struct store_write *write, const struct entry *entry,
                       struct problem *problem)
{
	const char *subject = entry->header.subject;
	size_t length = strlen(affair->name);
	if (strncmp(subject, affair->name, length) != 0 || subject[length] != '/' ||
	    strlen(subject + length + 1) > AFFAIR_ID_MAX)
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no %s: %s",
		                   (unsigned long long)entry->sequence, affair->title, subject);
	struct affair_applying applying = {
		.write = write,
		.sql = store_write_sql(write),
		.arena = store_write_arena(write),
		.entry = entry,
		.id = subject + length + 1,
		.body = entry->body,
		.made = json_get(entry->body, "made"),
	};
	int error = affair->steps[step].apply != NULL ? affair->steps[step].apply(&applying, problem) : JISR_OK;
	if (error)
		return error;
	struct sql_query query = sql_query(applying.sql, affair->set_state);
	sql_bind_text(&query, 1, applying.id);
	sql_bind_number(&query, 2, affair->steps[step].to);
	sql_bind_number(&query, 3, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

/* ---- telling ---- */

void affair_emit_json(struct text *text, const char *key, const char *json)
{
	if (json[0] == '\0')
		emit_null(text, key);
	else
		emit_raw(text, key, json, strlen(json));
}

void affair_emit_text(struct text *text, const char *key, const char *value)
{
	emit_text(text, key, value[0] != '\0' ? value : NULL);
}

void affair_emit_money(struct text *text, const char *key, int64_t cents)
{
	char money[MONEY_TEXT_MAX];
	emit_text(text, key, money_text(cents, money));
}

static const struct affair_view *find_view(const struct affair *affair, const char *name, const char *id)
{
	if (name == NULL)
		return &affair->views[id != NULL ? 1 : 0];
	for (const struct affair_view *view = affair->views + 2; view->show != NULL && id != NULL; view++)
		if (strcmp(view->name, name) == 0)
			return view;
	return NULL;
}

/* Which steps the caller may take now: what a step's fields bring may still be refused. */
static int show_may(struct affair_viewing *viewing, const struct affair *affair, struct problem *problem)
{
	struct affair_taking taking = {
		.sql = viewing->sql, .arena = viewing->arena, .affair = affair, .caller = viewing->caller};
	(void)snprintf(taking.today, sizeof taking.today, "%s", viewing->today);
	int error = affair->load(&taking, viewing->id, problem);
	if (error)
		return error;
	emit_array(viewing->text, "may");
	for (unsigned step = 0; step < affair->step_count; step++)
		if (affair_allowed(affair, step, taking.state, taking.sides, taking.id, viewing->caller, NULL) ==
		            JISR_OK &&
		    (affair->offered == NULL || affair->offered(&taking, step)))
			emit_text(viewing->text, NULL, affair->steps[step].name);
	emit_close_array(viewing->text);
	return JISR_OK;
}

int affair_tell(struct sql *sql, const struct affair *affair, const char *view, const char *id,
                const struct caller *caller, struct text *text, uint64_t *ret_version, struct problem *problem)
{
	const struct affair_view *found = find_view(affair, view, id);
	char now[CLOCK_UTC_MAX];
	struct affair_viewing viewing = {.sql = sql, .caller = caller, .id = id != NULL ? id : "", .text = text};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	if (found == NULL)
		return problem_set(problem, JISR_NOT_FOUND, "there is nothing called '%.40s' to tell of a %s", view,
		                   affair->title);
	int error = arena_new(TELL_MEMORY, &arena);
	if (error)
		return problem_no_memory(problem);
	viewing.arena = arena;
	(void)snprintf(viewing.today, sizeof viewing.today, "%.10s", clock_utc(now));
	emit_object(text, NULL);
	error = found->show(&viewing, problem);
	if (!error && view == NULL && id != NULL)
		error = show_may(&viewing, affair, problem);
	emit_close_object(text);
	if (!error && ret_version != NULL)
		*ret_version = viewing.version;
	return error ? error : text->error;
}

/* ---- the description ---- */

static void describe_names(struct text *text, const char *key, const char *const *names, unsigned bits)
{
	emit_array(text, key);
	for (unsigned i = 0; names[i] != NULL; i++)
		if ((bits & AFFAIR_BIT(i)) != 0)
			emit_text(text, NULL, names[i]);
	emit_close_array(text);
}

int affair_describe(const struct affair *affair, struct text *text)
{
	emit_object(text, NULL);
	emit_text(text, "name", affair->name);
	emit_array(text, "steps");
	for (size_t i = 0; i < affair->step_count; i++) {
		const struct affair_step *step = &affair->steps[i];
		emit_object(text, NULL);
		emit_text(text, "step", step->name);
		emit_text(text, "summary", step->what);
		describe_names(text, "from", affair->states, step->from);
		emit_text(text, "to", step->to != 0 ? affair->states[step->to] : NULL);
		describe_names(text, "by", affair->sides, step->sides);
		emit_text(text, "right", step->right != RIGHT_UNSAID ? right_name(step->right) : NULL);
		field_describe(text, step->fields);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_close_object(text);
	return text->error;
}

int affair_draw(const struct affair *affair, struct text *text)
{
	(void)text_add_string(text, "stateDiagram-v2\n");
	for (size_t i = 0; i < affair->step_count; i++) {
		const struct affair_step *step = &affair->steps[i];
		char listed[160];
		sides_listed(affair, step->sides, listed);
		for (unsigned from = 0; affair->states[from] != NULL && step->to != 0; from++)
			if ((step->from & AFFAIR_BIT(from)) != 0)
				(void)text_add_format(text, "    %s --> %s: %s (%s)\n",
				                      from == 0 ? "[*]" : affair->states[from],
				                      affair->states[step->to], step->name, listed);
	}
	return text->error;
}

int affair_draw_id(struct affair_taking *taking, const char *begin, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	unsigned number = 0;
	(void)snprintf(subject, sizeof subject, "%s/%s", taking->affair->name, begin);
	int error = store_draw_number(taking->write, subject, 1, 9999, &number, problem);
	if (!error)
		(void)snprintf(taking->id, sizeof taking->id, "%.16s%u", begin, number % 10000);
	return error;
}
