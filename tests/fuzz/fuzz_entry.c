/* Any bytes: no header of an entry, or one that is written again as the same bytes, which are canonical JSON. */
#include "base/canonical.h"
#include "store/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct entry_header header;
	struct problem problem = {""};
	struct text again;
	(void)canonical_is((const char *)data, size);
	if (arena_new((size_t)1 << 20, &arena) != JISR_OK)
		return 0;
	if (entry_header_read((const char *)data, size, arena, &header, &problem) != JISR_OK) {
		if (problem.text[0] == '\0')
			abort();
		return 0;
	}
	text_init(&again, ENTRY_MAX_HEADER);
	if (entry_header_write(&header, &again, NULL) != JISR_OK || again.length != size ||
	    memcmp(again.bytes, data, size) != 0 || !canonical_is(again.bytes, again.length))
		abort();
	/* Who wrote it sees it, and headquarters, but for what is the Commission's alone. */
	if (!entry_visible_to(&header, header.author) || (strncmp(header.kind, ENTRY_APART, strlen(ENTRY_APART)) != 0 &&
	                                                  !entry_visible_to(&header, ENTRY_HEADQUARTERS)))
		abort();
	text_finish(&again);
	return 0;
}
