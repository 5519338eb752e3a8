#include "scene.h"

struct counting {
	uint64_t seen;
	const char *office;
};

static int count_foreign(void *context, const struct entry *entry, struct problem *problem)
{
	struct counting *counting = context;
	(void)problem;
	counting->seen++;
	assert_true(entry_visible_to(&entry->header, counting->office));
	return JISR_OK;
}

static void a_replica_holds_what_its_office_may_see_and_of_all_else_the_hash(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		struct scene scene;
		struct world late;
		uint8_t left[32], right[32];
		scene_init(&scene);
		for (int i = 0; i < 4; i++) {
			write_some(scene.hq.store, 1 + (int)roll(25));
			(void)follow(scene.hq.store, "MA", scene.node.store);
			check_equal(scene.hq.store, scene.node.store);
			if (i == 1)
				reopen(&scene.node);
		}
		struct store_reader *reader = NULL;
		struct counting counting = {0, "MA"};
		assert_int_equal(store_read(scene.node.store, &reader, NULL), JISR_OK);
		assert_int_equal(
			log_each(store_reader_log(reader), 1, LOG_WITHOUT_BODY, count_foreign, &counting, NULL),
			JISR_OK);
		assert_true(counting.seen > 3 && counting.seen < store_reader_sequence(reader));
		store_read_end(reader);
		/* Who joins late has the same tables. */
		node_init(&late, scene.hq.store, "MA");
		(void)follow(scene.hq.store, "MA", late.store);
		check_equal(scene.hq.store, late.store);
		assert_int_equal(store_digest(scene.node.store, left, NULL), JISR_OK);
		assert_int_equal(store_digest(late.store, right, NULL), JISR_OK);
		assert_memory_equal(left, right, sizeof left);
		world_finish(&late);
		scene_finish(&scene);
	}
}

struct removing {
	struct replica_removal *last;
	size_t count;
};

static bool note_removal(void *context, const struct replica_removal *removal)
{
	struct removing *removing = context;
	removing->count++;
	*removing->last = *removal;
	return true;
}

static size_t removals(struct store *node, struct replica_removal *last)
{
	struct store_reader *reader = NULL;
	struct removing removing = {last, 0};
	assert_int_equal(store_read(node, &reader, NULL), JISR_OK);
	assert_int_equal(replica_removals(reader, note_removal, &removing, NULL), JISR_OK);
	store_read_end(reader);
	return removing.count;
}

static void what_is_hidden_leaves_hashes_alone(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene);
	(void)write_one(scene.hq.store, "account/1", "seen by all", NULL, NULL, EVERYBODY);
	(void)follow(scene.hq.store, "MA", scene.node.store);
	uint64_t hidden = write_one(scene.hq.store, "account/1", "gone", "account.hidden", NULL, EVERYBODY);
	assert_int_equal(follow(scene.hq.store, "MA", scene.node.store), 1);
	struct store_reader *reader = NULL;
	struct arena *arena = NULL;
	struct entry *entry = NULL;
	assert_int_equal(arena_new(1 << 20, &arena), JISR_OK);
	assert_int_equal(store_read(scene.node.store, &reader, NULL), JISR_OK);
	assert_int_equal(log_read(store_reader_log(reader), hidden - 1, LOG_WITHOUT_BODY, arena, &entry, NULL),
	                 JISR_NOT_FOUND);
	assert_int_equal(log_read(store_reader_log(reader), hidden, LOG_WITHOUT_BODY, arena, &entry, NULL), JISR_OK);
	store_read_end(reader);
	arena_free(arena);
	check_equal(scene.hq.store, scene.node.store);
	/* Headquarters is told once. */
	struct replica_removal removal = {0};
	assert_int_equal(removals(scene.node.store, &removal), 1);
	assert_int_equal(removal.sequence, hidden);
	assert_int_equal(removal.entries, 1);
	assert_string_equal(removal.subject, "account/1");
	assert_int_equal(replica_removals_heard(scene.node.store, hidden - 1, NULL), JISR_OK);
	assert_int_equal(removals(scene.node.store, &removal), 1);
	assert_int_equal(replica_removals_heard(scene.node.store, hidden, NULL), JISR_OK);
	assert_int_equal(removals(scene.node.store, &removal), 0);
	/* And somebody who joins now never gets it. */
	struct text batch;
	uint64_t last;
	text_init(&batch, REPLICA_MAX_BATCH);
	assert_int_equal(give(scene.hq.store, "MA", 1, &batch, &last), JISR_OK);
	assert_null(memmem(batch.bytes, batch.length, "seen by all", 11));
	text_finish(&batch);
	scene_finish(&scene);
}

