#include "notices/act.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/tree.h"
#include "base/words.h"
#include "members/register.h"
#include "notices/number.h"
#include "notices/picture.h"
#include "notices/picture_clean.h"
#include "notices/request.h"
#include "notices/rules.h"
#include "store/shared_files.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* One step while it is taken. */
struct taking {
	struct store_write *write;
	struct act *act;
	const struct step_row *row;
	struct notice before; /* of zeros for a draft */
	const cJSON *content; /* what the notice says after the step; belongs to fields or to `parsed` */
	cJSON *parsed;        /* of before.content */
	enum notice_form form;
	bool is_public;
	struct reach reach; /* after the step */
	const char *reach_text;
	char today[11];
};

static const cJSON *field(const struct taking *taking, const char *name)
{
	return json_get(taking->act->fields, name);
}

/* ---- fields ---- */

static const struct {
	enum notice_step step;
	const char *fields; /* " name name " that it takes */
} taken[] = {
	{STEP_DRAFT, " content form public reach reference "},
	{STEP_EDIT, " content public reference "},
	{STEP_ANSWER, " content text "},
	{STEP_AMEND, " content public "},
	{STEP_CORRECT, " content "},
	{STEP_ASSESS, " review "},
	{STEP_RESTRICT, " reach "},
	{STEP_REFUSE, " ground text "},
	{STEP_CANCEL, " ground text "},
	{STEP_RETURN, " text "},
	{STEP_DECLINE, " text "},
	{STEP_SUSPEND, " text "},
	{STEP_RESUME, " text "},
	{STEP_WITHDRAW, " text "},
	{STEP_GRANT, " text "},
	{STEP_RENEW, " text until "},
	{STEP_END, " ending text "},
};

static const char *fields_taken(enum notice_step step)
{
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (taken[i].step == step)
			return taken[i].fields;
	return " ";
}

static int check_known(const struct taking *taking, struct problem *problem)
{
	const char *fields = fields_taken(taking->act->step);
	if (taking->act->fields != NULL && !cJSON_IsObject(taking->act->fields))
		return problem_set(problem, JISR_BAD_INPUT, "the fields of a step are an object: {...}");
	const char *stranger = words_stranger(taking->act->fields, fields);
	return stranger == NULL
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the step '%s' takes no field '%.40s'; it takes%s",
	                             step_name(taking->act->step), stranger, fields[1] == '\0' ? " none" : fields);
}

static int text_field(const struct taking *taking, const char *name, size_t most, bool needed, struct problem *problem)
{
	const cJSON *value = field(taking, name);
	if (value == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsString(value) || value->valuestring[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing: write why, in a sentence or two", name);
	size_t count = 0;
	for (const char *at = value->valuestring; *at != '\0'; at++) {
		count += ((unsigned char)*at & 0xC0) != 0x80;
		if ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t')
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\" holds control characters: write plain text",
			                   name);
	}
	if (count > most)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" has %zu characters, at most %zu are taken", name,
		                   count, most);
	return JISR_OK;
}

static int code_field(const struct taking *taking, const char *name, const struct codes *codes, struct problem *problem)
{
	const char *value = json_get_text(taking->act->fields, name);
	if (value != NULL && codes_find(codes, value) != NULL)
		return JISR_OK;
	char list[300] = "";
	size_t length = 0;
	for (size_t i = 0; i < codes->count && length < sizeof list - 40; i++)
		length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "",
		                           codes->list[i].code);
	return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is one of %s", name, list);
}

/* ---- what is asked before a step ---- */

static int check_content(struct taking *taking, struct problem *problem)
{
	const cJSON *content = field(taking, "content");
	if (content != NULL) {
		content_form(content, &taking->act->findings);
		if (taking->act->findings.total == 0)
			taking->content = content;
	} else if (taking->act->step == STEP_DRAFT || taking->act->step == STEP_AMEND ||
	           taking->act->step == STEP_CORRECT) {
		return problem_set(problem, JISR_BAD_INPUT, "\"content\" is missing: say what the notice is to say");
	}
	return findings_problem(&taking->act->findings, problem);
}

