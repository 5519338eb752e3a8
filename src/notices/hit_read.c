#include "base/json.h"
#include "base/words.h"
#include "notices/hit.h"
#include "notices/rules.h"

#include <string.h>

/* The rule in SQL; ?1 is the viewer's office. */
#define VISIBLE "(?1 <> '' AND (finder = ?1 OR owner = ?1 OR ?1 = 'GS'))"
#define COLUMNS                                                                                                        \
	"id, state, about, urgent, ended, subject, colour, caption, finder, owner, place, country, found, evidence,"   \
	" reference, outcome, reported, changed, due, reminded, version"
/* When a step was taken, as it was told; else when it was written down. */
#define MOMENT "substr(coalesce(json_extract(nullif(s.detail, ''), '$.at'), s.at), 1, 19)"
/* ?14 is a step that was taken from ?15 on and before ?16. */
#define TAKEN " s.step = ?14 AND (?15 IS NULL OR " MOMENT " >= ?15) AND (?16 IS NULL OR " MOMENT " < ?16)"
#define FILTERED                                                                                                       \
	VISIBLE " AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR finder = ?3 OR owner = ?3)"                      \
		" AND (?4 IS NULL OR awaits = ?4) AND (?5 IS NULL OR (due <> '' AND due < ?5))"                        \
		" AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0)"                                              \
		" AND (?10 = 0 OR reminded <> due) AND (?11 IS NULL OR colour = ?11)"                                  \
		" AND (?12 IS NULL OR finder = ?12) AND (?13 IS NULL OR owner = ?13)"                                  \
		" AND (?14 IS NULL OR EXISTS (SELECT 1 FROM hit_history s WHERE s.id = hit.id AND" TAKEN "))"

const char *hit_awaits(const struct hit *hit)
{
	switch (hit_state_awaits(hit->state)) {
	case HIT_FINDER: return hit->finder;
	case HIT_OWNER: return hit->owner;
	default: return NULL;
	}
}

static int read_row(struct sql_query *query, struct arena *arena, struct hit *hit)
{
	memset(hit, 0, sizeof *hit);
	(void)snprintf(hit->id, sizeof hit->id, "%s", sql_text(query, 0));
	if (!hit_state_read(sql_text(query, 1), &hit->state))
		return JISR_CORRUPT;
	hit->about = strcmp(sql_text(query, 2), "object") == 0 ? HIT_ABOUT_OBJECT : HIT_ABOUT_NOTICE;
	hit->urgent = sql_number(query, 3) != 0;
	hit->ended = sql_number(query, 4) != 0;
	const char **texts[] = {&hit->subject, &hit->colour,   &hit->caption, &hit->finder,   &hit->owner,
	                        &hit->place,   &hit->country,  &hit->found,   &hit->evidence, &hit->reference,
	                        &hit->outcome, &hit->reported, &hit->changed, &hit->due,      &hit->reminded};
	hit->version = (uint64_t)sql_number(query, 20);
	return sql_keep_texts(query, 5, arena, texts, sizeof texts / sizeof *texts);
}

static int not_found(const char *id, struct problem *problem)
{
	return problem_set(problem, JISR_NOT_FOUND, "there is no hit %.40s", id);
}

