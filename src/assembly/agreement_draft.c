/* What parties do with an agreement until they agree. */
#include "assembly/agreement_note.h"
#include "assembly/agreement_private.h"
#include "base/sha256.h"

#define END                                                                                                            \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define WHY(need, help)                                                                                                \
	{                                                                                                              \
		"text", FIELD_TEXT, need, 4000, NULL, NULL, help                                                       \
	}
#define PARTY                                                                                                          \
	{                                                                                                              \
		"party", FIELD_CODE, false, 0, NULL, NULL,                                                             \
			"for whom: a party that has no office here; else the own office"                               \
	}
#define TERMS                                                                                                          \
	{"ratifications",                                                                                              \
	 FIELD_NUMBER,                                                                                                 \
	 false,                                                                                                        \
	 AGREEMENT_PARTIES,                                                                                            \
	 NULL,                                                                                                         \
	 NULL,                                                                                                         \
	 "how many parties ratify before it enters into force; 0: none has to"},                                       \
		{"days",                                                                                               \
	         FIELD_NUMBER,                                                                                         \
	         false,                                                                                                \
	         AGREEMENT_MAX_DAYS,                                                                                   \
	         NULL,                                                                                                 \
	         NULL,                                                                                                 \
	         "days from then until it enters into force"},                                                         \
		{"not_before", FIELD_DAY, false, 0, NULL, NULL, "and not before that day"},                            \
	{                                                                                                              \
		"notice_days", FIELD_NUMBER, false, AGREEMENT_MAX_DAYS, NULL, NULL,                                    \
			"days from a notice of withdrawal until it takes effect"                                       \
	}

static const char *const words_kind[] = {"relations", "seat", "cooperation", "technical", NULL};

static const struct field fields_party[] = {
	{"code", FIELD_CODE, true, 0, NULL, NULL, "of an office; for others a code that no office has, such as EX-1"},
	{"name", FIELD_TEXT, false, FIELD_MAX_NAME, NULL, NULL, "of a party that has no office here"},
	{"key", FIELD_TEXT, false, NOTE_MAX_KEY - 1, NULL, NULL, "its public key, NAME+ID+KEY, if it signs with one"},
	END,
};
const struct field fields_agreement_propose[] = {
	{"kind", FIELD_WORD, true, 0, words_kind, NULL, "what it is about: whether the Assembly approves it"},
	{"title", FIELD_TEXTS, true, 500, NULL, NULL, "its title"},
	{"parties", FIELD_LIST, true, AGREEMENT_PARTIES, NULL, fields_party, "all of them, two or more"},
	TERMS,
	END,
};
const struct field fields_agreement_text[] = {
	{"language", FIELD_TEXT, true, AGREEMENT_LANGUAGE, NULL, NULL, "its code, such as en"},
	{"wording", FIELD_PAPER, false, AGREEMENT_WORDING, NULL, NULL, "the text itself, lines and all"},
	{"hash", FIELD_HASH, false, 0, NULL, NULL, "instead of it SHA-256 of a file that is kept elsewhere"},
	{"title", FIELD_TEXT, true, 500, NULL, NULL, "its title in that language"},
	{"pages", FIELD_NUMBER, false, 100000, NULL, NULL, "how many it has"},
	END,
};
const struct field fields_agreement_terms[] = {TERMS, END};
const struct field fields_agreement_agree[] = {
	{"revision", FIELD_NUMBER, true, 1000000, NULL, NULL, "the one that was read"},
	PARTY,
	END,
};
const struct field fields_agreement_why[] = {WHY(true, "why"), END};
const struct field fields_agreement_table[] = {
	{"session", FIELD_NUMBER, true, ASSEMBLY_MAX_SESSION, NULL, NULL, "number of the session"},
	{"draft", FIELD_NUMBER, true, 100000, NULL, NULL, "number of the draft resolution, whose matter is agreement"},
	END,
};
const struct field fields_agreement_sign[] = {
	{"signer", FIELD_TEXT, true, FIELD_MAX_NAME, NULL, NULL,
         "office of who signs, such as Minister of the Interior"},
	{"signature", FIELD_TEXT, false, AGREEMENT_SIGNATURE, NULL, NULL,
         "made with the party's key somewhere else; else this machine signs with the key that it holds"},
	{"paper", FIELD_HASH, false, 0, NULL, NULL, "SHA-256 of the page that a party without a key signed by hand"},
	PARTY,
	END,
};
const struct field fields_agreement_deposit[] = {WHY(false, "what else is to be known"), END};
const struct field fields_agreement_ratify[] = {
	{"day", FIELD_DAY, false, 0, NULL, NULL, "on which the instrument came; today when it is left out"},
	{"hash", FIELD_HASH, false, 0, NULL, NULL, "SHA-256 of the instrument's file"},
	PARTY,
	END,
};
const struct field fields_agreement_withdraw[] = {WHY(true, "why"), PARTY, END};

