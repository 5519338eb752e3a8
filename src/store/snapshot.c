/* Making a snapshot is running a replica of the office beside the record, in a folder of its own, without checking signatures that
 * this log has checked when it took them. Taking one over is copying its tables, in one transaction of the writer; SQLite copies
 * whole rows between tables that are made alike, which is why those must be (`tables` of the manifest).
 *
 * Measured (tools/bench catchup, 102,179 entries, busy): docs/benchmarks.md. */
#include "store/snapshot.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/digits.h"
#include "base/file.h"
#include "store/store_private.h"
#include "store/verify.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION_LINE "jisr snapshot 1"
#define NAMES        512 /* tables of a record */
#define NAME_MOST    64
#define NUMBER_MOST  (UINT64_C(1) << 50)

/* ---- the manifest ---- */

static void add_hex(struct text *text, const char *name, const uint8_t hash[32])
{
	char hex[65];
	(void)sodium_bin2hex(hex, sizeof hex, hash, 32);
	(void)text_add_format(text, "%s %s\n", name, hex);
}

static int write_text(const struct snapshot *snapshot, struct text *text)
{
	const struct replica *replica = &snapshot->replica;
	char root[BASE64_LENGTH(MERKLE_HASH) + 1];
	base64_write(snapshot->root, MERKLE_HASH, root);
	(void)text_add_format(text, VERSION_LINE "\n%s\noffice %s\nscope %s\nserves ", snapshot->log, replica->office,
	                      replica->scope == REPLICA_WATCH ? "watch" : "all");
	for (size_t i = 0; i < replica->served_count; i++)
		(void)text_add_format(text, "%s%s", i > 0 ? "," : "", replica->served[i]);
	(void)text_add_format(text, "%s\nmade %s\nsize %llu\nroot %s\n", replica->served_count == 0 ? "-" : "",
	                      snapshot->made, (unsigned long long)snapshot->size, root);
	add_hex(text, "tables", snapshot->tables);
	(void)text_add_format(text, "bytes %llu\n", (unsigned long long)snapshot->bytes);
	add_hex(text, "pieces", snapshot->pieces);
	return text->error;
}

/* The rest of the next line, which begins with a word; false: it does not, or is too long. */
static bool take_line(const char **at, const char *end, const char *word, char *out, size_t size)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	size_t length = strlen(word);
	if (stop == NULL || (size_t)(stop - *at) < length || memcmp(*at, word, length) != 0 ||
	    (size_t)(stop - *at) - length >= size)
		return false;
	memcpy(out, *at + length, (size_t)(stop - *at) - length);
	out[(size_t)(stop - *at) - length] = '\0';
	*at = stop + 1;
	return true;
}

static bool take_number(const char **at, const char *end, const char *word, uint64_t *ret_number)
{
	char digits[20];
	return take_line(at, end, word, digits, sizeof digits) && digits_read(digits, sizeof digits - 1, ret_number) &&
	       *ret_number > 0 && *ret_number < NUMBER_MOST;
}

static bool take_hash(const char **at, const char *end, const char *word, uint8_t hash[32])
{
	char hex[65];
	size_t length = 0;
	return take_line(at, end, word, hex, sizeof hex) && text_is_hex(hex, 64) &&
	       sodium_hex2bin(hash, 32, hex, 64, NULL, &length, NULL) == 0 && length == 32;
}

static bool read_serves(char *list, struct replica *replica)
{
	if (strcmp(list, "-") == 0)
		return true;
	for (char *rest = list, *one; (one = strsep(&rest, ",")) != NULL;) {
		if (replica->served_count == REPLICA_MAX_SERVED || !entry_office_valid(one))
			return false;
		(void)snprintf(replica->served[replica->served_count++], sizeof replica->served[0], "%s", one);
	}
	return true;
}

