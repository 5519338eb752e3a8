/* The domain. Kinds, "operation.STEP" for each step of the table, subject "operation/2026-17". What a step says is for lead,
 * participants and headquarters, which notice was linked for its owner and headquarters; "operation.publish" is for
 * everybody, and bears the summary and the totals of that moment.
 *
 * Tables, version 1: operation; operation_report and operation_seizure, the last report of each country; operation_notice,
 * what was linked; operation_event. Version 2: operation_hit, hits that led to an arrest. */
#include "notices/operation.h"

#include "base/json.h"

#include <string.h>

#define SUBJECT    "operation/"
#define BIT(state) (1u << OPERATION_##state)

static const char *const tables[] = {
	"operation", "operation_report", "operation_seizure", "operation_notice", "operation_hit", "operation_event",
	NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE operation(id TEXT PRIMARY KEY, name TEXT NOT NULL, lead TEXT NOT NULL, state TEXT NOT NULL,"
         " begins TEXT NOT NULL, ends TEXT NOT NULL, objectives TEXT NOT NULL, participants TEXT NOT NULL,"
         " crimes TEXT NOT NULL, published INTEGER NOT NULL, summary TEXT NOT NULL, planned TEXT NOT NULL,"
         " changed TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE INDEX operation_by_plan ON operation(planned DESC, id DESC);"
         "CREATE TABLE operation_report(id TEXT NOT NULL, office TEXT NOT NULL, arrests INTEGER NOT NULL,"
         " victims INTEGER NOT NULL, cells INTEGER NOT NULL, notices INTEGER NOT NULL, text TEXT NOT NULL,"
         " at TEXT NOT NULL, PRIMARY KEY(id, office)) WITHOUT ROWID;"
         "CREATE TABLE operation_seizure(id TEXT NOT NULL, office TEXT NOT NULL, kind TEXT NOT NULL,"
         " thousandths INTEGER NOT NULL, PRIMARY KEY(id, office, kind)) WITHOUT ROWID;"
         "CREATE TABLE operation_notice(id TEXT NOT NULL, notice TEXT NOT NULL, office TEXT NOT NULL,"
         " PRIMARY KEY(id, notice)) WITHOUT ROWID;"
         "CREATE TABLE operation_event(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, step TEXT NOT NULL,"
         " at TEXT NOT NULL, office TEXT NOT NULL, officer TEXT NOT NULL, text TEXT NOT NULL);"
         "CREATE INDEX operation_event_by_id ON operation_event(id, sequence);",
         false},
	{"CREATE TABLE operation_hit(id TEXT NOT NULL, hit TEXT NOT NULL, office TEXT NOT NULL,"
         " PRIMARY KEY(id, hit)) WITHOUT ROWID;"
         "DROP INDEX operation_by_plan;"
         "CREATE INDEX operation_by_beginning ON operation(begins DESC, id DESC);",
         false},
};

/* The one table of the life. */
const struct operation_row operation_rows[OPERATION_STEPS] = {
	[OPERATION_PLAN] = {"plan", "plan an operation", " name participants begins ends objectives crime_areas ",
                            BIT(NONE), OPERATION_PLANNED, OPERATION_LEAD, RIGHT_OPERATIONS_WRITE},
	[OPERATION_EDIT] = {"edit", "change the plan", " name participants begins ends objectives crime_areas ",
                            BIT(PLANNED) | BIT(UNDER_WAY), OPERATION_NONE, OPERATION_LEAD, RIGHT_OPERATIONS_WRITE},
	[OPERATION_START] = {"start", "start it", " ", BIT(PLANNED), OPERATION_UNDER_WAY, OPERATION_LEAD,
                             RIGHT_OPERATIONS_WRITE},
	[OPERATION_REPORT] = {"report", "report results of its own", " arrests victims cells notices seizures text ",
                              BIT(UNDER_WAY) | BIT(ENDED), OPERATION_NONE, OPERATION_PARTICIPANT,
                              RIGHT_OPERATIONS_WRITE},
	[OPERATION_LINK] = {"link", "link a notice or hit of its own", " notice hit ", BIT(UNDER_WAY) | BIT(ENDED),
                            OPERATION_NONE, OPERATION_PARTICIPANT, RIGHT_OPERATIONS_WRITE},
	[OPERATION_UNLINK] = {"unlink", "take back a link", " notice hit ", BIT(UNDER_WAY) | BIT(ENDED), OPERATION_NONE,
                              OPERATION_PARTICIPANT, RIGHT_OPERATIONS_WRITE},
	[OPERATION_LEAVE] = {"leave", "leave it", " ", BIT(PLANNED), OPERATION_NONE, OPERATION_PARTICIPANT,
                             RIGHT_OPERATIONS_WRITE},
	[OPERATION_END] = {"end", "end it", " ", BIT(UNDER_WAY), OPERATION_ENDED, OPERATION_LEAD,
                           RIGHT_OPERATIONS_WRITE},
	[OPERATION_CLOSE] = {"close", "close the reports", " ", BIT(ENDED), OPERATION_REPORTED, OPERATION_LEAD,
                             RIGHT_OPERATIONS_WRITE},
	[OPERATION_PUBLISH] = {"publish", "publish its summary", " summary ", BIT(REPORTED), OPERATION_NONE,
                               OPERATION_HEADQUARTERS, RIGHT_OPERATIONS_PUBLISH},
	[OPERATION_CALL_OFF] = {"call-off", "call it off", " text ", BIT(PLANNED), OPERATION_CALLED_OFF, OPERATION_LEAD,
                                RIGHT_OPERATIONS_WRITE},
};

