#include "web/confine.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* the sanitizers' own threads stop the others by ptrace and run elsewhere */
#else
#define SANITIZED 0
#endif

/* ---- Files ---- */

/* What later kernels than Debian's headers know (linux/landlock.h of 6.12). */
#define ACCESS_REFER    ((uint64_t)1 << 13) /* version 2 */
#define ACCESS_TRUNCATE ((uint64_t)1 << 14) /* version 3 */
#define ACCESS_IOCTL    ((uint64_t)1 << 15) /* version 5 */
#define SCOPE_ABSTRACT  ((uint64_t)1 << 0)  /* version 6: Unix sockets without a file, of processes outside */
#define SCOPE_SIGNAL    ((uint64_t)1 << 1)  /* version 6: signals to processes outside */

struct ruleset {
	uint64_t files, net, scoped; /* struct landlock_ruleset_attr, as later kernels extended it */
};

#define READ_FILE   (LANDLOCK_ACCESS_FS_READ_FILE)
#define READ_FOLDER (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_FILE  (READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define WRITE_FOLDER                                                                                                   \
	(READ_FOLDER | WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                   \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | ACCESS_REFER)
#define VERSION_1                                                                                                      \
	(((uint64_t)1 << 13) - 1) /* all that version 1 can forbid: running programs, devices, links, and the above */

/* What libraries read on the way: ICU and Pango their data and fonts, libc time zones and names of hosts, GnuTLS and
 * OpenSSL their settings and authorities, this process about itself. No password, no home. */
static const struct confine_path of_system[] = {
	{"/usr", CONFINE_READ},
	{"/lib", CONFINE_READ},
	{"/lib64", CONFINE_READ},
	{"/etc/ld.so.cache", CONFINE_READ},
	{"/etc/ssl", CONFINE_READ},
	{"/etc/pki", CONFINE_READ},
	{"/etc/gnutls", CONFINE_READ},
	{"/etc/pkcs11", CONFINE_READ},
	{"/etc/fonts", CONFINE_READ},
	{"/etc/localtime", CONFINE_READ},
	{"/etc/hosts", CONFINE_READ},
	{"/etc/host.conf", CONFINE_READ},
	{"/etc/gai.conf", CONFINE_READ},
	{"/etc/nsswitch.conf", CONFINE_READ},
	{"/etc/resolv.conf", CONFINE_READ},
	{"/etc/services", CONFINE_READ},
	{"/etc/protocols", CONFINE_READ},
	{"/etc/passwd", CONFINE_READ}, /* libpq asks for the user's name */
	{"/run/systemd/resolve", CONFINE_READ},
	{"/run/NetworkManager", CONFINE_READ},
	{"/var/cache/fontconfig", CONFINE_READ},
	{"/proc", CONFINE_READ}, /* its own memory and descriptors; others' are guarded by the kernel */
	{"/sys/devices/system/cpu", CONFINE_READ},
	{"/sys/kernel/mm/transparent_hugepage", CONFINE_READ},
	{"/dev/urandom", CONFINE_READ},
	{"/dev/random", CONFINE_READ},
	{"/dev/null", CONFINE_WRITE},
};

static int refuse(struct problem *problem, const char *what)
{
	return problem_set(problem, JISR_IO, "this process cannot be confined: %s: %s; `confine = no` serves without",
	                   what, strerror(errno));
}

static int allow(int rules, const struct confine_path *path, uint64_t known, struct problem *problem)
{
	struct stat about;
	int descriptor = open(path->path, O_PATH | O_CLOEXEC), error = JISR_OK;
	if (descriptor < 0)
		return JISR_OK;
	bool write = path->access == CONFINE_WRITE;
	bool folder = fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode);
	struct landlock_path_beneath_attr rule = {
		.allowed_access =
			known & (folder ? (write ? WRITE_FOLDER : READ_FOLDER) : (write ? WRITE_FILE : READ_FILE)),
		.parent_fd = descriptor,
	};
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		error = refuse(problem, path->path);
	(void)close(descriptor);
	return error;
}

static int allow_all(int rules, const struct confine_path *paths, size_t count, uint64_t known, struct problem *problem)
{
	int error = JISR_OK;
	for (size_t i = 0; i < count && !error; i++)
		error = allow(rules, &paths[i], known, problem);
	return error;
}

static long landlock_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static int confine_files(const struct confine_path *paths, size_t count, int *ret_version, struct problem *problem)
{
	long version = landlock_version();
	*ret_version = 0;
	if (version < 1)
		return JISR_OK;
	struct ruleset set = {.files = VERSION_1};
	set.files |= version >= 2 ? ACCESS_REFER : 0;
	set.files |= version >= 3 ? ACCESS_TRUNCATE : 0;
	set.files |= version >= 5 ? ACCESS_IOCTL : 0;
	set.scoped = version >= 6 ? SCOPE_ABSTRACT | SCOPE_SIGNAL : 0;
	size_t size = version >= 6 ? sizeof set : version >= 4 ? offsetof(struct ruleset, scoped) : sizeof set.files;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &set, size, 0);
	if (rules < 0)
		return refuse(problem, "no set of rules");
	const char *temporary = getenv("TMPDIR");
	const struct confine_path more[] = {
		{temporary != NULL && temporary[0] != '\0' ? temporary : "/tmp", CONFINE_WRITE},
		{"/var/tmp", CONFINE_WRITE}, /* SQLite sorts there */
	};
	int error = allow_all(rules, of_system, sizeof of_system / sizeof *of_system, set.files, problem);
	if (!error)
		error = allow_all(rules, more, sizeof more / sizeof *more, set.files, problem);
	if (!error)
		error = allow_all(rules, paths, count, set.files, problem);
	if (!error && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		error = refuse(problem, "files");
	(void)close(rules);
	if (!error)
		*ret_version = (int)version;
	return error;
}

