/* The domain: what entries of notices do to the tables. A step of the table in notices/step.c is an entry of the kind
 * "notice.STEP"; further kinds are
 *   notice.show   what a notice says, for those whom it reaches from now on
 *   notice.hide   it is gone, for those whom it no longer reaches
 *   notice.note   why a step was taken, for owner and headquarters, where more are told of the step itself
 *   notice.rules  headquarters changed the conditions
 *   notice.removed  everything that was said of it is gone from the tables, and the bodies of its entries are dropped
 *                 (notices/removal.c); its number stays used
 *   notice.receipt  an office that it had reached says that it removed its copies, too
 *
 * Audiences (entry_header) follow from what is told: drafts, requests, questions, reasons and whom it reaches are for owner
 * and headquarters; review forms for headquarters; that it is published, suspended, ended and so on for whom it reaches.
 *
 * Invariant: a row's state changes only by the table of steps; what a row says of a published notice is in the last entry
 * that its audience got ("notice" in the body), so that a node that got no earlier one has all of it. */
#include "notices/notice.h"

#include "base/json.h"
#include "notices/rules.h"

#include <string.h>

static const char *const tables[] = {
	"notice", "notice_history", "notice_picture", "notice_rules", "notice_removed", "notice_told", NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE notice(id TEXT PRIMARY KEY, form TEXT NOT NULL, colour TEXT NOT NULL, state TEXT NOT NULL,"
         " owner TEXT NOT NULL, reference TEXT NOT NULL, public INTEGER NOT NULL, reach TEXT NOT NULL,"
         " content TEXT NOT NULL, proposed TEXT NOT NULL, caption TEXT NOT NULL, review TEXT NOT NULL,"
         " drafted TEXT NOT NULL, published TEXT NOT NULL, changed TEXT NOT NULL, assessor TEXT NOT NULL,"
         " passed INTEGER NOT NULL, ending TEXT NOT NULL, ground TEXT NOT NULL, text TEXT NOT NULL,"
         " version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX notice_by_change ON notice(changed DESC, id DESC);"
         "CREATE INDEX notice_by_owner ON notice(owner, changed DESC, id DESC);"
         "CREATE TABLE notice_history" HISTORY_COLUMNS
         "CREATE INDEX notice_history_by_id ON notice_history(id, sequence);"
         "CREATE TABLE notice_picture(hash TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(hash, id)) WITHOUT ROWID;"
         "CREATE TABLE notice_rules(one INTEGER PRIMARY KEY CHECK(one = 1), rules TEXT NOT NULL);",
         false},
	/* Lists are counted, faceted and skipped through in an index that holds all they ask for; rows are read for the
	 * page shown alone. */
	{"ALTER TABLE notice ADD COLUMN crimes TEXT NOT NULL DEFAULT '';"
         "UPDATE notice SET crimes = coalesce(json_extract(content, '$.crimes'), '');"
         "DROP INDEX notice_by_change;"
         "CREATE INDEX notice_listing ON notice(changed DESC, id DESC, state, owner, colour, form, public, reach, "
         "review,"
         " crimes, caption, reference);",
         false},
	{"CREATE TABLE notice_removed(id TEXT PRIMARY KEY, owner TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,"
         " sequence INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX notice_removed_by_sequence ON notice_removed(sequence);"
         "CREATE TABLE notice_told(id TEXT NOT NULL, office TEXT NOT NULL, received TEXT NOT NULL,"
         " officer TEXT NOT NULL, PRIMARY KEY(id, office)) WITHOUT ROWID;",
         false},
};

bool notice_id_read(const char *text, char out[NOTICE_ID_MAX + 1])
{
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits + 1;
	if (digits != 4 || (text[digits] != '/' && text[digits] != '-'))
		return false;
	size_t length = strspn(rest, "0123456789");
	if (length == 0 || length > NOTICE_ID_MAX - 5 || rest[length] != '\0')
		return false;
	memcpy(out, text, 4);
	out[4] = '/';
	memcpy(out + 5, rest, length + 1);
	return true;
}

/* ---- forms of bodies ---- */

