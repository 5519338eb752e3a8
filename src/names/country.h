/* Countries by code and by name, in any of the ways that lists and documents write them. */
#ifndef JISR_NAMES_COUNTRY_H
#define JISR_NAMES_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a country: ISO 3166 alpha-2 or alpha-3 in any case, an ICAO 9303 code ("D", "GBN", "RKS"), or a name in
 * English, French, Spanish, Arabic, Russian or Chinese ("Iran, Islamic Republic of", "Russian Federation", "Syrie",
 * "nationality" adjectives of English: "Yemeni"). Writes two lower-case letters and a 0; false, and out untouched, when
 * unknown. Former countries that documents still name give their ISO 3166-3 code in lower case ("su", "yu", "dd");
 * Kosovo "xk". */
bool country_read(const char *text, size_t length, char out[3]);

/* The English short name, NULL for an unknown code. */
const char *country_name(const char *code);

#endif
