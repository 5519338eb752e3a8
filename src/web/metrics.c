#include "web/metrics.h"

#include "web/decisions.h"
#include "web/log.h"
#include "web/nodes.h"
#include "web/service.h"

#include <dirent.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define CLASSES 6 /* 1xx to 5xx, and 0: the client was gone */

static const double bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
#define BOUNDS (sizeof bounds / sizeof *bounds)

struct route_figures {
	_Atomic uint64_t classes[CLASSES];
	_Atomic uint64_t buckets[BOUNDS + 1]; /* each alone; summed when written */
	_Atomic uint64_t microseconds;
};

struct metrics {
	const struct routes *routes;
	double started; /* seconds since 1970 */
	_Atomic uint64_t received, sent, checks, hits, hidden, refused[LIMITS], reloads[RELOADS][2];
	struct route_figures figures[ROUTES_MAX + 1];
};

static const char *const limit_names[LIMITS] = {
	[LIMIT_CONNECTIONS] = "connections",
	[LIMIT_ADDRESS] = "connections-per-address",
	[LIMIT_HEAD_TIME] = "head-time",
	[LIMIT_BODY_TIME] = "body-time",
	[LIMIT_SEND_TIME] = "send-time",
	[LIMIT_IDLE_TIME] = "idle-time",
	[LIMIT_EVICTED] = "evicted",
	[LIMIT_URL_SIZE] = "url-size",
	[LIMIT_HEADER_SIZE] = "header-size",
	[LIMIT_BODY_SIZE] = "body-size",
	[LIMIT_BODIES_SIZE] = "bodies-size",
	[LIMIT_REPLIES_SIZE] = "replies-size",
	[LIMIT_QUEUE] = "queue",
	[LIMIT_ANSWER_TIME] = "answer-time",
	[LIMIT_TOKEN] = "token",
};

int metrics_new(const struct routes *routes, struct metrics **ret_metrics)
{
	struct metrics *metrics = memory_zero(1, sizeof *metrics);
	if (metrics == NULL)
		return JISR_NO_MEMORY;
	metrics->routes = routes;
	metrics->started = (double)time(NULL);
	*ret_metrics = metrics;
	return JISR_OK;
}

struct metrics *metrics_free(struct metrics *metrics)
{
	return memory_free(metrics);
}