static int check_body(const cJSON *body, struct problem *problem)
{
	const cJSON *notice = json_get(body, "notice"), *content = json_get(notice != NULL ? notice : body, "content");
	struct findings findings;
	if (!cJSON_IsObject(body))
		return problem_set(problem, JISR_BAD_INPUT, "the body of an entry about a notice is an object");
	if (content == NULL)
		return JISR_OK;
	findings_init(&findings);
	content_form(content, &findings);
	return findings_problem(&findings, problem);
}

static int check_rules(const cJSON *body, struct problem *problem)
{
	struct content_rules rules;
	struct findings findings;
	content_rules_init(&rules);
	findings_init(&findings);
	content_rules_read(json_get(body, "rules"), &rules, &findings);
	return findings_problem(&findings, problem);
}

static int check_removed(const cJSON *body, struct problem *problem)
{
	const cJSON *told = json_get(body, "told");
	bool good = json_get_text(body, "owner") != NULL && json_get_text(body, "why") != NULL && cJSON_IsArray(told);
	for (const cJSON *one = good ? told->child : NULL; one != NULL; one = one->next)
		good = good && cJSON_IsString(one);
	return good ? JISR_OK
	            : problem_set(problem, JISR_BAD_INPUT,
	                          "an entry that a notice is removed says \"owner\", \"why\" and who was \"told\"");
}

/* ---- applying ---- */

static int id_of(const struct entry *entry, char out[NOTICE_ID_MAX + 1], struct problem *problem)
{
	if (strncmp(entry->header.subject, NOTICE_SUBJECT, strlen(NOTICE_SUBJECT)) != 0 ||
	    !notice_id_read(entry->header.subject + strlen(NOTICE_SUBJECT), out))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no notice: %s",
		                   (unsigned long long)entry->sequence, entry->header.subject);
	return JISR_OK;
}

static int keep_pictures(struct store_write *write, const char *id, const cJSON *content, struct problem *problem)
{
	int error = JISR_OK;
	const cJSON *list = json_get(content, "photographs");
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL && !error; one = one->next) {
		struct sql_query query =
			sql_query(store_write_sql(write), "INSERT OR IGNORE INTO notice_picture VALUES(?1, ?2)");
		sql_bind_text(&query, 1, one->valuestring);
		sql_bind_text(&query, 2, id);
		error = sql_run(&query, problem);
	}
	return error;
}

/* Inserts the row of a draft or of a notice first heard of when it was published. */
static int insert(struct store_write *write, const struct entry *entry, const char *id, const cJSON *said,
                  struct problem *problem)
{
	const char *form = json_get_text(said, "form"), *owner = json_get_text(said, "owner");
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT OR IGNORE INTO notice VALUES(?1, ?2, '', 'draft', ?3, '', 0, "
	                                          "'*', '{}', '', '', '', ?4, '', ?4, '', 0,"
	                                          " '', '', '', 0, '')");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, form != NULL ? form : "notice");
	sql_bind_text(&query, 3, owner != NULL ? owner : entry->header.author);
	sql_bind_text(&query, 4, entry->header.at);
	return sql_run(&query, problem);
}

/* What an entry sets in the row; NULL or below 0: stays as it is. One statement sets all, since each writes the whole row and
 * its places in three indexes. */
struct change {
	const char *content, *caption, *colour, *reach, *reference, *review, *published, *ending, *ground, *text;
	const char *state, *changed, *assessor;
	const char *proposed; /* is '' unless the notice is being amended then */
	int is_public, passed;
};