static const struct code states[OPERATION_STATES] = {
	[OPERATION_NONE] = {"none", {"not there", "inexistante", "inexistente", "غير موجودة"}},
	[OPERATION_PLANNED] = {"planned", {"planned", "prévue", "prevista", "مخططة"}},
	[OPERATION_UNDER_WAY] = {"under-way", {"under way", "en cours", "en curso", "جارية"}},
	[OPERATION_ENDED] = {"ended", {"ended", "terminée", "terminada", "منتهية"}},
	[OPERATION_REPORTED] = {"reported", {"reported", "résultats arrêtés", "con resultados", "أُعلنت نتائجها"}},
	[OPERATION_CALLED_OFF] = {"called-off", {"called off", "annulée", "cancelada", "ملغاة"}},
};

const struct code *operation_state_code(enum operation_state state)
{
	return &states[(unsigned)state < OPERATION_STATES ? state : OPERATION_NONE];
}

const char *operation_state_name(enum operation_state state)
{
	return operation_state_code(state)->code;
}

bool operation_state_read(const char *name, enum operation_state *ret_state)
{
	for (int i = OPERATION_PLANNED; i < OPERATION_STATES; i++)
		if (strcmp(name, states[i].code) == 0) {
			*ret_state = (enum operation_state)i;
			return true;
		}
	return false;
}

bool operation_step_read(const char *name, enum operation_step *ret_step)
{
	for (int i = 0; i < OPERATION_STEPS; i++)
		if (strcmp(operation_rows[i].name, name) == 0) {
			*ret_step = (enum operation_step)i;
			return true;
		}
	return false;
}

int operation_draw(struct text *text)
{
	static const char *const sides[] = {"lead", "participant", "headquarters"};
	(void)text_add_string(text, "stateDiagram-v2\n");
	for (int i = 0; i < OPERATION_STEPS; i++)
		for (unsigned from = 0; from < OPERATION_STATES; from++) {
			const struct operation_row *row = &operation_rows[i];
			if ((row->from >> from & 1u) == 0)
				continue;
			enum operation_state to = row->to == OPERATION_NONE ? (enum operation_state)from : row->to;
			(void)text_add_format(text, "    %s --> %s: %s (%s)\n", from == 0 ? "[*]" : states[from].code,
			                      states[to].code, row->name, sides[row->side]);
		}
	return text->error;
}

/* What operations report, each counted in one unit. */
const struct operation_kind operation_kinds[] = {
	{{"ammunition", {"Ammunition", "Munitions", "Munición", "ذخيرة"}}, "round"},
	{{"cannabis", {"Cannabis", "Cannabis", "Cannabis", "قنب"}}, "kg"},
	{{"cash", {"Cash", "Espèces", "Efectivo", "نقد"}}, "EUR"},
	{{"cocaine", {"Cocaine", "Cocaïne", "Cocaína", "كوكايين"}}, "kg"},
	{{"counterfeit", {"Counterfeit goods", "Contrefaçons", "Mercancías falsificadas", "بضائع مقلدة"}}, "item"},
	{{"cultural", {"Cultural objects", "Biens culturels", "Bienes culturales", "ممتلكات ثقافية"}}, "item"},
	{{"documents", {"Forged documents", "Faux documents", "Documentos falsos", "وثائق مزورة"}}, "item"},
	{{"explosives", {"Explosives", "Explosifs", "Explosivos", "متفجرات"}}, "kg"},
	{{"firearms", {"Firearms", "Armes à feu", "Armas de fuego", "أسلحة نارية"}}, "item"},
	{{"heroin", {"Heroin", "Héroïne", "Heroína", "هيروين"}}, "kg"},
	{{"medicines", {"Illicit medicines", "Médicaments illicites", "Medicamentos ilícitos", "أدوية غير مشروعة"}},
         "item"},
	{{"methamphetamine", {"Methamphetamine", "Méthamphétamine", "Metanfetamina", "ميثامفيتامين"}}, "kg"},
	{{"other", {"Other goods", "Autres biens", "Otros bienes", "بضائع أخرى"}}, "item"},
	{{"precursors", {"Precursor chemicals", "Précurseurs chimiques", "Precursores químicos", "سلائف كيميائية"}},
         "kg"},
	{{"timber", {"Timber", "Bois", "Madera", "أخشاب"}}, "m3"},
	{{"vehicles", {"Vehicles", "Véhicules", "Vehículos", "مركبات"}}, "item"},
	{{"wildlife", {"Protected animals and plants", "Espèces protégées", "Especies protegidas", "أنواع محمية"}},
         "item"},
};
const size_t operation_kind_count = sizeof operation_kinds / sizeof *operation_kinds;

