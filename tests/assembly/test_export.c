/* The archive of a session: what it holds, that it verifies, and that no part of it can be changed without being noticed.
 * Secret votes in it: tests/system/test_polls.py. */
#include "hall.h"

#include "assembly/document.h"
#include "assembly/export.h"

#include <sodium.h>

#define TITLE "\"title\":{\"ar\":\"ا\",\"en\":\"Training\",\"es\":\"Formación\",\"fr\":\"Formation\"}"
#define TEXT  "{\"ar\":\"ب\",\"en\":\"ASKS <b>\",\"es\":\"PIDE\",\"fr\":\"DEMANDE\"}"

static int page(const cJSON *views, struct text *html)
{
	assert_non_null(json_get(views, "session"));
	return text_add_string(html, "<!doctype html><title>a page</title>");
}

static void vote(struct hall *hall, const char *office, const char *choice)
{
	char fields[60];
	struct caller delegate = hall_delegate(office);
	(void)snprintf(fields, sizeof fields, "{\"vote\":1,\"choice\":\"%s\"}", choice);
	hall_do(hall, &delegate, "vote", fields);
}

static void store_paper(struct hall *hall, const char *language, const char *bytes)
{
	char hash[DOCUMENT_HASH], fields[300];
	struct problem problem = {""};
	assert_int_equal(document_store(store_directory(hall->place.store), &hall->secretary, bytes, strlen(bytes),
	                                hash, &problem),
	                 JISR_OK);
	(void)snprintf(fields, sizeof fields,
	               "{\"code\":\"AG-2025-93-RAP-01\",\"language\":\"%s\",\"title\":\"Report\",\"hash\":\"%s\"}",
	               language, hash);
	hall_do(hall, &hall->secretary, "document", fields);
}

static void begin(struct hall *hall)
{
	hall_open(hall);
	struct caller morocco = hall_delegate("MA");
	hall_do(hall, &hall->secretary, "item", "{" TITLE "}");
	hall_do(hall, &morocco, "draft", "{" TITLE ",\"operative\":[" TEXT "]}");
	hall_do(hall, &morocco, "draft", "{" TITLE ",\"operative\":[" TEXT "," TEXT "]}");
	store_paper(hall, "fr", "%PDF-1.4 the report");
	store_paper(hall, "ar", "a plain text");
	hall_do(hall, &hall->secretary, "document",
	        "{\"code\":\"X\",\"language\":\"en\",\"title\":\"Nowhere\",\"hash\":"
	        "\"0000000000000000000000000000000000000000000000000000000000000000\"}");
	hall_do(hall, &hall->chair, "vote.open",
	        "{\"matter\":\"resolution\",\"subject\":\"draft:1\",\"method\":\"device\",\"record\":true}");
	vote(hall, "MA", "yes");
	vote(hall, "FR", "yes");
	vote(hall, "ES", "no");
}