static int set(struct store_write *write, const struct entry *entry, const char *id, const struct change *change,
               struct problem *problem)
{
	const char *const texts[] = {change->content,   change->caption, change->colour,    change->reach,
	                             change->reference, change->review,  change->published, change->ending,
	                             change->ground,    change->text,    change->state,     change->changed,
	                             change->assessor,  change->proposed};
	const int count = (int)(sizeof texts / sizeof *texts);
	struct sql_query query = sql_query(
		store_write_sql(write),
		"UPDATE notice SET content = coalesce(?2, content), caption = coalesce(?3, caption),"
		" colour = coalesce(?4, colour), reach = coalesce(?5, reach), reference = coalesce(?6, reference),"
		" review = coalesce(?7, review), published = coalesce(?8, published), ending = coalesce(?9, ending),"
		" ground = coalesce(?10, ground), text = coalesce(?11, text), state = coalesce(?12, state),"
		" changed = coalesce(?13, changed), assessor = coalesce(?14, assessor),"
		" proposed = CASE WHEN coalesce(?12, state) = 'amending' THEN coalesce(?15, proposed) ELSE '' END,"
		" public = coalesce(?16, public), passed = coalesce(?17, passed),"
		" crimes = CASE WHEN ?2 IS NULL THEN crimes ELSE coalesce(json_extract(?2, '$.crimes'), '') END,"
		" version = ?18 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	for (int i = 0; i < count; i++)
		sql_bind_text(&query, 2 + i, texts[i]);
	if (change->is_public >= 0)
		sql_bind_number(&query, 2 + count, change->is_public);
	if (change->passed >= 0)
		sql_bind_number(&query, 3 + count, change->passed);
	sql_bind_number(&query, 4 + count, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int set_text(struct store_write *write, const char *id, const char *statement, const char *value,
                    struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), statement);
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, value);
	return sql_run(&query, problem);
}

static int take_content(struct store_write *write, const cJSON *content, struct change *change, struct problem *problem)
{
	int error = entry_json_text(store_write_arena(write), content, &change->content, problem);
	const char *caption = content_caption(content, store_write_arena(write));
	change->caption = caption != NULL ? caption : "";
	change->colour = json_get_text(content, "colour");
	return error;
}

static int take_reach(struct store_write *write, const cJSON *json, struct change *change, struct problem *problem)
{
	struct reach reach;
	int error = reach_read(json, store_write_arena(write), &reach, problem);
	return error ? error : reach_text(&reach, store_write_arena(write), &change->reach);
}

/* What the members of a body set, whatever the step. */
static int take_said(struct store_write *write, const char *id, const cJSON *said, bool proposed, struct change *change,
                     struct problem *problem)
{
	const struct {
		const char *member, **text;
	} texts[] = {
		{"reference", &change->reference}, {"review", &change->review}, {"published", &change->published},
		{"ending", &change->ending},       {"ground", &change->ground}, {"text", &change->text},
	};
	int error = JISR_OK;
	const cJSON *content = json_get(said, "content"), *is_public = json_get(said, "public");
	if (content != NULL)
		error = proposed ? entry_json_text(store_write_arena(write), content, &change->proposed, problem)
		                 : take_content(write, content, change, problem);
	if (!error && content != NULL)
		error = keep_pictures(write, id, content, problem);
	if (!error && json_get(said, "reach") != NULL)
		error = take_reach(write, json_get(said, "reach"), change, problem);
	if (cJSON_IsBool(is_public))
		change->is_public = cJSON_IsTrue(is_public);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *value = json_get_text(said, texts[i].member);
		if (value != NULL)
			*texts[i].text = value;
	}
	return error;
}

/* Steps of which those whom a published notice reaches are not told: no moment of it may tell them either. */
static bool is_quiet(enum notice_step step, unsigned forms)
{
	return step == STEP_ASSESS || step == STEP_DECLINE || step == STEP_RESTRICT ||
	       (step == STEP_AMEND && forms == FORM_NOTICE);
}

static int keep_history(struct store_write *write, const struct entry *entry, const char *id, const char *step,
                        struct problem *problem)
{
	const char *detail = "";
	int error = JISR_OK;
	if (json_get(entry->body, "review_form") != NULL)
		error = entry_json_text(store_write_arena(write), json_get(entry->body, "review_form"), &detail,
		                        problem);
	else if (json_get_text(entry->body, "ground") != NULL)
		detail = json_get_text(entry->body, "ground");
	else if (json_get_text(entry->body, "ending") != NULL)
		detail = json_get_text(entry->body, "ending");
	if (error)
		return error;
	return history_keep(write, HISTORY_INTO("notice_history"), entry, id, step, detail, problem);
}

static enum notice_form form_of(const cJSON *body)
{
	const char *form = json_get_text(body, "form");
	return form != NULL && strcmp(form, "diffusion") == 0 ? FORM_DIFFUSION : FORM_NOTICE;
}

