/* The machine readable zone of a travel document (ICAO Doc 9303, 8th edition, parts 3 to 7).
 *
 * Reads TD1 (3 lines of 30), TD2 (2 of 36), TD3 (2 of 44), MRV-A (2 of 44) and MRV-B (2 of 36) as a scanner gives them.
 * The French identity card of before 2021 (2 of 36, "IDFRA") is read as a TD2 with its own layout.
 *
 * A reading with a wrong check digit is repaired where exactly one change of the usual optical confusions (O/0,
 * Q/0, D/0, I/1, Z/2, S/5, B/8) makes it right and the composite check digit, where there is one, agrees; the repair is
 * told. Where several changes would, nothing is guessed. (G and 6, L and 1 weigh the same: no check digit tells them
 * apart.) In fields of letters digits become letters, in dates letters become digits, each told. */
#ifndef JISR_WATCH_MRZ_H
#define JISR_WATCH_MRZ_H

#include "base/date.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum mrz_format { MRZ_TD1 = 1, MRZ_TD2, MRZ_TD3, MRZ_MRV_A, MRZ_MRV_B };

#define MRZ_MAX_NOTES 16

struct mrz {
	enum mrz_format format;
	char document_type[3];  /* "P", "PM", "V", "I", ...; fillers removed */
	char issuer[4];         /* as printed: "UTO", "D", "MAR" */
	char issuer_country[3]; /* two lower-case letters, "" when the code is of no country (UNO, XXA, UTO) */
	char nationality[4];    /* as printed */
	char nationality_country[3];
	char number[24];  /* document number, long TD1/TD2 numbers completed from the optional field; no fillers */
	char surname[64]; /* words separated by single spaces */
	char given_names[64];
	bool name_truncated; /* the name fills its field, so parts may be cut or left out */
	struct date birth;   /* the century is the latest that does not lie after `today`; unknown parts widen it */
	struct date expiry;  /* the century nearest to `today` */
	char sex;            /* 'm', 'f' or 0 for unspecified */
	char optional[32];
	bool checks_passed; /* every check digit is right, perhaps after repair */
	size_t note_count;  /* repairs made and checks that failed */
	char notes[MRZ_MAX_NOTES]
		  [120]; /* a sentence each: "document number: read L898902C36 with O for 0 in position 7" */
};

/* Reads one zone: two or three lines in `bytes`, separated by newlines (spaces inside lines, lower case, '«' or spaces
 * for '<', fillers missing at a line's end, and one or two missing or too many in a row are accepted and noted).
 * `today` is yyyymmdd. JISR_BAD_INPUT with what is wrong and in which line and column; a failed check digit is not an
 * error but a note. */
int mrz_read(const char *bytes, size_t length, int today, struct mrz *ret_mrz, struct problem *problem);

/* The check digit of ICAO 9303 part 3, 4.9: weights 7, 3, 1; '<' counts 0. -1 when a character is not allowed. */
int mrz_check_digit(const char *bytes, size_t length);

/* "TD3", "MRV-A", ... */
const char *mrz_format_name(enum mrz_format format);

#endif