static void make(struct hall *hall, struct text *tar, struct export_made *made)
{
	struct problem problem = {""};
	text_init(tar, DOSSIER_MAX_BYTES);
	if (export_make(hall->place.store, &hall->secretary, 93, page, tar, made, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static int verify(const struct text *tar, struct export_report *report, struct problem *problem)
{
	problem->text[0] = '\0';
	return export_verify(tar->bytes, tar->length, NULL, report, problem);
}

static void an_archive_holds_what_is_public_and_verifies(void **state)
{
	(void)state;
	struct hall hall;
	struct text tar, again;
	struct export_made made;
	struct export_report report;
	struct problem problem = {""};
	struct dossier *dossier = NULL;
	struct note_verifier other;
	struct note_signer signer;
	begin(&hall);
	text_init(&again, DOSSIER_MAX_BYTES);
	struct caller morocco = hall_delegate("MA");
	assert_int_equal(export_make(hall.place.store, &morocco, 93, page, &again, &made, &problem), JISR_DENIED);
	make(&hall, &tar, &made); /* what is open is told as open */
	assert_int_equal(verify(&tar, &report, &problem), JISR_OK);
	assert_int_equal(report.votes, 0);
	text_finish(&tar);
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	assert_int_equal(export_make(hall.place.store, &hall.secretary, 94, page, &again, &made, &problem),
	                 JISR_NOT_FOUND);
	make(&hall, &tar, &made);
	assert_int_equal(made.documents, 2);
	assert_int_equal(made.missing, 1);
	if (verify(&tar, &report, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(report.session, 93);
	assert_int_equal(report.documents, 2);
	assert_int_equal(report.votes, 1);
	assert_int_equal(report.entry, made.entry);
	assert_string_equal(report.log.log, "test.example/record");
	/* a key that is not the log's */
	assert_int_equal(note_signer_new("test.example/record", &signer, &problem), JISR_OK);
	note_signer_verifier(&signer, &other);
	assert_int_equal(export_verify(tar.bytes, tar.length, &other, &report, &problem), JISR_BAD_INPUT);
	assert_int_equal(export_verify(tar.bytes, tar.length, &report.log.key, &report, &problem), JISR_OK);
	/* what is not public is not in it: no delegate's name, no draft that was not adopted, no vote of one country */
	assert_int_equal(dossier_read(tar.bytes, tar.length, &dossier, &problem), JISR_OK);
	assert_non_null(dossier_find(dossier, "documents/AG-2025-93-RAP-01.fr.pdf"));
	assert_non_null(dossier_find(dossier, "documents/AG-2025-93-RAP-01.ar.txt"));
	assert_non_null(dossier_find(dossier, "views/draft-1.json"));
	assert_null(dossier_find(dossier, "views/draft-2.json"));
	const struct dossier_file *log = dossier_find(dossier, "log/extract.jsonl");
	assert_null(strstr(log->bytes, "Invented"));
	assert_null(strstr(log->bytes, "assembly.delegation\\\""));
	assert_null(strstr(log->bytes, "\\\"kind\\\":\\\"assembly.vote\\\""));
	/* written again it is the same */
	text_reset(&again);
	assert_int_equal(dossier_write(dossier, &again, &problem), JISR_OK);
	assert_int_equal(again.length, tar.length);
	assert_memory_equal(again.bytes, tar.bytes, tar.length);
	dossier_free(dossier);
	text_finish(&again);
	text_finish(&tar);
	place_finish(&hall.place);
}

static void no_byte_can_be_changed(void **state)
{
	(void)state;
	struct hall hall;
	struct text tar;
	struct export_made made;
	struct export_report report;
	struct problem problem = {""};
	begin(&hall);
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	make(&hall, &tar, &made);
	/* in every block, and each byte of the last ones: a bit of a byte that chance chooses */
	for (size_t at = 0; at < tar.length; at += 128) {
		size_t where = at + randombytes_uniform(128);
		char before = tar.bytes[where];
		tar.bytes[where] ^= (char)(1 << randombytes_uniform(8));
		if (verify(&tar, &report, &problem) == JISR_OK)
			fail_msg("byte %zu changed from %d to %d is not noticed", where, before, tar.bytes[where]);
		assert_true(problem.text[0] != '\0');
		tar.bytes[where] = before;
	}
	/* cut off, and longer */
	size_t length = tar.length;
	for (size_t cut = 1; cut < length; cut += 5000) {
		tar.length = length - cut;
		assert_int_not_equal(verify(&tar, &report, &problem), JISR_OK);
	}
	tar.length = length;
	assert_int_equal(text_add(&tar, "\0", 1), JISR_OK);
	assert_int_not_equal(verify(&tar, &report, &problem), JISR_OK);
	tar.length = length;
	assert_int_equal(verify(&tar, &report, &problem), JISR_OK);
	text_finish(&tar);
	place_finish(&hall.place);
}

/* Somebody makes the file anew around a change: `change` of the file `name`, in the form that such files have, with a manifest
 * that fits when `manifest` says so. */
static int forged(const struct text *tar, const char *name, const char *from, const char *to, bool manifest,
                  struct problem *problem)
{
	struct dossier *was = NULL, *made = NULL;
	struct export_report report;
	struct text text;
	assert_int_equal(dossier_read(tar->bytes, tar->length, &was, problem), JISR_OK);
	assert_int_equal(dossier_new(&made), JISR_OK);
	char was_hex[65] = "", hex[65] = "";
	for (size_t i = 0; i < dossier_count(was); i++) {
		const struct dossier_file *file = dossier_get(was, i);
		char *bytes = file->bytes;
		bool hit = strcmp(file->name, name) == 0;
		unsigned char digest[32];
		if (hit) {
			char *at = strstr(bytes, from);
			assert_non_null(at);
			assert_int_equal(strlen(from), strlen(to));
			crypto_hash_sha256(digest, (unsigned char *)bytes, file->length);
			(void)sodium_bin2hex(was_hex, sizeof was_hex, digest, sizeof digest);
			memcpy(at, to, strlen(to));
			crypto_hash_sha256(digest, (unsigned char *)bytes, file->length);
			(void)sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
		} else if (manifest && strcmp(file->name, "MANIFEST.json") == 0 && was_hex[0] != '\0') {
			memcpy(strstr(bytes, was_hex), hex, 64);
		}
		assert_int_equal(dossier_add(made, file->name, bytes, file->length, problem), JISR_OK);
	}
	text_init(&text, DOSSIER_MAX_BYTES);
	assert_int_equal(dossier_write(made, &text, problem), JISR_OK);
	int error = verify(&text, &report, problem);
	text_finish(&text);
	dossier_free(was);
	dossier_free(made);
	return error;
}

static void who_makes_it_anew_is_found_out(void **state)
{
	(void)state;
	static const struct {
		const char *name, *from, *to;
		bool manifest;
		const char *words;
	} forgeries[] = {
		{"index.html", "a page", "a lie!", false, "its digest differs"},
		{"index.html", "a page", "a lie!", true, "no entry of the log signs it"},
		{"views/vote-1.json", "adopted", "rejects", true, "tells another outcome"},
		{"documents/AG-2025-93-RAP-01.ar.txt", "plain", "false", true, "no entry of the log signs it"},
		{"log/extract.jsonl", "adopted", "rejects", false, "its body is not the one that was signed"},
		{"log/extract.jsonl", "assembly.vote.close", "assembly.vote.clone", false, "does not hold"},
		{"log/extract.jsonl", "\"sequence\":1,", "\"sequence\":2,", false, "first entry is missing"},
		{"MANIFEST.json", "\"session\":93", "\"session\":92", false, "another session"},
		{"MANIFEST.json", "\"version\":1", "\"version\":2", false, "not of the form"},
		{"MANIFEST.json", "test.example", "best.example", false, "of another log"},
	};
	struct hall hall;
	struct text tar;
	struct export_made made;
	struct problem problem = {""};
	begin(&hall);
	hall_do(&hall, &hall.chair, "vote.close", "{\"vote\":1}");
	make(&hall, &tar, &made);
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++)
		if (forged(&tar, forgeries[i].name, forgeries[i].from, forgeries[i].to, forgeries[i].manifest,
		           &problem) != JISR_BAD_INPUT ||
		    strstr(problem.text, forgeries[i].words) == NULL)
			fail_msg("%s, %s: \"%s\", not \"%s\"", forgeries[i].name, forgeries[i].to, problem.text,
			         forgeries[i].words);
	/* an earlier archive stays true when a later one is made */
	struct text later;
	struct export_report report;
	hall_do(&hall, &hall.chair, "session.close", NULL);
	make(&hall, &later, &made);
	assert_int_equal(verify(&tar, &report, &problem), JISR_OK);
	assert_int_equal(verify(&later, &report, &problem), JISR_OK);
	assert_int_equal(report.entry, made.entry);
	text_finish(&later);
	text_finish(&tar);
	place_finish(&hall.place);
}

static void files_of_documents_are_kept_by_their_digest(void **state)
{
	(void)state;
	struct hall hall;
	struct text text;
	struct problem problem = {""};
	char hash[DOCUMENT_HASH], again[DOCUMENT_HASH], path[400];
	const char *ending;
	static const char no_papers[][32] = {"\x7f"
	                                     "ELF",
	                                     "<html>", "  <?xml", "PK\x03\x04",
	                                     "\xff\xfe"
	                                     "x"};
	hall_init(&hall);
	const char *directory = store_directory(hall.place.store);
	struct caller morocco = hall_delegate("MA");
	assert_int_equal(document_store(directory, &morocco, "x", 1, hash, &problem), JISR_DENIED);
	assert_int_equal(document_store(directory, &hall.secretary, "", 0, hash, &problem), JISR_BAD_INPUT);
	for (size_t i = 0; i < sizeof no_papers / sizeof *no_papers; i++)
		assert_int_equal(document_store(directory, &hall.secretary, no_papers[i], 31, hash, &problem),
		                 JISR_BAD_INPUT);
	assert_int_equal(document_store(directory, &hall.secretary, " \n", 2, hash, &problem), JISR_OK);
	assert_int_equal(document_store(directory, &hall.secretary, "x", 1, hash, &problem), JISR_OK);
	assert_int_equal(document_store(directory, &hall.secretary, "x", 1, again, &problem), JISR_OK);
	assert_string_equal(hash, again);
	text_init(&text, DOCUMENT_MAX_BYTES);
	assert_int_equal(document_load(directory, hash, &text, &problem), JISR_OK);
	assert_int_equal(text.length, 1);
	assert_int_equal(document_load(directory, "../../etc/passwd", &text, &problem), JISR_NOT_FOUND);
	hash[0] = hash[0] == '0' ? '1' : '0';
	assert_int_equal(document_load(directory, hash, &text, &problem), JISR_NOT_FOUND);
	(void)snprintf(path, sizeof path, "%s/documents/%.2s/%s", directory, again, again);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs("other", file);
	(void)fclose(file);
	assert_int_equal(document_load(directory, again, &text, &problem), JISR_CORRUPT);
	assert_string_equal(document_type("%PDF-1.7", 8, &ending), "application/pdf");
	assert_string_equal(document_type("caf\xc3\xa9", 5, &ending), "text/plain; charset=utf-8");
	assert_string_equal(document_type("\xff\xfe", 2, &ending), "application/octet-stream");
	text_finish(&text);
	place_finish(&hall.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_archive_holds_what_is_public_and_verifies),
		cmocka_unit_test(no_byte_can_be_changed),
		cmocka_unit_test(who_makes_it_anew_is_found_out),
		cmocka_unit_test(files_of_documents_are_kept_by_their_digest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