/* The review that was made is of the content as it was. */
static bool forgets_review(enum notice_step step)
{
	return step == STEP_DRAFT || step == STEP_EDIT || step == STEP_REQUEST || step == STEP_ANSWER ||
	       step == STEP_AMEND || step == STEP_ACCEPT || step == STEP_DECLINE;
}

static int apply_step(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	enum notice_step step;
	const char *name = entry->header.kind + strlen("notice.");
	int error = id_of(entry, id, problem);
	if (error || entry->body == NULL || !step_read(name, &step))
		return error;
	const cJSON *said = json_get(entry->body, "notice");
	enum notice_form form = form_of(said != NULL ? said : entry->body);
	const struct step_row *row = step_row(step, form);
	if (row == NULL)
		row = step_row(step, form == FORM_NOTICE ? FORM_DIFFUSION : FORM_NOTICE);
	struct change change = {
		.state = row->to == STATE_NONE ? NULL : state_name(row->to),
		.changed = is_quiet(step, row->forms) ? NULL : entry->header.at,
		.is_public = -1,
		.passed = -1,
	};
	if (step == STEP_ASSESS || forgets_review(step)) {
		change.passed = step == STEP_ASSESS && cJSON_IsTrue(json_get(entry->body, "passed"));
		change.assessor = step == STEP_ASSESS ? entry->header.officer : "";
	}
	error = insert(write, entry, id, said != NULL ? said : entry->body, problem);
	if (!error)
		error = take_said(write, id, entry->body, step == STEP_AMEND && form == FORM_NOTICE, &change, problem);
	if (!error && said != NULL)
		error = take_said(write, id, said, false, &change, problem);
	if (!error)
		error = set(write, entry, id, &change, problem);
	return error ? error : keep_history(write, entry, id, name, problem);
}

