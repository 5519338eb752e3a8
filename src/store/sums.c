/* Which files have sums is asked of their first page, whenever it is read or written: byte 20 of a file of SQLite says how many
 * bytes of each page are reserved. Of several pages that go into a file at once the first goes first.
 *
 * What SQLite wrote into the log without having committed it (pages that had no room in its memory) may have no sums yet: a
 * connection that reads back its own does not look at them. Nobody else reads them.
 *
 * A page that was never written reads as noughts, and has no sum.
 *
 * A sum takes 0.5 us of processor a page (measured on an AMD EPYC, Zen 5: a million sums, 0.49 to 0.50 us each). */
#include "store/sums.h"

#include <endian.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define NAME          "jisr-sums"
#define HEADER        100 /* bytes of a file's head, in its first page */
#define RESERVED      20  /* where the head says how much is reserved */
#define LOG_HEAD      32  /* of the write-ahead log; its sum is the last 8 */
#define FRAME_HEAD    24  /* page's number, size after a commit, salt (8), sum (8) */
#define FRAME         (FRAME_HEAD + SUMS_PAGE)
#define ASK           0x6a697301 /* file controls of ours: *(bool *) says, or is told, whether pages have sums */
#define TELL          0x6a697302
#define ADOPT_AT_MOST ((sqlite3_int64)4 << 30) /* bytes; writing it anew takes long. A larger file stays as it is */

enum kind { OTHER, MAIN, LOG };

struct file {
	sqlite3_file base;
	enum kind kind;
	bool summed;         /* MAIN */
	sqlite3_int64 loose; /* LOG: from here on lies what this connection has not committed; -1: nothing */
	sqlite3_file *below;
};

static sqlite3_file *below(sqlite3_file *file)
{
	return ((struct file *)file)->below;
}

/* ---- sums ---- */

/* SQLite's own, of a write-ahead log, in either order of bytes: it goes on from what is in `sum`. */
static void add(uint32_t sum[2], const uint8_t *bytes, size_t length, bool big)
{
	uint32_t first = sum[0], second = sum[1];
	for (size_t i = 0; i < length; i += 8) {
		uint32_t words[2];
		memcpy(words, bytes + i, sizeof words);
		first += (big ? be32toh(words[0]) : le32toh(words[0])) + second;
		second += (big ? be32toh(words[1]) : le32toh(words[1])) + first;
	}
	sum[0] = first;
	sum[1] = second;
}

static void sum_page(const uint8_t *page, sqlite3_int64 offset, uint8_t ret_sum[SUMS_BYTES])
{
	uint32_t sum[2] = {(uint32_t)(offset / SUMS_PAGE) + 1, 0};
	add(sum, page, SUMS_PAGE - SUMS_BYTES, false);
	const uint32_t words[2] = {htole32(sum[0]), htole32(sum[1])};
	memcpy(ret_sum, words, sizeof words);
}

static bool page_good(const uint8_t *page, sqlite3_int64 offset)
{
	uint8_t sum[SUMS_BYTES];
	sum_page(page, offset, sum);
	if (memcmp(sum, page + SUMS_PAGE - SUMS_BYTES, sizeof sum) == 0)
		return true;
	return page[0] == 0 && memcmp(page, page + 1, SUMS_PAGE - 1) == 0;
}

static uint32_t big_number(const uint8_t *bytes)
{
	uint32_t number;
	memcpy(&number, bytes, sizeof number);
	return be32toh(number);
}

/* `head` is the frame's, `before` the sum from which its own goes on. */
static bool frame_good(const uint8_t head[FRAME_HEAD], const uint8_t *page, const uint8_t before[8], bool big)
{
	uint32_t sum[2] = {big_number(before), big_number(before + 4)};
	add(sum, head, 8, big);
	add(sum, page, SUMS_PAGE, big);
	return sum[0] == big_number(head + 16) && sum[1] == big_number(head + 20);
}

static int check_frame(struct file *file, const uint8_t *page, sqlite3_int64 offset)
{
	uint8_t head[FRAME_HEAD], before[8];
	sqlite3_int64 at = offset - FRAME_HEAD;
	int code = file->below->pMethods->xRead(file->below, head, sizeof head, at);
	if (code == SQLITE_OK)
		code = file->below->pMethods->xRead(file->below, before, sizeof before,
		                                    at == LOG_HEAD ? LOG_HEAD - 8 : at - FRAME + FRAME_HEAD - 8);
	if (code != SQLITE_OK)
		return code;
	return frame_good(head, page, before, false) || frame_good(head, page, before, true) ? SQLITE_OK
	                                                                                     : SQLITE_IOERR_DATA;
}

/* ---- a file ---- */

static void look_at_head(struct file *file, const uint8_t *bytes, int length, sqlite3_int64 offset)
{
	if (offset == 0 && length >= HEADER)
		file->summed = bytes[RESERVED] == SUMS_BYTES;
}

