#include "store/mirror_row.h"

#include <endian.h>
#include <sodium.h>
#include <string.h>

enum { KIND_ROW = 1, KIND_DELETED = 2 };

static void add_byte(struct text *text, size_t value)
{
	const char byte = (char)value;
	(void)text_add(text, &byte, 1);
}

static void add_word(struct text *text, uint64_t word)
{
	word = htole64(word);
	(void)text_add(text, (const char *)&word, sizeof word);
}

int mirror_row_write(const struct mirror_row *row, struct text *text)
{
	size_t name = strlen(row->table);
	add_byte(text, row->deleted ? KIND_DELETED : KIND_ROW);
	add_byte(text, name);
	(void)text_add(text, row->table, name);
	add_byte(text, row->count);
	for (size_t i = 0; i < row->count; i++) {
		const struct mirror_value *value = &row->values[i];
		uint32_t length = htole32((uint32_t)value->length);
		uint64_t bits = 0;
		add_byte(text, value->type);
		switch (value->type) {
		case SQL_NUMBER: add_word(text, (uint64_t)value->number); break;
		case SQL_REAL:
			memcpy(&bits, &value->real, sizeof bits);
			add_word(text, bits);
			break;
		case SQL_TEXT:
		case SQL_BYTES:
			(void)text_add(text, (const char *)&length, sizeof length);
			(void)text_add(text, value->bytes, value->length);
			break;
		default: break;
		}
	}
	return text->error;
}

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *cursor, size_t length, const char **ret_bytes)
{
	if (length > (size_t)(cursor->end - cursor->at))
		return false;
	*ret_bytes = cursor->at;
	cursor->at += length;
	return true;
}

static bool take_byte(struct cursor *cursor, size_t *ret_value)
{
	const char *byte;
	if (!take(cursor, 1, &byte))
		return false;
	*ret_value = (uint8_t)*byte;
	return true;
}

static bool take_word(struct cursor *cursor, uint64_t *ret_word)
{
	const char *bytes;
	if (!take(cursor, sizeof *ret_word, &bytes))
		return false;
	memcpy(ret_word, bytes, sizeof *ret_word);
	*ret_word = le64toh(*ret_word);
	return true;
}

static bool take_value(struct cursor *cursor, struct mirror_value *value)
{
	size_t type;
	uint64_t word = 0;
	uint32_t length;
	const char *bytes;
	if (!take_byte(cursor, &type))
		return false;
	*value = (struct mirror_value){.type = (enum sql_type)type};
	switch (type) {
	case SQL_NULL: return true;
	case SQL_NUMBER:
		if (!take_word(cursor, &word))
			return false;
		value->number = (int64_t)word;
		return true;
	case SQL_REAL:
		if (!take_word(cursor, &word))
			return false;
		memcpy(&value->real, &word, sizeof word);
		return true;
	case SQL_TEXT:
	case SQL_BYTES:
		if (!take(cursor, sizeof length, &bytes))
			return false;
		memcpy(&length, bytes, sizeof length);
		value->length = le32toh(length);
		return take(cursor, value->length, &value->bytes);
	default: return false;
	}
}

bool mirror_row_read(const void *bytes, size_t length, struct mirror_row *ret_row)
{
	struct cursor cursor = {bytes, (const char *)bytes + length};
	struct mirror_row row = {.count = 0};
	size_t kind, name;
	const char *at;
	if (!take_byte(&cursor, &kind) || (kind != KIND_ROW && kind != KIND_DELETED) || !take_byte(&cursor, &name) ||
	    name > MIRROR_MAX_NAME || !take(&cursor, name, &at) || memchr(at, '\0', name) != NULL)
		return false;
	row.deleted = kind == KIND_DELETED;
	memcpy(row.table, at, name);
	if (!take_byte(&cursor, &row.count) || row.count > MIRROR_MAX_COLUMNS)
		return false;
	for (size_t i = 0; i < row.count; i++)
		if (!take_value(&cursor, &row.values[i]))
			return false;
	if (cursor.at != cursor.end)
		return false;
	*ret_row = row;
	return true;
}

/* ---- sealing ---- */

#define OWNER_MAX (SHARED_MAX_BASE + 2 * SHARED_ROW_KEY + 32)

static void owner_of(const char *base, const struct shared_row *row, char out[OWNER_MAX])
{
	char hex[2 * SHARED_ROW_KEY + 1];
	(void)sodium_bin2hex(hex, sizeof hex, row->key, sizeof row->key);
	(void)snprintf(out, OWNER_MAX, "%.*s %s %llu", SHARED_MAX_BASE, base, hex, (unsigned long long)row->change);
}

int mirror_row_seal(const uint8_t seal[SEAL_KEY], const char *base, const struct text *plain, struct text *sealed,
                    struct shared_row *row)
{
	char owner[OWNER_MAX];
	const char more[SEAL_MORE] = {0};
	text_reset(sealed); /* room first */
	(void)text_add(sealed, plain->bytes, plain->length);
	if (plain->error || text_add(sealed, more, sizeof more))
		return plain->error ? plain->error : sealed->error;
	owner_of(base, row, owner);
	seal_close(seal, owner, plain->bytes, plain->length, (uint8_t *)sealed->bytes);
	row->sealed = (const uint8_t *)sealed->bytes;
	row->length = sealed->length;
	return JISR_OK;
}

bool mirror_row_open(const uint8_t seal[SEAL_KEY], const char *base, const struct shared_row *in, struct text *plain,
                     struct mirror_row *ret_row)
{
	char owner[OWNER_MAX];
	if (in->length <= SEAL_MORE)
		return false;
	text_reset(plain); /* room first */
	if (text_add(plain, (const char *)in->sealed, in->length - SEAL_MORE))
		return false;
	owner_of(base, in, owner);
	return seal_open(seal, owner, in->sealed, in->length, plain->bytes, plain->length) &&
	       mirror_row_read(plain->bytes, plain->length, ret_row);
}
