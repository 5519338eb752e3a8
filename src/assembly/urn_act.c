#include "assembly/urn_act.h"

#include "assembly/poll_secret.h"
#include "assembly/urn_bundle.h"
#include "assembly/urn_heads.h"
#include "ballot/credential_part.h"
#include "ballot/pedersen.h"
#include "base/json.h"
#include "base/tree.h"
#include "members/register.h"

#include <string.h>

#define GROUP "BELENIOS-2048"

/* An act that is decided: its body is filled in, or it is refused. */
struct acting {
	struct store_write *write;
	struct sql *sql;
	struct urn_order *order;
	const struct caller *caller;
	const cJSON *fields;
	struct arena *arena;
	struct urn urn; /* of zeros for call */
	cJSON *body;
};

static int refuse_state(const struct acting *acting, enum urn_state state, struct problem *problem)
{
	char awaited[URN_AWAITED_MAX];
	if (acting->urn.state == state)
		return JISR_OK;
	urn_awaited(&acting->urn, awaited);
	return problem_set(problem, JISR_STATE, "the vote is %s%s%s: '%s' is not possible now",
	                   urn_state_name(acting->urn.state), awaited[0] != '\0' ? " and awaits " : "", awaited,
	                   urn_act_name(acting->order->act));
}

/* A text of the fields; one newline at its end, as files have it, is taken off. */
static int need_text(const struct acting *acting, const char *name, const char **ret_text, struct problem *problem)
{
	const char *text = json_get_text(acting->fields, name);
	if (text == NULL || text[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing", name);
	size_t length = strlen(text);
	while (length > 0 && text[length - 1] == '\n')
		length--;
	if (length > URN_MAX_MESSAGE)
		return problem_set(problem, JISR_TOO_LARGE, "\"%s\" has more than %zu bytes", name, URN_MAX_MESSAGE);
	char *copy = arena_text(acting->arena, text, length);
	if (copy == NULL)
		return problem_no_memory(problem);
	*ret_text = copy;
	return JISR_OK;
}

/* ---- call ---- */

static int check_office(const struct acting *acting, const char *name, const cJSON *code, struct problem *problem)
{
	struct office office;
	if (!cJSON_IsString(code))
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" names offices by their codes", name);
	int error = register_office(acting->sql, code->valuestring, &office, problem);
	if (!error && !office.open)
		error = problem_set(problem, JISR_STATE, "the office %s is closed", code->valuestring);
	return error;
}

static int check_offices(const struct acting *acting, const char *name, size_t least, size_t most,
                         struct problem *problem)
{
	const cJSON *list = json_get(acting->fields, name);
	size_t count = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
	int error = JISR_OK;
	if (count < least || count > most)
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is a list of %zu to %zu offices", name, least,
		                   most);
	for (const cJSON *one = list->child; one != NULL && !error; one = one->next) {
		error = check_office(acting, name, one, problem);
		for (const cJSON *other = list->child; other != one && !error; other = other->next)
			if (strcmp(other->valuestring, one->valuestring) == 0)
				error = problem_set(problem, JISR_BAD_INPUT, "\"%s\" names %s twice", name,
				                    one->valuestring);
	}
	return error;
}

/* Questions as belenios-tool's template has them. */
static int check_questions(const struct acting *acting, struct problem *problem)
{
	struct text text;
	cJSON *template = tree_object();
	CLEANUP(election_freep) struct election *questions = NULL;
	text_init(&text, ELECTION_MAX_TEXT);
	tree_text(template, "description", "");
	tree_text(template, "name", json_get_text(acting->fields, "name"));
	cJSON *copy = cJSON_Duplicate(json_get(acting->fields, "questions"), true);
	if (copy == NULL || !cJSON_AddItemToObject(template, "questions", copy))
		cJSON_Delete(copy);
	int error = tree_failed() ? JISR_NO_MEMORY : json_write(template, &text);
	if (!error)
		error = election_read_template(text.bytes, text.length, &questions, problem);
	else
		(void)problem_set(problem, error, "%s", error_text(error));
	cJSON_Delete(template);
	text_finish(&text);
	return error;
}

static int add_field(struct acting *acting, const char *name)
{
	cJSON *copy = cJSON_Duplicate(json_get(acting->fields, name), true);
	if (copy != NULL && cJSON_AddItemToObject(acting->body, name, copy))
		return JISR_OK;
	cJSON_Delete(copy);
	return JISR_NO_MEMORY;
}

static bool names_office(const cJSON *list, const char *office)
{
	for (const cJSON *one = list->child; one != NULL; one = one->next)
		if (strcmp(one->valuestring, office) == 0)
			return true;
	return false;
}

