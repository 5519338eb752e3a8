#include "assembly/urn_heads.h"

#include "assembly/urn_bundle.h"
#include "ballot/observed.h"
#include "base/emit.h"
#include "base/tree.h"

#include <string.h>

_Static_assert(URN_MAX_NOTE == OBSERVED_MAX_NOTE, "one limit");

/* ---- who observes ---- */

int urn_heads_may_name(struct sql *sql, const char *id, const char *office, const struct note_verifier *verifier,
                       struct problem *problem)
{
	int64_t all = 0, own = 0, same = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*), count(*) FILTER (WHERE office = ?2), count(*) FILTER"
	                                        " (WHERE name = ?3) FROM urn_observer WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	sql_bind_text(&query, 2, office);
	sql_bind_text(&query, 3, verifier->name);
	if (sql_next(&query)) {
		all = sql_number(&query, 0);
		own = sql_number(&query, 1);
		same = sql_number(&query, 2);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (same > 0)
		return problem_set(problem, JISR_CONFLICT, "there is an observer called %.100s already",
		                   verifier->name);
	if (all >= URN_MAX_OBSERVERS || own >= URN_OBSERVERS_BLOCK)
		return problem_set(problem, JISR_TOO_LARGE, "a vote has at most %d observers, %d of one office",
		                   URN_MAX_OBSERVERS, URN_OBSERVERS_BLOCK);
	return JISR_OK;
}

/* Whose note it is: of those whom the vote knows, the one whose signature holds. */
static int find(struct sql *sql, const char *id, const char *note, size_t length, struct note_verifier *ret_verifier,
                struct checkpoint *ret_checkpoint, struct problem *problem)
{
	struct problem why = {""};
	int found = JISR_NOT_FOUND;
	struct sql_query query = sql_query(sql, "SELECT verifier FROM urn_observer WHERE id = ?1 ORDER BY sequence");
	sql_bind_text(&query, 1, id);
	while (found == JISR_NOT_FOUND && sql_next(&query)) {
		const char *key = sql_text(&query, 0);
		found = note_verifier_read(key, strlen(key), ret_verifier, &why);
		if (!found)
			found = observed_read(ret_verifier, id, note, length, ret_checkpoint, &why);
	}
	int error = sql_done(&query, problem);
	if (error)
		return error;
	if (found == JISR_NOT_FOUND)
		return problem_set(problem, JISR_DENIED, "no observer of this vote signed this");
	return found ? problem_set(problem, found, "%s", why.text) : JISR_OK;
}

/* ---- taking one ---- */

struct taking {
	const char *id, *note;
	size_t length;
	struct urn_seen seen;
	struct problem fork;
};

static int look_again(struct sql *sql, struct taking *taking, struct problem *problem)
{
	int64_t count = 0;
	struct sql_query query =
		sql_query(sql, "SELECT sequence, agrees FROM urn_head WHERE id = ?1 AND observer = ?2 AND note = ?3");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_text(&query, 2, taking->seen.observer);
	sql_bind_text(&query, 3, taking->note);
	if (sql_next(&query)) {
		taking->seen.again = true;
		taking->seen.entry = (uint64_t)sql_number(&query, 0);
		taking->seen.agrees = sql_number(&query, 1) != 0;
	}
	int error = sql_done(&query, problem);
	if (error || taking->seen.again)
		return error;
	query = sql_query(sql, "SELECT count(*) FROM urn_head WHERE id = ?1 AND observer = ?2");
	sql_bind_text(&query, 1, taking->id);
	sql_bind_text(&query, 2, taking->seen.observer);
	error = sql_run_number(&query, 0, &count, problem);
	return error || count < URN_MAX_OBSERVED
	               ? error
	               : problem_set(problem, JISR_TOO_LARGE,
	                             "%.100s has signed %d heads of this vote: no more are kept", taking->seen.observer,
	                             URN_MAX_OBSERVED);
}

static int append(struct store_write *write, struct taking *taking, struct problem *problem)
{
	char subject[sizeof URN_SUBJECT + URN_ID_MAX];
	(void)snprintf(subject, sizeof subject, URN_SUBJECT "%s", taking->id);
	cJSON *body = tree_object();
	tree_bool(body, "agrees", taking->seen.agrees);
	tree_text(body, "note", taking->note);
	tree_text(body, "observer", taking->seen.observer);
	tree_count(body, "size", taking->seen.size);
	/* Of the installation: who brought it does not matter, and who signed it stands in it. */
	struct entry_draft draft = {
		.author = ENTRY_HEADQUARTERS, .kind = "urn.observe", .subject = subject, .expected = ENTRY_ANY};
	return store_append_tree(write, draft, body, &taking->seen.entry, problem);
}

