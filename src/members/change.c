#include "members/change.h"

#include "base/shown.h"
#include "members/change_private.h"

#include <string.h>

static const struct {
	const char *name;
	enum right right;
	change_function run;
} changes[CHANGE_COUNT] = {
	[CHANGE_MEMBER_ADMIT] = {"member.admit", RIGHT_MEMBERS_CHANGE, change_member_admit},
	[CHANGE_MEMBER_EDIT] = {"member.edit", RIGHT_MEMBERS_CHANGE, change_member_edit},
	[CHANGE_MEMBER_SUSPEND] = {"member.suspend", RIGHT_MEMBERS_CHANGE, change_member_suspend},
	[CHANGE_MEMBER_REINSTATE] = {"member.reinstate", RIGHT_MEMBERS_CHANGE, change_member_reinstate},
	[CHANGE_OFFICE_OPEN] = {"office.open", RIGHT_OFFICES_CHANGE, change_office_open},
	[CHANGE_OFFICE_EDIT] = {"office.edit", RIGHT_OFFICES_CHANGE, change_office_edit},
	[CHANGE_OFFICE_CLOSE] = {"office.close", RIGHT_OFFICES_CHANGE, change_office_close},
	[CHANGE_KEY_ADD] = {"key.add", RIGHT_KEYS_CHANGE, change_key_add},
	[CHANGE_KEY_END] = {"key.end", RIGHT_KEYS_CHANGE, change_key_end},
	[CHANGE_OFFICER_APPOINT] = {"officer.appoint", RIGHT_OFFICERS_CHANGE, change_officer_appoint},
	[CHANGE_OFFICER_EDIT] = {"officer.edit", RIGHT_OFFICERS_CHANGE, change_officer_edit},
	[CHANGE_OFFICER_ROLES] = {"officer.roles", RIGHT_OFFICERS_CHANGE, change_officer_roles},
	[CHANGE_OFFICER_END] = {"officer.end", RIGHT_OFFICERS_CHANGE, change_officer_end},
	[CHANGE_OFFICER_SUSPEND] = {"officer.suspend", RIGHT_OFFICERS_CHANGE, change_officer_suspend},
	[CHANGE_OFFICER_REINSTATE] = {"officer.reinstate", RIGHT_OFFICERS_CHANGE, change_officer_reinstate},
	[CHANGE_OFFICER_MOVE] = {"officer.move", RIGHT_OFFICERS_CHANGE, change_officer_move},
};

const char *change_name(enum change change)
{
	return (unsigned)change < CHANGE_COUNT ? changes[change].name : "unknown";
}

enum right change_right(enum change change)
{
	return (unsigned)change < CHANGE_COUNT ? changes[change].right : RIGHT_UNSAID;
}

/* ---- fields ---- */

