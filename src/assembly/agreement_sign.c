/* What becomes of an agreement that is agreed to: the Assembly, signatures, the deposit, what follows from it. */
#include "assembly/agreement_note.h"
#include "assembly/agreement_private.h"
#include "assembly/tabling.h"

/* ---- the Assembly ---- */

int agreement_table(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement_kind *kind = agreement_kind(AGREEMENT_OF(taking)->kind);
	char other[AFFAIR_ID_MAX + 1] = "";
	if (!kind->approval)
		return problem_set(problem, JISR_STATE, "%s is not approved by the Assembly: the parties sign it",
		                   kind->name);
	int error = tabling_check(taking, RULE_AGREEMENT, problem);
	struct sql_query query = sql_query(
		taking->sql,
		"SELECT id FROM agreement WHERE session = ?1 AND draft = ?2 AND state = ?3 ORDER BY id LIMIT 1");
	sql_bind_number(&query, 1, applying_number(taking->fields, "session"));
	sql_bind_number(&query, 2, applying_number(taking->fields, "draft"));
	sql_bind_number(&query, 3, AGREEMENT_TABLED);
	if (sql_next(&query))
		(void)snprintf(other, sizeof other, "%s", sql_text(&query, 0));
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	return other[0] == '\0'
	               ? agreement_copy(taking, problem)
	               : problem_set(problem, JISR_CONFLICT, "the agreement %s is tabled with that draft", other);
}

int agreement_table_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = agreement_copy_apply(applying, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement SET session = ?2, draft = ?3 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "session"));
	sql_bind_number(&query, 3, applying_number(applying->body, "draft"));
	return sql_run(&query, problem);
}

int agreement_take_back(struct affair_taking *taking, struct problem *problem)
{
	return tabling_undecided(taking->sql, AGREEMENT_OF(taking)->session, AGREEMENT_OF(taking)->draft, problem);
}

int agreement_take_back_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "UPDATE agreement SET session = 0, draft = 0 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	int error = sql_run(&query, problem);
	return error ? error : agreement_set_reason(applying, problem);
}

static int settle(struct store_write *write, const struct entry *entry, uint32_t session, uint32_t draft,
                  enum agreement_state state, const char *decision, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write),
	                  "UPDATE agreement SET state = ?3, decision = ?4, version = ?5, session = CASE WHEN ?3 ="
	                  " ?7 THEN 0 ELSE session END, draft = CASE WHEN ?3 = ?7 THEN 0 ELSE draft END WHERE"
	                  " session = ?1 AND draft = ?2 AND state = ?6");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, draft);
	sql_bind_number(&query, 3, state);
	sql_bind_text(&query, 4, decision);
	sql_bind_number(&query, 5, (int64_t)entry->sequence);
	sql_bind_number(&query, 6, AGREEMENT_TABLED);
	sql_bind_number(&query, 7, AGREEMENT_AGREED);
	return sql_run(&query, problem);
}

int agreement_voted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct tabling tabling;
	return tabling_voted(entry, &tabling)
	               ? settle(write, entry, tabling.session, tabling.draft,
	                        tabling.adopted ? AGREEMENT_APPROVED : AGREEMENT_REJECTED, tabling.decision, problem)
	               : JISR_OK;
}

int agreement_unvoted(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	return settle(write, entry, tabling_session(entry), applying_number(entry->body, "draft"), AGREEMENT_AGREED, "",
	              problem);
}

/* ---- signing ---- */

/* Checks the signature that was sent, or makes it with the office's key that is held here. */
static int take_signature(struct affair_taking *taking, const struct agreement_party *party,
                          char out[AGREEMENT_SIGNATURE + 1], struct problem *problem)
{
	const char *sent = json_get_text(taking->fields, "signature");
	bool outside = party->name[0] != '\0';
	struct text text, note;
	text_init(&text, AGREEMENT_NOTE_MAX);
	text_init(&note, AGREEMENT_NOTE_MAX);
	int error = agreement_note_text(taking->sql, AGREEMENT_OF(taking), &text, problem);
	if (!error && sent != NULL) {
		error = agreement_note_check(taking->sql, &text, party->code, sent, outside ? party->key : NULL, true,
		                             problem);
		(void)snprintf(out, AGREEMENT_SIGNATURE + 1, "%s", sent);
	} else if (!error && strcmp(party->code, taking->caller->office) != 0) {
		error = problem_set(problem, JISR_BAD_INPUT, "\"signature\" is missing: %s signs with its own key",
		                    party->code);
	} else if (!error) {
		error = store_write_sign_note(taking->write, party->code, text.bytes, text.length, &note, problem);
		if (!error && agreement_note_signature(note.bytes, out) == NULL)
			error = problem_no_memory(problem);
	}
	text_finish(&text);
	text_finish(&note);
	return error;
}

