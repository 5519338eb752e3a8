#include "base/hash.h"
#include "base/json.h"
#include "base/words.h"
#include "notices/notice.h"
#include "notices/number.h"
#include "notices/rules.h"

#include <string.h>

/* The rule in SQL; ?1 is the viewer's office. Once in a literal, so that every statement has the same. */
#define VISIBLE                                                                                                        \
	"(owner = ?1 OR (?1 IN ('GS', 'CCF') AND state NOT IN ('draft', 'discarded'))"                                 \
	" OR (state IN ('published', 'amending') AND ("                                                                \
	"(?1 = '' AND public = 1 AND reach = '*')"                                                                     \
	" OR (?1 <> '' AND (reach = '*'"                                                                               \
	" OR (substr(reach, 1, 1) = '+' AND instr(',' || substr(reach, 2), ',' || ?1 || ',') > 0)"                     \
	" OR (substr(reach, 1, 1) = '-' AND instr(',' || substr(reach, 2), ',' || ?1 || ',') = 0))))))"
/* The state as the viewer is told it: that its owner asked for other content is not told to others. */
#define TOLD "CASE WHEN state = 'amending' AND owner <> ?1 AND ?1 NOT IN ('GS', 'CCF') THEN 'published' ELSE state END"
#define COLUMNS                                                                                                        \
	"id, form, " TOLD ", public, owner, reference, colour, caption, reach, content, proposed, review, drafted,"    \
	" published, changed, assessor, passed, ending, ground, text, version"
#define FILTERED                                                                                                       \
	VISIBLE " AND (?2 IS NULL OR colour = ?2) AND (?3 IS NULL OR owner = ?3)"                                      \
		" AND (?4 IS NULL OR instr(?4, ',' || " TOLD " || ',') > 0) AND (?5 IS NULL OR form = ?5)"             \
		" AND (?10 IS NULL OR instr(crimes, '\"' || ?10 || '\"') > 0)" WORDED
#define WORDED                                                                                                         \
	" AND (?6 IS NULL OR instr(lower(caption), lower(?6)) > 0 OR instr(lower(reference), lower(?6)) > 0"           \
	" OR id = ?6) AND (?7 IS NULL OR (review <> '' AND review < ?7))"                                              \
	" AND (?8 = 0 OR state IN ('published', 'amending'))"                                                          \
	" AND (?9 = 0 OR (public = 1 AND reach = '*' AND state IN ('published', 'amending')))"

struct viewer viewer_of(const struct caller *caller)
{
	return (struct viewer){caller->office};
}

/* Headquarters keeps the files, and the Commission controls them. */
static bool sees_all(struct viewer viewer)
{
	return strcmp(viewer.office, OFFICE_HEADQUARTERS) == 0 || strcmp(viewer.office, OFFICE_COMMISSION) == 0;
}

bool notice_inside(struct viewer viewer, const char *owner)
{
	return viewer.office[0] != '\0' && (strcmp(viewer.office, owner) == 0 || sees_all(viewer));
}

bool notice_visible(struct viewer viewer, const char *owner, enum notice_state state, bool is_public, const char *reach)
{
	if (viewer.office[0] != '\0' && strcmp(viewer.office, owner) == 0)
		return true;
	if (sees_all(viewer))
		return state != STATE_DRAFT && state != STATE_DISCARDED;
	if ((STATES_IN_FORCE & STATE_BIT(state)) == 0)
		return false;
	if (viewer.office[0] == '\0')
		return is_public && strcmp(reach, "*") == 0;
	return reach_text_includes(reach, owner, viewer.office);
}

static int read_row(struct sql_query *query, struct arena *arena, struct notice *notice)
{
	memset(notice, 0, sizeof *notice);
	(void)snprintf(notice->id, sizeof notice->id, "%s", sql_text(query, 0));
	notice->form = strcmp(sql_text(query, 1), "diffusion") == 0 ? FORM_DIFFUSION : FORM_NOTICE;
	if (!state_read(sql_text(query, 2), &notice->state))
		return JISR_CORRUPT;
	notice->is_public = sql_number(query, 3) != 0;
	const char **texts[] = {&notice->owner,   &notice->reference, &notice->colour,   &notice->caption,
	                        &notice->reach,   &notice->content,   &notice->proposed, &notice->review,
	                        &notice->drafted, &notice->published, &notice->changed,  &notice->assessor};
	const char **last[] = {&notice->ending, &notice->ground, &notice->text};
	notice->passed = sql_number(query, 16) != 0;
	notice->version = (uint64_t)sql_number(query, 20);
	int error = sql_keep_texts(query, 4, arena, texts, 12);
	return error ? error : sql_keep_texts(query, 17, arena, last, 3);
}

