/* The settings of `jisr serve` through its life: the defaults, the file over them, the command line over both; and all
 * of that again when it is told to reload. */
#ifndef JISR_CLI_SERVING_H
#define JISR_CLI_SERVING_H

#include "cli/options.h"
#include "web/settings.h"

struct serving;

int serving_new(const struct command *command, struct serving **ret_serving);
struct serving *serving_free(struct serving *serving);
MEMORY_DEFINE_FREEP(struct serving, serving_free)

/* Options, in their order; name NULL: the value is "NAME=VALUE". False after a sentence was printed. */
bool serving_option(struct serving *serving, const char *name, const char *value);
bool serving_file(struct serving *serving, const char *path);

/* Reads everything and checks it; with `checking` also the files of the certificate, and prints that all is good.
 * STATUS_DONE, or another status after sentences were printed. */
int serving_begin(struct serving *serving, const struct options *options, bool checking);

/* The present ones. They live for as long as any answer that began with them may take. */
const struct settings *serving_settings(const struct serving *serving);

/* The settings file, NULL: none was given. */
const char *serving_path(const struct serving *serving);

/* Reads everything again: the new settings, or NULL when something is wrong, which was logged; then the present ones
 * stay. What only a new start can change is logged too. */
const struct settings *serving_reload(struct serving *serving);

#endif
