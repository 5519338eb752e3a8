#include "web/multipart.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

static int read_form(const char *type, const char *body, struct multipart *form)
{
	struct problem problem = {""};
	int error = multipart_read(type, body, strlen(body), form, &problem);
	assert_true((error != JISR_OK) == (problem.text[0] != '\0'));
	return error;
}

static bool is(const struct multipart *form, const char *name, const char *value)
{
	const struct multipart_part *part = multipart_find(form, name);
	return part != NULL && part->length == strlen(value) && memcmp(part->bytes, value, part->length) == 0;
}

static void a_form_as_browsers_and_curl_send_it(void **state)
{
	struct multipart form;
	(void)state;
	assert_int_equal(
		read_form("multipart/form-data; boundary=----WebKitFormBoundaryX1",
	                  "------WebKitFormBoundaryX1\r\nContent-Disposition: form-data; name=\"receipt\"\r\n\r\n"
	                  "2026/1\r\n------WebKitFormBoundaryX1\r\ncontent-disposition: form-data; filename=\"a; "
	                  "name=b.pdf\"; name=\"paper\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--x\r\n\r\n"
	                  "------WebKitFormBoundaryX1--\r\n",
	                  &form),
		JISR_OK);
	assert_int_equal(form.count, 2);
	assert_true(is(&form, "receipt", "2026/1") && is(&form, "paper", "%PDF\r\n--x\r\n"));
	assert_true(multipart_find(&form, "paper")->file && !multipart_find(&form, "receipt")->file);
	assert_null(multipart_find(&form, "b.pdf"));
	assert_int_equal(read_form("Multipart/Form-Data; charset=x; Boundary=\"a b\"",
	                           "before\r\n--a b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--a b--",
	                           &form),
	                 JISR_OK);
	assert_true(is(&form, "x", ""));
	assert_int_equal(read_form("multipart/form-data; boundary=a", "--a--", &form), JISR_OK);
	assert_int_equal(form.count, 0);
}

static void what_is_no_form_is_refused(void **state)
{
	static const struct {
		const char *type, *body;
		int error;
	} cases[] = {
		{NULL, "", JISR_UNSUPPORTED},
		{"application/json", "{}", JISR_UNSUPPORTED},
		{"multipart/form-data", "--a--", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=", "--a--", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=\"a", "--a--", JISR_BAD_INPUT},
		{"multipart/form-data; "
	         "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
	         "", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "--a", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "--a\r\n", JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "--a\r\nContent-Disposition: form-data; name=x\r\n\r\ncut",
	         JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "--a\r\nContent-Disposition: form-data; name=x\r\n\r\ncut\r\n--a",
	         JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a", "--a\r\nContent-Type: text/plain\r\n\r\nx\r\n--a--",
	         JISR_BAD_INPUT},
		{"multipart/form-data; boundary=a",
	         "--a\r\nContent-Disposition: form-data; "
	         "name=12345678901234567890123456789012345678901\r\n\r\nx\r\n--a--",
	         JISR_BAD_INPUT},
	};
	struct multipart form;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (read_form(cases[i].type, cases[i].body, &form) != cases[i].error)
			fail_msg("case %zu", i);
}

static void parts_and_headers_have_limits(void **state)
{
	struct multipart form;
	(void)state;
	for (int count = MULTIPART_MAX_PARTS - 1; count <= MULTIPART_MAX_PARTS + 1; count++) {
		struct text text;
		text_init(&text, 1 << 16);
		for (int i = 0; i < count; i++)
			(void)text_add_format(&text, "--a\r\nContent-Disposition: form-data; name=n%d\r\n\r\nv%d\r\n",
			                      i, i);
		(void)text_add_string(&text, "--a--\r\n");
		assert_int_equal(read_form("multipart/form-data; boundary=a", text.bytes, &form),
		                 count <= MULTIPART_MAX_PARTS ? JISR_OK : JISR_BAD_INPUT);
		text_finish(&text);
	}
	struct text text;
	text_init(&text, 1 << 16);
	(void)text_add_string(&text, "--a\r\nX: ");
	for (int i = 0; i < MULTIPART_MAX_HEADERS; i++)
		(void)text_add_char(&text, 'x');
	(void)text_add_string(&text, "\r\nContent-Disposition: form-data; name=x\r\n\r\nv\r\n--a--");
	assert_int_equal(read_form("multipart/form-data; boundary=a", text.bytes, &form), JISR_BAD_INPUT);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_as_browsers_and_curl_send_it),
		cmocka_unit_test(what_is_no_form_is_refused),
		cmocka_unit_test(parts_and_headers_have_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
