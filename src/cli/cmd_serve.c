#include "cli/options.h"
#include "cli/print.h"
#include "web/log.h"
#include "web/server.h"
#include "web/service.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

enum { OPTION_LISTEN = 1 };

static const struct option_spec option_table[] = {
	{OPTION_LISTEN, 0, "listen", "ADDRESS",
         "Where to listen: 127.0.0.1:8470, [::1]:8470, unix:/run/jisr/socket. May be given several times; port 0 takes "
         "a "
         "free one and prints it."},
};

/* Each connection needs a descriptor. */
static void raise_descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* The watcher's thread tells how a change of the lists went. */
static void told_lists(struct service *service, const struct problem *problem, void *context)
{
	(void)context;
	if (problem->text[0] != '\0') {
		log_say(LOG_LEVEL_ERROR, "the lists could not be taken over as they are now: %s", problem->text);
		return;
	}
	struct service_state state;
	service_state(service, &state);
	log_say(LOG_LEVEL_INFO, "lists taken over: %zu, version %llu, in %.3f s", state.lists,
	        (unsigned long long)state.version, state.seconds);
}

static int serve(const struct command *self, const struct settings *settings, const sigset_t *signals)
{
	CLEANUP(service_freep) struct service *service = NULL;
	CLEANUP(server_freep) struct server *server = NULL;
	struct problem problem = {0};
	int error = service_new(settings, &service, &problem);
	if (error == JISR_OK)
		error = server_new(settings, service, NULL, 0, &server, &problem);
	if (error == JISR_OK)
		error = service_watch(service, told_lists, NULL, &problem);
	if (error == JISR_OK)
		error = server_start(server, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	for (size_t i = 0; server_url(server, i) != NULL; i++)
		printf("listening on %s\n", server_url(server, i));
	(void)fflush(stdout);
	for (int number = 0; number != SIGTERM && number != SIGINT;)
		if (sigwait(signals, &number) != 0)
			break;
	size_t cut = server_stop(server);
	if (cut > 0)
		log_say(LOG_LEVEL_WARNING, "stopped; %zu requests were cut off", cut);
	return STATUS_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options options;
	struct settings settings;
	options_init(&options, self, argc, argv);
	settings_init(&settings);
	size_t listens = 0;
	int id;
	while ((id = options_next(&options)) != OPTIONS_END) {
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_LISTEN:
			if (listens == SETTINGS_MAX_LISTEN)
				return command_refuse(self, "--listen may be given %d times.", SETTINGS_MAX_LISTEN);
			settings.listen[listens++] = options.value;
			settings.listen_count = listens;
			break;
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
	}
	char data[4096];
	if (!options_data(&options, data, sizeof data))
		return STATUS_MEND;
	settings.data = data;
	raise_descriptors();
	/* Blocked in every thread; sigwait takes them. */
	sigset_t signals;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return serve(self, &settings, &signals);
}

const struct command command_serve = {
	.name = "serve",
	.usage = "[--listen ADDRESS]...",
	.summary = "answer checks over HTTP",
	.about =
		"Answers checks over HTTP until it is told to stop (SIGTERM or Ctrl-C); what is under way is finished.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples = "  jisr serve\n  jisr serve --listen 127.0.0.1:8470 --listen unix:/run/jisr/socket\n",
	.run = run,
};
