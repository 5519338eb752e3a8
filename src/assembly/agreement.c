/* The domain. Kinds, "agreement.STEP" for each step of assembly/agreement_steps.def, subject "agreement/AG-2026-417". Entries are
 * for the parties that have an office here, and headquarters, until it comes before the Assembly or is deposited: then they are
 * for everybody, and the first such entry bears the whole agreement, so that a replica of the log knows it.
 *
 * Invariants
 *   1  `revision` counts what was proposed (texts, terms); a party agrees to a revision, and each further one wants it anew.
 *   2  Whatever is signed stays as it is: with the first signature nothing can be proposed any more.
 *   3  In force and ended are days that follow from deposit, ratifications, withdrawals and terms: kept as days, never as a
 *      state, so that a day passing needs no entry. */
#include "assembly/agreement.h"

#include "assembly/agreement_private.h"

static const char *const tables[] = {"agreement", "agreement_party", "agreement_text", NULL};

static const struct store_step migrations[] = {
	{"CREATE TABLE agreement(id TEXT PRIMARY KEY, state INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,"
         " revision INTEGER NOT NULL, days INTEGER NOT NULL, ratifications INTEGER NOT NULL, notice_days INTEGER NOT "
         "NULL,"
         " not_before TEXT NOT NULL, session INTEGER NOT NULL, draft INTEGER NOT NULL, decision TEXT NOT NULL,"
         " reason TEXT NOT NULL, proposed TEXT NOT NULL, agreed TEXT NOT NULL, signed TEXT NOT NULL,"
         " deposited TEXT NOT NULL, in_force TEXT NOT NULL, ended TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT "
         "ROWID;"
         "CREATE TABLE agreement_party(id TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
         " agreed INTEGER NOT NULL, signature TEXT NOT NULL, paper TEXT NOT NULL, key_id TEXT NOT NULL,"
         " signer TEXT NOT NULL, signed TEXT NOT NULL, ratified TEXT NOT NULL, instrument TEXT NOT NULL,"
         " withdrawn TEXT NOT NULL, PRIMARY KEY(id, code)) WITHOUT ROWID;"
         "CREATE INDEX agreement_party_by_code ON agreement_party(code, id);"
         "CREATE TABLE agreement_text(id TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, hash TEXT NOT "
         "NULL,"
         " pages INTEGER NOT NULL, party TEXT NOT NULL, wording TEXT NOT NULL, PRIMARY KEY(id, language)) WITHOUT "
         "ROWID;",
         false},
};

const struct agreement_kind agreement_kinds[] = {
	{"relations", "with another organisation or institution", true,
         "Constitution, Article 41: valid only after the General Assembly's approval"},
	{"seat", "with a state, about the organisation's seat, privileges and immunities", true,
         "not confirmed: taken to need the General Assembly's approval, as relations do"},
	{"cooperation", "between members' bureaus, or a bureau and headquarters, about police cooperation", false,
         "not confirmed: taken to need no approval"},
	{"technical", "about how something is done: systems, data, training", false,
         "not confirmed: taken to need no approval"},
};
const size_t agreement_kind_count = sizeof agreement_kinds / sizeof *agreement_kinds;

const struct agreement_kind *agreement_kind(const char *name)
{
	for (size_t i = 0; i < agreement_kind_count; i++)
		if (strcmp(agreement_kinds[i].name, name) == 0)
			return &agreement_kinds[i];
	return NULL;
}

bool agreement_id_valid(const char *id)
{
	static const char form[] = "AG-0000-0";
	size_t length = strlen(id);
	if (length < sizeof form - 1 || length > sizeof form + 2 || id[sizeof form - 2] == '0')
		return false;
	for (size_t i = 0; i < length; i++) {
		bool digit = id[i] >= '0' && id[i] <= '9';
		if (i >= sizeof form - 1 || form[i] == '0' ? !digit : id[i] != form[i])
			return false;
	}
	return true;
}

/* ---- the life ---- */

static const char *const states[] = {"none",   "negotiated", "agreed",   "tabled", "approved",  "rejected",
                                     "signed", "deposited",  "in-force", "ended",  "abandoned", NULL};
static const char *const sides[] = {"a party", "headquarters", "the Assembly's vote", "its own terms", NULL};

