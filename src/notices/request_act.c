#include "notices/request_act.h"

#include "base/date.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tree.h"
#include "base/words.h"
#include "members/register.h"
#include "notices/act.h"
#include "notices/number.h"
#include "notices/removal.h"
#include "notices/rules.h"

#include <sodium.h>
#include <string.h>

#define NAME_MOST 200 /* characters */

struct taking {
	struct store_write *write;
	struct request_act *act;
	const struct request_row *row;
	struct request before;
	char today[11];
	uint64_t shredded; /* the entry that names the copy which is removed */
	cJSON *body;
};

static const cJSON *field(const struct taking *taking, const char *name)
{
	return json_get(taking->act->fields, name);
}

static const char *said(const struct taking *taking, const char *name)
{
	return json_get_text(taking->act->fields, name);
}

/* ---- what the applicant is answered where nothing may be told ---- */

static const char *const sentences[2][LANGUAGE_COUNT] = {
	{
		[LANGUAGE_EN] = "The Commission has checked the organisation's files. There is no data about you that "
				"can be told to you.",
		[LANGUAGE_FR] = "La Commission a vérifié les fichiers de l'organisation. Il n'y a pas de données vous "
				"concernant qui puissent vous être communiquées.",
		[LANGUAGE_ES] =
			"La Comisión ha comprobado los ficheros de la organización. No hay datos sobre usted que "
			"puedan comunicársele.",
		[LANGUAGE_AR] = "تحققت اللجنة من ملفات المنظمة. لا توجد بيانات عنكم يمكن إبلاغكم بها.",
	},
	{
		[LANGUAGE_EN] = "The Commission has checked the organisation's files. They hold no data about you that "
				"goes against its rules.",
		[LANGUAGE_FR] = "La Commission a vérifié les fichiers de l'organisation. Ils ne contiennent pas de "
				"données vous concernant qui soient contraires à ses règles.",
		[LANGUAGE_ES] = "La Comisión ha comprobado los ficheros de la organización. No contienen datos sobre "
				"usted que sean contrarios a sus normas.",
		[LANGUAGE_AR] = "تحققت اللجنة من ملفات المنظمة. لا تحتوي على بيانات عنكم تخالف قواعدها.",
	},
};

const char *request_sentence(const char *kind, enum language language)
{
	return sentences[strcmp(kind, "access") != 0][language];
}

/* ---- fields ---- */

static const struct {
	enum request_step step;
	const char *fields; /* " name name " */
} taken[] = {
	{REQUEST_FILE, " kind language applicant representative signed text "},
	{REQUEST_ADMIT, " form "},
	{REQUEST_REJECT, " ground text "},
	{REQUEST_LINK, " notices "},
	{REQUEST_CONSULT, " office text "},
	{REQUEST_REPLY, " disclose text "},
	{REQUEST_PROPOSE, " outcome text answer "},
	{REQUEST_EXECUTE, " contents "},
	{REQUEST_ASK, " text "},
	{REQUEST_COMPLETE, " text "},
	{REQUEST_RECALL, " text "},
	{REQUEST_BLOCK, " text "},
	{REQUEST_LIFT, " text "},
	{REQUEST_RETURN, " text "},
	{REQUEST_SHRED, " paper "},
};

static int check_names(const cJSON *object, const char *fields, const char *what, struct problem *problem)
{
	if (object != NULL && !cJSON_IsObject(object))
		return problem_set(problem, JISR_BAD_INPUT, "%s is an object: {...}", what);
	const char *stranger = words_stranger(object, fields);
	return stranger == NULL ? JISR_OK
	                        : problem_set(problem, JISR_BAD_INPUT, "%s takes no field '%.40s'; it takes%s", what,
	                                      stranger, fields[1] == '\0' ? " none" : fields);
}