static int not_found(const char *id, struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "there is no notice %.40s", id);
}

int notice_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct notice *ret_notice,
               struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	if (!notice_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM notice WHERE id = ?2 AND " VISIBLE);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	bool found = sql_next(&query);
	int error = found ? read_row(&query, arena, ret_notice) : JISR_OK;
	error = sql_done_read(&query, error, problem, "notice %s", key);
	return error || found ? error : not_found(id, problem);
}

#define STATES_TEXT 256

static const char *state_word(unsigned state)
{
	return state_name((enum notice_state)state);
}

static const char *states_text(unsigned states, char out[STATES_TEXT])
{
	return words_of_bits(states, STATE_COUNT, state_word, out, STATES_TEXT);
}

static void bind_filter(struct sql_query *query, struct viewer viewer, const struct notice_filter *filter,
                        char states[STATES_TEXT])
{
	sql_bind_text(query, 1, viewer.office);
	sql_bind_text(query, 2, filter->colour);
	sql_bind_text(query, 3, filter->owner);
	sql_bind_text(query, 4, filter->states != 0 ? states_text(filter->states, states) : NULL);
	sql_bind_text(query, 5, filter->form != 0 ? form_name(filter->form) : NULL);
	sql_bind_text(query, 6, filter->words);
	sql_bind_text(query, 7, filter->due);
	sql_bind_number(query, 8, filter->in_force);
	sql_bind_number(query, 9, filter->extracts);
	sql_bind_text(query, 10, filter->crime);
}

