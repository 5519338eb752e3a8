/* A PostgreSQL of a test's own (tests/store/postgres), for a group of tests. */
#ifndef JISR_TESTS_STORE_SERVER_H
#define JISR_TESTS_STORE_SERVER_H

#include "../base/temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct server {
	char directory[256], address[400];
};

static inline void server_do(const struct server *server, const char *what, const char *query)
{
	char command[1200];
	(void)snprintf(command, sizeof command, "'%s/tests/store/postgres' %s '%s' \"%s\" > /dev/null",
	               getenv("JISR_SOURCE"), what, server->directory, query);
	assert_int_equal(system(command), 0);
}

static inline int start_server(void **state)
{
	static struct server server;
	assert_int_equal(temporary_make("pg", server.directory, sizeof server.directory), 0);
	server_do(&server, "start", "");
	(void)snprintf(server.address, sizeof server.address, "host=%s user=jisr dbname=postgres", server.directory);
	*state = &server;
	return 0;
}

static inline int stop_server(void **state)
{
	const struct server *server = *state;
	server_do(server, "stop", "");
	return temporary_remove(server->directory);
}

#endif
