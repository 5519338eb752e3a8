/* The domain: every act of assembly/acts.def is a kind of entry, "assembly.ACT".
 *
 * Invariants
 *   1. Tables hold what entries said, nothing else: no clock, no lot. What needs either was decided before and stands in the
 *      entry's "made".
 *   2. A delegation's people are rows of their own, each with the sequence of the entry that named it, so that dropping the
 *      entry's body takes their names and nothing else.
 *   3. Presence is the people's alone: a delegation is present when one of them is. */
#include "assembly/assembly.h"

#include "assembly/assembly_private.h"
#include "assembly/conduct_fields.h"

#include <stdlib.h>

static const char *const tables[] = {
	"assembly",         "assembly_delegation", "assembly_person",          "assembly_rule",
	"assembly_vote",    "assembly_ballot",     "assembly_proxy",           "assembly_draw",
	"assembly_item",    "assembly_document",   "assembly_draft",           "assembly_amendment",
	"assembly_speech",  "assembly_motion",     "assembly_committee_event", "assembly_committee_rule",
	"assembly_contest", "assembly_candidate",  "assembly_archive",         NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE assembly(number INTEGER PRIMARY KEY, state INTEGER NOT NULL, city TEXT NOT NULL,"
         " country TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, languages TEXT NOT NULL,"
         " rooms TEXT NOT NULL, called TEXT NOT NULL, opened TEXT NOT NULL, closed TEXT NOT NULL,"
         " report TEXT NOT NULL, version INTEGER NOT NULL);"
         "CREATE TABLE assembly_delegation(session INTEGER NOT NULL, code TEXT NOT NULL, observer INTEGER NOT NULL,"
         " name TEXT NOT NULL, announced INTEGER NOT NULL, papers TEXT NOT NULL,"
         " papers_entry INTEGER NOT NULL, credentials TEXT NOT NULL,"
         " remark TEXT NOT NULL, suspended INTEGER NOT NULL, why TEXT NOT NULL, appeal TEXT NOT NULL,"
         " appeal_text TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(session, code)) WITHOUT ROWID;"
         "CREATE TABLE assembly_person(session INTEGER NOT NULL, code TEXT NOT NULL, number INTEGER NOT NULL,"
         " name TEXT NOT NULL, role TEXT NOT NULL, rank TEXT NOT NULL, title TEXT NOT NULL,"
         " present INTEGER NOT NULL, attended INTEGER NOT NULL, entry INTEGER NOT NULL,"
         " PRIMARY KEY(session, code, number)) WITHOUT ROWID;"
         "CREATE INDEX assembly_person_by_entry ON assembly_person(entry);",
         false},
	{"CREATE TABLE assembly_rule(matter TEXT NOT NULL, version INTEGER NOT NULL, rule TEXT NOT NULL,"
         " text TEXT NOT NULL, at TEXT NOT NULL, session INTEGER NOT NULL, PRIMARY KEY(matter, version)) WITHOUT ROWID;"
         "CREATE TABLE assembly_vote(session INTEGER NOT NULL, number INTEGER NOT NULL, matter TEXT NOT NULL,"
         " subject TEXT NOT NULL, title TEXT NOT NULL, method TEXT NOT NULL, round INTEGER NOT NULL,"
         " record INTEGER NOT NULL, state TEXT NOT NULL, rule TEXT NOT NULL, present INTEGER NOT NULL,"
         " accepted INTEGER NOT NULL, members INTEGER NOT NULL, yes INTEGER NOT NULL, no INTEGER NOT NULL,"
         " abstain INTEGER NOT NULL, counted INTEGER NOT NULL, outcome TEXT NOT NULL, verdict TEXT NOT NULL,"
         " opened TEXT NOT NULL, closed TEXT NOT NULL, decision TEXT NOT NULL, draw INTEGER NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_ballot(session INTEGER NOT NULL, vote INTEGER NOT NULL, code TEXT NOT NULL,"
         " place INTEGER NOT NULL, choice TEXT NOT NULL, holder TEXT NOT NULL, entry INTEGER NOT NULL,"
         " PRIMARY KEY(session, vote, code)) WITHOUT ROWID;"
         "CREATE TABLE assembly_proxy(session INTEGER NOT NULL, code TEXT NOT NULL, holder TEXT NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, code)) WITHOUT ROWID;"
         "CREATE TABLE assembly_draw(session INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,"
         " commitment TEXT NOT NULL, seed TEXT NOT NULL, value TEXT NOT NULL, numbers TEXT NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_item(session INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,"
         " title TEXT NOT NULL, office TEXT NOT NULL, state TEXT NOT NULL, proposed TEXT NOT NULL,"
         " list_closed INTEGER NOT NULL, balanced INTEGER NOT NULL, limits TEXT NOT NULL, quota INTEGER NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_document(session INTEGER NOT NULL, code TEXT NOT NULL, language TEXT NOT NULL,"
         " item INTEGER NOT NULL, title TEXT NOT NULL, hash TEXT NOT NULL, pages INTEGER NOT NULL, at TEXT NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, code, language)) WITHOUT ROWID;"
         "CREATE TABLE assembly_draft(session INTEGER NOT NULL, number INTEGER NOT NULL, matter TEXT NOT NULL,"
         " item INTEGER NOT NULL, office TEXT NOT NULL, title TEXT NOT NULL, preamble TEXT NOT NULL,"
         " operative TEXT NOT NULL, sponsors TEXT NOT NULL, notified TEXT NOT NULL, state TEXT NOT NULL,"
         " decision TEXT NOT NULL, at TEXT NOT NULL, version INTEGER NOT NULL,"
         " PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_amendment(session INTEGER NOT NULL, number INTEGER NOT NULL, draft INTEGER NOT NULL,"
         " office TEXT NOT NULL, kind TEXT NOT NULL, paragraph INTEGER NOT NULL, text TEXT NOT NULL,"
         " distance INTEGER NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,"
         " PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_speech(session INTEGER NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL,"
         " code TEXT NOT NULL, person INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,"
         " seconds INTEGER NOT NULL, asked TEXT NOT NULL, begun TEXT NOT NULL, ended TEXT NOT NULL,"
         " used INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_motion(session INTEGER NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL,"
         " kind TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;",
         false},
	{"ALTER TABLE assembly ADD COLUMN city_names TEXT NOT NULL DEFAULT '';", false},
	/* Sessions that were closed before ended terms, too: made again from the log. */
	{"CREATE TABLE assembly_committee_event(entry INTEGER NOT NULL, part INTEGER NOT NULL, session INTEGER NOT "
         "NULL,"
         " what INTEGER NOT NULL, day TEXT NOT NULL, year INTEGER NOT NULL, person TEXT NOT NULL, country TEXT NOT "
         "NULL,"
         " region INTEGER NOT NULL, post INTEGER NOT NULL, until INTEGER NOT NULL, vacancy INTEGER NOT NULL,"
         " PRIMARY KEY(entry, part)) WITHOUT ROWID;"
         "CREATE TABLE assembly_committee_rule(setting TEXT NOT NULL, version INTEGER NOT NULL, value INTEGER NOT NULL,"
         " text TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY(setting, version)) WITHOUT ROWID;"
         "CREATE TABLE assembly_contest(session INTEGER NOT NULL, number INTEGER NOT NULL, post TEXT NOT NULL,"
         " region TEXT NOT NULL, seats INTEGER NOT NULL, vacancy INTEGER NOT NULL, until INTEGER NOT NULL,"
         " after TEXT NOT NULL, state TEXT NOT NULL, race TEXT NOT NULL, version INTEGER NOT NULL,"
         " PRIMARY KEY(session, number)) WITHOUT ROWID;"
         "CREATE TABLE assembly_candidate(session INTEGER NOT NULL, contest INTEGER NOT NULL, number INTEGER NOT NULL,"
         " office TEXT NOT NULL, name TEXT NOT NULL, withdrawn INTEGER NOT NULL, at TEXT NOT NULL,"
         " version INTEGER NOT NULL, PRIMARY KEY(session, contest, number)) WITHOUT ROWID;",
         true},
	{"ALTER TABLE assembly_document ADD COLUMN draft INTEGER NOT NULL DEFAULT 0;", false},
	{"CREATE TABLE assembly_archive(session INTEGER PRIMARY KEY, entry INTEGER NOT NULL, hash TEXT NOT NULL,"
         " size INTEGER NOT NULL, at TEXT NOT NULL, version INTEGER NOT NULL);",
         false},
};

