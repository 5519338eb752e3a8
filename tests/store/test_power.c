/* Power cuts and failing disks. A layer under SQLite notes every write, cut and sync that a store makes. A cut at some moment leaves
 * what was synced, and of the rest any part: each write since the file's last sync is there, or not, or only some of its sectors.
 * From each such state the record must open with everything that was acknowledged by then. The same layer makes the n-th call
 * fail, once or from there on: the change is refused then, and nothing that was acknowledged before is lost.
 *
 * JISR_POWER_POINTS gives the number of moments (tools/faults: 500). */
#include "store/store.h"

#include "store/verify.h"
#include "world.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define SECTOR     512
#define POINTS     20
#define WRITERS    3
#define WRITES     40 /* of each writer */
#define FILES_MOST 4
#define OPS_MOST   200000

static uint64_t seed = 5;

static uint64_t roll(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

/* ---- what was done to the files ---- */

enum op_kind { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE };

struct op {
	enum op_kind kind;
	int file;
	int64_t offset; /* or size */
	int length;
	unsigned char *bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct op ops[OPS_MOST];
static size_t op_count;
static char files[FILES_MOST][300];
static int file_count;
static bool noting;

static int file_number(const char *path)
{
	for (int i = 0; i < file_count; i++)
		if (strcmp(files[i], path) == 0)
			return i;
	assert_true(file_count < FILES_MOST);
	(void)snprintf(files[file_count], sizeof files[0], "%s", path);
	return file_count++;
}

static void note_op(enum op_kind kind, int file, int64_t offset, const void *bytes, int length)
{
	if (!noting || file < 0)
		return;
	(void)pthread_mutex_lock(&lock);
	struct op *op = &ops[op_count++];
	assert_true(op_count < OPS_MOST);
	*op = (struct op){kind, file, offset, length, NULL};
	if (bytes != NULL) {
		op->bytes = malloc((size_t)length);
		memcpy(op->bytes, bytes, (size_t)length);
	}
	(void)pthread_mutex_unlock(&lock);
}

/* ---- the layer ---- */

struct shim_file {
	sqlite3_file base;
	int number;         /* -1: not noted */
	sqlite3_file *real; /* behind this struct */
};

/* ---- calls that fail ---- */

static atomic_bool failing;
static atomic_long fail_in; /* calls until one fails */
static bool fail_on;        /* and all after it */

static bool fails(void)
{
	if (!atomic_load(&failing))
		return false;
	long left = atomic_fetch_sub(&fail_in, 1);
	return left == 1 || (left < 1 && fail_on);
}

static sqlite3_vfs *below;
static sqlite3_vfs shim;

#define REAL(file) (((struct shim_file *)(file))->real)

static int shim_close(sqlite3_file *f)
{
	return REAL(f)->pMethods->xClose(REAL(f));
}
static int shim_read(sqlite3_file *f, void *bytes, int length, sqlite3_int64 offset)
{
	if (fails())
		return SQLITE_IOERR_READ;
	return REAL(f)->pMethods->xRead(REAL(f), bytes, length, offset);
}
static int shim_write(sqlite3_file *f, const void *bytes, int length, sqlite3_int64 offset)
{
	if (fails())
		return SQLITE_IOERR_WRITE;
	note_op(OP_WRITE, ((struct shim_file *)f)->number, offset, bytes, length);
	return REAL(f)->pMethods->xWrite(REAL(f), bytes, length, offset);
}
static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (fails())
		return SQLITE_IOERR_TRUNCATE;
	note_op(OP_TRUNCATE, ((struct shim_file *)f)->number, size, NULL, 0);
	return REAL(f)->pMethods->xTruncate(REAL(f), size);
}
static int shim_sync(sqlite3_file *f, int flags)
{
	if (fails())
		return SQLITE_IOERR_FSYNC;
	int code = REAL(f)->pMethods->xSync(REAL(f), flags);
	note_op(OP_SYNC, ((struct shim_file *)f)->number, 0, NULL, 0);
	return code;
}
static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	if (fails())
		return SQLITE_IOERR_FSTAT;
	return REAL(f)->pMethods->xFileSize(REAL(f), size);
}
static int shim_lock(sqlite3_file *f, int level)
{
	if (fails())
		return SQLITE_IOERR_LOCK;
	return REAL(f)->pMethods->xLock(REAL(f), level);
}
static int shim_unlock(sqlite3_file *f, int level)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), level);
}
static int shim_reserved(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}
static int shim_control(sqlite3_file *f, int op, void *argument)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, argument);
}
static int shim_sector(sqlite3_file *f)
{
	(void)f;
	return SECTOR;
}
/* Nothing is promised: no atomic writes, no order, no power-safe overwriting. */
static int shim_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}
static int shim_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	if (fails())
		return SQLITE_IOERR_SHMMAP;
	return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}
