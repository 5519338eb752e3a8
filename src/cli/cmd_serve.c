#include "base/clock.h"
#include "base/sha256.h"
#include "cli/confining.h"
#include "cli/options.h"
#include "cli/record.h"
#include "cli/serving.h"
#include "message/keyring.h"
#include "network/node.h"
#include "notices/paper.h"
#include "store/sums.h"
#include "web/domains.h"
#include "web/log.h"
#include "web/papers.h"
#include "web/postman.h"
#include "web/record_lists.h"
#include "web/retention.h"
#include "web/server.h"
#include "web/service.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#define STOP_SPARE  10 /* seconds beyond all limits after which a stop that hangs is ended */
#define DAY         86400.0
#define MOMENT      1000 /* milliseconds between looks at certificate and watchdog */
#define TOKEN_BYTES 32

enum { OPTION_LISTEN = 1, OPTION_CONFIG, OPTION_SET, OPTION_CHECK, OPTION_NEW_TOKEN, OPTION_LOG };

static const struct option_spec option_table[] = {
	{OPTION_LISTEN, 0, "listen", "ADDRESS",
         "Where to listen: 127.0.0.1:8470, [::1]:8470, unix:/run/jisr/socket. May be given several times; port 0 takes "
         "a "
         "free one, and the line that tells it is printed. Without it 127.0.0.1:8470."},
	{OPTION_CONFIG, 0, "config", "FILE", "Read the settings from a file; docs/serve.conf explains each."},
	{OPTION_SET, 0, "set", "NAME=VALUE", "One setting, as the file would have it; goes before the file."},
	{OPTION_LOG, 0, "log", "ADDRESS",
         "The PostgreSQL that holds the log which several machines share: postgresql://H1,H2,H3/jisr. An empty data "
         "directory becomes a copy of it; one with a record must share its log already (jisr log share)."},
	{OPTION_CHECK, 0, "check-config", NULL, "Only tell whether the settings are good, and end."},
	{OPTION_NEW_TOKEN, 0, "new-token", "NAME",
         "Make a token for a caller: prints it, and the lines that let it in, and ends."},
};

/* Each connection needs a descriptor. */
static void raise_descriptors(size_t connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < connections + 100)
		log_say(LOG_LEVEL_WARNING,
		        "the system lets this process open %llu descriptors, fewer than the %zu connections that are "
		        "set; "
		        "raise LimitNOFILE",
		        (unsigned long long)limit.rlim_cur, connections);
}

/* The watcher's thread tells how a change of the lists went. */
static void told_lists(struct service *service, const struct problem *problem, void *context)
{
	(void)context;
	struct service_state state;
	service_state(service, &state);
	if (problem->text[0] != '\0') {
		const struct log_field fields[] = {{"reason", problem->text, 0}};
		log_event(LOG_LEVEL_ERROR, "lists-failed", fields, 1);
		return;
	}
	const struct log_field fields[] = {{"lists", NULL, (double)state.lists},
	                                   {"version", NULL, (double)state.version},
	                                   {"seconds", NULL, state.seconds}};
	log_event(LOG_LEVEL_INFO, "lists-changed", fields, sizeof fields / sizeof *fields);
}

static void warn_certificate(const struct server *server)
{
	double ends = server_certificate_ends(server), left = ends - (double)time(NULL);
	char moment[CLOCK_UTC_MAX];
	if (ends <= 0 || left > server_settings(server)->tls_warn_seconds)
		return;
	const struct log_field fields[] = {{"ends", clock_utc_at((int64_t)ends, moment), 0},
	                                   {"days-left", NULL, left / DAY}};
	log_event(LOG_LEVEL_WARNING, left > 0 ? "certificate-ends-soon" : "certificate-has-ended", fields,
	          sizeof fields / sizeof *fields);
}

static void reload_certificate(struct server *server, bool changed_alone)
{
	struct problem problem = {0};
	int error = server_reload_certificate(server, changed_alone, &problem);
	if (error == JISR_NOT_FOUND && problem.text[0] == '\0')
		return;
	if (error == JISR_OK) {
		log_event(LOG_LEVEL_INFO, "certificate-loaded", NULL, 0);
		warn_certificate(server);
		return;
	}
	const struct log_field fields[] = {{"reason", problem.text[0] != '\0' ? problem.text : error_text(error), 0}};
	log_event(LOG_LEVEL_ERROR, "certificate-failed", fields, 1);
}

static void reload(struct serving *serving, struct server *server, struct service *service)
{
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_milliseconds() * 1000);
	const struct settings *settings = serving_reload(serving);
	if (settings != NULL) {
		server_adopt(server, settings);
		log_configure(settings->log_level, settings->log_json);
		log_event(LOG_LEVEL_INFO, "settings-loaded", NULL, 0);
	}
	server_count_reload(server, settings != NULL);
	reload_certificate(server, false);
	service_look(service);
	(void)sd_notify(0, "READY=1");
}

static void told_key(void *context, const char *sentence)
{
	const struct log_field fields[] = {{"reason", sentence, 0}};
	(void)context;
	log_event(LOG_LEVEL_ERROR, "key-damaged", fields, 1);
}