int hit_get(struct sql *sql, struct viewer viewer, const char *id, struct arena *arena, struct hit *ret_hit,
            struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	if (!notice_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(sql, "SELECT " COLUMNS " FROM hit WHERE id = ?2 AND " VISIBLE);
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	bool found = sql_next(&query);
	int error = sql_done_read(&query, found ? read_row(&query, arena, ret_hit) : JISR_OK, problem, "hit %s", key);
	return error || found ? error : not_found(id, problem);
}

#define STATES_TEXT 300

static const char *state_word(unsigned state)
{
	return hit_state_name((enum hit_state)state);
}

static const char *states_text(unsigned states, char out[STATES_TEXT])
{
	return words_of_bits(states, HIT_STATE_COUNT, state_word, out, STATES_TEXT);
}

static void bind_filter(struct sql_query *query, struct viewer viewer, const struct hit_filter *filter,
                        char states[STATES_TEXT])
{
	unsigned all = HIT_BIT(HIT_STATE_COUNT) - 1, wanted = filter->states != 0 ? filter->states : all;
	if (filter->open)
		wanted &= ~HIT_STATES_OVER;
	sql_bind_text(query, 1, viewer.office);
	sql_bind_text(query, 2, filter->subject);
	sql_bind_text(query, 3, filter->office);
	sql_bind_text(query, 4, filter->awaits);
	sql_bind_text(query, 5, filter->due);
	sql_bind_number(query, 10, filter->unreminded);
	sql_bind_text(query, 6, wanted == all ? NULL : states_text(wanted, states));
	sql_bind_text(query, 11, filter->colour);
	sql_bind_text(query, 12, filter->finder);
	sql_bind_text(query, 13, filter->owner);
	bool dated = filter->from != NULL || filter->until != NULL;
	sql_bind_text(query, 14, filter->step != NULL ? filter->step : dated ? hit_step_name(HIT_REPORT) : NULL);
	sql_bind_text(query, 15, filter->from);
	sql_bind_text(query, 16, filter->until);
}

int hit_count(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, uint64_t *ret_count,
              struct problem *problem)
{
	char states[STATES_TEXT];
	int64_t count = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM hit WHERE " FILTERED);
	bind_filter(&query, viewer, filter, states);
	int error = sql_run_number(&query, 0, &count, problem);
	if (!error)
		*ret_count = (uint64_t)count;
	return error;
}

int hit_list(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, struct arena *arena, hit_each each,
             void *context, struct problem *problem)
{
	char states[STATES_TEXT];
	int error = JISR_OK;
	struct sql_query query = filter->by_due
	                                 ? sql_query(sql, "SELECT " COLUMNS " FROM hit WHERE " FILTERED
	                                                  " AND due <> '' AND (?7 IS NULL OR (due, id) > (?7, ?8))"
	                                                  " ORDER BY due, id LIMIT ?9")
	                                 : sql_query(sql, "SELECT " COLUMNS " FROM hit WHERE " FILTERED
	                                                  " AND (?7 IS NULL OR (changed, id) < (?7, ?8))"
	                                                  " ORDER BY changed DESC, id DESC LIMIT ?9");
	bind_filter(&query, viewer, filter, states);
	sql_bind_text(&query, 7, filter->after != NULL ? filter->after->moment : NULL);
	sql_bind_text(&query, 8, filter->after != NULL ? filter->after->id : NULL);
	sql_bind_number(&query, 9, filter->limit == 0 ? HIT_LIST_MOST : (int64_t)filter->limit);
	while (!error && sql_next(&query)) {
		struct hit hit;
		error = read_row(&query, arena, &hit);
		if (!error && !each(context, &hit))
			break;
	}
	return sql_done_read(&query, error, problem, "hits");
}

#define COUNT_BY(column) "SELECT " column ", count(*) FROM hit WHERE " FILTERED " GROUP BY 1 ORDER BY 2 DESC, 1"

int hit_figures(struct sql *sql, struct viewer viewer, const struct hit_filter *filter, hit_each_figure each,
                void *context, struct problem *problem)
{
	static const struct {
		const char *figure, *statement;
	} figures[] = {
		{"month", "SELECT s.step || '/' || substr(" MOMENT ", 1, 7), count(DISTINCT s.id) FROM hit"
	                  " JOIN hit_history s ON s.id = hit.id WHERE " FILTERED " AND s.step <> 'remind'"
	                  " AND (?15 IS NULL OR " MOMENT " >= ?15) AND (?16 IS NULL OR " MOMENT " < ?16)"
	                  " GROUP BY 1 ORDER BY 1"},
		{"finder", COUNT_BY("finder")},
		{"owner", COUNT_BY("owner")},
		{"colour", COUNT_BY("colour")},
		{"state", COUNT_BY("state")},
	};
	char states[STATES_TEXT];
	int error = JISR_OK;
	for (size_t i = 0; !error && i < sizeof figures / sizeof *figures; i++) {
		struct sql_query query = sql_query(sql, figures[i].statement);
		bind_filter(&query, viewer, filter, states);
		bool more = true;
		while (more && sql_next(&query))
			more = each(context, figures[i].figure, sql_text(&query, 0), (uint64_t)sql_number(&query, 1));
		error = sql_done(&query, problem);
	}
	return error;
}

int hit_history(struct sql *sql, struct viewer viewer, const char *id, history_each each, void *context,
                struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1];
	bool any = false;
	if (!notice_id_read(id, key))
		return not_found(id, problem);
	struct sql_query query = sql_query(
		sql, "SELECT h.step, h.at, h.office, h.officer, h.text, h.sequence, h.detail FROM hit_history h"
		     " JOIN hit ON hit.id = h.id WHERE h.id = ?2 AND " VISIBLE " ORDER BY h.sequence");
	sql_bind_text(&query, 1, viewer.office);
	sql_bind_text(&query, 2, key);
	int error = history_rows(&query, true, each, context, &any, problem);
	return error ? error : any ? JISR_OK : not_found(id, problem);
}

