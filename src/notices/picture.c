#include "notices/picture.h"

#include "base/memory.h"
#include "notices/picture_clean.h"

#include <setjmp.h>
#include <string.h>
// after <stdio.h>, which base/banned.h includes
#include <jpeglib.h>
#include <png.h>

static const uint8_t jpeg_sign[] = {0xFF, 0xD8, 0xFF};
static const uint8_t png_sign[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

const char *picture_mime(enum picture_type type)
{
	return type == PICTURE_PNG ? "image/png" : "image/jpeg";
}

static int check_size(uint64_t width, uint64_t height, struct problem *problem)
{
	if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE || width * height > PICTURE_MAX_PIXELS)
		return problem_set(
			problem, JISR_TOO_LARGE,
			"the picture is %llu by %llu pixels; at most %d on a side and %u million in all: make it "
			"smaller",
			(unsigned long long)width, (unsigned long long)height, PICTURE_MAX_SIDE,
			PICTURE_MAX_PIXELS / 1000000);
	if (width < PICTURE_MIN_SIDE || height < PICTURE_MIN_SIDE)
		return problem_set(
			problem, JISR_BAD_INPUT,
			"the picture is %llu by %llu pixels; a face is not known below %d on a side: send a larger "
			"one",
			(unsigned long long)width, (unsigned long long)height, PICTURE_MIN_SIDE);
	return JISR_OK;
}

/* libjpeg ends a function by a jump. Nothing that is to be freed may live only in a local variable of who sets it. */
struct jpeg_fail {
	struct jpeg_error_mgr manager;
	jmp_buf back;
	char text[JMSG_LENGTH_MAX];
};

static void jpeg_stop(j_common_ptr common)
{
	struct jpeg_fail *fail = (struct jpeg_fail *)common->err;
	fail->manager.format_message(common, fail->text);
	longjmp(fail->back, 1);
}

/* A warning is a damaged or cut file: libjpeg would go on with grey. */
static void jpeg_message(j_common_ptr common, int level)
{
	if (level < 0)
		jpeg_stop(common);
}

static int jpeg_read(const void *bytes, size_t length, struct picture *picture, uint8_t **ret_pixels,
                     struct problem *problem)
{
	struct jpeg_decompress_struct jpeg;
	struct jpeg_fail fail;
	uint8_t *volatile pixels = NULL;
	uint8_t *volatile row = NULL;
	memset(&jpeg, 0, sizeof jpeg);
	jpeg.err = jpeg_std_error(&fail.manager);
	fail.manager.error_exit = jpeg_stop;
	fail.manager.emit_message = jpeg_message;
	if (setjmp(fail.back) != 0) {
		jpeg_destroy_decompress(&jpeg);
		memory_free(pixels);
		memory_free(row);
		return problem_set(problem, JISR_BAD_INPUT, "the JPEG is damaged or cut off (%s): send the file again",
		                   fail.text);
	}
	jpeg_create_decompress(&jpeg);
	jpeg_mem_src(&jpeg, bytes, length);
	(void)jpeg_read_header(&jpeg, TRUE);
	int error = check_size(jpeg.image_width, jpeg.image_height, problem);
	if (error) {
		jpeg_destroy_decompress(&jpeg);
		return error;
	}
	/* Printers' colours are not turned into those of a screen by libjpeg. */
	if (jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK) {
		jpeg_destroy_decompress(&jpeg);
		return problem_set(problem, JISR_UNSUPPORTED,
		                   "the JPEG has the four colours of printing (CMYK): save it as RGB");
	}
	jpeg.out_color_space = JCS_EXT_BGRX;
	(void)jpeg_start_decompress(&jpeg);
	size_t stride = (size_t)jpeg.output_width * 4;
	row = memory_alloc(stride);
	pixels = ret_pixels != NULL ? memory_alloc(stride * jpeg.output_height) : NULL;
	if (row == NULL || (ret_pixels != NULL && pixels == NULL)) {
		jpeg_destroy_decompress(&jpeg);
		memory_free(row);
		memory_free(pixels);
		return problem_no_memory(problem);
	}
	while (jpeg.output_scanline < jpeg.output_height) {
		JSAMPROW to = pixels != NULL ? pixels + stride * jpeg.output_scanline : row;
		(void)jpeg_read_scanlines(&jpeg, &to, 1);
		for (size_t i = 3; i < stride; i += 4)
			to[i] = 0xFF;
	}
	(void)jpeg_finish_decompress(&jpeg);
	*picture = (struct picture){PICTURE_JPEG, jpeg.output_width, jpeg.output_height};
	jpeg_destroy_decompress(&jpeg);
	memory_free(row);
	if (ret_pixels != NULL)
		*ret_pixels = pixels;
	return JISR_OK;
}

