/* A table has a line a setting: its name, what is written for it, where it is kept. The file is taken apart by libinih;
 * its reader is ours, because it counts lines and inih cuts long ones silently. */
#include "web/settings.h"

#include "base/file.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "web/listen.h"
#include "web/proxy.h"
#include "web/snapshots.h"

#include <ini.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

enum kind {
	KIND_TEXT,   /* any */
	KIND_PATH,   /* whole path */
	KIND_LISTEN, /* address, several times */
	KIND_URL,
	KIND_COUNT,
	KIND_BYTES,
	KIND_SECONDS,
	KIND_BOOL,
	KIND_MODE, /* octal */
	KIND_LEVEL,
	KIND_FORMAT,
};

struct row {
	const char *name;
	enum kind kind;
	size_t offset;
	double least, most;
	bool now; /* a reload changes it */
};

#define AT(field) offsetof(struct settings, field)
#define MILLION   1000000.0
#define KIB       1024.0
#define MIB       (1024.0 * 1024)

static const struct row rows[] = {
	{"data", KIND_PATH, AT(data), 0, 0, false},
	{"backups", KIND_PATH, AT(backups), 0, 0, false},
	{"listen", KIND_LISTEN, AT(listen), 0, 0, false},
	{"unix-mode", KIND_MODE, AT(unix_mode), 0, 0777, false},
	{"public-url", KIND_URL, AT(public_url), 0, 0, true},
	{"insecure-listen", KIND_BOOL, AT(insecure_listen), 0, 0, false},
	{"trusted-proxies", KIND_TEXT, AT(trusted_proxies), 0, 0, true},
	{"proxy-forwarded", KIND_BOOL, AT(proxy_forwarded), 0, 0, true},
	{"threads", KIND_COUNT, AT(threads), 0, 256, false},
	{"workers", KIND_COUNT, AT(workers), 0, 256, false},
	{"queue", KIND_COUNT, AT(queue), 1, MILLION, false},
	{"connections", KIND_COUNT, AT(connections), 1, MILLION, false},
	{"connections-per-address", KIND_COUNT, AT(connections_per_address), 1, MILLION, true},
	{"url-size", KIND_BYTES, AT(url_bytes), 256, MIB, false},
	{"header-size", KIND_BYTES, AT(header_bytes), 1024, MIB, false},
	{"body-size", KIND_BYTES, AT(body_bytes), 1024, 1024 * MIB, true},
	{"bodies-size", KIND_BYTES, AT(bodies_bytes), MIB, 1024 * 1024 * MIB, true},
	{"replies-size", KIND_BYTES, AT(replies_bytes), MIB, 1024 * 1024 * MIB, true},
	{"head-time", KIND_SECONDS, AT(head_seconds), 0.1, 3600, true},
	{"body-time", KIND_SECONDS, AT(body_seconds), 0.1, 86400, true},
	{"answer-time", KIND_SECONDS, AT(answer_seconds), 0.01, SETTINGS_MAX_ANSWER, true},
	{"send-time", KIND_SECONDS, AT(send_seconds), 0.1, 86400, true},
	{"idle-time", KIND_SECONDS, AT(idle_seconds), 0.1, 86400, true},
	{"stop-time", KIND_SECONDS, AT(stop_seconds), 0, 3600, true},
	{"stop-delay", KIND_SECONDS, AT(stop_delay_seconds), 0, 600, true},
	{"session-idle", KIND_SECONDS, AT(session_idle), 900, 1800, false},
	{"access-log-time", KIND_SECONDS, AT(access_log_seconds), 30 * 86400.0, 36525 * 86400.0, false},
	{"session-time", KIND_SECONDS, AT(session_whole), 1800, 86400, false},
	{"require-token", KIND_BOOL, AT(require_token), 0, 0, true},
	{"open-metrics", KIND_BOOL, AT(open_metrics), 0, 0, true},
	{"tls-certificate", KIND_PATH, AT(tls_certificate), 0, 0, false},
	{"tls-key", KIND_PATH, AT(tls_key), 0, 0, false},
	{"tls-client-authority", KIND_PATH, AT(tls_client_authority), 0, 0, false},
	{"tls-warn-time", KIND_SECONDS, AT(tls_warn_seconds), 0, 366 * 86400.0, true},
	{"snapshot-from", KIND_COUNT, AT(snapshot_least), 1, 1e12, false},
	{"confine", KIND_BOOL, AT(confine), 0, 0, false},
	{"prepare-search", KIND_BOOL, AT(prepare_search), 0, 0, false},
	{"accept-algorithms", KIND_BOOL, AT(accept_algorithms), 0, 0, true},
	{"log-level", KIND_LEVEL, AT(log_level), 0, 0, true},
	{"log-format", KIND_FORMAT, AT(log_json), 0, 0, true},
	{"log-requests", KIND_BOOL, AT(log_requests), 0, 0, true},
	{"log-personal-data", KIND_BOOL, AT(log_personal_data), 0, 0, true},
};
#define ROWS (sizeof rows / sizeof *rows)

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.listen = {"127.0.0.1:8470"},
		.listen_count = 1,
		.unix_mode = 0660,
		.queue = 1000,
		.connections = 12000,
		.connections_per_address = 1000,
		.url_bytes = 8192,
		.header_bytes = 12288,
		.body_bytes = (size_t)16 << 20,
		.bodies_bytes = (size_t)256 << 20,
		.replies_bytes = (size_t)512 << 20,
		.head_seconds = 10,
		.body_seconds = 30,
		.answer_seconds = 30,
		.send_seconds = 60,
		.idle_seconds = 75,
		.stop_seconds = 30,
		.session_idle = 20 * 60,
		.session_whole = 12 * 3600,
		.access_log_seconds = 1826 * 86400.0,
		.tls_warn_seconds = 14 * 86400.0,
		.snapshot_least = SNAPSHOTS_LEAST,
		.confine = true,
		.accept_algorithms = true,
		.log_level = LOG_LEVEL_INFO,
		.log_requests = true,
	};
}

