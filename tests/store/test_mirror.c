/* A SQLite file that several machines share, over a real PostgreSQL that the test starts for itself. */
#include "store/mirror.h"

#include "../base/temporary.h"
#include "server.h"

#include "base/file.h"
#include "base/text.h"
#include "store/seal.h"
#include "store/shared_files.h"
#include "store/shared_keys.h"
#include "store/sql.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const tables[] = {"person", "pet", "word", NULL};
static const char create[] =
	"CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, height REAL) "
	"STRICT;"
	"CREATE TABLE pet (owner INTEGER NOT NULL REFERENCES person, name TEXT NOT NULL, picture BLOB, "
	"PRIMARY KEY (owner, name)) STRICT;"
	"CREATE TABLE word (word TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE own (here TEXT) STRICT";

struct machine {
	char directory[256];
	struct sql *sql;
	struct mirror *mirror;
};

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[1000];
	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	assert_int_equal(file_replace(path, text, strlen(text), NULL), JISR_OK);
}

/* A directory with a seal of its own or another's, that knows the address or (NULL) does not share. */
static void machine_init(struct machine *machine, const char *address, const char *seal_of)
{
	char path[1000];
	uint8_t seal[SEAL_KEY];
	*machine = (struct machine){.sql = NULL};
	assert_int_equal(temporary_make("mirror", machine->directory, sizeof machine->directory), 0);
	if (seal_of == NULL) {
		assert_int_equal(seal_load(machine->directory, SEAL_SHARED_FILE, true, seal, NULL), JISR_OK);
	} else {
		(void)snprintf(path, sizeof path, "mkdir '%s/keys' && cp '%s/" SEAL_SHARED_FILE "' '%s/keys'",
		               machine->directory, seal_of, machine->directory);
		assert_int_equal(system(path), 0);
	}
	(void)snprintf(path, sizeof path, "%s/base.db", machine->directory);
	assert_int_equal(sql_open(path, SQL_CREATE, 1, &machine->sql, NULL), JISR_OK);
	assert_int_equal(sql_execute(machine->sql, create, NULL), JISR_OK);
	if (address != NULL)
		write_file(machine->directory, SHARED_ADDRESS_FILE, address);
}

