#include "notices/picture_clean.h"

#include <stdbool.h>
#include <string.h>
// needs the standard headers
#include <zlib.h>

/* Exif with one tag, the orientation: "II", 42, the first directory at 8, one entry, no next directory. */
#define TIFF_BYTES 26
static const uint8_t tiff_of[TIFF_BYTES] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3,
                                            0,   1,   0,  0, 0, 1, 0, 0, 0, 0, 0,    0,    0};
#define TIFF_VALUE 18
static const char exif[] = "Exif\0"; /* and the literal's own zero: six bytes */
#define EXIF_BYTES 6

static uint32_t big(const uint8_t *at, size_t bytes)
{
	uint32_t number = 0;
	for (size_t i = 0; i < bytes; i++)
		number = number << 8 | at[i];
	return number;
}

static uint32_t number_at(const uint8_t *at, size_t bytes, bool little)
{
	uint32_t number = 0;
	for (size_t i = bytes; little && i-- > 0;)
		number = number << 8 | at[i];
	return little ? number : big(at, bytes);
}

/* The orientation in a TIFF directory; 1 where it does not say a usable one. */
static int read_tiff(const uint8_t *tiff, size_t length)
{
	if (length < 14 || (memcmp(tiff, "II", 2) != 0 && memcmp(tiff, "MM", 2) != 0))
		return 1;
	bool little = tiff[0] == 'I';
	size_t at = number_at(tiff + 4, 4, little);
	if (at > length - 2)
		return 1;
	size_t count = number_at(tiff + at, 2, little);
	at += 2;
	for (size_t i = 0; i < count && at + 12 <= length; i++, at += 12) {
		if (number_at(tiff + at, 2, little) != 0x0112 || number_at(tiff + at + 2, 2, little) != 3)
			continue;
		uint32_t value = number_at(tiff + at + 8, 2, little);
		return value >= 1 && value <= 8 ? (int)value : 1;
	}
	return 1;
}

/* ---- JPEG ---- */

struct segment {
	uint8_t marker;
	const uint8_t *bytes; /* its whole: marker, length, content */
	size_t length;
	const uint8_t *content;
	size_t content_length;
};

/* The segment at a place, at most up to the first scan. False at the end or where there is none. */
static bool next_segment(const uint8_t *bytes, size_t length, size_t *at, struct segment *segment)
{
	size_t place = *at;
	if (place + 4 > length || bytes[place] != 0xFF)
		return false;
	while (place + 4 <= length && bytes[place + 1] == 0xFF) /* fill bytes */
		place++;
	size_t size = place + 4 <= length ? big(bytes + place + 2, 2) : 0;
	if (size < 2 || size > length - place - 2)
		return false;
	*segment = (struct segment){bytes[place + 1], bytes + place, size + 2, bytes + place + 4, size - 2};
	*at = place + size + 2;
	return true;
}

static bool is_exif(const struct segment *segment)
{
	return segment->marker == 0xE1 && segment->content_length > EXIF_BYTES &&
	       memcmp(segment->content, exif, EXIF_BYTES) == 0;
}

/* What a decoder needs: tables and frames; JFIF's and Adobe's heads, which say what the colours are, and the profile. */
static bool is_kept(const struct segment *segment)
{
	static const char profile[] = "ICC_PROFILE";
	if (segment->marker == 0xFE)
		return false;
	if (segment->marker < 0xE0 || segment->marker > 0xEF)
		return true;
	if (segment->marker == 0xE0) /* without JFIF's thumbnail, and not its extension that holds one */
		return segment->content_length == 14 && memcmp(segment->content, "JFIF", 5) == 0;
	if (segment->marker == 0xE2)
		return segment->content_length > sizeof profile &&
		       memcmp(segment->content, profile, sizeof profile) == 0;
	return segment->marker == 0xEE && segment->content_length == 12 && memcmp(segment->content, "Adobe", 5) == 0;
}

/* The end of the scan that begins at a place: the next marker that is not of its inside. */
static size_t scan_end(const uint8_t *bytes, size_t length, size_t at)
{
	for (; at + 1 < length; at++)
		if (bytes[at] == 0xFF && bytes[at + 1] != 0 && bytes[at + 1] != 0xFF &&
		    (bytes[at + 1] < 0xD0 || bytes[at + 1] > 0xD7))
			return at;
	return length;
}

