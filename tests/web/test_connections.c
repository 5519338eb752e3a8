#include "web/connections.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static struct connections *make(size_t all, size_t per_address, double seconds)
{
	struct settings settings;
	struct connections *connections = NULL;
	settings_init(&settings);
	settings.connections = all;
	settings.connections_per_address = per_address;
	settings.head_seconds = settings.idle_seconds = seconds;
	assert_int_equal(connections_new(&settings, &connections), JISR_OK);
	return connections;
}

static struct sockaddr_storage address_of(const char *text)
{
	struct sockaddr_storage address = {0};
	struct sockaddr_in *four = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address;
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
		address.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1)
		address.ss_family = AF_INET6;
	else
		address.ss_family = AF_UNIX;
	return address;
}

/* Both ends of a connection; the first is the server's. */
static void make_pair(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static bool is_shut(int fd, int milliseconds)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	char byte;
	return poll(&waiting, 1, milliseconds) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void an_address_has_its_share_and_ipv6_counts_by_64_bits(void **state)
{
	(void)state;
	struct connections *connections = make(100, 2, 60);
	static const struct {
		const char *address;
		enum connection_refusal expected;
	} cases[] = {{"192.0.2.1", CONNECTION_ADMITTED},
	             {"192.0.2.1", CONNECTION_ADMITTED},
	             {"192.0.2.1", CONNECTION_OVER_ADDRESS},
	             {"192.0.2.2", CONNECTION_ADMITTED},
	             {"2001:db8::1", CONNECTION_ADMITTED},
	             {"2001:db8::2", CONNECTION_ADMITTED},
	             {"2001:db8::3", CONNECTION_OVER_ADDRESS},
	             {"2001:db8:0:1::3", CONNECTION_ADMITTED},
	             {"::ffff:192.0.2.1", CONNECTION_OVER_ADDRESS},
	             {"unix", CONNECTION_ADMITTED},
	             {"unix", CONNECTION_ADMITTED},
	             {"unix", CONNECTION_ADMITTED}};
	size_t admitted = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sockaddr_storage address = address_of(cases[i].address);
		assert_int_equal(connections_admit(connections, (int)i + 50, &address), cases[i].expected);
		admitted += cases[i].expected == CONNECTION_ADMITTED;
	}
	assert_int_equal(connections_count(connections), admitted);
	connections_leave(connections, 50);
	connections_leave(connections, 50); /* twice does no harm */
	struct sockaddr_storage address = address_of("192.0.2.1");
	assert_int_equal(connections_admit(connections, 90, &address), CONNECTION_ADMITTED);
	assert_int_equal(connections_admit(connections, 91, &address), CONNECTION_OVER_ADDRESS);
	assert_int_equal(connections_admit(connections, 90, &address), CONNECTION_ADMITTED); /* the number came again */
	char text[CONNECTION_ADDRESS_MAX];
	assert_string_equal(connection_address(connections_at(connections, 90), text), "192.0.2.1:0");
	assert_string_equal(connection_address(connections_at(connections, 57), text), "[2001:db8:0:1::3]:0");
	assert_string_equal(connection_address(connections_at(connections, 60), text), "unix");
	assert_int_equal(connections_admit(connections, 1000000, &address), CONNECTION_OVER_ALL);
	connections_free(connections);
}

static void many_addresses_come_and_go_as_a_plain_count_says(void **state)
{
	enum { FDS = 200, ADDRESSES = 7, SHARE = 20 };
	(void)state;
	struct connections *connections = make(FDS, SHARE, 60);
	int who[FDS], counts[ADDRESSES] = {0};
	unsigned random = 1;
	memset(who, -1, sizeof who);
	for (size_t step = 0; step < 20000; step++) {
		random = random * 1103515245u + 12345u;
		int fd = (int)(random >> 8) % FDS, from = (int)(random >> 20) % ADDRESSES;
		if (who[fd] >= 0) {
			connections_leave(connections, fd);
			counts[who[fd]]--;
			who[fd] = -1;
			continue;
		}
		char text[32];
		(void)snprintf(text, sizeof text, "198.51.100.%d", from);
		struct sockaddr_storage address = address_of(text);
		bool fits = counts[from] < SHARE;
		assert_int_equal(connections_admit(connections, fd, &address),
		                 fits ? CONNECTION_ADMITTED : CONNECTION_OVER_ADDRESS);
		who[fd] = fits ? from : -1;
		counts[from] += fits;
	}
	connections_free(connections);
}

static void the_longest_idle_make_room(void **state)
{
	(void)state;
	int ends[4][2];
	struct connections *connections = make(3, 10, 60);
	struct sockaddr_storage address = address_of("192.0.2.1");
	for (size_t i = 0; i < 4; i++)
		make_pair(ends[i]);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(connections_admit(connections, ends[i][0], &address), CONNECTION_ADMITTED);
	/* The first is at work, the second was heard of last. */
	connection_enter(connections, connections_at(connections, ends[0][0]), CONNECTION_ANSWER);
	assert_int_equal(connections_admit(connections, ends[3][0], &address), CONNECTION_ADMITTED);
	assert_false(is_shut(ends[0][1], 0));
	assert_true(is_shut(ends[1][1], 0) != is_shut(ends[2][1], 0));
	struct connections_figures figures;
	connections_figures(connections, &figures);
	assert_int_equal(figures.evicted, 1);
	for (size_t i = 0; i < 4; i++) {
		connection_enter(connections, connections_at(connections, ends[i][0]), CONNECTION_ANSWER);
		(void)close(ends[i][1]);
	}
	assert_int_equal(connections_admit(connections, 90, &address), CONNECTION_OVER_ALL); /* all are at work */
	for (size_t i = 0; i < 4; i++)
		(void)close(ends[i][0]);
	connections_free(connections);
}

static void who_is_late_is_closed_and_who_works_is_not(void **state)
{
	(void)state;
	int late[2], working[2];
	make_pair(late);
	make_pair(working);
	struct connections *connections = make(10, 10, 0.3);
	struct sockaddr_storage address = address_of("unix");
	assert_int_equal(connections_admit(connections, late[0], &address), CONNECTION_ADMITTED);
	assert_int_equal(connections_admit(connections, working[0], &address), CONNECTION_ADMITTED);
	connection_enter(connections, connections_at(connections, working[0]), CONNECTION_ANSWER);
	assert_int_equal(connections_start(connections, NULL), JISR_OK);
	double begin = clock_seconds();
	assert_true(is_shut(late[1], 20000));
	assert_true(clock_seconds() - begin > 0.2);
	assert_false(is_shut(working[1], 300));
	connection_enter(connections, connections_at(connections, working[0]), CONNECTION_IDLE);
	connections_drain(connections, 60); /* stopping: what idles may finish sending, and is read no more */
	assert_true(is_shut(working[0], 20000));
	connections_stop(connections);
	struct connections_figures figures;
	connections_figures(connections, &figures);
	assert_int_equal(figures.late[CONNECTION_HEAD], 1);
	for (size_t i = 0; i < 2; i++) {
		(void)close(late[i]);
		(void)close(working[i]);
	}
	connections_free(connections);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_its_share_and_ipv6_counts_by_64_bits),
		cmocka_unit_test(many_addresses_come_and_go_as_a_plain_count_says),
		cmocka_unit_test(the_longest_idle_make_room),
		cmocka_unit_test(who_is_late_is_closed_and_who_works_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
