/* A directory of a test's own with the database of sign-in (members/local.h), for the setup and teardown of a test. That nothing
 * else is left in it is part of the test. */
#ifndef JISR_TESTS_MEMBERS_SIGNING_FOLDER_H
#define JISR_TESTS_MEMBERS_SIGNING_FOLDER_H

#include "../base/temporary.h"
#include "members/local.h"
#include "store/seal.h"
#include "store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[200];
static struct local *local;
static struct problem last;

static inline int open_folder(void **state)
{
	(void)state;
	assert_int_equal(temporary_make("signin", folder, sizeof folder), 0);
	assert_int_equal(local_open(folder, &local, &last), JISR_OK);
	/* the tests ask what is decided, not what survives a power cut */
	assert_int_equal(sql_execute(local_enter(local), "PRAGMA synchronous = OFF", &last), JISR_OK);
	local_leave(local);
	last.text[0] = '\0';
	return 0;
}

static inline int close_folder(void **state)
{
	static const char *const names[] = {"local.db", "local.db-wal", "local.db-shm", SEAL_FILE, "keys"};
	char path[256];
	(void)state;
	local = local_close(local);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	return rmdir(folder);
}

#endif