int agreement_sign(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	const struct agreement_kind *kind = agreement_kind(agreement->kind);
	const struct agreement_party *party = NULL;
	const char *paper = json_get_text(taking->fields, "paper");
	char signature[AGREEMENT_SIGNATURE + 1] = "", key[9] = "";
	bool all = true;
	if (kind->approval && agreement->state != AGREEMENT_APPROVED)
		return problem_set(problem, JISR_STATE, "the Assembly approves it first: %s", kind->article);
	int error = agreement_find_party(taking, true, &party, problem);
	if (!error && party->signed_at[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "%s has signed already", party->code);
	bool by_hand = !error && party->name[0] != '\0' && party->key[0] == '\0';
	if (!error && by_hand != (paper != NULL))
		error = problem_set(problem, JISR_BAD_INPUT,
		                    by_hand ? "%s has given no key: \"paper\" is the digest of the page that it signed"
		                            : "%s signs with its key, not on paper",
		                    party->code);
	if (!error && !by_hand)
		error = take_signature(taking, party, signature, problem);
	if (error)
		return error;
	for (size_t i = 0; i < agreement->party_count; i++)
		all = all && (&agreement->parties[i] == party || agreement->parties[i].signed_at[0] != '\0');
	tree_text(taking->made, "party", party->code);
	if (!by_hand && agreement_note_key(signature, key)) {
		tree_text(taking->made, "signature", signature);
		tree_text(taking->made, "key", key);
	}
	if (all)
		tree_bool(taking->made, "concluded", true);
	return JISR_OK;
}

int agreement_sign_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement_party SET signature = ?3, paper = ?4, key_id = ?5,"
	                                 " signer = ?6, signed = ?7 WHERE id = ?1 AND code = ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->made, "party"));
	sql_bind_text(&query, 3, applying_text(applying->made, "signature"));
	sql_bind_text(&query, 4, applying_text(applying->body, "paper"));
	sql_bind_text(&query, 5, applying_text(applying->made, "key"));
	sql_bind_text(&query, 6, applying_text(applying->body, "signer"));
	sql_bind_text(&query, 7, applying->entry->header.at);
	int error = sql_run(&query, problem);
	return error || !applying_flag(applying->made, "concluded")
	               ? error
	               : agreement_set_state(applying, AGREEMENT_SIGNED,
	                                     "UPDATE agreement SET state = ?2, signed = ?3 WHERE id = ?1", problem);
}

/* ---- deposit, ratification, withdrawal ---- */