static int check_complete(struct taking *taking, struct problem *problem)
{
	struct content_rules rules;
	int error = notice_rules(store_write_sql(taking->write), &rules, problem);
	if (error)
		return error;
	content_complete(taking->content, &rules, taking->form == FORM_DIFFUSION, taking->today,
	                 &taking->act->findings);
	return findings_problem(&taking->act->findings, problem);
}

static int check_review(struct taking *taking, struct problem *problem)
{
	bool passed;
	content_review_form(field(taking, "review"), &passed, &taking->act->findings);
	return findings_problem(&taking->act->findings, problem);
}

static int check_four_eyes(const struct taking *taking, struct problem *problem)
{
	const char *officer = taking->act->caller->officer;
	if (officer[0] == '\0')
		return problem_set(problem, JISR_DENIED,
		                   "publishing needs an officer's name: four eyes see more than two");
	if (strcmp(officer, taking->before.assessor) == 0)
		return problem_set(problem, JISR_DENIED, "%s has filled in the review form: another officer must %s",
		                   officer, taking->row->what);
	return JISR_OK;
}

static int check_passed(const struct taking *taking, struct problem *problem)
{
	if (taking->before.assessor[0] == '\0')
		return problem_set(problem, JISR_STATE,
		                   "nobody has filled in the review form for this content: assess it first");
	if (!taking->before.passed)
		return problem_set(
			problem, JISR_STATE,
			"the review form speaks against it: refuse it, return it with questions, or assess it again");
	return JISR_OK;
}

static int check_reach(struct taking *taking, const cJSON *json, struct problem *problem)
{
	int error = reach_read(json, store_write_arena(taking->write), &taking->reach, problem);
	return error ? error : reach_text(&taking->reach, store_write_arena(taking->write), &taking->reach_text);
}

static int check_addressees(const struct taking *taking, struct problem *problem)
{
	if (taking->reach.kind == REACH_ONLY)
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT,
	                   "a diffusion goes to named offices: say to whom with \"reach\":{\"only\":[...]}");
}

void act_add_months(const char *day, double months, char out[11])
{
	int year = 0, month = 0, date = 0;
	(void)sscanf(day, "%4d-%2d-%2d", &year, &month, &date);
	int all = year * 12 + month - 1 + (int)months;
	int last = date_month_days(all / 12, all % 12 + 1);
	unsigned day_of = (unsigned)(date < last ? date : last);
	(void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)(all / 12) % 10000u, (unsigned)(all % 12) + 1u,
	               day_of % 100u);
}

static int check_renewal(const struct taking *taking, struct problem *problem)
{
	struct content_rules rules;
	char most[11];
	const char *until = json_get_text(taking->act->fields, "until");
	int error = notice_rules(store_write_sql(taking->write), &rules, problem);
	if (error)
		return error;
	act_add_months(taking->today, rules.longest_renewal, most);
	if (until == NULL || date_day_read(until, strlen(until), NULL) != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT, "\"until\" is a day, written as %s", most);
	if (strcmp(until, taking->today) <= 0 || strcmp(until, most) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"until\" lies between tomorrow and %s", most);
	return JISR_OK;
}

static int check_due(const struct taking *taking, struct problem *problem)
{
	if (strcmp(taking->before.review, taking->today) < 0)
		return JISR_OK;
	return problem_set(problem, JISR_STATE, "it is to be looked at again on %s: until then it does not expire",
	                   taking->before.review);
}

static int check_ending(const struct taking *taking, struct problem *problem)
{
	int error = code_field(taking, "ending", &codes_ending, problem);
	if (!error && strcmp(json_get_text(taking->act->fields, "ending"), "appeal") == 0)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "a decision on a request is headquarters' to enter: 'grant'");
	return error ? error : text_field(taking, "text", ACT_MAX_TEXT, false, problem);
}

