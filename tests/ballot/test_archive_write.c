#include "ballot/archive_write.h"

#include "../base/temporary.h"
#include "ballot/board.h"
#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[200], path[256];

static int set_up(void **state)
{
	(void)state;
	if (temporary_make("archive", folder, sizeof folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/x.bel", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static const struct archive_begin begin = {
	.election = {"{\"e\":1}", 7}, .trustees = {"[1]", 3}, .credentials = {"[\"2\"]", 5}, .time = 1700000000};

static void begin_anew(void)
{
	unsigned char head[DIGEST_BYTES];
	(void)unlink(path);
	assert_int_equal(archive_begin(path, &begin, head, NULL), JISR_OK);
}

static int append(enum event_type type, const char *message)
{
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	const struct archive_message bytes = {message, message != NULL ? strlen(message) : 0};
	int error = archive_writer_open(path, &writer, NULL);
	if (error == JISR_OK)
		error = archive_writer_append(writer, type, &bytes, message != NULL ? 1 : 0, NULL, NULL);
	if (error == JISR_OK)
		error = archive_writer_sync(writer, NULL);
	return error;
}

static off_t size_of(void)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static size_t events(void)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	struct event event;
	unsigned char hash[DIGEST_BYTES];
	assert_int_equal(archive_open(path, &archive, NULL), JISR_OK);
	assert_int_equal(archive_head(archive, &event, hash, NULL), JISR_OK);
	return event.height + 1;
}

static void an_archive_begins_grows_and_is_read(void **state)
{
	(void)state;
	begin_anew();
	assert_int_equal(events(), 1);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
	assert_int_equal(append(EVENT_END_BALLOTS, NULL), JISR_OK);
	assert_int_equal(append(EVENT_ENCRYPTED_TALLY, "{\"t\":1}"), JISR_OK);
	assert_int_equal(append(EVENT_PARTIAL_DECRYPTION, "{\"p\":1}"), JISR_OK);
	assert_int_equal(append(EVENT_RESULT, "{\"r\":1}"), JISR_OK);
	assert_int_equal(events(), 7);
	CLEANUP(archive_closep) struct archive *archive = NULL;
	struct archive_setup setup;
	assert_int_equal(archive_open(path, &archive, NULL), JISR_OK);
	struct text bytes;
	text_init(&bytes, 1 << 20);
	assert_int_equal(file_read(path, &bytes, NULL), JISR_OK);
	assert_non_null(memmem(bytes.bytes, bytes.length, "\"1700000000\"", 12));
	text_finish(&bytes);
	assert_int_equal(archive_setup(archive, &setup, NULL), JISR_OK);
	assert_memory_equal(setup.credentials.bytes, "[\"2\"]", 5);
}

static void nothing_that_is_there_is_replaced(void **state)
{
	(void)state;
	unsigned char head[DIGEST_BYTES];
	struct problem problem = {0};
	begin_anew();
	off_t size = size_of();
	assert_int_equal(archive_begin(path, &begin, head, &problem), JISR_IO);
	assert_non_null(strstr(problem.text, "is there already"));
	assert_int_equal(size_of(), size);
	assert_int_equal(archive_begin("/nowhere/x.bel", &begin, head, &problem), JISR_NOT_FOUND);
}

static void events_come_in_their_order_only(void **state)
{
	(void)state;
	begin_anew();
	assert_int_equal(append(EVENT_RESULT, "{}"), JISR_BAD_INPUT);
	assert_int_equal(append(EVENT_ENCRYPTED_TALLY, "{}"), JISR_BAD_INPUT);
	assert_int_equal(append(EVENT_SETUP, "{}"), JISR_BAD_INPUT);
	assert_int_equal(append(EVENT_END_BALLOTS, NULL), JISR_OK);
	off_t size = size_of();
	assert_int_equal(append(EVENT_BALLOT, "{\"late\":1}"), JISR_BAD_INPUT); /* after the close */
	assert_int_equal(append(EVENT_END_BALLOTS, NULL), JISR_BAD_INPUT);
	assert_int_equal(size_of(), size);
}

static void a_message_that_stands_there_is_not_taken_again(void **state)
{
	(void)state;
	begin_anew();
	for (int i = 0; i < 600; i++) { /* past the first size of the table of hashes */
		char message[32];
		(void)snprintf(message, sizeof message, "{\"b\":%d}", i);
		assert_int_equal(append(EVENT_BALLOT, message), JISR_OK);
	}
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":0}"), JISR_BAD_INPUT);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":599}"), JISR_BAD_INPUT);
	assert_int_equal(events(), 601);
}

static void what_a_crash_left_is_cut_off_at_every_byte(void **state)
{
	(void)state;
	begin_anew();
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK);
	off_t before = size_of();
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
	off_t after = size_of();
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	for (off_t cut = before; cut < after; cut += 64) {
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
		assert_int_equal(size_of(), after);
		assert_int_equal(events(), 3);
		/* and with blocks that were never filled */
		assert_int_equal(ftruncate(fd, before), 0);
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
		assert_int_equal(events(), 3);
	}
	(void)close(fd);
}