/* ---- Values ---- */

struct unit {
	const char *text;
	double factor;
};

static const struct unit byte_units[] = {
	{"", 1},      {"B", 1},    {"k", KIB},        {"K", KIB},          {"KiB", KIB},       {"kB", KIB}, {"M", MIB},
	{"MiB", MIB}, {"MB", MIB}, {"G", 1024 * MIB}, {"GiB", 1024 * MIB}, {"GB", 1024 * MIB}, {NULL, 0},
};
static const struct unit second_units[] = {
	{"ms", 0.001}, {"s", 1},        {"sec", 1},   {"seconds", 1},  {"min", 60}, {"minutes", 60},
	{"h", 3600},   {"hours", 3600}, {"d", 86400}, {"days", 86400}, {NULL, 0},
};

/* A decimal number (with a point, whatever the locale) and a unit of the list. False when it is none. */
static bool read_quantity(const char *text, const struct unit *units, double *ret_number)
{
	size_t digits = strspn(text, "0123456789");
	double number = 0, share = 1;
	if (digits == 0 || digits > 15)
		return false;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (text[i] - '0');
	text += digits;
	if (*text == '.') {
		size_t more = strspn(++text, "0123456789");
		if (more == 0 || more > 6)
			return false;
		for (size_t i = 0; i < more; i++)
			number += (share /= 10) * (text[i] - '0');
		text += more;
	}
	text += strspn(text, " ");
	for (; units->text != NULL; units++)
		if (strcmp(text, units->text) == 0) {
			*ret_number = number * units->factor;
			return true;
		}
	return false;
}

/* "16M", "90s": the largest unit that gives a whole number. */
static void write_quantity(double number, const struct unit *units, const struct unit *last, char *out)
{
	for (; last > units; last--)
		if (number >= last->factor && number / last->factor == (double)(long long)(number / last->factor))
			break;
	(void)snprintf(out, SETTINGS_VALUE_MAX, "%.15g%s", number / last->factor, last->text);
}

static void write_bytes(double number, char *out)
{
	static const struct unit units[] = {{"", 1}, {"k", KIB}, {"M", MIB}, {"G", 1024 * MIB}};
	write_quantity(number, units, units + 3, out);
}

