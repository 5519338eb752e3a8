#include "notices/identity_store.h"

#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// after the standard headers that it needs
#include <cmocka.h>
#include <jpeglib.h>
#include <qpdf/qpdf-c.h>

/* A PDF of so many empty pages; `root` and `page` are added to the catalogue and to each page, `more` are further objects from
 * number 100. There is no table of objects: libqpdf makes it anew, as for any damaged file. */
static void make_pdf(struct text *out, int pages, const char *root, const char *page, const char *more)
{
	text_init(out, (size_t)1 << 20);
	(void)text_add_format(out, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n", root);
	(void)text_add_format(out, "2 0 obj\n<< /Type /Pages /Count %d /Kids [", pages);
	for (int i = 0; i < pages; i++)
		(void)text_add_format(out, " %d 0 R", 10 + i);
	(void)text_add_string(out, " ] >>\nendobj\n");
	for (int i = 0; i < pages; i++)
		(void)text_add_format(out,
		                      "%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] %s >>\nendobj\n",
		                      10 + i, page);
	(void)text_add_format(out, "5 0 obj\n<< /Author (AUTHORSECRET) >>\nendobj\n%s\n", more);
	assert_int_equal(text_add_string(out, "trailer\n<< /Root 1 0 R /Info 5 0 R >>\n%%EOF\n"), JISR_OK);
}

static int clean_bytes(const void *bytes, size_t length, struct text *clean, struct identity *identity,
                       struct problem *problem)
{
	text_init(clean, IDENTITY_MAX_BYTES + 1024);
	return identity_clean(bytes, length, clean, identity, problem);
}

static bool holds(const struct text *text, const char *word)
{
	return text->length > 0 && memmem(text->bytes, text->length, word, strlen(word)) != NULL;
}

static void pages_are_kept_and_who_made_them_is_not(void **state)
{
	struct text pdf, clean, again;
	struct identity identity;
	struct problem problem = {""};
	(void)state;
	make_pdf(&pdf, 3, "/Metadata 100 0 R /OpenAction [10 0 R /Fit]", "/PieceInfo << /X (PIECESECRET) >>",
	         "100 0 obj\n<< /Type /Metadata /Subtype /XML /Length 9 >>\nstream\nXMPSECRET\nendstream\nendobj");
	if (clean_bytes(pdf.bytes, pdf.length, &clean, &identity, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(identity.type, IDENTITY_PDF);
	assert_int_equal(identity.pages, 3);
	assert_true(holds(&pdf, "XMPSECRET") && holds(&pdf, "AUTHORSECRET"));
	assert_false(holds(&clean, "SECRET") || holds(&clean, "OpenAction"));
	/* what is kept is itself a copy that is taken */
	assert_int_equal(clean_bytes(clean.bytes, clean.length, &again, &identity, &problem), JISR_OK);
	text_finish(&again);
	text_finish(&clean);
	text_finish(&pdf);
}

static void what_runs_starts_or_holds_something_is_refused(void **state)
{
	static const struct {
		const char *root, *page, *more, *what;
	} cases[] = {
		{"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "", "", "a script"},
		{"/OpenAction 100 0 R", "", "100 0 obj\n<< /S /J#61vaScript /J#53 (x) >>\nendobj", "a script"},
		{"/Names << /JavaScript << /Names [(a) 100 0 R] >> >>", "", "100 0 obj\n<< >>\nendobj", "a script"},
		{"", "/AA << /O << /S /JavaScript /JS 100 0 R >> >>",
	         "100 0 obj\n<< /Length 1 >>\nstream\nx\nendstream\nendobj", "a script"},
		{"", "/Annots [<< /Subtype /Link /A << /S /Launch /F (cmd.exe) >> >>]", "",
	         "what starts another program"},
		{"", "/Annots [[[<< /Type /Annot /A << /Next [<< /S /Launch >>] >> >>]]]", "",
	         "what starts another program"},
		{"/Names << /EmbeddedFiles << /Names [] >> >>", "", "", "another file"},
		{"", "/Annots [<< /Subtype /FileAttachment /FS 100 0 R >>]", "100 0 obj\n<< /Type /Filespec >>\nendobj",
	         "another file"},
		{"/AF [<< /Type /Filespec /EF << /F 100 0 R >> >>]", "", "100 0 obj\n<< >>\nendobj", "another file"},
		{"/AcroForm << /XFA [] >>", "", "", "a form with scripts"},
		{"/AcroForm << /Fields [<< /A << /S /SubmitForm >> >>] >>", "", "", "what sends data elsewhere"},
		{"", "/Annots [<< /A << /S /GoToR /F (x.pdf) >> >>]", "", "a link to another file"},
		{"", "/Contents 100 0 R", "100 0 obj\n<< /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream\nendobj",
	         "a link to another file"},
		{"", "/Annots [<< /Subtype /RichMedia >>]", "", "sound or film"},
		{"/OpenAction 100 0 R", "",
	         "100 0 obj\n[ 101 0 R ]\nendobj\n101 0 obj\n<< /Next 100 0 R /S /Launch >>\nendobj",
	         "what starts another program"},
		/* beside what libqpdf itself follows */
		{"/X << /Y [ << /Z << /JS (x) >> >> ] >>", "", "", "a script"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text pdf, clean;
		struct identity identity;
		struct problem problem = {""};
		make_pdf(&pdf, 1, cases[i].root, cases[i].page, cases[i].more);
		int error = clean_bytes(pdf.bytes, pdf.length, &clean, &identity, &problem);
		if (error != JISR_BAD_INPUT || strstr(problem.text, cases[i].what) == NULL)
			fail_msg("case %zu: %d %s", i, error, problem.text);
		text_finish(&clean);
		text_finish(&pdf);
	}
}

/* Under a password; and an opened one is the same file without it. */
static void a_locked_pdf_is_refused(void **state)
{
	struct text pdf, clean;
	struct identity identity;
	struct problem problem = {""};
	(void)state;
	make_pdf(&pdf, 1, "", "", "");
	for (int i = 0; i < 2; i++) {
		qpdf_data maker = qpdf_init();
		qpdf_set_suppress_warnings(maker, QPDF_TRUE);
		qpdf_silence_errors(maker);
		assert_false(qpdf_read_memory(maker, "x", pdf.bytes, pdf.length, NULL) & QPDF_ERRORS);
		assert_false(qpdf_init_write_memory(maker) & QPDF_ERRORS);
		qpdf_set_r6_encryption_parameters2(maker, i == 0 ? "secret" : "", "owner", QPDF_TRUE, QPDF_TRUE,
		                                   QPDF_TRUE, QPDF_TRUE, QPDF_TRUE, QPDF_TRUE, qpdf_r3p_full,
		                                   QPDF_TRUE);
		assert_false(qpdf_write(maker) & QPDF_ERRORS);
		assert_int_equal(
			clean_bytes(qpdf_get_buffer(maker), qpdf_get_buffer_length(maker), &clean, &identity, &problem),
			JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "encrypted"));
		text_finish(&clean);
		qpdf_cleanup(&maker);
	}
	text_finish(&pdf);
}

static void limits_are_at_their_place(void **state)
{
	struct text pdf, clean;
	struct identity identity;
	struct problem problem = {""};
	(void)state;
	for (int pages = IDENTITY_MAX_PAGES - 1; pages <= IDENTITY_MAX_PAGES + 1; pages++) {
		make_pdf(&pdf, pages, "", "", "");
		int expected = pages <= IDENTITY_MAX_PAGES ? JISR_OK : JISR_TOO_LARGE;
		assert_int_equal(clean_bytes(pdf.bytes, pdf.length, &clean, &identity, &problem), expected);
		text_finish(&clean);
		text_finish(&pdf);
	}
	CLEANUP(memory_freep) char *large = memory_zero(1, IDENTITY_MAX_BYTES + 1);
	memcpy(large, "%PDF-", 5);
	assert_int_equal(clean_bytes(large, IDENTITY_MAX_BYTES + 1, &clean, &identity, &problem), JISR_TOO_LARGE);
	text_finish(&clean);
	assert_int_equal(clean_bytes(large, IDENTITY_MAX_BYTES, &clean, &identity, &problem), JISR_BAD_INPUT);
	text_finish(&clean);
	static const char *const others[] = {
		"", "GIF89a..........", "MZ..............", "PK\3\4............", "<svg/>......", " %PDF-1.7 ......"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_int_equal(clean_bytes(others[i], strlen(others[i]), &clean, &identity, &problem),
		                 JISR_UNSUPPORTED);
		text_finish(&clean);
	}
	/* more objects than are looked at */
	text_init(&pdf, (size_t)4 << 20);
	(void)text_add_string(&pdf, "[");
	for (int i = 0; i < IDENTITY_MAX_NODES; i++)
		(void)text_add_string(&pdf, " 1 ");
	(void)text_add_string(&pdf, "]");
	struct text whole;
	text_init(&whole, (size_t)8 << 20);
	(void)text_add_format(&whole, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /X %s >>\nendobj\n",
	                      pdf.bytes);
	(void)text_add_string(&whole,
	                      "2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n3 0 obj\n<< /Type /Page "
	                      "/Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n");
	assert_int_equal(clean_bytes(whole.bytes, whole.length, &clean, &identity, &problem), JISR_TOO_LARGE);
	text_finish(&clean);
	text_finish(&whole);
	text_finish(&pdf);
}

static void make_jpeg(struct text *out)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr manager;
	unsigned char *bytes = NULL;
	unsigned long size = 0;
	uint8_t row[160 * 3];
	jpeg.err = jpeg_std_error(&manager);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &size);
	jpeg.image_width = 160;
	jpeg.image_height = 130;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)"Exif\0\0GPSSECRET", 15);
	for (int y = 0; y < 130; y++) {
		JSAMPROW rows[1] = {row};
		memset(row, y, sizeof row);
		(void)jpeg_write_scanlines(&jpeg, rows, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	text_init(out, (size_t)1 << 20);
	assert_int_equal(text_add(out, (const char *)bytes, size), JISR_OK);
	free(bytes);
}

static void a_photograph_inside_a_pdf_loses_its_place_too(void **state)
{
	struct text jpeg, pdf, clean;
	struct identity identity;
	struct problem problem = {""};
	(void)state;
	make_jpeg(&jpeg);
	text_init(&pdf, (size_t)1 << 20);
	(void)text_add_format(
		&pdf,
		"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 "
		"/Kids [3 0 R] >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 160 130] "
		"/Resources << /XObject << /I 4 0 R >> >> >>\nendobj\n4 0 obj\n<< /Type /XObject /Subtype "
		"/Image /Width 160 /Height 130 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter "
		"[/DCTDecode] /Length %zu >>\nstream\n",
		jpeg.length);
	(void)text_add(&pdf, jpeg.bytes, jpeg.length);
	(void)text_add_string(&pdf, "\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n");
	assert_true(holds(&pdf, "GPSSECRET"));
	if (clean_bytes(pdf.bytes, pdf.length, &clean, &identity, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	assert_false(holds(&clean, "GPSSECRET"));
	assert_true(holds(&clean, "/DCTDecode") && holds(&clean, "\xFF\xD8"));
	text_finish(&clean);
	/* one that stands alone */
	assert_int_equal(clean_bytes(jpeg.bytes, jpeg.length, &clean, &identity, &problem), JISR_OK);
	assert_int_equal(identity.type, IDENTITY_JPEG);
	assert_false(holds(&clean, "GPSSECRET"));
	text_finish(&clean);
	for (size_t length = 0; length < jpeg.length; length += 97) {
		assert_int_not_equal(clean_bytes(jpeg.bytes, length, &clean, &identity, &problem), JISR_OK);
		text_finish(&clean);
	}
	text_finish(&pdf);
	text_finish(&jpeg);
}

static void a_copy_opens_with_its_key_for_its_request_alone(void **state)
{
	char directory[] = "/tmp/jisr-identity-XXXXXX", path[300];
	static const char secret[] = "%PDF-the face and the number of somebody";
	struct identity_file file, other;
	struct problem problem = {""};
	struct text bytes, raw;
	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(identity_put(directory, "request/2026-100001", secret, sizeof secret, &file, &problem),
	                 JISR_OK);
	assert_int_equal(identity_put(directory, "request/2026-100001", secret, sizeof secret, &other, &problem),
	                 JISR_OK);
	assert_string_not_equal(file.digest, other.digest);
	(void)snprintf(path, sizeof path, "%s/papers/%.2s/%s", directory, file.digest, file.digest);
	text_init(&raw, 4096);
	assert_int_equal(file_read(path, &raw, &problem), JISR_OK);
	assert_false(holds(&raw, "somebody"));
	text_init(&bytes, 4096);
	assert_int_equal(identity_get(directory, "request/2026-100001", &file, &bytes, &problem), JISR_OK);
	assert_int_equal(bytes.length, sizeof secret);
	assert_memory_equal(bytes.bytes, secret, sizeof secret);
	text_reset(&bytes);
	assert_int_equal(identity_get(directory, "request/2026-100002", &file, &bytes, &problem), JISR_CORRUPT);
	raw.bytes[raw.length / 2] ^= 1;
	assert_int_equal(file_replace(path, raw.bytes, raw.length, &problem), JISR_OK);
	assert_int_equal(identity_get(directory, "request/2026-100001", &file, &bytes, &problem), JISR_CORRUPT);
	assert_int_equal(identity_drop(directory, file.digest, &problem), JISR_OK);
	assert_int_equal(identity_drop(directory, file.digest, &problem), JISR_OK);
	assert_int_equal(identity_get(directory, "request/2026-100001", &file, &bytes, &problem), JISR_NOT_FOUND);
	assert_int_equal(identity_drop(directory, "../../etc/passwd", &problem), JISR_NOT_FOUND);
	assert_int_equal(identity_drop(directory, other.digest, &problem), JISR_OK);
	text_finish(&bytes);
	text_finish(&raw);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof path, "%s/papers/%.2s", directory, i == 0 ? file.digest : other.digest);
		(void)rmdir(path);
	}
	(void)snprintf(path, sizeof path, "%s/papers", directory);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

static void without_memory_nothing_is_taken(void **state)
{
	struct text pdf, jpeg, clean;
	struct identity identity;
	(void)state;
	make_pdf(&pdf, 2, "/X [1 2 3]", "", "");
	make_jpeg(&jpeg);
	const struct text *both[] = {&pdf, &jpeg};
	for (size_t i = 0; i < 2; i++) {
		int error = JISR_NO_MEMORY;
		for (long allowed = 0; error != JISR_OK; allowed++) {
			struct problem problem = {""};
			assert_true(allowed < 100);
			text_init(&clean, IDENTITY_MAX_BYTES + 1024);
			memory_fail_after(allowed);
			error = identity_clean(both[i]->bytes, both[i]->length, &clean, &identity, &problem);
			memory_fail_after(-1);
			text_finish(&clean);
			if (error && (error != JISR_NO_MEMORY || problem.text[0] == '\0'))
				fail_msg("%d %s", error, problem.text);
		}
	}
	text_finish(&pdf);
	text_finish(&jpeg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_kept_and_who_made_them_is_not),
		cmocka_unit_test(what_runs_starts_or_holds_something_is_refused),
		cmocka_unit_test(a_locked_pdf_is_refused),
		cmocka_unit_test(limits_are_at_their_place),
		cmocka_unit_test(a_photograph_inside_a_pdf_loses_its_place_too),
		cmocka_unit_test(a_copy_opens_with_its_key_for_its_request_alone),
		cmocka_unit_test(without_memory_nothing_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
