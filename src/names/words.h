/* Words that are not just names: titles, particles, legal forms, numbers, nicknames, very common names.
 *
 * Tables written for this project from common knowledge of the languages concerned; legal forms are those that the
 * companies registers of the countries print. Keys are romanised words for Latin script and folded words for others. */
#ifndef JISR_NAMES_WORDS_H
#define JISR_NAMES_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a word is when it stands in a person's name. */
enum person_word {
	PERSON_WORD_NONE = 0,
	PERSON_WORD_TITLE,       /* dr, sheikh, haji, president */
	PERSON_WORD_FIRST_TITLE, /* king, prince, general: a title only when it stands first, for they are names too */
	PERSON_WORD_PARTICLE,    /* de, van, bin: a light part of its own */
	PERSON_WORD_ARTICLE,     /* al, el, ul: says nothing, dropped before a word */
	PERSON_WORD_SUFFIX,      /* jr, iii */
};
enum person_word words_person(const char *word, size_t length);

/* True for names that many thousands bear, so that one of them alone says little. */
bool words_common_name(const char *latin, size_t length);

/* Groups of a romanised word: the same number stands for the same first name (nicknames), or, above WORDS_ROMANISED,
 * for the same East Asian family name in another romanisation. Writes 0 where there is none. */
#define WORDS_ROMANISED 0x8000
void words_nicknames(const char *latin, size_t length, uint16_t groups[4]);

/* What a word is when it stands in an organisation's or vessel's name. */
enum organization_word {
	ORGANIZATION_WORD_NONE = 0,
	ORGANIZATION_WORD_STOP,   /* of, the, and */
	ORGANIZATION_WORD_COMMON, /* bank, trading, group; canonical when abbreviated */
	ORGANIZATION_WORD_NUMBER, /* forty, iv, first: canonical digits */
	ORGANIZATION_WORD_VESSEL, /* mv, mt: a ship's prefix */
};
/* *ret_canonical is a static string, never NULL: the word itself when there is no other form. */
enum organization_word words_organization(const char *word, size_t length, const char **ret_canonical);

/* Classes of legal forms: different classes are different companies. */
enum legal_class { LEGAL_NONE = 0, LEGAL_LIMITED, LEGAL_STOCK, LEGAL_PARTNERSHIP, LEGAL_ASSOCIATION, LEGAL_STATE };

#define LEGAL_MAX_WORDS 6

/* A legal form of up to LEGAL_MAX_WORDS words, given joined by single spaces ("joint stock company"). LEGAL_NONE when
 * it is none; else *ret_canonical is its short form ("jsc"). */
enum legal_class words_legal(const char *phrase, size_t length, const char **ret_canonical);

/* True when some legal form begins with this word: a cheap test before trying phrases. */
bool words_legal_start(const char *word, size_t length);

/* Family names of one or two characters that Chinese and Korean names begin with, for splitting 习近平 and 김정은:
 * the number of leading characters that are a family name, 0 when unknown. `text` is folded. */
size_t words_han_family(const char *text, size_t length, size_t characters);
size_t words_hangul_family(const char *text, size_t length, size_t characters);

#endif
