#include "base/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Key, text and signature of the example in the documentation of golang.org/x/mod/sumdb/note. */
#define EXAMPLE_SIGNER   "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define EXAMPLE_VERIFIER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define EXAMPLE_TEXT                                                                                                   \
	"If you think cryptography is the answer to your problem,\n"                                                   \
	"then you don't know what your problem is.\n"
#define EXAMPLE_SIGNATURE                                                                                              \
	"\n— PeterNeumann "                                                                                          \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static void golangs_example_is_made_and_opened(void **state)
{
	(void)state;
	struct note_signer signer;
	struct note_verifier verifier, half;
	char written[NOTE_MAX_KEY];
	assert_int_equal(note_signer_read(EXAMPLE_SIGNER "\n", strlen(EXAMPLE_SIGNER) + 1, &signer, NULL), JISR_OK);
	assert_int_equal(note_verifier_read(EXAMPLE_VERIFIER, strlen(EXAMPLE_VERIFIER), &verifier, NULL), JISR_OK);
	note_signer_write(&signer, written);
	assert_string_equal(written, EXAMPLE_SIGNER);
	note_signer_verifier(&signer, &half);
	note_verifier_write(&half, written);
	assert_string_equal(written, EXAMPLE_VERIFIER);
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	assert_int_equal(note_sign(&signer, EXAMPLE_TEXT, strlen(EXAMPLE_TEXT), &note, NULL), JISR_OK);
	assert_string_equal(note.bytes, EXAMPLE_TEXT EXAMPLE_SIGNATURE);
	size_t length = 0;
	assert_int_equal(note_open(&verifier, note.bytes, note.length, &length, NULL), JISR_OK);
	assert_int_equal(length, strlen(EXAMPLE_TEXT));
	text_finish(&note);
	note_signer_finish(&signer);
}

static void a_fresh_key_signs_and_another_of_its_name_does_not(void **state)
{
	(void)state;
	struct note_signer one, two;
	struct note_verifier first, second;
	struct problem problem = {0};
	size_t length = 0;
	assert_int_equal(note_signer_new("board.example", &one, NULL), JISR_OK);
	assert_int_equal(note_signer_new("board.example", &two, NULL), JISR_OK);
	note_signer_verifier(&one, &first);
	note_signer_verifier(&two, &second);
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	assert_int_equal(note_sign(&one, "a\n\nb\n", 5, &note, NULL), JISR_OK);
	assert_int_equal(note_open(&first, note.bytes, note.length, &length, NULL), JISR_OK);
	assert_int_equal(length, 5);
	assert_int_equal(note_open(&second, note.bytes, note.length, &length, &problem), JISR_NOT_FOUND);
	assert_non_null(strstr(problem.text, "board.example did not sign"));
	text_finish(&note);
}

static void signatures_of_others_are_passed_over(void **state)
{
	(void)state;
	struct note_signer one, two;
	struct note_verifier first, second;
	assert_int_equal(note_signer_new("one", &one, NULL), JISR_OK);
	assert_int_equal(note_signer_new("two", &two, NULL), JISR_OK);
	note_signer_verifier(&one, &first);
	note_signer_verifier(&two, &second);
	struct text a, b;
	text_init(&a, NOTE_MAX_BYTES);
	text_init(&b, NOTE_MAX_BYTES);
	assert_int_equal(note_sign(&one, "x\n", 2, &a, NULL), JISR_OK);
	assert_int_equal(note_sign(&two, "x\n", 2, &b, NULL), JISR_OK);
	text_add_string(&a, b.bytes + 3);                  /* the second signature line */
	text_add_string(&a, "— three AAAAAAAAAAAAAAAA\n"); /* and one of some other algorithm */
	size_t length = 0;
	assert_int_equal(note_open(&first, a.bytes, a.length, &length, NULL), JISR_OK);
	assert_int_equal(note_open(&second, a.bytes, a.length, &length, NULL), JISR_OK);
	text_finish(&a);
	text_finish(&b);
}

