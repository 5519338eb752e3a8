/* Offices and their keys. */
#include "members/change_private.h"

#include <sodium.h>
#include <string.h>

static void office_subject(char out[ENTRY_MAX_SUBJECT + 1], const char *code)
{
	(void)snprintf(out, ENTRY_MAX_SUBJECT + 1, "office/%s", code);
}

/* The office as publicly known, when the code is one of those. */
static const struct organisation_office *known_office(const char *code)
{
	for (size_t i = 0; i < organisation_office_count; i++)
		if (strcmp(organisation_offices[i].code, code) == 0)
			return &organisation_offices[i];
	return NULL;
}

/* What is not said follows from the code: that of a member is its bureau, that of a known office is that office. */
static void fill_office(struct store_write *write, const char *code, struct office *office)
{
	const struct organisation_office *known = known_office(code);
	struct member member;
	office->kind = OFFICE_KIND_COUNT;
	(void)snprintf(office->code, sizeof office->code, "%s", code);
	if (known != NULL) {
		office->kind = known->kind;
		(void)snprintf(office->country, sizeof office->country, "%s", known->country);
		for (size_t i = 0; i < LANGUAGE_COUNT; i++)
			(void)snprintf(office->names.text[i], sizeof office->names.text[i], "%s", known->names[i]);
	} else if (strlen(code) == 2 && register_member(store_write_sql(write), code, &member, NULL) == JISR_OK) {
		office->kind = OFFICE_IS_BUREAU;
		(void)snprintf(office->country, sizeof office->country, "%s", code);
		(void)snprintf(office->member, sizeof office->member, "%s", code);
		organisation_bureau(&member.names, &office->names);
	}
}

static int read_kind(const cJSON *fields, struct office *office, struct problem *problem)
{
	const char *text;
	int error = change_text(fields, "kind", 40, office->kind == OFFICE_KIND_COUNT, &text, problem);
	if (error || text == NULL || office_kind_read(text, &office->kind))
		return error;
	return problem_set(problem, JISR_BAD_INPUT,
	                   "\"kind\" is one of bureau, sub-bureau, regional-bureau, liaison-office, representation, "
	                   "commission");
}

/* Which member it is of, whether it is one, and whether the office's code fits. */
static int read_member(struct store_write *write, const cJSON *fields, struct office *office, struct problem *problem)
{
	struct member member;
	const char *code = NULL;
	bool of_member = office->kind == OFFICE_IS_BUREAU || office->kind == OFFICE_IS_SUB_BUREAU;
	int error = change_country(fields, "member", of_member && office->member[0] == '\0', &code, problem);
	if (error)
		return error;
	if (code != NULL && !of_member)
		return problem_set(problem, JISR_BAD_INPUT, "an office of the kind %s belongs to no member",
		                   office_kind_name(office->kind));
	if (code != NULL)
		(void)snprintf(office->member, sizeof office->member, "%s", code);
	if (!of_member) {
		office->member[0] = '\0';
		if (strlen(office->code) == 2)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "codes of two letters are those of members' bureaus");
		return JISR_OK;
	}
	error = register_member(store_write_sql(write), office->member, &member, problem);
	if (error)
		return error;
	if (member.state == MEMBER_SUSPENDED)
		return problem_set(problem, JISR_STATE, "%s is suspended", member.code);
	bool same = strcmp(office->code, office->member) == 0;
	if (office->kind == OFFICE_IS_BUREAU && !same)
		return problem_set(problem, JISR_BAD_INPUT, "the bureau of %s has the code %s", office->member,
		                   office->member);
	if (office->kind == OFFICE_IS_SUB_BUREAU && strlen(office->code) == 2 &&
	    register_member(store_write_sql(write), office->code, &member, NULL) == JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT, "%s is a member itself", office->code);
	return JISR_OK;
}