/* Inside a command: a machine whose copy was behind has all of the board now. */
static int take(struct store_write *write, void *context, struct problem *problem)
{
	struct taking *taking = context;
	struct sql *sql = store_write_sql(write);
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	struct urn_bundle bundle;
	int error = find(sql, taking->id, taking->note, taking->length, &verifier, &checkpoint, problem);
	if (error)
		return error;
	(void)snprintf(taking->seen.observer, sizeof taking->seen.observer, "%s", verifier.name);
	taking->seen.size = checkpoint.size;
	error = look_again(sql, taking, problem);
	if (error || taking->seen.again)
		return error;
	error = urn_bundle_open(sql, taking->id, &bundle, problem);
	if (!error)
		error = observed_compare(bundle.archive, &checkpoint, &taking->seen.agrees, &taking->fork);
	urn_bundle_finish(&bundle);
	return error ? error : append(write, taking, problem);
}

int urn_heads_post(struct store *store, const char *id, const char *note, size_t length, struct urn_seen *ret_seen,
                   struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct taking taking = {.id = id, .length = length};
	if (length > OBSERVED_MAX_NOTE)
		return problem_set(problem, JISR_TOO_LARGE, "the note of a head has at most %zu bytes",
		                   OBSERVED_MAX_NOTE);
	if (arena_new((size_t)16 << 20, &arena) != JISR_OK || (taking.note = arena_text(arena, note, length)) == NULL)
		return problem_no_memory(problem);
	/* Cheaply first, so that nobody else makes the board be built. */
	{
		CLEANUP(store_read_endp) struct store_reader *reader = NULL;
		struct note_verifier verifier;
		struct checkpoint checkpoint;
		struct urn urn;
		int error = store_read(store, &reader, problem);
		if (!error)
			error = urn_get(store_reader_sql(reader), id, arena, &urn, problem);
		if (!error)
			error = find(store_reader_sql(reader), id, taking.note, length, &verifier, &checkpoint,
			             problem);
		if (error)
			return error;
	}
	int error = store_submit(store, take, &taking, problem);
	if (error)
		return error;
	if (!taking.seen.agrees && problem != NULL)
		*problem = taking.fork;
	*ret_seen = taking.seen;
	return JISR_OK;
}

/* ---- telling ---- */

int urn_heads_lines(struct sql *sql, const char *id, struct text *lines, struct problem *problem)
{
	struct sql_query query = sql_query(
		sql, "SELECT h.agrees, h.at, h.sequence, h.note, h.observer, o.office, o.verifier FROM urn_head h"
		     " JOIN urn_observer o ON o.id = h.id AND o.name = h.observer WHERE h.id = ?1 ORDER BY"
		     " h.sequence");
	sql_bind_text(&query, 1, id);
	while (sql_next(&query)) {
		emit_object(lines, NULL);
		emit_bool(lines, "agrees", sql_number(&query, 0) != 0);
		emit_text(lines, "at", sql_text(&query, 1));
		emit_count(lines, "entry", (uint64_t)sql_number(&query, 2));
		emit_text(lines, "note", sql_text(&query, 3));
		emit_text(lines, "observer", sql_text(&query, 4));
		emit_text(lines, "office", sql_text(&query, 5));
		emit_text(lines, "verifier", sql_text(&query, 6));
		emit_close_object(lines);
		(void)text_add_char(lines, '\n');
	}
	int error = sql_done(&query, problem);
	return error ? error : lines->error;
}

int urn_heads_tell(struct sql *sql, const char *id, struct text *text, struct problem *problem)
{
	bool fork = false;
	struct sql_query query = sql_query(
		sql, "SELECT o.name, o.office, o.verifier, h.size, h.at, h.sequence, h.agrees, (SELECT count(*) FROM"
		     " urn_head d WHERE d.id = ?1 AND d.observer = o.name AND NOT d.agrees) FROM urn_observer o"
		     " LEFT JOIN urn_head h ON h.sequence = (SELECT max(sequence) FROM urn_head l WHERE l.id = ?1"
		     " AND l.observer = o.name) WHERE o.id = ?1 ORDER BY o.sequence");
	sql_bind_text(&query, 1, id);
	emit_array(text, "observers");
	while (sql_next(&query)) {
		bool differs = sql_number(&query, 7) > 0;
		fork = fork || differs;
		emit_object(text, NULL);
		emit_text(text, "name", sql_text(&query, 0));
		emit_text(text, "office", sql_text(&query, 1));
		emit_text(text, "verifier", sql_text(&query, 2));
		if (sql_number(&query, 5) > 0) {
			emit_count(text, "size", (uint64_t)sql_number(&query, 3));
			emit_text(text, "at", sql_text(&query, 4));
			emit_count(text, "entry", (uint64_t)sql_number(&query, 5));
			emit_bool(text, "agrees", sql_number(&query, 6) != 0);
		}
		emit_bool(text, "fork", differs);
		emit_close_object(text);
	}
	emit_close_array(text);
	emit_bool(text, "fork", fork);
	return sql_done(&query, problem);
}