static void machine_open(struct machine *machine)
{
	struct problem problem = {""};
	if (mirror_open(machine->directory, "base", tables, machine->sql, &machine->mirror, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void machine_finish(struct machine *machine)
{
	mirror_free(machine->mirror);
	sql_close(machine->sql);
	assert_int_equal(temporary_remove(machine->directory), 0);
}

static void run(struct machine *machine, const char *statements)
{
	struct problem problem = {""};
	if (sql_execute(machine->sql, statements, &problem) != JISR_OK)
		fail_msg("%s: %s", statements, problem.text);
}

static void catch_up(struct machine *machine)
{
	struct problem problem = {""};
	bool news;
	if (mirror_catch_up(machine->mirror, &news, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

/* Every row of the shared tables, as one text. */
static void dump(struct machine *machine, struct text *text)
{
	static const char *const queries[] = {
		"SELECT quote(id) || quote(name) || quote(height) FROM person ORDER BY id",
		"SELECT quote(owner) || quote(name) || quote(picture) FROM pet ORDER BY owner, name",
		"SELECT quote(word) || quote(count) FROM word ORDER BY word"};
	text_init(text, (size_t)1 << 24);
	for (size_t i = 0; i < 3; i++) {
		struct sql_query query = sql_query_once(machine->sql, queries[i]);
		while (sql_next(&query)) {
			(void)text_add_string(text, sql_text(&query, 0));
			(void)text_add_char(text, '\n');
		}
		assert_int_equal(sql_done(&query, NULL), JISR_OK);
	}
	assert_int_equal(text->error, JISR_OK);
}

static void assert_same(struct machine *left, struct machine *right)
{
	struct text a, b;
	dump(left, &a);
	dump(right, &b);
	assert_string_equal(a.bytes, b.bytes);
	text_finish(&a);
	text_finish(&b);
}

/* Some statements that often change many rows, exchange unique names, delete and put again. */
static void change(struct machine *machine, unsigned *seed)
{
	char statement[400];
	unsigned a = (unsigned)rand_r(seed) % 12, b = (unsigned)rand_r(seed) % 12;
	switch ((unsigned)rand_r(seed) % 8) {
	case 0:
		(void)snprintf(statement, sizeof statement,
		               "INSERT OR IGNORE INTO person (name, height) VALUES ('p%u', %u.5)", a, b);
		break;
	case 1:
		(void)snprintf(statement, sizeof statement,
		               "UPDATE person SET name = 'x' WHERE name = 'p%u'; UPDATE OR IGNORE person SET name = "
		               "'p%u' WHERE name = "
		               "'p%u'; UPDATE OR REPLACE person SET name = 'p%u' WHERE name = 'x' AND NOT EXISTS "
		               "(SELECT 1 FROM person "
		               "AS other JOIN pet ON owner = other.id WHERE other.name = 'p%u'); UPDATE person SET "
		               "name = 'q' || id "
		               "WHERE name = 'x'",
		               a, a, b, b, b);
		break;
	case 2:
		(void)snprintf(
			statement, sizeof statement,
			"INSERT OR REPLACE INTO pet SELECT id, 'pet%u', randomblob(%u) FROM person WHERE id %% 5 = %u",
			a, b * 50, b % 5);
		break;
	case 3: (void)snprintf(statement, sizeof statement, "DELETE FROM pet WHERE owner %% 4 = %u", a % 4); break;
	case 4:
		(void)snprintf(statement, sizeof statement,
		               "DELETE FROM person WHERE id NOT IN (SELECT owner FROM pet) AND id %% 3 = %u", a % 3);
		break;
	case 5:
		(void)snprintf(statement, sizeof statement,
		               "INSERT INTO word VALUES ('w%u', 1) ON CONFLICT (word) DO UPDATE SET count = count + 1",
		               a);
		break;
	case 6: (void)snprintf(statement, sizeof statement, "DELETE FROM word WHERE count > %u", a); break;
	default:
		(void)snprintf(statement, sizeof statement, "UPDATE person SET height = NULL WHERE id %% 2 = %u",
		               a % 2);
		break;
	}
	run(machine, statement);
}

static int share_first(struct machine *machine, const char *address)
{
	CLEANUP(shared_freep) struct shared *shared = NULL;
	uint8_t seal[SEAL_KEY];
	assert_int_equal(seal_load(machine->directory, SEAL_SHARED_FILE, false, seal, NULL), JISR_OK);
	assert_int_equal(shared_open(address, &shared, NULL), JISR_OK);
	assert_int_equal(shared_create(shared, NULL), JISR_OK);
	int error = mirror_give(shared, seal, "base", tables, machine->sql, NULL);
	write_file(machine->directory, SHARED_ADDRESS_FILE, address);
	machine_open(machine);
	return error;
}

static void three_machines_change_rows_in_turn_and_all_have_the_same(void **state)
{
	const struct server *server = *state;
	struct machine machines[3];
	unsigned seed = 8;
	server_do(server, "query", "DROP TABLE IF EXISTS jisr_row, jisr_change");
	machine_init(&machines[0], NULL, NULL);
	for (int i = 0; i < 20; i++)
		change(&machines[0], &seed);
	assert_int_equal(share_first(&machines[0], server->address), JISR_OK);
	machine_init(&machines[1], server->address, machines[0].directory);
	run(&machines[1], "INSERT INTO word VALUES ('of its own', 1); INSERT INTO own VALUES ('stays')");
	machine_open(&machines[1]);
	assert_false(mirror_filled(machines[1].mirror));
	for (int i = 0; i < 300; i++) {
		struct machine *machine = &machines[rand_r(&seed) % 2];
		struct problem problem = {""};
		if (mirror_begin(machine->mirror, &problem) != JISR_OK)
			fail_msg("%s", problem.text);
		for (int n = rand_r(&seed) % 4; n >= 0; n--)
			change(machine, &seed);
		if (rand_r(&seed) % 5 == 0)
			mirror_rollback(machine->mirror);
		else
			assert_int_equal(mirror_commit(machine->mirror, &problem), JISR_OK);
		if (i % 20 == 0) {
			catch_up(&machines[0]);
			catch_up(&machines[1]);
			assert_same(&machines[0], &machines[1]);
		}
	}
	machine_init(&machines[2], server->address, machines[0].directory);
	machine_open(&machines[2]);
	for (size_t i = 0; i < 3; i++) {
		catch_up(&machines[i]);
		assert_same(&machines[0], &machines[i]);
	}
	int64_t own = 0;
	struct sql_query query = sql_query(machines[1].sql, "SELECT count(*) FROM own");
	assert_int_equal(sql_run_number(&query, 0, &own, NULL), JISR_OK);
	assert_int_equal(own, 1);
	assert_int_equal(mirror_begin(machines[2].mirror, NULL), JISR_OK);
	assert_int_equal(mirror_end_sharing(machines[2].mirror, NULL), JISR_OK);
	assert_same(&machines[0], &machines[2]);
	for (size_t i = 0; i < 3; i++)
		machine_finish(&machines[i]);
}

static void a_row_that_was_changed_there_or_sealed_by_another_key_is_refused(void **state)
{
	const struct server *server = *state;
	struct machine first, second, stranger;
	struct problem problem = {""};
	bool news;
	server_do(server, "query", "DROP TABLE IF EXISTS jisr_row, jisr_change");
	machine_init(&first, NULL, NULL);
	run(&first, "INSERT INTO word VALUES ('secret', 1), ('other', 2)");
	assert_int_equal(share_first(&first, server->address), JISR_OK);
	server_do(server, "query",
	          "DO \\$\\$ BEGIN ASSERT 0 = (SELECT count(*) FROM jisr_row WHERE position('secret' in encode(sealed, "
	          "'escape')) > 0); END \\$\\$");
	machine_init(&stranger, server->address, NULL);
	machine_open(&stranger);
	assert_int_equal(mirror_catch_up(stranger.mirror, &news, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, "shared.seal"));
	machine_init(&second, server->address, first.directory);
	machine_open(&second);
	catch_up(&second);
	assert_int_equal(mirror_begin(first.mirror, NULL), JISR_OK);
	run(&first, "UPDATE word SET count = 5 WHERE word = 'other'");
	assert_int_equal(mirror_commit(first.mirror, NULL), JISR_OK);
	server_do(
		server, "query",
		"UPDATE jisr_row SET sealed = (SELECT sealed FROM jisr_row WHERE change = 1 LIMIT 1) WHERE change = 2");
	assert_int_equal(mirror_catch_up(second.mirror, &news, &problem), JISR_CORRUPT);
	assert_int_equal(mirror_begin(second.mirror, &problem), JISR_CORRUPT);
	int64_t count = 0;
	struct sql_query query = sql_query(second.sql, "SELECT count FROM word WHERE word = 'other'");
	assert_int_equal(sql_run_number(&query, 0, &count, NULL), JISR_OK);
	assert_int_equal(count, 2); /* as it was */
	machine_finish(&first);
	machine_finish(&second);
	machine_finish(&stranger);
}

static void keys_and_files_come_to_whoever_lacks_them(void **state)
{
	const struct server *server = *state;
	static const char name[] =
		"objects/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.jisr"; /* of "abc" */
	struct machine first, second;
	struct problem problem = {""};
	struct text text;
	char path[1000];
	machine_init(&first, server->address, NULL);
	machine_init(&second, server->address, first.directory);
	machine_open(&first);
	(void)snprintf(path, sizeof path, "%s/objects", first.directory);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(first.directory, name, "abc");
	write_file(first.directory, "keys/MA-01020304.key", "a secret key");
	assert_int_equal(shared_file_put(first.directory, name, NULL), JISR_OK);
	assert_int_equal(shared_file_put(first.directory, name, NULL), JISR_OK); /* again */
	assert_int_equal(shared_keys_put(first.directory, NULL), JISR_OK);
	assert_int_equal(shared_file_fetch(second.directory, name, NULL), JISR_OK);
	assert_int_equal(shared_keys_fetch(second.directory, NULL), JISR_OK);
	text_init(&text, 100);
	(void)snprintf(path, sizeof path, "%s/%s", second.directory, name);
	assert_int_equal(file_read(path, &text, NULL), JISR_OK);
	assert_string_equal(text.bytes, "abc");
	assert_int_equal(unlink(path), 0);
	text_reset(&text);
	(void)snprintf(path, sizeof path, "%s/keys/MA-01020304.key", second.directory);
	assert_int_equal(file_read(path, &text, NULL), JISR_OK);
	assert_string_equal(text.bytes, "a secret key");
	text_finish(&text);
	server_do(server, "query", "UPDATE jisr_file_part SET bytes = 'abd'");
	assert_int_equal(shared_file_fetch(second.directory, name, &problem), JISR_CORRUPT);
	server_do(server, "query", "UPDATE jisr_file_part SET bytes = 'ab'");
	assert_int_equal(shared_file_fetch(second.directory, name, &problem), JISR_CORRUPT);
	assert_int_equal(shared_file_drop(first.directory, name, NULL), JISR_OK);
	assert_int_equal(shared_file_fetch(second.directory, name, &problem), JISR_NOT_FOUND);
	assert_int_equal(shared_file_fetch(first.directory, name, &problem), JISR_OK); /* it has its own */
	assert_int_equal(shared_file_fetch(second.directory, "keys/../../../etc/passwd", &problem), JISR_BAD_INPUT);
	machine_finish(&first);
	machine_finish(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_machines_change_rows_in_turn_and_all_have_the_same),
		cmocka_unit_test(a_row_that_was_changed_there_or_sealed_by_another_key_is_refused),
		cmocka_unit_test(keys_and_files_come_to_whoever_lacks_them),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