static void add(_Atomic uint64_t *figure, uint64_t count)
{
	atomic_fetch_add_explicit(figure, count, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

void metrics_request(struct metrics *metrics, size_t route, int status, double seconds, size_t received, size_t sent)
{
	struct route_figures *figures = &metrics->figures[route < ROUTES_MAX ? route : ROUTES_MAX];
	size_t bucket = 0;
	while (bucket < BOUNDS && seconds > bounds[bucket])
		bucket++;
	add(&figures->classes[status >= 100 && status < 600 ? status / 100 : 0], 1);
	add(&figures->buckets[bucket], 1);
	add(&figures->microseconds, (uint64_t)(seconds * 1e6));
	add(&metrics->received, received);
	add(&metrics->sent, sent);
}

void metrics_checked(struct metrics *metrics, size_t checks, size_t hits)
{
	add(&metrics->checks, checks);
	add(&metrics->hits, hits);
}

void metrics_hid(struct metrics *metrics, uint64_t hidden)
{
	add(&metrics->hidden, hidden);
}

void metrics_refused(struct metrics *metrics, enum metrics_limit limit, uint64_t count)
{
	add(&metrics->refused[limit], count);
}

void metrics_reloaded(struct metrics *metrics, enum metrics_reload what, bool good)
{
	add(&metrics->reloads[what][good], 1);
}

/* ---- Text ---- */

static void head(struct text *text, const char *name, const char *type, const char *help)
{
	text_add_format(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct text *text, const char *name, const char *type, const char *help, double value)
{
	head(text, name, type, help);
	text_add_format(text, "%s %.17g\n", name, value);
}

/* A label's value in quotes. */
static void quoted(struct text *text, const char *value)
{
	text_add_char(text, '"');
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			text_add_char(text, '\\');
		if (*value == '\n')
			text_add_string(text, "\\n");
		else
			text_add_char(text, *value);
	}
	text_add_char(text, '"');
}

static const char *route_name(const struct metrics *metrics, size_t index)
{
	const struct http_route *route = routes_at(metrics->routes, index);
	return route != NULL ? route->name : "none";
}

static bool is_route(const struct metrics *metrics, size_t index)
{
	return index == METRICS_NO_ROUTE || routes_at(metrics->routes, index) != NULL;
}

/* Several routes may share a name; then the first writes for all. */
static bool is_first(const struct metrics *metrics, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_route(metrics, i) && strcmp(route_name(metrics, i), route_name(metrics, index)) == 0)
			return false;
	return true;
}

/* A route's figures, with those of the others of its name. */
struct sums {
	uint64_t classes[CLASSES], buckets[BOUNDS + 1], microseconds, count;
};

static void sum(const struct metrics *metrics, size_t index, struct sums *sums)
{
	*sums = (struct sums){0};
	for (size_t i = 0; i <= METRICS_NO_ROUTE; i++) {
		const struct route_figures *figures = &metrics->figures[i];
		if (!is_route(metrics, i) || strcmp(route_name(metrics, i), route_name(metrics, index)) != 0)
			continue;
		for (size_t k = 0; k < CLASSES; k++)
			sums->classes[k] += get(&figures->classes[k]);
		for (size_t k = 0; k <= BOUNDS; k++)
			sums->buckets[k] += get(&figures->buckets[k]);
		sums->microseconds += get(&figures->microseconds);
	}
	for (size_t k = 0; k <= BOUNDS; k++)
		sums->count += sums->buckets[k];
}

static void write_requests(const struct metrics *metrics, struct text *text)
{
	static const char *const classes[CLASSES] = {"gone", "1xx", "2xx", "3xx", "4xx", "5xx"};
	struct sums sums;
	head(text, "jisr_http_requests_total", "counter",
	     "Requests answered, by route and class of status; gone: the client left before the reply was sent.");
	for (size_t i = 0; i <= METRICS_NO_ROUTE; i++) {
		if (!is_route(metrics, i) || !is_first(metrics, i))
			continue;
		sum(metrics, i, &sums);
		for (size_t k = 0; k < CLASSES; k++)
			if (sums.classes[k] > 0 || k == 2)
				text_add_format(text, "jisr_http_requests_total{route=\"%s\",status=\"%s\"} %llu\n",
				                route_name(metrics, i), classes[k],
				                (unsigned long long)sums.classes[k]);
	}
	head(text, "jisr_http_request_duration_seconds", "histogram",
	     "From the end of a request's head until its reply was handed to the system.");
	for (size_t i = 0; i <= METRICS_NO_ROUTE; i++) {
		if (!is_route(metrics, i) || !is_first(metrics, i))
			continue;
		sum(metrics, i, &sums);
		const char *name = route_name(metrics, i);
		uint64_t below = 0;
		for (size_t k = 0; k < BOUNDS; k++) {
			below += sums.buckets[k];
			text_add_format(text,
			                "jisr_http_request_duration_seconds_bucket{route=\"%s\",le=\"%g\"} %llu\n",
			                name, bounds[k], (unsigned long long)below);
		}
		text_add_format(text,
		                "jisr_http_request_duration_seconds_bucket{route=\"%s\",le=\"+Inf\"} %llu\n"
		                "jisr_http_request_duration_seconds_sum{route=\"%s\"} %.6f\n"
		                "jisr_http_request_duration_seconds_count{route=\"%s\"} %llu\n",
		                name, (unsigned long long)sums.count, name, (double)sums.microseconds / 1e6, name,
		                (unsigned long long)sums.count);
	}
}

static void write_lists(struct service *service, struct text *text)
{
	struct service_state state;
	service_state(service, &state);
	struct lists_held held __attribute__((cleanup(lists_held_finish))) = lists_hold(service, NULL);
	const struct lists *lists = held.lists;
	one(text, "jisr_lists", "gauge", "Lists that are served.", (double)lists->count);
	one(text, "jisr_lists_version", "gauge", "Grows by one with each change of the lists.", (double)lists->version);
	one(text, "jisr_list_changes_total", "counter", "Changes of the lists taken over.", (double)state.changes);
	one(text, "jisr_list_failures_total", "counter", "Changes of the lists that could not be taken over.",
	    (double)state.failures);
	one(text, "jisr_lists_failing", "gauge",
	    "1: what is served is older than what was loaded, because taking it over failed.",
	    state.problem.text[0] != '\0');
	one(text, "jisr_lists_change_seconds", "gauge", "How long taking over the last change took.", state.seconds);
	head(text, "jisr_list_entities", "gauge", "Entities on a list.");
	for (size_t i = 0; i < lists->count; i++) {
		text_add_string(text, "jisr_list_entities{list=");
		quoted(text, lists->list[i].name);
		text_add_format(text, "} %llu\n", (unsigned long long)lists->list[i].entities);
	}
	head(text, "jisr_list_age_seconds", "gauge", "Since a list was loaded.");
	for (size_t i = 0; i < lists->count; i++) {
		text_add_string(text, "jisr_list_age_seconds{list=");
		quoted(text, lists->list[i].name);
		text_add_format(text, "} %llu\n", (unsigned long long)lists_age(&lists->list[i]));
	}
	head(text, "jisr_list_info", "gauge", "Always 1; which version of a list is served.");
	for (size_t i = 0; i < lists->count; i++) {
		char version[SERVICE_VERSION_DIGITS + 1];
		lists_version(&lists->list[i], version);
		text_add_string(text, "jisr_list_info{list=");
		quoted(text, lists->list[i].name);
		text_add_format(text, ",version=\"%s\",published=", version);
		quoted(text, lists->list[i].published);
		text_add_string(text, ",format=");
		quoted(text, lists->list[i].format);
		text_add_string(text, "} 1\n");
	}
}

static void write_decisions(struct service *service, struct text *text)
{
	struct decisions_state state;
	decisions_state(service_decisions(service), &state);
	one(text, "jisr_decisions", "gauge", "Decisions that count.", (double)state.count);
	one(text, "jisr_decisions_max", "gauge", "The most that are kept.", DECISIONS_MAX);
	one(text, "jisr_decisions_bytes", "gauge", "Memory that they take.", (double)state.bytes);
	one(text, "jisr_decision_failures_total", "counter", "Decisions that could not be stored.",
	    (double)state.failures);
}

static double resident_bytes(void)
{
	unsigned long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (file != NULL) {
		if (fscanf(file, "%*u %llu", &pages) != 1)
			pages = 0;
		(void)fclose(file);
	}
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double open_descriptors(void)
{
	size_t count = 0;
	DIR *folder = opendir("/proc/self/fd");
	while (folder != NULL && readdir(folder) != NULL)
		count++;
	if (folder != NULL)
		(void)closedir(folder);
	return count > 3 ? (double)(count - 3) : 0; /* ".", ".." and the folder itself */
}

static void write_process(const struct metrics *metrics, struct text *text)
{
	struct rusage usage = {0};
	struct rlimit limit = {0};
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	head(text, "jisr_build_info", "gauge", "Always 1; which program this is.");
	text_add_string(text, "jisr_build_info{version=\"" JISR_VERSION "\"} 1\n");
	one(text, "process_resident_memory_bytes", "gauge",
	    "Memory that is held; mapped lists count as far as they are read.", resident_bytes());
	one(text, "process_open_fds", "gauge", "Open descriptors.", open_descriptors());
	one(text, "process_max_fds", "gauge", "Most descriptors that may be open.", (double)limit.rlim_cur);
	one(text, "process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.",
	    metrics->started);
	one(text, "process_cpu_seconds_total", "counter", "Processor time used.",
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

int metrics_write(const struct metrics *metrics, const struct metrics_now *now, struct text *text)
{
	static const char *const reloads[RELOADS] = {"settings", "certificate"};
	write_process(metrics, text);
	one(text, "jisr_ready", "gauge", "What /readyz says: 1 when checks are answered from the lists as loaded.",
	    now->ready);
	write_requests(metrics, text);
	one(text, "jisr_http_received_bytes_total", "counter", "Bytes of bodies received.",
	    (double)get(&metrics->received));
	one(text, "jisr_http_sent_bytes_total", "counter", "Bytes of bodies sent.", (double)get(&metrics->sent));
	one(text, "jisr_checks_total", "counter", "Checks made.", (double)get(&metrics->checks));
	one(text, "jisr_hits_total", "counter", "Hits that checks gave.", (double)get(&metrics->hits));
	one(text, "jisr_hidden_total", "counter", "Hits not shown because their caller decided so.",
	    (double)get(&metrics->hidden));
	one(text, "jisr_connections", "gauge", "Connections open now.", (double)now->connections);
	one(text, "jisr_connections_accepted_total", "counter", "Connections taken.", (double)now->accepted);
	one(text, "jisr_requests_under_way", "gauge", "Requests being received, answered or sent now.",
	    (double)now->under_way);
	one(text, "jisr_queue_waiting", "gauge", "Heavy requests that wait for a worker now.", (double)now->waiting);
	one(text, "jisr_body_bytes_under_way", "gauge", "Bytes of all bodies that are under way now.",
	    (double)now->bodies);
	one(text, "jisr_reply_bytes_under_way", "gauge", "Bytes of all replies that are being sent now.",
	    (double)now->replies);
	head(text, "jisr_refused_total", "counter",
	     "Connections and requests refused or closed, by the limit that did it.");
	for (size_t i = 0; i < LIMITS; i++)
		text_add_format(text, "jisr_refused_total{limit=\"%s\"} %llu\n", limit_names[i],
		                (unsigned long long)(get(&metrics->refused[i]) + now->refused[i]));
	head(text, "jisr_reloads_total", "counter", "Reloads of the settings and of the certificate.");
	for (size_t i = 0; i < RELOADS; i++)
		for (size_t good = 0; good < 2; good++)
			text_add_format(text, "jisr_reloads_total{what=\"%s\",result=\"%s\"} %llu\n", reloads[i],
			                good ? "good" : "failed", (unsigned long long)get(&metrics->reloads[i][good]));
	one(text, "jisr_log_lines_lost_total", "counter", "Lines of the log that found no room.",
	    (double)log_dropped());
	if (now->certificate_ends > 0)
		one(text, "jisr_tls_certificate_end_seconds", "gauge",
		    "When the certificate ends, in seconds since 1970.", now->certificate_ends);
	if (now->service != NULL)
		write_lists(now->service, text);
	if (now->service != NULL && service_nodes(now->service) != NULL)
		(void)nodes_metrics(service_nodes(now->service), text); /* what cannot be read now is not there */
	if (now->service != NULL)
		write_decisions(now->service, text);
	return text->error;
}
