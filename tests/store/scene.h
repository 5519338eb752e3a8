/* Headquarters and nodes as stores alone, with accounts that all, some, or nobody else may see. */
#ifndef JISR_TESTS_STORE_SCENE_H
#define JISR_TESTS_STORE_SCENE_H

#include "../base/temporary.h"
#include "store/replica.h"
#include "store/verify.h"
#include "world.h"

static uint64_t seed = 7;

static inline uint64_t roll(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

/* ---- accounts that are hidden from those who are no longer let in ---- */

static inline int apply_hidden(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	bool whole = store_write_office(write)[0] == '\0';
	struct sql_query query = whole ? sql_query(store_write_sql(write),
	                                           "INSERT OR REPLACE INTO account (subject, text, changed, times) "
	                                           "VALUES (?1, 'hidden', '', 1)")
	                               : sql_query(store_write_sql(write), "DELETE FROM account WHERE subject = ?1");
	sql_bind_text(&query, 1, entry->header.subject);
	return sql_run(&query, problem);
}

static inline int reaches(struct sql *sql, const struct entry *entry, const char *office, bool *ret_reaches,
                          struct problem *problem)
{
	int64_t open = 0;
	struct sql_query query = sql_query(sql, "SELECT count(*) FROM account WHERE subject = ?1 AND text <> 'hidden'");
	(void)office;
	sql_bind_text(&query, 1, entry->header.subject);
	int error = sql_run_number(&query, 0, &open, problem);
	*ret_reaches = open > 0;
	return error;
}

static const struct store_kind kinds[] = {
	{"account.written", world_check, world_apply, world_dropped, reaches, false},
	{"account.kept", world_check, world_apply, NULL},
	{"account.hidden", world_check, apply_hidden, NULL, reaches, true},
};
static const struct store_domain domain = {"world", world_steps, 1, world_tables, kinds, 3};
static const struct store_domain *const domains[] = {&domain, NULL};

/* ---- headquarters and nodes ---- */

struct scene {
	struct world hq, node;
	char ma[NOTE_MAX_KEY];
};

static inline int add_key(struct store_write *write, void *context, struct problem *problem)
{
	return store_key_add(write, "GS", "", context, problem);
}

static inline void reopen(struct world *world)
{
	struct problem problem = {""};
	struct store_options options = {.directory = world->directory, .domains = domains};
	world->store = store_free(world->store);
	if (store_open(&options, &world->store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static inline struct note_verifier log_key(struct store *store)
{
	struct store_reader *reader = NULL;
	struct note_verifier verifier;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	struct sql_query query = sql_query(store_reader_sql(reader), "SELECT verifier FROM record_origin");
	assert_true(sql_next(&query));
	assert_int_equal(note_verifier_read(sql_text(&query, 0), strlen(sql_text(&query, 0)), &verifier, NULL),
	                 JISR_OK);
	assert_int_equal(sql_done(&query, NULL), JISR_OK);
	store_read_end(reader);
	return verifier;
}

static inline void node_init(struct world *node, struct store *hq, const char *office)
{
	struct problem problem = {""};
	struct replica replica = {.scope = REPLICA_ALL, .log = log_key(hq)};
	(void)snprintf(replica.office, sizeof replica.office, "%s", office);
	assert_int_equal(temporary_make("node", node->directory, sizeof node->directory), 0);
	struct store_options options = {.directory = node->directory, .domains = domains};
	node->store = NULL;
	if (replica_new(&options, &replica, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	reopen(node);
}

static inline void scene_init(struct scene *scene)
{
	struct problem problem = {""};
	world_init(&scene->hq);
	reopen(&scene->hq);
	assert_int_equal(store_key_make(scene->hq.store, "MA", scene->ma, &problem), JISR_OK);
	assert_int_equal(store_submit(scene->hq.store, add_key, scene->ma, &problem), JISR_OK);
	node_init(&scene->node, scene->hq.store, "MA");
}

static inline void scene_finish(struct scene *scene)
{
	world_finish(&scene->hq);
	world_finish(&scene->node);
}

static inline uint64_t size_of(struct store *store)
{
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	uint64_t size = store_reader_sequence(reader);
	store_read_end(reader);
	return size;
}

static inline int give(struct store *hq, const char *office, uint64_t from, struct text *batch, uint64_t *last)
{
	struct store_reader *reader = NULL;
	struct replica replica = {.scope = REPLICA_ALL};
	(void)snprintf(replica.office, sizeof replica.office, "%s", office);
	assert_int_equal(store_read(hq, &reader, NULL), JISR_OK);
	int error = replica_give(reader, &replica, from, batch, last, NULL);
	store_read_end(reader);
	return error;
}

/* Takes everything that is new. Returns how many entries came whole. */
static inline size_t follow(struct store *hq, const char *office, struct store *node)
{
	struct text batch;
	size_t whole = 0;
	text_init(&batch, REPLICA_MAX_BATCH);
	while (size_of(node) < size_of(hq)) {
		struct problem problem = {""};
		struct replica_taken taken;
		uint64_t last = 0;
		assert_int_equal(give(hq, office, size_of(node) + 1, &batch, &last), JISR_OK);
		if (replica_take(node, batch.bytes, batch.length, &taken, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		assert_int_equal(taken.size, last);
		whole += taken.whole;
	}
	text_finish(&batch);
	return whole;
}

static inline uint64_t write_one(struct store *store, const char *subject, const char *text, const char *kind,
                                 const char *author, struct entry_audience audience)
{
	struct problem problem = {""};
	struct world_writing writing = {.subject = subject,
	                                .text = text,
	                                .kind = kind,
	                                .author = author,
	                                .expected = ENTRY_ANY,
	                                .audience = audience};
	if (store_submit(store, world_write_command, &writing, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return writing.sequence;
}

static const char *const ma_alone[] = {"MA"}, *const fr_alone[] = {"FR"};
#define EVERYBODY    ((struct entry_audience){AUDIENCE_ALL, NULL, 0})
#define ONLY(list)   ((struct entry_audience){AUDIENCE_ONLY, list, 1})
#define EXCEPT(list) ((struct entry_audience){AUDIENCE_EXCEPT, list, 1})

static inline void write_some(struct store *store, int count)
{
	const struct entry_audience audiences[] = {EVERYBODY, ONLY(ma_alone), ONLY(fr_alone), EXCEPT(ma_alone)};
	for (int i = 0; i < count; i++) {
		char subject[40], text[40];
		(void)snprintf(subject, sizeof subject, "account/%u", (unsigned)roll(12));
		(void)snprintf(text, sizeof text, "text %d", i);
		bool hidden = roll(8) == 0; /* told to all whom it may have reached */
		(void)write_one(store, subject, text, hidden ? "account.hidden" : "account.written",
		                roll(3) == 0 ? "MA" : "GS", audiences[hidden ? 0 : roll(4)]);
	}
}

static inline void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	(void)context;
	fail_msg("entry %llu: %s", (unsigned long long)sequence, sentence);
}

/* The tables are those that the whole entries make, the log verifies, and headquarters has the same tree. */
static inline void check_equal(struct store *hq, struct store *node)
{
	struct store_reader *ours = NULL, *theirs = NULL;
	uint8_t left[32], right[32];
	struct problem problem = {""};
	struct verify_result result;
	const struct verify_options how = {.threads = 1, .replica = true, .finding = on_finding};
	assert_int_equal(store_digest(node, left, NULL), JISR_OK);
	assert_int_equal(store_digest_rebuilt(node, right, NULL), JISR_OK);
	assert_memory_equal(left, right, sizeof left);
	assert_int_equal(store_read(node, &ours, NULL), JISR_OK);
	assert_int_equal(store_read(hq, &theirs, NULL), JISR_OK);
	assert_int_equal(store_reader_sequence(ours), store_reader_sequence(theirs));
	assert_int_equal(log_root(store_reader_log(ours), store_reader_sequence(ours), left, NULL), JISR_OK);
	assert_int_equal(log_root(store_reader_log(theirs), store_reader_sequence(theirs), right, NULL), JISR_OK);
	assert_memory_equal(left, right, sizeof left);
	if (log_verify(store_reader_log(ours), &how, &result, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	store_read_end(ours);
	store_read_end(theirs);
}

#endif