/* A text of at most so many characters without control characters. */
static int check_text(const cJSON *object, const char *name, size_t most, bool needed, struct problem *problem)
{
	const cJSON *value = json_get(object, name);
	size_t count = 0;
	if (value == NULL && !needed)
		return JISR_OK;
	if (!cJSON_IsString(value) || value->valuestring[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is missing, or is no text", name);
	for (const char *at = value->valuestring; *at != '\0'; at++) {
		count += ((unsigned char)*at & 0xC0) != 0x80;
		if ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t')
			return problem_set(problem, JISR_BAD_INPUT, "\"%s\" holds control characters: write plain text",
			                   name);
	}
	return count <= most ? JISR_OK
	                     : problem_set(problem, JISR_BAD_INPUT, "\"%s\" has %zu characters, at most %zu are taken",
	                                   name, count, most);
}

static int check_code(const struct taking *taking, const char *name, const struct codes *codes, struct problem *problem)
{
	const char *value = said(taking, name);
	char list[200] = "";
	size_t length = 0;
	if (value != NULL && codes_find(codes, value) != NULL)
		return JISR_OK;
	for (size_t i = 0; i < codes->count && length < sizeof list - 40; i++)
		length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "",
		                           codes->list[i].code);
	return problem_set(problem, JISR_BAD_INPUT, "\"%s\" is one of %s", name, list);
}

/* A day, month or year that is not still to come. */
static int check_birth(const char *birth, const char *today, struct problem *problem)
{
	struct date date;
	char written[DATE_TEXT_MAX];
	if (birth == NULL || date_read(birth, strlen(birth), &date) != JISR_OK)
		return problem_set(problem, JISR_BAD_INPUT, "\"birth\" is a date, written 1984-02-29, 1984-02 or 1984");
	date_write(date, written);
	size_t length = strlen(written);
	return strncmp(written, today, length < 10 ? length : 10) > 0
	               ? problem_set(problem, JISR_BAD_INPUT, "\"birth\" lies ahead: look at the date")
	               : JISR_OK;
}

static int check_person(const cJSON *person, const char *today, struct problem *problem)
{
	const cJSON *identity = json_get(person, "identity");
	int error = check_names(person, " name forename birth nationality address email identity ", "\"applicant\"",
	                        problem);
	if (!error && person == NULL)
		error = problem_set(problem, JISR_BAD_INPUT, "\"applicant\" is missing: say who asks");
	if (!error)
		error = check_text(person, "name", NAME_MOST, true, problem);
	if (!error)
		error = check_text(person, "forename", NAME_MOST, false, problem);
	if (!error)
		error = check_text(person, "nationality", 100, false, problem);
	if (!error)
		error = check_text(person, "address", 500, false, problem);
	if (!error)
		error = check_text(person, "email", 200, false, problem);
	if (!error && json_get(person, "birth") != NULL)
		error = check_birth(json_get_text(person, "birth"), today, problem);
	if (!error && identity == NULL)
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "\"identity\" is missing: name the document that shows who asks");
	if (!error)
		error = check_names(identity, " kind number country ", "\"identity\"", problem);
	if (!error)
		error = check_text(identity, "kind", 60, true, problem);
	if (!error)
		error = check_text(identity, "number", 60, true, problem);
	return error ? error : check_text(identity, "country", 60, true, problem);
}

static int check_file(const struct taking *taking, struct problem *problem)
{
	enum language language;
	const cJSON *representative = field(taking, "representative");
	const char *code = said(taking, "language");
	int error = check_code(taking, "kind", &codes_request, problem);
	if (!error && (code == NULL || !codes_read_language(code, &language)))
		error = problem_set(problem, JISR_BAD_INPUT, "\"language\" is ar, en, es or fr");
	if (!error)
		error = check_person(field(taking, "applicant"), taking->today, problem);
	if (!error)
		error = check_names(representative, " name authority ", "\"representative\"", problem);
	if (!error && representative != NULL)
		error = check_text(representative, "name", NAME_MOST, true, problem);
	if (!error && representative != NULL)
		error = check_text(representative, "authority", 500, true, problem);
	if (!error && !cJSON_IsTrue(field(taking, "signed")))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    "\"signed\" is missing: say true, that the request is the applicant's own");
	return error ? error : check_text(taking->act->fields, "text", REQUEST_MAX_TEXT, true, problem);
}

