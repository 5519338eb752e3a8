#include "notices/hit_act.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/tree.h"
#include "base/words.h"
#include "notices/act.h"
#include "notices/number.h"
#include "notices/object_act.h"
#include "notices/object_line.h"
#include "notices/rules.h"

#include <string.h>

#define MAX_REF     100 /* characters */
#define REMIND_MOST 500 /* reminders of one submission */

/* One step while it is taken. */
struct taking {
	struct store_write *write;
	const char *directory; /* NULL: lines of files are not looked for */
	struct hit_act *act;
	const struct hit_row *row;
	struct hit before; /* for a report, what is known of the subject alone */
	struct hit_rules rules;
	char found[HIT_MOMENT]; /* `at` with milliseconds, "" when the step takes none */
	unsigned days;
};

static const cJSON *field(const struct taking *taking, const char *name)
{
	return json_get(taking->act->fields, name);
}

static struct findings *findings_of(const struct taking *taking)
{
	return &taking->act->findings;
}

/* ---- fields ---- */

static void check_names(const struct taking *taking)
{
	const char *fields = taking->row->fields, *needs = taking->row->needs;
	for (const cJSON *one = taking->act->fields != NULL ? taking->act->fields->child : NULL; one != NULL;
	     one = one->next)
		if (!words_hold(fields, one->string))
			findings_add(findings_of(taking), one->string,
			             fields[1] == '\0' ? "leave it out" : "leave it out or correct its name",
			             "is no field of the step '%s', which takes%s", taking->row->name,
			             fields[1] == '\0' ? " none" : fields);
	for (const char *at = needs + 1; *at != '\0';) {
		char name[24];
		size_t length = strcspn(at, " ");
		(void)snprintf(name, sizeof name, "%.*s", (int)length, at);
		if (field(taking, name) == NULL)
			findings_add(findings_of(taking), name, "say it", "is missing");
		at += length + 1;
	}
}

static void check_text(const struct taking *taking, const char *name, size_t most)
{
	const cJSON *value = field(taking, name);
	if (value == NULL)
		return;
	if (!cJSON_IsString(value) || strspn(value->valuestring, " \t\n") == strlen(value->valuestring)) {
		findings_add(findings_of(taking), name, "write it in words", "is no text");
		return;
	}
	size_t count = 0;
	bool control = false;
	for (const char *at = value->valuestring; *at != '\0'; at++) {
		count += ((unsigned char)*at & 0xC0) != 0x80;
		control = control || ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t');
	}
	if (control)
		findings_add(findings_of(taking), name, "write plain text", "holds control characters");
	if (count > most)
		findings_add(findings_of(taking), name, "shorten it", "has %zu characters, at most %zu are taken",
		             count, most);
}

static void check_bool(const struct taking *taking, const char *name)
{
	const cJSON *value = field(taking, name);
	if (value != NULL && !cJSON_IsBool(value))
		findings_add(findings_of(taking), name, "write true or false", "is neither true nor false");
}

static void check_moment(struct taking *taking)
{
	const cJSON *value = field(taking, "at");
	const char *now = store_write_at(taking->write);
	if (!words_hold(taking->row->fields, "at"))
		return;
	(void)snprintf(taking->found, sizeof taking->found, "%s", now);
	if (value == NULL)
		return;
	if (!cJSON_IsString(value) || !hit_moment_read(value->valuestring, taking->found))
		findings_add(findings_of(taking), "at", "write it as 2026-11-27T01:00:00Z", "is no moment");
	else if (strcmp(taking->found, now) > 0)
		findings_add(findings_of(taking), "at", "write when it was, in UTC", "is still to come");
	else if (taking->act->id != NULL && strcmp(taking->found, taking->before.found) < 0)
		findings_add(findings_of(taking), "at", "write when it was, in UTC", "lies before the hit itself");
}

static void check_days(struct taking *taking)
{
	const cJSON *value = field(taking, "days");
	unsigned most = taking->rules.value[HIT_RULE_REQUEST_MOST];
	if (value == NULL)
		return;
	uint64_t days;
	if (json_whole(value, 1, most, &days))
		taking->days = (unsigned)days;
	else
		findings_add(findings_of(taking), "days", "write what the treaty says", "is no number from 1 to %u",
		             most);
}