static const struct affair_step steps[] = {
#define STEP(id, name, fields, from, to, sides, right, decide, apply, what)                                            \
	[AGREEMENT_STEP_##id] = {name, what, fields, from, to, sides, right, decide, apply},
#define EVENT(id, name, from, to, sides, what)                                                                         \
	[AGREEMENT_STEP_##id] = {name, what, fields_none, from, to, sides, RIGHT_UNSAID, NULL, NULL},
#include "assembly/agreement_steps.def"
#undef STEP
#undef EVENT
};

static int load(struct affair_taking *taking, const char *id, struct problem *problem)
{
	struct agreement *agreement = arena_zero(taking->arena, 1, sizeof *agreement);
	bool party = id == NULL;
	if (agreement == NULL)
		return problem_no_memory(problem);
	if (id != NULL) {
		int error = agreement_get(taking->sql, id, taking->caller->office, taking->today, taking->arena,
		                          agreement, problem);
		bool wanted = error == JISR_NOT_FOUND && taking->order != NULL &&
		              taking->order->step == AGREEMENT_STEP_PROPOSE && agreement_id_valid(id) &&
		              caller_is_headquarters(taking->caller);
		if (error && !wanted)
			return error;
		if (wanted) {
			(void)snprintf(agreement->id, sizeof agreement->id, "%s", id);
			party = true;
			if (problem != NULL)
				problem->text[0] = '\0';
		}
	}
	for (size_t i = 0; i < agreement->party_count; i++)
		party = party || strcmp(agreement->parties[i].code, taking->caller->office) == 0;
	(void)snprintf(taking->id, sizeof taking->id, "%s", agreement->id);
	taking->own = agreement;
	taking->state = agreement->state;
	taking->version = agreement->version;
	if (party)
		taking->sides |= AFFAIR_BIT(AGREEMENT_PARTY);
	if (caller_is_headquarters(taking->caller))
		taking->sides |= AFFAIR_BIT(AGREEMENT_HEADQUARTERS);
	return JISR_OK;
}

static int audience(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	const cJSON *parties = json_get(taking->fields, "parties");
	int error = affair_hears(taking, OFFICE_HEADQUARTERS, problem);
	if (taking->order->step == AGREEMENT_STEP_DEPOSIT || taking->order->step == AGREEMENT_STEP_TABLE ||
	    (taking->state != AGREEMENT_NONE && (agreement->session > 0 || agreement->deposited[0] != '\0'))) {
		taking->only_count = 0;
		return error;
	}
	for (size_t i = 0; i < agreement->party_count && !error; i++)
		if (agreement->parties[i].name[0] == '\0')
			error = affair_hears(taking, agreement->parties[i].code, problem);
	for (const cJSON *one = agreement->party_count == 0 && parties != NULL ? parties->child : NULL;
	     one != NULL && !error; one = one->next)
		if (json_get(one, "name") == NULL)
			error = affair_hears(taking, applying_text(one, "code"), problem);
	return error;
}

/* What a party has done it does not do again. */
static bool left_to_do(const struct agreement *agreement, const struct agreement_party *party, unsigned step)
{
	bool unsigned_yet = party->signed_at[0] == '\0', stays = party->withdrawn[0] == '\0';
	switch (step) {
	case AGREEMENT_STEP_AGREE: return party->agreed != agreement->revision;
	case AGREEMENT_STEP_SIGN:
		return unsigned_yet &&
		       (agreement->state != AGREEMENT_AGREED || !agreement_kind(agreement->kind)->approval);
	case AGREEMENT_STEP_RATIFY: return agreement->ratifications > 0 && party->ratified[0] == '\0' && stays;
	default: return stays; /* to withdraw */
	}
}

/* A party's own steps; headquarters takes them for those that have no office here, too. */
static bool offered(const struct affair_taking *taking, unsigned step)
{
	const struct agreement *agreement = taking->own;
	const bool headquarters = caller_is_headquarters(taking->caller);
	bool begun = false, left = false;
	for (size_t i = 0; i < agreement->party_count; i++) {
		const struct agreement_party *party = &agreement->parties[i];
		bool its = strcmp(party->code, taking->caller->office) == 0 || (party->name[0] != '\0' && headquarters);
		begun = begun || party->signed_at[0] != '\0';
		left = left || (its && left_to_do(agreement, party, step));
	}
	switch (step) {
	case AGREEMENT_STEP_AGREE:
	case AGREEMENT_STEP_SIGN:
	case AGREEMENT_STEP_RATIFY:
	case AGREEMENT_STEP_WITHDRAW: return left;
	case AGREEMENT_STEP_REOPEN: return !begun;
	case AGREEMENT_STEP_TABLE: return agreement_kind(agreement->kind)->approval;
	default: return true;
	}
}

const struct affair agreement_affair = {
	.name = "agreement",
	.plural = "agreements",
	.title = "agreement",
	.example = "AG-2026-417",
	.states = states,
	.sides = sides,
	.steps = steps,
	.step_count = AGREEMENT_STEPS,
	.views = agreement_views,
	.set_state = "UPDATE agreement SET state = CASE WHEN ?2 = 0 THEN state ELSE ?2 END, version = ?3 WHERE id = ?1",
	.load = load,
	.audience = audience,
	.offered = offered,
};

/* ---- kinds ---- */

#define STEP(id, name, ...) AFFAIR_KIND(agreement, AGREEMENT_STEP_##id)
#define EVENT(id, ...)
#include "assembly/agreement_steps.def"
#undef STEP
#undef EVENT

static const struct store_kind kinds[] = {
#define STEP(id, name, ...)                                                                                            \
	{"agreement." name, check_agreement_AGREEMENT_STEP_##id, apply_agreement_AGREEMENT_STEP_##id, NULL},
#define EVENT(id, ...)
#include "assembly/agreement_steps.def"
#undef STEP
#undef EVENT
	{"assembly.vote.close", NULL, agreement_voted, NULL},
	{"assembly.vote.settle", NULL, agreement_voted, NULL},
	{"assembly.draft.withdraw", NULL, agreement_unvoted, NULL},
};

const struct store_domain agreement_domain = {
	.name = "agreement",
	.steps = migrations,
	.step_count = sizeof migrations / sizeof *migrations,
	.tables = tables,
	.kinds = kinds,
	.kind_count = sizeof kinds / sizeof *kinds,
};

/* ---- reading ---- */

bool agreement_inside(const struct agreement *agreement, const char *office)
{
	if (strcmp(office, OFFICE_HEADQUARTERS) == 0)
		return true;
	for (size_t i = 0; i < agreement->party_count; i++)
		if (office[0] != '\0' && strcmp(agreement->parties[i].code, office) == 0)
			return true;
	return false;
}

/* Copies texts of a row; false without memory. */
static bool copy(struct sql_query *query, int column, struct arena *arena, const char **ret_text)
{
	const char *text = sql_text(query, column);
	*ret_text = arena_text(arena, text, strlen(text));
	return *ret_text != NULL;
}

static int read_parties(struct sql *sql, struct arena *arena, struct agreement *agreement, struct problem *problem)
{
	bool good = true;
	agreement->parties = arena_zero(arena, AGREEMENT_PARTIES, sizeof *agreement->parties);
	if (agreement->parties == NULL)
		return problem_no_memory(problem);
	struct sql_query query = sql_query(
		sql, "SELECT code, name, key, agreed, signature, paper, key_id, signer, signed, ratified, withdrawn"
		     " FROM agreement_party WHERE id = ?1 ORDER BY code");
	sql_bind_text(&query, 1, agreement->id);
	while (agreement->party_count < AGREEMENT_PARTIES && sql_next(&query)) {
		struct agreement_party *party = &agreement->parties[agreement->party_count++];
		party->agreed = (uint32_t)sql_number(&query, 3);
		good = good && copy(&query, 0, arena, &party->code) && copy(&query, 1, arena, &party->name) &&
		       copy(&query, 2, arena, &party->key) && copy(&query, 4, arena, &party->signature) &&
		       copy(&query, 5, arena, &party->paper) && copy(&query, 6, arena, &party->key_id) &&
		       copy(&query, 7, arena, &party->signer) && copy(&query, 8, arena, &party->signed_at) &&
		       copy(&query, 9, arena, &party->ratified) && copy(&query, 10, arena, &party->withdrawn);
	}
	int error = sql_done(&query, problem);
	return error || good ? error : problem_no_memory(problem);
}

static enum agreement_state state_on(const struct agreement *agreement, const char *day)
{
	bool held = agreement->state == AGREEMENT_DEPOSITED;
	if (held && agreement->ended[0] != '\0' && strcmp(agreement->ended, day) <= 0)
		return AGREEMENT_ENDED;
	if (held && agreement->in_force[0] != '\0' && strcmp(agreement->in_force, day) <= 0)
		return AGREEMENT_IN_FORCE;
	return agreement->state;
}

int agreement_get(struct sql *sql, const char *id, const char *office, const char *day, struct arena *arena,
                  struct agreement *ret_agreement, struct problem *problem)
{
	struct agreement agreement = {0};
	bool good = true;
	if (!agreement_id_valid(id))
		return problem_set(problem, JISR_NOT_FOUND, "there is no agreement %.40s", id);
	struct sql_query query = sql_query(
		sql,
		"SELECT state, kind, title, revision, days, ratifications, notice_days, not_before, session, draft, "
		"decision,"
		" reason, proposed, agreed, signed, deposited, in_force, ended, version FROM agreement WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	if (sql_next(&query)) {
		(void)snprintf(agreement.id, sizeof agreement.id, "%s", id);
		agreement.state = (enum agreement_state)(sql_number(&query, 0) % AGREEMENT_STATES);
		agreement.revision = (uint32_t)sql_number(&query, 3);
		agreement.days = (uint32_t)sql_number(&query, 4);
		agreement.ratifications = (uint32_t)sql_number(&query, 5);
		agreement.notice_days = (uint32_t)sql_number(&query, 6);
		agreement.session = (uint32_t)sql_number(&query, 8);
		agreement.draft = (uint32_t)sql_number(&query, 9);
		agreement.version = (uint64_t)sql_number(&query, 18);
		good = copy(&query, 1, arena, &agreement.kind) && copy(&query, 2, arena, &agreement.title) &&
		       copy(&query, 7, arena, &agreement.not_before) && copy(&query, 10, arena, &agreement.decision) &&
		       copy(&query, 11, arena, &agreement.reason) && copy(&query, 12, arena, &agreement.proposed) &&
		       copy(&query, 13, arena, &agreement.agreed) && copy(&query, 14, arena, &agreement.signed_at) &&
		       copy(&query, 15, arena, &agreement.deposited) && copy(&query, 16, arena, &agreement.in_force) &&
		       copy(&query, 17, arena, &agreement.ended);
	}
	int error = sql_done(&query, problem);
	if (!error && !good)
		error = problem_no_memory(problem);
	if (!error && agreement.id[0] != '\0')
		error = read_parties(sql, arena, &agreement, problem);
	if (error)
		return error;
	bool told = agreement.id[0] != '\0' &&
	            (agreement.deposited[0] != '\0' || (agreement.session > 0 && office[0] != '\0') ||
	             agreement_inside(&agreement, office));
	if (!told)
		return problem_set(problem, JISR_NOT_FOUND, "there is no agreement %.40s", id);
	agreement.state = state_on(&agreement, day);
	*ret_agreement = agreement;
	return JISR_OK;
}

int agreement_texts(struct sql *sql, const char *id, struct arena *arena,
                    struct agreement_text ret_texts[AGREEMENT_TEXTS], size_t *ret_count, struct problem *problem)
{
	size_t count = 0;
	bool good = true;
	struct sql_query query = sql_query(sql, "SELECT language, title, hash, wording, pages FROM agreement_text"
	                                        " WHERE id = ?1 ORDER BY language");
	sql_bind_text(&query, 1, id);
	while (count < AGREEMENT_TEXTS && sql_next(&query)) {
		struct agreement_text *text = &ret_texts[count++];
		good = good && copy(&query, 0, arena, &text->language) && copy(&query, 1, arena, &text->title) &&
		       copy(&query, 2, arena, &text->hash) && copy(&query, 3, arena, &text->wording);
		text->pages = (uint32_t)sql_number(&query, 4);
	}
	int error = sql_done(&query, problem);
	if (!error && !good)
		error = problem_no_memory(problem);
	*ret_count = error ? 0 : count;
	return error;
}