/* ---- what is asked before a step ---- */

static int check_form(const struct taking *taking, struct problem *problem)
{
	static const char *const questions[] = {"identity", "signed", "authority", "founded"};
	const cJSON *form = field(taking, "form");
	int error = check_names(form, " identity signed authority founded ", "\"form\"", problem);
	for (size_t i = 0; i < 4 && !error; i++)
		if (!cJSON_IsTrue(json_get(form, questions[i])))
			error = problem_set(
				problem, JISR_BAD_INPUT,
				"the form of admissibility: \"%s\" is not true. Ask for what is missing, or find the "
				"request inadmissible",
				questions[i]);
	return error;
}

static int check_links(struct taking *taking, struct problem *problem)
{
	const cJSON *list = field(taking, "notices");
	struct text text;
	size_t count = 0;
	int error = cJSON_IsArray(list) ? JISR_OK
	                                : problem_set(problem, JISR_BAD_INPUT,
	                                              "\"notices\" is a list of numbers, [] for none: [\"2026/17\"]");
	text_init(&text, 4096);
	(void)text_add_char(&text, ',');
	for (const cJSON *one = !error ? list->child : NULL; one != NULL && !error; one = one->next) {
		struct notice notice;
		if (!cJSON_IsString(one) || ++count > REQUEST_MAX_LINKS)
			error = problem_set(problem, JISR_BAD_INPUT, "\"notices\" holds at most %d numbers",
			                    REQUEST_MAX_LINKS);
		else
			error = notice_get(store_write_sql(taking->write), (struct viewer){OFFICE_COMMISSION},
			                   one->valuestring, store_write_arena(taking->write), &notice, problem);
		if (!error && strstr(text.bytes, notice.id) == NULL)
			(void)text_add_format(&text, "%s,", notice.id);
	}
	if (!error && text.error)
		error = problem_no_memory(problem);
	if (!error)
		tree_text(taking->body, "notices", text.bytes);
	text_finish(&text);
	return error;
}

/* Whether an office owns one of the notices. */
static int check_office(const struct taking *taking, struct problem *problem)
{
	const char *office = said(taking, "office");
	char id[NOTICE_ID_MAX + 1];
	bool owns = false;
	int error = JISR_OK;
	for (size_t i = 0; office != NULL && !error && !owns && request_notice(&taking->before, i, id); i++) {
		struct notice notice;
		error = notice_get(store_write_sql(taking->write), (struct viewer){OFFICE_COMMISSION}, id,
		                   store_write_arena(taking->write), &notice, problem);
		owns = !error && strcmp(notice.owner, office) == 0;
		error = error == JISR_NOT_FOUND ? JISR_OK : error;
	}
	if (error || owns)
		return error;
	return problem_set(problem, JISR_BAD_INPUT,
	                   "\"office\" is one that owns a notice of this request: link them first");
}

static int check_outcome(const struct taking *taking, struct problem *problem)
{
	const char *outcome = said(taking, "outcome"), *answer = said(taking, "answer");
	int error = check_code(taking, "outcome", &codes_outcome, problem);
	if (!error)
		error = check_text(taking->act->fields, "answer", REQUEST_MAX_TEXT, false, problem);
	if (error)
		return error;
	/* What is held is told only where its owner agreed; else the answer is the same sentence for everybody. */
	if (answer != NULL && strcmp(taking->before.disclose, "all") != 0)
		return problem_set(
			problem, JISR_DENIED,
			"an answer of its own would tell what is held: the office that owns it did not agree "
			"to that. Leave \"answer\" out");
	if (strcmp(taking->before.kind, "access") == 0 && strcmp(outcome, "refused") != 0 && answer == NULL)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"access is granted by \"answer\", which needs the owner's consent: consult it first");
	return JISR_OK;
}

