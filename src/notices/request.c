/* The domain: what entries of requests do to the tables. A step of notices/request_step.c is an entry "request.STEP";
 * "request.rules" changes the time limits.
 *
 * Audiences: the Commission alone, and whom a step concerns: the office that is asked (consult, recall), headquarters
 * (decide, when there is something to carry out). Kinds that begin with "request." are kept from headquarters otherwise
 * (store/entry.h).
 *
 * Invariant: when the bodies of a request are dropped (after "request.forget"), nothing but its number, what was asked,
 * how it ended and the days is left. */
#include "notices/request.h"

#include "base/json.h"
#include "base/tree.h"
#include "notices/rules.h"

#include <math.h>
#include <string.h>

static const char *const tables[] = {"request",       "request_history", "request_forgotten",
                                     "request_rules", "request_paper",   NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE request(id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, language TEXT NOT NULL,"
         " applicant TEXT NOT NULL, text TEXT NOT NULL, secret TEXT NOT NULL, notices TEXT NOT NULL,"
         " consulted TEXT NOT NULL, question TEXT NOT NULL, reply TEXT NOT NULL, disclose TEXT NOT NULL,"
         " outcome TEXT NOT NULL, proposer TEXT NOT NULL, reason TEXT NOT NULL, answer TEXT NOT NULL,"
         " ground TEXT NOT NULL, blocked INTEGER NOT NULL, filed TEXT NOT NULL, admitted TEXT NOT NULL,"
         " due TEXT NOT NULL, closed TEXT NOT NULL, changed TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX request_by_change ON request(changed DESC, id DESC);"
         "CREATE TABLE request_history" HISTORY_COLUMNS
         "CREATE INDEX request_history_by_id ON request_history(id, sequence);"
         "CREATE TABLE request_forgotten(id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,"
         " outcome TEXT NOT NULL, filed TEXT NOT NULL, closed TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE request_rules(one INTEGER PRIMARY KEY CHECK(one = 1), rules TEXT NOT NULL);",
         false},
	{"CREATE TABLE request_paper(id TEXT NOT NULL, digest TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL,"
         " size INTEGER NOT NULL, pages INTEGER NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL,"
         " officer TEXT NOT NULL, PRIMARY KEY(id, digest)) WITHOUT ROWID;"
         "CREATE INDEX request_paper_by_digest ON request_paper(digest);",
         false},
};

#define CODES(name, label, list) const struct codes name = {label, list, sizeof list / sizeof *list}

static const struct code kinds_asked[] = {
	{"access", {"access", "accès", "acceso", "الاطلاع"}},
	{"correction", {"correction", "rectification", "rectificación", "التصحيح"}},
	{"deletion", {"deletion", "effacement", "supresión", "الحذف"}},
};
CODES(codes_request, "what is asked", kinds_asked);

static const struct code grounds[] = {
	{"identity", {"identity not shown", "identité non établie", "identidad no acreditada", "الهوية غير مثبتة"}},
	{"unsigned", {"not signed", "non signée", "sin firma", "غير موقّع"}},
	{"authority", {"no power of attorney", "sans procuration", "sin poder", "بلا توكيل"}},
	{"unfounded", {"manifestly unfounded", "manifestement infondée", "manifiestamente infundada", "لا أساس له"}},
	{"not-ours", {"not about its files", "hors de ses fichiers", "ajena a sus ficheros", "خارج ملفاتها"}},
};
CODES(codes_inadmissible, "ground", grounds);

static const struct code disclosures[] = {
	{"all", {"all of it", "tout", "todo", "كلها"}},
	{"existence", {"that it is held", "son existence", "su existencia", "وجودها"}},
	{"nothing", {"nothing", "rien", "nada", "لا شيء"}},
};
CODES(codes_disclose, "what may be told", disclosures);

static const struct code outcomes[] = {
	{"granted", {"granted", "acceptée", "aceptada", "مقبول"}},
	{"part", {"granted in part", "acceptée en partie", "aceptada en parte", "مقبول جزئيا"}},
	{"refused", {"refused", "refusée", "denegada", "مرفوض"}},
};
CODES(codes_outcome, "outcome", outcomes);

/* ---- rules ---- */