int notice_count(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, uint64_t *ret_count,
                 struct problem *problem)
{
	char states[STATES_TEXT];
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM notice WHERE " FILTERED);
	bind_filter(&query, viewer, filter, states);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

#define PAGE(order)                                                                                                    \
	"SELECT " COLUMNS " FROM notice WHERE id IN (SELECT id FROM notice WHERE " FILTERED                            \
	" AND (?11 IS NULL OR (changed, id) < (?11, ?12)) ORDER BY " order " LIMIT ?13 OFFSET ?14) ORDER BY " order

static const char *const straight_on =
	"SELECT " COLUMNS " FROM notice WHERE " FILTERED " AND (?11 IS NULL OR (changed, id) < (?11, ?12))"
	" ORDER BY changed DESC, id DESC LIMIT ?13 OFFSET ?14";
/* The rows of a page are looked up after it was found in the index: rows that are passed over are not read. */
static const char *const pages[] = {
	[ORDER_CHANGE] = PAGE("changed DESC, id DESC"),
	[ORDER_CAPTION] = PAGE("caption COLLATE NOCASE, id"),
	[ORDER_REVIEW] = PAGE("review = '', review, id"),
};

int notice_list(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, struct arena *arena,
                notice_each each, void *context, struct problem *problem)
{
	char states[STATES_TEXT];
	int error = JISR_OK;
	bool straight = filter->order == ORDER_CHANGE && filter->skip == 0;
	struct sql_query query = sql_query(sql, straight ? straight_on : pages[filter->order]);
	bind_filter(&query, viewer, filter, states);
	sql_bind_text(&query, 11, filter->after != NULL ? filter->after->moment : NULL);
	sql_bind_text(&query, 12, filter->after != NULL ? filter->after->id : NULL);
	sql_bind_number(&query, 13, filter->limit == 0 ? NOTICE_LIST_MOST : (int64_t)filter->limit);
	sql_bind_number(&query, 14, (int64_t)filter->skip);
	while (!error && sql_next(&query)) {
		struct notice notice;
		error = read_row(&query, arena, &notice);
		if (!error && !each(context, &notice))
			break;
	}
	return sql_done_read(&query, error, problem, "notices");
}

/* ---- facets ---- */

enum { FACET_COLOUR, FACET_STATE, FACET_FORM, FACET_OWNER, FACET_CRIME, FACETS };
static const char *const facet_names[FACETS] = {"colour", "state", "form", "owner", "crime"};
#define VALUES_MOST 400 /* of a facet: there are fewer offices and codes */
#define SLOTS       1024

struct facet {
	struct {
		const char *value;
		uint64_t count;
	} values[VALUES_MOST];
	size_t count;
	uint16_t slots[SLOTS]; /* by the value's hash: its place in `values`, and one; 0: free */
};

/* Every notice is counted in every facet: looked for in slots, so that two hundred owners cost no more than two. */
static int facet_add(struct facet *facet, const char *value, size_t length, struct arena *arena)
{
	size_t slot = hash_bytes(value, length) % SLOTS;
	for (; facet->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		size_t at = facet->slots[slot] - 1u;
		if (strncmp(facet->values[at].value, value, length) == 0 && facet->values[at].value[length] == '\0') {
			facet->values[at].count++;
			return JISR_OK;
		}
	}
	if (facet->count == VALUES_MOST)
		return JISR_OK;
	char *copy = arena_text(arena, value, length);
	if (copy == NULL)
		return JISR_NO_MEMORY;
	facet->values[facet->count].value = copy;
	facet->values[facet->count].count = 1;
	facet->slots[slot] = (uint16_t)++facet->count;
	return JISR_OK;
}

/* Counts a row in each facet whose own question is the only one that it may fail. Codes of crimes stand as ["FIN","DRU"]. */
static int facets_add(struct facet *facets, const char *const values[FACETS], unsigned failed, struct arena *arena)
{
	int error = JISR_OK;
	for (unsigned i = 0; i < FACETS && !error; i++) {
		if ((failed & ~(1u << i)) != 0)
			continue;
		if (i != FACET_CRIME) {
			error = facet_add(&facets[i], values[i], strlen(values[i]), arena);
			continue;
		}
		for (const char *at = strchr(values[i], '"'); at != NULL && !error; at = strchr(at, '"')) {
			size_t length = strcspn(at + 1, "\"");
			error = facet_add(&facets[i], at + 1, length, arena);
			at += length + 1 + (at[length + 1] != '\0');
		}
	}
	return error;
}

static unsigned failed_questions(const struct notice_filter *filter, const char *states,
                                 const char *const values[FACETS])
{
	char part[32];
	unsigned failed = 0;
	if (filter->colour != NULL && strcmp(filter->colour, values[FACET_COLOUR]) != 0)
		failed |= 1u << FACET_COLOUR;
	(void)snprintf(part, sizeof part, ",%s,", values[FACET_STATE]);
	if (filter->states != 0 && strstr(states, part) == NULL)
		failed |= 1u << FACET_STATE;
	if (filter->form != 0 && strcmp(form_name(filter->form), values[FACET_FORM]) != 0)
		failed |= 1u << FACET_FORM;
	if (filter->owner != NULL && strcmp(filter->owner, values[FACET_OWNER]) != 0)
		failed |= 1u << FACET_OWNER;
	(void)snprintf(part, sizeof part, "\"%.20s\"", filter->crime != NULL ? filter->crime : "");
	if (filter->crime != NULL && strstr(values[FACET_CRIME], part) == NULL)
		failed |= 1u << FACET_CRIME;
	return failed;
}

int notice_facets(struct sql *sql, struct viewer viewer, const struct notice_filter *filter, struct arena *arena,
                  notice_each_facet each, void *context, uint64_t *ret_total, struct problem *problem)
{
	uint64_t total = 0;
	char states[STATES_TEXT];
	struct facet *facets = arena_zero(arena, FACETS, sizeof *facets);
	if (facets == NULL)
		return problem_no_memory(problem);
	struct sql_query query =
		sql_query(sql, "SELECT colour, " TOLD ", form, owner, crimes FROM notice WHERE " VISIBLE WORDED);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 6, filter->words);
	sql_bind_text(&query, 7, filter->due);
	sql_bind_number(&query, 8, filter->in_force);
	sql_bind_number(&query, 9, filter->extracts);
	(void)states_text(filter->states, states);
	int error = JISR_OK;
	while (!error && sql_next(&query)) {
		const char *values[FACETS];
		for (int i = 0; i < FACETS; i++)
			values[i] = sql_text(&query, i);
		unsigned failed = failed_questions(filter, states, values);
		total += failed == 0;
		error = facets_add(facets, values, failed, arena);
	}
	error = sql_done_read(&query, error, problem, "notices");
	if (error)
		return error;
	for (size_t i = 0; i < FACETS; i++)
		for (size_t j = 0; j < facets[i].count; j++)
			if (!each(context, facet_names[i], facets[i].values[j].value, facets[i].values[j].count))
				return JISR_OK;
	*ret_total = total;
	return JISR_OK;
}