static void no_byte_of_a_batch_can_be_changed(void **state)
{
	struct scene scene;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	(void)state;
	scene_init(&scene);
	(void)follow(scene.hq.store, "MA", scene.node.store);
	(void)write_one(scene.hq.store, "account/1", "one", NULL, NULL, ONLY(fr_alone));
	(void)write_one(scene.hq.store, "account/1", "two", NULL, "MA", EVERYBODY);
	text_init(&batch, REPLICA_MAX_BATCH);
	uint64_t size = size_of(scene.node.store);
	assert_int_equal(give(scene.hq.store, "MA", size + 1, &batch, &last), JISR_OK);
	for (size_t i = 0; i < batch.length; i++) {
		struct problem problem = {""};
		batch.bytes[i] = (char)(batch.bytes[i] ^ (1 << roll(8)));
		char *copy = memory_text(batch.bytes, batch.length);
		int error = replica_take(scene.node.store, copy, batch.length, &taken, &problem);
		if (error == JISR_OK)
			fail_msg("byte %zu was changed and taken", i);
		assert_int_not_equal(problem.text[0], '\0');
		assert_int_equal(size_of(scene.node.store), size);
		memory_free(copy);
		assert_int_equal(give(scene.hq.store, "MA", size + 1, &batch, &last), JISR_OK);
	}
	for (size_t cut = 0; cut < batch.length; cut++) {
		char *copy = memory_text(batch.bytes, cut);
		assert_int_not_equal(replica_take(scene.node.store, copy, cut, &taken, NULL), JISR_OK);
		memory_free(copy);
	}
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, NULL), JISR_OK);
	assert_int_equal(taken.size, size + 2);
	/* Once more: it is there already. */
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, NULL), JISR_OK);
	assert_int_equal(taken.size, size + 2);
	assert_int_equal(taken.whole, 0);
	check_equal(scene.hq.store, scene.node.store);
	text_finish(&batch);
	scene_finish(&scene);
}

static void batches_in_another_order_are_refused(void **state)
{
	struct scene scene;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 5);
	text_init(&batch, REPLICA_MAX_BATCH);
	assert_int_equal(give(scene.hq.store, "MA", 3, &batch, &last), JISR_OK);
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, NULL), JISR_BAD_INPUT);
	assert_int_equal(size_of(scene.node.store), 0);
	assert_int_equal(give(scene.hq.store, "MA", 100, &batch, &last), JISR_STATE);
	/* What is for another office is refused here. */
	(void)write_one(scene.hq.store, "account/fr", "for France", NULL, NULL, ONLY(fr_alone));
	assert_int_equal(give(scene.hq.store, "FR", 1, &batch, &last), JISR_OK);
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, NULL), JISR_CORRUPT);
	assert_int_equal(size_of(scene.node.store), 0);
	text_finish(&batch);
	scene_finish(&scene);
}

static void a_log_of_another_key_is_refused(void **state)
{
	struct scene scene;
	struct world other;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	struct problem problem = {""};
	(void)state;
	scene_init(&scene);
	world_init(&other);
	text_init(&batch, REPLICA_MAX_BATCH);
	assert_int_equal(give(other.store, "MA", 1, &batch, &last), JISR_OK);
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, &problem), JISR_CORRUPT);
	assert_non_null(strstr(problem.text, "another log"));
	assert_int_equal(size_of(scene.node.store), 0);
	text_finish(&batch);
	world_finish(&other);
	scene_finish(&scene);
}

static void two_histories_are_a_fork(void **state)
{
	struct scene scene;
	struct world other;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	struct problem problem = {""};
	char command[700];
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 6);
	(void)follow(scene.hq.store, "MA", scene.node.store);
	/* Headquarters begins a second history, with all its keys. */
	other = scene.hq;
	other.store = NULL;
	scene.hq.store = store_free(scene.hq.store);
	(void)snprintf(other.directory, sizeof other.directory, "%.200s-other", scene.hq.directory);
	(void)snprintf(command, sizeof command, "cp -r '%s' '%s'", scene.hq.directory, other.directory);
	assert_int_equal(system(command), 0);
	reopen(&scene.hq);
	reopen(&other);
	uint64_t size = size_of(scene.hq.store);
	(void)write_one(scene.hq.store, "account/1", "for most", NULL, NULL, EVERYBODY);
	(void)write_one(other.store, "account/1", "for Morocco", NULL, NULL, EVERYBODY);
	(void)follow(scene.hq.store, "MA", scene.node.store);
	text_init(&batch, REPLICA_MAX_BATCH);
	(void)write_one(other.store, "account/2", "later", NULL, NULL, EVERYBODY);
	/* From where both agree, and from where they do not. */
	for (uint64_t from = size; from <= size + 2; from++) {
		assert_int_equal(give(other.store, "MA", from, &batch, &last), JISR_OK);
		int error = replica_take(scene.node.store, batch.bytes, batch.length, &taken, &problem);
		/* An entry that follows another than the last one may be seen before the root is. */
		assert_true(error == JISR_CONFLICT || (from == size + 2 && error == JISR_CORRUPT));
		assert_int_equal(size_of(scene.node.store), size + 1);
	}
	/* A checkpoint of the other history, which a neighbour got, shows it, too. */
	struct store_reader *reader = NULL;
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	assert_int_equal(store_read(other.store, &reader, NULL), JISR_OK);
	uint64_t kept = 0;
	assert_int_equal(log_checkpoint(store_reader_log(reader), size + 1, &note, &kept, NULL), JISR_OK);
	store_read_end(reader);
	assert_int_equal(store_read(scene.node.store, &reader, NULL), JISR_OK);
	assert_int_equal(replica_compare(reader, note.bytes, note.length, &problem), JISR_CONFLICT);
	note.bytes[note.length / 2] ^= 1;
	assert_int_not_equal(replica_compare(reader, note.bytes, note.length, &problem), JISR_OK);
	text_reset(&note);
	assert_int_equal(replica_checkpoint(reader, &note, NULL), JISR_OK);
	assert_int_equal(replica_compare(reader, note.bytes, note.length, &problem), JISR_OK);
	store_read_end(reader);
	text_finish(&note);
	text_finish(&batch);
	world_finish(&other);
	scene_finish(&scene);
}

