/* Any bytes to the real server on a socket: it goes on answering others. */
#include "web/server.h"
#include "web/service.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE   20000 /* milliseconds: the machine may be busy */
#define IMPATIENCE 2     /* what is no request gets no answer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[32], address[64];
static struct settings settings;
static struct service *service;
static struct server *server;

static void end(void)
{
	server = server_free(server);
	service = service_free(service);
	char command[128];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command) != 0)
		abort();
}

static void begin(void)
{
	struct problem problem = {0};
	(void)snprintf(folder, sizeof folder, "/tmp/jisr-fuzz-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	settings_init(&settings);
	(void)snprintf(address, sizeof address, "unix:%s/socket", folder);
	settings.data = folder;
	settings.listen[0] = address;
	settings.threads = 2;
	settings.connections = 100;
	settings.log_requests = false;
	settings.log_level = LOG_LEVEL_ERROR;
	log_configure(LOG_LEVEL_ERROR, false);
	(void)signal(SIGPIPE, SIG_IGN);
	if (service_new(&settings, &service, &problem) != JISR_OK ||
	    server_new(&settings, service, NULL, 0, &server, &problem) != JISR_OK ||
	    server_start(server, &problem) != JISR_OK)
		abort();
	(void)atexit(end);
}

/* Sends, and reads what comes within the patience; the first bytes of it. */
static size_t exchange(const void *bytes, size_t size, int patience, char *first, size_t room)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char block[65536];
	size_t used = 0;
	memcpy(to.sun_path, address + strlen("unix:"), strlen(address + strlen("unix:")) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		abort();
	(void)!send(fd, bytes, size, MSG_NOSIGNAL);
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	while (used < room && poll(&waiting, 1, patience) > 0) {
		ssize_t got = recv(fd, block, sizeof block, 0);
		if (got <= 0)
			break;
		size_t kept = (size_t)got < room - used ? (size_t)got : room - used;
		memcpy(first + used, block, kept);
		used += kept;
	}
	(void)close(fd);
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char good[] = "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n", expected[] = "HTTP/1.1 200 ";
	char first[sizeof expected];
	static unsigned turn;
	if (server == NULL)
		begin();
	/* More than a socket takes at once would wait for each other: we send all before we read. */
	(void)exchange(data, size < 32768 ? size : 32768, IMPATIENCE, first, sizeof first);
	if (turn++ % 64 == 0 && (exchange(good, sizeof good - 1, PATIENCE, first, sizeof first) < sizeof expected - 1 ||
	                         memcmp(first, expected, sizeof expected - 1) != 0))
		abort();
	return 0;
}
