/* A row of a SQLite table as it travels (store/mirror.h), before it is sealed: which table, all its columns, or of a deleted
 * row the columns of its key.
 *
 *   1 byte    1: a row, 2: deleted
 *   1 byte    length of the table's name, the name
 *   1 byte    how many values, then each:
 *     1 byte  0: NULL   1: number, 8 bytes   2: real, 8 bytes   3: text, 4: bytes, with a length of 4 bytes before
 *
 * Numbers have their lowest byte first. */
#ifndef JISR_STORE_MIRROR_ROW_H
#define JISR_STORE_MIRROR_ROW_H

#include "base/text.h"
#include "store/seal.h"
#include "store/shared_rows.h"
#include "store/sql.h"

#define MIRROR_MAX_COLUMNS 32
#define MIRROR_MAX_NAME    40 /* bytes of a table's name */
#define MIRROR_MAX_ROW     ((size_t)16 << 20)

struct mirror_value {
	enum sql_type type;
	int64_t number;
	double real;
	const char *bytes; /* of a text or bytes; the caller's */
	size_t length;
};

struct mirror_row {
	bool deleted;
	char table[MIRROR_MAX_NAME + 1];
	size_t count;
	struct mirror_value values[MIRROR_MAX_COLUMNS];
};

/* Adds it to the text. The text's error. */
int mirror_row_write(const struct mirror_row *row, struct text *text);

/* False when the bytes are no row. Values point into the bytes. */
bool mirror_row_read(const void *bytes, size_t length, struct mirror_row *ret_row);

/* Seals what was written, bound to its base, key and change: *row gets the bytes, which live in `sealed`. The text's error. */
int mirror_row_seal(const uint8_t seal[SEAL_KEY], const char *base, const struct text *plain, struct text *sealed,
                    struct shared_row *row);

/* False when it was sealed under another key, for another place, or was changed. What the row points to lives in `plain`. */
bool mirror_row_open(const uint8_t seal[SEAL_KEY], const char *base, const struct shared_row *in, struct text *plain,
                     struct mirror_row *ret_row);

#endif
