#include "cli/options.h"

#include "base/shown.h"
#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WORD_MAX 63

enum { OPTION_DATA = 1000, OPTION_HELP, OPTION_JSON };

const struct option_spec options_common[] = {
	{OPTION_DATA, 0, "data", "DIR",
         "The data directory. Without it $JISR_DATA, and without that ~/.local/share/jisr."},
	{OPTION_HELP, 'h', "help", NULL, "Print this help."},
};
const size_t options_common_count = sizeof options_common / sizeof *options_common;

const struct option_spec options_json = {OPTION_JSON, 0, "json", NULL, "Print the result as JSON, for other programs."};

void options_init(struct options *options, const struct command *command, int argc, char **argv)
{
	*options = (struct options){.command = command, .argc = argc, .argv = argv};
}

static const struct option_spec *option_at(const struct command *command, size_t index)
{
	if (index < command->option_count)
		return &command->options[index];
	index -= command->option_count;
	if (command->json && index-- == 0)
		return &options_json;
	return index < options_common_count ? &options_common[index] : NULL;
}

static const struct option_spec *find_long(const struct command *command, const char *name, size_t length)
{
	const struct option_spec *spec;
	for (size_t i = 0; (spec = option_at(command, i)) != NULL; i++)
		if (strlen(spec->name) == length && memcmp(spec->name, name, length) == 0)
			return spec;
	return NULL;
}

static const struct option_spec *find_letter(const struct command *command, char letter)
{
	const struct option_spec *spec;
	for (size_t i = 0; (spec = option_at(command, i)) != NULL; i++)
		if (letter != 0 && spec->letter == letter)
			return spec;
	return NULL;
}

/* The option that was meant: one that begins with what was written, else one at most a third of its letters away. */
static const struct option_spec *find_nearest(const struct command *command, const char *name)
{
	const struct option_spec *best = NULL, *spec;
	size_t best_distance = SIZE_MAX;
	for (size_t i = 0; (spec = option_at(command, i)) != NULL; i++) {
		size_t length = strlen(name);
		size_t distance = shown_distance(name, spec->name);
		if (length >= 2 && strncmp(spec->name, name, length) == 0)
			distance = 0;
		size_t allowed = strlen(spec->name) / 3 + 1;
		if (distance <= allowed && distance < best_distance) {
			best = spec;
			best_distance = distance;
		}
	}
	return best;
}

static int stop(struct options *options, int status)
{
	options->status = status;
	return OPTIONS_STOP;
}

static int unknown(struct options *options, const char *word)
{
	char name[WORD_MAX + 1];
	const char *from = word + strspn(word, "-");
	size_t length = strcspn(from, "=");
	if (length > WORD_MAX)
		length = WORD_MAX;
	memcpy(name, from, length);
	name[length] = '\0';
	const struct option_spec *nearest = find_nearest(options->command, name);
	char shown[120];
	shown_clean(word, strcspn(word, "="), shown, sizeof shown);
	if (nearest != NULL)
		(void)command_refuse(options->command, "there is no option %s. Did you mean --%s%s%s?", shown,
		                     nearest->name, nearest->argument ? " " : "",
		                     nearest->argument ? nearest->argument : "");
	else
		(void)command_refuse(options->command, "there is no option %s. 'jisr %s --help' lists those there are.",
		                     shown, options->command->name);
	return stop(options, STATUS_MEND);
}

/* The value stands after '=' in the same word, or is the next word. */
static int take(struct options *options, const struct option_spec *spec, const char *attached)
{
	options->name = spec->name;
	if (spec->argument == NULL) {
		if (attached == NULL)
			return spec->id;
		(void)command_refuse(options->command, "--%s takes no value.", spec->name);
		return stop(options, STATUS_MEND);
	}
	options->value = attached;
	if (attached != NULL)
		return spec->id;
	if (options->next >= options->argc) {
		(void)command_refuse(options->command, "--%s needs a value: --%s %s.", spec->name, spec->name,
		                     spec->argument);
		return stop(options, STATUS_MEND);
	}
	const char *word = options->argv[options->next];
	if (strncmp(word, "--", 2) == 0 && find_long(options->command, word + 2, strlen(word + 2)) != NULL) {
		(void)command_refuse(options->command,
		                     "--%s needs a value, but the option %s follows it. Write --%s %s, or --%s=%s if "
		                     "that is the value.",
		                     spec->name, word, spec->name, spec->argument, spec->name, word);
		return stop(options, STATUS_MEND);
	}
	options->value = options->argv[options->next++];
	return spec->id;
}

