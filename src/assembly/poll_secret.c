#include "assembly/poll_secret.h"

#include "assembly/contest.h"

#define QUESTION_MAX 200
#define FOUR_MAX     2100 /* bytes of a question in four languages */

/* The id of the vote's secret vote that was not cancelled; "" for none. */
static int find_urn(struct sql *sql, uint32_t session, uint32_t vote, char ret_id[URN_ID_MAX + 1],
                    struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT id FROM urn WHERE session = ?1 AND vote = ?2 AND state <> ?3");
	ret_id[0] = '\0';
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, vote);
	sql_bind_number(&query, 3, URN_CANCELLED);
	if (sql_next(&query))
		(void)snprintf(ret_id, URN_ID_MAX + 1, "%s", sql_text(&query, 0));
	return sql_done(&query, problem);
}

int poll_secret_quiet(struct sql *sql, uint32_t session, uint32_t vote, struct problem *problem)
{
	char id[URN_ID_MAX + 1];
	int error = find_urn(sql, session, vote, id, problem);
	if (!error && id[0] != '\0')
		error = problem_set(problem, JISR_STATE, "its secret vote %s is under way: cancel that first", id);
	return error;
}

/* ---- the result ---- */

static bool read_counts(const cJSON *result, bool blank, struct secret_result *ret)
{
	const cJSON *questions = json_get(result, "result"), *counts = questions != NULL ? questions->child : NULL;
	if (!cJSON_IsArray(counts) || counts->next != NULL)
		return false;
	for (const cJSON *one = counts->child; one != NULL; one = one->next) {
		uint64_t votes;
		if (!json_whole(one, 0, URN_MAX_VOTERS, &votes))
			return false;
		if (blank && one == counts->child)
			ret->blank = votes;
		else if (ret->count < RACE_MAX_CANDIDATES)
			ret->counts[ret->count++] = votes;
		else
			return false;
	}
	return ret->count > 0;
}

static int read_result(const struct urn *urn, struct secret_result *ret, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *called = NULL;
	CLEANUP(json_freep) cJSON *sized = NULL;
	CLEANUP(json_freep) cJSON *result = NULL;
	int error = json_read(urn->called, strlen(urn->called), &called, problem);
	if (!error)
		error = json_read(urn->sized, strlen(urn->sized), &sized, problem);
	if (!error)
		error = json_read(urn->result, strlen(urn->result), &result, problem);
	if (error)
		return error;
	const cJSON *questions = json_get(called, "questions");
	bool blank = questions != NULL && cJSON_IsTrue(json_get(questions->child, "blank"));
	if (!json_whole(json_get(sized, "num_tallied"), 0, URN_MAX_VOTERS, &ret->cast) ||
	    !read_counts(result, blank, ret))
		return problem_set(problem, JISR_CORRUPT, "the result of the secret vote %s cannot be read", urn->id);
	(void)snprintf(ret->id, sizeof ret->id, "%s", urn->id);
	return JISR_OK;
}

