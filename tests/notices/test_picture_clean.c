#include "notices/picture_clean.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

#define WIDE 160
#define TALL 130

/* A directory of Exif with an orientation, a maker and a place, by hand: in both orders of bytes. */
static size_t make_exif(uint8_t *out, bool little, unsigned orientation)
{
	uint8_t *at = out;
#define PUT(value, bytes)                                                                                              \
	for (unsigned i = 0; i < (bytes); i++)                                                                         \
	*at++ = (uint8_t)((unsigned)(value) >> 8 * (little ? i : (bytes)-1 - i))
	memcpy(at, little ? "II" : "MM", 2);
	at += 2;
	PUT(42, 2);
	PUT(8, 4);
	PUT(3, 2);
	PUT(0x010F, 2);
	PUT(2, 2);
	PUT(11, 4);
	PUT(50, 4);
	PUT(0x0112, 2);
	PUT(3, 2);
	PUT(1, 4);
	PUT(orientation, 2);
	PUT(0, 2);
	PUT(0x8825, 2);
	PUT(4, 2);
	PUT(1, 4);
	PUT(62, 4);
	PUT(0, 4);
	memcpy(at, "MAKERNAME\0\0\0GPSLATITUDE 48.8566", 32);
	return (size_t)(at - out) + 32;
#undef PUT
}

static void fill(uint8_t *pixels)
{
	for (int y = 0; y < TALL; y++)
		for (int x = 0; x < WIDE; x++) {
			uint8_t *at = pixels + 3 * (y * WIDE + x);
			at[0] = x < WIDE / 2 ? 250 : 5; /* left red, below green */
			at[1] = y < TALL / 2 ? 5 : 250;
			at[2] = 60;
		}
}

static struct text make_jpeg(bool progressive, bool little, unsigned orientation)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr manager;
	unsigned char *bytes = NULL;
	unsigned long size = 0;
	static uint8_t pixels[WIDE * TALL * 3];
	uint8_t exif[300] = "Exif\0";
	size_t length = 6 + make_exif(exif + 6, little, orientation);
	struct text text;
	fill(pixels);
	jpeg.err = jpeg_std_error(&manager);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &size);
	jpeg.image_width = WIDE;
	jpeg.image_height = TALL;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg.restart_interval = 3;
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, (unsigned)length);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)"http://ns.adobe.com/xap/1.0/\0XMPSECRET", 38);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 13, (const JOCTET *)"Photoshop 3.0\0IPTCSECRET", 24);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 2, (const JOCTET *)"MPF\0MPFSECRET", 13);
	jpeg_write_marker(&jpeg, JPEG_COM, (const JOCTET *)"COMMENTSECRET", 13);
	for (int y = 0; y < TALL; y++) {
		JSAMPROW row = pixels + (size_t)y * WIDE * 3;
		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	text_init(&text, 1 << 20);
	(void)text_add(&text, (const char *)bytes, size);
	(void)text_add_string(&text, "BEHINDSECRET");
	free(bytes);
	return text;
}

static void add_chunk(struct text *text, const char *type, const void *bytes, size_t length)
{
	uint8_t head[8] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};
	memcpy(head + 4, type, 4);
	uLong sum = crc32(crc32(0, head + 4, 4), bytes, (uInt)length);
	const uint8_t tail[4] = {(uint8_t)(sum >> 24), (uint8_t)(sum >> 16), (uint8_t)(sum >> 8), (uint8_t)sum};
	(void)text_add(text, (const char *)head, 8);
	(void)text_add(text, bytes, length);
	(void)text_add(text, (const char *)tail, 4);
}

static struct text make_png(unsigned orientation)
{
	png_image image = {.version = PNG_IMAGE_VERSION, .width = WIDE, .height = TALL, .format = PNG_FORMAT_RGB};
	static uint8_t pixels[WIDE * TALL * 3], file[WIDE * TALL * 4];
	uint8_t exif[300];
	png_alloc_size_t size = sizeof file;
	size_t length = make_exif(exif, true, orientation);
	struct text text;
	fill(pixels);
	assert_true(png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL));
	text_init(&text, 1 << 20);
	(void)text_add(&text, (const char *)file, 33); /* sign and IHDR */
	add_chunk(&text, "tEXt", "Comment\0TEXTSECRET", 18);
	add_chunk(&text, "eXIf", exif, length);
	add_chunk(&text, "tIME", "\7\352\1\1\1\1\1", 7);
	add_chunk(&text, "seCr", "CHUNKSECRET", 11);
	(void)text_add(&text, (const char *)file + 33, size - 33);
	(void)text_add_string(&text, "BEHINDSECRET");
	return text;
}

