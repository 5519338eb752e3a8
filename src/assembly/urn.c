#include "assembly/urn.h"

#include "assembly/urn_act.h"
#include "assembly/urn_heads.h"
#include "base/canonical.h"
#include "base/emit.h"
#include "base/json.h"

#include <string.h>

static const char *const tables[] = {"urn", "urn_part", "urn_event", "urn_witness", "urn_observer", "urn_head", NULL};

static const struct store_step steps[] = {
	{"CREATE TABLE urn(id TEXT PRIMARY KEY, state INTEGER NOT NULL, called TEXT NOT NULL, called_at TEXT NOT NULL,"
         " opened_at TEXT NOT NULL, closed_at TEXT NOT NULL, counted_at TEXT NOT NULL, election TEXT NOT NULL,"
         " parameters TEXT NOT NULL, credentials TEXT NOT NULL, tally TEXT NOT NULL, sized TEXT NOT NULL,"
         " result TEXT NOT NULL, text TEXT NOT NULL, ballots INTEGER NOT NULL, sequence INTEGER NOT NULL,"
         " version INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE urn_part(id TEXT NOT NULL, part INTEGER NOT NULL, trustee INTEGER NOT NULL, text TEXT NOT NULL,"
         " PRIMARY KEY(id, part, trustee)) WITHOUT ROWID;"
         "CREATE TABLE urn_event(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL,"
         " tracking TEXT NOT NULL, place INTEGER NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL);"
         "CREATE INDEX urn_event_by_id ON urn_event(id, sequence);"
         "CREATE UNIQUE INDEX urn_event_by_tracking ON urn_event(id, tracking) WHERE tracking <> '';"
         "CREATE TABLE urn_witness(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, office TEXT NOT NULL,"
         " at TEXT NOT NULL, height INTEGER NOT NULL, head TEXT NOT NULL);"
         "CREATE INDEX urn_witness_by_id ON urn_witness(id, sequence);",
         false},
	{"ALTER TABLE urn ADD COLUMN session INTEGER NOT NULL DEFAULT 0;"
         "ALTER TABLE urn ADD COLUMN vote INTEGER NOT NULL DEFAULT 0;"
         "CREATE INDEX urn_by_vote ON urn(session, vote) WHERE session <> 0;",
         false},
	{"CREATE TABLE urn_observer(id TEXT NOT NULL, name TEXT NOT NULL, office TEXT NOT NULL, verifier TEXT NOT NULL,"
         " at TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY(id, name)) WITHOUT ROWID;"
         "CREATE TABLE urn_head(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, observer TEXT NOT NULL,"
         " at TEXT NOT NULL, size INTEGER NOT NULL, agrees INTEGER NOT NULL, note TEXT NOT NULL);"
         "CREATE INDEX urn_head_by_id ON urn_head(id, observer, sequence);",
         false},
};

const char *urn_state_name(enum urn_state state)
{
	static const char *const names[] = {"called", "open", "closed", "counted", "cancelled"};
	return names[state];
}

/* ---- applying ---- */

static const char *id_of(const struct entry *entry)
{
	return entry->header.subject + strlen(URN_SUBJECT);
}

static const char *said(const struct entry *entry, const char *name)
{
	const char *text = json_get_text(entry->body, name);
	return text != NULL ? text : "";
}

static int64_t said_number(const struct entry *entry, const char *name)
{
	return (int64_t)json_get_whole(entry->body, name);
}

static int set_version(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "UPDATE urn SET version = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_number(&query, 2, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_call(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct text text;
	text_init(&text, ENTRY_MAX_BODY + 1);
	(void)canonical_write(entry->body, &text);
	int error = text.error;
	if (!error) {
		struct sql_query query = sql_query(store_write_sql(write),
		                                   "INSERT INTO urn VALUES(?1, 0, ?2, ?3, '', '', '', '', '', '', '',"
		                                   " '', '', '', 0, ?4, ?4, ?5, ?6)");
		sql_bind_text(&query, 1, id_of(entry));
		sql_bind_text_length(&query, 2, text.bytes, text.length);
		sql_bind_text(&query, 3, entry->header.at);
		sql_bind_number(&query, 4, (int64_t)entry->sequence);
		sql_bind_number(&query, 5, said_number(entry, "session"));
		sql_bind_number(&query, 6, said_number(entry, "vote"));
		error = sql_run(&query, problem);
	}
	text_finish(&text);
	return error;
}