/* No office holds two of the three: the vote's running, its keys, its credentials. */
static int check_registrars(const struct acting *acting, struct problem *problem)
{
	const cJSON *registrars = json_get(acting->fields, "registrars"),
		    *trustees = json_get(acting->fields, "trustees");
	const char *own = acting->caller->office;
	int error = check_offices(acting, "registrars", 2, URN_MAX_REGISTRARS, problem);
	if (!error && names_office(registrars, own))
		error = problem_set(
			problem, JISR_BAD_INPUT,
			"%s organises the vote and cannot be its registrar: organiser and registrars together "
			"could vote for others",
			own);
	for (const cJSON *one = !error ? registrars->child : NULL; one != NULL && !error; one = one->next)
		if (names_office(trustees, one->valuestring))
			error = problem_set(
				problem, JISR_BAD_INPUT,
				"%s is registrar and trustee: a registrar knows whose ballot is whose, and may "
				"not help to open one",
				one->valuestring);
	return error;
}

/* The session's vote that it belongs to gives name, question and electorate. */
static int take_vote(struct acting *acting, cJSON *fields, struct problem *problem)
{
	uint64_t session, vote;
	if (json_get(fields, "session") == NULL && json_get(fields, "vote") == NULL)
		return JISR_OK;
	if (!json_whole(json_get(fields, "session"), 1, 9999, &session) ||
	    !json_whole(json_get(fields, "vote"), 1, 100000, &vote))
		return problem_set(problem, JISR_BAD_INPUT, "\"session\" and \"vote\" are numbers, both of them");
	static const char *const given[] = {"name", "questions", "electorate"};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		if (json_get(fields, given[i]) != NULL)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "\"%s\" is what the vote of the session says: leave it out", given[i]);
	int error = poll_secret_call(acting->sql, acting->arena, (uint32_t)session, (uint32_t)vote, fields, problem);
	return !error && tree_failed() ? problem_no_memory(problem) : error;
}

static int check_call(const struct acting *acting, struct problem *problem)
{
	const char *name;
	int error = need_text(acting, "name", &name, problem);
	if (!error && strlen(name) > URN_MAX_NAME)
		error = problem_set(problem, JISR_BAD_INPUT, "\"name\" has more than %d bytes", URN_MAX_NAME);
	if (!error)
		error = check_offices(acting, "electorate", 2, URN_MAX_VOTERS, problem);
	if (!error)
		error = check_offices(acting, "trustees", 2, URN_MAX_TRUSTEES, problem);
	if (!error)
		error = check_registrars(acting, problem);
	if (error)
		return error;
	int trustees = cJSON_GetArraySize(json_get(acting->fields, "trustees"));
	if (!json_whole(json_get(acting->fields, "threshold"), 2, (uint64_t)trustees, NULL))
		return problem_set(
			problem, JISR_BAD_INPUT,
			"\"threshold\" says how many trustees decrypt together: from 2 to %d, so that none does alone",
			trustees);
	return check_questions(acting, problem);
}

static int decide_call(struct acting *acting, struct problem *problem)
{
	static const char *const fields[] = {"name",      "questions",  "electorate", "trustees",
	                                     "threshold", "registrars", "session",    "vote"};
	CLEANUP(json_freep)
	cJSON *given = acting->fields != NULL ? cJSON_Duplicate(acting->fields, true) : cJSON_CreateObject();
	if (given == NULL)
		return problem_no_memory(problem);
	for (const cJSON *one = given->child; one != NULL; one = one->next) {
		bool known = false;
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			known = known || strcmp(one->string, fields[i]) == 0;
		if (!known)
			return problem_set(problem, JISR_BAD_INPUT,
			                   "'%.40s' is no field: there are session and vote, or name, questions and "
			                   "electorate; and trustees, threshold, registrars",
			                   one->string);
	}
	int error = take_vote(acting, given, problem);
	acting->fields = given;
	if (!error)
		error = check_call(acting, problem);
	for (size_t i = 0; i < sizeof fields / sizeof *fields && !error; i++)
		error = json_get(given, fields[i]) != NULL ? add_field(acting, fields[i]) : JISR_OK;
	acting->fields = NULL;
	credential_make_uuid(acting->order->made);
	return error;
}

/* ---- trustees ---- */

