/* The tables that are made from the log: brought to their version, made again, compared.
 *
 *   record_domain  name, version: the step that each domain's tables have reached
 *
 * A rebuild drops every table that a domain names, runs all its steps and applies the whole log, in one transaction: who
 * reads meanwhile sees the old tables, then the new. */
#include "store/store_private.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define NAME_MOST  64 /* of a table */
#define QUERY_MOST 2048

static const char *const create_domains = "CREATE TABLE IF NOT EXISTS record_domain (name TEXT PRIMARY KEY, version "
					  "INTEGER NOT NULL) STRICT, WITHOUT ROWID";

static int version_of(struct sql *sql, const struct store_domain *domain, int64_t *ret_version, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "SELECT version FROM record_domain WHERE name = ?1");
	sql_bind_text(&query, 1, domain->name);
	return sql_run_number(&query, 0, ret_version, problem);
}

static int set_version(struct sql *sql, const struct store_domain *domain, struct problem *problem)
{
	struct sql_query query = sql_query(sql, "INSERT INTO record_domain (name, version) VALUES (?1, ?2) "
	                                        "ON CONFLICT (name) DO UPDATE SET version = excluded.version");
	sql_bind_text(&query, 1, domain->name);
	sql_bind_number(&query, 2, (int64_t)domain->step_count);
	return sql_run(&query, problem);
}

static int run_steps(struct sql *sql, const struct store_domain *domain, size_t from, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = from; !error && i < domain->step_count; i++) {
		error = sql_execute(sql, domain->steps[i].sql, problem);
		if (error) {
			char prefix[120];
			(void)snprintf(prefix, sizeof prefix, "step %zu of the tables of \"%.60s\"", i + 1,
			               domain->name);
			problem_prefix(problem, prefix);
		}
	}
	return error ? error : set_version(sql, domain, problem);
}

/* Tables of a domain that this program lacks would fall behind the log. */
static int refuse_unknown(struct store_write *write, struct problem *problem)
{
	const struct store_registry *registry = write->registry;
	struct sql_query query = sql_query(write->sql, "SELECT name FROM record_domain ORDER BY name");
	struct problem found = {""};
	while (found.text[0] == '\0' && sql_next(&query)) {
		bool known = false;
		for (size_t i = 0; !known && i < registry->domain_count; i++)
			known = strcmp(registry->domains[i]->name, sql_text(&query, 0)) == 0;
		if (!known)
			(void)problem_set(
				&found, JISR_UNSUPPORTED,
				"%s holds tables of \"%.60s\", which this program does not know. Use a later version",
				sql_path(write->sql), sql_text(&query, 0));
	}
	int error = sql_done(&query, problem);
	if (!error && found.text[0] != '\0')
		error = problem_set(problem, JISR_UNSUPPORTED, "%s", found.text);
	return error;
}

int store_tables_migrate(struct store_write *write, bool read_only, struct problem *problem)
{
	const struct store_registry *registry = write->registry;
	bool rebuild = false;
	int error = read_only ? JISR_OK : sql_execute(write->sql, create_domains, problem);
	if (!error && !read_only)
		error = refuse_unknown(write, problem);
	for (size_t i = 0; !error && i < registry->domain_count; i++) {
		const struct store_domain *domain = registry->domains[i];
		int64_t version = 0;
		error = version_of(write->sql, domain, &version, problem);
		if (error || version == (int64_t)domain->step_count)
			continue;
		if (version > (int64_t)domain->step_count)
			error = problem_set(
				problem, JISR_UNSUPPORTED,
				"the tables of \"%.60s\" in %s were written by a later version of jisr. Use that "
				"version",
				domain->name, sql_path(write->sql));
		else if (read_only)
			error = problem_set(
				problem, JISR_STATE,
				"the tables of \"%.60s\" in %s are of an earlier version. Open it once for writing "
				"('jisr rebuild' does)",
				domain->name, sql_path(write->sql));
		else
			error = run_steps(write->sql, domain, (size_t)version, problem);
		for (size_t s = (size_t)version; !error && s < domain->step_count; s++)
			rebuild = rebuild || domain->steps[s].rebuild;
	}
	uint64_t size = 0;
	if (!error && rebuild)
		error = log_size(write->log, &size, problem);
	return error || size == 0 ? error : store_tables_rebuild(write, problem);
}

/* ---- rebuilding ---- */

