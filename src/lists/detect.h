/* Finding out the format of a file from its beginning. Internal to src/lists. */
#ifndef JISR_LISTS_DETECT_H
#define JISR_LISTS_DETECT_H

#include "lists/reader.h"

#include <stddef.h>

/* Which of OFAC's three files it is. */
enum ofac_file { OFAC_NONE = 0, OFAC_SDN, OFAC_ALT, OFAC_ADD };

struct detected {
	enum list_format format;
	enum ofac_file ofac; /* for LIST_OFAC_CSV */
	const char *instead; /* for LIST_UNKNOWN: what it is, or NULL; a static text */
};

/* `bytes` is the beginning of the decoded file (INPUT_MAX_PEEK bytes, or all of it). 0 or JISR_NO_MEMORY. */
int detect_format(const char *bytes, size_t length, struct detected *ret_detected);

#endif