static void request_rules_init(struct request_rules *rules)
{
	*rules = (struct request_rules){.access_months = 4, .other_months = 9, .keep_months = 24};
}

static const struct {
	const char *name;
	size_t place;
	double least, most;
} limits[] = {
	{"access_months", offsetof(struct request_rules, access_months), 1, 60},
	{"other_months", offsetof(struct request_rules, other_months), 1, 60},
	{"keep_months", offsetof(struct request_rules, keep_months), 0, 600},
};
#define LIMITS (sizeof limits / sizeof *limits)

void request_rules_read(const cJSON *json, struct request_rules *rules, struct findings *findings)
{
	for (const cJSON *one = cJSON_IsObject(json) ? json->child : NULL; one != NULL; one = one->next) {
		size_t i = 0;
		while (i < LIMITS && strcmp(limits[i].name, one->string) != 0)
			i++;
		if (i == LIMITS)
			findings_add(findings, one->string, "there are access_months, other_months and keep_months",
			             "is no time limit");
		else if (!cJSON_IsNumber(one) || one->valuedouble < limits[i].least ||
		         one->valuedouble > limits[i].most || floor(one->valuedouble) != one->valuedouble)
			findings_add(findings, one->string, "give whole months", "is not between %g and %g",
			             limits[i].least, limits[i].most);
		else
			memcpy((char *)rules + limits[i].place, &one->valuedouble, sizeof(double));
	}
	if (!cJSON_IsObject(json))
		findings_add(findings, "rules", "write {\"access_months\":4}", "are no object");
}

cJSON *request_rules_json(const struct request_rules *rules)
{
	cJSON *json = tree_object();
	for (size_t i = 0; i < LIMITS; i++) {
		double value;
		memcpy(&value, (const char *)rules + limits[i].place, sizeof value);
		tree_count(json, limits[i].name, (uint64_t)value);
	}
	return json;
}

int request_rules_now(struct sql *sql, struct request_rules *ret_rules, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct findings findings;
	int error = rules_now(sql, "SELECT rules FROM request_rules WHERE one = 1", &json, problem);
	request_rules_init(ret_rules);
	findings_init(&findings);
	if (!error && json != NULL)
		request_rules_read(json, ret_rules, &findings);
	return error;
}

/* ---- forms ---- */

static int check_body(const cJSON *body, struct problem *problem)
{
	return cJSON_IsObject(body)
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the body of a request's entry is an object");
}

static int check_file(const cJSON *body, struct problem *problem)
{
	const char *kind = json_get_text(body, "kind"), *secret = json_get_text(body, "secret"),
		   *language = json_get_text(body, "language");
	enum language read;
	if (kind != NULL && codes_find(&codes_request, kind) != NULL && secret != NULL && strlen(secret) == 64 &&
	    language != NULL && codes_read_language(language, &read) && cJSON_IsObject(json_get(body, "applicant")))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "a request says what is asked, who asks, and in which language");
}

static int check_paper(const cJSON *body, struct problem *problem)
{
	const cJSON *paper = json_get(body, "paper");
	const char *digest = json_get_text(paper, "digest"), *key = json_get_text(paper, "key"),
		   *type = json_get_text(paper, "type");
	if (digest != NULL && identity_digest_valid(digest) && key != NULL && strlen(key) == IDENTITY_KEY - 1 &&
	    type != NULL && cJSON_IsNumber(json_get(paper, "size")) && cJSON_IsNumber(json_get(paper, "pages")))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "a copy of a paper says its digest, key, type, size and pages");
}

static int check_rules(const cJSON *body, struct problem *problem)
{
	struct request_rules rules;
	struct findings findings;
	request_rules_init(&rules);
	findings_init(&findings);
	request_rules_read(json_get(body, "rules"), &rules, &findings);
	return findings_problem(&findings, problem);
}

/* ---- applying ---- */

static int id_of(const struct entry *entry, char out[NOTICE_ID_MAX + 1], struct problem *problem)
{
	if (strncmp(entry->header.subject, REQUEST_SUBJECT, strlen(REQUEST_SUBJECT)) != 0 ||
	    !notice_id_read(entry->header.subject + strlen(REQUEST_SUBJECT), out))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no request: %s",
		                   (unsigned long long)entry->sequence, entry->header.subject);
	return JISR_OK;
}

