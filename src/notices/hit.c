/* The domain. A step of the table in notices/hit_step.c is an entry of the kind "hit.STEP"; "hit.remind" says that a deadline
 * has passed, "hit.rules" that headquarters changed deadlines. All entries about one hit have the same audience: finder,
 * owner and headquarters.
 *
 * Invariants
 *   1. A row's state changes only by the table of steps.
 *   2. Who found and who owns follows from the header of the report (author and audience), so that it is known also when
 *      the body was dropped.
 *   3. `due` comes from the entry that brought the hit into its state (`due_by`): a node needs no rules to know deadlines.
 *   4. When the body of an entry is dropped, everything that it put into the tables is gone from them. */
#include "notices/hit.h"

#include "base/json.h"
#include "notices/object_form.h"
#include "notices/rules.h"

#include <string.h>

static const char *const tables[] = {"hit", "hit_history", "hit_rules", NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE hit(id TEXT PRIMARY KEY, state TEXT NOT NULL, about TEXT NOT NULL, urgent INTEGER NOT NULL,"
         " ended INTEGER NOT NULL, subject TEXT NOT NULL, colour TEXT NOT NULL, caption TEXT NOT NULL,"
         " finder TEXT NOT NULL, owner TEXT NOT NULL, place TEXT NOT NULL, country TEXT NOT NULL,"
         " found TEXT NOT NULL, evidence TEXT NOT NULL, reference TEXT NOT NULL, outcome TEXT NOT NULL,"
         " reported TEXT NOT NULL, changed TEXT NOT NULL, due TEXT NOT NULL, reminded TEXT NOT NULL,"
         " version INTEGER NOT NULL, awaits TEXT NOT NULL, reported_by INTEGER NOT NULL, due_by INTEGER NOT NULL,"
         " reference_by INTEGER NOT NULL, outcome_by INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX hit_by_change ON hit(changed DESC, id DESC);"
         "CREATE INDEX hit_by_finder ON hit(finder, changed DESC, id DESC);"
         "CREATE INDEX hit_by_owner ON hit(owner, changed DESC, id DESC);"
         "CREATE INDEX hit_by_subject ON hit(subject);"
         "CREATE INDEX hit_by_due ON hit(due) WHERE due <> '';"
         "CREATE TABLE hit_history" HISTORY_COLUMNS "CREATE INDEX hit_history_by_id ON hit_history(id, sequence);"
         "CREATE TABLE hit_rules(one INTEGER PRIMARY KEY CHECK(one = 1), rules TEXT NOT NULL);",
         false},
};

const char *hit_about_name(enum hit_about about)
{
	return about == HIT_ABOUT_OBJECT ? "object" : "notice";
}

/* ---- forms of bodies ---- */

static int check_text(const cJSON *body, const char *name, size_t most, struct problem *problem)
{
	const cJSON *one = json_get(body, name);
	if (one == NULL || (cJSON_IsString(one) && strlen(one->valuestring) <= most))
		return JISR_OK;
	return problem_set(problem, JISR_BAD_INPUT, "\"%s\" of an entry about a hit is a text of at most %zu bytes",
	                   name, most);
}

static int check_body(const cJSON *body, struct problem *problem)
{
	static const struct {
		const char *name;
		size_t most;
	} texts[] = {
		{"about", 10},     {"subject", OBJECT_ID_MAX},   {"colour", 10},
		{"caption", 2000}, {"place", 4 * HIT_MAX_PLACE}, {"country", 2},
		{"found", 24},     {"reference", 400},           {"outcome", 40},
		{"due", 24},       {"text", 4 * 4000},           {"awaits", 16},
	};
	if (!cJSON_IsObject(body))
		return problem_set(problem, JISR_BAD_INPUT, "the body of an entry about a hit is an object");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int error = check_text(body, texts[i].name, texts[i].most, problem);
		if (error)
			return error;
	}
	const char *due = json_get_text(body, "due");
	if (due != NULL && !entry_at_valid(due))
		return problem_set(problem, JISR_BAD_INPUT, "\"due\" of an entry about a hit is a moment");
	return JISR_OK;
}

