/* Takes out of a photograph what is not the picture: where and when it was taken, by which device, thumbnails, comments,
 * what stands after its end. The compressed picture itself stays byte by byte as it was; which way is up stays, too. */
#ifndef JISR_NOTICES_PICTURE_CLEAN_H
#define JISR_NOTICES_PICTURE_CLEAN_H

#include "base/text.h"
#include "notices/picture.h"

/* Adds the cleaned file. Any bytes may be given; JISR_BAD_INPUT: they do not have the segments of a picture of that type,
 * as one that picture_read took has. JISR_NO_MEMORY, JISR_TOO_LARGE. */
int picture_clean(const void *bytes, size_t length, enum picture_type type, struct text *clean,
                  struct problem *problem);

/* How the picture is to be turned, as Exif writes it: 1 as it is, 2 mirrored, 3 by half a turn, ... 8. */
int picture_orientation(const void *bytes, size_t length, enum picture_type type);

#endif