static void told_retention(void *context, const struct retention_done *done, int error, const struct problem *problem)
{
	(void)context;
	if (error || done->failed > 0) {
		const struct log_field fields[] = {
			{"reason", problem->text[0] != '\0' ? problem->text : error_text(error), 0}};
		log_event(LOG_LEVEL_ERROR, "retention-failed", fields, 1);
	}
	const struct log_field fields[] = {{"expired", NULL, (double)done->expired},
	                                   {"removed", NULL, (double)done->removed},
	                                   {"forgotten", NULL, (double)done->forgotten},
	                                   {"access-lines", NULL, (double)done->lines},
	                                   {"held", NULL, (double)done->held}};
	log_event(LOG_LEVEL_INFO, "retention", fields, sizeof fields / sizeof *fields);
}

/* Until SIGTERM or SIGINT. */
static void wait_for_end(struct serving *serving, struct server *server, struct service *service,
                         const sigset_t *signals)
{
	uint64_t watchdog = 0;
	const struct timespec moment = {MOMENT / 1000, MOMENT % 1000 * 1000000};
	double warned = clock_seconds();
	bool watched = sd_watchdog_enabled(0, &watchdog) > 0;
	for (;;) {
		int number = sigtimedwait(signals, NULL, &moment);
		if (number == SIGTERM || number == SIGINT)
			return;
		if (number == SIGHUP)
			reload(serving, server, service);
		else
			reload_certificate(server, true);
		if (watched)
			(void)sd_notify(0, "WATCHDOG=1");
		if (clock_seconds() - warned > DAY) {
			warned = clock_seconds();
			warn_certificate(server);
		}
	}
}

/* What is under way is finished; a second signal ends at once, and so does a stop that takes longer than it may. */
static void stop(struct server *server, const sigset_t *signals)
{
	(void)sd_notify(0, "STOPPING=1");
	log_event(LOG_LEVEL_INFO, "stopping", NULL, 0);
	const struct settings *settings = server_settings(server);
	(void)alarm((unsigned)(settings->stop_delay_seconds + settings->stop_seconds + settings->answer_seconds) +
	            STOP_SPARE);
	(void)pthread_sigmask(SIG_UNBLOCK, signals, NULL);
	const struct log_field fields[] = {{"cut-off", NULL, (double)server_stop(server)}};
	log_event(LOG_LEVEL_INFO, "stopped", fields, 1);
	(void)alarm(0);
}

