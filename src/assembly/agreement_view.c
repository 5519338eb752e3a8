/* What is told of agreements: everything to the parties and headquarters, what is deposited to everybody. */
#include "assembly/agreement_note.h"
#include "assembly/agreement_private.h"
#include "base/emit.h"

#define REGISTER_MEMORY ((size_t)8 << 20)

static void emit_days(struct text *text, const struct agreement *agreement)
{
	affair_emit_text(text, "proposed", agreement->proposed);
	affair_emit_text(text, "agreed", agreement->agreed);
	affair_emit_text(text, "signed", agreement->signed_at);
	affair_emit_text(text, "deposited", agreement->deposited);
	affair_emit_text(text, "in_force", agreement->in_force);
	affair_emit_text(text, "ended", agreement->ended);
}

static void emit_party(struct text *text, const struct agreement_party *party)
{
	emit_object(text, NULL);
	emit_text(text, "code", party->code);
	affair_emit_text(text, "name", party->name);
	affair_emit_text(text, "key", party->key);
	emit_count(text, "agreed", party->agreed);
	affair_emit_text(text, "signed", party->signed_at);
	affair_emit_text(text, "signer", party->signer);
	affair_emit_text(text, "key_id", party->key_id);
	affair_emit_text(text, "signature", party->signature);
	affair_emit_text(text, "paper", party->paper);
	affair_emit_text(text, "ratified", party->ratified);
	affair_emit_text(text, "withdrawn", party->withdrawn);
	emit_close_object(text);
}

static void emit_head(struct text *text, const struct agreement *agreement)
{
	emit_text(text, "id", agreement->id);
	emit_text(text, "state", agreement_affair.states[agreement->state]);
	emit_text(text, "kind", agreement->kind);
	affair_emit_json(text, "title", agreement->title);
	emit_array(text, "parties");
	for (size_t i = 0; i < agreement->party_count; i++)
		emit_text(text, NULL,
		          agreement->parties[i].name[0] != '\0' ? agreement->parties[i].name
		                                                : agreement->parties[i].code);
	emit_close_array(text);
	affair_emit_text(text, "decision", agreement->decision);
	emit_days(text, agreement);
}

static int emit_texts(struct sql *sql, const struct agreement *agreement, struct arena *arena, struct text *text,
                      struct problem *problem)
{
	struct agreement_text texts[AGREEMENT_TEXTS];
	size_t count = 0;
	int error = agreement_texts(sql, agreement->id, arena, texts, &count, problem);
	emit_array(text, "texts");
	for (size_t i = 0; i < count; i++) {
		emit_object(text, NULL);
		emit_text(text, "language", texts[i].language);
		emit_text(text, "title", texts[i].title);
		emit_text(text, "hash", texts[i].hash);
		emit_count(text, "pages", texts[i].pages);
		affair_emit_text(text, "wording", texts[i].wording);
		emit_close_object(text);
	}
	emit_close_array(text);
	return error;
}

/* Members of the open object. */
static int emit_whole(struct sql *sql, const struct agreement *agreement, struct arena *arena, struct text *text,
                      struct problem *problem)
{
	const struct agreement_kind *kind = agreement_kind(agreement->kind);
	struct text note;
	emit_head(text, agreement);
	emit_bool(text, "approval", kind->approval);
	emit_text(text, "article", kind->article);
	emit_count(text, "revision", agreement->revision);
	emit_object(text, "terms");
	emit_count(text, "ratifications", agreement->ratifications);
	emit_count(text, "days", agreement->days);
	affair_emit_text(text, "not_before", agreement->not_before);
	emit_count(text, "notice_days", agreement->notice_days);
	emit_close_object(text);
	emit_array(text, "signatures");
	for (size_t i = 0; i < agreement->party_count; i++)
		emit_party(text, &agreement->parties[i]);
	emit_close_array(text);
	int error = emit_texts(sql, agreement, arena, text, problem);
	if (error)
		return error;
	text_init(&note, AGREEMENT_NOTE_MAX * 4);
	error = agreement_note(sql, agreement, &note, problem);
	if (!error)
		emit_text(text, "note", note.bytes);
	text_finish(&note);
	emit_count(text, "version", agreement->version);
	return error;
}

int agreement_each(struct sql *sql, const char *office, const char *day, struct arena *arena, agreement_each_one each,
                   void *context, struct problem *problem)
{
	char(*ids)[AFFAIR_ID_MAX + 1];
	size_t count = 0;
	int64_t all = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM agreement");
	int error = sql_run_number(&query, 0, &all, problem);
	ids = arena_zero(arena, (size_t)all + 1, sizeof *ids);
	if (!error && ids == NULL)
		error = problem_no_memory(problem);
	if (error)
		return error;
	query = sql_query(sql,
	                  "SELECT id FROM agreement WHERE deposited <> '' OR ?1 = 'GS' OR (session > 0 AND ?1 <> '')"
	                  " OR id IN (SELECT id FROM agreement_party WHERE code = ?1) ORDER BY proposed DESC,"
	                  " id DESC");
	sql_bind_text(&query, 1, office);
	while (count < (size_t)all && sql_next(&query))
		(void)snprintf(ids[count++], sizeof *ids, "%s", sql_text(&query, 0));
	error = sql_done(&query, problem);
	for (size_t i = 0; i < count && !error; i++) {
		struct agreement agreement;
		error = agreement_get(sql, ids[i], office, day, arena, &agreement, problem);
		if (!error && !each(context, &agreement))
			break;
	}
	return error;
}

