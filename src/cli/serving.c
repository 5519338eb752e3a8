#include "cli/serving.h"

#include "base/clock.h"
#include "cli/print.h"
#include "web/log.h"
#include "web/tls.h"

#include <stdio.h>
#include <string.h>

#define SERVING_MAX_OPTIONS 64
#define SERVING_MEMORY      ((size_t)4 << 20)         /* bytes of one reading of the settings */
#define SERVING_KEEP        (2 * SETTINGS_MAX_ANSWER) /* seconds that replaced settings are kept */

/* Settings as they were read once. */
struct generation {
	struct settings settings;
	struct arena *arena; /* of their texts */
	double replaced;     /* by clock_seconds() */
	struct generation *before;
};

struct serving {
	const struct command *command;
	const char *path; /* of the file, NULL: none */
	struct {
		const char *name, *value;
	} options[SERVING_MAX_OPTIONS];
	size_t option_count;
	char data[4096];
	struct generation *present;
	bool logging; /* what is wrong goes to the log, not to the terminal */
};

int serving_new(const struct command *command, struct serving **ret_serving)
{
	struct serving *serving = memory_zero(1, sizeof *serving);
	if (serving == NULL)
		return JISR_NO_MEMORY;
	serving->command = command;
	*ret_serving = serving;
	return JISR_OK;
}

static struct generation *generation_free(struct generation *generation)
{
	if (generation != NULL)
		arena_free(generation->arena);
	return memory_free(generation);
}
MEMORY_DEFINE_FREEP(struct generation, generation_free)

struct serving *serving_free(struct serving *serving)
{
	while (serving != NULL && serving->present != NULL) {
		struct generation *before = serving->present->before;
		generation_free(serving->present);
		serving->present = before;
	}
	return memory_free(serving);
}

bool serving_option(struct serving *serving, const char *name, const char *value)
{
	if (serving->option_count == SERVING_MAX_OPTIONS) {
		(void)command_refuse(serving->command, "at most %d settings can be given here; write them into a file.",
		                     SERVING_MAX_OPTIONS);
		return false;
	}
	serving->options[serving->option_count].name = name;
	serving->options[serving->option_count++].value = value;
	return true;
}

bool serving_file(struct serving *serving, const char *path)
{
	if (serving->path != NULL) {
		(void)command_refuse(serving->command, "--config may be given once.");
		return false;
	}
	serving->path = path;
	return true;
}

static void report(void *context, const char *sentence)
{
	const struct serving *serving = context;
	const struct log_field field = {"reason", sentence, 0};
	if (serving->logging)
		log_event(LOG_LEVEL_ERROR, "settings-failed", &field, 1);
	else
		(void)command_refuse(serving->command, "%s%s", sentence,
		                     strchr(".?", sentence[strlen(sentence) - 1]) != NULL ? "" : ".");
}

/* The command line's own, over the file's. */
static int read_options(struct serving *serving, struct generation *made)
{
	struct problem problem = {0};
	bool listened = false;
	int first = JISR_OK;
	for (size_t i = 0; i < serving->option_count; i++) {
		const char *name = serving->options[i].name, *value = serving->options[i].value;
		if (name != NULL)
			value = arena_format(made->arena, "%s=%s", name, value);
		if (value == NULL)
			return JISR_NO_MEMORY;
		bool listen = strncmp(value, "listen=", 7) == 0;
		int error = settings_set(&made->settings, value, listen && !listened, made->arena, &problem);
		listened = listened || listen;
		if (error != JISR_OK) {
			report(serving, problem.text[0] != '\0' ? problem.text : error_text(error));
			first = first == JISR_OK ? error : first;
		}
	}
	return first;
}

/* Reads all anew, and reports all that is wrong. */
static int read_all(struct serving *serving, struct generation **ret_made)
{
	CLEANUP(generation_freep) struct generation *made = memory_zero(1, sizeof *made);
	int error = made == NULL ? JISR_NO_MEMORY : arena_new(SERVING_MEMORY, &made->arena);
	if (error != JISR_OK) {
		report(serving, error_text(error));
		return error;
	}
	settings_init(&made->settings);
	if (serving->path != NULL)
		error = settings_read(&made->settings, serving->path, made->arena, report, serving);
	int wrong = read_options(serving, made);
	error = error != JISR_OK ? error : wrong;
	if (error == JISR_OK)
		error = settings_check(&made->settings, report, serving);
	if (error != JISR_OK)
		return error;
	*ret_made = made;
	made = NULL;
	return JISR_OK;
}

/* The command line's, the file's, the environment's: in this order. */
static bool find_data(struct serving *serving, const struct options *options, struct settings *settings)
{
	if (options->data == NULL && settings->data != NULL)
		return true;
	if (!options_data(options, serving->data, sizeof serving->data))
		return false;
	settings->data = serving->data;
	return true;
}

int serving_begin(struct serving *serving, const struct options *options, bool checking)
{
	struct problem problem = {0};
	int error = read_all(serving, &serving->present);
	if (error != JISR_OK)
		return command_status(error);
	struct settings *settings = &serving->present->settings;
	if (!find_data(serving, options, settings))
		return STATUS_MEND;
	if (!checking)
		return STATUS_DONE;
	if (settings->tls_certificate != NULL) {
		CLEANUP(tls_freep) struct tls *tls = NULL;
		error = tls_new(settings, &tls, &problem);
		if (error != JISR_OK)
			return command_fail(serving->command, error, &problem);
	}
	if (serving->path != NULL)
		print_value(stdout, serving->path);
	puts(serving->path != NULL ? ": good" : "The settings are good.");
	return STATUS_DONE;
}

const struct settings *serving_settings(const struct serving *serving)
{
	return &serving->present->settings;
}

const char *serving_path(const struct serving *serving)
{
	return serving->path;
}

/* Says which settings wait for the next start, and keeps them as they are. */
static void tell_later(const struct settings *old, const struct settings *made)
{
	const char *name;
	char before[SETTINGS_VALUE_MAX], after[SETTINGS_VALUE_MAX];
	bool now;
	for (size_t i = 0; settings_at(old, i, &name, before, &now); i++) {
		(void)settings_at(made, i, &name, after, &now);
		if (now || strcmp(before, after) == 0)
			continue;
		const struct log_field fields[] = {{"setting", name, 0}, {"now", before, 0}, {"then", after, 0}};
		log_event(LOG_LEVEL_WARNING, "setting-waits-for-next-start", fields, sizeof fields / sizeof *fields);
	}
}

static void forget_old(struct serving *serving)
{
	struct generation **link = &serving->present->before;
	while (*link != NULL) {
		/* The first one is what service and server began with: it stays. */
		if ((*link)->before != NULL && clock_seconds() - (*link)->replaced > SERVING_KEEP) {
			struct generation *old = *link;
			*link = old->before;
			generation_free(old);
		} else {
			link = &(*link)->before;
		}
	}
}

const struct settings *serving_reload(struct serving *serving)
{
	struct generation *made = NULL;
	serving->logging = true;
	if (read_all(serving, &made) != JISR_OK)
		return NULL;
	struct settings *present = &serving->present->settings;
	if (made->settings.data == NULL || serving->data[0] != '\0')
		made->settings.data = present->data;
	tell_later(present, &made->settings);
	made->before = serving->present;
	serving->present->replaced = clock_seconds();
	serving->present = made;
	forget_old(serving);
	return &made->settings;
}
