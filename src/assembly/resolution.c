/* Draft resolutions and amendments.
 *
 *   draft       draft -> adopted | rejected (by a vote) | withdrawn
 *   amendment   moved -> adopted | rejected (by a vote) | withdrawn | moot (another one of the same paragraph was adopted)
 *
 * Operative paragraphs have an id of their own that stays when others come and go: amendments name it. */
#include "assembly/resolution.h"

#include "assembly/assembly_private.h"
#include "assembly/distance.h"

#define BEFORE_END (ASSEMBLY_BIT(ASSEMBLY_CALLED) | ASSEMBLY_BIT(ASSEMBLY_OPEN))

/* ---- reading ---- */

void resolution_finish(struct resolution *draft)
{
	draft->title = json_free(draft->title);
	draft->preamble = json_free(draft->preamble);
	draft->operative = json_free(draft->operative);
}

int resolution_read(struct sql *sql, uint32_t session, uint32_t number, struct resolution *ret_draft,
                    struct problem *problem)
{
	struct resolution draft = {0};
	struct sql_query query = sql_query(sql, "SELECT matter, state, notified, title, preamble, operative, item FROM "
	                                        "assembly_draft WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		draft.number = number;
		(void)snprintf(draft.matter, sizeof draft.matter, "%s", sql_text(&query, 0));
		(void)snprintf(draft.state, sizeof draft.state, "%s", sql_text(&query, 1));
		(void)snprintf(draft.notified, sizeof draft.notified, "%s", sql_text(&query, 2));
		draft.title = cJSON_Parse(sql_text(&query, 3));
		draft.preamble = cJSON_Parse(sql_text(&query, 4));
		draft.operative = cJSON_Parse(sql_text(&query, 5));
		draft.item = (uint32_t)sql_number(&query, 6);
	}
	int error = sql_done(&query, problem);
	if (!error && draft.number == 0)
		error = problem_set(problem, JISR_NOT_FOUND, "there is no draft %u in session %u", (unsigned)number,
		                    (unsigned)session);
	if (!error && (draft.title == NULL || draft.preamble == NULL || draft.operative == NULL))
		error = problem_no_memory(problem);
	if (error)
		resolution_finish(&draft);
	else
		*ret_draft = draft;
	return error;
}

bool resolution_text_complete(const cJSON *text)
{
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		if (json_get_text(text, language_codes[i]) == NULL)
			return false;
	return true;
}

static void missing(const cJSON *text, const char *what, size_t place, char out[RESOLUTION_MISSING_MAX], size_t *length)
{
	for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
		if (json_get_text(text, language_codes[i]) != NULL || *length + 40 > RESOLUTION_MISSING_MAX)
			continue;
		*length += (size_t)snprintf(out + *length, RESOLUTION_MISSING_MAX - *length, "%s%s",
		                            *length > 0 ? ", " : "", what);
		if (place > 0)
			*length += (size_t)snprintf(out + *length, RESOLUTION_MISSING_MAX - *length, " %zu", place);
		*length +=
			(size_t)snprintf(out + *length, RESOLUTION_MISSING_MAX - *length, " (%s)", language_codes[i]);
	}
}

bool resolution_complete(const struct resolution *draft, char out[RESOLUTION_MISSING_MAX])
{
	size_t length = 0, place = 0;
	out[0] = '\0';
	missing(draft->title, "title", 0, out, &length);
	for (const cJSON *one = draft->preamble->child; one != NULL; one = one->next)
		missing(one, "preamble", ++place, out, &length);
	place = 0;
	for (const cJSON *one = draft->operative->child; one != NULL; one = one->next)
		missing(json_get(one, "text"), "paragraph", ++place, out, &length);
	return length == 0;
}

int resolution_furthest(struct sql *sql, uint32_t session, uint32_t draft, uint32_t *ret_number,
                        struct problem *problem)
{
	int64_t number = 0;
	struct sql_query query =
		sql_query(sql, "SELECT number FROM assembly_amendment WHERE session = ?1 AND draft = ?2 AND"
	                       " state = 'moved' ORDER BY distance DESC, number LIMIT 1");
	sql_bind_number(&query, 1, session);
	sql_bind_number(&query, 2, draft);
	int error = sql_run_number(&query, 0, &number, problem);
	if (!error)
		*ret_number = (uint32_t)number;
	return error;
}