/* ---- System calls ---- */

/* What the service and its libraries call: threads, memory, files in the folders above, sockets, time. Not there, and so
 * refused with EPERM: running programs, other processes' memory and signals, mounts, namespaces, kernel modules, keys of
 * the kernel, BPF, io_uring, changing who one is. */
static const int calls[] = {
	/* threads and time */
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(get_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(tgkill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_setaffinity),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_get_priority_max),
	SCMP_SYS(sched_get_priority_min),
	SCMP_SYS(sched_setscheduler),
	SCMP_SYS(setpriority),
	SCMP_SYS(getpriority),
	SCMP_SYS(getcpu),
	SCMP_SYS(membarrier),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(times),
	SCMP_SYS(alarm),
	SCMP_SYS(setitimer),
	SCMP_SYS(getitimer),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_gettime),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(prctl),
	SCMP_SYS(seccomp),
	/* signals to itself */
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(signalfd4),
	SCMP_SYS(eventfd2),
	SCMP_SYS(eventfd),
	SCMP_SYS(pause),
	/* memory; with code in it: below */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(msync),
	SCMP_SYS(mincore),
	SCMP_SYS(mlock),
	SCMP_SYS(mlock2),
	SCMP_SYS(munlock),
	SCMP_SYS(getrandom),
	SCMP_SYS(get_mempolicy),
	/* files */
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(openat2),
	SCMP_SYS(creat),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(pwritev),
	SCMP_SYS(lseek),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(sync_file_range),
	SCMP_SYS(syncfs),
	SCMP_SYS(ftruncate),
	SCMP_SYS(truncate),
	SCMP_SYS(fallocate),
	SCMP_SYS(fadvise64),
	SCMP_SYS(readahead),
	SCMP_SYS(copy_file_range),
	SCMP_SYS(sendfile),
	SCMP_SYS(splice),
	SCMP_SYS(flock),
	SCMP_SYS(fcntl),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(fstatfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents64),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(fchown),
	SCMP_SYS(utimensat),
	SCMP_SYS(umask),
	SCMP_SYS(memfd_create),
	SCMP_SYS(inotify_init1),
	SCMP_SYS(inotify_add_watch),
	SCMP_SYS(inotify_rm_watch),
	/* sockets; which families: below */
	SCMP_SYS(socketpair),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(connect),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	/* about itself */
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getgroups),
	SCMP_SYS(getresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(getrlimit),
	SCMP_SYS(prlimit64),
	SCMP_SYS(getrusage),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(capget),
#if SANITIZED
	SCMP_SYS(clone),
	SCMP_SYS(ptrace),
	SCMP_SYS(wait4),
	SCMP_SYS(kill),
	SCMP_SYS(personality),
	SCMP_SYS(getdents),
	SCMP_SYS(setrlimit),
#endif
};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
static const unsigned long controls[] = {TCGETS, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX};

#define IF(argument, mask, value)                                                                                      \
	(struct scmp_arg_cmp)                                                                                          \
	{                                                                                                              \
		argument, SCMP_CMP_MASKED_EQ, mask, value                                                              \
	}

/* Calls whose arguments decide. libseccomp passes over what an architecture does not have. */
static int add_judged(scmp_filter_ctx filter)
{
	int failed = 0;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		                           SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		failed |=
			seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, controls[i]));
	/* A library that is loaded brings code from a file; nothing that was written may be run. */
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, IF(2, PROT_EXEC, 0));
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, IF(2, PROT_EXEC | PROT_WRITE, PROT_EXEC),
	                           IF(3, MAP_ANONYMOUS, 0));
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, IF(2, PROT_EXEC, 0));
	/* A thread and no process. What clone3 is asked for lies in memory, where no filter reads: libc then takes clone. */
	if (!SANITIZED)
		failed |=
			seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, IF(0, CLONE_THREAD, CLONE_THREAD));
	failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return failed;
}

static int confine_calls(bool *ret_done, struct problem *problem)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	*ret_done = false;
	if (filter == NULL)
		return problem_no_memory(problem);
	int failed = 0;
	for (size_t i = 0; i < sizeof calls / sizeof *calls && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	if (failed == 0)
		failed = add_judged(filter);
	if (failed == 0)
		failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE,
		                          2); /* a tree: some hundred calls, each looked up */
	if (failed == 0)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed == -EINVAL || failed == -ENOSYS || failed == -EOPNOTSUPP) /* a kernel without it */
		return JISR_OK;
	errno = -failed;
	if (failed != 0)
		return refuse(problem, "system calls");
	*ret_done = true;
	return JISR_OK;
}

void confine_kernel(struct confine_state *ret_state)
{
	long version = landlock_version();
	uint32_t action = SECCOMP_RET_ERRNO;
	ret_state->landlock = version < 1 ? 0 : (int)version;
	ret_state->seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int confine_enter(const struct confine_path *paths, size_t count, struct confine_state *ret_state,
                  struct problem *problem)
{
	*ret_state = (struct confine_state){0};
	if (count > CONFINE_MAX_PATHS)
		return problem_set(problem, JISR_TOO_LARGE, "more than %d paths to be let through", CONFINE_MAX_PATHS);
	/* What lies in memory, keys and names, is written to no file when the process falls. */
	if (setrlimit(RLIMIT_CORE, &(const struct rlimit){0, 0}) != 0)
		return refuse(problem, "memory dumps");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return refuse(problem, "privileges");
	int error = confine_files(paths, count, &ret_state->landlock, problem);
	if (!error)
		error = confine_calls(&ret_state->seccomp, problem);
	return error;
}
