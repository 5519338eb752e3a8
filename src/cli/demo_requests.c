/* The Commission for the Control of Files with five invented members, and requests of invented people in every state: of
 * each kind some about notices of the demonstration, some about nothing that is held. Some removals are the end of them. */
#include "cli/demo.h"

#include "base/json.h"
#include "base/tree.h"
#include "notices/number.h"
#include "notices/paper.h"
#include "notices/request_act.h"
#include "store/store.h"

#include <string.h>

#define MEMBERS  5
#define REQUESTS 48
#define FIRST    90000 /* invented people from here on */
#define STOPS    12    /* places in the life at which one may stand */

struct asking {
	struct demo *demo;
	char key[NOTE_MAX_KEY];
	char notices[REQUESTS][NOTICE_ID_MAX + 1];
	char owners[REQUESTS][OFFICE_CODE_MAX + 1];
	size_t notice_count;
	struct {
		struct identity identity;
		struct identity_file file;
	} copies[REQUESTS]; /* of papers, of those that send one */
	unsigned removed, papers;
};

static int run_change(struct store_write *write, struct asking *asking, enum change change, cJSON *fields,
                      struct problem *problem)
{
	struct change_order order = {
		.change = change, .caller = &asking->demo->console, .fields = fields, .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem) : change_run(write, &order, problem);
	order.fields = NULL;
	json_free(fields);
	return error;
}

static int open_commission(struct store_write *write, void *context, struct problem *problem)
{
	struct asking *asking = context;
	cJSON *fields = tree_object(), *names = tree_add_object(fields, "names");
	tree_text(fields, "code", OFFICE_COMMISSION);
	tree_text(fields, "kind", "commission");
	tree_text(fields, "country", "FR");
	tree_text(fields, "key", asking->key);
	tree_text(names, "ar", "لجنة الرقابة على المحفوظات");
	tree_text(names, "en", "Commission for the Control of Files");
	tree_text(names, "es", "Comisión de Control de los Ficheros");
	tree_text(names, "fr", "Commission de contrôle des fichiers");
	int error = run_change(write, asking, CHANGE_OFFICE_OPEN, fields, problem);
	for (unsigned i = 0; i < MEMBERS && !error; i++) {
		struct people_name name;
		char login[40], email[80];
		arena_reset(asking->demo->arena);
		if (people_name(asking->demo->people, FIRST - 1 - i, PEOPLE_LATIN, asking->demo->arena, &name))
			return problem_no_memory(problem);
		(void)snprintf(login, sizeof login, i == 0 ? "ccf.commission" : "ccf.commission.%u", i + 1);
		(void)snprintf(email, sizeof email, "%s@demo.invalid", login);
		fields = tree_object();
		tree_text(fields, "office", OFFICE_COMMISSION);
		tree_text(fields, "name", name.full);
		tree_text(fields, "login", login);
		tree_text(fields, "email", email);
		tree_text(tree_add_array(fields, "roles"), NULL, role_name(ROLE_COMMISSION));
		error = run_change(write, asking, CHANGE_OFFICER_APPOINT, fields, problem);
	}
	return error;
}

static bool keep_notice(void *context, const struct notice *notice)
{
	struct asking *asking = context;
	size_t at = asking->notice_count++;
	(void)snprintf(asking->notices[at], sizeof asking->notices[at], "%s", notice->id);
	(void)snprintf(asking->owners[at], sizeof asking->owners[at], "%s", notice->owner);
	return asking->notice_count < REQUESTS;
}

