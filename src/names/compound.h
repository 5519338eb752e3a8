/* Arabic names that one clerk writes as one word and the next as two or three: servant-of names (عبد الله, Abdul Aziz,
 * Abd ar-Rahman), father-of names (Abu Bakr, Aboubakar), names in -din (Saif al-Din, Saifuddin) and in -allah (Hamid
 * Ullah, Habibullah). Each is brought to one canonical Latin word. The rules are those of Arabic grammar: the article
 * al- assimilates to a following t, d, r, z, s, sh, n (ar-Rahman), and its vowel is written a, e, i, o or u depending
 * on the clerk. */
#ifndef JISR_NAMES_COMPOUND_H
#define JISR_NAMES_COMPOUND_H

#include "names/split.h"

/* Canonical form of a single romanised word: abdurrahman -> abdalrahman, aboubakar -> abubakar, saifuddin -> saifaldin,
 * habibullah -> habiballah; other words stay. */
void compound_canonical(struct roman *roman);

/* Tries to read a compound that begins at words[at]. Returns how many words it takes (2 or more) and fills *ret_roman;
 * 0 when there is none. Works on Latin letters, so on every script that is romanised with its vowels, and on Arabic and
 * Hebrew script by the words themselves. */
size_t compound_join(const struct split *split, size_t at, struct roman *ret_roman);

/* Arabic script: takes the article ال off a word of at least two more letters and romanises the rest again.
 * JISR_NO_MEMORY. */
int compound_strip_article(struct split_word *word);

#endif