static bool read_text(const char *at, size_t length, struct snapshot *snapshot)
{
	const char *end = at + length;
	char line[8], scope[8], root[64], serves[REPLICA_MAX_SERVED * (ENTRY_MAX_OFFICE + 1) + 1];
	*snapshot = (struct snapshot){.size = 0};
	struct replica *replica = &snapshot->replica;
	if (!take_line(&at, end, VERSION_LINE, line, sizeof line) ||
	    !take_line(&at, end, "", snapshot->log, sizeof snapshot->log) ||
	    !take_line(&at, end, "office ", replica->office, sizeof replica->office) ||
	    !entry_office_valid(replica->office) || !take_line(&at, end, "scope ", scope, sizeof scope) ||
	    !take_line(&at, end, "serves ", serves, sizeof serves) || !read_serves(serves, replica) ||
	    !take_line(&at, end, "made ", snapshot->made, sizeof snapshot->made) || !entry_at_valid(snapshot->made) ||
	    !take_number(&at, end, "size ", &snapshot->size) || !take_line(&at, end, "root ", root, sizeof root) ||
	    !base64_read(root, strlen(root), snapshot->root, MERKLE_HASH) ||
	    !take_hash(&at, end, "tables ", snapshot->tables) || !take_number(&at, end, "bytes ", &snapshot->bytes) ||
	    !take_hash(&at, end, "pieces ", snapshot->pieces))
		return false;
	replica->scope = strcmp(scope, "watch") == 0 ? REPLICA_WATCH : REPLICA_ALL;
	snapshot->count = (snapshot->bytes + SNAPSHOT_PIECE - 1) / SNAPSHOT_PIECE;
	return snapshot->count <= SNAPSHOT_MAX_PIECES;
}

/* One form for each: what is written from what was read is what was read. */
static bool is_canonical(const struct snapshot *snapshot, const char *bytes, size_t length)
{
	struct text text;
	text_init(&text, SNAPSHOT_MAX_NOTE);
	bool same = write_text(snapshot, &text) == JISR_OK && text.length == length &&
	            memcmp(text.bytes, bytes, length) == 0;
	text_finish(&text);
	return same;
}

int snapshot_read(const struct note_verifier *log, const char *bytes, size_t length, struct snapshot *ret_snapshot,
                  const uint8_t **ret_hashes, struct problem *problem)
{
	static const char bad[] = "what came is no description of a snapshot that this version of jisr knows";
	uint32_t note = 0;
	size_t signed_length = 0;
	struct snapshot snapshot;
	uint8_t hash[crypto_hash_sha256_BYTES];
	if (length >= sizeof note)
		memcpy(&note, bytes, sizeof note);
	note = be32toh(note);
	if (note == 0 || note > SNAPSHOT_MAX_NOTE || note > length - sizeof note)
		return problem_set(problem, JISR_BAD_INPUT, bad);
	const char *text = bytes + sizeof note;
	int error = note_open(log, text, note, &signed_length, problem);
	if (error)
		return problem_set(problem, error == JISR_NO_MEMORY ? error : JISR_DENIED,
		                   "the snapshot is not signed by the log's key (%.100s)", log->name);
	if (!read_text(text, signed_length, &snapshot) || !is_canonical(&snapshot, text, signed_length))
		return problem_set(problem, JISR_BAD_INPUT, bad);
	const uint8_t *hashes = (const uint8_t *)text + note;
	size_t left = length - sizeof note - note;
	(void)crypto_hash_sha256(hash, hashes, left);
	if (left != snapshot.count * sizeof hash || memcmp(hash, snapshot.pieces, sizeof hash) != 0)
		return problem_set(problem, JISR_CORRUPT,
		                   "the list of the snapshot's pieces is not the one that was signed");
	*ret_snapshot = snapshot;
	*ret_hashes = hashes;
	return JISR_OK;
}

/* ---- how tables are made ---- */

/* Over the schema of a database of the connection ("main", "snapshot"). */
static int digest_schema(struct sql *sql, const char *base, uint8_t ret_digest[32], struct problem *problem)
{
	char statement[160];
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	(void)snprintf(statement, sizeof statement,
	               "SELECT type, name, tbl_name, sql FROM %s.sqlite_master ORDER BY type, name", base);
	struct sql_query query = sql_query_once(sql, statement);
	while (sql_next(&query))
		store_digest_row(&state, &query, 4);
	int error = sql_done(&query, problem);
	(void)crypto_hash_sha256_final(&state, ret_digest);
	return error;
}

/* ---- making ---- */

struct making {
	struct store *store, *copy;
	const struct replica *replica;
	snapshot_stop stop;
	void *context;
	struct problem *problem;
};

