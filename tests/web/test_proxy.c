#include "web/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct proxy_list list;

static void read_list(const char *text)
{
	struct problem problem = {""};
	if (proxy_read(text, &list, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
}

static void networks_are_known_and_mistakes_told(void **state)
{
	(void)state;
	static const char *const wrong[] = {"localhost",   "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/",     "::1/129",
	                                    "10.0.0.0/8x", "10.0.0",      "unix/8",     "10.0.0.1:8470", "/8"};
	read_list("127.0.0.1, 10.1.0.0/15 2001:db8::/33,unix");
	assert_true(proxy_trusts(&list, "127.0.0.1:4711"));
	assert_true(proxy_trusts(&list, "[::ffff:127.0.0.1]:4711"));
	assert_false(proxy_trusts(&list, "127.0.0.2:4711"));
	assert_true(proxy_trusts(&list, "10.0.255.255:1"));
	assert_true(proxy_trusts(&list, "10.1.0.0:1"));
	assert_false(proxy_trusts(&list, "10.2.0.0:1"));
	assert_true(proxy_trusts(&list, "[2001:db8:7fff::1]:1"));
	assert_false(proxy_trusts(&list, "[2001:db8:8000::1]:1"));
	assert_true(proxy_trusts(&list, "unix"));
	read_list("");
	assert_false(proxy_trusts(&list, "unix"));
	assert_false(proxy_trusts(&list, "127.0.0.1:4711"));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct problem problem = {""};
		assert_int_equal(proxy_read(wrong[i], &list, &problem), JISR_BAD_INPUT);
		assert_non_null(strstr(problem.text, "trusted-proxies"));
	}
	char many[2000] = "";
	for (int i = 0; i < PROXY_MAX; i++)
		(void)snprintf(many + strlen(many), sizeof many - strlen(many), "10.0.0.%d,", i);
	read_list(many);
	(void)snprintf(many + strlen(many), sizeof many - strlen(many), "10.0.1.0");
	assert_int_equal(proxy_read(many, &list, NULL), JISR_BAD_INPUT);
}

static void expect(const char *said, bool forwarded, const char *client)
{
	char address[PROXY_ADDRESS_MAX] = "";
	bool found = proxy_client(&list, said, forwarded, address);
	if (found != (client != NULL) || strcmp(address, client != NULL ? client : "") != 0)
		fail_msg("%s: %s, not %s", said, address, client != NULL ? client : "none");
}

static void the_last_who_is_no_proxy_is_the_client(void **state)
{
	(void)state;
	read_list("10.0.0.0/8 unix");
	expect("192.0.2.9", false, "192.0.2.9");
	expect("1.2.3.4, 192.0.2.9", false, "192.0.2.9"); /* the first was the client's own invention */
	expect("1.2.3.4, 192.0.2.9 ,10.0.0.7", false, "192.0.2.9");
	expect("1.2.3.4,192.0.2.9:4711,\t10.0.0.7:80", false, "192.0.2.9");
	expect("2001:db8::9", false, "[2001:db8::9]");
	expect("[2001:db8::9]:80", false, "[2001:db8::9]");
	expect("::ffff:192.0.2.9", false, "192.0.2.9");
	expect("10.0.0.7", false, "10.0.0.7"); /* proxies alone: the farthest */
	expect("unknown, 10.0.0.7", false, "10.0.0.7");
	expect("192.0.2.9, unknown", false, NULL);
	expect("192.0.2.9,", false, NULL);
	expect("", false, NULL);
	expect("[192.0.2.9", false, NULL);
	expect("for=192.0.2.43", true, "192.0.2.43");
	expect("for=1.2.3.4, For=192.0.2.43;proto=http;by=10.0.0.1", true, "192.0.2.43");
	expect("proto=http; for=\"[2001:db8:cafe::17]:4711\", for=10.0.0.7", true, "[2001:db8:cafe::17]");
	expect("for=_hidden", true, NULL);
	expect("for=192.0.2.9, for=unknown", true, NULL);
	expect("192.0.2.9", true, NULL);
	expect("for=\"", true, NULL);
	expect("for=", true, NULL);
	char *longer = calloc(1, PROXY_MAX_HEADER + 2);
	memset(longer, ' ', PROXY_MAX_HEADER + 1);
	memcpy(longer, "192.0.2.9", 9);
	expect(longer, false, NULL);
	longer[PROXY_MAX_HEADER] = '\0';
	expect(longer, false, "192.0.2.9");
	free(longer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_are_known_and_mistakes_told),
		cmocka_unit_test(the_last_who_is_no_proxy_is_the_client),
	};
	return cmocka_run_group_tests_name("proxy", tests, NULL, NULL);
}