static int set(struct store_write *write, const char *id, const char *column, const char *value,
               struct problem *problem)
{
	char statement[120];
	(void)snprintf(statement, sizeof statement, "UPDATE request SET %s = ?2 WHERE id = ?1", column);
	struct sql_query query = sql_query_once(store_write_sql(write), statement);
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, value);
	return sql_run(&query, problem);
}

static int insert(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const char *applicant = "";
	int error = entry_json_text(store_write_arena(write), json_get(entry->body, "applicant"), &applicant, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "INSERT OR IGNORE INTO request VALUES(?1, ?2, 'filed', ?3, ?4, '', ?5, ',', '', '',"
	                  " '', '', '', '', '', '', '', 0, ?6, '', '', '', ?6, 0)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, json_get_text(entry->body, "kind"));
	sql_bind_text(&query, 3, json_get_text(entry->body, "language"));
	sql_bind_text(&query, 4, applicant);
	sql_bind_text(&query, 5, json_get_text(entry->body, "secret"));
	sql_bind_text(&query, 6, entry->header.at);
	error = sql_run(&query, problem);
	const char *text = json_get_text(entry->body, "text");
	return error || text == NULL ? error : set(write, id, "text", text, problem);
}

/* Columns that members of a body set, whatever the step. */
static const struct {
	const char *member, *column;
} columns[] = {
	{"due", "due"},           {"ground", "ground"}, {"notices", "notices"},   {"office", "consulted"},
	{"question", "question"}, {"reply", "reply"},   {"disclose", "disclose"}, {"outcome", "outcome"},
	{"proposer", "proposer"}, {"answer", "answer"},
};

static int set_said(struct store_write *write, const struct entry *entry, const char *id, enum request_step step,
                    struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof columns / sizeof *columns && !error; i++) {
		const char *value = json_get_text(entry->body, columns[i].member);
		if (value != NULL)
			error = set(write, id, columns[i].column, value, problem);
	}
	const char *text = json_get_text(entry->body, "text");
	if (!error && text != NULL && step != REQUEST_FILE)
		error = set(write, id, "reason", text, problem);
	if (!error && step == REQUEST_ADMIT)
		error = set(write, id, "admitted", entry->header.at, problem);
	if (!error && (step == REQUEST_BLOCK || step == REQUEST_LIFT || step == REQUEST_EXECUTE))
		error = set(write, id, step == REQUEST_BLOCK ? "blocked = 1, reason" : "blocked = 0, reason",
		            text != NULL ? text : "", problem);
	if (!error && (REQUEST_OVER & REQUEST_BIT(request_rows[step].to)) != 0 && request_rows[step].to != REQUEST_NONE)
		error = set(write, id, "blocked = 0, closed", entry->header.at, problem);
	return error;
}

static int set_state(struct store_write *write, const struct entry *entry, const char *id, enum request_step step,
                     struct problem *problem)
{
	enum request_state to = request_rows[step].to;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE request SET state = coalesce(?2, state), changed = ?3,"
	                                          " version = ?4 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, to == REQUEST_NONE ? NULL : request_state_name(to));
	sql_bind_text(&query, 3, entry->header.at);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int keep_history(struct store_write *write, const struct entry *entry, const char *id, enum request_step step,
                        struct problem *problem)
{
	static const char *const details[] = {"ground", "notices", "office", "disclose", "outcome", "answer", "digest"};
	const char *detail = NULL;
	for (size_t i = 0; i < sizeof details / sizeof *details && detail == NULL; i++)
		detail = json_get_text(entry->body, details[i]);
	return history_keep(write, HISTORY_INTO("request_history"), entry, id, request_step_name(step),
	                    detail != NULL ? detail : "", problem);
}

static int keep_paper(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const cJSON *paper = json_get(entry->body, "paper");
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "INSERT OR IGNORE INTO request_paper VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, json_get_text(paper, "digest"));
	sql_bind_text(&query, 3, json_get_text(paper, "key"));
	sql_bind_text(&query, 4, json_get_text(paper, "type"));
	sql_bind_number(&query, 5, (int64_t)json_get_whole(paper, "size"));
	sql_bind_number(&query, 6, (int64_t)json_get_whole(paper, "pages"));
	sql_bind_number(&query, 7, (int64_t)entry->sequence);
	sql_bind_text(&query, 8, entry->header.at);
	sql_bind_text(&query, 9, entry->header.officer);
	return sql_run(&query, problem);
}

static int lose_paper(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "DELETE FROM request_paper WHERE id = ?1 AND digest = ?2");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, json_get_text(entry->body, "digest"));
	return sql_run(&query, problem);
}