static bool stopped(const struct making *making)
{
	return making->stop != NULL && making->stop(making->context);
}

static int one_batch(struct making *making, uint64_t from, struct text *batch, uint64_t *ret_last)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(making->store, &reader, making->problem);
	return error ? error : replica_give(reader, making->replica, from, batch, ret_last, making->problem);
}

static int fill(struct making *making)
{
	struct text batch;
	struct replica_taken taken;
	uint64_t last = 0;
	int error = JISR_OK;
	text_init(&batch, REPLICA_MAX_BATCH);
	do {
		error = one_batch(making, last + 1, &batch, &last);
		if (!error && last > 0)
			error = store_replica_take(making->copy, batch.bytes, batch.length, true, &taken,
			                           making->problem);
		if (!error && stopped(making))
			error = problem_set(making->problem, JISR_CANCELLED, "stopped");
	} while (!error && last > 0);
	text_finish(&batch);
	return error;
}

static int look(struct store *copy, struct snapshot *snapshot, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(copy, &reader, problem);
	if (error)
		return error;
	snapshot->size = store_reader_sequence(reader);
	if (snapshot->size == 0)
		return problem_set(problem, JISR_STATE, "the log has nothing that is signed");
	error = log_root(reader->log, snapshot->size, snapshot->root, problem);
	return error ? error : digest_schema(reader->sql, "main", snapshot->tables, problem);
}

/* A new replica in the folder; nothing in it need outlive a crash. */
static int new_copy(struct making *making, const char *folder, struct problem *problem)
{
	const struct store_registry *registry = &making->store->registry;
	const struct store_domain *domains[sizeof registry->domains / sizeof *registry->domains + 1] = {NULL};
	for (size_t i = 1; i < registry->domain_count; i++) /* the first is the store's own */
		domains[i - 1] = registry->domains[i];
	const struct store_options options = {.directory = folder, .domains = domains};
	int error = replica_new(&options, making->replica, problem);
	if (!error)
		error = store_open(&options, &making->copy, problem);
	return error ? error : sql_execute(making->copy->write.sql, "PRAGMA synchronous = OFF", problem);
}

/* One file without a write-ahead log: it will be read where nothing can be written beside it. */
static int close_copy(struct making *making, const char *path, struct problem *problem)
{
	CLEANUP(sql_closep) struct sql *sql = NULL;
	making->copy = store_free(making->copy);
	int error = sql_open(path, SQL_WRITE, STORE_APPLICATION, &sql, problem);
	return error ? error : sql_execute(sql, "PRAGMA journal_mode = DELETE", problem);
}

static int hash_pieces(const char *path, struct snapshot *snapshot, struct text *hashes, struct problem *problem)
{
	CLEANUP(memory_freep) char *piece = memory_alloc(SNAPSHOT_PIECE);
	uint8_t hash[crypto_hash_sha256_BYTES];
	int error = piece == NULL ? problem_no_memory(problem) : JISR_OK;
	int fd = error ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (!error && fd < 0)
		error = file_problem(problem, path, "read it");
	for (bool more = true; !error && more;) {
		ssize_t length = pread(fd, piece, SNAPSHOT_PIECE, (off_t)snapshot->bytes);
		if (length < 0)
			error = file_problem(problem, path, "read it");
		more = length > 0;
		if (error || !more)
			break;
		snapshot->bytes += (uint64_t)length;
		more = snapshot->bytes % SNAPSHOT_PIECE == 0;
		(void)crypto_hash_sha256(hash, (const uint8_t *)piece, (size_t)length);
		if (text_add(hashes, (const char *)hash, sizeof hash) != JISR_OK)
			error = problem_set(problem, hashes->error, "a snapshot: %s", error_text(hashes->error));
	}
	if (fd >= 0)
		(void)close(fd);
	snapshot->count = hashes->length / sizeof hash;
	(void)crypto_hash_sha256(snapshot->pieces, (const uint8_t *)hashes->bytes, hashes->length);
	return error;
}

