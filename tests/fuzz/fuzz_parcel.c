/* What nodes send up and what headquarters answers: pieces on the line, commands, answers. */
#include "network/parcel.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What is read can be written, and is then read as the same. */
static void write_again(const struct parcel *parcel, struct arena *arena)
{
	struct text text;
	struct parcel again;
	text_init(&text, PARCEL_MAX_NOTE);
	if (parcel_write(parcel, "test/log", &text, NULL) != JISR_OK || text_add_char(&text, '\n') != JISR_OK ||
	    parcel_read(text.bytes, text.length, parcel->body, parcel->length, "test/log", arena, &again, NULL) !=
	            JISR_OK ||
	    strcmp(again.target, parcel->target) != 0 || strcmp(again.id, parcel->id) != 0 ||
	    again.scopes != parcel->scopes)
		abort();
	text_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = NULL;
	const char *at = (const char *)bytes, *end = at + length;
	struct parcel_piece piece;
	bool bad = false;
	if (arena_new((size_t)4 << 20, &arena) != JISR_OK)
		return 0;
	while (parcel_next(&at, end, &piece, &bad)) {
		struct parcel parcel;
		struct parcel_answer answer;
		struct text out;
		if (parcel_read(piece.note, piece.length, piece.body, piece.body_length, "test/log", arena, &parcel,
		                NULL) == JISR_OK)
			write_again(&parcel, arena);
		(void)parcel_answer_read(piece.note, piece.length, "test/log", arena, &answer, NULL);
		text_init(&out, length + 16);
		if (parcel_put(&out, &piece) != JISR_OK || memcmp(at - out.length, out.bytes, out.length) != 0)
			abort(); /* one piece has one form */
		text_finish(&out);
		arena_reset(arena);
	}
	arena_free(arena);
	return 0;
}