static void check_codes(const struct taking *taking)
{
	const cJSON *country = field(taking, "country"), *outcome = field(taking, "outcome");
	if (country != NULL && (!cJSON_IsString(country) || !codes_country_known(country->valuestring)))
		findings_add(findings_of(taking), "country", "write two capitals, such as MA", "is no country");
	if (outcome == NULL)
		return;
	const struct code *code = cJSON_IsString(outcome) ? codes_find(&hit_outcomes, outcome->valuestring) : NULL;
	if (code == NULL || !words_hold(" deceased gone no-action other prosecuted ", code->code))
		findings_add(findings_of(taking), "outcome", "write deceased, gone, no-action, prosecuted or other",
		             "is no way in which a hit is closed");
}

static int check_evidence(const struct taking *taking, struct problem *problem)
{
	const cJSON *evidence = field(taking, "evidence");
	struct text text;
	if (evidence == NULL)
		return JISR_OK;
	text_init(&text, HIT_MAX_EVIDENCE);
	int error = json_write(evidence, &text);
	text_finish(&text);
	if (!cJSON_IsObject(evidence))
		findings_add(findings_of(taking), "evidence", "give what the check said", "is no object");
	else if (error == JISR_TOO_LARGE)
		findings_add(findings_of(taking), "evidence", "give the one hit that it is about",
		             "has more than %zu bytes", HIT_MAX_EVIDENCE);
	return error == JISR_NO_MEMORY ? problem_no_memory(problem) : JISR_OK;
}

static int check_fields(struct taking *taking, struct problem *problem)
{
	if (taking->act->fields != NULL && !cJSON_IsObject(taking->act->fields))
		return problem_set(problem, JISR_BAD_INPUT, "the fields of a step are an object: {...}");
	check_names(taking);
	check_text(taking, "text", ACT_MAX_TEXT);
	check_text(taking, "place", HIT_MAX_PLACE);
	check_text(taking, "reference", MAX_REF);
	check_bool(taking, "urgent");
	check_bool(taking, "end");
	check_moment(taking);
	check_days(taking);
	check_codes(taking);
	int error = check_evidence(taking, problem);
	return error ? error : findings_problem(findings_of(taking), problem);
}

/* ---- what the hit is on ---- */

static int find_notice(struct taking *taking, const char *id, struct problem *problem)
{
	struct notice notice;
	struct arena *arena = store_write_arena(taking->write);
	int error =
		notice_get(store_write_sql(taking->write), viewer_of(taking->act->caller), id, arena, &notice, problem);
	if (error)
		return error;
	if ((STATES_IN_FORCE & STATE_BIT(notice.state)) == 0)
		return problem_set(problem, JISR_STATE, "the notice %s is %s: nothing is found by it", notice.id,
		                   state_label(notice.state, LANGUAGE_EN));
	taking->before.about = HIT_ABOUT_NOTICE;
	taking->before.subject = arena_text(arena, notice.id, strlen(notice.id));
	taking->before.owner = notice.owner;
	taking->before.colour = notice.colour;
	taking->before.caption = notice.caption;
	return taking->before.subject != NULL ? JISR_OK : problem_no_memory(problem);
}

/* A single object, or a line of a file. */
static int find_object(struct taking *taking, const char *id, struct problem *problem)
{
	struct object_row object = {.withdrawn = false};
	struct object_line line = {.id = NULL};
	char number[OBJECT_NUMBER_MAX + 1];
	struct arena *arena = store_write_arena(taking->write);
	struct sql *sql = store_write_sql(taking->write);
	struct viewer viewer = viewer_of(taking->act->caller);
	bool single = object_id_read(id, number) || taking->directory == NULL;
	int error = single ? object_get(sql, viewer, id, arena, &object, problem)
	                   : object_line_get(sql, taking->directory, viewer, id, arena, &line, problem);
	if (error)
		return error;
	if (single ? object.withdrawn : line.withdrawn)
		return problem_set(problem, JISR_STATE, "the object %s is withdrawn: nothing is found by it", id);
	taking->before.about = HIT_ABOUT_OBJECT;
	taking->before.subject = single ? arena_text(arena, object.id, strlen(object.id)) : line.id;
	taking->before.owner = single ? object.owner : line.file.owner;
	taking->before.colour = "object";
	taking->before.caption = single ? object.caption : line.caption;
	return taking->before.subject != NULL ? JISR_OK : problem_no_memory(problem);
}