static int find_trustee(struct acting *acting, enum urn_part part, size_t *ret_trustee, struct problem *problem)
{
	const char *before;
	size_t trustee = urn_trustee(&acting->urn, acting->caller->office);
	if (trustee == 0)
		return problem_set(problem, JISR_DENIED, "%s is no trustee of this vote", acting->caller->office);
	int error = urn_sent(acting->sql, acting->urn.id, part, trustee, acting->arena, &before, problem);
	if (!error && before[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "%s has sent it already", acting->caller->office);
	*ret_trustee = trustee;
	tree_count(acting->body, "trustee", trustee);
	return error;
}

static int read_group(struct acting *acting, const char *more, struct threshold **ret_group, struct problem *problem)
{
	struct text lines;
	text_init(&lines, PEDERSEN_MAX_BYTES);
	int error = urn_lines(acting->sql, &acting->urn, URN_CERTIFICATE, &lines, more != NULL ? NULL : problem);
	if (more != NULL && error == JISR_STATE)
		error = JISR_OK; /* others' are still to come */
	if (!error && more != NULL) {
		(void)text_add_string(&lines, more);
		error = text_add_char(&lines, '\n');
	}
	if (!error)
		error = pedersen_certificates(group_find(GROUP), lines.bytes, lines.length, ret_group, problem);
	text_finish(&lines);
	return error;
}

/* The line that a trustee sends before the box is open. */
static int take_line(struct acting *acting, enum urn_part part, const char *name, size_t *ret_trustee,
                     const char **ret_text, struct problem *problem)
{
	int error = refuse_state(acting, URN_CALLED, problem);
	if (!error)
		error = find_trustee(acting, part, ret_trustee, problem);
	if (!error)
		error = need_text(acting, name, ret_text, problem);
	if (!error && strchr(*ret_text, '\n') != NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "a %s is one line", name);
	return error;
}

static int decide_certificate(struct acting *acting, struct problem *problem)
{
	size_t trustee;
	const char *text;
	CLEANUP(threshold_freep) struct threshold *group = NULL;
	int error = take_line(acting, URN_CERTIFICATE, "certificate", &trustee, &text, problem);
	if (!error)
		error = read_group(acting, text, &group, problem);
	if (!error)
		tree_text(acting->body, "certificate", text);
	return error;
}

static int decide_polynomial(struct acting *acting, struct problem *problem)
{
	size_t trustee;
	const char *text;
	CLEANUP(json_freep) cJSON *json = NULL;
	CLEANUP(threshold_freep) struct threshold *group = NULL;
	struct coefexps coefexps;
	int error = take_line(acting, URN_POLYNOMIAL, "polynomial", &trustee, &text, problem);
	if (!error)
		error = read_group(acting, NULL, &group, problem);
	if (error)
		return error;
	/* What is public in it is checked now, so that who sends nonsense is told and not all others later. */
	group->threshold = acting->urn.threshold;
	error = json_read(text, strlen(text), &json, problem);
	if (!error && json_get(json, "coefexps") == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "it is no polynomial: \"coefexps\" is missing");
	if (!error)
		error = coefexps_read(group, trustee, json_get(json, "coefexps"), "coefexps", &coefexps, problem);
	if (!error)
		tree_text(acting->body, "polynomial", text);
	return error;
}

/* The three public parts of the ceremony, and what follows from them. */
static int combine(struct sql *sql, const struct urn *urn, struct text *parameters, struct text *keys,
                   struct problem *problem)
{
	struct text lines[3];
	CLEANUP(threshold_freep) struct threshold *group = NULL;
	int error = JISR_OK;
	for (unsigned part = 0; part < 3; part++) {
		text_init(&lines[part], PEDERSEN_MAX_BYTES);
		if (!error)
			error = urn_lines(sql, urn, (enum urn_part)part, &lines[part], problem);
	}
	if (!error)
		error = pedersen_certificates(group_find(GROUP), lines[0].bytes, lines[0].length, &group, problem);
	if (!error)
		error = pedersen_combine(group, lines[1].bytes, lines[1].length, lines[2].bytes, lines[2].length,
		                         parameters, keys, problem);
	for (unsigned part = 0; part < 3; part++)
		text_finish(&lines[part]);
	return error;
}

static int combine_all(struct sql *sql, const struct urn *urn, size_t wanted, struct text *parameters, struct text *key,
                       struct problem *problem)
{
	struct text keys[URN_MAX_TRUSTEES];
	for (size_t i = 0; i < URN_MAX_TRUSTEES; i++)
		text_init(&keys[i], PEDERSEN_MAX_BYTES);
	int error = combine(sql, urn, parameters, keys, problem);
	if (!error && key != NULL)
		error = text_add(key, keys[wanted - 1].bytes, keys[wanted - 1].length);
	for (size_t i = 0; i < URN_MAX_TRUSTEES; i++)
		text_finish(&keys[i]);
	return error;
}

/* Whether a share is right cannot be told before all are there: pedersen_combine tells it, and whose is not. The form is
 * checked now. */
static int decide_share(struct acting *acting, struct problem *problem)
{
	size_t trustee;
	const char *text;
	CLEANUP(json_freep) cJSON *json = NULL;
	int error = refuse_state(acting, URN_CALLED, problem);
	if (!error)
		error = find_trustee(acting, URN_SHARE, &trustee, problem);
	if (!error && acting->urn.sent[URN_POLYNOMIAL] < acting->urn.trustees)
		error = problem_set(problem, JISR_STATE, "not all trustees have sent their polynomial yet");
	if (!error)
		error = need_text(acting, "share", &text, problem);
	if (!error && strchr(text, '\n') != NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "a share is one line");
	if (!error)
		error = json_read(text, strlen(text), &json, problem);
	if (!error && (json_get(json, "private_key") == NULL || json_get(json, "public_key") == NULL))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "it is no share: send what 'jisr election trustee accept' wrote, ID.voutput");
	if (!error)
		tree_text(acting->body, "share", text);
	return error;
}