int poll_secret_result(struct sql *sql, uint32_t session, uint32_t vote, struct secret_result *ret_result,
                       struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct secret_result result = {.cast = 0};
	struct urn urn;
	char id[URN_ID_MAX + 1], awaited[URN_AWAITED_MAX];
	int error = find_urn(sql, session, vote, id, problem);
	if (!error && id[0] == '\0')
		error = problem_set(problem, JISR_STATE, "the secret vote of vote %u was not called yet (poll call)",
		                    (unsigned)vote);
	if (!error && arena_new((size_t)16 << 20, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	if (!error)
		error = urn_get(sql, id, arena, &urn, problem);
	if (error)
		return error;
	urn_awaited(&urn, awaited);
	if (urn.state != URN_COUNTED)
		return problem_set(problem, JISR_STATE, "the secret vote %s is %s and awaits %s", id,
		                   urn_state_name(urn.state), awaited);
	error = read_result(&urn, &result, problem);
	if (!error)
		*ret_result = result;
	return error;
}

/* ---- the call ---- */

/* What ballots are bound to is one text, which every delegate is to understand: Arabic, English, Spanish and French, in the
 * order of their codes. */
#define FOUR(ar, en, es, fr) ar " | " en " | " es " | " fr

/* What the number of the round stands behind, by post, or by region where there is one. */
static const char *const posts[COMMITTEE_POSTS][LANGUAGE_COUNT] = {
	[COMMITTEE_PRESIDENT] = {"الرئيس، الجولة", "President, round", "Presidente, ronda", "Président, tour"},
	[COMMITTEE_VICE_PRESIDENT] = {"نائب الرئيس، الجولة", "Vice-President, round", "Vicepresidente, ronda",
                                      "Vice-président, tour"},
	[COMMITTEE_DELEGATE] = {"مندوب، الجولة", "Delegate, round", "Delegado, ronda", "Délégué, tour"},
};
static const char *const regions[REGION_COUNT][LANGUAGE_COUNT] = {
	[REGION_AFRICA] = {"مندوب أفريقيا، الجولة", "Delegate for Africa, round", "Delegado por África, ronda",
                           "Délégué pour l’Afrique, tour"},
	[REGION_AMERICAS] = {"مندوب الأمريكتين، الجولة", "Delegate for the Americas, round",
                             "Delegado por América, ronda", "Délégué pour les Amériques, tour"},
	[REGION_ASIA] = {"مندوب آسيا، الجولة", "Delegate for Asia, round", "Delegado por Asia, ronda",
                         "Délégué pour l’Asie, tour"},
	[REGION_EUROPE] = {"مندوب أوروبا، الجولة", "Delegate for Europe, round", "Delegado por Europa, ronda",
                           "Délégué pour l’Europe, tour"},
};

static void contest_in_four(const struct contest *contest, uint32_t round, char out[FOUR_MAX])
{
	size_t length = 0;
	const char *const *words =
		contest->region == COMMITTEE_NO_REGION ? posts[contest->post] : regions[contest->region];
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		length += (size_t)snprintf(out + length, FOUR_MAX - length, "%s%s %u", i > 0 ? " | " : "", words[i],
		                           (unsigned)round);
}

/* The title of a draft as the session has it; false when it has another form. */
static bool draft_in_four(struct sql *sql, uint32_t session, const char *subject, char out[FOUR_MAX])
{
	CLEANUP(json_freep) cJSON *title = NULL;
	size_t length = 0;
	struct sql_query query = sql_query(sql, "SELECT title FROM assembly_draft WHERE session = ?1 AND 'draft:' ||"
	                                        " number = ?2");
	sql_bind_number(&query, 1, session);
	sql_bind_text(&query, 2, subject);
	if (sql_next(&query))
		title = cJSON_Parse(sql_text(&query, 0));
	if (sql_done(&query, NULL) != JISR_OK || title == NULL)
		return false;
	for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
		const char *text = json_get_text(title, language_codes[i]);
		if (text == NULL || strstr(text, " | ") != NULL || length + strlen(text) + 4 > FOUR_MAX)
			return false;
		length += (size_t)snprintf(out + length, FOUR_MAX - length, "%s%s", i > 0 ? " | " : "", text);
	}
	return true;
}

/* For a draft and the like: yes and no; who abstains casts the blank vote. */
static void ask_yes_no(cJSON *questions, const char *title)
{
	cJSON *question = tree_add_object(questions, NULL), *answers;
	tree_text(question, "question", title);
	answers = tree_add_array(question, "answers");
	tree_text(answers, NULL, FOUR("نعم", "yes", "sí", "oui"));
	tree_text(answers, NULL, FOUR("لا", "no", "no", "non"));
	tree_bool(question, "blank", true);
	tree_count(question, "min", 1);
	tree_count(question, "max", 1);
}

static void ask_candidates(cJSON *questions, const char *title, const struct race *race)
{
	cJSON *question = tree_add_object(questions, NULL), *answers;
	char name[COMMITTEE_MAX_PERSON + OFFICE_CODE_MAX + 4];
	unsigned choose = race->run_off ? race->run_seats : race->seats, standing = 0;
	tree_text(question, "question", title);
	answers = tree_add_array(question, "answers");
	for (size_t i = 0; i < race->count; i++)
		if (race->candidates[i].standing == RACE_STANDS) {
			(void)snprintf(name, sizeof name, "%s (%s)", race->candidates[i].person,
			               race->candidates[i].country);
			tree_text(answers, NULL, name);
			standing++;
		}
	tree_bool(question, "blank", true);
	tree_count(question, "min", 1);
	tree_count(question, "max", choose < standing ? choose : standing);
}

static int add_electorate(struct sql *sql, uint32_t session, uint32_t vote, cJSON *fields, struct problem *problem)
{
	cJSON *list = tree_add_array(fields, "electorate");
	struct sql_query query =
		sql_query(sql, "SELECT code FROM assembly_ballot WHERE session = ?1 AND vote = ?2 ORDER BY code");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, vote);
	while (sql_next(&query))
		tree_text(list, NULL, sql_text(&query, 0));
	return sql_done(&query, problem);
}

