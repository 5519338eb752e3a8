/* A name, read into parts.
 *
 * What is compared are parts, not strings. Reading folds case and compatibility forms, finds the script of each word,
 * romanises it, splits off titles, particles and legal forms, and joins what one name writes as several words (عبد
 * الله, Abd al-Rahman, Abu Bakr, Jong-un) into one part, so that every usual spelling of a name gives the same parts.
 */
#ifndef JISR_NAMES_NAME_H
#define JISR_NAMES_NAME_H

#include "base/arena.h"
#include "names/roman.h"
#include "names/rules.h"
#include "names/script.h"
#include "names/sound.h"

#include <stddef.h>
#include <stdint.h>

/* A longer name is cut at a character border and marked truncated. */
#define NAME_MAX_BYTES 1024
/* Parts kept of one name; later ones are dropped and the name is marked truncated. */
#define NAME_MAX_PARTS 24
/* Latin letters kept of one part. */
#define PART_MAX 31

/* What kind of thing bears the name; stored in snapshots. */
enum name_kind {
	NAME_PERSON = 0,
	NAME_ORGANIZATION = 1, /* Company, Organization, LegalEntity, PublicBody */
	NAME_OBJECT = 2,       /* Vessel, Airplane, Vehicle */
	NAME_KIND_COUNT = 3,
};

/* The kind that a FollowTheMoney schema's names have; unknown schemata read as NAME_ORGANIZATION. LegalEntity and Thing
 * may be a person: name_kind_fits says whether two kinds may be compared at all. */
enum name_kind name_kind_of_schema(const char *schema);

/* What a part is, as far as the part itself tells; stored in snapshots. */
enum part_kind {
	PART_NAME = 0,       /* a given or family name, or a word of an organisation's name */
	PART_INITIAL = 1,    /* one letter */
	PART_PATRONYMIC = 2, /* Vladimirovich, Oleksandrivna, Mammad oglu */
	PART_PARTICLE = 3,   /* de, van, bin, al: light */
	PART_TITLE = 4,      /* Dr, Sheikh, Haji, Mullah, MV: lighter still */
	PART_LEGAL_FORM = 5, /* Ltd, GmbH, OOO: canonical in latin */
	PART_NUMBER = 6,     /* 44, IV: canonical digits in latin */
	PART_COMMON = 7,     /* a word that says little: Company, Trading, International, Bank, Group */
	PART_SUFFIX = 8,     /* Jr, Sr, II of a person */
	PART_PLACE = 9,      /* a country or nationality word in an organisation's name: Chile, Canada, (Schweiz) */
	PART_KIND_COUNT = 10,
};

/* One part. 80 bytes, no pointers: the index stores it as it is; two equal parts are equal bytes (unused bytes are 0).
 */
struct name_part {
	uint64_t text_hash;   /* of the folded text in its own script: equal hash = same spelling */
	uint32_t letters;     /* one bit a letter a-z (bit 0 = a), bit 26 = any digit */
	uint16_t weight;      /* 1000 = an ordinary name; common names, particles, titles less; rare never above 1000 */
	uint8_t kind;         /* enum part_kind */
	uint8_t script;       /* enum script of the original spelling */
	uint8_t latin_length; /* bytes of latin */
	char latin[PART_MAX]; /* romanised, canonical for compounds and legal forms; not 0-terminated when full */
	struct sound sound;   /* of latin */
	uint16_t groups[4];   /* nickname groups of the word; [0] of a legal form is its class; 0 = none */
};
_Static_assert(sizeof(struct name_part) == 80, "stored in snapshots");

/* What the place of a part in the name, or the source, says of it. */
enum part_role {
	ROLE_NONE = 0,
	ROLE_GIVEN = 1,  /* after a comma ("PUTIN, Vladimir") or from a source's given-name field */
	ROLE_FAMILY = 2, /* before a comma or from a source's family-name field */
};

struct name {
	uint8_t kind; /* enum name_kind */
	uint8_t count;
	uint8_t truncated; /* something was cut off */
	uint8_t scripts;   /* number of different scripts among the parts */
	uint32_t cut; /* a bit a part: of a query that was cut to fit a field, the parts that may be only the beginning
	                      of a word; when any is set, further words may be missing. name_read sets none */
	uint8_t roles[NAME_MAX_PARTS];
	const struct name_part *parts[NAME_MAX_PARTS]; /* in the order written */
	/* The piece of the original that each part was read from; NULL text in a name rebuilt from an index. */
	struct name_piece {
		const char *text; /* not 0-terminated, inside the arena's copy of the original */
		size_t length;
	} pieces[NAME_MAX_PARTS];
};

/* Reads a name. Bytes that are not UTF-8 are dropped, control and direction marks ignored, at most a few combining
 * marks a letter are kept: any bytes give a name, perhaps one of no parts. The name, its parts and a copy of the
 * original live in the arena. JISR_NO_MEMORY is the only failure. Reading the same bytes gives the same parts on every
 * machine. */
int name_read(const char *bytes, size_t length, enum name_kind kind, struct arena *arena, struct name **ret_name);

/* As name_read for a source that keeps family and given names apart; either may be NULL or empty. */
int name_read_fields(const char *family, const char *given, struct arena *arena, struct name **ret_name);

#endif