static cJSON *paragraph(uint32_t id, const cJSON *text)
{
	cJSON *object = cJSON_CreateObject(), *copy = cJSON_Duplicate(text, true);
	if (object == NULL || copy == NULL || cJSON_AddNumberToObject(object, "id", id) == NULL ||
	    !cJSON_AddItemToObject(object, "text", copy)) {
		cJSON_Delete(object);
		cJSON_Delete(copy);
		return NULL;
	}
	return object;
}

cJSON *resolution_amended(const cJSON *operative, const char *kind, uint32_t place, const cJSON *text)
{
	cJSON *list = cJSON_CreateArray();
	uint32_t most = 0;
	bool good = list != NULL;
	for (const cJSON *one = operative->child; one != NULL; one = one->next)
		most = applying_number(one, "id") > most ? applying_number(one, "id") : most;
	cJSON *added = strcmp(kind, "add") == 0 ? paragraph(most + 1, text) : NULL;
	good = good && (added != NULL || strcmp(kind, "add") != 0);
	if (good && added != NULL && place == 0) {
		good = cJSON_AddItemToArray(list, added);
		added = NULL;
	}
	for (const cJSON *one = operative->child; one != NULL && good; one = one->next) {
		uint32_t id = applying_number(one, "id");
		if (id != place || strcmp(kind, "add") == 0) {
			cJSON *copy = cJSON_Duplicate(one, true);
			good = copy != NULL && cJSON_AddItemToArray(list, copy);
		} else if (strcmp(kind, "replace") == 0) {
			cJSON *copy = paragraph(id, text);
			good = copy != NULL && cJSON_AddItemToArray(list, copy);
		}
		if (good && id == place && added != NULL) {
			good = cJSON_AddItemToArray(list, added);
			added = NULL;
		}
	}
	cJSON_Delete(added);
	if (good)
		return list;
	cJSON_Delete(list);
	return NULL;
}

/* ---- drafts ---- */

static void name_part(struct conducting *conducting, const char *what, uint32_t number)
{
	(void)snprintf(conducting->part, sizeof conducting->part, "/%s/%u", what, (unsigned)number);
	(void)snprintf(conducting->order->id, sizeof conducting->order->id, "%u", (unsigned)number);
}

/* For whom: the secretariat by itself (code "GS"), or a delegation. */
static int mover(struct conducting *conducting, const char **ret_code, struct problem *problem)
{
	*ret_code = conducting->caller->office;
	if (caller_may(conducting->caller, RIGHT_ASSEMBLY_SECRETARY) && conducting_text(conducting, "office") == NULL)
		return JISR_OK;
	return conducting_member(conducting, ret_code, problem);
}

static int add_item(cJSON *parent, const char *key, cJSON *value, struct problem *problem)
{
	if (value != NULL && cJSON_AddItemToObject(parent, key, value))
		return JISR_OK;
	cJSON_Delete(value);
	return problem_no_memory(problem);
}

/* The secretariat alone says when a draft reached the members: notice periods are counted from it. */
static int check_notified(const struct conducting *conducting, struct problem *problem)
{
	const char *day = conducting_text(conducting, "notified");
	if (day == NULL)
		return JISR_OK;
	if (strcmp(day, conducting->today) > 0)
		return problem_set(problem, JISR_BAD_INPUT, "\"notified\": %s is still to come", day);
	return caller_check(conducting->caller, RIGHT_ASSEMBLY_SECRETARY, problem);
}