static void write_seconds(double number, char *out)
{
	static const struct unit units[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
	if (number > 0 && number < 1)
		(void)snprintf(out, SETTINGS_VALUE_MAX, "%.15gms", number * 1000);
	else
		write_quantity(number, units, units + 3, out);
}

static int keep_text(const struct row *row, struct settings *settings, const char *value, struct arena *arena)
{
	const char *kept = arena_text(arena, value, strlen(value));
	if (kept == NULL)
		return JISR_NO_MEMORY;
	*(const char **)((char *)settings + row->offset) = kept;
	return JISR_OK;
}

static int set_listen(struct settings *settings, const char *value, bool fresh, struct arena *arena,
                      struct problem *problem)
{
	bool loopback;
	int error = listen_check(value, &loopback, problem);
	if (error != JISR_OK)
		return error;
	if (fresh)
		settings->listen_count = 0;
	if (settings->listen_count == SETTINGS_MAX_LISTEN)
		return problem_set(problem, JISR_BAD_INPUT, "'listen' may stand %d times", SETTINGS_MAX_LISTEN);
	const char *kept = arena_text(arena, value, strlen(value));
	if (kept == NULL)
		return JISR_NO_MEMORY;
	settings->listen[settings->listen_count++] = kept;
	return JISR_OK;
}

static int set_number(const struct row *row, struct settings *settings, const char *value, struct problem *problem)
{
	static const struct unit none[] = {{"", 1}, {NULL, 0}};
	char least[SETTINGS_VALUE_MAX], most[SETTINGS_VALUE_MAX];
	char *field = (char *)settings + row->offset;
	double number = 0;
	const char *form;
	bool good;
	if (row->kind == KIND_BYTES) {
		good = read_quantity(value, byte_units, &number);
		form = "a size, as in 512k, 16M or 1G";
		write_bytes(row->least, least);
		write_bytes(row->most, most);
	} else if (row->kind == KIND_SECONDS) {
		good = read_quantity(value, second_units, &number);
		form = "a time with its unit, as in 500ms, 10s, 2min or 1h";
		write_seconds(row->least, least);
		write_seconds(row->most, most);
	} else {
		good = read_quantity(value, none, &number);
		form = "a whole number";
		(void)snprintf(least, sizeof least, "%.0f", row->least);
		(void)snprintf(most, sizeof most, "%.0f", row->most);
	}
	if (row->kind != KIND_SECONDS && number != (double)(size_t)number)
		good = false;
	if (!good)
		return problem_set(problem, JISR_BAD_INPUT, "'%s' is no value for %s; write %s", value, row->name,
		                   form);
	if (number < row->least || number > row->most)
		return problem_set(problem, JISR_BAD_INPUT, "%s = %s is out of range; from %s to %s", row->name, value,
		                   least, most);
	if (row->kind == KIND_SECONDS)
		*(double *)field = number;
	else
		*(size_t *)field = (size_t)number;
	return JISR_OK;
}

static int set_word(const struct row *row, struct settings *settings, const char *value, struct problem *problem)
{
	char *field = (char *)settings + row->offset;
	if (row->kind == KIND_BOOL || row->kind == KIND_FORMAT) {
		const char *yes = row->kind == KIND_BOOL ? "yes" : "json", *no = row->kind == KIND_BOOL ? "no" : "text";
		if (strcmp(value, yes) != 0 && strcmp(value, no) != 0)
			return problem_set(problem, JISR_BAD_INPUT, "'%s' is no value for %s; write %s or %s", value,
			                   row->name, yes, no);
		*(bool *)field = strcmp(value, yes) == 0;
		return JISR_OK;
	}
	if (row->kind == KIND_MODE) {
		size_t length = strlen(value);
		unsigned mode = 0;
		if (length < 3 || length > 4 || strspn(value, "01234567") != length || (length == 4 && value[0] != '0'))
			return problem_set(problem, JISR_BAD_INPUT, "'%s' is no value for %s; write it as in 0660",
			                   value, row->name);
		for (; *value != '\0'; value++)
			mode = mode * 8 + (unsigned)(*value - '0');
		*(unsigned *)field = mode;
		return JISR_OK;
	}
	for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++)
		if (strcmp(value, log_level_text(level)) == 0) {
			*(enum log_level *)field = level;
			return JISR_OK;
		}
	return problem_set(problem, JISR_BAD_INPUT, "'%s' is no value for %s; write error, warning, info or debug",
	                   value, row->name);
}