static int next_own(struct options *options)
{
	options->name = options->value = NULL;
	if (options->next >= options->argc)
		return OPTIONS_END;
	const char *word = options->argv[options->next++];
	if (options->only_words || word[0] != '-' || word[1] == '\0') {
		options->value = word;
		return OPTIONS_WORD;
	}
	if (strcmp(word, "--") == 0) {
		options->only_words = true;
		return next_own(options);
	}
	if (word[1] != '-') {
		const struct option_spec *spec = find_letter(options->command, word[1]);
		if (spec == NULL || (word[2] != '\0' && spec->argument == NULL))
			return unknown(options, word);
		return take(options, spec, word[2] == '\0' ? NULL : word + 2 + (word[2] == '='));
	}
	size_t length = strcspn(word + 2, "=");
	const struct option_spec *spec = find_long(options->command, word + 2, length);
	if (spec == NULL)
		return unknown(options, word);
	return take(options, spec, word[2 + length] == '=' ? word + 2 + length + 1 : NULL);
}

int options_next(struct options *options)
{
	for (;;) {
		int id = next_own(options);
		switch (id) {
		case OPTION_DATA: options->data = options->value; break;
		case OPTION_JSON: options->json = true; break;
		case OPTION_HELP: help_command(options->command, stdout); return stop(options, STATUS_DONE);
		default: return id;
		}
	}
}

bool options_all(struct options *options, const struct options_place *places, size_t count)
{
	int id;
	while ((id = options_next(options)) != OPTIONS_END) {
		size_t i = 0;
		if (id == OPTIONS_STOP)
			return false;
		while (i < count && (places[i].id != id || (id == OPTIONS_WORD && *places[i].text != NULL)))
			i++;
		if (i == count) {
			options->status = command_refuse(options->command, "'%s' is not needed.", options->value);
			return false;
		}
		if (places[i].given != NULL)
			*places[i].given = true;
		else
			*places[i].text = options->value;
	}
	return true;
}

bool options_number(struct options *options, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	const char *text = options->value;
	size_t length = strlen(text);
	uint64_t number = 0;
	bool good = length > 0 && length <= 18 && strspn(text, "0123456789") == length;
	for (size_t i = 0; good && i < length; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	if (good && number >= least && number <= most) {
		*ret_number = number;
		return true;
	}
	char shown[80];
	shown_clean(text, length, shown, sizeof shown);
	options->status = command_refuse(options->command, "--%s '%s': write a whole number from %llu to %llu.",
	                                 options->name, shown, (unsigned long long)least, (unsigned long long)most);
	return false;
}

bool options_fraction(struct options *options, double least, double most, double *ret_number)
{
	const char *text = options->value;
	size_t length = strlen(text);
	const char *point = strchr(text, '.');
	bool good = length > 0 && length <= 12 && strspn(text, "0123456789.") == length && strpbrk(text, "0123456789");
	good = good && (point == NULL || strchr(point + 1, '.') == NULL);
	double number = 0, unit = 1;
	for (const char *c = text; good && *c != '\0'; c++) {
		if (*c == '.')
			continue;
		number = number * 10 + (*c - '0');
		if (point != NULL && c > point)
			unit *= 10;
	}
	number /= unit;
	if (good && number >= least && number <= most) {
		*ret_number = number;
		return true;
	}
	char shown[80];
	shown_clean(text, length, shown, sizeof shown);
	options->status = command_refuse(options->command, "--%s '%s': write a number from %.2f to %.2f, as in 0.75.",
	                                 options->name, shown, least, most);
	return false;
}

bool options_data(const struct options *options, char *out, size_t size)
{
	const char *given = options->data, *source = "--data";
	if (given == NULL) {
		given = getenv("JISR_DATA");
		source = "$JISR_DATA";
		if (given != NULL && given[0] == '\0')
			given = NULL;
	}
	int length;
	if (given != NULL) {
		length = snprintf(out, size, "%s", given);
	} else {
		const char *home = getenv("HOME");
		source = "$HOME";
		if (home == NULL || home[0] == '\0') {
			(void)command_refuse(options->command,
			                     "where is the data directory? Give --data DIR, or set JISR_DATA.");
			return false;
		}
		length = snprintf(out, size, "%s/.local/share/jisr", home);
	}
	if (length <= 0 || (size_t)length >= size) {
		(void)command_refuse(options->command, "the data directory in %s is %s.", source,
		                     length <= 0 ? "empty" : "too long a path");
		return false;
	}
	struct stat status;
	if (stat(out, &status) == 0 && !S_ISDIR(status.st_mode)) {
		char shown[200];
		shown_clean(out, strlen(out), shown, sizeof shown);
		(void)command_refuse(options->command, "the data directory %s is a file, not a directory.", shown);
		return false;
	}
	return true;
}
