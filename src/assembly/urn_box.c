#include "assembly/urn_box.h"

#include "ballot/ballot.h"
#include "base/tree.h"

#include <pthread.h>
#include <string.h>

#define ARENA_MAX ((size_t)64 << 20) /* for one ballot */

/* What checking the ballots of one vote needs. The setup of a vote never changes, so it is read once. */
struct kept {
	char id[URN_ID_MAX + 1]; /* "": free */
	struct election *election;
	struct credential_list *list;
	struct ballot_context *context;
	unsigned users;
	uint64_t used; /* when last, in uses */
	bool loose;    /* not in the table: freed by its one user */
};

struct urn_box {
	struct store *store;
	pthread_mutex_t lock; /* over everything below */
	uint64_t uses;
	struct kept *kept[URN_BOX_KEPT];
};

int urn_box_new(struct store *store, struct urn_box **ret_box)
{
	struct urn_box *box = memory_zero(1, sizeof *box);
	if (box == NULL)
		return JISR_NO_MEMORY;
	box->store = store;
	(void)pthread_mutex_init(&box->lock, NULL);
	*ret_box = box;
	return JISR_OK;
}

static struct kept *kept_free(struct kept *kept)
{
	if (kept == NULL)
		return NULL;
	ballot_context_free(kept->context);
	credential_list_free(kept->list);
	election_free(kept->election);
	return memory_free(kept);
}
MEMORY_DEFINE_FREEP(struct kept, kept_free)

struct urn_box *urn_box_free(struct urn_box *box)
{
	if (box == NULL)
		return NULL;
	for (size_t i = 0; i < URN_BOX_KEPT; i++)
		kept_free(box->kept[i]);
	(void)pthread_mutex_destroy(&box->lock);
	return memory_free(box);
}

static struct kept *find(struct urn_box *box, const char *id)
{
	struct kept *found = NULL;
	(void)pthread_mutex_lock(&box->lock);
	for (size_t i = 0; i < URN_BOX_KEPT && found == NULL; i++)
		if (box->kept[i] != NULL && strcmp(box->kept[i]->id, id) == 0)
			found = box->kept[i];
	if (found != NULL) {
		found->users++;
		found->used = ++box->uses;
	}
	(void)pthread_mutex_unlock(&box->lock);
	return found;
}

/* Into a free place, or that of the one that nobody uses and was used longest ago; else it stays its user's own. */
static void keep(struct urn_box *box, struct kept *kept)
{
	size_t place = URN_BOX_KEPT;
	kept->users = 1;
	(void)pthread_mutex_lock(&box->lock);
	for (size_t i = 0; i < URN_BOX_KEPT; i++) {
		const struct kept *there = box->kept[i];
		if (there == NULL ||
		    (there->users == 0 &&
		     (place == URN_BOX_KEPT || (box->kept[place] != NULL && there->used < box->kept[place]->used))))
			place = i;
		if (there == NULL)
			break;
	}
	kept->loose = place == URN_BOX_KEPT;
	kept->used = ++box->uses;
	struct kept *out = kept->loose ? NULL : box->kept[place];
	if (!kept->loose)
		box->kept[place] = kept;
	(void)pthread_mutex_unlock(&box->lock);
	kept_free(out);
}

static void leave(struct urn_box *box, struct kept *kept)
{
	if (kept->loose) {
		kept_free(kept);
		return;
	}
	(void)pthread_mutex_lock(&box->lock);
	kept->users--;
	(void)pthread_mutex_unlock(&box->lock);
}

static int refuse_closed(const char *id, int64_t state, struct problem *problem)
{
	static const char *const why[] = {"it is not open yet", "", "it is closed", "it is counted",
	                                  "it was cancelled"};
	if (state < 0)
		return problem_set(problem, JISR_NOT_FOUND, "there is no secret vote '%.64s'", id);
	if (state == URN_OPEN)
		return JISR_OK;
	return problem_set(problem, JISR_STATE, "no ballot is taken: %s", why[state]);
}

static int state_of(struct sql *sql, const char *id, int64_t *ret_state, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT state FROM urn WHERE id = ?1");
	sql_bind_text(&query, 1, id);
	return sql_run_number(&query, -1, ret_state, problem);
}