int hit_rules_now(struct sql *sql, struct hit_rules *ret_rules, struct problem *problem)
{
	CLEANUP(json_freep) cJSON *json = NULL;
	struct findings findings;
	int error = rules_now(sql, "SELECT rules FROM hit_rules WHERE one = 1", &json, problem);
	hit_rules_init(ret_rules);
	findings_init(&findings);
	if (!error && json != NULL)
		hit_rules_read(json, ret_rules, &findings);
	return error;
}

/* ---- removal ---- */

int hit_entries_on(struct store_write *write, enum hit_about about, const char *subject,
                   struct removal_entries *entries, struct problem *problem)
{
	int error = JISR_OK;
	struct sql_query query =
		sql_query(store_write_sql(write), "SELECT h.sequence FROM hit_history h JOIN hit ON hit.id = h.id"
	                                          " WHERE hit.subject = ?1 AND hit.about = ?2 AND h.step <> 'remind'"
	                                          " AND (h.detail <> '' OR h.text <> '') ORDER BY h.sequence");
	sql_bind_text(&query, 1, subject);
	sql_bind_text(&query, 2, hit_about_name(about));
	while (!error && sql_next(&query))
		error = removal_entries_add(entries, (uint64_t)sql_number(&query, 0), problem);
	int done = sql_done(&query, problem);
	return error ? error : done;
}

int hit_each_below(struct sql *sql, const char *prefix, hit_each_below_one each, void *context, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT hit.subject, hit.state, h.sequence, h.step <> 'remind' AND"
	                                        " (h.detail <> '' OR h.text <> '') FROM hit_history h"
	                                        " JOIN hit ON hit.id = h.id WHERE hit.about = 'object'"
	                                        " AND substr(hit.subject, 1, length(?1)) = ?1 ORDER BY h.sequence");
	int error = JISR_OK;
	sql_bind_text(&query, 1, prefix);
	while (!error && sql_next(&query)) {
		enum hit_state state;
		bool over = hit_state_read(sql_text(&query, 1), &state) && (HIT_STATES_OVER & HIT_BIT(state)) != 0;
		error = each(context, sql_text(&query, 0), !over,
		             sql_number(&query, 3) != 0 ? (uint64_t)sql_number(&query, 2) : 0, problem);
	}
	int done = sql_done(&query, problem);
	return error ? error : done;
}

int hit_holds(struct sql *sql, enum hit_about about, const char *subject, const char **ret_why, struct problem *problem)
{
	uint64_t count = 0;
	/* a notice and an object may have one number */
	struct hit_filter filter = {
		.subject = subject, .open = true, .colour = about == HIT_ABOUT_OBJECT ? "object" : NULL};
	int error = hit_count(sql, (struct viewer){OFFICE_HEADQUARTERS}, &filter, &count, problem);
	if (!error && count > 0)
		*ret_why = "a hit on it is being followed up";
	return error;
}

static int on_notice(struct store_write *write, const char *notice, struct removal_entries *entries,
                     struct problem *problem)
{
	return hit_entries_on(write, HIT_ABOUT_NOTICE, notice, entries, problem);
}

static int holds(struct sql *sql, const char *notice, const char **ret_why, struct problem *problem)
{
	return hit_holds(sql, HIT_ABOUT_NOTICE, notice, ret_why, problem);
}

const struct removal_part hit_removal = {"hits", on_notice, holds};