static int check_rules(const cJSON *body, struct problem *problem)
{
	struct hit_rules rules;
	struct findings findings;
	hit_rules_init(&rules);
	findings_init(&findings);
	hit_rules_read(json_get(body, "rules"), &rules, &findings);
	return findings_problem(&findings, problem);
}

/* ---- applying ---- */

static int id_of(const struct entry *entry, char out[NOTICE_ID_MAX + 1], struct problem *problem)
{
	size_t length = strlen(HIT_SUBJECT);
	if (strncmp(entry->header.subject, HIT_SUBJECT, length) != 0 ||
	    !notice_id_read(entry->header.subject + length, out))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no hit: %s",
		                   (unsigned long long)entry->sequence, entry->header.subject);
	return JISR_OK;
}

static const char *said(const struct entry *entry, const char *name)
{
	const char *text = entry->body != NULL ? json_get_text(entry->body, name) : NULL;
	return text != NULL ? text : "";
}

/* The other office of the audience, or the author's own. */
static const char *owner_of(const struct entry_header *header)
{
	for (size_t i = 0; i < header->audience.count; i++)
		if (strcmp(header->audience.offices[i], header->author) != 0)
			return header->audience.offices[i];
	return header->author;
}

static int insert(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const char *evidence = "";
	const cJSON *given = entry->body != NULL ? json_get(entry->body, "evidence") : NULL;
	int error = given != NULL ? entry_json_text(store_write_arena(write), given, &evidence, problem) : JISR_OK;
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "INSERT OR IGNORE INTO hit VALUES(?1, 'none', ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8,"
	                                   " ?9, ?10, ?11, ?12, '', '', ?13, ?13, '', '', 0, '', ?14, 0, 0, 0)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, said(entry, "about"));
	sql_bind_number(&query, 3, entry->body != NULL && cJSON_IsTrue(json_get(entry->body, "urgent")));
	sql_bind_text(&query, 4, said(entry, "subject"));
	sql_bind_text(&query, 5, said(entry, "colour"));
	sql_bind_text(&query, 6, said(entry, "caption"));
	sql_bind_text(&query, 7, entry->header.author);
	sql_bind_text(&query, 8, owner_of(&entry->header));
	sql_bind_text(&query, 9, said(entry, "place"));
	sql_bind_text(&query, 10, said(entry, "country"));
	sql_bind_text(&query, 11, said(entry, "found"));
	sql_bind_text(&query, 12, evidence);
	sql_bind_text(&query, 13, entry->header.at);
	sql_bind_number(&query, 14, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

/* What the steps after the report put into the row. */
static int set_said(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	struct sql_query query = sql_query(
		store_write_sql(write),
		"UPDATE hit SET reference = CASE WHEN ?2 = '' THEN reference ELSE ?2 END,"
		" reference_by = CASE WHEN ?2 = '' THEN reference_by ELSE ?5 END,"
		" outcome = CASE WHEN ?3 = '' THEN outcome ELSE ?3 END,"
		" outcome_by = CASE WHEN ?3 = '' THEN outcome_by ELSE ?5 END, ended = ended OR ?4 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, said(entry, "reference"));
	sql_bind_text(&query, 3, said(entry, "outcome"));
	sql_bind_number(&query, 4, entry->body != NULL && cJSON_IsTrue(json_get(entry->body, "end")));
	sql_bind_number(&query, 5, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int set_state(struct store_write *write, const struct entry *entry, const char *id, enum hit_state to,
                     struct problem *problem)
{
	unsigned awaits = hit_state_awaits(to);
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE hit SET state = ?2, due = ?3, due_by = ?4, reminded = '',"
	                  " awaits = CASE ?5 WHEN 1 THEN finder WHEN 2 THEN owner ELSE '' END WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, hit_state_name(to));
	sql_bind_text(&query, 3, said(entry, "due"));
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	sql_bind_number(&query, 5, awaits);
	return sql_run(&query, problem);
}

static int set_version(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE hit SET version = ?2, changed = ?3 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, (int64_t)entry->sequence);
	sql_bind_text(&query, 3, entry->header.at);
	return sql_run(&query, problem);
}

/* What the row does not already tell, as JSON. */
static int detail_of(struct store_write *write, const struct entry *entry, const char **ret_detail,
                     struct problem *problem)
{
	*ret_detail = "";
	cJSON *copy = entry->body != NULL ? cJSON_Duplicate(entry->body, true) : NULL;
	if (entry->body == NULL)
		return JISR_OK;
	if (copy == NULL)
		return problem_no_memory(problem);
	cJSON_DeleteItemFromObjectCaseSensitive(copy, "text");
	int error =
		copy->child != NULL ? entry_json_text(store_write_arena(write), copy, ret_detail, problem) : JISR_OK;
	cJSON_Delete(copy);
	return error;
}

static int keep_history(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const char *detail;
	int error = detail_of(write, entry, &detail, problem);
	if (error)
		return error;
	return history_keep(write, HISTORY_INTO("hit_history"), entry, id, entry->header.kind + strlen("hit."), detail,
	                    problem);
}

static int apply_step(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	enum hit_step step;
	int error = id_of(entry, id, problem);
	if (error || !hit_step_read(entry->header.kind + strlen("hit."), &step))
		return error;
	const struct hit_row *row = &hit_rows[step];
	error = step == HIT_REPORT ? insert(write, entry, id, problem) : set_said(write, entry, id, problem);
	if (!error && row->to != HIT_NONE)
		error = set_state(write, entry, id, row->to, problem);
	if (!error)
		error = set_version(write, entry, id, problem);
	return error ? error : keep_history(write, entry, id, problem);
}

static int apply_remind(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "UPDATE hit SET reminded = due WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	error = sql_run(&query, problem);
	if (!error)
		error = set_version(write, entry, id, problem);
	return error ? error : keep_history(write, entry, id, problem);
}

static int run_on(struct store_write *write, const char *statement, const struct entry *entry, const char *id,
                  struct problem *problem)
{
	struct sql_query query = sql_query_once(store_write_sql(write), statement);
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id);
	return sql_run(&query, problem);
}

static int dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	static const char *const statements[] = {
		"UPDATE hit SET about = '', urgent = 0, subject = '', colour = '', caption = '', place = '', country = "
		"'',"
		" found = '', evidence = '' WHERE id = ?2 AND reported_by = ?1",
		"UPDATE hit SET due = '', reminded = '' WHERE id = ?2 AND due_by = ?1",
		"UPDATE hit SET reference = '', reference_by = 0 WHERE id = ?2 AND reference_by = ?1",
		"UPDATE hit SET outcome = '', outcome_by = 0, ended = 0 WHERE id = ?2 AND outcome_by = ?1",
		"UPDATE hit_history SET text = '', detail = '' WHERE id = ?2 AND sequence = ?1",
	};
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	for (size_t i = 0; !error && i < sizeof statements / sizeof *statements; i++)
		error = run_on(write, statements[i], entry, id, problem);
	return error;
}

static int apply_rules(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct hit_rules rules;
	struct findings findings;
	int error = hit_rules_now(store_write_sql(write), &rules, problem);
	if (error || entry->body == NULL)
		return error;
	findings_init(&findings);
	hit_rules_read(json_get(entry->body, "rules"), &rules, &findings);
	return rules_keep(write, "INSERT OR REPLACE INTO hit_rules VALUES(1, ?1)", hit_rules_json(&rules), problem);
}

#define STEP(name)                                                                                                     \
	{                                                                                                              \
		"hit." name, check_body, apply_step, dropped                                                           \
	}
static const struct store_kind kinds[] = {
	STEP("report"),
	STEP("withdraw"),
	STEP("acknowledge"),
	STEP("ask"),
	STEP("answer"),
	STEP("confirm"),
	STEP("deny"),
	STEP("arrest"),
	STEP("request"),
	STEP("grant"),
	STEP("refuse"),
	STEP("hand-over"),
	STEP("release"),
	STEP("find"),
	STEP("identify"),
	STEP("inform"),
	STEP("apply"),
	STEP("conclude"),
	STEP("close"),
	STEP("note"),
	{HIT_REMINDED, check_body, apply_remind, NULL},
	{"hit.rules", check_rules, apply_rules, NULL},
};
_Static_assert(sizeof kinds / sizeof *kinds == HIT_STEP_COUNT + 2, "a kind a step");

const struct store_domain hit_domain = {
	.name = "hits",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