static void every_altered_byte_of_a_note_is_noticed(void **state)
{
	(void)state;
	struct note_verifier verifier;
	assert_int_equal(note_verifier_read(EXAMPLE_VERIFIER, strlen(EXAMPLE_VERIFIER), &verifier, NULL), JISR_OK);
	char note[] = EXAMPLE_TEXT EXAMPLE_SIGNATURE;
	const size_t size = strlen(note);
	for (size_t i = 0; i < size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			size_t length = 4711;
			note[i] = (char)(note[i] ^ 1 << bit);
			assert_int_not_equal(note_open(&verifier, note, size, &length, NULL), JISR_OK);
			assert_int_equal(length, 4711);
			note[i] = (char)(note[i] ^ 1 << bit);
		}
		size_t length;
		assert_int_not_equal(note_open(&verifier, note, i, &length, NULL), JISR_OK);
	}
}

static void bad_keys_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"PeterNeumann",
		"PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		EXAMPLE_SIGNER,
	};
	struct note_verifier verifier = {.name = "kept"};
	struct note_signer signer = {.name = "kept"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(note_verifier_read(bad[i], strlen(bad[i]), &verifier, NULL), JISR_BAD_INPUT);
		assert_string_equal(verifier.name, "kept");
	}
	assert_int_equal(note_signer_read(EXAMPLE_VERIFIER, strlen(EXAMPLE_VERIFIER), &signer, NULL), JISR_BAD_INPUT);
	const char *wrong = "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
	assert_int_equal(note_signer_read(wrong, strlen(wrong), &signer, NULL), JISR_BAD_INPUT);
	assert_string_equal(signer.name, "kept");
	static const char *const names[] = {"", "a b", "a+b", "a\n", "a\xc2\xa0", "a\xe2\x80\xa8", "\xff", "a\x7f"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(note_signer_new(names[i], &signer, NULL), JISR_BAD_INPUT);
	char name[NOTE_MAX_NAME + 2], key[NOTE_MAX_KEY];
	memset(name, 'n', sizeof name);
	name[NOTE_MAX_NAME + 1] = '\0';
	assert_int_equal(note_signer_new(name, &signer, NULL), JISR_BAD_INPUT);
	name[NOTE_MAX_NAME] = '\0';
	assert_int_equal(note_signer_new(name, &signer, NULL), JISR_OK);
	note_signer_write(&signer, key); /* the longest key fits */
	assert_int_equal(note_signer_read(key, strlen(key), &signer, NULL), JISR_OK);
}

static void text_that_cannot_be_a_note_is_not_signed(void **state)
{
	(void)state;
	struct note_signer signer;
	assert_int_equal(note_signer_new("n", &signer, NULL), JISR_OK);
	static const char *const bad[] = {"", "no end", "tab\there\n", "\r\n", "\xff\n"};
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(note_sign(&signer, bad[i], strlen(bad[i]), &note, NULL), JISR_BAD_INPUT);
	assert_int_equal(note.length, 0);
	struct text small;
	text_init(&small, 10);
	assert_int_equal(note_sign(&signer, "x\n", 2, &small, NULL), JISR_TOO_LARGE);
	text_finish(&small);
	text_finish(&note);
}

static void too_many_signatures_are_refused(void **state)
{
	(void)state;
	struct note_verifier verifier;
	assert_int_equal(note_verifier_read(EXAMPLE_VERIFIER, strlen(EXAMPLE_VERIFIER), &verifier, NULL), JISR_OK);
	struct text note;
	text_init(&note, NOTE_MAX_BYTES);
	text_add_string(&note, EXAMPLE_TEXT EXAMPLE_SIGNATURE);
	for (int i = 1; i < NOTE_MAX_SIGNATURES; i++)
		text_add_string(&note, "— other AAAAAAAAAAAAAAAA\n");
	size_t length;
	assert_int_equal(note_open(&verifier, note.bytes, note.length, &length, NULL), JISR_OK);
	text_add_string(&note, "— other AAAAAAAAAAAAAAAA\n");
	assert_int_equal(note_open(&verifier, note.bytes, note.length, &length, NULL), JISR_TOO_LARGE);
	text_finish(&note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golangs_example_is_made_and_opened),
		cmocka_unit_test(a_fresh_key_signs_and_another_of_its_name_does_not),
		cmocka_unit_test(signatures_of_others_are_passed_over),
		cmocka_unit_test(every_altered_byte_of_a_note_is_noticed),
		cmocka_unit_test(bad_keys_are_refused),
		cmocka_unit_test(text_that_cannot_be_a_note_is_not_signed),
		cmocka_unit_test(too_many_signatures_are_refused),
	};
	return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}