static int serve(const struct command *self, struct serving *serving, const sigset_t *signals)
{
	CLEANUP(service_freep) struct service *service = NULL;
	CLEANUP(retention_stopp) struct retention *retention = NULL;
	CLEANUP(postman_stopp) struct postman *postman = NULL;
	CLEANUP(server_freep) struct server *server = NULL;
	struct problem problem = {0};
	const struct settings *settings = serving_settings(serving);
	int given[SETTINGS_MAX_LISTEN], count = sd_listen_fds(1);
	if (count > SETTINGS_MAX_LISTEN)
		return command_refuse(self, "systemd passed %d sockets in; %d can be served.", count,
		                      SETTINGS_MAX_LISTEN);
	for (int i = 0; i < count; i++)
		given[i] = SD_LISTEN_FDS_START + i;
	raise_descriptors(settings->connections);
	size_t missing = 0;
	int error = record_lists_settle(settings->data, &missing, &problem);
	if (error == JISR_STATE) { /* an earlier version served here */
		error = domains_migrate(settings->data, &problem);
		if (error == JISR_OK)
			error = record_lists_settle(settings->data, &missing, &problem);
	}
	struct node node;
	bool is_node = node_read(settings->data, &node, NULL) == JISR_OK;
	if (error == JISR_OK && missing > 0 && !is_node) /* a node fetches it, and is not ready before */
		error = JISR_NOT_FOUND; /* serving without it would answer "nobody" where it should not */
	if (error == JISR_OK)
		error = service_new(settings, &service, &problem);
	if (error == JISR_OK)
		error = server_new(settings, service, given, count > 0 ? (size_t)count : 0, &server, &problem);
	if (error == JISR_OK)
		error = service_watch(service, told_lists, NULL, &problem);
	if (error == JISR_OK && service_store(service) != NULL) {
		const struct retention_work work = {settings->data, is_node ? NULL : service_store(service),
		                                    service_access(service), settings->access_log_seconds};
		error = retention_start(&work, told_retention, NULL, &retention, &problem);
	}
	if (error == JISR_OK && service_store(service) != NULL)
		error = postman_start(service_store(service), &postman, &problem);
	if (error == JISR_OK)
		error = server_start(server, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	for (size_t i = 0; server_url(server, i) != NULL; i++)
		printf("listening on %s\n", server_url(server, i));
	(void)fflush(stdout);
	char room[PROBLEM_MAX];
	const char *unready = server_unready(server, service, room, sizeof room);
	if (unready != NULL)
		log_say(LOG_LEVEL_WARNING, "not ready: %s", unready);
	warn_certificate(server);
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s", unready != NULL ? unready : "Answering checks.");
	(void)keyring_check(settings->data, told_key, NULL, NULL); /* nobody waits for it */
	wait_for_end(serving, server, service, signals);
	stop(server, signals);
	return STATUS_DONE;
}

static int new_token(const struct command *self, const char *name)
{
	unsigned char secret[TOKEN_BYTES];
	char text[sizeof SETTINGS_TOKEN_PREFIX + sodium_base64_ENCODED_LEN(TOKEN_BYTES, 7)];
	char digits[SHA256_HEX];
	if (!settings_name_good(name))
		return command_refuse(self, "'%s': a caller's name is 1 to %d letters, digits, and - _ . @.", name,
		                      SETTINGS_MAX_NAME);
	randombytes_buf(secret, sizeof secret);
	size_t prefix = strlen(SETTINGS_TOKEN_PREFIX);
	memcpy(text, SETTINGS_TOKEN_PREFIX, prefix);
	(void)sodium_bin2base64(text + prefix, sizeof text - prefix, secret, sizeof secret,
	                        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sha256_hex(text, strlen(text), digits);
	printf("# Give this to %s; it is not kept anywhere:\n#   Authorization: Bearer %s\n"
	       "# These lines go to the end of the configuration file:\n[token %s]\nsha256 = %s\n",
	       name, text, name, digits);
	return STATUS_DONE;
}

static void tell_adopted(const char *path)
{
	log_say(LOG_LEVEL_INFO,
	        "%s is of an earlier version: it was written anew with sums of its pages, which show damage on the "
	        "disk. Earlier versions refuse it now.",
	        path);
}

static int run(const struct command *self, int argc, char **argv)
{
	CLEANUP(serving_freep) struct serving *serving = NULL;
	struct options options;
	const char *shared = NULL;
	bool checking = false;
	int id;
	options_init(&options, self, argc, argv);
	sums_tell_adopted(tell_adopted);
	if (sodium_init() < 0)
		return command_refuse(self, "the system gives no random numbers.");
	if (serving_new(self, &serving) != JISR_OK)
		return command_fail(self, JISR_NO_MEMORY, NULL);
	while ((id = options_next(&options)) != OPTIONS_END) {
		bool good = true;
		switch (id) {
		case OPTIONS_STOP: return options.status;
		case OPTION_LISTEN: good = serving_option(serving, "listen", options.value); break;
		case OPTION_SET: good = serving_option(serving, NULL, options.value); break;
		case OPTION_CONFIG: good = serving_file(serving, options.value); break;
		case OPTION_LOG: shared = options.value; break;
		case OPTION_CHECK: checking = true; break;
		case OPTION_NEW_TOKEN: return new_token(self, options.value);
		default: return command_refuse(self, "'%s' is not needed.", options.value);
		}
		if (!good)
			return STATUS_MEND;
	}
	int status = serving_begin(serving, &options, checking);
	if (status != STATUS_DONE || checking)
		return status;
	const struct settings *settings = serving_settings(serving);
	struct problem problem = {0};
	if (shared != NULL)
		status = record_share_log(self, settings->data, shared);
	if (status != STATUS_DONE)
		return status;
	/* Blocked in every thread; the first one takes them. */
	sigset_t signals;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	log_configure(settings->log_level, settings->log_json);
	struct confine_state confined;
	int error = papers_apart("/proc/self/exe", &problem);
	if (!error)
		error = confining_enter(serving, &confined, &problem); /* before any thread starts */
	if (error == JISR_OK)
		error = log_start(STDERR_FILENO, &problem);
	if (error != JISR_OK)
		return command_fail(self, error, &problem);
	confining_tell(settings, &confined);
	status = serve(self, serving, &signals);
	log_stop();
	paper_forget();
	return status;
}

const struct command command_serve = {
	.name = "serve",
	.usage =
		"[--listen ADDRESS]... [--config FILE] [--set NAME=VALUE]... [--log ADDRESS]\n--check-config [--config "
		"FILE]\n--new-token "
		"NAME",
	.summary = "answer checks over HTTP",
	.about = "Answers checks over HTTP, as yente's clients and OpenRefine ask them and in an API of its own "
		 "(/api/v1/openapi.json), until it is told to stop (SIGTERM or Ctrl-C); what is under way is finished. "
		 "Lists that are loaded meanwhile are taken over by themselves; SIGHUP reads settings and certificate "
		 "again. Beyond this machine it listens with TLS and tokens only, unless the settings say otherwise. "
		 "docs/administrator.md tells how to run it.\n\n"
		 "The log goes to standard error, one line a request, without names.",
	.options = option_table,
	.option_count = sizeof option_table / sizeof *option_table,
	.examples = "  jisr serve\n"
		    "  jisr serve --config /etc/jisr/serve.conf\n"
		    "  jisr serve --listen 127.0.0.1:0 --set log-format=json\n"
		    "  curl http://127.0.0.1:8470/readyz\n",
	.run = run,
};