static int check_eyes(const struct taking *taking, struct problem *problem)
{
	const char *officer = taking->act->caller->officer;
	if (officer[0] == '\0')
		return problem_set(problem, JISR_DENIED, "deciding needs an officer's name");
	if (strcmp(officer, taking->before.proposer) == 0)
		return problem_set(problem, JISR_DENIED, "%s has proposed it: another of the Commission must decide",
		                   officer);
	return JISR_OK;
}

/* Something is to be carried out when correction or deletion was granted of something that is held. */
static bool ordered(const struct request *request)
{
	return strcmp(request->kind, "access") != 0 && strcmp(request->outcome, "refused") != 0 &&
	       strcmp(request->notices, ",") != 0;
}

static int check_ordered(const struct taking *taking, struct problem *problem)
{
	return ordered(&taking->before)
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "nothing was ordered that could be carried out");
}

static int check_done(const struct taking *taking, struct problem *problem)
{
	if (taking->before.state == REQUEST_EXECUTED || !ordered(&taking->before))
		return JISR_OK;
	return problem_set(problem, JISR_STATE,
	                   "headquarters has not carried the decision out: the applicant is told after it has");
}

static int check_linked(const struct taking *taking, struct problem *problem)
{
	return strcmp(taking->before.notices, ",") != 0
	               ? JISR_OK
	               : problem_set(problem, JISR_STATE, "no notice is linked: say first what the request is about");
}