/* The organisation publishes extracts of three colours; of the others nothing may ever reach the public. */
static int check_extract(const struct taking *taking, struct problem *problem)
{
	const char *colour = taking->content != NULL ? json_get_text(taking->content, "colour") : NULL;
	if (!taking->is_public || colour == NULL || strcmp(colour, "red") == 0 || strcmp(colour, "yellow") == 0 ||
	    strcmp(colour, "un") == 0)
		return JISR_OK;
	return problem_set(
		problem, JISR_BAD_INPUT,
		"there is no public extract of a %s notice: only of red, yellow and UN ones. Say \"public\": false",
		colour);
}

static int check_all(struct taking *taking, struct problem *problem)
{
	unsigned checks = taking->row->checks;
	int error = check_known(taking, problem);
	if (!error && taking->act->step == STEP_DRAFT) {
		const char *form = json_get_text(taking->act->fields, "form");
		if (form != NULL && strcmp(form, "notice") != 0 && strcmp(form, "diffusion") != 0)
			error = problem_set(problem, JISR_BAD_INPUT, "\"form\" is notice or diffusion");
	}
	const cJSON *is_public = field(taking, "public");
	if (!error && is_public != NULL && !cJSON_IsBool(is_public))
		error = problem_set(problem, JISR_BAD_INPUT, "\"public\" is true or false");
	if (!error && is_public != NULL)
		taking->is_public = cJSON_IsTrue(is_public);
	if (!error)
		error = text_field(taking, "reference", NOTICE_MAX_REF, false, problem);
	if (!error && (checks & CHECK_TEXT) != 0)
		error = text_field(taking, "text", ACT_MAX_TEXT, true, problem);
	if (!error && (checks & CHECK_GROUND) != 0)
		error = code_field(taking, "ground", &codes_refusal, problem);
	if (!error && ((checks & CHECK_REACH) != 0 || field(taking, "reach") != NULL))
		error = check_reach(taking, field(taking, "reach"), problem);
	if (!error && ((checks & CHECK_CONTENT) != 0 || field(taking, "content") != NULL))
		error = check_content(taking, problem);
	if (!error)
		error = check_extract(taking, problem);
	if (!error && (checks & CHECK_COMPLETE) != 0)
		error = check_complete(taking, problem);
	if (!error && ((checks & CHECK_ADDRESSEES) != 0 ||
	               (taking->form == FORM_DIFFUSION && taking->act->step == STEP_RESTRICT)))
		error = check_addressees(taking, problem);
	if (!error && (checks & CHECK_REVIEW) != 0)
		error = check_review(taking, problem);
	if (!error && (checks & CHECK_PASSED) != 0)
		error = check_passed(taking, problem);
	if (!error && (checks & CHECK_FOUR_EYES) != 0)
		error = check_four_eyes(taking, problem);
	if (!error && (checks & CHECK_DUE) != 0)
		error = check_due(taking, problem);
	if (!error && (checks & CHECK_RENEWAL) != 0)
		error = check_renewal(taking, problem);
	if (!error && (checks & CHECK_ENDING) != 0)
		error = check_ending(taking, problem);
	return error;
}

/* ---- entries ---- */

enum told { TOLD_OWNER, TOLD_HEADQUARTERS, TOLD_REACHED };

/* Who hears of a step. */
static enum told told_of(const struct taking *taking)
{
	switch (taking->act->step) {
	case STEP_ASSESS: return TOLD_HEADQUARTERS;
	case STEP_CIRCULATE:
	case STEP_PUBLISH:
	case STEP_ACCEPT:
	case STEP_RESUME:
	case STEP_RENEW: return TOLD_REACHED;
	case STEP_AMEND: return taking->form == FORM_DIFFUSION ? TOLD_REACHED : TOLD_OWNER;
	case STEP_SUSPEND:
	case STEP_EXPIRE:
	case STEP_WITHDRAW:
	case STEP_END:
	case STEP_CANCEL:
	case STEP_CORRECT:
	case STEP_GRANT: return (STATES_IN_FORCE & STATE_BIT(taking->before.state)) != 0 ? TOLD_REACHED : TOLD_OWNER;
	default: return TOLD_OWNER;
	}
}