/* ---- kinds ---- */

static int apply_entry(struct store_write *write, const struct entry *entry, conduct_apply apply,
                       struct problem *problem)
{
	char *end = NULL;
	const char *subject = entry->header.subject;
	unsigned long number = strncmp(subject, "assembly/", 9) == 0 ? strtoul(subject + 9, &end, 10) : 0;
	if (number == 0 || number > ASSEMBLY_MAX_SESSION || (*end != '\0' && *end != '/'))
		return problem_set(problem, JISR_CORRUPT, "entry %llu is about no session: %s",
		                   (unsigned long long)entry->sequence, subject);
	struct applying applying = {
		.sql = store_write_sql(write),
		.arena = store_write_arena(write),
		.entry = entry,
		.session = (uint32_t)number,
		.part = *end == '/' ? end + 1 : end,
		.body = entry->body,
		.made = json_get(entry->body, "made"),
	};
	return apply(&applying, problem);
}

#define ACT(id, name, right, fields, decide, apply, dropped, summary)                                                  \
	static int check_##id(const cJSON *body, struct problem *problem)                                              \
	{                                                                                                              \
		return conduct_check_body(body, fields, problem);                                                      \
	}                                                                                                              \
	static int apply_##id(struct store_write *write, const struct entry *entry, struct problem *problem)           \
	{                                                                                                              \
		return apply_entry(write, entry, apply, problem);                                                      \
	}
