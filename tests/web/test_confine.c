/* What a confined process cannot do any more: each attempt in a child of its own, since it cannot be undone. */
#include "web/confine.h"

#include "../base/temporary.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[200], inside[232], outside[232], reading[232];

static int make(void **state)
{
	(void)state;
	if (temporary_make("confine", folder, sizeof folder))
		return -1;
	(void)snprintf(inside, sizeof inside, "%s/inside", folder);
	(void)snprintf(outside, sizeof outside, "%s/outside", folder);
	(void)snprintf(reading, sizeof reading, "%s/reading", folder);
	char file[256];
	for (const char *const *each = (const char *const[]){inside, outside, reading, NULL}; *each != NULL; each++) {
		(void)snprintf(file, sizeof file, "%s/file", *each);
		if (mkdir(*each, 0700) != 0 || file_replace(file, "x", 1, NULL) != JISR_OK)
			return -1;
	}
	return setenv("TMPDIR", inside, 1);
}

static int drop(void **state)
{
	(void)state;
	return temporary_remove(folder);
}

/* The errno of the attempt in a confined child, 0 when it did what it should not; -1 when the child could not be confined. */
static int attempt(int (*what)(void))
{
	int status = 0;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct confine_state state;
		const struct confine_path paths[] = {{inside, CONFINE_WRITE}, {reading, CONFINE_READ}};
		if (confine_enter(paths, 2, &state, NULL) != JISR_OK || state.landlock < 1 || !state.seccomp)
			_exit(255);
		errno = 0;
		_exit(what() < 0 ? errno : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

static int open_at(const char *where, const char *name, int flags)
{
	char path[160];
	(void)snprintf(path, sizeof path, "%s/%s", where, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static int read_inside(void)
{
	return open_at(inside, "file", O_RDWR);
}
static int make_inside(void)
{
	return open_at(inside, "new", O_WRONLY | O_CREAT | O_EXCL);
}
static int read_reading(void)
{
	return open_at(reading, "file", O_RDONLY);
}
static int write_reading(void)
{
	return open_at(reading, "file", O_WRONLY);
}
static int make_reading(void)
{
	return open_at(reading, "new", O_WRONLY | O_CREAT);
}
static int read_outside(void)
{
	return open_at(outside, "file", O_RDONLY);
}
static int list_outside(void)
{
	return open(outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
static int read_shadow(void)
{
	return open("/etc/shadow", O_RDONLY | O_CLOEXEC);
}
static int climb(void)
{
	return open_at(inside, "../outside/file", O_RDONLY);
}

static int by_link(void)
{
	char link[160];
	(void)snprintf(link, sizeof link, "%s/link", inside);
	return symlink(outside, link) != 0 ? -1 : open_at(inside, "link/file", O_RDONLY);
}

static int carry_out(void)
{
	char from[160], to[160];
	(void)snprintf(from, sizeof from, "%s/file", inside);
	(void)snprintf(to, sizeof to, "%s/carried", outside);
	return rename(from, to);
}

static int run_program(void)
{
	char *const words[] = {"true", NULL};
	return execv("/bin/true", words);
}

static int bear(void)
{
	return (int)syscall(SYS_fork);
}
static int enter_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}
static int new_clone(void)
{
	return (int)syscall(SYS_clone3, NULL, 0);
}
static int packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}
static int family_alg(void)
{
	return socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0);
}
static int become(void)
{
	return (int)syscall(SYS_setuid, 0);
}
static int peek(void)
{
	return (int)syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}
static int other_kernel(void)
{
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}
static int ring(void)
{
	return (int)syscall(SYS_io_uring_setup, 1, NULL);
}

static int write_and_run(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	               ? -1
	               : 0;
}

static int run_what_was_written(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page == MAP_FAILED ? 0 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void *in_thread(void *result)
{
	*(int *)result = read_outside() < 0 ? errno : 0;
	return NULL;
}

static int thread_too(void)
{
	pthread_t thread;
	int result = 0;
	if (pthread_create(&thread, NULL, in_thread, &result) != 0)
		return 0;
	(void)pthread_join(thread, NULL);
	errno = result;
	return result != 0 ? -1 : 0;
}

static bool can_confine(void)
{
	if (attempt(read_inside) != -1)
		return true;
	print_message("this kernel has no Landlock or no seccomp: skipped\n");
	skip();
	return false;
}

static void test_files(void **state)
{
	(void)state;
	if (!can_confine())
		return;
	assert_int_equal(attempt(read_inside), 0);
	assert_int_equal(attempt(make_inside), 0);
	assert_int_equal(attempt(read_reading), 0);
	assert_int_equal(attempt(write_reading), EACCES);
	assert_int_equal(attempt(make_reading), EACCES);
	assert_int_equal(attempt(read_outside), EACCES);
	assert_int_equal(attempt(list_outside), EACCES);
	assert_int_equal(attempt(climb), EACCES);
	assert_int_not_equal(attempt(by_link), 0);
	assert_int_not_equal(attempt(carry_out), 0);
	assert_int_equal(attempt(thread_too), EACCES);
	assert_int_not_equal(attempt(read_shadow), 0);
}

static void test_calls(void **state)
{
	(void)state;
	if (!can_confine())
		return;
	assert_int_equal(attempt(run_program), EPERM);
	assert_int_equal(attempt(bear), EPERM);
	assert_int_equal(attempt(enter_namespace), EPERM);
	assert_int_equal(attempt(new_clone), ENOSYS);
	assert_int_equal(attempt(packet_socket), EPERM);
	assert_int_equal(attempt(family_alg), EPERM);
	assert_int_equal(attempt(become), EPERM);
	assert_int_equal(attempt(peek), EPERM);
	assert_int_equal(attempt(other_kernel), EPERM);
	assert_int_equal(attempt(ring), EPERM);
	assert_int_equal(attempt(write_and_run), EPERM);
	assert_int_equal(attempt(run_what_was_written), EPERM);
}

static void test_limits(void **state)
{
	(void)state;
	static struct confine_path many[CONFINE_MAX_PATHS + 1];
	struct confine_state confined;
	struct problem problem = {0};
	assert_int_equal(confine_enter(many, CONFINE_MAX_PATHS + 1, &confined, &problem), JISR_TOO_LARGE);
	assert_int_equal(confined.landlock, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