static const char *owner_of(const struct taking *taking)
{
	return taking->act->id == NULL ? taking->act->caller->office : taking->before.owner;
}

/* Everything that those whom it reaches know of it. */
static void add_snapshot(const struct taking *taking, cJSON *body, const char *review)
{
	cJSON *notice = tree_add_object(body, "notice");
	tree_text(notice, "form", form_name(taking->form));
	tree_text(notice, "owner", owner_of(taking));
	tree_bool(notice, "public", taking->is_public);
	tree_text(notice, "review", review);
	tree_text(notice, "published",
	          taking->before.published != NULL && taking->before.published[0] != '\0'
	                  ? taking->before.published
	                  : store_write_at(taking->write));
	cJSON *content = cJSON_Duplicate(taking->content, true);
	if (notice != NULL && content != NULL && !cJSON_AddItemToObject(notice, "content", content))
		cJSON_Delete(content);
}

static bool has_snapshot(const struct taking *taking)
{
	return told_of(taking) == TOLD_REACHED &&
	       (taking->row->to == STATE_PUBLISHED ||
	        (taking->row->to == STATE_NONE &&
	         (taking->act->step == STEP_AMEND || taking->act->step == STEP_CORRECT)));
}

static int append(const struct taking *taking, const char *kind, struct entry_audience audience, uint64_t expected,
                  cJSON *body, struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX];
	struct act *act = taking->act;
	number_subject(NOTICE_SUBJECT, act->made, subject);
	struct entry_draft draft = {
		.author = act->caller->office,
		.officer = act->caller->officer,
		.kind = kind,
		.subject = subject,
		.audience = audience,
		.expected = expected,
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

static int first_review(const struct taking *taking, char out[11], struct problem *problem)
{
	struct content_rules rules;
	int error = notice_rules(store_write_sql(taking->write), &rules, problem);
	if (!error)
		act_add_months(taking->today, rules.review_months, out);
	return error;
}

/* The entry of the step itself. Reasons are for owner and headquarters: where more are told, they go in a first entry. */
static int write_step(struct taking *taking, struct problem *problem)
{
	char kind[64], review[11] = "";
	struct act *act = taking->act;
	enum told told = told_of(taking);
	const char *owner = owner_of(taking), *headquarters = OFFICE_HEADQUARTERS;
	struct entry_audience audience = {AUDIENCE_ONLY, told == TOLD_HEADQUARTERS ? &headquarters : &owner, 1};
	int error = JISR_OK;
	if (told == TOLD_REACHED)
		audience = reach_audience(&taking->reach);
	if (taking->before.review != NULL)
		(void)snprintf(review, sizeof review, "%s", taking->before.review);
	if (act->step == STEP_PUBLISH || act->step == STEP_CIRCULATE)
		error = first_review(taking, review, problem);
	if (act->step == STEP_RENEW)
		(void)snprintf(review, sizeof review, "%s", json_get_text(act->fields, "until"));
	if (error)
		return error;
	cJSON *body = tree_object();
	static const char *const inside[] = {"content", "form", "public", "reach", "reference", "text", "ground"};
	for (size_t i = 0; i < sizeof inside / sizeof *inside && told != TOLD_REACHED; i++)
		copy_field(taking, inside[i], body);
	copy_field(taking, "ending", body);
	if (act->step == STEP_GRANT)
		tree_text(body, "ending", "appeal");
	if (act->step == STEP_ASSESS) {
		bool passed;
		struct findings none;
		findings_init(&none);
		content_review_form(field(taking, "review"), &passed, &none);
		tree_bool(body, "passed", passed);
		cJSON *form = cJSON_Duplicate(field(taking, "review"), true);
		if (form == NULL || !cJSON_AddItemToObject(body, "review_form", form))
			cJSON_Delete(form);
	}
	if (has_snapshot(taking))
		add_snapshot(taking, body, review);
	(void)snprintf(kind, sizeof kind, "notice.%s", step_name(act->step));
	return append(taking, kind, audience, act->id == NULL ? 0 : ENTRY_ANY, body, problem);
}

static int write_reason(struct taking *taking, struct problem *problem)
{
	const char *owner = owner_of(taking);
	if (told_of(taking) != TOLD_REACHED || (field(taking, "text") == NULL && field(taking, "ground") == NULL))
		return JISR_OK;
	cJSON *body = tree_object();
	tree_text(body, "step", step_name(taking->act->step));
	copy_field(taking, "text", body);
	copy_field(taking, "ground", body);
	return append(taking, "notice.note", (struct entry_audience){AUDIENCE_ONLY, &owner, 1}, ENTRY_ANY, body,
	              problem);
}

/* Those whom a notice in force reaches from now on get what it says; those whom it no longer reaches hear that it is gone
 * (they are those of the former list, so the entry names no others). */
static int write_reached(struct taking *taking, const struct reach *former, struct problem *problem)
{
	if (taking->act->step != STEP_RESTRICT || (STATES_IN_FORCE & STATE_BIT(taking->before.state)) == 0)
		return JISR_OK;
	cJSON *body = tree_object();
	int error = append(taking, "notice.hide", reach_audience(former), ENTRY_ANY, body, problem);
	if (error)
		return error;
	body = tree_object();
	add_snapshot(taking, body, taking->before.review);
	return append(taking, "notice.show", reach_audience(&taking->reach), ENTRY_ANY, body, problem);
}

/* ---- the whole ---- */

/* Also of one that was removed: numbers are used once. */
static const struct number_kind number_kind = {NOTICE_SUBJECT, "notice", 1, 999999};

/* Whether the caller acts on the notice as it is. What he is not told of (a review form) has changed nothing for him: his node's
 * copy does not even have it. */
static int check_expected(const struct taking *taking, struct problem *problem)
{
	const struct act *act = taking->act;
	int64_t changes = 0;
	if (act->expected == ENTRY_ANY || act->expected == taking->before.version)
		return JISR_OK;
	struct sql_query query = sql_query(store_write_sql(taking->write),
	                                   "SELECT count(*) FROM notice_history WHERE id = ?1 AND sequence > ?2 "
	                                   "AND (step <> 'assess' OR ?3)");
	sql_bind_text(&query, 1, taking->before.id);
	sql_bind_number(&query, 2, (int64_t)act->expected);
	sql_bind_number(&query, 3, caller_is_headquarters(act->caller));
	int error = sql_run_number(&query, 0, &changes, problem);
	if (error || (changes == 0 && act->expected < taking->before.version))
		return error;
	return problem_set(problem, JISR_CONFLICT, "the notice %s has changed since: look at it again",
	                   taking->before.id);
}

static int look_up(struct taking *taking, struct problem *problem)
{
	struct act *act = taking->act;
	struct arena *arena = store_write_arena(taking->write);
	taking->reach = (struct reach){REACH_ALL, NULL, 0};
	if (act->id == NULL) {
		const char *form = json_get_text(act->fields, "form");
		taking->form = form != NULL && strcmp(form, "diffusion") == 0 ? FORM_DIFFUSION : FORM_NOTICE;
		return JISR_OK;
	}
	int error = notice_get(store_write_sql(taking->write), viewer_of(act->caller), act->id, arena, &taking->before,
	                       problem);
	if (error)
		return error;
	error = check_expected(taking, problem);
	if (error)
		return error;
	taking->form = taking->before.form;
	taking->is_public = taking->before.is_public;
	error = reach_from_text(taking->before.reach, arena, &taking->reach);
	/* What is accepted is what was asked for. */
	const char *proposed = taking->before.proposed;
	bool asked = act->step == STEP_ACCEPT && proposed != NULL && proposed[0] != '\0';
	const char *content = asked ? proposed : taking->before.content;
	taking->parsed = cJSON_Parse(content);
	taking->content = taking->parsed;
	return error || taking->parsed == NULL ? problem_no_memory(problem) : JISR_OK;
}

/* What the Commission decided binds: corrections are its orders, and what it blocks stays blocked. */
static int check_decisions(const struct taking *taking, struct problem *problem)
{
	const char *request = NULL;
	const struct act *act = taking->act;
	int error = JISR_OK;
	if (act->step == STEP_CORRECT && !act->ordered)
		return problem_set(
			problem, JISR_DENIED,
			"a notice is its owner's to change: it is corrected only by carrying out a decision on "
			"a request");
	if (act->step == STEP_RESUME || act->step == STEP_RENEW)
		error = request_blocks(store_write_sql(taking->write), taking->before.id,
		                       store_write_arena(taking->write), &request, problem);
	if (!error && request != NULL)
		error = problem_set(problem, JISR_STATE,
		                    "the Commission for the Control of Files has blocked it: nobody can %s until the "
		                    "block is lifted",
		                    taking->row->what);
	return error;
}

static int run(struct taking *taking, struct problem *problem)
{
	struct act *act = taking->act;
	int error = register_writes(store_write_sql(taking->write), act->caller->office, problem);
	if (!error)
		error = look_up(taking, problem);
	if (error)
		return error;
	struct reach former = taking->reach;
	error = step_allowed(act->step, taking->form, act->id == NULL ? STATE_NONE : taking->before.state,
	                     owner_of(taking), act->caller, &taking->row, problem);
	if (!error)
		error = check_decisions(taking, problem);
	if (!error)
		error = check_all(taking, problem);
	if (error)
		return error;
	if (act->id == NULL)
		error = number_give(taking->write, &number_kind, taking->today, act->wanted, act->made, problem);
	else
		(void)snprintf(act->made, sizeof act->made, "%s", taking->before.id);
	if (!error)
		error = write_reason(taking, problem);
	if (!error)
		error = write_step(taking, problem);
	return error ? error : write_reached(taking, &former, problem);
}

int act_run(struct store_write *write, struct act *act, struct problem *problem)
{
	struct taking taking = {.write = write, .act = act};
	findings_init(&act->findings);
	(void)snprintf(taking.today, sizeof taking.today, "%.10s",
	               act->today != NULL ? act->today : store_write_at(write));
	int error = run(&taking, problem);
	cJSON_Delete(taking.parsed);
	return error;
}

/* ---- pictures ---- */

static int picture_path(const char *directory, const char *hash, char out[FILE_MAX_PATH], struct problem *problem)
{
	if (!text_is_hex(hash, 64))
		return problem_set(problem, JISR_NOT_FOUND, "there is no such picture");
	return shared_file_path(directory, "pictures", hash, out, problem);
}

static int store_clean(const char *directory, const struct text *clean, char ret_hash[SHA256_HEX],
                       struct problem *problem)
{
	char path[FILE_MAX_PATH];
	sha256_hex(clean->bytes, clean->length, ret_hash);
	int error = picture_path(directory, ret_hash, path, problem);
	if (!error && access(path, F_OK) == 0)
		return shared_file_of(directory, "pictures", ret_hash, shared_file_put, problem);
	if (!error)
		error = shared_file_folders(directory, "pictures", ret_hash, problem);
	if (!error)
		error = file_replace(path, clean->bytes, clean->length, problem);
	return error ? error : shared_file_of(directory, "pictures", ret_hash, shared_file_put, problem);
}

int act_store_picture(const char *directory, const struct caller *caller, const void *bytes, size_t length,
                      char ret_hash[SHA256_HEX], struct problem *problem)
{
	struct picture picture;
	struct text clean;
	int error = caller_check(caller, RIGHT_NOTICES_WRITE, problem);
	if (!error)
		error = picture_read(bytes, length, &picture, problem);
	if (error)
		return error;
	text_init(&clean, PICTURE_MAX_BYTES + 1024);
	error = picture_clean(bytes, length, picture.type, &clean, problem);
	if (error == JISR_NO_MEMORY)
		error = problem_set(problem, error, "out of memory");
	/* what is stored must be the same picture, and whole */
	if (!error)
		error = picture_read(clean.bytes, clean.length, &picture, problem);
	if (!error)
		error = store_clean(directory, &clean, ret_hash, problem);
	text_finish(&clean);
	return error;
}

int act_load_picture(const char *directory, const char *hash, struct text *bytes, struct problem *problem)
{
	char path[FILE_MAX_PATH];
	int error = picture_path(directory, hash, path, problem);
	if (!error)
		error = shared_file_of(directory, "pictures", hash, shared_file_check, problem);
	return error ? error : file_read(path, bytes, problem);
}

/* Content may only name pictures that are there. */
static int check_pictures(struct store *store, struct act *act, struct problem *problem)
{
	const cJSON *list = json_get(json_get(act->fields, "content"), "photographs");
	size_t index = 0;
	findings_init(&act->findings);
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next, index++) {
		char path[FILE_MAX_PATH], name[40];
		if (!cJSON_IsString(one) ||
		    picture_path(store_directory(store), one->valuestring, path, NULL) != JISR_OK)
			continue; /* the form tells it */
		(void)snprintf(name, sizeof name, "photographs[%zu]", index);
		if (access(path, F_OK) != 0)
			findings_add(&act->findings, name, "store the picture first",
			             "is no picture that is stored here");
	}
	return findings_problem(&act->findings, problem);
}