static int clean_jpeg(const uint8_t *bytes, size_t length, struct text *clean, struct problem *problem)
{
	int orientation = picture_orientation(bytes, length, PICTURE_JPEG);
	size_t at = 2;
	struct segment segment;
	(void)text_add(clean, (const char *)bytes, length < 2 ? length : 2);
	if (orientation != 1) {
		uint8_t head[4 + EXIF_BYTES + TIFF_BYTES] = {0xFF, 0xE1, 0, 2 + EXIF_BYTES + TIFF_BYTES};
		memcpy(head + 4, exif, EXIF_BYTES);
		memcpy(head + 4 + EXIF_BYTES, tiff_of, TIFF_BYTES);
		head[4 + EXIF_BYTES + TIFF_VALUE] = (uint8_t)orientation;
		(void)text_add(clean, (const char *)head, sizeof head);
	}
	while (at + 1 < length) {
		if (bytes[at] == 0xFF && bytes[at + 1] == 0xD9) { /* the end; what follows is no picture */
			(void)text_add(clean, (const char *)bytes + at, 2);
			return clean->error;
		}
		if (!next_segment(bytes, length, &at, &segment))
			break;
		if (is_kept(&segment))
			(void)text_add(clean, (const char *)segment.bytes, segment.length);
		if (segment.marker == 0xDA) {
			size_t end = scan_end(bytes, length, at);
			(void)text_add(clean, (const char *)bytes + at, end - at);
			at = end;
		}
	}
	return clean->error ? clean->error
	                    : problem_set(problem, JISR_BAD_INPUT,
	                                  "the JPEG's segments do not fit together: save the picture anew");
}

/* ---- PNG ---- */

static bool png_kept(const uint8_t *type)
{
	static const char kept[] = "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD";
	for (size_t i = 0; i < sizeof kept - 1; i += 5)
		if (memcmp(kept + i, type, 4) == 0)
			return true;
	return false;
}

static void put_big(uint8_t *out, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(number >> (24 - 8 * i));
}

static void add_png_orientation(struct text *clean, int orientation)
{
	uint8_t chunk[8 + TIFF_BYTES + 4] = {0};
	put_big(chunk, TIFF_BYTES);
	memcpy(chunk + 4, "eXIf", 4);
	memcpy(chunk + 8, tiff_of, TIFF_BYTES);
	chunk[8 + TIFF_VALUE] = (uint8_t)orientation;
	put_big(chunk + 8 + TIFF_BYTES, (uint32_t)crc32(0, chunk + 4, 4 + TIFF_BYTES));
	(void)text_add(clean, (const char *)chunk, sizeof chunk);
}

static int clean_png(const uint8_t *bytes, size_t length, struct text *clean, struct problem *problem)
{
	int orientation = picture_orientation(bytes, length, PICTURE_PNG);
	(void)text_add(clean, (const char *)bytes, length < 8 ? length : 8);
	for (size_t at = 8; at + 12 <= length;) {
		size_t size = big(bytes + at, 4);
		if (size > length - at - 12)
			break;
		if (png_kept(bytes + at + 4))
			(void)text_add(clean, (const char *)bytes + at, size + 12);
		if (memcmp(bytes + at + 4, "IHDR", 4) == 0 && orientation != 1)
			add_png_orientation(clean, orientation);
		if (memcmp(bytes + at + 4, "IEND", 4) == 0)
			return clean->error;
		at += size + 12;
	}
	return clean->error ? clean->error
	                    : problem_set(problem, JISR_BAD_INPUT,
	                                  "the PNG's chunks do not fit together: save the picture anew");
}

/* ---- both ---- */

int picture_orientation(const void *bytes, size_t length, enum picture_type type)
{
	const uint8_t *all = bytes;
	struct segment segment;
	if (type == PICTURE_JPEG) {
		for (size_t at = 2; next_segment(all, length, &at, &segment) && segment.marker != 0xDA;)
			if (is_exif(&segment))
				return read_tiff(segment.content + EXIF_BYTES, segment.content_length - EXIF_BYTES);
		return 1;
	}
	for (size_t at = 8; at + 12 <= length;) {
		size_t size = big(all + at, 4);
		if (size > length - at - 12)
			break;
		if (memcmp(all + at + 4, "eXIf", 4) == 0)
			return read_tiff(all + at + 8, size);
		at += size + 12;
	}
	return 1;
}

int picture_clean(const void *bytes, size_t length, enum picture_type type, struct text *clean, struct problem *problem)
{
	return type == PICTURE_PNG ? clean_png(bytes, length, clean, problem)
	                           : clean_jpeg(bytes, length, clean, problem);
}
