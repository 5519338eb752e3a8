/* A record of its own for each test, in a folder that is removed at the end, and a small domain: accounts that are
 * opened, get notes and are closed. */
#ifndef JISR_TESTS_STORE_WORLD_H
#define JISR_TESTS_STORE_WORLD_H

#include "../base/temporary.h"
#include "base/json.h"
#include "base/tree.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WORLD_NAME "test.example/record"

struct world {
	char directory[256];
	struct store *store;
};

static inline int world_check(const cJSON *body, struct problem *problem)
{
	return json_get_text(body, "text") != NULL ? JISR_OK : problem_set(problem, JISR_BAD_INPUT, "no text");
}

static inline int world_apply(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	struct sql_query query =
		sql_query(store_write_sql(write), "INSERT INTO account (subject, text, changed, times) "
	                                          "VALUES (?1, ?2, ?3, 1) ON CONFLICT (subject) DO UPDATE SET "
	                                          "text = excluded.text, changed = excluded.changed, times = "
	                                          "times + 1");
	sql_bind_text(&query, 1, entry->header.subject);
	sql_bind_text(&query, 2, entry->body != NULL ? json_get_text(entry->body, "text") : "");
	sql_bind_text(&query, 3, entry->header.at);
	return sql_run(&query, problem);
}

/* As if it had been applied without its body: the text is empty, unless a later entry wrote another. */
static inline int world_dropped(struct store_write *write, const struct entry *entry, struct problem *problem)
{
	uint64_t version;
	int error = store_write_version(write, entry->header.subject, &version, problem);
	if (error || version != entry->sequence)
		return error;
	struct sql_query query = sql_query(store_write_sql(write), "UPDATE account SET text = '' WHERE subject = ?1");
	sql_bind_text(&query, 1, entry->header.subject);
	return sql_run(&query, problem);
}

static const struct store_step world_steps[] = {
	{"CREATE TABLE account (subject TEXT PRIMARY KEY, text TEXT NOT NULL, changed TEXT NOT NULL, times INTEGER NOT "
         "NULL) "
         "STRICT",
         false},
};
static const char *const world_tables[] = {"account", NULL};
static const struct store_kind world_kinds[] = {
	{"account.written", world_check, world_apply, world_dropped},
	{"account.kept", world_check, world_apply, NULL},
};
static const struct store_domain world_domain = {"world", world_steps, 1, world_tables, world_kinds, 2};
static const struct store_domain *const world_domains[] = {&world_domain, NULL};

static inline struct store_options world_options(const struct world *world)
{
	return (struct store_options){.directory = world->directory, .domains = world_domains};
}

static inline void world_remove(const struct world *world)
{
	assert_int_equal(temporary_remove(world->directory), 0);
}

static inline void world_init(struct world *world)
{
	struct problem problem = {""};
	assert_int_equal(temporary_make("store", world->directory, sizeof world->directory), 0);
	struct store_options options = world_options(world);
	world->store = NULL;
	if (store_found(&options, WORLD_NAME, &world->store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static inline void world_finish(struct world *world)
{
	world->store = store_free(world->store);
	world_remove(world);
}

static inline void world_open(struct world *world)
{
	struct problem problem = {""};
	struct store_options options = world_options(world);
	world->store = store_free(world->store);
	if (store_open(&options, &world->store, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

/* One entry: kind "account.written" unless told otherwise. */
struct world_writing {
	const char *subject, *text, *kind, *author;
	uint64_t expected;
	struct entry_audience audience;
	uint64_t sequence; /* out */
};

static inline int world_write_command(struct store_write *write, void *context, struct problem *problem)
{
	struct world_writing *writing = context;
	cJSON *body = tree_object();
	tree_text(body, "text", writing->text);
	struct entry_draft draft = {.author = writing->author != NULL ? writing->author : "GS",
	                            .officer = "o1",
	                            .kind = writing->kind != NULL ? writing->kind : "account.written",
	                            .subject = writing->subject,
	                            .audience = writing->audience,
	                            .body = body,
	                            .expected = writing->expected};
	int error = tree_failed() ? JISR_NO_MEMORY : store_append(write, &draft, &writing->sequence, problem);
	json_free(body);
	return error;
}

static inline int world_write(struct store *store, const char *subject, const char *text, uint64_t expected,
                              uint64_t *ret_sequence, struct problem *problem)
{
	struct world_writing writing = {.subject = subject, .text = text, .expected = expected};
	int error = store_submit(store, world_write_command, &writing, problem);
	if (!error && ret_sequence != NULL)
		*ret_sequence = writing.sequence;
	return error;
}

static inline uint64_t world_written(struct store *store, const char *subject, const char *text)
{
	struct problem problem = {""};
	uint64_t sequence = 0;
	if (world_write(store, subject, text, ENTRY_ANY, &sequence, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	return sequence;
}

static inline uint64_t world_size(struct store *store)
{
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(store, &reader, NULL), JISR_OK);
	uint64_t size = store_reader_sequence(reader);
	store_read_end(reader);
	return size;
}

/* The tables are what the log makes. */
static inline void world_assert_rebuilt(struct store *store)
{
	uint8_t now[32], rebuilt[32];
	struct problem problem = {""};
	if (store_digest(store, now, &problem) != JISR_OK || store_digest_rebuilt(store, rebuilt, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_memory_equal(now, rebuilt, sizeof now);
}

#endif