static int drop_tables(struct sql *sql, const struct store_domain *domain, struct problem *problem)
{
	size_t count = 0;
	int error = JISR_OK;
	while (domain->tables != NULL && domain->tables[count] != NULL)
		count++;
	for (size_t i = count; !error && i-- > 0;) {
		char statement[NAME_MOST + 32];
		(void)snprintf(statement, sizeof statement, "DROP TABLE IF EXISTS \"%.*s\"", NAME_MOST,
		               domain->tables[i]);
		error = sql_execute(sql, statement, problem);
	}
	return error;
}

struct rebuilding {
	struct store_write *write;
	struct log *subjects; /* keeps the subjects' versions */
	uint64_t applied;
	bool (*stop)(void *context); /* asked for each entry; NULL: never */
	void *context;
};

static int apply_again(void *context, const struct entry *entry, struct problem *problem)
{
	struct rebuilding *rebuilding = context;
	struct store_write *write = rebuilding->write;
	if (entry->sequence != rebuilding->applied + 1 && store_write_office(write)[0] == '\0')
		return problem_set(problem, JISR_CORRUPT, "entry %llu is missing. 'jisr log verify' tells more",
		                   (unsigned long long)(rebuilding->applied + 1));
	if (rebuilding->stop != NULL && rebuilding->stop(rebuilding->context))
		return problem_set(problem, JISR_CANCELLED, "stopped");
	rebuilding->applied = entry->sequence;
	arena_reset(write->arena);
	int error = log_subject_set(rebuilding->subjects, entry->header.subject, entry->sequence, problem);
	return error ? error : store_apply(write, entry, problem);
}

/* Makes all tables anew on write->sql from write->log. */
static int rebuild(struct rebuilding *rebuilding, struct problem *problem)
{
	struct store_write *write = rebuilding->write;
	const struct store_registry *registry = write->registry;
	int error = sql_execute(write->sql, "PRAGMA defer_foreign_keys = ON", problem);
	for (size_t i = registry->domain_count; !error && i-- > 0;)
		error = drop_tables(write->sql, registry->domains[i], problem);
	if (!error)
		error = sql_execute(write->sql, "DELETE FROM log_subject", problem);
	for (size_t i = 0; !error && i < registry->domain_count; i++)
		error = run_steps(write->sql, registry->domains[i], 0, problem);
	if (!error)
		error = log_each(write->log, 1, LOG_WITH_BODY, apply_again, rebuilding, problem);
	return error;
}

int store_tables_rebuild(struct store_write *write, struct problem *problem)
{
	struct rebuilding rebuilding = {.write = write, .subjects = write->log};
	return rebuild(&rebuilding, problem);
}

static int rebuild_command(struct store_write *write, void *context, struct problem *problem)
{
	(void)context;
	int error = store_tables_rebuild(write, problem);
	if (!error)
		write->changed = true;
	return error;
}

int store_rebuild(struct store *store, struct problem *problem)
{
	return store_submit(store, rebuild_command, NULL, problem);
}

/* ---- digests ---- */

static void digest_number(crypto_hash_sha256_state *state, uint64_t number)
{
	uint8_t bytes[8];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(number >> 8 * i);
	crypto_hash_sha256_update(state, bytes, sizeof bytes);
}

static void digest_bytes(crypto_hash_sha256_state *state, const void *bytes, size_t length)
{
	digest_number(state, length);
	crypto_hash_sha256_update(state, bytes, length);
}

void store_digest_row(crypto_hash_sha256_state *state, struct sql_query *query, int columns)
{
	for (int i = 0; i < columns; i++) {
		enum sql_type type = sql_type(query, i);
		size_t length = 0;
		digest_number(state, (uint64_t)type);
		if (type == SQL_NUMBER) {
			digest_number(state, (uint64_t)sql_number(query, i));
		} else if (type == SQL_REAL) {
			double real = sql_real(query, i);
			digest_bytes(state, &real, sizeof real);
		} else if (type != SQL_NULL) {
			const void *bytes = sql_bytes(query, i, &length);
			digest_bytes(state, bytes, length);
		}
	}
}

/* How the table is made, and its rows sorted by all columns. */
static int digest_table(crypto_hash_sha256_state *state, struct sql *sql, const char *table, struct problem *problem)
{
	char statement[QUERY_MOST];
	digest_bytes(state, table, strlen(table));
	struct sql_query query =
		sql_query(sql, "SELECT name, sql FROM sqlite_master WHERE tbl_name = ?1 AND sql IS NOT NULL "
	                       "ORDER BY name");
	sql_bind_text(&query, 1, table);
	while (sql_next(&query))
		store_digest_row(state, &query, 2);
	int error = sql_done(&query, problem);
	if (error)
		return error;
	(void)snprintf(statement, sizeof statement, "SELECT * FROM \"%.*s\" LIMIT 0", NAME_MOST, table);
	query = sql_query_once(sql, statement);
	int columns = sql_columns(&query);
	error = sql_run(&query, problem);
	int length = snprintf(statement, sizeof statement, "SELECT * FROM \"%.*s\" ORDER BY 1", NAME_MOST, table);
	for (int i = 2; i <= columns && length < (int)sizeof statement - 16; i++)
		length += snprintf(statement + length, sizeof statement - (size_t)length, ", %d", i);
	if (error)
		return error;
	query = sql_query_once(sql, statement);
	while (sql_next(&query))
		store_digest_row(state, &query, columns);
	return sql_done(&query, problem);
}