/* ---- registrar, setup ---- */

static int decide_credentials(struct acting *acting, struct problem *problem)
{
	const char *text, *before, *office = acting->caller->office;
	CLEANUP(credential_part_freep) struct credential_part *part = NULL;
	size_t place = urn_registrar(&acting->urn, office);
	int error = refuse_state(acting, URN_CALLED, problem);
	if (!error && place == 0)
		error = problem_set(problem, JISR_DENIED, "%s is no registrar of this vote", office);
	if (!error && acting->urn.registrars < 2)
		error = problem_set(
			problem, JISR_STATE,
			"one registrar would give out all credentials: cancel the vote and call it with two");
	if (!error)
		error = urn_sent(acting->sql, acting->urn.id, URN_CREDENTIALS, place, acting->arena, &before, problem);
	if (!error && before[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "%s has sent its credentials already", office);
	if (!error)
		error = need_text(acting, "credentials", &text, problem);
	if (!error)
		error = credential_part_read(group_find(GROUP), acting->urn.id, office, acting->urn.voters, text,
		                             strlen(text), &part, problem);
	if (!error) {
		tree_count(acting->body, "place", place);
		tree_text(acting->body, "part", text);
	}
	return error;
}

/* The public credentials, from what all registrars sent. */
static int combine_credentials(const struct acting *acting, struct text *list, struct problem *problem)
{
	struct credential_part *parts[URN_MAX_REGISTRARS] = {NULL};
	const struct urn *urn = &acting->urn;
	int error = JISR_OK;
	if (urn->credentials[0] != '\0')
		return text_add_string(list, urn->credentials);
	for (size_t i = 0; i < urn->registrars && !error; i++) {
		const char *text = "";
		error = urn_sent(acting->sql, urn->id, URN_CREDENTIALS, i + 1, acting->arena, &text, problem);
		if (!error)
			error = credential_part_read(group_find(GROUP), urn->id, urn->registrar[i], urn->voters, text,
			                             strlen(text), &parts[i], problem);
	}
	if (!error)
		error = credential_part_combine(group_find(GROUP), (const struct credential_part *const *)parts,
		                                urn->registrars, list, problem);
	for (size_t i = 0; i < urn->registrars; i++)
		credential_part_free(parts[i]);
	return error;
}

static int template_of(const struct urn *urn, struct text *text, struct election **ret_election,
                       struct problem *problem)
{
	CLEANUP(json_freep) cJSON *called = NULL;
	int error = json_read(urn->called, strlen(urn->called), &called, problem);
	if (error)
		return error;
	(void)text_add_string(text, "{\"description\":\"\",\"name\":");
	(void)json_write_string(urn->name, strlen(urn->name), text);
	(void)text_add_string(text, ",\"questions\":");
	(void)json_write(json_get(called, "questions"), text);
	(void)text_add_char(text, '}');
	if (text->error)
		return problem_set(problem, text->error, "%s", error_text(text->error));
	return ret_election == NULL ? JISR_OK
	                            : election_read_template(text->bytes, text->length, ret_election, problem);
}

int urn_act_draft(const struct urn *urn, struct text *text, struct problem *problem)
{
	struct text template;
	text_init(&template, ELECTION_MAX_TEXT);
	int error = template_of(urn, &template, NULL, problem);
	if (!error)
		error = text_add_format(text, "{\"uuid\":\"%s\",\"group\":\"" GROUP "\",%s\n", urn->id,
		                        template.bytes + 1);
	text_finish(&template);
	return error;
}

int urn_act_voters(const struct urn *urn, struct text *text, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *called = NULL;
	int error = json_read(urn->called, strlen(urn->called), &called, problem);
	const cJSON *electorate = json_get(called, "electorate");
	for (const cJSON *one = electorate != NULL ? electorate->child : NULL; one != NULL && !error; one = one->next) {
		(void)text_add_string(text, one->valuestring);
		(void)text_add_char(text, '\n');
	}
	return error ? error : text->error;
}

static int make_setup(const struct acting *acting, struct text *parameters, struct text *trustees_text,
                      struct text *election_text, struct problem *problem)
{
	struct text template;
	CLEANUP(trustees_freep) struct trustees *trustees = NULL;
	CLEANUP(election_freep) struct election *questions = NULL, *election = NULL;
	text_init(&template, ELECTION_MAX_TEXT);
	int error = combine_all(acting->sql, &acting->urn, 1, parameters, NULL, problem);
	if (!error)
		error = trustees_assemble(group_find(GROUP), "", 0, parameters->bytes, parameters->length, &trustees,
		                          problem);
	if (!error)
		error = template_of(&acting->urn, &template, &questions, problem);
	if (!error) {
		struct election given = *questions;
		given.group = group_find(GROUP);
		given.uuid = acting->urn.id;
		given.public_key = trustees->public_key;
		error = election_new(&given, &election, problem);
	}
	if (!error) {
		error = trustees_write(trustees, trustees_text);
		if (!error)
			error = election_write(election, election_text);
		if (error)
			(void)problem_set(problem, error, "%s", error_text(error));
	}
	text_finish(&template);
	return error;
}

static int decide_open(struct acting *acting, struct problem *problem)
{
	struct text texts[4];
	int error = refuse_state(acting, URN_CALLED, problem);
	for (size_t i = 0; i < 4; i++)
		text_init(&texts[i], PEDERSEN_MAX_BYTES);
	if (!error && (acting->urn.sent[URN_SHARE] < acting->urn.trustees || !urn_registered(&acting->urn))) {
		char awaited[URN_AWAITED_MAX];
		urn_awaited(&acting->urn, awaited);
		error = problem_set(problem, JISR_STATE, "it cannot be opened yet and awaits %s", awaited);
	}
	if (!error)
		error = make_setup(acting, &texts[0], &texts[1], &texts[2], problem);
	if (!error)
		error = combine_credentials(acting, &texts[3], problem);
	if (!error) {
		tree_text(acting->body, "election", texts[2].bytes);
		tree_text(acting->body, "trustees", texts[1].bytes);
		tree_text(acting->body, "credentials", texts[3].bytes);
	}
	for (size_t i = 0; i < 4; i++)
		text_finish(&texts[i]);
	return error;
}

/* ---- close, decrypt, result ---- */

static int decide_close(struct acting *acting, struct problem *problem)
{
	struct urn_bundle bundle;
	struct text tally, sized;
	int error = refuse_state(acting, URN_OPEN, problem);
	if (error)
		return error;
	text_init(&tally, MESSAGE_MAX_BYTES);
	text_init(&sized, 400);
	error = urn_bundle_open(acting->sql, acting->urn.id, &bundle, problem);
	if (!error)
		error = urn_bundle_tally(&bundle, &tally, &sized, problem);
	if (!error) {
		tree_text(acting->body, "tally", tally.bytes);
		tree_text(acting->body, "sized", sized.bytes);
	}
	urn_bundle_finish(&bundle);
	text_finish(&tally);
	text_finish(&sized);
	return error;
}

static int check_decryption(struct acting *acting, size_t trustee, const char *line, const char *owned,
                            struct problem *problem)
{
	struct urn_bundle bundle;
	unsigned char named[DIGEST_BYTES], hash[DIGEST_BYTES];
	uint64_t owner = 0;
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(memory_freep) struct decryption *decryption = NULL;
	int error = decryption_owned_read(owned, strlen(owned), &owner, named, problem);
	digest_of(line, strlen(line), hash);
	if (!error && memcmp(hash, named, DIGEST_BYTES) != 0)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "the line that names the owner is of another partial decryption");
	if (!error && owner != trustee)
		error = problem_set(problem, JISR_BAD_INPUT, "it is of trustee %llu, and %s is trustee %zu",
		                    (unsigned long long)owner, acting->caller->office, trustee);
	if (error)
		return error;
	error = urn_bundle_open(acting->sql, acting->urn.id, &bundle, problem);
	if (!error)
		error = urn_bundle_read_tally(&bundle, &acting->urn, &tally, problem);
	if (!error)
		error = decryption_read(tally, line, strlen(line), &decryption, problem);
	if (!error)
		error = decryption_check(tally, trustees_key(bundle.trustees, trustee), decryption, problem);
	urn_bundle_finish(&bundle);
	return error;
}