static int find_notices(struct asking *asking, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct notice_filter filter = {.in_force = true, .form = FORM_NOTICE, .limit = REQUESTS};
	int error = store_read(asking->demo->store, &reader, problem);
	if (!error && arena_new((size_t)8 << 20, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	return error ? error
	             : notice_list(store_reader_sql(reader), (struct viewer){OFFICE_COMMISSION}, &filter, arena,
	                           keep_notice, asking, problem);
}

static int take(struct store_write *write, const struct caller *caller, enum request_step step, const char *id,
                const char *fields, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = fields != NULL ? cJSON_Parse(fields) : NULL;
	struct request_act act = {.step = step, .caller = caller, .id = id, .fields = json, .expected = ENTRY_ANY};
	int error = request_run(write, &act, problem);
	act.fields = NULL;
	return error;
}

static const char *const kinds[] = {"access", "deletion", "correction"};

/* ---- copies of identity papers ---- */

/* A page of a passport that nobody issued. */
static int draw_passport(const char *name, const char *number, struct text *file, struct problem *problem)
{
	static const struct paper_about about = {"Invented passport", "jisr demo", "en", "2026-01-01T00:00:00Z"};
	static const struct paper_style head = {.size = 18, .bold = true, .colour = 0xFFFFFF},
					line = {.size = 11, .colour = 0x14202B};
	CLEANUP(paper_freep) struct paper *paper = NULL;
	char said[400];
	double height;
	int error = paper_new(&about, &paper);
	if (!error)
		error = paper_page(paper);
	if (error)
		return problem_set(problem, error, "a passport cannot be drawn");
	paper_box(paper, 60, 60, 475, 300, 0xE8EEF4);
	paper_box(paper, 60, 60, 475, 40, 0x0B4A68);
	paper_box(paper, 80, 120, 110, 140, 0xC8D2DC); /* where the photograph is: a head and shoulders */
	paper_box(paper, 112, 140, 46, 60, 0x8A6F5A);
	paper_box(paper, 96, 210, 78, 50, 0x3C4A58);
	error = paper_text(paper, &head, 80, 68, 400, "PASSPORT · NOWHERE", &height, problem);
	(void)snprintf(said, sizeof said,
	               "Name: %s\nPassport No.: %s\nNationality: Nowhere\n\nInvented for a demonstration.", name,
	               number);
	if (!error)
		error = paper_text(paper, &line, 215, 125, 300, said, &height, problem);
	return error ? error : paper_finish(paper, file, problem);
}

/* Whether the n-th sent a copy: not those who are asked for one. */
static bool sends_copy(unsigned n)
{
	return n % 4 == 1 && n / 3 % STOPS != 1;
}

static void number_of(unsigned n, char id[NOTICE_ID_MAX + 1], char passport[20])
{
	(void)snprintf(id, NOTICE_ID_MAX + 1, "2026/%u", 100000 + n * 7457u % 900000u);
	(void)snprintf(passport, 20, "ZZ%07u", n * 7919u % 10000000u);
}

/* The copy of the n-th, sealed and stored. Not on the store's own thread, whose fonts nobody could free. */
static int store_passport(struct asking *asking, unsigned n, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1], number[20], subject[NUMBER_SUBJECT_MAX];
	struct people_name name;
	struct text drawn, clean;
	arena_reset(asking->demo->arena);
	if (people_name(asking->demo->people, FIRST + n, PEOPLE_LATIN, asking->demo->arena, &name))
		return problem_no_memory(problem);
	number_of(n, id, number);
	number_subject(REQUEST_SUBJECT, id, subject);
	text_init(&drawn, IDENTITY_MAX_BYTES);
	text_init(&clean, IDENTITY_MAX_BYTES);
	int error = draw_passport(name.full, number, &drawn, problem);
	if (!error)
		error = identity_clean(drawn.bytes, drawn.length, &clean, &asking->copies[n].identity, problem);
	if (!error)
		error = identity_put(asking->demo->directory, subject, clean.bytes, clean.length,
		                     &asking->copies[n].file, problem);
	text_finish(&drawn);
	text_finish(&clean);
	return error;
}

/* The applicant sends it with his receipt. */
static int send_passport(struct store_write *write, struct asking *asking, unsigned n, const struct request_act *filed,
                         struct problem *problem)
{
	struct request_act act = {.step = REQUEST_PAPER,
	                          .caller = filed->caller,
	                          .id = filed->made,
	                          .secret = filed->made_secret,
	                          .paper = &asking->copies[n].file,
	                          .identity = asking->copies[n].identity,
	                          .expected = ENTRY_ANY};
	int error = request_run(write, &act, problem);
	asking->papers += !error;
	return error;
}

/* ---- requests ---- */

static int file_one(struct store_write *write, struct asking *asking, unsigned n, char id[NOTICE_ID_MAX + 1],
                    struct problem *problem)
{
	static const char *const languages[] = {"en", "fr", "es", "ar"};
	struct people_name name;
	struct caller nobody;
	char number[20];
	arena_reset(asking->demo->arena);
	if (people_name(asking->demo->people, FIRST + n, PEOPLE_LATIN, asking->demo->arena, &name))
		return problem_no_memory(problem);
	cJSON *fields = tree_object();
	tree_text(fields, "kind", kinds[n % 3]);
	tree_text(fields, "language", languages[n % 4]);
	cJSON *person = tree_add_object(fields, "applicant"), *identity = tree_add_object(person, "identity");
	tree_text(person, "name", name.family[0] != '\0' ? name.family : name.full);
	if (name.family[0] != '\0' && name.given[0] != '\0')
		tree_text(person, "forename", name.given);
	number_of(n, id, number);
	tree_text(identity, "kind", "passport");
	tree_text(identity, "number", number);
	tree_text(identity, "country", "Nowhere");
	if (n % 5 == 0) {
		cJSON *representative = tree_add_object(fields, "representative");
		tree_text(representative, "name", "An invented lawyer");
		tree_text(representative, "authority", "Power of attorney of 2026-10-01");
	}
	tree_bool(fields, "signed", true);
	tree_text(fields, "text", "Please tell me what you hold about me. Invented for a demonstration.");
	caller_init(&nobody);
	struct request_act act = {.step = REQUEST_FILE,
	                          .caller = &nobody,
	                          .wanted = id,
	                          .applicant = true,
	                          .fields = fields,
	                          .expected = ENTRY_ANY};
	int error = tree_failed() ? problem_no_memory(problem) : request_run(write, &act, problem);
	act.fields = NULL;
	json_free(fields);
	return !error && sends_copy(n) ? send_passport(write, asking, n, &act, problem) : error;
}

/* From admissibility to the answer. `held`: it is about a notice of the demonstration. */
static int examine(struct store_write *write, struct asking *asking, unsigned n, bool held, unsigned stop,
                   const char *id, struct problem *problem)
{
	struct caller first = demo_caller(OFFICE_COMMISSION, 1 + n % MEMBERS, ROLE_BIT(ROLE_COMMISSION));
	struct caller second = demo_caller(OFFICE_COMMISSION, 1 + (n + 1) % MEMBERS, ROLE_BIT(ROLE_COMMISSION));
	struct caller headquarters = demo_caller(OFFICE_HEADQUARTERS, 12, ROLE_BIT(ROLE_REVIEWER));
	const char *owner = held ? asking->owners[n] : OFFICE_HEADQUARTERS;
	struct caller source = demo_caller(owner, 1, ROLE_BIT(ROLE_HEAD_OF_BUREAU));
	bool deletion = strcmp(kinds[n % 3], "deletion") == 0, granted = held && deletion;
	char fields[200];
	int error = JISR_OK;
	if (held) {
		(void)snprintf(fields, sizeof fields, "{\"notices\":[\"%s\"]}", asking->notices[n]);
		error = take(write, &first, REQUEST_LINK, id, fields, problem);
		(void)snprintf(fields, sizeof fields, "{\"office\":\"%s\",\"text\":\"What may be told of it?\"}",
		               owner);
		if (!error)
			error = take(write, &first, REQUEST_CONSULT, id, fields, problem);
		if (error || stop == 5)
			return error;
		error = take(write, &source, REQUEST_REPLY, id,
		             "{\"disclose\":\"existence\",\"text\":\"The inquiry goes on.\"}", problem);
		if (!error && n % 4 == 1)
			error = take(write, &first, REQUEST_BLOCK, id, "{\"text\":\"There are doubts.\"}", problem);
	}
	if (error || stop <= 6)
		return error;
	error = take(write, &first, REQUEST_PROPOSE, id,
	             granted ? "{\"outcome\":\"granted\",\"text\":\"Against article 3.\"}"
	                     : "{\"outcome\":\"refused\",\"text\":\"In accordance with the rules.\"}",
	             problem);
	if (error || stop == 7)
		return error;
	error = take(write, &second, REQUEST_DECIDE, id, NULL, problem);
	if (error || stop == 8)
		return error;
	if (granted) {
		error = take(write, &headquarters, REQUEST_EXECUTE, id, NULL, problem);
		asking->removed += !error;
	}
	if (error || stop == 9)
		return error;
	return take(write, &first, REQUEST_ANSWER, id, NULL, problem);
}

static int advance(struct store_write *write, struct asking *asking, unsigned n, const char *id,
                   struct problem *problem)
{
	struct caller first = demo_caller(OFFICE_COMMISSION, 1 + n % MEMBERS, ROLE_BIT(ROLE_COMMISSION));
	unsigned stop = n / 3 % STOPS;
	if (stop == 0)
		return JISR_OK;
	if (stop == 1)
		return take(write, &first, REQUEST_ASK, id, "{\"text\":\"A copy of the passport is missing.\"}",
		            problem);
	if (stop == 2)
		return take(write, &first, REQUEST_REJECT, id,
		            "{\"ground\":\"identity\",\"text\":\"The identity was not shown.\"}", problem);
	int error = take(write, &first, REQUEST_ADMIT, id,
	                 "{\"form\":{\"identity\":true,\"signed\":true,\"authority\":true,\"founded\":true}}", problem);
	if (error || stop == 3)
		return error;
	if (stop == 4)
		return take(write, &first, REQUEST_WITHDRAW, id, NULL, problem);
	return examine(write, asking, n, n < asking->notice_count && (stop == 5 || n / 36 % 2 == 0), stop, id, problem);
}

static int ask_all(struct store_write *write, void *context, struct problem *problem)
{
	struct asking *asking = context;
	int error = JISR_OK;
	for (unsigned n = 0; n < REQUESTS && !error; n++) {
		char id[NOTICE_ID_MAX + 1];
		error = file_one(write, asking, n, id, problem);
		if (!error)
			error = advance(write, asking, n, id, problem);
	}
	return error;
}

int demo_requests(struct demo *demo, char ret_made[DEMO_MADE_MAX], struct problem *problem)
{
	CLEANUP(memory_freep) struct asking *asking = memory_zero(1, sizeof *asking);
	if (asking == NULL)
		return problem_no_memory(problem);
	asking->demo = demo;
	int error = store_key_make(demo->store, OFFICE_COMMISSION, asking->key, problem);
	if (!error)
		error = store_submit(demo->store, open_commission, asking, problem);
	if (!error)
		error = find_notices(asking, problem);
	for (unsigned n = 0; n < REQUESTS && !error; n++)
		if (sends_copy(n))
			error = store_passport(asking, n, problem);
	paper_forget();
	if (!error)
		error = store_submit(demo->store, ask_all, asking, problem);
	if (!error)
		error = store_compact(demo->store, problem);
	(void)snprintf(ret_made, DEMO_MADE_MAX,
	               "%d requests of individuals, %u copies of papers, %u notices removed by their decisions",
	               REQUESTS, asking->papers, asking->removed);
	return error;
}
