#include "web/papers.h"

#include "base/clock.h"
#include "base/file.h"
#include "notices/number.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOT_STARTED (-2)
#define SENTENCE    600 /* bytes of what the other process says */

/* A process that was started before this one was confined (web/confine.h), and starts programs for it. -1: none. */
static int keeper = -1;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint at_work;

/* ---- another process ---- */

/* Its standard streams: files in memory, so that neither waits for the other, and nothing comes to a disk. */
struct streams {
	int in, out, told;
};

static void close_all(struct streams *streams)
{
	const int all[] = {streams->in, streams->out, streams->told};
	for (size_t i = 0; i < 3; i++)
		if (all[i] >= 0)
			(void)close(all[i]);
}

static int no_process(struct problem *problem)
{
	return problem_set(problem, JISR_IO, "the copy cannot be checked now: no process, or no memory, for it");
}

static bool start(const struct streams *streams, const char *program, pid_t *ret_pid)
{
	char *const words[] = {(char *)"jisr", (char *)"request", (char *)"clean", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	(void)sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return false;
	}
	bool good = posix_spawn_file_actions_adddup2(&actions, streams->in, 0) == 0 &&
	            posix_spawn_file_actions_adddup2(&actions, streams->out, 1) == 0 &&
	            posix_spawn_file_actions_adddup2(&actions, streams->told, 2) == 0 &&
	            posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0 &&
	            posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
	            posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
	            posix_spawn(ret_pid, program, &actions, &attributes, words, environ) == 0;
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return good;
}

/* Its exit status; -1 when it was ended, by us or by a limit of its own. */
static int wait_for(pid_t pid)
{
	const struct timespec rest = {0, 2 * 1000000L};
	int64_t until = clock_milliseconds() + PAPERS_PATIENCE;
	int status = 0;
	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);
		if (ended == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if (ended < 0 || clock_milliseconds() > until)
			break;
		(void)nanosleep(&rest, NULL);
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	return -1;
}

/* ---- the keeper ---- */

union passing {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(3 * sizeof(int))];
};

/* Takes three descriptors a time and answers with the exit status of the program that was run on them, until its socket ends. */
static _Noreturn void keep_on(int socket, const char *program)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(socket, 3);
	(void)close_range(4, ~0U, 0); /* no lock and no listener of whoever serves is held here */
	for (;;) {
		union passing passing;
		char word;
		struct iovec part = {&word, 1};
		struct msghdr message = {.msg_iov = &part,
		                         .msg_iovlen = 1,
		                         .msg_control = passing.bytes,
		                         .msg_controllen = sizeof passing.bytes};
		struct streams streams;
		pid_t pid = 0;
		if (recvmsg(3, &message, MSG_CMSG_CLOEXEC) <= 0)
			_exit(0);
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		if (head == NULL || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof streams))
			_exit(0);
		memcpy(&streams, CMSG_DATA(head), sizeof streams);
		int status = start(&streams, program, &pid) ? wait_for(pid) : NOT_STARTED;
		close_all(&streams);
		if (write(3, &status, sizeof status) != (ssize_t)sizeof status)
			_exit(0);
	}
}

int papers_apart(const char *program, struct problem *problem)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return no_process(problem);
	pid_t pid = fork();
	if (pid == 0)
		keep_on(pair[1], program);
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		return no_process(problem);
	}
	keeper = pair[0];
	return JISR_OK;
}

/* The exit status; NOT_STARTED, or -1 when it was ended. */
static int run_there(const struct streams *streams)
{
	union passing passing = {.bytes = {0}};
	char word = 'c';
	struct iovec part = {&word, 1};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = passing.bytes,
	                         .msg_controllen = sizeof passing.bytes};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int status = NOT_STARTED;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof *streams);
	memcpy(CMSG_DATA(head), streams, sizeof *streams);
	(void)pthread_mutex_lock(&one_at_a_time);
	if (sendmsg(keeper, &message, MSG_NOSIGNAL) != 1 ||
	    read(keeper, &status, sizeof status) != (ssize_t)sizeof status)
		status = NOT_STARTED;
	(void)pthread_mutex_unlock(&one_at_a_time);
	return status;
}

/* ---- what it said ---- */

static size_t read_back(int fd, void *out, size_t size)
{
	size_t length = 0;
	for (ssize_t part; length < size && (part = pread(fd, (char *)out + length, size - length, (off_t)length)) > 0;)
		length += (size_t)part;
	return length;
}

/* "jisr request clean: the PDF is ..." without its beginning. */
static int refused(const struct streams *streams, int status, struct problem *problem)
{
	char text[SENTENCE];
	size_t length = read_back(streams->told, text, sizeof text - 1);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	const char *begin = strstr(text, "clean: ");
	if (status == 2 && begin != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "%s", begin + strlen("clean: "));
	return problem_set(
		problem, JISR_BAD_INPUT,
		"the file cannot be read within the limits: it is damaged, or made to do harm. Send a photograph");
}