static int png_fail(png_image *image, struct problem *problem)
{
	int error = problem_set(problem, JISR_BAD_INPUT, "the PNG is damaged or cut off (%s): send the file again",
	                        image->message);
	png_image_free(image);
	return error;
}

static int png_read(const void *bytes, size_t length, struct picture *picture, uint8_t **ret_pixels,
                    struct problem *problem)
{
	png_image image;
	memset(&image, 0, sizeof image);
	image.version = PNG_IMAGE_VERSION;
	if (png_image_begin_read_from_memory(&image, bytes, length) == 0)
		return png_fail(&image, problem);
	int error = check_size(image.width, image.height, problem);
	if (error) {
		png_image_free(&image);
		return error;
	}
	image.format = PNG_FORMAT_BGRA;
	CLEANUP(memory_freep) uint8_t *pixels = memory_alloc(PNG_IMAGE_SIZE(image));
	if (pixels == NULL) {
		png_image_free(&image);
		return problem_no_memory(problem);
	}
	if (png_image_finish_read(&image, NULL, pixels, 0, NULL) == 0 ||
	    (image.warning_or_error & PNG_IMAGE_ERROR) != 0)
		return png_fail(&image, problem);
	for (size_t i = 0; i < (size_t)image.width * image.height * 4; i += 4)
		for (size_t c = 0; c < 3; c++)
			pixels[i + c] = (uint8_t)((pixels[i + c] * pixels[i + 3] + 127) / 255);
	*picture = (struct picture){PICTURE_PNG, image.width, image.height};
	png_image_free(&image);
	if (ret_pixels != NULL) {
		*ret_pixels = pixels;
		pixels = NULL;
	}
	return JISR_OK;
}

static int read_any(const void *bytes, size_t length, struct picture *ret_picture, uint8_t **ret_pixels,
                    struct problem *problem)
{
	if (length > PICTURE_MAX_BYTES)
		return problem_set(problem, JISR_TOO_LARGE,
		                   "the picture has %zu bytes, at most %zu are taken: make it smaller", length,
		                   PICTURE_MAX_BYTES);
	if (length > sizeof png_sign && memcmp(bytes, png_sign, sizeof png_sign) == 0)
		return png_read(bytes, length, ret_picture, ret_pixels, problem);
	if (length > sizeof jpeg_sign && memcmp(bytes, jpeg_sign, sizeof jpeg_sign) == 0)
		return jpeg_read(bytes, length, ret_picture, ret_pixels, problem);
	return problem_set(problem, JISR_UNSUPPORTED,
	                   "the file is neither a JPEG nor a PNG: save the picture as one of them");
}

int picture_read(const void *bytes, size_t length, struct picture *ret_picture, struct problem *problem)
{
	return read_any(bytes, length, ret_picture, NULL, problem);
}

/* Where a pixel of the picture as it is to be seen lies in the file's. */
static size_t source_of(int orientation, size_t x, size_t y, size_t width, size_t height)
{
	switch (orientation) { /* width and height are the file's */
	case 2: return y * width + (width - 1 - x);
	case 3: return (height - 1 - y) * width + (width - 1 - x);
	case 4: return (height - 1 - y) * width + x;
	case 5: return x * width + y;
	case 6: return (height - 1 - x) * width + y;
	case 7: return (height - 1 - x) * width + (width - 1 - y);
	case 8: return x * width + (width - 1 - y);
	default: return y * width + x;
	}
}

int picture_pixels(const void *bytes, size_t length, struct picture *ret_picture, uint8_t **ret_pixels,
                   struct problem *problem)
{
	struct picture picture;
	CLEANUP(memory_freep) uint8_t *pixels = NULL;
	int error = read_any(bytes, length, &picture, &pixels, problem);
	if (error)
		return error;
	int orientation = picture_orientation(bytes, length, picture.type);
	if (orientation != 1) {
		size_t width = picture.width, height = picture.height;
		size_t wide = orientation >= 5 ? height : width, tall = orientation >= 5 ? width : height;
		uint8_t *turned = memory_alloc(width * height * 4);
		if (turned == NULL)
			return problem_no_memory(problem);
		for (size_t y = 0; y < tall; y++)
			for (size_t x = 0; x < wide; x++)
				memcpy(turned + 4 * (y * wide + x),
				       pixels + 4 * source_of(orientation, x, y, width, height), 4);
		memory_free(pixels);
		pixels = turned;
		picture.width = (uint32_t)wide;
		picture.height = (uint32_t)tall;
	}
	*ret_picture = picture;
	*ret_pixels = pixels;
	pixels = NULL;
	return JISR_OK;
}