static int check_paper(const struct taking *taking, struct problem *problem)
{
	struct request_paper last;
	if (taking->act->paper == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "a copy is sent as a file, not as a step");
	int error = request_paper_at(store_write_sql(taking->write), (struct viewer){OFFICE_COMMISSION},
	                             taking->before.id, REQUEST_MAX_PAPERS - 1, &last, problem);
	if (!error)
		return problem_set(problem, JISR_STATE,
		                   "there are %d copies with this request already: no more are taken",
		                   REQUEST_MAX_PAPERS);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static int check_copy(struct taking *taking, struct problem *problem)
{
	struct request_paper paper;
	const char *digest = said(taking, "paper");
	if (digest == NULL)
		return problem_set(problem, JISR_BAD_INPUT, "\"paper\" is missing: the digest of the copy");
	int error = request_paper_get(store_write_sql(taking->write), (struct viewer){OFFICE_COMMISSION},
	                              taking->before.id, digest, &paper, problem);
	if (!error)
		taking->shredded = paper.sequence;
	return error;
}

static int check_all(struct taking *taking, struct problem *problem)
{
	const char *fields = " ";
	unsigned checks = taking->row->checks;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (taken[i].step == taking->act->step)
			fields = taken[i].fields;
	int error = check_names(taking->act->fields, fields, taking->row->name, problem);
	if (!error && taking->act->step == REQUEST_FILE)
		error = check_file(taking, problem);
	if (!error && (checks & REQUEST_CHECK_TEXT) != 0)
		error = check_text(taking->act->fields, "text", REQUEST_MAX_TEXT, true, problem);
	if (!error && (checks & REQUEST_CHECK_FORM) != 0)
		error = check_form(taking, problem);
	if (!error && (checks & REQUEST_CHECK_GROUND) != 0)
		error = check_code(taking, "ground", &codes_inadmissible, problem);
	if (!error && (checks & REQUEST_CHECK_LINKS) != 0)
		error = check_links(taking, problem);
	if (!error && (checks & REQUEST_CHECK_OFFICE) != 0)
		error = check_office(taking, problem);
	if (!error && (checks & REQUEST_CHECK_DISCLOSE) != 0)
		error = check_code(taking, "disclose", &codes_disclose, problem);
	if (!error && (checks & REQUEST_CHECK_OUTCOME) != 0)
		error = check_outcome(taking, problem);
	if (!error && (checks & REQUEST_CHECK_EYES) != 0)
		error = check_eyes(taking, problem);
	if (!error && (checks & REQUEST_CHECK_ORDERED) != 0)
		error = check_ordered(taking, problem);
	if (!error && (checks & REQUEST_CHECK_DONE) != 0)
		error = check_done(taking, problem);
	if (!error && (checks & REQUEST_CHECK_LINKED) != 0)
		error = check_linked(taking, problem);
	if (!error && (checks & REQUEST_CHECK_PAPER) != 0)
		error = check_paper(taking, problem);
	if (!error && (checks & REQUEST_CHECK_COPY) != 0)
		error = check_copy(taking, problem);
	return error;
}

/* ---- entries ---- */

static void copy(struct taking *taking, const char *name, const char *as)
{
	const cJSON *value = field(taking, name);
	cJSON *twin = value != NULL ? cJSON_Duplicate(value, true) : NULL;
	if (twin != NULL && !cJSON_AddItemToObject(taking->body, as, twin))
		cJSON_Delete(twin);
}

static int fill_file(struct taking *taking)
{
	unsigned char secret[REQUEST_SECRET / 2];
	char hex[SHA256_HEX];
	struct request_act *act = taking->act;
	static const char *const kept[] = {"kind", "language", "text", "applicant"};
	randombytes_buf(secret, sizeof secret);
	(void)sodium_bin2hex(act->made_secret, sizeof act->made_secret, secret, sizeof secret);
	sha256_hex(act->made_secret, REQUEST_SECRET, hex);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		copy(taking, kept[i], kept[i]);
	const cJSON *representative = field(taking, "representative");
	cJSON *applicant = cJSON_GetObjectItemCaseSensitive(taking->body, "applicant");
	cJSON *twin = representative != NULL ? cJSON_Duplicate(representative, true) : NULL;
	if (twin != NULL && !cJSON_AddItemToObject(applicant, "representative", twin))
		cJSON_Delete(twin);
	tree_text(taking->body, "secret", hex);
	return representative != NULL && twin == NULL ? JISR_NO_MEMORY : JISR_OK;
}

static void fill_paper(struct taking *taking)
{
	const struct request_act *act = taking->act;
	cJSON *paper = tree_add_object(taking->body, "paper");
	tree_text(paper, "digest", act->paper->digest);
	tree_text(paper, "key", act->paper->key);
	tree_text(paper, "type", identity_mime(act->identity.type));
	tree_count(paper, "size", act->paper->size);
	tree_count(paper, "pages", act->identity.pages);
}

static int fill_due(struct taking *taking, struct problem *problem)
{
	struct request_rules rules;
	char due[11];
	int error = request_rules_now(store_write_sql(taking->write), &rules, problem);
	if (error)
		return error;
	act_add_months(taking->today,
	               strcmp(taking->before.kind, "access") == 0 ? rules.access_months : rules.other_months, due);
	tree_text(taking->body, "due", due);
	return JISR_OK;
}

static int fill(struct taking *taking, struct problem *problem)
{
	const struct request *before = &taking->before;
	switch (taking->act->step) {
	case REQUEST_FILE: return fill_file(taking) ? problem_no_memory(problem) : JISR_OK;
	case REQUEST_ADMIT: return fill_due(taking, problem);
	case REQUEST_REJECT:
		copy(taking, "ground", "ground");
		copy(taking, "text", "text");
		copy(taking, "text", "answer"); /* the reason is told to the applicant */
		break;
	case REQUEST_CONSULT:
		copy(taking, "office", "office");
		copy(taking, "text", "question");
		break;
	case REQUEST_REPLY:
		copy(taking, "disclose", "disclose");
		copy(taking, "text", "reply");
		tree_text(taking->body, "office", "");
		break;
	case REQUEST_RECALL:
		copy(taking, "text", "text");
		tree_text(taking->body, "office", "");
		break;
	case REQUEST_PROPOSE:
		copy(taking, "outcome", "outcome");
		copy(taking, "text", "text");
		tree_text(taking->body, "proposer", taking->act->caller->officer);
		tree_text(taking->body, "answer",
		          said(taking, "answer") != NULL ? said(taking, "answer")
		                                         : request_sentence(before->kind, before->language));
		break;
	case REQUEST_PAPER: fill_paper(taking); break;
	case REQUEST_SHRED: copy(taking, "paper", "digest"); break;
	case REQUEST_FORGET:
		tree_text(taking->body, "asked", before->kind);
		tree_text(taking->body, "state", request_state_name(before->state));
		tree_text(taking->body, "outcome", before->outcome);
		tree_text(taking->body, "filed", before->filed);
		tree_text(taking->body, "closed", before->closed);
		break;
	default: copy(taking, "text", "text");
	}
	return JISR_OK;
}

static int append(struct taking *taking, struct problem *problem)
{
	char kind[64], subject[NUMBER_SUBJECT_MAX];
	struct request_act *act = taking->act;
	const char *offices[2] = {OFFICE_COMMISSION, NULL};
	size_t count = 1;
	/* Applicants act through the Commission, which signs for them. */
	const char *author = act->applicant || act->secret != NULL ? OFFICE_COMMISSION : act->caller->office;
	if (act->step == REQUEST_CONSULT)
		offices[count++] = said(taking, "office");
	if (act->step == REQUEST_RECALL)
		offices[count++] = taking->before.consulted;
	if (act->step == REQUEST_DECIDE && ordered(&taking->before))
		offices[count++] = OFFICE_HEADQUARTERS;
	(void)snprintf(kind, sizeof kind, REQUEST_SUBJECT "%s", taking->row->name);
	kind[strlen("request")] = '.';
	number_subject(REQUEST_SUBJECT, act->made, subject);
	if (tree_failed() || taking->body == NULL)
		return problem_no_memory(problem);
	struct entry_draft draft = {.author = author,
	                            .officer = act->applicant || act->secret != NULL ? "" : act->caller->officer,
	                            .kind = kind,
	                            .subject = subject,
	                            .audience = {AUDIENCE_ONLY, offices, count},
	                            .body = taking->body,
	                            .expected = act->id == NULL ? 0 : ENTRY_ANY};
	return store_append(taking->write, &draft, &act->version, problem);
}

/* ---- what follows from a step ---- */

static void console(struct caller *caller)
{
	caller_console(caller, OFFICE_HEADQUARTERS);
}

static int suspend_one(struct taking *taking, const char *id, struct problem *problem)
{
	struct caller headquarters;
	struct notice notice;
	char text[120];
	int error = notice_get(store_write_sql(taking->write), (struct viewer){OFFICE_COMMISSION}, id,
	                       store_write_arena(taking->write), &notice, problem);
	if (error || (STATES_IN_FORCE & STATE_BIT(notice.state)) == 0)
		return error == JISR_NOT_FOUND ? JISR_OK : error;
	console(&headquarters);
	(void)snprintf(text, sizeof text, "Provisional measure of the Commission for the Control of Files.");
	CLEANUP(json_freep) cJSON *fields = tree_object();
	tree_text(fields, "text", text);
	struct act act = {
		.step = STEP_SUSPEND, .caller = &headquarters, .id = id, .fields = fields, .expected = ENTRY_ANY};
	error = tree_failed() ? problem_no_memory(problem) : act_run(taking->write, &act, problem);
	act.fields = NULL;
	return error;
}

static int remove_one(struct taking *taking, const char *id, struct problem *problem)
{
	struct removal removal = {
		.id = id, .why = "request", .author = OFFICE_HEADQUARTERS, .officer = taking->act->caller->officer};
	int error = removal_run(taking->write, &removal, problem);
	taking->act->removed += !error;
	return error == JISR_NOT_FOUND ? JISR_OK : error; /* gone meanwhile */
}

static int correct_one(struct taking *taking, const char *id, struct problem *problem)
{
	const cJSON *content = json_get(field(taking, "contents"), id);
	struct caller headquarters;
	if (content == NULL)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"contents\" says nothing for %s: {\"%s\":{...}} is what it is to say", id, id);
	CLEANUP(json_freep) cJSON *fields = tree_object();
	cJSON *twin = cJSON_Duplicate(content, true);
	if (twin == NULL || !cJSON_AddItemToObject(fields, "content", twin)) {
		cJSON_Delete(twin);
		return problem_no_memory(problem);
	}
	console(&headquarters);
	(void)snprintf(headquarters.officer, sizeof headquarters.officer, "%s", taking->act->caller->officer);
	struct act act = {.step = STEP_CORRECT,
	                  .caller = &headquarters,
	                  .id = id,
	                  .fields = fields,
	                  .ordered = true,
	                  .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem) : act_run(taking->write, &act, problem);
	taking->act->findings = act.findings;
	taking->act->corrected += !error;
	act.fields = NULL;
	return error;
}