/* ---- proposing ---- */

static int check_party(struct affair_taking *taking, const cJSON *one, struct problem *problem)
{
	const char *code = applying_text(one, "code"), *name = json_get_text(one, "name"),
		   *key = json_get_text(one, "key");
	struct office office;
	struct note_verifier verifier;
	int error = register_office(taking->sql, code, &office, NULL);
	if (error && error != JISR_NOT_FOUND)
		return problem_set(problem, error, "the register cannot be read");
	bool there = error == JISR_OK || strcmp(code, OFFICE_HEADQUARTERS) == 0;
	if (name == NULL && !there)
		return problem_set(problem, JISR_NOT_FOUND,
		                   "there is no office %s: name a party that has none here (\"name\")", code);
	if (name != NULL && (there || strncmp(code, "EX-", 3) != 0))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "%s: the code of a party that has no office here begins with EX-", code);
	if (name == NULL && key != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "%s signs with a key of its office: no \"key\"", code);
	if (key != NULL &&
	    (note_verifier_read(key, strlen(key), &verifier, NULL) != JISR_OK || strcmp(verifier.name, code) != 0))
		return problem_set(problem, JISR_BAD_INPUT, "\"key\" of %s is a public key of the form %s+ID+KEY", code,
		                   code);
	return JISR_OK;
}

static int check_parties(struct affair_taking *taking, const char *kind, struct problem *problem)
{
	const cJSON *parties = json_get(taking->fields, "parties");
	bool own = false, headquarters = false;
	size_t count = 0, outside = 0;
	for (const cJSON *one = parties->child; one != NULL; one = one->next, count++) {
		const char *code = applying_text(one, "code");
		int error = check_party(taking, one, problem);
		if (error)
			return error;
		for (const cJSON *other = parties->child; other != one; other = other->next)
			if (strcmp(code, applying_text(other, "code")) == 0)
				return problem_set(problem, JISR_BAD_INPUT, "%s is a party twice", code);
		own = own || strcmp(code, taking->caller->office) == 0;
		headquarters = headquarters || strcmp(code, OFFICE_HEADQUARTERS) == 0;
		outside += json_get(one, "name") != NULL;
	}
	if (count < 2)
		return problem_set(problem, JISR_BAD_INPUT, "an agreement has two parties or more");
	if (!own)
		return problem_set(problem, JISR_DENIED, "%s is none of the parties", taking->caller->office);
	if (strcmp(kind, "relations") == 0 && (!headquarters || outside == 0))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "relations are those of headquarters with a party that has no office here");
	if (strcmp(kind, "seat") == 0 && !headquarters)
		return problem_set(problem, JISR_BAD_INPUT, "headquarters is a party of an agreement about its seat");
	if (strcmp(kind, "cooperation") == 0 && outside > 0)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"cooperation is agreed between offices of the organisation; with others it is relations");
	return JISR_OK;
}

static int check_terms(const struct affair_taking *taking, size_t parties, struct problem *problem)
{
	return applying_number(taking->fields, "ratifications") <= parties
	               ? JISR_OK
	               : problem_set(problem, JISR_BAD_INPUT, "there are %zu parties: no more of them can ratify",
	                             parties);
}

int agreement_propose(struct affair_taking *taking, struct problem *problem)
{
	const char *kind = applying_text(taking->fields, "kind");
	char begin[16];
	int error = check_parties(taking, kind, problem);
	if (!error)
		error = check_terms(taking, (size_t)cJSON_GetArraySize(json_get(taking->fields, "parties")), problem);
	if (error || taking->id[0] != '\0') /* headquarters may enter one under the number that it has elsewhere */
		return error;
	(void)snprintf(begin, sizeof begin, "AG-%.4s-", taking->today);
	return affair_draw_id(taking, begin, problem);
}

static int set_terms(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE agreement SET ratifications = ?2, days = ?3, not_before = ?4, notice_days ="
			       " ?5 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, applying_number(applying->body, "ratifications"));
	sql_bind_number(&query, 3, applying_number(applying->body, "days"));
	sql_bind_text(&query, 4, applying_text(applying->body, "not_before"));
	sql_bind_number(&query, 5, applying_number(applying->body, "notice_days"));
	return sql_run(&query, problem);
}