static int load(struct urn_box *box, struct sql *sql, const char *id, struct kept **ret_kept, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(kept_freep) struct kept *kept = memory_zero(1, sizeof *kept);
	struct urn urn;
	if (kept == NULL || arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = urn_get(sql, id, arena, &urn, problem);
	if (!error)
		error = election_read(urn.election, strlen(urn.election), &kept->election, problem);
	if (!error)
		error = credential_list_read(kept->election->group, urn.credentials, strlen(urn.credentials),
		                             &kept->list, problem);
	if (!error)
		error = ballot_context_new(kept->election, &kept->context, problem);
	if (error)
		return error;
	(void)snprintf(kept->id, sizeof kept->id, "%s", id);
	keep(box, kept);
	*ret_kept = kept;
	kept = NULL;
	return JISR_OK;
}

struct posting {
	const char *id, *ballot, *tracking;
	struct urn_receipt receipt;
};

static int append(struct store_write *write, void *context, struct problem *problem)
{
	struct posting *posting = context;
	struct sql *sql = store_write_sql(write);
	char subject[sizeof URN_SUBJECT + URN_ID_MAX];
	int64_t state = -1;
	int error = state_of(sql, posting->id, &state, problem);
	if (!error)
		error = urn_tracked(sql, posting->id, posting->tracking, &posting->receipt.place, problem);
	if (!error && posting->receipt.place > 0) {
		posting->receipt.again = true; /* also after the close: it is there */
		return JISR_OK;
	}
	if (!error)
		error = refuse_closed(posting->id, state, problem);
	if (error)
		return error;
	(void)snprintf(subject, sizeof subject, URN_SUBJECT "%s", posting->id);
	cJSON *body = tree_object();
	tree_text(body, "ballot", posting->ballot);
	tree_text(body, "tracking", posting->tracking);
	/* Of the installation, by nobody: the ballot names only its credential. */
	struct entry_draft draft = {
		.author = ENTRY_HEADQUARTERS, .kind = "urn.ballot", .subject = subject, .expected = ENTRY_ANY};
	error = store_append_tree(write, draft, body, NULL, problem);
	return error ? error : urn_tracked(sql, posting->id, posting->tracking, &posting->receipt.place, problem);
}

static int check(struct urn_box *box, const char *id, const char *ballot, size_t length, struct arena *arena,
                 struct ballot **ret_ballot, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct kept *kept = find(box, id);
	int64_t state = -1;
	size_t voter;
	int error = store_read(box->store, &reader, problem);
	if (!error)
		error = state_of(store_reader_sql(reader), id, &state, problem);
	/* One that was closed meanwhile may hold the ballot already: append tells. */
	if (!error && state != URN_CLOSED && state != URN_COUNTED)
		error = refuse_closed(id, state, problem);
	if (!error && kept == NULL)
		error = load(box, store_reader_sql(reader), id, &kept, problem);
	reader = store_read_end(reader);
	if (!error)
		error = ballot_accept(kept->context, kept->list, ballot, length, arena, ret_ballot, &voter, problem);
	if (kept != NULL)
		leave(box, kept);
	return error;
}

int urn_box_post(struct urn_box *box, const char *id, const char *ballot, size_t length,
                 struct urn_receipt *ret_receipt, struct problem *problem)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct ballot *read = NULL;
	while (length > 0 && (ballot[length - 1] == '\n' || ballot[length - 1] == '\r'))
		length--; /* as a file ends */
	if (length > URN_MAX_MESSAGE)
		return problem_set(problem, JISR_TOO_LARGE, "a ballot has at most %zu bytes", URN_MAX_MESSAGE);
	if (arena_new(ARENA_MAX, &arena) != JISR_OK)
		return problem_no_memory(problem);
	const char *copy = arena_text(arena, ballot, length);
	if (copy == NULL)
		return problem_no_memory(problem);
	int error = check(box, id, copy, length, arena, &read, problem);
	if (error)
		return error;
	struct posting posting = {.id = id, .ballot = copy, .tracking = read->tracking};
	error = store_submit(box->store, append, &posting, problem);
	if (error)
		return error;
	(void)snprintf(posting.receipt.tracking, sizeof posting.receipt.tracking, "%s", read->tracking);
	*ret_receipt = posting.receipt;
	return JISR_OK;
}