static int find_subject(struct taking *taking, struct problem *problem)
{
	const cJSON *notice = field(taking, "notice"), *object = field(taking, "object");
	taking->before.finder = taking->act->caller->office;
	if (cJSON_IsString(notice) && object == NULL)
		return find_notice(taking, notice->valuestring, problem);
	if (cJSON_IsString(object) && notice == NULL)
		return find_object(taking, object->valuestring, problem);
	findings_add(findings_of(taking), "notice",
	             "name the notice by which it was found, such as 2026/1234, or the registered object, not both",
	             "is missing");
	return findings_problem(findings_of(taking), problem);
}

static bool keep_same(void *context, const struct hit *hit)
{
	struct hit_act *act = context;
	if (strcmp(hit->finder, act->caller->office) != 0)
		return true;
	(void)snprintf(act->warning, sizeof act->warning,
	               "%s has reported a hit on it already, %s of %.10s, which is %s: is it another one?", hit->finder,
	               hit->id, hit->reported, hit_state_label(hit->state, LANGUAGE_EN));
	return false;
}

/* Who finds somebody twice may have done so: he is warned, and his report is taken. */
static int look_for_same(struct taking *taking, struct problem *problem)
{
	const struct hit_filter filter = {
		.subject = taking->before.subject, .office = taking->act->caller->office, .open = true};
	return hit_list(store_write_sql(taking->write), viewer_of(taking->act->caller), &filter,
	                store_write_arena(taking->write), keep_same, taking->act, problem);
}

static int look_up(struct taking *taking, struct problem *problem)
{
	struct hit_act *act = taking->act;
	struct sql *sql = store_write_sql(taking->write);
	int error = register_writes(sql, act->caller->office, problem);
	if (!error)
		error = hit_rules_now(sql, &taking->rules, problem);
	if (!error && act->id == NULL && !caller_may(act->caller, taking->row->right))
		error = caller_check(act->caller, taking->row->right, problem);
	if (error)
		return error;
	if (act->id == NULL)
		return find_subject(taking, problem);
	error = hit_get(sql, viewer_of(act->caller), act->id, store_write_arena(taking->write), &taking->before,
	                problem);
	if (!error && act->expected != ENTRY_ANY && act->expected != taking->before.version)
		error = problem_set(problem, JISR_CONFLICT, "the hit %s has changed since: look at it again",
		                    taking->before.id);
	return error;
}

/* ---- entries ---- */

static int append(struct taking *taking, cJSON *body, struct problem *problem)
{
	struct hit_act *act = taking->act;
	const char *offices[] = {taking->before.finder, taking->before.owner};
	char subject[NUMBER_SUBJECT_MAX], kind[40];
	number_subject(HIT_SUBJECT, act->made, subject);
	(void)snprintf(kind, sizeof kind, "hit.%s", taking->row->name);
	struct entry_draft draft = {
		.author = act->caller->office,
		.officer = act->caller->officer,
		.kind = kind,
		.subject = subject,
		.audience = {AUDIENCE_ONLY, offices, 2},
		.expected = act->id == NULL ? 0 : ENTRY_ANY,
	};
	return store_append_tree(taking->write, draft, body, &act->version, problem);
}

static void copy_field(const struct taking *taking, const char *name, cJSON *body)
{
	const cJSON *value = field(taking, name);
	cJSON *copy = value != NULL ? cJSON_Duplicate(value, true) : NULL;
	if (copy != NULL && !cJSON_AddItemToObject(body, name, copy))
		cJSON_Delete(copy);
}

static const char *outcome_of(const struct taking *taking)
{
	if (taking->act->step == HIT_CONCLUDE)
		return hit_state_name(taking->before.state);
	return taking->act->step == HIT_CLOSE ? json_get_text(taking->act->fields, "outcome") : taking->row->outcome;
}