/* Days are worked out again from all that is known: the deposit, the ratifications in their order, the terms. */
static int set_days(struct affair_applying *applying, struct problem *problem)
{
	char base[11] = "", begins[11] = "", ended[11] = "";
	uint32_t days = 0, needed = 0;
	char not_before[11] = "", deposited[11] = "";
	struct sql_query query = sql_query(
		applying->sql, "SELECT days, ratifications, not_before, substr(deposited, 1, 10), (SELECT count(*) FROM"
			       " agreement_party p WHERE p.id = a.id) FROM agreement a WHERE id = ?1");
	int64_t parties = 0;
	sql_bind_text(&query, 1, applying->id);
	if (sql_next(&query)) {
		days = (uint32_t)sql_number(&query, 0);
		needed = (uint32_t)sql_number(&query, 1);
		(void)snprintf(not_before, sizeof not_before, "%.10s", sql_text(&query, 2));
		(void)snprintf(deposited, sizeof deposited, "%.10s", sql_text(&query, 3));
		parties = sql_number(&query, 4);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	(void)snprintf(base, sizeof base, "%s", needed == 0 ? deposited : "");
	query = sql_query(applying->sql,
	                  "SELECT ratified FROM agreement_party WHERE id = ?1 AND ratified <> '' ORDER BY"
	                  " ratified LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, needed > 0 ? needed - 1 : 0);
	if (sql_next(&query) && needed > 0)
		(void)snprintf(base, sizeof base, "%.10s",
		               strcmp(sql_text(&query, 0), deposited) > 0 ? sql_text(&query, 0) : deposited);
	error = sql_done(&query, problem);
	if (error)
		return error;
	if (base[0] != '\0')
		agenda_day_add(base, (int)days, begins);
	if (base[0] != '\0' && strcmp(not_before, begins) > 0)
		(void)snprintf(begins, sizeof begins, "%s", not_before);
	/* It ends with the last but one party that leaves. */
	query = sql_query(applying->sql,
	                  "SELECT withdrawn FROM agreement_party WHERE id = ?1 AND withdrawn <> '' ORDER BY"
	                  " withdrawn LIMIT 1 OFFSET ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, parties > 2 ? parties - 2 : 0);
	if (sql_next(&query))
		(void)snprintf(ended, sizeof ended, "%.10s", sql_text(&query, 0));
	error = sql_done(&query, problem);
	if (error)
		return error;
	query = sql_query(applying->sql, "UPDATE agreement SET in_force = ?2, ended = ?3 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, begins);
	sql_bind_text(&query, 3, ended);
	return sql_run(&query, problem);
}

/* Tells everybody what was agreed, and the note that the parties signed. */
int agreement_deposit(struct affair_taking *taking, struct problem *problem)
{
	struct text text;
	text_init(&text, AGREEMENT_NOTE_MAX * 4);
	int error = agreement_note(taking->sql, AGREEMENT_OF(taking), &text, problem);
	if (!error)
		tree_text(taking->made, "note", text.bytes);
	text_finish(&text);
	return error ? error : agreement_copy(taking, problem);
}

int agreement_deposit_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = agreement_copy_apply(applying, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(applying->sql, "UPDATE agreement SET deposited = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying->entry->header.at);
	error = sql_run(&query, problem);
	return error ? error : set_days(applying, problem);
}

int agreement_ratify(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement_party *party = NULL;
	const char *day = json_get_text(taking->fields, "day");
	int error = agreement_find_party(taking, false, &party, problem);
	if (!error && AGREEMENT_OF(taking)->ratifications == 0)
		error = problem_set(problem, JISR_STATE, "%s enters into force without ratifications, by its terms",
		                    taking->id);
	if (!error && party->ratified[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "%s has ratified it on %s", party->code, party->ratified);
	if (!error && party->withdrawn[0] != '\0')
		error = problem_set(problem, JISR_STATE, "%s withdraws from it on %s", party->code, party->withdrawn);
	if (!error && day != NULL && strcmp(day, taking->today) > 0)
		error = problem_set(problem, JISR_BAD_INPUT, "%s is still to come", day);
	if (!error) {
		tree_text(taking->made, "party", party->code);
		tree_text(taking->made, "day", day != NULL ? day : taking->today);
	}
	return error;
}

int agreement_ratify_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE agreement_party SET ratified = ?3, instrument = ?4 WHERE id = ?1 AND code = ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->made, "party"));
	sql_bind_text(&query, 3, applying_text(applying->made, "day"));
	sql_bind_text(&query, 4, applying_text(applying->body, "hash"));
	int error = sql_run(&query, problem);
	return error ? error : set_days(applying, problem);
}

int agreement_withdraw(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement_party *party = NULL;
	char day[11];
	int error = agreement_find_party(taking, false, &party, problem);
	if (!error && party->withdrawn[0] != '\0')
		error = problem_set(problem, JISR_CONFLICT, "%s has given notice already, for %s", party->code,
		                    party->withdrawn);
	if (error)
		return error;
	agenda_day_add(taking->today, (int)AGREEMENT_OF(taking)->notice_days, day);
	tree_text(taking->made, "party", party->code);
	tree_text(taking->made, "day", day);
	return JISR_OK;
}

int agreement_withdraw_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement_party SET withdrawn = ?3 WHERE id = ?1 AND code = ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->made, "party"));
	sql_bind_text(&query, 3, applying_text(applying->made, "day"));
	int error = sql_run(&query, problem);
	return error ? error : set_days(applying, problem);
}
