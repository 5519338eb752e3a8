#include "store/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MOST 70

static uint8_t leaves[MOST][MERKLE_HASH];

static void make_leaves(void)
{
	for (size_t i = 0; i < MOST; i++)
		merkle_leaf_hash(&(uint8_t){(uint8_t)i}, 1, leaves[i]);
}

/* MTH of RFC 6962, word for word. */
static void root_of(size_t low, size_t high, uint8_t ret[MERKLE_HASH])
{
	if (high - low == 1) {
		memcpy(ret, leaves[low], MERKLE_HASH);
		return;
	}
	size_t half = 1;
	while (half * 2 < high - low)
		half *= 2;
	uint8_t left[MERKLE_HASH], right[MERKLE_HASH];
	root_of(low, low + half, left);
	root_of(low + half, high, right);
	merkle_pair_hash(left, right, ret);
}

static int hash_of(void *context, int level, uint64_t n, uint8_t ret_hash[MERKLE_HASH], struct problem *problem)
{
	(void)problem;
	/* Only complete subtrees inside the tree may be asked for. */
	assert_true((n + 1) << level <= *(uint64_t *)context);
	root_of(n << level, (n + 1) << level, ret_hash);
	return JISR_OK;
}

static void every_leaf_of_every_tree_has_its_proof(void **state)
{
	(void)state;
	make_leaves();
	for (uint64_t size = 1; size <= MOST; size++) {
		uint8_t root[MERKLE_HASH], other[MERKLE_HASH];
		root_of(0, size, root);
		for (uint64_t index = 0; index < size; index++) {
			struct proof_path proof;
			assert_int_equal(proof_inclusion(hash_of, &size, index, size, &proof, NULL), JISR_OK);
			assert_true(proof_inclusion_holds(&proof, index, size, leaves[index], root));
			assert_false(proof_inclusion_holds(&proof, index, size, leaves[(index + 1) % MOST], root));
			assert_false(size > 1 &&
			             proof_inclusion_holds(&proof, (index + 1) % size, size, leaves[index], root));
			memcpy(other, root, sizeof other);
			other[index % MERKLE_HASH] ^= 4;
			assert_false(proof_inclusion_holds(&proof, index, size, leaves[index], other));
			if (proof.count > 0) {
				proof.hashes[index % proof.count][index % MERKLE_HASH] ^= 1;
				assert_false(proof_inclusion_holds(&proof, index, size, leaves[index], root));
				proof.hashes[index % proof.count][index % MERKLE_HASH] ^= 1;
				proof.count--;
				assert_false(proof_inclusion_holds(&proof, index, size, leaves[index], root));
				proof.count += 2;
				memset(proof.hashes[proof.count - 1], 7, MERKLE_HASH);
				assert_false(proof_inclusion_holds(&proof, index, size, leaves[index], root));
			}
		}
	}
}

static void every_tree_is_consistent_with_every_earlier_one(void **state)
{
	(void)state;
	make_leaves();
	for (uint64_t size = 1; size <= MOST; size++) {
		uint8_t root[MERKLE_HASH], old_root[MERKLE_HASH];
		root_of(0, size, root);
		for (uint64_t old = 1; old <= size; old++) {
			struct proof_path proof;
			root_of(0, old, old_root);
			assert_int_equal(proof_consistency(hash_of, &size, old, size, &proof, NULL), JISR_OK);
			assert_true(proof_consistency_holds(&proof, old, old_root, size, root));
			old_root[3] ^= 1;
			assert_false(proof_consistency_holds(&proof, old, old_root, size, root));
			old_root[3] ^= 1;
			root[3] ^= 1;
			assert_false(proof_consistency_holds(&proof, old, old_root, size, root));
			root[3] ^= 1;
			if (proof.count > 0) {
				proof.hashes[old % proof.count][0] ^= 1;
				assert_false(proof_consistency_holds(&proof, old, old_root, size, root));
				proof.hashes[old % proof.count][0] ^= 1;
				proof.count--;
				assert_false(proof_consistency_holds(&proof, old, old_root, size, root));
			}
		}
	}
}

static void what_cannot_be_proved_is_refused(void **state)
{
	(void)state;
	uint64_t size = 5;
	struct proof_path proof;
	assert_int_equal(proof_inclusion(hash_of, &size, 5, 5, &proof, NULL), JISR_NOT_FOUND);
	assert_int_equal(proof_inclusion(hash_of, &size, 0, 0, &proof, NULL), JISR_NOT_FOUND);
	assert_int_equal(proof_consistency(hash_of, &size, 0, 5, &proof, NULL), JISR_NOT_FOUND);
	assert_int_equal(proof_consistency(hash_of, &size, 6, 5, &proof, NULL), JISR_NOT_FOUND);
}

static void a_file_reads_back_and_nothing_else_does(void **state)
{
	(void)state;
	static const char note[] =
		"a.example\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 a.example AAAA\n";
	make_leaves();
	for (int kind = 0; kind < 2; kind++) {
		struct proof_file file = {.kind = (enum proof_kind)kind,
		                          .number = 3,
		                          .note = note,
		                          .note_length = strlen(note)},
				  again;
		uint64_t size = 5;
		struct text text, second;
		text_init(&text, PROOF_MAX_BYTES);
		text_init(&second, PROOF_MAX_BYTES);
		assert_int_equal(proof_inclusion(hash_of, &size, 3, 5, &file.proof, NULL), JISR_OK);
		assert_int_equal(proof_write(&file, &text), JISR_OK);
		assert_int_equal(proof_read(text.bytes, text.length, &again, NULL), JISR_OK);
		assert_int_equal(again.kind, kind);
		assert_int_equal(again.number, 3);
		assert_int_equal(again.checkpoint.size, 5);
		assert_int_equal(proof_write(&again, &second), JISR_OK);
		assert_string_equal(text.bytes, second.bytes);
		for (size_t length = 0; length < text.length - strlen(note); length++)
			assert_int_equal(proof_read(text.bytes, length, &again, NULL), JISR_BAD_INPUT);
		text_finish(&text);
		text_finish(&second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_leaf_of_every_tree_has_its_proof),
		cmocka_unit_test(every_tree_is_consistent_with_every_earlier_one),
		cmocka_unit_test(what_cannot_be_proved_is_refused),
		cmocka_unit_test(a_file_reads_back_and_nothing_else_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