static int apply_step(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	enum request_step step;
	int error = id_of(entry, id, problem);
	if (error || entry->body == NULL || !request_step_read(entry->header.kind + strlen(REQUEST_SUBJECT), &step))
		return error;
	if (step == REQUEST_FILE)
		error = insert(write, entry, id, problem);
	if (step == REQUEST_PAPER)
		error = keep_paper(write, entry, id, problem);
	if (step == REQUEST_SHRED)
		error = lose_paper(write, entry, id, problem);
	if (!error)
		error = set_said(write, entry, id, step, problem);
	if (!error)
		error = set_state(write, entry, id, step, problem);
	return error ? error : keep_history(write, entry, id, step, problem);
}

static int clear(struct store_write *write, const char *id, struct problem *problem)
{
	static const char *const statements[] = {"DELETE FROM request WHERE id = ?1",
	                                         "DELETE FROM request_history WHERE id = ?1",
	                                         "DELETE FROM request_paper WHERE id = ?1"};
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof statements / sizeof *statements && !error; i++) {
		struct sql_query query = sql_query(store_write_sql(write), statements[i]);
		sql_bind_text(&query, 1, id);
		error = sql_run(&query, problem);
	}
	return error;
}

static int apply_forget(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	static const char *const members[] = {"asked", "state", "outcome", "filed", "closed"};
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (!error)
		error = clear(write, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		store_write_sql(write), "INSERT OR REPLACE INTO request_forgotten VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_text(&query, 1, id);
	for (int i = 0; i < 5; i++) {
		const char *value = json_get_text(entry->body, members[i]);
		sql_bind_text(&query, 2 + i, value != NULL ? value : "");
	}
	sql_bind_text(&query, 7, entry->header.at);
	return sql_run(&query, problem);
}

static int apply_rules(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct request_rules rules;
	struct findings findings;
	int error = request_rules_now(store_write_sql(write), &rules, problem);
	if (error)
		return error;
	findings_init(&findings);
	request_rules_read(json_get(entry->body, "rules"), &rules, &findings);
	return rules_keep(write, "INSERT OR REPLACE INTO request_rules VALUES(1, ?1)", request_rules_json(&rules),
	                  problem);
}

/* ---- dropping ---- */

/* As in notices/notice.c: made again from what is left, unless all of it is forgotten. */
static int dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int64_t forgotten = 0;
	int error = id_of(entry, id, problem);
	if (error || entry->body_bytes == NULL)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT count(*) FROM request_forgotten WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	error = sql_run_number(&query, 0, &forgotten, problem);
	if (error || forgotten > 0)
		return error;
	error = clear(write, id, problem);
	return error ? error : notice_entries_again(write, entry, apply_step, problem);
}

#define STEP(name)                                                                                                     \
	{                                                                                                              \
		"request." name, check_body, apply_step, dropped                                                       \
	}
static const struct store_kind kinds[] = {
	{"request.file", check_file, apply_step, dropped},
	STEP("ask"),
	STEP("complete"),
	STEP("admit"),
	STEP("reject"),
	STEP("link"),
	STEP("consult"),
	STEP("reply"),
	STEP("recall"),
	STEP("block"),
	STEP("lift"),
	STEP("propose"),
	STEP("return"),
	STEP("decide"),
	STEP("execute"),
	STEP("answer"),
	STEP("withdraw"),
	{"request.paper", check_paper, apply_step, dropped},
	STEP("shred"),
	{"request.forget", check_body, apply_forget, NULL},
	{"request.rules", check_rules, apply_rules, NULL},
};
_Static_assert(sizeof kinds / sizeof *kinds == REQUEST_STEP_COUNT + 1, "a kind a step");

const struct store_domain request_domain = {
	.name = "requests",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