static bool has(const struct text *text, const char *words)
{
	return memmem(text->bytes, text->length, words, strlen(words)) != NULL;
}

/* The corner that is to be above on the left, as the eye sees it: 0 red, 1 neither, 2 both, 3 green. */
static int corner(const struct text *text)
{
	struct picture picture;
	uint8_t *pixels = NULL;
	assert_int_equal(picture_pixels(text->bytes, text->length, &picture, &pixels, NULL), JISR_OK);
	const uint8_t *at = pixels + 4 * (12 * picture.width + 12);
	int found = at[2] > 128 ? (at[1] > 128 ? 2 : 0) : (at[1] > 128 ? 3 : 1);
	memory_free(pixels);
	return found;
}

static void check(struct text file, enum picture_type type, unsigned orientation)
{
	/* which of the file's corners is above on the left: Exif's table */
	static const int corners[9] = {0, 0, 1, 3, 2, 0, 2, 3, 1};
	static const char *const secrets[] = {"SECRET", "GPSLATITUDE", "MAKERNAME", "Photoshop"};
	struct text clean, again;
	struct picture picture;
	struct problem problem = {""};
	text_init(&clean, 1 << 20);
	text_init(&again, 1 << 20);
	assert_true(has(&file, "GPSLATITUDE") && has(&file, "SECRET"));
	if (picture_clean(file.bytes, file.length, type, &clean, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (has(&clean, secrets[i]))
			fail_msg("%s is left", secrets[i]);
	assert_int_equal(picture_read(clean.bytes, clean.length, &picture, &problem), JISR_OK);
	assert_int_equal(picture_orientation(clean.bytes, clean.length, type), orientation);
	assert_int_equal(corner(&file), corners[orientation]);
	assert_int_equal(corner(&clean), corners[orientation]);
	/* what is clean stays as it is */
	assert_int_equal(picture_clean(clean.bytes, clean.length, type, &again, &problem), JISR_OK);
	assert_int_equal(again.length, clean.length);
	assert_memory_equal(again.bytes, clean.bytes, clean.length);
	/* cut off anywhere, nothing is read beyond the end, and nothing is called clean that is not whole */
	for (size_t cut = 0; cut < clean.length; cut += cut < 12 ? 1 : 7) {
		char *copy = malloc(cut);
		memcpy(copy, clean.bytes, cut);
		text_reset(&again);
		assert_int_not_equal(picture_clean(copy, cut, type, &again, NULL), JISR_OK);
		free(copy);
	}
	text_finish(&clean);
	text_finish(&again);
	text_finish(&file);
}

static void places_devices_and_comments_go_and_the_right_way_up_stays(void **state)
{
	(void)state;
	for (unsigned orientation = 1; orientation <= 8; orientation++) {
		check(make_jpeg(false, true, orientation), PICTURE_JPEG, orientation);
		check(make_jpeg(true, false, orientation), PICTURE_JPEG, orientation);
		check(make_png(orientation), PICTURE_PNG, orientation);
	}
}

static void an_orientation_that_is_none_is_no_orientation(void **state)
{
	(void)state;
	struct text file = make_jpeg(false, true, 9);
	assert_int_equal(picture_orientation(file.bytes, file.length, PICTURE_JPEG), 1);
	/* any byte of the head may be any other: nothing is read beyond the end */
	for (size_t i = 20; i < 160; i++)
		for (unsigned value = 0; value < 256; value += 5) {
			char kept = file.bytes[i];
			struct text clean;
			text_init(&clean, 1 << 20);
			file.bytes[i] = (char)value;
			(void)picture_clean(file.bytes, file.length, PICTURE_JPEG, &clean, NULL);
			file.bytes[i] = kept;
			text_finish(&clean);
		}
	text_finish(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_devices_and_comments_go_and_the_right_way_up_stays),
		cmocka_unit_test(an_orientation_that_is_none_is_no_orientation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
