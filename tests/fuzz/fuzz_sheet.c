/* Any bytes as a CSV file: rows in order of their lines, every value a whole string, an end. */
#include "cli/sheet.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sheet_name names[] = {{"id", 0}, {"name", 1}, {"full name", 1}, {NULL, 0}};
	if (size == 0)
		return 0;
	FILE *stream = fmemopen((void *)(uintptr_t)data, size, "r");
	struct arena *arena = NULL;
	struct sheet *sheet = NULL;
	struct sheet_row row;
	uint64_t line = 0;
	if (stream == NULL || arena_new(64 << 20, &arena) != JISR_OK)
		abort();
	int error = sheet_new(stream, names, &sheet, NULL);
	while (error == JISR_OK && (error = sheet_next(sheet, arena, &row, NULL)) == JISR_OK) {
		if (row.line <= line || row.line > size + 1)
			abort();
		line = row.line;
		for (int i = 0; i < 2; i++)
			if (row.values[i] != NULL && strlen(row.values[i]) > size)
				abort();
	}
	sheet_free(sheet);
	arena_free(arena);
	fclose(stream);
	return 0;
}