/* One more revision. */
static int revise(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement SET revision = revision + 1, agreed = '' WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	return sql_run(&query, problem);
}

int agreement_propose_apply(struct affair_applying *applying, struct problem *problem)
{
	const cJSON *parties = json_get(applying->body, "parties");
	const char *title;
	int error = entry_json_text(applying->arena, json_get(applying->body, "title"), &title, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "INSERT INTO agreement VALUES(?1, 0, ?2, ?3, 1, 0, 0, 0, '', 0, 0,"
	                                 " '', '', ?4, '', '', '', '', '', 0)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->body, "kind"));
	sql_bind_text(&query, 3, title);
	sql_bind_text(&query, 4, applying->entry->header.at);
	error = sql_run(&query, problem);
	for (const cJSON *one = parties != NULL ? parties->child : NULL; one != NULL && !error; one = one->next) {
		query = sql_query(applying->sql,
		                  "INSERT INTO agreement_party VALUES(?1, ?2, ?3, ?4, 0, '', '', '', '', '', '',"
		                  " '', '')");
		sql_bind_text(&query, 1, applying->id);
		sql_bind_text(&query, 2, applying_text(one, "code"));
		sql_bind_text(&query, 3, applying_text(one, "name"));
		sql_bind_text(&query, 4, applying_text(one, "key"));
		error = sql_run(&query, problem);
	}
	return error ? error : set_terms(applying, problem);
}

int agreement_text(struct affair_taking *taking, struct problem *problem)
{
	const char *language = applying_text(taking->fields, "language");
	const char *wording = json_get_text(taking->fields, "wording"), *hash = json_get_text(taking->fields, "hash");
	char digest[SHA256_HEX];
	int64_t others = 0;
	if (strlen(language) < 2 || strspn(language, "abcdefghijklmnopqrstuvwxyz") != strlen(language))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "\"language\" is a code of two or three letters, such as en");
	if ((wording == NULL) == (hash == NULL))
		return problem_set(problem, JISR_BAD_INPUT,
		                   "a text is given by its \"wording\", or by the \"hash\" of its file: one of both");
	struct sql_query query =
		sql_query(taking->sql, "SELECT count(*) FROM agreement_text WHERE id = ?1 AND language <> ?2");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_text(&query, 2, language);
	int error = sql_run_number(&query, 0, &others, problem);
	if (!error && others >= AGREEMENT_TEXTS)
		error = problem_set(problem, JISR_TOO_LARGE, "an agreement has texts in at most %d languages",
		                    AGREEMENT_TEXTS);
	if (!error && wording != NULL) {
		sha256_hex(wording, strlen(wording), digest);
		hash = digest;
	}
	tree_text(taking->made, "hash", hash);
	tree_count(taking->made, "revision", AGREEMENT_OF(taking)->revision + 1);
	return error;
}

int agreement_text_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "INSERT OR REPLACE INTO agreement_text VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->body, "language"));
	sql_bind_text(&query, 3, applying_text(applying->body, "title"));
	sql_bind_text(&query, 4, applying_text(applying->made, "hash"));
	sql_bind_number(&query, 5, applying_number(applying->body, "pages"));
	sql_bind_text(&query, 6, applying->entry->header.author);
	sql_bind_text(&query, 7, applying_text(applying->body, "wording"));
	int error = sql_run(&query, problem);
	return error ? error : revise(applying, problem);
}

int agreement_terms(struct affair_taking *taking, struct problem *problem)
{
	tree_count(taking->made, "revision", AGREEMENT_OF(taking)->revision + 1);
	return check_terms(taking, AGREEMENT_OF(taking)->party_count, problem);
}

int agreement_terms_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = set_terms(applying, problem);
	return error ? error : revise(applying, problem);
}

/* ---- agreeing ---- */

int agreement_find_party(const struct affair_taking *taking, bool any, const struct agreement_party **ret_party,
                         struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	const char *named = json_get_text(taking->fields, "party"), *own = taking->caller->office;
	const char *code = named != NULL ? named : own;
	for (size_t i = 0; i < agreement->party_count; i++) {
		const struct agreement_party *party = &agreement->parties[i];
		if (strcmp(party->code, code) != 0)
			continue;
		bool other = strcmp(code, own) != 0;
		if (other && !caller_is_headquarters(taking->caller))
			return problem_set(problem, JISR_DENIED, "only headquarters acts for another party");
		if (other && !any && party->name[0] == '\0')
			return problem_set(problem, JISR_DENIED, "%s has an office here and acts by itself", code);
		*ret_party = party;
		return JISR_OK;
	}
	return problem_set(problem, named == NULL ? JISR_DENIED : JISR_NOT_FOUND, "%s is no party of %s%s", code,
	                   agreement->id, named == NULL ? ": say for whom, with \"party\"" : "");
}