static int forget_all(struct taking *taking, struct problem *problem)
{
	CLEANUP(memory_freep) uint64_t *sequences = memory_zero(NOTICE_MAX_ENTRIES, sizeof *sequences);
	char subject[NUMBER_SUBJECT_MAX];
	size_t count = 0;
	if (sequences == NULL)
		return problem_no_memory(problem);
	number_subject(REQUEST_SUBJECT, taking->act->made, subject);
	int error = notice_entries_of(store_write_log(taking->write), subject, sequences, &count, problem);
	/* the last one says that it is forgotten, and stays */
	for (size_t i = 0; i + 1 < count && !error; i++) {
		error = store_drop_body(taking->write, sequences[i], taking->act->caller->office,
		                        taking->act->caller->officer, "forgotten", problem);
		if (error == JISR_STATE) /* dropped before */
			error = JISR_OK;
	}
	return error;
}

static int shred_one(struct taking *taking, struct problem *problem)
{
	int error = store_drop_body(taking->write, taking->shredded, taking->act->caller->office,
	                            taking->act->caller->officer, "copy removed", problem);
	return error == JISR_STATE ? JISR_OK : error; /* dropped before */
}

static int follow(struct taking *taking, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	enum request_step step = taking->act->step;
	bool deletes = strcmp(taking->before.kind != NULL ? taking->before.kind : "", "deletion") == 0;
	int error = JISR_OK;
	if (step == REQUEST_FORGET)
		return forget_all(taking, problem);
	if (step == REQUEST_SHRED)
		return shred_one(taking, problem);
	if (step != REQUEST_BLOCK && step != REQUEST_EXECUTE)
		return JISR_OK;
	for (size_t i = 0; !error && request_notice(&taking->before, i, id); i++)
		error = step == REQUEST_BLOCK ? suspend_one(taking, id, problem)
		        : deletes             ? remove_one(taking, id, problem)
		                              : correct_one(taking, id, problem);
	return error;
}