static int digest(struct sql *sql, const struct store_registry *registry, uint8_t ret_digest[32],
                  struct problem *problem)
{
	crypto_hash_sha256_state state;
	uint8_t digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_init(&state);
	int error = digest_table(&state, sql, "log_subject", problem);
	for (size_t i = 0; !error && i < registry->domain_count; i++)
		for (size_t t = 0;
		     !error && registry->domains[i]->tables != NULL && registry->domains[i]->tables[t] != NULL; t++)
			error = digest_table(&state, sql, registry->domains[i]->tables[t], problem);
	crypto_hash_sha256_final(&state, digest);
	if (!error)
		memcpy(ret_digest, digest, sizeof digest);
	return error;
}

int store_digest(struct store *store, uint8_t ret_digest[32], struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	return error ? error : digest(store_reader_sql(reader), &store->registry, ret_digest, problem);
}

static void remove_database(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char file[FILE_MAX_PATH + 16];
		(void)snprintf(file, sizeof file, "%s%s", path, ends[i]);
		(void)unlink(file);
	}
}

/* In the file at `path`, which is empty and the caller's to remove. */
static int digest_in(struct store_reader *reader, const char *path, struct rebuilding *rebuilding,
                     uint8_t ret_digest[32], struct problem *problem)
{
	struct store *store = reader->store;
	CLEANUP(sql_closep) struct sql *sql = NULL;
	CLEANUP(log_freep) struct log *subjects = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = sql_open(path, SQL_CREATE, STORE_APPLICATION, &sql, problem);
	if (!error)
		error = sql_execute(sql, "PRAGMA synchronous = OFF", problem);
	if (!error)
		error = log_open_sqlite(sql, &subjects, problem);
	if (!error && arena_new(STORE_COMMAND_MEMORY, &arena) != JISR_OK)
		error = problem_no_memory(problem);
	if (error)
		return error;
	struct store_write write = {.store = store,
	                            .registry = &store->registry,
	                            .sql = sql,
	                            .log = store_reader_log(reader),
	                            .arena = arena,
	                            .log_name = store->log_name};
	rebuilding->write = &write;
	rebuilding->subjects = subjects;
	error = sql_begin_write(sql, problem);
	if (!error)
		error = log_create_sqlite(sql, problem);
	if (!error)
		error = sql_execute(sql, create_domains, problem);
	if (!error)
		error = rebuild(rebuilding, problem);
	if (!error)
		error = sql_commit(sql, problem);
	return error ? error : digest(sql, &store->registry, ret_digest, problem);
}

static int digest_rebuilt(struct store_reader *reader, struct rebuilding *rebuilding, uint8_t ret_digest[32],
                          struct problem *problem)
{
	const struct store *store = reader->store;
	char base[FILE_MAX_PATH], path[FILE_MAX_PATH];
	int fd = -1, length = snprintf(base, sizeof base, "%s/rebuilt.db", store->directory);
	if (length < 0 || length >= (int)sizeof base)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", store->directory);
	int error = file_temp(base, path, &fd, problem);
	if (error)
		return error;
	(void)close(fd);
	error = digest_in(reader, path, rebuilding, ret_digest, problem);
	remove_database(path);
	return error;
}

int store_digest_rebuilt(struct store *store, uint8_t ret_digest[32], struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct rebuilding rebuilding = {.stop = NULL};
	int error = store_read(store, &reader, problem);
	return error ? error : digest_rebuilt(reader, &rebuilding, ret_digest, problem);
}

int store_digest_same(struct store *store, bool (*stop)(void *context), void *context, bool *ret_same,
                      struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct rebuilding rebuilding = {.stop = stop, .context = context};
	uint8_t held[32], rebuilt[32];
	int error = store_read(store, &reader, problem);
	if (!error)
		error = digest(reader->sql, &store->registry, held, problem);
	if (!error)
		error = digest_rebuilt(reader, &rebuilding, rebuilt, problem);
	if (!error)
		*ret_same = memcmp(held, rebuilt, sizeof held) == 0;
	return error;
}