int change_known(const cJSON *fields, const char *const *names, size_t count, struct problem *problem)
{
	if (fields != NULL && !cJSON_IsObject(fields))
		return problem_set(problem, JISR_BAD_INPUT, "the fields are not an object");
	for (const cJSON *field = fields != NULL ? fields->child : NULL; field != NULL; field = field->next) {
		const char *near = NULL;
		size_t best = 3;
		bool known = false;
		for (size_t i = 0; i < count; i++) {
			size_t distance = shown_distance(field->string, names[i]);
			known = known || distance == 0;
			near = distance < best ? names[i] : near;
			best = distance < best ? distance : best;
		}
		if (!known)
			return problem_set(problem, JISR_BAD_INPUT, "there is no field \"%.40s\" here%s%s%s",
			                   field->string, near != NULL ? "; did you mean \"" : "",
			                   near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	return JISR_OK;
}

int change_text(const cJSON *fields, const char *name, size_t most, bool needed, const char **ret_text,
                struct problem *problem)
{
	const cJSON *field = json_get(fields, name);
	if (field == NULL && !needed) {
		*ret_text = NULL;
		return JISR_OK;
	}
	if (field == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing", name);
	if (!cJSON_IsString(field))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is not a text", name);
	if (!register_text_valid(field->valuestring, most))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%s\" has 1 to %zu bytes, no control characters, and no space at its ends", name,
		                   most);
	*ret_text = field->valuestring;
	return JISR_OK;
}

int change_reason(const struct change_order *order, const char **ret_reason, struct problem *problem)
{
	static const char *const known[] = {"reason"};
	int error = CHANGE_KNOWN(order->fields, known, problem);
	return error ? error : change_text(order->fields, "reason", CHANGE_MAX_REASON, true, ret_reason, problem);
}

int change_country(const cJSON *fields, const char *name, bool needed, const char **ret_code, struct problem *problem)
{
	int error = change_text(fields, name, 2, needed, ret_code, problem);
	if (error || *ret_code == NULL)
		return error;
	const char *code = *ret_code;
	if (strlen(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"%s\" is a country's code of two capital letters, as in \"MA\"", name);
	return JISR_OK;
}

int change_names(const cJSON *fields, bool all, struct names *names, bool *ret_given, struct problem *problem)
{
	const cJSON *given = json_get(fields, "names");
	*ret_given = given != NULL;
	if (given != NULL && !cJSON_IsObject(given))
		return problem_set(problem, JISR_BAD_INPUT, "\"names\" is an object: {\"ar\", \"en\", \"es\", \"fr\"}");
	int error = change_known(given, language_codes, LANGUAGE_COUNT, problem);
	for (size_t i = 0; !error && i < LANGUAGE_COUNT; i++) {
		const char *text = NULL;
		error = change_text(given, language_codes[i], NAMES_MAX, all, &text, problem);
		if (!error && text != NULL)
			(void)snprintf(names->text[i], sizeof names->text[i], "%s", text);
		else if (error)
			problem_prefix(problem, "names");
	}
	return error;
}

void change_tree_names(cJSON *body, const struct names *names)
{
	cJSON *object = tree_add_object(body, "names");
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		tree_text(object, language_codes[i], names->text[i]);
}

/* ---- writing ---- */

int change_append(struct store_write *write, struct change_order *order, const char *kind, const char *subject,
                  uint64_t expected, const char *only, cJSON *body, struct problem *problem)
{
	struct entry_draft draft = {.author = order->caller->office,
	                            .officer = order->caller->officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .expected = expected};
	if (only != NULL)
		draft.audience = (struct entry_audience){AUDIENCE_ONLY, &only, 1};
	return store_append_tree(write, draft, body, &order->version, problem);
}

int change_writable(struct store_write *write, const char *code, struct problem *problem)
{
	struct office office;
	struct member member;
	struct sql *sql = store_write_sql(write);
	int error = register_office(sql, code, &office, problem);
	if (error)
		return error;
	if (!office.open)
		return problem_set(problem, JISR_STATE, "the office %s is closed", code);
	if (office.member[0] == '\0')
		return JISR_OK;
	error = register_member(sql, office.member, &member, problem);
	if (!error && member.state == MEMBER_SUSPENDED)
		return problem_set(problem, JISR_STATE,
		                   "%s is suspended: its offices check and read, and write nothing", member.code);
	return error;
}

int change_run(struct store_write *write, struct change_order *order, struct problem *problem)
{
	if ((unsigned)order->change >= CHANGE_COUNT)
		return problem_set(problem, JISR_BAD_INPUT, "there is no such change");
	int error = caller_check(order->caller, changes[order->change].right, problem);
	if (!error)
		error = change_writable(write, order->caller->office, problem);
	return error ? error : changes[order->change].run(write, order, problem);
}

struct submission {
	struct change_order *order;
};

static int submit(struct store_write *write, void *context, struct problem *problem)
{
	struct submission *submission = context;
	return change_run(write, submission->order, problem);
}

/* Makes the key that the office is to have, when the order brings none. The secret half is on the disk before anything
 * names it; one that is then not named stays unused. */
static int make_key(struct store *store, const struct change_order *order, cJSON *fields, struct problem *problem)
{
	char verifier[NOTE_MAX_KEY];
	const char *office = json_get_text(fields, order->change == CHANGE_OFFICE_OPEN ? "code" : "office");
	if (json_get(fields, "key") != NULL || office == NULL || !entry_office_valid(office))
		return JISR_OK; /* the change itself says what is wrong */
	int error = store_key_make(store, office, verifier, problem);
	if (!error)
		tree_text(fields, "key", verifier);
	return error;
}

int change_submit(struct store *store, struct change_order *order, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *fields = NULL;
	struct change_order copy = *order;
	struct submission submission = {&copy};
	if (order->change == CHANGE_OFFICE_OPEN || order->change == CHANGE_KEY_ADD) {
		int error = caller_check(order->caller, change_right(order->change), problem);
		fields = order->fields != NULL ? cJSON_Duplicate(order->fields, true) : tree_object();
		if (!error && fields == NULL)
			error = problem_no_memory(problem);
		if (!error)
			error = make_key(store, order, fields, problem);
		if (!error && tree_failed())
			error = problem_no_memory(problem);
		if (error)
			return error;
		copy.fields = fields;
	}
	int error = store_submit(store, submit, &submission, problem);
	if (!error) {
		memcpy(order->id, copy.id, sizeof order->id);
		order->version = copy.version;
	}
	return error;
}