/* ---- the whole ---- */

static const struct number_kind number_kind = {REQUEST_SUBJECT, "request", 100000, 999999};

static int look_up(struct taking *taking, struct problem *problem)
{
	struct request_act *act = taking->act;
	struct sql *sql = store_write_sql(taking->write);
	struct arena *arena = store_write_arena(taking->write);
	int error = act->secret != NULL
	                    ? request_of_receipt(sql, act->id, act->secret, arena, &taking->before, problem)
	                    : request_get(sql, viewer_of(act->caller), act->id, arena, &taking->before, problem);
	if (error)
		return error;
	/* Whoever may see a part of it acts on the whole. */
	error = request_get(sql, (struct viewer){OFFICE_COMMISSION}, act->id, arena, &taking->before, problem);
	if (!error && act->expected != ENTRY_ANY && act->expected != taking->before.version)
		error = problem_set(problem, JISR_CONFLICT, "the request %s has changed since: look at it again",
		                    taking->before.id);
	return error;
}

/* There is nobody to ask where no Commission is at work. */
static int check_commission(const struct taking *taking, struct problem *problem)
{
	struct office office;
	int error = register_office(store_write_sql(taking->write), OFFICE_COMMISSION, &office, NULL);
	if (error && error != JISR_NOT_FOUND)
		return problem_set(problem, error, "%s", error_text(error));
	return !error && office.open ? JISR_OK
	                             : problem_set(problem, JISR_STATE,
	                                           "there is no office " OFFICE_COMMISSION
	                                           " of the Commission here: open it first (docs/commission.md)");
}