static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}
static void shim_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}
static int shim_unmap(sqlite3_file *f, int remove)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), remove);
}

static const sqlite3_io_methods shim_methods = {
	2,           shim_close,    shim_read,    shim_write,  shim_truncate, shim_sync, shim_size,     shim_lock,
	shim_unlock, shim_reserved, shim_control, shim_sector, shim_device,   shim_map,  shim_shm_lock, shim_barrier,
	shim_unmap,  NULL,          NULL,
};

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out)
{
	struct shim_file *file = (struct shim_file *)f;
	(void)vfs;
	file->base.pMethods = NULL;
	if (fails())
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(file + 1);
	file->number = path != NULL && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) ? file_number(path) : -1;
	int code = below->xOpen(below, path, file->real, flags, out);
	file->base.pMethods = file->real->pMethods != NULL ? &shim_methods : NULL;
	return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	(void)vfs;
	if (fails())
		return SQLITE_IOERR_DELETE;
	for (int i = 0; i < file_count; i++)
		if (strcmp(files[i], path) == 0)
			note_op(OP_DELETE, i, 0, NULL, 0);
	return below->xDelete(below, path, sync);
}

/* ---- what a cut leaves ---- */

struct image {
	unsigned char *bytes;
	size_t size, capacity;
	bool there;
};

static void image_write(struct image *image, size_t offset, const unsigned char *bytes, size_t length)
{
	if (offset + length > image->capacity) {
		image->capacity = (offset + length) * 2;
		image->bytes = realloc(image->bytes, image->capacity);
		assert_non_null(image->bytes);
	}
	if (offset > image->size)
		memset(image->bytes + image->size, 0, offset - image->size);
	memcpy(image->bytes + offset, bytes, length);
	if (offset + length > image->size)
		image->size = offset + length;
	image->there = true;
}

/* One operation that was synced, or by luck reached the disk; `torn` only in some of its sectors. */
static void image_apply(struct image *image, const struct op *op, bool torn)
{
	if (op->kind == OP_TRUNCATE) {
		if (image->size > (size_t)op->offset)
			image->size = (size_t)op->offset;
	} else if (op->kind == OP_DELETE) {
		image->there = false;
		image->size = 0;
	} else if (op->kind == OP_WRITE && !torn) {
		image_write(image, (size_t)op->offset, op->bytes, (size_t)op->length);
	} else if (op->kind == OP_WRITE) {
		for (int at = 0; at < op->length; at += SECTOR - (int)((op->offset + at) % SECTOR)) {
			int length = SECTOR - (int)((op->offset + at) % SECTOR);
			length = length < op->length - at ? length : op->length - at;
			if (roll(2))
				image_write(image, (size_t)(op->offset + at), op->bytes + at, (size_t)length);
		}
	}
}

static void cut_at(size_t point, const char *folder)
{
	for (int file = 0; file < file_count; file++) {
		struct image image = {0};
		size_t synced = 0;
		for (size_t i = 0; i < point; i++)
			if (ops[i].file == file && ops[i].kind == OP_SYNC)
				synced = i;
		uint64_t luck = roll(4); /* nothing, everything, or some of what was not synced */
		for (size_t i = 0; i < point; i++) {
			if (ops[i].file != file)
				continue;
			if (i <= synced || luck == 1)
				image_apply(&image, &ops[i], false);
			else if (luck >= 2 && roll(2))
				image_apply(&image, &ops[i], roll(2));
		}
		if (!image.there) {
			free(image.bytes);
			continue;
		}
		char path[400];
		(void)snprintf(path, sizeof path, "%s/%s", folder, strrchr(files[file], '/') + 1);
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		assert_int_equal(fwrite(image.bytes, 1, image.size, out), image.size);
		assert_int_equal(fclose(out), 0);
		free(image.bytes);
	}
}

/* ---- the test ---- */