static int write_step(struct taking *taking, struct problem *problem)
{
	static const char *const copied[] = {"place", "country", "urgent", "evidence", "text", "reference", "end"};
	char due[HIT_MOMENT];
	const struct hit *before = &taking->before;
	bool urgent = taking->act->id == NULL ? cJSON_IsTrue(field(taking, "urgent")) : before->urgent;
	unsigned days = taking->row->to == HIT_ARRESTED && taking->days == 0 ? taking->rules.value[HIT_RULE_REQUEST]
	                                                                     : taking->days;
	unsigned hours = hit_state_hours(taking->row->to, urgent, days, &taking->rules);
	cJSON *body = tree_object();
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		copy_field(taking, copied[i], body);
	if (taking->act->id == NULL) {
		tree_text(body, "about", hit_about_name(before->about));
		tree_text(body, "subject", before->subject);
		tree_text(body, "colour", before->colour);
		tree_text(body, "caption", before->caption);
	}
	if (taking->found[0] != '\0')
		tree_text(body, "found", taking->found);
	if (taking->row->to == HIT_ARRESTED)
		tree_count(body, "days", days);
	if (outcome_of(taking) != NULL)
		tree_text(body, "outcome", outcome_of(taking));
	if (hours > 0) {
		/* provisional arrest counts from when it was made, all else from when it is known */
		hit_moment_add(taking->row->to == HIT_ARRESTED ? taking->found : store_write_at(taking->write),
		               (int)hours, due);
		tree_text(body, "due", due);
	}
	return append(taking, body, problem);
}

/* The owner ends the notice, or withdraws the object, with the same decision. */
static int end_notice(struct taking *taking, struct problem *problem)
{
	const char *ending = hit_ending(taking->before.state);
	if (taking->act->step != HIT_CONCLUDE || !cJSON_IsTrue(field(taking, "end")))
		return JISR_OK;
	if (ending == NULL)
		return problem_set(problem, JISR_STATE,
		                   "a hit that is %s does not end the notice: conclude it without \"end\"",
		                   hit_state_label(taking->before.state, LANGUAGE_EN));
	bool object = taking->before.about == HIT_ABOUT_OBJECT;
	cJSON *fields = tree_object();
	tree_text(fields, object ? "reason" : "ending", object ? "found" : ending);
	struct act act = {.step = STEP_END,
	                  .caller = taking->act->caller,
	                  .id = taking->before.subject,
	                  .fields = fields,
	                  .expected = ENTRY_ANY};
	struct object_act withdraw = {.step = OBJECT_WITHDRAW,
	                              .caller = taking->act->caller,
	                              .id = taking->before.subject,
	                              .fields = fields,
	                              .expected = ENTRY_ANY};
	char number[OBJECT_NUMBER_MAX + 1];
	bool line = object && !object_id_read(taking->before.subject, number);
	int error = tree_failed() ? problem_no_memory(problem)
	            : line        ? object_act_run_line(taking->write, taking->directory, &withdraw, problem)
	            : object      ? object_act_run(taking->write, &withdraw, problem)
	                          : act_run(taking->write, &act, problem);
	cJSON_Delete(fields);
	return error;
}

static const struct number_kind number_kind = {HIT_SUBJECT, "hit", 1, 999999};

int hit_act_run(struct store_write *write, const char *directory, struct hit_act *act, struct problem *problem)
{
	struct taking taking = {.write = write, .directory = directory, .act = act, .row = &hit_rows[act->step]};
	findings_init(&act->findings);
	act->warning[0] = '\0';
	int error = look_up(&taking, problem);
	if (!error)
		error = hit_allowed(act->step, act->id == NULL ? HIT_NONE : taking.before.state, taking.before.finder,
		                    taking.before.owner, taking.before.colour, act->caller, problem);
	if (!error)
		error = check_fields(&taking, problem);
	if (!error && act->id == NULL)
		error = look_for_same(&taking, problem);
	if (error)
		return error;
	if (act->id == NULL)
		error = number_give(write, &number_kind, store_write_at(write), act->wanted, act->made, problem);
	else
		(void)snprintf(act->made, sizeof act->made, "%s", taking.before.id);
	if (!error)
		error = write_step(&taking, problem);
	return error ? error : end_notice(&taking, problem);
}

struct submitted {
	struct hit_act *act;
	const char *directory;
};

static int command(struct store_write *write, void *context, struct problem *problem)
{
	const struct submitted *submitted = context;
	return hit_act_run(write, submitted->directory, submitted->act, problem);
}

