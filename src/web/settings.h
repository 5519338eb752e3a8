/* The settings of a serving process: from the command line and from a configuration file whose every line is checked
 * at start. docs/serve.conf explains each. */
#ifndef JISR_WEB_SETTINGS_H
#define JISR_WEB_SETTINGS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct settings {
	const char *data;   /* directory */
	const char *listen; /* "127.0.0.1:8470", "[::1]:8470", "unix:/run/jisr/socket" */
};

#endif
