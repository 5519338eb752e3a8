/* The word tables of bench/people.c. */
#ifndef JISR_PEOPLE_PEOPLE_WORDS_H
#define JISR_PEOPLE_PEOPLE_WORDS_H

/* A table is a string of words separated by spaces, the most frequent first. A word is `native:latin/latin...` (the
 * usual romanisation first) or `native` alone where the tradition writes Latin or where people.c romanises (Cyrillic).
 * An underscore stands for a space inside a name. */
struct people_words {
	const char *countries; /* two-letter codes, repeated by weight */
	const char *male;      /* given names */
	const char *female;
	const char *family;
	/* What rare surnames are composed of: one or two times onset + nucleus + coda, then an ending. */
	const char *onset, *nucleus, *coda, *ending;
};

enum people_tradition {
	PEOPLE_ARABIC,
	PEOPLE_PERSIAN,
	PEOPLE_PAKISTANI,
	PEOPLE_TURKISH,
	PEOPLE_RUSSIAN,
	PEOPLE_UKRAINIAN,
	PEOPLE_CHINESE,
	PEOPLE_KOREAN,
	PEOPLE_JAPANESE,
	PEOPLE_SPANISH,
	PEOPLE_PORTUGUESE,
	PEOPLE_FRENCH,
	PEOPLE_ENGLISH,
	PEOPLE_GERMAN,
	PEOPLE_INDIAN,
	PEOPLE_WEST_AFRICAN,
	PEOPLE_INDONESIAN,
	PEOPLE_TRADITIONS,
};

extern const struct people_words people_words[PEOPLE_TRADITIONS];

/* Latin words for companies and vessels. */
extern const char people_trade_words[], people_trade_kinds[], people_vessel_words[];

/* "cc:template cc:template": passport numbers of a country; A is a letter, 9 a digit, X a letter or digit as German
 * passports use them, anything else stands for itself. */
extern const char people_passports[];

#endif