static int decide_decrypt(struct acting *acting, struct problem *problem)
{
	size_t trustee;
	const char *text;
	int error = refuse_state(acting, URN_CLOSED, problem);
	if (!error)
		error = find_trustee(acting, URN_DECRYPTION, &trustee, problem);
	if (!error)
		error = need_text(acting, "decryption", &text, problem);
	if (error)
		return error;
	/* Two lines, as `jisr election decrypt` writes them: the factors, and whose they are. */
	char *owned = strchr(text, '\n');
	if (owned == NULL || strchr(owned + 1, '\n') != NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a partial decryption is two lines: send what 'jisr election decrypt' wrote");
	*owned++ = '\0';
	error = check_decryption(acting, trustee, text, owned, problem);
	if (!error) {
		tree_text(acting->body, "decryption", text);
		tree_text(acting->body, "owned", owned);
	}
	return error;
}

struct shares {
	const struct tally *tally;
	struct result_share list[URN_MAX_TRUSTEES];
	size_t count;
};

static int see_share(void *context, const char *type, const char *first, const char *second, struct problem *problem)
{
	struct shares *shares = context;
	unsigned char hash[DIGEST_BYTES];
	struct decryption *decryption = NULL;
	if (strcmp(type, "PartialDecryption") != 0 || shares->count == URN_MAX_TRUSTEES)
		return JISR_OK;
	struct result_share *share = &shares->list[shares->count];
	int error = decryption_owned_read(second, strlen(second), &share->owner, hash, problem);
	if (!error)
		error = decryption_read(shares->tally, first, strlen(first), &decryption, problem);
	if (!error) {
		share->decryption = decryption;
		shares->count++;
	}
	return error;
}

static int find_result(const struct acting *acting, const struct urn_bundle *bundle, struct text *text,
                       struct problem *problem)
{
	struct shares shares = {.count = 0};
	CLEANUP(tally_freep) struct tally *tally = NULL;
	CLEANUP(memory_freep) uint64_t *counts = NULL;
	int error = urn_bundle_read_tally(bundle, &acting->urn, &tally, problem);
	shares.tally = tally;
	if (!error)
		error = urn_board(acting->sql, acting->urn.id, see_share, &shares, problem);
	if (!error)
		error = result_compute(tally, bundle->trustees, shares.list, shares.count, &counts, problem);
	if (!error && result_write(bundle->election, counts, text) != JISR_OK)
		error = problem_set(problem, text->error, "%s", error_text(text->error));
	for (size_t i = 0; i < shares.count; i++)
		memory_free((void *)(uintptr_t)shares.list[i].decryption);
	return error;
}

static int decide_result(struct acting *acting, struct problem *problem)
{
	struct urn_bundle bundle;
	struct text text;
	int error = refuse_state(acting, URN_CLOSED, problem);
	if (!error && acting->urn.sent[URN_DECRYPTION] < acting->urn.threshold)
		error = problem_set(problem, JISR_STATE, "%u of the %u trustees that are needed have decrypted",
		                    acting->urn.sent[URN_DECRYPTION], acting->urn.threshold);
	if (error)
		return error;
	text_init(&text, MESSAGE_MAX_BYTES);
	error = urn_bundle_open(acting->sql, acting->urn.id, &bundle, problem);
	if (!error)
		error = find_result(acting, &bundle, &text, problem);
	if (!error)
		tree_text(acting->body, "result", text.bytes);
	urn_bundle_finish(&bundle);
	text_finish(&text);
	return error;
}

/* ---- witness, observer, cancel ---- */

static int decide_witness(struct acting *acting, struct problem *problem)
{
	struct urn_bundle bundle;
	char hash[DIGEST_HEX + 1];
	uint64_t at = 0;
	const char *head;
	int error = need_text(acting, "head", &head, problem);
	if (!error && !json_whole(json_get(acting->fields, "height"), 0, 1000000000, &at))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "\"height\" is the number of the event that the head is the hash of");
	if (error)
		return error;
	error = urn_bundle_open(acting->sql, acting->urn.id, &bundle, problem);
	if (!error)
		error = urn_bundle_event(&bundle, at, hash, problem);
	urn_bundle_finish(&bundle);
	if (!error && strcmp(hash, head) != 0)
		error = problem_set(
			problem, JISR_BAD_INPUT,
			"the board has another head at %llu: %s. If you were shown %.64s, keep what proves it "
			"and tell everybody",
			(unsigned long long)at, hash, head);
	if (error)
		return error;
	tree_count(acting->body, "height", at);
	tree_text(acting->body, "head", hash);
	return JISR_OK;
}