static int sign(const struct store *store, const struct snapshot *snapshot, const struct text *hashes, const char *path,
                struct problem *problem)
{
	struct text text, note, manifest;
	text_init(&text, SNAPSHOT_MAX_NOTE);
	text_init(&note, SNAPSHOT_MAX_NOTE);
	text_init(&manifest, SNAPSHOT_MAX_MANIFEST);
	int error = write_text(snapshot, &text);
	if (!error)
		error = note_sign(&store->signers.log, text.bytes, text.length, &note, problem);
	uint32_t length = htobe32((uint32_t)note.length);
	(void)text_add(&manifest, (const char *)&length, sizeof length);
	(void)text_add(&manifest, note.bytes, note.length);
	(void)text_add(&manifest, hashes->bytes, hashes->length);
	if (!error)
		error = manifest.error;
	error = error ? problem_set(problem, error, "a snapshot: %s", error_text(error))
	              : file_replace(path, manifest.bytes, manifest.length, problem);
	text_finish(&text);
	text_finish(&note);
	text_finish(&manifest);
	return error;
}

static int make_in(struct making *making, const char *folder, const char *file, const char *manifest,
                   struct snapshot *snapshot)
{
	char record[FILE_MAX_PATH], at[CLOCK_UTC_MAX];
	struct text hashes;
	(void)snprintf(record, sizeof record, "%s/" STORE_NAME_FILE, folder);
	(void)memcpy(snapshot->made, clock_utc_exact(at), ENTRY_AT_LENGTH);
	int error = new_copy(making, folder, making->problem);
	if (!error)
		error = fill(making);
	if (!error)
		error = look(making->copy, snapshot, making->problem);
	if (!error)
		error = close_copy(making, record, making->problem);
	text_init(&hashes, (size_t)SNAPSHOT_MAX_PIECES * 32);
	if (!error)
		error = hash_pieces(record, snapshot, &hashes, making->problem);
	if (!error && rename(record, file) != 0)
		error = file_problem(making->problem, record, "rename it");
	if (!error)
		error = sign(making->store, snapshot, &hashes, manifest, making->problem);
	text_finish(&hashes);
	making->copy = store_free(making->copy);
	return error;
}

int snapshot_make(struct store *store, const struct replica *replica, const char *folder, snapshot_stop stop,
                  void *context, struct snapshot *ret_snapshot, struct problem *problem)
{
	char file[FILE_MAX_PATH], manifest[FILE_MAX_PATH];
	struct replica whose = *replica;
	struct making making = {store, NULL, &whose, stop, context, problem};
	struct snapshot snapshot = {.replica = *replica};
	int length = snprintf(file, sizeof file, "%s/" SNAPSHOT_FILE, folder);
	int other = snprintf(manifest, sizeof manifest, "%s/" SNAPSHOT_MANIFEST, folder);
	if (length >= (int)sizeof file || other >= (int)sizeof manifest)
		return problem_set(problem, JISR_TOO_LARGE, "%.100s...: path too long", folder);
	if (store->signers.log.name[0] == '\0')
		return problem_set(problem, JISR_DENIED,
		                   "the log's key is not held here: only where it is can snapshots be made");
	(void)snprintf(snapshot.log, sizeof snapshot.log, "%s", store->log_name);
	note_signer_verifier(&store->signers.log, &whose.log);
	snapshot.replica.log = (struct note_verifier){.name = ""};
	int error = file_make_folder(folder, problem);
	if (!error)
		error = make_in(&making, folder, file, manifest, &snapshot);
	if (!error)
		*ret_snapshot = snapshot;
	return error;
}

/* ---- what forbids to give it ---- */

static int forbids(void *context, const struct entry *entry, struct problem *problem)
{
	const struct store_registry *registry = context;
	(void)problem;
	bool hides = strcmp(entry->header.kind, "body.dropped") == 0;
	for (const struct store_handler *one = store_registry_find(registry, entry->header.kind); one != NULL;
	     one = store_registry_next(registry, one))
		hides = hides || one->kind->hides;
	return hides ? JISR_CANCELLED : JISR_OK;
}

int snapshot_stale(struct store_reader *reader, uint64_t *through, bool *ret_stale, struct problem *problem)
{
	*ret_stale = false;
	if (*through >= reader->sequence)
		return JISR_OK;
	int error = log_each(reader->log, *through + 1, LOG_WITHOUT_BODY, forbids, &reader->store->registry, problem);
	*ret_stale = error == JISR_CANCELLED;
	if (error == JISR_OK)
		*through = reader->sequence;
	return error == JISR_CANCELLED ? JISR_OK : error;
}