static void a_damaged_archive_is_left_as_it_is(void **state)
{
	(void)state;
	begin_anew();
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK);
	off_t size = size_of();
	int fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, "x", 1, 1024), 1); /* in the second header */
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_CORRUPT);
	assert_int_equal(size_of(), size);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_CORRUPT);
	(void)close(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_NOT_FOUND);
}

static void two_writers_do_not_meet(void **state)
{
	(void)state;
	CLEANUP(archive_writer_freep) struct archive_writer *writer = NULL;
	begin_anew();
	assert_int_equal(archive_writer_open(path, &writer, NULL), JISR_OK);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_BUSY);
	writer = archive_writer_free(writer);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK);
}

static void each_allocation_that_fails_leaves_the_archive(void **state)
{
	(void)state;
	begin_anew();
	for (long after = 0;; after++) {
		memory_fail_after(after);
		int error = append(EVENT_BALLOT, "{\"b\":1}");
		memory_fail_after(-1);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
		assert_int_equal(events(), 1);
	}
	assert_int_equal(events(), 2);
}

static void checkpoint_of(struct checkpoint *ret_checkpoint)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	assert_int_equal(archive_open(path, &archive, NULL), JISR_OK);
	assert_int_equal(board_checkpoint(archive, "example.org", "UUID", ret_checkpoint, NULL), JISR_OK);
}

static int continues(const struct checkpoint *checkpoint)
{
	CLEANUP(archive_closep) struct archive *archive = NULL;
	assert_int_equal(archive_open(path, &archive, NULL), JISR_OK);
	return board_continues(archive, checkpoint, NULL);
}

static void a_head_holds_the_board_to_one_history(void **state)
{
	(void)state;
	struct checkpoint early, late;
	begin_anew();
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK);
	checkpoint_of(&early);
	assert_string_equal(early.origin, "example.org/UUID");
	assert_int_equal(early.size, 2);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
	checkpoint_of(&late);
	assert_int_equal(continues(&early), JISR_OK);
	assert_int_equal(continues(&late), JISR_OK);
	begin_anew(); /* the same beginning, a ballot left out, another put in its place */
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":2}"), JISR_OK);
	assert_int_equal(continues(&early), JISR_BAD_INPUT);
	assert_int_equal(continues(&late), JISR_BAD_INPUT);
	assert_int_equal(append(EVENT_BALLOT, "{\"b\":1}"), JISR_OK); /* in another order */
	assert_int_equal(continues(&late), JISR_BAD_INPUT);
}

/* Hashed as it grows, with no archive, the board has the head and the root that the archive has, after every event. */
static void the_board_without_its_archive_has_the_same_head(void **state)
{
	static const struct {
		enum event_type type;
		const char *message;
	} events[] = {{EVENT_BALLOT, "first"},        {EVENT_BALLOT, "second"},          {EVENT_END_BALLOTS, NULL},
	              {EVENT_ENCRYPTED_TALLY, "sum"}, {EVENT_PARTIAL_DECRYPTION, "one"}, {EVENT_RESULT, "end"}};
	struct board board;
	(void)state;
	begin_anew();
	assert_int_equal(board_begin(&board, &begin), JISR_OK);
	assert_int_equal(board_append(&board, EVENT_RESULT, "end", 3), JISR_BAD_INPUT);
	for (size_t i = 0; i <= sizeof events / sizeof *events; i++) {
		CLEANUP(archive_closep) struct archive *archive = NULL;
		struct checkpoint checkpoint;
		struct event last;
		unsigned char head[DIGEST_BYTES];
		uint8_t root[MERKLE_HASH];
		checkpoint_of(&checkpoint);
		assert_int_equal(archive_open(path, &archive, NULL), JISR_OK);
		assert_int_equal(archive_head(archive, &last, head, NULL), JISR_OK);
		merkle_root(&board.tree, root);
		assert_int_equal(board.tree.size, checkpoint.size);
		assert_int_equal(board.height, last.height);
		assert_memory_equal(root, checkpoint.root, sizeof root);
		assert_memory_equal(board.head, head, sizeof head);
		if (i == sizeof events / sizeof *events)
			break;
		const char *message = events[i].message;
		assert_int_equal(append(events[i].type, message), JISR_OK);
		assert_int_equal(board_append(&board, events[i].type, message, message != NULL ? strlen(message) : 0),
		                 JISR_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_archive_begins_grows_and_is_read),
		cmocka_unit_test(nothing_that_is_there_is_replaced),
		cmocka_unit_test(events_come_in_their_order_only),
		cmocka_unit_test(a_message_that_stands_there_is_not_taken_again),
		cmocka_unit_test(what_a_crash_left_is_cut_off_at_every_byte),
		cmocka_unit_test(a_damaged_archive_is_left_as_it_is),
		cmocka_unit_test(two_writers_do_not_meet),
		cmocka_unit_test(each_allocation_that_fails_leaves_the_archive),
		cmocka_unit_test(a_head_holds_the_board_to_one_history),
		cmocka_unit_test(the_board_without_its_archive_has_the_same_head),
	};
	return cmocka_run_group_tests_name("archive_write", tests, set_up, tear_down);
}
