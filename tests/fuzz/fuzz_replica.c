/* Batches of the log, as a node reads them. */
#include "store/replica.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = NULL;
	if (length < 8 || arena_new((size_t)16 << 20, &arena) != JISR_OK)
		return 0;
	struct replica_cursor cursor = {(const char *)bytes + 8, (const char *)bytes + length, arena};
	for (;;) {
		struct entry entry;
		uint8_t hash[MERKLE_HASH];
		const char *note = NULL;
		size_t noted = 0;
		enum replica_item item = replica_next(&cursor, &entry, hash, &note, &noted);
		if (item == REPLICA_END || item == REPLICA_BAD)
			break;
		if (item == REPLICA_ENTRY) {
			struct text again;
			text_init(&again, REPLICA_MAX_BATCH);
			if (replica_entry_write(&entry, &again) != JISR_OK)
				abort();
			if (memcmp(cursor.at - again.length, again.bytes, again.length) != 0)
				abort(); /* one value has one form */
			text_finish(&again);
		}
	}
	arena_free(arena);
	return 0;
}
