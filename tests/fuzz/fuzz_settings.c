/* Any configuration file: all that is wrong is told, nothing else happens; what was taken fits and reads the same again. */
#include "web/settings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *context, const char *sentence)
{
	if (sentence[0] == '\0')
		abort();
	++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings, again;
	struct arena *arena = NULL;
	size_t told = 0;
	/* A file that is named could be any on this machine. */
	if (memmem(data, size, "file", 4) != NULL || arena_new((size_t)4 << 20, &arena) != JISR_OK)
		return 0;
	settings_init(&settings);
	int error = settings_read_bytes(&settings, "fuzz", (const char *)data, size, arena, count, &told);
	if ((error != JISR_OK) != (told > 0) && error != JISR_NO_MEMORY)
		abort();
	if (error == JISR_OK) {
		const char *name;
		char value[SETTINGS_VALUE_MAX], after[SETTINGS_VALUE_MAX];
		bool now;
		settings_init(&again);
		for (size_t i = 0; settings_at(&settings, i, &name, value, &now); i++) {
			char line[2 * SETTINGS_VALUE_MAX];
			if (value[0] == '\0' || strcmp(name, "listen") == 0 || strlen(value) > SETTINGS_VALUE_MAX - 2)
				continue;
			(void)snprintf(line, sizeof line, "%s=%s", name, value);
			if (settings_set(&again, line, true, arena, NULL) != JISR_OK)
				abort();
			(void)settings_at(&again, i, &name, after, &now);
			if (strcmp(value, after) != 0)
				abort();
		}
		(void)settings_check(&settings, count, &told);
	}
	arena_free(arena);
	return 0;
}