#include "assembly/acts.def"
#undef ACT

static int drop_people(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return apply_entry(write, entry, delegation_dropped, problem);
}
#define drop_delegation_dropped drop_people
#define drop_NULL               NULL

static const struct store_kind kinds[] = {
#define ACT(id, name, right, fields, decide, apply, dropped, summary)                                                  \
	{"assembly." name, check_##id, apply_##id, drop_##dropped},
#include "assembly/acts.def"
#undef ACT
};

const struct store_domain assembly_domain = {
	.name = "assembly",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

const char *assembly_state_name(enum assembly_state state)
{
	static const char *const names[] = {"not called", "called", "open", "closed"};
	return (unsigned)state < sizeof names / sizeof *names ? names[state] : "unknown";
}

int assembly_get(struct sql *sql, uint32_t number, struct assembly *ret_assembly, struct problem *problem)
{
	struct assembly assembly = {0};
	struct sql_query query =
		sql_query(sql, "SELECT state, city, country, first, last, version FROM assembly WHERE number = ?1");
	sql_bind_number(&query, 1, number);
	if (sql_next(&query)) {
		assembly.number = number;
		assembly.state = (enum assembly_state)sql_number(&query, 0);
		(void)snprintf(assembly.city, sizeof assembly.city, "%s", sql_text(&query, 1));
		(void)snprintf(assembly.country, sizeof assembly.country, "%.2s", sql_text(&query, 2));
		(void)snprintf(assembly.first, sizeof assembly.first, "%.10s", sql_text(&query, 3));
		(void)snprintf(assembly.last, sizeof assembly.last, "%.10s", sql_text(&query, 4));
		assembly.version = (uint64_t)sql_number(&query, 5);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (assembly.number == 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no session %u", (unsigned)number);
	*ret_assembly = assembly;
	return JISR_OK;
}

bool assembly_seat_votes(const struct assembly_seat *seat)
{
	return seat->announced && seat->accepted && !seat->suspended && seat->present;
}

int assembly_seats(struct sql *sql, uint32_t number, assembly_each_seat each, void *context, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT m.code, ifnull(d.announced, 0), ifnull(d.credentials = 'accepted', 0),"
		     " m.state <> 0 OR ifnull(d.suspended, 0), EXISTS(SELECT 1 FROM assembly_person p WHERE p.session ="
		     " ?1 AND p.code = m.code AND p.present AND p.role IN ('head', 'delegate')),"
		     " ifnull((SELECT x.holder FROM assembly_proxy x WHERE x.session = ?1 AND x.code = m.code), '')"
		     " FROM register_member m LEFT JOIN assembly_delegation d ON d.session = ?1 AND d.code = m.code"
		     " ORDER BY m.code");
	sql_bind_number(&query, 1, number);
	bool more = true;
	while (more && sql_next(&query)) {
		struct assembly_seat seat = {
			.announced = sql_number(&query, 1) != 0,
			.accepted = sql_number(&query, 2) != 0,
			.suspended = sql_number(&query, 3) != 0,
			.present = sql_number(&query, 4) != 0,
		};
		(void)snprintf(seat.code, sizeof seat.code, "%s", sql_text(&query, 0));
		(void)snprintf(seat.holder, sizeof seat.holder, "%s", sql_text(&query, 5));
		more = each(context, &seat);
	}
	return sql_done(&query, problem);
}

static void read_count(struct sql_query *query, int column, struct assembly_count *count)
{
	count->countries = (uint32_t)sql_number(query, column);
	count->observers = (uint32_t)sql_number(query, column + 1);
	count->delegates = (uint32_t)sql_number(query, column + 2);
	count->ministers = (uint32_t)sql_number(query, column + 3);
	count->chiefs = (uint32_t)sql_number(query, column + 4);
	count->watching = (uint32_t)sql_number(query, column + 5);
}

/* People who satisfy a condition, counted; `d` and `p` are their delegation and they. */
#define COUNTED(condition)                                                                                             \
	"count(DISTINCT CASE WHEN NOT d.observer AND " condition " THEN d.code END),"                                  \
	"count(DISTINCT CASE WHEN d.observer AND " condition " THEN d.code END),"                                      \
	"count(CASE WHEN NOT d.observer AND " condition " THEN 1 END),"                                                \
	"count(CASE WHEN NOT d.observer AND p.rank = 'minister' AND " condition " THEN 1 END),"                        \
	"count(CASE WHEN NOT d.observer AND p.rank = 'chief' AND " condition " THEN 1 END),"                           \
	"count(CASE WHEN d.observer AND " condition " THEN 1 END)"

int assembly_figures(struct sql *sql, uint32_t number, struct assembly_figures *ret_figures, struct problem *problem)
{
	struct assembly_figures figures = {0};
	struct sql_query query =
		sql_query(sql, "SELECT (SELECT count(*) FROM register_member),"
	                       " (SELECT count(*) FROM assembly_delegation WHERE session = ?1 AND NOT observer),"
	                       " (SELECT count(*) FROM assembly_delegation WHERE session = ?1 AND NOT observer"
	                       "  AND credentials = 'accepted'),"
	                       " (SELECT count(*) FROM register_member m LEFT JOIN assembly_delegation d ON"
	                       "  d.session = ?1 AND d.code = m.code WHERE m.state <> 0 OR d.suspended)");
	sql_bind_number(&query, 1, number);
	if (sql_next(&query)) {
		figures.members = (uint32_t)sql_number(&query, 0);
		figures.invited = (uint32_t)sql_number(&query, 1);
		figures.accepted = (uint32_t)sql_number(&query, 2);
		figures.suspended = (uint32_t)sql_number(&query, 3);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	query = sql_query(sql,
	                  "SELECT " COUNTED("1") "," COUNTED("p.present") "," COUNTED(
				  "p.attended") " FROM assembly_delegation d JOIN assembly_person p"
	                                        " ON p.session = d.session AND p.code = d.code WHERE d.session = ?1");
	sql_bind_number(&query, 1, number);
	if (sql_next(&query)) {
		read_count(&query, 0, &figures.announced);
		read_count(&query, 6, &figures.present);
		read_count(&query, 12, &figures.attended);
	}
	error = sql_done(&query, problem);
	if (!error)
		*ret_figures = figures;
	return error;
}