static int read_office(struct store_write *write, const cJSON *fields, struct office *office, struct problem *problem)
{
	static const char *const known[] = {"code", "kind", "member", "country", "names", "key"};
	const char *code = NULL, *country = NULL;
	bool given;
	int error = CHANGE_KNOWN(fields, known, problem);
	if (!error)
		error = change_text(fields, "code", OFFICE_CODE_MAX, true, &code, problem);
	if (!error && (!entry_office_valid(code) || strlen(code) < 2))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "\"code\" has 2 to %d capital letters, digits and dashes, as in \"RB-ABJ\"",
		                    OFFICE_CODE_MAX);
	if (error)
		return error;
	fill_office(write, code, office);
	error = read_kind(fields, office, problem);
	if (!error && (office->kind == OFFICE_IS_COMMISSION) != (strcmp(code, OFFICE_COMMISSION) == 0))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the code " OFFICE_COMMISSION
		                    " is that of the office of the kind commission, and of no other");
	if (!error)
		error = read_member(write, fields, office, problem);
	if (!error)
		error = change_country(fields, "country", office->country[0] == '\0', &country, problem);
	if (!error && country != NULL)
		(void)snprintf(office->country, sizeof office->country, "%s", country);
	if (!error)
		error = change_names(fields, office->names.text[0][0] == '\0', &office->names, &given, problem);
	return error;
}

/* The public half of a key for that office. */
static int read_key(const cJSON *fields, const char *office, const char **ret_key, struct problem *problem)
{
	struct note_verifier verifier;
	struct problem inner = {""};
	int error = change_text(fields, "key", NOTE_MAX_KEY, true, ret_key, problem);
	if (error)
		return error;
	if (note_verifier_read(*ret_key, strlen(*ret_key), &verifier, &inner) != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT, "\"key\" is no public key: %s", inner.text);
	if (strcmp(verifier.name, office) != 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"key\" is one of %.40s, not of %s", verifier.name,
		                   office);
	return JISR_OK;
}

int change_office_open(struct store_write *write, struct change_order *order, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct office office = {0}, before;
	const char *key = NULL;
	int error = read_office(write, order->fields, &office, problem);
	if (error)
		return error;
	if (register_office(store_write_sql(write), office.code, &before, NULL) == JISR_OK)
		return problem_set(problem, before.open ? JISR_CONFLICT : JISR_STATE,
		                   before.open ? "the office %s is open already, since %.10s"
		                               : "the office %s was closed on %.10s; its code is not used again",
		                   office.code, before.since);
	error = read_key(order->fields, office.code, &key, problem);
	if (error)
		return error;
	office_subject(subject, office.code);
	(void)snprintf(order->id, sizeof order->id, "%s", office.code);
	cJSON *body = tree_object();
	tree_text(body, "code", office.code);
	tree_text(body, "country", office.country);
	tree_text(body, "kind", office_kind_name(office.kind));
	tree_text(body, "member", office.member);
	change_tree_names(body, &office.names);
	error = change_append(write, order, "office.opened", subject, 0, NULL, body, problem);
	return error ? error : store_key_add(write, order->caller->office, order->caller->officer, key, problem);
}

int change_office_edit(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"country", "names"};
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct office office;
	const char *country = NULL;
	bool given = false;
	int error = register_office(store_write_sql(write), order->target, &office, problem);
	if (!error)
		error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = change_country(order->fields, "country", false, &country, problem);
	if (!error)
		error = change_names(order->fields, false, &office.names, &given, problem);
	if (error)
		return error;
	if (!office.open)
		return problem_set(problem, JISR_STATE, "the office %s is closed", office.code);
	if (country == NULL && !given)
		return problem_set(problem, JISR_BAD_INPUT, "nothing is to be changed: give \"country\" or \"names\"");
	office_subject(subject, office.code);
	(void)snprintf(order->id, sizeof order->id, "%s", office.code);
	cJSON *body = tree_object();
	tree_text(body, "code", office.code);
	tree_text(body, "country", country != NULL ? country : office.country);
	change_tree_names(body, &office.names);
	return change_append(write, order, "office.changed", subject, order->expected, NULL, body, problem);
}

/* ---- closing ---- */

#define OFFICE_MAX_KEYS     1000 /* of one office, all that ever were */
#define OFFICE_MAX_OFFICERS 100000

