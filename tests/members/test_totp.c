#include "members/totp.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t rfc_secret[TOTP_SECRET + 1] = "12345678901234567890";

/* RFC 6238, appendix B, cut to six digits as its section 1.2 allows. */
static void the_rfcs_codes_are_taken(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *code;
	} examples[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
	                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		int64_t step = 0;
		assert_true(totp_check(rfc_secret, examples[i].code, examples[i].seconds * 1000, 0, &step));
		assert_int_equal(step, examples[i].seconds / TOTP_SECONDS);
	}
}

static void one_step_beside_is_taken_and_two_are_not(void **state)
{
	(void)state;
	int64_t now = 1000000, step = 0;
	for (int64_t beside = -3; beside <= 3; beside++) {
		char code[TOTP_DIGITS + 1];
		assert_int_equal(totp_code(rfc_secret, now / 30000 + beside, code), JISR_OK);
		assert_int_equal(totp_check(rfc_secret, code, now, 0, &step),
		                 beside >= -TOTP_DRIFT && beside <= TOTP_DRIFT);
	}
}

static void each_code_is_taken_once_and_none_from_before_it(void **state)
{
	(void)state;
	char code[TOTP_DIGITS + 1], earlier[TOTP_DIGITS + 1], later[TOTP_DIGITS + 1];
	int64_t now = 3000000, step = 0, last = 0;
	assert_int_equal(totp_code(rfc_secret, 99, earlier), JISR_OK);
	assert_int_equal(totp_code(rfc_secret, 100, code), JISR_OK);
	assert_int_equal(totp_code(rfc_secret, 101, later), JISR_OK);
	assert_true(totp_check(rfc_secret, code, now, last, &last));
	assert_int_equal(last, 100);
	assert_false(totp_check(rfc_secret, code, now, last, &step));
	assert_false(totp_check(rfc_secret, earlier, now, last, &step));
	assert_true(totp_check(rfc_secret, later, now, last, &step));
}

static void only_six_digits_are_a_code(void **state)
{
	(void)state;
	int64_t step;
	assert_true(totp_check(rfc_secret, "287 082", 59000, 0, &step));
	static const char *const bad[] = {"",
	                                  "28708",
	                                  "2870822",
	                                  "28708x",
	                                  "-87082",
	                                  "287082\n",
	                                  ("\xD9\xA2"
	                                   "87082"),
	                                  "28 70 8"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(totp_check(rfc_secret, bad[i], 59000, 0, &step));
}

static void an_app_gets_an_address_and_a_picture(void **state)
{
	(void)state;
	char uri[TOTP_URI_MAX];
	struct text svg;
	assert_int_equal(totp_uri(rfc_secret, "jisr desk", "MA-12", uri), JISR_OK);
	assert_string_equal(
		uri, "otpauth://totp/jisr%20desk:MA-12?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=jisr%20desk");
	text_init(&svg, TOTP_QR_MAX);
	assert_int_equal(totp_qr(uri, &svg), JISR_OK);
	assert_non_null(strstr(svg.bytes, "<svg "));
	assert_non_null(strstr(svg.bytes, "M4 4h7v1h-7z")); /* the finder pattern's first row */
	text_finish(&svg);
	text_init(&svg, 100);
	assert_int_equal(totp_qr(uri, &svg), JISR_TOO_LARGE);
	text_finish(&svg);
	char longest[1000];
	memset(longest, '%', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(totp_uri(rfc_secret, "jisr", longest, uri), JISR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfcs_codes_are_taken),
		cmocka_unit_test(one_step_beside_is_taken_and_two_are_not),
		cmocka_unit_test(each_code_is_taken_once_and_none_from_before_it),
		cmocka_unit_test(only_six_digits_are_a_code),
		cmocka_unit_test(an_app_gets_an_address_and_a_picture),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