static int add_event(struct store_write *write, const struct entry *entry, const char *type, const char *first,
                     const char *second, struct problem *problem)
{
	struct sql_query query = sql_query(
		store_write_sql(write),
		"INSERT INTO urn_event VALUES(?1, ?2, ?3, ?4, (SELECT ballots FROM urn WHERE id = ?2), ?5, ?6)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id_of(entry));
	sql_bind_text(&query, 3, type);
	sql_bind_text(&query, 4, said(entry, "tracking"));
	sql_bind_text(&query, 5, first);
	sql_bind_text(&query, 6, second);
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static int apply_part(struct store_write *write, const struct entry *entry, enum urn_part part, const char *name,
                      struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT OR REPLACE INTO urn_part VALUES(?1, ?2, ?3, ?4)");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_number(&query, 2, part);
	sql_bind_number(&query, 3, said_number(entry, part == URN_CREDENTIALS ? "place" : "trustee"));
	sql_bind_text(&query, 4, said(entry, name));
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static int apply_certificate(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return apply_part(write, entry, URN_CERTIFICATE, "certificate", problem);
}

static int apply_polynomial(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return apply_part(write, entry, URN_POLYNOMIAL, "polynomial", problem);
}

static int apply_share(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return apply_part(write, entry, URN_SHARE, "share", problem);
}

static int apply_decrypt(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	int error = apply_part(write, entry, URN_DECRYPTION, "owned", problem);
	return error ? error
	             : add_event(write, entry, "PartialDecryption", said(entry, "decryption"), said(entry, "owned"),
	                         problem);
}

/* A registrar's part; or whole, as long as one registrar gave them. */
static int apply_credentials(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	if (json_get(entry->body, "part") != NULL)
		return apply_part(write, entry, URN_CREDENTIALS, "part", problem);
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE urn SET credentials = ?2, version = ?3 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, said(entry, "credentials"));
	sql_bind_number(&query, 3, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_open(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "UPDATE urn SET state = 1, opened_at = ?2, election = ?3, parameters = ?4,"
	                                   " credentials = ?5, version = ?6 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, entry->header.at);
	sql_bind_text(&query, 3, said(entry, "election"));
	sql_bind_text(&query, 4, said(entry, "trustees"));
	sql_bind_text(&query, 5, said(entry, "credentials"));
	sql_bind_number(&query, 6, (int64_t)entry->sequence);
	return sql_run(&query, problem);
}

static int apply_ballot(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE urn SET ballots = ballots + 1 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	int error = sql_run(&query, problem);
	return error ? error : add_event(write, entry, "Ballot", said(entry, "ballot"), "", problem);
}

static int apply_close(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "UPDATE urn SET state = 2, closed_at = ?2, tally = ?3, sized = ?4"
	                                          " WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, entry->header.at);
	sql_bind_text(&query, 3, said(entry, "tally"));
	sql_bind_text(&query, 4, said(entry, "sized"));
	int error = sql_run(&query, problem);
	/* One entry, two events of the board: closing and counting what came in are one decision. */
	return error ? error
	             : add_event(write, entry, "EncryptedTally", said(entry, "tally"), said(entry, "sized"), problem);
}

static int apply_result(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write),
	                                   "UPDATE urn SET state = 3, counted_at = ?2, result = ?3 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, entry->header.at);
	sql_bind_text(&query, 3, said(entry, "result"));
	int error = sql_run(&query, problem);
	return error ? error : add_event(write, entry, "Result", said(entry, "result"), "", problem);
}

static int apply_witness(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO urn_witness VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id_of(entry));
	sql_bind_text(&query, 3, entry->header.author);
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_number(&query, 5, said_number(entry, "height"));
	sql_bind_text(&query, 6, said(entry, "head"));
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static int apply_observer(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO urn_observer VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, said(entry, "observer"));
	sql_bind_text(&query, 3, entry->header.author);
	sql_bind_text(&query, 4, said(entry, "verifier"));
	sql_bind_text(&query, 5, entry->header.at);
	sql_bind_number(&query, 6, (int64_t)entry->sequence);
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static int apply_observe(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO urn_head VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_number(&query, 1, (int64_t)entry->sequence);
	sql_bind_text(&query, 2, id_of(entry));
	sql_bind_text(&query, 3, said(entry, "observer"));
	sql_bind_text(&query, 4, entry->header.at);
	sql_bind_number(&query, 5, said_number(entry, "size"));
	sql_bind_number(&query, 6, cJSON_IsTrue(json_get(entry->body, "agrees")));
	sql_bind_text(&query, 7, said(entry, "note"));
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static int apply_cancel(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query = sql_query(store_write_sql(write), "UPDATE urn SET state = 4, text = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, id_of(entry));
	sql_bind_text(&query, 2, said(entry, "text"));
	int error = sql_run(&query, problem);
	return error ? error : set_version(write, entry, problem);
}

static const struct store_kind kinds[] = {
	{"urn.call", urn_act_check, apply_call, NULL},
	{"urn.certificate", urn_act_check, apply_certificate, NULL},
	{"urn.polynomial", urn_act_check, apply_polynomial, NULL},
	{"urn.share", urn_act_check, apply_share, NULL},
	{"urn.credentials", urn_act_check, apply_credentials, NULL},
	{"urn.open", urn_act_check, apply_open, NULL},
	{"urn.ballot", urn_act_check, apply_ballot, NULL},
	{"urn.close", urn_act_check, apply_close, NULL},
	{"urn.decrypt", urn_act_check, apply_decrypt, NULL},
	{"urn.result", urn_act_check, apply_result, NULL},
	{"urn.witness", urn_act_check, apply_witness, NULL},
	{"urn.observer", urn_act_check, apply_observer, NULL},
	{"urn.observe", urn_act_check, apply_observe, NULL},
	{"urn.cancel", urn_act_check, apply_cancel, NULL},
};

const struct store_domain urn_domain = {
	.name = "assembly_election",
	.steps = steps,
	.step_count = sizeof steps / sizeof *steps,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

static const char *keep(struct arena *arena, struct sql_query *query, int column, bool *lost)
{
	const char *text = sql_text(query, column);
	const char *copy = arena_text(arena, text, strlen(text));
	*lost = *lost || copy == NULL;
	return copy;
}

/* What the entry that called it says, into the urn. */
static int read_called(struct urn *urn, struct arena *arena, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *called = NULL;
	int error = json_read(urn->called, strlen(urn->called), &called, problem);
	if (error)
		return error;
	const char *name = json_get_text(called, "name"), *alone = json_get_text(called, "registrar");
	const cJSON *trustees = json_get(called, "trustees");
	const cJSON *registrars = json_get(called, "registrars");
	urn->name = arena_text(arena, name, strlen(name));
	urn->threshold = (unsigned)json_get_whole(called, "threshold");
	urn->voters = (size_t)cJSON_GetArraySize(json_get(called, "electorate"));
	bool lost = urn->name == NULL;
	if (alone != NULL)
		lost = (urn->registrar[urn->registrars++] = arena_text(arena, alone, strlen(alone))) == NULL || lost;
	for (const cJSON *one = registrars != NULL ? registrars->child : NULL;
	     one != NULL && urn->registrars < URN_MAX_REGISTRARS; one = one->next) {
		const char *office = arena_text(arena, one->valuestring, strlen(one->valuestring));
		lost = lost || office == NULL;
		urn->registrar[urn->registrars++] = office;
	}
	for (const cJSON *one = trustees->child; one != NULL && urn->trustees < URN_MAX_TRUSTEES; one = one->next) {
		const char *office = arena_text(arena, one->valuestring, strlen(one->valuestring));
		lost = lost || office == NULL;
		urn->offices[urn->trustees++] = office;
	}
	return lost ? problem_no_memory(problem) : JISR_OK;
}

static int read_sent(struct sql *sql, struct urn *urn, struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT part, count(*) FROM urn_part WHERE id = ?1 GROUP BY part ORDER BY part");
	sql_bind_text(&query, 1, urn->id);
	while (sql_next(&query)) {
		int64_t part = sql_number(&query, 0);
		if (part >= 0 && part < URN_PARTS)
			urn->sent[part] = (unsigned)sql_number(&query, 1);
	}
	return sql_done(&query, problem);
}

int urn_get(struct sql *sql, const char *id, struct arena *arena, struct urn *ret_urn, struct problem *problem)
{
	struct urn urn = {.state = URN_CALLED};
	bool found = false, lost = false;
	struct sql_query query = sql_query(
		sql,
		"SELECT state, called, called_at, opened_at, closed_at, counted_at, election, parameters,"
		" credentials, tally, sized, result, text, ballots, version, session, vote FROM urn WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	if (sql_next(&query)) {
		found = strlen(id) <= URN_ID_MAX;
		urn.state = (enum urn_state)sql_number(&query, 0);
		const char **texts[] = {&urn.called,     &urn.called_at, &urn.opened_at,  &urn.closed_at,
		                        &urn.counted_at, &urn.election,  &urn.parameters, &urn.credentials,
		                        &urn.tally,      &urn.sized,     &urn.result,     &urn.text};
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			*texts[i] = keep(arena, &query, (int)i + 1, &lost);
		urn.ballots = (uint64_t)sql_number(&query, 13);
		urn.version = (uint64_t)sql_number(&query, 14);
		urn.session = (uint32_t)sql_number(&query, 15);
		urn.vote = (uint32_t)sql_number(&query, 16);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (!found)
		return problem_set(problem, JISR_NOT_FOUND, "there is no secret vote '%.64s'", id);
	if (lost)
		return problem_no_memory(problem);
	(void)snprintf(urn.id, sizeof urn.id, "%s", id);
	error = read_called(&urn, arena, problem);
	if (!error)
		error = read_sent(sql, &urn, problem);
	if (!error)
		*ret_urn = urn;
	return error;
}

size_t urn_trustee(const struct urn *urn, const char *office)
{
	for (size_t i = 0; i < urn->trustees; i++)
		if (strcmp(urn->offices[i], office) == 0)
			return i + 1;
	return 0;
}

size_t urn_registrar(const struct urn *urn, const char *office)
{
	for (size_t i = 0; i < urn->registrars; i++)
		if (strcmp(urn->registrar[i], office) == 0)
			return i + 1;
	return 0;
}

bool urn_registered(const struct urn *urn)
{
	return urn->credentials[0] != '\0' || urn->sent[URN_CREDENTIALS] == urn->registrars;
}

int urn_sent(struct sql *sql, const char *id, enum urn_part part, size_t trustee, struct arena *arena,
             const char **ret_text, struct problem *problem)
{
	bool lost = false;
	const char *text = "";
	struct sql_query query =
		sql_query(sql, "SELECT text FROM urn_part WHERE id = ?1 AND part = ?2 AND trustee = ?3");
	sql_bind_text(&query, 1, id);
	sql_bind_number(&query, 2, part);
	sql_bind_number(&query, 3, (int64_t)trustee);
	if (sql_next(&query))
		text = keep(arena, &query, 0, &lost);
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (lost)
		return problem_no_memory(problem);
	*ret_text = text;
	return JISR_OK;
}

int urn_lines(struct sql *sql, const struct urn *urn, enum urn_part part, struct text *lines, struct problem *problem)
{
	static const char *const names[] = {"certificate", "polynomial", "share", "partial decryption", "credentials"};
	size_t count = 0;
	struct sql_query query =
		sql_query(sql, "SELECT text FROM urn_part WHERE id = ?1 AND part = ?2 ORDER BY trustee");
	sql_bind_text(&query, 1, urn->id);
	sql_bind_number(&query, 2, part);
	while (sql_next(&query)) {
		(void)text_add_string(lines, sql_text(&query, 0));
		(void)text_add_char(lines, '\n');
		count++;
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (lines->error)
		return problem_set(problem, lines->error, "%s", error_text(lines->error));
	if (count < urn->trustees)
		return problem_set(problem, JISR_STATE, "%zu of %zu trustees have sent their %s", count, urn->trustees,
		                   names[part]);
	return JISR_OK;
}

void urn_awaited(const struct urn *urn, char out[URN_AWAITED_MAX])
{
	static const char *const names[] = {"certificates", "polynomials", "shares"};
	out[0] = '\0';
	if (urn->state == URN_OPEN)
		(void)snprintf(out, URN_AWAITED_MAX, "ballots, until it is closed");
	if (urn->state == URN_CLOSED && urn->sent[URN_DECRYPTION] < urn->threshold)
		(void)snprintf(out, URN_AWAITED_MAX, "partial decryptions of %u more trustees",
		               urn->threshold - urn->sent[URN_DECRYPTION]);
	else if (urn->state == URN_CLOSED)
		(void)snprintf(out, URN_AWAITED_MAX, "the result, which the organiser publishes");
	if (urn->state != URN_CALLED)
		return;
	for (unsigned part = URN_CERTIFICATE; part <= URN_SHARE; part++)
		if (urn->sent[part] < urn->trustees) {
			(void)snprintf(out, URN_AWAITED_MAX, "%s of %zu more trustees%s", names[part],
			               urn->trustees - urn->sent[part],
			               urn_registered(urn) ? "" : ", and the registrars' credentials");
			return;
		}
	(void)snprintf(out, URN_AWAITED_MAX, "%s",
	               urn_registered(urn) ? "its opening, by the organiser" : "the registrars' credentials");
}

int urn_board(struct sql *sql, const char *id, urn_each_event each, void *context, struct problem *problem)
{
	int stopped = JISR_OK;
	struct sql_query query =
		sql_query(sql, "SELECT type, first, second FROM urn_event WHERE id = ?1 ORDER BY sequence");
	sql_bind_text(&query, 1, id);
	while (!stopped && sql_next(&query))
		stopped = each(context, sql_text(&query, 0), sql_text(&query, 1), sql_text(&query, 2), problem);
	int error = sql_done(&query, stopped ? NULL : problem);
	return stopped ? stopped : error;
}

int urn_tracked(struct sql *sql, const char *id, const char *tracking, uint64_t *ret_place, struct problem *problem)
{
	int64_t place = 0;
	struct sql_query query =
		sql_query(sql, "SELECT place FROM urn_event WHERE id = ?1 AND tracking = ?2 AND tracking <> ''");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, tracking);
	int error = sql_run_number(&query, 0, &place, problem);
	if (!error)
		*ret_place = (uint64_t)place;
	return error;
}

int urn_ballot(struct sql *sql, const char *id, const char *tracking, struct arena *arena, const char **ret_ballot,
               struct problem *problem)
{
	bool lost = false;
	const char *ballot = NULL;
	struct sql_query query =
		sql_query(sql, "SELECT first FROM urn_event WHERE id = ?1 AND tracking = ?2 AND tracking <> ''");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, tracking);
	if (sql_next(&query))
		ballot = keep(arena, &query, 0, &lost);
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (lost)
		return problem_no_memory(problem);
	if (ballot == NULL)
		return problem_set(problem, JISR_NOT_FOUND, "no ballot with that tracking number is on the board");
	*ret_ballot = ballot;
	return JISR_OK;
}

/* ---- telling ---- */

static int tell_witnesses(struct sql *sql, const char *id, struct text *text, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT sequence, office, at, height, head FROM urn_witness WHERE id = ?1 ORDER BY sequence");
	sql_bind_text(&query, 1, id);
	emit_array(text, "witnesses");
	while (sql_next(&query)) {
		emit_object(text, NULL);
		emit_count(text, "entry", (uint64_t)sql_number(&query, 0));
		emit_text(text, "office", sql_text(&query, 1));
		emit_text(text, "at", sql_text(&query, 2));
		emit_count(text, "height", (uint64_t)sql_number(&query, 3));
		emit_text(text, "head", sql_text(&query, 4));
		emit_close_object(text);
	}
	emit_close_array(text);
	return sql_done(&query, problem);
}

static void tell_office(struct text *text, const char *role, const char *office, const char *const names[],
                        const bool sent[], size_t count)
{
	emit_object(text, NULL);
	emit_text(text, "office", office);
	emit_text(text, "role", role);
	emit_array(text, "sent");
	for (size_t i = 0; i < count; i++)
		if (sent[i])
			emit_text(text, NULL, names[i]);
	emit_close_array(text);
	emit_close_object(text);
}

/* Who has sent what, so that each sees what is awaited of it. */
static int tell_offices(struct sql *sql, const struct urn *urn, struct text *text, struct problem *problem)
{
	static const char *const names[] = {"certificate", "polynomial", "share", "decrypt"}, *const given[] = {
												      "credentials"};
	bool sent[URN_MAX_TRUSTEES + 1][URN_PARTS] = {{false}};
	struct sql_query query = sql_query(sql, "SELECT part, trustee FROM urn_part WHERE id = ?1");
	sql_bind_text(&query, 1, urn->id);
	while (sql_next(&query)) {
		int64_t part = sql_number(&query, 0), who = sql_number(&query, 1);
		if (part >= 0 && part < URN_PARTS && who > 0 && who <= URN_MAX_TRUSTEES)
			sent[who][part] = true;
	}
	emit_array(text, "offices");
	for (size_t i = 0; i < urn->trustees; i++)
		tell_office(text, "trustee", urn->offices[i], names, sent[i + 1], URN_CREDENTIALS);
	for (size_t i = 0; i < urn->registrars; i++) {
		const bool has = urn->credentials[0] != '\0' || sent[i + 1][URN_CREDENTIALS];
		tell_office(text, "registrar", urn->registrar[i], given, &has, 1);
	}
	emit_close_array(text);
	return sql_done(&query, problem);
}

static int tell_one(struct sql *sql, const struct urn *urn, bool whole, struct text *text, struct problem *problem)
{
	static const char *const parts[] = {"certificates", "polynomials", "shares", "decryptions"};
	char awaited[URN_AWAITED_MAX];
	int error = JISR_OK;
	urn_awaited(urn, awaited);
	emit_object(text, NULL);
	emit_text(text, "id", urn->id);
	emit_text(text, "name", urn->name);
	if (urn->session > 0) {
		emit_count(text, "session", urn->session);
		emit_count(text, "vote", urn->vote);
	}
	emit_text(text, "state", urn_state_name(urn->state));
	emit_text(text, "awaited", awaited[0] != '\0' ? awaited : NULL);
	emit_count(text, "voters", urn->voters);
	emit_count(text, "ballots", urn->ballots);
	emit_array(text, "trustees");
	for (size_t i = 0; i < urn->trustees; i++)
		emit_text(text, NULL, urn->offices[i]);
	emit_close_array(text);
	emit_text(text, "called", urn->called_at);
	emit_text(text, "opened", urn->opened_at[0] != '\0' ? urn->opened_at : NULL);
	emit_text(text, "closed", urn->closed_at[0] != '\0' ? urn->closed_at : NULL);
	emit_text(text, "counted", urn->counted_at[0] != '\0' ? urn->counted_at : NULL);
	if (whole) {
		emit_count(text, "version", urn->version);
		emit_text(text, "cancelled", urn->text[0] != '\0' ? urn->text : NULL);
		emit_raw(text, "call", urn->called, strlen(urn->called));
		emit_object(text, "sent");
		for (unsigned part = 0; part < URN_CREDENTIALS; part++)
			emit_count(text, parts[part], urn->sent[part]);
		emit_bool(text, "credentials", urn_registered(urn));
		emit_close_object(text);
		error = tell_offices(sql, urn, text, problem);
		if (urn->result[0] != '\0')
			emit_raw(text, "result", urn->result, strlen(urn->result));
		if (!error)
			error = tell_witnesses(sql, urn->id, text, problem);
		if (!error)
			error = urn_heads_tell(sql, urn->id, text, problem);
	}
	emit_close_object(text);
	return error ? error : text->error;
}

int urn_tell(struct sql *sql, const char *id, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct urn urn;
	if (arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = urn_get(sql, id, arena, &urn, problem);
	return error ? error : tell_one(sql, &urn, true, text, problem);
}

int urn_tell_all(struct sql *sql, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = JISR_OK;
	if (arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return problem_no_memory(problem);
	emit_object(text, NULL);
	emit_array(text, "elections");
	struct sql_query query = sql_query(sql, "SELECT id FROM urn ORDER BY sequence DESC LIMIT 500");
	while (!error && sql_next(&query)) {
		struct urn urn;
		arena_reset(arena);
		error = urn_get(sql, sql_text(&query, 0), arena, &urn, problem);
		if (!error)
			error = tell_one(sql, &urn, false, text, problem);
	}
	int done = sql_done(&query, error ? NULL : problem);
	emit_close_array(text);
	emit_close_object(text);
	return error ? error : done ? done : text->error;
}