struct acknowledged {
	uint64_t sequence;
	size_t ops; /* noted when it was acknowledged */
	char text[24];
};

struct writer {
	struct store *store;
	int number;
	struct acknowledged list[WRITES];
};

static void *write_on(void *context)
{
	struct writer *writer = context;
	for (int i = 0; i < WRITES; i++) {
		struct acknowledged *one = &writer->list[i];
		char subject[32];
		(void)snprintf(one->text, sizeof one->text, "%d-%d", writer->number, i);
		(void)snprintf(subject, sizeof subject, "account/%d", (writer->number * 7 + i) % 9);
		one->sequence = world_written(writer->store, subject, one->text);
		(void)pthread_mutex_lock(&lock);
		one->ops = op_count;
		(void)pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void on_finding(void *context, uint64_t sequence, const char *sentence)
{
	(void)sequence;
	fail_msg("cut at %llu: %s", (unsigned long long)*(size_t *)context, sentence);
}

static void check_cut(const struct world *world, size_t point, const struct writer *writers, size_t founded)
{
	struct world after = {0};
	char command[2000];
	struct problem problem = {""};
	(void)snprintf(after.directory, sizeof after.directory, "%.200s-cut", world->directory);
	(void)snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s' && cp -r '%s/keys' '%s'", after.directory,
	               after.directory, world->directory, after.directory);
	assert_int_equal(system(command), 0);
	cut_at(point, after.directory);
	struct store_options options = world_options(&after);
	int error = store_open(&options, &after.store, &problem);
	if (error != JISR_OK && point < founded && (error == JISR_NOT_FOUND || error == JISR_CORRUPT)) {
		world_remove(&after); /* before init had ended */
		return;
	}
	if (error != JISR_OK)
		fail_msg("cut at %zu: %s", point, problem.text);
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct verify_result result;
	const struct verify_options how = {.threads = 1, .finding = on_finding, .context = &point};
	assert_int_equal(store_read(after.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	for (int w = 0; w < WRITERS; w++) {
		for (int i = 0; i < WRITES; i++) {
			const struct acknowledged *one = &writers[w].list[i];
			struct entry *entry = NULL;
			if (one->ops > point)
				continue;
			if (log_read(store_reader_log(reader), one->sequence, LOG_WITH_BODY, arena, &entry, &problem) !=
			    JISR_OK)
				fail_msg("cut at %zu: entry %llu was acknowledged and is lost", point,
				         (unsigned long long)one->sequence);
			assert_string_equal(json_get_text(entry->body, "text"), one->text);
			arena_reset(arena);
		}
	}
	arena_free(arena);
	store_read_end(reader);
	world_assert_rebuilt(after.store);
	(void)world_written(after.store, "account/1", "after"); /* and writing goes on */
	world_finish(&after);
}

static void put_below(void)
{
	file_count = 0;
	below = sqlite3_vfs_find("unix"); /* the first may be the layer that calls this one (store/sums.h) */
	shim = *below;
	shim.zName = "noted";
	shim.szOsFile = (int)sizeof(struct shim_file) + below->szOsFile;
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
	assert_int_equal(sqlite3_vfs_register(&shim, 1), SQLITE_OK);
}

static void nothing_acknowledged_is_lost_in_a_power_cut(void **state)
{
	(void)state;
	struct world world;
	static struct writer writers[WRITERS];
	pthread_t threads[WRITERS];
	const char *wanted = getenv("JISR_POWER_POINTS");
	int points = wanted != NULL ? (int)strtol(wanted, NULL, 10) : POINTS;
	put_below();
	noting = true;
	world_init(&world);
	size_t founded = op_count;
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.store = world.store, .number = i};
		assert_int_equal(pthread_create(&threads[i], NULL, write_on, &writers[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	world.store = store_free(world.store); /* closing empties the write-ahead log: cuts in that, too */
	noting = false;
	assert_int_equal(sqlite3_vfs_unregister(&shim), SQLITE_OK);
	assert_true(op_count > 300);
	for (int i = 0; i < points; i++)
		check_cut(&world, i == 0 ? op_count : 1 + (size_t)roll(op_count), writers, founded);
	for (size_t i = 0; i < op_count; i++)
		free(ops[i].bytes);
	world_finish(&world);
}

/* ---- failing disks ---- */

#define FAILING_WRITES 4
#define CALLS_MOST     2000

/* Some changes while the n-th call fails; those that were acknowledged. False: there were not so many calls. */
static bool write_failing(struct world *world, long n, bool on, struct acknowledged *list, size_t *ret_count)
{
	*ret_count = 0;
	fail_on = on;
	atomic_store(&fail_in, n);
	atomic_store(&failing, true);
	for (int i = 0; i < FAILING_WRITES; i++) {
		struct acknowledged *one = &list[*ret_count];
		struct problem problem = {""};
		(void)snprintf(one->text, sizeof one->text, "%ld-%d-%d", n, on, i);
		int error = world_write(world->store, "account/1", one->text, ENTRY_ANY, &one->sequence, &problem);
		*ret_count += error == JISR_OK;
		assert_int_not_equal(error, JISR_CORRUPT); /* a call that fails is no damage */
		assert_true(error == JISR_OK || problem.text[0] != '\0');
	}
	atomic_store(&failing, false);
	return atomic_load(&fail_in) <= 0;
}

static void assert_there(struct world *world, const struct acknowledged *list, size_t count)
{
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(world->store, &reader, NULL), JISR_OK);
	for (size_t i = 0; i < count; i++) {
		struct entry *entry = NULL;
		assert_int_equal(
			log_read(store_reader_log(reader), list[i].sequence, LOG_WITH_BODY, arena, &entry, NULL),
			JISR_OK);
		assert_string_equal(json_get_text(entry->body, "text"), list[i].text);
	}
	store_read_end(reader);
	arena_free(arena);
}

static void nothing_acknowledged_is_lost_when_the_nth_call_of_the_disk_fails(void **state)
{
	(void)state;
	struct world world;
	struct acknowledged list[FAILING_WRITES];
	size_t count = 0, point = 0, refused = 0;
	struct verify_result result;
	struct problem problem = {""};
	const struct verify_options how = {.threads = 1, .finding = on_finding, .context = &point};
	put_below();
	world_init(&world);
	for (int on = 0; on < 2; on++) {
		bool more = true;
		for (long n = 1; more; n++) {
			assert_true(n < CALLS_MOST);
			point = (size_t)n;
			more = write_failing(&world, n, on, list, &count);
			refused += FAILING_WRITES - count;
			/* It heals by itself, and what was acknowledged is there, also for who opens it anew. */
			(void)world_written(world.store, "account/2", "after");
			assert_there(&world, list, count);
			world_open(&world);
			assert_there(&world, list, count);
		}
	}
	assert_true(refused > 20);
	struct store_reader *reader = NULL;
	assert_int_equal(store_read(world.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_verify(store_reader_log(reader), &how, &result, &problem), JISR_OK);
	store_read_end(reader);
	world_assert_rebuilt(world.store);
	assert_int_equal(sqlite3_vfs_unregister(&shim), SQLITE_OK);
	world_finish(&world);
}

/* The images themselves: whole, cut, gone, torn. */
static void images_are_written_cut_and_torn(void **state)
{
	(void)state;
	struct image image = {0};
	unsigned char bytes[2 * SECTOR];
	memset(bytes, 7, sizeof bytes);
	const struct op whole = {OP_WRITE, 0, 0, (int)sizeof bytes, bytes}, cut = {OP_TRUNCATE, 0, SECTOR, 0, NULL},
			gone = {OP_DELETE, 0, 0, 0, NULL};
	image_apply(&image, &whole, false);
	assert_int_equal(image.size, sizeof bytes);
	assert_memory_equal(image.bytes, bytes, sizeof bytes);
	image_apply(&image, &cut, false);
	assert_int_equal(image.size, SECTOR);
	image_apply(&image, &gone, false);
	assert_false(image.there);
	/* Torn: over many tries, each of the two sectors is there alone at least once. */
	bool first = false, second = false;
	for (int i = 0; i < 100; i++) {
		struct image torn = {0};
		image_apply(&torn, &whole, true);
		first = first || torn.size == SECTOR;
		second = second || (torn.size == 2 * SECTOR && torn.bytes[0] == 0);
		free(torn.bytes);
	}
	assert_true(first && second);
	free(image.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost_in_a_power_cut),
		cmocka_unit_test(nothing_acknowledged_is_lost_when_the_nth_call_of_the_disk_fails),
		cmocka_unit_test(images_are_written_cut_and_torn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