static int decide_observer(struct acting *acting, struct problem *problem)
{
	struct note_verifier verifier;
	char written[NOTE_MAX_KEY];
	const char *key;
	if (acting->urn.state == URN_COUNTED || acting->urn.state == URN_CANCELLED)
		return refuse_state(acting, URN_OPEN, problem);
	int error = need_text(acting, "verifier", &key, problem);
	if (!error)
		error = note_verifier_read(key, strlen(key), &verifier, problem);
	if (!error)
		error = urn_heads_may_name(acting->sql, acting->urn.id, acting->caller->office, &verifier, problem);
	if (error)
		return error;
	note_verifier_write(&verifier, written);
	tree_text(acting->body, "observer", verifier.name);
	tree_text(acting->body, "verifier", written);
	return JISR_OK;
}

static int decide_cancel(struct acting *acting, struct problem *problem)
{
	const char *text;
	if (acting->urn.state == URN_COUNTED || acting->urn.state == URN_CANCELLED)
		return refuse_state(acting, URN_OPEN, problem);
	int error = need_text(acting, "text", &text, problem);
	if (!error)
		tree_text(acting->body, "text", text);
	return error;
}

/* ---- the table ---- */

static const struct row {
	const char *name, *kind, *field;
	enum right right;
	int (*decide)(struct acting *acting, struct problem *problem);
} rows[URN_ACTS] = {
	[URN_ACT_CALL] = {"call", "urn.call", NULL, RIGHT_POLLS_RUN, decide_call},
	[URN_ACT_CERTIFICATE] = {"certificate", "urn.certificate", "certificate", RIGHT_POLLS_TAKE, decide_certificate},
	[URN_ACT_POLYNOMIAL] = {"polynomial", "urn.polynomial", "polynomial", RIGHT_POLLS_TAKE, decide_polynomial},
	[URN_ACT_SHARE] = {"share", "urn.share", "share", RIGHT_POLLS_TAKE, decide_share},
	[URN_ACT_CREDENTIALS] = {"credentials", "urn.credentials", "credentials", RIGHT_POLLS_TAKE, decide_credentials},
	[URN_ACT_OPEN] = {"open", "urn.open", NULL, RIGHT_POLLS_RUN, decide_open},
	[URN_ACT_CLOSE] = {"close", "urn.close", NULL, RIGHT_POLLS_RUN, decide_close},
	[URN_ACT_DECRYPT] = {"decrypt", "urn.decrypt", "decryption", RIGHT_POLLS_TAKE, decide_decrypt},
	[URN_ACT_RESULT] = {"result", "urn.result", NULL, RIGHT_POLLS_RUN, decide_result},
	[URN_ACT_WITNESS] = {"witness", "urn.witness", NULL, RIGHT_POLLS_TAKE, decide_witness},
	[URN_ACT_OBSERVER] = {"observer", "urn.observer", "verifier", RIGHT_POLLS_TAKE, decide_observer},
	[URN_ACT_CANCEL] = {"cancel", "urn.cancel", NULL, RIGHT_POLLS_RUN, decide_cancel},
};