static int take_clean(const struct streams *streams, struct text *clean, struct identity *ret_identity,
                      struct problem *problem)
{
	char text[SENTENCE], *bytes = memory_alloc(IDENTITY_MAX_BYTES + 1);
	unsigned pages = 0;
	size_t told = read_back(streams->told, text, sizeof text - 1);
	text[told] = '\0';
	if (bytes == NULL)
		return problem_no_memory(problem);
	size_t length = read_back(streams->out, bytes, IDENTITY_MAX_BYTES + 1);
	struct identity identity = {identity_type(bytes, length), 1};
	int error = JISR_OK;
	if (identity.type == 0 || length > IDENTITY_MAX_BYTES || sscanf(text, "%u", &pages) != 1 || pages < 1)
		error = no_process(problem);
	else if ((error = text_add(clean, bytes, length)) != JISR_OK)
		(void)problem_set(problem, error, "out of memory");
	memory_free(bytes);
	identity.pages = pages;
	if (!error)
		*ret_identity = identity;
	return error;
}

static int clean_apart(const void *bytes, size_t length, struct text *clean, struct identity *ret_identity,
                       struct problem *problem)
{
	struct streams streams = {memfd_create("copy", MFD_CLOEXEC), memfd_create("clean", MFD_CLOEXEC),
	                          memfd_create("told", MFD_CLOEXEC)};
	int error = JISR_OK;
	if (streams.in < 0 || streams.out < 0 || streams.told < 0 || file_write(streams.in, bytes, length) != JISR_OK ||
	    lseek(streams.in, 0, SEEK_SET) != 0)
		error = no_process(problem);
	if (!error) {
		int status = run_there(&streams);
		error = status == NOT_STARTED ? no_process(problem)
		        : status == 0         ? take_clean(&streams, clean, ret_identity, problem)
		                              : refused(&streams, status, problem);
	}
	close_all(&streams);
	return error;
}

int papers_clean(const void *bytes, size_t length, struct text *clean, struct identity *ret_identity,
                 struct problem *problem)
{
	/* What can be told at once needs no process. */
	if (keeper < 0 || length > IDENTITY_MAX_BYTES || identity_type(bytes, length) == 0)
		return identity_clean(bytes, length, clean, ret_identity, problem);
	int error = JISR_OK;
	if (atomic_fetch_add(&at_work, 1) >= PAPERS_AT_ONCE)
		error = problem_set(problem, JISR_BUSY, "too many copies are being checked: send it again in a moment");
	else
		error = clean_apart(bytes, length, clean, ret_identity, problem);
	(void)atomic_fetch_sub(&at_work, 1);
	return error;
}

/* ---- with a request ---- */

/* Whether the step could be taken now: before a stranger's bytes are read, and said in the words of the step itself. */
static int may_take(struct store *store, const struct request_act *act, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct request request;
	if (arena_new(NOTICE_ENTRY_MEMORY, &arena) != JISR_OK)
		return problem_no_memory(problem);
	int error = store_read(store, &reader, problem);
	if (!error)
		error = act->secret != NULL ? request_of_receipt(store_reader_sql(reader), act->id, act->secret, arena,
		                                                 &request, problem)
		                            : request_get(store_reader_sql(reader), viewer_of(act->caller), act->id,
		                                          arena, &request, problem);
	return error ? error
	             : request_allowed(act->step, request.state, request.consulted, act->caller, act->secret != NULL,
	                               problem);
}

int papers_keep(const char *directory, struct store *store, struct request_act *act, const struct text *clean,
                struct problem *problem)
{
	char id[NOTICE_ID_MAX + 1], subject[NUMBER_SUBJECT_MAX];
	struct identity_file file;
	if (!notice_id_read(act->id, id))
		return problem_set(problem, JISR_NOT_FOUND, "there is no request %.40s", act->id);
	number_subject(REQUEST_SUBJECT, id, subject);
	int error = identity_put(directory, subject, clean->bytes, clean->length, &file, problem);
	if (error)
		return error;
	act->paper = &file;
	error = request_submit(store, act, problem);
	act->paper = NULL;
	if (error)
		(void)identity_drop(directory, file.digest, NULL);
	return error;
}

int papers_take(const char *directory, struct store *store, struct request_act *act, const void *bytes, size_t length,
                struct problem *problem)
{
	struct text clean;
	int error = may_take(store, act, problem);
	if (error)
		return error;
	text_init(&clean, IDENTITY_MAX_BYTES + 1024);
	error = papers_clean(bytes, length, &clean, &act->identity, problem);
	if (!error)
		error = papers_keep(directory, store, act, &clean, problem);
	text_finish(&clean);
	return error;
}

int papers_show(const char *directory, struct sql *sql, struct viewer viewer, const char *id, const char *digest,
                struct text *bytes, enum identity_type *ret_type, struct problem *problem)
{
	char key[NOTICE_ID_MAX + 1], subject[NUMBER_SUBJECT_MAX];
	struct request_paper paper;
	int error = request_paper_get(sql, viewer, id, digest, &paper, problem);
	if (error)
		return error;
	(void)notice_id_read(id, key);
	number_subject(REQUEST_SUBJECT, key, subject);
	error = identity_get(directory, subject, &paper.file, bytes, problem);
	if (!error)
		*ret_type = identity_type(bytes->bytes, bytes->length);
	return error;
}

static bool named(void *context, const char *digest)
{
	return request_names_paper(context, digest);
}

int papers_sweep(const char *directory, struct store *store, bool *ret_left, struct problem *problem)
{
	CLEANUP(store_read_endp) struct store_reader *reader = NULL;
	int error = store_read(store, &reader, problem);
	return error ? error : identity_sweep(directory, named, store_reader_sql(reader), ret_left, problem);
}
