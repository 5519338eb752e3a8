/* Photographs as bureaus send them: whether the bytes are a whole JPEG or PNG of a usable size, and their pixels.
 * Decoded by libjpeg and libpng from the first row to the last, within limits, so that a file that is cut off, too large
 * when unfolded, or only named a picture is refused before it is stored. */
#ifndef JISR_NOTICES_PICTURE_H
#define JISR_NOTICES_PICTURE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define PICTURE_MAX_BYTES  ((size_t)8 << 20)
#define PICTURE_MAX_SIDE   6000      /* pixels */
#define PICTURE_MAX_PIXELS 24000000u /* width times height: 96 MB unfolded */
#define PICTURE_MIN_SIDE   120       /* pixels: below it nobody is known from it */

enum picture_type { PICTURE_JPEG = 1, PICTURE_PNG };

struct picture {
	enum picture_type type;
	uint32_t width, height; /* pixels */
};

/* Reads a whole picture. JISR_UNSUPPORTED: neither JPEG nor PNG. JISR_TOO_LARGE: over a limit above. JISR_BAD_INPUT:
 * too small, damaged or cut off. The problem says which, and what to do. */
int picture_read(const void *bytes, size_t length, struct picture *ret_picture, struct problem *problem);

/* The same, and the pixels as they are to be seen, turned as the file asks (picture_clean.h), with the sizes after that:
 * rows from the top, four bytes each, blue green red alpha, colours multiplied by alpha (as
 * Cairo wants them). Freed with memory_free. */
int picture_pixels(const void *bytes, size_t length, struct picture *ret_picture, uint8_t **ret_pixels,
                   struct problem *problem);

/* "image/jpeg", "image/png" */
const char *picture_mime(enum picture_type type);

#endif