static int check_item(const struct conducting *conducting, struct problem *problem)
{
	uint32_t item = conducting_number(conducting, "item");
	int64_t there = 0;
	if (item == 0)
		return JISR_OK;
	struct sql_query query =
		sql_query(conducting->sql, "SELECT count(*) FROM assembly_item WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, item);
	int error = sql_run_number(&query, 0, &there, problem);
	return error || there > 0
	               ? error
	               : problem_set(problem, JISR_NOT_FOUND, "there is no item %u on the agenda of session %u",
	                             (unsigned)item, (unsigned)conducting->session);
}

int resolution_new(struct conducting *conducting, struct problem *problem)
{
	const char *code = NULL;
	uint32_t number = 0;
	uint32_t id = 0;
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = mover(conducting, &code, problem);
	if (!error)
		error = check_notified(conducting, problem);
	if (!error)
		error = check_item(conducting, problem);
	if (!error)
		error = conducting_next(conducting, "SELECT max(number) FROM assembly_draft WHERE session = ?1",
		                        &number, problem);
	if (error)
		return error;
	cJSON *operative = tree_add_array(conducting->made, "operative");
	for (const cJSON *one = json_get(conducting->fields, "operative")->child; one != NULL; one = one->next) {
		cJSON *made = paragraph(++id, one);
		if (made == NULL || !cJSON_AddItemToArray(operative, made)) {
			cJSON_Delete(made);
			return problem_no_memory(problem);
		}
	}
	tree_count(conducting->made, "number", number);
	tree_text(conducting->made, "office", code);
	name_part(conducting, "draft", number);
	conducting->expected = 0;
	return JISR_OK;
}

int resolution_new_apply(struct applying *applying, struct problem *problem)
{
	const char *title, *preamble, *operative, *matter = applying_text(applying->body, "matter");
	int error = applying_json(applying, json_get(applying->body, "title"), &title, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->body, "preamble"), &preamble, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->made, "operative"), &operative, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO assembly_draft VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, json_array(?5), ?9,"
			       " 'draft', '', ?10, ?11)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_text(&query, 3, matter[0] != '\0' ? matter : "resolution");
	sql_bind_number(&query, 4, applying_number(applying->body, "item"));
	sql_bind_text(&query, 5, applying_text(applying->made, "office"));
	sql_bind_text(&query, 6, title);
	sql_bind_text(&query, 7, preamble[0] != '\0' ? preamble : "[]");
	sql_bind_text(&query, 8, operative);
	sql_bind_text(&query, 9, applying_text(applying->body, "notified"));
	sql_bind_text(&query, 10, applying->entry->header.at);
	sql_bind_number(&query, 11, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* What is voted on stays as it is until the vote is closed: the draft, and what else would change it. */
static int check_quiet(const struct conducting *conducting, uint32_t draft, struct problem *problem)
{
	int64_t vote = 0;
	struct sql_query query =
		sql_query(conducting->sql,
	                  "SELECT max(number) FROM assembly_vote WHERE session = ?1 AND state = 'open' AND (subject ="
	                  " 'draft:' || ?2 OR subject IN (SELECT 'amendment:' || number FROM assembly_amendment WHERE"
	                  " session = ?1 AND draft = ?2))");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, draft);
	int error = sql_run_number(&query, 0, &vote, problem);
	return error || vote == 0
	               ? error
	               : problem_set(problem, JISR_STATE,
	                             "vote %lld on draft %u is open: nothing of it changes until it is closed",
	                             (long long)vote, (unsigned)draft);
}

/* The draft that a field names, while it can still be changed. */
static int read_movable(struct conducting *conducting, struct resolution *draft, struct problem *problem)
{
	int error = conducting_state(conducting, BEFORE_END, problem);
	if (!error)
		error = resolution_read(conducting->sql, conducting->session, conducting_number(conducting, "draft"),
		                        draft, problem);
	if (!error && strcmp(draft->state, "draft") != 0)
		error = problem_set(problem, JISR_STATE, "draft %u is %s", (unsigned)draft->number, draft->state);
	return error ? error : check_quiet(conducting, draft->number, problem);
}

/* Whether the caller may change what a delegation moved: itself, or the secretariat. */
static int check_mover(struct conducting *conducting, const char *table, uint32_t number, struct problem *problem)
{
	bool mine = false;
	struct sql_query query =
		table[0] == 'd' ? sql_query(conducting->sql,
	                                    "SELECT office FROM assembly_draft WHERE session = ?1 AND number = ?2")
				: sql_query(conducting->sql,
	                                    "SELECT office FROM assembly_amendment WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query))
		mine = strcmp(sql_text(&query, 0), conducting->caller->office) == 0;
	int error = sql_done(&query, problem);
	if (error)
		return error;
	return caller_check(conducting->caller, mine ? RIGHT_ASSEMBLY_DELEGATE : RIGHT_ASSEMBLY_SECRETARY, problem) ==
	                               JISR_OK ||
	                       caller_may(conducting->caller, RIGHT_ASSEMBLY_SECRETARY)
	               ? JISR_OK
	               : problem_set(problem, JISR_DENIED, "only who moved it, or the secretariat, may do that");
}

static int merge(cJSON *text, const cJSON *added, struct problem *problem)
{
	for (const cJSON *one = added->child; one != NULL; one = one->next) {
		cJSON *copy = cJSON_CreateString(one->valuestring);
		cJSON_DeleteItemFromObjectCaseSensitive(text, one->string);
		int error = add_item(text, one->string, copy, problem);
		if (error)
			return error;
	}
	return JISR_OK;
}

static int merge_list(cJSON *list, const char *inner, const cJSON *added, const char *what, struct problem *problem)
{
	if (added == NULL)
		return JISR_OK;
	int there = cJSON_GetArraySize(list), given = cJSON_GetArraySize(added), error = JISR_OK;
	if (there != given)
		return problem_set(problem, JISR_BAD_INPUT, "the draft has %d %s paragraphs, and %d came", there, what,
		                   given);
	cJSON *at = list->child;
	for (const cJSON *one = added->child; one != NULL && !error; one = one->next, at = at->next)
		error = merge(inner != NULL ? cJSON_GetObjectItemCaseSensitive(at, inner) : at, one, problem);
	return error;
}

/* With an amendment that was adopted its words are the Assembly's: the secretariat alone corrects them. */
static int check_own_words(const struct conducting *conducting, uint32_t draft, struct problem *problem)
{
	int64_t adopted = 0;
	struct sql_query query = sql_query(conducting->sql, "SELECT max(number) FROM assembly_amendment WHERE session ="
	                                                    " ?1 AND draft = ?2 AND state = 'adopted'");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, draft);
	int error = sql_run_number(&query, 0, &adopted, problem);
	if (error || adopted == 0 || caller_may(conducting->caller, RIGHT_ASSEMBLY_SECRETARY))
		return error;
	return problem_set(problem, JISR_DENIED,
	                   "amendment %lld of draft %u was adopted: only the secretariat corrects its text now",
	                   (long long)adopted, (unsigned)draft);
}

int resolution_text(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	const cJSON *title = json_get(conducting->fields, "title");
	int error = read_movable(conducting, &draft, problem);
	if (!error)
		error = check_mover(conducting, "draft", draft.number, problem);
	if (!error)
		error = check_notified(conducting, problem);
	if (!error)
		error = check_own_words(conducting, draft.number, problem);
	if (!error && title != NULL)
		error = merge(draft.title, title, problem);
	if (!error)
		error = merge_list(draft.preamble, NULL, json_get(conducting->fields, "preamble"), "preambular",
		                   problem);
	if (!error)
		error = merge_list(draft.operative, "text", json_get(conducting->fields, "operative"), "operative",
		                   problem);
	if (error)
		return error;
	cJSON *parts[] = {draft.title, draft.preamble, draft.operative};
	static const char *const names[] = {"title", "preamble", "operative"};
	for (size_t i = 0; i < 3 && !error; i++)
		error = add_item(conducting->made, names[i], cJSON_Duplicate(parts[i], true), problem);
	name_part(conducting, "draft", draft.number);
	return error;
}

int resolution_text_apply(struct applying *applying, struct problem *problem)
{
	const char *title, *preamble, *operative;
	int error = applying_json(applying, json_get(applying->made, "title"), &title, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->made, "preamble"), &preamble, problem);
	if (!error)
		error = applying_json(applying, json_get(applying->made, "operative"), &operative, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_draft SET title = ?3, preamble = ?4, operative = ?5, notified ="
			       " ifnull(?6, notified), version = ?7 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "draft"));
	sql_bind_text(&query, 3, title);
	sql_bind_text(&query, 4, preamble);
	sql_bind_text(&query, 5, operative);
	sql_bind_text(&query, 6, json_get_text(applying->body, "notified"));
	sql_bind_number(&query, 7, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int resolution_sponsor(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	const char *code = NULL;
	int64_t there = 0;
	int error = read_movable(conducting, &draft, problem);
	if (!error)
		error = conducting_member(conducting, &code, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT count(*) FROM assembly_draft d, json_each(d.sponsors) s WHERE d.session ="
				 " ?1 AND d.number = ?2 AND s.value = ?3");
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, draft.number);
	sql_bind_text(&query, 3, code);
	error = sql_run_number(&query, 0, &there, problem);
	if (!error && there > 0)
		error = problem_set(problem, JISR_CONFLICT, "%s sponsors draft %u already", code,
		                    (unsigned)draft.number);
	tree_text(conducting->made, "code", code);
	name_part(conducting, "draft", draft.number);
	return error;
}

int resolution_sponsor_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query = sql_query(
		applying->sql, "UPDATE assembly_draft SET sponsors = json_insert(sponsors, '$[#]', ?3), version ="
			       " ?4 WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "draft"));
	sql_bind_text(&query, 3, applying_text(applying->made, "code"));
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int resolution_withdraw(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	int error = read_movable(conducting, &draft, problem);
	if (!error)
		error = check_mover(conducting, "draft", draft.number, problem);
	name_part(conducting, "draft", draft.number);
	return error;
}

int resolution_withdraw_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_draft SET state = 'withdrawn', version = ?3 WHERE"
	                                 " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "draft"));
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

/* ---- amendments ---- */

/* Taking away is furthest; then by how much of the words changes, in that of the languages that both have where it is least
 * (other translators choose other words); what is only added comes last. */
static int distance_of(const struct resolution *draft, const char *kind, uint32_t place, const cJSON *text,
                       int *ret_distance)
{
	int least = DISTANCE_DELETES;
	*ret_distance = strcmp(kind, "delete") == 0 ? DISTANCE_DELETES : 0;
	if (strcmp(kind, "replace") != 0)
		return JISR_OK;
	for (const cJSON *one = draft->operative->child; one != NULL; one = one->next) {
		if (applying_number(one, "id") != place)
			continue;
		for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
			const char *before = json_get_text(json_get(one, "text"), language_codes[i]);
			const char *after = json_get_text(text, language_codes[i]);
			int distance = before != NULL && after != NULL ? distance_words(before, after) : least;
			if (distance < 0)
				return JISR_NO_MEMORY;
			least = distance < least ? distance : least;
		}
	}
	*ret_distance = least < DISTANCE_DELETES ? least : DISTANCE_DELETES - 1; /* no language in common */
	return JISR_OK;
}

int amendment_new(struct conducting *conducting, struct problem *problem)
{
	CLEANUP(resolution_finish) struct resolution draft = {0};
	const char *code = NULL, *kind = conducting_text(conducting, "kind");
	const cJSON *text = json_get(conducting->fields, "text");
	uint32_t place = conducting_number(conducting, "paragraph");
	uint32_t number = 0;
	int distance = 0;
	bool there = strcmp(kind, "add") == 0 && place == 0;
	int error = read_movable(conducting, &draft, problem);
	if (!error)
		error = conducting_member(conducting, &code, problem);
	if (error)
		return error;
	for (const cJSON *one = draft.operative->child; one != NULL; one = one->next)
		there = there || applying_number(one, "id") == place;
	if (!there)
		return problem_set(problem, JISR_NOT_FOUND, "draft %u has no operative paragraph with the id %u",
		                   (unsigned)draft.number, (unsigned)place);
	if ((text == NULL) != (strcmp(kind, "delete") == 0))
		return problem_set(problem, JISR_BAD_INPUT,
		                   text == NULL ? "\"text\" is missing: what it is to say"
		                                : "\"text\": what is deleted has no text");
	error = conducting_next(conducting, "SELECT max(number) FROM assembly_amendment WHERE session = ?1", &number,
	                        problem);
	if (!error)
		error = distance_of(&draft, kind, place, text, &distance);
	tree_count(conducting->made, "number", number);
	tree_count(conducting->made, "distance", (uint64_t)distance);
	tree_text(conducting->made, "office", code);
	name_part(conducting, "amendment", number);
	conducting->expected = 0;
	return error;
}

int amendment_new_apply(struct applying *applying, struct problem *problem)
{
	const char *text;
	int error = applying_json(applying, json_get(applying->body, "text"), &text, problem);
	if (error)
		return error;
	struct sql_query query = sql_query(
		applying->sql, "INSERT INTO assembly_amendment VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'moved', ?9)");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->made, "number"));
	sql_bind_number(&query, 3, applying_number(applying->body, "draft"));
	sql_bind_text(&query, 4, applying_text(applying->made, "office"));
	sql_bind_text(&query, 5, applying_text(applying->body, "kind"));
	sql_bind_number(&query, 6, applying_number(applying->body, "paragraph"));
	sql_bind_text(&query, 7, text);
	sql_bind_number(&query, 8, applying_number(applying->made, "distance"));
	sql_bind_number(&query, 9, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

static int check_moved(struct conducting *conducting, struct problem *problem)
{
	bool there = false;
	uint32_t number = conducting_number(conducting, "amendment"), draft = 0;
	struct sql_query query = sql_query(
		conducting->sql, "SELECT state, draft FROM assembly_amendment WHERE session = ?1 AND number = ?2");
	int error = conducting_state(conducting, BEFORE_END, problem);
	sql_bind_number(&query, 1, conducting->session);
	sql_bind_number(&query, 2, number);
	if (sql_next(&query)) {
		there = true;
		draft = (uint32_t)sql_number(&query, 1);
		if (!error && strcmp(sql_text(&query, 0), "moved") != 0)
			error = problem_set(problem, JISR_STATE, "amendment %u is %s", (unsigned)number,
			                    sql_text(&query, 0));
	}
	int done = sql_done(&query, problem);
	if (error || done)
		return error ? error : done;
	name_part(conducting, "amendment", number);
	return there ? check_quiet(conducting, draft, problem)
	             : problem_set(problem, JISR_NOT_FOUND, "there is no amendment %u in session %u", (unsigned)number,
	                           (unsigned)conducting->session);
}

/* The chair says how far it is from the text, where words do not tell. */
int amendment_place(struct conducting *conducting, struct problem *problem)
{
	return check_moved(conducting, problem);
}

int amendment_place_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_amendment SET distance = ?3, version = ?4 WHERE"
	                                 " session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "amendment"));
	sql_bind_number(&query, 3, applying_number(applying->body, "distance"));
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int amendment_text(struct conducting *conducting, struct problem *problem)
{
	int error = check_moved(conducting, problem);
	return error ? error
	             : check_mover(conducting, "amendment", conducting_number(conducting, "amendment"), problem);
}

int amendment_text_apply(struct applying *applying, struct problem *problem)
{
	const char *text;
	int error = applying_json(applying, json_get(applying->body, "text"), &text, problem);
	if (error)
		return error;
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_amendment SET text = json_patch(text, ?3), version = ?4 WHERE"
	                                 " session = ?1 AND number = ?2 AND text <> ''");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "amendment"));
	sql_bind_text(&query, 3, text);
	sql_bind_number(&query, 4, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}

int amendment_withdraw(struct conducting *conducting, struct problem *problem)
{
	int error = check_moved(conducting, problem);
	return error ? error
	             : check_mover(conducting, "amendment", conducting_number(conducting, "amendment"), problem);
}

int amendment_withdraw_apply(struct applying *applying, struct problem *problem)
{
	struct sql_query query =
		sql_query(applying->sql, "UPDATE assembly_amendment SET state = 'withdrawn', version = ?3"
	                                 " WHERE session = ?1 AND number = ?2");
	sql_bind_number(&query, 1, applying->session);
	sql_bind_number(&query, 2, applying_number(applying->body, "amendment"));
	sql_bind_number(&query, 3, (int64_t)applying->entry->sequence);
	return sql_run(&query, problem);
}