/* ---- whether it suits ---- */

static bool same_replica(const struct replica *one, const struct replica *other)
{
	bool same = strcmp(one->office, other->office) == 0 && one->scope == other->scope &&
	            one->served_count == other->served_count;
	for (size_t i = 0; same && i < one->served_count; i++)
		same = replica_holds(other, one->served[i]) && strcmp(one->served[i], other->office) != 0;
	return same;
}

/* More than SNAPSHOT_MAX_DAYS before `now`. */
static bool is_old(const char *made, const char *now)
{
	int64_t then = 0, ours = 0;
	return clock_utc_read(made, &then) && clock_utc_read(now, &ours) && ours - then > SNAPSHOT_MAX_DAYS * 86400;
}

int snapshot_suits(struct store *store, const struct snapshot *snapshot, const char *now, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	uint8_t tables[32];
	const struct replica *own = &store->replica;
	if (own->office[0] == '\0')
		return problem_set(problem, JISR_STATE, "the record in %s is no replica", store->directory);
	if (!same_replica(&snapshot->replica, own))
		return problem_set(problem, JISR_DENIED,
		                   "the snapshot is for %s (%s), and this is a node of %s (%s): it is not taken",
		                   snapshot->replica.office,
		                   snapshot->replica.scope == REPLICA_WATCH ? "a border post" : "a whole node",
		                   own->office, own->scope == REPLICA_WATCH ? "a border post" : "a whole node");
	if (strcmp(snapshot->log, own->log.name) != 0)
		return problem_set(problem, JISR_DENIED, "the snapshot is of another log (%.100s): it is not taken",
		                   snapshot->log);
	if (is_old(snapshot->made, now))
		return problem_set(
			problem, JISR_STATE,
			"the snapshot was made at %s, more than %d days before now (%s by the clock here): it is "
			"not taken",
			snapshot->made, SNAPSHOT_MAX_DAYS, now);
	int error = store_read(store, &reader, problem);
	if (error)
		return error;
	if (reader->sequence > 0)
		return problem_set(problem, JISR_STATE,
		                   "the record in %s has %llu entries already: a snapshot is for an empty one",
		                   store->directory, (unsigned long long)reader->sequence);
	error = digest_schema(reader->sql, "main", tables, problem);
	return error || memcmp(tables, snapshot->tables, sizeof tables) == 0
	               ? error
	               : problem_set(problem, JISR_UNSUPPORTED,
	                             "the snapshot was made by another version of jisr: it is not taken");
}

/* ---- taking over ---- */

struct taking {
	const struct snapshot *snapshot;
	const char *path;
	struct store_write *write;
	struct problem *problem;
};

static int wrong(struct taking *taking, const char *what)
{
	return problem_set(taking->problem, JISR_CORRUPT, "the snapshot of %s %s: nothing of it is taken",
	                   taking->snapshot->made, what);
}

static bool is_own(const char *table)
{
	return strcmp(table, "log_replica") == 0 || strcmp(table, "log_replica_served") == 0 ||
	       strcmp(table, "record_domain") == 0;
}

static int copy_table(struct taking *taking, const char *table)
{
	char statement[3 * NAME_MOST + 120];
	(void)snprintf(statement, sizeof statement, "DELETE FROM main.\"%s\"", table);
	int error = sql_execute(taking->write->sql, statement, taking->problem);
	(void)snprintf(statement, sizeof statement, "INSERT INTO main.\"%s\" SELECT * FROM snapshot.\"%s\"", table,
	               table);
	return error ? error : sql_execute(taking->write->sql, statement, taking->problem);
}