struct gathered {
	struct arena *arena;
	struct office_key keys[OFFICE_MAX_KEYS];
	size_t key_count;
	const char **officers;
	size_t officer_count, officer_capacity;
	int error;
};

static bool gather_key(void *context, const struct office_key *key)
{
	struct gathered *gathered = context;
	if (key->ended == 0 && gathered->key_count < OFFICE_MAX_KEYS)
		gathered->keys[gathered->key_count++] = *key;
	return true;
}

static bool gather_officer(void *context, const struct officer *officer)
{
	struct gathered *gathered = context;
	if (officer->state != OFFICER_ACTIVE && officer->state != OFFICER_SUSPENDED)
		return true;
	char *id = arena_text(gathered->arena, officer->id, strlen(officer->id));
	gathered->error = id == NULL ? JISR_NO_MEMORY
	                             : memory_reserve(&gathered->officers, &gathered->officer_capacity,
	                                              gathered->officer_count + 1, OFFICE_MAX_OFFICERS,
	                                              sizeof *gathered->officers);
	if (gathered->error == JISR_OK)
		gathered->officers[gathered->officer_count++] = id;
	return gathered->error == JISR_OK;
}

static int end_officers(struct store_write *write, struct change_order *order, const char *office,
                        const struct gathered *gathered, const char *reason, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	int error = JISR_OK;
	for (size_t i = 0; !error && i < gathered->officer_count; i++) {
		cJSON *body = tree_object();
		tree_text(body, "id", gathered->officers[i]);
		tree_text(body, "reason", reason);
		(void)snprintf(subject, sizeof subject, "officer/%s", gathered->officers[i]);
		error = change_append(write, order, "officer.ended", subject, ENTRY_ANY, office, body, problem);
	}
	return error;
}

static int close_office(struct store_write *write, struct change_order *order, const struct office *office,
                        struct gathered *gathered, const char *reason, struct problem *problem)
{
	char subject[ENTRY_MAX_SUBJECT + 1];
	struct sql *sql = store_write_sql(write);
	int error = register_keys(sql, office->code, 0, gather_key, gathered, problem);
	if (!error)
		error = register_officers(sql, office->code, NULL, gather_officer, gathered, problem);
	if (!error && gathered->error)
		error = problem_set(problem, gathered->error, "the office %s: %s", office->code,
		                    error_text(gathered->error));
	if (!error)
		error = end_officers(write, order, office->code, gathered, reason, problem);
	for (size_t i = 0; !error && i < gathered->key_count; i++)
		error = store_key_end(write, order->caller->office, order->caller->officer, office->code,
		                      gathered->keys[i].id, reason, problem);
	if (error)
		return error;
	office_subject(subject, office->code);
	cJSON *body = tree_object();
	tree_text(body, "code", office->code);
	tree_text(body, "reason", reason);
	return change_append(write, order, "office.closed", subject, order->expected, NULL, body, problem);
}

int change_office_close(struct store_write *write, struct change_order *order, struct problem *problem)
{
	struct office office;
	const char *reason = NULL;
	int error = register_office(store_write_sql(write), order->target, &office, problem);
	if (!error)
		error = change_reason(order, &reason, problem);
	if (error)
		return error;
	if (office.kind == OFFICE_IS_HEADQUARTERS)
		return problem_set(problem, JISR_STATE, "headquarters cannot be closed");
	if (!office.open)
		return problem_set(problem, JISR_STATE, "the office %s is closed already", office.code);
	CLEANUP(memory_freep) struct gathered *gathered = memory_zero(1, sizeof *gathered);
	if (gathered == NULL)
		return problem_no_memory(problem);
	gathered->arena = store_write_arena(write);
	(void)snprintf(order->id, sizeof order->id, "%s", office.code);
	error = close_office(write, order, &office, gathered, reason, problem);
	memory_free(gathered->officers);
	return error;
}

/* ---- keys ---- */