static void a_long_batch_with_one_bad_signature_is_refused_whole(void **state)
{
	struct scene scene;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	struct problem problem = {""};
	(void)state;
	scene_init(&scene);
	for (int i = 0; i < 200; i++)
		(void)write_one(scene.hq.store, "account/1", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
		                NULL, NULL, EVERYBODY);
	text_init(&batch, REPLICA_MAX_BATCH);
	assert_int_equal(give(scene.hq.store, "MA", 1, &batch, &last), JISR_OK);
	assert_true(batch.length > ((size_t)64 << 10)); /* so that several threads check */
	/* The signature of the last entry: before its header. */
	char *header = NULL;
	for (char *at = batch.bytes;
	     (at = memmem(at, batch.length - (size_t)(at - batch.bytes), "{\"at\":", 6)) != NULL; at++)
		header = at;
	assert_non_null(header);
	header[-10] ^= 1;
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, &problem), JISR_CORRUPT);
	assert_int_equal(size_of(scene.node.store), 0);
	header[-10] ^= 1;
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, &problem), JISR_OK);
	check_equal(scene.hq.store, scene.node.store);
	text_finish(&batch);
	scene_finish(&scene);
}

static void a_replica_of_a_replica_gets_what_both_may_see(void **state)
{
	struct scene scene;
	struct world below;
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 40);
	(void)follow(scene.hq.store, "MA", scene.node.store);
	node_init(&below, scene.node.store, "MA");
	(void)follow(scene.node.store, "MA", below.store);
	check_equal(scene.hq.store, below.store);
	world_finish(&below);
	scene_finish(&scene);
}

static void nothing_is_left_when_memory_ends(void **state)
{
	struct scene scene;
	struct text batch;
	uint64_t last = 0;
	struct replica_taken taken;
	(void)state;
	scene_init(&scene);
	write_some(scene.hq.store, 3);
	text_init(&batch, REPLICA_MAX_BATCH);
	assert_int_equal(give(scene.hq.store, "MA", 1, &batch, &last), JISR_OK);
	struct store_reader *reader = NULL;
	const struct replica replica = {.office = "MA"};
	assert_int_equal(store_read(scene.hq.store, &reader, NULL), JISR_OK);
	int error = JISR_NO_MEMORY;
	for (long n = 0; error == JISR_NO_MEMORY && n < 1000; n++) {
		struct text again;
		text_init(&again, REPLICA_MAX_BATCH);
		memory_fail_after(n);
		error = replica_give(reader, &replica, 1, &again, &last, NULL);
		memory_fail_after(-1);
		if (error)
			assert_int_equal(again.length, 0);
		else
			assert_memory_equal(again.bytes, batch.bytes, batch.length);
		text_finish(&again);
	}
	assert_int_equal(error, JISR_OK);
	store_read_end(reader);
	assert_int_equal(replica_take(scene.node.store, batch.bytes, batch.length, &taken, NULL), JISR_OK);
	text_finish(&batch);
	scene_finish(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replica_holds_what_its_office_may_see_and_of_all_else_the_hash),
		cmocka_unit_test(what_is_hidden_leaves_hashes_alone),
		cmocka_unit_test(no_byte_of_a_batch_can_be_changed),
		cmocka_unit_test(batches_in_another_order_are_refused),
		cmocka_unit_test(a_log_of_another_key_is_refused),
		cmocka_unit_test(two_histories_are_a_fork),
		cmocka_unit_test(a_long_batch_with_one_bad_signature_is_refused_whole),
		cmocka_unit_test(a_replica_of_a_replica_gets_what_both_may_see),
		cmocka_unit_test(nothing_is_left_when_memory_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