static int file_read_at(sqlite3_file *one, void *bytes, int length, sqlite3_int64 offset)
{
	struct file *file = (struct file *)one;
	int code = file->below->pMethods->xRead(file->below, bytes, length, offset);
	if (code != SQLITE_OK || file->kind == OTHER)
		return code;
	if (file->kind == MAIN)
		look_at_head(file, bytes, length, offset);
	if (length != SUMS_PAGE)
		return code;
	if (file->kind == MAIN)
		return !file->summed || page_good(bytes, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
	if ((offset - LOG_HEAD) % FRAME != FRAME_HEAD || (file->loose >= 0 && offset >= file->loose))
		return code;
	return check_frame(file, bytes, offset);
}

static int file_write_at(sqlite3_file *one, const void *bytes, int length, sqlite3_int64 offset)
{
	struct file *file = (struct file *)one;
	if (file->kind == LOG && length == FRAME_HEAD && offset >= LOG_HEAD) {
		bool commits = big_number((const uint8_t *)bytes + 4) != 0;
		file->loose = commits ? -1 : file->loose >= 0 && file->loose < offset ? file->loose : offset;
	}
	if (file->kind == MAIN)
		look_at_head(file, bytes, length, offset);
	if (file->kind != MAIN || !file->summed || length != SUMS_PAGE)
		return file->below->pMethods->xWrite(file->below, bytes, length, offset);
	uint8_t page[SUMS_PAGE];
	memcpy(page, bytes, SUMS_PAGE - SUMS_BYTES);
	sum_page(page, offset, page + SUMS_PAGE - SUMS_BYTES);
	return file->below->pMethods->xWrite(file->below, page, length, offset);
}

static int file_control(sqlite3_file *one, int operation, void *argument)
{
	struct file *file = (struct file *)one;
	if (operation == ASK && file->kind == MAIN)
		*(bool *)argument = file->summed;
	else if (operation == TELL && file->kind == MAIN)
		file->summed = *(const bool *)argument;
	if (operation == ASK || operation == TELL)
		return SQLITE_OK;
	return file->below->pMethods->xFileControl(file->below, operation, argument);
}

static int file_close(sqlite3_file *file)
{
	int code = below(file)->pMethods->xClose(below(file));
	sqlite3_free(below(file));
	return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return below(file)->pMethods->xTruncate(below(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	return below(file)->pMethods->xSync(below(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	return below(file)->pMethods->xFileSize(below(file), ret_size);
}

static int file_lock_at(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xLock(below(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
}

static int file_reserved(sqlite3_file *file, int *ret_reserved)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), ret_reserved);
}

static int file_sector(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int file_device(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **ret_map)
{
	return below(file)->pMethods->xShmMap(below(file), page, size, extend, ret_map);
}

static int file_lock_shared(sqlite3_file *file, int offset, int count, int flags)
{
	return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void file_barrier(sqlite3_file *file)
{
	below(file)->pMethods->xShmBarrier(below(file));
}

static int file_unmap_shared(sqlite3_file *file, int remove)
{
	return below(file)->pMethods->xShmUnmap(below(file), remove);
}

/* Pages are not mapped (version 3): each is read, and its sum looked at. */
#define METHODS(version)                                                                                               \
	.iVersion = version, .xClose = file_close, .xRead = file_read_at, .xWrite = file_write_at,                     \
	.xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock_at,                 \
	.xUnlock = file_unlock, .xCheckReservedLock = file_reserved, .xFileControl = file_control,                     \
	.xSectorSize = file_sector, .xDeviceCharacteristics = file_device

static const sqlite3_io_methods alone = {METHODS(1)};
static const sqlite3_io_methods shared = {METHODS(2), .xShmMap = file_map_shared, .xShmLock = file_lock_shared,
                                          .xShmBarrier = file_barrier, .xShmUnmap = file_unmap_shared};

/* ---- the layer ---- */

static sqlite3_vfs layer;

/* What lies below: SQLite's first choice, but for this layer, which is that when the one that was before it is gone. */
static sqlite3_vfs *system_vfs(void)
{
	sqlite3_vfs *first = sqlite3_vfs_find(NULL);
	return first == &layer ? first->pNext : first;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *one, int flags, int *ret_flags)
{
	struct file *file = (struct file *)one;
	sqlite3_vfs *next = system_vfs();
	(void)vfs;
	*file = (struct file){.kind = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? MAIN
	                              : (flags & SQLITE_OPEN_WAL) != 0   ? LOG
	                                                                 : OTHER,
	                      .loose = -1};
	file->below = sqlite3_malloc(next->szOsFile);
	if (file->below == NULL)
		return SQLITE_NOMEM;
	memset(file->below, 0, (size_t)next->szOsFile);
	int code = next->xOpen(next, name, file->below, flags, ret_flags);
	const sqlite3_io_methods *methods = file->below->pMethods;
	if (methods == NULL) {
		sqlite3_free(file->below);
		return code;
	}
	file->base.pMethods = methods->iVersion >= 2 && methods->xShmMap != NULL ? &shared : &alone;
	return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	(void)vfs;
	return system_vfs()->xDelete(system_vfs(), path, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret_there)
{
	(void)vfs;
	return system_vfs()->xAccess(system_vfs(), path, flags, ret_there);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *ret_path)
{
	(void)vfs;
	return system_vfs()->xFullPathname(system_vfs(), path, size, ret_path);
}

static int vfs_random(sqlite3_vfs *vfs, int length, char *ret_bytes)
{
	(void)vfs;
	return system_vfs()->xRandomness(system_vfs(), length, ret_bytes);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return system_vfs()->xSleep(system_vfs(), microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret_day)
{
	(void)vfs;
	return system_vfs()->xCurrentTime(system_vfs(), ret_day);
}

static int vfs_time_whole(sqlite3_vfs *vfs, sqlite3_int64 *ret_milliseconds)
{
	(void)vfs;
	return system_vfs()->xCurrentTimeInt64(system_vfs(), ret_milliseconds);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *ret_text)
{
	(void)vfs;
	return system_vfs()->xGetLastError(system_vfs(), size, ret_text);
}

/* No libraries are loaded through it. */
static sqlite3_vfs layer = {.iVersion = 2,
                            .szOsFile = sizeof(struct file),
                            .zName = NAME,
                            .xOpen = vfs_open,
                            .xDelete = vfs_delete,
                            .xAccess = vfs_access,
                            .xFullPathname = vfs_full_path,
                            .xRandomness = vfs_random,
                            .xSleep = vfs_sleep,
                            .xCurrentTime = vfs_time,
                            .xGetLastError = vfs_last_error,
                            .xCurrentTimeInt64 = vfs_time_whole};

static bool is_there;

static void add_layer(void)
{
	/* Nobody asks how much memory SQLite has; counting it costs a lock each time that it takes or gives some back. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (system_vfs() == NULL)
		return;
	layer.mxPathname = system_vfs()->mxPathname;
	is_there = sqlite3_vfs_register(&layer, 0) == SQLITE_OK;
}

const char *sums_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, add_layer);
	return is_there ? NAME : NULL;
}

/* ---- files with and without sums ---- */

bool sums_present(sqlite3 *sqlite)
{
	bool present = false;
	return sqlite3_file_control(sqlite, "main", ASK, &present) == SQLITE_OK && present;
}

bool sums_begin(sqlite3 *sqlite)
{
	int bytes = SUMS_BYTES;
	return sqlite3_file_control(sqlite, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes) == SQLITE_OK;
}

void sums_follow(sqlite3 *sqlite, sqlite3 *source)
{
	bool present = sums_present(source);
	(void)sqlite3_file_control(sqlite, "main", TELL, &present);
}

static bool run(sqlite3 *sqlite, const char *statements)
{
	return sqlite3_exec(sqlite, statements, NULL, NULL, NULL) == SQLITE_OK;
}

static sqlite3_int64 number(sqlite3 *sqlite, const char *query)
{
	sqlite3_stmt *statement = NULL;
	sqlite3_int64 found = -1;
	if (sqlite3_prepare_v2(sqlite, query, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return found;
}

static bool may_be_written_anew(sqlite3 *sqlite)
{
	return number(sqlite, "PRAGMA page_size") == SUMS_PAGE &&
	       number(sqlite, "PRAGMA page_count") <= ADOPT_AT_MOST / SUMS_PAGE;
}

static void (*adopted)(const char *path);

void sums_tell_adopted(void (*told)(const char *path))
{
	adopted = told;
}

/* In the write-ahead log, from which the first page goes into the file first. Nobody else may have the file open: an earlier
 * version would write pages without sums. Killed before the application id is set, the next time sets that alone. */
void sums_adopt(const char *path, uint32_t application)
{
	char mark[80];
	sqlite3 *sqlite = NULL;
	bool done = false;
	if (sums_vfs() == NULL)
		return;
	(void)snprintf(mark, sizeof mark, "PRAGMA application_id = %ld; PRAGMA wal_checkpoint(TRUNCATE)",
	               (long)(int32_t)(application | SUMS_MARK));
	if (sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
	                    sums_vfs()) == SQLITE_OK &&
	    run(sqlite, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
	                "PRAGMA secure_delete = ON; BEGIN EXCLUSIVE; COMMIT") &&
	    (sums_present(sqlite) || (may_be_written_anew(sqlite) && sums_begin(sqlite) &&
	                              run(sqlite, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"))) &&
	    sums_present(sqlite))
		done = run(sqlite, mark);
	(void)sqlite3_close(sqlite);
	if (done && adopted != NULL)
		adopted(path);
}