int hit_act_submit(struct store *store, struct hit_act *act, struct problem *problem)
{
	struct submitted submitted = {act, store_directory(store)};
	return store_submit(store, command, &submitted, problem);
}

/* ---- deadlines ---- */

struct changing {
	const struct caller *caller;
	const cJSON *rules;
};

static int change_rules(struct store_write *write, void *context, struct problem *problem)
{
	struct changing *changing = context;
	struct hit_rules rules;
	struct findings findings;
	int error = caller_check(changing->caller, RIGHT_HITS_FOLLOW, problem);
	if (!error && !caller_is_headquarters(changing->caller))
		error = problem_set(problem, JISR_DENIED, "only headquarters may change deadlines");
	if (!error)
		error = hit_rules_now(store_write_sql(write), &rules, problem);
	if (error)
		return error;
	findings_init(&findings);
	hit_rules_read(changing->rules, &rules, &findings);
	error = findings_problem(&findings, problem);
	if (error)
		return error;
	if (rules.value[HIT_RULE_REQUEST] > rules.value[HIT_RULE_REQUEST_MOST])
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"request_days\" is above \"request_most_days\": no treaty could shorten it");
	return rules_say(write, changing->caller, "hit.rules", "hit-rules", changing->rules, problem);
}

int hit_act_rules(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem)
{
	struct changing changing = {caller, rules};
	return store_submit(store, change_rules, &changing, problem);
}

struct reminding {
	const char *moment;
	uint64_t count;
};

static int remind_one(struct store_write *write, const struct hit *hit, struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX];
	const char *offices[] = {hit->finder, hit->owner}, *awaited = hit_awaits(hit);
	cJSON *body = tree_object();
	tree_text(body, "due", hit->due);
	tree_text(body, "awaits", awaited != NULL ? awaited : "");
	number_subject(HIT_SUBJECT, hit->id, subject);
	struct entry_draft draft = {.author = OFFICE_HEADQUARTERS,
	                            .kind = HIT_REMINDED,
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, offices, 2},
	                            .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, NULL, problem);
}

struct gathered {
	struct hit *list;
	size_t count;
};

static bool gather(void *context, const struct hit *hit)
{
	struct gathered *gathered = context;
	gathered->list[gathered->count++] = *hit;
	return gathered->count < REMIND_MOST;
}

static int remind(struct store_write *write, void *context, struct problem *problem)
{
	struct reminding *reminding = context;
	struct arena *arena = store_write_arena(write);
	struct gathered gathered = {arena_zero(arena, REMIND_MOST, sizeof *gathered.list), 0};
	struct hit_filter filter = {
		.due = reminding->moment, .open = true, .by_due = true, .unreminded = true, .limit = REMIND_MOST};
	if (gathered.list == NULL)
		return problem_no_memory(problem);
	int error = hit_list(store_write_sql(write), (struct viewer){OFFICE_HEADQUARTERS}, &filter, arena, gather,
	                     &gathered, problem);
	for (size_t i = 0; i < gathered.count && !error; i++)
		error = remind_one(write, &gathered.list[i], problem);
	reminding->count = gathered.count;
	return error;
}

/* Looks before it writes: nothing is due most of the time. */
static int count_due(struct store *store, const char *moment, uint64_t *ret_count, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct hit_filter filter = {.due = moment, .open = true, .unreminded = true};
	int error = store_read(store, &reader, problem);
	return error ? error
	             : hit_count(store_reader_sql(reader), (struct viewer){OFFICE_HEADQUARTERS}, &filter, ret_count,
	                         problem);
}

int hit_act_remind(struct store *store, const char *moment, uint64_t *ret_count, struct problem *problem)
{
	char now[CLOCK_UTC_MAX];
	struct reminding reminding = {moment != NULL ? moment : clock_utc_exact(now), 0};
	uint64_t all = 0, waiting = 0;
	int error = count_due(store, reminding.moment, &waiting, problem);
	if (error || waiting == 0) {
		*ret_count = 0;
		return error;
	}
	do {
		error = store_submit(store, remind, &reminding, problem);
		all += error ? 0 : reminding.count;
	} while (!error && reminding.count == REMIND_MOST);
	*ret_count = all;
	return error;
}