const char *urn_act_name(enum urn_act act)
{
	return rows[act].name;
}

const char *urn_act_field(enum urn_act act)
{
	return rows[act].field;
}

enum right urn_act_right(enum urn_act act)
{
	return rows[act].right;
}

bool urn_act_read(const char *name, enum urn_act *ret_act)
{
	for (unsigned i = 0; i < URN_ACTS; i++)
		if (strcmp(rows[i].name, name) == 0) {
			*ret_act = (enum urn_act)i;
			return true;
		}
	return false;
}

int urn_act_check(const cJSON *body, struct problem *problem)
{
	static const char *const texts[] = {
		"name",     "registrar", "certificate", "polynomial", "share",    "credentials", "election",
		"trustees", "ballot",    "tracking",    "tally",      "sized",    "decryption",  "owned",
		"result",   "head",      "text",        "part",       "observer", "verifier",    "note"};
	bool call = json_get(body, "electorate") != NULL;
	if (!cJSON_IsObject(body))
		return problem_set(problem, JISR_BAD_INPUT, "the body of an entry about a secret vote is an object");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const cJSON *one = json_get(body, texts[i]);
		bool list = call && strcmp(texts[i], "trustees") == 0;
		if (one != NULL && (list ? !cJSON_IsArray(one) : !cJSON_IsString(one)))
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\" of a secret vote is of another form",
			                   texts[i]);
	}
	const cJSON *trustees = json_get(body, "trustees");
	for (const cJSON *one = call && trustees != NULL ? trustees->child : NULL; one != NULL; one = one->next)
		if (!cJSON_IsString(one))
			return problem_set(problem, JISR_BAD_INPUT, "the trustees of a secret vote are offices");
	const cJSON *registrars = json_get(body, "registrars");
	for (const cJSON *one = cJSON_IsArray(registrars) ? registrars->child : NULL; one != NULL; one = one->next)
		if (!cJSON_IsString(one))
			return problem_set(problem, JISR_BAD_INPUT, "the registrars of a secret vote are offices");
	if (call && (json_get_text(body, "name") == NULL ||
	             (json_get_text(body, "registrar") == NULL && !cJSON_IsArray(registrars)) ||
	             !json_whole(json_get(body, "threshold"), 2, URN_MAX_TRUSTEES, NULL) ||
	             !cJSON_IsArray(json_get(body, "electorate")) || trustees == NULL ||
	             !cJSON_IsArray(json_get(body, "questions"))))
		return problem_set(problem, JISR_BAD_INPUT, "a member of what calls a secret vote is missing");
	return JISR_OK;
}

