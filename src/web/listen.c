#include "web/listen.h"

#include "base/digits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_un local;
	struct sockaddr_storage room;
};

static int refuse(const char *text, struct problem *problem)
{
	return problem_set(problem, JISR_BAD_INPUT,
	                   "'%s' is no address to listen on: write ADDRESS:PORT as in 127.0.0.1:8470, [ADDRESS]:PORT "
	                   "for IPv6, or unix:/PATH",
	                   text);
}

static int read_local(const char *path, union address *address, socklen_t *ret_length, struct problem *problem)
{
	if (path[0] != '/' || strlen(path) >= sizeof address->local.sun_path)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "'unix:%s': write the whole path of the socket, at most %zu bytes", path,
		                   sizeof address->local.sun_path - 1);
	address->local.sun_family = AF_UNIX;
	(void)snprintf(address->local.sun_path, sizeof address->local.sun_path, "%s", path);
	*ret_length = sizeof address->local;
	return JISR_OK;
}

static int read_address(const char *text, union address *address, socklen_t *ret_length, struct problem *problem)
{
	memset(address, 0, sizeof *address);
	if (strncmp(text, "unix:", 5) == 0)
		return read_local(text + 5, address, ret_length, problem);
	char host[INET6_ADDRSTRLEN + 1];
	bool six = text[0] == '[';
	const char *end = strrchr(text, ':');
	if (end == NULL || (six && (end == text || end[-1] != ']')))
		return refuse(text, problem);
	size_t length = (size_t)(end - text) - (six ? 2 : 0);
	if (end - text < (six ? 2 : 0) || length >= sizeof host)
		return refuse(text, problem);
	memcpy(host, text + six, length);
	host[length] = '\0';
	uint64_t port;
	if (!digits_read(end + 1, 5, &port))
		return refuse(text, problem);
	if (port > UINT16_MAX)
		return problem_set(problem, JISR_BAD_INPUT, "'%s': a port is a number from 0 to 65535", text);
	if (strcmp(host, "localhost") == 0)
		(void)snprintf(host, sizeof host, "127.0.0.1");
	if (!six && inet_pton(AF_INET, host, &address->four.sin_addr) == 1) {
		address->four.sin_family = AF_INET;
		address->four.sin_port = htons((uint16_t)port);
		*ret_length = sizeof address->four;
		return JISR_OK;
	}
	if (six && inet_pton(AF_INET6, host, &address->six.sin6_addr) == 1) {
		address->six.sin6_family = AF_INET6;
		address->six.sin6_port = htons((uint16_t)port);
		*ret_length = sizeof address->six;
		return JISR_OK;
	}
	return refuse(text, problem);
}

static bool is_loopback(const union address *address)
{
	if (address->any.sa_family == AF_INET)
		return ntohl(address->four.sin_addr.s_addr) >> 24 == 127;
	if (address->any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr);
	return true;
}

int listen_check(const char *text, bool *ret_loopback, struct problem *problem)
{
	union address address;
	socklen_t length;
	int error = read_address(text, &address, &length, problem);
	if (error == JISR_OK)
		*ret_loopback = is_loopback(&address);
	return error;
}

/* What a socket is bound to, as text. */
static int describe(int fd, struct listen_socket *socket_, struct problem *problem)
{
	union address address = {0};
	socklen_t length = sizeof address;
	char host[INET6_ADDRSTRLEN];
	if (getsockname(fd, &address.any, &length) != 0)
		return problem_set(problem, JISR_IO, "a listening socket has no address: %s", strerror(errno));
	socket_->fd = fd;
	socket_->local = address.any.sa_family == AF_UNIX;
	socket_->loopback = is_loopback(&address);
	if (address.any.sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &address.four.sin_addr, host, sizeof host);
		(void)snprintf(socket_->text, sizeof socket_->text, "%s:%u", host, ntohs(address.four.sin_port));
	} else if (address.any.sa_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &address.six.sin6_addr, host, sizeof host);
		(void)snprintf(socket_->text, sizeof socket_->text, "[%s]:%u", host, ntohs(address.six.sin6_port));
	} else if (socket_->local) {
		(void)snprintf(socket_->text, sizeof socket_->text, "unix:%s", address.local.sun_path);
	} else {
		return problem_set(problem, JISR_BAD_INPUT, "a listening socket is of a kind that is not served");
	}
	return JISR_OK;
}

/* Removes the file of a unix socket on which nobody listens any more. */
static void remove_stale(const union address *address, socklen_t length)
{
	struct stat status;
	if (lstat(address->local.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, &address->any, length) != 0 && errno == ECONNREFUSED)
		(void)unlink(address->local.sun_path);
	(void)close(fd);
}

static int fail(int fd, const char *text, struct problem *problem)
{
	int number = errno;
	if (fd >= 0)
		(void)close(fd);
	if (number == EADDRINUSE)
		return problem_set(
			problem, JISR_BUSY,
			"%s is taken: another program listens there; stop it, or choose another with --listen", text);
	if (number == EACCES || number == EPERM)
		return problem_set(problem, JISR_IO,
		                   "%s may not be opened by this user; ports under 1024 need systemd's socket "
		                   "(packaging/jisr.socket) or another number",
		                   text);
	return problem_set(problem, JISR_IO, "%s cannot be listened on: %s", text, strerror(number));
}

int listen_open(const char *text, struct listen_socket *ret_socket, struct problem *problem)
{
	union address address;
	socklen_t length;
	struct listen_socket made = {.fd = -1};
	int error = read_address(text, &address, &length, problem), on = 1;
	if (error != JISR_OK)
		return error;
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(fd, text, problem);
	if (address.any.sa_family == AF_UNIX)
		remove_stale(&address, length);
	else
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (address.any.sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, &address.any, length) != 0 || listen(fd, BACKLOG) != 0)
		return fail(fd, text, problem);
	error = describe(fd, &made, problem);
	if (error != JISR_OK) {
		(void)close(fd);
		return error;
	}
	if (made.local)
		(void)snprintf(made.path, sizeof made.path, "%s", address.local.sun_path);
	*ret_socket = made;
	return JISR_OK;
}

int listen_adopt(int fd, struct listen_socket *ret_socket, struct problem *problem)
{
	int kind = 0, listening = 0;
	socklen_t length = sizeof kind;
	struct listen_socket made = {.fd = -1};
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &length) != 0 || kind != SOCK_STREAM)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "descriptor %d that was passed in is no stream socket; use ListenStream=", fd);
	length = sizeof listening;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening)
		return problem_set(problem, JISR_BAD_INPUT,
		                   "the socket %d that was passed in does not listen; use ListenStream= with Accept=no",
		                   fd);
	int flags = fcntl(fd, F_GETFL); /* systemd's are blocking: accepting would wait when all have been accepted */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return problem_set(problem, JISR_IO, "the socket %d that was passed in cannot be set up: %s", fd,
		                   strerror(errno));
	int error = describe(fd, &made, problem);
	if (error == JISR_OK)
		*ret_socket = made;
	return error;
}

void listen_close(struct listen_socket *listening)
{
	if (listening->fd < 0)
		return;
	if (listening->path[0] != '\0')
		(void)unlink(listening->path);
	(void)close(listening->fd);
	listening->fd = -1;
}
