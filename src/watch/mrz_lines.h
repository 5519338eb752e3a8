/* Inside of watch/mrz: the lines of a machine readable zone as a scanner gives them, made whole. Only mrz.c uses it. */
#ifndef JISR_WATCH_MRZ_LINES_H
#define JISR_WATCH_MRZ_LINES_H

#include "watch/mrz.h"

#define MRZ_ZONE_MAX 90

/* All lines one after another without anything between: 2 of 44, 2 of 36 or 3 of 30 of A-Z, 0-9 and '<'. */
struct mrz_zone {
	char text[MRZ_ZONE_MAX];
	size_t lines, width;
};

/* Cuts the lines and makes them whole; what was changed on the way becomes notes. JISR_BAD_INPUT. */
int mrz_zone_read(const char *bytes, size_t length, struct mrz *mrz, struct mrz_zone *ret_zone,
                  struct problem *problem);

/* One more note; the first MRZ_MAX_NOTES are kept. */
void mrz_note(struct mrz *mrz, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* 0 to 35, 0 for '<', -1 for a character that has no place in a zone. */
int mrz_character_value(char c);

#endif