/* ---- running ---- */

static int append(struct acting *acting, struct problem *problem)
{
	char subject[sizeof URN_SUBJECT + URN_ID_MAX];
	struct urn_order *order = acting->order;
	if (tree_failed())
		return problem_no_memory(problem);
	(void)snprintf(subject, sizeof subject, URN_SUBJECT "%s", order->made);
	struct entry_draft draft = {
		.author = acting->caller->office,
		.officer = acting->caller->officer,
		.kind = rows[order->act].kind,
		.subject = subject,
		.body = acting->body,
		.expected = order->act == URN_ACT_CALL ? 0 : order->expected,
	};
	return store_append(acting->write, &draft, &order->version, problem);
}

/* The same inside a command. */
static int urn_act_run(struct store_write *write, struct urn_order *order, struct problem *problem)
{
	struct acting acting = {
		.write = write,
		.sql = store_write_sql(write),
		.order = order,
		.caller = order->caller,
		.fields = order->fields,
		.arena = store_write_arena(write),
	};
	int error = caller_check(order->caller, rows[order->act].right, problem);
	if (error)
		return error;
	if (order->fields != NULL && !cJSON_IsObject(order->fields))
		return problem_set(problem, JISR_BAD_INPUT, "the fields of an act are an object: {...}");
	if (order->caller->office[0] == '\0')
		return problem_set(problem, JISR_DENIED, "acts on a secret vote are an office's");
	if (order->act != URN_ACT_CALL) {
		error = urn_get(acting.sql, order->id, acting.arena, &acting.urn, problem);
		if (error)
			return error;
		(void)snprintf(order->made, sizeof order->made, "%s", order->id);
	}
	acting.body = tree_object();
	error = rows[order->act].decide(&acting, problem);
	if (!error)
		error = append(&acting, problem);
	cJSON_Delete(acting.body);
	return error;
}

static int command(struct store_write *write, void *context, struct problem *problem)
{
	return urn_act_run(write, context, problem);
}

int urn_act_submit(struct store *store, struct urn_order *order, struct problem *problem)
{
	return store_submit(store, command, order, problem);
}

/* ---- what trustees get ---- */

int urn_act_input(struct sql *sql, const struct urn *urn, size_t trustee, struct text *text, struct problem *problem)
{
	struct text lines[2], inputs[URN_MAX_TRUSTEES];
	CLEANUP(threshold_freep) struct threshold *group = NULL;
	int error = JISR_OK;
	for (size_t i = 0; i < URN_MAX_TRUSTEES; i++)
		text_init(&inputs[i], PEDERSEN_MAX_BYTES);
	for (unsigned part = 0; part < 2; part++) {
		text_init(&lines[part], PEDERSEN_MAX_BYTES);
		if (!error)
			error = urn_lines(sql, urn, (enum urn_part)part, &lines[part], problem);
	}
	if (!error)
		error = pedersen_certificates(group_find(GROUP), lines[0].bytes, lines[0].length, &group, problem);
	if (!error)
		error = pedersen_route(group, lines[1].bytes, lines[1].length, inputs, problem);
	if (!error)
		error = text_add(text, inputs[trustee - 1].bytes, inputs[trustee - 1].length);
	for (size_t i = 0; i < URN_MAX_TRUSTEES; i++)
		text_finish(&inputs[i]);
	for (unsigned part = 0; part < 2; part++)
		text_finish(&lines[part]);
	return error;
}

int urn_act_key(struct sql *sql, const struct urn *urn, size_t trustee, struct text *text, struct problem *problem)
{
	struct text parameters;
	text_init(&parameters, PEDERSEN_MAX_BYTES);
	int error = combine_all(sql, urn, trustee, &parameters, text, problem);
	text_finish(&parameters);
	return error;
}