const struct operation_kind *operation_kind_find(const char *code)
{
	for (size_t i = 0; code != NULL && i < operation_kind_count; i++)
		if (strcmp(operation_kinds[i].code.code, code) == 0)
			return &operation_kinds[i];
	return NULL;
}

const char *const operation_counts[OPERATION_COUNTS] = {"arrests", "victims", "cells", "notices"};

bool operation_id_read(const char *text, char out[OPERATION_ID_MAX + 1])
{
	return notice_id_read(text, out);
}

/* ---- applying ---- */

static int check_body(const cJSON *body, struct problem *problem)
{
	return cJSON_IsObject(body)
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "the body of an entry about an operation is an object");
}

static int id_of(const struct entry *entry, char out[OPERATION_ID_MAX + 1], struct problem *problem)
{
	if (strncmp(entry->header.subject, SUBJECT, strlen(SUBJECT)) == 0 &&
	    operation_id_read(entry->header.subject + strlen(SUBJECT), out))
		return JISR_OK;
	return problem_set(problem, JISR_CORRUPT, "entry %llu is about no operation: %s",
	                   (unsigned long long)entry->sequence, entry->header.subject);
}

static int set_text(struct sql *sql, const char *id, const char *statement, const char *value, struct problem *problem)
{
	struct sql_query query = sql_query_once(sql, statement);
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, value);
	return sql_run(&query, problem);
}

/* The elements of an array of texts, one after another. */
static const char *joined(struct store_write *write, const cJSON *list, const char *between, bool last)
{
	struct text text;
	text_init(&text, (size_t)OPERATION_PARTICIPANTS * (ENTRY_MAX_OFFICE + 2));
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL; one = one->next) {
		(void)text_add_string(&text, cJSON_IsString(one) ? one->valuestring : "");
		if (last || one->next != NULL)
			(void)text_add_string(&text, between);
	}
	const char *copy = text.error ? NULL : arena_text(store_write_arena(write), text.bytes, text.length);
	text_finish(&text);
	return copy;
}

static int set_plan(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	static const struct {
		const char *member, *statement;
	} columns[] = {
		{"name", "UPDATE operation SET name = ?2 WHERE id = ?1"},
		{"begins", "UPDATE operation SET begins = ?2 WHERE id = ?1"},
		{"ends", "UPDATE operation SET ends = ?2 WHERE id = ?1"},
		{"objectives", "UPDATE operation SET objectives = ?2 WHERE id = ?1"},
		{"summary", "UPDATE operation SET summary = ?2, published = 1 WHERE id = ?1"},
	};
	struct sql *sql = store_write_sql(write);
	int error = JISR_OK;
	for (size_t i = 0; i < sizeof columns / sizeof *columns && !error; i++) {
		const char *value = json_get_text(entry->body, columns[i].member);
		if (value != NULL)
			error = set_text(sql, id, columns[i].statement, value, problem);
	}
	const cJSON *participants = json_get(entry->body, "participants"),
		    *crimes = json_get(entry->body, "crime_areas");
	const char *offices = participants != NULL ? joined(write, participants, ",", true) : "";
	const char *codes = crimes != NULL ? joined(write, crimes, " ", false) : "";
	if (offices == NULL || codes == NULL)
		return problem_no_memory(problem);
	if (!error && participants != NULL)
		error = set_text(sql, id, "UPDATE operation SET participants = ?2 WHERE id = ?1", offices, problem);
	if (!error && crimes != NULL)
		error = set_text(sql, id, "UPDATE operation SET crimes = ?2 WHERE id = ?1", codes, problem);
	return error;
}