static bool is_url(const char *value)
{
	const char *rest = strncmp(value, "https://", 8) == 0  ? value + 8
	                   : strncmp(value, "http://", 7) == 0 ? value + 7
	                                                       : "";
	size_t length = strlen(rest);
	return length > 0 && rest[length - 1] != '/' && strpbrk(rest, " \"<>?#\\") == NULL;
}

static int set_value(const struct row *row, struct settings *settings, const char *value, bool fresh,
                     struct arena *arena, struct problem *problem)
{
	if (value[0] == '\0')
		return problem_set(problem, JISR_BAD_INPUT, "%s has no value", row->name);
	switch (row->kind) {
	case KIND_LISTEN: return set_listen(settings, value, fresh, arena, problem);
	case KIND_COUNT:
	case KIND_BYTES:
	case KIND_SECONDS: return set_number(row, settings, value, problem);
	case KIND_PATH:
		if (value[0] != '/')
			return problem_set(problem, JISR_BAD_INPUT, "%s = %s: write the whole path, from /", row->name,
			                   value);
		return keep_text(row, settings, value, arena);
	case KIND_URL:
		if (!is_url(value))
			return problem_set(problem, JISR_BAD_INPUT,
			                   "%s = %s: write it as in https://check.example.org, without / at the end",
			                   row->name, value);
		return keep_text(row, settings, value, arena);
	case KIND_TEXT: return keep_text(row, settings, value, arena);
	default: return set_word(row, settings, value, problem);
	}
}