/* The Assembly wants its four languages, everybody else one. */
static int check_languages(const struct affair_taking *taking, struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	int64_t texts = 0, four = 0;
	struct sql_query query =
		sql_query(taking->sql,
	                  "SELECT count(*) FROM agreement_text WHERE id = ?1 AND language IN ('ar', 'en', 'es', 'fr')");
	sql_bind_text(&query, 1, taking->id);
	int error = sql_run_number(&query, 0, &four, problem);
	query = sql_query(taking->sql, "SELECT count(*) FROM agreement_text WHERE id = ?1");
	sql_bind_text(&query, 1, taking->id);
	int asked = sql_run_number(&query, 0, &texts, problem);
	if (error || asked)
		return error ? error : asked;
	if (texts == 0)
		return problem_set(problem, JISR_STATE, "there is no text yet to agree to");
	if (agreement_kind(agreement->kind)->approval && four < 4)
		return problem_set(
			problem, JISR_STATE,
			"the Assembly decides on it: it must be there in Arabic, English, Spanish and French");
	return JISR_OK;
}

int agreement_agree(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	const struct agreement_party *party = NULL;
	uint32_t revision = applying_number(taking->fields, "revision");
	bool all = true;
	int error = agreement_find_party(taking, false, &party, problem);
	if (!error && revision != agreement->revision)
		error = problem_set(problem, JISR_CONFLICT, "revision %u is not the last one: it is %u now",
		                    (unsigned)revision, (unsigned)agreement->revision);
	if (!error && party->agreed == revision)
		error = problem_set(problem, JISR_CONFLICT, "%s has agreed to revision %u already", party->code,
		                    (unsigned)revision);
	if (!error)
		error = check_languages(taking, problem);
	if (error)
		return error;
	for (size_t i = 0; i < agreement->party_count; i++)
		all = all && (&agreement->parties[i] == party || agreement->parties[i].agreed == revision);
	tree_text(taking->made, "party", party->code);
	if (all)
		tree_bool(taking->made, "settled", true);
	return JISR_OK;
}

int agreement_set_state(struct affair_applying *applying, enum agreement_state state, const char *statement,
                        struct problem *problem)
{
	struct sql_query query = sql_query_once(applying->sql, statement);
	sql_bind_text(&query, 1, applying->id);
	sql_bind_number(&query, 2, state);
	sql_bind_text(&query, 3, applying->entry->header.at);
	return sql_run(&query, problem);
}

int agreement_agree_apply(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement_party SET agreed = ?3 WHERE id = ?1 AND code = ?2");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->made, "party"));
	sql_bind_number(&query, 3, applying_number(applying->body, "revision"));
	int error = sql_run(&query, problem);
	return error || !applying_flag(applying->made, "settled")
	               ? error
	               : agreement_set_state(applying, AGREEMENT_AGREED,
	                                     "UPDATE agreement SET state = ?2, agreed = ?3 WHERE id = ?1", problem);
}

int agreement_set_reason(struct affair_applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(applying->sql, "UPDATE agreement SET reason = ?2 WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	sql_bind_text(&query, 2, applying_text(applying->body, "text"));
	return sql_run(&query, problem);
}

int agreement_reopen(struct affair_taking *taking, struct problem *problem)
{
	const struct agreement *agreement = AGREEMENT_OF(taking);
	for (size_t i = 0; i < agreement->party_count; i++)
		if (agreement->parties[i].signed_at[0] != '\0')
			return problem_set(problem, JISR_STATE, "%s has signed it: it can be abandoned, not changed",
			                   agreement->parties[i].code);
	return JISR_OK;
}

int agreement_reopen_apply(struct affair_applying *applying, struct problem *problem)
{
	int error = revise(applying, problem);
	struct sql_query query =
		sql_query(applying->sql, "UPDATE agreement SET session = 0, draft = 0, decision = '' WHERE id = ?1");
	sql_bind_text(&query, 1, applying->id);
	int done = sql_run(&query, problem);
	return error || done ? (error ? error : done) : agreement_set_reason(applying, problem);
}

int agreement_abandon(struct affair_taking *taking, struct problem *problem)
{
	(void)taking;
	(void)problem;
	return JISR_OK;
}

int agreement_abandon_apply(struct affair_applying *applying, struct problem *problem)
{
	return agreement_set_reason(applying, problem);
}
