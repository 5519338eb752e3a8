#include "members/passkey_cbor.h"

#include <cbor.h>
#include <string.h>

static void on_number(void *context, uint64_t value)
{
	struct passkey_cbor_item *item = context;
	if (value <= INT64_MAX)
		*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_NUMBER, .number = (int64_t)value};
}

static void on_negative(void *context, uint64_t value)
{
	struct passkey_cbor_item *item = context;
	if (value <= INT64_MAX)
		*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_NUMBER, .number = -1 - (int64_t)value};
}

static void on_uint8(void *context, uint8_t value)
{
	on_number(context, value);
}

static void on_uint16(void *context, uint16_t value)
{
	on_number(context, value);
}

static void on_uint32(void *context, uint32_t value)
{
	on_number(context, value);
}

static void on_negint8(void *context, uint8_t value)
{
	on_negative(context, value);
}

static void on_negint16(void *context, uint16_t value)
{
	on_negative(context, value);
}

static void on_negint32(void *context, uint32_t value)
{
	on_negative(context, value);
}

static void on_bytes(void *context, cbor_data bytes, size_t size)
{
	struct passkey_cbor_item *item = context;
	*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_BYTES, .bytes = bytes, .size = size};
}

static void on_text(void *context, cbor_data bytes, size_t size)
{
	struct passkey_cbor_item *item = context;
	*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_TEXT, .bytes = bytes, .size = size};
}

static void on_array(void *context, size_t size)
{
	struct passkey_cbor_item *item = context;
	*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_ARRAY, .size = size};
}

static void on_map(void *context, size_t size)
{
	struct passkey_cbor_item *item = context;
	*item = (struct passkey_cbor_item){.kind = PASSKEY_CBOR_MAP, .size = size};
}

static void on_other(void *context)
{
	struct passkey_cbor_item *item = context;
	item->kind = PASSKEY_CBOR_OTHER;
}

static void on_float(void *context, float value)
{
	(void)value;
	on_other(context);
}

static void on_double(void *context, double value)
{
	(void)value;
	on_other(context);
}

static void on_boolean(void *context, bool value)
{
	(void)value;
	on_other(context);
}

/* What is not taken leaves the item as it is. */
static void on_refused(void *context)
{
	(void)context;
}

static void on_tag(void *context, uint64_t value)
{
	(void)context;
	(void)value;
}

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_number,
	.negint8 = on_negint8,
	.negint16 = on_negint16,
	.negint32 = on_negint32,
	.negint64 = on_negative,
	.byte_string = on_bytes,
	.byte_string_start = on_refused,
	.string = on_text,
	.string_start = on_refused,
	.array_start = on_array,
	.indef_array_start = on_refused,
	.map_start = on_map,
	.indef_map_start = on_refused,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_other,
	.null = on_other,
	.boolean = on_boolean,
	.indef_break = on_refused,
};

struct passkey_cbor_item passkey_cbor_next(struct passkey_cbor *reader)
{
	struct passkey_cbor_item item = {.kind = PASSKEY_CBOR_NONE};
	if (reader->failed || reader->at == reader->end) {
		reader->failed = true;
		return item;
	}
	size_t left = (size_t)(reader->end - reader->at);
	struct cbor_decoder_result result = cbor_stream_decode(reader->at, left, &callbacks, &item);
	bool good = result.status == CBOR_DECODER_FINISHED && result.read <= left && item.kind != PASSKEY_CBOR_NONE;
	/* Each element takes a byte at least. */
	if (good && (item.kind == PASSKEY_CBOR_ARRAY || item.kind == PASSKEY_CBOR_MAP))
		good = item.size <= left;
	if (!good) {
		reader->failed = true;
		return (struct passkey_cbor_item){.kind = PASSKEY_CBOR_NONE};
	}
	reader->at += result.read;
	return item;
}

struct passkey_cbor_item passkey_cbor_expect(struct passkey_cbor *reader, enum passkey_cbor_kind kind)
{
	struct passkey_cbor_item item = passkey_cbor_next(reader);
	if (item.kind == kind)
		return item;
	reader->failed = true;
	return (struct passkey_cbor_item){.kind = PASSKEY_CBOR_NONE};
}

void passkey_cbor_skip(struct passkey_cbor *reader)
{
	uint64_t open[PASSKEY_CBOR_DEPTH + 1] = {1}; /* values still to come at each level */
	size_t depth = 0, items = 0;
	do {
		struct passkey_cbor_item item = passkey_cbor_next(reader);
		bool holds = (item.kind == PASSKEY_CBOR_ARRAY || item.kind == PASSKEY_CBOR_MAP) && item.size > 0;
		if (reader->failed || ++items > PASSKEY_CBOR_ITEMS || (holds && depth == PASSKEY_CBOR_DEPTH)) {
			reader->failed = true;
			return;
		}
		open[depth]--;
		if (holds)
			open[++depth] = item.kind == PASSKEY_CBOR_MAP ? (uint64_t)item.size * 2 : item.size;
		while (depth > 0 && open[depth] == 0)
			depth--;
	} while (open[depth] > 0);
}

bool passkey_cbor_is(const struct passkey_cbor_item *item, const char *literal)
{
	return item->kind == PASSKEY_CBOR_TEXT && item->size == strlen(literal) &&
	       memcmp(item->bytes, literal, item->size) == 0;
}