static int open_office(struct store_write *write, const struct change_order *order, const char *code,
                       struct office *ret_office, struct problem *problem)
{
	int error = register_office(store_write_sql(write), code, ret_office, problem);
	if (!error)
		error = caller_check_at(order->caller, change_right(order->change), code, problem);
	if (!error && !ret_office->open)
		error = problem_set(problem, JISR_STATE, "the office %s is closed", code);
	return error;
}

int change_key_add(struct store_write *write, struct change_order *order, struct problem *problem)
{
	static const char *const known[] = {"office", "key"};
	struct office office;
	struct note_verifier verifier;
	const char *code = NULL, *key = NULL;
	char hex[9];
	int error = CHANGE_KNOWN(order->fields, known, problem);
	if (!error)
		error = change_text(order->fields, "office", OFFICE_CODE_MAX, true, &code, problem);
	if (!error)
		error = open_office(write, order, code, &office, problem);
	if (!error)
		error = read_key(order->fields, code, &key, problem);
	if (!error)
		error = store_key_add(write, order->caller->office, order->caller->officer, key, problem);
	if (error)
		return error;
	(void)note_verifier_read(key, strlen(key), &verifier, NULL);
	sodium_bin2hex(hex, sizeof hex, verifier.id, sizeof verifier.id);
	(void)snprintf(order->id, sizeof order->id, "%s/%s", code, hex);
	char subject[ENTRY_MAX_SUBJECT + 1];
	(void)snprintf(subject, sizeof subject, "key/%s/%s", code, hex);
	return store_write_version(write, subject, &order->version, problem);
}

struct counting {
	size_t counting;
};

static bool count_key(void *context, const struct office_key *key)
{
	struct counting *counting = context;
	counting->counting += key->ended == 0;
	return true;
}

static bool read_target(const char *target, char office[OFFICE_CODE_MAX + 1], uint8_t ret_id[4])
{
	const char *slash = strchr(target, '/');
	size_t length = 0;
	if (slash == NULL || (size_t)(slash - target) > OFFICE_CODE_MAX || strlen(slash + 1) != 8 ||
	    sodium_hex2bin(ret_id, 4, slash + 1, 8, NULL, &length, NULL) != 0 || length != 4)
		return false;
	memcpy(office, target, (size_t)(slash - target));
	office[slash - target] = '\0';
	return true;
}

int change_key_end(struct store_write *write, struct change_order *order, struct problem *problem)
{
	char code[OFFICE_CODE_MAX + 1], subject[ENTRY_MAX_SUBJECT + 1];
	uint8_t id[4];
	struct office office;
	struct office_key key;
	struct counting counting = {0};
	const char *reason = NULL;
	uint64_t version = 0;
	if (!read_target(order->target, code, id))
		return problem_set(problem, JISR_NOT_FOUND,
		                   "there is no key %.60s: a key is named by its office and its id, as in MA/1a2b3c4d",
		                   order->target);
	int error = open_office(write, order, code, &office, problem);
	if (!error)
		error = register_key(store_write_sql(write), code, id, &key, problem);
	if (!error)
		error = change_reason(order, &reason, problem);
	if (!error)
		error = register_keys(store_write_sql(write), code, 0, count_key, &counting, problem);
	if (error)
		return error;
	if (office.kind == OFFICE_IS_HEADQUARTERS && key.ended == 0 && counting.counting == 1)
		return problem_set(
			problem, JISR_STATE,
			"this is headquarters' only key: without it nothing can be signed. Add another first");
	(void)snprintf(subject, sizeof subject, "key/%s", order->target);
	error = store_write_version(write, subject, &version, problem);
	if (!error && order->expected != ENTRY_ANY && order->expected != version)
		error = problem_set(problem, JISR_CONFLICT,
		                    "the key was changed by entry %llu. Read it again, then decide",
		                    (unsigned long long)version);
	if (!error)
		error = store_key_end(write, order->caller->office, order->caller->officer, code, id, reason, problem);
	if (!error)
		error = store_write_version(write, subject, &order->version, problem);
	(void)snprintf(order->id, sizeof order->id, "%s", order->target);
	return error;
}