int poll_secret_call(struct sql *sql, struct arena *arena, uint32_t session, uint32_t vote, cJSON *fields,
                     struct problem *problem)
{
	struct contest *contest = arena_zero(arena, 1, sizeof *contest);
	char state[12] = "", method[12] = "", subject[80] = "", title[QUESTION_MAX] = "", name[QUESTION_MAX + 60];
	char four[FOUR_MAX];
	bool titled = false;
	uint32_t round = 0;
	if (contest == NULL)
		return problem_no_memory(problem);
	struct sql_query query = sql_query(sql, "SELECT state, method, subject, title, round FROM assembly_vote WHERE"
	                                        " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, vote);
	if (sql_next(&query)) {
		(void)snprintf(state, sizeof state, "%s", sql_text(&query, 0));
		(void)snprintf(method, sizeof method, "%s", sql_text(&query, 1));
		(void)snprintf(subject, sizeof subject, "%s", sql_text(&query, 2));
		titled = sql_text(&query, 3)[0] != '\0';
		const char *given = titled ? sql_text(&query, 3) : sql_text(&query, 2);
		/* A cut in the middle of a letter is no text any more. */
		if (strlen(given) < sizeof title)
			(void)snprintf(title, sizeof title, "%s", given);
		else
			(void)snprintf(title, sizeof title, "vote %u of session %u", (unsigned)vote, (unsigned)session);
		round = (uint32_t)sql_number(&query, 4);
	}
	int error = sql_done(&query, problem);
	if (!error && state[0] == '\0')
		error = problem_set(problem, JISR_NOT_FOUND, "there is no vote %u in session %u", (unsigned)vote,
		                    (unsigned)session);
	if (!error && strcmp(method, "secret") != 0)
		error = problem_set(problem, JISR_STATE, "vote %u is not secret (vote.open with \"method\" secret)",
		                    (unsigned)vote);
	if (!error && strcmp(state, "open") != 0)
		error = problem_set(problem, JISR_STATE, "vote %u is %s", (unsigned)vote, state);
	if (!error)
		error = poll_secret_quiet(sql, session, vote, problem);
	uint32_t number = contest_of(subject);
	if (!error && number > 0)
		error = contest_read(sql, session, number, contest, problem);
	if (error)
		return error;
	cJSON *questions = tree_add_array(fields, "questions");
	if (number > 0) {
		char what[CONTEST_TITLE_MAX];
		contest_title(contest, what);
		(void)snprintf(title, sizeof title, "%s, round %u", what, (unsigned)round);
		contest_in_four(contest, round, four);
		ask_candidates(questions, four, &contest->race);
	} else {
		ask_yes_no(questions, !titled && draft_in_four(sql, session, subject, four) ? four : title);
	}
	(void)snprintf(name, sizeof name, "Session %u, vote %u: %s", (unsigned)session, (unsigned)vote, title);
	if (strlen(name) > URN_MAX_NAME)
		(void)snprintf(name, sizeof name, "Session %u, vote %u", (unsigned)session, (unsigned)vote);
	tree_text(fields, "name", name);
	return add_electorate(sql, session, vote, fields, problem);
}