struct listing {
	struct text *text;
	bool deposited; /* these alone */
};

static bool list_one(void *context, const struct agreement *agreement)
{
	struct listing *listing = context;
	if (listing->deposited && agreement->deposited[0] == '\0')
		return true;
	emit_object(listing->text, NULL);
	emit_head(listing->text, agreement);
	emit_close_object(listing->text);
	return listing->text->error == JISR_OK;
}

static int show_list(struct affair_viewing *viewing, struct problem *problem)
{
	struct listing listing = {viewing->text, false};
	emit_array(viewing->text, "agreements");
	int error = agreement_each(viewing->sql, viewing->caller->office, viewing->today, viewing->arena, list_one,
	                           &listing, problem);
	emit_close_array(viewing->text);
	return error;
}

static int show_one(struct affair_viewing *viewing, struct problem *problem)
{
	struct agreement agreement;
	int error = agreement_get(viewing->sql, viewing->id, viewing->caller->office, viewing->today, viewing->arena,
	                          &agreement, problem);
	if (error)
		return error;
	viewing->version = agreement.version;
	if (agreement_inside(&agreement, viewing->caller->office)) {
		affair_emit_text(viewing->text, "reason", agreement.reason);
		emit_count(viewing->text, "session", agreement.session);
		emit_count(viewing->text, "draft", agreement.draft);
	}
	return emit_whole(viewing->sql, &agreement, viewing->arena, viewing->text, problem);
}

static int show_note(struct affair_viewing *viewing, struct problem *problem)
{
	struct agreement agreement;
	struct text text;
	int error = agreement_get(viewing->sql, viewing->id, viewing->caller->office, viewing->today, viewing->arena,
	                          &agreement, problem);
	if (error)
		return error;
	text_init(&text, AGREEMENT_NOTE_MAX);
	error = agreement_note_text(viewing->sql, &agreement, &text, problem);
	if (!error)
		emit_text(viewing->text, "text", text.bytes);
	text_finish(&text);
	return error;
}

const struct affair_view agreement_views[] = {
	{NULL, "the agreements that the office may see", show_list},
	{NULL, "one agreement: parties, terms, texts, signatures", show_one},
	{"note", "the text that is signed", show_note},
	{NULL, NULL, NULL},
};

/* ---- the public register ---- */

int agreement_register(struct sql *sql, const char *day, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct listing listing = {text, true};
	int error = arena_new(REGISTER_MEMORY * 4, &arena);
	if (error)
		return problem_no_memory(problem);
	emit_object(text, NULL);
	emit_array(text, "agreements");
	error = agreement_each(sql, "", day, arena, list_one, &listing, problem);
	emit_close_array(text);
	emit_close_object(text);
	return error ? error : text->error;
}

/* One of the register; *ret_arena holds it, and is to be freed in every case. */
static int get_public(struct sql *sql, const char *id, const char *day, struct arena **ret_arena,
                      struct agreement *ret_agreement, struct problem *problem)
{
	if (arena_new(REGISTER_MEMORY, ret_arena))
		return problem_no_memory(problem);
	return agreement_get(sql, id, "", day, *ret_arena, ret_agreement, problem);
}

int agreement_public(struct sql *sql, const char *id, const char *day, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct agreement agreement;
	int error = get_public(sql, id, day, &arena, &agreement, problem);
	if (error)
		return error;
	emit_object(text, NULL);
	error = emit_whole(sql, &agreement, arena, text, problem);
	emit_close_object(text);
	return error ? error : text->error;
}

int agreement_public_note(struct sql *sql, const char *id, const char *day, struct text *text, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct agreement agreement;
	int error = get_public(sql, id, day, &arena, &agreement, problem);
	return error ? error : agreement_note(sql, &agreement, text, problem);
}

int agreement_public_wording(struct sql *sql, const char *id, const char *language, const char *day, struct text *text,
                             struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct agreement agreement;
	int error = get_public(sql, id, day, &arena, &agreement, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(sql, "SELECT wording FROM agreement_text WHERE id = ?1 AND language = ?2 AND wording <> ''");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, language);
	bool there = sql_next(&query);
	if (there)
		(void)text_add_string(text, sql_text(&query, 0));
	error = sql_done(&query, problem);
	if (error)
		return error;
	return there ? text->error
	             : problem_set(problem, JISR_NOT_FOUND, "there is no wording of %s in %.20s here", id, language);
}