static int set_version(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "UPDATE notice SET version = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int forget(struct store_write *write, const char *id, struct problem *problem);

/* Whether these tables are of an office that is told of the notice as others are: neither owner's nor headquarters'. */
static int is_told(struct store_write *write, const char *id, bool *ret_told, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "SELECT owner FROM notice WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	*ret_told = !store_write_holds(write, sql_next(&query) ? sql_text(&query, 0) : "");
	return sql_done(&query, problem);
}

/* What others are told when owner and headquarters, who know it already, changed whom it reaches. */
static int apply_show(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	bool told = false;
	const cJSON *said = json_get(entry->body, "notice");
	struct change change = {
		.state = state_name(STATE_PUBLISHED), .changed = entry->header.at, .is_public = -1, .passed = -1};
	int error = id_of(entry, id, problem);
	if (!error)
		error = is_told(write, id, &told, problem);
	if (error || !told || said == NULL)
		return error ? error : set_version(write, entry, problem);
	error = insert(write, entry, id, said, problem);
	if (!error)
		error = take_said(write, id, said, false, &change, problem);
	return error ? error : set(write, entry, id, &change, problem);
}

static int apply_hide(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	bool told = false;
	int error = id_of(entry, id, problem);
	if (!error)
		error = is_told(write, id, &told, problem);
	if (!error && told)
		error = forget(write, id, problem);
	return error ? error : set_version(write, entry, problem);
}

/* Owner and headquarters always; others when it reaches them as it is now. Of one that these tables have not, nobody: in a
 * replica it was hidden. */
static int reaches(struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
                   struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(sql, "SELECT owner, reach FROM notice WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	*ret_reaches = sql_next(&query) && reach_text_includes(sql_text(&query, 1), sql_text(&query, 0), office);
	return sql_done(&query, problem);
}

static int apply_note(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (error || entry->body == NULL)
		return error;
	const char *text = json_get_text(entry->body, "text"), *ground = json_get_text(entry->body, "ground");
	if (text != NULL)
		error = set_text(write, id, "UPDATE notice SET text = ?2 WHERE id = ?1", text, problem);
	if (!error && ground != NULL)
		error = set_text(write, id, "UPDATE notice SET ground = ?2 WHERE id = ?1", ground, problem);
	return error ? error : keep_history(write, entry, id, "note", problem);
}

static int apply_rules(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct content_rules rules;
	struct findings findings;
	int error = notice_rules(store_write_sql(write), &rules, problem);
	if (error || entry->body == NULL)
		return error;
	findings_init(&findings);
	content_rules_read(json_get(entry->body, "rules"), &rules, &findings);
	return rules_keep(write, "INSERT OR REPLACE INTO notice_rules VALUES(1, ?1)", content_rules_json(&rules),
	                  problem);
}

/* ---- removing ---- */

static int forget(struct store_write *write, const char *id, struct problem *problem)
{
	static const char *const statements[] = {"DELETE FROM notice WHERE id = ?1",
	                                         "DELETE FROM notice_history WHERE id = ?1",
	                                         "DELETE FROM notice_picture WHERE id = ?1"};
	int error = JISR_OK;
	for (size_t i = 0; !error && i < sizeof statements / sizeof *statements; i++) {
		struct sql_query query = sql_query(store_write_sql(write), statements[i]);
		sql_bind_text(&query, 1, id);
		error = sql_run(&query, problem);
	}
	return error;
}

static int apply_removed(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (!error)
		error = forget(write, id, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT OR REPLACE INTO notice_removed VALUES(?1, ?2, ?3, ?4, ?5)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, json_get_text(entry->body, "owner"));
	sql_bind_text(&query, 3, json_get_text(entry->body, "why"));
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_number(&query, 5, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	const cJSON *told = json_get(entry->body, "told");
	for (const cJSON *one = told != NULL ? told->child : NULL; one != NULL && !error; one = one->next) {
		query = sql_query(store_write_sql(write), "INSERT OR IGNORE INTO notice_told VALUES(?1, ?2, '', '')");
		sql_bind_text(&query, 1, id);
		sql_bind_text(&query, 2, one->valuestring);
		error = sql_run(&query, problem);
	}
	return error;
}

static int apply_receipt(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int error = id_of(entry, id, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE notice_told SET received = ?3, officer = ?4 WHERE id = ?1 AND"
	                                          " office = ?2 AND received = ''");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	sql_bind_text(&query, 3, entry->header.at);
	sql_bind_text(&query, 4, entry->header.officer);
	return sql_run(&query, problem);
}

static int dropped(struct store_write *write, const struct entry *entry, struct problem *problem);

#define STEP(name)                                                                                                     \
	{                                                                                                              \
		"notice." name, check_body, apply_step, dropped, reaches, false                                        \
	}
static const struct store_kind kinds[] = {
	STEP("draft"),
	STEP("edit"),
	STEP("discard"),
	STEP("request"),
	STEP("circulate"),
	STEP("take"),
	STEP("assess"),
	STEP("return"),
	STEP("answer"),
	STEP("publish"),
	STEP("refuse"),
	STEP("amend"),
	STEP("accept"),
	STEP("decline"),
	STEP("restrict"),
	STEP("suspend"),
	STEP("resume"),
	STEP("expire"),
	STEP("renew"),
	STEP("withdraw"),
	STEP("end"),
	STEP("cancel"),
	STEP("grant"),
	STEP("correct"),
	{"notice.note", check_body, apply_note, dropped},
	{"notice.show", check_body, apply_show, dropped, reaches, false},
	{"notice.hide", check_body, apply_hide, dropped, reaches, true},
	{"notice.rules", check_rules, apply_rules, NULL},
	{NOTICE_REMOVED, check_removed, apply_removed, NULL},
	{NOTICE_RECEIPT, NULL, apply_receipt, NULL},
};
_Static_assert(sizeof kinds / sizeof *kinds == STEP_COUNT + 6, "a kind a step");

static int apply_any(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, entry->header.kind) == 0)
			return kinds[i].apply(write, entry, problem);
	return JISR_OK;
}

/* The notice is made again from those of its entries whose bodies are left. In a rebuild the entry was applied without
 * its body already; of a notice that is removed nothing is left to change. */
static int dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1];
	int64_t removed = 0;
	int error = id_of(entry, id, problem);
	if (error || entry->body_bytes == NULL)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "SELECT count(*) FROM notice_removed WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	error = sql_run_number(&query, 0, &removed, problem);
	if (error || removed > 0)
		return error;
	error = forget(write, id, problem);
	return error ? error : notice_entries_again(write, entry, apply_any, problem);
}

const struct store_domain notice_domain = {
	.name = "notices",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