static int run(struct taking *taking, struct problem *problem)
{
	struct request_act *act = taking->act;
	int error = check_commission(taking, problem);
	if (!error && act->id != NULL)
		error = look_up(taking, problem);
	if (!error && act->by_time && act->step == REQUEST_FORGET)
		error = (REQUEST_OVER & REQUEST_BIT(taking->before.state)) != 0
		                ? JISR_OK
		                : problem_set(problem, JISR_STATE, "the request %s is not over", act->id);
	else if (!error)
		error = request_allowed(act->step, act->id == NULL ? REQUEST_NONE : taking->before.state,
		                        act->id == NULL ? "" : taking->before.consulted, act->caller,
		                        act->applicant || act->secret != NULL, problem);
	if (!error)
		error = check_all(taking, problem);
	if (error)
		return error;
	if (act->id == NULL)
		error = number_give(taking->write, &number_kind, taking->today, act->wanted, act->made, problem);
	else
		(void)snprintf(act->made, sizeof act->made, "%s", taking->before.id);
	if (!error)
		error = fill(taking, problem);
	if (!error)
		error = append(taking, problem);
	return error ? error : follow(taking, problem);
}

int request_run(struct store_write *write, struct request_act *act, struct problem *problem)
{
	struct taking taking = {.write = write, .act = act, .row = &request_rows[act->step], .body = tree_object()};
	findings_init(&act->findings);
	act->removed = act->corrected = 0;
	(void)snprintf(taking.today, sizeof taking.today, "%.10s", store_write_at(write));
	int error = run(&taking, problem);
	cJSON_Delete(taking.body);
	return error;
}

static int command(struct store_write *write, void *context, struct problem *problem)
{
	return request_run(write, context, problem);
}

int request_submit(struct store *store, struct request_act *act, struct problem *problem)
{
	return store_submit(store, command, act, problem);
}

/* ---- time limits ---- */

struct changing {
	const struct caller *caller;
	const cJSON *rules;
};

static int change(struct store_write *write, void *context, struct problem *problem)
{
	const struct changing *changing = context;
	struct request_rules rules;
	struct findings findings;
	int error = caller_check(changing->caller, RIGHT_REQUESTS_DECIDE, problem);
	if (!error && strcmp(changing->caller->office, OFFICE_COMMISSION) != 0)
		error = problem_set(problem, JISR_DENIED, "only the Commission may change its time limits");
	if (!error)
		error = request_rules_now(store_write_sql(write), &rules, problem);
	if (error)
		return error;
	findings_init(&findings);
	request_rules_read(changing->rules, &rules, &findings);
	error = findings_problem(&findings, problem);
	if (error)
		return error;
	return rules_say(write, changing->caller, "request.rules", "request-rules", changing->rules, problem);
}

int request_rules_change(struct store *store, const struct caller *caller, const cJSON *rules, struct problem *problem)
{
	struct changing changing = {caller, rules};
	return store_submit(store, change, &changing, problem);
}
