/* Any bytes as what a stranger is given: a dossier, an extract of a log, the archive of a session. Each is refused, or is
 * whole: a dossier that is read gives the same bytes when it is written. The first byte chooses. */
#include "assembly/export.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int see(void *context, const struct entry *entry, struct problem *problem)
{
	(void)context;
	(void)problem;
	if (entry->sequence == 0 || entry->header_bytes == NULL)
		abort();
	return JISR_OK;
}

static void try_dossier(const char *bytes, size_t length)
{
	CLEANUP(dossier_freep) struct dossier *dossier = NULL;
	struct text again;
	if (dossier_read(bytes, length, &dossier, NULL) != JISR_OK)
		return;
	text_init(&again, 2 * DOSSIER_MAX_BYTES);
	if (dossier_write(dossier, &again, NULL) != JISR_OK || again.length != length ||
	    memcmp(again.bytes, bytes, length) != 0)
		abort();
	text_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const char *bytes = (const char *)data + 1;
	struct export_report report;
	struct extract_report extract;
	if (data[0] == 'd')
		try_dossier(bytes, size - 1);
	else if (data[0] == 'e')
		(void)extract_read(bytes, size - 1, NULL, see, NULL, &extract, NULL);
	else
		(void)export_verify(bytes, size - 1, NULL, &report, NULL);
	return 0;
}