int notice_changed(struct sql *sql, uint64_t first, uint64_t last, notice_each_id each, void *context,
                   struct problem *problem)
{
	struct sql_query query =
		sql_query(sql, "SELECT id FROM notice_history WHERE sequence BETWEEN ?1 AND ?2 UNION"
	                       " SELECT id FROM notice_removed WHERE sequence BETWEEN ?1 AND ?2 ORDER BY id");
	sql_bind_number(&query, 1, (int64_t)first);
	sql_bind_number(&query, 2, (int64_t)last);
	while (sql_next(&query))
		if (!each(context, sql_text(&query, 0)))
			break;
	return sql_done(&query, problem);
}

int notice_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                   struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	bool any = false;
	if (!notice_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(
		sql,
		"SELECT h.step, h.at, h.office, h.officer, h.text, h.sequence, CASE WHEN h.step = 'assess' AND ?1 <> "
		"'GS'"
		" THEN '' ELSE h.detail END FROM notice_history h JOIN notice n ON n.id = h.id"
		" WHERE h.id = ?2 AND (n.owner = ?1 OR (?1 IN ('GS', 'CCF') AND n.state NOT IN ('draft', 'discarded')))"
		" AND (h.step <> 'assess' OR ?1 = 'GS') ORDER BY h.sequence");
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	int error = history_rows(&query, true, each, context, &any, problem);
	return error ? error : any ? JISR_OK : not_found(id, problem);
}

int notice_pictures(struct sql *sql, struct viewer viewer, const char *only, notice_each_picture each, void *context,
                    struct problem *problem)
{
	struct sql_query query = sql_query(
		sql,
		"SELECT DISTINCT p.hash FROM notice_picture p JOIN notice USING (id) WHERE (?2 IS NULL OR p.hash = "
		"?2) AND " VISIBLE " AND (instr(content, p.hash) > 0 OR owner = ?1 OR ?1 IN ('GS', 'CCF'))");
	bool more = true;
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, only);
	while (more && sql_next(&query))
		more = each(context, sql_text(&query, 0));
	return sql_done(&query, problem);
}

int notice_entries(struct log *log, const char *id, uint64_t ret_sequences[NOTICE_MAX_ENTRIES], size_t *ret_count,
                   struct problem *problem)
{
	char subject[NUMBER_SUBJECT_MAX];
	number_subject(NOTICE_SUBJECT, id, subject);
	return notice_entries_of(log, subject, ret_sequences, ret_count, problem);
}

int notice_entries_of(struct log *log, const char *subject, uint64_t ret_sequences[NOTICE_MAX_ENTRIES],
                      size_t *ret_count, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	uint64_t at = 0;
	size_t count = 0;
	int error = arena_new(NOTICE_ENTRY_MEMORY, &arena);
	if (!error)
		error = log_subject(log, subject, &at, problem);
	while (!error && at != 0) {
		struct entry *entry = NULL;
		if (count == NOTICE_MAX_ENTRIES)
			return problem_set(problem, JISR_TOO_LARGE, "%s has more than %d entries", subject,
			                   NOTICE_MAX_ENTRIES);
		arena_reset(arena);
		error = log_read(log, at, LOG_WITHOUT_BODY, arena, &entry, problem);
		if (error)
			break;
		ret_sequences[count++] = at;
		at = entry->header.previous;
	}
	if (error)
		return error;
	for (size_t i = 0; i < count / 2; i++) {
		uint64_t kept = ret_sequences[i];
		ret_sequences[i] = ret_sequences[count - 1 - i];
		ret_sequences[count - 1 - i] = kept;
	}
	*ret_count = count;
	return JISR_OK;
}

int notice_entries_again(struct store_write *write, const struct entry *dropped, notice_apply apply,
                         struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	uint64_t sequences[NOTICE_MAX_ENTRIES];
	size_t count = 0;
	int error = notice_entries_of(store_write_log(write), dropped->header.subject, sequences, &count, problem);
	if (!error && arena_new(NOTICE_ENTRY_MEMORY, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	for (size_t i = 0; i < count && !error; i++) {
		struct entry *entry = NULL;
		arena_reset(arena);
		error = log_read(store_write_log(write), sequences[i], LOG_WITH_BODY, arena, &entry, problem);
		if (!error && sequences[i] == dropped->sequence)
			entry->body = NULL;
		if (!error)
			error = apply(write, entry, problem);
	}
	return error;
}

int notice_rules(struct sql *sql, struct content_rules *ret_rules, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct findings findings;
	int error = rules_now(sql, "SELECT rules FROM notice_rules WHERE one = 1", &json, problem);
	content_rules_init(ret_rules);
	findings_init(&findings);
	if (!error && json != NULL)
		content_rules_read(json, ret_rules, &findings);
	return error;
}
