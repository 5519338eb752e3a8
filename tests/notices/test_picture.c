#include "notices/picture.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>

struct made {
	uint8_t *bytes;
	size_t length;
};

static struct made make_png(uint32_t width, uint32_t height)
{
	png_image image = {.version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGBA};
	uint8_t *pixels = malloc((size_t)width * height * 4);
	png_alloc_size_t size = 0;
	for (size_t i = 0; i < (size_t)width * height * 4; i++)
		pixels[i] = (uint8_t)(i * 7);
	assert_true(png_image_write_get_memory_size(image, size, 0, pixels, 0, NULL));
	struct made made = {malloc(size), size};
	assert_true(png_image_write_to_memory(&image, made.bytes, &size, 0, pixels, 0, NULL));
	made.length = size;
	free(pixels);
	return made;
}

static struct made make_jpeg(uint32_t width, uint32_t height, bool cmyk)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr manager;
	unsigned char *bytes = NULL;
	unsigned long size = 0;
	jpeg.err = jpeg_std_error(&manager);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &size);
	jpeg.image_width = width;
	jpeg.image_height = height;
	jpeg.input_components = cmyk ? 4 : 3;
	jpeg.in_color_space = cmyk ? JCS_CMYK : JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	uint8_t *row = calloc(width, 4);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width * 3; x++)
			row[x] = (uint8_t)(x * y);
		JSAMPROW rows = row;
		jpeg_write_scanlines(&jpeg, &rows, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	free(row);
	return (struct made){bytes, size};
}

static void expect(struct made made, int code)
{
	struct picture picture = {0};
	struct problem problem = {""};
	int error = picture_read(made.bytes, made.length, &picture, &problem);
	if (error != code)
		fail_msg("%d and not %d: %s", error, code, problem.text);
	assert_true((error == JISR_OK) == (problem.text[0] == '\0'));
	free(made.bytes);
}

static void whole_pictures_are_read_with_their_size(void **state)
{
	(void)state;
	struct picture picture;
	uint8_t *pixels;
	struct made made = make_png(200, 300);
	assert_int_equal(picture_pixels(made.bytes, made.length, &picture, &pixels, NULL), JISR_OK);
	assert_true(picture.type == PICTURE_PNG && picture.width == 200 && picture.height == 300);
	/* the second pixel: 28, 35, 42, 49 of red, green, blue, alpha */
	assert_true(pixels[4] == (42 * 49 + 127) / 255 && pixels[6] == (28 * 49 + 127) / 255 && pixels[7] == 49);
	memory_free(pixels);
	free(made.bytes);
	made = make_jpeg(160, 120, false);
	assert_int_equal(picture_pixels(made.bytes, made.length, &picture, &pixels, NULL), JISR_OK);
	assert_true(picture.type == PICTURE_JPEG && picture.width == 160 && picture.height == 120 && pixels[3] == 255);
	memory_free(pixels);
	free(made.bytes);
	assert_string_equal(picture_mime(PICTURE_PNG), "image/png");
}

static void what_is_too_small_too_large_or_no_picture_is_refused(void **state)
{
	(void)state;
	expect(make_png(PICTURE_MIN_SIDE, PICTURE_MIN_SIDE), JISR_OK);
	expect(make_png(PICTURE_MIN_SIDE - 1, 300), JISR_BAD_INPUT);
	expect(make_jpeg(PICTURE_MAX_SIDE, PICTURE_MIN_SIDE, false), JISR_OK);
	expect(make_jpeg(PICTURE_MAX_SIDE + 1, PICTURE_MIN_SIDE, false), JISR_TOO_LARGE);
	expect(make_jpeg(200, 200, true), JISR_UNSUPPORTED);
	expect((struct made){(uint8_t *)strdup("GIF89a and more"), 15}, JISR_UNSUPPORTED);
	expect((struct made){(uint8_t *)strdup(""), 0}, JISR_UNSUPPORTED);
	struct problem problem = {""};
	struct picture picture;
	assert_int_equal(picture_read("x", PICTURE_MAX_BYTES + 1, &picture, &problem), JISR_TOO_LARGE);
}

static void a_picture_cut_off_anywhere_is_noticed(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		struct made made = kind == 0 ? make_png(130, 130) : make_jpeg(130, 130, false);
		for (size_t length = 0; length + 12 < made.length; length += 1 + length / 20) {
			struct picture picture;
			struct problem problem = {""};
			uint8_t *copy = malloc(length + 1);
			memcpy(copy, made.bytes, length);
			assert_int_not_equal(picture_read(copy, length, &picture, &problem), JISR_OK);
			assert_true(problem.text[0] != '\0');
			free(copy);
		}
		free(made.bytes);
	}
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	struct made made = make_jpeg(130, 130, false);
	for (long n = 0;; n++) {
		struct picture picture;
		uint8_t *pixels = NULL;
		memory_fail_after(n);
		int error = picture_pixels(made.bytes, made.length, &picture, &pixels, NULL);
		memory_fail_after(-1);
		memory_free(pixels);
		if (error == JISR_OK)
			break;
		assert_int_equal(error, JISR_NO_MEMORY);
	}
	free(made.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_pictures_are_read_with_their_size),
		cmocka_unit_test(what_is_too_small_too_large_or_no_picture_is_refused),
		cmocka_unit_test(a_picture_cut_off_anywhere_is_noticed),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