static int copy_tables(struct taking *taking)
{
	struct sql *sql = taking->write->sql;
	CLEANUP(memory_freep) char(*names)[NAME_MOST] = memory_zero(NAMES, sizeof *names);
	size_t count = 0;
	bool many = names == NULL;
	struct sql_query query = sql_query(
		sql,
		"SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
	while (!many && sql_next(&query)) {
		many = count == NAMES || strlen(sql_text(&query, 0)) >= NAME_MOST;
		if (!many && !is_own(sql_text(&query, 0)))
			(void)snprintf(names[count++], NAME_MOST, "%s", sql_text(&query, 0));
	}
	int error = sql_done(&query, taking->problem);
	if (!error && many)
		error = problem_set(taking->problem, names == NULL ? JISR_NO_MEMORY : JISR_TOO_LARGE, "%s",
		                    names == NULL ? "out of memory" : "the record has too many tables");
	if (!error)
		error = sql_execute(sql, "PRAGMA defer_foreign_keys = ON", taking->problem);
	for (size_t i = 0; !error && i < count; i++)
		error = copy_table(taking, names[i]);
	return error;
}

/* Whose the file says it is. */
static int check_owner(struct taking *taking)
{
	struct sql *sql = taking->write->sql;
	int64_t other = 0;
	struct sql_query query = sql_query_once(
		sql,
		"SELECT (SELECT count(*) FROM (SELECT office, scope, verifier FROM snapshot.log_replica EXCEPT SELECT "
		"office, scope, verifier FROM main.log_replica)) + (SELECT count(*) FROM (SELECT office FROM "
		"snapshot.log_replica_served EXCEPT SELECT office FROM main.log_replica_served)) + (SELECT count(*) "
		"FROM (SELECT * FROM snapshot.record_domain EXCEPT SELECT * FROM main.record_domain))");
	int error = sql_run_number(&query, 0, &other, taking->problem);
	return error || other == 0 ? error : wrong(taking, "is another office's than it says");
}

struct tree {
	struct sql_query query;
	int64_t place; /* that comes next */
	bool good;
};

static const void *next_hash(struct tree *tree)
{
	size_t length = 0;
	const void *hash = sql_next(&tree->query) ? sql_bytes(&tree->query, 1, &length) : NULL;
	return hash != NULL && length == MERKLE_HASH && sql_number(&tree->query, 0) == tree->place++ ? hash : NULL;
}

static void compare_hash(void *context, int level, const uint8_t hash[MERKLE_HASH])
{
	struct tree *tree = context;
	const void *stored = level == 0 || !tree->good ? NULL : next_hash(tree);
	tree->good = tree->good && (level == 0 || (stored != NULL && memcmp(stored, hash, MERKLE_HASH) == 0));
}

/* Every hash is that of what is below it, and the root the signed one. */
static int check_tree(struct taking *taking)
{
	struct tree tree = {.good = true};
	struct merkle merkle = {.size = 0};
	uint8_t leaf[MERKLE_HASH], root[MERKLE_HASH];
	tree.query = sql_query(taking->write->sql, "SELECT place, hash FROM log_hash ORDER BY place");
	while (tree.good && merkle.size < taking->snapshot->size) {
		const void *stored = next_hash(&tree);
		tree.good = stored != NULL;
		if (!tree.good)
			break;
		memcpy(leaf, stored, sizeof leaf);
		merkle_add_hash(&merkle, leaf, compare_hash, &tree);
	}
	tree.good = tree.good && !sql_next(&tree.query);
	int error = sql_done(&tree.query, taking->problem);
	if (error)
		return error;
	merkle_root(&merkle, root);
	return tree.good && memcmp(root, taking->snapshot->root, sizeof root) == 0
	               ? JISR_OK
	               : wrong(taking, "holds another tree than the one that was signed");
}

static int check_entry(void *context, const struct entry *entry, struct problem *problem)
{
	struct taking *taking = context;
	uint8_t leaf[ENTRY_HASH], stored[MERKLE_HASH], body[ENTRY_HASH];
	(void)problem;
	if (entry->sequence > taking->snapshot->size || !replica_sees(&taking->write->store->replica, &entry->header))
		return wrong(taking, "holds an entry that is not for this office");
	int error = log_hash(taking->write->log, 0, entry->sequence - 1, stored, taking->problem);
	if (error)
		return error;
	entry_leaf_hash(entry, leaf);
	if (memcmp(leaf, stored, sizeof leaf) != 0)
		return wrong(taking, "holds an entry that is not in the log");
	if (entry->body_bytes == NULL)
		return JISR_OK;
	entry_body_hash(entry->body_salt, entry->body_bytes, entry->body_length, body);
	return memcmp(body, entry->header.body, sizeof body) == 0 ? JISR_OK
	                                                          : wrong(taking, "holds a body that was changed");
}

/* The log's key has signed this tree as a checkpoint, too, which the replica keeps. */
static int check_checkpoint(struct taking *taking)
{
	struct text note;
	uint64_t size = 0;
	bool good = false;
	text_init(&note, NOTE_MAX_BYTES);
	int error = log_checkpoint(taking->write->log, UINT64_MAX, &note, &size, taking->problem);
	if (!error && size == taking->snapshot->size)
		error = store_check_checkpoint(taking->write, size, note.bytes, note.length, &good, taking->problem);
	text_finish(&note);
	if (error == JISR_NOT_FOUND)
		error = JISR_OK;
	return error || good ? error : wrong(taking, "ends without a checkpoint that the log's key has signed");
}

static int check_all(struct taking *taking)
{
	int error = check_owner(taking);
	if (!error)
		error = copy_tables(taking);
	if (!error)
		error = check_tree(taking);
	if (!error)
		error = log_each(taking->write->log, 1, LOG_WITHOUT_BODY, check_entry, taking, taking->problem);
	return error ? error : check_checkpoint(taking);
}

static int take(struct store_write *write, void *context, struct problem *problem)
{
	struct taking *taking = context;
	uint64_t size = 0;
	uint8_t tables[32];
	taking->write = write;
	taking->problem = problem;
	int error = log_size(write->log, &size, problem);
	if (!error && size > 0)
		error = problem_set(problem, JISR_STATE, "the record in %s has entries already",
		                    write->store->directory);
	if (error)
		return error;
	struct sql_query query = sql_query_once(write->sql, "ATTACH ?1 AS snapshot");
	sql_bind_text(&query, 1, taking->path);
	error = sql_run(&query, problem);
	if (error)
		return error;
	write->detach = "DETACH snapshot";
	error = digest_schema(write->sql, "snapshot", tables, problem);
	if (!error && memcmp(tables, taking->snapshot->tables, sizeof tables) != 0)
		error = wrong(taking, "has other tables than it says");
	if (!error)
		error = check_all(taking);
	write->changed = write->changed || !error;
	return error == JISR_CONFLICT ? wrong(taking, "has rows that cannot be") : error;
}

int snapshot_take(struct store *store, const struct snapshot *snapshot, const char *path, struct problem *problem)
{
	struct taking taking = {.snapshot = snapshot, .path = path};
	char now[CLOCK_UTC_MAX];
	int error = snapshot_suits(store, snapshot, clock_utc_exact(now), problem);
	return error ? error : store_submit(store, take, &taking, problem);
}

/* ---- proving ---- */

struct proving {
	char first[PROBLEM_MAX]; /* finding */
	snapshot_stop stop;
	void *context;
};

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	struct proving *proving = context;
	(void)sequence;
	if (proving->first[0] == '\0')
		(void)snprintf(proving->first, sizeof proving->first, "%s", sentence);
}

static bool on_stop(void *context)
{
	const struct proving *proving = context;
	return proving->stop != NULL && proving->stop(proving->context);
}

static int prove_log(struct store *store, struct proving *proving, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	struct verify_result result;
	const struct verify_options options = {.threads = 1,
	                                       .key = &store->replica.log,
	                                       .replica = true,
	                                       .finding = on_finding,
	                                       .stop = on_stop,
	                                       .context = proving};
	int error = store_read(store, &reader, problem);
	if (!error)
		error = log_verify(reader->log, &options, &result, problem);
	return error || proving->first[0] == '\0'
	               ? error
	               : problem_set(problem, JISR_CORRUPT, "the log that a snapshot brought does not hold: %.300s",
	                             proving->first);
}

int snapshot_prove(struct store *store, snapshot_stop stop, void *context, struct problem *problem)
{
	struct proving proving = {.stop = stop, .context = context};
	bool same = true;
	int error = prove_log(store, &proving, problem);
	if (!error)
		error = store_digest_same(store, stop, context, &same, problem);
	if (error || same)
		return error;
	error = store_rebuild(store, problem);
	return error ? error
	             : problem_set(
			       problem, JISR_CORRUPT,
			       "the tables of the snapshot were not those that its entries make; they were made again");
}