static int set_report(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const char *text = json_get_text(entry->body, "text");
	struct sql *sql = store_write_sql(write);
	struct sql_query query =
		sql_query(sql, "INSERT OR REPLACE INTO operation_report VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	for (int i = 0; i < 4; i++)
		sql_bind_number(&query, 3 + i, (int64_t)json_get_whole(entry->body, operation_counts[i]));
	sql_bind_text(&query, 7, text != NULL ? text : "");
	sql_bind_text(&query, 8, entry->header.at);
	int error = sql_run(&query, problem);
	if (!error) {
		query = sql_query(sql, "DELETE FROM operation_seizure WHERE id = ?1 AND office = ?2");
		sql_bind_text(&query, 1, id);
		sql_bind_text(&query, 2, entry->header.author);
		error = sql_run(&query, problem);
	}
	const cJSON *list = json_get(entry->body, "seizures");
	for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one != NULL && !error; one = one->next) {
		query = sql_query(sql, "INSERT OR REPLACE INTO operation_seizure VALUES(?1, ?2, ?3, ?4)");
		sql_bind_text(&query, 1, id);
		sql_bind_text(&query, 2, entry->header.author);
		sql_bind_text(&query, 3, json_get_text(one, "kind"));
		sql_bind_number(&query, 4, (int64_t)json_get_whole(one, "thousandths"));
		error = sql_run(&query, problem);
	}
	return error;
}

static int set_link(struct store_write *write, const struct entry *entry, const char *id, bool link,
                    struct problem *problem)
{
	static const char *const statements[2][2] = {
		{"DELETE FROM operation_hit WHERE id = ?1 AND hit = ?2 AND office = ?3",
	         "INSERT OR IGNORE INTO operation_hit VALUES(?1, ?2, ?3)"},
		{"DELETE FROM operation_notice WHERE id = ?1 AND notice = ?2 AND office = ?3",
	         "INSERT OR IGNORE INTO operation_notice VALUES(?1, ?2, ?3)"},
	};
	const char *notice = json_get_text(entry->body, "notice"), *hit = json_get_text(entry->body, "hit");
	struct sql_query query = sql_query_once(store_write_sql(write), statements[notice != NULL][link]);
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, notice != NULL ? notice : hit != NULL ? hit : "");
	sql_bind_text(&query, 3, entry->header.author);
	return sql_run(&query, problem);
}

static int set_left(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE operation SET participants = substr(replace(',' || "
	                                          "participants, ',' || ?2 || ',', ','), 2) WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	return sql_run(&query, problem);
}

static int keep_event(struct store_write *write, const struct entry *entry, const char *id, struct problem *problem)
{
	const char *text = json_get_text(entry->body, "text");
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO operation_event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id);
	sql_bind_text(&query, 3, entry->header.kind + strlen("operation."));
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_text(&query, 5, entry->header.author);
	sql_bind_text(&query, 6, entry->header.officer);
	sql_bind_text(&query, 7, text != NULL ? text : "");
	return sql_run(&query, problem);
}

static int apply(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	char id[OPERATION_ID_MAX + 1];
	enum operation_step step;
	int error = id_of(entry, id, problem);
	if (error || entry->body == NULL || !operation_step_read(entry->header.kind + strlen("operation."), &step))
		return error;
	struct sql *sql = store_write_sql(write);
	struct sql_query query = sql_query(
		sql,
		"INSERT OR IGNORE INTO operation VALUES(?1, '', ?2, 'planned', '', '', '', '', '', 0, '', ?3, ?3, 0)");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, entry->header.author);
	sql_bind_text(&query, 3, entry->header.at);
	error = sql_run(&query, problem);
	if (!error && (step == OPERATION_PLAN || step == OPERATION_EDIT || step == OPERATION_PUBLISH))
		error = set_plan(write, entry, id, problem);
	else if (!error && step == OPERATION_REPORT)
		error = set_report(write, entry, id, problem);
	else if (!error && (step == OPERATION_LINK || step == OPERATION_UNLINK))
		error = set_link(write, entry, id, step == OPERATION_LINK, problem);
	else if (!error && step == OPERATION_LEAVE)
		error = set_left(write, entry, id, problem);
	if (error)
		return error;
	enum operation_state to = operation_rows[step].to;
	query = sql_query(sql,
	                  "UPDATE operation SET state = coalesce(?2, state), changed = ?3, version = ?4 WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, to == OPERATION_NONE ? NULL : operation_state_name(to));
	sql_bind_text(&query, 3, entry->header.at);
	sql_bind_number(&query, 4, (int64_t)entry->sequence);
	error = sql_run(&query, problem);
	return error ? error : keep_event(write, entry, id, problem);
}

#define KIND(step)                                                                                                     \
	{                                                                                                              \
		"operation." step, check_body, apply, NULL                                                             \
	}
static const struct store_kind kinds[] = {
	KIND("plan"),  KIND("edit"), KIND("start"), KIND("report"),  KIND("link"),     KIND("unlink"),
	KIND("leave"), KIND("end"),  KIND("close"), KIND("publish"), KIND("call-off"),
};
_Static_assert(sizeof kinds / sizeof *kinds == OPERATION_STEPS, "a kind a step");

const struct store_domain operation_domain = {
	.name = "operations",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};