static int command(struct store_write *write, void *context, struct problem *problem)
{
	return act_run(write, context, problem);
}

int act_submit(struct store *store, struct act *act, struct problem *problem)
{
	int error = check_pictures(store, act, problem);
	return error ? error : store_submit(store, command, act, problem);
}

/* ---- conditions ---- */

struct changing_rules {
	const struct caller *caller;
	const cJSON *rules;
};

static int change_rules(struct store_write *write, void *context, struct problem *problem)
{
	struct changing_rules *changing = context;
	struct content_rules rules;
	struct findings findings;
	int error = caller_check(changing->caller, RIGHT_NOTICES_PUBLISH, problem);
	if (!error && !caller_is_headquarters(changing->caller))
		error = problem_set(problem, JISR_DENIED, "only headquarters may change the conditions");
	if (!error)
		error = notice_rules(store_write_sql(write), &rules, problem);
	if (error)
		return error;
	findings_init(&findings);
	content_rules_read(changing->rules, &rules, &findings);
	error = findings_problem(&findings, problem);
	if (error)
		return error;
	return rules_say(write, changing->caller, "notice.rules", "notice-rules", changing->rules, problem);
}

int act_rules(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem)
{
	struct changing_rules changing = {caller, rules};
	return store_submit(store, change_rules, &changing, problem);
}

int act_lacks(struct sql *sql, const struct notice *notice, struct findings *findings, struct problem *problem)
{
	struct content_rules rules;
	char now[CLOCK_UTC_MAX];
	int error = notice_rules(sql, &rules, problem);
	cJSON *content = error ? NULL : cJSON_Parse(notice->content);
	findings_init(findings);
	if (content != NULL)
		content_complete(content, &rules, notice->form == FORM_DIFFUSION, clock_utc(now), findings);
	cJSON_Delete(content);
	return error;
}