static const struct row *find_row(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static int unknown(const char *name, struct problem *problem)
{
	const struct row *nearest = NULL;
	size_t best = strlen(name) / 3 + 2;
	for (size_t i = 0; i < ROWS; i++) {
		size_t distance = shown_distance(name, rows[i].name);
		if (distance < best) {
			best = distance;
			nearest = &rows[i];
		}
	}
	if (nearest != NULL)
		return problem_set(problem, JISR_BAD_INPUT, "there is no setting '%s'; did you mean '%s'?", name,
		                   nearest->name);
	return problem_set(problem, JISR_BAD_INPUT, "there is no setting '%s'; docs/serve.conf lists those there are",
	                   name);
}

int settings_set(struct settings *settings, const char *assignment, bool fresh, struct arena *arena,
                 struct problem *problem)
{
	size_t length = strcspn(assignment, "=");
	if (assignment[length] != '=')
		return problem_set(problem, JISR_BAD_INPUT, "'%s': write NAME=VALUE, as in body-size=1M", assignment);
	const char *name = arena_text(arena, assignment, length);
	if (name == NULL)
		return JISR_NO_MEMORY;
	const struct row *row = find_row(name);
	if (row == NULL)
		return unknown(name, problem);
	return set_value(row, settings, assignment + length + 1, fresh, arena, problem);
}

bool settings_at(const struct settings *settings, size_t index, const char **ret_name, char value[SETTINGS_VALUE_MAX],
                 bool *ret_now)
{
	if (index >= ROWS)
		return false;
	const struct row *row = &rows[index];
	const char *field = (const char *)settings + row->offset;
	const char *text = "";
	switch (row->kind) {
	case KIND_LISTEN:
		value[0] = '\0';
		for (size_t i = 0, used = 0; i < settings->listen_count && used < SETTINGS_VALUE_MAX; i++)
			used += (size_t)snprintf(value + used, SETTINGS_VALUE_MAX - used, "%s%s", i > 0 ? " " : "",
			                         settings->listen[i]);
		break;
	case KIND_COUNT: (void)snprintf(value, SETTINGS_VALUE_MAX, "%zu", *(const size_t *)field); break;
	case KIND_BYTES: write_bytes((double)*(const size_t *)field, value); break;
	case KIND_SECONDS: write_seconds(*(const double *)field, value); break;
	case KIND_BOOL: text = *(const bool *)field ? "yes" : "no"; break;
	case KIND_FORMAT: text = *(const bool *)field ? "json" : "text"; break;
	case KIND_MODE: (void)snprintf(value, SETTINGS_VALUE_MAX, "0%03o", *(const unsigned *)field); break;
	case KIND_LEVEL: text = log_level_text(*(const enum log_level *)field); break;
	default: text = *(const char *const *)field != NULL ? *(const char *const *)field : ""; break;
	}
	if (row->kind == KIND_BOOL || row->kind == KIND_FORMAT || row->kind == KIND_LEVEL || row->kind <= KIND_PATH ||
	    row->kind == KIND_URL)
		(void)snprintf(value, SETTINGS_VALUE_MAX, "%s", text);
	*ret_name = row->name;
	*ret_now = row->now;
	return true;
}

/* ---- The file ---- */

struct reading {
	struct settings *settings;
	struct arena *arena;
	const char *name;
	const char *bytes, *end;
	size_t line; /* being read, from 1 */
	settings_report report;
	void *context;
	int error;         /* the first */
	size_t seen[ROWS]; /* line where a setting stood, 0: nowhere */
	bool listened;
};

static void tell(struct reading *reading, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void tell(struct reading *reading, int error, const char *format, ...)
{
	char sentence[1024], shown[1024], whole[1200];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	shown_clean(sentence, strlen(sentence), shown, sizeof shown);
	(void)snprintf(whole, sizeof whole, "%s:%zu: %s", reading->name, reading->line, shown);
	if (reading->error == JISR_OK)
		reading->error = error;
	reading->report(reading->context, whole);
}

/* Of a line that is not blank; inih would take it as more of the line before. */
static bool begins_with_space(const char *bytes, size_t length)
{
	size_t blank = 0;
	while (blank < length && (bytes[blank] == ' ' || bytes[blank] == '\t' || bytes[blank] == '\r'))
		blank++;
	return blank > 0 && blank < length;
}

/* inih asks for the next line, with its newline. A line that is too long or no text is told and given as an empty one. */
static char *next_line(char *out, int size, void *stream)
{
	struct reading *reading = stream;
	if (reading->bytes >= reading->end)
		return NULL;
	const char *from = reading->bytes;
	const char *newline = memchr(from, '\n', (size_t)(reading->end - from));
	size_t length = newline != NULL ? (size_t)(newline - from) : (size_t)(reading->end - from);
	reading->bytes = newline != NULL ? newline + 1 : reading->end;
	reading->line++;
	const char *why = NULL;
	if (length > 0 && (from[0] == '#' || from[0] == ';'))
		length = 0;
	if (length + 2 > (size_t)size)
		tell(reading, JISR_BAD_INPUT, "the line is longer than %d bytes", size - 2);
	else if (memchr(from, '\0', length) != NULL || !utf8_valid(from, length, NULL))
		why = "the line is not UTF-8 text";
	else if (begins_with_space(from, length))
		why = "the line begins with a space; a setting begins at the first column";
	if (why != NULL)
		tell(reading, JISR_BAD_INPUT, "%s", why);
	if (why != NULL || length + 2 > (size_t)size)
		length = 0;
	memcpy(out, from, length);
	out[length] = '\n';
	out[length + 1] = '\0';
	return out;
}

static struct settings_token *token_of(struct reading *reading, const char *name)
{
	struct settings *settings = reading->settings;
	for (size_t i = 0; i < settings->token_count; i++)
		if (strcmp(settings->tokens[i].name, name) == 0)
			return &settings->tokens[i];
	if (settings->token_count == SETTINGS_MAX_TOKENS) {
		tell(reading, JISR_TOO_LARGE, "more than %d tokens", SETTINGS_MAX_TOKENS);
		return NULL;
	}
	if (settings->tokens == NULL)
		settings->tokens = arena_zero(reading->arena, SETTINGS_MAX_TOKENS, sizeof *settings->tokens);
	const char *kept = arena_text(reading->arena, name, strlen(name));
	if (settings->tokens == NULL || kept == NULL) {
		tell(reading, JISR_NO_MEMORY, "no memory is left");
		return NULL;
	}
	struct settings_token *token = &settings->tokens[settings->token_count++];
	token->name = kept;
	return token;
}

bool settings_name_good(const char *name)
{
	size_t length = strlen(name);
	return length > 0 && length <= SETTINGS_MAX_NAME && strcmp(name, "anonymous") != 0 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@") == length;
}

static void set_token(struct reading *reading, const char *caller, const char *name, const char *value)
{
	struct problem problem = {0};
	struct text secret;
	if (!settings_name_good(caller)) {
		tell(reading, JISR_BAD_INPUT,
		     "[token %s]: a caller's name is 1 to %d letters, digits, and - _ . @, and not 'anonymous'", caller,
		     SETTINGS_MAX_NAME);
		return;
	}
	bool hash = strcmp(name, "sha256") == 0;
	if (!hash && strcmp(name, "file") != 0) {
		tell(reading, JISR_BAD_INPUT, "[token %s] has no setting '%s'; write sha256 or file", caller, name);
		return;
	}
	struct settings_token *token = token_of(reading, caller);
	if (token == NULL)
		return;
	if (token->given) {
		tell(reading, JISR_BAD_INPUT, "[token %s] is given twice", caller);
		return;
	}
	size_t length = 0;
	if (hash) {
		if (strlen(value) != 2 * sizeof token->hash ||
		    sodium_hex2bin(token->hash, sizeof token->hash, value, strlen(value), NULL, &length, NULL) != 0 ||
		    length != sizeof token->hash)
			tell(reading, JISR_BAD_INPUT,
			     "sha256 is not 64 hexadecimal digits; 'jisr serve --new-token %s' makes a token and its "
			     "lines",
			     caller);
		else
			token->given = true;
		return;
	}
	text_init(&secret, SETTINGS_MAX_LINE);
	int error = value[0] != '/'
	                    ? problem_set(&problem, JISR_BAD_INPUT, "file = %s: write the whole path, from /", value)
	                    : file_read(value, &secret, &problem);
	while (error == JISR_OK && secret.length > 0 && strchr("\r\n \t", secret.bytes[secret.length - 1]) != NULL)
		secret.length--;
	if (error == JISR_OK && secret.length < 16)
		error = problem_set(&problem, JISR_BAD_INPUT, "%s holds no token of at least 16 characters", value);
	if (error != JISR_OK) {
		tell(reading, error, "%s", problem.text);
	} else {
		(void)crypto_hash_sha256(token->hash, (const unsigned char *)secret.bytes, secret.length);
		token->given = true;
	}
	if (secret.capacity > 0)
		sodium_memzero(secret.bytes, secret.capacity);
	text_finish(&secret);
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	struct problem problem = {0};
	if (section[0] != '\0') {
		if (strncmp(section, "token ", 6) == 0)
			set_token(reading, section + 6 + strspn(section + 6, " "), name, value);
		else
			tell(reading, JISR_BAD_INPUT,
			     "[%s] is no section; the only sections are [token NAME], after all other settings",
			     section);
		return 1;
	}
	const struct row *row = find_row(name);
	if (row == NULL) {
		tell(reading, unknown(name, &problem), "%s", problem.text);
		return 1;
	}
	size_t *seen = &reading->seen[row - rows];
	if (*seen != 0 && row->kind != KIND_LISTEN) {
		tell(reading, JISR_BAD_INPUT, "'%s' stands already in line %zu", name, *seen);
		return 1;
	}
	*seen = reading->line;
	int error = set_value(row, reading->settings, value, row->kind == KIND_LISTEN && !reading->listened,
	                      reading->arena, &problem);
	reading->listened |= row->kind == KIND_LISTEN;
	if (error != JISR_OK)
		tell(reading, error, "%s", problem.text[0] != '\0' ? problem.text : error_text(error));
	return 1;
}

int settings_read_bytes(struct settings *settings, const char *name, const char *bytes, size_t length,
                        struct arena *arena, settings_report report, void *context)
{
	struct reading reading = {.settings = settings,
	                          .arena = arena,
	                          .name = name,
	                          .bytes = bytes,
	                          .end = bytes + length,
	                          .report = report,
	                          .context = context};
	settings->tokens = NULL;
	settings->token_count = 0;
	int line = ini_parse_stream(next_line, &reading, on_value, &reading);
	if (line > 0) {
		reading.line = (size_t)line;
		tell(&reading, JISR_BAD_INPUT, "the line is neither NAME = VALUE nor [token NAME] nor a comment");
	} else if (line < 0 && reading.error == JISR_OK) {
		reading.error = JISR_NO_MEMORY;
	}
	return reading.error;
}

int settings_read(struct settings *settings, const char *path, struct arena *arena, settings_report report,
                  void *context)
{
	struct problem problem = {0};
	struct text text;
	text_init(&text, SETTINGS_MAX_FILE);
	int error = file_read(path, &text, &problem);
	if (error != JISR_OK)
		report(context, problem.text);
	else
		error = settings_read_bytes(settings, path, text.bytes, text.length, arena, report, context);
	text_finish(&text);
	return error;
}

/* ---- What fits together ---- */

int settings_check_listen(const struct settings *settings, const char *address, bool loopback, struct problem *problem)
{
	bool known = (settings->require_token && settings->token_count > 0) || settings->tls_client_authority != NULL;
	if (loopback || settings->insecure_listen || (settings->tls_certificate != NULL && known))
		return JISR_OK;
	if (settings->tls_certificate == NULL)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"%s can be reached from other machines, and whoever listens on the way would read every "
			"name: set tls-certificate and tls-key, or, behind a proxy that does this, "
			"insecure-listen = yes",
			address);
	return problem_set(
		problem, JISR_BAD_INPUT,
		"%s can be reached from other machines, and anybody could ask: set require-token = yes and a "
		"[token NAME], or tls-client-authority, or insecure-listen = yes",
		address);
}

int settings_check(const struct settings *settings, settings_report report, void *context)
{
	struct problem problem = {0};
	int error = JISR_OK;
	for (size_t i = 0; i < settings->listen_count; i++) {
		bool loopback = false;
		int wrong = listen_check(settings->listen[i], &loopback, &problem);
		if (wrong == JISR_OK)
			wrong = settings_check_listen(settings, settings->listen[i], loopback, &problem);
		if (wrong != JISR_OK) {
			report(context, problem.text);
			error = wrong;
		}
	}
	const char *sentence = NULL;
	if ((settings->tls_certificate != NULL) != (settings->tls_key != NULL))
		sentence = "tls-certificate and tls-key go together; one of them is missing";
	else if (settings->tls_client_authority != NULL && settings->tls_certificate == NULL)
		sentence = "tls-client-authority needs tls-certificate and tls-key";
	else if (settings->require_token && settings->token_count == 0 && settings->tls_client_authority == NULL)
		sentence = "require-token = yes, but there is no [token NAME]: nobody could ask";
	if (sentence != NULL) {
		report(context, sentence);
		error = JISR_BAD_INPUT;
	}
	for (size_t i = 0; i < settings->token_count; i++)
		if (!settings->tokens[i].given) {
			(void)problem_set(&problem, JISR_BAD_INPUT, "[token %s] has neither sha256 nor file",
			                  settings->tokens[i].name);
			report(context, problem.text);
			error = JISR_BAD_INPUT;
		}
	struct proxy_list proxies;
	if (settings->trusted_proxies != NULL && proxy_read(settings->trusted_proxies, &proxies, &problem) != JISR_OK) {
		report(context, problem.text);
		error = JISR_BAD_INPUT;
	}
	if (settings->proxy_forwarded && settings->trusted_proxies == NULL) {
		report(context, "proxy-forwarded = yes, but trusted-proxies names none that would be believed");
		error = JISR_BAD_INPUT;
	}
	if (settings->bodies_bytes < settings->body_bytes) {
		report(context, "bodies-size is smaller than body-size: no body of the largest size would be taken");
		error = JISR_BAD_INPUT;
	}
	return error;
}

const char *settings_caller(const struct settings *settings, const char *secret, size_t length)
{
	unsigned char hash[SETTINGS_HASH_BYTES];
	const char *caller = NULL;
	(void)crypto_hash_sha256(hash, (const unsigned char *)secret, length);
	for (size_t i = 0; i < settings->token_count; i++)
		if (sodium_memcmp(hash, settings->tokens[i].hash, sizeof hash) == 0)
			caller = settings->tokens[i].name;
	return caller;
}
