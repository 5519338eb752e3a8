/* Memory for secrets: is it locked, left out of dumps, wiped, and ended by guard pages, as the kernel sees it. */
#include "base/secret.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The flags of the mapping that holds the address, as in proc(5) ("VmFlags: rd wr mr mw me lo ac dd"). */
static void flags_of(const void *address, char *flags, size_t size)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false;
	uintptr_t first, after;
	flags[0] = '\0';
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &first, &after) == 2)
			inside = (uintptr_t)address >= first && (uintptr_t)address < after;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			(void)snprintf(flags, size, "%s", line + 8);
	}
	(void)fclose(file);
}

static void a_secret_is_locked_and_in_no_dump(void **state)
{
	(void)state;
	char flags[512];
	CLEANUP(secret_freep) uint8_t *secret = secret_alloc(1000);
	assert_non_null(secret);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(secret[i], 0);
	flags_of(secret, flags, sizeof flags);
#ifndef __SANITIZE_ADDRESS__                   /* whose runtime makes mlock do nothing */
	assert_non_null(strstr(flags, " lo")); /* not to the swap file */
#endif
	assert_non_null(strstr(flags, " dd")); /* not into a core dump */
}

static void every_size_is_aligned_for_any_type(void **state)
{
	(void)state;
	for (size_t size = 1; size < 100; size++) {
		CLEANUP(secret_freep) uint8_t *secret = secret_alloc(size);
		assert_non_null(secret);
		assert_int_equal((uintptr_t)secret % _Alignof(max_align_t), 0);
		memset(secret, 0xa5, size);
	}
}

/* The signal that ends a child that reads or writes there; 0: none. */
static int end_of(const volatile uint8_t *address, bool writes)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		if (writes)
			*(volatile uint8_t *)(uintptr_t)address = 1;
		else
			(void)*address;
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void what_reads_past_the_end_or_after_the_end_is_stopped(void **state)
{
	(void)state;
	uint8_t *secret = secret_alloc(64);
	assert_non_null(secret);
	assert_int_equal(end_of(secret + 63, true), 0);
	assert_int_equal(end_of(secret + 64, false), SIGSEGV);
	assert_null(secret_free(secret));
	assert_int_equal(end_of(secret, false), SIGSEGV);
	assert_null(secret_free(NULL));
}

static void a_failed_allocation_is_told(void **state)
{
	(void)state;
	memory_fail_after(0);
	void *secret = secret_alloc(16);
	memory_fail_after(-1);
	assert_null(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_locked_and_in_no_dump),
		cmocka_unit_test(every_size_is_aligned_for_any_type),
		cmocka_unit_test(what_reads_past_the_end_or_after_the_end_is_stopped),
		cmocka_unit_test(a_failed_allocation_is_told),
	};
	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
